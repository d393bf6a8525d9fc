/* families.c - values of every family, by the names in the tables. */
#include "api/session.h"
#include "layout/layout.h"
#include "vm/builtins.h"

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

/* As zero__ask; names may not be NULL either. */
static zero_status ask(zero_vm *vm, zero_value *answer,
                       struct zero_request *request, zero__body *body) {
  if (request->family != NULL && request->part != NULL) {
    return zero__ask(vm, answer, request, body);
  }
  if (answer != NULL) *answer = ZERO_NONE;
  zero_status given = zero__given(vm);
  if (given != ZERO_OK) return given;
  return zero__misuse_of(vm, request->who, "was given NULL");
}

static void new_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_vm *vm = &session->vm;
  const struct zero_variant *variant = want_variant(vm, request);
  size_t count = (size_t)request->number;
  if (count != variant->field_count) {
    zero__raise_count(&vm->heap, variant, count);
  }
  request->answer = zero__layout_new(&vm->heap, variant, request->values);
}

/* No variant has as many fields: of more values none is looked at. */
enum { MANY_FIELDS = 256 };

zero_status zero_new(zero_vm *vm, zero_value *value, const char *family,
                     const char *variant, const zero_value *fields,
                     size_t count) {
  struct zero_request request = {.who = "zero_new",
                                 .family = family,
                                 .part = variant,
                                 .values = fields,
                                 .count = count < MANY_FIELDS ? count : 0,
                                 .number = (int64_t)count};
  return ask(vm, value, &request, new_body);
}

static void get_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_vm *vm = &session->vm;
  unsigned index;
  const struct zero_family *family = zero__want_family(vm, request);
  const struct zero_variant *variant =
      zero__field_by_name(family, request->part, &index);
  if (variant == NULL) raise_unknown(vm, request, "field");
  request->answer =
      zero__read_field(vm, variant, index, request->values[0]);
}

zero_status zero_get(zero_vm *vm, zero_value *field_value,
                     const char *family, const char *field,
                     zero_value value) {
  struct zero_request request = {.who = "zero_get",
                                 .family = family,
                                 .part = field,
                                 .values = &value,
                                 .count = 1};
  return ask(vm, field_value, &request, get_body);
}

static void is_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_vm *vm = &session->vm;
  const struct zero_variant *variant = want_variant(vm, request);
  request->measure =
      zero__layout_is(&vm->heap, variant, request->values[0]);
}

int zero_is(zero_vm *vm, const char *family, const char *variant,
            zero_value value) {
  struct zero_request request = {.who = "zero_is",
                                 .family = family,
                                 .part = variant,
                                 .values = &value,
                                 .count = 1};
  uint64_t answer = 0;
  bool named = family != NULL && variant != NULL;
  zero_status status =
      zero__measure(vm, named ? &answer : NULL, &request, is_body);
  return status == ZERO_OK && answer != 0;
}

static void check_body(struct zero_session *session, void *context) {
  struct zero_request *request = context;
  zero_vm *vm = &session->vm;
  const struct zero_family *family = zero__want_family(vm, request);
  request->answer =
      zero__layout_check(&vm->heap, family, request->values[0]);
}

zero_status zero_check_value(zero_vm *vm, zero_value *checked,
                             const char *family, zero_value value) {
  struct zero_request request = {.who = "zero_check_value",
                                 .family = family,
                                 .part = "",
                                 .values = &value,
                                 .count = 1};
  return ask(vm, checked, &request, check_body);
}
