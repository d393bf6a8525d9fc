/* lists.c - lists: making them, taking them apart, walking. */
#include <inttypes.h>

#include "api/session.h"
#include "value/list.h"
#include "vm/builtins.h"

static void list_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero__charge(&session->vm, request->count % ZERO_CHUNK);
  request->answer =
      zero__list(&session->vm.heap, request->values, request->count);
}

zero_status zero_list(zero_vm *vm, zero_value *list, const zero_value *items,
                      size_t count) {
  struct zero_request request = {
      .who = "zero_list", .values = items, .count = count};
  return zero__ask(vm, list, &request, list_body);
}

static void cons_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  const zero_value *values = request->values;
  if (!zero__is_list(values[1])) {
    zero__refuse_kind(&session->vm, request, "the tail", "a List", values[1]);
  }
  request->answer = zero__cons(&session->vm.heap, values[0], values[1]);
}

zero_status zero_cons(zero_vm *vm, zero_value *list, zero_value head,
                      zero_value tail) {
  zero_value values[] = {head, tail};
  struct zero_request request = {
      .who = "zero_cons", .values = values, .count = 2};
  return zero__ask(vm, list, &request, cons_body);
}

/* The list that a request is about, with what looking into it costs. */
static zero_value want_list(zero_vm *vm, const struct zero_request *request) {
  zero_value list = request->values[0];
  if (!zero__is_list(list)) {
    zero__refuse_kind(vm, request, "the argument", "a List", list);
  }
  return list;
}

zero_value zero__want_pair(zero_vm *vm, const struct zero_request *request) {
  zero_value list = want_list(vm, request);
  if (zero__is_pair(list)) return list;
  zero__raise(&vm->heap, ZERO_CODE_EMPTY_LIST, "%s: the list is empty",
              request->who);
}

static void head_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_value pair = zero__want_pair(&session->vm, request);
  request->answer = zero__head(&session->vm.heap, pair);
}

zero_status zero_list_head(zero_vm *vm, zero_value *head, zero_value list) {
  struct zero_request request = {
      .who = "zero_list_head", .values = &list, .count = 1};
  return zero__ask(vm, head, &request, head_body);
}

static void tail_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_value pair = zero__want_pair(&session->vm, request);
  request->answer = zero__tail(&session->vm.heap, pair);
}

zero_status zero_list_tail(zero_vm *vm, zero_value *tail, zero_value list) {
  struct zero_request request = {
      .who = "zero_list_tail", .values = &list, .count = 1};
  return zero__ask(vm, tail, &request, tail_body);
}

static void length_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_value list = want_list(&session->vm, request);
  request->measure = zero__length(&session->vm.heap, list);
}

zero_status zero_list_length(zero_vm *vm, uint64_t *length,
                             zero_value list) {
  struct zero_request request = {
      .who = "zero_list_length", .values = &list, .count = 1};
  return zero__measure(vm, length, &request, length_body);
}

static void get_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_vm *vm = &session->vm;
  zero_value list = want_list(vm, request);
  uint64_t length = zero__length(&vm->heap, list);
  uint64_t index = (uint64_t)request->number;
  if (zero__nth(&vm->heap, list, index, &request->answer)) return;
  zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
              "%s: a list of %" PRIu64 " items has none at %" PRIu64,
              request->who, length, index);
}

zero_status zero_list_get(zero_vm *vm, zero_value *item, zero_value list,
                          uint64_t index) {
  struct zero_request request = {.who = "zero_list_get",
                                 .values = &list,
                                 .count = 1,
                                 .number = (int64_t)index};
  return zero__ask(vm, item, &request, get_body);
}

/* --- walking ------------------------------------------------------------- */

/* Cells are walked in place. What a list may end in besides is a packed
 * value, whose items may have to be made: that is done when the walk begins,
 * so that its steps cannot fail. */
static void iterate_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  struct zero_heap *heap = &session->vm.heap;
  zero_value end = want_list(&session->vm, request);
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
  request->bytes = items;
  if (session->scopes.depth > 0) {
    zero__scope_keep_word(session, (uintptr_t)items);
  }
}

zero_status zero_iterate(zero_vm *vm, zero_iterator *iterator,
                         zero_value list) {
  struct zero_request request = {
      .who = "zero_iterate", .values = &list, .count = 1};
  uint64_t count;
  zero_status status = zero__measure(vm, iterator != NULL ? &count : NULL,
                                     &request, iterate_body);
  if (iterator == NULL) return status;
  *iterator = (zero_iterator){.rest = ZERO_EMPTY};
  if (status != ZERO_OK) return status;
  if (zero__is_cell(list)) iterator->rest = list;
  iterator->items = request.bytes;
  iterator->count = count;
  return ZERO_OK;
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
