/* library.h - lib/core in one VM: a file of it is read, checked and compiled
 * when one of its names is used first.
 *
 * That costs no fuel, is no part of what a call allocates, and no deadline or
 * interrupt stops it: no program can tell whether it was the first. */
#ifndef ZERO_COMPILE_LIBRARY_H
#define ZERO_COMPILE_LIBRARY_H

#include "check/checker.h"

struct zero_library;

/* Returns the library of a VM whose outermost names are `core`: what is not
 * there is looked for among the names of lib/core, and added. */
struct zero_library *zero__library_new(struct zero_heap *heap,
                                       struct zero_scope *core);

/* The function to compile in place of calls of `global`, a small one of
 * lib/core; NULL where there is none. */
struct zero_function_node *zero__library_body(
    const struct zero_library *library, const struct zero_global *global);

#endif
