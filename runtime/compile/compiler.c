/* compiler.c - from nodes to bytecode: functions, calls, control.
 *
 * Evaluation is left to right. Locals are never assigned, so a local's own
 * register serves as an operand and a `let` of a local is the same register.
 * The one exception is a self tail call, which assigns the parameters and
 * jumps back (compile_self_call says when that is safe). */
#include "compile/compiler.h"

#include <string.h>

#include "base/stack.h"
#include "compile/compile.h"
#include "compile/inline.h"
#include "compile/library.h"
#include "compile/stub.h"
#include "facts/gen/builtin_index.h"
#include "value/record.h"

static zero_value compile_function(struct zero_heap *heap,
                                   struct zero_library *library,
                                   struct zero_function_node *node,
                                   struct zero_emitter *outer,
                                   struct zero_reports *reports);

/* --- locals and captures ------------------------------------------------- */

static unsigned capture_index(struct zero_emitter *emitter,
                              struct zero_local *local) {
  struct zero_function_node *node = emitter->node;
  zero__heap_charge_bytes(emitter->heap, node->capture_count * sizeof local);
  for (unsigned i = 0; i < node->capture_count; i++) {
    if (node->captures[i] == local) return i;
  }
  if (node->capture_count == node->capture_room) {
    unsigned room = node->capture_room == 0 ? 4 : node->capture_room * 2;
    struct zero_local **wider =
        zero__tree_alloc(emitter->heap, room * sizeof *wider);
    if (node->capture_count > 0) {
      memcpy(wider, node->captures, node->capture_count * sizeof *wider);
    }
    node->captures = wider;
    node->capture_room = room;
  }
  if (node->capture_count == ZERO_REGISTERS_MAX) {
    if (!emitter->failed) {
      zero__report(emitter->heap, emitter->reports, node->source,
                   emitter->span, ZERO_CODE_LIMIT_FUNCTION, false,
                   "an anonymous function captures more than %d names",
                   ZERO_REGISTERS_MAX);
    }
    emitter->failed = true;
    return 0;
  }
  node->captures[node->capture_count] = local;
  return node->capture_count++;
}

/* True where the local has a register of the function being compiled: its
 * own, or one of a call compiled in. */
static bool is_here(const struct zero_emitter *emitter,
                    const struct zero_local *local) {
  return local->owner == emitter->node ||
         local->owner->inlined_into == emitter->node;
}

unsigned zero__compile_local(struct zero_emitter *emitter,
                             struct zero_local *local) {
  if (is_here(emitter, local)) return (unsigned)local->slot;
  unsigned dest = zero__take_register(emitter);
  zero__emit(emitter, ZERO_OP_CAPTURE, dest, capture_index(emitter, local),
             0);
  return dest;
}

static void local_into(struct zero_emitter *emitter, struct zero_local *local,
                       unsigned dest) {
  if (is_here(emitter, local)) {
    zero__emit_move(emitter, dest, (unsigned)local->slot);
  } else {
    zero__emit(emitter, ZERO_OP_CAPTURE, dest, capture_index(emitter, local),
               0);
  }
}

static void lambda_into(struct zero_emitter *emitter, struct zero_node *node,
                        unsigned dest) {
  struct zero_function_node *inner = node->function;
  zero_value function =
      compile_function(emitter->heap, emitter->library, inner, emitter,
                       emitter->reports);
  if (zero_is_none(function)) {
    emitter->failed = true;
    return;
  }
  struct zero_capture *captures =
      inner->capture_count == 0
          ? NULL
          : zero__alloc(emitter->heap, ZERO_LEAF,
                        inner->capture_count * sizeof *captures);
  for (unsigned i = 0; i < inner->capture_count; i++) {
    struct zero_local *local = inner->captures[i];
    bool here = is_here(emitter, local);
    captures[i].from_register = here;
    captures[i].index = (uint8_t)(here ? (unsigned)local->slot
                                       : capture_index(emitter, local));
  }
  zero__code_of(function)->captures = captures;
  enum zero_opcode op =
      inner->capture_count == 0 ? ZERO_OP_LOADK : ZERO_OP_CLOSURE;
  zero__emit_wide(emitter, op, dest, zero__constant(emitter, function));
}

