/* library.c - lib/core in one VM. */
#include "compile/library.h"

#include "check/checker.h"
#include "compile/code.h"
#include "compile/compiler.h"
#include "compile/inline.h"

enum state { STATE_NEW, STATE_OPEN, STATE_DONE };

struct zero_library {
  struct zero_heap *heap;
  struct zero_scope *core;
  uint8_t states[]; /* enum state, by index of the file */
};

struct loading {
  struct zero_library *library;
  unsigned file;
};

/* The file is proved to have no errors (tests/test_core.c). If one is found,
 * the C stack has no room: the name is deep in nested forms. */
static void load_body(void *context) {
  const struct loading *loading = context;
  struct zero_library *library = loading->library;
  struct zero_heap *heap = library->heap;
  const struct zero_core_file *file = &zero__core_files[loading->file];
  struct zero_source *source =
      zero__alloc(heap, ZERO_TRACED, sizeof *source);
  struct zero_symbols symbols = {0};
  struct zero_program program = {.heap = heap,
                                 .symbols = &symbols,
                                 .core = library->core,
                                 .core_itself = true};
  *source = (struct zero_source){file->name, file->text, file->size, true};
  zero__reports_init(&program.reports);
  if (zero__check_program(&program, source, NULL, NULL)) {
    zero__compile(&program, false, NULL);
  }
  if (program.reports.errors > 0) {
    zero__raise(heap, ZERO_CODE_STACK_DEPTH, "%s: %s", file->name,
                program.reports.first->message);
  }
  for (unsigned i = 0; i < program.function_count; i++) {
    zero__inline_keep(heap, program.functions[i]->global);
  }
  for (uint32_t i = 0; i < program.names->count; i++) {
    const struct zero_scope_entry *entry = &program.names->entries[i];
    if (zero__core_exporter(entry->name) != (int)loading->file) continue;
    zero__scope_put(heap, library->core, entry->name, entry->global);
  }
}

static struct zero_global *find(struct zero_library *library,
                                const char *name) {
  int file = zero__core_exporter(name);
  if (file < 0 || library->states[file] != STATE_NEW) return NULL;
  struct loading loading = {library, (unsigned)file};
  library->states[file] = STATE_OPEN;
  struct zero_unpaid outer = zero__unpaid_begin(library->heap);
  int code = zero__protect(library->heap, load_body, &loading);
  zero__unpaid_end(library->heap, outer);
  library->states[file] = code == 0 ? STATE_DONE : STATE_NEW;
  if (code != 0) zero__raise_again(library->heap);
  return zero__scope_find(library->core, name);
}

void zero__library_open(struct zero_heap *heap, struct zero_scope *core) {
  struct zero_library *library = zero__alloc(
      heap, ZERO_TRACED, sizeof *library + zero__core_file_count);
  library->heap = heap;
  library->core = core;
  core->library = library;
  core->find_more = find;
}
