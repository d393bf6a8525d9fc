/* socket_open.c - sockets: how they come to be.
 *
 * Listening, connecting, accepting; a datagram socket. What a builtin here
 * opens is reserved before and closed wherever it goes no further. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "handle/socket.h"
#include "handle/wait.h"
#include "value/text.h"
#include "vm/builtins.h"

enum { QUEUE = 4096 /* connections that wait to be accepted */ };

/* Takes back what got no further, and says why. */
static zero_value give_up(zero_vm *vm, struct zero_socket *s, int error,
                          zero_value address) {
  zero__handle_end(vm, &s->base);
  return zero__socket_failed(vm, error, "%s", zero__text_bytes(address));
}

/* --- with an address of one's own ---------------------------------------- */

/* The address of a listener is free again at once when it ends, though
 * connections of it may linger; two never listen at one. */
static int listen_at(zero_vm *vm, struct zero_socket *s,
                     const struct zero_address *address, zero_value text) {
  const int yes = 1;
  int error = zero__socket_open(s, address, SOCK_STREAM);
  if (error != 0) return error;
  if (s->family != AF_UNIX &&
      setsockopt(s->base.file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) <
          0) {
    return errno;
  }
  error = zero__socket_bind(vm, s, address, text);
  if (error != 0) return error;
  if (listen(s->base.file, QUEUE) < 0) return errno;
  s->spare = fcntl(s->base.file, F_DUPFD_CLOEXEC, 0);
  return s->spare < 0 ? errno : 0;
}

static int bind_at(zero_vm *vm, struct zero_socket *s,
                   const struct zero_address *address, zero_value text) {
  int error = zero__socket_open(s, address, SOCK_DGRAM);
  return error != 0 ? error : zero__socket_bind(vm, s, address, text);
}

/* The path of a Unix socket stays as it was written. */
static void learn_address(zero_vm *vm, struct zero_socket *s, int type) {
  if (s->family == AF_UNIX) return;
  s->address = zero__socket_own_address(vm, s, type);
}

ZERO_BUILTIN(socket_listen) {
  zero_value text = zero__want_text(vm, args, 0);
  struct zero_address address;
  const char *why =
      zero__address_read(&address, SOCK_STREAM, zero__text_bytes(text));
  if (why != NULL) return zero__socket_refused(vm, text, why);
  struct zero_socket *s = zero__socket_reserve(vm, &zero__listener_kind);
  int error = listen_at(vm, s, &address, text);
  if (error != 0) return give_up(vm, s, error, text);
  learn_address(vm, s, SOCK_STREAM);
  return zero__socket_publish(vm, s);
}

ZERO_BUILTIN(socket_datagram) {
  zero_value text = zero__want_text(vm, args, 0);
  struct zero_address address;
  const char *why =
      zero__address_read(&address, SOCK_DGRAM, zero__text_bytes(text));
  if (why != NULL) return zero__socket_refused(vm, text, why);
  struct zero_socket *s = zero__socket_reserve(vm, &zero__datagram_kind);
  int error = bind_at(vm, s, &address, text);
  if (error != 0) return give_up(vm, s, error, text);
  learn_address(vm, s, SOCK_DGRAM);
  return zero__socket_publish(vm, s);
}

/* --- connecting ---------------------------------------------------------- */

/* A connection is under way: waits for it and asks how it went. */
static int wait_connected(zero_vm *vm, const struct zero_socket *s,
                          uint64_t end) {
  int error = zero__socket_wait(vm, s->base.file, POLLOUT, end);
  if (error != 0) return error;
  socklen_t size = sizeof error;
  if (getsockopt(s->base.file, SOL_SOCKET, SO_ERROR, &error, &size) < 0) {
    return errno;
  }
  return error;
}

/* Where nobody listens at a port of those that the system deals out, it may
 * deal out that very one, and the socket be connected to itself. */
static bool is_its_own_peer(const struct zero_socket *s) {
  struct zero_address own, peer;
  zero__address_blank(&own);
  zero__address_blank(&peer);
  return s->family != AF_UNIX &&
         getsockname(s->base.file, &own.at.any, &own.size) == 0 &&
         getpeername(s->base.file, &peer.at.any, &peer.size) == 0 &&
         own.size == peer.size && memcmp(&own.at, &peer.at, own.size) == 0;
}

