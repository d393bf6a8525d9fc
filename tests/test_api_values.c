/* test_api_values.c - values in zero.h: made, read, copied and pinned. */
#include <criterion/criterion.h>
#include <gc/gc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/session.h"
#include "support/asking.h"
#include "support/random.h"
#include "support/scale.h"
#include "support/small_stack.h"
#include "support/values.h"
#include "zero.h"

/* --- helpers --- */

static zero_vm *open_limited(uint64_t fuel, uint64_t alloc) {
  zero_options options = zero_options_default();
  options.fuel = fuel;
  options.alloc = alloc;
  return zero_host_open(&options);
}

/* --- misuse --- */

struct callback {
  zero_vm *vm;
  zero_vm *other;
  zero_status from_busy;
};

static void call_back(void *context, const char *bytes, size_t size) {
  struct callback *c = context;
  zero_value out;
  (void)bytes;
  (void)size;
  c->from_busy = zero_value_copy(c->other, &out, c->vm, zero_unit());
}

Test(api_values, nothing_is_copied_from_a_vm_that_is_busy) {
  struct callback c = {.vm = zero_host_open(NULL),
                       .other = zero_host_open(NULL)};
  good(c.vm, zero_print(c.vm, zero_unit(), call_back, &c));
  cr_expect_eq(c.from_busy, ZERO_E_USAGE);
  zero_close(c.other);
  zero_close(c.vm);
}

Test(api_values, a_place_for_the_answer_is_wanted) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value v = number(vm, 1);
  const zero_status all[] = {
      zero_i64(vm, NULL, 1),
      zero_text(vm, NULL, "a", 1),
      zero_bytes(vm, NULL, "a", 1),
      zero_list(vm, NULL, &v, 1),
      zero_cons(vm, NULL, v, v),
      zero_equal(vm, NULL, v, v),
      zero_hash(vm, NULL, v),
      zero_list_length(vm, NULL, v),
      zero_list_head(vm, NULL, v),
      zero_list_tail(vm, NULL, v),
      zero_list_get(vm, NULL, v, 0),
      zero_iterate(vm, NULL, v),
      zero_map_empty(vm, NULL),
      zero_map_put(vm, NULL, v, v, v),
      zero_map_get(vm, NULL, v, v),
      zero_map_remove(vm, NULL, v, v),
      zero_map_size(vm, NULL, v),
      zero_map_iterate(vm, NULL, v),
      zero_new(vm, NULL, "Option", "some", &v, 1),
      zero_get(vm, NULL, "Option", "value", v),
      zero_check_value(vm, NULL, "Option", v),
      zero_value_copy(vm, NULL, vm, v),
      zero_pin(vm, NULL, v),
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    cr_expect_eq(all[i], ZERO_E_USAGE, "call %zu", i);
  }
  cr_expect_str_eq(zero_last_error(vm)->code, "API_USAGE");
  cr_expect_str_eq(zero_last_error(vm)->message, "zero_pin was given NULL");
  zero_close(vm);
}

