/* budget.c - the limits and the capabilities of a call.
 *
 * Fuel is given out in slices, so that the clock, the interrupt flag and the
 * heap are checked once in ZERO_SLICE units and a call costs one
 * subtraction. */
#include <gc/gc.h>
#include <stdatomic.h>
#include <time.h>

#include "vm/vm.h"

uint64_t zero__now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * UINT64_C(1000000000) +
         (uint64_t)time.tv_nsec;
}

uint64_t zero__deadline_after(uint64_t milliseconds) {
  if (milliseconds == 0) return UINT64_MAX;
  uint64_t start = zero__now();
  if (milliseconds > (UINT64_MAX - start) / 1000000u) return UINT64_MAX;
  return start + milliseconds * 1000000u;
}

/* Gives `fuel` units, whatever was left. */
static void refuel(zero_vm *vm, uint64_t fuel) {
  vm->fuel_given -= (uint64_t)vm->heap.fuel;
  vm->heap.fuel = 0;
  vm->fuel_reserve = fuel;
}

/* Moves fuel from the reserve until `fuel` is a slice or all is there. */
static void next_slice(zero_vm *vm) {
  uint64_t taken = (uint64_t)ZERO_SLICE - (uint64_t)vm->heap.fuel;
  if (vm->fuel_reserve != UINT64_MAX) {
    if (taken > vm->fuel_reserve) taken = vm->fuel_reserve;
    vm->fuel_reserve -= taken;
  }
  vm->heap.fuel = (int64_t)((uint64_t)vm->heap.fuel + taken);
  vm->fuel_given += taken;
}

static void poll(struct zero_heap *heap) {
  zero__poll((zero_vm *)heap);
}

static void poll_free(struct zero_heap *heap) {
  heap->look(heap);
  heap->fuel = ZERO_SLICE;
}

struct zero_free zero__free_begin(zero_vm *vm) {
  struct zero_free outer = {.fuel = vm->heap.fuel, .poll = vm->heap.poll};
  vm->heap.poll = poll_free;
  vm->heap.fuel = ZERO_SLICE;
  return outer;
}

void zero__free_end(zero_vm *vm, struct zero_free outer) {
  vm->heap.poll = outer.poll;
  vm->heap.fuel = outer.fuel;
}

/* If neither clock nor heap is checked, the first slice is given out at once,
 * which spares short calls a poll. */
void zero__begin_call(zero_vm *vm, const struct zero_limits *limits) {
  vm->limits = *limits;
  vm->heap.poll = poll;
  refuel(vm, limits->fuel);
  if ((limits->deadline & limits->heap) == UINT64_MAX) next_slice(vm);
  vm->written = 0;
  vm->denied = NULL;
  vm->exit_status = 0;
  if (atomic_load_explicit(&vm->interrupted, memory_order_relaxed) != 0) {
    atomic_store(&vm->interrupted, 0);
  }
  if (limits->alloc != UINT64_MAX) {
    zero__heap_limit(&vm->heap, limits->alloc);
  }
}

/* Checked after each collection. Objects that were dead before or have died
 * since, perhaps another VM's, must not stop a call: so before a call is
 * stopped, a collection runs. */
static void look_at_heap(zero_vm *vm) {
  uint64_t collections = GC_get_gc_no();
  if (vm->limits.heap == UINT64_MAX || collections == vm->collections) return;
  size_t live = zero__heap_live();
  for (int i = 0; i < 2 && live > vm->limits.heap; i++) {
    zero__heap_collect();
    live = zero__heap_live();
  }
  vm->collections = GC_get_gc_no();
  if (live <= vm->limits.heap) return;
  zero__raise(&vm->heap, ZERO_CODE_HEAP_LIMIT,
              "%zu bytes are live, the limit is %llu", live,
              (unsigned long long)vm->limits.heap);
}

static void look_at_clock(zero_vm *vm) {
  if (vm->limits.deadline == UINT64_MAX || zero__now() < vm->limits.deadline) {
    return;
  }
  zero__raise(&vm->heap, ZERO_CODE_DEADLINE,
              "the call ran longer than its deadline");
}

/* An interrupt stays until the outermost call has ended: if a host's function
 * made a call, it stops the calls around that too. */
static void look_at_flag(zero_vm *vm) {
  if (atomic_load_explicit(&vm->interrupted, memory_order_relaxed) == 0) {
    return;
  }
  zero__raise(&vm->heap, ZERO_CODE_INTERRUPTED, "the call was interrupted");
}

