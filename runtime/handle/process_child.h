/* process_child.h - a child process as its parent sees it. Knows no VM.
 *
 * A child that has ended stays unburied, a zombie, until zero__child_end: so
 * its number, which is its group's too, is nobody else's while it is used. The
 * host may bury it all the same, by waiting for any child. Then its pidfd, by
 * which signals go where the kernel can do that, still names it and no other;
 * without a pidfd no signal is sent any more. Only this child is ever waited
 * for. */
#ifndef ZERO_HANDLE_PROCESS_CHILD_H
#define ZERO_HANDLE_PROCESS_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum zero_fate {
  ZERO_CHILD_RUNS,
  ZERO_CHILD_EXITED,   /* `number` is its status, 0 to 255 */
  ZERO_CHILD_SIGNALED, /* `number` is the signal that ended it */
  ZERO_CHILD_LOST,     /* ended, or never this process's: nobody knows how */
};

struct zero_child {
  pid_t pid;    /* leader of its group; 0: there is none */
  int pidfd;    /* -1: none */
  pid_t parent; /* who started it: a fork of that must leave it alone */
  enum zero_fate fate;
  int number;
};

/* Takes over what was started. */
struct zero_child zero__child(pid_t pid, int pidfd);

/* What has become of it by now. */
enum zero_fate zero__child_look(struct zero_child *child);

/* Sends a signal to the program, or to all of its group. Returns 0 or errno,
 * ESRCH where it has ended, or none of its group is left. */
int zero__child_signal(struct zero_child *child, int number);
int zero__child_signal_group(struct zero_child *child, int number);

/* Kills what is left of its group, waits for it for some seconds at most,
 * buries it and closes the pidfd. Returns 0 or errno: ETIMEDOUT where the
 * system does not let it go. */
int zero__child_end(struct zero_child *child);

#endif
