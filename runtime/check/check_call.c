/* check_call.c - names as values, and calls: of functions, of builtins, of
 * values.
 *
 * A function without annotated capabilities counts as io for its callers; what
 * it does itself is checked at run time. What a lambda uses counts for the
 * annotated function around it. */
#include "check/check.h"

#include <string.h>

#include "facts/gen/builtin_index.h"

/* --- capabilities --- */

/* The names of `bits` with spaces between them, "pure" for none. */
static const char *capability_names(struct zero_check *check, uint32_t bits) {
  const char *names = bits == 0 ? "pure" : "";
  for (unsigned i = 0; i < zero__capability_count; i++) {
    const struct zero_capability *known = &zero__capabilities[i];
    bool single = known->bits != 0 && (known->bits & (known->bits - 1)) == 0;
    if (!single || (known->bits & bits) == 0) continue;
    names = zero__check_text(check, "%s%s%s", names,
                             *names == '\0' ? "" : " ", known->name);
  }
  return names;
}

/* Says that the function being checked uses `name`, which needs `bits`. */
static void check_effect(struct zero_check *check, struct zero_span span,
                         const char *name, uint32_t bits) {
  const struct zero_global *judge = check->judge;
  struct zero_function_node *function = check->function;
  for (; function->parent != NULL; function = function->parent) {
    function->capability |= bits;
  }
  if (judge == NULL || (bits & ~judge->capability) == 0) return;
  zero__check_issue(check, span, ZERO_CODE_CAPABILITY_STATIC,
                    "'%s' is (cap %s) and may not use '%s', which needs %s",
                    judge->symbol->name,
                    capability_names(check, judge->capability), name,
                    capability_names(check, bits & ~judge->capability));
}

/* --- names as values --- */

static struct zero_node *reserved_as_value(struct zero_check *check,
                                           const struct zero_form *form) {
  zero__check_issue(check, form->span, ZERO_CODE_NAME_RESERVED, "'%s' %s",
                    form->symbol->name,
                    zero__is_underscore(form->symbol)
                        ? "binds nothing and has no value"
                        : "is a word of the language, not a value");
  return zero__node_broken(check, form->span);
}

struct zero_node *zero__check_symbol(struct zero_check *check,
                                     const struct zero_form *form) {
  const struct zero_symbol *symbol = form->symbol;
  if (zero__is_underscore(symbol) || zero__is_reserved(symbol)) {
    return reserved_as_value(check, form);
  }
  struct zero_node *node = zero__node_new(check, ZERO_NODE_LOCAL, form->span);
  if (!zero__check_name(check, symbol, node)) {
    return zero__check_unknown(check, form);
  }
  if (node->kind == ZERO_NODE_LOCAL) {
    node->type = node->local->type;
    return node;
  }
  node->type = ZERO_TYPE_FUNCTION;
  check_effect(check, form->span, symbol->name,
               node->kind == ZERO_NODE_GLOBAL
                   ? node->global->capability
                   : zero__builtins[node->builtin].capability);
  return node;
}

/* --- calls --- */

/* Returns true if `name` takes as many arguments as the call has; reports it if
 * not. */
static bool check_count(struct zero_check *check, const struct zero_form *call,
                        const char *name, unsigned min, unsigned max) {
  unsigned count = call->count - 1;
  if (count >= min && (count <= max || max == ZERO_ANY_COUNT)) return true;
  bool above = count > max && max != ZERO_ANY_COUNT;
  unsigned wanted = above ? max : min;
  const char *least = min == max ? "" : above ? "at most " : "at least ";
  zero__check_issue(check, call->span, ZERO_CODE_ARITY,
                    "'%s' takes %s%u argument%s, not %u", name, least, wanted,
                    wanted == 1 ? "" : "s", count);
  return false;
}

/* Returns true if a call may pass so many arguments. */
static bool check_limit(struct zero_check *check,
                        const struct zero_form *call) {
  unsigned count = call->count - 1;
  if (count <= ZERO_PARAMS_MAX) return true;
  zero__check_issue(check, call->span, ZERO_CODE_LIMIT_FUNCTION,
                    "a call passes at most %d arguments, not %u",
                    ZERO_PARAMS_MAX, count);
  return false;
}

/* True if no type of the cell fits. */
static bool cell_clashes(struct zero_type_cell cell, zero_static_type found) {
  zero_static_type expected;
  bool known;
  while (zero__next_type(&cell, &expected, &known)) {
    if (!known || !zero__types_clash(expected, found)) return false;
  }
  return true;
}

/* The args of a call of `name` against the types of its parameters, which are
 * `types`, or cells (check/checker.h) if that is NULL. */
