/* plain.c - values of the plain evaluator: pairs, words and closures. */
#include "plain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "compile/code.h"
#include "model.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/print.h"
#include "value/text.h"

/* The key of the Map that replaces a hidden context in the runtime. */
#define HIDDEN_KEY "a context that nobody may look into"

/* --- making ------------------------------------------------------------- */

static struct zero_plain *fresh(zero_vm *vm, enum zero_plain_kind kind) {
  struct zero_plain *made = zero__alloc(&vm->heap, ZERO_TRACED, sizeof *made);
  made->kind = kind;
  return made;
}

zero_plain zero_plain_word(zero_vm *vm, enum zero_plain_kind kind,
                           int64_t number) {
  struct zero_plain *made = fresh(vm, kind);
  made->number = number;
  return made;
}

zero_plain zero_plain_i64(zero_vm *vm, int64_t number) {
  return zero_plain_word(vm, ZERO_PLAIN_I64, number);
}

zero_plain zero_plain_bool(zero_vm *vm, bool truth) {
  return zero_plain_word(vm, ZERO_PLAIN_BOOL, truth);
}

zero_plain zero_plain_text(zero_vm *vm, zero_value text) {
  struct zero_plain *made = fresh(vm, ZERO_PLAIN_TEXT);
  made->text = text;
  return made;
}

zero_plain zero_plain_string(zero_vm *vm, const char *string) {
  return zero_plain_text(vm, zero__text_of(&vm->heap, string));
}

zero_plain zero_plain_cons(zero_vm *vm, zero_plain head, zero_plain tail) {
  struct zero_plain *made = fresh(vm, ZERO_PLAIN_PAIR);
  made->head = head;
  made->tail = tail;
  return made;
}

zero_plain zero_plain_list(zero_vm *vm, const zero_plain *items,
                           uint64_t count) {
  zero_plain list = zero_plain_word(vm, ZERO_PLAIN_EMPTY, 0);
  while (count-- > 0) list = zero_plain_cons(vm, items[count], list);
  return list;
}

/* A function value whose one capture refers back to `function`. It has the name
 * and the arity for errors, and no instructions. */
static zero_value stand_in(zero_vm *vm, const struct zero_plain *function) {
  struct zero_code *code =
      zero__alloc(&vm->heap, ZERO_TRACED, sizeof *code);
  bool own = function->node != NULL;
  const char *name =
      own ? function->node->name : zero__builtins[function->builtin].name;
  code->callable.name = zero__text_of(&vm->heap, name);
  code->builtin = own ? -1 : (int32_t)function->builtin;
  code->params = own ? (uint8_t)function->node->param_count : 0;
  struct zero_function *made = zero__alloc(
      &vm->heap, ZERO_TRACED, sizeof *made + sizeof(zero_value));
  made->header = zero__header(ZERO_KIND_FUNCTION, 0, 0, 1);
  made->code = &code->callable;
  made->captures[0].bits = (uint64_t)(uintptr_t)function;
  return zero__of_object(made);
}

zero_plain zero_plain_closure(zero_vm *vm,
                              const struct zero_function_node *node,
                              const struct zero_env *env) {
  struct zero_plain *made = fresh(vm, ZERO_PLAIN_FUNCTION);
  made->node = node;
  made->env = env;
  made->stand_in = stand_in(vm, made);
  return made;
}

zero_plain zero_plain_builtin(zero_vm *vm, unsigned builtin) {
  struct zero_plain *made = fresh(vm, ZERO_PLAIN_FUNCTION);
  made->builtin = builtin;
  made->stand_in = stand_in(vm, made);
  return made;
}

/* --- lists -------------------------------------------------------------- */

bool zero_plain_is_list(zero_plain v) {
  return v->kind == ZERO_PLAIN_EMPTY || v->kind == ZERO_PLAIN_PAIR ||
         v->kind == ZERO_PLAIN_HIDDEN;
}

