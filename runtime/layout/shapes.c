/* shapes.c - reads the v0.1 shapes of abi/compat.tsv as v1 values.
 *
 * An explicit stack of readings, each a shape whose fields are being read,
 * takes the place of recursion: an error's cause may hold a cause and so on
 * without end. */
#include "layout/shapes.h"

#include "value/list.h"
#include "value/map.h"
#include "value/record.h"
#include "value/text.h"

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

/* Begins to read `v` where a value of one of the families in `accepts` is
 * expected; NULL where it is no shape of theirs. */
static struct reading *begin(struct zero_heap *heap, struct reading *outer,
                             uint64_t accepts, const struct zero_type *item,
                             zero_value v) {
  if ((accepts & ZERO_ACCEPTS_ANY) != 0) return NULL;
  const struct zero_shape *shape = find_shape(heap, accepts, v);
  if (shape == NULL) return NULL;
  const struct zero_variant *record =
      shape->wrap != NULL ? shape->wrap : shape->variant;
  struct reading *reading =
      zero__alloc(heap, ZERO_TRACED,
                  sizeof *reading + record->field_count * sizeof(zero_value));
  reading->outer = outer;
  reading->shape = shape;
  reading->record = record;
  bool is_option = record->family->tag == ZERO_FAMILY_OPTION;
  reading->item = is_option ? item : NULL;
  reading->items = zero__iterate(zero__cell(v)->tail);
  return reading;
}

/* Takes the next item: a field as it is, or a shape to be read first.
 * Returns the reading that goes on. */
static struct reading *step(struct zero_heap *heap, struct reading *top) {
  zero_value item;
  zero__next(heap, &top->items, &item);
  const struct zero_type *type =
      top->item != NULL ? top->item : top->record->fields[top->next].type;
  struct reading *inner =
      begin(heap, top, type->accepts, type->item, item);
  if (inner != NULL) return inner;
  top->fields[top->next++] = item;
  return top;
}

/* The record of `variant`, or ZERO_NONE and *wrong. */
static zero_value make(struct zero_heap *heap,
                       const struct zero_variant *variant,
                       const zero_value *fields,
                       struct zero_wrong_field *wrong) {
  int misfit = zero__misfit(heap, variant, fields);
  if (misfit < 0) return zero__record_new(heap, variant, fields);
  *wrong = (struct zero_wrong_field){
      .variant = variant, .fields = fields, .index = (unsigned)misfit};
  return ZERO_NONE;
}

/* The value of a reading whose items are all read. */
static zero_value finish(struct zero_heap *heap, struct reading *reading,
                         struct zero_wrong_field *wrong) {
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

zero_value zero__shape_read(struct zero_heap *heap,
                            const struct zero_family *family, zero_value v,
                            struct zero_wrong_field *wrong) {
  *wrong = (struct zero_wrong_field){.variant = NULL};
  struct reading *top =
      begin(heap, NULL, UINT64_C(1) << family->tag, NULL, v);
  if (top == NULL) return ZERO_NONE;
  for (;;) {
    while (top->next < top->shape->count) top = step(heap, top);
    zero_value made = finish(heap, top, wrong);
    if (zero_is_none(made) || top->outer == NULL) return made;
    top = top->outer;
    top->fields[top->next++] = made;
  }
}
