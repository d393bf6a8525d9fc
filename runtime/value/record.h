/* record.h - packed family values: making, testing, reading fields.
 *
 * Knows the tables' facts but no v0.1 shapes (layout/) and no messages: it
 * answers whether something fits, the layout room says what is wrong. */
#ifndef ZERO_VALUE_RECORD_H
#define ZERO_VALUE_RECORD_H

#include "base/heap.h"
#include "facts/facts.h"
#include "value/word.h"

/* The family of any value that has one: Unit, Bool, I64, Text, List by kind,
 * packed values by header. NULL for a Function and a Ref. */
const struct zero_family *zero__family_of(zero_value v);

/* The variant of a packed value. */
const struct zero_variant *zero__variant_of(zero_value packed);

/* The name that type-of answers: a family's, "Function" or "Ref". */
const char *zero__type_name(zero_value v);

/* The low half of a record's header, which names family and variant. */
static inline uint32_t zero__variant_word(const struct zero_variant *variant);

/* Returns the index of the first of `fields` that does not fit `variant`, -1
 * where all fit. Map and Bytes fields are their list forms. */
int zero__misfit(struct zero_heap *heap, const struct zero_variant *variant,
                 const zero_value *fields);

/* True where the field at `index` is acceptable as a value of `type`, its
 * rule included. `fields` are the whole record's, for rules that look at a
 * neighbour; an item of a List(T) or Option(T) is asked about alone. */
bool zero__fits(struct zero_heap *heap, const struct zero_type *type,
                const zero_value *fields, unsigned index);

/* The packed value of fields known to fit. Map and Bytes are built from
 * their list form. Raises ALLOC_LIMIT. */
zero_value zero__record_new(struct zero_heap *heap,
                            const struct zero_variant *variant,
                            const zero_value *fields);

/* Payload field `index` of a packed value, 0 first; for Map and Bytes their
 * one field is the list, made at each call. */
zero_value zero__record_field(struct zero_heap *heap, zero_value packed,
                              unsigned index);

/* True where `v` is a value of a linear family, live or not. */
bool zero__is_linear(zero_value v);

/* The Ref that makes a value of a linear family a live one; ZERO_NONE where it
 * only describes, and for all other values. */
zero_value zero__record_ref(zero_value v);

/* A function value without captures; `code` may be filled in later. */
zero_value zero__function_new(struct zero_heap *heap,
                              struct zero_callable *code);

static inline uint32_t zero__variant_word(const struct zero_variant *variant) {
  enum zero_object_kind kind = variant->family->tag == ZERO_FAMILY_MAP
                                   ? ZERO_KIND_MAP
                               : variant->family->tag == ZERO_FAMILY_BYTES
                                   ? ZERO_KIND_BYTES
                                   : ZERO_KIND_RECORD;
  return (uint32_t)zero__header(kind, variant->family->tag, variant->index,
                                0);
}

/* True where `v` is packed and of the variant that `word` names. */
static inline bool zero__is_variant(zero_value v, uint32_t word) {
  return zero__is_object(v) && (uint32_t)zero__object(v)->header == word;
}

#endif
