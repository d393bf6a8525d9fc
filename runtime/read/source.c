/* source.c - places in a program text, and what is said about them. */
#include "read/source.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/sentence.h"
#include "base/utf8.h"

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

/* Of a source that is too large nobody has the bytes. */
static uint32_t size_of(const struct zero_source *source) {
  return source->size > ZERO_SOURCE_MAX ? 0 : (uint32_t)source->size;
}

uint32_t zero__source_line_end(struct zero_heap *heap,
                               const struct zero_source *source,
                               uint32_t from) {
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

void zero__reports_init(struct zero_reports *reports) {
  *reports = (struct zero_reports){.last = &reports->first};
}

bool zero__reports_full(const struct zero_reports *reports, bool warning) {
  return (warning ? reports->warnings : reports->errors) >= ZERO_REPORTS_MAX;
}

/* The message in collected memory, no longer than a fault's may be. */
static const char *message_of(struct zero_heap *heap, const char *format,
                              va_list arguments) {
  char message[ZERO_FAULT_MESSAGE];
  zero__sentence_of(message, sizeof message, format, arguments);
  size_t size = strlen(message) + 1;
  return memcpy(zero__alloc(heap, ZERO_LEAF, size), message, size);
}

void zero__report(struct zero_heap *heap, struct zero_reports *reports,
                  const struct zero_source *source, struct zero_span span,
                  int code, bool warning, const char *format, ...) {
  bool full = zero__reports_full(reports, warning);
  ++*(warning ? &reports->warnings : &reports->errors);
  if (full) return;
  struct zero_report *report = zero__tree_alloc(heap, sizeof *report);
  report->source = source;
  report->span = span;
  report->code = code;
  report->warning = warning;
  va_list arguments;
  va_start(arguments, format);
  report->message = message_of(heap, format, arguments);
  va_end(arguments);
  *reports->last = report;
  reports->last = &report->next;
}

/* Reading and checking are no calls and cost no fuel. Nearly all they do makes
 * trees, so here is where most of their work is counted. */
void *zero__tree_alloc(struct zero_heap *heap, size_t size) {
  zero__heap_charge_bytes(heap, size < ZERO_PORTION ? size : ZERO_PORTION);
  return zero__alloc(heap, ZERO_TRACED, size);
}
