/* standard.h - what the program shares with whoever runs it: standard input,
 * standard output, Ctrl-C.
 *
 * What waits here waits under the limits of the call that runs (zero_wait).
 * Neither descriptor is made non-blocking: other processes have them too. */
#ifndef ZERO_CLI_STANDARD_H
#define ZERO_CLI_STANDARD_H

#include <stdbool.h>
#include <stdio.h>

#include "zero.h"

/* Makes `stdout` a stream that loses nothing where writing is stopped.
 * Called once, before anything is written. */
void cli_standard_start(void);

/* The stream that `stdout` was: a terminal's, for an editor of lines. */
FILE *cli_standard_terminal(void);

/* From here on the calls of `vm` limit what waits, and Ctrl-C interrupts
 * them; NULL: no call does, and Ctrl-C is only noted. Before the first VM, and
 * in cli_standard_finish, it ends the program. */
void cli_standard_serve(zero_vm *vm);

/* Returns true once after Ctrl-C was typed. */
bool cli_standard_took_interrupt(void);

/* Lets out what was written to `stdout`, and waits for whoever reads it. Where
 * a call was stopped while it waited for that it waits no more: what is not
 * taken at once is kept. Returns false and errno where anything so far could
 * not be written. */
bool cli_standard_flush(void);

/* Waits again for whoever reads: another call begins. */
void cli_standard_resume(void);

/* The last flush. After a stop it waits a second at most for whoever reads;
 * *lost is how many bytes nobody took by then. Returns as flush does. */
bool cli_standard_finish(size_t *lost);

/* Reads what there is, up to `room` bytes and the end of a line: a prompt and
 * the program that it runs share the input, line by line. Returns how many; 0
 * at the end; -1 where the input cannot be read, or the call must stop. */
long cli_standard_read(char *bytes, size_t room);

#endif
