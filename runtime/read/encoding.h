/* encoding.h - whether bytes are a program text at all. */
#ifndef ZERO_READ_ENCODING_H
#define ZERO_READ_ENCODING_H

#include "read/source.h"

/* Returns true where `source` is valid UTF-8 without NUL or byte-order mark,
 * comments and texts included, and of a size that spans can name. Otherwise
 * one error is in `reports`. */
bool zero__check_encoding(struct zero_heap *heap,
                          const struct zero_source *source,
                          struct zero_reports *reports);

#endif
