/* builtins.h - the C functions of builtins, and what they share.
 *
 * One function for each row of abi/builtins.tsv that has one, named by its
 * column `symbol`. The caller has checked the number of arguments and the
 * capability, has charged the fixed cost and set vm->builtin, the name that
 * errors give. Costs that grow with the arguments are charged by the functions
 * of the value room while they walk, or by the builtin if it walks itself: one
 * unit for an item or a character, one for ZERO_UNIT_BYTES bytes.
 * tests/test_limits.c checks each row. */
#ifndef ZERO_VM_BUILTINS_H
#define ZERO_VM_BUILTINS_H

#include "facts/gen/builtin_index.h"
#include "vm/vm.h"

#define ZERO_UNUSED __attribute__((unused))

/* Begins the definition of a builtin; few need all three parameters. */
#define ZERO_BUILTIN(symbol)                                             \
  zero_value zero__builtin_##symbol(ZERO_UNUSED zero_vm *vm,             \
                                    ZERO_UNUSED zero_value *args,        \
                                    ZERO_UNUSED unsigned count)

/* A builtin of one argument `v`, which must be of `kind`. */
#define ZERO_BUILTIN_OF(symbol, kind, result)                            \
  ZERO_BUILTIN(symbol) {                                                 \
    zero_value v = zero__want_##kind(vm, args, 0);                       \
    return result;                                                       \
  }

#define ZERO_DECLARE_BUILTIN(index, symbol) \
  zero__builtin zero__builtin_##symbol;
ZERO_NATIVE_BUILTINS(ZERO_DECLARE_BUILTIN)

/* The name of the builtin that runs, as programs know it. */
const char *zero__builtin_name(const zero_vm *vm);

/* Raises TYPE_MISMATCH: `what`, an argument of a function, must be
 * `expected`. */
ZERO_NORETURN ZERO_COLD void zero__raise_kind(
    zero_vm *vm, const char *who, const char *what, const char *expected,
    zero_value v);

/* The same of argument `index`, from 0, of the builtin that runs. */
ZERO_NORETURN ZERO_COLD void zero__raise_type(
    zero_vm *vm, const zero_value *args, unsigned index, const char *expected);

/* The same of item `index` of a list. */
ZERO_NORETURN void zero__raise_item(zero_vm *vm, uint64_t index,
                                    zero_value item, const char *expected);

/* Raises INDEX_RANGE: there are `size` items, and none at `index`. */
ZERO_NORETURN void zero__raise_index(zero_vm *vm, int64_t index, uint64_t size);

/* Argument `index` as an index of one of `size` items. Raises TYPE_MISMATCH or
 * INDEX_RANGE. */
uint64_t zero__want_index(zero_vm *vm, zero_value *args, unsigned index,
                          uint64_t size);

/* Arguments `index` and the next as a half-open part of `size` items. */
void zero__want_part(zero_vm *vm, zero_value *args, unsigned index,
                     uint64_t size, uint64_t *from, uint64_t *to);

/* `key`, with its hash; raises LAYOUT_MAP if it cannot be a key. Errors name
 * `who`, or the running builtin if that is NULL. */
zero_value zero__want_key(zero_vm *vm, zero_value key, const char *who);

/* Charges for `size` bytes that the system moves, a portion at a time: the
 * number is only a price. The code that moves them checks the limits between
 * two parts. */
static inline void zero__charge_bytes(zero_vm *vm, uint64_t size) {
  for (; size > ZERO_PORTION; size -= ZERO_PORTION) {
    zero__heap_charge(&vm->heap, ZERO_SLICE);
  }
  zero__heap_charge(&vm->heap, size / ZERO_UNIT_BYTES);
}

/* Results of builtins. The Error of zero__err has no cause and an empty
 * context; `format` makes its message. */
zero_value zero__some(zero_vm *vm, zero_value v);
zero_value zero__none(zero_vm *vm);
zero_value zero__ok(zero_vm *vm, zero_value v);
zero_value zero__failed(zero_vm *vm, zero_value error);
zero_value zero__err(zero_vm *vm, int code, const char *format, ...)
    ZERO_PRINTF(3, 4);

/* The results of operations on the world: (list "HostOk" value) and (list
 * "HostErr" code message capability), the v0.1 shapes of Result that every
 * accessor reads. One table, abi/host-errors.tsv, maps errno to codes. */

/* The HostOk of `v`. */
zero_value zero__host_ok(zero_vm *vm, zero_value v);

/* The HostErr of an errno: the code that the table has for it, and the message
 * "WHAT: REASON", where WHAT is made by `format` and REASON is the system's, in
 * English. `capability` holds the bits of the capability that was needed; if
 * they are those of files the codes are those of files. EINTR remains of a call
 * that an interrupt or the deadline stopped: they are raised. */
zero_value zero__host_error(zero_vm *vm, int error, uint32_t capability,
                            const char *format, ...) ZERO_PRINTF(4, 5);

/* The HostErr of a refusal without a system call; `format` makes its
 * message. */
zero_value zero__host_refused(zero_vm *vm, int code, uint32_t capability,
                              const char *format, ...) ZERO_PRINTF(4, 5);

/* The code that the table has for an errno. */
int zero__host_code(int error, uint32_t capability);

/* Fills `bytes` with random ones of the system. Returns false if it has
 * none. */
bool zero__draw(void *bytes, size_t size);

/* The name of the capability with these bits: "file.read". For bits of several
 * capabilities it is the first, for none "". */
const char *zero__capability_name(uint32_t bits);

#endif
