/* zero/value.h - the machine word of a 0x0 value.
 *
 * A value is one 64-bit word. Its bits are private to the runtime
 * (runtime/value/word.h draws them); hosts copy it and never look inside. The
 * all-zero word is no value: functions return it if they have none, and
 * zero_is_none tests for it. */
#ifndef ZERO_VALUE_H
#define ZERO_VALUE_H

#include <stdint.h>

typedef struct zero_value {
  uint64_t bits;
} zero_value;

/* Returns: 1 if `value` is the all-zero word, which is no value; 0 if not. */
static inline int zero_is_none(zero_value value) {
  return value.bits == 0;
}

#endif
