/* disassemble.h - compiled functions as text for people. */
#ifndef ZERO_COMPILE_DISASSEMBLE_H
#define ZERO_COMPILE_DISASSEMBLE_H

#include "compile/code.h"
#include "value/print.h"

/* Writes one line about the function, then one for each instruction: its
 * position, name and operands, and its source if that changes. The code need
 * not be valid: anything meaningless is shown as a number. */
void zero__disassemble(struct zero_heap *heap, const struct zero_code *code,
                       zero__sink *sink, void *context);

#endif
