/* builtins_list.c - lists: made through the door, walked with fuel.
 *
 * A list is a chain of cells that ends in the empty list or in a packed
 * value; the chain may be long, the packed end has a few items. */
#include "vm/builtins.h"

#include <inttypes.h>

#include "value/list.h"
#include "value/number.h"

/* A list that begins like a family's value is checked whole by the door. */
ZERO_BUILTIN(list) {
  zero__charge(vm, count);
  bool checked = count > 2 && zero__may_be_tag(args[0]) &&
                 zero__is_text(args[1]);
  for (unsigned i = 2; checked && i < count; i++) {
    if (zero__is_cell(args[i])) zero__charge_length(vm, args[i]);
  }
  return zero__list(&vm->heap, args, count);
}

ZERO_BUILTIN(cons) {
  zero_value list = zero__want_list(vm, args, 1);
  if (zero__may_be_tag(args[0])) zero__charge_reading(vm, list);
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
  zero_value pair = want_pair(vm, args);
  zero__charge_unpacking(vm, pair);
  return zero__tail(&vm->heap, pair);
}

ZERO_BUILTIN(nth) {
  zero_value list = zero__want_list(vm, args, 0);
  int64_t index = zero__want_i64(vm, args, 1);
  int64_t walked = 0;
  while (walked < index && zero__is_cell(list)) {
    list = zero__cell(list)->tail;
    walked++;
    if (walked % ZERO_CHUNK == 0) zero__charge(vm, ZERO_CHUNK);
  }
  zero__charge(vm, (uint64_t)walked % ZERO_CHUNK);
  zero__charge_unpacking(vm, list);
  zero_value item;
  if (index >= 0 &&
      zero__nth(&vm->heap, list, (uint64_t)(index - walked), &item)) {
    return item;
  }
  zero__raise_index(vm, index, zero__charge_length(vm, args[0]));
}

ZERO_BUILTIN(len) {
  zero_value list = zero__want_list(vm, args, 0);
  return zero__i64(&vm->heap, (int64_t)zero__charge_length(vm, list));
}

ZERO_BUILTIN(empty) {
  return zero__bool(zero__is_empty(zero__want_list(vm, args, 0)));
}

ZERO_BUILTIN(reverse) {
  zero_value list = zero__want_list(vm, args, 0);
  zero_value reversed = ZERO_EMPTY;
  uint64_t done = 0;
  while (zero__is_cell(list)) {
    reversed = zero__cons(&vm->heap, zero__cell(list)->head, reversed);
    list = zero__cell(list)->tail;
    done++;
    if (done % ZERO_CHUNK == 0) zero__charge(vm, ZERO_CHUNK);
  }
  zero__charge(vm, done % ZERO_CHUNK);
  zero__charge_unpacking(vm, list);
  struct zero_iterator at = zero__iterate(list);
  zero_value item;
  while (zero__next(&vm->heap, &at, &item)) {
    reversed = zero__cons(&vm->heap, item, reversed);
  }
  return reversed;
}

ZERO_BUILTIN(append) {
  zero_value list = zero__want_list(vm, args, 0);
  zero_value end = zero__want_list(vm, args, 1);
  zero__charge_length(vm, list);
  zero__charge_unpacking(vm, list);
  return zero__append(&vm->heap, list, end);
}

/* From the last to the first, a chunk at a time: what stops a range that is
 * too long is the budget or the limit of memory, soon. */
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

/* Costs nothing more: each item was charged for when it was pushed. */
ZERO_BUILTIN(finish) {
  zero_value end = zero__want_list(vm, args, 1);
  return zero__finish(&vm->heap, args[0], end);
}
