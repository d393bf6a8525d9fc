/* agree.c - pages, records and fixtures that must agree with the tables.
 *
 * People write them; each check says which line of which page, and which
 * cell of which table it disagrees with. */
#include "gate.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct wants new_wants(const char *header, unsigned room) {
  struct wants wants = {.header = header,
                        .rows = allocate(room, sizeof *wants.rows)};
  return wants;
}

static void put(struct want *want, unsigned column, const char *cell_text,
                const char *source) {
  want->cells[column] = cell_text;
  want->sources[column] = source;
}

static const char *decimal(unsigned value) {
  struct text text = {0};
  add(&text, "%u", value);
  return text.bytes;
}

static const char *version_place(const struct schema *schema) {
  struct text text = {0};
  add(&text, "%s/VERSION:2:2: value-layout-version", schema->folder);
  return text.bytes;
}

/* --- docs/layouts.md ------------------------------------------------------ */

/* True where a line behind `heading` and before the next `### ` holds
 * `text`. */
static bool section_has(const struct page *page, unsigned heading,
                        const char *text) {
  for (unsigned i = heading; i < page->count; i++) {
    if (strncmp(page->lines[i], "### ", 4) == 0) return false;
    if (strstr(page->lines[i], text) != NULL) return true;
  }
  return false;
}

/* A cell as generated tables of a page have it. */
static const char *as_code(const char *content) {
  struct text text = {0};
  add(&text, "`");
  for (const char *at = content; *at != '\0'; at++) {
    if (*at == '|') add(&text, "\\");
    add_bytes(&text, at, 1);
  }
  add(&text, "`");
  return text.bytes;
}

static void want_in_section(struct gate *gate, const struct page *page,
                            unsigned heading, const char *content,
                            const char *source) {
  if (holds(gate, section_has(page, heading, as_code(content)))) return;
  blame(gate, page->path, heading,
        "the section does not show %s, which %s says; run `make generate`",
        as_code(content), source);
}

static void check_section(struct gate *gate, const struct page *page,
                          const struct family *family) {
  const struct schema *schema = gate->schema;
  struct text heading = {0};
  unsigned line = 0;
  add(&heading, "### %s", family->name);
  if (!holds(gate, find_line(page, heading.bytes, &line))) {
    blame(gate, page->path, 1, "no section '%s', which %s needs",
          heading.bytes, place(schema, LAYOUTS, family->tag, "value"));
    return;
  }
  static const char *const columns[] = {"layout", "errors"};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    want_in_section(gate, page, line,
                    cell(schema, LAYOUTS, family->tag, columns[i]),
                    place(schema, LAYOUTS, family->tag, columns[i]));
  }
  for (unsigned id = FIELDS; id <= STATES; id++) {
    const char *column = id == FIELDS  ? "field"
                         : id == NAMES ? "name"
                                       : "word";
    for (unsigned row = 0; row < schema->tables[id].row_count; row++) {
      const char *content = cell(schema, (enum table_id)id, row, column);
      if (!cell_is(schema, (enum table_id)id, row, "value", family->name) ||
          is_none(content)) {
        continue;
      }
      want_in_section(gate, page, line, content,
                      place(schema, (enum table_id)id, row, column));
    }
  }
}

void check_layout_page(struct gate *gate) {
  struct page page = read_page(gate, "docs/layouts.md");
  if (page.count == 0) return;
  for (unsigned i = 0; i < gate->schema->family_count; i++) {
    const struct family *family = &gate->schema->families[i];
    if (covers(gate, family->name)) check_section(gate, &page, family);
  }
}

/* --- CHANGELOG.md --------------------------------------------------------- */

static bool is_entry(const char *line) { return strncmp(line, "## ", 3) == 0; }

/* The line, from 1, of the entry's ABI heading, 0 where it has none. */
static unsigned abi_heading(const struct page *page, unsigned entry) {
  for (unsigned i = entry; i < page->count; i++) {
    if (is_entry(page->lines[i])) return 0;
    if (strcmp(page->lines[i], "### ABI") == 0) return i + 1;
  }
  return 0;
}

/* `text` as a whole word: no digit or point of a longer number follows. */
static bool says(const char *line, const char *text) {
  const char *at = strstr(line, text);
  if (at == NULL) return false;
  char next = at[strlen(text)];
  return !isalnum((unsigned char)next) &&
         !(next == '.' && isdigit((unsigned char)at[strlen(text) + 1]));
}

