/* builtins.c - the table of builtins, and the values they answer with. */
#include "vm/builtins.h"

#include <stdarg.h>

#include "base/sentence.h"
#include "value/map.h"
#include "value/names.h"
#include "value/record.h"
#include "value/text.h"

#define ENTRY(index, symbol) [index] = zero__builtin_##symbol,
zero__builtin *const zero__builtin_functions[ZERO_BUILTIN_COUNT] = {
    ZERO_NATIVE_BUILTINS(ENTRY)};
#undef ENTRY

static const struct zero_variant *variant_of(uint64_t tag, const char *name) {
  return zero__variant_by_name(zero__family_by_tag(tag), name, strlen(name));
}

zero_value zero__some(zero_vm *vm, zero_value v) {
  struct zero_record *made =
      zero__alloc_small(&vm->heap, ZERO_TRACED, sizeof *made + sizeof v);
  made->header = zero__some_header;
  made->fields[0] = v;
  return zero__of_object(made);
}

zero_value zero__none(ZERO_UNUSED zero_vm *vm) {
  return zero__none_record;
}

zero_value zero__ok(zero_vm *vm, zero_value v) {
  return zero__record_new(&vm->heap, variant_of(ZERO_FAMILY_RESULT, "ok"),
                          &v);
}

zero_value zero__failed(zero_vm *vm, zero_value error) {
  return zero__record_new(&vm->heap, variant_of(ZERO_FAMILY_RESULT, "err"),
                          &error);
}

zero_value zero__err(zero_vm *vm, int code, const char *format, ...) {
  char message[ZERO_FAULT_MESSAGE];
  va_list arguments;
  va_start(arguments, format);
  zero__sentence_of(message, sizeof message, format, arguments);
  va_end(arguments);
  zero_value fields[] = {
      zero__text_of(&vm->heap, zero__code_fact(code)->name),
      zero__text_of(&vm->heap, message),
      zero__none(vm),
      zero__map_empty(&vm->heap),
  };
  zero_value error = zero__record_new(
      &vm->heap, variant_of(ZERO_FAMILY_ERROR, "error"), fields);
  return zero__failed(vm, error);
}
