/* pairs.c - values as compiled code holds them: a payload and a machine tag.
 *
 * The payload of a Text points to its bytes, that of a List to a slot that
 * holds the list. The VM's slots keep both alive until the scope that was open
 * is closed, and distinguish a payload that was given out from any other
 * number. A slot is used once, and a scope has blocks of its own: if something
 * still points into one that was freed, its memory is not another payload.
 *
 * A number from compiled code is followed as an address only if it claims to be
 * a Text, which may be anywhere. */
#include <inttypes.h>

#include "api/session.h"
#include "layout/layout.h"
#include "value/list.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  FIRST_PLACES = 32,
  MOST_PLACES = 1 << 16, /* of one block */
};

struct zero_places {
  struct zero_places *older;
  uint64_t used;
  uint64_t room;
  zero_value values[];
};

/* --- places -------------------------------------------------------------- */

static uint64_t address(const void *pointer) {
  return (uint64_t)(uintptr_t)pointer;
}

/* Keeps `value` alive; returns the address of its slot. That is in a block of
 * the innermost scope: what an outer one holds would outlive this one. */
static uint64_t keep(struct zero_session *session, zero_value value) {
  const struct zero_scopes *scopes = &session->scopes;
  struct zero_places *block = session->places;
  bool own = scopes->depth == 0 ||
             scopes->marks[scopes->depth - 1].places != block;
  if (block == NULL || !own || block->used == block->room) {
    uint64_t room = block == NULL || !own ? FIRST_PLACES : block->room * 2;
    if (room > MOST_PLACES) room = MOST_PLACES;
    block = zero__alloc(&session->vm.heap, ZERO_TRACED,
                        sizeof *block + room * sizeof *block->values);
    *block = (struct zero_places){.older = session->places, .room = room};
    session->places = block;
  }
  zero_value *place = &block->values[block->used++];
  *place = value;
  return address(place);
}

/* --- to a pair ----------------------------------------------------------- */

static zero_pair to_pair(zero_vm *vm, const struct zero_request *request,
                         zero_value v) {
  struct zero_session *session = (struct zero_session *)vm;
  if (zero__is_unit(v)) return (zero_pair){0, ZERO_MACHINE_UNIT};
  if (zero__is_bool(v)) return (zero_pair){zero__is_true(v), ZERO_MACHINE_BOOL};
  if (zero__is_i64(v)) {
    return (zero_pair){(uint64_t)zero__i64_number(v), ZERO_MACHINE_I64};
  }
  if (zero__is_text(v)) {
    keep(session, v);
    return (zero_pair){address(zero__text_bytes(v)), ZERO_MACHINE_TEXT};
  }
  if (zero__is_empty(v)) return (zero_pair){0, ZERO_MACHINE_LIST};
  if (!zero__is_list(v)) {
    zero__raise_kind(vm, request->who, "the value", "of a family", v);
  }
  return (zero_pair){keep(session, v), ZERO_MACHINE_LIST};
}

/* --- from a pair --------------------------------------------------------- */

/* Refuses a tag that is ambiguous, or not the expected one. `family` is NULL if
 * nothing was expected. */
static void want_tag(zero_vm *vm, const char *who, uint64_t tag,
                     const struct zero_family *family) {
  static const uint64_t tags[] = {[ZERO_FAMILY_UNIT] = ZERO_MACHINE_UNIT,
                                  [ZERO_FAMILY_BOOL] = ZERO_MACHINE_BOOL,
                                  [ZERO_FAMILY_I64] = ZERO_MACHINE_I64,
                                  [ZERO_FAMILY_TEXT] = ZERO_MACHINE_TEXT};
  if (tag > ZERO_MACHINE_LIST) {
    zero__raise(&vm->heap, ZERO_CODE_PAIR_TAG,
                "%s: '%s' has no machine tag %" PRIu64, who, ZERO_ABI_MARKER,
                tag);
  }
  if (family == NULL && tag == ZERO_MACHINE_I64) {
    zero__raise(&vm->heap, ZERO_CODE_PAIR_FAMILY,
                "%s: machine tag %" PRIu64 " means Bool or I64; say which "
                "family is expected",
                who, tag);
  }
  if (family == NULL) return;
  bool plain = family->tag < sizeof tags / sizeof *tags;
  uint64_t expected = plain ? tags[family->tag] : ZERO_MACHINE_LIST;
  if (tag == expected) return;
  zero__raise(&vm->heap, family->code,
              "%s: a value of %s has machine tag %" PRIu64 ", found %" PRIu64,
              who, family->name, expected, tag);
}

