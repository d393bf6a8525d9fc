/* file_names.c - what a name stands for, and giving it to something else.
 *
 * The last part of a path is never followed here: a symbolic link is what is
 * described, removed and renamed, not what it leads to. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/root.h"
#include "layout/brief.h"
#include "value/map.h"
#include "value/number.h"
#include "value/text.h"
#include "vm/builtins.h"

enum { DIRECTORY_MODE = 0777 }; /* less the process's umask */

/* Does `act` in the directory of argument 0; it returns 0, or -1 and errno. */
static zero_value change(zero_vm *vm, zero_value *args,
                         int (*act)(const struct zero_file_place *place)) {
  struct zero_file_place place;
  const char *path = zero__want_path(vm, args, 0);
  int error = zero__root_place(vm, path, &place);
  if (error == 0) {
    int result;
    do {
      result = act(&place);
    } while (result != 0 && zero__again(vm));
    error = result == 0 ? 0 : errno;
    close(place.directory);
  }
  if (error == 0) return zero__host_ok(vm, ZERO_UNIT);
  return zero__path_error(vm, args, 0, error, ZERO_CAPABILITY_FILE_WRITE);
}

static int remove_file(const struct zero_file_place *place) {
  return unlinkat(place->directory, place->name, 0);
}

static int remove_directory(const struct zero_file_place *place) {
  return unlinkat(place->directory, place->name, AT_REMOVEDIR);
}

static int make_directory(const struct zero_file_place *place) {
  return mkdirat(place->directory, place->name, DIRECTORY_MODE);
}

ZERO_BUILTIN(file_remove) {
  return change(vm, args, remove_file);
}

ZERO_BUILTIN(directory_remove) {
  return change(vm, args, remove_directory);
}

ZERO_BUILTIN(directory_make) {
  return change(vm, args, make_directory);
}

/* --- renaming ------------------------------------------------------------ */

/* A HostErr that names both paths. EXDEV says of two names below the root that
 * they are on file systems of their own. */
static zero_value rename_error(zero_vm *vm, const zero_value *args,
                               int error) {
  char from[ZERO_BRIEF], to[ZERO_BRIEF];
  zero__brief(&vm->heap, args[0], from);
  zero__brief(&vm->heap, args[1], to);
  return zero__host_error(vm, error, ZERO_CAPABILITY_FILE_WRITE, "%s to %s",
                          from, to);
}

ZERO_BUILTIN(file_rename) {
  struct zero_file_place old, new;
  const char *from = zero__want_path(vm, args, 0);
  const char *to = zero__want_path(vm, args, 1);
  int error = zero__root_place(vm, from, &old);
  if (error != 0) {
    return zero__path_error(vm, args, 0, error, ZERO_CAPABILITY_FILE_WRITE);
  }
  error = zero__root_place(vm, to, &new);
  if (error != 0) {
    close(old.directory);
    return zero__path_error(vm, args, 1, error, ZERO_CAPABILITY_FILE_WRITE);
  }
  int result;
  do {
    result = renameat(old.directory, old.name, new.directory, new.name);
  } while (result != 0 && zero__again(vm));
  if (result != 0) error = errno;
  close(old.directory);
  close(new.directory);
  if (error == 0) return zero__host_ok(vm, ZERO_UNIT);
  return rename_error(vm, args, error);
}

/* --- what is there ------------------------------------------------------- */

static zero_value put(zero_vm *vm, zero_value map, const char *key,
                      zero_value v) {
  return zero__map_put(&vm->heap, map, zero__text_of(&vm->heap, key), v);
}

/* Nanoseconds since 1970. A file may bear any time: what 63 bits cannot count
 * to is as late, or as early, as they can. */
static int64_t nanoseconds(const struct timespec *time) {
  int64_t whole;
  if (__builtin_mul_overflow(time->tv_sec, INT64_C(1000000000), &whole) ||
      __builtin_add_overflow(whole, time->tv_nsec, &whole)) {
    return time->tv_sec < 0 ? INT64_MIN : INT64_MAX;
  }
  return whole;
}

static zero_value describe(zero_vm *vm, const struct stat *facts) {
  zero_value map = zero__map_empty(&vm->heap);
  map = put(vm, map, "kind",
            zero__text_of(&vm->heap, zero__file_word(facts->st_mode)));
  map = put(vm, map, "size", zero__i64(&vm->heap, facts->st_size));
  map = put(vm, map, "mode", zero__i64(&vm->heap, facts->st_mode & 07777));
  return put(vm, map, "modified",
             zero__i64(&vm->heap, nanoseconds(&facts->st_mtim)));
}

ZERO_BUILTIN(file_info) {
  const char *path = zero__want_path(vm, args, 0);
  struct stat facts;
  int file = zero__root_file(vm, path, O_PATH | O_NOFOLLOW, 0);
  int error = file < 0 ? errno : 0;
  if (file >= 0) {
    if (zero__file_facts(vm, file, &facts) != 0) error = errno;
    close(file);
  }
  if (error == 0) return zero__host_ok(vm, describe(vm, &facts));
  return zero__path_error(vm, args, 0, error, ZERO_CAPABILITY_FILE_READ);
}
