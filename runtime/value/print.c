/* print.c - a value as source that reads back to an equal value.
 *
 * A list of any kind prints as the walk shows it, so a packed value prints as
 * the list it means. The open lists are on a stack of the heap. Output is
 * gathered in a buffer and handed over when that is full. */
#include "value/print.h"

#include <limits.h>

#include "base/utf8.h"
#include "value/bytes.h"
#include "value/list.h"
#include "value/number.h"
#include "value/pending.h"
#include "value/text.h"

enum { BUFFER_SIZE = 4096 };

struct writer {
  struct zero_heap *heap;
  zero__sink *sink;
  void *context;
  size_t used;
  char buffer[BUFFER_SIZE];
};

/* Hands bytes over, in portions that are charged. */
static void hand_over(struct writer *writer, const char *bytes, size_t size) {
  while (size > 0) {
    size_t part = zero__heap_portion(writer->heap, size);
    writer->sink(writer->context, bytes, part);
    bytes += part;
    size -= part;
  }
}

static void flush(struct writer *writer) {
  size_t size = writer->used;
  writer->used = 0;
  hand_over(writer, writer->buffer, size);
}

static void put(struct writer *writer, const char *bytes, size_t size) {
  if (size > BUFFER_SIZE - writer->used) {
    flush(writer);
    if (size > BUFFER_SIZE) {
      hand_over(writer, bytes, size);
      return;
    }
  }
  memcpy(writer->buffer + writer->used, bytes, size);
  writer->used += size;
}

static void put_byte(struct writer *writer, char byte) {
  if (ZERO_UNLIKELY(writer->used == BUFFER_SIZE)) flush(writer);
  writer->buffer[writer->used++] = byte;
}

static void put_string(struct writer *writer, const char *string) {
  put(writer, string, strlen(string));
}

static void put_number(struct writer *writer, int64_t number) {
  char digits[ZERO_NUMBER_SIZE];
  const char *start = zero__i64_digits(number, digits);
  put(writer, start, (size_t)(digits + sizeof digits - start));
}

static void put_escape(struct writer *writer, uint32_t point) {
  static const char hex[] = "0123456789abcdef";
  static const char named[][2] = {
      {'"', '"'}, {'\\', '\\'}, {'\n', 'n'}, {'\t', 't'}, {'\r', 'r'}};
  put_byte(writer, '\\');
  for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
    if (point != (unsigned char)named[i][0]) continue;
    put_byte(writer, named[i][1]);
    return;
  }
  unsigned shift = 0;
  while (point >> shift >= 16) shift += 4;
  put_string(writer, "u{");
  put_byte(writer, hex[point >> shift & 15]);
  while (shift > 0) {
    shift -= 4;
    put_byte(writer, hex[point >> shift & 15]);
  }
  put_byte(writer, '}');
}

/* Bytes that may begin a character which is escaped. */
static const bool may_need_escape[UCHAR_MAX + 1] = {
    [0 ... 0x1F] = true, ['"'] = true,  ['\\'] = true, [0x7F] = true,
    [0xC2] = true,       [0xD8] = true, [0xE2] = true,
};

/* Controls of C0 and C1, separators of lines and paragraphs, and Unicode's
 * Bidi_Control: a reader would not see them, only their effect on the rest of
 * the line. */
static bool needs_escape(uint32_t point) {
  return point < 0x20 || point == '"' || point == '\\' ||
         (point >= 0x7F && point < 0xA0) || point == 0x61C ||
         point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069);
}

static void put_text(struct writer *writer, const char *bytes, size_t size) {
  const char *end = bytes + size;
  put_byte(writer, '"');
  while (bytes < end) {
    const char *from = bytes;
    const char *stop = end - bytes > BUFFER_SIZE ? bytes + BUFFER_SIZE : end;
    while (bytes < stop && !may_need_escape[(unsigned char)*bytes]) bytes++;
    put(writer, from, (size_t)(bytes - from));
    if (bytes == stop) continue;
    size_t length;
    uint32_t point = zero__utf8_get(bytes, &length);
    if (needs_escape(point)) {
      put_escape(writer, point);
    } else {
      put(writer, bytes, length);
    }
    bytes += length;
  }
  put_byte(writer, '"');
}

