/* hashed.c - keys of a hash that a test chooses. */
#include "hashed.h"

#include <assert.h>

#include "value/number.h"
#include "value/text.h"

enum { WHICH_BITS = 20 };

/* The number that the finaliser of splitmix64 makes `mixed` of. */
static uint64_t unmix(uint64_t mixed) {
  uint64_t n = mixed;
  n ^= n >> 31 ^ n >> 62;
  n *= UINT64_C(0x319642b2d24d8ec3);
  n ^= n >> 27 ^ n >> 54;
  n *= UINT64_C(0x96de1b173f119089);
  n ^= n >> 30 ^ n >> 60;
  return n;
}

/* The hash of a number that begins a run is the upper half of what is mixed,
 * and the lower half may be anything: it is counted up until the number does
 * begin a run. */
int64_t zero_test_number_of_hash(uint32_t hash, uint32_t which) {
  assert(which < 1 << WHICH_BITS);
  uint64_t mixed = (uint64_t)hash << 32 | which;
  while (unmix(mixed) % ZERO_RUN != 0) mixed += 1 << WHICH_BITS;
  assert(mixed >> 32 == hash);
  return (int64_t)unmix(mixed);
}

zero_value zero_test_hashed(struct zero_heap *heap, uint32_t hash,
                            uint32_t which) {
  return zero__i64(heap, zero_test_number_of_hash(hash, which));
}
