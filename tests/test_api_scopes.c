/* test_api_scopes.c - values that live while a scope of the host is open,
 * and no longer. */
#include <criterion/criterion.h>
#include <gc/gc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/hosting.h"
#include "support/scale.h"
#include "zero.h"

enum { MANY = ZERO_SCALED(2000), KEPT = ZERO_SCALED(20000) };

/* Memory that the collector does not scan. */
static zero_value *hidden(size_t count) {
  zero_value *values = malloc(count * sizeof *values);
  cr_assert_not_null(values);
  return values;
}

static zero_scope open_scope(zero_vm *vm) {
  zero_scope scope;
  cr_assert_eq(zero_scope_open(vm, &scope), ZERO_OK);
  return scope;
}

/* Overwrites what was collected. */
static void churn(zero_vm *vm) {
  zero_value value;
  GC_gcollect();
  for (int i = 0; i < ZERO_SCALED(20000); i++) {
    cr_assert_eq(zero_text(vm, &value, "garbage", 7), ZERO_OK);
  }
}

__attribute__((noinline)) static void make_texts(zero_vm *vm,
                                                 zero_value *texts) {
  for (int i = 0; i < MANY; i++) {
    char text[24];
    int size = snprintf(text, sizeof text, "text %d", i);
    cr_assert_eq(zero_text(vm, &texts[i], text, (size_t)size), ZERO_OK);
  }
}

static void expect_texts(const zero_value *texts) {
  for (int i = 0; i < MANY; i++) {
    char text[24];
    const char *bytes;
    snprintf(text, sizeof text, "text %d", i);
    cr_assert(zero_to_text(&bytes, NULL, texts[i]));
    cr_assert_str_eq(bytes, text);
  }
}

Test(api_scopes, what_is_made_in_a_scope_lives_in_memory_from_malloc) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value *texts = hidden(MANY);
  zero_scope scope = open_scope(vm);
  make_texts(vm, texts);
  churn(vm);
  expect_texts(texts);
  cr_expect_eq(zero_scope_close(vm, scope), ZERO_OK);
  free(texts);
  zero_close(vm);
}

/* Makes a value by `source` in each way that returns one. */
__attribute__((noinline)) static void make_in_each_way(zero_vm *vm,
                                                       zero_value *values) {
  zero_value list, map, bytes, fields[2];
  zero_iterator at;
  const char *const text = "(bytes-from-list (list 1 2))";
  cr_assert_eq(zero_eval(vm, &values[0], NULL, "t", text, strlen(text)),
               ZERO_OK);
  values[1] = zero_lookup(vm, "again");
  cr_assert_eq(zero_text(vm, &fields[0], "made", 4), ZERO_OK);
  cr_assert_eq(zero_text(vm, &fields[1], "key", 3), ZERO_OK);
  cr_assert_eq(zero_call(vm, &values[2], values[1], fields, 1), ZERO_OK);
  cr_assert_eq(zero_call_with(vm, &values[3], values[1], fields, 1,
                              &(zero_call_options){0}),
               ZERO_OK);
  cr_assert_eq(zero_list(vm, &list, fields, 2), ZERO_OK);
  cr_assert_eq(zero_list_tail(vm, &values[4], list), ZERO_OK);
  cr_assert_eq(zero_map_empty(vm, &map), ZERO_OK);
  cr_assert_eq(zero_map_put(vm, &map, map, fields[1], fields[0]), ZERO_OK);
  cr_assert_eq(zero_list_get(vm, &bytes, map, 2), ZERO_OK);
  cr_assert_eq(zero_iterate(vm, &at, bytes), ZERO_OK);
  cr_assert(zero_next(&values[5], &at));
  cr_assert_eq(zero_option_some_new(vm, &values[6], map), ZERO_OK);
  cr_assert_eq(zero_list_head(vm, &values[7], zero_unit()), ZERO_E_FAILED);
  values[7] = zero_error_value(vm);
}

Test(api_scopes, whatever_returns_a_value_keeps_it) {
  static const char *const wanted[] = {
      "(list 8 \"bytes\" (list 1 2))",
      "#<function again>",
      "(list \"made\" \"made\")",
      "(list \"made\" \"made\")",
      "(list \"key\")",
      "(list \"key\" \"made\")",
      "(list 5 \"some\" (list 7 \"map\" (list (list \"key\" \"made\"))))",
  };
  zero_vm *vm = zero_host_open(NULL);
  zero_host_load(vm, "(fn again (x) (list x x))");
  zero_value *values = hidden(8);
  zero_scope scope = open_scope(vm);
  make_in_each_way(vm, values);
  churn(vm);
  for (int i = 0; i < 7; i++) {
    cr_expect_str_eq(zero_host_printed(vm, values[i]), wanted[i]);
  }
  cr_expect_str_eq(zero_type_name(values[7]), "RuntimeError");
  cr_expect_eq(zero_scope_close(vm, scope), ZERO_OK);
  free(values);
  zero_close(vm);
}

/* --- the end of a scope --- */

static size_t live_after(zero_vm *vm) {
  churn(vm);
  GC_gcollect();
  return GC_get_heap_size() - GC_get_free_bytes();
}

