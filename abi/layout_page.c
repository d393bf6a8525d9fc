/* layout_page.c - the families of docs/layouts.md: how each lies in memory
 * and looks as a list, its fields, its words, its owner, and examples. */
#include "generate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BOX = 24 }; /* columns inside a drawn box */

/* --- drawings ------------------------------------------------------------ */

static void draw_edges(struct text *text, bool list) {
  static const char edge[] = "+--------------------------+";
  add(text, "      %s", edge);
  if (list) add(text, "        %s", edge);
  add(text, "\n");
}

/* One line of a drawing: a place in memory, without number where `offset` is
 * negative, and an item of the list where `item` is not NULL, `index` alike. */
static void draw_line(struct text *text, int offset, const char *place,
                      int index, const char *item) {
  if (offset >= 0) {
    add(text, "%5d", offset);
  } else {
    add(text, "     ");
  }
  add(text, " | %-*s |", BOX, place == NULL ? "" : place);
  if (item != NULL && index >= 0) {
    add(text, " %6d | %-*s |", index, BOX, item);
  } else if (item != NULL) {
    add(text, "        | %-*s |", BOX, item);
  }
  add(text, "\n");
}

static char *quoted(const char *name) {
  struct text text = {0};
  add(&text, "\"%s\"", name);
  return text.bytes;
}

static char *decimal(unsigned value) {
  struct text text = {0};
  add(&text, "%u", value);
  return text.bytes;
}

static char *hexadecimal(uint64_t value) {
  struct text text = {0};
  add(&text, "0x%016" PRIx64, value);
  return text.bytes;
}

static void draw_record(struct text *text, const struct schema *schema,
                        const struct variant *variant) {
  unsigned count = variant->field_count;
  unsigned size = record_size(variant);
  add(text, "offset  record                            index  list\n");
  draw_edges(text, true);
  draw_line(text, 0, hexadecimal(header_word(schema, variant)), 0,
            decimal(variant->family->tag));
  draw_line(text, -1, NULL, 1, quoted(variant->name));
  for (unsigned i = 0; i < count; i++) {
    draw_line(text, (int)field_offset(i), variant->fields[i].name,
              (int)i + 2, variant->fields[i].name);
  }
  if (field_offset(count) < size) {
    add(text, "%5u | %-*s |        +--------------------------+\n",
        field_offset(count), BOX, "unused");
    draw_edges(text, false);
  } else {
    draw_edges(text, true);
  }
  add(text, "%5u\n", size);
}

/* What stands at a part: of a header its word, else its name. */
static const char *part_text(const struct schema *schema,
                             const struct family *family, unsigned row) {
  if (cell_is(schema, FORMS, row, "part", "header") &&
      family->variant_count > 0) {
    return hexadecimal(header_word(schema, &family->variants[0]));
  }
  return cell(schema, FORMS, row, "part");
}

/* Draws the parts of the form that begins at `row`, beside the list where
 * the family is one. */
static void draw_form(struct text *text, const struct schema *schema,
                      const struct family *family, unsigned row) {
  const char *form = cell(schema, FORMS, row, "form");
  bool list = family->variant_count > 0;
  const char *items[] = {decimal(family->tag), NULL, NULL};
  const int last = (int)(sizeof items / sizeof items[0]) - 1;
  unsigned count = schema->tables[FORMS].row_count;
  if (list) {
    items[1] = quoted(family->variants[0].name);
    items[2] = family->variants[0].fields[0].name;
  }
  add(text, "offset  %-*s%s\n", list ? 34 : 0, form,
      list ? "index  list" : "");
  draw_edges(text, list);
  for (int i = 0;
       ++row < count && cell_is(schema, FORMS, row, "form", form); i++) {
    const char *item = i <= last ? items[i] : "";
    draw_line(text, (int)number(cell(schema, FORMS, row, "offset")),
              part_text(schema, family, row), i <= last ? i : -1,
              list ? item : NULL);
  }
  draw_edges(text, list);
}

static bool has_parts(const struct schema *schema, unsigned row) {
  return row + 1 < schema->tables[FORMS].row_count &&
         !is_none(cell(schema, FORMS, row + 1, "part"));
}

static void draw_forms(struct text *text, const struct schema *schema,
                       const struct family *family) {
  for (unsigned row = 0; row < schema->tables[FORMS].row_count; row++) {
    if (!cell_is(schema, FORMS, row, "family", family->name) ||
        !is_none(cell(schema, FORMS, row, "part")) ||
        !has_parts(schema, row)) {
      continue;
    }
    add(text, "\n```\n");
    draw_form(text, schema, family, row);
    add(text, "```\n");
  }
}

/* --- tables of one family ------------------------------------------------ */

