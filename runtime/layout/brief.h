/* brief.h - a value printed short, for the sentences of errors. */
#ifndef ZERO_LAYOUT_BRIEF_H
#define ZERO_LAYOUT_BRIEF_H

#include "base/heap.h"
#include "value/word.h"

enum {
  ZERO_BRIEF = 64,  /* bytes of a brief, NUL included */
  ZERO_FOUND = 128, /* bytes of a type's name and a brief */
};

/* Writes the printed form of `v`, cut with an ellipsis where it is long, and
 * returns `out`. The work is bounded by what is written, not by the size of
 * `v`. Raises ALLOC_LIMIT. */
const char *zero__brief(struct zero_heap *heap, zero_value v,
                        char out[ZERO_BRIEF]);

/* The same behind the type's name: `I64 42`, `Text "a"`, `Unit`. */
const char *zero__found(struct zero_heap *heap, zero_value v,
                        char out[ZERO_FOUND]);

#endif
