/* load.c - from text to functions of the session.
 *
 * One way for load, check, disassemble and eval: check, compile, and only
 * where both had no error put the new names into the session. The functions
 * of a text that failed are garbage nobody has seen. */
#include "api/session.h"

#include <string.h>

#include "base/sentence.h"
#include "base/utf8.h"
#include "compile/compiler.h"
#include "compile/disassemble.h"
#include "compile/inline.h"

struct load {
  const char *name;
  const char *bytes;
  size_t size;
  bool failed;              /* errors were reported, and kept */

  bool snippet;             /* as a prompt reads */
  bool incomplete;
  zero_value value;

  bool keep;                /* the names join the session */
  struct zero_outlet disassembly; /* its output may be NULL */
};

/* What is made on the way. It lies in a frame that is left before what a call
 * that was stopped has made is collected. */
struct compilation {
  struct zero_session *session;
  struct load *load;
  struct zero_program program;
  zero_value entry; /* the function to run, or none */
  uint64_t left;    /* of the limit of alloc, where there were errors */
};

static const char *copy_bytes(struct zero_heap *heap, const char *bytes,
                              size_t size) {
  char *copy = zero__alloc(heap, ZERO_LEAF, size + 1);
  zero__heap_copy(heap, copy, bytes, size);
  copy[size] = '\0';
  return copy;
}

/* The reader refuses a text that is too large by its size, so its bytes are
 * not needed. */
static struct zero_source *copy_source(struct zero_heap *heap,
                                       const char *name, const char *bytes,
                                       size_t size) {
  struct zero_source *source =
      zero__alloc(heap, ZERO_TRACED, sizeof *source);
  bool too_large = size > ZERO_SOURCE_MAX;
  source->name = copy_bytes(heap, name, strlen(name));
  source->bytes = copy_bytes(heap, bytes, too_large ? 0 : size);
  source->size = size;
  return source;
}

/* What a loader may return; anything else means that there is no file. */
static int import_code(int answer) {
  switch (answer) {
    case ZERO_CODE_IMPORT_DENIED:
    case ZERO_CODE_SOURCE_UNREADABLE:
    case ZERO_CODE_SYNTAX_TOO_LARGE:
      return answer;
    default:
      return ZERO_CODE_IMPORT_NOT_FOUND;
  }
}

/* Refuses what a loader said it had found. Returns 0 where it is good. */
static int refuse_found(const char *path, const char *name, const char *bytes,
                        size_t size, char *message) {
  const char *wrong = NULL;
  int code = ZERO_CODE_SOURCE_UNREADABLE;
  if (name == NULL) {
    wrong = "the host's loader gave it no name";
  } else if (bytes == NULL && size > 0) {
    wrong = "the host's loader gave its size and no bytes";
  } else if (!zero__utf8_string(name)) {
    wrong = "its name is not UTF-8";
    code = ZERO_CODE_HOST_NOT_TEXT;
  }
  if (wrong == NULL) return 0;
  zero__sentence(message, ZERO_FAULT_MESSAGE, "cannot import '%s': %s", path,
                 wrong);
  return code;
}

/* Asks the host's loader. The checker copies the text, and the name is
 * copied here: sources outlive the load that read them. */
static int load_import(void *context, const char *path, const char *from,
                       const char **name, const char **bytes, size_t *size,
                       char *message) {
  struct zero_session *session = context;
  const zero_options *options = &session->options;
  struct zero_heap *heap = &session->vm.heap;
  message[0] = '\0';
  *name = NULL;
  *bytes = NULL;
  *size = 0;
  int code = options->loader(options->loader_context, path, from, name, bytes,
                             size, message, ZERO_FAULT_MESSAGE);
  message[ZERO_FAULT_MESSAGE - 1] = '\0';
  zero__obey(&session->vm);
  if (code != 0) {
    if (message[0] == '\0') {
      zero__sentence(message, ZERO_FAULT_MESSAGE, "'%s' cannot be imported",
                     path);
    }
    return import_code(code);
  }
  code = refuse_found(path, *name, *bytes, *size, message);
  if (code == 0) *name = copy_bytes(heap, *name, strlen(*name));
  return code;
}

static void disassemble(const struct zero_program *program,
                        struct zero_outlet *outlet) {
  for (unsigned i = 0; i < program->function_count; i++) {
    const struct zero_global *global = program->functions[i]->global;
    zero__disassemble(program->heap, zero__code_of(global->function),
                      zero__hand_out, outlet);
  }
}

/* All or none: what can raise comes first. */
static void keep_names(struct zero_session *session,
                       const struct zero_scope *names) {
  struct zero_heap *heap = &session->vm.heap;
  if (names == NULL || names == session->names) return;
  zero__scope_reserve(heap, session->names, names->count);
  for (uint32_t i = 0; i < names->count; i++) {
    zero__scope_put(heap, session->names, names->entries[i].name,
                    names->entries[i].global);
  }
}

