/* test_map.c - Map against a plain array of pairs, every version of it. */
#include "support/scale.h"
#include "value/map.h"

#include <criterion/criterion.h>
#include <gc/gc.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/hashed.h"
#include "support/heap.h"
#include "support/random.h"
#include "support/values.h"
#include "value/compare.h"
#include "value/list.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"
#include "zero/gen/codes.h"

enum {
  KEYS = 96,       /* that the random maps choose from */
  VERSIONS = 64,   /* of one map, all kept */
  STEPS = ZERO_SCALED(10000),
  CROWD = ZERO_SCALED(20000),   /* keys of one and the same hash */
  MANY = ZERO_SCALED(100000),
};

/* --- keys --------------------------------------------------------------- */

/* A key of any kind; equal indices make equal keys, made anew. A third have
 * hashes that agree in all their bits, or in all but the last ones looked
 * at. */
static zero_value key_at(struct zero_heap *heap, unsigned index) {
  static const uint32_t hashes[] = {0, 0, 0, 1u << 30, 1u << 31, 1u << 25,
                                    UINT32_MAX, UINT32_MAX};
  char text[16];
  switch (index) {
    case 0:
      return ZERO_UNIT;
    case 1:
      return ZERO_FALSE;
    case 2:
      return ZERO_TRUE;
    default:
      break;
  }
  switch (index % 3) {
    case 0:
      return zero__i64(heap, (int64_t)index);
    case 1:
      snprintf(text, sizeof text, "key %u", index);
      return zero__text_of(heap, text);
    default:
      return zero_test_hashed(heap, hashes[index / 3 % 8], index);
  }
}

Test(map, chosen_hashes_are_what_they_claim_to_be) {
  struct zero_heap *heap = zero_test_heap();
  for (uint32_t i = 0; i < 100; i++) {
    cr_assert_eq(zero__key_hash(zero_test_hashed(heap, 0xabcdef01, i)),
                 0xabcdef01);
  }
}

/* --- the plain array --------------------------------------------------- */

struct plain {
  unsigned count;
  unsigned keys[KEYS];
  int64_t values[KEYS];
};

static unsigned plain_find(const struct plain *plain, unsigned key) {
  unsigned i = 0;
  while (i < plain->count && plain->keys[i] != key) i++;
  return i;
}

static void plain_put(struct plain *plain, unsigned key, int64_t value) {
  unsigned i = plain_find(plain, key);
  if (i == plain->count) plain->count++;
  plain->keys[i] = key;
  plain->values[i] = value;
}

static void plain_remove(struct plain *plain, unsigned key) {
  unsigned i = plain_find(plain, key);
  if (i == plain->count) return;
  plain->count--;
  for (; i < plain->count; i++) {
    plain->keys[i] = plain->keys[i + 1];
    plain->values[i] = plain->values[i + 1];
  }
}

static void assert_agree(struct zero_heap *heap, const struct plain *plain,
                         zero_value map) {
  cr_assert_eq(zero__map_size(map), plain->count);
  const zero_value *pairs = zero__map_pairs(heap, map);
  for (unsigned i = 0; i < plain->count; i++) {
    zero_value key = key_at(heap, plain->keys[i]);
    cr_assert(zero__equal(heap, pairs[2 * i], key));
    cr_assert(zero__same(pairs[2 * i + 1], zero__small(plain->values[i])));
  }
  for (unsigned key = 0; key < KEYS; key++) {
    unsigned i = plain_find(plain, key);
    zero_value value = zero__map_get(map, key_at(heap, key));
    zero_value expected = i == plain->count
                              ? ZERO_NONE
                              : zero__small(plain->values[i]);
    cr_assert(zero__same(value, expected));
  }
}

/* The course of a random history. */
struct history {
  const char *name;
  unsigned newest;  /* steps of 100 that continue from the newest version */
  unsigned puts;    /* and that put, not remove */
  unsigned collect; /* one in so many is followed by a collection; 0: none */
};

/* Each step makes a new version of one chosen among all that are kept, and
 * overwrites another; nothing that is kept may change. */
