/* map_tree.h - a persistent balanced tree of a Map's entries.
 *
 * An AVL tree in the order of hashes, and of keys if these are equal, so that
 * keys chosen to collide cost a logarithm and no more. A version never changes
 * once it is made. Recursion goes as deep as the tree is high, which is at most
 * 1.44 log2 of its entries. The tree knows nothing of the order in which a Map
 * shows its keys: the caller chooses the sequence numbers. */
#ifndef ZERO_VALUE_MAP_TREE_H
#define ZERO_VALUE_MAP_TREE_H

#include "base/heap.h"
#include "value/word.h"

/* One key of a Map and its value. */
struct zero_entry {
  zero_value key;
  zero_value value;
  uint64_t sequence; /* rises in order of first insertion */
};

/* NULL is the tree without entries. */
struct zero_tree;

/* The entry with `key`, whose hash is `hash`, or NULL. */
const struct zero_entry *zero__tree_get(const struct zero_tree *tree,
                                        uint32_t hash, zero_value key);

/* The tree with `entry` in the place of the one with its key, if any. */
const struct zero_tree *zero__tree_put(struct zero_heap *heap,
                                       const struct zero_tree *tree,
                                       uint32_t hash,
                                       const struct zero_entry *entry);

/* The tree without `key`; the same one if it is not there. */
const struct zero_tree *zero__tree_remove(struct zero_heap *heap,
                                          const struct zero_tree *tree,
                                          uint32_t hash, zero_value key);

/* Copies all entries to `to`, in the tree's order; returns the end of them. */
struct zero_entry *zero__tree_collect(struct zero_heap *heap,
                                      const struct zero_tree *tree,
                                      struct zero_entry *to);

#endif
