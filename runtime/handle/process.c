/* process.c - processes: process-start, -wait, -signal, and process-run.
 *
 * A process is the leader of a group of its own, which ends with its handle:
 * handle-close, a raise before it was published, and the end of the VM kill the
 * rest of the group, and wait for the program alone. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/process.h"
#include "handle/wait.h"
#include "layout/layout.h"
#include "value/bytes.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  BLOCK = 1 << 20,      /* bytes of input written at once */
  FIRST_ROOM = 1 << 14, /* for the output of a program */
};

static const char *const stream_names[3] = {"stdin", "stdout", "stderr"};

struct process {
  struct zero_handle handle; /* its file is the child's pidfd */
  struct zero_child child;
};

static struct process *process_of(struct zero_handle *h) {
  return (struct process *)(void *)h;
}

static int close_process(struct zero_handle *h) {
  return zero__child_end(&process_of(h)->child);
}

static const char *process_state(struct zero_handle *h) {
  switch (zero__child_look(&process_of(h)->child)) {
    case ZERO_CHILD_RUNS: return "running";
    case ZERO_CHILD_SIGNALED: return "signaled";
    default: return "exited";
  }
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

#define PIPE_KIND(NAME)                          \
  .name = NAME, .family = ZERO_FAMILY_HANDLE,    \
  .capability = ZERO_CAPABILITY_PROCESS, .close = zero__handle_close_file

/* The program's ends of pipes, by the streams of the child. */
static const struct zero_handle_kind pipe_kinds[3] = {
    [STDIN_FILENO] = {PIPE_KIND("pipe to write to"),
                      .write = zero__write_quietly},
    [STDOUT_FILENO] = {PIPE_KIND("pipe to read from"), .read = zero__heap_read},
    [STDERR_FILENO] = {PIPE_KIND("pipe to read from"), .read = zero__heap_read},
};

/* --- streams of a child -------------------------------------------------- */

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
  int theirs = ends[child_reads ? 0 : 1];
  *ours = ends[child_reads ? 1 : 0];
  return fcntl(*ours, F_SETFL, O_NONBLOCK) == 0 ? theirs : give_up(theirs);
}

/* The open file of `file`, for the child to read or write. A pipe is opened
 * anew: a child expects its streams to block, and ours do not. */
static int share(int file, bool child_reads) {
  struct stat facts;
  if (fstat(file, &facts) != 0) return -1;
  if (!S_ISFIFO(facts.st_mode)) return fcntl(file, F_DUPFD_CLOEXEC, 0);
  char path[sizeof "/proc/self/fd/" + 3 * sizeof file];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  int mode = child_reads ? O_RDONLY : O_WRONLY;
  int anew = open(path, mode | O_NONBLOCK | O_CLOEXEC);
  if (anew >= 0 && fcntl(anew, F_SETFL, 0) != 0) return give_up(anew);
  return anew;
}

/* A private file in memory, to be read from its start. Nothing may raise here:
 * the errno is EINTR if the call must stop. A write beyond the limit of a
 * file's size would be a signal. */
static int open_input(zero_vm *vm, const char *bytes, size_t size) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
      limit.rlim_cur != RLIM_INFINITY && size > limit.rlim_cur) {
    errno = EFBIG;
    return -1;
  }
  int file = memfd_create("input", MFD_CLOEXEC);
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

/* Opens stream `i` of the child, not inheritable; -1 if there is none, and
 * errno if it cannot be opened. */
static int open_stream(struct zero_plan *plan, int i) {
  const struct zero_stream *stream = &plan->streams[i];
  bool reads = i == STDIN_FILENO;
  switch (stream->way) {
    case ZERO_STREAM_INPUT:
      return open_input(plan->vm, plan->input, plan->input_size);
    case ZERO_STREAM_PIPE: return open_pipe(reads, &stream->end->file);
    case ZERO_STREAM_HANDLE: return share(stream->handle->file, reads);
    case ZERO_STREAM_STDOUT:
      if (plan->spawn.files[STDOUT_FILENO] < 0) return -1;
      return fcntl(plan->spawn.files[STDOUT_FILENO], F_DUPFD_CLOEXEC, 0);
    default: return -1;
  }
}

/* --- starting ------------------------------------------------------------ */

/* Ends the process with all of its group, and closes the pipes. The process
 * first: nothing writes to the pipes after it. */
