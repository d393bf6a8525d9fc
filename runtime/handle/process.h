/* process.h - processes as handles, and what they are started with; for the
 * handle room. */
#ifndef ZERO_HANDLE_PROCESS_H
#define ZERO_HANDLE_PROCESS_H

#include "handle/handle.h"
#include "handle/process_child.h"

/* --- plans --------------------------------------------------------------- */

/* Where a stream of the child leads. */
enum zero_stream_way {
  ZERO_STREAM_NONE,   /* /dev/null */
  ZERO_STREAM_INPUT,  /* from what `input` holds */
  ZERO_STREAM_PIPE,   /* to a Handle that the program gets */
  ZERO_STREAM_KEPT,   /* to what process-run returns */
  ZERO_STREAM_HANDLE, /* where a Handle leads that the program has */
  ZERO_STREAM_STDOUT, /* where stdout leads */
};

struct zero_stream {
  enum zero_stream_way way;
  struct zero_handle *handle;
};

struct zero_process_plan {
  zero_value program;  /* the first argument, for sentences */
  char **arguments;    /* each array ends with NULL */
  char **environment;
  char **programs;     /* paths to try */
  zero_value directory; /* Text, or ZERO_NONE */
  zero_value input;     /* Text, Bytes, or ZERO_NONE */
  struct zero_stream streams[3];
  uint64_t limit;      /* bytes that process-run keeps of each stream */
  int64_t timeout;     /* milliseconds, -1 none */
  int64_t grace;       /* from SIGTERM to SIGKILL */
};

/* The plan of arguments 0 and 1, of which the second may be missing. `runs`
 * tells process-run, which waits, from process-start, which does not: they
 * take different options. Charges for it. Raises PROCESS_OPTION what is
 * wrong in the options, TYPE_MISMATCH in the arguments, and what
 * zero__handle_use raises. */
void zero__process_plan(zero_vm *vm, zero_value *args, unsigned count,
                        bool runs, struct zero_process_plan *plan);

/* The names of the streams: "stdin". */
extern const char *const zero__stream_names[3];

/* --- processes ----------------------------------------------------------- */

struct zero_process {
  struct zero_handle handle; /* its file is the child's pidfd */
  struct zero_child child;
};

/* What was started and is not published yet: the process, and the program's
 * ends of the pipes to its streams, NULL where there is none. */
struct zero_launch {
  struct zero_process *process;
  struct zero_handle *ends[3];
};

/* Starts what `plan` says. Returns ZERO_NONE, or a HostErr; then nothing is
 * left of it. Raises what reserving handles raises. */
zero_value zero__process_launch(zero_vm *vm,
                                const struct zero_process_plan *plan,
                                struct zero_launch *launch);

/* Ends the process with all of its group, and closes the pipes. */
void zero__process_abandon(zero_vm *vm, struct zero_launch *launch);

/* How the process ended, as a Map, in *status. Returns ZERO_NONE, or a
 * HostErr where nobody knows. It has ended. */
zero_value zero__process_status(zero_vm *vm,
                                const struct zero_process *process,
                                zero_value *status);

#endif
