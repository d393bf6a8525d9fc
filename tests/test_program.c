/* test_program.c - modules and text typed at a prompt: imports, exports,
 * packages, sessions. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/checking.h"
#include "support/small_stack.h"

/* --- modules --- */

static const struct zero_test_file two_files[ZERO_TEST_FILES] = {
    {"helper.0x0", "(fn help (x) (inner x))(fn inner (x) x)(fn main () 1)"},
    {"narrow.0x0", "(export shown)(fn shown () (hidden))(fn hidden () 1)"},
    {"other.0x0", "(fn help () 1)"},
    {"deep.0x0", "(import \"helper.0x0\")(fn deep () (help 1))"},
    {"wrong.0x0", "(fn bad () (unknown))"},
    {"broken.0x0", "(fn bad ("},
    {"loop.0x0", "(import \"root.0x0\")(fn looped () (f))"},
};

Test(program, sees_what_an_import_exports) {
  struct zero_checking *checking =
      zero_check_files(two_files,
                       "(import \"helper.0x0\")(import \"narrow.0x0\" n)"
                       "(import \"helper.0x0\" h)"
                       "(fn f () (list (help 1) (n.shown) (h.inner 2)))");
  if (!checking->good) zero_complain_of(checking, "");
  cr_assert(checking->good);
  zero_expect_shape(zero_checked(checking, "f"), "",
                    "(list (helper.0x0:help 1) (narrow.0x0:shown) "
                    "(helper.0x0:inner 2))");
  cr_expect_str_eq(checking->program.functions[0]->name, "help",
                   "imports come first");
  cr_expect_eq(checking->program.function_count, 6);
  cr_expect_eq(checking->program.names->count, 1);
}

Test(program, loads_each_file_once) {
  struct zero_checking *checking =
      zero_check_files(two_files,
                       "(import \"helper.0x0\")(import \"deep.0x0\")"
                       "(import \"helper.0x0\")"
                       "(fn f () (list (help 1) (deep)))");
  cr_expect(checking->good);
  cr_expect_eq(checking->program.function_count, 5);
}

static void expect_import(const char *text, int code, unsigned column,
                          const char *message) {
  struct zero_refused row = {text, code, 1, column, message};
  zero_expect_report(zero_check_files(two_files, text), &row, false);
}

Test(program, refuses_what_imports_cannot_give) {
  expect_import("(import \"narrow.0x0\")(fn f () (hidden))",
                ZERO_CODE_NAME_UNKNOWN, 32, NULL);
  expect_import("(import \"narrow.0x0\" n)(fn f () (n.hidden))",
                ZERO_CODE_NAME_UNKNOWN, 34, NULL);
  expect_import("(import \"helper.0x0\")(fn f () (main))",
                ZERO_CODE_NAME_UNKNOWN, 32, NULL);
  expect_import("(import \"helper.0x0\" h)(fn f () (h.main))",
                ZERO_CODE_NAME_UNKNOWN, 34, NULL);
  expect_import("(import \"deep.0x0\")(fn f () (help 1))",
                ZERO_CODE_NAME_UNKNOWN, 30, NULL);
  expect_import("(import \"helper.0x0\")(import \"other.0x0\")",
                ZERO_CODE_NAME_CONFLICT, 22,
                "'help' is imported from helper.0x0 and from other.0x0");
  expect_import("(import \"none.0x0\")", ZERO_CODE_IMPORT_NOT_FOUND, 9, NULL);
  expect_import("(import \"pkg:none\")", ZERO_CODE_PACKAGE_NOT_FOUND, 9,
                "package dependency not found");
  expect_import("(export nothing)", ZERO_CODE_EXPORT_UNKNOWN, 9, NULL);
}

