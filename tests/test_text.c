/* test_text.c - texts against a plain model: arrays of code points. */
#include "support/scale.h"
#include "value/number.h"
#include "value/text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "support/heap.h"
#include "support/random.h"
#include "value/list.h"
#include "zero/gen/codes.h"

enum { LAWS = ZERO_SCALED(10000), LONGEST = 300 };

/* --- the model ----------------------------------------------------------- */

struct points {
  size_t count;
  uint32_t at[3 * LONGEST];
};

/* Mostly short, sometimes long enough for a table of offsets; all ASCII,
 * mixed, or of few letters so that things are found twice. */
static struct points random_points(struct zero_random *random) {
  static const uint32_t bounds[] = {0x80, 0x800, 0x10000, 0x110000};
  struct points points = {0};
  uint64_t style = zero_random_below(random, 3);
  bool is_long = zero_random_below(random, 5) == 0;
  points.count = zero_random_below(random, is_long ? LONGEST : 12);
  for (size_t i = 0; i < points.count; i++) {
    uint32_t bound = bounds[style == 0 ? 0 : zero_random_below(random, 4)];
    uint32_t point = 1 + (uint32_t)zero_random_below(random, bound - 1);
    if (style == 2) point = point % 2 != 0 ? 'a' : 0x20AC;
    points.at[i] = zero__utf8_scalar(point) ? point : 0xFFFD;
  }
  return points;
}

static zero_value text_of_points(struct zero_heap *heap,
                                 const uint32_t *points, size_t count) {
  char bytes[12 * LONGEST];
  size_t size = 0;
  for (size_t i = 0; i < count; i++) {
    size += zero__utf8_put(bytes + size, points[i]);
  }
  return zero__text_new(heap, bytes, size);
}

/* The text is what the model says, and its own books are right. */
static void check_text(zero_value text, const uint32_t *points,
                       size_t count) {
  cr_assert(zero__is_text(text));
  const char *bytes = zero__text_bytes(text);
  size_t at = 0;
  for (size_t i = 0; i < count; i++) {
    size_t length;
    cr_assert_eq(zero__utf8_get(bytes + at, &length), points[i]);
    at += length;
  }
  cr_assert_eq(zero__text_size(text), at);
  cr_assert_eq(zero__text_count(text), count);
  cr_assert_eq(bytes[at], '\0');
  bool ascii = (zero__text(text)->flags & ZERO_TEXT_ASCII) != 0;
  cr_assert_eq(ascii, at == count);
}

static size_t random_place(struct zero_random *random, size_t count) {
  return (size_t)zero_random_below(random, count + 1);
}

/* First place of `needle` in `hay` at or after `from`, or -1. */
static int64_t model_find(const struct points *hay,
                          const struct points *needle, size_t from) {
  for (size_t i = from; i + needle->count <= hay->count; i++) {
    if (memcmp(hay->at + i, needle->at,
               needle->count * sizeof *needle->at) == 0) {
      return (int64_t)i;
    }
  }
  return -1;
}

/* --- laws ---------------------------------------------------------------- */

Test(text, slices_are_those_of_the_model) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "text slices");
  for (int i = 0; i < LAWS; i++) {
    struct points model = random_points(&random);
    zero_value text = text_of_points(heap, model.at, model.count);
    check_text(text, model.at, model.count);
    size_t to = random_place(&random, model.count);
    size_t from = random_place(&random, to);
    zero_value slice = zero__text_slice(heap, text, from, to);
    check_text(slice, model.at + from, to - from);
    if (from < model.count) {
      cr_assert_eq(zero__text_code(heap, text, from), model.at[from]);
    }
  }
}

