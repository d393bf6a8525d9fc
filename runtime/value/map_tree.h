/* map_tree.h - a persistent hash array mapped trie of a Map's entries.
 *
 * Look-up and update take at most seven nodes and, where hashes are equal, a
 * walk down a balanced tree (map_collide.h): logarithmic whatever the keys. A
 * version never changes once it is made. The trie knows nothing of order:
 * the caller chooses the sequence numbers. */
#ifndef ZERO_VALUE_MAP_TREE_H
#define ZERO_VALUE_MAP_TREE_H

#include "value/map_collide.h"

/* A node and what is below it; NULL is the trie without entries. */
struct zero_trie;

/* The entry with `key`, whose hash is `hash`, or NULL. */
const struct zero_entry *zero__trie_get(const struct zero_trie *trie,
                                        uint32_t hash, zero_value key);

/* The trie with `entry` in the place of the one with its key, if any. */
const struct zero_trie *zero__trie_put(struct zero_heap *heap,
                                       const struct zero_trie *trie,
                                       uint32_t hash,
                                       const struct zero_entry *entry);

/* The trie without `key`; the same one where it is not there. Its shape is
 * the one there was before the key was put. */
const struct zero_trie *zero__trie_remove(struct zero_heap *heap,
                                          const struct zero_trie *trie,
                                          uint32_t hash, zero_value key);

/* Copies all entries to `to`, in no order; answers the end of them. */
struct zero_entry *zero__trie_collect(struct zero_heap *heap,
                                      const struct zero_trie *trie,
                                      struct zero_entry *to);

#endif
