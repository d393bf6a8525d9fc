/* file.h - what the files of the handle room share about files. */
#ifndef ZERO_HANDLE_FILE_H
#define ZERO_HANDLE_FILE_H

#include <sys/stat.h>

#include "vm/vm.h"

/* The word for what a mode says a name is: "file", "directory", "link",
 * "fifo", "socket" or "device". */
const char *zero__file_word(mode_t mode);

/* fstat(2), made again where a signal came before it. Returns 0, or -1 and
 * errno as file_root.h says. */
int zero__file_facts(zero_vm *vm, int file, struct stat *facts);

/* ftruncate(2) in the same way. */
int zero__file_cut(zero_vm *vm, int file, off_t size);

/* Makes `data` the content of the file at `path`, as zero__want_path returns
 * it, whole or not at all: the one way in which a file is written whole.
 * Returns 0 or errno: EOPNOTSUPP where what is there is no regular file.
 * Raises what stops the call; nothing is left then. */
int zero__replace(zero_vm *vm, const char *path, const char *data,
                  size_t size);

#endif
