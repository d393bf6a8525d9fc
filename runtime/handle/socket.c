/* socket.c - sockets as handles: what the three kinds are and share. */
#include "handle/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sentence.h"
#include "handle/root.h"
#include "handle/wait.h"
#include "value/text.h"
#include "vm/builtins.h"

static struct zero_socket *socket_of(struct zero_handle *h) {
  return (struct zero_socket *)(void *)h;
}

/* --- the kinds ----------------------------------------------------------- */

/* The file of a Unix socket goes with it, where it still is the same. It is
 * looked at while the socket is open: so long the system gives its inode to
 * no other file. */
static void remove_own(const struct zero_socket *s) {
  struct stat found;
  if (fstatat(s->directory, s->name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
      found.st_dev == s->device && found.st_ino == s->inode) {
    unlinkat(s->directory, s->name, 0);
  }
}

static void let_go(int *file) {
  if (*file >= 0) close(*file);
  *file = -1;
}

static int close_socket(struct zero_handle *h) {
  struct zero_socket *s = socket_of(h);
  if (s->name[0] != '\0') remove_own(s);
  let_go(&s->directory);
  let_go(&s->reached);
  let_go(&s->spare);
  return zero__handle_close_file(h);
}

static zero_value label(zero_vm *vm, struct zero_handle *h) {
  (void)vm;
  return socket_of(h)->address;
}

static const char *stream_state(struct zero_handle *h) {
  return socket_of(h)->shut ? "shutdown" : "connected";
}

static const char *listener_state(struct zero_handle *h) {
  (void)h;
  return "listening";
}

/* What is waited for: a connection, which is taken; a datagram, which is
 * received, or room for one, which is sent. */
static int listener_descriptor(struct zero_handle *h, short *events) {
  *events = POLLIN;
  return h->file;
}

static int datagram_descriptor(struct zero_handle *h, short *events) {
  *events = POLLIN | POLLOUT;
  return h->file;
}

static ssize_t receive(struct zero_handle *h, void *bytes, size_t room) {
  ssize_t got;
  do {
    got = recv(h->file, bytes, room, MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  return got;
}

static ssize_t transmit(struct zero_handle *h, const void *bytes,
                        size_t size) {
  ssize_t put;
  do {
    put = send(h->file, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (put < 0 && errno == EINTR);
  return put;
}

const struct zero_handle_kind zero__stream_kind = {
    .name = "stream socket",
    .family = ZERO_FAMILY_SOCKET_HANDLE,
    .capability = ZERO_CAPABILITY_NETWORK,
    .close = close_socket,
    .state = stream_state,
    .label = label,
    .read = receive,
    .write = transmit,
};

const struct zero_handle_kind zero__listener_kind = {
    .name = "listener",
    .family = ZERO_FAMILY_SOCKET_HANDLE,
    .capability = ZERO_CAPABILITY_NETWORK,
    .close = close_socket,
    .state = listener_state,
    .label = label,
    .descriptor = listener_descriptor,
};

const struct zero_handle_kind zero__datagram_kind = {
    .name = "datagram socket",
    .family = ZERO_FAMILY_SOCKET_HANDLE,
    .capability = ZERO_CAPABILITY_NETWORK,
    .close = close_socket,
    .label = label,
    .descriptor = datagram_descriptor,
};

struct zero_socket *zero__want_socket(zero_vm *vm, zero_value *args,
                                      const struct zero_handle_kind *kind) {
  return socket_of(zero__handle_use(vm, args[0], kind));
}

/* --- opening ------------------------------------------------------------- */

struct zero_socket *zero__socket_reserve(zero_vm *vm,
                                         const struct zero_handle_kind *kind) {
  struct zero_socket *s =
      socket_of(zero__handle_reserve(vm, kind, sizeof *s));
  s->spare = -1;
  s->reached = -1;
  s->directory = -1;
  return s;
}

/* "[::]" means what it says: addresses of IPv6 and no others. */
int zero__socket_open(struct zero_socket *s,
                      const struct zero_address *address, int type) {
  const int yes = 1;
  s->family = address->at.any.sa_family;
  s->base.file =
      socket(s->family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (s->base.file < 0) return errno;
  if (s->family == AF_INET6 &&
      setsockopt(s->base.file, IPPROTO_IPV6, IPV6_V6ONLY, &yes,
                 sizeof yes) < 0) {
    return errno;
  }
  return 0;
}

/* --- paths of Unix sockets ----------------------------------------------- */

static bool has_path(const struct zero_address *address) {
  return address->at.any.sa_family == AF_UNIX &&
         address->at.local.sun_path[0] != '\0';
}

/* The system takes no directory to begin at, so below a root a path is written
 * as one of /proc: of a file that is open, or of a name in a directory that
 * is. The process is named so that others can use it too. */
static int write_path(struct zero_address *address, int file,
                      const char *name) {
  struct sockaddr_un *local = &address->at.local;
  const size_t room = sizeof local->sun_path;
  int size = snprintf(local->sun_path, room, "/proc/%d/fd/%d%s%s",
                      (int)getpid(), file, *name != '\0' ? "/" : "", name);
  address->size = sizeof *local;
  return size < (int)room ? 0 : ENAMETOOLONG;
}

int zero__socket_reach(zero_vm *vm, struct zero_socket *s,
                       struct zero_address *address) {
  if (!has_path(address) || vm->root == NULL) return 0;
  zero__socket_reached(s);
  s->reached =
      zero__root_file(vm, address->at.local.sun_path, O_PATH, 0);
  return s->reached >= 0 ? write_path(address, s->reached, "") : errno;
}

void zero__socket_reached(struct zero_socket *s) {
  let_go(&s->reached);
}

/* The name is the socket's file from here on. Somebody who puts another in its
 * place at once is taken at his word. */
static void note_name(struct zero_socket *s, const char *name) {
  struct stat made;
  if (fstatat(s->directory, name, &made, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (!S_ISSOCK(made.st_mode) || strlen(name) >= sizeof s->name) return;
  strcpy(s->name, name);
  s->device = made.st_dev;
  s->inode = made.st_ino;
}

static int bind_path(zero_vm *vm, struct zero_socket *s,
                     struct zero_address address) {
  struct zero_file_place place;
  int error = zero__root_place(vm, address.at.local.sun_path, &place);
  s->directory = place.directory;
  if (error == 0 && vm->root != NULL) {
    error = write_path(&address, s->directory, place.name);
  }
  if (error != 0) return error;
  if (bind(s->base.file, &address.at.any, address.size) < 0) return errno;
  note_name(s, place.name);
  return 0;
}

int zero__socket_bind(zero_vm *vm, struct zero_socket *s,
                      const struct zero_address *address, zero_value text) {
  s->address = text;
  if (has_path(address)) {
    s->own = text;
    return bind_path(vm, s, *address);
  }
  if (s->family == AF_UNIX) return 0;
  return bind(s->base.file, &address->at.any, address->size) < 0 ? errno : 0;
}

void zero__socket_hurry(const struct zero_socket *s) {
  const int yes = 1;
  if (s->family == AF_UNIX) return;
  setsockopt(s->base.file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

zero_value zero__socket_own_address(zero_vm *vm, const struct zero_socket *s,
                                    int type) {
  struct zero_address own;
  if (!zero_is_none(s->own)) return s->own;
  zero__address_blank(&own);
  if (getsockname(s->base.file, &own.at.any, &own.size) < 0) {
    zero__raise(&vm->heap, ZERO_CODE_HOST_FAILED, "%s: %s",
                zero__builtin_name(vm), zero__host_reason(errno));
  }
  return zero__address_text(vm, &own, type);
}

zero_value zero__socket_publish(zero_vm *vm, struct zero_socket *s) {
  const char *mode = s->base.kind == &zero__stream_kind     ? "stream"
                     : s->base.kind == &zero__listener_kind ? "listener"
                                                            : "datagram";
  zero_value text = zero__text_of(&vm->heap, mode);
  return zero__handle_publish_ok(vm, &s->base, text);
}

/* --- waiting and failing ------------------------------------------------- */

int zero__socket_wait(zero_vm *vm, int file, short events, uint64_t end) {
  int ready = zero__wait_for(vm, file, events, zero__wait_left(end));
  return ready > 0 ? 0 : ready == 0 ? ZERO_TIME_OVER : errno;
}

int zero__socket_pause(zero_vm *vm, uint64_t end) {
  if (zero__wait_left(end) == 0) return ZERO_TIME_OVER;
  zero__wait(vm, NULL, 0, 1);
  return 0;
}

zero_value zero__socket_failed(zero_vm *vm, int error, const char *format,
                               ...) {
  char what[ZERO_FAULT_MESSAGE / 2];
  va_list arguments;
  va_start(arguments, format);
  zero__sentence_of(what, sizeof what, format, arguments);
  va_end(arguments);
  if (error == ZERO_TIME_OVER) {
    return zero__host_refused(vm, ZERO_CODE_HOST_TIMED_OUT,
                              ZERO_CAPABILITY_NETWORK,
                              "%s: %s: the time is over",
                              zero__builtin_name(vm), what);
  }
  if (error == EXDEV) {
    return zero__host_refused(vm, ZERO_CODE_FILE_OUTSIDE,
                              ZERO_CAPABILITY_NETWORK,
                              "%s: %s: it is not below the file root",
                              zero__builtin_name(vm), what);
  }
  return zero__host_error(vm, error, ZERO_CAPABILITY_NETWORK, "%s: %s",
                          zero__builtin_name(vm), what);
}

zero_value zero__socket_refused(zero_vm *vm, zero_value address,
                                const char *why) {
  return zero__host_refused(vm, ZERO_CODE_NETWORK_ADDRESS,
                            ZERO_CAPABILITY_NETWORK, "%s: %s: %s",
                            zero__builtin_name(vm),
                            zero__text_bytes(address), why);
}