static bool abi_says(const struct page *page, unsigned heading,
                     const char *text) {
  for (unsigned i = heading; i < page->count; i++) {
    if (page->lines[i][0] == '#') return false;
    if (says(page->lines[i], text)) return true;
  }
  return false;
}

static const char *version_words(unsigned version) {
  struct text text = {0};
  add(&text, "value-layout version %u", version);
  return text.bytes;
}

/* The newest entry names what holds now. */
static void check_newest(struct gate *gate, const struct page *page,
                         unsigned heading) {
  const struct schema *schema = gate->schema;
  struct text marker = {0};
  add(&marker, "`%s`", schema->marker);
  if (!holds(gate, abi_says(page, heading, marker.bytes))) {
    blame(gate, page->path, heading,
          "ABI of the newest entry does not name the object marker %s, "
          "which %s/VERSION:1:2: object-marker says",
          marker.bytes, schema->folder);
  }
  const char *version = version_words(schema->layout_version);
  if (!holds(gate, abi_says(page, heading, version))) {
    blame(gate, page->path, heading,
          "ABI of the newest entry does not say '%s', as %s does", version,
          version_place(schema));
  }
}

void check_changelog(struct gate *gate) {
  struct page page = read_page(gate, "CHANGELOG.md");
  if (page.count == 0) return;
  unsigned version = gate->schema->layout_version;
  bool *named = allocate(version + 1, sizeof *named);
  bool newest = true;
  for (unsigned i = 0; i < page.count; i++) {
    if (!is_entry(page.lines[i])) continue;
    unsigned heading = abi_heading(&page, i + 1);
    if (!holds(gate, heading > 0)) {
      blame(gate, page.path, i + 1,
            "the entry has no heading '### ABI'; write one, also where "
            "nothing changed");
      newest = false;
      continue;
    }
    if (newest) check_newest(gate, &page, heading);
    newest = false;
    for (unsigned each = 1; each <= version; each++) {
      if (abi_says(&page, heading, version_words(each))) named[each] = true;
    }
  }
  if (!holds(gate, !newest)) blame(gate, page.path, 1, "no entry");
  for (unsigned each = 1; each <= version; each++) {
    if (holds(gate, named[each])) continue;
    blame(gate, page.path, 1, "no entry says '%s' under ABI",
          version_words(each));
  }
}

/* --- docs/compatibility.md ------------------------------------------------ */

/* The heads of the v0.1 shapes of a family; `-` where it has none. */
static const char *heads_of(const struct schema *schema, const char *value) {
  struct text text = {0};
  for (unsigned row = 0; row < schema->tables[SHAPES].row_count; row++) {
    if (!cell_is(schema, SHAPES, row, "value", value)) continue;
    add(&text, "%s%s", text.size == 0 ? "" : " ",
        cell(schema, SHAPES, row, "head"));
  }
  return text.size == 0 ? "-" : text.bytes;
}

static void check_families_of(struct gate *gate, const struct page *page) {
  const struct schema *schema = gate->schema;
  struct wants wants = new_wants("value tag version v0.1 owner errors",
                                 schema->family_count);
  for (unsigned i = 0; i < schema->family_count; i++) {
    const char *value = schema->families[i].name;
    if (!covers(gate, value)) continue;
    struct want *want = &wants.rows[wants.count++];
    int shape = find_row(schema, SHAPES, "value", value);
    put(want, 0, value, place(schema, LAYOUTS, i, "value"));
    put(want, 1, decimal(i), place(schema, LAYOUTS, i, "tag"));
    put(want, 2, cell(schema, LAYOUTS, i, "abi_version"),
        place(schema, LAYOUTS, i, "abi_version"));
    put(want, 3, heads_of(schema, value),
        shape < 0 ? "abi/compat.tsv"
                  : place(schema, SHAPES, (unsigned)shape, "head"));
    put(want, 4, cell(schema, LAYOUTS, i, "ownership"),
        place(schema, LAYOUTS, i, "ownership"));
    put(want, 5, cell(schema, LAYOUTS, i, "errors"),
        place(schema, LAYOUTS, i, "errors"));
  }
  wants.all = is_whole(gate);
  check_grid(gate, page, &wants);
}

