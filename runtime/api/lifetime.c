/* lifetime.c - how long things live: pins, scopes, the end of UserData, and
 * handles.
 *
 * What a scope keeps is in one stack, in the order it was made or returned; a
 * scope is a position on it. Payloads of compiled code are in blocks of their
 * own (api/pairs.c), which a scope frees with what it kept.
 *
 * No finaliser of libgc is used: those run in whichever thread happens to
 * allocate. The collector only clears a word when a UserData is dead. The
 * thread of the VM notices that at its next safe point, or when it enters or
 * closes the VM, takes the entry off its list and calls the finaliser. A
 * UserData may outlive its VM if a host still holds it; then it gives no
 * pointer any more, because the pointer may be invalid. */
#include <gc/gc.h>
#include <stdatomic.h>

#include "api/session.h"
#include "vm/builtins.h"
#include "vm/run.h"

enum {
  BLOCK = 1 << 20,  /* names that a VM takes at once */
  FIRST_PINS = 16,
  FIRST_KEPT = 64,
};

/* --- pins ---------------------------------------------------------------- */

/* The next block of names, of the whole process: a name given to a VM other
 * than its own means nothing there. */
static _Atomic uint64_t next_block = 1;

/* A name for a pin or a scope, never 0. It is unique in this process, in all
 * VMs and for ever. */
static uint64_t new_name(struct zero_session *session) {
  if (session->next_name % BLOCK == 0) {
    session->next_name = atomic_fetch_add(&next_block, 1) * BLOCK;
  }
  return session->next_name++;
}

/* The slot of `name`: no two existing pins have the same one. */
static struct zero_pin_slot *slot_of(const struct zero_pins *pins,
                                     uint64_t name) {
  return &pins->slots[name & (pins->room - 1)];
}

/* A name whose slot is taken is never given. At most half are taken, so a name
 * is soon found. A wider table is made aside: a raise meanwhile loses no pin.
 * Names that differed modulo the room still do. */
static void pin_body(zero_vm *vm, struct zero_request *request) {
  struct zero_session *session = (struct zero_session *)vm;
  struct zero_pins *pins = &session->pins;
  if (2 * pins->count >= pins->room) {
    struct zero_pins wider = *pins;
    wider.room = pins->room > 0 ? 2 * pins->room : FIRST_PINS;
    wider.slots =
        zero__alloc(&vm->heap, ZERO_TRACED, wider.room * sizeof *wider.slots);
    for (uint64_t i = 0; i < pins->room; i++) {
      const struct zero_pin_slot *slot = &pins->slots[i];
      zero__heap_charge_item(&vm->heap, i + 1);
      if (slot->name != 0) *slot_of(&wider, slot->name) = *slot;
    }
    *pins = wider;
  }
  uint64_t name = new_name(session);
  for (uint64_t tried = 1; slot_of(pins, name)->name != 0; tried++) {
    zero__heap_charge_item(&vm->heap, tried);
    name = new_name(session);
  }
  *slot_of(pins, name) = (struct zero_pin_slot){name, request->values[0]};
  pins->count++;
  request->measure = name;
}

zero_status zero_pin(zero_vm *vm, zero_ref *ref, zero_value value) {
  return ZERO_ASK(vm, ref != NULL ? &ref->bits : NULL, pin_body,
                  ZERO_VALUES(value));
}

