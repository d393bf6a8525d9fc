/* origin.h - the text that code was made from.
 *
 * It stands left of the source room, which reads such texts, because code
 * names the text it came from and images carry it along. */
#ifndef ZERO_CODE_ORIGIN_H
#define ZERO_CODE_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

struct zero_source {
  const char *name;  /* as shown to people: a path, "<eval>", "<stdin>" */
  const char *bytes; /* NUL behind the last */
  size_t size;       /* less than 4 GiB: spans are 32-bit */
  bool library;      /* of lib/core: no place that a program's author wrote */
};

#endif
