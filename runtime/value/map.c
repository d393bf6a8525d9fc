/* map.c - Map as a hash array mapped trie that remembers order.
 *
 * Each level of nodes takes five bits of the 32-bit hash. A node holds its
 * entries whole, so that a key is met without another step into memory, and
 * behind them its children; two bitmaps say which digit has which. A child
 * is a node, or a tree of entries whose hashes are equal (collide.h).
 * Nothing is ever changed once it can be seen: a put copies the nodes on its
 * way, at most seven.
 *
 *   | entries | children |  bitmaps, 32 bits each
 *   | key | value | sequence |  one for each bit of entries
 *   | child |                   one for each bit of children
 *
 * Order. Each entry has a sequence number, given at its first insertion and
 * kept when its value is replaced. A walk collects the entries and sorts
 * them by it, digit by digit, so it costs a few steps an entry.
 *
 * One shape for one set of keys: no node but the root holds one entry and
 * nothing else, or one tree and nothing else; its parent holds that itself.
 * So removing undoes putting. */
#include "value/map.h"

#include "value/collide.h"
#include "value/compare.h"
#include "value/list.h"
#include "value/names.h"
#include "value/text.h"

enum {
  LEVEL_BITS = 5,
  LEVEL_MASK = 31,
  ENTRY_WORDS = 3,
  DIGIT_BITS = 8, /* of a sequence number, when sorting */
  DIGITS = 1 << DIGIT_BITS,
  CHILD_TREE = 4, /* tag of a child that is a tree; 0: a node */
};

_Static_assert(sizeof(struct zero_entry) == ENTRY_WORDS * sizeof(uint64_t),
               "entries lie in nodes as words");

struct node {
  uint32_t entries;
  uint32_t children;
  uint64_t words[];
};

struct map {
  uint64_t header;
  uint64_t size;
  uint64_t next; /* sequence number of the next new entry */
  const struct node *root; /* NULL: no keys */
};

/* A put under way. */
struct change {
  struct zero_heap *heap;
  struct zero_entry entry;
  uint32_t hash;
  bool added;
};

static struct map *map_of(zero_value map) {
  return (struct map *)(void *)zero__object(map);
}

