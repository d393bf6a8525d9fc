/* emit.c - the tables as C: headers, the registry, their text. */
#include "generate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- what every file has ------------------------------------------------- */

struct text *new_output(struct outputs *outputs, const char *path) {
  if (outputs->count == OUTPUTS_MAX) {
    fputs("abi-generate: more files than OUTPUTS_MAX\n", stderr);
    exit(1);
  }
  struct output *output = &outputs->items[outputs->count++];
  output->path = path;
  return &output->text;
}

static void add_notice(struct text *text, const char *path,
                       const char *what) {
  const char *slash = strrchr(path, '/');
  add(text, "/* %s - %s.\n", slash + 1, what);
  add(text, " * Generated from abi/ by `make generate`; do not edit. */\n");
}

struct text *begin_header(struct outputs *outputs, const char *path,
                          const char *guard, const char *what) {
  struct text *text = new_output(outputs, path);
  add_notice(text, path, what);
  add(text, "#ifndef %s\n#define %s\n\n", guard, guard);
  return text;
}

void end_header(struct text *text) { add(text, "\n#endif\n"); }

/* --- headers ------------------------------------------------------------- */

static void emit_codes(const struct schema *schema,
                       struct outputs *outputs) {
  struct text *text =
      begin_header(outputs, "include/zero/gen/codes.h", "ZERO_GEN_CODES_H",
                   "a number for each stable code");
  add(text, "/* The numbers belong to one build; the names are stable. */\n");
  add(text, "enum zero_error_code {\n  ZERO_CODE_OK = 0");
  for (unsigned row = 0; row < schema->tables[ERRORS].row_count; row++) {
    add(text, ",\n  ZERO_CODE_%s = %u", cell(schema, ERRORS, row, "code"),
        row + 1);
  }
  add(text, "\n};\n");
  end_header(text);
}

static unsigned first_list_tag(const struct schema *schema) {
  unsigned tag = 0;
  while (tag < schema->family_count &&
         schema->families[tag].variant_count == 0) {
    tag++;
  }
  return tag;
}

/* An enum of its own beside that of layout tags; two families may share a
 * machine tag. */
static void emit_machine_tags(const struct schema *schema,
                              struct text *text) {
  add(text, "/* What the second word of a zero_pair says. A family that is");
  add(text, " not here has\n * that of a List. Never a layout tag. */\n");
  add(text, "enum zero_machine_tag {");
  for (unsigned i = 0; i < first_list_tag(schema); i++) {
    add(text, "%s\n  ZERO_MACHINE_%s = %d", i == 0 ? "" : ",",
        upper_name(schema->families[i].name),
        machine_tag(schema, &schema->families[i]));
  }
  add(text, "\n};\n\n");
}

static void emit_families(const struct schema *schema,
                          struct outputs *outputs) {
  struct text *text =
      begin_header(outputs, "include/zero/gen/families.h",
                   "ZERO_GEN_FAMILIES_H",
                   "layout tags, machine tags and versions");
  add(text, "enum zero_family_tag {");
  for (unsigned i = 0; i < schema->family_count; i++) {
    add(text, "%s\n  ZERO_FAMILY_%s = %u", i == 0 ? "" : ",",
        upper_name(schema->families[i].name), i);
  }
  add(text, "\n};\n\nenum {\n");
  add(text, "  ZERO_FIRST_LIST_TAG = %u,\n", first_list_tag(schema));
  add(text, "  ZERO_LAST_TAG = %u\n};\n\n", schema->family_count - 1);
  emit_machine_tags(schema, text);
  add(text, "#define ZERO_ABI_MARKER ");
  add_literal(text, 2, schema->marker, " \\\n");
  add(text, "\n#define ZERO_LAYOUT_VERSION %u\n", schema->layout_version);
  add(text, "#define ZERO_SHAPE_HASH \"%016" PRIx64 "\"\n",
      schema->shape_hash);
  add(text, "#define ZERO_FULL_HASH \"%016" PRIx64 "\"\n",
      schema->full_hash);
  end_header(text);
}

