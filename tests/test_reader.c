/* test_reader.c - from text to forms: every rule, every span, every error. */
#include <criterion/criterion.h>
#include <gc/gc.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "read/form.h"
#include "support/heap.h"
#include "support/random.h"
#include "support/scale.h"
#include "support/small_stack.h"
#include "support/values.h"
#include "value/compare.h"
#include "value/list.h"
#include "value/print.h"
#include "value/text.h"

enum { SMALL_STACK = 256 * 1024, MILLION = ZERO_SCALED(1000000) };

/* One text and what reading it gave. */
struct reading {
  struct zero_heap *heap;
  struct zero_symbols symbols;
  struct zero_source source;
  struct zero_reports reports;
  struct zero_form *forms;
  bool incomplete;
};

static struct reading *read_bytes(const char *bytes, size_t size) {
  struct zero_heap *heap = zero_test_heap();
  struct reading *reading = zero__tree_alloc(heap, sizeof *reading);
  char *copy = zero__alloc(heap, ZERO_LEAF, size + 1);
  memcpy(copy, bytes, size);
  copy[size] = '\0';
  reading->heap = heap;
  reading->source = (struct zero_source){"test", copy, size, false};
  reading->incomplete = true;
  zero__reports_init(&reading->reports);
  reading->forms = zero__read(heap, &reading->symbols, &reading->source,
                              &reading->reports, &reading->incomplete);
  return reading;
}

static struct reading *read_text(const char *text) {
  return read_bytes(text, strlen(text));
}

/* --- what a text reads to, as a string ------------------------------------ */

static void put_value(FILE *out, struct zero_heap *heap, zero_value value) {
  if (zero__is_unit(value)) {
    fputs("Unit", out);
  } else if (zero__is_bool(value)) {
    fputs(zero__is_true(value) ? "true" : "false", out);
  } else if (zero__is_i64(value)) {
    fprintf(out, "%lld", (long long)zero__i64_number(value));
  } else if (zero__is_text(value)) {
    fprintf(out, "\"%s\"", zero__text_bytes(value));
  } else {
    struct zero_iterator at = zero__iterate(value);
    const char *before = "{";
    for (zero_value item; zero__next(heap, &at, &item); before = " ") {
      fputs(before, out);
      put_value(out, heap, item);
    }
    fputs(*before == '{' ? "{}" : "}", out);
  }
}

/* Forms in parentheses, data in braces. */
static void put_form(FILE *out, struct zero_heap *heap,
                     const struct zero_form *form) {
  if (form->kind == ZERO_FORM_SYMBOL) {
    fputs(form->symbol->name, out);
  } else if (form->kind != ZERO_FORM_LIST) {
    put_value(out, heap, form->value);
  } else {
    fputs("(", out);
    uint32_t count = 0;
    for (const struct zero_form *f = form->first; f != NULL; f = f->next) {
      if (count++ > 0) fputs(" ", out);
      put_form(out, heap, f);
    }
    cr_expect_eq(count, form->count);
    fputs(")", out);
  }
}

static char *shape_of(struct zero_heap *heap, const struct zero_form *form) {
  char *shape;
  size_t size;
  FILE *out = open_memstream(&shape, &size);
  put_form(out, heap, form);
  fclose(out);
  return shape;
}

static void expect_shape(const char *text, const char *expected) {
  struct reading *reading = read_text(text);
  cr_assert_not_null(reading->forms, "%s: %s", text,
                     reading->reports.first->message);
  cr_expect_eq(reading->reports.errors, 0);
  cr_expect_not(reading->incomplete);
  char *shape = shape_of(reading->heap, reading->forms);
  cr_expect_str_eq(shape, expected);
  free(shape);
}

/* The first and only form of a text. */
static struct zero_form *only(struct reading *reading) {
  cr_assert_not_null(reading->forms, "%s", reading->source.bytes);
  cr_assert_eq(reading->forms->count, 1);
  return reading->forms->first;
}

static void expect_error_in(const struct reading *reading, int code,
                            uint32_t start, uint32_t end, bool incomplete) {
  const char *text = reading->source.bytes;
  cr_expect_null(reading->forms, "%.60s", text);
  cr_expect_eq(reading->reports.errors, 1, "%.60s", text);
  const struct zero_report *report = reading->reports.first;
  cr_assert_not_null(report, "%.60s", text);
  cr_expect_null(report->next);
  cr_expect_eq(report->code, code, "%.60s: %s", text, report->message);
  cr_expect_eq(report->span.start, start, "%.60s: starts at %u", text,
               report->span.start);
  cr_expect_eq(report->span.end, end, "%.60s: ends at %u", text,
               report->span.end);
  cr_expect_eq(reading->incomplete, incomplete, "%.60s", text);
}

static void expect_error(const char *text, int code, uint32_t start,
                         uint32_t end) {
  expect_error_in(read_text(text), code, start, end, false);
}

static void expect_open(const char *text, int code, uint32_t start) {
  expect_error_in(read_text(text), code, start, start + 1, true);
}

static void expect_message(const char *text, const char *part) {
  const struct zero_report *report = read_text(text)->reports.first;
  cr_assert_not_null(report, "%s", text);
  cr_expect_not_null(strstr(report->message, part), "%s: %s", text,
                     report->message);
}

/* --- space and comments --------------------------------------------------- */

Test(reader, an_empty_text_has_no_forms) {
  expect_shape("", "()");
  expect_shape(" \t\r\n\v\f", "()");
  expect_shape("; only a comment", "()");
}

