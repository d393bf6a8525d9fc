/* test_list.c - lists of every kind against a plain model. */
#include "support/scale.h"
#include "value/list.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/heap.h"
#include "support/small_stack.h"
#include "support/values.h"
#include "value/compare.h"
#include "value/number.h"
#include "value/print.h"
#include "value/record.h"
#include "value/text.h"

enum {
  ROUNDS = ZERO_SCALED(10000),
  LONG_LIST = ZERO_SCALED(20000000),
};

/* What one round of a law works with. */
struct round {
  struct zero_heap *heap;
  struct zero_random random;
  struct zero_models models;
};

static void begin(struct round *round, const char *law) {
  *round = (struct round){.heap = zero_test_heap()};
  zero_random_init(&round->random, law);
}

static enum zero_way any_way(struct round *round) {
  return (enum zero_way)zero_random_below(&round->random, ZERO_WAYS);
}

static zero_value value_of(struct round *round, zero_model model) {
  return zero_model_value(round->heap, model, any_way(round));
}

static zero_model any_list(struct round *round) {
  return zero_any_list(&round->models, &round->random);
}

#define FOR_EACH_ROUND(round, law)                    \
  for (int left = (begin(&(round), law), ROUNDS); left > 0; \
       left--, zero_models_clear(&(round).models))

Test(list, heads_and_tails_are_those_of_the_model) {
  struct round round;
  FOR_EACH_ROUND(round, "heads and tails") {
    zero_model model = any_list(&round);
    zero_value value = value_of(&round, model);
    cr_assert(zero_model_matches(round.heap, model, value), "%s",
              zero_model_print(model));
  }
}

Test(list, length_and_nth_are_those_of_the_model) {
  struct round round;
  FOR_EACH_ROUND(round, "length and nth") {
    zero_model model = any_list(&round);
    zero_value value = value_of(&round, model), item;
    cr_assert_eq(zero__length(round.heap, value), model->count);
    for (size_t i = 0; i < model->count; i++) {
      cr_assert(zero__nth(round.heap, value, i, &item));
      cr_assert(zero_model_matches(round.heap, model->items[i], item));
    }
    cr_assert_not(zero__nth(round.heap, value, model->count, &item));
    cr_assert_not(zero__nth(round.heap, value, UINT64_MAX, &item));
  }
}

Test(list, a_walk_meets_the_items_of_the_model) {
  struct round round;
  FOR_EACH_ROUND(round, "walk") {
    zero_model model = any_list(&round);
    struct zero_iterator at = zero__iterate(value_of(&round, model));
    zero_value item;
    for (size_t i = 0; i < model->count; i++) {
      cr_assert_not(zero__at_end(&at));
      cr_assert(zero__next(round.heap, &at, &item));
      cr_assert(zero_model_matches(round.heap, model->items[i], item));
    }
    cr_assert(zero__at_end(&at));
    cr_assert_not(zero__next(round.heap, &at, &item));
    cr_assert_not(zero__next(round.heap, &at, &item));
  }
}

Test(list, cons_is_that_of_the_model) {
  struct round round;
  FOR_EACH_ROUND(round, "cons") {
    zero_model head = zero_any_model(&round.models, &round.random);
    zero_model tail = any_list(&round);
    zero_value list = zero__cons(round.heap, value_of(&round, head),
                                 value_of(&round, tail));
    zero_model model = zero_model_cons(&round.models, head, tail);
    cr_assert(zero_model_matches(round.heap, model, list));
    cr_assert(zero__equal(round.heap, list, value_of(&round, model)));
  }
}

Test(list, append_is_that_of_the_model) {
  struct round round;
  FOR_EACH_ROUND(round, "append") {
    zero_model a = any_list(&round), b = any_list(&round);
    zero_value list = zero__append(round.heap, value_of(&round, a),
                                   value_of(&round, b));
    zero_model model = zero_model_append(&round.models, a, b);
    cr_assert(zero_model_matches(round.heap, model, list));
    cr_assert(zero__equal(round.heap, list, value_of(&round, model)));
  }
}

Test(list, reverse_is_that_of_the_model) {
  struct round round;
  FOR_EACH_ROUND(round, "reverse") {
    zero_model a = any_list(&round);
    zero_value list = zero__reverse(round.heap, value_of(&round, a));
    zero_model model = zero_model_reverse(&round.models, a);
    cr_assert(zero_model_matches(round.heap, model, list));
    cr_assert(zero__equal(round.heap, list, value_of(&round, model)));
  }
}

Test(list, append_to_the_empty_list_is_the_other_list) {
  struct zero_heap *heap = zero_test_heap();
  const zero_value one[] = {zero__small(1)};
  zero_value list = zero__list(heap, one, 1);
  cr_assert(zero__same(zero__append(heap, ZERO_EMPTY, list), list));
  cr_assert(zero__same(zero__append(heap, ZERO_EMPTY, ZERO_EMPTY),
                       ZERO_EMPTY));
  cr_assert(zero__same(zero__reverse(heap, ZERO_EMPTY), ZERO_EMPTY));
  cr_assert(zero__same(zero__list(heap, NULL, 0), ZERO_EMPTY));
}

Test(list, finish_joins_a_chain_to_a_tail_it_packs_with) {
  struct zero_heap *heap = zero_test_heap();
  zero_value chain = zero__raw_cons(heap, zero__small(1), ZERO_EMPTY);
  chain = zero__raw_cons(heap, zero__small(ZERO_FAMILY_OPTION), chain);
  zero_value name = zero__text_of(heap, "none");
  zero_value list =
      zero__finish(heap, chain, zero__list(heap, &name, 1));
  cr_assert_eq(zero__length(heap, list), 3);
  cr_assert(zero__is_packed(zero__tail(heap, list)));
}

/* --- long lists -------------------------------------------------------- */

struct long_work {
  struct zero_heap *heap;
  uint64_t length;
  uint64_t printed;
  bool equal;
  bool same_hash;
};

static void count_bytes(void *context, const char *bytes, size_t size) {
  (void)bytes;
  *(uint64_t *)context += size;
}

static zero_value count_down(struct zero_heap *heap) {
  zero_value list = ZERO_EMPTY;
  for (int64_t i = 0; i < LONG_LIST; i++) {
    list = zero__raw_cons(heap, zero__small(7), list);
  }
  return zero__finish(heap, list, ZERO_EMPTY);
}

static void work_on_long_lists(void *context) {
  struct long_work *work = context;
  zero_value a = count_down(work->heap), b = count_down(work->heap);
  work->length = zero__length(work->heap, a);
  work->equal = zero__equal(work->heap, a, b);
  work->same_hash = zero__hash(work->heap, a) == zero__hash(work->heap, b);
  zero__print(work->heap, a, count_bytes, &work->printed);
}

Test(list, twenty_million_cells_need_no_more_stack_than_one) {
  struct long_work work = {.heap = zero_test_heap()};
  zero_test_on_small_stack(work_on_long_lists, &work);
  cr_assert_eq(work.length, LONG_LIST);
  cr_assert(work.equal);
  cr_assert(work.same_hash);
  cr_assert_eq(work.printed, strlen("(list)") + 2 * (uint64_t)LONG_LIST);
}
