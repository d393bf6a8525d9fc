/* key.h - the keys of a Map: which values may be one, and when two are the
 * same. Their hash is zero__key_hash of value/compare.h. */
#ifndef ZERO_VALUE_KEY_H
#define ZERO_VALUE_KEY_H

#include "value/text.h"
#include "value/word.h"

/* I64, Text, Bool or Unit. */
static inline bool zero__is_key(zero_value v) {
  return zero__is_small(v) || zero__is_text(v) || zero__is_bool(v) ||
         zero__is_unit(v) || zero__is_i64(v);
}

/* Of two keys. The same object is met most often, so its word is compared
 * before anything it points to is touched. Not charged: a builtin that is given
 * a long key charges for its hash and this one comparison. */
static inline bool zero__same_key(zero_value a, zero_value b) {
  if (zero__same(a, b)) return true;
  if (zero__is_text(a)) return zero__is_text(b) && zero__text_equal(NULL, a, b);
  return zero__is_object(a) && zero__is_object(b) &&
         zero__i64_number(a) == zero__i64_number(b);
}

#endif