/* --- calls --------------------------------------------------------------- */

unsigned zero__compile_run(struct zero_emitter *emitter,
                           struct zero_node *first, unsigned count) {
  unsigned start = emitter->next;
  for (unsigned i = 0; i < count; i++, first = first->next) {
    unsigned dest = zero__take_register(emitter);
    zero__compile_into(emitter, first, dest);
    emitter->next = dest + 1;
  }
  return start;
}

static bool is_apply(const struct zero_node *node) {
  return node->kind == ZERO_NODE_CALL_BUILTIN &&
         node->builtin == ZERO_BUILTIN_APPLY;
}

/* Emits the call of a CALL, CALL_VALUE or (apply f xs) node whose frame head
 * starts at register `head`, which is the top one. */
static void emit_call(struct zero_emitter *emitter, struct zero_node *node,
                      unsigned head, bool tail) {
  struct zero_node *args = node->args;
  unsigned count = node->count;
  if (node->kind != ZERO_NODE_CALL) {
    zero__compile_into(emitter, args, head);
    args = args->next;
    count--;
  }
  zero__take_registers(emitter, ZERO_FRAME_HEAD - 1);
  unsigned first = zero__compile_run(emitter, args, count);
  emitter->span = node->span;
  if (node->kind == ZERO_NODE_CALL && !tail) {
    zero__emit_call(emitter, node->global->function, first);
  } else if (node->kind == ZERO_NODE_CALL) {
    zero__emit_wide(emitter, ZERO_OP_TAILCALL, first,
                    zero__constant(emitter, node->global->function));
  } else if (is_apply(node)) {
    zero__emit(emitter, tail ? ZERO_OP_TAILAPPLY : ZERO_OP_APPLY, first,
               first, 0);
  } else {
    zero__emit(emitter, tail ? ZERO_OP_TAILCALLV : ZERO_OP_CALLV, first,
               count, 0);
  }
}

static void call_into(struct zero_emitter *emitter, struct zero_node *node,
                      unsigned dest) {
  unsigned mark = emitter->next;
  unsigned head = dest + 1 == mark ? dest : zero__take_register(emitter);
  emit_call(emitter, node, head, false);
  emitter->next = mark;
  zero__emit_move(emitter, dest, head);
}

/* --- self tail calls ----------------------------------------------------- */

/* True where `node` reads register `slot` of the running function, which
 * `emitter` compiles. Recursion is bounded by the reader's nesting limit. */
static bool reads(const struct zero_emitter *emitter,
                  const struct zero_node *node, int slot) {
  zero__heap_charge(emitter->heap, 1);
  if (node->kind == ZERO_NODE_LOCAL) {
    return is_here(emitter, node->local) && node->local->slot == slot;
  }
  if (node->kind == ZERO_NODE_LAMBDA) {
    return reads(emitter, node->function->body, slot);
  }
  for (const struct zero_node *a = node->args; a != NULL; a = a->next) {
    if (reads(emitter, a, slot)) return true;
  }
  if (node->kind != ZERO_NODE_MATCH) return false;
  for (const struct zero_clause *c = node->clauses; c != NULL; c = c->next) {
    if (reads(emitter, c->body, slot)) return true;
  }
  return false;
}