static void emit_rules(const struct schema *schema,
                       struct outputs *outputs) {
  struct text *text =
      begin_header(outputs, "runtime/facts/gen/rules.h",
                   "ZERO_FACTS_GEN_RULES_H",
                   "the rules that value-fields.tsv names");
  add(text, "#include <stdbool.h>\n\n#include \"zero/value.h\"\n\n");
  add(text, "struct zero_heap;\n\nenum zero_rule {\n  ZERO_RULE_NONE,\n");
  for (unsigned i = 0; i < schema->rule_count; i++) {
    add(text, "  ZERO_RULE_%s,\n", upper_name(schema->rules[i]));
  }
  add(text, "};\n\n/* X(RULE, predicate) */\n#define ZERO_RULES(X)");
  for (unsigned i = 0; i < schema->rule_count; i++) {
    add(text, " \\\n  X(%s, ", upper_name(schema->rules[i]));
    add(text, "zero__rule_%s)", lower_name(schema->rules[i]));
  }
  add(text, "\n\ntypedef bool zero__rule(struct zero_heap *heap,\n");
  add(text, "    const zero_value *fields, unsigned index);\n\n");
  add(text, "#define ZERO_RULE_DECLARE(RULE, predicate) ");
  add(text, "zero__rule predicate;\nZERO_RULES(ZERO_RULE_DECLARE)\n");
  add(text, "#undef ZERO_RULE_DECLARE\n");
  end_header(text);
}

static void emit_pairs(const struct schema *schema, struct text *text) {
  add(text, "\n\n/* X(FIRST, THEN): two instructions in a row that run as ");
  add(text, "one. */\n#define ZERO_PAIRS(X)");
  for (unsigned row = 0; row < schema->tables[PAIRS].row_count; row++) {
    add(text, " \\\n  X(%s, %s)", cell(schema, PAIRS, row, "first"),
        cell(schema, PAIRS, row, "then"));
  }
}

static void emit_opcodes(const struct schema *schema,
                         struct outputs *outputs) {
  const struct table *table = &schema->tables[OPCODES];
  struct text *text =
      begin_header(outputs, "runtime/facts/gen/opcodes.h",
                   "ZERO_FACTS_GEN_OPCODES_H", "the instructions");
  add(text, "/* X(NAME, a, b, c, next, doc) for each; all but the doc are\n");
  add(text, " * bare, as opcodes.tsv writes them, and made to be used with");
  add(text, " #. */\n#define ZERO_OPCODES(X)");
  for (unsigned row = 0; row < table->row_count; row++) {
    add(text, " \\\n  X(");
    for (unsigned i = 0; i + 1 < table->column_count; i++) {
      add(text, "%s, ", table->rows[row].cells[i]);
    }
    add(text, "\\\n    ");
    add_literal(text, 4, cell(schema, OPCODES, row, "doc"), " \\\n");
    add(text, ")");
  }
  emit_pairs(schema, text);
  add(text, "\n\nenum zero_opcode {\n");
  for (unsigned row = 0; row < table->row_count; row++) {
    add(text, "  ZERO_OP_%s,\n", cell(schema, OPCODES, row, "name"));
  }
  add(text, "  ZERO_OP_COUNT, /* of those that verified code is made of */\n");
  add(text, "  ZERO_OP_BEFORE_PAIRS = ZERO_OP_COUNT - 1,\n");
  const struct table *pairs = &schema->tables[PAIRS];
  for (unsigned row = 0; row < pairs->row_count; row++) {
    add(text, "  ZERO_OP_%s_%s,\n", cell(schema, PAIRS, row, "first"),
        cell(schema, PAIRS, row, "then"));
  }
  add(text, "  ZERO_OP_ALL\n};\n");
  end_header(text);
}