Test(program, reports_in_the_file_where_it_is_wrong) {
  struct zero_checking *checking =
      zero_check_files(two_files, "(import \"wrong.0x0\")(fn f () (bad))");
  const struct zero_report *report = checking->program.reports.first;
  cr_assert_not_null(report);
  cr_expect_eq(report->code, ZERO_CODE_NAME_UNKNOWN);
  cr_expect_str_eq(report->source->name, "wrong.0x0");
  cr_expect_null(report->next);
  checking =
      zero_check_files(two_files, "(import \"broken.0x0\")(fn f () (bad))");
  report = checking->program.reports.first;
  cr_assert_not_null(report);
  cr_expect_eq(report->code, ZERO_CODE_SYNTAX_UNBALANCED);
  cr_expect_null(report->next, "what is missing from it is not reported");
}

Test(program, names_the_chain_of_a_circle) {
  struct zero_test_file files[ZERO_TEST_FILES] = {
      {"a.0x0", "(import \"b.0x0\")(fn a () (b))"},
      {"b.0x0", "(import \"c.0x0\")(fn b () (c))"},
      {"c.0x0", "(import \"a.0x0\")(fn c () (a))"},
  };
  struct zero_checking *checking =
      zero_check_files(files, "(import \"a.0x0\")(fn f () (a))");
  struct zero_refused row = {"circle", ZERO_CODE_IMPORT_CYCLE, 1, 1,
                             "a.0x0 → b.0x0 → c.0x0 → a.0x0"};
  zero_expect_report(checking, &row, false);
  files[0].text = "(import \"a.0x0\")";
  checking = zero_check_files(files, "(import \"a.0x0\")");
  row.message = "a.0x0 → a.0x0";
  zero_expect_report(checking, &row, false);
}

/* File n imports file n - 1, down to 0. */
static int load_link(void *context, const char *path, const char *from,
                     const char **name, const char **bytes, size_t *size,
                     char *message) {
  enum { ROOM = 64 };
  struct zero_checking *checking = context;
  char *text = zero__alloc(checking->program.heap, ZERO_LEAF, ROOM);
  char *copy = zero__alloc(checking->program.heap, ZERO_LEAF, ROOM);
  int number = atoi(path);
  (void)from;
  (void)message;
  snprintf(copy, ROOM, "%d", number);
  int length = number == 0
                   ? snprintf(text, ROOM, "(fn last () 1)")
                   : snprintf(text, ROOM, "(import \"%d\")", number - 1);
  *name = copy;
  *bytes = text;
  *size = (size_t)length;
  return 0;
}

static void check_chain(void *context) {
  struct zero_checking *checking = context;
  checking->good =
      zero__check_program(&checking->program, &checking->source, NULL, NULL);
}

Test(program, follows_long_chains_of_imports_on_a_small_stack) {
  struct zero_checking *checking = zero_checking_new(NULL);
  checking->program.loader = load_link;
  checking->source = zero_source_of("root", "(import \"3000\")");
  zero_test_on_small_stack(check_chain, checking);
  cr_expect(checking->good);
  cr_expect_eq(checking->program.function_count, 1);
}

Test(program, finds_packages_by_the_lock_and_in_lib_core) {
  struct zero_test_file files[ZERO_TEST_FILES] = {
      {"0x0.lock",
       "# packages\n\ndep helper lib/help.0x0\n"
       "dep core-list mine.0x0\r\n"},
      {"lib/help.0x0", "(fn help () 1)"},
      {"mine.0x0", "(fn mine () 1)"},
  };
  struct zero_checking *checking = zero_check_files(
      files,
      "(import \"pkg:helper\")(import \"pkg:core-option\" o)"
      "(import \"pkg:core-list\" l)(import \"pkg:core-option\")"
      "(fn f () (list (help) (o.option-some 1) (l.mine)))");
  if (!checking->good) zero_complain_of(checking, "lock");
  cr_assert(checking->good);
  cr_expect_null(checking->program.reports.first);
  zero_expect_shape(zero_checked(checking, "f"), "",
                    "(list (lib/help.0x0:help) (core:option:option-some 1) "
                    "(mine.0x0:mine))");
}

