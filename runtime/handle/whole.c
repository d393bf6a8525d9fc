/* whole.c - files read and written whole: read-file and write-file.
 *
 * They are older than the file root, and take any path the process does as
 * long as the host names no root. Where it does, they keep to it. No file
 * descriptor is open where something may raise, or it is closed on the way. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/root.h"
#include "layout/brief.h"
#include "value/text.h"
#include "vm/builtins.h"
#include "vm/host.h"

enum {
  FIRST_ROOM = 4096,     /* bytes for a file whose size is not known */
  BLOCK = 1 << 20,       /* bytes read or written between two charges */
  CREATE_MODE = 0666,    /* less the process's umask */
  CREATE_ATTEMPTS = 16,
  REASON = 128,          /* bytes of a system's message */
};

/* --- reading ------------------------------------------------------------- */

/* A file being read whole. */
struct reader {
  zero_vm *vm;
  int file;
  int error;   /* errno, 0 where all is well */
  char *bytes; /* leaf storage */
  size_t size;
  size_t room;
};

static size_t expected_size(int file) {
  struct stat facts;
  bool known = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) &&
               facts.st_size > 0 && facts.st_size < ZERO_TEXT_MAX;
  return known ? (size_t)facts.st_size + 1 : FIRST_ROOM;
}

static void make_room(struct reader *reader) {
  size_t room =
      reader->room == 0 ? expected_size(reader->file) : reader->room * 2;
  char *bytes = zero__alloc(&reader->vm->heap, ZERO_LEAF, room);
  if (reader->size > 0) memcpy(bytes, reader->bytes, reader->size);
  reader->bytes = bytes;
  reader->room = room;
}

/* Reads to the end, or until there is more than a text can hold. */
static void read_whole(void *context) {
  struct reader *reader = context;
  while (reader->size <= ZERO_TEXT_MAX) {
    if (reader->size == reader->room) make_room(reader);
    size_t part = reader->room - reader->size;
    if (part > BLOCK) part = BLOCK;
    ssize_t got =
        zero__heap_read(reader->file, reader->bytes + reader->size, part);
    if (got < 0 && errno == EINTR) {
      zero__poll(reader->vm);
      continue;
    }
    if (got < 0) reader->error = errno;
    if (got <= 0) return;
    reader->size += (size_t)got;
    zero__charge_bytes(reader->vm, (uint64_t)got);
  }
}

static zero_value read_error(zero_vm *vm, const zero_value *args,
                             int error) {
  return zero__path_error(vm, args, 0, error, ZERO_CAPABILITY_FILE_READ);
}

/* A HostErr about what the file of argument 0 holds. */
static zero_value refuse_content(zero_vm *vm, const zero_value *args,
                                 int code, const char *reason) {
  char path[ZERO_BRIEF];
  zero__brief(&vm->heap, args[0], path);
  return zero__host_refused(vm, code, ZERO_CAPABILITY_FILE_READ, "%s: %s",
                            path, reason);
}

/* Opens the file of argument 0. Returns a descriptor, or -1 and errno. */
static int open_to_read(zero_vm *vm, zero_value *args) {
  zero_value path = zero__want_text(vm, args, 0);
  if (!zero__root_given(vm)) {
    return open(zero__text_bytes(path), O_RDONLY | O_CLOEXEC);
  }
  const char *below = zero__want_path(vm, args, 0);
  return zero__root_file(vm, below, O_RDONLY, 0);
}

ZERO_BUILTIN(read_file) {
  int file = open_to_read(vm, args);
  if (file < 0) return read_error(vm, args, errno);
  struct reader reader = {.vm = vm, .file = file};
  int raised = zero__protect(&vm->heap, read_whole, &reader);
  close(file);
  if (raised != 0) zero__raise_again(&vm->heap);
  if (reader.error != 0) return read_error(vm, args, reader.error);
  if (reader.size > ZERO_TEXT_MAX) {
    return refuse_content(vm, args, ZERO_CODE_TEXT_TOO_LONG,
                          "the file is larger than a text can be");
  }
  size_t bad;
  zero_value text =
      zero__text_checked(&vm->heap, reader.bytes, reader.size, &bad);
  if (!zero_is_none(text)) return zero__host_ok(vm, text);
  char reason[REASON];
  snprintf(reason, sizeof reason, "byte %zu is not UTF-8", bad);
  return refuse_content(vm, args, ZERO_CODE_HOST_NOT_TEXT, reason);
}

