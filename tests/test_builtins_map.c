/* test_builtins_map.c - the natives under lib/core/map.0x0. */
#include <criterion/criterion.h>

#include "support/session.h"

TestSuite(builtins_map, .init = zero_test_session);

static zero_value two(void) {
  zero_value map = CALL(MAP_PUT, CALL(MAP_EMPTY), T("b"), I(1));
  return CALL(MAP_PUT, map, T("a"), I(2));
}

Test(builtins_map, put_get_has_and_remove) {
  EXPECT("(list 7 \"map\" (list (list \"b\" 1) (list \"a\" 2)))", MAP_PUT,
         CALL(MAP_PUT, CALL(MAP_EMPTY), T("b"), I(1)), T("a"), I(2));
  EXPECT("(list 5 \"some\" 2)", MAP_GET, two(), T("a"));
  EXPECT("(list 5 \"none\")", MAP_GET, two(), I(1));
  EXPECT("true", MAP_HAS, two(), T("b"));
  EXPECT("false", MAP_HAS, two(), ZERO_UNIT);
  EXPECT("(list 7 \"map\" (list (list \"a\" 2)))", MAP_REMOVE, two(),
         T("b"));
  EXPECT("2", MAP_SIZE, two());
}

Test(builtins_map, keys_values_and_entries_keep_the_order) {
  EXPECT("(list \"b\" \"a\")", MAP_KEYS, two());
  EXPECT("(list 1 2)", MAP_VALUES, two());
  EXPECT("(list (list \"b\" 1) (list \"a\" 2))", MAP_ENTRIES, two());
  EXPECT("true", EQUAL, two(),
         CALL(MAP_FROM_ENTRIES, CALL(MAP_ENTRIES, two())));
}

Test(builtins_map, lists_of_keys_pass_the_door) {
  zero_value map = CALL(MAP_PUT, CALL(MAP_EMPTY), I(5), T("none"));
  map = CALL(MAP_PUT, map, T("none"), I(1));
  EXPECT("\"Option\"", TYPE_OF, CALL(MAP_KEYS, map));
}

Test(builtins_map, a_key_of_another_kind_is_refused) {
  EXPECT("LAYOUT_MAP: map-put: a key must be I64, Text, Bool or Unit, found "
         "List (list 1)",
         MAP_PUT, two(), L(I(1)), I(1));
  EXPECT("LAYOUT_MAP: map-get: a key must be I64, Text, Bool or Unit, found "
         "List (list)",
         MAP_GET, two(), ZERO_EMPTY);
  EXPECT("LAYOUT_MAP: map-has: a key must be I64, Text, Bool or Unit, found "
         "List (list)",
         MAP_HAS, two(), ZERO_EMPTY);
  EXPECT("LAYOUT_MAP: map-remove: a key must be I64, Text, Bool or Unit, "
         "found List (list)",
         MAP_REMOVE, two(), ZERO_EMPTY);
}

Test(builtins_map, only_a_map_will_do) {
  EXPECT("TYPE_MISMATCH: map-size: argument 1 must be Map, found List "
         "(list \"map\" (list))",
         MAP_SIZE, L(T("map"), ZERO_EMPTY));
  EXPECT("TYPE_MISMATCH: map-put: argument 1 must be Map, found Unit",
         MAP_PUT, ZERO_UNIT, I(1), I(1));
}

Test(builtins_map, entries_that_are_none_are_named) {
  EXPECT("LAYOUT_MAP: Map entry 1 must be (list key value), found List "
         "(list 1)",
         MAP_FROM_ENTRIES, L(L(I(1), I(2)), L(I(1))));
  EXPECT("LAYOUT_MAP: Map entry 1 repeats the key I64 1", MAP_FROM_ENTRIES,
         L(L(I(1), I(2)), L(I(1), I(3))));
  EXPECT("LAYOUT_MAP: key of Map entry 0 must be I64, Text, Bool or Unit, "
         "found List (list)",
         MAP_FROM_ENTRIES, L(L(ZERO_EMPTY, I(2))));
  EXPECT("LAYOUT_MAP: Map entry 0 must be (list key value), found I64 7",
         MAP_FROM_ENTRIES, L(I(7)));
  EXPECT("TYPE_MISMATCH: map-from-entries: argument 1 must be List, found "
         "I64 7",
         MAP_FROM_ENTRIES, I(7));
}
