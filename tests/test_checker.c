/* test_checker.c - from forms to nodes: every rule, every code, its place. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/checking.h"
#include "support/heap.h"
#include "support/small_stack.h"

/* The body of the function `f` that `text` defines has this shape. */
static void expect_body(const char *text, const char *expected) {
  struct zero_checking *checking = zero_check_text(text);
  if (!checking->good) zero_complain_of(checking, text);
  cr_assert(checking->good, "%s is accepted", text);
  cr_expect_null(checking->program.reports.first, "%s", text);
  zero_expect_shape(zero_checked(checking, "f"), text, expected);
}

static void expect_refused(const struct zero_refused *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    zero_expect_report(zero_check_text(rows[i].text), &rows[i], false);
  }
}

static void expect_warned(const struct zero_refused *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    zero_expect_report(zero_check_text(rows[i].text), &rows[i], true);
  }
}

#define REFUSED(rows) expect_refused(rows, sizeof rows / sizeof rows[0])
#define WARNED(rows) expect_warned(rows, sizeof rows / sizeof rows[0])

/* --- shapes --- */

Test(checker, resolves_each_sort_of_name) {
  expect_body("(fn f (x) x)", "x");
  expect_body("(fn f () f)", "main:f");
  expect_body("(fn f () text-len)", "#text-len");
  expect_body("(fn f () map)", "core:list:map");
  expect_body("(fn f () 42)", "42");
  expect_body("(fn f () (list 1 (list 2)))", "data");
}

Test(checker, calls_globals_builtins_and_values) {
  expect_body("(fn f (x) (f (+ x 1)))", "(main:f (+ x 1))");
  expect_body("(fn f (g) (g 1 2))", "(value g 1 2)");
  expect_body("(fn f () ((fn (x) x) 1))", "(value (fn x -> x) 1)");
  expect_body("(fn f (xs) (map option-some xs))",
              "(core:list:map core:option:option-some xs)");
  expect_body("(fn f (x) (list x 1 2))", "(list x 1 2)");
}

Test(checker, builds_each_form) {
  expect_body("(fn f (x) (if x 1 2))", "(if x 1 2)");
  expect_body("(fn f (x) (do x 1))", "(do x 1)");
  expect_body("(fn f (x) (do x))", "x");
  expect_body("(fn f (x) x 1 2)", "(do x 1 2)");
  expect_body("(fn f (x) (and x 1))", "(and x 1)");
  expect_body("(fn f (x) (or x 1))", "(or x 1)");
  expect_body("(fn f () (list (and) (or) 1))", "(list true false 1)");
  expect_body("(fn f (x) (try x 1))", "(try (do x 1))");
  expect_body("(fn f (x) (let ((a x) (b a)) b a))", "(let a=x b=a (do b a))");
  expect_body("(fn f (x) (let ((_ (f x))) 1))", "(let _=(main:f x) 1)");
  expect_body("(fn f (x) (let () x))", "x");
}

Test(checker, takes_an_empty_body_for_unit) {
  expect_body("(fn f ())", "Unit");
  expect_body("(fn f () (do))", "Unit");
  expect_body("(fn f () (let ()))", "Unit");
  expect_body("(fn f () (let ((a 1))))", "(let a=1 Unit)");
  expect_body("(fn f () (try))", "(try Unit)");
  expect_body("(fn f (x) (match x (_)))", "(match x [_ Unit])");
}

Test(checker, lets_locals_hide_everything_at_the_head_too) {
  expect_body("(fn f (x) (let ((x 1)) x) x)", "(do (let x=1 x) x)");
  expect_body("(fn f (map) (map 1))", "(value map 1)");
  expect_body("(fn f (f) (f f))", "(value f f)");
  expect_body("(fn f (x) (let ((x 1) (x x)) x))", "(let x=1 x=x x)");
  expect_body(
      "(fn f (type) (module type))"
      "(fn module (import) import)",
      "(main:module type)");
}

Test(checker, keeps_the_binding_around_for_a_value) {
  struct zero_checking *checking =
      zero_check_text("(fn f (x) (let ((x (fn () x))) x))");
  const struct zero_function_node *f = zero_checked(checking, "f");
  const struct zero_node *let = f->body;
  const struct zero_node *inner = let->args->function->body;
  cr_expect_eq(inner->local, f->params[0]);
  cr_expect_eq(inner->local->owner, f);
  cr_expect_eq(let->args->function->parent, f);
  cr_expect_eq(let->args->next->local, let->locals[0]);
}

