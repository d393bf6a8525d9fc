/* test_api_life.c - every public function after open, in a callback, in a
 * function of the host, after an error, during close and after it, and given
 * NULL for a VM.
 *
 * ROWS has one for each function of abi/public.txt: a new function without a
 * row is an error here. An expression returns a status; `did` is for what has
 * none, and `found` for a value that should be there. */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "support/hosting.h"
#include "support/scale.h"
#include "zero.h"

enum state {
  OPENED,
  IN_CALLBACK,
  IN_FUNCTION,
  AFTER_ERROR,
  WITHOUT, /* its VM is NULL */
  IN_CLOSE,
  CLOSED, /* only debug builds can tell */
  STATES
};

enum kind {
  ENTERS,  /* uses the VM */
  REFUSES, /* the same, and finds that what it is given will not do */
  LOOKS,   /* the same, and has no status */
  READS,   /* reads what the VM keeps, also while it is busy */
  TELLS,   /* the same, and has a status */
  FREE,    /* takes no VM */
  FAILS,   /* zero_fail */
  CLOSES,  /* zero_close */
};

static const zero_status expected[][STATES] = {
    [ENTERS] = {ZERO_OK, ZERO_E_USAGE, ZERO_OK, ZERO_OK, ZERO_E_USAGE,
                ZERO_E_USAGE, ZERO_E_CLOSED},
    [REFUSES] = {ZERO_E_FAILED, ZERO_E_USAGE, ZERO_E_FAILED, ZERO_E_FAILED,
                 ZERO_E_USAGE, ZERO_E_USAGE, ZERO_E_CLOSED},
    [LOOKS] = {ZERO_OK, ZERO_E_USAGE, ZERO_OK, ZERO_OK, ZERO_E_USAGE,
               ZERO_E_USAGE, ZERO_E_USAGE},
    [READS] = {ZERO_OK, ZERO_OK, ZERO_OK, ZERO_OK, ZERO_E_USAGE, ZERO_OK,
               ZERO_E_USAGE},
    [TELLS] = {ZERO_OK, ZERO_OK, ZERO_OK, ZERO_OK, ZERO_E_USAGE, ZERO_OK,
               ZERO_E_CLOSED},
    [FREE] = {ZERO_OK, ZERO_OK, ZERO_OK, ZERO_OK, ZERO_OK, ZERO_OK, ZERO_OK},
    [FAILS] = {ZERO_E_USAGE, ZERO_E_USAGE, ZERO_E_FAILED, ZERO_E_USAGE,
               ZERO_E_USAGE, ZERO_E_USAGE, ZERO_E_CLOSED},
    [CLOSES] = {ZERO_OK, ZERO_OK, ZERO_OK, ZERO_OK, ZERO_OK, ZERO_OK,
                ZERO_OK},
};

/* A VM and what the functions are tried on. */
struct life {
  zero_vm *vm;
  zero_vm *other;
  zero_value function, list, map, text, option;
  zero_value out, out2;
  zero_ref ref, new_ref;
  zero_scope scope, new_scope;
  zero_iterator at;
  zero_spending spent;
  zero_pair pair; /* Unit's: it has no head */
  uint64_t number;
  int64_t integer;
  int truth;
  const char *bytes;
  const unsigned char *data;
  size_t size;
  void *pointer;
  char message[256];
  enum state state;
  zero_status answer;
  zero_status (*act)(struct life *life);
};

#define did(expression) ((void)(expression), ZERO_OK)
#define found(expression) \
  ((expression) ? ZERO_OK : ZERO_E_USAGE)

static zero_status nothing(zero_vm *vm, zero_value *result,
                           const zero_value *args, size_t count,
                           void *context) {
  (void)vm, (void)result, (void)args, (void)count, (void)context;
  return ZERO_OK;
}

static const zero_definition plain = {"plain", nothing, NULL, NULL, NULL,
                                      NULL,    0,       0,    0};
static const zero_call_options no_options = {0};
static const char source[] = "(fn same (x) x)";

/* Opens and closes another VM. */
static zero_status open_another(void) {
  zero_vm *vm;
  zero_status status = zero_open(&vm, NULL, NULL, 0);
  zero_close(vm);
  return status;
}

#define EACH(X) ENTERING(X) READING(X) WITHOUT_VM(X)

