/* wait.c - the one place that waits, under the limits of the call; and poll.
 *
 * How an interrupt is never lost: zero__interrupt raises the flag first and
 * then writes to the VM's descriptor. A waiter publishes the descriptor, checks
 * the flag, and sleeps. So either it sees the flag, or it published the
 * descriptor before zero__interrupt read it; then the descriptor is readable,
 * and the waiter does not sleep. A write that is left over from an earlier call
 * ends one sleep, finds the flag down, and is taken out. */
#include "handle/wait.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "handle/process.h"
#include "value/list.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

#define SECOND UINT64_C(1000000000)

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
              "%s: a time must be at least 0 milliseconds, or -1 for ever, "
              "found %" PRId64, zero__builtin_name(vm), timeout_ms);
}

/* --- interrupts ---------------------------------------------------------- */

void zero__interrupt(zero_vm *vm) {
  const uint64_t one = 1;
  int error = errno;
  atomic_store(&vm->interrupted, 1);
  int file = atomic_load(&vm->wake);
  /* The write fails only if it is readable already. */
  if (file > 0 && write(file, &one, sizeof one) < 0) errno = error;
}

void zero__wait_close(zero_vm *vm) {
  int file = atomic_exchange(&vm->wake, 0);
  if (file > 0) close(file);
}

/* The VM's descriptor; -1 if the system gives none. It is never one of the
 * first three, so 0 means that there is none. A forked process makes its own:
 * if both shared one, each would take out writes that are meant for the
 * other. */
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

/* --- waiting ------------------------------------------------------------- */

/* Without a descriptor for interrupts, the flag is checked from time to time. A
 * check without waiting needs none. Bytes written to it are taken out; if a
 * host has closed it, as one that becomes a daemon may, another is made. */
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
    uint64_t written;
    if (ready > 0 && fds[count].revents != 0) {
      bool lost = read(wake, &written, sizeof written) < 0 && errno == EBADF;
      if (lost) atomic_store(&vm->wake, 0);
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

/* The flag stays up, and the deadline past, until the call has ended: the
 * caller of the host finds what was raised here once more. */
int zero__wait_outside(zero_vm *vm, int file, short events) {
  struct outside o = {.vm = vm, .fds = {{.fd = file, .events = events}}};
  if (vm->depth == 0) {
    atomic_store(&vm->interrupted, 0);
    vm->limits.deadline = UINT64_MAX;
  }
  int code = zero__protect(&vm->heap, wait_outside, &o);
  return code == 0 ? o.ready : 0;
}

/* --- many handles of any kind at once ------------------------------------- */

/* An item is a handle, or a list that begins with one and a word; any more
 * items are the program's own. The result has the items that are ready, as they
 * were given, except that the word says what they are ready for. So a program
 * keeps all it knows of a connection in its item, and need not look anything
 * up.
 *
 * poll(2) takes the whole list at each call, as this builtin does: an epoll
 * instance would need every difference between two lists, which takes a walk
 * over both of them. */

/* The words, by their events. */
enum { BOTH = POLLIN | POLLOUT };
static const char *const words[BOTH + 1] = {
    [POLLIN] = "read", [POLLOUT] = "write", [BOTH] = "read-write"};

/* Handle and word of an item; the word is ZERO_NONE if it has none. */
static zero_value split_item(zero_vm *vm, zero_value item, uint64_t index,
                             zero_value *word) {
  zero_value handle = item;
  *word = ZERO_NONE;
  if (zero__is_linear(item)) return item;
  if (zero__is_pair(item) && zero__nth(&vm->heap, item, 0, &handle) &&
      zero__is_linear(handle) && zero__nth(&vm->heap, item, 1, word) &&
      zero__is_text(*word)) {
    return handle;
  }
  zero__raise_item(vm, index, item,
                   "a handle, or a list that begins with a handle and a word");
}

/* The events to wait for: without a word, to read, or if the handle cannot be
 * read, to write. */
static short wanted(zero_vm *vm, const struct zero_handle *h, bool can,
                    zero_value word, uint64_t index) {
  short able = h->kind->events;
  if (h->kind->read != NULL) able |= POLLIN;
  if (h->kind->write != NULL) able |= POLLOUT;
  if (!can) able = 0;
  short events = (able & POLLIN) != 0 ? POLLIN : able;
  if (!zero_is_none(word)) {
    events = BOTH;
    while (words[events] == NULL || !zero__text_is(word, words[events])) {
      if (--events > 0) continue;
      zero__raise_item(vm, index, word, "read, write or read-write");
    }
  }
  if (events != 0 && (events & ~able) == 0) return events;
  zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
              "poll: a %s cannot be waited for%s%s", h->kind->name,
              events != 0 ? " to " : "", events != 0 ? words[events] : "");
}

