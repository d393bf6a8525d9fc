/* test_limits.c - no builtin keeps a limit waiting.
 *
 * Each row of abi/builtins.tsv has a row in support/limits.c: what calls it
 * with large arguments, and what that must visit. The test counts the polls,
 * at which deadline, interrupt and fuel are looked at, and the units charged
 * between two of them. */
#include <criterion/criterion.h>
#include <string.h>

#include "facts/gen/builtins.h"
#include "support/limits.h"
#include "vm/builtins.h"

enum {
  N = 1 << 17,          /* the size of the arguments */
  GAP = 2 * ZERO_SLICE, /* charged before a poll, of which half is not done */
  SLACK = 64,
};

/* Of the world outside, which tests/test_limits_host.c is about. */
static bool is_of_host(const struct zero_builtin *builtin) {
  const uint32_t here = ZERO_CAPABILITY_IO | ZERO_CAPABILITY_TIME |
                        ZERO_CAPABILITY_RANDOM;
  return (builtin->capability & ~here) != 0;
}

/* What the counting poll saw. */
static uint64_t polls;
static uint64_t charged;
static uint64_t widest;

static void counting_poll(struct zero_heap *heap) {
  uint64_t gap = (uint64_t)(ZERO_SLICE - heap->fuel);
  polls++;
  charged += gap;
  if (gap > widest) widest = gap;
  zero__poll((zero_vm *)heap);
}

static void swallow(void *context, const char *bytes, size_t size) {
  (void)context;
  (void)bytes;
  (void)size;
}

static void run(zero_vm *vm, const zero_value *args,
                const struct zero_limit_row *row) {
  zero_value function = zero_limit_call(vm, row), result;
  uint64_t work = row->work * (N / 1024);
  const struct zero_limits limits = {
      .fuel = UINT64_MAX >> 1,
      .deadline = UINT64_MAX,
      .heap = UINT64_MAX,
      .output = UINT64_MAX,
      .alloc = UINT64_MAX,
  };
  zero__begin_call(vm, &limits);
  vm->heap.poll = counting_poll;
  vm->heap.fuel = 0;
  polls = charged = widest = 0;
  int code = zero__vm_try_call(vm, &result, function, args,
                                ZERO_LIMIT_INPUTS);
  cr_expect_eq(code, 0, "%s: %s", row->call, vm->heap.fault.message);
  charged += (uint64_t)(ZERO_SLICE - vm->heap.fuel);
  cr_expect_geq(charged + SLACK, work, "%s charges %llu of %llu", row->call,
                (unsigned long long)charged, (unsigned long long)work);
  cr_expect_leq(widest, GAP, "%s charges %llu at once", row->call,
                (unsigned long long)widest);
  cr_expect_geq(polls, work / GAP, "%s", row->call);
}

static zero_vm *open_all(void) {
  zero_vm *vm;
  zero_options options = zero_options_default();
  options.capabilities = "io time random";
  options.output = swallow;
  cr_assert_eq(zero_open(&vm, &options, NULL, 0), ZERO_OK);
  return vm;
}

Test(limits, nothing_walks_for_longer_than_a_slice, .timeout = 120) {
  zero_vm *vm = open_all();
  zero_value args[ZERO_LIMIT_INPUTS];
  zero_limit_inputs(vm, N, args);
  for (unsigned i = 0; i < zero_limit_row_count; i++) {
    if (zero_limit_rows[i].call != NULL) run(vm, args, &zero_limit_rows[i]);
  }
  zero_close(vm);
}

static bool has_row(const char *name) {
  for (unsigned i = 0; i < zero_limit_row_count; i++) {
    const char *row = zero_limit_rows[i].name;
    if (row != NULL && strcmp(row, name) == 0) return true;
  }
  return false;
}

Test(limits, each_builtin_has_a_row) {
  for (unsigned i = 0; i < zero__builtin_count; i++) {
    const struct zero_builtin *builtin = &zero__builtins[i];
    if (builtin->hidden || is_of_host(builtin)) continue;
    cr_expect(has_row(builtin->name), "%s", builtin->name);
  }
}
