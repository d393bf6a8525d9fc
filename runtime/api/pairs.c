/* pairs.c - values as compiled code holds them: a payload and a machine tag.
 *
 * The payload of a Text points to its bytes, that of a List to a place which
 * holds the list. The VM's places keep both alive, and tell a payload that
 * was given out from any other number. A place is used once: as long as its
 * block is there a payload that was taken back is seen to be one.
 *
 * A number of compiled code is only followed as an address where it says to
 * be a Text, which may lie anywhere. */
#include <inttypes.h>

#include "api/session.h"
#include "layout/brief.h"
#include "value/list.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  FIRST_PLACES = 32,
  MOST_PLACES = 1 << 16, /* of one block */
};

/* No machine tag: what a function that failed leaves. */
#define NO_PAIR ((zero_pair){0, UINT64_MAX})

struct zero_places {
  struct zero_places *older;
  uint64_t used;
  uint64_t room;
  zero_value values[];
};

/* A request about pairs. */
struct pairing {
  struct zero_request request; /* first: bodies are given its address */
  zero_pair pair;              /* what was given */
  zero_pair answer;
};

/* --- places -------------------------------------------------------------- */

static struct zero_places *add_block(struct zero_session *session) {
  struct zero_places *older = session->places;
  uint64_t room = older == NULL ? FIRST_PLACES : older->room * 2;
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
  struct zero_places *block = session->places;
  if (block == NULL || block->used == block->room) block = add_block(session);
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

static zero_pair to_pair(struct zero_session *session,
                         const struct zero_request *request, zero_value v) {
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
    zero__refuse_kind(&session->vm, request, "what has a pair",
                      "of a family", v);
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
static void want_tag(struct zero_heap *heap, const struct pairing *p,
                     const struct zero_family *family) {
  const char *who = p->request.who;
  uint64_t tag = p->pair.tag;
  if (tag > ZERO_MACHINE_LIST) {
    zero__raise(heap, ZERO_CODE_PAIR_TAG,
                "%s: '%s' has no machine tag %" PRIu64, who, ZERO_ABI_MARKER,
                tag);
  }
  if (family == NULL && tag == ZERO_MACHINE_I64) {
    zero__raise(heap, ZERO_CODE_PAIR_FAMILY,
                "%s: machine tag %" PRIu64 " is that of Bool and of I64; say "
                "which family is expected",
                who, tag);
  }
  if (family != NULL && tag != machine_tag_of(family)) {
    zero__raise(heap, family->code,
                "%s: a value of %s has machine tag %" PRIu64 ", found %" PRIu64,
                who, family->name, machine_tag_of(family), tag);
  }
}

static zero_value read_unit(struct zero_heap *heap, const struct pairing *p) {
  if (p->pair.payload == 0) return ZERO_UNIT;
  zero__raise(heap, ZERO_CODE_LAYOUT_UNIT,
              "%s: the payload of Unit is 0, found %" PRIu64, p->request.who,
              p->pair.payload);
}

static zero_value read_bool(struct zero_heap *heap, const struct pairing *p) {
  if (p->pair.payload <= 1) return zero__bool(p->pair.payload != 0);
  zero__raise(heap, ZERO_CODE_LAYOUT_BOOL,
              "%s: the payload of a Bool is 0 or 1, found %" PRIu64,
              p->request.who, p->pair.payload);
}

static zero_value read_text(zero_vm *vm, const struct pairing *p) {
  const char *who = p->request.who;
  const char *bytes = (const char *)(uintptr_t)p->pair.payload;
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

static zero_value read_list(struct zero_session *session,
                            const struct pairing *p) {
  if (p->pair.payload == 0) return ZERO_EMPTY;
  zero_value list = at_place(session, p->pair.payload);
  if (!zero_is_none(list) && zero__is_list(list)) return list;
  zero__raise(&session->vm.heap, ZERO_CODE_PAIR_PAYLOAD,
              "%s: the payload of a List is none that this VM gave out and "
              "still holds",
              p->request.who);
}

static zero_value from_pair(struct zero_session *session,
                            const struct pairing *p,
                            const struct zero_family *family) {
  struct zero_heap *heap = &session->vm.heap;
  want_tag(heap, p, family);
  switch (p->pair.tag) {
    case ZERO_MACHINE_UNIT: return read_unit(heap, p);
    case ZERO_MACHINE_TEXT: return read_text(&session->vm, p);
    case ZERO_MACHINE_LIST: return read_list(session, p);
    default: break;
  }
  if (family->tag == ZERO_FAMILY_BOOL) return read_bool(heap, p);
  return zero__i64(heap, (int64_t)p->pair.payload);
}

/* --- what hosts call ----------------------------------------------------- */

static zero_status ask(zero_vm *vm, zero_pair *answer, struct pairing *p,
                       zero__body *body) {
  uint64_t done;
  zero_status status = zero__measure(vm, answer != NULL ? &done : NULL,
                                     &p->request, body);
  if (answer != NULL) *answer = status == ZERO_OK ? p->answer : NO_PAIR;
  return status;
}

static void to_body(struct zero_session *session, void *context) {
  struct pairing *p = context;
  p->answer = to_pair(session, &p->request, p->request.values[0]);
}

zero_status zero_to_pair(zero_vm *vm, zero_pair *pair, zero_value value) {
  struct pairing p = {
      .request = {.who = "zero_to_pair", .values = &value, .count = 1}};
  return ask(vm, pair, &p, to_body);
}

static void from_body(struct zero_session *session, void *context) {
  struct pairing *p = context;
  zero_vm *vm = &session->vm;
  const struct zero_family *family = NULL;
  if (p->request.family != NULL) family = zero__want_family(vm, &p->request);
  zero_value value = from_pair(session, p, family);
  if (family != NULL && family->variant_count > 0 &&
      zero__family_of(value) != family) {
    char found[ZERO_FOUND];
    zero__found(&vm->heap, value, found);
    zero__raise(&vm->heap, family->code, "%s: expected %s, found %s",
                p->request.who, family->name, found);
  }
  p->request.answer = value;
}

zero_status zero_from_pair(zero_vm *vm, zero_value *value, zero_pair pair,
                           const char *family) {
  struct pairing p = {
      .request = {.who = "zero_from_pair", .family = family}, .pair = pair};
  return zero__ask(vm, value, &p.request, from_body);
}

/* The list that a request walks, as zero__want_pair wants it. */
static zero_value walked(struct zero_session *session, struct pairing *p) {
  p->request.values = &p->request.answer;
  p->request.answer =
      from_pair(session, p, zero__families + ZERO_FAMILY_LIST);
  return zero__want_pair(&session->vm, &p->request);
}

static void head_body(struct zero_session *session, void *context) {
  struct pairing *p = context;
  zero_value head = zero__head(&session->vm.heap, walked(session, p));
  p->answer = to_pair(session, &p->request, head);
}

zero_status zero_pair_head(zero_vm *vm, zero_pair *head, zero_pair list) {
  struct pairing p = {.request = {.who = "zero_pair_head"}, .pair = list};
  return ask(vm, head, &p, head_body);
}

static void tail_body(struct zero_session *session, void *context) {
  struct pairing *p = context;
  zero_value tail = zero__tail(&session->vm.heap, walked(session, p));
  p->answer = to_pair(session, &p->request, tail);
}

zero_status zero_pair_tail(zero_vm *vm, zero_pair *tail, zero_pair list) {
  struct pairing p = {.request = {.who = "zero_pair_tail"}, .pair = list};
  return ask(vm, tail, &p, tail_body);
}
