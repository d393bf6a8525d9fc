/* test_compiler.c - what compiled code promises: tail calls, limits,
 * budgets, try and traces.
 *
 * That it computes the right values is held by test_machine.c. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/session.h"
#include "check/checker.h"
#include "support/code.h"
#include "support/hosting.h"
#include "support/scale.h"
#include "support/verify.h"
#include "vm/vm.h"
#include "zero.h"

enum { SMALL_STACK = 4096 }; /* slots: about a thousand frames */

/* --- helpers ------------------------------------------------------------ */

static zero_vm *open_small(void) {
  zero_options options = zero_options_default();
  options.stack_slots = SMALL_STACK;
  return zero_host_open(&options);
}

static zero_vm *open_fuelled(uint64_t fuel) {
  zero_options options = zero_options_default();
  options.fuel = fuel;
  return zero_host_open(&options);
}

/* What main evaluates to, printed, or the code it failed with. */
static const char *answer(zero_vm *vm) {
  zero_value value;
  zero_status status = zero_call(vm, &value, zero_lookup(vm, "main"), NULL, 0);
  return status == ZERO_OK ? zero_host_printed(vm, value)
                           : zero_host_code(vm);
}

static void expect(zero_vm *vm, const char *source, const char *expected) {
  zero_host_load(vm, source);
  cr_expect_str_eq(answer(vm), expected, "%s", source);
}

/* In a VM of its own, closed afterwards. */
static void expect_in(zero_vm *vm, const char *source, const char *expected) {
  expect(vm, source, expected);
  zero_close(vm);
}

/* --- calls -------------------------------------------------------------- */

Test(compiler, a_function_that_calls_itself_last_uses_no_stack) {
  expect_in(open_small(),
            "(fn f (n sum) (if (= n 0) sum (f (- n 1) (+ sum n))))"
            "(fn main () (f 10000000 0))",
            "50000005000000");
}

Test(compiler, functions_that_call_one_another_last_use_no_stack) {
  expect_in(open_small(),
            "(fn even (n) (if (= n 0) true (odd (- n 1))))"
            "(fn odd (n) (if (= n 0) false (even (- n 1))))"
            "(fn main () (even 10000000))",
            "true");
}

Test(compiler, values_that_are_called_last_use_no_stack) {
  expect_in(open_small(),
            "(fn f (n g) (if (= n 0) \"end\" (g (- n 1) g)))"
            "(fn h (n g) (apply f (list n g)))"
            "(fn main () (f 1000000 (fn (n g) (h n g))))",
            "\"end\"");
}

Test(compiler, every_form_that_ends_in_a_call_keeps_it_last) {
  expect_in(open_small(),
            "(fn f (n) (if (= n 0) \"end\" (do n (let ((m n)) (and true"
            " (or false (match m (0 1) (k (f (- k 1)))))))))) "
            "(fn main () (f 100000))",
            "\"end\"");
}

Test(compiler, a_million_calls_may_wait_for_one_another) {
  expect_in(zero_host_open(NULL),
            "(fn f (n) (if (= n 0) 0 (+ 1 (f (- n 1)))))"
            "(fn main () (f 1000000))",
            "1000000");
}

Test(compiler, calls_beyond_the_stack_are_an_error_that_try_catches) {
  zero_vm *vm = open_small();
  expect(vm,
         "(fn f (n) (+ 1 (f n)))"
         "(fn main () (match (try (f 0)) ((err e) (runtime-error-code e))))",
         "\"STACK_DEPTH\"");
  expect(vm, "(fn f (n) (+ 1 (f n))) (fn main () (f 0))", "STACK_DEPTH");
  expect(vm, "(fn f (n) (if (= n 0) 0 (+ 1 (f (- n 1)))))"
             "(fn main () (f 300))", "300");
  zero_close(vm);
}

Test(compiler, the_stack_also_ends_for_calls_of_values_and_by_apply) {
  zero_vm *vm = open_small();
  expect(vm, "(fn f (g) (+ 1 (g g))) (fn main () (f f))", "STACK_DEPTH");
  expect(vm, "(fn f (n) (+ 1 (apply f (list n)))) (fn main () (f 1))",
         "STACK_DEPTH");
  expect(vm, "(fn f (n) (map f (list n))) (fn main () (f 1))",
         "STACK_DEPTH");
  zero_close(vm);
}

