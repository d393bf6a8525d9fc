/* check.h - what the parts of the checker share.
 *
 * The way of one check:
 *   program.c     leads a check, orders the modules
 *   module.c      reads the files, collects their definitions, links imports
 *   package.c     finds what `pkg:` names mean
 *   check_*.c     functions, and the forms of their bodies
 *   check_name.c  what a name means, and which are like it
 *   types.c       static types
 *   scope.c       the tables of names
 *
 * After an error a check continues with a broken node or definition, about
 * which nothing more is reported: no error is the consequence of another.
 *
 * Functions that call one another down the nesting of forms keep their frames
 * small: the reader's nesting limit bounds the C stack, and so does
 * zero__is_too_deep on a small one. */
#ifndef ZERO_CHECK_CHECK_H
#define ZERO_CHECK_CHECK_H

#include "check/checker.h"

/* Locals in scope, innermost last. A bucket refers to its newest binding and
 * that to the next older one, so the first match is the innermost. */
struct zero_binding {
  const struct zero_symbol *symbol;
  struct zero_local *local;
  uint32_t older; /* 1 + index, 0: none */
};

struct zero_bindings {
  struct zero_binding *items;
  uint32_t *buckets; /* 1 + index, 0: none; as many as room */
  uint32_t count;
  uint32_t room;     /* a power of two */
};

/* A thing found by its name, at the beginning of its struct. Files and
 * dependencies are; a table of them is ZERO_BUCKETS chains, by the hash of
 * their names. */
struct zero_named {
  struct zero_named *alike; /* the next of the same bucket */
  const char *name;
};
enum { ZERO_BUCKETS = 256 };

/* A function form taken apart: its body waits until all names are known. */
struct zero_definition {
  struct zero_definition *next;
  struct zero_function_node *node; /* of its global */
  const struct zero_form *name;
  struct zero_form *body; /* first of the body's forms, or NULL */
};

struct zero_import {
  struct zero_import *next;
  struct zero_module *module;      /* NULL if it was not found */
  const struct zero_symbol *alias; /* NULL if it has none */
  struct zero_span span;
};

enum zero_visit { ZERO_VISIT_NEW, ZERO_VISIT_OPEN, ZERO_VISIT_DONE };

/* A file of the program, or an embedded file of lib/core. */
struct zero_module {
  struct zero_named named;          /* by which equal files are known */
  struct zero_module *next;         /* in the order they were met */
  struct zero_module *next_ordered; /* imports first */
  const char *called;               /* `module` of its globals */
  const struct zero_source *source; /* NULL if embedded */
  struct zero_form *forms;          /* NULL if it could not be read */
  const struct zero_symbol *declared;
  struct zero_scope *own;           /* its outer scope is `imported` */
  struct zero_scope *imported;
  struct zero_scope *exports;       /* NULL: everything */
  struct zero_form *export_forms;   /* `next` is the next name */
  struct zero_form **last_export;
  struct zero_definition *definitions;
  struct zero_definition **last_definition;
  struct zero_import *imports;
  struct zero_import **last_import;
  struct zero_scope scopes[3];      /* storage of those above */
  bool lost;  /* it lacks definitions for a reason already reported */
  bool blind; /* so do its imports */

  /* The walk that orders modules. */
  enum zero_visit visit;
  struct zero_module *via; /* the module that led here */
  struct zero_import *at;  /* its import under way */
};

/* One `dep NAME PATH` line. */
struct zero_dependency {
  struct zero_named named;
  const char *path;
  struct zero_span span;
};

