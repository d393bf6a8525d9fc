/* disturb.c - system calls that are preceded by a signal.
 *
 * The functions here are found before those of the C library with the same
 * name, and call them. */
#include "disturb.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static enum zero_test_disturbance disturbance;
static uint64_t state = 1;

void zero_test_disturb(enum zero_test_disturbance how) {
  disturbance = how;
}

/* By chance, because a retry from the beginning would meet the same signals for
 * ever. */
static bool is_disturbed(void) {
  if (disturbance == ZERO_TEST_CALM) return false;
  state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
  if (disturbance == ZERO_TEST_SOMETIMES && state >> 63 == 0) return false;
  errno = EINTR;
  return true;
}

/* Defines a function of the C library by the one that it hides. */
#define DISTURBED(NAME, TYPES, ARGUMENTS)                \
  int NAME TYPES;                                        \
  int NAME TYPES {                                       \
    static int(*real) TYPES;                             \
    if (is_disturbed()) return -1;                       \
    if (real == NULL) {                                  \
      *(void **)(void *)&real = dlsym(RTLD_NEXT, #NAME); \
    }                                                    \
    return real ARGUMENTS;                               \
  }

DISTURBED(fstatat,
          (int directory, const char *restrict path,
           struct stat *restrict facts, int flags),
          (directory, path, facts, flags))
DISTURBED(faccessat, (int directory, const char *path, int mode, int flags),
          (directory, path, mode, flags))
DISTURBED(mkdirat, (int directory, const char *path, mode_t mode),
          (directory, path, mode))
DISTURBED(unlinkat, (int directory, const char *path, int flags),
          (directory, path, flags))
DISTURBED(renameat, (int from, const char *old, int to, const char *new),
          (from, old, to, new))
DISTURBED(linkat,
          (int from, const char *old, int to, const char *new, int flags),
          (from, old, to, new, flags))
DISTURBED(fstat, (int file, struct stat *facts), (file, facts))
DISTURBED(fchmod, (int file, mode_t mode), (file, mode))
DISTURBED(fsync, (int file), (file))
DISTURBED(ftruncate, (int file, off_t size), (file, size))

/* The mode is read even if it was not given, and then ignored. */
int openat(int directory, const char *path, int flags, ...) {
  static int (*real)(int, const char *, int, ...);
  if (is_disturbed()) return -1;
  if (real == NULL) *(void **)(void *)&real = dlsym(RTLD_NEXT, "openat");
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  return real(directory, path, flags, mode);
}
