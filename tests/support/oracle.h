/* oracle.h - 0x0 evaluated as plainly as can be, to hold the machine
 * against.
 *
 * Walks the checker's nodes, those of lib/core included: no bytecode, no
 * registers, no packed values; an environment is a chain of bindings. The
 * loops of lib/core/loop.0x0 are defined anew in C, and so are lists, match,
 * equality, arithmetic, Maps and the layout primitives. What is left (text,
 * bytes, paths) is the runtime's own. Whether something fails is decided
 * here; the words of the message are then asked of the runtime. */
#ifndef ZERO_TESTS_ORACLE_H
#define ZERO_TESTS_ORACLE_H

#include "plain.h"

enum zero_answer_kind {
  ZERO_ANSWER_VALUE,
  ZERO_ANSWER_ERROR,   /* text: the code */
  ZERO_ANSWER_REFUSED, /* text: the code of the checker's first error */
  ZERO_ANSWER_NONE,    /* a budget was spent, or the language leaves it open;
                          text: why */
};

struct zero_answer {
  enum zero_answer_kind kind;
  char *text; /* printed as zero_plain_print does; free() it */
};

struct zero_oracle;

/* An oracle with lib/core read from `lib/core`. Lives as long as the process;
 * NULL, with a message on stderr, if the files cannot be read. */
struct zero_oracle *zero_oracle_new(void);

/* Reads `source` and calls its main with Unit. `steps` bounds the work. */
struct zero_answer zero_oracle_run(struct zero_oracle *oracle,
                                   const char *source, size_t size,
                                   uint64_t steps);

/* A value of another VM as an oracle's answer would print it; free() it. */
char *zero_oracle_print(struct zero_oracle *oracle, struct zero_heap *heap,
                        zero_value value);

/* --- between oracle.c and oracle_builtins.c ----------------------------- */

/* The result of a builtin; pure ones only, and none that calls functions. */
zero_plain zero_oracle_builtin(zero_vm *vm, unsigned builtin,
                               const zero_plain *args, unsigned count);

/* Calls the C function of a builtin on the runtime's own values. */
zero_plain zero_oracle_shared(zero_vm *vm, unsigned builtin,
                              const zero_plain *args, unsigned count);

/* Fails with `code`; the message is that of the runtime's builtin if it fails
 * with the same code. */
ZERO_NORETURN void zero_oracle_fail(zero_vm *vm, int code, unsigned builtin,
                                    const zero_plain *args, unsigned count);

#endif
