/* number.h - I64 values of the full range, and their digits. */
#ifndef ZERO_VALUE_NUMBER_H
#define ZERO_VALUE_NUMBER_H

#include "base/heap.h"
#include "value/word.h"

/* The boxed half of zero__i64. */
zero_value zero__boxed_i64(struct zero_heap *heap, int64_t number);

/* The value of any number: in the word if 63 bits hold it. */
static inline zero_value zero__i64(struct zero_heap *heap, int64_t number) {
  if (number >= ZERO_SMALL_I64_MIN && number <= ZERO_SMALL_I64_MAX) {
    return zero__small(number);
  }
  return zero__boxed_i64(heap, number);
}

enum { ZERO_NUMBER_SIZE = 20 }; /* the sign and digits of any I64 */

/* Writes sign and digits at the end of `to`, without a NUL; returns their
 * beginning. */
char *zero__i64_digits(int64_t number, char to[static ZERO_NUMBER_SIZE]);

/* Parses all of the text as an I64, with the reader's own rule: decimal, or
 * hexadecimal after a lower-case 0x, after a `-` or nothing. Returns 0
 * if it is good, 1 if it is not a number, 2 if it is out of range; in
 * *number only if it is good. */
int zero__parse_i64(struct zero_heap *heap, const char *bytes, size_t size,
                    int64_t *number);

#endif
