/* oracle_builtins.c - the results of builtins, by their definitions. */
#include "oracle.h"

#include <string.h>

#include "facts/gen/builtin_index.h"
#include "layout/layout.h"
#include "value/text.h"

/* What a definition is given. */
struct call {
  zero_vm *vm;
  unsigned builtin;
  const zero_plain *args;
  unsigned count;
};

/* --- the runtime's own -------------------------------------------------- */

struct shared {
  const struct call *call;
  zero_value result;
};

static void run_shared(void *context) {
  struct shared *shared = context;
  const struct call *c = shared->call;
  zero_value *values = zero__alloc(&c->vm->heap, ZERO_TRACED,
                                   (c->count + 1) * sizeof *values);
  for (unsigned i = 0; i < c->count; i++) {
    values[i] = zero_plain_to_value(c->vm, c->args[i]);
  }
  c->vm->builtin = c->builtin;
  shared->result =
      zero__builtin_functions[c->builtin](c->vm, values, c->count);
}

zero_plain zero_oracle_shared(zero_vm *vm, unsigned builtin,
                              const zero_plain *args, unsigned count) {
  const struct call call = {vm, builtin, args, count};
  struct shared shared = {&call, ZERO_NONE};
  run_shared(&shared);
  return zero_plain_from_value(vm, &vm->heap, shared.result);
}

void zero_oracle_fail(zero_vm *vm, int code, unsigned builtin,
                      const zero_plain *args, unsigned count) {
  const struct call call = {vm, builtin, args, count};
  struct shared shared = {&call, ZERO_NONE};
  int failed = zero__protect(&vm->heap, run_shared, &shared);
  if (failed == code || failed == ZERO_CODE_FUEL_SPENT) {
    zero__raise_again(&vm->heap);
  }
  zero__raise(&vm->heap, code, "%s: the runtime's builtin does not fail so",
              zero__builtins[builtin].name);
}

static zero_plain shared(const struct call *c) {
  return zero_oracle_shared(c->vm, c->builtin, c->args, c->count);
}

ZERO_NORETURN static void fail(const struct call *c, int code) {
  zero_oracle_fail(c->vm, code, c->builtin, c->args, c->count);
}

static void want(const struct call *c, bool fits) {
  if (!fits) fail(c, ZERO_CODE_TYPE_MISMATCH);
}

static zero_plain want_list(const struct call *c, unsigned index) {
  want(c, zero_plain_is_list(c->args[index]));
  if (c->args[index]->kind == ZERO_PLAIN_HIDDEN) {
    zero__raise(&c->vm->heap, ZERO_CODE_INTERRUPTED,
                "an error's context is looked into");
  }
  zero__charge(c->vm, zero_plain_length(c->args[index]));
  return c->args[index];
}

static int64_t want_i64(const struct call *c, unsigned index) {
  want(c, c->args[index]->kind == ZERO_PLAIN_I64);
  return c->args[index]->number;
}

/* --- numbers ------------------------------------------------------------ */

static __int128 step(const struct call *c, __int128 a, int64_t b) {
  switch (c->builtin) {
    case ZERO_BUILTIN_ADD:
      return a + b;
    case ZERO_BUILTIN_SUB:
      return a - b;
    case ZERO_BUILTIN_MUL:
      return a * b;
    default:
      break;
  }
  if (b == 0) fail(c, ZERO_CODE_DIVIDE_BY_ZERO);
  return c->builtin == ZERO_BUILTIN_DIV ? a / b : a % b;
}

static zero_plain arithmetic(const struct call *c) {
  __int128 result = want_i64(c, 0);
  for (unsigned i = 1; i < c->count; i++) {
    result = step(c, result, want_i64(c, i));
    if (result < INT64_MIN || result > INT64_MAX) {
      fail(c, ZERO_CODE_INTEGER_OVERFLOW);
    }
  }
  return zero_plain_i64(c->vm, (int64_t)result);
}

static int compare(const struct call *c) {
  zero_plain a = c->args[0];
  zero_plain b = c->args[1];
  want(c, a->kind == b->kind &&
              (a->kind == ZERO_PLAIN_I64 || a->kind == ZERO_PLAIN_TEXT));
  if (a->kind == ZERO_PLAIN_I64) {
    return (a->number > b->number) - (a->number < b->number);
  }
  return strcmp(zero__text_bytes(a->text), zero__text_bytes(b->text));
}

