/* pins.c - values that live while the host holds their names. */
#include "api/session.h"

#include <stdatomic.h>

enum {
  BLOCK = 1 << 20, /* names that a VM takes at once */
  FIRST_ROOM = 16,
};

/* The next block of names, of the whole process: a name that a host gives to
 * another VM than its own is none there. */
static _Atomic uint64_t next_block = 1;

uint64_t zero__name_of_host(struct zero_session *session) {
  if (session->next_name % BLOCK == 0) {
    session->next_name = atomic_fetch_add(&next_block, 1) * BLOCK;
  }
  return session->next_name++;
}

/* Where the search for a name begins. */
static uint64_t home_of(const struct zero_pins *pins, uint64_t name) {
  return (name * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (pins->room - 1);
}

/* The slot of `name`, or the free one where it belongs. Some are free. */
static struct zero_pin_slot *slot_of(const struct zero_pins *pins,
                                     uint64_t name) {
  uint64_t at = home_of(pins, name);
  while (pins->slots[at].name != name && pins->slots[at].name != 0) {
    at = (at + 1) & (pins->room - 1);
  }
  return &pins->slots[at];
}

/* Made aside: a raise on the way loses no pin. */
static void grow(struct zero_heap *heap, struct zero_pins *pins) {
  struct zero_pins wider = *pins;
  wider.room = pins->room > 0 ? 2 * pins->room : FIRST_ROOM;
  wider.slots =
      zero__alloc(heap, ZERO_TRACED, wider.room * sizeof *wider.slots);
  for (uint64_t i = 0; i < pins->room; i++) {
    zero__heap_charge_item(heap, i + 1);
    if (pins->slots[i].name == 0) continue;
    *slot_of(&wider, pins->slots[i].name) = pins->slots[i];
  }
  *pins = wider;
}

static void pin_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  struct zero_pins *pins = &session->pins;
  if (2 * pins->count >= pins->room) grow(&session->vm.heap, pins);
  uint64_t name = zero__name_of_host(session);
  *slot_of(pins, name) = (struct zero_pin_slot){name, request->values[0]};
  pins->count++;
  request->measure = name;
}

zero_status zero_pin(zero_vm *vm, zero_ref *ref, zero_value value) {
  struct zero_request request = {
      .who = "zero_pin", .values = &value, .count = 1};
  return zero__measure(vm, ref != NULL ? &ref->bits : NULL, &request,
                       pin_body);
}

/* The slot that `ref` names, or NULL. */
static struct zero_pin_slot *find(const struct zero_pins *pins,
                                  zero_ref ref) {
  if (ref.bits == 0 || pins->count == 0) return NULL;
  struct zero_pin_slot *slot = slot_of(pins, ref.bits);
  return slot->name == ref.bits ? slot : NULL;
}

zero_value zero_pinned(const zero_vm *vm, zero_ref ref) {
  if (zero__given(vm) != ZERO_OK) return ZERO_NONE;
  const struct zero_pin_slot *slot =
      find(&((const struct zero_session *)vm)->pins, ref);
  return slot != NULL ? slot->value : ZERO_NONE;
}

/* Frees a slot: those behind it that were pushed on move up. */
static void take_out(struct zero_pins *pins, struct zero_pin_slot *slot) {
  uint64_t mask = pins->room - 1;
  uint64_t gap = (uint64_t)(slot - pins->slots);
  for (uint64_t at = gap;;) {
    at = (at + 1) & mask;
    uint64_t name = pins->slots[at].name;
    if (name == 0) break;
    if (((at - home_of(pins, name)) & mask) < ((at - gap) & mask)) continue;
    pins->slots[gap] = pins->slots[at];
    gap = at;
  }
  pins->slots[gap] = (struct zero_pin_slot){.name = 0};
  pins->count--;
}

zero_status zero_unpin(zero_vm *vm, zero_ref ref) {
  struct zero_session *session = (struct zero_session *)vm;
  zero_status given = zero__given(vm);
  if (given != ZERO_OK) return given;
  if (vm->busy) {
    return zero__misuse(vm, "the VM runs a call; a callback may not enter it");
  }
  struct zero_pins *pins = &session->pins;
  struct zero_pin_slot *slot = find(pins, ref);
  if (slot == NULL) {
    return zero__misuse_of(vm, "zero_unpin",
                           "was given what names no pinned value");
  }
  take_out(pins, slot);
  return ZERO_OK;
}
