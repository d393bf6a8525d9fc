/* run_operations.h - single instructions, for the dispatch loop alone.
 *
 * Their common cases are inline. They publish `pc`, the word after the
 * instruction, before they leave the rest to C, which may raise. */
#ifndef ZERO_VM_RUN_OPERATIONS_H
#define ZERO_VM_RUN_OPERATIONS_H

#include "layout/layout.h"
#include "value/compare.h"
#include "value/list.h"
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

/* Of words that differ and are not small numbers. */
static bool equal(zero_vm *vm, zero_value a, zero_value b) {
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

/* The list of `items`. If one may be a family's tag the builtin makes it, which
 * charges for the check of the whole list. */
static zero_value list_of(zero_vm *vm, zero_value *items, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    if (zero__may_be_tag(items[i])) {
      vm->builtin = ZERO_BUILTIN_LIST;
      return zero__builtin_list(vm, items, count);
    }
  }
  zero_value list = ZERO_EMPTY;
  while (count > 0) list = zero__raw_cons(&vm->heap, items[--count], list);
  return list;
}

static bool is_layout(zero_vm *vm, uint32_t word, zero_value v) {
  if (zero__is_object(v)) return zero__is_variant(v, word);
  if (!zero__is_cell(v)) return false;
  return zero__layout_is(&vm->heap, variant_of(word), v);
}

static zero_value get_field(zero_vm *vm, uint32_t word, zero_value v,
                            unsigned index) {
  return zero__layout_get(&vm->heap, variant_of(word), index, v);
}

static zero_value read_family(zero_vm *vm, uint32_t word, zero_value v) {
  if (zero__is_packed(v) &&
      zero__header_tag(zero__object(v)->header) == word >> 16) {
    return v;
  }
  return zero__layout_check(&vm->heap, variant_of(word)->family, v);
}

/* The rare cases: the budget must be checked, or the stack is at its end. After
 * stack_end there is room for the largest frame, so the beginning of a frame
 * decides. */
static ZERO_COLD void stop_or_go_on(zero_vm *vm, const zero_value *frame) {
  if (vm->heap.fuel < 0) zero__poll(vm);
  if (frame > vm->stack_end) {
    zero__raise(&vm->heap, ZERO_CODE_STACK_DEPTH,
                "calls are nested too deep for the stack");
  }
}

/* Charges one call of a frame at `frame`; true if there is more to do. */
static inline bool charge_frame(zero_vm *vm, const zero_value *frame) {
  return ZERO_UNLIKELY(--vm->heap.fuel < 0) ||
         ZERO_UNLIKELY(frame > vm->stack_end);
}

/* One test for two words. */
static inline bool both_small(zero_value a, zero_value b) {
  return (a.bits & b.bits & 1) != 0;
}

/* --- the common halves --------------------------------------------------- */

/* Each does one instruction's common case in a few machine instructions and
 * publishes `pc` before it leaves the rest to C. */

/* Both words end in 1: one of them plus the other less one gives the sum, and
 * likewise the difference. */
#define SUM(name, overflows, builtin)                                      \
  static inline zero_value name(zero_vm *vm, const uint32_t *pc,           \
                                zero_value a, zero_value b) {              \
    int64_t sum;                                                           \
    if (ZERO_LIKELY(both_small(a, b)) &&                                   \
        ZERO_LIKELY(!overflows((int64_t)a.bits, (int64_t)(b.bits - 1),     \
                               &sum))) {                                   \
      return (zero_value){(uint64_t)sum};                                  \
    }                                                                      \
    vm->pc = pc;                                                           \
    return slow2(vm, builtin, a, b);                                       \
  }
SUM(add_words, __builtin_add_overflow, ZERO_BUILTIN_ADD)
SUM(subtract_words, __builtin_sub_overflow, ZERO_BUILTIN_SUB)

static inline zero_value multiply_words(zero_vm *vm, const uint32_t *pc,
                                        zero_value a, zero_value b) {
  int64_t product;
  if (ZERO_LIKELY(both_small(a, b)) &&
      ZERO_LIKELY(!__builtin_mul_overflow((int64_t)(a.bits - 1),
                                          zero__small_number(b), &product))) {
    return (zero_value){(uint64_t)product + 1};
  }
  vm->pc = pc;
  return slow2(vm, ZERO_BUILTIN_MUL, a, b);
}

/* A quotient by a positive number always fits. */
#define DIVISION(name, operator, builtin)                                  \
  static inline zero_value name(zero_vm *vm, const uint32_t *pc,           \
                                zero_value a, zero_value b) {              \
    if (ZERO_LIKELY(both_small(a, b)) &&                                   \
        ZERO_LIKELY(zero__small_number(b) > 0)) {                          \
      return zero__small(zero__small_number(a) operator                    \
                         zero__small_number(b));                           \
    }                                                                      \
    vm->pc = pc;                                                           \
    return slow2(vm, builtin, a, b);                                       \
  }
DIVISION(divide_words, /, ZERO_BUILTIN_DIV)
DIVISION(remainder_words, %, ZERO_BUILTIN_MOD)

static inline zero_value sum_words(zero_vm *vm, const uint32_t *pc,
                                   zero_value *terms, uint64_t count) {
  int64_t sum = 1;
  for (uint64_t i = 0; i < count; i++) {
    if (ZERO_UNLIKELY(!zero__is_small(terms[i])) ||
        ZERO_UNLIKELY(__builtin_add_overflow(
            sum, (int64_t)(terms[i].bits - 1), &sum))) {
      vm->pc = pc;
      vm->builtin = ZERO_BUILTIN_ADD;
      return zero__builtin_add(vm, terms, (unsigned)count);
    }
  }
  return (zero_value){(uint64_t)sum};
}

