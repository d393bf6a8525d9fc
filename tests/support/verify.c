/* verify.c - is this code what the VM relies on? The words one by one; what
 * they do together is flow.c's. */
#include "verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "check/node.h"
#include "flow.h"
#include "facts/gen/builtin_index.h"
#include "value/text.h"

bool zero__reject(struct zero_verifier *verifier, uint32_t pc,
                  const char *format, ...) {
  const struct zero_code *code = verifier->code;
  zero_value name = code->callable.name;
  char reason[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, sizeof reason, format, arguments);
  va_end(arguments);
  int written = snprintf(verifier->message, verifier->room,
                         "function '%s', word %u: %s",
                         zero_is_none(name) ? "?" : zero__text_bytes(name),
                         pc, reason);
  if (written >= 0 && (size_t)written >= verifier->room &&
      verifier->room > 0) {
    size_t kept = strlen(verifier->message);
    verifier->message[zero__utf8_whole(verifier->message, kept)] = '\0';
  }
  return false;
}

/* True if builtin `index` has a C function that takes any values. %push
 * and %finish trust their chain: only their instructions, whose chains are
 * followed, may do what they do. */
static bool takes_values(uint32_t index) {
  return index < zero__builtin_count &&
         zero__builtins[index].how != ZERO_HOW_CORE &&
         index != ZERO_BUILTIN_PUSH && index != ZERO_BUILTIN_FINISH;
}

/* --- constants ----------------------------------------------------------- */

static struct zero_code *constant_code(zero_value value) {
  if (!zero__is_function(value)) return NULL;
  return zero__code_of(value);
}

/* The function of CALL and TAILCALL: it runs in a frame that knows no
 * function value, so it can have no captures. */
static bool check_callee(struct zero_verifier *verifier, uint32_t pc,
                         uint32_t index) {
  const struct zero_code *callee =
      constant_code(verifier->code->constants[index]);
  if (callee == NULL || callee->builtin >= 0 || callee->capture_count > 0) {
    return zero__reject(verifier, pc, "calls what is no plain function");
  }
  unsigned first = zero__a(verifier->code->instructions[pc]);
  if (first + callee->params > verifier->code->registers) {
    return zero__reject(verifier, pc, "%u arguments from r%u on leave the "
                        "frame of %u registers", callee->params, first,
                        verifier->code->registers);
  }
  return true;
}

static bool check_closure(struct zero_verifier *verifier, uint32_t pc,
                          uint32_t index) {
  const struct zero_code *code = verifier->code;
  const struct zero_code *inner = constant_code(code->constants[index]);
  if (inner == NULL || inner->builtin >= 0 || inner->captures == NULL ||
      zero__chain_params(verifier, index) != 0) {
    return zero__reject(verifier, pc, "closes over what is no function");
  }
  for (unsigned i = 0; i < inner->capture_count; i++) {
    struct zero_capture capture = inner->captures[i];
    unsigned count =
        capture.from_register ? code->registers : code->capture_count;
    if (capture.index >= count) {
      return zero__reject(verifier, pc, "capture %u is taken from %s %u of "
                          "%u", i,
                          capture.from_register ? "register" : "capture",
                          capture.index, count);
    }
  }
  return true;
}

/* A constant that programs may see: a function among them has all its
 * captures and can be called with any values. */
static bool check_value(struct zero_verifier *verifier, uint32_t pc,
                        uint32_t index) {
  zero_value value = verifier->code->constants[index];
  if (!zero__is_function(value)) return true;
  const struct zero_code *code = constant_code(value);
  if (code == NULL) {
    return zero__reject(verifier, pc, "loads a function without code");
  }
  unsigned captures = zero__header_count(zero__function(value)->header);
  if (captures != code->capture_count) {
    return zero__reject(verifier, pc, "loads a function with %u of its %u "
                        "captures", captures, code->capture_count);
  }
  if (code->builtin == ZERO_CODE_HOST) return true;
  bool takes_chain = code->builtin < 0
                         ? zero__chain_params(verifier, index) != 0
                         : !takes_values((uint32_t)code->builtin);
  if (takes_chain) {
    return zero__reject(verifier, pc, "loads a function that takes a chain");
  }
  return true;
}

static bool check_constant(struct zero_verifier *verifier, uint32_t pc,
                           uint32_t index) {
  const struct zero_code *code = verifier->code;
  if (index >= code->constant_count) {
    return zero__reject(verifier, pc, "constant %u of %u", index,
                        code->constant_count);
  }
  switch (zero__op(code->instructions[pc])) {
    case ZERO_OP_CALL:
    case ZERO_OP_TAILCALL:
      return check_callee(verifier, pc, index);
    case ZERO_OP_CLOSURE:
      return check_closure(verifier, pc, index);
    default:
      return check_value(verifier, pc, index);
  }
}

