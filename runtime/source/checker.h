/* checker.h - from forms to nodes: names, arity, types, capabilities.
 *
 * Knows nothing of bytecode or of the VM. Imports come through a loader; the
 * functions already there (lib/core, a session's earlier definitions) come
 * as a scope. */
#ifndef ZERO_SOURCE_CHECKER_H
#define ZERO_SOURCE_CHECKER_H

#include "source/node.h"

/* Names to functions; looked up from the inside out. Collected memory. */
struct zero_scope {
  struct zero_scope *outer;
  struct zero_scope_entry *entries; /* of checker.c's own making */
  uint32_t count;
  uint32_t room;
};

struct zero_scope *zero__scope_new(struct zero_heap *heap,
                                   struct zero_scope *outer);
void zero__scope_put(struct zero_heap *heap, struct zero_scope *scope,
                     const char *name, struct zero_global *global);
struct zero_global *zero__scope_get(const struct zero_scope *scope,
                                    const char *name);

/* Gives the text of an imported file. `path` is as written in the import,
 * `from` the name of the importing source. Sets *name to the resolved name
 * (equal names are the same file), *bytes and *size, all collected or static
 * memory. Returns 0, or a code (IMPORT_NOT_FOUND ...) with a sentence in
 * message[ZERO_FAULT_MESSAGE]. NULL where imports are not offered. */
typedef int zero__loader(void *context, const char *path, const char *from,
                         const char **name, const char **bytes, size_t *size,
                         char *message);

/* What one check is given and what it answers. */
struct zero_program {
  struct zero_heap *heap;
  struct zero_symbols *symbols;
  struct zero_scope *core;      /* the outermost names */
  struct zero_scope *session;   /* definitions kept at a prompt, or NULL */
  zero__loader *loader;
  void *loader_context;
  bool core_itself;             /* lib/core is being made: hidden builtins */
  struct zero_reports reports;

  /* Answers. */
  const char *module;           /* name the root declares, "main" */
  struct zero_scope *names;     /* what the root defines */
  struct zero_function_node **functions; /* all, imports first */
  unsigned function_count;
  unsigned function_room;
};

/* Checks a whole program from its root file. Returns false where there are
 * errors. `main` is required where `needs_main` is set. */
bool zero__check_program(struct zero_program *program,
                         const struct zero_source *root, bool needs_main);

/* Checks text typed at a prompt or given to eval: definitions and
 * expressions in order. The expressions become the body of one function
 * without parameters in *entry (NULL where there are only definitions). Its
 * value is the last expression's. *incomplete as for zero__read. */
bool zero__check_snippet(struct zero_program *program,
                         const struct zero_source *text,
                         struct zero_function_node **entry, bool *incomplete);

#endif
