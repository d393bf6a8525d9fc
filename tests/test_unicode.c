/* test_unicode.c - case, classes, normal forms and clusters against the
 * Unicode character database that Debian's unicode-data installs. */
#include "support/scale.h"
#include "value/text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "support/heap.h"
#include "support/random.h"

#define DATABASE "/usr/share/unicode/"

enum { POINTS = 0x110000, LINE = 8192, LAWS = ZERO_SCALED(10000) };

static FILE *open_table(const char *path) {
  FILE *file = fopen(path, "r");
  cr_assert_not_null(file, "%s is missing: install unicode-data", path);
  return file;
}

static bool is_scalar(uint32_t point) {
  return point != 0 && zero__utf8_scalar(point);
}

static zero_value text_of_point(struct zero_heap *heap, uint32_t point) {
  char bytes[4];
  return zero__text_new(heap, bytes, zero__utf8_put(bytes, point));
}

/* Hexadecimal code points up to the first other character but space, which
 * *end gets. */
static zero_value parse_points(struct zero_heap *heap, const char *at,
                               const char **end) {
  char bytes[LINE];
  size_t size = 0;
  for (;;) {
    char *behind;
    uint32_t point = (uint32_t)strtoul(at, &behind, 16);
    if (behind == at) break;
    size += zero__utf8_put(bytes + size, point);
    at = behind;
    if (*at == ' ') at++;
  }
  if (end != NULL) *end = at;
  return zero__text_new(heap, bytes, size);
}

/* --- case and classes ---------------------------------------------------- */

/* A line of UnicodeData.txt cut at its semicolons. */
static void split_fields(char *line, char *fields[15]) {
  for (int i = 0; i < 15; i++) fields[i] = strsep(&line, ";\n");
}

static const char *class_of_category(const char *category) {
  if (category[0] == 'L') return "letter";
  if (strcmp(category, "Nd") == 0) return "digit";
  if (category[0] == 'P') return "punctuation";
  return "other";
}

static void check_case(struct zero_heap *heap, uint32_t point,
                       const char *upper, const char *lower) {
  zero_value text = text_of_point(heap, point);
  zero_value up = *upper != '\0' ? parse_points(heap, upper, NULL) : text;
  zero_value down = *lower != '\0' ? parse_points(heap, lower, NULL) : text;
  cr_expect(zero__text_equal(heap, zero__text_upper(heap, text), up),
            "upper of U+%04X", point);
  cr_expect(zero__text_equal(heap, zero__text_lower(heap, text), down),
            "lower of U+%04X", point);
}

Test(unicode, case_is_the_simple_mapping_of_every_character) {
  struct zero_heap *heap = zero_test_bare_heap();
  FILE *file = open_table(DATABASE "UnicodeData.txt");
  char line[LINE];
  int checked = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    char *fields[15];
    split_fields(line, fields);
    uint32_t point = (uint32_t)strtoul(fields[0], NULL, 16);
    if (!is_scalar(point)) continue;
    check_case(heap, point, fields[12], fields[13]);
    checked++;
  }
  cr_assert_gt(checked, 34000);
  fclose(file);
}

/* Sets a flag for each code point that PropList.txt calls White_Space. */
static void read_white_space(bool *white) {
  FILE *file = open_table(DATABASE "PropList.txt");
  char line[LINE];
  while (fgets(line, sizeof line, file) != NULL) {
    unsigned first;
    unsigned last;
    char name[64];
    if (sscanf(line, "%x..%x ; %63s", &first, &last, name) != 3) {
      if (sscanf(line, "%x ; %63s", &first, name) != 2) continue;
      last = first;
    }
    if (strcmp(name, "White_Space") != 0) continue;
    for (; first <= last; first++) white[first] = true;
  }
  fclose(file);
}

