/* released.c - the tables as they were released, and what may change since.
 *
 * abi/released/N/ holds the layout tables of version N for ever, and RELEASE
 * with the version, the object marker and both hashes. A change is of one of
 * three classes:
 *
 *   documentation  a cell of a column `doc`
 *   additive       a row behind the others that no reader of version N meets
 *   breaking       all else: it needs a new version */
#include "gate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The columns that name a row. */
static const char *const keys[SHAPES + 1] = {
    [LAYOUTS] = "value",           [FIELDS] = "value variant field",
    [NAMES] = "name",              [STATES] = "value field word",
    [OWNERS] = "word",             [SHAPES] = "head",
};

static const char remedy[] =
    "put it back, or raise value-layout-version in abi/VERSION and run "
    "`make abi-release`";

/* --- RELEASE and its hashes ---------------------------------------------- */

static const char *release_path(const struct schema *schema,
                                unsigned version, const char *file) {
  struct text path = {0};
  add(&path, "%s/released/%u%s%s", schema->folder, version,
      file[0] == '\0' ? "" : "/", file);
  return path.bytes;
}

/* Takes the value off a line `name value`. */
static const char *take_line(char **rest, const char *name) {
  size_t size = strlen(name);
  char *end = *rest == NULL ? NULL : strchr(*rest, '\n');
  if (end == NULL || strncmp(*rest, name, size) != 0 ||
      (*rest)[size] != ' ') {
    return NULL;
  }
  char *value =
      copy_bytes(*rest + size + 1, (size_t)(end - *rest) - size - 1);
  *rest = end + 1;
  return value;
}

bool read_release(const struct schema *schema, unsigned version,
                  struct release *release) {
  struct text text = {0};
  release->version = version;
  release->path = release_path(schema, version, "RELEASE");
  if (!read_file(release->path, &text)) return false;
  char *rest = text.bytes;
  const char *says = take_line(&rest, "value-layout-version");
  if (says == NULL || number(says) != version) return false;
  release->marker = take_line(&rest, "object-marker");
  release->shape_hash = take_line(&rest, "shape-hash");
  release->full_hash = take_line(&rest, "full-hash");
  return release->marker != NULL && release->shape_hash != NULL &&
         release->full_hash != NULL && *rest == '\0';
}

static char *hex(uint64_t hash) {
  struct text text = {0};
  add(&text, "%016" PRIx64, hash);
  return text.bytes;
}

/* The full hash of a released folder. Its canonical form is the bytes of the
 * files, so tables of an old version need not have today's columns. */
static const char *hash_files(const struct schema *schema, unsigned version,
                              const char **missing) {
  struct text whole = {0};
  for (unsigned id = LAYOUTS; id <= SHAPES; id++) {
    struct text file = {0};
    struct text bytes = {0};
    add(&file, "%s.tsv", schema->tables[id].name);
    const char *path = release_path(schema, version, file.bytes);
    if (!read_file(path, &bytes)) {
      *missing = path;
      return NULL;
    }
    add(&whole, "%s\n", schema->tables[id].name);
    add_bytes(&whole, bytes.bytes, bytes.size);
  }
  return hex(fnv1a(whole.bytes, whole.size));
}

static void accuse(struct gate *gate, const char *format, ...)
    PRINTF_LIKE(2, 3);

static void accuse(struct gate *gate, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  gate->schema->complaints++;
}

static void check_release(struct gate *gate, unsigned version) {
  struct release release;
  const char *missing = NULL;
  const char *folder = release_path(gate->schema, version, "");
  bool newest = version == gate->schema->layout_version;
  struct stat present;
  if (!holds(gate, stat(folder, &present) == 0)) {
    accuse(gate,
           "%s/VERSION:2:2: value-layout-version: %s is missing; %s",
           gate->schema->folder, folder,
           newest ? "release these tables with `make abi-release`"
                  : "released tables are kept for ever: put it back");
    return;
  }
  if (!holds(gate, read_release(gate->schema, version, &release))) {
    accuse(gate,
           "%s:1: is missing or does not name version %u, object marker, "
           "shape hash and full hash; put it back",
           release.path, version);
    return;
  }
  const char *full = hash_files(gate->schema, version, &missing);
  if (!holds(gate, full != NULL)) {
    accuse(gate, "%s: %s; released tables are kept for ever: put it back",
           missing, strerror(errno));
  } else if (!holds(gate, strcmp(full, release.full_hash) == 0)) {
    accuse(gate,
           "%s:4: full-hash: the tables in %s have %s, it says %s; released "
           "tables never change: put them back",
           release.path, folder, full, release.full_hash);
  }
}

void check_releases(struct gate *gate) {
  unsigned version = gate->schema->layout_version;
  struct stat present;
  for (unsigned each = 1; each <= version; each++) {
    check_release(gate, each);
  }
  const char *next = release_path(gate->schema, version + 1, "");
  if (!holds(gate, stat(next, &present) != 0)) {
    accuse(gate,
           "%s/VERSION:2:2: value-layout-version: is %u, but %s stands; a "
           "version never sinks",
           gate->schema->folder, version, next);
  }
}

