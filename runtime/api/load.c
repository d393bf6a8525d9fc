/* load.c - from text to functions of the session.
 *
 * Load, check, disassemble and eval work alike: check, compile, and put the new
 * names into the session only if both had no error. The functions of a text
 * that failed are garbage that nothing refers to. */
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
  bool snippet;             /* as a prompt reads */
  bool keep;                /* the names join the session */
  struct zero_outlet disassembly; /* its output may be NULL */
  bool failed;              /* errors were reported, and kept */
  bool incomplete;
};

/* What is made on the way. It is in a frame that is left before what a stopped
 * call has made is collected. */
struct compilation {
  struct zero_session *session;
  struct load *load;
  struct zero_program program;
  zero_value entry; /* the function to run, or none */
  uint64_t left;    /* of the limit of alloc, if there were errors */
};

/* Asks the host's loader. The checker copies the text, and the name is
 * copied here: sources outlive the load that read them. */
static int load_import(void *context, const char *path, const char *from,
                       const char **name, const char **bytes, size_t *size,
                       char *message) {
  struct zero_session *session = context;
  const zero_options *options = &session->options;
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
    /* Any other code means that there is no file. */
    bool known = code == ZERO_CODE_IMPORT_DENIED ||
                 code == ZERO_CODE_SOURCE_UNREADABLE ||
                 code == ZERO_CODE_SYNTAX_TOO_LARGE;
    return known ? code : ZERO_CODE_IMPORT_NOT_FOUND;
  }
  const char *wrong = NULL;
  if (*name == NULL) {
    wrong = "the host's loader gave it no name";
  } else if (*bytes == NULL && *size > 0) {
    wrong = "the host's loader gave a size but no bytes";
  } else if (!zero__utf8_string(*name)) {
    wrong = "its name is not UTF-8";
    code = ZERO_CODE_HOST_NOT_TEXT;
  } else {
    *name = zero__copy_text(&session->vm.heap, *name, strlen(*name));
    return 0;
  }
  zero__sentence(message, ZERO_FAULT_MESSAGE, "cannot import '%s': %s", path,
                 wrong);
  return code != 0 ? code : ZERO_CODE_SOURCE_UNREADABLE;
}

/* The imports of typed text are kept too, and give way to what it defines. All
 * or nothing: what can raise comes first. */
static void keep_names(struct zero_session *session, bool typed,
                       const struct zero_scope *names) {
  const struct zero_scope *const parts[] = {names, names->outer};
  struct zero_heap *heap = &session->vm.heap;
  unsigned part = typed ? 2 : 1;
  zero__scope_reserve(heap, session->names,
                      names->count + (typed ? names->outer->count : 0));
  while (part-- > 0) {
    for (uint32_t i = 0; i < parts[part]->count; i++) {
      const struct zero_scope_entry *entry = &parts[part]->entries[i];
      zero__scope_put(heap, session->names, entry->name, entry->global);
    }
  }
}

/* Checks and compiles, which costs no fuel. Errors are kept whatever allocation
 * is left. */
static void compile(void *context) {
  struct compilation *c = context;
  struct load *load = c->load;
  struct zero_program *program = &c->program;
  struct zero_heap *heap = program->heap;
  struct zero_source *source = zero__alloc(heap, ZERO_TRACED, sizeof *source);
  struct zero_function_node *node = NULL;
  /* A text that is too large is refused by its size: it needs no bytes. */
  size_t kept = load->size <= ZERO_SOURCE_MAX ? load->size : 0;
  source->name = zero__copy_text(heap, load->name, strlen(load->name));
  source->bytes = zero__copy_text(heap, load->bytes, kept);
  source->size = load->size;
  bool good = zero__check_program(
      program, source, load->snippet ? &node : NULL, &load->incomplete);
  if (good) c->entry = zero__compile(program, c->session->inlines, node);
  load->failed = !good || program->reports.errors > 0;
  for (unsigned i = 0; !load->failed && i < program->function_count; i++) {
    zero__heap_charge(heap, 1);
    zero__inline_keep(heap, program->functions[i]->global);
  }
  if (!load->failed) return;
  c->left = zero__heap_left(heap);
  zero__heap_limit(heap, UINT64_MAX);
  zero__keep_errors(c->session, &program->reports);
}

