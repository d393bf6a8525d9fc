/* gate.h - the parts of the table generator that are gates.
 *
 * A gate checks the tables against those that were released, and what people
 * write - pages, records, fixtures - against the tables. It writes nothing.
 *
 *   released.c  what was released, and what may change since
 *   page.c      lines and tables of pages
 *   agree.c     what must agree with the tables
 *   gate.c      which of all that a gate asks for */
#ifndef ZERO_ABI_GATE_H
#define ZERO_ABI_GATE_H

#include "generate.h"

/* --- gate.c: a gate while it runs ---------------------------------------- */

/* It covers some families or all; what is wrong with the others it leaves to
 * the gates that cover them. */
struct gate {
  struct schema *schema;
  const char *root; /* where docs/ and smoke/ are */
  const char *name; /* "layout", "v1-layout" or a word of gates.tsv */
  const struct schema *before; /* as released; NULL where unknown */
  unsigned passed;
};

/* Runs a gate: the exit status. `finish` checks the tables that were read;
 * `fresh` complains about generated files that are not up to date. */
int run_gate(struct gate *gate, bool (*finish)(struct schema *schema),
             void (*fresh)(struct schema *schema, const char *root));

/* Counts a fact that holds, and returns it. What does not hold is told with
 * complain, blame or accuse. */
bool holds(struct gate *gate, bool fact);

/* True where the gate is about all families, or about this one. */
bool is_whole(const struct gate *gate);
bool covers(const struct gate *gate, const char *family);

/* --- released.c: what was released --------------------------------------- */

/* What abi/released/N/RELEASE says of version N. */
struct release {
  unsigned version;
  const char *path; /* of RELEASE */
  const char *marker;
  const char *shape_hash;
  const char *full_hash;
};

/* Returns false, without a word, where it cannot be read as one. */
bool read_release(const struct schema *schema, unsigned version,
                  struct release *release);

/* Each released folder is as its hashes say. */
void check_releases(struct gate *gate);

/* The tables are those of the released version but for what may change:
 * docs, and rows added that no reader of that version meets. */
void check_changes(struct gate *gate);

/* Writes the released tables of the version that VERSION names, once. */
int write_release(struct schema *schema);

/* --- page.c: what people write -------------------------------------------- */

enum { GRID_COLUMNS = 6 };

/* Lines of a page below the root. `count` is 0 where it cannot be read. */
struct page {
  const char *path;
  char **lines;
  unsigned count;
};

/* Complains where it cannot be read. */
struct page read_page(struct gate *gate, const char *path);

/* Says on stderr what is wrong at a line of a page, and counts it. */
void blame(struct gate *gate, const char *page, unsigned line,
           const char *format, ...) PRINTF_LIKE(4, 5);

/* Finds the line that is `text`; *line counts from 1. */
bool find_line(const struct page *page, const char *text, unsigned *line);

/* Cuts a line of a table into cells without the spaces and backticks around
 * them. Returns how many there are, 0 where it is no such line. */
unsigned cut_cells(const char *line, char *cells[GRID_COLUMNS]);

/* A row that a table of a page must have: its first cell names it. Where a
 * cell comes from stands beside it. */
struct want {
  const char *cells[GRID_COLUMNS];
  const char *sources[GRID_COLUMNS];
};

struct wants {
  const char *header; /* names of the table's first columns: "value tag" */
  struct want *rows;
  unsigned count;
  bool all; /* the table has no other rows */
};

void check_grid(struct gate *gate, const struct page *page,
                const struct wants *wants);

/* "abi/value-layouts.tsv:7:3: tag", for messages. */
const char *place(const struct schema *schema, enum table_id id,
                  unsigned row, const char *column);

/* --- agree.c: what must agree with the tables ----------------------------- */

void check_layout_page(struct gate *gate);
void check_changelog(struct gate *gate);
void check_matrix(struct gate *gate);
void check_roadmap(struct gate *gate);
void check_decisions(struct gate *gate);
void check_fixtures(struct gate *gate);

#endif