static void emit_builtins(const struct schema *schema,
                          struct outputs *outputs) {
  const struct table *table = &schema->tables[BUILTINS];
  struct text *text = begin_header(
      outputs, "runtime/facts/gen/builtin_index.h",
      "ZERO_FACTS_GEN_BUILTIN_INDEX_H", "the indexes of zero__builtins");
  add(text, "enum zero_builtin_index {\n");
  for (unsigned row = 0; row < table->row_count; row++) {
    add(text, "  ZERO_BUILTIN_%s,\n",
        upper_name(cell(schema, BUILTINS, row, "symbol")));
  }
  add(text, "  ZERO_BUILTIN_COUNT\n};\n\n");
  add(text, "/* X(INDEX, symbol) for each that has a C function, which is\n");
  add(text, " * zero__builtin_<symbol>: all but those with how core. */\n");
  add(text, "#define ZERO_NATIVE_BUILTINS(X)");
  for (unsigned row = 0; row < table->row_count; row++) {
    if (cell_is(schema, BUILTINS, row, "how", "core")) continue;
    const char *symbol = cell(schema, BUILTINS, row, "symbol");
    add(text, " \\\n  X(ZERO_BUILTIN_%s, %s)", upper_name(symbol), symbol);
  }
  add(text, "\n");
  end_header(text);
}

static uint32_t capability_bits(const struct schema *schema, unsigned row) {
  const char *bit = cell(schema, CAPABILITIES, row, "bit");
  const char *parts = cell(schema, CAPABILITIES, row, "parts");
  if (!is_none(bit)) return UINT32_C(1) << number(bit);
  uint32_t bits = 0;
  const char *part;
  while (!is_none(parts) && (part = next_word(&parts)) != NULL) {
    int found = find_row(schema, CAPABILITIES, "name", part);
    bits |= capability_bits(schema, (unsigned)found);
  }
  return bits;
}

static void emit_capabilities(const struct schema *schema,
                              struct outputs *outputs) {
  struct text *text =
      begin_header(outputs, "runtime/facts/gen/capabilities.h",
                   "ZERO_FACTS_GEN_CAPABILITIES_H",
                   "the bits of each capability");
  add(text, "enum zero_capability_bits {\n");
  for (unsigned row = 0; row < schema->tables[CAPABILITIES].row_count;
       row++) {
    add(text, "  ZERO_CAPABILITY_%s = 0x%" PRIx32 ",\n",
        upper_name(cell(schema, CAPABILITIES, row, "name")),
        capability_bits(schema, row));
  }
  add(text, "};\n");
  end_header(text);
}

static void emit_host_errors(const struct schema *schema,
                             struct outputs *outputs) {
  struct text *text = begin_header(
      outputs, "runtime/facts/gen/host_errors.h",
      "ZERO_FACTS_GEN_HOST_ERRORS_H", "which code says what errno says");
  add(text, "/* X(errno, CAPABILITY, CODE) for each row, in order; 0 is any\n");
  add(text, " * errno, PURE any capability. */\n");
  add(text, "#define ZERO_HOST_ERRORS(X)");
  for (unsigned row = 0; row < schema->tables[HOST_ERRORS].row_count;
       row++) {
    const char *error = cell(schema, HOST_ERRORS, row, "error");
    const char *capability = cell(schema, HOST_ERRORS, row, "capability");
    add(text, " \\\n  X(%s, %s, %s)", is_none(error) ? "0" : error,
        is_none(capability) ? "PURE" : upper_name(capability),
        cell(schema, HOST_ERRORS, row, "code"));
  }
  add(text, "\n");
  end_header(text);
}

/* --- the registry -------------------------------------------------------- */

/* Adds `.name = "text",` on a line of its own. */
static void add_member(struct text *text, unsigned indent, const char *name,
                       const char *value) {
  add(text, "%*s.%s =", (int)indent, "", name);
  struct text literal = {0};
  add_literal(&literal, indent + 4, value, "\n");
  if (indent + strlen(name) + literal.size > 70) {
    add(text, "\n%*s", (int)indent + 4, "");
  } else {
    add(text, " ");
  }
  add_literal(text, indent + 4, value, "\n");
  add(text, ",\n");
}

