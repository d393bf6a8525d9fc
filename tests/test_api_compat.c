/* test_api_compat.c - accessors of zero.h return the same for v1 and v0.1.
 *
 * For each row of abi/compat.tsv both forms are made from the tables, and every
 * way to read them is tried: by names, by the functions of
 * zero/gen/accessors.h, and for Maps by those of zero.h. A row or a field that
 * nothing here reads fails the test. */
#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/asking.h"
#include "zero.h"

/* --- helpers --- */

/* --- both forms of a row --- */

/* Cell `column` of line `line` of a table, the names of the columns being
 * line 0; false if there is no such line. */
static bool cell(const char *table, unsigned line, unsigned column,
                 char out[256]) {
  const char *at = zero_table(table);
  cr_assert_not_null(at);
  for (; line > 0 && at != NULL; line--) {
    at = strchr(at, '\n');
    if (at != NULL) at++;
  }
  if (at == NULL || *at == '\0') return false;
  for (; column > 0; column--) at += strcspn(at, "\t\n") + 1;
  size_t size = strcspn(at, "\t\n");
  cr_assert_lt(size, 256);
  memcpy(out, at, size);
  out[size] = '\0';
  return true;
}

static zero_value payload_of(zero_vm *vm, const char *type) {
  zero_value value;
  if (strncmp(type, "Text", 4) == 0) return text(vm, "words");
  if (strcmp(type, "List/entries") == 0) {
    return eval(vm, "(list (list \"k\" 1) (list 2 \"v\"))");
  }
  if (strcmp(type, "List/bytes") == 0) return eval(vm, "(list 1 2 255)");
  if (strcmp(type, "Map") == 0) return eval(vm, "(map-put (map-empty) 1 2)");
  if (strncmp(type, "Option", 6) == 0) {
    good(vm, zero_option_none_new(vm, &value));
    return value;
  }
  cr_assert_str_eq(type, "Any");
  return number(vm, 7);
}

enum { VALUE, HEAD, VARIANT, COUNT, WRAP }; /* columns of compat.tsv */

/* The first `count` payload fields of a variant; the family in `family`. */
static void payloads_of(zero_vm *vm, const char *variant, unsigned count,
                        char family[256], zero_value *payloads) {
  char word[256];
  for (unsigned line = 1; cell("value-fields", line, 1, word); line++) {
    if (strcmp(word, variant) != 0) continue;
    cell("value-fields", line, 0, family);
    cell("value-fields", line, 3, word);
    unsigned index = word[0] == '-' ? count : (unsigned)atoi(word);
    if (index >= count) continue;
    cell("value-fields", line, 4, word);
    payloads[index] = payload_of(vm, word);
  }
}

/* Both forms of a line of compat.tsv. */
static bool make_both(zero_vm *vm, unsigned line, char family[256],
                      zero_value *v1, zero_value *v01) {
  char head[256], variant[256], word[256], inner[256];
  zero_value items[8];
  if (!cell("compat", line, VALUE, family)) return false;
  cell("compat", line, HEAD, head);
  cell("compat", line, VARIANT, variant);
  cell("compat", line, COUNT, word);
  unsigned count = (unsigned)atoi(word);
  cell("compat", line, WRAP, word);
  bool wrapped = strcmp(word, "-") != 0;
  items[0] = text(vm, head);
  payloads_of(vm, wrapped ? word : variant, count, inner, items + 1);
  good(vm, zero_list(vm, v01, items, count + 1));
  if (wrapped) {
    good(vm, zero_map_empty(vm, &items[count + 1]));
    good(vm, zero_new(vm, &items[1], inner, word, items + 1, count + 1));
    count = 1;
  }
  good(vm, zero_new(vm, v1, family, variant, items + 1, count));
  return true;
}

/* --- ways to read them --- */

/* What the header has for the families of compat.tsv: functions that check,
 * that ask for a variant, that read a field. */
typedef zero_status reader(zero_vm *vm, zero_value *field, zero_value value);
typedef int tester(zero_vm *vm, zero_value value);

static const struct {
  const char *family;
  reader *check;
} checkers[] = {
    {"Option", zero_option_check}, {"Result", zero_result_check},
    {"Map", zero_map_check},       {"Bytes", zero_bytes_check},
    {"Error", zero_error_check},
};

