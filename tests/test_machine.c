/* test_machine.c - the machine against a plain evaluator of the same nodes.
 *
 * Random programs and the language's fixtures are run by both; the printed
 * value or the code of the error must agree. If a budget is spent, or the
 * language leaves the result open, the program is skipped and counted.
 *
 * ZERO_SEED repeats a run; ZERO_PROGRAMS says how many programs. The default
 * is 5,000, and 1,000 under AddressSanitizer, where each takes longer. */
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/code.h"
#include "support/hosting.h"
#include "support/oracle.h"
#include "support/programs.h"
#include "support/scale.h"
#include "zero.h"

#if defined(__SANITIZE_ADDRESS__)
#define PROGRAMS 1000
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PROGRAMS 1000
#endif
#endif
#ifndef PROGRAMS
#define PROGRAMS ZERO_SCALED(5000)
#endif

enum {
  ORACLE_STEPS = 400000,
  MACHINE_FUEL = 4000000,
  PROGRAMS_A_VM = 500, /* so that names of old programs do not pile up */
};

struct pair {
  struct zero_oracle *oracle;
  zero_vm *vm;
};

/* --- the machine's answer ----------------------------------------------- */

static zero_vm *open_vm(void) {
  zero_options options = zero_options_default();
  options.fuel = MACHINE_FUEL;
  options.loader = NULL;
  return zero_host_open(&options);
}

/* Codes that say nothing about the program: its budget is spent, or it
 * passes a limit of the bytecode that the oracle has not. */
static bool is_open(const char *code) {
  return strcmp(code, "FUEL_SPENT") == 0 ||
         strcmp(code, "LIMIT_FUNCTION") == 0;
}

static struct zero_answer machine_error(zero_vm *vm, zero_status status) {
  const char *code = zero_last_error(vm)->code;
  struct zero_answer answer = {.text = strdup(code)};
  answer.kind = is_open(code)               ? ZERO_ANSWER_NONE
                : status == ZERO_E_SOURCE ? ZERO_ANSWER_REFUSED
                                          : ZERO_ANSWER_ERROR;
  return answer;
}

/* The machine's printer and the oracle's must say the same, if no context
 * is left out. */
static struct zero_answer machine_value(struct pair *pair, zero_value value) {
  struct zero_answer answer = {ZERO_ANSWER_VALUE, NULL};
  pair->vm->heap.fuel = INT32_MAX; /* what is read here is in no call */
  answer.text = zero_oracle_print(pair->oracle, &pair->vm->heap, value);
  struct zero_test_bytes printed = {0};
  zero_status status = zero_print(pair->vm, value, zero_test_keep, &printed);
  if (status == ZERO_OK && strstr(answer.text, "…") == NULL &&
      strcmp(answer.text, printed.bytes) != 0) {
    free(answer.text);
    answer.text = printed.bytes;
    return answer;
  }
  free(printed.bytes);
  return answer;
}

static struct zero_answer run_machine(struct pair *pair, const char *source) {
  zero_vm *vm = pair->vm;
  zero_status status = zero_load(vm, "program", source, strlen(source));
  if (status != ZERO_OK) return machine_error(vm, status);
  zero_value function = zero_lookup(vm, "main");
  if (zero_is_none(function)) {
    return (struct zero_answer){ZERO_ANSWER_REFUSED, strdup("MAIN_MISSING")};
  }
  zero_value unit = zero_unit();
  zero_value value;
  status = zero_call(vm, &value, function, &unit,
                     strstr(source, "main ()") == NULL ? 1 : 0);
  if (status != ZERO_OK) return machine_error(vm, status);
  return machine_value(pair, value);
}

/* --- comparing ---------------------------------------------------------- */

enum outcome { AGREED, SKIPPED, DIFFERED };

/* If the oracle has no result there is nothing to compare, and a value too
 * large for its budget would be too large to print here too. A program the
 * checker refuses is not a test, but must be refused by both. */
static enum outcome compare(struct pair *pair, const char *source,
                            struct zero_answer *machine,
                            struct zero_answer *oracle) {
  *oracle =
      zero_oracle_run(pair->oracle, source, strlen(source), ORACLE_STEPS);
  *machine = oracle->kind == ZERO_ANSWER_NONE
                 ? (struct zero_answer){ZERO_ANSWER_NONE, NULL}
                 : run_machine(pair, source);
  if (machine->kind == ZERO_ANSWER_NONE || oracle->kind == ZERO_ANSWER_NONE ||
      machine->kind == ZERO_ANSWER_REFUSED) {
    bool alone = machine->kind == ZERO_ANSWER_REFUSED &&
                 oracle->kind != ZERO_ANSWER_REFUSED;
    return alone ? DIFFERED : SKIPPED;
  }
  bool same = machine->kind == oracle->kind &&
              strcmp(machine->text, oracle->text) == 0;
  return same ? AGREED : DIFFERED;
}

static enum outcome outcome_of(struct pair *pair, const char *source) {
  struct zero_answer machine;
  struct zero_answer oracle;
  enum outcome outcome = compare(pair, source, &machine, &oracle);
  free(machine.text);
  free(oracle.text);
  return outcome;
}

