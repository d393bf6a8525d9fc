/* test_api.c - include/zero.h, function by function, as a host uses it. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/scale.h"
#include "zero.h"

/* --- helpers --- */

/* What a VM printed, and the codes of its warnings. */
struct record {
  char text[4096];
  size_t size;
  char warnings[256];
};

static void take(void *context, const char *bytes, size_t size) {
  struct record *record = context;
  cr_assert_lt(record->size + size, sizeof record->text);
  memcpy(record->text + record->size, bytes, size);
  record->size += size;
  record->text[record->size] = '\0';
}

static void warn(void *context, const zero_error *warning) {
  struct record *record = context;
  strcat(record->warnings, warning->code);
  strcat(record->warnings, " ");
}

static zero_vm *open_with(const zero_options *options) {
  zero_vm *vm;
  char message[256] = "";
  zero_status status = zero_open(&vm, options, message, sizeof message);
  cr_assert_eq(status, ZERO_OK, "%s", message);
  return vm;
}

static zero_vm *open_recording(struct record *record) {
  zero_options options = zero_options_default();
  memset(record, 0, sizeof *record);
  options.output = take;
  options.output_context = record;
  options.warning = warn;
  options.warning_context = record;
  return open_with(&options);
}

static zero_status load(zero_vm *vm, const char *source) {
  return zero_load(vm, "test.0x0", source, strlen(source));
}

static zero_status eval(zero_vm *vm, zero_value *value, const char *source) {
  return zero_eval(vm, value, NULL, "<test>", source, strlen(source));
}

static void expect_code(const zero_vm *vm, const char *code) {
  const zero_error *error = zero_last_error(vm);
  cr_assert_not_null(error);
  cr_assert_str_eq(error->code, code, "%s: %s", error->code, error->message);
}

static void expect_printed(zero_vm *vm, zero_value value,
                           const char *expected) {
  struct record record = {.size = 0};
  cr_assert_eq(zero_print(vm, value, take, &record), ZERO_OK);
  cr_assert_str_eq(record.text, expected);
}

static void expect_eval(zero_vm *vm, const char *source,
                        const char *expected) {
  zero_value value;
  zero_status status = eval(vm, &value, source);
  const zero_error *error = zero_last_error(vm);
  cr_assert_eq(status, ZERO_OK, "%s: %s", source,
               status != ZERO_OK ? error->message : "");
  expect_printed(vm, value, expected);
}

/* Calls the function `name` with Unit. */
static zero_status call(zero_vm *vm, const char *name, zero_value *value) {
  zero_value unit = zero_unit();
  zero_value function = zero_lookup(vm, name);
  cr_assert(!zero_is_none(function), "no function %s", name);
  return zero_call(vm, value, function, &unit, 1);
}

/* --- opening and closing --- */

Test(api, many_vms_live_side_by_side) {
  enum { VMS = 20 };
  zero_vm *vms[VMS];
  for (int i = 0; i < VMS; i++) {
    char source[64];
    vms[i] = open_with(NULL);
    snprintf(source, sizeof source, "(fn number (_) %d)", i);
    cr_assert_eq(load(vms[i], source), ZERO_OK);
  }
  for (int i = 0; i < VMS; i++) {
    char expected[16];
    zero_value value;
    snprintf(expected, sizeof expected, "%d", i);
    cr_assert_eq(call(vms[i], "number", &value), ZERO_OK);
    expect_printed(vms[i], value, expected);
    zero_close(vms[i]);
  }
}

Test(api, opening_and_closing_often_leaves_nothing) {
  for (int i = 0; i < ZERO_SCALED(300); i++) zero_close(open_with(NULL));
}

Test(api, close_takes_null) {
  zero_close(NULL);
}

Test(api, an_unknown_capability_is_refused_by_name) {
  zero_options options = zero_options_default();
  zero_vm *vm = NULL;
  char message[256];
  options.capabilities = "io,telepathy";
  cr_assert_eq(zero_open(&vm, &options, message, sizeof message),
               ZERO_E_USAGE);
  cr_assert_null(vm);
  cr_assert_not_null(strstr(message, "telepathy"));
}

Test(api, an_argument_that_is_not_utf8_is_refused) {
  const char *const args[] = {"good", "\xff"};
  zero_options options = zero_options_default();
  zero_vm *vm = NULL;
  char message[256];
  options.args = args;
  options.arg_count = 2;
  cr_assert_eq(zero_open(&vm, &options, message, sizeof message),
               ZERO_E_USAGE);
  cr_assert_null(vm);
}

