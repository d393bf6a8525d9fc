/* handle.c - the table of handles: things with one owner each.
 *
 * Every entry is on a place of the table, and in a chain in the order they
 * were reserved, so that what is left at the end is closed in that order. An
 * entry points to the Ref that may use it now, that one through `lender` to
 * the one before: the names whose fate is sealed when the thing is closed. */
#include "handle/handle.h"

#include <stdio.h>
#include <stdlib.h>

#include "handle/name.h"
#include "layout/layout.h"
#include "value/record.h"
#include "vm/builtins.h"

enum { FIRST_ROOM = 16 };

/* A free place has no entry. Places are counted from 1; 0 is none. */
struct slot {
  struct zero_handle *entry;
  uint32_t next_free;
};

struct zero_handles {
  struct slot *slots;
  uint32_t used;        /* places that were ever taken */
  uint32_t room;
  uint32_t first_free;
  uint32_t count;       /* entries */
  uint32_t unpublished; /* of them */
  uint64_t numbers;     /* given out */
  struct zero_handle *first;
  struct zero_handle *last;
  char *buffer;         /* from malloc */
  size_t buffer_size;
};

/* --- places -------------------------------------------------------------- */

static void grow(struct zero_heap *heap, struct zero_handles *table) {
  if (table->room > UINT32_MAX / 2) {
    zero__raise(heap, ZERO_CODE_OUT_OF_MEMORY,
                "a VM holds no more than %u handles", table->room);
  }
  uint32_t room = table->room > 0 ? 2 * table->room : FIRST_ROOM;
  struct slot *slots = zero__alloc(heap, ZERO_TRACED, room * sizeof *slots);
  if (table->used > 0) {
    memcpy(slots, table->slots, table->used * sizeof *slots);
  }
  table->slots = slots;
  table->room = room;
}

static void take_place(struct zero_heap *heap, struct zero_handles *table,
                       struct zero_handle *h) {
  uint32_t place = table->first_free;
  if (place == 0) {
    if (table->used == table->room) grow(heap, table);
    place = ++table->used;
  } else {
    table->first_free = table->slots[place - 1].next_free;
  }
  table->slots[place - 1] = (struct slot){.entry = h};
  h->place = place;
  h->number = ++table->numbers;
  h->before = table->last;
  *(h->before != NULL ? &h->before->behind : &table->first) = h;
  table->last = h;
  table->count++;
  table->unpublished++;
}

static void give_place_back(struct zero_handles *table,
                            struct zero_handle *h) {
  table->slots[h->place - 1] =
      (struct slot){.entry = NULL, .next_free = table->first_free};
  table->first_free = h->place;
  *(h->before != NULL ? &h->before->behind : &table->first) = h->behind;
  *(h->behind != NULL ? &h->behind->before : &table->last) = h->before;
  table->count--;
  if (h->holder == NULL) table->unpublished--;
}

struct zero_handle *zero__handle_named(const zero_vm *vm,
                                       const struct zero_handle_ref *ref) {
  struct zero_handle *h = vm->handles->slots[ref->place - 1].entry;
  return h != NULL && h->number == ref->number ? h : NULL;
}

uint32_t zero__handles_count(const zero_vm *vm) {
  return vm->handles != NULL ? vm->handles->count : 0;
}

uint32_t zero__handles_places(const zero_vm *vm) {
  return vm->handles != NULL ? vm->handles->used : 0;
}

/* --- the life of an entry ------------------------------------------------ */

struct zero_handle *zero__handle_reserve(zero_vm *vm,
                                         const struct zero_handle_kind *kind,
                                         size_t size) {
  struct zero_handle *h = zero__alloc(&vm->heap, ZERO_TRACED, size);
  h->kind = kind;
  h->file = -1;
  h->runs = vm->runs;
  struct zero_frame_place at;
  h->placed = zero__program_place(vm, &at);
  if (h->placed) {
    h->source = at.code->source;
    h->start = at.start;
    h->end = at.end;
  }
  take_place(&vm->heap, vm->handles, h);
  return h;
}

void zero__handle_drop(zero_vm *vm, struct zero_handle *h) {
  give_place_back(vm->handles, h);
}

int zero__handle_end(zero_vm *vm, struct zero_handle *h) {
  struct zero_handle_ref *ref = h->holder;
  for (; ref != NULL; ref = ref->lender) ref->fate = ZERO_REF_CLOSED;
  give_place_back(vm->handles, h);
  return h->kind->close(h);
}

