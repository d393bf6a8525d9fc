/* oracle.c - 0x0 evaluated as plainly as possible.
 *
 * The VM here is only a heap, fuel and names: nothing runs on it. A result that
 * cannot be known (a budget is spent, the language leaves it open) is raised as
 * a code that `try` does not catch. */
#include "oracle.h"

#include <stdlib.h>
#include <string.h>

#include "check/checker.h"
#include "facts/gen/builtin_index.h"
#include "value/record.h"
#include "value/text.h"
#include "vm.h"
#include "vm/run.h"
#include "zero.h"

enum {
  DEPTH_MAX = 3000,    /* evaluations inside one another, on the C stack */
  CORE_FILES_MAX = 64,
};

struct global_value {
  const struct zero_global *global;
  zero_plain value;
  struct global_value *next;
};

struct zero_oracle {
  zero_vm *vm;
  unsigned depth;
  struct global_value *globals;
  zero_plain *builtins; /* as values, by index */
  struct zero_scope *core; /* the names of lib/core */
};

static zero_plain eval(struct zero_oracle *oracle,
                       const struct zero_node *node,
                       const struct zero_env *env);

/* --- functions ---------------------------------------------------------- */

/* Named functions and builtins are one value each. */
static zero_plain global_value(struct zero_oracle *oracle,
                               const struct zero_global *global) {
  struct global_value *known = oracle->globals;
  for (; known != NULL; known = known->next) {
    if (known->global == global) return known->value;
  }
  known = zero__tree_alloc(&oracle->vm->heap, sizeof *known);
  known->global = global;
  known->value = zero_plain_closure(oracle->vm, global->node, NULL);
  known->next = oracle->globals;
  oracle->globals = known;
  return known->value;
}

static zero_plain builtin_value(struct zero_oracle *oracle,
                                unsigned builtin) {
  if (oracle->builtins[builtin] == NULL) {
    oracle->builtins[builtin] = zero_plain_builtin(oracle->vm, builtin);
  }
  return oracle->builtins[builtin];
}

static const struct zero_env *bind(struct zero_oracle *oracle,
                                   const struct zero_local *local,
                                   zero_plain value,
                                   const struct zero_env *outer) {
  struct zero_env *env = zero__tree_alloc(&oracle->vm->heap, sizeof *env);
  env->local = local;
  env->value = value;
  env->outer = outer;
  return env;
}

static zero_plain look_up(const struct zero_env *env,
                          const struct zero_local *local) {
  while (env->local != local) env = env->outer;
  return env->value;
}

/* True if `try` catches the fault. */
static bool is_caught(const zero_vm *vm) {
  const struct zero_fault *fault = &vm->heap.fault;
  return fault->value != 0 || zero__code_fact(fault->code)->caught;
}

/* --- the loops of lib/core ---------------------------------------------- */

static zero_plain call(struct zero_oracle *oracle, zero_plain function,
                       const zero_plain *args, unsigned count);

static zero_plain call1(struct zero_oracle *oracle, zero_plain function,
                        zero_plain a) {
  return call(oracle, function, &a, 1);
}

static zero_plain call2(struct zero_oracle *oracle, zero_plain function,
                        zero_plain a, zero_plain b) {
  zero_plain args[2] = {a, b};
  return call(oracle, function, args, 2);
}

static zero_plain loop_map(struct zero_oracle *oracle, zero_plain f,
                           zero_plain xs, bool filter) {
  zero_plain reversed = zero_plain_word(oracle->vm, ZERO_PLAIN_EMPTY, 0);
  for (; xs->kind == ZERO_PLAIN_PAIR; xs = xs->tail) {
    zero_plain answer = call1(oracle, f, xs->head);
    if (filter && !zero_plain_is_true(answer)) continue;
    reversed = zero_plain_cons(oracle->vm, filter ? xs->head : answer,
                               reversed);
  }
  return zero_plain_reverse(oracle->vm, reversed);
}

struct sorting {
  struct zero_oracle *oracle;
  zero_plain less;
  zero_plain *items;
  uint64_t count;
};

