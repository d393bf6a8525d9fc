/* shapes.h - reads the v0.1 shapes of abi/compat.tsv as v1 values.
 *
 * A shape is the v1 list without its leading tag. Its typed fields may be
 * shapes themselves and are read too; a field of type Any is passed as it
 * is, and so is what lies in the lists among the fields. Nesting of any depth
 * costs heap, not C stack. */
#ifndef ZERO_LAYOUT_SHAPES_H
#define ZERO_LAYOUT_SHAPES_H

#include "base/heap.h"
#include "facts/facts.h"
#include "value/word.h"

/* Where reading met a field that does not fit. `fields` are collected. */
struct zero_wrong_field {
  const struct zero_variant *variant; /* NULL: no shape matched at all */
  const zero_value *fields;
  unsigned index;
};

/* The v1 value of `v`, or ZERO_NONE where it is no v0.1 shape of `family`;
 * then *wrong says which field is the cause. Raises ALLOC_LIMIT. */
zero_value zero__shape_read(struct zero_heap *heap,
                            const struct zero_family *family, zero_value v,
                            struct zero_wrong_field *wrong);

#endif
