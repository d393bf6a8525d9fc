/* compiler.h - from nodes to bytecode.
 *
 * Knows instructions and registers, no names: the checker resolved them. */
#ifndef ZERO_COMPILE_COMPILER_H
#define ZERO_COMPILE_COMPILER_H

#include "check/checker.h"

/* Compiles all functions of a checked program, and `entry`, which may be NULL.
 * If it `inlines`, calls are compiled in (compile/inline.h). A named function's
 * code is stored into its global's function value; that of `entry` is returned.
 * Returns no value if there is no entry, or, with an error among the reports of
 * the program, if a function exceeds a limit of the bytecode. */
zero_value zero__compile(struct zero_program *program, bool inlines,
                         struct zero_function_node *entry);

#ifdef ZERO_VERIFY
/* Ends the process if compiled code breaks a rule that the VM relies on: in
 * builds for tests (tests/support/verify.h). */
void zero__verify_made(struct zero_heap *heap, zero_value function);
#endif

#endif
