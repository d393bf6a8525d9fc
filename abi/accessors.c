/* accessors.c - the functions by which hosts make and read each family.
 *
 * They only bring names and fields to zero_new, zero_get, zero_is and
 * zero_check_value: the tables in the library do the rest. */
#include "generate.h"

#include <string.h>

/* Words that no parameter of a C or C++ function may be called, and the ones
 * that these functions have besides the fields. */
static const char taken[] =
    "alignas alignof and asm auto bool break case catch char class compl "
    "concept const continue default delete do double else enum explicit "
    "export extern false float for friend goto if inline int long mutable "
    "namespace new noexcept not nullptr operator or private protected public "
    "register requires restrict return short signed sizeof static struct "
    "switch template this throw true try typedef typeid typename union "
    "unsigned using virtual void volatile while xor vm made fields";

static void add_parameter(struct text *text, const char *field) {
  const char *name = lower_name(field);
  add(text, "%s%s", name, among(taken, name) ? "_" : "");
}

/* Begins a function of a family, up to the parameters that are its own. */
static void begin_function(struct text *text, const struct family *family,
                           const char *name, const char *answer) {
  add(text, "\nZERO_MUST_USE static inline zero_status zero_%s_%s(\n",
      lower_name(family->name), name);
  add(text, "    zero_vm *vm, zero_value *%s", answer);
}

/* What a constructor is called behind its family: a variant with the name of
 * the family is not named again. */
static char *constructor_name(const struct variant *variant) {
  struct text name = {0};
  const char *family = lower_name(variant->family->name);
  if (strcmp(lower_name(variant->name), family) != 0) {
    add(&name, "%s_", lower_name(variant->name));
  }
  add(&name, "new");
  return name.bytes;
}

static void emit_constructor(struct text *text,
                             const struct variant *variant) {
  unsigned count = variant->field_count;
  begin_function(text, variant->family, constructor_name(variant), "made");
  for (unsigned i = 0; i < count; i++) {
    add(text, ",\n    zero_value ");
    add_parameter(text, variant->fields[i].name);
  }
  add(text, ") {\n");
  if (count > 0) add(text, "  zero_value fields[%u];\n", count);
  for (unsigned i = 0; i < count; i++) {
    add(text, "  fields[%u] = ", i);
    add_parameter(text, variant->fields[i].name);
    add(text, ";\n");
  }
  add(text, "  return zero_new(vm, made, \"%s\", \"%s\",\n",
      variant->family->name, variant->name);
  add(text, "                  %s, %u);\n}\n", count > 0 ? "fields" : "NULL",
      count);
}

static void emit_test(struct text *text, const struct variant *variant) {
  add(text, "\nstatic inline int zero_%s_is_%s(\n",
      lower_name(variant->family->name), lower_name(variant->name));
  add(text, "    zero_vm *vm, zero_value value) {\n");
  add(text, "  return zero_is(vm, \"%s\", \"%s\", value);\n}\n",
      variant->family->name, variant->name);
}

static void emit_field(struct text *text, const struct family *family,
                       const struct field *field) {
  add(text, "\n/* %s */", field->doc);
  begin_function(text, family, lower_name(field->name), "field");
  add(text, ",\n    zero_value value) {\n");
  add(text, "  return zero_get(vm, field, \"%s\", \"%s\", value);\n}\n",
      family->name, field->name);
}

static void emit_check(struct text *text, const struct family *family) {
  begin_function(text, family, "check", "checked");
  add(text, ",\n    zero_value value) {\n");
  add(text, "  return zero_check_value(vm, checked, \"%s\", value);\n}\n",
      family->name);
}

static void emit_family(struct text *text, const struct family *family) {
  add(text, "\n/* --- %s */\n", family->name);
  for (unsigned i = 0; i < family->variant_count; i++) {
    const struct variant *variant = &family->variants[i];
    emit_constructor(text, variant);
    if (family->variant_count > 1) emit_test(text, variant);
    for (unsigned j = 0; j < variant->field_count; j++) {
      emit_field(text, family, &variant->fields[j]);
    }
  }
  emit_check(text, family);
}

void emit_accessors(const struct schema *schema, struct outputs *outputs) {
  struct text *text = begin_header(
      outputs, "include/zero/gen/accessors.h", "ZERO_GEN_ACCESSORS_H",
      "make and read values of each family by name");
  add(text,
      "/* zero_F_V_new makes variant V of family F from all its fields; it is\n"
      " * zero_F_new if family and variant have the same name. zero_F_is_V\n"
      " * tests for a variant, zero_F_X reads field X, zero_F_check returns\n"
      " * the v1 value. They call zero_new, zero_is, zero_get and\n"
      " * zero_check_value; zero.h says what these return and how they\n"
      " * fail. */\n"
      "#include \"zero.h\"\n");
  for (unsigned i = 0; i < schema->family_count; i++) {
    const struct family *family = &schema->families[i];
    if (family->variant_count > 0) emit_family(text, family);
  }
  end_header(text);
}
