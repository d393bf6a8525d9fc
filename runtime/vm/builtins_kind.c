/* builtins_kind.c - what a value is. */
#include "vm/builtins.h"

#include "value/record.h"
#include "value/text.h"

ZERO_BUILTIN(not) {
  return zero__bool(!zero__is_true(args[0]));
}

ZERO_BUILTIN(type_of) {
  return zero__text_of(&vm->heap, zero__type_name(args[0]));
}

ZERO_BUILTIN(is_unit) {
  return zero__bool(zero__is_unit(args[0]));
}

ZERO_BUILTIN(is_bool) {
  return zero__bool(zero__is_bool(args[0]));
}

ZERO_BUILTIN(is_i64) {
  return zero__bool(zero__is_i64(args[0]));
}

ZERO_BUILTIN(is_text) {
  return zero__bool(zero__is_text(args[0]));
}

ZERO_BUILTIN(is_list) {
  return zero__bool(zero__is_list(args[0]));
}

ZERO_BUILTIN(is_function) {
  return zero__bool(zero__is_function(args[0]));
}

/* A function that takes several counts answers the least. */
ZERO_BUILTIN(arity) {
  if (!zero__is_function(args[0])) zero__raise_type(vm, args, 0, "Function");
  return zero__small(zero__code_params(zero__code_of(args[0])));
}
