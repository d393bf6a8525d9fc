/* layout_explain.c - the sentences of LAYOUT_ errors: what is wrong with a
 * value, as exactly as the tables allow; and a value printed short, for the
 * sentences of all errors.
 *
 * Runs only after a value was found not to fit, and looks for the reason again:
 * that takes no longer than the check which failed. */
#include "layout/layout.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/utf8.h"
#include "value/list.h"
#include "value/map.h"
#include "value/print.h"
#include "value/record.h"
#include "value/text.h"

#define ELLIPSIS "…"

enum {
  ROOM = ZERO_BRIEF - (int)sizeof ELLIPSIS, /* bytes before an ellipsis */
  STOPPED = -1,                             /* no code of the tables */
  WORDS = 256,                              /* bytes of an enumeration */
  LONG_ENOUGH = 999, /* items of a list worth counting for a sentence */
};

struct brief {
  struct zero_heap *heap;
  zero_value value;
  char *out;
  size_t size;
};

/* The printer has no limit of its own, so the sink ends it by a raise once the
 * buffer is full: a list of a million items costs a few dozen. */
static void take(void *context, const char *bytes, size_t size) {
  struct brief *brief = context;
  size_t room = ROOM - brief->size;
  size_t taken = size < room ? size : room;
  memcpy(brief->out + brief->size, bytes, taken);
  brief->size += taken;
  if (taken < size) zero__raise(brief->heap, STOPPED, "enough");
}

static void print(void *context) {
  struct brief *brief = context;
  zero__print(brief->heap, brief->value, take, brief);
}

const char *zero__brief(struct zero_heap *heap, zero_value v,
                        char out[ZERO_BRIEF]) {
  struct brief brief = {.heap = heap, .value = v, .out = out};
  int code = zero__protect(heap, print, &brief);
  if (code != 0 && code != STOPPED) zero__raise_again(heap);
  size_t size = zero__utf8_whole(out, brief.size);
  strcpy(out + size, code == STOPPED ? ELLIPSIS : "");
  return out;
}

const char *zero__found(struct zero_heap *heap, zero_value v,
                        char out[ZERO_FOUND]) {
  char brief[ZERO_BRIEF];
  bool named = zero__is_unit(v) || zero__family_of(v) == NULL;
  snprintf(out, ZERO_FOUND, "%s%s%s", named ? "" : zero__type_name(v),
           named ? "" : " ", zero__brief(heap, v, brief));
  return out;
}

/* An enumeration, cut if its buffer is full. */
struct words { char text[WORDS]; };

/* The names that `count` structs, `size` bytes each, begin with. */
static struct words words_of(const void *structs, unsigned count, size_t size,
                             const char *separator) {
  struct words words = {.text = ""};
  size_t used = 0;
  for (unsigned i = 0; i < count && used < WORDS; i++) {
    const char *name;
    memcpy(&name, (const char *)structs + i * size, sizeof name);
    used += (size_t)snprintf(words.text + used, WORDS - used, "%s%s",
                             i == 0 ? "" : separator, name);
  }
  return words;
}

/* Raises if an entry of what should be a Map's list is not an entry. */
static void raise_entry(struct zero_heap *heap, int code, zero_value entries) {
  zero_value seen = zero__map_empty(heap);
  struct zero_iterator at = zero__iterate(entries);
  zero_value entry, key, value, rest;
  char found[ZERO_FOUND];
  for (uint64_t i = 0; zero__next(heap, &at, &entry); i++) {
    struct zero_iterator inside = zero__iterate(entry);
    if (!zero__is_list(entry) || !zero__next(heap, &inside, &key) ||
        !zero__next(heap, &inside, &value) ||
        zero__next(heap, &inside, &rest)) {
      zero__raise(heap, code,
                  "Map entry %" PRIu64 " must be (list key value), found %s",
                  i, zero__found(heap, entry, found));
    }
    zero__found(heap, key, found);
    if (!zero__is_key(key)) {
      zero__raise(heap, code,
                  "key of Map entry %" PRIu64
                  " must be I64, Text, Bool or Unit, found %s",
                  i, found);
    }
    if (!zero_is_none(zero__map_get(seen, key))) {
      zero__raise(heap, code, "Map entry %" PRIu64 " repeats the key %s", i,
                  found);
    }
    seen = zero__map_put(heap, seen, key, ZERO_UNIT);
  }
}

/* Raises if an item of what should be a Bytes' list is not a byte. */
static void raise_byte(struct zero_heap *heap, int code, zero_value list) {
  struct zero_iterator at = zero__iterate(list);
  zero_value item;
  char found[ZERO_FOUND];
  for (uint64_t i = 0; zero__next(heap, &at, &item); i++) {
    int64_t number = zero__is_small(item) ? zero__small_number(item) : -1;
    if (number >= 0 && number <= UINT8_MAX) continue;
    zero__raise(heap, code,
                "Bytes item %" PRIu64 " must be I64 from 0 to 255, found %s",
                i, zero__found(heap, item, found));
  }
}

