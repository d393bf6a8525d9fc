/* pending.h - work still to do, kept in the heap and not on the C stack.
 *
 * Equality, hash and print walk values that nest as deep as memory allows. The
 * parts to return to are a stack of words: values, or pointers into traced
 * storage, so the collector scans it. The first words are in the struct itself,
 * which is a C local: shallow values allocate nothing. */
#ifndef ZERO_VALUE_PENDING_H
#define ZERO_VALUE_PENDING_H

#include "base/heap.h"

enum { ZERO_PENDING_FIRST = 48 }; /* words before the heap is asked */

struct zero_pending {
  struct zero_heap *heap;
  uint64_t *words;
  size_t used;
  size_t room;
  uint64_t first[ZERO_PENDING_FIRST];
};

static inline void zero__pending_init(struct zero_pending *stack,
                                    struct zero_heap *heap) {
  stack->heap = heap;
  stack->words = stack->first;
  stack->used = 0;
  stack->room = ZERO_PENDING_FIRST;
}

static inline void zero__pending_push(struct zero_pending *stack,
                                      uint64_t word) {
  if (ZERO_UNLIKELY(stack->used == stack->room)) {
    size_t size = stack->room * sizeof word;
    uint64_t *words = zero__alloc(stack->heap, ZERO_TRACED, size * 2);
    memcpy(words, stack->words, size);
    stack->words = words;
    stack->room *= 2;
  }
  stack->words[stack->used++] = word;
}

/* Only if something was pushed. */
static inline uint64_t zero__pending_pop(struct zero_pending *stack) {
  return stack->words[--stack->used];
}

#endif
