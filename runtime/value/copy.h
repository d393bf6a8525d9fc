/* copy.h - a value of one heap made anew in another, without recursion.
 *
 * Nothing in the copy points into the source. A part that the source contains
 * twice is copied twice, and charged for twice. */
#ifndef ZERO_VALUE_COPY_H
#define ZERO_VALUE_COPY_H

#include "base/heap.h"
#include "value/word.h"

/* A copy of `v` in `heap`, which is charged for it. Raises TYPE_MISMATCH for a
 * Function, a Ref or a value whose ownership is `session`. */
zero_value zero__copy(struct zero_heap *heap, zero_value v);

#endif
