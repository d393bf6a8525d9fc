/* image_write.c - compiled functions as bytes.
 *
 * Functions, texts and sources get their index when they are first met, so
 * the functions are written while the table of them still grows: it is done
 * when the last one met has been written. Nested constants are walked with a
 * stack of our own. */
#include "compile/image.h"

#include "compile/image_format.h"
#include "compile/stub.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/text.h"
#include "zero/gen/codes.h"

struct buffer {
  unsigned char *bytes; /* leaf storage */
  size_t size;
  size_t room;
};

/* Things that are meant by index: a Map from key to index, and them. */
struct table {
  zero_value indexes;
  uint32_t count;
};

/* A list whose items are being written. */
struct walk {
  struct zero_iterator at;
  uint64_t count;
};

struct writer {
  struct zero_heap *heap;
  struct table texts;
  struct table sources;
  struct table functions;
  zero_value *met;        /* functions by index, traced storage */
  uint32_t met_room;
  struct walk *walks;     /* lists around the value at hand */
  size_t depth;
  size_t walk_room;
  struct buffer text_part;
  struct buffer source_part;
  struct buffer function_part;
};

/* --- bytes --------------------------------------------------------------- */

/* Room for one more of `count` elements; the array may move. */
static void *grow(struct zero_heap *heap, enum zero_storage storage,
                  void *array, size_t count, size_t *room, size_t width,
                  size_t more) {
  enum { FIRST_ROOM = 64 };
  if (*room - count >= more) return array;
  size_t wider = *room < FIRST_ROOM ? FIRST_ROOM : *room * 2;
  if (wider < count + more) wider = count + more;
  void *moved = zero__alloc(heap, storage, wider * width);
  if (count > 0) memcpy(moved, array, count * width);
  *room = wider;
  return moved;
}

static void put_bytes(struct writer *writer, struct buffer *buffer,
                      const void *bytes, size_t size) {
  buffer->bytes = grow(writer->heap, ZERO_LEAF, buffer->bytes, buffer->size,
                       &buffer->room, 1, size);
  if (size > 0) memcpy(buffer->bytes + buffer->size, bytes, size);
  buffer->size += size;
}

static void put_number(struct writer *writer, struct buffer *buffer,
                       uint64_t number) {
  unsigned char bytes[10];
  size_t size = 0;
  for (; number > 0x7f; number >>= 7) {
    bytes[size++] = (unsigned char)(number | 0x80);
  }
  bytes[size++] = (unsigned char)number;
  put_bytes(writer, buffer, bytes, size);
}

/* --- tables -------------------------------------------------------------- */

/* Index of `key`; *fresh says whether it was met just now. */
static uint32_t index_of(struct writer *writer, struct table *table,
                         zero_value key, bool *fresh) {
  zero_value known = zero__map_get(table->indexes, key);
  *fresh = zero_is_none(known);
  if (!*fresh) return (uint32_t)zero__small_number(known);
  uint32_t index = table->count++;
  table->indexes = zero__map_put(writer->heap, table->indexes, key,
                                 zero__small(index));
  return index;
}

/* Whatever lives in collected memory is told apart by its address. */
static zero_value address_key(struct writer *writer, uint64_t address) {
  return zero__i64(writer->heap, (int64_t)address);
}

static uint32_t text_index(struct writer *writer, zero_value text) {
  bool fresh;
  uint32_t index = index_of(writer, &writer->texts, text, &fresh);
  if (fresh) {
    size_t size = zero__text_size(text);
    put_number(writer, &writer->text_part, size);
    put_bytes(writer, &writer->text_part, zero__text_bytes(text), size);
  }
  return index;
}

static uint32_t string_index(struct writer *writer, const char *string) {
  return text_index(writer, zero__text_of(writer->heap, string));
}

static uint32_t source_index(struct writer *writer,
                             const struct zero_source *source) {
  bool fresh;
  zero_value key = address_key(writer, (uint64_t)(uintptr_t)source);
  uint32_t index = index_of(writer, &writer->sources, key, &fresh);
  if (fresh) {
    struct buffer *part = &writer->source_part;
    put_number(writer, part, string_index(writer, source->name));
    put_number(writer, part, source->size);
    put_bytes(writer, part, source->bytes, source->size);
  }
  return index;
}

