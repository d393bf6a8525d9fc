/* disassemble.h - compiled functions as text for people. */
#ifndef ZERO_COMPILE_DISASSEMBLE_H
#define ZERO_COMPILE_DISASSEMBLE_H

#include "compile/code.h"
#include "value/print.h"

/* Writes one line about the function, then one for each instruction: its
 * place, name and operands, and the source it was made from where that
 * changes. The code need not be valid: what makes no sense is shown as the
 * number it is. */
void zero__disassemble(struct zero_heap *heap, const struct zero_code *code,
                       zero__sink *sink, void *context);

#endif
