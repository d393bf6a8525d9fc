/* document.c - the generated blocks of the pages in docs/.
 *
 * A page is written by hand but for the lines between
 * `<!-- generated: NAME -->` and `<!-- end -->`. */
#include "generate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef void block_writer(struct text *text, const struct schema *schema);

void add_cell(struct text *text, const char *content) {
  for (const char *at = content; *at != '\0'; at++) {
    if (*at == '|') add(text, "\\");
    add_bytes(text, at, 1);
  }
}

void add_code_cell(struct text *text, const char *content) {
  add(text, "`");
  add_cell(text, content);
  add(text, "`");
}

/* --- docs/layouts.md ----------------------------------------------------- */

static void write_summary(struct text *text, const struct schema *schema) {
  add(text, "| value | tag | layout | ownership | errors | status |\n");
  add(text, "|---|---|---|---|---|---|\n");
  for (unsigned i = 0; i < schema->family_count; i++) {
    add(text, "| %s | %u | ", schema->families[i].name, i);
    add_code_cell(text, cell(schema, LAYOUTS, i, "layout"));
    add(text, " | %s | `%s` | %s |\n",
        cell(schema, LAYOUTS, i, "ownership"),
        cell(schema, LAYOUTS, i, "errors"),
        cell(schema, LAYOUTS, i, "current_status"));
  }
}

void add_shape(struct text *text, const struct schema *schema, unsigned row) {
  const char *wrap = cell(schema, SHAPES, row, "wrap");
  const struct variant *from =
      variant_named(schema, is_none(wrap)
                                ? cell(schema, SHAPES, row, "variant")
                                : wrap);
  add(text, "`(list \"%s\"", cell(schema, SHAPES, row, "head"));
  for (unsigned i = 0; i < number(cell(schema, SHAPES, row, "count")); i++) {
    add(text, " %s", from->fields[i].name);
  }
  add(text, ")`");
}

/* Writes a table of some columns of a table, the first as code. */
static void write_columns(struct text *text, const struct schema *schema,
                          enum table_id id, const char *columns) {
  const char *rest = columns;
  const char *column;
  add(text, "|");
  while ((column = next_word(&rest)) != NULL) add(text, " %s |", column);
  add(text, "\n|");
  rest = columns;
  while (next_word(&rest) != NULL) add(text, "---|");
  add(text, "\n");
  for (unsigned row = 0; row < schema->tables[id].row_count; row++) {
    rest = columns;
    add(text, "|");
    for (unsigned i = 0; (column = next_word(&rest)) != NULL; i++) {
      const char *content = cell(schema, id, row, column);
      add(text, " ");
      if (i == 0) {
        add_code_cell(text, content);
      } else {
        add_cell(text, is_none(content) ? "–" : content);
      }
      add(text, " |");
    }
    add(text, "\n");
  }
}

static void write_owners(struct text *text, const struct schema *schema) {
  write_columns(text, schema, OWNERS,
                "word mutate retain release enforced");
}

static void write_shapes(struct text *text, const struct schema *schema) {
  add(text, "| v0.1 list | reads as | |\n|---|---|---|\n");
  for (unsigned row = 0; row < schema->tables[SHAPES].row_count; row++) {
    add(text, "| ");
    add_shape(text, schema, row);
    add(text, " | %s `%s` | ", cell(schema, SHAPES, row, "value"),
        cell(schema, SHAPES, row, "variant"));
    add_cell(text, cell(schema, SHAPES, row, "doc"));
    add(text, " |\n");
  }
}

/* --- the other pages ----------------------------------------------------- */

static void write_errors(struct text *text, const struct schema *schema) {
  write_columns(text, schema, ERRORS, "code kind caught test doc");
}

static void write_host_errors(struct text *text,
                              const struct schema *schema) {
  write_columns(text, schema, HOST_ERRORS, "error capability code doc");
}

static void write_capabilities(struct text *text,
                               const struct schema *schema) {
  write_columns(text, schema, CAPABILITIES, "name parts doc");
}

static void add_arity(struct text *text, const struct schema *schema,
                      unsigned row) {
  const char *min = cell(schema, BUILTINS, row, "min");
  const char *max = cell(schema, BUILTINS, row, "max");
  if (strcmp(max, "*") == 0) {
    add(text, "%s or more", min);
  } else if (strcmp(min, max) == 0) {
    add(text, "%s", min);
  } else {
    add(text, "%s to %s", min, max);
  }
}

