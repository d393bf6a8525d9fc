/* refuse.c - refuse ERROR COMMAND...: runs a command whose system calls that
 * are newer than many containers' lists of the allowed ones fail with ENOSYS,
 * or EPERM, as they do there. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

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

static const unsigned refused[] = {
    PIDFD_SEND_SIGNAL,       PIDFD_OPEN,        CLOSE_RANGE,
    OPENAT2,                 SYS_seccomp,       LANDLOCK_CREATE_RULESET,
    LANDLOCK_ADD_RULE,       LANDLOCK_RESTRICT_SELF,
};

enum { REFUSED = sizeof refused / sizeof *refused };

/* The filter itself is set by prctl, which containers allow. */
static int refuse(unsigned error) {
  struct sock_filter lines[REFUSED + 3];
  unsigned count = 0;
  lines[count++] = (struct sock_filter)BPF_STMT(
      BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (unsigned i = 0; i < REFUSED; i++) {
    lines[count++] = (struct sock_filter)BPF_JUMP(
        BPF_JMP | BPF_JEQ | BPF_K, refused[i],
        (unsigned char)(REFUSED - i), 0);
  }
  lines[count++] =
      (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  lines[count++] = (struct sock_filter)BPF_STMT(
      BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error & SECCOMP_RET_DATA));
  const struct sock_fprog program = {.len = (unsigned short)count,
                                     .filter = lines};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv) {
  unsigned error = argc > 2 && strcmp(argv[1], "ENOSYS") == 0  ? ENOSYS
                   : argc > 2 && strcmp(argv[1], "EPERM") == 0 ? EPERM
                                                               : 0;
  if (error == 0) {
    fputs("refuse ENOSYS|EPERM COMMAND...\n", stderr);
    return 2;
  }
  if (refuse(error) != 0) {
    perror("refuse: this system lets no filter be set");
    return 2;
  }
  execvp(argv[2], argv + 2);
  perror(argv[2]);
  return 127;
}
