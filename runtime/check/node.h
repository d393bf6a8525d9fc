/* node.h - what the checker makes of forms: every name resolved.
 *
 * The compiler and the plain evaluator of the tests read only this. Nodes of
 * one list are chained by `next`. */
#ifndef ZERO_CHECK_NODE_H
#define ZERO_CHECK_NODE_H

#include "facts/facts.h"
#include "read/form.h"

/* Static types: 0 is Any, 0xffff a Function, 0xfffe a UserData, a family's
 * tag + 1 otherwise. */
typedef uint16_t zero_static_type;
enum {
  ZERO_TYPE_ANY = 0,
  ZERO_TYPE_USER_DATA = 0xfffe,
  ZERO_TYPE_FUNCTION = 0xffff,
};

/* Parameters of one function, and arguments of one call. */
enum { ZERO_PARAMS_MAX = 200 };

struct zero_node;

/* A parameter, let binding or name bound by a pattern. */
struct zero_local {
  const struct zero_symbol *symbol;
  struct zero_function_node *owner; /* the function whose frame holds it */
  zero_static_type type;
  unsigned index; /* among those of its named function, of lambdas in it too:
                     side tables are arrays by it */
};

/* A function, named or anonymous. */
struct zero_function_node {
  struct zero_function_node *parent; /* the function around a lambda */
  const char *name;                  /* "map-put", "ƒ" for a lambda */
  const struct zero_source *source;
  struct zero_span span;
  struct zero_local **params;
  struct zero_node *body;            /* one node */
  struct zero_global *global;        /* NULL for a lambda */
  unsigned param_count;
  unsigned local_count;              /* of a named one, lambdas in it too */
  uint32_t capability;               /* what it may do */
  uint16_t size;                     /* nodes of a body kept for compiling in */
  bool calls;                        /* and whether it calls named functions */
  bool has_lambdas;                  /* of a named one: there are some in it */
};

/* A named function of a module, of lib/core or of the host. */
struct zero_global {
  const struct zero_symbol *symbol;
  const char *module;        /* "main", "core:option", a path */
  zero_value function;       /* made before its code, so calls may refer */
  struct zero_function_node *node; /* NULL if it was loaded before */
  zero_static_type *param_types;   /* param_count of them */
  zero_static_type result_type;
  unsigned param_count;
  uint32_t capability;
  bool annotated;
  const char *doc;           /* "" if it has none */
  const struct zero_signature *signature; /* of a host's function, or NULL */
};

enum zero_node_kind {
  ZERO_NODE_CONST,        /* value */
  ZERO_NODE_LOCAL,        /* local */
  ZERO_NODE_GLOBAL,       /* global: a named function as a value */
  ZERO_NODE_BUILTIN,      /* builtin: one as a value (never HOW_CORE) */
  ZERO_NODE_LAMBDA,       /* function */
  ZERO_NODE_IF,           /* args: condition, then, else */
  ZERO_NODE_DO,           /* args: one or more */
  ZERO_NODE_LET,          /* locals, args: one each, then the body */
  ZERO_NODE_AND,          /* args: one or more (of none: CONST true) */
  ZERO_NODE_OR,           /* args: one or more (of none: CONST false) */
  ZERO_NODE_TRY,          /* args: the body, one node */
  ZERO_NODE_MATCH,        /* args: subject; clauses */
  ZERO_NODE_CALL,         /* global, args: arity already right */
  ZERO_NODE_CALL_VALUE,   /* args: callee, then arguments */
  ZERO_NODE_CALL_BUILTIN, /* builtin, args: arity already right */

  /* Only of compile/inline.h: */
  ZERO_NODE_INLINED,      /* locals, args: one each, then the body; inlined */
  ZERO_NODE_LOOP,         /* the same; AGAIN in it assigns the locals */
  ZERO_NODE_AGAIN,        /* loop, args: one for each of its locals */
};

struct zero_node {
  struct zero_node *next;
  struct zero_span span;
  uint32_t count;            /* of args */
  zero_static_type type;
  enum zero_node_kind kind : 8;
  struct zero_node *args;
  union {
    zero_value value;
    struct zero_local *local;
    struct zero_global *global;
    struct zero_function_node *function;
    struct zero_clause *clauses;
    struct zero_node *loop;
    struct {
      struct zero_local **locals;
      const struct zero_function_node *inlined; /* whose body it is; NULL:
                                 of none, it only costs a call */
    };
    struct {
      const struct zero_variant *variant; /* that literal names of a layout
                                 primitive name; NULL if they do not */
      uint16_t builtin;      /* index in zero__builtins */
      uint16_t field;        /* of the variant, of layout-get */
    };
  };
};
_Static_assert(sizeof(struct zero_node) == 48,
               "a program has a node for each form");

/* The last of the args, of which there are some. */
static inline struct zero_node *zero__node_last(
    struct zero_heap *heap, const struct zero_node *node) {
  struct zero_node *last = node->args;
  for (; last->next != NULL; last = last->next) zero__heap_charge(heap, 1);
  return last;
}

/* The part of a node that its value comes from, if there is only one: the last
 * of (do …), (let …) and inlined code; else the node itself. */
static inline const struct zero_node *zero__node_result(
    struct zero_heap *heap, const struct zero_node *node) {
  while (node->kind == ZERO_NODE_DO || node->kind == ZERO_NODE_LET ||
         node->kind == ZERO_NODE_INLINED) {
    node = zero__node_last(heap, node);
  }
  return node;
}

enum zero_pattern_kind {
  ZERO_PATTERN_ANY,     /* _ */
  ZERO_PATTERN_BIND,    /* local */
  ZERO_PATTERN_CONST,   /* value, compared by = */
  ZERO_PATTERN_VARIANT, /* variant, parts: its fields */
  ZERO_PATTERN_LIST,    /* parts; rest: pattern of what follows, or NULL */
};

struct zero_pattern {
  struct zero_pattern *next;
  struct zero_span span;
  enum zero_pattern_kind kind;
  uint32_t count;
  struct zero_pattern *parts;
  union {
    zero_value value;
    struct zero_local *local;
    const struct zero_variant *variant;
    struct zero_pattern *rest;
  };
};

struct zero_clause {
  struct zero_clause *next;
  struct zero_pattern *pattern;
  struct zero_node *body;
};

#endif
