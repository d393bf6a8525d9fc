/* map_tree.c - a persistent balanced tree of a Map's entries.
 *
 * Nothing is changed once it is visible: an update makes new nodes on its
 * path. */
#include "value/map_tree.h"

#include "value/compare.h"

struct zero_tree {
  uint32_t hash;
  uint32_t height;
  struct zero_entry entry;
  const struct zero_tree *sides[2]; /* [0]: smaller hashes, then keys */
};

/* Kinds first, then numbers by size and texts by their bytes. */
static int kind_rank(zero_value key) {
  return zero__is_text(key) ? 2 : zero__is_i64(key) ? 1 : 0;
}

/* The order of a key and that of the root. */
static inline int order_of(const struct zero_tree *tree, uint32_t hash,
                           zero_value key) {
  if (hash != tree->hash) return hash < tree->hash ? -1 : 1;
  zero_value other = tree->entry.key;
  int rank = kind_rank(key) - kind_rank(other);
  if (rank != 0) return rank;
  if (zero__is_text(key)) return zero__text_compare(NULL, key, other);
  if (zero__is_i64(key)) {
    int64_t x = zero__i64_number(key), y = zero__i64_number(other);
    return (x > y) - (x < y);
  }
  return (key.bits > other.bits) - (key.bits < other.bits);
}

static uint32_t height(const struct zero_tree *tree) {
  return tree == NULL ? 0 : tree->height;
}

/* The following describes one side; the other is the mirror image.
 *
 * The tree of `near`, which is on `side`, the entry of `root`, and `far`. */
static const struct zero_tree *join(struct zero_heap *heap, bool side,
                                    const struct zero_tree *near,
                                    const struct zero_tree *root,
                                    const struct zero_tree *far) {
  struct zero_tree *tree = zero__alloc_small(heap, ZERO_TRACED, sizeof *tree);
  uint32_t n = height(near), f = height(far);
  tree->hash = root->hash;
  tree->height = 1 + (n > f ? n : f);
  tree->entry = root->entry;
  tree->sides[side] = near;
  tree->sides[!side] = far;
  return tree;
}

/* The same if `near` is higher by two. */
static const struct zero_tree *lean(struct zero_heap *heap, bool side,
                                    const struct zero_tree *near,
                                    const struct zero_tree *root,
                                    const struct zero_tree *far) {
  const struct zero_tree *outer = near->sides[side];
  const struct zero_tree *inner = near->sides[!side];
  if (height(outer) >= height(inner)) {
    return join(heap, side, outer, near, join(heap, side, inner, root, far));
  }
  return join(heap, side, join(heap, side, outer, near, inner->sides[side]),
              inner, join(heap, side, inner->sides[!side], root, far));
}

/* The same if the heights differ by at most two. */
static const struct zero_tree *balance(struct zero_heap *heap, bool side,
                                       const struct zero_tree *near,
                                       const struct zero_tree *root,
                                       const struct zero_tree *far) {
  uint32_t n = height(near), f = height(far);
  if (n > f + 1) return lean(heap, side, near, root, far);
  if (f > n + 1) return lean(heap, !side, far, root, near);
  return join(heap, side, near, root, far);
}

const struct zero_entry *zero__tree_get(const struct zero_tree *tree,
                                        uint32_t hash, zero_value key) {
  while (tree != NULL) {
    int order = order_of(tree, hash, key);
    if (order == 0) return &tree->entry;
    tree = tree->sides[order > 0];
  }
  return NULL;
}

static const struct zero_tree *put(struct zero_heap *heap,
                                   const struct zero_tree *tree,
                                   const struct zero_tree *leaf) {
  if (tree == NULL) return join(heap, 0, NULL, leaf, NULL);
  int order = order_of(tree, leaf->hash, leaf->entry.key);
  if (order == 0) return join(heap, 0, tree->sides[0], leaf, tree->sides[1]);
  bool side = order > 0;
  const struct zero_tree *near = put(heap, tree->sides[side], leaf);
  return balance(heap, side, near, tree, tree->sides[!side]);
}

const struct zero_tree *zero__tree_put(struct zero_heap *heap,
                                       const struct zero_tree *tree,
                                       uint32_t hash,
                                       const struct zero_entry *entry) {
  const struct zero_tree leaf = {.hash = hash, .entry = *entry};
  return put(heap, tree, &leaf);
}

const struct zero_tree *zero__tree_remove(struct zero_heap *heap,
                                          const struct zero_tree *tree,
                                          uint32_t hash, zero_value key) {
  if (tree == NULL) return NULL;
  int order = order_of(tree, hash, key);
  if (order == 0) { /* the next one takes the root's place */
    const struct zero_tree *left = tree->sides[0], *right = tree->sides[1];
    if (left == NULL || right == NULL) return left == NULL ? right : left;
    const struct zero_tree *next = right;
    while (next->sides[0] != NULL) next = next->sides[0];
    right = zero__tree_remove(heap, right, next->hash, next->entry.key);
    return balance(heap, 0, left, next, right);
  }
  bool side = order > 0;
  const struct zero_tree *near = tree->sides[side];
  const struct zero_tree *rest = zero__tree_remove(heap, near, hash, key);
  if (rest == near) return tree;
  return balance(heap, side, rest, tree, tree->sides[!side]);
}

struct zero_entry *zero__tree_collect(struct zero_heap *heap,
                                      const struct zero_tree *tree,
                                      struct zero_entry *to) {
  if (tree == NULL) return to;
  zero__heap_charge(heap, 1);
  to = zero__tree_collect(heap, tree->sides[0], to);
  *to++ = tree->entry;
  return zero__tree_collect(heap, tree->sides[1], to);
}
