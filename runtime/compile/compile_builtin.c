/* compile_builtin.c - calls of builtins: instructions of their own where
 * abi/builtins.tsv says `op`, a call of the C function else.
 *
 * Layout primitives with literal names become record instructions: the
 * checker has looked the names up. */
#include "compile/compile.h"
#include "facts/gen/builtin_index.h"
#include "value/record.h"

enum { LIST_IN_REGISTERS = 16 }; /* longer lists are pushed item by item */

static bool is_small_const(const struct zero_node *node, int64_t low,
                           int64_t high) {
  if (node->kind != ZERO_NODE_CONST || !zero__is_small(node->value)) {
    return false;
  }
  int64_t number = zero__small_number(node->value);
  return number >= low && number <= high;
}

static unsigned small_const(const struct zero_node *node) {
  return (unsigned)zero__small_number(node->value);
}

/* --- operands ------------------------------------------------------------ */

static void one_operand(struct zero_emitter *emitter, struct zero_node *node,
                        enum zero_opcode op, unsigned dest) {
  unsigned value = zero__compile_operand(emitter, node->args);
  emitter->span = node->span;
  zero__emit(emitter, op, dest, value, 0);
}

static void two_operands(struct zero_emitter *emitter, struct zero_node *node,
                         enum zero_opcode op, unsigned dest) {
  unsigned left = zero__compile_operand(emitter, node->args);
  unsigned right = zero__compile_operand(emitter, node->args->next);
  emitter->span = node->span;
  zero__emit(emitter, op, dest, left, right);
}

/* --- tests --------------------------------------------------------------- */

static bool is_compare(unsigned builtin) {
  switch (builtin) {
    case ZERO_BUILTIN_EQUAL:
    case ZERO_BUILTIN_UNEQUAL:
    case ZERO_BUILTIN_LESS:
    case ZERO_BUILTIN_GREATER:
    case ZERO_BUILTIN_LESS_EQUAL:
    case ZERO_BUILTIN_GREATER_EQUAL:
      return true;
    default:
      return false;
  }
}

bool zero__is_test(const struct zero_node *node) {
  if (node->kind != ZERO_NODE_CALL_BUILTIN) return false;
  if (node->builtin == ZERO_BUILTIN_LAYOUT_IS) return node->variant != NULL;
  return is_compare(node->builtin) || node->builtin == ZERO_BUILTIN_EMPTY;
}

/* Equality: with a small number or a constant where there is one. */
static void test_equal(struct zero_emitter *emitter, struct zero_node *node,
                       bool truth) {
  struct zero_node *a = node->args;
  struct zero_node *b = a->next;
  if (a->kind == ZERO_NODE_CONST && b->kind != ZERO_NODE_CONST) {
    a = b;
    b = node->args;
  }
  unsigned left = zero__compile_operand(emitter, a);
  if (is_small_const(b, INT8_MIN, INT8_MAX)) {
    emitter->span = node->span;
    zero__emit(emitter, ZERO_OP_EQI, left, small_const(b), truth);
    return;
  }
  if (b->kind == ZERO_NODE_CONST) {
    uint32_t index = zero__constant(emitter, b->value);
    if (index <= UINT8_MAX) {
      emitter->span = node->span;
      zero__emit(emitter, ZERO_OP_EQK, left, index, truth);
      return;
    }
  }
  unsigned right = zero__compile_operand(emitter, b);
  emitter->span = node->span;
  zero__emit(emitter, ZERO_OP_EQ, left, right, truth);
}

static void test_order(struct zero_emitter *emitter, struct zero_node *node,
                       enum zero_opcode wide, enum zero_opcode immediate,
                       bool truth) {
  unsigned left = zero__compile_operand(emitter, node->args);
  struct zero_node *second = node->args->next;
  if (is_small_const(second, INT8_MIN, INT8_MAX)) {
    emitter->span = node->span;
    zero__emit(emitter, immediate, left, small_const(second), truth);
    return;
  }
  unsigned right = zero__compile_operand(emitter, second);
  emitter->span = node->span;
  zero__emit(emitter, wide, left, right, truth);
}

static void test_layout(struct zero_emitter *emitter, struct zero_node *node,
                        bool truth) {
  unsigned value = zero__compile_operand(emitter, node->args->next->next);
  emitter->span = node->span;
  zero__emit(emitter, ZERO_OP_ISLAYOUT, value, 0, truth);
  zero__emit_word(emitter, zero__variant_word(node->variant));
}

static void test_empty(struct zero_emitter *emitter, struct zero_node *node,
                       bool truth) {
  unsigned value = zero__compile_operand(emitter, node->args);
  emitter->span = node->span;
  zero__emit(emitter, ZERO_OP_EMPTY, value, 0, truth);
}

/* The instruction that makes a comparison's value; MOVE for another
 * builtin. */
