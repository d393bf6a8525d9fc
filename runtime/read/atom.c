/* atom.c - the parts of a text that are not lists: space, comments, atoms. */
#include "read/atom.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"

enum {
  SHOWN_MAX = 40,   /* bytes of a token shown in a message */
  TOKEN_MAX = 8192, /* bytes of a name or a number: later work on a
                       name need not be divided */
};

bool zero__reader_refuse(struct zero_reader *reader, struct zero_span span,
                         int code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  zero__report_of(reader->heap, reader->reports, reader->source, span, code,
                  false, format, arguments);
  va_end(arguments);
  return false;
}

/* --- characters ----------------------------------------------------------- */

/* The role of a character outside of texts and comments. */
enum role {
  ROLE_PART = '.',      /* of a symbol or number */
  ROLE_SPACE = ' ',
  ROLE_DELIMITER = '(', /* ( ) " ; */
  ROLE_REFUSED = '!',
};

/* The roles of the first 128 characters, sixteen a line. */
static const char ascii_roles[] =
    "!!!!!!!!!     !!"
    "!!!!!!!!!!!!!!!!"
    " .(.....((......"
    "...........(...."
    "................"
    "................"
    "................"
    "...............!";

struct range {
  uint32_t first;
  uint32_t last;
};

static bool among(uint32_t point, const struct range *ranges, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (point >= ranges[i].first && point <= ranges[i].last) return true;
  }
  return false;
}

/* Unicode's White_Space is space. Refused are controls, invisible characters,
 * those that reorder the line around them, and the two that NFC turns into `;`
 * and a backquote. */
