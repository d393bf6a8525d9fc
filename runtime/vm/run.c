/* run.c - the dispatch loop.
 *
 * Invariants:
 *   - the code was verified: operands are in range, so nothing is checked
 *     here that the verifier has checked;
 *   - vm->base is right whenever anything may raise or collect, because the
 *     collector scans to the end of that frame and a trace begins there;
 *     vm->pc is published before anything that may raise;
 *   - the stack never moves, so `base` survives every call into C;
 *   - fuel is charged at each call and each backward jump, so no loop runs
 *     without passing the budget; a layout instruction is charged as well,
 *     for the call of lib/core that it may stand for, and the next call or
 *     jump looks whether any is left.
 *
 * An instruction does its common case here and leaves the rest to the C
 * function of the builtin it stands for, which also words the errors. */
#include "vm/run.h"

#include <stdatomic.h>

#include "layout/layout.h"
#include "value/compare.h"
#include "value/list.h"
#include "value/literal.h"
#include "value/number.h"
#include "value/record.h"
#include "vm/builtins.h"

/* --- slow halves of instructions ----------------------------------------- */

static zero_value slow1(zero_vm *vm, unsigned builtin, zero_value a) {
  vm->builtin = builtin;
  return zero__builtin_functions[builtin](vm, &a, 1);
}

static zero_value slow2(zero_vm *vm, unsigned builtin, zero_value a,
                        zero_value b) {
  zero_value args[2] = {a, b};
  vm->builtin = builtin;
  return zero__builtin_functions[builtin](vm, args, 2);
}

static bool slow_test(zero_vm *vm, unsigned builtin, zero_value a,
                      zero_value b) {
  return zero__is_true(slow2(vm, builtin, a, b));
}

static bool equal(zero_vm *vm, zero_value a, zero_value b) {
  if (zero__same(a, b)) return true;
  if (zero__is_small(a) || zero__is_small(b)) return false;
  if (zero__is_text(a) && zero__is_text(b)) {
    size_t size = zero__text(a)->size;
    if (size != zero__text(b)->size) return false;
    if (size <= ZERO_LITERAL_MAX) {
      return memcmp(zero__text(a)->bytes, zero__text(b)->bytes, size) == 0;
    }
  }
  return slow_test(vm, ZERO_BUILTIN_EQUAL, a, b);
}

static const struct zero_variant *variant_of(uint32_t word) {
  const struct zero_family *family = zero__family_by_tag(word >> 16);
  return &family->variants[word >> 8 & 0xff];
}

static zero_value closure(zero_vm *vm, const zero_value *base,
                          zero_value prototype) {
  struct zero_code *code = zero__code_of(prototype);
  unsigned count = code->capture_count;
  struct zero_function *made =
      zero__alloc(&vm->heap, ZERO_TRACED,
                  sizeof(struct zero_function) + count * sizeof(zero_value));
  made->header = zero__header(ZERO_KIND_FUNCTION, 0, 0, count);
  made->code = &code->callable;
  for (unsigned i = 0; i < count; i++) {
    struct zero_capture from = code->captures[i];
    made->captures[i] = from.from_register
                            ? base[from.index]
                            : zero__function(base[-3])->captures[from.index];
  }
  return zero__of_object(made);
}

static zero_value record(zero_vm *vm, uint32_t word, const zero_value *fields,
                         unsigned count) {
  struct zero_record *made = zero__alloc_small(
      &vm->heap, ZERO_TRACED,
      sizeof(struct zero_record) + count * sizeof(zero_value));
  made->header = (uint64_t)count << 32 | word;
  for (unsigned i = 0; i < count; i++) made->fields[i] = fields[i];
  return zero__of_object(made);
}

/* The list of `items`. Where one may be a family's tag the builtin makes it,
 * which charges for the check of the whole list. */
static zero_value list_of(zero_vm *vm, zero_value *items, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    if (zero__may_be_tag(items[i])) {
      vm->builtin = ZERO_BUILTIN_LIST;
      return zero__builtin_list(vm, items, count);
    }
  }
  return zero__list(&vm->heap, items, count);
}

static bool is_layout(zero_vm *vm, uint32_t word, zero_value v) {
  if (zero__is_object(v)) return zero__is_variant(v, word);
  if (!zero__is_cell(v)) return false;
  zero__charge_reading(vm, v);
  return zero__layout_is(&vm->heap, variant_of(word), v);
}