Test(api, a_file_root_is_opened_or_refused_and_given_back) {
  zero_options options = zero_options_default();
  zero_vm *vm = NULL;
  char message[256];
  options.file_root = "/nowhere/at/all";
  cr_assert_eq(zero_open(&vm, &options, message, sizeof message),
               ZERO_E_USAGE);
  cr_assert_null(vm);
  cr_expect_str_eq(message, "the file root '/nowhere/at/all': No such file or "
                            "directory");
  options.file_root = "/dev";
  options.capabilities = "file.read";
  int before = dup(0);
  close(before);
  for (int i = 0; i < 3; i++) {
    zero_value value;
    cr_assert_eq(zero_open(&vm, &options, NULL, 0), ZERO_OK);
    cr_assert_eq(eval(vm, &value, "(file-open \"zero\")"), ZERO_OK);
    zero_close(vm);
  }
  int after = dup(0);
  close(after);
  cr_expect_eq(after, before);
}

Test(api, a_stack_that_cannot_be_had_is_refused) {
  zero_options options = zero_options_default();
  zero_vm *vm = NULL;
  options.stack_slots = UINT64_MAX;
  cr_assert_eq(zero_open(&vm, &options, NULL, 0), ZERO_E_MEMORY);
  cr_assert_null(vm);
}

Test(api, null_is_refused_everywhere) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  zero_value unit = zero_unit();
  cr_assert_eq(zero_open(NULL, NULL, NULL, 0), ZERO_E_USAGE);
  cr_assert_eq(zero_load(NULL, "x", "", 0), ZERO_E_USAGE);
  cr_assert_eq(zero_check(NULL, "x", "", 0), ZERO_E_USAGE);
  cr_assert_eq(zero_eval(NULL, &value, NULL, "x", "", 0), ZERO_E_USAGE);
  cr_assert_eq(zero_call(NULL, &value, unit, NULL, 0), ZERO_E_USAGE);
  cr_assert_eq(zero_print(NULL, unit, take, NULL), ZERO_E_USAGE);
  cr_assert_eq(zero_disassemble(NULL, "x", "", 0, take, NULL), ZERO_E_USAGE);
  cr_assert(zero_is_none(zero_lookup(NULL, "x")));
  cr_assert_null(zero_last_error(NULL));
  cr_assert(zero_is_none(zero_error_value(NULL)));
  zero_interrupt(NULL);
  cr_assert_eq(zero_load(vm, NULL, "", 0), ZERO_E_USAGE);
  cr_assert_eq(zero_load(vm, "x", NULL, 1), ZERO_E_USAGE);
  cr_assert_eq(zero_eval(vm, NULL, NULL, "x", "", 0), ZERO_E_USAGE);
  cr_assert_eq(zero_call(vm, NULL, unit, NULL, 0), ZERO_E_USAGE);
  cr_assert_eq(zero_call(vm, &value, unit, NULL, 0), ZERO_E_USAGE);
  cr_assert_eq(zero_print(vm, unit, NULL, NULL), ZERO_E_USAGE);
  cr_assert_eq(zero_print(vm, (zero_value){0}, take, NULL), ZERO_E_USAGE);
  cr_assert_eq(zero_disassemble(vm, "x", "", 0, NULL, NULL), ZERO_E_USAGE);
  cr_assert(zero_is_none(zero_lookup(vm, NULL)));
  expect_code(vm, "API_USAGE");
  expect_eval(vm, "(+ 1 2)", "3");
  zero_close(vm);
}

/* --- loading and calling --- */

Test(api, a_loaded_function_is_found_and_called) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  zero_value args[2];
  cr_assert_eq(load(vm, "(fn add (a b) (+ a b))"), ZERO_OK);
  cr_assert_eq(eval(vm, &args[0], "40"), ZERO_OK);
  cr_assert_eq(eval(vm, &args[1], "2"), ZERO_OK);
  cr_assert_eq(zero_call(vm, &value, zero_lookup(vm, "add"), args, 2),
               ZERO_OK);
  expect_printed(vm, value, "42");
  zero_close(vm);
}

Test(api, builtins_and_lib_core_are_found_by_name) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  zero_value args[2];
  cr_assert_eq(eval(vm, &args[0], "7"), ZERO_OK);
  args[1] = args[0];
  cr_assert_eq(zero_call(vm, &value, zero_lookup(vm, "+"), args, 2), ZERO_OK);
  expect_printed(vm, value, "14");
  cr_assert_eq(
      zero_call(vm, &value, zero_lookup(vm, "option-some"), args, 1),
      ZERO_OK);
  expect_printed(vm, value, "(list 5 \"some\" 7)");
  cr_assert(zero_is_none(zero_lookup(vm, "no-such-function")));
  cr_assert(zero_is_none(zero_lookup(vm, "if")));
  zero_close(vm);
}

Test(api, a_wrong_number_of_arguments_is_an_error_of_the_call) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  cr_assert_eq(load(vm, "(fn add (a b) (+ a b))"), ZERO_OK);
  cr_assert_eq(call(vm, "add", &value), ZERO_E_FAILED);
  expect_code(vm, "ARITY");
  cr_assert(zero_is_none(value));
  zero_close(vm);
}

