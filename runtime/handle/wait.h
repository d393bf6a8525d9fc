/* wait.h - the one place that waits, under the limits of the call.
 *
 * It sleeps until a descriptor is ready, a time is over, the deadline of the
 * call has come, or the VM is interrupted: for that each VM that has waited
 * has a descriptor, to which zero__interrupt writes. */
#ifndef ZERO_HANDLE_WAIT_H
#define ZERO_HANDLE_WAIT_H

#include <poll.h>

#include "vm/vm.h"

/* Waits until one of `count` descriptors is ready, as poll(2) does, for at
 * most `timeout_ms` milliseconds: 0 only looks, less is for ever. The array
 * has room for one more, fds[count], which this uses; NULL will do where
 * `count` is 0. Unless it only looks, what was printed is shown first. The
 * limits of the call hold meanwhile: it raises INTERRUPTED and DEADLINE;
 * waiting itself costs no fuel. Signals of the host do not end it.
 * Returns how many are ready, 0 when the time is over, -1 and errno where
 * poll fails. */
int zero__wait(zero_vm *vm, struct pollfd *fds, size_t count,
               int64_t timeout_ms);

/* Waits for `events` of one descriptor until a moment (zero__wait_end).
 * POLLHUP and POLLERR count as ready too: the next call says what is wrong. A
 * descriptor of -1 is never ready. Returns 0 where it is ready, errno, or
 * ZERO_TIME_OVER, which is no errno. */
enum { ZERO_TIME_OVER = -1 };
int zero__wait_until(zero_vm *vm, int file, short events, uint64_t end);

/* Waits for `most_ms`, and no longer than until `end`, before what the system
 * wakes nobody for is tried again. Returns 0, or ZERO_TIME_OVER where that
 * moment had come before. */
int zero__wait_pause(zero_vm *vm, int64_t most_ms, uint64_t end);

/* The same for ever, for a callback of the host: it shows nothing and raises
 * nothing. Returns 1 where the descriptor is ready, 0 where the call must
 * stop, -1 and errno where poll fails. Between calls there are no limits, and
 * only an interrupt that comes while it waits makes it return 0. */
int zero__wait_outside(zero_vm *vm, int file, short events);

/* For what waits in several steps under one timeout: the moment, in
 * nanoseconds of CLOCK_MONOTONIC, at which `timeout_ms` from now are over
 * (UINT64_MAX: never), and the milliseconds left until then, rounded up, -1
 * for ever. */
uint64_t zero__wait_end(int64_t timeout_ms);
int64_t zero__wait_left(uint64_t end);

/* For what the system wakes nobody for, such as a child without a pidfd: no
 * more of `timeout_ms` than ZERO_NAP, the milliseconds that should pass before
 * it is looked at again. */
enum { ZERO_NAP = 10 };
int64_t zero__wait_nap(int64_t timeout_ms);

/* Argument `index` as a timeout: milliseconds from 0 on, or -1 for ever.
 * Raises TYPE_MISMATCH, and INDEX_RANGE for less. */
int64_t zero__want_timeout(zero_vm *vm, zero_value *args, unsigned index);

/* Stops the call that runs, also where it waits. Any thread may call it, and
 * a signal handler: it takes no lock, allocates nothing and leaves errno. */
void zero__interrupt(zero_vm *vm);

/* Closes what waiting made. The VM may wait again. */
void zero__wait_close(zero_vm *vm);

#endif
