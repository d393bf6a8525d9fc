/* schema.c - families, variants, fields and types out of the rows, and the
 * two hashes over them. */
#include "generate.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct family *family_named(const struct schema *schema, const char *name) {
  for (unsigned i = 0; i < schema->family_count; i++) {
    struct family *family = &schema->families[i];
    if (strcmp(family->name, name) == 0) return family;
  }
  return NULL;
}

struct variant *variant_named(const struct schema *schema, const char *name) {
  for (unsigned i = 0; i < schema->family_count; i++) {
    struct family *family = &schema->families[i];
    for (unsigned j = 0; j < family->variant_count; j++) {
      struct variant *variant = &family->variants[j];
      if (strcmp(variant->name, name) == 0) return variant;
    }
  }
  return NULL;
}

struct field *field_named(const struct family *family, const char *name) {
  for (unsigned i = 0; i < family->variant_count; i++) {
    const struct variant *variant = &family->variants[i];
    for (unsigned j = 0; j < variant->field_count; j++) {
      struct field *field = &variant->fields[j];
      if (strcmp(field->name, name) == 0) return field;
    }
  }
  return NULL;
}

bool type_is(const struct type *type, const char *text) {
  return strcmp(type->text, text) == 0;
}

/* --- types --------------------------------------------------------------- */

/* A type that is being read: the rest of its text, and what is wrong. */
struct parse {
  struct schema *schema;
  const char *rest;
  unsigned depth;
  char reason[128]; /* "" while all is well */
};

static const struct type *parse_type(struct parse *parse);

static char *parse_name(struct parse *parse) {
  size_t size = 0;
  while (isalnum((unsigned char)parse->rest[size])) size++;
  char *name = copy_bytes(parse->rest, size);
  parse->rest += size;
  return name;
}

static bool accepts(const struct type *type, const char *name) {
  for (unsigned i = 0; i < type->accept_count; i++) {
    if (strcmp(type->accepts[i], name) == 0) return true;
  }
  return false;
}

/* Reads the `(T)` of a List or Option into `type`. */
static void parse_item(struct parse *parse, struct type *type,
                       const char *name) {
  if (!among("List Option", name)) {
    snprintf(parse->reason, sizeof parse->reason,
             "only List and Option take a type in parentheses");
    return;
  }
  if (type->item != NULL || parse->depth == 4) {
    snprintf(parse->reason, sizeof parse->reason,
             "too many types in parentheses");
    return;
  }
  parse->rest++;
  parse->depth++;
  type->item = parse_type(parse);
  parse->depth--;
  if (parse->reason[0] == '\0' && *parse->rest++ != ')') {
    snprintf(parse->reason, sizeof parse->reason, "a ) is missing");
  }
}

static void parse_alternative(struct parse *parse, struct type *type) {
  char *name = parse_name(parse);
  if (!among("Any Ref", name) && family_named(parse->schema, name) == NULL) {
    snprintf(parse->reason, sizeof parse->reason,
             "'%.40s' is no family, Any or Ref", name);
  } else if (accepts(type, name)) {
    snprintf(parse->reason, sizeof parse->reason, "%s stands twice", name);
  } else if (type->accept_count == COLUMNS_MAX) {
    snprintf(parse->reason, sizeof parse->reason, "too many alternatives");
  } else {
    type->accepts[type->accept_count++] = name;
    if (*parse->rest == '(') parse_item(parse, type, name);
  }
}

/* Adds `rule` to the rules unless it is known, and returns it. */
static const char *intern_rule(struct schema *schema, const char *rule) {
  for (unsigned i = 0; i < schema->rule_count; i++) {
    if (strcmp(schema->rules[i], rule) == 0) return schema->rules[i];
  }
  schema->rules[schema->rule_count++] = rule;
  return rule;
}

