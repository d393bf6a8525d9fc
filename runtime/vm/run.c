/* run.c - the dispatch loop.
 *
 * Invariants:
 *   - the code was verified: operands are in range, so nothing is checked
 *     here that the verifier has checked;
 *   - vm->base is right whenever anything may raise or collect, because the
 *     collector scans to the end of that frame and a trace begins there;
 *     vm->pc is published before anything that may raise;
 *   - the stack never moves, so `base` survives every call into C;
 *   - fuel is charged at each call, one that was compiled in included, and
 *     each backward jump, so no loop runs without passing the budget; a
 *     layout instruction is charged as well, and the next call or jump looks
 *     whether any is left.
 *
 * An instruction does its common case here and leaves the rest to the C
 * function of its builtin, which also words the errors. */
#include "vm/run.h"

#include <stdatomic.h>

#include "vm/run_operations.h"

/* --- arguments of apply ------------------------------------------------- */

zero_value *zero__spread(zero_vm *vm, zero_value list, unsigned *count) {
  vm->builtin = ZERO_BUILTIN_APPLY;
  zero_value args[2] = {ZERO_UNIT, list};
  zero__want_list(vm, args, 1);
  uint64_t length = zero__length(&vm->heap, list);
  if (length > INT32_MAX) {
    zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
                "apply: %llu arguments are too many",
                (unsigned long long)length);
  }
  zero_value *items = zero__alloc(&vm->heap, ZERO_TRACED,
                                  (length + 1) * sizeof(zero_value));
  struct zero_iterator at = zero__iterate(list);
  for (unsigned i = 0; zero__next(&vm->heap, &at, &items[i]); i++) {
    zero__heap_charge_item(&vm->heap, i + 1u);
  }
  *count = (unsigned)length;
  return items;
}

/* The code of the callee of apply, whose frame begins at `frame`, with the
 * items of `list` as its arguments; NULL if C carried it out. Both calls are
 * charged before they are made: arguments beyond the running frame are not
 * roots during a check of the budget. Cold, so that the loop's registers are
 * not chosen for it. */
static ZERO_COLD const struct zero_code *spread(zero_vm *vm, zero_value *frame,
                                                zero_value list) {
  unsigned count;
  zero_value *items = zero__spread(vm, list, &count);
  const struct zero_code *called = zero__callee(vm, &frame[-3], items, count);
  if (called == NULL) return NULL;
  for (unsigned calls = 0; calls < 2; calls++) {
    if (charge_frame(vm, frame)) stop_or_go_on(vm, frame);
  }
  for (unsigned i = 0; i < count; i++) frame[i] = items[i];
  return called;
}

static inline const struct zero_code *running_code(const zero_value *base) {
  return (const struct zero_code *)(uintptr_t)base[-2].bits;
}

/* --- the loop ------------------------------------------------------------ */

/* Operands as 64-bit numbers, so that they index without being widened; W is
 * the word for code that takes it signed. */
#define A (word >> 8 & 0xff)
#define B (word >> 16 & 0xff)
#define C (word >> 24)
#define BX (word >> 16)
#define W ((uint32_t)word)
#define COUNT ((unsigned)C)
#define RA base[A]
#define RB base[B]
#define RC base[C]
#define PUBLISH() (vm->pc = pc)
#define FETCH() (word = *pc++)
#define NEXT                                    \
  do {                                          \
    FETCH();                                    \
    goto *vm->labels[word & 0xff];                  \
  } while (0)
/* Takes the jump in the next word if `test` equals C, else steps over it. */
#define TEST(test)                              \
  do {                                          \
    if ((uint64_t)(test) == C) {                \
      pc += zero__sj(*pc) + 1;                  \
      NEXT;                                     \
    }                                           \
    pc++;                                       \
  } while (0)
/* A collection begun by another thread may stop this one anywhere and read the
 * frame at vm->base, so the frame's code is stored first. */
#define BEGIN_FRAME(frame)                      \
  do {                                          \
    if (charge_frame(vm, frame)) {              \
      PUBLISH();                                \
      stop_or_go_on(vm, frame);                 \
    }                                           \
  } while (0)
#define START()                                 \
  do {                                          \
    atomic_signal_fence(memory_order_release);  \
    vm->base = base;                            \
    pc = code->instructions;                    \
    NEXT;                                       \
  } while (0)
#define ENTER(called)                           \
  do {                                          \
    code = called;                              \
    constants = code->constants;                \
    START();                                    \
  } while (0)
