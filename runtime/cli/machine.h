/* machine.h - what a command is, and what it lends to the VM: streams, Ctrl-C,
 * warnings, the text of a program.
 *
 * The program is a client of zero.h and knows nothing else of the runtime.
 * It may allocate with malloc as any host may, but keeps values only in C
 * locals, where the collector sees them. */
#ifndef ZERO_CLI_MACHINE_H
#define ZERO_CLI_MACHINE_H

#include <stdbool.h>

#include "cli/options.h"

/* What the program tells the shell. (exit n) tells n itself. */
enum cli_exit {
  CLI_OK = 0,
  CLI_FAILED = 1,       /* the program failed, or output could not be had */
  CLI_USAGE = 2,        /* the command line is wrong */
  CLI_SOURCE = 3,       /* the text could not be read or checked */
  CLI_INTERRUPTED = 130 /* Ctrl-C, as shells say it */
};

/* The program's own streams, and the VM on them where a command opened one. It
 * must not move while that is open. */
struct cli_machine {
  zero_vm *vm;
  int output_error; /* errno of the first write that failed, else 0 */
};

/* Carries a command out with the operands after its options. Returns what
 * the shell is told. */
typedef int cli_run(struct cli_machine *host, struct cli_options *options,
                    int count, char **operands);
cli_run cli_command_repl;
cli_run cli_command_test;

/* Opens the VM on standard input and output; Ctrl-C interrupts it. Returns
 * CLI_OK, or what the shell is told after standard error was. */
int cli_machine_open(struct cli_machine *host, struct cli_options *options);

/* Closes it and flushes. Returns `result`, or CLI_FAILED with a sentence
 * where output was lost. */
int cli_machine_close(struct cli_machine *host, int result);

/* Shows the last error unless `status` is good, and returns what the shell is
 * told. */
int cli_machine_result(struct cli_machine *host, zero_status status);

/* Calls main of the program that was loaded under `name`: with Unit, or with
 * nothing where it takes nothing. Where there is no main it returns
 * ZERO_E_SOURCE and *missing says so. */
zero_status cli_machine_call_main(zero_vm *vm, const char *name,
                                  zero_value *value, zero_error *missing);

/* Prints a value and the end of the line to standard output. */
zero_status cli_machine_print(struct cli_machine *host, zero_value value);

/* Writes `bytes` to standard output: a zero_output; the context is a
 * struct cli_machine. */
void cli_machine_write(void *context, const char *bytes, size_t size);

/* Prints how the values of a family are laid out, or of all where that is
 * NULL. Returns false where there is none, and standard error was told, with
 * `advice` at the end where none has a name like it. */
bool cli_show_layout(struct cli_machine *host, const char *family,
                     const char *advice);

/* Reads the text of a program: a file by the rules of imports, a pipe or a
 * terminal to its end, or standard input where `path` is "-". Returns false
 * where it cannot be read; standard error was told. */
struct cli_text {
  const char *name;
  const char *bytes; /* a file's are collected: kept alive by this struct on
                        the stack; a stream's stay until the program ends */
  size_t size;
};
bool cli_text_read(struct cli_text *text, const char *path);

/* Reads `file` to its end, or one byte more than a source may have: that is
 * enough for the library to refuse it, and the end may never come. A NUL
 * follows; the caller frees *bytes. Returns false and errno where it cannot
 * be read. */
bool cli_read_all(int file, char **bytes, size_t *size);

/* Returns `memory`, or ends the program where there is none. */
void *cli_must(void *memory);

/* Returns what snprintf would write; the caller frees it. */
char *cli_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Makes *bytes, of *room, hold `size` at least. */
void cli_grow(char **bytes, size_t *room, size_t size);

#endif
