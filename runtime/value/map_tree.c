/* map_tree.c - a persistent hash array mapped trie.
 *
 * Each level of nodes takes five bits of the 32-bit hash. A node holds its
 * entries whole, so that a key is met without another step into memory, and
 * behind them its children; two bitmaps say which digit has which. A child
 * is a node, or a tree of entries whose hashes are equal (map_collide.h).
 * Nothing is ever changed once it can be seen: a put copies the nodes on its
 * way, at most seven.
 *
 *   | entries | children |  bitmaps, 32 bits each
 *   | key | value | sequence |  one for each bit of entries
 *   | child |                   one for each bit of children
 *
 * One shape for one set of keys: no node but the root holds one entry and
 * nothing else, or one tree and nothing else; its parent holds that itself.
 * So removing undoes putting. */
#include "value/map_tree.h"

#include "value/compare.h"
#include "value/key.h"

enum {
  LEVEL_BITS = 5,
  LEVEL_MASK = 31,
  ENTRY_WORDS = 3,
  CHILD_TREE = 4, /* tag of a child that is a tree; 0: a node */
};

_Static_assert(sizeof(struct zero_entry) == ENTRY_WORDS * sizeof(uint64_t),
               "entries lie in nodes as words");

struct zero_trie {
  uint32_t entries;
  uint32_t children;
  uint64_t words[];
};

/* A put under way. */
struct change {
  struct zero_heap *heap;
  const struct zero_entry *entry;
  uint32_t hash;
};

static bool is_tree(uint64_t child) {
  return (child & CHILD_TREE) != 0;
}
static const struct zero_trie *node_of(uint64_t child) {
  return (const struct zero_trie *)(uintptr_t)child;
}
static const struct zero_branch *tree_of(uint64_t child) {
  return (const struct zero_branch *)(uintptr_t)(child - CHILD_TREE);
}
static uint64_t of_node(const struct zero_trie *node) {
  return (uint64_t)(uintptr_t)node;
}
static uint64_t of_tree(const struct zero_branch *tree) {
  return (uint64_t)(uintptr_t)tree + CHILD_TREE;
}

/* Bits set. The machine's own instruction may not be assumed, and the
 * compiler's substitute is a call. */
static unsigned count_bits(uint32_t n) {
  n -= n >> 1 & 0x55555555;
  n = (n & 0x33333333) + (n >> 2 & 0x33333333);
  n = (n + (n >> 4)) & 0x0f0f0f0f;
  return n * 0x01010101 >> 24;
}

static uint32_t hash_bit(uint32_t hash, unsigned shift) {
  return UINT32_C(1) << (hash >> shift & LEVEL_MASK);
}

/* The entry of `bit`, or where it would be. */
static struct zero_entry *entry_at(const struct zero_trie *node,
                                   uint32_t bit) {
  unsigned index = count_bits(node->entries & (bit - 1));
  return (struct zero_entry *)(void *)&node->words[ENTRY_WORDS * index];
}

/* The child of `bit`, or where it would be. */
static uint64_t *child_at(const struct zero_trie *node, uint32_t bit) {
  unsigned first = ENTRY_WORDS * count_bits(node->entries);
  unsigned index = count_bits(node->children & (bit - 1));
  return (uint64_t *)(uintptr_t)&node->words[first + index];
}

const struct zero_entry *zero__trie_get(const struct zero_trie *node,
                                        uint32_t hash, zero_value key) {
  for (unsigned shift = 0; node != NULL; shift += LEVEL_BITS) {
    uint32_t bit = hash_bit(hash, shift);
    if ((node->entries & bit) != 0) {
      const struct zero_entry *entry = entry_at(node, bit);
      return zero__same_key(entry->key, key) ? entry : NULL;
    }
    if ((node->children & bit) == 0) return NULL;
    uint64_t child = *child_at(node, bit);
    if (is_tree(child)) return zero__branch_get(tree_of(child), key);
    node = node_of(child);
  }
  return NULL;
}

/* --- nodes ------------------------------------------------------------- */

static struct zero_trie *node_new(struct zero_heap *heap, uint32_t entries,
                                  uint32_t children) {
  size_t words = ENTRY_WORDS * count_bits(entries) + count_bits(children);
  struct zero_trie *node =
      zero__alloc(heap, ZERO_TRACED, sizeof *node + words * sizeof(uint64_t));
  node->entries = entries;
  node->children = children;
  return node;
}

static const struct zero_trie *with_entry(struct zero_trie *node,
                                          uint32_t bit,
                                          const struct zero_entry *entry) {
  *entry_at(node, bit) = *entry;
  return node;
}

static const struct zero_trie *with_child(struct zero_trie *node,
                                          uint32_t bit, uint64_t child) {
  *child_at(node, bit) = child;
  return node;
}

