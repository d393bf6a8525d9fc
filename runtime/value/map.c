/* map.c - Map as a hash array mapped trie that remembers order.
 *
 * A slot is one word: nothing (0, the root of the empty Map only), a node,
 * an entry, or a tree of entries with equal hashes. Each level of nodes
 * takes five bits of the 32-bit hash; a node holds the slots that are there
 * and a bitmap of which. Nothing is ever changed once it can be seen: a put
 * copies the nodes on its way, at most seven.
 *
 * Order. Each entry has a sequence number, given at its first insertion and
 * kept when its value is replaced. A walk collects the entries and sorts
 * them by it, digit by digit, so it costs a few steps an entry.
 *
 * One shape for one set of keys: a slot that holds one entry is that entry
 * and no node, so removing undoes putting. */
#include "value/map.h"

#include "value/collide.h"
#include "value/compare.h"
#include "value/list.h"
#include "value/names.h"
#include "value/record.h"
#include "value/text.h"

enum {
  LEVEL_BITS = 5,
  LEVEL_MASK = 31,
  DIGIT_BITS = 8, /* of a sequence number, when sorting */
  DIGITS = 1 << DIGIT_BITS,
  SLOT_MASK = 15,
  SLOT_NODE = 0,
  SLOT_ENTRY = 2,
  SLOT_TREE = 4,
};

typedef uint64_t slot;

struct map {
  uint64_t header;
  uint64_t size;
  uint64_t next; /* sequence number of the next new entry */
  slot root;
};

struct node {
  uint64_t bitmap; /* bit b: the slot of hash digit b is there */
  slot slots[];
};

/* A put under way. */
struct change {
  struct zero_heap *heap;
  zero_value key;
  zero_value value;
  uint64_t hash;
  uint64_t sequence; /* of the entry, should it be new */
  bool added;
};

static struct map *map_of(zero_value map) {
  return (struct map *)(void *)zero__object(map);
}

static bool is_node(slot s) { return (s & SLOT_MASK) == SLOT_NODE; }
static bool is_entry(slot s) { return (s & SLOT_MASK) == SLOT_ENTRY; }

static const struct node *node_of(slot s) {
  return (const struct node *)(uintptr_t)s;
}
static const struct zero_entry *entry_of(slot s) {
  return (const struct zero_entry *)(uintptr_t)(s - SLOT_ENTRY);
}
static const struct zero_branch *tree_of(slot s) {
  return (const struct zero_branch *)(uintptr_t)(s - SLOT_TREE);
}
static slot of_node(const struct node *node) {
  return (uint64_t)(uintptr_t)node;
}
static slot of_entry(const struct zero_entry *entry) {
  return (uint64_t)(uintptr_t)entry + SLOT_ENTRY;
}
static slot of_tree(const struct zero_branch *tree) {
  return (uint64_t)(uintptr_t)tree + SLOT_TREE;
}

/* Bits set. The machine's own instruction may not be assumed, and the
 * compiler's substitute is a call. */
static unsigned count_bits(uint64_t bitmap) {
  uint32_t n = (uint32_t)bitmap;
  n -= n >> 1 & 0x55555555;
  n = (n & 0x33333333) + (n >> 2 & 0x33333333);
  n = (n + (n >> 4)) & 0x0f0f0f0f;
  return n * 0x01010101 >> 24;
}

static uint64_t hash_bit(uint64_t hash, unsigned shift) {
  return UINT64_C(1) << (hash >> shift & LEVEL_MASK);
}

