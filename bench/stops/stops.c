/* stops.c - how late a deadline is met: each call of tests/support/limits.c is
 * made once without a limit and once with a deadline of DEADLINE
 * milliseconds. Prints a table in Markdown. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "support/limits.h"

enum {
  N = 640 * 1024, /* texts of 20 MiB, lists of as many items */
  DEADLINE = 10,
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void swallow(void *context, const char *bytes, size_t size) {
  (void)context;
  (void)bytes;
  (void)size;
}

static zero_status timed(zero_vm *vm, zero_value function,
                         const zero_value *args, uint64_t deadline_ms,
                         double *taken) {
  zero_call_options options = {.deadline_ms = deadline_ms};
  zero_value result;
  double start = now();
  zero_status status = zero_call_with(vm, &result, function, args,
                                      ZERO_LIMIT_INPUTS, &options);
  *taken = now() - start;
  return status;
}

int main(void) {
  zero_vm *vm;
  zero_value args[ZERO_LIMIT_INPUTS];
  zero_options options = zero_options_default();
  options.capabilities = "io time random";
  options.output = swallow;
  if (zero_open(&vm, &options, NULL, 0) != ZERO_OK) return EXIT_FAILURE;
  zero_limit_inputs(vm, N, args);
  printf("| call | without a deadline, ms | with one of %d ms |\n"
         "|---|---|---|\n", DEADLINE);
  for (unsigned i = 0; i < zero_limit_row_count; i++) {
    const struct zero_limit_row *row = &zero_limit_rows[i];
    if (row->call == NULL) continue;
    zero_value function = zero_limit_call(vm, row);
    double whole, stopped;
    if (timed(vm, function, args, 0, &whole) != ZERO_OK) return EXIT_FAILURE;
    if (whole < DEADLINE) continue;
    (void)timed(vm, function, args, DEADLINE, &stopped);
    printf("| `%s` | %.0f | %.1f |\n", row->call, whole, stopped);
  }
  zero_close(vm);
  return EXIT_SUCCESS;
}
