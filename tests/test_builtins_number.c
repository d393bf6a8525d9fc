/* test_builtins_number.c - what arithmetic and order refuse. */
#include <criterion/criterion.h>

#include "support/session.h"

TestSuite(builtins_number, .init = zero_test_session);

Test(builtins_number, overflow_is_an_error_and_names_the_operands) {
  EXPECT("INTEGER_OVERFLOW: 9223372036854775807 + 1 does not fit in 64 bits",
         ADD, I(INT64_MAX), I(1));
  EXPECT("INTEGER_OVERFLOW: -9223372036854775808 - 1 does not fit in 64 bits",
         SUB, I(INT64_MIN), I(1));
  EXPECT("INTEGER_OVERFLOW: 9223372036854775807 * 2 does not fit in 64 bits",
         MUL, I(INT64_MAX), I(2));
  EXPECT("INTEGER_OVERFLOW: -9223372036854775808 / -1 does not fit in 64 bits",
         DIV, I(INT64_MIN), I(-1));
  EXPECT("INTEGER_OVERFLOW: abs of -9223372036854775808 does not fit in 64 "
         "bits",
         ABS, I(INT64_MIN));
  EXPECT("9223372036854775807", ABS, I(-INT64_MAX));
}

Test(builtins_number, the_least_number_is_divided) {
  EXPECT("0", MOD, I(INT64_MIN), I(-1));
  EXPECT("-9223372036854775808", DIV, I(INT64_MIN), I(1));
}

Test(builtins_number, division_by_zero_is_an_error) {
  EXPECT("DIVIDE_BY_ZERO: 7 / 0", DIV, I(7), I(0));
  EXPECT("DIVIDE_BY_ZERO: 7 % 0", MOD, I(7), I(0));
}

Test(builtins_number, operands_of_another_kind_are_named) {
  EXPECT("TYPE_MISMATCH: +: argument 3 must be I64, found Text \"a\"", ADD,
         I(1), I(2), T("a"));
  EXPECT("TYPE_MISMATCH: -: argument 1 must be I64, found Unit", SUB,
         ZERO_UNIT, I(2));
  EXPECT("TYPE_MISMATCH: /: argument 2 must be I64, found Bool true", DIV,
         I(1), ZERO_TRUE);
  EXPECT("TYPE_MISMATCH: max: argument 2 must be I64, found Unit", MAX, I(1),
         ZERO_UNIT);
}

Test(builtins_number, order_of_other_kinds_is_an_error) {
  EXPECT("TYPE_MISMATCH: <: argument 2 must be I64, found Text \"1\"", LESS,
         I(1), T("1"));
  EXPECT("TYPE_MISMATCH: >: argument 2 must be Text, found I64 1", GREATER,
         T("1"), I(1));
  EXPECT("TYPE_MISMATCH: <=: argument 1 must be I64 or Text, found "
         "List (list)",
         LESS_EQUAL, ZERO_EMPTY, ZERO_EMPTY);
}

