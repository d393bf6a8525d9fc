/* inline.c - calls compiled in place. */
#include "compile/inline.h"

#include "base/stack.h"
#include "facts/gen/builtin_index.h"
#include "value/record.h"

enum {
  PARAMS = 8,   /* most of a function that is compiled in */
  TINY = 16,    /* nodes of a body that may be in itself twice, and of an
                   anonymous function that replaces each of its calls */
  SMALL = 28,   /* nodes and patterns of a body that is compiled in */
  GROWTH = 240, /* the same, of all that one function takes in */
  FACTOR = 12   /* and no more than so many times its own, and two more */
};

/* The meaning of a name of the text where the text is copied. */
struct meaning {
  enum zero_node_kind kind; /* LOCAL, CONST, GLOBAL or LAMBDA */
  union {
    struct zero_local *local; /* of the copy */
    zero_value value;
    struct zero_global *global;
    const struct zero_node *lambda; /* of the text, to be copied */
  };
  struct frame *written; /* the frame that contains the lambda */
  bool own;              /* the local was made for this name */
  unsigned uses;         /* of the name, once they are surveyed */
  unsigned calls;        /* those of them that call it */
};

/* The names of a named function, and of the anonymous ones in it. */
struct names {
  const struct zero_function_node *function;
  struct meaning *meanings;   /* by index of the local */
  bool surveyed;
  bool calls_itself_within;   /* not as the last thing that it does */
  unsigned turns;             /* calls of itself that are the last thing */
  unsigned varied;            /* bit i: not each of them hands parameter i on */
};

/* A body being copied: of the function compiled, of one compiled in, or of an
 * anonymous one. */
struct frame {
  const struct frame *outer; /* of the call; of a lambda, around it */
  const struct zero_global *global; /* NULL of a lambda */
  struct names *names;
  bool runs_once;               /* of what is evaluated: inlining code
                                   without a loop costs more than it saves */
  struct zero_node *loop;       /* that it becomes, or NULL */
  unsigned assigned;            /* bit i: parameter i is a name of the loop */
};

/* A function being made. */
struct output {
  struct zero_function_node *function;
  const struct zero_node *body; /* that it is made of */
  unsigned inlined; /* nodes taken in */
  unsigned growth;  /* those that may be; 0: not known yet */
};

struct inliner {
  struct zero_heap *heap;
  enum zero_storage storage;
  struct output *output;
  const struct zero_node **made; /* by index of the copy's locals: the node
                                    that makes its record, or NULL */
  unsigned made_room;
  unsigned local_count;
  bool inlines;
  bool failed; /* the C stack has no room: do not use the result */
};

/* The use of a node's value. */
enum {
  PLACE_RESULT = 1, /* it is that of the frame's body */
  PLACE_TAIL = 2    /* and of the function being made */
};

static struct zero_node *copy_node(struct inliner *in, struct frame *frame,
                                   const struct zero_node *node,
                                   unsigned place);
static void copy_function(struct inliner *in, struct frame *frame,
                          struct zero_function_node *twin,
                          const struct zero_function_node *function);

static void *make(const struct inliner *in, size_t size) {
  return zero__alloc(in->heap, in->storage, size);
}

/* --- what may be inlined ------------------------------------------------- */

struct measure {
  unsigned left; /* nodes and patterns that are still allowed */
  bool calls;    /* one calls a function by its name */
};

static bool is_small(const struct zero_node *node, struct measure *measure);

static bool take(struct measure *measure) {
  if (measure->left == 0) return false;
  --measure->left;
  return true;
}

static bool is_small_pattern(const struct zero_pattern *pattern,
                             struct measure *measure) {
  if (!take(measure)) return false;
  if (pattern->kind == ZERO_PATTERN_LIST && pattern->rest != NULL &&
      !is_small_pattern(pattern->rest, measure)) {
    return false;
  }
  for (const struct zero_pattern *p = pattern->parts; p != NULL;
       p = p->next) {
    if (!is_small_pattern(p, measure)) return false;
  }
  return true;
}

