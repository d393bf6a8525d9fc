/* fuzz_map.c - a history of Maps, branches and keys of one hash included: each
 * version equals a plain array of pairs, to the end. */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "../support/hashed.h"
#include "../support/heap.h"
#include "../support/random.h"
#include "value/compare.h"
#include "value/map.h"
#include "value/number.h"
#include "value/text.h"

enum {
  KEYS = 120,
  VERSIONS = 12, /* of one map, all kept */
  RUN = 40,      /* keys put or removed in one step, at most */
};

struct plain {
  unsigned count;
  unsigned keys[KEYS];
  int64_t values[KEYS];
};

/* Equal indices make equal keys, made anew. Two thirds have hashes that agree
 * in all their bits, or in all but a few. */
static zero_value key_at(struct zero_heap *heap, unsigned index) {
  static const uint32_t hashes[] = {0, 0, 0, 1u << 30, 1u << 31, 1u << 25,
                                    7, UINT32_MAX};
  static const zero_value words[] = {ZERO_UNIT, ZERO_FALSE, ZERO_TRUE};
  char text[16];
  if (index < 3) return words[index];
  if (index % 6 == 0) return zero__i64(heap, (int64_t)index);
  if (index % 6 == 1) {
    snprintf(text, sizeof text, "key %u", index);
    return zero__text_of(heap, text);
  }
  return zero_test_hashed(heap, hashes[index / 3 % 8], index);
}

static unsigned find(const struct plain *plain, unsigned key) {
  unsigned i = 0;
  while (i < plain->count && plain->keys[i] != key) i++;
  return i;
}

static void put(struct plain *plain, unsigned key, int64_t value) {
  unsigned i = find(plain, key);
  if (i == plain->count) plain->count++;
  plain->keys[i] = key;
  plain->values[i] = value;
}

static void remove_key(struct plain *plain, unsigned key) {
  unsigned i = find(plain, key);
  if (i == plain->count) return;
  plain->count--;
  for (; i < plain->count; i++) {
    plain->keys[i] = plain->keys[i + 1];
    plain->values[i] = plain->values[i + 1];
  }
}

static void check(struct zero_heap *heap, const struct plain *plain,
                  zero_value map) {
  ZERO_LAW(zero__map_size(map) == plain->count, "size");
  const zero_value *pairs = zero__map_pairs(heap, map);
  for (unsigned i = 0; i < plain->count; i++) {
    zero_value key = key_at(heap, plain->keys[i]);
    ZERO_LAW(zero__equal(heap, pairs[2 * i], key), "key %u", i);
    ZERO_LAW(zero__same(pairs[2 * i + 1], zero__small(plain->values[i])),
             "value %u", i);
  }
  for (unsigned key = 0; key < KEYS; key++) {
    unsigned i = find(plain, key);
    zero_value value = zero__map_get(map, key_at(heap, key));
    zero_value expected =
        i == plain->count ? ZERO_NONE : zero__small(plain->values[i]);
    ZERO_LAW(zero__same(value, expected), "get %u", key);
  }
}

/* A map of the same entries is the same value. */
static void check_made_again(struct zero_heap *heap, zero_value map) {
  zero_value again =
      zero__map_from_entries(heap, zero__map_entries(heap, map));
  ZERO_LAW(!zero_is_none(again) && zero__equal(heap, map, again), "equal");
  ZERO_LAW(zero__hash(heap, map) == zero__hash(heap, again), "hash");
}

struct history {
  struct zero_heap *heap;
  struct zero_random random;
  struct plain plains[VERSIONS];
  zero_value maps[VERSIONS];
};

static unsigned below(struct history *history, unsigned bound) {
  return (unsigned)zero_random_below(&history->random, bound);
}

/* Makes a version of `from`, in the place of another. */
static void step(struct history *history, unsigned from, unsigned to) {
  struct plain *plain = &history->plains[to];
  unsigned what = below(history, 8);
  unsigned key = below(history, KEYS);
  unsigned run = what < 5 ? 1 : 1 + below(history, RUN);
  zero_value map = history->maps[from];
  *plain = history->plains[from];
  for (unsigned i = 0; i < run; i++, key = (key + 1) % KEYS) {
    int64_t value = (int64_t)below(history, 256);
    if (what % 3 == 2) {
      remove_key(plain, key);
      map = zero__map_remove(history->heap, map, key_at(history->heap, key));
    } else {
      put(plain, key, value);
      map = zero__map_put(history->heap, map, key_at(history->heap, key),
                          zero__small(value));
    }
  }
  history->maps[to] = map;
  check(history->heap, plain, map);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  static struct zero_heap *heap;
  if (heap == NULL) heap = zero_test_heap();
  struct history history = {.heap = heap};
  zero_random_from(&history.random, bytes, size);
  for (unsigned i = 0; i < VERSIONS; i++) {
    history.maps[i] = zero__map_empty(heap);
  }
  unsigned from = 0;
  while (history.random.size > 0) {
    unsigned to = below(&history, 3 * VERSIONS);
    if (to >= VERSIONS) to = from;
    step(&history, from, to);
    from = below(&history, 4) == 0 ? below(&history, VERSIONS) : to;
  }
  for (unsigned i = 0; i < VERSIONS; i++) {
    check(heap, &history.plains[i], history.maps[i]);
    check_made_again(heap, history.maps[i]);
  }
  return 0;
}
