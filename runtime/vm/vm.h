/* vm.h - one virtual machine: its stack, budgets, capabilities, names.
 *
 * One thread at a time. Everything a call needs is reached from here; there is
 * no global state except libgc's. The struct is a root of the collector; the
 * stack is mapped apart, reserved whole and touched as it grows, and the
 * collector scans it from `stack` to `top` (base/heap.h, zero_roots). */
#ifndef ZERO_VM_VM_H
#define ZERO_VM_VM_H

#include "base/heap.h"
#include "check/checker.h"
#include "compile/code.h"
#include "facts/facts.h"
#include "value/word.h"

typedef struct zero_vm zero_vm;

struct zero_handles;
struct zero_root;

/* A `try` that is under way. */
struct zero_handler {
  zero_value *base;         /* frame it belongs to */
  const uint32_t *pc;       /* where it continues */
  uint32_t slot;            /* register of its result */
};

/* One function of a trace, and the span of its source it was at. */
struct zero_frame_place {
  const struct zero_code *code;
  uint32_t start;
  uint32_t end;
  bool placed;              /* the span is known */
  bool hidden;              /* no part of the trace */
  bool after_tail_call;     /* callers between this and the next are gone */
};

enum {
  ZERO_TRACE_MAX = 64,      /* frames kept of one error's trace */
};

/* Limits of one call; UINT64_MAX means none. The api room sets them before a
 * call (zero__begin_call); the heap limits what the call allocates. */
struct zero_limits {
  uint64_t fuel;            /* units: one a call, plus builtins' costs */
  uint64_t deadline;        /* nanoseconds of CLOCK_MONOTONIC, absolute */
  uint64_t heap;            /* live bytes of the process */
  uint64_t output;          /* bytes written */
  uint64_t alloc;           /* bytes allocated */
};

struct zero_vm {
  struct zero_heap heap;    /* first: a zero_vm * is a zero_heap * */

  /* The stack, reserved whole and touched as it grows. `base` is R[0] of the
   * running frame and `pc` the word after its instruction, as published
   * before anything that may raise or collect. */
  zero_value *stack;
  zero_value *stack_end;    /* no frame begins after it */
  zero_value *base;
  const uint32_t *pc;
  struct zero_roots roots;
  struct zero_code *entry;  /* CALLV, HALT: calls from C return to them */
  unsigned runs;            /* calls from C under way: they use its stack */
  unsigned runs_max;        /* of them inside one another */
  unsigned depth;           /* entries from the host under way */

  /* Calls a function that the host defined; set by the api room. */
  zero_value (*call_host)(zero_vm *vm, const struct zero_host_code *host,
                          const zero_value *args, unsigned count);

  /* Where each opcode is done in zero__run, which fills it in: from here the
   * loop reaches them by the register it has for the VM. */
  const void *labels[ZERO_OPS_MAX];

  struct zero_handler *handlers; /* traced storage */
  uint32_t handler_count;
  uint32_t handler_room;
  uint32_t handler_floor;   /* those below belong to an outer run */

  uint64_t fuel_reserve;    /* left of the call after this slice */
  uint64_t fuel_given;      /* in slices, since the start, modulo 2^64 */
  struct zero_limits limits;
  uint64_t collections;     /* of libgc, when the heap was last looked at */
  uint64_t written;         /* bytes of output in this call */
  bool unseen;              /* some since the last zero__show */
  void (*finalise)(zero_vm *vm); /* at safe points; NULL: nothing to look at */
  _Atomic int interrupted;  /* set by zero_interrupt, from any thread */
  _Atomic int wake;         /* descriptor that it writes to; 0: none yet */
  pid_t wake_owner;         /* the process that made it */
  uint32_t granted;         /* capability bits */

  unsigned builtin;         /* index of the one that runs, for its errors */
  const char *denied;       /* capability that CAPABILITY_DENIED is about */
  int exit_status;          /* of (exit n); the code is EXIT */
  struct zero_frame_place trace[ZERO_TRACE_MAX]; /* innermost first */
  unsigned trace_count;
  uint64_t trace_lost;      /* frames beyond ZERO_TRACE_MAX */

  zero_value args;          /* (argv): a list of Text */

  /* Of the handle room, which sets them; NULL in a VM without handles. */
  struct zero_handles *handles; /* traced storage */
  struct zero_root *root; /* where paths begin; NULL: not used yet */
  /* Field `index` of a live record for zero__read_field. */
  zero_value (*live_field)(zero_vm *vm, zero_value record, unsigned index);
  /* Takes back what builtins of run `runs`, and of runs inside it, had not
   * finished when a raise left them. */
  void (*unwind)(zero_vm *vm, unsigned runs);

  void (*output)(void *context, const char *bytes, size_t size);
  void *output_context;
  long (*input)(void *context, char *bytes, size_t room);
  void *input_context;
  char *input_buffer;         /* leaf storage: read and not yet taken */
  size_t input_start;
  size_t input_end;
  size_t input_room;          /* bytes of input_buffer */
};

/* A builtin: arguments in place, arity checked. Returns a value or
 * raises. It charges for work that grows with its arguments. */
typedef zero_value zero__builtin(zero_vm *vm, zero_value *args, unsigned count);

/* By index in zero__builtins; NULL if HOW_CORE. Generated. */
extern zero__builtin *const zero__builtin_functions[];

/* Sets the stack up (`slots` of 8 bytes reserved) in a VM whose heap is
 * ready. Returns false if the system has no address space. */
bool zero__vm_init(zero_vm *vm, size_t slots);
void zero__vm_reset(zero_vm *vm);

