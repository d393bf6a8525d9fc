/* test_bytes.c - Bytes go to lists and back, and numbers keep their range. */
#include "support/scale.h"
#include "value/bytes.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support/heap.h"
#include "support/random.h"
#include "value/list.h"
#include "value/number.h"
#include "zero/gen/codes.h"

enum { LAWS = ZERO_SCALED(10000), LONGEST = 300 };

static void check_list(zero_value list, const unsigned char *data,
                       size_t size) {
  for (size_t i = 0; i < size; i++, list = zero__cell(list)->tail) {
    cr_assert(zero__is_cell(list));
    cr_assert(zero__same(zero__cell(list)->head, zero__small(data[i])));
  }
  cr_assert(zero__is_empty(list));
}

Test(bytes, random_bytes_become_their_list_and_come_back) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "bytes to list and back");
  for (int i = 0; i < LAWS; i++) {
    unsigned char data[LONGEST];
    size_t size = zero_random_below(&random, i % 20 == 0 ? LONGEST : 20);
    for (size_t at = 0; at < size; at++) {
      data[at] = (unsigned char)zero_random_next(&random);
    }
    zero_value bytes = zero__bytes_new(heap, data, size);
    zero_value list = zero__bytes_to_list(heap, bytes);
    check_list(list, data, size);
    zero_value back = zero__bytes_from_list(heap, list);
    cr_assert(zero__is_kind(back, ZERO_KIND_BYTES));
    cr_assert_eq(zero__bytes(back)->size, size);
    cr_assert_eq(memcmp(zero__bytes(back)->data, data, size), 0);
  }
}

Test(bytes, the_header_names_family_variant_and_one_field) {
  struct zero_heap *heap = zero_test_heap();
  zero_value bytes = zero__bytes_new(heap, "abc", 3);
  uint64_t header = zero__object(bytes)->header;
  cr_assert_eq(zero__header_kind(header), ZERO_KIND_BYTES);
  cr_assert_eq(zero__header_tag(header), ZERO_FAMILY_BYTES);
  cr_assert_eq(zero__header_variant(header), 0);
  cr_assert_eq(zero__header_count(header), 1);
  cr_assert(zero__is_packed(bytes));
}

Test(bytes, no_bytes_are_the_empty_list) {
  struct zero_heap *heap = zero_test_heap();
  zero_value bytes = zero__bytes_new(heap, NULL, 0);
  cr_assert(zero__is_empty(zero__bytes_to_list(heap, bytes)));
  bytes = zero__bytes_from_list(heap, ZERO_EMPTY);
  cr_assert_eq(zero__bytes(bytes)->size, 0);
}

Test(bytes, a_list_with_another_item_is_refused_wherever_it_stands) {
  struct zero_heap *heap = zero_test_heap();
  const zero_value wrong[] = {zero__small(256),
                              zero__small(-1),
                              ZERO_UNIT,
                              ZERO_FALSE,
                              ZERO_EMPTY,
                              zero__i64(heap, INT64_MAX),
                              zero__raw_cons(heap, ZERO_UNIT, ZERO_EMPTY)};
  for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
    for (int place = 0; place < 5; place++) {
      zero_value list = ZERO_EMPTY;
      for (int i = 0; i < 5; i++) {
        zero_value item = i == place ? wrong[w] : zero__small(100);
        list = zero__raw_cons(heap, item, list);
      }
      cr_assert(zero_is_none(zero__bytes_from_list(heap, list)));
    }
  }
}

static void make_impossible(void *context) {
  zero__bytes_new(context, NULL, SIZE_MAX - 3);
}

Test(bytes, an_impossible_size_is_out_of_memory) {
  struct zero_heap *heap = zero_test_heap();
  cr_assert_eq(zero__protect(heap, make_impossible, heap),
               ZERO_CODE_OUT_OF_MEMORY);
}

static void check_number(struct zero_heap *heap, int64_t number) {
  zero_value v = zero__i64(heap, number);
  bool small = number >= -(INT64_C(1) << 62) &&
               number < INT64_C(1) << 62;
  cr_assert(zero__is_i64(v));
  cr_assert_eq(zero__is_small(v), small);
  cr_assert_eq(zero__i64_number(v), number);
  cr_assert_not(zero__is_packed(v));
  cr_assert_not(zero__is_list(v));
}

Test(number, the_word_holds_63_bits_and_a_box_the_rest) {
  struct zero_heap *heap = zero_test_heap();
  const int64_t edges[] = {0, INT64_C(1) << 62, -(INT64_C(1) << 62),
                           INT64_MAX - 2, INT64_MIN + 2};
  for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
    for (int64_t by = -2; by <= 2; by++) check_number(heap, edges[i] + by);
  }
}

Test(number, any_number_comes_back) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "numbers come back");
  for (int i = 0; i < LAWS; i++) {
    uint64_t bits = zero_random_next(&random);
    check_number(heap, (int64_t)(bits >> zero_random_below(&random, 64)));
    check_number(heap, (int64_t)bits);
  }
}
