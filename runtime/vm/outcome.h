/* outcome.h - what operations on the world answer: HostOk and HostErr.
 *
 * (list "HostOk" value) and (list "HostErr" code message capability), the
 * v0.1 shapes of Result that every accessor reads. Which code says what errno
 * says is one table, abi/host-errors.tsv. */
#ifndef ZERO_VM_OUTCOME_H
#define ZERO_VM_OUTCOME_H

#include "vm/vm.h"

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
