/* builtins_bytes.c - the natives below lib/core/bytes.0x0. They take v1 Bytes;
 * only bytes-cat, which programs call directly, reads v0.1. */
#include "vm/builtins.h"

#include <inttypes.h>

#include "layout/layout.h"
#include "value/bytes.h"
#include "value/text.h"

static const char digits[] = "0123456789abcdef";

ZERO_BUILTIN(bytes_from_list) {
  zero_value list = zero__want_list(vm, args, 0);
  zero_value bytes = zero__bytes_from_list(&vm->heap, list);
  if (!zero_is_none(bytes)) return bytes;
  /* The constructor says which item is wrong. */
  const struct zero_family *family = zero__family_by_tag(ZERO_FAMILY_BYTES);
  return zero__layout_new(&vm->heap, &family->variants[0], &list);
}

ZERO_BUILTIN_OF(bytes_to_list, bytes, zero__bytes_to_list(&vm->heap, v))
ZERO_BUILTIN_OF(bytes_len, bytes, zero__small((int64_t)zero__bytes(v)->size))
ZERO_BUILTIN_OF(bytes_from_text, text,
                zero__bytes_new(&vm->heap, zero__text_bytes(v),
                                zero__text_size(v)))

ZERO_BUILTIN(bytes_nth) {
  const struct zero_bytes *bytes = zero__bytes(zero__want_bytes(vm, args, 0));
  return zero__small(bytes->data[zero__want_index(vm, args, 1, bytes->size)]);
}

ZERO_BUILTIN(bytes_slice) {
  zero_value bytes = zero__want_bytes(vm, args, 0);
  uint64_t from, to;
  zero__want_part(vm, args, 1, zero__bytes(bytes)->size, &from, &to);
  return zero__bytes_new(&vm->heap, zero__bytes(bytes)->data + from, to - from);
}

ZERO_BUILTIN(bytes_cat) {
  const struct zero_family *family = zero__family_by_tag(ZERO_FAMILY_BYTES);
  uint64_t size = 0;
  for (unsigned i = 0; i < count; i++) {
    zero__heap_charge_item(&vm->heap, i + 1u);
    args[i] = zero__layout_check(&vm->heap, family, args[i]);
    size += zero__bytes(args[i])->size;
  }
  zero_value whole = zero__bytes_new(&vm->heap, NULL, size);
  unsigned char *end = zero__bytes(whole)->data;
  for (unsigned i = 0; i < count; i++) {
    const struct zero_bytes *part = zero__bytes(args[i]);
    zero__heap_copy(&vm->heap, end, part->data, part->size);
    end += part->size;
    zero__heap_charge_item(&vm->heap, i + 1u);
  }
  return whole;
}

ZERO_BUILTIN(bytes_to_text) {
  const struct zero_bytes *bytes = zero__bytes(zero__want_bytes(vm, args, 0));
  size_t bad;
  zero_value text = zero__text_checked(
      &vm->heap, (const char *)bytes->data, bytes->size, &bad);
  if (!zero_is_none(text)) return zero__ok(vm, text);
  return zero__err(vm, ZERO_CODE_BYTES_NOT_TEXT,
                   "byte %zu is %u, which is not valid UTF-8 there", bad,
                   bytes->data[bad]);
}

ZERO_BUILTIN(bytes_hex) {
  const struct zero_bytes *bytes = zero__bytes(zero__want_bytes(vm, args, 0));
  if (bytes->size > ZERO_TEXT_MAX / 2) {
    zero__raise(&vm->heap, ZERO_CODE_TEXT_TOO_LONG,
                "%" PRIu64 " bytes have more digits than a text can hold",
                bytes->size);
  }
  if (bytes->size == 0) return zero__text_of(&vm->heap, "");
  char *hex = zero__alloc(&vm->heap, ZERO_LEAF, bytes->size * 2);
  for (uint64_t i = 0; i < bytes->size; i++) {
    hex[2 * i] = digits[bytes->data[i] >> 4];
    hex[2 * i + 1] = digits[bytes->data[i] & 15];
    if (i % ZERO_PORTION == 0) zero__heap_portion(&vm->heap, bytes->size - i);
  }
  return zero__text_new(&vm->heap, hex, bytes->size * 2);
}

/* The number of a hexadecimal digit of either case, or -1. */
static int digit_number(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

ZERO_BUILTIN(bytes_from_hex) {
  zero_value text = zero__want_text(vm, args, 0);
  const char *hex = zero__text_bytes(text);
  size_t size = zero__text_size(text);
  if (size % 2 != 0) {
    return zero__err(vm, ZERO_CODE_BYTES_NOT_HEX,
                     "%zu digits are not a whole number of bytes", size);
  }
  zero_value bytes = zero__bytes_new(&vm->heap, NULL, size / 2);
  for (size_t i = 0; i < size; i += 2) {
    int high = digit_number(hex[i]);
    int low = digit_number(hex[i + 1]);
    if (i % ZERO_PORTION == 0) zero__heap_portion(&vm->heap, size - i);
    if (high < 0 || low < 0) {
      return zero__err(vm, ZERO_CODE_BYTES_NOT_HEX,
                       "the character at byte %zu is not a hexadecimal digit",
                       high < 0 ? i : i + 1);
    }
    zero__bytes(bytes)->data[i / 2] = (unsigned char)(high << 4 | low);
  }
  return zero__ok(vm, bytes);
}
