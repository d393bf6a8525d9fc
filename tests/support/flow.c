/* flow.c - the contents of each register along every path.
 *
 * Passes go over the code in order, carrying the facts about registers. Where
 * paths meet, less is known; the facts at a jump's target are kept there and
 * merged. Only LOOP goes back, so one pass is enough unless a LOOP brought
 * something new to its target; then another follows. The known facts only
 * shrink, so this ends.
 *
 * An instruction inside an open TRY may fail, so from each of them a path
 * leads to where that TRY continues. */
#include "flow.h"

#include "value/record.h"

/* What a register is known to hold; from HOLDS_RECORD on a record of at
 * least so many fields more. */
enum {
  HOLDS_NOTHING, /* perhaps no value at all */
  HOLDS_ANY,
  HOLDS_EMPTY,   /* the empty list, which may begin a chain */
  HOLDS_CHAIN,   /* a chain under construction, here and nowhere else */
  HOLDS_RECORD,
};

#define NO_TRY UINT32_MAX

struct state {
  uint32_t open; /* pc of the innermost TRY that is open, or NO_TRY */
  uint8_t holds[ZERO_REGISTERS_MAX];
};

struct flow {
  struct zero_verifier *verifier;
  const struct zero_code *code;
  uint64_t chains;        /* its parameters that hold chains */
  struct state **arrived; /* by pc of a target; NULL: nothing yet */
  struct state now;
  bool live;              /* the instruction at hand can be reached */
  bool again;             /* a LOOP brought something new */
};

/* --- chains as parameters ------------------------------------------------ */

static bool has_param(uint64_t set, unsigned param) {
  return param < 64 && (set >> param & 1) != 0;
}

/* The operand that PUSH or FINISH uses up, or 0. */
static unsigned chain_operand(uint32_t op) {
  return op == ZERO_OP_PUSH ? 2 : op == ZERO_OP_FINISH ? 1 : 0;
}

static uint64_t chain_params(const struct zero_code *code) {
  uint64_t set = 0;
  for (uint32_t pc = 0; pc < code->size;) {
    uint32_t word = code->instructions[pc];
    if (zero__op(word) >= ZERO_OP_COUNT) break;
    unsigned operand = chain_operand(zero__op(word));
    if (operand > 0) {
      uint32_t r = zero__operand(word, operand);
      if (r < code->params && r < 64) set |= UINT64_C(1) << r;
    }
    uint32_t words = zero__instructions[zero__op(word)].words;
    if (words > code->size - pc) break;
    pc += words;
  }
  return set;
}

/* Each callee is looked through once; UINT64_MAX means not yet. */
uint64_t zero__chain_params(struct zero_verifier *verifier, uint32_t index) {
  const struct zero_code *code = verifier->code;
  if (verifier->chains == NULL) {
    size_t size = code->constant_count * sizeof *verifier->chains;
    verifier->chains = zero__alloc(verifier->heap, ZERO_LEAF, size);
    memset(verifier->chains, 0xff, size);
  }
  if (verifier->chains[index] == UINT64_MAX) {
    verifier->chains[index] =
        chain_params(zero__code_of(code->constants[index]));
  }
  return verifier->chains[index];
}

/* --- where paths meet ---------------------------------------------------- */

static bool begins_chain(uint8_t holds) {
  return holds == HOLDS_EMPTY || holds == HOLDS_CHAIN;
}

static uint8_t merge(uint8_t a, uint8_t b) {
  if (a == b) return a;
  if (a >= HOLDS_RECORD && b >= HOLDS_RECORD) return a < b ? a : b;
  if (begins_chain(a) && begins_chain(b)) return HOLDS_CHAIN;
  if (a == HOLDS_NOTHING || b == HOLDS_NOTHING) return HOLDS_NOTHING;
  if (a == HOLDS_CHAIN || b == HOLDS_CHAIN) return HOLDS_NOTHING;
  return HOLDS_ANY;
}

static struct state *state_copy(struct flow *flow,
                                const struct state *state) {
  size_t size = offsetof(struct state, holds) + flow->code->registers;
  struct state *copy = zero__alloc(flow->verifier->heap, ZERO_LEAF, size);
  memcpy(copy, state, size);
  return copy;
}

/* Lets `state` arrive at `target`. */
static bool arrive(struct flow *flow, uint32_t pc, int64_t target,
                   const struct state *state) {
  struct state *there = flow->arrived[target];
  if (there == NULL) {
    flow->arrived[target] = state_copy(flow, state);
    flow->again |= target <= pc;
    return true;
  }
  if (there->open != state->open) {
    return zero__reject(flow->verifier, pc, "TRY and ENDTRY do not match on "
                        "the paths to word %lld", (long long)target);
  }
  for (unsigned r = 0; r < flow->code->registers; r++) {
    uint8_t merged = merge(there->holds[r], state->holds[r]);
    if (merged == there->holds[r]) continue;
    there->holds[r] = merged;
    flow->again |= target <= pc;
  }
  return true;
}

