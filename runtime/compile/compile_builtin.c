/* compile_builtin.c - calls of builtins: instructions if abi/builtins.tsv names
 * some, otherwise a call of the C function.
 *
 * Layout primitives with literal names become record instructions, as the
 * checker has looked the names up. */
#include "compile/compile.h"
#include "facts/gen/builtin_index.h"
#include "value/record.h"

enum { LIST_IN_REGISTERS = 16 }; /* longer lists are pushed item by item */

/* --- forms --------------------------------------------------------------- */

static bool is_small_const(const struct zero_node *node) {
  if (node->kind != ZERO_NODE_CONST || !zero__is_small(node->value)) {
    return false;
  }
  int64_t number = zero__small_number(node->value);
  return number >= INT8_MIN && number <= INT8_MAX;
}

static unsigned small_const(const struct zero_node *node) {
  return (unsigned)zero__small_number(node->value);
}

/* True if the instruction may be emitted: one that needs a variant only if
 * literal names give it. */
static bool fits(const struct zero_node *node, enum zero_opcode op) {
  return op != 0 &&
         (node->variant != NULL || zero__instructions[op].next[0] != 'v');
}

/* The first of the last `count` arguments. Those before are literal names,
 * which the variant replaces. */
static struct zero_node *operands(const struct zero_node *node,
                                  unsigned count) {
  struct zero_node *first = node->args;
  for (; count < node->count; count++) first = first->next;
  return first;
}

/* The last operand of a form in *op, which it chooses. */
static unsigned last_operand(struct zero_emitter *emitter,
                             struct zero_node *node,
                             const struct zero_forms *forms,
                             enum zero_opcode *op) {
  if (forms->small != 0 && is_small_const(node)) {
    *op = forms->small;
    return small_const(node);
  }
  if (forms->constant != 0 && node->kind == ZERO_NODE_CONST) {
    uint32_t index = zero__constant(emitter, node->value);
    if (index <= UINT8_MAX) {
      *op = forms->constant;
      return index;
    }
  }
  return zero__compile_operand(emitter, node);
}

static void emit(struct zero_emitter *emitter, const struct zero_node *node,
                 enum zero_opcode op, unsigned a, unsigned b, unsigned c) {
  emitter->span = node->span;
  zero__emit(emitter, op, a, b, c);
  if (node->variant == NULL) return;
  zero__emit_word(emitter, zero__variant_word(node->variant));
}

/* --- tests --------------------------------------------------------------- */

bool zero__is_test(const struct zero_node *node) {
  return node->kind == ZERO_NODE_CALL_BUILTIN &&
         fits(node, zero__builtins[node->builtin].test.plain);
}

void zero__compile_test(struct zero_emitter *emitter, struct zero_node *node,
                        bool truth, struct zero_jumps *jumps) {
  const struct zero_forms *forms = &zero__builtins[node->builtin].test;
  enum zero_opcode op = forms->plain;
  unsigned mark = emitter->next;
  bool two = zero__instructions[op].operands[1] == 'r';
  struct zero_node *first = operands(node, two ? 2 : 1);
  struct zero_node *second = first->next;
  if (forms->constant != 0 && first->kind == ZERO_NODE_CONST &&
      second->kind != ZERO_NODE_CONST) {
    second = first;
    first = first->next;
  }
  unsigned left = zero__compile_operand(emitter, first);
  unsigned right = two ? last_operand(emitter, second, forms, &op) : 0;
  emit(emitter, node, op, left, right, truth != forms->denies);
  zero__emit_jump(emitter, jumps);
  emitter->next = mark;
}

/* --- values -------------------------------------------------------------- */

/* Registers in a row with the values of `count` nodes: a local's own if there
 * is only one. Not for builtins, which may write to theirs. */
static void many_into(struct zero_emitter *emitter, struct zero_node *node,
                      enum zero_opcode op, unsigned count, unsigned dest) {
  struct zero_node *first = operands(node, count);
  unsigned start = count == 1 ? zero__compile_operand(emitter, first)
                              : zero__compile_run(emitter, first, count);
  emit(emitter, node, op, dest, start, count);
}