Test(compiler, a_wrong_number_of_arguments_for_a_value_is_an_arity_error) {
  zero_vm *vm = zero_host_open(NULL);
  expect(vm, "(fn call (f) (f 1 2)) (fn main () (call (fn (x) x)))",
         "ARITY");
  expect(vm, "(fn call (f) (+ 1 (f 1 2))) (fn main () (call not))", "ARITY");
  expect(vm, "(fn main () (apply (fn (x) x) (list)))", "ARITY");
  expect(vm, "(fn main () (+ 1 (apply head (list 1 2))))", "ARITY");
  expect(vm, "(fn call (f) (f 1 2)) (fn main () (call 7))", "TYPE_MISMATCH");
  zero_close(vm);
}

/* --- arithmetic --------------------------------------------------------- */

Test(compiler, all_operands_are_computed_before_the_first_is_added) {
  expect_in(zero_host_open(NULL),
            "(fn id (:: (-> Any Any)) (x) x)"
            "(fn main () (+ (id \"a\") 1 (raise \"FIRST\" \"\""
            " (map-empty))))",
            "FIRST");
}

Test(compiler, an_error_names_the_operation_that_was_written) {
  zero_vm *vm = zero_host_open(NULL);
  zero_host_load(vm, "(fn f (x) (- x 5)) (fn main () (f \"a\"))");
  cr_expect_str_eq(answer(vm), "TYPE_MISMATCH");
  cr_expect_str_eq(zero_last_error(vm)->message,
                   "-: argument 1 must be I64, found Text \"a\"");
  zero_close(vm);
}

/* --- verified code ------------------------------------------------------ */

static void verify_all(struct zero_heap *heap, zero_value function,
                       unsigned depth) {
  char message[512] = "";
  const struct zero_code *code = zero__code_of(function);
  if (code->builtin >= 0) return;
  cr_assert(zero__verify(heap, code, message, sizeof message), "%s: %s",
            zero__text(code->callable.name)->bytes, message);
  for (uint32_t i = 0; depth > 0 && i < code->constant_count; i++) {
    if (zero__is_function(code->constants[i])) {
      verify_all(heap, code->constants[i], depth - 1);
    }
  }
}

static unsigned verify_scope(zero_vm *vm, const struct zero_scope *scope) {
  for (uint32_t i = 0; i < scope->count; i++) {
    verify_all(&vm->heap, scope->entries[i].global->function, 3);
  }
  return scope->count;
}

Test(compiler, what_it_makes_of_lib_core_passes_the_verifier) {
  zero_vm *vm = zero_host_open(NULL);
  for (unsigned i = 0; i < zero__core_name_count; i++) {
    cr_assert(!zero_is_none(zero_lookup(vm, zero__core_names[i].name)));
  }
  cr_assert_eq(verify_scope(vm, ((struct zero_session *)vm)->core),
               zero__core_name_count);
  zero_close(vm);
}

static void verify_file(const char *path) {
  const char *name;
  const char *bytes;
  size_t size;
  char message[256];
  cr_assert_eq(zero_file_loader(NULL, path, "", &name, &bytes, &size, message,
                                sizeof message),
               0, "%s", message);
  zero_vm *vm = zero_host_open(NULL);
  cr_assert_eq(zero_load(vm, path, bytes, size), ZERO_OK, "%s", path);
  cr_assert_gt(verify_scope(vm, ((struct zero_session *)vm)->names), 0);
  zero_close(vm);
}

Test(compiler, what_it_makes_of_the_examples_passes_the_verifier) {
  zero_close(zero_host_open(NULL)); /* the loader needs the collector */
  verify_file("examples/calculator.0x0");
  verify_file("examples/layout-table.0x0");
  verify_file("examples/layouts.0x0");
  verify_file("examples/words.0x0");
}

/* --- calls that are compiled in ----------------------------------------- */

