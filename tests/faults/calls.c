/* calls.c - system calls and allocations that fail on request. */
#include "calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gc/gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct zero_calls *zero_calls;

#define BIT(kind) (1u << ZERO_FAULT_##kind)
#define WAITS BIT(EINTR)
#define ERRORS (BIT(EINTR) | BIT(EIO) | BIT(ENOSPC) | BIT(EMFILE) | BIT(ENOMEM))
#define FAILS (ERRORS & ~BIT(EINTR))
#define MOVES (ERRORS | BIT(SHORT))
#define MEMORY (BIT(ONCE) | BIT(FROM))

/* A row for each function: how it may fail. Those without EINTR do not wait on
 * a file system of this machine, or are called while signals are blocked. */
#define CALLS(ROW)                                                          \
  ROW(open, ERRORS) ROW(openat, ERRORS) ROW(syscall, ERRORS)                \
  ROW(read, MOVES) ROW(pread, MOVES) ROW(write, MOVES) ROW(send, MOVES)     \
  ROW(sendto, ERRORS) ROW(recv, ERRORS) ROW(recvfrom, ERRORS)               \
  ROW(close, ERRORS) ROW(stat, ERRORS) ROW(lstat, ERRORS)                   \
  ROW(fstat, FAILS) ROW(fstatat, ERRORS) ROW(fsync, ERRORS)                 \
  ROW(ftruncate, ERRORS) ROW(lseek, FAILS) ROW(fchmod, FAILS)               \
  ROW(fcntl, FAILS) ROW(unlinkat, FAILS) ROW(renameat, FAILS)               \
  ROW(rename, FAILS) ROW(unlink, FAILS)                                     \
  ROW(linkat, FAILS) ROW(mkdirat, FAILS) ROW(readlinkat, FAILS)             \
  ROW(realpath, FAILS) ROW(socket, FAILS) ROW(bind, FAILS)                  \
  ROW(listen, FAILS) ROW(accept4, ERRORS) ROW(connect, ERRORS)              \
  ROW(getsockopt, FAILS) ROW(setsockopt, FAILS) ROW(getsockname, FAILS)     \
  ROW(getpeername, FAILS) ROW(shutdown, FAILS)                              \
  ROW(poll, WAITS | BIT(ENOMEM)) ROW(ppoll, WAITS | BIT(ENOMEM))            \
  ROW(pipe2, FAILS) ROW(dup2, FAILS) ROW(chdir, FAILS) ROW(execve, FAILS)   \
  ROW(waitid, WAITS) ROW(getrandom, WAITS) ROW(mmap, FAILS)                 \
  ROW(memfd_create, FAILS) ROW(GC_generic_malloc, MEMORY)                   \
  ROW(GC_generic_malloc_many, MEMORY) ROW(GC_malloc_uncollectable, MEMORY)  \
  ROW(GC_malloc_atomic, MEMORY) ROW(GC_realloc, MEMORY)

#define INDEX(name, kinds) AT_##name,
enum { CALLS(INDEX) CALL_COUNT };

static const struct {
  const char *name;
  unsigned kinds;
} calls[] = {
#define ENTRY(name, kinds) {#name, kinds},
    CALLS(ENTRY)};

static void *real[CALL_COUNT];

void zero_calls_start(void) {
  for (int i = 0; i < CALL_COUNT; i++) {
    real[i] = dlsym(RTLD_NEXT, calls[i].name);
    if (real[i] == NULL) abort();
  }
}

const char *zero_call_name(int index) {
  return index < CALL_COUNT ? calls[index].name : NULL;
}

bool zero_call_has(int index, enum zero_fault_kind kind) {
  return (calls[index].kinds >> kind & 1) != 0;
}

/* A child of clone runs these on a stack of its own. */
#define PLAIN __attribute__((no_sanitize("address", "undefined")))

extern const char __executable_start, etext;

/* Counts a call. Returns whether it must fail. */
PLAIN static bool is_due(int call, const void *from) {
  struct zero_calls *c = zero_calls;
  if (c == NULL || !c->armed || (const char *)from < &__executable_start ||
      (const char *)from >= &etext) {
    return false;
  }
  unsigned number = ++c->counts[call];
  bool due = c->call == call && (number == c->at ||
                                 (c->kind == ZERO_FAULT_FROM &&
                                  number > c->at));
  if (due) c->fired++;
  return due;
}

