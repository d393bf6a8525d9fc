/* stub.h - builtins as function values.
 *
 * A stub is a function without instructions whose code names the builtin;
 * the VM calls the C function. There is one for each builtin and heap, so
 * `(= + +)` holds. */
#ifndef ZERO_COMPILE_STUB_H
#define ZERO_COMPILE_STUB_H

#include "compile/code.h"

/* The function value of builtin `index`, which must not be HOW_CORE; the
 * same word at each call on one heap. */
zero_value zero__builtin_stub(struct zero_heap *heap, unsigned index);

#endif
