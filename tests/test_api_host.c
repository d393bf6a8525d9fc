/* test_api_host.c - functions of the host: declared, checked, called, failing,
 * and entering the VM that called them. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "support/asking.h"
#include "support/scale.h"
#include "zero.h"

/* --- functions for programs --- */

static zero_status sum(zero_vm *vm, zero_value *result,
                       const zero_value *args, size_t count, void *context) {
  int64_t total = 0;
  size_t *calls = context;
  for (size_t i = 0; i < count; i++) {
    int64_t number;
    cr_assert(zero_to_i64(&number, args[i]));
    total += number;
  }
  if (calls != NULL) ++*calls;
  return zero_i64(vm, result, total);
}

/* Returns its argument; its context says how it fails instead. */
static zero_status odd(zero_vm *vm, zero_value *result,
                       const zero_value *args, size_t count, void *context) {
  const char *how = context;
  if (count > 0) *result = args[0];
  if (how == NULL) return ZERO_OK;
  if (strcmp(how, "none") == 0) *result = (zero_value){0};
  if (strcmp(how, "none") == 0) return ZERO_OK;
  if (strcmp(how, "silent") == 0) return ZERO_E_FAILED;
  return zero_fail(vm, how, "because — so");
}

/* (call f x ...) */
static zero_status call(zero_vm *vm, zero_value *result,
                        const zero_value *args, size_t count,
                        void *context) {
  (void)context;
  return zero_call(vm, result, args[0], args + 1, count - 1);
}

/* (call-safely f x ...): the code of the error, as Text. */
static zero_status call_safely(zero_vm *vm, zero_value *result,
                               const zero_value *args, size_t count,
                               void *context) {
  (void)context;
  if (zero_call(vm, result, args[0], args + 1, count - 1) == ZERO_OK) {
    return ZERO_OK;
  }
  const char *code = zero_last_error(vm)->code;
  return zero_text(vm, result, code, strlen(code));
}

static zero_status load(zero_vm *vm, zero_value *result,
                        const zero_value *args, size_t count,
                        void *context) {
  const char *source;
  size_t size;
  (void)count;
  (void)context;
  cr_assert(zero_to_text(&source, &size, args[0]));
  return zero_eval(vm, result, NULL, "loaded", source, size);
}

static zero_vm *open_all(void) {
  static size_t calls;
  zero_options options = zero_options_default();
  options.capabilities = "time";
  zero_vm *vm = zero_host_open(&options);
  const zero_definition all[] = {
      {"sum", sum, &calls, "I64...", "I64", "pure", 0, 0, ZERO_ANY_ARGS},
      {"two", sum, NULL, "I64 I64", "I64", "pure", 0, 1, 2},
      {"read", odd, NULL, NULL, NULL, "file.read", 0, 0, 0},
      {"tick", odd, NULL, "I64|Text", "I64|Text", "time", 0, 1, 1},
      {"as-text", odd, NULL, "Any", "Text", "pure", 0, 1, 1},
      {"as-list", odd, NULL, "List", "List", "pure", 0, 1, 1},
      {"as-option", odd, NULL, "Option", "Option", "pure", 0, 1, 1},
      {"none", odd, (char *)(uintptr_t)"none", NULL, NULL, NULL, 0, 0, 0},
      {"silent", odd, (char *)(uintptr_t)"silent", NULL, NULL, NULL, 0, 0, 0},
      {"fail", odd, (char *)(uintptr_t)"TANK_EMPTY", NULL, NULL, NULL, 0, 0, 0},
      {"bad-code", odd, (char *)(uintptr_t)"tank", NULL, NULL, NULL, 0, 0, 0},
      {"limit", odd, (char *)(uintptr_t)"FUEL_SPENT", NULL, NULL, NULL, 0, 0,
       0},
      {"call", call, NULL, "Function Any...", "Any", "io", 0, 1,
       ZERO_ANY_ARGS},
      {"call-safely", call_safely, NULL, "Function Any...", NULL, NULL, 0, 1,
       ZERO_ANY_ARGS},
      {"load", load, NULL, "Text", NULL, NULL, 0, 1, 1},
  };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    zero_host_define(vm, &all[i]);
  }
  return vm;
}