#define ENTERING(X)                                                          \
  X(zero_define, ENTERS, zero_define(l->vm, &plain))                         \
  X(zero_fail, FAILS, zero_fail(l->vm, "OWN", "a sentence"))                 \
  X(zero_load, ENTERS, zero_load(l->vm, "t", source, sizeof source - 1))     \
  X(zero_check, ENTERS, zero_check(l->vm, "t", source, sizeof source - 1))   \
  X(zero_disassemble, ENTERS,                                                \
    zero_disassemble(l->vm, "t", source, sizeof source - 1, zero_host_drop,  \
                     NULL))                                                  \
  X(zero_eval, ENTERS, zero_eval(l->vm, &l->out, NULL, "t", "1", 1))         \
  X(zero_lookup, LOOKS, found(!zero_is_none(zero_lookup(l->vm, "head"))))    \
  X(zero_call, ENTERS, zero_call(l->vm, &l->out, l->function, &l->list, 1))  \
  X(zero_call_with, ENTERS,                                                  \
    zero_call_with(l->vm, &l->out, l->function, &l->list, 1, &no_options))   \
  X(zero_print, ENTERS,                                                      \
    zero_print(l->vm, l->list, zero_host_drop, NULL))                        \
  X(zero_i64, ENTERS, zero_i64(l->vm, &l->out, 1))                           \
  X(zero_text, ENTERS, zero_text(l->vm, &l->out, "t", 1))                    \
  X(zero_bytes, ENTERS, zero_bytes(l->vm, &l->out, "t", 1))                  \
  X(zero_user_data, ENTERS, zero_user_data(l->vm, &l->out, l, l, NULL))      \
  X(zero_equal, ENTERS, zero_equal(l->vm, &l->truth, l->list, l->map))       \
  X(zero_hash, ENTERS, zero_hash(l->vm, &l->number, l->list))                \
  X(zero_list, ENTERS, zero_list(l->vm, &l->out, &l->text, 1))               \
  X(zero_cons, ENTERS, zero_cons(l->vm, &l->out, l->text, l->list))          \
  X(zero_list_length, ENTERS,                                                \
    zero_list_length(l->vm, &l->number, l->list))                            \
  X(zero_list_head, ENTERS, zero_list_head(l->vm, &l->out, l->list))         \
  X(zero_list_tail, ENTERS, zero_list_tail(l->vm, &l->out, l->list))         \
  X(zero_list_get, ENTERS, zero_list_get(l->vm, &l->out, l->list, 0))        \
  X(zero_iterate, ENTERS, zero_iterate(l->vm, &l->at, l->list))              \
  X(zero_map_empty, ENTERS, zero_map_empty(l->vm, &l->out))                  \
  X(zero_map_put, ENTERS,                                                    \
    zero_map_put(l->vm, &l->out, l->map, l->text, l->list))                  \
  X(zero_map_get, ENTERS, zero_map_get(l->vm, &l->out, l->map, l->text))     \
  X(zero_map_remove, ENTERS,                                                 \
    zero_map_remove(l->vm, &l->out, l->map, l->text))                        \
  X(zero_map_size, ENTERS, zero_map_size(l->vm, &l->number, l->map))         \
  X(zero_map_iterate, ENTERS, zero_map_iterate(l->vm, &l->at, l->map))       \
  X(zero_new, ENTERS,                                                        \
    zero_new(l->vm, &l->out, "Option", "some", &l->text, 1))                 \
  X(zero_get, ENTERS, zero_get(l->vm, &l->out, "Option", "value", l->option)) \
  X(zero_is, LOOKS, found(zero_is(l->vm, "Option", "some", l->option)))      \
  X(zero_check_value, ENTERS,                                                \
    zero_check_value(l->vm, &l->out, "Option", l->option))                   \
  X(zero_value_copy, ENTERS,                                                 \
    zero_value_copy(l->vm, &l->out, l->other, zero_unit()))                  \
  X(zero_handle_give, REFUSES,                                               \
    zero_handle_give(l->vm, &l->out, zero_unit()))                           \
  X(zero_handle_close, REFUSES,                                              \
    zero_handle_close(l->vm, &l->out, zero_unit()))                          \
  X(zero_handle_with, REFUSES,                                               \
    zero_handle_with(l->vm, &l->out, zero_unit(), l->function))              \
  X(zero_to_pair, ENTERS, zero_to_pair(l->vm, &l->pair, zero_unit()))        \
  X(zero_from_pair, ENTERS,                                                  \
    zero_from_pair(l->vm, &l->out, (zero_pair){0, 0}, NULL))                 \
  X(zero_pair_head, REFUSES, zero_pair_head(l->vm, &l->pair, l->pair))       \
  X(zero_pair_tail, REFUSES, zero_pair_tail(l->vm, &l->pair, l->pair))       \
  X(zero_pin, ENTERS, zero_pin(l->vm, &l->new_ref, l->list))                 \
  X(zero_unpin, ENTERS, zero_unpin(l->vm, l->ref))                           \
  X(zero_scope_open, ENTERS, zero_scope_open(l->vm, &l->new_scope))          \
  X(zero_scope_close, ENTERS, zero_scope_close(l->vm, l->scope))

