/* module.c - the files of one check: reading them, and linking their
 * names. */
#include "check/check.h"

#include <string.h>

#include "base/sentence.h"

static const char package_prefix[] = "pkg:";

/* --- modules --- */

/* Makes `scope` that of a module, which is a tree. */
static struct zero_scope *scope_of_module(struct zero_scope *scope,
                                          struct zero_scope *outer) {
  scope->outer = outer;
  scope->tree = true;
  return scope;
}

/* `source` is NULL of an embedded file. */
static struct zero_module *module_new(struct zero_check *check,
                                      const char *name,
                                      const struct zero_source *source) {
  struct zero_program *program = check->program;
  struct zero_module *module = zero__tree_alloc(check->heap, sizeof *module);
  struct zero_scope *outer = program->core;
  bool root = check->modules == NULL;
  if (root && check->snippet && program->session != NULL) {
    outer = program->session;
  }
  module->named.name = name;
  module->called = root && !program->core_itself ? "main" : name;
  module->source = source;
  module->imported = scope_of_module(&module->scopes[0], outer);
  module->own = scope_of_module(&module->scopes[1], module->imported);
  module->last_export = &module->export_forms;
  module->last_definition = &module->definitions;
  module->last_import = &module->imports;
  *check->last_module = module;
  check->last_module = &module->next;
  return module;
}

/* A file of lib/core: its names are those of the outermost scope. */
struct zero_module *zero__module_core(struct zero_check *check,
                                      const char *name) {
  struct zero_module *module = zero__named(check, check->embedded, name);
  if (module != NULL) return module;
  module = module_new(check, name, NULL);
  zero__name(check, &check->embedded, &module->named);
  unsigned file = (unsigned)zero__core_file(name);
  for (unsigned i = 0; i < zero__core_name_count; i++) {
    const char *exported = zero__core_names[i].name;
    if (zero__core_names[i].file != file) continue;
    zero__scope_put(check->heap, module->own, exported,
                    zero__scope_get(check->program->core, exported));
  }
  return module;
}

/* --- imports --- */

int zero__module_text(struct zero_check *check, const char *path,
                      const char *from, struct zero_source *source,
                      char message[ZERO_FAULT_MESSAGE]) {
  struct zero_program *program = check->program;
  if (program->loader == NULL) {
    zero__sentence(message, ZERO_FAULT_MESSAGE,
                   "cannot import '%s': this host does not allow imports",
                   path);
    return ZERO_CODE_IMPORT_DENIED;
  }
  int code = program->loader(program->loader_context, path, from, &source->name,
                             &source->bytes, &source->size, message);
  if (code != 0 || source->size <= ZERO_SOURCE_MAX) return code;
  zero__sentence(message, ZERO_FAULT_MESSAGE,
                 "'%s' is larger than the %zu MiB that are allowed", path,
                 ZERO_SOURCE_MAX >> 20);
  return ZERO_CODE_SYNTAX_TOO_LARGE;
}

char *zero__copy_text(struct zero_heap *heap, const char *bytes, size_t size) {
  char *copy = zero__alloc(heap, ZERO_LEAF, size + 1);
  zero__heap_copy(heap, copy, bytes, size);
  copy[size] = '\0';
  return copy;
}

struct zero_module *zero__module_file(struct zero_check *check,
                                      const char *path, const char *from,
                                      struct zero_span span) {
  struct zero_source *source =
      zero__alloc(check->heap, ZERO_TRACED, sizeof *source);
  char message[ZERO_FAULT_MESSAGE];
  int code = zero__module_text(check, path, from, source, message);
  if (code != 0) {
    zero__check_issue(check, span, code, "%s", message);
    return NULL;
  }
  if (check->files == NULL) {
    zero__name(check, &check->files, &check->modules->named);
  }
  struct zero_module *module = zero__named(check, check->files, source->name);
  if (module != NULL) return module;
  source->bytes = zero__copy_text(check->heap, source->bytes, source->size);
  module = module_new(check, source->name, source);
  zero__name(check, &check->files, &module->named);
  return module;
}

