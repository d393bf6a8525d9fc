/* list.c - the door, building lists through it, and walking them.
 *
 * The door is the one place where a list becomes a packed value. It is asked
 * for each cell whose head may be a tag, so a misfit must be noticed at once:
 * by the second item, then by the number of fields, then by their types. A
 * Map's entries are walked once, to build it.
 *
 * Builders work from the back, because the whole tail decides what the door
 * packs: each of its suffixes must already have its one form. */
#include "value/list.h"

#include "value/record.h"
#include "value/text.h"

/* --- the door ------------------------------------------------------------ */

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

__attribute__((noinline)) zero_value zero__pack(struct zero_heap *heap,
                                                zero_value head,
                                                zero_value tail) {
  /* A packed tail begins with a tag, which is not the name of a variant. */
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
  /* Some may already be inside a packed tail. */
  struct zero_iterator at = zero__iterate(second->tail);
  for (unsigned i = 0; i < variant->field_count; i++) {
    if (!zero__next(heap, &at, &fields[i])) return ZERO_NONE;
  }
  if (!zero__at_end(&at)) return ZERO_NONE;
  bool is_record =
      zero__header_kind(zero__variant_word(variant)) == ZERO_KIND_RECORD;
  if (is_record && !variant->all_any &&
      zero__misfit(heap, variant, fields) >= 0) {
    return ZERO_NONE;
  }
  return zero__record_new(heap, variant, fields);
}

/* --- building and walking ------------------------------------------------ */

zero_value zero__finish(struct zero_heap *heap, zero_value reversed,
                        zero_value tail) {
  zero_value list = tail;
  for (uint64_t done = 1; !zero__is_empty(reversed); done++) {
    zero__heap_charge_item(heap, done);
    struct zero_cell *cell = zero__cell(reversed);
    zero_value this = reversed;
    reversed = cell->tail;
    if (ZERO_UNLIKELY(zero__may_be_tag(cell->head))) {
      zero_value packed = zero__pack(heap, cell->head, list);
      if (!zero_is_none(packed)) {
        list = packed;
        continue;
      }
    }
    cell->tail = list;
    list = this;
  }
  return list;
}

zero_value zero__list(struct zero_heap *heap, const zero_value *items,
                      size_t count) {
  zero_value list = ZERO_EMPTY;
  while (count > 0) {
    zero__heap_charge_item(heap, count);
    list = zero__cons(heap, items[--count], list);
  }
  return list;
}

/* Items of a packed value as a list shows them. */
static uint64_t packed_length(zero_value packed) {
  return 2 + (uint64_t)zero__header_count(zero__object(packed)->header);
}

/* Item `index` of a packed value, index < packed_length. */
static zero_value packed_item(struct zero_heap *heap, zero_value packed,
                              uint64_t index) {
  uint64_t header = zero__object(packed)->header;
  if (index == 0) return zero__small((int64_t)zero__header_tag(header));
  if (index == 1) return zero__names_of(header)->text;
  return zero__record_field(heap, packed, (unsigned)index - 2);
}

zero_value zero__head(struct zero_heap *heap, zero_value pair) {
  if (zero__is_cell(pair)) return zero__cell(pair)->head;
  return packed_item(heap, pair, 0);
}

zero_value zero__tail(struct zero_heap *heap, zero_value pair) {
  if (zero__is_cell(pair)) return zero__cell(pair)->tail;
  zero_value list = ZERO_EMPTY;
  for (uint64_t i = packed_length(pair); i > 1; i--) {
    list = zero__cons(heap, packed_item(heap, pair, i - 1), list);
  }
  return list;
}

uint64_t zero__length(struct zero_heap *heap, zero_value list) {
  uint64_t length = 0;
  while (zero__is_cell(list)) {
    list = zero__cell(list)->tail;
    zero__heap_charge_item(heap, ++length);
  }
  zero__heap_charge_rest(heap, length);
  return zero__is_empty(list) ? length : length + packed_length(list);
}

bool zero__nth(struct zero_heap *heap, zero_value list, uint64_t index,
               zero_value *item) {
  uint64_t walked = 0;
  for (; index > 0 && zero__is_cell(list); index--) {
    list = zero__cell(list)->tail;
    zero__heap_charge_item(heap, ++walked);
  }
  zero__heap_charge_rest(heap, walked);
  struct zero_iterator at = {.rest = list, .index = index};
  return zero__next(heap, &at, item);
}

/* The items in reverse order; raw cells, or a list through the door. Compiled
 * once for each: the loop is short. */
__attribute__((always_inline)) static inline zero_value turn(
    struct zero_heap *heap, zero_value list, bool raw) {
  zero_value reversed = ZERO_EMPTY;
  struct zero_iterator at = zero__iterate(list);
  uint64_t walked = 0;
  zero_value item;
  while (zero__next(heap, &at, &item)) {
    reversed = raw ? zero__raw_cons(heap, item, reversed)
                   : zero__cons(heap, item, reversed);
    zero__heap_charge_item(heap, ++walked);
  }
  zero__heap_charge_rest(heap, walked);
  return reversed;
}

zero_value zero__append(struct zero_heap *heap, zero_value list,
                        zero_value tail) {
  return zero__finish(heap, turn(heap, list, true), tail);
}

zero_value zero__reverse(struct zero_heap *heap, zero_value list) {
  return turn(heap, list, false);
}

bool zero__at_end(const struct zero_iterator *at) {
  if (zero__is_cell(at->rest)) return false;
  return zero__is_empty(at->rest) || at->index >= packed_length(at->rest);
}

bool zero__next_packed(struct zero_heap *heap, struct zero_iterator *at,
                       zero_value *item) {
  if (zero__at_end(at)) return false;
  *item = packed_item(heap, at->rest, at->index++);
  return true;
}
