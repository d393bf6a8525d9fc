/* process_child.c - a child process as its parent sees it. Knows only the clock
 * of the VM. */
#include "handle/process.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* Signals of the kernel that older headers do not name. */
enum {
  BY_PIDFD = 3,          /* P_PIDFD */
  SIGNAL_GROUP = 1 << 2, /* PIDFD_SIGNAL_PROCESS_GROUP */
};

#define MILLISECOND UINT64_C(1000000)
#define PATIENCE (3000 * MILLISECOND) /* that a killed child has to be gone */

int zero__child_wait(const struct zero_child *child, siginfo_t *info,
                     int flags) {
  int failed;
  do {
    info->si_pid = 0;
    failed = -1;
    errno = EINVAL;
    if (child->pidfd >= 0) {
      failed = waitid((idtype_t)BY_PIDFD, (id_t)child->pidfd, info, flags);
    }
    if (failed != 0 && errno == EINVAL) {
      failed = waitid(P_PID, (id_t)child->pid, info, flags);
    }
  } while (failed != 0 && errno == EINTR);
  return failed == 0 ? 0 : errno;
}

static bool is_ours(const struct zero_child *child) {
  return child->pid != 0 && child->parent == getpid();
}

/* Checks a child, and reaps it if it has ended, unless `flags` say WNOWAIT. */
static void look(struct zero_child *child, int flags) {
  siginfo_t info;
  int error = is_ours(child)
                  ? zero__child_wait(child, &info, WEXITED | WNOHANG | flags)
                  : ECHILD;
  if (error != 0) {
    if (child->fate == ZERO_CHILD_RUNS) child->fate = ZERO_CHILD_LOST;
  } else if (info.si_pid != 0) {
    child->fate = info.si_code == CLD_EXITED ? ZERO_CHILD_EXITED
                                             : ZERO_CHILD_SIGNALED;
    child->number = info.si_status;
  }
}

enum zero_fate zero__child_look(struct zero_child *child) {
  if (child->fate == ZERO_CHILD_RUNS) look(child, WNOWAIT);
  return child->fate;
}

/* Sends by the pidfd, or by `id` if the kernel cannot or a sandbox forbids it:
 * then kill says whether the signal exists. */
static int send(const struct zero_child *child, int number, pid_t id,
                unsigned flags) {
  if (!is_ours(child)) return ESRCH;
  if (child->pidfd >= 0) {
    if (pidfd_send_signal(child->pidfd, number, NULL, flags) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS && errno != EPERM) return errno;
  }
  return zero__child_kill(child, number, id);
}

/* A zombie would take any signal. */
int zero__child_signal(struct zero_child *child, int number) {
  if (zero__child_look(child) != ZERO_CHILD_RUNS) return ESRCH;
  return send(child, number, child->pid, 0);
}

int zero__child_signal_group(struct zero_child *child, int number) {
  return send(child, number, -child->pid, SIGNAL_GROUP);
}

void zero__signal_name(int number, char out[ZERO_SIGNAL_NAME]) {
  const char *known = sigabbrev_np(number);
  if (known != NULL) {
    snprintf(out, ZERO_SIGNAL_NAME, "SIG%s", known);
  } else if (number > SIGRTMIN && number <= SIGRTMAX) {
    snprintf(out, ZERO_SIGNAL_NAME, "SIGRTMIN+%d", number - SIGRTMIN);
  } else if (number == SIGRTMIN) {
    snprintf(out, ZERO_SIGNAL_NAME, "SIGRTMIN");
  } else {
    snprintf(out, ZERO_SIGNAL_NAME, "SIG%d", number);
  }
}

int zero__signal_number(const char *name) {
  char known[ZERO_SIGNAL_NAME];
  for (int number = 1; number <= SIGRTMAX; number++) {
    zero__signal_name(number, known);
    if (strcmp(name, known) == 0) return number;
  }
  return 0;
}

/* Without a pidfd it checks each millisecond. */
int zero__child_end(struct zero_child *child) {
  int error = 0;
  if (is_ours(child)) {
    struct pollfd one = {.fd = child->pidfd, .events = POLLIN};
    uint64_t end = zero__now() + PATIENCE;
    error = zero__child_signal_group(child, SIGKILL);
    if (error == ESRCH) error = 0;
    while (error == 0 && zero__child_look(child) == ZERO_CHILD_RUNS) {
      uint64_t now = zero__now();
      uint64_t rest = now < end ? (end - now) / MILLISECOND + 1 : 0;
      if (rest == 0) error = ETIMEDOUT;
      poll(&one, 1, one.fd >= 0 ? (int)rest : 1);
    }
    look(child, 0);
    if (child->fate != ZERO_CHILD_RUNS) error = 0;
  }
  if (child->pidfd >= 0) close(child->pidfd);
  child->pidfd = -1;
  child->pid = 0;
  return error;
}
