/* map.h - Map: persistent, ordered by first insertion, hashed.
 *
 * The newest version is a ledger, read and written in place; older versions
 * stay valid, in steps logarithmic in the updates made since. Putting to an
 * older version begins a branch, which costs a logarithm per update, and
 * becomes a table of its own when it has been updated as often as that costs.
 * So each operation on each version is logarithmic, amortised over the updates;
 * equal hashes are distinguished by comparing keys, at the same bounds
 * (map_ledger.h, map_tree.h).
 *
 * Keys are I64, Text, Bool or Unit. Replacing a value keeps the key's position;
 * removing and putting again moves it last.
 *
 * Memory. Versions share their ledger, so a value that only a dead version had
 * is kept as long as the table is: until the newest version has no more room
 * and moves to another. At every version it holds at most four pairs for a key
 * (and a few), and its capacity is at most four times that. A branch keeps the
 * table it branched from until it becomes a table itself. */
#ifndef ZERO_VALUE_MAP_H
#define ZERO_VALUE_MAP_H

#include "base/heap.h"
#include "value/compare.h"
#include "value/word.h"

/* The map without keys, the same word at each call in one heap. */
zero_value zero__map_empty(struct zero_heap *heap);

/* The map with `key` at `value`; `key` is a key. */
zero_value zero__map_put(struct zero_heap *heap, zero_value map,
                         zero_value key, zero_value value);

/* The same at the Text `key`, known to be valid. */
zero_value zero__map_put_at(struct zero_heap *heap, zero_value map,
                            const char *key, zero_value value);

/* The value at `key` or ZERO_NONE, also for a word that cannot be a key. */
zero_value zero__map_get(zero_value map, zero_value key);

/* The map without `key`; the same word if it is not there. */
zero_value zero__map_remove(struct zero_heap *heap, zero_value map,
                            zero_value key);

uint64_t zero__map_size(zero_value map);

/* A map from a list of (list k v), in order; ZERO_NONE if an entry is not of
 * that form, or its key is invalid or repeats. */
zero_value zero__map_from_entries(struct zero_heap *heap, zero_value list);

/* The list of (list k v), in order of first insertion, through the door. */
zero_value zero__map_entries(struct zero_heap *heap, zero_value map);

/* Walks in order: pairs[2i] the key, pairs[2i + 1] the value, 2 * size words
 * of traced storage. */
zero_value *zero__map_pairs(struct zero_heap *heap, zero_value map);

#endif
