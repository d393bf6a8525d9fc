/* request.c - what functions that make or read values have in common. */
#include "api/session.h"

#include "base/sentence.h"
#include "layout/brief.h"

zero_status zero__misuse_of(zero_vm *vm, const char *who, const char *did) {
  struct zero_session *session = (struct zero_session *)vm;
  zero__sentence(session->message, sizeof session->message, "%s %s", who,
                 did);
  return zero__misuse(vm, session->message);
}

/* Refuses what no function may be given. */
static zero_status inspect(zero_vm *vm, const struct zero_request *request,
                           const void *answer) {
  zero_status given = zero__given(vm);
  if (given != ZERO_OK) return given;
  if (answer == NULL || (request->values == NULL && request->count > 0) ||
      (request->bytes == NULL && request->size > 0)) {
    return zero__misuse_of(vm, request->who, "was given NULL");
  }
  if (request->count > ZERO_ADDRESSES / sizeof *request->values) {
    return zero__misuse_of(vm, request->who,
                           "was given a count larger than any memory");
  }
  for (size_t i = 0; i < request->count; i++) {
    if (!zero_is_none(request->values[i])) continue;
    return zero__misuse_of(vm, request->who, "was given what is no value");
  }
  return ZERO_OK;
}

static void ask_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  request->body(session, request);
  zero__scope_keep(session, request->answer);
}

zero_status zero__ask(zero_vm *vm, zero_value *answer,
                      struct zero_request *request, zero__body *body) {
  zero_status status = inspect(vm, request, answer);
  request->body = body;
  if (status == ZERO_OK) status = zero__enter(vm, ask_body, request);
  if (answer != NULL) {
    *answer = status == ZERO_OK ? request->answer : ZERO_NONE;
  }
  return status;
}

zero_status zero__measure(zero_vm *vm, uint64_t *answer,
                          struct zero_request *request, zero__body *body) {
  zero_status status = inspect(vm, request, answer);
  if (status == ZERO_OK) status = zero__enter(vm, body, request);
  if (answer != NULL) *answer = status == ZERO_OK ? request->measure : 0;
  return status;
}

void zero__refuse_kind(zero_vm *vm, const struct zero_request *request,
                       const char *what, const char *expected,
                       zero_value v) {
  char found[ZERO_FOUND];
  zero__found(&vm->heap, v, found);
  zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH, "%s: %s must be %s, found %s",
              request->who, what, expected, found);
}