Test(api_values, no_value_and_null_are_refused_as_arguments) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value none = {0}, v = number(vm, 1), out;
  zero_value with_none[] = {v, none};
  uint64_t measure = 1;
  zero_ref ref;
  int answer = 1;
  const zero_status all[] = {
      zero_text(vm, &out, NULL, 1),
      zero_bytes(vm, &out, NULL, 1),
      zero_list(vm, &out, NULL, 1),
      zero_list(vm, &out, with_none, 2),
      zero_cons(vm, &out, v, none),
      zero_equal(vm, &answer, v, none),
      zero_hash(vm, &measure, none),
      zero_list_length(vm, &measure, none),
      zero_list_head(vm, &out, none),
      zero_map_put(vm, &out, v, v, none),
      zero_map_size(vm, &measure, none),
      zero_new(vm, &out, "Option", "some", &none, 1),
      zero_new(vm, &out, "Option", "some", NULL, 1),
      zero_new(vm, &out, NULL, "some", &v, 1),
      zero_new(vm, &out, "Option", NULL, &v, 1),
      zero_get(vm, &out, "Option", NULL, v),
      zero_get(vm, &out, "Option", "value", none),
      zero_check_value(vm, &out, NULL, v),
      zero_value_copy(vm, &out, NULL, v),
      zero_value_copy(vm, &out, vm, none),
      zero_pin(vm, &ref, none),
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    cr_expect_eq(all[i], ZERO_E_USAGE, "call %zu", i);
  }
  cr_expect_eq(answer, 0);
  cr_expect_eq(measure, 0);
  cr_expect_eq(ref.bits, 0);
  cr_expect(zero_is_none(out));
  cr_expect_not(zero_is(vm, NULL, "some", v));
  cr_expect_not(zero_is(vm, "Option", NULL, v));
  cr_expect_not(zero_is(vm, "Option", "some", none));
  cr_expect_not(zero_next(NULL, NULL) || zero_next(&out, NULL));
  cr_expect_not(zero_map_next(NULL, NULL, NULL));
  cr_expect_eq(zero_unpin(vm, ref), ZERO_E_USAGE);
  zero_close(vm);
}

/* --- plain values --- */

Test(api_values, numbers_of_all_64_bits_come_back) {
  static const int64_t numbers[] = {0,         1,         -1,
                                    INT64_MAX, INT64_MIN, INT64_MAX >> 1,
                                    INT64_MIN >> 1, (INT64_MAX >> 1) + 1};
  zero_vm *vm = zero_host_open(NULL);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    int64_t back = 5;
    zero_value value = number(vm, numbers[i]);
    cr_expect(zero_is_i64(value) && zero_to_i64(&back, value));
    cr_expect_eq(back, numbers[i]);
  }
  zero_close(vm);
}

Test(api_values, texts_and_bytes_come_back) {
  zero_vm *vm = zero_host_open(NULL);
  const char *string;
  const unsigned char *data;
  size_t size;
  zero_value bytes;
  cr_expect(zero_to_text(&string, &size, text(vm, "d\xc3\xa9j\xc3\xa0")));
  cr_expect_eq(size, 6);
  cr_expect_str_eq(string, "d\xc3\xa9j\xc3\xa0");
  good(vm, zero_text(vm, &bytes, NULL, 0));
  cr_expect(zero_to_text(&string, &size, bytes) && size == 0);
  good(vm, zero_bytes(vm, &bytes, "a\0\xff", 3));
  cr_expect(zero_is_bytes(bytes) && zero_to_bytes(&data, &size, bytes));
  cr_expect(size == 3 && memcmp(data, "a\0\xff", 3) == 0);
  good(vm, zero_bytes(vm, &bytes, NULL, 0));
  cr_expect(zero_to_bytes(NULL, &size, bytes) && size == 0);
  zero_close(vm);
}

Test(api_values, text_that_is_not_utf8_or_holds_nul_is_refused) {
  static const char *const texts[] = {"ab\xff", "ab\xc3", "ab\xed\xa0\x80",
                                      "ab\xc0\x80"};
  zero_vm *vm = zero_host_open(NULL);
  zero_value value;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    bad(vm, zero_text(vm, &value, texts[i], strlen(texts[i])),
        "HOST_NOT_TEXT");
    cr_expect(zero_is_none(value));
    cr_expect_not_null(strstr(zero_last_error(vm)->message, "byte 2 "));
  }
  bad(vm, zero_text(vm, &value, "a\0b", 3), "HOST_NOT_TEXT");
  zero_close(vm);
}