/* Makes the program smaller as long as the results still differ: a function
 * that is not needed returns 0. */
static void minimise(struct pair *pair, struct zero_program_text *program) {
  for (unsigned i = 0; i < program->count; i++) {
    char *body = program->parts[i].body;
    program->parts[i].body = strdup("0");
    char *source = zero_program_source(program);
    if (outcome_of(pair, source) == DIFFERED) {
      free(body);
    } else {
      free(program->parts[i].body);
      program->parts[i].body = body;
    }
    free(source);
  }
}

static void show_difference(struct pair *pair, const char *source) {
  struct zero_answer machine;
  struct zero_answer oracle;
  compare(pair, source, &machine, &oracle);
  fprintf(stderr, "%s\nmachine: %s\noracle:  %s\n", source, machine.text,
          oracle.text);
  free(machine.text);
  free(oracle.text);
}

/* --- random programs ---------------------------------------------------- */

static unsigned long wanted(void) {
  const char *text = getenv("ZERO_PROGRAMS");
  return text == NULL ? PROGRAMS : strtoul(text, NULL, 10);
}

static enum outcome try_program(struct pair *pair,
                                struct zero_random *random) {
  struct zero_program_text program;
  zero_program_make(&program, random);
  char *source = zero_program_source(&program);
  enum outcome outcome = outcome_of(pair, source);
  if (outcome == DIFFERED) {
    minimise(pair, &program);
    free(source);
    source = zero_program_source(&program);
    show_difference(pair, source);
  }
  free(source);
  zero_program_free(&program);
  return outcome;
}

Test(machine, runs_programs_as_a_plain_evaluator_does, .timeout = 600) {
  struct pair pair = {.oracle = zero_oracle_new()};
  cr_assert_not_null(pair.oracle);
  struct zero_random random;
  zero_random_init(&random, "the machine agrees with a plain evaluator");
  unsigned long count = wanted();
  unsigned long outcomes[3] = {0, 0, 0};
  for (unsigned long i = 0; i < count && outcomes[DIFFERED] < 5; i++) {
    if (i % PROGRAMS_A_VM == 0) {
      zero_close(pair.vm);
      pair.vm = open_vm();
    }
    outcomes[try_program(&pair, &random)]++;
  }
  zero_close(pair.vm);
  cr_expect_eq(outcomes[DIFFERED], 0);
  cr_expect_lt(outcomes[SKIPPED] * 50, count + 50 * ZERO_SLOWNESS,
               "%lu of %lu skipped", outcomes[SKIPPED], count);
}

/* --- fixtures ----------------------------------------------------------- */

/* Lines of a fixture that its result depends on and an oracle lacks. */
static const char *const foreign[] = {
    ";; output:", ";; exit:",   ";; input:", ";; args:",  ";; allow:",
    ";; fuel:",   ";; alloc:",  ";; heap:",  ";; stack:", ";; deadline:",
    "(↥ ",        "(import ",   "(print ",   "(exit ",    "(panic ",
    "(argv)",     "(clock)",    "(now)",     "(random ",  "(read-line)",
    "(key-",      "(evidence-", "(file-",   "(directory-",
};

static struct pair fixtures; /* nftw has no context */
static unsigned long fixture_outcomes[3];

static bool is_foreign(const char *source) {
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
    if (strstr(source, foreign[i]) != NULL) return true;
  }
  return false;
}

/* The text of a file without NUL, or NULL. */
static char *read_text(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) return NULL;
  char *text = calloc(1, 1 << 16);
  size_t size = fread(text, 1, (1 << 16) - 1, file);
  bool whole = feof(file) && strlen(text) == size;
  fclose(file);
  if (whole) return text;
  free(text);
  return NULL;
}

static int try_fixture(const char *path, const struct stat *facts, int type,
                       struct FTW *place) {
  (void)facts;
  (void)place;
  const char *end = strrchr(path, '.');
  if (type != FTW_F || end == NULL || strcmp(end, ".0x0") != 0) return 0;
  char *source = read_text(path);
  if (source == NULL) return 0;
  if (!is_foreign(source)) {
    fixtures.vm = open_vm(); /* a main of before must not be found */
    enum outcome outcome = outcome_of(&fixtures, source);
    if (outcome == DIFFERED) {
      fprintf(stderr, "%s:\n", path);
      show_difference(&fixtures, source);
    }
    fixture_outcomes[outcome]++;
    zero_close(fixtures.vm);
  }
  free(source);
  return 0;
}

Test(machine, runs_the_fixtures_as_a_plain_evaluator_does, .timeout = 120) {
  fixtures.oracle = zero_oracle_new();
  cr_assert_not_null(fixtures.oracle);
  cr_assert_eq(nftw("smoke", try_fixture, 16, FTW_PHYS), 0);
  cr_expect_eq(fixture_outcomes[DIFFERED], 0);
  cr_expect_gt(fixture_outcomes[AGREED], 10);
}
