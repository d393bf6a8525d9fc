/* test_table.c - tables of abi/ as rows and cells, and texts filled from a
 * row. */
#include "cli/test.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t count_of(const char *text, char wanted) {
  size_t count = 0;
  for (; *text != '\0'; text++) count += *text == wanted;
  return count;
}

/* Takes over `text` and cuts it into cells. */
static bool take(struct cli_table *table, const char *name, char *text) {
  size_t lines = count_of(text, '\n') + 1;
  char *rest = text;
  char *line = strsep(&rest, "\n");
  size_t columns = count_of(line, '\t') + 1;
  char **cell = cli_must(calloc(lines * columns, sizeof *cell));
  *table = (struct cli_table){.name = cli_must(strdup(name)),
                              .text = text,
                              .cells = cell,
                              .columns = columns};
  for (size_t number = 1; count_of(line, '\t') + 1 == columns; number++) {
    while (line != NULL) *cell++ = strsep(&line, "\t");
    table->rows = number - 1;
    if (rest == NULL || *rest == '\0') return true;
    line = strsep(&rest, "\n");
  }
  cli_line(stdout, "failed: %s:%zu: a cell is missing or too many", name,
           table->rows + 2);
  cli_table_free(table);
  *table = (struct cli_table){0};
  return false;
}

bool cli_table_file(struct cli_table *table, const char *path) {
  char *text = NULL;
  size_t size;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  bool good = file >= 0 && cli_read_all(file, &text, &size);
  int reason = good ? EFBIG : errno;
  if (file >= 0) close(file);
  if (good && size <= ZERO_SOURCE_MAX) return take(table, path, text);
  free(text);
  cli_line(stdout, "failed: %s: %s", path, strerror(reason));
  return false;
}

static bool take_named(struct cli_table *table, const char *folder,
                       const char *name) {
  if (folder == NULL) {
    const char *text = zero_table(name);
    if (text != NULL) return take(table, name, cli_must(strdup(text)));
    cli_line(stdout, "failed: there is no table %s", name);
    return false;
  }
  char *path = cli_format("%s/%s.tsv", folder, name);
  bool good = cli_table_file(table, path);
  if (good) {
    free(table->name);
    table->name = cli_must(strdup(name));
  }
  free(path);
  return good;
}

void cli_table_free(struct cli_table *table) {
  free(table->name);
  free(table->cells);
  free(table->text);
  free(table->conditions);
}

static size_t find_column(const struct cli_table *table, const char *name,
                          size_t size) {
  for (size_t i = 0; i < table->columns; i++) {
    if (strlen(table->cells[i]) == size &&
        memcmp(table->cells[i], name, size) == 0) {
      return i;
    }
  }
  return table->columns;
}

char *cli_table_place(const struct cli_table *table, size_t row) {
  return cli_format("%s.tsv:%zu (%s)", table->name, row + 2,
                    cli_table_cell(table, row, 0));
}

/* --- filling ------------------------------------------------------------- */

/* Takes the word `before` and a space off the front of a name. */
static bool take_word(const char *before, const char **name, size_t *size) {
  size_t length = strlen(before);
  if (*size <= length || memcmp(*name, before, length) != 0) return false;
  *name += length;
  *size -= length;
  return true;
}

/* Writes what is meant by the `size` bytes in braces from `name` on: in kebab
 * RemoteActor is remote-actor. Returns false where that is no column. */
static bool put_cell(FILE *out, const struct cli_table *table, size_t row,
                     const char *name, size_t size) {
  bool all = take_word("all ", &name, &size);
  bool kebab = !all && take_word("kebab ", &name, &size);
  size_t column = find_column(table, name, size);
  if (column == table->columns) return false;
  const char *cell = cli_table_cell(table, row, column);
  for (const char *at = cell; kebab && *at != '\0'; at++) {
    if (at > cell && isupper((unsigned char)*at)) fputc('-', out);
    fputc(tolower((unsigned char)*at), out);
  }
  if (kebab) return true;
  size_t end = all ? table->rows : row + 1;
  for (size_t at = all ? 0 : row; at < end; at++) {
    fputs(cli_table_cell(table, at, column), out);
    if (at + 1 < end) fputc(' ', out);
  }
  return true;
}

char *cli_table_fill(const struct cli_table *table, size_t row,
                     const char *text, size_t size, size_t *filled) {
  char *result = NULL;
  const char *end = text + size;
  FILE *out = open_memstream(&result, filled);
  while (text < end) {
    const char *stop = *text == '{' ? memchr(text, '}', (size_t)(end - text))
                                    : NULL;
    if (stop != NULL &&
        put_cell(out, table, row, text + 1, (size_t)(stop - text) - 1)) {
      text = stop + 1;
    } else {
      fputc(*text++, out);
    }
  }
  fclose(out);
  return result;
}

/* --- rows ---------------------------------------------------------------- */

/* True where the condition `column=text` or `column!=text` holds. */
static bool holds(const struct cli_table *table, size_t row,
                  const char *condition, size_t size) {
  const char *equals = memchr(condition, '=', size);
  if (equals == NULL) return false;
  size_t before = (size_t)(equals - condition);
  size_t after = size - before - 1;
  bool negated = before > 0 && equals[-1] == '!';
  size_t column = find_column(table, condition, before - negated);
  if (column == table->columns) return false;
  const char *cell = cli_table_cell(table, row, column);
  return (strlen(cell) == after &&
          memcmp(cell, equals + 1, after) == 0) != negated;
}

bool cli_table_chooses(const struct cli_table *table, size_t row) {
  const char *at = table->conditions;
  while (*(at += strspn(at, " ")) != '\0') {
    size_t size = strcspn(at, " ");
    if (!holds(table, row, at, size)) return false;
    at += size;
  }
  return true;
}

bool cli_table_choose(struct cli_table *table, const char *folder,
                      const char *text, const char *path) {
  size_t size = strcspn(text, " ");
  char *name = cli_must(strndup(text, size));
  bool good = take_named(table, folder, name);
  free(name);
  if (!good) {
    cli_line(stdout, "failed: %s: it asks for the rows of %s", path, text);
    return false;
  }
  table->conditions = cli_must(strdup(text + size));
  for (size_t row = 0; row < table->rows; row++) {
    if (cli_table_chooses(table, row)) return true;
  }
  cli_line(stdout, "failed: %s: no row is chosen by %s", path, text);
  cli_table_free(table);
  return false;
}
