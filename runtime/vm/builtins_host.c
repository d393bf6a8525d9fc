/* builtins_host.c - arguments, environment, clocks, random numbers.
 *
 * The VM has checked the capability before any of these runs. */
#include "vm/builtins.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "layout/layout.h"
#include "value/bytes.h"
#include "value/number.h"
#include "value/text.h"

/* --- the process --------------------------------------------------------- */

ZERO_BUILTIN(argv) {
  return zero_is_none(vm->args) ? ZERO_EMPTY : vm->args;
}

ZERO_BUILTIN(env) {
  zero_value name = zero__want_text(vm, args, 0);
  const char *value = getenv(zero__text_bytes(name));
  if (value == NULL) return zero__none(vm);
  size_t size = strlen(value);
  zero_value text = zero__text_checked(&vm->heap, value, size, NULL);
  if (!zero_is_none(text)) return zero__some(vm, text);
  char brief[ZERO_BRIEF];
  zero__brief(&vm->heap, name, brief);
  zero__raise(&vm->heap, ZERO_CODE_HOST_NOT_TEXT,
              "env: the value of %s is not UTF-8", brief);
}

/* 63 bits of nanoseconds last until the year 2262. */
ZERO_BUILTIN(now) {
  const int64_t second = 1000000000;
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return zero__i64(&vm->heap, time.tv_sec * second + time.tv_nsec);
}

ZERO_BUILTIN(clock) {
  return zero__i64(&vm->heap, (int64_t)zero__now());
}

ZERO_NORETURN static void raise_no_chance(zero_vm *vm) {
  zero__raise(&vm->heap, ZERO_CODE_HOST_FAILED,
              "%s: the system gave no random bytes", zero__builtin_name(vm));
}

/* Numbers below the remainder of 2^64 by the bound would be too frequent, and
 * are drawn again. */
ZERO_BUILTIN(random) {
  int64_t bound = zero__want_i64(vm, args, 0);
  if (bound < 1) {
    zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
                "random: the bound must be at least 1, found %" PRId64,
                bound);
  }
  uint64_t range = (uint64_t)bound;
  uint64_t drawn;
  do {
    if (!zero__draw(&drawn, sizeof drawn)) raise_no_chance(vm);
  } while (drawn < -range % range);
  return zero__i64(&vm->heap, (int64_t)(drawn % range));
}

ZERO_BUILTIN(random_bytes) {
  int64_t size = zero__want_i64(vm, args, 0);
  if (size < 0) {
    zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
                "random-bytes: the count must be at least 0, found %" PRId64,
                size);
  }
  zero_value bytes = zero__bytes_new(&vm->heap, NULL, (size_t)size);
  unsigned char *data = zero__bytes(bytes)->data;
  for (size_t left = (size_t)size; left > 0;) {
    size_t part = zero__heap_portion(&vm->heap, left);
    if (!zero__draw(data, part)) raise_no_chance(vm);
    data += part;
    left -= part;
  }
  return bytes;
}