/* UnicodeData.txt says a range by its first and last line. */
static void read_classes(const char **classes) {
  for (uint32_t p = 0; p < POINTS; p++) classes[p] = "other";
  FILE *file = open_table(DATABASE "UnicodeData.txt");
  char line[LINE];
  uint32_t first = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    char *fields[15];
    split_fields(line, fields);
    uint32_t last = (uint32_t)strtoul(fields[0], NULL, 16);
    bool range = strstr(fields[1], ", Last>") != NULL;
    if (!range) first = last;
    for (uint32_t p = first; p <= last; p++) {
      classes[p] = class_of_category(fields[2]);
    }
    first = last;
  }
  fclose(file);
}

Test(unicode, every_character_has_the_class_of_its_category) {
  bool *white = calloc(POINTS, sizeof *white);
  const char **classes = calloc(POINTS, sizeof *classes);
  read_white_space(white);
  read_classes(classes);
  for (uint32_t point = 1; point < POINTS; point++) {
    if (!is_scalar(point)) continue;
    const char *expected = white[point] ? "space" : classes[point];
    cr_expect_str_eq(zero__text_class(point), expected, "U+%04X", point);
  }
  free(classes);
  free(white);
}

Test(unicode, trim_takes_white_space_from_both_ends_and_nothing_else) {
  bool *white = calloc(POINTS, sizeof *white);
  struct zero_heap *heap = zero_test_bare_heap();
  read_white_space(white);
  for (uint32_t point = 1; point < POINTS; point++) {
    if (!is_scalar(point)) continue;
    char bytes[16];
    size_t width = zero__utf8_put(bytes, point);
    memcpy(bytes + width, "x y", 3);
    memcpy(bytes + width + 3, bytes, width);
    zero_value text = zero__text_new(heap, bytes, 2 * width + 3);
    zero_value trimmed = zero__text_trim(heap, text);
    cr_assert_eq(zero__text_is(trimmed, "x y"), white[point]);
    cr_assert_eq(zero__same(trimmed, text), !white[point]);
    zero_value alone = text_of_point(heap, point);
    cr_assert_eq(zero__text_size(zero__text_trim(heap, alone)),
                 white[point] ? 0 : width);
  }
  free(white);
}

Test(unicode, nothing_to_do_returns_the_same_text) {
  struct zero_heap *heap = zero_test_bare_heap();
  static const char *const texts[] = {"", "abc 1", "\u00df\u65e5"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    zero_value text = zero__text_of(heap, texts[i]);
    cr_assert(zero__same(zero__text_lower(heap, text), text));
    cr_assert(zero__same(zero__text_trim(heap, text), text));
    cr_assert(zero__same(zero__text_normalize(heap, text, "NFC"), text));
    cr_assert(zero__same(zero__text_normalize(heap, text, "NFKD"), text));
  }
}

Test(unicode, case_keeps_the_count_where_the_size_changes) {
  struct zero_heap *heap = zero_test_bare_heap();
  zero_value text = zero__text_of(heap, "\u0131\u0250x\u00ff");
  zero_value upper = zero__text_upper(heap, text);
  cr_assert_str_eq(zero__text_bytes(upper), "I\u2c6fX\u0178");
  cr_assert_eq(zero__text_count(upper), 4);
  zero_value ascii = zero__text_upper(heap, zero__text_of(heap, "\u0131"));
  cr_assert_eq(zero__text(ascii)->flags, ZERO_TEXT_ASCII);
}

/* --- normal forms -------------------------------------------------------- */

enum { NFC, NFD, NFKC, NFKD, FORMS };
static const char *const form_names[FORMS] = {"NFC", "NFD", "NFKC", "NFKD"};

static void check_form(struct zero_heap *heap, zero_value text, int form,
                       zero_value expected, const char *line) {
  zero_value normal = zero__text_normalize(heap, text, form_names[form]);
  cr_expect(zero__text_equal(heap, normal, expected), "%s: %s",
            form_names[form], line);
  cr_expect_eq(zero__utf8_valid(zero__text_bytes(normal),
                                zero__text_size(normal), NULL),
               zero__text_size(normal));
}

