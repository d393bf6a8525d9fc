/* budget.c - what a call may spend, and what it may do.
 *
 * Fuel is given out in slices, so that the clock, the interrupt flag and the
 * heap are looked at once in ZERO_SLICE units and a call costs one
 * subtraction. */
#include <gc/gc.h>
#include <stdatomic.h>
#include <time.h>

#include "vm/vm.h"

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * UINT64_C(1000000000) +
         (uint64_t)time.tv_nsec;
}

void zero__begin_call(zero_vm *vm, const struct zero_limits *limits) {
  vm->limits = *limits;
  vm->fuel = 0;
  vm->fuel_reserve = limits->fuel;
  vm->written = 0;
  vm->denied = NULL;
  vm->exit_status = 0;
  atomic_store(&vm->interrupted, 0);
  zero__heap_limit(&vm->heap, limits->alloc);
}

static void look_at_heap(zero_vm *vm) {
  uint64_t collections = GC_get_gc_no();
  if (vm->limits.heap == UINT64_MAX || collections == vm->collections) return;
  vm->collections = collections;
  size_t live = zero__heap_live();
  if (live <= vm->limits.heap) return;
  zero__raise(&vm->heap, ZERO_CODE_HEAP_LIMIT,
              "%zu bytes are live, the limit is %llu", live,
              (unsigned long long)vm->limits.heap);
}

static void look_at_clock(zero_vm *vm) {
  if (vm->limits.deadline == UINT64_MAX || now() < vm->limits.deadline) {
    return;
  }
  zero__raise(&vm->heap, ZERO_CODE_DEADLINE,
              "the call ran longer than its deadline");
}

/* Moves fuel from the reserve until `fuel` is a slice or all is there. */
static void next_slice(zero_vm *vm) {
  uint64_t wanted = (uint64_t)(ZERO_SLICE - vm->fuel);
  if (vm->fuel_reserve == UINT64_MAX) {
    vm->fuel = ZERO_SLICE;
    return;
  }
  uint64_t taken = wanted < vm->fuel_reserve ? wanted : vm->fuel_reserve;
  vm->fuel_reserve -= taken;
  vm->fuel += (int64_t)taken;
  if (vm->fuel >= 0) return;
  vm->fuel = 0;
  zero__raise(&vm->heap, ZERO_CODE_FUEL_SPENT,
              "the call spent its %llu units of fuel",
              (unsigned long long)vm->limits.fuel);
}

void zero__poll(zero_vm *vm) {
  if (atomic_exchange(&vm->interrupted, 0) != 0) {
    vm->fuel = 0;
    zero__raise(&vm->heap, ZERO_CODE_INTERRUPTED, "the call was interrupted");
  }
  next_slice(vm);
  look_at_clock(vm);
  look_at_heap(vm);
}

uint64_t zero__fuel_left(const zero_vm *vm) {
  if (vm->fuel_reserve == UINT64_MAX) return UINT64_MAX;
  return vm->fuel_reserve + (vm->fuel > 0 ? (uint64_t)vm->fuel : 0);
}

/* The first capability by name that `bits` has and the VM has not. */
static const char *missing(const zero_vm *vm, uint32_t bits) {
  uint32_t lacking = bits & ~vm->granted;
  for (unsigned i = 0; i < zero__capability_count; i++) {
    uint32_t own = zero__capabilities[i].bits;
    if (own != 0 && (own & ~lacking) == 0) return zero__capabilities[i].name;
  }
  return "pure";
}

void zero__need(zero_vm *vm, uint32_t bits, const char *who) {
  if ((bits & ~vm->granted) == 0) return;
  vm->denied = missing(vm, bits);
  zero__raise(&vm->heap, ZERO_CODE_CAPABILITY_DENIED,
              "%s needs the capability %s, which was not granted", who,
              vm->denied);
}

void zero__write(zero_vm *vm, const char *bytes, size_t size) {
  if (size > vm->limits.output - vm->written) {
    zero__raise(&vm->heap, ZERO_CODE_OUTPUT_LIMIT,
                "the call may write %llu bytes, and wants to write more",
                (unsigned long long)vm->limits.output);
  }
  vm->written += size;
  vm->unseen = true;
  if (vm->output != NULL) vm->output(vm->output_context, bytes, size);
}

void zero__show(zero_vm *vm) {
  if (!vm->unseen) return;
  vm->unseen = false;
  if (vm->output != NULL) vm->output(vm->output_context, "", 0);
}
