/* handles.c - handles with one owner: the builtins, for hosts; and what is
 * left when a VM closes. */
#include "handle/handle.h"

#include <stdio.h>

#include "api/session.h"
#include "base/sentence.h"
#include "compile/stub.h"
#include "vm/builtins.h"
#include "vm/run.h"

/* Calls the builtin `number` with the values, as a program would: arity,
 * capability and fuel are the table's. */
static void builtin_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_value args[2] = {ZERO_UNIT, ZERO_UNIT};
  for (size_t i = 0; i < request->count; i++) args[i] = request->values[i];
  request->answer =
      zero__call_builtin(&session->vm, (unsigned)request->number, args,
                         (unsigned)request->count);
}

zero_status zero_handle_give(zero_vm *vm, zero_value *owner,
                             zero_value handle) {
  struct zero_request request = {.who = "zero_handle_give",
                                 .values = &handle,
                                 .count = 1,
                                 .number = ZERO_BUILTIN_HANDLE_GIVE};
  return zero__ask(vm, owner, &request, builtin_body);
}

zero_status zero_handle_close(zero_vm *vm, zero_value *outcome,
                              zero_value handle) {
  struct zero_request request = {.who = "zero_handle_close",
                                 .values = &handle,
                                 .count = 1,
                                 .number = ZERO_BUILTIN_HANDLE_CLOSE};
  return zero__ask(vm, outcome, &request, builtin_body);
}

zero_status zero_handle_with(zero_vm *vm, zero_value *result,
                             zero_value handle, zero_value function) {
  const zero_value values[] = {handle, function};
  struct zero_request request = {.who = "zero_handle_with",
                                 .values = values,
                                 .count = 2,
                                 .number = ZERO_BUILTIN_HANDLE_WITH};
  return zero__ask(vm, result, &request, builtin_body);
}

/* --- what is left -------------------------------------------------------- */

/* Nothing is allocated here: the VM may be closing for want of memory. */
static void tell_left(void *context, const struct zero_handle *h,
                      int error) {
  struct zero_session *session = context;
  const zero_options *options = &session->options;
  char *message = session->message;
  size_t room = sizeof session->message;
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
  session->vm.busy = true;
  zero__handles_close(&session->vm, told ? tell_left : NULL, session);
  session->vm.busy = false;
}
