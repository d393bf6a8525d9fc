/* line.c - lines for people, on standard error and output alike. */
#include "cli/line.h"

#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

void cli_line_start(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
    setlocale(LC_CTYPE, "C.UTF-8");
  }
}

/* Controls of C0 and C1, separators of lines and paragraphs, and what Unicode
 * calls Bidi_Control. */
static bool is_control(wchar_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || c == 0x200E ||
         c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

/* Decodes the character at `at`, which is before `end`. Returns its size, 0
 * where there is none. */
static size_t decode(const char *at, const char *end, wchar_t *c) {
  mbstate_t state = {0};
  size_t size = mbrtowc(c, at, (size_t)(end - at), &state);
  return size > (size_t)(end - at) ? 0 : size;
}

static void write_control(FILE *file, wchar_t c) {
  static const char named[] = "\t\n\r";
  const char *name = strchr(named, (int)c);
  if (c < 0x80 && c != 0 && name != NULL) {
    fprintf(file, "\\%c", "tnr"[name - named]);
  } else {
    fprintf(file, "\\u{%x}", (unsigned)c);
  }
}

static void write_text(FILE *file, const char *at) {
  const char *end = at + strlen(at);
  while (at < end) {
    wchar_t c;
    size_t size = decode(at, end, &c);
    if (size == 0) {
      fputs("\xEF\xBF\xBD", file);
      at++;
      continue;
    }
    if (is_control(c)) {
      write_control(file, c);
    } else {
      fwrite(at, 1, size, file);
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

void cli_part(FILE *file, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  write_part(file, format, arguments);
  va_end(arguments);
}

void cli_line(FILE *file, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  write_part(file, format, arguments);
  va_end(arguments);
  fputc('\n', file);
}

struct cli_shown cli_next_shown(const char **at, const char *end) {
  const char *here = *at;
  wchar_t c;
  size_t size = decode(here, end, &c);
  *at += size > 0 ? size : 1;
  if (size > 0 && c == L'\t') return (struct cli_shown){here, size, 1};
  int columns = size > 0 && !is_control(c) ? wcwidth(c) : -1;
  if (columns < 0) return (struct cli_shown){"?", 1, 1};
  return (struct cli_shown){here, size, columns};
}
