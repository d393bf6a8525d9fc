/* fault.c - faults: their place, and their values, which `raise` raises and
 * `try` catches.
 *
 * A frame's link word says where the caller continues and how far below its
 * frame is; an entry frame keeps the outer run's frame and pc instead
 * (vm/run_call.c). */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "value/map.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/run.h"

/* --- the trace ----------------------------------------------------------- */

/* A frame under way. */
struct position {
  const zero_value *base;
  const uint32_t *pc; /* after the instruction that runs */
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

/* The places of one frame, innermost first: of the inlined calls, then of the
 * function itself. `take` returns whether it wants the next. */
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
    struct zero_frame_place inner = place_of(code, &line);
    inner.hidden = site->hidden;
    if (!take(vm, inner)) return false;
    line = (struct zero_line){
        .start = site->start, .end = site->end, .site = site->outer};
  }
  struct zero_frame_place own = place_of(code, &line);
  own.after_tail_call = tail;
  return take(vm, own);
}

static bool add_to_trace(zero_vm *vm, struct zero_frame_place place) {
  if (place.hidden) return true;
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

static bool keep_program(zero_vm *vm, struct zero_frame_place place) {
  vm->trace[0] = place;
  return place.code->source == NULL || place.code->source->library;
}

/* The innermost place that `keep` accepts; false if there is none or it is not
 * known. Ends the trace that zero__record_trace recorded. */
static bool find_place(zero_vm *vm, take_place *keep,
                       struct zero_frame_place *place) {
  struct position at = {.base = vm->base, .pc = vm->pc};
  for (; at.base != NULL; at = outer(vm, at)) {
    if (is_entry(vm, at)) continue;
    vm->trace_count = 0;
    if (frame_places(vm, at, keep)) continue;
    *place = vm->trace[0];
    return place->placed;
  }
  return false;
}

bool zero__program_place(zero_vm *vm, struct zero_frame_place *place) {
  vm->trace_count = 0;
  return find_place(vm, keep_program, place);
}

/* --- values -------------------------------------------------------------- */

static const struct zero_variant *runtime_error(void) {
  return &zero__family_by_tag(ZERO_FAMILY_RUNTIME_ERROR)->variants[0];
}

/* Text field `name` of a RuntimeError. */
static zero_value field(zero_vm *vm, zero_value error, const char *name) {
  unsigned index;
  zero__field_by_name(runtime_error()->family, name, &index);
  return zero__record_field(&vm->heap, error, index);
}

void zero__raise_value(zero_vm *vm, zero_value error) {
  struct zero_fault *fault = &vm->heap.fault;
  zero_value code = field(vm, error, "code");
  zero_value message = field(vm, error, "message");
  const struct zero_code_fact *fact =
      zero__code_by_name(zero__text_bytes(code));
  size_t size = zero__text_size(message);
  if (size >= sizeof fault->message) {
    size = zero__utf8_whole(zero__text_bytes(message),
                            sizeof fault->message - 1);
  }
  memcpy(fault->message, zero__text_bytes(message), size);
  fault->message[size] = '\0';
  fault->code = fact == NULL ? ZERO_CODE_RAISED : fact->code;
  fault->value = error.bits;
  zero__raise_again(&vm->heap);
}

/* Map of `at` and `function`, of the innermost one, if they are known. */
static zero_value context(zero_vm *vm) {
  struct zero_heap *heap = &vm->heap;
  zero_value map = zero__map_empty(heap);
  struct zero_frame_place frame;
  if (!find_place(vm, keep_first, &frame)) return map;
  const struct zero_source *source = frame.code->source;
  struct zero_place place = zero__source_place(source, frame.start);
  char at[ZERO_FAULT_MESSAGE];
  snprintf(at, sizeof at, ":%u:%u", place.line, place.column);
  zero_value parts[2] = {zero__text_of(heap, source->name),
                         zero__text_of(heap, at)};
  zero_value where = zero__text_cat(heap, parts, 2);
  zero_value key = zero__text_of(heap, "at");
  map = zero__map_put(heap, map, key, where);
  key = zero__text_of(heap, "function");
  const char *name = zero__text_bytes(frame.code->callable.name);
  return zero__map_put(heap, map, key, zero__text_of(heap, name));
}

void zero__raise_named(zero_vm *vm, const char *code, const char *message) {
  struct zero_heap *heap = &vm->heap;
  zero_value fields[4] = {zero__text_of(heap, code),
                          zero__text_of(heap, message),
                          zero__text_of(heap, ""), context(vm)};
  zero__raise_value(vm, zero__record_new(heap, runtime_error(), fields));
}

zero_value zero__fault_value(zero_vm *vm) {
  struct zero_fault *fault = &vm->heap.fault;
  if (fault->value != 0) return (zero_value){fault->value};
  struct zero_heap *heap = &vm->heap;
  const struct zero_code_fact *fact = zero__code_fact(fault->code);
  bool denied = fault->code == ZERO_CODE_CAPABILITY_DENIED;
  zero_value fields[4] = {
      zero__text_of(heap, fact->name),
      zero__text_of(heap, fault->message),
      zero__text_of(heap, denied && vm->denied ? vm->denied : ""),
      context(vm)};
  return zero__record_new(heap, runtime_error(), fields);
}