/* False if there are too many, or one needs a frame of its own. */
static bool is_small(const struct zero_node *node, struct measure *measure) {
  if (node->kind == ZERO_NODE_LAMBDA || node->kind == ZERO_NODE_TRY ||
      !take(measure)) {
    return false;
  }
  if (node->kind == ZERO_NODE_CALL) measure->calls = true;
  for (const struct zero_node *a = node->args; a != NULL; a = a->next) {
    if (!is_small(a, measure)) return false;
  }
  if (node->kind != ZERO_NODE_MATCH) return true;
  for (const struct zero_clause *c = node->clauses; c != NULL; c = c->next) {
    if (!is_small_pattern(c->pattern, measure) ||
        !is_small(c->body, measure)) {
      return false;
    }
  }
  return true;
}

/* Nodes of a body, 0 if it is not for compiling in. */
static unsigned size_of(struct zero_heap *heap,
                        const struct zero_function_node *function,
                        bool *calls) {
  struct measure measure = {.left = SMALL};
  *calls = function != NULL && function->calls;
  if (function == NULL || function->size > 0) {
    return function == NULL ? 0 : function->size;
  }
  if (function->param_count > PARAMS) return 0;
  bool small = is_small(function->body, &measure);
  zero__heap_charge(heap, SMALL - measure.left);
  *calls = measure.calls;
  return small ? SMALL - measure.left : 0;
}

/* --- surveys ------------------------------------------------------------- */

/* True if the value of `node` is that of its part `arg`. */
static bool is_result(const struct zero_node *node,
                      const struct zero_node *arg) {
  switch (node->kind) {
    case ZERO_NODE_IF:
      return arg != node->args;
    case ZERO_NODE_DO:
    case ZERO_NODE_LET:
    case ZERO_NODE_AND:
    case ZERO_NODE_OR:
      return arg->next == NULL;
    default:
      return false;
  }
}

static void survey_own_call(struct names *names, const struct zero_node *call,
                            bool last) {
  const struct zero_node *a = call->args;
  if (last) {
    names->turns++;
  } else {
    names->calls_itself_within = true;
  }
  for (unsigned i = 0; i < PARAMS && a != NULL; i++, a = a->next) {
    if (a->kind != ZERO_NODE_LOCAL ||
        a->local != names->function->params[i]) {
      names->varied |= 1u << i;
    }
  }
}

/* Counts the uses of names, and calls of the function itself. `node` belongs to
 * the function `around`: a function in which a name is not bound may use it any
 * number of times. */
static void survey(struct inliner *in, struct names *names,
                   const struct zero_function_node *around,
                   const struct zero_node *node, bool last) {
  zero__heap_charge(in->heap, 1);
  if (ZERO_UNLIKELY(zero__stack_is_low())) in->failed = true;
  if (in->failed) return;
  if (node->kind == ZERO_NODE_LOCAL) {
    names->meanings[node->local->index].uses +=
        node->local->owner == around ? 1 : 2;
  } else if (node->kind == ZERO_NODE_LAMBDA) {
    survey(in, names, node->function, node->function->body, false);
  } else if (node->kind == ZERO_NODE_CALL_VALUE &&
             node->args->kind == ZERO_NODE_LOCAL) {
    names->meanings[node->args->local->index].calls +=
        node->args->local->owner == around ? 1 : 2;
  } else if (node->kind == ZERO_NODE_CALL &&
             node->global == names->function->global) {
    survey_own_call(names, node, last);
  }
  for (const struct zero_node *a = node->args; a != NULL; a = a->next) {
    survey(in, names, around, a, last && is_result(node, a));
  }
  if (node->kind != ZERO_NODE_MATCH) return;
  for (const struct zero_clause *c = node->clauses; c != NULL; c = c->next) {
    survey(in, names, around, c->body, last);
  }
}

static struct names names_of(struct zero_heap *heap,
                             const struct zero_function_node *function) {
  struct names names = {.function = function};
  names.meanings = zero__tree_alloc(
      heap, (function->local_count + 1) * sizeof *names.meanings);
  return names;
}

static const struct names *surveyed(struct inliner *in, struct names *names) {
  const struct zero_function_node *function = names->function;
  if (!names->surveyed) {
    names->surveyed = true;
    survey(in, names, function, function->body, true);
  }
  return names;
}