static uint32_t function_index(struct writer *writer, zero_value function) {
  bool fresh;
  zero_value key = address_key(writer, function.bits);
  uint32_t index = index_of(writer, &writer->functions, key, &fresh);
  if (fresh) {
    size_t room = writer->met_room;
    writer->met = grow(writer->heap, ZERO_TRACED, writer->met, index, &room,
                       sizeof *writer->met, 1);
    writer->met_room = (uint32_t)room;
    writer->met[index] = function;
  }
  return index;
}

/* --- constants ----------------------------------------------------------- */

static void put_op(struct writer *writer, enum zero_image_op op) {
  unsigned char byte = (unsigned char)op;
  put_bytes(writer, &writer->function_part, &byte, 1);
}

static void put_indexed(struct writer *writer, enum zero_image_op op,
                        uint64_t number) {
  put_op(writer, op);
  put_number(writer, &writer->function_part, number);
}

static void put_function(struct writer *writer, zero_value function) {
  const struct zero_function *object = zero__function(function);
  if (writer->depth > 0 || object->code == NULL ||
      zero__header_count(object->header) > 0) {
    zero__raise(writer->heap, ZERO_CODE_BYTECODE_INVALID,
                "an image holds no function without code, with captures or "
                "inside a list");
  }
  const struct zero_code *code = zero__code_of(function);
  if (code->builtin == ZERO_CODE_HOST) {
    zero__raise(writer->heap, ZERO_CODE_BYTECODE_INVALID,
                "an image holds no function of a host");
  }
  if (code->builtin >= 0) {
    put_indexed(writer, ZERO_IMAGE_BUILTIN, (uint64_t)code->builtin);
  } else {
    put_indexed(writer, ZERO_IMAGE_FUNCTION,
                function_index(writer, function));
  }
}

static void put_i64(struct writer *writer, int64_t number) {
  uint64_t bits = (uint64_t)number;
  uint64_t folded = bits << 1 ^ (number < 0 ? UINT64_MAX : 0);
  put_indexed(writer, ZERO_IMAGE_NUMBER, folded);
}

static void put_atom(struct writer *writer, zero_value value) {
  if (zero__is_i64(value)) {
    put_i64(writer, zero__i64_number(value));
  } else if (zero__is_text(value)) {
    put_indexed(writer, ZERO_IMAGE_TEXT, text_index(writer, value));
  } else if (zero__is_function(value)) {
    put_function(writer, value);
  } else if (zero__is_unit(value)) {
    put_op(writer, ZERO_IMAGE_UNIT);
  } else if (zero__is_empty(value)) {
    put_op(writer, ZERO_IMAGE_EMPTY);
  } else {
    bool truth = zero__is_true(value);
    put_op(writer, truth ? ZERO_IMAGE_TRUE : ZERO_IMAGE_FALSE);
  }
}

static void begin_value(struct writer *writer, zero_value value) {
  if (!zero__is_pair(value)) {
    put_atom(writer, value);
    return;
  }
  writer->walks = grow(writer->heap, ZERO_TRACED, writer->walks,
                       writer->depth, &writer->walk_room,
                       sizeof *writer->walks, 1);
  writer->walks[writer->depth++] =
      (struct walk){.at = zero__iterate(value), .count = 0};
}

static void put_value(struct writer *writer, zero_value value) {
  begin_value(writer, value);
  while (writer->depth > 0) {
    struct walk *walk = &writer->walks[writer->depth - 1];
    zero_value item;
    if (zero__next(writer->heap, &walk->at, &item)) {
      walk->count++;
      begin_value(writer, item);
    } else {
      writer->depth--;
      put_indexed(writer, ZERO_IMAGE_LIST, walk->count);
    }
  }
}

/* --- functions ----------------------------------------------------------- */

