/* process.h - processes as handles: starting them, for the handle room. */
#ifndef ZERO_HANDLE_PROCESS_H
#define ZERO_HANDLE_PROCESS_H

#include "handle/process_child.h"
#include "handle/handle.h"
#include "handle/process_plan.h"

struct zero_process {
  struct zero_handle handle; /* its descriptor is the child's pidfd */
  struct zero_child child;
};

/* What was started and is not published yet: the process, and the program's
 * ends of the pipes to its streams, NULL where there is none. */
struct zero_launch {
  struct zero_process *process;
  struct zero_handle *ends[3];
};

/* Starts what `plan` says. Answers ZERO_NONE, or a HostErr; then nothing is
 * left of it. Raises what reserving handles raises. */
zero_value zero__process_launch(zero_vm *vm,
                                const struct zero_process_plan *plan,
                                struct zero_launch *launch);

/* Ends the process with all of its group, and closes the pipes, published or
 * not; those that are NULL are left out. */
void zero__process_abandon(zero_vm *vm, struct zero_launch *launch);

/* How long to sleep at most, in milliseconds, before the process is looked at
 * again: `left`, -1 for ever, where its pidfd wakes up whoever waits. */
int64_t zero__process_nap(const struct zero_process *process, int64_t left);

/* How the process ended, as a Map, in *status. Answers ZERO_NONE, or a
 * HostErr where nobody knows. It has ended. */
zero_value zero__process_status(zero_vm *vm,
                                const struct zero_process *process,
                                zero_value *status);

/* `map` with `value` at the key `name`. */
zero_value zero__process_put(zero_vm *vm, zero_value map, const char *name,
                             zero_value value);

#endif
