/* process_number.c - a child by its number: the fallback of pidfds, which old
 * kernels lack and some sandboxes forbid to use. The number is the child's own
 * as long as it is unburied. */
#include <errno.h>
#include <sys/wait.h>
#include <time.h>

#include "handle/process.h"

enum { NAP = 1000000 }; /* nanoseconds between two looks */

int zero__child_kill(const struct zero_child *child, int number, pid_t id) {
  siginfo_t info;
  bool unburied =
      zero__child_wait(child, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
  if (!unburied) return ESRCH;
  return kill(id, number) == 0 ? 0 : errno;
}

void zero__child_doze(void) {
  const struct timespec nap = {.tv_sec = 0, .tv_nsec = NAP};
  nanosleep(&nap, NULL);
}
