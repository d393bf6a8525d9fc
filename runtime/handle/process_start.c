/* process_start.c - processes as handles: process-start, -wait, -signal.
 *
 * A process is the leader of a group of its own, which ends with its handle:
 * handle-close, a raise before it was published, the end of the VM kill what
 * is left of the group, and wait for the program alone. */
#include "handle/process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/wait.h"
#include "layout/brief.h"
#include "value/bytes.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/text.h"
#include "vm/builtins.h"
#include "vm/host.h"

enum { BLOCK = 1 << 20 }; /* bytes of input written at once */

static struct zero_process *process_of(struct zero_handle *h) {
  return (struct zero_process *)(void *)h;
}

static int close_process(struct zero_handle *h) {
  return zero__child_end(&process_of(h)->child);
}

static const char *process_state(struct zero_handle *h) {
  enum zero_fate fate = zero__child_look(&process_of(h)->child);
  return fate == ZERO_CHILD_RUNS       ? "running"
         : fate == ZERO_CHILD_SIGNALED ? "signaled"
                                       : "exited";
}

static zero_value process_number(zero_vm *vm, struct zero_handle *h) {
  return zero__i64(&vm->heap, process_of(h)->child.pid);
}

static bool has_ended(struct zero_handle *h) {
  return zero__child_look(&process_of(h)->child) != ZERO_CHILD_RUNS;
}

static const struct zero_handle_kind process_kind = {
    .name = "process",
    .family = ZERO_FAMILY_PROCESS_HANDLE,
    .capability = ZERO_CAPABILITY_PROCESS,
    .close = close_process,
    .state = process_state,
    .label = process_number,
    .events = POLLIN,
    .ready = has_ended,
};

/* The program's ends of pipes. */
static const struct zero_handle_kind output_kind = {
    .name = "pipe to read from",
    .family = ZERO_FAMILY_HANDLE,
    .capability = ZERO_CAPABILITY_PROCESS,
    .close = zero__handle_close_file,
    .read = zero__heap_read,
};

static const struct zero_handle_kind input_kind = {
    .name = "pipe to write to",
    .family = ZERO_FAMILY_HANDLE,
    .capability = ZERO_CAPABILITY_PROCESS,
    .close = zero__handle_close_file,
    .write = zero__write_quietly,
};

/* --- streams of a child -------------------------------------------------- */

/* Descriptors are 3 or more and inherited by nobody, as zero__spawn wants
 * them; -1 and errno where there is none. */

/* Closes and leaves errno as it is. Returns -1. */
static int give_up(int file) {
  int error = errno;
  close(file);
  errno = error;
  return -1;
}

/* A pipe: the child's end, which it reads or writes, and the other, which
 * does not block, in *ours. */
