/* scopes.c - values that live while a scope of the host is open.
 *
 * What is kept lies in one stack in the order it was made or returned; a
 * scope is a place on it. Payloads of compiled code lie in blocks of their
 * own (api/pairs.c), which a scope takes away with what it kept. */
#include "api/session.h"

enum { FIRST_ROOM = 64 };

/* Moves `count` things of `size` bytes to where there is room for `room`. The
 * old place is cleared: an address of it that a stack still has would keep
 * them all. What a scope keeps is no part of what a call allocates. */
static void *widen(struct zero_heap *heap, void *things, uint64_t count,
                   uint64_t room, size_t size) {
  uint64_t left = zero__heap_left(heap);
  zero__heap_limit(heap, UINT64_MAX);
  void *wider = zero__alloc(heap, ZERO_TRACED, (size_t)room * size);
  zero__heap_limit(heap, left);
  if (count == 0) return wider;
  memcpy(wider, things, (size_t)count * size);
  memset(things, 0, (size_t)count * size);
  return wider;
}

static uint64_t more(uint64_t room) {
  return room == 0 ? FIRST_ROOM : room * 2;
}

void zero__scope_keep_word(struct zero_session *session, uint64_t word) {
  struct zero_scopes *scopes = &session->scopes;
  if (scopes->count > 0 && scopes->words[scopes->count - 1] == word) return;
  if (scopes->count == scopes->room) {
    uint64_t room = more(scopes->room);
    scopes->words = widen(&session->vm.heap, scopes->words, scopes->count,
                          room, sizeof *scopes->words);
    scopes->room = room;
  }
  scopes->words[scopes->count++] = word;
}

static void open_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  struct zero_scopes *scopes = &session->scopes;
  if (scopes->depth == scopes->mark_room) {
    uint64_t room = more(scopes->mark_room);
    scopes->marks = widen(&session->vm.heap, scopes->marks, scopes->depth,
                          room, sizeof *scopes->marks);
    scopes->mark_room = room;
  }
  request->measure = zero__name_of_host(session);
  scopes->marks[scopes->depth++] = (struct zero_scope_mark){
      .name = request->measure,
      .start = scopes->count,
      .places = session->places};
}

zero_status zero_scope_open(zero_vm *vm, zero_scope *scope) {
  struct zero_request request = {.who = "zero_scope_open"};
  return zero__measure(vm, scope != NULL ? &scope->bits : NULL, &request,
                       open_body);
}

void zero__scopes_close(struct zero_session *session, uint64_t depth) {
  struct zero_scopes *scopes = &session->scopes;
  uint64_t start = scopes->marks[depth].start;
  if (scopes->count > start) {
    memset(scopes->words + start, 0,
           (size_t)(scopes->count - start) * sizeof *scopes->words);
  }
  session->places = scopes->marks[depth].places;
  scopes->count = start;
  scopes->depth = depth;
}

zero_status zero_scope_close(zero_vm *vm, zero_scope scope) {
  struct zero_session *session = (struct zero_session *)vm;
  zero_status given = zero__given(vm);
  if (given != ZERO_OK) return given;
  if (vm->busy) {
    return zero__misuse(vm, "the VM runs a call; a callback may not enter it");
  }
  for (uint64_t depth = session->scopes.depth; depth > 0; depth--) {
    if (session->scopes.marks[depth - 1].name != scope.bits) continue;
    zero__scopes_close(session, depth - 1);
    return ZERO_OK;
  }
  return zero__misuse_of(vm, "zero_scope_close",
                         "was given what names no open scope");
}