/* --- reading and writing ------------------------------------------------- */

static bool read_register(struct flow *flow, uint32_t pc, uint32_t r) {
  uint8_t holds = flow->now.holds[r];
  if (holds != HOLDS_NOTHING && holds != HOLDS_CHAIN) return true;
  return zero__reject(flow->verifier, pc,
                      holds == HOLDS_CHAIN
                          ? "reads r%u, a chain under construction"
                          : "reads r%u, which may hold nothing", r);
}

static bool read_run(struct flow *flow, uint32_t pc, uint32_t first,
                     uint32_t count) {
  for (uint32_t r = first; r < first + count; r++) {
    if (!read_register(flow, pc, r)) return false;
  }
  return true;
}

/* Takes the chain out of a register: it has one owner. */
static bool take_chain(struct flow *flow, uint32_t pc, uint32_t r) {
  if (!begins_chain(flow->now.holds[r])) {
    return zero__reject(flow->verifier, pc, "r%u may be no chain", r);
  }
  if (flow->now.holds[r] == HOLDS_CHAIN) flow->now.holds[r] = HOLDS_NOTHING;
  return true;
}

/* Reads the operand letters except chains and moves. */
static bool read_operands(struct flow *flow, uint32_t pc) {
  uint32_t word = flow->code->instructions[pc];
  unsigned chain = chain_operand(zero__op(word));
  for (unsigned i = 0; i < 3; i++) {
    uint32_t byte = zero__operand(word, i);
    switch (zero__operand_letter(word, i)) {
      case 'r':
        if (chain == i && i > 0) break;
        if (zero__op(word) == ZERO_OP_MOVE ||
            zero__op(word) == ZERO_OP_AGAIN) {
          break;
        }
        if (!read_register(flow, pc, byte)) return false;
        break;
      case 'd':
        if (!read_run(flow, pc, byte, 2)) return false;
        break;
      case 'n':
        if (!read_run(flow, pc, zero__operand(word, i - 1), byte)) {
          return false;
        }
        break;
      default:
        break;
    }
  }
  return true;
}

static void forget_from(struct flow *flow, struct state *state,
                        uint32_t first) {
  unsigned count = flow->code->registers;
  if (first < count) memset(state->holds + first, HOLDS_NOTHING,
                            count - first);
}

/* --- instructions -------------------------------------------------------- */

static bool move(struct flow *flow, uint32_t pc, uint32_t to, uint32_t from) {
  uint8_t holds = flow->now.holds[from];
  if (holds == HOLDS_CHAIN) {
    flow->now.holds[from] = HOLDS_NOTHING;
  } else if (!read_register(flow, pc, from)) {
    return false;
  }
  flow->now.holds[to] = holds;
  return true;
}

static bool build_chain(struct flow *flow, uint32_t pc, uint32_t word) {
  unsigned operand = chain_operand(zero__op(word));
  if (!take_chain(flow, pc, zero__operand(word, operand))) return false;
  bool done = zero__op(word) == ZERO_OP_FINISH;
  flow->now.holds[zero__a(word)] = done ? HOLDS_ANY : HOLDS_CHAIN;
  return true;
}

static uint8_t record_of(uint32_t variant_word) {
  const struct zero_variant *variant = zero__variant_by_word(variant_word);
  bool record = zero__header_kind(variant_word) == ZERO_KIND_RECORD;
  if (!record) return HOLDS_ANY;
  return (uint8_t)(HOLDS_RECORD + variant->field_count);
}

static bool read_field(struct flow *flow, uint32_t pc, uint32_t word) {
  unsigned known = flow->now.holds[zero__b(word)];
  if (known <= HOLDS_RECORD + zero__c(word)) {
    return zero__reject(flow->verifier, pc, "r%u is not known to be a record "
                        "with a field %u", zero__b(word), zero__c(word));
  }
  flow->now.holds[zero__a(word)] = HOLDS_ANY;
  return true;
}

static bool read_captures(struct flow *flow, uint32_t pc, uint32_t word) {
  zero_value function = flow->code->constants[zero__bx(word)];
  const struct zero_code *inner = zero__code_of(function);
  for (unsigned i = 0; i < inner->capture_count; i++) {
    struct zero_capture capture = inner->captures[i];
    if (capture.from_register && !read_register(flow, pc, capture.index)) {
      return false;
    }
  }
  flow->now.holds[zero__a(word)] = HOLDS_ANY;
  return true;
}

static bool open_try(struct flow *flow, uint32_t pc, uint32_t word) {
  struct state caught = flow->now;
  caught.holds[zero__a(word)] = HOLDS_ANY;
  if (!arrive(flow, pc, zero__jump_bx(word, pc), &caught)) return false;
  flow->now.open = pc;
  return true;
}