void zero__handles_unwind(zero_vm *vm, unsigned runs) {
  struct zero_handle *h = vm->handles->last;
  while (h != NULL && vm->handles->unpublished > 0) {
    struct zero_handle *before = h->before;
    if (h->holder == NULL && h->runs >= runs) zero__handle_end(vm, h);
    h = before;
  }
}

void zero__handles_close(zero_vm *vm, zero__handle_left *left,
                         void *context) {
  if (vm->handles == NULL) return;
  struct zero_handle *h;
  while ((h = vm->handles->first) != NULL) {
    bool published = h->holder != NULL;
    int error = zero__handle_end(vm, h);
    if (published && left != NULL) left(context, h, error);
  }
  free(vm->handles->buffer);
  vm->handles->buffer = NULL;
  vm->handles->buffer_size = 0;
}

struct publishing {
  zero_vm *vm;
  struct zero_handle *h;
  zero_value value; /* in: extra; out: the live value, or its HostOk */
  bool ok;
  struct zero_handle_ref *ref;
};

static void publish(void *context) {
  struct publishing *p = context;
  p->value = zero__name_first(p->vm, p->h, p->value, &p->ref);
  if (p->ok) p->value = zero__host_ok(p->vm, p->value);
}

static zero_value published(zero_vm *vm, struct zero_handle *h,
                            zero_value extra, bool ok) {
  struct publishing p = {.vm = vm, .h = h, .value = extra, .ok = ok};
  if (zero__protect(&vm->heap, publish, &p) != 0) {
    zero__handle_end(vm, h);
    zero__raise_again(&vm->heap);
  }
  h->holder = p.ref;
  vm->handles->unpublished--;
  return p.value;
}

zero_value zero__handle_publish(zero_vm *vm, struct zero_handle *h,
                                zero_value extra) {
  return published(vm, h, extra, false);
}

zero_value zero__handle_publish_ok(zero_vm *vm, struct zero_handle *h,
                                   zero_value extra) {
  return published(vm, h, extra, true);
}

void zero__handles_open(zero_vm *vm) {
  vm->handles = zero__alloc(&vm->heap, ZERO_TRACED, sizeof *vm->handles);
  vm->live_field = zero__name_field;
  vm->unwind = zero__handles_unwind;
}

char *zero__handles_buffer(zero_vm *vm, size_t size) {
  struct zero_handles *table = vm->handles;
  if (size > table->buffer_size) {
    char *wider = malloc(size);
    if (wider == NULL) {
      zero__raise(&vm->heap, ZERO_CODE_OUT_OF_MEMORY,
                  "the system has no memory for %zu bytes", size);
    }
    free(table->buffer);
    table->buffer = wider;
    table->buffer_size = size;
  }
  return table->buffer;
}

/* --- use ----------------------------------------------------------------- */

/* Raises the code of the family, or of Handle where any would do, for what is
 * no value of it. */
static void want_family(zero_vm *vm, zero_value v, unsigned tag) {
  const struct zero_family *found = zero__family_of(v);
  if (found != NULL && found->tag == tag) return;
  zero__layout_check(&vm->heap, zero__family_by_tag(tag), v);
}

void zero__handle_want(zero_vm *vm, zero_value v) {
  if (!zero__is_linear(v)) want_family(vm, v, ZERO_FAMILY_HANDLE);
}

static struct zero_handle *use(zero_vm *vm, zero_value v) {
  const char *who = zero__builtin_name(vm);
  struct zero_handle *h = zero__name_resolve(vm, v, who);
  zero__name_hold(vm, h, v, who);
  return h;
}

static struct zero_handle *granted(zero_vm *vm, struct zero_handle *h) {
  zero__need(vm, h->kind->capability, zero__builtin_name(vm));
  return h;
}

struct zero_handle *zero__handle_use_any(
    zero_vm *vm, zero_value v, const struct zero_handle_kind *const *kinds,
    size_t count, const char *expected) {
  want_family(vm, v, kinds[0]->family);
  struct zero_handle *h = use(vm, v);
  size_t i = 0;
  while (i < count && kinds[i] != h->kind) i++;
  if (i == count) {
    zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
                "%s: %s is needed, found a %s", zero__builtin_name(vm),
                expected, h->kind->name);
  }
  return granted(vm, h);
}

struct zero_handle *zero__handle_use(zero_vm *vm, zero_value v,
                                     const struct zero_handle_kind *kind) {
  if (kind != NULL) {
    char expected[64];
    snprintf(expected, sizeof expected, "a %s", kind->name);
    return zero__handle_use_any(vm, v, &kind, 1, expected);
  }
  zero__handle_want(vm, v);
  return granted(vm, use(vm, v));
}
