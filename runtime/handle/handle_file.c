/* handle_file.c - what most kinds of handles do with their descriptor. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "handle/handle.h"

/* An interrupted close has closed: to close again might hit a descriptor that
 * another thread was just given. */
int zero__handle_close_file(struct zero_handle *h) {
  int file = h->file;
  h->file = -1;
  if (file < 0 || close(file) == 0 || errno == EINTR) return 0;
  return errno;
}

ssize_t zero__handle_read_file(struct zero_handle *h, void *bytes,
                               size_t room) {
  return zero__heap_read(h->file, bytes, room);
}

/* SIGPIPE is the host's to use, so it is kept off this thread for the moment
 * of the write, and taken away where the write made it: it is sent to the
 * thread that writes. One that was waiting already is left as it was. */
ssize_t zero__write_quietly(int file, const void *bytes, size_t size) {
  sigset_t broken, before, waiting;
  sigemptyset(&broken);
  sigaddset(&broken, SIGPIPE);
  sigpending(&waiting);
  pthread_sigmask(SIG_BLOCK, &broken, &before);
  ssize_t put = write(file, bytes, size);
  int error = errno;
  if (put < 0 && error == EPIPE && sigismember(&waiting, SIGPIPE) == 0) {
    const struct timespec now = {0};
    while (sigtimedwait(&broken, NULL, &now) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = error;
  return put;
}

ssize_t zero__handle_write_file(struct zero_handle *h, const void *bytes,
                                size_t size) {
  return zero__write_quietly(h->file, bytes, size);
}

int zero__handle_descriptor(struct zero_handle *h, short *events) {
  const struct zero_handle_kind *kind = h->kind;
  if (kind->descriptor != NULL) return kind->descriptor(h, events);
  *events = (short)((kind->read != NULL ? POLLIN : 0) |
                    (kind->write != NULL ? POLLOUT : 0));
  return h->file;
}

const char *zero__handle_state(struct zero_handle *h) {
  return h->kind->state != NULL ? h->kind->state(h) : "open";
}