/* A copy of `node` in which `bit` has an entry, a child or neither, for the
 * caller to fill in. */
static struct zero_trie *edit(struct zero_heap *heap,
                              const struct zero_trie *node, uint32_t bit,
                              bool entry, bool child) {
  struct zero_trie *copy =
      node_new(heap, (node->entries & ~bit) | (entry ? bit : 0),
               (node->children & ~bit) | (child ? bit : 0));
  const uint64_t *from = node->words;
  const uint64_t *entry_from = (const uint64_t *)(void *)entry_at(node, bit);
  const uint64_t *child_from = child_at(node, bit);
  const uint64_t *end = child_from + count_bits(node->children & ~(bit - 1));
  uint64_t *to = copy->words;
  size_t words = (size_t)(entry_from - from);
  memcpy(to, from, words * sizeof *to);
  to += words + (entry ? ENTRY_WORDS : 0);
  from = entry_from + ((node->entries & bit) != 0 ? ENTRY_WORDS : 0);
  words = (size_t)(child_from - from);
  memcpy(to, from, words * sizeof *to);
  to += words + (child ? 1 : 0);
  from = child_from + ((node->children & bit) != 0 ? 1 : 0);
  memcpy(to, from, (size_t)(end - from) * sizeof *to);
  return copy;
}

/* A copy to change one entry or child of. */
static struct zero_trie *copy_of(struct zero_heap *heap,
                                 const struct zero_trie *node) {
  struct zero_trie *copy = node_new(heap, node->entries, node->children);
  size_t words =
      ENTRY_WORDS * count_bits(node->entries) + count_bits(node->children);
  memcpy(copy->words, node->words, words * sizeof(uint64_t));
  return copy;
}

/* --- putting ----------------------------------------------------------- */

/* The child that holds two entries: below as many nodes of one child as
 * their hashes have digits in common. */
static uint64_t part_entries(const struct change *change,
                             const struct zero_entry *old, unsigned shift) {
  struct zero_heap *heap = change->heap;
  uint32_t old_hash = zero__key_hash(old->key);
  if (old_hash == change->hash) {
    const struct zero_branch *tree = zero__branch_put(heap, NULL, old);
    return of_tree(zero__branch_put(heap, tree, change->entry));
  }
  uint32_t bit = hash_bit(change->hash, shift);
  uint32_t old_bit = hash_bit(old_hash, shift);
  if (bit == old_bit) {
    uint64_t below = part_entries(change, old, shift + LEVEL_BITS);
    return of_node(with_child(node_new(heap, 0, bit), bit, below));
  }
  struct zero_trie *node = node_new(heap, bit | old_bit, 0);
  with_entry(node, old_bit, old);
  return of_node(with_entry(node, bit, change->entry));
}

/* The same for a tree and an entry of another hash. */
static uint64_t part_tree(const struct change *change, uint64_t tree,
                          uint32_t tree_hash, unsigned shift) {
  uint32_t bit = hash_bit(change->hash, shift);
  uint32_t tree_bit = hash_bit(tree_hash, shift);
  if (bit == tree_bit) {
    uint64_t below = part_tree(change, tree, tree_hash, shift + LEVEL_BITS);
    return of_node(with_child(node_new(change->heap, 0, bit), bit, below));
  }
  struct zero_trie *node = node_new(change->heap, bit, tree_bit);
  with_entry(node, bit, change->entry);
  return of_node(with_child(node, tree_bit, tree));
}

static uint64_t put_in_tree(const struct change *change, uint64_t child,
                            unsigned shift) {
  const struct zero_branch *tree = tree_of(child);
  uint32_t tree_hash = zero__key_hash(tree->entry.key);
  if (tree_hash != change->hash) {
    return part_tree(change, child, tree_hash, shift);
  }
  return of_tree(zero__branch_put(change->heap, tree, change->entry));
}

static const struct zero_trie *put_at_entry(const struct change *change,
                                            const struct zero_trie *node,
                                            uint32_t bit, unsigned shift) {
  struct zero_heap *heap = change->heap;
  const struct zero_entry *old = entry_at(node, bit);
  if (zero__same_key(old->key, change->entry->key)) {
    return with_entry(copy_of(heap, node), bit, change->entry);
  }
  uint64_t child = part_entries(change, old, shift + LEVEL_BITS);
  return with_child(edit(heap, node, bit, false, true), bit, child);
}

