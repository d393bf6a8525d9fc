/* pipes.c - a kind of handle for tests: one end of a pipe. */
#include "pipes.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

const struct zero_handle_kind zero_test_reader = {
    .name = "reading end",
    .family = ZERO_FAMILY_HANDLE,
    .capability = ZERO_CAPABILITY_IO,
    .close = zero__handle_close_file,
    .read = zero__heap_read,
};

const struct zero_handle_kind zero_test_writer = {
    .name = "writing end",
    .family = ZERO_FAMILY_HANDLE,
    .capability = ZERO_CAPABILITY_PROCESS,
    .close = zero__handle_close_file,
    .write = zero__write_quietly,
};

zero_value zero_test_end(zero_vm *vm, const struct zero_handle_kind *kind,
                         int file) {
  struct zero_handle *h =
      zero__handle_reserve(vm, kind, sizeof(struct zero_test_end));
  h->file = file;
  zero_value v = zero__name_first(vm, h, ZERO_NONE);
  zero__handle_published(vm, h);
  return v;
}

static void make_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) abort();
}

zero_value zero_test_reader_of(zero_vm *vm, int *other) {
  int ends[2];
  make_pipe(ends);
  *other = ends[1];
  return zero_test_end(vm, &zero_test_reader, ends[0]);
}

zero_value zero_test_writer_of(zero_vm *vm, int *other) {
  int ends[2];
  make_pipe(ends);
  *other = ends[0];
  return zero_test_end(vm, &zero_test_writer, ends[1]);
}

int zero_test_descriptors(void) {
  DIR *directory = opendir("/proc/self/fd");
  int count = -3; /* . and .. and the one that is read */
  while (readdir(directory) != NULL) count++;
  closedir(directory);
  return count;
}

struct rlimit zero_test_leave_descriptors(rlim_t more) {
  struct rlimit before, after;
  getrlimit(RLIMIT_NOFILE, &before);
  int next = dup(0);
  close(next);
  after = before;
  after.rlim_cur = (rlim_t)next + more;
  if (setrlimit(RLIMIT_NOFILE, &after) != 0) abort();
  return before;
}
