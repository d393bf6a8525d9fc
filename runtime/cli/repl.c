/* repl.c - `zero repl`: read, evaluate and print at a prompt.
 *
 * On a terminal lines are edited by libedit and there are prompts; elsewhere
 * lines are read as they are and only results are printed. */
#include <histedit.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

struct repl {
  struct cli_machine *host;
  EditLine *editor; /* NULL if standard input is not a terminal */
  History *history;
  char *text;       /* what was typed since the last evaluation */
  size_t size;
  size_t room;
  bool abandoned;   /* Ctrl-C at the prompt */
  bool done;
  int result; /* the exit status */
};

static struct repl *repl_of(EditLine *editor) {
  void *repl;
  el_get(editor, EL_CLIENTDATA, &repl);
  return repl;
}

static char *prompt(EditLine *editor) {
  static char first[] = "0x0> ";
  static char next[] = "...> ";
  return repl_of(editor)->size == 0 ? first : next;
}

/* Ctrl-C at the prompt: discards what was typed. */
static unsigned char abandon(EditLine *editor, int key) {
  (void)key;
  repl_of(editor)->abandoned = true;
  return CC_NEWLINE;
}

/* Ctrl-C is a key while a line is edited and a signal while code runs: only the
 * editing mode of the terminal sends no signal. */
static void open_editor(struct repl *repl) {
  cli_message_start();
  repl->editor = el_init("zero", stdin, cli_standard_terminal(), stderr);
  repl->history = history_init();
  if (repl->editor == NULL || repl->history == NULL) return;
  HistEvent event;
  history(repl->history, &event, H_SETSIZE, 1000);
  el_set(repl->editor, EL_CLIENTDATA, repl);
  el_set(repl->editor, EL_HIST, history, repl->history);
  el_set(repl->editor, EL_EDITOR, "emacs");
  el_set(repl->editor, EL_PROMPT, prompt);
  el_set(repl->editor, EL_SETTY, "-d", "intr=", NULL);
  el_set(repl->editor, EL_ADDFN, "zero-abandon", "Give up what was typed",
         abandon);
  el_set(repl->editor, EL_BIND, "^C", "zero-abandon", NULL);
}

/* Puts the next line and a NUL after the text. Returns its size, 0 at the end
 * of input. Without an editor, of a line that makes the text too large, as much
 * as shows that. */
static size_t read_line(struct repl *repl) {
  size_t end = repl->size;
  cli_standard_flush();
  if (repl->editor != NULL) {
    int got = 0;
    const char *line = el_gets(repl->editor, &got);
    if (line == NULL || got <= 0) return 0;
    HistEvent event;
    bool blank = strspn(line, " \t\n") == (size_t)got;
    if (!blank) history(repl->history, &event, H_ENTER, line);
    cli_grow(&repl->text, &repl->room, end + (size_t)got + 1);
    memcpy(repl->text + end, line, (size_t)got);
    repl->text[end + (size_t)got] = '\0';
    return (size_t)got;
  }
  long got;
  do {
    cli_grow(&repl->text, &repl->room, end + 2);
    got = cli_standard_read(repl->text + end, repl->room - end - 1);
    if (got > 0) end += (size_t)got;
  } while (got > 0 && repl->text[end - 1] != '\n' && end <= ZERO_SOURCE_MAX);
  repl->text[end] = '\0';
  return end - repl->size;
}

/* Evaluates what was typed. Waits for more if that could complete it, unless
 * the input has ended. What follows a text that is too large is not read: it is
 * unknown where the next text begins. */
static void evaluate(struct repl *repl, bool at_end) {
  zero_value value;
  bool too_large = repl->size > ZERO_SOURCE_MAX;
  int incomplete = 0;
  cli_standard_serve(repl->host->vm);
  zero_status status = zero_eval(repl->host->vm, &value, &incomplete, "<repl>",
                                 repl->text, repl->size);
  if (status == ZERO_E_SOURCE && incomplete && !at_end) return;
  repl->size = 0;
  if (status == ZERO_OK && !zero_is_none(value)) {
    status = cli_machine_print(repl->host, value);
  }
  if (status != ZERO_OK) {
    int result = cli_machine_result(repl->host, status);
    if (status == ZERO_E_EXIT || too_large) {
      repl->result = result;
      repl->done = true;
    }
  }
  if (repl->host->output_error != 0) repl->done = true;
  cli_standard_took_interrupt(); /* it was meant for the code that ran */
}

static void obey(struct repl *repl, const char *line) {
  char name[16] = "";
  char operand[64] = "";
  char rest[2] = "";
  int words = sscanf(line, ",%15s %63s %1s", name, operand, rest);
  if (strcmp(name, "layout") == 0 && words < 3) {
    cli_show_layout(repl->host, *operand != '\0' ? operand : NULL, "");
  } else if (strcmp(name, "help") == 0 && words == 1) {
    fputs("Type an expression to see its value, a definition to keep it.\n"
          "  ,layout [FAMILY]  show how values are laid out\n"
          "  ,help             show this\n"
          "  ,quit             leave, like the end of input\n",
          stdout);
  } else if (strcmp(name, "quit") == 0 && words == 1) {
    repl->done = true;
  } else {
    cli_complain("no such command; ,help lists them");
  }
}

static void take_line(struct repl *repl) {
  size_t size = read_line(repl);
  if (cli_standard_took_interrupt() || repl->abandoned) {
    repl->abandoned = false;
    repl->size = 0;
    if (repl->editor != NULL) {
      fputc('\n', stdout);
    } else {
      repl->result = CLI_INTERRUPTED;
      repl->done = true;
    }
  } else if (size == 0) {
    if (repl->editor != NULL) fputc('\n', stdout);
    if (repl->size > 0) evaluate(repl, true);
    repl->done = true;
  } else if (repl->size == 0 && repl->text[0] == ',') {
    obey(repl, repl->text);
  } else {
    repl->size += size;
    evaluate(repl, false);
  }
}

int cli_command_repl(struct cli_machine *host, struct cli_options *options,
                     int count, char **operands) {
  (void)count;
  (void)operands;
  struct repl repl = {.host = host};
  int result = cli_machine_open(host, options);
  if (result != CLI_OK) return result;
  if (isatty(STDIN_FILENO)) {
    open_editor(&repl);
    printf("Zero %s; type ,help for help\n", zero_version());
  }
  while (!repl.done) take_line(&repl);
  if (repl.history != NULL) history_end(repl.history);
  if (repl.editor != NULL) el_end(repl.editor);
  free(repl.text);
  return repl.result;
}