Test(compiler, arguments_of_a_call_compiled_in_are_computed_once_in_order) {
  expect_in(zero_host_open(NULL),
            "(fn f (a b) (list b a a))"
            "(fn say (m k) (do (raise k \"\" (map-empty)) m))"
            "(fn main () (list (f 1 2) (f (f 1 2) (f 3 4))"
            " (error-code* (try (f (say 1 \"A\") (say 2 \"B\"))))))"
            "(fn error-code* (r) (match r ((err e) (match e"
            " ((runtime-error c _ _ _) c)))))",
            "(list (list 2 1 1)"
            " (list (list 4 3 3) (list 2 1 1) (list 2 1 1)) \"A\")");
}

Test(compiler, a_call_compiled_in_may_stand_in_its_own_arguments) {
  expect_in(zero_host_open(NULL),
            "(fn f (x) (let ((y (* x 2))) (+ y 1)))"
            "(fn main () (list (f (f (f 1))) (option-or (fold (fn (a x)"
            " (option-or (list 5 \"some\" (+ a x)) 0)) (f 1) (list (f 1)"
            " (f 2))) (f 9))))",
            "LAYOUT_OPTION");
  expect_in(zero_host_open(NULL),
            "(fn f (x) (let ((y (* x 2))) (+ y 1)))"
            "(fn main () (list (f (f (f 1))) (option-or (option-some"
            " (fold (fn (a x) (option-or (option-some (+ a x)) 0)) (f 1)"
            " (list (f 1) (f 2)))) (f 9))))",
            "(list 15 11)");
}

Test(compiler, names_of_a_call_compiled_in_are_its_own) {
  expect_in(zero_host_open(NULL),
            "(fn f (x) (let ((y (+ x 1))) (match (list x y)"
            " ((list a b & c) (list a b c x y)))))"
            "(fn main () (let ((x 10) (y 20) (a 30) (b 40) (c 50))"
            " (list (f y) x y a b c (f (head (f a))))))",
            "(list (list 20 21 (list) 20 21) 10 20 30 40 50"
            " (list 30 31 (list) 30 31))");
}

Test(compiler, a_call_compiled_in_branches_as_its_value_is) {
  expect_in(zero_host_open(NULL),
            "(fn is (v) (match v ((list \"yes\" & _) true) ((list \"no\")"
            " false) (0 Unit) (_ v)))"
            "(fn which (v) (if (is v) 1 (if (not (is v)) 2 3)))"
            "(fn main () (map which (list (list \"yes\" 4) (list \"no\")"
            " 0 5 false (list \"no\" 1) (list))))",
            "(list 1 2 2 1 2 1 1)");
}

Test(compiler, a_literal_list_as_a_pattern_is_that_list_and_no_other) {
  expect_in(zero_host_open(NULL),
            "(fn f (v) (match v ((list \"a\") 1) ((list \"a\" 1) 2)"
            " ((list) 3) ((list 5 \"none\") 4) ((list \"b\" 1 2 3 4 5) 5)"
            " ((list x \"a\") x) (_ 6)))"
            "(fn main () (map f (list (list \"a\") (list \"a\" 1) (list)"
            " (option-none) (list \"b\" 1 2 3 4 5) (list 9 \"a\") \"a\""
            " (list \"a\" 2) (option-some 1) 7)))",
            "(list 1 2 3 4 5 9 6 6 6 6)");
}

Test(compiler, endless_calls_compiled_into_one_another_spend_fuel) {
  expect_in(open_fuelled(100000),
            "(fn f (n) (g (+ n 1))) (fn g (n) (h n)) (fn h (n) (f n))"
            "(fn main () (f 0))",
            "FUEL_SPENT");
  expect_in(open_small(),
            "(fn f (n) (+ 1 (g n))) (fn g (n) (+ 1 (f n)))"
            "(fn main () (f 0))",
            "STACK_DEPTH");
}

/* With inlined code this needs more registers than there are. */
Test(compiler, calls_are_made_where_compiling_them_in_would_not_fit) {
  char source[32768] = "(fn f (a b c) (let ((d (+ a b)) (e (+ b c))"
                       " (g (+ a c))) (+ d e g)))(fn main () (let (";
  size_t size = strlen(source);
  for (int i = 0; i < 236; i++) {
    size += (size_t)snprintf(source + size, sizeof source - size,
                             "(v%d (len (list %d)))", i, i);
  }
  snprintf(source + size, sizeof source - size,
           ") (f (f v0 v1 v2) (f v3 v4 v235) (f v6 v7 v8))))");
  expect_in(zero_host_open(NULL), source, "36");
}

