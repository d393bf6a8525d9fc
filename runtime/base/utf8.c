/* utf8.c - UTF-8 as bytes. */
#include "base/utf8.h"

#include <string.h>

static const uint64_t ones = UINT64_C(0x0101010101010101); /* one each byte */

static unsigned byte_at(const char *bytes, size_t i) {
  return (unsigned char)bytes[i];
}

/* Length of the valid character at `bytes`, of which `size` are readable; 0 if
 * it is not valid. Table 3-7 of the Unicode standard. */
static size_t character(const char *bytes, size_t size) {
  unsigned lead = byte_at(bytes, 0);
  if (lead < 0x80) return lead != 0;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  size_t length = zero__utf8_length(bytes[0]);
  if (size < length) return 0;
  unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte_at(bytes, 1) < low || byte_at(bytes, 1) > high) return 0;
  for (size_t i = 2; i < length; i++) {
    if (!zero__utf8_continues(bytes[i])) return 0;
  }
  return length;
}

/* ASCII that is not NUL is passed eight bytes at a time. */
size_t zero__utf8_valid(const char *bytes, size_t size, size_t *count) {
  const uint64_t high = UINT64_C(0x8080808080808080);
  size_t at = 0, points = 0;
  while (at < size) {
    for (uint64_t word; size - at >= 8; at += 8, points += 8) {
      memcpy(&word, bytes + at, 8);
      if (((word | (word - ones)) & high) != 0) break;
    }
    if (at == size) break;
    size_t length = character(bytes + at, size - at);
    if (length == 0) break;
    at += length;
    points++;
  }
  if (count != NULL) *count = points;
  return at;
}

bool zero__utf8_string(const char *string) {
  size_t size = strlen(string);
  return zero__utf8_valid(string, size, NULL) == size;
}

/* How many bytes of a word, 10xxxxxx, continue a character. */
static size_t continuations(uint64_t word) {
  uint64_t continued = word >> 7 & ~(word >> 6) & ones;
  return (size_t)(continued * ones >> 56);
}

size_t zero__utf8_count(const char *bytes, size_t size) {
  size_t count = size, at = 0;
  for (; size - at >= 8; at += 8) {
    uint64_t word;
    memcpy(&word, bytes + at, 8);
    count -= continuations(word);
  }
  if (size - at >= 4) {
    uint32_t half;
    memcpy(&half, bytes + at, 4);
    count -= continuations(half);
    at += 4;
  }
  for (; at < size; at++) count -= zero__utf8_continues(bytes[at]);
  return count;
}

size_t zero__utf8_whole(const char *bytes, size_t size) {
  size_t start = size;
  while (start > 0 && zero__utf8_continues(bytes[start - 1])) start--;
  if (start == 0) return 0;
  start--;
  return start + character(bytes + start, size - start) == size ? size : start;
}

uint32_t zero__utf8_get(const char *bytes, size_t *length) {
  unsigned lead = byte_at(bytes, 0);
  *length = zero__utf8_length(bytes[0]);
  if (*length == 1) return lead;
  uint32_t point = lead & (0x7Fu >> *length);
  for (size_t i = 1; i < *length; i++) {
    point = point << 6 | (byte_at(bytes, i) & 0x3F);
  }
  return point;
}

size_t zero__utf8_put(char *bytes, uint32_t code_point) {
  if (code_point < 0x80) {
    bytes[0] = (char)code_point;
    return 1;
  }
  size_t length = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
  for (size_t i = length; i-- > 1; code_point >>= 6) {
    bytes[i] = (char)(0x80 | (code_point & 0x3F));
  }
  bytes[0] = (char)((0xF00u >> length & 0xF0u) | code_point);
  return length;
}