struct zero_check {
  struct zero_program *program;
  struct zero_heap *heap;
  const struct zero_source *root;
  struct zero_module *module; /* being checked */
  struct zero_module *modules;
  struct zero_module **last_module;
  struct zero_named **files;       /* met so far, once there is an import */
  struct zero_named **embedded;    /* the same of lib/core's */
  unsigned definition_count;
  struct zero_function_node *function; /* being checked */
  const struct zero_global *judge; /* annotated function around, or NULL */
  struct zero_bindings bindings;
  uint32_t pattern_start;          /* bindings before the current pattern */
  unsigned local_count;            /* of the named function, so far */
  bool has_lambdas;                /* it has some, so far */
  bool ends_handles;               /* it calls handle-give or handle-close */
  struct zero_form *expressions;   /* of a snippet, chained */
  struct zero_form **last_expression;
  bool snippet;
  bool lock_read;
  bool lock_lost;                  /* it lacks lines: that was reported */
  const char *lock_name;           /* as the loader resolved it */
  struct zero_named **dependencies;
};

/* The param_count of a definition with an error: calls of it are not judged. */
#define ZERO_PARAMS_UNKNOWN UINT_MAX

/* scope.c */
/* Brings a local into scope, if it has a name that is not `_`. */
void zero__bind(struct zero_check *check, struct zero_local *local);
void zero__unbind(struct zero_check *check, uint32_t count);

/* The innermost local of this name, not counting the first `before` bindings;
 * NULL if there is none. */
struct zero_local *zero__bound_since(const struct zero_check *check,
                                     const struct zero_symbol *symbol,
                                     uint32_t before);

/* The thing with this name, or NULL; *table is NULL at first. */
void *zero__named(const struct zero_check *check, struct zero_named **table,
                  const char *name);
void zero__name(struct zero_check *check, struct zero_named ***table,
                struct zero_named *named);

/* check_name.c */

/* Reports about a place in the module being checked: an error, or a warning if
 * `code` is of that kind. */
void zero__check_issue(struct zero_check *check, struct zero_span span,
                       int code, const char *format, ...)
    ZERO_PRINTF(4, 5);

/* Reports a form that is not as its `sentence` says; returns a node that
 * replaces it. */
struct zero_node *zero__wrong_shape(
    struct zero_check *check, const struct zero_form *form,
    const char *sentence);

/* A text as printf makes it, in collected memory. */
const char *zero__check_text(struct zero_check *check, const char *format, ...)
    ZERO_PRINTF(2, 3);

/* Makes `node` the meaning of a name: a LOCAL, GLOBAL or BUILTIN. Returns false
 * if the name is unknown. */
bool zero__check_name(const struct zero_check *check,
                      const struct zero_symbol *symbol, struct zero_node *node);

/* True, and reported, if the C stack has no room for what `form` may
 * contain. */
bool zero__is_too_deep(struct zero_check *check, const struct zero_form *form);

/* Reports that `form`, a symbol, is unknown, with the nearest name; returns a
 * node that replaces it. */
struct zero_node *zero__check_unknown(struct zero_check *check,
                                      const struct zero_form *form);

/* Returns true if `form` is a symbol that may be bound, `_` included;
 * reports what is wrong if it is not. `what` is "a parameter" ... */
bool zero__check_bindable(struct zero_check *check,
                          const struct zero_form *form, const char *what);

bool zero__is_underscore(const struct zero_symbol *symbol);

/* True for the words of the language, which cannot be names. */
bool zero__is_reserved(const struct zero_symbol *symbol);

/* The name in `scope` that is most like `name`; NULL if none is, or if the load
 * has enough errors with a suggestion: each may walk all names. */
const char *zero__check_nearest(struct zero_check *check, const char *name,
                                const struct zero_scope *scope);

/* "; did you mean 'x'?" or "". */
const char *zero__did_you_mean(struct zero_check *check, const char *nearest);

/* A local of the function being checked; not yet bound. */
struct zero_local *zero__local_new(struct zero_check *check,
                                   const struct zero_form *name,
                                   zero_static_type type);

/* A form as a list: opened if it is data, NULL if it is neither or missing. */
struct zero_form *zero__form_list(struct zero_check *check,
                                  struct zero_form *form);

/* types.c */
const char *zero__type_text(zero_static_type type);
static inline zero_static_type zero__type_of_tag(unsigned tag) {
  return (zero_static_type)(tag + 1);
}

