/* values.c - making, reading, comparing and copying single values, those of
 * every family by the names in the tables. */
#include "api/session.h"

#include "layout/layout.h"
#include "value/bytes.h"
#include "value/compare.h"
#include "value/copy.h"
#include "value/number.h"
#include "value/text.h"
#include "vm/builtins.h"

/* --- kinds --------------------------------------------------------------- */

zero_value zero_unit(void) {
  return ZERO_UNIT;
}

/* A word that is not a value looks like a cell. */
#define IS(kind, test)                              \
  int zero_is_##kind(zero_value value) {            \
    return !zero_is_none(value) && zero__is_##test; \
  }
IS(unit, unit(value))
IS(bool, bool(value))
IS(i64, i64(value))
IS(text, text(value))
IS(list, list(value))
IS(map, kind(value, ZERO_KIND_MAP))
IS(bytes, kind(value, ZERO_KIND_BYTES))
IS(function, function(value))
IS(user_data, user_data(value))

/* --- making -------------------------------------------------------------- */

zero_value zero_bool(int truth) {
  return zero__bool(truth != 0);
}

static void i64_body(zero_vm *vm, struct zero_request *request) {
  request->result = zero__i64(&vm->heap, request->number);
}

/* A number that fits the word takes neither memory nor limits. */
zero_status zero_i64(zero_vm *vm, zero_value *value, int64_t number) {
  if (ZERO_LIKELY(zero__given(vm) == ZERO_OK && value != NULL &&
                  !((struct zero_session *)vm)->busy &&
                  number >= ZERO_SMALL_I64_MIN &&
                  number <= ZERO_SMALL_I64_MAX)) {
    *value = zero__small(number);
    return ZERO_OK;
  }
  return ZERO_ASK(vm, value, i64_body, .number = number);
}

static void text_body(zero_vm *vm, struct zero_request *request) {
  struct zero_heap *heap = &vm->heap;
  const char *bytes = request->size > 0 ? request->bytes : "";
  size_t bad;
  zero__text_fits(heap, request->size);
  request->result = zero__text_checked(heap, bytes, request->size, &bad);
  if (!zero_is_none(request->result)) return;
  zero__raise(heap, ZERO_CODE_HOST_NOT_TEXT,
              "zero_text: byte %zu is a NUL or not valid UTF-8", bad);
}

zero_status zero_text(zero_vm *vm, zero_value *value, const char *bytes,
                      size_t size) {
  return ZERO_ASK(vm, value, text_body, .bytes = bytes, .size = size);
}

static void bytes_body(zero_vm *vm, struct zero_request *request) {
  request->result = zero__bytes_new(&vm->heap, request->bytes, request->size);
}

zero_status zero_bytes(zero_vm *vm, zero_value *value, const void *bytes,
                       size_t size) {
  return ZERO_ASK(vm, value, bytes_body, .bytes = bytes, .size = size);
}

/* --- reading ------------------------------------------------------------- */

int zero_to_bool(int *truth, zero_value value) {
  bool good = zero__is_bool(value);
  if (truth != NULL) *truth = good && zero__is_true(value);
  return good;
}

int zero_to_i64(int64_t *number, zero_value value) {
  bool good = zero__is_i64(value);
  if (number != NULL) *number = good ? zero__i64_number(value) : 0;
  return good;
}

int zero_to_text(const char **bytes, size_t *size, zero_value value) {
  bool good = zero__is_text(value);
  if (bytes != NULL) *bytes = good ? zero__text_bytes(value) : NULL;
  if (size != NULL) *size = good ? zero__text_size(value) : 0;
  return good;
}

int zero_to_bytes(const unsigned char **bytes, size_t *size, zero_value value) {
  bool good = zero_is_bytes(value) != 0;
  if (bytes != NULL) *bytes = good ? zero__bytes(value)->data : NULL;
  if (size != NULL) *size = good ? (size_t)zero__bytes(value)->size : 0;
  return good;
}

int zero_to_user_data(void **pointer, const void *type, zero_value value) {
  bool good = zero__is_user_data(value) &&
              zero__user_data(value)->type == type &&
              *zero__user_data(value)->open != 0;
  if (pointer != NULL) *pointer = good ? zero__user_data(value)->pointer : NULL;
  return good;
}

/* --- comparing, copying -------------------------------------------------- */

static void equal_body(zero_vm *vm, struct zero_request *request) {
  const zero_value *values = request->values;
  request->result = zero__bool(zero__equal(&vm->heap, values[0], values[1]));
}

zero_status zero_equal(zero_vm *vm, int *equal, zero_value a, zero_value b) {
  zero_value result;
  zero_status status = ZERO_ASK(vm, equal != NULL ? &result : NULL,
                                equal_body, ZERO_VALUES(a, b));
  if (equal != NULL) *equal = zero__same(result, ZERO_TRUE);
  return status;
}