Test(api, nothing_is_defined_after_a_failed_load) {
  zero_vm *vm = open_with(NULL);
  cr_assert_eq(load(vm, "(fn kept (_) 1)"), ZERO_OK);
  cr_assert_eq(load(vm, "(fn kept (_) 2) (fn extra (_) 3) (fn bad (_) (oops))"),
               ZERO_E_SOURCE);
  cr_assert(zero_is_none(zero_lookup(vm, "extra")));
  expect_eval(vm, "(kept Unit)", "1");
  zero_close(vm);
}

Test(api, check_defines_nothing) {
  zero_vm *vm = open_with(NULL);
  const char *source = "(fn seen (_) 1)";
  cr_assert_eq(zero_check(vm, "x", source, strlen(source)), ZERO_OK);
  cr_assert(zero_is_none(zero_lookup(vm, "seen")));
  zero_close(vm);
}

Test(api, the_bytecode_of_a_program_is_text) {
  struct record record;
  zero_vm *vm = open_recording(&record);
  const char *source = "(fn twice (x) (+ x x))";
  cr_assert_eq(zero_disassemble(vm, "x", source, strlen(source), take,
                                &record),
               ZERO_OK);
  cr_assert_not_null(strstr(record.text, "twice"));
  cr_assert_not_null(strstr(record.text, "ADD"));
  cr_assert(zero_is_none(zero_lookup(vm, "twice")));
  zero_close(vm);
}

Test(api, the_source_may_go_after_the_load) {
  zero_vm *vm = open_with(NULL);
  char name[] = "name.0x0";
  char source[] = "(fn main (_) (/ 1 0))";
  zero_value value;
  cr_assert_eq(zero_load(vm, name, source, strlen(source)), ZERO_OK);
  memset(name, 'X', strlen(name));
  memset(source, 'X', strlen(source));
  cr_assert_eq(call(vm, "main", &value), ZERO_E_FAILED);
  const zero_location *place = &zero_last_error(vm)->location;
  cr_assert_str_eq(place->file, "name.0x0");
  cr_assert_eq(memcmp(place->line_text, "(fn main", 8), 0);
  zero_close(vm);
}

/* --- eval --- */

Test(api, definitions_of_eval_stay) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  cr_assert_eq(eval(vm, &value, "(fn square (x) (* x x))"), ZERO_OK);
  cr_assert(zero_is_none(value));
  expect_eval(vm, "(square 9)", "81");
  expect_eval(vm, "1 2 (square 3)", "9");
  zero_close(vm);
}

Test(api, open_text_is_incomplete_and_wrong_text_is_not) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  int incomplete;
  cr_assert_eq(zero_eval(vm, &value, &incomplete, "x", "(+ 1", 4),
               ZERO_E_SOURCE);
  cr_assert_eq(incomplete, 1);
  cr_assert_eq(zero_eval(vm, &value, &incomplete, "x", "(+ 1))", 6),
               ZERO_E_SOURCE);
  cr_assert_eq(incomplete, 0);
  cr_assert_eq(zero_eval(vm, &value, &incomplete, "x", "(+ 1 1)", 7),
               ZERO_OK);
  cr_assert_eq(incomplete, 0);
  zero_close(vm);
}

/* --- errors --- */

Test(api, a_source_error_says_where_and_how_wide) {
  zero_vm *vm = open_with(NULL);
  cr_assert_eq(load(vm, "(fn main (_)\n  (frobnicate 1))"), ZERO_E_SOURCE);
  const zero_error *error = zero_last_error(vm);
  cr_assert_str_eq(error->code, "NAME_UNKNOWN");
  cr_assert_str_eq(error->location.file, "test.0x0");
  cr_assert_eq(error->location.line, 2);
  cr_assert_eq(error->location.column, 4);
  cr_assert_eq(error->location.width, 10);
  cr_assert_eq(error->location.line_size, 17);
  cr_assert_null(error->next);
  cr_assert(zero_is_none(zero_error_value(vm)));
  zero_close(vm);
}

Test(api, one_load_tells_all_its_errors) {
  zero_vm *vm = open_with(NULL);
  cr_assert_eq(load(vm, "(fn a (_) (x1))\n(fn b (_) (x2))\n(fn c (_) (x3))"),
               ZERO_E_SOURCE);
  uint32_t line = 1;
  const zero_error *error = zero_last_error(vm);
  for (; error != NULL; error = error->next) {
    cr_assert_eq(error->location.line, line++);
  }
  cr_assert_eq(line, 4);
  zero_close(vm);
}

Test(api, warnings_go_to_the_host_and_stop_nothing) {
  struct record record;
  zero_vm *vm = open_recording(&record);
  cr_assert_eq(load(vm, "(fn main (_) (if 1 2 3))"), ZERO_OK);
  cr_assert_str_eq(record.warnings, "WARN_CONDITION ");
  zero_close(vm);
}

