/* replace.c - a file's new content, seen whole or not at all.
 *
 * The content is written to a new file beside the old one, brought to the
 * disk, and given the old one's name; then the directory is brought to the
 * disk too. Whoever opens the name before, meanwhile or after, or after the
 * machine has stopped in between, finds all of the old content or all of the
 * new.
 *
 * The new file has no name while it is written, where the file system has such
 * files: a process that is killed leaves nothing. A name of its own, which
 * rename needs, it gets for the moment before. Where there are none it has
 * that name from the start. Such a name is made of the old one's, and the file
 * is locked as long as it has it. So whoever replaces the same file next tells
 * what a dead process left from what a living one writes, and removes it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/handle.h"
#include "handle/root.h"
#include "vm/builtins.h"

enum {
  BLOCK = 1 << 20,     /* bytes written between two looks at the limits */
  CREATE_MODE = 0666,  /* less the process's umask */
  PRIVATE_MODE = 0600, /* until the old file's mode is set */
  SLOTS = 4,           /* names that are found again */
  CREATE_ATTEMPTS = 16,
  TEMPORARY = 32,      /* bytes of the new file's own name */
};

struct replacing {
  zero_vm *vm;
  const char *data;
  size_t size;
  struct zero_file_place place;
  bool there;           /* there is an old file: */
  struct stat old;
  int directory;        /* the same as the place's, to be synced; or -1 */
  int file;             /* the new one; -1: none */
  char name[TEMPORARY]; /* its own; "": none */
  bool nameless;        /* it can be given none, so it must have one */
  int error;
};

/* Whether a call that returned `result` succeeded, or is to be made again. */
static bool is_over(const struct replacing *r, int result) {
  return result >= 0 || !zero__again(r->vm);
}

static int result_of(int result) {
  return result >= 0 ? 0 : errno;
}

/* Looks at the old file. What is no regular file keeps its name, and what may
 * not be written to is not replaced. Returns 0 or errno. */
static int look(struct replacing *r) {
  const struct zero_file_place *place = &r->place;
  int result;
  do {
    result = fstatat(place->directory, place->name, &r->old,
                     AT_SYMLINK_NOFOLLOW);
  } while (!is_over(r, result));
  r->there = result == 0;
  if (!r->there) return errno == ENOENT ? 0 : errno;
  if (S_ISDIR(r->old.st_mode)) return EISDIR;
  if (!S_ISREG(r->old.st_mode)) return EOPNOTSUPP;
  do {
    result = faccessat(place->directory, place->name, W_OK, AT_EACCESS);
  } while (!is_over(r, result));
  return result_of(result);
}

