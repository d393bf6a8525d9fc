/* test_source_limits.c - how large a text may be, and that reading, checking
 * and compiling look for a deadline or an interrupt on their way through one.
 * Work is counted, not timed: a callback of the test sees how many units were
 * done since its last call, and how many there were in all. A pass over a text
 * that does not count its work is missing from the sum. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/session.h"
#include "read/source.h"
#include "support/hosting.h"
#include "support/scale.h"

enum {
  BYTES = ZERO_SCALED(8000000),
  ITEMS = BYTES / 40,
  MOST = 2 * ZERO_SLICE, /* charged before a look, of which half is done */
};

/* --- how large ------------------------------------------------------------ */

static zero_vm *open_with(zero_loader *loader) {
  zero_options options = zero_options_default();
  options.loader = loader;
  return zero_host_open(&options);
}

static void expect_too_large(zero_vm *vm, zero_status status,
                             const char *file, uint32_t column) {
  cr_assert_eq(status, ZERO_E_SOURCE);
  const zero_error *error = zero_last_error(vm);
  cr_expect_str_eq(error->code, "SYNTAX_TOO_LARGE");
  cr_expect_str_eq(error->location.file, file);
  cr_expect_eq(error->location.line, 1);
  cr_expect_eq(error->location.column, column);
  cr_expect_null(error->next);
}

Test(source_limits, a_larger_text_is_an_error_and_its_bytes_are_not_touched) {
  zero_vm *vm = open_with(NULL);
  zero_value value;
  int incomplete;
  size_t size = ZERO_SOURCE_MAX + 1;
  expect_too_large(vm, zero_load(vm, "big", "", size), "big", 1);
  expect_too_large(vm, zero_check(vm, "big", "", SIZE_MAX), "big", 1);
  expect_too_large(vm, zero_eval(vm, &value, &incomplete, "big", "", size),
                   "big", 1);
  cr_expect_not(incomplete);
  zero_close(vm);
}

/* Everything is there and too large. */
static int load_large(void *context, const char *path, const char *from,
                      const char **name, const char **bytes, size_t *size,
                      char *message, size_t message_room) {
  (void)context, (void)from, (void)message, (void)message_room;
  *name = path;
  *bytes = "";
  *size = SIZE_MAX;
  return 0;
}

Test(source_limits, so_is_one_that_a_loader_returns) {
  zero_vm *vm = open_with(load_large);
  static const char file[] = "(import \"x\")";
  expect_too_large(vm, zero_load(vm, "a", file, strlen(file)), "a", 9);
  cr_expect_str_eq(zero_last_error(vm)->message,
                   "'x' is larger than the 64 MiB that are allowed");
  static const char package[] = "(import \"pkg:x\")";
  zero_status status = zero_load(vm, "a", package, strlen(package));
  cr_assert_eq(status, ZERO_E_SOURCE);
  cr_expect_str_eq(zero_last_error(vm)->code, "SYNTAX_TOO_LARGE");
  cr_expect_str_eq(zero_last_error(vm)->message,
                   "'0x0.lock' is larger than the 64 MiB that are allowed");
  zero_close(vm);
}

static zero_status load_repeated(zero_vm *vm, size_t count, char character) {
  char *text = malloc(count);
  memset(text, character, count);
  zero_status status = zero_load(vm, "long", text, count);
  free(text);
  return status;
}

Test(source_limits, a_name_or_number_has_at_most_8192_bytes) {
  zero_vm *vm = open_with(NULL);
  cr_expect_eq(load_repeated(vm, 8192, 'x'), ZERO_E_SOURCE);
  cr_expect_str_eq(zero_last_error(vm)->code, "FORM_UNKNOWN");
  cr_expect_eq(load_repeated(vm, 8193, 'x'), ZERO_E_SOURCE);
  cr_expect_str_eq(zero_last_error(vm)->code, "SYNTAX_SYMBOL");
  cr_expect_not_null(
      strstr(zero_last_error(vm)->message,
             "xxx... is longer than 8192 bytes, the limit of a name or "
             "number"));
  cr_expect_eq(load_repeated(vm, 8193, '0'), ZERO_E_SOURCE);
  cr_expect_str_eq(zero_last_error(vm)->code, "SYNTAX_INTEGER");
  zero_close(vm);
}

static void expect_suggestion(const zero_error *error, bool suggested) {
  bool found = strstr(error->message, "did you mean") != NULL;
  cr_expect_eq(found, suggested, "%s", error->message);
}

