/* check_call.c - names as values, and calls: of functions, of builtins, of
 * values. */
#include "check/check.h"

#include <string.h>


/* --- names as values --- */

static struct zero_node *reserved_as_value(struct zero_check *check,
                                           const struct zero_form *form) {
  const char *name = form->symbol->name;
  const char *why = zero__is_underscore(form->symbol)
                        ? "binds nothing and has no value"
                        : "is a word of the language, not a value";
  zero__check_error(check, form->span, ZERO_CODE_NAME_RESERVED, "'%s' %s",
                    name, why);
  return zero__node_broken(check, form->span);
}

static bool has_no_value(const struct zero_symbol *symbol) {
  if (zero__is_underscore(symbol)) return true;
  if (symbol->word == ZERO_WORD_NONE) return false;
  return symbol->glyph || symbol->word < ZERO_WORD_FIRST_SOFT;
}

static struct zero_node *node_of(struct zero_check *check,
                                 const struct zero_form *form,
                                 struct zero_meaning meaning) {
  const char *name = form->symbol->name;
  struct zero_node *node;
  if (meaning.kind == ZERO_MEANS_LOCAL) {
    node = zero__node_new(check, ZERO_NODE_LOCAL, form->span);
    node->local = meaning.local;
    node->type = meaning.local->type;
    meaning.local->used = true;
  } else if (meaning.kind == ZERO_MEANS_GLOBAL) {
    node = zero__node_new(check, ZERO_NODE_GLOBAL, form->span);
    node->global = meaning.global;
    node->type = ZERO_TYPE_FUNCTION;
    zero__check_effect(check, form->span, name, meaning.global->capability);
  } else {
    node = zero__node_new(check, ZERO_NODE_BUILTIN, form->span);
    node->builtin = meaning.builtin;
    node->type = ZERO_TYPE_FUNCTION;
    zero__check_effect(check, form->span, name,
                       zero__builtins[meaning.builtin].capability);
  }
  return node;
}

struct zero_node *zero__check_symbol(struct zero_check *check,
                                     const struct zero_form *form) {
  if (has_no_value(form->symbol)) return reserved_as_value(check, form);
  struct zero_meaning meaning = zero__check_name(check, form->symbol);
  if (meaning.kind == ZERO_MEANS_NOTHING) {
    zero__check_unknown(check, form);
    return zero__node_broken(check, form->span);
  }
  return node_of(check, form, meaning);
}

/* --- calls --- */

static ZERO_COLD void wrong_count(struct zero_check *check,
                                  struct zero_span span, const char *name,
                                  unsigned min, unsigned max, unsigned count) {
  const char *least = min == max ? "" : "at least ";
  unsigned wanted = min;
  if (max != ZERO_ANY_COUNT && min != max && count > max) {
    least = "at most ";
    wanted = max;
  }
  zero__check_error(check, span, ZERO_CODE_ARITY,
                    "'%s' takes %s%u argument%s, not %u", name, least, wanted,
                    wanted == 1 ? "" : "s", count);
}

/* Returns true where a call may pass so many arguments. */
static bool check_limit(struct zero_check *check, const struct zero_form *form,
                        unsigned count) {
  if (count <= ZERO_PARAMS_MAX) return true;
  zero__check_error(check, form->span, ZERO_CODE_LIMIT_FUNCTION,
                    "a call passes at most %d arguments, not %u",
                    ZERO_PARAMS_MAX, count);
  return false;
}

static void check_param_types(struct zero_check *check,
                              const struct zero_global *global,
                              const struct zero_node *call) {
  if (global->param_types == NULL) return;
  const struct zero_node *arg = call->args;
  for (unsigned i = 0; i < global->param_count; i++, arg = arg->next) {
    if (!zero__types_clash(global->param_types[i], arg->type)) continue;
    zero__check_error(check, arg->span, ZERO_CODE_TYPE_STATIC,
                      "argument %u of '%s' must be %s, but is %s", i + 1,
                      global->symbol->name,
                      zero__type_text(global->param_types[i]),
                      zero__type_text(arg->type));
  }
}

/* A function of the host is called as a value: only there does it count. */
static struct zero_node *call_host(struct zero_check *check,
                                   struct zero_form *form,
                                   const struct zero_global *global) {
  const struct zero_signature *signature = global->signature;
  unsigned count = form->count - 1;
  struct zero_node *node =
      zero__node_new(check, ZERO_NODE_CALL_VALUE, form->span);
  node->type = global->result_type;
  zero__check_items(check, node, form->first);
  if (count < signature->min ||
      (signature->max != ZERO_ANY_COUNT && count > signature->max)) {
    wrong_count(check, form->span, global->symbol->name, signature->min,
                signature->max, count);
  } else if (check_limit(check, form, count)) {
    zero__check_cells(check, global->symbol->name, signature->params,
                      node->args->next);
  }
  return node;
}