static void abandon(const struct zero_plan *plan, struct process *process) {
  zero__handle_end(plan->vm, &process->handle);
  for (int i = 0; i < 3; i++) {
    struct zero_handle *end = plan->streams[i].end;
    if (end != NULL) zero__handle_end(plan->vm, end);
  }
}

/* The HostErr of a failed start: of a stream, or of `spawn`. */
static zero_value begin_error(const struct zero_plan *plan, int error,
                              int stream) {
  zero_vm *vm = plan->vm;
  enum zero_spawn_step step = plan->spawn.step;
  bool in_directory = step == ZERO_SPAWN_DIRECTORY;
  const char *what = stream < 3                  ? stream_names[stream]
                     : in_directory              ? "directory "
                     : step == ZERO_SPAWN_STREAM ? "streams of "
                                                 : "";
  char brief[ZERO_BRIEF] = "";
  if (stream == 3) {
    zero__brief(&vm->heap, in_directory ? plan->directory : plan->program,
                brief);
  }
  return zero__host_error(vm, error, ZERO_CAPABILITY_PROCESS, "%s: %s%s",
                          zero__builtin_name(vm), what, brief);
}

/* Nothing raises from the first descriptor opened to the last closed. */
static zero_value begin(struct zero_plan *plan, struct process *process) {
  struct zero_spawn *spawn = &plan->spawn;
  int error = 0, stream = 0;
  for (int i = 0; i < 3; i++) spawn->files[i] = -1;
  for (; stream < 3; stream++) {
    errno = 0;
    int file = zero__spawn_lift(open_stream(plan, stream));
    spawn->files[stream] = file;
    if (file < 0 && (error = errno) != 0) break;
  }
  if (error == 0) error = zero__spawn(spawn);
  for (int i = 0; i < 3; i++) {
    if (spawn->files[i] >= 0) close(spawn->files[i]);
  }
  if (error != 0) {
    abandon(plan, process);
    return begin_error(plan, error, stream);
  }
  process->child = spawn->child;
  process->handle.file = spawn->child.pidfd;
  return ZERO_NONE;
}

/* Starts `plan`, unless the kernel would reap every child of the host by
 * itself. Returns ZERO_NONE, or a HostErr; then nothing is left of it. Raises
 * what reserving handles raises. */
static zero_value launch(struct zero_plan *plan, struct process **process) {
  zero_vm *vm = plan->vm;
  struct sigaction action;
  if (sigaction(SIGCHLD, NULL, &action) == 0 &&
      ((action.sa_flags & SA_NOCLDWAIT) != 0 ||
       ((action.sa_flags & SA_SIGINFO) == 0 &&
        action.sa_handler == SIG_IGN))) {
    return zero__host_refused(
        vm, ZERO_CODE_PROCESS_STATUS_LOST, ZERO_CAPABILITY_PROCESS,
        "%s: the host ignores SIGCHLD, so nothing could tell how a process "
        "ended", zero__builtin_name(vm));
  }
  zero__charge_bytes(vm, plan->input_size);
  *process = zero__handle_reserve(vm, &process_kind, sizeof **process);
  (*process)->child.pidfd = -1;
  for (int i = 0; i < 3; i++) {
    if (plan->streams[i].way != ZERO_STREAM_PIPE) continue;
    plan->streams[i].end =
        zero__handle_reserve(vm, &pipe_kinds[i], sizeof(struct zero_handle));
  }
  return begin(plan, *process);
}

/* All is published together, when nothing can raise any more. */
ZERO_BUILTIN(process_start) {
  struct process *process;
  struct zero_plan plan = zero__process_plan(vm, args, count, false);
  zero_value failure = launch(&plan, &process);
  if (!zero_is_none(failure)) return failure;
  zero_value values[3];
  for (int i = 0; i < 3; i++) {
    struct zero_handle *end = plan.streams[i].end;
    values[i] = end != NULL ? zero__name_first(vm, end, ZERO_NONE) : ZERO_UNIT;
  }
  zero_value stdio = zero__list(&vm->heap, values, 3);
  zero_value made =
      zero__host_ok(vm, zero__name_first(vm, &process->handle, stdio));
  zero__handle_published(vm, &process->handle);
  for (int i = 0; i < 3; i++) {
    struct zero_handle *end = plan.streams[i].end;
    if (end != NULL) zero__handle_published(vm, end);
  }
  return made;
}

