/* compile_match.c - match: patterns as tests that jump to the next clause.
 *
 * The subject stays in one register while the clauses are tried; a name
 * bound to it, or to a part, is the register that holds it. */
#include "compile/compile.h"
#include "value/record.h"

static void test_pattern(struct zero_emitter *emitter,
                         const struct zero_pattern *pattern, unsigned value,
                         struct zero_jumps *fails);

static void test_equal(struct zero_emitter *emitter, zero_value literal,
                       unsigned value, struct zero_jumps *fails) {
  uint32_t index = zero__constant(emitter, literal);
  if (index <= UINT8_MAX) {
    zero__emit(emitter, ZERO_OP_EQK, value, index, false);
  } else {
    unsigned mark = emitter->next;
    unsigned constant = zero__take_register(emitter);
    zero__emit_load(emitter, constant, literal);
    zero__emit(emitter, ZERO_OP_EQ, value, constant, false);
    emitter->next = mark;
  }
  zero__emit_jump(emitter, fails);
}

/* Loads a field of a record that is known to be of the variant; Map and
 * Bytes have theirs made on demand. */
static void load_field(struct zero_emitter *emitter,
                       const struct zero_variant *variant, unsigned dest,
                       unsigned value, unsigned index) {
  uint32_t word = zero__variant_word(variant);
  if (zero__header_kind(word) == ZERO_KIND_RECORD) {
    zero__emit(emitter, ZERO_OP_FIELD, dest, value, index);
    return;
  }
  zero__emit(emitter, ZERO_OP_GETFIELD, dest, value, index);
  zero__emit_word(emitter, word);
}

static void test_variant(struct zero_emitter *emitter,
                         const struct zero_pattern *pattern, unsigned value,
                         struct zero_jumps *fails) {
  zero__emit(emitter, ZERO_OP_ISVARIANT, value, 0, false);
  zero__emit_word(emitter, zero__variant_word(pattern->variant));
  zero__emit_jump(emitter, fails);
  unsigned index = 0;
  for (const struct zero_pattern *p = pattern->parts; p != NULL;
       p = p->next, index++) {
    if (p->kind == ZERO_PATTERN_ANY) continue;
    unsigned part = zero__take_register(emitter);
    load_field(emitter, pattern->variant, part, value, index);
    test_pattern(emitter, p, part, fails);
  }
}

/* Walks the list by tails in one register of its own. A part that is not used
 * goes to a register that is given back. Jumps of `known` come from where the
 * first step was taken with the same registers; those of `head_fails` are made
 * if that step succeeded and only the head did not fit. */
static void test_parts(struct zero_emitter *emitter,
                       const struct zero_pattern *pattern, unsigned value,
                       struct zero_jumps *known,
                       struct zero_jumps *head_fails,
                       struct zero_jumps *fails) {
  unsigned at = value;
  for (const struct zero_pattern *p = pattern->parts; p != NULL;
       p = p->next) {
    bool first = at == value;
    unsigned rest = first ? zero__take_register(emitter) : at;
    unsigned mark = emitter->next;
    unsigned part = zero__take_register(emitter);
    zero__emit(emitter, ZERO_OP_UNCONS, part, rest, at);
    zero__emit_jump(emitter, fails);
    if (first) zero__land(emitter, known);
    if (p->kind == ZERO_PATTERN_ANY) {
      emitter->next = mark;
    } else {
      test_pattern(emitter, p, part, first ? head_fails : fails);
    }
    at = rest;
  }
  if (pattern->rest != NULL) {
    zero__emit(emitter, ZERO_OP_ISLIST, at, 0, false);
    zero__emit_jump(emitter, fails);
    test_pattern(emitter, pattern->rest, at, fails);
  } else {
    zero__emit(emitter, ZERO_OP_ISEMPTY, at, 0, false);
    zero__emit_jump(emitter, fails);
  }
}

static void test_list(struct zero_emitter *emitter,
                      const struct zero_pattern *pattern, unsigned value,
                      struct zero_jumps *fails) {
  struct zero_jumps none = {0};
  test_parts(emitter, pattern, value, &none, fails, fails);
}