/* Insertion sort: an item goes before those it is less than. */
static void insert_all(void *context) {
  struct sorting *s = context;
  for (uint64_t i = 1; i < s->count; i++) {
    zero_plain item = s->items[i];
    uint64_t at = i;
    while (at > 0 && zero_plain_is_true(call2(s->oracle, s->less, item,
                                              s->items[at - 1]))) {
      s->items[at] = s->items[at - 1];
      at--;
    }
    s->items[at] = item;
  }
}

/* NULL if a comparison fails: which one does depends on the order of
 * comparisons, which is not part of what sort means. */
static zero_plain loop_sort(struct zero_oracle *oracle, zero_plain less,
                            zero_plain xs) {
  zero_vm *vm = oracle->vm;
  struct sorting s = {oracle, less, NULL, zero_plain_length(xs)};
  s.items = zero__alloc(&vm->heap, ZERO_TRACED,
                        (s.count + 1) * sizeof *s.items);
  for (uint64_t i = 0; i < s.count; i++, xs = xs->tail) s.items[i] = xs->head;
  unsigned depth = oracle->depth;
  if (zero__protect(&vm->heap, insert_all, &s) != 0) {
    if (!is_caught(vm)) zero__raise_again(&vm->heap);
    oracle->depth = depth;
    return NULL;
  }
  return zero_plain_list(vm, s.items, s.count);
}

/* The functions of lib/core/loop.0x0; its list comes last. NULL if the
 * file's own definition is needed. */
static zero_plain loop(struct zero_oracle *oracle, const char *name,
                       const zero_plain *args, unsigned count) {
  zero_plain f = args[0];
  zero_plain xs = args[count - 1];
  if (!zero_plain_is_list(xs) || xs->kind == ZERO_PLAIN_HIDDEN) {
    zero_oracle_fail(oracle->vm, ZERO_CODE_TYPE_MISMATCH, ZERO_BUILTIN_EMPTY,
                     &xs, 1);
  }
  if (strcmp(name, "map") == 0) return loop_map(oracle, f, xs, false);
  if (strcmp(name, "filter") == 0) return loop_map(oracle, f, xs, true);
  if (strcmp(name, "sort") == 0) return loop_sort(oracle, f, xs);
  if (strcmp(name, "each") == 0) {
    loop_map(oracle, f, xs, false);
    return zero_plain_word(oracle->vm, ZERO_PLAIN_UNIT, 0);
  }
  zero_plain sum = args[1]; /* fold */
  for (; xs->kind == ZERO_PLAIN_PAIR; xs = xs->tail) {
    sum = call2(oracle, f, sum, xs->head);
  }
  return sum;
}

/* --- calls -------------------------------------------------------------- */

/* True for what the file exports; sort is made of functions of its own. */
static bool is_loop(const struct zero_function_node *node) {
  return node->global != NULL && node->name[0] != '%' &&
         strcmp(node->global->module, "core:loop") == 0;
}

/* The rest to be evaluated: a call in tail position leaves this instead of
 * going deeper. `node` is NULL if `value` is the result. */
struct rest {
  const struct zero_node *node;
  const struct zero_env *env;
  zero_plain value;
};

static struct rest done(zero_plain value) {
  return (struct rest){.value = value};
}

static struct rest begin_call(struct zero_oracle *oracle, zero_plain function,
                              const zero_plain *args, unsigned count);

static struct rest begin_apply(struct zero_oracle *oracle,
                               const zero_plain *args) {
  zero_vm *vm = oracle->vm;
  zero_plain list = args[1];
  if (!zero_plain_is_list(list) || list->kind == ZERO_PLAIN_HIDDEN) {
    zero_oracle_fail(vm, ZERO_CODE_TYPE_MISMATCH, ZERO_BUILTIN_APPLY, args,
                     2);
  }
  unsigned count = (unsigned)zero_plain_length(list);
  zero_plain *items = zero__alloc(&vm->heap, ZERO_TRACED,
                                  (count + 1) * sizeof *items);
  for (unsigned i = 0; i < count; i++, list = list->tail) {
    items[i] = list->head;
  }
  return begin_call(oracle, args[0], items, count);
}

