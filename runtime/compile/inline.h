/* inline.h - calls compiled in place: a pass from nodes to nodes, before any
 * instruction is emitted.
 *
 * A call of a small function costs more than its body. The pass copies a
 * function. In the copy the body of the callee replaces the call
 * (ZERO_NODE_INLINED); a function that only loops and is given an anonymous
 * function, as in (map (fn (x) …) xs), becomes a loop (ZERO_NODE_LOOP). An
 * anonymous function that is known where it is called is inlined too. Known
 * values are not tested again: a constant replaces its name, and a fresh `some`
 * is not tested for `none`.
 *
 * No program can observe it: results, errors as values and fuel are those of
 * the calls. Traces show the calls too, except those that a loop of lib/core
 * makes of itself. */
#ifndef ZERO_COMPILE_INLINE_H
#define ZERO_COMPILE_INLINE_H

#include "check/node.h"

/* Returns a copy of a named function, or of one that is evaluated, with calls
 * compiled in; NULL if the C stack has no room for it. The original is not
 * changed. */
struct zero_function_node *zero__inline(struct zero_heap *heap,
                                        struct zero_function_node *function);

/* Keeps a copy of the nodes of a compiled function if its calls may be inlined,
 * and frees them otherwise; with their forms they are many times the size of
 * its code. */
void zero__inline_keep(struct zero_heap *heap, struct zero_global *global);

#endif