static zero_value read_text(zero_vm *vm, const char *who, uint64_t payload) {
  const char *bytes = (const char *)(uintptr_t)payload;
  if (bytes == NULL) {
    zero__raise(&vm->heap, ZERO_CODE_PAIR_PAYLOAD,
                "%s: the payload of a Text is NULL", who);
  }
  size_t bad;
  size_t size = strlen(bytes);
  zero__charge_bytes(vm, size);
  zero_value text = zero__text_checked(&vm->heap, bytes, size, &bad);
  if (!zero_is_none(text)) return text;
  zero__raise(&vm->heap, ZERO_CODE_HOST_NOT_TEXT,
              "%s: byte %zu is not valid UTF-8", who, bad);
}

/* The list at the place that `payload` is the address of. */
static zero_value read_list(zero_vm *vm, const char *who, uint64_t payload) {
  const struct zero_places *block = ((struct zero_session *)vm)->places;
  if (payload == 0) return ZERO_EMPTY;
  for (; block != NULL; block = block->older) {
    uint64_t offset = payload - address(block->values);
    if (offset >= block->used * sizeof *block->values) continue;
    zero_value value = block->values[offset / sizeof value];
    if (offset % sizeof value == 0 && zero__is_list(value)) return value;
  }
  zero__raise(&vm->heap, ZERO_CODE_PAIR_PAYLOAD,
              "%s: the payload of a List is not one that this VM gave out and "
              "still holds",
              who);
}

static zero_value from_pair(zero_vm *vm, const struct zero_request *request,
                            const struct zero_family *family) {
  struct zero_heap *heap = &vm->heap;
  const char *who = request->who;
  uint64_t payload = request->pair.payload;
  want_tag(vm, who, request->pair.tag, family);
  switch (request->pair.tag) {
    case ZERO_MACHINE_UNIT:
      if (payload == 0) return ZERO_UNIT;
      zero__raise(heap, ZERO_CODE_LAYOUT_UNIT,
                  "%s: the payload of Unit is 0, found %" PRIu64, who, payload);
    case ZERO_MACHINE_TEXT: return read_text(vm, who, payload);
    case ZERO_MACHINE_LIST: return read_list(vm, who, payload);
    default: break;
  }
  if (family->tag == ZERO_FAMILY_I64) return zero__i64(heap, (int64_t)payload);
  if (payload <= 1) return zero__bool(payload != 0);
  zero__raise(heap, ZERO_CODE_LAYOUT_BOOL,
              "%s: the payload of a Bool is 0 or 1, found %" PRIu64, who,
              payload);
}

/* --- for hosts ----------------------------------------------------------- */

static void to_body(zero_vm *vm, struct zero_request *request) {
  request->pair = to_pair(vm, request, request->values[0]);
}

zero_status zero_to_pair(zero_vm *vm, zero_pair *pair, zero_value value) {
  return ZERO_ASK(vm, pair, to_body, ZERO_VALUES(value));
}

static void from_body(zero_vm *vm, struct zero_request *request) {
  const struct zero_family *family = NULL;
  if (request->family != NULL) family = zero__want_family(vm, request);
  zero_value value = from_pair(vm, request, family);
  if (family != NULL && family->variant_count > 0 &&
      zero__family_of(value) != family) {
    char found[ZERO_FOUND];
    zero__found(&vm->heap, value, found);
    zero__raise(&vm->heap, family->code, "%s: expected %s, found %s",
                request->who, family->name, found);
  }
  request->result = value;
}

zero_status zero_from_pair(zero_vm *vm, zero_value *value, zero_pair pair,
                           const char *family) {
  return ZERO_ASK(vm, value, from_body, .family = family, .pair = pair);
}

/* Replaces the list that a request was given by its first item or by the list
 * of the others. */
static void step_body(zero_vm *vm, struct zero_request *request) {
  zero_value list = from_pair(vm, request, zero__families + ZERO_FAMILY_LIST);
  zero__want_pair(vm, request, list);
  request->pair = to_pair(vm, request, request->step(&vm->heap, list));
}

zero_status zero_pair_head(zero_vm *vm, zero_pair *head, zero_pair list) {
  return ZERO_ASK(vm, head, step_body, .pair = list, .step = zero__head);
}

zero_status zero_pair_tail(zero_vm *vm, zero_pair *tail, zero_pair list) {
  return ZERO_ASK(vm, tail, step_body, .pair = list, .step = zero__tail);
}
