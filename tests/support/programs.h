/* programs.h - random 0x0 programs that are well formed and end.
 *
 * A program is a few functions and a main that returns a list of Results, so
 * that one error does not hide later ones. Functions call earlier ones, or
 * themselves and a partner with a counter that falls. About one expression in
 * thirty is of the wrong kind, which the checker does not see and the run
 * must. */
#ifndef ZERO_TESTS_PROGRAMS_H
#define ZERO_TESTS_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "random.h"

enum { ZERO_PROGRAM_FUNCTIONS = 10 };

/* One function: `(ƒ ` head body `)`. */
struct zero_program_part {
  char *head; /* name, annotations and parameters */
  char *body;
};

struct zero_program_text {
  struct zero_program_part parts[ZERO_PROGRAM_FUNCTIONS]; /* main last */
  unsigned count;
};

/* Writes a program; zero_program_free frees it. */
void zero_program_make(struct zero_program_text *program,
                       struct zero_random *random);
void zero_program_free(struct zero_program_text *program);

/* The whole as source; free() it. */
char *zero_program_source(const struct zero_program_text *program);

#endif