/* The invariants that the file's head states, columns counted from 0. */
static void check_line(struct zero_heap *heap, const char *line,
                       zero_value columns[5]) {
  for (int i = 0; i < 5; i++) {
    bool compatible = i >= 3;
    check_form(heap, columns[i], NFC, columns[compatible ? 3 : 1], line);
    check_form(heap, columns[i], NFD, columns[compatible ? 4 : 2], line);
    check_form(heap, columns[i], NFKC, columns[3], line);
    check_form(heap, columns[i], NFKD, columns[4], line);
  }
}

/* Checks every line; flags the code points that Part 1 lists. Returns how
 * many lines there were. */
static int check_normalization_test(struct zero_heap *heap, bool *listed) {
  FILE *file =
      popen("/usr/bin/bzip2 -dc " DATABASE "NormalizationTest.txt.bz2", "r");
  cr_assert_not_null(file);
  char line[LINE];
  bool part1 = false;
  int lines = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    if (line[0] == '@') part1 = strncmp(line, "@Part1", 6) == 0;
    if (line[0] == '@' || line[0] == '#' || line[0] == '\n') continue;
    zero_value columns[5];
    const char *at = line;
    for (int i = 0; i < 5; i++, at++) {
      columns[i] = parse_points(heap, at, &at);
      cr_assert_eq(*at, ';');
    }
    check_line(heap, line, columns);
    if (part1) listed[zero__text_code(heap, columns[0], 0)] = true;
    lines++;
  }
  cr_assert_eq(pclose(file), 0);
  return lines;
}

Test(unicode, every_line_of_the_normalization_test_holds) {
  bool *listed = calloc(POINTS, sizeof *listed);
  struct zero_heap *heap = zero_test_bare_heap();
  cr_assert_gt(check_normalization_test(heap, listed), 18000);
  for (uint32_t point = 1; point < POINTS; point++) {
    if (!is_scalar(point) || listed[point]) continue;
    zero_value text = text_of_point(heap, point);
    for (int form = 0; form < FORMS; form++) {
      zero_value normal = zero__text_normalize(heap, text, form_names[form]);
      cr_assert(zero__same(normal, text), "%s of U+%04X", form_names[form],
                point);
    }
  }
  free(listed);
}

Test(unicode, an_unknown_form_is_no_value) {
  struct zero_heap *heap = zero_test_bare_heap();
  zero_value text = zero__text_of(heap, "a");
  cr_assert(zero_is_none(zero__text_normalize(heap, text, "nfc")));
  cr_assert(zero_is_none(zero__text_normalize(heap, text, "")));
}

/* Marks in falling order are the worst case of sorting by insertion: with
 * it, this test does not end. */
Test(unicode, a_million_marks_are_put_in_order) {
  struct zero_heap *heap = zero_test_bare_heap();
  enum { PAIRS = 500000 };
  char *bytes = malloc(1 + PAIRS * 4);
  bytes[0] = 'a';
  for (size_t i = 0; i < PAIRS; i++) {
    memcpy(bytes + 1 + i * 4, "\u0301\u0323", 4); /* classes 230 and 220 */
  }
  zero_value text = zero__text_new(heap, bytes, 1 + PAIRS * 4);
  zero_value normal = zero__text_normalize(heap, text, "NFD");
  cr_assert_eq(zero__text_count(normal), 1 + PAIRS * 2);
  for (size_t i = 0; i < PAIRS; i++) {
    cr_assert_eq(zero__text_code(heap, normal, 1 + i), 0x323);
    cr_assert_eq(zero__text_code(heap, normal, 1 + PAIRS + i), 0x301);
  }
  free(bytes);
}

/* Few bases and marks, so that they meet in every order. */
static zero_value random_marked(struct zero_heap *heap,
                                struct zero_random *random) {
  static const uint32_t points[] = {
      'a',    'e',    0xE9,   0x300,  0x301,  0x323,  0x31B,   0x345,
      0x1100, 0x1161, 0x11A8, 0xAC00, 0xFB01, 0x212B, 0x1D15E, 0x2F874,
      0x3B1,  0x9C7,  0x9BE,  0x5D0};
  char bytes[200];
  size_t size = 0;
  do {
    uint64_t at = zero_random_below(random, sizeof points / sizeof *points);
    size += zero__utf8_put(bytes + size, points[at]);
  } while (size < 190 && zero_random_below(random, 12) != 0);
  return zero__text_new(heap, bytes, size);
}

