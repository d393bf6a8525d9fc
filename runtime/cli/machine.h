/* machine.h - what a command lends to the VM: streams, Ctrl-C, warnings. */
#ifndef ZERO_CLI_MACHINE_H
#define ZERO_CLI_MACHINE_H

#include <stdbool.h>

#include "cli/options.h"

/* A VM with the program's own streams. It must not move while open. */
struct cli_machine {
  zero_vm *vm;
  int output_error; /* errno of the first write that failed, else 0 */
};

/* Opens a VM on standard input and output; Ctrl-C interrupts it. Returns 0,
 * or what the shell is told after standard error was. */
int cli_machine_open(struct cli_machine *host, struct cli_options *options);

/* Closes it and flushes. Returns `answer`, or CLI_FAILED with a sentence
 * where output was lost. */
int cli_machine_close(struct cli_machine *host, int answer);

/* Shows the last error and returns what the shell is told for `status`. */
int cli_machine_failed(struct cli_machine *host, zero_status status);

/* Calls main of the program that was loaded under `name`: with Unit, or with
 * nothing where it takes nothing. Where there is no main the answer is
 * ZERO_E_SOURCE and *missing says so. */
zero_status cli_machine_call_main(zero_vm *vm, const char *name,
                               zero_value *value, zero_error *missing);

/* Prints a value and the end of the line to standard output. */
zero_status cli_machine_print(struct cli_machine *host, zero_value value);

/* Writes `bytes` to standard output: a zero_output; the context is a
 * struct cli_machine. */
void cli_machine_write(void *context, const char *bytes, size_t size);

/* Reads the text of a program: a file by the rules of imports, a pipe or a
 * terminal to its end, or standard input where `path` is "-". Returns 0, or
 * what the shell is told. */
struct cli_text {
  const char *name;
  const char *bytes; /* collected: kept alive by this struct on the stack */
  size_t size;
  char *owned;       /* freed by cli_text_free */
};
int cli_text_read(struct cli_text *text, const char *path);
void cli_text_free(struct cli_text *text);

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