static bool order(const struct call *c) {
  int sign = compare(c);
  switch (c->builtin) {
    case ZERO_BUILTIN_LESS:
      return sign < 0;
    case ZERO_BUILTIN_GREATER:
      return sign > 0;
    case ZERO_BUILTIN_LESS_EQUAL:
      return sign <= 0;
    default:
      return sign >= 0;
  }
}

/* --- lists -------------------------------------------------------------- */

static zero_plain pair_part(const struct call *c) {
  zero_plain list = want_list(c, 0);
  if (list->kind == ZERO_PLAIN_EMPTY) fail(c, ZERO_CODE_EMPTY_LIST);
  return c->builtin == ZERO_BUILTIN_HEAD ? list->head : list->tail;
}

static zero_plain nth(const struct call *c) {
  zero_plain list = want_list(c, 0);
  int64_t index = want_i64(c, 1);
  if (index < 0 || (uint64_t)index >= zero_plain_length(list)) {
    fail(c, ZERO_CODE_INDEX_RANGE);
  }
  return zero_plain_nth(list, (uint64_t)index);
}

static zero_plain range(const struct call *c) {
  int64_t from = want_i64(c, 0);
  int64_t next = want_i64(c, 1);
  zero_plain list = zero_plain_word(c->vm, ZERO_PLAIN_EMPTY, 0);
  while (next > from) {
    zero__charge(c->vm, 1);
    list = zero_plain_cons(c->vm, zero_plain_i64(c->vm, --next), list);
  }
  return list;
}

/* False for any other builtin. */
static bool list_builtin(const struct call *c, zero_plain *result) {
  zero_vm *vm = c->vm;
  switch (c->builtin) {
    case ZERO_BUILTIN_LIST:
      *result = zero_plain_list(vm, c->args, c->count);
      return true;
    case ZERO_BUILTIN_CONS:
    case ZERO_BUILTIN_PUSH:
      *result = zero_plain_cons(vm, c->args[0], want_list(c, 1));
      return true;
    case ZERO_BUILTIN_HEAD:
    case ZERO_BUILTIN_TAIL:
      *result = pair_part(c);
      return true;
    case ZERO_BUILTIN_NTH:
      *result = nth(c);
      return true;
    case ZERO_BUILTIN_LEN:
      *result =
          zero_plain_i64(vm, (int64_t)zero_plain_length(want_list(c, 0)));
      return true;
    case ZERO_BUILTIN_EMPTY:
      want_list(c, 0);
      *result = zero_plain_bool(vm, c->args[0]->kind == ZERO_PLAIN_EMPTY);
      return true;
    case ZERO_BUILTIN_REVERSE:
      *result = zero_plain_reverse(vm, want_list(c, 0));
      return true;
    case ZERO_BUILTIN_APPEND:
      want_list(c, 0);
      *result = zero_plain_append(vm, c->args[0], want_list(c, 1));
      return true;
    case ZERO_BUILTIN_FINISH:
      *result = zero_plain_append(vm, zero_plain_reverse(vm, c->args[0]),
                                  c->args[1]);
      return true;
    case ZERO_BUILTIN_RANGE:
      *result = range(c);
      return true;
    default:
      return false;
  }
}

/* --- Maps --------------------------------------------------------------- */

static bool is_key(zero_plain v) {
  return v->kind <= ZERO_PLAIN_TEXT;
}

static zero_plain make_map(zero_vm *vm, zero_plain entries) {
  zero_plain items[3] = {zero_plain_i64(vm, ZERO_FAMILY_MAP),
                         zero_plain_string(vm, "map"), entries};
  return zero_plain_list(vm, items, 3);
}

/* The entries of a Map, which lib/core has made sure it is. */
static zero_plain entries_of(const struct call *c) {
  want_list(c, 0);
  want(c, strcmp(zero_plain_type(c->vm, c->args[0]), "Map") == 0);
  return zero_plain_nth(c->args[0], 2);
}

/* The entry of the key that argument 1 is, or NULL. */
static zero_plain find(const struct call *c, zero_plain entries) {
  zero_plain key = c->args[1];
  if (!is_key(key)) fail(c, ZERO_CODE_LAYOUT_MAP);
  for (; entries->kind == ZERO_PLAIN_PAIR; entries = entries->tail) {
    if (zero_plain_equal(c->vm, entries->head->head, key)) {
      return entries->head;
    }
  }
  return NULL;
}

