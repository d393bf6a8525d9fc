/* test_verified_runs.c - code that the verifier accepts does no harm.
 *
 * Functions of a real program are damaged at random. If the verifier still
 * accepts the whole program it runs, with little fuel: it may return anything
 * or fail in any way the language knows, and nothing else. */
#include <criterion/criterion.h>

#include "support/verify.h"
#include "support/random.h"
#include "support/scale.h"
#include "value/list.h"
#include "value/map.h"
#include "value/text.h"
#include "vm/vm.h"
#include "zero.h"

enum { MUTANTS = ZERO_SCALED(20000), FUNCTIONS = 64, VALUES = 10, ROOTS = 9 };

static const char program[] =
    "(ƒ fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))\n"
    "(ƒ sum (n a) (if (= n 0) a (sum (- n 1) (+ a n))))\n"
    "(ƒ nest (a b)\n"
    "  (map (ƒ (x) (list a x (map (ƒ (y) (list a b x y)) (list 1 2))))\n"
    "    (list a b 3)))\n"
    "(ƒ parts (v)\n"
    "  (match v\n"
    "    ((some x) (list \"s\" x))\n"
    "    ((ok (some (list a b & r))) (list a b r))\n"
    "    ((err e) e)\n"
    "    ((map e) e)\n"
    "    ((list 1 x) x)\n"
    "    (\"t\" 9)\n"
    "    (_ (list 0))))\n"
    "(ƒ tries (a b)\n"
    "  (≔ ((r (try (≔ ((q (try (head a)))) (list q (/ b a) (tail b))))))\n"
    "    (match r ((ok v) v) ((err e) (list e a b)))))\n"
    "(ƒ long (a b)\n"
    "  (list a b 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 (fib 5) a))\n"
    "(ƒ logic (a b)\n"
    "  (if (and (or a b) (not (= a b)) (list? a)) (len a) (or (= a 5) b)))\n"
    "(ƒ applied (f xs) (try (apply f (list f xs))))\n"
    "(ƒ pick (f xs) (list (filter f xs) (sort f xs) (list-zip xs xs)))\n"
    "(ƒ main (_) (list fib sum nest parts tries long logic applied pick))\n";

struct trial {
  zero_vm *vm;
  struct zero_random random;
  zero_value functions[FUNCTIONS]; /* the program's, and what they call */
  unsigned count;
  zero_value roots[ROOTS];         /* those that main returns */
  zero_value values[VALUES];       /* arguments */
};

static void add_function(struct trial *trial, zero_value function) {
  const struct zero_code *code = zero__code_of(function);
  if (code->builtin >= 0 || trial->count == FUNCTIONS) return;
  for (unsigned i = 0; i < trial->count; i++) {
    if (zero__code_of(trial->functions[i]) == code) return;
  }
  trial->functions[trial->count++] = function;
}

static void find_functions(struct trial *trial) {
  zero_value unit = zero_unit();
  zero_value list;
  cr_assert_eq(zero_call(trial->vm, &list, zero_lookup(trial->vm, "main"),
                         &unit, 1),
               ZERO_OK);
  struct zero_iterator at = zero__iterate(list);
  for (unsigned i = 0; i < ROOTS; i++) {
    cr_assert(zero__next(&trial->vm->heap, &at, &trial->roots[i]));
    add_function(trial, trial->roots[i]);
  }
  for (unsigned i = 0; i < trial->count; i++) {
    const struct zero_code *code = zero__code_of(trial->functions[i]);
    for (uint32_t k = 0; k < code->constant_count; k++) {
      zero_value constant = code->constants[k];
      if (zero__is_function(constant)) add_function(trial, constant);
    }
  }
}

static void make_values(struct trial *trial) {
  struct zero_heap *heap = &trial->vm->heap;
  zero_value some[] = {zero__small(5), zero__text_of(heap, "some"),
                       zero__small(42)};
  zero_value numbers[] = {zero__small(1), zero__small(2), zero__small(30)};
  zero_value map = zero__map_put(heap, zero__map_empty(heap),
                                 zero__small(1), ZERO_TRUE);
  zero_value values[VALUES] = {
      ZERO_UNIT,       ZERO_TRUE,
      ZERO_EMPTY,      zero__small(3),
      zero__small(0),  zero__text_of(heap, "a,b"),
      map,             zero__list(heap, some, 3),
      trial->roots[0], zero__list(heap, numbers, 3)};
  memcpy(trial->values, values, sizeof values);
}

static void open_trial(struct trial *trial) {
  zero_options options = zero_options_default();
  options.fuel = 3000;
  options.alloc = 8 << 20;
  options.stack_slots = 100000;
  char message[256] = "";
  cr_assert_eq(zero_open(&trial->vm, &options, message, sizeof message),
               ZERO_OK, "%s", message);
  cr_assert_eq(zero_load(trial->vm, "program", program, strlen(program)),
               ZERO_OK);
  find_functions(trial);
  make_values(trial);
}

/* The callers too: whether an argument is a chain depends on the callee. */
static bool all_verify(struct trial *trial) {
  char message[ZERO_FAULT_MESSAGE];
  for (unsigned i = 0; i < trial->count; i++) {
    if (!zero__verify(&trial->vm->heap, zero__code_of(trial->functions[i]),
                      message, sizeof message)) {
      return false;
    }
  }
  return true;
}

static uint64_t below(struct trial *trial, uint64_t bound) {
  return zero_random_below(&trial->random, bound);
}

static const struct zero_code *any_code(struct trial *trial) {
  return zero__code_of(trial->functions[below(trial, trial->count)]);
}

/* A bit flipped, a byte made small, or a word from anywhere. */
static uint32_t damaged(struct trial *trial, uint32_t word) {
  unsigned shift = 8 * (unsigned)below(trial, 4);
  switch (below(trial, 3)) {
    case 0:
      return word ^ UINT32_C(1) << below(trial, 32);
    case 1:
      return (word & ~(UINT32_C(0xff) << shift)) |
             (uint32_t)below(trial, 8) << shift;
    default: {
      const struct zero_code *from = any_code(trial);
      return from->instructions[below(trial, from->size)];
    }
  }
}

static void run_roots(struct trial *trial) {
  for (unsigned i = 0; i < ROOTS; i++) {
    zero_value args[2] = {trial->values[below(trial, VALUES)],
                          trial->values[below(trial, VALUES)]};
    zero_value result;
    unsigned params = zero__code_of(trial->roots[i])->params;
    zero_status status =
        zero_call(trial->vm, &result, trial->roots[i], args, params);
    cr_assert(status == ZERO_OK || status == ZERO_E_FAILED);
  }
}

Test(verified_runs, compiled_programs_verify) {
  struct trial trial = {.count = 0};
  open_trial(&trial);
  cr_assert_gt(trial.count, ROOTS);
  cr_assert(all_verify(&trial));
  zero_close(trial.vm);
}

Test(verified_runs, damage_that_is_accepted_does_no_harm) {
  struct trial trial = {.count = 0};
  zero_random_init(&trial.random, "accepted damage does no harm");
  open_trial(&trial);
  unsigned accepted = 0;
  for (int i = 0; i < MUTANTS; i++) {
    zero_value function = trial.functions[below(&trial, trial.count)];
    struct zero_code *code = zero__code_of(function);
    uint32_t *word = &code->instructions[below(&trial, code->size)];
    uint32_t whole = *word;
    *word = damaged(&trial, whole);
    if (*word != whole && all_verify(&trial)) {
      accepted++;
      run_roots(&trial);
    }
    *word = whole;
  }
  cr_assert_gt(accepted, MUTANTS / 50);
  zero_close(trial.vm);
}