bool zero_plain_is_true(zero_plain v) {
  return v->kind != ZERO_PLAIN_UNIT &&
         (v->kind != ZERO_PLAIN_BOOL || v->number != 0);
}

uint64_t zero_plain_length(zero_plain list) {
  uint64_t length = 0;
  for (; list->kind == ZERO_PLAIN_PAIR; list = list->tail) length++;
  return length;
}

zero_plain zero_plain_nth(zero_plain list, uint64_t index) {
  while (index-- > 0) list = list->tail;
  return list->head;
}

zero_plain zero_plain_reverse(zero_vm *vm, zero_plain list) {
  zero_plain reversed = zero_plain_word(vm, ZERO_PLAIN_EMPTY, 0);
  for (; list->kind == ZERO_PLAIN_PAIR; list = list->tail) {
    reversed = zero_plain_cons(vm, list->head, reversed);
  }
  return reversed;
}

zero_plain zero_plain_append(zero_vm *vm, zero_plain list, zero_plain end) {
  zero_plain reversed = zero_plain_reverse(vm, list);
  for (; reversed->kind == ZERO_PLAIN_PAIR; reversed = reversed->tail) {
    end = zero_plain_cons(vm, reversed->head, end);
  }
  return end;
}

void zero_plain_charge(zero_vm *vm, zero_plain v) {
  for (; v->kind == ZERO_PLAIN_PAIR; v = v->tail) {
    zero__charge(vm, 1);
    zero_plain_charge(vm, v->head);
  }
}

/* --- families ----------------------------------------------------------- */

static zero_model to_model(struct zero_models *models, zero_plain v);

static zero_model list_model(struct zero_models *models, zero_plain list) {
  uint64_t count = zero_plain_length(list);
  zero_model *items = calloc((size_t)count, sizeof *items);
  for (uint64_t i = 0; i < count; i++, list = list->tail) {
    items[i] = to_model(models, list->head);
  }
  zero_model made = zero_model_list(models, items, (size_t)count);
  free(items);
  return made;
}

static zero_model empty_map_model(struct zero_models *models) {
  zero_model items[3] = {zero_model_i64(models, ZERO_FAMILY_MAP),
                         zero_model_text(models, "map"),
                         zero_model_list(models, NULL, 0)};
  return zero_model_list(models, items, 3);
}

/* The model knows no functions; an empty list fits in place of one, except in
 * the few fields that are lists. */
static zero_model to_model(struct zero_models *models, zero_plain v) {
  switch (v->kind) {
    case ZERO_PLAIN_UNIT:
      return zero_model_unit(models);
    case ZERO_PLAIN_BOOL:
      return zero_model_bool(models, v->number != 0);
    case ZERO_PLAIN_I64:
      return zero_model_i64(models, v->number);
    case ZERO_PLAIN_TEXT:
      return zero_model_text(models, zero__text_bytes(v->text));
    case ZERO_PLAIN_HIDDEN:
      return empty_map_model(models);
    case ZERO_PLAIN_PAIR:
      return list_model(models, v);
    default:
      return zero_model_list(models, NULL, 0);
  }
}

/* The first two items of every family's list say which it may be. */
static const char *list_type(zero_vm *vm, zero_plain list) {
  if (list->head->kind != ZERO_PLAIN_I64 ||
      list->tail->kind != ZERO_PLAIN_PAIR ||
      list->tail->head->kind != ZERO_PLAIN_TEXT) {
    return "List";
  }
  zero_plain_charge(vm, list);
  struct zero_models models = {0};
  const char *type = zero_model_type(to_model(&models, list));
  zero_models_clear(&models);
  return type;
}

const char *zero_plain_type(zero_vm *vm, zero_plain v) {
  switch (v->kind) {
    case ZERO_PLAIN_UNIT:
      return "Unit";
    case ZERO_PLAIN_BOOL:
      return "Bool";
    case ZERO_PLAIN_I64:
      return "I64";
    case ZERO_PLAIN_TEXT:
      return "Text";
    case ZERO_PLAIN_EMPTY:
      return "List";
    case ZERO_PLAIN_PAIR:
      return list_type(vm, v);
    case ZERO_PLAIN_HIDDEN:
      return "Map";
    default:
      return "Function";
  }
}

