/* module.h - the files of one check: reading them, and linking their names.
 *
 * A part of the checker; program.c is its only client. */
#ifndef ZERO_SOURCE_MODULE_H
#define ZERO_SOURCE_MODULE_H

#include "source/check.h"

/* Reads the root and all it imports into check->modules, the root first.
 * *incomplete as for zero__read of the root; may be NULL. */
void zero__modules_load(struct zero_check *check, bool *incomplete);

/* Works out the export list of the current module. */
void zero__module_exports(struct zero_check *check);

/* Gives the current module the names of its imports. */
void zero__module_link(struct zero_check *check);

#endif
