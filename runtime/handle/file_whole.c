/* file_whole.c - files read and written whole: read-file and write-file.
 *
 * What is no regular file is read to its end and written through. Opening it
 * waits no more than reading it does: the limits of the call hold. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/handle.h"
#include "handle/wait.h"
#include "value/text.h"
#include "vm/builtins.h"
#include "vm/host.h"

enum {
  FIRST_ROOM = 4096, /* bytes for a file whose size is not known */
  BLOCK = 1 << 20,   /* bytes read between two charges */
  REASON = 128,      /* bytes of a system's message */
};

/* A file that is read or written whole. */
struct whole {
  zero_vm *vm;
  int file;
  int error;   /* errno, 0 where all is well */
  bool waits;  /* bytes of it may come later */
  char *bytes; /* read: leaf storage; or to be written */
  size_t size;
  size_t room;
};

/* --- reading ------------------------------------------------------------- */

/* The room to begin with: a byte more than a regular file has. */
static size_t first_room(struct whole *whole) {
  struct stat facts;
  if (ZERO_AGAIN(whole->vm, fstat(whole->file, &facts)) != 0) {
    return FIRST_ROOM;
  }
  whole->waits = !S_ISREG(facts.st_mode);
  bool known = S_ISREG(facts.st_mode) && facts.st_size > 0 &&
               facts.st_size < ZERO_TEXT_MAX;
  return known ? (size_t)facts.st_size + 1 : FIRST_ROOM;
}

static void make_room(struct whole *whole) {
  struct zero_heap *heap = &whole->vm->heap;
  size_t room = whole->room == 0 ? first_room(whole) : whole->room * 2;
  char *bytes = zero__alloc(heap, ZERO_LEAF, room);
  zero__heap_copy(heap, bytes, whole->bytes, whole->size);
  whole->bytes = bytes;
  whole->room = room;
}

/* Reads to the end, or until there is more than a text can hold. A FIFO that
 * nobody writes to yet would read as its end, so what may wait is waited for
 * first. */
static void read_whole(void *context) {
  struct whole *whole = context;
  zero_vm *vm = whole->vm;
  size_t got = 1;
  while (whole->error == 0 && got > 0 && whole->size <= ZERO_TEXT_MAX) {
    if (whole->size == whole->room) make_room(whole);
    size_t part = whole->room - whole->size;
    if (part > BLOCK) part = BLOCK;
    if (whole->waits) {
      whole->error = zero__wait_until(vm, whole->file, POLLIN, UINT64_MAX);
    }
    if (whole->error == 0) {
      whole->error = zero__move_in(vm, whole->file, zero__heap_read,
                                   whole->bytes + whole->size, part,
                                   UINT64_MAX, &got);
    }
    if (whole->error != 0) return;
    whole->size += got;
    zero__charge_bytes(vm, got);
  }
}

ZERO_BUILTIN(read_file) {
  const char *path = zero__want_path(vm, args, 0);
  struct whole whole = {.vm = vm};
  whole.file = zero__root_file(vm, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  if (whole.file < 0) {
    whole.error = errno;
  } else {
    zero__file_guard(vm, whole.file, read_whole, &whole);
  }
  if (whole.error != 0) {
    return zero__path_error(vm, args, 0, whole.error,
                            ZERO_CAPABILITY_FILE_READ);
  }
  if (whole.size > ZERO_TEXT_MAX) {
    return zero__content_refused(vm, args[0], ZERO_CODE_TEXT_TOO_LONG,
                                 "the file is larger than a text can be");
  }
  size_t bad;
  zero_value text =
      zero__text_checked(&vm->heap, whole.bytes, whole.size, &bad);
  if (!zero_is_none(text)) return zero__host_ok(vm, text);
  char reason[REASON];
  snprintf(reason, sizeof reason, "byte %zu is not UTF-8", bad);
  return zero__content_refused(vm, args[0], ZERO_CODE_HOST_NOT_TEXT, reason);
}

/* --- writing ------------------------------------------------------------- */

static bool is_fifo(zero_vm *vm, const char *path) {
  struct stat facts;
  int file = zero__root_file(vm, path, O_PATH, 0);
  if (file < 0) return false;
  bool fifo = ZERO_AGAIN(vm, fstat(file, &facts)) == 0 &&
              S_ISFIFO(facts.st_mode);
  close(file);
  return fifo;
}

/* Returns whichever of standard output and standard error is the file of
 * `facts`, -1 where neither is. */
static int stream_of(const struct stat *facts) {
  for (int file = STDOUT_FILENO; file <= STDERR_FILENO; file++) {
    struct stat found;
    if (fstat(file, &found) == 0 && found.st_dev == facts->st_dev &&
        found.st_ino == facts->st_ino) {
      return file;
    }
  }
  return -1;
}

/* A link of /proc may lead to a regular file, whose old content goes. But a
 * stream of the process's, as /dev/stdout is, is written to where it stands:
 * what was printed there stays. Returns 0, or -1 and errno. */
static int begin(const struct whole *whole) {
  struct stat facts;
  if (ZERO_AGAIN(whole->vm, fstat(whole->file, &facts)) != 0) return -1;
  if (!S_ISREG(facts.st_mode)) return 0;
  int stream = stream_of(&facts);
  if (stream < 0) return ZERO_AGAIN(whole->vm, ftruncate(whole->file, 0));
  return dup3(stream, whole->file, O_CLOEXEC) < 0 ? -1 : 0;
}

/* What was printed before comes before, where both go to one place. */
static void write_whole(void *context) {
  struct whole *whole = context;
  size_t done = 0;
  zero__show(whole->vm);
  whole->error = begin(whole) != 0
                     ? errno
                     : zero__move_out(whole->vm, whole->file,
                                      zero__write_quietly, whole->bytes,
                                      whole->size, UINT64_MAX, &done);
}

/* Writes to what is there, which keeps its name. Nothing tells when somebody
 * begins to read a FIFO, so opening it is tried from time to time. Returns 0
 * or errno. Raises what stops the call. */
static int write_through(zero_vm *vm, const char *path, zero_value text) {
  const int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY;
  struct whole whole = {.vm = vm,
                        .bytes = (char *)(uintptr_t)zero__text_bytes(text),
                        .size = zero__text_size(text)};
  while ((whole.file = zero__root_file(vm, path, flags, 0)) < 0) {
    if (errno != ENXIO) return errno;
    if (!is_fifo(vm, path)) return ENXIO;
    zero__wait_pause(vm, ZERO_NAP, UINT64_MAX);
  }
  int raised = zero__protect(&vm->heap, write_whole, &whole);
  int failed = close(whole.file) == 0 || errno == EINTR ? 0 : errno;
  if (raised != 0) zero__raise_again(&vm->heap);
  return whole.error != 0 ? whole.error : failed;
}

ZERO_BUILTIN(write_file) {
  const char *path = zero__want_path(vm, args, 0);
  zero_value text = zero__want_text(vm, args, 1);
  zero__charge_bytes(vm, zero__text_size(text));
  int error = zero__replace(vm, path, zero__text_bytes(text),
                            zero__text_size(text));
  if (error == EOPNOTSUPP) error = write_through(vm, path, text);
  return zero__path_changed(vm, args, error);
}
