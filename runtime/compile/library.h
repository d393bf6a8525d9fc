/* library.h - lib/core in one VM: a file of it is read, checked and compiled
 * when one of its names is first used.
 *
 * That costs no fuel, is not part of what a call allocates, and no deadline or
 * interrupt stops it: no program can observe whether it was the first. */
#ifndef ZERO_COMPILE_LIBRARY_H
#define ZERO_COMPILE_LIBRARY_H

#include "check/checker.h"

/* Lets the outermost names of a VM find those of lib/core: a missing name is
 * looked up there, and added. */
void zero__library_open(struct zero_heap *heap, struct zero_scope *core);

#endif
