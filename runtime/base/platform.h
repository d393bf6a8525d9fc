/* platform.h - what the runtime assumes of the machine, compiled.
 *
 * Every assumption that C leaves to the implementation is an assertion here, so
 * that a port which breaks one does not build. */
#ifndef ZERO_BASE_PLATFORM_H
#define ZERO_BASE_PLATFORM_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

_Static_assert(CHAR_BIT == 8, "bytes have eight bits");
_Static_assert(sizeof(void *) == 8, "pointers fit the value word");
_Static_assert(sizeof(size_t) == 8, "sizes are 64-bit");
_Static_assert((int64_t)-1 >> 1 == -1, "right shift keeps the sign");
_Static_assert((uint64_t)(int64_t)-1 == UINT64_MAX, "two's complement");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "layouts are little-endian");

/* Bytes: more than any process can address. A host that claims this many is
 * refused. */
#define ZERO_ADDRESSES ((size_t)1 << 52)

#define ZERO_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define ZERO_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define ZERO_NORETURN _Noreturn
#define ZERO_PRINTF(text, first) \
  __attribute__((format(printf, text, first)))
#define ZERO_COLD __attribute__((cold, noinline))
/* For a function with an array, or a local whose address is taken: inlined into
 * its caller, it would make the compiler guard the stack of the caller too,
 * also on the short path that does not pass here. */
#define ZERO_APART __attribute__((noinline))

#endif
