/* random.c - random numbers for property tests, from a seed that is printed, or
 * from bytes that a fuzzer chose. */
#include "random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t seed_of_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void zero_random_init(struct zero_random *random, const char *name) {
  const char *given = getenv("ZERO_SEED");
  random->state = given != NULL ? strtoull(given, NULL, 0) : seed_of_clock();
  random->size = 0;
  fprintf(stderr, "%s: ZERO_SEED=0x%" PRIx64 "\n", name, random->state);
}

void zero_random_from(struct zero_random *random, const void *bytes,
                      size_t size) {
  *random = (struct zero_random){.bytes = bytes, .size = size};
}

static uint64_t take(struct zero_random *random, unsigned count) {
  uint64_t bits = 0;
  for (; count > 0 && random->size > 0; count--, random->size--) {
    bits = bits << 8 | *random->bytes++;
  }
  return bits;
}

uint64_t zero_random_next(struct zero_random *random) {
  if (random->size > 0) return take(random, 8);
  random->state += UINT64_C(0x9E3779B97F4A7C15);
  uint64_t bits = random->state;
  bits = (bits ^ bits >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  bits = (bits ^ bits >> 27) * UINT64_C(0x94D049BB133111EB);
  return bits ^ bits >> 31;
}

uint64_t zero_random_below(struct zero_random *random, uint64_t bound) {
  if (random->size > 0 && bound <= UINT16_MAX + 1) {
    return take(random, bound <= UINT8_MAX + 1 ? 1 : 2) % bound;
  }
  return zero_random_next(random) % bound;
}
