/* socket.c - sockets as handles: their kinds, making them, and moving data.
 *
 * Three kinds, one for each mode of a SocketHandle. Every descriptor is
 * non-blocking and closed in programs that are started. A builtin reserves what
 * it opens first, and it is closed if the builtin fails. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/sentence.h"
#include "handle/file.h"
#include "handle/handle.h"
#include "handle/socket_address.h"
#include "handle/wait.h"
#include "value/bytes.h"
#include "value/list.h"
#include "value/number.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  QUEUE = 4096, /* connections that wait to be accepted */
  PAUSE = 1,    /* milliseconds before a full queue of a Unix socket, which
                   the system does not report, is tried again */
};

struct socket {
  struct zero_handle base;
  zero_value address; /* Text: of its peer if it is a stream, else its own */
  zero_value own;     /* Text: its own if that has a path; else no value */
  int spare;          /* a listener's, for when no descriptor is left; -1 */
  unsigned short family;
  bool shut;          /* one way at least */
  int reached;        /* the file that it connects or sends to now; -1 */
  int directory;      /* of the file that is its own, -1 if it has none: */
  char name[sizeof ((struct sockaddr_un *)NULL)->sun_path];
  dev_t device;
  ino_t inode;
};

static struct socket *socket_of(struct zero_handle *h) {
  return (struct socket *)(void *)h;
}

static const char *name_of(const struct socket *s) {
  return zero__text_bytes(s->address);
}

/* --- the kinds ----------------------------------------------------------- */

static void let_go(int *file) {
  if (*file >= 0) close(*file);
  *file = -1;
}

/* The file of a Unix socket is removed with it, if it is still the same. It is
 * checked while the socket is open: until then the system gives its inode to no
 * other file. */
