/* map_collide.h - entries of a Map whose keys have one and the same hash.
 *
 * A persistent AVL tree in the order of the keys, so that keys chosen to
 * collide cost a logarithm and no more. Recursion goes as deep as the tree
 * is high, which is at most 1.44 log2 of its entries. */
#ifndef ZERO_VALUE_MAP_COLLIDE_H
#define ZERO_VALUE_MAP_COLLIDE_H

#include "base/heap.h"
#include "value/word.h"

/* One key of a Map and what it maps to. */
struct zero_entry {
  zero_value key;
  zero_value value;
  uint64_t sequence; /* rises in order of first insertion */
};

/* NULL is the tree without entries. */
struct zero_branch {
  struct zero_entry entry;
  const struct zero_branch *left; /* smaller keys */
  const struct zero_branch *right;
  uint64_t height;
};

/* The entry with `key`, or NULL. */
const struct zero_entry *zero__branch_get(const struct zero_branch *tree,
                                          zero_value key);

/* The tree with `entry` in the place of the one with its key, if any. */
const struct zero_branch *zero__branch_put(struct zero_heap *heap,
                                           const struct zero_branch *tree,
                                           const struct zero_entry *entry);

/* The tree without `key`; the same one where it is not there. */
const struct zero_branch *zero__branch_remove(
    struct zero_heap *heap, const struct zero_branch *tree, zero_value key);

#endif
