/* fuzz_inlined.c - a random program with its small functions compiled into
 * their callers, and with each call made: result, error, output and fuel are
 * the same. The places that errors name need not be: a loop that was compiled
 * in is in its caller. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "../support/programs.h"
#include "../support/random.h"
#include "api/session.h"

enum { MUCH = 20000, LITTLE = 256 }; /* fuel */

struct run {
  zero_status status;
  struct zero_fuzz_text output;
  struct zero_fuzz_text said; /* the result printed, or the error */
  zero_spending spent;
};

static void say(struct run *run, const char *text) {
  zero_fuzz_take(&run->said, text, strlen(text));
}

/* Leaves out what follows `entry` up to the end of its list. */
static void blank(char *text, const char *entry) {
  while ((text = strstr(text, entry)) != NULL) {
    for (text += strlen(entry); *text != ')' && *text != '\0'; text++) {
      *text = '.';
    }
  }
}

/* Of two places one may be longer. */
static void without_places(struct zero_fuzz_text *said) {
  char *to = said->bytes;
  blank(said->bytes, "(list \"at\" ");
  blank(said->bytes, "(list \"function\" ");
  for (const char *from = to; *from != '\0'; from++) {
    if (*from != '.') *to++ = *from;
  }
  *to = '\0';
  said->size = (size_t)(to - said->bytes);
}

static void say_error(zero_vm *vm, struct run *run) {
  say(run, zero_fuzz_code(vm, run->status));
  say(run, ": ");
  say(run, zero_last_error(vm)->message);
}

static struct run run(struct zero_fuzz_vm *holder, bool compiles_in,
                      const char *source, uint64_t fuel) {
  static struct zero_fuzz_text output;
  zero_options options = zero_options_default();
  options.loader = NULL;
  options.output = zero_fuzz_take;
  options.output_context = &output;
  zero_vm *vm = zero_fuzz_open(holder, &options);
  ((struct zero_session *)vm)->inlines = compiles_in;
  struct run run = {.status = zero_load(vm, "fuzz", source, strlen(source))};
  zero_value unit = zero_unit(), value = {0};
  const zero_call_options limits = {.fuel = fuel, .output_bytes = 4096};
  if (run.status == ZERO_OK) {
    run.status = zero_call_with(vm, &value, zero_lookup(vm, "main"), &unit,
                                1, &limits);
    ZERO_LAW(zero_spent(vm, &run.spent) == ZERO_OK, "spent");
  }
  if (run.status == ZERO_OK) {
    zero_status status = zero_print(vm, value, zero_fuzz_take, &run.said);
    ZERO_LAW(status == ZERO_OK, "%s", source);
  } else {
    say_error(vm, &run);
  }
  without_places(&run.said);
  run.output = output;
  output = (struct zero_fuzz_text){NULL, 0};
  return run;
}

static bool same(const struct zero_fuzz_text *a,
                 const struct zero_fuzz_text *b) {
  return a->size == b->size &&
         (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  static struct zero_fuzz_vm holders[2];
  struct zero_program_text program;
  struct zero_random random;
  zero_random_from(&random, bytes, size);
  uint64_t fuel = zero_random_below(&random, 4) > 0
                      ? MUCH
                      : 1 + zero_random_below(&random, LITTLE);
  zero_program_make(&program, &random);
  char *source = zero_program_source(&program);
  struct run in = run(&holders[0], true, source, fuel);
  struct run out = run(&holders[1], false, source, fuel);
  ZERO_LAW(in.status == out.status && same(&in.said, &out.said),
           "%s\ncompiled in: %s\ncalled: %s", source, in.said.bytes,
           out.said.bytes);
  ZERO_LAW(same(&in.output, &out.output), "%s", source);
  ZERO_LAW(in.spent.fuel == out.spent.fuel, "%s\n%llu, %llu", source,
           (unsigned long long)in.spent.fuel,
           (unsigned long long)out.spent.fuel);
  free(in.said.bytes);
  free(out.said.bytes);
  free(in.output.bytes);
  free(out.output.bytes);
  free(source);
  zero_program_free(&program);
  return 0;
}