/* The anonymous function that `arg` is known to be, and the frame that contains
 * it; or NULL. */
static const struct zero_node *lambda_of(struct frame *frame,
                                         const struct zero_node *arg,
                                         struct frame **written) {
  *written = frame;
  if (arg->kind == ZERO_NODE_LAMBDA) return arg;
  if (arg->kind != ZERO_NODE_LOCAL) return NULL;
  const struct meaning *meaning = &frame->names->meanings[arg->local->index];
  *written = meaning->written;
  return meaning->kind == ZERO_NODE_LAMBDA ? meaning->lambda : NULL;
}

/* Nodes that the function being made may take in. Proportional to its size, so
 * that code and compile time stay proportional to the program. */
static bool may_grow(struct inliner *in, unsigned size) {
  struct output *output = in->output;
  if (output->growth == 0) {
    struct measure measure = {.left = SMALL};
    bool small = is_small(output->body, &measure);
    unsigned most = FACTOR * (SMALL - measure.left + 2);
    output->growth = small && most < GROWTH ? most : GROWTH;
  }
  if (output->inlined + size > output->growth) return false;
  output->inlined += size;
  return true;
}

/* True if an anonymous function replaces the uses of the name that it is bound
 * to; `handed_on` of them only bind that name again. */
static bool goes_in_place(struct inliner *in, const struct meaning *meaning,
                          const struct zero_node *lambda,
                          unsigned handed_on) {
  unsigned uses = meaning->uses - handed_on;
  if (uses <= 1 && (handed_on == 0 || meaning->calls == uses)) return true;
  bool calls;
  unsigned size = size_of(in->heap, lambda->function, &calls);
  return meaning->calls == uses && size > 0 && size <= TINY &&
         may_grow(in, size * (uses - 1));
}

/* --- names ---------------------------------------------------------------- */

static struct zero_local *local_new(struct inliner *in) {
  struct zero_local *twin = make(in, sizeof *twin);
  twin->owner = in->output->function;
  twin->index = in->local_count++;
  return twin;
}

static void stand_for_local(struct frame *frame,
                            const struct zero_local *local,
                            struct zero_local *twin) {
  struct meaning *meaning = &frame->names->meanings[local->index];
  meaning->kind = ZERO_NODE_LOCAL;
  meaning->local = twin;
  meaning->own = false;
}

static void stand_for_lambda(struct frame *frame,
                             const struct zero_local *local,
                             const struct zero_node *lambda,
                             struct frame *written) {
  struct meaning *meaning = &frame->names->meanings[local->index];
  meaning->kind = ZERO_NODE_LAMBDA;
  meaning->lambda = lambda;
  meaning->written = written;
}

/* The `layout-new` of a known variant that makes the value of a copied node;
 * NULL if that is not known. */
static const struct zero_node *maker_of(const struct inliner *in,
                                        const struct zero_node *node) {
  node = zero__node_result(in->heap, node);
  if (node->kind == ZERO_NODE_LOCAL) {
    unsigned index = node->local->index;
    return index < in->made_room ? in->made[index] : NULL;
  }
  bool makes = node->kind == ZERO_NODE_CALL_BUILTIN &&
               node->builtin == ZERO_BUILTIN_LAYOUT_NEW &&
               node->variant != NULL && !zero__may_be_live(node->variant);
  return makes ? node : NULL;
}

static void note_maker(struct inliner *in, const struct zero_local *local,
                       const struct zero_node *maker) {
  if (maker == NULL && local->index >= in->made_room) return;
  if (local->index >= in->made_room) {
    unsigned room = 2 * local->index + 8;
    const struct zero_node **made = make(in, room * sizeof *made);
    zero__heap_copy(in->heap, made, in->made,
                    in->made_room * sizeof *made);
    in->made = made;
    in->made_room = room;
  }
  in->made[local->index] = maker;
}

/* Lets a name mean the value of a copied node. Returns the local that it is
 * computed into, or NULL if it needs none: a constant, or a name of the
 * function being made. A name that is assigned always needs one. */