Test(api_values, kinds_are_told_apart) {
  zero_vm *vm = zero_host_open(NULL);
  const struct {
    const char *source;
    const char *is; /* unit bool i64 text list map bytes function */
  } rows[] = {
      {"Unit", "10000000"},
      {"true", "01000000"},
      {"9223372036854775807", "00100000"},
      {"\"a\"", "00010000"},
      {"(list)", "00001000"},
      {"(list 1)", "00001000"},
      {"(option-none)", "00001000"},
      {"(map-empty)", "00001100"},
      {"(list 8 \"bytes\" (list 1))", "00001010"},
      {"(fn (x) x)", "00000001"},
  };
  for (size_t i = 0; i <= sizeof rows / sizeof *rows; i++) {
    bool none = i == sizeof rows / sizeof *rows;
    zero_value v = none ? (zero_value){0} : eval(vm, rows[i].source);
    const int is[] = {zero_is_unit(v), zero_is_bool(v),  zero_is_i64(v),
                      zero_is_text(v), zero_is_list(v),  zero_is_map(v),
                      zero_is_bytes(v), zero_is_function(v)};
    for (size_t j = 0; j < sizeof is / sizeof *is; j++) {
      cr_expect_eq(is[j], none ? 0 : rows[i].is[j] - '0', "row %zu, kind %zu",
                   i, j);
    }
  }
  zero_close(vm);
}

Test(api_values, a_value_of_another_kind_reads_as_nothing) {
  zero_value unit = zero_unit(), none = {0};
  int truth = 1;
  int64_t out = 1;
  const char *string = "";
  const unsigned char *data = (const unsigned char *)"";
  size_t size = 1;
  cr_expect_not(zero_to_bool(&truth, unit) || truth != 0);
  cr_expect_not(zero_to_i64(&out, unit) || out != 0);
  cr_expect_not(zero_to_text(&string, &size, unit) || size != 0);
  cr_expect_not(zero_to_bytes(&data, NULL, none) || data != NULL);
  cr_expect_null(string);
  cr_expect_not(zero_to_bool(NULL, none) || zero_to_i64(NULL, none) ||
                zero_to_text(NULL, NULL, none));
  cr_expect(zero_to_bool(&truth, zero_bool(7)) && truth == 1);
  cr_expect(zero_to_bool(&truth, zero_bool(0)) && truth == 0);
}

/* --- lists --- */

Test(api_values, lists_are_made_and_taken_apart) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value items[] = {number(vm, 1), text(vm, "b"), zero_unit()}, list, out;
  uint64_t length;
  good(vm, zero_list(vm, &list, items, 3));
  expect_printed(vm, list, "(list 1 \"b\" Unit)");
  good(vm, zero_list_length(vm, &length, list));
  cr_expect_eq(length, 3);
  for (unsigned i = 0; i < 3; i++) {
    good(vm, zero_list_get(vm, &out, list, i));
    cr_expect(equal(vm, out, items[i]));
  }
  good(vm, zero_list_head(vm, &out, list));
  cr_expect(equal(vm, out, items[0]));
  good(vm, zero_list_tail(vm, &out, list));
  good(vm, zero_cons(vm, &out, items[2], out));
  expect_printed(vm, out, "(list Unit \"b\" Unit)");
  bad(vm, zero_list_get(vm, &out, list, 3), "INDEX_RANGE");
  bad(vm, zero_list_get(vm, &out, list, UINT64_MAX), "INDEX_RANGE");
  good(vm, zero_list(vm, &list, NULL, 0));
  bad(vm, zero_list_head(vm, &out, list), "EMPTY_LIST");
  bad(vm, zero_list_tail(vm, &out, list), "EMPTY_LIST");
  bad(vm, zero_cons(vm, &out, items[0], items[0]), "TYPE_MISMATCH");
  bad(vm, zero_list_length(vm, &length, items[1]), "TYPE_MISMATCH");
  zero_close(vm);
}

Test(api_values, a_list_that_is_a_familys_form_is_of_the_family) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value items[] = {number(vm, 5), text(vm, "some"), number(vm, 9)};
  zero_value list, out;
  good(vm, zero_list(vm, &list, items, 3));
  cr_expect_str_eq(zero_type_name(list), "Option");
  good(vm, zero_option_value(vm, &out, list));
  cr_expect(equal(vm, out, items[2]));
  zero_close(vm);
}

