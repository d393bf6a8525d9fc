/* pipes.h - a kind of handle for tests: one end of a pipe. */
#ifndef ZERO_TESTS_PIPES_H
#define ZERO_TESTS_PIPES_H

#include <sys/resource.h>

#include "handle/handle.h"

/* An end of a pipe; reading needs `io`, writing `process`. */
struct zero_test_end {
  struct zero_handle handle;
};

extern const struct zero_handle_kind zero_test_reader;
extern const struct zero_handle_kind zero_test_writer;

/* A live Handle of an end whose descriptor is `file`. Raises what publishing
 * raises. */
zero_value zero_test_end(zero_vm *vm, const struct zero_handle_kind *kind,
                         int file);

/* A live Handle of an end of a new pipe; the other is in *other. */
zero_value zero_test_reader_of(zero_vm *vm, int *other);
zero_value zero_test_writer_of(zero_vm *vm, int *other);

/* How many descriptors the process has open. */
int zero_test_descriptors(void);

/* Lets the process open `more` descriptors beside those that it has. Returns
 * the limit of before. */
struct rlimit zero_test_leave_descriptors(rlim_t more);

#endif
