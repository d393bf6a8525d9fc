/* sentence.h - sentences for people, made of whatever they name.
 *
 * Paths, names and words of the system or the host need not be UTF-8. A
 * sentence always is: every one is made here, and no code checks it again. */
#ifndef ZERO_BASE_SENTENCE_H
#define ZERO_BASE_SENTENCE_H

#include <stdarg.h>
#include <stddef.h>

#include "base/platform.h"

/* Writes a sentence as snprintf does, cut between characters where it does
 * not fit into `room` bytes, of which there is at least one. Each byte that
 * belongs to no character becomes U+FFFD. */
void zero__sentence(char *text, size_t room, const char *format, ...)
    ZERO_PRINTF(3, 4);
void zero__sentence_of(char *text, size_t room, const char *format,
                       va_list arguments);

/* The system's sentence about an errno, in English in every locale. */
const char *zero__host_reason(int error);

#endif