Test(source_limits, the_first_errors_are_told_and_the_others_counted) {
  enum { ERRORS = 3000, TOLD = 50, SUGGESTED = 10 };
  zero_vm *vm = open_with(NULL);
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  fputs("(fn name (x) x)", file);
  for (int i = 0; i < ERRORS; i++) fputs("(naem 1)", file);
  fclose(file);
  zero_value value;
  cr_assert_eq(zero_eval(vm, &value, NULL, "a", text, size), ZERO_E_SOURCE);
  const zero_error *error = zero_last_error(vm);
  for (int i = 1; i < TOLD; i++, error = error->next) {
    cr_assert_not_null(error);
    cr_expect_eq(error->more, 0);
    expect_suggestion(error, i <= SUGGESTED);
  }
  cr_expect_null(error->next);
  cr_expect_eq(error->more, ERRORS - TOLD);
  zero_close(vm);
  free(text);
}

/* A list of literals and one other form: neither a line for each of them, nor
 * its nodes once it is compiled. */
Test(source_limits, of_a_long_list_the_code_is_kept_and_no_more) {
  enum { LITERALS = 10000, LINES = 8 };
  zero_vm *vm = open_with(NULL);
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  fputs("(ƒ long () (list (+ 1 1)", file);
  for (int i = 0; i < LITERALS; i++) fputs(" 1", file);
  fputs("))", file);
  fclose(file);
  cr_assert_eq(zero_load(vm, "a", text, size), ZERO_OK);
  const struct zero_code *code = zero__code_of(zero_lookup(vm, "long"));
  cr_expect_leq(code->line_count, LINES);
  const struct zero_scope *names = ((struct zero_session *)vm)->names;
  cr_expect_null(zero__scope_get(names, "long")->node);
  static const char call[] = "(len (long))";
  zero_value value;
  int64_t length;
  cr_assert_eq(zero_eval(vm, &value, NULL, "a", call, strlen(call)), ZERO_OK);
  cr_assert(zero_to_i64(&length, value));
  cr_expect_eq(length, LITERALS + 1);
  zero_close(vm);
  free(text);
}

/* --- work ----------------------------------------------------------------- */

static struct {
  uint64_t looks;
  uint64_t units; /* in all */
  uint64_t most;  /* between two looks */
  uint64_t stop;  /* the look at which to interrupt, 0: none */
} work;

static void count(struct zero_heap *heap) {
  work.looks++;
  uint64_t units = (uint64_t)(ZERO_SLICE - heap->fuel);
  work.units += units;
  if (units > work.most) work.most = units;
  if (work.looks == work.stop) zero_interrupt((zero_vm *)heap);
  zero__look(heap);
}

/* A text: `before`, `count` times `part` with a number for each %u, `after`.
 * Work on it is at least `passes` over its bytes and `units` for each part. */
struct input {
  const char *claim;
  const char *before;
  const char *part;
  const char *after;
  uint32_t count;
  unsigned passes;
  unsigned units;
};

/* Reading is: a copy, a check of its encoding, a pass over each character. */
static const struct input inputs[] = {
    {"a comment", ";", "c", "\n1", BYTES, 3, 0},
    {"space", "", " ", "1", BYTES, 2, 1},
    {"one long name", "", "n", "", BYTES, 3, 0},
    {"one long number", "", "1", "", BYTES, 3, 0},
    {"a text, which is copied", "\"", "t", "\"", BYTES, 4, 0},
    {"a text of escapes", "\"", "\\n", "\"", BYTES / 4, 3, 1},
    {"a text without end", "\"", "t", "", BYTES, 4, 0},
    {"brackets that close nothing", "1", ")", "", BYTES, 3, 0},
    {"open brackets", "", "(", "", BYTES, 2, 0},
    {"open data", "", "(list ", "", BYTES / 8, 2, 5},
    {"a list of literals", "(list", " 1", ")", BYTES / 8, 2, 4},
    {"a list of anything", "(list (+ 1 1)", " 1", ")", BYTES / 40, 2, 13},
    {"many forms", "", "(+ 1 1)", "", ITEMS, 2, 32},
    {"many names", "(do", " (≔ ((name%u 1)) name%u)", ")", ITEMS, 2, 50},
    {"many functions", "", "(ƒ f%u (x) (f%u x))", "", ITEMS, 2, 55},
    {"a match of many clauses", "(match 1", " (%u %u)", ")", ITEMS, 2, 28},
    {"many lambdas", "(do", " (ƒ (x) x)", ")", ITEMS, 2, 34},
    {"many errors", "", "(error%u %u)\n", "", ITEMS, 2, 18},
    {"errors far down", "", "\n", "(naem)(naem)(naem)", BYTES, 2, 2},
    {"one function defined often", "", "(ƒ f (x) x)\n", "", ITEMS, 2, 30},
};

enum { INPUTS = sizeof inputs / sizeof *inputs };

/* The caller frees it. */
static char *text_of(const struct input *input, size_t *size) {
  char *text;
  FILE *file = open_memstream(&text, size);
  fputs(input->before, file);
  for (unsigned i = 0; i < input->count; i++) {
    const char *part = input->part;
    for (; *part != '\0'; part++) {
      if (strncmp(part, "%u", 2) != 0) {
        fputc(*part, file);
      } else {
        fprintf(file, "%u", i);
        part++;
      }
    }
  }
  fputs(input->after, file);
  fclose(file);
  return text;
}