Test(program, takes_paths_of_the_lock_relative_to_the_lock) {
  struct zero_test_file files[ZERO_TEST_FILES] = {
      {"0x0.lock", "dep a b.0x0"},
      {"b.0x0", "(fn b () 1)"},
      {"c.0x0", "(import \"pkg:a\")"},
  };
  struct zero_checking *checking =
      zero_check_files(files, "(import \"c.0x0\")");
  cr_expect(checking->good);
  cr_expect_str_eq(checking->from, "0x0.lock");
}

static void expect_bad_lock(const char *text, unsigned line) {
  struct zero_test_file files[ZERO_TEST_FILES] = {{"0x0.lock", text},
                                                  {"b.0x0", "(fn b () 1)"}};
  struct zero_checking *checking =
      zero_check_files(files, "(import \"pkg:a\")");
  struct zero_refused row = {text, ZERO_CODE_PACKAGE_LOCK, line, 1, NULL};
  zero_expect_report(checking, &row, false);
  cr_expect_str_eq(checking->program.reports.first->source->name, "0x0.lock");
}

Test(program, refuses_a_lock_of_another_form) {
  expect_bad_lock("dep a b.0x0\ndep a\n", 2);
  expect_bad_lock("dep a b.0x0\n\ndep c d.0x0 e", 3);
  expect_bad_lock("use x y\ndep a b.0x0", 1);
  expect_bad_lock("dep a b.0x0\n\xFF", 2);
}

Test(program, refuses_a_lock_that_names_a_package_twice) {
  expect_bad_lock("dep a b.0x0\ndep c c.0x0\ndep a d.0x0", 3);
  expect_bad_lock("dep a b.0x0\ndep a b.0x0", 2);
  struct zero_test_file files[ZERO_TEST_FILES] = {
      {"0x0.lock", "dep b b.0x0\n#\ndep a b.0x0\ndep b b.0x0\ndep b x"},
      {"b.0x0", "(fn b () 1)"}};
  struct zero_checking *checking =
      zero_check_files(files, "(import \"pkg:a\")");
  const struct zero_report *report = checking->program.reports.first;
  cr_assert_eq(checking->program.reports.errors, 2);
  cr_expect_str_eq(report->message,
                   "the dependency 'b' is duplicated; line 1 names it first");
  cr_expect_str_eq(report->next->message,
                   "the dependency 'b' is duplicated; line 1 names it first");
}

/* One cause, one error: names and packages that are missing for it are not
 * reported. */
static void expect_one_error(const char *lock, const char *text, int code) {
  struct zero_test_file files[ZERO_TEST_FILES] = {
      {"0x0.lock", lock},
      {"nameless.0x0", "(fn (x) x)(fn g () (h))"},
      {"exports.0x0", "(import \"none.0x0\")(export a b c)(fn d () 1)"},
  };
  struct zero_checking *checking = zero_check_files(files, text);
  if (checking->program.reports.errors != 1) zero_complain_of(checking, text);
  cr_assert_eq(checking->program.reports.errors, 1);
  cr_expect_eq(checking->program.reports.first->code, code, "%s: %s", text,
               checking->program.reports.first->message);
}

Test(program, reports_an_import_that_fails_and_none_of_its_names) {
  static const char uses[] = "(fn f () (list (a) (n.b) (map n.c (list))))";
  static const struct {
    const char *lock;
    const char *import;
    int code;
  } rows[] = {
      {"", "(import \"none.0x0\")", ZERO_CODE_IMPORT_NOT_FOUND},
      {"", "(import \"none.0x0\")(export a n.b c)", ZERO_CODE_IMPORT_NOT_FOUND},
      {"", "(import \"exports.0x0\")", ZERO_CODE_IMPORT_NOT_FOUND},
      {"", "(import \"exports.0x0\" n)(import \"exports.0x0\")",
       ZERO_CODE_IMPORT_NOT_FOUND},
      {"", "(fn g () (import \"none.0x0\"))", ZERO_CODE_FORM_UNKNOWN},
      {"", "(import \"pkg:a\")", ZERO_CODE_PACKAGE_NOT_FOUND},
      {"use x y", "(import \"pkg:a\")(import \"pkg:b\" n)",
       ZERO_CODE_PACKAGE_LOCK},
      {"\xFF", "(import \"pkg:a\")(import \"pkg:b\" n)",
       ZERO_CODE_PACKAGE_LOCK},
      {"", "(import \"nameless.0x0\")", ZERO_CODE_FORM_SHAPE},
      {"", "(import \"nameless.0x0\")(import \"nameless.0x0\" n)",
       ZERO_CODE_FORM_SHAPE},
  };
  char text[256];
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    snprintf(text, sizeof text, "%s%s", rows[i].import, uses);
    expect_one_error(rows[i].lock, text, rows[i].code);
  }
}