Test(api, a_runtime_error_has_a_place_a_trace_and_a_value) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  cr_assert_eq(load(vm, "(fn inner (x) (+ 1 (/ 1 x)))\n"
                        "(fn main (_) (+ 1 (inner 0)))"),
               ZERO_OK);
  cr_assert_eq(call(vm, "main", &value), ZERO_E_FAILED);
  const zero_error *error = zero_last_error(vm);
  cr_assert_str_eq(error->code, "DIVIDE_BY_ZERO");
  cr_assert_eq(error->location.line, 1);
  cr_assert_eq(error->location.column, 20);
  cr_assert_eq(error->trace_count, 2);
  cr_assert_str_eq(error->trace[0].function, "inner");
  cr_assert_str_eq(error->trace[1].function, "main");
  cr_assert_eq(error->trace[1].location.line, 2);
  cr_assert_str_eq(zero_type_name(zero_error_value(vm)), "RuntimeError");
  zero_close(vm);
}

Test(api, a_trace_says_where_tail_calls_left_callers_out) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  cr_assert_eq(load(vm, "(fn last (x) (+ 1 (/ 1 ((fn (y) y) x))))\n"
                        "(fn middle (x) (last ((fn (y) y) x)))\n"
                        "(fn main (_) (+ 1 (middle 0)))"),
               ZERO_OK);
  cr_assert_eq(call(vm, "main", &value), ZERO_E_FAILED);
  const zero_error *error = zero_last_error(vm);
  cr_assert_eq(error->trace_count, 2);
  cr_assert_str_eq(error->trace[0].function, "last");
  cr_assert(error->trace[0].after_tail_call);
  cr_assert_not(error->trace[1].after_tail_call);
  zero_close(vm);
}

Test(api, a_raised_error_keeps_the_programs_own_code) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  cr_assert_eq(eval(vm, &value, "(raise \"MY_CODE\" \"my words\" (map-empty))"),
               ZERO_E_FAILED);
  expect_code(vm, "MY_CODE");
  cr_assert_str_eq(zero_last_error(vm)->message, "my words");
  zero_close(vm);
}

Test(api, exit_is_a_status_and_not_an_error) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  cr_assert_eq(eval(vm, &value, "(do (exit 7) 1)"), ZERO_E_EXIT);
  cr_assert_eq(zero_exit_status(vm), 7);
  expect_eval(vm, "(+ 1 2)", "3");
  zero_close(vm);
}

/* --- limits --- */

/* Runs `source` under `options` and expects `code`; then the VM must still
 * be good for work that fits the limits. */
static void expect_limit(const zero_options *options, const char *source,
                         const char *code) {
  zero_vm *vm = open_with(options);
  zero_value value;
  for (int round = 0; round < 3; round++) {
    cr_assert_eq(eval(vm, &value, source), ZERO_E_FAILED, "%s", source);
    expect_code(vm, code);
    cr_assert(zero_is_none(value));
    expect_eval(vm, "(+ 1 2)", "3");
  }
  zero_close(vm);
}

static const char for_ever[] = "(fn spin (n) (spin (+ n 1))) (spin 0)";
static const char grow[] =
    "(fn grow (xs) (grow (cons 1 xs))) (grow (list 1))";

Test(api, fuel_ends_a_call) {
  zero_options options = zero_options_default();
  options.fuel = 100000;
  expect_limit(&options, for_ever, "FUEL_SPENT");
}

Test(api, a_deadline_ends_a_call) {
  zero_options options = zero_options_default();
  options.deadline_ms = 400 * ZERO_SLOWNESS; /* what follows has as long */
  expect_limit(&options, for_ever, "DEADLINE");
}

Test(api, alloc_ends_a_call) {
  zero_options options = zero_options_default();
  options.alloc = 1 << 20;
  expect_limit(&options, grow, "ALLOC_LIMIT");
}

Test(api, heap_ends_a_call) {
  zero_options options = zero_options_default();
  options.heap = (ZERO_SLOWNESS > 1 ? 8 : 64) << 20;
  expect_limit(&options, grow, "HEAP_LIMIT");
}

Test(api, output_ends_a_call) {
  struct record record = {.size = 0};
  zero_options options = zero_options_default();
  options.output = take;
  options.output_context = &record;
  options.output_bytes = 100;
  expect_limit(&options, "(fn loop (n) (do (print n) (loop (+ n 1)))) (loop 0)",
               "OUTPUT_LIMIT");
  cr_assert_leq(record.size, 300);
}

Test(api, a_full_stack_ends_a_call) {
  zero_options options = zero_options_default();
  options.stack_slots = 10000;
  expect_limit(&options, "(fn deep (n) (+ 1 (deep n))) (deep 0)",
               "STACK_DEPTH");
}

Test(api, limits_begin_anew_with_each_call) {
  zero_options options = zero_options_default();
  options.fuel = 3000;
  zero_vm *vm = open_with(&options);
  cr_assert_eq(load(vm, "(fn count (n) (if (= n 0) 0 (count (- n 1))))"),
               ZERO_OK);
  for (int i = 0; i < 10; i++) expect_eval(vm, "(count 2000)", "0");
  zero_close(vm);
}

/* --- capabilities --- */

