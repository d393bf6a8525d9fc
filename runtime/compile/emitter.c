/* emitter.c - one function's bytecode while it is made. */
#include "compile/emitter.h"

#include <string.h>

#include "compile/code.h"
#include "value/compare.h"
#include "value/text.h"

enum { FIRST_BYTES = ZERO_SMALL_MAX };

/* Room for one more element of `width` bytes; the array may move. */
static void *grow(struct zero_heap *heap, void *array, uint32_t count,
                  uint32_t *room, size_t width) {
  if (count < *room) return array;
  uint32_t wider =
      *room == 0 ? FIRST_BYTES / (uint32_t)width : *room * 2;
  void *moved = zero__alloc(heap, ZERO_TREE, wider * width);
  zero__heap_copy(heap, moved, array, count * width);
  *room = wider;
  return moved;
}

static void too_large(struct zero_emitter *emitter, const char *what,
                      unsigned limit) {
  if (emitter->inlined) {
    emitter->crowded = true;
  } else if (!emitter->failed) {
    zero__report(emitter->heap, emitter->reports, emitter->node->source,
                 emitter->span, ZERO_CODE_LIMIT_FUNCTION, false,
                 "function '%s' needs more than %u %s; divide it",
                 emitter->node->name, limit, what);
  }
  emitter->failed = true;
}

void zero__emitter_init(struct zero_emitter *emitter, struct zero_heap *heap,
                        struct zero_function_node *node,
                        struct zero_emitter *outer,
                        struct zero_reports *reports) {
  memset(emitter, 0, sizeof *emitter);
  emitter->heap = heap;
  emitter->node = node;
  emitter->reports = reports;
  emitter->span = node->span;
  emitter->inlined = outer != NULL && outer->inlined;
  emitter->slots = outer != NULL
                       ? outer->slots
                       : zero__tree_alloc(heap, node->local_count + 1ul);
}

unsigned zero__take_registers(struct zero_emitter *emitter, unsigned count) {
  unsigned first = emitter->next;
  if (first + count > ZERO_REGISTERS_MAX) {
    too_large(emitter, "registers", ZERO_REGISTERS_MAX);
    return 0;
  }
  emitter->next = first + count;
  if (emitter->next > emitter->most) emitter->most = emitter->next;
  return first;
}

unsigned zero__take_register(struct zero_emitter *emitter) {
  return zero__take_registers(emitter, 1);
}

static void note_line(struct zero_emitter *emitter) {
  struct zero_span span = emitter->span;
  if (emitter->line_count > 0) {
    const struct zero_line *last = &emitter->lines[emitter->line_count - 1];
    if (last->start == span.start && last->end == span.end &&
        last->site == emitter->site) {
      return;
    }
  }
  emitter->lines =
      grow(emitter->heap, emitter->lines, emitter->line_count,
           &emitter->line_room, sizeof *emitter->lines);
  emitter->lines[emitter->line_count++] = (struct zero_line){
      .pc = emitter->size,
      .start = span.start,
      .end = span.end,
      .site = emitter->site};
}

void zero__open_site(struct zero_emitter *emitter,
                     const struct zero_code *code, bool hidden) {
  emitter->sites =
      grow(emitter->heap, emitter->sites, emitter->site_count,
           &emitter->site_room, sizeof *emitter->sites);
  emitter->sites[emitter->site_count] =
      (struct zero_site){.code = code,
                         .start = emitter->span.start,
                         .end = emitter->span.end,
                         .outer = emitter->site,
                         .hidden = hidden};
  emitter->site = ++emitter->site_count;
}

uint32_t zero__emit_word(struct zero_emitter *emitter, uint32_t word) {
  zero__heap_charge(emitter->heap, 1);
  emitter->words = grow(emitter->heap, emitter->words, emitter->size,
                        &emitter->room, sizeof *emitter->words);
  emitter->words[emitter->size] = word;
  return emitter->size++;
}

