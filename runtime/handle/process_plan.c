/* process_plan.c - what a program is to be started with. */
#include "handle/process.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "layout/brief.h"
#include "value/bytes.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  DEFAULT_LIMIT = 16 << 20, /* bytes */
  DEFAULT_GRACE = 2000,     /* milliseconds */
};

/* Where programs are looked for if the host has no PATH. */
static const char standard_path[] = "/usr/local/bin:/usr/bin:/bin";

/* What is being read. */
struct planning {
  zero_vm *vm;
  struct zero_process_plan *plan;
  bool runs;
  const char *option; /* the one that is read */
};

const char *const zero__stream_names[3] = {"stdin", "stdout", "stderr"};

ZERO_NORETURN static void raise_option(const struct planning *p,
                                       const char *expected,
                                       zero_value found) {
  char what[ZERO_FOUND];
  zero__found(&p->vm->heap, found, what);
  zero__raise(&p->vm->heap, ZERO_CODE_PROCESS_OPTION,
              "%s: \"%s\" must be %s, found %s", zero__builtin_name(p->vm),
              p->option, expected, what);
}

/* --- strings ------------------------------------------------------------- */

static char *text_bytes(zero_vm *vm, zero_value text) {
  zero__charge_bytes(vm, zero__text_size(text));
  return (char *)(uintptr_t)zero__text_bytes(text);
}

/* An array of `count` strings and the NULL behind them, to be filled. */
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

/* A Text holds no NUL, so none is cut short. */
static void plan_arguments(zero_vm *vm, zero_value *args,
                           struct zero_process_plan *plan) {
  zero_value list = zero__want_list(vm, args, 0);
  uint64_t length = zero__length(&vm->heap, list);
  if (length == 0) {
    zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
                "%s: the list of arguments must begin with a program",
                zero__builtin_name(vm));
  }
  plan->arguments = strings(vm, length);
  struct zero_iterator at = zero__iterate(list);
  zero_value item;
  for (uint64_t i = 0; zero__next(&vm->heap, &at, &item); i++) {
    if (!zero__is_text(item)) zero__raise_item(vm, i, item, "Text");
    if (i == 0) plan->program = item;
    plan->arguments[i] = text_bytes(vm, item);
  }
}

/* A name with a slash is a path. Any other is looked for where the host looks
 * for programs; parts of PATH that are not absolute do not count, as they mean
 * something else in each directory. */
static void plan_programs(zero_vm *vm, struct zero_process_plan *plan) {
  char *name = plan->arguments[0];
  if (strchr(name, '/') != NULL || *name == '\0') {
    plan->programs = strings(vm, 1);
    if (*name != '\0') plan->programs[0] = name;
    return;
  }
  const char *path = getenv("PATH");
  if (path == NULL) path = standard_path;
  uint64_t parts = 1;
  for (const char *at = path; *at != '\0'; at++) parts += *at == ':';
  plan->programs = strings(vm, parts);
  char **next = plan->programs;
  for (;;) {
    size_t size = strcspn(path, ":");
    if (*path == '/') *next++ = join(vm, path, size, '/', name);
    path += size;
    if (*path == '\0') return;
    path++;
  }
}

/* --- environment --------------------------------------------------------- */

static void inherit_environment(zero_vm *vm, struct zero_process_plan *plan) {
  uint64_t count = 0;
  while (environ != NULL && environ[count] != NULL) count++;
  zero__charge(vm, count);
  plan->environment = strings(vm, count);
  for (uint64_t i = 0; i < count; i++) plan->environment[i] = environ[i];
}

static void plan_environment(const struct planning *p, int index,
                             zero_value map) {
  (void)index;
  if (!zero__is_kind(map, ZERO_KIND_MAP)) {
    raise_option(p, "a Map of Text", map);
  }
  uint64_t size = zero__map_size(map);
  zero_value *pairs = zero__map_pairs(&p->vm->heap, map);
  p->plan->environment = strings(p->vm, size);
  for (uint64_t i = 0; i < size; i++) {
    zero_value name = pairs[2 * i], value = pairs[2 * i + 1];
    if (!zero__is_text(name) || zero__text_size(name) == 0 ||
        strchr(zero__text_bytes(name), '=') != NULL) {
      raise_option(p, "a Map of names, Texts without =, to Texts", name);
    }
    if (!zero__is_text(value)) raise_option(p, "a Map of Text", value);
    p->plan->environment[i] =
        join(p->vm, zero__text_bytes(name), zero__text_size(name), '=',
             text_bytes(p->vm, value));
  }
}

/* --- streams ------------------------------------------------------------- */

/* The way that a word means for stream `index`. */
static enum zero_stream_way way_of(const struct planning *p, int index,
                                   zero_value word) {
  const char *expected;
  if (zero__text_is(word, "none")) return ZERO_STREAM_NONE;
  if (p->runs) {
    if (index > 0 && zero__text_is(word, "keep")) return ZERO_STREAM_KEPT;
    expected = index == 0 ? "\"none\"" : "\"keep\", \"none\"";
  } else {
    if (zero__text_is(word, "pipe")) return ZERO_STREAM_PIPE;
    expected = "\"pipe\", \"none\"";
  }
  if (index == 2 && zero__text_is(word, "stdout")) return ZERO_STREAM_STDOUT;
  char all[64];
  snprintf(all, sizeof all, "%s%s or a Handle", expected,
           index == 2 ? ", \"stdout\"" : "");
  raise_option(p, all, word);
}