static struct zero_local *bind(struct inliner *in, struct frame *frame,
                               const struct zero_local *local,
                               const struct zero_node *init, bool assigned) {
  struct meaning *meaning = &frame->names->meanings[local->index];
  bool here = init->kind == ZERO_NODE_LOCAL &&
              init->local->owner == in->output->function;
  bool known = here || init->kind == ZERO_NODE_CONST ||
               init->kind == ZERO_NODE_GLOBAL;
  if (known && !assigned) {
    meaning->kind = init->kind;
    meaning->own = false;
    if (here) meaning->local = init->local;
    if (init->kind == ZERO_NODE_CONST) meaning->value = init->value;
    if (init->kind == ZERO_NODE_GLOBAL) meaning->global = init->global;
    return NULL;
  }
  struct zero_local *twin = local_new(in);
  stand_for_local(frame, local, twin);
  meaning->own = true;
  if (!assigned) note_maker(in, twin, maker_of(in, init));
  return twin;
}

/* --- copies --------------------------------------------------------------- */

static struct zero_node *copy_shallow(const struct inliner *in,
                                      const struct zero_node *node) {
  struct zero_node *twin = make(in, sizeof *twin);
  *twin = *node;
  twin->next = NULL;
  return twin;
}

static void copy_args(struct inliner *in, struct frame *frame,
                      const struct zero_node *node, struct zero_node *twin,
                      unsigned place) {
  struct zero_node **end = &twin->args;
  for (const struct zero_node *a = node->args; a != NULL; a = a->next) {
    *end = copy_node(in, frame, a, is_result(node, a) ? place : 0);
    end = &(*end)->next;
  }
}

static struct zero_pattern *copy_patterns(struct inliner *in,
                                          struct frame *frame,
                                          const struct zero_pattern *first) {
  struct zero_pattern *copied = NULL;
  struct zero_pattern **end = &copied;
  for (; first != NULL; first = first->next) {
    struct zero_pattern *twin = make(in, sizeof *twin);
    *twin = *first;
    twin->parts = copy_patterns(in, frame, first->parts);
    if (first->kind == ZERO_PATTERN_BIND) {
      twin->local = local_new(in);
      stand_for_local(frame, first->local, twin->local);
    } else if (first->kind == ZERO_PATTERN_LIST) {
      twin->rest = copy_patterns(in, frame, first->rest);
    }
    *end = twin;
    end = &twin->next;
  }
  return copied;
}

/* Clauses for a variant that the subject is known not to be are left out. */
static void copy_clauses(struct inliner *in, struct frame *frame,
                         const struct zero_node *node, struct zero_node *twin,
                         unsigned place) {
  const struct zero_node *maker = maker_of(in, twin->args);
  struct zero_clause **end = &twin->clauses;
  for (const struct zero_clause *c = node->clauses; c != NULL; c = c->next) {
    if (maker != NULL && c->pattern->kind == ZERO_PATTERN_VARIANT &&
        c->pattern->variant != maker->variant) {
      continue;
    }
    struct zero_clause *copied = make(in, sizeof *copied);
    copied->pattern = copy_patterns(in, frame, c->pattern);
    copied->body = copy_node(in, frame, c->body, place);
    *end = copied;
    end = &copied->next;
  }
  *end = NULL;
}

/* An anonymous function as a value. */
static struct zero_node *copy_lambda(struct inliner *in, struct frame *frame,
                                     const struct zero_node *lambda) {
  struct zero_node *twin = copy_shallow(in, lambda);
  struct output *outer = in->output;
  struct output output = {.function = make(in, sizeof *output.function),
                          .body = lambda->function->body};
  struct frame inside = {.outer = frame, .names = frame->names};
  in->output = &output;
  copy_function(in, &inside, output.function, lambda->function);
  in->output = outer;
  twin->function = output.function;
  return twin;
}

