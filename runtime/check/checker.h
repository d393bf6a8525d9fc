/* checker.h - from forms to nodes: names, arity, types, capabilities.
 *
 * Knows nothing of bytecode or of the VM. Imports come through a loader;
 * existing functions (lib/core, a session's earlier definitions) come as a
 * scope. */
#ifndef ZERO_CHECK_CHECKER_H
#define ZERO_CHECK_CHECKER_H

#include "check/node.h"

struct zero_scope_entry {
  const char *name; /* first: zero__nearest walks the entries */
  struct zero_global *global;
  uint32_t hash;
};

/* Names to functions; looked up from the inside out. Those of modules are
 * trees. The entries are in the order they were first put. `find_more` may find
 * a name that the outermost scope does not have, and put it there: lib/core. */
struct zero_library;
struct zero_scope {
  struct zero_scope *outer;
  struct zero_library *library; /* of the outermost one of a VM */
  struct zero_global *(*find_more)(struct zero_library *library,
                                   const char *name); /* or NULL */
  struct zero_scope_entry *entries;
  uint32_t *slots;  /* 1 + index of an entry, by hash; 0: free */
  uint32_t count;
  uint32_t room;    /* entries; the slots are twice as many */
  bool tree;        /* it ends with its load */
};

struct zero_scope *zero__scope_new(struct zero_heap *heap,
                                   struct zero_scope *outer);

/* Makes room for `count` names more: to put so many does not raise then. */
void zero__scope_reserve(struct zero_heap *heap, struct zero_scope *scope,
                         uint32_t count);
void zero__scope_put(struct zero_heap *heap, struct zero_scope *scope,
                     const char *name, struct zero_global *global);

/* The function of a name in `scope` itself, or there and in the scopes around
 * it; NULL if there is none. */
struct zero_global *zero__scope_find(const struct zero_scope *scope,
                                     const char *name);
struct zero_global *zero__scope_get(const struct zero_scope *scope,
                                    const char *name);
struct zero_global *zero__scope_get_symbol(const struct zero_scope *scope,
                                           const struct zero_symbol *symbol);

/* Gives the text of an imported file. `path` is as written in the import,
 * `from` the name of the importing source. Sets *name to the resolved name
 * (equal names are the same file), *bytes and *size, all collected or static
 * memory. Returns 0, or a code (IMPORT_NOT_FOUND ...) with a sentence in
 * message[ZERO_FAULT_MESSAGE]. NULL if imports are not offered. */
typedef int zero__loader(void *context, const char *path, const char *from,
                         const char **name, const char **bytes, size_t *size,
                         char *message);

/* Copies bytes of a text, with a NUL after them. */
char *zero__copy_text(struct zero_heap *heap, const char *bytes, size_t size);

/* The arguments and results of one check. */
struct zero_program {
  struct zero_heap *heap;
  struct zero_symbols *symbols;
  struct zero_scope *core;      /* the outermost names */
  struct zero_scope *session;   /* definitions kept at a prompt, or NULL;
                                   only snippets see them */
  zero__loader *loader;
  void *loader_context;
  bool core_itself;             /* a file of lib/core: hidden builtins */
  struct zero_reports reports;

  /* The results. */
  struct zero_scope *names;     /* defined by the root; the scope around it
                                   has what it imports */
  struct zero_function_node **functions; /* all, imports first */
  unsigned function_count;
};

/* Checks a program from its root file. Returns false if there are errors.
 * The reports are sorted: by file, the root first, and by place.
 *
 * If `entry` is not NULL the root is text typed at a prompt or given to eval:
 * definitions and expressions in order. The expressions become the body of one
 * function without parameters in *entry (NULL if there are only definitions),
 * which is not among `functions`. Its value is the last expression's. The
 * session is only read: the caller puts `names` and the imports there when they
 * are compiled, where they replace older names. *incomplete, which may be NULL,
 * as for zero__read of the root.
 *
 * A file of lib/core (core_itself) is called by its own name, names that hide
 * builtins are not reported, and the caller puts `names` into the core
 * scope. */
bool zero__check_program(struct zero_program *program,
                         const struct zero_source *root,
                         struct zero_function_node **entry, bool *incomplete);

/* Static types by name, and what a function declares with them: a row of
 * abi/builtins.tsv, or a function of a host.
 *
 * `params` has a cell for each parameter, spaces between them. A cell names the
 * types it takes with `|` between, and ends with `…` if it applies to all
 * arguments from there on: "I64 Text|Bytes Any…". Arguments without a cell are
 * Any. */
struct zero_signature {
  const char *params;
  const char *result; /* one type */
  uint32_t min;
  uint32_t max;       /* ZERO_ANY_COUNT: no limit */
};

#define ZERO_ELLIPSIS "…"
struct zero_type_cell {
  const char *text;
  size_t size;        /* without the ellipsis */
  bool repeats;
};

/* The type that `name` means; false if there is none. */
bool zero__type_by_name(const char *name, size_t size, zero_static_type *type);

/* Takes the next cell off *cells; one that repeats stays there. Returns false
 * at the end. */
bool zero__next_cell(const char **cells, struct zero_type_cell *cell);

/* Takes the next type off *cell. Returns false at its end; sets *known to false
 * for a name that is not a type. */
bool zero__next_type(struct zero_type_cell *cell, zero_static_type *type,
                     bool *known);

/* The symbol of `name`, or NULL if the whole text is not a name that a
 * function may have. */
struct zero_symbol *zero__signature_name(
    struct zero_heap *heap, struct zero_symbols *symbols, const char *name);

/* lib/core as the build embeds it. lib/embed.awk writes the tables; a file is
 * read when one of its names is used (compile/library.h). */
struct zero_core_file {
  const char *name; /* "core:option", the `module` of its functions */
  const char *text;
  size_t size;
};

struct zero_core_name {
  const char *name;
  unsigned file; /* index in zero__core_files */
};

extern const struct zero_core_file zero__core_files[];
extern const unsigned zero__core_file_count;

/* The names that files export, ascending by strcmp; each is of one file. */
extern const struct zero_core_name zero__core_names[];
extern const unsigned zero__core_name_count;

/* Return the index of the file that exports `name`, or that has this name; -1
 * if there is none. */
int zero__core_exporter(const char *name);
int zero__core_file(const char *name);

#endif
