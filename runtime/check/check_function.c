/* check_function.c - functions with a name: annotations, parameters,
 * capabilities, bodies.
 *
 * A definition is taken apart when its module is read, and its body checked
 * when the names of all modules are known, so order is free.
 */
#include "check/check.h"

#include <string.h>

#include "facts/gen/capabilities.h"
#include "value/record.h"

/* --- capabilities --- */

/* The bits of `(cap a b)`. */
static uint32_t check_capabilities(struct zero_check *check,
                                   const struct zero_form *form) {
  uint32_t bits = 0;
  const struct zero_form *name = form->first->next;
  if (name == NULL) {
    zero__wrong_shape(check, form, "(cap …) must name at least one capability");
  }
  for (; name != NULL; name = name->next) {
    if (name->kind != ZERO_FORM_SYMBOL) {
      zero__wrong_shape(check, name,
                        "a capability is a name such as pure or file.read");
      continue;
    }
    const struct zero_symbol *symbol = name->symbol;
    const struct zero_capability *known =
        zero__capability_by_name(symbol->name, symbol->size);
    if (known != NULL) {
      bits |= known->bits;
      continue;
    }
    const char *nearest =
        zero__nearest(symbol->name, zero__capabilities,
                      zero__capability_count, sizeof zero__capabilities[0]);
    zero__check_issue(check, name->span, ZERO_CODE_CAPABILITY_UNKNOWN,
                      "unknown capability '%s'%s", symbol->name,
                      zero__did_you_mean(check, nearest));
  }
  return bits;
}

/* --- definitions --- */

/* The annotations of one function, each at the word that begins it. */
enum { ANNOTATIONS = ZERO_WORD_HAS_TYPE + 1 };

/* Takes annotations from `form` on; returns the form after them. */
static struct zero_form *take_annotations(struct zero_check *check,
                                          const struct zero_form **all,
                                          struct zero_form *form) {
  for (; form != NULL; form = form->next) {
    enum zero_word word = zero__form_word(form);
    if (word != ZERO_WORD_HAS_TYPE && word != ZERO_WORD_CAP &&
        word != ZERO_WORD_DOC) {
      break;
    }
    if (all[word] != NULL) {
      zero__wrong_shape(check, form,
                        "a function may have each annotation only once");
    }
    all[word] = form;
  }
  return form;
}

/* Unit is read as a literal, every other type name as a symbol. Any if it is
 * wrong. */
static zero_static_type check_type(struct zero_check *check,
                                   const struct zero_form *form) {
  zero_static_type type = ZERO_TYPE_ANY;
  if (form->kind == ZERO_FORM_LITERAL && zero__is_unit(form->value)) {
    return zero__type_of_tag(ZERO_FAMILY_UNIT);
  }
  if (form->kind != ZERO_FORM_SYMBOL) {
    zero__check_issue(check, form->span, ZERO_CODE_TYPE_UNKNOWN,
                      "a type is the name of a family, Any, Function or "
                      "UserData");
    return type;
  }
  const char *name = form->symbol->name;
  if (zero__type_by_name(name, form->symbol->size, &type)) return type;
  zero__check_issue(check, form->span, ZERO_CODE_TYPE_UNKNOWN,
                    "unknown type '%s'%s", name,
                    zero__did_you_mean(check, zero__type_nearest(name)));
  return type;
}

/* Reads `(∷ (→ A… R))` into `global`, whose param_count is known. */
static void check_arrow(struct zero_check *check,
                        const struct zero_form *annotation,
                        struct zero_global *global) {
  const struct zero_form *arrow = annotation->first->next;
  if (annotation->count != 2 || !zero__form_is(arrow, ZERO_WORD_ARROW) ||
      arrow->count < 2) {
    zero__wrong_shape(check, annotation,
                      "a type annotation is (∷ (→ argument… result))");
    return;
  }
  unsigned count = arrow->count - 2;
  if (count != global->param_count) {
    zero__check_issue(check, arrow->span, ZERO_CODE_ARITY,
                      "'%s' has %u parameter%s, but its type has %u",
                      global->symbol->name, global->param_count,
                      global->param_count == 1 ? "" : "s", count);
  }
  const struct zero_form *form = arrow->first->next;
  for (unsigned i = 0; i <= count; i++, form = form->next) {
    zero_static_type type = check_type(check, form);
    if (i == count) {
      global->result_type = type;
    } else if (i < global->param_count) {
      global->param_types[i] = type;
    }
  }
}

