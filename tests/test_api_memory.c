/* test_api_memory.c - the memory of a VM: after many rounds no more than after
 * one, and none of a call that was stopped. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/heap.h"
#include "support/hosting.h"
#include "support/scale.h"
#include "zero.h"

/* Bytes that are alive. The collector mistakes some words for addresses, so
 * bounds on a difference leave room for those. */
static size_t live(void) {
  zero__heap_collect();
  zero__heap_collect();
  return zero__heap_live();
}

/* --- many rounds ---------------------------------------------------------- */

enum {
  ROUNDS = ZERO_SCALED(10000),
  FIRST_ROUNDS = ZERO_SCALED(5000), /* until tables have the size they keep */
  GROWTH = 400000,                  /* bytes: 40 a round */
};

static zero_status fail(zero_vm *vm, zero_value *result,
                        const zero_value *args, size_t count, void *context) {
  (void)result;
  (void)args;
  (void)count;
  (void)context;
  return zero_fail(vm, "HOST_SAYS_NO", "for a reason");
}

static void finalise(void *pointer) {
  (void)pointer;
}

static void pin(zero_vm *vm) {
  zero_value value;
  zero_ref ref;
  cr_assert_eq(zero_text(vm, &value, "abc", 3), ZERO_OK);
  cr_assert_eq(zero_pin(vm, &ref, value), ZERO_OK);
  cr_assert_eq(zero_unpin(vm, ref), ZERO_OK);
}

static void scope(zero_vm *vm) {
  zero_value value;
  zero_scope mark;
  cr_assert_eq(zero_scope_open(vm, &mark), ZERO_OK);
  cr_assert_eq(zero_text(vm, &value, "abc", 3), ZERO_OK);
  cr_assert_eq(zero_scope_close(vm, mark), ZERO_OK);
}

static void user_data(zero_vm *vm) {
  static int type, thing;
  zero_value value;
  cr_assert_eq(zero_user_data(vm, &value, &type, &thing, finalise),
               ZERO_OK);
}

static void call(zero_vm *vm) {
  zero_value arg, result;
  zero_call_options options = {.fuel = 1000};
  zero_value function = zero_lookup(vm, "h");
  cr_assert_eq(zero_i64(vm, &arg, 3), ZERO_OK);
  cr_assert_eq(zero_call(vm, &result, function, &arg, 1), ZERO_OK);
  cr_assert_eq(zero_call_with(vm, &result, function, &arg, 1, &options),
               ZERO_OK);
}

static void load(zero_vm *vm) {
  zero_host_load(vm, "(fn h (x) (+ x 1)) (fn g (x) (h (h x)))");
}

static void open_and_close(zero_vm *vm) {
  (void)vm;
  static int round;
  if (round++ % 50 == 0) zero_close(zero_host_open(NULL));
}

/* One round. A source may have one %d, which is another number each time. */
static const struct {
  const char *claim;
  const char *source;
  void (*round)(zero_vm *vm);
} rounds[] = {
    {"a call compiled in", "(h 2)", NULL},
    {"a call compiled into a definition", "(fn f (x) (+ (h x) %d)) (f 2)",
     NULL},
    {"a definition compiled into one", "(fn k (x) (h x)) (fn f (x) (k x))",
     NULL},
    {"a call of lib/core compiled in", "(option-or (head (list)) %d)", NULL},
    {"a loop", "(map (fn (x) (+ x %d)) (list 1 2 3))", NULL},
    {"a match", "(match (list 1 2) ((list a & r) a) (_ %d))", NULL},
    {"new local names", "(let ((x%d 1)) 2)", NULL},
    {"new texts", "(len \"text%d\")", NULL},
    {"new numbers", "(+ 123456789000 %d)", NULL},
    {"unknown names", "(unknown%d)", NULL},
    {"a text that does not end", "(+ %d", NULL},
    {"an error", "(raise \"NO\" \"no %d\" (map-empty))", NULL},
    {"an error that is caught", "(try (raise \"NO\" \"%d\" (map-empty)))",
     NULL},
    {"an error of the host", "(fail)", NULL},
    {"a Map", "(map-put (map-empty) \"key%d\" 2)", NULL},
    {"an unreadable file", "(read-file \"no-file-%d\")", NULL},
    {"a redefinition", "(fn again (x) (list x %d))", NULL},
    {"a load", NULL, load},
    {"a pin", NULL, pin},
    {"a scope", NULL, scope},
    {"a call", NULL, call},
    {"user data", NULL, user_data},
    {"a VM", NULL, open_and_close},
};

static void run_rounds(zero_vm *vm, size_t row, int first, int count) {
  for (int i = first; i < first + count; i++) {
    char source[100];
    zero_value value;
    if (rounds[row].round != NULL) {
      rounds[row].round(vm);
      continue;
    }
    snprintf(source, sizeof source, rounds[row].source, i);
    if (zero_eval(vm, &value, NULL, "<round>", source, strlen(source)) !=
        ZERO_OK) {
      cr_assert_neq(zero_last_error(vm), NULL);
    }
  }
}