static enum zero_opcode value_op(unsigned builtin) {
  switch (builtin) {
    case ZERO_BUILTIN_EQUAL:
      return ZERO_OP_ISEQ;
    case ZERO_BUILTIN_UNEQUAL:
      return ZERO_OP_ISNE;
    case ZERO_BUILTIN_LESS:
      return ZERO_OP_ISLT;
    case ZERO_BUILTIN_LESS_EQUAL:
      return ZERO_OP_ISLE;
    case ZERO_BUILTIN_GREATER:
      return ZERO_OP_ISGT;
    case ZERO_BUILTIN_GREATER_EQUAL:
      return ZERO_OP_ISGE;
    default:
      return ZERO_OP_MOVE;
  }
}

bool zero__compile_compare(struct zero_emitter *emitter,
                           struct zero_node *node, unsigned dest) {
  enum zero_opcode op = value_op(node->builtin);
  if (op == ZERO_OP_MOVE) return false;
  two_operands(emitter, node, op, dest);
  return true;
}

void zero__compile_test(struct zero_emitter *emitter, struct zero_node *node,
                        bool truth, struct zero_jumps *jumps) {
  unsigned mark = emitter->next;
  switch (node->builtin) {
    case ZERO_BUILTIN_EQUAL:
      test_equal(emitter, node, truth);
      break;
    case ZERO_BUILTIN_UNEQUAL:
      test_equal(emitter, node, !truth);
      break;
    case ZERO_BUILTIN_LESS:
      test_order(emitter, node, ZERO_OP_LT, ZERO_OP_LTI, truth);
      break;
    case ZERO_BUILTIN_GREATER:
      test_order(emitter, node, ZERO_OP_GT, ZERO_OP_GTI, truth);
      break;
    case ZERO_BUILTIN_LESS_EQUAL:
      test_order(emitter, node, ZERO_OP_LE, ZERO_OP_LEI, truth);
      break;
    case ZERO_BUILTIN_GREATER_EQUAL:
      test_order(emitter, node, ZERO_OP_GE, ZERO_OP_GEI, truth);
      break;
    case ZERO_BUILTIN_LAYOUT_IS:
      test_layout(emitter, node, truth);
      break;
    default:
      test_empty(emitter, node, truth);
  }
  zero__emit_jump(emitter, jumps);
  emitter->next = mark;
}

/* --- instructions -------------------------------------------------------- */

/* The first of the registers that hold the values of `count` nodes: a local's
 * own where there is but one. Not for builtins, which may write theirs. */
static unsigned run(struct zero_emitter *emitter, struct zero_node *first,
                    unsigned count) {
  if (count == 1) return zero__compile_operand(emitter, first);
  return zero__compile_run(emitter, first, count);
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
    emitter->span = list->span;
  }
  zero__emit(emitter, ZERO_OP_PUSH, chain, value, chain);
  emitter->next = mark;
}

static void list_items(struct zero_emitter *emitter, struct zero_node *node,
                       unsigned dest) {
  if (node->count == 0) {
    zero__emit_load(emitter, dest, ZERO_EMPTY);
    return;
  }
  if (node->count <= LIST_IN_REGISTERS) {
    unsigned first = run(emitter, node->args, node->count);
    emitter->span = node->span;
    zero__emit(emitter, ZERO_OP_LIST, dest, first, node->count);
    return;
  }
  unsigned chain = zero__take_register(emitter);
  zero__emit_load(emitter, chain, ZERO_EMPTY);
  for (struct zero_node *a = node->args; a != NULL; a = a->next) {
    push_item(emitter, node, a, chain);
  }
  unsigned end = zero__take_register(emitter);
  zero__emit_load(emitter, end, ZERO_EMPTY);
  emitter->span = node->span;
  zero__emit(emitter, ZERO_OP_FINISH, dest, chain, end);
}

static void call_function(struct zero_emitter *emitter,
                          struct zero_node *node, unsigned dest) {
  unsigned first = zero__compile_run(emitter, node->args, node->count);
  emitter->span = node->span;
  zero__emit(emitter, ZERO_OP_BUILTIN, dest, first, node->count);
  zero__emit_word(emitter, node->builtin);
}

/* The instruction whose right operand is a small number. */
static enum zero_opcode with_number(enum zero_opcode op) {
  switch (op) {
    case ZERO_OP_ADD:
      return ZERO_OP_ADDI;
    case ZERO_OP_SUB:
      return ZERO_OP_SUBI;
    case ZERO_OP_MUL:
      return ZERO_OP_MULI;
    case ZERO_OP_DIV:
      return ZERO_OP_DIVI;
    default:
      return ZERO_OP_MODI;
  }
}

/* A small number on the right is part of the instruction. More than
 * two operands are all computed before the first is added, and an error names
 * the one that is wrong: that is the builtin's own work. */
