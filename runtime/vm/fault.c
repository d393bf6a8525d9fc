/* fault.c - faults as values: what `raise` raises and `try` catches. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "value/map.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/trace.h"

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

static zero_value put_text(zero_vm *vm, zero_value map, const char *key,
                           const char *text) {
  struct zero_heap *heap = &vm->heap;
  return zero__map_put(heap, map, zero__text_of(heap, key),
                       zero__text_of(heap, text));
}

/* Map of `at` and `function` where they are known. */
static zero_value context(zero_vm *vm) {
  zero_value map = zero__map_empty(&vm->heap);
  struct zero_frame_place frame;
  if (!zero__running_place(vm, &frame)) return map;
  const struct zero_source *source = frame.code->source;
  struct zero_place place = zero__source_place(source, frame.start);
  char at[ZERO_FAULT_MESSAGE];
  snprintf(at, sizeof at, ":%u:%u", place.line, place.column);
  zero_value parts[2] = {zero__text_of(&vm->heap, source->name),
                         zero__text_of(&vm->heap, at)};
  zero_value where = zero__text_cat(&vm->heap, parts, 2);
  map = zero__map_put(&vm->heap, map, zero__text_of(&vm->heap, "at"), where);
  return put_text(vm, map, "function",
                  zero__text_bytes(frame.code->callable.name));
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
