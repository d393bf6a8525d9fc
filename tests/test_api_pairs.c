/* test_api_pairs.c - values as compiled code holds them, there and back. */
#include <criterion/criterion.h>
#include <gc/gc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/asking.h"
#include "support/model.h"
#include "support/random.h"
#include "support/scale.h"
#include "support/values.h"
#include "zero.h"

/* --- helpers --- */

static zero_pair to_pair(zero_vm *vm, zero_value value) {
  zero_pair pair;
  good(vm, zero_to_pair(vm, &pair, value));
  return pair;
}

static zero_value from_pair(zero_vm *vm, zero_pair pair, const char *family) {
  zero_value value;
  good(vm, zero_from_pair(vm, &value, pair, family));
  return value;
}

static void refused(zero_vm *vm, uint64_t payload, uint64_t tag,
                    const char *family, const char *code) {
  zero_value value = zero_unit();
  zero_pair pair = {payload, tag};
  bad(vm, zero_from_pair(vm, &value, pair, family), code);
  cr_expect(zero_is_none(value));
}

static uint64_t bits_of(const char *text) {
  return (uint64_t)(uintptr_t)text;
}

static const char *text_at(zero_pair pair) {
  return (const char *)(uintptr_t)pair.payload;
}

/* --- what a pair is --- */

Test(api_pairs, payload_and_tag_are_those_of_abi_0_1) {
  static const struct {
    const char *source;
    uint64_t payload;
    uint64_t tag;
  } rows[] = {
      {"Unit", 0, 0},
      {"false", 0, 1},
      {"true", 1, 1},
      {"0", 0, 1},
      {"-1", UINT64_MAX, 1},
      {"9223372036854775807", INT64_MAX, 1},
      {"-9223372036854775808", (uint64_t)INT64_MIN, 1},
      {"(list)", 0, 3},
  };
  zero_vm *vm = zero_host_open(NULL);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zero_pair pair = to_pair(vm, eval(vm, rows[i].source));
    cr_expect_eq(pair.payload, rows[i].payload, "%s", rows[i].source);
    cr_expect_eq(pair.tag, rows[i].tag, "%s", rows[i].source);
  }
  zero_pair pair = to_pair(vm, eval(vm, "\"d\xc3\xa9j\xc3\xa0\""));
  cr_expect_eq(pair.tag, 2);
  cr_expect_str_eq(text_at(pair), "d\xc3\xa9j\xc3\xa0");
  pair = to_pair(vm, eval(vm, "(list 1)"));
  cr_expect(pair.tag == 3 && pair.payload != 0);
  zero_close(vm);
}

/* The layout of a family without fields ends in its machine tag. */
Test(api_pairs, tags_are_those_of_the_layout_table) {
  static const char *const sources[] = {"Unit", "true", "7", "\"a\"",
                                        "(list 1)"};
  zero_vm *vm = zero_host_open(NULL);
  const char *row = strchr(zero_table("value-layouts"), '\n') + 1;
  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
    const char *tag = strstr(row, ", machine tag ");
    cr_assert(tag != NULL && tag < strchr(row, '\n'));
    zero_pair pair = to_pair(vm, eval(vm, sources[i]));
    cr_expect_eq(pair.tag, strtoull(tag + 14, NULL, 10), "%s", sources[i]);
    row = strchr(row, '\n') + 1;
  }
  cr_expect_eq(strncmp(row, "Option\t", 7), 0);
  zero_close(vm);
}

Test(api_pairs, a_function_has_no_pair) {
  zero_vm *vm = zero_host_open(NULL);
  zero_pair pair = {0, 0};
  bad(vm, zero_to_pair(vm, &pair, eval(vm, "(fn (x) x)")), "TYPE_MISMATCH");
  refused(vm, pair.payload, pair.tag, NULL, "PAIR_TAG");
  zero_close(vm);
}

/* --- what is refused --- */

Test(api_pairs, tag_1_without_the_family_is_an_error_that_says_so) {
  zero_vm *vm = zero_host_open(NULL);
  refused(vm, 1, ZERO_MACHINE_I64, NULL, "PAIR_FAMILY");
  const char *message = zero_last_error(vm)->message;
  cr_expect(strstr(message, "Bool") != NULL && strstr(message, "I64") != NULL,
            "%s", message);
  cr_expect(zero_is_bool(from_pair(vm, (zero_pair){1, 1}, "Bool")));
  cr_expect(zero_is_i64(from_pair(vm, (zero_pair){1, 1}, "I64")));
  zero_close(vm);
}

Test(api_pairs, a_tag_that_the_abi_does_not_have_is_refused) {
  static const uint64_t tags[] = {4, 5, 19, 255, UINT64_C(1) << 32,
                                  UINT64_MAX};
  zero_vm *vm = zero_host_open(NULL);
  for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
    refused(vm, 0, tags[i], NULL, "PAIR_TAG");
    refused(vm, 0, tags[i], "I64", "PAIR_TAG");
    refused(vm, 0, tags[i], "List", "PAIR_TAG");
  }
  zero_close(vm);
}

