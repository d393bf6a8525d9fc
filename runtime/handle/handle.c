/* handle.c - the table of handles: things with one owner each.
 *
 * Every entry is in a chain in the order they were reserved, so that what is
 * left at the end is closed in that order. An entry points to the Ref that may
 * use it now, that one through `lender` to the one before: the names whose
 * fate is sealed when the thing is closed. They alone point to the entry. */
#include "handle/handle.h"

#include <stdlib.h>

#include "vm/builtins.h"
#include "vm/vm.h"

struct zero_handles {
  uint32_t count;       /* entries */
  uint32_t most;        /* of them at once */
  uint32_t unpublished; /* of them */
  uint64_t numbers;     /* given out */
  struct zero_handle *first;
  struct zero_handle *last;
  char *buffer;         /* from malloc */
  size_t buffer_size;
};

void zero__handles_open(zero_vm *vm) {
  vm->handles = zero__alloc(&vm->heap, ZERO_TRACED, sizeof *vm->handles);
  vm->live_field = zero__name_field;
  vm->unwind = zero__handles_unwind;
}

uint32_t zero__handles_count(const zero_vm *vm) {
  return vm->handles != NULL ? vm->handles->count : 0;
}

uint32_t zero__handles_most(const zero_vm *vm) {
  return vm->handles != NULL ? vm->handles->most : 0;
}

struct zero_handle *zero__handle_reserve(zero_vm *vm,
                                         const struct zero_handle_kind *kind,
                                         size_t size) {
  struct zero_handles *table = vm->handles;
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
  h->number = ++table->numbers;
  h->before = table->last;
  *(h->before != NULL ? &h->before->behind : &table->first) = h;
  table->last = h;
  if (++table->count > table->most) table->most = table->count;
  table->unpublished++;
  return h;
}

void zero__handle_drop(zero_vm *vm, struct zero_handle *h) {
  struct zero_handles *table = vm->handles;
  *(h->before != NULL ? &h->before->behind : &table->first) = h->behind;
  *(h->behind != NULL ? &h->behind->before : &table->last) = h->before;
  table->count--;
  if (!h->published) table->unpublished--;
}

int zero__handle_end(zero_vm *vm, struct zero_handle *h) {
  struct zero_handle_ref *ref = h->holder;
  for (; ref != NULL; ref = ref->lender) {
    ref->fate = ZERO_REF_CLOSED;
    ref->entry = NULL;
  }
  zero__handle_drop(vm, h);
  return h->kind->close(h);
}

void zero__handles_unwind(zero_vm *vm, unsigned runs) {
  struct zero_handle *h = vm->handles->last;
  while (h != NULL && vm->handles->unpublished > 0) {
    struct zero_handle *before = h->before;
    if (!h->published && h->runs >= runs) zero__handle_end(vm, h);
    h = before;
  }
}

void zero__handles_close(zero_vm *vm, zero__handle_left *left, void *context) {
  if (vm->handles == NULL) return;
  struct zero_handle *h;
  while ((h = vm->handles->first) != NULL) {
    int error = zero__handle_end(vm, h);
    if (h->published && left != NULL) left(context, h, error);
  }
  free(vm->handles->buffer);
  vm->handles->buffer = NULL;
  vm->handles->buffer_size = 0;
}

void zero__handle_published(zero_vm *vm, struct zero_handle *h) {
  h->published = true;
  vm->handles->unpublished--;
}

zero_value zero__handle_publish(zero_vm *vm, struct zero_handle *h) {
  zero_value v = zero__name_first(vm, h, ZERO_NONE);
  zero__handle_published(vm, h);
  return v;
}

zero_value zero__handle_publish_ok(zero_vm *vm, struct zero_handle *h) {
  zero_value v = zero__host_ok(vm, zero__name_first(vm, h, ZERO_NONE));
  zero__handle_published(vm, h);
  return v;
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
