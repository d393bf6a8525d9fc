/* builtins_transfer.c - sockets: what goes through them. */
#include <errno.h>
#include <inttypes.h>

#include "handle/socket.h"
#include "handle/wait.h"
#include "value/bytes.h"
#include "value/list.h"
#include "value/number.h"
#include "value/text.h"
#include "vm/builtins.h"

enum { BLOCK = 1 << 16 /* bytes sent between two looks at the limits */ };

/* --- streams ------------------------------------------------------------- */

static const char *name_of(const struct zero_socket *s) {
  return zero__text_bytes(s->address);
}

/* Whether to try again after a try that moved nothing: 0, else why not. */
static int before_next(zero_vm *vm, const struct zero_socket *s, short events,
                       uint64_t end) {
  if (errno != EAGAIN && errno != EWOULDBLOCK) return errno;
  return zero__socket_wait(vm, s->base.file, events, end);
}

/* Sends a part, at least a byte of it. Returns 0 or why not. */
static int send_part(zero_vm *vm, struct zero_socket *s, const char *data,
                     size_t size, uint64_t end, size_t *done) {
  for (;;) {
    ssize_t put = s->base.kind->write(&s->base, data, size);
    if (put >= 0) {
      *done += (size_t)put;
      return 0;
    }
    int error = before_next(vm, s, POLLOUT, end);
    if (error != 0) return error;
  }
}

ZERO_BUILTIN(socket_send) {
  struct zero_socket *s = zero__want_socket(vm, args, &zero__stream_kind);
  size_t size;
  const char *data = zero__want_data(vm, args, 1, &size);
  uint64_t end = zero__wait_end(zero__want_timeout(vm, args, 2));
  zero__charge_bytes(vm, size);
  size_t done = 0;
  while (done < size) {
    size_t part = size - done < BLOCK ? size - done : BLOCK;
    int error = send_part(vm, s, data + done, part, end, &done);
    if (error != 0) {
      return zero__socket_failed(vm, error, "%s: %zu of %zu bytes sent",
                                 name_of(s), done, size);
    }
    if (done < size) zero__poll(vm);
  }
  return zero__host_ok(vm, zero__i64(&vm->heap, (int64_t)size));
}

ZERO_BUILTIN(socket_send_some) {
  struct zero_socket *s = zero__want_socket(vm, args, &zero__stream_kind);
  size_t size;
  const char *data = zero__want_data(vm, args, 1, &size);
  uint64_t end = zero__wait_end(zero__want_timeout(vm, args, 2));
  size_t done = 0;
  int error =
      size == 0 ? 0 : send_part(vm, s, data, size, end, &done);
  if (error != 0) return zero__socket_failed(vm, error, "%s", name_of(s));
  zero__charge_bytes(vm, done);
  return zero__host_ok(vm, zero__i64(&vm->heap, (int64_t)done));
}

ZERO_BUILTIN(socket_receive) {
  struct zero_socket *s = zero__want_socket(vm, args, &zero__stream_kind);
  size_t room = zero__want_room(vm, args, 1);
  uint64_t end = zero__wait_end(zero__want_timeout(vm, args, 2));
  char *buffer = zero__handles_buffer(vm, room);
  ssize_t got;
  while ((got = s->base.kind->read(&s->base, buffer, room)) < 0) {
    int error = before_next(vm, s, POLLIN, end);
    if (error != 0) return zero__socket_failed(vm, error, "%s", name_of(s));
  }
  zero__charge_bytes(vm, (uint64_t)got);
  return zero__host_ok(vm, zero__bytes_new(&vm->heap, buffer, (size_t)got));
}

/* Which way argument 1 says. */
static int want_way(zero_vm *vm, zero_value *args) {
  zero_value way = zero__want_text(vm, args, 1);
  if (zero__text_is(way, "read")) return SHUT_RD;
  if (zero__text_is(way, "write")) return SHUT_WR;
  if (zero__text_is(way, "both")) return SHUT_RDWR;
  zero__raise_type(vm, args, 1, "read, write or both");
}

ZERO_BUILTIN(socket_shutdown) {
  struct zero_socket *s = zero__want_socket(vm, args, &zero__stream_kind);
  int way = want_way(vm, args);
  if (shutdown(s->base.file, way) < 0) {
    return zero__socket_failed(vm, errno, "%s", name_of(s));
  }
  s->shut = true;
  return zero__host_ok(vm, ZERO_UNIT);
}