/* --- limits of the bytecode --------------------------------------------- */

/* `before`, `count` times `each`, and `after`; an @ in `each` is its number,
 * from 0. free() it. */
static char *repeated(const char *before, const char *each, unsigned count,
                      const char *after) {
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  fputs(before, to);
  for (unsigned i = 0; i < count; i++) {
    const char *mark = strchr(each, '@');
    int head = mark == NULL ? (int)strlen(each) : (int)(mark - each);
    fprintf(to, "%.*s", head, each);
    if (mark != NULL) fprintf(to, "%u%s", i, mark + 1);
  }
  fputs(after, to);
  fclose(to);
  return text;
}

static void expect_limit(const char *before, const char *each, unsigned count,
                         const char *after) {
  zero_vm *vm = zero_host_open(NULL);
  char *source = repeated(before, each, count, after);
  cr_expect_eq(zero_load(vm, "test.0x0", source, strlen(source)),
               ZERO_E_SOURCE);
  const zero_error *error = zero_last_error(vm);
  cr_expect(error != NULL && strcmp(error->code, "LIMIT_FUNCTION") == 0,
            "%u times %s: %s", count, each,
            error == NULL ? "accepted" : error->code);
  free(source);
  expect_in(vm, "(fn main () 1)", "1");
}

static void expect_repeated(const char *before, const char *each,
                            unsigned count, const char *after,
                            const char *expected) {
  char *source = repeated(before, each, count, after);
  expect_in(zero_host_open(NULL), source, expected);
  free(source);
}

Test(compiler, a_function_with_too_many_names_is_refused) {
  expect_repeated("(fn main () (let (", "(v@ (len (list)))", 240,
                  ") (+ v0 v239)))", "0");
  expect_limit("(fn main () (let (", "(v@ (len (list)))", 260,
               ") (+ v0 v259)))");
}

Test(compiler, a_function_with_too_many_parameters_is_refused) {
  expect_repeated("(fn f (", " v@", 200, ") v199) (fn main () 7)", "7");
  expect_limit("(fn f (", " v@", 201, ") v199) (fn main () 7)");
}

Test(compiler, a_call_with_too_many_arguments_is_refused) {
  expect_limit("(fn f (g) (g ", " g", 250, ")) (fn main () 7)");
}

Test(compiler, a_function_with_too_many_constants_is_refused) {
  expect_limit("(fn main () (do ", "\"@\" ", 66000, "))");
}

Test(compiler, a_jump_that_is_too_far_is_refused) {
  expect_repeated("(fn f (x) (if x (do ", "1 ", 30000, ") 2))"
                  "(fn main () (f false))", "2");
  expect_limit("(fn f (x) (if x (do ", "1 ", 33000, ") 2))"
               "(fn main () (f false))");
  expect_limit("(fn main () (try ", "1 ", 33000, "))");
}

Test(compiler, code_behind_many_constants_still_reads_the_right_ones) {
  expect_repeated("(fn main () (do ", "\"@\" ", 20000,
                  " (if (= (text-cat \"30\" \"00\") \"3000\")"
                  " (match \"b\" (\"a\" 1) (\"b\" 2)) 3)))",
                  "2");
}

/* --- budgets ------------------------------------------------------------ */

static const char *const endless[] = {
    "(fn f (n) (f n)) (fn main () (f 1))",
    "(fn f (n) (g n)) (fn g (n) (f n)) (fn main () (f 1))",
    "(fn f (g) (g g)) (fn main () (f f))",
    "(fn f (n) (apply f (list n))) (fn main () (f 1))",
    "(fn main () (map (fn (x) x) (range 0 1000000000)))",
    "(fn main () (len (range 0 1000000000)))",
    "(fn f (n) (do (fold + 0 (list 1 2)) (f n))) (fn main () (f 1))",
    "(fn f (n) (do (try (/ n 0)) (f n))) (fn main () (f 1))",
};

