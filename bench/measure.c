/* measure.c - runs one program and prints the time and the memory that it
 * took: "NANOSECONDS KIBIBYTES STATUS" on standard output.
 *
 *   measure OUTPUT ERRORS PROGRAM ARGUMENT...
 *
 * A process inherits the peak memory of the one that started it, so the
 * runner, a Python of 10 MB, cannot measure a program of 2 MB; this can. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The status a shell would give a program that could not be started. */
enum { CANNOT_START = 127, SIGNALLED = 128 };

static long long now(void)
{
  struct timespec t;

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Starts the program with its output in files. Returns an errno, or 0. */
static int start(pid_t *child, char **argv)
{
  int flags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_t files;
  int error;

  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, argv[1], flags, 0666);
  posix_spawn_file_actions_addopen(&files, 2, argv[2], flags, 0666);
  error = posix_spawnp(child, argv[3], &files, NULL, argv + 3, environ);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

int main(int argc, char **argv)
{
  struct rusage used;
  long long begin;
  pid_t child;
  int error, status;

  if (argc < 4) {
    fputs("usage: measure OUTPUT ERRORS PROGRAM ARGUMENT...\n", stderr);
    return 2;
  }
  begin = now();
  error = start(&child, argv);
  if (error) {
    fprintf(stderr, "measure: %s: %s\n", argv[3], strerror(error));
    return CANNOT_START;
  }
  while (wait4(child, &status, 0, &used) < 0)
    if (errno != EINTR)
      return 1;
  printf("%lld %ld %d\n", now() - begin, used.ru_maxrss,
    WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status));
  return 0;
}
