/* image_format.h - the bytes of an image.
 *
 *   offset  size
 *        0     8  magic
 *        8     4  version of this format
 *       12     4  value-layout version
 *       16    16  object marker, padded with NUL
 *       32    16  shape hash of the tables, hexadecimal digits
 *       48    16  full hash of the tables, hexadecimal digits
 *       64     8  hash of the machine: opcodes, builtins, capabilities
 *       72     8  size of the whole image
 *       80     8  checksum of everything but this field
 *       88        body
 *
 * Fixed numbers are little-endian. In the body a number is 7 bits a byte,
 * the lowest first, bit 7 set where more follow. A text or source is meant
 * by its index, a function by its index in this image.
 *
 *   texts      count, then size and bytes of each
 *   sources    count, then name (text), size and bytes of each
 *   functions  count, how many of them are named, then of each:
 *                name (text), source + 1 or 0, capability, params, registers
 *                captures: count, then index * 2 + from_register of each
 *                constants: count, then a program for a stack of values
 *                  that ends with ZERO_IMAGE_END and leaves just them
 *                words: count, then 4 bytes each
 *                lines: count, then pc less the last pc, start, length
 *   named      of each: module (text), doc (text), capability, annotated,
 *                types of the parameters and of the result
 *
 * Nothing follows. */
#ifndef ZERO_COMPILE_IMAGE_FORMAT_H
#define ZERO_COMPILE_IMAGE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define ZERO_IMAGE_MAGIC "\x7f" "0x0img\n"

enum {
  ZERO_IMAGE_VERSION = 1,
  ZERO_IMAGE_BODY = 88,
};

/* What is checked before the body is looked at. */
struct zero_image_header {
  char magic[8];
  uint32_t version;
  uint32_t layout_version;
  char marker[16];
  char shape_hash[16];
  char full_hash[16];
  uint64_t machine_hash;
  uint64_t size;
  uint64_t checksum;
};

_Static_assert(sizeof(struct zero_image_header) == ZERO_IMAGE_BODY,
               "the header has no padding");

/* Instructions of the program that makes constants. Packed values are lists
 * like any other: the constructor door packs them again. */
enum zero_image_op {
  ZERO_IMAGE_END,
  ZERO_IMAGE_UNIT,
  ZERO_IMAGE_FALSE,
  ZERO_IMAGE_TRUE,
  ZERO_IMAGE_EMPTY,
  ZERO_IMAGE_NUMBER,   /* 0, -1, 1, -2 ... are written 0, 1, 2, 3 ... */
  ZERO_IMAGE_TEXT,     /* index */
  ZERO_IMAGE_FUNCTION, /* index; not inside a list */
  ZERO_IMAGE_BUILTIN,  /* index; not inside a list */
  ZERO_IMAGE_LIST,     /* count: takes so many values, leaves their list */
};

/* The header that images of this VM have, but for size and checksum. */
struct zero_image_header zero__image_header(void);

/* Checksum of an image whose header says `size`. */
uint64_t zero__image_checksum(const void *bytes, size_t size);

#endif
