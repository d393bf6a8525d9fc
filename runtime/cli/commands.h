/* commands.h - the commands of `zero`: the prompt in repl.c, fixtures in
 * test.c, the others in main.c.
 *
 * The program is a client of zero.h and knows nothing else of the runtime.
 * It may allocate with malloc as any host may, but keeps values only in C
 * locals, where the collector sees them. */
#ifndef ZERO_CLI_COMMANDS_H
#define ZERO_CLI_COMMANDS_H

#include "cli/machine.h"
#include "cli/options.h"

/* What the program answers to the shell. (exit n) answers n itself. */
enum cli_exit {
  CLI_OK = 0,
  CLI_FAILED = 1,       /* the program failed, or output could not be had */
  CLI_USAGE = 2,        /* the command line is wrong */
  CLI_SOURCE = 3,       /* the text could not be read or checked */
  CLI_INTERRUPTED = 130 /* Ctrl-C, as shells say it */
};

/* Carries a command out with the operands behind its options. Returns what
 * the shell is told. */
typedef int cli_run(struct cli_options *options, int count, char **operands);

struct cli_command {
  const char *name;
  const char *operands; /* as usage lines write them */
  const char *doc;      /* one line */
  const char *more;     /* what `zero help COMMAND` adds, or "" */
  unsigned bit;         /* CLI_IN_... */
  int least;            /* operands it takes */
  int most;             /* -1: any number */
  cli_run *run;
};

cli_run cli_command_repl;
cli_run cli_command_test;

/* Prints how the values of a family are laid out, or of all where that is
 * NULL. Returns false where there is none, and standard error was told, with
 * `advice` at the end where none has a name like it. */
bool cli_show_layout(struct cli_machine *host, const char *family,
                     const char *advice);

#endif
