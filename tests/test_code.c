/* test_code.c - functions, spans and the facts of the instructions. */
#include "compile/code.h"

#include <criterion/criterion.h>

#include "support/code.h"
#include "support/heap.h"
#include "value/record.h"
#include "value/text.h"

Test(code, a_new_function_has_its_code_and_no_captures) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code = CODE(heap, "f", 1, 1, OP(RETURN, 0, 0, 0));
  zero_value function = zero__function_new(heap, &code->callable);
  cr_assert(zero__is_function(function));
  cr_assert_eq(zero__code_of(function), code);
  cr_assert_eq(zero__header_count(zero__function(function)->header), 0);
}

Test(code, a_function_may_wait_for_its_code) {
  struct zero_heap *heap = zero_test_heap();
  zero_value function = zero__function_new(heap, NULL);
  cr_assert_null(zero__function(function)->code);
}

Test(code, new_code_is_no_builtin_and_empty) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code = zero__code_new(heap, 40);
  cr_assert_eq(code->builtin, -1);
  cr_assert_eq(code->size, 40);
  for (unsigned i = 0; i < 40; i++) cr_assert_eq(code->instructions[i], 0);
}

static bool span_start(const struct zero_code *code, uint32_t pc,
                       uint32_t *start) {
  struct zero_line line;
  if (!zero__code_span(code, pc, &line)) return false;
  *start = line.start;
  return true;
}

Test(code, each_instruction_has_the_span_of_the_last_line_before_it) {
  const struct zero_line lines[] = {
      {2, 0, 20, 21}, {3, 0, 30, 31}, {7, 0, 70, 71}, {8, 0, 80, 81}};
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code = zero__code_new(heap, 12);
  code->lines = lines;
  const uint32_t expected[] = {20, 30, 30, 30, 30, 70, 80, 80, 80, 80};
  for (uint32_t count = 0; count <= 4; count++) {
    code->line_count = count;
    uint32_t last = count == 0 ? 0 : lines[count - 1].start;
    for (uint32_t pc = 0; pc < 12; pc++) {
      uint32_t start = 0;
      bool found = span_start(code, pc, &start);
      cr_assert_eq(found, count > 0 && pc >= 2);
      if (!found) continue;
      uint32_t right = expected[pc - 2] < last ? expected[pc - 2] : last;
      cr_assert_eq(start, right, "%u lines, word %u", count, pc);
    }
  }
}

Test(code, each_instruction_knows_how_many_words_it_takes) {
  cr_assert_eq(zero__instructions[ZERO_OP_MOVE].words, 1);
  cr_assert_eq(zero__instructions[ZERO_OP_EQ].words, 2);
  cr_assert_eq(zero__instructions[ZERO_OP_RECORD].words, 2);
  cr_assert_eq(zero__instructions[ZERO_OP_BUILTIN].words, 2);
  cr_assert_eq(zero__instructions[ZERO_OP_ISVARIANT].words, 3);
  for (unsigned i = 0; i < ZERO_OP_COUNT; i++) {
    cr_assert_eq(strlen(zero__instructions[i].operands), 3);
  }
}

Test(code, operand_letters_are_ones_the_verifier_knows) {
  for (unsigned i = 0; i < ZERO_OP_COUNT; i++) {
    const struct zero_instruction *fact = &zero__instructions[i];
    cr_assert_eq(strspn(fact->operands, "wrdKkIiWuJfnvxb-"), 3, "%s",
                 fact->name);
    cr_assert(strcmp(fact->next, "-") == 0 ||
                  strcmp(fact->next, "jump") == 0 ||
                  strcmp(fact->next, "variant") == 0 ||
                  strcmp(fact->next, "variant-jump") == 0 ||
                  strcmp(fact->next, "builtin") == 0,
              "%s", fact->name);
  }
}

Test(code, a_variant_word_names_its_variant_and_nothing_else_does) {
  uint32_t some = zero_test_variant("Option", "some");
  cr_assert_str_eq(zero__variant_by_word(some)->name, "some");
  cr_assert_null(zero__variant_by_word(some ^ 1));
  cr_assert_null(zero__variant_by_word(some | 0xff00));
  cr_assert_null(zero__variant_by_word(0xffff0001));
  cr_assert_null(zero__variant_by_word(0));
}

Test(code, words_come_apart_as_they_were_put_together) {
  uint32_t word = OP(ADDI, 7, 8, -3);
  cr_assert_eq(zero__op(word), ZERO_OP_ADDI);
  cr_assert_eq(zero__a(word), 7);
  cr_assert_eq(zero__b(word), 8);
  cr_assert_eq(zero__sc(word), -3);
  cr_assert_eq(zero__operand(word, 0), 7);
  cr_assert_eq(zero__operand(word, 1), 8);
  cr_assert_eq(zero__jump_sj(OPJ(LOOP, -4), 3), 0);
  cr_assert_eq(zero__jump_sj(OPJ(JUMP, 4), 3), 8);
  cr_assert_eq(zero__jump_bx(OPX(JFALSE, 1, 4), 3), 8);
}

Test(code, a_builtin_has_one_function_value) {
  struct zero_heap *heap = zero_test_heap();
  int index = zero__builtin_by_name("len");
  zero_value first = zero__builtin_stub(heap, (unsigned)index);
  cr_assert(zero__same(first, zero__builtin_stub(heap, (unsigned)index)));
  cr_assert_eq(zero__code_of(first)->builtin, index);
  cr_assert(zero__text_is(zero__code_of(first)->callable.name, "len"));
}
