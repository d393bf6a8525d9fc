/* refuse.c - system calls that the kernel refuses from now on. */
#include "refuse.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)

static bool add(struct sock_filter *lines, unsigned short count) {
  const struct sock_fprog program = {count, lines};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool zero_test_refuse(int number, unsigned error) {
  struct sock_filter lines[] = {
      LOAD(offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1),
      RETURN(SECCOMP_RET_ERRNO | error), RETURN(SECCOMP_RET_ALLOW)};
  return add(lines, 4);
}

bool zero_test_refuse_bits(int number, unsigned argument, unsigned bits,
                           unsigned error) {
  struct sock_filter lines[] = {
      LOAD(offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 3),
      LOAD(offsetof(struct seccomp_data, args) +
           argument * sizeof(uint64_t)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1),
      RETURN(SECCOMP_RET_ERRNO | error), RETURN(SECCOMP_RET_ALLOW)};
  return add(lines, 6);
}
