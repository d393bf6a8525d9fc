/* test_builtins_text.c - what texts refuse. */
#include <criterion/criterion.h>

#include "support/session.h"

TestSuite(builtins_text, .init = zero_test_session);

Test(builtins_text, arguments_that_do_not_fit_are_named) {
  EXPECT("TYPE_MISMATCH: text-len: argument 1 must be Text, found I64 42",
         TEXT_LEN, I(42));
  EXPECT("TYPE_MISMATCH: text-cat: argument 2 must be Text, found Unit",
         TEXT_CAT, T("a"), ZERO_UNIT);
  EXPECT("TYPE_MISMATCH: text-split: argument 2 must be a Text that is not "
         "empty, found Text \"\"",
         TEXT_SPLIT, T("a"), T(""));
  EXPECT("TYPE_MISMATCH: text-join: item 1 must be Text, found I64 4",
         TEXT_JOIN, L(T("a"), I(4)), T(","));
  EXPECT("TYPE_MISMATCH: text-normalize: argument 2 must be NFC, NFD, NFKC "
         "or NFKD, found Text \"NFX\"",
         TEXT_NORMALIZE, T("a"), T("NFX"));
}

Test(builtins_text, what_was_found_is_shown_short) {
  zero_value list = zero_test_numbers(vm, 100000);
  EXPECT("TYPE_MISMATCH: text-len: argument 1 must be Text, found List "
         "(list 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 2…",
         TEXT_LEN, list);
}

Test(builtins_text, parts_are_checked) {
  EXPECT("INDEX_RANGE: text-slice: 1 to 3 is out of range: there are 2",
         TEXT_SLICE, T("ab"), I(1), I(3));
  EXPECT("INDEX_RANGE: text-slice: 2 to 1 is out of range: there are 2",
         TEXT_SLICE, T("ab"), I(2), I(1));
  EXPECT("INDEX_RANGE: text-slice: -1 to 1 is out of range: there is 1",
         TEXT_SLICE, T("a"), I(-1), I(1));
}

Test(builtins_text, an_index_is_checked) {
  EXPECT("INDEX_RANGE: text-nth: index 2 is out of range: there are 2",
         TEXT_NTH, T("aé"), I(2));
  EXPECT("INDEX_RANGE: text-code: index 0 is out of range: there are 0",
         TEXT_CODE, T(""), I(0));
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
         "\"\\\"9223372036854775808\\\" does not fit in 64 bits\" "
         "(list 5 \"none\") (list 7 \"map\" (list))))",
         TEXT_TO_I64, T("9223372036854775808"));
}
