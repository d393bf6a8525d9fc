/* test_trie.c - the trie under branches of Maps: shape, and what it holds. */
#include "support/scale.h"
#include "value/map_tree.h"

#include <criterion/criterion.h>

#include "support/hashed.h"
#include "support/heap.h"
#include "support/random.h"
#include "value/compare.h"
#include "value/key.h"

enum { KEYS = 200, STEPS = ZERO_SCALED(20000) };

static const struct zero_trie *put(struct zero_heap *heap,
                                   const struct zero_trie *trie,
                                   zero_value key, uint64_t sequence) {
  struct zero_entry entry = {key, ZERO_UNIT, sequence};
  return zero__trie_put(heap, trie, zero__key_hash(key), &entry);
}

static const struct zero_trie *take(struct zero_heap *heap,
                                    const struct zero_trie *trie,
                                    zero_value key) {
  return zero__trie_remove(heap, trie, zero__key_hash(key), key);
}

/* Bytes that replacing one key's entry takes: the shape of the path to it. */
static uint64_t path_bytes(struct zero_heap *heap,
                           const struct zero_trie *trie, zero_value key) {
  uint64_t before = zero__heap_allocated(heap);
  put(heap, trie, key, 0);
  return zero__heap_allocated(heap) - before;
}

/* The hashes of the first two keys part at their last digit, those of the
 * next two are equal. */
Test(trie, removing_leaves_the_shape_there_was_before_putting) {
  struct zero_heap *heap = zero_test_heap();
  const zero_value keys[] = {
      zero_test_hashed(heap, 1, 1), zero_test_hashed(heap, 1 | 1u << 30, 2),
      zero_test_hashed(heap, 2, 3), zero_test_hashed(heap, 2, 4),
      zero_test_hashed(heap, 2 | 1u << 30, 5)};
  const struct zero_trie *trie = NULL;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    const struct zero_trie *more = put(heap, trie, keys[i], i);
    const struct zero_trie *again = take(heap, more, keys[i]);
    for (size_t j = 0; j < i; j++) {
      cr_assert_eq(path_bytes(heap, again, keys[j]),
                   path_bytes(heap, trie, keys[j]));
    }
    trie = more;
  }
}

/* A few hashes for many keys, so that nodes and trees of all sorts occur. */
static zero_value key_at(struct zero_heap *heap, uint32_t index) {
  static const uint32_t hashes[] = {0,        1u << 30, 1u << 31, 1u << 25,
                                    1u << 5, 0x421,    77,       UINT32_MAX};
  return zero_test_hashed(heap, hashes[index % 8], index);
}

static void assert_holds(struct zero_heap *heap,
                         const struct zero_trie *trie,
                         const uint64_t *sequences, uint32_t index) {
  zero_value key = key_at(heap, index);
  const struct zero_entry *entry =
      zero__trie_get(trie, zero__key_hash(key), key);
  cr_assert_eq(entry != NULL, sequences[index] != 0);
  if (entry == NULL) return;
  cr_assert_eq(entry->sequence, sequences[index]);
  cr_assert(zero__same_key(entry->key, key));
}

Test(trie, what_was_put_last_is_held_and_collected_once) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "trie");
  uint64_t sequences[KEYS] = {0};
  const struct zero_trie *trie = NULL;
  for (uint64_t step = 1; step <= STEPS; step++) {
    uint32_t i = (uint32_t)zero_random_below(&random, KEYS);
    bool full = step / 1000 % 2 == 0;
    bool is_put = zero_random_below(&random, 100) < (full ? 80 : 20);
    sequences[i] = is_put ? step : 0;
    trie = is_put ? put(heap, trie, key_at(heap, i), step)
                  : take(heap, trie, key_at(heap, i));
    for (int n = 0; n < 4; n++) {
      assert_holds(heap, trie, sequences,
                   (uint32_t)zero_random_below(&random, KEYS));
    }
  }
  uint64_t held = 0;
  for (int i = 0; i < KEYS; i++) held += sequences[i] != 0;
  struct zero_entry entries[KEYS];
  cr_assert_eq(zero__trie_collect(heap, trie, entries), entries + held);
}

Test(trie, taking_the_last_key_leaves_the_trie_without_entries) {
  struct zero_heap *heap = zero_test_heap();
  const struct zero_trie *trie = put(heap, NULL, ZERO_UNIT, 1);
  cr_assert_eq(take(heap, trie, ZERO_TRUE), trie);
  cr_assert_null(take(heap, trie, ZERO_UNIT));
  cr_assert_null(take(heap, NULL, ZERO_UNIT));
}
