/* compile_match.c - match: patterns as tests that jump to the next clause.
 *
 * The subject stays in one register while the clauses are tried; a name
 * bound to it, or to a part, is the register that holds it. */
#include "source/compile.h"
#include "value/record.h"

static void test_pattern(struct zero_emitter *emitter,
                         const struct zero_pattern *pattern, unsigned value,
                         struct zero_jumps *fails);

static void test_const(struct zero_emitter *emitter,
                       const struct zero_pattern *pattern, unsigned value,
                       struct zero_jumps *fails) {
  uint32_t index = zero__constant(emitter, pattern->value);
  if (index <= UINT8_MAX) {
    zero__emit(emitter, ZERO_OP_EQK, value, index, false);
  } else {
    unsigned mark = emitter->next;
    unsigned constant = zero__take_register(emitter);
    zero__emit_load(emitter, constant, pattern->value);
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

/* Walks the list by tails in one register of its own. A part that nobody asks
 * for goes to a register that is given back. */
static void test_list(struct zero_emitter *emitter,
                      const struct zero_pattern *pattern, unsigned value,
                      struct zero_jumps *fails) {
  unsigned at = value;
  for (const struct zero_pattern *p = pattern->parts; p != NULL;
       p = p->next) {
    unsigned rest = at == value ? zero__take_register(emitter) : at;
    unsigned mark = emitter->next;
    unsigned part = zero__take_register(emitter);
    zero__emit(emitter, ZERO_OP_UNCONS, part, rest, at);
    zero__emit_jump(emitter, fails);
    if (p->kind == ZERO_PATTERN_ANY) {
      emitter->next = mark;
    } else {
      test_pattern(emitter, p, part, fails);
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

static void test_pattern(struct zero_emitter *emitter,
                         const struct zero_pattern *pattern, unsigned value,
                         struct zero_jumps *fails) {
  emitter->span = pattern->span;
  switch (pattern->kind) {
    case ZERO_PATTERN_ANY:
      break;
    case ZERO_PATTERN_BIND:
      pattern->local->slot = (int)value;
      break;
    case ZERO_PATTERN_CONST:
      test_const(emitter, pattern, value, fails);
      break;
    case ZERO_PATTERN_VARIANT:
      test_variant(emitter, pattern, value, fails);
      break;
    case ZERO_PATTERN_LIST:
      test_list(emitter, pattern, value, fails);
      break;
  }
}

void zero__compile_match(struct zero_emitter *emitter, struct zero_node *node,
                         unsigned dest, bool tail) {
  unsigned subject = zero__compile_operand(emitter, node->args);
  struct zero_jumps end = {0};
  for (const struct zero_clause *c = node->clauses; c != NULL; c = c->next) {
    unsigned mark = emitter->next;
    struct zero_jumps fails = {0};
    test_pattern(emitter, c->pattern, subject, &fails);
    if (tail) {
      zero__compile_tail(emitter, c->body);
    } else {
      zero__compile_into(emitter, c->body, dest);
      zero__emit_jump(emitter, &end);
    }
    zero__land(emitter, &fails);
    emitter->next = mark;
  }
  emitter->span = node->span;
  zero__emit(emitter, ZERO_OP_NOMATCH, subject, 0, 0);
  zero__land(emitter, &end);
}