uint32_t zero__emit(struct zero_emitter *emitter, enum zero_opcode op,
                    unsigned a, unsigned b, unsigned c) {
  note_line(emitter);
  return zero__emit_word(emitter, (uint32_t)op | (a & 0xff) << 8 |
                                      (b & 0xff) << 16 | (c & 0xff) << 24);
}

uint32_t zero__emit_wide(struct zero_emitter *emitter, enum zero_opcode op,
                         unsigned a, uint32_t bx) {
  note_line(emitter);
  return zero__emit_word(emitter,
                         (uint32_t)op | (a & 0xff) << 8 | bx << 16);
}

uint32_t zero__constant(struct zero_emitter *emitter, zero_value value) {
  enum { LOOK_BACK = 64 };
  uint32_t count = emitter->constant_count;
  uint32_t first = count > LOOK_BACK ? count - LOOK_BACK : 0;
  zero__heap_charge_bytes(emitter->heap, (count - first) * sizeof value);
  for (uint32_t i = first; i < count; i++) {
    if (zero__same(emitter->constants[i], value)) return i;
  }
  if (count >= ZERO_CONSTANTS_MAX) {
    too_large(emitter, "constants", ZERO_CONSTANTS_MAX);
    return 0;
  }
  emitter->constants =
      grow(emitter->heap, emitter->constants, count, &emitter->constant_room,
           sizeof *emitter->constants);
  emitter->constants[count] = value;
  emitter->constant_count = count + 1;
  return count;
}

static bool is_immediate(zero_value value) {
  return zero__is_unit(value) || zero__is_bool(value) ||
         zero__is_empty(value);
}

void zero__emit_charge(struct zero_emitter *emitter) {
  zero__emit(emitter, ZERO_OP_CHARGE, 0, 0, 0);
}

void zero__emit_load(struct zero_emitter *emitter, unsigned dest,
                     zero_value value) {
  if (is_immediate(value)) {
    zero__emit_wide(emitter, ZERO_OP_LOADW, dest, (uint32_t)value.bits);
    return;
  }
  if (zero__is_small(value)) {
    int64_t number = zero__small_number(value);
    if (number >= INT16_MIN && number <= INT16_MAX) {
      zero__emit_wide(emitter, ZERO_OP_LOADI, dest, (uint16_t)number);
      return;
    }
  }
  zero__emit_wide(emitter, ZERO_OP_LOADK, dest,
                  zero__constant(emitter, value));
}

void zero__emit_move(struct zero_emitter *emitter, unsigned dest,
                     unsigned from) {
  if (dest != from) zero__emit(emitter, ZERO_OP_MOVE, dest, from, 0);
}

static void wait_at(struct zero_emitter *emitter, struct zero_jumps *jumps,
                    uint32_t at) {
  jumps->at = grow(emitter->heap, jumps->at, jumps->count, &jumps->room,
                   sizeof *jumps->at);
  jumps->at[jumps->count++] = at;
}

void zero__emit_jump(struct zero_emitter *emitter, struct zero_jumps *jumps) {
  wait_at(emitter, jumps, zero__emit(emitter, ZERO_OP_JUMP, 0, 0, 0));
}

void zero__emit_jump_if(struct zero_emitter *emitter, enum zero_opcode op,
                        unsigned a, struct zero_jumps *jumps) {
  wait_at(emitter, jumps, zero__emit_wide(emitter, op, a, 0));
}

/* Distances of the two jump forms: 24 bits for JUMP, 16 for the others. */
static void land_one(struct zero_emitter *emitter, uint32_t at) {
  uint32_t *word = &emitter->words[at];
  uint32_t distance = emitter->size - at - 1;
  bool wide = zero__op(*word) == ZERO_OP_JUMP;
  if (distance > (wide ? (1u << 23) - 1 : INT16_MAX)) {
    too_large(emitter, "words of code in one jump", INT16_MAX);
    return;
  }
  *word |= distance << (wide ? 8 : 16);
}

void zero__land(struct zero_emitter *emitter, struct zero_jumps *jumps) {
  for (uint32_t i = 0; i < jumps->count; i++) {
    zero__heap_charge(emitter->heap, 1);
    land_one(emitter, jumps->at[i]);
  }
  jumps->count = 0;
}

