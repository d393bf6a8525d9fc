/* process_run.c - process-run: a program from its start to its end.
 *
 * Both pipes are read as they fill, so the program never waits for us, and
 * what it is to read lies in memory whole, so we never wait for it. The run is
 * over when the program has ended and both pipes are at their end: whoever has
 * inherited one, a grandchild say, keeps it going. The handles are never
 * published: a raise in between, of a deadline say, takes back all of it. */
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "handle/process.h"
#include "handle/wait.h"
#include "layout/brief.h"
#include "value/bytes.h"
#include "value/map.h"
#include "value/text.h"
#include "vm/builtins.h"
#include "vm/host.h"

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

/* Reads what is there, and keeps it or throws it away. Returns 0 or errno:
 * EMSGSIZE where it is more than may be kept. */
static int take(struct run *run, int i, bool keeps) {
  struct kept *kept = &run->kept[i];
  char waste[FIRST_ROOM];
  if (keeps && kept->size == kept->room) make_room(run, kept);
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
  return kept->size > run->plan->limit ? EMSGSIZE : 0;
}

/* --- following ----------------------------------------------------------- */

static bool is_running(struct run *run) {
  struct zero_child *child = &run->launch.process->child;
  if (zero__child_look(child) == ZERO_CHILD_RUNS) return true;
  run->waited[PROCESS].fd = -1;
  return false;
}

/* Waits for something to happen, `left` milliseconds at most, and takes what
 * came. Whether the process runs was looked at once, by the caller: one that
 * ended since then wakes the wait, and a second look would leave nothing to
 * wait for. Returns 0 or errno. */
static int step(struct run *run, bool runs, int64_t left, bool keeps) {
  bool blind = runs && run->launch.process->child.pidfd < 0;
  if (blind) left = zero__wait_nap(left);
  if (zero__wait(run->vm, run->waited, 3, left) < 0) return errno;
  int error = 0;
  for (int i = 1; i < 3 && error == 0; i++) {
    const struct pollfd *at = &run->waited[i];
    if (at->fd >= 0 && at->revents != 0) error = take(run, i, keeps);
  }
  return error;
}

/* Returns 0 where the run is over, or errno: ETIMEDOUT where the time is. */
static int follow(struct run *run) {
  uint64_t end = zero__wait_end(run->plan->timeout);
  for (;;) {
    bool runs = is_running(run);
    if (!runs && run->waited[1].fd < 0 && run->waited[2].fd < 0) return 0;
    int64_t left = zero__wait_left(end);
    if (left == 0) return ETIMEDOUT;
    int error = step(run, runs, left, true);
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
    if (step(run, true, left, false) != 0) return;
  }
}

/* --- the answer ---------------------------------------------------------- */

static zero_value run_error(struct run *run, int error) {
  zero_vm *vm = run->vm;
  const uint32_t running = ZERO_CAPABILITY_PROCESS;
  char program[ZERO_BRIEF];
  zero__brief(&vm->heap, run->plan->program, program);
  if (error == EMSGSIZE) {
    return zero__host_refused(vm, ZERO_CODE_PROCESS_OUTPUT_LIMIT, running,
                              "process-run: %s was ended: it wrote more than "
                              "%" PRIu64 " bytes to a stream",
                              program, run->plan->limit);
  }
  if (error == ETIMEDOUT) {
    return zero__host_refused(vm, ZERO_CODE_HOST_TIMED_OUT, running,
                              "process-run: %s was ended: it ran longer than "
                              "%" PRId64 " milliseconds",
                              program, run->plan->timeout);
  }
  return zero__host_error(vm, error, running, "process-run: %s", program);
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
    zero_value name = zero__text_of(&vm->heap, zero__stream_names[i]);
    map = zero__map_put(
        &vm->heap, map, name,
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