/* --- called --- */

Test(api_host, a_program_calls_it_as_any_other_function) {
  zero_vm *vm = open_all();
  expect(vm, "(sum 1 2 3)", "6");
  expect(vm, "(sum)", "0");
  expect(vm, "(map (fn (x) (two x 1)) (list 1 2))", "(list 2 3)");
  expect(vm, "(fold sum 0 (list 1 2 3 4))", "10");
  expect(vm, "(apply sum (list 1 2 3 4))", "10");
  expect(vm, "(let ((f two)) (+ (f 1) (f 1 2)))", "4");
  expect(vm, "two", "#<function two>");
  expect(vm, "(= two two)", "true");
  expect(vm, "(= two sum)", "false");
  expect(vm, "(function? two)", "true");
  expect(vm, "(type-of two)", "\"Function\"");
  zero_close(vm);
}

Test(api_host, a_loaded_program_sees_it_and_calls_it_last) {
  zero_vm *vm = open_all();
  zero_value result;
  zero_value args[2];
  zero_host_load(vm,
                 "(fn count (n total)\n"
                 "  (if (= n 0) (sum total) (count (- n 1) (sum total 1))))");
  cr_assert_eq(zero_i64(vm, &args[0], 100000), ZERO_OK);
  cr_assert_eq(zero_i64(vm, &args[1], 0), ZERO_OK);
  cr_assert_eq(zero_call(vm, &result, zero_lookup(vm, "count"), args, 2),
               ZERO_OK);
  cr_expect_str_eq(zero_host_printed(vm, result), "100000");
  cr_assert_eq(zero_call(vm, &result, zero_lookup(vm, "sum"), args, 2),
               ZERO_OK);
  cr_expect_str_eq(zero_host_printed(vm, result), "100000");
  cr_expect_eq(zero_arity(zero_lookup(vm, "two")), 1);
  zero_close(vm);
}

/* --- checked --- */

Test(api_host, number_and_types_are_checked_before_it_runs) {
  zero_vm *vm = open_all();
  expect(vm, "(two)", "ARITY");
  expect(vm, "(two 1 2 3)", "ARITY");
  expect(vm, "(two 1 \"a\")", "TYPE_STATIC");
  expect(vm, "(sum 1 2 true)", "TYPE_STATIC");
  expect(vm, "(as-list 1)", "TYPE_STATIC");
  expect(vm, "(+ 1 (as-text \"a\"))", "TYPE_STATIC");
  expect(vm, "(tick true)", "TYPE_STATIC");
  zero_close(vm);
}

Test(api_host, number_and_types_are_checked_when_it_runs) {
  zero_vm *vm = open_all();
  expect(vm, "(let ((f two)) (f))", "ARITY");
  expect(vm, "(let ((f two)) (f 1 2 3))", "ARITY");
  expect(vm, "(apply two (list 1 \"a\"))", "TYPE_MISMATCH");
  expect(vm, "(apply sum (list 1 2 3 true))", "TYPE_MISMATCH");
  expect(vm, "(apply tick (list true))", "TYPE_MISMATCH");
  expect(vm, "(apply tick (list \"x\"))", "\"x\"");
  expect(vm, "(apply as-list (list 4))", "TYPE_MISMATCH");
  expect(vm, "(as-list (option-some 4))", "(list 5 \"some\" 4)");
  expect(vm, "(as-list (list))", "(list)");
  expect(vm, "(as-option (option-some 4))", "(list 5 \"some\" 4)");
  expect(vm, "(as-option (list 5 \"none\"))", "(list 5 \"none\")");
  expect(vm, "(as-option (list 1 2))", "TYPE_MISMATCH");
  zero_close(vm);
}

