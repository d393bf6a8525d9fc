/* layout.c - one constructor, validator and accessor for every family.
 *
 * Works from the tables alone. That v1 values are packed is the door's doing:
 * a list that is not packed can only be a v0.1 shape or wrong. */
#include "layout/layout.h"

#include "layout/explain.h"
#include "layout/shapes.h"
#include "value/list.h"
#include "value/map.h"
#include "value/record.h"
#include "value/text.h"

zero_value zero__layout_new(struct zero_heap *heap,
                            const struct zero_variant *variant,
                            const zero_value *fields) {
  if (!variant->all_any) {
    int misfit = zero__misfit(heap, variant, fields);
    if (misfit >= 0) {
      zero__raise_field(heap, variant->family, variant, fields,
                        (unsigned)misfit);
    }
  }
  return zero__record_new(heap, variant, fields);
}

static zero_value read_value(struct zero_heap *heap,
                             const struct zero_family *family, zero_value v,
                             struct zero_wrong_field *wrong) {
  *wrong = (struct zero_wrong_field){.variant = NULL};
  if (zero__family_of(v) == family) return v;
  if (family->variant_count == 0) return ZERO_NONE;
  return zero__shape_read(heap, family, v, wrong);
}

zero_value zero__layout_read(struct zero_heap *heap,
                             const struct zero_family *family, zero_value v) {
  struct zero_wrong_field wrong;
  return read_value(heap, family, v, &wrong);
}

zero_value zero__layout_check(struct zero_heap *heap,
                              const struct zero_family *family,
                              zero_value v) {
  struct zero_wrong_field wrong;
  zero_value read = read_value(heap, family, v, &wrong);
  if (!zero_is_none(read)) return read;
  if (wrong.variant == NULL) zero__raise_value_of(heap, family, v);
  zero__raise_field(heap, family, wrong.variant, wrong.fields, wrong.index);
}

zero_value zero__layout_get(struct zero_heap *heap,
                            const struct zero_variant *variant,
                            unsigned index, zero_value v) {
  zero_value read = zero__layout_check(heap, variant->family, v);
  if (zero__variant_of(read) != variant) {
    zero__raise_variant(heap, variant, read);
  }
  return zero__record_field(heap, read, index);
}

bool zero__layout_is(struct zero_heap *heap,
                     const struct zero_variant *variant, zero_value v) {
  zero_value read = zero__layout_read(heap, variant->family, v);
  return !zero_is_none(read) && zero__variant_of(read) == variant;
}

/* Puts `value` at the Text `key`. */
static zero_value put(struct zero_heap *heap, zero_value map,
                      const char *key, zero_value value) {
  return zero__map_put(heap, map, zero__text_of(heap, key), value);
}

static zero_value put_text(struct zero_heap *heap, zero_value map,
                           const char *key, const char *text) {
  return put(heap, map, key, zero__text_of(heap, text));
}

/* The words of a vocabulary, as a List. */
static zero_value words_info(struct zero_heap *heap, const char *words) {
  zero_value list = ZERO_EMPTY;
  for (size_t end = strlen(words); end > 0;) {
    size_t start = end;
    while (start > 0 && words[start - 1] != ' ') start--;
    zero_value word = zero__text_new(heap, words + start, end - start);
    list = zero__cons(heap, word, list);
    end = start > 0 ? start - 1 : 0;
  }
  return list;
}

static zero_value field_info(struct zero_heap *heap,
                             const struct zero_field *field) {
  zero_value states = zero__map_empty(heap);
  for (unsigned i = 0; i < field->state_count; i++) {
    states = put(heap, states, field->states[i].word,
                 words_info(heap, field->states[i].next));
  }
  zero_value map = zero__map_empty(heap);
  map = put_text(heap, map, "name", field->name);
  map = put_text(heap, map, "type", field->type->text);
  return put(heap, map, "states", states);
}

static zero_value variant_info(struct zero_heap *heap,
                               const struct zero_variant *variant) {
  zero_value fields = ZERO_EMPTY;
  for (unsigned i = variant->field_count; i-- > 0;) {
    fields = zero__cons(heap, field_info(heap, &variant->fields[i]), fields);
  }
  zero_value map = zero__map_empty(heap);
  map = put_text(heap, map, "name", variant->name);
  return put(heap, map, "fields", fields);
}

static zero_value shape_info(struct zero_heap *heap,
                             const struct zero_shape *shape) {
  zero_value map = zero__map_empty(heap);
  map = put_text(heap, map, "head", shape->head);
  map = put_text(heap, map, "variant", shape->variant->name);
  map = put(heap, map, "count", zero__small(shape->count));
  return put_text(heap, map, "wrap",
                  shape->wrap != NULL ? shape->wrap->name : "");
}

static zero_value shapes_info(struct zero_heap *heap,
                              const struct zero_family *family) {
  zero_value shapes = ZERO_EMPTY;
  for (unsigned i = zero__shape_count; i-- > 0;) {
    if (zero__shapes[i].variant->family != family) continue;
    shapes = zero__cons(heap, shape_info(heap, &zero__shapes[i]), shapes);
  }
  return shapes;
}

zero_value zero__layout_info(struct zero_heap *heap,
                             const struct zero_family *family) {
  zero_value variants = ZERO_EMPTY;
  for (unsigned i = family->variant_count; i-- > 0;) {
    variants = zero__cons(heap, variant_info(heap, &family->variants[i]),
                          variants);
  }
  zero_value map = zero__map_empty(heap);
  map = put(heap, map, "tag", zero__small(family->tag));
  map = put(heap, map, "abi-version", zero__small(family->abi_version));
  map = put_text(heap, map, "layout", family->layout);
  map = put_text(heap, map, "ownership", family->ownership);
  map = put_text(heap, map, "errors", family->error);
  map = put_text(heap, map, "status", family->status);
  map = put(heap, map, "variants", variants);
  return put(heap, map, "shapes", shapes_info(heap, family));
}