Test(compiler, fuel_stops_every_endless_loop) {
  for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
    expect_in(open_fuelled(100000), endless[i], "FUEL_SPENT");
  }
}

Test(compiler, fuel_stops_recursion_before_the_stack_ends) {
  expect_in(open_fuelled(100000),
            "(fn f (n) (+ 1 (f n))) (fn main () (f 1))", "FUEL_SPENT");
}

Test(compiler, try_does_not_catch_a_spent_budget) {
  expect_in(open_fuelled(100000),
            "(fn f (n) (f n)) (fn main () (try (try (f 1))))",
            "FUEL_SPENT");
  zero_options options = zero_options_default();
  options.alloc = 1000000;
  expect_in(zero_host_open(&options),
            "(fn f (xs) (f (cons 1 xs))) (fn main () (try (f (list))))",
            "ALLOC_LIMIT");
  expect_in(zero_host_open(NULL), "(fn main () (try (panic \"x\")))", "PANIC");
  expect_in(zero_host_open(NULL), "(fn main () (try (exit 3)))", "EXIT");
}

Test(compiler, a_deadline_stops_an_endless_loop) {
  zero_options options = zero_options_default();
  options.deadline_ms = 30 * ZERO_SLOWNESS;
  for (size_t i = 0; i < 4; i++) {
    expect_in(zero_host_open(&options), endless[i], "DEADLINE");
  }
}

Test(compiler, a_vm_is_as_good_as_new_behind_a_spent_budget) {
  zero_vm *vm = open_fuelled(100000);
  expect(vm, endless[0], "FUEL_SPENT");
  expect(vm, "(fn main () (map (fn (x) (+ x 1)) (range 0 3)))",
         "(list 1 2 3)");
  expect(vm, endless[4], "FUEL_SPENT");
  expect(vm, "(fn main () (result-ok? (try 1)))", "true");
  zero_close(vm);
}

static const char *const allocating =
    "(fn main () (len (map (fn (x) (list x (list 5 \"some\" x)))"
    " (range 0 1000))))";

static const char *answer_with_alloc(uint64_t alloc, uint64_t *used) {
  zero_options options = zero_options_default();
  zero_vm *vm = zero_host_open(&options);
  zero_host_load(vm, allocating);
  zero_close(vm);
  options.alloc = alloc;
  vm = zero_host_open(&options);
  zero_host_load(vm, allocating);
  uint64_t before = zero__heap_allocated(&vm->heap);
  static char said[40];
  zero_value value;
  zero_status status = zero_call(vm, &value, zero_lookup(vm, "main"), NULL, 0);
  *used = zero__heap_allocated(&vm->heap) - before;
  snprintf(said, sizeof said, "%s",
           status == ZERO_OK ? "" : zero_host_code(vm));
  zero_close(vm);
  return said;
}

Test(compiler, what_a_call_may_allocate_holds_to_the_granule) {
  uint64_t used;
  uint64_t again;
  cr_assert_str_eq(answer_with_alloc(1 << 24, &used), "");
  cr_assert_gt(used, 1000 * 100);
  cr_expect_str_eq(answer_with_alloc(used, &again), "");
  cr_expect_eq(used, again);
  cr_expect_str_eq(answer_with_alloc(used - 16, &again),
                   "ALLOC_LIMIT");
}

/* --- try ---------------------------------------------------------------- */

Test(compiler, the_innermost_try_catches) {
  zero_vm *vm = zero_host_open(NULL);
  expect(vm,
         "(fn code (r) (match r ((err e) (runtime-error-code e)) ((ok v) v)))"
         "(fn main () (list (code (try (code (try (/ 1 0))) (head (list))))"
         " (code (try (do (try (/ 1 0)) 5))) (try (try 1))))",
         "(list \"EMPTY_LIST\" 5 (list 6 \"ok\" (list 6 \"ok\" 1)))");
  expect(vm,
         "(fn f (n) (if (= n 0) (/ 1 0) (+ 1 (f (- n 1)))))"
         "(fn main () (let ((a 1) (r (try (f 50))) (b 2))"
         " (list a (result-err? r) b)))",
         "(list 1 true 2)");
  zero_close(vm);
}