static void parse_rule(struct parse *parse, struct type *type) {
  const char *rule = ++parse->rest;
  size_t size = 0;
  while (islower((unsigned char)rule[size]) ||
         isdigit((unsigned char)rule[size]) || rule[size] == '-') {
    size++;
  }
  parse->rest += size;
  if (!islower((unsigned char)rule[0]) || rule[size] != '\0' ||
      rule[size - 1] == '-') {
    snprintf(parse->reason, sizeof parse->reason,
             "behind / must stand a rule's name");
    return;
  }
  type->rule = intern_rule(parse->schema, copy_bytes(rule, size));
}

static const struct type *intern_type(struct schema *schema,
                                      struct type *type) {
  for (unsigned i = 0; i < schema->type_count; i++) {
    if (type_is(type, schema->types[i]->text)) return schema->types[i];
  }
  type->index = schema->type_count;
  schema->types[schema->type_count++] = type;
  return type;
}

static const struct type *parse_type(struct parse *parse) {
  struct type *type = allocate(1, sizeof *type);
  const char *start = parse->rest;
  for (;;) {
    parse_alternative(parse, type);
    if (parse->reason[0] != '\0' || *parse->rest != '|') break;
    parse->rest++;
  }
  if (parse->reason[0] == '\0' && accepts(type, "Any") &&
      type->accept_count > 1) {
    snprintf(parse->reason, sizeof parse->reason, "Any stands alone");
  }
  if (parse->reason[0] == '\0' && parse->depth == 0 && *parse->rest == '/') {
    parse_rule(parse, type);
  }
  if (parse->reason[0] != '\0') return NULL;
  type->text = copy_bytes(start, (size_t)(parse->rest - start));
  return intern_type(parse->schema, type);
}

static const struct type *read_type(struct schema *schema, unsigned row) {
  struct parse parse = {.schema = schema,
                        .rest = cell(schema, FIELDS, row, "type")};
  const struct type *type = parse_type(&parse);
  if (parse.reason[0] == '\0' && *parse.rest != '\0') {
    snprintf(parse.reason, sizeof parse.reason, "'%.40s' does not belong",
             parse.rest);
  }
  if (parse.reason[0] == '\0') return type;
  complain(schema, FIELDS, row, "type", "%s", parse.reason);
  return NULL;
}

/* --- families ------------------------------------------------------------ */

static void find_states(const struct schema *schema,
                        const struct family *family, struct field *field) {
  const struct table *table = &schema->tables[STATES];
  for (unsigned row = 0; row < table->row_count; row++) {
    if (!cell_is(schema, STATES, row, "value", family->name) ||
        !cell_is(schema, STATES, row, "field", field->name)) {
      continue;
    }
    if (field->state_count == 0) field->first_state = row;
    field->state_count++;
  }
}

static void add_field(struct schema *schema, struct variant *variant,
                      unsigned row) {
  struct field *field = &variant->fields[variant->field_count++];
  field->name = cell(schema, FIELDS, row, "field");
  field->doc = cell(schema, FIELDS, row, "doc");
  field->type = read_type(schema, row);
  find_states(schema, variant->family, field);
}

static struct variant *add_variant(struct schema *schema,
                                   struct family *family, const char *name) {
  struct variant *variant = &family->variants[family->variant_count];
  variant->name = name;
  variant->family = family;
  variant->index = family->variant_count++;
  variant->fields = allocate(schema->tables[FIELDS].row_count,
                             sizeof *variant->fields);
  return variant;
}

static void build_variants(struct schema *schema, struct family *family) {
  const struct table *table = &schema->tables[FIELDS];
  struct variant *variant = NULL;
  family->variants = allocate(table->row_count, sizeof *family->variants);
  for (unsigned row = 0; row < table->row_count; row++) {
    if (!cell_is(schema, FIELDS, row, "value", family->name)) continue;
    const char *name = cell(schema, FIELDS, row, "variant");
    if (variant == NULL || strcmp(variant->name, name) != 0) {
      variant = add_variant(schema, family, name);
    }
    if (!is_none(cell(schema, FIELDS, row, "field"))) {
      add_field(schema, variant, row);
    }
  }
}