static void load_body(zero_vm *vm, struct zero_request *request) {
  struct zero_session *session = (struct zero_session *)vm;
  struct load *load = request->more;
  struct zero_symbols symbols = {0};
  bool imports = session->options.loader != NULL;
  struct compilation c = {
      .session = session,
      .load = load,
      .program = {.heap = &vm->heap,
                  .symbols = &symbols,
                  .core = session->core,
                  .session = load->snippet ? session->names : NULL,
                  .loader = imports ? load_import : NULL,
                  .loader_context = session},
  };
  const struct zero_program *program = &c.program;
  /* The bytes of a source are looked at by its reader, its name only here. */
  if (!zero__utf8_string(load->name)) {
    zero__raise(&vm->heap, ZERO_CODE_HOST_NOT_TEXT,
                "the name '%s' of the source is not UTF-8", load->name);
  }
  zero__reports_init(&c.program.reports);
  struct zero_free outer = zero__free_begin(vm);
  int code = zero__protect(&vm->heap, compile, &c);
  if (load->failed) zero__heap_limit(&vm->heap, c.left);
  zero__free_end(vm, outer);
  if (code != 0) zero__raise_again(&vm->heap);
  if (!load->failed || !load->incomplete) {
    zero__tell_warnings(session, &program->reports);
  }
  if (load->failed) return;
  bool shown = load->disassembly.output != NULL;
  for (unsigned i = 0; shown && i < program->function_count; i++) {
    const struct zero_global *global = program->functions[i]->global;
    zero__disassemble(&vm->heap, zero__code_of(global->function),
                      zero__hand_out, &load->disassembly);
  }
  if (load->keep) keep_names(session, load->snippet, program->names);
  if (zero_is_none(c.entry)) return;
  zero__heap_end_trees(&vm->heap);
  request->result = zero__vm_call(vm, c.entry, NULL, 0);
}

/* `value` may be NULL. */
static zero_status run_load(zero_vm *vm, zero_value *value, struct load *load) {
  struct zero_request request = {.body = load_body, .more = load};
  if (load->name == NULL || (load->bytes == NULL && load->size > 0)) {
    return zero__misuse(vm, "a source needs a name and bytes");
  }
  zero_status status = zero__enter(vm, &request);
  /* A refused call may have come while another text is compiled. */
  if (status != ZERO_E_USAGE) zero__heap_end_trees(&vm->heap);
  if (status != ZERO_OK) return status;
  if (load->failed) return ZERO_E_SOURCE;
  if (value != NULL) *value = request.result;
  return ZERO_OK;
}

zero_status zero_load(zero_vm *vm, const char *name, const char *source,
                      size_t size) {
  return run_load(vm, NULL, &(struct load){name, source, size, .keep = true});
}

zero_status zero_check(zero_vm *vm, const char *name, const char *source,
                       size_t size) {
  return run_load(vm, NULL, &(struct load){name, source, size, .keep = false});
}

zero_status zero_disassemble(zero_vm *vm, const char *name,
                             const char *source, size_t size,
                             zero_output *output, void *output_context) {
  struct load load = {
      name, source, size, .disassembly = {vm, output, output_context, false}};
  if (output == NULL) {
    return zero__misuse(vm, "zero_disassemble was given no output");
  }
  return run_load(vm, NULL, &load);
}

zero_status zero_eval(zero_vm *vm, zero_value *value, int *incomplete,
                      const char *name, const char *source, size_t size) {
  struct load load = {name, source, size, .snippet = true, .keep = true};
  if (incomplete != NULL) *incomplete = 0;
  if (value == NULL) return zero__misuse(vm, "zero_eval was given NULL");
  *value = ZERO_NONE;
  zero_status status = run_load(vm, value, &load);
  bool more = status == ZERO_E_SOURCE && load.incomplete;
  if (incomplete != NULL) *incomplete = more;
  return status;
}
