/* run.h - the dispatch loop, for the VM's own files. */
#ifndef ZERO_VM_RUN_H
#define ZERO_VM_RUN_H

#include "vm/vm.h"

/* A frame's link word, R[-1]:
 *
 *   63               48 47                               2  1   0
 *   | bytes down to    | where the caller continues, a word | 0 | tail |
 *   | the caller's R[0]| of its code                      |   |      |
 *
 * so that the caller's frame is known without looking at its code. `tail`:
 * the function was entered by a tail call. */
enum { ZERO_LINK_DOWN = 48, ZERO_LINK_TAIL = 1 };
#define ZERO_LINK_PC ((UINT64_C(1) << ZERO_LINK_DOWN) - 4)

static inline uint64_t zero__link(const uint32_t *pc, uint64_t registers) {
  return (uint64_t)(uintptr_t)pc | registers << (ZERO_LINK_DOWN + 3);
}
static inline const uint32_t *zero__link_pc(uint64_t link) {
  return (const uint32_t *)(uintptr_t)(link & ZERO_LINK_PC);
}
static inline zero_value *zero__link_base(const zero_value *base,
                                          uint64_t link) {
  return (zero_value *)((uintptr_t)base - (link >> ZERO_LINK_DOWN));
}

/* Runs from vm->base and vm->pc to HALT; returns R[A-3] of the call before it.
 * Raises what the program raises. */
zero_value zero__run(zero_vm *vm);

/* Calls a builtin as a value, or a function of the host: arity, capability
 * and cost included. */
zero_value zero__call_stub(zero_vm *vm, const struct zero_code *code,
                           zero_value *args, unsigned count);

/* Calls the builtin with the index, whose arity is right. */
static inline zero_value zero__run_builtin(zero_vm *vm, unsigned index,
                                           zero_value *args, unsigned count) {
  const struct zero_builtin *row = &zero__builtins[index];
  vm->builtin = index;
  if (ZERO_UNLIKELY((row->capability & ~vm->granted) != 0)) {
    zero__need(vm, row->capability, row->name);
  }
  zero__heap_charge(&vm->heap, row->fuel);
  return zero__builtin_functions[index](vm, args, count);
}

/* The same, but the arity is checked. */
zero_value zero__call_builtin(zero_vm *vm, unsigned builtin,
                              zero_value *args, unsigned count);

/* Raises TYPE_MISMATCH for a callee that is not a function, ARITY for one of a
 * program that takes another number of arguments. */
ZERO_NORETURN void zero__bad_call(zero_vm *vm, zero_value callee,
                                  unsigned count);

/* The code of *callee if it is a function of a program that `count`
 * arguments fit. NULL if C carries it out, which was done: *callee is the
 * result. Raises as zero__bad_call and zero__call_stub do. */
static inline const struct zero_code *zero__callee(
    zero_vm *vm, zero_value *callee, zero_value *args, unsigned count) {
  if (ZERO_UNLIKELY(!zero__is_function(*callee))) {
    zero__bad_call(vm, *callee, count);
  }
  const struct zero_code *code = zero__code_of(*callee);
  if (ZERO_UNLIKELY(code->builtin >= 0)) {
    *callee = zero__call_stub(vm, code, args, count);
    return NULL;
  }
  if (ZERO_UNLIKELY(code->params != count)) {
    zero__bad_call(vm, *callee, count);
  }
  return code;
}

/* Raises ARITY: `name` takes `min` to `max` arguments, ZERO_ANY_COUNT: or
 * more, and was called with `count`. */
ZERO_NORETURN void zero__raise_arity(
    zero_vm *vm, const char *name, unsigned min, unsigned max, unsigned count);

ZERO_NORETURN void zero__no_match(zero_vm *vm, zero_value subject);

/* The items of a list, arguments of `apply`, as an array in traced storage. */
zero_value *zero__spread(zero_vm *vm, zero_value list, unsigned *count);

/* Opens a `try` of the frame at `base`. */
void zero__open_try(zero_vm *vm, zero_value *base, const uint32_t *pc,
                    uint32_t slot);

#endif
