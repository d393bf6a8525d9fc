/* image.h - compiled functions as bytes, and back.
 *
 * An image holds a set of functions that may call one another, those they
 * refer to (anonymous functions, helpers), their constants, lines and the
 * texts they were made from. It fits one VM only: tables, opcodes and
 * builtins must be the ones it was made with. Reading trusts nothing: what
 * is damaged is refused and every function is verified.
 * image_format.h draws the bytes. */
#ifndef ZERO_COMPILE_IMAGE_H
#define ZERO_COMPILE_IMAGE_H

#include "compile/code.h"
#include "value/print.h"

/* A function of an image that has a name outside of it. */
struct zero_image_function {
  zero_value function;   /* without captures; its code has the name */
  const char *module;
  const char *doc;       /* "" where it has none */
  const uint16_t *types; /* static ones: of each parameter, of the result */
  uint32_t capability;   /* as declared, or io */
  bool annotated;
};

struct zero_image {
  struct zero_image_function *functions;
  uint32_t count;
};

/* Writes an image of `count` functions to `sink`. Raises BYTECODE_INVALID
 * where a constant cannot be written: a closure, or a function inside a
 * list. */
void zero__image_write(struct zero_heap *heap,
                       const struct zero_image_function *functions,
                       uint32_t count, zero__sink *sink, void *context);

/* Reads an image; nothing of the answer points into `bytes`. Raises
 * BYTECODE_INVALID where the bytes are no image, damaged or break a rule of
 * the verifier, IMAGE_MISMATCH where they are for another VM. */
struct zero_image zero__image_read(struct zero_heap *heap, const void *bytes,
                                   size_t size);

/* Stores size and checksum into the header of an image that was put
 * together; `size` bytes, the header included. */
void zero__image_seal(void *bytes, size_t size);

#endif
