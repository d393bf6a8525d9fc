/* process_close.c - closing descriptors one by one: the fallback for
 * close_range(2), which old kernels and many containers lack.
 *
 * It runs in the child, where only system calls are made. A descriptor above a
 * limit that was lowered is found in the system's list of open ones. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "handle/process.h"

enum { LISTING = 1024 }; /* bytes of a folder read at once */

/* The number that a name of /proc/self/fd is, or -1. */
ZERO_IN_CHILD static int number_of(const char *name) {
  int number = 0;
  for (; *name >= '0' && *name <= '9'; name++) {
    number = 10 * number + (*name - '0');
  }
  return *name == '\0' ? number : -1;
}

/* Closes the descriptors that the system lists from 3 on except `keep`.
 * Returns false if it lists none. */
ZERO_IN_CHILD static bool close_listed(int keep) {
  int folder = open("/proc/self/fd", O_RDONLY | O_DIRECTORY);
  if (folder < 0) return false;
  _Alignas(struct dirent64) char bytes[LISTING];
  long got;
  while ((got = syscall(SYS_getdents64, folder, bytes, sizeof bytes)) > 0) {
    for (long at = 0; at < got;) {
      const struct dirent64 *entry = (const void *)(bytes + at);
      int file = number_of(entry->d_name);
      if (file > STDERR_FILENO && file != keep && file != folder) {
        close(file);
      }
      at += entry->d_reclen;
    }
  }
  close(folder);
  return got == 0;
}

ZERO_IN_CHILD void zero__spawn_close(int keep) {
  struct rlimit limit;
  if (close_listed(keep) || getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  for (int file = STDERR_FILENO + 1;
       (rlim_t)file < limit.rlim_cur && file < INT32_MAX; file++) {
    if (file != keep) close(file);
  }
}
