/* test_disassemble.c - code as text, damaged or not. */
#include "compile/disassemble.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "facts/gen/builtin_index.h"
#include "facts/gen/capabilities.h"
#include "support/code.h"
#include "support/heap.h"
#include "value/record.h"
#include "value/text.h"

/* Expects the text of `code` to be `right`. */
static void expect(struct zero_heap *heap, const struct zero_code *code,
                   const char *right) {
  struct zero_test_bytes kept = {.size = 0};
  zero__disassemble(heap, code, zero_test_keep, &kept);
  cr_assert_str_eq(kept.bytes, right);
  free(kept.bytes);
}

Test(disassemble, operands_are_shown_by_their_letters) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code = CODE(
      heap, "shown", 2, 6, OPX(LOADI, 2, (uint16_t)-5), OPX(LOADW, 3, 0x3e),
      OPX(LOADK, 4, 0), OP(ADDI, 2, 0, -1), OP(LIST, 2, 0, 4),
      OP(LTI, 2, -7, 1), OPJ(JUMP, 1), OP(CAPTURE, 1, 0, 0),
      OP(CALLV, 5, 1, 0), OP(RETURN, 2, 0, 0));
  zero_test_constant(heap, code, zero__text_of(heap, "a\nb"));
  expect(heap, code,
         "shown: params 2, registers 6, constants 1, captures 0, pure\n"
         "    0  LOADI     r2 -5\n"
         "    1  LOADW     r3 (list)\n"
         "    2  LOADK     r4 \"a\\nb\"\n"
         "    3  ADDI      r2 r0 -1\n"
         "    4  LIST      r2 r0 4\n"
         "    5  LTI       r2 -7 true -> 8\n"
         "    7  CAPTURE   r1 capture 0\n"
         "    8  CALLV     r5 1\n"
         "    9  RETURN    r2\n");
}

Test(disassemble, jumps_variants_builtins_and_functions_have_names) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code = CODE(
      heap, "named", 1, 4, OP(ISVARIANT, 0, 0, 0),
      zero_test_variant("Option", "some"), OPJ(JUMP, 2),
      OP(BUILTIN, 0, 0, 1), ZERO_BUILTIN_LEN, OPX(JFALSE, 0, 1),
      OPJ(LOOP, -7), OPX(TAILCALL, 3, 0));
  zero_test_constant(heap, code, zero__function_new(heap, &code->callable));
  code->capability = ZERO_CAPABILITY_IO | ZERO_CAPABILITY_ENV;
  expect(heap, code,
         "named: params 1, registers 4, constants 1, captures 0, io env\n"
         "    0  ISVARIANT r0 false Option.some -> 5\n"
         "    3  BUILTIN   r0 r0 1 len\n"
         "    5  JFALSE    r0 -> 7\n"
         "    6  LOOP      -> 0\n"
         "    7  TAILCALL  r3 #<function named>\n");
}

Test(disassemble, the_source_stands_where_it_changes) {
  static const struct zero_source source = {
      .name = "s", .bytes = "(f (g x)\n  y)", .size = 13};
  static const struct zero_line lines[] = {{0, 0, 3, 8}, {2, 0, 0, 13}};
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code =
      CODE(heap, "s", 1, 1, OP(HEAD, 0, 0, 0), OP(HEAD, 0, 0, 0),
           OP(RETURN, 0, 0, 0));
  code->source = &source;
  code->lines = lines;
  code->line_count = 2;
  expect(heap, code,
         "s: params 1, registers 1, constants 0, captures 0, pure\n"
         "    0  HEAD      r0 r0               ; (g x)\n"
         "    1  HEAD      r0 r0\n"
         "    2  RETURN    r0                  ; (f (g x) …\n");
}

Test(disassemble, what_makes_no_sense_is_a_number) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code = CODE(
      heap, "damaged", 0, 0, 0xfe, OPX(LOADK, 9, 7), OPX(LOADW, 0, 0x55),
      OP(RECORD, 0, 0, 1), 0xabcd, OP(BUILTIN, 0, 0, 0), 99999,
      OP(ISVARIANT, 0, 0, 0), 1);
  expect(heap, code,
         "damaged: params 0, registers 0, constants 0, captures 0, pure\n"
         "    0  0x000000fe\n"
         "    1  LOADK     r9 constant 7\n"
         "    2  LOADW     r0 word 0x55\n"
         "    3  RECORD    r0 r0 1 variant 0xabcd\n"
         "    5  BUILTIN   r0 r0 0 builtin 99999\n"
         "    7  ISVARIANT r0 false (cut off)\n");
}

Test(disassemble, long_constants_and_names_are_cut) {
  enum { LONG = 2000 };
  char text[LONG + 1];
  for (unsigned i = 0; i < LONG; i += 2) memcpy(text + i, "é", 2);
  text[LONG] = '\0';
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code =
      CODE(heap, text, 0, 1, OPX(LOADK, 0, 0), OP(RETURN, 0, 0, 0));
  zero_test_constant(heap, code, zero__text_of(heap, text));
  struct zero_test_bytes kept = {.size = 0};
  zero__disassemble(heap, code, zero_test_keep, &kept);
  cr_assert_lt(kept.size, 600);
  cr_assert_not(zero_is_none(
      zero__text_checked(heap, kept.bytes, kept.size, NULL)));
  free(kept.bytes);
}

Test(disassemble, each_instruction_can_be_shown) {
  struct zero_heap *heap = zero_test_heap();
  for (uint32_t op = 0; op < ZERO_OP_COUNT; op++) {
    struct zero_code *code =
        CODE(heap, "each", 0, 0, op | 0x01010100, 0, OPJ(JUMP, 0));
    struct zero_test_bytes kept = {.size = 0};
    zero__disassemble(heap, code, zero_test_keep, &kept);
    cr_assert_not_null(strstr(kept.bytes, zero__instructions[op].name));
    free(kept.bytes);
  }
}
