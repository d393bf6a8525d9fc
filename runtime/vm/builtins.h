/* builtins.h - the C functions behind builtins, and what they share.
 *
 * One function for each row of abi/builtins.tsv that has one, by the name in
 * its column `symbol`. The caller has checked the number of arguments and
 * the capability, has charged the fixed cost and set vm->builtin, by which
 * errors name the one that runs. What grows with the arguments is charged for
 * by the functions of the value room while they walk, or by the builtin where
 * it walks itself: one unit for an item or a character, one for
 * ZERO_UNIT_BYTES bytes. tests/test_limits.c holds each row to it. */
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

/* Raises TYPE_MISMATCH: `what` a function was given must be `expected`. */
ZERO_NORETURN ZERO_COLD void zero__raise_kind(
    zero_vm *vm, const char *who, const char *what, const char *expected,
    zero_value v);

/* The same of argument `index`, from 0, of the builtin that runs. */
ZERO_NORETURN ZERO_COLD void zero__raise_type(
    zero_vm *vm, const zero_value *args, unsigned index, const char *expected);

/* The same of item `index` of a list. */
ZERO_NORETURN void zero__raise_item(zero_vm *vm, uint64_t index,
                                    zero_value item, const char *expected);

/* Raises INDEX_RANGE: what has `size` items has none at `index`. */
ZERO_NORETURN void zero__raise_index(zero_vm *vm, int64_t index, uint64_t size);

/* Argument `index` as an index into what has `size` items. Raises
 * TYPE_MISMATCH or INDEX_RANGE. */
uint64_t zero__want_index(zero_vm *vm, zero_value *args, unsigned index,
                          uint64_t size);

/* Arguments `index` and the next as a half open part of what has `size`. */
void zero__want_part(zero_vm *vm, zero_value *args, unsigned index,
                     uint64_t size, uint64_t *from, uint64_t *to);

/* `key`, with its hash; raises LAYOUT_MAP where it can be none. `who` asks,
 * the builtin that runs where it is NULL. */
zero_value zero__want_key(zero_vm *vm, zero_value key, const char *who);

/* Charges for `size` bytes that the system moves, a portion at a time: how
 * many there are is no more than a price. Who moves them looks at the limits
 * between two parts. */
static inline void zero__charge_bytes(zero_vm *vm, uint64_t size) {
  for (; size > ZERO_PORTION; size -= ZERO_PORTION) {
    zero__heap_charge(&vm->heap, ZERO_SLICE);
  }
  zero__heap_charge(&vm->heap, size / ZERO_UNIT_BYTES);
}

/* The values that answer a question. The Error of zero__err has no cause and
 * an empty context; `format` makes its message. */
zero_value zero__some(zero_vm *vm, zero_value v);
zero_value zero__none(zero_vm *vm);
zero_value zero__ok(zero_vm *vm, zero_value v);
zero_value zero__failed(zero_vm *vm, zero_value error);
zero_value zero__err(zero_vm *vm, int code, const char *format, ...)
    ZERO_PRINTF(3, 4);

/* What operations on the world return: (list "HostOk" value) and (list
 * "HostErr" code message capability), the v0.1 shapes of Result that every
 * accessor reads. Which code says what errno says is one table,
 * abi/host-errors.tsv. */

/* The HostOk of `v`. */
zero_value zero__host_ok(zero_vm *vm, zero_value v);

/* The HostErr of an errno: the code that the table has for it, and the message
 * "WHAT: REASON", where WHAT is made by `format` and REASON is the system's,
 * in English. `capability` holds the bits of what was needed; where they are
 * those of files the codes are those of files. EINTR is what remains of a call
 * that an interrupt or the deadline stopped: they are raised. */
zero_value zero__host_error(zero_vm *vm, int error, uint32_t capability,
                            const char *format, ...) ZERO_PRINTF(4, 5);

/* The HostErr of what no system call refused; `format` makes its message. */
zero_value zero__host_refused(zero_vm *vm, int code, uint32_t capability,
                              const char *format, ...) ZERO_PRINTF(4, 5);

/* The code that the table has for an errno. */
int zero__host_code(int error, uint32_t capability);

/* Fills `bytes` with random ones of the system's. Returns false where it has
 * none. */
bool zero__draw(void *bytes, size_t size);

/* The name of the capability whose bits these are: "file.read". Of several
 * that are no capability together it is the first, of none "". */
const char *zero__capability_name(uint32_t bits);

#endif
