/* records.c - how values lie in memory: machine forms and packed records.
 *
 * value-fields.tsv says which fields a record has, machine-forms.tsv where
 * the parts of all other forms lie. value-examples.tsv has an example of each
 * field, and who writes and reads it. */
#include "generate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
  WORD = 8,
  GRANULE = 16, /* the collector's smallest object */
  HEX = 16,
};

/* --- what must hold ------------------------------------------------------ */

/* The number behind a word such as `kind 4` or `address+2`; false where the
 * cell does not begin with `prefix` or no number follows. */
static bool number_behind(const char *text, const char *prefix, int base,
                          unsigned *value) {
  size_t size = strlen(prefix);
  if (strncmp(text, prefix, size) != 0 || text[size] == '\0') return false;
  char *end;
  unsigned long read = strtoul(text + size, &end, base);
  if (*end != '\0' || read > UINT16_MAX) return false;
  *value = (unsigned)read;
  return true;
}

static bool row_is_part(const struct schema *schema, unsigned row) {
  return !is_none(cell(schema, FORMS, row, "part"));
}

/* Exactly one of these is what a word may say. */
static bool is_word_form(const struct schema *schema, unsigned row) {
  const char *word = cell(schema, FORMS, row, "word");
  unsigned value;
  if (row_is_part(schema, row)) {
    return cell_is(schema, FORMS, row, "part", "header")
               ? number_behind(word, "kind ", 10, &value)
               : is_none(word);
  }
  return strcmp(word, "number*2+1") == 0 ||
         number_behind(word, "0x", HEX, &value) ||
         number_behind(word, "address+", 10, &value);
}

/* Where the part of the row before ends, 0 for the first of a form. */
static unsigned end_before(const struct schema *schema, unsigned row) {
  if (!row_is_part(schema, row - 1)) return 0;
  const char *size = cell(schema, FORMS, row - 1, "size");
  unsigned start = number(cell(schema, FORMS, row - 1, "offset"));
  return is_none(size) ? UINT16_MAX : start + number(size);
}

static void check_part(struct schema *schema, unsigned row) {
  if (row == 0 || !cell_is(schema, FORMS, row - 1, "form",
                           cell(schema, FORMS, row, "form"))) {
    complain(schema, FORMS, row, "part", "a form begins with its word");
  } else if (is_none(cell(schema, FORMS, row, "offset")) ||
             number(cell(schema, FORMS, row, "offset")) !=
                 end_before(schema, row)) {
    complain(schema, FORMS, row, "offset",
             "the part before ends at byte %u", end_before(schema, row));
  }
}

static void check_form_row(struct schema *schema, unsigned row) {
  const char *family = cell(schema, FORMS, row, "family");
  const char *form = cell(schema, FORMS, row, "form");
  if (!is_none(family) && family_named(schema, family) == NULL) {
    complain(schema, FORMS, row, "family",
             "'%s' is no family of value-layouts.tsv", family);
  }
  if (!is_word_form(schema, row)) {
    complain(schema, FORMS, row, "word",
             "a form says 0xN, number*2+1 or address+N, its header kind N, "
             "and no other part anything");
  }
  if (row_is_part(schema, row)) {
    check_part(schema, row);
  } else if (find_row(schema, FORMS, "form", form) != (int)row) {
    complain(schema, FORMS, row, "form", "'%s' begins twice", form);
  } else if (!is_none(cell(schema, FORMS, row, "offset")) ||
             !is_none(cell(schema, FORMS, row, "size"))) {
    complain(schema, FORMS, row, "offset", "only parts have a place");
  }
}

/* The fields that examples must name, in order: a family without fields and a
 * variant without fields have one row of none each. */
struct wanted {
  const struct family *family;
  const char *variant;
  const char *field;
};

static unsigned count_examples(const struct family *family) {
  unsigned count = family->variant_count == 0;
  for (unsigned i = 0; i < family->variant_count; i++) {
    unsigned fields = family->variants[i].field_count;
    count += fields == 0 ? 1 : fields;
  }
  return count;
}