Test(api, what_is_not_granted_is_denied_by_name) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  cr_assert_eq(eval(vm, &value, "(read-file \"x\")"), ZERO_E_FAILED);
  expect_code(vm, "CAPABILITY_DENIED");
  cr_assert_not_null(strstr(zero_last_error(vm)->message, "file.read"));
  zero_close(vm);
}

Test(api, what_is_granted_is_allowed) {
  zero_options options = zero_options_default();
  options.capabilities = "time env";
  zero_vm *vm = open_with(&options);
  expect_eval(vm, "(> (clock) -1)", "true");
  zero_close(vm);
}

/* --- interrupts --- */

static atomic_int call_ended;

static void *interrupt(void *vm) {
  while (!call_ended) {
    usleep(1000);
    zero_interrupt(vm);
  }
  return NULL;
}

Test(api, another_thread_interrupts_a_call) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  pthread_t thread;
  call_ended = 0;
  cr_assert_eq(pthread_create(&thread, NULL, interrupt, vm), 0);
  cr_assert_eq(eval(vm, &value, for_ever), ZERO_E_FAILED);
  call_ended = 1;
  pthread_join(thread, NULL);
  expect_code(vm, "INTERRUPTED");
  expect_eval(vm, "(+ 1 2)", "3");
  zero_close(vm);
}

Test(api, an_interrupt_between_calls_stops_none) {
  zero_vm *vm = open_with(NULL);
  zero_interrupt(vm);
  expect_eval(vm, "(+ 1 2)", "3");
  zero_close(vm);
}

/* --- threads --- */

static void *work(void *number) {
  zero_vm *vm = open_with(NULL);
  for (int i = 0; i < 20; i++) {
    expect_eval(vm, "(len (range 0 20000))", "20000");
  }
  zero_close(vm);
  return number;
}