/* The items of `source`, walked, are those of its printed form. */
static void expect_walk(zero_vm *vm, const char *source, const char *list) {
  zero_value items[8], item, made;
  zero_iterator at;
  size_t count = 0;
  good(vm, zero_iterate(vm, &at, eval(vm, source)));
  while (zero_next(&item, &at)) items[count++] = item;
  cr_expect(zero_is_none(item));
  cr_expect_not(zero_next(&item, &at));
  good(vm, zero_list(vm, &made, items, count));
  expect_printed(vm, made, list);
}

Test(api_values, a_walk_meets_every_item_in_order) {
  zero_vm *vm = zero_host_open(NULL);
  zero_iterator at;
  zero_value item;
  expect_walk(vm, "(list)", "(list)");
  expect_walk(vm, "(list 1 \"b\" (list))", "(list 1 \"b\" (list))");
  expect_walk(vm, "(option-some 2)", "(list 5 \"some\" 2)");
  expect_walk(vm, "(cons 1 (cons 2 (option-none)))",
              "(list 1 2 5 \"none\")");
  expect_walk(vm, "(list 8 \"bytes\" (list 1 2))",
              "(list 8 \"bytes\" (list 1 2))");
  cr_expect_eq(zero_iterate(vm, &at, zero_unit()), ZERO_E_FAILED);
  cr_expect_not(zero_next(&item, &at));
  zero_close(vm);
}

/* --- maps --- */

Test(api_values, maps_keep_what_is_put_in_order) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value map, out, key, value;
  zero_iterator at;
  uint64_t size;
  int64_t expected = 40;
  good(vm, zero_map_empty(vm, &map));
  for (int64_t i = expected; i > 0; i--) {
    good(vm, zero_map_put(vm, &map, map, number(vm, i), number(vm, -i)));
  }
  good(vm, zero_map_size(vm, &size, map));
  cr_expect_eq(size, 40);
  good(vm, zero_map_iterate(vm, &at, map));
  while (zero_map_next(&key, &value, &at)) {
    int64_t k, v;
    cr_assert(zero_to_i64(&k, key) && zero_to_i64(&v, value));
    cr_expect(k == expected && v == -expected);
    expected--;
  }
  cr_expect_eq(expected, 0);
  cr_expect(zero_is_none(key) && zero_is_none(value));
  good(vm, zero_map_get(vm, &out, map, number(vm, 7)));
  cr_expect(equal(vm, out, number(vm, -7)));
  good(vm, zero_map_get(vm, &out, map, text(vm, "absent")));
  cr_expect(zero_is_none(out));
  good(vm, zero_map_remove(vm, &map, map, number(vm, 7)));
  good(vm, zero_map_get(vm, &out, map, number(vm, 7)));
  cr_expect(zero_is_none(out));
  zero_close(vm);
}

Test(api_values, what_is_no_map_and_can_be_no_key_is_refused) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value map, out;
  uint64_t size;
  good(vm, zero_map_empty(vm, &map));
  bad(vm, zero_map_size(vm, &size, zero_unit()), "LAYOUT_MAP");
  bad(vm, zero_map_put(vm, &out, map, map, map), "LAYOUT_MAP");
  bad(vm, zero_map_get(vm, &out, map, map), "LAYOUT_MAP");
  bad(vm, zero_map_get(vm, &out, text(vm, "a"), map), "LAYOUT_MAP");
  zero_close(vm);
}

/* --- families --- */