static void write_names(struct text *text, const struct schema *schema,
                        const struct family *family) {
  for (unsigned row = 0; row < schema->tables[NAMES].row_count; row++) {
    if (!cell_is(schema, NAMES, row, "value", family->name)) continue;
    add(text, "Modules also call it `%s`: %s\n",
        cell(schema, NAMES, row, "name"), cell(schema, NAMES, row, "doc"));
  }
}

/* What a refusal says. */
static void write_code(struct text *text, const struct schema *schema,
                       unsigned row) {
  const char *code = cell(schema, LAYOUTS, row, "errors");
  int error = find_row(schema, ERRORS, "code", code);
  add(text, "Refused with `%s`: %s\n", code,
      cell(schema, ERRORS, (unsigned)error, "doc"));
}

static void write_shapes_of(struct text *text, const struct schema *schema,
                            const struct family *family) {
  bool any = false;
  for (unsigned row = 0; row < schema->tables[SHAPES].row_count; row++) {
    if (!cell_is(schema, SHAPES, row, "value", family->name)) continue;
    add(text, any ? ", " : "Its v0.1 lists: ");
    add_shape(text, schema, row);
    any = true;
  }
  if (any) add(text, ".\n");
}

/* The forms of a family, or with "-" those of none. */
static void write_forms(struct text *text, const struct schema *schema,
                        const char *family) {
  add(text, "| form | part | offset | bytes | word | |\n");
  add(text, "|---|---|---|---|---|---|\n");
  for (unsigned row = 0; row < schema->tables[FORMS].row_count; row++) {
    static const char *const columns[] = {"form", "part", "offset", "size",
                                          "word", "doc"};
    if (!cell_is(schema, FORMS, row, "family", family)) continue;
    add(text, "|");
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
      const char *content = cell(schema, FORMS, row, columns[i]);
      bool code = !is_none(content) && (i < 2 || i == 4);
      add(text, code ? " `%s` |" : " %s |", is_none(content) ? "–" : content);
    }
    add(text, "\n");
  }
}

/* A cell that holds the names of functions. */
static void add_functions(struct text *text, const char *names) {
  char *name;
  if (is_none(names)) add(text, "–");
  for (unsigned i = 0; !is_none(names) && (name = next_word(&names)) != NULL;
       i++) {
    add(text, "%s`%s`", i == 0 ? "" : " ", name);
  }
}

static void write_field(struct text *text, const struct schema *schema,
                        const struct variant *variant, unsigned index,
                        unsigned row) {
  const struct field *field = &variant->fields[index];
  add(text, "| `%s` | ", variant->name);
  if (is_plain_record(schema, variant->family)) {
    add(text, "%u", field_offset(index));
  } else {
    add(text, "–");
  }
  add(text, " | %u | `%s` | ", index + 2, field->name);
  add_code_cell(text, field->type->text);
  add(text, " | ");
  add_functions(text, cell(schema, EXAMPLES, row, "writer"));
  add(text, " | ");
  add_functions(text, cell(schema, EXAMPLES, row, "reader"));
  add(text, " | ");
  add_cell(text, field->doc);
  add(text, " |\n");
}

static void write_fields(struct text *text, const struct schema *schema,
                         const struct family *family) {
  unsigned row = example_row(schema, family);
  add(text, "\n| variant | offset | index | field | type | written by "
            "| read by | |\n|---|---|---|---|---|---|---|---|\n");
  for (unsigned i = 0; i < family->variant_count; i++) {
    const struct variant *variant = &family->variants[i];
    if (variant->field_count == 0) {
      add(text, "| `%s` | – | – | – | – | ", variant->name);
      add_functions(text, cell(schema, EXAMPLES, row, "writer"));
      add(text, " | ");
      add_functions(text, cell(schema, EXAMPLES, row, "reader"));
      add(text, " | It has no fields. |\n");
      row++;
    }
    for (unsigned j = 0; j < variant->field_count; j++) {
      write_field(text, schema, variant, j, row++);
    }
  }
}

static void write_words(struct text *text, const struct schema *schema,
                        const struct field *field) {
  if (field->state_count == 0) return;
  add(text, "\n| `%s` | may become |\n|---|---|\n", field->name);
  for (unsigned i = 0; i < field->state_count; i++) {
    unsigned row = field->first_state + i;
    add(text, "| `%s` | ", cell(schema, STATES, row, "word"));
    if (is_none(cell(schema, STATES, row, "next"))) {
      add(text, "nothing else");
    } else {
      add_functions(text, cell(schema, STATES, row, "next"));
    }
    add(text, " |\n");
  }
}

static void write_vocabulary(struct text *text, const struct schema *schema,
                             const struct family *family) {
  for (unsigned i = 0; i < family->variant_count; i++) {
    for (unsigned j = 0; j < family->variants[i].field_count; j++) {
      write_words(text, schema, &family->variants[i].fields[j]);
    }
  }
}