static void live_through(struct history history) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, history.name);
  static struct plain plains[VERSIONS];
  zero_value *maps =
      zero__alloc(heap, ZERO_TRACED, VERSIONS * sizeof *maps);
  for (int i = 0; i < VERSIONS; i++) maps[i] = zero__map_empty(heap);
  uint64_t from = 0;
  for (int step = 0; step < STEPS; step++) {
    if (zero_random_below(&random, 100) >= history.newest) {
      from = zero_random_below(&random, VERSIONS);
    }
    uint64_t to = zero_random_below(&random, VERSIONS);
    unsigned key = (unsigned)zero_random_below(&random, KEYS);
    zero_value key_value = key_at(heap, key);
    plains[to] = plains[from];
    if (zero_random_below(&random, 100) < history.puts) {
      plain_put(&plains[to], key, step);
      maps[to] =
          zero__map_put(heap, maps[from], key_value, zero__small(step));
    } else {
      plain_remove(&plains[to], key);
      maps[to] = zero__map_remove(heap, maps[from], key_value);
    }
    from = to;
    if (history.collect > 0 &&
        zero_random_below(&random, history.collect) == 0) {
      GC_gcollect();
    }
    assert_agree(heap, &plains[to], maps[to]);
    uint64_t any = zero_random_below(&random, VERSIONS);
    assert_agree(heap, &plains[any], maps[any]);
  }
  for (int i = 0; i < VERSIONS; i++) {
    assert_agree(heap, &plains[i], maps[i]);
  }
}

Test(map, all_versions_agree_with_plain_arrays) {
  live_through((struct history){"map versions", 0, 60, 0});
}

Test(map, histories_with_few_branches_agree_with_plain_arrays) {
  live_through((struct history){"map tables", 97, 60, 0});
}

Test(map, histories_that_mostly_remove_agree_with_plain_arrays) {
  live_through((struct history){"map removals", 90, 35, 0});
}

Test(map, branches_that_grow_long_agree_with_plain_arrays) {
  live_through((struct history){"map branches", 80, 80, 0});
}

Test(map, collections_at_random_moments_take_nothing_that_is_seen) {
  live_through((struct history){"map collections", 90, 60, 50});
}

/* --- larger maps -------------------------------------------------------- */

enum { LARGE = 3000, LARGE_STEPS = 60000, SNAPSHOTS = 40 };

/* Every so often a version is kept with a copy of what it says, some are
 * gone on from, and all must say the same in the end. */
Test(map, old_versions_of_a_large_map_stay_as_they_were) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "large map");
  static int64_t now[LARGE];
  int64_t (*kept)[LARGE] = calloc(SNAPSHOTS, sizeof *kept);
  zero_value *maps =
      zero__alloc(heap, ZERO_TRACED, SNAPSHOTS * sizeof *maps);
  zero_value map = zero__map_empty(heap);
  for (int step = 0; step < LARGE_STEPS; step++) {
    if (step % (LARGE_STEPS / SNAPSHOTS) == 0) {
      int i = step / (LARGE_STEPS / SNAPSHOTS);
      memcpy(kept[i], now, sizeof now);
      maps[i] = map;
      uint64_t other = zero_random_below(&random, (uint64_t)i + 1);
      if (i % 4 == 3) {
        map = maps[other];
        memcpy(now, kept[other], sizeof now);
      }
    }
    int64_t key = (int64_t)zero_random_below(&random, LARGE);
    bool put = zero_random_below(&random, 100) < 55;
    now[key] = put ? step + 1 : 0;
    map = put ? zero__map_put(heap, map, zero__small(key),
                              zero__small(step + 1))
              : zero__map_remove(heap, map, zero__small(key));
  }
  for (int i = 0; i < SNAPSHOTS; i++) {
    uint64_t size = 0;
    for (int64_t key = 0; key < LARGE; key++) {
      zero_value value = zero__map_get(maps[i], zero__small(key));
      size += kept[i][key] != 0;
      cr_assert(zero__same(value, kept[i][key] == 0
                                      ? ZERO_NONE
                                      : zero__small(kept[i][key])));
    }
    cr_assert_eq(zero__map_size(maps[i]), size);
  }
  free(kept);
}

Test(map, one_key_put_a_million_times_is_read_at_any_version) {
  struct zero_heap *heap = zero_test_heap();
  enum { OTHERS = 1000, PUTS = ZERO_SCALED(1000000), KEPT = 1000 };
  zero_value *maps = zero__alloc(heap, ZERO_TRACED, KEPT * sizeof *maps);
  zero_value map = zero__map_empty(heap);
  for (int64_t i = 0; i < OTHERS; i++) {
    map = zero__map_put(heap, map, zero__small(i), ZERO_UNIT);
  }
  for (int64_t i = 0; i < PUTS; i++) {
    map = zero__map_put(heap, map, zero__small(0), zero__small(i));
    if (i % (PUTS / KEPT) == 0) maps[i / (PUTS / KEPT)] = map;
  }
  for (int64_t i = 0; i < KEPT; i++) {
    cr_assert(zero__same(zero__map_get(maps[i], zero__small(0)),
                         zero__small(i * (PUTS / KEPT))));
    cr_assert_eq(zero__map_size(maps[i]), OTHERS);
  }
}

