/* run_call.c - the VM's stack, and calls from outside the dispatch loop.
 *
 * An outermost call, or one from a builtin, begins with an entry frame above
 * everything that runs. Its code is one CALLV and one HALT for each number of
 * arguments. R[-1] and R[-3] of the entry frame keep the caller's pc and
 * base, so that a trace walks on through it.
 *
 * A raise lands here. If the run has a `try` open the program continues there;
 * otherwise the state before the call is restored and the code returned. */
#include "vm/vm.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>

#include "base/stack.h"
#include "layout/layout.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"
#include "vm/run.h"

enum {
  FIRST_HANDLERS = 16,
  ENTRY_REGISTERS = ZERO_FRAME_HEAD + ZERO_PARAMS_MAX,
  BEHIND_END = ZERO_REGISTERS_MAX + ZERO_FRAME_HEAD, /* the largest frame */
};

/* --- the stack ----------------------------------------------------------- */

static size_t stack_bytes(const zero_vm *vm) {
  return (size_t)((char *)vm->stack_end - (char *)vm->stack) +
         BEHIND_END * sizeof(zero_value);
}

/* The end of the running frame: the collector must scan up to it. */
static zero_value *frame_end(const zero_vm *vm) {
  if (vm->base == NULL) return vm->stack;
  const struct zero_code *code =
      (const struct zero_code *)(uintptr_t)vm->base[-2].bits;
  return vm->base + code->registers;
}

static void *stack_top(const struct zero_roots *roots) {
  const char *vm = (const char *)roots - offsetof(struct zero_vm, roots);
  return frame_end((const zero_vm *)(const void *)vm);
}

/* A CALLV and a HALT for each number of arguments: calls from C return to them.
 * The same for all VMs. */
static union {
  struct zero_code code;
  char room[sizeof(struct zero_code) +
            2 * (ZERO_PARAMS_MAX + 1) * sizeof(uint32_t)];
} entry;

static void make_entry(void) {
  entry.code.size = 2 * (ZERO_PARAMS_MAX + 1);
  entry.code.builtin = -1;
  entry.code.registers = ENTRY_REGISTERS;
  for (uint32_t count = 0; count <= ZERO_PARAMS_MAX; count++) {
    entry.code.instructions[2 * count] =
        ZERO_OP_CALLV | ZERO_FRAME_HEAD << 8 | count << 16;
    entry.code.instructions[2 * count + 1] = ZERO_OP_HALT;
  }
}

bool zero__vm_init(zero_vm *vm, size_t slots) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  size_t bytes = (slots + BEHIND_END) * sizeof(zero_value);
  void *stack = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (stack == MAP_FAILED) return false;
  vm->stack = stack;
  vm->stack_end = vm->stack + slots;
  vm->base = NULL;
  vm->roots.low = stack;
  vm->roots.top = stack_top;
  zero__heap_add_roots(&vm->roots);
  pthread_once(&once, make_entry);
  vm->entry = &entry.code;
  return true;
}

void zero__vm_reset(zero_vm *vm) {
  if (vm->stack == NULL) return;
  zero__heap_remove_roots(&vm->roots);
  munmap(vm->stack, stack_bytes(vm));
  vm->stack = NULL;
}

/* --- try ----------------------------------------------------------------- */

void zero__open_try(zero_vm *vm, zero_value *base, const uint32_t *pc,
                    uint32_t slot) {
  if (vm->handler_count == vm->handler_room) {
    uint32_t room =
        vm->handler_room == 0 ? FIRST_HANDLERS : vm->handler_room * 2;
    struct zero_handler *wider =
        zero__alloc(&vm->heap, ZERO_TRACED, room * sizeof *wider);
    if (vm->handler_count > 0) {
      memcpy(wider, vm->handlers, vm->handler_count * sizeof *wider);
    }
    vm->handlers = wider;
    vm->handler_room = room;
  }
  vm->handlers[vm->handler_count++] =
      (struct zero_handler){.base = base, .pc = pc, .slot = slot};
}

/* Continues at the innermost `try` of this run. False if there is none or the
 * fault passes it. The `try` is closed first, so that a fault meanwhile goes to
 * the next. */
static bool resume(zero_vm *vm) {
  const struct zero_fault *fault = &vm->heap.fault;
  if (vm->handler_count == vm->handler_floor) return false;
  if (fault->value == 0 && !zero__code_fact(fault->code)->caught) return false;
  struct zero_handler handler = vm->handlers[--vm->handler_count];
  zero_value error = zero__failed(vm, zero__fault_value(vm));
  handler.base[handler.slot] = error;
  vm->base = handler.base;
  vm->pc = handler.pc;
  return true;
}

/* The pages above the running frame go back to the system, which makes them
 * anew, and zero, when they are next used. */
void zero__forget(zero_vm *vm) {
  enum { PAGE = 4096 };
  char *low = (char *)frame_end(vm);
  char *page = (char *)(((uintptr_t)low + PAGE - 1) & ~(uintptr_t)(PAGE - 1));
  char *end = (char *)vm->stack + stack_bytes(vm);
  vm->heap.fault.value = 0;
  if (vm->handler_count == 0) {
    vm->handlers = NULL;
    vm->handler_room = 0;
  }
  memset(low, 0, (size_t)(page - low));
  if (page < end) madvise(page, (size_t)(end - page), MADV_DONTNEED);
  zero__heap_release();
}

/* --- calls --------------------------------------------------------------- */

