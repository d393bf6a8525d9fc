/* stack.c - how much is left of a thread's C stack. */
#include "base/stack.h"

#include <pthread.h>
#include <string.h>

enum {
  CLEARED = 64 << 10,        /* bytes, where there are as many */
  CLEARED_UNKNOWN = 4 << 10, /* of a stack whose end is not known */
  KEPT = 4 << 10,            /* of the stack's end, for what clears */
};

_Thread_local uintptr_t zero__stack_low;

/* The thread's own stack, once it was asked for. Where the system does not
 * tell, it has no bytes and nothing is on it. */
static _Thread_local struct {
  bool asked;
  uintptr_t start;
  size_t size;
} own;

static void ask(void) {
  pthread_attr_t attributes;
  void *start;
  own.asked = true;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  if (pthread_attr_getstack(&attributes, &start, &own.size) == 0) {
    own.start = (uintptr_t)start;
  }
  pthread_attr_destroy(&attributes);
}

void zero__stack_find(void) {
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  if (!own.asked) ask();
  bool on_it = here >= own.start && here - own.start < own.size;
  zero__stack_low = on_it ? own.start + ZERO_STACK_RESERVE : 0;
}

__attribute__((noinline)) void zero__stack_clear(void) {
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  size_t size = CLEARED_UNKNOWN;
  if (zero__stack_low != 0) {
    size = CLEARED;
    uintptr_t end = zero__stack_low - ZERO_STACK_RESERVE + KEPT;
    if (here <= end) return;
    if (here - end < size) size = here - end;
  }
  char *dead = __builtin_alloca(size);
  memset(dead, 0, size);
  __asm__ volatile("" : : "r"(dead) : "memory");
}
