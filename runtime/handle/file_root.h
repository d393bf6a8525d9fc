/* file_root.h - what a path means: the one way from a path to a file.
 *
 * Where the host names no file root, paths are the system's: relative to the
 * working directory of the process, absolute as they are.
 *
 * Where it names one, every path resolves inside that directory, and an
 * absolute one starts there. The root is held by a descriptor, so nothing that
 * happens to its name changes it. Paths are found below it by file_walk.h:
 * symbolic links are followed as long as they stay below, those of /proc that
 * are no paths never. Below the root of the file system nothing is outside.
 *
 * Either way `..` is the parent of the directory reached, and a package path
 * names no file.
 *
 * Functions take a path as zero__want_path returns it, NULL for a package.
 * They return errno: EXDEV where a path leads outside; EINTR only where the
 * call is to be stopped, which zero__host_error does. They do not raise. */
#ifndef ZERO_HANDLE_FILE_ROOT_H
#define ZERO_HANDLE_FILE_ROOT_H

#include "handle/file_walk.h"
#include "vm/vm.h"

/* Makes the directory `path` the file root of a VM that has none. Returns 0 or
 * errno. Raises OUT_OF_MEMORY, ALLOC_LIMIT. */
int zero__root_open(zero_vm *vm, const char *path);

/* Gives the root back. Safe where there is none. */
void zero__root_close(zero_vm *vm);

/* Finds paths by the walk from now on, also where the kernel has openat2. */
void zero__root_walk(zero_vm *vm);

/* Argument `index`, a Path or a Text, as text, which takes the argument's
 * place. NULL where it is a package. Raises TYPE_MISMATCH, and LAYOUT_PATH for
 * a Path that is not normalized. */
const char *zero__want_path(zero_vm *vm, zero_value *args, unsigned index);

/* open(2) with O_CLOEXEC. Returns a descriptor, or -1 and errno. With O_PATH
 * it takes O_DIRECTORY or O_NOFOLLOW. */
int zero__root_file(zero_vm *vm, const char *path, int flags, mode_t mode);

/* The place of a path, which is not followed itself; `followed` is for what is
 * to be written through a link. That leaves a link of /proc, which leads to
 * what is open and has no other name. Return 0, and the caller closes the
 * directory, or errno. */
int zero__root_place(zero_vm *vm, const char *path,
                     struct zero_file_place *place);
int zero__root_place_followed(zero_vm *vm, const char *path,
                              struct zero_file_place *place);

/* Opens the directory `path`, relative, below the directory `base`; no part
 * of it may be a link. Returns a descriptor to read it, or -1 and errno. */
int zero__root_directory(zero_vm *vm, int base, const char *path);

/* True where errno says that a signal came before the system had begun, so
 * that the call is to be made again. False, with errno left at EINTR, where an
 * interrupt or the deadline stops the program. */
bool zero__again(zero_vm *vm);

/* The HostErr of an errno about argument `index`, a path: FILE_OUTSIDE for
 * EXDEV, else what the table says. */
zero_value zero__path_error(zero_vm *vm, const zero_value *args,
                            unsigned index, int error, uint32_t capability);

#endif