static void check_types(struct zero_check *check, const char *name,
                        const char *cells, const zero_static_type *types,
                        const struct zero_node *arg) {
  for (unsigned number = 1; arg != NULL; number++, arg = arg->next) {
    struct zero_type_cell cell;
    if (types == NULL) {
      if (!zero__next_cell(&cells, &cell)) return;
      if (!cell_clashes(cell, arg->type)) continue;
    } else {
      if (!zero__types_clash(types[number - 1], arg->type)) continue;
      cell.text = zero__type_text(types[number - 1]);
      cell.size = strlen(cell.text);
    }
    zero__check_issue(check, arg->span, ZERO_CODE_TYPE_STATIC,
                      "argument %u of '%s' must be %.*s, but is %s", number,
                      name, (int)cell.size, cell.text,
                      zero__type_text(arg->type));
  }
}

/* A function of the host is called as a value: only there does it count. */
static struct zero_node *call_host(
    struct zero_check *check, struct zero_form *form, struct zero_node *node) {
  const struct zero_global *global = node->global;
  const struct zero_signature *signature = global->signature;
  const char *name = global->symbol->name;
  node->kind = ZERO_NODE_CALL_VALUE;
  node->type = global->result_type;
  zero__check_items(check, node, form->first);
  if (check_count(check, form, name, signature->min, signature->max) &&
      check_limit(check, form)) {
    check_types(check, name, signature->params, NULL, node->args->next);
  }
  return node;
}

static struct zero_node *call_global(
    struct zero_check *check, struct zero_form *form, struct zero_node *node) {
  const struct zero_global *global = node->global;
  const struct zero_form *head = form->first;
  const char *name = head->symbol->name;
  unsigned count = global->param_count;
  node->kind = ZERO_NODE_CALL;
  check_effect(check, head->span, name, global->capability);
  zero__check_items(check, node, head->next);
  if (count == ZERO_PARAMS_UNKNOWN) return node;
  node->type = global->result_type;
  if (check_count(check, form, name, count, count) &&
      global->param_types != NULL) {
    check_types(check, name, NULL, global->param_types, node->args);
  }
  return node;
}

/* A call of `list` may have any number of arguments. */
static struct zero_node *call_builtin(
    struct zero_check *check, struct zero_form *form, struct zero_node *node) {
  const struct zero_builtin *builtin = &zero__builtins[node->builtin];
  node->kind = ZERO_NODE_CALL_BUILTIN;
  zero__type_by_name(builtin->result, strlen(builtin->result), &node->type);
  check_effect(check, form->first->span, builtin->name, builtin->capability);
  bool good =
      check_count(check, form, builtin->name, builtin->min, builtin->max) &&
      (node->builtin == ZERO_BUILTIN_LIST || check_limit(check, form));
  zero__check_items(check, node, form->first->next);
  if (good) {
    check_types(check, builtin->name, builtin->params, NULL, node->args);
    zero__check_layout_call(check, node);
  }
  if (zero__ends_handle(node->builtin)) check->ends_handles = true;
  return node;
}

/* The callee is the first of the args; the local that it names, if any, must
 * not live as long as the node does. */
static struct zero_node *call_value(
    struct zero_check *check, struct zero_form *form, struct zero_node *node) {
  node->kind = ZERO_NODE_CALL_VALUE;
  node->local = NULL;
  zero__check_items(check, node, form->first);
  check_limit(check, form);
  const struct zero_node *callee = node->args;
  if (zero__types_clash(ZERO_TYPE_FUNCTION, callee->type)) {
    zero__check_issue(check, callee->span, ZERO_CODE_TYPE_STATIC,
                      "only a function can be called, but this is %s",
                      zero__type_text(callee->type));
  } else if (callee->kind == ZERO_NODE_LAMBDA) {
    const struct zero_function_node *function = callee->function;
    check_count(check, form, function->name, function->param_count,
                function->param_count);
  }
  return node;
}

struct zero_node *zero__check_call(struct zero_check *check,
                                   struct zero_form *form) {
  const struct zero_form *head = form->first;
  const struct zero_symbol *name = head->symbol;
  struct zero_node *node = zero__node_new(check, ZERO_NODE_LOCAL, form->span);
  if (head->kind != ZERO_FORM_SYMBOL) return call_value(check, form, node);
  if (name->word == ZERO_WORD_LIST) {
    node->builtin = ZERO_BUILTIN_LIST;
    return call_builtin(check, form, node);
  }
  if (zero__is_underscore(name)) {
    reserved_as_value(check, head);
  } else if (!zero__check_name(check, name, node)) {
    zero__check_unknown(check, head);
  } else if (node->kind == ZERO_NODE_LOCAL) {
    return call_value(check, form, node);
  } else if (node->kind == ZERO_NODE_BUILTIN) {
    return call_builtin(check, form, node);
  } else {
    return node->global->signature == NULL ? call_global(check, form, node)
                                           : call_host(check, form, node);
  }
  /* Nothing is called, but the arguments are checked. */
  node = zero__node_broken(check, form->span);
  zero__check_items(check, node, head->next);
  return node;
}
