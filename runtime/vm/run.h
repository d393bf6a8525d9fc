/* run.h - the dispatch loop, for the VM's own files. */
#ifndef ZERO_VM_RUN_H
#define ZERO_VM_RUN_H

#include "vm/vm.h"

/* Runs from vm->base and vm->pc to HALT; returns R[A-3] of the call before
 * it. Raises what the program raises. */
zero_value zero__run(zero_vm *vm);

/* Calls a builtin as a value: arity, capability and cost included. */
zero_value zero__call_stub(zero_vm *vm, unsigned builtin, zero_value *args,
                           unsigned count);

/* Raises TYPE_MISMATCH for a callee that is no function, ARITY for one that
 * takes another number of arguments. */
ZERO_NORETURN void zero__bad_call(zero_vm *vm, zero_value callee,
                                  unsigned count);

ZERO_NORETURN void zero__no_match(zero_vm *vm, zero_value subject);

/* The items of a list, arguments of `apply`, as an array in traced
 * storage. */
zero_value *zero__spread(zero_vm *vm, zero_value list, unsigned *count);

/* Opens a `try` of the frame at `base`. */
void zero__open_try(zero_vm *vm, zero_value *base, const uint32_t *pc,
                    uint32_t slot);

#endif
