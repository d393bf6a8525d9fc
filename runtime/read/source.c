/* source.c - a program text: whether it is valid, the places in it, and the
 * reports about them. */
#include "read/source.h"

#include "base/sentence.h"
#include "base/utf8.h"

enum {
  BINARY_LOOK = 512,  /* bytes that are searched to detect a binary file */
  BINARY_CONTROLS = 8 /* controls that a broken text would not contain */
};

/* --- places --------------------------------------------------------------- */

uint32_t zero__source_points(struct zero_heap *heap,
                             const struct zero_source *source,
                             uint32_t start, uint32_t end) {
  size_t count = 0;
  for (size_t at = start, part; at < end; at += part) {
    part = end - at < ZERO_PORTION ? end - at : ZERO_PORTION;
    count += zero__utf8_count(source->bytes + at, part);
    if (heap != NULL) zero__heap_charge_bytes(heap, part);
  }
  return (uint32_t)count;
}

/* The bytes of a source that is too large are not kept. */
static uint32_t size_of(const struct zero_source *source) {
  return source->size > ZERO_SOURCE_MAX ? 0 : (uint32_t)source->size;
}

uint32_t zero__source_line_end(
    struct zero_heap *heap, const struct zero_source *source, uint32_t from) {
  uint32_t size = size_of(source);
  for (size_t at = from, part; at < size; at += part) {
    const char *bytes = source->bytes + at;
    part = size - at < ZERO_PORTION ? size - at : ZERO_PORTION;
    const char *feed = memchr(bytes, '\n', part);
    if (feed != NULL) part = (size_t)(feed - bytes);
    if (heap != NULL) zero__heap_charge_bytes(heap, part);
    if (feed != NULL) return (uint32_t)(at + part);
  }
  return size;
}

void zero__source_place_next(struct zero_heap *heap,
                             const struct zero_source *source,
                             uint32_t offset, struct zero_place *place) {
  uint32_t size = size_of(source);
  if (offset > size) offset = size;
  if (place->line == 0 || offset < place->line_start) {
    *place = (struct zero_place){.line = 1};
  }
  uint32_t end;
  while ((end = zero__source_line_end(heap, source, place->line_start)) <
         offset) {
    place->line_start = end + 1;
    place->line++;
  }
  bool returns = end < size && end > place->line_start &&
                 source->bytes[end - 1] == '\r';
  place->line_end = returns ? end - 1 : end;
  place->column =
      zero__source_points(heap, source, place->line_start, offset) + 1;
}

struct zero_place zero__source_place(const struct zero_source *source,
                                     uint32_t offset) {
  struct zero_place place = {0};
  zero__source_place_next(NULL, source, offset, &place);
  return place;
}

/* --- reports -------------------------------------------------------------- */

void zero__reports_init(struct zero_reports *reports) {
  *reports = (struct zero_reports){.last = &reports->first};
}

bool zero__reports_full(const struct zero_reports *reports, bool warning) {
  return (warning ? reports->warnings : reports->errors) >= ZERO_REPORTS_MAX;
}

void zero__report_of(struct zero_heap *heap, struct zero_reports *reports,
                     const struct zero_source *source, struct zero_span span,
                     int code, bool warning, const char *format,
                     va_list arguments) {
  bool full = zero__reports_full(reports, warning);
  ++*(warning ? &reports->warnings : &reports->errors);
  if (full) return;
  char message[ZERO_FAULT_MESSAGE];
  zero__sentence_of(message, sizeof message, format, arguments);
  size_t size = strlen(message) + 1;
  struct zero_report *report = zero__tree_alloc(heap, sizeof *report);
  *report = (struct zero_report){
      .source = source,
      .span = span,
      .code = code,
      .warning = warning,
      .message = memcpy(zero__alloc(heap, ZERO_LEAF, size), message, size),
  };
  *reports->last = report;
  reports->last = &report->next;
}

void zero__report(struct zero_heap *heap, struct zero_reports *reports,
                  const struct zero_source *source, struct zero_span span,
                  int code, bool warning, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  zero__report_of(heap, reports, source, span, code, warning, format,
                  arguments);
  va_end(arguments);
}

/* Reading and checking are not calls and cost no fuel. Nearly all their work
 * makes trees, so most of it is counted here. */
void *zero__tree_alloc(struct zero_heap *heap, size_t size) {
  zero__heap_charge_bytes(heap, size < ZERO_PORTION ? size : ZERO_PORTION);
  return zero__alloc(heap, ZERO_TREE, size);
}

/* --- encoding ------------------------------------------------------------- */

static bool begins(const struct zero_source *source, const char *mark) {
  size_t size = strlen(mark);
  return source->size >= size && memcmp(source->bytes, mark, size) == 0;
}

/* An executable, or more than one byte in eight a control. */
static bool looks_binary(const struct zero_source *source) {
  if (begins(source, "\x7f" "ELF")) return true;
  size_t look = source->size < BINARY_LOOK ? source->size : BINARY_LOOK;
  size_t controls = 0;
  for (size_t i = 0; i < look; i++) {
    unsigned char byte = (unsigned char)source->bytes[i];
    controls += byte == 0x7F || (byte < 0x20 && (byte < '\t' || byte > '\r'));
  }
  return controls >= BINARY_CONTROLS && controls * 8 > look;
}

/* How many bytes are valid, checked in portions. A character that the end of a
 * portion cuts begins the next one. */
static size_t valid_bytes(struct zero_heap *heap,
                          const struct zero_source *source) {
  size_t at = 0;
  while (at < source->size) {
    size_t part = zero__heap_portion(heap, source->size - at);
    size_t valid = zero__utf8_valid(source->bytes + at, part, NULL);
    at += valid;
    if (valid + ZERO_UTF8_MAX <= part || valid == 0) break;
  }
  return at;
}

bool zero__check_encoding(struct zero_heap *heap,
                          const struct zero_source *source,
                          struct zero_reports *reports) {
  struct zero_span span = {0, 0};
  if (source->size > ZERO_SOURCE_MAX) {
    zero__report(heap, reports, source, span, ZERO_CODE_SYNTAX_TOO_LARGE, false,
                 "the source is larger than the %zu MiB that are allowed",
                 ZERO_SOURCE_MAX >> 20);
    return false;
  }
  bool is_utf8 = begins(source, "\xEF\xBB\xBF");
  if (is_utf8 || begins(source, "\xFE\xFF") || begins(source, "\xFF\xFE")) {
    span.end = is_utf8 ? 3 : 2;
    zero__report(heap, reports, source, span, ZERO_CODE_SYNTAX_BOM, false,
                 "the source begins with the byte-order mark of %s; "
                 "save it as UTF-8 without one", is_utf8 ? "UTF-8" : "UTF-16");
    return false;
  }
  uint32_t valid = (uint32_t)valid_bytes(heap, source);
  if (valid == source->size) return true;
  unsigned byte = (unsigned char)source->bytes[valid];
  span = (struct zero_span){valid, valid + 1};
  if (looks_binary(source)) {
    zero__report(heap, reports, source, (struct zero_span){0, 1},
                 ZERO_CODE_SYNTAX_UTF8, false,
                 "this is a binary file, not a program text");
  } else if (byte == 0) {
    zero__report(heap, reports, source, span, ZERO_CODE_SYNTAX_NUL, false,
                 "a program may not contain a NUL byte");
  } else {
    zero__report(heap, reports, source, span, ZERO_CODE_SYNTAX_UTF8, false,
                 "byte 0x%02X does not begin a valid UTF-8 character", byte);
  }
  return false;
}