static struct zero_node *copy_name(struct inliner *in, struct frame *frame,
                                   const struct zero_node *node) {
  const struct meaning *meaning = &frame->names->meanings[node->local->index];
  if (meaning->kind == ZERO_NODE_LAMBDA) {
    struct zero_node *lambda =
        copy_lambda(in, meaning->written, meaning->lambda);
    lambda->span = node->span; /* its value is made there */
    return lambda;
  }
  struct zero_node *twin = copy_shallow(in, node);
  twin->kind = meaning->kind;
  if (meaning->kind == ZERO_NODE_LOCAL) {
    twin->local = meaning->local;
  } else if (meaning->kind == ZERO_NODE_GLOBAL) {
    twin->global = meaning->global;
  } else {
    twin->value = meaning->value;
  }
  return twin;
}

/* `first`, and after it the value of `second`. */
static struct zero_node *sequence(const struct inliner *in,
                                  struct zero_node *first,
                                  struct zero_node *second) {
  if (first->kind == ZERO_NODE_CONST || first->kind == ZERO_NODE_LOCAL) {
    return second;
  }
  struct zero_node *both = make(in, sizeof *both);
  both->kind = ZERO_NODE_DO;
  both->span = second->span;
  both->count = 2;
  both->args = first;
  first->next = second;
  return both;
}

/* --- forms ---------------------------------------------------------------- */

static struct zero_node *copy_let(struct inliner *in, struct frame *frame,
                                  const struct zero_node *node,
                                  unsigned place) {
  struct zero_node *twin = copy_shallow(in, node);
  struct zero_node **end = &twin->args;
  unsigned kept = 0;
  const struct zero_node *init = node->args;
  twin->locals = make(in, (node->count - 1) * sizeof *twin->locals);
  for (unsigned i = 0; init->next != NULL; i++, init = init->next) {
    struct zero_local *local = node->locals[i];
    if (in->inlines && init->kind == ZERO_NODE_LAMBDA &&
        goes_in_place(in, &surveyed(in, frame->names)->meanings[local->index],
                      init, 0)) {
      stand_for_lambda(frame, local, init, frame);
      continue;
    }
    struct zero_node *copied = copy_node(in, frame, init, 0);
    local = bind(in, frame, local, copied, false);
    if (local == NULL) continue;
    twin->locals[kept++] = local;
    *end = copied;
    end = &copied->next;
  }
  struct zero_node *body = copy_node(in, frame, init, place);
  if (kept == 0) return body;
  *end = body;
  twin->count = kept + 1;
  return twin;
}

/* --- calls ---------------------------------------------------------------- */

/* True if `arg` is the one use of a name with a local of its own: a loop may
 * take that, and the value does not outlive its turn. */
static bool is_spent(const struct frame *frame, const struct zero_node *arg) {
  if (arg->kind != ZERO_NODE_LOCAL || !frame->names->surveyed) return false;
  const struct meaning *meaning = &frame->names->meanings[arg->local->index];
  return meaning->kind == ZERO_NODE_LOCAL && meaning->own &&
         meaning->uses == 1;
}

/* Copies the body of `function` for `frame`, in place of a call in frame `from`
 * with arguments from `first` on. All of them are copied before the first is
 * bound: one may contain a copy of the same function. */
static struct zero_node *copy_body(struct inliner *in, struct frame *frame,
                                   struct frame *from,
                                   const struct zero_node *call,
                                   const struct zero_node *first,
                                   struct zero_function_node *function,
                                   bool loops, unsigned place) {
  struct names *names = frame->names;
  struct zero_node *twin = copy_shallow(in, call);
  struct zero_node *inits[PARAMS];
  const struct zero_node *lambdas[PARAMS];
  struct frame *written[PARAMS];
  bool spent[PARAMS];
  unsigned count = function->param_count;
  for (unsigned i = 0; i < count; i++, first = first->next) {
    bool varies = loops && (names->varied >> i & 1) != 0;
    spent[i] = varies && is_spent(from, first);
    lambdas[i] = varies ? NULL : lambda_of(from, first, &written[i]);
    unsigned index = function->params[i]->index;
    if (lambdas[i] != NULL &&
        !goes_in_place(in, &surveyed(in, names)->meanings[index], lambdas[i],
                       loops ? names->turns : 0)) {
      lambdas[i] = NULL;
    }
    inits[i] = lambdas[i] == NULL ? copy_node(in, from, first, 0) : NULL;
  }
  twin->kind = loops ? ZERO_NODE_LOOP : ZERO_NODE_INLINED;
  twin->locals = make(in, (count + 1) * sizeof *twin->locals);
  twin->inlined = function;
  twin->count = 1;
  struct zero_node **end = &twin->args;
  for (unsigned i = 0; i < count; i++) {
    const struct zero_local *local = function->params[i];
    if (lambdas[i] != NULL) {
      stand_for_lambda(frame, local, lambdas[i], written[i]);
      continue;
    }
    bool varies = loops && (names->varied >> i & 1) != 0;
    struct zero_local *bound = inits[i]->local;
    if (spent[i]) {
      stand_for_local(frame, local, bound);
      note_maker(in, bound, NULL); /* it varies from now on */
    } else {
      bound = bind(in, frame, local, inits[i], varies);
    }
    if (bound == NULL) continue;
    frame->assigned |= 1u << i;
    twin->locals[twin->count++ - 1] = bound;
    *end = inits[i];
    end = &inits[i]->next;
  }
  if (loops) frame->loop = twin;
  *end = copy_node(in, frame, function->body, place | PLACE_RESULT);
  return twin;
}