bool zero_plain_is(zero_vm *vm, zero_plain v,
                   const struct zero_variant *variant) {
  if (v->kind != ZERO_PLAIN_PAIR) return false;
  if (strcmp(zero_plain_type(vm, v), variant->family->name) != 0) return false;
  return strcmp(zero__text_bytes(v->tail->head->text), variant->name) == 0;
}

/* --- equality ----------------------------------------------------------- */

static bool equal_functions(zero_vm *vm, zero_plain a, zero_plain b) {
  if (a->node != NULL && a->node == b->node) {
    zero__raise(&vm->heap, ZERO_CODE_INTERRUPTED,
                "two closures of one lambda are compared");
  }
  return a->node == b->node && a->builtin == b->builtin;
}

bool zero_plain_equal(zero_vm *vm, zero_plain a, zero_plain b) {
  for (;; a = a->tail, b = b->tail) {
    if (a == b) return true;
    if (a->kind == ZERO_PLAIN_HIDDEN || b->kind == ZERO_PLAIN_HIDDEN) {
      zero__raise(&vm->heap, ZERO_CODE_INTERRUPTED,
                  "an error's context is compared");
    }
    if (a->kind != b->kind) return false;
    switch (a->kind) {
      case ZERO_PLAIN_BOOL:
      case ZERO_PLAIN_I64:
        return a->number == b->number;
      case ZERO_PLAIN_TEXT:
        return strcmp(zero__text_bytes(a->text),
                      zero__text_bytes(b->text)) == 0;
      case ZERO_PLAIN_FUNCTION:
        return equal_functions(vm, a, b);
      case ZERO_PLAIN_PAIR:
        break;
      default:
        return true;
    }
    zero__charge(vm, 1);
    if (!zero_plain_equal(vm, a->head, b->head)) return false;
  }
}

/* --- to the runtime and back -------------------------------------------- */

static zero_value hidden_value(zero_vm *vm) {
  return zero__map_put(&vm->heap, zero__map_empty(&vm->heap),
                       zero__text_of(&vm->heap, HIDDEN_KEY), ZERO_TRUE);
}

static zero_value list_value(zero_vm *vm, zero_plain list) {
  uint64_t count = zero_plain_length(list);
  zero__charge(vm, count);
  zero_value *items = zero__alloc(&vm->heap, ZERO_TRACED,
                                  (count + 1) * sizeof *items);
  for (uint64_t i = 0; i < count; i++, list = list->tail) {
    items[i] = zero_plain_to_value(vm, list->head);
  }
  return zero__list(&vm->heap, items, count);
}

zero_value zero_plain_to_value(zero_vm *vm, zero_plain v) {
  switch (v->kind) {
    case ZERO_PLAIN_UNIT:
      return ZERO_UNIT;
    case ZERO_PLAIN_BOOL:
      return zero__bool(v->number != 0);
    case ZERO_PLAIN_I64:
      return zero__i64(&vm->heap, v->number);
    case ZERO_PLAIN_TEXT:
      return v->text;
    case ZERO_PLAIN_EMPTY:
      return ZERO_EMPTY;
    case ZERO_PLAIN_PAIR:
      return list_value(vm, v);
    case ZERO_PLAIN_HIDDEN:
      return hidden_value(vm);
    default:
      return v->stand_in;
  }
}

static zero_plain list_from(zero_vm *vm, struct zero_heap *heap,
                            zero_value list) {
  struct zero_iterator at = zero__iterate(list);
  zero_value item;
  zero_plain reversed = zero_plain_word(vm, ZERO_PLAIN_EMPTY, 0);
  while (zero__next(heap, &at, &item)) {
    zero__charge(vm, 1);
    reversed = zero_plain_cons(
        vm, zero_plain_from_value(vm, heap, item), reversed);
  }
  return zero_plain_reverse(vm, reversed);
}

