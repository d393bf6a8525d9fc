/* test_builtins_layout.c - the layout primitives by computed names. */
#include <criterion/criterion.h>

#include "compile/code.h"
#include "support/session.h"

TestSuite(builtins_layout, .init = zero_test_session);

Test(builtins_layout, unknown_names_are_errors_of_the_running_program) {
  EXPECT("LAYOUT_UNKNOWN: layout-new: the table has no family \"Optoin\"; "
         "did you mean \"Option\"?",
         LAYOUT_NEW, T("Optoin"), T("some"), I(1));
  EXPECT("LAYOUT_UNKNOWN: layout-info: the table has no family "
         "\"qqqqqqqqqqqqqqqqqqqq\"",
         LAYOUT_INFO, T("qqqqqqqqqqqqqqqqqqqq"));
  EXPECT("LAYOUT_UNKNOWN: layout-is: Option has no variant \"maybe\"",
         LAYOUT_IS, T("Option"), T("maybe"), I(1));
  EXPECT("LAYOUT_UNKNOWN: layout-new: Unit has no variant \"unit\"",
         LAYOUT_NEW, T("Unit"), T("unit"));
  EXPECT("LAYOUT_UNKNOWN: layout-get: Option has no field \"error\"",
         LAYOUT_GET, T("Option"), T("error"), I(1));
  EXPECT("TYPE_MISMATCH: layout-new: argument 1 must be Text, found I64 5",
         LAYOUT_NEW, I(5), T("some"), I(1));
}

Test(builtins_layout, new_refuses_a_wrong_count_and_a_wrong_field) {
  EXPECT("LAYOUT_OPTION: Option \"some\" takes 1 field (value), found 0",
         LAYOUT_NEW, T("Option"), T("some"));
  EXPECT("LAYOUT_OPTION: Option \"none\" takes 0 fields, found 1",
         LAYOUT_NEW, T("Option"), T("none"), I(1));
  EXPECT("LAYOUT_ACTOR: Actor field name must be Text, found I64 1",
         LAYOUT_NEW, T("Actor"), T("actor"), T("n"), I(1), T("m"));
}

Test(builtins_layout, get_checks_the_variant) {
  EXPECT("LAYOUT_OPTION: expected Option \"some\", found \"none\" in "
         "(list 5 \"none\")",
         LAYOUT_GET, T("Option"), T("value"), L(T("none")));
  EXPECT("LAYOUT_OPTION: expected Option, found I64 1", LAYOUT_GET,
         T("Option"), T("value"), I(1));
}

Test(builtins_layout, check_lets_limits_pass) {
  zero_value list = zero_test_octets(vm, 100000);
  EXPECT_SPENT(LAYOUT_CHECK, T("Bytes"), L(T("bytes"), list));
}

Test(builtins_layout, a_long_part_of_a_path_costs_fuel) {
  EXPECT_SPENT(PATH_NORMAL, zero_test_long_text(vm, 100000));
}

Test(builtins_layout, what_cannot_be_looked_into_is_named) {
  zero_value some = L(I(5), T("some"), I(42));
  EXPECT("(list (list 1 2))", LAYOUT_FIELD,
         CALL(MAP_PUT, CALL(MAP_EMPTY), I(1), I(2)), I(0));
  EXPECT("INDEX_RANGE: layout-field: index 1 is out of range: there is 1",
         LAYOUT_FIELD, some, I(1));
  EXPECT("LAYOUT_UNKNOWN: layout-variant: I64 has no variants",
         LAYOUT_VARIANT, I(1));
  EXPECT("LAYOUT_UNKNOWN: layout-field: List has no variants", LAYOUT_FIELD,
         L(I(1)), I(0));
  EXPECT("TYPE_MISMATCH: layout-tag: argument 1 must be a value of a family,"
         " found #<function +>",
         LAYOUT_TAG, zero__builtin_stub(&vm->heap, ZERO_BUILTIN_ADD));
}

Test(builtins_layout, info_tells_what_the_tables_say) {
  zero_value info = CALL(LAYOUT_INFO, T("Option"));
  EXPECT("(list 5 \"some\" 5)", MAP_GET, info, T("tag"));
  EXPECT("(list 5 \"some\" \"LAYOUT_OPTION\")", MAP_GET, info, T("errors"));
  EXPECT("(list 5 \"some\" \"implemented-v1-core\")", MAP_GET, info,
         T("status"));
  EXPECT("(list \"tag\" \"abi-version\" \"layout\" \"ownership\" \"errors\" "
         "\"status\" \"variants\" \"shapes\")",
         MAP_KEYS, info);
  EXPECT("(list 5 \"some\" (list "
         "(list 7 \"map\" (list (list \"name\" \"some\") (list \"fields\" "
         "(list (list 7 \"map\" (list (list \"name\" \"value\") "
         "(list \"type\" \"Any\") "
         "(list \"states\" (list 7 \"map\" (list))))))))) "
         "(list 7 \"map\" (list (list \"name\" \"none\") "
         "(list \"fields\" (list))))))",
         MAP_GET, info, T("variants"));
}

/* The value at a key of a Map in a list of Maps. */
static zero_value at(zero_value list, int64_t index, const char *key) {
  zero_value map = CALL(NTH, list, I(index));
  return CALL(LAYOUT_FIELD, CALL(MAP_GET, map, T(key)), I(0));
}

Test(builtins_layout, info_tells_words_and_which_may_follow) {
  zero_value info = CALL(LAYOUT_INFO, T("Handle"));
  zero_value variants = CALL(LAYOUT_FIELD,
                             CALL(MAP_GET, info, T("variants")), I(0));
  zero_value fields = at(variants, 0, "fields");
  EXPECT("(list 7 \"map\" (list "
         "(list \"open\" (list \"borrowed\" \"moved\" \"closed\")) "
         "(list \"borrowed\" (list \"open\")) "
         "(list \"moved\" (list)) (list \"closed\" (list))))",
         LAYOUT_FIELD, CALL(MAP_GET, CALL(NTH, fields, I(2)), T("states")),
         I(0));
}

Test(builtins_layout, info_tells_the_v01_shapes) {
  EXPECT("(list 5 \"some\" (list "
         "(list 7 \"map\" (list (list \"head\" \"some\") "
         "(list \"variant\" \"some\") (list \"count\" 1) "
         "(list \"wrap\" \"\"))) "
         "(list 7 \"map\" (list (list \"head\" \"none\") "
         "(list \"variant\" \"none\") (list \"count\" 0) "
         "(list \"wrap\" \"\")))))",
         MAP_GET, CALL(LAYOUT_INFO, T("Option")), T("shapes"));
  zero_value shapes = CALL(LAYOUT_FIELD,
                           CALL(MAP_GET, CALL(LAYOUT_INFO, T("Result")),
                                T("shapes")), I(0));
  EXPECT("(list 5 \"some\" \"runtime-error\")", MAP_GET,
         CALL(NTH, shapes, I(3)), T("wrap"));
  EXPECT("(list 5 \"some\" (list))", MAP_GET,
         CALL(LAYOUT_INFO, T("Handle")), T("shapes"));
}

Test(builtins_layout, read_gives_the_v1_form_or_raises_the_familys_code) {
  EXPECT("\"Map\"", TYPE_OF,
         CALL(LAYOUT_READ, T("Map"), L(T("map"), ZERO_EMPTY)));
  EXPECT("LAYOUT_MAP: expected Map, found I64 1", LAYOUT_READ, T("Map"),
         I(1));
}
