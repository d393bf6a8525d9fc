/* inline.h - calls compiled in place: a pass from nodes to nodes, before any
 * instruction is emitted.
 *
 * A call of a small function costs more than its body. The pass copies a
 * function; in the copy the body of what it calls stands in place of the call
 * (ZERO_NODE_INLINED), and of a function that only goes round and is given an
 * anonymous function, as (map (fn (x) …) xs) is, a loop (ZERO_NODE_LOOP). An
 * anonymous function known where it is called is such a body too. What is
 * known of a value is not asked again: a constant stands where its name did,
 * and a fresh `some` is not tested for `none`.
 *
 * No program can tell: results, errors as values and fuel are those of the
 * calls. Traces show these too, but for those that a loop of lib/core makes of
 * itself. */
#ifndef ZERO_COMPILE_INLINE_H
#define ZERO_COMPILE_INLINE_H

#include "check/node.h"

/* Returns a copy of a named function, or of one that is evaluated, with calls
 * compiled in; NULL where the C stack has no room for it. What it was made of
 * stays as it is. */
struct zero_function_node *zero__inline(struct zero_heap *heap,
                                        struct zero_function_node *function);

/* Of a function that was compiled: keeps a copy of its nodes where calls of it
 * are for compiling in, and lets them go; with their forms they are many times
 * what its code is. */
void zero__inline_keep(struct zero_heap *heap, struct zero_global *global);

#endif
