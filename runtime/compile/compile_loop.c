/* compile_loop.c - (map f xs), filter, each and fold of an anonymous function
 * as a loop in the caller's own code.
 *
 * What lib/core/loop.0x0 does by calls: the list is walked in a register, the
 * function's parameters are registers, and its body stands between. A trace
 * shows the function, and then its caller at the call of map. It takes the
 * fuel that the calls would. */
#include <string.h>

#include "compile/code.h"
#include "compile/compile.h"
#include "compile/inline.h"

enum loop_kind { LOOP_NONE, LOOP_MAP, LOOP_FILTER, LOOP_EACH, LOOP_FOLD };

static enum loop_kind kind_by_name(const char *name) {
  if (strcmp(name, "map") == 0) return LOOP_MAP;
  if (strcmp(name, "filter") == 0) return LOOP_FILTER;
  if (strcmp(name, "each") == 0) return LOOP_EACH;
  if (strcmp(name, "fold") == 0) return LOOP_FOLD;
  return LOOP_NONE;
}

static enum loop_kind loop_kind(const struct zero_emitter *emitter,
                                const struct zero_node *node) {
  if (emitter->library == NULL || node->kind != ZERO_NODE_CALL ||
      node->count == 0 ||
      node->args->kind != ZERO_NODE_LAMBDA ||
      strcmp(node->global->module, "core:loop") != 0) {
    return LOOP_NONE;
  }
  enum loop_kind kind = kind_by_name(node->global->symbol->name);
  unsigned params = kind == LOOP_FOLD ? 2 : 1;
  bool fits = node->args->function->param_count == params;
  return fits ? kind : LOOP_NONE;
}

bool zero__is_loop(const struct zero_emitter *emitter,
                   const struct zero_node *node) {
  return loop_kind(emitter, node) != LOOP_NONE;
}

/* Of map and filter the work is done by a function that they call. */
static unsigned calls_before(enum loop_kind kind) {
  return kind == LOOP_MAP || kind == LOOP_FILTER ? 2 : 1;
}

/* A loop under construction. */
struct loop {
  struct zero_node *call;
  struct zero_function_node *function;
  unsigned calls;           /* that stand for it, but for the items' */
  unsigned rest;            /* register of the list still to walk */
  unsigned item;
  uint32_t top;
  struct zero_jumps done;
};

static unsigned value_in_register(struct zero_emitter *emitter,
                                  struct zero_node *node) {
  unsigned dest = zero__take_register(emitter);
  zero__compile_into(emitter, node, dest);
  emitter->next = dest + 1;
  return dest;
}

/* Takes the list and begins a turn: leaves where it is empty, else takes its
 * head into `item`. */
static void begin_turn(struct zero_emitter *emitter, struct loop *loop,
                       struct zero_node *list) {
  loop->rest = value_in_register(emitter, list);
  loop->item = zero__take_register(emitter);
  emitter->span = loop->call->span;
  for (unsigned i = 0; i < loop->calls; i++) zero__emit_charge(emitter);
  loop->top = emitter->size;
  zero__emit(emitter, ZERO_OP_EMPTY, loop->rest, 0, true);
  zero__emit_jump(emitter, &loop->done);
  zero__emit(emitter, ZERO_OP_HEAD, loop->item, loop->rest, 0);
}

/* The tail is taken after the function's turn, as in loop.0x0: that of a
 * packed list costs fuel, which an error before it must not have spent. */
static void end_turn(struct zero_emitter *emitter, struct loop *loop) {
  emitter->span = loop->call->span;
  zero__emit(emitter, ZERO_OP_TAIL, loop->rest, loop->rest, 0);
  zero__emit_loop_to(emitter, loop->top);
  zero__land(emitter, &loop->done);
}

/* Begins the function's body, its last parameter being the item; answers the
 * site to go back to. */
