/* verify.h - does code keep the rules that the VM relies on?
 *
 * The VM tests nothing that was tested here. Of code that is accepted:
 *   - every word is an instruction, or the second word of one, that exists;
 *   - registers, constants, captures, fields, builtins and variants that it
 *     names are there, and a callee's arguments lie inside the frame;
 *   - jumps land on instructions, only LOOP goes back, nothing runs off the
 *     end, and each TRY meets its ENDTRY on every path;
 *   - no register is read that may hold no value, FIELD reads only records
 *     that have the field, and a chain that PUSH builds is seen by nobody
 *     before FINISH, used once, and begins with the empty list.
 *
 * A parameter that the function itself pushes on or finishes is a chain:
 * calls must pass one, and such a function is not a value. */
#ifndef ZERO_SUPPORT_VERIFY_H
#define ZERO_SUPPORT_VERIFY_H

#include "compile/code.h"

/* Returns true if `code` keeps the rules; else a sentence in
 * message[room]. The functions among its constants must have their code.
 * Raises only ALLOC_LIMIT and OUT_OF_MEMORY. */
bool zero__verify(struct zero_heap *heap, const struct zero_code *code,
                  char *message, size_t room);

/* Verifies what the compiler just made and the anonymous functions in it, and
 * ends the process if it breaks a rule. Costs no fuel. Called by the compiler
 * in builds for tests. */
void zero__verify_made(struct zero_heap *heap, zero_value function);

#endif
