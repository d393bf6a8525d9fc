/* file_open.c - files as handles: opening, position, size, locks.
 *
 * A path may name something that is not a regular file: opening it never waits
 * and never makes a terminal the process's own. Reading, writing and closing
 * are those of all handles. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/handle.h"
#include "handle/wait.h"
#include "value/number.h"
#include "vm/builtins.h"

struct file {
  struct zero_handle base;
  pid_t locker; /* the process that locked it through this handle; 0: none */
};

static struct file *file_of(struct zero_handle *h) {
  return (struct file *)(void *)h;
}

/* Sets a lock of the open file, which no other handle has a part in, on the
 * whole of it. Returns 0, or -1 and errno. */
static int set_lock(struct zero_handle *h, short type) {
  struct flock whole = {.l_type = type, .l_whence = SEEK_SET};
  int result = fcntl(h->file, F_OFD_SETLK, &whole);
  if (result == 0) file_of(h)->locker = type != F_UNLCK ? getpid() : 0;
  return result;
}

/* A child process may have the descriptor too, and would keep the lock, so it
 * is released explicitly. In a child of the host the lock is the parent's. */
static int close_file(struct zero_handle *h) {
  if (file_of(h)->locker != 0 && file_of(h)->locker == getpid()) {
    set_lock(h, F_UNLCK);
  }
  return zero__handle_close_file(h);
}

#define FILE_KIND(CAPABILITY)                        \
  .name = "file", .family = ZERO_FAMILY_HANDLE,      \
  .capability = ZERO_CAPABILITY_##CAPABILITY, .close = close_file

/* The kinds, so that those which write are the last two. */
enum { READS, UPDATES, WRITES, KINDS };
static const struct zero_handle_kind kinds[KINDS] = {
    [READS] = {FILE_KIND(FILE_READ), .read = zero__heap_read},
    [UPDATES] = {FILE_KIND(FILE), .read = zero__heap_read,
                 .write = zero__write_quietly},
    [WRITES] = {FILE_KIND(FILE_WRITE), .write = zero__write_quietly},
};

static struct zero_handle *use_file(zero_vm *vm, const zero_value *args) {
  return zero__handle_use_any(vm, args[0], kinds, KINDS, "a file");
}

/* HostOk of Unit if a call returned 0, else the HostErr of errno. */
static zero_value done(zero_vm *vm, const struct zero_handle *h, int result) {
  if (result == 0) return zero__host_ok(vm, ZERO_UNIT);
  return zero__host_error(vm, errno, h->kind->capability, "%s: file",
                          zero__builtin_name(vm));
}

/* A new file has the mode 0666, less the process's umask. */
static zero_value open_file(zero_vm *vm, zero_value *args,
                            const struct zero_handle_kind *kind, int flags) {
  const char *path = zero__want_path(vm, args, 0);
  struct zero_handle *h = zero__handle_reserve(vm, kind, sizeof(struct file));
  h->file = zero__root_file(vm, path, flags | O_NONBLOCK | O_NOCTTY, 0666);
  int error = h->file < 0 ? errno : 0;
  struct stat facts;
  if (error == 0 && ZERO_AGAIN(vm, fstat(h->file, &facts)) == 0 &&
      S_ISDIR(facts.st_mode)) {
    error = EISDIR;
  }
  if (error == 0) return zero__handle_publish_ok(vm, h);
  zero__handle_end(vm, h);
  return zero__path_error(vm, args[0], error, kind->capability);
}

#define OPENER(symbol, kind, flags)                  \
  ZERO_BUILTIN(symbol) {                             \
    return open_file(vm, args, &kinds[kind], flags); \
  }

OPENER(file_open, READS, O_RDONLY)
OPENER(file_create, WRITES, O_WRONLY | O_CREAT | O_TRUNC)
OPENER(file_append, WRITES, O_WRONLY | O_CREAT | O_APPEND)
OPENER(file_update, UPDATES, O_RDWR)
OPENER(file_new, WRITES, O_WRONLY | O_CREAT | O_EXCL)

