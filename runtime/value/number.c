/* number.c - I64 values of the full range. */
#include "value/number.h"

zero_value zero__boxed_i64(struct zero_heap *heap, int64_t number) {
  struct zero_boxed_i64 *box =
      zero__alloc_small(heap, ZERO_LEAF, sizeof(struct zero_boxed_i64));
  box->header = zero__header(ZERO_KIND_I64, ZERO_FAMILY_I64, 0, 0);
  box->number = number;
  return zero__of_object(box);
}

char *zero__i64_digits(int64_t number, char to[static ZERO_NUMBER_SIZE]) {
  char *start = to + ZERO_NUMBER_SIZE;
  uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
  do {
    *--start = (char)('0' + left % 10);
    left /= 10;
  } while (left > 0);
  if (number < 0) *--start = '-';
  return start;
}