bool zero__writes_last(const struct zero_emitter *emitter,
                       const struct zero_node *node) {
  const struct zero_node *last = node->args;
  zero__heap_charge(emitter->heap, 1);
  switch (node->kind) {
    case ZERO_NODE_CONST:
    case ZERO_NODE_LOCAL:
    case ZERO_NODE_GLOBAL:
    case ZERO_NODE_BUILTIN:
    case ZERO_NODE_LAMBDA:
      return true;
    case ZERO_NODE_IF:
      return zero__writes_last(emitter, last->next) &&
             zero__writes_last(emitter, last->next->next);
    case ZERO_NODE_DO:
    case ZERO_NODE_LET:
      return zero__writes_last(emitter,
                               zero__node_last(emitter->heap, node));
    case ZERO_NODE_CALL: {
      if (zero__may_inline(emitter, node->global)) return false;
      const struct zero_function_node *body =
          zero__library_body(emitter->library, node->global);
      return body == NULL || zero__writes_last(emitter, body->body);
    }
    case ZERO_NODE_CALL_BUILTIN:
      return !zero__is_test(node) && !is_apply(node);
    default:
      return false;
  }
}

static bool later_reads(const struct zero_emitter *emitter,
                        const struct zero_node *node, int slot) {
  for (const struct zero_node *a = node->next; a != NULL; a = a->next) {
    if (reads(emitter, a, slot)) return true;
  }
  return false;
}

/* The function calls itself last: assign the parameters and jump back. An
 * argument goes straight into its parameter where no later one reads that;
 * otherwise it waits in a temporary until all are computed. */
static void compile_self_call(struct zero_emitter *emitter,
                              struct zero_node *node) {
  unsigned mark = emitter->next;
  int waiting[ZERO_PARAMS_MAX];
  int slot = 0;
  for (struct zero_node *a = node->args; a != NULL; a = a->next, slot++) {
    bool direct =
        zero__writes_last(emitter, a) && !later_reads(emitter, a, slot);
    unsigned dest =
        direct ? (unsigned)slot : zero__take_register(emitter);
    waiting[slot] = direct ? -1 : (int)dest;
    zero__compile_into(emitter, a, dest);
  }
  emitter->span = node->span;
  int last = slot - 1;
  while (last >= 0 && waiting[last] < 0) last--;
  for (int i = 0; i < last; i++) {
    if (waiting[i] >= 0) {
      zero__emit_move(emitter, (unsigned)i, (unsigned)waiting[i]);
    }
  }
  if (last >= 0) {
    zero__emit_again(emitter, (unsigned)last, (unsigned)waiting[last]);
  } else {
    zero__emit_loop_to(emitter, 0);
  }
  emitter->next = mark;
}

/* --- forms --------------------------------------------------------------- */

/* A register for a binding to `init`: the one of a local, or a new one. */
static int slot_for(struct zero_emitter *emitter, struct zero_node *init) {
  if (init->kind == ZERO_NODE_LOCAL && is_here(emitter, init->local)) {
    return init->local->slot;
  }
  unsigned slot = zero__take_register(emitter);
  zero__compile_into(emitter, init, slot);
  emitter->next = slot + 1;
  return (int)slot;
}

static void let_bindings(struct zero_emitter *emitter,
                         struct zero_node *node) {
  struct zero_node *init = node->args;
  for (unsigned i = 0; i + 1 < node->count; i++, init = init->next) {
    struct zero_local *local = node->locals[i];
    local->slot = slot_for(emitter, init);
  }
}

/* All arguments but the last, for their effects. */
static void effects(struct zero_emitter *emitter, struct zero_node *node) {
  for (struct zero_node *a = node->args; a->next != NULL; a = a->next) {
    unsigned mark = emitter->next;
    zero__compile_operand(emitter, a);
    emitter->next = mark;
  }
}

bool zero__compile_goal(struct zero_emitter *emitter, struct zero_node *node,
                        const struct zero_goal *goal) {
  switch (goal->kind) {
    case ZERO_GOAL_INTO:
      zero__compile_into(emitter, node, goal->dest);
      return true;
    case ZERO_GOAL_TAIL:
      zero__compile_tail(emitter, node);
      return false;
    default:
      zero__compile_branch(emitter, node, goal->truth, goal->jumps);
      return node->kind != ZERO_NODE_CONST ||
             zero__is_true(node->value) != goal->truth;
  }
}