static const struct zero_trie *put(const struct change *change,
                                   const struct zero_trie *node,
                                   unsigned shift) {
  uint32_t bit = hash_bit(change->hash, shift);
  if ((node->entries & bit) != 0) {
    return put_at_entry(change, node, bit, shift);
  }
  if ((node->children & bit) == 0) {
    struct zero_trie *copy = edit(change->heap, node, bit, true, false);
    return with_entry(copy, bit, change->entry);
  }
  uint64_t child = *child_at(node, bit);
  child = is_tree(child)
              ? put_in_tree(change, child, shift + LEVEL_BITS)
              : of_node(put(change, node_of(child), shift + LEVEL_BITS));
  return with_child(copy_of(change->heap, node), bit, child);
}

const struct zero_trie *zero__trie_put(struct zero_heap *heap,
                                       const struct zero_trie *trie,
                                       uint32_t hash,
                                       const struct zero_entry *entry) {
  static const struct zero_trie nothing = {0};
  struct change change = {.heap = heap, .entry = entry, .hash = hash};
  return put(&change, trie == NULL ? &nothing : trie, 0);
}

/* --- removing ---------------------------------------------------------- */

static const struct zero_trie *take_from_tree(struct zero_heap *heap,
                                              const struct zero_trie *node,
                                              uint32_t bit, zero_value key) {
  const struct zero_branch *tree = tree_of(*child_at(node, bit));
  const struct zero_branch *rest = zero__branch_remove(heap, tree, key);
  if (rest == tree) return node;
  if (rest->height == 1) {
    return with_entry(edit(heap, node, bit, true, false), bit, &rest->entry);
  }
  return with_child(copy_of(heap, node), bit, of_tree(rest));
}

/* A copy of `node` whose child of `bit` has become `below`: taken into the
 * node itself where it is no more than one entry or tree. */
static const struct zero_trie *hold(struct zero_heap *heap,
                                    const struct zero_trie *node,
                                    uint32_t bit,
                                    const struct zero_trie *below) {
  unsigned entries = count_bits(below->entries);
  unsigned children = count_bits(below->children);
  if (entries == 1 && children == 0) {
    return with_entry(edit(heap, node, bit, true, false), bit,
                      entry_at(below, below->entries));
  }
  bool only_tree = entries == 0 && children == 1 && is_tree(below->words[0]);
  return with_child(copy_of(heap, node), bit,
                    only_tree ? below->words[0] : of_node(below));
}

/* The node without `key`; the same one where it is not there. */
static const struct zero_trie *take(struct zero_heap *heap,
                                    const struct zero_trie *node,
                                    zero_value key, uint32_t hash,
                                    unsigned shift) {
  uint32_t bit = hash_bit(hash, shift);
  if ((node->entries & bit) != 0) {
    if (!zero__same_key(entry_at(node, bit)->key, key)) return node;
    return edit(heap, node, bit, false, false);
  }
  if ((node->children & bit) == 0) return node;
  uint64_t child = *child_at(node, bit);
  if (is_tree(child)) return take_from_tree(heap, node, bit, key);
  const struct zero_trie *below =
      take(heap, node_of(child), key, hash, shift + LEVEL_BITS);
  if (below == node_of(child)) return node;
  return hold(heap, node, bit, below);
}

const struct zero_trie *zero__trie_remove(struct zero_heap *heap,
                                          const struct zero_trie *trie,
                                          uint32_t hash, zero_value key) {
  if (trie == NULL) return NULL;
  trie = take(heap, trie, key, hash, 0);
  return trie->entries == 0 && trie->children == 0 ? NULL : trie;
}

/* --- walking ----------------------------------------------------------- */

static struct zero_entry *collect_tree(struct zero_heap *heap,
                                       const struct zero_branch *tree,
                                       struct zero_entry *to) {
  if (tree == NULL) return to;
  zero__heap_charge(heap, 1);
  to = collect_tree(heap, tree->left, to);
  *to++ = tree->entry;
  return collect_tree(heap, tree->right, to);
}

/* Copies the entries below `node` to `to`; answers where the next would
 * go. */
static struct zero_entry *collect(struct zero_heap *heap,
                                  const struct zero_trie *node,
                                  struct zero_entry *to) {
  unsigned entries = count_bits(node->entries);
  unsigned children = count_bits(node->children);
  const uint64_t *child = node->words + ENTRY_WORDS * entries;
  zero__heap_charge(heap, 1 + entries);
  memcpy(to, node->words, entries * sizeof *to);
  to += entries;
  for (unsigned i = 0; i < children; i++) {
    to = is_tree(child[i]) ? collect_tree(heap, tree_of(child[i]), to)
                           : collect(heap, node_of(child[i]), to);
  }
  return to;
}

struct zero_entry *zero__trie_collect(struct zero_heap *heap,
                                      const struct zero_trie *trie,
                                      struct zero_entry *to) {
  return trie == NULL ? to : collect(heap, trie, to);
}
