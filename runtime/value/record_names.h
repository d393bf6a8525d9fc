/* record_names.h - what all VMs share: the variants' names as Texts, and the
 * records of variants without fields; and one word for equal short texts of
 * programs.
 *
 * Constants of the process, indexed by family tag and variant as a record's
 * header gives them. The collector does not own them. */
#ifndef ZERO_VALUE_RECORD_NAMES_H
#define ZERO_VALUE_RECORD_NAMES_H

#include "base/heap.h"
#include "facts/facts.h"
#include "value/word.h"

struct zero_variant_names {
  zero_value text; /* the variant's name */
  zero_value bare; /* the record of a variant without fields, or none */
};

extern const struct zero_variant_names
    *zero__variant_names[ZERO_LAST_TAG + 1];
extern uint64_t zero__some_header;  /* of an Option with a value */
extern zero_value zero__none_record; /* the Option without one */

/* Makes them, once a process. Called before values are made. */
void zero__names_start(void);

/* Of the variant that a packed value's header names. */
static inline const struct zero_variant_names *zero__names_of(
    uint64_t header) {
  return &zero__variant_names[zero__header_tag(header)]
                             [zero__header_variant(header)];
}

enum {
  ZERO_LITERAL_MAX = 64, /* bytes; longer texts are left alone */
  ZERO_LITERALS_RECENT = 2048,
};

/* A Text equal to `text` that was given to this function before, or `text`
 * itself. Names of variants are the same in all heaps, others as long as
 * they are among the last ZERO_LITERALS_RECENT that were met. Programs tell
 * tagged values apart by comparing names: so that is mostly one of words. */
zero_value zero__literal(struct zero_heap *heap, zero_value text);

#endif