static zero_value get_field(zero_vm *vm, uint32_t word, zero_value v,
                            unsigned index) {
  zero__charge_reading(vm, v);
  return zero__layout_get(&vm->heap, variant_of(word), index, v);
}

static zero_value read_family(zero_vm *vm, uint32_t word, zero_value v) {
  if (zero__is_packed(v) &&
      zero__header_tag(zero__object(v)->header) == word >> 16) {
    return v;
  }
  zero__charge_reading(vm, v);
  return zero__layout_check(&vm->heap, variant_of(word)->family, v);
}

zero_value *zero__spread(zero_vm *vm, zero_value list, unsigned *count) {
  vm->builtin = ZERO_BUILTIN_APPLY;
  zero_value args[2] = {ZERO_UNIT, list};
  zero__want_list(vm, args, 1);
  uint64_t length = zero__length(list);
  zero__charge(vm, length);
  if (length > INT32_MAX) {
    zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
                "apply: %llu arguments are too many",
                (unsigned long long)length);
  }
  zero_value *items = zero__alloc(&vm->heap, ZERO_TRACED,
                                  (length + 1) * sizeof(zero_value));
  struct zero_iterator at = zero__iterate(list);
  for (unsigned i = 0; zero__next(&vm->heap, &at, &items[i]); i++) {
  }
  *count = (unsigned)length;
  return items;
}

/* What few calls need: the budget is looked at, or the stack is at its end.
 * Behind stack_end there is room for the largest frame, so where a frame
 * begins decides. */
static ZERO_COLD void stop_or_go_on(zero_vm *vm, const zero_value *frame) {
  if (vm->fuel < 0) zero__poll(vm);
  if (frame > vm->stack_end) {
    zero__raise(&vm->heap, ZERO_CODE_STACK_DEPTH,
                "calls are nested too deep for the stack");
  }
}

/* Charges one call of a frame at `frame`; true where there is more to do. */
static inline bool charge_frame(zero_vm *vm, const zero_value *frame) {
  return ZERO_UNLIKELY(--vm->fuel < 0) ||
         ZERO_UNLIKELY(frame > vm->stack_end);
}

/* One test for two words. */
static inline bool both_small(zero_value a, zero_value b) {
  return (a.bits & b.bits & 1) != 0;
}

/* --- the loop ------------------------------------------------------------ */

/* Operands as 64-bit numbers, so that they index without being widened; W is
 * the word for what takes it signed. */
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
#define NEXT                                    \
  do {                                          \
    word = *pc++;                               \
    goto *labels[word & 0xff];                  \
  } while (0)
/* Takes the jump in the next word where `test` is as C says. */
#define TEST(test)                              \
  do {                                          \
    if ((uint64_t)(test) == C) pc += zero__sj(*pc); \
    pc++;                                       \
    NEXT;                                       \
  } while (0)
#define ORDER(compare, builtin)                                         \
  do {                                                                  \
    zero_value left = RA;                                               \
    zero_value right = RB;                                              \
    if (ZERO_LIKELY(both_small(left, right))) {                         \
      TEST((int64_t)left.bits compare (int64_t)right.bits);             \
    }                                                                   \
    PUBLISH();                                                          \
    TEST(slow_test(vm, builtin, left, right));                          \
  } while (0)
#define ORDER_IMMEDIATE(compare, builtin)                               \
  do {                                                                  \
    zero_value left = RA;                                               \
    zero_value right = zero__small(zero__sb(W));                        \
    if (ZERO_LIKELY(zero__is_small(left))) {                            \
      TEST((int64_t)left.bits compare (int64_t)right.bits);             \
    }                                                                   \
    PUBLISH();                                                          \
    TEST(slow_test(vm, builtin, left, right));                          \
  } while (0)
#define ORDER_VALUE(compare, builtin)                                   \
  do {                                                                  \
    zero_value left = RB;                                               \
    zero_value right = RC;                                              \
    if (ZERO_LIKELY(both_small(left, right))) {                         \
      RA = zero__bool((int64_t)left.bits compare (int64_t)right.bits);  \
      NEXT;                                                             \
    }                                                                   \
    PUBLISH();                                                          \
    RA = slow2(vm, builtin, left, right);                               \
    NEXT;                                                               \
  } while (0)
