/* process_signal.c - signals by their names, "SIGTERM". */
#include "handle/process_signal.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

void zero__signal_name(int number, char out[ZERO_SIGNAL_NAME]) {
  const char *known = sigabbrev_np(number);
  if (known != NULL) {
    snprintf(out, ZERO_SIGNAL_NAME, "SIG%s", known);
  } else if (number > SIGRTMIN && number <= SIGRTMAX) {
    snprintf(out, ZERO_SIGNAL_NAME, "SIGRTMIN+%d", number - SIGRTMIN);
  } else if (number == SIGRTMIN) {
    snprintf(out, ZERO_SIGNAL_NAME, "SIGRTMIN");
  } else {
    snprintf(out, ZERO_SIGNAL_NAME, "SIG%d", number);
  }
}

int zero__signal_number(const char *name) {
  char known[ZERO_SIGNAL_NAME];
  for (int number = 1; number <= SIGRTMAX; number++) {
    zero__signal_name(number, known);
    if (strcmp(name, known) == 0) return number;
  }
  return 0;
}
