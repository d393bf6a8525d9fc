/* test_builtins_list.c - lists as programs see them, and what they cost. */
#include <criterion/criterion.h>

#include "support/session.h"

TestSuite(builtins_list, .init = zero_test_session);

Test(builtins_list, head_and_tail_need_an_item) {
  EXPECT("EMPTY_LIST: head: the list is empty", HEAD, ZERO_EMPTY);
  EXPECT("EMPTY_LIST: tail: the list is empty", TAIL, ZERO_EMPTY);
  EXPECT("TYPE_MISMATCH: head: argument 1 must be List, found Text \"a\"",
         HEAD, T("a"));
}

Test(builtins_list, nth_counts_from_zero_and_checks_both_ends) {
  zero_value list = L(I(10), I(11), I(12));
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

Test(builtins_list, what_is_no_list_is_named) {
  EXPECT("TYPE_MISMATCH: cons: argument 2 must be List, found I64 2", CONS,
         I(1), I(2));
  EXPECT("TYPE_MISMATCH: empty?: argument 1 must be List, found Unit", EMPTY,
         ZERO_UNIT);
  EXPECT("TYPE_MISMATCH: append: argument 2 must be List, found I64 1",
         APPEND, ZERO_EMPTY, I(1));
}

Test(builtins_list, reverse_passes_the_door) {
  EXPECT("(list 7 \"some\" 5)", REVERSE, L(I(5), T("some"), I(7)));
  zero_value turned = CALL(REVERSE, L(I(7), T("some"), I(5)));
  EXPECT("\"Option\"", TYPE_OF, turned);
}

Test(builtins_list, a_range_reaches_both_ends_of_64_bits) {
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

Test(builtins_list, a_chain_is_pushed_and_finished_in_order) {
  zero_value chain = ZERO_EMPTY;
  for (int64_t i = 0; i < 3; i++) chain = CALL(PUSH, I(i), chain);
  EXPECT("(list 0 1 2 7)", FINISH, chain, L(I(7)));
  EXPECT("(list)", FINISH, ZERO_EMPTY, ZERO_EMPTY);
}
