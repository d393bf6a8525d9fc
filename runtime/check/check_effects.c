/* check_effects.c - capabilities: what an annotated function may name.
 *
 * A function without annotation is io to its callers, and what it does itself
 * is judged when it runs. A lambda does what it names, and the annotated
 * function around it answers for that. */
#include "check/check.h"

#include <stdio.h>
#include <string.h>

enum { NAMES_ROOM = 160 };

uint32_t zero__capability_io(void) {
  return zero__capability_by_name("io", 2)->bits;
}

/* The names of `bits` with spaces between them, "pure" for none. */
static const char *capability_names(struct zero_check *check, uint32_t bits) {
  if (bits == 0) return "pure";
  char *text = zero__alloc(check->heap, ZERO_LEAF, NAMES_ROOM);
  size_t size = 0;
  text[0] = '\0';
  for (unsigned i = 0; i < zero__capability_count; i++) {
    const struct zero_capability *known = &zero__capabilities[i];
    bool single = known->bits != 0 && (known->bits & (known->bits - 1)) == 0;
    if (!single || (known->bits & bits) == 0) continue;
    int more = snprintf(text + size, NAMES_ROOM - size, "%s%s",
                        size > 0 ? " " : "", known->name);
    size += (size_t)more;
    if (size >= NAMES_ROOM) break;
  }
  return text;
}

static ZERO_COLD void refuse(struct zero_check *check, struct zero_span span,
                             const char *name, uint32_t bits) {
  const struct zero_global *judge = check->judge;
  zero__check_error(check, span, ZERO_CODE_CAPABILITY_STATIC,
                    "'%s' is (cap %s) and may not use '%s', which needs %s",
                    judge->symbol->name,
                    capability_names(check, judge->capability), name,
                    capability_names(check, bits & ~judge->capability));
}

void zero__check_effect(struct zero_check *check, struct zero_span span,
                        const char *name, uint32_t bits) {
  struct zero_function_node *function = check->function;
  for (; function->parent != NULL; function = function->parent) {
    function->capability |= bits;
  }
  if (check->judge != NULL && (bits & ~check->judge->capability) != 0) {
    refuse(check, span, name, bits);
  }
}

static bool check_capability(struct zero_check *check,
                             const struct zero_form *form, uint32_t *bits) {
  if (form->kind != ZERO_FORM_SYMBOL) {
    zero__check_error(check, form->span, ZERO_CODE_FORM_SHAPE,
                      "a capability is a name such as pure or file.read");
    return false;
  }
  const struct zero_symbol *symbol = form->symbol;
  const struct zero_capability *known =
      zero__capability_by_name(symbol->name, symbol->size);
  if (known != NULL) {
    *bits |= known->bits;
    return true;
  }
  const char *nearest =
      zero__nearest(symbol->name, zero__capabilities, zero__capability_count,
                    sizeof zero__capabilities[0]);
  zero__check_error(check, form->span, ZERO_CODE_CAPABILITY_UNKNOWN,
                    "unknown capability '%s'%s", symbol->name,
                    zero__did_you_mean(check, nearest));
  return false;
}

bool zero__check_capabilities(struct zero_check *check,
                              const struct zero_form *form, uint32_t *bits) {
  *bits = 0;
  if (form->count < 2) {
    zero__check_error(check, form->span, ZERO_CODE_FORM_SHAPE,
                      "(cap …) names at least one capability");
    return false;
  }
  bool good = true;
  const struct zero_form *name = form->first->next;
  for (; name != NULL; name = name->next) {
    if (!check_capability(check, name, bits)) good = false;
  }
  return good;
}