/* --- operands ------------------------------------------------------------ */

static bool check_immediate(struct zero_verifier *verifier, uint32_t pc,
                            uint32_t word) {
  zero_value value = {word};
  if (zero__is_unit(value) || zero__is_bool(value) ||
      zero__is_empty(value)) {
    return true;
  }
  return zero__reject(verifier, pc, "word 0x%x is no immediate", word);
}

/* The first of a run of registers, or a callee's frame, is before its
 * count. */
static bool check_count(struct zero_verifier *verifier, uint32_t pc,
                        uint32_t first, uint32_t count) {
  if (first + count <= verifier->code->registers) return true;
  return zero__reject(verifier, pc, "%u registers from r%u on leave the "
                      "frame of %u", count, first,
                      verifier->code->registers);
}

/* A callee's frame; its head is inside ours. */
static bool check_frame(struct zero_verifier *verifier, uint32_t pc,
                        uint32_t base) {
  if (base >= ZERO_FRAME_HEAD && base <= verifier->code->registers) {
    return true;
  }
  return zero__reject(verifier, pc, "no frame can begin at r%u of %u", base,
                      verifier->code->registers);
}

static bool check_below(struct zero_verifier *verifier, uint32_t pc,
                        const char *what, uint32_t index, uint32_t count) {
  if (index < count) return true;
  return zero__reject(verifier, pc, "%s %u of %u", what, index, count);
}

static bool check_operand(struct zero_verifier *verifier, uint32_t pc,
                          unsigned index) {
  const struct zero_code *code = verifier->code;
  uint32_t word = code->instructions[pc];
  uint32_t byte = zero__operand(word, index);
  switch (zero__operand_letter(word, index)) {
    case 'w':
    case 'r':
      return check_below(verifier, pc, "register", byte, code->registers);
    case 'K':
      return check_constant(verifier, pc, zero__bx(word));
    case 'k':
      return check_constant(verifier, pc, byte);
    case 'W':
      return check_immediate(verifier, pc, zero__bx(word));
    case 'u':
      return check_below(verifier, pc, "capture", byte, code->capture_count);
    case 'b':
      return check_below(verifier, pc, "truth", byte, 2);
    case 'f':
      return check_frame(verifier, pc, byte);
    case 'd':
      return check_count(verifier, pc, byte, 2);
    case 'n':
      return check_count(verifier, pc, zero__operand(word, index - 1), byte);
    default:
      return true;
  }
}

/* --- words that follow --------------------------------------------------- */

/* The variant of a second word, with the count of fields or the field that
 * the instruction names. */
static bool check_variant(struct zero_verifier *verifier, uint32_t pc) {
  const uint32_t *words = &verifier->code->instructions[pc];
  const struct zero_variant *variant = zero__variant_by_word(words[1]);
  if (variant == NULL) {
    return zero__reject(verifier, pc, "variant 0x%x does not exist",
                        words[1]);
  }
  if (zero__op(words[0]) == ZERO_OP_RECORD && !variant->all_any) {
    return zero__reject(verifier, pc, "%s.%s has fields that need a check",
                        variant->family->name, variant->name);
  }
  for (unsigned i = 0; i < 3; i++) {
    char letter = zero__operand_letter(words[0], i);
    uint32_t byte = zero__operand(words[0], i);
    if ((letter == 'n' && byte != variant->field_count) ||
        (letter == 'x' && byte >= variant->field_count)) {
      return zero__reject(verifier, pc, "%u does not fit the %u fields of "
                          "%s.%s", byte, variant->field_count,
                          variant->family->name, variant->name);
    }
  }
  return true;
}

static bool check_builtin(struct zero_verifier *verifier, uint32_t pc) {
  const uint32_t *words = &verifier->code->instructions[pc];
  if (!takes_values(words[1])) {
    return zero__reject(verifier, pc, "builtin %u cannot be called",
                        words[1]);
  }
  const struct zero_builtin *builtin = &zero__builtins[words[1]];
  uint32_t count = zero__c(words[0]);
  if (count < builtin->min ||
      (builtin->max != ZERO_ANY_COUNT && count > builtin->max)) {
    return zero__reject(verifier, pc, "builtin %s does not take %u "
                        "arguments", builtin->name, count);
  }
  return true;
}

