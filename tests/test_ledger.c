/* test_ledger.c - the table of a Map and its versions. */
#include "value/map_ledger.h"

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
  GROUPS = 512,         /* of slots, of a ledger that a test crowds */
};

#define MIXER UINT32_C(0x9e3779b1) /* what the ledger multiplies hashes with */

/* A ledger of `count` numbers from 0, `step` from each other, each mapped to
 * its index. */
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

/* A hash for which groups are probed from `group` on, of GROUPS; another one
 * for each `which`. */
static uint32_t hash_into(uint32_t group, uint32_t which) {
  uint32_t inverse = 1;
  for (int i = 0; i < 5; i++) inverse *= 2 - inverse * MIXER;
  uint32_t mixed = group * (UINT32_MAX / GROUPS + 1) + which * ZERO_RUN;
  return mixed * inverse + which % ZERO_RUN;
}

static uint32_t group_of(uint32_t hash) {
  uint32_t mixed = (hash - hash % ZERO_RUN) * MIXER;
  return mixed / (UINT32_MAX / GROUPS + 1);
}

/* True if look-ups that begin at group 0 may pass here. */
static bool is_on_the_way(uint32_t group) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < ZERO_LEDGER_PROBES / ZERO_RUN; i++) {
    at += i;
    if (at == group) return true;
  }
  return false;
}

/* A ledger of GROUPS groups that has nothing on the way from group 0. */
static struct zero_ledger *with_free_way(struct zero_heap *heap) {
  struct zero_pair pairs[2 * GROUPS];
  uint32_t count = 0;
  for (uint32_t i = 0; i < 2 * GROUPS; i++) {
    if (is_on_the_way(i / 2)) continue;
    uint32_t hash = hash_into(i / 2, i % 2);
    pairs[count++] =
        (struct zero_pair){zero_test_hashed(heap, hash, 0), ZERO_UNIT};
  }
  struct zero_ledger *ledger = zero__ledger_of(heap, pairs, count);
  cr_assert_eq(2 * ledger->capacity, GROUPS * ZERO_RUN);
  return ledger;
}

Test(ledger, as_many_keys_crowd_around_a_slot_as_are_probed) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_ledger *ledger = with_free_way(heap);
  uint32_t first = ledger->used, laid = 0;
  while (laid <= ZERO_LEDGER_PROBES &&
         zero__ledger_put(ledger,
                          zero_test_hashed(heap, hash_into(0, laid), 0),
                          ZERO_UNIT)) {
    laid++;
  }
  cr_assert_eq(laid, ZERO_LEDGER_PROBES);
  for (uint32_t i = 0; i <= laid; i++) {
    zero_value key = zero_test_hashed(heap, hash_into(0, i), 0);
    cr_assert_eq(zero__ledger_find(ledger, ledger->used, key),
                 i < laid ? first + i + 1 : 0);
  }
}

/* Their slots look alike, and only their hashes, of which no slot holds these
 * bits, show that they are not twins. */
Test(ledger, keys_whose_slots_look_alike_are_not_of_one_hash) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_ledger *ledger = with_free_way(heap);
  for (uint32_t which = 1; which <= ZERO_RUN / 2; which++) {
    zero_value key = zero_test_hashed(heap, hash_into(0, which), 0);
    cr_assert(zero__ledger_put(ledger, key, ZERO_UNIT));
  }
  uint32_t laid = 0;
  for (uint32_t group = 2; group-- > 0;) {
    for (uint32_t bits = 0; bits < GROUPS * ZERO_RUN; bits++) {
      uint32_t hash = CROWDED ^ bits * ZERO_RUN;
      if (group_of(hash) != group) continue;
      zero_value key = zero_test_hashed(heap, hash, 0);
      cr_assert(zero__ledger_put(ledger, key, ZERO_UNIT), "key %u", laid);
      laid++;
    }
  }
  cr_assert_gt(laid, ZERO_LEDGER_TWINS + ZERO_RUN / 2);
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

/* Each key is in a group of its hash, until a larger table has them all in the
 * sequence of one. */
Test(ledger, keys_that_would_crowd_in_a_larger_one_are_not_moved) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_pair pairs[ZERO_LEDGER_PROBES];
  uint32_t count = 0, group = 0;
  for (uint32_t i = 0; count < ZERO_LEDGER_PROBES; i++) {
    group = (group + i) % (GROUPS / 2);
    for (uint32_t which = 0; which < ZERO_RUN; which++) {
      uint32_t hash = hash_into(2 * group, which);
      pairs[count++] =
          (struct zero_pair){zero_test_hashed(heap, hash, 0), ZERO_UNIT};
    }
  }
  struct zero_ledger *ledger = zero__ledger_of(heap, pairs, count);
  cr_assert_eq(8 * ledger->capacity, GROUPS * ZERO_RUN);
  zero_value last = zero_test_hashed(heap, hash_into(0, ZERO_RUN), 0);
  cr_assert_not_null(zero__ledger_next(heap, ledger));
  cr_assert(zero__ledger_put(ledger, last, ZERO_UNIT));
  cr_assert_null(zero__ledger_next(heap, ledger));
}

