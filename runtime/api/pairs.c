/* pairs.c - values as compiled code holds them: a payload and a machine tag.
 *
 * The payload of a Text points to its bytes, that of a List to a place which
 * holds the list. The VM's places keep both alive until the scope that was open
 * is closed, and tell a payload that was given out from any other number. A
 * place is used once, and a scope has blocks of its own: where something still
 * points into one that was taken back, its memory is no other payload.
 *
 * A number of compiled code is only followed as an address where it says to
 * be a Text, which may lie anywhere. */
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

/* The newest block of the innermost scope, or NULL: what an outer one holds
 * would outlive this one. */
static struct zero_places *own_block(const struct zero_session *session) {
  const struct zero_scopes *scopes = &session->scopes;
  if (scopes->depth > 0 &&
      scopes->marks[scopes->depth - 1].places == session->places) {
    return NULL;
  }
  return session->places;
}

static struct zero_places *add_block(struct zero_session *session,
                                     const struct zero_places *full) {
  struct zero_places *older = session->places;
  uint64_t room = full == NULL ? FIRST_PLACES : full->room * 2;
  if (room > MOST_PLACES) room = MOST_PLACES;
  struct zero_places *block =
      zero__alloc(&session->vm.heap, ZERO_TRACED,
                  sizeof *block + room * sizeof *block->values);
  *block = (struct zero_places){.older = older, .room = room};
  session->places = block;
  return block;
}

static uint64_t address(const void *pointer) {
  return (uint64_t)(uintptr_t)pointer;
}

/* Keeps `value` alive; returns the address of its place. */
static uint64_t keep(struct zero_session *session, zero_value value) {
  struct zero_places *block = own_block(session);
  if (block == NULL || block->used == block->room) {
    block = add_block(session, block);
  }
  zero_value *place = &block->values[block->used++];
  *place = value;
  return address(place);
}

/* The value at a place, or none where `payload` is no place in use. */
static zero_value at_place(const struct zero_session *session,
                           uint64_t payload) {
  for (struct zero_places *b = session->places; b != NULL; b = b->older) {
    uint64_t offset = payload - address(b->values);
    if (offset >= b->used * sizeof *b->values) continue;
    if (offset % sizeof *b->values != 0) return ZERO_NONE;
    return b->values[offset / sizeof *b->values];
  }
  return ZERO_NONE;
}

/* --- to a pair ----------------------------------------------------------- */

static zero_pair to_pair(zero_vm *vm, const struct zero_request *request,
                         zero_value v) {
  struct zero_session *session = (struct zero_session *)vm;
  if (zero__is_unit(v)) return (zero_pair){0, ZERO_MACHINE_UNIT};
  if (zero__is_bool(v)) {
    return (zero_pair){zero__is_true(v), ZERO_MACHINE_BOOL};
  }
  if (zero__is_i64(v)) {
    return (zero_pair){(uint64_t)zero__i64_number(v), ZERO_MACHINE_I64};
  }
  if (zero__is_text(v)) {
    keep(session, v);
    return (zero_pair){address(zero__text_bytes(v)), ZERO_MACHINE_TEXT};
  }
  if (zero__is_empty(v)) return (zero_pair){0, ZERO_MACHINE_LIST};
  if (!zero__is_list(v)) {
    zero__raise_kind(vm, request->who, "what has a pair", "of a family", v);
  }
  return (zero_pair){keep(session, v), ZERO_MACHINE_LIST};
}

/* --- from a pair --------------------------------------------------------- */

static uint64_t machine_tag_of(const struct zero_family *family) {
  switch (family->tag) {
    case ZERO_FAMILY_UNIT: return ZERO_MACHINE_UNIT;
    case ZERO_FAMILY_BOOL: return ZERO_MACHINE_BOOL;
    case ZERO_FAMILY_I64: return ZERO_MACHINE_I64;
    case ZERO_FAMILY_TEXT: return ZERO_MACHINE_TEXT;
    default: return ZERO_MACHINE_LIST;
  }
}

/* Refuses a tag that says nothing, or not what was expected. `family` is NULL
 * where nothing was. */
static void want_tag(zero_vm *vm, const char *who, uint64_t tag,
                     const struct zero_family *family) {
  if (tag > ZERO_MACHINE_LIST) {
    zero__raise(&vm->heap, ZERO_CODE_PAIR_TAG,
                "%s: '%s' has no machine tag %" PRIu64, who, ZERO_ABI_MARKER,
                tag);
  }
  if (family == NULL && tag == ZERO_MACHINE_I64) {
    zero__raise(&vm->heap, ZERO_CODE_PAIR_FAMILY,
                "%s: machine tag %" PRIu64 " is that of Bool and of I64; say "
                "which family is expected",
                who, tag);
  }
  if (family != NULL && tag != machine_tag_of(family)) {
    zero__raise(&vm->heap, family->code,
                "%s: a value of %s has machine tag %" PRIu64 ", found %" PRIu64,
                who, family->name, machine_tag_of(family), tag);
  }
}

/* Raises `code` where the payload is above `most`, which is all that
 * `allowed` says. */
static uint64_t want_payload(zero_vm *vm, const char *who, uint64_t payload,
                             uint64_t most, int code, const char *allowed) {
  if (payload <= most) return payload;
  zero__raise(&vm->heap, code, "%s: the payload of %s, found %" PRIu64, who,
              allowed, payload);
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
              "%s: byte %zu is no valid UTF-8", who, bad);
}

static zero_value read_list(zero_vm *vm, const char *who, uint64_t payload) {
  if (payload == 0) return ZERO_EMPTY;
  zero_value list = at_place((const struct zero_session *)vm, payload);
  if (!zero_is_none(list) && zero__is_list(list)) return list;
  zero__raise(&vm->heap, ZERO_CODE_PAIR_PAYLOAD,
              "%s: the payload of a List is none that this VM gave out and "
              "still holds",
              who);
}

/* The value of the pair that the request was given. */
static zero_value from_pair(zero_vm *vm, const struct zero_request *request,
                            const struct zero_family *family) {
  const char *who = request->who;
  uint64_t payload = request->pair.payload;
  want_tag(vm, who, request->pair.tag, family);
  switch (request->pair.tag) {
    case ZERO_MACHINE_UNIT:
      want_payload(vm, who, payload, 0, ZERO_CODE_LAYOUT_UNIT, "Unit is 0");
      return ZERO_UNIT;
    case ZERO_MACHINE_TEXT: return read_text(vm, who, payload);
    case ZERO_MACHINE_LIST: return read_list(vm, who, payload);
    default: break;
  }
  if (family->tag != ZERO_FAMILY_BOOL) {
    return zero__i64(&vm->heap, (int64_t)payload);
  }
  return zero__bool(want_payload(vm, who, payload, 1, ZERO_CODE_LAYOUT_BOOL,
                                 "a Bool is 0 or 1") != 0);
}

/* --- what hosts call ----------------------------------------------------- */

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

/* Puts the first item of the list that a request was given, or the list of
 * the others, in the list's place. */
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
