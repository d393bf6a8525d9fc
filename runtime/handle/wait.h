/* wait.h - the one place that waits, under the limits of the call.
 *
 * It sleeps until a descriptor is ready, a time is over, the deadline of the
 * call has come, or the VM is interrupted: for that each VM that has waited has
 * a descriptor, to which zero__interrupt writes. */
#ifndef ZERO_HANDLE_WAIT_H
#define ZERO_HANDLE_WAIT_H

#include <poll.h>

#include "vm/vm.h"

/* When to stop waiting: a moment in nanoseconds of CLOCK_MONOTONIC. A past one
 * means to check without waiting, UINT64_MAX never to stop. This is the moment
 * at which `timeout_ms` from now are over; less than 0 is for ever. */
uint64_t zero__wait_end(int64_t timeout_ms);

/* For things that wake nothing, such as a child without a pidfd: `end`, or some
 * milliseconds from now, if that is earlier. */
uint64_t zero__wait_nap(uint64_t end, unsigned milliseconds);
enum { ZERO_NAP = 10 }; /* between two checks */

/* Argument `index`, a timeout in milliseconds from 0 on, or -1 for ever, as
 * the moment of its end. Raises TYPE_MISMATCH, and INDEX_RANGE for less. */
uint64_t zero__want_end(zero_vm *vm, zero_value *args, unsigned index);

/* Waits until one of `count` descriptors is ready, as poll(2) does, or until
 * `end`. The array has room for one more, fds[count], which this uses; it may
 * be NULL if `count` is 0. Unless it only checks, output is flushed first. The
 * limits of the call hold meanwhile: it raises INTERRUPTED and DEADLINE;
 * waiting itself costs no fuel. Signals of the host do not end it. Returns how
 * many are ready, 0 when the time is over, -1 and errno if poll fails. */
int zero__wait(zero_vm *vm, struct pollfd *fds, size_t count, uint64_t end);

/* Waits for `events` of one descriptor. POLLHUP and POLLERR count as ready too:
 * the next call says what is wrong. A descriptor of -1 is never ready. Returns
 * 0 if it is ready, errno, or ZERO_TIME_OVER, which is not an errno. */
enum { ZERO_TIME_OVER = -1 };
int zero__wait_until(zero_vm *vm, int file, short events, uint64_t end);

/* Waits as zero__wait_nap says, before another try of something that wakes
 * nothing. Returns 0, or ZERO_TIME_OVER if `end` had come before. */
int zero__wait_pause(zero_vm *vm, unsigned milliseconds, uint64_t end);

/* Waits for ever, for a callback of the host: it shows nothing and raises
 * nothing. Returns 1 if the descriptor is ready, 0 if the call must stop, -1
 * and errno if poll fails. Between calls there are no limits, and only an
 * interrupt that comes while it waits makes it return 0. */
int zero__wait_outside(zero_vm *vm, int file, short events);

/* Stops the running call, even while it waits. Any thread may call it, and a
 * signal handler: it takes no lock, allocates nothing and preserves errno. */
void zero__interrupt(zero_vm *vm);

/* Closes the descriptor made for waiting. The VM may wait again. */
void zero__wait_close(zero_vm *vm);

#endif
