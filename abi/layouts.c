/* layouts.c - what must hold between the layout tables.
 *
 * check_layouts looks at rows, before families are built from them;
 * check_families looks at the families. */
#include "generate.h"

#include <string.h>

enum {
  TAGS_MAX = 62,     /* a type's families are bits of one word */
  VARIANTS_MAX = 256, /* a record's header has a byte for them */
  PAYLOAD_MAX = 255,
};

/* --- rows ---------------------------------------------------------------- */

static void check_layout_row(struct schema *schema, unsigned row) {
  const char *value = cell(schema, LAYOUTS, row, "value");
  if (number(cell(schema, LAYOUTS, row, "abi_version")) !=
      schema->layout_version) {
    complain(schema, LAYOUTS, row, "abi_version",
             "VERSION says value-layout-version %u", schema->layout_version);
  }
  if (number(cell(schema, LAYOUTS, row, "tag")) != row) {
    complain(schema, LAYOUTS, row, "tag",
             "tags count from 0, row by row: this one is %u", row);
  }
  const char *owner = cell(schema, LAYOUTS, row, "ownership");
  if (find_row(schema, OWNERS, "word", owner) < 0) {
    complain(schema, LAYOUTS, row, "ownership",
             "'%s' is no word of ownership.tsv", owner);
  }
  struct text error = {0};
  add(&error, "LAYOUT_%s", upper_name(value));
  if (!cell_is(schema, LAYOUTS, row, "errors", error.bytes)) {
    complain(schema, LAYOUTS, row, "errors", "the code of %s is %s", value,
             error.bytes);
  }
  int code = find_row(schema, ERRORS, "code", error.bytes);
  if (code < 0 || !cell_is(schema, ERRORS, (unsigned)code, "kind", "layout")) {
    complain(schema, LAYOUTS, row, "errors",
             "%s is no code of kind layout in errors.tsv", error.bytes);
  }
  if (!among("implemented-abi-0.1 implemented-v1-core "
             "implemented-v1-runtime-descriptor",
             cell(schema, LAYOUTS, row, "current_status"))) {
    complain(schema, LAYOUTS, row, "current_status", "an unknown status");
  }
}

/* True where the row's variant already ended in an earlier row. */
static bool is_scattered(const struct schema *schema, enum table_id id,
                         unsigned row, const char *column) {
  const char *text = cell(schema, id, row, column);
  if (row == 0 || cell_is(schema, id, row - 1, column, text)) return false;
  int first = find_row(schema, id, column, text);
  return first >= 0 && (unsigned)first < row;
}

static void check_field_place(struct schema *schema, unsigned row) {
  const char *variant = cell(schema, FIELDS, row, "variant");
  const char *value = cell(schema, FIELDS, row, "value");
  bool same = row > 0 &&
              cell_is(schema, FIELDS, row - 1, "variant", variant);
  if (is_scattered(schema, FIELDS, row, "value")) {
    complain(schema, FIELDS, row, "value",
             "the rows of %s do not stand together", value);
  } else if (is_scattered(schema, FIELDS, row, "variant") ||
             (same && !cell_is(schema, FIELDS, row - 1, "value", value))) {
    complain(schema, FIELDS, row, "variant",
             "'%s' is the name of an earlier variant", variant);
  }
  if (is_none(cell(schema, FIELDS, row, "field"))) {
    if (same) {
      complain(schema, FIELDS, row, "field",
               "a variant with fields has no row without one");
    }
    return;
  }
  unsigned expected = 0;
  if (same) {
    const char *before = cell(schema, FIELDS, row - 1, "index");
    expected = is_none(before) ? 0 : number(before) + 1;
  }
  if (number(cell(schema, FIELDS, row, "index")) != expected) {
    complain(schema, FIELDS, row, "index",
             "indexes count from 0 in each variant: this one is %u",
             expected);
  }
  if (expected >= PAYLOAD_MAX) {
    complain(schema, FIELDS, row, "index", "too many fields");
  }
}

