/* literal.h - one word for equal short texts of programs.
 *
 * Programs tell tagged values apart by comparing names. Names written in
 * programs, and the tables' own, are the same Text where they are equal, so
 * that the comparison is mostly one of words. */
#ifndef ZERO_VALUE_LITERAL_H
#define ZERO_VALUE_LITERAL_H

#include "base/heap.h"
#include "value/word.h"

enum { ZERO_LITERAL_MAX = 64 }; /* bytes; longer texts are left alone */

/* The first Text equal to `text` that was given to this function, or `text`
 * itself. Kept as long as the heap. */
zero_value zero__literal(struct zero_heap *heap, zero_value text);

#endif