Test(api_host, the_capability_is_checked_before_and_when_it_runs) {
  zero_vm *vm = open_all();
  expect(vm, "(fn f (_) (cap pure) (tick 1))", "FORM_UNKNOWN");
  expect(vm, "(fn f (cap pure) (_) (tick 1))", "CAPABILITY_STATIC");
  expect(vm, "(fn f (cap time) (_) (tick 1))", "");
  expect(vm, "(fn f (cap pure) (_) (call f 1))", "CAPABILITY_STATIC");
  expect(vm, "(fn f (cap pure) (_) (sum 1))", "");
  expect(vm, "(tick 7)", "7");
  expect(vm, "(read)", "CAPABILITY_DENIED");
  expect(vm, "(match (try (read)) ((err e) (nth e 4)) (_ 0))",
         "\"file.read\"");
  zero_close(vm);
}

Test(api_host, what_it_answers_is_what_it_declared) {
  zero_vm *vm = open_all();
  expect(vm, "(as-text \"a\")", "\"a\"");
  expect(vm, "(try (as-text 1))", "API_USAGE");
  expect(vm, "(try (none))", "API_USAGE");
  expect(vm, "(+ 1 2)", "3");
  zero_close(vm);
}

Test(api_host, its_fuel_is_charged) {
  zero_options options = zero_options_default();
  options.fuel = 1000;
  zero_vm *vm = zero_host_open(&options);
  zero_definition costly = {"costly", odd, NULL, NULL, NULL, NULL, 300, 0, 0};
  zero_host_define(vm, &costly);
  costly.name = "ruinous";
  costly.fuel = UINT64_MAX;
  zero_host_define(vm, &costly);
  expect(vm, "(do (costly) (costly) (costly))", "Unit");
  expect(vm, "(do (costly) (costly) (costly) (costly))", "FUEL_SPENT");
  expect(vm, "(ruinous)", "FUEL_SPENT");
  zero_close(vm);
}

/* --- failing --- */

Test(api_host, its_error_has_its_code_message_place_and_trace) {
  zero_vm *vm = open_all();
  zero_host_load(vm, "(fn drive (_)\n  (+ 1 (fail)))\n");
  zero_value unit = zero_unit();
  zero_value result;
  zero_value function = zero_lookup(vm, "drive");
  cr_assert_eq(zero_call(vm, &result, function, &unit, 1), ZERO_E_FAILED);
  const zero_error *error = zero_last_error(vm);
  cr_expect_str_eq(error->code, "TANK_EMPTY");
  cr_expect_str_eq(error->message, "because — so");
  cr_expect_eq(error->location.line, 2);
  cr_expect_eq(error->location.column, 8);
  cr_assert_eq(error->trace_count, 1);
  cr_expect_str_eq(error->trace[0].function, "drive");
  cr_expect_str_eq(zero_type_name(zero_error_value(vm)), "RuntimeError");
  zero_close(vm);
}

Test(api_host, try_catches_its_error) {
  zero_vm *vm = open_all();
  expect(vm,
         "(match (try (fail)) ((err e) (list (nth e 2) (nth e 3))) (_ 0))",
         "(list \"TANK_EMPTY\" \"because — so\")");
  expect(vm, "(match (try (silent)) ((err e) (nth e 2)) (_ 0))",
         "\"HOST_FAILED\"");
  expect(vm, "(try (bad-code))", "API_USAGE");
  expect(vm, "(try (limit))", "API_USAGE");
  zero_close(vm);
}

