/* check_layout.c - literal names given to the layout primitives.
 *
 * A name that is computed is looked up when the program runs; a literal one
 * is judged here, by the tables. */
#include "check/check.h"

#include <string.h>

/* What the arguments of a primitive are, in order. */
enum primitive_kind { OF_FAMILY, OF_VARIANT, OF_FIELD };

struct primitive {
  const char *name;
  enum primitive_kind kind;
};

static const struct primitive primitives[] = {
    {"layout-new", OF_VARIANT},   {"layout-is", OF_VARIANT},
    {"layout-get", OF_FIELD},     {"layout-valid?", OF_FAMILY},
    {"layout-check", OF_FAMILY},  {"layout-info", OF_FAMILY},
    {"%layout-read", OF_FAMILY},
};

/* The Text of a literal argument, or NULL. */
static const char *literal_text(const struct zero_node *arg) {
  if (arg == NULL || arg->kind != ZERO_NODE_CONST) return NULL;
  if (!zero__is_text(arg->value)) return NULL;
  return zero__text(arg->value)->bytes;
}

static const struct zero_family *check_family(struct zero_check *check,
                                              const struct zero_node *arg) {
  const char *name = literal_text(arg);
  if (name == NULL) return NULL;
  const struct zero_family *family = zero__family_by_name(name);
  if (family != NULL) return family;
  const char *nearest =
      zero__nearest(name, zero__families, zero__family_count,
                    sizeof zero__families[0]);
  zero__check_error(check, arg->span, ZERO_CODE_LAYOUT_UNKNOWN,
                    "there is no family '%s'%s", name,
                    zero__did_you_mean(check, nearest));
  return NULL;
}

static const struct zero_variant *check_variant(
    struct zero_check *check, const struct zero_family *family,
    const struct zero_node *arg) {
  const char *name = literal_text(arg);
  if (name == NULL) return NULL;
  const struct zero_variant *variant =
      zero__variant_by_name(family, name, strlen(name));
  if (variant != NULL) return variant;
  const char *nearest = family->variant_count == 0
                            ? NULL
                            : zero__nearest(name, family->variants,
                                            family->variant_count,
                                            sizeof family->variants[0]);
  zero__check_error(check, arg->span, ZERO_CODE_LAYOUT_UNKNOWN,
                    "%s has no variant '%s'%s", family->name, name,
                    zero__did_you_mean(check, nearest));
  return NULL;
}

static const char *nearest_field(const struct zero_family *family,
                                 const char *name) {
  for (unsigned i = 0; i < family->variant_count; i++) {
    const struct zero_variant *variant = &family->variants[i];
    if (variant->field_count == 0) continue;
    const char *nearest =
        zero__nearest(name, variant->fields, variant->field_count,
                      sizeof variant->fields[0]);
    if (nearest != NULL) return nearest;
  }
  return NULL;
}

static void check_field(struct zero_check *check,
                        const struct zero_family *family,
                        const struct zero_node *arg) {
  const char *name = literal_text(arg);
  unsigned index;
  if (name == NULL) return;
  if (zero__field_by_name(family, name, &index) != NULL) return;
  zero__check_error(check, arg->span, ZERO_CODE_LAYOUT_UNKNOWN,
                    "%s has no field '%s'%s", family->name, name,
                    zero__did_you_mean(check, nearest_field(family, name)));
}

/* (layout-new family variant field…) */
static void check_new(struct zero_check *check,
                      const struct zero_variant *variant,
                      struct zero_node *call) {
  unsigned count = call->count - 2;
  call->type = (zero_static_type)(variant->family->tag + 1);
  if (count == variant->field_count) return;
  zero__check_error(check, call->span, ZERO_CODE_ARITY,
                    "'%s' of %s has %u field%s, not %u", variant->name,
                    variant->family->name, variant->field_count,
                    variant->field_count == 1 ? "" : "s", count);
}

void zero__check_layout_call(struct zero_check *check,
                             const struct zero_builtin *builtin,
                             struct zero_node *call) {
  const struct primitive *primitive = primitives;
  const struct primitive *end =
      primitives + sizeof primitives / sizeof primitives[0];
  while (strcmp(primitive->name, builtin->name) != 0) {
    if (++primitive == end) return;
  }
  const struct zero_family *family = check_family(check, call->args);
  if (family == NULL) return;
  const struct zero_node *second = call->args->next;
  if (primitive->kind == OF_FIELD) check_field(check, family, second);
  if (primitive->kind != OF_VARIANT) return;
  const struct zero_variant *variant = check_variant(check, family, second);
  if (variant != NULL && strcmp(builtin->name, "layout-new") == 0) {
    check_new(check, variant, call);
  }
}
