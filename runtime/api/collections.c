/* collections.c - lists and Maps: making them, taking them apart, walking.
 * The v0.1 form of a Map is read too. */
#include <inttypes.h>

#include "api/session.h"
#include "layout/layout.h"
#include "value/list.h"
#include "value/map.h"
#include "vm/builtins.h"

/* --- lists --------------------------------------------------------------- */

static void list_body(zero_vm *vm, struct zero_request *request) {
  zero__charge(vm, request->count % ZERO_CHUNK);
  request->result = zero__list(&vm->heap, request->values, request->count);
}

zero_status zero_list(zero_vm *vm, zero_value *list, const zero_value *items,
                      size_t count) {
  return ZERO_ASK(vm, list, list_body, .values = items, .count = count);
}

static zero_value want_list(zero_vm *vm, const struct zero_request *request,
                            const char *what, zero_value list) {
  if (zero__is_list(list)) return list;
  zero__raise_kind(vm, request->who, what, "a List", list);
}

static void cons_body(zero_vm *vm, struct zero_request *request) {
  zero_value tail = want_list(vm, request, "the tail", request->values[1]);
  request->result = zero__cons(&vm->heap, request->values[0], tail);
}

zero_status zero_cons(zero_vm *vm, zero_value *list, zero_value head,
                      zero_value tail) {
  return ZERO_ASK(vm, list, cons_body, ZERO_VALUES(head, tail));
}

zero_value zero__want_pair(zero_vm *vm, const struct zero_request *request,
                           zero_value list) {
  if (zero__is_pair(want_list(vm, request, "the argument", list))) return list;
  zero__raise(&vm->heap, ZERO_CODE_EMPTY_LIST, "%s: the list is empty",
              request->who);
}

/* The head or the tail, whichever the request's `step` means. */
static void step_body(zero_vm *vm, struct zero_request *request) {
  zero_value list = zero__want_pair(vm, request, request->values[0]);
  request->result = request->step(&vm->heap, list);
}

zero_status zero_list_head(zero_vm *vm, zero_value *head, zero_value list) {
  return ZERO_ASK(vm, head, step_body, ZERO_VALUES(list), .step = zero__head);
}

zero_status zero_list_tail(zero_vm *vm, zero_value *tail, zero_value list) {
  return ZERO_ASK(vm, tail, step_body, ZERO_VALUES(list), .step = zero__tail);
}

static void length_body(zero_vm *vm, struct zero_request *request) {
  zero_value list = want_list(vm, request, "the argument", request->values[0]);
  request->measure = zero__length(&vm->heap, list);
}

zero_status zero_list_length(zero_vm *vm, uint64_t *length, zero_value list) {
  return ZERO_ASK(vm, length, length_body, ZERO_VALUES(list));
}

static void nth_body(zero_vm *vm, struct zero_request *request) {
  zero_value list = want_list(vm, request, "the argument", request->values[0]);
  uint64_t length = zero__length(&vm->heap, list);
  uint64_t index = (uint64_t)request->number;
  if (zero__nth(&vm->heap, list, index, &request->result)) return;
  zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
              "%s: index %" PRIu64 " is out of range: there %s %" PRIu64,
              request->who, index, length == 1 ? "is" : "are", length);
}

zero_status zero_list_get(zero_vm *vm, zero_value *item, zero_value list,
                          uint64_t index) {
  return ZERO_ASK(vm, item, nth_body, ZERO_VALUES(list),
                  .number = (int64_t)index);
}

/* --- Maps ---------------------------------------------------------------- */

/* The Map that a request is about; raises LAYOUT_MAP. */
static zero_value want_map(zero_vm *vm, const struct zero_request *request) {
  return zero__layout_check(&vm->heap, zero__family_by_tag(ZERO_FAMILY_MAP),
                            request->values[0]);
}

static void empty_body(zero_vm *vm, struct zero_request *request) {
  request->result = zero__map_empty(&vm->heap);
}

zero_status zero_map_empty(zero_vm *vm, zero_value *map) {
  return ZERO_ASK(vm, map, empty_body);
}

static void put_body(zero_vm *vm, struct zero_request *request) {
  zero_value map = want_map(vm, request);
  zero_value key = zero__want_key(vm, request->values[1], request->who);
  request->result = zero__map_put(&vm->heap, map, key, request->values[2]);
}

