/* names.h - the values every VM needs and nobody should make twice.
 *
 * Built once a heap by zero__names_init, indexed by family tag and variant,
 * as a record's header gives them. */
#ifndef ZERO_VALUE_NAMES_H
#define ZERO_VALUE_NAMES_H

#include "base/heap.h"
#include "facts/facts.h"
#include "value/word.h"

struct zero_variant_names {
  zero_value text; /* the variant's name */
  zero_value bare; /* the record of a variant without fields, or none */
};

struct zero_names {
  zero_value empty_map;
  zero_value literals; /* Map of each variant's name to itself */
  zero_value recent;   /* the same of texts of programs (value/literal.c) */
  zero_value older;
  zero_value none; /* the Option without a value */
  uint64_t some;   /* header of one with a value */
  struct zero_variant_names *variants[ZERO_LAST_TAG + 1];
};

/* Of the variant that a packed value's header names. */
static inline const struct zero_variant_names *zero__names_of(
    const struct zero_heap *heap, uint64_t header) {
  return &heap->names->variants[zero__header_tag(header)]
                               [zero__header_variant(header)];
}

#endif
