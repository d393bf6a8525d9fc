/* wait.h - the one place that waits, under the limits of the call.
 *
 * It sleeps until a descriptor is ready, a time is over, the deadline of the
 * call has come, or the VM is interrupted: for that each VM that has waited
 * has a descriptor, to which zero__interrupt writes. */
#ifndef ZERO_HANDLE_WAIT_H
#define ZERO_HANDLE_WAIT_H

#include <poll.h>

#include "vm/vm.h"

/* When to stop waiting: a moment in nanoseconds of CLOCK_MONOTONIC. One that
 * has come says to look only, UINT64_MAX never to stop. This is the moment at
 * which `timeout_ms` from now are over; less than 0 is for ever. */
uint64_t zero__wait_end(int64_t timeout_ms);

/* For what the system wakes nobody for, such as a child without a pidfd: `end`,
 * or some milliseconds from now, where that is earlier. */
uint64_t zero__wait_nap(uint64_t end, unsigned milliseconds);
enum { ZERO_NAP = 10 }; /* that should pass before it is looked at again */

/* Argument `index`, a timeout in milliseconds from 0 on, or -1 for ever, as
 * the moment of its end. Raises TYPE_MISMATCH, and INDEX_RANGE for less. */
uint64_t zero__want_end(zero_vm *vm, zero_value *args, unsigned index);

/* Waits until one of `count` descriptors is ready, as poll(2) does, or until
 * `end`. The array has room for one more, fds[count], which this uses; NULL
 * will do where `count` is 0. Unless it only looks, what was printed is shown
 * first. The limits of the call hold meanwhile: it raises INTERRUPTED and
 * DEADLINE; waiting itself costs no fuel. Signals of the host do not end it.
 * Returns how many are ready, 0 when the time is over, -1 and errno where
 * poll fails. */
int zero__wait(zero_vm *vm, struct pollfd *fds, size_t count, uint64_t end);

/* Waits for `events` of one descriptor. POLLHUP and POLLERR count as ready
 * too: the next call says what is wrong. A descriptor of -1 is never ready.
 * Returns 0 where it is ready, errno, or ZERO_TIME_OVER, which is no errno. */
enum { ZERO_TIME_OVER = -1 };
int zero__wait_until(zero_vm *vm, int file, short events, uint64_t end);

/* Waits as zero__wait_nap says, before what the system wakes nobody for is
 * tried again. Returns 0, or ZERO_TIME_OVER where `end` had come before. */
int zero__wait_pause(zero_vm *vm, unsigned milliseconds, uint64_t end);

/* Waits for ever, for a callback of the host: it shows nothing and raises
 * nothing. Returns 1 where the descriptor is ready, 0 where the call must
 * stop, -1 and errno where poll fails. Between calls there are no limits, and
 * only an interrupt that comes while it waits makes it return 0. */
int zero__wait_outside(zero_vm *vm, int file, short events);

/* Stops the call that runs, also where it waits. Any thread may call it, and
 * a signal handler: it takes no lock, allocates nothing and leaves errno. */
void zero__interrupt(zero_vm *vm);

/* Closes what waiting made. The VM may wait again. */
void zero__wait_close(zero_vm *vm);

#endif
