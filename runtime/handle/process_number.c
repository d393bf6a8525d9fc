/* process_number.c - a child by its number: the fallback of pidfds, which old
 * kernels lack and some sandboxes forbid to use. The number is the child's own
 * as long as it is unburied. */
#include <errno.h>
#include <sys/wait.h>

#include "handle/process.h"

int zero__child_kill(const struct zero_child *child, int number, pid_t id) {
  siginfo_t info;
  int error = zero__child_wait(child, &info, WEXITED | WNOHANG | WNOWAIT);
  if (error != 0) return ESRCH;
  return kill(id, number) == 0 ? 0 : errno;
}