#define DUE(name) is_due(AT_##name, __builtin_return_address(0))

/* A function and its result if it fails. */
#define REAL(name) ((__typeof__(&name))real[AT_##name])

PLAIN static int fail(void) {
  static const int errors[] = {EINTR, EIO, ENOSPC, EMFILE, ENOMEM};
  errno = errors[zero_calls->kind];
  return -1;
}

#define WRAP(result, name, params, args)  \
  PLAIN result name params {              \
    if (DUE(name)) return fail();         \
    return REAL(name) args;               \
  }

#define WRAP_MOVE(name, params, args)                                   \
  PLAIN ssize_t name params {                                           \
    if (DUE(name)) {                                                    \
      if (zero_calls->kind != ZERO_FAULT_SHORT) return fail();          \
      if (size > 1) size = 1;                                           \
    }                                                                   \
    return REAL(name) args;                                             \
  }

WRAP_MOVE(read, (int file, void *bytes, size_t size), (file, bytes, size))
WRAP_MOVE(pread, (int file, void *bytes, size_t size, off_t at),
          (file, bytes, size, at))
WRAP_MOVE(write, (int file, const void *bytes, size_t size),
          (file, bytes, size))
WRAP_MOVE(send, (int file, const void *bytes, size_t size, int flags),
          (file, bytes, size, flags))
WRAP_MOVE(recv, (int file, void *bytes, size_t size, int flags),
          (file, bytes, size, flags))
WRAP(ssize_t, sendto,
     (int file, const void *bytes, size_t size, int flags,
      const struct sockaddr *to, socklen_t length),
     (file, bytes, size, flags, to, length))
WRAP(ssize_t, recvfrom,
     (int file, void *restrict bytes, size_t size, int flags,
      struct sockaddr *restrict from, socklen_t *restrict length),
     (file, bytes, size, flags, from, length))
WRAP(int, stat, (const char *restrict path, struct stat *restrict facts),
     (path, facts))
WRAP(int, lstat, (const char *restrict path, struct stat *restrict facts),
     (path, facts))
WRAP(int, fstat, (int file, struct stat *facts), (file, facts))
WRAP(int, fstatat,
     (int at, const char *restrict path, struct stat *restrict facts,
      int flags),
     (at, path, facts, flags))
WRAP(int, fsync, (int file), (file))
WRAP(int, ftruncate, (int file, off_t size), (file, size))
WRAP(off_t, lseek, (int file, off_t to, int whence), (file, to, whence))
WRAP(int, fchmod, (int file, mode_t mode), (file, mode))
WRAP(int, unlinkat, (int at, const char *path, int flags),
     (at, path, flags))
WRAP(int, renameat,
     (int at, const char *path, int to, const char *name),
     (at, path, to, name))
WRAP(int, unlink, (const char *path), (path))
WRAP(int, rename, (const char *path, const char *name), (path, name))
WRAP(int, linkat,
     (int at, const char *path, int to, const char *name, int flags),
     (at, path, to, name, flags))
WRAP(int, mkdirat, (int at, const char *path, mode_t mode),
     (at, path, mode))
WRAP(ssize_t, readlinkat,
     (int at, const char *restrict path, char *restrict text, size_t room),
     (at, path, text, room))
WRAP(int, socket, (int domain, int type, int protocol),
     (domain, type, protocol))
WRAP(int, bind, (int file, const struct sockaddr *to, socklen_t length),
     (file, to, length))
WRAP(int, listen, (int file, int room), (file, room))
WRAP(int, accept4,
     (int file, struct sockaddr *restrict from, socklen_t *restrict length,
      int flags),
     (file, from, length, flags))
WRAP(int, getsockopt,
     (int file, int level, int name, void *restrict value,
      socklen_t *restrict length),
     (file, level, name, value, length))
WRAP(int, setsockopt,
     (int file, int level, int name, const void *value, socklen_t length),
     (file, level, name, value, length))
