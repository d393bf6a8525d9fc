/* check_name.c - what a name means, and what to report if it is unknown. */
#include "check/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/stack.h"

enum {
  SHORT = 128, /* bytes of most texts */
  SUGGESTED_MAX = 10, /* errors of one load that get a suggestion */
  NEAREST_UNITS = 8,  /* work of comparing two names, about */
  PASS_BYTES = ZERO_UNIT_BYTES / 4, /* a name is looked up in four tables */
};

void zero__check_issue(struct zero_check *check, struct zero_span span,
                       int code, const char *format, ...) {
  bool warning = strcmp(zero__code_fact(code)->kind, "warning") == 0;
  va_list arguments;
  va_start(arguments, format);
  zero__report_of(check->heap, &check->program->reports, check->module->source,
                  span, code, warning, format, arguments);
  va_end(arguments);
}

struct zero_node *zero__wrong_shape(
    struct zero_check *check, const struct zero_form *form,
    const char *sentence) {
  zero__check_issue(check, form->span, ZERO_CODE_FORM_SHAPE, "%s", sentence);
  return zero__node_broken(check, form->span);
}

const char *zero__check_text(struct zero_check *check, const char *format,
                             ...) {
  char mostly[SHORT];
  va_list arguments;
  va_start(arguments, format);
  size_t size = (size_t)vsnprintf(mostly, SHORT, format, arguments);
  va_end(arguments);
  char *text = zero__alloc(check->heap, ZERO_LEAF, size + 1);
  if (size < SHORT) return memcpy(text, mostly, size + 1);
  va_start(arguments, format);
  vsnprintf(text, size + 1, format, arguments);
  va_end(arguments);
  return text;
}

bool zero__is_too_deep(struct zero_check *check, const struct zero_form *form) {
  if (ZERO_LIKELY(!zero__stack_is_low())) return false;
  zero__check_issue(check, form->span, ZERO_CODE_SYNTAX_TOO_DEEP,
                    ZERO_TOO_DEEP);
  return true;
}

bool zero__is_underscore(const struct zero_symbol *symbol) {
  return symbol->size == 1 && symbol->name[0] == '_';
}

/* Outside the scope of a module are its imports, then lib/core; at a prompt the
 * session comes between. */
bool zero__check_name(const struct zero_check *check,
                      const struct zero_symbol *symbol,
                      struct zero_node *node) {
  zero__heap_charge(check->heap, 1 + symbol->size / PASS_BYTES);
  node->kind = ZERO_NODE_LOCAL;
  node->local = zero__bound_since(check, symbol, 0);
  if (node->local != NULL) return true;
  node->kind = ZERO_NODE_GLOBAL;
  node->global = zero__scope_get_symbol(check->module->own, symbol);
  if (node->global != NULL) return true;
  int builtin = zero__builtin_by_name(symbol->name);
  if (builtin < 0 || zero__builtins[builtin].how == ZERO_HOW_CORE) return false;
  node->kind = ZERO_NODE_BUILTIN;
  node->builtin = (uint16_t)builtin;
  return check->program->core_itself || !zero__builtins[builtin].hidden;
}

static void try_name(struct zero_check *check, struct zero_nearest *search,
                     const char *name) {
  zero__heap_charge(check->heap, NEAREST_UNITS);
  zero__nearest_try(search, name);
}

static void try_scope(struct zero_check *check, struct zero_nearest *search,
                      const struct zero_scope *scope) {
  for (uint32_t i = 0; scope != NULL && i < scope->count; i++) {
    try_name(check, search, scope->entries[i].name);
  }
}

/* Begins a search. False if the load has enough errors with a suggestion:
 * each may walk all names. */
static bool begin_search(const struct zero_check *check,
                         struct zero_nearest *search, const char *name) {
  zero__nearest_begin(search, name);
  return check->program->reports.errors < SUGGESTED_MAX;
}

