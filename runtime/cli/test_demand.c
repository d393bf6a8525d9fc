/* test_demand.c - fixtures that rows of the tables demand of a folder. */
#include "cli/test_demand.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/test_fixture.h"
#include "cli/machine.h"
#include "cli/line.h"
#include "cli/test_table.h"

/* One row that demands a fixture. */
struct demand {
  const struct cli_table *demands; /* the table that says what is demanded */
  size_t line;                     /* its row */
  const struct cli_table *table;
  size_t row;
  char *path; /* of the fixture */
};

/* A cell of what is demanded, filled from the row that demands it; the caller
 * frees it. */
static char *filled(const struct demand *demand, const char *column) {
  const char *cell = cli_table_cell(demand->demands, demand->line, column);
  size_t size;
  return cli_table_fill(demand->table, demand->row, cell, strlen(cell),
                        &size);
}

static void complain(const struct demand *demand, const char *reason,
                     const char *what) {
  char place[256];
  cli_table_place(demand->table, demand->row, place, sizeof place);
  cli_line(stdout, "failed: %s: %s%s; %s demands it", demand->path, reason,
           what, place);
}

/* True where a word may end before, or begin behind, the character. */
static bool parts(char c) { return c == '\0' || strchr(" \n\r\t()\"", c); }

/* True where `word` stands in `text`, and not within a longer word. */
static bool holds(const char *text, size_t size, const char *word) {
  const char *end = text + size;
  size_t length = strlen(word);
  for (const char *at = text; at < end; at++) {
    at = memmem(at, (size_t)(end - at), word, length);
    if (at == NULL) return false;
    bool begins = at == text || parts(at[-1]);
    bool stops = at + length == end || parts(at[length]);
    if (begins && stops) return true;
  }
  return false;
}

static bool expects(const struct fixture *fixture, const char *word) {
  for (int key = 0; key < FIXTURE_COMPARED; key++) {
    const struct fixture_lines *lines = &fixture->keys[key];
    for (size_t i = 0; i < lines->count; i++) {
      if (holds(lines->lines[i], strlen(lines->lines[i]), word)) return true;
    }
  }
  return false;
}

static bool check_text(const struct demand *demand,
                       const struct cli_text *text) {
  char *word = filled(demand, "text");
  bool good = strcmp(word, "-") == 0 || holds(text->bytes, text->size, word);
  if (!good) complain(demand, "it does not hold ", word);
  free(word);
  return good;
}

static bool check_expectations(const struct demand *demand,
                               const struct cli_text *text) {
  struct cli_options options;
  struct fixture fixture;
  cli_options_init(&options);
  fixture_init(&fixture, &options);
  fixture_read_all(&fixture, demand->path, text);
  char *word = filled(demand, "expects");
  bool good = strcmp(word, "-") == 0 || expects(&fixture, word);
  if (!good) complain(demand, "it does not expect ", word);
  free(word);
  fixture_free(&fixture);
  return good;
}

static bool is_met(const struct demand *demand) {
  if (access(demand->path, F_OK) != 0) {
    complain(demand, "there is no such fixture", "");
    return false;
  }
  struct cli_text text;
  if (cli_text_read(&text, demand->path) != 0) {
    complain(demand, "it cannot be read", "");
    return false;
  }
  bool good = check_text(demand, &text);
  return check_expectations(demand, &text) && good;
}

static void demand_of_row(struct cli_demanded *demanded,
                          struct demand *demand, const char *folder) {
  char *path = filled(demand, "fixture");
  if (asprintf(&demand->path, "%s/%s", folder, path) < 0) abort();
  free(path);
  if (is_met(demand)) {
    demanded->met++;
  } else {
    demanded->unmet++;
  }
  free(demand->path);
}

static void demand_of_rows(struct cli_demanded *demanded,
                           const struct cli_table *demands, size_t line,
                           const char *folder, const char *tables) {
  struct cli_rows rows;
  const char *text = cli_table_cell(demands, line, "rows");
  if (!cli_rows_read(&rows, tables, text, demands->name)) {
    demanded->unmet++;
    return;
  }
  for (size_t row = 0; row < rows.table.rows; row++) {
    if (!cli_rows_has(&rows, row)) continue;
    struct demand demand = {.demands = demands,
                            .line = line,
                            .table = &rows.table,
                            .row = row};
    demand_of_row(demanded, &demand, folder);
  }
  cli_rows_free(&rows);
}

/* True where the table has the four columns. */
static bool is_demands(const struct cli_table *table) {
  static const char *const columns[] = {"rows", "fixture", "text",
                                        "expects"};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    if (i < table->columns && strcmp(table->cells[i], columns[i]) == 0) {
      continue;
    }
    cli_line(stdout, "failed: %s:1: column %zu must be %s", table->name, i + 1,
             columns[i]);
    return false;
  }
  return true;
}

void cli_demand(struct cli_demanded *demanded, const char *path,
                const char *folder, const char *tables) {
  struct cli_table demands;
  if (!cli_table_file(&demands, path)) {
    demanded->unmet++;
    return;
  }
  if (!is_demands(&demands)) {
    demanded->unmet++;
  } else if (demands.rows == 0) {
    cli_line(stdout, "failed: %s: it demands nothing", path);
    demanded->unmet++;
  } else {
    for (size_t line = 0; line < demands.rows; line++) {
      demand_of_rows(demanded, &demands, line, folder, tables);
    }
  }
  cli_table_free(&demands);
}
