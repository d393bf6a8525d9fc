/* builtins_number.c - checked 64-bit arithmetic, equality and order.
 *
 * Instructions carry out the common case of small operands; these are the
 * whole truth, for operators as values and for boxed numbers. */
#include "vm/builtins.h"

#include <inttypes.h>

#include "value/compare.h"
#include "value/number.h"
#include "value/text.h"

ZERO_NORETURN static void raise_overflow(zero_vm *vm, int64_t a, int64_t b) {
  zero__raise(&vm->heap, ZERO_CODE_INTEGER_OVERFLOW,
              "%" PRId64 " %s %" PRId64 " does not fit in 64 bits", a,
              zero__builtin_name(vm), b);
}

/* Folds the arguments from the left. */
#define FOLD(symbol, overflows)                                  \
  ZERO_BUILTIN(symbol) {                                         \
    zero__charge(vm, (count - 2) % ZERO_CHUNK);                  \
    int64_t result = zero__want_i64(vm, args, 0);                \
    for (unsigned i = 1; i < count; i++) {                       \
      zero__heap_charge_item(&vm->heap, i);                      \
      int64_t before = result;                                   \
      int64_t next = zero__want_i64(vm, args, i);                \
      if (overflows(before, next, &result)) {                    \
        raise_overflow(vm, before, next);                        \
      }                                                          \
    }                                                            \
    return zero__i64(&vm->heap, result);                         \
  }
FOLD(add, __builtin_add_overflow)
FOLD(sub, __builtin_sub_overflow)
FOLD(mul, __builtin_mul_overflow)

static int64_t want_divisor(zero_vm *vm, zero_value *args, int64_t dividend) {
  int64_t divisor = zero__want_i64(vm, args, 1);
  if (divisor == 0) {
    zero__raise(&vm->heap, ZERO_CODE_DIVIDE_BY_ZERO, "%" PRId64 " %s 0",
                dividend, zero__builtin_name(vm));
  }
  return divisor;
}

ZERO_BUILTIN(div) {
  int64_t dividend = zero__want_i64(vm, args, 0);
  int64_t divisor = want_divisor(vm, args, dividend);
  if (dividend == INT64_MIN && divisor == -1) {
    raise_overflow(vm, dividend, divisor);
  }
  return zero__i64(&vm->heap, dividend / divisor);
}

ZERO_BUILTIN(mod) {
  int64_t dividend = zero__want_i64(vm, args, 0);
  int64_t divisor = want_divisor(vm, args, dividend);
  if (divisor == -1) return zero__small(0); /* C traps for INT64_MIN */
  return zero__i64(&vm->heap, dividend % divisor);
}

static bool are_equal(zero_vm *vm, const zero_value *args) {
  if (zero__same(args[0], args[1])) return true;
  if (zero__is_small(args[0]) || zero__is_small(args[1])) return false;
  return zero__equal_deep(&vm->heap, args[0], args[1]);
}

ZERO_BUILTIN(equal) {
  return zero__bool(are_equal(vm, args));
}

ZERO_BUILTIN(unequal) {
  return zero__bool(!are_equal(vm, args));
}

/* Negative, 0 or positive, for two I64 or two Texts. */
static int order(zero_vm *vm, zero_value *args) {
  if (zero__is_i64(args[0])) {
    int64_t a = zero__i64_number(args[0]);
    int64_t b = zero__want_i64(vm, args, 1);
    return a < b ? -1 : a > b;
  }
  if (!zero__is_text(args[0])) zero__raise_type(vm, args, 0, "I64 or Text");
  zero__want_text(vm, args, 1);
  return zero__text_compare(&vm->heap, args[0], args[1]);
}

#define ORDER(symbol, compare)                    \
  ZERO_BUILTIN(symbol) {                          \
    return zero__bool(order(vm, args) compare 0); \
  }
ORDER(less, <)
ORDER(greater, >)
ORDER(less_equal, <=)
ORDER(greater_equal, >=)

ZERO_BUILTIN(abs) {
  int64_t number = zero__want_i64(vm, args, 0);
  if (number == INT64_MIN) {
    zero__raise(&vm->heap, ZERO_CODE_INTEGER_OVERFLOW,
                "abs of %" PRId64 " does not fit in 64 bits", number);
  }
  return zero__i64(&vm->heap, number < 0 ? -number : number);
}

#define EXTREME(symbol, compare)                                       \
  ZERO_BUILTIN(symbol) {                                               \
    int64_t a = zero__want_i64(vm, args, 0);                           \
    return a compare zero__want_i64(vm, args, 1) ? args[0] : args[1];  \
  }
EXTREME(min, <=)
EXTREME(max, >=)