/* A loop's call of itself: assigns what varies and starts the next turn. */
static struct zero_node *copy_turn(struct inliner *in, struct frame *frame,
                                   const struct zero_node *call) {
  struct zero_node *twin = copy_shallow(in, call);
  struct zero_node **end = &twin->args;
  const struct zero_node *a = call->args;
  twin->kind = ZERO_NODE_AGAIN;
  twin->loop = frame->loop;
  twin->args = NULL;
  for (unsigned i = 0; a != NULL; i++, a = a->next) {
    if ((frame->assigned >> i & 1) == 0) continue;
    *end = copy_node(in, frame, a, 0);
    end = &(*end)->next;
  }
  return twin;
}

/* A function is inlined into itself once, and not again into what is
 * inlined. */
static bool is_open(const struct frame *frame,
                    const struct zero_global *global, unsigned size) {
  unsigned count = 0;
  for (; frame->outer != NULL; frame = frame->outer) {
    if (frame->global == global) count++;
  }
  return count >= (size > TINY ? 1 : 2);
}

/* True if a surveyed function only loops, and calls what each turn passes on as
 * parameter `index`. */
static bool loops_over(const struct names *names, unsigned index) {
  const struct zero_local *param = names->function->params[index];
  return names->turns > 0 && !names->calls_itself_within &&
         (names->varied >> index & 1) == 0 &&
         names->meanings[param->index].calls > 0;
}

/* True if one of the arguments from `first` on is an anonymous function: one
 * that `loop` passes on, if that is not NULL. */
static bool has_lambda(struct frame *from, const struct zero_node *first,
                       const struct names *loop) {
  struct frame *written;
  for (unsigned i = 0; first != NULL; i++, first = first->next) {
    if (lambda_of(from, first, &written) != NULL &&
        (loop == NULL || loops_over(loop, i))) {
      return true;
    }
  }
  return false;
}

/* The body of the function that `call` calls with arguments from `first` on;
 * NULL if the call is to be made. A function of lib/core that calls others is
 * inlined only as a loop. */
static struct zero_node *inline_call(struct inliner *in, struct frame *from,
                                     const struct zero_node *call,
                                     const struct zero_global *global,
                                     const struct zero_node *first,
                                     unsigned place) {
  struct zero_function_node *function = global->node;
  bool calls = false;
  unsigned size = in->inlines ? size_of(in->heap, function, &calls) : 0;
  bool lambda = size > 0 && has_lambda(from, first, NULL);
  bool own = size > 0 && !function->source->library;
  bool lambda_only = from->runs_once || (!own && calls);
  if (size == 0 || (lambda_only && !lambda)) return NULL;
  struct names names = names_of(in->heap, function);
  struct frame frame = {.outer = from, .global = global, .names = &names};
  bool loops =
      lambda && calls && has_lambda(from, first, surveyed(in, &names));
  if (!own && calls && !loops && function->body->kind != ZERO_NODE_CALL) {
    return NULL;
  }
  if (!loops && is_open(from, global, size)) return NULL;
  if (own && !may_grow(in, size)) return NULL;
  return copy_body(in, &frame, from, call, first, function, loops, place);
}