/* Starts the budgets of an outermost call. */
void zero__begin_call(zero_vm *vm, const struct zero_limits *limits);

/* Clears what a stopped call left where the collector scans: on both stacks, in
 * the list of `try`s and in the fault. */
void zero__forget(zero_vm *vm);

/* Calls `function` with `count` arguments. Returns 0 and *result, or the
 * code it failed with; the fault is in the heap and the trace in the VM. May
 * be called again from a builtin below it. */
int zero__vm_try_call(zero_vm *vm, zero_value *result, zero_value function,
                      const zero_value *args, unsigned count);

/* The same, and raises the fault again. */
zero_value zero__vm_call(zero_vm *vm, zero_value function,
                         const zero_value *args, unsigned count);

/* Checks the clock, the interrupt flag, the heap and the fuel left; raises if
 * one of them says stop, else begins the next slice. */
void zero__poll(zero_vm *vm);

/* The same without fuel: heap.look of a VM. */
void zero__look(struct zero_heap *heap);

/* Raises INTERRUPTED or DEADLINE if one of them stops the call, and checks
 * nothing else: during waits, and after a callback, which may have waited. */
void zero__obey(zero_vm *vm);

/* Work between these two costs no fuel, but deadline, interrupt and heap limit
 * stop it as usual: reading and compiling. The caller protects it, and ends it
 * also after a raise. */
struct zero_free {
  int64_t fuel;
  void (*poll)(struct zero_heap *heap);
};
struct zero_free zero__free_begin(zero_vm *vm);
void zero__free_end(zero_vm *vm, struct zero_free outer);

/* Charges `units` of fuel, however many; raises FUEL_SPENT and whatever else
 * stops a call. For a price; a walk charges as zero__heap_charge says. */
static inline void zero__charge(zero_vm *vm, uint64_t units) {
  if (ZERO_UNLIKELY(units > INT64_MAX)) units = INT64_MAX;
  zero__heap_charge(&vm->heap, units);
}

/* Fuel left of the call, UINT64_MAX if it has no limit. */
uint64_t zero__fuel_left(const zero_vm *vm);

/* What was spent. Of fuel and alloc only differences mean anything. */
struct zero_meter {
  uint64_t fuel;
  uint64_t alloc;
  uint64_t output;
};
struct zero_meter zero__meter(const zero_vm *vm);

/* The limits that zero__narrow must restore. */
struct zero_narrowed {
  struct zero_limits limits; /* except the deadline: what was left of it */
  struct zero_meter spent;
  struct zero_limits whole;  /* the outer limits, for their errors */
  uint32_t granted;
};

/* Continues with at most `limits` from here, at most the rest of the limits in
 * force, and no capability except `granted`. */
void zero__narrow(zero_vm *vm, struct zero_narrowed *outer,
                  const struct zero_limits *limits, uint32_t granted);

/* Continues with the limits from before, less what was spent in between;
 * returns that. */
struct zero_meter zero__widen(zero_vm *vm, const struct zero_narrowed *outer);

/* CLOCK_MONOTONIC in nanoseconds, and when it will be `milliseconds` later;
 * UINT64_MAX for 0. */
uint64_t zero__now(void);
uint64_t zero__deadline_after(uint64_t milliseconds);

/* Raises a RuntimeError with a code of the program's own choosing. */
ZERO_NORETURN void zero__raise_value(zero_vm *vm, zero_value error);

/* The same with a code of the host, and the place if it is known. */
ZERO_NORETURN void zero__raise_named(zero_vm *vm, const char *code,
                                     const char *message);

/* Fills vm->trace from the published frame outwards, entry frames left out. */
void zero__record_trace(zero_vm *vm);

/* The innermost function that is not of lib/core, and its place; false if there
 * is none or its place is not known. Ends the trace that zero__record_trace
 * recorded. */
bool zero__program_place(zero_vm *vm, struct zero_frame_place *place);

/* The fault of the last protected call as a RuntimeError value, which (try)
 * puts into err. */
zero_value zero__fault_value(zero_vm *vm);

/* Raises CAPABILITY_DENIED, naming it, unless every bit of `bits` is
 * granted. */
void zero__need(zero_vm *vm, uint32_t bits, const char *who);

/* Field `index` of `variant` of `v`, in v1 or v0.1 form, as its accessor
 * returns it: for a live value of a linear family the handle's current state.
 * Raises the family's code; for a live value also HANDLE_MOVED and the like. */
zero_value zero__read_field(zero_vm *vm, const struct zero_variant *variant,
                            unsigned index, zero_value v);

/* Counts bytes of output; raises OUTPUT_LIMIT if the call may not write that
 * many. */
void zero__count_output(zero_vm *vm, size_t size);

/* Writes to the host's output, within the limit. Raises as zero__obey does
 * when the host has taken it. */
void zero__write(zero_vm *vm, const char *bytes, size_t size);

/* Asks the host to flush what was written, before the VM waits. Raises as
 * zero__obey does. */
void zero__show(zero_vm *vm);

/* Raise TYPE_MISMATCH, naming the running builtin, the argument and its value,
 * unless it is of the kind; return it. In vm/builtins.c. */
zero_value zero__want_text(zero_vm *vm, zero_value *args, unsigned index);
zero_value zero__want_list(zero_vm *vm, zero_value *args, unsigned index);
int64_t zero__want_i64(zero_vm *vm, zero_value *args, unsigned index);
zero_value zero__want_bytes(zero_vm *vm, zero_value *args, unsigned index);
zero_value zero__want_map(zero_vm *vm, zero_value *args, unsigned index);

#endif