static zero_plain function_from(zero_vm *vm, const struct zero_heap *heap,
                                zero_value function) {
  if (heap == &vm->heap) {
    uint64_t own = zero__function(function)->captures[0].bits;
    return (zero_plain)(uintptr_t)own;
  }
  struct zero_plain *made = fresh(vm, ZERO_PLAIN_FUNCTION);
  made->stand_in = function;
  return made;
}

zero_plain zero_plain_from_value(zero_vm *vm, struct zero_heap *heap,
                                 zero_value v) {
  if (zero__is_unit(v)) return zero_plain_word(vm, ZERO_PLAIN_UNIT, 0);
  if (zero__is_bool(v)) return zero_plain_bool(vm, zero__is_true(v));
  if (zero__is_i64(v)) return zero_plain_i64(vm, zero__i64_number(v));
  if (zero__is_text(v)) return zero_plain_text(vm, v);
  if (zero__is_function(v)) return function_from(vm, heap, v);
  if (zero__is_kind(v, ZERO_KIND_MAP) && zero__map_size(v) == 1 &&
      !zero_is_none(zero__map_get(v, zero__text_of(&vm->heap, HIDDEN_KEY)))) {
    return zero_plain_word(vm, ZERO_PLAIN_HIDDEN, 0);
  }
  return list_from(vm, heap, v);
}

/* --- printing ----------------------------------------------------------- */

static void sink(void *context, const char *bytes, size_t size) {
  fwrite(bytes, 1, size, context);
}

/* True for a Map without entries, or whose first key is "at". */
static bool is_machine_context(zero_vm *vm, zero_plain v) {
  if (v->kind == ZERO_PLAIN_HIDDEN) return true;
  if (v->kind != ZERO_PLAIN_PAIR ||
      strcmp(zero_plain_type(vm, v), "Map") != 0) {
    return false;
  }
  zero_plain entries = zero_plain_nth(v, 2);
  if (entries->kind == ZERO_PLAIN_EMPTY) return true;
  zero_plain key = entries->head->head;
  return key->kind == ZERO_PLAIN_TEXT &&
         strcmp(zero__text_bytes(key->text), "at") == 0;
}

static bool is_runtime_error(zero_vm *vm, zero_plain v) {
  return v->head->kind == ZERO_PLAIN_I64 &&
         v->head->number == ZERO_FAMILY_RUNTIME_ERROR &&
         zero_plain_length(v) == 6 &&
         strcmp(zero_plain_type(vm, v), "RuntimeError") == 0;
}

static void print_list(zero_vm *vm, FILE *to, zero_plain v) {
  bool error = v->kind == ZERO_PLAIN_PAIR && is_runtime_error(vm, v);
  fputs("(list", to);
  for (; v->kind == ZERO_PLAIN_PAIR; v = v->tail) {
    bool last = v->tail->kind == ZERO_PLAIN_EMPTY;
    fputc(' ', to);
    if (error && last && is_machine_context(vm, v->head)) {
      fputs("…", to);
    } else {
      zero_plain_print(vm, to, v->head);
    }
  }
  fputc(')', to);
}

void zero_plain_print(zero_vm *vm, FILE *to, zero_plain v) {
  switch (v->kind) {
    case ZERO_PLAIN_UNIT:
      fputs("Unit", to);
      break;
    case ZERO_PLAIN_BOOL:
      fputs(v->number != 0 ? "true" : "false", to);
      break;
    case ZERO_PLAIN_I64:
      fprintf(to, "%" PRId64, v->number);
      break;
    case ZERO_PLAIN_TEXT:
      zero__print(&vm->heap, v->text, sink, to);
      break;
    case ZERO_PLAIN_HIDDEN:
      fputs("…", to);
      break;
    case ZERO_PLAIN_FUNCTION:
      fprintf(to, "#<function %s>",
              zero__text_bytes(zero__code_of(v->stand_in)->callable.name));
      break;
    default:
      print_list(vm, to, v);
  }
}