static struct rest begin_builtin(struct zero_oracle *oracle, unsigned builtin,
                                 const zero_plain *args, unsigned count) {
  zero__charge(oracle->vm, zero__builtins[builtin].fuel);
  if (builtin == ZERO_BUILTIN_APPLY) return begin_apply(oracle, args);
  return done(zero_oracle_builtin(oracle->vm, builtin, args, count));
}

static bool arity_fits(zero_plain function, unsigned count) {
  if (function->node != NULL) return function->node->param_count == count;
  const struct zero_builtin *row = &zero__builtins[function->builtin];
  return count >= row->min &&
         (row->max == ZERO_ANY_COUNT || count <= row->max);
}

static struct rest begin_call(struct zero_oracle *oracle, zero_plain function,
                              const zero_plain *args, unsigned count) {
  bool callable = function->kind == ZERO_PLAIN_FUNCTION;
  if (callable && function->node == NULL && !arity_fits(function, count)) {
    const struct zero_builtin *row = &zero__builtins[function->builtin];
    zero__raise_arity(oracle->vm, row->name, row->min, row->max, count);
  }
  if (!callable || !arity_fits(function, count)) {
    zero__bad_call(oracle->vm, zero_plain_to_value(oracle->vm, function),
                   count);
  }
  const struct zero_function_node *node = function->node;
  if (node == NULL) {
    return begin_builtin(oracle, function->builtin, args, count);
  }
  zero_plain answer =
      is_loop(node) ? loop(oracle, node->name, args, count) : NULL;
  if (answer != NULL) return done(answer);
  zero__charge(oracle->vm, 1);
  const struct zero_env *env = function->env;
  for (unsigned i = 0; i < count; i++) {
    env = bind(oracle, node->params[i], args[i], env);
  }
  return (struct rest){.node = node->body, .env = env};
}

static zero_plain call(struct zero_oracle *oracle, zero_plain function,
                       const zero_plain *args, unsigned count) {
  struct rest rest = begin_call(oracle, function, args, count);
  return rest.node == NULL ? rest.value : eval(oracle, rest.node, rest.env);
}

/* --- try ---------------------------------------------------------------- */

struct attempt {
  struct zero_oracle *oracle;
  const struct zero_node *node;
  const struct zero_env *env;
  zero_plain value;
};

static void attempt(void *context) {
  struct attempt *a = context;
  a->value = eval(a->oracle, a->node, a->env);
}

static zero_plain result_of(zero_vm *vm, const char *variant,
                            zero_plain value) {
  zero_plain items[3] = {zero_plain_i64(vm, ZERO_FAMILY_RESULT),
                         zero_plain_string(vm, variant), value};
  return zero_plain_list(vm, items, 3);
}

/* The RuntimeError of the fault. One that the program raised is whole; the
 * context of the machine's own is hidden. */
static zero_plain error_of(zero_vm *vm) {
  bool own = vm->heap.fault.value != 0;
  zero_plain whole =
      zero_plain_from_value(vm, &vm->heap, zero__fault_value(vm));
  if (own) return whole;
  zero_plain fields[6];
  for (unsigned i = 0; i < 5; i++, whole = whole->tail) {
    fields[i] = whole->head;
  }
  fields[5] = zero_plain_word(vm, ZERO_PLAIN_HIDDEN, 0);
  return zero_plain_list(vm, fields, 6);
}

static zero_plain eval_try(struct zero_oracle *oracle,
                           const struct zero_node *node,
                           const struct zero_env *env) {
  zero_vm *vm = oracle->vm;
  unsigned depth = oracle->depth;
  struct attempt a = {oracle, node->args, env, NULL};
  int code = zero__protect(&vm->heap, attempt, &a);
  if (code == 0) return result_of(vm, "ok", a.value);
  oracle->depth = depth;
  if (!is_caught(vm)) zero__raise_again(&vm->heap);
  return result_of(vm, "err", error_of(vm));
}

/* --- match -------------------------------------------------------------- */

static bool fits(struct zero_oracle *oracle,
                 const struct zero_pattern *pattern, zero_plain value,
                 const struct zero_env **env);

