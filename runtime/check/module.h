/* module.h - the files of one check: reading them, and linking their names.
 *
 * A part of the checker, for program.c and package.c. */
#ifndef ZERO_CHECK_MODULE_H
#define ZERO_CHECK_MODULE_H

#include "check/check.h"

/* Reads the root and all it imports into check->modules, the root first.
 * *incomplete as for zero__read of the root; may be NULL. */
void zero__modules_load(struct zero_check *check, bool *incomplete);

/* Asks the loader for a text, whose bytes are the loader's own then; for
 * check->program->loader that is not NULL. Returns 0, or a code with a
 * sentence in `message`, also where it is larger than a source may be. */
int zero__module_text(struct zero_check *check, const char *path,
                      const char *from, struct zero_source *source,
                      char message[ZERO_FAULT_MESSAGE]);

/* Copies the bytes, with a NUL after them. */
void zero__module_keep_text(struct zero_check *check,
                            struct zero_source *source);

/* Works out the export list of the current module. */
void zero__module_exports(struct zero_check *check);

/* Gives the current module the names of its imports. */
void zero__module_link(struct zero_check *check);

#endif
