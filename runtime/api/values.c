/* values.c - making, reading and comparing plain values. */
#include "api/session.h"

#include "value/bytes.h"
#include "value/compare.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

/* --- of what kind -------------------------------------------------------- */

zero_value zero_unit(void) {
  return ZERO_UNIT;
}

int zero_is_unit(zero_value value) {
  return zero__is_unit(value);
}

int zero_is_bool(zero_value value) {
  return zero__is_bool(value);
}

int zero_is_i64(zero_value value) {
  return zero__is_i64(value);
}

int zero_is_text(zero_value value) {
  return zero__is_text(value);
}

int zero_is_list(zero_value value) {
  return !zero_is_none(value) && zero__is_list(value);
}

int zero_is_map(zero_value value) {
  return zero__is_kind(value, ZERO_KIND_MAP);
}

int zero_is_bytes(zero_value value) {
  return zero__is_kind(value, ZERO_KIND_BYTES);
}

int zero_is_function(zero_value value) {
  return zero__is_function(value);
}

int zero_is_user_data(zero_value value) {
  return zero__is_user_data(value);
}

/* --- making -------------------------------------------------------------- */

zero_value zero_bool(int truth) {
  return zero__bool(truth != 0);
}

static void i64_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  request->answer = zero__i64(&session->vm.heap, request->number);
}

/* What fits the word takes neither memory nor limits. */
zero_status zero_i64(zero_vm *vm, zero_value *value, int64_t number) {
  if (ZERO_LIKELY(zero__given(vm) == ZERO_OK && value != NULL && !vm->busy &&
                  number >= ZERO_SMALL_I64_MIN &&
                  number <= ZERO_SMALL_I64_MAX)) {
    *value = zero__small(number);
    return ZERO_OK;
  }
  struct zero_request request = {.who = "zero_i64", .number = number};
  return zero__ask(vm, value, &request, i64_body);
}

static void text_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  struct zero_heap *heap = &session->vm.heap;
  const char *bytes = request->size > 0 ? request->bytes : "";
  size_t bad;
  zero__text_fits(heap, request->size);
  request->answer = zero__text_checked(heap, bytes, request->size, &bad);
  if (!zero_is_none(request->answer)) return;
  zero__raise(heap, ZERO_CODE_HOST_NOT_TEXT,
              "zero_text: byte %zu is a NUL or no valid UTF-8", bad);
}

zero_status zero_text(zero_vm *vm, zero_value *value, const char *bytes,
                      size_t size) {
  struct zero_request request = {
      .who = "zero_text", .bytes = bytes, .size = size};
  return zero__ask(vm, value, &request, text_body);
}

static void bytes_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  request->answer =
      zero__bytes_new(&session->vm.heap, request->bytes, request->size);
}

zero_status zero_bytes(zero_vm *vm, zero_value *value, const void *bytes,
                       size_t size) {
  struct zero_request request = {
      .who = "zero_bytes", .bytes = bytes, .size = size};
  return zero__ask(vm, value, &request, bytes_body);
}

/* --- reading ------------------------------------------------------------- */

int zero_to_bool(int *truth, zero_value value) {
  bool good = zero__is_bool(value);
  if (truth != NULL) *truth = good && zero__is_true(value);
  return good;
}

int zero_to_i64(int64_t *number, zero_value value) {
  bool good = zero__is_i64(value);
  if (number != NULL) *number = good ? zero__i64_number(value) : 0;
  return good;
}

int zero_to_text(const char **bytes, size_t *size, zero_value value) {
  bool good = zero__is_text(value);
  if (bytes != NULL) *bytes = good ? zero__text_bytes(value) : NULL;
  if (size != NULL) *size = good ? zero__text_size(value) : 0;
  return good;
}

int zero_to_bytes(const unsigned char **bytes, size_t *size,
                  zero_value value) {
  bool good = zero_is_bytes(value) != 0;
  if (bytes != NULL) *bytes = good ? zero__bytes(value)->data : NULL;
  if (size != NULL) *size = good ? (size_t)zero__bytes(value)->size : 0;
  return good;
}

int zero_to_user_data(void **pointer, const void *type, zero_value value) {
  bool good = zero__is_user_data(value) &&
              zero__user_data(value)->type == type &&
              *zero__user_data(value)->open != 0;
  if (pointer != NULL) *pointer = good ? zero__user_data(value)->pointer : NULL;
  return good;
}

/* --- comparing ----------------------------------------------------------- */

static void equal_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  request->measure = zero__equal(&session->vm.heap, request->values[0],
                                 request->values[1]);
}

zero_status zero_equal(zero_vm *vm, int *equal, zero_value a, zero_value b) {
  zero_value values[] = {a, b};
  struct zero_request request = {
      .who = "zero_equal", .values = values, .count = 2};
  uint64_t answer;
  zero_status status = zero__measure(vm, equal != NULL ? &answer : NULL,
                                     &request, equal_body);
  if (equal != NULL) *equal = answer != 0;
  return status;
}

static void hash_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  request->measure = zero__hash(&session->vm.heap, request->values[0]);
}

zero_status zero_hash(zero_vm *vm, uint64_t *hash, zero_value value) {
  struct zero_request request = {
      .who = "zero_hash", .values = &value, .count = 1};
  return zero__measure(vm, hash, &request, hash_body);
}
