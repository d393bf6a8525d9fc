/* user_data.c - what the host hands to programs, and when it is done with.
 *
 * No finaliser of libgc's is used: those run in whichever thread happens to
 * allocate. The collector only clears a word when a UserData is dead. The
 * thread of the VM finds that at its next safe point, or when it enters the
 * VM or closes it, takes the entry off its list and calls the finaliser. A
 * UserData may outlive its VM where a host still has it; then it gives no
 * pointer any more, as nobody knows whether that is good. */
#include <gc/gc.h>

#include "api/session.h"

/* Calls one whose entry is off the list: whatever happens, never again. */
static void finish(zero_vm *vm, const struct zero_finalisable *entry) {
  bool busy = vm->busy;
  vm->busy = true;
  entry->finaliser(entry->pointer);
  vm->busy = busy;
}

static bool is_dead(const struct zero_finalisable *entry) {
  return __atomic_load_n(&entry->hidden, __ATOMIC_RELAXED) == 0;
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
    if (!is_dead(entry)) {
      link = &entry->next;
      continue;
    }
    *link = entry->next;
    finish(vm, entry);
  }
  if (session->finalisables == NULL) vm->finalise = NULL;
}

void zero__finalise_all(struct zero_session *session) {
  if (session->open != NULL) *session->open = 0;
  while (session->finalisables != NULL) {
    struct zero_finalisable *entry = session->finalisables;
    session->finalisables = entry->next;
    GC_unregister_disappearing_link((void **)&entry->hidden);
    finish(&session->vm, entry);
  }
}

struct making {
  struct zero_request request; /* first: it is what zero__ask hands on */
  const void *type;
  void *pointer;
  zero_finaliser *finaliser;
};

static void watch(struct zero_session *session,
                  struct zero_finalisable *entry,
                  const struct making *making, struct zero_user_data *made) {
  entry->hidden = ~(uintptr_t)made;
  entry->pointer = making->pointer;
  entry->finaliser = making->finaliser;
  if (GC_general_register_disappearing_link((void **)&entry->hidden, made) !=
      GC_SUCCESS) {
    zero__raise(&session->vm.heap, ZERO_CODE_OUT_OF_MEMORY,
                "the system has no memory");
  }
  if (session->finalisables == NULL) session->collections = GC_get_gc_no();
  entry->next = session->finalisables;
  session->finalisables = entry;
  session->vm.finalise = finalise_dead;
}

static void make_body(struct zero_session *session, void *request) {
  struct making *making = request;
  struct zero_heap *heap = &session->vm.heap;
  if (session->open == NULL) {
    session->open = zero__alloc(heap, ZERO_LEAF, sizeof *session->open);
    *session->open = 1;
  }
  struct zero_user_data *made = zero__alloc(heap, ZERO_TRACED, sizeof *made);
  made->header = zero__header(ZERO_KIND_USER_DATA, 0, 0, 0);
  made->type = making->type;
  made->pointer = making->pointer;
  made->open = session->open;
  making->request.answer = zero__of_object(made);
  if (making->finaliser == NULL) return;
  struct zero_finalisable *entry =
      zero__alloc(heap, ZERO_TRACED, sizeof *entry);
  zero__scope_keep(session, making->request.answer);
  watch(session, entry, making, made);
}

zero_status zero_user_data(zero_vm *vm, zero_value *value, const void *type,
                           void *pointer, zero_finaliser *finaliser) {
  struct making making = {.request = {.who = "zero_user_data"},
                          .type = type,
                          .pointer = pointer,
                          .finaliser = finaliser};
  return zero__ask(vm, value, &making.request, make_body);
}
