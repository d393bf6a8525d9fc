/* call.c - the way into the VM: calls, their limits, printing, names. */
#include "api/session.h"

#include <errno.h>

#include "compile/code.h"
#include "handle/wait.h"
#include "value/print.h"

static zero_status status_of(int code) {
  switch (code) {
    case 0: return ZERO_OK;
    case ZERO_CODE_EXIT: return ZERO_E_EXIT;
    case ZERO_CODE_OUT_OF_MEMORY: return ZERO_E_MEMORY;
    case ZERO_CODE_API_USAGE: return ZERO_E_USAGE;
    default: return ZERO_E_FAILED;
  }
}

/* --- the way in and out -------------------------------------------------- */

/* Refuses a call that may not begin here, or returns ZERO_OK. */
static ZERO_COLD zero_status admit(zero_vm *vm) {
  struct zero_session *session = (struct zero_session *)vm;
  int code = zero__thread_admit();
  if (code == 0) return ZERO_OK;
  zero__misuse(vm, code == ZERO_CODE_STACK_DEPTH
                       ? "the call does not fit on the thread's C stack"
                       : "the system does not let another thread use "
                         "the collector");
  session->fault.code = zero__code_fact(code)->name;
  session->fault_code = code;
  return status_of(code);
}

/* Begins an entry. The outermost one starts the budgets; one from a function
 * of the host continues with those of the call around it. */
static inline zero_status begin(struct zero_session *session) {
  zero_vm *vm = &session->vm;
  if (ZERO_UNLIKELY(session->busy)) return zero__given_idle(vm);
  if (ZERO_UNLIKELY((uintptr_t)__builtin_frame_address(0) <
                    zero__thread_gate)) {
    zero_status status = admit(vm);
    if (status != ZERO_OK) return status;
  }
  if (vm->depth == 0) {
    if (session->options.deadline_ms != 0) {
      session->limits.deadline =
          zero__deadline_after(session->options.deadline_ms);
    }
    zero__begin_call(vm, &session->limits);
  }
  vm->depth++;
  session->busy = true;
  vm->trace_count = 0;
  vm->trace_lost = 0;
  if (ZERO_UNLIKELY(vm->finalise != NULL)) vm->finalise(vm);
  return ZERO_OK;
}

/* Making an error is free and nothing stops it: it must exist even after a
 * limit was met.
 *
 * A call that was stopped leaves nothing: the next one, of any VM, has the same
 * memory as this one had. Such a call ended with a fault that ends a call
 * wherever it is, or with STACK_DEPTH, which may leave a large stack. What it
 * made is collected at once if memory was short; otherwise the thread that
 * waits for the call to stop need not wait for that too. */
static ZERO_COLD void keep_fault(struct zero_session *session, int code) {
  zero_vm *vm = &session->vm;
  struct zero_unpaid outer = zero__unpaid_begin(&vm->heap);
  if (vm->unwind != NULL) vm->unwind(vm, vm->runs);
  zero__keep_fault(session, code);
  zero__unpaid_end(&vm->heap, outer);
  if (zero__code_fact(code)->caught && code != ZERO_CODE_STACK_DEPTH) return;
  zero__forget(vm);
  if (code == ZERO_CODE_OUT_OF_MEMORY || code == ZERO_CODE_HEAP_LIMIT) {
    zero__heap_collect();
    zero__heap_collect();
  }
}

static inline zero_status end(struct zero_session *session, int code) {
  zero_vm *vm = &session->vm;
  if (ZERO_UNLIKELY(code != 0)) keep_fault(session, code);
  if (--vm->depth == 0 && session->limits.alloc != UINT64_MAX) {
    zero__heap_limit(&vm->heap, UINT64_MAX);
  }
  session->busy = false;
  return status_of(code);
}

static void run_request(void *context) {
  struct zero_request *request = context;
  request->body(request->vm, request);
  zero__scope_keep((struct zero_session *)request->vm, request->result);
}

zero_status zero__enter(zero_vm *vm, struct zero_request *request) {
  struct zero_session *session = (struct zero_session *)vm;
  zero_status status = zero__given(vm);
  if (status == ZERO_OK) status = begin(session);
  if (status != ZERO_OK) return status;
  unsigned runs = vm->runs;
  request->vm = vm;
  int code = zero__protect(&vm->heap, run_request, request);
  if (code != 0 && vm->unwind != NULL) vm->unwind(vm, runs);
  return end(session, code);
}

/* --- calls --------------------------------------------------------------- */

static zero_status inspect(zero_vm *vm, const zero_value *result,
                           zero_value function, const zero_value *args,
                           size_t count) {
  if (result == NULL || (args == NULL && count > 0)) {
    return zero__misuse(vm, "zero_call was given NULL");
  }
  if (zero_is_none(function) || !zero__is_function(function)) {
    return zero__misuse(vm, "zero_call was given no function");
  }
  if (count > ZERO_PARAMS_MAX) {
    return zero__misuse(vm, "zero_call was given too many arguments");
  }
  for (size_t i = 0; i < count; i++) {
    if (!zero_is_none(args[i])) continue;
    return zero__misuse(vm, "an argument of zero_call is not a value");
  }
  return zero__given(vm);
}

