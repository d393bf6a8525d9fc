/* thread.c - threads that enter the library, made known to the collector.
 *
 * The collector must be able to stop each thread that allocates and to scan its
 * stack. A thread registers at its first entry, and a thread-specific
 * destructor unregisters it when it ends, but only if this file registered it.
 * A destructor of the host may enter again after ours; then the thread is
 * registered again, and ours is called again.
 *
 * That a thread is known is remembered for those we registered and for the
 * first thread. The host may unregister its own at any time, and libgc says
 * that one which it unregistered itself is still registered. So these are
 * offered to it at each entry, and it declines those it has. */
#include "api/session.h"

#include <gc/gc.h>
#include <pthread.h>
#include <unistd.h>

#include "base/stack.h"

static pthread_mutex_t key_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t leave_key;
static bool key_made;
static _Thread_local bool is_known;
_Thread_local uintptr_t zero__thread_gate = UINTPTR_MAX;

static void leave(void *mark) {
  (void)mark;
  is_known = false;
  zero__thread_gate = UINTPTR_MAX;
  GC_unregister_my_thread();
}

bool zero__thread_enter(void) {
  static _Thread_local struct GC_stack_base base;
  if (is_known) return true;
  bool first = getpid() == gettid(); /* thread of the process */
  if (zero__heap_start() && first) return is_known = true;
  if (base.mem_base == NULL && GC_get_stack_base(&base) != GC_SUCCESS) {
    return false;
  }
  int result = GC_register_my_thread(&base);
  if (result == GC_DUPLICATE) {
    is_known = first;
    return true;
  }
  if (result != GC_SUCCESS) return false;
  /* The process may have no key left; then nothing would unregister it. */
  pthread_mutex_lock(&key_lock);
  if (!key_made) key_made = pthread_key_create(&leave_key, leave) == 0;
  is_known = key_made && pthread_setspecific(leave_key, &is_known) == 0;
  pthread_mutex_unlock(&key_lock);
  if (!is_known) GC_unregister_my_thread();
  return is_known;
}

int zero__thread_admit(void) {
  if (!zero__thread_enter()) return ZERO_CODE_OUT_OF_MEMORY;
  zero__stack_find();
  bool sure = is_known && zero__stack_low != 0;
  zero__thread_gate = sure ? zero__stack_low : UINTPTR_MAX;
  return zero__stack_is_short() ? ZERO_CODE_STACK_DEPTH : 0;
}
