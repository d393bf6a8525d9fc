/* text.h - Text: making it, and every operation on its code points.
 *
 * text.c knows UTF-8 and no Unicode properties; operations that need those are
 * in text_unicode.c. Offsets are code points unless they say bytes. All charge
 * for what they walk. A Text has at most ZERO_TEXT_MAX bytes; making a longer
 * one raises TEXT_TOO_LONG. A Text never changes once it is visible, so an
 * operation that has nothing to do returns its argument. */
#ifndef ZERO_VALUE_TEXT_H
#define ZERO_VALUE_TEXT_H

#include "base/heap.h"
#include "value/word.h"

enum { ZERO_TEXT_STRIDE = 64 }; /* code points for each index offset */
#define ZERO_TEXT_MAX (UINT32_MAX - 16)

/* Raises TEXT_TOO_LONG if no Text has `size` bytes. */
void zero__text_fits(struct zero_heap *heap, size_t size);

/* Room for a Text of `size` bytes and `count` code points: the NUL is there,
 * the caller fills the bytes before the value is used. */
struct zero_text *zero__text_blank(struct zero_heap *heap, size_t size,
                                   size_t count);

/* Text of `size` bytes known to be valid UTF-8 without NUL. */
zero_value zero__text_new(struct zero_heap *heap, const char *bytes,
                          size_t size);

/* The same of bytes from outside; ZERO_NONE if they are not valid, and the
 * offset of the first bad byte in *bad (may be NULL). Bytes beyond the limit of
 * a Text are not read. */
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

static inline bool zero__text_is_ascii(zero_value text) {
  return (zero__text(text)->flags & ZERO_TEXT_ASCII) != 0;
}

/* Costs nothing if `heap` is NULL. */
bool zero__text_equal(struct zero_heap *heap, zero_value a, zero_value b);
bool zero__text_is(zero_value text, const char *string);

/* Order of code points: negative, 0, positive. The same of `heap`. */
int zero__text_compare(struct zero_heap *heap, zero_value a, zero_value b);

/* How many consecutive keys have hashes that differ only in their last bits: so
 * many texts that differ in the last bits of their last byte, as "key0" to
 * "key7" do. */
enum { ZERO_RUN = 8 };

/* Never 0, and kept in the text. Costs nothing if `heap` is NULL. */
uint32_t zero__text_hash(struct zero_heap *heap, zero_value text);

/* Byte offset of code point `index`, index <= count. */
size_t zero__text_offset(struct zero_heap *heap, zero_value text, size_t index);

zero_value zero__text_cat(struct zero_heap *heap, const zero_value *texts,
                          size_t count);

/* Code points `from` up to `to`, which is left out; from <= to <= count. */
zero_value zero__text_slice(struct zero_heap *heap, zero_value text,
                            size_t from, size_t to);

/* Code point index of the first `needle` at or after byte offset `from`
 * bytes, or -1; *bytes gets its byte offset. The empty needle is found. */
int64_t zero__text_find(struct zero_heap *heap, zero_value text,
                        zero_value needle, size_t from, size_t *bytes);

/* List of the parts between separators, empty ones included; an empty
 * separator raises TYPE_MISMATCH. */
zero_value zero__text_split(struct zero_heap *heap, zero_value text,
                            zero_value separator);

/* The size of joined Texts, added up item by item by the code that walks the
 * items anyway: a long list is walked as seldom as possible. */
struct zero_join {
  uint64_t items;
  uint64_t size;   /* bytes, separators left out */
  uint64_t points; /* code points, the same */
};

static inline void zero__join_add(struct zero_join *join, zero_value item) {
  join->items++;
  join->size += zero__text_size(item);
  join->points += zero__text_count(item);
}

/* The Texts of `list`, which `join` is about, with `separator` between. Raises
 * TEXT_TOO_LONG. */
zero_value zero__text_join(struct zero_heap *heap, zero_value list,
                           zero_value separator, const struct zero_join *join);

/* Code point at `index`, index < count. */
uint32_t zero__text_code(struct zero_heap *heap, zero_value text, size_t index);

/* The following needs Unicode 15, from utf8proc. Each has a path for ASCII that
 * asks no table.
 *
 * Simple case mapping of each code point: the count stays as it is. */
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
