/* trace.h - where a fault happened: the frames of the running call. */
#ifndef ZERO_VM_TRACE_H
#define ZERO_VM_TRACE_H

#include "vm/vm.h"

/* Fills vm->trace from the published frame outwards, entry frames left
 * out. */
void zero__record_trace(zero_vm *vm);

/* The innermost function and where it is; false where nothing runs or its
 * place is not known. Ends what zero__record_trace recorded. */
bool zero__running_place(zero_vm *vm, struct zero_frame_place *place);

/* The same of the innermost function that is not of lib/core. */
bool zero__program_place(zero_vm *vm, struct zero_frame_place *place);

#endif
