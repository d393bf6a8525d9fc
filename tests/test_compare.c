/* test_compare.c - the laws of equality and hash. */
#include "support/scale.h"
#include "value/compare.h"

#include <criterion/criterion.h>

#include "support/heap.h"
#include "support/small_stack.h"
#include "support/values.h"
#include "value/bytes.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"

enum {
  ROUNDS = ZERO_SCALED(10000),
  NEST = ZERO_SCALED(1000000),
};

/* Two models that are often equal, and often nearly. */
static zero_model relative(struct zero_models *models,
                           struct zero_random *random, zero_model model) {
  if (model->kind != ZERO_MODEL_LIST || model->count == 0 ||
      zero_random_below(random, 4) == 0) {
    return zero_random_below(random, 3) > 0
               ? model
               : zero_any_model(models, random);
  }
  zero_model copy = zero_model_list(models, model->items, model->count);
  uint64_t index = zero_random_below(random, model->count);
  copy->items[index] = relative(models, random, model->items[index]);
  return copy;
}

Test(compare, equality_is_that_of_the_model) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "equality");
  unsigned equal = 0;
  for (int i = 0; i < ROUNDS; i++) {
    struct zero_models models = {0};
    zero_model a = zero_any_model(&models, &random);
    zero_model b = relative(&models, &random, a);
    zero_value x = zero_model_value(heap, a, ZERO_BY_LIST);
    zero_value y = zero_model_value(heap, b, ZERO_BY_CONS);
    bool expected = zero_model_equal(a, b);
    cr_assert_eq(zero__equal(heap, x, y), expected, "%s %s",
                 zero_model_print(a), zero_model_print(b));
    cr_assert_eq(zero__equal(heap, y, x), expected);
    cr_assert(zero__equal(heap, x, x));
    equal += expected;
    zero_models_clear(&models);
  }
  cr_assert_gt(equal, ROUNDS / 10);
  cr_assert_lt(equal, ROUNDS - ROUNDS / 10);
}

Test(compare, equal_values_have_equal_hashes_and_others_do_not) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "hash");
  for (int i = 0; i < ROUNDS; i++) {
    struct zero_models models = {0};
    zero_model a = zero_any_model(&models, &random);
    zero_model b = relative(&models, &random, a);
    zero_value x = zero_model_value(heap, a, ZERO_BY_LIST);
    zero_value y = zero_model_value(heap, b, ZERO_BY_FINISH);
    cr_assert_eq(zero__hash(heap, x) == zero__hash(heap, y),
                 zero_model_equal(a, b), "%s %s", zero_model_print(a),
                 zero_model_print(b));
    zero_models_clear(&models);
  }
}

/* Numbers recorded once: a changed hash would show here, as would one that
 * depends on the addresses of values. */
Test(compare, hashes_are_the_same_in_every_process) {
  struct zero_heap *heap = zero_test_heap();
  const zero_value some[] = {zero__small(5), zero__text_of(heap, "some"),
                             zero__small(42)};
  cr_assert_eq(zero__hash(heap, ZERO_UNIT), UINT64_C(0x6aa9d61435dbe63e));
  cr_assert_eq(zero__hash(heap, zero__list(heap, some, 3)),
               UINT64_C(0xdd4c8f5d71071d74));
  cr_assert_eq(zero__hash(heap, zero__list(heap, some, 2)),
               UINT64_C(0xb11c1fe6f8321a52));
}

Test(compare, maps_are_equal_only_in_the_same_order) {
  struct zero_heap *heap = zero_test_heap();
  zero_value a = zero__map_empty(heap), b = a;
  for (int64_t i = 0; i < 2; i++) {
    a = zero__map_put(heap, a, zero__small(i), ZERO_UNIT);
    b = zero__map_put(heap, b, zero__small(1 - i), ZERO_UNIT);
  }
  cr_assert_not(zero__equal(heap, a, b));
  cr_assert_neq(zero__hash(heap, a), zero__hash(heap, b));
  zero_value again = zero__map_remove(heap, b, zero__small(1));
  again = zero__map_put(heap, again, zero__small(1), ZERO_UNIT);
  cr_assert(zero__equal(heap, a, again));
  cr_assert_eq(zero__hash(heap, a), zero__hash(heap, again));
}

Test(compare, bytes_are_equal_where_all_of_them_are) {
  struct zero_heap *heap = zero_test_heap();
  zero_value a = zero__bytes_new(heap, "123456789", 9);
  zero_value same = zero__bytes_new(heap, "123456789", 9);
  const zero_value others[] = {
      zero__bytes_new(heap, "12345678", 8),
      zero__bytes_new(heap, "123456780", 9),
      zero__bytes_new(heap, "023456789", 9),
  };
  cr_assert(zero__equal(heap, a, same));
  cr_assert_eq(zero__hash(heap, a), zero__hash(heap, same));
  for (size_t i = 0; i < 3; i++) {
    cr_assert_not(zero__equal(heap, a, others[i]));
    cr_assert_neq(zero__hash(heap, a), zero__hash(heap, others[i]));
  }
}

static zero_value function(struct zero_heap *heap,
                           struct zero_callable *code) {
  struct zero_function *made = zero__alloc(heap, ZERO_TRACED, sizeof *made);
  made->header = zero__header(ZERO_KIND_FUNCTION, 0, 0, 0);
  made->code = code;
  return zero__of_object(made);
}

