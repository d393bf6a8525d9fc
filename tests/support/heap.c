/* heap.c - a heap for tests that need no VM. */
#include "heap.h"

#include "value/record.h"

struct zero_heap *zero_test_bare_heap(void) {
  zero__heap_start();
  struct zero_heap *heap = zero__heap_new_root(sizeof *heap);
  zero__heap_init(heap);
  return heap;
}

struct zero_heap *zero_test_heap(void) {
  struct zero_heap *heap = zero_test_bare_heap();
  zero__names_start();
  return heap;
}
