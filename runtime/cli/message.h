/* message.h - what people see: lines, errors with their place, colours.
 *
 * A message may hold anything: a path, a text that a program raised, a line of
 * a source. Written raw, it could colour or move what a terminal shows, or
 * forge another message. So every message is written here, and one line stays
 * one line. What a program prints itself does not pass here. */
#ifndef ZERO_CLI_MESSAGE_H
#define ZERO_CLI_MESSAGE_H

#include <stdio.h>

#include "zero.h"

/* Sets the character encoding, the first time. Messages do it themselves: most
 * runs show none. Never called beside another thread. */
void cli_message_start(void);

/* Writes a line. Controls (C0, C1, of writing direction, separators of lines)
 * are written as 0x0 writes them in a text, \n or \u{1b}; a byte that is not
 * UTF-8 as U+FFFD. */
void cli_line(FILE *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes "zero: " and the sentence to standard error, after what the program
 * printed. */
void cli_complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Writes errors or warnings there, each with its place, its line with a caret
 * and its trace; all that `error` leads on to. */
void cli_show_errors(const zero_error *error);

#endif