static void write_builtin_rows(struct text *text,
                               const struct schema *schema,
                               const char *hidden) {
  add(text, "| name | takes | arguments | returns | capability | fuel | |\n");
  add(text, "|---|---|---|---|---|---|---|\n");
  for (unsigned row = 0; row < schema->tables[BUILTINS].row_count; row++) {
    if (!cell_is(schema, BUILTINS, row, "hidden", hidden)) continue;
    const char *params = cell(schema, BUILTINS, row, "params");
    add(text, "| ");
    add_code_cell(text, cell(schema, BUILTINS, row, "name"));
    add(text, " | ");
    add_cell(text, is_none(params) ? "–" : params);
    add(text, " | ");
    add_arity(text, schema, row);
    add(text, " | ");
    add_cell(text, cell(schema, BUILTINS, row, "result"));
    add(text, " | %s | %s | ", cell(schema, BUILTINS, row, "capability"),
        cell(schema, BUILTINS, row, "fuel"));
    add_cell(text, cell(schema, BUILTINS, row, "doc"));
    add(text, " |\n");
  }
}

static void write_builtins(struct text *text, const struct schema *schema) {
  write_builtin_rows(text, schema, "no");
}

static void write_hidden_builtins(struct text *text,
                                  const struct schema *schema) {
  write_builtin_rows(text, schema, "yes");
}

/* Builtins that reach the world: that need more than io, or use a handle. */
static bool is_of_host(const struct schema *schema, unsigned row) {
  const char *capability = cell(schema, BUILTINS, row, "capability");
  return (strcmp(capability, "pure") != 0 && strcmp(capability, "io") != 0) ||
         strstr(cell(schema, BUILTINS, row, "params"), "Handle") != NULL ||
         cell_is(schema, BUILTINS, row, "name", "poll");
}

/* What the world may refuse returns a HostOk or a HostErr, all else the value
 * itself. */
static const char *host_result(const struct schema *schema, unsigned row) {
  return strstr(cell(schema, BUILTINS, row, "doc"), "HostErr") != NULL
             ? "HostOk or HostErr"
             : cell(schema, BUILTINS, row, "result");
}

static void write_host_builtins(struct text *text,
                                const struct schema *schema) {
  add(text, "| name | takes | capability | returns | |\n");
  add(text, "|---|---|---|---|---|\n");
  for (unsigned row = 0; row < schema->tables[BUILTINS].row_count; row++) {
    if (!is_of_host(schema, row)) continue;
    const char *params = cell(schema, BUILTINS, row, "params");
    add(text, "| ");
    add_code_cell(text, cell(schema, BUILTINS, row, "name"));
    add(text, " | ");
    add_cell(text, is_none(params) ? "–" : params);
    add(text, " | %s | %s | ", cell(schema, BUILTINS, row, "capability"),
        host_result(schema, row));
    add_cell(text, cell(schema, BUILTINS, row, "doc"));
    add(text, " |\n");
  }
}

static void write_opcodes(struct text *text, const struct schema *schema) {
  write_columns(text, schema, OPCODES, "name a b c next doc");
}

static void write_pairs(struct text *text, const struct schema *schema) {
  write_columns(text, schema, PAIRS, "first then");
}

static void write_versions(struct text *text, const struct schema *schema) {
  add(text, "| | |\n|---|---|\n| object marker | `%s` |\n", schema->marker);
  add(text, "| value-layout version | %u |\n", schema->layout_version);
  add(text, "| shape hash | `%016" PRIx64 "` |\n", schema->shape_hash);
  add(text, "| full hash | `%016" PRIx64 "` |\n", schema->full_hash);
}

static void write_machine_tags(struct text *text,
                               const struct schema *schema) {
  add(text, "| value | payload | machine tag |\n|---|---|---|\n");
  for (unsigned i = 0; i < schema->family_count; i++) {
    const struct family *family = &schema->families[i];
    if (family->variant_count > 0) break;
    const char *layout = cell(schema, LAYOUTS, i, "layout");
    const char *payload = layout;
    if (strncmp(layout, "payload ", 8) == 0) payload = layout + 8;
    add(text, "| %s | %.*s | %d |\n", family->name,
        (int)strcspn(payload, ","), payload, machine_tag(schema, family));
  }
}

static void write_vectors(struct text *text, const struct schema *schema) {
  static const char *const inputs[] = {"", "a", "foobar"};
  (void)schema;
  add(text, "| bytes | 64-bit FNV-1a |\n|---|---|\n");
  for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
    add(text, "| `\"%s\"` | `%016" PRIx64 "` |\n", inputs[i],
        fnv1a(inputs[i], strlen(inputs[i])));
  }
}