/* (↥ "path" alias) */
static void take_import(struct zero_check *check, struct zero_form *form) {
  struct zero_form *path = form->first->next;
  if (form->count < 2 || form->count > 3 ||
      path->kind != ZERO_FORM_LITERAL || !zero__is_text(path->value)) {
    check->module->blind = true;
    zero__wrong_shape(check, form,
                      "an import is (↥ \"path\") or (↥ \"path\" alias)");
    return;
  }
  const struct zero_form *alias = path->next;
  if (alias != NULL && !zero__check_bindable(check, alias, "an import")) {
    check->module->blind = true;
    return;
  }
  struct zero_import *import = zero__tree_alloc(check->heap, sizeof *import);
  import->span = form->span;
  if (alias != NULL) import->alias = alias->symbol;
  const char *text = zero__text(path->value)->bytes;
  size_t prefix = sizeof package_prefix - 1;
  import->module =
      strncmp(text, package_prefix, prefix) == 0
          ? zero__check_package(check, text + prefix, path->span)
          : zero__module_file(check, text, check->module->source->name,
                              path->span);
  *check->module->last_import = import;
  check->module->last_import = &import->next;
}

/* --- top-level forms --- */

/* A root that does not name itself stays "main". The name is copied: a global
 * keeps the text of its module alive by its beginning. */
static void take_module(struct zero_check *check,
                        const struct zero_form *form) {
  const struct zero_form *name = form->first->next;
  struct zero_module *module = check->module;
  const struct zero_symbol *declared = module->declared;
  if (form->count != 2) {
    zero__wrong_shape(check, form, "a module's name is given by (⊙ name)");
  } else if (!zero__check_bindable(check, name, "a module")) {
    return;
  } else if (declared != NULL) {
    zero__check_issue(check, form->span, ZERO_CODE_NAME_DUPLICATE,
                      "this file is already the module '%s'", declared->name);
  } else {
    module->declared = name->symbol;
    if (module != check->modules || check->program->core_itself) return;
    module->called = zero__check_text(check, "%s", name->symbol->name);
    const struct zero_definition *earlier = module->definitions;
    for (; earlier != NULL; earlier = earlier->next) {
      zero__heap_charge(check->heap, 1);
      earlier->node->global->module = module->called;
    }
  }
}

/* The names wait until the whole file is read. */
static void take_exports(struct zero_check *check, struct zero_form *form) {
  struct zero_module *module = check->module;
  if (module->exports == NULL) {
    module->exports = scope_of_module(&module->scopes[2], NULL);
  }
  if (form->count < 2) {
    zero__wrong_shape(check, form, "an export list is (↦ name…)");
    return;
  }
  *module->last_export = form->first->next;
  while (*module->last_export != NULL) {
    module->last_export = &(*module->last_export)->next;
  }
}

/* A form that might have defined or imported something. */
static void refuse_form(struct zero_check *check, const struct zero_form *form,
                        int code, const char *sentence) {
  zero__check_issue(check, form->span, code, "%s", sentence);
  check->module->lost = true;
  check->module->blind = true;
}

static void take_form(struct zero_check *check, struct zero_form *form) {
  enum zero_word word = zero__form_word(form);
  if (word == ZERO_WORD_MODULE) {
    take_module(check, form);
  } else if (word == ZERO_WORD_IMPORT) {
    take_import(check, form);
  } else if (word == ZERO_WORD_EXPORT) {
    take_exports(check, form);
  } else if (word == ZERO_WORD_FN &&
             (form->count == 1 ||
              form->first->next->kind == ZERO_FORM_SYMBOL)) {
    zero__define(check, form);
  } else if (word == ZERO_WORD_FN && !check->snippet) {
    refuse_form(check, form, ZERO_CODE_FORM_SHAPE,
                "a function at the top level has a name: (ƒ name "
                "(parameter…) body…)");
  } else if (word == ZERO_WORD_TYPE) {
    refuse_form(check, form, ZERO_CODE_FORM_UNKNOWN,
                "τ is not part of this version of the language");
  } else if (word == ZERO_WORD_DOC) {
    return;
  } else if (check->snippet && check->module == check->modules) {
    *check->last_expression = form;
    check->last_expression = &form->next;
    form->next = NULL;
  } else {
    zero__check_issue(check, form->span, ZERO_CODE_FORM_UNKNOWN,
                      "only ⊙, ↥, ↦ and ƒ forms are allowed at the top level");
  }
}

