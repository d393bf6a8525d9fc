/* number.c - I64 values of the full range, and their digits. */
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

/* The value of a digit, or 16 if `c` is not one. */
static unsigned digit_value(char c) {
  if (c >= '0' && c <= '9') return (unsigned)(c - '0');
  if (c >= 'a' && c <= 'f') return (unsigned)(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return (unsigned)(c - 'A') + 10;
  return 16;
}

int zero__parse_i64(struct zero_heap *heap, const char *bytes, size_t size,
                    int64_t *number) {
  bool negative = size > 0 && bytes[0] == '-';
  size_t at = negative;
  bool hex = size - at > 2 && bytes[at] == '0' && bytes[at + 1] == 'x';
  if (hex) at += 2;
  if (at == size) return 1;
  const unsigned base = hex ? 16 : 10;
  const uint64_t most = (uint64_t)INT64_MAX + negative;
  uint64_t value = 0;
  bool fits = true;
  for (; at < size; at++) {
    unsigned digit = digit_value(bytes[at]);
    if (digit >= base) return 1;
    fits = fits && value <= (most - digit) / base;
    if (fits) value = value * base + digit;
    zero__heap_charge_item(heap, at + 1);
  }
  if (!fits) return 2;
  *number = (int64_t)(negative ? 0 - value : value);
  return 0;
}
