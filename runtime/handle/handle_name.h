/* handle_name.h - Refs: the names by which values hold handles; for the handle room.
 *
 * What a Ref says of itself, its fate, changes once, from live to what ended
 * it. Which of the live names of an entry may use it is the entry's to say:
 * the one that holds it now. */
#ifndef ZERO_HANDLE_HANDLE_NAME_H
#define ZERO_HANDLE_HANDLE_NAME_H

#include "handle/handle.h"

/* The live value of an entry that has none yet, and its Ref in *ref; `extra`
 * as for zero__handle_publish. The entry does not know of it yet. */
zero_value zero__name_first(zero_vm *vm, struct zero_handle *h,
                            zero_value extra, struct zero_handle_ref **ref);

/* Gives `v`, which holds the entry, a new name; the old one is moved. Raises
 * before anything is changed. */
zero_value zero__name_anew(zero_vm *vm, struct zero_handle *h, zero_value v);

/* Lends `v`, which holds the entry: the answer holds it until it is taken
 * back. */
zero_value zero__name_lend(zero_vm *vm, struct zero_handle *h, zero_value v);
void zero__name_take_back(zero_vm *vm, zero_value lent);

/* The entry that `v`, of a linear family, names. Raises as zero__handle_use
 * does, but asks neither whether `v` holds it nor for its capability. `who`
 * begins the sentence. */
struct zero_handle *zero__name_resolve(zero_vm *vm, zero_value v,
                                       const char *who);

/* Raises HANDLE_BORROWED unless `v` holds its entry. */
void zero__name_hold(zero_vm *vm, const struct zero_handle *h, zero_value v,
                     const char *who);

/* Raises HANDLE_BORROWED unless `v` holds its entry as its owner: what was
 * lent may be neither given nor closed. */
void zero__name_own(zero_vm *vm, const struct zero_handle *h, zero_value v,
                    const char *who);

/* The word for the state of a live value, asked of the table now: "moved",
 * "closed" and "borrowed" come from its name, all else from the thing. What
 * was lent stays "borrowed" when that has ended; what is another VM's is
 * "moved". Cannot fail. */
const char *zero__name_state(zero_vm *vm, zero_value v);

/* Field `index` of a live value as its accessor answers it: vm->live_field. */
zero_value zero__name_field(zero_vm *vm, zero_value v, unsigned index);

#endif