Test(api_memory, many_rounds_leave_no_more_than_a_few) {
  zero_definition no = {"fail", fail, NULL, NULL, NULL, NULL, 0, 0, 0};
  for (size_t row = 0; row < sizeof rounds / sizeof *rounds; row++) {
    zero_options options = zero_options_default();
    options.capabilities = "file";
    zero_vm *vm = zero_host_open(&options);
    zero_host_define(vm, &no);
    zero_host_load(vm, "(fn h (x) (+ x 1))");
    run_rounds(vm, row, 10000, FIRST_ROUNDS);
    size_t before = live();
    run_rounds(vm, row, 100000, ROUNDS);
    size_t after = live();
    cr_expect_lt(after, before + GROWTH, "%s: %zu bytes more",
                 rounds[row].claim, after - before);
    zero_close(vm);
  }
}

/* Fails 50 calls deep, in a text of 4 MB. */
__attribute__((noinline)) static void fail_in_much_text(zero_vm *vm) {
  static const char code[] =
      "(let ((f (fn (g n) (if (= n 0) (/ 1 0) (+ 1 (g g (- n 1)))))))"
      " (f f 50))";
  enum { SPACE = 4000000 };
  char *text = malloc(SPACE + sizeof code);
  zero_value value;
  memset(text, ' ', SPACE);
  strcpy(text + SPACE, code);
  cr_expect_eq(zero_eval(vm, &value, NULL, "<much>", text, strlen(text)),
               ZERO_E_FAILED);
  cr_expect_gt(zero_last_error(vm)->trace_count, 50);
  free(text);
}

Test(api_memory, an_error_keeps_nothing_of_the_one_before) {
  zero_vm *vm = zero_host_open(NULL);
  cr_expect_str_eq(zero_host_eval(vm, "(/ 1 0)"), "DIVIDE_BY_ZERO");
  size_t before = live();
  fail_in_much_text(vm);
  cr_expect_str_eq(zero_host_eval(vm, "(/ 1 0)"), "DIVIDE_BY_ZERO");
  size_t after = live();
  cr_expect_lt(after, before + 1000000, "%zu bytes", after - before);
  zero_close(vm);
}

/* --- calls that were stopped ---------------------------------------------- */

enum {
  ITEMS = ZERO_SCALED(1000000), /* of a list: 16 bytes each */
  LEFT = 2000000,               /* bytes that a call may leave */
};

static zero_status stop(zero_vm *vm, zero_value *result,
                        const zero_value *args, size_t count, void *context) {
  (void)result;
  (void)args;
  (void)count;
  (void)context;
  zero_interrupt(vm);
  return ZERO_OK;
}

/* The live bytes as a call finds them: the stacks are in use, and the remains
 * below its frames are scanned. */
static zero_status measure(zero_vm *vm, zero_value *result,
                           const zero_value *args, size_t count,
                           void *context) {
  (void)args;
  (void)count;
  (void)context;
  return zero_i64(vm, result, (int64_t)live());
}

static int64_t live_in_a_call(zero_vm *vm) {
  zero_value value;
  const char *source =
      "(head (list (measure) 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19"
      " 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41))";
  cr_assert_eq(zero_eval(vm, &value, NULL, "<measure>", source,
                         strlen(source)),
               ZERO_OK);
  int64_t bytes = 0;
  cr_assert(zero_to_i64(&bytes, value));
  return bytes;
}

static zero_vm *open_to_stop(uint64_t heap) {
  zero_options options = zero_options_default();
  options.output = zero_host_drop;
  options.heap = heap;
  zero_vm *vm = zero_host_open(&options);
  zero_definition stopping = {"stop", stop, NULL, NULL, NULL, NULL, 0, 0, 0};
  zero_definition measuring = {"measure", measure, NULL, NULL, NULL, NULL,
                               0,         0,       0};
  zero_host_define(vm, &stopping);
  zero_host_define(vm, &measuring);
  zero_host_load(
      vm,
      "(fn hoard (kept) (hoard (cons 1 kept)))\n"
      "(fn deep (kept) (cons 1 (deep (cons 1 kept))))\n"
      "(fn texts (kept)\n"
      "  (texts (cons (text-cat \"a text of some bytes\" \"x\") kept)))\n"
      "(fn maps (map n) (maps (map-put map n (list n)) (+ n 1)))\n"
      "(fn then (f n) (let ((kept (range 0 n))) (do (f) (head kept))))\n"
      "(fn forever () (forever))\n"
      "(fn write () (do (print \"0123456789\") (write)))\n"
      "(fn leave () (exit 3))\n"
      "(fn hold () (hoard (list)))\n"
      "(fn fright () (panic \"oh\"))\n"
      "(fn halt () (do (stop) (forever)))\n"
      "(fn fails () (raise \"NO\" \"no\" (map-empty)))\n"
      "(fn dig () (+ 1 (dig)))\n");
  return vm;
}

/* Calls (then NAME ITEMS), which must be stopped. In a frame of its own, so
 * that nothing of it is on the stack when it has returned. */
