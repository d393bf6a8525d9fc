/* test_api_user_data.c - the data that a host hands to programs, and its
 * end. */
#include <criterion/criterion.h>
#include <gc/gc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/asking.h"
#include "support/scale.h"
#include "zero.h"

static const char counter_type;
static const char other_type;

/* What finalisers saw. */
struct log {
  int finished[64]; /* times, by number */
  int order[64];
  int count;
  pthread_t thread;
  zero_vm *vm;      /* entered by the finaliser, or NULL */
  zero_status entered;
};

struct counter {
  struct log *log;
  int number;
};

static void finish(void *pointer) {
  struct counter *counter = pointer;
  struct log *log = counter->log;
  zero_value value;
  log->finished[counter->number]++;
  log->order[log->count++ % 64] = counter->number;
  log->thread = pthread_self();
  if (log->vm != NULL) {
    log->entered = zero_text(log->vm, &value, "text", 4);
    zero_close(log->vm);
  }
  free(counter);
}

static zero_value make(zero_vm *vm, struct log *log, int number) {
  struct counter *counter = malloc(sizeof *counter);
  zero_value value;
  *counter = (struct counter){log, number};
  cr_assert_eq(zero_user_data(vm, &value, &counter_type, counter, finish),
               ZERO_OK);
  return value;
}

static zero_status make_one(zero_vm *vm, zero_value *result,
                            const zero_value *args, size_t count,
                            void *context) {
  int64_t number;
  (void)count;
  zero_to_i64(&number, args[0]);
  *result = make(vm, context, (int)number % 64);
  return ZERO_OK;
}

static zero_status number_of(zero_vm *vm, zero_value *result,
                             const zero_value *args, size_t count,
                             void *context) {
  void *pointer;
  (void)count;
  (void)context;
  if (!zero_to_user_data(&pointer, &counter_type, args[0])) {
    return zero_fail(vm, "NO_COUNTER", "this is no counter");
  }
  return zero_i64(vm, result, ((struct counter *)pointer)->number);
}

static zero_vm *open_counting(struct log *log) {
  memset(log, 0, sizeof *log);
  zero_vm *vm = zero_host_open(NULL);
  zero_definition counter = {"counter",  make_one, log, "I64",
                             "UserData", "pure",   0,   1,
                             1};
  zero_definition number = {"number", number_of, NULL, "UserData",
                            "I64",    "pure",    0,    1,
                            1};
  zero_host_define(vm, &counter);
  zero_host_define(vm, &number);
  return vm;
}

static void churn(zero_vm *vm, int count) {
  char source[32];
  zero_value value;
  snprintf(source, sizeof source, "(churn %d)", count);
  cr_expect_eq(zero_eval(vm, &value, NULL, "t", source, strlen(source)),
               ZERO_OK);
}

/* --- a value --- */

Test(api_user_data, programs_hold_it_and_cannot_look_inside) {
  struct log log;
  zero_vm *vm = open_counting(&log);
  expect(vm, "(counter 7)", "#<user-data>");
  expect(vm, "(number (counter 7))", "7");
  expect(vm, "(type-of (counter 7))", "\"UserData\"");
  expect(vm, "(let ((c (counter 1))) (= c c))", "true");
  expect(vm, "(= (counter 1) (counter 1))", "false");
  expect(vm, "(let ((c (counter 1))) (= (list c) (list c)))", "true");
  expect(vm, "(map number (list (counter 1) (counter 2)))", "(list 1 2)");
  expect(vm, "(number 1)", "TYPE_STATIC");
  expect(vm, "(+ 1 (counter 1))", "TYPE_STATIC");
  expect(vm, "(head (counter 1))", "TYPE_STATIC");
  expect(vm, "(apply number (list number))", "TYPE_MISMATCH");
  expect(vm, "(apply head (list (counter 1)))", "TYPE_MISMATCH");
  expect(vm, "(match (try (apply head (list (counter 1))))"
         " ((err e) (nth e 3)) (_ 0))",
         "\"head: argument 1 must be List, found #<user-data>\"");
  expect(vm, "(map-put (map-empty) (counter 1) 2)", "LAYOUT_MAP");
  expect(vm, "(list? (counter 1))", "false");
  expect(vm, "(function? (counter 1))", "false");
  expect(vm, "((counter 1))", "TYPE_STATIC");
  expect(vm, "(layout-tag (counter 1))", "TYPE_MISMATCH");
  expect(vm, "(fn f (:: (-> UserData I64)) (c) (number c))", "");
  expect(vm, "(f 1)", "TYPE_STATIC");
  expect(vm, "(option-value (option-some (counter 3)))", "#<user-data>");
  zero_close(vm);
}

