/* utf8.h - UTF-8 as bytes: validate, step, count. Knows no Unicode
 * properties. Rules: RFC 3629; NUL is refused because 0x0 texts end at it. */
#ifndef ZERO_BASE_UTF8_H
#define ZERO_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ZERO_UTF8_MAX = 4 }; /* bytes of the longest character */

/* Returns how many of the first `size` bytes are a valid text without NUL:
 * `size` if all are, else the offset of the first byte that is wrong.
 * *count gets the code points in that part; it may be NULL. */
size_t zero__utf8_valid(const char *bytes, size_t size, size_t *count);

/* Returns true if a C string is a valid text. */
bool zero__utf8_string(const char *string);

/* Returns the longest prefix of a valid text, perhaps cut in the middle of
 * its last character, that ends between characters. */
size_t zero__utf8_whole(const char *bytes, size_t size);

/* Returns how many code points the `size` bytes of a valid text are. */
size_t zero__utf8_count(const char *bytes, size_t size);

/* Returns the code point at `bytes` of a valid text and its length in
 * *length. */
uint32_t zero__utf8_get(const char *bytes, size_t *length);

/* Writes `code_point` (a scalar value) to `bytes` and nothing after it; returns
 * its length, 1 to 4. */
size_t zero__utf8_put(char *bytes, uint32_t code_point);

/* Returns true if `code_point` is a Unicode scalar value: at most 10FFFF
 * and no surrogate. */
static inline bool zero__utf8_scalar(uint64_t code_point) {
  return code_point < 0xD800 ||
         (code_point > 0xDFFF && code_point <= 0x10FFFF);
}

/* Returns the length of the character that `lead` begins in a valid text. */
static inline size_t zero__utf8_length(char lead) {
  unsigned byte = (unsigned char)lead;
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/* Returns true if `byte` continues a character. */
static inline bool zero__utf8_continues(char byte) {
  return ((unsigned char)byte & 0xC0) == 0x80;
}

#endif