/* Both words end in 1: their sum less one is the word of the sum. */
#define CHECKED(operation, left, right, builtin)                        \
  do {                                                                  \
    zero_value a = left;                                                \
    zero_value b = right;                                               \
    if (ZERO_LIKELY(both_small(a, b))) {                                \
      int64_t sum;                                                      \
      int64_t step = (int64_t)(b.bits - 1);                             \
      if (!operation((int64_t)a.bits, step, &sum)) {                    \
        RA.bits = (uint64_t)sum;                                        \
        NEXT;                                                           \
      }                                                                 \
    }                                                                   \
    PUBLISH();                                                          \
    RA = slow2(vm, builtin, a, b);                                      \
    NEXT;                                                               \
  } while (0)
/* The same with the signed number C on the right. */
#define CHECKED_IMMEDIATE(operation, builtin)                           \
  do {                                                                  \
    zero_value a = RB;                                                  \
    if (ZERO_LIKELY(zero__is_small(a))) {                               \
      int64_t sum;                                                      \
      int64_t step = (int64_t)zero__sc(W) * 2;                          \
      if (!operation((int64_t)a.bits, step, &sum)) {                    \
        RA.bits = (uint64_t)sum;                                        \
        NEXT;                                                           \
      }                                                                 \
    }                                                                   \
    PUBLISH();                                                          \
    RA = slow2(vm, builtin, a, zero__small(zero__sc(W)));               \
    NEXT;                                                               \
  } while (0)
/* A collection begun by another thread may stop this one anywhere and read
 * the frame at vm->base, so the frame's code is stored before. */
#define BEGIN_FRAME(frame)                      \
  do {                                          \
    if (charge_frame(vm, frame)) {              \
      PUBLISH();                                \
      stop_or_go_on(vm, frame);                 \
    }                                           \
  } while (0)
#define ENTER(function_code)                    \
  do {                                          \
    struct zero_code *entered = function_code;  \
    atomic_signal_fence(memory_order_release);  \
    vm->base = base;                            \
    constants = entered->constants;             \
    pc = entered->instructions;                 \
    NEXT;                                       \
  } while (0)

