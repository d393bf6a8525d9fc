/* main.c - the program `zero`: finds the command and its options. Those that
 * are short, run, eval, check and layout, are here. */
#include <signal.h>
#include <string.h>

#include "cli/command.h"

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

/* --- commands ------------------------------------------------------------ */

static int run(struct cli_machine *host, struct cli_options *options,
               int count, char **operands) {
  struct cli_text text;
  zero_value value;
  zero_error missing;
  options->vm.args = (const char *const *)operands + 1;
  options->vm.arg_count = (size_t)count - 1;
  if (!cli_text_read(&text, operands[0])) return CLI_SOURCE;
  int result = cli_machine_open(host, options);
  if (result != CLI_OK) return result;
  zero_status status = zero_load(host->vm, text.name, text.bytes, text.size);
  if (status != ZERO_OK) return cli_machine_result(host, status);
  if (cli_standard_took_interrupt()) return CLI_INTERRUPTED;
  status = cli_machine_call_main(host->vm, text.name, &value, &missing);
  if (status == ZERO_E_SOURCE) {
    cli_show_errors(&missing);
    return CLI_SOURCE;
  }
  if (status == ZERO_OK && !zero_is_unit(value)) {
    status = cli_machine_print(host, value);
  }
  if (status != ZERO_OK) return cli_machine_result(host, status);
  /* A program reports failure by returning an `err`. */
  const char *variant;
  bool failed = strcmp(zero_type_name(value), "Result") == 0 &&
                zero_variant_name(value, &variant) &&
                strcmp(variant, "err") == 0;
  return failed ? CLI_FAILED : CLI_OK;
}

static int check(struct cli_machine *host, struct cli_options *options,
                 int count, char **operands) {
  (void)count;
  struct cli_text text;
  if (!cli_text_read(&text, operands[0])) return CLI_SOURCE;
  int result = cli_machine_open(host, options);
  if (result != CLI_OK) return result;
  zero_status status =
      options->bytecode
          ? zero_disassemble(host->vm, text.name, text.bytes, text.size,
                             cli_machine_write, host)
          : zero_check(host->vm, text.name, text.bytes, text.size);
  return cli_machine_result(host, status);
}

static int eval(struct cli_machine *host, struct cli_options *options,
                int count, char **operands) {
  (void)count;
  zero_value value;
  int result = cli_machine_open(host, options);
  if (result != CLI_OK) return result;
  zero_status status = zero_eval(host->vm, &value, NULL, "<eval>",
                                 operands[0], strlen(operands[0]));
  if (status == ZERO_OK) {
    if (zero_is_none(value)) value = zero_unit();
    status = cli_machine_print(host, value);
  }
  return cli_machine_result(host, status);
}

bool cli_show_layout(struct cli_machine *host, const char *family,
                     const char *advice) {
  const char *nearest = NULL;
  if (zero_layout_text(family, cli_machine_write, host, &nearest)) return true;
  if (nearest != NULL) {
    cli_complain("there is no family %s; did you mean %s?", family, nearest);
  } else {
    cli_complain("there is no family %s%s", family, advice);
  }
  return false;
}

static int layout(struct cli_machine *host, struct cli_options *options,
                  int count, char **operands) {
  (void)options;
  bool shown = cli_show_layout(host, count > 0 ? operands[0] : NULL,
                               "; `zero layout` lists them all");
  return shown ? CLI_OK : CLI_USAGE;
}

/* --- finding them -------------------------------------------------------- */

