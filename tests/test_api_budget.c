/* test_api_budget.c - what one call may use and do, what it used, and what
 * that leaves to the call around it. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/hosting.h"
#include "support/scale.h"
#include "zero.h"

/* Live bytes that the limit of the heap allows. */
enum { LIVE = ZERO_SLOWNESS > 1 ? 12000000 : 60000000 };

static const char program[] =
    "(fn forever (n) (forever (+ n 1)))\n"
    "(fn hoard (n) (hoard-more (list) n))\n"
    "(fn hoard-more (kept n) (hoard-more (cons n kept) n))\n"
    "(fn write (n) (do (print \"0123456789\") (write n)))\n"
    "(fn count (n) (if (= n 0) 0 (count (- n 1))))\n"
    "(fn cells (n) (cells-more (list) n))\n"
    "(fn cells-more (kept n)\n"
    "  (if (= n 0) kept (cells-more (cons n kept) (- n 1))))\n"
    "(fn say (n) (print \"ab\"))\n";

static zero_status within(zero_vm *vm, const char *name, int64_t number,
                          const zero_call_options *options) {
  zero_value function = zero_lookup(vm, name);
  zero_value arg, result;
  cr_assert(!zero_is_none(function), "%s", name);
  cr_assert_eq(zero_i64(vm, &arg, number), ZERO_OK);
  return zero_call_with(vm, &result, function, &arg, 1, options);
}

static zero_spending spent(const zero_vm *vm) {
  zero_spending spending;
  cr_assert_eq(zero_spent(vm, &spending), ZERO_OK);
  return spending;
}

static void drop(void *context, const char *bytes, size_t size) {
  (void)bytes;
  *(size_t *)context += size;
}

static zero_vm *open_with(zero_options options) {
  static size_t written;
  options.output = drop;
  options.output_context = &written;
  zero_vm *vm = zero_host_open(&options);
  zero_host_load(vm, program);
  return vm;
}

/* --- limits of one call --- */

Test(api_budget, each_limit_has_its_code_and_leaves_the_vm_usable) {
  static const struct {
    const char *function, *code;
    zero_call_options options;
  } rows[] = {
      {"forever", "FUEL_SPENT", {.fuel = 10000}},
      {"forever", "DEADLINE", {.deadline_ms = 10}},
      {"hoard", "ALLOC_LIMIT", {.alloc = 1000000}},
      {"hoard", "HEAP_LIMIT", {.heap = LIVE, .alloc = 4000000000}},
      {"write", "OUTPUT_LIMIT", {.output_bytes = 1234}},
      {"say", "CAPABILITY_DENIED", {.capabilities = "time"}},
  };
  zero_vm *vm = open_with(zero_options_default());
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const zero_call_options *options = &rows[i].options;
    cr_expect_eq(within(vm, rows[i].function, 1, options), ZERO_E_FAILED);
    cr_expect_str_eq(zero_host_code(vm), rows[i].code);
    cr_expect_eq(within(vm, "count", 1000, &(zero_call_options){0}), ZERO_OK);
    cr_expect_str_eq(zero_host_eval(vm, "(len (cells 100000))"), "100000");
  }
  zero_close(vm);
}

Test(api_budget, the_call_has_no_more_than_the_vm_allows) {
  zero_options options = zero_options_default();
  options.fuel = 1000;
  options.alloc = 4000000;
  options.output_bytes = 100;
  zero_vm *vm = open_with(options);
  zero_call_options more = {.fuel = UINT64_MAX, .alloc = UINT64_MAX,
                            .output_bytes = UINT64_MAX,
                            .capabilities = "io time"};
  cr_expect_eq(within(vm, "count", 900, &more), ZERO_OK);
  cr_expect_eq(within(vm, "forever", 1, &more), ZERO_E_FAILED);
  cr_expect_str_eq(zero_host_code(vm), "FUEL_SPENT");
  cr_expect_eq(spent(vm).fuel, 1000);
  cr_expect_eq(within(vm, "write", 1, &more), ZERO_E_FAILED);
  cr_expect_str_eq(zero_host_code(vm), "OUTPUT_LIMIT");
  cr_expect_eq(spent(vm).output, 99);
  zero_close(vm);
}