static void emit_type(struct text *text, const struct type *type) {
  add(text, "  {.text = \"%s\",\n   .accepts = ", type->text);
  for (unsigned i = 0; i < type->accept_count; i++) {
    const char *name = type->accepts[i];
    if (i > 0) add(text, " |\n              ");
    if (among("Any Ref", name)) {
      add(text, "ZERO_ACCEPTS_%s", upper_name(name));
    } else {
      add(text, "UINT64_C(1) << ZERO_FAMILY_%s", upper_name(name));
    }
  }
  add(text, ",\n   .rule = ZERO_RULE_%s",
      type->rule == NULL ? "NONE" : upper_name(type->rule));
  if (type->item != NULL) add(text, ",\n   .item = &types[%u]",
                              type->item->index);
  add(text, "},\n");
}

static void emit_types(struct text *text, const struct schema *schema) {
  add(text, "static const struct zero_type types[] = {\n");
  for (unsigned i = 0; i < schema->type_count; i++) {
    emit_type(text, schema->types[i]);
  }
  add(text, "};\n");
}

static void emit_states(struct text *text, const struct schema *schema,
                        const struct variant *variant) {
  for (unsigned i = 0; i < variant->field_count; i++) {
    const struct field *field = &variant->fields[i];
    if (field->state_count == 0) continue;
    add(text, "\nstatic const struct zero_state states_%s_%s[] = {\n",
        lower_name(variant->name), lower_name(field->name));
    for (unsigned j = 0; j < field->state_count; j++) {
      unsigned row = field->first_state + j;
      const char *next = cell(schema, STATES, row, "next");
      add(text, "  {\"%s\", \"%s\"},\n", cell(schema, STATES, row, "word"),
          is_none(next) ? "" : next);
    }
    add(text, "};\n");
  }
}

static void emit_fields(struct text *text, const struct variant *variant) {
  if (variant->field_count == 0) return;
  add(text, "\nstatic const struct zero_field fields_%s[] = {\n",
      lower_name(variant->name));
  for (unsigned i = 0; i < variant->field_count; i++) {
    const struct field *field = &variant->fields[i];
    add(text, "  {\n    .name = \"%s\",\n", field->name);
    add_member(text, 4, "doc", field->doc);
    add(text, "    .type = &types[%u],\n", field->type->index);
    if (field->state_count > 0) {
      add(text, "    .states = states_%s_%s,\n    .state_count = %u,\n",
          lower_name(variant->name), lower_name(field->name),
          field->state_count);
    }
    add(text, "  },\n");
  }
  add(text, "};\n");
}

static bool all_any(const struct variant *variant) {
  for (unsigned i = 0; i < variant->field_count; i++) {
    if (!type_is(variant->fields[i].type, "Any")) return false;
  }
  return true;
}

static void emit_variants(struct text *text, const struct schema *schema,
                          const struct family *family) {
  for (unsigned i = 0; i < family->variant_count; i++) {
    emit_states(text, schema, &family->variants[i]);
    emit_fields(text, &family->variants[i]);
  }
  if (family->variant_count == 0) return;
  add(text, "\nstatic const struct zero_variant variants_%s[] = {\n",
      lower_name(family->name));
  for (unsigned i = 0; i < family->variant_count; i++) {
    const struct variant *variant = &family->variants[i];
    add(text, "  {\n    .name = \"%s\",\n", variant->name);
    add(text, "    .family = &zero__families[ZERO_FAMILY_%s],\n",
        upper_name(family->name));
    if (variant->field_count > 0) {
      add(text, "    .fields = fields_%s,\n", lower_name(variant->name));
    }
    add(text, "    .field_count = %u,\n    .index = %u,\n",
        variant->field_count, variant->index);
    add(text, "    .all_any = %s,\n  },\n",
        all_any(variant) ? "true" : "false");
  }
  add(text, "};\n");
}

/* Ends an array and adds its length under `name`. */
static void end_array(struct text *text, const char *name, unsigned count) {
  add(text, "};\nconst unsigned %s = %u;\n", name, count);
}

