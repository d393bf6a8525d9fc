/* thread.c - threads that enter the library, made known to the collector.
 *
 * The collector must be able to stop each thread that allocates and to scan
 * its stack. A thread registers at its first entry, and a thread-specific
 * destructor takes it away when it ends: only where we were the ones who
 * registered it. A destructor of the host's may enter again after ours; then
 * the thread is registered once more, and ours is called once more.
 *
 * That a thread is known is kept for those we registered and for the first
 * thread. The host may take its own away at any time, and libgc answers that
 * one which it took away itself is still registered: so these are offered to
 * it at each entry, which it declines where it has them. */
#include "api/session.h"

#include <gc/gc.h>
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t key_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t leave_key;
static bool key_made;
_Thread_local bool zero__thread_known;

static void leave(void *mark) {
  (void)mark;
  zero__thread_known = false;
  GC_unregister_my_thread();
}

/* False where the process has no key left. */
static bool make_key(void) {
  pthread_mutex_lock(&key_lock);
  if (!key_made) key_made = pthread_key_create(&leave_key, leave) == 0;
  bool made = key_made;
  pthread_mutex_unlock(&key_lock);
  return made;
}

/* Sees to it that the thread leaves when it ends. */
static bool will_leave(void) {
  return make_key() && pthread_setspecific(leave_key, &zero__thread_known) == 0;
}

bool zero__thread_register(void) {
  static _Thread_local struct GC_stack_base base;
  zero__heap_start();
  if (base.mem_base == NULL && GC_get_stack_base(&base) != GC_SUCCESS) {
    return false;
  }
  switch (GC_register_my_thread(&base)) {
    case GC_DUPLICATE:
      zero__thread_known = getpid() == gettid();
      return true;
    case GC_SUCCESS: break;
    default: return false;
  }
  zero__thread_known = will_leave();
  if (!zero__thread_known) GC_unregister_my_thread();
  return zero__thread_known;
}