/* A number and two registers, added from the left. */
static inline zero_value sum_with(zero_vm *vm, const uint32_t *pc,
                                  int64_t number, const zero_value *terms) {
  int64_t sum;
  if (ZERO_LIKELY(both_small(terms[0], terms[1])) &&
      ZERO_LIKELY(!__builtin_add_overflow((int64_t)terms[0].bits, number * 2,
                                          &sum)) &&
      ZERO_LIKELY(!__builtin_add_overflow(
          sum, (int64_t)(terms[1].bits - 1), &sum))) {
    return (zero_value){(uint64_t)sum};
  }
  zero_value all[] = {zero__small(number), terms[0], terms[1]};
  vm->pc = pc;
  vm->builtin = ZERO_BUILTIN_ADD;
  return zero__builtin_add(vm, all, 3);
}

/* The signed words compare like the numbers. */
#define ORDER(name, compare, builtin)                                     \
  static inline bool name(zero_vm *vm, const uint32_t *pc, zero_value a,  \
                          zero_value b) {                                 \
    if (ZERO_LIKELY(both_small(a, b))) {                                  \
      return (int64_t)a.bits compare (int64_t)b.bits;                     \
    }                                                                     \
    vm->pc = pc;                                                          \
    return slow_test(vm, builtin, a, b);                                  \
  }
ORDER(less, <, ZERO_BUILTIN_LESS)
ORDER(less_equal, <=, ZERO_BUILTIN_LESS_EQUAL)
ORDER(greater, >, ZERO_BUILTIN_GREATER)
ORDER(greater_equal, >=, ZERO_BUILTIN_GREATER_EQUAL)

static inline bool same_or_equal(zero_vm *vm, const uint32_t *pc,
                                 zero_value a, zero_value b) {
  if (zero__same(a, b)) return true;
  if (zero__is_small(a) || zero__is_small(b)) return false;
  vm->pc = pc;
  return equal(vm, a, b);
}

static inline bool is_empty(zero_vm *vm, const uint32_t *pc, zero_value list) {
  if (zero__is_empty(list)) return true;
  if (ZERO_LIKELY(zero__is_cell(list))) return false;
  vm->pc = pc;
  return zero__is_true(slow1(vm, ZERO_BUILTIN_EMPTY, list));
}

static inline zero_value cons(zero_vm *vm, const uint32_t *pc,
                              zero_value head, zero_value tail) {
  if (ZERO_LIKELY(!zero__may_be_tag(head)) &&
      ZERO_LIKELY(zero__is_list(tail)) &&
      ZERO_LIKELY(zero__has_cell(&vm->heap))) {
    return zero__raw_cons(&vm->heap, head, tail);
  }
  vm->pc = pc;
  return slow2(vm, ZERO_BUILTIN_CONS, head, tail);
}

/* Prefetches the cell that was made after `cell`: a tree is mostly walked in
 * the order in which it was made, and libgc hands out a block from its end,
 * which no processor predicts. */
static inline void expect_after(const struct zero_cell *cell) {
  enum { AHEAD = 256 }; /* bytes: four lines of the cache */
  __builtin_prefetch((const char *)cell - AHEAD);
}

static inline zero_value head_of(zero_vm *vm, const uint32_t *pc,
                                 zero_value list) {
  if (ZERO_LIKELY(zero__is_cell(list))) {
    expect_after(zero__cell(list));
    return zero__cell(list)->head;
  }
  vm->pc = pc;
  return slow1(vm, ZERO_BUILTIN_HEAD, list);
}

static inline zero_value tail_of(zero_vm *vm, const uint32_t *pc,
                                 zero_value list) {
  if (ZERO_LIKELY(zero__is_cell(list))) return zero__cell(list)->tail;
  vm->pc = pc;
  return slow1(vm, ZERO_BUILTIN_TAIL, list);
}

/* Head and tail of a list that has them; false if it has none. */
static inline bool uncons(zero_vm *vm, const uint32_t *pc, zero_value list,
                          zero_value *head, zero_value *tail) {
  if (ZERO_LIKELY(zero__is_cell(list))) {
    const struct zero_cell *cell = zero__cell(list);
    expect_after(cell);
    *head = cell->head;
    *tail = cell->tail;
    return true;
  }
  if (!zero__is_pair(list)) return false;
  vm->pc = pc;
  zero_value first = zero__head(&vm->heap, list);
  *tail = zero__tail(&vm->heap, list);
  *head = first;
  return true;
}

static inline zero_value get(zero_vm *vm, const uint32_t *pc,
                             uint32_t variant, zero_value v, uint64_t index) {
  vm->heap.fuel--;
  if (ZERO_LIKELY(zero__is_variant(v, variant)) &&
      ZERO_LIKELY(zero__header_kind(variant) == ZERO_KIND_RECORD)) {
    return zero__record(v)->fields[index];
  }
  vm->pc = pc;
  return get_field(vm, variant, v, (unsigned)index);
}

static inline zero_value new_record(zero_vm *vm, const uint32_t *pc,
                                    uint32_t variant, const zero_value *fields,
                                    uint64_t count) {
  vm->pc = pc;
  vm->heap.fuel--;
  if (count == 0) {
    return zero__layout_new(&vm->heap, variant_of(variant), fields);
  }
  return record(vm, variant, fields, (unsigned)count);
}

#endif