#define DO_CHARGE()                             \
  do {                                          \
    if (ZERO_UNLIKELY(--vm->heap.fuel < 0)) {   \
      PUBLISH();                                \
      zero__poll(vm);                           \
    }                                           \
  } while (0)

/* What each instruction does: DO_<NAME> for each row of abi/opcodes.tsv. Those
 * that jump elsewhere do so themselves, the others fall through. */
#define DO_MOVE() (RA = RB)
#define DO_LOADK() (RA = constants[BX])
#define DO_LOADI() (RA = zero__small(zero__sbx(W)))
#define DO_LOADW() (RA.bits = BX)
#define DO_EQ() TEST(same_or_equal(vm, pc, RA, RB))
#define DO_EQK() TEST(same_or_equal(vm, pc, RA, constants[B]))
#define DO_EQI() TEST(RA.bits == zero__small(zero__sb(W)).bits)
#define DO_LT() TEST(less(vm, pc, RA, RB))
#define DO_LE() TEST(less_equal(vm, pc, RA, RB))
#define DO_GT() TEST(greater(vm, pc, RA, RB))
#define DO_GE() TEST(greater_equal(vm, pc, RA, RB))
#define DO_LTI() TEST(less(vm, pc, RA, zero__small(zero__sb(W))))
#define DO_LEI() TEST(less_equal(vm, pc, RA, zero__small(zero__sb(W))))
#define DO_GTI() TEST(greater(vm, pc, RA, zero__small(zero__sb(W))))
#define DO_GEI() TEST(greater_equal(vm, pc, RA, zero__small(zero__sb(W))))
#define DO_EMPTY() TEST(is_empty(vm, pc, RA))
#define DO_ISEMPTY() TEST(zero__is_empty(RA))
#define DO_UNCONS()                                     \
  do {                                                  \
    if (ZERO_UNLIKELY(!uncons(vm, pc, RC, &RA, &RB))) { \
      pc += zero__sj(*pc) + 1;                          \
      NEXT;                                             \
    }                                                   \
    pc++;                                               \
  } while (0)
#define DO_ISLAYOUT()                           \
  do {                                          \
    uint32_t variant = *pc++;                   \
    PUBLISH();                                  \
    vm->heap.fuel--;                            \
    TEST(is_layout(vm, variant, RA));           \
  } while (0)
#define DO_ADD() (RA = add_words(vm, pc, RB, RC))
#define DO_SUM() (RA = sum_words(vm, pc, &RB, C))
#define DO_SUMI() (RA = sum_with(vm, pc, zero__sc(W), &RB))
#define DO_SUB() (RA = subtract_words(vm, pc, RB, RC))
#define DO_MUL() (RA = multiply_words(vm, pc, RB, RC))
#define DO_DIV() (RA = divide_words(vm, pc, RB, RC))
#define DO_MOD() (RA = remainder_words(vm, pc, RB, RC))
#define DO_ADDI() (RA = add_words(vm, pc, RB, zero__small(zero__sc(W))))
#define DO_SUBI() (RA = subtract_words(vm, pc, RB, zero__small(zero__sc(W))))
#define DO_MULI() (RA = multiply_words(vm, pc, RB, zero__small(zero__sc(W))))
#define DO_DIVI() (RA = divide_words(vm, pc, RB, zero__small(zero__sc(W))))
#define DO_MODI() (RA = remainder_words(vm, pc, RB, zero__small(zero__sc(W))))
#define DO_CONS() (RA = cons(vm, pc, RB, RC))
#define DO_HEAD() (RA = head_of(vm, pc, RB))
#define DO_TAIL() (RA = tail_of(vm, pc, RB))
#define DO_LIST()                               \
  do {                                          \
    PUBLISH();                                  \
    RA = list_of(vm, &RB, COUNT);               \
  } while (0)
#define DO_PUSH()                               \
  do {                                          \
    PUBLISH();                                  \
    RA = zero__raw_cons(&vm->heap, RB, RC);     \
  } while (0)
#define DO_RECORD()                                     \
  do {                                                  \
    uint32_t variant = *pc++;                           \
    RA = new_record(vm, pc, variant, &RB, C);           \
  } while (0)
#define DO_GETFIELD()                           \
  do {                                          \
    uint32_t variant = *pc++;                   \
    RA = get(vm, pc, variant, RB, C);           \
  } while (0)