static int close_socket(struct zero_handle *h) {
  struct socket *s = socket_of(h);
  struct stat found;
  if (s->name[0] != '\0' &&
      fstatat(s->directory, s->name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
      found.st_dev == s->device && found.st_ino == s->inode) {
    unlinkat(s->directory, s->name, 0);
  }
  let_go(&s->directory);
  let_go(&s->reached);
  let_go(&s->spare);
  return zero__handle_close_file(h);
}

static zero_value label(ZERO_UNUSED zero_vm *vm, struct zero_handle *h) {
  return socket_of(h)->address;
}

static const char *stream_state(struct zero_handle *h) {
  return socket_of(h)->shut ? "shutdown" : "connected";
}

static ssize_t receive(int file, void *bytes, size_t room) {
  return recv(file, bytes, room, MSG_DONTWAIT);
}

static ssize_t transmit(int file, const void *bytes, size_t size) {
  return send(file, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

#define SOCKET_KIND(NAME, MODE)                                     \
  .name = NAME, .mode = MODE, .family = ZERO_FAMILY_SOCKET_HANDLE,  \
  .capability = ZERO_CAPABILITY_NETWORK, .close = close_socket,     \
  .label = label

/* A listener waits for a connection, which is taken; a datagram socket for a
 * datagram, which is received, or room for one, which is sent. */
enum { STREAM, LISTENER, DATAGRAM, KINDS };
static const struct zero_handle_kind kinds[KINDS] = {
    [STREAM] = {SOCKET_KIND("stream socket", "stream"), .state = stream_state,
                .read = receive, .write = transmit},
    [LISTENER] = {SOCKET_KIND("listener", "listener"), .word = "listening",
                  .events = POLLIN},
    [DATAGRAM] = {SOCKET_KIND("datagram socket", "datagram"),
                  .events = POLLIN | POLLOUT},
};

/* A reserved socket of a kind, without a descriptor. */
static struct socket *reserve(zero_vm *vm, int kind) {
  struct socket *s = zero__handle_reserve(vm, &kinds[kind], sizeof *s);
  s->spare = -1;
  s->reached = -1;
  s->directory = -1;
  return s;
}

/* --- failing ------------------------------------------------------------- */

/* The HostErr of errno or ZERO_TIME_OVER; `format` makes the subject. */
ZERO_PRINTF(3, 4) static zero_value failed(zero_vm *vm, int error,
                                           const char *format, ...) {
  char what[ZERO_FAULT_MESSAGE / 2];
  va_list arguments;
  va_start(arguments, format);
  zero__sentence_of(what, sizeof what, format, arguments);
  va_end(arguments);
  const char *who = zero__builtin_name(vm);
  const uint32_t network = ZERO_CAPABILITY_NETWORK;
  bool late = error == ZERO_TIME_OVER;
  if (!late && error != EXDEV) {
    return zero__host_error(vm, error, network, "%s: %s", who, what);
  }
  return zero__host_refused(
      vm, late ? ZERO_CODE_HOST_TIMED_OUT : ZERO_CODE_FILE_OUTSIDE, network,
      "%s: %s: %s", who, what,
      late ? "the time is over" : "it is not below the file root");
}

/* The HostErr of an invalid address; `why` as zero__address_read. */
static zero_value refused(zero_vm *vm, zero_value address, const char *why) {
  return zero__host_refused(
      vm, ZERO_CODE_NETWORK_ADDRESS, ZERO_CAPABILITY_NETWORK, "%s: %s: %s",
      zero__builtin_name(vm), zero__text_bytes(address), why);
}

/* Closes a socket that failed, and returns the reason. */
static zero_value give_up(zero_vm *vm, struct socket *s, int error,
                          zero_value address) {
  zero__handle_end(vm, &s->base);
  return failed(vm, error, "%s", zero__text_bytes(address));
}

/* --- addresses ----------------------------------------------------------- */

static bool has_path(const struct zero_address *address) {
  return address->at.any.sa_family == AF_UNIX &&
         address->at.local.sun_path[0] != '\0';
}

/* The system takes no directory to start from, so below a root a path is
 * written as one of /proc: of an open file, or of a name in an open directory.
 * The process is named so that others can use it too. */
static int write_path(struct zero_address *address, int file,
                      const char *name) {
  struct sockaddr_un *local = &address->at.local;
  const size_t room = sizeof local->sun_path;
  int size = snprintf(local->sun_path, room, "/proc/%d/fd/%d%s%s",
                      (int)getpid(), file, *name != '\0' ? "/" : "", name);
  address->size = sizeof *local;
  return size < (int)room ? 0 : ENAMETOOLONG;
}

/* Resolves the path in the address of another socket. It is valid until
 * s->reached is closed. Returns 0 or errno. */
static int reach(zero_vm *vm, struct socket *s, struct zero_address *address) {
  if (!has_path(address) || vm->root == NULL) return 0;
  let_go(&s->reached);
  s->reached = zero__root_file(vm, address->at.local.sun_path, O_PATH, 0);
  return s->reached >= 0 ? write_path(address, s->reached, "") : errno;
}

/* Sets an option. Returns 0 or errno. */
static int set(const struct socket *s, int level, int option) {
  const int yes = 1;
  int result = setsockopt(s->base.file, level, option, &yes, sizeof yes);
  return result < 0 ? errno : 0;
}

/* Opens the descriptor. "[::]" means only addresses of IPv6. Returns 0 or
 * errno. */
static int open_socket(struct socket *s, const struct zero_address *address,
                       int type) {
  s->family = address->at.any.sa_family;
  s->base.file = socket(s->family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (s->base.file < 0) return errno;
  return s->family == AF_INET6 ? set(s, IPPROTO_IPV6, IPV6_V6ONLY) : 0;
}

/* Gives it an address, whose Text is `text`. The path of a Unix socket is
 * resolved as handle/file.h says; its name is the socket's file from here on,
 * and is removed at the end. A file that replaces it at once is taken for it.
 * Returns 0 or errno. */
static int bind_to(zero_vm *vm, struct socket *s, struct zero_address address,
                   zero_value text) {
  struct zero_file_place place = {.directory = -1};
  struct stat made;
  bool local = has_path(&address);
  s->address = text;
  if (s->family == AF_UNIX && !local) return 0;
  if (local) {
    s->own = text;
    int error = zero__root_place(vm, address.at.local.sun_path, false, &place);
    s->directory = place.directory;
    if (error == 0 && vm->root != NULL) {
      error = write_path(&address, s->directory, place.name);
    }
    if (error != 0) return error;
  }
  if (bind(s->base.file, &address.at.any, address.size) < 0) return errno;
  if (local && strlen(place.name) < sizeof s->name &&
      fstatat(s->directory, place.name, &made, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISSOCK(made.st_mode)) {
    strcpy(s->name, place.name);
    s->device = made.st_dev;
    s->inode = made.st_ino;
  }
  return 0;
}

/* Its own address as the system knows it; the path of a Unix socket stays as
 * it was written. Raises HOST_FAILED. */
static zero_value own_address(zero_vm *vm, const struct socket *s, int type) {
  struct zero_address own;
  if (!zero_is_none(s->own)) return s->own;
  zero__address_blank(&own);
  if (getsockname(s->base.file, &own.at.any, &own.size) < 0) {
    zero__raise(&vm->heap, ZERO_CODE_HOST_FAILED, "%s: %s",
                zero__builtin_name(vm), zero__host_reason(errno));
  }
  return zero__address_text(vm, &own, type);
}

/* The address of a listener is free again at once when it ends, though
 * connections of it may linger; two never listen at one. */
static zero_value open_own(zero_vm *vm, zero_value *args, int kind, int type) {
  zero_value text = zero__want_text(vm, args, 0);
  struct zero_address address;
  const char *why = zero__address_read(&address, type, zero__text_bytes(text));
  if (why != NULL) return refused(vm, text, why);
  struct socket *s = reserve(vm, kind);
  int error = open_socket(s, &address, type);
  if (error == 0 && kind == LISTENER && s->family != AF_UNIX) {
    error = set(s, SOL_SOCKET, SO_REUSEADDR);
  }
  if (error == 0) error = bind_to(vm, s, address, text);
  if (error == 0 && kind == LISTENER) {
    bool listens = listen(s->base.file, QUEUE) == 0;
    if (listens) s->spare = fcntl(s->base.file, F_DUPFD_CLOEXEC, 0);
    if (s->spare < 0) error = errno;
  }
  if (error != 0) return give_up(vm, s, error, text);
  if (s->family != AF_UNIX) s->address = own_address(vm, s, type);
  return zero__handle_publish_ok(vm, &s->base);
}

ZERO_BUILTIN(socket_listen) {
  return open_own(vm, args, LISTENER, SOCK_STREAM);
}

ZERO_BUILTIN(socket_datagram) {
  return open_own(vm, args, DATAGRAM, SOCK_DGRAM);
}

ZERO_BUILTIN(socket_address) {
  struct socket *s =
      zero__handle_use_any(vm, args[0], kinds, KINDS, "a socket");
  if (s->base.kind != &kinds[STREAM]) return s->address;
  return own_address(vm, s, SOCK_STREAM);
}

/* --- connections --------------------------------------------------------- */

/* Publishes a stream. It sends data at once: a program that writes a reply in
 * two parts must not wait for an acknowledgement between them. */
static zero_value connected(zero_vm *vm, struct socket *s,
                            const struct zero_address *peer) {
  if (s->family != AF_UNIX) set(s, IPPROTO_TCP, TCP_NODELAY);
  s->address = zero__address_text(vm, peer, SOCK_STREAM);
  return zero__handle_publish_ok(vm, &s->base);
}

/* If nothing listens at an ephemeral port, the system may choose that very port
 * for the socket, which is then connected to itself. */
static bool is_its_own_peer(const struct socket *s) {
  struct zero_address own, peer;
  zero__address_blank(&own);
  zero__address_blank(&peer);
  return s->family != AF_UNIX &&
         getsockname(s->base.file, &own.at.any, &own.size) == 0 &&
         getpeername(s->base.file, &peer.at.any, &peer.size) == 0 &&
         own.size == peer.size && memcmp(&own.at, &peer.at, own.size) == 0;
}

/* A connection that is under way is waited for, and asked how it went. */
static int connect_to(zero_vm *vm, struct socket *s,
                      struct zero_address address, uint64_t end) {
  int error = open_socket(s, &address, SOCK_STREAM);
  socklen_t size = sizeof error;
  if (error == 0) error = reach(vm, s, &address);
  while (error == 0 &&
         connect(s->base.file, &address.at.any, address.size) < 0) {
    error = errno;
    if (error == EAGAIN) {
      error = zero__wait_pause(vm, PAUSE, end);
      continue;
    }
    if (error != EINPROGRESS && error != EINTR) break;
    error = zero__wait_until(vm, s->base.file, POLLOUT, end);
    if (error == 0 && getsockopt(s->base.file, SOL_SOCKET, SO_ERROR, &error,
                                 &size) < 0) {
      error = errno;
    }
    break;
  }
  let_go(&s->reached);
  if (error == 0 && is_its_own_peer(s)) error = ECONNREFUSED;
  return error;
}

ZERO_BUILTIN(socket_connect) {
  zero_value text = zero__want_text(vm, args, 0);
  uint64_t end = zero__want_end(vm, args, 1);
  struct zero_address address;
  const char *why =
      zero__address_read(&address, SOCK_STREAM, zero__text_bytes(text));
  if (why == NULL && !zero__address_is_somebody(&address)) {
    why = "nothing listens on port 0";
  }
  if (why != NULL) return refused(vm, text, why);
  struct socket *s = reserve(vm, STREAM);
  int error = connect_to(vm, s, address, end);
  if (error != 0) return give_up(vm, s, error, text);
  return connected(vm, s, &address);
}

/* Errors of the connection to be accepted, not of the listener: the next one
 * may be good. */
static bool is_of_the_connection(int error) {
  static const int errors[] = {EINTR,        ECONNABORTED, EPROTO,
                               ENETDOWN,     ENETUNREACH,  EHOSTDOWN,
                               EHOSTUNREACH, ENONET,       ENOPROTOOPT};
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
    if (error == errors[i]) return true;
  }
  return false;
}

static int take(const struct socket *listener, struct zero_address *peer) {
  int file;
  do {
    zero__address_blank(peer);
    file = accept4(listener->base.file, &peer->at.any, &peer->size,
                   SOCK_NONBLOCK | SOCK_CLOEXEC);
  } while (file < 0 && is_of_the_connection(errno));
  return file;
}

/* No descriptor is left. The connection would stay in the queue, and a program
 * that polls would get it again and again and do nothing else. So it is taken
 * with the descriptor that was kept for this, and closed. */
static zero_value turn_away(zero_vm *vm, struct socket *listener, int error) {
  struct zero_address peer;
  const char *what = "no descriptor is left for a connection";
  if (listener->spare >= 0) {
    close(listener->spare);
    int file = take(listener, &peer);
    if (file >= 0) {
      close(file);
      what = "a new connection was closed";
    }
  }
  listener->spare = fcntl(listener->base.file, F_DUPFD_CLOEXEC, 0);
  return failed(vm, error, "%s: %s", name_of(listener), what);
}

ZERO_BUILTIN(socket_accept) {
  struct socket *listener = zero__handle_use(vm, args[0], &kinds[LISTENER]);
  uint64_t end = zero__want_end(vm, args, 1);
  struct socket *s = reserve(vm, STREAM);
  struct zero_address peer;
  int error = 0;
  while (error == 0 && (s->base.file = take(listener, &peer)) < 0) {
    error = zero__move_early(vm, listener->base.file, POLLIN, end);
  }
  if (error == EMFILE || error == ENFILE) {
    zero__handle_end(vm, &s->base);
    return turn_away(vm, listener, error);
  }
  if (error != 0) return give_up(vm, s, error, listener->address);
  s->family = listener->family;
  s->own = listener->own;
  return connected(vm, s, &peer);
}

/* --- streams ------------------------------------------------------------- */

ZERO_BUILTIN(socket_send) {
  struct socket *s = zero__handle_use(vm, args[0], &kinds[STREAM]);
  size_t size, done = 0;
  const char *data = zero__want_data(vm, args, 1, &size);
  uint64_t end = zero__want_end(vm, args, 2);
  zero__charge_bytes(vm, size);
  int error = zero__move_out(vm, s->base.file, s->base.kind->write, data,
                             size, end, &done);
  if (error == 0) return zero__host_ok(vm, zero__i64(&vm->heap, (int64_t)size));
  return failed(vm, error, "%s: %zu of %zu bytes sent", name_of(s), done, size);
}

ZERO_BUILTIN(socket_send_some) {
  struct socket *s = zero__handle_use(vm, args[0], &kinds[STREAM]);
  size_t size;
  const char *data = zero__want_data(vm, args, 1, &size);
  uint64_t end = zero__want_end(vm, args, 2);
  ssize_t put = 0;
  while (size > 0 &&
         (put = s->base.kind->write(s->base.file, data, size)) < 0) {
    int error = zero__move_early(vm, s->base.file, POLLOUT, end);
    if (error != 0) return failed(vm, error, "%s", name_of(s));
  }
  zero__charge_bytes(vm, (uint64_t)put);
  return zero__host_ok(vm, zero__i64(&vm->heap, put));
}

ZERO_BUILTIN(socket_receive) {
  struct socket *s = zero__handle_use(vm, args[0], &kinds[STREAM]);
  size_t room = zero__want_room(vm, args, 1);
  uint64_t end = zero__want_end(vm, args, 2);
  zero_value bytes;
  int error = zero__move_bytes(vm, &s->base, room, end, &bytes);
  if (error == 0) return zero__host_ok(vm, bytes);
  return failed(vm, error, "%s", name_of(s));
}

ZERO_BUILTIN(socket_shutdown) {
  static const char *const ways[] = {
      [SHUT_RD] = "read", [SHUT_WR] = "write", [SHUT_RDWR] = "both"};
  struct socket *s = zero__handle_use(vm, args[0], &kinds[STREAM]);
  unsigned way = zero__want_word(vm, args, 1, ways, 3, "read, write or both");
  if (shutdown(s->base.file, (int)way) < 0) {
    return failed(vm, errno, "%s", name_of(s));
  }
  s->shut = true;
  return zero__host_ok(vm, ZERO_UNIT);
}

/* --- datagrams ----------------------------------------------------------- */

/* A full queue of another Unix socket cannot be waited for: this one is ready
 * to send, to others. */
ZERO_BUILTIN(socket_send_to) {
  struct socket *s = zero__handle_use(vm, args[0], &kinds[DATAGRAM]);
  size_t size;
  const char *data = zero__want_data(vm, args, 1, &size);
  zero_value text = zero__want_text(vm, args, 2);
  uint64_t end = zero__want_end(vm, args, 3);
  struct zero_address target;
  const char *why =
      zero__address_read(&target, SOCK_DGRAM, zero__text_bytes(text));
  if (why == NULL && target.at.any.sa_family != s->family) {
    why = "the socket has another kind of address";
  } else if (why == NULL && !zero__address_is_somebody(&target)) {
    why = "no socket can have this address";
  }
  if (why != NULL) return refused(vm, text, why);
  zero__charge_bytes(vm, size);
  int error = reach(vm, s, &target);
  while (error == 0 &&
         sendto(s->base.file, data, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                &target.at.any, target.size) < 0) {
    bool full = s->family == AF_UNIX && errno == EAGAIN;
    error = full ? zero__wait_pause(vm, PAUSE, end)
                 : zero__move_early(vm, s->base.file, POLLOUT, end);
  }
  let_go(&s->reached);
  if (error == 0) return zero__host_ok(vm, zero__i64(&vm->heap, (int64_t)size));
  return failed(vm, error, "%s", zero__text_bytes(text));
}

/* The system gives as much of a datagram as there is room for and drops the
 * rest; it reports the length of the whole. */
ZERO_BUILTIN(socket_receive_from) {
  struct socket *s = zero__handle_use(vm, args[0], &kinds[DATAGRAM]);
  size_t room = zero__want_room(vm, args, 1);
  uint64_t end = zero__want_end(vm, args, 2);
  char *buffer = zero__handles_buffer(vm, room);
  struct zero_address from;
  ssize_t got = -1;
  while (got < 0) {
    zero__address_blank(&from);
    got = recvfrom(s->base.file, buffer, room, MSG_DONTWAIT | MSG_TRUNC,
                   &from.at.any, &from.size);
    int error = got >= 0 ? 0 : zero__move_early(vm, s->base.file, POLLIN, end);
    if (error != 0) return failed(vm, error, "%s", name_of(s));
  }
  size_t size = (size_t)got;
  if (size > room) {
    return zero__host_refused(
        vm, ZERO_CODE_NETWORK_TOO_LONG, ZERO_CAPABILITY_NETWORK,
        "%s: %s: a datagram of %zu bytes is lost, %zu were asked for",
        zero__builtin_name(vm), name_of(s), size, room);
  }
  zero__charge_bytes(vm, size);
  zero_value items[] = {zero__bytes_new(&vm->heap, buffer, size),
                        zero__address_text(vm, &from, SOCK_DGRAM)};
  return zero__host_ok(vm, zero__list(&vm->heap, items, 2));
}
