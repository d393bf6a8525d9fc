/* command.h - what the files of the program share: a command, its options, what
 * it lends to the VM, and what people see.
 *
 * The program is a client of zero.h and knows nothing else of the runtime.
 * It may allocate with malloc as any host may, but keeps values only in C
 * locals, where the collector sees them. */
#ifndef ZERO_CLI_COMMAND_H
#define ZERO_CLI_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "zero.h"

/* --- options --- */

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

struct cli_options {
  zero_options vm;
  char capabilities[256]; /* all of --allow, by commas */
  int bytecode;
  const char *tables; /* folder; NULL: the library's own */
  const char *demand; /* file; NULL: demands.tsv of a folder */
  int help;
};

/* Reads the options of a command from words[0] on, up to the first word that is
 * not an option or to `--`. Returns how many words they took, or -1 if one is
 * wrong, reported on standard error. */
int cli_options_read(struct cli_options *options, unsigned command,
                     int count, char **words);

/* Returns whether `word` is an option of `command` that takes an operand. */
bool cli_options_sets(const char *word, unsigned command);

/* Writes the options that `command` takes, one a line. */
void cli_options_help(unsigned command);

/* --- commands --- */

/* The exit statuses. (exit n) sets n itself. */
enum cli_exit {
  CLI_OK = 0,
  CLI_FAILED = 1,       /* the program failed, or output could not be written */
  CLI_USAGE = 2,        /* the command line is wrong */
  CLI_SOURCE = 3,       /* the text could not be read or checked */
  CLI_INTERRUPTED = 130 /* Ctrl-C, as shells say it */
};

/* The program's own streams, and the VM on them if a command opened one. It
 * must not move while the VM is open. */
struct cli_machine {
  zero_vm *vm;
  int output_error; /* errno of the first write that failed, else 0 */
};

/* Carries out a command with the operands after its options. Returns the exit
 * status. */
typedef int cli_run(struct cli_machine *host, struct cli_options *options,
                    int count, char **operands);
cli_run cli_command_repl;
cli_run cli_command_test;

/* Opens the VM on standard input and output; Ctrl-C interrupts it. Returns
 * CLI_OK, or the exit status after reporting on standard error. */
int cli_machine_open(struct cli_machine *host, struct cli_options *options);

/* Closes it and flushes. Returns `result`, or CLI_FAILED with a message if
 * output was lost. */
int cli_machine_close(struct cli_machine *host, int result);

/* Shows the last error unless `status` is good, and returns the exit status. */
int cli_machine_result(struct cli_machine *host, zero_status status);

/* Calls main of the program that was loaded under `name`: with Unit, or without
 * an argument if it takes none. If there is no main, returns ZERO_E_SOURCE and
 * sets *missing. */
zero_status cli_machine_call_main(zero_vm *vm, const char *name,
                                  zero_value *value, zero_error *missing);

/* Prints a value and the end of the line to standard output. */
zero_status cli_machine_print(struct cli_machine *host, zero_value value);

/* Writes `bytes` to standard output: a zero_output; the context is a
 * struct cli_machine. */
void cli_machine_write(void *context, const char *bytes, size_t size);

/* Prints how the values of a family are laid out, or of all families if that is
 * NULL. Returns false if there is no such family, reported on standard error,
 * with `advice` at the end if no name is similar. */
bool cli_show_layout(struct cli_machine *host, const char *family,
                     const char *advice);

/* Reads the text of a program: a file by the rules of imports, a pipe or a
 * terminal to its end, or standard input if `path` is "-". Returns false if it
 * cannot be read, reported on standard error. */
struct cli_text {
  const char *name;
  const char *bytes; /* a file's are collected: kept alive by this struct on
                        the stack; a stream's stay until the program ends */
  size_t size;
};
bool cli_text_read(struct cli_text *text, const char *path);

/* Reads `file` to its end, or one byte more than a source may have: that is
 * enough for the library to refuse it, and the end may never come. A NUL
 * follows; the caller frees *bytes. Returns false and errno if it cannot be
 * read. */
bool cli_read_all(int file, char **bytes, size_t *size);

/* Returns `memory`, or ends the program if there is none. */
void *cli_must(void *memory);

/* Returns what snprintf would write; the caller frees it. */
char *cli_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Makes *bytes, of *room, hold `size` at least. */
void cli_grow(char **bytes, size_t *room, size_t size);

/* --- standard input, standard output, Ctrl-C --- */

/* Waits here obey the limits of the running call (zero_wait). Neither
 * descriptor is made non-blocking: other processes have them too. */

/* Makes `stdout` a stream that loses nothing if writing is stopped. Called
 * once, before anything is written. */
void cli_standard_start(void);

/* The stream that `stdout` was: a terminal's, for an editor of lines. */
FILE *cli_standard_terminal(void);

/* From here on the calls of `vm` limit the waits, and Ctrl-C interrupts them;
 * if a call was stopped, flushes wait again. NULL: no call limits them, and
 * Ctrl-C is only noted. Before the first VM, and in cli_standard_finish, Ctrl-C
 * ends the program. */
void cli_standard_serve(zero_vm *vm);

/* Returns true once after Ctrl-C was typed. */
bool cli_standard_took_interrupt(void);

/* Writes out what was written to `stdout`, and waits for the reader. If a call
 * was stopped during that wait, it waits no more: what is not taken at once is
 * kept. Returns false and errno if anything so far could not be written. */
bool cli_standard_flush(void);

/* The last flush. After a stop it waits at most a second for a reader; *lost is
 * how many bytes were not taken by then. Returns as flush does. */
bool cli_standard_finish(size_t *lost);

/* Reads what there is, up to `room` bytes and the end of a line: a prompt and
 * the program that it runs share the input, line by line. Returns how many
 * bytes; 0 at the end; -1 if the input cannot be read, or the call must
 * stop. */
long cli_standard_read(char *bytes, size_t room);

/* --- messages --- */

/* A message may contain anything: a path, a text that a program raised, a line
 * of a source. Written raw, it could colour or move what a terminal shows, or
 * forge another message. So every message is written here, and one line stays
 * one line. What a program prints itself does not pass through here. */

/* Sets the character encoding, the first time. Messages do it themselves, as
 * most runs show none. Never called while another thread runs. */
void cli_message_start(void);

/* Writes a line. Controls (C0, C1, of writing direction, separators of lines)
 * are written as 0x0 writes them in a text, \n or \u{1b}; a byte that is not
 * UTF-8 as U+FFFD. */
void cli_line(FILE *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes "zero: " and the sentence to standard error, after what the program
 * printed. */
void cli_complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Writes errors or warnings there, each with its place, its line with a caret
 * and its trace; all that `error` links to. */
void cli_show_errors(const zero_error *error);

#endif
