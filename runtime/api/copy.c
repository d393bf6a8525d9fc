/* copy.c - a value of one VM carried to another. */
#include "value/copy.h"

#include "api/session.h"

static void copy_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  request->answer = zero__copy(&session->vm.heap, request->values[0]);
}

static void same_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  (void)session;
  request->answer = request->values[0];
}

zero_status zero_value_copy(zero_vm *to, zero_value *copy, zero_vm *from,
                            zero_value value) {
  struct zero_request request = {
      .who = "zero_value_copy", .values = &value, .count = 1};
  if (zero__given(to) == ZERO_OK && zero__given(from) == ZERO_E_CLOSED) {
    if (copy != NULL) *copy = ZERO_NONE;
    return ZERO_E_CLOSED;
  }
  if (to != NULL && (from == NULL || (from != to && from->busy))) {
    if (copy != NULL) *copy = ZERO_NONE;
    return zero__misuse_of(to, request.who,
                           from == NULL ? "was given NULL"
                                        : "was given a VM that runs a call");
  }
  return zero__ask(to, copy, &request, to == from ? same_body : copy_body);
}
