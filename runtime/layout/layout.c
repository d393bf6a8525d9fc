/* layout.c - one constructor, validator and accessor for every family.
 *
 * Works from the tables alone. That v1 values are packed is the door's doing:
 * a list that is not packed can only be a v0.1 shape or wrong. A shape is the
 * v1 list without its leading tag. Its typed fields may be shapes themselves
 * and are read too; a field of type Any is passed as it is, and so is what
 * lies in the lists among the fields. */
#include "layout/layout.h"

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

/* --- v0.1 shapes --------------------------------------------------------- */

/* Where reading met a field that does not fit. `fields` are collected. */
struct wrong_field {
  const struct zero_variant *variant; /* NULL: no shape matched at all */
  const zero_value *fields;
  unsigned index;
};

/* A shape whose fields are being read. A stack of these takes the place of
 * recursion: an error's cause may hold a cause and so on without end. */
struct reading {
  struct reading *outer;
  const struct zero_shape *shape;
  const struct zero_variant *record; /* what the items are fields of */
  const struct zero_type *item;      /* what an Option must hold, or NULL */
  struct zero_iterator items;        /* still to read */
  unsigned next;                     /* field that comes next */
  zero_value fields[];
};

/* The same for what may be no cell: the end, or a packed value. */
static ZERO_APART bool has_items(struct zero_heap *heap, zero_value list,
                                 unsigned count) {
  struct zero_iterator at = zero__iterate(list);
  zero_value item;
  for (unsigned i = 0; i < count; i++) {
    if (!zero__next(heap, &at, &item)) return false;
  }
  return !zero__next(heap, &at, &item);
}

/* True where `list` has exactly `count` items. */
static bool has_length(struct zero_heap *heap, zero_value list,
                       unsigned count) {
  for (; zero__is_cell(list); list = zero__cell(list)->tail) {
    if (count-- == 0) return false;
  }
  return zero__is_empty(list) ? count == 0 : has_items(heap, list, count);
}

/* The shape of `v` among those of the families in `accepts`, or NULL. */
static const struct zero_shape *find_shape(struct zero_heap *heap,
                                           uint64_t accepts, zero_value v) {
  if (!zero__is_cell(v) || !zero__is_text(zero__cell(v)->head)) return NULL;
  for (unsigned i = 0; i < zero__shape_count; i++) {
    const struct zero_shape *shape = &zero__shapes[i];
    if ((accepts >> shape->variant->family->tag & 1) != 0 &&
        zero__text_is(zero__cell(v)->head, shape->head) &&
        has_length(heap, v, shape->count + 1u)) {
      return shape;
    }
  }
  return NULL;
}

/* Begins to read `v` where a value of `type` is expected; NULL where it is no
 * shape of its families. */
static struct reading *begin(struct zero_heap *heap, struct reading *outer,
                             const struct zero_type *type, zero_value v) {
  if ((type->accepts & ZERO_ACCEPTS_ANY) != 0) return NULL;
  const struct zero_shape *shape = find_shape(heap, type->accepts, v);
  if (shape == NULL) return NULL;
  const struct zero_variant *record =
      shape->wrap != NULL ? shape->wrap : shape->variant;
  struct reading *reading = zero__alloc(
      heap, ZERO_TRACED, sizeof *reading + record->field_count * sizeof v);
  reading->outer = outer;
  reading->shape = shape;
  reading->record = record;
  bool is_option = record->family->tag == ZERO_FAMILY_OPTION;
  reading->item = is_option ? type->item : NULL;
  reading->items = zero__iterate(zero__cell(v)->tail);
  return reading;
}

/* The record of `variant`, or ZERO_NONE and *wrong. */
static zero_value make(struct zero_heap *heap,
                       const struct zero_variant *variant,
                       const zero_value *fields, struct wrong_field *wrong) {
  int misfit = zero__misfit(heap, variant, fields);
  if (misfit < 0) return zero__record_new(heap, variant, fields);
  *wrong = (struct wrong_field){variant, fields, (unsigned)misfit};
  return ZERO_NONE;
}

/* The value of a reading whose items are all read. */
static zero_value finish(struct zero_heap *heap, struct reading *reading,
                         struct wrong_field *wrong) {
  if (reading->shape->wrap == NULL) {
    return make(heap, reading->record, reading->fields, wrong);
  }
  for (unsigned i = reading->next; i < reading->record->field_count; i++) {
    reading->fields[i] = zero__map_empty(heap);
  }
  zero_value inner = make(heap, reading->record, reading->fields, wrong);
  if (zero_is_none(inner)) return ZERO_NONE;
  reading->fields[0] = inner;
  return make(heap, reading->shape->variant, reading->fields, wrong);
}

