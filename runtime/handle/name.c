/* name.c - Refs: the names by which values hold handles. */
#include "handle/name.h"

#include <stdio.h>

#include "value/number.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

/* --- making -------------------------------------------------------------- */

static struct zero_handle_ref *new_ref(zero_vm *vm,
                                       const struct zero_handle *h) {
  struct zero_handle_ref *ref =
      zero__alloc(&vm->heap, ZERO_TRACED, sizeof *ref);
  ref->header = zero__header(ZERO_KIND_REF, 0, 0, 0);
  ref->table = vm->handles;
  ref->number = h->number;
  ref->place = h->place;
  return ref;
}

static bool is_ref(const struct zero_field *field) {
  return (field->type->accepts & ZERO_ACCEPTS_REF) != 0;
}

zero_value zero__name_first(zero_vm *vm, struct zero_handle *h,
                            zero_value extra, struct zero_handle_ref **ref) {
  const struct zero_variant *variant =
      zero__family_by_tag(h->kind->family)->variants;
  const char *capability = zero__capability_name(h->kind->capability);
  if (zero_is_none(extra)) extra = zero__text_of(&vm->heap, capability);
  *ref = new_ref(vm, h);
  zero_value fields[UINT8_MAX];
  for (unsigned i = 0; i < variant->field_count; i++) {
    const struct zero_field *field = &variant->fields[i];
    fields[i] = is_ref(field) ? zero__of_object(*ref)
                : zero__is_life(field)
                    ? zero__text_of(&vm->heap, zero__handle_state(h))
                    : extra;
  }
  return zero__record_new(&vm->heap, variant, fields);
}

/* The live value `v` under another name. */
static zero_value renamed(zero_vm *vm, zero_value v, const char *state,
                          const struct zero_handle_ref *ref) {
  const struct zero_variant *variant = zero__variant_of(v);
  zero_value fields[UINT8_MAX];
  for (unsigned i = 0; i < variant->field_count; i++) {
    const struct zero_field *field = &variant->fields[i];
    fields[i] = is_ref(field)     ? zero__of_object(ref)
                : zero__is_life(field) ? zero__text_of(&vm->heap, state)
                                  : zero__record(v)->fields[i];
  }
  return zero__record_new(&vm->heap, variant, fields);
}

zero_value zero__name_anew(zero_vm *vm, struct zero_handle *h,
                           zero_value v) {
  struct zero_handle_ref *ref = new_ref(vm, h);
  zero_value given = renamed(vm, v, zero__handle_state(h), ref);
  h->holder->fate = ZERO_REF_MOVED;
  h->holder = ref;
  return given;
}

zero_value zero__name_lend(zero_vm *vm, struct zero_handle *h,
                           zero_value v) {
  struct zero_handle_ref *ref = new_ref(vm, h);
  zero_value lent = renamed(vm, v, "borrowed", ref);
  ref->lender = h->holder;
  h->holder = ref;
  return lent;
}

void zero__name_take_back(zero_vm *vm, zero_value lent) {
  struct zero_handle_ref *ref = zero__ref(zero__record_ref(lent));
  struct zero_handle *h = zero__handle_named(vm, ref);
  if (ref->fate == ZERO_REF_LIVE) ref->fate = ZERO_REF_ENDED;
  if (h != NULL) h->holder = ref->lender;
}

/* --- resolving ----------------------------------------------------------- */

ZERO_NORETURN static void raise_fate(zero_vm *vm, const char *who,
                                     const char *what, uint32_t fate) {
  switch (fate) {
    case ZERO_REF_MOVED:
      zero__raise(&vm->heap, ZERO_CODE_HANDLE_MOVED,
                  "%s: the %s was given away and has another name now", who,
                  what);
    case ZERO_REF_ENDED:
      zero__raise(&vm->heap, ZERO_CODE_HANDLE_BORROW_ENDED,
                  "%s: the %s was lent to a function that has ended", who,
                  what);
    default:
      zero__raise(&vm->heap, ZERO_CODE_HANDLE_CLOSED, "%s: the %s is closed",
                  who, what);
  }
}

struct zero_handle *zero__name_resolve(zero_vm *vm, zero_value v,
                                       const char *who) {
  const char *what = zero__family_of(v)->name;
  zero_value slot = zero__record_ref(v);
  if (zero_is_none(slot)) {
    zero__raise(&vm->heap, ZERO_CODE_HANDLE_NOT_LIVE,
                "%s: the %s only describes one; nothing is behind it", who,
                what);
  }
  const struct zero_handle_ref *ref = zero__ref(slot);
  if (ref->table != vm->handles) {
    zero__raise(&vm->heap, ZERO_CODE_HANDLE_FOREIGN,
                "%s: the %s belongs to another VM", who, what);
  }
  if (ref->fate != ZERO_REF_LIVE) raise_fate(vm, who, what, ref->fate);
  struct zero_handle *h = zero__handle_named(vm, ref);
  if (h == NULL) raise_fate(vm, who, what, ZERO_REF_CLOSED);
  if (zero__header_tag(zero__object(v)->header) != h->kind->family) {
    zero__raise(&vm->heap, ZERO_CODE_HANDLE_NOT_LIVE,
                "%s: the Ref in the %s names a %s", who, what,
                zero__family_by_tag(h->kind->family)->name);
  }
  return h;
}

void zero__name_hold(zero_vm *vm, const struct zero_handle *h, zero_value v,
                     const char *who) {
  if (h->holder == zero__ref(zero__record_ref(v))) return;
  zero__raise(&vm->heap, ZERO_CODE_HANDLE_BORROWED,
              "%s: the %s is lent to a function that still runs", who,
              h->kind->name);
}

void zero__name_own(zero_vm *vm, const struct zero_handle *h, zero_value v,
                    const char *who) {
  zero__name_hold(vm, h, v, who);
  if (h->holder->lender == NULL) return;
  zero__raise(&vm->heap, ZERO_CODE_HANDLE_BORROWED,
              "%s: the %s is lent, and its owner's to give or close", who,
              h->kind->name);
}

/* --- asking -------------------------------------------------------------- */

const char *zero__name_state(zero_vm *vm, zero_value v) {
  const struct zero_handle_ref *ref = zero__ref(zero__record_ref(v));
  if (ref->table != vm->handles) return "moved";
  if (ref->fate == ZERO_REF_MOVED) return "moved";
  if (ref->fate == ZERO_REF_ENDED) return "borrowed";
  struct zero_handle *h = zero__handle_named(vm, ref);
  if (ref->fate == ZERO_REF_CLOSED || h == NULL) return "closed";
  return h->holder->lender != NULL ? "borrowed" : zero__handle_state(h);
}

zero_value zero__name_field(zero_vm *vm, zero_value v, unsigned index) {
  const struct zero_variant *variant = zero__variant_of(v);
  const struct zero_field *field = &variant->fields[index];
  if (zero__is_life(field)) {
    return zero__text_of(&vm->heap, zero__name_state(vm, v));
  }
  if (!is_ref(field)) return zero__record(v)->fields[index];
  char who[64];
  snprintf(who, sizeof who, "%s-%s", variant->name, field->name);
  struct zero_handle *h = zero__name_resolve(vm, v, who);
  if (h->kind->label != NULL) return h->kind->label(vm, h);
  return zero__i64(&vm->heap, (int64_t)h->number);
}