Test(reader, comments_go_to_the_end_of_the_line) {
  expect_shape("a ; (b\nc;d\n;e", "(a c)");
  expect_shape("(a;)\n)", "((a))");
  expect_shape("\"; no comment\"", "(\"; no comment\")");
}

Test(reader, lines_may_end_in_carriage_return_and_feed) {
  expect_shape("(a\r\nb) ; c\r\nd\r\n", "((a b) d)");
}

Test(reader, white_space_of_every_script_separates) {
  expect_shape("a\u00A0b\u3000c\u2028d\xC2\x85" "e\u2003f", "(a b c d e f)");
}

Test(reader, the_interpreter_line_is_skipped_on_line_one_only) {
  expect_shape("#!/usr/bin/env zero run (\n(a)", "((a))");
  expect_shape("#!only", "()");
  expect_error("\n#!/bin/x\n", ZERO_CODE_SYNTAX_SYMBOL, 1, 9);
  expect_error(" #!x", ZERO_CODE_SYNTAX_SYMBOL, 1, 4);
}

Test(reader, tokens_need_no_space_beside_parentheses_and_quotes) {
  expect_shape("(a(b)\"c\"d)(e)", "((a (b) \"c\" d) (e))");
}

/* --- integers ------------------------------------------------------------- */

Test(reader, integers_are_decimal_or_hexadecimal) {
  expect_shape("0 7 -5 007 -0", "(0 7 -5 7 0)");
  expect_shape("0x0 0xff -0x10 0xDEADbeef", "(0 255 -16 3735928559)");
}

Test(reader, integers_reach_both_ends_of_64_bits) {
  expect_shape("9223372036854775807 -9223372036854775808",
               "(9223372036854775807 -9223372036854775808)");
  expect_shape("4611686018427387904 -4611686018427387905",
               "(4611686018427387904 -4611686018427387905)");
  expect_shape("0x7fffffffffffffff -0x8000000000000000",
               "(9223372036854775807 -9223372036854775808)");
}

Test(reader, an_integer_beyond_64_bits_is_an_error_that_says_so) {
  expect_error("(f 9223372036854775808)", ZERO_CODE_SYNTAX_INTEGER, 3, 22);
  expect_error("-9223372036854775809", ZERO_CODE_SYNTAX_INTEGER, 0, 20);
  expect_error("0x8000000000000000", ZERO_CODE_SYNTAX_INTEGER, 0, 18);
  expect_error("99999999999999999999999", ZERO_CODE_SYNTAX_INTEGER, 0, 23);
  expect_message("9223372036854775808", "does not fit");
}

Test(reader, what_begins_like_a_number_and_is_none_is_an_error) {
  expect_error("12ab", ZERO_CODE_SYNTAX_INTEGER, 0, 4);
  expect_error("(a -5x b)", ZERO_CODE_SYNTAX_INTEGER, 3, 6);
  expect_error("1.5", ZERO_CODE_SYNTAX_INTEGER, 0, 3);
  expect_error("1,", ZERO_CODE_SYNTAX_INTEGER, 0, 2);
  expect_error("0x", ZERO_CODE_SYNTAX_INTEGER, 0, 2);
  expect_error("0xg", ZERO_CODE_SYNTAX_INTEGER, 0, 3);
  expect_error("+5", ZERO_CODE_SYNTAX_INTEGER, 0, 2);
  expect_error("5é", ZERO_CODE_SYNTAX_INTEGER, 0, 3);
  expect_message("12ab", "12ab is not an integer");
}

Test(reader, signs_alone_and_before_letters_are_symbols) {
  expect_shape("- + -a +a -- -> ->x", "(- + -a +a -- -> ->x)");
}

/* --- texts ---------------------------------------------------------------- */

Test(reader, texts_hold_what_is_between_their_quotes) {
  expect_shape("\"\" \"a b\" \"(;\" \"ƒ\"", "(\"\" \"a b\" \"(;\" \"ƒ\")");
  expect_shape("\"a\nb\r\nc\"", "(\"a\nb\r\nc\")");
}

Test(reader, escapes_mean_one_character) {
  expect_shape("\"\\\"\\\\\\n\\t\\r\"", "(\"\"\\\n\t\r\")");
  expect_shape("\"a\\nb\\nc\"", "(\"a\nb\nc\")");
  expect_shape("\"\\u{41}\\u{e9}\\u{20AC}\\u{1F600}\\u{10FFFF}\"",
               "(\"A\u00E9\u20AC\U0001F600\U0010FFFF\")");
  expect_shape("\"\\u{000041}\\u{D7FF}\\u{E000}\"",
               "(\"A\uD7FF\uE000\")");
}

Test(reader, the_span_of_a_bad_escape_is_the_escape) {
  expect_error("\"a\\qb\"", ZERO_CODE_SYNTAX_ESCAPE, 2, 4);
  expect_error("\"a\\éb\"", ZERO_CODE_SYNTAX_ESCAPE, 2, 5);
  expect_error("\"\\u41\"", ZERO_CODE_SYNTAX_ESCAPE, 1, 3);
  expect_error("\"\\u{}\"", ZERO_CODE_SYNTAX_ESCAPE, 1, 4);
  expect_error("\"\\u{1234567}\"", ZERO_CODE_SYNTAX_ESCAPE, 1, 10);
  expect_error("\"\\u{12\"", ZERO_CODE_SYNTAX_ESCAPE, 1, 6);
  expect_error("\"\\u{110000}\"", ZERO_CODE_SYNTAX_ESCAPE, 1, 11);
  expect_error("\"\\u{D800}\"", ZERO_CODE_SYNTAX_ESCAPE, 1, 9);
  expect_error("\"\\u{dfff}\"", ZERO_CODE_SYNTAX_ESCAPE, 1, 9);
  expect_error("\"\\u{FFFFFF}\"", ZERO_CODE_SYNTAX_ESCAPE, 1, 11);
  expect_message("\"a\\qb\"", "\\q");
}

