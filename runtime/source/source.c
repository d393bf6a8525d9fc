/* source.c - places in a program text, and what is said about them. */
#include "source/source.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

/* Code points that begin in bytes start <= i < end; counts in text that is
 * not valid too, which reports about such text need. */
static uint32_t points(const char *bytes, uint32_t start, uint32_t end) {
  uint32_t count = 0;
  for (uint32_t i = start; i < end; i++) {
    count += !zero__utf8_continues(bytes[i]);
  }
  return count;
}

/* Of a source that is too large nobody has the bytes. */
static uint32_t size_of(const struct zero_source *source) {
  return source->size > ZERO_SOURCE_MAX ? 0 : (uint32_t)source->size;
}

static uint32_t end_of_line(const struct zero_source *source,
                            uint32_t start) {
  const char *bytes = source->bytes;
  uint32_t size = size_of(source);
  const char *feed = memchr(bytes + start, '\n', size - start);
  if (feed == NULL) return size;
  uint32_t end = (uint32_t)(feed - bytes);
  return end > start && bytes[end - 1] == '\r' ? end - 1 : end;
}

struct zero_place zero__source_place(const struct zero_source *source,
                                     uint32_t offset) {
  const char *bytes = source->bytes;
  uint32_t size = size_of(source);
  if (offset > size) offset = size;
  struct zero_place place = {.line = 1};
  const char *feed;
  while ((feed = memchr(bytes + place.line_start, '\n',
                        offset - place.line_start)) != NULL) {
    place.line_start = (uint32_t)(feed - bytes) + 1;
    place.line++;
  }
  place.column = points(bytes, place.line_start, offset) + 1;
  place.line_end = end_of_line(source, place.line_start);
  return place;
}

uint32_t zero__source_line_end(struct zero_heap *heap,
                               const struct zero_source *source,
                               uint32_t from) {
  for (size_t at = from, part; at < source->size; at += part) {
    part = zero__portion(heap, source->size - at);
    const char *feed = memchr(source->bytes + at, '\n', part);
    if (feed != NULL) return (uint32_t)(feed - source->bytes);
  }
  return (uint32_t)source->size;
}

void zero__reports_init(struct zero_reports *reports) {
  *reports = (struct zero_reports){.last = &reports->first};
}

bool zero__reports_full(const struct zero_reports *reports, bool warning) {
  return (warning ? reports->warnings : reports->errors) >= ZERO_REPORTS_MAX;
}

/* The message in collected memory, cut between characters where it is
 * longer than a fault's may be. */
static const char *message_of(struct zero_heap *heap, const char *format,
                              va_list arguments) {
  char message[ZERO_FAULT_MESSAGE];
  vsnprintf(message, sizeof message, format, arguments);
  size_t size = zero__utf8_whole(message, strlen(message));
  char *copy = zero__alloc(heap, ZERO_LEAF, size + 1);
  memcpy(copy, message, size);
  copy[size] = '\0';
  return copy;
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
  zero__work_bytes(heap, size < ZERO_PORTION ? size : ZERO_PORTION);
  return zero__alloc(heap, ZERO_TRACED, size);
}