Test(checker, returns_from_a_lambda_to_the_function_around) {
  struct zero_checking *checking =
      zero_check_text("(fn f () (fn (x) x) (let ((a 1)) a))");
  const struct zero_function_node *f = zero_checked(checking, "f");
  cr_expect_eq(f->body->args->next->locals[0]->owner, f);
}

Test(checker, builds_patterns) {
  expect_body("(fn f (x) (match x (1 2) (\"a\" 3) (true 4) (Unit 5) (_ 6)))",
              "(match x [1 2] [\"a\" 3] [true 4] [Unit 5] [_ 6])");
  expect_body("(fn f (x) (match x ((some v) v) ((none) 0)))",
              "(match x [{some v} v] [{none} 0])");
  expect_body("(fn f (x) (match x ((list a 1) a) ((list 1 2) 0) (y y)))",
              "(match x [{list a 1} a] [data 0] [y y])");
  expect_body("(fn f (x) (match x ((list a & b) b) ((list & c) c)))",
              "(match x [{list a & b} b] [{list & c} c])");
  expect_body("(fn f (x) (match x ((some (list a (ok b))) b) (_ 0 1)))",
              "(match x [{some {list a {ok b}}} b] [_ (do 0 1)])");
}

Test(checker, fills_a_global_from_its_annotations) {
  struct zero_checking *checking = zero_check_text(
      "(fn f (doc \"It adds.\") (cap file env) (:: (-> I64 Any Text)) (a b) "
      "\"\")(fn g ())");
  cr_assert(checking->good);
  const struct zero_global *f = zero__scope_get(checking->program.names, "f");
  cr_expect_str_eq(f->doc, "It adds.");
  cr_expect_eq(f->param_count, 2);
  cr_expect_eq(f->param_types[0], ZERO_FAMILY_I64 + 1);
  cr_expect_eq(f->param_types[1], ZERO_TYPE_ANY);
  cr_expect_eq(f->result_type, ZERO_FAMILY_TEXT + 1);
  cr_expect(f->annotated);
  cr_expect_eq(f->capability, zero__capability_by_name("file", 4)->bits |
                                  zero__capability_by_name("env", 3)->bits);
  cr_expect(zero__is_function(f->function));
  const struct zero_global *g = zero__scope_get(checking->program.names, "g");
  cr_expect_not(g->annotated);
  cr_expect_str_eq(g->doc, "");
  cr_expect_eq(g->capability, zero__capability_by_name("io", 2)->bits);
}

Test(checker, infers_simple_types) {
  struct zero_checking *checking = zero_check_text(
      "(fn f (x) (let ((n (if x 1 2)) (t (text-cat \"a\")) "
      "(m (if x 1 \"a\")) (o (option-some 1)) (g (fn () 1)) "
      "(r (layout-new \"Result\" \"ok\" 1))) x))");
  struct zero_local **locals = zero_checked(checking, "f")->body->locals;
  cr_expect_eq(locals[0]->type, ZERO_FAMILY_I64 + 1);
  cr_expect_eq(locals[1]->type, ZERO_FAMILY_TEXT + 1);
  cr_expect_eq(locals[2]->type, ZERO_TYPE_ANY);
  cr_expect_eq(locals[3]->type, ZERO_FAMILY_OPTION + 1);
  cr_expect_eq(locals[4]->type, ZERO_TYPE_FUNCTION);
  cr_expect_eq(locals[5]->type, ZERO_FAMILY_RESULT + 1);
}

Test(checker, infers_what_a_lambda_does) {
  struct zero_checking *checking = zero_check_text(
      "(fn f () (fn (x) (fn () (print x))))(fn g () (fn (h) (h)))");
  const struct zero_function_node *outer =
      zero_checked(checking, "f")->body->function;
  cr_expect_eq(outer->capability, zero__capability_by_name("io", 2)->bits);
  cr_expect_eq(outer->body->function->capability, outer->capability);
  cr_expect_eq(zero_checked(checking, "g")->body->function->capability, 0);
}

Test(checker, takes_lists_with_thousands_of_items) {
  enum { ITEMS = 5000 };
  char *text = zero__alloc(zero_test_heap(), ZERO_LEAF, ITEMS * 2 + 64);
  char *end = text + sprintf(text, "(fn f (x) (list");
  for (int i = 0; i < ITEMS; i++) end += sprintf(end, " x");
  strcpy(end, "))");
  struct zero_checking *checking = zero_check_text(text);
  cr_assert(checking->good);
  cr_expect_eq(zero_checked(checking, "f")->body->count, ITEMS);
}