Test(api_pairs, what_is_not_of_the_family_has_the_familys_code) {
  zero_vm *vm = zero_host_open(NULL);
  zero_pair option = to_pair(vm, eval(vm, "(option-some 1)"));
  zero_pair old = to_pair(vm, eval(vm, "(list \"some\" 1)"));
  refused(vm, 2, 1, "Bool", "LAYOUT_BOOL");
  refused(vm, UINT64_MAX, 1, "Bool", "LAYOUT_BOOL");
  refused(vm, 1, 0, "Unit", "LAYOUT_UNIT");
  refused(vm, 1, 0, NULL, "LAYOUT_UNIT");
  refused(vm, 0, 0, "I64", "LAYOUT_I64");
  refused(vm, 0, 1, "Unit", "LAYOUT_UNIT");
  refused(vm, 0, 1, "Text", "LAYOUT_TEXT");
  refused(vm, 0, 3, "Text", "LAYOUT_TEXT");
  refused(vm, bits_of("a"), 2, "List", "LAYOUT_LIST");
  refused(vm, bits_of("a"), 2, "Bool", "LAYOUT_BOOL");
  refused(vm, 0, 3, "Map", "LAYOUT_MAP");
  refused(vm, option.payload, 3, "Result", "LAYOUT_RESULT");
  refused(vm, old.payload, 3, "Option", "LAYOUT_OPTION");
  refused(vm, option.payload, 3, "Optoin", "LAYOUT_UNKNOWN");
  cr_expect(zero_option_is_some(vm, from_pair(vm, option, "List")));
  cr_expect(zero_option_is_some(vm, from_pair(vm, option, NULL)));
  zero_close(vm);
}

Test(api_pairs, text_that_is_not_utf8_is_refused) {
  static const char *const texts[] = {"ab\xff", "ab\xc3", "ab\xed\xa0\x80",
                                      "ab\xc0\x80", "ab\xf4\x90\x80\x80"};
  zero_vm *vm = zero_host_open(NULL);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    refused(vm, bits_of(texts[i]), 2, "Text", "HOST_NOT_TEXT");
    cr_expect_not_null(strstr(zero_last_error(vm)->message, "byte 2 "));
  }
  refused(vm, 0, 2, NULL, "PAIR_PAYLOAD");
  zero_close(vm);
}

Test(api_pairs, a_payload_that_the_vm_did_not_give_is_refused) {
  zero_vm *vm = zero_host_open(NULL);
  zero_vm *other = zero_host_open(NULL);
  zero_value value = eval(vm, "(list 1 2)");
  zero_pair list = to_pair(vm, value);
  refused(other, list.payload, 3, NULL, "PAIR_PAYLOAD");
  for (uint64_t off = 1; off < 64; off++) {
    refused(vm, list.payload + off, 3, "List", "PAIR_PAYLOAD");
    refused(vm, list.payload - off, 3, NULL, "PAIR_PAYLOAD");
  }
  refused(vm, 1, 3, NULL, "PAIR_PAYLOAD");
  refused(vm, UINT64_MAX, 3, NULL, "PAIR_PAYLOAD");
  refused(vm, value.bits, 3, NULL, "PAIR_PAYLOAD");
  refused(vm, to_pair(vm, eval(vm, "\"a\"")).payload, 3, NULL,
          "PAIR_PAYLOAD");
  refused(vm, list.payload + 8, 3, NULL, "PAIR_PAYLOAD"); /* the Text's */
  zero_close(other);
  zero_close(vm);
}

/* --- walking --- */

Test(api_pairs, a_list_is_walked_and_so_is_every_family_that_is_one) {
  zero_vm *vm = zero_host_open(NULL);
  zero_pair at = to_pair(vm, eval(vm, "(result-err \"why\")"));
  zero_pair item;
  good(vm, zero_pair_head(vm, &item, at));
  cr_expect(item.tag == ZERO_MACHINE_I64 && item.payload == 6);
  good(vm, zero_pair_tail(vm, &at, at));
  good(vm, zero_pair_head(vm, &item, at));
  cr_expect(item.tag == ZERO_MACHINE_TEXT);
  cr_expect_str_eq(text_at(item), "err");
  good(vm, zero_pair_tail(vm, &at, at));
  good(vm, zero_pair_head(vm, &item, at));
  cr_expect_str_eq(text_at(item), "why");
  good(vm, zero_pair_tail(vm, &at, at));
  cr_expect(at.tag == ZERO_MACHINE_LIST && at.payload == 0);
  bad(vm, zero_pair_head(vm, &item, at), "EMPTY_LIST");
  refused(vm, item.payload, item.tag, "I64", "PAIR_TAG");
  bad(vm, zero_pair_tail(vm, &item, at), "EMPTY_LIST");
  bad(vm, zero_pair_head(vm, &item, (zero_pair){5, 1}), "LAYOUT_LIST");
  bad(vm, zero_pair_tail(vm, &item, (zero_pair){0, 0}), "LAYOUT_LIST");
  bad(vm, zero_pair_head(vm, &item, (zero_pair){5, 3}), "PAIR_PAYLOAD");
  bad(vm, zero_pair_tail(vm, &item, (zero_pair){5, 9}), "PAIR_TAG");
  zero_close(vm);
}

