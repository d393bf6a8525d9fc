/* test_api_handles.c - handles through zero.h, and at the end of a VM. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/hosting.h"
#include "support/pipes.h"
#include "value/text.h"
#include "zero.h"

enum { ROOM = 1024 };

static zero_vm *vm;
static int other = -1;
static char told[ROOM];

static void tell(void *context, const zero_error *left) {
  (void)context;
  cr_expect(left->is_warning);
  /* The VM is busy: nothing can be done with it, and not closed again. */
  zero_value value;
  cr_expect_eq(zero_i64(vm, &value, 1), ZERO_E_USAGE);
  zero_close(vm);
  size_t size = strlen(told);
  snprintf(told + size, ROOM - size, "%s %s:%u:%u %s\n", left->code,
           left->location.file != NULL ? left->location.file : "-",
           left->location.line, left->location.column, left->message);
}

/* Opens a handle while a program prints: the print is its place. Printing
 * "lost" leaves another that is not finished, by a raise. */
static void open_in_print(void *context, const char *bytes, size_t size) {
  zero_value *handle = context;
  if (memmem(bytes, size, "open", 4) != NULL) {
    *handle = zero_test_end(vm, &zero_test_reader, dup(0));
  }
  if (memmem(bytes, size, "lost", 4) != NULL) {
    struct zero_test_end *end =
        zero__handle_reserve(vm, &zero_test_reader, sizeof *end);
    end->handle.file = dup(0);
    zero__raise(&vm->heap, ZERO_CODE_HOST_FAILED, "lost");
  }
}

static zero_value opened;

static void setup(void) {
  zero_options options = zero_options_default();
  options.unclosed = tell;
  options.output = open_in_print;
  options.output_context = &opened;
  vm = zero_host_open(&options);
}

static void teardown(void) {
  zero_close(vm);
  if (other >= 0) close(other);
}

TestSuite(api_handles, .init = setup, .fini = teardown);

/* Calls `name` with one argument; what it returns, or no value. */
static zero_value call(const char *name, zero_value arg) {
  zero_value result;
  zero_status status =
      zero_call(vm, &result, zero_lookup(vm, name), &arg, 1);
  return status == ZERO_OK ? result : (zero_value){0};
}

static const char *text(zero_value v) {
  const char *bytes;
  cr_assert(zero_to_text(&bytes, NULL, v));
  return bytes;
}

static const char *state(zero_value h) {
  zero_value word;
  cr_assert_eq(zero_handle_state(vm, &word, h), ZERO_OK);
  return text(word);
}

static void expect_code(zero_status status, const char *code) {
  cr_assert_eq(status, ZERO_E_FAILED);
  cr_expect_str_eq(zero_last_error(vm)->code, code);
}

Test(api_handles, they_are_given_lent_and_closed_from_c) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_value owner, outcome, number;
  cr_assert_eq(zero_handle_give(vm, &owner, h), ZERO_OK);
  cr_expect_str_eq(state(h), "moved");
  expect_code(zero_handle_give(vm, &outcome, h), "HANDLE_MOVED");
  cr_expect(zero_is_none(outcome));
  expect_code(zero_handle_close(vm, &outcome, h), "HANDLE_MOVED");
  expect_code(zero_handle_with(vm, &outcome, h, zero_lookup(vm, "len")),
              "HANDLE_MOVED");
  expect_code(zero_handle_id(vm, &number, h), "HANDLE_MOVED");
  cr_assert_eq(zero_handle_with(vm, &outcome, owner,
                                zero_lookup(vm, "handle-state")), ZERO_OK);
  cr_expect_str_eq(text(outcome), "borrowed");
  cr_expect_str_eq(state(owner), "open");
  cr_assert_eq(zero_handle_id(vm, &number, owner), ZERO_OK);
  cr_assert_eq(zero_handle_close(vm, &outcome, owner), ZERO_OK);
  expect_code(zero_handle_close(vm, &outcome, owner), "HANDLE_CLOSED");
  cr_expect_str_eq(state(owner), "closed");
}

