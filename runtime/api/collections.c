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
  return zero__ask(vm, list, __func__, list_body, items, count);
}

static void cons_body(zero_vm *vm, struct zero_request *request) {
  const zero_value *values = request->values;
  if (!zero__is_list(values[1])) {
    zero__raise_kind(vm, request->who, "the tail", "a List", values[1]);
  }
  request->result = zero__cons(&vm->heap, values[0], values[1]);
}

zero_status zero_cons(zero_vm *vm, zero_value *list, zero_value head,
                      zero_value tail) {
  const zero_value values[] = {head, tail};
  return zero__ask(vm, list, __func__, cons_body, values, 2);
}

static zero_value want_list(zero_vm *vm, const struct zero_request *request,
                            zero_value list) {
  if (zero__is_list(list)) return list;
  zero__raise_kind(vm, request->who, "the argument", "a List", list);
}

void zero__want_pair(zero_vm *vm, const struct zero_request *request,
                     zero_value list) {
  if (zero__is_pair(want_list(vm, request, list))) return;
  zero__raise(&vm->heap, ZERO_CODE_EMPTY_LIST, "%s: the list is empty",
              request->who);
}

static void head_body(zero_vm *vm, struct zero_request *request) {
  zero__want_pair(vm, request, request->values[0]);
  request->result = zero__head(&vm->heap, request->values[0]);
}

zero_status zero_list_head(zero_vm *vm, zero_value *head, zero_value list) {
  return zero__ask(vm, head, __func__, head_body, &list, 1);
}

static void tail_body(zero_vm *vm, struct zero_request *request) {
  zero__want_pair(vm, request, request->values[0]);
  request->result = zero__tail(&vm->heap, request->values[0]);
}

zero_status zero_list_tail(zero_vm *vm, zero_value *tail, zero_value list) {
  return zero__ask(vm, tail, __func__, tail_body, &list, 1);
}

static void length_body(zero_vm *vm, struct zero_request *request) {
  zero_value list = want_list(vm, request, request->values[0]);
  request->measure = zero__length(&vm->heap, list);
}

zero_status zero_list_length(zero_vm *vm, uint64_t *length,
                             zero_value list) {
  return zero__measure(vm, length, __func__, length_body, &list, 1);
}

static void nth_body(zero_vm *vm, struct zero_request *request) {
  zero_value list = want_list(vm, request, request->values[0]);
  uint64_t length = zero__length(&vm->heap, list);
  uint64_t index = (uint64_t)request->number;
  if (zero__nth(&vm->heap, list, index, &request->result)) return;
  zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
              "%s: a list of %" PRIu64 " items has none at %" PRIu64,
              request->who, length, index);
}

zero_status zero_list_get(zero_vm *vm, zero_value *item, zero_value list,
                          uint64_t index) {
  struct zero_request request = {.body = nth_body,
                                 .who = __func__,
                                 .values = &list,
                                 .count = 1,
                                 .number = (int64_t)index};
  return zero__ask_for(vm, item, &request);
}

/* --- Maps ---------------------------------------------------------------- */

/* The Map that a request is about; raises LAYOUT_MAP. */
static zero_value want_map(zero_vm *vm, const struct zero_request *request) {
  return zero__layout_check(&vm->heap, zero__family_by_tag(ZERO_FAMILY_MAP),
                            request->values[0]);
}

static zero_value want_key(zero_vm *vm, const struct zero_request *request) {
  return zero__want_key(vm, request->values[1], request->who);
}

static void empty_body(zero_vm *vm, struct zero_request *request) {
  request->result = zero__map_empty(&vm->heap);
}

zero_status zero_map_empty(zero_vm *vm, zero_value *map) {
  return zero__ask(vm, map, __func__, empty_body, NULL, 0);
}

static void put_body(zero_vm *vm, struct zero_request *request) {
  zero_value map = want_map(vm, request);
  request->result = zero__map_put(&vm->heap, map, want_key(vm, request),
                                  request->values[2]);
}

