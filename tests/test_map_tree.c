/* test_map_tree.c - the tree under branches of Maps: how high it is, and what
 * it holds. */
#include "support/scale.h"
#include "value/map_tree.h"

#include <criterion/criterion.h>

#include "support/hashed.h"
#include "support/heap.h"
#include "support/random.h"
#include "value/compare.h"

enum { KEYS = 200, STEPS = ZERO_SCALED(20000) };

static const struct zero_tree *put(struct zero_heap *heap,
                                   const struct zero_tree *tree,
                                   zero_value key, uint64_t sequence) {
  struct zero_entry entry = {key, ZERO_UNIT, sequence};
  return zero__tree_put(heap, tree, zero__key_hash(key), &entry);
}

static const struct zero_tree *take(struct zero_heap *heap,
                                    const struct zero_tree *tree,
                                    zero_value key) {
  return zero__tree_remove(heap, tree, zero__key_hash(key), key);
}

/* Bytes that replacing one key's entry takes: a node each on the way to it. */
static uint64_t path_bytes(struct zero_heap *heap,
                           const struct zero_tree *tree, zero_value key) {
  uint64_t before = zero__heap_allocated(heap);
  put(heap, tree, key, 0);
  return zero__heap_allocated(heap) - before;
}

/* The hardest orders: keys that rise, some or all of one hash, put one after
 * the other, and half of them taken again. */
Test(map_tree, is_never_higher_than_one_and_a_half_logarithms) {
  struct zero_heap *heap = zero_test_heap();
  enum { COUNT = 1024, NODE = 48, HIGHEST = 15 };
  for (uint32_t hashes = 1; hashes <= COUNT; hashes *= 32) {
    const struct zero_tree *tree = NULL;
    for (uint32_t i = 0; i < COUNT; i++) {
      zero_value key = zero_test_hashed(heap, i % hashes, i);
      tree = put(heap, tree, key, i);
      cr_assert_leq(path_bytes(heap, tree, key), HIGHEST * NODE);
    }
    for (uint32_t i = 0; i < COUNT / 2; i++) {
      tree = take(heap, tree, zero_test_hashed(heap, i % hashes, i));
    }
    for (uint32_t i = COUNT / 2; i < COUNT; i++) {
      zero_value key = zero_test_hashed(heap, i % hashes, i);
      cr_assert_leq(path_bytes(heap, tree, key), (HIGHEST - 1) * NODE);
    }
  }
}

/* A few hashes for many keys, so that both orders decide. */
static zero_value key_at(struct zero_heap *heap, uint32_t index) {
  static const uint32_t hashes[] = {0,        1u << 30, 1u << 31, 1u << 25,
                                    1u << 5, 0x421,    77,       UINT32_MAX};
  return zero_test_hashed(heap, hashes[index % 8], index);
}

static void assert_holds(struct zero_heap *heap,
                         const struct zero_tree *tree,
                         const uint64_t *sequences, uint32_t index) {
  zero_value key = key_at(heap, index);
  const struct zero_entry *entry =
      zero__tree_get(tree, zero__key_hash(key), key);
  cr_assert_eq(entry != NULL, sequences[index] != 0);
  if (entry == NULL) return;
  cr_assert_eq(entry->sequence, sequences[index]);
  cr_assert(zero__same_key(entry->key, key));
}

Test(map_tree, what_was_put_last_is_held_and_collected_once) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "map tree");
  uint64_t sequences[KEYS] = {0};
  const struct zero_tree *tree = NULL;
  for (uint64_t step = 1; step <= STEPS; step++) {
    uint32_t i = (uint32_t)zero_random_below(&random, KEYS);
    bool full = step / 1000 % 2 == 0;
    bool is_put = zero_random_below(&random, 100) < (full ? 80 : 20);
    sequences[i] = is_put ? step : 0;
    tree = is_put ? put(heap, tree, key_at(heap, i), step)
                  : take(heap, tree, key_at(heap, i));
    for (int n = 0; n < 4; n++) {
      assert_holds(heap, tree, sequences,
                   (uint32_t)zero_random_below(&random, KEYS));
    }
  }
  uint64_t held = 0;
  for (int i = 0; i < KEYS; i++) held += sequences[i] != 0;
  struct zero_entry entries[KEYS];
  cr_assert_eq(zero__tree_collect(heap, tree, entries), entries + held);
}

Test(map_tree, taking_the_last_key_leaves_the_trie_without_entries) {
  struct zero_heap *heap = zero_test_heap();
  const struct zero_tree *tree = put(heap, NULL, ZERO_UNIT, 1);
  cr_assert_eq(take(heap, tree, ZERO_TRUE), tree);
  cr_assert_null(take(heap, tree, ZERO_UNIT));
  cr_assert_null(take(heap, NULL, ZERO_UNIT));
}
