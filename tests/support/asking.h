/* asking.h - what a host asks of a VM, in few words, each of which must go
 * as it says. */
#ifndef ZERO_TESTS_ASKING_H
#define ZERO_TESTS_ASKING_H

#include <criterion/criterion.h>
#include <string.h>

#include "hosting.h"

static inline void good(const zero_vm *vm, zero_status status) {
  cr_assert_eq(status, ZERO_OK, "%d: %s", (int)status,
               status != ZERO_OK ? zero_last_error(vm)->message : "");
}

static inline void bad(const zero_vm *vm, zero_status status,
                       const char *code) {
  cr_assert_eq(status, ZERO_E_FAILED);
  cr_assert_str_eq(zero_host_code(vm), code, "%s",
                   zero_last_error(vm)->message);
}

static inline zero_value text(zero_vm *vm, const char *string) {
  zero_value value;
  good(vm, zero_text(vm, &value, string, strlen(string)));
  return value;
}

static inline zero_value number(zero_vm *vm, int64_t from) {
  zero_value value;
  good(vm, zero_i64(vm, &value, from));
  return value;
}

static inline zero_value eval(zero_vm *vm, const char *source) {
  zero_value value;
  good(vm, zero_eval(vm, &value, NULL, "<test>", source, strlen(source)));
  return value;
}

static inline bool equal(zero_vm *vm, zero_value a, zero_value b) {
  int same;
  good(vm, zero_equal(vm, &same, a, b));
  return same != 0;
}

static inline void expect_printed(zero_vm *vm, zero_value value,
                                  const char *expected) {
  cr_expect_str_eq(zero_host_printed(vm, value), expected);
}

/* What `source` evaluates to, or the code of its error. */
static inline void expect(zero_vm *vm, const char *source,
                          const char *expected) {
  const char *found = zero_host_eval(vm, source);
  cr_expect_str_eq(found, expected, "%s is %s", source, found);
}

#endif