static void check_release_rows(struct gate *gate, const struct page *page) {
  const struct schema *schema = gate->schema;
  struct wants wants =
      new_wants("version marker shape full", schema->layout_version);
  for (unsigned each = 1; each <= schema->layout_version; each++) {
    struct release release;
    if (!read_release(schema, each, &release)) continue;
    struct want *want = &wants.rows[wants.count++];
    put(want, 0, decimal(each), release.path);
    put(want, 1, release.marker, release.path);
    put(want, 2, release.shape_hash, release.path);
    put(want, 3, release.full_hash, release.path);
  }
  wants.all = true;
  check_grid(gate, page, &wants);
}

static void check_gate_rows(struct gate *gate, const struct page *page) {
  const struct schema *schema = gate->schema;
  unsigned rows = schema->tables[GATES].row_count;
  struct wants wants = new_wants("value gate", rows);
  for (unsigned row = 0; row < rows; row++) {
    struct text command = {0};
    add(&command, "make abi-%s-check", cell(schema, GATES, row, "gate"));
    struct want *want = &wants.rows[wants.count++];
    put(want, 0, cell(schema, GATES, row, "value"),
        place(schema, GATES, row, "value"));
    put(want, 1, command.bytes, place(schema, GATES, row, "gate"));
  }
  wants.all = true;
  check_grid(gate, page, &wants);
}

void check_matrix(struct gate *gate) {
  struct page page = read_page(gate, "docs/compatibility.md");
  check_families_of(gate, &page);
  if (!is_whole(gate)) return;
  check_release_rows(gate, &page);
  check_gate_rows(gate, &page);
}

/* --- docs/roadmap.md ------------------------------------------------------ */

void check_roadmap(struct gate *gate) {
  const struct schema *schema = gate->schema;
  struct page page = read_page(gate, "docs/roadmap.md");
  struct wants wants = new_wants("status families", schema->family_count);
  for (unsigned i = 0; i < schema->family_count; i++) {
    const char *status = cell(schema, LAYOUTS, i, "current_status");
    if (find_row(schema, LAYOUTS, "current_status", status) != (int)i) {
      continue;
    }
    struct text families = {0};
    for (unsigned each = i; each < schema->family_count; each++) {
      if (!cell_is(schema, LAYOUTS, each, "current_status", status)) continue;
      add(&families, "%s%s", families.size == 0 ? "" : ", ",
          schema->families[each].name);
    }
    const char *source = place(schema, LAYOUTS, i, "current_status");
    struct want *want = &wants.rows[wants.count++];
    put(want, 0, status, source);
    put(want, 1, families.bytes, source);
  }
  wants.all = true;
  check_grid(gate, &page, &wants);
}

/* --- docs/adr, docs/rfc --------------------------------------------------- */

