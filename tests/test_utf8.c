/* test_utf8.c - UTF-8 as bytes, against a plain model of RFC 3629. */
#include "base/utf8.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support/random.h"

enum { LAWS = 10000 };

/* The model: decode by the bits, then refuse an encoding that is not the
 * shortest, not a scalar value, or NUL. Returns the length, 0 for a wrong
 * character. */
static size_t model_length(const unsigned char *at, size_t size) {
  static const uint32_t least[] = {0, 1, 0x80, 0x800, 0x10000};
  size_t length = at[0] < 0x80             ? 1
                  : (at[0] & 0xE0) == 0xC0 ? 2
                  : (at[0] & 0xF0) == 0xE0 ? 3
                  : (at[0] & 0xF8) == 0xF0 ? 4
                                           : 0;
  if (length == 0 || length > size) return 0;
  uint32_t point = length == 1 ? at[0] : at[0] & (0x7Fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((at[i] & 0xC0) != 0x80) return 0;
    point = point << 6 | (at[i] & 0x3F);
  }
  bool scalar = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
  return scalar && point >= least[length] ? length : 0;
}

static void check_against_model(const char *bytes, size_t size) {
  size_t at = 0;
  size_t points = 0;
  while (at < size) {
    size_t length =
        model_length((const unsigned char *)bytes + at, size - at);
    if (length == 0) break;
    at += length;
    points++;
  }
  size_t count;
  cr_assert_eq(zero__utf8_valid(bytes, size, &count), at);
  cr_assert_eq(count, points);
  cr_assert_eq(zero__utf8_count(bytes, at), points);
}

Test(utf8, every_scalar_value_goes_out_and_comes_back) {
  for (uint32_t point = 1; point <= 0x10FFFF; point++) {
    if (!zero__utf8_scalar(point)) continue;
    char bytes[5] = {0};
    size_t length;
    size_t put = zero__utf8_put(bytes, point);
    cr_assert_eq(zero__utf8_get(bytes, &length), point);
    cr_assert_eq(length, put);
    cr_assert_eq(zero__utf8_length(bytes[0]), put);
    cr_assert_eq(strlen(bytes), put);
    check_against_model(bytes, put);
    cr_assert_eq(zero__utf8_valid(bytes, put, NULL), put);
  }
}

Test(utf8, surrogates_and_what_lies_beyond_are_no_scalar_values) {
  cr_assert(zero__utf8_scalar(0xD7FF));
  cr_assert_not(zero__utf8_scalar(0xD800));
  cr_assert_not(zero__utf8_scalar(0xDFFF));
  cr_assert(zero__utf8_scalar(0xE000));
  cr_assert(zero__utf8_scalar(0x10FFFF));
  cr_assert_not(zero__utf8_scalar(0x110000));
  cr_assert_not(zero__utf8_scalar(UINT64_MAX));
}

Test(utf8, every_pair_of_lead_and_second_byte_is_judged_rightly) {
  for (unsigned pair = 0; pair < 0x10000; pair++) {
    char bytes[4] = {(char)(pair >> 8), (char)pair, (char)0x80, (char)0xBF};
    for (size_t size = 1; size <= sizeof bytes; size++) {
      check_against_model(bytes, size);
    }
  }
}

Test(utf8, a_wrong_byte_is_found_wherever_it_stands) {
  char bytes[40];
  const char wrong[] = {'\0', (char)0x80, (char)0xC0, (char)0xFF};
  for (size_t at = 0; at < sizeof bytes; at++) {
    for (size_t w = 0; w < sizeof wrong; w++) {
      memset(bytes, 1, sizeof bytes);
      bytes[at] = wrong[w];
      cr_assert_eq(zero__utf8_valid(bytes, sizeof bytes, NULL), at);
    }
  }
}

/* Characters of all lengths, with wrong bytes strewn in. */
static size_t random_bytes(struct zero_random *random, char *bytes,
                           size_t room) {
  static const uint32_t bounds[] = {0x80, 0x800, 0x10000, 0x110000};
  size_t size = 0;
  while (size + 4 <= room && zero_random_below(random, 50) != 0) {
    uint32_t bound = bounds[zero_random_below(random, 4)];
    uint32_t point = 1 + (uint32_t)zero_random_below(random, bound - 1);
    size += zero__utf8_put(bytes + size, point);
    if (zero_random_below(random, 60) == 0) {
      bytes[zero_random_below(random, size)] = (char)zero_random_next(random);
    }
  }
  return size;
}

Test(utf8, random_bytes_are_judged_as_the_model_does) {
  struct zero_random random;
  zero_random_init(&random, "utf8 validity");
  for (int i = 0; i < LAWS; i++) {
    char bytes[200];
    check_against_model(bytes, random_bytes(&random, bytes, sizeof bytes));
  }
}

Test(utf8, the_whole_prefix_of_a_cut_text_ends_between_characters) {
  static const char text[] = "a\u00e9\u20ac\U0001F600\u20ac\u00e9z";
  static const size_t ends[] = {0, 1, 3, 6, 10, 13, 15, 16};
  for (size_t size = 0; size < sizeof text; size++) {
    size_t whole = 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
      if (ends[i] <= size) whole = ends[i];
    }
    cr_assert_eq(zero__utf8_whole(text, size), whole);
  }
}

Test(utf8, the_empty_text_is_valid) {
  size_t count = 7;
  cr_assert_eq(zero__utf8_valid("", 0, &count), 0);
  cr_assert_eq(count, 0);
  cr_assert_eq(zero__utf8_count("", 0), 0);
}