static void write_owner(struct text *text, const struct schema *schema,
                        const struct family *family) {
  const char *word = cell(schema, LAYOUTS, family->tag, "ownership");
  unsigned row = (unsigned)find_row(schema, OWNERS, "word", word);
  add(text,
      "\nOwnership is `%s`. Who may mutate it: %s. Who may retain it: %s. "
      "Who releases it: %s. What enforces that: %s.\n",
      word, cell(schema, OWNERS, row, "mutate"),
      cell(schema, OWNERS, row, "retain"),
      cell(schema, OWNERS, row, "release"),
      cell(schema, OWNERS, row, "enforced"));
}

/* --- examples ------------------------------------------------------------ */

/* The examples of a variant's fields, each behind a space. */
static void add_examples(struct text *text, const struct schema *schema,
                         unsigned row, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    add(text, " %s", cell(schema, EXAMPLES, row + i, "example"));
  }
}

/* The example of a variant as it prints. `row` is its first example. */
static char *printed(const struct schema *schema,
                     const struct variant *variant, unsigned row) {
  struct text text = {0};
  add(&text, "(list %u \"%s\"", variant->family->tag, variant->name);
  add_examples(&text, schema, row, variant->field_count);
  add(&text, ")");
  return text.bytes;
}

static char *constructor(const struct schema *schema,
                         const struct variant *variant, unsigned row) {
  struct text text = {0};
  add(&text, "(layout-new \"%s\" \"%s\"", variant->family->name,
      variant->name);
  add_examples(&text, schema, row, variant->field_count);
  add(&text, ")");
  return text.bytes;
}

/* What a reader answers of an example: its own, or true of no field. */
static const char *answer(const struct schema *schema, unsigned row) {
  const char *example = cell(schema, EXAMPLES, row, "example");
  return is_none(example) ? "true" : example;
}

static unsigned rows_of(const struct variant *variant) {
  return variant->field_count == 0 ? 1 : variant->field_count;
}

/* The first example of a variant. */
static unsigned variant_row(const struct schema *schema,
                            const struct variant *variant) {
  unsigned row = example_row(schema, variant->family);
  for (unsigned i = 0; i < variant->index; i++) {
    row += rows_of(&variant->family->variants[i]);
  }
  return row;
}

static void show_variant(struct text *text, const struct schema *schema,
                         const struct variant *variant) {
  unsigned row = variant_row(schema, variant);
  const char *value = printed(schema, variant, row);
  add(text, "%s ;; => %s\n", constructor(schema, variant, row), value);
  add(text, "(type-of %s) ;; => \"%s\"\n", value, variant->family->name);
  for (unsigned i = 0; i < rows_of(variant); i++) {
    add(text, "(%s %s) ;; => %s\n",
        cell(schema, EXAMPLES, row + i, "reader"), value,
        answer(schema, row + i));
  }
  if (variant->field_count == 0) return;
  add(text, "(%s (list %u \"%s\")) ;; error: %s\n",
      cell(schema, EXAMPLES, row, "reader"), variant->family->tag,
      variant->name, cell(schema, LAYOUTS, variant->family->tag, "errors"));
}

/* A v0.1 list and what reads it; where a record is wrapped its last field is
 * the empty Map. */
static void show_shape(struct text *text, const struct schema *schema,
                       unsigned row) {
  const struct variant *variant =
      variant_named(schema, cell(schema, SHAPES, row, "variant"));
  const struct variant *inner =
      variant_named(schema, cell(schema, SHAPES, row, "wrap"));
  unsigned count = number(cell(schema, SHAPES, row, "count"));
  unsigned from = variant_row(schema, inner == NULL ? variant : inner);
  unsigned reader = variant_row(schema, variant);
  add(text, "(%s (list \"%s\"", cell(schema, EXAMPLES, reader, "reader"),
      cell(schema, SHAPES, row, "head"));
  add_examples(text, schema, from, count);
  if (inner == NULL) {
    add(text, ")) ;; => %s\n", answer(schema, reader));
    return;
  }
  const struct family *map = inner->fields[count].type->accept_count == 1
                                 ? family_named(schema, "Map")
                                 : NULL;
  add(text, ")) ;; => (list %u \"%s\"", inner->family->tag, inner->name);
  add_examples(text, schema, from, count);
  if (map != NULL) {
    add(text, " (list %u \"%s\" (list))", map->tag, map->variants[0].name);
  }
  add(text, ")\n");
}

