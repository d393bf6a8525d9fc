/* check_pattern.c - match: patterns, the names they bind, and the variants
 * they leave out. */
#include "check/check.h"

#include <string.h>

/* Number of the variants that a family may have for WARN_MATCH. */
enum { VARIANTS_MAX = 64 };

static struct zero_pattern *check_pattern(struct zero_check *check,
                                          struct zero_form *form);

static struct zero_pattern *pattern_new(struct zero_check *check,
                                        enum zero_pattern_kind kind,
                                        struct zero_span span) {
  struct zero_pattern *pattern = zero__tree_alloc(check->heap, sizeof *pattern);
  pattern->kind = kind;
  pattern->span = span;
  return pattern;
}

static const struct zero_variant *variant_named(
    const struct zero_symbol *symbol) {
  for (unsigned i = 0; i < zero__family_count; i++) {
    const struct zero_variant *variant = zero__variant_by_name(
        &zero__families[i], symbol->name, symbol->size);
    if (variant != NULL) return variant;
  }
  return NULL;
}

/* A bare variant is most likely meant as a test and would match anything, so
 * it is an error; its name is bound all the same, for the body's sake. */
static struct zero_pattern *check_name_pattern(struct zero_check *check,
                                               const struct zero_form *form) {
  const struct zero_symbol *symbol = form->symbol;
  const char *name = symbol->name;
  if (zero__is_underscore(symbol) ||
      !zero__check_bindable(check, form, "a part of a pattern")) {
    return pattern_new(check, ZERO_PATTERN_ANY, form->span);
  }
  if (zero__bound_since(check, symbol, check->pattern_start) != NULL) {
    zero__check_issue(check, form->span, ZERO_CODE_NAME_DUPLICATE,
                      "'%s' is bound twice in this pattern", name);
    return pattern_new(check, ZERO_PATTERN_ANY, form->span);
  }
  const struct zero_variant *variant = variant_named(symbol);
  if (variant != NULL) {
    zero__check_issue(check, form->span, ZERO_CODE_PATTERN_SHAPE,
                      "'%s' is a variant of %s: match it as (%s%s), or choose "
                      "another name",
                      name, variant->family->name, name,
                      variant->field_count > 0 ? " …" : "");
  }
  struct zero_pattern *pattern =
      pattern_new(check, ZERO_PATTERN_BIND, form->span);
  pattern->local = zero__local_new(check, form, ZERO_TYPE_ANY);
  zero__bind(check, pattern->local);
  return pattern;
}

/* Checks the parts from `part` to an `&`, which it returns, or to the end. */
static struct zero_form *check_parts(struct zero_check *check,
                                     struct zero_pattern *pattern,
                                     struct zero_form *part) {
  bool in_list = pattern->kind == ZERO_PATTERN_LIST;
  struct zero_pattern **end = &pattern->parts;
  for (; part != NULL; part = part->next) {
    if (in_list && part->kind == ZERO_FORM_SYMBOL &&
        strcmp(part->symbol->name, "&") == 0) {
      break;
    }
    *end = check_pattern(check, part);
    end = &(*end)->next;
    pattern->count++;
  }
  return part;
}

/* (list p… & rest) */
static struct zero_pattern *check_list_pattern(struct zero_check *check,
                                               struct zero_form *form) {
  struct zero_pattern *pattern =
      pattern_new(check, ZERO_PATTERN_LIST, form->span);
  struct zero_form *rest = check_parts(check, pattern, form->first->next);
  if (rest == NULL) return pattern;
  if (rest->next == NULL || rest->next->next != NULL) {
    zero__check_issue(check, rest->span, ZERO_CODE_PATTERN_SHAPE,
                      "one pattern must follow &, at the end of the list");
  }
  while ((rest = rest->next) != NULL) {
    pattern->rest = check_pattern(check, rest);
  }
  return pattern;
}

/* Reports a list that is not a pattern. Names in its parts are bound, for
 * the body's sake. */
static struct zero_pattern *wrong_pattern(struct zero_check *check,
                                          struct zero_form *form) {
  const struct zero_form *head = form->first;
  struct zero_pattern *pattern =
      pattern_new(check, ZERO_PATTERN_ANY, form->span);
  if (form->count == 0 || head->kind != ZERO_FORM_SYMBOL) {
    zero__check_issue(check, form->span, ZERO_CODE_PATTERN_SHAPE,
                      "a pattern is a literal, a name, _, (variant part…) or "
                      "(list part… & rest)");
  } else {
    const char *name = head->symbol->name;
    const char *nearest = NULL;
    for (unsigned i = 0; i < zero__family_count && nearest == NULL; i++) {
      const struct zero_family *family = &zero__families[i];
      nearest = zero__nearest(name, family->variants, family->variant_count,
                              sizeof family->variants[0]);
    }
    zero__check_issue(check, head->span, ZERO_CODE_PATTERN_SHAPE,
                      "no family has a variant '%s'%s", name,
                      zero__did_you_mean(check, nearest));
  }
  if (form->count > 0) check_parts(check, pattern, head->next);
  return pattern;
}

