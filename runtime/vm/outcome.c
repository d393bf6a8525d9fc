/* outcome.c - what operations on the world answer: HostOk and HostErr. */
#include "vm/outcome.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/random.h>

#include "base/sentence.h"
#include "facts/gen/host_errors.h"
#include "value/list.h"
#include "value/text.h"

#define ROW(error, CAPABILITY, CODE) \
  {error, ZERO_CAPABILITY_##CAPABILITY, ZERO_CODE_##CODE},

static const struct {
  int error;           /* 0: any */
  uint32_t capability; /* 0: any; else one bit of it is needed */
  int code;
} rows[] = {ZERO_HOST_ERRORS(ROW)};

#undef ROW

int zero__host_code(int error, uint32_t capability) {
  size_t i = 0;
  while ((rows[i].error != 0 && rows[i].error != error) ||
         (rows[i].capability != 0 &&
          (rows[i].capability & capability) == 0)) {
    i++; /* the last row is for every error */
  }
  return rows[i].code;
}

const char *zero__capability_name(uint32_t bits) {
  const char *part = "";
  for (unsigned i = zero__capability_count; i-- > 0;) {
    const struct zero_capability *row = &zero__capabilities[i];
    if (row->bits == 0) continue;
    if (row->bits == bits) return row->name;
    if ((row->bits & ~bits) == 0) part = row->name;
  }
  return part;
}

/* A signal may end a long draw before all is there. Drawn onto the stack: the
 * system may not write to storage that the collector protects. */
bool zero__draw(void *bytes, size_t size) {
  char *to = bytes;
  char block[256];
  while (size > 0) {
    size_t part = size < sizeof block ? size : sizeof block;
    ssize_t got = getrandom(block, part, 0);
    if (got < 0 && errno != EINTR) return false;
    if (got <= 0) continue;
    memcpy(to, block, (size_t)got);
    to += got;
    size -= (size_t)got;
  }
  return true;
}

zero_value zero__host_ok(zero_vm *vm, zero_value v) {
  zero_value items[] = {zero__text_of(&vm->heap, "HostOk"), v};
  return zero__list(&vm->heap, items, 2);
}

static zero_value host_err(zero_vm *vm, int code, uint32_t capability,
                           const char *message) {
  zero_value items[] = {
      zero__text_of(&vm->heap, "HostErr"),
      zero__text_of(&vm->heap, zero__code_fact(code)->name),
      zero__text_of(&vm->heap, message),
      zero__text_of(&vm->heap, zero__capability_name(capability)),
  };
  return zero__list(&vm->heap, items, sizeof items / sizeof *items);
}

zero_value zero__host_error(zero_vm *vm, int error, uint32_t capability,
                            const char *format, ...) {
  char message[ZERO_FAULT_MESSAGE];
  va_list arguments;
  if (error == EINTR) zero__poll(vm);
  va_start(arguments, format);
  zero__sentence_of(message, sizeof message / 2, format, arguments);
  va_end(arguments);
  size_t size = strlen(message);
  snprintf(message + size, sizeof message - size, ": %s",
           zero__host_reason(error));
  return host_err(vm, zero__host_code(error, capability), capability,
                  message);
}

zero_value zero__host_refused(zero_vm *vm, int code, uint32_t capability,
                              const char *format, ...) {
  char message[ZERO_FAULT_MESSAGE];
  va_list arguments;
  va_start(arguments, format);
  zero__sentence_of(message, sizeof message, format, arguments);
  va_end(arguments);
  return host_err(vm, code, capability, message);
}
