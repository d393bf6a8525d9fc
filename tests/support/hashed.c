/* hashed.c - keys of a hash that a test chooses. */
#include "hashed.h"

#include "value/number.h"

/* Undoes the finaliser of splitmix64, which the hash of an I64 is the upper
 * half of: each 32-bit hash belongs to 2^32 numbers, and here they are. */
int64_t zero_test_number_of_hash(uint32_t hash, uint32_t which) {
  uint64_t n = (uint64_t)hash << 32 | which;
  n ^= n >> 31 ^ n >> 62;
  n *= UINT64_C(0x319642b2d24d8ec3);
  n ^= n >> 27 ^ n >> 54;
  n *= UINT64_C(0x96de1b173f119089);
  n ^= n >> 30 ^ n >> 60;
  return (int64_t)n;
}

zero_value zero_test_hashed(struct zero_heap *heap, uint32_t hash,
                            uint32_t which) {
  return zero__i64(heap, zero_test_number_of_hash(hash, which));
}
