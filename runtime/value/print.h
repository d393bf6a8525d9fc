/* print.h - a value as source that reads back to an equal value.
 *
 * Iterative: depth costs heap, not C stack. A value that cannot be read back
 * prints as #<function name> (#< does not begin a form). */
#ifndef ZERO_VALUE_PRINT_H
#define ZERO_VALUE_PRINT_H

#include "base/heap.h"
#include "value/word.h"

/* Takes a part of the output; called one or more times in order. */
typedef void zero__sink(void *context, const char *bytes, size_t size);

/* Prints `v` to `sink` in parts; charges for values and bytes as it goes. */
void zero__print(struct zero_heap *heap, zero_value v, zero__sink *sink,
                 void *context);

/* The printed form as Text. */
zero_value zero__print_value(struct zero_heap *heap, zero_value v);

#endif