Test(reader, the_escape_of_a_nul_is_an_error_of_its_own) {
  expect_error("\"\\u{0}\"", ZERO_CODE_SYNTAX_NUL, 1, 6);
  expect_error("\"a\\u{000000}\"", ZERO_CODE_SYNTAX_NUL, 2, 12);
}

Test(reader, a_text_without_end_is_incomplete_at_its_quote) {
  expect_open("\"", ZERO_CODE_SYNTAX_TEXT_OPEN, 0);
  expect_open("(a \"bc) d", ZERO_CODE_SYNTAX_TEXT_OPEN, 3);
  expect_open("\"a\\\"", ZERO_CODE_SYNTAX_TEXT_OPEN, 0);
  expect_open("\"a\\", ZERO_CODE_SYNTAX_TEXT_OPEN, 0);
  expect_open("\"a\\u", ZERO_CODE_SYNTAX_TEXT_OPEN, 0);
  expect_open("\"a\\u{", ZERO_CODE_SYNTAX_TEXT_OPEN, 0);
  expect_open("\"a\\u{12", ZERO_CODE_SYNTAX_TEXT_OPEN, 0);
  expect_open("\"a\\u{123456", ZERO_CODE_SYNTAX_TEXT_OPEN, 0);
}

Test(reader, an_open_text_with_a_bad_escape_cannot_be_completed) {
  expect_error("\"a\\q", ZERO_CODE_SYNTAX_ESCAPE, 2, 4);
  expect_error("\"\\u{1234567", ZERO_CODE_SYNTAX_ESCAPE, 1, 10);
}

/* --- symbols and words ---------------------------------------------------- */

Test(reader, symbols_are_anything_else) {
  expect_shape("text-len empty? alias.name _ <= % a'b x#y a[0] %&*",
               "(text-len empty? alias.name _ <= % a'b x#y a[0] %&*)");
  expect_shape("λ 变量 \U0001F600 trueish Units True unit",
               "(λ 变量 \U0001F600 trueish Units True unit)");
}

Test(reader, true_false_and_Unit_are_literals) {
  struct reading *reading = read_text("true false Unit");
  const struct zero_form *form = reading->forms->first;
  cr_expect_eq(form->kind, ZERO_FORM_LITERAL);
  cr_expect(zero__same(form->value, ZERO_TRUE));
  cr_expect(zero__same(form->next->value, ZERO_FALSE));
  cr_expect(zero__same(form->next->next->value, ZERO_UNIT));
}

Test(reader, equal_names_are_one_symbol) {
  struct reading *reading = read_text("alpha beta alpha");
  const struct zero_form *form = reading->forms->first;
  cr_expect_neq(form->symbol, form->next->symbol);
  cr_expect_eq(form->symbol, form->next->next->symbol);
  cr_expect_eq(form->symbol,
               zero__intern(reading->heap, &reading->symbols, "alpha", 5));
}

Test(reader, symbols_are_made_nfc_and_texts_are_not) {
  struct reading *reading = read_text("e\u0301 \u00E9 \"e\u0301\" \u212A");
  const struct zero_form *form = reading->forms->first;
  cr_expect_str_eq(form->symbol->name, "\u00E9");
  cr_expect_eq(form->symbol->size, 2);
  cr_expect_eq(form->symbol, form->next->symbol);
  cr_expect_eq(form->span.end, 3);
  form = form->next->next;
  cr_expect(zero__text_is(form->value, "e\u0301"));
  cr_expect_str_eq(form->next->symbol->name, "K");
}

Test(reader, words_are_known_by_glyph_and_by_ascii_spelling) {
  static const struct {
    const char *glyph;
    const char *ascii;
    enum zero_word word;
  } pairs[] = {
      {"ƒ", "fn", ZERO_WORD_FN},
      {"≔", "let", ZERO_WORD_LET},
      {"∷", "::", ZERO_WORD_HAS_TYPE},
      {"→", "->", ZERO_WORD_ARROW},
      {"⊙", "module", ZERO_WORD_MODULE},
      {"↥", "import", ZERO_WORD_IMPORT},
      {"↦", "export", ZERO_WORD_EXPORT},
      {"τ", "type", ZERO_WORD_TYPE},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    const struct zero_symbol *glyph = only(read_text(pairs[i].glyph))->symbol;
    const struct zero_symbol *ascii = only(read_text(pairs[i].ascii))->symbol;
    cr_expect_eq(glyph->word, pairs[i].word, "%s", pairs[i].glyph);
    cr_expect_eq(ascii->word, pairs[i].word, "%s", pairs[i].ascii);
    cr_expect(glyph->glyph);
    cr_expect_not(ascii->glyph);
  }
}

Test(reader, words_without_glyph_are_known_and_names_are_no_words) {
  static const struct {
    const char *name;
    enum zero_word word;
  } words[] = {
      {"list", ZERO_WORD_LIST},   {"do", ZERO_WORD_DO},
      {"if", ZERO_WORD_IF},       {"and", ZERO_WORD_AND},
      {"or", ZERO_WORD_OR},       {"try", ZERO_WORD_TRY},
      {"match", ZERO_WORD_MATCH}, {"cap", ZERO_WORD_CAP},
      {"doc", ZERO_WORD_DOC},     {"lists", ZERO_WORD_NONE},
      {"List", ZERO_WORD_NONE},   {"f", ZERO_WORD_NONE},
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    const struct zero_symbol *symbol = only(read_text(words[i].name))->symbol;
    cr_expect_eq(symbol->word, words[i].word, "%s", words[i].name);
    cr_expect_not(symbol->glyph);
  }
}