/* The example with number `index` of a family. */
static struct wanted wanted_of(const struct family *family, unsigned index) {
  for (unsigned i = 0; i < family->variant_count; i++) {
    const struct variant *variant = &family->variants[i];
    unsigned rows = variant->field_count == 0 ? 1 : variant->field_count;
    if (index < rows) {
      bool none = variant->field_count == 0;
      return (struct wanted){family, variant->name,
                             none ? "-" : variant->fields[index].name};
    }
    index -= rows;
  }
  return (struct wanted){family, "-", "-"};
}

static void check_example(struct schema *schema, unsigned row,
                          const struct wanted *wanted) {
  if (!cell_is(schema, EXAMPLES, row, "value", wanted->family->name)) {
    complain(schema, EXAMPLES, row, "value", "here comes %s %s %s",
             wanted->family->name, wanted->variant, wanted->field);
  } else if (!cell_is(schema, EXAMPLES, row, "variant", wanted->variant)) {
    complain(schema, EXAMPLES, row, "variant", "here comes %s %s",
             wanted->variant, wanted->field);
  } else if (!cell_is(schema, EXAMPLES, row, "field", wanted->field)) {
    complain(schema, EXAMPLES, row, "field", "here comes %s", wanted->field);
  } else if (is_none(wanted->field) && !is_none(wanted->variant)) {
    if (!is_none(cell(schema, EXAMPLES, row, "example"))) {
      complain(schema, EXAMPLES, row, "example", "%s has no fields",
               wanted->variant);
    }
  } else if (is_none(cell(schema, EXAMPLES, row, "example"))) {
    complain(schema, EXAMPLES, row, "example", "may not be none");
  }
}

static void check_examples(struct schema *schema) {
  unsigned rows = schema->tables[EXAMPLES].row_count;
  unsigned before = schema->complaints;
  unsigned row = 0;
  for (unsigned i = 0; i < schema->family_count; i++) {
    const struct family *family = &schema->families[i];
    for (unsigned j = 0; j < count_examples(family); j++, row++) {
      struct wanted wanted = wanted_of(family, j);
      if (row >= rows) {
        complain(schema, EXAMPLES, rows - 1, "value",
                 "behind it %s %s %s is missing", family->name,
                 wanted.variant, wanted.field);
        return;
      }
      check_example(schema, row, &wanted);
      if (schema->complaints > before) return;
    }
  }
  if (row < rows) {
    complain(schema, EXAMPLES, row, "value", "no field is left for it");
  }
}

void check_records(struct schema *schema) {
  unsigned before = schema->complaints;
  for (unsigned row = 0; row < schema->tables[FORMS].row_count; row++) {
    check_form_row(schema, row);
  }
  if (find_row(schema, FORMS, "form", "record") < 0) {
    complain(schema, FORMS, 0, "form", "the form record is missing");
  }
  if (schema->complaints == before) check_examples(schema);
}

/* --- answers ------------------------------------------------------------- */

int form_row(const struct schema *schema, const struct family *family) {
  int row = find_row(schema, FORMS, "family", family->name);
  return row >= 0 ? row : find_row(schema, FORMS, "form", "record");
}

bool is_plain_record(const struct schema *schema,
                     const struct family *family) {
  return find_row(schema, FORMS, "family", family->name) < 0;
}

unsigned field_offset(unsigned index) { return WORD + index * WORD; }

unsigned record_size(const struct variant *variant) {
  unsigned size = field_offset(variant->field_count);
  return (size + GRANULE - 1) / GRANULE * GRANULE;
}

uint64_t header_word(const struct schema *schema,
                     const struct variant *variant) {
  unsigned kind = 0;
  number_behind(cell(schema, FORMS,
                     (unsigned)form_row(schema, variant->family) + 1,
                     "word"),
                "kind ", 10, &kind);
  return (uint64_t)variant->field_count << 32 |
         (uint64_t)variant->family->tag << 16 |
         (uint64_t)variant->index << 8 | kind;
}

unsigned example_row(const struct schema *schema,
                     const struct family *family) {
  return (unsigned)find_row(schema, EXAMPLES, "value", family->name);
}

