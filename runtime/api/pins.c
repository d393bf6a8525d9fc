/* pins.c - values that live while the host holds their names. */
#include "api/session.h"

enum { FIRST_ROOM = 16 };

static void grow(struct zero_heap *heap, struct zero_pins *pins) {
  if (pins->room > UINT32_MAX / 2) {
    zero__raise(heap, ZERO_CODE_OUT_OF_MEMORY,
                "a VM pins no more than %u values", pins->room);
  }
  uint32_t room = pins->room > 0 ? 2 * pins->room : FIRST_ROOM;
  struct zero_pin_slot *slots =
      zero__alloc(heap, ZERO_TRACED, room * sizeof *slots);
  if (pins->used > 0) {
    memcpy(slots, pins->slots, pins->used * sizeof *slots);
  }
  pins->slots = slots;
  pins->room = room;
}

/* A place for one more value, from 1. */
static uint32_t take_place(struct zero_heap *heap, struct zero_pins *pins) {
  uint32_t place = pins->first_free;
  if (place > 0) {
    pins->first_free = pins->slots[place - 1].next_free;
    return place;
  }
  if (pins->used == pins->room) grow(heap, pins);
  pins->slots[pins->used] = (struct zero_pin_slot){.generation = 1};
  return ++pins->used;
}

static void pin_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  struct zero_pins *pins = &session->pins;
  uint32_t place = take_place(&session->vm.heap, pins);
  struct zero_pin_slot *slot = &pins->slots[place - 1];
  slot->value = request->values[0];
  request->measure = (uint64_t)slot->generation << 32 | place;
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
  uint32_t place = (uint32_t)ref.bits;
  if (place == 0 || place > pins->used) return NULL;
  struct zero_pin_slot *slot = &pins->slots[place - 1];
  if (slot->generation != ref.bits >> 32) return NULL;
  return zero_is_none(slot->value) ? NULL : slot;
}

zero_value zero_pinned(const zero_vm *vm, zero_ref ref) {
  if (vm == NULL) return ZERO_NONE;
  const struct zero_pin_slot *slot =
      find(&((const struct zero_session *)vm)->pins, ref);
  return slot != NULL ? slot->value : ZERO_NONE;
}

/* A place whose generations are used up is not given out again: no name ever
 * means two values. */
zero_status zero_unpin(zero_vm *vm, zero_ref ref) {
  struct zero_session *session = (struct zero_session *)vm;
  if (vm == NULL) return ZERO_E_USAGE;
  if (vm->busy) {
    return zero__misuse(vm, "the VM runs a call; a callback may not enter it");
  }
  struct zero_pins *pins = &session->pins;
  struct zero_pin_slot *slot = find(pins, ref);
  if (slot == NULL) {
    return zero__misuse_of(vm, "zero_unpin",
                           "was given what names no pinned value");
  }
  slot->value = ZERO_NONE;
  slot->generation++;
  if (slot->generation == 0) return ZERO_OK;
  slot->next_free = pins->first_free;
  pins->first_free = (uint32_t)ref.bits;
  return ZERO_OK;
}