Test(reader, a_form_is_of_a_word_by_its_head) {
  cr_expect(zero__form_is(only(read_text("(fn f ())")), ZERO_WORD_FN));
  cr_expect_not(zero__form_is(only(read_text("(f fn)")), ZERO_WORD_FN));
  cr_expect_not(zero__form_is(only(read_text("()")), ZERO_WORD_FN));
  cr_expect_not(zero__form_is(only(read_text("fn")), ZERO_WORD_FN));
}

Test(reader, a_table_of_symbols_grows) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_symbols symbols = {0};
  struct zero_symbol *first[5000];
  for (int round = 0; round < 2; round++) {
    for (unsigned i = 0; i < 5000; i++) {
      char name[16];
      int size = snprintf(name, sizeof name, "name-%u", i);
      struct zero_symbol *symbol =
          zero__intern(heap, &symbols, name, (size_t)size);
      if (round == 0) first[i] = symbol;
      cr_assert_eq(symbol, first[i]);
      cr_assert_str_eq(symbol->name, name);
    }
  }
  cr_expect_eq(zero__intern(heap, &symbols, "fn", 2)->word, ZERO_WORD_FN);
}

Test(reader, tokens_that_begin_nothing_are_named) {
  expect_error("(a [b] c)", ZERO_CODE_SYNTAX_SYMBOL, 3, 6);
  expect_error("]", ZERO_CODE_SYNTAX_SYMBOL, 0, 1);
  expect_error("{a}", ZERO_CODE_SYNTAX_SYMBOL, 0, 3);
  expect_error("'a'", ZERO_CODE_SYNTAX_SYMBOL, 0, 3);
  expect_error("(a , b)", ZERO_CODE_SYNTAX_SYMBOL, 3, 4);
  expect_error("`a", ZERO_CODE_SYNTAX_SYMBOL, 0, 2);
  expect_error("(f #<function g>)", ZERO_CODE_SYNTAX_SYMBOL, 3, 13);
  expect_message("#<function g>", "#<...>");
  expect_message("[1]", "(list 1 2)");
  expect_message("'a", "double quotes");
}

Test(reader, characters_that_hide_stand_only_in_texts_and_comments) {
  expect_error("a\x01", ZERO_CODE_SYNTAX_SYMBOL, 1, 2);
  expect_error("(\x7F)", ZERO_CODE_SYNTAX_SYMBOL, 1, 2);
  expect_error("\x1B[1m", ZERO_CODE_SYNTAX_SYMBOL, 0, 1);
  expect_error("a\xC2\x80", ZERO_CODE_SYNTAX_SYMBOL, 1, 3);
  expect_error("a\u200Bb", ZERO_CODE_SYNTAX_SYMBOL, 1, 4);
  expect_error("a\u202Eb", ZERO_CODE_SYNTAX_SYMBOL, 1, 4);
  expect_error("5\uFEFF", ZERO_CODE_SYNTAX_SYMBOL, 1, 4);
  expect_message("a\u200Bb", "U+200B");
  expect_shape("\"\x01\u200B\" ; \x01\u202E", "(\"\x01\u200B\")");
}

Test(reader, no_symbol_becomes_a_delimiter_when_made_nfc) {
  expect_error("a\u037Eb", ZERO_CODE_SYNTAX_SYMBOL, 1, 3);
  expect_error("\u1FEFb", ZERO_CODE_SYNTAX_SYMBOL, 0, 3);
}

/* --- lists and data ------------------------------------------------------- */

Test(reader, forms_nest) {
  expect_shape("()", "(())");
  expect_shape("(a) (b (c 1) ()) \"d\"", "((a) (b (c 1) ()) \"d\")");
  expect_shape("((f) 1)", "(((f) 1))");
  expect_shape("(1 2)", "((1 2))");
}

Test(reader, a_list_of_literals_is_data) {
  expect_shape("(list)", "({})");
  expect_shape("(list 1 \"a\" true false Unit)",
               "({1 \"a\" true false Unit})");
  expect_shape("(list (list) (list 1 (list 2)) 3)", "({{} {1 {2}} 3})");
  expect_shape("( ;c\n list ;d\n 1 )", "({1})");
}

Test(reader, a_list_with_anything_else_is_no_data) {
  expect_shape("(list x)", "((list x))");
  expect_shape("(list 1 2 x 3)", "((list 1 2 x 3))");
  expect_shape("(list list)", "((list list))");
  expect_shape("(list 1 ())", "((list 1 ()))");
  expect_shape("(list 1 (f 2) 3)", "((list 1 (f 2) 3))");
  expect_shape("((list) 1)", "(({} 1))");
  expect_shape("((list 1))", "(({1}))");
}

Test(reader, data_inside_other_forms_is_data) {
  expect_shape("(f (list 1) x (list (list 2)))", "((f {1} x {{2}}))");
  expect_shape("(list (list 1) (list 2 x) (list 3))",
               "((list {1} (list 2 x) {3}))");
  expect_shape("(list (list (list 1) y) 4 (list 5))",
               "((list (list {1} y) 4 {5}))");
}

Test(reader, data_that_fits_a_family_is_the_packed_value) {
  zero_value some = only(read_text("(list 5 \"some\" 42)"))->value;
  cr_expect(zero__is_packed(some));
  zero_value longer = only(read_text("(list 9 5 \"some\" 42)"))->value;
  cr_expect(zero__is_cell(longer));
  cr_expect(zero__is_packed(zero__cell(longer)->tail));
}

