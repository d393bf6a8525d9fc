/* library.c - bodies of lib/core that may be compiled into their callers. */
#include "compile/library.h"

#include "base/stack.h"
#include "compile/code.h"
#include "compile/inline.h"

enum { SMALL = 24 }; /* nodes of a body that is compiled in */

/* One file of lib/core, read again; `names` is NULL where that failed. */
struct file {
  struct file *next;
  const struct zero_source *source;
  struct zero_scope *names;
};

struct zero_library {
  struct zero_heap *heap;
  struct zero_symbols *symbols;
  struct zero_scope *core;
  struct file *files;
};

struct zero_library *zero__library_new(struct zero_heap *heap,
                                       struct zero_symbols *symbols,
                                       struct zero_scope *core) {
  struct zero_library *library = zero__tree_alloc(heap, sizeof *library);
  library->heap = heap;
  library->symbols = symbols;
  library->core = core;
  return library;
}

static struct file *read_file(struct zero_library *library,
                              const struct zero_source *source) {
  struct file *file = zero__tree_alloc(library->heap, sizeof *file);
  struct zero_program program = {.heap = library->heap,
                                 .symbols = library->symbols,
                                 .core = library->core,
                                 .core_itself = true};
  zero__reports_init(&program.reports);
  bool good = zero__check_program(&program, source, NULL, NULL);
  file->source = source;
  file->names = good ? program.names : NULL;
  file->next = library->files;
  library->files = file;
  return file;
}

/* NULL where the C stack has no room for the reading. */
static struct file *file_of(struct zero_library *library,
                            const struct zero_source *source) {
  for (struct file *f = library->files; f != NULL; f = f->next) {
    if (f->source == source) return f;
  }
  return zero__stack_is_short() ? NULL : read_file(library, source);
}

/* Takes the nodes of a body off *left. False where one is of a kind that
 * needs a frame of its own, or there are too many. Calls of named functions
 * are left out: the file's own have no code here. */
static bool is_plain(const struct zero_node *node, unsigned *left) {
  if (*left == 0) return false;
  --*left;
  switch (node->kind) {
    case ZERO_NODE_CONST:
    case ZERO_NODE_LOCAL:
      return true;
    case ZERO_NODE_IF:
    case ZERO_NODE_DO:
    case ZERO_NODE_LET:
    case ZERO_NODE_AND:
    case ZERO_NODE_OR:
    case ZERO_NODE_CALL_VALUE:
    case ZERO_NODE_CALL_BUILTIN:
      break;
    default:
      return false;
  }
  for (const struct zero_node *a = node->args; a != NULL; a = a->next) {
    if (!is_plain(a, left)) return false;
  }
  return true;
}

struct zero_function_node *zero__library_body(
    struct zero_library *library, const struct zero_global *global) {
  if (library == NULL || zero__function(global->function)->code == NULL) {
    return NULL;
  }
  const struct zero_code *code = zero__code_of(global->function);
  if (code->source == NULL || !code->source->library) return NULL;
  const struct file *file = file_of(library, code->source);
  if (file == NULL || file->names == NULL) return NULL;
  const struct zero_global *again =
      zero__scope_get(file->names, global->symbol->name);
  unsigned left = SMALL;
  zero__heap_charge(library->heap, SMALL);
  if (again == NULL || again->node == NULL ||
      again->param_count > ZERO_INLINE_PARAMS ||
      !is_plain(again->node->body, &left)) {
    return NULL;
  }
  return again->node;
}