static void check_field_row(struct schema *schema, unsigned row) {
  const char *value = cell(schema, FIELDS, row, "value");
  bool none = is_none(cell(schema, FIELDS, row, "field"));
  if (find_row(schema, LAYOUTS, "value", value) < 0) {
    complain(schema, FIELDS, row, "value",
             "'%s' is no family of value-layouts.tsv", value);
  }
  if (is_none(cell(schema, FIELDS, row, "index")) != none) {
    complain(schema, FIELDS, row, "index",
             "field, index and type are none together");
  }
  if (is_none(cell(schema, FIELDS, row, "type")) != none) {
    complain(schema, FIELDS, row, "type",
             "field, index and type are none together");
  }
  check_field_place(schema, row);
  if (none) return;
  for (unsigned before = 0; before < row; before++) {
    if (cell_is(schema, FIELDS, before, "value", value) &&
        cell_is(schema, FIELDS, before, "field",
                cell(schema, FIELDS, row, "field"))) {
      complain(schema, FIELDS, row, "field",
               "%s has a field of this name already", value);
    }
  }
}

void check_layouts(struct schema *schema) {
  require_unique(schema, LAYOUTS, "value");
  require_unique(schema, LAYOUTS, "tag");
  require_unique(schema, OWNERS, "word");
  for (unsigned row = 0; row < schema->tables[LAYOUTS].row_count; row++) {
    check_layout_row(schema, row);
    if (row == TAGS_MAX) {
      complain(schema, LAYOUTS, row, "tag", "too many families");
    }
  }
  for (unsigned row = 0; row < schema->tables[FIELDS].row_count; row++) {
    check_field_row(schema, row);
  }
}

/* --- families ------------------------------------------------------------ */

static void check_list_form(struct schema *schema,
                            const struct family *family) {
  bool packed = family->variant_count > 0;
  if (packed) {
    const char *form = list_form(family);
    if (!cell_is(schema, LAYOUTS, family->tag, "layout", form)) {
      complain(schema, LAYOUTS, family->tag, "layout",
               "value-fields.tsv says %s", form);
    }
  } else if (strncmp(cell(schema, LAYOUTS, family->tag, "layout"), "(list ",
                     6) == 0) {
    complain(schema, LAYOUTS, family->tag, "layout",
             "value-fields.tsv has no fields of %s", family->name);
  } else if (machine_tag(schema, family) < 0) {
    complain(schema, LAYOUTS, family->tag, "layout",
             "a family without fields says ', machine tag ' and a digit");
  }
  if (cell_is(schema, LAYOUTS, family->tag, "current_status",
              "implemented-abi-0.1") == packed) {
    complain(schema, LAYOUTS, family->tag, "current_status",
             "implemented-abi-0.1 is the status of families without fields");
  }
  if (!packed && family->tag > 0 &&
      schema->families[family->tag - 1].variant_count > 0) {
    complain(schema, LAYOUTS, family->tag, "value",
             "families without fields come before the others");
  }
  if (family->variant_count > VARIANTS_MAX) {
    complain(schema, LAYOUTS, family->tag, "value", "too many variants");
  }
}

static void check_states(struct schema *schema) {
  require_unique(schema, STATES, "value field word");
  for (unsigned row = 0; row < schema->tables[STATES].row_count; row++) {
    const char *value = cell(schema, STATES, row, "value");
    const struct family *family = family_named(schema, value);
    if (family == NULL) {
      complain(schema, STATES, row, "value",
               "'%s' is no family of value-layouts.tsv", value);
      continue;
    }
    const struct field *field =
        field_named(family, cell(schema, STATES, row, "field"));
    if (field == NULL) {
      complain(schema, STATES, row, "field", "%s has no such field", value);
    } else if (!type_is(field->type, "Text")) {
      complain(schema, STATES, row, "field", "%s is a %s, not a Text",
               field->name, field->type->text);
    } else if (row < field->first_state ||
               row >= field->first_state + field->state_count) {
      complain(schema, STATES, row, "field",
               "the words of %s do not stand together", field->name);
    }
  }
}

/* True where `word` is one of the words of the field that `row` is about. */
static bool is_state(const struct schema *schema, unsigned row,
                     const char *word) {
  for (unsigned i = 0; i < schema->tables[STATES].row_count; i++) {
    if (cell_is(schema, STATES, i, "word", word) &&
        cell_is(schema, STATES, i, "value",
                cell(schema, STATES, row, "value")) &&
        cell_is(schema, STATES, i, "field",
                cell(schema, STATES, row, "field"))) {
      return true;
    }
  }
  return false;
}

