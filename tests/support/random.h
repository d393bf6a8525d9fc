/* random.h - random numbers for property tests, from a seed that is printed, or
 * from bytes that a fuzzer chose.
 *
 * The generator is splitmix64. A test that fails is run again with the seed
 * it printed: ZERO_SEED=0x... */
#ifndef ZERO_TESTS_RANDOM_H
#define ZERO_TESTS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct zero_random {
  uint64_t state;
  const unsigned char *bytes; /* still to be used, `size` of them */
  size_t size;
};

/* Starts from ZERO_SEED in the environment, else from the clock, and prints
 * the seed to stderr with `name`, the law under test. */
void zero_random_init(struct zero_random *random, const char *name);

/* Takes its numbers from the bytes, as few of them as a bound needs, so that a
 * change of one byte changes one choice; then from the seed 0. */
void zero_random_from(struct zero_random *random, const void *bytes,
                      size_t size);

/* The next 64 bits. */
uint64_t zero_random_next(struct zero_random *random);

/* A number from 0 to bound - 1; bound > 0. */
uint64_t zero_random_below(struct zero_random *random, uint64_t bound);

#endif
