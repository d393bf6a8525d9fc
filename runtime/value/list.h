/* list.h - lists: the constructor door, and walking.
 *
 * ONE door: every list of the program is made by zero__cons or by one of the
 * builders below, which end in it. A list whose head is a family's tag, whose
 * second item is a variant's name and which fits the family whole becomes the
 * packed value there, so no value has two representations.
 *
 * A walk over any list, packed ones included, uses zero__iterator: it makes
 * cells only if the caller keeps them. These functions charge for the items
 * that they walk or make; zero__next does not, nor does zero__finish for fewer
 * than ZERO_CHUNK, which were charged for when they were made. */
#ifndef ZERO_VALUE_LIST_H
#define ZERO_VALUE_LIST_H

#include "base/heap.h"
#include "value/word.h"

/* The door: the packed value for (cons head tail), or ZERO_NONE if that
 * fits no family. */
zero_value zero__pack(struct zero_heap *heap, zero_value head, zero_value tail);

/* True if `head` may be a family's tag: the common path of the door is
 * this one compare. False positives only cost time. */
static inline bool zero__may_be_tag(zero_value head) {
  const uint64_t first = (uint64_t)ZERO_FIRST_LIST_TAG << 1 | 1;
  const uint64_t last = (uint64_t)ZERO_LAST_TAG << 1 | 1;
  return head.bits - first <= last - first;
}

/* A raw cell, past the door. Only for chains under construction that no
 * program can see yet, and for tails the door has refused to pack. */
static inline zero_value zero__raw_cons(struct zero_heap *heap,
                                        zero_value head, zero_value tail) {
  struct zero_cell *cell =
      zero__alloc_small(heap, ZERO_TRACED, sizeof(struct zero_cell));
  cell->head = head;
  cell->tail = tail;
  return zero__of_cell(cell);
}

/* True if the next raw cell is at hand: making it cannot raise. */
static inline bool zero__has_cell(const struct zero_heap *heap) {
  return heap->free[ZERO_TRACED][0] != NULL;
}

/* (cons head tail); `tail` must be a list. Raises ALLOC_LIMIT. */
static inline zero_value zero__cons(struct zero_heap *heap, zero_value head,
                                    zero_value tail) {
  if (ZERO_UNLIKELY(zero__may_be_tag(head))) {
    zero_value packed = zero__pack(heap, head, tail);
    if (!zero_is_none(packed)) return packed;
  }
  return zero__raw_cons(heap, head, tail);
}

/* Turns a chain of raw cells in reverse order, which nothing else refers to,
 * into the list in order, in place and through the door; `tail` ends it. */
zero_value zero__finish(struct zero_heap *heap, zero_value reversed,
                        zero_value tail);

/* The list of `count` items. */
zero_value zero__list(struct zero_heap *heap, const zero_value *items,
                      size_t count);

/* Head and tail of a pair (zero__is_pair); the tail of a packed value is made
 * anew at each call. */
zero_value zero__head(struct zero_heap *heap, zero_value pair);
zero_value zero__tail(struct zero_heap *heap, zero_value pair);

/* Number of items of a list, without making cells. */
uint64_t zero__length(struct zero_heap *heap, zero_value list);

/* Item `index` of a list in *item; false if it has none. */
bool zero__nth(struct zero_heap *heap, zero_value list, uint64_t index,
               zero_value *item);

/* Items of `list` followed by `tail`. */
zero_value zero__append(struct zero_heap *heap, zero_value list,
                        zero_value tail);
zero_value zero__reverse(struct zero_heap *heap, zero_value list);

/* Walks any list:
 *   struct zero_iterator at = zero__iterate(list);
 *   while (zero__next(heap, &at, &item)) ...
 * A record is walked in place; Map entries and byte numbers are made as they
 * are reached. */
struct zero_iterator {
  zero_value rest; /* list still to walk, or the packed value inside */
  uint64_t index;  /* position within a packed value */
};

static inline struct zero_iterator zero__iterate(zero_value list) {
  return (struct zero_iterator){.rest = list, .index = 0};
}

/* True if nothing is left to walk. Makes nothing. */
bool zero__at_end(const struct zero_iterator *at);

/* The half of zero__next for everything except cells. */
bool zero__next_packed(struct zero_heap *heap, struct zero_iterator *at,
                       zero_value *item);

static inline bool zero__next(struct zero_heap *heap,
                              struct zero_iterator *at, zero_value *item) {
  if (ZERO_UNLIKELY(!zero__is_cell(at->rest))) {
    return zero__next_packed(heap, at, item);
  }
  *item = zero__cell(at->rest)->head;
  at->rest = zero__cell(at->rest)->tail;
  return true;
}

#endif
