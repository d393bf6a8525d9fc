/* facts.c - looking things up in what the tables say. */
#include "facts/facts.h"

#include <string.h>

#define ROW_NAMED(rows, count, text, size) \
  row_named(rows, count, sizeof *(rows), text, size)

/* The first of `count` rows, `stride` bytes apart, whose name is the `size`
 * bytes `text`; NULL where there is none. A row begins with its name, and most
 * names of a table differ from the one that is looked for in their first byte,
 * which costs less to see than a call. */
static inline const void *row_named(const void *rows, unsigned count,
                                    size_t stride, const char *text,
                                    size_t size) {
  const char *row = rows;
  for (; size > 0 && count > 0; count--, row += stride) {
    const char *name;
    memcpy(&name, row, sizeof name);
    if (*name == *text && strncmp(name, text, size) == 0 &&
        name[size] == '\0') {
      return row;
    }
  }
  return NULL;
}

const struct zero_family *zero__family_by_tag(uint64_t tag) {
  /* The generator keeps the rows in the order of their tags, from 0. */
  return tag < zero__family_count ? &zero__families[tag] : NULL;
}

const struct zero_family *zero__family_by_name(const char *name) {
  return ROW_NAMED(zero__families, zero__family_count, name, strlen(name));
}

const struct zero_variant *zero__variant_by_name(
    const struct zero_family *family, const char *name, size_t size) {
  return ROW_NAMED(family->variants, family->variant_count, name, size);
}

const struct zero_code_fact *zero__code_fact(int code) {
  /* Codes count from 1 in the order of the rows. */
  if (code < 1 || (unsigned)code > zero__code_count) return NULL;
  return &zero__codes[code - 1];
}

const struct zero_code_fact *zero__code_by_name(const char *name) {
  return ROW_NAMED(zero__codes, zero__code_count, name, strlen(name));
}

const struct zero_capability *zero__capability_by_name(const char *name,
                                                       size_t size) {
  return ROW_NAMED(zero__capabilities, zero__capability_count, name, size);
}

int zero__builtin_by_name(const char *name) {
  const struct zero_builtin *found =
      ROW_NAMED(zero__builtins, zero__builtin_count, name, strlen(name));
  return found == NULL ? -1 : (int)(found - zero__builtins);
}

const struct zero_variant *zero__field_by_name(
    const struct zero_family *family, const char *name, unsigned *index) {
  for (unsigned i = 0; i < family->variant_count; i++) {
    const struct zero_variant *variant = &family->variants[i];
    const struct zero_field *found =
        ROW_NAMED(variant->fields, variant->field_count, name, strlen(name));
    if (found == NULL) continue;
    *index = (unsigned)(found - variant->fields);
    return variant;
  }
  return NULL;
}

bool zero__state_known(const struct zero_field *field, const char *word,
                       size_t size) {
  return ROW_NAMED(field->states, field->state_count, word, size) != NULL;
}

bool zero__is_life(const struct zero_field *field) {
  return zero__state_known(field, "closed", strlen("closed"));
}

bool zero__may_be_live(const struct zero_variant *variant) {
  for (unsigned i = 0; i < variant->field_count; i++) {
    if (variant->fields[i].type->accepts & ZERO_ACCEPTS_REF) return true;
  }
  return false;
}

/* --- the nearest name ---------------------------------------------------- */

enum { NEAREST_MAX = 64 }; /* bytes of a name; longer ones are not compared */

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

/* Number of insertions, deletions, replacements and swaps of neighbours that
 * make one name of the other; `most` + 1 where there are more. Three rows of
 * the usual table suffice, and no more of them than until two in a row are
 * past `most`. Both sizes are at most NEAREST_MAX. */
static size_t edit_distance(const char *a, size_t a_size, const char *b,
                            size_t b_size, size_t most) {
  unsigned rows[3][NEAREST_MAX + 1];
  bool past = false;
  for (size_t j = 0; j <= b_size; j++) rows[0][j] = rows[2][j] = (unsigned)j;
  for (size_t i = 1; i <= a_size; i++) {
    unsigned *here = rows[i % 3];
    const unsigned *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
    unsigned lowest = here[0] = (unsigned)i;
    for (size_t j = 1; j <= b_size; j++) {
      unsigned replaced = last[j - 1] + (a[i - 1] != b[j - 1]);
      here[j] = least(replaced, least(last[j], here[j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        here[j] = least(here[j], before[j - 2] + 1);
      }
      lowest = least(lowest, here[j]);
    }
    if (past && lowest > most) return most + 1;
    past = lowest > most;
  }
  return rows[a_size % 3][b_size];
}

void zero__nearest_begin(struct zero_nearest *search, const char *name) {
  *search = (struct zero_nearest){.name = name, .size = strlen(name)};
  search->distance = search->size / 3;
}

void zero__nearest_try(struct zero_nearest *search, const char *other) {
  size_t size = strlen(other);
  size_t longer = size > search->size ? size : search->size;
  size_t apart = longer - (size > search->size ? search->size : size);
  if (longer > NEAREST_MAX || apart > search->distance) return;
  size_t distance = edit_distance(search->name, search->size, other, size,
                                  search->distance);
  if (distance > search->distance) return;
  if (distance == search->distance && search->best != NULL) return;
  search->distance = distance;
  search->best = other;
}

const char *zero__nearest(const char *name, const void *names, size_t count,
                          size_t stride) {
  struct zero_nearest search;
  zero__nearest_begin(&search, name);
  for (size_t i = 0; i < count; i++) {
    const char *other;
    memcpy(&other, (const char *)names + i * stride, sizeof other);
    zero__nearest_try(&search, other);
  }
  return search.best;
}
