/* load.c - from text to functions of the session.
 *
 * One way for load, check, disassemble and eval: check, compile, and only
 * where both had no error put the new names into the session. The functions
 * of a text that failed are garbage nobody has seen. */
#include "api/session.h"

#include <stdio.h>
#include <string.h>

#include "code/disassemble.h"
#include "source/compiler.h"
#include "source/inline.h"

struct load {
  const char *name;
  const char *bytes;
  size_t size;
  bool failed;              /* errors were reported, and kept */

  bool snippet;             /* as a prompt reads */
  bool incomplete;
  zero_value value;

  bool keep;                /* the names join the session */
  zero_output *disassembly; /* or NULL */
  void *disassembly_context;
};

static const char *copy_bytes(struct zero_heap *heap, const char *bytes,
                              size_t size) {
  char *copy = zero__alloc(heap, ZERO_LEAF, size + 1);
  zero__copy(heap, copy, bytes, size);
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

/* What a loader may answer; anything else means that there is no file. */
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

/* Asks the host's loader. The checker copies the text, and the name is
 * copied here: sources outlive the load that read them. */
static int load_import(void *context, const char *path, const char *from,
                       const char **name, const char **bytes, size_t *size,
                       char *message) {
  struct zero_session *session = context;
  const zero_options *options = &session->options;
  struct zero_heap *heap = &session->vm.heap;
  message[0] = '\0';
  int code = options->loader(options->loader_context, path, from, name, bytes,
                             size, message, ZERO_FAULT_MESSAGE);
  if (code != 0) {
    if (message[0] == '\0') {
      snprintf(message, ZERO_FAULT_MESSAGE, "'%s' cannot be imported", path);
    }
    return import_code(code);
  }
  *name = copy_bytes(heap, *name, strlen(*name));
  return 0;
}

static void disassemble(struct zero_heap *heap, const struct load *load,
                        const struct zero_program *program) {
  for (unsigned i = 0; i < program->function_count; i++) {
    const struct zero_global *global = program->functions[i]->global;
    zero__disassemble(heap, zero__code_of(global->function),
                      load->disassembly, load->disassembly_context);
  }
}

/* All or none: what can raise comes first. */
static void keep_names(zero_vm *vm, const struct zero_scope *names) {
  if (names == NULL || names == vm->session) return;
  zero__scope_reserve(&vm->heap, vm->session, names->count);
  for (uint32_t i = 0; i < names->count; i++) {
    zero__scope_put(&vm->heap, vm->session, names->entries[i].name,
                    names->entries[i].global);
  }
}

static void forget_nodes(const struct zero_program *program) {
  for (unsigned i = 0; i < program->function_count; i++) {
    zero__work(program->heap, 1);
    zero__inline_forget(program->functions[i]->global);
  }
}

struct keeping {
  struct zero_session *session;
  const struct zero_reports *reports;
};

static void keep_body(void *context) {
  struct keeping *keeping = context;
  zero__keep_errors(keeping->session, keeping->reports);
}

/* What allocations are left does not count for the errors themselves. */
static void keep_errors(struct zero_session *session,
                        const struct zero_reports *reports) {
  struct zero_heap *heap = &session->vm.heap;
  struct keeping keeping = {session, reports};
  uint64_t left = zero__heap_left(heap);
  zero__heap_limit(heap, UINT64_MAX);
  int code = zero__protect(heap, keep_body, &keeping);
  zero__heap_limit(heap, left);
  if (code != 0) zero__raise_again(heap);
}

/* Checks and compiles. Where there are errors keeps them and answers false;
 * *entry is the function to run, no value where there is none. */
static bool compile(struct zero_session *session, struct load *load,
                    struct zero_program *program, zero_value *entry) {
  struct zero_heap *heap = &session->vm.heap;
  const struct zero_source *source =
      copy_source(heap, load->name, load->bytes, load->size);
  struct zero_function_node *node = NULL;
  bool good = load->snippet
                  ? zero__check_snippet(program, source, &node,
                                        &load->incomplete)
                  : zero__check_program(program, source, false);
  *entry = ZERO_NONE;
  for (unsigned i = 0; good && i < program->function_count; i++) {
    zero__compile(heap, session->vm.library, program->functions[i],
                  &program->reports);
  }
  if (good && node != NULL) {
    *entry = zero__compile(heap, session->vm.library, node,
                           &program->reports);
  }
  if (good && program->reports.errors == 0) {
    forget_nodes(program);
    return true;
  }
  keep_errors(session, &program->reports);
  load->failed = true;
  return false;
}

static void load_body(struct zero_session *session, void *context) {
  struct load *load = context;
  zero_vm *vm = &session->vm;
  struct zero_program program = {
      .heap = &vm->heap,
      .symbols = &vm->symbols,
      .core = vm->core,
      .session = load->snippet ? vm->session : NULL,
      .loader = session->options.loader != NULL ? load_import : NULL,
      .loader_context = session,
  };
  zero__reports_init(&program.reports);
  zero_value entry;
  bool good = compile(session, load, &program, &entry);
  if (good || !load->incomplete) {
    zero__tell_warnings(session, &program.reports);
  }
  if (!good) return;
  if (load->disassembly != NULL) disassemble(&vm->heap, load, &program);
  if (load->keep) keep_names(vm, program.names);
  if (zero_is_none(entry)) return;
  load->value = zero__vm_call(vm, entry, NULL, 0);
  zero__scope_keep(session, load->value);
}

static zero_status run_load(zero_vm *vm, struct load *load) {
  zero_status given = zero__given(vm);
  if (given != ZERO_OK) return given;
  if (load->name == NULL || (load->bytes == NULL && load->size > 0)) {
    return zero__misuse(vm, "a source needs a name and bytes");
  }
  zero_status status = zero__enter(vm, load_body, load);
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
                      .disassembly = output,
                      .disassembly_context = output_context};
  zero_status given = zero__given(vm);
  if (given != ZERO_OK) return given;
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
                      .keep = true,
                      .value = ZERO_NONE};
  if (value != NULL) *value = ZERO_NONE;
  if (incomplete != NULL) *incomplete = 0;
  zero_status given = zero__given(vm);
  if (given != ZERO_OK) return given;
  if (value == NULL) return zero__misuse(vm, "zero_eval was given NULL");
  zero_status status = run_load(vm, &load);
  if (status == ZERO_OK) *value = load.value;
  if (incomplete != NULL) {
    *incomplete = status == ZERO_E_SOURCE && load.incomplete;
  }
  return status;
}
