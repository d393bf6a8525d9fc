/* test_fuel.c - the cost of a program does not depend on the compiler.
 *
 * Each program runs on two VMs: in one small functions are inlined into their
 * callers, in the other each call is made. They must end alike and take the
 * same fuel; test_machine.c checks their results. ZERO_SEED repeats a run. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/session.h"
#include "support/hosting.h"
#include "support/programs.h"
#include "support/random.h"
#include "support/scale.h"

enum {
  PROGRAMS = ZERO_SCALED(2000),
  PROGRAMS_A_VM = 500, /* so that names of old programs do not pile up */
  FUEL = 1000000,
  LITTLE = 200, /* what one program in four has at most */
};

struct run {
  char code[40]; /* of the error, or "" */
  uint64_t fuel;
};

static zero_vm *open_vm(bool compiles_in) {
  zero_options options = zero_options_default();
  options.loader = NULL;
  zero_vm *vm = zero_host_open(&options);
  ((struct zero_session *)vm)->inlines = compiles_in;
  return vm;
}

/* Loads `source` and calls its main. */
static struct run run(zero_vm *vm, const char *source, uint64_t fuel) {
  struct run run = {.fuel = 0};
  zero_value unit = zero_unit(), value;
  const zero_call_options limits = {.fuel = fuel};
  zero_status status = zero_load(vm, "program", source, strlen(source));
  if (status == ZERO_OK) {
    zero_spending spent;
    status = zero_call_with(vm, &value, zero_lookup(vm, "main"), &unit, 1,
                            &limits);
    cr_assert_eq(zero_spent(vm, &spent), ZERO_OK);
    run.fuel = spent.fuel;
  }
  if (status != ZERO_OK) {
    snprintf(run.code, sizeof run.code, "%s", zero_last_error(vm)->code);
  }
  return run;
}

static bool costs_the_same(zero_vm *in, zero_vm *out, const char *source,
                           uint64_t fuel) {
  struct run a = run(in, source, fuel);
  struct run b = run(out, source, fuel);
  bool same = strcmp(a.code, b.code) == 0 && a.fuel == b.fuel;
  if (!same) {
    cr_log_error("%.3000s\ncompiled in: %" PRIu64 " %s, called: %" PRIu64
                 " %s",
                 source, a.fuel, a.code, b.fuel, b.code);
  }
  return same;
}

/* Counted by hand except fib and tak. */
Test(fuel, is_a_unit_for_each_call) {
  static const struct {
    const char *source;
    uint64_t calls;
  } programs[] = {
      {"(fn f (n) (if (< n 2) n (+ (f (- n 1)) (f (- n 2)))))"
       "(fn main (_) (f 20))", 21891},
      {"(fn t (x y z) (if (< y x) (t (t (- x 1) y z) (t (- y 1) z x)"
       " (t (- z 1) x y)) z)) (fn main (_) (t 18 12 6))", 63609},
      {"(fn odd (n) (if (= n 0) false (even (- n 1))))"
       "(fn even (n) (if (= n 0) true (odd (- n 1))))"
       "(fn main (_) (even 100))", 101},
      {"(fn id (x) x) (fn main (_) (+ (id 1) (id (id 2))))", 3},
      {"(fn main (_) (map (fn (x) x) (list 1 2 3)))", 8},
      {"(fn main (_) (filter (fn (x) x) (list 1 2 3)))", 8},
      {"(fn main (_) (each (fn (x) x) (list 1 2 3)))", 7},
      {"(fn main (_) (fold (fn (a b) (+ a b)) 0 (list 1 2 3)))", 7},
  };
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
    for (int compiles_in = 0; compiles_in < 2; compiles_in++) {
      zero_vm *vm = open_vm(compiles_in != 0);
      struct run all = run(vm, programs[i].source, FUEL);
      cr_expect_eq(all.fuel, programs[i].calls + 1, "%zu: %" PRIu64, i,
                   all.fuel);
      zero_close(vm);
    }
  }
}

Test(fuel, of_random_programs_is_that_of_their_calls, .timeout = 300) {
  struct zero_random random;
  zero_random_init(&random, "fuel of random programs");
  zero_vm *in = NULL, *out = NULL;
  unsigned differed = 0;
  for (unsigned i = 0; i < PROGRAMS && differed < 3; i++) {
    if (i % PROGRAMS_A_VM == 0) {
      zero_close(in);
      zero_close(out);
      in = open_vm(true);
      out = open_vm(false);
    }
    struct zero_program_text program;
    zero_program_make(&program, &random);
    char *source = zero_program_source(&program);
    uint64_t fuel =
        i % 4 == 0 ? zero_random_below(&random, LITTLE) + 1 : FUEL;
    differed += !costs_the_same(in, out, source, fuel);
    free(source);
    zero_program_free(&program);
  }
  zero_close(in);
  zero_close(out);
  cr_expect_eq(differed, 0);
}
