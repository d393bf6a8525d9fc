/* fuzz_layouts.c - lists of all kinds against the validator, the constructors
 * and the accessors of every family: they agree, or refuse with the
 * family's code. */
#include <stdlib.h>
#include <string.h>

#include "facts/facts.h"
#include "fuzz.h"
#include "../support/values.h"
#include "value/list.h"
#include "value/record.h"
#include "vm/vm.h"

enum { FIELDS = 6 };

/* The list without its tag, and now and then the lists in it too: what may
 * be a v0.1 shape. */
static zero_model without_tag(struct zero_models *models,
                              struct zero_random *random, zero_model model) {
  if (model->kind != ZERO_MODEL_LIST || model->count < 2) return model;
  zero_model tail = zero_model_tail(models, model);
  for (size_t i = 0; i < tail->count; i++) {
    if (zero_random_below(random, 4) > 0) continue;
    tail->items[i] = without_tag(models, random, tail->items[i]);
  }
  return tail;
}

/* A word of the old forms at the head. */
static zero_model with_word(struct zero_models *models,
                            struct zero_random *random, zero_model model) {
  static const char *const words[] = {"HostOk", "HostErr", "Path", "Handle"};
  if (model->kind != ZERO_MODEL_LIST || model->count == 0) return model;
  const char *word = words[zero_random_below(random, 4)];
  return zero_model_cons(models, zero_model_text(models, word),
                         zero_model_tail(models, model));
}

static zero_model any_shape(struct zero_models *models,
                            struct zero_random *random, unsigned tag) {
  zero_model model;
  switch (tag < ZERO_FIRST_LIST_TAG ? 0 : zero_random_below(random, 5)) {
    case 0:
      return zero_any_model(models, random);
    case 1:
      return zero_family_model(models, random, (int)tag);
    case 2:
      return zero_near_miss(models, random, (int)tag);
    case 3:
      model = zero_family_model(models, random, (int)tag);
      break;
    default:
      model = zero_near_miss(models, random, (int)tag);
  }
  model = without_tag(models, random, model);
  return zero_random_below(random, 4) > 0
             ? model
             : with_word(models, random, model);
}

static void want_code(zero_vm *vm, zero_status status,
                      const struct zero_family *family) {
  const char *code = zero_fuzz_code(vm, status);
  ZERO_LAW(strcmp(code, zero__code_fact((int)family->code)->name) == 0,
           "%s of %s", code, family->name);
}

/* Each field of each variant that `checked` may be read as: what is read from
 * the list is part of the value it was read as. */
static void check_fields(zero_vm *vm, const struct zero_family *family,
                         zero_value value, zero_value checked) {
  for (unsigned v = 0; v < family->variant_count; v++) {
    const struct zero_variant *variant = &family->variants[v];
    bool is = zero_is(vm, family->name, variant->name, value);
    ZERO_LAW(is == (!zero_is_none(checked) && zero__is_packed(checked) &&
                    zero__variant_of(checked) == variant),
             "%s %s", family->name, variant->name);
    for (unsigned i = 0; i < variant->field_count; i++) {
      zero_value read = {0}, again = {0};
      int equal = 0;
      const char *name = variant->fields[i].name;
      zero_status status = zero_get(vm, &read, family->name, name, value);
      ZERO_LAW(status == ZERO_OK || !is, "%s %s", family->name, name);
      if (status != ZERO_OK) {
        want_code(vm, status, family);
        continue;
      }
      status = zero_get(vm, &again, family->name, name, checked);
      ZERO_LAW(status == ZERO_OK, "%s %s", family->name, name);
      status = zero_equal(vm, &equal, read, again);
      ZERO_LAW(status == ZERO_OK && equal, "%s %s", family->name, name);
    }
  }
}

static void check_value(zero_vm *vm, const struct zero_family *family,
                        zero_model model, zero_value value) {
  zero_value checked = {0}, again = {0};
  bool listed = family->tag >= ZERO_FIRST_LIST_TAG;
  bool own = strcmp(zero_model_type(model), family->name) == 0;
  zero_status status = zero_check_value(vm, &checked, family->name, value);
  if (status != ZERO_OK) {
    want_code(vm, status, family);
    ZERO_LAW(!own, "%s is refused", family->name);
    if (listed) check_fields(vm, family, value, ZERO_NONE);
    return;
  }
  ZERO_LAW(!own || zero__same(checked, value), "%s", family->name);
  if (!listed) return;
  ZERO_LAW(strcmp(zero_type_name(checked), family->name) == 0, "%s",
           zero_type_name(checked));
  status = zero_check_value(vm, &again, family->name, checked);
  ZERO_LAW(status == ZERO_OK && zero__same(again, checked), "%s again",
           family->name);
  check_fields(vm, family, value, checked);
}

/* A constructor's value equals the list of tag, name and fields. */
static void check_new(zero_vm *vm, const struct zero_variant *variant,
                      const zero_value *fields, size_t count) {
  const struct zero_family *family = variant->family;
  zero_value made = {0}, items[FIELDS + 2], list = {0};
  int equal = 0;
  zero_status status =
      zero_new(vm, &made, family->name, variant->name, fields, count);
  items[0] = zero__small(family->tag);
  items[1] = zero__names_of(zero__variant_word(variant))->text;
  memcpy(items + 2, fields, count * sizeof *fields);
  ZERO_LAW(zero_list(vm, &list, items, count + 2) == ZERO_OK, "a list");
  bool packed = zero__is_packed(list);
  if (status != ZERO_OK) {
    want_code(vm, status, family);
    ZERO_LAW(!packed, "%s %s is refused", family->name, variant->name);
    return;
  }
  ZERO_LAW(packed && zero__variant_of(made) == variant, "%s %s",
           family->name, variant->name);
  ZERO_LAW(zero_equal(vm, &equal, made, list) == ZERO_OK && equal, "%s %s",
           family->name, variant->name);
}

static void check_constructor(zero_vm *vm, const struct zero_family *family,
                              zero_model model, struct zero_models *models,
                              struct zero_random *random) {
  zero_value fields[FIELDS];
  size_t count = 0;
  const struct zero_variant *variant =
      &family->variants[zero_random_below(random, family->variant_count)];
  if (model->kind == ZERO_MODEL_LIST) {
    for (; count < FIELDS && count + 2 < model->count; count++) {
      fields[count] = zero_model_value(&vm->heap, model->items[count + 2],
                                       ZERO_BY_CONS);
    }
  }
  while (count < FIELDS && zero_random_below(random, 4) == 0) {
    zero_model more = zero_any_model(models, random);
    fields[count++] = zero_model_value(&vm->heap, more, ZERO_BY_CONS);
  }
  check_new(vm, variant, fields, count);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  static struct zero_fuzz_vm holder;
  zero_options options = zero_options_default();
  zero_vm *vm = zero_fuzz_open(&holder, &options);
  struct zero_models models = {0};
  struct zero_random random;
  zero_random_from(&random, bytes, size);
  unsigned asked = (unsigned)zero_random_below(&random, ZERO_LAST_TAG + 1);
  unsigned tag = zero_random_below(&random, 8) > 0
                     ? asked
                     : (unsigned)zero_random_below(&random,
                                                   ZERO_LAST_TAG + 1);
  const struct zero_family *family = zero__family_by_tag(asked);
  zero_model model = any_shape(&models, &random, tag);
  check_value(vm, family, model,
              zero_model_value(&vm->heap, model, ZERO_BY_LIST));
  if (asked >= ZERO_FIRST_LIST_TAG) {
    check_constructor(vm, family, model, &models, &random);
  }
  zero_models_clear(&models);
  return 0;
}
