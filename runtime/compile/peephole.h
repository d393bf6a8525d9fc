/* peephole.h - finished code made quicker, instruction by instruction. */
#ifndef ZERO_COMPILE_PEEPHOLE_H
#define ZERO_COMPILE_PEEPHOLE_H

#include "base/heap.h"

/* Shortens jumps that lead to jumps, then joins instructions into pairs
 * (abi/opcode-pairs.tsv), in place: none moves, so lines and jumps stay true.
 * `words` is code of the emitter, all jumps landed. */
void zero__peephole(struct zero_heap *heap, uint32_t *words, uint32_t size);

#endif
