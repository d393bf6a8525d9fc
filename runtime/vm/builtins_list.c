/* builtins_list.c - lists: made through the door, walked with fuel.
 *
 * A list is a chain of cells that ends in the empty list or in a packed
 * value; the chain may be long, the packed end has a few items. */
#include "vm/builtins.h"

#include <inttypes.h>

#include "value/list.h"
#include "value/number.h"

/* The door checks a list whole if it begins with a family's tag. */
ZERO_BUILTIN(list) {
  zero__heap_charge(&vm->heap, count % ZERO_CHUNK);
  return zero__list(&vm->heap, args, count);
}

ZERO_BUILTIN(cons) {
  zero_value list = zero__want_list(vm, args, 1);
  return zero__cons(&vm->heap, args[0], list);
}

static zero_value want_pair(zero_vm *vm, zero_value *args) {
  zero_value list = zero__want_list(vm, args, 0);
  if (zero__is_empty(list)) {
    zero__raise(&vm->heap, ZERO_CODE_EMPTY_LIST, "%s: the list is empty",
                zero__builtin_name(vm));
  }
  return list;
}

ZERO_BUILTIN(head) {
  return zero__head(&vm->heap, want_pair(vm, args));
}

ZERO_BUILTIN(tail) {
  return zero__tail(&vm->heap, want_pair(vm, args));
}

ZERO_BUILTIN(nth) {
  zero_value list = zero__want_list(vm, args, 0);
  int64_t index = zero__want_i64(vm, args, 1);
  zero_value item;
  if (index >= 0 && zero__nth(&vm->heap, list, (uint64_t)index, &item)) {
    return item;
  }
  zero__raise_index(vm, index, zero__length(&vm->heap, list));
}

ZERO_BUILTIN_OF(len, list,
                zero__i64(&vm->heap, (int64_t)zero__length(&vm->heap, v)))
ZERO_BUILTIN_OF(empty, list, zero__bool(zero__is_empty(v)))
ZERO_BUILTIN_OF(reverse, list, zero__reverse(&vm->heap, v))

ZERO_BUILTIN(append) {
  zero_value list = zero__want_list(vm, args, 0);
  zero_value end = zero__want_list(vm, args, 1);
  return zero__append(&vm->heap, list, end);
}

/* From the last to the first, a chunk at a time: a range that is too long is
 * soon stopped by the budget or the limit of memory. */
ZERO_BUILTIN(range) {
  int64_t from = zero__want_i64(vm, args, 0);
  int64_t next = zero__want_i64(vm, args, 1);
  zero_value list = ZERO_EMPTY;
  while (next > from) {
    uint64_t left = (uint64_t)next - (uint64_t)from;
    uint64_t chunk = left < ZERO_CHUNK ? left : ZERO_CHUNK;
    zero__charge(vm, chunk);
    for (uint64_t i = 0; i < chunk; i++) {
      next--;
      list = zero__cons(&vm->heap, zero__i64(&vm->heap, next), list);
    }
  }
  return list;
}

ZERO_BUILTIN(push) {
  return zero__raw_cons(&vm->heap, args[0], args[1]);
}

ZERO_BUILTIN(finish) {
  zero_value end = zero__want_list(vm, args, 1);
  return zero__finish(&vm->heap, args[0], end);
}
