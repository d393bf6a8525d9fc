/* test_builtins_bytes.c - the natives under lib/core/bytes.0x0. */
#include <criterion/criterion.h>

#include "support/session.h"

TestSuite(builtins_bytes, .init = zero_test_session);

static zero_value bytes_of(const char *string) {
  return zero__bytes_new(&vm->heap, string, strlen(string));
}

Test(builtins_bytes, lists_of_byte_numbers_and_back) {
  EXPECT("(list 8 \"bytes\" (list 0 255))", BYTES_FROM_LIST,
         L(I(0), I(255)));
  EXPECT("(list 97 98)", BYTES_TO_LIST, bytes_of("ab"));
  EXPECT("(list)", BYTES_TO_LIST, bytes_of(""));
}

Test(builtins_bytes, an_item_that_is_no_byte_is_named) {
  EXPECT("LAYOUT_BYTES: Bytes item 1 must be I64 from 0 to 255, found "
         "I64 256",
         BYTES_FROM_LIST, L(I(0), I(256)));
  EXPECT("LAYOUT_BYTES: Bytes item 0 must be I64 from 0 to 255, found "
         "I64 -1",
         BYTES_FROM_LIST, L(I(-1)));
  EXPECT("LAYOUT_BYTES: Bytes item 0 must be I64 from 0 to 255, found "
         "Text \"a\"",
         BYTES_FROM_LIST, L(T("a")));
}

Test(builtins_bytes, length_index_and_slice) {
  EXPECT("2", BYTES_LEN, bytes_of("ab"));
  EXPECT("98", BYTES_NTH, bytes_of("ab"), I(1));
  EXPECT("(list 8 \"bytes\" (list 98))", BYTES_SLICE, bytes_of("abc"), I(1),
         I(2));
  EXPECT("INDEX_RANGE: bytes-nth: index 2 is out of range: there are 2",
         BYTES_NTH, bytes_of("ab"), I(2));
  EXPECT("INDEX_RANGE: bytes-slice: no part from 0 to 3: there are 2",
         BYTES_SLICE, bytes_of("ab"), I(0), I(3));
  EXPECT("TYPE_MISMATCH: bytes-len: argument 1 must be Bytes, found Text "
         "\"a\"",
         BYTES_LEN, T("a"));
}

Test(builtins_bytes, cat_reads_both_versions) {
  EXPECT("(list 8 \"bytes\" (list))", BYTES_CAT);
  EXPECT("(list 8 \"bytes\" (list 97 98 99))", BYTES_CAT, bytes_of("ab"),
         L(T("bytes"), L(I(99))));
  EXPECT("LAYOUT_BYTES: expected Bytes, found Text \"a\"", BYTES_CAT,
         bytes_of("a"), T("a"));
}

Test(builtins_bytes, text_and_back) {
  EXPECT("(list 8 \"bytes\" (list 195 169))", BYTES_FROM_TEXT, T("é"));
  EXPECT("(list 6 \"ok\" \"é\")", BYTES_TO_TEXT, bytes_of("é"));
  EXPECT("(list 6 \"err\" (list 9 \"error\" \"BYTES_NOT_TEXT\" \"byte 1 is "
         "255: no UTF-8 goes on like that\" (list 5 \"none\") "
         "(list 7 \"map\" (list))))",
         BYTES_TO_TEXT, bytes_of("a\xff"));
}

Test(builtins_bytes, hexadecimal_and_back) {
  EXPECT("\"00ff\"", BYTES_HEX, CALL(BYTES_FROM_LIST, L(I(0), I(255))));
  EXPECT("\"\"", BYTES_HEX, bytes_of(""));
  EXPECT("(list 6 \"ok\" (list 8 \"bytes\" (list 0 175)))", BYTES_FROM_HEX,
         T("00aF"));
  EXPECT("(list 6 \"err\" (list 9 \"error\" \"BYTES_NOT_HEX\" \"3 digits are "
         "no whole number of bytes\" (list 5 \"none\") "
         "(list 7 \"map\" (list))))",
         BYTES_FROM_HEX, T("00a"));
  EXPECT("(list 6 \"err\" (list 9 \"error\" \"BYTES_NOT_HEX\" \"what stands "
         "at byte 1 is no hexadecimal digit\" (list 5 \"none\") "
         "(list 7 \"map\" (list))))",
         BYTES_FROM_HEX, T("0g"));
}

Test(builtins_bytes, long_bytes_cost_fuel) {
  zero_value text = zero_test_long_text(vm, 100000);
  zero_value bytes =
      zero__bytes_new(&vm->heap, zero__text_bytes(text), 100000);
  zero_value list = zero_test_octets(vm, 100000);
  EXPECT_SPENT(BYTES_FROM_LIST, list);
  EXPECT_SPENT(BYTES_TO_LIST, bytes);
  EXPECT_SPENT(BYTES_SLICE, bytes, I(0), I(90000));
  EXPECT_SPENT(BYTES_CAT, bytes);
  EXPECT_SPENT(BYTES_CAT, L(T("bytes"), list));
  EXPECT_SPENT(BYTES_FROM_TEXT, text);
  EXPECT_SPENT(BYTES_TO_TEXT, bytes);
  EXPECT_SPENT(BYTES_HEX, bytes);
  EXPECT_SPENT(BYTES_FROM_HEX, text);
}
