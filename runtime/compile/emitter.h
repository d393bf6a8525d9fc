/* emitter.h - one function's bytecode while it is made.
 *
 * Knows words, registers, constants, jumps and lines, but no nodes. The
 * compiler decides what to emit. Registers are a stack: locals and temporaries
 * are taken from the top and given back in order.
 *
 * If a limit of the bytecode is passed, that is reported once, and emission
 * continues harmlessly; `failed` is set. */
#ifndef ZERO_COMPILE_EMITTER_H
#define ZERO_COMPILE_EMITTER_H

#include "check/node.h"
#include "compile/code.h"

/* A loop that is being emitted. */
struct zero_open_loop {
  const struct zero_node *node;
  uint32_t top;                /* where a turn begins */
  const struct zero_open_loop *outer;
};

struct zero_emitter {
  struct zero_heap *heap;
  struct zero_reports *reports;
  struct zero_function_node *node;
  uint32_t *words;
  uint32_t size;
  uint32_t room;
  zero_value *constants;
  uint32_t constant_count;
  uint32_t constant_room;
  struct zero_line *lines;
  uint32_t line_count;
  uint32_t line_room;
  struct zero_site *sites;
  uint32_t site_count;
  uint32_t site_room;
  uint32_t site;               /* the call being compiled in, 0: none */
  const struct zero_open_loop *loop;
  uint8_t *slots;              /* registers, by index of the local; one table
                                  for a named function and all in it */
  struct zero_local **captures;/* of a lambda, as they are met */
  uint32_t capture_count;
  uint32_t capture_room;
  struct zero_span span;       /* of the node being compiled */
  unsigned next;               /* first free register */
  unsigned most;               /* frame size so far */
  bool failed;
  bool inlined;                /* calls are compiled in */
  bool crowded;                /* and may be why a limit was met */
};

/* Jumps that wait for their target, chained through their own words' place
 * in `at`. */
struct zero_jumps {
  uint32_t *at;
  uint32_t count;
  uint32_t room;
};

void zero__emitter_init(struct zero_emitter *emitter, struct zero_heap *heap,
                        struct zero_function_node *node,
                        struct zero_emitter *outer,
                        struct zero_reports *reports);

/* Takes the next register. */
unsigned zero__take_register(struct zero_emitter *emitter);

/* Takes `count` registers in a row; returns the first. */
unsigned zero__take_registers(struct zero_emitter *emitter, unsigned count);

/* Appends an instruction or second word; returns its place. */
uint32_t zero__emit_word(struct zero_emitter *emitter, uint32_t word);
uint32_t zero__emit(struct zero_emitter *emitter, enum zero_opcode op,
                    unsigned a, unsigned b, unsigned c);
uint32_t zero__emit_wide(struct zero_emitter *emitter, enum zero_opcode op,
                         unsigned a, uint32_t bx);

/* Index of a constant, the same for the same word (short texts of programs are
 * one word if they are equal: value/literal.h). */
uint32_t zero__constant(struct zero_emitter *emitter, zero_value value);

/* R[dest] = a constant, in the shortest way. */
void zero__emit_load(struct zero_emitter *emitter, unsigned dest,
                     zero_value value);

/* Takes the fuel of an inlined call: the cost of a program does not depend on
 * what the compiler makes of it. */
void zero__emit_charge(struct zero_emitter *emitter);

/* R[dest] = R[from], nothing if they are the same. */
void zero__emit_move(struct zero_emitter *emitter, unsigned dest,
                     unsigned from);

/* A jump, or a conditional one (JFALSE, JTRUE, TRY on register `a`), to the
 * position that lands `jumps`. */
void zero__emit_jump(struct zero_emitter *emitter, struct zero_jumps *jumps);
void zero__emit_jump_if(struct zero_emitter *emitter, enum zero_opcode op,
                        unsigned a, struct zero_jumps *jumps);

/* Lets every jump of `jumps` land at the next instruction. */
void zero__land(struct zero_emitter *emitter, struct zero_jumps *jumps);

/* R[dest] = R[from] if they differ, then a jump back to the instruction at
 * `target`, 0 for the function's first. */
void zero__emit_turn(struct zero_emitter *emitter, uint32_t target,
                     unsigned dest, unsigned from);

/* Begins an inlined call of `code`, which traces leave out if it is `hidden`.
 * At its end the caller restores the site. */
void zero__open_site(struct zero_emitter *emitter,
                     const struct zero_code *code, bool hidden);

/* Calls `function`, of this or another name, with the arguments from `first`
 * on. */
void zero__emit_call(struct zero_emitter *emitter, zero_value function,
                     unsigned first);

/* Index of a capture of the lambda being compiled: of a local of a function
 * around it. */
uint32_t zero__capture(struct zero_emitter *emitter,
                       struct zero_local *local);

/* Shortens jumps to jumps, then joins instructions into pairs
 * (abi/opcode-pairs.tsv), in place: none moves, so lines and jumps stay valid.
 * All jumps of `words` are landed (peephole.c). */
void zero__peephole(struct zero_heap *heap, uint32_t *words, uint32_t size);

/* The finished code, not verified yet. */
struct zero_code *zero__emitter_finish(struct zero_emitter *emitter);

#endif