Test(text, a_text_cut_in_three_and_put_together_is_equal) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "text slices and concatenation");
  for (int i = 0; i < LAWS; i++) {
    struct points model = random_points(&random);
    zero_value text = text_of_points(heap, model.at, model.count);
    size_t to = random_place(&random, model.count);
    size_t from = random_place(&random, to);
    zero_value parts[] = {zero__text_slice(heap, text, 0, from),
                          zero__text_slice(heap, text, from, to),
                          zero__text_slice(heap, text, to, model.count)};
    zero_value whole = zero__text_cat(heap, parts, 3);
    check_text(whole, model.at, model.count);
    cr_assert(zero__text_equal(heap, whole, text));
    cr_assert_eq(zero__text_hash(heap, whole), zero__text_hash(heap, text));
    cr_assert_eq(zero__text_compare(heap, whole, text), 0);
  }
}

Test(text, concatenation_is_that_of_the_model) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "text concatenation");
  for (int i = 0; i < LAWS; i++) {
    struct points whole = {0};
    zero_value texts[3];
    for (int t = 0; t < 3; t++) {
      struct points part = random_points(&random);
      texts[t] = text_of_points(heap, part.at, part.count);
      memcpy(whole.at + whole.count, part.at, part.count * sizeof *part.at);
      whole.count += part.count;
    }
    zero_value text = zero__text_cat(heap, texts, 3);
    check_text(text, whole.at, whole.count);
    size_t place = random_place(&random, whole.count);
    zero_value rest = zero__text_slice(heap, text, place, whole.count);
    check_text(rest, whole.at + place, whole.count - place);
  }
}

Test(text, finding_finds_what_the_model_finds) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "text find");
  int found = 0;
  for (int i = 0; i < LAWS; i++) {
    struct points hay = random_points(&random);
    struct points needle = random_points(&random);
    if (hay.count > 3 && i % 2 == 0) {
      needle.count = 1 + zero_random_below(&random, 3);
      size_t place = zero_random_below(&random, hay.count - needle.count);
      memcpy(needle.at, hay.at + place, needle.count * sizeof *needle.at);
    }
    zero_value text = text_of_points(heap, hay.at, hay.count);
    zero_value wanted = text_of_points(heap, needle.at, needle.count);
    size_t from = random_place(&random, hay.count);
    size_t bytes = SIZE_MAX;
    int64_t at = zero__text_find(heap, text, wanted,
                                 zero__text_offset(heap, text, from), &bytes);
    cr_assert_eq(at, model_find(&hay, &needle, from));
    if (at < 0) continue;
    cr_assert_eq(bytes, zero__text_offset(heap, text, (size_t)at));
    found++;
  }
  cr_assert_gt(found, LAWS / 8);
}

/* Splits the model as the text was split, and compares part by part. */
static void check_split(zero_value parts, const struct points *text,
                        const struct points *separator) {
  size_t start = 0;
  for (bool last = false; !last; parts = zero__cell(parts)->tail) {
    int64_t end = model_find(text, separator, start);
    last = end < 0;
    size_t stop = last ? text->count : (size_t)end;
    cr_assert(zero__is_cell(parts));
    check_text(zero__cell(parts)->head, text->at + start, stop - start);
    start = stop + separator->count;
  }
  cr_assert(zero__is_empty(parts));
}

static zero_value joined_by(struct zero_heap *heap, zero_value list,
                            zero_value separator) {
  struct zero_join join = {0};
  struct zero_iterator at = zero__iterate(list);
  zero_value item;
  while (zero__next(heap, &at, &item)) zero__join_add(&join, item);
  return zero__text_join(heap, list, separator, &join);
}

Test(text, what_was_split_and_joined_is_equal) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "text split and join");
  for (int i = 0; i < LAWS; i++) {
    struct points model = random_points(&random);
    struct points by = random_points(&random);
    by.count = i % 2 == 0 ? 1 : 2;
    if (by.at[0] == 0 || i % 3 != 0) by.at[0] = 'a';
    if (by.at[1] == 0 || i % 5 != 0) by.at[1] = 0x20AC;
    zero_value text = text_of_points(heap, model.at, model.count);
    zero_value separator = text_of_points(heap, by.at, by.count);
    zero_value parts = zero__text_split(heap, text, separator);
    check_split(parts, &model, &by);
    zero_value joined = joined_by(heap, parts, separator);
    check_text(joined, model.at, model.count);
  }
}