/* --- errors --- */

Test(checker, refuses_forms_of_a_wrong_shape) {
  static const struct zero_refused rows[] = {
      {"(fn f () (if 1 2))", ZERO_CODE_FORM_SHAPE, 1, 10, NULL},
      {"(fn f () (if 1 2 3 4))", ZERO_CODE_FORM_SHAPE, 1, 10, NULL},
      {"(fn f () (let))", ZERO_CODE_FORM_SHAPE, 1, 10, NULL},
      {"(fn f () (let 5 1))", ZERO_CODE_FORM_SHAPE, 1, 10, NULL},
      {"(fn f () (let ((a)) 1))", ZERO_CODE_FORM_SHAPE, 1, 16, NULL},
      {"(fn f () (let ((a)) a))", ZERO_CODE_FORM_SHAPE, 1, 16, NULL},
      {"(fn f () (let (a 1) a))", ZERO_CODE_FORM_SHAPE, 1, 15, NULL},
      {"(fn f () (let ((1 2)) 1))", ZERO_CODE_FORM_SHAPE, 1, 17, NULL},
      {"(fn f () ())", ZERO_CODE_FORM_SHAPE, 1, 10, NULL},
      {"(fn f () (fn g () 1))", ZERO_CODE_FORM_SHAPE, 1, 10, NULL},
      {"(fn f (x) (match x))", ZERO_CODE_FORM_SHAPE, 1, 11, NULL},
      {"(fn f (x) (match x 1))", ZERO_CODE_FORM_SHAPE, 1, 20, NULL},
      {"(fn)", ZERO_CODE_FORM_SHAPE, 1, 1, NULL},
      {"(fn (x) x)", ZERO_CODE_FORM_SHAPE, 1, 1, NULL},
      {"(fn f)", ZERO_CODE_FORM_SHAPE, 1, 1, NULL},
      {"(fn f 5)", ZERO_CODE_FORM_SHAPE, 1, 7, NULL},
      {"(fn f (1) 5)", ZERO_CODE_FORM_SHAPE, 1, 8, NULL},
      {"(fn f (doc 1) ())", ZERO_CODE_FORM_SHAPE, 1, 7, NULL},
      {"(fn f (doc \"\") (doc \"\") ())", ZERO_CODE_FORM_SHAPE, 1, 16, NULL},
      {"(fn f (cap) ())", ZERO_CODE_FORM_SHAPE, 1, 7, NULL},
      {"(fn f (cap 1) ())", ZERO_CODE_FORM_SHAPE, 1, 12, NULL},
      {"(fn f (:: I64) ())", ZERO_CODE_FORM_SHAPE, 1, 7, NULL},
      {"(fn f (:: (->)) ())", ZERO_CODE_FORM_SHAPE, 1, 7, NULL},
      {"(module)", ZERO_CODE_FORM_SHAPE, 1, 1, NULL},
      {"(import)", ZERO_CODE_FORM_SHAPE, 1, 1, NULL},
      {"(import a)", ZERO_CODE_FORM_SHAPE, 1, 1, NULL},
      {"(export)", ZERO_CODE_FORM_SHAPE, 1, 1, NULL},
  };
  REFUSED(rows);
}

Test(checker, refuses_forms_it_does_not_know) {
  static const struct zero_refused rows[] = {
      {"42", ZERO_CODE_FORM_UNKNOWN, 1, 1, NULL},
      {"(print 1)", ZERO_CODE_FORM_UNKNOWN, 1, 1, NULL},
      {"(list 1)", ZERO_CODE_FORM_UNKNOWN, 1, 1, NULL},
      {"(type Shape 64 (circle radius))", ZERO_CODE_FORM_UNKNOWN, 1, 1,
       "not part of this version"},
      {"(fn f () (τ Shape 64))", ZERO_CODE_FORM_UNKNOWN, 1, 10,
       "not part of this version"},
      {"(fn f () (cap pure))", ZERO_CODE_FORM_UNKNOWN, 1, 10, NULL},
      {"(fn f () (⊙ main))", ZERO_CODE_FORM_UNKNOWN, 1, 10, NULL},
      {"(fn f () (-> I64))", ZERO_CODE_FORM_UNKNOWN, 1, 10, NULL},
  };
  REFUSED(rows);
}

