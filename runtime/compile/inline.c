/* inline.c - functions whose calls are compiled in place. */
#include "compile/inline.h"

#include <string.h>

#include "compile/library.h"
#include "value/text.h"

enum {
  TINY = 16,   /* nodes of a body that may be in itself twice */
  SMALL = 28,  /* nodes and patterns of a body that is compiled in */
  GROWTH = 240, /* the same, of all that one function takes in */
  FACTOR = 12   /* and no more than so many times its own, and two more */
};

/* --- what may be compiled in --------------------------------------------- */

static bool is_small(const struct zero_node *node, unsigned *left);

static bool take(unsigned *left) {
  if (*left == 0) return false;
  --*left;
  return true;
}

static bool are_small(const struct zero_node *first, unsigned *left) {
  for (const struct zero_node *n = first; n != NULL; n = n->next) {
    if (!is_small(n, left)) return false;
  }
  return true;
}

static bool is_small_pattern(const struct zero_pattern *pattern,
                             unsigned *left) {
  if (!take(left)) return false;
  if (pattern->kind == ZERO_PATTERN_LIST && pattern->rest != NULL &&
      !is_small_pattern(pattern->rest, left)) {
    return false;
  }
  for (const struct zero_pattern *p = pattern->parts; p != NULL;
       p = p->next) {
    if (!is_small_pattern(p, left)) return false;
  }
  return true;
}

/* Takes a node and what is below off *left. False where that is not enough,
 * or where one needs a frame of its own. */
static bool is_small(const struct zero_node *node, unsigned *left) {
  if (node->kind == ZERO_NODE_LAMBDA || node->kind == ZERO_NODE_TRY) {
    return false;
  }
  if (!take(left) || !are_small(node->args, left)) return false;
  if (node->kind != ZERO_NODE_MATCH) return true;
  for (const struct zero_clause *c = node->clauses; c != NULL; c = c->next) {
    if (!is_small_pattern(c->pattern, left) || !is_small(c->body, left)) {
      return false;
    }
  }
  return true;
}

/* Nodes of the body of a program's own function, 0 where it is not for
 * compiling in. */
static unsigned size_of(const struct zero_emitter *emitter,
                        const struct zero_global *global) {
  if (!emitter->inlines || global->node == NULL ||
      global->param_count > ZERO_INLINE_PARAMS) {
    return 0;
  }
  unsigned left = SMALL;
  bool small = is_small(global->node->body, &left);
  zero__heap_charge(emitter->heap, SMALL - left);
  return small ? SMALL - left : 0;
}

bool zero__may_inline(const struct zero_emitter *emitter,
                      const struct zero_global *global) {
  return size_of(emitter, global) > 0;
}

/* --- copies -------------------------------------------------------------- */

/* A function being copied. The function copied stays as it is and knows
 * nothing of its copies: it lives as long as its name does, they as long as
 * the compilation of the function that they are compiled into. */
struct copy {
  struct zero_heap *heap;
  enum zero_storage storage;
  struct zero_function_node *function;
  struct {
    const struct zero_local *local;
    struct zero_local *twin;
  } twins[SMALL + ZERO_INLINE_PARAMS]; /* each local has a node or is one of
                                          the parameters */
  unsigned twin_count;
};

static struct zero_node *copy_node(struct copy *copy,
                                   const struct zero_node *node);

static void *make(const struct copy *copy, size_t size) {
  return zero__alloc(copy->heap, copy->storage, size);
}

static struct zero_local *copy_local(struct copy *copy,
                                     const struct zero_local *local) {
  struct zero_local *twin = make(copy, sizeof *twin);
  *twin = *local;
  twin->symbol = NULL; /* which ends with its text */
  twin->owner = copy->function;
  twin->slot = -1;
  twin->constant = NULL;
  copy->twins[copy->twin_count].local = local;
  copy->twins[copy->twin_count++].twin = twin;
  return twin;
}

/* Names are bound before they are read, so a local met in a body has its
 * twin. The names of a `let` are bound one after the other; none is read
 * before its own. */
static struct zero_local *twin_of(const struct copy *copy,
                                  const struct zero_local *local) {
  unsigned i = 0;
  while (copy->twins[i].local != local) i++;
  return copy->twins[i].twin;
}

static struct zero_node *copy_nodes(struct copy *copy,
                                    const struct zero_node *first) {
  struct zero_node *copied = NULL;
  struct zero_node **end = &copied;
  for (; first != NULL; first = first->next) {
    *end = copy_node(copy, first);
    end = &(*end)->next;
  }
  return copied;
}

static struct zero_pattern *copy_patterns(struct copy *copy,
                                          const struct zero_pattern *first) {
  struct zero_pattern *copied = NULL;
  struct zero_pattern **end = &copied;
  for (; first != NULL; first = first->next) {
    struct zero_pattern *twin = make(copy, sizeof *twin);
    *twin = *first;
    twin->parts = copy_patterns(copy, first->parts);
    if (first->kind == ZERO_PATTERN_BIND) {
      twin->local = copy_local(copy, first->local);
    } else if (first->kind == ZERO_PATTERN_LIST) {
      twin->rest = copy_patterns(copy, first->rest);
    }
    *end = twin;
    end = &twin->next;
  }
  return copied;
}