Test(ledger, more_pairs_than_a_slot_can_name_make_none) {
  struct zero_heap *heap = zero_test_heap();
  const struct zero_pair none = {ZERO_NONE, ZERO_NONE};
  zero__heap_limit(heap, 1000);
  cr_assert_null(zero__ledger_of(heap, &none, (1 << 29) + 1));
  cr_assert_null(zero__ledger_of(heap, &none, UINT64_MAX));
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

/* Looked up in order, in reverse and at random: earlier finds may not change
 * later ones. */
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

/* --- against the pairs, read from the back --- */

enum { KEYS = 24, MOST = 64, MODELS = 300 };

/* A ledger, and the key of each of its pairs. */
struct model {
  struct zero_heap *heap;
  struct zero_ledger *ledger;
  unsigned keys[MOST + 1];
};

/* Made anew, so that only what they hold says that two are the same. */
static zero_value key_of(struct zero_heap *heap, unsigned key) {
  static const char text[] = "abcdefghijklmnopqrstuvwx";
  if (key % 3 == 0) return zero__small(key);
  if (key % 3 == 1) return zero_test_hashed(heap, CROWDED, key / 3);
  return zero__text_new(heap, text, key);
}

static uint32_t place_of(const struct model *model, uint32_t version,
                         unsigned key) {
  while (version > 0 && model->keys[version] != key) version--;
  return version;
}

static bool has(const struct model *model, unsigned key) {
  uint32_t place = place_of(model, model->ledger->used, key);
  return place != 0 &&
         !zero_is_none(zero__ledger_pair(model->ledger, place)->value);
}

static struct model model_new(struct zero_heap *heap, uint32_t count) {
  struct model model = {.heap = heap};
  struct zero_pair pairs[KEYS];
  for (uint32_t i = 0; i < count; i++) {
    model.keys[i + 1] = i;
    pairs[i] = (struct zero_pair){key_of(heap, i), zero__small(i)};
  }
  model.ledger = zero__ledger_of(heap, pairs, count);
  cr_assert_leq(model.ledger->capacity, MOST);
  return model;
}

/* Puts some key or removes one that is there. */
static void change(struct model *model, struct zero_random *random) {
  unsigned key = (unsigned)zero_random_below(random, KEYS);
  bool removed = has(model, key) && zero_random_below(random, 2) == 0;
  uint32_t used = model->ledger->used;
  if (place_of(model, used, key) != 0) {
    zero__ledger_annotate(model->heap, model->ledger);
  }
  cr_assert(zero__ledger_put(model->ledger, key_of(model->heap, key),
                             removed ? ZERO_NONE : zero__small(used)));
  model->keys[used + 1] = key;
}

static void check_find(const struct model *model, uint32_t version) {
  for (unsigned key = 0; key < KEYS; key++) {
    cr_assert_eq(zero__ledger_find(model->ledger, version,
                                   key_of(model->heap, key)),
                 place_of(model, version, key), "key %u of version %u", key,
                 version);
  }
}

/* The order is that of the first put since the key was last not there. */
static void check_order(const struct model *model, uint32_t version) {
  uint32_t count, expected = 0;
  const uint32_t *order = zero__ledger_order(model->heap, model->ledger,
                                             version, &count);
  for (uint32_t place = 1; place <= version; place++) {
    uint32_t last = place_of(model, place - 1, model->keys[place]);
    bool is_first =
        last == 0 ||
        zero_is_none(zero__ledger_pair(model->ledger, last)->value);
    uint32_t at = place; /* the last pair before the key is removed again */
    for (uint32_t p = place; p <= version; p++) {
      if (model->keys[p] != model->keys[place]) continue;
      at = p;
      if (zero_is_none(zero__ledger_pair(model->ledger, p)->value)) break;
    }
    if (!is_first ||
        zero_is_none(zero__ledger_pair(model->ledger, at)->value)) {
      continue;
    }
    cr_assert_lt(expected, count);
    cr_assert_eq(order[expected], at, "%u of version %u", expected, version);
    expected++;
  }
  cr_assert_eq(count, expected);
}

Test(ledger, each_version_says_what_its_pairs_say) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "ledger versions");
  for (int i = 0; i < MODELS; i++) {
    struct model model =
        model_new(heap, (uint32_t)zero_random_below(&random, KEYS));
    struct zero_ledger *ledger = model.ledger;
    while (ledger->used < ledger->capacity) {
      change(&model, &random);
      check_find(&model, ledger->used);
      check_find(&model,
                 (uint32_t)zero_random_below(&random, ledger->used + 1));
    }
    for (uint32_t v = 0; v <= ledger->used; v++) check_order(&model, v);
  }
}

Test(ledger, a_ledger_full_of_what_is_gone_has_no_room) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_ledger *ledger = numbers(heap, 200);
  cr_assert(zero__ledger_room(ledger, 200));
  cr_assert(zero__ledger_room(ledger, 47));
  cr_assert_not(zero__ledger_room(ledger, 46));
}