static void hash_body(zero_vm *vm, struct zero_request *request) {
  request->measure = zero__hash(&vm->heap, request->values[0]);
}

zero_status zero_hash(zero_vm *vm, uint64_t *hash, zero_value value) {
  return ZERO_ASK(vm, hash, hash_body, ZERO_VALUES(value));
}

static void copy_body(zero_vm *vm, struct zero_request *request) {
  bool same = request->more == vm;
  request->result = same ? request->values[0]
                         : zero__copy(&vm->heap, request->values[0]);
}

zero_status zero_value_copy(zero_vm *to, zero_value *copy, zero_vm *from,
                            zero_value value) {
  zero_status status = zero__given(to);
  if (copy != NULL) *copy = ZERO_NONE;
  if (status != ZERO_OK) return status;
  if (from == NULL) return zero__misuse(to, "%s was given NULL", __func__);
  status = zero__given(from);
  if (status != ZERO_OK) return status;
  if (from != to && ((const struct zero_session *)from)->busy) {
    return zero__misuse(to, "%s was given a VM that is running a call",
                        __func__);
  }
  return ZERO_ASK(to, copy, copy_body, ZERO_VALUES(value), .more = from);
}

/* --- values of families -------------------------------------------------- */

const struct zero_family *zero__want_family(
    zero_vm *vm, const struct zero_request *request) {
  const struct zero_family *family = zero__family_by_name(request->family);
  if (family != NULL) return family;
  const char *near = zero__nearest(request->family, zero__families,
                                   zero__family_count,
                                   sizeof *zero__families);
  zero__raise(&vm->heap, ZERO_CODE_LAYOUT_UNKNOWN,
              "%s: the table has no family \"%.64s\"%s%s%s", request->who,
              request->family, near != NULL ? "; did you mean \"" : "",
              near != NULL ? near : "", near != NULL ? "\"?" : "");
}

ZERO_NORETURN static void raise_unknown(zero_vm *vm,
                                        const struct zero_request *request,
                                        const char *what) {
  zero__raise(&vm->heap, ZERO_CODE_LAYOUT_UNKNOWN, "%s: %s has no %s \"%.64s\"",
              request->who, request->family, what, request->part);
}

static const struct zero_variant *want_variant(
    zero_vm *vm, const struct zero_request *request) {
  const struct zero_variant *variant =
      zero__variant_by_name(zero__want_family(vm, request), request->part,
                            strlen(request->part));
  if (variant == NULL) raise_unknown(vm, request, "variant");
  return variant;
}

static void new_body(zero_vm *vm, struct zero_request *request) {
  const struct zero_variant *variant = want_variant(vm, request);
  size_t count = (size_t)request->number;
  if (count != variant->field_count) {
    zero__raise_count(&vm->heap, variant, count);
  }
  request->result = zero__layout_new(&vm->heap, variant, request->values);
}

zero_status zero_new(zero_vm *vm, zero_value *value, const char *family,
                     const char *variant, const zero_value *fields,
                     size_t count) {
  /* No variant has more fields than this: of more values none is looked at. */
  size_t seen = count < 256 ? count : 0;
  return ZERO_ASK(vm, value, new_body, ZERO_NAMES(family, variant),
                  .values = fields, .count = seen,
                  .number = (int64_t)count);
}

static void field_body(zero_vm *vm, struct zero_request *request) {
  unsigned index;
  const struct zero_family *family = zero__want_family(vm, request);
  const struct zero_variant *variant =
      zero__field_by_name(family, request->part, &index);
  if (variant == NULL) raise_unknown(vm, request, "field");
  request->result = zero__read_field(vm, variant, index, request->values[0]);
}

zero_status zero_get(zero_vm *vm, zero_value *field_value, const char *family,
                     const char *field, zero_value value) {
  return ZERO_ASK(vm, field_value, field_body, ZERO_NAMES(family, field),
                  ZERO_VALUES(value));
}

static void is_body(zero_vm *vm, struct zero_request *request) {
  const struct zero_variant *variant = want_variant(vm, request);
  request->result = zero__bool(
      zero__layout_is(&vm->heap, variant, request->values[0]));
}

int zero_is(zero_vm *vm, const char *family, const char *variant,
            zero_value value) {
  zero_value is;
  (void)ZERO_ASK(vm, &is, is_body, ZERO_NAMES(family, variant),
                 ZERO_VALUES(value));
  return zero__same(is, ZERO_TRUE);
}

static void check_body(zero_vm *vm, struct zero_request *request) {
  const struct zero_family *family = zero__want_family(vm, request);
  request->result = zero__layout_check(&vm->heap, family, request->values[0]);
}

zero_status zero_check_value(zero_vm *vm, zero_value *checked,
                             const char *family, zero_value value) {
  return ZERO_ASK(vm, checked, check_body, ZERO_NAMES(family, ""),
                  ZERO_VALUES(value));
}