/* The things waited for. `fds` has as many as there are items, and room for one
 * more; an item without a descriptor has -1 there, and its entry in `blind`,
 * else NULL. */
struct watch {
  struct pollfd *fds;
  struct zero_handle **blind;
  size_t count;
  size_t blind_count;
};

/* The memory is the table's buffer, which nothing else uses before the result
 * is made. */
static struct watch collect(zero_vm *vm, zero_value items, uint64_t count) {
  struct watch watch = {.count = (size_t)count};
  watch.blind = (void *)zero__handles_buffer(
      vm, (watch.count + 1) * (sizeof *watch.fds + sizeof *watch.blind));
  watch.fds = (void *)(watch.blind + watch.count + 1);
  struct zero_iterator at = zero__iterate(items);
  zero_value item, word;
  for (uint64_t i = 0; zero__next(&vm->heap, &at, &item); i++) {
    zero_value handle = split_item(vm, item, i, &word);
    struct zero_handle *h = zero__handle_use(vm, handle, NULL);
    bool blind = h->file < 0 && h->kind->ready != NULL;
    short events = wanted(vm, h, h->file >= 0 || blind, word, i);
    watch.fds[i] = (struct pollfd){.fd = h->file, .events = events};
    watch.blind[i] = blind ? h : NULL;
    if (blind) watch.blind_count++;
  }
  return watch;
}

/* Whether something without a descriptor is ready. poll(2) says 0 for it: it is
 * set after that. */
static bool look(const struct watch *watch) {
  bool found = false;
  for (size_t i = 0; i < watch->count && watch->blind_count > 0; i++) {
    struct zero_handle *h = watch->blind[i];
    if (h == NULL || !h->kind->ready(h)) continue;
    watch->fds[i].revents = watch->fds[i].events;
    found = true;
  }
  return found;
}

/* The item as it is returned: a list of a handle, what it is ready for, and the
 * rest of the item. */
static zero_value answer(zero_vm *vm, zero_value item, uint64_t index,
                         const char *ready) {
  zero_value word;
  zero_value handle = split_item(vm, item, index, &word);
  zero_value rest = ZERO_EMPTY;
  if (!zero_is_none(word)) {
    if (zero__text_is(word, ready)) return item;
    rest = zero__tail(&vm->heap, zero__tail(&vm->heap, item));
  }
  zero_value text = zero__text_of(&vm->heap, ready);
  return zero__cons(&vm->heap, handle, zero__cons(&vm->heap, text, rest));
}

/* An error or the end of the other side makes it ready: the waiter's next call
 * says which it is. */
ZERO_BUILTIN(poll) {
  zero_value items = zero__want_list(vm, args, 0);
  uint64_t end = zero__want_end(vm, args, 1);
  uint64_t length = zero__length(&vm->heap, items);
  struct watch watch = collect(vm, items, length);
  bool found = look(&watch);
  int ready;
  do {
    uint64_t until = found ? 0 : end;
    if (watch.blind_count > 0) until = zero__wait_nap(until, ZERO_NAP);
    ready = zero__wait(vm, watch.fds, watch.count, until);
    if (ready < 0) {
      return zero__host_error(vm, errno, ZERO_CAPABILITY_IO, "poll");
    }
    found = look(&watch);
  } while (ready == 0 && !found && zero__now() < end);
  zero_value chain = ZERO_EMPTY;
  zero_value item;
  struct zero_iterator at = zero__iterate(items);
  for (uint64_t i = 0; zero__next(&vm->heap, &at, &item); i++) {
    const struct pollfd *fd = &watch.fds[i];
    if (fd->revents == 0) continue;
    short events = fd->events & fd->revents;
    const char *word = words[events != 0 ? events : fd->events];
    chain = zero__raw_cons(&vm->heap, answer(vm, item, i, word), chain);
  }
  return zero__host_ok(vm, zero__finish(&vm->heap, chain, ZERO_EMPTY));
}