/* --- writing ------------------------------------------------------------- */

/* Returns 0 or errno. */
static int write_whole(int file, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t put = write(file, bytes, size < BLOCK ? size : BLOCK);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno;
    bytes += put;
    size -= (size_t)put;
  }
  return 0;
}

/* Writes to what is there, in `file`, and is no plain file: a terminal, a
 * pipe. */
static int write_through(int file, zero_value text) {
  if (file < 0) return errno;
  int error =
      write_whole(file, zero__text_bytes(text), zero__text_size(text));
  if (close(file) != 0 && errno != EINTR && error == 0) error = errno;
  return error;
}

/* Creates a new file beside `path` under a name nobody else has, in `name`
 * of `room` bytes. Returns its descriptor, or -1 and errno. */
static int create_beside(const char *path, char *name, size_t room) {
  for (int attempt = 0; attempt < CREATE_ATTEMPTS; attempt++) {
    uint64_t number = 0;
    if (!zero__draw(&number, sizeof number)) break;
    snprintf(name, room, "%s.%016" PRIx64, path, number);
    int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                    CREATE_MODE);
    if (file >= 0 || errno != EEXIST) return file;
  }
  errno = EIO;
  return -1;
}

/* Writes a new file beside `path` and puts it in its place: whoever reads
 * finds the old text or the new one, never a part. `old` is what is there
 * now, or NULL. Returns 0 or errno. */
static int write_replacing(const char *path, const struct stat *old,
                           zero_value text, char *name, size_t room) {
  int file = create_beside(path, name, room);
  if (file < 0) return errno;
  int error =
      write_whole(file, zero__text_bytes(text), zero__text_size(text));
  if (error == 0 && old != NULL && fchmod(file, old->st_mode & 07777) != 0) {
    error = errno;
  }
  if (error == 0 && fsync(file) != 0) error = errno;
  if (close(file) != 0 && errno != EINTR && error == 0) error = errno;
  if (error == 0 && rename(name, path) != 0) error = errno;
  if (error != 0) unlink(name);
  return error;
}

/* Returns 0 or errno. A symbolic link is followed, not replaced. */
static int write_text(zero_vm *vm, const char *path, zero_value text) {
  char followed[PATH_MAX];
  struct stat old;
  bool there = realpath(path, followed) != NULL;
  if (!there && errno != ENOENT) return errno;
  if (there) path = followed;
  if (there && stat(path, &old) != 0) return errno;
  if (there && S_ISDIR(old.st_mode)) return EISDIR;
  if (there && !S_ISREG(old.st_mode)) {
    return write_through(open(path, O_WRONLY | O_CLOEXEC), text);
  }
  if (there && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0) {
    return errno;
  }
  size_t room = strlen(path) + sizeof ".0123456789abcdef";
  char *name = zero__alloc(&vm->heap, ZERO_LEAF, room);
  return write_replacing(path, there ? &old : NULL, text, name, room);
}

static bool is_regular(int file) {
  struct stat facts;
  return fstat(file, &facts) != 0 || S_ISREG(facts.st_mode);
}

/* The same below the root that the host named. */
static int write_below(zero_vm *vm, const char *path, zero_value text) {
  int error = zero__replace(vm, path, zero__text_bytes(text),
                            zero__text_size(text));
  if (error != EOPNOTSUPP) return error;
  int file = zero__root_file(vm, path, O_WRONLY, 0);
  if (file < 0) return errno;
  if (!is_regular(file)) return write_through(file, text);
  close(file);
  return error;
}

ZERO_BUILTIN(write_file) {
  zero_value path = zero__want_text(vm, args, 0);
  zero_value text = zero__want_text(vm, args, 1);
  zero__charge_bytes(vm, zero__text_size(text));
  int error = zero__root_given(vm)
                  ? write_below(vm, zero__want_path(vm, args, 0), text)
                  : write_text(vm, zero__text_bytes(path), text);
  if (error == 0) return zero__host_ok(vm, ZERO_UNIT);
  return zero__path_error(vm, args, 0, error, ZERO_CAPABILITY_FILE_WRITE);
}
