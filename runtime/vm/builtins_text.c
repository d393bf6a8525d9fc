/* builtins_text.c - Text, by code points. The operations are in value/text.c;
 * here are ranges, kinds and fuel. */
#include "vm/builtins.h"

#include "base/utf8.h"
#include "layout/layout.h"
#include "value/list.h"
#include "value/number.h"
#include "value/text.h"

ZERO_BUILTIN_OF(text_len, text, zero__small((int64_t)zero__text_count(v)))
ZERO_BUILTIN_OF(text_graphemes, text,
                zero__small((int64_t)zero__text_graphemes(&vm->heap, v)))
ZERO_BUILTIN_OF(text_upper, text, zero__text_upper(&vm->heap, v))
ZERO_BUILTIN_OF(text_lower, text, zero__text_lower(&vm->heap, v))
ZERO_BUILTIN_OF(text_trim, text, zero__text_trim(&vm->heap, v))

ZERO_BUILTIN(text_cat) {
  for (unsigned i = 0; i < count; i++) {
    zero__want_text(vm, args, i);
    zero__heap_charge_item(&vm->heap, i + 1u);
  }
  return zero__text_cat(&vm->heap, args, count);
}

ZERO_BUILTIN(text_slice) {
  zero_value text = zero__want_text(vm, args, 0);
  uint64_t from, to;
  zero__want_part(vm, args, 1, zero__text_count(text), &from, &to);
  return zero__text_slice(&vm->heap, text, from, to);
}

/* The index of argument 1 in the text of argument 0. */
static uint64_t want_place(zero_vm *vm, zero_value *args) {
  zero_value text = zero__want_text(vm, args, 0);
  return zero__want_index(vm, args, 1, zero__text_count(text));
}

ZERO_BUILTIN(text_nth) {
  uint64_t index = want_place(vm, args);
  return zero__text_slice(&vm->heap, args[0], index, index + 1);
}

ZERO_BUILTIN(text_find) {
  zero_value text = zero__want_text(vm, args, 0);
  zero_value needle = zero__want_text(vm, args, 1);
  size_t bytes;
  int64_t index = zero__text_find(&vm->heap, text, needle, 0, &bytes);
  return index < 0 ? zero__none(vm) : zero__some(vm, zero__small(index));
}

ZERO_BUILTIN(text_split) {
  zero_value text = zero__want_text(vm, args, 0);
  zero_value separator = zero__want_text(vm, args, 1);
  if (zero__text_size(separator) == 0) {
    zero__raise_type(vm, args, 1, "a Text that is not empty");
  }
  return zero__text_split(&vm->heap, text, separator);
}

ZERO_BUILTIN(text_join) {
  zero_value list = zero__want_list(vm, args, 0);
  zero_value separator = zero__want_text(vm, args, 1);
  struct zero_iterator at = zero__iterate(list);
  struct zero_join join = {0};
  zero_value item;
  while (zero__next(&vm->heap, &at, &item)) {
    if (!zero__is_text(item)) zero__raise_item(vm, join.items, item, "Text");
    zero__join_add(&join, item);
    zero__heap_charge_item(&vm->heap, join.items);
  }
  return zero__text_join(&vm->heap, list, separator, &join);
}

ZERO_BUILTIN(text_code) {
  uint64_t index = want_place(vm, args);
  return zero__small((int64_t)zero__text_code(&vm->heap, args[0], index));
}

ZERO_BUILTIN(text_class) {
  uint64_t index = want_place(vm, args);
  uint32_t code_point = zero__text_code(&vm->heap, args[0], index);
  return zero__text_of(&vm->heap, zero__text_class(code_point));
}

ZERO_BUILTIN(text_normalize) {
  zero_value text = zero__want_text(vm, args, 0);
  zero_value form = zero__want_text(vm, args, 1);
  text = zero__text_normalize(&vm->heap, text, zero__text_bytes(form));
  if (!zero_is_none(text)) return text;
  zero__raise_type(vm, args, 1, "NFC, NFD, NFKC or NFKD");
}

/* From the last character to the first, so that the list is made once. */
ZERO_BUILTIN(text_to_list) {
  zero_value text = zero__want_text(vm, args, 0);
  const char *bytes = zero__text_bytes(text);
  size_t end = zero__text_size(text);
  zero_value list = ZERO_EMPTY;
  while (end > 0) {
    size_t start = end - 1;
    while (zero__utf8_continues(bytes[start])) start--;
    zero_value item = zero__text_new(&vm->heap, bytes + start, end - start);
    list = zero__cons(&vm->heap, item, list);
    end = start;
    zero__charge(vm, 1);
  }
  return list;
}

ZERO_BUILTIN(text_to_i64) {
  zero_value text = zero__want_text(vm, args, 0);
  const char *bytes = zero__text_bytes(text);
  int64_t number;
  int trouble = zero__parse_i64(&vm->heap, bytes, zero__text_size(text),
                                &number);
  if (trouble == 0) return zero__ok(vm, zero__i64(&vm->heap, number));
  char brief[ZERO_BRIEF];
  zero__brief(&vm->heap, text, brief);
  return zero__err(vm, ZERO_CODE_TEXT_NOT_I64,
                   trouble == 1 ? "%s is not an integer"
                                : "%s does not fit in 64 bits",
                   brief);
}

ZERO_BUILTIN(i64_to_text) {
  char digits[ZERO_NUMBER_SIZE];
  const char *start = zero__i64_digits(zero__want_i64(vm, args, 0), digits);
  return zero__text_new(&vm->heap, start,
                        (size_t)(digits + sizeof digits - start));
}