/* The slot that `ref` names, or NULL. */
static struct zero_pin_slot *find(const struct zero_pins *pins, zero_ref ref) {
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

zero_status zero_unpin(zero_vm *vm, zero_ref ref) {
  zero_status given = zero__given_idle(vm);
  if (given != ZERO_OK) return given;
  struct zero_pins *pins = &((struct zero_session *)vm)->pins;
  struct zero_pin_slot *slot = find(pins, ref);
  if (slot == NULL) {
    return zero__misuse(vm, "zero_unpin: no pinned value has this name");
  }
  *slot = (struct zero_pin_slot){.name = 0};
  pins->count--;
  return ZERO_OK;
}

/* --- scopes -------------------------------------------------------------- */

/* Makes room for one more of the `count` things of `size` bytes. If they move,
 * the old memory is cleared: an address of it that is still on a stack would
 * keep them all. What a scope keeps is not part of what a call allocates. */
static void *widen(struct zero_heap *heap, void *things, uint64_t count,
                   uint64_t *room, size_t size) {
  if (count < *room) return things;
  uint64_t wide = count == 0 ? FIRST_KEPT : count * 2;
  uint64_t left = zero__heap_left(heap);
  zero__heap_limit(heap, UINT64_MAX);
  void *wider = zero__alloc(heap, ZERO_TRACED, (size_t)wide * size);
  zero__heap_limit(heap, left);
  *room = wide;
  if (count == 0) return wider;
  memcpy(wider, things, (size_t)count * size);
  memset(things, 0, (size_t)count * size);
  return wider;
}

void zero__scope_keep_word(struct zero_session *session, uint64_t word) {
  struct zero_scopes *scopes = &session->scopes;
  if (scopes->count > 0 && scopes->words[scopes->count - 1] == word) return;
  scopes->words = widen(&session->vm.heap, scopes->words, scopes->count,
                        &scopes->room, sizeof *scopes->words);
  scopes->words[scopes->count++] = word;
}

static void open_body(zero_vm *vm, struct zero_request *request) {
  struct zero_session *session = (struct zero_session *)vm;
  struct zero_scopes *scopes = &session->scopes;
  scopes->marks = widen(&vm->heap, scopes->marks, scopes->depth,
                        &scopes->mark_room, sizeof *scopes->marks);
  request->measure = new_name(session);
  scopes->marks[scopes->depth++] = (struct zero_scope_mark){
      .name = request->measure,
      .start = scopes->count,
      .places = session->places};
}

zero_status zero_scope_open(zero_vm *vm, zero_scope *scope) {
  return ZERO_ASK(vm, scope != NULL ? &scope->bits : NULL, open_body);
}

void zero__scopes_close(struct zero_session *session, uint64_t depth) {
  struct zero_scopes *scopes = &session->scopes;
  uint64_t start = scopes->marks[depth].start;
  size_t kept = (size_t)(scopes->count - start);
  if (kept > 0) memset(scopes->words + start, 0, kept * sizeof *scopes->words);
  session->places = scopes->marks[depth].places;
  scopes->count = start;
  scopes->depth = depth;
}

zero_status zero_scope_close(zero_vm *vm, zero_scope scope) {
  struct zero_session *session = (struct zero_session *)vm;
  zero_status given = zero__given_idle(vm);
  if (given != ZERO_OK) return given;
  for (uint64_t depth = session->scopes.depth; depth > 0; depth--) {
    if (session->scopes.marks[depth - 1].name != scope.bits) continue;
    zero__scopes_close(session, depth - 1);
    return ZERO_OK;
  }
  return zero__misuse(vm, "%s was given a scope that is not open", __func__);
}

/* --- UserData ------------------------------------------------------------ */

/* Calls the finaliser of an entry that is off the list: it is never called
 * again. */
static void finish(struct zero_session *session,
                   const struct zero_finalisable *entry) {
  bool busy = session->busy;
  session->busy = true;
  entry->finaliser(entry->pointer);
  session->busy = busy;
}

/* Looks for what a collection has found dead since. */
static void finalise_dead(zero_vm *vm) {
  struct zero_session *session = (struct zero_session *)vm;
  uint64_t collections = GC_get_gc_no();
  if (collections == session->collections) return;
  session->collections = collections;
  struct zero_finalisable **link = &session->finalisables;
  while (*link != NULL) {
    struct zero_finalisable *entry = *link;
    if (__atomic_load_n(&entry->hidden, __ATOMIC_RELAXED) != 0) {
      link = &entry->next;
    } else {
      *link = entry->next;
      finish(session, entry);
    }
  }
  if (session->finalisables == NULL) vm->finalise = NULL;
}

void zero__finalise_all(struct zero_session *session) {
  if (session->open != NULL) *session->open = 0;
  while (session->finalisables != NULL) {
    struct zero_finalisable *entry = session->finalisables;
    session->finalisables = entry->next;
    GC_unregister_disappearing_link((void **)&entry->hidden);
    finish(session, entry);
  }
}

static void user_data_body(zero_vm *vm, struct zero_request *request) {
  struct zero_session *session = (struct zero_session *)vm;
  const struct zero_finalisable *wanted = request->more;
  struct zero_heap *heap = &vm->heap;
  if (session->open == NULL) {
    session->open = zero__alloc(heap, ZERO_LEAF, sizeof *session->open);
    *session->open = 1;
  }
  struct zero_user_data *made = zero__alloc(heap, ZERO_TRACED, sizeof *made);
  made->header = zero__header(ZERO_KIND_USER_DATA, 0, 0, 0);
  made->type = request->bytes;
  made->pointer = wanted->pointer;
  made->open = session->open;
  request->result = zero__of_object(made);
  if (wanted->finaliser == NULL) return;
  struct zero_finalisable *entry =
      zero__alloc(heap, ZERO_TRACED, sizeof *entry);
  *entry = *wanted;
  entry->hidden = ~(uintptr_t)made;
  /* What may raise comes first, before the VM must call the finaliser. */
  zero__scope_keep(session, request->result);
  if (GC_general_register_disappearing_link((void **)&entry->hidden, made) !=
      GC_SUCCESS) {
    zero__raise(heap, ZERO_CODE_OUT_OF_MEMORY, "the system has no memory");
  }
  if (session->finalisables == NULL) session->collections = GC_get_gc_no();
  entry->next = session->finalisables;
  session->finalisables = entry;
  vm->finalise = finalise_dead;
}

zero_status zero_user_data(zero_vm *vm, zero_value *value, const void *type,
                           void *pointer, zero_finaliser *finaliser) {
  struct zero_finalisable wanted = {.pointer = pointer,
                                    .finaliser = finaliser};
  return ZERO_ASK(vm, value, user_data_body, .bytes = type, .more = &wanted);
}

/* --- handles ------------------------------------------------------------- */

/* Calls the builtin `number` with the values, as a program would: arity,
 * capability and fuel are the table's. */
static void builtin_body(zero_vm *vm, struct zero_request *request) {
  zero_value args[2] = {ZERO_UNIT, ZERO_UNIT};
  for (size_t i = 0; i < request->count; i++) args[i] = request->values[i];
  request->result = zero__call_builtin(vm, (unsigned)request->number, args,
                                       (unsigned)request->count);
}

zero_status zero_handle_give(zero_vm *vm, zero_value *owner,
                             zero_value handle) {
  return ZERO_ASK(vm, owner, builtin_body, ZERO_VALUES(handle),
                  .number = ZERO_BUILTIN_HANDLE_GIVE);
}

zero_status zero_handle_close(zero_vm *vm, zero_value *outcome,
                              zero_value handle) {
  return ZERO_ASK(vm, outcome, builtin_body, ZERO_VALUES(handle),
                  .number = ZERO_BUILTIN_HANDLE_CLOSE);
}

zero_status zero_handle_with(zero_vm *vm, zero_value *result,
                             zero_value handle, zero_value function) {
  return ZERO_ASK(vm, result, builtin_body, ZERO_VALUES(handle, function),
                  .number = ZERO_BUILTIN_HANDLE_WITH);
}