Test(checker, refuses_names_that_mean_nothing) {
  static const struct zero_refused rows[] = {
      {"(fn f () x)", ZERO_CODE_NAME_UNKNOWN, 1, 10, "unknown name 'x'"},
      {"(fn f ()\n  (optoin-some 1))", ZERO_CODE_NAME_UNKNOWN, 2, 4,
       "unknown name 'optoin-some'; did you mean 'option-some'?"},
      {"(fn f (counter) countr)", ZERO_CODE_NAME_UNKNOWN, 1, 17,
       "did you mean 'counter'?"},
      {"(fn f () (text-lne \"\"))", ZERO_CODE_NAME_UNKNOWN, 1, 11,
       "did you mean 'text-len'?"},
      {"(fn f () (%push 1 2))", ZERO_CODE_NAME_UNKNOWN, 1, 11, NULL},
      {"(fn f () (let ((g (fn () (g)))) g))", ZERO_CODE_NAME_UNKNOWN, 1, 27,
       NULL},
      {"(fn f () (let ((a 1)) a) a)", ZERO_CODE_NAME_UNKNOWN, 1, 26, NULL},
      {"(fn f (o) (match o ((some x) 1) (_ x)))", ZERO_CODE_NAME_UNKNOWN, 1, 36,
       NULL},
  };
  REFUSED(rows);
}

Test(checker, refuses_to_bind_words_of_the_language) {
  static const struct zero_refused rows[] = {
      {"(fn f (if) 1)", ZERO_CODE_NAME_RESERVED, 1, 8, "'if'"},
      {"(fn f (list) 1)", ZERO_CODE_NAME_RESERVED, 1, 7, "'list'"},
      {"(fn f (τ) 1)", ZERO_CODE_NAME_RESERVED, 1, 8, "'τ'"},
      {"(fn list (x) 1)", ZERO_CODE_NAME_RESERVED, 1, 5, "'list'"},
      {"(fn _ (x) 1)", ZERO_CODE_NAME_RESERVED, 1, 5, "'_'"},
      {"(fn f () (let ((list 2)) 1))", ZERO_CODE_NAME_RESERVED, 1, 16,
       "'list'"},
      {"(fn f () (let ((do f)) 1))", ZERO_CODE_NAME_RESERVED, 1, 17, "'do'"},
      {"(fn f () (fn (try) 1))", ZERO_CODE_NAME_RESERVED, 1, 15, "'try'"},
      {"(fn f (x) (match x (or 1)))", ZERO_CODE_NAME_RESERVED, 1, 21, "'or'"},
      {"(import \"pkg:core-list\" fn)", ZERO_CODE_NAME_RESERVED, 1, 25, "'fn'"},
      {"(module cap)", ZERO_CODE_NAME_RESERVED, 1, 9, "'cap'"},
      {"(fn f () list)", ZERO_CODE_NAME_RESERVED, 1, 10, "not a value"},
      {"(fn f (_) _)", ZERO_CODE_NAME_RESERVED, 1, 11, "'_'"},
      {"(fn f (_) (_ 1))", ZERO_CODE_NAME_RESERVED, 1, 12, "'_'"},
  };
  REFUSED(rows);
}

Test(checker, refuses_names_bound_twice) {
  static const struct zero_refused rows[] = {
      {"(fn f (a b a) 1)", ZERO_CODE_NAME_DUPLICATE, 1, 12, "'a'"},
      {"(fn f () (fn (a a) 1))", ZERO_CODE_NAME_DUPLICATE, 1, 17, "'a'"},
      {"(fn f () 1)\n(fn f () 2)", ZERO_CODE_NAME_DUPLICATE, 2, 5, "'f'"},
      {"(fn f (x) (match x ((list a a) 1)))", ZERO_CODE_NAME_DUPLICATE, 1, 29,
       "'a'"},
      {"(fn f (x) (match x ((list a & a) 1)))", ZERO_CODE_NAME_DUPLICATE, 1, 31,
       "'a'"},
      {"(module a)(module b)", ZERO_CODE_NAME_DUPLICATE, 1, 11, "'a'"},
  };
  REFUSED(rows);
  cr_expect(zero_check_text("(fn f (_ _) 1)")->good);
  cr_expect(zero_check_text("(fn f (a) (fn (a) a))")->good);
  cr_expect(zero_check_text("(fn f (x) (match x ((list _ _) x)))")->good);
}