void zero__modules_load(struct zero_check *check, bool *incomplete) {
  struct zero_program *program = check->program;
  struct zero_module *module =
      module_new(check, check->root->name, check->root);
  if (incomplete != NULL) *incomplete = false;
  for (; module != NULL; module = module->next) {
    if (module->source == NULL) continue;
    check->module = module;
    module->forms = zero__read(check->heap, program->symbols, module->source,
                               &program->reports,
                               module == check->modules ? incomplete : NULL);
    module->lost = module->forms == NULL;
    struct zero_form *form = module->lost ? NULL : module->forms->first;
    for (struct zero_form *next; form != NULL; form = next) {
      next = form->next;
      take_form(check, form);
    }
  }
}

/* --- linking --- */

void zero__module_exports(struct zero_check *check) {
  struct zero_module *module = check->module;
  const struct zero_form *name = module->export_forms;
  const struct zero_import *import = module->imports;
  /* Definitions are missing for a reported reason: the module's own, or those
   * of a failed import. */
  bool lacks = module->lost;
  for (; import != NULL; import = import->next) {
    lacks = lacks || (import->alias == NULL && import->module == NULL);
  }
  for (; name != NULL; name = name->next) {
    zero__heap_charge(check->heap, 1);
    if (!zero__check_bindable(check, name, "an export")) continue;
    const char *text = name->symbol->name;
    struct zero_global *global = zero__scope_find(module->own, text);
    if (global != NULL) {
      zero__scope_put(check->heap, module->exports, global->symbol->name,
                      global);
      continue;
    }
    module->lost = true;
    if (lacks) continue;
    const char *nearest = zero__check_nearest(check, text, module->own);
    zero__check_issue(check, name->span, ZERO_CODE_EXPORT_UNKNOWN,
                      "this module defines no '%s'%s", text,
                      zero__did_you_mean(check, nearest));
  }
}

/* Reports what a name of this module hides: an import, lib/core, a builtin. */
static void warn_of_shadow(struct zero_check *check, struct zero_span span,
                           const char *name, const struct zero_global *global) {
  const struct zero_global *hidden =
      zero__scope_find(check->module->imported, name);
  if (hidden != NULL) {
    zero__check_issue(check, span, ZERO_CODE_WARN_SHADOW,
                      "'%s' hides the one imported from %s", name,
                      hidden->module);
    return;
  }
  if (check->program->core_itself) return;
  hidden = zero__scope_find(check->program->core, name);
  int builtin = zero__builtin_by_name(name);
  bool is_builtin = builtin >= 0 && !zero__builtins[builtin].hidden;
  if (hidden == global) return;
  if (hidden == NULL && !is_builtin && zero__core_exporter(name) < 0) return;
  bool is_host = hidden != NULL && hidden->signature != NULL;
  zero__check_issue(check, span, ZERO_CODE_WARN_SHADOW,
                    "'%s' hides the %s of this name", name,
                    is_builtin ? "builtin"
                    : is_host  ? "host's function"
                               : "function of lib/core");
}

static void link_import(struct zero_check *check,
                        const struct zero_import *import) {
  const struct zero_module *from = import->module;
  struct zero_scope *scope = check->module->imported;
  if (import->alias == NULL && (from == NULL || from->lost)) {
    check->module->blind = true;
  }
  if (from == NULL) return;
  const struct zero_scope *names =
      from->exports == NULL ? from->own : from->exports;
  for (uint32_t i = 0; i < names->count; i++) {
    const char *name = names->entries[i].name;
    struct zero_global *global = names->entries[i].global;
    zero__heap_charge(check->heap, 1);
    if (strcmp(name, "main") == 0) continue;
    if (import->alias != NULL) {
      name = zero__check_text(check, "%s.%s", import->alias->name, name);
    }
    const struct zero_global *other = zero__scope_find(scope, name);
    if (other != NULL && other != global) {
      zero__check_issue(check, import->span, ZERO_CODE_NAME_CONFLICT,
                        "'%s' is imported from %s and from %s; give one of "
                        "them an alias",
                        name, other->module, global->module);
    }
    if (other != NULL) continue;
    if (import->alias == NULL) {
      warn_of_shadow(check, import->span, name, global);
    }
    zero__scope_put(check->heap, scope, name, global);
  }
}

void zero__module_link(struct zero_check *check) {
  const struct zero_import *import = check->module->imports;
  for (; import != NULL; import = import->next) link_import(check, import);
  const struct zero_definition *definition = check->module->definitions;
  for (; definition != NULL; definition = definition->next) {
    const struct zero_global *global = definition->node->global;
    zero__heap_charge(check->heap, 1);
    warn_of_shadow(check, definition->name->span, global->symbol->name, global);
  }
}
