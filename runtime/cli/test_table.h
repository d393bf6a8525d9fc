/* test_table.h - tables of abi/ as rows and cells, and texts filled from a row.
 *
 * Sorts of table are not known here: what a table has is what its first line
 * names. Standard output is told what is wrong with one, as of a fixture. */
#ifndef ZERO_CLI_TEST_TABLE_H
#define ZERO_CLI_TEST_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct cli_table {
  char *name;   /* "value-layouts", or the path of a file */
  char *text;   /* cut up into the cells */
  char **cells; /* `columns` a line; the first line names them */
  size_t columns;
  size_t rows;  /* without the first line */
};

/* Takes the table `name` from the file `folder`/`name`.tsv, or where `folder`
 * is NULL as the library was made with it. */
bool cli_table_named(struct cli_table *table, const char *folder,
                     const char *name);

/* Takes the table of a file. */
bool cli_table_file(struct cli_table *table, const char *path);

void cli_table_free(struct cli_table *table);

static inline const char *cli_table_cell(const struct cli_table *table,
                                         size_t row, size_t column) {
  return table->cells[(row + 1) * table->columns + column];
}

/* Returns where a row stands: "value-layouts.tsv:13 (Handle)". The caller frees
 * it. */
char *cli_table_place(const struct cli_table *table, size_t row);

/* Returns `text` with the cells of a row in the places of `{column}` and, as
 * path-kind for PathKind, of `{kebab column}`; of `{all column}` come those
 * of all rows, with spaces between; other braces stay. The result has a NUL
 * behind it; the caller frees it. */
char *cli_table_fill(const struct cli_table *table, size_t row,
                     const char *text, size_t size, size_t *filled);

/* Some rows of a table: "builtins hidden=no", a name and conditions that all
 * must hold, `column=text` or `column!=text`. */
struct cli_rows {
  struct cli_table table;
  char *conditions;
};

/* Complains in the name of `path`, and returns false, where there is no such
 * table or column, or where no row is chosen. */
bool cli_rows_read(struct cli_rows *rows, const char *folder,
                   const char *text, const char *path);
void cli_rows_free(struct cli_rows *rows);
bool cli_rows_has(const struct cli_rows *rows, size_t row);

#endif