static void test_pattern(struct zero_emitter *emitter,
                         const struct zero_pattern *pattern, unsigned value,
                         struct zero_jumps *fails) {
  emitter->span = pattern->span;
  switch (pattern->kind) {
    case ZERO_PATTERN_ANY:
      break;
    case ZERO_PATTERN_BIND:
      emitter->slots[pattern->local->index] = (uint8_t)value;
      break;
    case ZERO_PATTERN_CONST:
      test_equal(emitter, pattern->value, value, fails);
      break;
    case ZERO_PATTERN_VARIANT:
      test_variant(emitter, pattern, value, fails);
      break;
    case ZERO_PATTERN_LIST:
      test_list(emitter, pattern, value, fails);
      break;
  }
}

/* --- clauses -------------------------------------------------------------- */

/* The pattern (list a b …) of a short flat literal list, which mostly differs
 * at its head; any other pattern unchanged. */
static const struct zero_pattern *taken_apart(
    struct zero_emitter *emitter, const struct zero_pattern *pattern) {
  enum { SHORT = 4 };
  if (pattern->kind != ZERO_PATTERN_CONST) return pattern;
  struct zero_pattern *parts = NULL;
  struct zero_pattern **end = &parts;
  zero_value rest = pattern->value;
  for (unsigned i = 0; i < SHORT && zero__is_cell(rest); i++) {
    zero_value item = zero__cell(rest)->head;
    if (zero__is_pair(item)) return pattern;
    *end = zero__tree_alloc(emitter->heap, sizeof **end);
    **end = *pattern;
    (*end)->value = item;
    end = &(*end)->next;
    rest = zero__cell(rest)->tail;
  }
  if (parts == NULL || !zero__is_empty(rest)) return pattern;
  struct zero_pattern *list =
      zero__tree_alloc(emitter->heap, sizeof *list);
  *list = *pattern;
  list->kind = ZERO_PATTERN_LIST;
  list->parts = parts;
  list->rest = NULL;
  return list;
}

/* The jumps of failing clauses: anywhere, and at the head of a list whose first
 * step the next clause need not repeat. */
struct fails {
  struct zero_jumps anywhere;
  struct zero_jumps head;
};

/* Tests the pattern of a clause that is reached by `before`. */
static void test_clause(struct zero_emitter *emitter,
                        const struct zero_pattern *pattern, unsigned subject,
                        struct fails *before, struct fails *after) {
  pattern = taken_apart(emitter, pattern);
  bool steps = pattern->kind == ZERO_PATTERN_LIST && pattern->parts != NULL;
  zero__land(emitter, &before->anywhere);
  emitter->span = pattern->span;
  if (steps) {
    test_parts(emitter, pattern, subject, &before->head, &after->head,
               &after->anywhere);
  } else {
    zero__land(emitter, &before->head);
    test_pattern(emitter, pattern, subject, &after->anywhere);
  }
}

/* Tests the clauses one after the other; `end` has a jump for each body that
 * continues after the match. */
static void compile_clauses(struct zero_emitter *emitter,
                            struct zero_node *node,
                            const struct zero_goal *goal,
                            struct zero_jumps *end) {
  unsigned subject = zero__compile_operand(emitter, node->args);
  struct fails fails = {0};
  for (const struct zero_clause *c = node->clauses; c != NULL; c = c->next) {
    unsigned mark = emitter->next;
    struct fails after = {0};
    test_clause(emitter, c->pattern, subject, &fails, &after);
    if (zero__compile_goal(emitter, c->body, goal)) {
      zero__emit_jump(emitter, end);
    }
    fails = after;
    emitter->next = mark;
  }
  zero__land(emitter, &fails.anywhere);
  zero__land(emitter, &fails.head);
  emitter->span = node->span;
  zero__emit(emitter, ZERO_OP_NOMATCH, subject, 0, 0);
}

void zero__compile_match(struct zero_emitter *emitter, struct zero_node *node,
                         const struct zero_goal *goal) {
  struct zero_jumps end = {0};
  compile_clauses(emitter, node, goal, &end);
  zero__land(emitter, &end);
}
