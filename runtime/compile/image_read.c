/* image_read.c - bytes from anywhere to compiled functions.
 *
 * Every number is checked against what it counts or names before it is used.
 * A count is never larger than the bytes that are left, so an image of n
 * bytes makes us allocate a small multiple of n. The function values are
 * made first, without code, because functions refer to one another; all are
 * verified when all are there. */
#include "compile/image.h"

#include "base/utf8.h"
#include "compile/image_format.h"
#include "compile/stub.h"
#include "compile/verify.h"
#include "value/list.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"
#include "zero/gen/codes.h"

#define WRONG_CAPABILITY "a capability is out of range"

struct reader {
  struct zero_heap *heap;
  const unsigned char *bytes;
  size_t at;
  size_t size;
  zero_value *texts;
  const char **strings;               /* C strings of texts, once needed */
  uint32_t text_count;
  const struct zero_source **sources;
  uint32_t source_count;
  zero_value *functions;
  uint32_t function_count;
  zero_value *stack;                  /* of the constants' programs */
  size_t depth;
  size_t stack_room;
};

ZERO_NORETURN static void refuse(struct reader *reader, const char *what) {
  zero__raise(reader->heap, ZERO_CODE_BYTECODE_INVALID,
              "the image is damaged at byte %zu: %s", reader->at, what);
}

/* --- bytes --------------------------------------------------------------- */

static size_t left(const struct reader *reader) {
  return reader->size - reader->at;
}

static unsigned char take_byte(struct reader *reader) {
  if (left(reader) == 0) refuse(reader, "it ends too early");
  return reader->bytes[reader->at++];
}

static const void *take_bytes(struct reader *reader, uint64_t size) {
  if (size > left(reader)) refuse(reader, "it ends too early");
  const void *bytes = reader->bytes + reader->at;
  reader->at += size;
  return bytes;
}