/* Reads `v` as zero__layout_read does; where that is ZERO_NONE, *wrong says
 * which field is the cause. */
static zero_value read_value(struct zero_heap *heap,
                             const struct zero_family *family, zero_value v,
                             struct wrong_field *wrong) {
  *wrong = (struct wrong_field){.variant = NULL};
  if (zero__family_of(v) == family) return v;
  if (family->variant_count == 0) return ZERO_NONE;
  const struct zero_type whole = {.accepts = UINT64_C(1) << family->tag};
  struct reading *top = begin(heap, NULL, &whole, v);
  if (top == NULL) return ZERO_NONE;
  for (;;) {
    while (top->next < top->shape->count) {
      zero_value item; /* a field as it is, or a shape to be read first */
      zero__next(heap, &top->items, &item);
      const struct zero_type *type =
          top->item != NULL ? top->item : top->record->fields[top->next].type;
      struct reading *inner = begin(heap, top, type, item);
      if (inner == NULL) {
        top->fields[top->next++] = item;
      } else {
        top = inner;
      }
    }
    zero_value made = finish(heap, top, wrong);
    if (zero_is_none(made) || top->outer == NULL) return made;
    top = top->outer;
    top->fields[top->next++] = made;
  }
}

/* --- reading, and what the tables say ------------------------------------ */

zero_value zero__layout_read(struct zero_heap *heap,
                             const struct zero_family *family, zero_value v) {
  struct wrong_field wrong;
  return read_value(heap, family, v, &wrong);
}

zero_value zero__layout_check(struct zero_heap *heap,
                              const struct zero_family *family, zero_value v) {
  struct wrong_field wrong;
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
    char brief[ZERO_BRIEF];
    zero__raise(heap, variant->family->code,
                "expected %s \"%s\", found \"%s\" in %s",
                variant->family->name, variant->name,
                zero__variant_of(read)->name, zero__brief(heap, read, brief));
  }
  return zero__record_field(heap, read, index);
}

bool zero__layout_is(struct zero_heap *heap,
                     const struct zero_variant *variant, zero_value v) {
  zero_value read = zero__layout_read(heap, variant->family, v);
  return !zero_is_none(read) && zero__variant_of(read) == variant;
}

static zero_value put_text(struct zero_heap *heap, zero_value map,
                           const char *key, const char *text) {
  return zero__map_put_at(heap, map, key, zero__text_of(heap, text));
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
    states = zero__map_put_at(heap, states, field->states[i].word,
                              words_info(heap, field->states[i].next));
  }
  zero_value map = put_text(heap, zero__map_empty(heap), "name", field->name);
  map = put_text(heap, map, "type", field->type->text);
  return zero__map_put_at(heap, map, "states", states);
}

static zero_value shapes_info(struct zero_heap *heap,
                              const struct zero_family *family) {
  zero_value shapes = ZERO_EMPTY;
  for (unsigned i = zero__shape_count; i-- > 0;) {
    const struct zero_shape *shape = &zero__shapes[i];
    if (shape->variant->family != family) continue;
    zero_value map = put_text(heap, zero__map_empty(heap), "head", shape->head);
    map = put_text(heap, map, "variant", shape->variant->name);
    map = zero__map_put_at(heap, map, "count", zero__small(shape->count));
    map = put_text(heap, map, "wrap",
                   shape->wrap != NULL ? shape->wrap->name : "");
    shapes = zero__cons(heap, map, shapes);
  }
  return shapes;
}

zero_value zero__layout_info(struct zero_heap *heap,
                             const struct zero_family *family) {
  zero_value map, variants = ZERO_EMPTY;
  for (unsigned i = family->variant_count; i-- > 0;) {
    const struct zero_variant *variant = &family->variants[i];
    zero_value fields = ZERO_EMPTY;
    for (unsigned j = variant->field_count; j-- > 0;) {
      fields = zero__cons(heap, field_info(heap, &variant->fields[j]), fields);
    }
    map = put_text(heap, zero__map_empty(heap), "name", variant->name);
    map = zero__map_put_at(heap, map, "fields", fields);
    variants = zero__cons(heap, map, variants);
  }
  map = zero__map_empty(heap);
  map = zero__map_put_at(heap, map, "tag", zero__small(family->tag));
  map = zero__map_put_at(heap, map, "abi-version",
                         zero__small(family->abi_version));
  map = put_text(heap, map, "layout", family->layout);
  map = put_text(heap, map, "ownership", family->ownership);
  map = put_text(heap, map, "errors", family->error);
  map = put_text(heap, map, "status", family->status);
  map = zero__map_put_at(heap, map, "variants", variants);
  return zero__map_put_at(heap, map, "shapes", shapes_info(heap, family));
}