Test(api_values, families_are_made_and_read_by_name) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value fields[] = {text(vm, "worker"), text(vm, "a.example"),
                         eval(vm, "(list \"io\")")};
  zero_value made, out;
  good(vm, zero_remote_actor_new(vm, &made, fields[0], fields[1], fields[2]));
  good(vm, zero_new(vm, &out, "RemoteActor", "remote-actor", fields, 3));
  cr_expect(equal(vm, made, out));
  good(vm, zero_remote_actor_address(vm, &out, made));
  cr_expect(equal(vm, out, fields[1]));
  good(vm, zero_get(vm, &out, "RemoteActor", "capabilities", made));
  cr_expect(equal(vm, out, fields[2]));
  good(vm, zero_option_none_new(vm, &made));
  cr_expect(zero_option_is_none(vm, made));
  cr_expect_not(zero_option_is_some(vm, made));
  bad(vm, zero_option_value(vm, &out, made), "LAYOUT_OPTION");
  zero_close(vm);
}

Test(api_values, what_the_tables_do_not_allow_is_refused_with_its_code) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value one = number(vm, 1), out;
  zero_value two[] = {one, one};
  bad(vm, zero_new(vm, &out, "Option", "some", two, 2), "LAYOUT_OPTION");
  bad(vm, zero_new(vm, &out, "Option", "none", two, 1), "LAYOUT_OPTION");
  bad(vm, zero_actor_new(vm, &out, one, one, one), "LAYOUT_ACTOR");
  cr_expect(zero_is_none(out));
  bad(vm, zero_get(vm, &out, "Actor", "node", one), "LAYOUT_ACTOR");
  bad(vm, zero_check_value(vm, &out, "Text", one), "LAYOUT_TEXT");
  good(vm, zero_check_value(vm, &out, "I64", one));
  bad(vm, zero_new(vm, &out, "Optino", "some", two, 1), "LAYOUT_UNKNOWN");
  cr_expect_not_null(strstr(zero_last_error(vm)->message, "\"Option\"?"));
  bad(vm, zero_new(vm, &out, "Option", "sone", two, 1), "LAYOUT_UNKNOWN");
  bad(vm, zero_get(vm, &out, "Option", "valeu", one), "LAYOUT_UNKNOWN");
  bad(vm, zero_get(vm, &out, "I64", "value", one), "LAYOUT_UNKNOWN");
  cr_expect_not(zero_is(vm, "Option", "sone", one));
  cr_expect_str_eq(zero_last_error(vm)->code, "LAYOUT_UNKNOWN");
  zero_close(vm);
}

/* --- copies --- */

Test(api_values, a_copy_outlives_the_vm_it_came_from) {
  static const char source[] =
      "(list Unit true -9223372036854775808 \"d\xc3\xa9j\xc3\xa0\" (list) "
      "(list 5 \"none\") (list 5 \"some\" (list 1 2)) "
      "(list 8 \"bytes\" (list 0 255)) (list 7 \"map\" (list)) "
      "(list 7 \"map\" (list (list \"b\" (list 3)) (list 1 \"a\"))))";
  zero_vm *from = zero_host_open(NULL);
  zero_vm *to = zero_host_open(NULL);
  zero_value copy;
  good(to, zero_value_copy(to, &copy, from, eval(from, source)));
  zero_close(from);
  for (int i = 0; i < 3; i++) {
    eval(to, "(len (range 0 100000))");
    GC_gcollect();
  }
  expect_printed(to, copy, source);
  zero_close(to);
}

Test(api_values, functions_and_sessions_are_not_copied) {
  static const char *const sources[][2] = {
      {"(list 1 (option-some (fn (x) x)))", "Function"},
      {"(map-put (map-empty) 1 (protocol-new \"p\" 1 \"s\" (list)))",
       "Protocol"},
      {"(cons 1 (live-new \"s\" \"/\" 1 Unit))", "Live"},
  };
  zero_vm *from = zero_host_open(NULL);
  zero_vm *to = zero_host_open(NULL);
  zero_value copy;
  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
    zero_value v = eval(from, sources[i][0]);
    bad(to, zero_value_copy(to, &copy, from, v), "TYPE_MISMATCH");
    cr_expect_not_null(strstr(zero_last_error(to)->message, sources[i][1]));
    cr_expect(zero_is_none(copy));
    good(from, zero_value_copy(from, &copy, from, v));
    cr_expect(equal(from, copy, v));
  }
  zero_close(to);
  zero_close(from);
}

