/* sentence.c - sentences for people, with words from outside. */
#include "base/sentence.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const char replacement[] = "\xEF\xBF\xBD";

enum { REPLACEMENT = sizeof replacement - 1 };

/* Puts U+FFFD for the byte at `at` of the `size` in `text`. Text that then has
 * no room is left out. Returns the size. */
static size_t replace(char *text, size_t room, size_t size, size_t at) {
  if (room - 1 - at < REPLACEMENT) return at;
  size_t rest = size - at - 1, left = room - 1 - at - REPLACEMENT;
  bool cut = rest > left;
  if (cut) rest = left;
  memmove(text + at + REPLACEMENT, text + at + 1, rest);
  memcpy(text + at, replacement, REPLACEMENT);
  size = at + REPLACEMENT + rest;
  return cut ? zero__utf8_whole(text, size) : size;
}

void zero__sentence_of(char *text, size_t room, const char *format,
                       va_list arguments) {
  int written = vsnprintf(text, room, format, arguments);
  size_t size = strlen(text);
  bool cut = written < 0 || (size_t)written >= room;
  if (cut) size = zero__utf8_whole(text, size);
  size_t at = zero__utf8_valid(text, size, NULL);
  while (at < size) {
    size = replace(text, room, size, at);
    at += zero__utf8_valid(text + at, size - at, NULL);
  }
  text[size] = '\0';
}

void zero__sentence(char *text, size_t room, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  zero__sentence_of(text, room, format, arguments);
  va_end(arguments);
}

const char *zero__host_reason(int error) {
  const char *known = strerrordesc_np(error);
  return known != NULL ? known : "the system gave no reason";
}
