/* thread.c - threads that enter the library, made known to the collector.
 *
 * The collector must be able to stop each thread that allocates and to scan
 * its stack. A thread registers at its first entry, and a thread-specific
 * destructor takes it away when it ends: only where we were the ones who
 * registered it. */
#include "api/session.h"

#include <gc/gc.h>
#include <pthread.h>

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t leave_key;
_Thread_local bool zero__thread_known;

static void leave(void *mark) {
  (void)mark;
  GC_unregister_my_thread();
}

static void make_key(void) {
  pthread_key_create(&leave_key, leave);
}

void zero__thread_register(void) {
  zero__heap_start();
  if (!GC_thread_is_registered()) {
    struct GC_stack_base base;
    GC_get_stack_base(&base);
    GC_register_my_thread(&base);
    pthread_once(&key_once, make_key);
    pthread_setspecific(leave_key, &zero__thread_known);
  }
  zero__thread_known = true;
}