/* The entries with `old` replaced by `new`, or dropped if that is NULL. */
static zero_plain replace(zero_vm *vm, zero_plain entries, zero_plain old,
                          zero_plain new) {
  zero_plain reversed = zero_plain_word(vm, ZERO_PLAIN_EMPTY, 0);
  for (; entries->kind == ZERO_PLAIN_PAIR; entries = entries->tail) {
    zero_plain entry = entries->head == old ? new : entries->head;
    if (entry != NULL) reversed = zero_plain_cons(vm, entry, reversed);
  }
  return zero_plain_reverse(vm, reversed);
}

static zero_plain map_put(const struct call *c) {
  zero_plain entries = entries_of(c);
  zero_plain entry = zero_plain_list(c->vm, c->args + 1, 2);
  zero_plain old = find(c, entries);
  if (old != NULL) {
    entries = replace(c->vm, entries, old, entry);
  } else {
    entries = zero_plain_append(c->vm, entries,
                                zero_plain_list(c->vm, &entry, 1));
  }
  return make_map(c->vm, entries);
}

static zero_plain map_get(const struct call *c) {
  zero_plain entry = find(c, entries_of(c));
  zero_plain items[3] = {zero_plain_i64(c->vm, ZERO_FAMILY_OPTION)};
  if (entry == NULL) {
    items[1] = zero_plain_string(c->vm, "none");
    return zero_plain_list(c->vm, items, 2);
  }
  items[1] = zero_plain_string(c->vm, "some");
  items[2] = zero_plain_nth(entry, 1);
  return zero_plain_list(c->vm, items, 3);
}

static zero_plain map_remove(const struct call *c) {
  zero_plain entries = entries_of(c);
  zero_plain old = find(c, entries);
  if (old == NULL) return c->args[0];
  return make_map(c->vm, replace(c->vm, entries, old, NULL));
}

/* Item `index` of each entry. */
static zero_plain column(const struct call *c, uint64_t index) {
  zero_plain entries = entries_of(c);
  zero_plain reversed = zero_plain_word(c->vm, ZERO_PLAIN_EMPTY, 0);
  for (; entries->kind == ZERO_PLAIN_PAIR; entries = entries->tail) {
    reversed = zero_plain_cons(
        c->vm, zero_plain_nth(entries->head, index), reversed);
  }
  return zero_plain_reverse(c->vm, reversed);
}

static bool map_builtin(const struct call *c, zero_plain *result) {
  switch (c->builtin) {
    case ZERO_BUILTIN_MAP_EMPTY:
      *result = make_map(c->vm, zero_plain_word(c->vm, ZERO_PLAIN_EMPTY, 0));
      return true;
    case ZERO_BUILTIN_MAP_PUT:
      *result = map_put(c);
      return true;
    case ZERO_BUILTIN_MAP_GET:
      *result = map_get(c);
      return true;
    case ZERO_BUILTIN_MAP_HAS:
      *result = zero_plain_bool(
          c->vm, find(c, entries_of(c)) != NULL);
      return true;
    case ZERO_BUILTIN_MAP_REMOVE:
      *result = map_remove(c);
      return true;
    case ZERO_BUILTIN_MAP_SIZE:
      *result =
          zero_plain_i64(c->vm, (int64_t)zero_plain_length(entries_of(c)));
      return true;
    case ZERO_BUILTIN_MAP_KEYS:
      *result = column(c, 0);
      return true;
    case ZERO_BUILTIN_MAP_VALUES:
      *result = column(c, 1);
      return true;
    case ZERO_BUILTIN_MAP_ENTRIES:
      *result = entries_of(c);
      return true;
    default:
      return false;
  }
}

/* --- layouts ------------------------------------------------------------ */

static const char *text_at(const struct call *c, unsigned index) {
  zero_plain v = c->args[index];
  return v->kind == ZERO_PLAIN_TEXT ? zero__text_bytes(v->text) : NULL;
}

/* The family argument 0 names, NULL if it has no variants. */
static const struct zero_family *family_named(const struct call *c) {
  const char *name = text_at(c, 0);
  const struct zero_family *family =
      name == NULL ? NULL : zero__family_by_name(name);
  return family == NULL || family->variant_count == 0 ? NULL : family;
}

