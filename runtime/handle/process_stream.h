/* process_stream.h - descriptors for the streams of a child: pipes, what is open
 * already, and what lies in memory.
 *
 * Each is 3 or more and inherited by nobody, as zero__spawn wants them; -1 and
 * errno where there is none. */
#ifndef ZERO_HANDLE_PROCESS_STREAM_H
#define ZERO_HANDLE_PROCESS_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "vm/vm.h"

/* A pipe: the child's end, which it reads or writes, and the other, which
 * does not block, in *ours. */
int zero__stream_pipe(bool child_reads, int *ours);

/* What `file` has open, for the child to read or write. A pipe is opened
 * anew: a child expects its streams to block, and ours do not. */
int zero__stream_share(int file, bool child_reads);

/* A file in memory that nobody else has, to be read from its start. The errno
 * is EINTR where the call must stop. */
int zero__stream_of(zero_vm *vm, const void *bytes, size_t size);

#endif