static bool list_fits(struct zero_oracle *oracle,
                      const struct zero_pattern *pattern, zero_plain list,
                      const struct zero_env **env) {
  if (!zero_plain_is_list(list)) return false;
  const struct zero_pattern *part = pattern->parts;
  for (; part != NULL; part = part->next, list = list->tail) {
    if (list->kind != ZERO_PLAIN_PAIR) return false;
    if (!fits(oracle, part, list->head, env)) return false;
  }
  if (pattern->rest == NULL) return list->kind == ZERO_PLAIN_EMPTY;
  return fits(oracle, pattern->rest, list, env);
}

static bool variant_fits(struct zero_oracle *oracle,
                         const struct zero_pattern *pattern, zero_plain value,
                         const struct zero_env **env) {
  if (!zero_plain_is(oracle->vm, value, pattern->variant)) return false;
  zero_plain fields = value->tail->tail;
  const struct zero_pattern *part = pattern->parts;
  for (; part != NULL; part = part->next, fields = fields->tail) {
    if (!fits(oracle, part, fields->head, env)) return false;
  }
  return true;
}

static bool fits(struct zero_oracle *oracle,
                 const struct zero_pattern *pattern, zero_plain value,
                 const struct zero_env **env) {
  zero_vm *vm = oracle->vm;
  switch (pattern->kind) {
    case ZERO_PATTERN_ANY:
      return true;
    case ZERO_PATTERN_BIND:
      *env = bind(oracle, pattern->local, value, *env);
      return true;
    case ZERO_PATTERN_CONST:
      return zero_plain_equal(
          vm, value,
          zero_plain_from_value(vm, &vm->heap, pattern->value));
    case ZERO_PATTERN_VARIANT:
      return variant_fits(oracle, pattern, value, env);
    default:
      return list_fits(oracle, pattern, value, env);
  }
}

static struct rest eval_match(struct zero_oracle *oracle,
                              const struct zero_node *node,
                              const struct zero_env *env) {
  zero_plain subject = eval(oracle, node->args, env);
  const struct zero_clause *clause = node->clauses;
  for (; clause != NULL; clause = clause->next) {
    const struct zero_env *inner = env;
    if (fits(oracle, clause->pattern, subject, &inner)) {
      return (struct rest){.node = clause->body, .env = inner};
    }
  }
  zero__no_match(oracle->vm, zero_plain_to_value(oracle->vm, subject));
}

/* --- nodes -------------------------------------------------------------- */

static struct rest eval_call(struct zero_oracle *oracle,
                             const struct zero_node *node,
                             const struct zero_env *env) {
  zero_plain *args = zero__alloc(&oracle->vm->heap, ZERO_TRACED,
                                 (node->count + 1) * sizeof *args);
  const struct zero_node *arg = node->args;
  for (unsigned i = 0; i < node->count; i++, arg = arg->next) {
    args[i] = eval(oracle, arg, env);
  }
  switch (node->kind) {
    case ZERO_NODE_CALL:
      return begin_call(oracle, global_value(oracle, node->global), args,
                        node->count);
    case ZERO_NODE_CALL_VALUE:
      return begin_call(oracle, args[0], args + 1, node->count - 1);
    default:
      return begin_builtin(oracle, node->builtin, args, node->count);
  }
}

static struct rest eval_let(struct zero_oracle *oracle,
                            const struct zero_node *node,
                            const struct zero_env *env) {
  const struct zero_node *arg = node->args;
  for (unsigned i = 0; i + 1 < node->count; i++, arg = arg->next) {
    env = bind(oracle, node->locals[i], eval(oracle, arg, env), env);
  }
  return (struct rest){.node = arg, .env = env};
}

/* do, and, or: all but the last are evaluated until one decides. */
static struct rest eval_chain(struct zero_oracle *oracle,
                              const struct zero_node *node,
                              const struct zero_env *env) {
  const struct zero_node *arg = node->args;
  for (; arg->next != NULL; arg = arg->next) {
    zero_plain value = eval(oracle, arg, env);
    if (node->kind == ZERO_NODE_DO) continue;
    bool truth = zero_plain_is_true(value);
    if (truth == (node->kind == ZERO_NODE_OR)) return done(value);
  }
  return (struct rest){.node = arg, .env = env};
}

