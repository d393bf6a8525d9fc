/* handles.c - handles with one owner: the builtins, for hosts; and what is
 * left when a VM closes. */
#include "handle/handle.h"

#include <stdio.h>

#include "api/session.h"
#include "base/sentence.h"
#include "vm/builtins.h"
#include "vm/run.h"

/* Calls the builtin `number` with the values, as a program would: arity,
 * capability and fuel are the table's. */
static void builtin_body(zero_vm *vm, struct zero_request *request) {
  zero_value args[2] = {ZERO_UNIT, ZERO_UNIT};
  for (size_t i = 0; i < request->count; i++) args[i] = request->values[i];
  request->result = zero__call_builtin(vm, (unsigned)request->number, args,
                                       (unsigned)request->count);
}

static zero_status ask(zero_vm *vm, zero_value *answer, const char *who,
                       int64_t builtin, const zero_value *values,
                       size_t count) {
  struct zero_request request = {.body = builtin_body,
                                 .who = who,
                                 .values = values,
                                 .count = count,
                                 .number = builtin};
  return zero__ask_for(vm, answer, &request);
}

zero_status zero_handle_give(zero_vm *vm, zero_value *owner,
                             zero_value handle) {
  return ask(vm, owner, __func__, ZERO_BUILTIN_HANDLE_GIVE, &handle, 1);
}

zero_status zero_handle_close(zero_vm *vm, zero_value *outcome,
                              zero_value handle) {
  return ask(vm, outcome, __func__, ZERO_BUILTIN_HANDLE_CLOSE, &handle, 1);
}

zero_status zero_handle_with(zero_vm *vm, zero_value *result,
                             zero_value handle, zero_value function) {
  const zero_value values[] = {handle, function};
  return ask(vm, result, __func__, ZERO_BUILTIN_HANDLE_WITH, values, 2);
}

/* --- what is left -------------------------------------------------------- */

/* Nothing is allocated here: the VM may be closing for want of memory. The
 * sentence is no error's, which the host may replace while it is told. */
static void tell_left(void *context, const struct zero_handle *h,
                      int error) {
  struct zero_session *session = context;
  const zero_options *options = &session->options;
  char message[ZERO_FAULT_MESSAGE];
  const size_t room = sizeof message;
  int size = snprintf(message, room, "the %s %llu was still open",
                      h->kind->name, (unsigned long long)h->number);
  if (error != 0) {
    snprintf(message + size, room - (size_t)size, "; closing it: %s",
             zero__host_reason(error));
  }
  zero_error left = {.code = "WARN_HANDLE_OPEN",
                     .message = message,
                     .is_warning = 1};
  if (h->placed) {
    struct zero_span span = {h->start, h->end};
    left.location = zero__location(h->source, span);
  }
  options->unclosed(options->unclosed_context, &left);
}

void zero__close_handles(struct zero_session *session) {
  bool told = session->options.unclosed != NULL;
  session->busy = true;
  zero__handles_close(&session->vm, told ? tell_left : NULL, session);
  session->busy = false;
}