static uint32_t enter_function(struct zero_emitter *emitter,
                               struct loop *loop) {
  struct zero_function_node *function = loop->function;
  function->params[function->param_count - 1]->slot = (int)loop->item;
  function->inlined_into = emitter->node;
  zero__emit_charge(emitter);
  return zero__open_site(emitter, zero__nameplate(emitter->heap, function));
}

static void finish_chain(struct zero_emitter *emitter, struct loop *loop,
                         unsigned chain, unsigned dest) {
  unsigned end = zero__take_register(emitter);
  emitter->span = loop->call->span;
  zero__emit_load(emitter, end, ZERO_EMPTY);
  zero__emit(emitter, ZERO_OP_FINISH, dest, chain, end);
}

static void map_loop(struct zero_emitter *emitter, struct loop *loop,
                     unsigned dest) {
  unsigned chain = zero__take_register(emitter);
  zero__emit_load(emitter, chain, ZERO_EMPTY);
  begin_turn(emitter, loop, loop->call->args->next);
  uint32_t before = enter_function(emitter, loop);
  unsigned value = value_in_register(emitter, loop->function->body);
  emitter->site = before;
  emitter->span = loop->call->span;
  zero__emit(emitter, ZERO_OP_PUSH, chain, value, chain);
  end_turn(emitter, loop);
  finish_chain(emitter, loop, chain, dest);
}

static void filter_loop(struct zero_emitter *emitter, struct loop *loop,
                        unsigned dest) {
  struct zero_jumps unwanted = {0};
  unsigned chain = zero__take_register(emitter);
  zero__emit_load(emitter, chain, ZERO_EMPTY);
  begin_turn(emitter, loop, loop->call->args->next);
  uint32_t before = enter_function(emitter, loop);
  zero__compile_branch(emitter, loop->function->body, false, &unwanted);
  emitter->site = before;
  emitter->span = loop->call->span;
  zero__emit(emitter, ZERO_OP_PUSH, chain, loop->item, chain);
  zero__land(emitter, &unwanted);
  end_turn(emitter, loop);
  finish_chain(emitter, loop, chain, dest);
}

static void each_loop(struct zero_emitter *emitter, struct loop *loop,
                      unsigned dest) {
  begin_turn(emitter, loop, loop->call->args->next);
  uint32_t before = enter_function(emitter, loop);
  zero__compile_operand(emitter, loop->function->body);
  emitter->site = before;
  end_turn(emitter, loop);
  zero__emit_load(emitter, dest, ZERO_UNIT);
}

static void fold_loop(struct zero_emitter *emitter, struct loop *loop,
                      unsigned dest) {
  struct zero_node *init = loop->call->args->next;
  struct zero_node *body = loop->function->body;
  unsigned sum = value_in_register(emitter, init);
  begin_turn(emitter, loop, init->next);
  loop->function->params[0]->slot = (int)sum;
  uint32_t before = enter_function(emitter, loop);
  if (zero__writes_last(emitter, body)) {
    zero__compile_into(emitter, body, sum);
  } else {
    zero__emit_move(emitter, sum, value_in_register(emitter, body));
  }
  emitter->site = before;
  end_turn(emitter, loop);
  zero__emit_move(emitter, dest, sum);
}

bool zero__compile_loop(struct zero_emitter *emitter, struct zero_node *node,
                        unsigned dest) {
  enum loop_kind kind = loop_kind(emitter, node);
  if (kind == LOOP_NONE) return false;
  struct loop loop = {.call = node,
                      .function = node->args->function,
                      .calls = calls_before(kind)};
  switch (kind) {
    case LOOP_MAP:
      map_loop(emitter, &loop, dest);
      return true;
    case LOOP_FILTER:
      filter_loop(emitter, &loop, dest);
      return true;
    case LOOP_EACH:
      each_loop(emitter, &loop, dest);
      return true;
    default:
      fold_loop(emitter, &loop, dest);
      return true;
  }
}
