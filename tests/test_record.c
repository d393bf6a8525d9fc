/* test_record.c - packed values field by field. */
#include "support/scale.h"
#include "value/record.h"

#include <criterion/criterion.h>

#include "support/heap.h"
#include "support/values.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/text.h"

enum { ROUNDS = ZERO_SCALED(10000) };

static const struct zero_variant *variant(const char *family,
                                          const char *name) {
  return zero__variant_by_name(zero__family_by_name(family), name,
                               strlen(name));
}

Test(record, each_kind_of_value_has_its_type_name) {
  struct zero_heap *heap = zero_test_heap();
  cr_assert_str_eq(zero__type_name(ZERO_UNIT), "Unit");
  cr_assert_str_eq(zero__type_name(ZERO_TRUE), "Bool");
  cr_assert_str_eq(zero__type_name(zero__small(1)), "I64");
  cr_assert_str_eq(zero__type_name(zero__i64(heap, INT64_MIN)), "I64");
  cr_assert_str_eq(zero__type_name(zero__text_of(heap, "")), "Text");
  cr_assert_str_eq(zero__type_name(ZERO_EMPTY), "List");
  cr_assert_str_eq(zero__type_name(zero__map_empty(heap)), "Map");
}

Test(record, a_function_is_of_no_family) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_function *function =
      zero__alloc(heap, ZERO_TRACED, sizeof *function);
  function->header = zero__header(ZERO_KIND_FUNCTION, 0, 0, 0);
  zero_value v = zero__of_object(function);
  cr_assert_null(zero__family_of(v));
  cr_assert_str_eq(zero__type_name(v), "Function");
  cr_assert_not(zero__is_list(v));
}

Test(record, fields_and_variant_are_those_of_the_list) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "fields");
  for (int i = 0; i < ROUNDS; i++) {
    struct zero_models models = {0};
    zero_model model = zero_family_model(&models, &random,
                                         ZERO_FIRST_LIST_TAG + i % 15);
    zero_value value = zero_model_value(heap, model, ZERO_BY_LIST);
    const struct zero_variant *found = zero__variant_of(value);
    cr_assert_str_eq(found->name, model->items[1]->text);
    cr_assert_eq(found->field_count, model->count - 2);
    cr_assert(zero__is_variant(value, zero__variant_word(found)));
    for (unsigned f = 0; f < found->field_count; f++) {
      zero_value field = zero__record_field(heap, value, f);
      cr_assert(zero_model_matches(heap, model->items[f + 2], field));
    }
    zero_models_clear(&models);
  }
}

Test(record, fields_of_a_record_make_an_equal_record) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "made of fields");
  for (int i = 0; i < ROUNDS; i++) {
    zero_value value =
        zero_family_value(heap, &random, ZERO_FIRST_LIST_TAG + i % 15);
    const struct zero_variant *found = zero__variant_of(value);
    zero_value fields[UINT8_MAX];
    for (unsigned f = 0; f < found->field_count; f++) {
      fields[f] = zero__record_field(heap, value, f);
    }
    cr_assert_eq(zero__misfit(heap, found, fields), -1);
    zero_value again = zero__record_new(heap, found, fields);
    cr_assert_eq(zero__object(again)->header, zero__object(value)->header);
  }
}

Test(record, misfit_names_the_first_field_that_is_wrong) {
  struct zero_heap *heap = zero_test_heap();
  const struct zero_variant *handle = variant("Handle", "handle");
  zero_value fields[] = {zero__text_of(heap, "process"), zero__small(1),
                         zero__text_of(heap, "open")};
  cr_assert_eq(zero__misfit(heap, handle, fields), -1);
  fields[2] = zero__text_of(heap, "ajar");
  cr_assert_eq(zero__misfit(heap, handle, fields), 2);
  fields[1] = ZERO_UNIT;
  cr_assert_eq(zero__misfit(heap, handle, fields), 1);
  fields[0] = ZERO_EMPTY;
  cr_assert_eq(zero__misfit(heap, handle, fields), 0);
}

Test(record, map_and_bytes_fields_are_checked_in_their_list_form) {
  struct zero_heap *heap = zero_test_heap();
  const zero_value numbers[] = {zero__small(0), zero__small(256)};
  zero_value bytes = zero__list(heap, numbers, 1);
  zero_value wrong = zero__list(heap, numbers, 2);
  const struct zero_variant *of_bytes = variant("Bytes", "bytes");
  const struct zero_variant *of_map = variant("Map", "map");
  cr_assert_eq(zero__misfit(heap, of_bytes, &bytes), -1);
  cr_assert_eq(zero__misfit(heap, of_bytes, &wrong), 0);
  zero_value entries = zero__list(heap, &wrong, 1);
  cr_assert_eq(zero__misfit(heap, of_map, &entries), -1);
  cr_assert_eq(zero__misfit(heap, of_map, &bytes), 0);
}

Test(record, a_variant_without_fields_is_one_shared_record) {
  struct zero_heap *heap = zero_test_heap();
  const struct zero_variant *none = variant("Option", "none");
  cr_assert(zero__same(zero__record_new(heap, none, NULL),
                       zero__record_new(heap, none, NULL)));
}

Test(record, the_name_of_a_variant_is_one_shared_text) {
  zero_test_heap();
  const struct zero_variant *some = variant("Option", "some");
  zero_value text = zero__names_of(zero__variant_word(some))->text;
  cr_assert(zero__text_is(text, "some"));
  cr_assert(zero__same(text, zero__names_of(zero__variant_word(some))->text));
}