Test(checker, refuses_wrong_numbers_of_arguments) {
  static const struct zero_refused rows[] = {
      {"(fn f (x) (f))", ZERO_CODE_ARITY, 1, 11, "'f' takes 1 argument, not 0"},
      {"(fn f () (f 1 2))", ZERO_CODE_ARITY, 1, 10,
       "'f' takes 0 arguments, not 2"},
      {"(fn f () (text-len))", ZERO_CODE_ARITY, 1, 10,
       "'text-len' takes 1 argument, not 0"},
      {"(fn f () (+ 1))", ZERO_CODE_ARITY, 1, 10,
       "'+' takes at least 2 arguments, not 1"},
      {"(fn f () ((fn (x) x)))", ZERO_CODE_ARITY, 1, 10, NULL},
      {"(fn f (:: (-> I64 I64)) () 1)", ZERO_CODE_ARITY, 1, 11, NULL},
      {"(fn f (:: (-> I64)) (x) 1)", ZERO_CODE_ARITY, 1, 11, NULL},
      {"(fn f () (layout-new \"Option\" \"some\"))", ZERO_CODE_ARITY, 1, 10,
       "has 1 field, not 0"},
  };
  REFUSED(rows);
  cr_expect(zero_check_text("(fn f (:: (-> Unit I64)) (_) 1)")->good);
}

Test(checker, refuses_more_than_a_frame_can_hold) {
  enum { ITEMS = 201 };
  char *text = zero__alloc(zero_test_heap(), ZERO_LEAF, ITEMS * 8 + 64);
  char *end = text + sprintf(text, "(fn f (x) (text-cat");
  for (int i = 0; i < ITEMS; i++) end += sprintf(end, " x");
  strcpy(end, "))");
  struct zero_refused row = {text, ZERO_CODE_LIMIT_FUNCTION, 1, 11, NULL};
  zero_expect_report(zero_check_text(text), &row, false);
  end = text + sprintf(text, "(fn f (");
  for (int i = 0; i < ITEMS; i++) end += sprintf(end, "p%d ", i);
  strcpy(end, ") p200)");
  row = (struct zero_refused){text, ZERO_CODE_LIMIT_FUNCTION, 1, 7, NULL};
  zero_expect_report(zero_check_text(text), &row, false);
}

Test(checker, refuses_simple_types_that_cannot_fit) {
  static const struct zero_refused rows[] = {
      {"(fn f () (text-len 5))", ZERO_CODE_TYPE_STATIC, 1, 20,
       "argument 1 of 'text-len' must be Text, but is I64"},
      {"(fn f () (+ 1 2 \"a\"))", ZERO_CODE_TYPE_STATIC, 1, 17,
       "argument 3 of '+' must be I64, but is Text"},
      {"(fn f () (< true 1))", ZERO_CODE_TYPE_STATIC, 1, 13, "I64|Text"},
      {"(fn f () (head 5))", ZERO_CODE_TYPE_STATIC, 1, 16, "List"},
      {"(fn f () (map 1 (list)))", ZERO_CODE_TYPE_STATIC, 1, 15, "Function"},
      {"(fn f () (text-len text-len))", ZERO_CODE_TYPE_STATIC, 1, 20, NULL},
      {"(fn f (:: (-> I64 I64)) (x) (f \"a\"))", ZERO_CODE_TYPE_STATIC, 1, 32,
       "argument 1 of 'f' must be I64, but is Text"},
      {"(fn f (:: (-> Option Any)) (x) (f 1))", ZERO_CODE_TYPE_STATIC, 1, 35,
       "must be Option, but is I64"},
      {"(fn f (:: (-> I64 Text)) (x) x)", ZERO_CODE_TYPE_STATIC, 1, 30,
       "'f' should return Text, but returns I64"},
      {"(fn f (:: (-> Unit)) () 1 2)", ZERO_CODE_TYPE_STATIC, 1, 27, NULL},
      {"(fn f (:: (-> I64)) () (let ((a \"\")) a))", ZERO_CODE_TYPE_STATIC, 1,
       38, NULL},
      {"(fn f (:: (-> I64)) ())", ZERO_CODE_TYPE_STATIC, 1, 1, NULL},
      {"(fn f (:: (-> Any I64)) (x) (if x 1 \"\"))", ZERO_CODE_TYPE_STATIC, 1,
       37, NULL},
      {"(fn f (:: (-> Any I64)) (x) (do 1 (if x \"\" (if x x 2))))",
       ZERO_CODE_TYPE_STATIC, 1, 41, NULL},
      {"(fn f (:: (-> Any I64)) (x) (match x (1 2) (_ \"\")))",
       ZERO_CODE_TYPE_STATIC, 1, 47, NULL},
      {"(fn f () (1 2))", ZERO_CODE_TYPE_STATIC, 1, 11, "is I64"},
      {"(fn f () ((list 1) 2))", ZERO_CODE_TYPE_STATIC, 1, 11, "is List"},
  };
  REFUSED(rows);
}

