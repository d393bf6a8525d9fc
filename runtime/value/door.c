/* door.c - the one place where a list becomes a packed value.
 *
 * Asked for each cell whose head may be a tag, so what does not fit must be
 * seen at once: by the second item, then by the number of fields, then by
 * their types. A Map's entries are walked once, to build it. */
#include "value/list.h"

#include "value/bytes.h"
#include "value/map.h"
#include "value/names.h"
#include "value/record.h"
#include "value/text.h"

static const struct zero_variant *variant_named(
    struct zero_heap *heap, const struct zero_family *family,
    zero_value name) {
  for (unsigned i = 0; i < family->variant_count; i++) {
    const struct zero_variant *variant = &family->variants[i];
    zero_value text = zero__names_of(zero__variant_word(variant))->text;
    if (zero__same(text, name) || zero__text_equal(heap, text, name)) {
      return variant;
    }
  }
  return NULL;
}

/* Copies the items of `list` to `fields`; false where they are not exactly
 * `count`. Some may already be inside a packed tail. */
static bool take_fields(struct zero_heap *heap, zero_value list,
                        unsigned count, zero_value *fields) {
  struct zero_iterator at = zero__iterate(list);
  for (unsigned i = 0; i < count; i++) {
    if (!zero__next(heap, &at, &fields[i])) return false;
  }
  return zero__at_end(&at);
}

static zero_value pack_fields(struct zero_heap *heap,
                              const struct zero_variant *variant,
                              const zero_value *fields) {
  switch (zero__header_kind(zero__variant_word(variant))) {
    case ZERO_KIND_MAP:
      return zero__map_from_entries(heap, fields[0]);
    case ZERO_KIND_BYTES:
      if (!zero__is_list(fields[0])) return ZERO_NONE;
      return zero__bytes_from_list(heap, fields[0]);
    default:
      break;
  }
  if (!variant->all_any && zero__misfit(heap, variant, fields) >= 0) {
    return ZERO_NONE;
  }
  return zero__record_new(heap, variant, fields);
}

zero_value zero__pack(struct zero_heap *heap, zero_value head,
                      zero_value tail) {
  /* A packed tail begins with a tag, which names no variant. */
  if (!zero__is_small(head) || !zero__is_cell(tail)) return ZERO_NONE;
  const struct zero_cell *second = zero__cell(tail);
  if (!zero__is_text(second->head)) return ZERO_NONE;
  const struct zero_family *family =
      zero__family_by_tag((uint64_t)zero__small_number(head));
  if (family == NULL) return ZERO_NONE;
  const struct zero_variant *variant =
      variant_named(heap, family, second->head);
  if (variant == NULL) return ZERO_NONE;
  zero_value fields[UINT8_MAX];
  if (!take_fields(heap, second->tail, variant->field_count, fields)) {
    return ZERO_NONE;
  }
  return pack_fields(heap, variant, fields);
}
