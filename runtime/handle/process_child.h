/* process_child.h - child processes, started and seen by their parent. Knows
 * no VM.
 *
 * A child shares the memory of its parent, which waits, until it is another
 * program: so starting costs the same in a small process and in a large one,
 * and a host of many threads may start programs. Nothing of the host but what
 * is listed here gets into the new program: not its descriptors, not its
 * signal mask, not the signals that it ignores.
 *
 * A child that has ended stays unburied, a zombie, until zero__child_end: so
 * its number, which is its group's too, is nobody else's while it is used. The
 * host may bury it all the same, by waiting for any child. Then its pidfd, by
 * which signals go where the kernel can do that, still names it and no other;
 * without a pidfd no signal is sent any more. Only this child is ever waited
 * for. */
#ifndef ZERO_HANDLE_PROCESS_CHILD_H
#define ZERO_HANDLE_PROCESS_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What failed. */
enum zero_spawn_step {
  ZERO_SPAWN_START,     /* to have a child at all */
  ZERO_SPAWN_STREAM,    /* to give it its streams */
  ZERO_SPAWN_DIRECTORY, /* to go to its directory */
  ZERO_SPAWN_PROGRAM,   /* to run the program */
};

struct zero_spawn {
  /* Arrays that end with NULL. */
  char *const *argv;
  char *const *environment;
  char *const *programs; /* paths, the first that can be run is */
  const char *directory; /* NULL: that of the host */
  int files[3];          /* 0, 1, 2 of the child: 3 or more, -1 /dev/null */

  /* Where it went well: the child, leader of a session and a process group
   * of its own, and a pidfd, -1 where the kernel has none. */
  pid_t pid;
  int pidfd;

  enum zero_spawn_step step; /* where it did not */
};

/* Returns 0 or errno; then there is no child. Blocks all signals meanwhile,
 * and changes nothing else of the host. */
int zero__spawn(struct zero_spawn *spawn);

/* A sanitizer would take the child's stack for its thread's. */
#define ZERO_IN_CHILD __attribute__((no_sanitize("address", "undefined")))

/* Closes all that may be open from 3 on, but for `keep`, where the kernel has
 * no close_range. Called in the child. */
ZERO_IN_CHILD void zero__spawn_close(int keep);

/* The same open file as `file`, which it closes, as a descriptor of 3 or more
 * that no program inherits; -1 and errno where there is none left, or where
 * `file` is -1. */
int zero__spawn_lift(int file);

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

/* waitid(2) for this child alone. Returns 0 or errno. */
int zero__child_wait(const struct zero_child *child, siginfo_t *info,
                     int flags);

/* Without its pidfd: sends a signal to the number `id`, the child's or its
 * group's, and returns 0 or errno; sleeps a little, before it is looked at
 * again. */
int zero__child_kill(const struct zero_child *child, int number, pid_t id);
void zero__child_doze(void);

enum { ZERO_SIGNAL_NAME = 16 }; /* bytes of a name, NUL included */

/* Writes the name of a signal: "SIGRTMIN+3" of one without a fixed meaning,
 * "SIG77" of one that the system does not know. */
void zero__signal_name(int number, char out[ZERO_SIGNAL_NAME]);

/* The signal of a name, 0 where there is none. */
int zero__signal_number(const char *name);

#endif