/* --- the header of offsets ----------------------------------------------- */

static void emit_parts(struct text *text, const struct schema *schema,
                       unsigned first) {
  const char *form = cell(schema, FORMS, first, "form");
  add(text, "\n#define ZERO_PARTS_%s(X, REST)", upper_name(form));
  for (unsigned row = first + 1; row < schema->tables[FORMS].row_count &&
                                 cell_is(schema, FORMS, row, "form", form);
       row++) {
    const char *size = cell(schema, FORMS, row, "size");
    add(text, " \\\n  %s(%s, %s, %s", is_none(size) ? "REST" : "X", form,
        cell(schema, FORMS, row, "part"), cell(schema, FORMS, row, "offset"));
    if (!is_none(size)) add(text, ", %s", size);
    add(text, ")");
  }
  add(text, "\n");
}

static void emit_forms(struct text *text, const struct schema *schema) {
  unsigned rows = schema->tables[FORMS].row_count;
  add(text, "/* The bits of words, what pointers add to an address, and what"
            "\n * headers say. */\nenum zero_machine_word {\n");
  for (unsigned row = 0; row < rows; row++) {
    const char *form = upper_name(cell(schema, FORMS, row, "form"));
    const char *word = cell(schema, FORMS, row, "word");
    unsigned value;
    if (number_behind(word, "0x", HEX, &value)) {
      add(text, "  ZERO_WORD_%s = 0x%02x,\n", form, value);
    } else if (number_behind(word, "address+", 10, &value)) {
      add(text, "  ZERO_POINTER_%s = %u,\n", form, value);
    } else if (number_behind(word, "kind ", 10, &value)) {
      add(text, "  ZERO_HEADER_KIND_%s = %u,\n", form, value);
    }
  }
  add(text, "};\n\n/* X(form, part, offset, size) for each part, and\n"
            " * REST(form, part, offset) where it goes to the end. */");
  for (unsigned row = 0; row + 1 < rows; row++) {
    if (!row_is_part(schema, row) && row_is_part(schema, row + 1)) {
      emit_parts(text, schema, row);
    }
  }
}

static void emit_record(struct text *text, const struct schema *schema,
                        const struct variant *variant) {
  add(text, " \\\n  X(%s, %u, %u, %u, 0x%016" PRIx64 ", %u)",
      upper_name(variant->name), variant->family->tag, variant->index,
      variant->field_count, header_word(schema, variant),
      record_size(variant));
}

static void emit_offsets(struct text *text, const struct variant *variant) {
  for (unsigned i = 0; i < variant->field_count; i++) {
    add(text, " \\\n  X(%s, %s, %u, %u)", upper_name(variant->name),
        upper_name(variant->fields[i].name), i, field_offset(i));
  }
}

void emit_records(const struct schema *schema, struct outputs *outputs) {
  struct text *text =
      begin_header(outputs, "runtime/facts/gen/records.h",
                   "ZERO_FACTS_GEN_RECORDS_H", "where values lie in memory");
  emit_forms(text, schema);
  add(text, "\n/* X(VARIANT, tag, index, fields, header, size) for each that\n"
            " * is a record; sizes are what is allocated. */\n"
            "#define ZERO_RECORDS(X)");
  for (unsigned i = 0; i < schema->family_count; i++) {
    const struct family *family = &schema->families[i];
    if (!is_plain_record(schema, family)) continue;
    for (unsigned j = 0; j < family->variant_count; j++) {
      emit_record(text, schema, &family->variants[j]);
    }
  }
  add(text, "\n\n/* X(VARIANT, FIELD, index, offset) for each of their "
            "fields. */\n#define ZERO_RECORD_FIELDS(X)");
  for (unsigned i = 0; i < schema->family_count; i++) {
    const struct family *family = &schema->families[i];
    if (!is_plain_record(schema, family)) continue;
    for (unsigned j = 0; j < family->variant_count; j++) {
      emit_offsets(text, &family->variants[j]);
    }
  }
  add(text, "\n");
  end_header(text);
}
