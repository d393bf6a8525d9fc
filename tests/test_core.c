/* test_core.c - lib/core: what the build says of its names is what its files
 * say, each file can be the first that is used, and using one costs nothing.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "api/session.h"
#include "check/checker.h"
#include "support/heap.h"
#include "support/hosting.h"

static int load_file(void *context, const char *path, const char *from,
                     const char **name, const char **bytes, size_t *size,
                     char *message) {
  const struct zero_core_file *file = context;
  (void)path;
  (void)from;
  (void)message;
  *name = file->name;
  *bytes = file->text;
  *size = file->size;
  return 0;
}

/* What a file exports when it is read, found by a text that imports it. */
static const struct zero_scope *exports_of(const struct zero_core_file *file,
                                           struct zero_scope *core) {
  static const char text[] = "(import \"file\")";
  struct zero_heap *heap = zero_test_heap();
  struct zero_source *source = zero__tree_alloc(heap, sizeof *source);
  struct zero_symbols *symbols = zero__tree_alloc(heap, sizeof *symbols);
  struct zero_function_node *entry;
  bool incomplete;
  struct zero_program program = {.heap = heap,
                                 .symbols = symbols,
                                 .core = core,
                                 .loader = load_file,
                                 .loader_context = (void *)(uintptr_t)file,
                                 .core_itself = true};
  *source = (struct zero_source){"test", text, sizeof text - 1, false};
  zero__reports_init(&program.reports);
  cr_assert(zero__check_program(&program, source, &entry, &incomplete),
            "%s: %s", file->name, program.reports.first->message);
  return program.names->outer;
}

Test(core, the_index_has_the_names_that_the_files_export) {
  zero_vm *vm = zero_host_open(NULL);
  unsigned exported = 0;
  cr_assert_gt(zero__core_file_count, 0);
  for (unsigned f = 0; f < zero__core_file_count; f++) {
    const struct zero_scope *names =
        exports_of(&zero__core_files[f], ((struct zero_session *)vm)->core);
    for (uint32_t i = 0; i < names->count; i++) {
      const char *name = names->entries[i].name;
      if (name[0] == '%') continue;
      exported++;
      cr_expect_eq(zero__core_exporter(name), (int)f, "%s", name);
    }
  }
  cr_expect_eq(exported, zero__core_name_count);
  for (unsigned i = 1; i < zero__core_name_count; i++) {
    cr_expect_lt(strcmp(zero__core_names[i - 1].name,
                        zero__core_names[i].name),
                 0);
  }
  cr_expect_eq(zero__core_exporter("%map-onto"), -1);
  cr_expect_eq(zero__core_exporter(""), -1);
  zero_close(vm);
}

Test(core, any_name_may_be_the_first_that_is_used) {
  for (unsigned i = 0; i < zero__core_name_count; i++) {
    zero_vm *vm = zero_host_open(NULL);
    const char *name = zero__core_names[i].name;
    zero_value function = zero_lookup(vm, name);
    cr_assert(!zero_is_none(function), "%s", name);
    cr_expect(zero__same(function, zero_lookup(vm, name)), "%s", name);
    zero_close(vm);
  }
}

/* --- what it costs ------------------------------------------------------- */

static const char use[] =
    "(list (map (fn (x) (+ x 1)) (list 1 2)) (list-take (list 1 2) 1)"
    " (text-lines (type-of 1)) (option-map (fn (x) x) (option-some 1)))";

static zero_status evaluate(zero_vm *vm, zero_value *result,
                            const zero_value *args, size_t count,
                            void *context) {
  (void)args;
  (void)count;
  (void)context;
  return zero_eval(vm, result, NULL, "use", use, strlen(use));
}

static zero_spending spent_by_use(zero_vm *vm) {
  zero_value value;
  zero_spending spent;
  const zero_call_options options = {0};
  zero_status status = zero_call_with(vm, &value, zero_lookup(vm, "evaluate"),
                                      NULL, 0, &options);
  cr_assert_eq(status, ZERO_OK, "%s", zero_last_error(vm)->message);
  cr_assert_eq(zero_spent(vm, &spent), ZERO_OK);
  return spent;
}

Test(core, the_first_use_costs_what_any_other_does) {
  zero_vm *vm = zero_host_open(NULL);
  zero_definition definition = {.name = "evaluate",
                                .function = evaluate,
                                .result = "Any",
                                .max_args = 0};
  zero_host_define(vm, &definition);
  zero_spending first = spent_by_use(vm);
  zero_spending second = spent_by_use(vm);
  cr_expect_eq(first.fuel, second.fuel);
  cr_expect_eq(first.alloc, second.alloc);
  cr_expect_gt(second.alloc, 0);
  zero_close(vm);
}

Test(core, limits_do_not_stop_it) {
  zero_options options = zero_options_default();
  options.alloc = 40 << 10; /* all of lib/core that is used takes more */
  zero_vm *vm = zero_host_open(&options);
  zero_value value;
  cr_expect_eq(zero_eval(vm, &value, NULL, "use", use, strlen(use)), ZERO_OK);
  zero_close(vm);
}