__attribute__((noinline)) static void fill(zero_vm *vm) {
  static char bytes[20000000 / KEPT];
  zero_value value;
  for (int i = 0; i < KEPT; i++) {
    cr_assert_eq(zero_bytes(vm, &value, bytes, sizeof bytes), ZERO_OK);
  }
}

Test(api_scopes, what_was_kept_goes_when_the_scope_is_closed) {
  zero_vm *vm = zero_host_open(NULL);
  size_t before = live_after(vm);
  zero_scope scope = open_scope(vm);
  fill(vm);
  cr_expect_gt(live_after(vm), before + 19000000);
  cr_expect_eq(zero_scope_close(vm, scope), ZERO_OK);
  cr_expect_lt(live_after(vm), before + 5000000);
  zero_close(vm);
}

Test(api_scopes, scopes_nest_and_an_outer_one_closes_the_inner) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value *texts = hidden(MANY);
  zero_scope outer = open_scope(vm);
  make_texts(vm, texts);
  zero_scope inner = open_scope(vm);
  fill(vm);
  zero_scope innermost = open_scope(vm);
  cr_expect_eq(zero_scope_close(vm, inner), ZERO_OK);
  cr_expect_eq(zero_scope_close(vm, innermost), ZERO_E_USAGE);
  cr_expect_eq(zero_scope_close(vm, inner), ZERO_E_USAGE);
  churn(vm);
  expect_texts(texts);
  zero_scope later = open_scope(vm);
  cr_expect_neq(later.bits, inner.bits);
  cr_expect_eq(zero_scope_close(vm, outer), ZERO_OK);
  cr_expect_eq(zero_scope_close(vm, later), ZERO_E_USAGE);
  free(texts);
  zero_close(vm);
}

Test(api_scopes, scopes_nest_deep_and_end_with_the_vm) {
  zero_vm *vm = zero_host_open(NULL);
  zero_scope scopes[1000];
  for (int i = 0; i < 1000; i++) scopes[i] = open_scope(vm);
  cr_expect_eq(zero_scope_close(vm, scopes[500]), ZERO_OK);
  cr_expect_eq(zero_scope_close(vm, scopes[500]), ZERO_E_USAGE);
  cr_expect_eq(zero_scope_close(vm, scopes[499]), ZERO_OK);
  zero_close(vm);
}

static zero_status leave_open(zero_vm *vm, zero_value *result,
                              const zero_value *args, size_t count,
                              void *context) {
  (void)args;
  (void)count;
  cr_assert_eq(zero_scope_open(vm, context), ZERO_OK);
  return zero_text(vm, result, "made", 4);
}

Test(api_scopes, one_opened_in_a_function_of_the_host_ends_with_it) {
  zero_vm *vm = zero_host_open(NULL);
  zero_scope inner;
  zero_definition f = {"f", leave_open, &inner, NULL, NULL, NULL, 0, 0, 0};
  zero_host_define(vm, &f);
  zero_scope outer = open_scope(vm);
  cr_expect_str_eq(zero_host_eval(vm, "(f)"), "\"made\"");
  cr_expect_eq(zero_scope_close(vm, inner), ZERO_E_USAGE);
  cr_expect_eq(zero_scope_close(vm, outer), ZERO_OK);
  zero_close(vm);
}

Test(api_scopes, what_it_keeps_costs_a_call_nothing) {
  zero_options options = zero_options_default();
  options.alloc = 64;
  zero_vm *vm = zero_host_open(&options);
  zero_scope scope = open_scope(vm);
  zero_value text;
  for (int i = 0; i < 1000; i++) {
    cr_assert_eq(zero_text(vm, &text, "eight by", 8), ZERO_OK);
  }
  cr_expect_eq(zero_scope_close(vm, scope), ZERO_OK);
  zero_close(vm);
}

Test(api_scopes, misuse_is_refused) {
  zero_vm *vm = zero_host_open(NULL);
  zero_scope scope = {.bits = 1};
  cr_expect_eq(zero_scope_open(NULL, &scope), ZERO_E_USAGE);
  cr_expect_eq(scope.bits, 0);
  cr_expect_eq(zero_scope_open(vm, NULL), ZERO_E_USAGE);
  cr_expect_eq(zero_scope_close(vm, scope), ZERO_E_USAGE);
  zero_close(vm);
}

Test(api_scopes, the_scope_of_one_vm_is_none_of_another) {
  zero_vm *one = zero_host_open(NULL);
  zero_vm *two = zero_host_open(NULL);
  zero_scope mine, theirs;
  cr_expect_eq(zero_scope_open(one, &mine), ZERO_OK);
  cr_expect_eq(zero_scope_open(two, &theirs), ZERO_OK);
  cr_expect_neq(mine.bits, theirs.bits);
  cr_expect_eq(zero_scope_close(two, mine), ZERO_E_USAGE);
  cr_expect_eq(zero_scope_close(two, theirs), ZERO_OK);
  cr_expect_eq(zero_scope_close(one, mine), ZERO_OK);
  zero_close(one);
  zero_close(two);
}
