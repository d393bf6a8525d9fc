/* check_expression.c - the forms of the language except match: a function for
 * each, and the choice between them.
 *
 * An empty body is Unit everywhere: of a function, do, let and try. */
#include "check/check.h"

#include "value/record.h"

struct zero_node *zero__node_new(
    struct zero_check *check, enum zero_node_kind kind, struct zero_span span) {
  struct zero_node *node = zero__tree_alloc(check->heap, sizeof *node);
  node->kind = kind;
  node->span = span;
  return node;
}

static struct zero_node *node_const(struct zero_check *check,
                                    struct zero_span span, zero_value value) {
  struct zero_node *node = zero__node_new(check, ZERO_NODE_CONST, span);
  node->value = value;
  node->type = zero__type_of_tag(zero__family_of(value)->tag);
  return node;
}

struct zero_node *zero__node_broken(struct zero_check *check,
                                    struct zero_span span) {
  struct zero_node *node = node_const(check, span, ZERO_UNIT);
  node->type = ZERO_TYPE_ANY;
  return node;
}

void zero__check_items(struct zero_check *check, struct zero_node *node,
                       struct zero_form *first) {
  struct zero_node **end = &node->args;
  for (struct zero_form *next; first != NULL; first = next) {
    next = first->next;
    first->next = NULL;
    *end = zero__check_expression(check, first);
    end = &(*end)->next;
    node->count++;
  }
}

struct zero_node *zero__check_body(struct zero_check *check,
                                   struct zero_form *first,
                                   struct zero_span around) {
  if (first == NULL) return node_const(check, around, ZERO_UNIT);
  if (first->next == NULL) return zero__check_expression(check, first);
  struct zero_node *node = zero__node_new(check, ZERO_NODE_DO, around);
  zero__check_items(check, node, first);
  node->type = zero__node_last(check->heap, node)->type;
  return node;
}

static struct zero_node *check_if(struct zero_check *check,
                                  struct zero_form *form) {
  if (form->count != 4) {
    return zero__wrong_shape(check, form, "if is (if condition then else)");
  }
  struct zero_node *node = zero__node_new(check, ZERO_NODE_IF, form->span);
  zero__check_items(check, node, form->first->next);
  const struct zero_node *condition = node->args;
  const struct zero_node *then = condition->next;
  if (condition->type != ZERO_TYPE_ANY &&
      condition->type != zero__type_of_tag(ZERO_FAMILY_BOOL) &&
      condition->type != zero__type_of_tag(ZERO_FAMILY_UNIT)) {
    zero__check_issue(check, condition->span, ZERO_CODE_WARN_CONDITION,
                      "this condition is never false: it is of type %s",
                      zero__type_text(condition->type));
  }
  node->type = zero__type_join(then->type, then->next->type);
  return node;
}

/* (and) is true and (or) is false, which decide nothing. */
static struct zero_node *check_logic(struct zero_check *check,
                                     struct zero_form *form) {
  bool is_and = form->first->symbol->word == ZERO_WORD_AND;
  if (form->count == 1) {
    return node_const(check, form->span, zero__bool(is_and));
  }
  struct zero_node *node = zero__node_new(
      check, is_and ? ZERO_NODE_AND : ZERO_NODE_OR, form->span);
  zero__check_items(check, node, form->first->next);
  node->type = node->args->type;
  const struct zero_node *arg = node->args->next;
  for (; arg != NULL; arg = arg->next) {
    node->type = zero__type_join(node->type, arg->type);
  }
  return node;
}

static struct zero_node *check_do(struct zero_check *check,
                                  struct zero_form *form) {
  return zero__check_body(check, form->first->next, form->span);
}

static struct zero_node *check_try(struct zero_check *check,
                                   struct zero_form *form) {
  struct zero_node *node = zero__node_new(check, ZERO_NODE_TRY, form->span);
  node->args = zero__check_body(check, form->first->next, form->span);
  node->count = 1;
  node->type = zero__type_of_tag(ZERO_FAMILY_RESULT);
  return node;
}

/* One `(name value)` of a let: its value, and its local in *local; the name is
 * not yet known in the value. NULL if it is malformed; a readable name is bound
 * all the same, so that the body may use it. */
static struct zero_node *check_binding(struct zero_check *check,
                                       struct zero_form *form,
                                       struct zero_local **local) {
  struct zero_form *pair = zero__form_list(check, form);
  struct zero_node *value = NULL;
  if (pair != NULL && pair->count == 2) {
    value = zero__check_expression(check, pair->first->next);
  } else {
    zero__wrong_shape(check, form, "a binding is (name value)");
    if (pair == NULL || pair->count == 0) return NULL;
    if (pair->first->kind != ZERO_FORM_SYMBOL) return NULL;
  }
  if (!zero__check_bindable(check, pair->first, "a binding")) return NULL;
  *local = zero__local_new(check, pair->first,
                           value == NULL ? ZERO_TYPE_ANY : value->type);
  zero__bind(check, *local);
  return value;
}

