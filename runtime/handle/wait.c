/* wait.c - waiting for descriptors without forgetting the call's limits.
 *
 * The system sleeps in slices, short enough that an interrupt from another
 * thread is noticed soon; one that arrives as a signal ends a slice. */
#include "handle/wait.h"

#include <errno.h>
#include <time.h>

#define MILLISECOND UINT64_C(1000000)
#define SECOND (1000 * MILLISECOND)
#define SLICE (10 * MILLISECOND)

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

uint64_t zero__wait_end(int64_t timeout_ms) {
  if (timeout_ms < 0) return UINT64_MAX;
  uint64_t start = now();
  uint64_t most = (UINT64_MAX - start) / MILLISECOND;
  if ((uint64_t)timeout_ms > most) return UINT64_MAX;
  return start + (uint64_t)timeout_ms * MILLISECOND;
}

int64_t zero__wait_left(uint64_t end) {
  if (end == UINT64_MAX) return -1;
  uint64_t time = now();
  if (time >= end) return 0;
  return (int64_t)((end - time + MILLISECOND - 1) / MILLISECOND);
}

/* Nanoseconds from `time` to the next moment at which something is due. */
static uint64_t slice(const zero_vm *vm, uint64_t time, uint64_t end) {
  if (vm->limits.deadline < end) end = vm->limits.deadline;
  if (time >= end) return 0;
  return end - time < SLICE ? end - time : SLICE;
}

int zero__wait(zero_vm *vm, struct pollfd *fds, size_t count,
               int64_t timeout_ms) {
  uint64_t end = zero__wait_end(timeout_ms);
  if (timeout_ms != 0) zero__show(vm);
  for (;;) {
    zero__poll(vm);
    uint64_t time = now();
    uint64_t length = timeout_ms == 0 ? 0 : slice(vm, time, end);
    struct timespec sleep = {.tv_sec = 0, .tv_nsec = (long)length};
    int ready = ppoll(fds, (nfds_t)count, &sleep, NULL);
    if (ready > 0 || (ready < 0 && errno != EINTR)) return ready;
    if (timeout_ms == 0 && ready == 0) return 0;
    if (timeout_ms > 0 && now() >= end) return 0;
  }
}

int zero__wait_for(zero_vm *vm, int file, short events, int64_t timeout_ms) {
  struct pollfd one = {.fd = file, .events = events};
  return zero__wait(vm, &one, 1, timeout_ms);
}