static uint64_t take_number(struct reader *reader) {
  uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    uint64_t byte = take_byte(reader);
    if (shift == 63 && byte > 1) break;
    number |= (byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
  refuse(reader, "a number has more than 64 bits");
}

/* A number of at most `most`. */
static uint32_t take_most(struct reader *reader, uint32_t most,
                          const char *what) {
  uint64_t number = take_number(reader);
  if (number > most) refuse(reader, what);
  return (uint32_t)number;
}

/* How many things follow, each of `width` bytes at least. */
static uint32_t take_count(struct reader *reader, size_t width) {
  uint64_t count = take_number(reader);
  if (count > left(reader) / width || count > UINT32_MAX) {
    refuse(reader, "more is counted than there is");
  }
  return (uint32_t)count;
}

static uint32_t take_index(struct reader *reader, uint32_t count,
                           const char *what) {
  uint64_t index = take_number(reader);
  if (index >= count) refuse(reader, what);
  return (uint32_t)index;
}

/* Storage for `count` things, NULL for none. */
static void *room_for(struct reader *reader, enum zero_storage storage,
                      size_t count, size_t width) {
  if (count == 0) return NULL;
  return zero__alloc(reader->heap, storage, count * width);
}

/* --- texts and sources --------------------------------------------------- */

static zero_value take_text(struct reader *reader) {
  return reader->texts[take_index(reader, reader->text_count,
                                  "it names a text that is not there")];
}

static const char *copy_string(struct reader *reader, const void *bytes,
                               size_t size) {
  char *copy = zero__alloc(reader->heap, ZERO_LEAF, size + 1);
  if (size > 0) memcpy(copy, bytes, size);
  copy[size] = '\0';
  return copy;
}

/* The text as a C string of its own, the same for the same text. */
static const char *take_string(struct reader *reader) {
  uint32_t index = take_index(reader, reader->text_count,
                              "it names a text that is not there");
  if (reader->strings[index] == NULL) {
    zero_value text = reader->texts[index];
    reader->strings[index] = copy_string(reader, zero__text_bytes(text),
                                         zero__text_size(text));
  }
  return reader->strings[index];
}

static void read_texts(struct reader *reader) {
  uint32_t count = take_count(reader, 1);
  reader->texts =
      room_for(reader, ZERO_TRACED, count, sizeof *reader->texts);
  reader->strings =
      room_for(reader, ZERO_TRACED, count, sizeof *reader->strings);
  for (uint32_t i = 0; i < count; i++) {
    uint64_t size = take_number(reader);
    if (size > ZERO_TEXT_MAX) refuse(reader, "a text is too long");
    const char *bytes = take_bytes(reader, size);
    zero_value text = zero__text_checked(reader->heap, bytes, size, NULL);
    if (zero_is_none(text)) refuse(reader, "a text is not valid UTF-8");
    reader->texts[i] = text;
  }
  reader->text_count = count;
}

static const struct zero_source *read_source(struct reader *reader) {
  struct zero_source *source =
      zero__alloc(reader->heap, ZERO_TRACED, sizeof *source);
  source->name = take_string(reader);
  uint64_t size = take_number(reader);
  if (size >= UINT32_MAX) refuse(reader, "a source is too long");
  const char *bytes = take_bytes(reader, size);
  if (zero__utf8_valid(bytes, size, NULL) != size) {
    refuse(reader, "a source is not valid UTF-8");
  }
  source->bytes = copy_string(reader, bytes, size);
  source->size = size;
  source->library = true;
  return source;
}

static void read_sources(struct reader *reader) {
  uint32_t count = take_count(reader, 2);
  reader->sources =
      room_for(reader, ZERO_TRACED, count, sizeof *reader->sources);
  for (uint32_t i = 0; i < count; i++) {
    reader->sources[i] = read_source(reader);
  }
  reader->source_count = count;
}

/* --- constants ----------------------------------------------------------- */

static void push(struct reader *reader, zero_value value) {
  enum { FIRST_ROOM = 64 };
  if (reader->depth == reader->stack_room) {
    size_t room = reader->depth == 0 ? FIRST_ROOM : reader->depth * 2;
    zero_value *wider = zero__alloc(reader->heap, ZERO_TRACED,
                                    room * sizeof *wider);
    if (reader->depth > 0) {
      memcpy(wider, reader->stack, reader->depth * sizeof *wider);
    }
    reader->stack = wider;
    reader->stack_room = room;
  }
  reader->stack[reader->depth++] = value;
}

static zero_value take_i64(struct reader *reader) {
  uint64_t folded = take_number(reader);
  uint64_t bits = folded >> 1 ^ ((folded & 1) != 0 ? UINT64_MAX : 0);
  return zero__i64(reader->heap, (int64_t)bits);
}

static zero_value take_function(struct reader *reader) {
  return reader->functions[take_index(reader, reader->function_count,
                                      "it names a function that is not "
                                      "there")];
}

static zero_value take_builtin(struct reader *reader) {
  uint32_t index = take_index(reader, zero__builtin_count,
                              "it names a builtin that is not there");
  if (zero__builtins[index].how == ZERO_HOW_CORE) {
    refuse(reader, "a builtin has no C function");
  }
  return zero__builtin_stub(reader->heap, index);
}

/* Functions stay outside lists, where the verifier sees them. */
static zero_value take_list(struct reader *reader) {
  uint64_t count = take_number(reader);
  if (count > reader->depth) refuse(reader, "a list has too few items");
  reader->depth -= count;
  const zero_value *items = reader->stack + reader->depth;
  for (uint64_t i = 0; i < count; i++) {
    if (zero__is_function(items[i])) refuse(reader, "a list holds a function");
  }
  return zero__list(reader->heap, items, count);
}

static zero_value take_value(struct reader *reader, unsigned char op) {
  switch (op) {
    case ZERO_IMAGE_UNIT:
      return ZERO_UNIT;
    case ZERO_IMAGE_FALSE:
      return ZERO_FALSE;
    case ZERO_IMAGE_TRUE:
      return ZERO_TRUE;
    case ZERO_IMAGE_EMPTY:
      return ZERO_EMPTY;
    case ZERO_IMAGE_NUMBER:
      return take_i64(reader);
    case ZERO_IMAGE_TEXT:
      return take_text(reader);
    case ZERO_IMAGE_FUNCTION:
      return take_function(reader);
    case ZERO_IMAGE_BUILTIN:
      return take_builtin(reader);
    case ZERO_IMAGE_LIST:
      return take_list(reader);
    default:
      refuse(reader, "a constant is of no kind");
  }
}

static void read_constants(struct reader *reader, struct zero_code *code) {
  uint32_t count = take_most(reader, ZERO_CONSTANTS_MAX,
                             "a function has too many constants");
  reader->depth = 0;
  unsigned char op;
  while ((op = take_byte(reader)) != ZERO_IMAGE_END) {
    push(reader, take_value(reader, op));
  }
  if (reader->depth != count) refuse(reader, "constants are missing");
  code->constants =
      room_for(reader, ZERO_TRACED, count, sizeof *code->constants);
  if (count > 0) {
    memcpy(code->constants, reader->stack, count * sizeof *code->constants);
  }
  code->constant_count = count;
}

/* --- functions ----------------------------------------------------------- */

static void read_captures(struct reader *reader, struct zero_code *code) {
  uint32_t count = take_most(reader, UINT8_MAX,
                             "there are too many captures");
  struct zero_capture *captures =
      room_for(reader, ZERO_LEAF, count, sizeof *captures);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t packed = take_most(reader, UINT8_MAX * 2 + 1,
                                "a capture is taken from nowhere");
    captures[i] = (struct zero_capture){.from_register = (packed & 1) != 0,
                                        .index = (uint8_t)(packed >> 1)};
  }
  code->captures = captures;
  code->capture_count = (uint8_t)count;
}