/* Every import is the same small text under a name of its own. */
static int load_small(void *context, const char *path, const char *from,
                      const char **name, const char **bytes, size_t *size,
                      char *message, size_t message_room) {
  (void)context, (void)from, (void)message, (void)message_room;
  *name = path;
  *bytes = strcmp(path, "0x0.lock") == 0 ? "" : "(ƒ f () 1)";
  *size = strlen(*bytes);
  return 0;
}

/* Evaluates the text in a VM of its own and says what that came to. */
static zero_status evaluate(const char *text, size_t size, uint64_t stop) {
  zero_vm *vm = open_with(load_small);
  zero_value value;
  memset(&work, 0, sizeof work);
  work.stop = stop;
  vm->heap.look = count;
  zero_status status = zero_eval(vm, &value, NULL, "big", text, size);
  zero_close(vm);
  return status;
}

Test(source_limits, a_look_is_never_far) {
  for (unsigned i = 0; i < INPUTS; i++) {
    const struct input *input = &inputs[i];
    size_t size;
    char *text = text_of(input, &size);
    evaluate(text, size, 0);
    uint64_t least = (uint64_t)size / ZERO_UNIT_BYTES * input->passes +
                     (uint64_t)input->count * input->units;
    cr_expect_leq(work.most, MOST, "%s: %zu units between two looks",
                  input->claim, (size_t)work.most);
    cr_expect_geq(work.units + MOST, least, "%s: %zu units are less than %zu",
                  input->claim, (size_t)work.units, (size_t)least);
    free(text);
  }
}

/* Work that was more than linear once, and everything names are looked up
 * for. */
static const struct input growing[] = {
    {"functions that call one another", "",
     "(ƒ f%u (x) (f%u (f%u (f%u x))))\n", "", 500, 0, 0},
    {"misspelt names", "", "(ƒ function-%u (x) (fucntion-%u x))\n", "", 500,
     0, 0},
    {"misspelt exports", "", "(↦ fxction-%u)(ƒ function-%u (x) x)\n", "", 500,
     0, 0},
    {"handles used too late", "", "(ƒ f%u (h) (do (handle-close h) h))\n", "",
     500, 0, 0},
    {"imports", "", "(import \"m%u\" m%u)", "", 500, 0, 0},
    {"packages", "", "(import \"pkg:core-option\" m%u)", "", 500, 0, 0},
    {"names of failed imports", "", "(import \"m%u\")(ƒ f%u () m%u.x)", "",
     500, 0, 0},
    {"nested names", "", "(≔ ((a%u 1)) a%u) (match %u (b%u b%u))", "", 500, 0,
     0},
};

static uint64_t units_of(struct input input, uint32_t count) {
  size_t size;
  input.count = count;
  char *text = text_of(&input, &size);
  evaluate(text, size, 0);
  free(text);
  return work.units;
}

Test(source_limits, the_work_grows_as_the_text_does) {
  for (size_t i = 0; i < sizeof growing / sizeof *growing; i++) {
    const struct input *input = &growing[i];
    uint64_t least = units_of(*input, 0);
    uint64_t once = units_of(*input, input->count) - least;
    uint64_t four = units_of(*input, input->count * 4) - least;
    cr_expect_leq(four, once * 5, "%s: %zu units, then %zu", input->claim,
                  (size_t)once, (size_t)four);
  }
}

/* Each call of theirs may be inlined, and those of inlined code: the sum stays
 * in proportion to the function. */
Test(source_limits, small_functions_that_call_one_another_stay_small) {
  enum { FUNCTIONS = 1000, UNITS = 750 };
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  for (unsigned i = 0; i < FUNCTIONS; i++) {
    fprintf(file, "(ƒ f%u (x) (f%u (f%u x)))", i, (i * 619 + 13) % FUNCTIONS,
            (i + 1) % FUNCTIONS);
  }
  fclose(file);
  evaluate(text, size, 0);
  cr_expect_leq(work.units, FUNCTIONS * UNITS, "%zu units for %u functions",
                (size_t)work.units, FUNCTIONS);
  free(text);
}

/* Stops each at a few of its checks: nothing runs afterwards. */
Test(source_limits, an_interrupt_stops_what_is_loaded) {
  for (unsigned i = 0; i < INPUTS; i++) {
    size_t size;
    struct input input = inputs[i];
    input.count /= 16;
    char *text = text_of(&input, &size);
    evaluate(text, size, 0);
    uint64_t looks = work.looks;
    for (uint64_t stop = 1; stop <= looks; stop += 1 + looks / 5) {
      cr_expect_eq(evaluate(text, size, stop), ZERO_E_FAILED,
                   "%s: look %zu", input.claim, (size_t)stop);
      cr_expect_eq(work.looks, stop, "%s: look %zu", input.claim,
                   (size_t)stop);
    }
    free(text);
  }
}