Test(compare, functions_are_equal_where_they_are_the_same) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_callable code = {zero__text_of(heap, "f")};
  zero_value f = function(heap, &code), g = function(heap, &code);
  cr_assert(zero__equal(heap, f, f));
  cr_assert_not(zero__equal(heap, f, g));
  cr_assert_eq(zero__hash(heap, f), zero__hash(heap, f));
}

Test(compare, the_values_visited_are_charged_for) {
  struct zero_heap *heap = zero_test_heap();
  zero_value a = ZERO_EMPTY, b = ZERO_EMPTY;
  for (int i = 0; i < 100; i++) {
    a = zero__cons(heap, zero__small(99), a);
    b = zero__cons(heap, zero__small(99), b);
  }
  heap->fuel = 1000;
  cr_assert(zero__equal(heap, a, b));
  cr_assert_leq(heap->fuel, 900);
  cr_assert_gt(heap->fuel, 700);
}

/* --- shared parts -------------------------------------------------------- */

enum { LEVELS = 3000 };

/* Has 2^LEVELS leaves in a few cells for each level: both items of each list,
 * record and Map are the one below, or one continues where the other begins. */
static zero_value shared(struct zero_heap *heap, int64_t leaf) {
  zero_value v = zero__list(heap, (zero_value[]){zero__small(leaf)}, 1);
  for (int i = 0; i < LEVELS; i++) {
    const zero_value twice[] = {v, v};
    switch (i % 3) {
      case 0:
        v = zero__list(heap, twice, 2);
        break;
      case 1:
        v = zero__cons(heap, v, v);
        break;
      default:
        v = zero__map_put(heap, zero__map_empty(heap), ZERO_TRUE, v);
        v = zero__map_put(heap, v, ZERO_FALSE, zero__map_get(v, ZERO_TRUE));
        v = zero__list(heap, (zero_value[]){v}, 1);
    }
  }
  return v;
}

static uint64_t charged;

static void count_charged(struct zero_heap *heap) {
  charged += (uint64_t)(ZERO_SLICE - heap->fuel);
  heap->fuel = ZERO_SLICE;
}

Test(compare, parts_that_are_shared_are_compared_once, .timeout = 60) {
  struct zero_heap *heap = zero_test_heap();
  zero_value a = shared(heap, 1), b = shared(heap, 1), c = shared(heap, 2);
  heap->poll = count_charged;
  cr_assert(zero__equal(heap, a, b));
  cr_assert_lt(charged, 100 * LEVELS);
  cr_assert_not(zero__equal(heap, a, c));
  cr_assert_lt(charged, 200 * LEVELS);
}

enum { MANY = ZERO_SCALED(200000) };

/* A list of lists, each with a tail that others have too. */
static zero_value suffixes(struct zero_heap *heap, int64_t last) {
  zero_value all = ZERO_EMPTY, suffix = ZERO_EMPTY;
  for (int64_t i = 0; i < MANY; i++) {
    zero_value item = zero__small(i == 0 ? last : i);
    suffix = zero__cons(heap, zero__list(heap, &item, 1), suffix);
    all = zero__cons(heap, suffix, all);
  }
  return all;
}

Test(compare, many_pairs_are_remembered, .timeout = 60) {
  struct zero_heap *heap = zero_test_heap();
  zero_value a = suffixes(heap, 1), b = suffixes(heap, 1);
  zero_value c = suffixes(heap, 2);
  heap->poll = count_charged;
  cr_assert(zero__equal(heap, a, b));
  cr_assert_lt(charged, UINT64_C(100) * MANY);
  cr_assert_not(zero__equal(heap, a, c));
}

/* --- depth ------------------------------------------------------------- */

struct deep_work {
  struct zero_heap *heap;
  bool equal;
  bool different;
  bool same_hash;
};

/* Lists, records and Maps in turn, each inside the next and followed by more
 * so that all of them must be come back to. */
static zero_value nest(struct zero_heap *heap, zero_value core) {
  zero_value v = core;
  for (int i = 0; i < NEST; i++) {
    const zero_value pair[] = {v, ZERO_UNIT};
    const zero_value some[] = {zero__small(5), zero__text_of(heap, "some"),
                               v};
    switch (i % 3) {
      case 0:
        v = zero__list(heap, pair, 2);
        break;
      case 1:
        v = zero__list(heap, some, 3);
        break;
      default:
        v = zero__map_put(heap, zero__map_empty(heap), ZERO_TRUE, v);
        v = zero__map_put(heap, v, ZERO_FALSE, ZERO_UNIT);
    }
  }
  return v;
}

static void work_on_nests(void *context) {
  struct deep_work *work = context;
  struct zero_heap *heap = work->heap;
  zero_value a = nest(heap, zero__small(1)), b = nest(heap, zero__small(1));
  zero_value c = nest(heap, zero__small(2));
  work->equal = zero__equal(heap, a, b);
  work->different = !zero__equal(heap, a, c);
  work->same_hash = zero__hash(heap, a) == zero__hash(heap, b) &&
                    zero__hash(heap, a) != zero__hash(heap, c);
}

Test(compare, a_million_levels_need_no_more_stack_than_one) {
  struct deep_work work = {.heap = zero_test_heap()};
  zero_test_on_small_stack(work_on_nests, &work);
  cr_assert(work.equal);
  cr_assert(work.different);
  cr_assert(work.same_hash);
}