static struct zero_node *call_global(struct zero_check *check,
                                     struct zero_form *form,
                                     struct zero_global *global) {
  if (global->signature != NULL) return call_host(check, form, global);
  struct zero_node *node = zero__node_new(check, ZERO_NODE_CALL, form->span);
  const struct zero_form *head = form->first;
  node->global = global;
  node->type = global->result_type;
  zero__check_effect(check, head->span, head->symbol->name,
                     global->capability);
  zero__check_items(check, node, form->first->next);
  if (global->param_count == ZERO_PARAMS_UNKNOWN) {
    node->type = ZERO_TYPE_ANY;
  } else if (node->count != global->param_count) {
    wrong_count(check, form->span, head->symbol->name, global->param_count,
                global->param_count, node->count);
  } else {
    check_param_types(check, global, node);
  }
  return node;
}

static bool check_builtin_count(struct zero_check *check,
                                const struct zero_form *form,
                                const struct zero_builtin *builtin) {
  unsigned count = form->count - 1;
  if (count < builtin->min ||
      (builtin->max != ZERO_ANY_COUNT && count > builtin->max)) {
    wrong_count(check, form->span, builtin->name, builtin->min, builtin->max,
                count);
    return false;
  }
  return form->first->symbol->word == ZERO_WORD_LIST ||
         check_limit(check, form, count);
}

/* A call of `list` may have any number of arguments. */
static struct zero_node *call_builtin(struct zero_check *check,
                                      struct zero_form *form,
                                      unsigned index) {
  const struct zero_builtin *builtin = &zero__builtins[index];
  struct zero_node *node =
      zero__node_new(check, ZERO_NODE_CALL_BUILTIN, form->span);
  node->builtin = index;
  node->type = zero__builtin_result(builtin);
  zero__check_effect(check, form->first->span, builtin->name,
                     builtin->capability);
  bool good = check_builtin_count(check, form, builtin);
  zero__check_items(check, node, form->first->next);
  if (good) {
    zero__check_cells(check, builtin->name, builtin->params, node->args);
    zero__check_layout_call(check, builtin, node);
  }
  return node;
}

/* The callee is the first of the args. */
static struct zero_node *call_value(struct zero_check *check,
                                    struct zero_form *form) {
  struct zero_node *node =
      zero__node_new(check, ZERO_NODE_CALL_VALUE, form->span);
  zero__check_items(check, node, form->first);
  check_limit(check, form, form->count - 1);
  const struct zero_node *callee = node->args;
  if (zero__types_clash(ZERO_TYPE_FUNCTION, callee->type)) {
    zero__check_error(check, callee->span, ZERO_CODE_TYPE_STATIC,
                      "only a function can be called, but this is %s",
                      zero__type_text(callee->type));
  } else if (callee->kind == ZERO_NODE_LAMBDA &&
             callee->function->param_count != form->count - 1) {
    wrong_count(check, form->span, callee->function->name,
                callee->function->param_count, callee->function->param_count,
                form->count - 1);
  }
  return node;
}

/* A call of a name that means nothing: its arguments are checked. */
static struct zero_node *call_unknown(struct zero_check *check,
                                      struct zero_form *form) {
  struct zero_node *node = zero__node_broken(check, form->span);
  zero__check_unknown(check, form->first);
  zero__check_items(check, node, form->first->next);
  return node;
}

struct zero_node *zero__check_call(struct zero_check *check,
                                   struct zero_form *form) {
  if (form->first->kind != ZERO_FORM_SYMBOL) return call_value(check, form);
  const struct zero_symbol *symbol = form->first->symbol;
  if (symbol->word == ZERO_WORD_LIST) {
    return call_builtin(check, form, (unsigned)zero__builtin_by_name("list"));
  }
  if (zero__is_underscore(symbol)) {
    struct zero_node *node = reserved_as_value(check, form->first);
    zero__check_items(check, node, form->first->next);
    return node;
  }
  struct zero_meaning meaning = zero__check_name(check, symbol);
  switch (meaning.kind) {
    case ZERO_MEANS_GLOBAL:
      return call_global(check, form, meaning.global);
    case ZERO_MEANS_BUILTIN:
      return call_builtin(check, form, meaning.builtin);
    case ZERO_MEANS_LOCAL:
      return call_value(check, form);
    case ZERO_MEANS_NOTHING:
      break;
  }
  return call_unknown(check, form);
}
