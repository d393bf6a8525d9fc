/* main.c - the program `zero`: finds the command and its options. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/machine.h"
#include "cli/line.h"
#include "cli/standard.h"
#include "cli/terminal.h"

static const struct cli_command commands[] = {
    {"run", "FILE|- [ARG...]", "call main of a program, print its value",
     "`-` reads the program from standard input. (argv) answers the ARGs.\n"
     "Unit is not printed. An err, or an error, exits 1; (exit n) exits n.\n",
     CLI_IN_RUN, 1, -1, cli_command_run},
    {"eval", "EXPR", "evaluate an expression, print its value", "",
     CLI_IN_EVAL, 1, 1, cli_command_eval},
    {"check", "FILE|-", "check a program, run nothing",
     "Prints nothing where all is well; exits 3 where it is not.\n",
     CLI_IN_CHECK, 1, 1, cli_command_check},
    {"layout", "[FAMILY]", "say how values are laid out", "", CLI_IN_LAYOUT,
     0, 1, cli_command_layout},
    {"repl", "", "read, evaluate and print at a prompt",
     "Definitions stay. `,help` at the prompt says more.\n", CLI_IN_REPL, 0,
     0, cli_command_repl},
    {"test", "PATH...", "run fixtures, each against its own comments",
     "A fixture is a .0x0 file with expectations, in lines of its own or in\n"
     "a file beside it named like it and `.expect`:\n"
     "  ;; => VALUE             what main answers, as it is printed\n"
     "  ;; error: CODE [at L:C] each error, in order\n"
     "  ;; warning: CODE        each warning, in order\n"
     "  ;; output: TEXT         each line printed, in order\n"
     "  ;; exit: N              status given to (exit n)\n"
     "  ;; input: TEXT          a line of standard input\n"
     "  ;; args: WORD...        what (argv) answers\n"
     "  ;; allow: CAPS          capabilities granted\n"
     "  ;; fuel: N              fuel of the call\n"
     "  ;; each: TABLE [C=T...] run once for each row, or those whose column\n"
     "                          C is T (C!=T: is not), with the row's cells\n"
     "                          for {column}, {kebab column}, {all column}\n"
     "A directory stands for all fixtures in it, but for those in a folder\n"
     "that is named like a fixture beside it: what that one imports.\n"
     "\n"
     "A table of demands says which fixtures a directory must have: --demand\n"
     "names it, else the file demands.tsv in the directory; where there is\n"
     "neither, nothing is demanded. Its columns, with cells for {column}:\n"
     "  rows      TABLE [C=T...]: each of these rows demands a fixture\n"
     "  fixture   the path of that, below the directory\n"
     "  text      a word its text must hold, or -\n"
     "  expects   a word that one of its expectations must hold, or -\n"
     "\n"
     "Exit status: 0 all passed and every demand is met, else 1; 2 wrong\n"
     "usage. The last line is `N passed, M failed`.\n",
     CLI_IN_TEST, 1, -1, cli_command_test},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void show_overview(FILE *file) {
  fputs("usage: zero COMMAND [OPTION...] ...\n\n", file);
  for (size_t i = 0; i < COMMANDS; i++) {
    char head[48];
    snprintf(head, sizeof head, "%s %s", commands[i].name,
             commands[i].operands);
    fprintf(file, "  %-22s %s\n", head, commands[i].doc);
  }
  fputs("  help [COMMAND]         say what a command does and takes\n"
        "  --version              say which Zero this is\n"
        "\nExit status: 0 all well, 1 the program failed, 2 wrong usage, "
        "3 wrong source.\n",
        file);
}

static void show_help(FILE *file, const struct cli_command *command) {
  fprintf(file, "usage: zero %s [OPTION...]%s%s\n\n", command->name,
          *command->operands != '\0' ? " " : "", command->operands);
  fprintf(file, "zero %s: %s.\n%s\noptions:\n", command->name, command->doc,
          command->more);
  cli_options_help(file, command->bit);
}

static void show_version(void) {
  printf("Zero %s\n", zero_version());
  printf("object marker: %s\n", zero_abi_marker());
  printf("value layout version: %d\n", zero_layout_version());
  printf("shape hash: %s\n", zero_shape_hash());
}

static const struct cli_command *find_command(const char *name) {
  for (size_t i = 0; i < COMMANDS; i++) {
    if (strcmp(commands[i].name, name) == 0) return &commands[i];
  }
  cli_complain("no such command: %s (zero help lists them)", name);
  return NULL;
}

/* Flushes what a command wrote that opened no VM. */
static int finish(void) {
  struct cli_machine host = {0};
  return cli_machine_close(&host, CLI_OK);
}

static int help(int count, char **words) {
  if (count > 1) {
    cli_complain("help takes one command");
    return CLI_USAGE;
  }
  if (count == 0) {
    show_overview(stdout);
    return finish();
  }
  const struct cli_command *command = find_command(words[0]);
  if (command == NULL) return CLI_USAGE;
  show_help(stdout, command);
  return finish();
}

static int run_command(const struct cli_command *command, int count,
                       char **words) {
  struct cli_options options;
  cli_options_init(&options);
  int taken = cli_options_read(&options, command->bit, count, words);
  if (taken < 0) return CLI_USAGE;
  if (options.help) {
    show_help(stdout, command);
    return finish();
  }
  int operands = count - taken;
  if (operands < command->least ||
      (command->most >= 0 && operands > command->most)) {
    cli_complain("usage: zero %s [OPTION...] %s", command->name,
                 command->operands);
    return CLI_USAGE;
  }
  return command->run(&options, operands, words + taken);
}

/* A reader that went away is an error of writing, not a silent death. */
int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  cli_line_start();
  cli_standard_start();
  if (argc < 2) {
    show_overview(stderr);
    return CLI_USAGE;
  }
  const char *word = argv[1];
  if (strcmp(word, "--version") == 0) {
    show_version();
    return finish();
  }
  bool asks = strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
  if (asks || strcmp(word, "help") == 0) return help(argc - 2, argv + 2);
  const struct cli_command *command = find_command(word);
  if (command == NULL) return CLI_USAGE;
  return run_command(command, argc - 2, argv + 2);
}