static void read_lines(struct reader *reader, struct zero_code *code) {
  uint32_t count = take_count(reader, 3);
  struct zero_line *lines =
      room_for(reader, ZERO_LEAF, count, sizeof *lines);
  uint32_t pc = 0;
  for (uint32_t i = 0; i < count; i++) {
    struct zero_line *line = &lines[i];
    pc += take_most(reader, code->size - pc, "a line lies behind the code");
    line->pc = pc;
    line->site = 0;
    line->start = take_most(reader, UINT32_MAX, "a span is too far away");
    line->end = line->start + take_most(reader, UINT32_MAX - line->start,
                                        "a span is too long");
  }
  code->lines = lines;
  code->line_count = count;
}

static const struct zero_source *take_source(struct reader *reader) {
  uint64_t index = take_number(reader);
  if (index > reader->source_count) {
    refuse(reader, "it names a source that is not there");
  }
  return index == 0 ? NULL : reader->sources[index - 1];
}

/* Fields before the instructions wait in `head`: only then is it known how
 * much room the code takes. */
static struct zero_code *read_code(struct reader *reader) {
  struct zero_code head = {.builtin = -1};
  head.callable.name = take_text(reader);
  head.source = take_source(reader);
  head.capability = take_most(reader, UINT32_MAX, WRONG_CAPABILITY);
  head.params = (uint8_t)take_most(reader, UINT8_MAX,
                                    "there are too many parameters");
  head.registers = (uint8_t)take_most(reader, UINT8_MAX,
                                       "there are too many registers");
  read_captures(reader, &head);
  read_constants(reader, &head);
  head.size = take_count(reader, sizeof(uint32_t));
  struct zero_code *code = zero__code_new(reader->heap, head.size);
  *code = head;
  size_t bytes = code->size * sizeof(uint32_t);
  const void *words = take_bytes(reader, bytes);
  if (bytes > 0) memcpy(code->instructions, words, bytes);
  read_lines(reader, code);
  return code;
}

static void read_functions(struct reader *reader) {
  for (uint32_t i = 0; i < reader->function_count; i++) {
    struct zero_code *code = read_code(reader);
    zero__function(reader->functions[i])->code = &code->callable;
  }
}

static void verify_functions(struct reader *reader) {
  char message[ZERO_FAULT_MESSAGE];
  for (uint32_t i = 0; i < reader->function_count; i++) {
    if (!zero__verify(reader->heap, zero__code_of(reader->functions[i]),
                      message, sizeof message)) {
      zero__raise(reader->heap, ZERO_CODE_BYTECODE_INVALID, "%s", message);
    }
  }
}

/* --- names --------------------------------------------------------------- */