static void keep_bodies(const struct zero_program *program) {
  for (unsigned i = 0; i < program->function_count; i++) {
    zero__heap_charge(program->heap, 1);
    zero__inline_keep(program->heap, program->functions[i]->global);
  }
}

/* Checks and compiles. Errors are kept whatever allocations are left. */
static void compile(void *context) {
  struct compilation *c = context;
  struct load *load = c->load;
  struct zero_program *program = &c->program;
  struct zero_heap *heap = program->heap;
  const struct zero_source *source =
      copy_source(heap, load->name, load->bytes, load->size);
  struct zero_function_node *node = NULL;
  bool good = zero__check_program(
      program, source, load->snippet ? &node : NULL, &load->incomplete);
  if (good) c->entry = zero__compile(program, c->session->vm.library, node);
  if (good && program->reports.errors == 0) {
    keep_bodies(program);
    return;
  }
  load->failed = true;
  c->left = zero__heap_left(heap);
  zero__heap_limit(heap, UINT64_MAX);
  zero__keep_errors(c->session, &program->reports);
}

/* The same, and costs no fuel. */
static void compile_free(struct compilation *c) {
  zero_vm *vm = &c->session->vm;
  struct zero_free outer = zero__free_begin(vm);
  int code = zero__protect(&vm->heap, compile, c);
  if (c->load->failed) zero__heap_limit(&vm->heap, c->left);
  zero__free_end(vm, outer);
  if (code != 0) zero__raise_again(&vm->heap);
}

static void load_body(struct zero_session *session, void *context) {
  struct load *load = context;
  zero_vm *vm = &session->vm;
  struct zero_symbols symbols = {0};
  struct compilation c = {
      .session = session,
      .load = load,
      .program = {.heap = &vm->heap,
                  .symbols = &symbols,
                  .core = vm->core,
                  .session = load->snippet ? session->names : NULL,
                  .loader =
                      session->options.loader != NULL ? load_import : NULL,
                  .loader_context = session},
  };
  /* The bytes of a source are looked at by its reader, its name only here. */
  if (!zero__utf8_string(load->name)) {
    zero__raise(&vm->heap, ZERO_CODE_HOST_NOT_TEXT,
                "the name '%s' of the source is not UTF-8", load->name);
  }
  zero__reports_init(&c.program.reports);
  compile_free(&c);
  if (!load->failed || !load->incomplete) {
    zero__tell_warnings(session, &c.program.reports);
  }
  if (load->failed) return;
  if (load->disassembly.output != NULL) {
    disassemble(&c.program, &load->disassembly);
  }
  if (load->keep) keep_names(session, c.program.names);
  if (zero_is_none(c.entry)) return;
  zero__heap_end_trees(&vm->heap);
  load->value = zero__vm_call(vm, c.entry, NULL, 0);
  zero__scope_keep(session, load->value);
}

static zero_status run_load(zero_vm *vm, struct load *load) {
  if (load->name == NULL || (load->bytes == NULL && load->size > 0)) {
    return zero__misuse(vm, "a source needs a name and bytes");
  }
  zero_status status = zero__enter(vm, load_body, load);
  /* A call that was refused may have come while another text is compiled. */
  if (status != ZERO_E_USAGE) zero__heap_end_trees(&vm->heap);
  return status == ZERO_OK && load->failed ? ZERO_E_SOURCE : status;
}

zero_status zero_load(zero_vm *vm, const char *name, const char *source,
                      size_t size) {
  struct load load = {
      .name = name, .bytes = source, .size = size, .keep = true};
  return run_load(vm, &load);
}

zero_status zero_check(zero_vm *vm, const char *name, const char *source,
                       size_t size) {
  struct load load = {.name = name, .bytes = source, .size = size};
  return run_load(vm, &load);
}

zero_status zero_disassemble(zero_vm *vm, const char *name,
                             const char *source, size_t size,
                             zero_output *output, void *output_context) {
  struct load load = {.name = name,
                      .bytes = source,
                      .size = size,
                      .disassembly = {vm, output, output_context, false}};
  if (output == NULL) {
    return zero__misuse(vm, "zero_disassemble was given no output");
  }
  return run_load(vm, &load);
}

zero_status zero_eval(zero_vm *vm, zero_value *value, int *incomplete,
                      const char *name, const char *source, size_t size) {
  struct load load = {.name = name,
                      .bytes = source,
                      .size = size,
                      .snippet = true,
                      .keep = true};
  if (value != NULL) *value = ZERO_NONE;
  if (incomplete != NULL) *incomplete = 0;
  if (value == NULL) return zero__misuse(vm, "zero_eval was given NULL");
  zero_status status = run_load(vm, &load);
  if (status == ZERO_OK) *value = load.value;
  if (incomplete != NULL) {
    *incomplete = status == ZERO_E_SOURCE && load.incomplete;
  }
  return status;
}