static void compile_if(struct zero_emitter *emitter, struct zero_node *node,
                       const struct zero_goal *goal) {
  struct zero_node *condition = node->args;
  struct zero_node *consequence = condition->next;
  struct zero_jumps otherwise = {0};
  struct zero_jumps end = {0};
  zero__compile_branch(emitter, condition, false, &otherwise);
  if (zero__compile_goal(emitter, consequence, goal)) {
    zero__emit_jump(emitter, &end);
  }
  zero__land(emitter, &otherwise);
  zero__compile_goal(emitter, consequence->next, goal);
  zero__land(emitter, &end);
}

/* (and …) and (or …): the deciding value is the result. */
static void compile_chain(struct zero_emitter *emitter,
                          struct zero_node *node, unsigned dest, bool tail) {
  const struct zero_goal goal = {
      .kind = tail ? ZERO_GOAL_TAIL : ZERO_GOAL_INTO, .dest = dest};
  enum zero_opcode leave =
      node->kind == ZERO_NODE_AND ? ZERO_OP_JFALSE : ZERO_OP_JTRUE;
  struct zero_jumps end = {0};
  struct zero_node *last = zero__node_last(emitter->heap, node);
  for (struct zero_node *a = node->args; a != last; a = a->next) {
    zero__compile_into(emitter, a, dest);
    emitter->span = a->span;
    zero__emit_jump_if(emitter, leave, dest, &end);
  }
  zero__compile_goal(emitter, last, &goal);
  zero__land(emitter, &end);
  if (tail && node->count > 1) zero__emit(emitter, ZERO_OP_RETURN, dest, 0, 0);
}

static void compile_try(struct zero_emitter *emitter, struct zero_node *node,
                        unsigned dest) {
  struct zero_jumps caught = {0};
  zero__emit_jump_if(emitter, ZERO_OP_TRY, dest, &caught);
  zero__compile_into(emitter, node->args, dest);
  emitter->span = node->span;
  zero__emit(emitter, ZERO_OP_ENDTRY, dest, 0, 0);
  zero__land(emitter, &caught);
}

/* A test as a value: true or false by a jump. */
static void test_into(struct zero_emitter *emitter, struct zero_node *node,
                      unsigned dest) {
  struct zero_jumps yes = {0};
  struct zero_jumps end = {0};
  zero__compile_test(emitter, node, true, &yes);
  zero__emit_load(emitter, dest, ZERO_FALSE);
  zero__emit_jump(emitter, &end);
  zero__land(emitter, &yes);
  zero__emit_load(emitter, dest, ZERO_TRUE);
  zero__land(emitter, &end);
}

/* --- calls compiled in ---------------------------------------------------- */

/* Begins the body of a small function in place of its call:
 * arguments become its parameters' registers, once all are computed, since
 * one of them may be a call of the same function. Answers the body, or NULL
 * where the call must be made; *before is for leave_body. */
static struct zero_node *enter_body(struct zero_emitter *emitter,
                                    struct zero_node *call,
                                    uint32_t *before) {
  if (call->kind != ZERO_NODE_CALL) return NULL;
  struct zero_function_node *function =
      zero__inline_find(emitter, call);
  if (function == NULL) return NULL;
  int slots[ZERO_INLINE_PARAMS];
  struct zero_node *argument = call->args;
  for (unsigned i = 0; i < function->param_count; i++) {
    bool constant = function->params[i]->constant != NULL;
    slots[i] = constant ? -1 : slot_for(emitter, argument);
    argument = argument->next;
  }
  for (unsigned i = 0; i < function->param_count; i++) {
    function->params[i]->slot = slots[i];
  }
  zero__inline_begin(emitter, call->global, function);
  emitter->span = call->span;
  zero__emit_charge(emitter);
  *before = zero__open_site(emitter,
                            zero__nameplate(emitter->heap, function));
  return function->body;
}