static const struct zero_variant *variant_named(const struct call *c) {
  const struct zero_family *family = family_named(c);
  const char *name = text_at(c, 1);
  if (family == NULL || name == NULL) return NULL;
  return zero__variant_by_name(family, name, strlen(name));
}

/* `v` as a v1 value of the family, or NULL. A v0.1 shape is the v1 list
 * without its tag; those with shapes inside, and the host's, are left to the
 * runtime. */
static zero_plain read_family(zero_vm *vm, const struct zero_family *family,
                              zero_plain v) {
  if (strcmp(zero_plain_type(vm, v), family->name) == 0) return v;
  if (v->kind != ZERO_PLAIN_PAIR || v->head->kind != ZERO_PLAIN_TEXT) {
    return NULL;
  }
  zero_plain tagged = zero_plain_cons(vm, zero_plain_i64(vm, family->tag), v);
  bool shaped = family->tag <= ZERO_FAMILY_ERROR; /* the others have none */
  if (shaped && strcmp(zero_plain_type(vm, tagged), family->name) == 0) {
    return tagged;
  }
  zero_value read =
      zero__layout_read(&vm->heap, family, zero_plain_to_value(vm, v));
  if (zero_is_none(read)) return NULL;
  return zero_plain_from_value(vm, &vm->heap, read);
}

static zero_plain layout_new(const struct call *c) {
  const struct zero_variant *variant = variant_named(c);
  if (variant == NULL) return shared(c);
  zero_plain fields =
      zero_plain_list(c->vm, c->args + 2, c->count - 2);
  zero_plain made = zero_plain_cons(
      c->vm, zero_plain_i64(c->vm, variant->family->tag),
      zero_plain_cons(c->vm, c->args[1], fields));
  if (!zero_plain_is(c->vm, made, variant)) fail(c, variant->family->code);
  return made;
}

static zero_plain layout_get(const struct call *c) {
  const struct zero_family *family = family_named(c);
  const char *name = text_at(c, 1);
  if (family == NULL || name == NULL) return shared(c);
  unsigned index;
  const struct zero_variant *variant =
      zero__field_by_name(family, name, &index);
  if (variant == NULL) return shared(c);
  zero_plain v = read_family(c->vm, family, c->args[2]);
  if (v == NULL || !zero_plain_is(c->vm, v, variant)) fail(c, family->code);
  return zero_plain_nth(v, index + 2);
}

static zero_plain layout_is(const struct call *c) {
  const struct zero_variant *variant = variant_named(c);
  if (variant == NULL) return shared(c);
  zero_plain v = read_family(c->vm, variant->family, c->args[2]);
  return zero_plain_bool(c->vm, v != NULL && zero_plain_is(c->vm, v, variant));
}

static zero_plain layout_valid(const struct call *c) {
  const struct zero_family *family = family_named(c);
  if (family == NULL) return shared(c);
  return zero_plain_bool(c->vm,
                         read_family(c->vm, family, c->args[1]) != NULL);
}

static zero_plain layout_read(const struct call *c) {
  const struct zero_family *family = family_named(c);
  if (family == NULL) return shared(c);
  zero_plain v = read_family(c->vm, family, c->args[1]);
  if (v == NULL) fail(c, family->code);
  return v;
}

/* The runtime's err holds a context of its own. */
static zero_plain layout_check(const struct call *c) {
  const struct zero_family *family = family_named(c);
  zero_plain v =
      family == NULL ? NULL : read_family(c->vm, family, c->args[1]);
  if (v != NULL) {
    zero_plain items[3] = {zero_plain_i64(c->vm, ZERO_FAMILY_RESULT),
                           zero_plain_string(c->vm, "ok"), v};
    return zero_plain_list(c->vm, items, 3);
  }
  return shared(c);
}

static zero_plain layout_tag(const struct call *c) {
  const struct zero_family *family =
      zero__family_by_name(zero_plain_type(c->vm, c->args[0]));
  want(c, family != NULL);
  return zero_plain_i64(c->vm, family->tag);
}

/* The value if it has variants. */
static zero_plain want_variant(const struct call *c) {
  zero_plain v = c->args[0];
  const struct zero_family *family =
      zero__family_by_name(zero_plain_type(c->vm, v));
  if (family == NULL || family->variant_count == 0) {
    fail(c, ZERO_CODE_LAYOUT_UNKNOWN);
  }
  if (v->kind == ZERO_PLAIN_HIDDEN) want_list(c, 0);
  return v;
}

