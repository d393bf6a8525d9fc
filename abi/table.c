/* table.c - the files of abi/ as rows of cells.
 *
 * Knows what a cell of each column looks like, not what it means: rules that
 * join two cells are in layouts.c and language.c. */
#include "generate.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Form of a column, a letter each, in the order of the columns. A form in
 * upper case also takes `-`, which means none.
 *
 *   f  Family: a capital, then letters and digits
 *   w  word: small letters, digits, inner - and .
 *   c  CODE: capitals, digits, _
 *   s  symbol: small letters, digits, _
 *   n  number without sign or leading zero, at most 65535
 *   m  the same, or * for any number
 *   q  quantity of fuel: a number, or a number and +n
 *   y  yes or no
 *   o  one operand letter of an instruction
 *   e  a test in C: suite/test
 *   t  text: anything printable
 *   d  doc: a text that begins with a capital and ends with a full stop */
struct form {
  const char *name;
  const char *columns;
  const char *letters;
};

static const struct form forms[TABLE_COUNT] = {
    [LAYOUTS] = {"value-layouts",
                 "value abi_version tag layout ownership errors "
                 "current_status",
                 "fnntwcw"},
    [FIELDS] = {"value-fields", "value variant field index type doc",
                "fwWNTd"},
    [NAMES] = {"value-names", "value name doc", "ffd"},
    [STATES] = {"value-states", "value field word next", "fwwT"},
    [OWNERS] = {"ownership", "word mutate retain release enforced", "wtttt"},
    [SHAPES] = {"compat", "value head variant count wrap doc", "ftwnWd"},
    [CAPABILITIES] = {"capabilities", "name bit doc parts", "wNdT"},
    [ERRORS] = {"errors", "code kind caught test doc", "cwyEd"},
    [HOST_ERRORS] = {"host-errors", "error capability code doc", "CWcd"},
    [BUILTINS] = {"builtins",
                  "name symbol how value test min max params result "
                  "capability fuel hidden doc",
                  "tswTTnmTtwqyd"},
    [OPCODES] = {"opcodes", "name a b c next doc", "cOOOWd"},
    [PAIRS] = {"opcode-pairs", "first then", "cc"},
    [FORMS] = {"machine-forms", "family form part offset size word doc",
               "FsSNNTd"},
    [EXAMPLES] = {"value-examples",
                  "value variant field writer reader example", "fWWTtT"},
    [GATES] = {"gates", "gate value", "wf"},
};

static void complain_at(struct schema *schema, const char *file,
                        unsigned line, unsigned column, const char *name,
                        const char *format, va_list args) {
  fprintf(stderr, "%s/%s:%u:%u: %s: ", schema->folder, file, line, column,
          name);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  schema->complaints++;
}

static unsigned column_index(const struct table *table, const char *column) {
  for (unsigned i = 0; i < table->column_count; i++) {
    if (strcmp(table->columns[i], column) == 0) return i;
  }
  fprintf(stderr, "abi-generate: no column %s in %s\n", column, table->name);
  exit(1);
}

void complain(struct schema *schema, enum table_id id, unsigned row,
              const char *column, const char *format, ...) {
  const struct table *table = &schema->tables[id];
  char file[64];
  snprintf(file, sizeof file, "%s.tsv", table->name);
  va_list args;
  va_start(args, format);
  complain_at(schema, file, table->rows[row].line,
              column_index(table, column) + 1, column, format, args);
  va_end(args);
}

/* Complains about a place that is no cell of a row. */
static void PRINTF_LIKE(6, 7)
    complain_place(struct schema *schema, const char *file, unsigned line,
                   unsigned column, const char *name, const char *format,
                   ...) {
  va_list args;
  va_start(args, format);
  complain_at(schema, file, line, column, name, format, args);
  va_end(args);
}

const char *cell(const struct schema *schema, enum table_id id, unsigned row,
                 const char *column) {
  const struct table *table = &schema->tables[id];
  return table->rows[row].cells[column_index(table, column)];
}

bool cell_is(const struct schema *schema, enum table_id id, unsigned row,
             const char *column, const char *text) {
  return strcmp(cell(schema, id, row, column), text) == 0;
}

