/* compiler.h - from nodes to bytecode.
 *
 * Knows instructions and registers, no names: the checker resolved them. */
#ifndef ZERO_COMPILE_COMPILER_H
#define ZERO_COMPILE_COMPILER_H

#include "check/node.h"

struct zero_library;

/* Compiles `node`. Where `library` is not NULL its small functions and the
 * program's are compiled in, and its loops over an anonymous function become
 * loops; answers, codes of errors and fuel are the same without. A named
 * function's code is stored into its global's function value; the function
 * value of `node` is the answer, or ZERO_NONE with an error in `reports` where
 * it exceeds a limit of the bytecode. */
zero_value zero__compile(struct zero_heap *heap,
                         struct zero_library *library,
                         struct zero_function_node *node,
                         struct zero_reports *reports);

#endif