zero_status zero_map_put(zero_vm *vm, zero_value *result, zero_value map,
                         zero_value key, zero_value value) {
  return ZERO_ASK(vm, result, put_body, ZERO_VALUES(map, key, value));
}

static void get_body(zero_vm *vm, struct zero_request *request) {
  zero_value map = want_map(vm, request);
  zero_value key = zero__want_key(vm, request->values[1], request->who);
  request->result = zero__map_get(map, key);
}

zero_status zero_map_get(zero_vm *vm, zero_value *value, zero_value map,
                         zero_value key) {
  return ZERO_ASK(vm, value, get_body, ZERO_VALUES(map, key));
}

static void remove_body(zero_vm *vm, struct zero_request *request) {
  zero_value map = want_map(vm, request);
  zero_value key = zero__want_key(vm, request->values[1], request->who);
  request->result = zero__map_remove(&vm->heap, map, key);
}

zero_status zero_map_remove(zero_vm *vm, zero_value *result, zero_value map,
                            zero_value key) {
  return ZERO_ASK(vm, result, remove_body, ZERO_VALUES(map, key));
}

static void size_body(zero_vm *vm, struct zero_request *request) {
  request->measure = zero__map_size(want_map(vm, request));
}

zero_status zero_map_size(zero_vm *vm, uint64_t *size, zero_value map) {
  return ZERO_ASK(vm, size, size_body, ZERO_VALUES(map));
}

/* --- walking ------------------------------------------------------------- */

/* Cells are walked in place. A list may also end in a packed value, whose items
 * may have to be made. That is done when the walk begins, so that its steps
 * cannot fail. */
static void iterate_list(zero_vm *vm, struct zero_request *request) {
  struct zero_session *session = (struct zero_session *)vm;
  struct zero_heap *heap = &vm->heap;
  zero_iterator *walk = &request->walk;
  zero_value end = want_list(vm, request, "the argument", request->values[0]);
  walk->rest = zero__is_cell(end) ? end : ZERO_EMPTY;
  for (uint64_t walked = 1; zero__is_cell(end); walked++) {
    end = zero__cell(end)->tail;
    zero__heap_charge_item(heap, walked);
  }
  walk->count = zero__length(heap, end);
  if (walk->count == 0) return;
  zero_value *items =
      zero__alloc(heap, ZERO_TRACED, (size_t)walk->count * sizeof *items);
  struct zero_iterator at = zero__iterate(end);
  for (size_t i = 0; zero__next(heap, &at, &items[i]);) i++;
  walk->items = items;
  if (session->scopes.depth == 0) return;
  zero__scope_keep_word(session, (uintptr_t)items);
}

zero_status zero_iterate(zero_vm *vm, zero_iterator *iterator,
                         zero_value list) {
  return ZERO_ASK(vm, iterator, iterate_list, ZERO_VALUES(list));
}

int zero_next(zero_value *item, zero_iterator *iterator) {
  if (item == NULL) return 0;
  *item = ZERO_NONE;
  if (iterator == NULL || zero_is_none(iterator->rest)) return 0;
  if (zero__is_cell(iterator->rest)) {
    const struct zero_cell *cell = zero__cell(iterator->rest);
    *item = cell->head;
    iterator->rest = zero__is_cell(cell->tail) ? cell->tail : ZERO_EMPTY;
    return 1;
  }
  if (iterator->index >= iterator->count) return 0;
  *item = iterator->items[iterator->index++];
  return 1;
}

static void iterate_map(zero_vm *vm, struct zero_request *request) {
  zero_value map = want_map(vm, request);
  uint64_t count = 2 * zero__map_size(map);
  request->walk = (zero_iterator){.rest = ZERO_EMPTY, .count = count};
  if (count > 0) request->walk.items = zero__map_pairs(&vm->heap, map);
}

zero_status zero_map_iterate(zero_vm *vm, zero_iterator *iterator,
                             zero_value map) {
  return ZERO_ASK(vm, iterator, iterate_map, ZERO_VALUES(map));
}

int zero_map_next(zero_value *key, zero_value *value, zero_iterator *iterator) {
  zero_value ignored;
  zero_next(key != NULL ? key : &ignored, iterator);
  return zero_next(value != NULL ? value : &ignored, iterator);
}