#define READING(X)                                                           \
  X(zero_close, CLOSES, did(zero_close(l->vm)))                              \
  X(zero_interrupt, FREE, did(zero_interrupt(l->vm)))                        \
  X(zero_wait, READS, found(zero_wait(l->vm, INT_MAX, 0) == 1))              \
  X(zero_exit_status, FREE, found(zero_exit_status(l->vm) == 0))             \
  X(zero_spent, TELLS, zero_spent(l->vm, &l->spent))                         \
  X(zero_last_error, FREE, did(zero_last_error(l->vm)))                      \
  X(zero_error_value, FREE, did(zero_error_value(l->vm)))                    \
  X(zero_pinned, READS, found(!zero_is_none(zero_pinned(l->vm, l->ref))))

/* Those that look at a value look at one without memory. */
#define WITHOUT_VM(X)                                                        \
  X(zero_options_default, FREE, did(zero_options_default()))                 \
  X(zero_open_for, FREE, open_another())                                     \
  X(zero_unit, FREE, did(zero_unit()))                                       \
  X(zero_bool, FREE, did(zero_bool(1)))                                      \
  X(zero_is_unit, FREE, found(zero_is_unit(zero_unit())))                    \
  X(zero_is_bool, FREE, found(zero_is_bool(zero_bool(1))))                   \
  X(zero_is_i64, FREE, found(!zero_is_i64(zero_unit())))                     \
  X(zero_is_text, FREE, found(!zero_is_text(zero_unit())))                   \
  X(zero_is_list, FREE, found(!zero_is_list(zero_unit())))                   \
  X(zero_is_map, FREE, found(!zero_is_map(zero_unit())))                     \
  X(zero_is_bytes, FREE, found(!zero_is_bytes(zero_unit())))                 \
  X(zero_is_function, FREE, found(!zero_is_function(zero_unit())))           \
  X(zero_is_user_data, FREE, found(!zero_is_user_data(zero_unit())))         \
  X(zero_to_bool, FREE, found(zero_to_bool(&l->truth, zero_bool(1))))        \
  X(zero_to_i64, FREE, found(!zero_to_i64(&l->integer, zero_unit())))        \
  X(zero_to_text, FREE,                                                      \
    found(!zero_to_text(&l->bytes, &l->size, zero_unit())))                  \
  X(zero_to_bytes, FREE,                                                     \
    found(!zero_to_bytes(&l->data, &l->size, zero_unit())))                  \
  X(zero_to_user_data, FREE,                                                 \
    found(!zero_to_user_data(&l->pointer, NULL, zero_unit())))               \
  X(zero_next, FREE, found(!zero_next(&l->out2, &(zero_iterator){0})))       \
  X(zero_map_next, FREE,                                                     \
    found(!zero_map_next(NULL, &l->out2, &(zero_iterator){0})))              \
  X(zero_type_name, FREE, found(*zero_type_name(zero_unit()) == 'U'))        \
  X(zero_arity, FREE, found(zero_arity(zero_unit()) == -1))                  \
  X(zero_variant_name, FREE,                                                 \
    found(!zero_variant_name(zero_unit(), &l->bytes)))                       \
  X(zero_file_loader, FREE,                                                  \
    found(zero_file_loader(NULL, "no such", "", &l->bytes, &l->bytes,        \
                           &l->size, l->message, sizeof l->message)))        \
  X(zero_family_count, FREE, found(zero_family_count()))                     \
  X(zero_family_name, FREE, found(zero_family_name(0)))                      \
  X(zero_table, FREE, found(zero_table("errors")))                           \
  X(zero_layout_text, FREE,                                                  \
    found(zero_layout_text("Map", zero_host_drop, NULL, NULL)))              \
  X(zero_version, FREE, found(zero_version()))                               \
  X(zero_abi_marker, FREE, found(zero_abi_marker()))                         \
  X(zero_layout_version, FREE, found(zero_layout_version()))                 \
  X(zero_shape_hash, FREE, found(zero_shape_hash()))                         \
  X(zero_check_object, FREE,                                                 \
    found(zero_check_object("no such", l->message, 9) == ZERO_E_FAILED))     \
  X(zero_check_object_bytes, FREE,                                           \
    found(zero_check_object_bytes("", 0, l->message, 9) == ZERO_E_FAILED))

#define ACT(name, kind, expression) \
  static zero_status act_##name(struct life *l) { \
    (void)l; \
    return expression; \
  }
EACH(ACT)
#undef ACT

static const struct row {
  const char *name;
  enum kind kind;
  zero_status (*act)(struct life *life);
} rows[] = {
#define ROW(name, kind, expression) {#name, kind, act_##name},
    EACH(ROW)
#undef ROW
};

/* Each row opens a VM: if that is slow one in nine is tried. */
enum {
  ROWS = sizeof rows / sizeof rows[0],
  STEP = ZERO_SLOWNESS > 1 ? 9 : 1,
};

/* --- the states --- */