Test(checker, warns_beside_an_error) {
  struct zero_checking *checking =
      zero_check_text("(fn f () (text-len (if f 1 2)))");
  cr_expect_eq(checking->program.reports.errors, 1);
  cr_expect_eq(checking->program.reports.warnings, 1);
}

Test(checker, lets_lists_and_families_pass_for_one_another) {
  cr_expect(
      zero_check_text("(fn f (:: (-> Option Any)) (x) (f (list 5 \"some\" x)))")
          ->good);
  cr_expect(zero_check_text("(fn f (o) (head (option-some o)))")->good);
  cr_expect(zero_check_text("(fn f (:: (-> Any I64)) (x) x)")->good);
}

Test(checker, refuses_types_and_capabilities_it_does_not_know) {
  static const struct zero_refused rows[] = {
      {"(fn f (:: (-> Int64 I64)) (x) 1)", ZERO_CODE_TYPE_UNKNOWN, 1, 15,
       "unknown type 'Int64'"},
      {"(fn f (:: (-> Optoin I64)) (x) 1)", ZERO_CODE_TYPE_UNKNOWN, 1, 15,
       "did you mean 'Option'?"},
      {"(fn f (:: (-> I64 5)) (x) 1)", ZERO_CODE_TYPE_UNKNOWN, 1, 19, NULL},
      {"(fn f (cap pure netwrok) (x) (print x))", ZERO_CODE_CAPABILITY_UNKNOWN,
       1, 17, "did you mean 'network'?"},
  };
  REFUSED(rows);
}

Test(checker, holds_annotated_functions_to_what_they_say) {
  static const struct zero_refused rows[] = {
      {"(fn f (cap pure) () (print 1))", ZERO_CODE_CAPABILITY_STATIC, 1, 22,
       "'f' is (cap pure) and may not use 'print', which needs io"},
      {"(fn f (cap pure) () print)", ZERO_CODE_CAPABILITY_STATIC, 1, 21, NULL},
      {"(fn f (cap pure) (xs) (map print xs))", ZERO_CODE_CAPABILITY_STATIC, 1,
       28, NULL},
      {"(fn f (cap pure) () (fn (x) (print x)))", ZERO_CODE_CAPABILITY_STATIC,
       1, 30, NULL},
      {"(fn f (cap pure) () (g))(fn g ())", ZERO_CODE_CAPABILITY_STATIC, 1, 22,
       "'g', which needs io"},
      {"(fn f (cap pure) () (g))(fn g (cap file) ())",
       ZERO_CODE_CAPABILITY_STATIC, 1, 22, "needs file.read file.write"},
      {"(fn f (cap file.read) () (g))(fn g (cap file) ())",
       ZERO_CODE_CAPABILITY_STATIC, 1, 27, "needs file.write"},
      {"(fn f (cap file.read) () (write-file \"\" \"\"))",
       ZERO_CODE_CAPABILITY_STATIC, 1, 27, "needs file.write"},
      {"(fn f (cap io) () (env \"\"))", ZERO_CODE_CAPABILITY_STATIC, 1, 20,
       "(cap io)"},
  };
  REFUSED(rows);
  cr_expect(zero_check_text("(fn f (cap pure) (g) (g (fn (x) (g x))))")->good);
  cr_expect(zero_check_text("(fn f (cap pure) () (f))")->good);
  cr_expect(zero_check_text("(fn f (cap io file.read) () (g) (print "
                            "(read-file \"\")))(fn g ())")
                ->good);
  cr_expect(zero_check_text("(fn f () (env \"\") (read-file \"\"))")->good);
}

Test(checker, refuses_patterns_it_does_not_know) {
  static const struct zero_refused rows[] = {
      {"(fn f (x) (match x (none 1)))", ZERO_CODE_PATTERN_SHAPE, 1, 21,
       "(none)"},
      {"(fn f (x) (match x ((some) 1)))", ZERO_CODE_PATTERN_SHAPE, 1, 21,
       "has 1 field, but this pattern has 0"},
      {"(fn f (x) (match x ((some a b) b)))", ZERO_CODE_PATTERN_SHAPE, 1, 21,
       NULL},
      {"(fn f (x) (match x ((smoe a) a)))", ZERO_CODE_PATTERN_SHAPE, 1, 22,
       "did you mean 'some'?"},
      {"(fn f (x) (match x ((list a &) a)))", ZERO_CODE_PATTERN_SHAPE, 1, 29,
       NULL},
      {"(fn f (x) (match x ((list & a b) a)))", ZERO_CODE_PATTERN_SHAPE, 1, 27,
       NULL},
      {"(fn f (x) (match x (() 1)))", ZERO_CODE_PATTERN_SHAPE, 1, 21, NULL},
      {"(fn f (x) (match x ((1 x) 1)))", ZERO_CODE_PATTERN_SHAPE, 1, 21, NULL},
  };
  REFUSED(rows);
}