static struct zero_pattern *check_pattern(struct zero_check *check,
                                          struct zero_form *form) {
  if (zero__is_too_deep(check, form)) {
    return pattern_new(check, ZERO_PATTERN_ANY, form->span);
  }
  if (form->kind == ZERO_FORM_SYMBOL) return check_name_pattern(check, form);
  struct zero_pattern *pattern;
  if (form->kind != ZERO_FORM_LIST) {
    pattern = pattern_new(check, ZERO_PATTERN_CONST, form->span);
    pattern->value = form->value;
    return pattern;
  }
  if (zero__form_is(form, ZERO_WORD_LIST)) {
    return check_list_pattern(check, form);
  }
  const struct zero_variant *variant =
      form->count > 0 && form->first->kind == ZERO_FORM_SYMBOL
          ? variant_named(form->first->symbol)
          : NULL;
  if (variant == NULL) return wrong_pattern(check, form);
  pattern = pattern_new(check, ZERO_PATTERN_VARIANT, form->span);
  pattern->variant = variant;
  if (form->count - 1 != variant->field_count) {
    zero__check_issue(check, form->span, ZERO_CODE_PATTERN_SHAPE,
                      "'%s' of %s has %u field%s, but this pattern has %u",
                      variant->name, variant->family->name,
                      variant->field_count,
                      variant->field_count == 1 ? "" : "s", form->count - 1);
  }
  check_parts(check, pattern, form->first->next);
  return pattern;
}

/* Warns if every pattern is a variant of one family and none matches one of its
 * variants. */
static void check_coverage(struct zero_check *check,
                           const struct zero_node *match) {
  const struct zero_family *family = NULL;
  uint64_t seen = 0; /* a bit for each variant that is there */
  const struct zero_clause *clause = match->clauses;
  for (; clause != NULL; clause = clause->next) {
    const struct zero_pattern *pattern = clause->pattern;
    zero__heap_charge(check->heap, 1);
    if (pattern->kind != ZERO_PATTERN_VARIANT) return;
    if (family != NULL && pattern->variant->family != family) return;
    family = pattern->variant->family;
    seen |= UINT64_C(1) << pattern->variant->index % VARIANTS_MAX;
  }
  if (family == NULL) return;
  for (unsigned i = 0; i < family->variant_count && i < VARIANTS_MAX; i++) {
    if ((seen >> i & 1) != 0) continue;
    zero__check_issue(check, match->span, ZERO_CODE_WARN_MATCH,
                      "no clause matches '%s' of %s",
                      family->variants[i].name, family->name);
    return;
  }
}

struct zero_node *zero__check_match(struct zero_check *check,
                                    struct zero_form *form) {
  if (form->count < 3) {
    return zero__wrong_shape(check, form,
                             "match is (match value (pattern body…)…)");
  }
  struct zero_node *node = zero__node_new(check, ZERO_NODE_MATCH, form->span);
  struct zero_form *subject = form->first->next;
  node->args = zero__check_expression(check, subject);
  node->count = 1;
  struct zero_clause **end = &node->clauses;
  unsigned errors = check->program->reports.errors;
  uint32_t before = check->bindings.count;
  for (form = subject->next; form != NULL; form = form->next) {
    struct zero_form *list = zero__form_list(check, form);
    if (list == NULL || list->count == 0) {
      zero__wrong_shape(check, form, "a clause of match is (pattern body…)");
      continue;
    }
    struct zero_clause *clause = zero__tree_alloc(check->heap, sizeof *clause);
    check->pattern_start = before;
    clause->pattern = check_pattern(check, list->first);
    if (clause->pattern->kind == ZERO_PATTERN_BIND) {
      clause->pattern->local->type = node->args->type;
    }
    clause->body = zero__check_body(check, list->first->next, form->span);
    zero__unbind(check, before);
    zero_static_type type = clause->body->type;
    node->type = node->clauses == NULL ? type
                                       : zero__type_join(node->type, type);
    *end = clause;
    end = &clause->next;
  }
  if (check->program->reports.errors == errors) check_coverage(check, node);
  return node;
}