__attribute__((noinline)) static void call_then(
    zero_vm *vm, const char *name, const zero_call_options *options,
    const char *code) {
  zero_value args[2] = {zero_lookup(vm, name)};
  zero_value result;
  cr_assert_eq(zero_i64(vm, &args[1], ITEMS), ZERO_OK);
  zero_status status = zero_call_with(vm, &result, zero_lookup(vm, "then"),
                                      args, 2, options);
  cr_expect_neq(status, ZERO_OK, "%s", name);
  cr_expect_str_eq(zero_host_code(vm), code);
}

Test(api_memory, a_call_that_was_stopped_leaves_nothing) {
  static const struct {
    const char *function, *code;
    zero_call_options options;
  } rows[] = {
      {"forever", "FUEL_SPENT", {.fuel = 4 * ITEMS + 10000}},
      {"forever", "DEADLINE", {.deadline_ms = 200 * ZERO_SLOWNESS}},
      {"hold", "ALLOC_LIMIT", {.alloc = 20 * ITEMS}},
      {"write", "OUTPUT_LIMIT", {.output_bytes = 1000}},
      {"halt", "INTERRUPTED", {0}},
      {"fright", "PANIC", {0}},
      {"leave", "EXIT", {0}},
      {"dig", "STACK_DEPTH", {0}},
      {"fails", "NO", {0}},
  };
  zero_vm *vm = open_to_stop(0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int64_t before = live_in_a_call(vm);
    call_then(vm, rows[i].function, &rows[i].options, rows[i].code);
    int64_t after = live_in_a_call(vm);
    cr_expect_lt(after, before + LEFT, "%s: %lld bytes", rows[i].code,
                 (long long)(after - before));
  }
  zero_close(vm);
}

#ifndef ZERO_GC_STRESS /* there nothing of this size is filled */
/* Fills the heap in a frame of its own. */
__attribute__((noinline)) static void hoard(zero_vm *vm, const char *source,
                                            zero_status status,
                                            const char *code) {
  zero_value value;
  zero_status found =
      zero_eval(vm, &value, NULL, "<hoard>", source, strlen(source));
  cr_expect_eq(found, status, "%s: %d", source, found);
  if (found != ZERO_OK) cr_expect_str_eq(zero_host_code(vm), code);
}

static const char *const hoards[] = {
    "(hoard (list))",        "(deep (list))",       "(texts (list))",
    "(maps (map-empty) 0)", "(range 0 1000000000)",
};

enum { HOARDS = sizeof hoards / sizeof *hoards };

#define SOME "(len (range 0 300000))" /* 5 MB */

Test(api_memory, what_one_vm_left_stops_no_other) {
  enum { LIVE = 30000000 };
  zero_vm *vms[2] = {open_to_stop(LIVE), open_to_stop(LIVE)};
  for (unsigned i = 0; i < HOARDS; i++) {
    hoard(vms[i % 2], hoards[i], ZERO_E_FAILED, "HEAP_LIMIT");
    hoard(vms[1 - i % 2], SOME, ZERO_OK, "");
    hoard(vms[i % 2], SOME, ZERO_OK, "");
  }
  zero_close(vms[0]);
  zero_close(vms[1]);
}

Test(api_memory, a_closed_vm_leaves_nothing) {
  for (int stopped = 0; stopped < 2; stopped++) {
    size_t before = live();
    for (int i = 0; i < 5; i++) {
      zero_vm *vm = open_to_stop(stopped ? 60000000 : 0);
      hoard(vm, stopped ? hoards[i] : "(len (range 0 2000000))",
            stopped ? ZERO_E_FAILED : ZERO_OK, "HEAP_LIMIT");
      zero_close(vm);
    }
    size_t after = live();
    cr_expect_lt(after, before + LEFT, "%zu bytes", after - before);
  }
}

#ifndef __SANITIZE_ADDRESS__
/* Leaves the process `more` bytes of address space. */
static void limit_memory(size_t more) {
  unsigned long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  cr_assert_neq(file, NULL);
  cr_assert_eq(fscanf(file, "%lu", &pages), 1);
  fclose(file);
  struct rlimit limit = {.rlim_max = RLIM_INFINITY};
  limit.rlim_cur = pages * (size_t)sysconf(_SC_PAGESIZE) + more;
  cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
}

Test(api_memory, where_the_system_has_no_memory_the_next_call_finds_it) {
  zero_vm *vms[2] = {open_to_stop(0), open_to_stop(0)};
  limit_memory(80000000);
  for (unsigned i = 0; i < HOARDS; i++) {
    hoard(vms[i % 2], hoards[i], ZERO_E_MEMORY, "OUT_OF_MEMORY");
    size_t after = live();
    cr_expect_lt(after, LEFT, "%s: %zu bytes", hoards[i], after);
    hoard(vms[0], SOME, ZERO_OK, "");
    hoard(vms[1], SOME, ZERO_OK, "");
  }
  zero_close(vms[0]);
  zero_close(vms[1]);
}
#endif
#endif
