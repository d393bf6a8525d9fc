/* copy.c - a value of one heap made anew in another, without recursion.
 *
 * The nesting is a chain of levels in the heap: a run of cells, a record or a
 * Map each. Values without parts are copied where they are met and need no
 * level. */
#include "value/copy.h"

#include "value/bytes.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"

struct level {
  struct level *outer;
  zero_value source;       /* a record or Map; of a list its rest */
  zero_value made;         /* cells in reverse order, or the Map so far */
  zero_value tail;         /* of a list: what ends it */
  const zero_value *pairs; /* of a Map */
  uint64_t next;           /* field or pair that comes next */
  uint64_t count;          /* 0 for a list */
  zero_value fields[];     /* of a record */
};

/* A copy under way. */
struct copy {
  struct zero_heap *heap; /* of the copy */
  struct level *top;      /* what is being copied, innermost */
};

/* Some values are valid only in their own VM. */
static void refuse_foreign(struct zero_heap *heap, zero_value v) {
  const struct zero_family *family = zero__family_of(v);
  bool is_ref = zero__is_ref(v);
  if (family != NULL && strcmp(family->ownership, "session") != 0) return;
  zero__raise(heap, ZERO_CODE_TYPE_MISMATCH,
              "a %s belongs to the %s and cannot be copied to another",
              is_ref ? "live handle" : zero__type_name(v),
              is_ref           ? "VM that opened it"
              : family == NULL ? "VM that made it"
                               : "session of its VM");
}

static unsigned field_count(zero_value record) {
  return zero__header_count(zero__object(record)->header);
}

/* The copy of an object without parts, or ZERO_NONE. */
static zero_value copy_object(struct copy *copy, zero_value v) {
  refuse_foreign(copy->heap, v);
  switch (zero__header_kind(zero__object(v)->header)) {
    case ZERO_KIND_RECORD:
      if (field_count(v) > 0) return ZERO_NONE;
      return zero__record_new(copy->heap, zero__variant_of(v), NULL);
    case ZERO_KIND_MAP:
      return zero__map_size(v) > 0 ? ZERO_NONE : zero__map_empty(copy->heap);
    case ZERO_KIND_BYTES:
      return zero__bytes_new(copy->heap, zero__bytes(v)->data,
                             zero__bytes(v)->size);
    case ZERO_KIND_I64: return zero__boxed_i64(copy->heap, zero__i64_number(v));
    case ZERO_KIND_FUNCTION:
    case ZERO_KIND_USER_DATA:
    case ZERO_KIND_REF: break;
  }
  return ZERO_NONE;
}

/* The copy of a value without parts; ZERO_NONE if it has some. */
static zero_value copy_whole(struct copy *copy, zero_value v) {
  zero__heap_charge(copy->heap, 1);
  if (zero__is_cell(v)) return ZERO_NONE;
  if (zero__is_text(v)) {
    return zero__text_new(copy->heap, zero__text_bytes(v), zero__text_size(v));
  }
  return zero__is_object(v) ? copy_object(copy, v) : v;
}

/* Begins to copy a value with parts. */
static void go_into(struct copy *copy, zero_value v) {
  bool is_map = zero__is_kind(v, ZERO_KIND_MAP);
  unsigned fields = zero__is_cell(v) || is_map ? 0 : field_count(v);
  struct level *level = zero__alloc(copy->heap, ZERO_TRACED,
                                    sizeof *level + fields * sizeof v);
  level->outer = copy->top;
  level->source = v;
  level->made = level->tail = ZERO_EMPTY;
  level->count = fields;
  if (is_map) {
    level->made = zero__map_empty(copy->heap);
    level->pairs = zero__map_pairs(copy->heap, v);
    level->count = zero__map_size(v);
  }
  copy->top = level;
}

/* The next part. */
static zero_value next_part(const struct level *level) {
  if (level->pairs != NULL) return level->pairs[2 * level->next + 1];
  if (level->count > 0) return zero__record(level->source)->fields[level->next];
  if (zero__is_cell(level->source)) return zero__cell(level->source)->head;
  return level->source;
}

/* Takes the copy of that part. */
static void take(struct copy *copy, zero_value part) {
  struct level *level = copy->top;
  if (level->pairs != NULL) {
    zero_value key = copy_whole(copy, level->pairs[2 * level->next++]);
    level->made = zero__map_put(copy->heap, level->made, key, part);
  } else if (level->count > 0) {
    level->fields[level->next++] = part;
  } else if (zero__is_cell(level->source)) {
    level->made = zero__raw_cons(copy->heap, part, level->made);
    level->source = zero__cell(level->source)->tail;
  } else {
    level->tail = part;
    level->source = ZERO_EMPTY;
  }
}

/* The copy of a level whose parts are all copied. */
static zero_value finish(struct zero_heap *heap, const struct level *level) {
  if (level->pairs != NULL) return level->made;
  if (level->count == 0) return zero__finish(heap, level->made, level->tail);
  return zero__record_new(heap, zero__variant_of(level->source), level->fields);
}

zero_value zero__copy(struct zero_heap *heap, zero_value v) {
  struct copy copy = {.heap = heap};
  zero_value done = copy_whole(&copy, v);
  if (zero_is_none(done)) go_into(&copy, v);
  while (copy.top != NULL) {
    const struct level *level = copy.top;
    bool is_whole = level->count > 0 ? level->next == level->count
                                     : zero__is_empty(level->source);
    zero_value part;
    if (is_whole) {
      part = finish(heap, level);
      copy.top = level->outer;
    } else {
      zero_value source = next_part(level);
      part = copy_whole(&copy, source);
      if (zero_is_none(part)) {
        go_into(&copy, source);
        continue;
      }
    }
    if (copy.top == NULL) return part;
    take(&copy, part);
  }
  return done;
}
