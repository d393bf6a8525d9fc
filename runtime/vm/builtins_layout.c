/* builtins_layout.c - the layout primitives under lib/core, by names.
 *
 * Literal names are resolved by the compiler; names here were computed, so an
 * unknown name is an error of the running program. */
#include "vm/builtins.h"

#include "layout/layout.h"
#include "value/record.h"
#include "value/text.h"

/* Raises LAYOUT_UNKNOWN for a name that no row of the tables has. */
ZERO_NORETURN static void raise_unknown(zero_vm *vm, const char *owner,
                                        const char *what, zero_value name) {
  char brief[ZERO_BRIEF];
  zero__brief(&vm->heap, name, brief);
  zero__raise(&vm->heap, ZERO_CODE_LAYOUT_UNKNOWN, "%s: %s has no %s %s",
              zero__builtin_name(vm), owner, what, brief);
}

static const struct zero_family *want_family(zero_vm *vm, zero_value *args) {
  zero_value name = zero__want_text(vm, args, 0);
  const struct zero_family *family =
      zero__family_by_name(zero__text_bytes(name));
  if (family != NULL) return family;
  const char *near = NULL;
  if (zero__text_size(name) <= ZERO_BRIEF) { /* else it is like none */
    near = zero__nearest(zero__text_bytes(name), zero__families,
                         zero__family_count, sizeof *zero__families);
  }
  if (near == NULL) raise_unknown(vm, "the table", "family", name);
  zero__raise(&vm->heap, ZERO_CODE_LAYOUT_UNKNOWN,
              "%s: the table has no family \"%s\"; did you mean \"%s\"?",
              zero__builtin_name(vm), zero__text_bytes(name), near);
}

static const struct zero_variant *want_variant(zero_vm *vm, zero_value *args) {
  const struct zero_family *family = want_family(vm, args);
  zero_value name = zero__want_text(vm, args, 1);
  const struct zero_variant *variant = zero__variant_by_name(
      family, zero__text_bytes(name), zero__text_size(name));
  if (variant == NULL) raise_unknown(vm, family->name, "variant", name);
  return variant;
}

ZERO_BUILTIN(layout_new) {
  const struct zero_variant *variant = want_variant(vm, args);
  if (count - 2 != variant->field_count) {
    zero__raise_count(&vm->heap, variant, count - 2);
  }
  return zero__layout_new(&vm->heap, variant, args + 2);
}

zero_value zero__read_field(zero_vm *vm, const struct zero_variant *variant,
                            unsigned index, zero_value v) {
  if (vm->live_field == NULL || zero_is_none(zero__record_ref(v))) {
    return zero__layout_get(&vm->heap, variant, index, v);
  }
  v = zero__layout_check(&vm->heap, variant->family, v);
  return vm->live_field(vm, v, index);
}

ZERO_BUILTIN(layout_get) {
  const struct zero_family *family = want_family(vm, args);
  zero_value name = zero__want_text(vm, args, 1);
  unsigned index;
  const struct zero_variant *variant =
      zero__field_by_name(family, zero__text_bytes(name), &index);
  if (variant == NULL) raise_unknown(vm, family->name, "field", name);
  return zero__read_field(vm, variant, index, args[2]);
}

ZERO_BUILTIN(layout_is) {
  const struct zero_variant *variant = want_variant(vm, args);
  return zero__bool(zero__layout_is(&vm->heap, variant, args[2]));
}

ZERO_BUILTIN(layout_valid) {
  const struct zero_family *family = want_family(vm, args);
  zero_value read = zero__layout_read(&vm->heap, family, args[1]);
  return zero__bool(!zero_is_none(read));
}

struct check {
  zero_vm *vm;
  const struct zero_family *family;
  zero_value value; /* in and out */
};

static void check(void *context) {
  struct check *c = context;
  c->value = zero__layout_check(&c->vm->heap, c->family, c->value);
}

ZERO_BUILTIN(layout_check) {
  struct check c = {vm, want_family(vm, args), args[1]};
  int code = zero__protect(&vm->heap, check, &c);
  if (code == 0) return zero__ok(vm, c.value);
  if (code != c.family->code) zero__raise_again(&vm->heap);
  return zero__failed(vm, zero__fault_value(vm));
}

ZERO_BUILTIN(layout_read) {
  return zero__layout_check(&vm->heap, want_family(vm, args), args[1]);
}

ZERO_BUILTIN(layout_tag) {
  const struct zero_family *family = zero__family_of(args[0]);
  if (family == NULL) zero__raise_type(vm, args, 0, "a value of a family");
  return zero__small(family->tag);
}

static const struct zero_variant *want_packed(zero_vm *vm, zero_value *args) {
  if (zero__is_packed(args[0])) return zero__variant_of(args[0]);
  zero__raise(&vm->heap, ZERO_CODE_LAYOUT_UNKNOWN, "%s: %s has no variants",
              zero__builtin_name(vm), zero__type_name(args[0]));
}

ZERO_BUILTIN(layout_variant) {
  return zero__names_of(zero__variant_word(want_packed(vm, args)))->text;
}

ZERO_BUILTIN(layout_field) {
  const struct zero_variant *variant = want_packed(vm, args);
  uint64_t index = zero__want_index(vm, args, 1, variant->field_count);
  return zero__record_field(&vm->heap, args[0], (unsigned)index);
}

ZERO_BUILTIN(layout_info) {
  return zero__layout_info(&vm->heap, want_family(vm, args));
}

ZERO_BUILTIN(path_normal) {
  zero_value text = zero__want_text(vm, args, 0);
  zero_value normal = zero__path_normal(&vm->heap, text);
  return zero_is_none(normal) ? zero__none(vm) : zero__some(vm, normal);
}
