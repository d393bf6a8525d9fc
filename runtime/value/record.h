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

/* The name that type-of returns: a family's, "Function" or "Ref". */
const char *zero__type_name(zero_value v);

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

/* The low half of a record's header, which names family and variant. */
static inline uint32_t zero__variant_word(const struct zero_variant *variant) {
  unsigned tag = variant->family->tag;
  enum zero_object_kind kind = tag == ZERO_FAMILY_MAP     ? ZERO_KIND_MAP
                               : tag == ZERO_FAMILY_BYTES ? ZERO_KIND_BYTES
                                                          : ZERO_KIND_RECORD;
  return (uint32_t)zero__header(kind, tag, variant->index, 0);
}

/* True where `v` is packed and of the variant that `word` names. */
static inline bool zero__is_variant(zero_value v, uint32_t word) {
  return zero__is_object(v) && (uint32_t)zero__object(v)->header == word;
}

/* What all VMs share: the variants' names as Texts, and the records of variants
 * without fields; and one word for equal short texts of programs. In
 * record_names.c.
 *
 * Constants of the process, indexed by family tag and variant as a record's
 * header gives them. The collector does not own them. */
struct zero_variant_names {
  zero_value text; /* the variant's name */
  zero_value bare; /* the record of a variant without fields, or none */
};

extern const struct zero_variant_names
    *zero__variant_names[ZERO_LAST_TAG + 1];
extern uint64_t zero__some_header;   /* of an Option with a value */
extern zero_value zero__none_record; /* the Option without one */

/* Makes them, once a process. Called before values are made. */
void zero__names_start(void);

/* Of the variant that a packed value's header names. */
static inline const struct zero_variant_names *zero__names_of(uint64_t header) {
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

/* What a field's type says beyond families: one predicate a rule, and the
 * normal form of a path's text. In record_rules.c.
 *
 * A rule is a word after a `/` in abi/value-fields.tsv. Each predicate sees
 * the whole record's fields, because some look at a neighbour, and judges the
 * field at `index`, which is already known to be of the families its type
 * accepts. It raises only for want of memory and at a limit. The predicates
 * are declared with the enum in facts/gen/rules.h.
 *
 * True where `rule`, which is not ZERO_RULE_NONE, holds for the field at
 * `index`. */
bool zero__rule_holds(struct zero_heap *heap, enum zero_rule rule,
                      const zero_value *fields, unsigned index);

/* The normal form of a path's Text: the same word where it is normal already,
 * ZERO_NONE where it is refused. No file is looked at.
 *
 * The text is taken apart at `/`; empty parts and `.` are dropped, and `..`
 * takes back the part before it. What is left begins with `/` where the path
 * is absolute, with `pkg:` where it is a package path, and has no slash at its
 * end. Nothing left is `.` after `pkg:` or in a relative path.
 *
 * A path that climbs out of its root is refused: `/..`, `../x`, `pkg:..`. So
 * is a relative path whose normal form would read as a package path, as
 * `./pkg:x` does. A normal form is its own normal form. */
zero_value zero__path_normal(struct zero_heap *heap, zero_value text);

#endif