/* A directory may let a file be replaced and its names not be read. */
static int open_directory(struct replacing *r) {
  do {
    r->directory = openat(r->place.directory, ".",
                          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  } while (!is_over(r, r->directory));
  return r->directory >= 0 || errno == EACCES ? 0 : errno;
}

/* --- the new file's own name --------------------------------------------- */

/* A name that the next who replaces the same file looks at; those after the
 * slots are nobody's: others, it seems, write to this file now. Returns false
 * where the system has no chance. */
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

/* Returns 0 where r->name is the name of the open `file`, ENOENT where it is
 * not, or errno. */
static int find_named(const struct replacing *r, int file) {
  struct stat named, open;
  int result;
  do {
    result = fstatat(r->place.directory, r->name, &named,
                     AT_SYMLINK_NOFOLLOW);
  } while (!is_over(r, result));
  int error = result_of(result);
  if (error != 0) return error;
  if (zero__file_facts(r->vm, file, &open) != 0) return errno;
  bool same = named.st_dev == open.st_dev && named.st_ino == open.st_ino;
  return same ? 0 : ENOENT;
}

static void remove_name(const struct replacing *r) {
  while (unlinkat(r->place.directory, r->name, 0) != 0 && errno == EINTR) {
  }
}

/* Removes the file of r->name where nobody holds its lock, so that whoever
 * made it is dead. */
static void remove_left(const struct replacing *r) {
  int file;
  do {
    file = openat(r->place.directory, r->name,
                  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  } while (!is_over(r, file));
  if (file < 0) return;
  struct stat facts;
  if (zero__file_facts(r->vm, file, &facts) == 0 && S_ISREG(facts.st_mode) &&
      flock(file, LOCK_EX | LOCK_NB) == 0 && find_named(r, file) == 0) {
    remove_name(r);
  }
  close(file);
}

static void remove_all_left(struct replacing *r) {
  for (int slot = 0; slot < SLOTS; slot++) {
    if (choose_name(r, slot)) remove_left(r);
  }
  r->name[0] = '\0';
}

/* Makes a file with r->name. Returns 0 or errno: EEXIST where the name is
 * taken, or was lost: not locked yet, the file was taken for one that was
 * left, and removed. */
static int create_as_named(struct replacing *r) {
  mode_t mode = r->there ? PRIVATE_MODE : CREATE_MODE;
  do {
    r->file = openat(r->place.directory, r->name,
                     O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                     mode);
  } while (!is_over(r, r->file));
  if (r->file < 0) {
    r->name[0] = '\0';
    return errno;
  }
  bool taken = flock(r->file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  int error = taken ? ENOENT : find_named(r, r->file);
  if (error != ENOENT) return error;
  r->name[0] = '\0';
  close(r->file);
  r->file = -1;
  return EEXIST;
}

static int create_named(struct replacing *r) {
  int error = EEXIST;
  for (int i = 0; error == EEXIST && i < CREATE_ATTEMPTS; i++) {
    error = choose_name(r, i) ? create_as_named(r) : EIO;
  }
  return error;
}

/* Makes a file without a name. Returns false where there are none, or none
 * that could be given one later. */
static bool create_unnamed(struct replacing *r) {
  mode_t mode = r->there ? PRIVATE_MODE : CREATE_MODE;
  if (faccessat(AT_FDCWD, "/proc/self/fd", X_OK, AT_EACCESS) != 0) {
    return false;
  }
  do {
    r->file = openat(r->place.directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC,
                     mode);
  } while (!is_over(r, r->file));
  if (r->file >= 0) flock(r->file, LOCK_EX | LOCK_NB);
  return r->file >= 0;
}

static int create(struct replacing *r) {
  remove_all_left(r);
  return create_unnamed(r) ? 0 : create_named(r);
}

/* Gives the new file a name that nothing has. */
static int link_as(struct replacing *r, const char *name) {
  char path[sizeof "/proc/self/fd/" + 3 * sizeof r->file];
  snprintf(path, sizeof path, "/proc/self/fd/%d", r->file);
  int result;
  do {
    result =
        linkat(AT_FDCWD, path, r->place.directory, name, AT_SYMLINK_FOLLOW);
  } while (!is_over(r, result));
  int error = result_of(result);
  r->nameless = error != 0 && error != EEXIST && error != EINTR;
  return error;
}

/* Gives it a name of its own, or at once that of the old one, which is not
 * there. */
static int give_name(struct replacing *r) {
  int error = r->there ? EEXIST : link_as(r, r->place.name);
  for (int i = 0; error == EEXIST && i < CREATE_ATTEMPTS; i++) {
    error = choose_name(r, i) ? link_as(r, r->name) : EIO;
    if (error != 0) r->name[0] = '\0';
  }
  return error;
}

/* Gives the new file the old one's name. */
static int rename_over(struct replacing *r) {
  int error = r->name[0] == '\0' ? give_name(r) : 0;
  if (error != 0 || r->name[0] == '\0') return error;
  int result;
  do {
    result = renameat(r->place.directory, r->name, r->place.directory,
                      r->place.name);
  } while (!is_over(r, result));
  if (result == 0) r->name[0] = '\0';
  return result_of(result);
}

/* --- its content --------------------------------------------------------- */

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
  if (zero__file_facts(r->vm, r->file, &now) != 0) return errno;
  int result = 0;
  if (now.st_uid != r->old.st_uid || now.st_gid != r->old.st_gid) {
    do {
      result = fchown(r->file, r->old.st_uid, r->old.st_gid);
    } while (!is_over(r, result));
  }
  if (result != 0) mode &= 0777;
  do {
    result = fchmod(r->file, mode);
  } while (!is_over(r, result));
  return result_of(result);
}

static int sync_whole(const struct replacing *r, int file) {
  int result;
  do {
    result = fsync(file);
  } while (!is_over(r, result));
  return result_of(result);
}

/* All of it is on the disk, so there is nothing left to go wrong. A child of
 * the host's may hold the file too: the lock is given back by itself. */
static void close_new(struct replacing *r) {
  if (r->file < 0) return;
  flock(r->file, LOCK_UN);
  close(r->file);
  r->file = -1;
}

/* Some file systems cannot bring a directory to the disk by itself, and say
 * so with EINVAL: they need not be asked. */
static int sync_directory(const struct replacing *r) {
  if (r->directory < 0) return 0;
  int error = sync_whole(r, r->directory);
  return error == EINVAL ? 0 : error;
}

static int write_new(struct replacing *r) {
  int error = write_all(r);
  if (error == 0) error = take_after(r);
  if (error == 0) error = sync_whole(r, r->file);
  return error == 0 ? rename_over(r) : error;
}

static void replace(void *context) {
  struct replacing *r = context;
  int error = look(r);
  if (error == 0) error = open_directory(r);
  if (error == 0) error = create(r);
  if (error == 0) error = write_new(r);
  if (r->nameless) {
    close_new(r);
    error = create_named(r);
    if (error == 0) error = write_new(r);
  }
  if (error == 0) close_new(r);
  if (error == 0) error = sync_directory(r);
  r->error = error;
}

/* Leaves nothing, wherever it was left. */
static void clean_up(struct replacing *r) {
  if (r->name[0] != '\0') remove_name(r);
  close_new(r);
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
