/* heap.h - a heap for tests that need no VM. */
#ifndef ZERO_TESTS_HEAP_H
#define ZERO_TESTS_HEAP_H

#include "base/heap.h"

/* A heap in memory the collector scans, with the names every VM needs
 * (zero__names_start). It lives as long as the test's process. */
struct zero_heap *zero_test_heap(void);

/* The same without the names: nothing is allocated yet. */
struct zero_heap *zero_test_bare_heap(void);

#endif