/* --- waiting and ending -------------------------------------------------- */

/* The output of a stream. What a program writes is read as it comes, so it
 * never waits for us; its whole input is in memory, so we never wait for it. */
struct kept {
  bool asked; /* the result contains it */
  char *bytes; /* leaf storage */
  uint64_t size;
  uint64_t room;
};

/* A process that is waited for. */
struct run {
  zero_vm *vm;
  struct zero_child *child;
  struct pollfd waited[4]; /* the process and streams 1 and 2; -1: ended; and
                              one that zero__wait needs */
  struct kept kept[3];
  uint64_t limit; /* bytes of each stream that may be kept */
};

static struct run run_of(zero_vm *vm, struct process *process) {
  return (struct run){.vm = vm, .child = &process->child,
                      .waited = {{process->child.pidfd, POLLIN, 0},
                                 {.fd = -1}, {.fd = -1}}};
}

/* Reads what there is, and keeps it or drops it. One byte more than the limit
 * shows that there is more. Returns 0 or errno: EMSGSIZE if the limit is
 * exceeded. */
static int take(struct run *run, int i, bool keeps) {
  struct kept *kept = &run->kept[i];
  char waste[FIRST_ROOM];
  if (keeps && kept->size == kept->room) {
    uint64_t room = kept->room == 0 ? FIRST_ROOM : 2 * kept->room;
    kept->room = room < run->limit + 1 ? room : run->limit + 1;
    char *bytes = zero__alloc(&run->vm->heap, ZERO_LEAF, kept->room);
    if (kept->size > 0) memcpy(bytes, kept->bytes, kept->size);
    kept->bytes = bytes;
  }
  ssize_t got =
      keeps ? zero__heap_read(run->waited[i].fd, kept->bytes + kept->size,
                              kept->room - kept->size)
            : read(run->waited[i].fd, waste, sizeof waste);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  int error = got < 0 && keeps ? errno : 0;
  if (got == 0 || (got < 0 && !keeps)) run->waited[i].fd = -1;
  if (got <= 0 || !keeps) return error;
  kept->size += (uint64_t)got;
  zero__charge_bytes(run->vm, (uint64_t)got);
  return kept->size > run->limit ? EMSGSIZE : 0;
}

/* Takes what comes until the process has ended and, if it `keeps`, both pipes
 * are at their end. Whether the process runs is checked once before each wait:
 * one that ends after that wakes the wait, and a second check would leave
 * nothing to wait for. Returns 0, or errno: ETIMEDOUT if the time is over. */
static int follow(struct run *run, uint64_t end, bool keeps) {
  struct pollfd *waited = run->waited;
  struct zero_child *child = run->child;
  int error = 0;
  while (error == 0) {
    bool runs = zero__child_look(child) == ZERO_CHILD_RUNS;
    bool reads = keeps && (waited[1].fd >= 0 || waited[2].fd >= 0);
    if (!runs) waited[0].fd = -1;
    if (!runs && !reads) return 0;
    if (zero__now() >= end) return ETIMEDOUT;
    bool blind = runs && child->pidfd < 0;
    uint64_t until = blind ? zero__wait_nap(end, ZERO_NAP) : end;
    if (zero__wait(run->vm, waited, 3, until) < 0) return errno;
    for (int i = 1; i < 3 && error == 0; i++) {
      if (waited[i].fd < 0 || waited[i].revents == 0) continue;
      error = take(run, i, keeps);
    }
  }
  return error;
}

/* How a process has ended, and its kept output: HostOk of a Map, or a HostErr
 * if its status is lost. */
static zero_value outcome(const struct run *run) {
  struct zero_heap *heap = &run->vm->heap;
  const struct zero_child *child = run->child;
  zero_value map = zero__map_empty(heap);
  if (child->fate == ZERO_CHILD_LOST) {
    return zero__host_refused(
        run->vm, ZERO_CODE_PROCESS_STATUS_LOST, ZERO_CAPABILITY_PROCESS,
        "%s: the process has ended, but the host took its exit status",
        zero__builtin_name(run->vm));
  }
  bool exited = child->fate == ZERO_CHILD_EXITED;
  map = zero__map_put_at(heap, map, "status",
                         zero__text_of(heap, exited ? "exited" : "signaled"));
  char name[ZERO_SIGNAL_NAME];
  zero__signal_name(child->number, name);
  map = zero__map_put_at(heap, map, exited ? "code" : "signal",
                         exited ? zero__small(child->number)
                                : zero__text_of(heap, name));
  for (int i = 1; i < 3; i++) {
    const struct kept *kept = &run->kept[i];
    if (!kept->asked) continue;
    const char *bytes = kept->size > 0 ? kept->bytes : "";
    map = zero__map_put_at(heap, map, stream_names[i],
                           zero__bytes_new(heap, bytes, kept->size));
  }
  return zero__host_ok(run->vm, map);
}