static const struct cli_command commands[] = {
    {"run", "FILE|- [ARG...]", "call main of a program, print its value",
     "`-` reads the program from standard input. (argv) returns the ARGs.\n"
     "Unit is not printed. An err, or an error, exits 1; (exit n) exits n.\n",
     CLI_IN_RUN, 1, -1, run},
    {"eval", "EXPR", "evaluate an expression, print its value", "",
     CLI_IN_EVAL, 1, 1, eval},
    {"check", "FILE|-", "check a program, run nothing",
     "Prints nothing if all is well; otherwise exits 3.\n",
     CLI_IN_CHECK, 1, 1, check},
    {"layout", "[FAMILY]", "show how values are laid out", "", CLI_IN_LAYOUT,
     0, 1, layout},
    {"repl", "", "read, evaluate and print at a prompt",
     "Definitions stay. `,help` at the prompt says more.\n", CLI_IN_REPL, 0,
     0, cli_command_repl},
    {"test", "PATH...", "run fixtures, each against its own comments",
     "A fixture is a .0x0 file with expectations in its comments, or in a\n"
     "file beside it with the same name and `.expect`:\n"
     "  ;; => VALUE             what main returns, as it is printed\n"
     "  ;; error: CODE [at L:C] each error, in order\n"
     "  ;; warning: CODE        each warning, in order\n"
     "  ;; output: TEXT         each line printed, in order\n"
     "  ;; exit: N              status given to (exit n)\n"
     "  ;; input: TEXT          a line of standard input\n"
     "  ;; args: WORD...        what (argv) returns\n"
     "  ;; allow: CAPS          capabilities granted\n"
     "  ;; fuel: N              fuel of the call\n"
     "  ;; each: TABLE [C=T...] run once for each row, or those whose column\n"
     "                          C is T (C!=T: is not), with the row's cells\n"
     "                          for {column}, {kebab column}, {all column}\n"
     "A directory means all fixtures in it and below. A folder named like a\n"
     "fixture beside it holds what that fixture imports, and is not run.\n"
     "\n"
     "A table of demands says which fixtures a directory must have: the file\n"
     "that --demand names, or demands.tsv in the directory. Without a table\n"
     "nothing is demanded. Its columns, with cells for {column}:\n"
     "  rows      TABLE [C=T...]: each of these rows demands a fixture\n"
     "  fixture   its path below the directory\n"
     "  text      a word that its text must contain, or -\n"
     "  expects   a word that one of its expectations must contain, or -\n"
     "\n"
     "Exit status: 0 if all passed and every demand is met, else 1; 2 for\n"
     "wrong usage. The last line is `N passed, M failed`.\n",
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
  fputs("  help [COMMAND]         show the usage of a command\n"
        "  --version              show which Zero this is\n"
        "\nExit status: 0 all well, 1 the program failed, 2 wrong usage, "
        "3 wrong source.\n",
        file);
}

static int show_help(const struct cli_command *command) {
  printf("usage: zero %s [OPTION...]%s%s\n\n", command->name,
         *command->operands != '\0' ? " " : "", command->operands);
  printf("zero %s: %s.\n%s\noptions:\n", command->name, command->doc,
         command->more);
  cli_options_help(command->bit);
  return CLI_OK;
}

static const struct cli_command *find_command(const char *name) {
  for (size_t i = 0; i < COMMANDS; i++) {
    if (strcmp(commands[i].name, name) == 0) return &commands[i];
  }
  cli_complain("no such command: %s (zero help lists them)", name);
  return NULL;
}

static int run_command(struct cli_machine *host, int count, char **words) {
  struct cli_options options = {.vm = zero_options_default()};
  const struct cli_command *command = find_command(words[0]);
  if (command == NULL) return CLI_USAGE;
  int taken = cli_options_read(&options, command->bit, count - 1, words + 1);
  if (taken < 0) return CLI_USAGE;
  if (options.help) return show_help(command);
  int operands = count - 1 - taken;
  if (operands < command->least ||
      (command->most >= 0 && operands > command->most)) {
    cli_complain("usage: zero %s [OPTION...] %s", command->name,
                 command->operands);
    return CLI_USAGE;
  }
  return command->run(host, &options, operands, words + 1 + taken);
}

static int obey(struct cli_machine *host, int count, char **words) {
  if (count < 1) {
    show_overview(stderr);
    return CLI_USAGE;
  }
  if (strcmp(words[0], "--version") == 0) {
    printf("Zero %s\n", zero_version());
    printf("object marker: %s\n", zero_abi_marker());
    printf("value layout version: %d\n", zero_layout_version());
    printf("shape hash: %s\n", zero_shape_hash());
    return CLI_OK;
  }
  bool asks = strcmp(words[0], "--help") == 0 ||
              strcmp(words[0], "-h") == 0 || strcmp(words[0], "help") == 0;
  if (!asks) return run_command(host, count, words);
  if (count > 2) {
    cli_complain("help takes one command");
    return CLI_USAGE;
  }
  if (count == 2) {
    const struct cli_command *command = find_command(words[1]);
    return command != NULL ? show_help(command) : CLI_USAGE;
  }
  show_overview(stdout);
  return CLI_OK;
}

/* A reader that went away is an error of writing, not a silent death. */
int main(int argc, char **argv) {
  struct cli_machine host = {0};
  signal(SIGPIPE, SIG_IGN);
  cli_standard_start();
  return cli_machine_close(&host, obey(&host, argc - 1, argv + 1));
}
