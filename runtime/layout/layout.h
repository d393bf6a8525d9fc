/* layout.h - one constructor, validator and accessor for every family.
 *
 * Works from the tables alone: no C per family. Knows both versions: v1 values
 * and the v0.1 shapes of abi/compat.tsv, which only these functions read. Every
 * error raises the family's own code with the value and the field in its
 * text. */
#ifndef ZERO_LAYOUT_LAYOUT_H
#define ZERO_LAYOUT_LAYOUT_H

#include "base/heap.h"
#include "facts/facts.h"
#include "value/word.h"

/* The record of `variant` with `fields` (field_count of them, checked).
 * Typed fields given as v0.1 shapes are refused: constructors take v1. */
zero_value zero__layout_new(struct zero_heap *heap,
                            const struct zero_variant *variant,
                            const zero_value *fields);

/* Reads `v` as a value of `family`: itself if it is packed, the v1 value
 * if it is a v0.1 shape whose fields fit (its typed fields may be v0.1
 * too, nested to any depth), ZERO_NONE if it is neither. Unit to List:
 * itself by kind. */
zero_value zero__layout_read(struct zero_heap *heap,
                             const struct zero_family *family, zero_value v);

/* The same, but if it is neither, raises the family's code with a sentence that
 * says what is wrong (tag, variant, field count, field). */
zero_value zero__layout_check(struct zero_heap *heap,
                              const struct zero_family *family, zero_value v);

/* Field `index` of `variant` of `v`, read as above. Raises the family's code if
 * `v` is not of the family or has another variant. */
zero_value zero__layout_get(struct zero_heap *heap,
                            const struct zero_variant *variant,
                            unsigned index, zero_value v);

/* True if `v` reads as `variant`. Raises ALLOC_LIMIT and nothing else. */
bool zero__layout_is(struct zero_heap *heap,
                     const struct zero_variant *variant, zero_value v);

/* Map of the tables' facts about a family: tag, abi-version, layout, ownership,
 * errors, status, variants (a List of Maps of name and fields, these a List of
 * Maps of name, type and states: a Map from each word of the vocabulary to the
 * List of those that may follow), shapes (a List of Maps of head, variant,
 * count and wrap: the v0.1 lists that read as the family). */
zero_value zero__layout_info(struct zero_heap *heap,
                             const struct zero_family *family);

/* The sentences of LAYOUT_ errors: what is wrong with a value, as exactly as
 * the tables allow. In layout_explain.c.
 *
 * Raises `family`'s code because field `index` of `variant` does not fit. The
 * variant may be of another family: that of a value inside. */
ZERO_NORETURN void zero__raise_field(struct zero_heap *heap,
                                     const struct zero_family *family,
                                     const struct zero_variant *variant,
                                     const zero_value *fields, unsigned index);

/* Raises `family`'s code because `count` is not a number of fields for
 * `variant`. */
ZERO_NORETURN void zero__raise_count(struct zero_heap *heap,
                                     const struct zero_variant *variant,
                                     uint64_t count);

/* Raises `family`'s code because `v` is neither a v1 value of it nor a v0.1
 * shape with the right number of fields. */
ZERO_NORETURN void zero__raise_value_of(struct zero_heap *heap,
                                        const struct zero_family *family,
                                        zero_value v);

enum {
  ZERO_BRIEF = 64,  /* bytes of a brief, NUL included */
  ZERO_FOUND = 128, /* bytes of a type's name and a brief */
};

/* Writes the printed form of `v`, cut with an ellipsis if it is long, and
 * returns `out`. The work depends on what is written, not on the size of `v`.
 * Raises ALLOC_LIMIT. */
const char *zero__brief(struct zero_heap *heap, zero_value v,
                        char out[ZERO_BRIEF]);

/* The same after the type's name: `I64 42`, `Text "a"`, `Unit`. */
const char *zero__found(struct zero_heap *heap, zero_value v,
                        char out[ZERO_FOUND]);

#endif