static struct zero_node *check_let(struct zero_check *check,
                                   struct zero_form *form) {
  struct zero_form *bindings = zero__form_list(check, form->first->next);
  if (bindings == NULL) {
    return zero__wrong_shape(check, form, "≔ is (≔ ((name value)…) body…)");
  }
  struct zero_node *node = zero__node_new(check, ZERO_NODE_LET, form->span);
  node->locals = zero__tree_alloc(
      check->heap, sizeof(struct zero_local *) * (bindings->count + 1));
  uint32_t before = check->bindings.count;
  struct zero_node **end = &node->args;
  struct zero_form *binding = bindings->first;
  /* (≔ (name value) …) is a common slip: read as it was meant. */
  if (bindings->count == 2 && binding->kind == ZERO_FORM_SYMBOL) {
    zero__wrong_shape(check, bindings,
                      "bindings are a list of lists: ((name value)…)");
    bindings->next = NULL;
    binding = bindings;
  }
  for (; binding != NULL; binding = binding->next) {
    *end = check_binding(check, binding, &node->locals[node->count]);
    if (*end == NULL) continue;
    end = &(*end)->next;
    node->count++;
  }
  *end = zero__check_body(check, form->first->next->next, form->span);
  node->count++;
  node->type = (*end)->type;
  zero__unbind(check, before);
  return node->count == 1 ? *end : node;
}

/* (ƒ (x y) body…). Its names hide those around it; what it uses counts for the
 * annotated function around it. */
static struct zero_node *check_lambda(struct zero_check *check,
                                      struct zero_form *form) {
  struct zero_form *list = zero__form_list(check, form->first->next);
  if (list == NULL) {
    return zero__wrong_shape(
        check, form, "a function within another is (ƒ (parameter…) body…); one "
                     "with a name must be at the top level");
  }
  struct zero_node *node = zero__node_new(check, ZERO_NODE_LAMBDA, form->span);
  struct zero_function_node *function =
      zero__tree_alloc(check->heap, sizeof *function);
  function->parent = check->function;
  function->name = "ƒ";
  function->source = check->module->source;
  function->span = form->span;
  node->function = function;
  node->type = ZERO_TYPE_FUNCTION;
  uint32_t before = check->bindings.count;
  check->function = function;
  zero__check_params(check, function, list);
  function->body = zero__check_body(check, form->first->next->next, form->span);
  check->function = function->parent;
  check->has_lambdas = true;
  zero__unbind(check, before);
  return node;
}

/* A word that is not allowed in a body; the words of the top level are names if
 * a definition has them. */
static ZERO_COLD struct zero_node *check_outer(struct zero_check *check,
                                               struct zero_form *form) {
  const struct zero_symbol *word = form->first->symbol;
  struct zero_node *node = zero__node_broken(check, form->span);
  if (!zero__is_reserved(word) && zero__check_name(check, word, node)) {
    return zero__check_call(check, form);
  }
  const char *why = "is allowed only at the top level of a file";
  if (word->word == ZERO_WORD_CAP || word->word == ZERO_WORD_DOC ||
      word->word == ZERO_WORD_HAS_TYPE) {
    why = "is an annotation: it goes between a function's name and its "
          "parameters";
  } else if (word->word == ZERO_WORD_ARROW) {
    why = "is allowed only within a type annotation";
  } else if (word->word == ZERO_WORD_TYPE) {
    why = "is not part of this version of the language";
  }
  zero__check_issue(check, form->span, ZERO_CODE_FORM_UNKNOWN, "'%s' %s",
                    word->name, why);
  if (word->word == ZERO_WORD_IMPORT) check->module->blind = true;
  return zero__node_broken(check, form->span);
}

/* By the word at the head of a form. */
static struct zero_node *(*const check_form[])(struct zero_check *check,
                                               struct zero_form *form) = {
    [ZERO_WORD_NONE] = zero__check_call,
    [ZERO_WORD_FN] = check_lambda,
    [ZERO_WORD_LET] = check_let,
    [ZERO_WORD_LIST] = zero__check_call,
    [ZERO_WORD_DO] = check_do,
    [ZERO_WORD_IF] = check_if,
    [ZERO_WORD_AND] = check_logic,
    [ZERO_WORD_OR] = check_logic,
    [ZERO_WORD_TRY] = check_try,
    [ZERO_WORD_MATCH] = zero__check_match,
    [ZERO_WORD_TYPE] = NULL, /* nor is anything else here in a body */
};

struct zero_node *zero__check_expression(struct zero_check *check,
                                         struct zero_form *form) {
  if (zero__is_too_deep(check, form)) {
    return zero__node_broken(check, form->span);
  }
  if (form->kind == ZERO_FORM_SYMBOL) return zero__check_symbol(check, form);
  if (form->kind != ZERO_FORM_LIST) {
    return node_const(check, form->span, form->value);
  }
  if (form->count == 0) {
    return zero__wrong_shape(check, form,
                             "() has no meaning; the empty list is (list)");
  }
  enum zero_word word = zero__form_word(form);
  return check_form[word] != NULL ? check_form[word](check, form)
                                  : check_outer(check, form);
}
