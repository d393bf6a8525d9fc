/* maps.c - Maps by key and in order. The v0.1 form is read too. */
#include "api/session.h"
#include "layout/brief.h"
#include "layout/layout.h"
#include "value/map.h"
#include "vm/builtins.h"

/* The Map that a request is about; raises LAYOUT_MAP. */
static zero_value want_map(zero_vm *vm, const struct zero_request *request) {
  zero_value map = request->values[0];
  return zero__layout_check(&vm->heap, zero__family_by_tag(ZERO_FAMILY_MAP),
                            map);
}

static zero_value want_key(zero_vm *vm, const struct zero_request *request) {
  zero_value key = request->values[1];
  if (zero__is_text(key)) {
    zero__heap_portion(&vm->heap, zero__text_size(key));
    zero__text_hash(&vm->heap, key);
  }
  if (zero__is_key(key)) return key;
  char found[ZERO_FOUND];
  zero__found(&vm->heap, key, found);
  zero__raise(&vm->heap, ZERO_CODE_LAYOUT_MAP,
              "%s: a key must be I64, Text, Bool or Unit, found %s",
              request->who, found);
}

static void empty_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  request->answer = zero__map_empty(&session->vm.heap);
}

zero_status zero_map_empty(zero_vm *vm, zero_value *map) {
  struct zero_request request = {.who = "zero_map_empty"};
  return zero__ask(vm, map, &request, empty_body);
}

static void put_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_value map = want_map(&session->vm, request);
  zero_value key = want_key(&session->vm, request);
  request->answer =
      zero__map_put(&session->vm.heap, map, key, request->values[2]);
}

zero_status zero_map_put(zero_vm *vm, zero_value *result, zero_value map,
                         zero_value key, zero_value value) {
  zero_value values[] = {map, key, value};
  struct zero_request request = {
      .who = "zero_map_put", .values = values, .count = 3};
  return zero__ask(vm, result, &request, put_body);
}

static void get_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_value map = want_map(&session->vm, request);
  request->answer = zero__map_get(map, want_key(&session->vm, request));
}

zero_status zero_map_get(zero_vm *vm, zero_value *value, zero_value map,
                         zero_value key) {
  zero_value values[] = {map, key};
  struct zero_request request = {
      .who = "zero_map_get", .values = values, .count = 2};
  return zero__ask(vm, value, &request, get_body);
}

static void remove_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_value map = want_map(&session->vm, request);
  zero_value key = want_key(&session->vm, request);
  request->answer = zero__map_remove(&session->vm.heap, map, key);
}

zero_status zero_map_remove(zero_vm *vm, zero_value *result, zero_value map,
                            zero_value key) {
  zero_value values[] = {map, key};
  struct zero_request request = {
      .who = "zero_map_remove", .values = values, .count = 2};
  return zero__ask(vm, result, &request, remove_body);
}

static void size_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  request->measure = zero__map_size(want_map(&session->vm, request));
}

zero_status zero_map_size(zero_vm *vm, uint64_t *size, zero_value map) {
  struct zero_request request = {
      .who = "zero_map_size", .values = &map, .count = 1};
  return zero__measure(vm, size, &request, size_body);
}

static void iterate_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_value map = want_map(&session->vm, request);
  request->measure = 2 * zero__map_size(map);
  if (request->measure == 0) return;
  request->bytes = zero__map_pairs(&session->vm.heap, map);
}

zero_status zero_map_iterate(zero_vm *vm, zero_iterator *iterator,
                             zero_value map) {
  struct zero_request request = {
      .who = "zero_map_iterate", .values = &map, .count = 1};
  uint64_t count;
  zero_status status = zero__measure(vm, iterator != NULL ? &count : NULL,
                                     &request, iterate_body);
  if (iterator == NULL) return status;
  *iterator = (zero_iterator){
      .rest = ZERO_EMPTY, .items = request.bytes, .count = count};
  return status;
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
