/* peephole.c - makes finished code faster, instruction by instruction. */
#include "compile/emitter.h"

/* --- jumps to jumps ------------------------------------------------------ */

static uint32_t behind(const uint32_t *words, uint32_t pc) {
  return pc + zero__instructions[zero__op(words[pc])].words;
}

/* The final target of the JUMP in the word at `pc`. Each goes forward. */
static uint32_t last_target(const uint32_t *words, uint32_t pc) {
  uint32_t target = (uint32_t)zero__jump_sj(words[pc], pc);
  while (zero__op(words[target]) == ZERO_OP_JUMP) {
    target = (uint32_t)zero__jump_sj(words[target], target);
  }
  return target;
}

static uint32_t jump_word(enum zero_opcode op, uint32_t pc, int64_t target) {
  return (uint32_t)op | (uint32_t)(target - pc - 1) << 8;
}

/* Lets the JUMP at `pc` go straight to its final target. One that is not part
 * of a pair becomes the instruction there if that is only one word. */
static void shorten(uint32_t *words, uint32_t pc, bool alone) {
  uint32_t target = last_target(words, pc);
  uint32_t there = words[target];
  if (alone && zero__op(there) == ZERO_OP_RETURN) {
    words[pc] = there;
  } else if (alone && zero__op(there) == ZERO_OP_LOOP) {
    words[pc] = jump_word(ZERO_OP_LOOP, pc, zero__jump_sj(there, target));
  } else if (target - pc - 1 < 1u << 23) {
    words[pc] = jump_word(ZERO_OP_JUMP, pc, target);
  }
}

static void shorten_jumps(struct zero_heap *heap, uint32_t *words,
                          uint32_t size) {
  for (uint32_t pc = 0; pc < size; pc = behind(words, pc)) {
    const struct zero_instruction *fact =
        &zero__instructions[zero__op(words[pc])];
    zero__heap_charge(heap, 1);
    bool alone = zero__op(words[pc]) == ZERO_OP_JUMP;
    if (alone || fact->jumps) {
      shorten(words, pc + fact->words - 1, alone);
    }
  }
}

/* --- pairs ---------------------------------------------------------------- */

/* Instructions that jump elsewhere are joined first: the processor predicts a
 * jump best if each position has its own. */
static bool leaves(uint32_t op) {
  switch (op) {
    case ZERO_OP_CALL:
    case ZERO_OP_CALLSELF:
    case ZERO_OP_RETURN:
    case ZERO_OP_JUMP:
    case ZERO_OP_LOOP:
    case ZERO_OP_AGAIN:
      return true;
    default:
      return false;
  }
}

/* Joins instructions into pairs, all or those whose second one jumps. */
static void join_pairs(struct zero_heap *heap, uint32_t *words,
                       uint32_t size, bool all) {
  for (uint32_t pc = 0; pc < size;) {
    uint32_t first = zero__raw_op(words[pc]);
    uint32_t next = behind(words, pc);
    zero__heap_charge(heap, 1);
    if (first >= ZERO_OP_COUNT) {
      pc = behind(words, next);
      continue;
    }
    pc = next;
    if (next >= size) break;
    uint32_t then = zero__raw_op(words[next]);
    if (then >= ZERO_OP_COUNT || (!all && !leaves(then))) continue;
    uint32_t pair = zero__pair_op[first][then];
    if (pair == 0) continue;
    uint32_t at = next - zero__instructions[first].words;
    words[at] = (words[at] & ~UINT32_C(0xff)) | pair;
    pc = behind(words, next);
  }
}

void zero__peephole(struct zero_heap *heap, uint32_t *words, uint32_t size) {
  shorten_jumps(heap, words, size);
  join_pairs(heap, words, size, false);
  join_pairs(heap, words, size, true);
}
