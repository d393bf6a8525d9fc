/* builtins.c - the table of builtins, and what they share: checks of their
 * arguments, and the values they return. */
#include "vm/builtins.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/random.h>

#include "base/sentence.h"
#include "facts/gen/host_errors.h"
#include "layout/layout.h"
#include "value/list.h"
#include "value/map.h"
#include "value/record.h"
#include "value/text.h"

#define ENTRY(index, symbol) [index] = zero__builtin_##symbol,
zero__builtin *const zero__builtin_functions[ZERO_BUILTIN_COUNT] = {
    ZERO_NATIVE_BUILTINS(ENTRY)};

/* --- arguments ----------------------------------------------------------- */

const char *zero__builtin_name(const zero_vm *vm) {
  const struct zero_builtin *builtin = &zero__builtins[vm->builtin];
  bool sigil = builtin->hidden && builtin->name[0] == '%';
  return builtin->name + sigil;
}

void zero__raise_kind(zero_vm *vm, const char *who, const char *what,
                      const char *expected, zero_value v) {
  char found[ZERO_FOUND];
  zero__found(&vm->heap, v, found);
  zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH, "%s: %s must be %s, found %s",
              who, what, expected, found);
}

void zero__raise_type(zero_vm *vm, const zero_value *args, unsigned index,
                      const char *expected) {
  char what[32];
  snprintf(what, sizeof what, "argument %u", index + 1);
  zero__raise_kind(vm, zero__builtin_name(vm), what, expected, args[index]);
}

void zero__raise_item(zero_vm *vm, uint64_t index, zero_value item,
                      const char *expected) {
  char what[32];
  snprintf(what, sizeof what, "item %" PRIu64, index);
  zero__raise_kind(vm, zero__builtin_name(vm), what, expected, item);
}

#define WANT(kind, is_kind, expected)                                      \
  zero_value zero__want_##kind(zero_vm *vm, zero_value *args,              \
                               unsigned index) {                           \
    zero_value v = args[index];                                            \
    if (is_kind) return v;                                                 \
    zero__raise_type(vm, args, index, expected);                           \
  }
WANT(text, zero__is_text(v), "Text")
WANT(list, zero__is_list(v), "List")
WANT(bytes, zero__is_kind(v, ZERO_KIND_BYTES), "Bytes")
WANT(map, zero__is_kind(v, ZERO_KIND_MAP), "Map")

int64_t zero__want_i64(zero_vm *vm, zero_value *args, unsigned index) {
  if (zero__is_i64(args[index])) return zero__i64_number(args[index]);
  zero__raise_type(vm, args, index, "I64");
}

void zero__raise_index(zero_vm *vm, int64_t index, uint64_t size) {
  zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
              "%s: index %" PRId64 " is out of range: there %s %" PRIu64,
              zero__builtin_name(vm), index, size == 1 ? "is" : "are", size);
}

uint64_t zero__want_index(zero_vm *vm, zero_value *args, unsigned index,
                          uint64_t size) {
  int64_t number = zero__want_i64(vm, args, index);
  if (number >= 0 && (uint64_t)number < size) return (uint64_t)number;
  zero__raise_index(vm, number, size);
}

void zero__want_part(zero_vm *vm, zero_value *args, unsigned index,
                     uint64_t size, uint64_t *from, uint64_t *to) {
  int64_t first = zero__want_i64(vm, args, index);
  int64_t end = zero__want_i64(vm, args, index + 1);
  if (first < 0 || end < first || (uint64_t)end > size) {
    zero__raise(&vm->heap, ZERO_CODE_INDEX_RANGE,
                "%s: %" PRId64 " to %" PRId64 " is out of range"
                ": there %s %" PRIu64,
                zero__builtin_name(vm), first, end, size == 1 ? "is" : "are",
                size);
  }
  *from = (uint64_t)first;
  *to = (uint64_t)end;
}

/* --- values they return -------------------------------------------------- */

static const struct zero_variant *variant_of(uint64_t tag, const char *name) {
  return zero__variant_by_name(zero__family_by_tag(tag), name, strlen(name));
}

zero_value zero__some(zero_vm *vm, zero_value v) {
  struct zero_record *made =
      zero__alloc_small(&vm->heap, ZERO_TRACED, sizeof *made + sizeof v);
  made->header = zero__some_header;
  made->fields[0] = v;
  return zero__of_object(made);
}

zero_value zero__none(ZERO_UNUSED zero_vm *vm) {
  return zero__none_record;
}

zero_value zero__ok(zero_vm *vm, zero_value v) {
  return zero__record_new(&vm->heap, variant_of(ZERO_FAMILY_RESULT, "ok"), &v);
}

zero_value zero__failed(zero_vm *vm, zero_value error) {
  return zero__record_new(&vm->heap, variant_of(ZERO_FAMILY_RESULT, "err"),
                          &error);
}

zero_value zero__err(zero_vm *vm, int code, const char *format, ...) {
  char message[ZERO_FAULT_MESSAGE];
  va_list arguments;
  va_start(arguments, format);
  zero__sentence_of(message, sizeof message, format, arguments);
  va_end(arguments);
  zero_value fields[] = {
      zero__text_of(&vm->heap, zero__code_fact(code)->name),
      zero__text_of(&vm->heap, message),
      zero__none(vm),
      zero__map_empty(&vm->heap),
  };
  return zero__failed(
      vm, zero__record_new(&vm->heap, variant_of(ZERO_FAMILY_ERROR, "error"),
                           fields));
}

/* --- the world ----------------------------------------------------------- */

#define ROW(error, CAPABILITY, CODE) \
  {error, ZERO_CAPABILITY_##CAPABILITY, ZERO_CODE_##CODE},

static const struct {
  int error;           /* 0: any */
  uint32_t capability; /* 0: any; else one bit of it is needed */
  int code;
} rows[] = {ZERO_HOST_ERRORS(ROW)};

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

/* A signal may end a long read before all bytes have come. Read onto the stack:
 * the system may not write to storage that the collector protects. */
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
  return zero__list(&vm->heap, items, 4);
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
  return host_err(vm, zero__host_code(error, capability), capability, message);
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
