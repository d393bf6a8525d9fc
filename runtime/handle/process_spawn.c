/* process_spawn.c - starting a program: from fork to exec. Knows no VM.
 *
 * In the child only system calls are made, none of which allocates or takes a
 * lock: another thread may hold any. It has a stack of its own and changes no
 * memory of its parent except `arrived`. An error there comes back through a
 * pipe that exec closes. If an emulator makes a true copy of clone's child, the
 * pipe works still; then it has to be waited for. */
#include "handle/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif

enum { STACK = 32 * 1024 /* bytes for the child until exec */ };

/* The child's report if it cannot continue. */
struct report {
  int error;
  enum zero_spawn_step step;
};

struct child {
  const struct zero_spawn *spawn;
  int pipe; /* for its report */
  volatile bool arrived;
};

int zero__spawn_lift(int file) {
  if (file < 0 || file > STDERR_FILENO) return file;
  int lifted = fcntl(file, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  int error = errno;
  close(file);
  errno = error;
  return lifted;
}

/* --- in the child -------------------------------------------------------- */

ZERO_IN_CHILD __attribute__((noreturn)) static void fail(
    const struct child *child, enum zero_spawn_step step, int error) {
  const struct report report = {error, step};
  TEMP_FAILURE_RETRY(write(child->pipe, &report, sizeof report));
  _exit(127);
}

/* Handlers of the host end at exec, but ignored signals would stay ignored.
 * Signals are blocked until no handler is left. The kernel is asked directly:
 * glibc hides two signals from its callers, and they may be ignored too. All
 * bits of the kernel's struct are 0 for the default. */
ZERO_IN_CHILD static void reset_signals(void) {
  const unsigned long usual[8] = {0};
  for (int number = 1; number < _NSIG; number++) {
    syscall(SYS_rt_sigaction, number, usual, NULL, (_NSIG - 1) / 8);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Puts a stream, or /dev/null, on the descriptor that the program uses. */
ZERO_IN_CHILD static void place_streams(const struct child *child) {
  for (int i = 0; i < 3; i++) {
    int file = child->spawn->files[i];
    bool none = file < 0;
    if (none) file = (int)TEMP_FAILURE_RETRY(open("/dev/null", O_RDWR));
    if (file < 0 || dup2(file, i) < 0) fail(child, ZERO_SPAWN_STREAM, errno);
    if (none && file != i) close(file);
  }
}

/* A program that may not be run is reported rather than one that does not
 * exist. In a search for a name, not a given path, a directory that may not be
 * searched counts as empty: it is unknown whether it has the program. */
ZERO_IN_CHILD static int run(const struct zero_spawn *spawn) {
  struct stat facts;
  int told = ENOENT;
  for (char *const *at = spawn->programs; *at != NULL; at++) {
    execve(*at, spawn->argv, spawn->environment);
    int error = errno;
    bool elsewhere = error == ENOENT || error == ENOTDIR || error == EACCES ||
                     error == ENAMETOOLONG; /* there may be another */
    if (!elsewhere) return error;
    bool seen = *at == spawn->argv[0] || stat(*at, &facts) == 0;
    if (error == EACCES && !seen) error = ENOENT;
    if (error != ENOENT && told != EACCES) told = error;
  }
  return told;
}

ZERO_IN_CHILD static int child_main(void *context) {
  struct child *child = context;
  child->arrived = true;
  reset_signals();
  if (setsid() < 0) fail(child, ZERO_SPAWN_START, errno);
  place_streams(child);
  const unsigned first = STDERR_FILENO + 1, kept = (unsigned)child->pipe;
  if ((kept != first && close_range(first, kept - 1, 0) != 0) ||
      close_range(kept + 1, UINT32_MAX, 0) != 0) {
    zero__spawn_close(child->pipe);
  }
  const char *directory = child->spawn->directory;
  if (directory != NULL && chdir(directory) != 0) {
    fail(child, ZERO_SPAWN_DIRECTORY, errno);
  }
  fail(child, ZERO_SPAWN_PROGRAM, run(child->spawn));
}

/* --- in the parent ------------------------------------------------------- */

/* A kernel that does not know CLONE_PIDFD ignores it. The child has a stack of
 * its own until it is another program: the thread's may be too small. Returns 0
 * or errno. */
static int start(struct zero_spawn *spawn, struct child *child) {
  char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) return errno;
  const int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  struct zero_child *made = &spawn->child;
  made->pid = clone(child_main, stack + STACK, flags | CLONE_PIDFD, child,
                    &made->pidfd);
  if (made->pid < 0 && errno == EINVAL) {
    made->pid = clone(child_main, stack + STACK, flags, child);
  }
  int error = made->pid < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  munmap(stack, STACK);
  return error;
}

/* Reads the child's report, empty if it became the program. Its end of the pipe
 * may have come into a process that another thread of the host forked, and
 * would never close then: `arrived` in this memory says whether there is a
 * report, because the parent waited. */
int zero__spawn(struct zero_spawn *spawn) {
  struct zero_child *made = &spawn->child;
  spawn->step = ZERO_SPAWN_START;
  *made = (struct zero_child){.pidfd = -1, .parent = getpid()};
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  struct child child = {.spawn = spawn, .pipe = zero__spawn_lift(ends[1])};
  int error = child.pipe < 0 ? errno : start(spawn, &child);
  if (child.pipe >= 0) close(child.pipe);
  if (child.arrived) fcntl(ends[0], F_SETFL, O_NONBLOCK);
  struct report report;
  if (error == 0 && TEMP_FAILURE_RETRY(read(ends[0], &report,
                                            sizeof report)) == sizeof report) {
    spawn->step = report.step;
    error = report.error;
    TEMP_FAILURE_RETRY(waitpid(made->pid, NULL, 0)); /* it has ended */
    if (made->pidfd >= 0) close(made->pidfd);
  }
  close(ends[0]);
  return error;
}