/* --- what changed --------------------------------------------------------- */

/* A table as it was released and as it is now. */
struct change {
  struct gate *gate;
  const struct schema *before;
  enum table_id id;
  bool *known; /* rows that are there now and were released */
};

static bool same_key(const struct schema *left, unsigned left_row,
                     const struct schema *right, unsigned right_row,
                     enum table_id id) {
  const char *rest = keys[id];
  const char *column;
  while ((column = next_word(&rest)) != NULL) {
    if (!cell_is(left, id, left_row, column,
                 cell(right, id, right_row, column))) {
      return false;
    }
  }
  return true;
}

/* The row of `schema` that has the key of a row of `other`, or -1. */
static int row_like(const struct schema *schema, const struct schema *other,
                    unsigned other_row, enum table_id id) {
  for (unsigned row = 0; row < schema->tables[id].row_count; row++) {
    if (same_key(schema, row, other, other_row, id)) return (int)row;
  }
  return -1;
}

/* A released row as messages call it: the cells of its key. */
static const char *row_name(const struct schema *schema, unsigned row,
                            enum table_id id) {
  struct text name = {0};
  const char *rest = keys[id];
  const char *column;
  while ((column = next_word(&rest)) != NULL) {
    add(&name, "%s%s", name.size == 0 ? "" : " ",
        cell(schema, id, row, column));
  }
  return name.bytes;
}

static bool is_doc(const char *column) { return strcmp(column, "doc") == 0; }

static void compare_rows(struct change *change, unsigned was, unsigned is) {
  const struct schema *now = change->gate->schema;
  const struct table *table = &now->tables[change->id];
  const char *name = row_name(change->before, was, change->id);
  for (unsigned i = 0; i < table->column_count; i++) {
    const char *column = table->columns[i];
    const char *old = cell(change->before, change->id, was, column);
    bool same = cell_is(now, change->id, is, column, old);
    if (is_doc(column)) {
      if (!same) {
        printf("%s: documentation: %s\n",
               place(now, change->id, is, column), name);
      }
    } else if (!holds(change->gate, same)) {
      complain(change->gate->schema, change->id, is, column,
               "breaking: the row '%s' of version %u has '%s' here; %s",
               name, now->layout_version, old, remedy);
    }
  }
}

/* True where the gate is about the released row: its family's, or the word
 * of ownership that one of its families has. */
static bool in_scope(const struct change *change, unsigned row) {
  const struct schema *before = change->before;
  if (is_whole(change->gate)) return true;
  if (change->id != OWNERS) {
    return covers(change->gate, cell(before, change->id, row, "value"));
  }
  const char *word = cell(before, OWNERS, row, "word");
  for (unsigned i = 0; i < before->tables[LAYOUTS].row_count; i++) {
    if (cell_is(before, LAYOUTS, i, "ownership", word) &&
        covers(change->gate, cell(before, LAYOUTS, i, "value"))) {
      return true;
    }
  }
  return false;
}

static bool keeps_place(const struct change *change, unsigned row) {
  const struct schema *now = change->gate->schema;
  return row < now->tables[change->id].row_count &&
         row < change->before->tables[change->id].row_count &&
         same_key(now, row, change->before, row, change->id);
}

/* The row that a released row is now, or -1. Where its key is gone, the row
 * in its place is the same with another key: unless that is a released row
 * which moved there. */
static int row_now(const struct change *change, unsigned was) {
  const struct schema *now = change->gate->schema;
  if (keeps_place(change, was)) return (int)was;
  int is = row_like(now, change->before, was, change->id);
  if (is >= 0 && !keeps_place(change, (unsigned)is)) return is;
  if (was >= now->tables[change->id].row_count) return -1;
  int like = row_like(change->before, now, was, change->id);
  return like < 0 || keeps_place(change, (unsigned)like) ? (int)was : -1;
}

/* Each released row is there, in its place and with its cells. */
static void compare_released(struct change *change) {
  const struct schema *now = change->gate->schema;
  bool gone = false;
  for (unsigned row = 0; row < change->before->tables[change->id].row_count;
       row++) {
    int is = row_now(change, row);
    if (is >= 0) change->known[is] = true;
    if (!in_scope(change, row)) continue;
    if (!holds(change->gate, is >= 0)) {
      const struct table *table = &change->before->tables[change->id];
      accuse(change->gate,
             "%s/%s.tsv:%u:1: %s: breaking: the row '%s' of version %u is "
             "gone; %s",
             now->folder, table->name, table->rows[row].line,
             table->columns[0], row_name(change->before, row, change->id),
             now->layout_version, remedy);
      gone = true;
      continue;
    }
    compare_rows(change, row, (unsigned)is);
    if (gone || !is_whole(change->gate)) continue;
    if (!holds(change->gate, (unsigned)is == row)) {
      complain(change->gate->schema, change->id, (unsigned)is,
               now->tables[change->id].columns[0],
               "breaking: '%s' was row %u of version %u; new rows stand "
               "behind the released ones: move it back",
               row_name(change->before, row, change->id), row + 1,
               now->layout_version);
      gone = true; /* The rows behind it have moved too. */
    }
  }
}

