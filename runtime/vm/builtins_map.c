/* builtins_map.c - the natives below lib/core/map.0x0. They take v1 Maps;
 * lib/core converts the v0.1 form first. */
#include "vm/builtins.h"

#include "layout/layout.h"
#include "value/list.h"
#include "value/map.h"
#include "value/text.h"

ZERO_NORETURN ZERO_COLD static void raise_key(zero_vm *vm, zero_value key,
                                              const char *who) {
  char found[ZERO_FOUND];
  zero__found(&vm->heap, key, found);
  zero__raise(&vm->heap, ZERO_CODE_LAYOUT_MAP,
              "%s: a key must be I64, Text, Bool or Unit, found %s",
              who != NULL ? who : zero__builtin_name(vm), found);
}

static inline zero_value hashed_key(zero_vm *vm, zero_value key,
                                    const char *who) {
  if (ZERO_LIKELY(zero__is_text(key))) {
    zero__heap_portion(&vm->heap, zero__text_size(key));
    zero__text_hash(&vm->heap, key);
  } else if (ZERO_UNLIKELY(!zero__is_key(key))) {
    raise_key(vm, key, who);
  }
  return key;
}

zero_value zero__want_key(zero_vm *vm, zero_value key, const char *who) {
  return hashed_key(vm, key, who);
}

ZERO_BUILTIN(map_empty) {
  return zero__map_empty(&vm->heap);
}

ZERO_BUILTIN(map_put) {
  zero_value map = zero__want_map(vm, args, 0);
  zero_value key = hashed_key(vm, args[1], NULL);
  return zero__map_put(&vm->heap, map, key, args[2]);
}

ZERO_BUILTIN(map_get) {
  zero_value map = zero__want_map(vm, args, 0);
  zero_value value = zero__map_get(map, hashed_key(vm, args[1], NULL));
  return zero_is_none(value) ? zero__none(vm) : zero__some(vm, value);
}

ZERO_BUILTIN(map_remove) {
  zero_value map = zero__want_map(vm, args, 0);
  return zero__map_remove(&vm->heap, map, hashed_key(vm, args[1], NULL));
}

ZERO_BUILTIN(map_has) {
  zero_value map = zero__want_map(vm, args, 0);
  zero_value value = zero__map_get(map, hashed_key(vm, args[1], NULL));
  return zero__bool(!zero_is_none(value));
}

/* The list of every other word of the map's pairs, from `first` on. */
static zero_value list_half(zero_vm *vm, zero_value map, size_t first) {
  uint64_t size = zero__map_size(map);
  const zero_value *pairs = zero__map_pairs(&vm->heap, map);
  zero_value list = ZERO_EMPTY;
  for (uint64_t i = size; i-- > 0;) {
    list = zero__cons(&vm->heap, pairs[2 * i + first], list);
    zero__heap_charge_item(&vm->heap, i);
  }
  zero__heap_charge_rest(&vm->heap, size);
  return list;
}

ZERO_BUILTIN_OF(map_size, map, zero__small((int64_t)zero__map_size(v)))
ZERO_BUILTIN_OF(map_keys, map, list_half(vm, v, 0))
ZERO_BUILTIN_OF(map_values, map, list_half(vm, v, 1))
ZERO_BUILTIN_OF(map_entries, map, zero__map_entries(&vm->heap, v))

ZERO_BUILTIN(map_from_entries) {
  zero_value list = zero__want_list(vm, args, 0);
  zero_value map = zero__map_from_entries(&vm->heap, list);
  if (!zero_is_none(map)) return map;
  /* The constructor says which entry is wrong. */
  const struct zero_family *family = zero__family_by_tag(ZERO_FAMILY_MAP);
  return zero__layout_new(&vm->heap, &family->variants[0], &list);
}