static void read_named(struct reader *reader,
                       struct zero_image_function *named,
                       zero_value function) {
  const struct zero_code *code = zero__code_of(function);
  if (code->capture_count > 0) refuse(reader, "a named function captures");
  named->function = function;
  named->module = take_string(reader);
  named->doc = take_string(reader);
  named->capability = take_most(reader, UINT32_MAX, WRONG_CAPABILITY);
  named->annotated = take_most(reader, 1, "a flag is neither 0 nor 1") != 0;
  uint16_t *types = zero__alloc(reader->heap, ZERO_LEAF,
                                (code->params + 1u) * sizeof *types);
  for (unsigned i = 0; i <= code->params; i++) {
    types[i] = (uint16_t)take_most(reader, UINT16_MAX, "a type is unknown");
  }
  named->types = types;
}

static struct zero_image read_body(struct reader *reader) {
  read_texts(reader);
  read_sources(reader);
  reader->function_count = take_count(reader, 1);
  struct zero_image image;
  image.count = take_most(reader, reader->function_count,
                          "it names more functions than it has");
  reader->functions = room_for(reader, ZERO_TRACED, reader->function_count,
                               sizeof *reader->functions);
  for (uint32_t i = 0; i < reader->function_count; i++) {
    reader->functions[i] = zero__function_new(reader->heap, NULL);
  }
  read_functions(reader);
  image.functions = room_for(reader, ZERO_TRACED, image.count,
                             sizeof *image.functions);
  for (uint32_t i = 0; i < image.count; i++) {
    read_named(reader, &image.functions[i], reader->functions[i]);
  }
  if (left(reader) > 0) refuse(reader, "something follows its end");
  verify_functions(reader);
  return image;
}

/* --- the header ---------------------------------------------------------- */

/* Makes bytes from outside fit to stand in a message. */
static void make_printable(char *bytes, size_t size) {
  for (size_t i = 0; i < size && bytes[i] != '\0'; i++) {
    if (bytes[i] < ' ' || bytes[i] > '~') bytes[i] = '?';
  }
}

ZERO_NORETURN static void mismatch(struct reader *reader,
                                   struct zero_image_header *theirs,
                                   const struct zero_image_header *ours) {
  make_printable(theirs->marker, sizeof theirs->marker);
  make_printable(theirs->shape_hash, sizeof theirs->shape_hash);
  make_printable(theirs->full_hash, sizeof theirs->full_hash);
  zero__raise(reader->heap, ZERO_CODE_IMAGE_MISMATCH,
              "the image is of format %u for '%.16s', layout version %u, "
              "tables %.16s/%.16s, machine %016llx; this is format %u for "
              "'%.16s', layout version %u, tables %.16s/%.16s, machine "
              "%016llx",
              theirs->version, theirs->marker, theirs->layout_version,
              theirs->shape_hash, theirs->full_hash,
              (unsigned long long)theirs->machine_hash, ours->version,
              ours->marker, ours->layout_version, ours->shape_hash,
              ours->full_hash, (unsigned long long)ours->machine_hash);
}

/* Of another format nothing but the version can be trusted to be where we
 * look for it, so that comes before size and checksum, and what the image
 * is for comes behind. */
static void check_header(struct reader *reader) {
  struct zero_image_header ours = zero__image_header();
  struct zero_image_header theirs;
  if (reader->size < sizeof theirs) refuse(reader, "it is no image");
  memcpy(&theirs, reader->bytes, sizeof theirs);
  if (memcmp(theirs.magic, ours.magic, sizeof ours.magic) != 0) {
    refuse(reader, "it is no image");
  }
  if (theirs.version != ours.version) mismatch(reader, &theirs, &ours);
  if (theirs.size != reader->size) refuse(reader, "its size is wrong");
  if (theirs.checksum != zero__image_checksum(reader->bytes, reader->size)) {
    refuse(reader, "its checksum is wrong");
  }
  ours.size = theirs.size;
  ours.checksum = theirs.checksum;
  if (memcmp(&theirs, &ours, sizeof ours) != 0) {
    mismatch(reader, &theirs, &ours);
  }
  reader->at = sizeof theirs;
}

struct zero_image zero__image_read(struct zero_heap *heap, const void *bytes,
                                   size_t size) {
  struct reader reader = {.heap = heap, .bytes = bytes, .size = size};
  check_header(&reader);
  return read_body(&reader);
}
