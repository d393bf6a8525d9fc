/* handle_move.c - the one mover of bytes, and the builtins that use it.
 *
 * Bytes are moved by a descriptor that does not block, in parts between which
 * the limits of the call are checked. */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "handle/handle.h"
#include "handle/wait.h"
#include "value/bytes.h"
#include "value/number.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  READ_MAX = 1 << 20, /* bytes that one read takes at most */
  BLOCK = 1 << 16,    /* bytes written between two checks of the limits */
};

/* --- moving -------------------------------------------------------------- */

/* An interrupted close has closed: to close again might hit a descriptor that
 * another thread was just given. */
int zero__handle_close_file(struct zero_handle *h) {
  int file = h->file;
  h->file = -1;
  return file < 0 || close(file) == 0 || errno == EINTR ? 0 : errno;
}

/* SIGPIPE belongs to the host, so it is blocked in this thread during the
 * write, and removed if the write raised it: it is sent to the thread that
 * writes. A signal that was pending before stays pending. */
ssize_t zero__write_quietly(int file, const void *bytes, size_t size) {
  sigset_t broken, before, waiting;
  sigemptyset(&broken);
  sigaddset(&broken, SIGPIPE);
  sigpending(&waiting);
  pthread_sigmask(SIG_BLOCK, &broken, &before);
  ssize_t put = write(file, bytes, size);
  int error = errno;
  if (put < 0 && error == EPIPE && sigismember(&waiting, SIGPIPE) == 0) {
    const struct timespec now = {0};
    while (sigtimedwait(&broken, NULL, &now) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = error;
  return put;
}

int zero__move_early(zero_vm *vm, int file, short events, uint64_t end) {
  if (errno == EINTR) {
    zero__poll(vm);
    return 0;
  }
  if (errno != EAGAIN && errno != EWOULDBLOCK) return errno;
  return zero__wait_until(vm, file, events, end);
}

int zero__move_in(zero_vm *vm, int file, zero__read_way *way, void *bytes,
                  size_t room, uint64_t end, size_t *got) {
  ssize_t moved;
  while ((moved = way(file, bytes, room)) < 0) {
    int error = zero__move_early(vm, file, POLLIN, end);
    if (error != 0) return error;
  }
  *got = (size_t)moved;
  return 0;
}

int zero__move_out(zero_vm *vm, int file, zero__write_way *way,
                   const void *bytes, size_t size, uint64_t end,
                   size_t *done) {
  const char *data = bytes;
  int error = 0;
  while (error == 0 && *done < size) {
    size_t part = size - *done < BLOCK ? size - *done : BLOCK;
    ssize_t put = way(file, data + *done, part);
    if (put < 0) {
      error = zero__move_early(vm, file, POLLOUT, end);
      continue;
    }
    *done += (size_t)put;
    if (*done < size) zero__poll(vm);
  }
  return error;
}

int zero__move_bytes(zero_vm *vm, struct zero_handle *h, size_t room,
                     uint64_t end, zero_value *bytes) {
  char *buffer = zero__handles_buffer(vm, room);
  size_t got;
  int error =
      zero__move_in(vm, h->file, h->kind->read, buffer, room, end, &got);
  if (error != 0) return error;
  zero__charge_bytes(vm, got);
  *bytes = zero__bytes_new(&vm->heap, buffer, got);
  return 0;
}

/* --- the builtins -------------------------------------------------------- */

size_t zero__want_room(zero_vm *vm, zero_value *args, unsigned index) {
  int64_t most = zero__want_i64(vm, args, index);
  if (most < 1) {
    zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
                "%s: the count must be at least 1 byte, found %" PRId64,
                zero__builtin_name(vm), most);
  }
  return most < READ_MAX ? (size_t)most : READ_MAX;
}

const char *zero__want_data(zero_vm *vm, const zero_value *args,
                            unsigned index, size_t *size) {
  if (zero__is_text(args[index])) {
    *size = zero__text_size(args[index]);
    return zero__text_bytes(args[index]);
  }
  if (!zero__is_kind(args[index], ZERO_KIND_BYTES)) {
    zero__raise_type(vm, args, index, "Text or Bytes");
  }
  *size = zero__bytes(args[index])->size;
  return (const char *)zero__bytes(args[index])->data;
}

unsigned zero__want_word(zero_vm *vm, zero_value *args, unsigned index,
                         const char *const *words, unsigned count,
                         const char *expected) {
  zero_value word = zero__want_text(vm, args, index);
  for (unsigned i = 0; i < count; i++) {
    if (zero__text_is(word, words[i])) return i;
  }
  zero__raise_type(vm, args, index, expected);
}

static void want_able(zero_vm *vm, const struct zero_handle *h, bool able,
                      const char *what) {
  if (able) return;
  zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH, "%s: a %s cannot be %s",
              zero__builtin_name(vm), h->kind->name, what);
}

ZERO_BUILTIN(handle_read) {
  struct zero_handle *h = zero__handle_use(vm, args[0], NULL);
  size_t room = zero__want_room(vm, args, 1);
  want_able(vm, h, h->kind->read != NULL, "read");
  zero_value bytes;
  int error = zero__move_bytes(vm, h, room, UINT64_MAX, &bytes);
  if (error == 0) return zero__host_ok(vm, bytes);
  return zero__host_error(vm, error, h->kind->capability, "handle-read: %s",
                          h->kind->name);
}

ZERO_BUILTIN(handle_write) {
  struct zero_handle *h = zero__handle_use(vm, args[0], NULL);
  size_t size, done = 0;
  const char *data = zero__want_data(vm, args, 1, &size);
  want_able(vm, h, h->kind->write != NULL, "written to");
  zero__charge_bytes(vm, size);
  int error = zero__move_out(vm, h->file, h->kind->write, data, size,
                             UINT64_MAX, &done);
  if (error == 0) return zero__host_ok(vm, zero__i64(&vm->heap, (int64_t)size));
  return zero__host_error(vm, error, h->kind->capability,
                          "handle-write: %s, after %zu of %zu bytes",
                          h->kind->name, done, size);
}
