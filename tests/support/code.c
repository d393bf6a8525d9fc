/* code.c - code put together by hand. */
#include "code.h"

#include <stdlib.h>
#include <string.h>

#include "value/record.h"
#include "value/text.h"

uint32_t zero_test_variant(const char *family, const char *variant) {
  return zero__variant_word(zero__variant_by_name(
      zero__family_by_name(family), variant, strlen(variant)));
}

struct zero_code *zero_test_code(struct zero_heap *heap, const char *name,
                                 unsigned params, unsigned registers,
                                 const uint32_t *words, uint32_t count) {
  struct zero_code *code = zero__code_new(heap, count);
  code->callable.name = zero__text_of(heap, name);
  code->params = (uint8_t)params;
  code->registers = (uint8_t)registers;
  if (count > 0) memcpy(code->instructions, words, count * sizeof *words);
  return code;
}

void zero_test_constant(struct zero_heap *heap, struct zero_code *code,
                        zero_value value) {
  uint32_t count = code->constant_count;
  zero_value *wider =
      zero__alloc(heap, ZERO_TRACED, (count + 1) * sizeof *wider);
  if (count > 0) memcpy(wider, code->constants, count * sizeof *wider);
  wider[count] = value;
  code->constants = wider;
  code->constant_count = count + 1;
}

void zero_test_keep(void *context, const char *bytes, size_t size) {
  struct zero_test_bytes *kept = context;
  if (kept->room - kept->size <= size) {
    kept->room = (kept->size + size + 1) * 2;
    kept->bytes = realloc(kept->bytes, kept->room);
    if (kept->bytes == NULL) abort();
  }
  memcpy(kept->bytes + kept->size, bytes, size);
  kept->size += size;
  kept->bytes[kept->size] = '\0';
}
