/* random.h - random numbers for property tests, from a seed that is told.
 *
 * The generator is splitmix64. A test that fails is run again with the seed
 * it printed: ZERO_SEED=0x... */
#ifndef ZERO_TESTS_RANDOM_H
#define ZERO_TESTS_RANDOM_H

#include <stdint.h>

struct zero_random {
  uint64_t state;
};

/* Starts from ZERO_SEED in the environment, else from the clock, and prints
 * the seed to stderr with `name`, the law under test. */
void zero_random_init(struct zero_random *random, const char *name);

/* The next 64 bits. */
uint64_t zero_random_next(struct zero_random *random);

/* A number from 0 to bound - 1; bound > 0. */
uint64_t zero_random_below(struct zero_random *random, uint64_t bound);

#endif
