/* refuse.c - refuse ERROR COMMAND...: runs a command whose system calls that
 * are newer than many containers' lists of the allowed ones fail with ENOSYS,
 * or EPERM, as they do there. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../support/refuse.h"

/* The same numbers on every machine; old headers lack some. */
enum {
  PIDFD_SEND_SIGNAL = 424,
  PIDFD_OPEN = 434,
  CLOSE_RANGE = 436,
  OPENAT2 = 437,
  LANDLOCK_CREATE_RULESET = 444,
  LANDLOCK_ADD_RULE = 445,
  LANDLOCK_RESTRICT_SELF = 446,
};

static const int refused[] = {
    PIDFD_SEND_SIGNAL,       PIDFD_OPEN,        CLOSE_RANGE,
    OPENAT2,                 SYS_seccomp,       LANDLOCK_CREATE_RULESET,
    LANDLOCK_ADD_RULE,       LANDLOCK_RESTRICT_SELF,
};

int main(int argc, char **argv) {
  unsigned error = argc > 2 && strcmp(argv[1], "ENOSYS") == 0  ? ENOSYS
                   : argc > 2 && strcmp(argv[1], "EPERM") == 0 ? EPERM
                                                               : 0;
  if (error == 0) {
    fputs("refuse ENOSYS|EPERM COMMAND...\n", stderr);
    return 2;
  }
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    if (zero_test_refuse(refused[i], error)) continue;
    perror("refuse: this system lets no filter be set");
    return 2;
  }
  execvp(argv[2], argv + 2);
  perror(argv[2]);
  return 127;
}