Test(api_values, random_values_are_equal_to_their_copies) {
  struct zero_random random;
  zero_vm *from = zero_host_open(NULL);
  zero_vm *to = zero_host_open(NULL);
  unsigned copied = 0;
  zero_random_init(&random, "copies");
  for (int i = 0; i < ZERO_SCALED(3000); i++) {
    uint64_t hash, copy_hash;
    zero_value copy;
    /* A zero_vm begins with its heap. */
    zero_value v = zero_any_value((struct zero_heap *)(void *)from, &random);
    char *printed = strdup(zero_host_printed(from, v));
    if (zero_value_copy(to, &copy, from, v) != ZERO_OK) {
      cr_assert(strstr(printed, "\"live\"") != NULL ||
                strstr(printed, "\"protocol\"") != NULL);
      free(printed);
      continue;
    }
    copied++;
    expect_printed(to, copy, printed);
    free(printed);
    good(from, zero_hash(from, &hash, v));
    good(to, zero_hash(to, &copy_hash, copy));
    cr_assert(hash == copy_hash && equal(to, copy, v));
  }
  cr_expect_gt(copied, ZERO_SCALED(3000) / 3);
  zero_close(to);
  zero_close(from);
}

struct deep {
  zero_vm *from;
  zero_vm *to;
  zero_value value;
  zero_status status;
  int equal;
};

static void copy_deep(void *context) {
  struct deep *deep = context;
  zero_value copy;
  deep->status = zero_value_copy(deep->to, &copy, deep->from, deep->value);
  if (deep->status != ZERO_OK) return;
  deep->status = zero_equal(deep->to, &deep->equal, copy, deep->value);
}

Test(api_values, a_nest_of_any_depth_is_copied_on_a_small_stack) {
  struct deep deep = {.from = zero_host_open(NULL), .to = zero_host_open(NULL)};
  deep.value = zero_unit();
  for (int i = 0; i < ZERO_SCALED(100000); i++) {
    zero_value items[] = {deep.value, zero_unit()};
    good(deep.from, i % 2 == 0
                        ? zero_list(deep.from, &deep.value, items, 2)
                        : zero_option_some_new(deep.from, &deep.value,
                                               deep.value));
  }
  zero_test_on_small_stack(copy_deep, &deep);
  good(deep.to, deep.status);
  cr_expect(deep.equal);
  zero_close(deep.to);
  zero_close(deep.from);
}

Test(api_values, limits_hold_for_what_hosts_make_and_copy) {
  zero_vm *from = zero_host_open(NULL);
  zero_vm *fueled = open_limited(1000, 0);
  zero_vm *lean = open_limited(0, 10000);
  static zero_value items[5000];
  zero_value out, v = zero_unit();
  for (int i = 0; i < 60; i++) {
    zero_value both[] = {v, v};
    good(from, zero_list(from, &v, both, 2));
  }
  bad(fueled, zero_value_copy(fueled, &out, from, v), "FUEL_SPENT");
  bad(lean, zero_value_copy(lean, &out, from, v), "ALLOC_LIMIT");
  for (int i = 0; i < 5000; i++) items[i] = zero_unit();
  bad(fueled, zero_list(fueled, &out, items, 5000), "FUEL_SPENT");
  bad(lean, zero_list(lean, &out, items, 5000), "ALLOC_LIMIT");
  good(fueled, zero_list(fueled, &out, items, 10));
  good(lean, zero_list(lean, &out, items, 10));
  zero_close(lean);
  zero_close(fueled);
  zero_close(from);
}