void zero__obey(zero_vm *vm) {
  look_at_flag(vm);
  look_at_clock(vm);
}

void zero__look(struct zero_heap *heap) {
  zero_vm *vm = (zero_vm *)heap;
  zero__obey(vm);
  look_at_heap(vm);
}

void zero__poll(zero_vm *vm) {
  look_at_flag(vm);
  if (vm->finalise != NULL) vm->finalise(vm);
  next_slice(vm);
  if (ZERO_UNLIKELY(vm->heap.fuel < 0)) {
    vm->heap.fuel = 0;
    zero__raise(&vm->heap, ZERO_CODE_FUEL_SPENT,
                "the call spent its %llu units of fuel",
                (unsigned long long)vm->limits.fuel);
  }
  look_at_clock(vm);
  look_at_heap(vm);
}

uint64_t zero__fuel_left(const zero_vm *vm) {
  if (vm->fuel_reserve == UINT64_MAX) return UINT64_MAX;
  return vm->fuel_reserve + (vm->heap.fuel > 0 ? (uint64_t)vm->heap.fuel : 0);
}

struct zero_meter zero__meter(const zero_vm *vm) {
  return (struct zero_meter){
      .fuel = vm->fuel_given - (uint64_t)vm->heap.fuel,
      .alloc = zero__heap_allocated(&vm->heap),
      .output = vm->written,
  };
}

static uint64_t least(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}

/* `limit` less what was spent of it; no limit stays no limit. */
static uint64_t rest(uint64_t limit, uint64_t spent) {
  if (limit == UINT64_MAX) return limit;
  return spent < limit ? limit - spent : 0;
}

void zero__narrow(zero_vm *vm, struct zero_narrowed *outer,
                  const struct zero_limits *limits, uint32_t granted) {
  struct zero_limits *now = &vm->limits;
  outer->whole = *now;
  outer->limits = *now;
  outer->limits.fuel = zero__fuel_left(vm);
  outer->limits.alloc = zero__heap_left(&vm->heap);
  outer->limits.output = rest(now->output, vm->written);
  outer->spent = zero__meter(vm);
  outer->granted = vm->granted;
  now->fuel = least(outer->limits.fuel, limits->fuel);
  now->deadline = least(now->deadline, limits->deadline);
  now->heap = least(now->heap, limits->heap);
  now->output = least(outer->limits.output, limits->output);
  now->alloc = least(outer->limits.alloc, limits->alloc);
  vm->written = 0;
  vm->granted &= granted;
  refuel(vm, now->fuel);
  zero__heap_limit(&vm->heap, now->alloc);
}

struct zero_meter zero__widen(zero_vm *vm, const struct zero_narrowed *outer) {
  struct zero_meter spent = zero__meter(vm);
  spent.fuel = least(spent.fuel - outer->spent.fuel, vm->limits.fuel);
  spent.alloc -= outer->spent.alloc;
  vm->limits = outer->whole;
  vm->written = outer->spent.output + spent.output;
  vm->granted = outer->granted;
  refuel(vm, rest(outer->limits.fuel, spent.fuel));
  zero__heap_limit(&vm->heap, rest(outer->limits.alloc, spent.alloc));
  return spent;
}

/* Names the first capability that is lacking: each bit is in a row. */
void zero__need(zero_vm *vm, uint32_t bits, const char *who) {
  const struct zero_capability *row = zero__capabilities;
  uint32_t lacking = bits & ~vm->granted;
  if (lacking == 0) return;
  while (row->bits == 0 || (row->bits & ~lacking) != 0) row++;
  vm->denied = row->name;
  zero__raise(&vm->heap, ZERO_CODE_CAPABILITY_DENIED,
              "%s needs the capability %s, which was not granted", who,
              vm->denied);
}

void zero__count_output(zero_vm *vm, size_t size) {
  if (size > vm->limits.output - vm->written) {
    zero__raise(&vm->heap, ZERO_CODE_OUTPUT_LIMIT,
                "the call tried to write more than the %llu bytes it may",
                (unsigned long long)vm->limits.output);
  }
  vm->written += size;
}

void zero__write(zero_vm *vm, const char *bytes, size_t size) {
  zero__count_output(vm, size);
  vm->unseen = true;
  if (vm->output == NULL) return;
  vm->output(vm->output_context, bytes, size);
  zero__obey(vm);
}

void zero__show(zero_vm *vm) {
  if (!vm->unseen) return;
  vm->unseen = false;
  if (vm->output == NULL) return;
  vm->output(vm->output_context, "", 0);
  zero__obey(vm);
}