static zero_plain layout_field(const struct call *c) {
  zero_plain fields = want_variant(c)->tail->tail;
  int64_t index = want_i64(c, 1);
  if (index < 0 || (uint64_t)index >= zero_plain_length(fields)) {
    fail(c, ZERO_CODE_INDEX_RANGE);
  }
  return zero_plain_nth(fields, (uint64_t)index);
}

static bool layout_builtin(const struct call *c, zero_plain *result) {
  switch (c->builtin) {
    case ZERO_BUILTIN_LAYOUT_NEW:
      *result = layout_new(c);
      return true;
    case ZERO_BUILTIN_LAYOUT_GET:
      *result = layout_get(c);
      return true;
    case ZERO_BUILTIN_LAYOUT_IS:
      *result = layout_is(c);
      return true;
    case ZERO_BUILTIN_LAYOUT_VALID:
      *result = layout_valid(c);
      return true;
    case ZERO_BUILTIN_LAYOUT_READ:
      *result = layout_read(c);
      return true;
    case ZERO_BUILTIN_LAYOUT_CHECK:
      *result = layout_check(c);
      return true;
    case ZERO_BUILTIN_LAYOUT_TAG:
      *result = layout_tag(c);
      return true;
    case ZERO_BUILTIN_LAYOUT_VARIANT:
      *result = want_variant(c)->tail->head;
      return true;
    case ZERO_BUILTIN_LAYOUT_FIELD:
      *result = layout_field(c);
      return true;
    default:
      return false;
  }
}

/* --- kinds -------------------------------------------------------------- */

static bool kind_test(const struct call *c, enum zero_plain_kind *kind) {
  switch (c->builtin) {
    case ZERO_BUILTIN_IS_UNIT:
      *kind = ZERO_PLAIN_UNIT;
      return true;
    case ZERO_BUILTIN_IS_BOOL:
      *kind = ZERO_PLAIN_BOOL;
      return true;
    case ZERO_BUILTIN_IS_I64:
      *kind = ZERO_PLAIN_I64;
      return true;
    case ZERO_BUILTIN_IS_TEXT:
      *kind = ZERO_PLAIN_TEXT;
      return true;
    case ZERO_BUILTIN_IS_FUNCTION:
      *kind = ZERO_PLAIN_FUNCTION;
      return true;
    default:
      return false;
  }
}

zero_plain zero_oracle_builtin(zero_vm *vm, unsigned builtin,
                               const zero_plain *args, unsigned count) {
  const struct call call = {vm, builtin, args, count};
  const struct call *c = &call;
  enum zero_plain_kind kind;
  zero_plain result;
  if (list_builtin(c, &result) || map_builtin(c, &result) ||
      layout_builtin(c, &result)) {
    return result;
  }
  if (kind_test(c, &kind)) {
    return zero_plain_bool(vm, args[0]->kind == kind);
  }
  switch (builtin) {
    case ZERO_BUILTIN_ADD:
    case ZERO_BUILTIN_SUB:
    case ZERO_BUILTIN_MUL:
    case ZERO_BUILTIN_DIV:
    case ZERO_BUILTIN_MOD:
      return arithmetic(c);
    case ZERO_BUILTIN_LESS:
    case ZERO_BUILTIN_GREATER:
    case ZERO_BUILTIN_LESS_EQUAL:
    case ZERO_BUILTIN_GREATER_EQUAL:
      return zero_plain_bool(vm, order(c));
    case ZERO_BUILTIN_EQUAL:
      return zero_plain_bool(vm, zero_plain_equal(vm, args[0], args[1]));
    case ZERO_BUILTIN_UNEQUAL:
      return zero_plain_bool(vm, !zero_plain_equal(vm, args[0], args[1]));
    case ZERO_BUILTIN_NOT:
      return zero_plain_bool(vm, !zero_plain_is_true(args[0]));
    case ZERO_BUILTIN_IS_LIST:
      return zero_plain_bool(vm, zero_plain_is_list(args[0]));
    case ZERO_BUILTIN_TYPE_OF:
      return zero_plain_string(vm, zero_plain_type(vm, args[0]));
    default:
      return shared(c);
  }
}
