/* compare.h - equality and hash of any two values, without recursion.
 *
 * Structural: a packed value equals the list it stands for because it is the
 * only form of it. Functions, and Refs, are equal where they are the same
 * one. Both charge while they walk. Equality remembers the pairs that it has
 * compared, so a value whose parts are shared costs what it takes in memory;
 * the hash of one costs what it would take unshared. */
#ifndef ZERO_VALUE_COMPARE_H
#define ZERO_VALUE_COMPARE_H

#include "base/heap.h"
#include "value/word.h"

/* The half of zero__equal for words that differ. */
bool zero__equal_deep(struct zero_heap *heap, zero_value a, zero_value b);

static inline bool zero__equal(struct zero_heap *heap, zero_value a,
                               zero_value b) {
  if (zero__same(a, b)) return true;
  if (zero__is_small(a) || zero__is_small(b)) return false;
  return zero__equal_deep(heap, a, b);
}

/* Equal values have equal hashes, in every VM and process. */
uint64_t zero__hash(struct zero_heap *heap, zero_value v);

/* Hash of a key; the map's own, quick. The keys of a run, which are ZERO_RUN
 * numbers from a multiple of that on, or texts as text.h says, have hashes
 * that differ in as many last bits only: map_ledger.c lays them side by
 * side. */
uint32_t zero__key_hash(zero_value key);

#endif
