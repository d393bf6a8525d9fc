/* process_stream.c - descriptors for the streams of a child. */
#include "handle/process_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle/file_root.h"
#include "handle/process_spawn.h"

enum { BLOCK = 1 << 20 }; /* bytes written at once */

/* Closes and leaves errno as it is. Returns -1. */
static int give_up(int file) {
  int error = errno;
  close(file);
  errno = error;
  return -1;
}

int zero__stream_pipe(bool child_reads, int *ours) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  int file = ends[child_reads ? 1 : 0];
  int theirs = zero__spawn_lift(ends[child_reads ? 0 : 1]);
  if (theirs < 0) return give_up(file);
  if (fcntl(file, F_SETFL, O_NONBLOCK) != 0) {
    give_up(file);
    return give_up(theirs);
  }
  *ours = file;
  return theirs;
}

int zero__stream_share(int file, bool child_reads) {
  struct stat facts;
  if (fstat(file, &facts) != 0) return -1;
  if (!S_ISFIFO(facts.st_mode)) {
    return fcntl(file, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  }
  char path[sizeof "/proc/self/fd/" + 3 * sizeof file];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  int mode = child_reads ? O_RDONLY : O_WRONLY;
  int anew = zero__spawn_lift(open(path, mode | O_NONBLOCK | O_CLOEXEC));
  if (anew >= 0 && fcntl(anew, F_SETFL, 0) != 0) return give_up(anew);
  return anew;
}

/* A write behind the limit of a file's size would be a signal. */
static bool is_allowed(size_t size) {
  struct rlimit limit;
  return getrlimit(RLIMIT_FSIZE, &limit) != 0 ||
         limit.rlim_cur == RLIM_INFINITY || size <= limit.rlim_cur;
}

/* Returns false and errno, which is EINTR where the call must stop. */
static bool fill(zero_vm *vm, int file, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t put = write(file, bytes, size < BLOCK ? size : BLOCK);
    if (put < 0 && errno != EINTR) return false;
    if (put > 0) {
      bytes += put;
      size -= (size_t)put;
    }
    errno = EINTR;
    if (!zero__again(vm)) return false;
  }
  return true;
}

int zero__stream_of(zero_vm *vm, const void *bytes, size_t size) {
  if (!is_allowed(size)) {
    errno = EFBIG;
    return -1;
  }
  int file = zero__spawn_lift(memfd_create("input", MFD_CLOEXEC));
  if (file < 0) return -1;
  if (!fill(vm, file, bytes, size) || lseek(file, 0, SEEK_SET) != 0) {
    return give_up(file);
  }
  return file;
}
