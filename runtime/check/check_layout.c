/* check_layout.c - literal names given to the layout primitives.
 *
 * A computed name is looked up when the program runs; a literal one is looked
 * up here, and the call's node carries the result. */
#include "check/check.h"

#include <string.h>

#include "facts/gen/builtin_index.h"

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
  const char *nearest = zero__nearest(name, zero__families, zero__family_count,
                                      sizeof zero__families[0]);
  zero__check_issue(check, arg->span, ZERO_CODE_LAYOUT_UNKNOWN,
                    "there is no family '%s'%s", name,
                    zero__did_you_mean(check, nearest));
  return NULL;
}

/* (layout-get family field value) */
static void check_field(struct zero_check *check,
                        const struct zero_family *family,
                        struct zero_node *call) {
  const struct zero_node *arg = call->args->next;
  const char *name = literal_text(arg);
  const char *nearest = NULL;
  unsigned index = 0;
  if (name == NULL) return;
  call->variant = zero__field_by_name(family, name, &index);
  call->field = (uint16_t)index;
  if (call->variant != NULL) return;
  for (unsigned i = 0; nearest == NULL && i < family->variant_count; i++) {
    const struct zero_variant *variant = &family->variants[i];
    nearest = zero__nearest(name, variant->fields, variant->field_count,
                            sizeof variant->fields[0]);
  }
  zero__check_issue(check, arg->span, ZERO_CODE_LAYOUT_UNKNOWN,
                    "%s has no field '%s'%s", family->name, name,
                    zero__did_you_mean(check, nearest));
}

/* (layout-is family variant value) and (layout-new family variant field…) */
static void check_variant(struct zero_check *check,
                          const struct zero_family *family,
                          struct zero_node *call) {
  const struct zero_node *arg = call->args->next;
  const char *name = literal_text(arg);
  if (name == NULL) return;
  const struct zero_variant *variant =
      zero__variant_by_name(family, name, strlen(name));
  if (variant == NULL) {
    const char *nearest =
        zero__nearest(name, family->variants, family->variant_count,
                      sizeof family->variants[0]);
    zero__check_issue(check, arg->span, ZERO_CODE_LAYOUT_UNKNOWN,
                      "%s has no variant '%s'%s", family->name, name,
                      zero__did_you_mean(check, nearest));
    return;
  }
  call->variant = variant;
  if (call->builtin != ZERO_BUILTIN_LAYOUT_NEW) return;
  unsigned count = call->count - 2;
  call->type = zero__type_of_tag(family->tag);
  if (count == variant->field_count) return;
  zero__check_issue(check, call->span, ZERO_CODE_ARITY,
                    "'%s' of %s has %u field%s, not %u", variant->name,
                    family->name, variant->field_count,
                    variant->field_count == 1 ? "" : "s", count);
}

void zero__check_layout_call(struct zero_check *check, struct zero_node *call) {
  switch (call->builtin) {
    case ZERO_BUILTIN_LAYOUT_NEW:
    case ZERO_BUILTIN_LAYOUT_IS:
    case ZERO_BUILTIN_LAYOUT_GET:
    case ZERO_BUILTIN_LAYOUT_READ:
    case ZERO_BUILTIN_LAYOUT_VALID:
    case ZERO_BUILTIN_LAYOUT_CHECK:
    case ZERO_BUILTIN_LAYOUT_INFO: break;
    default: return;
  }
  const struct zero_family *family = check_family(check, call->args);
  if (family == NULL) return;
  if (call->builtin == ZERO_BUILTIN_LAYOUT_GET) {
    check_field(check, family, call);
  } else if (call->builtin == ZERO_BUILTIN_LAYOUT_READ) {
    call->variant = family->variants;
  } else if (call->builtin == ZERO_BUILTIN_LAYOUT_NEW ||
             call->builtin == ZERO_BUILTIN_LAYOUT_IS) {
    check_variant(check, family, call);
  }
}
