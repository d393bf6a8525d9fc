/* test_literal.c - one word for equal short texts of programs. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "support/heap.h"
#include "value/record.h"
#include "value/text.h"

Test(literal, equal_short_texts_are_one_word) {
  struct zero_heap *heap = zero_test_heap();
  zero_value first = zero__literal(heap, zero__text_of(heap, "add"));
  zero_value again = zero__literal(heap, zero__text_of(heap, "add"));
  zero_value other = zero__literal(heap, zero__text_of(heap, "adds"));
  cr_expect_eq(first.bits, again.bits);
  cr_expect_neq(first.bits, other.bits);
  cr_expect(zero__text_is(other, "adds"));
}

Test(literal, names_of_variants_are_literals) {
  struct zero_heap *heap = zero_test_heap();
  zero_value some = zero__literal(heap, zero__text_of(heap, "some"));
  cr_expect_eq(some.bits,
               zero__variant_names[ZERO_FAMILY_OPTION][0].text.bits);
}

Test(literal, long_texts_are_left_alone) {
  struct zero_heap *heap = zero_test_heap();
  char bytes[ZERO_LITERAL_MAX + 2];
  memset(bytes, 'a', sizeof bytes - 1);
  bytes[sizeof bytes - 1] = '\0';
  zero_value first = zero__literal(heap, zero__text_of(heap, bytes));
  zero_value again = zero__literal(heap, zero__text_of(heap, bytes));
  cr_expect_neq(first.bits, again.bits);
}

static zero_value numbered(struct zero_heap *heap, int number) {
  char bytes[20];
  snprintf(bytes, sizeof bytes, "n%d", number);
  return zero__literal(heap, zero__text_of(heap, bytes));
}

Test(literal, what_is_met_again_stays_among_any_number_of_others) {
  struct zero_heap *heap = zero_test_heap();
  zero_value some = zero__literal(heap, zero__text_of(heap, "some"));
  zero_value often = zero__literal(heap, zero__text_of(heap, "often"));
  zero_value once = numbered(heap, -1);
  for (int i = 0; i < 5 * ZERO_LITERALS_RECENT; i++) {
    numbered(heap, i);
    if (i % 1000 != 0) continue;
    zero_value again = zero__literal(heap, zero__text_of(heap, "often"));
    cr_expect_eq(again.bits, often.bits, "%d", i);
  }
  zero_value variant = zero__literal(heap, zero__text_of(heap, "some"));
  cr_expect_eq(variant.bits, some.bits);
  cr_expect_neq(numbered(heap, -1).bits, once.bits);
}
