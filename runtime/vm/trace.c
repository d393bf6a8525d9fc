/* trace.c - where a fault happened.
 *
 * A frame's link word says where the caller goes on and how far below its
 * frame lies; an entry frame keeps the outer run's frame and pc instead
 * (vm/run_call.c). */
#include "vm/trace.h"

#include "vm/run.h"

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
  return (struct position){.base = zero__link_base(at.base, link),
                           .pc = zero__link_pc(link)};
}

/* The function and span that `line` of `code` belongs to: its own, or those
 * of a call that was compiled into it. */
static struct zero_frame_place place_of(const struct zero_code *code,
                                        const struct zero_line *line) {
  return (struct zero_frame_place){.code = zero__site_code(code, line->site),
                                   .start = line->start,
                                   .end = line->end,
                                   .placed = true};
}

/* The places of one frame, innermost first: of the calls compiled in, then of
 * the function itself. `take` answers whether it wants the next. */
typedef bool take_place(zero_vm *vm, struct zero_frame_place place);

static bool frame_places(zero_vm *vm, struct position at, take_place *take) {
  const struct zero_code *code = code_of(at);
  bool tail = (at.base[-1].bits & ZERO_LINK_TAIL) != 0;
  ptrdiff_t pc = at.pc - code->instructions;
  struct zero_line line;
  if (code->source == NULL ||
      !zero__code_span(code, pc > 0 ? (uint32_t)pc - 1 : 0, &line)) {
    return take(vm, (struct zero_frame_place){.code = code,
                                              .after_tail_call = tail});
  }
  while (line.site != 0) {
    const struct zero_site *site = &code->sites[line.site - 1];
    if (!take(vm, place_of(code, &line))) return false;
    line = (struct zero_line){
        .start = site->start, .end = site->end, .site = site->outer};
  }
  struct zero_frame_place own = place_of(code, &line);
  own.after_tail_call = tail;
  return take(vm, own);
}

static bool add_to_trace(zero_vm *vm, struct zero_frame_place place) {
  if (vm->trace_count == ZERO_TRACE_MAX) {
    vm->trace_lost++;
  } else {
    vm->trace[vm->trace_count++] = place;
  }
  return true;
}

void zero__record_trace(zero_vm *vm) {
  vm->trace_count = 0;
  vm->trace_lost = 0;
  struct position at = {.base = vm->base, .pc = vm->pc};
  for (; at.base != NULL; at = outer(vm, at)) {
    if (!is_entry(vm, at)) frame_places(vm, at, add_to_trace);
  }
  memset(&vm->trace[vm->trace_count], 0,
         (ZERO_TRACE_MAX - vm->trace_count) * sizeof vm->trace[0]);
}

static bool keep_first(zero_vm *vm, struct zero_frame_place place) {
  vm->trace[0] = place;
  return false;
}

bool zero__running_place(zero_vm *vm, struct zero_frame_place *place) {
  struct position at = {.base = vm->base, .pc = vm->pc};
  while (at.base != NULL && is_entry(vm, at)) at = outer(vm, at);
  if (at.base == NULL) return false;
  vm->trace_count = 0;
  frame_places(vm, at, keep_first);
  *place = vm->trace[0];
  return place->placed;
}

static bool keep_program(zero_vm *vm, struct zero_frame_place place) {
  vm->trace[0] = place;
  return place.code->source == NULL || place.code->source->library;
}

bool zero__program_place(zero_vm *vm, struct zero_frame_place *place) {
  struct position at = {.base = vm->base, .pc = vm->pc};
  vm->trace_count = 0;
  for (; at.base != NULL; at = outer(vm, at)) {
    if (is_entry(vm, at) || frame_places(vm, at, keep_program)) continue;
    *place = vm->trace[0];
    return place->placed;
  }
  return false;
}
