/* encoding.c - whether bytes are a program text at all.
 *
 * Asked once, before anything is read, so that the reader behind it meets
 * whole characters only. */
#include "read/encoding.h"

#include "base/utf8.h"

enum {
  BINARY_LOOK = 512,  /* bytes looked at to tell a binary file */
  BINARY_CONTROLS = 8 /* controls that a broken text would not hold */
};

static bool begins(const struct zero_source *source, const char *mark) {
  size_t size = strlen(mark);
  return source->size >= size && memcmp(source->bytes, mark, size) == 0;
}

static bool is_control(unsigned char byte) {
  return byte == 0x7F || (byte < 0x20 && (byte < '\t' || byte > '\r'));
}

/* An executable, or more than one byte in eight a control. */
static bool looks_binary(const struct zero_source *source) {
  if (begins(source, "\x7f" "ELF")) return true;
  size_t look = source->size < BINARY_LOOK ? source->size : BINARY_LOOK;
  size_t controls = 0;
  for (size_t i = 0; i < look; i++) {
    controls += is_control((unsigned char)source->bytes[i]);
  }
  return controls >= BINARY_CONTROLS && controls * 8 > look;
}

/* The sentence about the byte where a valid text ends. */
static void report_bad_byte(struct zero_heap *heap,
                            const struct zero_source *source,
                            struct zero_reports *reports, uint32_t at) {
  struct zero_span span = {at, at + 1};
  unsigned byte = (unsigned char)source->bytes[at];
  if (looks_binary(source)) {
    zero__report(heap, reports, source, (struct zero_span){0, 1},
                 ZERO_CODE_SYNTAX_UTF8, false,
                 "this is a binary file, not a program text");
  } else if (byte == 0) {
    zero__report(heap, reports, source, span, ZERO_CODE_SYNTAX_NUL, false,
                 "a NUL byte may stand nowhere in a program");
  } else {
    zero__report(heap, reports, source, span, ZERO_CODE_SYNTAX_UTF8, false,
                 "byte 0x%02X begins no valid UTF-8 character", byte);
  }
}

/* The name of the encoding that the source's byte-order mark is of, and the
 * mark's size; NULL where it has none. */
static const char *byte_order_mark(const struct zero_source *source,
                                   uint32_t *size) {
  *size = 3;
  if (begins(source, "\xEF\xBB\xBF")) return "UTF-8";
  *size = 2;
  bool is_utf16 = begins(source, "\xFE\xFF") || begins(source, "\xFF\xFE");
  return is_utf16 ? "UTF-16" : NULL;
}

/* How many bytes are valid, looked at in portions. A character that the end
 * of a portion cuts begins the next one. */
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
  if (source->size > ZERO_SOURCE_MAX) {
    zero__report(heap, reports, source, (struct zero_span){0, 0},
                 ZERO_CODE_SYNTAX_TOO_LARGE, false,
                 "the source is larger than the %zu MiB that are allowed",
                 ZERO_SOURCE_MAX >> 20);
    return false;
  }
  uint32_t mark;
  const char *encoding = byte_order_mark(source, &mark);
  if (encoding != NULL) {
    zero__report(heap, reports, source, (struct zero_span){0, mark},
                 ZERO_CODE_SYNTAX_BOM, false,
                 "the source begins with the byte-order mark of %s; "
                 "save it as UTF-8 without one", encoding);
    return false;
  }
  size_t valid = valid_bytes(heap, source);
  if (valid == source->size) return true;
  report_bad_byte(heap, source, reports, (uint32_t)valid);
  return false;
}
