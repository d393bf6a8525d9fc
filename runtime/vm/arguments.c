/* arguments.c - what builtins ask of their arguments: the kind, a range. */
#include "vm/vm.h"

#include <inttypes.h>

#include "layout/brief.h"
#include "vm/builtins.h"

const char *zero__builtin_name(const zero_vm *vm) {
  const struct zero_builtin *builtin = &zero__builtins[vm->builtin];
  bool sigil = builtin->hidden && builtin->name[0] == '%';
  return builtin->name + sigil;
}

void zero__raise_type(zero_vm *vm, const zero_value *args, unsigned index,
                      const char *expected) {
  char found[ZERO_FOUND];
  zero__found(&vm->heap, args[index], found);
  zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
              "%s: argument %u must be %s, found %s", zero__builtin_name(vm),
              index + 1, expected, found);
}

void zero__raise_item(zero_vm *vm, uint64_t index, zero_value item,
                      const char *expected) {
  char found[ZERO_FOUND];
  zero__found(&vm->heap, item, found);
  zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
              "%s: item %" PRIu64 " must be %s, found %s",
              zero__builtin_name(vm), index, expected, found);
}

zero_value zero__want_text(zero_vm *vm, zero_value *args, unsigned index) {
  if (zero__is_text(args[index])) return args[index];
  zero__raise_type(vm, args, index, "Text");
}

zero_value zero__want_list(zero_vm *vm, zero_value *args, unsigned index) {
  if (zero__is_list(args[index])) return args[index];
  zero__raise_type(vm, args, index, "List");
}

int64_t zero__want_i64(zero_vm *vm, zero_value *args, unsigned index) {
  if (zero__is_i64(args[index])) return zero__i64_number(args[index]);
  zero__raise_type(vm, args, index, "I64");
}

zero_value zero__want_bytes(zero_vm *vm, zero_value *args, unsigned index) {
  if (zero__is_kind(args[index], ZERO_KIND_BYTES)) return args[index];
  zero__raise_type(vm, args, index, "Bytes");
}

zero_value zero__want_map(zero_vm *vm, zero_value *args, unsigned index) {
  if (zero__is_kind(args[index], ZERO_KIND_MAP)) return args[index];
  zero__raise_type(vm, args, index, "Map");
}

void zero__raise_index(zero_vm *vm, int64_t index, uint64_t size) {
  zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
              "%s: index %" PRId64 " is out of range: there %s %" PRIu64,
              zero__builtin_name(vm), index, size == 1 ? "is" : "are", size);
}

uint64_t zero__want_index(zero_vm *vm, zero_value *args, unsigned index,
                          uint64_t size) {
  int64_t number = zero__want_i64(vm, args, index);
  if (number >= 0 && (uint64_t)number < size) return (uint64_t)number;
  zero__raise_index(vm, number, size);
}

void zero__want_part(zero_vm *vm, zero_value *args, unsigned index,
                     uint64_t size, uint64_t *from, uint64_t *to) {
  int64_t first = zero__want_i64(vm, args, index);
  int64_t end = zero__want_i64(vm, args, index + 1);
  if (first < 0 || end < first || (uint64_t)end > size) {
    zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
                "%s: no part from %" PRId64 " to %" PRId64
                ": there %s %" PRIu64,
                zero__builtin_name(vm), first, end, size == 1 ? "is" : "are",
                size);
  }
  *from = (uint64_t)first;
  *to = (uint64_t)end;
}