static int by_name(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The files 0001-….md of a folder, in order. */
static char **list_records(struct gate *gate, const char *folder,
                           unsigned *count) {
  struct text path = {0};
  add(&path, "%s/%s", gate->root, folder);
  DIR *open = opendir(path.bytes);
  char **names = allocate(10000, sizeof *names);
  *count = 0;
  struct dirent *entry;
  while (open != NULL && *count < 9999 && (entry = readdir(open)) != NULL) {
    size_t size = strlen(entry->d_name);
    if (isdigit((unsigned char)entry->d_name[0]) && size > 8 &&
        strcmp(entry->d_name + size - 3, ".md") == 0) {
      names[(*count)++] = copy_bytes(entry->d_name, size);
    }
  }
  if (open != NULL) closedir(open);
  qsort(names, *count, sizeof *names, by_name);
  return names;
}

/* What follows `**NAME.** ` at the beginning of a line, up to a full stop;
 * NULL where no line begins so. */
static char *statement(const struct page *page, const char *name,
                       unsigned *line) {
  struct text start = {0};
  add(&start, "**%s.** ", name);
  for (unsigned i = 0; i < page->count; i++) {
    if (strncmp(page->lines[i], start.bytes, start.size) != 0) continue;
    const char *rest = page->lines[i] + start.size;
    *line = i + 1;
    return copy_bytes(rest, strcspn(rest, "."));
  }
  return NULL;
}

/* Every code and status that a record names is one of the tables. */
static void check_words(struct gate *gate, const struct page *page) {
  static const char starts[2][16] = {"`LAYOUT_", "`implemented-"};
  const struct schema *schema = gate->schema;
  for (unsigned i = 0; i < page->count; i++) {
    for (unsigned kind = 0; kind < 2; kind++) {
      const char *at = page->lines[i];
      while ((at = strstr(at, starts[kind])) != NULL) {
        at++;
        const char *word = copy_bytes(at, strcspn(at, "`"));
        bool known =
            kind == 0 ? find_row(schema, ERRORS, "code", word) >= 0
                      : find_row(schema, LAYOUTS, "current_status", word) >= 0;
        if (holds(gate, known)) continue;
        blame(gate, page->path, i + 1, "'%s' stands in no row of %s/%s.tsv",
              word, schema->folder,
              kind == 0 ? "errors" : "value-layouts");
      }
    }
  }
}

/* Fills the row of a record in its folder's index. */
static void check_record(struct gate *gate, const char *path,
                         const char *file, unsigned record,
                         struct want *want) {
  struct page page = read_page(gate, path);
  if (page.count == 0) return;
  struct text title = {0};
  struct text link = {0};
  unsigned line = 1;
  add(&title, "# %u. ", record);
  if (!holds(gate, (unsigned)atoi(file) == record)) {
    blame(gate, path, 1, "records count from 1: this one is %u", record);
  }
  if (!holds(gate, strncmp(page.lines[0], title.bytes, title.size) == 0)) {
    blame(gate, path, 1, "the title must begin with '%s'", title.bytes);
    return;
  }
  const char *status = statement(&page, "Status", &line);
  if (!holds(gate, status != NULL && among("Proposed Accepted Superseded "
                                           "Refused",
                                           status))) {
    blame(gate, path, line,
          "a line must begin with '**Status.** ' and Proposed, Accepted, "
          "Superseded or Refused");
    return;
  }
  check_words(gate, &page);
  add(&link, "[%u](%s)", record, file);
  put(want, 0, link.bytes, path);
  put(want, 1, page.lines[0] + title.size, path);
  put(want, 2, status, path);
}

/* An RFC that was accepted states the layout version it describes. */
static void note_version(struct gate *gate, const char *path, bool *named) {
  unsigned line = 0;
  struct page page = read_page(gate, path);
  const char *status = statement(&page, "Status", &line);
  const char *version = statement(&page, "Layout version", &line);
  if (status == NULL || version == NULL) return;
  if (!among("Accepted Superseded", status)) return;
  unsigned stated = number(version);
  bool known = stated >= 1 && stated <= gate->schema->layout_version;
  if (holds(gate, known)) {
    named[stated] = true;
  } else {
    blame(gate, path, line, "layout version '%s', but %s says %u", version,
          version_place(gate->schema), gate->schema->layout_version);
  }
}

static void check_folder(struct gate *gate, const char *folder,
                         bool *named) {
  unsigned count;
  char **files = list_records(gate, folder, &count);
  struct text index = {0};
  add(&index, "%s/README.md", folder);
  struct wants wants = new_wants("record title status", count);
  for (unsigned i = 0; i < count; i++) {
    struct text path = {0};
    add(&path, "%s/%s", folder, files[i]);
    struct want *want = &wants.rows[wants.count];
    check_record(gate, path.bytes, files[i], i + 1, want);
    if (want->cells[0] != NULL) wants.count++;
    if (named != NULL) note_version(gate, path.bytes, named);
  }
  struct page page = read_page(gate, index.bytes);
  wants.all = true;
  check_grid(gate, &page, &wants);
}

void check_decisions(struct gate *gate) {
  unsigned version = gate->schema->layout_version;
  bool *named = allocate(version + 1, sizeof *named);
  check_folder(gate, "docs/adr", NULL);
  check_folder(gate, "docs/rfc", named);
  for (unsigned each = 1; each <= version; each++) {
    if (holds(gate, named[each])) continue;
    blame(gate, "docs/rfc/README.md", 1,
          "no accepted record has a line '**Layout version.** %u.', and %s "
          "says %u",
          each, version_place(gate->schema), version);
  }
}

/* --- smoke/value ---------------------------------------------------------- */

void check_fixtures(struct gate *gate) {
  for (unsigned i = 0; i < gate->schema->family_count; i++) {
    const char *value = gate->schema->families[i].name;
    if (!covers(gate, value)) continue;
    struct text path = {0};
    struct text whole = {0};
    struct text bytes = {0};
    add(&path, "smoke/value/%s.0x0", value);
    add(&whole, "%s/%s", gate->root, path.bytes);
    if (holds(gate, read_file(whole.bytes, &bytes) && bytes.size > 0)) {
      continue;
    }
    blame(gate, path.bytes, 1,
          "no fixture, which %s needs; put it back or write it",
          place(gate->schema, LAYOUTS, i, "value"));
  }
}
