/* page.c - lines, table rows and cells of pages that people write. */
#include "gate.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void blame(struct gate *gate, const char *page, unsigned line,
           const char *format, ...) {
  fprintf(stderr, "%s:%u:1: ", page, line);
  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  gate->schema->complaints++;
}

struct page read_page(struct gate *gate, const char *path) {
  struct page page = {.path = path};
  struct text whole = {0};
  struct text text = {0};
  add(&whole, "%s/%s", gate->root, path);
  bool read = read_file(whole.bytes, &text);
  if (!holds(gate, read && text.size > 0)) {
    blame(gate, path, 1, "%s; put it back",
          read ? "the page is empty" : strerror(errno));
    return page;
  }
  page.lines = allocate(text.size + 1, sizeof *page.lines);
  for (char *at = text.bytes; *at != '\0';) {
    char *end = strchr(at, '\n');
    page.lines[page.count++] = at;
    if (end == NULL) break;
    *end = '\0';
    at = end + 1;
  }
  return page;
}

bool find_line(const struct page *page, const char *text, unsigned *line) {
  for (unsigned i = 0; i < page->count; i++) {
    if (strcmp(page->lines[i], text) != 0) continue;
    *line = i + 1;
    return true;
  }
  return false;
}

/* What stands between two bars, without spaces and backticks around it. */
static char *trim(const char *start, const char *end) {
  while (start < end && (*start == ' ' || *start == '`')) start++;
  while (end > start && (end[-1] == ' ' || end[-1] == '`')) end--;
  return copy_bytes(start, (size_t)(end - start));
}

unsigned cut_cells(const char *line, char *cells[GRID_COLUMNS]) {
  unsigned count = 0;
  if (*line != '|') return 0;
  for (const char *bar; (bar = strchr(line + 1, '|')) != NULL; line = bar) {
    if (count < GRID_COLUMNS) cells[count] = trim(line + 1, bar);
    count++;
  }
  return count < GRID_COLUMNS ? count : GRID_COLUMNS;
}

const char *place(const struct schema *schema, enum table_id id,
                  unsigned row, const char *column) {
  const struct table *table = &schema->tables[id];
  unsigned index = 0;
  while (strcmp(table->columns[index], column) != 0) index++;
  struct text text = {0};
  add(&text, "%s/%s.tsv:%u:%u: %s", schema->folder, table->name,
      table->rows[row].line, index + 1, column);
  return text.bytes;
}

/* True where the first cells are the words of `header`. */
static bool are_headed(char *const *cells, unsigned count,
                       const char *header) {
  const char *word;
  for (unsigned i = 0; (word = next_word(&header)) != NULL; i++) {
    if (i == count || strcmp(cells[i], word) != 0) return false;
  }
  return true;
}

/* The line, from 1, of the row that begins with `header`, 0 where there is
 * none. */
static unsigned find_header(const struct page *page, const char *header) {
  for (unsigned i = 0; i < page->count; i++) {
    char *cells[GRID_COLUMNS];
    unsigned count = cut_cells(page->lines[i], cells);
    if (count > 0 && are_headed(cells, count, header)) return i + 1;
  }
  return 0;
}

/* The words of `header` in turn, for messages. */
static const char *column_name(const char *header, unsigned index) {
  const char *word = next_word(&header);
  while (index-- > 0) word = next_word(&header);
  return word;
}

/* The row as it should stand. */
static const char *row_text(const struct want *want) {
  struct text text = {0};
  add(&text, "|");
  for (unsigned i = 0; i < GRID_COLUMNS && want->cells[i] != NULL; i++) {
    add(&text, " %s |", want->cells[i]);
  }
  return text.bytes;
}

static void check_row(struct gate *gate, const struct page *page,
                      unsigned line, const struct wants *wants,
                      const struct want *want) {
  char *cells[GRID_COLUMNS];
  unsigned count = cut_cells(page->lines[line - 1], cells);
  for (unsigned i = 1; i < GRID_COLUMNS && want->cells[i] != NULL; i++) {
    const char *is = i < count ? cells[i] : "";
    if (holds(gate, strcmp(is, want->cells[i]) == 0)) continue;
    blame(gate, page->path, line,
          "%s: %s is '%s', but %s says '%s'; make them agree",
          want->cells[0], column_name(wants->header, i), is,
          want->sources[i], want->cells[i]);
  }
}

static const struct want *want_named(const struct wants *wants,
                                     const char *name) {
  for (unsigned i = 0; i < wants->count; i++) {
    if (strcmp(wants->rows[i].cells[0], name) == 0) return &wants->rows[i];
  }
  return NULL;
}

/* The last of the rows that `header` is over. */
static unsigned last_row(const struct page *page, unsigned header) {
  unsigned line = header;
  while (line < page->count && page->lines[line][0] == '|') line++;
  return line;
}

/* How often a row named `name` stands under the header; checks each. */
static unsigned check_rows(struct gate *gate, const struct page *page,
                           unsigned header, const struct wants *wants,
                           const struct want *want) {
  unsigned found = 0;
  char *cells[GRID_COLUMNS];
  for (unsigned line = header + 2; line <= last_row(page, header); line++) {
    unsigned count = cut_cells(page->lines[line - 1], cells);
    if (count == 0 || strcmp(cells[0], want->cells[0]) != 0) continue;
    found++;
    check_row(gate, page, line, wants, want);
  }
  return found;
}

static void check_strangers(struct gate *gate, const struct page *page,
                            unsigned header, const struct wants *wants) {
  char *cells[GRID_COLUMNS];
  for (unsigned line = header + 2; line <= last_row(page, header); line++) {
    unsigned count = cut_cells(page->lines[line - 1], cells);
    const char *name = count > 0 ? cells[0] : "";
    if (holds(gate, want_named(wants, name) != NULL)) continue;
    blame(gate, page->path, line,
          "a row about '%s', which the tables do not know; take it away",
          name);
  }
}

void check_grid(struct gate *gate, const struct page *page,
                const struct wants *wants) {
  if (page->count == 0) return;
  unsigned header = find_header(page, wants->header);
  if (!holds(gate, header > 0)) {
    blame(gate, page->path, 1,
          "no table begins with the columns '%s'; put it back",
          wants->header);
    return;
  }
  for (unsigned i = 0; i < wants->count; i++) {
    const struct want *want = &wants->rows[i];
    unsigned found = check_rows(gate, page, header, wants, want);
    if (holds(gate, found == 1)) continue;
    blame(gate, page->path, header,
          "%s rows about %s, which %s names; there must be one, such as %s",
          found == 0 ? "no" : "several", want->cells[0], want->sources[0],
          row_text(want));
  }
  if (wants->all) check_strangers(gate, page, header, wants);
}
