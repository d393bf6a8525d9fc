/* closed.c - the end of a VM's memory, and what debug builds remember of it. */
#include "api/session.h"

#ifdef ZERO_DEBUG
#include <stdatomic.h>

/* The last VMs that were closed. Their memory is kept until they leave here,
 * so that no new VM has their address. It is the one table that VMs share:
 * without locks, since zero_interrupt may ask in a signal handler. */
enum { REMEMBERED = 64 };

static _Atomic(void *) graves[REMEMBERED];
static atomic_uint buried;

zero_status zero__given(const zero_vm *vm) {
  if (vm == NULL) return ZERO_E_USAGE;
  for (unsigned i = 0; i < REMEMBERED; i++) {
    if (atomic_load(&graves[i]) == vm) return ZERO_E_CLOSED;
  }
  return ZERO_OK;
}

/* What still uses the memory meets no values and no addresses there. */
void zero__bury(struct zero_session *session) {
  memset(session, 0xDB, sizeof *session);
  unsigned place = atomic_fetch_add(&buried, 1) % REMEMBERED;
  void *gone = atomic_exchange(&graves[place], session);
  if (gone != NULL) zero__heap_free_root(gone);
}

#else

void zero__bury(struct zero_session *session) {
  zero__heap_free_root(session);
}

#endif
