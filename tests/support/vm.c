/* vm.c - a VM set up just far enough to call builtins. */
#include "vm.h"

#include <criterion/criterion.h>
#include <time.h>

#include "handle/handle.h"
#include "handle/wait.h"
#include "value/list.h"
#include "value/number.h"
#include "value/print.h"
#include "value/record.h"
#include "value/text.h"

zero_vm *zero_test_vm(void) {
  zero__heap_start();
  zero_vm *vm = zero__heap_new_root(sizeof *vm);
  zero__heap_init(&vm->heap);
  zero__names_start();
  zero__handles_open(vm);
  zero_test_fuel(vm, UINT64_MAX);
  zero__wait(vm, NULL, 0, zero__wait_end(1));
  return vm;
}

void zero_test_fuel(zero_vm *vm, uint64_t fuel) {
  const struct zero_limits limits = {.fuel = fuel,
                                     .deadline = UINT64_MAX,
                                     .heap = UINT64_MAX,
                                     .output = UINT64_MAX,
                                     .alloc = UINT64_MAX};
  zero__begin_call(vm, &limits);
}

struct call {
  zero_vm *vm;
  zero_value *args;
  unsigned count;
  zero_value result;
};

static void call(void *context) {
  struct call *c = context;
  c->result =
      zero__builtin_functions[c->vm->builtin](c->vm, c->args, c->count);
}

zero_value zero_test_builtin(zero_vm *vm, unsigned index, zero_value *args,
                             unsigned count) {
  struct call c = {vm, args, count, ZERO_NONE};
  vm->builtin = index;
  int code = zero__protect(&vm->heap, call, &c);
  return code == 0 ? c.result : ZERO_NONE;
}

const char *zero_test_fault(zero_vm *vm) {
  vm->heap.poll = NULL; /* until the next zero_test_fuel */
  const struct zero_fault *fault = &vm->heap.fault;
  zero_value parts[] = {
      zero__text_of(&vm->heap, zero__code_fact(fault->code)->name),
      zero__text_of(&vm->heap, ": "),
      zero__text_of(&vm->heap, fault->message)};
  return zero__text_bytes(zero__text_cat(&vm->heap, parts, 3));
}

const char *zero_test_printed(zero_vm *vm, zero_value v) {
  return zero__text_bytes(zero__print_value(&vm->heap, v));
}

const char *zero_test_answer(zero_vm *vm, unsigned index, zero_value *args,
                             unsigned count) {
  zero_value result = zero_test_builtin(vm, index, args, count);
  if (zero_is_none(result)) return zero_test_fault(vm);
  return zero_test_printed(vm, result);
}

zero_value zero_test_octets(zero_vm *vm, int64_t length) {
  zero_value list = ZERO_EMPTY;
  while (length-- > 0) {
    list = zero__cons(&vm->heap, zero__small(length % 256), list);
  }
  return list;
}

zero_value zero_test_numbers(zero_vm *vm, int64_t length) {
  zero_value list = ZERO_EMPTY;
  while (length-- > 0) {
    list = zero__cons(&vm->heap, zero__i64(&vm->heap, length), list);
  }
  return list;
}

zero_value zero_test_long_text(zero_vm *vm, size_t size) {
  char *bytes = zero__alloc(&vm->heap, ZERO_LEAF, size + 1);
  memset(bytes, 'x', size);
  return zero__text_new(&vm->heap, bytes, size);
}

zero_value zero_test_list(zero_vm *vm, const zero_value *items,
                          unsigned count) {
  return zero__list(&vm->heap, items, count);
}

zero_value zero_test_good(zero_vm *vm, zero_value answer) {
  zero_value value = ZERO_NONE;
  cr_assert_str_eq(zero_test_outcome(vm, answer), "HostOk", "%s",
                   zero_is_none(answer) ? zero_test_fault(vm)
                                        : zero_test_printed(vm, answer));
  cr_assert(zero__nth(&vm->heap, answer, 1, &value));
  return value;
}

const char *zero_test_outcome(zero_vm *vm, zero_value answer) {
  if (zero_is_none(answer)) {
    return zero__code_fact(vm->heap.fault.code)->name;
  }
  if (zero__text_is(zero__head(&vm->heap, answer), "HostOk")) return "HostOk";
  zero_value rest = zero__tail(&vm->heap, answer);
  return zero__text_bytes(zero__head(&vm->heap, rest));
}

uint64_t zero_test_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}
