/* message.c - what people see: lines, errors with their place, colours.
 *
 * Of a long line only the part around the place is shown. */
#include "cli/command.h"

#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

enum {
  SHOWN_BEFORE = 60, /* characters of a long line before the place */
  SHOWN_MAX = 160,   /* and in all */
};

void cli_message_start(void) {
  static bool started;
  if (started) return;
  started = true;
  setlocale(LC_CTYPE, "");
  bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  if (!utf8) setlocale(LC_CTYPE, "C.UTF-8");
}

/* Controls of C0 and C1, separators of lines and paragraphs, and what Unicode
 * calls Bidi_Control. */
static bool is_control(wchar_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || c == 0x200E ||
         c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

/* Decodes the character at `at`, which is before `end`. Returns its size, 0
 * if there is none. */
static size_t decode(const char *at, const char *end, wchar_t *c) {
  mbstate_t state = {0};
  cli_message_start();
  size_t size = mbrtowc(c, at, (size_t)(end - at), &state);
  return size > (size_t)(end - at) ? 0 : size;
}

static void write_text(FILE *file, const char *at) {
  static const char named[] = "\t\n\r";
  const char *end = at + strlen(at);
  while (at < end) {
    wchar_t c;
    size_t size = decode(at, end, &c);
    const char *name = strchr(named, *at);
    if (size == 0) {
      fputs("\xEF\xBF\xBD", file);
      size = 1;
    } else if (!is_control(c)) {
      fwrite(at, 1, size, file);
    } else if (name != NULL) {
      fprintf(file, "\\%c", "tnr"[name - named]);
    } else {
      fprintf(file, "\\u{%x}", (unsigned)c);
    }
    at += size;
  }
}

static void write_part(FILE *file, const char *format, va_list arguments) {
  char *text;
  if (vasprintf(&text, format, arguments) < 0) {
    fputs("(no memory for the message)", file);
    return;
  }
  write_text(file, text);
  free(text);
}

/* Writes a part of a line to standard error. */
static void __attribute__((format(printf, 1, 2))) part(const char *format,
                                                       ...) {
  va_list arguments;
  va_start(arguments, format);
  write_part(stderr, format, arguments);
  va_end(arguments);
}

void cli_line(FILE *file, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  write_part(file, format, arguments);
  va_end(arguments);
  fputc('\n', file);
}

void cli_complain(const char *format, ...) {
  va_list arguments;
  cli_standard_flush();
  fputs("zero: ", stderr);
  va_start(arguments, format);
  write_part(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
}

/* --- errors with their lines --------------------------------------------- */

/* One character of a source line as it is shown. */
struct shown {
  const char *bytes;
  size_t size;
  int columns;
};

/* Takes the character at *at, which is before `end`. A control becomes '?', so
 * that columns stay, and a tab stays a tab. */
static struct shown next_shown(const char **at, const char *end) {
  const char *here = *at;
  wchar_t c;
  size_t size = decode(here, end, &c);
  *at += size > 0 ? size : 1;
  if (size > 0 && c == L'\t') return (struct shown){here, size, 1};
  int columns = size > 0 && !is_control(c) ? wcwidth(c) : -1;
  if (columns < 0) return (struct shown){"?", 1, 1};
  return (struct shown){here, size, columns};
}

enum colour { PLAIN, BOLD, RED, MAGENTA, GREEN };

static const char *const escapes[] = {"\033[0m", "\033[1m", "\033[1;31m",
                                      "\033[1;35m", "\033[1;32m"};

/* https://no-color.org: a NO_COLOR that is not empty forbids colours. */
static void paint(enum colour colour) {
  const char *no_color = getenv("NO_COLOR");
  const char *term = getenv("TERM");
  bool plain = !isatty(STDERR_FILENO) ||
               (no_color != NULL && *no_color != '\0') ||
               (term != NULL && strcmp(term, "dumb") == 0);
  if (!plain) fputs(escapes[colour], stderr);
}

/* Writes the part of a line from character `from` on, counted from 1; or in
 * the line below it carets under the characters that are meant. */
static void show_row(const zero_location *place, uint32_t from, bool carets) {
  const char *at = place->line_text;
  const char *end = at + place->line_size;
  uint64_t last = (uint64_t)place->column + place->width;
  bool painted = false;
  fputs(from == 1 ? "  " : carets ? "   " : "  …", stderr);
  for (uint32_t i = 1; at < end && (!carets || i < last); i++) {
    struct shown shown = next_shown(&at, end);
    if (i < from) continue;
    if (i - from == SHOWN_MAX) {
      if (!carets) fputs("…", stderr);
      break;
    }
    if (!carets) {
      fwrite(shown.bytes, 1, shown.size, stderr);
      continue;
    }
    bool meant = i >= place->column;
    if (meant && !painted) paint(GREEN);
    painted = painted || (meant && shown.columns > 0);
    char mark = meant ? '^' : *shown.bytes == '\t' ? '\t' : ' ';
    for (int c = 0; c < shown.columns; c++) fputc(mark, stderr);
  }
  if (carets && !painted) {
    paint(GREEN);
    fputc('^', stderr);
  }
  if (carets) paint(PLAIN);
  fputc('\n', stderr);
}

/* A frame at the same place as the one before it: recursion. */
static bool repeats(const zero_trace_frame *a, const zero_trace_frame *b) {
  const zero_location *x = &a->location;
  const zero_location *y = &b->location;
  return x->file != NULL && y->file != NULL &&
         strcmp(x->file, y->file) == 0 && x->line == y->line &&
         x->column == y->column && a->after_tail_call == b->after_tail_call &&
         strcmp(a->function, b->function) == 0;
}

static void show_trace(const zero_error *error) {
  size_t times;
  for (size_t i = 0; i < error->trace_count; i += times) {
    const zero_trace_frame *frame = &error->trace[i];
    const zero_location *place = &frame->location;
    times = 1;
    while (i + times < error->trace_count &&
           repeats(frame, &error->trace[i + times])) {
      times++;
    }
    part("  at %s", frame->function);
    if (place->file != NULL) {
      part(" (%s:%" PRIu32 ":%" PRIu32 ")", place->file, place->line,
           place->column);
    }
    if (times > 1) part(", %zu times", times);
    fputc('\n', stderr);
    if (frame->after_tail_call) {
      fputs("  … callers left out by tail calls\n", stderr);
    }
  }
  if (error->trace_lost > 0) {
    cli_line(stderr, "  … and %" PRIu64 " more", error->trace_lost);
  }
}

static void show_error(const zero_error *error) {
  const zero_location *place = &error->location;
  if (place->file != NULL) {
    paint(BOLD);
    part("%s:%" PRIu32 ":%" PRIu32 ": ", place->file, place->line,
         place->column);
    paint(PLAIN);
  }
  paint(error->is_warning ? MAGENTA : RED);
  fputs(error->is_warning ? "warning: " : "error: ", stderr);
  paint(PLAIN);
  cli_line(stderr, "%s [%s]", error->message, error->code);
  if (place->line_text != NULL) {
    bool cut = place->line_size > SHOWN_MAX && place->column > SHOWN_BEFORE;
    uint32_t from = cut ? place->column - SHOWN_BEFORE : 1;
    show_row(place, from, false);
    show_row(place, from, true);
  }
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
