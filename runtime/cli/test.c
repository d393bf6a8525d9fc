/* test.c - `zero test PATH...`: runs fixtures against their own comments, and
 * looks whether there are those that rows of the tables demand. */
#include "cli/test.h"

#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tally {
  const struct cli_options *options;
  unsigned passed;
  unsigned failed;
};

/* --- running fixtures ---------------------------------------------------- */

static void fail(struct tally *tally, const char *name, const char *reason) {
  cli_line(stdout, "failed: %s: %s", name, reason);
  tally->failed++;
}

/* Runs the text of the file `path`, which complaints call `name`. */
static void run_text(struct tally *tally, const char *path, const char *name,
                     const struct cli_text *text) {
  struct fixture fixture = {.options = *tally->options};
  if (!fixture_read_all(&fixture, path, text)) {
    fail(tally, name, "its expectations cannot be read");
  } else if (fixture_run(&fixture, name, text)) {
    tally->passed++;
  } else {
    tally->failed++;
  }
  fixture_free(&fixture);
}

/* Runs the text once for each row that is chosen, with the row's cells in
 * it. */
static void run_rows(struct tally *tally, const char *path,
                     const struct cli_text *text, const char *each) {
  struct cli_table table;
  struct cli_text filled = *text;
  if (!cli_table_choose(&table, tally->options->tables, each, path)) {
    tally->failed++;
    return;
  }
  for (size_t row = 0; row < table.rows; row++) {
    if (!cli_table_chooses(&table, row)) continue;
    char *place = cli_table_place(&table, row);
    char *name = cli_format("%s, %s", path, place);
    char *bytes =
        cli_table_fill(&table, row, text->bytes, text->size, &filled.size);
    filled.bytes = bytes;
    run_text(tally, path, name, &filled);
    free(name);
    free(place);
    free(bytes);
  }
  cli_table_free(&table);
}

static void run_test(struct tally *tally, const char *path) {
  struct cli_text text;
  if (!cli_text_read(&text, path)) {
    fail(tally, path, "it cannot be read");
    return;
  }
  struct fixture fixture = {.options = *tally->options};
  fixture_read(&fixture, text.bytes, text.size);
  const struct fixture_lines *each = &fixture.keys[FIXTURE_EACH];
  if (each->count == 0) run_text(tally, path, path, &text);
  for (size_t i = 0; i < each->count; i++) {
    run_rows(tally, path, &text, each->lines[i]);
  }
  fixture_free(&fixture);
}

/* --- walking folders ----------------------------------------------------- */

