/* bootstrap.c - the build tool that makes lib/core into an image.
 *
 *   zero-bootstrap OUT.c FILE.0x0...
 *
 * The files share one outermost scope, and their order does not matter: each
 * is compiled as soon as the names it needs are there. Files that need one
 * another in a circle are refused with the names they miss. Only what a file
 * exports becomes a name of lib/core. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/core.h"
#include "api/session.h"
#include "compile/compiler.h"
#include "compile/image.h"

const unsigned char zero__core_image[1] = {0};
const size_t zero__core_image_size = 0;

enum { BYTES_A_LINE = 16 };

struct build {
  FILE *out;
  char **files;
  bool *done;
  int count;
  char *image; /* size of room bytes */
  size_t size;
  size_t room;
  bool failed;
};

static int load_file(void *context, const char *path, const char *from,
                     const char **name, const char **bytes, size_t *size,
                     char *message) {
  (void)context;
  return zero_file_loader(NULL, path, from, name, bytes, size, message,
                          ZERO_FAULT_MESSAGE);
}

/* A snippet that imports the file: its names are what the file exports. */
static struct zero_source *import_of(struct zero_heap *heap,
                                     const char *file) {
  struct zero_source *source = zero__tree_alloc(heap, sizeof *source);
  size_t room = strlen(file) + sizeof "(import \"\")";
  char *text = zero__alloc(heap, ZERO_LEAF, room);
  source->size = (size_t)snprintf(text, room, "(import \"%s\")", file);
  source->bytes = text;
  source->name = "";
  return source;
}

static void show_reports(const struct zero_reports *reports) {
  const struct zero_report *report = reports->first;
  for (; report != NULL; report = report->next) {
    const struct zero_code_fact *fact = zero__code_fact(report->code);
    zero_location place = zero__location(report->source, report->span);
    fprintf(stderr, "%s:%" PRIu32 ":%" PRIu32 ": %s: %s [%s]\n", place.file,
            place.line, place.column, report->warning ? "warning" : "error",
            report->message, fact != NULL ? fact->name : "");
  }
}

/* Adds the exports of a file to lib/core. */
static void add_names(struct build *build, zero_vm *vm,
                      const struct zero_scope *names) {
  for (uint32_t i = 0; i < names->count; i++) {
    const struct zero_scope_entry *entry = &names->entries[i];
    const struct zero_global *other = zero__scope_get(vm->core, entry->name);
    if (other != NULL) {
      fprintf(stderr, "error: '%s' is in %s and in %s\n", entry->name,
              other->module, entry->global->module);
      build->failed = true;
    }
    zero__scope_put(&vm->heap, vm->core, entry->name, entry->global);
  }
}

/* Compiles a file; false where it has errors, which are shown if `show`. */
static bool compile_file(struct build *build, zero_vm *vm, const char *file,
                         bool show) {
  struct zero_heap *heap = &vm->heap;
  struct zero_function_node *entry;
  bool incomplete;
  struct zero_program program = {.heap = heap,
                                 .symbols = &vm->symbols,
                                 .core = vm->core,
                                 .loader = load_file,
                                 .core_itself = true};
  zero__reports_init(&program.reports);
  bool good = zero__check_program(&program, import_of(heap, file), &entry,
                                  &incomplete);
  for (unsigned i = 0; good && i < program.function_count; i++) {
    zero__compile(heap, NULL, program.functions[i], &program.reports);
  }
  good = good && program.reports.errors == 0;
  if (good) add_names(build, vm, program.names);
  if (good || show) show_reports(&program.reports);
  return good;
}

/* Goes round the files that are not yet done; returns how many it did. */
static int compile_round(struct build *build, zero_vm *vm, bool show) {
  int done = 0;
  for (int i = 0; i < build->count; i++) {
    if (build->done[i]) continue;
    build->done[i] = compile_file(build, vm, build->files[i], show);
    if (build->done[i]) done++;
  }
  return done;
}

static bool all_done(const struct build *build) {
  for (int i = 0; i < build->count; i++) {
    if (!build->done[i]) return false;
  }
  return true;
}