zero_value zero__run(zero_vm *vm) {
#define LABEL(name, a, b, c, next, doc) &&op_##name,
  static const void *const labels[] = {ZERO_OPCODES(LABEL)};
#undef LABEL
  const uint32_t *pc = vm->pc;
  zero_value *base = vm->base;
  const zero_value *constants =
      ((struct zero_code *)(uintptr_t)base[-2].bits)->constants;
  zero_value *frame;
  uint64_t word;
  unsigned count;
  NEXT;

op_MOVE:
  RA = RB;
  NEXT;
op_LOADK:
  RA = constants[BX];
  NEXT;
op_LOADI:
  RA = zero__small(zero__sbx(W));
  NEXT;
op_LOADW:
  RA.bits = BX;
  NEXT;
op_CAPTURE:
  RA = zero__function(base[-3])->captures[B];
  NEXT;
op_CLOSURE:
  PUBLISH();
  RA = closure(vm, base, constants[BX]);
  NEXT;

op_JUMP:
  pc += zero__sj(W);
  NEXT;
op_LOOP:
  if (ZERO_UNLIKELY(--vm->fuel < 0)) {
    PUBLISH();
    zero__poll(vm);
  }
  pc += zero__sj(W);
  NEXT;
op_AGAIN:
  RA = RB;
  if (ZERO_UNLIKELY(--vm->fuel < 0)) {
    PUBLISH();
    zero__poll(vm);
  }
  pc = ((struct zero_code *)(uintptr_t)base[-2].bits)->instructions;
  NEXT;
op_JFALSE:
  if (!zero__is_true(RA)) pc += zero__sbx(W);
  NEXT;
op_JTRUE:
  if (zero__is_true(RA)) pc += zero__sbx(W);
  NEXT;

op_EQ:
  PUBLISH();
  TEST(equal(vm, RA, RB));
op_EQK:
  PUBLISH();
  TEST(equal(vm, RA, constants[B]));
op_EQI:
  TEST(RA.bits == zero__small(zero__sb(W)).bits);
op_LT:
  ORDER(<, ZERO_BUILTIN_LESS);
op_LE:
  ORDER(<=, ZERO_BUILTIN_LESS_EQUAL);
op_GT:
  ORDER(>, ZERO_BUILTIN_GREATER);
op_GE:
  ORDER(>=, ZERO_BUILTIN_GREATER_EQUAL);
op_LTI:
  ORDER_IMMEDIATE(<, ZERO_BUILTIN_LESS);
op_LEI:
  ORDER_IMMEDIATE(<=, ZERO_BUILTIN_LESS_EQUAL);
op_GTI:
  ORDER_IMMEDIATE(>, ZERO_BUILTIN_GREATER);
op_GEI:
  ORDER_IMMEDIATE(>=, ZERO_BUILTIN_GREATER_EQUAL);

op_EMPTY : {
  zero_value list = RA;
  if (ZERO_LIKELY(zero__is_cell(list))) TEST(false);
  if (ZERO_LIKELY(zero__is_empty(list))) TEST(true);
  PUBLISH();
  TEST(zero__is_true(slow1(vm, ZERO_BUILTIN_EMPTY, list)));
}
op_ISEMPTY:
  TEST(zero__is_empty(RA));
op_ISPAIR:
  TEST(zero__is_pair(RA));
op_UNCONS : {
  zero_value list = RC;
  if (ZERO_LIKELY(zero__is_cell(list))) {
    RA = zero__cell(list)->head;
    RB = zero__cell(list)->tail;
    pc++;
    NEXT;
  }
  if (!zero__is_pair(list)) {
    pc += zero__sj(*pc) + 1;
    NEXT;
  }
  PUBLISH();
  zero_value head = zero__head(&vm->heap, list);
  zero_value tail = zero__tail(&vm->heap, list);
  RA = head;
  RB = tail;
  pc++;
  NEXT;
}
op_ISLIST:
  TEST(zero__is_list(RA));
op_ISVARIANT : {
  uint32_t variant = *pc++;
  TEST(zero__is_variant(RA, variant));
}
op_ISLAYOUT : {
  uint32_t variant = *pc++;
  PUBLISH();
  vm->fuel--;
  TEST(is_layout(vm, variant, RA));
}

op_ISEQ:
  PUBLISH();
  RA = zero__bool(equal(vm, RB, RC));
  NEXT;
op_ISNE:
  PUBLISH();
  RA = zero__bool(!equal(vm, RB, RC));
  NEXT;
op_ISLT:
  ORDER_VALUE(<, ZERO_BUILTIN_LESS);
op_ISLE:
  ORDER_VALUE(<=, ZERO_BUILTIN_LESS_EQUAL);
op_ISGT:
  ORDER_VALUE(>, ZERO_BUILTIN_GREATER);
op_ISGE:
  ORDER_VALUE(>=, ZERO_BUILTIN_GREATER_EQUAL);

op_ADD:
  CHECKED(__builtin_add_overflow, RB, RC, ZERO_BUILTIN_ADD);
op_SUM : {
  zero_value *terms = &RB;
  int64_t sum = 1;
  for (count = 0; count < C; count++) {
    if (!zero__is_small(terms[count]) ||
        __builtin_add_overflow(sum, (int64_t)(terms[count].bits - 1), &sum)) {
      break;
    }
  }
  if (ZERO_LIKELY(count == C)) {
    RA.bits = (uint64_t)sum;
    NEXT;
  }
  PUBLISH();
  vm->builtin = ZERO_BUILTIN_ADD;
  RA = zero__builtin_add(vm, terms, COUNT);
  NEXT;
}
op_SUB:
  CHECKED(__builtin_sub_overflow, RB, RC, ZERO_BUILTIN_SUB);
op_ADDI:
  CHECKED_IMMEDIATE(__builtin_add_overflow, ZERO_BUILTIN_ADD);
op_SUBI:
  CHECKED_IMMEDIATE(__builtin_sub_overflow, ZERO_BUILTIN_SUB);
op_MUL : {
  zero_value left = RB;
  zero_value right = RC;
  int64_t product;
  if (ZERO_LIKELY(both_small(left, right)) &&
      !__builtin_mul_overflow((int64_t)(left.bits - 1),
                              zero__small_number(right), &product)) {
    RA.bits = (uint64_t)product + 1;
    NEXT;
  }
  PUBLISH();
  RA = slow2(vm, ZERO_BUILTIN_MUL, left, right);
  NEXT;
}
op_DIV : {
  zero_value left = RB;
  zero_value right = RC;
  if (ZERO_LIKELY(both_small(left, right)) &&
      zero__small_number(right) > 0) {
    RA = zero__small(zero__small_number(left) / zero__small_number(right));
    NEXT;
  }
  PUBLISH();
  RA = slow2(vm, ZERO_BUILTIN_DIV, left, right);
  NEXT;
}
op_MOD : {
  zero_value left = RB;
  zero_value right = RC;
  if (ZERO_LIKELY(both_small(left, right)) &&
      zero__small_number(right) > 0) {
    RA = zero__small(zero__small_number(left) % zero__small_number(right));
    NEXT;
  }
  PUBLISH();
  RA = slow2(vm, ZERO_BUILTIN_MOD, left, right);
  NEXT;
}
op_NOT:
  RA = zero__bool(!zero__is_true(RB));
  NEXT;

op_CONS : {
  zero_value head = RB;
  zero_value tail = RC;
  PUBLISH();
  if (ZERO_LIKELY(!zero__may_be_tag(head) && zero__is_list(tail))) {
    RA = zero__raw_cons(&vm->heap, head, tail);
    NEXT;
  }
  RA = slow2(vm, ZERO_BUILTIN_CONS, head, tail);
  NEXT;
}
op_HEAD:
  if (ZERO_LIKELY(zero__is_cell(RB))) {
    RA = zero__cell(RB)->head;
    NEXT;
  }
  PUBLISH();
  RA = slow1(vm, ZERO_BUILTIN_HEAD, RB);
  NEXT;
op_TAIL:
  if (ZERO_LIKELY(zero__is_cell(RB))) {
    RA = zero__cell(RB)->tail;
    NEXT;
  }
  PUBLISH();
  RA = slow1(vm, ZERO_BUILTIN_TAIL, RB);
  NEXT;
op_LIST:
  PUBLISH();
  RA = list_of(vm, &RB, COUNT);
  NEXT;
op_PUSH:
  PUBLISH();
  RA = zero__raw_cons(&vm->heap, RB, RC);
  NEXT;
op_FINISH:
  PUBLISH();
  RA = slow2(vm, ZERO_BUILTIN_FINISH, RB, RC);
  NEXT;

op_RECORD : {
  uint32_t variant = *pc++;
  PUBLISH();
  vm->fuel--;
  RA = C == 0 ? zero__layout_new(&vm->heap, variant_of(variant), &RB)
              : record(vm, variant, &RB, COUNT);
  NEXT;
}
op_NEW : {
  uint32_t variant = *pc++;
  PUBLISH();
  vm->fuel--;
  RA = zero__layout_new(&vm->heap, variant_of(variant), &RB);
  NEXT;
}
op_FIELD:
  RA = zero__record(RB)->fields[C];
  NEXT;
op_GETFIELD : {
  uint32_t variant = *pc++;
  zero_value v = RB;
  vm->fuel--;
  if (ZERO_LIKELY(zero__is_variant(v, variant)) &&
      zero__header_kind(variant) == ZERO_KIND_RECORD) {
    RA = zero__record(v)->fields[C];
    NEXT;
  }
  PUBLISH();
  RA = get_field(vm, variant, v, COUNT);
  NEXT;
}
op_READ : {
  uint32_t variant = *pc++;
  PUBLISH();
  vm->fuel--;
  RA = read_family(vm, variant, RB);
  NEXT;
}

op_BUILTIN : {
  unsigned index = *pc++;
  const struct zero_builtin *row = &zero__builtins[index];
  PUBLISH();
  vm->builtin = index;
  if (ZERO_UNLIKELY((row->capability & ~vm->granted) != 0)) {
    zero__need(vm, row->capability, row->name);
  }
  vm->fuel -= row->fuel;
  if (ZERO_UNLIKELY(vm->fuel < 0)) zero__poll(vm);
  RA = zero__builtin_functions[index](vm, &RB, COUNT);
  NEXT;
}

op_CALL : {
  struct zero_code *callee = zero__code_of(constants[BX]);
  uint64_t down = A;
  frame = &base[down];
  BEGIN_FRAME(frame);
  frame[-2].bits = (uint64_t)(uintptr_t)callee;
  frame[-1].bits = zero__link(pc, down);
  base = frame;
  ENTER(callee);
}
op_CALLV:
  frame = &RA;
  count = (unsigned)B;
  PUBLISH();
call_value : {
  zero_value callee = frame[-3];
  if (ZERO_UNLIKELY(!zero__is_function(callee))) {
    zero__bad_call(vm, callee, count);
  }
  struct zero_code *code = zero__code_of(callee);
  if (ZERO_UNLIKELY(code->builtin >= 0)) {
    frame[-3] = zero__call_stub(vm, code, frame, count);
    NEXT;
  }
  if (ZERO_UNLIKELY(code->params != count)) {
    zero__bad_call(vm, callee, count);
  }
  BEGIN_FRAME(frame);
  frame[-2].bits = (uint64_t)(uintptr_t)code;
  frame[-1].bits = zero__link(pc, A);
  base = frame;
  ENTER(code);
}
op_APPLY : {
  PUBLISH();
  frame = &RA;
  zero_value callee = frame[-3];
  zero_value *items = zero__spread(vm, RB, &count);
  if (!zero__is_function(callee)) zero__bad_call(vm, callee, count);
  struct zero_code *code = zero__code_of(callee);
  if (code->builtin >= 0) {
    frame[-3] = zero__call_stub(vm, code, items, count);
    NEXT;
  }
  if (code->params != count) zero__bad_call(vm, callee, count);
  BEGIN_FRAME(frame);
  for (unsigned i = 0; i < count; i++) frame[i] = items[i];
  goto call_value;
}
op_TAILCALL : {
  struct zero_code *callee = zero__code_of(constants[BX]);
  frame = &RA;
  BEGIN_FRAME(base);
  for (unsigned i = 0; i < callee->params; i++) base[i] = frame[i];
  base[-2].bits = (uint64_t)(uintptr_t)callee;
  base[-1].bits |= ZERO_LINK_TAIL;
  ENTER(callee);
}
op_TAILCALLV:
  frame = &RA;
  count = (unsigned)B;
  PUBLISH();
tail_call_value : {
  zero_value callee = frame[-3];
  if (ZERO_UNLIKELY(!zero__is_function(callee))) {
    zero__bad_call(vm, callee, count);
  }
  struct zero_code *code = zero__code_of(callee);
  if (ZERO_UNLIKELY(code->builtin >= 0)) {
    frame[-3] = zero__call_stub(vm, code, frame, count);
    frame[0] = frame[-3];
    goto give_frame;
  }
  if (ZERO_UNLIKELY(code->params != count)) {
    zero__bad_call(vm, callee, count);
  }
  BEGIN_FRAME(base);
  for (unsigned i = 0; i < count; i++) base[i] = frame[i];
  base[-3] = callee;
  base[-2].bits = (uint64_t)(uintptr_t)code;
  base[-1].bits |= ZERO_LINK_TAIL;
  ENTER(code);
}
op_TAILAPPLY : {
  PUBLISH();
  frame = &RA;
  zero_value callee = frame[-3];
  zero_value *items = zero__spread(vm, RB, &count);
  if (!zero__is_function(callee)) zero__bad_call(vm, callee, count);
  struct zero_code *code = zero__code_of(callee);
  if (code->builtin >= 0) {
    frame[0] = zero__call_stub(vm, code, items, count);
    goto give_frame;
  }
  if (code->params != count) zero__bad_call(vm, callee, count);
  BEGIN_FRAME(frame);
  for (unsigned i = 0; i < count; i++) frame[i] = items[i];
  goto tail_call_value;
}
op_RETURN:
  frame = &RA;
give_frame : {
  zero_value result = frame[0];
  uint64_t link = base[-1].bits;
  pc = zero__link_pc(link);
  base[-3] = result;
  base = zero__link_base(base, link);
  vm->base = base;
  constants = ((struct zero_code *)(uintptr_t)base[-2].bits)->constants;
  NEXT;
}

op_TRY:
  PUBLISH();
  zero__open_try(vm, base, pc + zero__sbx(W), (uint32_t)A);
  NEXT;
op_ENDTRY:
  vm->handler_count--;
  PUBLISH();
  RA = zero__ok(vm, RA);
  NEXT;
op_NOMATCH:
  PUBLISH();
  zero__no_match(vm, RA);
op_HALT:
  return base[0];
}

#undef A
#undef B
#undef C
#undef BX
#undef W
#undef COUNT
#undef RA
#undef RB
#undef RC
#undef PUBLISH
#undef NEXT
#undef TEST
#undef ORDER
#undef ORDER_IMMEDIATE
#undef ORDER_VALUE
#undef CHECKED
#undef CHECKED_IMMEDIATE
#undef BEGIN_FRAME
#undef ENTER
