/* test_ledger.c - the table of a Map and its versions. */
#include "value/ledger.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#include "support/hashed.h"
#include "support/heap.h"
#include "support/random.h"
#include "support/scale.h"
#include "value/text.h"

enum {
  MILLION = 1 << 20,
  CROWDED = 0x12345678, /* a hash that no small number has */
};

/* A ledger of `count` numbers from 0, `step` from each other, at how many
 * come before. */
static struct zero_ledger *spaced(struct zero_heap *heap, uint32_t count,
                                  int64_t step) {
  struct zero_pair *pairs =
      zero__alloc(heap, ZERO_TRACED, (count + 1) * sizeof *pairs);
  for (uint32_t i = 0; i < count; i++) {
    pairs[i] = (struct zero_pair){zero__small(i * step), zero__small(i)};
  }
  return zero__ledger_of(heap, pairs, count);
}

/* A ledger of `count` numbers from 0, each at itself. */
static struct zero_ledger *numbers(struct zero_heap *heap, uint32_t count) {
  return spaced(heap, count, 1);
}

static zero_value value_at(const struct zero_ledger *ledger,
                           uint32_t version, zero_value key) {
  uint32_t place = zero__ledger_find(ledger, version, key);
  return place == 0 ? ZERO_NONE : zero__ledger_pair(ledger, place)->value;
}

Test(ledger, a_small_one_has_no_index_and_each_version_says_its_own) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_ledger *ledger = numbers(heap, ZERO_LEDGER_SMALL - 1);
  uint32_t before = ledger->used;
  cr_assert_null(ledger->index);
  cr_assert(zero__ledger_put(ledger, zero__small(0), ZERO_NONE));
  cr_assert(zero_is_none(value_at(ledger, before + 1, zero__small(0))));
  cr_assert(zero__same(value_at(ledger, before, zero__small(0)),
                       zero__small(0)));
  cr_assert_not(zero__ledger_room(ledger, ledger->used));
}

Test(ledger, one_key_put_many_times_is_found_in_few_steps) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_ledger *ledger = numbers(heap, MILLION / 2);
  const zero_value key = zero__small(7);
  zero__ledger_annotate(heap, ledger);
  uint32_t first = ledger->used;
  while (ledger->used < ledger->capacity) {
    cr_assert(zero__ledger_put(ledger, key, zero__small(ledger->used)));
  }
  struct zero_random random;
  zero_random_init(&random, "ledger steps");
  for (int i = 0; i < 100000; i++) {
    uint32_t count = ledger->used - first;
    uint32_t version =
        first + (uint32_t)zero_random_below(&random, count) + 1;
    cr_assert(zero__same(value_at(ledger, version, key),
                         zero__small((int64_t)version - 1)));
    cr_assert_leq(zero__ledger_steps(ledger, version, key), 40);
  }
  cr_assert(zero__same(value_at(ledger, first, key), key));
  cr_assert_leq(zero__ledger_steps(ledger, first, key), 40);
  cr_assert(zero_is_none(value_at(ledger, 7, key)));
}

Test(ledger, more_than_a_few_keys_of_one_hash_are_refused) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_ledger *ledger = numbers(heap, 100);
  for (uint32_t i = 0; i < ZERO_LEDGER_TWINS; i++) {
    zero_value key = zero_test_hashed(heap, CROWDED, i);
    cr_assert(zero__ledger_put(ledger, key, zero__small(i)));
  }
  uint32_t used = ledger->used;
  zero_value refused = zero_test_hashed(heap, CROWDED, ZERO_LEDGER_TWINS);
  cr_assert_not(zero__ledger_put(ledger, refused, ZERO_UNIT));
  cr_assert_eq(ledger->used, used);
  cr_assert(zero_is_none(value_at(ledger, used, refused)));
  for (uint32_t i = 0; i < ZERO_LEDGER_TWINS; i++) {
    zero_value key = zero_test_hashed(heap, CROWDED, i);
    cr_assert(zero__same(value_at(ledger, used, key), zero__small(i)));
    cr_assert_eq(zero__ledger_find(ledger, used - ZERO_LEDGER_TWINS, key),
                 0);
  }
}

Test(ledger, keys_that_crowd_around_a_slot_are_refused) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_ledger *ledger = numbers(heap, 1000);
  uint32_t inverse = 1;
  for (int i = 0; i < 5; i++) inverse *= 2 - inverse * 0x9e3779b1;
  uint32_t laid = 0;
  while (laid <= ZERO_LEDGER_PROBES &&
         zero__ledger_put(
             ledger, zero_test_hashed(heap, ZERO_RUN * inverse * laid, 0),
             ZERO_UNIT)) {
    laid++;
  }
  cr_assert_leq(laid, ZERO_LEDGER_PROBES);
  cr_assert_gt(laid, ZERO_LEDGER_PROBES / 4);
}

