/* sentence.h - sentences for people, with words from outside.
 *
 * Paths, names and words of the system or the host need not be UTF-8. A
 * sentence always is: every one is made here, and no code checks it again. */
#ifndef ZERO_BASE_SENTENCE_H
#define ZERO_BASE_SENTENCE_H

#include <stdarg.h>
#include <stddef.h>

#include "base/platform.h"

/* Writes a sentence as snprintf does, cut between characters if it does not fit
 * into `room` bytes, at least one. Each byte that is not part of a character
 * becomes U+FFFD. */
void zero__sentence(char *text, size_t room, const char *format, ...)
    ZERO_PRINTF(3, 4);
void zero__sentence_of(char *text, size_t room, const char *format,
                       va_list arguments);

/* The system's sentence about an errno, in English in every locale. */
const char *zero__host_reason(int error);

#endif