static const struct {
  const char *family;
  const char *variant;
  tester *is;
} testers[] = {
    {"Option", "some", zero_option_is_some},
    {"Option", "none", zero_option_is_none},
    {"Result", "ok", zero_result_is_ok},
    {"Result", "err", zero_result_is_err},
};

static const struct {
  const char *family;
  const char *field;
  reader *read;
} readers[] = {
    {"Option", "value", zero_option_value},
    {"Result", "value", zero_result_value},
    {"Result", "error", zero_result_error},
    {"Map", "entries", zero_map_entries},
    {"Bytes", "raw-list", zero_bytes_raw_list},
    {"Error", "code", zero_error_code},
    {"Error", "message", zero_error_message},
    {"Error", "cause", zero_error_cause},
    {"Error", "context", zero_error_context},
};

static reader *reader_of(const char *family, const char *field) {
  for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
    if (strcmp(readers[i].family, family) == 0 &&
        strcmp(readers[i].field, field) == 0) {
      return readers[i].read;
    }
  }
  return NULL;
}

/* Reads a field of both forms in both ways; true if there is one. */
static bool reads_alike(zero_vm *vm, const char *family, const char *field,
                        zero_value v1, zero_value v01) {
  zero_value out[4];
  char code[64] = "";
  reader *read = reader_of(family, field);
  cr_assert_not_null(read, "%s of %s", field, family);
  zero_status status = zero_get(vm, &out[0], family, field, v1);
  if (status != ZERO_OK) {
    snprintf(code, sizeof code, "%s", zero_last_error(vm)->code);
  }
  const zero_status statuses[] = {
      zero_get(vm, &out[1], family, field, v01),
      read(vm, &out[2], v1),
      read(vm, &out[3], v01),
  };
  for (unsigned i = 0; i < 3; i++) {
    cr_expect_eq(statuses[i], status, "%s of %s", field, family);
    if (status == ZERO_OK) cr_expect(equal(vm, out[0], out[i + 1]));
  }
  if (status != ZERO_OK) {
    cr_expect_str_eq(zero_last_error(vm)->code, code);
  }
  return status == ZERO_OK;
}

/* Both ways to check return the v1 value. */
static void checks_alike(zero_vm *vm, const char *family, zero_value v1,
                         zero_value v01) {
  const zero_value forms[] = {v1, v01};
  unsigned found = 0;
  zero_value out;
  for (size_t form = 0; form < 2; form++) {
    good(vm, zero_check_value(vm, &out, family, forms[form]));
    cr_expect(equal(vm, out, v1), "%s", family);
    for (size_t i = 0; i < sizeof checkers / sizeof *checkers; i++) {
      if (strcmp(checkers[i].family, family) != 0) continue;
      good(vm, checkers[i].check(vm, &out, forms[form]));
      cr_expect(equal(vm, out, v1), "%s", family);
      found++;
    }
  }
  cr_expect_eq(found, 2, "zero_..._check of %s", family);
}

/* Both ways to ask for a variant return `expected`. A family of one variant has
 * no function for it. */
static void is_alike(zero_vm *vm, const char *family, const char *variant,
                     bool expected, zero_value v1, zero_value v01) {
  unsigned found = 0;
  bool one = strcmp(family, "Option") != 0 && strcmp(family, "Result") != 0;
  cr_expect_eq(zero_is(vm, family, variant, v1), expected);
  cr_expect_eq(zero_is(vm, family, variant, v01), expected);
  for (size_t i = 0; i < sizeof testers / sizeof *testers; i++) {
    if (strcmp(testers[i].family, family) != 0 ||
        strcmp(testers[i].variant, variant) != 0) {
      continue;
    }
    cr_expect_eq(testers[i].is(vm, v1), expected);
    cr_expect_eq(testers[i].is(vm, v01), expected);
    found++;
  }
  cr_expect_eq(found, one ? 0 : 1, "zero_..._is_%s", variant);
}

/* All that is asked of one row. Returns how many fields were read. */
static unsigned row_alike(zero_vm *vm, unsigned line, const char *family,
                          zero_value v1, zero_value v01) {
  char word[256], variant[256], own[256];
  unsigned fields = 0;
  cell("compat", line, VARIANT, own);
  cr_expect_str_eq(zero_type_name(v01), "List");
  cr_expect_str_eq(zero_type_name(v1), family);
  cr_expect_not(equal(vm, v1, v01));
  checks_alike(vm, family, v1, v01);
  for (unsigned row = 1; cell("value-fields", row, 0, word); row++) {
    if (strcmp(word, family) != 0) continue;
    cell("value-fields", row, 1, variant);
    is_alike(vm, family, variant, strcmp(variant, own) == 0, v1, v01);
    cell("value-fields", row, 2, word);
    if (word[0] == '-') continue;
    bool read = reads_alike(vm, family, word, v1, v01);
    cr_expect_eq(read, strcmp(variant, own) == 0, "%s of %s %s", word,
                 family, own);
    fields += read;
  }
  return fields;
}