/* A new row of a released family breaks its readers where they meet it in a
 * value: a field, a variant, a word. The new rows of a new family do not: to
 * an older reader its values are Lists. */
static void class_new_row(struct change *change, unsigned row) {
  struct schema *now = change->gate->schema;
  bool met = change->id == FIELDS || change->id == STATES;
  const char *last = strrchr(keys[change->id], ' ');
  const char *column = last == NULL ? keys[change->id] : last + 1;
  const char *name = row_name(now, row, change->id);
  if (met && find_row(change->before, LAYOUTS, "value",
                      cell(now, change->id, row, "value")) >= 0) {
    complain(now, change->id, row, column,
             "breaking: readers of version %u know no '%s'; take it away, or "
             "raise value-layout-version in abi/VERSION and run "
             "`make abi-release`",
             now->layout_version, name);
  } else {
    printf("%s: additive: %s\n", place(now, change->id, row, column), name);
  }
}

static void compare_table(struct gate *gate, const struct schema *before,
                          enum table_id id) {
  unsigned rows = gate->schema->tables[id].row_count;
  struct change change = {gate, before, id, allocate(rows, sizeof(bool))};
  compare_released(&change);
  for (unsigned row = 0; row < rows; row++) {
    if (change.known[row]) continue;
    if (!is_whole(gate) &&
        (id == OWNERS || !covers(gate, cell(gate->schema, id, row,
                                            "value")))) {
      continue;
    }
    class_new_row(&change, row);
  }
}

void check_changes(struct gate *gate) {
  struct schema *now = gate->schema;
  struct release release;
  if (!read_release(now, now->layout_version, &release)) return;
  struct schema *before = allocate(1, sizeof *before);
  before->folder = release_path(now, now->layout_version, "");
  read_layout_tables(before);
  now->complaints += before->complaints;
  if (before->complaints > 0) return;
  hash_layouts(before);
  const char *shape = hex(before->shape_hash);
  if (!holds(gate, strcmp(shape, release.shape_hash) == 0)) {
    accuse(gate,
           "%s:3: shape-hash: the tables beside it have %s, it says %s; put "
           "it back",
           release.path, shape, release.shape_hash);
  }
  gate->before = before;
  for (unsigned id = LAYOUTS; id <= SHAPES; id++) {
    compare_table(gate, before, (enum table_id)id);
  }
}

/* --- releasing ------------------------------------------------------------ */

static bool write_whole(const char *path, const struct text *text) {
  FILE *file = fopen(path, "wb");
  if (file != NULL) {
    bool whole = fwrite(text->bytes, 1, text->size, file) == text->size;
    if (fclose(file) == 0 && whole) return true;
  }
  fprintf(stderr, "%s: %s\n", path, strerror(errno));
  return false;
}

static bool write_tables(const struct schema *schema, const char *folder) {
  for (unsigned id = LAYOUTS; id <= SHAPES; id++) {
    struct text from = {0};
    struct text to = {0};
    struct text bytes = {0};
    const char *name = schema->tables[id].name;
    add(&from, "%s/%s.tsv", schema->folder, name);
    add(&to, "%s/%s.tsv", folder, name);
    if (!read_file(from.bytes, &bytes)) {
      fprintf(stderr, "%s: %s\n", from.bytes, strerror(errno));
      return false;
    }
    if (!write_whole(to.bytes, &bytes)) return false;
  }
  struct text path = {0};
  struct text release = {0};
  add(&path, "%s/RELEASE", folder);
  add(&release, "value-layout-version %u\nobject-marker %s\n",
      schema->layout_version, schema->marker);
  add(&release, "shape-hash %s\nfull-hash %s\n", hex(schema->shape_hash),
      hex(schema->full_hash));
  return write_whole(path.bytes, &release);
}

int write_release(struct schema *schema) {
  unsigned version = schema->layout_version;
  const char *folder = release_path(schema, version, "");
  struct stat present;
  if (stat(folder, &present) == 0) {
    fprintf(stderr,
            "%s: version %u is released and stays as it is; raise "
            "value-layout-version in %s/VERSION to release other tables\n",
            folder, version, schema->folder);
    return 1;
  }
  struct text parent = {0};
  struct text fresh = {0};
  add(&parent, "%s/released", schema->folder);
  add(&fresh, "%s.new", folder);
  mkdir(parent.bytes, 0777);
  mkdir(fresh.bytes, 0777);
  /* Written beside its place first: a full disk leaves no half release. */
  if (!write_tables(schema, fresh.bytes)) return 1;
  if (rename(fresh.bytes, folder) != 0) {
    fprintf(stderr, "%s: %s\n", folder, strerror(errno));
    return 1;
  }
  printf("%s: version %u is released; write its row in "
         "docs/compatibility.md, its record in docs/rfc/ and its lines in "
         "CHANGELOG.md\n",
         folder, version);
  return 0;
}