Test(api_pairs, an_item_that_has_no_pair_is_refused_and_can_be_passed_by) {
  zero_vm *vm = zero_host_open(NULL);
  zero_pair at = to_pair(vm, eval(vm, "(list (fn (x) x) 2)")), item;
  bad(vm, zero_pair_head(vm, &item, at), "TYPE_MISMATCH");
  good(vm, zero_pair_tail(vm, &at, at));
  good(vm, zero_pair_head(vm, &item, at));
  cr_expect_eq(item.payload, 2);
  zero_close(vm);
}

/* What compiled code, which knows the types, makes of a pair: the value, from
 * nothing but payloads and walks. */
static zero_value rebuild(zero_vm *vm, zero_pair pair, zero_model model) {
  zero_value items[64], value;
  size_t count = 0;
  switch (model->kind) {
    case ZERO_MODEL_UNIT:
      cr_assert(pair.payload == 0 && pair.tag == 0);
      return from_pair(vm, pair, "Unit");
    case ZERO_MODEL_BOOL:
      cr_assert(pair.payload == (uint64_t)model->number && pair.tag == 1);
      return from_pair(vm, pair, "Bool");
    case ZERO_MODEL_I64:
      cr_assert(pair.payload == (uint64_t)model->number && pair.tag == 1);
      return from_pair(vm, pair, "I64");
    case ZERO_MODEL_TEXT:
      cr_assert(pair.tag == 2 && strcmp(text_at(pair), model->text) == 0);
      return from_pair(vm, pair, "Text");
    case ZERO_MODEL_LIST: break;
  }
  cr_assert(pair.tag == 3 && (pair.payload == 0) == (model->count == 0));
  for (; pair.payload != 0; count++) {
    zero_pair item;
    cr_assert(count < model->count && count < 64);
    good(vm, zero_pair_head(vm, &item, pair));
    items[count] = rebuild(vm, item, model->items[count]);
    good(vm, zero_pair_tail(vm, &pair, pair));
  }
  cr_assert_eq(count, model->count);
  good(vm, zero_list(vm, &value, items, count));
  return value;
}

Test(api_pairs, random_values_come_back_whole_and_walked) {
  enum { VALUES = 10000 };
  struct zero_random random;
  struct zero_models models = {NULL};
  zero_vm *vm = zero_host_open(NULL);
  zero_random_init(&random, "pairs");
  for (unsigned i = 0; i < ZERO_SCALED(VALUES); i++) {
    zero_model model = zero_any_model(&models, &random);
    /* A zero_vm begins with its heap. */
    zero_value v = zero_model_value((struct zero_heap *)(void *)vm, model,
                                    ZERO_BY_LIST);
    zero_pair pair = to_pair(vm, v);
    zero_value back = from_pair(vm, pair, zero_type_name(v));
    cr_assert(equal(vm, back, v));
    cr_assert_str_eq(zero_type_name(back), zero_model_type(model));
    cr_assert(equal(vm, rebuild(vm, pair, model), v));
    if (pair.tag == ZERO_MACHINE_I64) {
      refused(vm, pair.payload, pair.tag, NULL, "PAIR_FAMILY");
    } else {
      cr_assert(equal(vm, from_pair(vm, pair, NULL), v));
    }
    zero_models_clear(&models);
  }
  zero_close(vm);
}

/* --- how long --- */

static zero_value numbered(zero_vm *vm, int i) {
  char source[64];
  snprintf(source, sizeof source,
           i % 2 == 0 ? "(list %d \"of its own\")"
                      : "(text-cat \"of its own \" (i64->text %d))",
           i);
  return eval(vm, source);
}

Test(api_pairs, payloads_live_while_only_malloc_holds_them) {
  enum { PAIRS = 300 };
  zero_vm *vm = zero_host_open(NULL);
  zero_pair *pairs = malloc(PAIRS * sizeof *pairs);
  cr_assert_not_null(pairs);
  for (int i = 0; i < PAIRS; i++) pairs[i] = to_pair(vm, numbered(vm, i));
  for (int round = 0; round < 3; round++) {
    GC_gcollect();
    eval(vm, "(len (map (fn (n) (list n \"of its own\")) (range 0 20000)))");
  }
  for (int i = 0; i < PAIRS; i++) {
    cr_assert(equal(vm, from_pair(vm, pairs[i], NULL), numbered(vm, i)));
  }
  free(pairs);
  zero_close(vm);
}