/* Reads `(doc "…")`. Returns a copy, since a pointer into a Text does not keep
 * it alive. */
static const char *check_doc(struct zero_check *check,
                             const struct zero_form *form) {
  const struct zero_form *literal = form->first->next;
  if (form->count == 2 && literal->kind == ZERO_FORM_LITERAL &&
      zero__is_text(literal->value)) {
    const struct zero_text *doc = zero__text(literal->value);
    return zero__copy_text(check->heap, doc->bytes, doc->size);
  }
  zero__wrong_shape(check, form, "a documentation is (doc \"text\")");
  return "";
}

void zero__check_params(struct zero_check *check,
                        struct zero_function_node *node,
                        const struct zero_form *list) {
  if (list->count > ZERO_PARAMS_MAX) {
    zero__check_issue(check, list->span, ZERO_CODE_LIMIT_FUNCTION,
                      "a function has at most %d parameters", ZERO_PARAMS_MAX);
  }
  if (list->count > 0) {
    node->params = zero__tree_alloc(
        check->heap, sizeof(struct zero_local *) * list->count);
  }
  const struct zero_form *name = list->first;
  for (; name != NULL; name = name->next) {
    if (!zero__check_bindable(check, name, "a parameter")) continue;
    struct zero_local *local = zero__local_new(check, name, ZERO_TYPE_ANY);
    node->params[node->param_count++] = local;
    /* All bindings of the function so far are its parameters. */
    const struct zero_local *bound = zero__bound_since(check, local->symbol, 0);
    if (bound == NULL || bound->owner != local->owner) {
      zero__bind(check, local);
    } else {
      zero__check_issue(check, name->span, ZERO_CODE_NAME_DUPLICATE,
                        "the parameter '%s' is duplicated",
                        name->symbol->name);
    }
  }
}

/* Makes the global and the node of a function and enters them in the module. A
 * repeated name keeps its first meaning; its body is checked all the same. */
static struct zero_definition *definition_new(struct zero_check *check,
                                              const struct zero_form *form,
                                              const struct zero_form *name) {
  struct zero_heap *heap = check->heap;
  struct zero_module *module = check->module;
  struct zero_definition *definition =
      zero__tree_alloc(heap, sizeof *definition);
  struct zero_function_node *node = zero__tree_alloc(heap, sizeof *node);
  struct zero_global *global = zero__alloc(heap, ZERO_TRACED, sizeof *global);
  global->symbol = zero__symbol_keep(heap, name->symbol);
  node->name = global->symbol->name;
  node->source = module->source;
  node->span = form->span;
  node->global = global;
  global->module = module->called;
  global->function = zero__function_new(heap, NULL);
  global->node = node;
  global->doc = "";
  definition->node = node;
  definition->name = name;
  *module->last_definition = definition;
  module->last_definition = &definition->next;
  check->definition_count++;
  if (zero__scope_find(module->own, node->name) == NULL) {
    zero__scope_put(heap, module->own, node->name, global);
  } else {
    zero__check_issue(check, name->span, ZERO_CODE_NAME_DUPLICATE,
                      "'%s' is defined twice in this module", node->name);
  }
  return definition;
}

/* Reads the annotations of a function whose params are known. */
static void apply_annotations(struct zero_check *check,
                              const struct zero_form *const *all,
                              struct zero_global *global) {
  const struct zero_form *type = all[ZERO_WORD_HAS_TYPE];
  const struct zero_form *doc = all[ZERO_WORD_DOC];
  const struct zero_form *capabilities = all[ZERO_WORD_CAP];
  if (global->param_count > 0) {
    size_t size = sizeof(zero_static_type) * global->param_count;
    global->param_types = zero__alloc(check->heap, ZERO_LEAF, size);
    memset(global->param_types, 0, size);
  }
  if (type != NULL) check_arrow(check, type, global);
  if (doc != NULL) global->doc = check_doc(check, doc);
  global->capability = ZERO_CAPABILITY_IO;
  if (capabilities == NULL) return;
  unsigned errors = check->program->reports.errors;
  global->capability = check_capabilities(check, capabilities);
  global->annotated = check->program->reports.errors == errors;
  if (!global->annotated) global->capability = 0;
}

