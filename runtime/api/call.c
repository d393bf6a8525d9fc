/* call.c - the way into the VM: calls, their limits, printing, names. */
#include "api/session.h"

#include <errno.h>

#include "compile/stub.h"
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

/* A call may not begin here: says so, or returns ZERO_OK where it may. */
static ZERO_COLD zero_status admit(zero_vm *vm) {
  struct zero_session *session = (struct zero_session *)vm;
  int code = zero__thread_admit();
  if (code == 0) return ZERO_OK;
  zero__misuse(vm, code == ZERO_CODE_STACK_DEPTH
                       ? "the call does not fit on the thread's C stack"
                       : "the system lets no further thread use the "
                         "collector");
  session->fault.code = zero__code_fact(code)->name;
  session->fault_code = code;
  return status_of(code);
}

/* Begins an entry. The outermost one starts the budgets; one from a function
 * of the host goes on with those of the call around it. */
static inline zero_status begin(struct zero_session *session) {
  zero_vm *vm = &session->vm;
  if (ZERO_UNLIKELY(vm->busy)) {
    return zero__misuse(vm, "the VM runs a call; a callback may not enter it");
  }
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
  vm->busy = true;
  vm->trace_count = 0;
  vm->trace_lost = 0;
  if (ZERO_UNLIKELY(vm->finalise != NULL)) vm->finalise(vm);
  return ZERO_OK;
}

/* A fault that ends a call wherever it is, and STACK_DEPTH, which may leave a
 * large stack. */
static bool is_stop(int code) {
  const struct zero_code_fact *fact = zero__code_fact(code);
  return fact == NULL || !fact->caught || code == ZERO_CODE_STACK_DEPTH;
}

/* A call that was stopped leaves nothing: the next one, of any VM, finds what
 * this one had. What it made is collected at once where memory was short; else
 * whoever waits for the call to stop does not wait for that too. */
static void leave_nothing(zero_vm *vm, int code) {
  if (!is_stop(code)) return;
  zero__forget(vm);
  if (code == ZERO_CODE_OUT_OF_MEMORY || code == ZERO_CODE_HEAP_LIMIT) {
    zero__heap_collect();
    zero__heap_collect();
  }
}

/* What an error is made of is free, and nothing stops it: it must be there
 * where a limit was met. */
static ZERO_COLD void keep_fault(struct zero_session *session, int code) {
  zero_vm *vm = &session->vm;
  struct zero_heap *heap = &vm->heap;
  uint64_t left = zero__heap_left(heap);
  struct zero_free outer = zero__free_begin(vm);
  heap->poll = NULL;
  if (vm->unwind != NULL) vm->unwind(vm, vm->runs);
  zero__heap_limit(heap, UINT64_MAX);
  zero__keep_fault(session, code);
  zero__heap_limit(heap, left);
  zero__free_end(vm, outer);
  leave_nothing(vm, code);
}