static struct rest eval_if(struct zero_oracle *oracle,
                           const struct zero_node *node,
                           const struct zero_env *env) {
  const struct zero_node *then = node->args->next;
  bool truth = zero_plain_is_true(eval(oracle, node->args, env));
  return (struct rest){.node = truth ? then : then->next, .env = env};
}

static struct rest eval_step(struct zero_oracle *oracle,
                             const struct zero_node *node,
                             const struct zero_env *env) {
  zero_vm *vm = oracle->vm;
  switch (node->kind) {
    case ZERO_NODE_CONST:
      return done(zero_plain_from_value(vm, &vm->heap, node->value));
    case ZERO_NODE_LOCAL:
      return done(look_up(env, node->local));
    case ZERO_NODE_GLOBAL:
      return done(global_value(oracle, node->global));
    case ZERO_NODE_BUILTIN:
      return done(builtin_value(oracle, node->builtin));
    case ZERO_NODE_LAMBDA:
      return done(zero_plain_closure(vm, node->function, env));
    case ZERO_NODE_IF:
      return eval_if(oracle, node, env);
    case ZERO_NODE_LET:
      return eval_let(oracle, node, env);
    case ZERO_NODE_DO:
    case ZERO_NODE_AND:
    case ZERO_NODE_OR:
      return eval_chain(oracle, node, env);
    case ZERO_NODE_TRY:
      return done(eval_try(oracle, node, env));
    case ZERO_NODE_MATCH:
      return eval_match(oracle, node, env);
    default:
      return eval_call(oracle, node, env);
  }
}

static zero_plain eval(struct zero_oracle *oracle,
                       const struct zero_node *node,
                       const struct zero_env *env) {
  struct rest rest = {.node = node, .env = env};
  if (++oracle->depth > DEPTH_MAX) {
    zero__raise(&oracle->vm->heap, ZERO_CODE_INTERRUPTED,
                "evaluations lie too deep in one another");
  }
  while (rest.node != NULL) {
    zero__charge(oracle->vm, 1);
    rest = eval_step(oracle, rest.node, rest.env);
  }
  oracle->depth--;
  return rest.value;
}

/* --- lib/core ----------------------------------------------------------- */

struct core {
  struct zero_oracle *oracle;
  bool is_done[CORE_FILES_MAX];
  unsigned done;
};

static const struct zero_source *source_of(struct zero_heap *heap,
                                           const char *name,
                                           const char *bytes, size_t size) {
  struct zero_source *source = zero__tree_alloc(heap, sizeof *source);
  char *copy = zero__alloc(heap, ZERO_LEAF, size + 1);
  memcpy(copy, bytes, size);
  copy[size] = '\0';
  source->name = name;
  source->bytes = copy;
  source->size = size;
  return source;
}

/* Checks a file; false if it needs names that are not there yet. */
static bool check_core_file(zero_vm *vm, struct zero_scope *names,
                            unsigned file) {
  const struct zero_core_file *core = &zero__core_files[file];
  struct zero_symbols symbols = {0};
  struct zero_program program = {.heap = &vm->heap,
                                 .symbols = &symbols,
                                 .core = names,
                                 .core_itself = true};
  zero__reports_init(&program.reports);
  const struct zero_source *source =
      source_of(&vm->heap, core->name, core->text, core->size);
  if (!zero__check_program(&program, source, NULL, NULL)) return false;
  for (unsigned i = 0; i < zero__core_name_count; i++) {
    const struct zero_core_name *name = &zero__core_names[i];
    if (name->file != file) continue;
    zero__scope_put(&vm->heap, names, name->name,
                    zero__scope_get(program.names, name->name));
  }
  return true;
}

