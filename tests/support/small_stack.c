/* small_stack.c - runs a test's work on the least C stack Zero asks for. */
#include "small_stack.h"

#include <gc/gc.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/stack.h"

enum { STACK_SIZE = 64 << 10 };

struct work {
  void (*body)(void *context);
  void *context;
};

static void *run(void *argument) {
  struct work *work = argument;
  zero__stack_find();
  work->body(work->context);
  return NULL;
}

void zero_test_on_small_stack(void (*body)(void *context), void *context) {
  zero_test_on_stack(STACK_SIZE, body, context);
}

/* libgc's header turns pthread_create into one that registers. */
void zero_test_on_stack(size_t size, void (*body)(void *context),
                        void *context) {
  struct work work = {body, context};
  pthread_attr_t attributes;
  pthread_t thread;
  if (pthread_attr_init(&attributes) != 0 ||
      pthread_attr_setstacksize(&attributes,
                                size * ZERO_STACK_FRAMES) != 0 ||
      pthread_create(&thread, &attributes, run, &work) != 0 ||
      pthread_join(thread, NULL) != 0) {
    abort();
  }
  pthread_attr_destroy(&attributes);
}
