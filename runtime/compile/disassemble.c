/* disassemble.c - compiled functions as text for people.
 *
 * Goes by the operand letters of abi/opcodes.tsv and knows no instruction
 * by name, so a new row needs nothing here. */
#include "compile/disassemble.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "value/record.h"
#include "value/text.h"

enum {
  LINE_MAX_BYTES = 400, /* of one line; more is cut */
  BRIEF_MAX = 40,       /* bytes shown of a constant or of the source */
  NOTE_COLUMN = 36,     /* where the source begins */
};

struct line {
  char bytes[LINE_MAX_BYTES];
  size_t size;
};

static void put(struct line *line, const char *format, ...)
    ZERO_PRINTF(2, 3);

static void put(struct line *line, const char *format, ...) {
  size_t room = sizeof line->bytes - line->size;
  va_list arguments;
  va_start(arguments, format);
  int written =
      vsnprintf(line->bytes + line->size, room, format, arguments);
  va_end(arguments);
  if (written < 0) return;
  line->size += (size_t)written < room ? (size_t)written : room - 1;
}

/* Puts the first line of some text, cut between characters if it is
 * long. */
static void put_brief(struct line *line, const char *bytes, size_t size) {
  const char *end = memchr(bytes, '\n', size);
  size_t whole = end == NULL ? size : (size_t)(end - bytes);
  bool cut = whole < size || whole > BRIEF_MAX;
  if (whole > BRIEF_MAX) whole = zero__utf8_whole(bytes, BRIEF_MAX);
  put(line, "%.*s%s", (int)whole, bytes, cut ? " …" : "");
}

/* --- constants ----------------------------------------------------------- */

/* Keeps the beginning of what is printed, one byte more than is shown so that a
 * cut is visible. */
struct beginning {
  char bytes[BRIEF_MAX + 1];
  size_t size;
};

static void keep_beginning(void *context, const char *bytes, size_t size) {
  struct beginning *kept = context;
  size_t room = sizeof kept->bytes - kept->size;
  if (size > room) size = room;
  memcpy(kept->bytes + kept->size, bytes, size);
  kept->size += size;
}

static void put_value(struct zero_heap *heap, struct line *line,
                      zero_value value) {
  struct beginning kept = {.size = 0};
  zero__print(heap, value, keep_beginning, &kept);
  put_brief(line, kept.bytes, kept.size);
}

static void put_constant(struct zero_heap *heap, struct line *line,
                         const struct zero_code *code, uint32_t index) {
  if (index < code->constant_count) {
    put_value(heap, line, code->constants[index]);
  } else {
    put(line, "constant %u", index);
  }
}

static void put_immediate(struct zero_heap *heap, struct line *line,
                          uint32_t word) {
  zero_value value = {word};
  if (zero__is_unit(value) || zero__is_bool(value) || zero__is_empty(value)) {
    put_value(heap, line, value);
  } else {
    put(line, "word 0x%x", word);
  }
}

/* --- operands ------------------------------------------------------------ */

static void put_operand(struct zero_heap *heap, struct line *line,
                        const struct zero_code *code, uint32_t pc,
                        unsigned index) {
  uint32_t word = code->instructions[pc];
  uint32_t byte = zero__operand(word, index);
  char letter = zero__operand_letter(word, index);
  if (letter != '-') put(line, " ");
  switch (letter) {
    case '-':
      break;
    case 'K':
      put_constant(heap, line, code, zero__bx(word));
      break;
    case 'k':
      put_constant(heap, line, code, byte);
      break;
    case 'I':
      put(line, "%d", zero__sbx(word));
      break;
    case 'i':
      put(line, "%d", (int8_t)byte);
      break;
    case 'W':
      put_immediate(heap, line, zero__bx(word));
      break;
    case 'J':
      put(line, "-> %lld",
          (long long)(index == 0 ? zero__jump_sj(word, pc)
                                 : zero__jump_bx(word, pc)));
      break;
    case 'b':
      put(line, byte != 0 ? "true" : "false");
      break;
    case 'u':
      put(line, "capture %u", byte);
      break;
    case 'n':
    case 'x':
      put(line, "%u", byte);
      break;
    default:
      put(line, "r%u", byte);
  }
}