/* What comes after the body is of the caller again. */
static void leave_body(struct zero_emitter *emitter,
                       const struct zero_node *call, uint32_t before) {
  zero__inline_end(emitter);
  emitter->site = before;
  emitter->span = call->span;
}

static bool body_into(struct zero_emitter *emitter, struct zero_node *call,
                      unsigned dest) {
  uint32_t before;
  struct zero_node *body = enter_body(emitter, call, &before);
  if (body == NULL) return false;
  zero__compile_into(emitter, body, dest);
  leave_body(emitter, call, before);
  return true;
}

static bool body_tail(struct zero_emitter *emitter, struct zero_node *call) {
  uint32_t before;
  struct zero_node *body = enter_body(emitter, call, &before);
  if (body == NULL) return false;
  zero__compile_tail(emitter, body);
  leave_body(emitter, call, before);
  return true;
}

static bool body_branch(struct zero_emitter *emitter, struct zero_node *call,
                        bool truth, struct zero_jumps *jumps) {
  uint32_t before;
  struct zero_node *body = enter_body(emitter, call, &before);
  if (body == NULL) return false;
  zero__compile_branch(emitter, body, truth, jumps);
  leave_body(emitter, call, before);
  return true;
}

static void builtin_value_into(struct zero_emitter *emitter,
                               struct zero_node *node, unsigned dest) {
  zero_value stub = zero__builtin_stub(emitter->heap, node->builtin);
  zero__emit_load(emitter, dest, stub);
}

/* Forms whose value is that of a last part. False where `node` is none of
 * them; (and …) and (or …) are their own. */
static bool compile_form(struct zero_emitter *emitter, struct zero_node *node,
                         const struct zero_goal *goal) {
  switch (node->kind) {
    case ZERO_NODE_IF:
      compile_if(emitter, node, goal);
      return true;
    case ZERO_NODE_DO:
      effects(emitter, node);
      zero__compile_goal(emitter, zero__node_last(emitter->heap, node), goal);
      return true;
    case ZERO_NODE_LET:
      let_bindings(emitter, node);
      zero__compile_goal(emitter, zero__node_last(emitter->heap, node), goal);
      return true;
    case ZERO_NODE_MATCH:
      zero__compile_match(emitter, node, goal);
      return true;
    default:
      return false;
  }
}

static bool is_chain(const struct zero_node *node) {
  return node->kind == ZERO_NODE_AND || node->kind == ZERO_NODE_OR;
}

static void plain_into(struct zero_emitter *emitter, struct zero_node *node,
                       unsigned dest) {
  switch (node->kind) {
    case ZERO_NODE_CONST:
      zero__emit_load(emitter, dest, node->value);
      break;
    case ZERO_NODE_LOCAL:
      local_into(emitter, node->local, dest);
      break;
    case ZERO_NODE_GLOBAL:
      zero__emit_load(emitter, dest, node->global->function);
      break;
    case ZERO_NODE_BUILTIN:
      builtin_value_into(emitter, node, dest);
      break;
    case ZERO_NODE_LAMBDA:
      lambda_into(emitter, node, dest);
      break;
    case ZERO_NODE_TRY:
      compile_try(emitter, node, dest);
      break;
    case ZERO_NODE_CALL:
      if (!zero__compile_loop(emitter, node, dest) &&
          !body_into(emitter, node, dest)) {
        call_into(emitter, node, dest);
      }
      break;
    case ZERO_NODE_CALL_VALUE:
      call_into(emitter, node, dest);
      break;
    default:
      if (is_apply(node)) {
        call_into(emitter, node, dest);
      } else if (zero__compile_value(emitter, node, dest)) {
        break;
      } else if (zero__is_test(node)) {
        test_into(emitter, node, dest);
      } else {
        zero__compile_builtin(emitter, node, dest);
      }
  }
}

