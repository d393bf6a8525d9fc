/* file_whole.c - files read, written and replaced whole.
 *
 * A path that does not name a regular file is read to its end and written
 * through. Opening it waits no more than reading it does: the limits of the
 * call hold.
 *
 * A regular file's new content is seen whole or not at all. It is written to a
 * new file beside the old one, synced to the disk, and given the old one's
 * name; then the directory is synced too. Opening the name at any time, even
 * after the machine has stopped in between, finds all of the old content or all
 * of the new.
 *
 * The new file has no name while it is written, if the file system has such
 * files: a process that is killed leaves nothing. It gets a name of its own,
 * which rename needs, just before that. On other file systems it has that name
 * from the start. The name is made from the old one's, and the file is locked
 * as long as it has it. So the next process that replaces the same file can
 * distinguish what a dead process left from what a living one writes, and
 * removes it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/handle.h"
#include "handle/wait.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  FIRST_ROOM = 4096,   /* bytes for a file whose size is not known */
  BLOCK = 1 << 20,     /* bytes read between two charges */
  CREATE_MODE = 0666,  /* less the process's umask */
  PRIVATE_MODE = 0600, /* until the old file's mode is set */
  SLOTS = 4,           /* names that are found again */
  CREATE_ATTEMPTS = 16,
  TEMPORARY = 32,      /* bytes of the new file's own name */
};

/* A file that is read or written whole. */
struct whole {
  zero_vm *vm;
  int file;
  char *bytes; /* read: leaf storage; or to be written */
  size_t size;
};

/* --- reading ------------------------------------------------------------- */

/* Reads to the end, or until there is more than a text can hold. The first
 * buffer is a byte larger than a regular file. A FIFO without a writer would
 * read as its end, so what may wait is waited for first. */
static int read_whole(void *context) {
  struct whole *whole = context;
  zero_vm *vm = whole->vm;
  struct stat facts;
  bool known = ZERO_AGAIN(vm, fstat(whole->file, &facts)) == 0;
  bool waits = known && !S_ISREG(facts.st_mode);
  bool sized = known && !waits && facts.st_size > 0 &&
               facts.st_size < ZERO_TEXT_MAX;
  size_t next = sized ? (size_t)facts.st_size + 1 : FIRST_ROOM;
  size_t room = 0;
  int error = 0;
  for (size_t got = 1; got > 0 && whole->size <= ZERO_TEXT_MAX;) {
    if (whole->size == room) {
      char *bytes = zero__alloc(&vm->heap, ZERO_LEAF, next);
      zero__heap_copy(&vm->heap, bytes, whole->bytes, whole->size);
      whole->bytes = bytes;
      room = next;
      next = 2 * room;
    }
    size_t part = room - whole->size < BLOCK ? room - whole->size : BLOCK;
    if (waits) error = zero__wait_until(vm, whole->file, POLLIN, UINT64_MAX);
    if (error != 0) return error;
    error = zero__move_in(vm, whole->file, zero__heap_read,
                          whole->bytes + whole->size, part, UINT64_MAX, &got);
    if (error != 0) return error;
    whole->size += got;
    zero__charge_bytes(vm, got);
  }
  return 0;
}

