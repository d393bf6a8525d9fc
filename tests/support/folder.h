/* folder.h - a folder of a test's own, with a file root in it. */
#ifndef ZERO_TESTS_FOLDER_H
#define ZERO_TESTS_FOLDER_H

#include "vm/vm.h"

/* Makes a new folder with the directories `root` and `outside`, goes there,
 * and returns its path; leaves it and removes all that is in it. */
const char *zero_test_folder_enter(void);
void zero_test_folder_leave(void);

/* The same, where `root` is the file root of `vm`. */
void zero_test_folder(zero_vm *vm);
void zero_test_folder_end(zero_vm *vm);

/* Makes a file of a text; its whole text, static; makes a symbolic link. */
void zero_test_put(const char *path, const char *text);
const char *zero_test_get(const char *path);
void zero_test_link(const char *text, const char *path);

/* How many names a directory has. */
int zero_test_names(const char *path);

#endif