Test(api_host, codes_and_messages_are_checked) {
  static const char *const bad[] = {"",  "a",    "A_",   "_A", "A__B",
                                    "1A", "A B", "EXIT", "DEADLINE"};
  zero_vm *vm = open_all();
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    zero_definition f = {"f", odd, (char *)(uintptr_t)bad[i], NULL,
                         NULL, NULL, 0, 0, 0};
    char name[16];
    snprintf(name, sizeof name, "f%zu", i);
    f.name = name;
    zero_host_define(vm, &f);
    char source[24];
    snprintf(source, sizeof source, "(%s)", name);
    expect(vm, source, "API_USAGE");
  }
  zero_close(vm);
}

static zero_status say(zero_vm *vm, zero_value *result,
                       const zero_value *args, size_t count, void *context) {
  (void)result;
  (void)args;
  (void)count;
  return zero_fail(vm, "SAID", context);
}

Test(api_host, a_message_is_utf8_and_cut_between_characters) {
  zero_vm *vm = zero_host_open(NULL);
  char wide[3001] = "";
  for (int i = 0; i < 1000; i++) strcat(wide, "€");
  char broken[] = "\xe2\x82";
  zero_definition f = {"long", say, wide, NULL, NULL, NULL, 0, 0, 0};
  zero_host_define(vm, &f);
  f.name = "broken";
  f.context = broken;
  zero_host_define(vm, &f);
  f.name = "null";
  f.context = NULL;
  zero_host_define(vm, &f);
  expect(vm, "(long)", "SAID");
  cr_expect_eq(strlen(zero_last_error(vm)->message), 1023 / 3 * 3);
  expect(vm, "(broken)", "API_USAGE");
  expect(vm, "(null)", "API_USAGE");
  zero_close(vm);
}

/* --- entering again --- */

Test(api_host, it_calls_functions_of_the_program) {
  zero_vm *vm = open_all();
  expect(vm, "(call (fn (x) (* x 2)) 21)", "42");
  expect(vm, "(call call call call sum 1 2)", "3");
  expect(vm, "(fn down (n) (if (= n 0) 0 (+ 1 (call down (- n 1)))))", "");
  expect(vm, "(down 20)", "20");
  expect(vm, "(try (down 1000))", "(list 6 \"err\" (list 18 "
         "\"runtime-error\" \"STACK_DEPTH\" \"calls from C are nested 100 "
         "deep, which is the limit\" \"\" (list 7 \"map\" (list (list "
         "\"at\" \"<test>:1:33\") "
         "(list \"function\" \"down\")))))");
  expect(vm, "(down 20)", "20");
  zero_close(vm);
}