bool is_none(const char *text) { return strcmp(text, "-") == 0; }

unsigned number(const char *text) {
  return (unsigned)strtoul(text, NULL, 10);
}

int find_row(const struct schema *schema, enum table_id id,
             const char *column, const char *text) {
  for (unsigned row = 0; row < schema->tables[id].row_count; row++) {
    if (cell_is(schema, id, row, column, text)) return (int)row;
  }
  return -1;
}

/* The row before `row` that agrees with it in all of `columns`, or -1. */
static int earlier_twin(const struct schema *schema, enum table_id id,
                        unsigned row, const char *columns) {
  for (unsigned before = 0; before < row; before++) {
    const char *rest = columns;
    const char *column;
    bool same = true;
    while (same && (column = next_word(&rest)) != NULL) {
      same = cell_is(schema, id, before, column,
                     cell(schema, id, row, column));
    }
    if (same) return (int)before;
  }
  return -1;
}

void require_unique(struct schema *schema, enum table_id id,
                    const char *columns) {
  const struct table *table = &schema->tables[id];
  const char *last = strrchr(columns, ' ');
  last = last == NULL ? columns : last + 1;
  for (unsigned row = 0; row < table->row_count; row++) {
    int twin = earlier_twin(schema, id, row, columns);
    if (twin < 0) continue;
    complain(schema, id, row, last, "'%s' stands already in line %u",
             cell(schema, id, row, last), table->rows[twin].line);
  }
}

/* --- the form of one cell ------------------------------------------------ */

/* Bytes of the well-formed, printable character at `at`, 0 where it is none.
 * `size` bytes are left. */
static size_t character_size(const char *at, size_t size) {
  const unsigned char *bytes = (const unsigned char *)at;
  if (bytes[0] < 0x80) return bytes[0] >= 0x20 && bytes[0] != 0x7f ? 1 : 0;
  size_t need = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
  if (bytes[0] < 0xc2 || bytes[0] > 0xf4 || need > size) return 0;
  for (size_t i = 1; i < need; i++) {
    if ((bytes[i] & 0xc0) != 0x80) return 0;
  }
  if (bytes[0] == 0xe0 && bytes[1] < 0xa0) return 0;
  if (bytes[0] == 0xed && bytes[1] > 0x9f) return 0;
  if (bytes[0] == 0xf0 && bytes[1] < 0x90) return 0;
  if (bytes[0] == 0xf4 && bytes[1] > 0x8f) return 0;
  return need;
}

static bool is_printable(const char *text) {
  size_t left = strlen(text);
  while (left > 0) {
    size_t size = character_size(text, left);
    if (size == 0) return false;
    text += size;
    left -= size;
  }
  return true;
}

static bool only(const char *text, const char *allowed) {
  return text[strspn(text, allowed)] == '\0';
}

static bool is_number(const char *text) {
  size_t size = strlen(text);
  if (size == 0 || size > 5 || !only(text, "0123456789")) return false;
  return (size == 1 || text[0] != '0') && number(text) <= 65535;
}

static bool is_fuel(const char *text) {
  size_t size = strlen(text);
  if (size > 2 && strcmp(text + size - 2, "+n") == 0) {
    return is_number(copy_bytes(text, size - 2));
  }
  return is_number(text);
}

#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool is_word(const char *text) {
  size_t size = strlen(text);
  return islower((unsigned char)text[0]) && only(text, SMALL DIGITS "-.") &&
         isalnum((unsigned char)text[size - 1]);
}

static bool is_test(const char *text) {
  const char *slash = strchr(text, '/');
  return slash != NULL && islower((unsigned char)text[0]) &&
         islower((unsigned char)slash[1]) &&
         only(slash + 1, SMALL DIGITS "_") &&
         strspn(text, SMALL DIGITS "_") == (size_t)(slash - text);
}