/* Pushes an item of a long list on its chain. Only the list has a place: for
 * millions of literals there is one line in the code. */
static void push_item(struct zero_emitter *emitter, struct zero_node *list,
                      struct zero_node *item, unsigned chain) {
  unsigned mark = emitter->next;
  unsigned value;
  if (item->kind == ZERO_NODE_CONST) {
    value = zero__take_register(emitter);
    emitter->span = list->span;
    zero__emit_load(emitter, value, item->value);
  } else {
    value = zero__compile_operand(emitter, item);
  }
  emit(emitter, list, ZERO_OP_PUSH, chain, value, chain);
  emitter->next = mark;
}

static void list_into(struct zero_emitter *emitter, struct zero_node *node,
                      unsigned dest) {
  if (node->count == 0) {
    zero__emit_load(emitter, dest, ZERO_EMPTY);
    return;
  }
  if (node->count <= LIST_IN_REGISTERS) {
    many_into(emitter, node, ZERO_OP_LIST, node->count, dest);
    return;
  }
  unsigned chain = zero__take_register(emitter);
  zero__emit_load(emitter, chain, ZERO_EMPTY);
  for (struct zero_node *a = node->args; a != NULL; a = a->next) {
    push_item(emitter, node, a, chain);
  }
  unsigned end = zero__take_register(emitter);
  zero__emit_load(emitter, end, ZERO_EMPTY);
  emit(emitter, node, ZERO_OP_FINISH, dest, chain, end);
}

/* By the instruction with as many operands as the row has arguments. */
static void plain_into(struct zero_emitter *emitter, struct zero_node *node,
                       const struct zero_forms *forms, unsigned dest) {
  enum zero_opcode op = forms->plain;
  bool two = zero__instructions[op].operands[2] == 'r';
  struct zero_node *first = operands(node, two ? 2 : 1);
  unsigned left = zero__compile_operand(emitter, first);
  unsigned right = two ? last_operand(emitter, first->next, forms, &op)
                       : node->field;
  emit(emitter, node, op, dest, left, right);
}

bool zero__compile_value(struct zero_emitter *emitter, struct zero_node *node,
                         unsigned dest) {
  const struct zero_builtin *row = &zero__builtins[node->builtin];
  const struct zero_forms *forms = &row->value;
  /* A field that may be live is read by the builtin: the field itself may be
   * out of date. */
  bool live = node->builtin == ZERO_BUILTIN_LAYOUT_GET &&
              node->variant != NULL && zero__may_be_live(node->variant);
  if (node->builtin == ZERO_BUILTIN_LIST) {
    list_into(emitter, node, dest);
  } else if (node->builtin == ZERO_BUILTIN_LAYOUT_NEW &&
             fits(node, forms->many)) {
    many_into(emitter, node,
              node->variant->all_any ? ZERO_OP_RECORD : ZERO_OP_NEW,
              node->count - row->min, dest);
  } else if (node->builtin == ZERO_BUILTIN_ADD && node->count == 3 &&
             is_small_const(node->args)) {
    unsigned start = zero__compile_run(emitter, node->args->next, 2);
    emit(emitter, node, ZERO_OP_SUMI, dest, start, small_const(node->args));
  } else if (node->count > row->min && fits(node, forms->many)) {
    many_into(emitter, node, forms->many, node->count, dest);
  } else if (node->count == row->min && fits(node, forms->plain) && !live) {
    plain_into(emitter, node, forms, dest);
  } else {
    return false;
  }
  return true;
}

/* If an operator has more than two operands, all are computed before the first
 * is added, and an error names the wrong one: the builtin does that. */
void zero__compile_builtin(struct zero_emitter *emitter,
                           struct zero_node *node, unsigned dest) {
  unsigned first = zero__compile_run(emitter, node->args, node->count);
  emitter->span = node->span;
  zero__emit(emitter, ZERO_OP_BUILTIN, dest, first, node->count);
  zero__emit_word(emitter, node->builtin);
}