/* --- spans ---------------------------------------------------------------- */

static void expect_span(const struct zero_form *form, uint32_t start,
                        uint32_t end) {
  cr_assert_not_null(form);
  cr_expect_eq(form->span.start, start, "starts at %u", form->span.start);
  cr_expect_eq(form->span.end, end, "ends at %u", form->span.end);
}

Test(reader, every_form_keeps_its_span) {
  const char *text = " (fé 12 \"a\\n\" (g)) x";
  struct reading *reading = read_text(text);
  expect_span(reading->forms, 0, (uint32_t)strlen(text));
  const struct zero_form *outer = reading->forms->first;
  expect_span(outer, 1, 19);
  const struct zero_form *form = outer->first;
  expect_span(form, 2, 5);
  expect_span(form->next, 6, 8);
  expect_span(form->next->next, 9, 14);
  expect_span(form->next->next->next, 15, 18);
  expect_span(form->next->next->next->first, 16, 17);
  expect_span(outer->next, 20, 21);
}

Test(reader, spans_survive_until_a_list_proves_to_be_no_data) {
  const struct zero_form *list =
      only(read_text("( list 1 \"b\" (list 2 (list)) x)"));
  expect_span(list, 0, 31);
  const struct zero_form *form = list->first;
  expect_span(form, 2, 6);
  expect_span(form->next, 7, 8);
  expect_span(form->next->next, 9, 12);
  form = form->next->next->next;
  cr_expect_eq(form->kind, ZERO_FORM_DATA);
  expect_span(form, 13, 28);
  expect_span(form->next, 29, 30);
}

Test(reader, data_keeps_the_span_of_the_whole_list) {
  const struct zero_form *form = only(read_text("  (list 1 (list 2) )"));
  cr_expect_eq(form->kind, ZERO_FORM_DATA);
  expect_span(form, 2, 20);
}

Test(reader, data_opens_as_the_list_it_was_written_as) {
  struct reading *reading =
      read_text("(list 1 (list 2 3) \"a\" (list)) x");
  struct zero_form *data = reading->forms->first;
  struct zero_form *list =
      zero__form_open(reading->heap, &reading->symbols, data);
  cr_expect(zero__form_is(list, ZERO_WORD_LIST));
  cr_expect_eq(list->next, data->next);
  char *shape = shape_of(reading->heap, list);
  cr_expect_str_eq(shape, "(list 1 {2 3} \"a\" {})");
  free(shape);
  for (struct zero_form *f = list->first; f != NULL; f = f->next) {
    expect_span(f, 0, 30);
  }
  cr_expect_eq(list->first->next->kind, ZERO_FORM_LITERAL);
  cr_expect_eq(list->first->next->next->kind, ZERO_FORM_DATA);
}

Test(reader, packed_data_opens_too) {
  struct reading *reading = read_text("(list 5 \"some\" (list 1))");
  struct zero_form *list =
      zero__form_open(reading->heap, &reading->symbols, only(reading));
  char *shape = shape_of(reading->heap, list);
  cr_expect_str_eq(shape, "(list 5 \"some\" {1})");
  free(shape);
}

/* --- unbalanced ----------------------------------------------------------- */

Test(reader, an_open_list_is_incomplete_at_the_innermost_parenthesis) {
  expect_open("(", ZERO_CODE_SYNTAX_UNBALANCED, 0);
  expect_open("(a (b 1) (c", ZERO_CODE_SYNTAX_UNBALANCED, 9);
  expect_open("(a (b 1)", ZERO_CODE_SYNTAX_UNBALANCED, 0);
  expect_open("(list 1 (list 2", ZERO_CODE_SYNTAX_UNBALANCED, 8);
  expect_open("(f) (g ; )", ZERO_CODE_SYNTAX_UNBALANCED, 4);
}

Test(reader, the_message_counts_open_lists_and_names_the_innermost) {
  expect_message("(a (b 1) (c", "2 lists are not closed");
  expect_message("(a (b 1) (c", "innermost is (c");
  expect_message("(list 1", "1 list is not closed; the innermost is (list");
  expect_message("(ƒ main", "(ƒ");
  expect_message("((", "2 lists are not closed; the innermost is (");
}

Test(reader, a_parenthesis_that_closes_nothing_is_an_error_there) {
  expect_error(")", ZERO_CODE_SYNTAX_UNBALANCED, 0, 1);
  expect_error("(a))", ZERO_CODE_SYNTAX_UNBALANCED, 3, 4);
  expect_error("(list 1) ) (", ZERO_CODE_SYNTAX_UNBALANCED, 9, 10);
}

Test(reader, only_the_first_error_is_reported) {
  expect_error("(a 12x \"\\q\" ]", ZERO_CODE_SYNTAX_INTEGER, 3, 6);
}

Test(reader, incomplete_need_not_be_asked_for) {
  struct reading *reading = read_text("x");
  zero__reports_init(&reading->reports);
  struct zero_source source = {"test", "(a", 2, false};
  cr_expect_null(zero__read(reading->heap, &reading->symbols, &source,
                            &reading->reports, NULL));
  cr_expect_eq(reading->reports.errors, 1);
}

/* --- bytes that are not program text -------------------------------------- */

/* Sequences that begin no character: a stray continuation, bytes that never
 * occur, overlong forms, surrogates, beyond 10FFFF, cut short. */