static void put_variant(struct line *line, uint32_t word) {
  const struct zero_variant *variant = zero__variant_by_word(word);
  if (variant == NULL) {
    put(line, " variant 0x%x", word);
  } else {
    put(line, " %s.%s", variant->family->name, variant->name);
  }
}

/* The meaning of the second and third words; nothing for words after the
 * end. */
static void put_next(struct line *line, const struct zero_code *code,
                     uint32_t pc, const struct zero_instruction *fact) {
  if (fact->words > code->size - pc) {
    put(line, " (cut off)");
    return;
  }
  const uint32_t *words = &code->instructions[pc];
  if (strncmp(fact->next, "variant", 7) == 0) put_variant(line, words[1]);
  if (strcmp(fact->next, "builtin") == 0) {
    bool known = words[1] < zero__builtin_count;
    put(line, " %s", known ? zero__builtins[words[1]].name : "builtin");
    if (!known) put(line, " %u", words[1]);
  }
  if (fact->jumps) {
    uint32_t at = fact->words - 1;
    put(line, " -> %lld", (long long)zero__jump_sj(words[at], pc + at));
  }
}

/* --- lines --------------------------------------------------------------- */

/* The source of an instruction that begins a new span. */
static void put_source(struct line *line, const struct zero_code *code,
                       uint32_t pc) {
  struct zero_line span;
  if (code->source == NULL || !zero__code_span(code, pc, &span)) return;
  if (span.site > code->site_count) return;
  const struct zero_source *source = zero__site_code(code, span.site)->source;
  if (span.pc != pc || source == NULL || span.end > source->size ||
      span.start >= span.end) {
    return;
  }
  size_t from = line->size;
  put(line, "%*s ; ", from < NOTE_COLUMN ? (int)(NOTE_COLUMN - from) : 0, "");
  put_brief(line, source->bytes + span.start, span.end - span.start);
}

static uint32_t put_instruction(struct zero_heap *heap, struct line *line,
                                const struct zero_code *code, uint32_t pc) {
  uint32_t word = code->instructions[pc];
  put(line, "%5u  ", pc);
  if (zero__op(word) >= ZERO_OP_COUNT) {
    put(line, "0x%08x", word);
    return 1;
  }
  const struct zero_instruction *fact = &zero__instructions[zero__op(word)];
  put(line, "%-9s", fact->name);
  for (unsigned i = 0; i < 3; i++) put_operand(heap, line, code, pc, i);
  put_next(line, code, pc, fact);
  put_source(line, code, pc);
  return fact->words;
}

/* "pure", or the names of the single capabilities. */
static void put_capability(struct line *line, uint32_t bits) {
  if (bits == 0) put(line, " pure");
  for (unsigned i = 0; i < zero__capability_count; i++) {
    uint32_t one = zero__capabilities[i].bits;
    bool single = one != 0 && (one & (one - 1)) == 0;
    if (single && (bits & one) != 0) {
      put(line, " %s", zero__capabilities[i].name);
    }
  }
}

static void send(struct line *line, zero__sink *sink, void *context) {
  line->size = zero__utf8_whole(line->bytes, line->size);
  while (line->size > 0 && line->bytes[line->size - 1] == ' ') line->size--;
  sink(context, line->bytes, line->size);
  sink(context, "\n", 1);
  line->size = 0;
}

static void put_header(struct line *line, const struct zero_code *code) {
  zero_value name = code->callable.name;
  put(line, "%s: params %u, registers %u, constants %u, captures %u,",
      zero_is_none(name) ? "?" : zero__text_bytes(name), code->params,
      code->registers, code->constant_count, code->capture_count);
  put_capability(line, code->capability);
  if (code->builtin == ZERO_CODE_HOST) {
    put(line, ", of the host");
  } else if (code->builtin >= 0) {
    put(line, ", a builtin");
  }
}

void zero__disassemble(struct zero_heap *heap, const struct zero_code *code,
                       zero__sink *sink, void *context) {
  struct line line = {.size = 0};
  put_header(&line, code);
  send(&line, sink, context);
  for (uint32_t pc = 0; pc < code->size;) {
    zero__heap_charge(heap, 1);
    uint32_t words = put_instruction(heap, &line, code, pc);
    send(&line, sink, context);
    pc = words > code->size - pc ? code->size : pc + words;
  }
}
