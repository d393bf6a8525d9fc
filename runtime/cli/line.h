/* line.h - lines for people, on standard error and output alike.
 *
 * A message may hold anything: a path, a text that a program raised, a line of
 * a source. Written raw, it could colour or move what a terminal shows, or
 * forge another message. So every message is written here, and one line stays
 * one line. What a program prints itself does not pass here. */
#ifndef ZERO_CLI_LINE_H
#define ZERO_CLI_LINE_H

#include <stdio.h>

/* Sets the character encoding. Called once, before any thread. */
void cli_line_start(void);

/* Write a part of a line, and the rest of a line with its end. Controls (C0,
 * C1, of writing direction, separators of lines) are written as 0x0 writes them
 * in a text, \n or \u{1b}; a byte that is not UTF-8 as U+FFFD. */
void cli_part(FILE *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void cli_line(FILE *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One character as it stands in a source line that is shown. */
struct cli_shown {
  const char *bytes;
  size_t size;
  int columns;
};

/* Takes the character at *at, which is before `end`. Here a control is '?', so
 * that columns stay, and a tab a tab. */
struct cli_shown cli_next_shown(const char **at, const char *end);

#endif