/* --- misuse --- */

Test(api_pairs, misuse_is_told) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value value = eval(vm, "(list 1 2)"), none = {0};
  zero_pair list = to_pair(vm, value), pair;
  cr_expect_eq(zero_to_pair(vm, &pair, none), ZERO_E_USAGE);
  cr_expect_eq(zero_to_pair(vm, NULL, value), ZERO_E_USAGE);
  cr_expect_eq(zero_from_pair(vm, NULL, list, NULL), ZERO_E_USAGE);
  cr_expect_eq(zero_pair_head(vm, NULL, list), ZERO_E_USAGE);
  cr_expect_eq(zero_pair_tail(vm, NULL, list), ZERO_E_USAGE);
  cr_expect_str_eq(zero_last_error(vm)->message,
                   "zero_pair_tail was given NULL");
  zero_close(vm);
}

/* --- scopes --- */

static zero_scope opened(zero_vm *vm) {
  zero_scope scope;
  good(vm, zero_scope_open(vm, &scope));
  return scope;
}

Test(api_pairs, a_payload_is_good_until_its_scope_is_closed) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value value = eval(vm, "(list 1 2)");
  zero_pair before = to_pair(vm, value);
  zero_scope outer = opened(vm);
  zero_pair in_outer = to_pair(vm, value);
  zero_scope inner = opened(vm);
  zero_pair in_inner = to_pair(vm, value);
  from_pair(vm, in_inner, "List");
  good(vm, zero_scope_close(vm, inner));
  refused(vm, in_inner.payload, in_inner.tag, NULL, "PAIR_PAYLOAD");
  zero_pair late = to_pair(vm, value);
  from_pair(vm, late, "List");
  from_pair(vm, in_outer, "List");
  good(vm, zero_scope_close(vm, outer));
  refused(vm, in_outer.payload, in_outer.tag, NULL, "PAIR_PAYLOAD");
  refused(vm, late.payload, late.tag, NULL, "PAIR_PAYLOAD");
  from_pair(vm, before, "List");
  from_pair(vm, to_pair(vm, value), "List");
  zero_close(vm);
}

Test(api_pairs, closing_an_outer_scope_takes_the_payloads_of_inner_ones) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value value = eval(vm, "(list 1 2)");
  zero_pair pairs[4] = {to_pair(vm, value)};
  zero_scope outer = opened(vm);
  for (int i = 1; i < 4; i++) {
    opened(vm);
    if (i != 2) pairs[i] = to_pair(vm, value);
  }
  good(vm, zero_scope_close(vm, outer));
  refused(vm, pairs[1].payload, 3, NULL, "PAIR_PAYLOAD");
  refused(vm, pairs[3].payload, 3, NULL, "PAIR_PAYLOAD");
  from_pair(vm, pairs[0], "List");
  zero_close(vm);
}

/* A slot that was freed is not another payload while the host still holds its
 * address. */
Test(api_pairs, a_payload_of_a_closed_scope_is_never_another_one) {
  enum { ROUNDS = 2000 };
  zero_vm *vm = zero_host_open(NULL);
  zero_value value = eval(vm, "(list 1 2)");
  zero_pair stale[64];
  for (int round = 0; round < ZERO_SCALED(ROUNDS); round++) {
    zero_scope scope = opened(vm);
    zero_pair pair = to_pair(vm, value);
    for (int i = 0; i < 64 && i < round; i++) {
      cr_assert_neq(stale[i].payload, pair.payload);
    }
    stale[round % 64] = pair;
    good(vm, zero_scope_close(vm, scope));
    if (round % 500 == 0) GC_gcollect();
  }
  zero_close(vm);
}

static size_t live_bytes(void) {
  GC_gcollect();
  return GC_get_heap_size() - GC_get_free_bytes();
}

Test(api_pairs, walking_in_scopes_for_long_takes_no_more_memory) {
  enum { ROUNDS = 20000 };
  zero_vm *vm = zero_host_open(NULL);
  zero_pair list = to_pair(vm, eval(vm, "(range 0 20)"));
  size_t before = live_bytes();
  for (int round = 0; round < ZERO_SCALED(ROUNDS); round++) {
    zero_scope scope = opened(vm);
    zero_pair item;
    for (zero_pair at = list; at.payload != 0;) {
      good(vm, zero_pair_head(vm, &item, at));
      good(vm, zero_pair_tail(vm, &at, at));
    }
    good(vm, zero_scope_close(vm, scope));
  }
  cr_expect_lt(live_bytes(), before + (1 << 20));
  zero_close(vm);
}