Test(api_user_data, a_host_reads_it_by_its_type) {
  struct log log;
  zero_vm *vm = open_counting(&log);
  zero_vm *other = zero_host_open(NULL);
  zero_value mine, copy;
  uint64_t hash, again;
  int number = 5;
  void *pointer = &number;
  zero_value value = make(vm, &log, 1);
  cr_expect(zero_is_user_data(value));
  cr_expect(!zero_is_user_data(zero_unit()));
  cr_expect(!zero_is_list(value) && !zero_is_function(value));
  cr_expect_eq(zero_to_user_data(&pointer, &other_type, value), 0);
  cr_expect_null(pointer);
  cr_expect_eq(zero_to_user_data(NULL, &counter_type, value), 1);
  cr_expect_eq(zero_to_user_data(&pointer, &counter_type, zero_unit()), 0);
  cr_assert_eq(zero_user_data(vm, &mine, NULL, &number, NULL), ZERO_OK);
  cr_expect_eq(zero_to_user_data(&pointer, NULL, mine), 1);
  cr_expect_eq(pointer, &number);
  cr_expect_str_eq(zero_type_name(mine), "UserData");
  cr_expect_eq(zero_value_copy(other, &copy, vm, mine), ZERO_E_FAILED);
  cr_expect_str_eq(zero_host_code(other), "TYPE_MISMATCH");
  cr_expect_eq(zero_hash(vm, &hash, mine), ZERO_OK);
  cr_expect_eq(zero_hash(vm, &again, value), ZERO_OK);
  cr_expect_eq(hash, again, "an address is no part of a hash");
  cr_expect_eq(zero_user_data(vm, NULL, NULL, NULL, NULL), ZERO_E_USAGE);
  zero_close(other);
  zero_close(vm);
}

/* --- the end --- */

Test(api_user_data, closing_finishes_each_once_newest_first) {
  struct log log;
  zero_vm *vm = open_counting(&log);
  zero_ref ref;
  for (int i = 0; i < 10; i++) {
    cr_assert_eq(zero_pin(vm, &ref, make(vm, &log, i)), ZERO_OK);
  }
  log.vm = vm;
  cr_expect_eq(log.count, 0);
  zero_close(vm);
  cr_assert_eq(log.count, 10);
  cr_expect_eq(log.entered, ZERO_E_USAGE);
  for (int i = 0; i < 10; i++) cr_expect_eq(log.order[i], 9 - i);
}

Test(api_user_data, what_nobody_reaches_is_finished_in_the_thread_of_the_vm) {
  struct log log;
  zero_vm *vm = open_counting(&log);
  expect(vm,
         "(fn churn (n) (if (= n 0) 0 (do (counter n) (churn (- n 1)))))", "");
  log.vm = vm;
  churn(vm, ZERO_SCALED(100000));
  GC_gcollect();
  expect(vm, "1", "1");
  cr_expect_gt(log.count, ZERO_SCALED(100000) * 9 / 10, "%d", log.count);
  cr_expect(pthread_equal(log.thread, pthread_self()));
  cr_expect_eq(log.entered, ZERO_E_USAGE);
  zero_close(vm);
  cr_expect_eq(log.count, ZERO_SCALED(100000));
}

Test(api_user_data, what_is_reached_is_not_finished) {
  struct log log;
  zero_vm *vm = open_counting(&log);
  zero_ref ref;
  cr_assert_eq(zero_pin(vm, &ref, make(vm, &log, 3)), ZERO_OK);
  expect(vm, "(fn churn (n) (if (= n 0) 0 (do (list n) (churn (- n 1)))))",
         "");
  for (int i = 0; i < 5; i++) {
    GC_gcollect();
    churn(vm, ZERO_SCALED(100000));
  }
  cr_expect_eq(log.count, 0);
  void *pointer;
  cr_assert(zero_to_user_data(&pointer, &counter_type, zero_pinned(vm, ref)));
  cr_expect_eq(((struct counter *)pointer)->number, 3);
  zero_close(vm);
  cr_expect_eq(log.finished[3], 1);
}

static void *churn_in(void *context) {
  struct log *log = context;
  zero_vm *vm = open_counting(log);
  zero_host_eval(
      vm, "(fn churn (n) (if (= n 0) 0 (do (counter n) (churn (- n 1)))))");
  churn(vm, ZERO_SCALED(20000));
  if (log->count > 0) cr_expect(pthread_equal(log->thread, pthread_self()));
  zero_close(vm);
  return NULL;
}

Test(api_user_data, a_collection_of_another_vm_finishes_nothing_of_this_one) {
  struct log log;
  struct log other;
  zero_vm *vm = open_counting(&log);
  for (int i = 0; i < 50; i++) make(vm, &log, i);
  int before = log.count; /* its own collections may have been */
  pthread_t thread;
  pthread_create(&thread, NULL, churn_in, &other);
  pthread_join(thread, NULL);
  cr_expect_eq(other.count, ZERO_SCALED(20000));
  cr_expect_eq(log.count, before);
  zero_close(vm);
  cr_expect_eq(log.count, 50);
  for (int i = 0; i < 50; i++) cr_expect_eq(log.finished[i], 1);
}

Test(api_user_data, where_it_cannot_be_made_no_finaliser_is_called) {
  struct log log = {.count = 0};
  zero_options options = zero_options_default();
  options.alloc = 32;
  zero_vm *vm = zero_host_open(&options);
  struct counter counter = {&log, 0};
  zero_value value;
  cr_expect_eq(
      zero_user_data(vm, &value, &counter_type, &counter, finish),
      ZERO_E_FAILED);
  cr_expect_str_eq(zero_host_code(vm), "ALLOC_LIMIT");
  zero_close(vm);
  cr_expect_eq(log.count, 0);
}
