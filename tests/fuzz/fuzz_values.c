/* fuzz_values.c - values of every family and near misses of them: printed,
 * read, compared, hashed, taken apart and given to compiled code, against
 * models. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "../support/values.h"
#include "value/list.h"
#include "value/word.h"
#include "vm/vm.h"

static void check_printed(zero_vm *vm, zero_model model, zero_value value) {
  struct zero_fuzz_text printed = {NULL, 0};
  char *expected = zero_model_print(model);
  zero_status status = zero_print(vm, value, zero_fuzz_take, &printed);
  ZERO_LAW(status == ZERO_OK, "%s", expected);
  ZERO_LAW(strcmp(printed.bytes, expected) == 0, "%s\n%s", printed.bytes,
           expected);
  ZERO_LAW(strcmp(zero_type_name(value), zero_model_type(model)) == 0, "%s",
           expected);
  free(printed.bytes);
  free(expected);
  zero_fuzz_read_back(vm, value);
}

static void check_equal(zero_vm *vm, zero_value a, zero_value b,
                        bool expected) {
  int equal = 0;
  uint64_t hash_a = 0, hash_b = 0;
  ZERO_LAW(zero_equal(vm, &equal, a, b) == ZERO_OK, "equal");
  ZERO_LAW((equal != 0) == expected, "equal: %d", equal);
  ZERO_LAW(zero_hash(vm, &hash_a, a) == ZERO_OK, "hash");
  ZERO_LAW(zero_hash(vm, &hash_b, b) == ZERO_OK, "hash");
  ZERO_LAW(!equal || hash_a == hash_b, "equal values have equal hashes");
}

static void check_pair(zero_vm *vm, zero_value value) {
  zero_pair pair;
  zero_value back;
  zero_scope scope;
  ZERO_LAW(zero_scope_open(vm, &scope) == ZERO_OK, "scope");
  zero_status status = zero_to_pair(vm, &pair, value);
  ZERO_LAW(status == ZERO_OK, "to a pair: %s", zero_fuzz_code(vm, status));
  status = zero_from_pair(vm, &back, pair, zero_type_name(value));
  ZERO_LAW(status == ZERO_OK, "from a pair: %s", zero_fuzz_code(vm, status));
  check_equal(vm, value, back, true);
  ZERO_LAW(zero_scope_close(vm, scope) == ZERO_OK, "scope");
}

static void check_list(struct zero_heap *heap, struct zero_models *models,
                       zero_model model, zero_value value, zero_model other,
                       zero_value end) {
  ZERO_LAW(zero__length(heap, value) == model->count, "%zu", model->count);
  ZERO_LAW(zero_model_matches(heap, zero_model_reverse(models, model),
                              zero__reverse(heap, value)),
           "reversed");
  zero_value item;
  for (size_t i = 0; i < model->count; i++) {
    ZERO_LAW(zero__nth(heap, value, i, &item), "%zu", i);
    ZERO_LAW(zero_model_matches(heap, model->items[i], item), "%zu", i);
  }
  ZERO_LAW(!zero__nth(heap, value, model->count, &item), "after the last");
  if (other->kind == ZERO_MODEL_LIST) {
    ZERO_LAW(zero_model_matches(heap, zero_model_append(models, model, other),
                                zero__append(heap, value, end)),
             "appended");
  }
  if (model->count == 0) return;
  zero_value tail = zero__tail(heap, value);
  ZERO_LAW(zero_model_matches(heap, zero_model_tail(models, model), tail),
           "tail");
  ZERO_LAW(zero_model_matches(
               heap, model,
               zero__cons(heap, zero__head(heap, value), tail)),
           "made again");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  static struct zero_fuzz_vm holder;
  zero_options options = zero_options_default();
  zero_vm *vm = zero_fuzz_open(&holder, &options);
  struct zero_heap *heap = &vm->heap;
  struct zero_models models = {0};
  struct zero_random random;
  zero_random_from(&random, bytes, size);
  enum zero_way way = (enum zero_way)zero_random_below(&random, ZERO_WAYS);
  enum zero_way next = (enum zero_way)zero_random_below(&random, ZERO_WAYS);
  zero_model model = zero_any_list(&models, &random);
  zero_model other = zero_random_below(&random, 4) == 0
                         ? model
                         : zero_any_model(&models, &random);
  zero_value value = zero_model_value(heap, model, way);
  zero_value end = zero_model_value(heap, other, next);
  check_printed(vm, model, value);
  check_printed(vm, other, end);
  check_equal(vm, value, end, zero_model_equal(model, other));
  check_pair(vm, value);
  check_pair(vm, end);
  check_list(heap, &models, model, value, other, end);
  zero_models_clear(&models);
  return 0;
}