static int by_name(const FTSENT **a, const FTSENT **b) {
  return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* A folder beside a fixture of the same name holds what that imports. */
static bool is_helper(const FTSENT *folder) {
  if (folder->fts_level == FTS_ROOTLEVEL) return false;
  char *path = cli_format("%s.0x0", folder->fts_accpath);
  bool helper = access(path, F_OK) == 0;
  free(path);
  return helper;
}

static bool ends_in(const char *name, const char *end) {
  size_t size = strlen(name);
  size_t length = strlen(end);
  return size > length && strcmp(name + size - length, end) == 0;
}

/* Expectations whose program is gone say so. */
static void visit(struct tally *tally, FTS *walk, FTSENT *entry) {
  const char *path = entry->fts_path;
  switch (entry->fts_info) {
    case FTS_D:
      if (is_helper(entry)) fts_set(walk, entry, FTS_SKIP);
      return;
    case FTS_DP: return;
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
      fail(tally, path, strerror(entry->fts_errno));
      return;
    default: break;
  }
  if (entry->fts_level == FTS_ROOTLEVEL || ends_in(entry->fts_name, ".0x0")) {
    run_test(tally, path);
  } else if (ends_in(entry->fts_name, ".0x0.expect")) {
    char *program = cli_must(strndup(path, strlen(path) - strlen(".expect")));
    if (access(program, F_OK) != 0) {
      fail(tally, program, "there is no such fixture, only its expectations");
    }
    free(program);
  }
}

/* --- what rows demand ---------------------------------------------------- */

/* The columns of a table of demands; `zero help test` says what they hold. */
enum column { ROWS, FIXTURE, TEXT, EXPECTS, COLUMNS };

static const char *const columns[COLUMNS] = {"rows", "fixture", "text",
                                             "expects"};

/* One row that demands a fixture. */
struct demand {
  const struct cli_options *options;
  const struct cli_table *demands;
  size_t line; /* of `demands` */
  const struct cli_table *table;
  size_t row;
  char *path; /* of the fixture */
};

/* A cell of what is demanded, filled from the row that demands it; the caller
 * frees it. */
static char *filled(const struct demand *demand, enum column column) {
  const char *cell = cli_table_cell(demand->demands, demand->line, column);
  size_t size;
  return cli_table_fill(demand->table, demand->row, cell, strlen(cell),
                        &size);
}

/* Says what is wrong; returns false. */
static bool miss(const struct demand *demand, const char *reason,
                 const char *what) {
  char *place = cli_table_place(demand->table, demand->row);
  cli_line(stdout, "failed: %s: %s%s; %s demands it", demand->path, reason,
           what, place);
  free(place);
  return false;
}

/* True where a word may end before, or begin after, the character. */
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

static bool is_met(const struct demand *demand) {
  struct cli_text text;
  if (access(demand->path, F_OK) != 0) {
    return miss(demand, "there is no such fixture", "");
  }
  if (!cli_text_read(&text, demand->path)) {
    return miss(demand, "it cannot be read", "");
  }
  struct fixture fixture = {.options = *demand->options};
  fixture_read_all(&fixture, demand->path, &text);
  char *word = filled(demand, TEXT);
  char *expected = filled(demand, EXPECTS);
  bool good = true;
  if (strcmp(word, "-") != 0 && !holds(text.bytes, text.size, word)) {
    good = miss(demand, "it does not hold ", word);
  }
  if (strcmp(expected, "-") != 0 && !expects(&fixture, expected)) {
    good = miss(demand, "it does not expect ", expected);
  }
  free(word);
  free(expected);
  fixture_free(&fixture);
  return good;
}

/* Checks what a line of `demands` demands. Adds up how many rows have that,
 * and how many have not. */
static void demand_line(const struct tally *tally,
                        const struct cli_table *demands, size_t line,
                        const char *folder, unsigned counts[2]) {
  struct cli_table table;
  const char *text = cli_table_cell(demands, line, ROWS);
  if (!cli_table_choose(&table, tally->options->tables, text, demands->name)) {
    counts[false]++;
    return;
  }
  for (size_t row = 0; row < table.rows; row++) {
    if (!cli_table_chooses(&table, row)) continue;
    struct demand demand = {tally->options, demands, line, &table, row, NULL};
    char *path = filled(&demand, FIXTURE);
    demand.path = cli_format("%s/%s", folder, path);
    counts[is_met(&demand)]++;
    free(path);
    free(demand.path);
  }
  cli_table_free(&table);
}

/* True where the table has the four columns, and rows. */
static bool is_demands(const struct cli_table *table) {
  for (size_t i = 0; i < COLUMNS; i++) {
    bool there = i < table->columns;
    if (there && strcmp(table->cells[i], columns[i]) == 0) continue;
    cli_line(stdout, "failed: %s:1: column %zu must be %s", table->name, i + 1,
             columns[i]);
    return false;
  }
  if (table->rows > 0) return true;
  cli_line(stdout, "failed: %s: it demands nothing", table->name);
  return false;
}

/* Demands of a folder what --demand says, or its own demands.tsv. */
static void demand(struct tally *tally, const char *folder) {
  struct stat status;
  if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)) return;
  char *own = cli_format("%s/demands.tsv", folder);
  const char *path = tally->options->demand;
  if (path == NULL && access(own, F_OK) == 0) path = own;
  if (path != NULL) {
    unsigned counts[2] = {0};
    struct cli_table demands = {0};
    bool good = cli_table_file(&demands, path) && is_demands(&demands);
    if (!good) counts[false]++;
    for (size_t line = 0; good && line < demands.rows; line++) {
      demand_line(tally, &demands, line, folder, counts);
    }
    cli_table_free(&demands);
    cli_line(stdout, "%s: %u rows have what they demand, %u have not", path,
             counts[true], counts[false]);
    tally->failed += counts[false];
  }
  free(own);
}

int cli_command_test(struct cli_machine *host, struct cli_options *options,
                     int count, char **operands) {
  (void)host;
  struct tally tally = {.options = options};
  FTS *walk = fts_open(operands, FTS_LOGICAL | FTS_NOCHDIR, by_name);
  if (walk == NULL) {
    cli_complain("cannot walk the folders");
    return CLI_FAILED;
  }
  FTSENT *entry;
  while ((entry = fts_read(walk)) != NULL) visit(&tally, walk, entry);
  fts_close(walk);
  if (tally.passed + tally.failed == 0) {
    cli_line(stdout, "failed: there are no fixtures");
    tally.failed++;
  }
  for (int i = 0; i < count; i++) demand(&tally, operands[i]);
  cli_line(stdout, "%u passed, %u failed", tally.passed, tally.failed);
  return tally.failed == 0 ? CLI_OK : CLI_FAILED;
}