Test(api_handles, misuse_of_the_functions_is_refused) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_value out;
  cr_expect_eq(zero_handle_give(vm, NULL, h), ZERO_E_USAGE);
  cr_expect_eq(zero_handle_give(vm, &out, (zero_value){0}), ZERO_E_USAGE);
  cr_expect_eq(zero_handle_close(vm, NULL, h), ZERO_E_USAGE);
  cr_expect_eq(zero_handle_with(vm, &out, h, (zero_value){0}), ZERO_E_USAGE);
  expect_code(zero_handle_with(vm, &out, h, zero_unit()), "TYPE_MISMATCH");
  expect_code(zero_handle_close(vm, &out, zero_unit()), "LAYOUT_HANDLE");
  cr_expect_str_eq(state(h), "open");
}

static const char failing[] =
    "(ƒ fails (h) (handle-with h (ƒ (b) (head (list)))))"
    "(ƒ spins (h) (handle-with h (ƒ (b) (spin b))))"
    "(ƒ spin (b) (handle-state b) (spin b))"
    "(ƒ leaves (h) (handle-with h (ƒ (b) (exit 3))))"
    "(ƒ deep (h) (handle-with h deep))"
    "(ƒ code (f h)"
    "  (runtime-error-code (result-error (try (f h)))))"
    "(ƒ keeps (h) (handle-with h (ƒ (b) b)))"
    "(ƒ late (h) (code (ƒ (b) (handle-read b 1)) (keeps h)))"
    "(ƒ steals (h) (handle-with h (ƒ (b) (code handle-give b))))"
    "(ƒ ends (h) (handle-with h (ƒ (b) (code handle-close b))))"
    "(ƒ twice (h) (handle-with h (ƒ (b) (code handle-state-and-read h))))"
    "(ƒ handle-state-and-read (h)"
    "  (raise-unless-lent (handle-state h)) (handle-read h 1))"
    "(ƒ raise-unless-lent (s) (if (= s \"borrowed\") 1 (panic s)))"
    "(ƒ lends-on (h)"
    "  (handle-with h (ƒ (a) (handle-with a (ƒ (b) (handle-read b 9))))))"
    "(ƒ caught (h) (code fails h))";

Test(api_handles, what_is_lent_comes_back_however_the_function_ends) {
  zero_host_load(vm, failing);
  zero_value h = zero_test_reader_of(vm, &other);
  cr_expect(zero_is_none(call("fails", h)));
  cr_expect_str_eq(zero_last_error(vm)->code, "EMPTY_LIST");
  cr_expect_str_eq(state(h), "open");
  cr_expect_str_eq(text(call("caught", h)), "EMPTY_LIST");
  cr_expect_str_eq(state(h), "open");
  cr_expect(zero_is_none(call("leaves", h)));
  cr_expect_eq(zero_exit_status(vm), 3);
  cr_expect_str_eq(state(h), "open");
  cr_expect(zero_is_none(call("deep", h)));
  cr_expect_str_eq(zero_last_error(vm)->code, "STACK_DEPTH");
  cr_expect_str_eq(state(h), "open");
}

/* Ends a loan by a limit of the call. */
static void expect_limit(const zero_options *options, const char *code) {
  zero_vm *first = vm;
  vm = zero_host_open(options);
  zero_host_load(vm, failing);
  int end;
  zero_value h = zero_test_reader_of(vm, &end);
  cr_expect(zero_is_none(call("spins", h)));
  cr_expect_str_eq(zero_last_error(vm)->code, code);
  cr_expect_str_eq(state(h), "open");
  close(end);
  zero_close(vm);
  vm = first;
}

Test(api_handles, what_is_lent_comes_back_when_a_limit_ends_the_call) {
  zero_options options = zero_options_default();
  options.fuel = 100000;
  expect_limit(&options, "FUEL_SPENT");
  options.fuel = 0;
  options.alloc = 1 << 20;
  expect_limit(&options, "ALLOC_LIMIT");
  options.alloc = 0;
  options.deadline_ms = 200;
  expect_limit(&options, "DEADLINE");
}