static struct zero_clause *copy_clauses(struct copy *copy,
                                        const struct zero_clause *first) {
  struct zero_clause *copied = NULL;
  struct zero_clause **end = &copied;
  for (; first != NULL; first = first->next) {
    struct zero_clause *twin = make(copy, sizeof *twin);
    twin->next = NULL;
    twin->pattern = copy_patterns(copy, first->pattern);
    twin->body = copy_node(copy, first->body);
    *end = twin;
    end = &twin->next;
  }
  return copied;
}

/* A name in the copy, or the constant it stands for. */
static void copy_name(struct zero_node *twin, const struct zero_local *local) {
  const struct zero_node *constant = local->constant;
  if (constant == NULL) return;
  twin->kind = ZERO_NODE_CONST;
  twin->type = constant->type;
  twin->value = constant->value;
}

static struct zero_node *copy_node(struct copy *copy,
                                   const struct zero_node *node) {
  struct zero_node *twin = make(copy, sizeof *twin);
  *twin = *node;
  twin->next = NULL;
  if (node->kind == ZERO_NODE_LET) {
    unsigned count = node->count - 1;
    twin->locals = make(copy, count * sizeof(struct zero_local *));
    for (unsigned i = 0; i < count; i++) {
      twin->locals[i] = copy_local(copy, node->locals[i]);
    }
  }
  twin->args = copy_nodes(copy, node->args);
  if (node->kind == ZERO_NODE_LOCAL) {
    twin->local = twin_of(copy, node->local);
    copy_name(twin, twin->local);
  }
  if (node->kind == ZERO_NODE_MATCH) {
    twin->clauses = copy_clauses(copy, node->clauses);
  }
  return twin;
}

/* A copy for a call with `args`, those that are constants in place of their
 * parameters; for no call where that is NULL. */
static struct zero_function_node *copy_function(
    struct zero_heap *heap, enum zero_storage storage,
    const struct zero_function_node *function, const struct zero_node *args) {
  struct zero_function_node *twin = zero__alloc(heap, storage, sizeof *twin);
  struct copy copy;
  copy.heap = heap;
  copy.storage = storage;
  copy.function = twin;
  copy.twin_count = 0;
  *twin = *function;
  twin->params = zero__alloc(
      heap, storage, (function->param_count + 1) * sizeof *twin->params);
  for (unsigned i = 0; i < function->param_count; i++) {
    twin->params[i] = copy_local(&copy, function->params[i]);
    if (args == NULL) continue;
    if (args->kind == ZERO_NODE_CONST) twin->params[i]->constant = args;
    args = args->next;
  }
  twin->body = copy_node(&copy, function->body);
  return twin;
}

void zero__inline_keep(struct zero_heap *heap, struct zero_global *global) {
  unsigned left = SMALL;
  bool small = global->param_count <= ZERO_INLINE_PARAMS &&
               is_small(global->node->body, &left);
  global->node =
      small ? copy_function(heap, ZERO_TRACED, global->node, NULL) : NULL;
}

/* --- calls --------------------------------------------------------------- */

/* A function is in itself once, and in what is compiled into it not again. */
static bool is_open(const struct zero_emitter *emitter,
                    const struct zero_global *global, unsigned size) {
  unsigned count = 0;
  for (unsigned i = 0; i < emitter->open_count; i++) {
    if (emitter->open[i].global == global) count++;
  }
  return count >= (size > TINY ? 1 : 2);
}

/* Nodes that the function being compiled may take in. In proportion to what
 * it is, so that code and the time for it stay so to the program. */
static unsigned growth(struct zero_emitter *emitter) {
  unsigned left = SMALL;
  if (emitter->growth == 0) {
    bool small = is_small(emitter->node->body, &left);
    unsigned most = FACTOR * (SMALL - left + 2);
    emitter->growth = small && most < GROWTH ? most : GROWTH;
  }
  return emitter->growth;
}

static struct zero_function_node *own_body(struct zero_emitter *emitter,
                                           const struct zero_node *call) {
  const struct zero_global *global = call->global;
  unsigned size = size_of(emitter, global);
  if (size == 0 || is_open(emitter, global, size) ||
      emitter->inlined + size > growth(emitter)) {
    return NULL;
  }
  emitter->inlined += size;
  return copy_function(emitter->heap, ZERO_TREE, global->node, call->args);
}

struct zero_function_node *zero__inline_find(struct zero_emitter *emitter,
                                             const struct zero_node *call) {
  if (emitter->open_count == ZERO_INLINE_DEPTH) return NULL;
  struct zero_function_node *function =
      zero__library_body(emitter->library, call->global);
  return function != NULL ? function : own_body(emitter, call);
}

void zero__inline_begin(struct zero_emitter *emitter,
                        const struct zero_global *global,
                        struct zero_function_node *function) {
  function->inlined_into = emitter->node;
  emitter->open[emitter->open_count].global = global;
  emitter->open[emitter->open_count++].function = function;
}

/* A function of lib/core lives on, and keeps nothing of the one it was
 * compiled into. */
void zero__inline_end(struct zero_emitter *emitter) {
  emitter->open[--emitter->open_count].function->inlined_into = NULL;
}

struct zero_code *zero__nameplate(struct zero_heap *heap,
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