/* --- pages --------------------------------------------------------------- */

struct block {
  const char *page;
  const char *name;
  block_writer *write;
};

static const struct block blocks[] = {
    {"docs/layouts.md", "versions", write_versions},
    {"docs/layouts.md", "summary", write_summary},
    {"docs/layouts.md", "v01", write_shapes},
    {"docs/layouts.md", "forms", write_shared_forms},
    {"docs/layouts.md", "families", write_families},
    {"docs/layouts.md", "program", write_c_program},
    {"docs/layouts.md", "ownership", write_owners},
    {"docs/errors.md", "errors", write_errors},
    {"docs/handles.md", "host-errors", write_host_errors},
    {"docs/builtins.md", "builtins", write_builtins},
    {"docs/builtins.md", "hidden-builtins", write_hidden_builtins},
    {"docs/builtins.md", "capabilities", write_capabilities},
    {"docs/host.md", "host-builtins", write_host_builtins},
    {"docs/opcodes.md", "opcodes", write_opcodes},
    {"docs/opcodes.md", "pairs", write_pairs},
    {"docs/abi.md", "versions", write_versions},
    {"docs/abi.md", "machine-tags", write_machine_tags},
    {"docs/abi.md", "shapes", write_shapes},
    {"docs/abi.md", "vectors", write_vectors},
};

enum { BLOCK_COUNT = sizeof blocks / sizeof blocks[0] };

#define BLOCK_START "<!-- generated: "
#define BLOCK_STOP " -->"
#define BLOCK_END "<!-- end -->"

static const struct block *block_named(const char *page, const char *name) {
  for (unsigned i = 0; i < BLOCK_COUNT; i++) {
    if (strcmp(blocks[i].page, page) == 0 &&
        strcmp(blocks[i].name, name) == 0) {
      return &blocks[i];
    }
  }
  return NULL;
}

/* The block whose marker `line` is, or NULL with *marker false where the
 * line is no marker. */
static const struct block *marked_block(const char *page, const char *line,
                                        bool *marker) {
  size_t start = strlen(BLOCK_START);
  size_t size = strlen(line);
  size_t stop = strlen(BLOCK_STOP);
  *marker = size > start + stop && strncmp(line, BLOCK_START, start) == 0 &&
            strcmp(line + size - stop, BLOCK_STOP) == 0;
  if (!*marker) return NULL;
  return block_named(page, copy_bytes(line + start, size - start - stop));
}

static void complain_page(struct schema *schema, const char *page,
                          unsigned line, const char *reason) {
  fprintf(stderr, "%s:%u:1: %s\n", page, line, reason);
  schema->complaints++;
}

/* Copies `source` line by line to `text`, renewing the blocks. */
static void renew(struct schema *schema, const char *page, char *source,
                  struct text *text) {
  const struct block *open = NULL;
  unsigned line_number = 0;
  unsigned found = 0;
  for (char *end; (end = strchr(source, '\n')) != NULL; source = end + 1) {
    bool marker;
    *end = '\0';
    line_number++;
    const struct block *block = marked_block(page, source, &marker);
    if (marker && (block == NULL || open != NULL)) {
      complain_page(schema, page, line_number,
                    open != NULL ? "the block above has no end"
                                 : "no such generated block");
      return;
    }
    if (open != NULL && strcmp(source, BLOCK_END) != 0) continue;
    open = NULL;
    add(text, "%s\n", source);
    if (!marker) continue;
    open = block;
    found++;
    block->write(text, schema);
  }
  if (open != NULL) complain_page(schema, page, line_number, "no end");
  for (unsigned i = 0; i < BLOCK_COUNT; i++) {
    if (strcmp(blocks[i].page, page) == 0) found--;
  }
  if (found != 0) {
    complain_page(schema, page, line_number,
                  "a generated block is missing or stands twice");
  }
}

void document_all(struct schema *schema, const char *root,
                  struct outputs *outputs) {
  for (unsigned i = 0; i < BLOCK_COUNT; i++) {
    const char *page = blocks[i].page;
    if (i > 0 && strcmp(page, blocks[i - 1].page) == 0) continue;
    struct text path = {0};
    struct text source = {0};
    add(&path, "%s/%s", root, page);
    if (!read_file(path.bytes, &source)) {
      fprintf(stderr, "%s: %s\n", path.bytes, strerror(errno));
      schema->complaints++;
      continue;
    }
    renew(schema, page, source.bytes, new_output(outputs, page));
  }
}