Test(compiler, an_error_leaves_closures_and_loops_for_the_try_around_them) {
  expect_in(
      zero_host_open(NULL),
      "(fn risky (x) (if (= x 3) (raise \"THREE\" \"no\" (map-empty)) x))"
      "(fn all (xs) (try (map (fn (x) ((fn (y) (risky (+ y x))) 0)) xs)))"
      "(fn main () (match (all (list 1 2 3 4)) ((err e) (list"
      " (runtime-error-code e) (all (list 1 2))))))",
      "(list \"THREE\" (list 6 \"ok\" (list 1 2)))");
}

Test(compiler, a_hundred_thousand_tries_may_be_open_at_once) {
  expect_in(zero_host_open(NULL),
            "(fn f (n) (if (= n 0) (/ 1 0)"
            " (match (try (f (- n 1))) ((ok v) v) ((err e) (raise"
            " (runtime-error-code e) \"again\" (map-empty))))))"
            "(fn main () (f 100000))",
            "DIVIDE_BY_ZERO");
}

/* --- traces ------------------------------------------------------------- */

/* "name line:column" of each frame of the last error, a ~ for callers that are
 * left out. Closes the VM. */
static void expect_frames(zero_vm *vm, const char *expected) {
  const zero_error *error = zero_last_error(vm);
  char text[1024] = "";
  size_t size = 0;
  for (size_t i = 0; i < error->trace_count; i++) {
    const zero_trace_frame *frame = &error->trace[i];
    size += (size_t)snprintf(text + size, sizeof text - size, "%s%s %u:%u%s",
                             i == 0 ? "" : ", ", frame->function,
                             frame->location.line, frame->location.column,
                             frame->after_tail_call ? " ~" : "");
  }
  cr_expect_str_eq(text, expected);
  zero_close(vm);
}

static void expect_trace(const char *source, const char *expected) {
  zero_vm *vm = zero_host_open(NULL);
  zero_host_load(vm, source);
  zero_value value;
  cr_assert_eq(zero_call(vm, &value, zero_lookup(vm, "main"), NULL, 0),
               ZERO_E_FAILED);
  expect_frames(vm, expected);
}

