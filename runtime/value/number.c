/* number.c - I64 values of the full range. */
#include "value/number.h"

zero_value zero__boxed_i64(struct zero_heap *heap, int64_t number) {
  struct zero_boxed_i64 *box =
      zero__alloc_small(heap, ZERO_LEAF, sizeof(struct zero_boxed_i64));
  box->header = zero__header(ZERO_KIND_I64, ZERO_FAMILY_I64, 0, 0);
  box->number = number;
  return zero__of_object(box);
}