static void plan_stream(const struct planning *p, int index, zero_value v) {
  struct zero_stream *stream = &p->plan->streams[index];
  if (zero__is_text(v)) {
    stream->way = way_of(p, index, v);
    return;
  }
  if (!zero__is_linear(v)) raise_option(p, "a word or a Handle", v);
  struct zero_handle *h = zero__handle_use(p->vm, v, NULL);
  bool moves = index == STDIN_FILENO ? h->kind->read != NULL
                                     : h->kind->write != NULL;
  if (h->kind->family != ZERO_FAMILY_HANDLE || h->file < 0 || !moves) {
    zero__raise(&p->vm->heap, ZERO_CODE_PROCESS_OPTION,
                "%s: \"%s\" cannot be a %s", zero__builtin_name(p->vm),
                p->option, h->kind->name);
  }
  *stream = (struct zero_stream){.way = ZERO_STREAM_HANDLE, .handle = h};
}

/* --- options ------------------------------------------------------------- */

static void plan_directory(const struct planning *p, int index,
                           zero_value v) {
  (void)index;
  if (!zero__is_text(v)) raise_option(p, "a Text", v);
  p->plan->directory = v;
}

static void plan_input(const struct planning *p, int index, zero_value v) {
  (void)index;
  if (!zero__is_text(v) && !zero__is_kind(v, ZERO_KIND_BYTES)) {
    raise_option(p, "a Text or Bytes", v);
  }
  p->plan->input = v;
}

enum number { TIMEOUT, GRACE, LIMIT };

static void plan_number(const struct planning *p, int index, zero_value v) {
  static const char *const expected[] = {
      [TIMEOUT] = "milliseconds, an I64, or -1 for no limit",
      [GRACE] = "milliseconds, an I64 of at least 0",
      [LIMIT] = "an I64 of at least 0 bytes",
  };
  int64_t least = index == TIMEOUT ? -1 : 0;
  if (!zero__is_i64(v) || zero__i64_number(v) < least) {
    raise_option(p, expected[index], v);
  }
  int64_t number = zero__i64_number(v);
  if (index == TIMEOUT) p->plan->timeout = number;
  if (index == GRACE) p->plan->grace = number;
  if (index == LIMIT) p->plan->limit = (uint64_t)number;
}

static const struct option {
  const char *name;
  void (*plan)(const struct planning *p, int index, zero_value v);
  int index;
  bool waits; /* of process-run alone */
} options[] = {
    {"environment", plan_environment, 0, false},
    {"directory", plan_directory, 0, false},
    {"input", plan_input, 0, false},
    {"stdin", plan_stream, STDIN_FILENO, false},
    {"stdout", plan_stream, STDOUT_FILENO, false},
    {"stderr", plan_stream, STDERR_FILENO, false},
    {"timeout", plan_number, TIMEOUT, true},
    {"grace", plan_number, GRACE, true},
    {"limit", plan_number, LIMIT, true},
};

enum { OPTIONS = sizeof options / sizeof *options };

static void plan_option(struct planning *p, zero_value name, zero_value v) {
  for (size_t i = 0; zero__is_text(name) && i < OPTIONS; i++) {
    const struct option *option = &options[i];
    if (!zero__text_is(name, option->name)) continue;
    if (option->waits && !p->runs) break;
    p->option = option->name;
    option->plan(p, option->index, v);
    return;
  }
  char what[ZERO_FOUND];
  zero__found(&p->vm->heap, name, what);
  zero__raise(&p->vm->heap, ZERO_CODE_PROCESS_OPTION,
              "%s: no option of it is %s", zero__builtin_name(p->vm), what);
}

static void plan_options(struct planning *p, zero_value map) {
  uint64_t size = zero__map_size(map);
  zero_value *pairs = zero__map_pairs(&p->vm->heap, map);
  for (uint64_t i = 0; i < size; i++) {
    plan_option(p, pairs[2 * i], pairs[2 * i + 1]);
  }
  if (zero_is_none(p->plan->input)) return;
  if (!zero_is_none(zero__map_get(map, zero__text_of(&p->vm->heap,
                                                     "stdin")))) {
    zero__raise(&p->vm->heap, ZERO_CODE_PROCESS_OPTION,
                "%s: \"input\" and \"stdin\" exclude each other",
                zero__builtin_name(p->vm));
  }
  p->plan->streams[STDIN_FILENO].way = ZERO_STREAM_INPUT;
}

void zero__process_plan(zero_vm *vm, zero_value *args, unsigned count,
                        bool runs, struct zero_process_plan *plan) {
  enum zero_stream_way out = runs ? ZERO_STREAM_KEPT : ZERO_STREAM_NONE;
  *plan = (struct zero_process_plan){
      .streams = {{.way = ZERO_STREAM_NONE}, {.way = out}, {.way = out}},
      .limit = DEFAULT_LIMIT,
      .timeout = -1,
      .grace = DEFAULT_GRACE,
  };
  struct planning p = {.vm = vm, .plan = plan, .runs = runs};
  plan_arguments(vm, args, plan);
  plan_programs(vm, plan);
  if (count > 1) plan_options(&p, zero__want_map(vm, args, 1));
  if (plan->environment == NULL) inherit_environment(vm, plan);
}
