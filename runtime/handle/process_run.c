/* process_run.c - process-run: a program from its start to its end.
 *
 * Both pipes are read as they fill, so the program never waits for us, and
 * what it is to read lies in memory whole, so we never wait for it. The run is
 * over when the program has ended and both pipes are at their end: whoever has
 * inherited one, a grandchild say, keeps it going. The handles are never
 * published: a raise in between, of a deadline say, takes back all of it. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>

#include "handle/process.h"
#include "handle/wait.h"
#include "layout/brief.h"
#include "value/bytes.h"
#include "vm/builtins.h"

enum {
  FIRST_ROOM = 1 << 14,
  PROCESS = 0, /* where its pidfd stands among what is waited for */
};

/* What came out of a stream. */
struct kept {
  char *bytes; /* leaf storage */
  uint64_t size;
  uint64_t room;
};

struct run {
  zero_vm *vm;
  const struct zero_process_plan *plan;
  struct zero_launch launch;
  struct pollfd waited[4]; /* the process and streams 1 and 2; -1: ended; and
                              one that zero__wait needs */
  struct kept kept[3];
};

/* --- reading ------------------------------------------------------------- */

/* One byte more than may be kept tells that there is more. */
static void make_room(struct run *run, struct kept *kept) {
  uint64_t most = run->plan->limit + 1;
  uint64_t room = kept->room == 0 ? FIRST_ROOM : 2 * kept->room;
  if (room > most) room = most;
  char *bytes = zero__alloc(&run->vm->heap, ZERO_LEAF, room);
  if (kept->size > 0) memcpy(bytes, kept->bytes, kept->size);
  kept->bytes = bytes;
  kept->room = room;
}

/* True where nothing was read, and something may be later. */
static bool is_early(void) {
  return errno == EAGAIN || errno == EINTR;
}

/* Reads what is there. Returns 0 or errno: EMSGSIZE where it is more than may
 * be kept. */
static int take(struct run *run, int i) {
  struct kept *kept = &run->kept[i];
  if (kept->size == kept->room) make_room(run, kept);
  ssize_t got = zero__handle_read_file(run->launch.ends[i],
                                       kept->bytes + kept->size,
                                       kept->room - kept->size);
  if (got < 0) return is_early() ? 0 : errno;
  if (got == 0) run->waited[i].fd = -1;
  kept->size += (uint64_t)got;
  zero__charge_bytes(run->vm, (uint64_t)got);
  return kept->size > run->plan->limit ? EMSGSIZE : 0;
}

/* Reads what nobody will see. */
static int throw_away(struct run *run, int i) {
  char bytes[FIRST_ROOM];
  ssize_t got = zero__handle_read_file(run->launch.ends[i], bytes,
                                       sizeof bytes);
  if (got == 0 || (got < 0 && !is_early())) run->waited[i].fd = -1;
  return 0;
}

/* --- following ----------------------------------------------------------- */

static bool is_running(struct run *run) {
  struct zero_child *child = &run->launch.process->child;
  if (zero__child_look(child) == ZERO_CHILD_RUNS) return true;
  run->waited[PROCESS].fd = -1;
  return false;
}

static bool is_open(const struct run *run, int i) {
  return run->launch.ends[i] != NULL && run->waited[i].fd >= 0;
}

/* Waits for something to happen, `left` milliseconds at most, and reads what
 * came by `read`. Whether the process runs was looked at once, by the caller:
 * one that ended since then wakes the wait, and a second look would leave
 * nothing to wait for. Returns 0 or errno. */
static int step(struct run *run, bool runs, int64_t left,
                int (*read)(struct run *run, int i)) {
  if (runs) left = zero__process_nap(run->launch.process, left);
  if (zero__wait(run->vm, run->waited, 3, left) < 0) return errno;
  int error = 0;
  for (int i = 1; i < 3 && error == 0; i++) {
    if (is_open(run, i) && run->waited[i].revents != 0) error = read(run, i);
  }
  return error;
}

/* Returns 0 where the run is over, or errno: ETIMEDOUT where the time is. */
static int follow(struct run *run) {
  uint64_t end = zero__wait_end(run->plan->timeout);
  for (;;) {
    bool runs = is_running(run);
    if (!runs && !is_open(run, 1) && !is_open(run, 2)) return 0;
    int64_t left = zero__wait_left(end);
    if (left == 0) return ETIMEDOUT;
    int error = step(run, runs, left, take);
    if (error != 0) return error;
  }
}

/* Asks the group to end, and gives the program its grace. What it writes
 * meanwhile is read, so that it does not wait for that. */
static void ask_to_end(struct run *run) {
  struct zero_child *child = &run->launch.process->child;
  zero__child_signal_group(child, SIGTERM);
  zero__child_signal_group(child, SIGCONT);
  uint64_t end = zero__wait_end(run->plan->grace);
  int64_t left;
  while (is_running(run) && (left = zero__wait_left(end)) > 0) {
    if (step(run, true, left, throw_away) != 0) return;
  }
}

/* --- the answer ---------------------------------------------------------- */

static zero_value run_error(struct run *run, int error) {
  zero_vm *vm = run->vm;
  char program[ZERO_BRIEF];
  zero__brief(&vm->heap, run->plan->program, program);
  if (error == EMSGSIZE) {
    return zero__host_refused(
        vm, ZERO_CODE_PROCESS_OUTPUT_LIMIT, ZERO_CAPABILITY_PROCESS,
        "process-run: %s was ended: it wrote more than %" PRIu64
        " bytes to a stream",
        program, run->plan->limit);
  }
  if (error == ETIMEDOUT) {
    return zero__host_refused(
        vm, ZERO_CODE_HOST_TIMED_OUT, ZERO_CAPABILITY_PROCESS,
        "process-run: %s was ended: it ran longer than %" PRId64
        " milliseconds",
        program, run->plan->timeout);
  }
  return zero__host_error(vm, error, ZERO_CAPABILITY_PROCESS,
                          "process-run: %s", program);
}

static zero_value answer(struct run *run,
                         const struct zero_process *process) {
  zero_vm *vm = run->vm;
  zero_value map;
  zero_value failure = zero__process_status(vm, process, &map);
  if (!zero_is_none(failure)) return failure;
  for (int i = 1; i < 3; i++) {
    if (run->plan->streams[i].way != ZERO_STREAM_KEPT) continue;
    const char *bytes = run->kept[i].size > 0 ? run->kept[i].bytes : "";
    map = zero__process_put(
        vm, map, zero__stream_name(i),
        zero__bytes_new(&vm->heap, bytes, run->kept[i].size));
  }
  return zero__host_ok(vm, map);
}

ZERO_BUILTIN(process_run) {
  struct zero_process_plan plan;
  struct run run = {.vm = vm, .plan = &plan};
  zero__process_plan(vm, args, count, true, &plan);
  zero_value failure = zero__process_launch(vm, &plan, &run.launch);
  if (!zero_is_none(failure)) return failure;
  struct zero_process *process = run.launch.process;
  run.waited[PROCESS] = (struct pollfd){process->child.pidfd, POLLIN, 0};
  for (int i = 1; i < 3; i++) {
    const struct zero_handle *end = run.launch.ends[i];
    run.waited[i] =
        (struct pollfd){end != NULL ? end->file : -1, POLLIN, 0};
  }
  int error = follow(&run);
  if (error == ETIMEDOUT) ask_to_end(&run);
  zero__process_abandon(vm, &run.launch);
  return error != 0 ? run_error(&run, error) : answer(&run, process);
}
