/* test_builtins.c - what holds for every builtin of the table. */
#include <criterion/criterion.h>

#include "compile/code.h"
#include "handle/handle.h"
#include "support/folder.h"
#include "support/random.h"
#include "support/scale.h"
#include "support/session.h"
#include "support/values.h"
#include "value/record.h"

enum {
  ROUNDS = ZERO_SCALED(400),    /* calls of each builtin */
  ARGS_MOST = 4,
  FUEL = 10000,
  WAIT_MS = 20,    /* what a builtin may wait, and poll for ever else */
  ALLOC = 1 << 20, /* bytes a call may allocate */
};

/* What is called with anything keeps to a folder of its own. */
static void setup_folder(void) {
  zero_test_session();
  zero_test_folder(vm);
}

static void teardown_folder(void) {
  zero_test_folder_end(vm);
}

TestSuite(builtins, .init = zero_test_session);

Test(builtins, a_row_has_a_function_unless_lib_core_has_it) {
  for (unsigned i = 0; i < zero__builtin_count; i++) {
    cr_expect_eq(zero__builtin_functions[i] == NULL,
                 zero__builtins[i].how == ZERO_HOW_CORE, "%s",
                 zero__builtins[i].name);
  }
}

Test(builtins, a_function_tells_how_many_arguments_it_takes) {
  EXPECT("2", ARITY, zero__builtin_stub(&vm->heap, ZERO_BUILTIN_NTH));
  EXPECT("TYPE_MISMATCH: arity: argument 1 must be Function, found I64 1",
         ARITY, I(1));
}

/* What may not be called with anything: it trusts the compiler that names
 * it. */
static bool is_trusted(unsigned index) {
  switch (index) {
    case ZERO_BUILTIN_PUSH:
    case ZERO_BUILTIN_FINISH:
    case ZERO_BUILTIN_APPLY:
      return true;
    default:
      return zero__builtin_functions[index] == NULL;
  }
}

/* A value that a builtin may well have been made for. */
static zero_value any_argument(struct zero_random *random) {
  static const char *const words[] = {"Option", "Map",  "Bytes", "some",
                                      "bytes",  "value", "NFC",  ""};
  switch (zero_random_below(random, 8)) {
    case 0:
      return I((int64_t)zero_random_below(random, 5) - 1);
    case 1:
      return I((int64_t)zero_random_next(random));
    case 2:
      return T(words[zero_random_below(random, 8)]);
    case 3:
      return zero_test_long_text(
          vm, zero_random_below(random, ZERO_SCALED(100000)));
    case 4:
      return zero_test_numbers(
          vm, (int64_t)zero_random_below(random, 2000));
    case 5:
      return zero_family_value(
          &vm->heap, random, 5 + (int)zero_random_below(random, 5));
    case 6:
      return zero__tail(&vm->heap,
                        zero_family_value(
                            &vm->heap, random,
                            5 + (int)zero_random_below(random, 5)));
    default:
      return zero_any_value(&vm->heap, random);
  }
}

static unsigned any_count(struct zero_random *random,
                          const struct zero_builtin *row) {
  unsigned most = row->max < ARGS_MOST ? row->max : ARGS_MOST;
  return row->min + (unsigned)zero_random_below(random, most - row->min + 1);
}

/* Any arguments, little fuel, time and memory: a value, or a code of the tables
 * with a sentence that is the program's own or says something, and no memory
 * beyond what was granted. */
Test(builtins, any_arguments_give_a_value_or_a_code, .timeout = 60,
     .init = setup_folder, .fini = teardown_folder) {
  struct zero_random random;
  zero_random_init(&random, "a value or a code");
  for (unsigned i = 0; i < zero__builtin_count; i++) {
    if (is_trusted(i)) continue;
    for (int round = 0; round < ROUNDS; round++) {
      zero_value args[ARGS_MOST];
      unsigned count = any_count(&random, &zero__builtins[i]);
      for (unsigned a = 0; a < count; a++) args[a] = any_argument(&random);
      zero_test_fuel(vm, FUEL);
      vm->limits.deadline = zero__deadline_after(WAIT_MS);
      zero__heap_limit(&vm->heap, ALLOC);
      uint64_t before = zero__heap_allocated(&vm->heap);
      zero_value answer = zero_test_builtin(vm, i, args, count);
      cr_assert_leq(zero__heap_allocated(&vm->heap) - before, ALLOC);
      zero_test_fuel(vm, UINT64_MAX);
      zero__handles_close(vm, NULL, NULL);
      if (!zero_is_none(answer)) continue;
      const struct zero_code_fact *fact =
          zero__code_fact(vm->heap.fault.code);
      cr_assert_not_null(fact, "%s", zero__builtins[i].name);
      bool own = vm->heap.fault.value != 0 ||
                 fact->code == ZERO_CODE_PANIC;
      cr_assert(own || vm->heap.fault.message[0] != '\0');
    }
  }
}
