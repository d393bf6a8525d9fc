/* test_source.c - places in a text, and reports about them. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "read/source.h"
#include "support/heap.h"

static struct zero_source source_of(const char *text) {
  return (struct zero_source){"test", text, strlen(text), false};
}

static void expect_place(const char *text, uint32_t offset, uint32_t line,
                         uint32_t column, const char *line_text) {
  struct zero_source source = source_of(text);
  struct zero_place place = zero__source_place(&source, offset);
  cr_expect_eq(place.line, line, "line %u of %s", place.line, text);
  cr_expect_eq(place.column, column, "column %u of %s", place.column, text);
  size_t size = place.line_end - place.line_start;
  cr_expect_eq(size, strlen(line_text));
  cr_expect_arr_eq(text + place.line_start, line_text, size);
}

Test(source, lines_and_columns_count_from_one) {
  expect_place("", 0, 1, 1, "");
  expect_place("ab", 0, 1, 1, "ab");
  expect_place("ab", 1, 1, 2, "ab");
  expect_place("ab\ncd", 3, 2, 1, "cd");
  expect_place("\n\n\nx", 3, 4, 1, "x");
}

Test(source, a_line_feed_belongs_to_the_line_it_ends) {
  expect_place("ab\ncd\n", 2, 1, 3, "ab");
  expect_place("ab\ncd\n", 5, 2, 3, "cd");
}

Test(source, a_place_behind_the_end_is_the_end) {
  expect_place("ab", 2, 1, 3, "ab");
  expect_place("ab", 4000000000u, 1, 3, "ab");
  expect_place("ab\n", 99, 2, 1, "");
}

Test(source, a_line_has_no_carriage_return_before_its_feed) {
  expect_place("ab\r\ncd\r\n", 0, 1, 1, "ab");
  expect_place("ab\r\ncd\r\n", 4, 2, 1, "cd");
  expect_place("ab\r\ncd\r\n", 3, 1, 4, "ab");
  expect_place("\r\n", 0, 1, 1, "");
  expect_place("a\rb", 2, 1, 3, "a\rb");
}

Test(source, columns_count_code_points) {
  expect_place("ƒ≔x", 0, 1, 1, "ƒ≔x");
  expect_place("ƒ≔x", 2, 1, 2, "ƒ≔x");
  expect_place("ƒ≔x", 5, 1, 3, "ƒ≔x");
  expect_place("é\n\xF0\x9F\x98\x80x", 7, 2, 2, "\xF0\x9F\x98\x80x");
}

Test(source, a_byte_that_is_no_character_has_a_place) {
  expect_place("a\x80", 1, 1, 2, "a\x80");
  expect_place("é\xFF", 2, 1, 2, "é\xFF");
}

static void report(struct zero_heap *heap, struct zero_reports *reports,
                   bool warning, unsigned number) {
  static const struct zero_source source = {"test", "", 0, false};
  zero__report(heap, reports, &source, (struct zero_span){number, number + 1},
               ZERO_CODE_ARITY, warning, "number %u", number);
}

Test(source, reports_are_kept_in_order) {
  struct zero_heap *heap = zero_test_bare_heap();
  struct zero_reports reports;
  zero__reports_init(&reports);
  cr_expect_null(reports.first);
  report(heap, &reports, false, 1);
  report(heap, &reports, true, 2);
  const struct zero_report *first = reports.first;
  cr_assert_not_null(first);
  cr_expect_str_eq(first->message, "number 1");
  cr_expect_eq(first->code, ZERO_CODE_ARITY);
  cr_expect_eq(first->span.start, 1);
  cr_expect_eq(first->span.end, 2);
  cr_expect_str_eq(first->source->name, "test");
  cr_expect_not(first->warning);
  cr_assert_not_null(first->next);
  cr_expect(first->next->warning);
  cr_expect_str_eq(first->next->message, "number 2");
  cr_expect_null(first->next->next);
  cr_expect_eq(reports.errors, 1);
  cr_expect_eq(reports.warnings, 1);
}

Test(source, more_reports_than_are_kept_are_counted) {
  struct zero_heap *heap = zero_test_bare_heap();
  struct zero_reports reports;
  zero__reports_init(&reports);
  for (unsigned i = 0; i < 1000; i++) report(heap, &reports, true, i);
  for (unsigned i = 0; i < 60; i++) report(heap, &reports, false, i);
  cr_expect_eq(reports.warnings, 1000);
  cr_expect_eq(reports.errors, 60);
  unsigned kept[2] = {0, 0};
  for (struct zero_report *r = reports.first; r != NULL; r = r->next) {
    kept[r->warning]++;
  }
  cr_expect_eq(kept[false], ZERO_REPORTS_MAX);
  cr_expect_eq(kept[true], ZERO_REPORTS_MAX);
}

Test(source, a_long_message_is_cut_between_characters) {
  struct zero_heap *heap = zero_test_bare_heap();
  static const struct zero_source source = {"test", "", 0, false};
  char name[4001];
  for (size_t i = 0; i < 4000; i += 2) memcpy(name + i, "é", 2);
  name[4000] = '\0';
  struct zero_reports reports;
  zero__reports_init(&reports);
  zero__report(heap, &reports, &source, (struct zero_span){0, 0},
               ZERO_CODE_ARITY, false, "%s", name);
  const char *message = reports.first->message;
  cr_expect_eq(strlen(message), ZERO_FAULT_MESSAGE - 2);
  cr_expect_arr_eq(message, name, ZERO_FAULT_MESSAGE - 2);
}

Test(source, memory_for_trees_is_zeroed) {
  struct zero_heap *heap = zero_test_bare_heap();
  static const char zeros[300];
  cr_expect_arr_eq(zero__tree_alloc(heap, 40), zeros, 40);
  cr_expect_arr_eq(zero__tree_alloc(heap, 300), zeros, 300);
}