#define DO_READ()                               \
  do {                                          \
    uint32_t variant = *pc++;                   \
    PUBLISH();                                  \
    vm->heap.fuel--;                            \
    RA = read_family(vm, variant, RB);          \
  } while (0)
#define DO_BUILTIN()                                    \
  do {                                                  \
    unsigned index = *pc++;                             \
    PUBLISH();                                          \
    RA = zero__run_builtin(vm, index, &RB, COUNT);      \
  } while (0)
#define DO_JUMP() (pc += zero__sj(W))
#define DO_JFALSE()                             \
  do {                                          \
    if (!zero__is_true(RA)) {                   \
      pc += zero__sbx(W);                       \
      NEXT;                                     \
    }                                           \
  } while (0)
#define DO_JTRUE()                              \
  do {                                          \
    if (zero__is_true(RA)) {                    \
      pc += zero__sbx(W);                       \
      NEXT;                                     \
    }                                           \
  } while (0)
#define DO_ISEQ() (RA = zero__bool(same_or_equal(vm, pc, RB, RC)))
#define DO_LOOP()                               \
  do {                                          \
    DO_CHARGE();                                \
    pc += zero__sj(W);                          \
    NEXT;                                       \
  } while (0)
#define DO_AGAIN()                                                       \
  do {                                                                   \
    RA = RB;                                                             \
    DO_CHARGE();                                                         \
    pc = code->instructions;                                             \
    NEXT;                                                                \
  } while (0)
/* Continues in the frame at `frame`, where the arguments of `called` are. */
#define PUSH_FRAME(frame, called, down)                 \
  do {                                                  \
    frame[-2].bits = (uint64_t)(uintptr_t)(called);     \
    frame[-1].bits = zero__link(pc, down);              \
    base = frame;                                       \
  } while (0)
#define DO_CALL()                                                       \
  do {                                                                  \
    const struct zero_code *called = zero__code_of(constants[BX]);      \
    uint64_t down = A;                                                  \
    zero_value *frame = &base[down];                                    \
    BEGIN_FRAME(frame);                                                 \
    PUSH_FRAME(frame, called, down);                                    \
    ENTER(called);                                                      \
  } while (0)
/* The address of the next instruction is known without a load: in a recursion
 * everything else waits for that. */
#define DO_CALLSELF()                           \
  do {                                          \
    uint64_t down = A;                          \
    zero_value *frame = &base[down];            \
    BEGIN_FRAME(frame);                         \
    PUSH_FRAME(frame, code, down);              \
    START();                                    \
  } while (0)
#define GIVE(value)                                                       \
  do {                                                                    \
    zero_value result = value;                                            \
    uint64_t link = base[-1].bits;                                        \
    pc = zero__link_pc(link);                                             \
    base[-3] = result;                                                    \
    base = zero__link_base(base, link);                                   \
    vm->base = base;                                                      \
    code = running_code(base);                                            \
    constants = code->constants;                                          \
    NEXT;                                                                 \
  } while (0)
#define DO_RETURN() GIVE(RA)
#define DO_CAPTURE() (RA = zero__function(base[-3])->captures[B])
#define DO_CLOSURE()                            \
  do {                                          \
    PUBLISH();                                  \
    RA = closure(vm, base, constants[BX]);      \
  } while (0)
#define DO_ISPAIR() TEST(zero__is_pair(RA))
#define DO_ISLIST() TEST(zero__is_list(RA))
#define DO_ISVARIANT()                          \
  do {                                          \
    uint32_t variant = *pc++;                   \
    TEST(zero__is_variant(RA, variant));        \
  } while (0)
#define DO_ISNE() (RA = zero__bool(!same_or_equal(vm, pc, RB, RC)))
#define DO_ISLT() (RA = zero__bool(less(vm, pc, RB, RC)))
#define DO_ISLE() (RA = zero__bool(less_equal(vm, pc, RB, RC)))
#define DO_ISGT() (RA = zero__bool(greater(vm, pc, RB, RC)))
#define DO_ISGE() (RA = zero__bool(greater_equal(vm, pc, RB, RC)))
#define DO_NOT() (RA = zero__bool(!zero__is_true(RB)))
#define DO_FINISH()                             \
  do {                                          \
    PUBLISH();                                  \
    RA = slow2(vm, ZERO_BUILTIN_FINISH, RB, RC); \
  } while (0)
#define DO_NEW()                                                        \
  do {                                                                  \
    uint32_t variant = *pc++;                                           \
    PUBLISH();                                                          \
    vm->heap.fuel--;                                                    \
    RA = zero__layout_new(&vm->heap, variant_of(variant), &RB);         \
  } while (0)
