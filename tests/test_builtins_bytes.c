/* test_builtins_bytes.c - the natives under lib/core/bytes.0x0. */
#include <criterion/criterion.h>

#include "support/session.h"

TestSuite(builtins_bytes, .init = zero_test_session);

static zero_value bytes_of(const char *string) {
  return zero__bytes_new(&vm->heap, string, strlen(string));
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
  EXPECT("98", BYTES_NTH, bytes_of("ab"), I(1));
  EXPECT("(list 8 \"bytes\" (list 98))", BYTES_SLICE, bytes_of("abc"), I(1),
         I(2));
  EXPECT("INDEX_RANGE: bytes-nth: index 2 is out of range: there are 2",
         BYTES_NTH, bytes_of("ab"), I(2));
  EXPECT("INDEX_RANGE: bytes-slice: 0 to 3 is out of range: there are 2",
         BYTES_SLICE, bytes_of("ab"), I(0), I(3));
  EXPECT("TYPE_MISMATCH: bytes-len: argument 1 must be Bytes, found Text "
         "\"a\"",
         BYTES_LEN, T("a"));
}

Test(builtins_bytes, cat_takes_bytes_alone) {
  EXPECT("(list 8 \"bytes\" (list))", BYTES_CAT);
  EXPECT("LAYOUT_BYTES: expected Bytes, found Text \"a\"", BYTES_CAT,
         bytes_of("a"), T("a"));
}

Test(builtins_bytes, text_and_back) {
  EXPECT("(list 6 \"ok\" \"é\")", BYTES_TO_TEXT, bytes_of("é"));
  EXPECT("(list 6 \"err\" (list 9 \"error\" \"BYTES_NOT_TEXT\" \"byte 1 is "
         "255, which is not valid UTF-8 there\" (list 5 \"none\") "
         "(list 7 \"map\" (list))))",
         BYTES_TO_TEXT, bytes_of("a\xff"));
}

Test(builtins_bytes, hexadecimal_and_back) {
  EXPECT("\"\"", BYTES_HEX, bytes_of(""));
  EXPECT("(list 6 \"ok\" (list 8 \"bytes\" (list 0 175)))", BYTES_FROM_HEX,
         T("00aF"));
  EXPECT("(list 6 \"err\" (list 9 \"error\" \"BYTES_NOT_HEX\" \"3 digits are "
         "not a whole number of bytes\" (list 5 \"none\") "
         "(list 7 \"map\" (list))))",
         BYTES_FROM_HEX, T("00a"));
  EXPECT("(list 6 \"err\" (list 9 \"error\" \"BYTES_NOT_HEX\" \"the "
         "character at byte 1 is not a hexadecimal digit\" (list 5 \"none\") "
         "(list 7 \"map\" (list))))",
         BYTES_FROM_HEX, T("0g"));
}
