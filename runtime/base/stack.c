/* stack.c - how much is left of a thread's C stack. */
#include "base/stack.h"

#include <pthread.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
  PAGE = 4 << 10,
  GAP = 128 << 20,           /* Linux leaves it free below the first stack */
  CLEARED = 64 << 10,        /* bytes, if there are as many */
  CLEARED_UNKNOWN = 4 << 10, /* of a stack whose end is not known */
  KEPT = 4 << 10,            /* of the stack's end, for the code that clears */
};

_Thread_local uintptr_t zero__stack_low;

/* The thread's own stack, once it was asked for. If the system does not tell,
 * it has no bytes and nothing is on it. */
static _Thread_local struct {
  bool asked;
  uintptr_t start;
  size_t size;
} own;

static bool is_on_own(uintptr_t here) {
  return here - own.start < own.size;
}

/* The first thread's stack. The system put the name of the program at its end,
 * and it may grow to the limit if that is at most the gap below it.
 * pthread_getattr_np reads and parses /proc/self/maps for the same result. */
static bool ask_first(uintptr_t here) {
  struct rlimit limit;
  uintptr_t name = getauxval(AT_EXECFN);
  if (name == 0 || getpid() != gettid()) return false;
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur > GAP) {
    return false;
  }
  uintptr_t end = (name + PAGE) & ~(uintptr_t)(PAGE - 1);
  own.size = (size_t)limit.rlim_cur & ~(size_t)(PAGE - 1);
  own.start = end - own.size;
  return is_on_own(here);
}

static void ask(uintptr_t here) {
  pthread_attr_t attributes;
  void *start;
  own.asked = true;
  if (ask_first(here)) return;
  own.start = own.size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  if (pthread_attr_getstack(&attributes, &start, &own.size) == 0) {
    own.start = (uintptr_t)start;
  }
  pthread_attr_destroy(&attributes);
}

void zero__stack_find(void) {
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  if (!own.asked) ask(here);
  zero__stack_low = is_on_own(here) ? own.start + ZERO_STACK_RESERVE : 0;
}

void *zero__stack_bottom(void) {
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  if (getpid() != gettid()) return NULL;
  if (!own.asked) ask(here);
  return is_on_own(here) ? (void *)(own.start + own.size) : NULL;
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
