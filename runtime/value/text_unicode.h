/* text_unicode.h - what Unicode says of characters, and the operations on Text
 * that need it.
 *
 * The only door to utf8proc (Unicode 15). Every operation has a path for
 * ASCII that asks no table, and returns its argument where that would be
 * equal to the result. */
#ifndef ZERO_VALUE_TEXT_UNICODE_H
#define ZERO_VALUE_TEXT_UNICODE_H

#include "base/heap.h"
#include "value/word.h"

/* Simple case mapping of each code point: the count stays as it is. */
zero_value zero__text_upper(struct zero_heap *heap, zero_value text);
zero_value zero__text_lower(struct zero_heap *heap, zero_value text);

/* Without white space (White_Space property) at both ends. */
zero_value zero__text_trim(struct zero_heap *heap, zero_value text);

/* "letter" (category L), "digit" (Nd), "space" (White_Space),
 * "punctuation" (P) or "other". */
const char *zero__text_class(uint32_t code_point);

/* `form` is "NFC" "NFD" "NFKC" "NFKD"; ZERO_NONE for another. Linear, also
 * in long runs of combining marks. */
zero_value zero__text_normalize(struct zero_heap *heap, zero_value text,
                                const char *form);

/* Number of extended grapheme clusters (UAX #29). */
size_t zero__text_graphemes(struct zero_heap *heap, zero_value text);

/* Byte offset of the end of the cluster that begins at byte offset `from`,
 * which is less than the size. */
size_t zero__text_grapheme_next(struct zero_heap *heap, zero_value text,
                                size_t from);

#endif
