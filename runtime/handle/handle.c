/* handle.c - the table of handles: things with one owner each; and Refs, the
 * names by which values hold them.
 *
 * Every entry is in a chain in the order they were reserved, so that what is
 * left at the end is closed in that order. An entry points to the Ref that may
 * use it now, that one through `lender` to the one before. These are the names
 * that die when the thing is closed, and only they point to the entry.
 *
 * The fate of a Ref changes once, from live to the way it ended. Only the entry
 * knows which of its live names may use it: its current holder. Lending, giving
 * and closing concern the name and need only `io`: owners may always close what
 * they own. Using the thing needs its capability, at that moment. */
#include "handle/handle.h"

#include <stdio.h>
#include <stdlib.h>

#include "layout/layout.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

/* --- the table ----------------------------------------------------------- */

/* Ends a name. */
static void seal(struct zero_handle_ref *ref, enum zero_ref_fate fate) {
  ref->fate = fate;
  ref->entry = NULL;
}

void *zero__handle_reserve(zero_vm *vm, const struct zero_handle_kind *kind,
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

int zero__handle_end(zero_vm *vm, struct zero_handle *h) {
  struct zero_handles *table = vm->handles;
  struct zero_handle_ref *ref = h->holder;
  for (; ref != NULL; ref = ref->lender) seal(ref, ZERO_REF_CLOSED);
  *(h->before != NULL ? &h->before->behind : &table->first) = h->behind;
  *(h->behind != NULL ? &h->behind->before : &table->last) = h->before;
  table->count--;
  if (!h->published) table->unpublished--;
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

/* --- making names -------------------------------------------------------- */

static const char *state_of(struct zero_handle *h) {
  if (h->kind->state != NULL) return h->kind->state(h);
  return h->kind->word != NULL ? h->kind->word : "open";
}

static struct zero_handle_ref *new_ref(zero_vm *vm, struct zero_handle *h) {
  struct zero_handle_ref *ref =
      zero__alloc(&vm->heap, ZERO_TRACED, sizeof *ref);
  ref->header = zero__header(ZERO_KIND_REF, 0, 0, 0);
  ref->table = vm->handles;
  ref->number = h->number;
  ref->entry = h;
  return ref;
}

static bool is_ref(const struct zero_field *field) {
  return (field->type->accepts & ZERO_ACCEPTS_REF) != 0;
}

/* A live value: the word of its state, its Ref, and the fields of `old` or,
 * if that is NULL, `extra`. */
static zero_value named(zero_vm *vm, const struct zero_variant *variant,
                        const char *state, const struct zero_handle_ref *ref,
                        const zero_value *old, zero_value extra) {
  zero_value fields[UINT8_MAX];
  for (unsigned i = 0; i < variant->field_count; i++) {
    const struct zero_field *field = &variant->fields[i];
    fields[i] = is_ref(field)          ? zero__of_object(ref)
                : zero__is_life(field) ? zero__text_of(&vm->heap, state)
                : old != NULL          ? old[i]
                                       : extra;
  }
  return zero__record_new(&vm->heap, variant, fields);
}

zero_value zero__name_first(zero_vm *vm, struct zero_handle *h,
                            zero_value extra) {
  const char *word = h->kind->mode;
  if (word == NULL) word = zero__capability_name(h->kind->capability);
  if (zero_is_none(extra)) extra = zero__text_of(&vm->heap, word);
  h->holder = new_ref(vm, h);
  return named(vm, zero__family_by_tag(h->kind->family)->variants,
               state_of(h), h->holder, NULL, extra);
}

zero_value zero__name_lend(zero_vm *vm, struct zero_handle *h, zero_value v) {
  struct zero_handle_ref *ref = new_ref(vm, h);
  zero_value lent = named(vm, zero__variant_of(v), "borrowed", ref,
                          zero__record(v)->fields, ZERO_NONE);
  ref->lender = h->holder;
  h->holder = ref;
  return lent;
}

void zero__name_take_back(zero_value lent) {
  struct zero_handle_ref *ref = zero__ref(zero__record_ref(lent));
  if (ref->fate != ZERO_REF_LIVE) return;
  ref->entry->holder = ref->lender;
  seal(ref, ZERO_REF_ENDED);
}

void zero__handle_published(zero_vm *vm, struct zero_handle *h) {
  h->published = true;
  vm->handles->unpublished--;
}

zero_value zero__handle_publish_ok(zero_vm *vm, struct zero_handle *h) {
  zero_value v = zero__host_ok(vm, zero__name_first(vm, h, ZERO_NONE));
  zero__handle_published(vm, h);
  return v;
}

/* --- resolving ----------------------------------------------------------- */

/* The error for a dead name, by its fate. A live one without an entry is of a
 * closed thing. */
static const struct {
  int code;
  const char *is;
} fates[] = {
    [ZERO_REF_LIVE] = {ZERO_CODE_HANDLE_CLOSED, "is closed"},
    [ZERO_REF_MOVED] = {ZERO_CODE_HANDLE_MOVED,
                        "was given away and has another name now"},
    [ZERO_REF_CLOSED] = {ZERO_CODE_HANDLE_CLOSED, "is closed"},
    [ZERO_REF_ENDED] = {ZERO_CODE_HANDLE_BORROW_ENDED,
                        "was lent to a function that has ended"},
};

/* The entry that `v`, of a linear family, names; the error begins with `who`.
 * Whether `v` holds it is not checked. */
static struct zero_handle *resolve(zero_vm *vm, zero_value v, const char *who) {
  const char *what = zero__family_of(v)->name;
  zero_value slot = zero__record_ref(v);
  if (zero_is_none(slot)) {
    zero__raise(&vm->heap, ZERO_CODE_HANDLE_NOT_LIVE,
                "%s: the %s is only a description; it is not open", who,
                what);
  }
  const struct zero_handle_ref *ref = zero__ref(slot);
  if (ref->table != vm->handles) {
    zero__raise(&vm->heap, ZERO_CODE_HANDLE_FOREIGN,
                "%s: the %s belongs to another VM", who, what);
  }
  if (ref->entry == NULL) {
    zero__raise(&vm->heap, fates[ref->fate].code, "%s: the %s %s", who, what,
                fates[ref->fate].is);
  }
  struct zero_handle *h = ref->entry;
  if (zero__header_tag(zero__object(v)->header) != h->kind->family) {
    zero__raise(&vm->heap, ZERO_CODE_HANDLE_NOT_LIVE,
                "%s: the Ref in the %s names a %s", who, what,
                zero__family_by_tag(h->kind->family)->name);
  }
  return h;
}

/* Raises the code of the family for a value that is not of it. */
static void want_family(zero_vm *vm, zero_value v, unsigned tag) {
  const struct zero_family *found = zero__family_of(v);
  if (found != NULL && found->tag == tag) return;
  zero__layout_check(&vm->heap, zero__family_by_tag(tag), v);
}

/* The entry that `v` holds. Raises LAYOUT_HANDLE if it is not of a linear
 * family, and HANDLE_BORROWED if another name holds it. */
static struct zero_handle *held(zero_vm *vm, zero_value v) {
  if (!zero__is_linear(v)) want_family(vm, v, ZERO_FAMILY_HANDLE);
  struct zero_handle *h = resolve(vm, v, zero__builtin_name(vm));
  if (h->holder == zero__ref(zero__record_ref(v))) return h;
  zero__raise(&vm->heap, ZERO_CODE_HANDLE_BORROWED,
              "%s: the %s is lent to a function that is still running",
              zero__builtin_name(vm), h->kind->name);
}

/* The same for its owner: a borrower may neither give nor close it. */
static struct zero_handle *owned(zero_vm *vm, zero_value v) {
  struct zero_handle *h = held(vm, v);
  if (h->holder->lender == NULL) return h;
  zero__raise(&vm->heap, ZERO_CODE_HANDLE_BORROWED,
              "%s: the %s is lent; only its owner may give or close it",
              zero__builtin_name(vm), h->kind->name);
}

void *zero__handle_use_any(zero_vm *vm, zero_value v,
                           const struct zero_handle_kind *kinds, size_t count,
                           const char *expected) {
  if (count > 0) want_family(vm, v, kinds->family);
  struct zero_handle *h = held(vm, v);
  size_t i = 0;
  while (i < count && &kinds[i] != h->kind) i++;
  if (count > 0 && i == count) {
    zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
                "%s: %s%s is needed, found a %s", zero__builtin_name(vm),
                expected != NULL ? "" : "a ",
                expected != NULL ? expected : kinds->name, h->kind->name);
  }
  zero__need(vm, h->kind->capability, zero__builtin_name(vm));
  return h;
}

void *zero__handle_use(zero_vm *vm, zero_value v,
                       const struct zero_handle_kind *kind) {
  return zero__handle_use_any(vm, v, kind, kind != NULL ? 1 : 0, NULL);
}

/* The word for the state of a live value, read from the table now: "moved",
 * "closed" and "borrowed" come from its name, all else from the thing. A lent
 * value stays "borrowed" when the loan has ended; one of another VM is
 * "moved". */
static const char *state_now(zero_vm *vm, const struct zero_handle_ref *ref) {
  bool foreign = ref->table != vm->handles;
  if (foreign || ref->fate == ZERO_REF_MOVED) return "moved";
  if (ref->fate == ZERO_REF_ENDED) return "borrowed";
  if (ref->entry == NULL) return "closed";
  return ref->entry->holder->lender != NULL ? "borrowed" : state_of(ref->entry);
}

static zero_value name_field(zero_vm *vm, zero_value v, unsigned index) {
  const struct zero_variant *variant = zero__variant_of(v);
  const struct zero_field *field = &variant->fields[index];
  if (zero__is_life(field)) {
    const char *state = state_now(vm, zero__ref(zero__record_ref(v)));
    return zero__text_of(&vm->heap, state);
  }
  if (!is_ref(field)) return zero__record(v)->fields[index];
  char who[64];
  snprintf(who, sizeof who, "%s-%s", variant->name, field->name);
  struct zero_handle *h = resolve(vm, v, who);
  if (h->kind->label != NULL) return h->kind->label(vm, h);
  return zero__i64(&vm->heap, (int64_t)h->number);
}

/* --- the builtins -------------------------------------------------------- */

/* The loan ends however the function ends: nothing in between can raise. */
ZERO_BUILTIN(handle_with) {
  struct zero_handle *h = held(vm, args[0]);
  if (!zero__is_function(args[1])) zero__raise_type(vm, args, 1, "Function");
  zero_value lent = zero__name_lend(vm, h, args[0]);
  zero_value result = ZERO_UNIT;
  int code = zero__vm_try_call(vm, &result, args[1], &lent, 1);
  zero__name_take_back(lent);
  if (code != 0) zero__raise_again(&vm->heap);
  return result;
}

/* Raises before anything is changed. */
ZERO_BUILTIN(handle_give) {
  struct zero_handle *h = owned(vm, args[0]);
  struct zero_handle_ref *ref = new_ref(vm, h);
  zero_value given = named(vm, zero__variant_of(args[0]), state_of(h), ref,
                           zero__record(args[0])->fields, ZERO_NONE);
  seal(h->holder, ZERO_REF_MOVED);
  h->holder = ref;
  return given;
}

ZERO_BUILTIN(handle_close) {
  struct zero_handle *h = owned(vm, args[0]);
  const struct zero_handle_kind *kind = h->kind;
  int error = zero__handle_end(vm, h);
  if (error == 0) return zero__host_ok(vm, ZERO_UNIT);
  return zero__host_error(vm, error, kind->capability, "handle-close: %s",
                          kind->name);
}

void zero__handles_open(zero_vm *vm) {
  vm->handles = zero__alloc(&vm->heap, ZERO_TRACED, sizeof *vm->handles);
  vm->live_field = name_field;
  vm->unwind = zero__handles_unwind;
}
