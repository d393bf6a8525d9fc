/* test_builtins_number.c - checked arithmetic, equality and order. */
#include <criterion/criterion.h>

#include "support/session.h"

TestSuite(builtins_number, .init = zero_test_session);

Test(builtins_number, arithmetic_folds_from_the_left) {
  EXPECT("10", ADD, I(1), I(2), I(3), I(4));
  EXPECT("-8", SUB, I(1), I(2), I(3), I(4));
  EXPECT("24", MUL, I(1), I(2), I(3), I(4));
}

Test(builtins_number, numbers_of_all_64_bits_are_taken_and_answered) {
  EXPECT("9223372036854775807", ADD, I(INT64_MAX - 1), I(1));
  EXPECT("-9223372036854775808", SUB, I(INT64_MIN + 1), I(1));
  EXPECT("-9223372036854775808", MUL, I(INT64_MIN / 2), I(2));
  EXPECT("0", ADD, I(INT64_MAX), I(-INT64_MAX));
}

Test(builtins_number, overflow_is_an_error_and_names_the_operands) {
  EXPECT("INTEGER_OVERFLOW: 9223372036854775807 + 1 does not fit 64 bits",
         ADD, I(INT64_MAX), I(1));
  EXPECT("INTEGER_OVERFLOW: -9223372036854775808 - 1 does not fit 64 bits",
         SUB, I(INT64_MIN), I(1));
  EXPECT("INTEGER_OVERFLOW: 9223372036854775807 * 2 does not fit 64 bits",
         MUL, I(INT64_MAX), I(2));
  EXPECT("INTEGER_OVERFLOW: -9223372036854775808 / -1 does not fit 64 bits",
         DIV, I(INT64_MIN), I(-1));
  EXPECT("INTEGER_OVERFLOW: abs of -9223372036854775808 does not fit 64 bits",
         ABS, I(INT64_MIN));
}

Test(builtins_number, division_truncates_and_the_rest_follows_the_dividend) {
  EXPECT("-3", DIV, I(-7), I(2));
  EXPECT("-1", MOD, I(-7), I(2));
  EXPECT("1", MOD, I(7), I(-2));
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
}

Test(builtins_number, any_two_values_are_compared_by_what_they_hold) {
  EXPECT("true", EQUAL, L(I(1), T("a")), L(I(1), T("a")));
  EXPECT("false", EQUAL, L(I(1), T("a")), L(I(1), T("b")));
  EXPECT("true", UNEQUAL, I(1), T("1"));
  EXPECT("true", EQUAL, I(INT64_MAX), I(INT64_MAX));
  EXPECT("false", UNEQUAL, I(INT64_MAX), I(INT64_MAX));
  EXPECT("false", EQUAL, ZERO_UNIT, ZERO_EMPTY);
}

Test(builtins_number, order_holds_for_two_numbers_and_for_two_texts) {
  EXPECT("true", LESS, I(INT64_MIN), I(INT64_MAX));
  EXPECT("false", GREATER, I(1), I(1));
  EXPECT("true", LESS_EQUAL, I(1), I(1));
  EXPECT("true", GREATER_EQUAL, I(2), I(1));
  EXPECT("true", LESS, T("a"), T("ab"));
  EXPECT("true", GREATER, T("é"), T("z"));
  EXPECT("true", LESS_EQUAL, T(""), T(""));
  EXPECT("false", GREATER_EQUAL, T("a"), T("b"));
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

Test(builtins_number, abs_min_and_max_take_the_full_range) {
  EXPECT("9223372036854775807", ABS, I(-INT64_MAX));
  EXPECT("3", ABS, I(3));
  EXPECT("-9223372036854775808", MIN, I(INT64_MIN), I(INT64_MAX));
  EXPECT("9223372036854775807", MAX, I(INT64_MIN), I(INT64_MAX));
  EXPECT("TYPE_MISMATCH: max: argument 2 must be I64, found Unit", MAX, I(1),
         ZERO_UNIT);
}

Test(builtins_number, comparing_long_values_costs_fuel) {
  zero_value a = zero_test_numbers(vm, 100000);
  zero_value b = zero_test_numbers(vm, 100000);
  EXPECT_SPENT(EQUAL, a, b);
  zero_value x = zero_test_long_text(vm, 100000);
  zero_value y = zero_test_long_text(vm, 100000);
  EXPECT_SPENT(LESS, x, y);
}