Test(checker, looks_literal_names_of_layouts_up) {
  static const struct zero_refused rows[] = {
      {"(fn f (x) (layout-is \"Optoin\" \"some\" x))", ZERO_CODE_LAYOUT_UNKNOWN,
       1, 22, "did you mean 'Option'?"},
      {"(fn f (x) (layout-is \"Option\" \"smoe\" x))", ZERO_CODE_LAYOUT_UNKNOWN,
       1, 31, "did you mean 'some'?"},
      {"(fn f (x) (layout-get \"Path\" \"knid\" x))", ZERO_CODE_LAYOUT_UNKNOWN,
       1, 30, "did you mean 'kind'?"},
      {"(fn f () (layout-new \"I64\" \"x\"))", ZERO_CODE_LAYOUT_UNKNOWN, 1, 28,
       NULL},
      {"(fn f (x) (layout-valid? \"Nothing\" x))", ZERO_CODE_LAYOUT_UNKNOWN, 1,
       26, NULL},
      {"(fn f (x) (layout-check \"Nothing\" x))", ZERO_CODE_LAYOUT_UNKNOWN, 1,
       25, NULL},
      {"(fn f () (layout-info \"Nothing\"))", ZERO_CODE_LAYOUT_UNKNOWN, 1, 23,
       NULL},
  };
  REFUSED(rows);
  cr_expect(zero_check_text("(fn f (n x) (layout-is n \"some\" x))")->good);
}

/* --- warnings --- */

Test(checker, warns_of_what_is_allowed_but_odd) {
  static const struct zero_refused rows[] = {
      {"(fn map (f) f)", ZERO_CODE_WARN_SHADOW, 1, 5, "builtin"},
      {"(fn option-some (f) f)", ZERO_CODE_WARN_SHADOW, 1, 5, "lib/core"},
      {"(fn f () (if 0 1 2))", ZERO_CODE_WARN_CONDITION, 1, 14, "I64"},
      {"(fn f () (if (text-cat) 1 2))", ZERO_CODE_WARN_CONDITION, 1, 14,
       "Text"},
      {"(fn f (x) (match x ((some v) v)))", ZERO_CODE_WARN_MATCH, 1, 11,
       "'none' of Option"},
      {"(fn f (x) (match x ((err v) v)))", ZERO_CODE_WARN_MATCH, 1, 11,
       "'ok' of Result"},
  };
  WARNED(rows);
  cr_expect_null(
      zero_check_text("(fn f (x) (if (= x 1) 1 2))")->program.reports.first);
  cr_expect_null(zero_check_text("(fn f (x) (match x ((some v) v) (_ 1)))")
                     ->program.reports.first);
  cr_expect_null(zero_check_text("(fn f (map) map)")->program.reports.first);
}

Test(checker, lets_a_module_hide_lib_core_for_itself_alone) {
  struct zero_checking *checking =
      zero_check_text("(fn option-some (x) x)(fn f () (option-some 1))");
  zero_expect_shape(zero_checked(checking, "f"), "", "(main:option-some 1)");
}

/* --- several reports --- */

Test(checker, reports_in_the_order_of_the_source) {
  struct zero_checking *checking = zero_check_text(
      "(fn f () (a))\n(fn f () (text-len 1))\n(b)\n(fn g (x x) (c))");
  static const int codes[] = {
      ZERO_CODE_NAME_UNKNOWN, ZERO_CODE_NAME_DUPLICATE, ZERO_CODE_TYPE_STATIC,
      ZERO_CODE_FORM_UNKNOWN, ZERO_CODE_NAME_DUPLICATE, ZERO_CODE_NAME_UNKNOWN,
  };
  const struct zero_report *report = checking->program.reports.first;
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
    cr_assert_not_null(report);
    cr_expect_str_eq(zero_code_text(report->code), zero_code_text(codes[i]));
    report = report->next;
  }
  cr_expect_null(report);
  cr_expect_eq(checking->program.reports.errors, 6);
}

