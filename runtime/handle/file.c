/* file.c - files behind handles: opening, place, size, locks.
 *
 * What is opened may be no regular file: whatever it is, opening never waits
 * and never makes a terminal the process's own. Reading, writing and closing
 * are those of all handles. */
#include "handle/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "handle/handle.h"
#include "handle/root.h"
#include "handle/wait.h"
#include "value/number.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  CREATE_MODE = 0666, /* less the process's umask */
  LOCK_SLICE = 10,    /* milliseconds between two tries for a lock */
};

struct file {
  struct zero_handle base;
  pid_t locker; /* the process that locked it through this handle; 0: none */
};

static struct file *file_of(struct zero_handle *h) {
  return (struct file *)(void *)h;
}

/* Sets a lock of the open file, which no other handle has a part in, on the
 * whole of it. Returns 0, or -1 and errno. */
static int set_lock(const struct zero_handle *h, short type) {
  struct flock whole = {.l_type = type, .l_whence = SEEK_SET};
  return fcntl(h->file, F_OFD_SETLK, &whole);
}

/* A child process may have the descriptor too, and would keep the lock: it is
 * given back by itself. In a child of the host's it is the parent's. */
static int close_file(struct zero_handle *h) {
  if (file_of(h)->locker != 0 && file_of(h)->locker == getpid()) {
    set_lock(h, F_UNLCK);
  }
  return zero__handle_close_file(h);
}

static const struct zero_handle_kind reading = {
    .name = "file",
    .family = ZERO_FAMILY_HANDLE,
    .capability = ZERO_CAPABILITY_FILE_READ,
    .close = close_file,
    .read = zero__handle_read_file,
};

static const struct zero_handle_kind writing = {
    .name = "file",
    .family = ZERO_FAMILY_HANDLE,
    .capability = ZERO_CAPABILITY_FILE_WRITE,
    .close = close_file,
    .write = zero__handle_write_file,
};

static const struct zero_handle_kind updating = {
    .name = "file",
    .family = ZERO_FAMILY_HANDLE,
    .capability = ZERO_CAPABILITY_FILE,
    .close = close_file,
    .read = zero__handle_read_file,
    .write = zero__handle_write_file,
};

/* The kinds, so that those which read are the first two and those which write
 * the last two. */
static const struct zero_handle_kind *const kinds[] = {&reading, &updating,
                                                       &writing};

static struct zero_handle *use_file(zero_vm *vm, const zero_value *args) {
  return zero__handle_use_any(vm, args[0], kinds, 3, "a file");
}

static struct zero_handle *use_written(zero_vm *vm, const zero_value *args) {
  return zero__handle_use_any(vm, args[0], kinds + 1, 2,
                              "a file that is written to");
}

/* The HostErr of errno. */
static zero_value failed(zero_vm *vm, const struct zero_handle *h) {
  return zero__host_error(vm, errno, h->kind->capability, "%s: file",
                          zero__builtin_name(vm));
}

static zero_value done(zero_vm *vm) {
  return zero__host_ok(vm, ZERO_UNIT);
}

/* --- opening ------------------------------------------------------------- */

