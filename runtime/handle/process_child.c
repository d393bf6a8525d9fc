/* process_child.c - a child process as its parent sees it. Knows no VM. */
#include "handle/process_child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Names of the kernel's that headers may be too old for. */
enum {
  BY_PIDFD = 3,              /* P_PIDFD */
  SIGNAL_GROUP = 1 << 2,     /* PIDFD_SIGNAL_PROCESS_GROUP */
};

enum {
  PATIENCE = 3000, /* milliseconds that a killed child has to be gone */
  NAP = 1000000,   /* nanoseconds between two looks */
};

struct zero_child zero__child(pid_t pid, int pidfd) {
  return (struct zero_child){.pid = pid, .pidfd = pidfd, .parent = getpid()};
}

/* --- waiting ------------------------------------------------------------- */

/* waitid for this child alone. Returns 0 or errno. */
static int wait_for(const struct zero_child *child, siginfo_t *info,
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

/* Looks, and takes away a child that has ended unless `flags` say WNOWAIT. */
static void look(struct zero_child *child, int flags) {
  siginfo_t info;
  int error = is_ours(child)
                  ? wait_for(child, &info, WEXITED | WNOHANG | flags)
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

/* --- signals ------------------------------------------------------------- */

/* Whether the number of the child is its own still. */
static bool is_unburied(const struct zero_child *child) {
  siginfo_t info;
  return wait_for(child, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* Sends by the pidfd, or by `id` where the kernel cannot, or a sandbox forbids
 * it: then kill says whether the signal is. */
static int send(const struct zero_child *child, int number, pid_t id,
                unsigned flags) {
  if (!is_ours(child)) return ESRCH;
  if (child->pidfd >= 0) {
    if (pidfd_send_signal(child->pidfd, number, NULL, flags) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS && errno != EPERM) return errno;
  }
  if (!is_unburied(child)) return ESRCH;
  return kill(id, number) == 0 ? 0 : errno;
}

/* A zombie would take any signal. */
int zero__child_signal(struct zero_child *child, int number) {
  if (zero__child_look(child) != ZERO_CHILD_RUNS) return ESRCH;
  return send(child, number, child->pid, 0);
}

int zero__child_signal_group(struct zero_child *child, int number) {
  return send(child, number, -child->pid, SIGNAL_GROUP);
}

/* --- the end ------------------------------------------------------------- */

static int64_t milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Sleeps until the child has ended; without a pidfd a little. */
static void doze(const struct zero_child *child, int64_t most) {
  struct pollfd one = {.fd = child->pidfd, .events = POLLIN};
  const struct timespec nap = {.tv_sec = 0, .tv_nsec = NAP};
  if (child->pidfd >= 0) {
    poll(&one, 1, (int)most);
  } else {
    nanosleep(&nap, NULL);
  }
}

/* Waits for a child that was killed. Returns false where it is there still. */
static bool wait_until_ended(struct zero_child *child) {
  int64_t end = milliseconds() + PATIENCE;
  while (zero__child_look(child) == ZERO_CHILD_RUNS) {
    int64_t left = end - milliseconds();
    if (left <= 0) return false;
    doze(child, left);
  }
  return true;
}

int zero__child_end(struct zero_child *child) {
  int error = 0;
  if (is_ours(child)) {
    error = zero__child_signal_group(child, SIGKILL);
    if (error == ESRCH) error = 0;
    bool runs = zero__child_look(child) == ZERO_CHILD_RUNS;
    if (error == 0 && runs && !wait_until_ended(child)) error = ETIMEDOUT;
    look(child, 0);
    if (child->fate != ZERO_CHILD_RUNS) error = 0;
  }
  if (child->pidfd >= 0) close(child->pidfd);
  child->pidfd = -1;
  child->pid = 0;
  return error;
}
