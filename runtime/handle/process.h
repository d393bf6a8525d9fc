/* process.h - child processes, as their parent starts and sees them. Everything
 * except the plan knows no VM.
 *
 * A child shares the memory of its parent, which waits, until it is another
 * program: so starting costs the same in a small process and in a large one,
 * and a host of many threads may start programs. The new program gets nothing
 * of the host except what is listed here: not its descriptors, its signal mask
 * or the signals that it ignores.
 *
 * A child that has ended stays a zombie until zero__child_end, so its number,
 * which is also its group's, is not reused meanwhile. The host may reap it all
 * the same, by waiting for any child. Then its pidfd, by which signals are sent
 * if the kernel can do that, still names it and no other; without a pidfd no
 * signal is sent any more. Only this child is ever waited for. */
#ifndef ZERO_HANDLE_PROCESS_H
#define ZERO_HANDLE_PROCESS_H

#include <signal.h>

#include "handle/handle.h"

enum zero_fate {
  ZERO_CHILD_RUNS,
  ZERO_CHILD_EXITED,   /* `number` is its status, 0 to 255 */
  ZERO_CHILD_SIGNALED, /* `number` is the signal that ended it */
  ZERO_CHILD_LOST,     /* ended, or never this process's: status unknown */
};

struct zero_child {
  pid_t pid;    /* leader of its session and group; 0: there is none */
  int pidfd;    /* -1: none */
  pid_t parent; /* its parent: a fork of that must leave it alone */
  enum zero_fate fate;
  int number;
};

/* The step that failed. */
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
  struct zero_child child;   /* if it succeeded */
  enum zero_spawn_step step; /* if it failed */
};

/* Returns 0 or errno; then there is no child. Blocks all signals meanwhile, and
 * changes nothing else of the host. */
int zero__spawn(struct zero_spawn *spawn);

/* A sanitizer would take the child's stack for its thread's. */
#define ZERO_IN_CHILD __attribute__((no_sanitize("address", "undefined")))

/* Closes everything that may be open from 3 on except `keep`, if the kernel has
 * no close_range. Called in the child. */
ZERO_IN_CHILD void zero__spawn_close(int keep);

/* The same open file as `file`, which it closes, as a descriptor of 3 or more
 * that no program inherits; -1 and errno if there is none left, or if `file` is
 * -1. */
int zero__spawn_lift(int file);

/* Its fate by now. */
enum zero_fate zero__child_look(struct zero_child *child);

/* Sends a signal to the program, or to all of its group. Returns 0 or errno,
 * ESRCH if it has ended, or none of its group is left. */
int zero__child_signal(struct zero_child *child, int number);
int zero__child_signal_group(struct zero_child *child, int number);

/* Kills the rest of its group, waits for it for at most some seconds, reaps it
 * and closes the pidfd. Returns 0 or errno: ETIMEDOUT if the system does not
 * let it go. */
int zero__child_end(struct zero_child *child);

/* waitid(2) for this child alone. Returns 0 or errno. */
int zero__child_wait(const struct zero_child *child, siginfo_t *info,
                     int flags);

/* Without its pidfd: sends a signal to the number `id`, the child's or its
 * group's. Returns 0 or errno. */
int zero__child_kill(const struct zero_child *child, int number, pid_t id);

enum { ZERO_SIGNAL_NAME = 16 }; /* bytes of a name, NUL included */

/* Writes the name of a signal: "SIGRTMIN+3" for one without a fixed meaning,
 * "SIG77" for one that the system does not know. */
void zero__signal_name(int number, char out[ZERO_SIGNAL_NAME]);

/* The signal of a name, 0 if there is none. */
int zero__signal_number(const char *name);

/* The other end of a stream of the child. */
enum zero_stream_way {
  ZERO_STREAM_NONE,   /* /dev/null */
  ZERO_STREAM_INPUT,  /* from what `input` holds */
  ZERO_STREAM_PIPE,   /* to a handle: the program's, or process-run's own */
  ZERO_STREAM_HANDLE, /* where a Handle leads that the program has */
  ZERO_STREAM_STDOUT, /* where stdout leads */
};

struct zero_stream {
  enum zero_stream_way way;
  struct zero_handle *handle; /* that the program has */
  struct zero_handle *end;    /* of a pipe, not the child's; else NULL */
};

enum {
  ZERO_PLAN_TIMEOUT, /* milliseconds, -1 none */
  ZERO_PLAN_GRACE,   /* milliseconds from SIGTERM to SIGKILL */
  ZERO_PLAN_LIMIT,   /* bytes that process-run keeps of each stream */
  ZERO_PLAN_NUMBERS
};

/* The plan of a program to start: the arguments of process-start and
 * process-run, checked whole before anything is begun. Its arrays are in traced
 * storage. */
struct zero_plan {
  zero_vm *vm;
  bool runs;             /* process-run, which waits */
  zero_value program;    /* the first argument, for sentences */
  zero_value directory;  /* Text, or ZERO_NONE */
  const char *input;     /* in an argument; NULL: none */
  size_t input_size;
  struct zero_stream streams[3];
  int64_t numbers[ZERO_PLAN_NUMBERS];
  struct zero_spawn spawn; /* all but its files */
  const struct zero_option *option; /* that is being read */
};

/* The plan of arguments 0 and 1, of which the second may be missing. `runs`
 * distinguishes process-run from process-start: they take different options.
 * Charges for it. Raises PROCESS_OPTION for wrong options, TYPE_MISMATCH for
 * wrong arguments, and what zero__handle_use raises. */
struct zero_plan zero__process_plan(zero_vm *vm, zero_value *args,
                                    unsigned count, bool runs);

#endif
