/* root.h - the directory that no path of a program leads out of.
 *
 * A VM has one file root: what its host named, or the working directory of
 * the process when a path is first used. It is held by a descriptor, so
 * nothing that happens to its name changes it. Paths are found below it by
 * openat2 with RESOLVE_BENEATH, and where that is missing by a walk that
 * answers the same (walk.h): symbolic links are followed as long as they stay
 * below, those of /proc that are no paths never.
 *
 * An absolute path is outside, unless the root is that of the file system:
 * then nothing is. A package path names no file.
 *
 * Functions take a path as zero__want_path answers it, NULL for one that
 * leads out. They answer errno, EXDEV where a path leads out. Only the first
 * use raises: OUT_OF_MEMORY, ALLOC_LIMIT. */
#ifndef ZERO_HANDLE_ROOT_H
#define ZERO_HANDLE_ROOT_H

#include "handle/walk.h"
#include "vm/vm.h"

/* Makes the directory `path` the file root of a VM that has none yet. Returns
 * 0 or errno. */
int zero__root_open(zero_vm *vm, const char *path);

/* True where the host named the root: zero__root_open was called. */
bool zero__root_given(const zero_vm *vm);

/* Gives the root back. Safe where there is none. */
void zero__root_close(zero_vm *vm);

/* Finds paths by the walk from now on, also where the kernel has openat2. */
void zero__root_walk(zero_vm *vm);

/* Argument `index`, a Path or a Text, in normal form; the Text takes the
 * argument's place. NULL where it leads out of every root or is a package.
 * Raises TYPE_MISMATCH, and LAYOUT_PATH where it is not normalized. */
const char *zero__want_path(zero_vm *vm, zero_value *args, unsigned index);

/* open(2) with O_CLOEXEC. Returns a descriptor, or -1 and errno. With O_PATH
 * it takes O_DIRECTORY or O_NOFOLLOW. */
int zero__root_file(zero_vm *vm, const char *path, int flags, mode_t mode);

/* The place of a path, which is not followed itself; `followed` is for what is
 * to be written through a link. Return 0, and the caller closes the directory,
 * or errno. */
int zero__root_place(zero_vm *vm, const char *path,
                     struct zero_file_place *place);
int zero__root_place_followed(zero_vm *vm, const char *path,
                              struct zero_file_place *place);

/* Opens the directory `path`, relative, below the directory `base`; no part
 * of it may be a link. Returns a descriptor to read it, or -1 and errno. */
int zero__root_directory(zero_vm *vm, int base, const char *path);

/* The HostErr of an errno about argument `index`, a path: FILE_OUTSIDE for
 * EXDEV, else what the table says. */
zero_value zero__path_error(zero_vm *vm, const zero_value *args,
                            unsigned index, int error, uint32_t capability);

#endif
