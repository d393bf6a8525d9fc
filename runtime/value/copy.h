/* copy.h - a value of one heap made anew in another, without recursion.
 *
 * Nothing of the copy points into the source. A part that the source reaches
 * twice is copied twice. The work is done in portions, so that the caller can
 * charge for one before the next. */
#ifndef ZERO_VALUE_COPY_H
#define ZERO_VALUE_COPY_H

#include "base/heap.h"
#include "value/word.h"

struct zero_copy_level;

/* A copy under way. */
struct zero_copy {
  struct zero_heap *heap;      /* of the copy */
  struct zero_copy_level *top; /* what is being copied, innermost */
  zero_value done;             /* the copy, once there is no level left */
  uint64_t work;               /* units since the caller last set it to 0 */
};

/* Begins to copy `v` into `heap`. */
void zero__copy_begin(struct zero_copy *copy, struct zero_heap *heap,
                      zero_value v);

/* Takes up to `steps` more; true where all is done. Raises TYPE_MISMATCH
 * where it meets a Function, a Ref or a value whose ownership is `session`. */
bool zero__copy_some(struct zero_copy *copy, unsigned steps);

#endif