static const char *const not_utf8[] = {
    "\x80", "\xBF", "\xFE", "\xFF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80",
    "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80",
    "\xED\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3",
    "\xE2\x82", "\xF0\x9F\x98", "\xC3(", "\xE2\x82(", "\xF0\x9F\x98(",
};

Test(reader, invalid_utf8_is_an_error_at_its_byte_wherever_it_stands) {
  static const char *const places[][2] = {
      {"", " (a)"},    {"(a ", " b)"}, {"(a \"b", "c\")"}, {"(a", "b)"},
      {"; a ", "\n(a)"}, {"(é (f) ", ""}, {"#! ", "\n"},
  };
  for (size_t i = 0; i < sizeof not_utf8 / sizeof *not_utf8; i++) {
    for (size_t j = 0; j < sizeof places / sizeof *places; j++) {
      char text[64];
      snprintf(text, sizeof text, "%s%s%s", places[j][0], not_utf8[i],
               places[j][1]);
      if (memcmp(text, "\xFE\xFF", 2) == 0) continue;
      uint32_t at = (uint32_t)strlen(places[j][0]);
      expect_error(text, ZERO_CODE_SYNTAX_UTF8, at, at + 1);
    }
  }
}

Test(reader, a_nul_is_an_error_at_its_byte_wherever_it_stands) {
  static const struct {
    const char *bytes;
    size_t size;
    uint32_t at;
  } texts[] = {
      {"\0(a)", 4, 0},      {"(a\0b)", 5, 2}, {"\"a\0\"", 4, 2},
      {"; a\0b\n(a)", 9, 3}, {"(a)\0", 4, 3},  {"(a \0 b)", 7, 3},
      {"\"\\\0\"", 4, 2},
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    expect_error_in(read_bytes(texts[i].bytes, texts[i].size),
                    ZERO_CODE_SYNTAX_NUL, texts[i].at, texts[i].at + 1,
                    false);
  }
}

Test(reader, a_byte_order_mark_is_an_error_of_its_own) {
  expect_error("\xEF\xBB\xBF(a)", ZERO_CODE_SYNTAX_BOM, 0, 3);
  expect_message("\xEF\xBB\xBF(a)", "UTF-8");
  expect_error_in(read_bytes("\xFF\xFE(\0", 4), ZERO_CODE_SYNTAX_BOM, 0, 2,
                  false);
  expect_error_in(read_bytes("\xFE\xFF\0(", 4), ZERO_CODE_SYNTAX_BOM, 0, 2,
                  false);
}

Test(reader, a_binary_file_is_called_one) {
  static const char elf[64] = "\x7f" "ELF\x02\x01\x01";
  struct reading *reading = read_bytes(elf, sizeof elf);
  expect_error_in(reading, ZERO_CODE_SYNTAX_UTF8, 0, 1, false);
  cr_expect_not_null(strstr(reading->reports.first->message, "binary"));
  static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\0\0\0\1\0";
  reading = read_bytes(png, sizeof png);
  expect_error_in(reading, ZERO_CODE_SYNTAX_UTF8, 0, 1, false);
  cr_expect_not_null(strstr(reading->reports.first->message, "binary"));
}

Test(reader, a_source_too_large_for_spans_is_refused_unread) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_symbols symbols = {0};
  struct zero_reports reports;
  zero__reports_init(&reports);
  struct zero_source source = {"test", "", (size_t)ZERO_SOURCE_MAX + 1, false};
  bool incomplete = true;
  cr_expect_null(
      zero__read(heap, &symbols, &source, &reports, &incomplete));
  cr_assert_not_null(reports.first);
  cr_expect_eq(reports.first->code, ZERO_CODE_SYNTAX_TOO_LARGE);
  cr_expect_not(incomplete);
}

/* --- nesting -------------------------------------------------------------- */

/* `count` times `part`, then `middle`, then `count` times `end`. */
static char *nest(size_t count, const char *part, const char *middle,
                  const char *end) {
  size_t sizes[] = {strlen(part), strlen(middle), strlen(end)};
  char *text = malloc(count * (sizes[0] + sizes[2]) + sizes[1] + 1);
  char *at = text;
  for (size_t i = 0; i < count; i++, at += sizes[0]) {
    memcpy(at, part, sizes[0]);
  }
  memcpy(at, middle, sizes[1]);
  at += sizes[1];
  for (size_t i = 0; i < count; i++, at += sizes[2]) memcpy(at, end, sizes[2]);
  *at = '\0';
  return text;
}

static struct reading *read_nest(size_t count, const char *part,
                                 const char *middle, const char *end) {
  char *text = nest(count, part, middle, end);
  struct reading *reading = read_text(text);
  free(text);
  return reading;
}

Test(reader, forms_nest_up_to_the_limit) {
  static const char *const parts[] = {"(f ", "(", "(list x "};
  for (size_t i = 0; i < 3; i++) {
    uint32_t size = (uint32_t)strlen(parts[i]);
    cr_expect_not_null(
        read_nest(ZERO_NESTING_MAX, parts[i], "1", ")")->forms);
    expect_error_in(read_nest(ZERO_NESTING_MAX + 1, parts[i], "1", ")"),
                    ZERO_CODE_SYNTAX_TOO_DEEP, ZERO_NESTING_MAX * size,
                    ZERO_NESTING_MAX * size + 1, false);
  }
}

Test(reader, data_may_stand_in_the_deepest_form) {
  cr_expect_not_null(read_nest(ZERO_NESTING_MAX, "(f ",
                               "(list (list 1) (list (list)))", ")")->forms);
  expect_error_in(read_nest(ZERO_NESTING_MAX, "(f ", "()", ")"),
                  ZERO_CODE_SYNTAX_TOO_DEEP, 3 * ZERO_NESTING_MAX,
                  3 * ZERO_NESTING_MAX + 1, false);
}