static void arithmetic(struct zero_emitter *emitter, struct zero_node *node,
                       enum zero_opcode op, unsigned dest) {
  struct zero_node *second = node->args->next;
  if (node->count == 3 && op == ZERO_OP_ADD &&
      is_small_const(node->args, INT8_MIN, INT8_MAX)) {
    unsigned first = zero__compile_run(emitter, second, 2);
    emitter->span = node->span;
    zero__emit(emitter, ZERO_OP_SUMI, dest, first, small_const(node->args));
  } else if (node->count > 2 && op == ZERO_OP_ADD) {
    unsigned first = zero__compile_run(emitter, node->args, node->count);
    emitter->span = node->span;
    zero__emit(emitter, ZERO_OP_SUM, dest, first, node->count);
  } else if (node->count > 2) {
    call_function(emitter, node, dest);
  } else if (is_small_const(second, INT8_MIN, INT8_MAX)) {
    unsigned left = zero__compile_operand(emitter, node->args);
    emitter->span = node->span;
    zero__emit(emitter, with_number(op), dest, left, small_const(second));
  } else {
    two_operands(emitter, node, op, dest);
  }
}

/* --- layout primitives --------------------------------------------------- */

static void layout_new(struct zero_emitter *emitter, struct zero_node *node,
                       unsigned dest) {
  const struct zero_variant *variant = node->variant;
  if (variant == NULL) {
    call_function(emitter, node, dest);
    return;
  }
  struct zero_node *fields = node->args->next->next;
  unsigned first = run(emitter, fields, variant->field_count);
  emitter->span = node->span;
  zero__emit(emitter, variant->all_any ? ZERO_OP_RECORD : ZERO_OP_NEW, dest,
             first, variant->field_count);
  zero__emit_word(emitter, zero__variant_word(variant));
}

/* What may be live is asked for by the builtin: the field itself may be out
 * of date. */
static void layout_get(struct zero_emitter *emitter, struct zero_node *node,
                       unsigned dest) {
  const struct zero_variant *variant = node->variant;
  if (variant == NULL || zero__may_be_live(variant)) {
    call_function(emitter, node, dest);
    return;
  }
  unsigned value = zero__compile_operand(emitter, node->args->next->next);
  emitter->span = node->span;
  zero__emit(emitter, ZERO_OP_GETFIELD, dest, value, node->field);
  zero__emit_word(emitter, zero__variant_word(variant));
}

static void layout_read(struct zero_emitter *emitter, struct zero_node *node,
                        unsigned dest) {
  if (node->variant == NULL) {
    call_function(emitter, node, dest);
    return;
  }
  unsigned value = zero__compile_operand(emitter, node->args->next);
  emitter->span = node->span;
  zero__emit(emitter, ZERO_OP_READ, dest, value, 0);
  zero__emit_word(emitter, zero__variant_word(node->variant));
}

void zero__compile_builtin(struct zero_emitter *emitter,
                           struct zero_node *node, unsigned dest) {
  switch (node->builtin) {
    case ZERO_BUILTIN_ADD:
      arithmetic(emitter, node, ZERO_OP_ADD, dest);
      break;
    case ZERO_BUILTIN_SUB:
      arithmetic(emitter, node, ZERO_OP_SUB, dest);
      break;
    case ZERO_BUILTIN_MUL:
      arithmetic(emitter, node, ZERO_OP_MUL, dest);
      break;
    case ZERO_BUILTIN_DIV:
      arithmetic(emitter, node, ZERO_OP_DIV, dest);
      break;
    case ZERO_BUILTIN_MOD:
      arithmetic(emitter, node, ZERO_OP_MOD, dest);
      break;
    case ZERO_BUILTIN_NOT:
      one_operand(emitter, node, ZERO_OP_NOT, dest);
      break;
    case ZERO_BUILTIN_CONS:
      two_operands(emitter, node, ZERO_OP_CONS, dest);
      break;
    case ZERO_BUILTIN_HEAD:
      one_operand(emitter, node, ZERO_OP_HEAD, dest);
      break;
    case ZERO_BUILTIN_TAIL:
      one_operand(emitter, node, ZERO_OP_TAIL, dest);
      break;
    case ZERO_BUILTIN_PUSH:
      two_operands(emitter, node, ZERO_OP_PUSH, dest);
      break;
    case ZERO_BUILTIN_FINISH:
      two_operands(emitter, node, ZERO_OP_FINISH, dest);
      break;
    case ZERO_BUILTIN_LIST:
      list_items(emitter, node, dest);
      break;
    case ZERO_BUILTIN_LAYOUT_NEW:
      layout_new(emitter, node, dest);
      break;
    case ZERO_BUILTIN_LAYOUT_GET:
      layout_get(emitter, node, dest);
      break;
    case ZERO_BUILTIN_LAYOUT_READ:
      layout_read(emitter, node, dest);
      break;
    default:
      call_function(emitter, node, dest);
  }
}
