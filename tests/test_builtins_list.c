/* test_builtins_list.c - lists as programs see them, and what they cost. */
#include <criterion/criterion.h>

#include "support/session.h"

TestSuite(builtins_list, .init = zero_test_session);

Test(builtins_list, list_takes_any_number_of_items) {
  EXPECT("(list)", LIST);
  EXPECT("(list 1 \"a\" Unit)", LIST, I(1), T("a"), ZERO_UNIT);
}

Test(builtins_list, a_list_that_fits_a_family_becomes_its_value) {
  zero_value some = CALL(LIST, I(5), T("some"), I(42));
  EXPECT("\"Option\"", TYPE_OF, some);
  zero_value tail = CALL(TAIL, some);
  EXPECT("\"Option\"", TYPE_OF, CALL(CONS, I(5), tail));
  EXPECT("\"List\"", TYPE_OF, tail);
}

Test(builtins_list, cons_needs_a_list_behind_the_item) {
  EXPECT("(list 1)", CONS, I(1), ZERO_EMPTY);
  EXPECT("TYPE_MISMATCH: cons: argument 2 must be List, found I64 2", CONS,
         I(1), I(2));
}

Test(builtins_list, head_and_tail_take_any_list_but_the_empty_one) {
  EXPECT("1", HEAD, L(I(1), I(2)));
  EXPECT("(list 2)", TAIL, L(I(1), I(2)));
  EXPECT("5", HEAD, L(I(5), T("none")));
  EXPECT("(list \"none\")", TAIL, L(I(5), T("none")));
  EXPECT("EMPTY_LIST: head: the list is empty", HEAD, ZERO_EMPTY);
  EXPECT("EMPTY_LIST: tail: the list is empty", TAIL, ZERO_EMPTY);
  EXPECT("TYPE_MISMATCH: head: argument 1 must be List, found Text \"a\"",
         HEAD, T("a"));
}

Test(builtins_list, nth_counts_from_zero_and_checks_both_ends) {
  zero_value list = L(I(10), I(11), I(12));
  EXPECT("10", NTH, list, I(0));
  EXPECT("12", NTH, list, I(2));
  EXPECT("\"some\"", NTH, L(I(5), T("some"), I(7)), I(1));
  EXPECT("INDEX_RANGE: nth: index 3 is out of range: there are 3", NTH, list,
         I(3));
  EXPECT("INDEX_RANGE: nth: index -1 is out of range: there are 3", NTH,
         list, I(-1));
  EXPECT("INDEX_RANGE: nth: index 9223372036854775807 is out of range: "
         "there is 1",
         NTH, L(I(1)), I(INT64_MAX));
  EXPECT("TYPE_MISMATCH: nth: argument 1 must be List, found I64 1", NTH,
         I(1), I(1));
}

Test(builtins_list, nth_walks_into_a_packed_end) {
  zero_value list = CALL(CONS, I(1), L(I(5), T("some"), I(7)));
  EXPECT("7", NTH, list, I(3));
  EXPECT("4", LEN, list);
}

Test(builtins_list, len_and_empty_answer_for_any_list) {
  EXPECT("0", LEN, ZERO_EMPTY);
  EXPECT("3", LEN, L(I(5), T("some"), I(7)));
  EXPECT("100000", LEN, zero_test_numbers(vm, 100000));
  EXPECT("true", EMPTY, ZERO_EMPTY);
  EXPECT("false", EMPTY, L(I(1)));
  EXPECT("TYPE_MISMATCH: empty?: argument 1 must be List, found Unit", EMPTY,
         ZERO_UNIT);
}

Test(builtins_list, reverse_passes_the_door) {
  EXPECT("(list)", REVERSE, ZERO_EMPTY);
  EXPECT("(list 3 2 1)", REVERSE, L(I(1), I(2), I(3)));
  EXPECT("(list 7 \"some\" 5)", REVERSE, L(I(5), T("some"), I(7)));
  zero_value turned = CALL(REVERSE, L(I(7), T("some"), I(5)));
  EXPECT("\"Option\"", TYPE_OF, turned);
}

Test(builtins_list, append_keeps_the_order_of_both) {
  EXPECT("(list 1 2 3)", APPEND, L(I(1)), L(I(2), I(3)));
  EXPECT("(list 5 \"none\" 1)", APPEND, L(I(5), T("none")), L(I(1)));
  EXPECT("(list 1)", APPEND, ZERO_EMPTY, L(I(1)));
  EXPECT("TYPE_MISMATCH: append: argument 2 must be List, found I64 1",
         APPEND, ZERO_EMPTY, I(1));
}

Test(builtins_list, range_is_half_open_and_may_be_empty) {
  EXPECT("(list -1 0 1)", RANGE, I(-1), I(2));
  EXPECT("(list)", RANGE, I(2), I(2));
  EXPECT("(list)", RANGE, I(INT64_MAX), I(INT64_MIN));
  EXPECT("(list 9223372036854775805 9223372036854775806)", RANGE,
         I(INT64_MAX - 2), I(INT64_MAX));
}

Test(builtins_list, an_endless_range_is_stopped_by_fuel_or_memory) {
  EXPECT_SPENT(RANGE, I(INT64_MIN), I(INT64_MAX));
  zero__heap_limit(&vm->heap, 1 << 20);
  zero_value all = CALL(RANGE, I(INT64_MIN), I(INT64_MAX));
  zero__heap_limit(&vm->heap, UINT64_MAX);
  cr_expect(zero_is_none(all));
  cr_expect_eq(vm->heap.fault.code, ZERO_CODE_ALLOC_LIMIT);
}

Test(builtins_list, long_lists_cost_fuel) {
  zero_value list = zero_test_octets(vm, 100000);
  EXPECT_SPENT(LEN, list);
  EXPECT_SPENT(NTH, list, I(99999));
  EXPECT_SPENT(REVERSE, list);
  EXPECT_SPENT(APPEND, list, ZERO_EMPTY);
  EXPECT_SPENT(LIST, I(8), T("bytes"), list);
}

Test(builtins_list, a_chain_is_pushed_and_finished_in_order) {
  zero_value chain = ZERO_EMPTY;
  for (int64_t i = 0; i < 3; i++) chain = CALL(PUSH, I(i), chain);
  EXPECT("(list 0 1 2 7)", FINISH, chain, L(I(7)));
  EXPECT("(list)", FINISH, ZERO_EMPTY, ZERO_EMPTY);
}