static void show_family(struct text *text, const struct schema *schema,
                        const struct family *family) {
  add(text, "\n```0x0\n");
  for (unsigned i = 0; i < family->variant_count; i++) {
    show_variant(text, schema, &family->variants[i]);
  }
  for (unsigned row = 0; row < schema->tables[SHAPES].row_count; row++) {
    if (cell_is(schema, SHAPES, row, "value", family->name)) {
      show_shape(text, schema, row);
    }
  }
  if (family->variant_count == 0) {
    unsigned row = example_row(schema, family);
    const char *example = cell(schema, EXAMPLES, row, "example");
    add(text, "%s ;; => %s\n(type-of %s) ;; => \"%s\"\n", example, example,
        example, family->name);
    add(text, "(%s %s) ;; => true\n", cell(schema, EXAMPLES, row, "reader"),
        example);
  }
  add(text, "```\n");
}

/* --- the same in C ------------------------------------------------------- */

enum {
  CALL_INDENT = 15, /* behind `  return makes(` */
  SHORT = 20,       /* bytes that still fit behind the other arguments */
};

/* The last argument of a call, a text that may be long. */
static void add_argument(struct text *text, const char *string) {
  if (strlen(string) <= SHORT) {
    add(text, ", ");
  } else {
    add(text, ",\n%*s", CALL_INDENT, "");
  }
  add_literal(text, CALL_INDENT, string, "\n");
}

static void use_variant(struct text *text, const struct schema *schema,
                        const struct variant *variant) {
  unsigned row = variant_row(schema, variant);
  add(text, "makes(vm, &value, \"%s\", \"%s\"", variant->family->name,
      variant->name);
  add_argument(text, constructor(schema, variant, row));
  add(text, ")");
  for (unsigned i = 0; i < rows_of(variant); i++) {
    add(text, " &&\n         reads(vm, value, \"%s\"",
        cell(schema, EXAMPLES, row + i, "reader"));
    add_argument(text, answer(schema, row + i));
    add(text, ")");
  }
}

static void use_family(struct text *text, const struct schema *schema,
                       const struct family *family) {
  add(text, "\n```c\nstatic int use_%s(zero_vm *vm) {\n",
      lower_name(family->name));
  add(text, "  zero_value value;\n  return ");
  for (unsigned i = 0; i < family->variant_count; i++) {
    if (i > 0) add(text, " &&\n         ");
    use_variant(text, schema, &family->variants[i]);
  }
  if (family->variant_count == 0) {
    unsigned row = example_row(schema, family);
    add(text, "makes(vm, &value, \"%s\", NULL", family->name);
    add_argument(text, cell(schema, EXAMPLES, row, "example"));
    add(text, ") &&\n         reads(vm, value, \"%s\", \"true\")",
        cell(schema, EXAMPLES, row, "reader"));
  }
  add(text, ";\n}\n```\n");
}

void write_c_program(struct text *text, const struct schema *schema) {
  add(text, "```c\nint main(void) {\n");
  add(text, "  static int (*const uses[])(zero_vm *vm) = {\n");
  for (unsigned i = 0; i < schema->family_count; i++) {
    add(text, "    use_%s,\n", lower_name(schema->families[i].name));
  }
  add(text, "  };\n"
            "  zero_vm *vm;\n"
            "  int good = zero_open(&vm, NULL, NULL, 0) == ZERO_OK;\n"
            "  for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {\n"
            "    good = good && uses[i](vm);\n"
            "  }\n"
            "  zero_close(vm);\n"
            "  return good ? 0 : 1;\n"
            "}\n```\n");
}

/* --- a family ------------------------------------------------------------ */

static void write_family(struct text *text, const struct schema *schema,
                         const struct family *family) {
  unsigned row = family->tag;
  add(text, "%s### %s\n\n", row == 0 ? "" : "\n", family->name);
  add(text, "Tag %u, version %s, shape `%016" PRIx64 "`, %s.\n", row,
      cell(schema, LAYOUTS, row, "abi_version"), family_hash(schema, family),
      cell(schema, LAYOUTS, row, "current_status"));
  write_code(text, schema, row);
  write_names(text, schema, family);
  write_shapes_of(text, schema, family);
  add(text, "\n`%s`\n", cell(schema, LAYOUTS, row, "layout"));
  draw_forms(text, schema, family);
  for (unsigned i = 0;
       is_plain_record(schema, family) && i < family->variant_count; i++) {
    add(text, "\n```\n");
    draw_record(text, schema, &family->variants[i]);
    add(text, "```\n");
  }
  if (!is_plain_record(schema, family)) {
    add(text, "\n");
    write_forms(text, schema, family->name);
  }
  if (family->variant_count > 0) write_fields(text, schema, family);
  write_vocabulary(text, schema, family);
  write_owner(text, schema, family);
  show_family(text, schema, family);
  use_family(text, schema, family);
}

void write_shared_forms(struct text *text, const struct schema *schema) {
  write_forms(text, schema, "-");
}

void write_families(struct text *text, const struct schema *schema) {
  for (unsigned i = 0; i < schema->family_count; i++) {
    write_family(text, schema, &schema->families[i]);
  }
}