Test(api, vms_work_in_threads_of_their_own) {
  enum { THREADS = 4 };
  pthread_t threads[THREADS];
  zero_close(open_with(NULL));
  for (int i = 0; i < THREADS; i++) {
    cr_assert_eq(pthread_create(&threads[i], NULL, work, NULL), 0);
  }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

static void *open_first(void *status) {
  zero_vm *vm = NULL;
  *(zero_status *)status = zero_open(&vm, NULL, NULL, 0);
  zero_close(vm);
  return NULL;
}

/* If the host initialised libgc before, any thread may. */
Test(api, the_first_vm_is_refused_to_a_thread_that_is_not_the_first) {
  const char *collector = getenv("ZERO_COLLECTOR");
  bool host_first = collector != NULL && strstr(collector, "host") != NULL;
  pthread_t thread;
  zero_status status = ZERO_OK;
  cr_assert_eq(pthread_create(&thread, NULL, open_first, &status), 0);
  pthread_join(thread, NULL);
  cr_assert_eq(status, host_first ? ZERO_OK : ZERO_E_USAGE);
}

/* --- callbacks --- */

Test(api, print_goes_to_the_output_callback) {
  struct record record;
  zero_vm *vm = open_recording(&record);
  zero_value value;
  cr_assert_eq(eval(vm, &value, "(print \"a\" 1 (list 2 \"b\"))"), ZERO_OK);
  cr_assert_not_null(strstr(record.text, "(list 2 \"b\")"));
  cr_assert_eq(record.text[record.size - 1], '\n');
  zero_close(vm);
}

struct reentry {
  zero_vm *vm;
  zero_status status;
  int calls;
};

static void enter_again(void *context, const char *bytes, size_t size) {
  struct reentry *reentry = context;
  zero_value value;
  (void)bytes;
  (void)size;
  reentry->status = eval(reentry->vm, &value, "1");
  zero_close(reentry->vm);
  reentry->calls++;
}

Test(api, a_callback_may_not_enter_its_own_vm) {
  struct reentry reentry = {.status = ZERO_OK};
  zero_options options = zero_options_default();
  options.output = enter_again;
  options.output_context = &reentry;
  zero_vm *vm = open_with(&options);
  reentry.vm = vm;
  zero_value value;
  cr_assert_eq(eval(vm, &value, "(do (print 1) 5)"), ZERO_OK);
  cr_assert_gt(reentry.calls, 0);
  cr_assert_eq(reentry.status, ZERO_E_USAGE);
  expect_printed(vm, value, "5");
  zero_close(vm);
}

static long give_lines(void *context, char *bytes, size_t room) {
  const char **text = context;
  size_t size = strlen(*text);
  if (size > room) size = room;
  if (size > 3) size = 3; /* in small pieces, across lines */
  memcpy(bytes, *text, size);
  *text += size;
  return (long)size;
}

Test(api, lines_come_from_the_input_callback) {
  const char *text = "first line\nsecond\nlast";
  zero_options options = zero_options_default();
  options.input = give_lines;
  options.input_context = &text;
  zero_vm *vm = open_with(&options);
  expect_eval(vm, "(read-line)", "(list 5 \"some\" \"first line\")");
  expect_eval(vm, "(read-line)", "(list 5 \"some\" \"second\")");
  expect_eval(vm, "(read-line)", "(list 5 \"some\" \"last\")");
  expect_eval(vm, "(read-line)", "(list 5 \"none\")");
  zero_close(vm);
}

Test(api, arguments_are_the_hosts) {
  const char *const args[] = {"one", "zw\xc3\xb6lf"};
  zero_options options = zero_options_default();
  options.args = args;
  options.arg_count = 2;
  zero_vm *vm = open_with(&options);
  expect_eval(vm, "(argv)", "(list \"one\" \"zw\xc3\xb6lf\")");
  zero_close(vm);
}

/* --- loaders --- */

static int load_two(void *context, const char *path, const char *from,
                    const char **name, const char **bytes, size_t *size,
                    char *message, size_t message_room) {
  int *asked = context;
  ++*asked;
  if (strcmp(path, "two") != 0) {
    snprintf(message, message_room, "unknown: '%s'", path);
    return 1;
  }
  cr_assert_str_eq(from, "test.0x0");
  *name = "the two";
  *bytes = "(fn two (_) 2)";
  *size = strlen(*bytes);
  return 0;
}

Test(api, imports_come_from_the_hosts_loader) {
  int asked = 0;
  zero_options options = zero_options_default();
  options.loader = load_two;
  options.loader_context = &asked;
  zero_vm *vm = open_with(&options);
  zero_value value;
  cr_assert_eq(load(vm, "(import \"two\") (fn main (_) (two Unit))"), ZERO_OK);
  cr_assert_eq(asked, 1);
  cr_assert_eq(call(vm, "main", &value), ZERO_OK);
  expect_printed(vm, value, "2");
  cr_assert_eq(load(vm, "(import \"three\") (fn main (_) 1)"), ZERO_E_SOURCE);
  expect_code(vm, "IMPORT_NOT_FOUND");
  cr_assert_str_eq(zero_last_error(vm)->message, "unknown: 'three'");
  zero_close(vm);
}

Test(api, without_a_loader_nothing_is_imported) {
  zero_options options = zero_options_default();
  options.loader = NULL;
  zero_vm *vm = open_with(&options);
  cr_assert_eq(load(vm, "(import \"two\") (fn main (_) 1)"), ZERO_E_SOURCE);
  expect_code(vm, "IMPORT_DENIED");
  zero_close(vm);
}

/* A folder with files of every kind, gone at the end. */
static char folder[64];

static void write_file(const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  cr_assert_not_null(file);
  fputs(text, file);
  fclose(file);
}

static void make_folder(void) {
  char path[256];
  snprintf(folder, sizeof folder, "build/test-api-XXXXXX");
  mkdir("build", 0777);
  cr_assert_not_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/root", folder);
  cr_assert_eq(mkdir(path, 0777), 0);
  snprintf(path, sizeof path, "%s/root/sub", folder);
  cr_assert_eq(mkdir(path, 0777), 0);
  snprintf(path, sizeof path, "%s/root/pipe", folder);
  cr_assert_eq(mkfifo(path, 0666), 0);
  snprintf(path, sizeof path, "%s/root/escape", folder);
  cr_assert_eq(symlink("../secret", path), 0);
  write_file("secret", "(fn secret (_) 1)");
  write_file("root/a.0x0", "(fn a (_) 1)");
  write_file("root/sub/b.0x0", "(fn b (_) 2)");
}

static void remove_folder(void) {
  static const char *const names[] = {
      "root/sub/b.0x0",  "root/a.0x0",        "secret",    "root/escape",
      "root/pipe",       "root/sub",          "lock",      "root/0x0.lock",
      "root/door/secret", "root/other/secret", "root/door", "root/other",
      "root",            "."};
  char path[256];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    remove(path);
  }
  remove(folder);
}

/* What zero_file_loader returns; the name and message are kept. */
static char loaded_name[256];
static char loaded_message[256];

static int load_from(const char *root, const char *path, const char *from) {
  const char *name;
  const char *bytes;
  size_t size;
  char below[256];
  if (root != NULL) snprintf(below, sizeof below, "%s/%s", folder, root);
  int answer = zero_file_loader(root != NULL ? below : NULL, path, from, &name,
                                &bytes, &size, loaded_message,
                                sizeof loaded_message);
  if (answer == 0) snprintf(loaded_name, sizeof loaded_name, "%s", name);
  return answer;
}

Test(file_loader, finds_files_beside_the_importing_one, .init = make_folder,
     .fini = remove_folder) {
  cr_assert_eq(load_from("root", "a.0x0", ""), 0);
  cr_assert_str_eq(loaded_name, "a.0x0");
  cr_assert_eq(load_from("root", "b.0x0", "sub/other.0x0"), 0);
  cr_assert_str_eq(loaded_name, "sub/b.0x0");
}