/* Returns what the cell should have been, or NULL where it is that. */
static const char *misform(char letter, const char *text) {
  unsigned char first = (unsigned char)text[0];
  switch (letter) {
    case 'f':
      return isupper(first) && only(text, CAPITALS SMALL DIGITS)
                 ? NULL
                 : "a name such as RemoteActor";
    case 'w':
      return is_word(text) ? NULL : "a word in small letters";
    case 'c':
      return isupper(first) && only(text, CAPITALS DIGITS "_")
                 ? NULL
                 : "a name in CAPITALS";
    case 's':
      return islower(first) && only(text, SMALL DIGITS "_")
                 ? NULL
                 : "a C name in small letters";
    case 'n': return is_number(text) ? NULL : "a number up to 65535";
    case 'm':
      return is_number(text) || strcmp(text, "*") == 0
                 ? NULL
                 : "a number up to 65535, or *";
    case 'q': return is_fuel(text) ? NULL : "a number, or a number and +n";
    case 'y': return among("yes no", text) ? NULL : "yes or no";
    case 'e': return is_test(text) ? NULL : "a test, written suite/test";
    case 'o':
      return among("w r d K k I i W u J f n v x b", text)
                 ? NULL
                 : "an operand letter";
    case 'd':
      return isupper(first) && text[strlen(text) - 1] == '.'
                 ? NULL
                 : "a sentence: a capital first and a full stop last";
    default: return NULL;
  }
}

static void check_cell(struct schema *schema, enum table_id id, unsigned row,
                       unsigned column) {
  const struct table *table = &schema->tables[id];
  const char *text = table->rows[row].cells[column];
  const char *name = table->columns[column];
  char letter = forms[id].letters[column];
  bool optional = isupper((unsigned char)letter) != 0;
  if (text[0] == '\0') {
    complain(schema, id, row, name, "the cell is empty; `-` means none");
  } else if (!is_printable(text)) {
    complain(schema, id, row, name, "not printable UTF-8");
  } else if (text[0] == ' ' || text[strlen(text) - 1] == ' ' ||
             strstr(text, "  ") != NULL) {
    complain(schema, id, row, name, "a space too many");
  } else if (is_none(text)) {
    /* The builtin `-` and its like are texts. */
    if (!optional && letter != 't') {
      complain(schema, id, row, name, "may not be none");
    }
  } else {
    const char *want = misform((char)tolower((unsigned char)letter), text);
    if (want != NULL) {
      complain(schema, id, row, name, "'%s' is not %s", text, want);
    }
  }
}

/* --- the form of a file -------------------------------------------------- */

/* Cuts `line` at its tabs into at most `room` cells; returns how many. */
static unsigned split_cells(char *line, char **cells, unsigned room) {
  unsigned count = 0;
  while (line != NULL) {
    char *tab = strchr(line, '\t');
    if (tab != NULL) *tab++ = '\0';
    if (count < room) cells[count] = line;
    count++;
    line = tab;
  }
  return count;
}

static void name_columns(struct table *table, const struct form *form) {
  const char *rest = form->columns;
  const char *column;
  table->name = form->name;
  while ((column = next_word(&rest)) != NULL) {
    table->columns[table->column_count++] = column;
  }
}

static void check_header(struct schema *schema, struct table *table,
                         const char *file, char *line) {
  char *cells[COLUMNS_MAX] = {NULL};
  unsigned count = split_cells(line, cells, COLUMNS_MAX);
  for (unsigned i = 0; i < table->column_count; i++) {
    if (i < count && strcmp(cells[i], table->columns[i]) == 0) continue;
    complain_place(schema, file, 1, i + 1, table->columns[i],
                   "the header row must name this column here");
    return;
  }
  if (count > table->column_count) {
    complain_place(schema, file, 1, table->column_count + 1, "-",
                   "the header row has a column too many");
  }
}

static void read_row(struct schema *schema, enum table_id id,
                     const char *file, unsigned line_number, char *line) {
  struct table *table = &schema->tables[id];
  struct row *row = &table->rows[table->row_count];
  row->line = line_number;
  unsigned count = split_cells(line, row->cells, table->column_count);
  if (count < table->column_count) {
    complain_place(schema, file, line_number, count + 1,
                   table->columns[count], "the cell is missing");
    return;
  }
  if (count > table->column_count) {
    complain_place(schema, file, line_number, table->column_count + 1, "-",
                   "the row has a cell too many");
    return;
  }
  table->row_count++;
  for (unsigned i = 0; i < count; i++) {
    check_cell(schema, id, table->row_count - 1, i);
  }
}

