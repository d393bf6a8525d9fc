/* source.h - a program text, and reports about places in it.
 *
 * The collector owns everything here (struct memory comes from the heap), so
 * nothing is freed and a raise loses nothing. */
#ifndef ZERO_READ_SOURCE_H
#define ZERO_READ_SOURCE_H

#include <stdarg.h>

#include "base/heap.h"
#include "value/word.h"
#include "zero/gen/codes.h"

/* A text, and the name it is shown to people by. */
struct zero_source {
  const char *name;  /* a path, "<eval>", "<stdin>" */
  const char *bytes; /* NUL after the last */
  size_t size;       /* less than 4 GiB: spans are 32-bit */
  bool library;      /* of lib/core: no place that a program's author wrote */
};

/* Bytes of the largest source. zero.h gives hosts the same number: if the two
 * differ, the rooms that include both do not compile. */
#define ZERO_SOURCE_MAX ((size_t)64 << 20)

/* Bytes start <= i < end of a source. */
struct zero_span {
  uint32_t start;
  uint32_t end;
};

/* Offset of the LF at or after `from`, the size if none follows; looked for
 * in portions. */
uint32_t zero__source_line_end(struct zero_heap *heap,
                               const struct zero_source *source, uint32_t from);

/* Line and column of a byte offset, both from 1; columns count code points.
 * line_start and line_end are the line's bytes without its LF or CR LF. An
 * offset beyond the end means the end. Takes one pass over the bytes before
 * `offset`. */
struct zero_place {
  uint32_t line;
  uint32_t column;
  uint32_t line_start;
  uint32_t line_end;
};
struct zero_place zero__source_place(const struct zero_source *source,
                                     uint32_t offset);

/* The same from a place of the source that was found before: on its line or
 * below, the search begins there, so that places in order take one pass. All
 * zero is the start. Checks the limits on its way, unless `heap` is NULL. */
void zero__source_place_next(struct zero_heap *heap,
                             const struct zero_source *source,
                             uint32_t offset, struct zero_place *place);

/* Code points that begin in bytes start <= i < end, which may be a fragment of
 * invalid text. Checks the limits as above. */
uint32_t zero__source_points(struct zero_heap *heap,
                             const struct zero_source *source,
                             uint32_t start, uint32_t end);

/* One error or warning. */
struct zero_report {
  struct zero_report *next;
  const struct zero_source *source;
  struct zero_span span;
  int code;          /* enum zero_error_code */
  bool warning;
  const char *message;
};

/* Collects the reports of one load, in order. The counts are of all reports,
 * kept or not. */
struct zero_reports {
  struct zero_report *first;
  struct zero_report **last;
  unsigned errors;
  unsigned warnings;
};

/* Errors kept of one load, and warnings: neither displaces the other. */
enum { ZERO_REPORTS_MAX = 50 };

void zero__reports_init(struct zero_reports *reports);

/* True if no further error, or warning, would be kept: then its sentence need
 * not be made. */
bool zero__reports_full(const struct zero_reports *reports, bool warning);

void zero__report(struct zero_heap *heap, struct zero_reports *reports,
                  const struct zero_source *source, struct zero_span span,
                  int code, bool warning, const char *format, ...)
    ZERO_PRINTF(7, 8);
void zero__report_of(struct zero_heap *heap, struct zero_reports *reports,
                     const struct zero_source *source, struct zero_span span,
                     int code, bool warning, const char *format,
                     va_list arguments);

/* Returns true if `source` is valid UTF-8 without NUL or byte-order mark,
 * comments and texts included, and of a size that spans can name. Otherwise
 * one error is in `reports`. */
bool zero__check_encoding(struct zero_heap *heap,
                          const struct zero_source *source,
                          struct zero_reports *reports);

/* The message if the thread's C stack, and not the reader, is the limit. */
#define ZERO_TOO_DEEP \
  "forms are nested too deep for the C stack of this thread"

/* Zeroed, collected, traced memory for trees. */
void *zero__tree_alloc(struct zero_heap *heap, size_t size);

#endif
