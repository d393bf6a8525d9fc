/* process_spawn.h - starting a program: from fork to exec. Knows no VM.
 *
 * The child shares the memory of its parent, which waits, until it is another
 * program: so starting costs the same in a small process and in a large one,
 * and a host of many threads may start programs. Nothing of the host but what
 * is listed here gets into the new program: not its descriptors, not its
 * signal mask, not the signals that it ignores. */
#ifndef ZERO_HANDLE_PROCESS_SPAWN_H
#define ZERO_HANDLE_PROCESS_SPAWN_H

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

/* The same open file as `file`, which it closes, as a descriptor of 3 or more
 * that no program inherits; -1 and errno where there is none left, or where
 * `file` is -1. */
int zero__spawn_lift(int file);

#endif