/* --- place and size ------------------------------------------------------ */

ZERO_BUILTIN(file_seek) {
  static const char *const words[] = {"start", "current", "end"};
  static const int from[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  struct zero_handle *h = use_file(vm, args);
  int64_t offset = zero__want_i64(vm, args, 1);
  unsigned word = zero__want_word(vm, args, 2, words, 3,
                                  "\"start\", \"current\" or \"end\"");
  off_t place = lseek(h->file, offset, from[word]);
  if (place < 0) return done(vm, h, -1);
  return zero__host_ok(vm, zero__i64(&vm->heap, place));
}

/* Takes the size of the open file. Returns ZERO_NONE, or the HostErr if it has
 * none. */
static zero_value size_of(zero_vm *vm, const struct zero_handle *h,
                          int64_t *size) {
  struct stat facts;
  if (ZERO_AGAIN(vm, fstat(h->file, &facts)) != 0) return done(vm, h, -1);
  *size = facts.st_size;
  if (S_ISREG(facts.st_mode)) return ZERO_NONE;
  return zero__host_refused(
      vm, ZERO_CODE_FILE_FAILED, h->kind->capability,
      "%s: file: it is a %s and has no size of its own",
      zero__builtin_name(vm), zero__file_word(facts.st_mode));
}

ZERO_BUILTIN(file_size) {
  int64_t size;
  zero_value failure = size_of(vm, use_file(vm, args), &size);
  if (!zero_is_none(failure)) return failure;
  return zero__host_ok(vm, zero__i64(&vm->heap, size));
}

ZERO_BUILTIN(file_truncate) {
  struct zero_handle *h = zero__handle_use_any(
      vm, args[0], kinds + UPDATES, 2, "a file open for writing");
  int64_t size = zero__want_i64(vm, args, 1);
  int64_t old;
  if (size < 0) {
    zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
                "file-truncate: the size must be at least 0, found %" PRId64,
                size);
  }
  zero_value failure = size_of(vm, h, &old);
  if (!zero_is_none(failure)) return failure;
  return done(vm, h, ZERO_AGAIN(vm, ftruncate(h->file, size)));
}

ZERO_BUILTIN(file_sync) {
  struct zero_handle *h = use_file(vm, args);
  return done(vm, h, ZERO_AGAIN(vm, fsync(h->file)));
}

/* --- locks --------------------------------------------------------------- */

/* The system takes a lock only if the file is open for its use. */
ZERO_BUILTIN(file_lock) {
  static const char *const words[] = {"shared", "exclusive"};
  struct zero_handle *h = use_file(vm, args);
  bool shared = zero__want_word(vm, args, 1, words, 2,
                                "\"shared\" or \"exclusive\"") == 0;
  uint64_t end = zero__want_end(vm, args, 2);
  if (shared ? h->kind->read == NULL : h->kind->write == NULL) {
    zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
                "file-lock: %s lock needs a file open for %s",
                shared ? "a shared" : "an exclusive",
                shared ? "reading" : "writing");
  }
  short type = shared ? F_RDLCK : F_WRLCK;
  int result;
  while ((result = ZERO_AGAIN(vm, set_lock(h, type))) != 0 &&
         (errno == EAGAIN || errno == EACCES)) {
    if (zero__wait_pause(vm, ZERO_NAP, end) == 0) continue;
    return zero__host_refused(
        vm, ZERO_CODE_HOST_TIMED_OUT, h->kind->capability,
        "file-lock: file: it is already locked");
  }
  return done(vm, h, result);
}

ZERO_BUILTIN(file_unlock) {
  struct zero_handle *h = use_file(vm, args);
  return done(vm, h, ZERO_AGAIN(vm, set_lock(h, F_UNLCK)));
}