static bool is_tree(uint64_t child) {
  return (child & CHILD_TREE) != 0;
}
static const struct node *node_of(uint64_t child) {
  return (const struct node *)(uintptr_t)child;
}
static const struct zero_branch *tree_of(uint64_t child) {
  return (const struct zero_branch *)(uintptr_t)(child - CHILD_TREE);
}
static uint64_t of_node(const struct node *node) {
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
static struct zero_entry *entry_at(const struct node *node, uint32_t bit) {
  unsigned index = count_bits(node->entries & (bit - 1));
  return (struct zero_entry *)(void *)&node->words[ENTRY_WORDS * index];
}

/* The child of `bit`, or where it would be. */
static uint64_t *child_at(const struct node *node, uint32_t bit) {
  unsigned first = ENTRY_WORDS * count_bits(node->entries);
  unsigned index = count_bits(node->children & (bit - 1));
  return (uint64_t *)(uintptr_t)&node->words[first + index];
}

static bool same_key(zero_value a, zero_value b) {
  if (zero__same(a, b)) return true;
  if (zero__is_text(a)) return zero__is_text(b) && zero__text_equal(a, b);
  return zero__is_kind(a, ZERO_KIND_I64) && zero__is_i64(b) &&
         zero__i64_number(a) == zero__i64_number(b);
}

bool zero__is_key(zero_value v) {
  return zero__is_i64(v) || zero__is_text(v) || zero__is_bool(v) ||
         zero__is_unit(v);
}

/* --- looking up -------------------------------------------------------- */

zero_value zero__map_get(zero_value map, zero_value key) {
  const struct node *node = map_of(map)->root;
  if (node == NULL || !zero__is_key(key)) return ZERO_NONE;
  uint32_t hash = zero__key_hash(key);
  for (unsigned shift = 0;; shift += LEVEL_BITS) {
    uint32_t bit = hash_bit(hash, shift);
    if ((node->entries & bit) != 0) {
      const struct zero_entry *entry = entry_at(node, bit);
      return same_key(entry->key, key) ? entry->value : ZERO_NONE;
    }
    if ((node->children & bit) == 0) return ZERO_NONE;
    uint64_t child = *child_at(node, bit);
    if (is_tree(child)) {
      const struct zero_entry *entry =
          zero__branch_get(tree_of(child), key);
      return entry == NULL ? ZERO_NONE : entry->value;
    }
    node = node_of(child);
  }
}

uint64_t zero__map_size(zero_value map) {
  return map_of(map)->size;
}

/* --- nodes ------------------------------------------------------------- */

static struct node *node_new(struct zero_heap *heap, uint32_t entries,
                             uint32_t children) {
  size_t words =
      ENTRY_WORDS * count_bits(entries) + count_bits(children);
  struct node *node = zero__alloc(heap, ZERO_TRACED,
                                  sizeof *node + words * sizeof(uint64_t));
  node->entries = entries;
  node->children = children;
  return node;
}

static const struct node *with_entry(struct node *node, uint32_t bit,
                                     const struct zero_entry *entry) {
  *entry_at(node, bit) = *entry;
  return node;
}

static const struct node *with_child(struct node *node, uint32_t bit,
                                     uint64_t child) {
  *child_at(node, bit) = child;
  return node;
}

/* A copy of `node` in which `bit` has an entry, a child or neither, for the
 * caller to fill in. */
static struct node *edit(struct zero_heap *heap, const struct node *node,
                         uint32_t bit, bool entry, bool child) {
  struct node *copy =
      node_new(heap, (node->entries & ~bit) | (entry ? bit : 0),
               (node->children & ~bit) | (child ? bit : 0));
  const uint64_t *from = node->words;
  const uint64_t *entry_from = (const uint64_t *)(void *)entry_at(node, bit);
  const uint64_t *child_from = child_at(node, bit);
  const uint64_t *end =
      child_from + count_bits(node->children & ~(bit - 1));
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
static struct node *copy_of(struct zero_heap *heap,
                            const struct node *node) {
  struct node *copy = node_new(heap, node->entries, node->children);
  size_t words = ENTRY_WORDS * count_bits(node->entries) +
                 count_bits(node->children);
  memcpy(copy->words, node->words, words * sizeof(uint64_t));
  return copy;
}

/* --- putting ----------------------------------------------------------- */

/* The child that holds two entries: below as many nodes of one child as
 * their hashes have digits in common. */
static uint64_t part_entries(struct change *change,
                             const struct zero_entry *old, unsigned shift) {
  struct zero_heap *heap = change->heap;
  uint32_t old_hash = zero__key_hash(old->key);
  if (old_hash == change->hash) {
    const struct zero_branch *tree = zero__branch_put(heap, NULL, old);
    return of_tree(zero__branch_put(heap, tree, &change->entry));
  }
  uint32_t bit = hash_bit(change->hash, shift);
  uint32_t old_bit = hash_bit(old_hash, shift);
  if (bit == old_bit) {
    uint64_t below = part_entries(change, old, shift + LEVEL_BITS);
    return of_node(with_child(node_new(heap, 0, bit), bit, below));
  }
  struct node *node = node_new(heap, bit | old_bit, 0);
  with_entry(node, old_bit, old);
  return of_node(with_entry(node, bit, &change->entry));
}

/* The same for a tree and an entry of another hash. */
static uint64_t part_tree(struct change *change, uint64_t tree,
                          uint32_t tree_hash, unsigned shift) {
  uint32_t bit = hash_bit(change->hash, shift);
  uint32_t tree_bit = hash_bit(tree_hash, shift);
  if (bit == tree_bit) {
    uint64_t below = part_tree(change, tree, tree_hash, shift + LEVEL_BITS);
    return of_node(
        with_child(node_new(change->heap, 0, bit), bit, below));
  }
  struct node *node = node_new(change->heap, bit, tree_bit);
  with_entry(node, bit, &change->entry);
  return of_node(with_child(node, tree_bit, tree));
}

static uint64_t put_in_tree(struct change *change, uint64_t child,
                            unsigned shift) {
  const struct zero_branch *tree = tree_of(child);
  uint32_t tree_hash = zero__key_hash(tree->entry.key);
  if (tree_hash != change->hash) {
    change->added = true;
    return part_tree(change, child, tree_hash, shift);
  }
  const struct zero_entry *old = zero__branch_get(tree, change->entry.key);
  change->added = old == NULL;
  if (old != NULL) change->entry.sequence = old->sequence;
  return of_tree(zero__branch_put(change->heap, tree, &change->entry));
}

static const struct node *put_at_entry(struct change *change,
                                       const struct node *node,
                                       uint32_t bit, unsigned shift) {
  struct zero_heap *heap = change->heap;
  const struct zero_entry *old = entry_at(node, bit);
  if (same_key(old->key, change->entry.key)) {
    change->entry.sequence = old->sequence;
    return with_entry(copy_of(heap, node), bit, &change->entry);
  }
  change->added = true;
  uint64_t child = part_entries(change, old, shift + LEVEL_BITS);
  return with_child(edit(heap, node, bit, false, true), bit, child);
}

static const struct node *put(struct change *change,
                              const struct node *node, unsigned shift) {
  uint32_t bit = hash_bit(change->hash, shift);
  if ((node->entries & bit) != 0) {
    return put_at_entry(change, node, bit, shift);
  }
  if ((node->children & bit) == 0) {
    change->added = true;
    struct node *copy = edit(change->heap, node, bit, true, false);
    return with_entry(copy, bit, &change->entry);
  }
  uint64_t child = *child_at(node, bit);
  child = is_tree(child)
              ? put_in_tree(change, child, shift + LEVEL_BITS)
              : of_node(put(change, node_of(child), shift + LEVEL_BITS));
  return with_child(copy_of(change->heap, node), bit, child);
}

static zero_value map_new(struct zero_heap *heap, const struct node *root,
                          uint64_t size, uint64_t next) {
  struct map *map = zero__alloc_small(heap, ZERO_TRACED, sizeof *map);
  map->header = zero__header(ZERO_KIND_MAP, ZERO_FAMILY_MAP, 0, 1);
  map->size = size;
  map->next = next;
  map->root = root;
  return zero__of_object(map);
}

zero_value zero__map_new(struct zero_heap *heap) {
  return map_new(heap, NULL, 0, 0);
}

zero_value zero__map_empty(struct zero_heap *heap) {
  return heap->names->empty_map;
}

zero_value zero__map_put(struct zero_heap *heap, zero_value map,
                         zero_value key, zero_value value) {
  static const struct node nothing = {0};
  const struct map *old = map_of(map);
  struct change change = {
      .heap = heap,
      .entry = {.key = key, .value = value, .sequence = old->next},
      .hash = zero__key_hash(key),
  };
  const struct node *root =
      put(&change, old->root == NULL ? &nothing : old->root, 0);
  return map_new(heap, root, old->size + change.added,
                 old->next + change.added);
}

/* --- removing ---------------------------------------------------------- */

static const struct node *take_from_tree(struct zero_heap *heap,
                                         const struct node *node,
                                         uint32_t bit, zero_value key) {
  const struct zero_branch *tree = tree_of(*child_at(node, bit));
  const struct zero_branch *rest = zero__branch_remove(heap, tree, key);
  if (rest == tree) return node;
  if (rest->height == 1) {
    return with_entry(edit(heap, node, bit, true, false), bit,
                      &rest->entry);
  }
  return with_child(copy_of(heap, node), bit, of_tree(rest));
}

/* A copy of `node` whose child of `bit` has become `below`: taken into the
 * node itself where it is no more than one entry or tree. */
static const struct node *hold(struct zero_heap *heap,
                               const struct node *node, uint32_t bit,
                               const struct node *below) {
  unsigned entries = count_bits(below->entries);
  unsigned children = count_bits(below->children);
  if (entries == 1 && children == 0) {
    return with_entry(edit(heap, node, bit, true, false), bit,
                      entry_at(below, below->entries));
  }
  bool only_tree =
      entries == 0 && children == 1 && is_tree(below->words[0]);
  return with_child(copy_of(heap, node), bit,
                    only_tree ? below->words[0] : of_node(below));
}

/* The node without `key`; the same one where it is not there. */
static const struct node *take(struct zero_heap *heap,
                               const struct node *node, zero_value key,
                               uint32_t hash, unsigned shift) {
  uint32_t bit = hash_bit(hash, shift);
  if ((node->entries & bit) != 0) {
    if (!same_key(entry_at(node, bit)->key, key)) return node;
    return edit(heap, node, bit, false, false);
  }
  if ((node->children & bit) == 0) return node;
  uint64_t child = *child_at(node, bit);
  if (is_tree(child)) return take_from_tree(heap, node, bit, key);
  const struct node *below =
      take(heap, node_of(child), key, hash, shift + LEVEL_BITS);
  if (below == node_of(child)) return node;
  return hold(heap, node, bit, below);
}

zero_value zero__map_remove(struct zero_heap *heap, zero_value map,
                            zero_value key) {
  const struct map *old = map_of(map);
  if (old->root == NULL || !zero__is_key(key)) return map;
  const struct node *root =
      take(heap, old->root, key, zero__key_hash(key), 0);
  if (root == old->root) return map;
  if (old->size == 1) return zero__map_empty(heap);
  return map_new(heap, root, old->size - 1, old->next);
}

/* --- walking ----------------------------------------------------------- */

static struct zero_entry *collect_tree(const struct zero_branch *tree,
                                       struct zero_entry *to) {
  if (tree == NULL) return to;
  to = collect_tree(tree->left, to);
  *to++ = tree->entry;
  return collect_tree(tree->right, to);
}

/* Copies the entries below `node` to `to`; answers where the next would
 * go. */
static struct zero_entry *collect(const struct node *node,
                                  struct zero_entry *to) {
  unsigned entries = count_bits(node->entries);
  unsigned children = count_bits(node->children);
  const uint64_t *child = node->words + ENTRY_WORDS * entries;
  memcpy(to, node->words, entries * sizeof *to);
  to += entries;
  for (unsigned i = 0; i < children; i++) {
    to = is_tree(child[i]) ? collect_tree(tree_of(child[i]), to)
                           : collect(node_of(child[i]), to);
  }
  return to;
}

/* Moves `from` to `to` in the order of one digit of the sequence numbers,
 * keeping what is equal in place. */
static void sort_digit(const struct zero_entry *from, struct zero_entry *to,
                       uint64_t count, unsigned shift) {
  uint64_t starts[DIGITS + 1] = {0};
  for (uint64_t i = 0; i < count; i++) {
    starts[(from[i].sequence >> shift & (DIGITS - 1)) + 1]++;
  }
  for (unsigned d = 1; d < DIGITS; d++) starts[d] += starts[d - 1];
  for (uint64_t i = 0; i < count; i++) {
    to[starts[from[i].sequence >> shift & (DIGITS - 1)]++] = from[i];
  }
}

/* The entries of a map that is not empty, in order; traced storage. */
static const struct zero_entry *in_order(struct zero_heap *heap,
                                         const struct map *map) {
  uint64_t count = map->size;
  struct zero_entry *entries =
      zero__alloc(heap, ZERO_TRACED, 2 * count * sizeof *entries);
  struct zero_entry *other = entries + count;
  collect(map->root, entries);
  if (count == 1) return entries;
  for (unsigned shift = 0; map->next >> shift != 0; shift += DIGIT_BITS) {
    sort_digit(entries, other, count, shift);
    struct zero_entry *sorted = other;
    other = entries;
    entries = sorted;
  }
  return entries;
}

zero_value *zero__map_pairs(struct zero_heap *heap, zero_value map) {
  uint64_t count = zero__map_size(map);
  size_t size = 2 * count * sizeof(zero_value);
  zero_value *pairs = zero__alloc(heap, ZERO_TRACED, size == 0 ? 1 : size);
  if (count == 0) return pairs;
  const struct zero_entry *entries = in_order(heap, map_of(map));
  for (uint64_t i = 0; i < count; i++) {
    pairs[2 * i] = entries[i].key;
    pairs[2 * i + 1] = entries[i].value;
  }
  return pairs;
}

zero_value zero__map_entries(struct zero_heap *heap, zero_value map) {
  uint64_t count = zero__map_size(map);
  zero_value list = ZERO_EMPTY;
  if (count == 0) return list;
  const struct zero_entry *entries = in_order(heap, map_of(map));
  for (uint64_t i = count; i > 0; i--) {
    const zero_value pair[] = {entries[i - 1].key, entries[i - 1].value};
    list = zero__cons(heap, zero__list(heap, pair, 2), list);
  }
  return list;
}

/* Key and value of an item that is (list k v); false where it is not. */
static bool take_pair(struct zero_heap *heap, zero_value item,
                      zero_value pair[2]) {
  if (!zero__is_list(item)) return false;
  struct zero_iterator at = zero__iterate(item);
  return zero__next(heap, &at, &pair[0]) &&
         zero__next(heap, &at, &pair[1]) && zero__at_end(&at) &&
         zero__is_key(pair[0]);
}

zero_value zero__map_from_entries(struct zero_heap *heap, zero_value list) {
  if (!zero__is_list(list)) return ZERO_NONE;
  zero_value map = zero__map_empty(heap);
  struct zero_iterator at = zero__iterate(list);
  zero_value item, pair[2];
  for (uint64_t size = 1; zero__next(heap, &at, &item); size++) {
    if (!take_pair(heap, item, pair)) return ZERO_NONE;
    map = zero__map_put(heap, map, pair[0], pair[1]);
    if (zero__map_size(map) != size) return ZERO_NONE;
  }
  return map;
}
