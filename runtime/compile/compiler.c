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
#include "compile/code.h"
#include "facts/gen/builtin_index.h"
#include "value/record.h"
#include "value/text.h"

static zero_value compile_with(struct zero_emitter *emitter);

/* --- locals and captures ------------------------------------------------- */

/* True if the local has a register of the function being compiled. */
static bool is_here(const struct zero_emitter *emitter,
                    const struct zero_local *local) {
  return local->owner == emitter->node;
}

static void local_into(struct zero_emitter *emitter, struct zero_local *local,
                       unsigned dest) {
  if (is_here(emitter, local)) {
    zero__emit_move(emitter, dest, emitter->slots[local->index]);
  } else {
    uint32_t index = zero__capture(emitter, local);
    zero__emit(emitter, ZERO_OP_CAPTURE, dest, index, 0);
  }
}

/* Not in a frame that forms nest in: an emitter is large. */
static ZERO_APART void lambda_into(struct zero_emitter *emitter,
                                   struct zero_node *node, unsigned dest) {
  struct zero_emitter inner;
  zero__emitter_init(&inner, emitter->heap, node->function, emitter,
                     emitter->reports);
  zero_value function = compile_with(&inner);
  if (inner.failed) {
    emitter->crowded |= inner.crowded;
    emitter->failed = true;
    return;
  }
  size_t size = inner.capture_count * sizeof(struct zero_capture);
  struct zero_capture *captures =
      size == 0 ? NULL : zero__alloc(emitter->heap, ZERO_LEAF, size);
  for (unsigned i = 0; i < inner.capture_count; i++) {
    struct zero_local *local = inner.captures[i];
    bool here = is_here(emitter, local);
    captures[i].from_register = here;
    captures[i].index =
        here ? emitter->slots[local->index]
             : (uint8_t)zero__capture(emitter, local);
  }
  zero__code_of(function)->captures = captures;
  zero__emit_wide(emitter, size == 0 ? ZERO_OP_LOADK : ZERO_OP_CLOSURE, dest,
                  zero__constant(emitter, function));
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

/* --- turns --------------------------------------------------------------- */

/* True if `node` reads register `slot` of the running function, which
 * `emitter` compiles. Recursion is bounded by the reader's nesting limit. */
static bool reads(const struct zero_emitter *emitter,
                  const struct zero_node *node, unsigned slot) {
  zero__heap_charge(emitter->heap, 1);
  if (node->kind == ZERO_NODE_LOCAL) {
    return is_here(emitter, node->local) &&
           emitter->slots[node->local->index] == slot;
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

/* True if compiling `node` into a register writes that register only after
 * every operand was read. Not so the call of a value: the callee may wait there
 * while the arguments are computed. */
static bool writes_last(const struct zero_emitter *emitter,
                        const struct zero_node *node) {
  const struct zero_node *last = node->args;
  zero__heap_charge(emitter->heap, 1);
  switch (node->kind) {
    case ZERO_NODE_CONST:
    case ZERO_NODE_LOCAL:
    case ZERO_NODE_GLOBAL:
    case ZERO_NODE_BUILTIN:
    case ZERO_NODE_LAMBDA:
    case ZERO_NODE_CALL:
      return true;
    case ZERO_NODE_IF:
      return writes_last(emitter, last->next) &&
             writes_last(emitter, last->next->next);
    case ZERO_NODE_DO:
    case ZERO_NODE_LET:
    case ZERO_NODE_INLINED:
      return writes_last(emitter, zero__node_result(emitter->heap, node));
    case ZERO_NODE_CALL_BUILTIN:
      return !zero__is_test(node) && !is_apply(node);
    default:
      return false;
  }
}

static bool later_reads(const struct zero_emitter *emitter,
                        const struct zero_node *node, unsigned slot) {
  for (const struct zero_node *a = node->next; a != NULL; a = a->next) {
    if (reads(emitter, a, slot)) return true;
  }
  return false;
}

/* The function's call of itself in last position, or that of a loop: assigns
 * and goes back. A value goes straight into its register if no later one reads
 * that; otherwise it waits in a temporary until all are computed. */
static void compile_turn(struct zero_emitter *emitter, struct zero_node *node,
                         struct zero_local **locals,
                         const struct zero_open_loop *loop) {
  unsigned mark = emitter->next;
  int waiting[ZERO_PARAMS_MAX];
  int last = -1;
  int count = 0;
  for (struct zero_node *a = node->args; a != NULL; a = a->next, count++) {
    unsigned slot = emitter->slots[locals[count]->index];
    bool same = a->kind == ZERO_NODE_LOCAL && a->local == locals[count];
    bool direct = same || (writes_last(emitter, a) &&
                           !later_reads(emitter, a, slot));
    waiting[count] = direct ? -1 : (int)zero__take_register(emitter);
    zero__compile_into(emitter, a, direct ? slot : (unsigned)waiting[count]);
    if (!direct) last = count;
  }
  emitter->span = node->span;
  for (int i = 0; i < last; i++) {
    if (waiting[i] < 0) continue;
    zero__emit_move(emitter, emitter->slots[locals[i]->index],
                    (unsigned)waiting[i]);
  }
  zero__emit_turn(emitter, loop == NULL ? 0 : loop->top,
                  last < 0 ? 0 : emitter->slots[locals[last]->index],
                  last < 0 ? 0 : (unsigned)waiting[last]);
  emitter->next = mark;
}

/* --- forms --------------------------------------------------------------- */

/* Computes what the names of a `let`, or of inlined code, are bound to; returns
 * the body. The name of a local has its register, unless it is assigned. */
static struct zero_node *bind_locals(struct zero_emitter *emitter,
                                     struct zero_node *node) {
  struct zero_node *init = node->args;
  for (unsigned i = 0; i + 1 < node->count; i++, init = init->next) {
    const struct zero_local *local = node->locals[i];
    bool shares = init->kind == ZERO_NODE_LOCAL &&
                  (init->local == local || (node->kind != ZERO_NODE_LOOP &&
                                            is_here(emitter, init->local)));
    unsigned slot = shares ? emitter->slots[init->local->index]
                           : zero__take_register(emitter);
    if (!shares) zero__compile_into(emitter, init, slot);
    emitter->slots[local->index] = (uint8_t)slot;
  }
  return init;
}

/* All arguments except the last, for their effects. One that ends in a constant
 * does not load it: it is compiled as a jump that goes nowhere. */
static void effects(struct zero_emitter *emitter, struct zero_node *node) {
  for (struct zero_node *a = node->args; a->next != NULL; a = a->next) {
    unsigned mark = emitter->next;
    const struct zero_node *result = zero__node_result(emitter->heap, a);
    if (a != result && result->kind == ZERO_NODE_CONST) {
      struct zero_jumps never = {0};
      zero__compile_branch(emitter, a, !zero__is_true(result->value), &never);
    } else {
      zero__compile_operand(emitter, a);
    }
    emitter->next = mark;
  }
}

/* True if nothing after `node` is reached: it loops. */
static bool goes_round(struct zero_heap *heap, const struct zero_node *node) {
  zero__heap_charge(heap, 1);
  node = zero__node_result(heap, node);
  if (node->kind != ZERO_NODE_IF) return node->kind == ZERO_NODE_AGAIN;
  return goes_round(heap, node->args->next) &&
         goes_round(heap, node->args->next->next);
}

/* If only the second part loops it comes first: a turn then needs no jump to
 * it. */
static void compile_if(struct zero_emitter *emitter, struct zero_node *node,
                       const struct zero_goal *goal) {
  struct zero_heap *heap = emitter->heap;
  struct zero_node *condition = node->args;
  struct zero_node *first = condition->next;
  struct zero_node *second = first->next;
  bool swaps = emitter->loop != NULL && goes_round(heap, second) &&
               !goes_round(heap, first);
  struct zero_jumps otherwise = {0};
  struct zero_jumps end = {0};
  zero__compile_branch(emitter, condition, swaps, &otherwise);
  if (zero__compile_goal(emitter, swaps ? second : first, goal)) {
    zero__emit_jump(emitter, &end);
  }
  zero__land(emitter, &otherwise);
  zero__compile_goal(emitter, swaps ? first : second, goal);
  zero__land(emitter, &end);
}

/* Jumps if (and …) or (or …) is as true as asked. */
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

/* (and …) and (or …): the deciding value is the result. */
static void compile_chain(struct zero_emitter *emitter,
                          struct zero_node *node,
                          const struct zero_goal *goal) {
  if (goal->kind == ZERO_GOAL_BRANCH) {
    branch_chain(emitter, node, goal->truth, goal->jumps);
    return;
  }
  bool tail = goal->kind == ZERO_GOAL_TAIL;
  unsigned dest = tail ? zero__take_register(emitter) : goal->dest;
  enum zero_opcode leave =
      node->kind == ZERO_NODE_AND ? ZERO_OP_JFALSE : ZERO_OP_JTRUE;
  struct zero_jumps end = {0};
  struct zero_node *last = zero__node_last(emitter->heap, node);
  for (struct zero_node *a = node->args; a != last; a = a->next) {
    zero__compile_into(emitter, a, dest);
    emitter->span = a->span;
    zero__emit_jump_if(emitter, leave, dest, &end);
  }
  zero__compile_goal(emitter, last, goal);
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

/* What a trace needs of a function: its code, or a substitute while it has
 * none. */
static struct zero_code *nameplate(struct zero_heap *heap,
                                   const struct zero_function_node *function) {
  const struct zero_global *global = function->global;
  if (global != NULL && zero__function(global->function)->code != NULL) {
    return zero__code_of(global->function);
  }
  struct zero_code *code = zero__code_new(heap, 0);
  code->callable.name = zero__text_of(heap, function->name);
  code->source = function->source;
  return code;
}

/* The body of a function in place of its call. A function of lib/core that
 * makes calls itself is a loop, or calls one: traces do not show it. */
static void compile_inlined(struct zero_emitter *emitter,
                            struct zero_node *node,
                            const struct zero_goal *goal) {
  const struct zero_function_node *function = node->inlined;
  uint32_t site = emitter->site;
  struct zero_node *body = bind_locals(emitter, node);
  struct zero_open_loop loop = {.node = node, .outer = emitter->loop};
  emitter->span = node->span;
  zero__emit_charge(emitter);
  if (function != NULL) {
    zero__open_site(emitter, nameplate(emitter->heap, function),
                    function->calls && function->source->library);
  }
  if (node->kind == ZERO_NODE_LOOP) emitter->loop = &loop;
  loop.top = emitter->size;
  zero__compile_goal(emitter, body, goal);
  emitter->loop = loop.outer;
  emitter->site = site;
  emitter->span = node->span;
}

/* Forms whose value is that of a last part. False if `node` is not one. */
static ZERO_APART bool compile_form(struct zero_emitter *emitter,
                                    struct zero_node *node,
                                    const struct zero_goal *goal) {
  switch (node->kind) {
    case ZERO_NODE_IF:
      compile_if(emitter, node, goal);
      return true;
    case ZERO_NODE_AND:
    case ZERO_NODE_OR:
      compile_chain(emitter, node, goal);
      return true;
    case ZERO_NODE_DO:
      effects(emitter, node);
      zero__compile_goal(emitter, zero__node_last(emitter->heap, node), goal);
      return true;
    case ZERO_NODE_LET:
      zero__compile_goal(emitter, bind_locals(emitter, node), goal);
      return true;
    case ZERO_NODE_INLINED:
    case ZERO_NODE_LOOP:
      compile_inlined(emitter, node, goal);
      return true;
    case ZERO_NODE_AGAIN: {
      const struct zero_open_loop *loop = emitter->loop;
      while (loop->node != node->loop) loop = loop->outer;
      compile_turn(emitter, node, node->loop->locals, loop);
      return true;
    }
    case ZERO_NODE_MATCH:
      zero__compile_match(emitter, node, goal);
      return true;
    default:
      return false;
  }
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
      zero__emit_load(emitter, dest,
                      zero__builtin_stub(emitter->heap, node->builtin));
      break;
    case ZERO_NODE_LAMBDA:
      lambda_into(emitter, node, dest);
      break;
    case ZERO_NODE_TRY:
      compile_try(emitter, node, dest);
      break;
    case ZERO_NODE_CALL:
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

/* If the C stack has no room for the parts of `node`, that is reported and
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

unsigned zero__compile_operand(struct zero_emitter *emitter,
                               struct zero_node *node) {
  if (node->kind == ZERO_NODE_LOCAL && is_here(emitter, node->local)) {
    emitter->span = node->span;
    return emitter->slots[node->local->index];
  }
  unsigned dest = zero__take_register(emitter);
  zero__compile_into(emitter, node, dest);
  return dest;
}

/* True of what is evaluated, not called. */
static bool is_entry(const struct zero_function_node *function) {
  return function->global == NULL && function->parent == NULL;
}

/* True for a call that gets a frame even in last position, so that a fault has
 * its caller in the trace: a call in evaluated text, which runs only once, or
 * one in lib/core. In lib/core only calls that cannot lead back into the
 * program count: others would use up the stack. */
static bool keeps_frame(const struct zero_emitter *emitter,
                        const struct zero_node *node) {
  if (is_entry(emitter->node)) return true;
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

/* A call in last position: of the function itself, or with no frame left here.
 * False if `node` is not a call, or gets a frame. */
static bool compile_last_call(struct zero_emitter *emitter,
                              struct zero_node *node) {
  if (node->kind == ZERO_NODE_CALL &&
      node->global == emitter->node->global) {
    compile_turn(emitter, node, emitter->node->params, NULL);
    return true;
  }
  bool calls = node->kind == ZERO_NODE_CALL ||
               node->kind == ZERO_NODE_CALL_VALUE || is_apply(node);
  if (!calls || keeps_frame(emitter, node)) return false;
  emit_call(emitter, node, zero__take_register(emitter), true);
  return true;
}

/* A node that is not a form, for a goal. */
static void compile_plain(struct zero_emitter *emitter, struct zero_node *node,
                          const struct zero_goal *goal) {
  if (goal->kind == ZERO_GOAL_INTO) {
    plain_into(emitter, node, goal->dest);
  } else if (goal->kind == ZERO_GOAL_TAIL) {
    unsigned result = zero__compile_operand(emitter, node);
    emitter->span = node->span;
    zero__emit(emitter, ZERO_OP_RETURN, result, 0, 0);
  } else if (node->kind == ZERO_NODE_CONST) {
    if (zero__is_true(node->value) == goal->truth) {
      zero__emit_jump(emitter, goal->jumps);
    }
  } else if (zero__is_test(node)) {
    zero__compile_test(emitter, node, goal->truth, goal->jumps);
  } else if (node->kind == ZERO_NODE_CALL_BUILTIN &&
             node->builtin == ZERO_BUILTIN_NOT) {
    zero__compile_branch(emitter, node->args, !goal->truth, goal->jumps);
  } else {
    unsigned value = zero__compile_operand(emitter, node);
    emitter->span = node->span;
    zero__emit_jump_if(emitter, goal->truth ? ZERO_OP_JTRUE : ZERO_OP_JFALSE,
                       value, goal->jumps);
  }
}

bool zero__compile_goal(struct zero_emitter *emitter, struct zero_node *node,
                        const struct zero_goal *goal) {
  bool tail = goal->kind == ZERO_GOAL_TAIL;
  if (is_given_up(emitter, node)) return false;
  zero__heap_charge(emitter->heap, 1);
  unsigned mark = emitter->next;
  emitter->span = node->span;
  if (!(tail && compile_last_call(emitter, node)) &&
      !compile_form(emitter, node, goal)) {
    compile_plain(emitter, node, goal);
  }
  emitter->next = mark;
  if (goal->kind == ZERO_GOAL_BRANCH && node->kind == ZERO_NODE_CONST) {
    return zero__is_true(node->value) != goal->truth;
  }
  return !tail &&
         (emitter->loop == NULL || !goes_round(emitter->heap, node));
}

void zero__compile_into(struct zero_emitter *emitter, struct zero_node *node,
                        unsigned dest) {
  const struct zero_goal goal = {.kind = ZERO_GOAL_INTO, .dest = dest};
  zero__compile_goal(emitter, node, &goal);
}

void zero__compile_branch(struct zero_emitter *emitter,
                          struct zero_node *node, bool truth,
                          struct zero_jumps *jumps) {
  const struct zero_goal goal = {
      .kind = ZERO_GOAL_BRANCH, .truth = truth, .jumps = jumps};
  zero__compile_goal(emitter, node, &goal);
}

static zero_value compile_with(struct zero_emitter *emitter) {
  struct zero_function_node *node = emitter->node;
  for (unsigned i = 0; i < node->param_count; i++) {
    emitter->slots[node->params[i]->index] =
        (uint8_t)zero__take_register(emitter);
  }
  const struct zero_goal result = {.kind = ZERO_GOAL_TAIL};
  zero__compile_goal(emitter, node->body, &result);
  if (emitter->failed) return ZERO_NONE;
  struct zero_code *code = zero__emitter_finish(emitter);
  if (node->global == NULL) {
    return zero__function_new(emitter->heap, &code->callable);
  }
  zero__function(node->global->function)->code = &code->callable;
  return node->global->function;
}

/* If inlined calls fill the function beyond a limit, it is compiled
 * again without. */
static zero_value compile_function(struct zero_program *program,
                                   struct zero_function_node *node,
                                   bool inlines) {
  struct zero_heap *heap = program->heap;
  bool gains = !is_entry(node) || node->has_lambdas;
  struct zero_function_node *wider =
      inlines && gains ? zero__inline(heap, node) : NULL;
  struct zero_emitter emitter;
  zero__emitter_init(&emitter, heap, wider == NULL ? node : wider, NULL,
                     &program->reports);
  emitter.inlined = wider != NULL;
  zero_value function = compile_with(&emitter);
  if (!emitter.crowded) return function;
  return compile_function(program, node, false);
}

zero_value zero__compile(struct zero_program *program, bool inlines,
                         struct zero_function_node *entry) {
  zero_value made = ZERO_NONE;
  for (unsigned i = 0; i < program->function_count; i++) {
    compile_function(program, program->functions[i], inlines);
  }
  if (entry != NULL) made = compile_function(program, entry, inlines);
#ifdef ZERO_VERIFY
  if (program->reports.errors > 0) return made;
  for (unsigned i = 0; i < program->function_count; i++) {
    zero__verify_made(program->heap, program->functions[i]->global->function);
  }
  if (entry != NULL) zero__verify_made(program->heap, made);
#endif
  return made;
}