#define DO_FIELD() (RA = zero__record(RB)->fields[C])
/* Continues in place of the running function, with the arguments at `frame`. */
#define ENTER_INSTEAD(frame, called)                                      \
  do {                                                                    \
    for (unsigned i = 0; i < called->params; i++) base[i] = frame[i];     \
    base[-2].bits = (uint64_t)(uintptr_t)(called);                        \
    base[-1].bits |= ZERO_LINK_TAIL;                                      \
    ENTER(called);                                                        \
  } while (0)
#define DO_CALLV()                                                         \
  do {                                                                     \
    zero_value *frame = &RA;                                               \
    PUBLISH();                                                             \
    const struct zero_code *called =                                       \
        zero__callee(vm, &frame[-3], frame, (unsigned)B);                  \
    if (ZERO_UNLIKELY(called == NULL)) NEXT;                               \
    BEGIN_FRAME(frame);                                                    \
    PUSH_FRAME(frame, called, A);                                          \
    ENTER(called);                                                         \
  } while (0)
#define DO_APPLY()                                              \
  do {                                                          \
    zero_value *frame = &RA;                                    \
    PUBLISH();                                                  \
    const struct zero_code *called = spread(vm, frame, RB);     \
    if (called == NULL) NEXT;                                   \
    PUSH_FRAME(frame, called, A);                               \
    ENTER(called);                                              \
  } while (0)
#define DO_TAILCALL()                                                   \
  do {                                                                  \
    const struct zero_code *called = zero__code_of(constants[BX]);      \
    const zero_value *frame = &RA;                                      \
    BEGIN_FRAME(base);                                                  \
    ENTER_INSTEAD(frame, called);                                       \
  } while (0)
#define DO_TAILCALLV()                                                     \
  do {                                                                     \
    zero_value *frame = &RA;                                               \
    zero_value callee = frame[-3];                                         \
    PUBLISH();                                                             \
    const struct zero_code *called =                                       \
        zero__callee(vm, &frame[-3], frame, (unsigned)B);                  \
    if (ZERO_UNLIKELY(called == NULL)) GIVE(frame[-3]);                    \
    BEGIN_FRAME(base);                                                     \
    base[-3] = callee;                                                     \
    ENTER_INSTEAD(frame, called);                                          \
  } while (0)
#define DO_TAILAPPLY()                                          \
  do {                                                          \
    zero_value *frame = &RA;                                    \
    PUBLISH();                                                  \
    const struct zero_code *called = spread(vm, frame, RB);     \
    if (called == NULL) GIVE(frame[-3]);                        \
    base[-3] = frame[-3];                                       \
    ENTER_INSTEAD(frame, called);                               \
  } while (0)
#define DO_TRY()                                                        \
  do {                                                                  \
    PUBLISH();                                                          \
    zero__open_try(vm, base, pc + zero__sbx(W), (uint32_t)A);           \
  } while (0)
#define DO_ENDTRY()                             \
  do {                                          \
    vm->handler_count--;                        \
    PUBLISH();                                  \
    RA = zero__ok(vm, RA);                      \
  } while (0)
#define DO_NOMATCH()                            \
  do {                                          \
    PUBLISH();                                  \
    zero__no_match(vm, RA);                     \
  } while (0)
#define DO_HALT() return base[0]

#define LABEL(name, a, b, c, next, doc) &&op_##name,
#define PAIR_LABEL(first, then) &&op_##first##_##then,
#define OPCODE(name, a, b, c, next, doc) \
  op_##name:                             \
  DO_##name();                           \
  NEXT;
#define PAIR(first, then) \
  op_##first##_##then:    \
  DO_##first();           \
  FETCH();                \
  DO_##then();            \
  NEXT;

zero_value zero__run(zero_vm *vm) {
  static const void *const labels[] = {
      ZERO_OPCODES(LABEL) ZERO_PAIRS(PAIR_LABEL)};
  const uint32_t *pc = vm->pc;
  zero_value *base = vm->base;
  const struct zero_code *code = running_code(base);
  const zero_value *constants = code->constants;
  if (ZERO_UNLIKELY(vm->labels[0] == NULL)) {
    memcpy(vm->labels, labels, sizeof labels);
  }
  uint64_t word;
  NEXT;
  ZERO_PAIRS(PAIR)
  ZERO_OPCODES(OPCODE)
}
