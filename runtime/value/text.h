/* text.h - Text: making it, and every operation on its code points.
 *
 * The only file that asks utf8proc (Unicode 15). Offsets in this header are
 * code points unless they say bytes. A Text is at most ZERO_TEXT_MAX bytes;
 * a longer one raises TEXT_TOO_LONG. */
#ifndef ZERO_VALUE_TEXT_H
#define ZERO_VALUE_TEXT_H

#include "base/heap.h"
#include "value/word.h"

enum { ZERO_TEXT_STRIDE = 64 }; /* code points for each index offset */
#define ZERO_TEXT_MAX (UINT32_MAX - 16)

/* Text of `size` bytes known to be valid UTF-8 without NUL. */
zero_value zero__text_new(struct zero_heap *heap, const char *bytes,
                          size_t size);

/* The same of bytes from outside; ZERO_NONE where they are not valid, and
 * the offset of the first bad byte in *bad (may be NULL). */
zero_value zero__text_checked(struct zero_heap *heap, const char *bytes,
                              size_t size, size_t *bad);

/* Text of a NUL-terminated C string known to be valid. */
zero_value zero__text_of(struct zero_heap *heap, const char *string);

static inline const char *zero__text_bytes(zero_value text) {
  return zero__text(text)->bytes;
}
static inline size_t zero__text_size(zero_value text) {
  return zero__text(text)->size;
}
static inline size_t zero__text_count(zero_value text) {
  return zero__text(text)->count;
}

bool zero__text_equal(zero_value a, zero_value b);
bool zero__text_is(zero_value text, const char *string);

/* Order of code points: negative, 0, positive. */
int zero__text_compare(zero_value a, zero_value b);

/* Never 0. */
uint32_t zero__text_hash(zero_value text);

/* Byte offset of code point `index`, index <= count. */
size_t zero__text_offset(zero_value text, size_t index);

zero_value zero__text_cat(struct zero_heap *heap, const zero_value *texts,
                          size_t count);
zero_value zero__text_slice(struct zero_heap *heap, zero_value text,
                            size_t from, size_t to);

/* Code point index of the first `needle` at or behind byte offset `from`
 * bytes, or -1; *bytes gets its byte offset. The empty needle is found. */
int64_t zero__text_find(zero_value text, zero_value needle, size_t from,
                        size_t *bytes);

/* List of the parts between separators; an empty separator raises
 * TYPE_MISMATCH. */
zero_value zero__text_split(struct zero_heap *heap, zero_value text,
                            zero_value separator);
zero_value zero__text_join(struct zero_heap *heap, zero_value list,
                           zero_value separator);

/* Simple case mapping of each code point. */
zero_value zero__text_upper(struct zero_heap *heap, zero_value text);
zero_value zero__text_lower(struct zero_heap *heap, zero_value text);

/* Without white space (White_Space property) at both ends. */
zero_value zero__text_trim(struct zero_heap *heap, zero_value text);

/* Code point at `index`, index < count. */
uint32_t zero__text_code(zero_value text, size_t index);

/* "letter" "digit" "space" "punctuation" "other". */
const char *zero__text_class(uint32_t code_point);

/* `form` is "NFC" "NFD" "NFKC" "NFKD"; ZERO_NONE for another. */
zero_value zero__text_normalize(struct zero_heap *heap, zero_value text,
                                const char *form);

/* Extended grapheme clusters (UAX #29). */
size_t zero__text_graphemes(zero_value text);

/* Parses all of the text as a decimal or 0x… hexadecimal I64, with the
 * reader's own rule. 0 good, 1 no number, 2 out of range. */
int zero__parse_i64(const char *bytes, size_t size, int64_t *number);

#endif
