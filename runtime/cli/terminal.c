/* terminal.c - what people see: messages, errors with their line, colours.
 *
 * Of a long line only the neighbourhood of the place is shown. */
#include "cli/terminal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/line.h"

#include "cli/standard.h"

enum {
  SHOWN_BEFORE = 60, /* characters of a long line before the place */
  SHOWN_MAX = 160,   /* and in all */
};

enum colour { PLAIN, BOLD, RED, MAGENTA, GREEN };

static const char *const escapes[] = {"\033[0m", "\033[1m", "\033[1;31m",
                                      "\033[1;35m", "\033[1;32m"};

/* https://no-color.org: a NO_COLOR that is not empty forbids colours. */
static bool colours(void) {
  const char *no_color = getenv("NO_COLOR");
  const char *term = getenv("TERM");
  return isatty(STDERR_FILENO) && (no_color == NULL || *no_color == '\0') &&
         (term == NULL || strcmp(term, "dumb") != 0);
}

static void paint(enum colour colour) {
  if (colours()) fputs(escapes[colour], stderr);
}

void cli_complain(const char *format, ...) {
  cli_standard_flush();
  va_list arguments;
  va_start(arguments, format);
  char *sentence;
  int size = vasprintf(&sentence, format, arguments);
  va_end(arguments);
  cli_line(stderr, "zero: %s", size < 0 ? "no memory" : sentence);
  if (size >= 0) free(sentence);
}

/* Writes the part of a line from character `from` on, counted from 1. */
static void show_line(const zero_location *place, uint32_t from) {
  const char *at = place->line_text;
  const char *end = at + place->line_size;
  fputs(from > 1 ? "  …" : "  ", stderr);
  for (uint32_t i = 1; at < end; i++) {
    struct cli_shown shown = cli_next_shown(&at, end);
    if (i < from) continue;
    if (i - from == SHOWN_MAX) {
      fputs("…", stderr);
      break;
    }
    fwrite(shown.bytes, 1, shown.size, stderr);
  }
  fputc('\n', stderr);
}

static void repeat(char mark, int times) {
  for (int i = 0; i < times; i++) fputc(mark, stderr);
}

/* Writes carets under the characters that are meant. */
static void show_caret(const zero_location *place, uint32_t from) {
  const char *at = place->line_text;
  const char *end = at + place->line_size;
  uint64_t last = (uint64_t)place->column + place->width;
  int carets = 0;
  fputs(from > 1 ? "   " : "  ", stderr);
  for (uint32_t i = 1; at < end && i < last && i < from + SHOWN_MAX; i++) {
    struct cli_shown shown = cli_next_shown(&at, end);
    if (i < from) continue;
    bool meant = i >= place->column;
    if (meant && carets == 0) paint(GREEN);
    if (meant) carets += shown.columns;
    bool tab = *shown.bytes == '\t';
    repeat(meant ? '^' : tab ? '\t' : ' ', shown.columns);
  }
  if (carets == 0) {
    paint(GREEN);
    fputc('^', stderr);
  }
  paint(PLAIN);
  fputc('\n', stderr);
}

static void show_place_line(const zero_location *place) {
  if (place->line_text == NULL) return;
  uint32_t from = 1;
  if (place->line_size > SHOWN_MAX && place->column > SHOWN_BEFORE) {
    from = place->column - SHOWN_BEFORE;
  }
  show_line(place, from);
  show_caret(place, from);
}

/* A frame that stands where the one before it stands: recursion. */
static bool repeats(const zero_trace_frame *a, const zero_trace_frame *b) {
  const zero_location *x = &a->location;
  const zero_location *y = &b->location;
  return x->file != NULL && y->file != NULL &&
         strcmp(x->file, y->file) == 0 && x->line == y->line &&
         x->column == y->column && a->after_tail_call == b->after_tail_call &&
         strcmp(a->function, b->function) == 0;
}

static void show_frame(const zero_trace_frame *frame, size_t times) {
  const zero_location *place = &frame->location;
  cli_part(stderr, "  at %s", frame->function);
  if (place->file != NULL) {
    cli_part(stderr, " (%s:%" PRIu32 ":%" PRIu32 ")", place->file,
             place->line, place->column);
  }
  if (times > 1) cli_part(stderr, ", %zu times", times);
  fputc('\n', stderr);
  if (frame->after_tail_call) {
    fputs("  … callers left out by tail calls\n", stderr);
  }
}

static void show_trace(const zero_error *error) {
  size_t times;
  for (size_t i = 0; i < error->trace_count; i += times) {
    const zero_trace_frame *frame = &error->trace[i];
    times = 1;
    while (i + times < error->trace_count &&
           repeats(frame, &error->trace[i + times])) {
      times++;
    }
    show_frame(frame, times);
  }
  if (error->trace_lost > 0) {
    cli_line(stderr, "  … and %" PRIu64 " more", error->trace_lost);
  }
}

static void show_error(const zero_error *error) {
  const zero_location *place = &error->location;
  if (place->file != NULL) {
    paint(BOLD);
    cli_part(stderr, "%s:%" PRIu32 ":%" PRIu32 ": ", place->file, place->line,
             place->column);
    paint(PLAIN);
  }
  paint(error->is_warning ? MAGENTA : RED);
  fputs(error->is_warning ? "warning: " : "error: ", stderr);
  paint(PLAIN);
  cli_line(stderr, "%s [%s]", error->message, error->code);
  show_place_line(place);
  show_trace(error);
}

void cli_show_errors(const zero_error *error) {
  cli_standard_flush();
  for (; error != NULL; error = error->next) {
    show_error(error);
    if (error->more > 0) {
      cli_line(stderr, "… and %" PRIu64 " more errors", error->more);
    }
  }
}