/* --- what updates cost --------------------------------------------------- */

static zero_value numbers_to(struct zero_heap *heap, int64_t count) {
  zero_value map = zero__map_empty(heap);
  for (int64_t i = 0; i < count; i++) {
    map = zero__map_put(heap, map, zero__small(i), zero__small(i));
  }
  return map;
}

/* Bytes that `count` updates of one and the same map take, the first one
 * left out: a put of a new key, one of an old key, and a removal. */
static uint64_t repeated_updates(struct zero_heap *heap, zero_value map,
                                 unsigned count) {
  uint64_t before = 0;
  for (unsigned i = 0; i <= count; i++) {
    if (i == 1) before = zero__heap_allocated(heap);
    zero__map_put(heap, map, zero__small(-1 - (int64_t)i), ZERO_UNIT);
    zero__map_put(heap, map, zero__small(i), ZERO_UNIT);
    zero__map_remove(heap, map, zero__small(i));
  }
  return zero__heap_allocated(heap) - before;
}

Test(map, updates_of_one_old_version_do_not_copy_it_again) {
  struct zero_heap *heap = zero_test_heap();
  enum { UPDATES = 1000, BOUND = 3 * UPDATES * 512 };
  zero_value full = numbers_to(heap, 1 << 16);
  zero_value older = numbers_to(heap, MANY);
  zero__map_put(heap, older, ZERO_UNIT, ZERO_UNIT);
  cr_assert_lt(repeated_updates(heap, full, UPDATES), BOUND);
  cr_assert_lt(repeated_updates(heap, full, UPDATES), BOUND);
  cr_assert_lt(repeated_updates(heap, older, UPDATES), BOUND);
}

/* Removing most keys and putting them again, from versions anywhere in the
 * history of a branch: the updates pay for the copies. */
Test(map, a_branch_forked_everywhere_copies_in_proportion_to_updates) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "map forks");
  enum { KEYS_OF_BASE = 4096, FORKS = 256, UPDATES = ZERO_SCALED(100000) };
  zero_value base = numbers_to(heap, KEYS_OF_BASE);
  zero__map_put(heap, base, ZERO_UNIT, ZERO_UNIT);
  zero_value *maps = zero__alloc(heap, ZERO_TRACED, FORKS * sizeof *maps);
  for (int i = 0; i < FORKS; i++) {
    maps[i] = zero__map_put(heap, base, ZERO_UNIT, ZERO_UNIT);
  }
  uint64_t before = zero__heap_allocated(heap);
  for (int i = 0; i < UPDATES; i++) {
    int64_t key = (int64_t)zero_random_below(&random, KEYS_OF_BASE);
    uint64_t from = zero_random_below(&random, FORKS);
    maps[zero_random_below(&random, FORKS)] =
        zero__map_remove(heap, maps[from], zero__small(key));
  }
  uint64_t each = (zero__heap_allocated(heap) - before) / UPDATES;
  cr_assert_lt(each, 1500, "%llu bytes", (unsigned long long)each);
}

Test(map, a_hundred_thousand_keys_take_twelve_million_bytes_in_all) {
  struct zero_heap *heap = zero_test_heap();
  uint64_t before = zero__heap_allocated(heap);
  numbers_to(heap, MANY);
  cr_assert_lt(zero__heap_allocated(heap) - before, 12000000);
}

Test(map, a_map_of_two_entries_is_small) {
  struct zero_heap *heap = zero_test_heap();
  zero__map_empty(heap);
  uint64_t before = zero__heap_allocated(heap);
  numbers_to(heap, 2);
  cr_assert_leq(zero__heap_allocated(heap) - before, 144);
}

/* --- limits -------------------------------------------------------------- */

struct update {
  struct zero_heap *heap;
  zero_value map, key, value, result;
};

static void do_update(void *context) {
  struct update *update = context;
  update->result =
      zero_is_none(update->value)
          ? zero__map_remove(update->heap, update->map, update->key)
          : zero__map_put(update->heap, update->map, update->key,
                          update->value);
}