void zero__define(struct zero_check *check, struct zero_form *form) {
  struct zero_form *name = form->first->next;
  if (name == NULL) {
    zero__wrong_shape(check, form, "a function is (ƒ name (parameter…) body…)");
    return;
  }
  if (!zero__check_bindable(check, name, "a function")) return;
  if (zero__is_underscore(name->symbol)) {
    zero__check_issue(check, name->span, ZERO_CODE_NAME_RESERVED,
                      "'_' cannot name a function");
    return;
  }
  struct zero_definition *definition = definition_new(check, form, name);
  struct zero_function_node *node = definition->node;
  struct zero_global *global = node->global;
  const struct zero_form *annotations[ANNOTATIONS] = {NULL};
  struct zero_form *params = take_annotations(check, annotations, name->next);
  struct zero_form *list = zero__form_list(check, params);
  global->param_count = ZERO_PARAMS_UNKNOWN;
  if (list == NULL) {
    zero__wrong_shape(check, params == NULL ? form : params,
                      "a function needs a list of parameters in front of its "
                      "body");
    return;
  }
  definition->body = params->next;
  check->function = node;
  check->local_count = 0;
  const unsigned *errors = &check->program->reports.errors;
  unsigned before = *errors;
  zero__check_params(check, node, list);
  zero__unbind(check, 0);
  global->param_count = node->param_count;
  if (*errors == before) apply_annotations(check, annotations, global);
  if (*errors != before) global->param_count = ZERO_PARAMS_UNKNOWN;
  node->capability = global->capability;
}

/* --- bodies --- */

/* Checks each place that the value of a body may come from. */
static void check_result(struct zero_check *check,
                         const struct zero_global *global,
                         const struct zero_node *node) {
  while (node->kind == ZERO_NODE_DO || node->kind == ZERO_NODE_LET ||
         node->kind == ZERO_NODE_IF) {
    if (node->kind == ZERO_NODE_IF) {
      check_result(check, global, node->args->next);
    }
    node = zero__node_last(check->heap, node);
  }
  const struct zero_clause *clause =
      node->kind == ZERO_NODE_MATCH ? node->clauses : NULL;
  for (; clause != NULL; clause = clause->next) {
    zero__heap_charge(check->heap, 1);
    check_result(check, global, clause->body);
  }
  if (node->kind == ZERO_NODE_MATCH) return;
  if (!zero__types_clash(global->result_type, node->type)) return;
  zero__check_issue(check, node->span, ZERO_CODE_TYPE_STATIC,
                    "'%s' should return %s, but returns %s",
                    global->symbol->name, zero__type_text(global->result_type),
                    zero__type_text(node->type));
}

void zero__check_function_body(struct zero_check *check,
                               struct zero_function_node *node,
                               struct zero_form *first) {
  check->function = node;
  check->local_count = node->param_count;
  check->has_lambdas = false;
  check->ends_handles = false;
  node->body = zero__check_body(check, first, node->span);
  node->local_count = check->local_count;
  node->has_lambdas = check->has_lambdas;
}

void zero__check_bodies(struct zero_check *check) {
  struct zero_program *program = check->program;
  const struct zero_definition *definition = check->module->definitions;
  for (; definition != NULL; definition = definition->next) {
    struct zero_function_node *node = definition->node;
    const struct zero_global *global = node->global;
    bool broken = global->param_count == ZERO_PARAMS_UNKNOWN;
    check->judge = global->annotated ? global : NULL;
    for (unsigned i = 0; i < node->param_count; i++) {
      struct zero_local *local = node->params[i];
      if (!broken) local->type = global->param_types[i];
      zero__bind(check, local);
    }
    zero__check_function_body(check, node, definition->body);
    zero__unbind(check, 0);
    if (!broken) check_result(check, global, node->body);
    zero__check_linear(check, node);
    program->functions[program->function_count++] = node;
  }
  check->judge = NULL;
}