static int sign(int64_t n) {
  return (n > 0) - (n < 0);
}

static int model_compare(const struct points *a, const struct points *b) {
  for (size_t i = 0; i < a->count && i < b->count; i++) {
    if (a->at[i] != b->at[i]) return a->at[i] < b->at[i] ? -1 : 1;
  }
  return sign((int64_t)a->count - (int64_t)b->count);
}

Test(text, the_order_is_that_of_code_points) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "text order");
  for (int i = 0; i < LAWS; i++) {
    struct points a = random_points(&random);
    struct points b = i % 2 == 0 ? a : random_points(&random);
    if (i % 4 == 0 && b.count > 0) b.at[b.count - 1] = 0x2713;
    if (i % 8 == 2 && b.count > 0) b.count--;
    zero_value x = text_of_points(heap, a.at, a.count);
    zero_value y = text_of_points(heap, b.at, b.count);
    int order = model_compare(&a, &b);
    cr_assert_eq(sign(zero__text_compare(heap, x, y)), order);
    cr_assert_eq(sign(zero__text_compare(heap, y, x)), -order);
    if (i % 3 == 0) zero__text_hash(heap, x);
    if (i % 5 == 0) zero__text_hash(heap, y);
    cr_assert_eq(zero__text_equal(heap, x, y), order == 0);
    cr_assert_eq(zero__text_hash(heap, x) == zero__text_hash(heap, y),
                 order == 0);
  }
}

/* --- cases --------------------------------------------------------------- */

static zero_value split_join(struct zero_heap *heap, const char *text,
                             const char *by, const char *with) {
  zero_value parts = zero__text_split(heap, zero__text_of(heap, text),
                                      zero__text_of(heap, by));
  return joined_by(heap, parts, zero__text_of(heap, with));
}