/* The update under rising limits until one is enough, as a model of the map
 * before it and after it predicts. */
static zero_value update_in_need(struct update update,
                                 const struct plain *before,
                                 const struct plain *after) {
  uint64_t bytes = 0;
  for (;; bytes += 16) {
    zero__heap_limit(update.heap, bytes);
    int code = zero__protect(update.heap, do_update, &update);
    zero__heap_limit(update.heap, UINT64_MAX);
    assert_agree(update.heap, before, update.map);
    if (code == 0) break;
    cr_assert_eq(code, ZERO_CODE_ALLOC_LIMIT);
  }
  cr_assert_gt(bytes, 0);
  assert_agree(update.heap, after, update.result);
  return update.result;
}

Test(map, an_update_that_is_cut_short_changes_nothing) {
  struct zero_heap *heap = zero_test_heap();
  static struct plain now, before, first;
  zero_value map = numbers_to(heap, 0), first_map = map;
  for (unsigned i = 0; i < KEYS; i++) {
    struct update update = {heap, map, key_at(heap, i), zero__small(i),
                            ZERO_NONE};
    before = now;
    plain_put(&now, i, i);
    map = update_in_need(update, &before, &now);
    if (i == KEYS / 3) {
      first = now;
      first_map = map;
    }
  }
  for (unsigned i = 0; i < KEYS / 3; i++) {
    struct update update = {heap, map, key_at(heap, i), ZERO_NONE,
                            ZERO_NONE};
    before = now;
    plain_remove(&now, i);
    map = update_in_need(update, &before, &now);
  }
  now = first;
  map = first_map;
  for (unsigned i = 0; i < KEYS / 2; i++) {
    struct update update = {heap, map, key_at(heap, i), zero__small(-1),
                            ZERO_NONE};
    before = now;
    plain_put(&now, i, -1);
    map = update_in_need(update, &before, &now);
  }
}

Test(map, emptying_a_map_key_by_key_leaves_the_empty_map) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "emptying");
  for (int round = 0; round < 100; round++) {
    zero_value map = zero__map_empty(heap);
    for (unsigned i = 0; i < KEYS; i++) {
      map = zero__map_put(heap, map, key_at(heap, i), ZERO_UNIT);
    }
    uint64_t start = zero_random_below(&random, KEYS);
    for (unsigned i = 0; i < KEYS; i++) {
      unsigned key = (unsigned)((start + i * 35) % KEYS);
      map = zero__map_remove(heap, map, key_at(heap, key));
      cr_assert_eq(zero__map_size(map), KEYS - 1 - i);
    }
    cr_assert(zero__same(map, zero__map_empty(heap)));
  }
}

/* --- order ------------------------------------------------------------- */

static zero_value put_number(struct zero_heap *heap, zero_value map,
                             int64_t key, int64_t value) {
  return zero__map_put(heap, map, zero__small(key), zero__small(value));
}

static void assert_keys(struct zero_heap *heap, zero_value map,
                        const int64_t *keys, size_t count) {
  cr_assert_eq(zero__map_size(map), count);
  const zero_value *pairs = zero__map_pairs(heap, map);
  for (size_t i = 0; i < count; i++) {
    cr_assert(zero__same(pairs[2 * i], zero__small(keys[i])));
  }
}

Test(map, replacing_keeps_a_keys_place_and_putting_again_moves_it_last) {
  struct zero_heap *heap = zero_test_heap();
  zero_value map = zero__map_empty(heap);
  for (int64_t i = 0; i < 3; i++) map = put_number(heap, map, i, i);
  const int64_t in_place[] = {0, 1, 2}, moved[] = {1, 2, 0};
  zero_value replaced = put_number(heap, map, 0, 9);
  assert_keys(heap, replaced, in_place, 3);
  zero_value removed = zero__map_remove(heap, map, zero__small(0));
  assert_keys(heap, put_number(heap, removed, 0, 0), moved, 3);
  assert_keys(heap, map, in_place, 3);
}

Test(map, removing_what_is_not_there_gives_the_same_map) {
  struct zero_heap *heap = zero_test_heap();
  zero_value map = put_number(heap, zero__map_empty(heap), 1, 1);
  cr_assert(zero__same(zero__map_remove(heap, map, zero__small(2)), map));
  cr_assert(zero__same(zero__map_remove(heap, map, ZERO_EMPTY), map));
  zero_value empty = zero__map_empty(heap);
  cr_assert(zero__same(zero__map_remove(heap, empty, ZERO_UNIT), empty));
}

