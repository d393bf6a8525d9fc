/* calls.h - system calls and allocations that fail on request.
 *
 * Defined in a program that is linked with libzero.a, the functions of calls.c
 * replace those of libc and libgc; only calls made by the program itself and
 * the library in it are counted. */
#ifndef ZERO_TESTS_CALLS_H
#define ZERO_TESTS_CALLS_H

#include <stdbool.h>

enum { ZERO_CALLS_MAX = 80 };

/* What happens to a call. Each function of calls.c knows some of them. */
enum zero_fault_kind {
  ZERO_FAULT_EINTR,
  ZERO_FAULT_EIO,
  ZERO_FAULT_ENOSPC,
  ZERO_FAULT_EMFILE,
  ZERO_FAULT_ENOMEM,
  ZERO_FAULT_SHORT, /* one byte is moved */
  ZERO_FAULT_ONCE,  /* no memory, once */
  ZERO_FAULT_FROM,  /* no memory, from then on */
  ZERO_FAULT_KINDS,
};

/* Shared with the process that waits for the one in which it happens. */
struct zero_calls {
  bool armed;
  int call;          /* that fails, -1: none does */
  unsigned at;       /* the number of the call, from 1 */
  enum zero_fault_kind kind;
  unsigned fired;    /* how often one failed */
  unsigned counts[ZERO_CALLS_MAX]; /* while armed */
};
extern struct zero_calls *zero_calls;

/* Finds the functions of libc and libgc. Called once, first. */
void zero_calls_start(void);

/* The name of call `index`, NULL after the last. */
const char *zero_call_name(int index);
bool zero_call_has(int index, enum zero_fault_kind kind);

#endif
