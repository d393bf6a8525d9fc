/* signature.c - the declared types of builtins and of a host's functions. */
#include "check/signature.h"

#include <stdio.h>
#include <string.h>

#include "check/check.h"

static const char ellipsis[] = "…";
static const char dots[] = "..."; /* the same for who has no such key */

static bool ends_with(const char *text, size_t size, const char *end) {
  size_t tail = strlen(end);
  return size > tail && memcmp(text + size - tail, end, tail) == 0;
}

bool zero__next_cell(const char **cells, struct zero_type_cell *cell) {
  const char *text = *cells + strspn(*cells, " ");
  size_t size = strcspn(text, " ");
  if (size == 0) return false;
  bool repeats = ends_with(text, size, ellipsis);
  *cell = (struct zero_type_cell){
      .text = text,
      .size = repeats ? size - (sizeof ellipsis - 1) : size,
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

static const char *copy(struct zero_heap *heap, const char *text) {
  if (text == NULL) return "";
  size_t size = strlen(text) + 1;
  return memcpy(zero__alloc(heap, ZERO_LEAF, size), text, size);
}

/* Both are three bytes long. */
static void spell_ellipsis(char *text) {
  size_t size = strlen(text);
  if (ends_with(text, size, dots)) {
    memcpy(text + size - (sizeof dots - 1), ellipsis, sizeof dots - 1);
  }
}

static bool is_type(struct zero_type_cell cell,
                    char message[ZERO_FAULT_MESSAGE]) {
  zero_static_type type;
  bool known = cell.size > 0 && cell.text[cell.size - 1] != '|';
  struct zero_type_cell left = cell;
  while (known && zero__next_type(&left, &type, &known)) {
  }
  if (known) return true;
  snprintf(message, ZERO_FAULT_MESSAGE, "'%.*s' is no type",
           (int)(cell.size < 80 ? cell.size : 80), cell.text);
  return false;
}

static bool check_cells(const struct zero_signature *signature,
                        char message[ZERO_FAULT_MESSAGE]) {
  const char *cells = signature->params;
  struct zero_type_cell cell;
  for (uint32_t count = 0; zero__next_cell(&cells, &cell); count++) {
    if (!is_type(cell, message)) return false;
    if (count == signature->max) {
      snprintf(message, ZERO_FAULT_MESSAGE,
               "there are more types than the %u arguments it takes",
               signature->max);
      return false;
    }
    if (!cell.repeats) continue;
    const char *behind = cell.text + cell.size + sizeof ellipsis - 1;
    if (behind[strspn(behind, " ")] == '\0') return true;
    snprintf(message, ZERO_FAULT_MESSAGE,
             "only the last type may be for all that follow");
    return false;
  }
  return true;
}

bool zero__signature_read(struct zero_heap *heap,
                          struct zero_signature *signature,
                          char message[ZERO_FAULT_MESSAGE]) {
  if (signature->min > signature->max ||
      (signature->max > ZERO_PARAMS_MAX &&
       signature->max != ZERO_ANY_COUNT)) {
    snprintf(message, ZERO_FAULT_MESSAGE,
             "no function takes %u to %u arguments", signature->min,
             signature->max);
    return false;
  }
  const char *params = copy(heap, signature->params);
  const char *result = copy(heap, signature->result);
  spell_ellipsis((char *)(uintptr_t)params);
  signature->params = params;
  signature->result = *result == '\0' ? "Any" : result;
  struct zero_type_cell whole = {.text = signature->result,
                                 .size = strlen(signature->result)};
  return is_type(whole, message) && check_cells(signature, message);
}

struct zero_symbol *zero__signature_name(struct zero_heap *heap,
                                         struct zero_symbols *symbols,
                                         const char *name) {
  size_t size = strlen(name);
  struct zero_source source = {.name = "", .bytes = name, .size = size};
  struct zero_reports reports;
  bool incomplete;
  zero__reports_init(&reports);
  const struct zero_form *forms =
      zero__read(heap, symbols, &source, &reports, &incomplete);
  if (forms == NULL || forms->count != 1) return NULL;
  const struct zero_form *form = forms->first;
  if (form->kind != ZERO_FORM_SYMBOL || form->span.start != 0 ||
      form->span.end != size || zero__is_reserved(form->symbol) ||
      zero__is_underscore(form->symbol)) {
    return NULL;
  }
  return form->symbol;
}