Test(file_loader, knows_a_file_however_it_is_spelled, .init = make_folder,
     .fini = remove_folder) {
  cr_assert_eq(load_from("root", "../a.0x0", "sub/b.0x0"), 0);
  cr_assert_str_eq(loaded_name, "a.0x0");
  cr_assert_eq(load_from("root", "./sub/.././a.0x0", ""), 0);
  cr_assert_str_eq(loaded_name, "a.0x0");
}

Test(file_loader, does_not_leave_its_root, .init = make_folder,
     .fini = remove_folder) {
  static const char *const paths[] = {"../secret", "escape", "sub/../../secret",
                                      "/../secret", "/escape", ".."};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    cr_assert_eq(load_from("root", paths[i], ""), ZERO_CODE_IMPORT_DENIED,
                 "%s", paths[i]);
  }
}

Test(file_loader, an_absolute_path_starts_at_its_root, .init = make_folder,
     .fini = remove_folder) {
  cr_assert_eq(load_from("root", "/a.0x0", "sub/b.0x0"), 0);
  cr_assert_str_eq(loaded_name, "a.0x0");
  cr_assert_eq(load_from("root", "/sub/b.0x0", ""), 0);
  cr_assert_str_eq(loaded_name, "sub/b.0x0");
  cr_assert_eq(load_from("root", "/sub/c.0x0", ""),
               ZERO_CODE_IMPORT_NOT_FOUND);
}

Test(file_loader, below_the_root_of_the_system_nothing_is_outside,
     .init = make_folder, .fini = remove_folder) {
  char root[] = "/", real[PATH_MAX], path[PATH_MAX + 16];
  const char *name, *bytes;
  size_t size;
  cr_assert_not_null(realpath(folder, real));
  snprintf(path, sizeof path, "%s/root/escape", real);
  cr_assert_eq(zero_file_loader(root, path, "", &name, &bytes, &size, NULL, 0),
               0);
  snprintf(path, sizeof path, "%s/secret", real);
  cr_assert_str_eq(name, path + 1);
}

/* Lets `root/door` be a directory and a link out of the root by turns. */
static _Atomic bool stop_exchange;

static void *exchange(void *context) {
  char door[128], other[128];
  (void)context;
  snprintf(door, sizeof door, "%s/root/door", folder);
  snprintf(other, sizeof other, "%s/root/other", folder);
  while (!stop_exchange) {
    renameat2(AT_FDCWD, door, AT_FDCWD, other, RENAME_EXCHANGE);
  }
  return NULL;
}

Test(file_loader, reads_nothing_from_outside_whatever_is_exchanged,
     .init = make_folder, .fini = remove_folder) {
  char root[128], door[128], other[128];
  pthread_t thread;
  snprintf(root, sizeof root, "%s/root", folder);
  snprintf(door, sizeof door, "%s/root/door", folder);
  snprintf(other, sizeof other, "%s/root/other", folder);
  cr_assert_eq(mkdir(door, 0777) | symlink("..", other), 0);
  write_file("root/door/secret", "(fn inside (_) 1)");
  pthread_create(&thread, NULL, exchange, NULL);
  for (int i = 0; i < ZERO_SCALED(20000); i++) {
    const char *name, *bytes;
    size_t size;
    int code = zero_file_loader(root, "door/secret", "main.0x0", &name,
                                &bytes, &size, NULL, 0);
    cr_assert(code == ZERO_CODE_IMPORT_DENIED ||
              code == ZERO_CODE_SOURCE_UNREADABLE || code == 0);
    if (code != 0) continue;
    cr_assert_eq(memcmp(bytes, "(fn inside", 10), 0, "%.*s", (int)size, bytes);
    cr_assert(strcmp(name, "door/secret") == 0 ||
              strcmp(name, "other/secret") == 0, "%s", name);
  }
  stop_exchange = true;
  pthread_join(thread, NULL);
}

/* The code of the first error of importing `path`, "" if there is none. */
static const char *import_of(const char *path) {
  static char text[64], root[128];
  static zero_vm *vm;
  zero_options options = zero_options_default();
  snprintf(root, sizeof root, "%s/root", folder);
  snprintf(text, sizeof text, "(import \"%s\")", path);
  options.loader_context = root;
  cr_assert_eq(zero_open(&vm, &options, NULL, 0), ZERO_OK);
  zero_status status = zero_check(vm, "main.0x0", text, strlen(text));
  return status == ZERO_OK ? "" : zero_last_error(vm)->code;
}

Test(file_loader, what_a_lock_names_stays_below_the_root, .init = make_folder,
     .fini = remove_folder) {
  char lock[128], moved[128];
  snprintf(lock, sizeof lock, "%s/root/0x0.lock", folder);
  snprintf(moved, sizeof moved, "%s/lock", folder);
  write_file("root/0x0.lock", "dep good sub/b.0x0\ndep far /sub/b.0x0\n"
             "dep out ../secret\ndep link escape\n");
  cr_expect_str_eq(import_of("pkg:good"), "");
  cr_expect_str_eq(import_of("pkg:far"), "");
  cr_expect_str_eq(import_of("pkg:out"), "IMPORT_DENIED");
  cr_expect_str_eq(import_of("pkg:link"), "IMPORT_DENIED");
  cr_assert_eq(rename(lock, moved) | symlink("../lock", lock), 0);
  cr_expect_str_eq(import_of("pkg:good"), "PACKAGE_NOT_FOUND");
}