static bool check_next(struct zero_verifier *verifier, uint32_t pc,
                       const struct zero_instruction *fact) {
  const struct zero_code *code = verifier->code;
  if (fact->words > code->size - pc) {
    return zero__reject(verifier, pc, "%s is cut off", fact->name);
  }
  uint32_t last = code->instructions[pc + fact->words - 1];
  if (fact->jumps && zero__op(last) != ZERO_OP_JUMP) {
    return zero__reject(verifier, pc, "no JUMP follows %s", fact->name);
  }
  switch (fact->next[0]) {
    case 'v':
      return check_variant(verifier, pc);
    case 'b':
      return check_builtin(verifier, pc);
    default:
      return true;
  }
}

/* --- the code ------------------------------------------------------------ */

/* A pair runs the instruction after its first without looking. */
static bool check_pair(struct zero_verifier *verifier, uint32_t pc,
                       unsigned words) {
  const struct zero_code *code = verifier->code;
  uint32_t raw = zero__raw_op(code->instructions[pc]);
  if (raw < ZERO_OP_COUNT) return true;
  if (code->size - pc > words) {
    uint32_t then = zero__raw_op(code->instructions[pc + words]);
    uint32_t first = zero__op(code->instructions[pc]);
    if (then < ZERO_OP_COUNT && zero__pair_op[first][then] == raw) {
      return true;
    }
  }
  return zero__reject(verifier, pc, "a pair whose second is not there");
}

/* A call of the function itself, in a frame that knows no function value. */
static bool check_self(struct zero_verifier *verifier, uint32_t pc) {
  const struct zero_code *code = verifier->code;
  if (zero__op(code->instructions[pc]) != ZERO_OP_CALLSELF) return true;
  if (code->capture_count > 0) {
    return zero__reject(verifier, pc, "a function with captures calls itself");
  }
  return check_count(verifier, pc, zero__a(code->instructions[pc]),
                     code->params);
}

static bool check_words(struct zero_verifier *verifier) {
  const struct zero_code *code = verifier->code;
  for (uint32_t pc = 0; pc < code->size;) {
    uint32_t op = zero__op(code->instructions[pc]);
    if (op >= ZERO_OP_COUNT || op == ZERO_OP_HALT) {
      return zero__reject(verifier, pc, "%u is no instruction", op);
    }
    const struct zero_instruction *fact = &zero__instructions[op];
    if (!check_next(verifier, pc, fact) ||
        !check_pair(verifier, pc, fact->words) ||
        !check_self(verifier, pc)) {
      return false;
    }
    for (unsigned i = 0; i < 3; i++) {
      if (!check_operand(verifier, pc, i)) return false;
    }
    verifier->marks[pc] = ZERO_MARK_START;
    pc += fact->words;
  }
  return true;
}

/* Marks the target of the jump in the word at `pc`. */
static bool check_target(struct zero_verifier *verifier, uint32_t pc,
                         int64_t target) {
  const struct zero_code *code = verifier->code;
  bool back = zero__op(code->instructions[pc]) == ZERO_OP_LOOP;
  if (target < 0 || target >= code->size ||
      (verifier->marks[target] & ZERO_MARK_START) == 0) {
    return zero__reject(verifier, pc, "jumps to %lld, where no instruction "
                        "begins", (long long)target);
  }
  if (back != (target <= pc)) {
    return zero__reject(verifier, pc, "jumps the wrong way");
  }
  verifier->marks[target] |= ZERO_MARK_TARGET;
  return true;
}

/* The jump of the instruction at `pc`, in its own word or its last. */
static bool check_jump(struct zero_verifier *verifier, uint32_t pc,
                       const struct zero_instruction *fact) {
  const uint32_t *words = verifier->code->instructions;
  uint32_t last = pc + fact->words - 1;
  if (fact->operands[0] == 'J' || fact->jumps) {
    return check_target(verifier, last, zero__jump_sj(words[last], last));
  }
  if (zero__op(words[pc]) == ZERO_OP_AGAIN) {
    verifier->marks[0] |= ZERO_MARK_TARGET;
  }
  if (fact->operands[1] != 'J') return true;
  if (zero__bx(words[pc]) > INT16_MAX) {
    return zero__reject(verifier, pc, "jumps too far");
  }
  return check_target(verifier, pc, zero__jump_bx(words[pc], pc));
}

static bool goes_on(uint32_t op) {
  switch (op) {
    case ZERO_OP_JUMP:
    case ZERO_OP_LOOP:
    case ZERO_OP_AGAIN:
    case ZERO_OP_TAILCALL:
    case ZERO_OP_TAILCALLV:
    case ZERO_OP_TAILAPPLY:
    case ZERO_OP_RETURN:
    case ZERO_OP_NOMATCH:
      return false;
    default:
      return true;
  }
}

