/* limits.h - calls of each builtin with arguments that are as large as they
 * can well be, for the test that nothing keeps a limit waiting, and for the
 * table of how late a deadline is met (bench/stops). */
#ifndef ZERO_TESTS_LIMITS_H
#define ZERO_TESTS_LIMITS_H

#include <stdint.h>

#include "zero.h"

enum { ZERO_LIMIT_INPUTS = 21 };

/* A call by the name of its builtin, or NULL if that is hidden: its source, in
 * which the arguments have names, NULL if the builtin inspects only its
 * arguments; and how many items, characters or pieces of ZERO_UNIT_BYTES bytes
 * that must visit, for each 1024 of `n`. */
struct zero_limit_row {
  const char *name;
  const char *call;
  uint64_t work;
};

extern const struct zero_limit_row *const zero_limit_rows;
extern const unsigned zero_limit_row_count;

/* Makes the arguments of a size `n` in `vm`, in a scope that stays open. */
void zero_limit_inputs(zero_vm *vm, int64_t n,
                       zero_value args[ZERO_LIMIT_INPUTS]);

/* The function that takes them all and does the call. */
zero_value zero_limit_call(zero_vm *vm, const struct zero_limit_row *row);

#endif