static void keep_body(zero_vm *vm, struct zero_request *request) {
  (void)vm;
  request->result = request->values[0];
}

/* Ends a call. What it made is on the C stack until a scope keeps it. */
static inline zero_status give(struct zero_session *session, int code,
                               zero_value made, zero_value *result) {
  zero_status status = end(session, code);
  if (status == ZERO_OK && ZERO_UNLIKELY(session->scopes.depth > 0)) {
    struct zero_request request = {.body = keep_body, .values = &made};
    status = zero__enter(&session->vm, &request);
  }
  *result = status == ZERO_OK ? made : ZERO_NONE;
  return status;
}

static zero_status refuse(zero_value *result, zero_status status) {
  if (result != NULL) *result = ZERO_NONE;
  return status;
}

zero_status zero_call(zero_vm *vm, zero_value *result, zero_value function,
                      const zero_value *args, size_t count) {
  struct zero_session *session = (struct zero_session *)vm;
  zero_value made = ZERO_NONE;
  zero_status status = inspect(vm, result, function, args, count);
  if (status == ZERO_OK) status = begin(session);
  if (status != ZERO_OK) return refuse(result, status);
  int code = zero__vm_try_call(vm, &made, function, args, (unsigned)count);
  return give(session, code, made, result);
}

zero_status zero_call_with(zero_vm *vm, zero_value *result,
                           zero_value function, const zero_value *args,
                           size_t count, const zero_call_options *options) {
  struct zero_session *session = (struct zero_session *)vm;
  zero_value made = ZERO_NONE;
  uint32_t granted = 0;
  zero_status status = inspect(vm, result, function, args, count);
  if (status == ZERO_OK && options == NULL) {
    status = zero__misuse(vm, "zero_call_with was given NULL");
  }
  if (status == ZERO_OK && options->capabilities == NULL) {
    granted = UINT32_MAX;
  } else if (status == ZERO_OK &&
             zero__capability_words(options->capabilities, &granted)) {
    status = zero__misuse(vm, "zero_call_with: an unknown capability");
  }
  if (status == ZERO_OK) status = begin(session);
  if (status != ZERO_OK) return refuse(result, status);
  struct zero_narrowed outer;
  uint64_t start = zero__now();
  const struct zero_limits limits = {
      .fuel = zero__limit(options->fuel),
      .deadline = zero__deadline_after(options->deadline_ms),
      .heap = zero__limit(options->heap),
      .output = zero__limit(options->output_bytes),
      .alloc = zero__limit(options->alloc),
  };
  zero__narrow(vm, &outer, &limits, granted);
  int code = zero__vm_try_call(vm, &made, function, args, (unsigned)count);
  struct zero_meter spent = zero__widen(vm, &outer);
  session->spent = (zero_spending){.fuel = spent.fuel,
                                   .alloc = spent.alloc,
                                   .output = spent.output,
                                   .nanoseconds = zero__now() - start};
  return give(session, code, made, result);
}

zero_status zero_spent(const zero_vm *vm, zero_spending *spent) {
  zero_status given = zero__given(vm);
  if (spent == NULL) return given != ZERO_OK ? given : ZERO_E_USAGE;
  *spent = (zero_spending){0};
  if (given == ZERO_OK) *spent = ((const struct zero_session *)vm)->spent;
  return given;
}

int zero_exit_status(const zero_vm *vm) {
  return zero__given(vm) != ZERO_OK ? 0 : vm->exit_status;
}

void zero_interrupt(zero_vm *vm) {
  if (zero__given(vm) == ZERO_OK) zero__interrupt(vm);
}

int zero_wait(zero_vm *vm, int file, int events) {
  if (zero__given(vm) == ZERO_OK) {
    return zero__wait_outside(vm, file, (short)events);
  }
  errno = EINVAL;
  return -1;
}

/* --- printing, names ----------------------------------------------------- */

static void print_body(zero_vm *vm, struct zero_request *request) {
  zero__print(&vm->heap, request->values[0], zero__hand_out, request->more);
}

zero_status zero_print(zero_vm *vm, zero_value value, zero_output *output,
                       void *output_context) {
  struct zero_outlet outlet = {vm, output, output_context, true};
  struct zero_request request = {
      .body = print_body, .values = &value, .more = &outlet};
  if (zero_is_none(value) || output == NULL) {
    return zero__misuse(vm, "zero_print was given no value or no output");
  }
  return zero__enter(vm, &request);
}

static void look_up_body(zero_vm *vm, struct zero_request *request) {
  const struct zero_session *session = (const struct zero_session *)vm;
  const char *name = request->bytes;
  const struct zero_global *global = zero__scope_get(session->names, name);
  if (global != NULL) {
    request->result = global->function;
    return;
  }
  int index = zero__builtin_by_name(name);
  if (index < 0 || zero__builtins[index].hidden) return;
  if (zero__builtins[index].how == ZERO_HOW_CORE) return;
  request->result = zero__builtin_stub(&vm->heap, (unsigned)index);
}

zero_value zero_lookup(zero_vm *vm, const char *name) {
  zero_value found = ZERO_NONE;
  if (name == NULL) return found;
  (void)ZERO_ASK(vm, &found, look_up_body, .bytes = name);
  return found;
}