Test(program, refuses_imports_where_the_host_offers_none) {
  struct zero_checking *checking = zero_checking_new(NULL);
  checking->program.loader = NULL;
  checking->source = zero_source_of("root", "(import \"a.0x0\")");
  cr_expect_not(
      zero__check_program(&checking->program, &checking->source, NULL, NULL));
  cr_expect_eq(checking->program.reports.first->code, ZERO_CODE_IMPORT_DENIED);
}

Test(program, warns_of_imports_that_hide_and_are_hidden) {
  struct zero_test_file files[ZERO_TEST_FILES] = {{"a.0x0", "(fn help () 1)"}};
  struct zero_refused row = {"(import \"a.0x0\")(fn help () 2)",
                             ZERO_CODE_WARN_SHADOW, 1, 21, "a.0x0"};
  zero_expect_report(zero_check_files(files, row.text), &row, true);
}

Test(program, takes_the_name_of_the_root_from_its_module_form) {
  struct zero_checking *checking = zero_check_text("(module app)(fn f () (f))");
  zero_expect_shape(zero_checked(checking, "f"), "", "(app:f)");
  checking = zero_check_text("(fn f () (f))");
  zero_expect_shape(zero_checked(checking, "f"), "", "(main:f)");
}

Test(program, offers_hidden_builtins_to_lib_core_alone) {
  struct zero_checking *checking = zero_checking_new(NULL);
  checking->program.core_itself = true;
  checking->source = zero_source_of("core:text",
                                    "(fn f (x) (%layout-read \"Option\" x))");
  cr_expect(
      zero__check_program(&checking->program, &checking->source, NULL, NULL));
  cr_expect_str_eq(zero__scope_get(checking->program.names, "f")->module,
                   "core:text");
}

/* --- a prompt --- */

Test(program, makes_a_function_of_what_is_typed) {
  struct zero_checking *checking = zero_checking_prompt(NULL);
  zero_check_typed(checking, "1 (fn twice (x) (* x 2)) (twice 21)");
  cr_assert(checking->good);
  zero_expect_shape(checking->entry, "", "(do 1 (main:twice 21))");
  cr_expect_str_eq(checking->entry->name, "eval");
  cr_expect_eq(checking->program.function_count, 1);
  zero_check_typed(checking, "(twice 4)");
  cr_expect(checking->good);
  zero_check_typed(checking, "(fn twice () 0)");
  cr_expect(checking->good);
  cr_expect_null(checking->entry);
  zero_check_typed(checking, "(twice)");
  cr_expect(checking->good, "the newer definition counts");
  zero_check_typed(checking, "((fn (x) x) 1)");
  cr_expect(checking->good);
  zero_check_typed(checking, "");
  cr_expect(checking->good);
}

Test(program, forgets_what_was_typed_with_an_error) {
  struct zero_checking *checking = zero_checking_prompt(NULL);
  zero_check_typed(checking, "(fn f () 1) (nothing)");
  cr_expect_not(checking->good);
  zero_check_typed(checking, "(f)");
  cr_expect_not(checking->good);
}

Test(program, keeps_imports_at_a_prompt) {
  struct zero_checking *checking = zero_checking_prompt(two_files);
  zero_check_typed(checking, "(import \"helper.0x0\" h)");
  cr_assert(checking->good);
  zero_check_typed(checking, "(h.help 1)");
  cr_assert(checking->good);
  zero_expect_shape(checking->entry, "", "(helper.0x0:help 1)");
}
