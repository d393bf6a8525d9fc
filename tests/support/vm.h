/* vm.h - a VM set up just far enough to call builtins, and their results as
 * text.
 *
 * Nothing runs on it: builtins are called as C functions, the way the VM
 * calls them. Results are compared printed, errors as "CODE: message", so a
 * test reads like a session at the prompt. */
#ifndef ZERO_TESTS_VM_H
#define ZERO_TESTS_VM_H

#include "facts/gen/builtin_index.h"
#include "vm/vm.h"

/* A VM without limits, output or input. Lives as long as the process. It has
 * waited, and so has the descriptor for that: others can be counted. */
zero_vm *zero_test_vm(void);

/* The same with `fuel` units for what comes next. */
void zero_test_fuel(zero_vm *vm, uint64_t fuel);

/* What the builtin returns, or ZERO_NONE if it raised. */
zero_value zero_test_builtin(zero_vm *vm, unsigned index, zero_value *args,
                             unsigned count);

/* The last fault: "CODE: message". */
const char *zero_test_fault(zero_vm *vm);

/* A value as source. */
const char *zero_test_printed(zero_vm *vm, zero_value v);

/* What the builtin returns, as source, or its fault. */
const char *zero_test_answer(zero_vm *vm, unsigned index, zero_value *args,
                             unsigned count);

/* A list of `length` numbers from 0 to 255, by turns. */
zero_value zero_test_octets(zero_vm *vm, int64_t length);

/* A list of `length` small integers from 0 on. */
zero_value zero_test_numbers(zero_vm *vm, int64_t length);

/* A text of `size` times the letter `x`. */
zero_value zero_test_long_text(zero_vm *vm, size_t size);

/* An array of the arguments, which may be none, and their number. */
#define ZERO_ARGS(...) \
  ((zero_value[]){ZERO_UNIT, ##__VA_ARGS__} + 1), \
      (unsigned)(sizeof((zero_value[]){ZERO_UNIT, ##__VA_ARGS__}) / \
                 sizeof(zero_value)) - 1

/* In a test file with a `static zero_vm *vm`: values, calls and results. */
#define I(number) zero__i64(&vm->heap, number)
#define T(string) zero__text_of(&vm->heap, string)
#define L(...) zero_test_list(vm, ZERO_ARGS(__VA_ARGS__))
#define CALL(NAME, ...) \
  zero_test_builtin(vm, ZERO_BUILTIN_##NAME, ZERO_ARGS(__VA_ARGS__))
#define EXPECT(answer, NAME, ...)                                       \
  cr_expect_str_eq(zero_test_answer(vm, ZERO_BUILTIN_##NAME,            \
                                    ZERO_ARGS(__VA_ARGS__)),            \
                   answer)

/* Expects the builtin to run out of a budget of 1000 units. */
#define EXPECT_SPENT(NAME, ...)                                         \
  do {                                                                  \
    zero_value *spent_args = (zero_value[]){__VA_ARGS__};               \
    unsigned spent_count =                                              \
        sizeof((zero_value[]){__VA_ARGS__}) / sizeof(zero_value);       \
    zero_test_fuel(vm, 1000);                                           \
    cr_expect_str_eq(zero_test_answer(vm, ZERO_BUILTIN_##NAME,          \
                                      spent_args, spent_count),         \
                     "FUEL_SPENT: the call spent its 1000 units of fuel"); \
    zero_test_fuel(vm, UINT64_MAX);                                     \
  } while (0)

zero_value zero_test_list(zero_vm *vm, const zero_value *items,
                          unsigned count);

#endif
