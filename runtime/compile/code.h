/* code.h - compiled functions: instructions, constants, their source.
 *
 * An instruction is one 32-bit word, some are followed by a second:
 *
 *   31      24 23      16 15       8 7        0
 *   |    C    |    B     |    A     |   op    |
 *   |        Bx          |    A     |   op    |
 *   |             sJ                |   op    |
 *
 * A, B and C are registers, counts or small immediates; Bx is a constant's
 * index, a signed immediate or a jump distance, sJ a signed distance. Jumps
 * count from the word after: a distance in Bx goes forward 0 to 32767 words,
 * that of JUMP is not negative, that of LOOP is (target = pc + 1 + sJ), so that
 * nothing goes back without being charged. abi/opcodes.tsv has one row for each
 * instruction; the verifier and the disassembler follow its operand letters.
 *
 * A frame is a window of the VM's stack:
 *
 *   R[-3]  the function value if it was called as a value; the result
 *   R[-2]  struct zero_code * of the function that runs
 *   R[-1]  where the caller continues, and where its frame is (vm/run.h)
 *   R[0] … parameters, then locals and temporaries */
#ifndef ZERO_COMPILE_CODE_H
#define ZERO_COMPILE_CODE_H

#include "base/heap.h"
#include "facts/facts.h"
#include "facts/gen/opcodes.h"
#include "read/source.h"
#include "value/word.h"

enum {
  ZERO_FRAME_HEAD = 3,      /* slots below R[0] */
  ZERO_REGISTERS_MAX = 250, /* of one frame */
  ZERO_CONSTANTS_MAX = 65535,
};

/* zero_code.builtin of a function that the host defined. */
enum { ZERO_CODE_HOST = INT32_MAX };

enum { ZERO_OPS_MAX = 256 };

/* The first instruction of each pair by its opcode, and the opcode of each
 * pair, 0 if there is none: MOVE, which has the number 0, is not a pair. */
extern const uint8_t zero__plain_op[];
extern const uint8_t zero__pair_op[ZERO_OP_COUNT][ZERO_OP_COUNT];

/* A row of abi/opcodes.tsv. */
struct zero_instruction {
  const char *name;
  const char *operands; /* the letters of A, B and C */
  const char *next;     /* "-", "jump", "variant", ... */
  const char *doc;
  unsigned words;       /* how many it takes, its own included */
  bool jumps;           /* the last of them is a JUMP, to be taken or not */
};

/* By enum zero_opcode; ZERO_OP_COUNT of them. */
extern const struct zero_instruction zero__instructions[];

/* Where a capture is found when the closure is made. */
struct zero_capture {
  bool from_register; /* of the function around, else its own capture */
  uint8_t index;
};

/* A call that was compiled into its caller. */
struct zero_site {
  const struct zero_code *code; /* of the function called: name and source */
  uint32_t start;               /* span of the call */
  uint32_t end;
  uint32_t outer;               /* site that contains the call itself, or 0 */
  bool hidden;                  /* traces leave it out: a loop of lib/core */
};

/* Instructions from `pc` on belong to this span of a source: the function's
 * own, or that of the function called at a site. Lines are in leaves: the first
 * pc and site are 0, which does not look like an address. */
struct zero_line {
  uint32_t pc;
  uint32_t site;                /* 1 + index in sites, 0: none */
  uint32_t start;
  uint32_t end;
};

struct zero_code {
  struct zero_callable callable;   /* its name */
  zero_value *constants;
  const struct zero_capture *captures;
  const struct zero_line *lines;   /* ascending pc; none without a source */
  const struct zero_site *sites;
  const struct zero_source *source;/* NULL for builtins' stubs */
  const struct zero_host_code *host; /* of the api room; NULL unless HOST */
  uint32_t size;                   /* words of instructions */
  uint32_t constant_count;
  uint32_t line_count;
  uint32_t site_count;
  uint32_t capability;
  int32_t builtin;                 /* index of a native one, HOST, or -1 */
  uint8_t params;                  /* of a host function, the least it takes */
  uint8_t registers;               /* frame size above R[-1] */
  uint8_t capture_count;
  uint32_t instructions[];
};

static inline struct zero_code *zero__code_of(zero_value function) {
  return (struct zero_code *)(void *)zero__function(function)->code;
}

/* How many arguments it takes, the least if it takes several counts. */
static inline unsigned zero__code_params(const struct zero_code *code) {
  bool native = code->builtin >= 0 && code->builtin != ZERO_CODE_HOST;
  return native ? zero__builtins[code->builtin].min : code->params;
}

/* The opcode as it is in the word: it may be that of a pair, which runs the
 * instruction and the one after it (abi/opcode-pairs.tsv). */
static inline uint32_t zero__raw_op(uint32_t word) { return word & 0xff; }

/* The instruction of a word, the first one if it begins a pair. A word that is
 * not an opcode gives ZERO_OP_COUNT or more. */
static inline uint32_t zero__op(uint32_t word) {
  uint32_t raw = zero__raw_op(word);
  return raw < ZERO_OP_COUNT || raw >= ZERO_OP_ALL ? raw
                                                     : zero__plain_op[raw];
}
static inline uint32_t zero__a(uint32_t word) { return word >> 8 & 0xff; }
static inline uint32_t zero__b(uint32_t word) { return word >> 16 & 0xff; }
static inline uint32_t zero__c(uint32_t word) { return word >> 24; }
static inline uint32_t zero__bx(uint32_t word) { return word >> 16; }
static inline int32_t zero__sc(uint32_t word) { return (int32_t)word >> 24; }
static inline int32_t zero__sb(uint32_t word) {
  return (int8_t)(word >> 16 & 0xff);
}
static inline int32_t zero__sbx(uint32_t word) { return (int32_t)word >> 16; }
static inline int32_t zero__sj(uint32_t word) { return (int32_t)word >> 8; }

/* The letter of operand `index` (0 for A) of an instruction that is known. */
static inline char zero__operand_letter(uint32_t word, unsigned index) {
  return zero__instructions[zero__op(word)].operands[index];
}

/* The byte of operand `index`. */
static inline uint32_t zero__operand(uint32_t word, unsigned index) {
  return word >> (8 * (index + 1)) & 0xff;
}

/* The variant that a second word names, or NULL. */
const struct zero_variant *zero__variant_by_word(uint32_t word);

/* Where a jump in the word at `pc` leads: by Bx, or by sJ (JUMP, LOOP). */
static inline int64_t zero__jump_bx(uint32_t word, uint32_t pc) {
  return (int64_t)pc + 1 + zero__bx(word);
}
static inline int64_t zero__jump_sj(uint32_t word, uint32_t pc) {
  return (int64_t)pc + 1 + zero__sj(word);
}

/* The function that `site` of `code` calls; `code` itself for site 0. */
static inline const struct zero_code *zero__site_code(
    const struct zero_code *code, uint32_t site) {
  return site == 0 ? code : code->sites[site - 1].code;
}

/* Span of the instruction at `pc`; false if the code has no lines. */
bool zero__code_span(const struct zero_code *code, uint32_t pc,
                     struct zero_line *line);

/* Code with room for `size` words, all of it zero except `builtin`, which is
 * -1. The caller fills it before it runs. */
struct zero_code *zero__code_new(struct zero_heap *heap, uint32_t size);

/* Builtin `index`, which must not be HOW_CORE, as a function value: code
 * without instructions that names the builtin, whose C function the VM calls.
 * The same word at each call on one heap, so that `(= + +)` holds. */
zero_value zero__builtin_stub(struct zero_heap *heap, unsigned index);

#endif
