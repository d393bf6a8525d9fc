/* process.c - processes as handles: process-start, -wait, -signal.
 *
 * A process is the leader of a group of its own, which ends with its handle:
 * handle-close, a raise before it was published, the end of the VM kill what
 * is left of the group, and wait for the program alone. */
#include "handle/process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "handle/signal_name.h"
#include "handle/spawn.h"
#include "handle/stream.h"
#include "handle/wait.h"
#include "layout/brief.h"
#include "value/bytes.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/text.h"
#include "vm/builtins.h"

static struct zero_process *process_of(struct zero_handle *h) {
  return (struct zero_process *)(void *)h;
}

static int close_process(struct zero_handle *h) {
  return zero__child_end(&process_of(h)->child);
}

static const char *process_state(struct zero_handle *h) {
  switch (zero__child_look(&process_of(h)->child)) {
    case ZERO_CHILD_RUNS:
      return "running";
    case ZERO_CHILD_SIGNALED:
      return "signaled";
    default:
      return "exited";
  }
}

static zero_value process_number(zero_vm *vm, struct zero_handle *h) {
  return zero__i64(&vm->heap, process_of(h)->child.pid);
}

static int process_descriptor(struct zero_handle *h, short *events) {
  *events = POLLIN;
  return process_of(h)->child.pidfd;
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
    .descriptor = process_descriptor,
    .ready = has_ended,
};

/* The program's ends of pipes. */
static const struct zero_handle_kind output_kind = {
    .name = "pipe to read from",
    .family = ZERO_FAMILY_HANDLE,
    .capability = ZERO_CAPABILITY_PROCESS,
    .close = zero__handle_close_file,
    .read = zero__handle_read_file,
};

static const struct zero_handle_kind input_kind = {
    .name = "pipe to write to",
    .family = ZERO_FAMILY_HANDLE,
    .capability = ZERO_CAPABILITY_PROCESS,
    .close = zero__handle_close_file,
    .write = zero__handle_write_file,
};

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

static int open_input(zero_vm *vm, zero_value input) {
  if (zero__is_text(input)) {
    return zero__stream_of(vm, zero__text_bytes(input),
                           zero__text_size(input));
  }
  return zero__stream_of(vm, zero__bytes(input)->data,
                         zero__bytes(input)->size);
}

/* Opens what stream `i` of the child is to be; -1 where it is nothing. */
static int open_stream(zero_vm *vm, const struct zero_process_plan *plan,
                       int i, const struct zero_launch *launch,
                       const int files[3]) {
  const struct zero_stream *stream = &plan->streams[i];
  bool reads = i == STDIN_FILENO;
  switch (stream->way) {
    case ZERO_STREAM_INPUT:
      return open_input(vm, plan->input);
    case ZERO_STREAM_PIPE:
    case ZERO_STREAM_KEPT:
      return zero__stream_pipe(reads, &launch->ends[i]->file);
    case ZERO_STREAM_HANDLE:
      return zero__stream_share(stream->handle->file, reads);
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
    return ZERO_NONE;
  }
  zero__process_abandon(vm, launch);
  if (failed < 0) return spawn_error(vm, error, plan, &spawn);
  return zero__host_error(vm, error, ZERO_CAPABILITY_PROCESS, "%s: %s",
                          zero__builtin_name(vm), zero__stream_name(failed));
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
  if (zero__is_text(plan->input)) {
    zero__charge_bytes(vm, zero__text_size(plan->input));
  } else if (!zero_is_none(plan->input)) {
    zero__charge_bytes(vm, zero__bytes(plan->input)->size);
  }
  reserve(vm, plan, launch);
  return begin(vm, plan, launch);
}

/* The process first: nobody writes to the pipes behind it. */
void zero__process_abandon(zero_vm *vm, struct zero_launch *launch) {
  if (launch->process != NULL) zero__handle_end(vm, &launch->process->handle);
  launch->process = NULL;
  for (int i = 0; i < 3; i++) {
    if (launch->ends[i] != NULL) zero__handle_end(vm, launch->ends[i]);
    launch->ends[i] = NULL;
  }
}

/* --- publishing ---------------------------------------------------------- */

struct publishing {
  zero_vm *vm;
  struct zero_launch *launch;
  zero_value answer;
};

/* What publishing one cannot do closes that one. */
static zero_value publish_one(zero_vm *vm, struct zero_handle **slot,
                              zero_value extra) {
  struct zero_handle *h = *slot;
  *slot = NULL;
  zero_value v = zero__handle_publish(vm, h, extra);
  *slot = h;
  return v;
}

static void publish(void *context) {
  struct publishing *p = context;
  zero_value ends[3];
  for (int i = 0; i < 3; i++) {
    ends[i] = p->launch->ends[i] == NULL
                  ? ZERO_UNIT
                  : publish_one(p->vm, &p->launch->ends[i], ZERO_NONE);
  }
  zero_value stdio = zero__list(&p->vm->heap, ends, 3);
  struct zero_handle *h = &p->launch->process->handle;
  p->launch->process = NULL;
  p->answer = zero__handle_publish_ok(p->vm, h, stdio);
}

ZERO_BUILTIN(process_start) {
  struct zero_process_plan plan;
  struct zero_launch launch;
  zero__process_plan(vm, args, count, false, &plan);
  zero_value failure = zero__process_launch(vm, &plan, &launch);
  if (!zero_is_none(failure)) return failure;
  struct publishing p = {.vm = vm, .launch = &launch};
  if (zero__protect(&vm->heap, publish, &p) != 0) {
    zero__process_abandon(vm, &launch);
    zero__raise_again(&vm->heap);
  }
  return p.answer;
}

/* --- waiting ------------------------------------------------------------- */

zero_value zero__process_put(zero_vm *vm, zero_value map, const char *name,
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
  if (child->fate == ZERO_CHILD_EXITED) {
    map = zero__process_put(vm, map, "status",
                            zero__text_of(&vm->heap, "exited"));
    map = zero__process_put(vm, map, "code",
                            zero__i64(&vm->heap, child->number));
  } else {
    char name[ZERO_SIGNAL_NAME];
    zero__signal_name(child->number, name);
    map = zero__process_put(vm, map, "status",
                            zero__text_of(&vm->heap, "signaled"));
    map = zero__process_put(vm, map, "signal",
                            zero__text_of(&vm->heap, name));
  }
  *status = map;
  return ZERO_NONE;
}

int64_t zero__process_nap(const struct zero_process *process, int64_t left) {
  return process->child.pidfd >= 0 ? left : zero__wait_nap(left);
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
    left = zero__process_nap(process, left);
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
