/* process_plan.c - the plan of a program to start. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "handle/process.h"
#include "layout/layout.h"
#include "value/list.h"
#include "value/map.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

/* An option, by its name. */
struct zero_option {
  const char *name;
  void (*read)(struct zero_plan *plan, zero_value v);
  bool waits; /* only in process-run */
  int index;  /* of a stream or a number */
  int least;
  const char *expected;
};

/* Raises if the option that is read, or a part of it, is not `expected`. */
ZERO_NORETURN static void raise_option(struct zero_plan *plan,
                                       const char *expected,
                                       zero_value found) {
  char what[ZERO_FOUND];
  zero__raise(&plan->vm->heap, ZERO_CODE_PROCESS_OPTION,
              "%s: \"%s\" must be %s, found %s", zero__builtin_name(plan->vm),
              plan->option->name, expected,
              zero__found(&plan->vm->heap, found, what));
}

/* --- strings ------------------------------------------------------------- */

/* A Text contains no NUL, so none is cut short. */
static char *text_bytes(zero_vm *vm, zero_value text) {
  zero__charge_bytes(vm, zero__text_size(text));
  return (char *)(uintptr_t)zero__text_bytes(text);
}

/* An array of `count` strings and the NULL after them, to be filled. */
static char **strings(zero_vm *vm, uint64_t count) {
  return zero__alloc(&vm->heap, ZERO_TRACED,
                     ((size_t)count + 1) * sizeof(char *));
}

/* The string A, a separator, B. */
static char *join(zero_vm *vm, const char *a, size_t size, char separator,
                  const char *b) {
  size_t rest = strlen(b) + 1;
  zero__charge_bytes(vm, size + rest);
  char *joined = zero__alloc(&vm->heap, ZERO_LEAF, size + 1 + rest);
  memcpy(joined, a, size);
  joined[size] = separator;
  memcpy(joined + size + 1, b, rest);
  return joined;
}

static void plan_arguments(struct zero_plan *plan, zero_value *args) {
  zero_vm *vm = plan->vm;
  zero_value list = zero__want_list(vm, args, 0);
  uint64_t length = zero__length(&vm->heap, list);
  if (length == 0) {
    zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
                "%s: the list of arguments must begin with a program",
                zero__builtin_name(vm));
  }
  char **arguments = strings(vm, length);
  struct zero_iterator at = zero__iterate(list);
  zero_value item;
  for (uint64_t i = 0; zero__next(&vm->heap, &at, &item); i++) {
    if (!zero__is_text(item)) zero__raise_item(vm, i, item, "Text");
    if (i == 0) plan->program = item;
    arguments[i] = text_bytes(vm, item);
  }
  plan->spawn.argv = arguments;
}

/* A name with a slash is a path. Any other is searched for in the host's PATH
 * or, if it has none, in the usual directories; parts of PATH that are not
 * absolute do not count, as they mean something else in each directory. */
static void plan_programs(struct zero_plan *plan) {
  char *name = plan->spawn.argv[0];
  bool is_path = strchr(name, '/') != NULL;
  const char *path = getenv("PATH");
  if (path == NULL) path = "/usr/local/bin:/usr/bin:/bin";
  if (is_path || *name == '\0') path = "";
  uint64_t parts = 1;
  for (const char *at = path; *at != '\0'; at++) parts += *at == ':';
  char **next = strings(plan->vm, parts);
  plan->spawn.programs = next;
  if (is_path) *next = name;
  while (*path != '\0') {
    size_t size = strcspn(path, ":");
    if (*path == '/') *next++ = join(plan->vm, path, size, '/', name);
    path += size + (path[size] == ':');
  }
}

/* --- options ------------------------------------------------------------- */

static void read_environment(struct zero_plan *plan, zero_value map) {
  if (!zero__is_kind(map, ZERO_KIND_MAP)) {
    raise_option(plan, plan->option->expected, map);
  }
  uint64_t size = zero__map_size(map);
  zero_value *pairs = zero__map_pairs(&plan->vm->heap, map);
  char **environment = strings(plan->vm, size);
  for (uint64_t i = 0; i < size; i++) {
    zero_value name = pairs[2 * i], value = pairs[2 * i + 1];
    if (!zero__is_text(name) || zero__text_size(name) == 0 ||
        strchr(zero__text_bytes(name), '=') != NULL) {
      raise_option(plan, "a Map from names, Texts without =, to Texts", name);
    }
    if (!zero__is_text(value)) {
      raise_option(plan, plan->option->expected, value);
    }
    environment[i] = join(plan->vm, zero__text_bytes(name),
                          zero__text_size(name), '=',
                          text_bytes(plan->vm, value));
  }
  plan->spawn.environment = environment;
}

static void read_directory(struct zero_plan *plan, zero_value v) {
  if (!zero__is_text(v)) raise_option(plan, plan->option->expected, v);
  plan->directory = v;
  plan->spawn.directory = zero__text_bytes(v);
}

static void read_input(struct zero_plan *plan, zero_value v) {
  if (!zero__is_text(v) && !zero__is_kind(v, ZERO_KIND_BYTES)) {
    raise_option(plan, plan->option->expected, v);
  }
  plan->input = zero__want_data(plan->vm, &v, 0, &plan->input_size);
}

static void read_number(struct zero_plan *plan, zero_value v) {
  const struct zero_option *option = plan->option;
  if (!zero__is_i64(v) || zero__i64_number(v) < option->least) {
    raise_option(plan, option->expected, v);
  }
  plan->numbers[option->index] = zero__i64_number(v);
}