static void run(struct life *life, enum state state) {
  if (life->state == state) life->answer = life->act(life);
}

static void in_callback(void *context, const char *bytes, size_t size) {
  (void)bytes, (void)size;
  run(context, IN_CALLBACK);
}

static zero_status in_function(zero_vm *vm, zero_value *result,
                               const zero_value *args, size_t count,
                               void *context) {
  (void)vm, (void)result, (void)args, (void)count;
  run(context, IN_FUNCTION);
  return ZERO_OK;
}

static void in_close(void *context) {
  run(context, IN_CLOSE);
}

/* Everything the rows are tried on, and a finaliser. */
static void begin(struct life *life) {
  zero_definition try_here = {"try-here", in_function, life, NULL, NULL,
                              NULL,       0,           0,    0};
  zero_vm *vm = life->vm = zero_host_open(NULL);
  zero_host_define(vm, &try_here);
  life->function = zero_lookup(vm, "head");
  cr_assert_eq(zero_text(vm, &life->text, "key", 3), ZERO_OK);
  cr_assert_eq(zero_list(vm, &life->list, &life->text, 1), ZERO_OK);
  cr_assert_eq(zero_map_empty(vm, &life->map), ZERO_OK);
  cr_assert_eq(zero_option_some_new(vm, &life->option, life->text), ZERO_OK);
  cr_assert_eq(zero_pin(vm, &life->ref, life->text), ZERO_OK);
  cr_assert_eq(zero_scope_open(vm, &life->scope), ZERO_OK);
  cr_assert_eq(zero_user_data(vm, &life->out, NULL, life, in_close), ZERO_OK);
}

static void come_to(struct life *life) {
  zero_vm *vm = life->vm;
  switch (life->state) {
    case IN_CALLBACK:
      if (zero_print(life->vm, life->list, in_callback, life) != ZERO_OK) {
        cr_assert_str_eq(zero_host_code(life->vm), "INTERRUPTED");
      }
      break;
    case IN_FUNCTION:
      zero_host_eval(life->vm, "(try-here)");
      break;
    case AFTER_ERROR:
      cr_assert_str_eq(zero_host_eval(life->vm, "(/ 1 0)"), "DIVIDE_BY_ZERO");
      run(life, AFTER_ERROR);
      break;
    case WITHOUT:
      life->vm = NULL;
      run(life, WITHOUT);
      life->vm = vm;
      break;
    case IN_CLOSE:
      zero_close(life->vm);
      break;
    case CLOSED:
      zero_close(life->vm);
      run(life, CLOSED);
      break;
    default:
      run(life, OPENED);
  }
}

static bool is_closed(const struct life *life, const struct row *row) {
  bool here = life->state == OPENED || life->state == AFTER_ERROR;
  return life->state >= IN_CLOSE || (row->kind == CLOSES && here);
}

static void live(enum state state) {
  static struct life life; /* scanned, as a C local is */
  zero_vm *other = zero_host_open(NULL);
  for (size_t i = 0; i < ROWS; i += STEP) {
    memset(&life, 0, sizeof life);
    life.other = other;
    life.state = state;
    life.act = rows[i].act;
    life.answer = (zero_status)-1;
    begin(&life);
    come_to(&life);
    cr_expect_eq(life.answer, expected[rows[i].kind][state],
                 "%s returns %d in state %d", rows[i].name, (int)life.answer,
                 (int)state);
    if (is_closed(&life, &rows[i])) continue;
    cr_expect_str_eq(zero_host_eval(life.vm, "(+ 1 2)"), "3", "after %s",
                     rows[i].name);
    zero_close(life.vm);
  }
  zero_close(other);
}

Test(api_life, after_open) {
  live(OPENED);
}

Test(api_life, in_a_callback) {
  live(IN_CALLBACK);
}

Test(api_life, in_a_function_of_the_host) {
  live(IN_FUNCTION);
}

Test(api_life, after_an_error) {
  live(AFTER_ERROR);
}

Test(api_life, without_a_vm) {
  live(WITHOUT);
}

Test(api_life, during_close) {
  live(IN_CLOSE);
}

#ifdef ZERO_DEBUG
Test(api_life, after_close_where_it_can_be_told) {
  live(CLOSED);
}
#endif

Test(api_life, every_public_function_has_a_row) {
  FILE *file = fopen("abi/public.txt", "r");
  char line[1000];
  size_t functions = 0;
  cr_assert_not_null(file);
  while (fgets(line, sizeof line, file) != NULL) {
    char name[100];
    size_t i = 0;
    if (sscanf(line, "function %99[a-z0-9_]", name) != 1) continue;
    while (i < ROWS && strcmp(rows[i].name, name) != 0) i++;
    cr_expect_lt(i, ROWS, "%s has no row", name);
    functions++;
  }
  fclose(file);
  cr_expect_eq(functions, ROWS);
}
