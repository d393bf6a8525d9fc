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

zero_value zero_test_list(zero_vm *vm, const zero_value *items,
                          unsigned count);

/* What a HostOk holds; anything else fails the test. */
zero_value zero_test_good(zero_vm *vm, zero_value answer);

/* The code of a HostErr, or of what was raised instead; "HostOk" of one. */
const char *zero_test_outcome(zero_vm *vm, zero_value answer);

/* Nanoseconds of the clock that deadlines are told by. */
uint64_t zero_test_now(void);

#endif