void zero__emit_turn(struct zero_emitter *emitter, uint32_t target,
                     unsigned dest, unsigned from) {
  if (target == 0 && dest != from) {
    zero__emit(emitter, ZERO_OP_AGAIN, dest, from, 0);
    return;
  }
  zero__emit_move(emitter, dest, from);
  uint32_t back = emitter->size - target + 1;
  int32_t distance = -(int32_t)back;
  note_line(emitter);
  if (back >= (1u << 23) - 1) {
    too_large(emitter, "words of code", (1u << 23) - 1);
    return;
  }
  zero__emit_word(emitter, (uint32_t)ZERO_OP_LOOP | (uint32_t)distance << 8);
}

void zero__emit_call(struct zero_emitter *emitter, zero_value function,
                     unsigned first) {
  const struct zero_global *own = emitter->node->global;
  if (own != NULL && zero__same(own->function, function)) {
    zero__emit(emitter, ZERO_OP_CALLSELF, first, 0, 0);
  } else {
    zero__emit_wide(emitter, ZERO_OP_CALL, first,
                    zero__constant(emitter, function));
  }
}

uint32_t zero__capture(struct zero_emitter *emitter,
                       struct zero_local *local) {
  zero__heap_charge_bytes(emitter->heap,
                          emitter->capture_count * sizeof local);
  for (uint32_t i = 0; i < emitter->capture_count; i++) {
    if (emitter->captures[i] == local) return i;
  }
  if (emitter->capture_count == ZERO_REGISTERS_MAX) {
    if (!emitter->failed) {
      zero__report(emitter->heap, emitter->reports, emitter->node->source,
                   emitter->span, ZERO_CODE_LIMIT_FUNCTION, false,
                   "an anonymous function captures more than %d names",
                   ZERO_REGISTERS_MAX);
    }
    emitter->failed = true;
    return 0;
  }
  emitter->captures =
      grow(emitter->heap, emitter->captures, emitter->capture_count,
           &emitter->capture_room, sizeof local);
  emitter->captures[emitter->capture_count] = local;
  return emitter->capture_count++;
}

static void describe(struct zero_emitter *emitter, struct zero_code *code) {
  struct zero_function_node *node = emitter->node;
  code->callable.name = zero__text_of(emitter->heap, node->name);
  code->source = node->source;
  code->capability = node->capability;
  code->builtin = -1;
  code->params = (uint8_t)node->param_count;
  code->registers = (uint8_t)emitter->most;
  code->capture_count = (uint8_t)emitter->capture_count;
}

/* A copy of no more than its size: code lives as long as the program. */
static void *fitted(struct zero_heap *heap, enum zero_storage storage,
                    const void *array, size_t size) {
  if (size == 0) return NULL;
  void *copy = zero__alloc(heap, storage, size);
  zero__heap_copy(heap, copy, array, size);
  return copy;
}

struct zero_code *zero__emitter_finish(struct zero_emitter *emitter) {
  size_t bytes = emitter->size * sizeof(uint32_t);
  struct zero_code *code = zero__alloc(emitter->heap, ZERO_TRACED,
                                       sizeof(struct zero_code) + bytes);
  zero__heap_copy(emitter->heap, code->instructions, emitter->words, bytes);
  zero__peephole(emitter->heap, code->instructions, emitter->size);
  code->size = emitter->size;
  code->constants =
      fitted(emitter->heap, ZERO_TRACED, emitter->constants,
             emitter->constant_count * sizeof *code->constants);
  code->constant_count = emitter->constant_count;
  code->lines = fitted(emitter->heap, ZERO_LEAF, emitter->lines,
                       emitter->line_count * sizeof *code->lines);
  code->line_count = emitter->line_count;
  code->sites = fitted(emitter->heap, ZERO_TRACED, emitter->sites,
                       emitter->site_count * sizeof *code->sites);
  code->site_count = emitter->site_count;
  describe(emitter, code);
  return code;
}