static bool check_jumps(struct zero_verifier *verifier) {
  const struct zero_code *code = verifier->code;
  uint32_t last = 0;
  for (uint32_t pc = 0; pc < code->size;) {
    uint32_t op = zero__op(code->instructions[pc]);
    const struct zero_instruction *fact = &zero__instructions[op];
    if (!check_jump(verifier, pc, fact)) return false;
    last = pc;
    pc += fact->words;
  }
  if (goes_on(zero__op(code->instructions[last]))) {
    return zero__reject(verifier, last, "the code runs off its end");
  }
  return true;
}

/* A place is identified by its line and the source together. */
static bool is_inside(const struct zero_code *code, uint32_t site,
                      uint32_t start, uint32_t end) {
  const struct zero_source *source = zero__site_code(code, site)->source;
  return source != NULL && start <= end && end <= source->size;
}

/* A site is in the function itself or in a site before it. */
static bool check_sites(struct zero_verifier *verifier) {
  const struct zero_code *code = verifier->code;
  for (uint32_t i = 0; i < code->site_count; i++) {
    const struct zero_site *site = &code->sites[i];
    if (site->outer > i ||
        !is_inside(code, site->outer, site->start, site->end)) {
      return zero__reject(verifier, 0, "site %u is out of place", i);
    }
  }
  return true;
}

static bool check_lines(struct zero_verifier *verifier) {
  const struct zero_code *code = verifier->code;
  if (code->line_count > 0 && code->source == NULL) {
    return zero__reject(verifier, 0, "it has lines but no source");
  }
  for (uint32_t i = 0; i < code->line_count; i++) {
    const struct zero_line *line = &code->lines[i];
    bool ascends = i == 0 || line->pc > line[-1].pc;
    bool inside = line->pc < code->size && line->site <= code->site_count &&
                  is_inside(code, line->site, line->start, line->end);
    if (!ascends || !inside) {
      return zero__reject(verifier, line->pc, "line %u is out of order", i);
    }
  }
  return true;
}

static bool check_shape(struct zero_verifier *verifier) {
  const struct zero_code *code = verifier->code;
  if (!zero__is_text(code->callable.name) || code->size == 0) {
    return zero__reject(verifier, 0, "it has no name or no instructions");
  }
  if (code->registers > ZERO_REGISTERS_MAX ||
      code->params > code->registers || code->params > ZERO_PARAMS_MAX) {
    return zero__reject(verifier, 0, "%u parameters and %u registers",
                        code->params, code->registers);
  }
  for (uint32_t i = 0; i < code->constant_count; i++) {
    if (zero_is_none(code->constants[i])) {
      return zero__reject(verifier, 0, "constant %u is missing", i);
    }
  }
  return check_sites(verifier) && check_lines(verifier);
}

/* The code of a builtin's stub: only its index counts. */
static bool check_stub(struct zero_verifier *verifier) {
  uint32_t builtin = (uint32_t)verifier->code->builtin;
  if (takes_values(builtin) && verifier->code->size == 0) return true;
  return zero__reject(verifier, 0, "builtin %u cannot be called", builtin);
}

bool zero__verify(struct zero_heap *heap, const struct zero_code *code,
                  char *message, size_t room) {
  struct zero_verifier verifier = {
      .heap = heap, .code = code, .message = message, .room = room};
  if (code->builtin >= 0) return check_stub(&verifier);
  if (!check_shape(&verifier)) return false;
  verifier.marks = zero__alloc(heap, ZERO_LEAF, code->size);
  memset(verifier.marks, 0, code->size);
  return check_words(&verifier) && check_jumps(&verifier) &&
         zero__verify_flow(&verifier);
}

/* --- what the compiler made --------------------------------------------- */

struct made {
  struct zero_heap *heap;
  zero_value function;
};

static void verify_body(void *context) {
  const struct made *made = context;
  const struct zero_code *code = zero__code_of(made->function);
  char message[256];
  if (!zero__verify(made->heap, code, message, sizeof message)) {
    fprintf(stderr, "the compiler made what breaks a rule: %s\n", message);
    abort();
  }
  for (uint32_t i = 0; i < code->constant_count; i++) {
    zero_value constant = code->constants[i];
    if (!zero__is_function(constant)) continue;
    const struct zero_code *inner = zero__code_of(constant);
    if (strcmp(zero__text_bytes(inner->callable.name), "ƒ") != 0) continue;
    struct made lambda = {made->heap, constant};
    verify_body(&lambda);
  }
}

void zero__verify_made(struct zero_heap *heap, zero_value function) {
  struct made made = {heap, function};
  struct zero_unpaid outer = zero__unpaid_begin(heap);
  int code = zero__protect(heap, verify_body, &made);
  zero__unpaid_end(heap, outer);
  if (code != 0) zero__raise_again(heap);
}
