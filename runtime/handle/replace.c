/* replace.c - a file's new content, seen whole or not at all.
 *
 * The content is written to a new file beside the old one, brought to the
 * disk, and given the old one's name; then the directory is brought to the
 * disk too. Whoever opens the name before, meanwhile or after, or after the
 * machine has stopped in between, finds all of the old content or all of the
 * new. However it fails, the new file's own name does not stay. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/handle.h"
#include "handle/root.h"
#include "vm/builtins.h"
#include "vm/host.h"

enum {
  BLOCK = 1 << 20,      /* bytes written between two looks at the limits */
  CREATE_MODE = 0666,   /* less the process's umask */
  PRIVATE_MODE = 0600,  /* until the old file's mode is set */
  CREATE_ATTEMPTS = 16,
  TEMPORARY = 32,       /* bytes of the new file's own name */
};

struct replacing {
  zero_vm *vm;
  const char *data;
  size_t size;
  struct zero_file_place place;
  bool there;          /* there is an old file: */
  struct stat old;
  int directory;       /* the same as the place's, to be synced */
  int file;            /* the new one; -1: none */
  char name[TEMPORARY];
  int error;
};

/* Looks at the old file. What is no regular file keeps its name, and what may
 * not be written to is not replaced. Returns 0 or errno. */
static int look(struct replacing *r) {
  const struct zero_file_place *place = &r->place;
  r->there = fstatat(place->directory, place->name, &r->old,
                     AT_SYMLINK_NOFOLLOW) == 0;
  if (!r->there) return errno == ENOENT ? 0 : errno;
  if (S_ISDIR(r->old.st_mode)) return EISDIR;
  if (!S_ISREG(r->old.st_mode)) return EOPNOTSUPP;
  bool writable =
      faccessat(place->directory, place->name, W_OK, AT_EACCESS) == 0;
  return writable ? 0 : errno;
}

static int create(struct replacing *r) {
  for (int attempt = 0; attempt < CREATE_ATTEMPTS; attempt++) {
    uint64_t number;
    if (!zero__draw(&number, sizeof number)) return EIO;
    snprintf(r->name, sizeof r->name, ".zero-%016" PRIx64, number);
    r->file = openat(r->directory, r->name,
                     O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                     r->there ? PRIVATE_MODE : CREATE_MODE);
    if (r->file >= 0) return 0;
    if (errno != EEXIST && errno != EINTR) return errno;
  }
  return EIO;
}

/* Raises what stops the call. */
static int write_all(struct replacing *r) {
  size_t done = 0;
  while (done < r->size) {
    size_t part = r->size - done < BLOCK ? r->size - done : BLOCK;
    ssize_t put = write(r->file, r->data + done, part);
    if (put < 0 && errno != EINTR) return errno;
    if (put > 0) done += (size_t)put;
    zero__poll(r->vm);
  }
  return 0;
}

/* Gives the new file the old one's owner and mode. Where the owner cannot be
 * kept, the bits that would lend another's rights are not either. */
static int take_after(const struct replacing *r) {
  mode_t mode = r->old.st_mode & 07777;
  struct stat now;
  if (!r->there) return 0;
  if (fstat(r->file, &now) != 0) return errno;
  bool same = now.st_uid == r->old.st_uid && now.st_gid == r->old.st_gid;
  if (!same && fchown(r->file, r->old.st_uid, r->old.st_gid) != 0) {
    mode &= 0777;
  }
  return fchmod(r->file, mode) == 0 ? 0 : errno;
}

static int sync_whole(int file) {
  int result;
  do {
    result = fsync(file);
  } while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

static int close_new(struct replacing *r) {
  int file = r->file;
  r->file = -1;
  return close(file) == 0 || errno == EINTR ? 0 : errno;
}

static int rename_over(struct replacing *r) {
  if (renameat(r->directory, r->name, r->directory, r->place.name) != 0) {
    return errno;
  }
  r->name[0] = '\0';
  return 0;
}

/* Some file systems cannot bring a directory to the disk by itself, and say
 * so with EINVAL: they need not be asked. */
static int sync_directory(const struct replacing *r) {
  int error = sync_whole(r->directory);
  return error == EINVAL ? 0 : error;
}

static void replace(void *context) {
  struct replacing *r = context;
  int error = look(r);
  if (error == 0) {
    r->directory = openat(r->place.directory, ".",
                          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->directory < 0) error = errno;
  }
  if (error == 0) error = create(r);
  if (error == 0) error = write_all(r);
  if (error == 0) error = take_after(r);
  if (error == 0) error = sync_whole(r->file);
  if (error == 0) error = close_new(r);
  if (error == 0) error = rename_over(r);
  if (error == 0) error = sync_directory(r);
  r->error = error;
}

/* Leaves nothing behind, wherever it was left. */
static void clean_up(struct replacing *r) {
  if (r->file >= 0) close(r->file);
  if (r->name[0] != '\0') unlinkat(r->directory, r->name, 0);
  if (r->directory >= 0) close(r->directory);
  close(r->place.directory);
}

int zero__replace(zero_vm *vm, const char *path, const char *data,
                  size_t size) {
  struct replacing r = {.vm = vm,
                        .data = data,
                        .size = size,
                        .directory = -1,
                        .file = -1};
  int error = zero__root_place_followed(vm, path, &r.place);
  if (error != 0) return error;
  int raised = zero__protect(&vm->heap, replace, &r);
  clean_up(&r);
  if (raised != 0) zero__raise_again(&vm->heap);
  return r.error;
}

ZERO_BUILTIN(file_replace) {
  size_t size;
  const char *path = zero__want_path(vm, args, 0);
  const char *data = zero__want_data(vm, args, 1, &size);
  zero__charge_bytes(vm, size);
  int error = zero__replace(vm, path, data, size);
  if (error == 0) return zero__host_ok(vm, ZERO_UNIT);
  return zero__path_error(vm, args, 0, error, ZERO_CAPABILITY_FILE_WRITE);
}