const char *zero__check_nearest(struct zero_check *check, const char *name,
                                const struct zero_scope *scope) {
  struct zero_nearest search;
  if (begin_search(check, &search, name)) try_scope(check, &search, scope);
  return search.best;
}

/* The known name that is most like `name`, or NULL. */
static const char *nearest_name(struct zero_check *check, const char *name) {
  const struct zero_bindings *locals = &check->bindings;
  const struct zero_scope *scope = check->module->own;
  struct zero_nearest search;
  if (!begin_search(check, &search, name)) return NULL;
  for (uint32_t i = locals->count; i > 0; i--) {
    try_name(check, &search, locals->items[i - 1].symbol->name);
  }
  for (; scope != NULL; scope = scope->outer) try_scope(check, &search, scope);
  for (unsigned i = 0; i < zero__core_name_count; i++) {
    try_name(check, &search, zero__core_names[i].name);
  }
  for (unsigned i = 0; i < zero__builtin_count; i++) {
    if (zero__builtins[i].hidden) continue;
    try_name(check, &search, zero__builtins[i].name);
  }
  return search.best;
}

const char *zero__did_you_mean(struct zero_check *check, const char *nearest) {
  if (nearest == NULL) return "";
  return zero__check_text(check, "; did you mean '%s'?", nearest);
}

/* True if `name` begins with the alias of a failed import; not searched for if
 * the error would only be counted. */
static bool lost_with_alias(const struct zero_check *check, const char *name) {
  const struct zero_import *import = check->module->imports;
  if (zero__reports_full(&check->program->reports, false)) return false;
  for (; import != NULL; import = import->next) {
    zero__heap_charge(check->heap, 1);
    if (import->alias == NULL) continue;
    if (import->module != NULL && !import->module->lost) continue;
    uint32_t size = import->alias->size;
    if (strncmp(name, import->alias->name, size) == 0 && name[size] == '.') {
      return true;
    }
  }
  return false;
}

struct zero_node *zero__check_unknown(struct zero_check *check,
                                      const struct zero_form *form) {
  const char *name = form->symbol->name;
  if (!check->module->blind && !lost_with_alias(check, name)) {
    zero__check_issue(check, form->span, ZERO_CODE_NAME_UNKNOWN,
                      "unknown name '%s'%s", name,
                      zero__did_you_mean(check, nearest_name(check, name)));
  }
  return zero__node_broken(check, form->span);
}

/* The soft words are reserved only if spelled as glyphs. */
bool zero__is_reserved(const struct zero_symbol *symbol) {
  if (symbol->word == ZERO_WORD_NONE) return false;
  return symbol->glyph || symbol->word < ZERO_WORD_FIRST_SOFT;
}

bool zero__check_bindable(struct zero_check *check,
                          const struct zero_form *form, const char *what) {
  if (form->kind != ZERO_FORM_SYMBOL) {
    zero__check_issue(check, form->span, ZERO_CODE_FORM_SHAPE,
                      "the name of %s must be a symbol", what);
    return false;
  }
  if (zero__is_reserved(form->symbol)) {
    zero__check_issue(check, form->span, ZERO_CODE_NAME_RESERVED,
                      "'%s' is a word of the language and cannot name %s",
                      form->symbol->name, what);
    return false;
  }
  return true;
}

struct zero_local *zero__local_new(struct zero_check *check,
                                   const struct zero_form *name,
                                   zero_static_type type) {
  struct zero_local *local = zero__tree_alloc(check->heap, sizeof *local);
  local->symbol = name->symbol;
  local->owner = check->function;
  local->type = type;
  local->index = check->local_count++;
  return local;
}

struct zero_form *zero__form_list(struct zero_check *check,
                                  struct zero_form *form) {
  if (form == NULL || form->kind == ZERO_FORM_LIST) return form;
  if (form->kind != ZERO_FORM_DATA) return NULL;
  return zero__form_open(check->heap, check->program->symbols, form);
}
