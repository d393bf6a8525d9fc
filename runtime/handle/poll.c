/* poll.c - waiting for many handles of whatever kinds at once.
 *
 * An item is a handle, or a list that begins with one and a word, and may go
 * on with whatever the program wants to find beside it. The answer has the
 * items that are ready, as they were given, but for the word: it says what
 * they are ready for. So a program keeps all that it knows of a connection in
 * its item, and need not look anything up.
 *
 * poll(2) takes the whole list at each call, as this builtin does: an epoll
 * instance would have to be told of every difference between two lists, which
 * takes a walk over both of them. */
#include <errno.h>

#include "handle/handle.h"
#include "handle/wait.h"
#include "value/list.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

static const char *word_of(short events) {
  return (events & POLLIN) == 0    ? "write"
         : (events & POLLOUT) == 0 ? "read"
                                   : "read-write";
}

/* Handle and word of an item; the word is ZERO_NONE where it has none. */
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
                   "a handle, or a list of a handle, a word and more");
}

/* What of a handle is waited for: without a word to read, and where nothing
 * can be read, to write. */
static short wanted(zero_vm *vm, const struct zero_handle *h, bool can,
                    zero_value word, uint64_t index) {
  short able = h->kind->events;
  if (h->kind->read != NULL) able |= POLLIN;
  if (h->kind->write != NULL) able |= POLLOUT;
  if (!can) able = 0;
  short events = 0;
  if (zero_is_none(word)) {
    events = (able & POLLIN) != 0 ? POLLIN : able;
  } else if (zero__text_is(word, "read")) {
    events = POLLIN;
  } else if (zero__text_is(word, "write")) {
    events = POLLOUT;
  } else if (zero__text_is(word, "read-write")) {
    events = POLLIN | POLLOUT;
  } else {
    zero__raise_item(vm, index, word, "read, write or read-write");
  }
  if (events != 0 && (events & ~able) == 0) return events;
  zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
              "poll: a %s cannot be waited for%s%s", h->kind->name,
              events != 0 ? " to " : "", events != 0 ? word_of(events) : "");
}

/* What is waited for. `fds` has as many as there are items, and room for one
 * more; what has no descriptor has -1 there, and its entry in `blind`, else
 * NULL. */
struct watch {
  struct pollfd *fds;
  struct zero_handle **blind;
  size_t count;
  size_t blind_count;
};

/* The memory is the table's buffer, which nobody else asks for before the
 * answer is made. */
static struct watch collect(zero_vm *vm, zero_value items, uint64_t count) {
  struct watch watch = {.count = (size_t)count};
  char *memory = zero__handles_buffer(
      vm, (watch.count + 1) * (sizeof *watch.fds + sizeof *watch.blind));
  watch.blind = (struct zero_handle **)(void *)memory;
  watch.fds = (struct pollfd *)(void *)(watch.blind + watch.count + 1);
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

/* Whether something that has no descriptor is ready. poll(2) says 0 of it:
 * it is noted behind that. */
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

/* Returns -1 and errno where poll(2) fails. */
static int wait_for_one(zero_vm *vm, const struct watch *watch,
                        uint64_t end) {
  bool found = look(watch);
  for (;;) {
    uint64_t until = found ? 0 : end;
    if (watch->blind_count > 0) until = zero__wait_nap(until, ZERO_NAP);
    int ready = zero__wait(vm, watch->fds, watch->count, until);
    if (ready < 0) return -1;
    found = look(watch);
    if (ready > 0 || found || zero__now() >= end) return 0;
  }
}

/* The item as it is answered: a list of a handle, what it is ready for, and
 * what else was in it. */
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

/* An error or the end of the other side is for who waits: what he does next
 * says what it is. */
static const char *readiness(const struct pollfd *fd) {
  if (fd->revents == 0) return NULL;
  short events = fd->events & fd->revents;
  return word_of(events != 0 ? events : fd->events);
}

ZERO_BUILTIN(poll) {
  zero_value items = zero__want_list(vm, args, 0);
  uint64_t end = zero__want_end(vm, args, 1);
  uint64_t length = zero__length(&vm->heap, items);
  struct watch watch = collect(vm, items, length);
  if (wait_for_one(vm, &watch, end) < 0) {
    return zero__host_error(vm, errno, ZERO_CAPABILITY_IO, "poll");
  }
  zero_value chain = ZERO_EMPTY;
  zero_value item;
  struct zero_iterator at = zero__iterate(items);
  for (uint64_t i = 0; zero__next(&vm->heap, &at, &item); i++) {
    const char *ready = readiness(&watch.fds[i]);
    if (ready == NULL) continue;
    chain = zero__raw_cons(&vm->heap, answer(vm, item, i, ready), chain);
  }
  return zero__host_ok(vm, zero__finish(&vm->heap, chain, ZERO_EMPTY));
}
