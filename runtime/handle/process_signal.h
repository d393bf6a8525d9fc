/* process_signal.h - signals by their names, "SIGTERM". */
#ifndef ZERO_HANDLE_PROCESS_SIGNAL_H
#define ZERO_HANDLE_PROCESS_SIGNAL_H

enum { ZERO_SIGNAL_NAME = 16 }; /* bytes of a name, NUL included */

/* Writes the name of a signal: "SIGRTMIN+3" of one without a fixed meaning,
 * "SIG77" of one that the system does not know. */
void zero__signal_name(int number, char out[ZERO_SIGNAL_NAME]);

/* The signal of a name, 0 where there is none. */
int zero__signal_number(const char *name);

#endif
