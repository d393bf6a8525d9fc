/* inline.h - functions whose calls are compiled in place.
 *
 * A call of a small function costs more than its body. Those of lib/core
 * come from compile/library.h; a program's own are copied for each call, so
 * that a function may be compiled into itself, once, and into others as often
 * as they call it. Traces show a call that is compiled in as any other: its
 * site has the name and the source. */
#ifndef ZERO_COMPILE_INLINE_H
#define ZERO_COMPILE_INLINE_H

#include "compile/emitter.h"

enum { ZERO_INLINE_PARAMS = 8 }; /* most of a body that is compiled in */

/* True where calls of `global` may be compiled in, if there is room. */
bool zero__may_inline(const struct zero_emitter *emitter,
                      const struct zero_global *global);

/* Of a function that is compiled: keeps a copy of its nodes where it is for
 * compiling in, and lets them go; with their forms they are many times what
 * its code is. */
void zero__inline_keep(struct zero_heap *heap, struct zero_global *global);

/* The function to compile in place of a call as the caller stands; NULL where
 * the call is to be made. Its body is compiled between zero__inline_begin and
 * zero__inline_end, its arguments before, but for those that a constant
 * stands for. */
struct zero_function_node *zero__inline_find(struct zero_emitter *emitter,
                                             const struct zero_node *call);
void zero__inline_begin(struct zero_emitter *emitter,
                        const struct zero_global *global,
                        struct zero_function_node *function);
void zero__inline_end(struct zero_emitter *emitter);

/* What a trace needs of a function: its code, or what stands for it while it
 * has none. */
struct zero_code *zero__nameplate(struct zero_heap *heap,
                                  const struct zero_function_node *function);

#endif
