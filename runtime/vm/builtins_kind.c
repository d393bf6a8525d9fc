/* builtins_kind.c - the kinds and families of values. */
#include "vm/builtins.h"

#include "value/record.h"
#include "value/text.h"

ZERO_BUILTIN(not) {
  return zero__bool(!zero__is_true(args[0]));
}

ZERO_BUILTIN(type_of) {
  return zero__text_of(&vm->heap, zero__type_name(args[0]));
}

#define KIND(kind)                            \
  ZERO_BUILTIN(kind) {                        \
    return zero__bool(zero__##kind(args[0])); \
  }
KIND(is_unit)
KIND(is_bool)
KIND(is_i64)
KIND(is_text)
KIND(is_list)
KIND(is_function)

/* For a function that takes several counts, the least. */
ZERO_BUILTIN(arity) {
  if (!zero__is_function(args[0])) zero__raise_type(vm, args, 0, "Function");
  return zero__small(zero__code_params(zero__code_of(args[0])));
}
