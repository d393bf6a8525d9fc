/* check_linear.c - warns of a handle that is visibly used after it was given
 * away or closed.
 *
 * That is visible for a parameter or a name bound by ≔ that is named in a call
 * of handle-give or handle-close. Code that certainly runs after that call may
 * not use the name any more: later in the same body, in the same branch, and
 * after an `if` or `match` in which each branch ended it. If a handle may have
 * ended only perhaps, in one branch, in a `try` or in a function that may never
 * be called, nothing is reported for what follows.
 *
 * The names ended so far are a chain, newest first; a branch is walked, and the
 * chain is then cut back to where the branch began. Most functions end none and
 * are not walked. */
#include "check/check.h"

#include <string.h>

#include "facts/gen/builtin_index.h"

struct ending {
  struct ending *older;
  const struct zero_local *local;
  const struct zero_node *by; /* the call */
};

/* What is known of one local at this point of the walk. */
struct state {
  const struct zero_node *ended; /* the call that ended the handle it names */
  unsigned endings;              /* of join_branches */
  bool told;
};

/* One walk through the body of a function. */
struct walk {
  struct zero_check *check;
  struct state *states; /* by the index of the local */
  struct ending *ended; /* newest first */
};

static void walk_node(struct walk *walk, const struct zero_node *node);

static void walk_all(struct walk *walk, const struct zero_node *node) {
  for (; node != NULL; node = node->next) walk_node(walk, node);
}

/* --- ended names --------------------------------------------------------- */

static struct state *state_of(const struct walk *walk,
                              const struct zero_local *local) {
  return &walk->states[local->index];
}

static void end_local(struct walk *walk, const struct zero_local *local,
                      const struct zero_node *by) {
  struct state *state = state_of(walk, local);
  if (state->ended != NULL) return;
  struct ending *ending = zero__tree_alloc(walk->check->heap, sizeof *ending);
  *ending = (struct ending){walk->ended, local, by};
  state->ended = by;
  walk->ended = ending;
}

/* Cuts the chain back to `mark`; moves the rest to *all unless that is NULL. */
static void take_back(struct walk *walk, struct ending *mark,
                      struct ending **all) {
  while (walk->ended != mark) {
    struct ending *ending = walk->ended;
    walk->ended = ending->older;
    state_of(walk, ending->local)->ended = NULL;
    if (all == NULL) continue;
    ending->older = *all;
    *all = ending;
  }
}

/* Walks code that may or may not run. */
static void walk_perhaps(struct walk *walk, const struct zero_node *node,
                         struct ending **all) {
  struct ending *mark = walk->ended;
  walk_node(walk, node);
  take_back(walk, mark, all);
}

/* A name that each of `count` branches ends has ended: it is in the chain as
 * often. */
static void join_branches(struct walk *walk, const struct ending *all,
                          unsigned count) {
  const struct ending *at;
  for (at = all; at != NULL; at = at->older) {
    state_of(walk, at->local)->endings++;
  }
  for (at = all; at != NULL; at = at->older) {
    struct state *state = state_of(walk, at->local);
    if (state->endings == count) end_local(walk, at->local, at->by);
    state->endings = 0;
  }
}

/* --- uses ---------------------------------------------------------------- */

static void use_local(struct walk *walk, const struct zero_node *node) {
  const struct zero_local *local = node->local;
  struct state *state = state_of(walk, local);
  if (state->ended == NULL || state->told) return;
  state->told = true;
  struct zero_place place = {0};
  if (!zero__reports_full(&walk->check->program->reports, true)) {
    zero__source_place_next(walk->check->heap, walk->check->module->source,
                            state->ended->span.start, &place);
  }
  zero__check_issue(walk->check, node->span, ZERO_CODE_WARN_HANDLE,
                    "'%s' is used after the %s in line %u", local->symbol->name,
                    zero__builtins[state->ended->builtin].name, place.line);
}

/* True for a call that may also be given a dead handle. */
static bool asks_state(const struct zero_node *call) {
  static const char *const names[] = {
      "handle-state", "process-handle-status", "socket-handle-state"};
  const struct zero_global *global = call->global;
  if (call->args == NULL || call->args->kind != ZERO_NODE_LOCAL) return false;
  if (strncmp(global->module, "core:", strlen("core:")) != 0) return false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(global->symbol->name, names[i]) == 0) return true;
  }
  return false;
}

bool zero__ends_handle(unsigned builtin) {
  return builtin == ZERO_BUILTIN_HANDLE_GIVE ||
         builtin == ZERO_BUILTIN_HANDLE_CLOSE;
}

/* --- the walk ------------------------------------------------------------ */

/* An `if` or a `match`: of its branches one is run. */
static void walk_branches(struct walk *walk, const struct zero_node *node) {
  struct ending *all = NULL;
  unsigned count = 0;
  const struct zero_node *branch = node->args->next;
  const struct zero_clause *clause =
      node->kind == ZERO_NODE_MATCH ? node->clauses : NULL;
  walk_node(walk, node->args);
  for (; branch != NULL; branch = branch->next, count++) {
    walk_perhaps(walk, branch, &all);
  }
  for (; clause != NULL; clause = clause->next, count++) {
    walk_perhaps(walk, clause->body, &all);
  }
  join_branches(walk, all, count);
}

static void walk_node(struct walk *walk, const struct zero_node *node) {
  struct ending *mark;
  zero__heap_charge(walk->check->heap, 1);
  switch (node->kind) {
    case ZERO_NODE_LOCAL:
      use_local(walk, node);
      return;
    case ZERO_NODE_LAMBDA:
      walk_perhaps(walk, node->function->body, NULL);
      return;
    case ZERO_NODE_TRY:
      walk_perhaps(walk, node->args, NULL);
      return;
    case ZERO_NODE_IF:
    case ZERO_NODE_MATCH:
      walk_branches(walk, node);
      return;
    case ZERO_NODE_AND:
    case ZERO_NODE_OR:
      walk_node(walk, node->args);
      mark = walk->ended;
      walk_all(walk, node->args->next);
      take_back(walk, mark, NULL);
      return;
    case ZERO_NODE_CALL:
      if (!asks_state(node)) walk_all(walk, node->args);
      return;
    case ZERO_NODE_CALL_BUILTIN:
      walk_all(walk, node->args);
      if (zero__ends_handle(node->builtin) && node->args != NULL &&
          node->args->kind == ZERO_NODE_LOCAL) {
        end_local(walk, node->args->local, node);
      }
      return;
    default:
      walk_all(walk, node->args);
  }
}

void zero__check_linear(struct zero_check *check,
                        const struct zero_function_node *function) {
  if (!check->ends_handles) return;
  struct walk walk = {.check = check};
  walk.states = zero__tree_alloc(
      check->heap, sizeof *walk.states * (check->local_count + 1));
  walk_node(&walk, function->body);
}