static enum role wide_role(uint32_t point) {
  static const struct range spaces[] = {
      {0x85, 0x85}, {0xA0, 0xA0}, {0x1680, 0x1680}, {0x2000, 0x200A},
      {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
  };
  static const struct range refused[] = {
      {0x80, 0x9F}, {0x37E, 0x37E}, {0x61C, 0x61C}, {0x1FEF, 0x1FEF},
      {0x200B, 0x200B}, {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F},
      {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB},
  };
  if (among(point, spaces, sizeof spaces / sizeof *spaces)) {
    return ROLE_SPACE;
  }
  if (among(point, refused, sizeof refused / sizeof *refused)) {
    return ROLE_REFUSED;
  }
  return ROLE_PART;
}

/* The role of the character at `at` and its length in bytes. */
static inline enum role role_at(const struct zero_reader *reader,
                                uint32_t at, size_t *length) {
  const char *bytes = reader->source->bytes + at;
  unsigned char byte = (unsigned char)*bytes;
  *length = 1;
  if (byte < 0x80) return (enum role)ascii_roles[byte];
  return wide_role(zero__utf8_get(bytes, length));
}

void zero__skip_space(struct zero_reader *reader) {
  const struct zero_source *source = reader->source;
  if (reader->at == 0 && source->bytes[0] == '#' && source->bytes[1] == '!') {
    reader->at = zero__source_line_end(reader->heap, source, 0);
  }
  while (reader->at < source->size) {
    size_t length;
    zero__heap_charge(reader->heap, 1);
    if (source->bytes[reader->at] == ';') {
      reader->at = zero__source_line_end(reader->heap, source, reader->at);
    } else if (role_at(reader, reader->at, &length) == ROLE_SPACE) {
      reader->at += (uint32_t)length;
    } else {
      return;
    }
  }
}

/* --- texts ---------------------------------------------------------------- */

/* An escape as written: its bytes, and the character it means. If it cannot be
 * read, `wrong` says why; the `code` is 0 if only its end is missing. */
struct escape {
  size_t length;
  uint32_t point;
  int code;
  const char *wrong;
};

/* The escape \u{...} in the `size` bytes left of the text. */
static struct escape wide_escape(const char *bytes, size_t size) {
  static const char hexadecimal[] = "0123456789abcdefABCDEF";
  struct escape escape = {.length = 2, .wrong = "it is cut off"};
  if (size > 2 && bytes[2] == '{') {
    escape.length = 3;
    while (escape.length < size && escape.length < 9 &&
           strchr(hexadecimal, bytes[escape.length]) != NULL) {
      escape.length++;
    }
  }
  if (escape.length == size) return escape;
  escape.code = ZERO_CODE_SYNTAX_ESCAPE;
  escape.wrong = "write 1 to 6 hexadecimal digits in braces, as \\u{1F600}";
  if (escape.length <= 3 || bytes[escape.length] != '}') return escape;
  escape.point = (uint32_t)strtoul(bytes + 3, NULL, 16);
  escape.length++;
  escape.wrong = "no character has that number";
  if (!zero__utf8_scalar(escape.point)) return escape;
  escape.wrong = NULL;
  if (escape.point != 0) return escape;
  escape.code = ZERO_CODE_SYNTAX_NUL;
  escape.wrong = "a text may not contain a NUL";
  return escape;
}

/* The escape at `bytes`; `size` bytes are left of the source. */
static struct escape escape_at(const char *bytes, size_t size) {
  static const char letters[] = "\"\\ntr";
  static const char meanings[] = "\"\\\n\t\r";
  if (size < 2) return (struct escape){.length = 1, .wrong = "it is cut off"};
  if (bytes[1] == 'u') return wide_escape(bytes, size);
  const char *letter = strchr(letters, bytes[1]);
  if (letter != NULL) {
    char meaning = meanings[letter - letters];
    return (struct escape){.length = 2, .point = (unsigned char)meaning};
  }
  size_t length;
  zero__utf8_get(bytes + 1, &length);
  return (struct escape){
      .length = 1 + length,
      .code = ZERO_CODE_SYNTAX_ESCAPE,
      .wrong = "the escapes are \\\" \\\\ \\n \\t \\r \\u{...}"};
}

/* Reports what is wrong with the text that began at `start`: the escape at
 * reader->at, or a missing end. */
static bool refuse_text(struct zero_reader *reader, uint32_t start,
                        const struct escape *escape) {
  uint32_t at = reader->at;
  if (escape != NULL && escape->code != 0) {
    uint32_t length = (uint32_t)escape->length;
    return zero__reader_refuse(
        reader, (struct zero_span){at, at + length}, escape->code,
        "cannot read the escape %.*s: %s", (int)length,
        reader->source->bytes + at, escape->wrong);
  }
  reader->incomplete = true;
  return zero__reader_refuse(
      reader, (struct zero_span){start, start + 1},
      ZERO_CODE_SYNTAX_TEXT_OPEN,
      "the text that begins here has no closing quote");
}

/* The size of a text when its escapes are read. */
struct measure {
  size_t size;
  size_t count; /* of characters */
};

/* Moves from the quote that opens a text to the one that closes it, in
 * portions, and measures the text; writes it to `to` unless that is NULL. */
static bool walk_text(struct zero_reader *reader, struct measure *measure,
                      char *to) {
  const struct zero_source *source = reader->source;
  uint32_t start = reader->at++;
  *measure = (struct measure){0, 0};
  while (reader->at < source->size) {
    const char *bytes = source->bytes + reader->at;
    size_t left = source->size - reader->at;
    size_t most = left < ZERO_PORTION ? left : ZERO_PORTION;
    size_t plain = 0; /* bytes before a quote or an escape */
    while (plain < most && bytes[plain] != '"' && bytes[plain] != '\\') plain++;
    zero__heap_charge_bytes(reader->heap, plain);
    if (to != NULL) memcpy(to + measure->size, bytes, plain);
    reader->at += (uint32_t)plain;
    measure->size += plain;
    measure->count += zero__utf8_count(bytes, plain);
    bytes += plain;
    if (*bytes == '"') return true;
    if (*bytes != '\\') continue;
    struct escape escape = escape_at(bytes, source->size - reader->at);
    char character[ZERO_UTF8_MAX];
    if (escape.wrong != NULL) return refuse_text(reader, start, &escape);
    size_t size = zero__utf8_put(character, escape.point);
    if (to != NULL) memcpy(to + measure->size, character, size);
    reader->at += (uint32_t)escape.length;
    measure->size += size;
    measure->count++;
  }
  return refuse_text(reader, start, NULL);
}

static bool read_text(struct zero_reader *reader, struct zero_atom *atom) {
  struct zero_heap *heap = reader->heap;
  struct measure measure;
  uint32_t start = reader->at;
  if (!walk_text(reader, &measure, NULL)) return false;
  struct zero_text *text = zero__text_blank(heap, measure.size, measure.count);
  if (measure.size == reader->at - start - 1) {
    zero__heap_copy(heap, text->bytes, reader->source->bytes + start + 1,
                    measure.size);
  } else {
    reader->at = start;
    walk_text(reader, &measure, text->bytes);
  }
  atom->span = (struct zero_span){start, ++reader->at};
  atom->symbol = NULL;
  atom->value = reader->source->library
                    ? zero__of_text(text)
                    : zero__literal(heap, zero__of_text(text));
  return true;
}

/* --- numbers and symbols -------------------------------------------------- */

/* Reports an error about a token: its beginning, then `sentence`. */
static bool refuse_token(struct zero_reader *reader, struct zero_span span,
                         int code, const char *sentence) {
  const char *bytes = reader->source->bytes + span.start;
  size_t size = span.end - span.start;
  bool cut = size > SHOWN_MAX;
  if (cut) size = zero__utf8_whole(bytes, SHOWN_MAX);
  return zero__reader_refuse(reader, span, code, "%.*s%s %s", (int)size,
                             bytes, cut ? "..." : "", sentence);
}

static bool is_number(const char *token) {
  bool sign = token[0] == '-' || token[0] == '+';
  return token[sign] >= '0' && token[sign] <= '9';
}

/* Moves to the end of the token that begins at reader->at. In most tokens all
 * characters are ASCII. */
static bool find_token_end(struct zero_reader *reader) {
  uint32_t start = reader->at;
  const char *bytes = reader->source->bytes;
  size_t length = reader->source->size - start;
  const char *end = bytes + start + (length < TOKEN_MAX ? length : TOKEN_MAX);
  const char *at = bytes + start;
  while (at < end && (unsigned char)*at < 0x80 &&
         ascii_roles[(unsigned char)*at] == ROLE_PART) {
    at++;
  }
  reader->at = (uint32_t)(at - bytes);
  while (reader->at < reader->source->size) {
    enum role role = role_at(reader, reader->at, &length);
    struct zero_span span = {reader->at, reader->at + (uint32_t)length};
    if (role == ROLE_REFUSED) {
      unsigned point = zero__utf8_get(bytes + reader->at, &length);
      return zero__reader_refuse(
          reader, span, ZERO_CODE_SYNTAX_SYMBOL,
          "the character U+%04X is allowed only in a text or a comment", point);
    }
    if (role != ROLE_PART) break;
    reader->at = span.end;
    if (span.end - start <= TOKEN_MAX) continue;
    return refuse_token(reader, (struct zero_span){start, span.end},
                        is_number(bytes + start) ? ZERO_CODE_SYNTAX_INTEGER
                                                 : ZERO_CODE_SYNTAX_SYMBOL,
                        "is longer than 8192 bytes, the limit of a name or "
                        "number");
  }
  zero__heap_charge_bytes(reader->heap, reader->at - start);
  return true;
}

static bool read_number(struct zero_reader *reader, struct zero_atom *atom) {
  struct zero_span span = atom->span;
  int64_t number;
  int trouble =
      zero__parse_i64(reader->heap, reader->source->bytes + span.start,
                      span.end - span.start, &number);
  if (trouble != 0) {
    return refuse_token(reader, span, ZERO_CODE_SYNTAX_INTEGER,
                        trouble == 1
                            ? "is not an integer: write decimal digits, or 0x "
                              "and hexadecimal digits"
                            : "does not fit in an I64, which ranges from "
                              "-9223372036854775808 to 9223372036854775807");
  }
  atom->symbol = NULL;
  atom->value = zero__i64(reader->heap, number);
  return true;
}

/* Why no symbol begins with `c`, NULL if one may. */
static const char *bad_start(char c) {
  switch (c) {
  case '#':
    return "cannot be read: #<...> stands for a value that has no source, "
           "and #! belongs at the very start";
  case '[': case ']': case '{': case '}':
    return "does not begin a form: lists are written (list 1 2) and forms "
           "(f x)";
  case '\'': case '`':
    return "does not begin a form: texts are written in double quotes, and "
           "nothing is quoted";
  case ',':
    return "does not begin a form: items are separated by spaces";
  default:
    return NULL;
  }
}

/* The literal that is written as a word, ZERO_NONE if `token` is not one. */
static zero_value named_literal(const char *token, size_t size) {
  if (size == 4 && memcmp(token, "true", 4) == 0) return ZERO_TRUE;
  if (size == 5 && memcmp(token, "false", 5) == 0) return ZERO_FALSE;
  if (size == 4 && memcmp(token, "Unit", 4) == 0) return ZERO_UNIT;
  return ZERO_NONE;
}

bool zero__read_atom(struct zero_reader *reader, struct zero_atom *atom) {
  const char *token = reader->source->bytes + reader->at;
  if (*token == '"') return read_text(reader, atom);
  atom->span.start = reader->at;
  if (!find_token_end(reader)) return false;
  atom->span.end = reader->at;
  size_t size = atom->span.end - atom->span.start;
  if (is_number(token)) return read_number(reader, atom);
  const char *wrong = bad_start(*token);
  if (wrong != NULL) {
    return refuse_token(reader, atom->span, ZERO_CODE_SYNTAX_SYMBOL, wrong);
  }
  atom->symbol = NULL;
  atom->value = named_literal(token, size);
  if (zero_is_none(atom->value)) {
    atom->symbol =
        zero__intern_written(reader->heap, reader->symbols, token, size);
  }
  return true;
}
