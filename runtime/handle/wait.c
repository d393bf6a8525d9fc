/* wait.c - the one place that waits, under the limits of the call.
 *
 * How an interrupt is never lost: zero__interrupt raises the flag first and
 * writes to the VM's descriptor then. Who waits makes the descriptor known,
 * looks at the flag, and sleeps. So either he sees the flag, or he made the
 * descriptor known before zero__interrupt read which it is; then it is
 * readable, and he does not sleep. A write that is left over from an earlier
 * call ends one sleep, finds the flag down, and is taken out. */
#include "handle/wait.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "handle/process.h"
#include "vm/builtins.h"

#define SECOND UINT64_C(1000000000)

/* --- times --------------------------------------------------------------- */

uint64_t zero__wait_end(int64_t timeout_ms) {
  if (timeout_ms < 0) return UINT64_MAX;
  return timeout_ms == 0 ? 0 : zero__deadline_after((uint64_t)timeout_ms);
}

uint64_t zero__wait_nap(uint64_t end, unsigned milliseconds) {
  uint64_t soon = zero__deadline_after(milliseconds);
  return end < soon ? end : soon;
}

uint64_t zero__want_end(zero_vm *vm, zero_value *args, unsigned index) {
  int64_t timeout_ms = zero__want_i64(vm, args, index);
  if (timeout_ms >= -1) return zero__wait_end(timeout_ms);
  zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
              "%s: a time is milliseconds from 0 on, or -1 for ever, found "
              "%" PRId64, zero__builtin_name(vm), timeout_ms);
}

/* --- interrupts ---------------------------------------------------------- */

void zero__interrupt(zero_vm *vm) {
  const uint64_t one = 1;
  int error = errno;
  atomic_store(&vm->interrupted, 1);
  int file = atomic_load(&vm->wake);
  if (file > 0) {
    ssize_t put = write(file, &one, sizeof one);
    (void)put; /* it fails only where it is readable already */
  }
  errno = error;
}

void zero__wait_close(zero_vm *vm) {
  int file = atomic_exchange(&vm->wake, 0);
  if (file > 0) close(file);
}

/* The VM's descriptor; -1 where the system has none to give. It is none of
 * the first three, so 0 says that there is none. A process that was forked
 * makes its own: of one that both have, each would take out what is meant for
 * the other. */
static int wake_of(zero_vm *vm) {
  int file = atomic_load(&vm->wake);
  if (file > 0 && vm->wake_owner == getpid()) return file;
  zero__wait_close(vm);
  file = zero__spawn_lift(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (file < 0) return -1;
  vm->wake_owner = getpid();
  atomic_store(&vm->wake, file);
  atomic_thread_fence(memory_order_seq_cst);
  return file;
}

/* Takes out what was written. Where a host has closed the descriptor, as one
 * that becomes a daemon may, another is made. */
static void take_out(zero_vm *vm, int file) {
  uint64_t count;
  if (read(file, &count, sizeof count) < 0 && errno == EBADF) {
    atomic_store(&vm->wake, 0);
  }
}

/* --- waiting ------------------------------------------------------------- */

/* Where there is no descriptor for interrupts, the flag is looked at from time
 * to time. What is only looked at needs none. */
static int sleep_until(zero_vm *vm, struct pollfd *fds, size_t count,
                       uint64_t end, bool looks) {
  for (;;) {
    int wake = looks ? -1 : wake_of(vm);
    zero__obey(vm);
    uint64_t time = zero__now();
    uint64_t due = end < vm->limits.deadline ? end : vm->limits.deadline;
    if (wake < 0) due = zero__wait_nap(due, ZERO_NAP);
    uint64_t length = time < due ? due - time : 0;
    const struct timespec span = {.tv_sec = (time_t)(length / SECOND),
                                  .tv_nsec = (long)(length % SECOND)};
    fds[count] = (struct pollfd){.fd = wake, .events = POLLIN};
    int ready = ppoll(fds, (nfds_t)count + (wake >= 0),
                      due == UINT64_MAX ? NULL : &span, NULL);
    bool woken = ready > 0 && fds[count].revents != 0;
    if (woken) {
      take_out(vm, wake);
    } else if (ready > 0 || (ready < 0 && errno != EINTR)) {
      return ready;
    } else if (ready == 0 && time >= end) {
      return 0;
    }
  }
}

int zero__wait(zero_vm *vm, struct pollfd *fds, size_t count, uint64_t end) {
  struct pollfd own;
  bool looks = zero__now() >= end;
  if (!looks) zero__show(vm);
  return sleep_until(vm, fds != NULL ? fds : &own, count, end, looks);
}

int zero__wait_until(zero_vm *vm, int file, short events, uint64_t end) {
  struct pollfd fds[2] = {{.fd = file, .events = events}};
  int ready = zero__wait(vm, fds, 1, end);
  return ready > 0 ? 0 : ready == 0 ? ZERO_TIME_OVER : errno;
}

int zero__wait_pause(zero_vm *vm, unsigned milliseconds, uint64_t end) {
  if (zero__now() >= end) return ZERO_TIME_OVER;
  zero__wait(vm, NULL, 0, zero__wait_nap(end, milliseconds));
  return 0;
}

struct outside {
  zero_vm *vm;
  struct pollfd fds[2];
  int ready;
};

static void wait_outside(void *context) {
  struct outside *o = context;
  o->ready = sleep_until(o->vm, o->fds, 1, UINT64_MAX, false);
  zero__obey(o->vm); /* so that nothing is read for a call that stops */
}

/* The flag stays up, and the deadline past, until the call has ended: whoever
 * called the host finds what was raised here once more. */
int zero__wait_outside(zero_vm *vm, int file, short events) {
  struct outside o = {.vm = vm, .fds = {{.fd = file, .events = events}}};
  if (vm->depth == 0) {
    atomic_store(&vm->interrupted, 0);
    vm->limits.deadline = UINT64_MAX;
  }
  int code = zero__protect(&vm->heap, wait_outside, &o);
  return code == 0 ? o.ready : 0;
}