static void check_next_states(struct schema *schema) {
  for (unsigned row = 0; row < schema->tables[STATES].row_count; row++) {
    const char *next = cell(schema, STATES, row, "next");
    if (is_none(next)) continue;
    const char *word;
    while ((word = next_word(&next)) != NULL) {
      if (!is_state(schema, row, word)) {
        complain(schema, STATES, row, "next", "'%s' is no word of %s", word,
                 cell(schema, STATES, row, "field"));
      } else if (among(next, word)) {
        complain(schema, STATES, row, "next", "'%s' stands twice", word);
      }
    }
  }
}

static void check_names(struct schema *schema) {
  require_unique(schema, NAMES, "name");
  for (unsigned row = 0; row < schema->tables[NAMES].row_count; row++) {
    const char *name = cell(schema, NAMES, row, "name");
    if (family_named(schema, cell(schema, NAMES, row, "value")) == NULL) {
      complain(schema, NAMES, row, "value",
               "no such family in value-layouts.tsv");
    }
    if (family_named(schema, name) != NULL) {
      complain(schema, NAMES, row, "name", "'%s' is a family", name);
    }
  }
}

/* Checks how many payload values a shape has, given what it wraps. */
static void check_shape_count(struct schema *schema, unsigned row,
                              const struct variant *variant) {
  unsigned expected = variant->field_count;
  const char *wrap = cell(schema, SHAPES, row, "wrap");
  if (!is_none(wrap)) {
    const struct variant *inner = variant_named(schema, wrap);
    if (inner == NULL || inner->field_count == 0 ||
        !type_is(inner->fields[inner->field_count - 1].type, "Map") ||
        variant->field_count != 1) {
      complain(schema, SHAPES, row, "wrap",
               "'%s' is no variant that ends in a Map and fits %s", wrap,
               variant->name);
      return;
    }
    expected = inner->field_count - 1;
  }
  if (number(cell(schema, SHAPES, row, "count")) != expected) {
    complain(schema, SHAPES, row, "count", "the fields are %u", expected);
  }
}

static void check_shapes(struct schema *schema) {
  require_unique(schema, SHAPES, "head");
  for (unsigned row = 0; row < schema->tables[SHAPES].row_count; row++) {
    const char *value = cell(schema, SHAPES, row, "value");
    const struct family *family = family_named(schema, value);
    const struct variant *variant =
        variant_named(schema, cell(schema, SHAPES, row, "variant"));
    if (family == NULL) {
      complain(schema, SHAPES, row, "value",
               "'%s' is no family of value-layouts.tsv", value);
    } else if (variant == NULL || variant->family != family) {
      complain(schema, SHAPES, row, "variant", "%s has no such variant",
               value);
    } else {
      check_shape_count(schema, row, variant);
      if (!cell_is(schema, LAYOUTS, family->tag, "current_status",
                   "implemented-v1-core")) {
        complain(schema, SHAPES, row, "value",
                 "only implemented-v1-core families have v0.1 shapes");
      }
    }
  }
}

/* Each core family can be read in its v0.1 shape, variant by variant. */
static void check_core_shapes(struct schema *schema) {
  for (unsigned i = 0; i < schema->family_count; i++) {
    const struct family *family = &schema->families[i];
    if (!cell_is(schema, LAYOUTS, i, "current_status",
                 "implemented-v1-core")) {
      continue;
    }
    for (unsigned j = 0; j < family->variant_count; j++) {
      const char *name = family->variants[j].name;
      if (find_row(schema, SHAPES, "head", name) < 0) {
        complain(schema, LAYOUTS, i, "current_status",
                 "compat.tsv has no v0.1 shape that begins with %s", name);
      }
    }
  }
}

void check_families(struct schema *schema) {
  for (unsigned i = 0; i < schema->family_count; i++) {
    check_list_form(schema, &schema->families[i]);
  }
  check_states(schema);
  check_next_states(schema);
  check_names(schema);
  check_shapes(schema);
  check_core_shapes(schema);
}