ZERO_BUILTIN(process_wait) {
  struct run run = run_of(vm, zero__handle_use(vm, args[0], &process_kind));
  int error = follow(&run, zero__want_end(vm, args, 1), false);
  if (error == 0) return outcome(&run);
  if (error != ETIMEDOUT) {
    return zero__host_error(vm, error, ZERO_CAPABILITY_PROCESS, "process-wait");
  }
  return zero__host_refused(
      vm, ZERO_CODE_HOST_TIMED_OUT, ZERO_CAPABILITY_PROCESS,
      "process-wait: the process still runs after %" PRId64 " milliseconds",
      zero__want_i64(vm, args, 1));
}

ZERO_BUILTIN(process_signal) {
  struct process *process = zero__handle_use(vm, args[0], &process_kind);
  zero_value name = zero__want_text(vm, args, 1);
  int number = zero__signal_number(zero__text_bytes(name));
  if (number == 0) {
    char brief[ZERO_BRIEF];
    zero__raise(&vm->heap, ZERO_CODE_SIGNAL_UNKNOWN,
                "process-signal: no signal is named %s",
                zero__brief(&vm->heap, name, brief));
  }
  int error = zero__child_signal(&process->child, number);
  if (error == 0) return zero__host_ok(vm, ZERO_UNIT);
  return zero__host_error(vm, error, ZERO_CAPABILITY_PROCESS,
                          "process-signal: %s", zero__text_bytes(name));
}

static zero_value run_error(const struct zero_plan *plan, int error) {
  zero_vm *vm = plan->vm;
  const uint32_t running = ZERO_CAPABILITY_PROCESS;
  char program[ZERO_BRIEF];
  zero__brief(&vm->heap, plan->program, program);
  bool late = error == ETIMEDOUT;
  if (!late && error != EMSGSIZE) {
    return zero__host_error(vm, error, running, "process-run: %s", program);
  }
  return zero__host_refused(
      vm, late ? ZERO_CODE_HOST_TIMED_OUT : ZERO_CODE_PROCESS_OUTPUT_LIMIT,
      running, "process-run: %s was killed: it %s than %" PRId64 " %s", program,
      late ? "ran longer" : "wrote more",
      plan->numbers[late ? ZERO_PLAN_TIMEOUT : ZERO_PLAN_LIMIT],
      late ? "milliseconds" : "bytes to a stream");
}

/* The run is over when the program has ended and both pipes are at their end:
 * any process that has inherited one, a grandchild for example, prolongs it. A
 * group that is asked to end has its grace; its output in that time is read, so
 * that it does not wait for that. The handles are never published: a raise in
 * between, of a deadline for example, takes back everything. */
ZERO_BUILTIN(process_run) {
  struct process *process;
  struct zero_plan plan = zero__process_plan(vm, args, count, true);
  zero_value failure = launch(&plan, &process);
  if (!zero_is_none(failure)) return failure;
  struct run run = run_of(vm, process);
  run.limit = (uint64_t)plan.numbers[ZERO_PLAN_LIMIT];
  for (int i = 1; i < 3; i++) {
    const struct zero_handle *end = plan.streams[i].end;
    if (end == NULL) continue;
    run.kept[i].asked = true;
    run.waited[i] = (struct pollfd){end->file, POLLIN, 0};
  }
  uint64_t end = zero__wait_end(plan.numbers[ZERO_PLAN_TIMEOUT]);
  int error = follow(&run, end, true);
  if (error == ETIMEDOUT) {
    zero__child_signal_group(&process->child, SIGTERM);
    zero__child_signal_group(&process->child, SIGCONT);
    follow(&run, zero__wait_end(plan.numbers[ZERO_PLAN_GRACE]), false);
  }
  abandon(&plan, process);
  return error != 0 ? run_error(&plan, error) : outcome(&run);
}
