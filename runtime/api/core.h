/* core.h - lib/core as an image linked into the library. */
#ifndef ZERO_API_CORE_H
#define ZERO_API_CORE_H

#include "vm/vm.h"

/* Made by the bootstrap; the bootstrap itself has an empty one. */
extern const unsigned char zero__core_image[];
extern const size_t zero__core_image_size;

/* Fills vm->core from the image. Raises IMAGE_MISMATCH where it was made for
 * other tables. */
void zero__core_load(zero_vm *vm);

#endif
