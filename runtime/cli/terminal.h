/* terminal.h - what people see: messages, errors with their line, colours.
 *
 * Everything here goes to standard error, after what the program printed. */
#ifndef ZERO_CLI_TERMINAL_H
#define ZERO_CLI_TERMINAL_H

#include "zero.h"

/* Writes "zero: " and the sentence. */
void cli_complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Writes errors or warnings, each with its place, its line with a caret and
 * its trace; all that `error` leads on to. */
void cli_show_errors(const zero_error *error);

#endif