static zero_status now(zero_vm *vm, zero_value *result,
                       const zero_value *args, size_t count, void *context) {
  (void)args;
  (void)count;
  (void)context;
  return zero_i64(vm, result, 1);
}

Test(api_budget, capabilities_are_narrowed_and_never_widened) {
  zero_options options = zero_options_default();
  options.capabilities = "time";
  zero_vm *vm = open_with(options);
  zero_definition all[] = {
      {"t", now, NULL, NULL, NULL, "time", 0, 0, 1},
      {"f", now, NULL, NULL, NULL, "file.read", 0, 0, 1},
      {"p", now, NULL, NULL, NULL, "pure", 0, 0, 1},
  };
  for (int i = 0; i < 3; i++) zero_host_define(vm, &all[i]);
  static const struct {
    const char *granted, *allowed;
  } rows[] = {
      {NULL, "pt"}, {"", "p"},       {"pure", "p"}, {"io", "p"},
      {"time", "pt"}, {"file", "p"}, {"file, time, io", "pt"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    zero_call_options call = {.capabilities = rows[i].granted};
    for (const char *name = "ptf"; *name != '\0'; name++) {
      char text[2] = {*name, '\0'};
      bool allowed = strchr(rows[i].allowed, *name) != NULL;
      cr_expect_eq(within(vm, text, 1, &call),
                   allowed ? ZERO_OK : ZERO_E_FAILED, "%zu %s", i, text);
    }
  }
  cr_expect_eq(within(vm, "p", 1, &(zero_call_options){.capabilities = "x"}),
               ZERO_E_USAGE);
  cr_expect_str_eq(zero_host_eval(vm, "(t)"), "1");
  zero_close(vm);
}

/* --- what was spent --- */

Test(api_budget, what_was_spent_is_exact_and_the_same_each_time) {
  zero_vm *vm = open_with(zero_options_default());
  cr_expect_eq(spent(vm).fuel, 0);
  for (int round = 0; round < 5; round++) {
    cr_assert_eq(within(vm, "cells", 1000, &(zero_call_options){0}), ZERO_OK);
    zero_spending first = spent(vm);
    cr_expect_eq(first.alloc, 16000);
    cr_expect_geq(first.fuel, 1000);
    cr_expect_lt(first.fuel, 1100);
    zero_call_options exact = {.fuel = first.fuel, .alloc = first.alloc};
    cr_expect_eq(within(vm, "cells", 1000, &exact), ZERO_OK);
    cr_expect_eq(spent(vm).fuel, first.fuel);
    cr_expect_eq(spent(vm).alloc, first.alloc);
    exact.alloc--;
    cr_expect_eq(within(vm, "cells", 1000, &exact), ZERO_E_FAILED);
    cr_expect_str_eq(zero_host_code(vm), "ALLOC_LIMIT");
    cr_expect_eq(spent(vm).alloc, 15984);
    exact.alloc++;
    exact.fuel--;
    cr_expect_eq(within(vm, "cells", 1000, &exact), ZERO_E_FAILED);
    cr_expect_str_eq(zero_host_code(vm), "FUEL_SPENT");
    cr_expect_eq(spent(vm).fuel, exact.fuel);
  }
  cr_assert_eq(within(vm, "say", 1, &(zero_call_options){0}), ZERO_OK);
  cr_expect_eq(spent(vm).output, 3);
  zero_close(vm);
}

Test(api_budget, what_was_spent_counts_the_time) {
  zero_vm *vm = open_with(zero_options_default());
  zero_call_options options = {.deadline_ms = 20};
  cr_expect_eq(within(vm, "forever", 1, &options), ZERO_E_FAILED);
  cr_expect_geq(spent(vm).nanoseconds, 20000000);
  cr_expect_lt(spent(vm).nanoseconds, 10000000000);
  zero_close(vm);
}

Test(api_budget, misuse_is_refused) {
  zero_vm *vm = open_with(zero_options_default());
  zero_value out;
  zero_spending spending = {.fuel = 1};
  zero_value function = zero_lookup(vm, "count");
  zero_call_options options = {0};
  cr_expect_eq(zero_spent(NULL, &spending), ZERO_E_USAGE);
  cr_expect_eq(spending.fuel, 0);
  cr_expect_eq(zero_spent(vm, NULL), ZERO_E_USAGE);
  cr_expect_eq(zero_call_with(vm, NULL, function, NULL, 0, &options),
               ZERO_E_USAGE);
  cr_expect_eq(zero_call_with(vm, &out, function, NULL, 1, &options),
               ZERO_E_USAGE);
  cr_expect_eq(zero_call_with(vm, &out, function, NULL, 0, NULL),
               ZERO_E_USAGE);
  cr_expect_eq(zero_call_with(vm, &out, zero_unit(), NULL, 0, &options),
               ZERO_E_USAGE);
  zero_close(vm);
}

/* --- calls within calls --- */

/* (inner f n): calls f within the options of its context; the code of the
 * error, or the result. */
static zero_status inner(zero_vm *vm, zero_value *result,
                         const zero_value *args, size_t count,
                         void *context) {
  (void)count;
  if (zero_call_with(vm, result, args[0], args + 1, 1, context) == ZERO_OK) {
    return ZERO_OK;
  }
  const char *code = zero_last_error(vm)->code;
  return zero_text(vm, result, code, strlen(code));
}

static zero_vm *open_inner(zero_call_options *within_it) {
  zero_vm *vm = open_with(zero_options_default());
  zero_definition f = {"inner", inner, within_it, "Function Any", NULL,
                       "pure", 0,     2,         2};
  zero_host_define(vm, &f);
  zero_host_eval(vm,
                 "(fn nested (n) (list (inner forever 1) (inner count 10)))\n"
                 "(fn then-more (n) (do (inner count n) (count n)))\n"
                 "(fn then-cells (n) (do (inner cells n) (cells n)))\n"
                 "(fn then-say (n) (do (inner say n) (say n)))\n"
                 "(fn deny (n) (list (inner say n) (say n)))\n"
                 "(fn again (n) (do (inner forever 1) (again n)))\n");
  return vm;
}

static const char *nested(zero_vm *vm, const char *name, int64_t number,
                          const zero_call_options *options) {
  zero_value function = zero_lookup(vm, name);
  zero_value arg, result;
  cr_assert_eq(zero_i64(vm, &arg, number), ZERO_OK);
  if (zero_call_with(vm, &result, function, &arg, 1, options) != ZERO_OK) {
    return zero_host_code(vm);
  }
  return zero_host_printed(vm, result);
}

Test(api_budget, a_call_within_stops_and_the_one_around_goes_on) {
  zero_call_options less = {.fuel = 500};
  zero_vm *vm = open_inner(&less);
  zero_call_options all = {.fuel = 100000};
  cr_expect_str_eq(nested(vm, "nested", 1, &all), "(list \"FUEL_SPENT\" 0)");
  cr_expect_gt(spent(vm).fuel, 500);
  cr_expect_lt(spent(vm).fuel, 600);
  less = (zero_call_options){.deadline_ms = 5};
  all = (zero_call_options){.deadline_ms = 60000};
  cr_expect_str_eq(nested(vm, "nested", 1, &all), "(list \"DEADLINE\" 0)");
  less = (zero_call_options){.capabilities = "pure"};
  cr_expect_str_eq(nested(vm, "deny", 1, &all),
                   "(list \"CAPABILITY_DENIED\" Unit)");
  zero_close(vm);
}

Test(api_budget, a_call_within_has_no_more_than_is_left_around_it) {
  zero_call_options more = {.fuel = UINT64_MAX, .alloc = UINT64_MAX,
                            .output_bytes = UINT64_MAX,
                            .deadline_ms = 100000};
  zero_vm *vm = open_inner(&more);
  zero_call_options all = {.fuel = 2000};
  cr_expect_str_eq(nested(vm, "nested", 1, &all), "FUEL_SPENT");
  all = (zero_call_options){.deadline_ms = 5};
  cr_expect_str_eq(nested(vm, "nested", 1, &all), "DEADLINE");
  all = (zero_call_options){.capabilities = "pure"};
  more.capabilities = "io";
  cr_expect_str_eq(nested(vm, "deny", 1, &all), "CAPABILITY_DENIED");
  more.capabilities = NULL;
  zero_close(vm);
}

Test(api_budget, what_a_call_within_spends_is_spent) {
  zero_call_options less = {.fuel = 1500, .alloc = 20000, .output_bytes = 5};
  zero_vm *vm = open_inner(&less);
  zero_call_options all = {.fuel = 2100};
  cr_expect_str_eq(nested(vm, "then-more", 1000, &all), "0");
  all.fuel = 1900;
  cr_expect_str_eq(nested(vm, "then-more", 1000, &all), "FUEL_SPENT");
  cr_expect_eq(spent(vm).fuel, 1900);
  all = (zero_call_options){.alloc = 32000};
  cr_expect_str_neq(nested(vm, "then-cells", 1000, &all), "ALLOC_LIMIT");
  cr_expect_eq(spent(vm).alloc, 32000);
  all.alloc = 31999;
  cr_expect_str_eq(nested(vm, "then-cells", 1000, &all), "ALLOC_LIMIT");
  all = (zero_call_options){.output_bytes = 6};
  cr_expect_str_eq(nested(vm, "then-say", 1, &all), "Unit");
  cr_expect_eq(spent(vm).output, 6);
  all.output_bytes = 5;
  cr_expect_str_eq(nested(vm, "then-say", 1, &all), "OUTPUT_LIMIT");
  zero_close(vm);
}

/* --- while a text is loaded --- */

/* Functions enough that loading them takes far longer than a deadline. */
static char *long_program(size_t *size) {
  enum { FUNCTIONS = 40000, LINE = 60 };
  char *text = malloc((size_t)FUNCTIONS * LINE);
  cr_assert_not_null(text);
  *size = 0;
  for (int i = 0; i < FUNCTIONS; i++) {
    *size += (size_t)sprintf(text + *size, "(fn f%d (x) (+ x (* %d x)))\n", i,
                             i);
  }
  return text;
}

Test(api_budget, a_deadline_holds_while_a_text_is_read_and_checked) {
  zero_options options = zero_options_default();
  options.deadline_ms = 50 * ZERO_SLOWNESS;
  zero_vm *vm = zero_host_open(&options);
  size_t size;
  char *text = long_program(&size);
  cr_expect_eq(zero_load(vm, "long", text, size), ZERO_E_FAILED);
  cr_expect_str_eq(zero_host_code(vm), "DEADLINE");
  cr_expect(zero_is_none(zero_lookup(vm, "f0")), "nothing is defined");
  const char *next = "DEADLINE"; /* a busy machine may stop it once */
  for (int i = 0; i < 20 && strcmp(next, "DEADLINE") == 0; i++) {
    next = zero_host_eval(vm, "(+ 1 2)");
  }
  cr_expect_str_eq(next, "3");
  free(text);
  zero_close(vm);
}

/* --- from another thread --- */

Test(api_budget, an_interrupt_stops_a_load) {
  zero_vm *vm = zero_host_open(NULL);
  size_t size;
  char *text = long_program(&size);
  zero_host_interrupt_often(vm);
  cr_expect_eq(zero_load(vm, "long", text, size), ZERO_E_FAILED);
  cr_expect_str_eq(zero_host_code(vm), "INTERRUPTED");
  zero_host_interrupt_no_more();
  cr_expect_str_eq(zero_host_eval(vm, "(+ 1 2)"), "3");
  free(text);
  zero_close(vm);
}

Test(api_budget, an_interrupt_stops_the_calls_around_as_well) {
  zero_call_options none = {0};
  zero_vm *vm = open_inner(&none);
  zero_host_interrupt_often(vm);
  cr_expect_str_eq(nested(vm, "again", 1, &none), "INTERRUPTED");
  zero_host_interrupt_no_more();
  cr_expect_str_eq(nested(vm, "count", 100, &none), "0");
  zero_close(vm);
}