static int open_pipe(bool child_reads, int *ours) {
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

/* What `file` has open, for the child to read or write. A pipe is opened
 * anew: a child expects its streams to block, and ours do not. */
static int share(int file, bool child_reads) {
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

/* A file in memory that nobody else has, to be read from its start. Nothing
 * may raise here: the errno is EINTR where the call must stop. */
static int open_input(zero_vm *vm, const char *bytes, size_t size) {
  if (!is_allowed(size)) {
    errno = EFBIG;
    return -1;
  }
  int file = zero__spawn_lift(memfd_create("input", MFD_CLOEXEC));
  if (file < 0) return -1;
  while (size > 0) {
    ssize_t put = write(file, bytes, size < BLOCK ? size : BLOCK);
    if (put < 0 && errno != EINTR) return give_up(file);
    bytes += put > 0 ? put : 0;
    size -= put > 0 ? (size_t)put : 0;
    errno = EINTR;
    if (!zero__again(vm)) return give_up(file);
  }
  return lseek(file, 0, SEEK_SET) == 0 ? file : give_up(file);
}

/* Opens what stream `i` of the child is to be; -1 where it is nothing. */
static int open_stream(zero_vm *vm, const struct zero_process_plan *plan,
                       int i, const struct zero_launch *launch,
                       const int files[3]) {
  const struct zero_stream *stream = &plan->streams[i];
  bool reads = i == STDIN_FILENO;
  size_t size;
  const char *data;
  switch (stream->way) {
    case ZERO_STREAM_INPUT:
      data = zero__want_data(vm, &plan->input, 0, &size);
      return open_input(vm, data, size);
    case ZERO_STREAM_PIPE:
    case ZERO_STREAM_KEPT:
      return open_pipe(reads, &launch->ends[i]->file);
    case ZERO_STREAM_HANDLE:
      return share(stream->handle->file, reads);
    case ZERO_STREAM_STDOUT:
      return files[STDOUT_FILENO] < 0
                 ? -1
                 : fcntl(files[STDOUT_FILENO], F_DUPFD_CLOEXEC,
                         STDERR_FILENO + 1);
    default:
      return -1;
  }
}

/* Returns 0, or errno and which stream cannot be had in *failed. */
static int open_streams(zero_vm *vm, const struct zero_process_plan *plan,
                        const struct zero_launch *launch, int files[3],
                        int *failed) {
  for (int i = 0; i < 3; i++) files[i] = -1;
  for (int i = 0; i < 3; i++) {
    errno = 0;
    files[i] = open_stream(vm, plan, i, launch, files);
    if (files[i] < 0 && errno != 0) {
      *failed = i;
      return errno;
    }
  }
  return 0;
}

/* --- starting ------------------------------------------------------------ */

/* Whether the kernel would take every child of the host away by itself. */
static bool are_children_ignored(void) {
  struct sigaction action;
  if (sigaction(SIGCHLD, NULL, &action) != 0) return false;
  return (action.sa_flags & SA_NOCLDWAIT) != 0 ||
         ((action.sa_flags & SA_SIGINFO) == 0 &&
          action.sa_handler == SIG_IGN);
}

static void reserve(zero_vm *vm, const struct zero_process_plan *plan,
                    struct zero_launch *launch) {
  struct zero_process *process =
      process_of(zero__handle_reserve(vm, &process_kind, sizeof *process));
  process->child.pidfd = -1;
  *launch = (struct zero_launch){.process = process};
  for (int i = 0; i < 3; i++) {
    enum zero_stream_way way = plan->streams[i].way;
    if (way != ZERO_STREAM_PIPE && way != ZERO_STREAM_KEPT) continue;
    launch->ends[i] =
        zero__handle_reserve(vm, i == STDIN_FILENO ? &input_kind
                                                   : &output_kind,
                             sizeof(struct zero_handle));
  }
}

/* The HostErr of what `spawn` could not do. */
static zero_value spawn_error(zero_vm *vm, int error,
                              const struct zero_process_plan *plan,
                              const struct zero_spawn *spawn) {
  const char *what = "";
  zero_value named = plan->program;
  if (spawn->step == ZERO_SPAWN_DIRECTORY) {
    what = "directory ";
    named = plan->directory;
  } else if (spawn->step == ZERO_SPAWN_STREAM) {
    what = "streams of ";
  }
  char brief[ZERO_BRIEF];
  zero__brief(&vm->heap, named, brief);
  return zero__host_error(vm, error, ZERO_CAPABILITY_PROCESS, "%s: %s%s",
                          zero__builtin_name(vm), what, brief);
}

/* Nothing raises from the first descriptor opened to the last closed. */
static zero_value begin(zero_vm *vm, const struct zero_process_plan *plan,
                        struct zero_launch *launch) {
  struct zero_spawn spawn = {
      .argv = plan->arguments,
      .environment = plan->environment,
      .programs = plan->programs,
      .directory = zero_is_none(plan->directory)
                       ? NULL
                       : zero__text_bytes(plan->directory),
  };
  int failed = -1;
  int error = open_streams(vm, plan, launch, spawn.files, &failed);
  if (error == 0) error = zero__spawn(&spawn);
  for (int i = 0; i < 3; i++) {
    if (spawn.files[i] >= 0) close(spawn.files[i]);
  }
  if (error == 0) {
    launch->process->child = zero__child(spawn.pid, spawn.pidfd);
    launch->process->handle.file = spawn.pidfd;
    return ZERO_NONE;
  }
  zero__process_abandon(vm, launch);
  if (failed < 0) return spawn_error(vm, error, plan, &spawn);
  return zero__host_error(vm, error, ZERO_CAPABILITY_PROCESS, "%s: %s",
                          zero__builtin_name(vm), zero__stream_names[failed]);
}

zero_value zero__process_launch(zero_vm *vm,
                                const struct zero_process_plan *plan,
                                struct zero_launch *launch) {
  if (are_children_ignored()) {
    return zero__host_refused(
        vm, ZERO_CODE_PROCESS_STATUS_LOST, ZERO_CAPABILITY_PROCESS,
        "%s: the host ignores SIGCHLD, and nobody could tell how a process "
        "ended",
        zero__builtin_name(vm));
  }
  if (!zero_is_none(plan->input)) {
    size_t size;
    zero__want_data(vm, &plan->input, 0, &size);
    zero__charge_bytes(vm, size);
  }
  reserve(vm, plan, launch);
  return begin(vm, plan, launch);
}

/* The process first: nobody writes to the pipes behind it. */
void zero__process_abandon(zero_vm *vm, struct zero_launch *launch) {
  zero__handle_end(vm, &launch->process->handle);
  for (int i = 0; i < 3; i++) {
    if (launch->ends[i] != NULL) zero__handle_end(vm, launch->ends[i]);
  }
}

/* All is published together, when nothing can raise any more. */
ZERO_BUILTIN(process_start) {
  struct zero_process_plan plan;
  struct zero_launch launch;
  zero__process_plan(vm, args, count, false, &plan);
  zero_value failure = zero__process_launch(vm, &plan, &launch);
  if (!zero_is_none(failure)) return failure;
  zero_value values[3];
  for (int i = 0; i < 3; i++) {
    values[i] = launch.ends[i] != NULL
                    ? zero__name_first(vm, launch.ends[i], ZERO_NONE)
                    : ZERO_UNIT;
  }
  zero_value stdio = zero__list(&vm->heap, values, 3);
  zero_value process =
      zero__handle_publish_ok(vm, &launch.process->handle, stdio);
  for (int i = 0; i < 3; i++) {
    if (launch.ends[i] != NULL) zero__handle_published(vm, launch.ends[i]);
  }
  return process;
}

/* --- waiting ------------------------------------------------------------- */

static zero_value put(zero_vm *vm, zero_value map, const char *name,
                      zero_value value) {
  return zero__map_put(&vm->heap, map, zero__text_of(&vm->heap, name), value);
}

zero_value zero__process_status(zero_vm *vm,
                                const struct zero_process *process,
                                zero_value *status) {
  const struct zero_child *child = &process->child;
  zero_value map = zero__map_empty(&vm->heap);
  if (child->fate == ZERO_CHILD_LOST) {
    return zero__host_refused(
        vm, ZERO_CODE_PROCESS_STATUS_LOST, ZERO_CAPABILITY_PROCESS,
        "%s: the process has ended, and the host took away how",
        zero__builtin_name(vm));
  }
  bool exited = child->fate == ZERO_CHILD_EXITED;
  map = put(vm, map, "status",
            zero__text_of(&vm->heap, exited ? "exited" : "signaled"));
  if (exited) {
    *status = put(vm, map, "code", zero__i64(&vm->heap, child->number));
    return ZERO_NONE;
  }
  char name[ZERO_SIGNAL_NAME];
  zero__signal_name(child->number, name);
  *status = put(vm, map, "signal", zero__text_of(&vm->heap, name));
  return ZERO_NONE;
}

static struct zero_process *want_process(zero_vm *vm, zero_value *args) {
  return process_of(zero__handle_use(vm, args[0], &process_kind));
}

ZERO_BUILTIN(process_wait) {
  struct zero_process *process = want_process(vm, args);
  int64_t timeout = zero__want_timeout(vm, args, 1);
  uint64_t end = zero__wait_end(timeout);
  while (zero__child_look(&process->child) == ZERO_CHILD_RUNS) {
    int64_t left = zero__wait_left(end);
    if (left == 0) {
      return zero__host_refused(vm, ZERO_CODE_HOST_TIMED_OUT,
                                ZERO_CAPABILITY_PROCESS,
                                "process-wait: after %" PRId64
                                " milliseconds the process still runs",
                                timeout);
    }
    if (process->child.pidfd < 0) left = zero__wait_nap(left);
    if (zero__wait_for(vm, process->child.pidfd, POLLIN, left) < 0) {
      return zero__host_error(vm, errno, ZERO_CAPABILITY_PROCESS,
                              "process-wait");
    }
  }
  zero_value status;
  zero_value failure = zero__process_status(vm, process, &status);
  return zero_is_none(failure) ? zero__host_ok(vm, status) : failure;
}

/* --- signals ------------------------------------------------------------- */

ZERO_BUILTIN(process_signal) {
  struct zero_process *process = want_process(vm, args);
  zero_value name = zero__want_text(vm, args, 1);
  int number = zero__signal_number(zero__text_bytes(name));
  if (number == 0) {
    char brief[ZERO_BRIEF];
    zero__brief(&vm->heap, name, brief);
    zero__raise(&vm->heap, ZERO_CODE_SIGNAL_UNKNOWN,
                "process-signal: no signal is named %s", brief);
  }
  int error = zero__child_signal(&process->child, number);
  if (error == 0) return zero__host_ok(vm, ZERO_UNIT);
  return zero__host_error(vm, error, ZERO_CAPABILITY_PROCESS,
                          "process-signal: %s", zero__text_bytes(name));
}
