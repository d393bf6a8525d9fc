/* stack.h - how much is left of a thread's C stack, and clearing of what dead
 * calls left on it.
 *
 * Whatever recurses looks before it goes deeper, and stops with an error of
 * its own where it is not sure that the rest will do. What does not recurse
 * needs ZERO_STACK_RESERVE at most, a collection in its midst included: that
 * much is left wherever a call may begin. */
#ifndef ZERO_BASE_STACK_H
#define ZERO_BASE_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/platform.h"

#if defined(__SANITIZE_ADDRESS__)
#define ZERO_STACK_FRAMES 4 /* how much larger frames are */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ZERO_STACK_FRAMES 4
#endif
#endif
#ifndef ZERO_STACK_FRAMES
#define ZERO_STACK_FRAMES 1
#endif

enum {
  ZERO_STACK_RESERVE = (36 << 10) * ZERO_STACK_FRAMES,
  /* The least of it that reading and compiling of a text leaves. */
  ZERO_STACK_LEAST = (28 << 10) * ZERO_STACK_FRAMES,
};

/* Where the reserve of this thread's C stack begins; 0 where it is not known
 * how far the stack reaches, and then nothing is ever short. */
extern _Thread_local uintptr_t zero__stack_low
    __attribute__((tls_model("initial-exec")));

/* Finds it out for the stack that this runs on. Of one that is not the
 * thread's own, a coroutine's, it is not known. */
void zero__stack_find(void);

/* Where the first thread's stack begins, at its highest address; NULL where
 * this does not run on it or it is not known. */
void *zero__stack_bottom(void);

/* True where a call may not begin: its reserve is not there. */
static inline bool zero__stack_is_short(void) {
  return (uintptr_t)__builtin_frame_address(0) < zero__stack_low;
}

/* The same for a step of reading and compiling a text. */
static inline bool zero__stack_is_low(void) {
  return (uintptr_t)__builtin_frame_address(0) +
             (ZERO_STACK_RESERVE - ZERO_STACK_LEAST) <
         zero__stack_low;
}

/* Clears what lies below the caller's frame, as deep as calls mostly reach:
 * the collector takes what dead frames left there for alive wherever a new
 * frame lies over it. */
void zero__stack_clear(void);

#endif