static bool close_try(struct flow *flow, uint32_t pc, uint32_t word) {
  uint32_t open = flow->now.open;
  if (open == NO_TRY) {
    return zero__reject(flow->verifier, pc, "ENDTRY without TRY");
  }
  if (!read_register(flow, pc, zero__a(word))) return false;
  uint32_t opening = flow->code->instructions[open];
  flow->now.open = flow->arrived[zero__jump_bx(opening, open)]->open;
  flow->now.holds[zero__a(word)] = HOLDS_RECORD + 1;
  return true;
}

/* The function is left: no TRY of its own may be open. */
static bool leave(struct flow *flow, uint32_t pc) {
  flow->live = false;
  if (flow->now.open == NO_TRY) return true;
  return zero__reject(flow->verifier, pc, "leaves an open TRY");
}

static bool pass_arguments(struct flow *flow, uint32_t pc, uint32_t word) {
  uint32_t first = zero__a(word);
  uint32_t index = zero__bx(word);
  bool self = zero__op(word) == ZERO_OP_CALLSELF;
  const struct zero_code *callee =
      self ? flow->code : zero__code_of(flow->code->constants[index]);
  uint64_t chains =
      self ? flow->chains : zero__chain_params(flow->verifier, index);
  for (uint32_t i = 0; i < callee->params; i++) {
    bool good = has_param(chains, i)
                    ? take_chain(flow, pc, first + i)
                    : read_register(flow, pc, first + i);
    if (!good) return false;
  }
  return true;
}

/* A call's frame is on our registers from its head on; the result comes back in
 * the lowest. */
static bool call(struct flow *flow, uint32_t pc, uint32_t word, bool tail) {
  uint32_t head = zero__a(word) - ZERO_FRAME_HEAD;
  bool direct = zero__operand_letter(word, 1) == 'K' ||
                zero__op(word) == ZERO_OP_CALLSELF;
  if (direct && !pass_arguments(flow, pc, word)) return false;
  if (!direct && !read_register(flow, pc, head)) return false;
  forget_from(flow, &flow->now, head);
  flow->now.holds[head] = HOLDS_ANY;
  return !tail || leave(flow, pc);
}

/* Back to where the same TRYs are open. */
static bool loop(struct flow *flow, uint32_t pc, uint32_t word) {
  flow->live = false;
  return arrive(flow, pc, zero__jump_sj(word, pc), &flow->now);
}

static bool again(struct flow *flow, uint32_t pc, uint32_t word) {
  return move(flow, pc, zero__a(word), zero__b(word)) && leave(flow, pc) &&
         arrive(flow, pc, 0, &flow->now);
}

/* What the instruction does to the registers; jumps come after. */
static bool effect(struct flow *flow, uint32_t pc, uint32_t word) {
  uint8_t *holds = flow->now.holds;
  switch (zero__op(word)) {
    case ZERO_OP_MOVE:
      return move(flow, pc, zero__a(word), zero__b(word));
    case ZERO_OP_LOADW:
      holds[zero__a(word)] =
          zero__bx(word) == ZERO_EMPTY.bits ? HOLDS_EMPTY : HOLDS_ANY;
      return true;
    case ZERO_OP_UNCONS:
      return true; /* writes only if it does not jump: jump_after */
    case ZERO_OP_CLOSURE:
      return read_captures(flow, pc, word);
    case ZERO_OP_PUSH:
    case ZERO_OP_FINISH:
      return build_chain(flow, pc, word);
    case ZERO_OP_RECORD:
    case ZERO_OP_NEW:
      holds[zero__a(word)] = record_of(flow->code->instructions[pc + 1]);
      return true;
    case ZERO_OP_FIELD:
      return read_field(flow, pc, word);
    case ZERO_OP_TRY:
      return open_try(flow, pc, word);
    case ZERO_OP_ENDTRY:
      return close_try(flow, pc, word);
    case ZERO_OP_CALL:
    case ZERO_OP_CALLSELF:
    case ZERO_OP_CALLV:
    case ZERO_OP_APPLY:
      return call(flow, pc, word, false);
    case ZERO_OP_TAILCALL:
    case ZERO_OP_TAILCALLV:
    case ZERO_OP_TAILAPPLY:
      return call(flow, pc, word, true);
    case ZERO_OP_RETURN:
      return leave(flow, pc);
    case ZERO_OP_LOOP:
      return loop(flow, pc, word);
    case ZERO_OP_AGAIN:
      return again(flow, pc, word);
    default:
      if (zero__operand_letter(word, 0) == 'w') {
        holds[zero__a(word)] = HOLDS_ANY;
      }
      return true;
  }
}

/* --- jumps --------------------------------------------------------------- */