static unsigned count_lines(const struct text *text) {
  unsigned lines = 0;
  for (size_t i = 0; i < text->size; i++) lines += text->bytes[i] == '\n';
  return lines;
}

/* Reads abi/FILE. Complains where it cannot, or where it does not consist of
 * whole lines without NUL. */
static bool read_lines(struct schema *schema, const char *file,
                       struct text *text) {
  struct text path = {0};
  add(&path, "%s/%s", schema->folder, file);
  if (!read_file(path.bytes, text)) {
    fprintf(stderr, "%s: %s\n", path.bytes, strerror(errno));
    schema->complaints++;
    return false;
  }
  unsigned lines = count_lines(text);
  if (strlen(text->bytes) != text->size) {
    complain_place(schema, file, 1, 1, "-", "the file holds a NUL");
    return false;
  }
  if (text->size == 0 || text->bytes[text->size - 1] != '\n') {
    complain_place(schema, file, lines + 1, 1, "-",
                   "the last line has no end");
    return false;
  }
  return true;
}

static void read_table(struct schema *schema, enum table_id id) {
  struct table *table = &schema->tables[id];
  name_columns(table, &forms[id]);
  char file[64];
  snprintf(file, sizeof file, "%s.tsv", table->name);
  struct text text = {0};
  if (!read_lines(schema, file, &text)) return;
  table->rows = allocate(count_lines(&text), sizeof *table->rows);
  unsigned line_number = 0;
  char *line = text.bytes;
  while (*line != '\0') {
    char *end = strchr(line, '\n');
    *end = '\0';
    if (++line_number == 1) {
      check_header(schema, table, file, line);
    } else {
      read_row(schema, id, file, line_number, line);
    }
    line = end + 1;
  }
  if (line_number == 1) {
    complain_place(schema, file, 2, 1, table->columns[0],
                   "the table has no rows");
  }
}

/* Takes `name value` off a line of VERSION. */
static const char *version_line(struct schema *schema, char **rest,
                                unsigned line, const char *name) {
  size_t size = strlen(name);
  char *end = strchr(*rest, '\n');
  if (end == NULL || strncmp(*rest, name, size) != 0 ||
      (*rest)[size] != ' ' || end == *rest + size + 1) {
    complain_place(schema, "VERSION", line, 1, name,
                   "the line must be this name, a space and a value");
    return NULL;
  }
  char *value = copy_bytes(*rest + size + 1,
                           (size_t)(end - *rest) - size - 1);
  *rest = end + 1;
  return value;
}

static void read_version(struct schema *schema) {
  struct text text = {0};
  if (!read_lines(schema, "VERSION", &text)) return;
  char *rest = text.bytes;
  schema->marker = version_line(schema, &rest, 1, "object-marker");
  if (schema->marker == NULL) return;
  if (!is_printable(schema->marker)) {
    complain_place(schema, "VERSION", 1, 2, "object-marker",
                   "not printable UTF-8");
  }
  const char *version =
      version_line(schema, &rest, 2, "value-layout-version");
  if (version == NULL) return;
  if (!is_number(version)) {
    complain_place(schema, "VERSION", 2, 2, "value-layout-version",
                   "'%s' is not a number up to 65535", version);
  }
  schema->layout_version = number(version);
  if (*rest != '\0') {
    complain_place(schema, "VERSION", 3, 1, "-", "a line too many");
  }
}

void read_layout_tables(struct schema *schema) {
  for (unsigned id = LAYOUTS; id <= SHAPES; id++) {
    read_table(schema, (enum table_id)id);
  }
}

void read_tables(struct schema *schema) {
  read_version(schema);
  read_layout_tables(schema);
  for (unsigned id = SHAPES + 1; id < TABLE_COUNT; id++) {
    read_table(schema, (enum table_id)id);
  }
}