Test(api_host, calls_are_nested_as_deep_as_the_options_say) {
  static const struct {
    uint32_t nested_calls;
    const char *fits, *too_deep;
  } rows[] = {{0, "(down 99)", "(down 100)"},
              {5, "(down 4)", "(down 5)"},
              {300, "(down 299)", "(down 300)"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zero_options options = zero_options_default();
    options.nested_calls = rows[i].nested_calls;
    zero_vm *vm = zero_host_open(&options);
    zero_definition again = {"call", call, NULL, NULL, NULL, NULL, 0, 1,
                             ZERO_ANY_ARGS};
    zero_host_define(vm, &again);
    expect(vm, "(fn down (n) (if (= n 0) 0 (call down (- n 1))))", "");
    expect(vm, rows[i].fits, "0");
    expect(vm, rows[i].too_deep, "STACK_DEPTH");
    zero_close(vm);
  }
}

Test(api_host, an_error_below_it_passes_through_or_ends_there) {
  zero_vm *vm = open_all();
  expect(vm, "(call (fn (x) (/ x 0)) 1)", "DIVIDE_BY_ZERO");
  expect(vm, "(call-safely (fn (x) (/ x 0)) 1)", "\"DIVIDE_BY_ZERO\"");
  expect(vm, "(call-safely fail)", "\"TANK_EMPTY\"");
  expect(vm, "(call call fail)", "TANK_EMPTY");
  expect(vm, "(match (try (call call fail)) ((err e) (nth e 2)) (_ 0))",
         "\"TANK_EMPTY\"");
  expect(vm, "(try (call (fn () (try (call fail)))))",
         "(list 6 \"ok\" (list 6 \"err\" (list 18 \"runtime-error\" "
         "\"TANK_EMPTY\" \"because — so\" \"\" (list 7 \"map\" (list (list "
         "\"at\" \"<test>:1:24\") (list \"function\" \"ƒ\"))))))");
  expect(vm, "(call-safely panic \"now\")", "\"PANIC\"");
  expect(vm, "(try (call panic \"now\"))", "PANIC");
  expect(vm, "(raise \"OWN\" \"m\" (map-empty))", "OWN");
  expect(vm, "(call raise \"OWN\" \"m\" (map-empty))", "OWN");
  zero_close(vm);
}

Test(api_host, exit_passes_through_with_its_status) {
  zero_vm *vm = open_all();
  zero_value value;
  const char source[] = "(call call exit 3)";
  cr_expect_eq(zero_eval(vm, &value, NULL, "t", source, strlen(source)),
               ZERO_E_EXIT);
  cr_expect_eq(zero_exit_status(vm), 3);
  zero_close(vm);
}

Test(api_host, it_loads_texts) {
  zero_vm *vm = open_all();
  expect(vm, "(load \"(fn loaded (x) (sum x 1))\")", "API_USAGE");
  expect(vm, "(load \"(fn loaded (x) (sum x 1)) 5\")", "5");
  expect(vm, "(loaded 2)", "3");
  expect(vm, "(load \"(oops\")", "SYNTAX_UNBALANCED");
  expect(vm, "(match (try (load \"(two)\")) ((err e) (nth e 2)) (_ 0))",
         "\"ARITY\"");
  zero_close(vm);
}

/* Makes garbage and values while the program's own wait. */
static zero_status churn(zero_vm *vm, zero_value *result,
                         const zero_value *args, size_t count,
                         void *context) {
  zero_value list;
  (void)count;
  (void)context;
  cr_assert_eq(zero_list(vm, &list, NULL, 0), ZERO_OK);
  for (int i = 0; i < ZERO_SCALED(20000); i++) {
    zero_value text;
    cr_assert_eq(zero_text(vm, &text, "text", 4), ZERO_OK);
    cr_assert_eq(zero_cons(vm, &list, text, list), ZERO_OK);
  }
  return zero_cons(vm, result, args[0], list);
}

Test(api_host, values_live_while_it_allocates) {
  zero_vm *vm = zero_host_open(NULL);
  zero_definition f = {"churn", churn, NULL, "Any", "List", NULL, 0, 1, 1};
  zero_host_define(vm, &f);
  expect(vm,
         "(fn go (n kept) (if (= n 0) kept "
         "  (go (- n 1) (list (head (churn (list n \"x\"))) kept))))",
         "");
  expect(vm, "(head (go 30 (list)))", "(list 1 \"x\")");
  zero_close(vm);
}

static zero_status close_it(zero_vm *vm, zero_value *result,
                            const zero_value *args, size_t count,
                            void *context) {
  (void)args;
  (void)count;
  (void)context;
  zero_close(vm);
  return zero_i64(vm, result, 1);
}

Test(api_host, it_cannot_close_its_vm) {
  zero_vm *vm = zero_host_open(NULL);
  zero_definition f = {"close-it", close_it, NULL, NULL, NULL, NULL, 0, 0, 0};
  zero_host_define(vm, &f);
  expect(vm, "(+ (close-it) 1)", "2");
  zero_close(vm);
}

/* --- defining --- */

Test(api_host, a_definition_that_is_wrong_is_refused) {
  static const struct {
    const char *name, *params, *result, *capabilities;
    uint32_t min, max;
  } bad[] = {
      {"", NULL, NULL, NULL, 0, 0},
      {"a b", NULL, NULL, NULL, 0, 0},
      {" a", NULL, NULL, NULL, 0, 0},
      {"12", NULL, NULL, NULL, 0, 0},
      {"(f)", NULL, NULL, NULL, 0, 0},
      {"if", NULL, NULL, NULL, 0, 0},
      {"λ\xff", NULL, NULL, NULL, 0, 0},
      {"_", NULL, NULL, NULL, 0, 0},
      {"head", NULL, NULL, NULL, 0, 0},
      {"option-some", NULL, NULL, NULL, 0, 0},
      {"f", "I65", NULL, NULL, 0, 1},
      {"f", "I64||Text", NULL, NULL, 0, 1},
      {"f", "I64|", NULL, NULL, 0, 1},
      {"f", "...", NULL, NULL, 0, 1},
      {"f", "I64 I64", NULL, NULL, 0, 1},
      {"f", "I64... I64", NULL, NULL, 0, 3},
      {"f", NULL, "Number", NULL, 0, 1},
      {"f", NULL, "I64 I64", NULL, 0, 1},
      {"f", NULL, NULL, "fly", 0, 1},
      {"f", NULL, NULL, NULL, 2, 1},
      {"f", NULL, NULL, NULL, 0, 201},
  };
  zero_vm *vm = zero_host_open(NULL);
  cr_expect_eq(zero_define(NULL, NULL), ZERO_E_USAGE);
  cr_expect_eq(zero_define(vm, NULL), ZERO_E_USAGE);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    zero_definition f = {bad[i].name,         odd, NULL,
                         bad[i].params,       bad[i].result,
                         bad[i].capabilities, 0,   bad[i].min,
                         bad[i].max};
    cr_expect_eq(zero_define(vm, &f), ZERO_E_USAGE, "row %zu", i);
  }
  zero_definition f = {"f", NULL, NULL, NULL, NULL, NULL, 0, 0, 0};
  cr_expect_eq(zero_define(vm, &f), ZERO_E_USAGE);
  f.function = odd;
  zero_host_define(vm, &f);
  cr_expect_eq(zero_define(vm, &f), ZERO_E_USAGE, "twice");
  zero_close(vm);
}