static struct zero_node *copy_call(struct inliner *in, struct frame *frame,
                                   const struct zero_node *node,
                                   unsigned place) {
  bool turns = (place & PLACE_RESULT) != 0 && node->global == frame->global;
  if (frame->loop != NULL && turns) return copy_turn(in, frame, node);
  if ((place & PLACE_TAIL) == 0 ||
      node->global != in->output->function->global) {
    struct zero_node *body =
        inline_call(in, frame, node, node->global, node->args, place);
    if (body != NULL) return body;
  }
  struct zero_node *twin = copy_shallow(in, node);
  copy_args(in, frame, node, twin, 0);
  return twin;
}

/* The named function that a value is known to be, of the program or of
 * lib/core and with `count` parameters; NULL else. */
static struct zero_global *global_of(const struct frame *frame,
                                     const struct zero_node *callee,
                                     unsigned count) {
  if (callee->kind != ZERO_NODE_LOCAL) return NULL;
  const struct meaning *meaning =
      &frame->names->meanings[callee->local->index];
  if (meaning->kind != ZERO_NODE_GLOBAL) return NULL;
  struct zero_global *global = meaning->global;
  bool fits = global->signature == NULL && global->param_count == count;
  return fits ? global : NULL;
}

/* A function known if it is called is not called by value. */
static struct zero_node *copy_value_call(struct inliner *in,
                                         struct frame *frame,
                                         const struct zero_node *node,
                                         unsigned place) {
  const struct zero_node *first = node->args->next;
  unsigned count = node->count - 1;
  struct frame *written;
  const struct zero_node *lambda = lambda_of(frame, node->args, &written);
  struct zero_global *global = global_of(frame, node->args, count);
  if (in->inlines && lambda != NULL && count <= PARAMS &&
      lambda->function->param_count == count) {
    struct frame inside = {.outer = written, .names = written->names};
    return copy_body(in, &inside, frame, node, first, lambda->function, false,
                     place);
  }
  struct zero_node *body =
      global == NULL
          ? NULL
          : inline_call(in, frame, node, global, first, place);
  if (body != NULL) return body;
  struct zero_node *twin = copy_shallow(in, node);
  copy_args(in, frame, node, twin, 0);
  if (global != NULL) {
    twin->kind = ZERO_NODE_CALL;
    twin->global = global;
    twin->args = twin->args->next;
    twin->count = count;
  }
  return twin;
}

/* --- known values --------------------------------------------------------- */

static struct zero_node *copy_if(struct inliner *in, struct frame *frame,
                                 const struct zero_node *node,
                                 unsigned place) {
  struct zero_node *condition = copy_node(in, frame, node->args, 0);
  const struct zero_node *known = zero__node_result(in->heap, condition);
  const struct zero_node *yes = node->args->next;
  if (known->kind == ZERO_NODE_CONST) {
    const struct zero_node *taken =
        zero__is_true(known->value) ? yes : yes->next;
    return sequence(in, condition, copy_node(in, frame, taken, place));
  }
  struct zero_node *twin = copy_shallow(in, node);
  twin->args = condition;
  condition->next = copy_node(in, frame, yes, place);
  condition->next->next = copy_node(in, frame, yes->next, place);
  return twin;
}

/* A builtin's call. A test of a record whose variant is known is left out, but
 * still costs the same. */
static struct zero_node *copy_builtin(struct inliner *in, struct frame *frame,
                                      const struct zero_node *node) {
  struct zero_node *twin = copy_shallow(in, node);
  copy_args(in, frame, node, twin, 0);
  if (node->builtin != ZERO_BUILTIN_LAYOUT_IS || node->variant == NULL) {
    return twin;
  }
  struct zero_node *value = twin->args->next->next;
  const struct zero_node *maker = maker_of(in, value);
  if (maker == NULL || maker->variant->family != node->variant->family) {
    return twin;
  }
  struct zero_node *known = copy_shallow(in, node);
  known->kind = ZERO_NODE_CONST;
  known->args = NULL;
  known->value = maker->variant == node->variant ? ZERO_TRUE : ZERO_FALSE;
  struct zero_node *paid = copy_shallow(in, node);
  paid->kind = ZERO_NODE_INLINED;
  paid->count = 1;
  paid->args = known;
  paid->locals = NULL;
  paid->inlined = NULL;
  return sequence(in, value, paid);
}