void build_families(struct schema *schema) {
  const struct table *layouts = &schema->tables[LAYOUTS];
  unsigned fields = schema->tables[FIELDS].row_count;
  schema->family_count = layouts->row_count;
  schema->families = allocate(layouts->row_count, sizeof *schema->families);
  /* A type brings at most four items of its own (parse_item). */
  schema->types = allocate(fields * 5, sizeof *schema->types);
  schema->rules = allocate(fields, sizeof *schema->rules);
  for (unsigned i = 0; i < layouts->row_count; i++) {
    schema->families[i].name = cell(schema, LAYOUTS, i, "value");
    schema->families[i].tag = i;
  }
  for (unsigned i = 0; i < schema->family_count; i++) {
    build_variants(schema, &schema->families[i]);
  }
}

char *list_form(const struct family *family) {
  struct text form = {0};
  for (unsigned i = 0; i < family->variant_count; i++) {
    const struct variant *variant = &family->variants[i];
    add(&form, "%s(list %u \"%s\"", i == 0 ? "" : " or ", family->tag,
        variant->name);
    for (unsigned j = 0; j < variant->field_count; j++) {
      add(&form, " %s", variant->fields[j].name);
    }
    add(&form, ")");
  }
  return form.bytes;
}

int machine_tag(const struct schema *schema, const struct family *family) {
  static const char mark[] = ", machine tag ";
  const char *layout = cell(schema, LAYOUTS, family->tag, "layout");
  const char *found = strstr(layout, mark);
  if (found == NULL) return -1;
  const char *digit = found + strlen(mark);
  return *digit >= '0' && *digit <= '9' && digit[1] == '\0' ? *digit - '0'
                                                            : -1;
}

/* --- hashes -------------------------------------------------------------- */

uint64_t fnv1a(const char *bytes, size_t size) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < size; i++) {
    hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
  }
  return hash;
}

/* One table of a canonical form: its name, its columns' names, its rows; where
 * `value` is not NULL only those of that family. */
static void add_canonical(struct text *text, const struct schema *schema,
                          enum table_id id, const char *columns,
                          const char *value) {
  const struct table *table = &schema->tables[id];
  const char *rest = columns;
  const char *column;
  add(text, "%s\n", table->name);
  for (unsigned i = 0; (column = next_word(&rest)) != NULL; i++) {
    add(text, "%s%s", i == 0 ? "" : "\t", column);
  }
  add(text, "\n");
  for (unsigned row = 0; row < table->row_count; row++) {
    rest = columns;
    if (value != NULL && !cell_is(schema, id, row, "value", value)) continue;
    for (unsigned i = 0; (column = next_word(&rest)) != NULL; i++) {
      add(text, "%s%s", i == 0 ? "" : "\t",
          cell(schema, id, row, column));
    }
    add(text, "\n");
  }
}

static uint64_t hash_of(const struct text *text) {
  return fnv1a(text->bytes, text->size);
}

static uint64_t shape_hash(const struct schema *schema, const char *value) {
  struct text shape = {0};
  add_canonical(&shape, schema, LAYOUTS, "value abi_version tag layout",
                value);
  add_canonical(&shape, schema, FIELDS, "value variant field index type",
                value);
  add_canonical(&shape, schema, STATES, "value field word", value);
  add_canonical(&shape, schema, SHAPES, "value head variant count wrap",
                value);
  return hash_of(&shape);
}

uint64_t family_hash(const struct schema *schema,
                     const struct family *family) {
  return shape_hash(schema, family->name);
}

void hash_layouts(struct schema *schema) {
  schema->shape_hash = shape_hash(schema, NULL);

  struct text full = {0};
  for (unsigned id = LAYOUTS; id <= SHAPES; id++) {
    const struct table *table = &schema->tables[id];
    struct text columns = {0};
    for (unsigned i = 0; i < table->column_count; i++) {
      add(&columns, "%s%s", i == 0 ? "" : " ", table->columns[i]);
    }
    add_canonical(&full, schema, (enum table_id)id, columns.bytes, NULL);
  }
  schema->full_hash = hash_of(&full);
}