/* True if no value of type `found` can be of type `expected`. */
bool zero__types_clash(zero_static_type expected, zero_static_type found);

/* The type both have, else Any. */
static inline zero_static_type zero__type_join(zero_static_type a,
                                               zero_static_type b) {
  return a == b ? a : ZERO_TYPE_ANY;
}

/* The type whose name is most like `name`, or NULL. */
const char *zero__type_nearest(const char *name);

/* check_function.c */

/* Takes a function form apart and defines it in the module. */
void zero__define(struct zero_check *check, struct zero_form *form);

/* Makes the parameters of the current function out of `list`. */
void zero__check_params(struct zero_check *check,
                        struct zero_function_node *node,
                        const struct zero_form *list);

/* Makes the forms from `first` on the body of `node`, whose params are
 * bound. */
void zero__check_function_body(struct zero_check *check,
                               struct zero_function_node *node,
                               struct zero_form *first);
void zero__check_bodies(struct zero_check *check);

/* check_expression.c */
struct zero_node *zero__node_new(
    struct zero_check *check, enum zero_node_kind kind, struct zero_span span);

/* Replaces a form with an error: Unit of type Any. */
struct zero_node *zero__node_broken(struct zero_check *check,
                                    struct zero_span span);
struct zero_node *zero__check_expression(struct zero_check *check,
                                         struct zero_form *form);

/* Forms in order; the value of the last, Unit if there is none. */
struct zero_node *zero__check_body(
    struct zero_check *check, struct zero_form *first, struct zero_span around);

/* Checks `first` and what follows and makes them the args of `node`. Each form
 * is cut off before it is checked: while a long list of them becomes nodes, the
 * collector can free the forms. */
void zero__check_items(struct zero_check *check, struct zero_node *node,
                       struct zero_form *first);

/* check_call.c */
struct zero_node *zero__check_symbol(struct zero_check *check,
                                     const struct zero_form *form);
struct zero_node *zero__check_call(struct zero_check *check,
                                   struct zero_form *form);

/* check_pattern.c */
struct zero_node *zero__check_match(struct zero_check *check,
                                    struct zero_form *form);

/* check_layout.c */

/* Checks the literal names in a call of a builtin, if it is a layout
 * primitive. */
void zero__check_layout_call(struct zero_check *check, struct zero_node *call);

/* check_linear.c */

/* True for handle-give and handle-close, after which their handle is dead. */
bool zero__ends_handle(unsigned builtin);

/* Warns of handles that the named function that was just checked uses after it
 * gave them away or closed them. */
void zero__check_linear(struct zero_check *check,
                        const struct zero_function_node *function);

/* module.c */

/* Reads the root and everything it imports into check->modules, the root first.
 * *incomplete as for zero__read of the root; may be NULL. */
void zero__modules_load(struct zero_check *check, bool *incomplete);

/* Asks the loader for a text; the loader owns its bytes. Returns 0, or a code
 * with a sentence in `message`, also if there is no loader or the text is
 * larger than a source may be. */
int zero__module_text(struct zero_check *check, const char *path,
                      const char *from, struct zero_source *source,
                      char message[ZERO_FAULT_MESSAGE]);

/* Works out the export list of the current module. */
void zero__module_exports(struct zero_check *check);

/* Gives the current module the names of its imports. */
void zero__module_link(struct zero_check *check);

/* The module of a file, or of an embedded one of lib/core, read already or yet
 * to be read. NULL, and reported, if there is none. */
struct zero_module *zero__module_file(struct zero_check *check,
                                      const char *path, const char *from,
                                      struct zero_span span);
struct zero_module *zero__module_core(struct zero_check *check,
                                      const char *name);

/* package.c */

/* The meaning of `pkg:NAME`; NULL, and reported, if it has none. */
struct zero_module *zero__check_package(
    struct zero_check *check, const char *name, struct zero_span span);

#endif
