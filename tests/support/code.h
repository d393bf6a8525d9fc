/* code.h - code put together by hand. */
#ifndef ZERO_TESTS_CODE_H
#define ZERO_TESTS_CODE_H

#include "compile/code.h"
#include "value/print.h"

/* Instruction words of the three forms. */
#define OP(name, a, b, c) \
  ((uint32_t)ZERO_OP_##name | (uint32_t)(a) << 8 | \
   (uint32_t)((b) & 0xff) << 16 | (uint32_t)((c) & 0xff) << 24)
#define OPX(name, a, bx) \
  ((uint32_t)ZERO_OP_##name | (uint32_t)(a) << 8 | (uint32_t)(bx) << 16)
#define OPJ(name, distance) \
  ((uint32_t)ZERO_OP_##name | (uint32_t)(distance) << 8)

/* The word that names a variant. */
uint32_t zero_test_variant(const char *family, const char *variant);

/* Code of these words, `count` of them, pure and without constants. */
struct zero_code *zero_test_code(struct zero_heap *heap, const char *name,
                                 unsigned params, unsigned registers,
                                 const uint32_t *words, uint32_t count);

#define CODE(heap, name, params, registers, ...) \
  zero_test_code(heap, name, params, registers, (uint32_t[]){__VA_ARGS__}, \
                 sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

/* Gives `code` one more constant, which must be its last: indexes are given
 * in order from 0. */
void zero_test_constant(struct zero_heap *heap, struct zero_code *code,
                        zero_value value);

/* Output kept as one string, NUL after it. */
struct zero_test_bytes {
  char *bytes;
  size_t size;
  size_t room;
};

/* A zero__sink whose context is a struct zero_test_bytes, zeroed at first. */
void zero_test_keep(void *context, const char *bytes, size_t size);

#endif