Test(unicode, normal_forms_obey_their_laws) {
  struct zero_heap *heap = zero_test_bare_heap();
  struct zero_random random;
  zero_random_init(&random, "normal forms");
  for (int i = 0; i < LAWS; i++) {
    zero_value text = random_marked(heap, &random);
    zero_value forms[FORMS];
    for (int f = 0; f < FORMS; f++) {
      forms[f] = zero__text_normalize(heap, text, form_names[f]);
    }
    for (int f = 0; f < FORMS; f++) {
      const char *bytes = zero__text_bytes(text);
      check_form(heap, forms[f], f, forms[f], bytes);
      check_form(heap, forms[f], NFKC, forms[NFKC], bytes);
      check_form(heap, forms[f], NFKD, forms[NFKD], bytes);
    }
    check_form(heap, forms[NFD], NFC, forms[NFC], zero__text_bytes(text));
    check_form(heap, forms[NFC], NFD, forms[NFD], zero__text_bytes(text));
  }
}

/* --- clusters ------------------------------------------------------------ */

static bool starts_with(const char *at, const char *sign) {
  return strncmp(at, sign, strlen(sign)) == 0;
}

/* A line such as `÷ 0020 × 0308 ÷ 0020 ÷`: the text, and the byte offsets of
 * its breaks except the first. Returns how many. */
static size_t parse_breaks(struct zero_heap *heap, const char *line,
                           zero_value *text, size_t *breaks) {
  char bytes[LINE];
  size_t size = 0;
  size_t count = 0;
  for (const char *at = line; *at != '\t' && *at != '#' && *at != '\n';) {
    if (starts_with(at, "÷")) {
      if (size > 0) breaks[count++] = size;
      at += strlen("÷");
    } else if (starts_with(at, "×")) {
      at += strlen("×");
    } else {
      char *behind;
      size += zero__utf8_put(bytes + size, (uint32_t)strtoul(at, &behind, 16));
      cr_assert(behind > at, "%s", line);
      at = behind;
    }
    while (*at == ' ') at++;
  }
  *text = zero__text_new(heap, bytes, size);
  return count;
}

Test(unicode, every_line_of_the_grapheme_break_test_holds) {
  struct zero_heap *heap = zero_test_bare_heap();
  FILE *file = open_table(DATABASE "auxiliary/GraphemeBreakTest.txt");
  char line[LINE];
  int lines = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    if (!starts_with(line, "÷")) continue;
    zero_value text;
    size_t breaks[LINE];
    size_t count = parse_breaks(heap, line, &text, breaks);
    cr_expect_eq(zero__text_graphemes(heap, text), count, "%s", line);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
      at = zero__text_grapheme_next(heap, text, at);
      cr_expect_eq(at, breaks[i], "%s", line);
    }
    cr_expect_eq(at, zero__text_size(text));
    lines++;
  }
  cr_assert_geq(lines, 602);
  fclose(file);
}

Test(unicode, clusters_are_what_a_person_sees) {
  struct zero_heap *heap = zero_test_bare_heap();
  static const struct {
    const char *text;
    size_t clusters;
  } rows[] = {
      {"", 0},           {"abc", 3},      {"\r\n", 1},   {"\n\r", 2},
      {"a\r\r\n\r", 4},  {"e\u0301", 1},  {"\r", 1},     {"\u65e5\u672c", 2},
      {"\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7", 2},
      {"\U0001F468\u200D\U0001F469\u200D\U0001F467", 1},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zero_value text = zero__text_of(heap, rows[i].text);
    cr_expect_eq(zero__text_graphemes(heap, text), rows[i].clusters,
                 "row %zu", i);
  }
}