Test(api_host, what_was_said_of_it_is_copied) {
  zero_vm *vm = zero_host_open(NULL);
  char name[] = "né";
  char params[] = "I64 Text...";
  zero_definition f = {name, odd, NULL, params, NULL, NULL, 0, 0, 200};
  zero_host_define(vm, &f);
  memset(name, 'x', strlen(name));
  memset(params, 'x', strlen(params));
  expect(vm, "(né 1 \"a\" \"b\")", "1");
  expect(vm, "(né 1 \"a\" 2)", "TYPE_STATIC");
  expect(vm, "(apply né (list 1 \"a\" 2))", "TYPE_MISMATCH");
  zero_close(vm);
}

static void warn(void *context, const zero_error *warning) {
  snprintf(context, 256, "%s: %s", warning->code, warning->message);
}

Test(api_host, a_program_that_hides_it_is_warned) {
  char warning[256] = "";
  zero_options options = zero_options_default();
  options.warning = warn;
  options.warning_context = warning;
  zero_vm *vm = zero_host_open(&options);
  zero_definition f = {"f", odd, NULL, NULL, NULL, NULL, 0, 0, 0};
  zero_host_define(vm, &f);
  expect(vm, "(fn f (x) (+ x 1))", "");
  cr_expect_str_eq(warning,
                   "WARN_SHADOW: 'f' hides the host's function of this name");
  expect(vm, "(f 1)", "2");
  zero_close(vm);
}

Test(api_host, vms_do_not_share_it) {
  zero_vm *with = open_all();
  zero_vm *without = zero_host_open(NULL);
  expect(without, "(two 1 2)", "NAME_UNKNOWN");
  expect(with, "(two 1 2)", "3");
  zero_close(with);
  zero_close(without);
}