static inline zero_status end(struct zero_session *session, int code) {
  zero_vm *vm = &session->vm;
  if (ZERO_UNLIKELY(code != 0)) keep_fault(session, code);
  if (--vm->depth == 0 && session->limits.alloc != UINT64_MAX) {
    zero__heap_limit(&vm->heap, UINT64_MAX);
  }
  vm->busy = false;
  return status_of(code);
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

zero_status zero__enter(zero_vm *vm,
                        void (*body)(struct zero_session *session,
                                     void *context),
                        void *context) {
  struct zero_session *session = (struct zero_session *)vm;
  zero_status status = zero__given(vm);
  if (status == ZERO_OK) status = begin(session);
  if (status != ZERO_OK) return status;
  struct entry entry = {session, body, context};
  unsigned runs = vm->runs;
  int code = zero__protect(&vm->heap, run_entry, &entry);
  if (code != 0 && vm->unwind != NULL) vm->unwind(vm, runs);
  return end(session, code);
}

zero_status zero__misuse(zero_vm *vm, const char *sentence) {
  struct zero_session *session = (struct zero_session *)vm;
  session->fault = (zero_error){.code = "API_USAGE", .message = sentence};
  session->error_value = ZERO_NONE;
  session->last = &session->fault;
  session->fault_code = ZERO_CODE_API_USAGE;
  session->errors++;
  return ZERO_E_USAGE;
}

/* --- calls --------------------------------------------------------------- */

struct call {
  zero_value function;
  const zero_value *args;
  size_t count;
  zero_value result;
};

static void keep_body(struct zero_session *session, void *context) {
  const struct call *call = context;
  zero__scope_keep(session, call->result);
}

static zero_status inspect(zero_vm *vm, const zero_value *result,
                           zero_value function, const zero_value *args,
                           size_t count) {
  zero_status given = zero__given(vm);
  if (given != ZERO_OK) return given;
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
  return ZERO_OK;
}

/* Ends a call: its result stays while a scope is open. */
static inline zero_status give(struct zero_session *session,
                               struct call *call, int code,
                               zero_value *result) {
  zero_status status = end(session, code);
  if (status == ZERO_OK && ZERO_UNLIKELY(session->scopes.depth > 0)) {
    status = zero__enter(&session->vm, keep_body, call);
  }
  *result = status == ZERO_OK ? call->result : ZERO_NONE;
  return status;
}

static zero_status refuse(zero_value *result, zero_status status) {
  if (result != NULL) *result = ZERO_NONE;
  return status;
}

zero_status zero_call(zero_vm *vm, zero_value *result, zero_value function,
                      const zero_value *args, size_t count) {
  struct zero_session *session = (struct zero_session *)vm;
  struct call call = {function, args, count, ZERO_NONE};
  zero_status status = inspect(vm, result, function, args, count);
  if (status == ZERO_OK) status = begin(session);
  if (status != ZERO_OK) return refuse(result, status);
  int code = zero__vm_try_call(vm, &call.result, function, args,
                               (unsigned)count);
  return give(session, &call, code, result);
}

static uint64_t or_none(uint64_t limit) {
  return limit == 0 ? UINT64_MAX : limit;
}

static int call_narrowed(struct zero_session *session, struct call *call,
                         const zero_call_options *options,
                         uint32_t granted) {
  zero_vm *vm = &session->vm;
  struct zero_narrowed outer;
  uint64_t start = zero__now();
  struct zero_limits limits = {
      .fuel = or_none(options->fuel),
      .deadline = zero__deadline_after(options->deadline_ms),
      .heap = or_none(options->heap),
      .output = or_none(options->output_bytes),
      .alloc = or_none(options->alloc),
  };
  zero__narrow(vm, &outer, &limits, granted);
  int code = zero__vm_try_call(vm, &call->result, call->function, call->args,
                               (unsigned)call->count);
  struct zero_meter spent = zero__widen(vm, &outer);
  session->spent = (zero_spending){.fuel = spent.fuel,
                                   .alloc = spent.alloc,
                                   .output = spent.output,
                                   .nanoseconds = zero__now() - start};
  return code;
}

zero_status zero_call_with(zero_vm *vm, zero_value *result,
                           zero_value function, const zero_value *args,
                           size_t count, const zero_call_options *options) {
  struct zero_session *session = (struct zero_session *)vm;
  struct call call = {function, args, count, ZERO_NONE};
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
  int code = call_narrowed(session, &call, options, granted);
  return give(session, &call, code, result);
}

zero_status zero_spent(const zero_vm *vm, zero_spending *spent) {
  if (spent != NULL) *spent = (zero_spending){0};
  zero_status given = zero__given(vm);
  if (given != ZERO_OK) return given;
  if (spent == NULL) return ZERO_E_USAGE;
  *spent = ((const struct zero_session *)vm)->spent;
  return ZERO_OK;
}

int zero_exit_status(const zero_vm *vm) {
  return zero__given(vm) != ZERO_OK ? 0 : vm->exit_status;
}

void zero_interrupt(zero_vm *vm) {
  if (zero__given(vm) == ZERO_OK) zero__interrupt(vm);
}

int zero_wait(zero_vm *vm, int file, int events) {
  if (zero__given(vm) != ZERO_OK) {
    errno = EINVAL;
    return -1;
  }
  return zero__wait_outside(vm, file, (short)events);
}

struct printing {
  zero_vm *vm;
  zero_value value;
  zero_output *output;
  void *output_context;
};

/* The host may have waited for who reads it. */
static void hand_out(void *context, const char *bytes, size_t size) {
  struct printing *printing = context;
  zero__count_output(printing->vm, size);
  printing->output(printing->output_context, bytes, size);
  zero__obey(printing->vm);
}

static void print_body(struct zero_session *session, void *context) {
  struct printing *printing = context;
  zero__print(&session->vm.heap, printing->value, hand_out, printing);
}

zero_status zero_print(zero_vm *vm, zero_value value, zero_output *output,
                       void *output_context) {
  zero_status given = zero__given(vm);
  if (given != ZERO_OK) return given;
  if (zero_is_none(value) || output == NULL) {
    return zero__misuse(vm, "zero_print was given no value or no output");
  }
  struct printing printing = {vm, value, output, output_context};
  return zero__enter(vm, print_body, &printing);
}

struct looking {
  const char *name;
  zero_value found;
};

static zero_value look_up(zero_vm *vm, const char *name) {
  const struct zero_global *global = zero__scope_get(vm->session, name);
  if (global != NULL) return global->function;
  int index = zero__builtin_by_name(name);
  if (index < 0 || zero__builtins[index].hidden) return ZERO_NONE;
  if (zero__builtins[index].how == ZERO_HOW_CORE) return ZERO_NONE;
  return zero__builtin_stub(&vm->heap, (unsigned)index);
}

static void look_up_body(struct zero_session *session, void *context) {
  struct looking *looking = context;
  looking->found = look_up(&session->vm, looking->name);
  if (zero_is_none(looking->found)) return;
  zero__scope_keep(session, looking->found);
}

zero_value zero_lookup(zero_vm *vm, const char *name) {
  struct looking looking = {.name = name, .found = ZERO_NONE};
  if (zero__given(vm) != ZERO_OK || name == NULL) return ZERO_NONE;
  if (zero__enter(vm, look_up_body, &looking) != ZERO_OK) return ZERO_NONE;
  return looking.found;
}
