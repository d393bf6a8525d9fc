/* session.h - the VM of a test file, and what it is asked in few words.
 *
 * A file that includes it has a VM of its own, which zero_test_session
 * opens. */
#ifndef ZERO_TESTS_SESSION_H
#define ZERO_TESTS_SESSION_H

#include "value/bytes.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/text.h"
#include "vm.h"
#include "vm/builtins.h"

static zero_vm *vm;

static inline void zero_test_session(void) {
  vm = zero_test_vm();
}

/* --- values and calls --- */

#define I(number) zero__i64(&vm->heap, number)
#define T(string) zero__text_of(&vm->heap, string)
#define L(...) zero_test_list(vm, ZERO_ARGS(__VA_ARGS__))
#define CALL(NAME, ...) \
  zero_test_builtin(vm, ZERO_BUILTIN_##NAME, ZERO_ARGS(__VA_ARGS__))
#define EXPECT(expected, NAME, ...)                                     \
  cr_expect_str_eq(zero_test_answer(vm, ZERO_BUILTIN_##NAME,            \
                                    ZERO_ARGS(__VA_ARGS__)),            \
                   expected)

/* Expects the builtin to run out of a budget of 1000 units. */
#define EXPECT_SPENT(NAME, ...)                                         \
  do {                                                                  \
    zero_value spent[] = {__VA_ARGS__};                                 \
    zero_test_fuel(vm, 1000);                                           \
    cr_expect_str_eq(zero_test_answer(vm, ZERO_BUILTIN_##NAME, spent,   \
                                      sizeof spent / sizeof *spent),    \
                     "FUEL_SPENT: the call spent its 1000 units of fuel"); \
    zero_test_fuel(vm, UINT64_MAX);                                     \
  } while (0)

/* --- what the host returns --- */

#define OK_UNIT "(list \"HostOk\" Unit)"

/* What a HostOk holds. */
static inline zero_value good(zero_value outcome) {
  return zero_test_good(vm, outcome);
}

/* The code of a HostErr or of what was raised; "HostOk". */
static inline const char *code(zero_value outcome) {
  return zero_test_outcome(vm, outcome);
}

#define EXPECT_CODE(expected, NAME, ...) \
  cr_expect_str_eq(code(CALL(NAME, __VA_ARGS__)), expected)

#endif
