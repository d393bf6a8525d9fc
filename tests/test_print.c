/* test_print.c - values as source text. */
#include "support/scale.h"
#include "value/print.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/heap.h"
#include "support/small_stack.h"
#include "support/values.h"
#include "value/bytes.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/text.h"

enum {
  ROUNDS = ZERO_SCALED(10000),
  NEST = ZERO_SCALED(1000000),
};

static void assert_prints(struct zero_heap *heap, zero_value v,
                          const char *expected) {
  cr_assert_str_eq(zero__text_bytes(zero__print_value(heap, v)), expected);
}

Test(print, what_is_printed_is_what_the_model_prints) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "print");
  for (int i = 0; i < ROUNDS; i++) {
    struct zero_models models = {0};
    zero_model model = zero_any_model(&models, &random);
    char *expected = zero_model_print(model);
    assert_prints(heap, zero_model_value(heap, model, ZERO_BY_LIST),
                  expected);
    free(expected);
    zero_models_clear(&models);
  }
}

Test(print, atoms_print_as_they_are_written) {
  struct zero_heap *heap = zero_test_heap();
  assert_prints(heap, ZERO_UNIT, "Unit");
  assert_prints(heap, ZERO_TRUE, "true");
  assert_prints(heap, ZERO_FALSE, "false");
  assert_prints(heap, zero__small(0), "0");
  assert_prints(heap, zero__small(-10), "-10");
  assert_prints(heap, zero__i64(heap, INT64_MIN), "-9223372036854775808");
  assert_prints(heap, zero__i64(heap, INT64_MAX), "9223372036854775807");
  assert_prints(heap, ZERO_EMPTY, "(list)");
}

Test(print, texts_are_escaped_so_that_they_read_back) {
  struct zero_heap *heap = zero_test_heap();
  static const char *const pairs[][2] = {
      {"", "\"\""},
      {"a\nb", "\"a\\nb\""},
      {"\t\r", "\"\\t\\r\""},
      {"\"\\", "\"\\\"\\\\\""},
      {"\x01\x0f\x10\x7f", "\"\\u{1}\\u{f}\\u{10}\\u{7f}\""},
      {"\xc2\x80\xc2\x9f\u00a0\u00e9", "\"\\u{80}\\u{9f}\u00a0\u00e9\""},
      {"\u061b\u061c\u061d", "\"\u061b\\u{61c}\u061d\""},
      {"\u200d\u200e\u200f\u2010", "\"\u200d\\u{200e}\\u{200f}\u2010\""},
      {"\u2027\u2028\u202e\u202f", "\"\u2027\\u{2028}\\u{202e}\u202f\""},
      {"\u2065\u2066\u2069\u206a", "\"\u2065\\u{2066}\\u{2069}\u206a\""},
      {"é日\xf0\x9f\x98\x80", "\"é日\xf0\x9f\x98\x80\""},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    assert_prints(heap, zero__text_of(heap, pairs[i][0]), pairs[i][1]);
  }
}

Test(print, packed_values_print_as_their_lists) {
  struct zero_heap *heap = zero_test_heap();
  const zero_value none[] = {zero__small(5), zero__text_of(heap, "none")};
  assert_prints(heap, zero__list(heap, none, 2), "(list 5 \"none\")");
  zero_value map = zero__map_empty(heap);
  assert_prints(heap, map, "(list 7 \"map\" (list))");
  map = zero__map_put(heap, map, none[0], none[1]);
  map = zero__map_put(heap, map, ZERO_UNIT, zero__list(heap, none, 2));
  assert_prints(heap, map,
                "(list 7 \"map\" (list (list 5 \"none\") "
                "(list Unit (list 5 \"none\"))))");
  assert_prints(heap, zero__bytes_new(heap, "\x00\xff", 2),
                "(list 8 \"bytes\" (list 0 255))");
  assert_prints(heap, zero__bytes_new(heap, "", 0),
                "(list 8 \"bytes\" (list))");
}

Test(print, a_function_prints_as_what_cannot_be_read) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_callable code = {zero__text_of(heap, "twice")};
  struct zero_function *function =
      zero__alloc(heap, ZERO_TRACED, sizeof *function);
  function->header = zero__header(ZERO_KIND_FUNCTION, 0, 0, 0);
  function->code = &code;
  assert_prints(heap, zero__of_object(function), "#<function twice>");
  code.name = ZERO_NONE;
  assert_prints(heap, zero__of_object(function), "#<function>");
}

/* --- the sink ---------------------------------------------------------- */

struct parts {
  size_t count;
  size_t size;
  unsigned long sum;
};

static void take_part(void *context, const char *bytes, size_t size) {
  struct parts *parts = context;
  parts->count++;
  parts->size += size;
  for (size_t i = 0; i < size; i++) {
    parts->sum += (unsigned char)bytes[i];
  }
}

Test(print, output_comes_in_large_parts) {
  struct zero_heap *heap = zero_test_heap();
  zero_value list = ZERO_EMPTY;
  for (int i = 0; i < 100000; i++) {
    list = zero__cons(heap, zero__small(1), list);
  }
  struct parts parts = {0};
  zero__print(heap, list, take_part, &parts);
  cr_assert_eq(parts.size, 200006);
  cr_assert_lt(parts.count, 60);
  cr_assert_eq(zero__text_size(zero__print_value(heap, list)), 200006);
}

Test(print, a_text_longer_than_the_buffer_is_printed_whole) {
  enum { SIZE = 100000 };
  struct zero_heap *heap = zero_test_heap();
  char *bytes = malloc(SIZE);
  memset(bytes, 'a', SIZE);
  bytes[50000] = '\n';
  struct parts parts = {0};
  zero__print(heap, zero__text_new(heap, bytes, SIZE), take_part, &parts);
  cr_assert_eq(parts.size, SIZE + 3);
  cr_assert_eq(parts.sum,
               (SIZE - 1) * 'a' + '\\' + 'n' + 2 * '"');
  free(bytes);
}

struct deep_work {
  struct zero_heap *heap;
  struct parts parts;
};

static void print_nest(void *context) {
  struct deep_work *work = context;
  zero_value v = ZERO_EMPTY;
  for (int i = 1; i < NEST; i++) v = zero__list(work->heap, &v, 1);
  zero__print(work->heap, v, take_part, &work->parts);
}

Test(print, a_million_levels_need_no_more_stack_than_one) {
  struct deep_work work = {.heap = zero_test_heap()};
  zero_test_on_small_stack(print_nest, &work);
  cr_assert_eq(work.parts.size, NEST * strlen("(list) ") - 1);
}