WRAP(int, getsockname,
     (int file, struct sockaddr *restrict name, socklen_t *restrict length),
     (file, name, length))
WRAP(int, getpeername,
     (int file, struct sockaddr *restrict name, socklen_t *restrict length),
     (file, name, length))
WRAP(int, shutdown, (int file, int way), (file, way))
WRAP(int, poll, (struct pollfd *items, nfds_t count, int time),
     (items, count, time))
WRAP(int, ppoll,
     (struct pollfd *items, nfds_t count, const struct timespec *time,
      const sigset_t *mask),
     (items, count, time, mask))
WRAP(int, pipe2, (int ends[2], int flags), (ends, flags))
WRAP(int, dup2, (int file, int to), (file, to))
WRAP(int, chdir, (const char *path), (path))
WRAP(int, execve,
     (const char *path, char *const argv[], char *const environment[]),
     (path, argv, environment))
WRAP(int, waitid, (idtype_t type, id_t id, siginfo_t *info, int flags),
     (type, id, info, flags))
WRAP(ssize_t, getrandom, (void *bytes, size_t size, unsigned flags),
     (bytes, size, flags))
WRAP(int, memfd_create, (const char *name, unsigned flags), (name, flags))

/* The connection is under way nevertheless, and a descriptor closed. */
PLAIN int connect(int file, const struct sockaddr *to, socklen_t length) {
  bool due = DUE(connect);
  if (due && zero_calls->kind != ZERO_FAULT_EINTR) return fail();
  int answer = REAL(connect)(file, to, length);
  return due ? fail() : answer;
}

PLAIN int close(int file) {
  bool due = DUE(close);
  int answer = REAL(close)(file);
  return due ? fail() : answer;
}

PLAIN char *realpath(const char *restrict path, char *restrict whole) {
  if (!DUE(realpath)) return REAL(realpath)(path, whole);
  fail();
  return NULL;
}

PLAIN void *mmap(void *where, size_t size, int access, int flags, int file,
                 off_t from) {
  if (!DUE(mmap)) return REAL(mmap)(where, size, access, flags, file, from);
  fail();
  return MAP_FAILED;
}

/* --- with arguments that may be there or not ----------------------------- */

PLAIN int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = va_arg(more, mode_t);
  va_end(more);
  return DUE(open) ? fail() : REAL(open)(path, flags, mode);
}

PLAIN int openat(int at, const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = va_arg(more, mode_t);
  va_end(more);
  return DUE(openat) ? fail() : REAL(openat)(at, path, flags, mode);
}

PLAIN int fcntl(int file, int command, ...) {
  va_list more;
  va_start(more, command);
  void *argument = va_arg(more, void *);
  va_end(more);
  return DUE(fcntl) ? fail() : REAL(fcntl)(file, command, argument);
}

/* Those that set signals up and read directories always go well. */
PLAIN long syscall(long number, ...) {
  long a[6];
  va_list more;
  va_start(more, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(more, long);
  va_end(more);
  bool counts = number == SYS_openat2 || number == SYS_memfd_create;
  if (counts && DUE(syscall)) return fail();
  return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* --- memory -------------------------------------------------------------- */

void *GC_generic_malloc(size_t size, int kind) {
  return DUE(GC_generic_malloc) ? NULL : REAL(GC_generic_malloc)(size, kind);
}

void GC_generic_malloc_many(size_t size, int kind, void **list) {
  if (DUE(GC_generic_malloc_many)) {
    *list = NULL;
  } else {
    REAL(GC_generic_malloc_many)(size, kind, list);
  }
}

#undef GC_malloc_uncollectable
void *GC_malloc_uncollectable(size_t size) {
  return DUE(GC_malloc_uncollectable) ? NULL
                                      : REAL(GC_malloc_uncollectable)(size);
}

void *GC_malloc_atomic(size_t size) {
  return DUE(GC_malloc_atomic) ? NULL : REAL(GC_malloc_atomic)(size);
}

void *GC_realloc(void *old, size_t size) {
  return DUE(GC_realloc) ? NULL : REAL(GC_realloc)(old, size);
}