Test(api_handles, a_name_that_was_lent_is_good_while_the_function_runs) {
  zero_host_load(vm, failing);
  zero_value h = zero_test_reader_of(vm, &other);
  cr_expect_str_eq(text(call("late", h)), "HANDLE_BORROW_ENDED");
  cr_expect_str_eq(text(call("steals", h)), "HANDLE_BORROWED");
  cr_expect_str_eq(text(call("ends", h)), "HANDLE_BORROWED");
  cr_expect_str_eq(text(call("twice", h)), "HANDLE_BORROWED");
  cr_assert_eq(write(other, "a", 1), 1);
  zero_value read = call("lends-on", h), head;
  cr_assert(!zero_is_none(read));
  cr_assert_eq(zero_list_head(vm, &head, read), ZERO_OK);
  cr_expect_str_eq(text(head), "HostOk");
  cr_expect_str_eq(state(h), "open");
}

Test(api_handles, what_is_live_is_not_copied_to_another_vm) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_value list, copy, outcome;
  zero_vm *to = zero_host_open(NULL);
  cr_assert_eq(zero_list(vm, &list, &h, 1), ZERO_OK);
  cr_expect_eq(zero_value_copy(to, &copy, vm, list), ZERO_E_FAILED);
  cr_expect_str_eq(zero_last_error(to)->code, "TYPE_MISMATCH");
  cr_assert_eq(zero_handle_close(vm, &outcome, h), ZERO_OK);
  cr_expect_eq(zero_value_copy(to, &copy, vm, h), ZERO_E_FAILED);
  cr_expect_eq(zero_handle_close(to, &outcome, h), ZERO_E_FAILED);
  cr_expect_str_eq(zero_last_error(to)->code, "HANDLE_FOREIGN");
  zero_value fields[] = {h, h, h};
  cr_assert_eq(zero_text(vm, &fields[0], "io", 2), ZERO_OK);
  cr_assert_eq(zero_i64(vm, &fields[1], 7), ZERO_OK);
  cr_assert_eq(zero_text(vm, &fields[2], "open", 4), ZERO_OK);
  cr_assert_eq(zero_new(vm, &list, "Handle", "handle", fields, 3), ZERO_OK);
  cr_expect_eq(zero_value_copy(to, &copy, vm, list), ZERO_OK);
  zero_close(to);
}

Test(api_handles, what_is_open_at_the_end_is_closed_and_told) {
  int before = zero_test_descriptors();
  zero_host_load(vm, "(ƒ main (_)\n  (list (print \"open\")\n        1))");
  zero_test_end(vm, &zero_test_writer, dup(0));
  cr_assert(!zero_is_none(call("main", zero_unit())));
  zero_value outcome;
  zero_value h = zero_test_end(vm, &zero_test_reader, dup(0));
  cr_assert_eq(zero_handle_close(vm, &outcome, h), ZERO_OK);
  zero_close(vm);
  cr_expect_str_eq(
      told,
      "WARN_HANDLE_OPEN -:0:0 the writing end 1 was still open\n"
      "WARN_HANDLE_OPEN test.0x0:2:9 the reading end 2 was still open\n");
  cr_expect_eq(zero_test_descriptors(), before);
  vm = NULL;
}

Test(api_handles, what_is_open_at_the_end_is_closed_where_nobody_asks) {
  int before = zero_test_descriptors();
  zero_vm *quiet = zero_host_open(NULL);
  zero_test_end(quiet, &zero_test_reader, dup(0));
  zero_close(quiet);
  cr_expect_eq(zero_test_descriptors(), before);
}

Test(api_handles, what_a_builtin_left_behind_is_closed_when_it_is_caught) {
  int before = zero_test_descriptors();
  zero_host_load(vm, "(ƒ main (_) (result-err? (try (print \"lost\"))))"
       "(ƒ falls (_) (print \"lost\"))");
  int truth = 0;
  cr_assert(zero_to_bool(&truth, call("main", zero_unit())));
  cr_expect(truth);
  cr_expect_eq(zero_test_descriptors(), before);
  cr_expect(zero_is_none(call("falls", zero_unit())));
  cr_expect_eq(zero_test_descriptors(), before);
  zero_value lost;
  cr_assert_eq(zero_text(vm, &lost, "lost", 4), ZERO_OK);
  expect_code(zero_print(vm, lost, open_in_print, &opened), "HOST_FAILED");
  cr_expect_eq(zero_test_descriptors(), before);
  cr_expect_eq(vm->handles->count, 0);
}