static void emit_family_array(struct text *text,
                              const struct schema *schema) {
  add(text, "\nconst struct zero_family zero__families[] = {\n");
  for (unsigned i = 0; i < schema->family_count; i++) {
    const struct family *family = &schema->families[i];
    const char *error = cell(schema, LAYOUTS, i, "errors");
    add(text, "  {\n    .name = \"%s\",\n", family->name);
    add_member(text, 4, "layout", cell(schema, LAYOUTS, i, "layout"));
    add_member(text, 4, "ownership", cell(schema, LAYOUTS, i, "ownership"));
    add_member(text, 4, "status",
               cell(schema, LAYOUTS, i, "current_status"));
    add(text, "    .error = \"%s\",\n    .code = ZERO_CODE_%s,\n", error,
        error);
    add(text, "    .tag = %u,\n    .abi_version = %s,\n", i,
        cell(schema, LAYOUTS, i, "abi_version"));
    if (family->variant_count > 0) {
      add(text, "    .variants = variants_%s,\n    .variant_count = %u,\n",
          lower_name(family->name), family->variant_count);
    }
    add(text, "  },\n");
  }
  end_array(text, "zero__family_count", schema->family_count);
}

static void add_variant_reference(struct text *text,
                                  const struct schema *schema,
                                  const char *member, const char *name) {
  const struct variant *variant = variant_named(schema, name);
  if (variant == NULL) return;
  add(text, "    .%s = &variants_%s[%u],\n", member,
      lower_name(variant->family->name), variant->index);
}

static void emit_shapes(struct text *text, const struct schema *schema) {
  unsigned count = schema->tables[SHAPES].row_count;
  add(text, "\nconst struct zero_shape zero__shapes[] = {\n");
  for (unsigned row = 0; row < count; row++) {
    add(text, "  {\n");
    add_member(text, 4, "head", cell(schema, SHAPES, row, "head"));
    add_variant_reference(text, schema, "variant",
                          cell(schema, SHAPES, row, "variant"));
    add_variant_reference(text, schema, "wrap",
                          cell(schema, SHAPES, row, "wrap"));
    add(text, "    .count = %s,\n", cell(schema, SHAPES, row, "count"));
    add(text, "  },\n");
  }
  end_array(text, "zero__shape_count", count);
}

static void emit_capability_array(struct text *text,
                                  const struct schema *schema) {
  unsigned count = schema->tables[CAPABILITIES].row_count;
  add(text, "\nconst struct zero_capability zero__capabilities[] = {\n");
  for (unsigned row = 0; row < count; row++) {
    const char *name = cell(schema, CAPABILITIES, row, "name");
    add(text, "  {\n    .name = \"%s\",\n", name);
    add(text, "    .bits = ZERO_CAPABILITY_%s,\n  },\n", upper_name(name));
  }
  end_array(text, "zero__capability_count", count);
}

/* The instructions of a cell of `value` or `test`. */
static void emit_forms(struct text *text, const struct schema *schema,
                       unsigned row, const char *column) {
  const char *rest = cell(schema, BUILTINS, row, column);
  const char *name;
  if (is_none(rest)) return;
  add(text, "    .%s = {\n", column);
  while ((name = next_word(&rest)) != NULL) {
    int opcode = find_row(schema, OPCODES, "name", name);
    if (opcode < 0) {
      add(text, "      .denies = true,\n"); /* the word `not` */
      continue;
    }
    add(text, "      .%s = ZERO_OP_%s,\n",
        form_of(schema, column, (unsigned)opcode), name);
  }
  add(text, "    },\n");
}

static void emit_builtin(struct text *text, const struct schema *schema,
                         unsigned row) {
  const char *params = cell(schema, BUILTINS, row, "params");
  const char *max = cell(schema, BUILTINS, row, "max");
  add(text, "  {\n");
  add_member(text, 4, "name", cell(schema, BUILTINS, row, "name"));
  add_member(text, 4, "params", is_none(params) ? "" : params);
  add_member(text, 4, "result", cell(schema, BUILTINS, row, "result"));
  add_member(text, 4, "doc", cell(schema, BUILTINS, row, "doc"));
  emit_forms(text, schema, row, "value");
  emit_forms(text, schema, row, "test");
  add(text, "    .capability = ZERO_CAPABILITY_%s,\n",
      upper_name(cell(schema, BUILTINS, row, "capability")));
  add(text, "    .fuel = %u,\n    .min = %s,\n",
      number(cell(schema, BUILTINS, row, "fuel")),
      cell(schema, BUILTINS, row, "min"));
  add(text, "    .max = %s,\n",
      strcmp(max, "*") == 0 ? "ZERO_ANY_COUNT" : max);
  add(text, "    .how = ZERO_HOW_%s,\n",
      upper_name(cell(schema, BUILTINS, row, "how")));
  add(text, "    .hidden = %s,\n  },\n",
      cell_is(schema, BUILTINS, row, "hidden", "yes") ? "true" : "false");
}