/* Where in a node's slots that of `bit` is, or would be. */
static unsigned slot_index(const struct node *node, uint64_t bit) {
  return count_bits(node->bitmap & (bit - 1));
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

/* --- looking up ---------------------------------------------------------- */

static const struct zero_entry *find(slot s, zero_value key) {
  if (s == 0) return NULL;
  uint64_t hash = zero__key_hash(key);
  for (unsigned shift = 0; is_node(s); shift += LEVEL_BITS) {
    const struct node *node = node_of(s);
    uint64_t bit = hash_bit(hash, shift);
    if ((node->bitmap & bit) == 0) return NULL;
    s = node->slots[slot_index(node, bit)];
  }
  if (!is_entry(s)) return zero__branch_get(tree_of(s), key);
  const struct zero_entry *entry = entry_of(s);
  if (entry->hash != hash || !same_key(entry->key, key)) return NULL;
  return entry;
}

zero_value zero__map_get(zero_value map, zero_value key) {
  if (!zero__is_key(key)) return ZERO_NONE;
  const struct zero_entry *entry = find(map_of(map)->root, key);
  return entry == NULL ? ZERO_NONE : entry->value;
}

uint64_t zero__map_size(zero_value map) {
  return map_of(map)->size;
}

/* --- nodes ----------------------------------------------------------------- */

static struct node *node_new(struct zero_heap *heap, unsigned count,
                             uint64_t bitmap) {
  size_t size = sizeof(struct node) + count * sizeof(slot);
  struct node *node = zero__alloc(heap, ZERO_TRACED, size);
  node->bitmap = bitmap;
  return node;
}

static slot node_replace(struct zero_heap *heap, const struct node *node,
                         unsigned index, slot s) {
  unsigned count = count_bits(node->bitmap);
  struct node *copy = node_new(heap, count, node->bitmap);
  memcpy(copy->slots, node->slots, count * sizeof(slot));
  copy->slots[index] = s;
  return of_node(copy);
}

static slot node_insert(struct zero_heap *heap, const struct node *node,
                        uint64_t bit, slot s) {
  unsigned count = count_bits(node->bitmap);
  unsigned index = slot_index(node, bit);
  struct node *copy = node_new(heap, count + 1, node->bitmap | bit);
  memcpy(copy->slots, node->slots, index * sizeof(slot));
  copy->slots[index] = s;
  memcpy(copy->slots + index + 1, node->slots + index,
         (count - index) * sizeof(slot));
  return of_node(copy);
}

static slot node_delete(struct zero_heap *heap, const struct node *node,
                        uint64_t bit) {
  unsigned count = count_bits(node->bitmap);
  unsigned index = slot_index(node, bit);
  struct node *copy = node_new(heap, count - 1, node->bitmap & ~bit);
  memcpy(copy->slots, node->slots, index * sizeof(slot));
  memcpy(copy->slots + index, node->slots + index + 1,
         (count - index - 1) * sizeof(slot));
  return of_node(copy);
}

/* --- putting ----------------------------------------------------------------- */

static uint64_t leaf_hash(slot leaf) {
  return is_entry(leaf) ? entry_of(leaf)->hash : tree_of(leaf)->entry->hash;
}

static const struct zero_entry *entry_new(const struct change *change,
                                          uint64_t sequence) {
  struct zero_entry *entry =
      zero__alloc_small(change->heap, ZERO_TRACED, sizeof *entry);
  entry->key = change->key;
  entry->value = change->value;
  entry->sequence = sequence;
  entry->hash = change->hash;
  return entry;
}

static slot new_entry(struct change *change) {
  change->added = true;
  return of_entry(entry_new(change, change->sequence));
}

/* The node that holds two leaves of different hashes: below as many nodes
 * of one slot as the hashes have digits in common. */
static slot part(struct zero_heap *heap, slot a, slot b, unsigned shift) {
  uint64_t bit_a = hash_bit(leaf_hash(a), shift);
  uint64_t bit_b = hash_bit(leaf_hash(b), shift);
  if (bit_a == bit_b) {
    slot below = part(heap, a, b, shift + LEVEL_BITS);
    struct node *node = node_new(heap, 1, bit_a);
    node->slots[0] = below;
    return of_node(node);
  }
  struct node *node = node_new(heap, 2, bit_a | bit_b);
  node->slots[bit_a > bit_b] = a;
  node->slots[bit_a < bit_b] = b;
  return of_node(node);
}

/* `leaf` has the hash of the key that is put. */
static slot put_in_leaf(struct change *change, slot leaf) {
  const struct zero_branch *tree = NULL;
  const struct zero_entry *old;
  if (is_entry(leaf)) {
    old = entry_of(leaf);
    if (same_key(old->key, change->key)) {
      return of_entry(entry_new(change, old->sequence));
    }
    tree = zero__branch_put(change->heap, NULL, old);
    old = NULL;
  } else {
    tree = tree_of(leaf);
    old = zero__branch_get(tree, change->key);
  }
  change->added = old == NULL;
  const struct zero_entry *entry =
      entry_new(change, old == NULL ? change->sequence : old->sequence);
  return of_tree(zero__branch_put(change->heap, tree, entry));
}

static slot put(struct change *change, slot s, unsigned shift) {
  if (s == 0) return new_entry(change);
  if (!is_node(s)) {
    if (leaf_hash(s) == change->hash) return put_in_leaf(change, s);
    return part(change->heap, s, new_entry(change), shift);
  }
  const struct node *node = node_of(s);
  uint64_t bit = hash_bit(change->hash, shift);
  if ((node->bitmap & bit) == 0) {
    return node_insert(change->heap, node, bit, new_entry(change));
  }
  unsigned index = slot_index(node, bit);
  slot below = put(change, node->slots[index], shift + LEVEL_BITS);
  return node_replace(change->heap, node, index, below);
}

static zero_value map_new(struct zero_heap *heap, slot root, uint64_t size,
                          uint64_t next) {
  struct map *map = zero__alloc_small(heap, ZERO_TRACED, sizeof *map);
  map->header = zero__header(ZERO_KIND_MAP, ZERO_FAMILY_MAP, 0, 1);
  map->size = size;
  map->next = next;
  map->root = root;
  return zero__of_object(map);
}

zero_value zero__map_new(struct zero_heap *heap) {
  return map_new(heap, 0, 0, 0);
}

zero_value zero__map_empty(struct zero_heap *heap) {
  return heap->names->empty_map;
}

zero_value zero__map_put(struct zero_heap *heap, zero_value map,
                         zero_value key, zero_value value) {
  const struct map *old = map_of(map);
  struct change change = {
      .heap = heap,
      .key = key,
      .value = value,
      .hash = zero__key_hash(key),
      .sequence = old->next,
  };
  slot root = put(&change, old->root, 0);
  return map_new(heap, root, old->size + change.added,
                 old->next + change.added);
}

/* --- removing ------------------------------------------------------------------ */

static slot take_from_leaf(struct zero_heap *heap, slot leaf,
                           zero_value key) {
  if (is_entry(leaf)) return same_key(entry_of(leaf)->key, key) ? 0 : leaf;
  const struct zero_branch *tree = tree_of(leaf);
  const struct zero_branch *rest = zero__branch_remove(heap, tree, key);
  if (rest == tree) return leaf;
  return rest->height == 1 ? of_entry(rest->entry) : of_tree(rest);
}

static slot take(struct zero_heap *heap, slot s, zero_value key,
                 uint64_t hash, unsigned shift) {
  if (!is_node(s)) {
    return leaf_hash(s) == hash ? take_from_leaf(heap, s, key) : s;
  }
  const struct node *node = node_of(s);
  uint64_t bit = hash_bit(hash, shift);
  if ((node->bitmap & bit) == 0) return s;
  unsigned index = slot_index(node, bit);
  slot old = node->slots[index];
  slot below = take(heap, old, key, hash, shift + LEVEL_BITS);
  if (below == old) return s;
  unsigned count = count_bits(node->bitmap);
  if (below != 0) {
    if (count == 1 && !is_node(below)) return below;
    return node_replace(heap, node, index, below);
  }
  if (count == 2 && !is_node(node->slots[1 - index])) {
    return node->slots[1 - index];
  }
  return node_delete(heap, node, bit);
}

zero_value zero__map_remove(struct zero_heap *heap, zero_value map,
                            zero_value key) {
  const struct map *old = map_of(map);
  if (old->size == 0 || !zero__is_key(key)) return map;
  slot root = take(heap, old->root, key, zero__key_hash(key), 0);
  if (root == old->root) return map;
  if (root == 0) return zero__map_empty(heap);
  return map_new(heap, root, old->size - 1, old->next);
}

/* --- walking --------------------------------------------------------------------- */

static const struct zero_entry **collect_tree(
    const struct zero_branch *tree, const struct zero_entry **to) {
  if (tree == NULL) return to;
  to = collect_tree(tree->left, to);
  *to++ = tree->entry;
  return collect_tree(tree->right, to);
}

/* Writes the entries below `s` to `to`; answers where the next would go. */
static const struct zero_entry **collect(slot s,
                                         const struct zero_entry **to) {
  if (is_entry(s)) {
    *to++ = entry_of(s);
    return to;
  }
  if (!is_node(s)) return collect_tree(tree_of(s), to);
  const struct node *node = node_of(s);
  unsigned count = count_bits(node->bitmap);
  for (unsigned i = 0; i < count; i++) to = collect(node->slots[i], to);
  return to;
}

/* Moves `from` to `to` in the order of one digit of the sequence numbers,
 * keeping what is equal in place. */
static void sort_digit(const struct zero_entry **from,
                       const struct zero_entry **to, uint64_t count,
                       unsigned shift) {
  uint64_t starts[DIGITS + 1] = {0};
  for (uint64_t i = 0; i < count; i++) {
    starts[(from[i]->sequence >> shift & (DIGITS - 1)) + 1]++;
  }
  for (unsigned d = 1; d < DIGITS; d++) starts[d] += starts[d - 1];
  for (uint64_t i = 0; i < count; i++) {
    to[starts[from[i]->sequence >> shift & (DIGITS - 1)]++] = from[i];
  }
}

/* The entries of a map that is not empty, in order; traced storage. */
static const struct zero_entry **in_order(struct zero_heap *heap,
                                          const struct map *map) {
  uint64_t count = map->size;
  const struct zero_entry **entries =
      zero__alloc(heap, ZERO_TRACED, 2 * count * sizeof *entries);
  const struct zero_entry **other = entries + count;
  collect(map->root, entries);
  if (count == 1) return entries;
  for (unsigned shift = 0; map->next >> shift != 0; shift += DIGIT_BITS) {
    sort_digit(entries, other, count, shift);
    const struct zero_entry **sorted = other;
    other = entries;
    entries = sorted;
  }
  return entries;
}

zero_value *zero__map_pairs(struct zero_heap *heap, zero_value map) {
  const struct map *m = map_of(map);
  size_t size = 2 * m->size * sizeof(zero_value);
  zero_value *pairs = zero__alloc(heap, ZERO_TRACED, size == 0 ? 1 : size);
  if (size == 0) return pairs;
  const struct zero_entry **entries = in_order(heap, m);
  for (uint64_t i = 0; i < m->size; i++) {
    pairs[2 * i] = entries[i]->key;
    pairs[2 * i + 1] = entries[i]->value;
  }
  return pairs;
}

zero_value zero__map_entries(struct zero_heap *heap, zero_value map) {
  const struct map *m = map_of(map);
  zero_value list = ZERO_EMPTY;
  if (m->size == 0) return list;
  const struct zero_entry **entries = in_order(heap, m);
  for (uint64_t i = m->size; i > 0; i--) {
    const zero_value pair[2] = {entries[i - 1]->key, entries[i - 1]->value};
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
