/* source.c - places in a program text, and what is said about them. */
#include "source/source.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/sentence.h"
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

static uint32_t end_of_line(const struct zero_source *source,
                            uint32_t start) {
  const char *bytes = source->bytes;
  const char *feed = memchr(bytes + start, '\n', source->size - start);
  if (feed == NULL) return (uint32_t)source->size;
  uint32_t end = (uint32_t)(feed - bytes);
  return end > start && bytes[end - 1] == '\r' ? end - 1 : end;
}

struct zero_place zero__source_place(const struct zero_source *source,
                                     uint32_t offset) {
  const char *bytes = source->bytes;
  if (offset > source->size) offset = (uint32_t)source->size;
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

void zero__reports_init(struct zero_reports *reports) {
  *reports = (struct zero_reports){.last = &reports->first};
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
  unsigned *count = warning ? &reports->warnings : &reports->errors;
  if (++*count > ZERO_REPORTS_MAX) return;
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

enum { TICKS = 1024 };

/* Reading and checking are no calls and cost no fuel. All they do makes trees,
 * so here is where a deadline or an interrupt is looked for. */
void *zero__tree_alloc(struct zero_heap *heap, size_t size) {
  if (++heap->ticks % TICKS == 0 && heap->look != NULL) heap->look(heap);
  return zero__alloc(heap, ZERO_TRACED, size);
}