Test(file_loader, reads_regular_files_only, .init = make_folder,
     .fini = remove_folder) {
  cr_assert_eq(load_from("root", "sub", ""), ZERO_CODE_SOURCE_UNREADABLE);
  cr_assert_not_null(strstr(loaded_message, "it is a directory"));
  cr_assert_eq(load_from("root", "pipe", ""), ZERO_CODE_SOURCE_UNREADABLE);
  cr_assert_not_null(strstr(loaded_message, "it is a pipe"));
  cr_assert_eq(load_from(NULL, "/dev/zero", ""), ZERO_CODE_SOURCE_UNREADABLE);
  cr_assert_not_null(strstr(loaded_message, "it is a device"));
}

Test(file_loader, says_what_is_missing, .init = make_folder,
     .fini = remove_folder) {
  cr_assert_eq(load_from("root", "c.0x0", ""), ZERO_CODE_IMPORT_NOT_FOUND);
  cr_assert_not_null(strstr(loaded_message, "c.0x0"));
}

Test(file_loader, refuses_a_file_that_is_too_large, .init = make_folder,
     .fini = remove_folder) {
  char path[256];
  snprintf(path, sizeof path, "%s/root/a.0x0", folder);
  cr_assert_eq(truncate(path, (off_t)65 << 20), 0);
  cr_assert_eq(load_from("root", "a.0x0", ""), ZERO_CODE_SYNTAX_TOO_LARGE);
  cr_assert_not_null(strstr(loaded_message, "64 MiB"));
}

/* --- descriptions --- */

Test(api, every_family_describes_itself) {
  cr_assert_gt(zero_family_count(), 0);
  for (size_t i = 0; i < zero_family_count(); i++) {
    struct record record = {.size = 0};
    const char *name = zero_family_name(i);
    cr_assert_eq(zero_layout_text(name, take, &record, NULL), 1);
    cr_assert_eq(strncmp(record.text, name, strlen(name)), 0);
  }
  cr_assert_null(zero_family_name(zero_family_count()));
}

Test(api, tables_are_told_as_they_are_written) {
  const char *layouts = zero_table("value-layouts");
  cr_assert_eq(strncmp(layouts, "value\tabi_version\ttag\t", 22), 0);
  cr_assert_not_null(strstr(layouts, "\nOption\t1\t5\t(list 5 \"some\" "));
  size_t lines = 0;
  for (const char *at = layouts; *at != '\0'; at++) lines += *at == '\n';
  cr_assert_eq(lines, zero_family_count() + 1);
  cr_assert_null(zero_table("value"));
  cr_assert_null(zero_table(NULL));
}

Test(api, an_unknown_family_names_its_neighbour) {
  struct record record = {.size = 0};
  const char *nearest;
  cr_assert_eq(zero_layout_text("Optoin", take, &record, &nearest), 0);
  cr_assert_str_eq(nearest, "Option");
  cr_assert_eq(zero_layout_text("zzzzzzzzzzzz", take, &record, &nearest), 0);
  cr_assert_null(nearest);
  cr_assert_eq(record.size, 0);
}

Test(api, values_name_their_kind) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  const char *variant;
  cr_assert_eq(eval(vm, &value, "(option-some 1)"), ZERO_OK);
  cr_assert_str_eq(zero_type_name(value), "Option");
  cr_assert_eq(zero_variant_name(value, &variant), 1);
  cr_assert_str_eq(variant, "some");
  cr_assert_str_eq(zero_type_name(zero_lookup(vm, "+")), "Function");
  cr_assert_str_eq(zero_type_name(zero_unit()), "Unit");
  cr_assert_eq(zero_variant_name(zero_unit(), &variant), 0);
  cr_assert_str_eq(zero_type_name((zero_value){0}), "no value");
  cr_assert_eq(zero_arity(zero_lookup(vm, "option-some")), 1);
  cr_assert_eq(zero_arity(zero_lookup(vm, "+")), 2);
  cr_assert_eq(zero_arity(value), -1);
  cr_assert_eq(zero_arity((zero_value){0}), -1);
  zero_close(vm);
}

Test(api, the_library_is_of_its_headers_version) {
  cr_assert_str_eq(zero_abi_marker(), ZERO_ABI_MARKER);
  cr_assert_eq(zero_layout_version(), ZERO_LAYOUT_VERSION);
  cr_assert_str_eq(zero_shape_hash(), ZERO_SHAPE_HASH);
  cr_assert_eq(strlen(zero_shape_hash()), 16);
  cr_assert_gt(strlen(zero_version()), 0);
}