/* --- datagrams ----------------------------------------------------------- */

/* Reads the address that argument 2 is. Returns NULL, or what is wrong. */
static const char *read_target(struct zero_address *target,
                               const struct zero_socket *s, zero_value text) {
  const char *why =
      zero__address_read(target, SOCK_DGRAM, zero__text_bytes(text));
  if (why != NULL) return why;
  if (target->at.any.sa_family != s->family) {
    return "the socket is of another sort of address";
  }
  bool nobody = s->family == AF_UNIX
                    ? target->at.local.sun_path[0] == '\0'
                    : zero__address_has_no_port(target);
  return nobody ? "nobody is at such an address" : NULL;
}

/* A full queue of another Unix socket cannot be waited for: this one is ready
 * to send, to others. */
static int before_next_datagram(zero_vm *vm, const struct zero_socket *s,
                                uint64_t end) {
  if (errno == EINTR) return 0;
  bool early = errno == EAGAIN || errno == EWOULDBLOCK;
  if (!early || s->family != AF_UNIX) {
    return before_next(vm, s, POLLOUT, end);
  }
  return zero__socket_pause(vm, end);
}

ZERO_BUILTIN(socket_send_to) {
  struct zero_socket *s = zero__want_socket(vm, args, &zero__datagram_kind);
  size_t size;
  const char *data = zero__want_data(vm, args, 1, &size);
  zero_value text = zero__want_text(vm, args, 2);
  uint64_t end = zero__wait_end(zero__want_timeout(vm, args, 3));
  struct zero_address target;
  const char *why = read_target(&target, s, text);
  if (why != NULL) return zero__socket_refused(vm, text, why);
  zero__charge_bytes(vm, size);
  int error = zero__socket_reach(vm, s, &target);
  while (error == 0 &&
         sendto(s->base.file, data, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                &target.at.any, target.size) < 0) {
    error = before_next_datagram(vm, s, end);
  }
  zero__socket_reached(s);
  if (error != 0) {
    return zero__socket_failed(vm, error, "%s", zero__text_bytes(text));
  }
  return zero__host_ok(vm, zero__i64(&vm->heap, (int64_t)size));
}

/* The system gives as much of a datagram as there is room for and forgets the
 * rest; it says how long the whole was. */
static zero_value received(zero_vm *vm, struct zero_socket *s,
                           const char *buffer, size_t got, size_t room,
                           const struct zero_address *from) {
  if (got > room) {
    return zero__host_refused(
        vm, ZERO_CODE_NETWORK_TOO_LONG, ZERO_CAPABILITY_NETWORK,
        "%s: %s: a datagram of %zu bytes is lost, %zu were asked for",
        zero__builtin_name(vm), name_of(s), got, room);
  }
  zero__charge_bytes(vm, got);
  zero_value items[] = {zero__bytes_new(&vm->heap, buffer, got),
                        zero__address_text(vm, from, SOCK_DGRAM)};
  return zero__host_ok(vm, zero__list(&vm->heap, items, 2));
}

ZERO_BUILTIN(socket_receive_from) {
  struct zero_socket *s = zero__want_socket(vm, args, &zero__datagram_kind);
  size_t room = zero__want_room(vm, args, 1);
  uint64_t end = zero__wait_end(zero__want_timeout(vm, args, 2));
  char *buffer = zero__handles_buffer(vm, room);
  struct zero_address from;
  for (;;) {
    zero__address_blank(&from);
    ssize_t got = recvfrom(s->base.file, buffer, room,
                           MSG_DONTWAIT | MSG_TRUNC, &from.at.any, &from.size);
    if (got >= 0) {
      return received(vm, s, buffer, (size_t)got, room, &from);
    }
    int error = errno == EINTR ? 0 : before_next(vm, s, POLLIN, end);
    if (error != 0) return zero__socket_failed(vm, error, "%s", name_of(s));
  }
}

/* --- both ---------------------------------------------------------------- */

ZERO_BUILTIN(socket_address) {
  static const struct zero_handle_kind *const kinds[] = {
      &zero__stream_kind, &zero__listener_kind, &zero__datagram_kind};
  struct zero_socket *s = (struct zero_socket *)(void *)zero__handle_use_any(
      vm, args[0], kinds, 3, "a socket");
  if (s->base.kind != &zero__stream_kind) return s->address;
  return zero__socket_own_address(vm, s, SOCK_STREAM);
}