/* It is there but once: a tail call would save nothing. */
Test(compiler, a_trace_ends_at_what_was_evaluated) {
  static const struct {
    const char *source;
    const char *expected;
  } rows[] = {
      {"(f 0)", "f 1:11, eval 1:1"},
      {"(option-map f (option-some 0))",
       "f 1:11, option-map 59:33, eval 1:1"},
      {"(map (fn (x) (f x)) (list 0))", "f 1:11, ƒ 1:14, eval 1:1"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zero_vm *vm = zero_host_open(NULL);
    zero_host_load(vm, "(fn f (x) (/ 1 x))");
    zero_value value;
    cr_assert_eq(zero_eval(vm, &value, NULL, "line", rows[i].source,
                           strlen(rows[i].source)),
                 ZERO_E_FAILED);
    expect_frames(vm, rows[i].expected);
  }
}

Test(compiler, a_trace_names_the_calls_that_wait) {
  expect_trace("(fn f (x) (+ 1 (/ x 0)))\n"
               "(fn g (x) (+ 1 (f x)))\n"
               "(fn main () (+ 1 (g 1)))",
               "f 1:16, g 2:16, main 3:18");
}

/* A function with a lambda in it is never compiled into another. */
Test(compiler, a_trace_marks_where_tail_calls_left_callers_out) {
  expect_trace("(fn f (x) (+ 1 (/ ((fn (y) y) x) 0)))\n"
               "(fn g (x) (f ((fn (y) y) x)))\n"
               "(fn main () (+ 1 (g 1)))",
               "f 1:16 ~, main 3:18");
}

Test(compiler, a_trace_shows_calls_that_were_compiled_in) {
  expect_trace("(fn f (x) (+ 1 (/ x 0)))\n"
               "(fn g (x) (f x))\n"
               "(fn main () (+ 1 (g 1)))",
               "f 1:16, g 2:11, main 3:18");
  expect_trace("(fn f (n) (if (= n 0) (/ 1 n) (+ 1 (f (- n 1)))))\n"
               "(fn main () (+ 1 (f 3)))",
               "f 1:23, f 1:36, f 1:36, f 1:36, main 2:18");
}

Test(compiler, a_trace_goes_through_loops_and_closures) {
  expect_trace("(fn f (x) (/ x 0))\n"
               "(fn main () (len (map (fn (x)\n"
               "  (+ 1 (f x))) (list 1))))",
               "f 1:11, ƒ 3:8, main 2:18");
}

/* As a call of the program's own would be: both functions have their frame. */
Test(compiler, a_trace_shows_loops_that_a_program_wrote) {
  expect_trace("(fn all (f xs) (if (empty? xs) 0\n"
               "  (do (f (head xs)) (all f (tail xs)))))\n"
               "(fn main () (+ 1 (all (fn (x)\n"
               "  (+ 1 (/ 1 x))) (list 1 0))))",
               "ƒ 4:8, all 2:7, main 3:18");
}

Test(compiler, a_trace_shows_library_calls_that_were_compiled_in) {
  expect_trace("(fn f (o) (+ 1 (option-value o)))\n"
               "(fn main () (+ 1 (f (option-none))))",
               "option-value 40:5, f 1:16, main 2:18");
}

Test(compiler, an_error_is_placed_in_the_program_not_in_the_library) {
  zero_vm *vm = zero_host_open(NULL);
  zero_host_load(vm, "(fn main ()\n  (option-value (list 5 \"some\")))");
  zero_value value;
  cr_assert_eq(zero_call(vm, &value, zero_lookup(vm, "main"), NULL, 0),
               ZERO_E_FAILED);
  const zero_error *error = zero_last_error(vm);
  cr_expect_str_eq(error->code, "LAYOUT_OPTION");
  cr_expect_eq(error->location.line, 2);
  cr_expect_eq(error->location.column, 3);
  cr_expect_str_eq(error->trace[0].function, "option-value");
  zero_close(vm);
}

Test(compiler, a_library_call_in_an_argument_of_the_same_call_keeps_apart) {
  expect_in(zero_host_open(NULL),
            "(fn main () (option-or (option-none)"
            " (option-or (option-none) 3)))",
            "3");
  expect_in(zero_host_open(NULL),
            "(fn main () (map-put (map-put (map-empty) 1 2) (map-size"
            " (map-put (map-put (map-empty) 5 6) 7 8)) 9))",
            "(list 7 \"map\" (list (list 1 2) (list 2 9)))");
}

Test(compiler, loops_over_anonymous_functions_keep_their_meaning) {
  expect_in(zero_host_open(NULL),
            "(fn main () (map (fn (x) (fold (fn (a y) (+ (* a x) y)) 0"
            " (filter (fn (z) (!= z x)) (list 1 2 3)))) (list 1 2 3)))",
            "(list 5 5 5)");
  expect_in(zero_host_open(NULL),
            "(fn main () (map (fn (f) (f 10))"
            " (map (fn (x) (fn (y) (+ x y))) (list 1 2 3))))",
            "(list 11 12 13)");
  expect_in(zero_host_open(NULL),
            "(fn go (n out) (if (= n 0) out (go (- n 1)"
            " (map (fn (x) (+ x n)) out))))\n"
            "(fn main () (go 3 (list 5 \"some\")))",
            "TYPE_MISMATCH");
  expect_in(zero_host_open(NULL),
            "(fn main () (map (fn (x) x) (list 9 5 \"some\" 42)))",
            "(list 9 5 \"some\" 42)");
  expect_in(zero_host_open(NULL),
            "(fn main () (each (fn (x) x) (head (list 5))))",
            "TYPE_MISMATCH");
}

Test(compiler, functions_known_at_their_call_keep_their_meaning) {
  static const struct {
    const char *source;
    const char *expected;
  } rows[] = {
      {"(fn twice (f x) (f (f x)))"
       "(fn main () (twice (fn (x) (twice (fn (y) (+ x y)) x)) 1))",
       "9"},
      {"(fn main () (let ((f (fn (x y) (- x y)))) (f 10 (f 5 (f 2 1)))))",
       "6"},
      {"(fn go (f xs sum) (if (empty? xs) sum"
       " (go f (tail xs) (f (head xs) sum))))"
       "(fn main () (go (fn (x s) (go (fn (y t) (+ t (* x y))) (list 1 2) s))"
       " (list 1 2 3) 0))",
       "18"},
      {"(fn swap (f a b n) (if (= n 0) (f a b) (swap f b a (- n 1))))"
       "(fn main () (list (swap (fn (x y) (list x y)) 1 2 3)"
       " (swap (fn (x y) (list x y)) 1 2 4)))",
       "(list (list 2 1) (list 1 2))"},
      {"(fn walk (f o n) (if (= n 0) (option-none? o)"
       " (walk f (f o) (- n 1)))) (fn door (f o) (walk f o 2))"
       "(fn main () (door (fn (o) (option-none)) (option-some 1)))",
       "true"},
      {"(fn keep (f n out) (if (= n 0) out"
       " (keep f (- n 1) (cons (fn () (f n)) out))))"
       "(fn main () (map (fn (g) (g)) (keep (fn (x) (* x x)) 3 (list))))",
       "(list 1 4 9)"},
      {"(fn main () (map (fn (x y) x) (list 1)))", "ARITY"},
      {"(fn main () (map (fn (x y) x) (list)))", "(list)"},
      {"(fn main () (option-map (fn (x y) x) (option-some 1)))", "ARITY"},
      {"(fn inc (x) (+ x 1)) (fn main () (option-map inc (option-some 1)))",
       "(list 5 \"some\" 2)"},
      {"(fn add (x y) (+ x y)) (fn main () (option-map add (option-some 1)))",
       "ARITY"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    expect_in(zero_host_open(NULL), rows[i].source, rows[i].expected);
  }
}

/* What the instructions of `main` are. */
static void expect_instruction(const char *body, const char *name,
                               bool expected) {
  char source[256];
  struct zero_test_bytes text = {0};
  zero_vm *vm = zero_host_open(NULL);
  snprintf(source, sizeof source, "(fn main (x) %s)", body);
  cr_assert_eq(zero_disassemble(vm, "test.0x0", source, strlen(source),
                                zero_test_keep, &text),
               ZERO_OK);
  cr_expect_eq(strstr(text.bytes, name) != NULL, expected, "%s\n%s", body,
               text.bytes);
  free(text.bytes);
  zero_close(vm);
}

Test(compiler, what_is_known_is_not_asked_again) {
  static const struct {
    const char *body;
    const char *name;
    bool expected;
  } rows[] = {
      {"(option-or x 1)", "ISLAYOUT", true},
      {"(option-or (option-some x) 1)", "ISLAYOUT", false},
      {"(option-map (fn (y) y) (option-some x))", "ISLAYOUT", false},
      {"(let ((o (result-err x))) (result-ok? o))", "ISLAYOUT", false},
      {"(option-or (result-ok x) 1)", "ISLAYOUT", true},
      {"(match (option-some x) ((none) 0) ((some y) y))", "LOADI", false},
      {"(match x ((none) 0) ((some y) y))", "LOADI", true},
      {"(option-map (fn (y) (+ y 1)) x)", "CALLV", false},
      {"(option-map x (option-some 1))", "CALLV", true},
      {"(map (fn (y) (+ y 1)) x)", "LOOP", true},
      {"(map x (list 1))", "LOOP", false},
      {"(let ((f (fn (y) y))) (f (f x)))", "CALLV", false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    expect_instruction(rows[i].body, rows[i].name, rows[i].expected);
  }
}

Test(compiler, a_trace_of_deep_recursion_counts_what_it_leaves_out) {
  zero_vm *vm = zero_host_open(NULL);
  zero_host_load(vm, "(fn f (n) (if (= n 0) (/ 1 0) (+ 1 (f (- n 1)))))"
           "(fn main () (f 1000))");
  zero_value value;
  cr_assert_eq(zero_call(vm, &value, zero_lookup(vm, "main"), NULL, 0),
               ZERO_E_FAILED);
  const zero_error *error = zero_last_error(vm);
  cr_expect_eq(error->trace_count, ZERO_TRACE_MAX);
  cr_expect_eq(error->trace_lost + error->trace_count, 1002,
               "f, 1001 times, and main");
  zero_close(vm);
}
