/* compare.h - equality and hash of any two values, without recursion, and of
 * the keys of Maps.
 *
 * Structural: a packed value equals the list it means because it is the only
 * form of it. Functions, and Refs, are equal only to themselves. Both charge
 * while they walk. Equality remembers the pairs that it has compared, so the
 * cost of a value with shared parts follows its size in memory; its hash costs
 * as much as if nothing were shared. */
#ifndef ZERO_VALUE_COMPARE_H
#define ZERO_VALUE_COMPARE_H

#include "base/heap.h"
#include "value/text.h"
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

/* True for a possible key of a Map: I64, Text, Bool or Unit. */
static inline bool zero__is_key(zero_value v) {
  return zero__is_small(v) || zero__is_text(v) || zero__is_bool(v) ||
         zero__is_unit(v) || zero__is_i64(v);
}

/* For two keys. The same object is the most frequent case, so its word is
 * compared before anything it points to is read. Not charged: a builtin that is
 * given a long key charges for its hash and this one comparison. */
static inline bool zero__same_key(zero_value a, zero_value b) {
  if (zero__same(a, b)) return true;
  if (zero__is_text(a)) return zero__is_text(b) && zero__text_equal(NULL, a, b);
  return zero__is_object(a) && zero__is_object(b) &&
         zero__i64_number(a) == zero__i64_number(b);
}

/* Hash of a key; the map's own, fast. The keys of a run, which are ZERO_RUN
 * numbers from a multiple of that on, or texts as text.h says, have hashes that
 * differ only in as many last bits: map_ledger.c puts them side by side. */
uint32_t zero__key_hash(zero_value key);

#endif
