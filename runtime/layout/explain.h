/* explain.h - the sentences of LAYOUT_ errors: what is wrong with a value,
 * as exactly as the tables allow. */
#ifndef ZERO_LAYOUT_EXPLAIN_H
#define ZERO_LAYOUT_EXPLAIN_H

#include "base/heap.h"
#include "facts/facts.h"
#include "value/word.h"

/* Raises `family`'s code because field `index` of `variant` does not fit. The
 * variant may be of another family: that of a value inside. */
ZERO_NORETURN void zero__raise_field(struct zero_heap *heap,
                                     const struct zero_family *family,
                                     const struct zero_variant *variant,
                                     const zero_value *fields,
                                     unsigned index);

/* Raises `family`'s code because `count` is no number of fields for
 * `variant`. */
ZERO_NORETURN void zero__raise_count(struct zero_heap *heap,
                                     const struct zero_variant *variant,
                                     uint64_t count);

/* Raises `family`'s code because `v` is no v1 value of it, and no v0.1 shape
 * whose number of fields is right. */
ZERO_NORETURN void zero__raise_value_of(struct zero_heap *heap,
                                        const struct zero_family *family,
                                        zero_value v);

/* Raises the family's code because `v`, which is of it, is another
 * variant than `variant`. */
ZERO_NORETURN void zero__raise_variant(struct zero_heap *heap,
                                       const struct zero_variant *variant,
                                       zero_value v);

#endif