Test(text, empty_parts_stand_between_and_around_separators) {
  struct zero_heap *heap = zero_test_heap();
  static const char *const rows[][4] = {
      {"a,b,,c", ",", "|", "a|b||c"}, {",", ",", "|", "|"},
      {",a,", ",", "|", "|a|"},       {"", ",", "|", ""},
      {"abc", ",", "|", "abc"},       {"aaa", "aa", "|", "|a"},
      {"x\u20acy", "\u20ac", "", "xy"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zero_value joined = split_join(heap, rows[i][0], rows[i][1], rows[i][2]);
    cr_assert_str_eq(zero__text_bytes(joined), rows[i][3]);
  }
}

Test(text, nothing_joined_is_the_empty_text) {
  struct zero_heap *heap = zero_test_heap();
  zero_value comma = zero__text_of(heap, ",");
  zero_value joined = joined_by(heap, ZERO_EMPTY, comma);
  cr_assert_eq(zero__text_size(joined), 0);
  cr_assert_eq(zero__text_size(zero__text_cat(heap, NULL, 0)), 0);
}

struct call {
  struct zero_heap *heap;
  zero_value a;
  zero_value b;
};

static void do_split(void *context) {
  struct call *call = context;
  zero__text_split(call->heap, call->a, call->b);
}

static void do_join(void *context) {
  struct call *call = context;
  joined_by(call->heap, call->a, call->b);
}

Test(text, splitting_by_nothing_is_a_type_mismatch) {
  struct zero_heap *heap = zero_test_heap();
  struct call call = {heap, zero__text_of(heap, "a"),
                      zero__text_of(heap, "")};
  cr_assert_eq(zero__protect(heap, do_split, &call),
               ZERO_CODE_TYPE_MISMATCH);
}

static void do_cat_many(void *context) {
  struct call *call = context;
  enum { TIMES = 4096 };
  zero_value texts[TIMES];
  for (size_t i = 0; i < TIMES; i++) texts[i] = call->a;
  zero__text_cat(call->heap, texts, TIMES);
}

/* Both say so before they ask for storage. */
Test(text, what_would_be_longer_than_a_text_may_be_is_refused) {
  struct zero_heap *heap = zero_test_heap();
  enum { MEGABYTE = 1 << 20, TIMES = 4096 };
  char *bytes = malloc(MEGABYTE);
  memset(bytes, 'x', MEGABYTE);
  zero_value text = zero__text_new(heap, bytes, MEGABYTE);
  free(bytes);
  struct call call = {heap, text, zero__text_of(heap, "")};
  uint64_t before = zero__heap_allocated(heap);
  cr_assert_eq(zero__protect(heap, do_cat_many, &call),
               ZERO_CODE_TEXT_TOO_LONG);
  cr_assert_eq(zero__heap_allocated(heap), before);
  call.a = ZERO_EMPTY;
  for (int i = 0; i < TIMES; i++) {
    call.a = zero__raw_cons(heap, text, call.a);
  }
  cr_assert_eq(zero__protect(heap, do_join, &call), ZERO_CODE_TEXT_TOO_LONG);
}

Test(text, bytes_that_are_no_text_are_refused_where_they_go_wrong) {
  struct zero_heap *heap = zero_test_heap();
  static const struct {
    const char *bytes;
    size_t size;
    size_t bad;
  } rows[] = {{"a\0b", 3, 1},       {"\xff", 1, 0}, {"ab\xed\xa0\x80", 5, 2},
              {"\xe2\x82", 2, 0},   {"\xc0\x80", 2, 0},
              {"12345678\x80", 9, 8}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    size_t bad = SIZE_MAX;
    zero_value text =
        zero__text_checked(heap, rows[i].bytes, rows[i].size, &bad);
    cr_assert(zero_is_none(text));
    cr_assert_eq(bad, rows[i].bad);
    text = zero__text_checked(heap, rows[i].bytes, rows[i].size, NULL);
    cr_assert(zero_is_none(text));
  }
  size_t bad = SIZE_MAX;
  zero_value good = zero__text_checked(heap, "a\u20ac", 4, &bad);
  cr_assert_eq(zero__text_count(good), 2);
  cr_assert_eq(bad, SIZE_MAX);
}

Test(text, a_text_is_the_string_it_is_and_no_prefix_of_it) {
  struct zero_heap *heap = zero_test_heap();
  zero_value text = zero__text_of(heap, "some");
  cr_assert(zero__text_is(text, "some"));
  cr_assert_not(zero__text_is(text, "som"));
  cr_assert_not(zero__text_is(text, "some1"));
  cr_assert_not(zero__text_is(text, ""));
}

Test(text, an_operation_with_nothing_to_do_returns_its_argument) {
  struct zero_heap *heap = zero_test_heap();
  zero_value text = zero__text_of(heap, "\u20acabc");
  zero_value nothing = zero__text_of(heap, "");
  zero_value texts[] = {nothing, text, nothing};
  cr_assert(zero__same(zero__text_cat(heap, texts, 3), text));
  cr_assert(zero__same(zero__text_slice(heap, text, 0, 4), text));
}

Test(text, the_empty_needle_is_found_at_once) {
  struct zero_heap *heap = zero_test_heap();
  zero_value text = zero__text_of(heap, "\u20aca");
  zero_value nothing = zero__text_of(heap, "");
  size_t bytes;
  cr_assert_eq(zero__text_find(heap, text, nothing, 0, &bytes), 0);
  cr_assert_eq(zero__text_find(heap, text, nothing, 3, &bytes), 1);
  cr_assert_eq(zero__text_find(heap, text, nothing, 4, &bytes), 2);
  cr_assert_eq(bytes, 4);
  cr_assert_eq(zero__text_find(heap, text, nothing, 5, &bytes), -1);
}

/* A million places of a text of a million code points: linear look-up would
 * be 10^12 steps here, and the test would not end. */
Test(text, places_of_a_long_text_are_found_without_walking_it) {
  struct zero_heap *heap = zero_test_heap();
  enum { COUNT = 1000000 };
  char *bytes = malloc((size_t)COUNT * 4);
  size_t size = 0;
  for (uint32_t i = 0; i < COUNT; i++) {
    uint32_t point = 0xA0 + i * 7 % 0xD000;
    size += zero__utf8_put(bytes + size, point);
  }
  zero_value text = zero__text_new(heap, bytes, size);
  free(bytes);
  for (uint32_t i = COUNT; i-- > 0;) {
    cr_assert_eq(zero__text_code(heap, text, i), 0xA0 + i * 7 % 0xD000);
  }
  zero_value needle = zero__text_slice(heap, text, COUNT - 2, COUNT);
  for (size_t i = 0; i < COUNT; i++) {
    size_t from = zero__text_offset(heap, text, COUNT - 2);
    size_t at;
    cr_assert_eq(zero__text_find(heap, text, needle, from, &at), COUNT - 2);
  }
  cr_assert_eq(zero__text_offset(heap, text, COUNT), size);
}

/* Both sides of the table's stride, where its last entry begins or ends. */
Test(text, every_place_around_the_stride_is_right) {
  struct zero_heap *heap = zero_test_heap();
  enum { MOST = 3 * ZERO_TEXT_STRIDE + 2 };
  uint32_t points[MOST];
  for (uint32_t i = 0; i < MOST; i++) points[i] = i % 3 ? 'a' + i : 0x1F600;
  for (size_t count = 1; count <= MOST; count++) {
    zero_value text = text_of_points(heap, points, count);
    for (size_t from = 0; from <= count; from++) {
      zero_value slice = zero__text_slice(heap, text, from, count);
      check_text(slice, points + from, count - from);
    }
  }
}

/* --- hash ---------------------------------------------------------------- */

static int compare_hashes(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a;
  uint32_t y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* Of 100,000 random 32-bit numbers about 1.2 pairs are equal, and the
 * fullest of 65,536 slots holds about 9. By the upper bits whole runs are
 * spread, 20,000 of them: the fullest slot holds about 5. */
Test(text, hashes_of_numbered_keys_spread) {
  struct zero_heap *heap = zero_test_heap();
  enum { KEYS = 100000, SLOTS = 65536 };
  uint32_t *hashes = calloc(KEYS, sizeof *hashes);
  int *low = calloc(SLOTS, sizeof *low);
  int *high = calloc(SLOTS, sizeof *high);
  for (int i = 0; i < KEYS; i++) {
    char key[16];
    snprintf(key, sizeof key, "key%d", i);
    hashes[i] = zero__text_hash(heap, zero__text_of(heap, key));
    cr_assert_neq(hashes[i], 0);
    cr_assert_lt(++low[hashes[i] % SLOTS], 16);
    cr_assert_lt(++high[hashes[i] >> 16], 8 * ZERO_RUN);
  }
  qsort(hashes, KEYS, sizeof *hashes, compare_hashes);
  int equal = 0;
  for (int i = 1; i < KEYS; i++) equal += hashes[i] == hashes[i - 1];
  cr_assert_lt(equal, 10);
  free(high);
  free(low);
  free(hashes);
}

static uint32_t hash_of(struct zero_heap *heap, const char *string) {
  return zero__text_hash(heap, zero__text_of(heap, string));
}

Test(text, hashes_of_a_run_differ_in_their_last_bits_alone) {
  struct zero_heap *heap = zero_test_heap();
  char before[40] = "";
  for (size_t size = 0; size < sizeof before - 2; size++) {
    char key[sizeof before + 1];
    snprintf(key, sizeof key, "%s0", before);
    uint32_t first = hash_of(heap, key);
    for (char digit = '1'; digit <= '9'; digit++) {
      key[size] = digit;
      uint32_t differs = first ^ hash_of(heap, key);
      cr_assert_neq(differs, 0);
      cr_assert_eq(differs < ZERO_RUN, digit < '8', "%s", key);
    }
    before[size] = 'k';
  }
}

Test(text, the_size_counts_for_the_hash_as_no_byte_does) {
  struct zero_heap *heap = zero_test_heap();
  uint32_t hash = zero__text_hash(heap, zero__text_of(heap, ""));
  for (char c = 1; c < 0x7F; c++) {
    cr_assert_neq(zero__text_hash(heap, zero__text_new(heap, &c, 1)), hash);
  }
}

Test(text, every_byte_counts_for_the_hash) {
  struct zero_heap *heap = zero_test_heap();
  char bytes[200];
  memset(bytes, 'a', sizeof bytes);
  zero_value text = zero__text_new(heap, bytes, sizeof bytes);
  uint32_t hash = zero__text_hash(heap, text);
  cr_assert_eq(zero__text(text)->hash, hash);
  for (size_t i = 0; i < sizeof bytes; i++) {
    bytes[i] = 'b';
    zero_value other = zero__text_new(heap, bytes, 200);
    cr_assert_neq(zero__text_hash(heap, other), hash);
    cr_assert_neq(zero__text_hash(heap, zero__text_new(heap, bytes, i)), hash);
    bytes[i] = 'a';
  }
}

/* --- numbers ------------------------------------------------------------- */

Test(text, each_spelling_is_a_number_or_none) {
  static const struct {
    const char *text;
    int result;
    int64_t number;
  } rows[] = {
      {"0", 0, 0},
      {"-0", 0, 0},
      {"007", 0, 7},
      {"42", 0, 42},
      {"-42", 0, -42},
      {"9223372036854775807", 0, INT64_MAX},
      {"9223372036854775808", 2, 0},
      {"-9223372036854775808", 0, INT64_MIN},
      {"-9223372036854775809", 2, 0},
      {"99999999999999999999999999", 2, 0},
      {"18446744073709551617", 2, 0},
      {"99999999999999999999999999x", 1, 0},
      {"0x0", 0, 0},
      {"0xff", 0, 255},
      {"0xFf", 0, 255},
      {"-0x10", 0, -16},
      {"0x7FFFFFFFFFFFFFFF", 0, INT64_MAX},
      {"0x8000000000000000", 2, 0},
      {"-0x8000000000000000", 0, INT64_MIN},
      {"-0x8000000000000001", 2, 0},
      {"0xFFFFFFFFFFFFFFFF", 2, 0},
      {"0x10000000000000000", 2, 0},
      {"", 1, 0},
      {"-", 1, 0},
      {"+5", 1, 0},
      {"--5", 1, 0},
      {"0x", 1, 0},
      {"-0x", 1, 0},
      {"0X10", 1, 0},
      {"0x-1", 1, 0},
      {"x10", 1, 0},
      {"5x", 1, 0},
      {"5 ", 1, 0},
      {" 5", 1, 0},
      {"1a", 1, 0},
      {"0xg", 1, 0},
      {"1.0", 1, 0},
      {"\u0661", 1, 0},
  };
  struct zero_heap *heap = zero_test_heap();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int64_t number = 0;
    int result =
        zero__parse_i64(heap, rows[i].text, strlen(rows[i].text), &number);
    cr_expect_eq(result, rows[i].result, "%s", rows[i].text);
    cr_expect_eq(number, rows[i].number, "%s", rows[i].text);
  }
}

Test(text, any_number_printed_is_parsed_back) {
  struct zero_random random;
  zero_random_init(&random, "numbers printed and parsed");
  struct zero_heap *heap = zero_test_heap();
  for (int i = 0; i < LAWS; i++) {
    uint64_t bits = zero_random_next(&random);
    int64_t number = (int64_t)bits >> zero_random_below(&random, 64);
    char text[32];
    int64_t back;
    int size = snprintf(text, sizeof text, "%lld", (long long)number);
    cr_assert_eq(zero__parse_i64(heap, text, (size_t)size, &back), 0);
    cr_assert_eq(back, number);
  }
}
