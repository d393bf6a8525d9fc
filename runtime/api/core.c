/* core.c - lib/core as an image linked into the library. */
#include "api/core.h"

#include "compile/image.h"
#include "compile/library.h"
#include "value/text.h"

static struct zero_global *global_of(zero_vm *vm,
                                     const struct zero_image_function *from) {
  struct zero_heap *heap = &vm->heap;
  const struct zero_code *code = zero__code_of(from->function);
  struct zero_global *global = zero__tree_alloc(heap, sizeof *global);
  zero_value name = code->callable.name;
  zero_static_type *types = zero__alloc(
      heap, ZERO_LEAF, (code->params + 1u) * sizeof(zero_static_type));
  memcpy(types, from->types, (code->params + 1u) * sizeof *types);
  global->symbol = zero__intern(heap, &vm->symbols, zero__text_bytes(name),
                                zero__text_size(name));
  global->module = from->module;
  global->function = from->function;
  global->param_types = types;
  global->result_type = types[code->params];
  global->param_count = code->params;
  global->capability = from->capability;
  global->annotated = from->annotated;
  global->doc = from->doc;
  return global;
}

/* Functions whose name begins with % are lib/core's own helpers. */
static bool is_private(const struct zero_global *global) {
  return global->symbol->name[0] == '%' && global->symbol->size > 1;
}

void zero__core_load(zero_vm *vm) {
  vm->library = zero__library_new(&vm->heap, &vm->symbols, vm->core);
  if (zero__core_image_size == 0) return;
  struct zero_heap *heap = &vm->heap;
  struct zero_image image =
      zero__image_read(heap, zero__core_image, zero__core_image_size);
  for (uint32_t i = 0; i < image.count; i++) {
    struct zero_global *global = global_of(vm, &image.functions[i]);
    if (is_private(global)) continue;
    zero__scope_put(heap, vm->core, global->symbol->name, global);
  }
}