/* Loops over the files until none is left, or a round does none. */
static void check_core(void *context) {
  struct core *core = context;
  zero_vm *vm = core->oracle->vm;
  struct zero_scope *names = zero__scope_new(&vm->heap, NULL);
  core->oracle->core = names;
  unsigned before;
  do {
    before = core->done;
    for (unsigned i = 0; i < zero__core_file_count; i++) {
      if (core->is_done[i] || !check_core_file(vm, names, i)) continue;
      core->is_done[i] = true;
      core->done++;
    }
  } while (core->done > before);
}

struct zero_oracle *zero_oracle_new(void) {
  zero_vm *vm = zero_test_vm();
  struct zero_oracle *oracle = zero__heap_new_root(sizeof *oracle);
  oracle->vm = vm;
  oracle->builtins = zero__alloc(
      &vm->heap, ZERO_TRACED, zero__builtin_count * sizeof(zero_plain));
  struct core core = {.oracle = oracle};
  int code = zero__protect(&vm->heap, check_core, &core);
  if (code == 0 && core.done == zero__core_file_count) return oracle;
  fprintf(stderr, "the oracle cannot check lib/core (%s)\n",
          code != 0 ? vm->heap.fault.message : "names are missing");
  return NULL;
}

/* --- programs ----------------------------------------------------------- */

struct program {
  struct zero_oracle *oracle;
  const char *source;
  size_t size;
  struct zero_answer answer;
};

static char *printed(zero_vm *vm, zero_plain value) {
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  zero_plain_print(vm, to, value);
  fclose(to);
  return text;
}

static void run_program(void *context) {
  struct program *run = context;
  zero_vm *vm = run->oracle->vm;
  struct zero_symbols symbols = {0};
  struct zero_program program = {
      .heap = &vm->heap, .symbols = &symbols, .core = run->oracle->core};
  zero__reports_init(&program.reports);
  const struct zero_source *source =
      source_of(&vm->heap, "program", run->source, run->size);
  const char *refused = NULL;
  const struct zero_global *global = NULL;
  if (!zero__check_program(&program, source, NULL, NULL)) {
    const struct zero_report *report = program.reports.first;
    while (report->warning) report = report->next;
    refused = zero__code_fact(report->code)->name;
  } else {
    global = zero__scope_get(program.names, "main");
    if (global == NULL || global->param_count > 1) refused = "MAIN_MISSING";
  }
  if (refused != NULL) {
    run->answer.kind = ZERO_ANSWER_REFUSED;
    run->answer.text = strdup(refused);
    return;
  }
  zero_plain unit = zero_plain_word(vm, ZERO_PLAIN_UNIT, 0);
  zero_plain value = call(run->oracle, global_value(run->oracle, global),
                          &unit, global->param_count);
  zero_plain_charge(vm, value);
  run->answer.text = printed(vm, value);
  run->answer.kind = ZERO_ANSWER_VALUE; /* what is printed was in budget */
}

/* The code of the fault, a program's own included. */
static char *fault_code(zero_vm *vm) {
  zero_value error = zero__fault_value(vm);
  return strdup(zero__text_bytes(zero__record_field(&vm->heap, error, 0)));
}

struct zero_answer zero_oracle_run(struct zero_oracle *oracle,
                                   const char *source, size_t size,
                                   uint64_t steps) {
  zero_vm *vm = oracle->vm;
  struct program run = {oracle, source, size, {ZERO_ANSWER_NONE, NULL}};
  zero_test_fuel(vm, steps);
  oracle->depth = 0;
  oracle->globals = NULL;
  int code = zero__protect(&vm->heap, run_program, &run);
  zero_test_fuel(vm, UINT64_MAX);
  if (code == 0) return run.answer;
  bool open = code == ZERO_CODE_FUEL_SPENT || code == ZERO_CODE_INTERRUPTED;
  if (open && vm->heap.fault.value == 0) {
    run.answer.text = strdup(vm->heap.fault.message);
  } else {
    run.answer.kind = ZERO_ANSWER_ERROR;
    run.answer.text = fault_code(vm);
  }
  return run.answer;
}

char *zero_oracle_print(struct zero_oracle *oracle, struct zero_heap *heap,
                        zero_value value) {
  return printed(oracle->vm,
                 zero_plain_from_value(oracle->vm, heap, value));
}