static bool is_directory(zero_vm *vm, int file) {
  struct stat facts;
  return zero__file_facts(vm, file, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static zero_value open_file(zero_vm *vm, zero_value *args,
                            const struct zero_handle_kind *kind, int flags) {
  const char *path = zero__want_path(vm, args, 0);
  struct zero_handle *h = zero__handle_reserve(vm, kind, sizeof(struct file));
  h->file = zero__root_file(vm, path, flags | O_NONBLOCK | O_NOCTTY,
                            CREATE_MODE);
  int error = h->file < 0 ? errno : is_directory(vm, h->file) ? EISDIR : 0;
  if (error != 0) {
    zero__handle_end(vm, h);
    return zero__path_error(vm, args, 0, error, kind->capability);
  }
  return zero__handle_publish_ok(vm, h, ZERO_NONE);
}

ZERO_BUILTIN(file_open) {
  return open_file(vm, args, &reading, O_RDONLY);
}

ZERO_BUILTIN(file_create) {
  return open_file(vm, args, &writing, O_WRONLY | O_CREAT | O_TRUNC);
}

ZERO_BUILTIN(file_append) {
  return open_file(vm, args, &writing, O_WRONLY | O_CREAT | O_APPEND);
}

ZERO_BUILTIN(file_update) {
  return open_file(vm, args, &updating, O_RDWR);
}

ZERO_BUILTIN(file_new) {
  return open_file(vm, args, &writing, O_WRONLY | O_CREAT | O_EXCL);
}

/* --- place and size ------------------------------------------------------ */

/* Argument `index` as one of `count` words; raises TYPE_MISMATCH. */
static unsigned want_word(zero_vm *vm, zero_value *args, unsigned index,
                          const char *const *words, unsigned count,
                          const char *expected) {
  zero_value word = zero__want_text(vm, args, index);
  for (unsigned i = 0; i < count; i++) {
    if (zero__text_is(word, words[i])) return i;
  }
  zero__raise_type(vm, args, index, expected);
}

ZERO_BUILTIN(file_seek) {
  static const char *const words[] = {"start", "current", "end"};
  static const int from[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  struct zero_handle *h = use_file(vm, args);
  int64_t offset = zero__want_i64(vm, args, 1);
  unsigned word =
      want_word(vm, args, 2, words, 3, "\"start\", \"current\" or \"end\"");
  off_t place = lseek(h->file, offset, from[word]);
  if (place < 0) return failed(vm, h);
  return zero__host_ok(vm, zero__i64(&vm->heap, place));
}

/* Answers false where the size of what is open means nothing. */
static bool has_size(zero_vm *vm, const struct zero_handle *h,
                     struct stat *facts, zero_value *failure) {
  if (zero__file_facts(vm, h->file, facts) != 0) {
    *failure = failed(vm, h);
    return false;
  }
  if (S_ISREG(facts->st_mode)) return true;
  *failure = zero__host_refused(
      vm, ZERO_CODE_FILE_FAILED, h->kind->capability,
      "%s: file: it is a %s and has no size of its own",
      zero__builtin_name(vm), zero__file_word(facts->st_mode));
  return false;
}

ZERO_BUILTIN(file_size) {
  struct zero_handle *h = use_file(vm, args);
  struct stat facts;
  zero_value failure;
  if (!has_size(vm, h, &facts, &failure)) return failure;
  return zero__host_ok(vm, zero__i64(&vm->heap, facts.st_size));
}

ZERO_BUILTIN(file_truncate) {
  struct zero_handle *h = use_written(vm, args);
  int64_t size = zero__want_i64(vm, args, 1);
  struct stat facts;
  zero_value failure;
  if (size < 0) {
    zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
                "file-truncate: a size is at least 0, found %" PRId64, size);
  }
  if (!has_size(vm, h, &facts, &failure)) return failure;
  int result = zero__file_cut(vm, h->file, size);
  return result == 0 ? done(vm) : failed(vm, h);
}

ZERO_BUILTIN(file_sync) {
  struct zero_handle *h = use_file(vm, args);
  int result;
  do {
    result = fsync(h->file);
  } while (result != 0 && zero__again(vm));
  return result == 0 ? done(vm) : failed(vm, h);
}

/* --- locks --------------------------------------------------------------- */

/* Returns 0 or errno. */
static int try_lock(zero_vm *vm, struct zero_handle *h, short type) {
  int result;
  do {
    result = set_lock(h, type);
  } while (result != 0 && zero__again(vm));
  if (result != 0) return errno;
  file_of(h)->locker = type != F_UNLCK ? getpid() : 0;
  return 0;
}

/* Tries until the time is over. Returns 0 or errno, ETIMEDOUT among them. */
static int wait_lock(zero_vm *vm, struct zero_handle *h, short type,
                     int64_t timeout) {
  uint64_t end = zero__wait_end(timeout);
  for (;;) {
    int error = try_lock(vm, h, type);
    if (error != EAGAIN && error != EACCES) return error;
    int64_t left = zero__wait_left(end);
    if (left == 0) return ETIMEDOUT;
    bool short_time = left > 0 && left < LOCK_SLICE;
    zero__wait(vm, NULL, 0, short_time ? left : LOCK_SLICE);
  }
}

/* The system takes a lock only where it could be made use of. */
static void want_access(zero_vm *vm, const struct zero_handle *h,
                        bool shared) {
  if (shared ? h->kind->read != NULL : h->kind->write != NULL) return;
  zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
              "file-lock: %s lock needs a file that is %s",
              shared ? "a shared" : "an exclusive",
              shared ? "read" : "written to");
}

ZERO_BUILTIN(file_lock) {
  static const char *const words[] = {"shared", "exclusive"};
  struct zero_handle *h = use_file(vm, args);
  unsigned word =
      want_word(vm, args, 1, words, 2, "\"shared\" or \"exclusive\"");
  int64_t timeout = zero__want_timeout(vm, args, 2);
  want_access(vm, h, word == 0);
  int error = wait_lock(vm, h, word == 0 ? F_RDLCK : F_WRLCK, timeout);
  if (error == 0) return done(vm);
  if (error == ETIMEDOUT) {
    return zero__host_refused(vm, ZERO_CODE_HOST_TIMED_OUT,
                              h->kind->capability,
                              "file-lock: file: another holds a lock");
  }
  errno = error;
  return failed(vm, h);
}

ZERO_BUILTIN(file_unlock) {
  struct zero_handle *h = use_file(vm, args);
  errno = try_lock(vm, h, F_UNLCK);
  return errno == 0 ? done(vm) : failed(vm, h);
}

/* --- shared -------------------------------------------------------------- */

int zero__file_cut(zero_vm *vm, int file, off_t size) {
  int result;
  do {
    result = ftruncate(file, size);
  } while (result != 0 && zero__again(vm));
  return result;
}

int zero__file_facts(zero_vm *vm, int file, struct stat *facts) {
  int result;
  do {
    result = fstat(file, facts);
  } while (result != 0 && zero__again(vm));
  return result;
}

const char *zero__file_word(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return "file";
    case S_IFDIR: return "directory";
    case S_IFLNK: return "link";
    case S_IFIFO: return "fifo";
    case S_IFSOCK: return "socket";
    default: return "device";
  }
}
