/* options.h - the options of all commands, one table for reading and help. */
#ifndef ZERO_CLI_OPTIONS_H
#define ZERO_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "zero.h"

/* Which commands take an option. */
enum {
  CLI_IN_RUN = 1 << 0,
  CLI_IN_EVAL = 1 << 1,
  CLI_IN_CHECK = 1 << 2,
  CLI_IN_LAYOUT = 1 << 3,
  CLI_IN_REPL = 1 << 4,
  CLI_IN_TEST = 1 << 5,
  CLI_RUNS_CODE = CLI_IN_RUN | CLI_IN_EVAL | CLI_IN_REPL | CLI_IN_TEST,
};

enum { CLI_CAPABILITIES_MAX = 256 };

struct cli_options {
  zero_options vm;
  char capabilities[CLI_CAPABILITIES_MAX]; /* all of --allow, by commas */
  int bytecode;
  const char *tables; /* folder; NULL: the library's own */
  const char *demand; /* file; NULL: demands.tsv of a folder */
  int help;
};

/* Reads the options of a command from words[0] on, up to the first word that
 * is none or to `--`. Returns how many words they took, or -1 where one is
 * wrong; standard error was told why. */
int cli_options_read(struct cli_options *options, unsigned command,
                     int count, char **words);

/* Returns whether `word` is an option of `command` that takes an operand. */
bool cli_options_sets(const char *word, unsigned command);

/* Writes the options that `command` takes, one a line. */
void cli_options_help(FILE *file, unsigned command);

#endif