Test(map, what_can_be_no_key_is_not_found) {
  struct zero_heap *heap = zero_test_heap();
  zero_value map = put_number(heap, zero__map_empty(heap), 1, 1);
  const zero_value one = zero__small(1);
  cr_assert(zero_is_none(zero__map_get(map, ZERO_EMPTY)));
  cr_assert(zero_is_none(zero__map_get(map, map)));
  cr_assert(zero_is_none(zero__map_get(map, zero__list(heap, &one, 1))));
}

Test(map, a_boxed_number_is_found_by_another_box_of_it) {
  struct zero_heap *heap = zero_test_heap();
  zero_value map = zero__map_empty(heap);
  map = zero__map_put(heap, map, zero__i64(heap, INT64_MIN), ZERO_TRUE);
  cr_assert(zero__same(zero__map_get(map, zero__i64(heap, INT64_MIN)),
                       ZERO_TRUE));
  cr_assert(zero_is_none(zero__map_get(map, zero__i64(heap, INT64_MAX))));
}

/* --- collisions -------------------------------------------------------- */

Test(map, keys_of_one_hash_are_kept_apart_and_in_order) {
  struct zero_heap *heap = zero_test_heap();
  zero_value map = zero__map_empty(heap);
  for (uint32_t i = 0; i < CROWD; i++) {
    zero_value key = zero_test_hashed(heap, 7, i);
    map = zero__map_put(heap, map, key, zero__small(i));
  }
  cr_assert_eq(zero__map_size(map), CROWD);
  const zero_value *pairs = zero__map_pairs(heap, map);
  for (uint32_t i = 0; i < CROWD; i++) {
    cr_assert(zero__same(pairs[2 * i + 1], zero__small(i)));
  }
  for (uint32_t i = 0; i < CROWD; i += 2) {
    map = zero__map_remove(heap, map, zero_test_hashed(heap, 7, i));
  }
  for (uint32_t i = 0; i < CROWD; i++) {
    zero_value value = zero__map_get(map, zero_test_hashed(heap, 7, i));
    cr_assert(zero__same(value, i % 2 == 0 ? ZERO_NONE : zero__small(i)));
  }
}

/* Hashes that begin at one slot of any table there will be: multiples of the
 * inverse of what the ledger mixes them with, the first of their runs. */
Test(map, keys_of_one_slot_are_kept_apart) {
  struct zero_heap *heap = zero_test_heap();
  uint32_t inverse = 1;
  for (int i = 0; i < 5; i++) inverse *= 2 - inverse * 0x9e3779b1;
  const uint32_t first_slot = ZERO_RUN * inverse;
  zero_value map = zero__map_empty(heap);
  uint64_t before = zero__heap_allocated(heap);
  for (uint32_t i = 0; i < CROWD; i++) {
    zero_value key = zero_test_hashed(heap, first_slot * (i & 4095), i);
    map = zero__map_put(heap, map, key, zero__small(i));
  }
  cr_assert_lt((zero__heap_allocated(heap) - before) / CROWD, 2048);
  for (uint32_t i = 0; i < CROWD; i++) {
    zero_value key = zero_test_hashed(heap, first_slot * (i & 4095), i);
    cr_assert(zero__same(zero__map_get(map, key), zero__small(i)));
  }
}

