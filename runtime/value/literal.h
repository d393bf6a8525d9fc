/* literal.h - one word for equal short texts of programs.
 *
 * Programs tell tagged values apart by comparing names. Names written in
 * programs, and the tables' own, are the same Text where they are equal, so
 * that the comparison is mostly one of words. */
#ifndef ZERO_VALUE_LITERAL_H
#define ZERO_VALUE_LITERAL_H

#include "base/heap.h"
#include "value/word.h"

enum {
  ZERO_LITERAL_MAX = 64, /* bytes; longer texts are left alone */
  ZERO_LITERALS_RECENT = 2048,
};

/* A Text equal to `text` that was given to this function before, or `text`
 * itself. Names of variants are the same in all heaps, others as long as
 * they are among the last ZERO_LITERALS_RECENT that were met. */
zero_value zero__literal(struct zero_heap *heap, zero_value text);

#endif