/* A test of the variant tells more on the path where it holds. */
static void know_variant(struct flow *flow, struct state *state,
                         uint32_t pc) {
  const uint32_t *words = &flow->code->instructions[pc];
  uint8_t *holds = &state->holds[zero__a(words[0])];
  uint8_t record = record_of(words[1]);
  if (record > *holds) *holds = record;
}

static bool jump_after(struct flow *flow, uint32_t pc, unsigned words) {
  uint32_t last = pc + words - 1;
  uint32_t first = flow->code->instructions[pc];
  int64_t target = zero__jump_sj(flow->code->instructions[last], last);
  if (zero__op(first) != ZERO_OP_ISVARIANT) {
    if (!arrive(flow, pc, target, &flow->now)) return false;
    if (zero__op(first) == ZERO_OP_UNCONS) {
      flow->now.holds[zero__a(first)] = HOLDS_ANY;
      flow->now.holds[zero__b(first)] = HOLDS_ANY;
    }
    return true;
  }
  struct state taken = flow->now;
  know_variant(flow, zero__c(first) != 0 ? &taken : &flow->now, pc);
  return arrive(flow, pc, target, &taken);
}

static bool jumps(struct flow *flow, uint32_t pc,
                  const struct zero_instruction *fact) {
  uint32_t word = flow->code->instructions[pc];
  switch (zero__op(word)) {
    case ZERO_OP_JUMP:
      flow->live = false;
      return arrive(flow, pc, zero__jump_sj(word, pc), &flow->now);
    case ZERO_OP_JFALSE:
    case ZERO_OP_JTRUE:
      return arrive(flow, pc, zero__jump_bx(word, pc), &flow->now);
    case ZERO_OP_NOMATCH:
      flow->live = false;
      return true;
    default:
      if (!fact->jumps) return true;
      return jump_after(flow, pc, fact->words);
  }
}

/* The path an error takes: the instruction wrote nothing, but a callee may
 * have used its frame. */
static bool fail(struct flow *flow, uint32_t pc, uint32_t word) {
  uint32_t open = flow->now.open;
  if (open == NO_TRY) return true;
  struct state caught = flow->now;
  uint32_t opening = flow->code->instructions[open];
  int64_t target = zero__jump_bx(opening, open);
  if (zero__operand_letter(word, 0) == 'f') {
    forget_from(flow, &caught, zero__a(word) - ZERO_FRAME_HEAD);
  }
  caught.holds[zero__a(opening)] = HOLDS_ANY;
  caught.open = flow->arrived[target]->open;
  return arrive(flow, pc, target, &caught);
}

static bool step(struct flow *flow, uint32_t pc,
                 const struct zero_instruction *fact) {
  uint32_t word = flow->code->instructions[pc];
  return fail(flow, pc, word) && read_operands(flow, pc) &&
         effect(flow, pc, word) && jumps(flow, pc, fact);
}

/* --- passes -------------------------------------------------------------- */

static void enter(struct flow *flow) {
  const struct zero_code *code = flow->code;
  forget_from(flow, &flow->now, 0);
  for (unsigned p = 0; p < code->params; p++) {
    bool chain = has_param(flow->chains, p);
    flow->now.holds[p] = chain ? HOLDS_CHAIN : HOLDS_ANY;
  }
  flow->now.open = NO_TRY;
  flow->live = true;
}

/* Joins the paths that meet at a target. */
static bool meet(struct flow *flow, uint32_t pc) {
  if ((flow->verifier->marks[pc] & ZERO_MARK_TARGET) == 0) return true;
  bool again = flow->again;
  if (flow->live && !arrive(flow, pc, pc, &flow->now)) return false;
  flow->again = again;
  if (flow->arrived[pc] == NULL) return true;
  size_t size = offsetof(struct state, holds) + flow->code->registers;
  memcpy(&flow->now, flow->arrived[pc], size);
  flow->live = true;
  return true;
}

static bool pass(struct flow *flow) {
  const struct zero_code *code = flow->code;
  enter(flow);
  for (uint32_t pc = 0; pc < code->size;) {
    uint32_t op = zero__op(code->instructions[pc]);
    const struct zero_instruction *fact = &zero__instructions[op];
    if (!meet(flow, pc)) return false;
    if (flow->live && !step(flow, pc, fact)) return false;
    pc += fact->words;
  }
  return true;
}

bool zero__verify_flow(struct zero_verifier *verifier) {
  const struct zero_code *code = verifier->code;
  struct flow flow = {
      .verifier = verifier,
      .code = code,
      .chains = chain_params(code),
      .arrived = zero__alloc(verifier->heap, ZERO_TRACED,
                             code->size * sizeof(struct state *)),
  };
  do {
    flow.again = false;
    if (!pass(&flow)) return false;
  } while (flow.again);
  return true;
}