/* Where the C stack has no room for what is in `node`, that is reported and
 * nothing more is compiled. */
static bool is_given_up(struct zero_emitter *emitter,
                        const struct zero_node *node) {
  if (ZERO_UNLIKELY(zero__stack_is_low()) && !emitter->failed) {
    zero__report(emitter->heap, emitter->reports, emitter->node->source,
                 node->span, ZERO_CODE_SYNTAX_TOO_DEEP, false, ZERO_TOO_DEEP);
    emitter->failed = true;
  }
  return emitter->failed;
}

void zero__compile_into(struct zero_emitter *emitter, struct zero_node *node,
                        unsigned dest) {
  if (is_given_up(emitter, node)) return;
  zero__heap_charge(emitter->heap, 1);
  unsigned mark = emitter->next;
  const struct zero_goal goal = {.kind = ZERO_GOAL_INTO, .dest = dest};
  emitter->span = node->span;
  if (is_chain(node)) {
    compile_chain(emitter, node, dest, false);
  } else if (!compile_form(emitter, node, &goal)) {
    plain_into(emitter, node, dest);
  }
  emitter->next = mark;
}

unsigned zero__compile_operand(struct zero_emitter *emitter,
                               struct zero_node *node) {
  if (node->kind == ZERO_NODE_LOCAL) {
    emitter->span = node->span;
    return zero__compile_local(emitter, node->local);
  }
  unsigned dest = zero__take_register(emitter);
  zero__compile_into(emitter, node, dest);
  return dest;
}

static bool is_self_call(const struct zero_emitter *emitter,
                         const struct zero_node *node) {
  return node->kind == ZERO_NODE_CALL &&
         node->global == emitter->node->global;
}

static bool is_call(const struct zero_node *node) {
  return node->kind == ZERO_NODE_CALL ||
         node->kind == ZERO_NODE_CALL_VALUE || is_apply(node);
}

/* True for a call of lib/core that is made as any other where it comes last,
 * so that a fault in the library has its caller in the trace. Only calls that
 * cannot lead back into the program: else they would use up the stack. */
static bool keeps_frame(const struct zero_node *node) {
  if (node->kind != ZERO_NODE_CALL) return false;
  const struct zero_global *global = node->global;
  const struct zero_function *function = zero__function(global->function);
  if (function->code == NULL) return false;
  const struct zero_code *code = zero__code_of(global->function);
  if (code->source == NULL || !code->source->library) return false;
  for (unsigned i = 0; i < global->param_count; i++) {
    if (global->param_types[i] == ZERO_TYPE_FUNCTION) return false;
  }
  return true;
}

void zero__compile_tail(struct zero_emitter *emitter,
                        struct zero_node *node) {
  if (is_given_up(emitter, node)) return;
  zero__heap_charge(emitter->heap, 1);
  unsigned mark = emitter->next;
  const struct zero_goal goal = {.kind = ZERO_GOAL_TAIL};
  emitter->span = node->span;
  if (is_self_call(emitter, node)) {
    compile_self_call(emitter, node);
  } else if (body_tail(emitter, node)) {
    emitter->next = mark;
    return;
  } else if (is_call(node) && !keeps_frame(node) &&
             !zero__is_loop(emitter, node)) {
    emit_call(emitter, node, zero__take_register(emitter), true);
  } else if (is_chain(node)) {
    compile_chain(emitter, node, zero__take_register(emitter), true);
  } else if (!compile_form(emitter, node, &goal)) {
    unsigned result = zero__compile_operand(emitter, node);
    emitter->span = node->span;
    zero__emit(emitter, ZERO_OP_RETURN, result, 0, 0);
  }
  emitter->next = mark;
}

