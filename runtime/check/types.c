/* types.c - the simple types that are known before a program runs, which
 * builtins and functions of a host declare.
 *
 * A type that is not known is Any, and Any never clashes. A list may be of any
 * family that is a list, so lists are distinguished from Unit, Bool, I64, Text,
 * Function and UserData, but not from one another. */
#include "check/check.h"

#include <string.h>

/* Types that are not families; `name` is first, as zero__nearest wants it. */
static const struct other_type {
  const char *name;
  zero_static_type type;
} others[] = {
    {"Any", ZERO_TYPE_ANY},
    {"Function", ZERO_TYPE_FUNCTION},
    {"UserData", ZERO_TYPE_USER_DATA},
};

enum { OTHERS = sizeof others / sizeof others[0] };

static bool is_named(const char *known, const char *name, size_t size) {
  return strlen(known) == size && memcmp(known, name, size) == 0;
}

bool zero__type_by_name(const char *name, size_t size, zero_static_type *type) {
  *type = ZERO_TYPE_ANY;
  for (unsigned i = 0; i < OTHERS; i++) {
    if (!is_named(others[i].name, name, size)) continue;
    *type = others[i].type;
    return true;
  }
  for (unsigned i = 0; i < zero__family_count; i++) {
    if (!is_named(zero__families[i].name, name, size)) continue;
    *type = zero__type_of_tag(zero__families[i].tag);
    return true;
  }
  return false;
}

/* Families first. */
const char *zero__type_nearest(const char *name) {
  const char *family = zero__nearest(name, zero__families, zero__family_count,
                                     sizeof zero__families[0]);
  if (family != NULL) return family;
  return zero__nearest(name, others, OTHERS, sizeof others[0]);
}

const char *zero__type_text(zero_static_type type) {
  for (unsigned i = 0; i < OTHERS; i++) {
    if (others[i].type == type) return others[i].name;
  }
  return zero__family_by_tag((uint64_t)type - 1)->name;
}

/* True for the types that no list has. */
static bool is_simple(zero_static_type type) {
  return type == ZERO_TYPE_FUNCTION || type == ZERO_TYPE_USER_DATA ||
         (type != ZERO_TYPE_ANY &&
          type <= zero__type_of_tag(ZERO_FAMILY_TEXT));
}

bool zero__types_clash(zero_static_type expected, zero_static_type found) {
  if (expected == ZERO_TYPE_ANY || found == ZERO_TYPE_ANY) return false;
  if (expected == found) return false;
  return is_simple(expected) || is_simple(found);
}

/* --- signatures --- */

bool zero__next_cell(const char **cells, struct zero_type_cell *cell) {
  const char *text = *cells + strspn(*cells, " ");
  size_t size = strcspn(text, " ");
  if (size == 0) return false;
  const size_t tail = strlen(ZERO_ELLIPSIS);
  bool repeats =
      size > tail && memcmp(text + size - tail, ZERO_ELLIPSIS, tail) == 0;
  *cell = (struct zero_type_cell){
      .text = text,
      .size = repeats ? size - tail : size,
      .repeats = repeats,
  };
  if (!repeats) *cells = text + size;
  return true;
}

bool zero__next_type(struct zero_type_cell *cell, zero_static_type *type,
                     bool *known) {
  if (cell->size == 0) return false;
  const char *bar = memchr(cell->text, '|', cell->size);
  size_t size = bar == NULL ? cell->size : (size_t)(bar - cell->text);
  *known = zero__type_by_name(cell->text, size, type);
  size_t taken = bar == NULL ? size : size + 1;
  cell->text += taken;
  cell->size -= taken;
  return true;
}

struct zero_symbol *zero__signature_name(
    struct zero_heap *heap, struct zero_symbols *symbols, const char *name) {
  size_t size = strlen(name);
  struct zero_source source = {.name = "", .bytes = name, .size = size};
  struct zero_reports reports;
  zero__reports_init(&reports);
  const struct zero_form *forms =
      zero__read(heap, symbols, &source, &reports, NULL);
  if (forms == NULL || forms->count != 1) return NULL;
  const struct zero_form *form = forms->first;
  if (form->kind != ZERO_FORM_SYMBOL || form->span.start != 0 ||
      form->span.end != size || zero__is_reserved(form->symbol) ||
      zero__is_underscore(form->symbol)) {
    return NULL;
  }
  return form->symbol;
}
