/* library.h - bodies of lib/core that may be compiled into their callers.
 *
 * lib/core is loaded as bytecode; its image carries the source texts too. A
 * file is read and checked again when a program first calls one of its
 * functions, and those whose body is small and plain are given to the
 * compiler as nodes. */
#ifndef ZERO_COMPILE_LIBRARY_H
#define ZERO_COMPILE_LIBRARY_H

#include "check/checker.h"

/* For the functions of `core`, whose symbols are in `symbols`. */
struct zero_library *zero__library_new(struct zero_heap *heap,
                                       struct zero_symbols *symbols,
                                       struct zero_scope *core);

/* The function of `global` where it may be compiled in, else NULL. */
struct zero_function_node *zero__library_body(struct zero_library *library,
                                              const struct zero_global *global);

#endif