ZERO_BUILTIN(read_file) {
  const uint32_t reading = ZERO_CAPABILITY_FILE_READ;
  const char *path = zero__want_path(vm, args, 0);
  struct whole whole = {.vm = vm};
  whole.file = zero__root_file(vm, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  int error = zero__file_guard(vm, whole.file, read_whole, &whole);
  if (error != 0) return zero__path_error(vm, args[0], error, reading);
  if (whole.size > ZERO_TEXT_MAX) {
    return zero__path_refused(vm, args[0], ZERO_CODE_TEXT_TOO_LONG, reading,
                              "the file is larger than a text can be");
  }
  size_t bad;
  zero_value text =
      zero__text_checked(&vm->heap, whole.bytes, whole.size, &bad);
  if (!zero_is_none(text)) return zero__host_ok(vm, text);
  char reason[64];
  snprintf(reason, sizeof reason, "byte %zu is not UTF-8", bad);
  return zero__path_refused(vm, args[0], ZERO_CODE_HOST_NOT_TEXT, reading,
                            reason);
}

/* --- replacing ----------------------------------------------------------- */

struct replacing {
  zero_vm *vm;
  const char *data;
  size_t size;
  struct zero_file_place place;
  bool there;           /* there is an old file: */
  struct stat old;
  mode_t mode;          /* of the new one to begin with */
  int directory;        /* the same as the place's, to be synced; or -1 */
  int file;             /* the new one; -1: none */
  char name[TEMPORARY]; /* its own; "": none */
  bool nameless;        /* it cannot get one, so it must have one */
};

#define TRY(r, call) ZERO_TRY((r)->vm, call)

/* Inspects the old file. A file that is not regular keeps its name, and one
 * that may not be written to is not replaced. A directory may allow replacing a
 * file but not reading its names. Returns 0 or errno. */
static int look(struct replacing *r) {
  int at = r->place.directory;
  int error = TRY(r, fstatat(at, r->place.name, &r->old, AT_SYMLINK_NOFOLLOW));
  r->there = error == 0;
  r->mode = r->there ? PRIVATE_MODE : CREATE_MODE;
  if (r->there) {
    if (S_ISDIR(r->old.st_mode)) return EISDIR;
    if (!S_ISREG(r->old.st_mode)) return EOPNOTSUPP;
    error = TRY(r, faccessat(at, r->place.name, W_OK, AT_EACCESS));
  }
  if (error != 0 && (r->there || error != ENOENT)) return error;
  error = TRY(r, r->directory = openat(at, ".",
                                       O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return error == EACCES ? 0 : error;
}

/* A name that the next process to replace the same file checks. The names after
 * the slots are not checked: then others seem to be writing to this file now.
 * Returns false if the system allows none. */
static bool choose_name(struct replacing *r, int attempt) {
  uint64_t number = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
  for (const char *at = r->place.name; *at != '\0'; at++) {
    number = (number ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
  }
  number += (uint64_t)attempt;
  if (attempt >= SLOTS && !zero__draw(&number, sizeof number)) return false;
  snprintf(r->name, sizeof r->name, ".zero-%016" PRIx64, number);
  return true;
}

static bool is_same(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Returns 0 if r->name is the name of the open `file`, ENOENT if it is
 * not, or errno. */
static int find_named(const struct replacing *r, int file) {
  struct stat named, open;
  int error = TRY(r, fstatat(r->place.directory, r->name, &named,
                             AT_SYMLINK_NOFOLLOW));
  if (error == 0) error = TRY(r, fstat(file, &open));
  return error == 0 && !is_same(&named, &open) ? ENOENT : error;
}

/* Removes the file of r->name if it is not locked, because then its maker is
 * dead. */
static void remove_left(struct replacing *r) {
  int file = ZERO_AGAIN(
      r->vm, openat(r->place.directory, r->name,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file < 0) return;
  struct stat facts;
  if (TRY(r, fstat(file, &facts)) == 0 && S_ISREG(facts.st_mode) &&
      flock(file, LOCK_EX | LOCK_NB) == 0 && find_named(r, file) == 0) {
    TEMP_FAILURE_RETRY(unlinkat(r->place.directory, r->name, 0));
  }
  close(file);
}

/* Makes a file with a name. A name that is taken is skipped, and so is one that
 * was lost: the file, not locked yet, was taken for a leftover and removed. */
static int create_named(struct replacing *r) {
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  for (int i = 0; i < CREATE_ATTEMPTS; i++) {
    if (!choose_name(r, i)) return EIO;
    int error = TRY(r, r->file = openat(r->place.directory, r->name, flags,
                                        r->mode));
    if (error == 0) {
      bool taken =
          flock(r->file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
      error = taken ? ENOENT : find_named(r, r->file);
      if (error != ENOENT) return error;
      close(r->file);
      r->file = -1;
      error = EEXIST;
    }
    r->name[0] = '\0';
    if (error != EEXIST) return error;
  }
  return EEXIST;
}

/* Makes a file without a name. Returns false if there are none, or none that
 * could get a name later. */
static bool create_unnamed(struct replacing *r) {
  const int flags = O_TMPFILE | O_WRONLY | O_CLOEXEC;
  if (faccessat(AT_FDCWD, "/proc/self/fd", X_OK, AT_EACCESS) != 0) {
    return false;
  }
  r->file = ZERO_AGAIN(r->vm,
                       openat(r->place.directory, ".", flags, r->mode));
  if (r->file >= 0) flock(r->file, LOCK_EX | LOCK_NB);
  return r->file >= 0;
}

/* Gives the new file a name that nothing has. */
static int link_as(struct replacing *r, const char *name) {
  char path[sizeof "/proc/self/fd/" + 3 * sizeof r->file];
  snprintf(path, sizeof path, "/proc/self/fd/%d", r->file);
  int error = TRY(r, linkat(AT_FDCWD, path, r->place.directory, name,
                            AT_SYMLINK_FOLLOW));
  r->nameless = error != 0 && error != EEXIST && error != EINTR;
  return error;
}

/* Gives the new file the old one's name: by way of a name of its own, or at
 * once if the old one does not exist. */
static int rename_over(struct replacing *r) {
  int error = r->name[0] != '\0' ? 0
              : r->there         ? EEXIST
                                 : link_as(r, r->place.name);
  for (int i = 0; error == EEXIST && i < CREATE_ATTEMPTS; i++) {
    error = choose_name(r, i) ? link_as(r, r->name) : EIO;
    if (error != 0) r->name[0] = '\0';
  }
  if (error != 0 || r->name[0] == '\0') return error;
  error = TRY(r, renameat(r->place.directory, r->name, r->place.directory,
                          r->place.name));
  if (error == 0) r->name[0] = '\0';
  return error;
}

/* Gives the new file the old one's owner and mode. If the owner cannot be kept,
 * the bits that would lend another's rights are not kept either. */
static int take_after(const struct replacing *r) {
  mode_t mode = r->old.st_mode & 07777;
  struct stat now;
  if (!r->there) return 0;
  int error = TRY(r, fstat(r->file, &now));
  if (error != 0) return error;
  bool others = now.st_uid != r->old.st_uid || now.st_gid != r->old.st_gid;
  if (others && TRY(r, fchown(r->file, r->old.st_uid, r->old.st_gid)) != 0) {
    mode &= 0777;
  }
  return TRY(r, fchmod(r->file, mode));
}

/* All of it is on the disk, so nothing can go wrong any more. A child of the
 * host may hold the file too: the lock is released explicitly. */
static void close_new(struct replacing *r) {
  if (r->file < 0) return;
  flock(r->file, LOCK_UN);
  close(r->file);
  r->file = -1;
}

/* Raises if the call must stop. */
static int write_new(struct replacing *r) {
  size_t done = 0;
  int error = zero__move_out(r->vm, r->file, write, r->data, r->size,
                             UINT64_MAX, &done);
  if (error == 0 && done > 0) zero__poll(r->vm);
  if (error == 0) error = take_after(r);
  if (error == 0) error = TRY(r, fsync(r->file));
  return error == 0 ? rename_over(r) : error;
}

/* Some file systems cannot sync a directory by itself, and say so with EINVAL:
 * they do not need it. */
static int replace(void *context) {
  struct replacing *r = context;
  int error = look(r);
  for (int slot = 0; error == 0 && slot < SLOTS; slot++) {
    if (choose_name(r, slot)) remove_left(r);
  }
  r->name[0] = '\0';
  if (error == 0 && !create_unnamed(r)) error = create_named(r);
  if (error == 0) error = write_new(r);
  if (r->nameless) {
    close_new(r);
    error = create_named(r);
    if (error == 0) error = write_new(r);
  }
  if (error == 0) close_new(r);
  if (error == 0 && r->directory >= 0) {
    error = TRY(r, fsync(r->directory));
    if (error == EINVAL) error = 0;
  }
  return error;
}

/* Makes `data` the content of the file at `path`, whole or not at all. Returns
 * 0 or errno: EOPNOTSUPP if the path does not name a regular file. Raises if
 * the call must stop; nothing is left then. */
static int replace_file(zero_vm *vm, const char *path, const char *data,
                        size_t size) {
  struct replacing r = {
      .vm = vm, .data = data, .size = size, .directory = -1, .file = -1};
  int error = zero__root_place(vm, path, true, &r.place);
  if (error != 0) return error;
  bool raised = zero__file_raises(vm, replace, &r, &error);
  if (r.name[0] != '\0') { /* wherever it was left */
    TEMP_FAILURE_RETRY(unlinkat(r.place.directory, r.name, 0));
  }
  close_new(&r);
  if (r.directory >= 0) close(r.directory);
  close(r.place.directory);
  if (raised) zero__raise_again(&vm->heap);
  return error;
}

ZERO_BUILTIN(file_replace) {
  size_t size;
  const char *path = zero__want_path(vm, args, 0);
  const char *data = zero__want_data(vm, args, 1, &size);
  zero__charge_bytes(vm, size);
  return zero__path_changed(vm, args, replace_file(vm, path, data, size));
}

/* --- writing through ----------------------------------------------------- */

/* Earlier output is flushed first, as both may go to the same file. A link of
 * /proc may lead to a regular file, whose old content is dropped. But a stream
 * of the process, as /dev/stdout is, is written at its position: what was
 * printed there stays. Returns 0 or errno. */
static int write_whole(void *context) {
  const struct whole *whole = context;
  struct stat facts, stream;
  size_t done = 0;
  zero__show(whole->vm);
  int error = TRY(whole, fstat(whole->file, &facts));
  if (error == 0 && S_ISREG(facts.st_mode)) {
    int same = -1;
    for (int i = STDOUT_FILENO; same < 0 && i <= STDERR_FILENO; i++) {
      if (fstat(i, &stream) == 0 && is_same(&stream, &facts)) same = i;
    }
    error = TRY(whole, same >= 0 ? dup3(same, whole->file, O_CLOEXEC)
                                 : ftruncate(whole->file, 0));
  }
  if (error != 0) return error;
  return zero__move_out(whole->vm, whole->file, zero__write_quietly,
                        whole->bytes, whole->size, UINT64_MAX, &done);
}

/* Writes to an existing file, which keeps its name. Nothing reports when a
 * reader of a FIFO appears, so opening it is tried from time to time. Returns 0
 * or errno. Raises if the call must stop. */
static int write_through(zero_vm *vm, const char *path, zero_value text) {
  const int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY;
  struct whole whole = {.vm = vm,
                        .bytes = (char *)(uintptr_t)zero__text_bytes(text),
                        .size = zero__text_size(text)};
  while ((whole.file = zero__root_file(vm, path, flags, 0)) < 0) {
    struct stat facts;
    if (errno != ENXIO) return errno;
    int file = zero__root_file(vm, path, O_PATH, 0);
    bool waits = file >= 0 && ZERO_AGAIN(vm, fstat(file, &facts)) == 0 &&
                 S_ISFIFO(facts.st_mode);
    if (file >= 0) close(file);
    if (!waits) return ENXIO;
    zero__wait_pause(vm, ZERO_NAP, UINT64_MAX);
  }
  int error;
  bool raised = zero__file_raises(vm, write_whole, &whole, &error);
  int failed = close(whole.file) == 0 || errno == EINTR ? 0 : errno;
  if (raised) zero__raise_again(&vm->heap);
  return error != 0 ? error : failed;
}

ZERO_BUILTIN(write_file) {
  const char *path = zero__want_path(vm, args, 0);
  zero_value text = zero__want_text(vm, args, 1);
  zero__charge_bytes(vm, zero__text_size(text));
  int error = replace_file(vm, path, zero__text_bytes(text),
                           zero__text_size(text));
  if (error == EOPNOTSUPP) error = write_through(vm, path, text);
  return zero__path_changed(vm, args, error);
}
