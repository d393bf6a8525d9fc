/* process_plan.h - what a program is to be started with: the arguments of
 * process-start and process-run, checked whole before anything is begun. */
#ifndef ZERO_HANDLE_PROCESS_PLAN_H
#define ZERO_HANDLE_PROCESS_PLAN_H

#include "handle/handle.h"

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

enum {
  ZERO_PLAN_TIMEOUT, /* milliseconds, -1 none */
  ZERO_PLAN_GRACE,   /* from SIGTERM to SIGKILL */
  ZERO_PLAN_LIMIT,   /* bytes that process-run keeps of each stream */
  ZERO_PLAN_NUMBERS
};

struct zero_process_plan {
  zero_value program;  /* the first argument, for sentences */
  char **arguments;    /* each array ends with NULL */
  char **environment;
  char **programs;     /* paths to try */
  zero_value directory; /* Text, or ZERO_NONE */
  zero_value input;     /* Text, Bytes, or ZERO_NONE */
  struct zero_stream streams[3];
  int64_t numbers[ZERO_PLAN_NUMBERS];
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

#endif
