/* call.c - the way into the VM: calls, their limits, printing, names. */
#include "api/session.h"

#include <stdatomic.h>
#include <time.h>

#include "code/stub.h"
#include "value/print.h"

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint64_t deadline_after(uint64_t milliseconds) {
  uint64_t start = now();
  if (milliseconds == 0) return UINT64_MAX;
  if (milliseconds > (UINT64_MAX - start) / 1000000u) return UINT64_MAX;
  return start + milliseconds * 1000000u;
}

struct entry {
  struct zero_session *session;
  void (*body)(struct zero_session *session, void *context);
  void *context;
};

static void run_entry(void *context) {
  struct entry *entry = context;
  entry->body(entry->session, entry->context);
}

static zero_status status_of(int code) {
  switch (code) {
    case 0: return ZERO_OK;
    case ZERO_CODE_EXIT: return ZERO_E_EXIT;
    case ZERO_CODE_OUT_OF_MEMORY: return ZERO_E_MEMORY;
    case ZERO_CODE_API_USAGE: return ZERO_E_USAGE;
    default: return ZERO_E_FAILED;
  }
}

static zero_status no_thread(zero_vm *vm) {
  struct zero_session *session = (struct zero_session *)vm;
  zero__misuse(vm, "the system lets no further thread use the collector");
  session->fault.code = "OUT_OF_MEMORY";
  return ZERO_E_MEMORY;
}

zero_status zero__enter(zero_vm *vm,
                        void (*body)(struct zero_session *session,
                                     void *context),
                        void *context) {
  struct zero_session *session = (struct zero_session *)vm;
  if (vm == NULL) return ZERO_E_USAGE;
  if (session->busy) {
    return zero__misuse(vm, "the VM runs a call; a callback may not enter it");
  }
  if (!zero__thread_enter()) return no_thread(vm);
  session->busy = true;
  session->limits.deadline = deadline_after(session->options.deadline_ms);
  vm->trace_count = 0;
  vm->trace_lost = 0;
  zero__begin_call(vm, &session->limits);
  struct entry entry = {session, body, context};
  int code = zero__protect(&vm->heap, run_entry, &entry);
  zero__heap_limit(&vm->heap, UINT64_MAX);
  if (code != 0 && vm->unwind != NULL) vm->unwind(vm, 0);
  if (code != 0) zero__keep_fault(session, code);
  session->busy = false;
  return status_of(code);
}

zero_status zero__misuse(zero_vm *vm, const char *sentence) {
  struct zero_session *session = (struct zero_session *)vm;
  session->fault = (zero_error){.code = "API_USAGE", .message = sentence};
  session->error_value = ZERO_NONE;
  session->last = &session->fault;
  return ZERO_E_USAGE;
}

struct call {
  zero_value function;
  const zero_value *args;
  size_t count;
  zero_value result;
};

static void call_body(struct zero_session *session, void *context) {
  struct call *call = context;
  call->result = zero__vm_call(&session->vm, call->function, call->args,
                               (unsigned)call->count);
}

zero_status zero_call(zero_vm *vm, zero_value *result, zero_value function,
                      const zero_value *args, size_t count) {
  if (result != NULL) *result = ZERO_NONE;
  if (vm == NULL) return ZERO_E_USAGE;
  if (result == NULL || (args == NULL && count > 0)) {
    return zero__misuse(vm, "zero_call was given NULL");
  }
  if (zero_is_none(function) || !zero__is_function(function)) {
    return zero__misuse(vm, "zero_call was given what is no function");
  }
  if (count > ZERO_PARAMS_MAX) {
    return zero__misuse(vm, "zero_call was given too many arguments");
  }
  for (size_t i = 0; i < count; i++) {
    if (!zero_is_none(args[i])) continue;
    return zero__misuse(vm, "an argument of zero_call is no value");
  }
  struct call call = {.function = function, .args = args, .count = count};
  zero_status status = zero__enter(vm, call_body, &call);
  if (status == ZERO_OK) *result = call.result;
  return status;
}

int zero_exit_status(const zero_vm *vm) {
  return vm == NULL ? 0 : vm->exit_status;
}

void zero_interrupt(zero_vm *vm) {
  if (vm != NULL) atomic_store(&vm->interrupted, 1);
}

struct printing {
  zero_value value;
  zero_output *output;
  void *output_context;
};

static void print_body(struct zero_session *session, void *context) {
  struct printing *printing = context;
  uint64_t work = zero__print(&session->vm.heap, printing->value,
                              printing->output, printing->output_context);
  zero__charge(&session->vm, work);
}

zero_status zero_print(zero_vm *vm, zero_value value, zero_output *output,
                       void *output_context) {
  if (vm == NULL) return ZERO_E_USAGE;
  if (zero_is_none(value) || output == NULL) {
    return zero__misuse(vm, "zero_print was given no value or no output");
  }
  struct printing printing = {value, output, output_context};
  return zero__enter(vm, print_body, &printing);
}

struct looking {
  const char *name;
  zero_value found;
};

static void look_up_body(struct zero_session *session, void *context) {
  struct looking *looking = context;
  const struct zero_global *global =
      zero__scope_get(session->vm.session, looking->name);
  if (global != NULL) {
    looking->found = global->function;
    return;
  }
  int index = zero__builtin_by_name(looking->name);
  if (index < 0 || zero__builtins[index].hidden) return;
  if (zero__builtins[index].how == ZERO_HOW_CORE) return;
  looking->found = zero__builtin_stub(&session->vm.heap, (unsigned)index);
}

zero_value zero_lookup(zero_vm *vm, const char *name) {
  struct looking looking = {.name = name, .found = ZERO_NONE};
  if (vm == NULL || name == NULL) return ZERO_NONE;
  if (zero__enter(vm, look_up_body, &looking) != ZERO_OK) return ZERO_NONE;
  return looking.found;
}