static int connect_to(zero_vm *vm, struct zero_socket *s,
                      struct zero_address address, uint64_t end) {
  int error = zero__socket_open(s, &address, SOCK_STREAM);
  if (error == 0) error = zero__socket_reach(vm, s, &address);
  while (error == 0 &&
         connect(s->base.file, &address.at.any, address.size) < 0) {
    error = errno;
    if (error == EAGAIN) {
      error = zero__socket_pause(vm, end);
      continue;
    }
    if (error == EINPROGRESS || error == EINTR) {
      error = wait_connected(vm, s, end);
    }
    break;
  }
  zero__socket_reached(s);
  if (error == 0 && is_its_own_peer(s)) error = ECONNREFUSED;
  return error;
}

ZERO_BUILTIN(socket_connect) {
  zero_value text = zero__want_text(vm, args, 0);
  uint64_t end = zero__wait_end(zero__want_timeout(vm, args, 1));
  struct zero_address address;
  const char *why =
      zero__address_read(&address, SOCK_STREAM, zero__text_bytes(text));
  if (why == NULL && zero__address_has_no_port(&address)) {
    why = "nobody is at port 0";
  }
  if (why != NULL) return zero__socket_refused(vm, text, why);
  struct zero_socket *s = zero__socket_reserve(vm, &zero__stream_kind);
  int error = connect_to(vm, s, address, end);
  if (error != 0) return give_up(vm, s, error, text);
  zero__socket_hurry(s);
  s->address = zero__address_text(vm, &address, SOCK_STREAM);
  return zero__socket_publish(vm, s);
}

/* --- accepting ----------------------------------------------------------- */

/* What is wrong with the connection that was to be accepted, and not with the
 * listener: the next one may be good. */
static bool is_of_the_connection(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case ENOPROTOOPT:
      return true;
    default:
      return false;
  }
}

static int take(const struct zero_socket *listener,
                struct zero_address *peer) {
  int file;
  do {
    zero__address_blank(peer);
    file = accept4(listener->base.file, &peer->at.any, &peer->size,
                   SOCK_NONBLOCK | SOCK_CLOEXEC);
  } while (file < 0 && is_of_the_connection(errno));
  return file;
}

/* No descriptor is left. The connection would stay in the queue, and a program
 * that polls would be told of it again and again and do nothing else. So it is
 * taken with the descriptor that was kept for this, and closed. */
static zero_value turn_away(zero_vm *vm, struct zero_socket *listener,
                            int error) {
  struct zero_address peer;
  const char *what = "there is no descriptor for a connection";
  if (listener->spare >= 0) {
    close(listener->spare);
    int file = take(listener, &peer);
    if (file >= 0) {
      close(file);
      what = "a connection was turned away";
    }
  }
  listener->spare = fcntl(listener->base.file, F_DUPFD_CLOEXEC, 0);
  return zero__socket_failed(vm, error, "%s: %s",
                             zero__text_bytes(listener->address), what);
}

ZERO_BUILTIN(socket_accept) {
  struct zero_socket *listener =
      zero__want_socket(vm, args, &zero__listener_kind);
  uint64_t end = zero__wait_end(zero__want_timeout(vm, args, 1));
  struct zero_socket *s = zero__socket_reserve(vm, &zero__stream_kind);
  struct zero_address peer;
  int error = 0;
  while (error == 0 && (s->base.file = take(listener, &peer)) < 0) {
    error = errno;
    if (error == EAGAIN || error == EWOULDBLOCK) {
      error = zero__socket_wait(vm, listener->base.file, POLLIN, end);
    }
  }
  if (error == EMFILE || error == ENFILE) {
    zero__handle_drop(vm, &s->base);
    return turn_away(vm, listener, error);
  }
  if (error != 0) return give_up(vm, s, error, listener->address);
  s->family = listener->family;
  s->own = listener->own;
  zero__socket_hurry(s);
  s->address = zero__address_text(vm, &peer, SOCK_STREAM);
  return zero__socket_publish(vm, s);
}
