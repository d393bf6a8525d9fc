/* stack.h - how much is left of a thread's C stack, and clearing of what dead
 * calls left on it.
 *
 * Recursive code checks before it goes deeper, and stops with an error of its
 * own if the rest may not be enough. Other code needs at most
 * ZERO_STACK_RESERVE, including a collection: that much is left wherever a call
 * may begin. */
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

/* The address where the reserve of this thread's C stack begins; 0 if the end
 * of the stack is not known, and then nothing is ever short. */
extern _Thread_local uintptr_t zero__stack_low
    __attribute__((tls_model("initial-exec")));

/* Finds that address for the stack that this runs on. For a stack that is not
 * the thread's own, a coroutine's, it is not known. */
void zero__stack_find(void);

/* The highest address of the first thread's stack, where it begins; NULL if
 * this does not run on it or it is not known. */
void *zero__stack_bottom(void);

/* True if a call may not begin: its reserve is used up. */
static inline bool zero__stack_is_short(void) {
  return (uintptr_t)__builtin_frame_address(0) < zero__stack_low;
}

/* The same for a step of reading and compiling a text. */
static inline bool zero__stack_is_low(void) {
  return (uintptr_t)__builtin_frame_address(0) +
             (ZERO_STACK_RESERVE - ZERO_STACK_LEAST) <
         zero__stack_low;
}

/* Clears the stack below the caller's frame, as deep as calls mostly reach: a
 * new frame over the remains of a dead one makes the collector take them for
 * alive. */
void zero__stack_clear(void);

#endif
