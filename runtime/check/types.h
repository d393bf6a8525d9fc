/* types.h - static types by name, and what a function declares with them:
 * a row of abi/builtins.tsv, or a function of a host. */
#ifndef ZERO_CHECK_TYPES_H
#define ZERO_CHECK_TYPES_H

#include "check/node.h"

/* `params` has a cell for each parameter, spaces between them. A cell names
 * the types it takes with `|` between, and ends with `…` where it is for all
 * arguments from there on: "I64 Text|Bytes Any…". Arguments without a cell
 * are Any. */
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

/* The type that `name` means; false where there is none. */
bool zero__type_by_name(const char *name, size_t size, zero_static_type *type);

/* Takes the next cell off *cells; one that repeats stays there. Returns false
 * at the end. */
bool zero__next_cell(const char **cells, struct zero_type_cell *cell);

/* Takes the next type off *cell. Returns false at its end; a name that is no
 * type has *known false. */
bool zero__next_type(struct zero_type_cell *cell, zero_static_type *type,
                     bool *known);

/* The symbol that `name` is as a text whole, NULL where it is none that a
 * function may have for its name. */
struct zero_symbol *zero__signature_name(
    struct zero_heap *heap, struct zero_symbols *symbols, const char *name);

#endif
