/* hashed.h - keys of a hash that a test chooses. */
#ifndef ZERO_TESTS_HASHED_H
#define ZERO_TESTS_HASHED_H

#include "base/heap.h"
#include "value/word.h"

/* One of 2^20 numbers whose zero__key_hash is `hash`, another for each
 * `which`; and the same as a key. */
int64_t zero_test_number_of_hash(uint32_t hash, uint32_t which);
zero_value zero_test_hashed(struct zero_heap *heap, uint32_t hash,
                            uint32_t which);

#endif
