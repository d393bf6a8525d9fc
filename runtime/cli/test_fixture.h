/* test_fixture.h - what a fixture expects of itself, read from its comments,
 * and whether it does that. */
#ifndef ZERO_CLI_TEST_FIXTURE_H
#define ZERO_CLI_TEST_FIXTURE_H

#include <stdbool.h>

#include "cli/machine.h"
#include "cli/options.h"

/* What an expectation speaks of. The first five are compared. */
enum fixture_key {
  FIXTURE_VALUE,
  FIXTURE_ERROR,
  FIXTURE_WARNING,
  FIXTURE_OUTPUT,
  FIXTURE_EXIT,
  FIXTURE_COMPARED,
  FIXTURE_INPUT = FIXTURE_COMPARED,
  FIXTURE_ARGS,
  FIXTURE_EACH,
  FIXTURE_KEYS
};

/* Lines of one key, in order; each NUL-terminated and owned. */
struct fixture_lines {
  char **lines;
  size_t count;
};

struct fixture {
  struct fixture_lines keys[FIXTURE_KEYS];
  struct fixture_lines settings; /* their operands, which options point to */
  struct fixture_lines actual[FIXTURE_COMPARED]; /* what it does, when run */
  struct cli_options options; /* of `allow:`, `fuel:` ... */
  bool wrong;                 /* an option was; standard error was told */
  size_t input_line;          /* given to the program so far */
  size_t input_at;
};

void fixture_init(struct fixture *fixture, const struct cli_options *options);
void fixture_free(struct fixture *fixture);

/* Takes the expectations of a text; may be called for several. */
void fixture_read(struct fixture *fixture, const char *bytes, size_t size);

/* Takes those of the text of the file `path`, and those of the file beside it
 * named like it and `.expect`, where there is one. Returns false, and
 * standard error was told, where that one cannot be read. */
bool fixture_read_all(struct fixture *fixture, const char *path,
                      const struct cli_text *text);

/* Runs the text, once, which complaints call `name`. Returns whether all went
 * as expected; what did not is said on standard output. */
bool fixture_run(struct fixture *fixture, const char *name,
                 const struct cli_text *text);

#endif
