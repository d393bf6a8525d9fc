/* scale.h - the size of large tests if each step costs more.
 *
 * `make check-gc-stress` collects thousands of times in a test; there sizes and
 * counts are a thousandth, but at least a hundred. */
#ifndef ZERO_TESTS_SCALE_H
#define ZERO_TESTS_SCALE_H

#ifdef ZERO_GC_STRESS
enum { ZERO_SCALE = 1000, ZERO_SCALE_LEAST = 100, ZERO_SLOWNESS = 40 };

#define ZERO_SCALED(n) \
  ((n) < ZERO_SCALE_LEAST * ZERO_SCALE ? ZERO_SCALE_LEAST : (n) / ZERO_SCALE)
#else
enum { ZERO_SLOWNESS = 1 }; /* what a deadline is multiplied with */

#define ZERO_SCALED(n) (n)
#endif

#endif