Test(reader, a_deep_list_that_proves_to_be_no_data_is_too_deep) {
  expect_error_in(read_nest(2000, "(list ", "x", ")"),
                  ZERO_CODE_SYNTAX_TOO_DEEP, 6 * ZERO_NESTING_MAX,
                  6 * ZERO_NESTING_MAX + 1, false);
  cr_expect_not_null(read_nest(ZERO_NESTING_MAX, "(list ", "x", ")")->forms);
}

/* --- big texts, in little C stack ----------------------------------------- */

static void read_many_parentheses(void *unused) {
  (void)unused;
  expect_error_in(read_nest(MILLION, "(", "", ""), ZERO_CODE_SYNTAX_TOO_DEEP,
                  ZERO_NESTING_MAX, ZERO_NESTING_MAX + 1, false);
  expect_error_in(read_nest(MILLION, ")", "", ""),
                  ZERO_CODE_SYNTAX_UNBALANCED, 0, 1, false);
  cr_expect_eq(read_nest(MILLION, "()", "", "")->forms->count, MILLION);
}

Test(reader, a_million_parentheses_are_read_or_refused) {
  zero_test_on_stack(SMALL_STACK, read_many_parentheses, NULL);
}

static void read_deep_data(void *unused) {
  (void)unused;
  struct zero_form *data = only(read_nest(MILLION, "(list ", "7", ")"));
  cr_assert_eq(data->kind, ZERO_FORM_DATA);
  zero_value value = data->value;
  size_t depth = 0;
  for (; zero__is_cell(value); value = zero__cell(value)->head) depth++;
  cr_expect_eq(depth, MILLION);
  cr_expect(zero__same(value, zero__small(7)));
  struct reading *open = read_nest(MILLION, "(list ", "", "");
  expect_error_in(open, ZERO_CODE_SYNTAX_UNBALANCED, 6 * (MILLION - 1),
                  6 * (MILLION - 1) + 1, true);
  char lists[32];
  snprintf(lists, sizeof lists, "%d lists", MILLION);
  cr_expect_not_null(strstr(open->reports.first->message, lists));
  expect_error_in(read_nest(MILLION, "(list ", "x", ")"),
                  ZERO_CODE_SYNTAX_TOO_DEEP, 6 * ZERO_NESTING_MAX,
                  6 * ZERO_NESTING_MAX + 1, false);
}

Test(reader, data_a_million_lists_deep_is_read) {
  zero_test_on_stack(SMALL_STACK, read_deep_data, NULL);
}

static void read_long_data(void *unused) {
  (void)unused;
  enum { COUNT = 5 * MILLION };
  char *items = nest(COUNT, " 1", "", "");
  char *text = malloc(2 * COUNT + 10);
  sprintf(text, "(list%s)", items);
  struct reading *reading = read_text("");
  reading->source = (struct zero_source){"test", text, strlen(text), false};
  uint64_t before = zero__heap_allocated(reading->heap);
  const struct zero_form *forms =
      zero__read(reading->heap, &reading->symbols, &reading->source,
                 &reading->reports, NULL);
  uint64_t bytes = zero__heap_allocated(reading->heap) - before;
  cr_assert_not_null(forms);
  cr_expect_eq(zero__length(reading->heap, forms->first->value), COUNT);
  cr_expect_leq(bytes / COUNT, 40, "%llu bytes", (unsigned long long)bytes);
  sprintf(text, "(f   %s)", items);
  cr_expect_eq(only(read_text(text))->count, COUNT + 1);
  sprintf(text, "(list%s", items);
  memcpy(text + strlen(text), " x)", 4);
  cr_expect_eq(only(read_text(text))->count, COUNT + 2);
  free(items);
  free(text);
}

Test(reader, ten_megabytes_on_one_line_are_read_in_little_memory) {
  zero_test_on_stack(SMALL_STACK, read_long_data, NULL);
}

static void read_long_atoms(void *unused) {
  (void)unused;
  enum { SIZE = 10 * MILLION, NAME = 8192 };
  struct reading *reading = read_nest(NAME, "a", "", "");
  cr_expect_eq(only(reading)->symbol->size, NAME);
  expect_error_in(read_nest(SIZE, "a", "", ""), ZERO_CODE_SYNTAX_SYMBOL, 0,
                  NAME + 1, false);
  char *text = nest(SIZE / 2, "\\n", "", "");
  char *quoted = malloc(SIZE + 3);
  sprintf(quoted, "\"%s", text);
  expect_open(quoted, ZERO_CODE_SYNTAX_TEXT_OPEN, 0);
  sprintf(quoted, "\"%s\"", text);
  zero_value value = only(read_text(quoted))->value;
  cr_expect_eq(zero__text_size(value), SIZE / 2);
  expect_error_in(read_nest(SIZE, "9", "", ""), ZERO_CODE_SYNTAX_INTEGER, 0,
                  NAME + 1, false);
  cr_expect_eq(read_nest(SIZE, ";", "", "")->forms->count, 0);
  free(quoted);
  free(text);
}

Test(reader, atoms_of_ten_megabytes_are_read_or_refused) {
  zero_test_on_stack(SMALL_STACK, read_long_atoms, NULL);
}

/* --- random texts --------------------------------------------------------- */

static void put_space(struct zero_random *random, FILE *text) {
  static const char *const spaces[] = {" ", "\n", "\t ", " ;x ( \"\n", "\r\n",
                                       "\u00A0"};
  fputs(spaces[zero_random_below(random, 6)], text);
}

