/* code.c - making compiled functions, and finding their source. */
#include "compile/code.h"

#include "value/record.h"
#include "value/text.h"

/* The `next` cell gives how many words an instruction takes, and whether its
 * last one is a jump. Its length alone distinguishes the cells. */
#define WORDS(next) \
  (sizeof(next) == sizeof("-") ? 1 : \
   sizeof(next) == sizeof("variant-jump") ? 3 : 2)

#define JUMPS(next) \
  (sizeof(next) == sizeof("jump") || sizeof(next) == sizeof("variant-jump"))

#define ROW(name, a, b, c, next, doc) \
  {#name, #a #b #c, #next, doc, WORDS(#next), JUMPS(#next)},

const struct zero_instruction zero__instructions[] = {ZERO_OPCODES(ROW)};

#define ONE(name, a, b, c, next, doc) ZERO_OP_##name,
#define TWO(first, then) ZERO_OP_##first,
const uint8_t zero__plain_op[ZERO_OPS_MAX] = {
    ZERO_OPCODES(ONE) ZERO_PAIRS(TWO)};

#define PAIR(first, then) \
  [ZERO_OP_##first][ZERO_OP_##then] = ZERO_OP_##first##_##then,
const uint8_t zero__pair_op[ZERO_OP_COUNT][ZERO_OP_COUNT] = {
    ZERO_PAIRS(PAIR)};

const struct zero_variant *zero__variant_by_word(uint32_t word) {
  const struct zero_family *family = zero__family_by_tag(word >> 16);
  uint32_t index = word >> 8 & 0xff;
  if (family == NULL || index >= family->variant_count) return NULL;
  const struct zero_variant *variant = &family->variants[index];
  return zero__variant_word(variant) == word ? variant : NULL;
}

bool zero__code_span(const struct zero_code *code, uint32_t pc,
                     struct zero_line *line) {
  uint32_t low = 0;
  uint32_t high = code->line_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (code->lines[middle].pc <= pc) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return false;
  *line = code->lines[low - 1];
  return true;
}

struct zero_code *zero__code_new(struct zero_heap *heap, uint32_t size) {
  struct zero_code *code =
      zero__alloc(heap, ZERO_TRACED,
                  sizeof(struct zero_code) + size * sizeof(uint32_t));
  code->size = size;
  code->builtin = -1;
  return code;
}

zero_value zero__builtin_stub(struct zero_heap *heap, unsigned index) {
  if (heap->stubs == NULL) {
    heap->stubs = zero__alloc(heap, ZERO_TRACED,
                              zero__builtin_count * sizeof(zero_value));
  }
  zero_value *place = (zero_value *)heap->stubs + index;
  if (!zero_is_none(*place)) return *place;
  struct zero_code *code = zero__code_new(heap, 0);
  code->callable.name = zero__text_of(heap, zero__builtins[index].name);
  code->capability = zero__builtins[index].capability;
  code->builtin = (int32_t)index;
  *place = zero__function_new(heap, &code->callable);
  return *place;
}