/* The way that a word means for a stream. */
static enum zero_stream_way way_of(struct zero_plan *plan, zero_value word) {
  const char *moves = plan->runs ? "keep" : "pipe";
  bool can_move = !plan->runs || plan->option->index > 0;
  bool can_join = plan->option->index == STDERR_FILENO;
  if (zero__text_is(word, "none")) return ZERO_STREAM_NONE;
  if (can_move && zero__text_is(word, moves)) return ZERO_STREAM_PIPE;
  if (can_join && zero__text_is(word, "stdout")) return ZERO_STREAM_STDOUT;
  char all[64];
  snprintf(all, sizeof all, "%s%s%s\"none\"%s or a Handle",
           can_move ? "\"" : "", can_move ? moves : "",
           can_move ? "\", " : "", can_join ? ", \"stdout\"" : "");
  raise_option(plan, all, word);
}

static void read_stream(struct zero_plan *plan, zero_value v) {
  const struct zero_option *option = plan->option;
  struct zero_stream *stream = &plan->streams[option->index];
  if (zero__is_text(v)) {
    stream->way = way_of(plan, v);
    return;
  }
  if (!zero__is_linear(v)) raise_option(plan, option->expected, v);
  struct zero_handle *h = zero__handle_use(plan->vm, v, NULL);
  bool moves = option->index == STDIN_FILENO ? h->kind->read != NULL
                                             : h->kind->write != NULL;
  if (h->kind->family != ZERO_FAMILY_HANDLE || h->file < 0 || !moves) {
    zero__raise(&plan->vm->heap, ZERO_CODE_PROCESS_OPTION,
                "%s: \"%s\" cannot be a %s", zero__builtin_name(plan->vm),
                option->name, h->kind->name);
  }
  *stream = (struct zero_stream){.way = ZERO_STREAM_HANDLE, .handle = h};
}

static const char stream_values[] = "a word or a Handle";

static const struct zero_option options[] = {
    {"environment", read_environment, false, 0, 0, "a Map of Text"},
    {"directory", read_directory, false, 0, 0, "a Text"},
    {"input", read_input, false, 0, 0, "a Text or Bytes"},
    {"stdin", read_stream, false, STDIN_FILENO, 0, stream_values},
    {"stdout", read_stream, false, STDOUT_FILENO, 0, stream_values},
    {"stderr", read_stream, false, STDERR_FILENO, 0, stream_values},
    {"timeout", read_number, true, ZERO_PLAN_TIMEOUT, -1,
     "milliseconds, an I64, or -1 for no limit"},
    {"grace", read_number, true, ZERO_PLAN_GRACE, 0,
     "milliseconds, an I64 of at least 0"},
    {"limit", read_number, true, ZERO_PLAN_LIMIT, 0,
     "an I64 of at least 0 bytes"},
};

enum { OPTIONS = sizeof options / sizeof *options };

static void read_options(struct zero_plan *plan, zero_value map) {
  struct zero_heap *heap = &plan->vm->heap;
  uint64_t size = zero__map_size(map);
  zero_value *pairs = zero__map_pairs(heap, map);
  for (uint64_t i = 0; i < size; i++) {
    zero_value name = pairs[2 * i];
    size_t at = zero__is_text(name) ? 0 : OPTIONS;
    while (at < OPTIONS && !zero__text_is(name, options[at].name)) at++;
    if (at == OPTIONS || (options[at].waits && !plan->runs)) {
      char what[ZERO_FOUND];
      zero__raise(heap, ZERO_CODE_PROCESS_OPTION, "%s: it has no option %s",
                  zero__builtin_name(plan->vm), zero__found(heap, name, what));
    }
    plan->option = &options[at];
    options[at].read(plan, pairs[2 * i + 1]);
  }
  if (plan->input == NULL) return;
  if (!zero_is_none(zero__map_get(map, zero__text_of(heap, "stdin")))) {
    zero__raise(heap, ZERO_CODE_PROCESS_OPTION,
                "%s: \"input\" and \"stdin\" exclude each other",
                zero__builtin_name(plan->vm));
  }
  plan->streams[STDIN_FILENO].way = ZERO_STREAM_INPUT;
}

struct zero_plan zero__process_plan(zero_vm *vm, zero_value *args,
                                    unsigned count, bool runs) {
  enum zero_stream_way out = runs ? ZERO_STREAM_PIPE : ZERO_STREAM_NONE;
  struct zero_plan plan = {
      .vm = vm,
      .runs = runs,
      .streams = {{.way = ZERO_STREAM_NONE}, {.way = out}, {.way = out}},
      .numbers = {[ZERO_PLAN_TIMEOUT] = -1, [ZERO_PLAN_GRACE] = 2000,
                  [ZERO_PLAN_LIMIT] = 16 << 20},
  };
  plan_arguments(&plan, args);
  plan_programs(&plan);
  if (count > 1) read_options(&plan, zero__want_map(vm, args, 1));
  if (plan.spawn.environment != NULL) return plan;
  size_t size = 0;
  while (environ != NULL && environ[size] != NULL) size++;
  zero__charge(vm, size);
  char **inherited = strings(vm, size);
  if (size > 0) memcpy(inherited, environ, size * sizeof *environ);
  plan.spawn.environment = inherited;
  return plan;
}