/* Jumps where (and …) or (or …) is as true as asked. */
static void branch_chain(struct zero_emitter *emitter, struct zero_node *node,
                         bool truth, struct zero_jumps *jumps) {
  bool leaves_on = node->kind == ZERO_NODE_OR;
  struct zero_node *last = zero__node_last(emitter->heap, node);
  struct zero_jumps decided = {0};
  for (struct zero_node *a = node->args; a != last; a = a->next) {
    zero__compile_branch(emitter, a, leaves_on,
                         leaves_on == truth ? jumps : &decided);
  }
  zero__compile_branch(emitter, last, truth, jumps);
  zero__land(emitter, &decided);
}

void zero__compile_branch(struct zero_emitter *emitter,
                          struct zero_node *node, bool truth,
                          struct zero_jumps *jumps) {
  if (is_given_up(emitter, node)) return;
  zero__heap_charge(emitter->heap, 1);
  unsigned mark = emitter->next;
  const struct zero_goal goal = {
      .kind = ZERO_GOAL_BRANCH, .truth = truth, .jumps = jumps};
  emitter->span = node->span;
  if (is_chain(node)) {
    branch_chain(emitter, node, truth, jumps);
  } else if (node->kind == ZERO_NODE_CONST) {
    if (zero__is_true(node->value) == truth) zero__emit_jump(emitter, jumps);
  } else if (zero__is_test(node)) {
    zero__compile_test(emitter, node, truth, jumps);
  } else if (body_branch(emitter, node, truth, jumps)) {
    emitter->next = mark;
    return;
  } else if (node->kind == ZERO_NODE_CALL_BUILTIN &&
             node->builtin == ZERO_BUILTIN_NOT) {
    zero__compile_branch(emitter, node->args, !truth, jumps);
  } else if (!compile_form(emitter, node, &goal)) {
    unsigned value = zero__compile_operand(emitter, node);
    emitter->span = node->span;
    zero__emit_jump_if(emitter, truth ? ZERO_OP_JTRUE : ZERO_OP_JFALSE,
                       value, jumps);
  }
  emitter->next = mark;
}

static void compile_body(struct zero_emitter *emitter) {
  struct zero_function_node *node = emitter->node;
  for (unsigned i = 0; i < node->param_count; i++) {
    node->params[i]->slot = (int)zero__take_register(emitter);
  }
  zero__compile_tail(emitter, node->body);
}

/* Where calls compiled in fill the function beyond a limit, it is compiled
 * again without. */
static zero_value compile_function(struct zero_heap *heap,
                                   struct zero_library *library,
                                   struct zero_function_node *node,
                                   struct zero_emitter *outer,
                                   struct zero_reports *reports) {
  struct zero_emitter emitter;
  zero__emitter_init(&emitter, heap, node, outer, reports);
  emitter.library = library;
  emitter.inlines = library != NULL;
  compile_body(&emitter);
  if (emitter.crowded) {
    zero__emitter_init(&emitter, heap, node, outer, reports);
    emitter.library = library;
    compile_body(&emitter);
  }
  if (emitter.failed) return ZERO_NONE;
  struct zero_code *code = zero__emitter_finish(&emitter);
  if (node->global == NULL) return zero__function_new(heap, &code->callable);
  zero__function(node->global->function)->code = &code->callable;
  return node->global->function;
}

zero_value zero__compile(struct zero_program *program,
                         struct zero_library *library,
                         struct zero_function_node *entry) {
  struct zero_heap *heap = program->heap;
  struct zero_reports *reports = &program->reports;
  zero_value made = ZERO_NONE;
  for (unsigned i = 0; i < program->function_count; i++) {
    compile_function(heap, library, program->functions[i], NULL, reports);
  }
  if (entry != NULL) {
    made = compile_function(heap, library, entry, NULL, reports);
  }
#ifdef ZERO_VERIFY
  if (reports->errors > 0) return made;
  for (unsigned i = 0; i < program->function_count; i++) {
    zero__verify_made(heap, program->functions[i]->global->function);
  }
  if (entry != NULL) zero__verify_made(heap, made);
#endif
  return made;
}
