/* standard.c - the streams of the process: standard input and output, Ctrl-C.
 *
 * A program has one of each, so their state is static here. The buffer of a C
 * stream is lost if a write to it fails halfway; so `stdout` hands everything
 * to a buffer of ours, which gives away what is taken. */
#include "cli/command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  BLOCK = 4096, /* bytes read at once */
  GRACE = 1000, /* milliseconds for the reader, after a stop */
  NAP = 10,     /* milliseconds, if readiness says nothing */
};

static zero_vm *volatile served;
static volatile sig_atomic_t interrupts;
static struct sigaction inherited; /* what SIGINT did before */
static bool catches;

static struct {
  int file;
  FILE *terminal;
  char *bytes;   /* written, and not yet taken */
  size_t size;
  size_t room;
  int error;     /* errno of the first write that failed, else 0 */
  bool stopped;  /* a wait for the reader was ended */
  int patience;  /* milliseconds to wait all the same */
} output = {.file = STDOUT_FILENO};

static struct {
  size_t start;
  size_t end;
  char bytes[BLOCK];
} input;

/* --- Ctrl-C -------------------------------------------------------------- */

/* An interrupt that comes right before a call begins does not reach the call,
 * so it is repeated each second until it was taken. */
static void tell(int number) {
  if (number == SIGINT) interrupts = 1;
  if (interrupts == 0) return;
  zero_vm *vm = served;
  if (vm != NULL) zero_interrupt(vm);
  alarm(1);
}

/* Without SA_RESTART: a read that waits must end too. */
void cli_standard_serve(zero_vm *vm) {
  const struct sigaction action = {.sa_handler = tell};
  served = vm;
  if (vm != NULL) output.stopped = false;
  if (!catches) {
    sigaction(SIGALRM, &action, NULL);
    sigaction(SIGINT, &action, &inherited);
  }
  catches = true;
}

bool cli_standard_took_interrupt(void) {
  bool took = interrupts != 0;
  interrupts = 0;
  return took;
}

/* --- waiting ------------------------------------------------------------- */

/* Returns 1 if `file` is ready, 0 if the wait was ended, -1. A Ctrl-C that came
 * just before the call began is repeated. */
static int wait_for(int file, short events) {
  zero_vm *vm = served;
  if (vm != NULL && interrupts != 0) zero_interrupt(vm);
  if (interrupts != 0) return 0;
  if (vm != NULL) return zero_wait(vm, file, events);
  struct pollfd one = {.fd = file, .events = events};
  int ready;
  do {
    ready = poll(&one, 1, -1);
  } while (ready < 0 && errno == EINTR && interrupts == 0);
  return ready < 0 && errno == EINTR ? 0 : ready;
}

/* Whether a system call was too early, and nothing is wrong. */
static bool is_early(void) {
  return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
}

/* --- output -------------------------------------------------------------- */

static int wait_for_reader(void) {
  struct pollfd one = {.fd = output.file, .events = POLLOUT};
  if (output.stopped) return poll(&one, 1, output.patience) > 0;
  int ready = wait_for(output.file, POLLOUT);
  output.stopped = ready == 0;
  return ready;
}

static bool fail(void) {
  if (output.error == 0) output.error = errno;
  output.size = 0;
  return false;
}

/* Writes what is kept, as much as the reader takes. A descriptor that is ready
 * for writing takes PIPE_BUF bytes without waiting; but a terminal is ready
 * with room for one byte, and takes no end of line then. */
static bool pour(void) {
  while (output.size > 0) {
    int ready = wait_for_reader();
    if (ready == 0) return true;
    if (ready < 0) return fail();
    size_t part = output.size < PIPE_BUF ? output.size : PIPE_BUF;
    ssize_t put = write(output.file, output.bytes, part);
    if (put < 0 && !is_early()) return fail();
    if (put < 0) {
      if (errno != EINTR) poll(NULL, 0, NAP);
      continue;
    }
    output.size -= (size_t)put;
    memmove(output.bytes, output.bytes + put, output.size);
  }
  return true;
}

/* Takes all that `stdout` has; a short count would make it forget the rest. */
static ssize_t take(void *cookie, const char *bytes, size_t size) {
  (void)cookie;
  if (size > output.room - output.size) {
    size_t room = (output.size + size) * 2;
    char *wider = realloc(output.bytes, room);
    if (wider == NULL) {
      fail();
      return 0;
    }
    output.bytes = wider;
    output.room = room;
  }
  memcpy(output.bytes + output.size, bytes, size);
  output.size += size;
  return pour() ? (ssize_t)size : 0;
}

/* A pipe or a terminal is opened once more, so that our side of it does not
 * block while nothing changes for other writers. If that fails, it is used as
 * it is. The input is not opened again: if a FIFO was opened without blocking
 * after its last writer had gone, poll(2) never reports its end. */
void cli_standard_start(void) {
  const int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  struct stat facts;
  bool terminal = isatty(STDOUT_FILENO) != 0;
  bool known = fstat(STDOUT_FILENO, &facts) == 0;
  bool shared = known && (terminal || S_ISFIFO(facts.st_mode));
  int file = shared ? open("/proc/self/fd/1", flags) : -1;
  if (file >= 0) output.file = file;
  output.terminal = stdout;
  FILE *stream =
      fopencookie(NULL, "w", (cookie_io_functions_t){.write = take});
  if (stream == NULL) return;
  if (terminal) setvbuf(stream, NULL, _IOLBF, BUFSIZ);
  stdout = stream;
}

FILE *cli_standard_terminal(void) {
  return output.terminal;
}

bool cli_standard_flush(void) {
  fflush(stdout);
  pour();
  errno = output.error;
  return output.error == 0;
}

bool cli_standard_finish(size_t *lost) {
  served = NULL;
  alarm(0);
  if (catches) sigaction(SIGINT, &inherited, NULL);
  catches = false;
  output.patience = GRACE;
  bool good = cli_standard_flush();
  *lost = output.size;
  output.size = 0;
  return good;
}

/* --- input --------------------------------------------------------------- */

long cli_standard_read(char *bytes, size_t room) {
  while (input.start == input.end) {
    if (wait_for(STDIN_FILENO, POLLIN) <= 0) return -1;
    ssize_t got = read(STDIN_FILENO, input.bytes, BLOCK);
    if (got < 0 && is_early()) continue;
    if (got <= 0) return got;
    input.start = 0;
    input.end = (size_t)got;
  }
  const char *first = input.bytes + input.start;
  size_t size = input.end - input.start;
  if (size > room) size = room;
  const char *end = memchr(first, '\n', size);
  if (end != NULL) size = (size_t)(end - first) + 1;
  memcpy(bytes, first, size);
  input.start += size;
  return (long)size;
}
