/* fuzz_source.c - any bytes as a program: it is refused or runs within its
 * limits, and what it evaluates to prints as source that reads back equal. */
#include <string.h>

#include "fuzz.h"

static void drop(void *context, const char *bytes, size_t size) {
  (void)context;
  (void)bytes;
  (void)size;
}

static void look(zero_vm *vm, zero_status status, zero_value value) {
  if (status != ZERO_OK) {
    zero_fuzz_code(vm, status);
  } else if (!zero_is_none(value)) {
    zero_fuzz_read_back(vm, value);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  static struct zero_fuzz_vm holder;
  zero_options options = zero_options_default();
  options.loader = NULL;
  options.output = drop;
  options.fuel = 20000;
  options.alloc = 4 << 20;
  options.heap = 512 << 20;
  options.output_bytes = 64 << 10;
  zero_vm *vm = zero_fuzz_open(&holder, &options);
  const char *source = (const char *)bytes;
  zero_value value = {0}, unit = zero_unit();
  int incomplete;
  look(vm, zero_eval(vm, &value, &incomplete, "fuzz", source, size), value);
  zero_status status = zero_load(vm, "fuzz", source, size);
  zero_value function = {0};
  if (status == ZERO_OK) function = zero_lookup(vm, "main");
  if (!zero_is_none(function)) {
    status = zero_call(vm, &value, function, &unit, 1);
  }
  if (zero_is_none(function)) value = function;
  look(vm, status, value);
  return 0;
}