/* --- functions ------------------------------------------------------------ */

static struct zero_node *copy_node(struct inliner *in, struct frame *frame,
                                   const struct zero_node *node,
                                   unsigned place) {
  zero__heap_charge(in->heap, 1);
  if (ZERO_UNLIKELY(in->failed || zero__stack_is_low())) {
    in->failed = true;
    return copy_shallow(in, node);
  }
  switch (node->kind) {
    case ZERO_NODE_LOCAL:
      return copy_name(in, frame, node);
    case ZERO_NODE_LAMBDA:
      return copy_lambda(in, frame, node);
    case ZERO_NODE_CALL:
      return copy_call(in, frame, node, place);
    case ZERO_NODE_CALL_VALUE:
      return copy_value_call(in, frame, node, place);
    case ZERO_NODE_CALL_BUILTIN:
      return copy_builtin(in, frame, node);
    case ZERO_NODE_IF:
      return copy_if(in, frame, node, place);
    case ZERO_NODE_LET:
      return copy_let(in, frame, node, place);
    default:
      break;
  }
  struct zero_node *twin = copy_shallow(in, node);
  copy_args(in, frame, node, twin, place);
  if (node->kind == ZERO_NODE_MATCH) {
    copy_clauses(in, frame, node, twin, place);
  }
  return twin;
}

static void copy_function(struct inliner *in, struct frame *frame,
                          struct zero_function_node *twin,
                          const struct zero_function_node *function) {
  unsigned count = function->param_count;
  *twin = *function;
  twin->params = make(in, (count + 1) * sizeof *twin->params);
  for (unsigned i = 0; i < count; i++) {
    twin->params[i] = local_new(in);
    stand_for_local(frame, function->params[i], twin->params[i]);
  }
  twin->body = copy_node(in, frame, function->body,
                         PLACE_RESULT | PLACE_TAIL);
}

static struct zero_function_node *copy_named(
    struct inliner *in, const struct zero_function_node *function) {
  struct names names = names_of(in->heap, function);
  struct frame frame = {.global = function->global,
                        .names = &names,
                        .runs_once = function->global == NULL};
  struct output output = {.function = make(in, sizeof *output.function),
                          .body = function->body};
  in->output = &output;
  copy_function(in, &frame, output.function, function);
  output.function->local_count = in->local_count;
  return output.function;
}

struct zero_function_node *zero__inline(struct zero_heap *heap,
                                        struct zero_function_node *function) {
  struct inliner in = {.heap = heap, .storage = ZERO_TREE, .inlines = true};
  struct zero_function_node *copy = copy_named(&in, function);
  return in.failed ? NULL : copy;
}

/* True for a function that calls may be inlined into. One of lib/core calls
 * none, or is a loop, or only makes a call of one. */
static bool is_for_keeping(struct inliner *in,
                           const struct zero_function_node *function,
                           bool calls) {
  if (!function->source->library || !calls) return true;
  const struct zero_node *body = function->body;
  if (body->kind == ZERO_NODE_CALL && body->global->node != NULL) {
    function = body->global->node;
  }
  struct names names = names_of(in->heap, function);
  surveyed(in, &names);
  for (unsigned i = 0; i < function->param_count; i++) {
    if (loops_over(&names, i)) return true;
  }
  return false;
}

void zero__inline_keep(struct zero_heap *heap, struct zero_global *global) {
  struct inliner in = {.heap = heap, .storage = ZERO_TRACED};
  const struct zero_function_node *function = global->node;
  struct zero_function_node *copy = NULL;
  bool calls;
  unsigned size = size_of(heap, function, &calls);
  if (size > 0 && is_for_keeping(&in, function, calls)) {
    copy = copy_named(&in, function);
    copy->size = (uint16_t)size;
    copy->calls = calls;
  }
  global->node = in.failed ? NULL : copy;
}
