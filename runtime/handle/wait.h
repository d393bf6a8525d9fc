/* wait.h - waiting for descriptors without forgetting the call's limits. */
#ifndef ZERO_HANDLE_WAIT_H
#define ZERO_HANDLE_WAIT_H

#include <poll.h>

#include "vm/vm.h"

/* Milliseconds between two looks at what has no descriptor. */
enum { ZERO_NAP = 10 };

/* Waits until one of `count` descriptors is ready, as poll(2) does, for at
 * most `timeout_ms` milliseconds: 0 only looks, less is for ever. `count` may
 * be 0. Unless it only looks, what was printed is shown first. The limits of
 * the call hold meanwhile: it raises INTERRUPTED and DEADLINE within some
 * milliseconds, in which it sleeps; waiting itself costs no fuel. Signals of
 * the host do not end it.
 * Returns how many are ready, 0 when the time is over, -1 and errno where
 * poll fails. */
int zero__wait(zero_vm *vm, struct pollfd *fds, size_t count,
               int64_t timeout_ms);

/* Waits for `events` of one descriptor; as above. POLLHUP and POLLERR count as
 * ready too: the next call says what is wrong. */
int zero__wait_for(zero_vm *vm, int file, short events, int64_t timeout_ms);

/* For what waits in several steps under one timeout: the moment, in
 * nanoseconds of CLOCK_MONOTONIC, at which `timeout_ms` from now are over
 * (UINT64_MAX: never), and the milliseconds left until then, rounded up, -1
 * for ever. */
uint64_t zero__wait_end(int64_t timeout_ms);
int64_t zero__wait_left(uint64_t end);

#endif
