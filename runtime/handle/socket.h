/* socket.h - sockets as handles; for the handle room.
 *
 * Three kinds, one for each mode of a SocketHandle. Every descriptor is
 * non-blocking and closed in programs that are started. */
#ifndef ZERO_HANDLE_SOCKET_H
#define ZERO_HANDLE_SOCKET_H

#include "handle/socket_address.h"
#include "handle/handle.h"

struct zero_socket {
  struct zero_handle base;
  zero_value address; /* Text: of its peer where it is a stream, else its own */
  zero_value own;     /* Text: its own where that has a path; else no value */
  int spare;          /* a listener's, for when no descriptor is left; -1 */
  unsigned short family;
  bool shut;          /* one way at least */
  int reached;        /* the file that it connects or sends to now; -1 */
  int directory;      /* of the file that is its own, -1 where it has none: */
  char name[sizeof ((struct sockaddr_un *)NULL)->sun_path];
  dev_t device;
  ino_t inode;
};

extern const struct zero_handle_kind zero__stream_kind;
extern const struct zero_handle_kind zero__listener_kind;
extern const struct zero_handle_kind zero__datagram_kind;

/* Argument 0 as a socket of a kind. Raises as zero__handle_use does. */
struct zero_socket *zero__want_socket(zero_vm *vm, zero_value *args,
                                      const struct zero_handle_kind *kind);

/* A reserved socket of a kind, without a descriptor. */
struct zero_socket *zero__socket_reserve(zero_vm *vm,
                                         const struct zero_handle_kind *kind);

/* Opens its descriptor. Returns 0 or errno. */
int zero__socket_open(struct zero_socket *s,
                      const struct zero_address *address, int type);

/* Gives it an address, whose Text is `text`, and notes the file that this
 * makes, to be removed at the end. The path of a Unix socket means what
 * handle/file_root.h says. Returns 0 or errno. */
int zero__socket_bind(zero_vm *vm, struct zero_socket *s,
                      const struct zero_address *address, zero_value text);

/* Lets the address of another socket mean what its path means. It is good
 * until this is done again or zero__socket_reached is called. Returns 0 or
 * errno. */
int zero__socket_reach(zero_vm *vm, struct zero_socket *s,
                       struct zero_address *address);
void zero__socket_reached(struct zero_socket *s);

/* A stream sends what it is given at once: a program that writes an answer in
 * two parts is not to wait for an acknowledgement between them. */
void zero__socket_hurry(const struct zero_socket *s);

/* Its own address as the system knows it. Raises HOST_FAILED. */
zero_value zero__socket_own_address(zero_vm *vm, const struct zero_socket *s,
                                    int type);

/* The HostOk of the live value of a socket. */
zero_value zero__socket_publish(zero_vm *vm, struct zero_socket *s);

/* Waits for `events` until the moment `end` (zero__wait_end). Returns 0 where
 * it is ready, errno, or ZERO_TIME_OVER. */
enum { ZERO_TIME_OVER = -1 };
int zero__socket_wait(zero_vm *vm, int file, short events, uint64_t end);

/* Waits a moment for room in the queue of another Unix socket, of which the
 * system tells nobody. Returns 0, or ZERO_TIME_OVER. */
int zero__socket_pause(zero_vm *vm, uint64_t end);

/* The HostErr of errno or ZERO_TIME_OVER; `format` says of what. */
zero_value zero__socket_failed(zero_vm *vm, int error, const char *format,
                               ...) ZERO_PRINTF(3, 4);

/* The HostErr of an address that is none; `why` as zero__address_read. */
zero_value zero__socket_refused(zero_vm *vm, zero_value address,
                                const char *why);

#endif