/* The state that a call changes and restores. */
struct saved {
  zero_value *base;
  const uint32_t *pc;
  uint32_t handler_floor;
  uint32_t handler_count;
  unsigned runs;
};

static void restore(zero_vm *vm, const struct saved *saved) {
  vm->base = saved->base;
  vm->pc = saved->pc;
  vm->handler_floor = saved->handler_floor;
  vm->handler_count = saved->handler_count;
  vm->runs = saved->runs;
}

static void enter(zero_vm *vm, zero_value function, const zero_value *args,
                  unsigned count) {
  zero_value *head = frame_end(vm);
  if (head + ZERO_FRAME_HEAD + ENTRY_REGISTERS > vm->stack_end ||
      count > ZERO_PARAMS_MAX) {
    zero__raise(&vm->heap, ZERO_CODE_STACK_DEPTH,
                "the call does not fit on the stack");
  }
  if (vm->runs >= vm->runs_max) {
    zero__raise(&vm->heap, ZERO_CODE_STACK_DEPTH,
                "calls from C are nested %u deep, which is the limit",
                vm->runs_max);
  }
  if (zero__stack_is_short()) {
    zero__raise(&vm->heap, ZERO_CODE_STACK_DEPTH,
                "the call does not fit on the thread's C stack");
  }
  vm->runs++;
  zero_value *base = head + ZERO_FRAME_HEAD;
  base[-3].bits = (uint64_t)(uintptr_t)vm->base;
  base[-2].bits = (uint64_t)(uintptr_t)vm->entry;
  base[-1].bits = (uint64_t)(uintptr_t)vm->pc;
  base[0] = function;
  for (unsigned i = 0; i < count; i++) base[ZERO_FRAME_HEAD + i] = args[i];
  atomic_signal_fence(memory_order_release);
  vm->base = base;
  vm->pc = &vm->entry->instructions[2 * count];
}

int zero__vm_try_call(zero_vm *vm, zero_value *result, zero_value function,
                      const zero_value *args, unsigned count) {
  const struct saved saved = {.base = vm->base,
                              .pc = vm->pc,
                              .handler_floor = vm->handler_floor,
                              .handler_count = vm->handler_count,
                              .runs = vm->runs};
  vm->handler_floor = vm->handler_count;
  struct zero_catch catch; /* not initialised: clearing it costs a call */
  catch.outer = vm->heap.catch;
  vm->heap.catch = &catch;
  if (!ZERO_CATCHES(&catch)) {
    enter(vm, function, args, count);
  } else {
    vm->heap.catch = &catch;
    if (vm->unwind != NULL) vm->unwind(vm, saved.runs + 1);
    if (!resume(vm)) {
      zero__record_trace(vm);
      vm->heap.catch = catch.outer;
      restore(vm, &saved);
      return vm->heap.fault.code;
    }
  }
  *result = zero__run(vm);
  vm->heap.catch = catch.outer;
  restore(vm, &saved);
  return 0;
}

zero_value zero__vm_call(zero_vm *vm, zero_value function,
                         const zero_value *args, unsigned count) {
  zero_value result = ZERO_UNIT;
  if (zero__vm_try_call(vm, &result, function, args, count) != 0) {
    zero__raise_again(&vm->heap);
  }
  return result;
}

/* --- calls of values ----------------------------------------------------- */

zero_value zero__call_stub(zero_vm *vm, const struct zero_code *code,
                           zero_value *args, unsigned count) {
  if (code->builtin == ZERO_CODE_HOST) {
    return vm->call_host(vm, code->host, args, count);
  }
  return zero__call_builtin(vm, (unsigned)code->builtin, args, count);
}

zero_value zero__call_builtin(zero_vm *vm, unsigned builtin,
                              zero_value *args, unsigned count) {
  const struct zero_builtin *row = &zero__builtins[builtin];
  if (count < row->min || (row->max != ZERO_ANY_COUNT && count > row->max)) {
    zero__raise_arity(vm, row->name, row->min, row->max, count);
  }
  return zero__run_builtin(vm, builtin, args, count);
}

void zero__raise_arity(zero_vm *vm, const char *name, unsigned min,
                       unsigned max, unsigned count) {
  char most[24] = "";
  if (max == ZERO_ANY_COUNT) {
    snprintf(most, sizeof most, " or more");
  } else if (max != min) {
    snprintf(most, sizeof most, " to %u", max);
  }
  zero__raise(&vm->heap, ZERO_CODE_ARITY,
              "%s takes %u%s argument(s), called with %u", name, min, most,
              count);
}

void zero__bad_call(zero_vm *vm, zero_value callee, unsigned count) {
  if (!zero__is_function(callee)) {
    char found[ZERO_FOUND];
    zero__found(&vm->heap, callee, found);
    zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
                "only a Function can be called, found %s", found);
  }
  const struct zero_code *code = zero__code_of(callee);
  zero__raise_arity(vm, zero__text_bytes(code->callable.name), code->params,
                    code->params, count);
}

void zero__no_match(zero_vm *vm, zero_value subject) {
  char found[ZERO_FOUND];
  zero__found(&vm->heap, subject, found);
  zero__raise(&vm->heap, ZERO_CODE_NO_MATCH, "no pattern fits %s", found);
}

zero_value zero__builtin_apply(zero_vm *vm, zero_value *args,
                               unsigned arg_count) {
  (void)arg_count;
  unsigned count;
  zero_value *items = zero__spread(vm, args[1], &count);
  if (zero__callee(vm, &args[0], items, count) == NULL) return args[0];
  return zero__vm_call(vm, args[0], items, count);
}