static void emit_builtin_array(struct text *text,
                               const struct schema *schema) {
  unsigned count = schema->tables[BUILTINS].row_count;
  add(text, "\nconst struct zero_builtin zero__builtins[] = {\n");
  for (unsigned row = 0; row < count; row++) {
    emit_builtin(text, schema, row);
  }
  end_array(text, "zero__builtin_count", count);
}

static void emit_code_array(struct text *text, const struct schema *schema) {
  unsigned count = schema->tables[ERRORS].row_count;
  add(text, "\nconst struct zero_code_fact zero__codes[] = {\n");
  for (unsigned row = 0; row < count; row++) {
    const char *code = cell(schema, ERRORS, row, "code");
    add(text, "  {\n    .name = \"%s\",\n    .kind = \"%s\",\n", code,
        cell(schema, ERRORS, row, "kind"));
    add(text, "    .code = ZERO_CODE_%s,\n    .caught = %s,\n  },\n", code,
        cell_is(schema, ERRORS, row, "caught", "yes") ? "true" : "false");
  }
  end_array(text, "zero__code_count", count);
}

static void emit_registry(const struct schema *schema,
                          struct outputs *outputs) {
  struct text *text = new_output(outputs, "runtime/facts/gen/registry.c");
  add_notice(text, "runtime/facts/gen/registry.c",
             "what the tables say, as constant data");
  add(text, "#include \"facts/facts.h\"\n");
  add(text, "#include \"facts/gen/opcodes.h\"\n\n");
  emit_types(text, schema);
  for (unsigned i = 0; i < schema->family_count; i++) {
    emit_variants(text, schema, &schema->families[i]);
  }
  emit_family_array(text, schema);
  emit_shapes(text, schema);
  emit_capability_array(text, schema);
  emit_builtin_array(text, schema);
  emit_code_array(text, schema);
}

/* A row as its file has it. */
static char *joined(const char *const *cells, unsigned count) {
  struct text line = {0};
  for (unsigned i = 0; i < count; i++) {
    add(&line, "%s%s", cells[i], i + 1 < count ? "\t" : "\n");
  }
  return line.bytes;
}

static void emit_table(struct text *text, const struct table *table) {
  unsigned count = table->column_count;
  add(text, "  {\"%s\",\n   ", table->name);
  add_literal(text, 3, joined(table->columns, count), "\n");
  for (unsigned row = 0; row < table->row_count; row++) {
    const char *cells[COLUMNS_MAX];
    memcpy(cells, table->rows[row].cells, sizeof cells);
    add(text, "\n   ");
    add_literal(text, 3, joined(cells, count), "\n");
  }
  add(text, "},\n");
}

static void emit_tables(const struct schema *schema,
                        struct outputs *outputs) {
  struct text *text = new_output(outputs, "runtime/facts/gen/tables.c");
  add_notice(text, "runtime/facts/gen/tables.c",
             "the tables as text, for tools");
  add(text, "#include \"facts/facts.h\"\n\n");
  add(text, "const struct zero_table zero__tables[] = {\n");
  for (unsigned id = 0; id < TABLE_COUNT; id++) {
    emit_table(text, &schema->tables[id]);
  }
  end_array(text, "zero__table_count", TABLE_COUNT);
}

void emit_all(const struct schema *schema, struct outputs *outputs) {
  emit_codes(schema, outputs);
  emit_families(schema, outputs);
  emit_accessors(schema, outputs);
  emit_rules(schema, outputs);
  emit_records(schema, outputs);
  emit_opcodes(schema, outputs);
  emit_builtins(schema, outputs);
  emit_capabilities(schema, outputs);
  emit_host_errors(schema, outputs);
  emit_registry(schema, outputs);
  emit_tables(schema, outputs);
}
