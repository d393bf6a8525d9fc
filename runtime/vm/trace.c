/* trace.c - where a fault happened.
 *
 * A frame's return address names the caller's call instruction, and that
 * instruction's A how far below the caller's frame lies; an entry frame keeps
 * the outer run's frame and pc instead (vm/call.c). */
#include "vm/trace.h"

/* A frame under way. */
struct position {
  const zero_value *base;
  const uint32_t *pc; /* behind the instruction that runs */
};

static const struct zero_code *code_of(struct position at) {
  return (const struct zero_code *)(uintptr_t)at.base[-2].bits;
}

static bool is_entry(const zero_vm *vm, struct position at) {
  return code_of(at) == vm->entry;
}

static struct position outer(const zero_vm *vm, struct position at) {
  uint64_t link = at.base[-1].bits;
  if (is_entry(vm, at)) {
    return (struct position){
        .base = (const zero_value *)(uintptr_t)at.base[-3].bits,
        .pc = (const uint32_t *)(uintptr_t)link};
  }
  const uint32_t *pc = (const uint32_t *)(uintptr_t)(link & ~UINT64_C(1));
  return (struct position){.base = at.base - zero__a(pc[-1]), .pc = pc};
}

static struct zero_frame_place place_of(struct position at) {
  const struct zero_code *code = code_of(at);
  ptrdiff_t pc = at.pc - code->instructions;
  return (struct zero_frame_place){
      .code = code,
      .pc = pc > 0 ? (uint32_t)pc - 1 : 0,
      .after_tail_call = (at.base[-1].bits & 1) != 0};
}

void zero__record_trace(zero_vm *vm) {
  vm->trace_count = 0;
  vm->trace_lost = 0;
  struct position at = {.base = vm->base, .pc = vm->pc};
  for (; at.base != NULL; at = outer(vm, at)) {
    if (is_entry(vm, at)) continue;
    if (vm->trace_count == ZERO_TRACE_MAX) {
      vm->trace_lost++;
    } else {
      vm->trace[vm->trace_count++] = place_of(at);
    }
  }
}

bool zero__running_place(const zero_vm *vm, struct zero_frame_place *place,
                         struct zero_line *line) {
  struct position at = {.base = vm->base, .pc = vm->pc};
  if (at.base == NULL || is_entry(vm, at)) return false;
  *place = place_of(at);
  return place->code->source != NULL &&
         zero__code_span(place->code, place->pc, line);
}
