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

/* --- of what kind -------------------------------------------------------- */

zero_value zero_unit(void) {
  return ZERO_UNIT;
}

/* What is no value looks like a cell. */
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

/* What fits the word takes neither memory nor limits. */
zero_status zero_i64(zero_vm *vm, zero_value *value, int64_t number) {
  if (ZERO_LIKELY(zero__given(vm) == ZERO_OK && value != NULL &&
                  !((struct zero_session *)vm)->busy &&
                  number >= ZERO_SMALL_I64_MIN &&
                  number <= ZERO_SMALL_I64_MAX)) {
    *value = zero__small(number);
    return ZERO_OK;
  }
  struct zero_request request = {
      .body = i64_body, .who = __func__, .number = number};
  return zero__ask_for(vm, value, &request);
}

static void text_body(zero_vm *vm, struct zero_request *request) {
  struct zero_heap *heap = &vm->heap;
  const char *bytes = request->size > 0 ? request->bytes : "";
  size_t bad;
  zero__text_fits(heap, request->size);
  request->result = zero__text_checked(heap, bytes, request->size, &bad);
  if (!zero_is_none(request->result)) return;
  zero__raise(heap, ZERO_CODE_HOST_NOT_TEXT,
              "zero_text: byte %zu is a NUL or no valid UTF-8", bad);
}

zero_status zero_text(zero_vm *vm, zero_value *value, const char *bytes,
                      size_t size) {
  struct zero_request request = {
      .body = text_body, .who = __func__, .bytes = bytes, .size = size};
  return zero__ask_for(vm, value, &request);
}

static void bytes_body(zero_vm *vm, struct zero_request *request) {
  request->result =
      zero__bytes_new(&vm->heap, request->bytes, request->size);
}

zero_status zero_bytes(zero_vm *vm, zero_value *value, const void *bytes,
                       size_t size) {
  struct zero_request request = {
      .body = bytes_body, .who = __func__, .bytes = bytes, .size = size};
  return zero__ask_for(vm, value, &request);
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

int zero_to_bytes(const unsigned char **bytes, size_t *size,
                  zero_value value) {
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
  request->result =
      zero__bool(zero__equal(&vm->heap, values[0], values[1]));
}

zero_status zero_equal(zero_vm *vm, int *equal, zero_value a, zero_value b) {
  const zero_value values[] = {a, b};
  zero_value answer;
  zero_status status = zero__ask(vm, equal != NULL ? &answer : NULL, __func__,
                                 equal_body, values, 2);
  if (equal != NULL) *equal = zero__same(answer, ZERO_TRUE);
  return status;
}

static void hash_body(zero_vm *vm, struct zero_request *request) {
  request->measure = zero__hash(&vm->heap, request->values[0]);
}

zero_status zero_hash(zero_vm *vm, uint64_t *hash, zero_value value) {
  return zero__measure(vm, hash, __func__, hash_body, &value, 1);
}

static void copy_body(zero_vm *vm, struct zero_request *request) {
  request->result = zero__copy(&vm->heap, request->values[0]);
}

static void same_body(zero_vm *vm, struct zero_request *request) {
  (void)vm;
  request->result = request->values[0];
}

zero_status zero_value_copy(zero_vm *to, zero_value *copy, zero_vm *from,
                            zero_value value) {
  zero_status status = zero__given(to);
  if (status == ZERO_OK && from == NULL) {
    status = zero__misuse(to, "%s was given NULL", __func__);
  }
  if (status == ZERO_OK) status = zero__given(from);
  if (status == ZERO_OK && from != to &&
      ((const struct zero_session *)from)->busy) {
    status = zero__misuse(to, "%s was given a VM that runs a call", __func__);
  }
  if (status == ZERO_OK) {
    return zero__ask(to, copy, __func__, to == from ? same_body : copy_body,
                     &value, 1);
  }
  if (copy != NULL) *copy = ZERO_NONE;
  return status;
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

/* No variant has as many fields: of more values none is looked at. */
enum { MANY_FIELDS = 256 };

/* As zero__ask; names may not be NULL either. The number is the count. */
static zero_status ask(zero_vm *vm, zero_value *answer, const char *who,
                       zero__body *body, const char *family,
                       const char *part, const zero_value *values,
                       size_t count) {
  struct zero_request request = {.body = body,
                                 .who = who,
                                 .values = values,
                                 .count = count < MANY_FIELDS ? count : 0,
                                 .family = family,
                                 .part = part,
                                 .number = (int64_t)count};
  if (family != NULL && part != NULL) {
    return zero__ask_for(vm, answer, &request);
  }
  if (answer != NULL) *answer = ZERO_NONE;
  return zero__misuse(vm, "%s was given NULL", who);
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
  return ask(vm, value, __func__, new_body, family, variant, fields, count);
}

static void field_body(zero_vm *vm, struct zero_request *request) {
  unsigned index;
  const struct zero_family *family = zero__want_family(vm, request);
  const struct zero_variant *variant =
      zero__field_by_name(family, request->part, &index);
  if (variant == NULL) raise_unknown(vm, request, "field");
  request->result =
      zero__read_field(vm, variant, index, request->values[0]);
}

zero_status zero_get(zero_vm *vm, zero_value *field_value,
                     const char *family, const char *field,
                     zero_value value) {
  return ask(vm, field_value, __func__, field_body, family, field, &value, 1);
}

static void is_body(zero_vm *vm, struct zero_request *request) {
  const struct zero_variant *variant = want_variant(vm, request);
  request->result = zero__bool(
      zero__layout_is(&vm->heap, variant, request->values[0]));
}

int zero_is(zero_vm *vm, const char *family, const char *variant,
            zero_value value) {
  zero_value is;
  ask(vm, &is, __func__, is_body, family, variant, &value, 1);
  return zero__same(is, ZERO_TRUE);
}

static void check_body(zero_vm *vm, struct zero_request *request) {
  const struct zero_family *family = zero__want_family(vm, request);
  request->result =
      zero__layout_check(&vm->heap, family, request->values[0]);
}

zero_status zero_check_value(zero_vm *vm, zero_value *checked,
                             const char *family, zero_value value) {
  return ask(vm, checked, __func__, check_body, family, "", &value, 1);
}