/* Without the list of cells that a walk would make. */
static void put_bytes(struct writer *writer, zero_value v) {
  const struct zero_bytes *bytes = zero__bytes(v);
  put_string(writer, "(list ");
  put_number(writer, ZERO_FAMILY_BYTES);
  put_string(writer, " \"bytes\" (list");
  for (uint64_t i = 0; i < bytes->size; i++) {
    put_byte(writer, ' ');
    put_number(writer, bytes->data[i]);
    zero__heap_charge_item(writer->heap, i + 1);
  }
  put_string(writer, "))");
}

static void push_walk(struct zero_pending *stack, struct zero_iterator at) {
  zero__pending_push(stack, at.rest.bits);
  zero__pending_push(stack, at.index);
}

/* Begins `v`: a whole atom, or the part of a list before its items. */
static void begin(struct writer *writer, struct zero_pending *stack,
                  zero_value v) {
  if (zero__is_list(v) && !zero__is_kind(v, ZERO_KIND_BYTES)) {
    put_string(writer, "(list");
    push_walk(stack, zero__iterate(v));
  } else if (zero__is_i64(v)) {
    put_number(writer, zero__i64_number(v));
  } else if (zero__is_text(v)) {
    put_text(writer, zero__text_bytes(v), zero__text_size(v));
  } else if (zero__is_bool(v)) {
    put_string(writer, zero__is_true(v) ? "true" : "false");
  } else if (zero__is_unit(v)) {
    put_string(writer, "Unit");
  } else if (zero__is_kind(v, ZERO_KIND_BYTES)) {
    put_bytes(writer, v);
  } else if (zero__is_user_data(v)) {
    put_string(writer, "#<user-data>");
  } else if (zero__is_ref(v)) {
    put_string(writer, "#<ref ");
    put_number(writer, (int64_t)zero__ref(v)->number);
    put_byte(writer, '>');
  } else {
    zero_value name = zero__function(v)->code->name;
    put_string(writer, "#<function");
    if (!zero_is_none(name) && zero__text_size(name) > 0) {
      put_byte(writer, ' ');
      put(writer, zero__text_bytes(name), zero__text_size(name));
    }
    put_byte(writer, '>');
  }
}

void zero__print(struct zero_heap *heap, zero_value v, zero__sink *sink,
                 void *context) {
  struct writer writer; /* its buffer is not cleared, for speed */
  struct zero_pending stack;
  writer.heap = heap;
  writer.sink = sink;
  writer.context = context;
  writer.used = 0;
  zero__pending_init(&stack, heap);
  uint64_t visited = 1;
  begin(&writer, &stack, v);
  while (stack.used > 0) {
    struct zero_iterator at;
    zero_value item;
    at.index = zero__pending_pop(&stack);
    at.rest.bits = zero__pending_pop(&stack);
    if (!zero__next(heap, &at, &item)) {
      put_byte(&writer, ')');
      continue;
    }
    zero__heap_charge_item(heap, ++visited);
    put_byte(&writer, ' ');
    push_walk(&stack, at);
    begin(&writer, &stack, item);
  }
  zero__heap_charge_rest(heap, visited);
  flush(&writer);
}

/* Gathers printed parts in leaf storage that doubles. */
struct gathering {
  struct zero_heap *heap;
  char *bytes;
  size_t used;
  size_t room;
};

static void gather(void *context, const char *bytes, size_t size) {
  struct gathering *to = context;
  if (size > to->room - to->used) {
    size_t room = 2 * (to->used + size);
    char *larger = zero__alloc(to->heap, ZERO_LEAF, room);
    zero__heap_copy(to->heap, larger, to->bytes, to->used);
    to->bytes = larger;
    to->room = room;
  }
  memcpy(to->bytes + to->used, bytes, size);
  to->used += size;
}

zero_value zero__print_value(struct zero_heap *heap, zero_value v) {
  struct gathering to = {.heap = heap};
  zero__print(heap, v, gather, &to);
  return zero__text_new(heap, to.bytes, to.used);
}