static const uint16_t *types_of(struct zero_heap *heap,
                                const struct zero_global *global) {
  unsigned count = global->param_count;
  uint16_t *types = zero__alloc(heap, ZERO_LEAF, (count + 1) * sizeof *types);
  if (count > 0) memcpy(types, global->param_types, count * sizeof *types);
  types[count] = global->result_type;
  return types;
}

struct sink {
  struct build *build;
  struct zero_heap *heap;
};

static void take_bytes(void *context, const char *bytes, size_t size) {
  struct sink *sink = context;
  struct build *build = sink->build;
  if (size > build->room - build->size) {
    build->room = (build->size + size) * 2;
    char *wider = zero__alloc(sink->heap, ZERO_LEAF, build->room);
    if (build->size > 0) memcpy(wider, build->image, build->size);
    build->image = wider;
  }
  memcpy(build->image + build->size, bytes, size);
  build->size += size;
}

static void write_c(const struct build *build) {
  fputs("/* core_image.c - lib/core, made by zero-bootstrap. */\n"
        "#include \"api/core.h\"\n\n"
        "const unsigned char zero__core_image[] = {",
        build->out);
  for (size_t i = 0; i < build->size; i++) {
    fprintf(build->out, "%s%u,", i % BYTES_A_LINE == 0 ? "\n" : "",
            (unsigned char)build->image[i]);
  }
  fputs("\n};\n\n"
        "const size_t zero__core_image_size = sizeof zero__core_image;\n",
        build->out);
}

/* An image that could not be read again would stop every VM from opening, so
 * it is read here first. */
static void write_image(struct build *build, zero_vm *vm) {
  struct zero_heap *heap = &vm->heap;
  const struct zero_scope *core = vm->core;
  struct zero_image_function *functions =
      zero__tree_alloc(heap, sizeof *functions * (core->count + 1));
  for (uint32_t i = 0; i < core->count; i++) {
    const struct zero_global *global = core->entries[i].global;
    functions[i] = (struct zero_image_function){
        .function = global->function,
        .module = global->module,
        .doc = global->doc,
        .types = types_of(heap, global),
        .capability = global->capability,
        .annotated = global->annotated,
    };
  }
  struct sink sink = {build, heap};
  zero__image_write(heap, functions, core->count, take_bytes, &sink);
  zero__image_read(heap, build->image, build->size);
  write_c(build);
}

static void build_body(struct zero_session *session, void *context) {
  struct build *build = context;
  zero_vm *vm = &session->vm;
  while (compile_round(build, vm, false) > 0) continue;
  if (!all_done(build)) {
    compile_round(build, vm, true);
    build->failed = true;
  }
  if (!build->failed) write_image(build, vm);
}

static int run(struct build *build, const char *out) {
  zero_vm *vm;
  char message[256];
  if (zero_open(&vm, NULL, message, sizeof message) != ZERO_OK) {
    fprintf(stderr, "error: %s\n", message);
    return 1;
  }
  if (zero__enter(vm, build_body, build) != ZERO_OK) {
    fprintf(stderr, "error: %s\n", zero_last_error(vm)->message);
    build->failed = true;
  }
  zero_close(vm);
  bool lost = ferror(build->out) != 0;
  if (fclose(build->out) != 0 || lost) {
    fprintf(stderr, "error: cannot write %s\n", out);
    build->failed = true;
  }
  if (build->failed) remove(out);
  return build->failed ? 1 : 0;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fputs("usage: zero-bootstrap OUT.c FILE.0x0...\n", stderr);
    return 2;
  }
  struct build build = {.files = argv + 2, .count = argc - 2};
  build.out = fopen(argv[1], "w");
  if (build.out == NULL) {
    fprintf(stderr, "error: cannot write %s: %s\n", argv[1], strerror(errno));
    return 1;
  }
  build.done = calloc((size_t)argc, sizeof *build.done);
  if (build.done == NULL) return 1;
  int answer = run(&build, argv[1]);
  free(build.done);
  return answer;
}
