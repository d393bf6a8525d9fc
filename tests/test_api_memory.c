/* test_api_memory.c - what a VM keeps: of many rounds no more than of one, and
 * of a call that was stopped nothing. */
#include <criterion/criterion.h>
#include <gc/gc.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/heap.h"
#include "support/hosting.h"
#include "support/scale.h"
#include "zero.h"

/* Bytes that are alive. The collector takes some words for addresses that are
 * none, so bounds on a difference leave room for those. */
static size_t live(void) {
  GC_gcollect();
  GC_gcollect();
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
