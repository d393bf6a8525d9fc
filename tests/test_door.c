/* test_door.c - a list that fits a family whole is packed, however made. */
#include "support/scale.h"
#include "value/list.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/heap.h"
#include "support/values.h"
#include "value/compare.h"
#include "value/map.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"

enum {
  ROUNDS = ZERO_SCALED(10000),
  LONG_TAIL = ZERO_SCALED(100000),
};

static uint64_t kind_of(zero_value v) {
  if (zero__is_packed(v)) return zero__object(v)->header;
  return v.bits & ZERO_TAG_MASK;
}

/* The list of a line of numbers and texts: digits are a number. */
static zero_value list_of(struct zero_heap *heap, const char *line) {
  char *copy = strdup(line), *state = NULL;
  zero_value list = ZERO_EMPTY;
  for (char *word = strtok_r(copy, " ", &state); word != NULL;
       word = strtok_r(NULL, " ", &state)) {
    bool number = strspn(word, "0123456789") == strlen(word);
    zero_value item = number ? zero__small(atoi(word))
                             : zero__text_of(heap, word);
    list = zero__raw_cons(heap, item, list);
  }
  free(copy);
  return zero__finish(heap, list, ZERO_EMPTY);
}

Test(door, type_of_agrees_with_a_reading_of_the_table) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "type-of");
  unsigned packed = 0, refused = 0;
  for (int i = 0; i < ROUNDS; i++) {
    struct zero_models models = {0};
    zero_model model = zero_any_list(&models, &random);
    zero_value value = zero_model_value(heap, model, ZERO_BY_CONS);
    const char *expected = zero_model_type(model);
    cr_assert_str_eq(zero__type_name(value), expected, "%s",
                     zero_model_print(model));
    if (zero__is_packed(value)) packed++;
    if (zero__is_cell(value)) refused++;
    zero_models_clear(&models);
  }
  cr_assert_gt(packed, ROUNDS / 10);
  cr_assert_gt(refused, ROUNDS / 10);
}

Test(door, near_misses_of_each_family_are_told_from_it) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "near misses");
  for (int i = 0; i < ROUNDS; i++) {
    struct zero_models models = {0};
    int tag = ZERO_FIRST_LIST_TAG + i % 15;
    zero_model model = zero_near_miss(&models, &random, tag);
    zero_value value = zero_model_value(heap, model, ZERO_BY_LIST);
    cr_assert_str_eq(zero__type_name(value), zero_model_type(model), "%s",
                     zero_model_print(model));
    zero_models_clear(&models);
  }
}

Test(door, well_formed_values_of_each_family_are_packed) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "well-formed");
  for (int i = 0; i < ROUNDS; i++) {
    unsigned tag = ZERO_FIRST_LIST_TAG + (unsigned)i % 15;
    zero_value value = zero_family_value(heap, &random, (int)tag);
    cr_assert(zero__is_packed(value));
    cr_assert_eq(zero__header_tag(zero__object(value)->header), tag);
  }
}

Test(door, a_value_has_one_form_however_it_was_built) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "one form");
  for (int i = 0; i < ROUNDS; i++) {
    struct zero_models models = {0};
    zero_model model = zero_any_model(&models, &random);
    zero_value first = zero_model_value(heap, model, ZERO_BY_CONS);
    for (int way = 1; way < ZERO_WAYS; way++) {
      zero_value other = zero_model_value(heap, model, (enum zero_way)way);
      cr_assert_eq(kind_of(first), kind_of(other), "%s",
                   zero_model_print(model));
      cr_assert(zero__equal(heap, first, other));
    }
    zero_models_clear(&models);
  }
}

Test(door, the_items_of_a_value_make_that_value_again) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "made again");
  for (int i = 0; i < ROUNDS; i++) {
    zero_value value = zero_any_value(heap, &random);
    if (!zero__is_pair(value)) continue;
    zero_value again = zero__cons(heap, zero__head(heap, value),
                                  zero__tail(heap, value));
    cr_assert_eq(kind_of(value), kind_of(again));
    cr_assert(zero__equal(heap, value, again));
  }
}

