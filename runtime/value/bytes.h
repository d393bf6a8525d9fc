/* bytes.h - Bytes: a buffer that reads as (list 8 "bytes" raw-list). */
#ifndef ZERO_VALUE_BYTES_H
#define ZERO_VALUE_BYTES_H

#include "base/heap.h"
#include "value/word.h"

static inline struct zero_bytes *zero__bytes(zero_value v) {
  return (struct zero_bytes *)(void *)zero__object(v);
}

/* A Bytes of `size` bytes copied from `data`; if `data` is NULL the caller must
 * fill them before the value is used. */
zero_value zero__bytes_new(struct zero_heap *heap, const void *data,
                           size_t size);

/* From a list of I64 0..255; ZERO_NONE if it is not a list, or an item is
 * something else. */
zero_value zero__bytes_from_list(struct zero_heap *heap, zero_value list);

/* The raw list, made at each call. */
zero_value zero__bytes_to_list(struct zero_heap *heap, zero_value bytes);

#endif