Test(checker, says_nothing_that_follows_from_an_error) {
  static const struct zero_refused rows[] = {
      {"(fn f (cap pure) () (if (x) (+ (y-of 1) 1) 2))"
       "(fn y-of (cap pure) (a a) 1)",
       ZERO_CODE_NAME_UNKNOWN, 1, 26, NULL},
      {"(fn f (1) 1)(fn g () (f 1 2 3))", ZERO_CODE_FORM_SHAPE, 1, 8, NULL},
      {"(import \"none.0x0\")(fn f () (helper))", ZERO_CODE_IMPORT_NOT_FOUND, 1,
       9, NULL},
      {"(import \"none.0x0\" h)(fn f () (h.helper))",
       ZERO_CODE_IMPORT_NOT_FOUND, 1, 9, NULL},
  };
  struct zero_checking *checking = zero_check_text(rows[0].text);
  cr_expect_eq(checking->program.reports.errors, 2);
  expect_refused(rows + 1, 3);
}

Test(checker, keeps_going_but_not_for_ever) {
  enum { NAMES = 2000 };
  char *text = zero__alloc(zero_test_heap(), ZERO_LEAF, NAMES * 8 + 64);
  char *end = text + sprintf(text, "(fn f ()");
  for (int i = 0; i < NAMES; i++) end += sprintf(end, " u%d", i);
  strcpy(end, ")");
  struct zero_checking *checking = zero_check_text(text);
  unsigned kept = 0;
  const struct zero_report *report = checking->program.reports.first;
  for (; report != NULL; report = report->next) kept++;
  cr_expect_eq(kept, ZERO_REPORTS_MAX);
  cr_expect_eq(checking->program.reports.errors, NAMES);
}

/* --- depth --- */

static void check_source(void *context) {
  struct zero_checking *checking = context;
  checking->good =
      zero__check_program(&checking->program, &checking->source, NULL, NULL);
}

/* The whole depth has room in 256 KiB; on less it has, or that is said. */
static void expect_good_on_small_stack(const char *text) {
  for (size_t size = 256 << 10; size >= 64 << 10; size /= 2) {
    struct zero_checking *checking = zero_checking_new(NULL);
    checking->source = zero_source_of("deep.0x0", text);
    zero_test_on_stack(size, check_source, checking);
    const struct zero_report *report = checking->program.reports.first;
    bool too_deep = report != NULL && size < 256 << 10 &&
                    report->code == ZERO_CODE_SYNTAX_TOO_DEEP;
    if (checking->good || too_deep) continue;
    zero_complain_of(checking, "");
    cr_expect_fail("%zu: %.40s", size, text);
  }
}

/* Forms nested as deep as the reader allows. */
static void expect_deep(const char *open, const char *middle,
                        const char *shut) {
  size_t room = ZERO_NESTING_MAX * (strlen(open) + strlen(shut)) + 64;
  char *text = malloc(room);
  char *end = stpcpy(text, "(fn f (x) ");
  int levels = 0;
  for (const char *at = open; *at != '\0'; at++) levels += *at == '(';
  int count = (ZERO_NESTING_MAX - 4) / levels;
  for (int i = 0; i < count; i++) end = stpcpy(end, open);
  end = stpcpy(end, middle);
  for (int i = 0; i < count; i++) end = stpcpy(end, shut);
  strcpy(end, ")");
  expect_good_on_small_stack(text);
  free(text);
}

Test(checker, checks_deep_nesting_on_a_small_stack) {
  expect_deep("(f ", "x", ")");
  expect_deep("(if x ", "x", " x)");
  expect_deep("(let ((a ", "x", ")) a)");
  expect_deep("(let () x ", "x", ")");
  expect_deep("(fn (y) ", "x", ")");
  expect_deep("(match x (_ ", "x", "))");
  expect_deep("(try ", "x", ")");
  expect_deep("(not ", "x", ")");
  expect_deep("((", "(f x)", "))");
}

Test(checker, checks_deep_patterns_on_a_small_stack) {
  size_t room = ZERO_NESTING_MAX * 16 + 128;
  char *text = malloc(room);
  char *end = stpcpy(text, "(fn f (x) (match x (");
  int count = ZERO_NESTING_MAX - 8;
  for (int i = 0; i < count; i++) end = stpcpy(end, "(list 1 ");
  end = stpcpy(end, "y");
  for (int i = 0; i < count; i++) end = stpcpy(end, ")");
  strcpy(end, " y) (_ 1)))");
  expect_good_on_small_stack(text);
  free(text);
}
