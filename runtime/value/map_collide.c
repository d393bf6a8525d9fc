/* map_collide.c - a persistent AVL tree for the keys of one hash. */
#include "value/map_collide.h"

#include "value/text.h"

/* Kinds first, then numbers by size and texts by their bytes. */
static int kind_rank(zero_value key) {
  if (zero__is_text(key)) return 2;
  return zero__is_i64(key) ? 1 : 0;
}

static int key_order(zero_value a, zero_value b) {
  int rank = kind_rank(a) - kind_rank(b);
  if (rank != 0) return rank;
  if (zero__is_text(a)) return zero__text_compare(NULL, a, b);
  if (zero__is_i64(a)) {
    int64_t x = zero__i64_number(a), y = zero__i64_number(b);
    return (x > y) - (x < y);
  }
  return (a.bits > b.bits) - (a.bits < b.bits);
}

static uint64_t height(const struct zero_branch *tree) {
  return tree == NULL ? 0 : tree->height;
}

static const struct zero_branch *join(struct zero_heap *heap,
                                      const struct zero_branch *left,
                                      const struct zero_entry *entry,
                                      const struct zero_branch *right) {
  struct zero_branch *tree = zero__alloc(heap, ZERO_TRACED, sizeof *tree);
  tree->entry = *entry;
  tree->left = left;
  tree->right = right;
  uint64_t l = height(left), r = height(right);
  tree->height = 1 + (l > r ? l : r);
  return tree;
}

static const struct zero_branch *lean_left(struct zero_heap *heap,
                                           const struct zero_branch *left,
                                           const struct zero_entry *entry,
                                           const struct zero_branch *right) {
  const struct zero_branch *inner = left->right;
  if (height(left->left) >= height(inner)) {
    return join(heap, left->left, &left->entry,
                join(heap, inner, entry, right));
  }
  return join(heap, join(heap, left->left, &left->entry, inner->left),
              &inner->entry, join(heap, inner->right, entry, right));
}

static const struct zero_branch *lean_right(
    struct zero_heap *heap, const struct zero_branch *left,
    const struct zero_entry *entry, const struct zero_branch *right) {
  const struct zero_branch *inner = right->left;
  if (height(right->right) >= height(inner)) {
    return join(heap, join(heap, left, entry, inner), &right->entry,
                right->right);
  }
  return join(heap, join(heap, left, entry, inner->left), &inner->entry,
              join(heap, inner->right, &right->entry, right->right));
}

/* Joins two trees whose heights differ by two at most. */
static const struct zero_branch *balance(struct zero_heap *heap,
                                         const struct zero_branch *left,
                                         const struct zero_entry *entry,
                                         const struct zero_branch *right) {
  uint64_t l = height(left), r = height(right);
  if (l > r + 1) return lean_left(heap, left, entry, right);
  if (r > l + 1) return lean_right(heap, left, entry, right);
  return join(heap, left, entry, right);
}

const struct zero_entry *zero__branch_get(const struct zero_branch *tree,
                                          zero_value key) {
  while (tree != NULL) {
    int order = key_order(key, tree->entry.key);
    if (order == 0) return &tree->entry;
    tree = order < 0 ? tree->left : tree->right;
  }
  return NULL;
}

const struct zero_branch *zero__branch_put(struct zero_heap *heap,
                                           const struct zero_branch *tree,
                                           const struct zero_entry *entry) {
  if (tree == NULL) return join(heap, NULL, entry, NULL);
  int order = key_order(entry->key, tree->entry.key);
  if (order == 0) return join(heap, tree->left, entry, tree->right);
  if (order < 0) {
    return balance(heap, zero__branch_put(heap, tree->left, entry),
                   &tree->entry, tree->right);
  }
  return balance(heap, tree->left, &tree->entry,
                 zero__branch_put(heap, tree->right, entry));
}

static const struct zero_entry *smallest(const struct zero_branch *tree) {
  while (tree->left != NULL) tree = tree->left;
  return &tree->entry;
}

/* The tree without its root. */
static const struct zero_branch *behead(struct zero_heap *heap,
                                        const struct zero_branch *tree) {
  if (tree->left == NULL) return tree->right;
  if (tree->right == NULL) return tree->left;
  const struct zero_entry *next = smallest(tree->right);
  return balance(heap, tree->left, next,
                 zero__branch_remove(heap, tree->right, next->key));
}

const struct zero_branch *zero__branch_remove(
    struct zero_heap *heap, const struct zero_branch *tree, zero_value key) {
  if (tree == NULL) return NULL;
  int order = key_order(key, tree->entry.key);
  if (order == 0) return behead(heap, tree);
  if (order < 0) {
    const struct zero_branch *left =
        zero__branch_remove(heap, tree->left, key);
    if (left == tree->left) return tree;
    return balance(heap, left, &tree->entry, tree->right);
  }
  const struct zero_branch *right =
      zero__branch_remove(heap, tree->right, key);
  if (right == tree->right) return tree;
  return balance(heap, tree->left, &tree->entry, right);
}
