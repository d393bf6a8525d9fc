/* test.h - what the parts of `zero test` share.
 *
 *   test.c          walks folders, and compares them with the demands
 *   test_fixture.c  what a fixture expects, read from its comments, and
 *                   whether it happens
 *   test_table.c    tables of abi/ as rows and cells, and texts filled from a
 *                   row
 *
 * Standard output reports what is wrong with a fixture or a table. */
#ifndef ZERO_CLI_TEST_H
#define ZERO_CLI_TEST_H

#include "cli/command.h"

/* --- fixtures --- */

/* The kinds of expectations. The first five are compared. */
enum fixture_key {
  FIXTURE_VALUE,
  FIXTURE_ERROR,
  FIXTURE_WARNING,
  FIXTURE_OUTPUT,
  FIXTURE_EXIT,
  FIXTURE_COMPARED,
  FIXTURE_INPUT = FIXTURE_COMPARED,
  FIXTURE_ARGS,
  FIXTURE_EACH,
  FIXTURE_KEYS
};

/* Lines of one key, in order; each NUL-terminated and owned. */
struct fixture_lines {
  char **lines;
  size_t count;
};

struct fixture {
  struct fixture_lines keys[FIXTURE_KEYS];
  struct fixture_lines settings; /* their operands, which options point to */
  struct fixture_lines actual[FIXTURE_COMPARED]; /* what it does, when run */
  struct cli_options options; /* of `allow:`, `fuel:` ... */
  bool wrong;                 /* an option was; reported on standard error */
  size_t input_line;          /* given to the program so far */
  size_t input_at;
};

/* Frees the parts of a fixture; one with options and zeros is a new one. */
void fixture_free(struct fixture *fixture);

/* Takes the expectations of a text; may be called for several. */
void fixture_read(struct fixture *fixture, const char *bytes, size_t size);

/* Takes those of the text of the file `path`, and those of the file beside it
 * with the same name and `.expect`, if there is one. Returns false if that one
 * cannot be read, reported on standard error. */
bool fixture_read_all(struct fixture *fixture, const char *path,
                      const struct cli_text *text);

/* Runs the text once; complaints call it `name`. Returns whether everything
 * went as expected; standard output says what did not. */
bool fixture_run(struct fixture *fixture, const char *name,
                 const struct cli_text *text);

/* --- tables --- */

/* Kinds of table are not known here: the first line of a table names its
 * columns. */
struct cli_table {
  char *name;   /* "value-layouts", or the path of a file */
  char *text;   /* cut up into the cells */
  char **cells; /* `columns` a line; the first line names them */
  size_t columns;
  size_t rows;  /* without the first line */
  char *conditions; /* which of them are chosen */
};

/* Takes the table of a file. */
bool cli_table_file(struct cli_table *table, const char *path);

void cli_table_free(struct cli_table *table);

static inline const char *cli_table_cell(const struct cli_table *table,
                                         size_t row, size_t column) {
  return table->cells[(row + 1) * table->columns + column];
}

/* Returns the position of a row: "value-layouts.tsv:13 (Handle)". The caller
 * frees it. */
char *cli_table_place(const struct cli_table *table, size_t row);

/* Returns `text` with the cells of a row in place of `{column}` and, as
 * path-kind for PathKind, of `{kebab column}`; `{all column}` is replaced by
 * those of all rows, with spaces between; other braces stay. The result has a
 * NUL after it; the caller frees it. */
char *cli_table_fill(const struct cli_table *table, size_t row,
                     const char *text, size_t size, size_t *filled);

/* Takes some rows of a table: "builtins hidden=no", a name and conditions that
 * must all hold, `column=text` or `column!=text`. The table is that of the file
 * `folder`/NAME.tsv, or that of the library if `folder` is NULL. Complains in
 * the name of `path`, and returns false, if there is no such table or column,
 * or if no row is chosen. */
bool cli_table_choose(struct cli_table *table, const char *folder,
                      const char *text, const char *path);
bool cli_table_chooses(const struct cli_table *table, size_t row);

#endif
