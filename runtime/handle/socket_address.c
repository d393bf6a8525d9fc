/* socket_address.c - addresses of sockets, as Text and as the system has
 * them. */
#include "handle/socket_address.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "value/text.h"

enum {
  HOST_ROOM = 64,
  DIGITS = 10,
  LONGEST = HOST_ROOM + 16, /* host and port */
  PATH_AT = offsetof(struct sockaddr_un, sun_path),
};

/* A decimal number without sign or leading zeros, which some read as octal, of
 * at most ten digits. */
static bool read_number(const char *text, uint64_t most, uint64_t *number) {
  size_t size = strnlen(text, DIGITS + 1);
  *number = 0;
  if (text[0] == '0' && size > 1) return false;
  for (size_t i = 0; i < size; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    *number = *number * 10 + (uint64_t)(text[i] - '0');
  }
  return size > 0 && size <= DIGITS && *number <= most;
}

static const char no_host[] =
    "its host is neither a number, IPv6 in brackets, nor localhost";

/* Returns what is wrong with the host, or NULL. It may end in a % and the
 * number of an interface, from 1. A mapped IPv4 address is refused: these
 * sockets are for IPv6 only and would never reach it. */
static const char *read_v6(struct zero_address *address, char *host,
                           in_port_t port) {
  struct sockaddr_in6 *v6 = &address->at.v6;
  uint64_t zone = 0;
  char *percent = strchr(host, '%');
  if (percent != NULL) {
    *percent = '\0';
    if (!read_number(percent + 1, UINT32_MAX, &zone) || zone == 0) {
      return "the part after its % is not the number of an interface";
    }
  }
  v6->sin6_family = AF_INET6;
  v6->sin6_port = port;
  v6->sin6_scope_id = (uint32_t)zone;
  address->size = sizeof *v6;
  if (inet_pton(AF_INET6, host, &v6->sin6_addr) != 1) return no_host;
  return IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)
             ? "its host is an IPv4 address in IPv6 form; write a.b.c.d"
             : NULL;
}

static const char *read_internet(struct zero_address *address,
                                 const char *text) {
  char host[HOST_ROOM] = "";
  uint64_t number;
  if (strnlen(text, LONGEST) == LONGEST) return no_host;
  const char *colon = strrchr(text, ':');
  const char *port = colon != NULL ? colon + 1 : text;
  size_t size = colon != NULL ? (size_t)(colon - text) : 0;
  if (!read_number(port, UINT16_MAX, &number)) {
    return port[0] == '0' ? "its port has a leading zero"
                          : "its port is not a number from 0 to 65535";
  }
  in_port_t in_order = htons((uint16_t)number);
  bool bracketed = size >= 2 && text[0] == '[' && text[size - 1] == ']';
  if (size >= sizeof host) return no_host;
  memcpy(host, bracketed ? text + 1 : text, bracketed ? size - 2 : size);
  if (bracketed) return read_v6(address, host, in_order);
  bool here = host[0] == '\0' || strcmp(host, "localhost") == 0;
  if (here) strcpy(host, "127.0.0.1");
  struct sockaddr_in *v4 = &address->at.v4;
  v4->sin_family = AF_INET;
  v4->sin_port = in_order;
  address->size = sizeof *v4;
  return inet_pton(AF_INET, host, &v4->sin_addr) == 1 ? NULL : no_host;
}

const char *zero__address_read(struct zero_address *address, int type,
                               const char *text) {
  zero__address_blank(address);
  bool stream = type == SOCK_STREAM;
  if (strncmp(text, stream ? "tcp:" : "udp:", 4) == 0) {
    return read_internet(address, text + 4);
  }
  if (strncmp(text, "unix:", 5) != 0) {
    return stream ? "it begins with neither tcp: nor unix:"
                  : "it begins with neither udp: nor unix:";
  }
  const char *path = text + 5;
  struct sockaddr_un *local = &address->at.local;
  size_t size = strnlen(path, sizeof local->sun_path);
  if (size == 0 && stream) return "it has no path";
  if (size >= sizeof local->sun_path) {
    return "its path is longer than the 107 bytes that the system allows";
  }
  local->sun_family = AF_UNIX;
  memcpy(local->sun_path, path, size);
  address->size = (socklen_t)(PATH_AT + (size > 0 ? size + 1 : 0));
  return NULL;
}

bool zero__address_is_somebody(const struct zero_address *address) {
  switch (address->at.any.sa_family) {
    case AF_INET: return address->at.v4.sin_port != 0;
    case AF_INET6: return address->at.v6.sin6_port != 0;
    default: return address->at.local.sun_path[0] != '\0';
  }
}

void zero__address_blank(struct zero_address *address) {
  static const struct zero_address blank;
  *address = blank;
  address->size = sizeof address->at;
}

zero_value zero__address_text(zero_vm *vm, const struct zero_address *address,
                              int type) {
  enum { MOST = sizeof address->at.local.sun_path };
  const char *scheme = type == SOCK_STREAM ? "tcp" : "udp";
  const struct sockaddr_in6 *v6 = &address->at.v6;
  char host[HOST_ROOM] = "";
  char text[2 * HOST_ROOM] = "unix:";
  if (address->at.any.sa_family == AF_INET) {
    inet_ntop(AF_INET, &address->at.v4.sin_addr, host, sizeof host);
    snprintf(text, sizeof text, "%s:%s:%u", scheme, host,
             ntohs(address->at.v4.sin_port));
  } else if (address->at.any.sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
    if (v6->sin6_scope_id != 0) {
      size_t size = strlen(host);
      snprintf(host + size, sizeof host - size, "%%%" PRIu32,
               v6->sin6_scope_id);
    }
    snprintf(text, sizeof text, "%s:[%s]:%u", scheme, host,
             ntohs(v6->sin6_port));
  } else {
    size_t size = address->size > PATH_AT ? address->size - PATH_AT : 0;
    size = strnlen(address->at.local.sun_path, size < MOST ? size : MOST);
    memcpy(text + 5, address->at.local.sun_path, size);
    zero_value whole = zero__text_checked(&vm->heap, text, 5 + size, NULL);
    if (!zero_is_none(whole)) return whole;
    text[5] = '\0';
  }
  return zero__text_of(&vm->heap, text);
}
