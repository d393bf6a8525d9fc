/* socket.h - sockets as handles, and where they are; for the handle room.
 *
 * Three kinds, one for each mode of a SocketHandle. Every descriptor is
 * non-blocking and closed in programs that are started. Addresses are Text:
 *
 *   tcp:127.0.0.1:8080  tcp:[::1]:8080   streams
 *   udp:127.0.0.1:53    udp:[::1]:53     datagrams
 *   unix:/path                           either
 *
 * A host is a number, or localhost, which is 127.0.0.1; where it is left out,
 * tcp:8080 or tcp::8080, it is that too. A port, and the number of an interface
 * in [fe80::1%2], have no leading zeros; an IPv4 address is not written in IPv6
 * form, [::ffff:127.0.0.1]. So what leaves the machine is always spelled out,
 * and no name is ever asked of anybody. */
#ifndef ZERO_HANDLE_SOCKET_H
#define ZERO_HANDLE_SOCKET_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "handle/handle.h"

/* --- addresses ----------------------------------------------------------- */

struct zero_address {
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
  } at;
  socklen_t size;
};

/* Reads the address of a socket of `type`, SOCK_STREAM or SOCK_DGRAM. Returns
 * NULL, or what is wrong with it. */
const char *zero__address_read(struct zero_address *address, int type,
                               const char *text);

/* Makes room for what the system is to fill in. */
void zero__address_blank(struct zero_address *address);

/* The Text of what the system filled in. A socket of a process without a path
 * in UTF-8 is "unix:". */
zero_value zero__address_text(zero_vm *vm, const struct zero_address *address,
                              int type);

/* True where a peer could be at it: its port is not 0, its path not empty. */
bool zero__address_is_somebody(const struct zero_address *address);

/* --- sockets ------------------------------------------------------------- */

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
extern const struct zero_handle_kind zero__datagram_kind;

/* Argument 0 as a socket of a kind. Raises as zero__handle_use does. */
struct zero_socket *zero__want_socket(zero_vm *vm, zero_value *args,
                                      const struct zero_handle_kind *kind);

/* Lets the address of another socket mean what its path means. It is good
 * until this is done again or zero__socket_reached is called. Returns 0 or
 * errno. */
int zero__socket_reach(zero_vm *vm, struct zero_socket *s,
                       struct zero_address *address);
void zero__socket_reached(struct zero_socket *s);

/* Milliseconds between two looks whether there is room in the queue of another
 * Unix socket, of which the system tells nobody. */
enum { ZERO_SOCKET_PAUSE = 1 };

/* The HostErr of errno or ZERO_TIME_OVER; `format` says of what. */
zero_value zero__socket_failed(zero_vm *vm, int error, const char *format,
                               ...) ZERO_PRINTF(3, 4);

/* The HostErr of an address that is none; `why` as zero__address_read. */
zero_value zero__socket_refused(zero_vm *vm, zero_value address,
                                const char *why);

#endif
