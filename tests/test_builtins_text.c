/* test_builtins_text.c - texts by code points: ranges, kinds, fuel. */
#include <criterion/criterion.h>

#include "support/session.h"

TestSuite(builtins_text, .init = zero_test_session);

Test(builtins_text, length_counts_code_points) {
  EXPECT("0", TEXT_LEN, T(""));
  EXPECT("3", TEXT_LEN, T("aé😀"));
  EXPECT("1", TEXT_GRAPHEMES, T("e\xCC\x81"));
  EXPECT("TYPE_MISMATCH: text-len: argument 1 must be Text, found I64 42",
         TEXT_LEN, I(42));
}

Test(builtins_text, what_was_found_is_shown_short) {
  zero_value list = zero_test_numbers(vm, 100000);
  EXPECT("TYPE_MISMATCH: text-len: argument 1 must be Text, found List "
         "(list 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 2…",
         TEXT_LEN, list);
}

Test(builtins_text, cat_takes_any_number_of_texts) {
  EXPECT("\"\"", TEXT_CAT);
  EXPECT("\"aéb\"", TEXT_CAT, T("a"), T("é"), T("b"));
  EXPECT("TYPE_MISMATCH: text-cat: argument 2 must be Text, found Unit",
         TEXT_CAT, T("a"), ZERO_UNIT);
}

Test(builtins_text, slices_are_half_open_and_checked) {
  EXPECT("\"é😀\"", TEXT_SLICE, T("aé😀b"), I(1), I(3));
  EXPECT("\"\"", TEXT_SLICE, T("ab"), I(2), I(2));
  EXPECT("INDEX_RANGE: text-slice: no part from 1 to 3: there are 2",
         TEXT_SLICE, T("ab"), I(1), I(3));
  EXPECT("INDEX_RANGE: text-slice: no part from 2 to 1: there are 2",
         TEXT_SLICE, T("ab"), I(2), I(1));
  EXPECT("INDEX_RANGE: text-slice: no part from -1 to 1: there is 1",
         TEXT_SLICE, T("a"), I(-1), I(1));
}

Test(builtins_text, one_character_by_index) {
  EXPECT("\"é\"", TEXT_NTH, T("aé"), I(1));
  EXPECT("233", TEXT_CODE, T("aé"), I(1));
  EXPECT("\"digit\"", TEXT_CLASS, T("a7"), I(1));
  EXPECT("INDEX_RANGE: text-nth: index 2 is out of range: there are 2",
         TEXT_NTH, T("aé"), I(2));
  EXPECT("INDEX_RANGE: text-code: index 0 is out of range: there are 0",
         TEXT_CODE, T(""), I(0));
}

Test(builtins_text, find_answers_an_option_of_the_index) {
  EXPECT("(list 5 \"some\" 2)", TEXT_FIND, T("aéb"), T("b"));
  EXPECT("(list 5 \"some\" 0)", TEXT_FIND, T("a"), T(""));
  EXPECT("(list 5 \"none\")", TEXT_FIND, T("a"), T("b"));
}

Test(builtins_text, split_and_join_are_each_others_inverse) {
  EXPECT("(list \"a\" \"\" \"b\")", TEXT_SPLIT, T("a,,b"), T(","));
  EXPECT("(list \"\")", TEXT_SPLIT, T(""), T(","));
  EXPECT("\"a,,b\"", TEXT_JOIN, L(T("a"), T(""), T("b")), T(","));
  EXPECT("\"\"", TEXT_JOIN, ZERO_EMPTY, T(","));
  EXPECT("TYPE_MISMATCH: text-split: argument 2 must be a Text that is not "
         "empty, found Text \"\"",
         TEXT_SPLIT, T("a"), T(""));
  EXPECT("TYPE_MISMATCH: text-join: item 1 must be Text, found I64 4",
         TEXT_JOIN, L(T("a"), I(4)), T(","));
}

Test(builtins_text, case_white_space_and_normal_forms) {
  EXPECT("\"ÉA\"", TEXT_UPPER, T("éa"));
  EXPECT("\"éa\"", TEXT_LOWER, T("ÉA"));
  EXPECT("\"a b\"", TEXT_TRIM, T(" \ta b\n"));
  EXPECT("\"é\"", TEXT_NORMALIZE, T("e\xCC\x81"), T("NFC"));
  EXPECT("TYPE_MISMATCH: text-normalize: argument 2 must be NFC, NFD, NFKC "
         "or NFKD, found Text \"NFX\"",
         TEXT_NORMALIZE, T("a"), T("NFX"));
}

Test(builtins_text, a_text_becomes_the_list_of_its_characters) {
  EXPECT("(list \"a\" \"é\" \"😀\")", TEXT_TO_LIST, T("aé😀"));
  EXPECT("(list)", TEXT_TO_LIST, T(""));
}

Test(builtins_text, integers_are_read_and_written) {
  EXPECT("(list 6 \"ok\" -9223372036854775808)", TEXT_TO_I64,
         T("-9223372036854775808"));
  EXPECT("(list 6 \"ok\" 255)", TEXT_TO_I64, T("0xff"));
  EXPECT("(list 6 \"err\" (list 9 \"error\" \"TEXT_NOT_I64\" "
         "\"\\\"12x\\\" is not an integer\" (list 5 \"none\") "
         "(list 7 \"map\" (list))))",
         TEXT_TO_I64, T("12x"));
  EXPECT("(list 6 \"err\" (list 9 \"error\" \"TEXT_NOT_I64\" "
         "\"\\\"9223372036854775808\\\" does not fit 64 bits\" "
         "(list 5 \"none\") (list 7 \"map\" (list))))",
         TEXT_TO_I64, T("9223372036854775808"));
  EXPECT("\"-9223372036854775808\"", I64_TO_TEXT, I(INT64_MIN));
}

static zero_value doubled(zero_value text, unsigned times) {
  while (times-- > 0) text = CALL(TEXT_CAT, text, text);
  return text;
}

Test(builtins_text, long_texts_cost_fuel) {
  zero_value text = zero_test_long_text(vm, 1 << 20);
  zero_value x = T("y");
  zero_value spaces = doubled(T(" "), 20);
  zero_value digits = doubled(T("1"), 20);
  zero_value accents = doubled(T("e\u0301"), 20);
  EXPECT_SPENT(TEXT_CAT, text, x);
  EXPECT_SPENT(TEXT_SLICE, text, I(0), I(1 << 19));
  EXPECT_SPENT(TEXT_FIND, text, x);
  EXPECT_SPENT(TEXT_SPLIT, text, x);
  EXPECT_SPENT(TEXT_UPPER, text);
  EXPECT_SPENT(TEXT_LOWER, text);
  EXPECT_SPENT(TEXT_TRIM, spaces);
  EXPECT_SPENT(TEXT_NORMALIZE, accents, T("NFC"));
  EXPECT_SPENT(TEXT_GRAPHEMES, text);
  EXPECT_SPENT(TEXT_GRAPHEMES, accents);
  EXPECT_SPENT(TEXT_TO_LIST, text);
  EXPECT_SPENT(TEXT_TO_I64, digits);
  EXPECT_SPENT(TEXT_JOIN, L(text), x);
}
