/* file.h - files: what a path means, and the functions that the room shares.
 *
 * If the host names no file root, paths are the system's: relative to the
 * working directory of the process, absolute as they are.
 *
 * If it names one, every path resolves inside that directory, and an absolute
 * one starts there. The root is held by a descriptor, so changes of its name do
 * not matter. Symbolic links are followed as long as they stay below; those of
 * /proc that are not paths, never. Below the root of the file system nothing is
 * outside.
 *
 * Either way `..` is the parent of the directory reached, and a package path
 * does not name a file.
 *
 * Functions take a path as zero__want_path returns it, NULL for a package. They
 * return errno: EXDEV if a path leads outside; EINTR only if the call must be
 * stopped, which zero__host_error does. They do not raise unless stated. */
#ifndef ZERO_HANDLE_FILE_H
#define ZERO_HANDLE_FILE_H

#include <limits.h>
#include <sys/stat.h>

#include "vm/vm.h"

enum {
  ZERO_LINKS_MAX = 40, /* that a path goes through, as the kernel's */
  ZERO_WALK_TRIES = 32 /* after something was moved */
};

/* Where paths begin, and how they are read. */
struct zero_root {
  int directory;
  bool whole;    /* it is the file system's own: nothing is outside */
  bool no_links; /* every symbolic link is refused with ELOOP */
  bool by_parts; /* the walk is used even if the kernel has openat2 */
};

/* The directory that contains what a path names, and the name in it: one part,
 * or `.`. A slash after a name that must be a directory's stays with it. */
struct zero_file_place {
  int directory; /* -1: none */
  char name[NAME_MAX + 2];
};

/* The root that a directory is. */
struct zero_root zero__root_of(int directory);

/* openat(2) with O_CLOEXEC of a relative `path`, by the walk; with O_PATH it
 * takes O_DIRECTORY or O_NOFOLLOW. Out: `real`, PATH_MAX bytes, or NULL: the
 * path from the root to what was opened, without links, `.` and `..`. Returns a
 * descriptor, or -1 and errno: ELOOP if there are too many links, EINTR, EAGAIN
 * if the walked directories kept being moved. */
int zero__walk_open(const struct zero_root *root, const char *path,
                    int flags, mode_t mode, char *real);

/* The directory and name of a relative `path`, following a symbolic link; its
 * target need not exist. Returns 0, and the caller closes the directory, or
 * errno. */
int zero__walk_place(const struct zero_root *root, const char *path,
                     struct zero_file_place *place);

/* Makes the directory `path` the file root of a VM that has none. Returns 0 or
 * errno. Raises OUT_OF_MEMORY, ALLOC_LIMIT. Close is safe if there is none. */
int zero__root_open(zero_vm *vm, const char *path);
void zero__root_close(zero_vm *vm);

/* Argument `index`, a Path or a Text, as a Text, which replaces the argument.
 * NULL if it is a package. Raises TYPE_MISMATCH, and LAYOUT_PATH for a Path
 * that is not normalized. */
const char *zero__want_path(zero_vm *vm, zero_value *args, unsigned index);

/* open(2) with O_CLOEXEC. Returns a descriptor, or -1 and errno. With O_PATH
 * it takes O_DIRECTORY or O_NOFOLLOW. */
int zero__root_file(zero_vm *vm, const char *path, int flags, mode_t mode);

/* The directory and name of a path. The last part is followed only for writing
 * through a link. Even then a link of /proc is left, as it leads to something
 * open that has no other name. Returns 0, and the caller closes the directory,
 * or errno. */
int zero__root_place(zero_vm *vm, const char *path, bool followed,
                     struct zero_file_place *place);

/* Opens the directory `path`, relative, below the directory `base`; no part
 * of it may be a link. Returns a descriptor to read it, or -1 and errno. */
int zero__root_directory(zero_vm *vm, int base, const char *path);

/* True if errno says that a signal came before the system had begun, so that
 * the call must be made again. False, with errno left at EINTR, if an interrupt
 * or the deadline stops the program. */
bool zero__again(zero_vm *vm);

/* The result of a system call that is made again after a signal. */
#define ZERO_AGAIN(vm, call)                         \
  __extension__({                                    \
    __typeof__(call) result_;                        \
    do {                                             \
      result_ = (call);                              \
    } while (result_ < 0 && zero__again(vm));        \
    result_;                                         \
  })

/* The same as 0 or errno. */
#define ZERO_TRY(vm, call) (ZERO_AGAIN(vm, call) >= 0 ? 0 : errno)

/* Work on files that may raise: returns 0 or errno. */
typedef int zero__file_body(void *context);

/* Runs `body` under protection, with its result in *error. Returns true if it
 * raised: the caller closes what is open, and raises again. */
bool zero__file_raises(zero_vm *vm, zero__file_body *body, void *context,
                       int *error);

/* Runs `body` and closes `file`, even after a raise. Returns its result, or
 * errno if `file` is -1. */
int zero__file_guard(zero_vm *vm, int file, zero__file_body *body,
                     void *context);

/* The HostErr of an errno about a path: FILE_OUTSIDE for EXDEV, else the code
 * of the table. */
zero_value zero__path_error(zero_vm *vm, zero_value path, int error,
                            uint32_t capability);

/* The result of changing the file of argument 0: HostOk of Unit if `error` is
 * 0, else that HostErr, of file.write. */
zero_value zero__path_changed(zero_vm *vm, const zero_value *args, int error);

/* The HostErr "PATH: REASON" of a refusal without a system call. */
zero_value zero__path_refused(zero_vm *vm, zero_value path, int code,
                              uint32_t capability, const char *reason);

/* The word for the kind in a mode: "file", "directory", "link", "fifo",
 * "socket" or "device". */
const char *zero__file_word(mode_t mode);

#endif
