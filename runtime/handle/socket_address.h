/* socket_address.h - addresses of sockets, as Text and as the system has them.
 *
 *   tcp:127.0.0.1:8080  tcp:[::1]:8080   streams
 *   udp:127.0.0.1:53    udp:[::1]:53     datagrams
 *   unix:/path                           either
 *
 * A host is a number, or localhost, which is 127.0.0.1 and also the default, as
 * in tcp:8080 or tcp::8080. A port, and the number of an interface in
 * [fe80::1%2], have no leading zeros; an IPv4 address is not written in IPv6
 * form, [::ffff:127.0.0.1]. So an address outside the machine is always spelled
 * out, and no name is ever looked up. */
#ifndef ZERO_HANDLE_SOCKET_ADDRESS_H
#define ZERO_HANDLE_SOCKET_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "vm/vm.h"

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

/* Makes room for an address that the system fills in. */
void zero__address_blank(struct zero_address *address);

/* The Text of an address that the system filled in. A socket of a process
 * without a path in UTF-8 is "unix:". */
zero_value zero__address_text(zero_vm *vm, const struct zero_address *address,
                              int type);

/* True if a peer could be at it: its port is not 0, its path not empty. */
bool zero__address_is_somebody(const struct zero_address *address);

#endif