static void put_lines(struct writer *writer, const struct zero_code *code) {
  struct buffer *part = &writer->function_part;
  put_number(writer, part, code->line_count);
  uint32_t pc = 0;
  for (uint32_t i = 0; i < code->line_count; i++) {
    const struct zero_line *line = &code->lines[i];
    put_number(writer, part, line->pc - pc);
    put_number(writer, part, line->start);
    put_number(writer, part, line->end - line->start);
    pc = line->pc;
  }
}

static void put_captures(struct writer *writer,
                         const struct zero_code *code) {
  struct buffer *part = &writer->function_part;
  put_number(writer, part, code->capture_count);
  for (unsigned i = 0; i < code->capture_count; i++) {
    struct zero_capture capture = code->captures[i];
    put_number(writer, part, capture.index * 2u + capture.from_register);
  }
}

static void put_code(struct writer *writer, const struct zero_code *code) {
  struct buffer *part = &writer->function_part;
  put_number(writer, part, text_index(writer, code->callable.name));
  put_number(writer, part, code->source == NULL
                               ? 0
                               : source_index(writer, code->source) + 1u);
  put_number(writer, part, code->capability);
  put_number(writer, part, code->params);
  put_number(writer, part, code->registers);
  put_captures(writer, code);
  put_number(writer, part, code->constant_count);
  for (uint32_t i = 0; i < code->constant_count; i++) {
    put_value(writer, code->constants[i]);
  }
  put_op(writer, ZERO_IMAGE_END);
  put_number(writer, part, code->size);
  put_bytes(writer, part, code->instructions, code->size * sizeof(uint32_t));
  put_lines(writer, code);
}

static void put_named(struct writer *writer,
                      const struct zero_image_function *named) {
  struct buffer *part = &writer->function_part;
  unsigned params = zero__code_of(named->function)->params;
  put_number(writer, part, string_index(writer, named->module));
  put_number(writer, part, string_index(writer, named->doc));
  put_number(writer, part, named->capability);
  put_number(writer, part, named->annotated);
  for (unsigned i = 0; i <= params; i++) {
    put_number(writer, part, named->types[i]);
  }
}

/* --- the image ----------------------------------------------------------- */

static void assemble(struct writer *writer, uint32_t named, zero__sink *sink,
                     void *context) {
  struct buffer image = {.size = 0};
  struct zero_image_header header = zero__image_header();
  put_bytes(writer, &image, &header, sizeof header);
  put_number(writer, &image, writer->texts.count);
  put_bytes(writer, &image, writer->text_part.bytes, writer->text_part.size);
  put_number(writer, &image, writer->sources.count);
  put_bytes(writer, &image, writer->source_part.bytes,
            writer->source_part.size);
  put_number(writer, &image, writer->functions.count);
  put_number(writer, &image, named);
  put_bytes(writer, &image, writer->function_part.bytes,
            writer->function_part.size);
  zero__image_seal(image.bytes, image.size);
  sink(context, (const char *)image.bytes, image.size);
}

/* Gives the named functions the first indexes, in order. */
static void meet_named(struct writer *writer,
                       const struct zero_image_function *functions,
                       uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    const struct zero_function *object =
        zero__function(functions[i].function);
    bool plain = object->code != NULL &&
                 zero__code_of(functions[i].function)->builtin < 0;
    if (!plain || function_index(writer, functions[i].function) != i) {
      zero__raise(writer->heap, ZERO_CODE_BYTECODE_INVALID,
                  "named function %u of an image has no code of its own", i);
    }
  }
}

void zero__image_write(struct zero_heap *heap,
                       const struct zero_image_function *functions,
                       uint32_t count, zero__sink *sink, void *context) {
  zero_value none = zero__map_empty(heap);
  struct writer writer = {
      .heap = heap,
      .texts = {.indexes = none},
      .sources = {.indexes = none},
      .functions = {.indexes = none},
  };
  meet_named(&writer, functions, count);
  for (uint32_t i = 0; i < writer.functions.count; i++) {
    put_code(&writer, zero__code_of(writer.met[i]));
  }
  for (uint32_t i = 0; i < count; i++) put_named(&writer, &functions[i]);
  assemble(&writer, count, sink, context);
}