Test(door, a_tail_that_fits_a_family_is_packed_too) {
  struct zero_heap *heap = zero_test_heap();
  zero_value list = list_of(heap, "9 5 some 42");
  cr_assert_str_eq(zero__type_name(list), "List");
  cr_assert_str_eq(zero__type_name(zero__tail(heap, list)), "Option");
}

Test(door, fields_are_found_inside_a_packed_tail) {
  struct zero_heap *heap = zero_test_heap();
  zero_value live = list_of(heap, "15 live s r 5 none");
  cr_assert_str_eq(zero__type_name(live), "Live");
  cr_assert(zero__same(zero__record_field(heap, live, 2), zero__small(5)));
  cr_assert(zero__text_is(zero__record_field(heap, live, 3), "none"));
}

Test(door, a_map_entry_may_itself_be_packed) {
  struct zero_heap *heap = zero_test_heap();
  zero_value entry = list_of(heap, "5 none");
  cr_assert(zero__is_packed(entry));
  zero_value entries = zero__list(heap, &entry, 1);
  const zero_value items[] = {zero__small(ZERO_FAMILY_MAP),
                              zero__text_of(heap, "map"), entries};
  zero_value map = zero__list(heap, items, 3);
  cr_assert_str_eq(zero__type_name(map), "Map");
  zero_value none = zero__map_get(map, zero__small(5));
  cr_assert(zero__text_is(none, "none"));
  cr_assert(zero__equal(heap, zero__record_field(heap, map, 0), entries));
}

Test(door, heads_whose_bits_lie_between_tags_are_no_tags) {
  struct zero_heap *heap = zero_test_heap();
  const zero_value heads[] = {ZERO_UNIT, ZERO_FALSE};
  zero_value tail = list_of(heap, "some 42");
  for (size_t i = 0; i < 2; i++) {
    zero_value list = zero__cons(heap, heads[i], tail);
    cr_assert_str_eq(zero__type_name(list), "List");
    cr_assert(zero__same(zero__head(heap, list), heads[i]));
  }
}

Test(door, content_that_is_no_list_is_no_map_and_no_bytes) {
  struct zero_heap *heap = zero_test_heap();
  static const char *const lines[] = {"7 map 1", "7 map x", "8 bytes 1",
                                      "8 bytes x", "7 map", "8 bytes"};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    cr_assert_str_eq(zero__type_name(list_of(heap, lines[i])), "List");
  }
}

Test(door, what_does_not_fit_costs_one_cell_however_long_it_is) {
  struct zero_heap *heap = zero_test_heap();
  zero_value tail = ZERO_EMPTY;
  for (int i = 0; i < LONG_TAIL; i++) {
    tail = zero__cons(heap, zero__small(1000), tail);
  }
  tail = zero__cons(heap, zero__text_of(heap, "some"), tail);
  uint64_t before = zero__heap_allocated(heap);
  zero__cons(heap, zero__small(ZERO_FAMILY_OPTION), tail);
  cr_assert_eq(zero__heap_allocated(heap) - before, 16);
}

Test(door, some_takes_sixteen_bytes_and_none_takes_nothing) {
  struct zero_heap *heap = zero_test_heap();
  zero_value some = list_of(heap, "some 42");
  zero_value none = list_of(heap, "none");
  uint64_t before = zero__heap_allocated(heap);
  zero__cons(heap, zero__small(ZERO_FAMILY_OPTION), some);
  cr_assert_eq(zero__heap_allocated(heap) - before, 16);
  zero_value a = zero__cons(heap, zero__small(ZERO_FAMILY_OPTION), none);
  zero_value b = zero__cons(heap, zero__small(ZERO_FAMILY_OPTION), none);
  cr_assert(zero__same(a, b));
  cr_assert_eq(zero__heap_allocated(heap) - before, 16);
}
