/* test_builtins_kind.c - what a value is. */
#include <criterion/criterion.h>

#include "compile/code.h"
#include "support/session.h"

TestSuite(builtins_kind, .init = zero_test_session);

Test(builtins_kind, not_is_true_of_unit_and_false_only) {
  EXPECT("true", NOT, ZERO_UNIT);
  EXPECT("true", NOT, ZERO_FALSE);
  EXPECT("false", NOT, ZERO_TRUE);
  EXPECT("false", NOT, I(0));
  EXPECT("false", NOT, ZERO_EMPTY);
}

Test(builtins_kind, type_of_names_the_family_or_function) {
  EXPECT("\"Unit\"", TYPE_OF, ZERO_UNIT);
  EXPECT("\"Bool\"", TYPE_OF, ZERO_FALSE);
  EXPECT("\"I64\"", TYPE_OF, I(INT64_MAX));
  EXPECT("\"Text\"", TYPE_OF, T(""));
  EXPECT("\"List\"", TYPE_OF, ZERO_EMPTY);
  EXPECT("\"List\"", TYPE_OF, L(I(5), T("maybe"), I(1)));
  EXPECT("\"Option\"", TYPE_OF, L(I(5), T("some"), I(1)));
  EXPECT("\"Map\"", TYPE_OF, zero__map_empty(&vm->heap));
  EXPECT("\"Bytes\"", TYPE_OF, zero__bytes_new(&vm->heap, "a", 1));
  EXPECT("\"Function\"", TYPE_OF,
         zero__builtin_stub(&vm->heap, ZERO_BUILTIN_ADD));
}

Test(builtins_kind, predicates_tell_the_kinds_apart) {
  EXPECT("true", IS_UNIT, ZERO_UNIT);
  EXPECT("false", IS_UNIT, ZERO_EMPTY);
  EXPECT("true", IS_BOOL, ZERO_FALSE);
  EXPECT("false", IS_BOOL, I(1));
  EXPECT("true", IS_I64, I(INT64_MIN));
  EXPECT("false", IS_I64, ZERO_TRUE);
  EXPECT("true", IS_TEXT, T("a"));
  EXPECT("false", IS_TEXT, I(1));
}

Test(builtins_kind, every_packed_value_answers_as_a_list) {
  EXPECT("true", IS_LIST, ZERO_EMPTY);
  EXPECT("true", IS_LIST, L(I(5), T("none")));
  EXPECT("false", IS_LIST, ZERO_UNIT);
}

Test(builtins_kind, a_function_tells_how_many_arguments_it_takes) {
  zero_value nth = zero__builtin_stub(&vm->heap, ZERO_BUILTIN_NTH);
  EXPECT("true", IS_FUNCTION, nth);
  EXPECT("false", IS_FUNCTION, I(1));
  EXPECT("2", ARITY, nth);
  EXPECT("TYPE_MISMATCH: arity: argument 1 must be Function, found I64 1",
         ARITY, I(1));
}