Test(ledger, pairs_that_crowd_make_none) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_pair pairs[ZERO_LEDGER_TWINS + 1];
  for (uint32_t i = 0; i <= ZERO_LEDGER_TWINS; i++) {
    pairs[i] = (struct zero_pair){zero_test_hashed(heap, 7, i), ZERO_UNIT};
  }
  cr_assert_null(zero__ledger_of(heap, pairs, ZERO_LEDGER_TWINS + 1));
  cr_assert_not_null(zero__ledger_of(heap, pairs, ZERO_LEDGER_TWINS));
}

/* Keys that are counted out fill the table in clumps. */
Test(ledger, numbers_at_any_distance_fill_a_ledger) {
  struct zero_heap *heap = zero_test_heap();
  const uint32_t count = ZERO_SCALED(MILLION / 4);
  for (unsigned bits = 0; bits < 40; bits++) {
    const int64_t step = (INT64_C(1) << bits) - bits % 3;
    struct zero_ledger *ledger = spaced(heap, ZERO_LEDGER_SMALL, step);
    for (uint32_t i = ledger->used; i < count; i++) {
      if (!zero__ledger_room(ledger, i)) {
        ledger = zero__ledger_next(heap, ledger);
      }
      cr_assert(zero__ledger_put(ledger, zero__small(i * step), ZERO_UNIT),
                "number %u of step %" PRId64, i, step);
    }
    for (uint32_t i = 0; i < count; i++) {
      cr_assert_eq(zero__ledger_find(ledger, count, zero__small(i * step)),
                   i + 1);
    }
  }
}

Test(ledger, growing_keeps_places_and_makes_room) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_ledger *ledger = numbers(heap, 64);
  for (uint32_t i = 64; ledger->used < ledger->capacity; i++) {
    cr_assert(zero__ledger_put(ledger, zero__small(i), zero__small(i)));
  }
  uint32_t used = ledger->used;
  cr_assert_not(zero__ledger_room(ledger, used));
  struct zero_ledger *grown = zero__ledger_next(heap, ledger);
  cr_assert(zero__ledger_room(grown, used));
  cr_assert_eq(grown->used, used);
  for (uint32_t i = 0; i < used; i++) {
    cr_assert_eq(zero__ledger_find(grown, used, zero__small(i)), i + 1);
  }
}

Test(ledger, moving_leaves_behind_what_is_gone_and_keeps_the_order) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_ledger *ledger = numbers(heap, 64);
  zero__ledger_annotate(heap, ledger);
  for (uint32_t i = 0; i < 60; i++) {
    cr_assert(zero__ledger_put(ledger, zero__small(i), ZERO_NONE));
  }
  cr_assert(zero__ledger_put(ledger, zero__small(62), ZERO_UNIT));
  cr_assert(zero__ledger_put(ledger, zero__small(3), ZERO_TRUE));
  struct zero_ledger *next = zero__ledger_next(heap, ledger);
  const int64_t keys[] = {60, 61, 62, 63, 3};
  cr_assert_eq(next->used, 5);
  for (uint32_t i = 0; i < next->used; i++) {
    cr_assert_eq(zero__ledger_find(next, 5, zero__small(keys[i])), i + 1);
  }
  cr_assert(zero__same(value_at(next, 5, zero__small(62)), ZERO_UNIT));
}

/* Looked up in order, against it and at random: what was found before may
 * not change what is found. */
Test(ledger, look_ups_in_any_order_find_the_same) {
  struct zero_heap *heap = zero_test_heap();
  enum { COUNT = 500 };
  struct zero_ledger *ledger = numbers(heap, COUNT);
  struct zero_random random;
  zero_random_init(&random, "ledger order");
  uint32_t at = 0;
  for (int i = 0; i < 100000; i++) {
    uint64_t way = zero_random_below(&random, 8);
    at = way == 0   ? (uint32_t)zero_random_below(&random, COUNT)
         : way == 1 ? (at + COUNT - 1) % COUNT
                    : (at + 1) % COUNT;
    uint32_t version = (uint32_t)zero_random_below(&random, COUNT + 1);
    uint32_t expected = at < version ? at + 1 : 0;
    cr_assert_eq(zero__ledger_find(ledger, version, zero__small(at)),
                 expected);
  }
}

Test(ledger, a_ledger_full_of_what_is_gone_has_no_room) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_ledger *ledger = numbers(heap, 200);
  cr_assert(zero__ledger_room(ledger, 200));
  cr_assert(zero__ledger_room(ledger, 47));
  cr_assert_not(zero__ledger_room(ledger, 46));
}