static int by_number(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* Bytes that one more put takes after CROWD puts in the order of the keys,
 * rising or falling: the worst for a tree that does not balance. */
static uint64_t crowded_put(struct zero_heap *heap, bool rising) {
  int64_t *numbers = calloc(CROWD + 1, sizeof *numbers);
  for (uint32_t i = 0; i <= CROWD; i++) {
    numbers[i] = zero_test_number_of_hash(7, i);
  }
  qsort(numbers, CROWD + 1, sizeof *numbers, by_number);
  zero_value map = zero__map_empty(heap);
  uint64_t before = 0;
  for (uint32_t i = 0; i <= CROWD; i++) {
    int64_t number = numbers[rising ? i : CROWD - i];
    before = zero__heap_allocated(heap);
    map = zero__map_put(heap, map, zero__i64(heap, number), ZERO_UNIT);
  }
  free(numbers);
  cr_assert_eq(zero__map_size(map), CROWD + 1);
  return zero__heap_allocated(heap) - before;
}

Test(map, a_put_among_keys_of_one_hash_copies_a_path_only) {
  struct zero_heap *heap = zero_test_heap();
  cr_assert_lt(crowded_put(heap, true), 2048);
  cr_assert_lt(crowded_put(heap, false), 2048);
}

struct hashed {
  uint32_t hash;
  uint32_t number;
};

static int by_hash(const void *a, const void *b) {
  const struct hashed *x = a, *y = b;
  return (x->hash > y->hash) - (x->hash < y->hash);
}

static zero_value numbered_text(struct zero_heap *heap, uint32_t number) {
  char text[16];
  snprintf(text, sizeof text, "%x", number);
  return zero__text_of(heap, text);
}

Test(map, texts_whose_hashes_collide_are_kept_apart) {
  struct zero_heap *heap = zero_test_heap();
  enum { TEXTS = 400000 };
  struct hashed *all = calloc(TEXTS, sizeof *all);
  for (uint32_t i = 0; i < TEXTS; i++) {
    all[i] = (struct hashed){zero__key_hash(numbered_text(heap, i)), i};
  }
  qsort(all, TEXTS, sizeof *all, by_hash);
  unsigned found = 0;
  for (uint32_t i = 1; i < TEXTS; i++) {
    if (all[i].hash != all[i - 1].hash) continue;
    found++;
    zero_value a = numbered_text(heap, all[i].number);
    zero_value b = numbered_text(heap, all[i - 1].number);
    zero_value map = zero__map_put(heap, zero__map_empty(heap), a, a);
    cr_assert(zero_is_none(zero__map_get(map, b)));
    map = zero__map_put(heap, map, b, b);
    cr_assert_eq(zero__map_size(map), 2);
    cr_assert(zero__same(zero__map_get(map, a), a));
    cr_assert(zero__same(zero__map_get(map, b), b));
    map = zero__map_remove(heap, map, a);
    cr_assert(zero_is_none(zero__map_get(map, a)));
    cr_assert(zero__same(zero__map_get(map, b), b));
  }
  cr_assert_gt(found, 0);
  free(all);
}

/* --- entries ----------------------------------------------------------- */

Test(map, entries_make_an_equal_map_again) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "entries");
  for (int i = 0; i < STEPS; i++) {
    zero_value map = zero_family_value(heap, &random, ZERO_FAMILY_MAP);
    zero_value entries = zero__map_entries(heap, map);
    cr_assert_eq(zero__length(heap, entries), zero__map_size(map));
    zero_value again = zero__map_from_entries(heap, entries);
    cr_assert(zero__is_kind(again, ZERO_KIND_MAP));
    cr_assert(zero__equal(heap, map, again));
  }
}

static zero_value entry(struct zero_heap *heap, zero_value key) {
  const zero_value pair[] = {key, ZERO_UNIT};
  return zero__list(heap, pair, 2);
}

Test(map, entries_that_are_wrong_make_no_map) {
  struct zero_heap *heap = zero_test_heap();
  zero_value good = entry(heap, zero__small(1));
  const zero_value bad[] = {
      good,                                      /* a key twice */
      entry(heap, ZERO_EMPTY),                   /* a list as key */
      entry(heap, zero__map_empty(heap)),
      zero__cons(heap, ZERO_UNIT, good),         /* three items */
      zero__tail(heap, good),                    /* one */
      ZERO_EMPTY,
      ZERO_UNIT,                                 /* no list */
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const zero_value entries[] = {good, bad[i]};
    zero_value list = zero__list(heap, entries, 2);
    cr_assert(zero_is_none(zero__map_from_entries(heap, list)), "%zu", i);
  }
  cr_assert(zero_is_none(zero__map_from_entries(heap, ZERO_UNIT)));
}

Test(map, a_hundred_thousand_keys_are_all_there) {
  struct zero_heap *heap = zero_test_heap();
  zero_value map = zero__map_empty(heap);
  for (int64_t i = 0; i < MANY; i++) map = put_number(heap, map, i * i, i);
  cr_assert_eq(zero__map_size(map), MANY);
  const zero_value *pairs = zero__map_pairs(heap, map);
  for (int64_t i = 0; i < MANY; i++) {
    cr_assert(zero__same(zero__map_get(map, zero__small(i * i)),
                         zero__small(i)));
    cr_assert(zero__same(pairs[2 * i], zero__small(i * i)));
  }
}