Test(api_values, what_walks_a_list_costs_its_length) {
  zero_vm *vm = open_limited(1000, 0);
  zero_value list, other, out, octet;
  zero_iterator at;
  uint64_t measure;
  int answer;
  good(vm, zero_list(vm, &list, NULL, 0));
  good(vm, zero_i64(vm, &octet, 255));
  other = list;
  for (int i = 0; i < 2000; i++) {
    good(vm, zero_cons(vm, &list, octet, list));
    good(vm, zero_cons(vm, &other, octet, other));
  }
  bad(vm, zero_equal(vm, &answer, list, other), "FUEL_SPENT");
  bad(vm, zero_hash(vm, &measure, list), "FUEL_SPENT");
  bad(vm, zero_list_length(vm, &measure, list), "FUEL_SPENT");
  bad(vm, zero_list_get(vm, &out, list, 1999), "FUEL_SPENT");
  bad(vm, zero_iterate(vm, &at, list), "FUEL_SPENT");
  bad(vm, zero_new(vm, &out, "Bytes", "bytes", &list, 1), "FUEL_SPENT");
  good(vm, zero_list_head(vm, &out, list));
  good(vm, zero_list_tail(vm, &out, list));
  zero_close(vm);
}

static uint64_t printed;

static void count_printed(void *context, const char *bytes, size_t size) {
  (void)context;
  (void)bytes;
  printed += size;
}

static zero_value forty_levels(zero_vm *vm) {
  zero_value v = number(vm, 1);
  for (int i = 0; i < 40; i++) {
    const zero_value twice[] = {v, v};
    good(vm, zero_list(vm, &v, twice, 2));
  }
  return v;
}

Test(api_values, what_is_shared_is_walked_within_limits) {
  enum { FUEL = 100000, OUTPUT = 1 << 16 };
  zero_vm *vm, *other;
  zero_options options = zero_options_default();
  options.fuel = FUEL;
  options.output_bytes = OUTPUT;
  cr_assert_eq(zero_open(&vm, &options, NULL, 0), ZERO_OK);
  cr_assert_eq(zero_open(&other, &options, NULL, 0), ZERO_OK);
  zero_value a = forty_levels(vm), b = forty_levels(vm), copy;
  uint64_t hash;
  int equal;
  good(vm, zero_equal(vm, &equal, a, b));
  cr_expect(equal);
  bad(vm, zero_hash(vm, &hash, a), "FUEL_SPENT");
  bad(vm, zero_print(vm, a, count_printed, NULL), "OUTPUT_LIMIT");
  cr_expect_leq(printed, OUTPUT);
  bad(other, zero_value_copy(other, &copy, vm, a), "FUEL_SPENT");
  zero_close(vm);
  zero_close(other);
}

/* --- pins --- */

Test(api_values, pinned_values_live_while_only_malloc_holds_their_names) {
  enum { PINS = 500 };
  zero_vm *vm = zero_host_open(NULL);
  zero_ref *refs = malloc(PINS * sizeof *refs);
  cr_assert_not_null(refs);
  for (int i = 0; i < PINS; i++) {
    char string[64];
    snprintf(string, sizeof string, "a text of its own, number %d", i);
    good(vm, zero_pin(vm, &refs[i], text(vm, string)));
  }
  for (int i = 0; i < 3; i++) {
    GC_gcollect();
    for (int j = 0; j < 4 * PINS; j++) {
      text(vm, "a text of others, as long as those");
    }
  }
  for (int i = 0; i < PINS; i++) {
    char string[64];
    const char *bytes;
    snprintf(string, sizeof string, "a text of its own, number %d", i);
    cr_assert(zero_to_text(&bytes, NULL, zero_pinned(vm, refs[i])));
    cr_assert_str_eq(bytes, string);
    good(vm, zero_unpin(vm, refs[i]));
  }
  free(refs);
  zero_close(vm);
}

