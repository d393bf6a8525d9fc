/* plain.h - values of the plain evaluator: pairs, words and closures.
 *
 * A list is a chain of pairs and nothing else; its family is determined by the
 * model (support/model.h), which shares nothing with the runtime. Texts are the
 * runtime's own. Everything lives in the heap of the VM given, and crosses to
 * the runtime's values in calls of a builtin written in C. */
#ifndef ZERO_TESTS_PLAIN_H
#define ZERO_TESTS_PLAIN_H

#include <stdio.h>

#include "check/node.h"
#include "vm/vm.h"

enum zero_plain_kind {
  ZERO_PLAIN_UNIT,
  ZERO_PLAIN_BOOL,
  ZERO_PLAIN_I64,
  ZERO_PLAIN_TEXT,
  ZERO_PLAIN_EMPTY,
  ZERO_PLAIN_PAIR,
  ZERO_PLAIN_FUNCTION, /* node and env, or a builtin */
  ZERO_PLAIN_HIDDEN,   /* the context the machine put into an error: a Map
                          that may be passed on but not looked into */
};

typedef const struct zero_plain *zero_plain;

/* What a local is bound to, and those around it. */
struct zero_env {
  const struct zero_local *local;
  zero_plain value;
  const struct zero_env *outer;
};

struct zero_plain {
  enum zero_plain_kind kind;
  int64_t number;    /* of an I64; 0 or 1 of a Bool */
  zero_value text;
  zero_plain head;
  zero_plain tail;
  const struct zero_function_node *node; /* NULL: a builtin */
  const struct zero_env *env;
  unsigned builtin;
  zero_value stand_in; /* of a function: what builtins in C are given */
};

zero_plain zero_plain_word(zero_vm *vm, enum zero_plain_kind kind,
                           int64_t number);
zero_plain zero_plain_i64(zero_vm *vm, int64_t number);
zero_plain zero_plain_bool(zero_vm *vm, bool truth);
zero_plain zero_plain_text(zero_vm *vm, zero_value text);
zero_plain zero_plain_string(zero_vm *vm, const char *string);
zero_plain zero_plain_cons(zero_vm *vm, zero_plain head, zero_plain tail);
zero_plain zero_plain_list(zero_vm *vm, const zero_plain *items,
                           uint64_t count);
zero_plain zero_plain_closure(zero_vm *vm,
                              const struct zero_function_node *node,
                              const struct zero_env *env);
zero_plain zero_plain_builtin(zero_vm *vm, unsigned builtin);

bool zero_plain_is_list(zero_plain v);
bool zero_plain_is_true(zero_plain v);
uint64_t zero_plain_length(zero_plain list);

/* Item `index` of a list that has it. */
zero_plain zero_plain_nth(zero_plain list, uint64_t index);

/* The items of `list` before those of `end`. */
zero_plain zero_plain_append(zero_vm *vm, zero_plain list, zero_plain end);
zero_plain zero_plain_reverse(zero_vm *vm, zero_plain list);

/* Charges for every item of a list and of those in it. Shared parts count as
 * often as they are reached: a walk would visit them as often, and a value that
 * is small in memory may be larger than any budget when written out. */
void zero_plain_charge(zero_vm *vm, zero_plain v);

/* What type-of returns. */
const char *zero_plain_type(zero_vm *vm, zero_plain v);

/* True if `v` is a v1 value of the variant. */
bool zero_plain_is(zero_vm *vm, zero_plain v,
                   const struct zero_variant *variant);

/* Structural. Raises INTERRUPTED if the language does not define it:
 * two closures of one lambda, or a hidden context. */
bool zero_plain_equal(zero_vm *vm, zero_plain a, zero_plain b);

/* To the runtime and back. The second walks by heads and tails, in `heap`,
 * which may be another VM's: its functions then keep their names only. */
zero_value zero_plain_to_value(zero_vm *vm, zero_plain v);
zero_plain zero_plain_from_value(zero_vm *vm, struct zero_heap *heap,
                                 zero_value v);

/* As source; the contexts of RuntimeErrors the machine made as `…`. */
void zero_plain_print(zero_vm *vm, FILE *to, zero_plain v);

#endif
