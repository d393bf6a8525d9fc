/* zero/value.h - the machine word of a 0x0 value.
 *
 * A value is one 64-bit word. Its bits are private to the runtime
 * (runtime/value/word.h draws them); hosts pass it by copy and never look
 * inside. The all-zero word is no value: functions answer it where they
 * have none, and it may be tested with zero_is_none. */
#ifndef ZERO_VALUE_H
#define ZERO_VALUE_H

#include <stdint.h>

typedef struct zero_value {
  uint64_t bits;
} zero_value;

/* Returns 1 where `value` is the all-zero word, which is no value. */
static inline int zero_is_none(zero_value value) {
  return value.bits == 0;
}

#endif
