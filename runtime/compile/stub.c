/* stub.c - builtins as function values. */
#include "compile/stub.h"

#include "value/record.h"
#include "value/text.h"

struct zero_stubs {
  zero_value functions[1]; /* zero__builtin_count of them */
};

static struct zero_stubs *all_stubs(struct zero_heap *heap) {
  if (heap->stubs == NULL) {
    heap->stubs = zero__alloc(heap, ZERO_TRACED,
                              zero__builtin_count * sizeof(zero_value));
  }
  return heap->stubs;
}

zero_value zero__builtin_stub(struct zero_heap *heap, unsigned index) {
  zero_value *place = &all_stubs(heap)->functions[index];
  if (!zero_is_none(*place)) return *place;
  const struct zero_builtin *row = &zero__builtins[index];
  struct zero_code *code =
      zero__alloc(heap, ZERO_TRACED, sizeof(struct zero_code));
  code->callable.name = zero__text_of(heap, row->name);
  code->capability = row->capability;
  code->builtin = (int32_t)index;
  *place = zero__function_new(heap, &code->callable);
  return *place;
}