Test(api_compat, every_row_of_compat_answers_as_v1_does) {
  zero_vm *vm = zero_host_open(NULL);
  char family[256], word[256];
  zero_value v1, v01;
  unsigned line = 1, fields = 0, rows = 0;
  for (; make_both(vm, line, family, &v1, &v01); line++) {
    fields += row_alike(vm, line, family, v1, v01);
  }
  while (cell("compat", rows + 1, VALUE, word)) rows++;
  cr_expect_eq(line, rows + 1);
  cr_expect_gt(rows, 8);
  cr_expect_gt(fields, 10);
  zero_close(vm);
}

/* --- beyond the table --- */

Test(api_compat, functions_of_maps_read_both) {
  zero_vm *vm = zero_host_open(NULL);
  const zero_value maps[] = {
      eval(vm, "(list 7 \"map\" (list (list \"k\" 1) (list 2 \"v\")))"),
      eval(vm, "(list \"map\" (list (list \"k\" 1) (list 2 \"v\")))"),
  };
  zero_value answers[2][5], key, value;
  for (size_t i = 0; i < 2; i++) {
    uint64_t size;
    zero_iterator at;
    unsigned steps = 0;
    good(vm, zero_map_size(vm, &size, maps[i]));
    cr_expect_eq(size, 2);
    good(vm, zero_map_get(vm, &answers[i][0], maps[i], number(vm, 2)));
    good(vm, zero_map_put(vm, &answers[i][1], maps[i], text(vm, "k"),
                          zero_unit()));
    good(vm, zero_map_remove(vm, &answers[i][2], maps[i], number(vm, 2)));
    good(vm, zero_map_iterate(vm, &at, maps[i]));
    for (; zero_map_next(&key, &value, &at); steps++) {
      answers[i][3 + steps] = value;
    }
    cr_expect_eq(steps, 2);
  }
  const zero_value expected[] = {
      text(vm, "v"), eval(vm, "(list 7 \"map\" (list (list \"k\" Unit) "
                              "(list 2 \"v\")))"),
      eval(vm, "(list 7 \"map\" (list (list \"k\" 1)))"), number(vm, 1),
      text(vm, "v")};
  for (size_t i = 0; i < 5; i++) {
    cr_expect(equal(vm, answers[0][i], expected[i]), "answer %zu", i);
    cr_expect(equal(vm, answers[1][i], expected[i]), "answer %zu", i);
  }
  cr_expect_str_eq(zero_type_name(answers[1][1]), "Map");
  zero_close(vm);
}

Test(api_compat, a_v0_1_value_may_hold_either_version) {
  static const char *const sources[] = {
      "(list 9 \"error\" \"C\" \"m\" (list 5 \"some\" (list 9 \"error\" \"D\" "
      "\"n\" (list 5 \"none\") (map-empty))) (map-empty))",
      "(list \"error\" \"C\" \"m\" (list 5 \"some\" (list 9 \"error\" \"D\" "
      "\"n\" (list 5 \"none\") (map-empty))) (map-empty))",
      "(list \"error\" \"C\" \"m\" (list \"some\" (list \"error\" \"D\" "
      "\"n\" (list \"none\") (list \"map\" (list)))) (list \"map\" (list)))",
  };
  zero_vm *vm = zero_host_open(NULL);
  zero_value v1 = eval(vm, sources[0]), cause, read;
  good(vm, zero_error_cause(vm, &cause, v1));
  for (size_t i = 0; i < 3; i++) {
    zero_value v = eval(vm, sources[i]);
    good(vm, zero_error_check(vm, &read, v));
    cr_expect(equal(vm, read, v1), "form %zu", i);
    good(vm, zero_error_cause(vm, &read, v));
    cr_expect(equal(vm, read, cause), "form %zu", i);
    cr_expect_str_eq(zero_type_name(read), "Option");
  }
  zero_close(vm);
}