Test(api_values, a_name_is_good_until_it_is_unpinned_and_never_after) {
  zero_vm *vm = zero_host_open(NULL);
  zero_ref first, second, third, wrong;
  zero_value one = number(vm, 1), two = number(vm, 2);
  good(vm, zero_pin(vm, &first, one));
  good(vm, zero_pin(vm, &second, one));
  cr_expect_neq(first.bits, second.bits);
  good(vm, zero_unpin(vm, first));
  cr_expect(zero_is_none(zero_pinned(vm, first)));
  cr_expect_eq(zero_unpin(vm, first), ZERO_E_USAGE);
  good(vm, zero_pin(vm, &third, two));
  cr_expect_neq(first.bits, third.bits);
  cr_expect(zero_is_none(zero_pinned(vm, first)));
  cr_expect(equal(vm, zero_pinned(vm, second), one));
  cr_expect(equal(vm, zero_pinned(vm, third), two));
  cr_expect_eq(zero_unpin(vm, first), ZERO_E_USAGE);
  wrong.bits = 0;
  cr_expect(zero_is_none(zero_pinned(vm, wrong)));
  wrong.bits = second.bits + 1000;
  cr_expect(zero_is_none(zero_pinned(vm, wrong)));
  cr_expect_eq(zero_unpin(vm, wrong), ZERO_E_USAGE);
  zero_close(vm);
}

Test(api_values, pinning_and_unpinning_for_long_takes_no_more_room) {
  zero_vm *vm = zero_host_open(NULL);
  zero_ref ref = {0};
  for (int i = 0; i < 100000; i++) {
    good(vm, zero_pin(vm, &ref, zero_unit()));
    good(vm, zero_unpin(vm, ref));
  }
  cr_expect_lt(((struct zero_session *)vm)->pins.room, 64);
  zero_close(vm);
}

/* Against a model: which names are pinned, and to what. */
Test(api_values, names_come_and_go_in_any_order) {
  enum { NAMES = 600, STEPS = 20000 };
  static zero_ref refs[NAMES];
  struct zero_random random;
  zero_random_init(&random, "names");
  zero_vm *vm = zero_host_open(NULL);
  for (int i = 0; i < STEPS; i++) {
    uint64_t at = zero_random_below(&random, NAMES);
    int64_t found;
    if (refs[at].bits == 0) {
      good(vm, zero_pin(vm, &refs[at], number(vm, (int64_t)at)));
      continue;
    }
    cr_assert(zero_to_i64(&found, zero_pinned(vm, refs[at])));
    cr_assert_eq(found, (int64_t)at);
    if (zero_random_below(&random, 2) == 0) continue;
    good(vm, zero_unpin(vm, refs[at]));
    cr_assert(zero_is_none(zero_pinned(vm, refs[at])));
    refs[at].bits = 0;
  }
  zero_close(vm);
}

Test(api_values, a_name_means_nothing_to_another_vm) {
  zero_vm *one = zero_host_open(NULL);
  zero_vm *two = zero_host_open(NULL);
  zero_ref mine[40], theirs[40];
  for (int i = 0; i < 40; i++) {
    good(one, zero_pin(one, &mine[i], zero_unit()));
    good(two, zero_pin(two, &theirs[i], zero_unit()));
  }
  for (int i = 0; i < 40; i++) {
    cr_expect(zero_is_none(zero_pinned(two, mine[i])));
    cr_expect_eq(zero_unpin(two, mine[i]), ZERO_E_USAGE);
    cr_expect(!zero_is_none(zero_pinned(one, mine[i])));
  }
  zero_close(one);
  one = zero_host_open(NULL);
  zero_ref again;
  good(one, zero_pin(one, &again, zero_unit()));
  for (int i = 0; i < 40; i++) {
    cr_expect(zero_is_none(zero_pinned(one, mine[i])));
    good(two, zero_unpin(two, theirs[i]));
  }
  zero_close(one);
  zero_close(two);
}