zero_status zero_map_put(zero_vm *vm, zero_value *result, zero_value map,
                         zero_value key, zero_value value) {
  const zero_value values[] = {map, key, value};
  return zero__ask(vm, result, __func__, put_body, values, 3);
}

static void get_body(zero_vm *vm, struct zero_request *request) {
  zero_value map = want_map(vm, request);
  request->result = zero__map_get(map, want_key(vm, request));
}

zero_status zero_map_get(zero_vm *vm, zero_value *value, zero_value map,
                         zero_value key) {
  const zero_value values[] = {map, key};
  return zero__ask(vm, value, __func__, get_body, values, 2);
}

static void remove_body(zero_vm *vm, struct zero_request *request) {
  zero_value map = want_map(vm, request);
  request->result = zero__map_remove(&vm->heap, map, want_key(vm, request));
}

zero_status zero_map_remove(zero_vm *vm, zero_value *result, zero_value map,
                            zero_value key) {
  const zero_value values[] = {map, key};
  return zero__ask(vm, result, __func__, remove_body, values, 2);
}

static void size_body(zero_vm *vm, struct zero_request *request) {
  request->measure = zero__map_size(want_map(vm, request));
}

zero_status zero_map_size(zero_vm *vm, uint64_t *size, zero_value map) {
  return zero__measure(vm, size, __func__, size_body, &map, 1);
}

/* --- walking ------------------------------------------------------------- */

/* Begins a walk of what lies in an array: the body sets `more` to it, and the
 * measure to how many items it has. */
static zero_status iterate(zero_vm *vm, zero_iterator *iterator,
                           const char *who, zero__body *body,
                           zero_value walked) {
  struct zero_request request = {
      .body = body, .who = who, .values = &walked, .count = 1};
  uint64_t count;
  zero_status status = zero__measure_for(
      vm, iterator != NULL ? &count : NULL, &request);
  if (iterator == NULL) return status;
  *iterator = (zero_iterator){.rest = ZERO_EMPTY};
  if (status != ZERO_OK) return status;
  iterator->items = request.more;
  iterator->count = count;
  return status;
}

/* Cells are walked in place. What a list may end in besides is a packed
 * value, whose items may have to be made: that is done when the walk begins,
 * so that its steps cannot fail. */
static void iterate_list(zero_vm *vm, struct zero_request *request) {
  struct zero_session *session = (struct zero_session *)vm;
  struct zero_heap *heap = &vm->heap;
  zero_value end = want_list(vm, request, request->values[0]);
  for (uint64_t walked = 1; zero__is_cell(end); walked++) {
    end = zero__cell(end)->tail;
    zero__heap_charge_item(heap, walked);
  }
  request->measure = zero__length(heap, end);
  if (request->measure == 0) return;
  zero_value *items = zero__alloc(heap, ZERO_TRACED,
                                  (size_t)request->measure * sizeof *items);
  struct zero_iterator at = zero__iterate(end);
  for (size_t i = 0; zero__next(heap, &at, &items[i]);) i++;
  request->more = items;
  if (session->scopes.depth > 0) {
    zero__scope_keep_word(session, (uintptr_t)items);
  }
}

zero_status zero_iterate(zero_vm *vm, zero_iterator *iterator,
                         zero_value list) {
  zero_status status = iterate(vm, iterator, __func__, iterate_list, list);
  if (status == ZERO_OK && zero__is_cell(list)) iterator->rest = list;
  return status;
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
  request->measure = 2 * zero__map_size(map);
  if (request->measure == 0) return;
  request->more = zero__map_pairs(&vm->heap, map);
}

zero_status zero_map_iterate(zero_vm *vm, zero_iterator *iterator,
                             zero_value map) {
  return iterate(vm, iterator, __func__, iterate_map, map);
}

int zero_map_next(zero_value *key, zero_value *value,
                  zero_iterator *iterator) {
  zero_value ignored;
  if (!zero_next(key != NULL ? key : &ignored, iterator)) {
    if (value != NULL) *value = ZERO_NONE;
    return 0;
  }
  return zero_next(value != NULL ? value : &ignored, iterator);
}
