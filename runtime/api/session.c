/* session.c - what the functions of zero.h have in common. */
#include "api/session.h"

#include <stdarg.h>

#include "base/sentence.h"

/* --- a VM that was closed ------------------------------------------------ */

#ifdef ZERO_DEBUG
#include <stdatomic.h>

/* The VMs closed last. Their memory is kept until they leave this table, so
 * that no new VM has their address. It is the one table that VMs share: without
 * locks, since zero_interrupt may ask in a signal handler. */
enum { REMEMBERED = 64 };

static _Atomic(void *) graves[REMEMBERED];
static atomic_uint buried;

zero_status zero__given(const zero_vm *vm) {
  if (vm == NULL) return ZERO_E_USAGE;
  for (unsigned i = 0; i < REMEMBERED; i++) {
    if (atomic_load(&graves[i]) == vm) return ZERO_E_CLOSED;
  }
  return ZERO_OK;
}

/* Late users of the memory find no values and no addresses there. */
void zero__bury(struct zero_session *session) {
  memset(session, 0xDB, sizeof *session);
  unsigned place = atomic_fetch_add(&buried, 1) % REMEMBERED;
  void *gone = atomic_exchange(&graves[place], session);
  if (gone != NULL) zero__heap_free_root(gone);
}

#else

void zero__bury(struct zero_session *session) {
  zero__heap_free_root(session);
}

#endif

/* --- refusing ------------------------------------------------------------ */

zero_status zero__misuse(zero_vm *vm, const char *format, ...) {
  struct zero_session *session = (struct zero_session *)vm;
  zero_status given = zero__given(vm);
  if (given != ZERO_OK) return given;
  va_list arguments;
  va_start(arguments, format);
  zero__sentence_of(session->message, sizeof session->message, format,
                    arguments);
  va_end(arguments);
  session->fault =
      (zero_error){.code = "API_USAGE", .message = session->message};
  zero__last_is(session, &session->fault, ZERO_CODE_API_USAGE, ZERO_NONE);
  return ZERO_E_USAGE;
}

zero_status zero__given_idle(zero_vm *vm) {
  zero_status given = zero__given(vm);
  if (given != ZERO_OK || !((struct zero_session *)vm)->busy) return given;
  return zero__misuse(vm,
                      "the VM is running a call; a callback may not enter it");
}

/* --- requests ------------------------------------------------------------ */

/* Refuses what no function accepts. */
static zero_status inspect(zero_vm *vm, const struct zero_request *request) {
  const char *who = request->who;
  bool nameless = request->family == NULL || request->part == NULL;
  if (request->place == NULL || (request->named && nameless) ||
      (request->values == NULL && request->count > 0) ||
      (request->bytes == NULL && request->size > 0)) {
    return zero__misuse(vm, "%s was given NULL", who);
  }
  if (request->count > ZERO_ADDRESSES / sizeof *request->values) {
    return zero__misuse(vm, "%s was given a count too large for memory", who);
  }
  for (size_t i = 0; i < request->count; i++) {
    if (!zero_is_none(request->values[i])) continue;
    return zero__misuse(vm, "%s was given a word that is not a value", who);
  }
  return ZERO_OK;
}

zero_status zero__ask(zero_vm *vm, struct zero_request *request) {
  zero_status status = inspect(vm, request);
  if (status == ZERO_OK) status = zero__enter(vm, request);
  bool good = status == ZERO_OK;
  void *place = request->place;
  if (place == NULL) return status;
  if (request->gives == ZERO_GIVES_VALUE) {
    *(zero_value *)place = good ? request->result : ZERO_NONE;
  } else if (request->gives == ZERO_GIVES_NUMBER) {
    *(uint64_t *)place = good ? request->measure : 0;
  } else if (request->gives == ZERO_GIVES_PAIR) {
    *(zero_pair *)place =
        good ? request->pair : (zero_pair){.tag = UINT64_MAX}; /* no tag */
  } else {
    *(zero_iterator *)place =
        good ? request->walk : (zero_iterator){.rest = ZERO_EMPTY};
  }
  return status;
}

void zero__hand_out(void *context, const char *bytes, size_t size) {
  const struct zero_outlet *outlet = context;
  if (outlet->counted) zero__count_output(outlet->vm, size);
  outlet->output(outlet->output_context, bytes, size);
  zero__obey(outlet->vm);
}