/* Writes one random form to `text` as source and to `shape` as put_form
 * would; returns whether it is literal data. */
static bool put_random(struct zero_random *random, FILE *text, FILE *shape,
                       unsigned depth);

static bool put_random_atom(struct zero_random *random, FILE *text,
                            FILE *shape) {
  static const char *const atoms[][2] = {
      {"Unit", "Unit"}, {"true", "true"}, {"false", "false"},
      {"\"\\u{e9}\\\\\"", "\"\u00E9\\\""}, {"\"\"", "\"\""},
      {"-0x1f", "-31"}, {"9223372036854775807", "9223372036854775807"},
      {"list", "list"}, {"e\u0301x", "\u00E9x"}, {"≔", "≔"}, {"-", "-"},
  };
  size_t i = zero_random_below(random, 14);
  if (i < 11) {
    fputs(atoms[i][0], text);
    fputs(atoms[i][1], shape);
    return i < 7;
  }
  long long number = (long long)zero_random_next(random);
  fprintf(text, "%lld", number);
  fprintf(shape, "%lld", number);
  return true;
}

static bool put_random_list(struct zero_random *random, FILE *text,
                            FILE *shape, unsigned depth) {
  char *inner;
  size_t size;
  FILE *items = open_memstream(&inner, &size);
  const char *head = zero_random_below(random, 4) > 0 ? "list" : "f";
  bool data = *head == 'l';
  fprintf(text, "(%s", head);
  for (uint64_t left = zero_random_below(random, 5); left > 0; left--) {
    put_space(random, text);
    if (ftell(items) > 0) fputc(' ', items);
    if (!put_random(random, text, items, depth + 1)) data = false;
  }
  fputs(")", text);
  fclose(items);
  if (data) fprintf(shape, "{%s}", inner);
  if (!data) fprintf(shape, "(%s%s%s)", head, size > 0 ? " " : "", inner);
  free(inner);
  return data;
}

static bool put_random(struct zero_random *random, FILE *text, FILE *shape,
                       unsigned depth) {
  if (depth > 8 || zero_random_below(random, 3) == 0) {
    return put_random_atom(random, text, shape);
  }
  return put_random_list(random, text, shape, depth);
}

Test(reader, random_forms_read_to_what_was_written) {
  struct zero_random random;
  zero_random_init(&random, "random_forms_read_to_what_was_written");
  for (int i = 0; i < ZERO_SCALED(10000); i++) {
    char *text, *shape;
    size_t size;
    FILE *text_out = open_memstream(&text, &size);
    FILE *shape_out = open_memstream(&shape, &size);
    fputs("(", shape_out);
    put_random(&random, text_out, shape_out, 0);
    fputs(")", shape_out);
    fclose(text_out);
    fclose(shape_out);
    expect_shape(text, shape);
    free(text);
    free(shape);
  }
}

Test(reader, random_bytes_are_read_or_refused_with_one_error) {
  static const char alphabet[] =
      "(((()))) \n\"\"\\u{};#!-0x19aflist\xC3\xA9\x80";
  struct zero_random random;
  zero_random_init(&random, "random_bytes_are_read_or_refused");
  for (int i = 0; i < ZERO_SCALED(10000); i++) {
    char text[64];
    size_t size = zero_random_below(&random, sizeof text);
    for (size_t at = 0; at < size; at++) {
      text[at] = alphabet[zero_random_below(&random, sizeof alphabet - 1)];
    }
    struct reading *reading = read_bytes(text, size);
    cr_assert_eq(reading->reports.errors, reading->forms == NULL);
    if (reading->forms != NULL) cr_assert_not(reading->incomplete);
    if (reading->forms == NULL) {
      struct zero_span span = reading->reports.first->span;
      cr_assert(span.start < span.end && span.end <= size);
    }
  }
}

/* A text of random characters, those with an escape of their own often. */
static zero_value random_text(struct zero_random *random,
                              struct zero_heap *heap) {
  static const char special[] = "\"\\\n\t\r\x01\x1F\x7F;()#";
  char bytes[64];
  size_t size = 0;
  for (uint64_t left = zero_random_below(random, 12); left > 0; left--) {
    uint64_t point = zero_random_below(random, 0x10FFFF) + 1;
    if (zero_random_below(random, 2) == 0) point = point % 0x80 + 1;
    if (zero_random_below(random, 3) == 0) {
      point = (unsigned char)special[zero_random_below(random, 12)];
    }
    if (!zero__utf8_scalar(point)) continue;
    size += zero__utf8_put(bytes + size, (uint32_t)point);
  }
  return zero__text_new(heap, bytes, size);
}

static void expect_round_trip(struct zero_heap *heap, zero_value value) {
  zero_value printed = zero__print_value(heap, value);
  const char *bytes = zero__text_bytes(printed);
  const struct zero_form *form =
      only(read_bytes(bytes, zero__text_size(printed)));
  cr_assert_neq(form->kind, ZERO_FORM_LIST, "%s", bytes);
  cr_assert(zero__equal(heap, form->value, value), "%s", bytes);
}

Test(reader, what_was_printed_reads_back_to_an_equal_value) {
  struct zero_random random;
  zero_random_init(&random, "what_was_printed_reads_back");
  struct zero_heap *heap = zero_test_heap();
  for (int i = 0; i < ZERO_SCALED(10000); i++) {
    expect_round_trip(heap, zero_any_value(heap, &random));
    expect_round_trip(heap, random_text(&random, heap));
  }
}