void zero__raise_field(struct zero_heap *heap, const struct zero_family *family,
                       const struct zero_variant *variant,
                       const zero_value *fields, unsigned index) {
  const struct zero_field *field = &variant->fields[index];
  zero_value v = fields[index];
  if (zero__is_list(v)) {
    unsigned tag = variant->family->tag;
    if (tag == ZERO_FAMILY_MAP) raise_entry(heap, family->code, v);
    if (tag == ZERO_FAMILY_BYTES) raise_byte(heap, family->code, v);
  }
  const char *name = variant->family->name;
  if (zero__is_text(v) && field->states != NULL) {
    struct words states = words_of(field->states, field->state_count,
                                   sizeof *field->states, ", ");
    char brief[ZERO_BRIEF];
    zero__raise(heap, family->code, "%s field %s must be one of %s, found %s",
                name, field->name, states.text, zero__brief(heap, v, brief));
  }
  char found[ZERO_FOUND];
  bool ruled = field->type->rule != ZERO_RULE_NONE;
  zero__raise(heap, family->code, "%s field %s must be %s, found %s%s%s",
              name, field->name, field->type->text,
              zero__found(heap, v, found), ruled ? ": " : "",
              ruled ? field->doc : "");
}

void zero__raise_count(struct zero_heap *heap,
                       const struct zero_variant *variant, uint64_t count) {
  struct words fields = words_of(variant->fields, variant->field_count,
                                 sizeof *variant->fields, ", ");
  bool many = count > LONG_ENOUGH, none = variant->field_count == 0;
  zero__raise(heap, variant->family->code,
              "%s \"%s\" takes %u field%s%s%s%s, found %s%" PRIu64,
              variant->family->name, variant->name, variant->field_count,
              variant->field_count == 1 ? "" : "s", none ? "" : " (",
              fields.text, none ? "" : ")", many ? "more than " : "",
              many ? LONG_ENOUGH : count);
}

/* Items of the walk that are left, counted only up to LONG_ENOUGH + 1. */
static uint64_t count_rest(struct zero_heap *heap, struct zero_iterator *at) {
  uint64_t count = 0;
  zero_value item;
  while (count <= LONG_ENOUGH && zero__next(heap, at, &item)) count++;
  return count;
}

/* Raises for a list that begins with the family's own tag. */
static void raise_tagged(struct zero_heap *heap,
                         const struct zero_family *family,
                         struct zero_iterator *at) {
  struct words variants = words_of(family->variants, family->variant_count,
                                   sizeof *family->variants, " or ");
  zero_value name;
  if (!zero__next(heap, at, &name)) {
    zero__raise(heap, family->code, "%s needs a variant after its tag: %s",
                family->name, variants.text);
  }
  const struct zero_variant *variant = NULL;
  if (zero__is_text(name)) {
    variant = zero__variant_by_name(family, zero__text_bytes(name),
                                    zero__text_size(name));
  }
  if (variant == NULL) {
    char found[ZERO_BRIEF];
    zero__raise(heap, family->code, "%s has no variant %s, only %s",
                family->name, zero__brief(heap, name, found), variants.text);
  }
  struct zero_iterator counting = *at;
  uint64_t count = count_rest(heap, &counting);
  if (count != variant->field_count) zero__raise_count(heap, variant, count);
  zero_value *fields =
      zero__alloc(heap, ZERO_TRACED, (count + 1) * sizeof *fields);
  for (uint64_t i = 0; i < count; i++) zero__next(heap, at, &fields[i]);
  int misfit = zero__misfit(heap, variant, fields);
  if (misfit < 0) return;
  zero__raise_field(heap, family, variant, fields, (unsigned)misfit);
}

/* Raises if `head` is that of a v0.1 shape of the family, whose count must then
 * be wrong. */
static void raise_shape(struct zero_heap *heap,
                        const struct zero_family *family, zero_value head,
                        struct zero_iterator *at) {
  for (unsigned i = 0; i < zero__shape_count; i++) {
    const struct zero_shape *shape = &zero__shapes[i];
    if (shape->variant->family != family) continue;
    if (!zero__text_is(head, shape->head)) continue;
    uint64_t count = count_rest(heap, at);
    bool many = count > LONG_ENOUGH;
    zero__raise(heap, family->code,
                "%s in its v0.1 form \"%s\" takes %u field%s, found %s%" PRIu64,
                family->name, shape->head, shape->count,
                shape->count == 1 ? "" : "s", many ? "more than " : "",
                many ? LONG_ENOUGH : count);
  }
}

void zero__raise_value_of(struct zero_heap *heap,
                          const struct zero_family *family, zero_value v) {
  char found[ZERO_FOUND];
  zero__found(heap, v, found);
  bool listed = family->variant_count > 0 &&
                (zero__is_cell(v) || zero__is_packed(v));
  if (listed && zero__family_of(v)->tag == ZERO_FAMILY_LIST) {
    struct zero_iterator at = zero__iterate(v);
    zero_value head;
    zero__next(heap, &at, &head);
    if (zero__is_text(head)) raise_shape(heap, family, head, &at);
    if (zero__same(head, zero__small(family->tag))) {
      raise_tagged(heap, family, &at);
    }
    if (zero__is_i64(head)) {
      zero__raise(heap, family->code, "%s has the tag %u, found %s",
                  family->name, family->tag, found);
    }
  }
  zero__raise(heap, family->code, "expected %s, found %s", family->name, found);
}
