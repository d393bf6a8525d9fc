/* host_function.c - functions of the host that programs call like any other.
 *
 * Calling one takes no setjmp: its arguments are checked here, the VM is free
 * while it runs, and its result is checked after it has returned. So it may
 * enter the VM, each entry protects itself, and no raise passes the host's
 * frame. */
#include <stdio.h>
#include <string.h>

#include "api/session.h"
#include "base/sentence.h"
#include "base/utf8.h"
#include "check/checker.h"
#include "layout/layout.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/run.h"

#define ACCEPTS_FUNCTION (UINT64_C(1) << 61)
#define ACCEPTS_USER_DATA (UINT64_C(1) << 60)

struct zero_host_code {
  zero_host_function *call;
  void *context;
  const char *name;
  struct zero_signature signature;
  uint32_t max;        /* arguments; UINT32_MAX: no limit */
  uint32_t capability;
  uint64_t fuel;       /* the call's own unit included */
  uint64_t result;     /* what it may return, as cells */
  bool repeats;        /* the last cell is for all that follow */
  uint32_t cell_count;
  uint64_t cells[];    /* bits of zero_type.accepts, and those above */
};

/* --- calling one --------------------------------------------------------- */

static uint64_t kind_of(zero_value v) {
  if (zero__is_i64(v)) return UINT64_C(1) << ZERO_FAMILY_I64;
  if (zero__is_text(v)) return UINT64_C(1) << ZERO_FAMILY_TEXT;
  if (zero__is_packed(v)) {
    unsigned tag = zero__header_tag(zero__object(v)->header);
    return UINT64_C(1) << tag | UINT64_C(1) << ZERO_FAMILY_LIST;
  }
  if (zero__is_list(v)) return UINT64_C(1) << ZERO_FAMILY_LIST;
  if (zero__is_bool(v)) return UINT64_C(1) << ZERO_FAMILY_BOOL;
  if (zero__is_unit(v)) return UINT64_C(1) << ZERO_FAMILY_UNIT;
  if (zero__is_user_data(v)) return ACCEPTS_USER_DATA;
  return zero__is_function(v) ? ACCEPTS_FUNCTION : 0;
}

static inline bool fits(uint64_t accepts, zero_value v) {
  return (accepts & ZERO_ACCEPTS_ANY) != 0 || (accepts & kind_of(v)) != 0;
}

ZERO_NORETURN static ZERO_COLD void refuse_argument(
    zero_vm *vm, const struct zero_host_code *host, unsigned index,
    zero_value v) {
  const char *cells = host->signature.params;
  struct zero_type_cell cell = {.text = "", .size = 0};
  char found[ZERO_FOUND];
  for (unsigned i = 0; i <= index; i++) zero__next_cell(&cells, &cell);
  zero__found(&vm->heap, v, found);
  zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
              "%s: argument %u must be %.*s, found %s", host->name, index + 1,
              (int)cell.size, cell.text, found);
}

static inline void check_arguments(zero_vm *vm,
                                   const struct zero_host_code *host,
                                   const zero_value *args, unsigned count) {
  if (ZERO_UNLIKELY(count < host->signature.min || count > host->max)) {
    zero__raise_arity(vm, host->name, host->signature.min,
                      host->signature.max, count);
  }
  for (unsigned i = 0; i < count; i++) {
    unsigned cell = i;
    if (i >= host->cell_count) {
      if (!host->repeats) return;
      cell = host->cell_count - 1;
    }
    if (!fits(host->cells[cell], args[i])) {
      refuse_argument(vm, host, i, args[i]);
    }
  }
}

/* Raises the VM's last error if it is newer than `errors` says. A function that
 * was told to stop, by zero_wait or a call of its own, need not report it. */
ZERO_NORETURN static ZERO_COLD void raise_failure(
    zero_vm *vm, const struct zero_host_code *host, uint64_t errors) {
  struct zero_session *session = (struct zero_session *)vm;
  const zero_error *last = session->last;
  struct zero_fault *fault = &vm->heap.fault;
  int code = session->fault_code;
  zero__obey(vm);
  if (session->errors == errors || last == NULL) {
    zero__raise(&vm->heap, ZERO_CODE_HOST_FAILED,
                "%s failed and did not say why", host->name);
  }
  if (code == 0) zero__raise_named(vm, last->code, last->message);
  bool caught = zero__code_fact(code)->caught;
  snprintf(fault->message, sizeof fault->message, "%s", last->message);
  fault->code = code;
  fault->value = caught ? session->error_value.bits : 0;
  zero__raise_again(&vm->heap);
}

ZERO_NORETURN static ZERO_COLD void refuse_result(
    zero_vm *vm, const struct zero_host_code *host, zero_value result) {
  char found[ZERO_FOUND] = "no value";
  if (!zero_is_none(result)) zero__found(&vm->heap, result, found);
  zero__raise(&vm->heap, ZERO_CODE_API_USAGE,
              "%s should return %s, but returned %s", host->name,
              host->signature.result, found);
}

zero_value zero__call_host(zero_vm *vm, const struct zero_host_code *host,
                           const zero_value *args, unsigned count) {
  struct zero_session *session = (struct zero_session *)vm;
  uint64_t scopes = session->scopes.depth;
  uint64_t errors = session->errors;
  zero_value result = ZERO_UNIT;
  check_arguments(vm, host, args, count);
  if (ZERO_UNLIKELY((host->capability & ~vm->granted) != 0)) {
    zero__need(vm, host->capability, host->name);
  }
  zero__charge(vm, host->fuel);
  session->busy = false;
  zero_status status = host->call(vm, &result, args, count, host->context);
  session->busy = true;
  if (ZERO_UNLIKELY(session->scopes.depth > scopes)) {
    zero__scopes_close(session, scopes);
  }
  if (ZERO_UNLIKELY(status != ZERO_OK)) raise_failure(vm, host, errors);
  if (ZERO_UNLIKELY(zero_is_none(result) || !fits(host->result, result))) {
    refuse_result(vm, host, result);
  }
  return result;
}

/* --- defining one -------------------------------------------------------- */

/* Begins the sentence of each refused definition. */
#define REFUSED "zero_define: "

/* Reads the types of a cell as bits. */
static uint64_t read_cell(struct zero_heap *heap, struct zero_type_cell cell) {
  struct zero_type_cell left = cell;
  zero_static_type type;
  bool known = cell.size > 0 && cell.text[cell.size - 1] != '|';
  uint64_t bits = 0;
  while (known && zero__next_type(&left, &type, &known)) {
    bits |= type == ZERO_TYPE_ANY         ? ZERO_ACCEPTS_ANY
            : type == ZERO_TYPE_FUNCTION  ? ACCEPTS_FUNCTION
            : type == ZERO_TYPE_USER_DATA ? ACCEPTS_USER_DATA
                                          : UINT64_C(1) << (type - 1);
  }
  if (known) return bits;
  zero__raise(heap, ZERO_CODE_API_USAGE, REFUSED "'%.*s' is not a type",
              (int)(cell.size < 80 ? cell.size : 80), cell.text);
}

/* Reads the types of the arguments, for which `host` has room. */
static void read_cells(struct zero_heap *heap, struct zero_host_code *host) {
  const char *cells = host->signature.params;
  struct zero_type_cell cell;
  while (!host->repeats && zero__next_cell(&cells, &cell)) {
    host->cells[host->cell_count] = read_cell(heap, cell);
    if (host->cell_count == host->signature.max) {
      zero__raise(heap, ZERO_CODE_API_USAGE,
                  REFUSED "there are more types than the %u arguments it takes",
                  host->signature.max);
    }
    host->cell_count++;
    host->repeats = cell.repeats;
  }
  if (!host->repeats) return;
  const char *rest = cell.text + cell.size + strlen(ZERO_ELLIPSIS);
  if (rest[strspn(rest, " ")] == '\0') return;
  zero__raise(heap, ZERO_CODE_API_USAGE,
              REFUSED "only the last type may repeat");
}

static struct zero_host_code *host_code(struct zero_heap *heap,
                                        const zero_definition *definition,
                                        uint32_t capability,
                                        const char *name) {
  const char *given = definition->params != NULL ? definition->params : "";
  const char *result = definition->result;
  if (result == NULL || *result == '\0') result = "Any";
  bool bounded = definition->max_args != ZERO_ANY_ARGS;
  uint32_t min = definition->min_args;
  uint32_t max = bounded ? definition->max_args : ZERO_ANY_COUNT;
  if (min > max || (max > ZERO_PARAMS_MAX && max != ZERO_ANY_COUNT)) {
    zero__raise(heap, ZERO_CODE_API_USAGE,
                REFUSED "no function takes %u to %u arguments", min, max);
  }
  size_t size = strlen(given);
  size_t tail = strlen(ZERO_ELLIPSIS);
  char *params = zero__copy_text(heap, given, size);
  if (size > tail && strcmp(params + size - tail, "...") == 0) {
    memcpy(params + size - tail, ZERO_ELLIPSIS, tail);
  }
  struct zero_host_code *host =
      zero__alloc(heap, ZERO_TRACED,
                  sizeof *host + (size / 2 + 1) * sizeof host->cells[0]);
  uint64_t fuel = definition->fuel;
  *host = (struct zero_host_code){
      .call = definition->function,
      .context = definition->context,
      .name = name,
      .signature = {params, zero__copy_text(heap, result, strlen(result)),
                    min, max},
      .max = max == ZERO_ANY_COUNT ? UINT32_MAX : max,
      .capability = capability,
      .fuel = fuel < UINT64_MAX ? fuel + 1 : UINT64_MAX,
  };
  struct zero_type_cell whole = {.text = result, .size = strlen(result)};
  host->result = read_cell(heap, whole);
  read_cells(heap, host);
  return host;
}

static void define_body(zero_vm *vm, struct zero_request *request) {
  const zero_definition *definition = request->bytes;
  struct zero_heap *heap = &vm->heap;
  struct zero_scope *core = ((struct zero_session *)vm)->core;
  const char *name = definition->name;
  struct zero_symbols symbols = {0};
  const struct zero_symbol *symbol = zero__signature_name(heap, &symbols, name);
  if (symbol == NULL || zero__scope_get(core, symbol->name) != NULL ||
      zero__builtin_by_name(symbol->name) >= 0) {
    zero__raise(heap, ZERO_CODE_API_USAGE, REFUSED "'%.80s' %s", name,
                symbol == NULL ? "cannot name a function" : "is taken");
  }
  symbol = zero__symbol_keep(heap, symbol);
  struct zero_host_code *host =
      host_code(heap, definition, (uint32_t)request->number, symbol->name);
  struct zero_code *code = zero__code_new(heap, 0);
  code->callable.name = zero__text_of(heap, host->name);
  code->capability = host->capability;
  code->builtin = ZERO_CODE_HOST;
  code->host = host;
  code->params = (uint8_t)host->signature.min;
  struct zero_global *global = zero__alloc(heap, ZERO_TRACED, sizeof *global);
  *global = (struct zero_global){
      .symbol = symbol,
      .module = "host",
      .function = zero__function_new(heap, &code->callable),
      .param_count = host->signature.min,
      .capability = host->capability,
      .annotated = true,
      .doc = "",
      .signature = &host->signature,
  };
  zero__type_by_name(host->signature.result, strlen(host->signature.result),
                     &global->result_type);
  zero__scope_put(heap, core, symbol->name, global);
}

zero_status zero_define(zero_vm *vm, const zero_definition *definition) {
  if (definition == NULL || definition->name == NULL ||
      definition->function == NULL) {
    return zero__misuse(vm, "zero_define was given NULL");
  }
  uint32_t capability = 0;
  const char *words = definition->capabilities;
  if (zero__capability_words(words != NULL ? words : "io", &capability)) {
    return zero__misuse(vm, "zero_define was given an unknown capability");
  }
  struct zero_request request = {
      .body = define_body, .bytes = definition, .number = capability};
  return zero__enter(vm, &request);
}

/* --- failing ------------------------------------------------------------- */

/* Upper-case words with underscores between, at most 64 characters, and not a
 * code that ends a call past every `try`: only the VM raises those. */
static bool is_code(const char *code) {
  size_t size = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
  if (size == 0 || code[size] != '\0' || size > 64) return false;
  if (code[0] < 'A' || code[size - 1] == '_') return false;
  if (code[0] == '_' || strstr(code, "__") != NULL) return false;
  const struct zero_code_fact *fact = zero__code_by_name(code);
  return fact == NULL || fact->caught;
}

zero_status zero_fail(zero_vm *vm, const char *code, const char *message) {
  struct zero_session *session = (struct zero_session *)vm;
  char text[ZERO_FAULT_MESSAGE];
  zero_status given = zero__given(vm);
  if (given != ZERO_OK) return given;
  if (session->busy || vm->depth == 0) {
    return zero__misuse(vm, "zero_fail is for functions of the host");
  }
  if (code == NULL || message == NULL) {
    return zero__misuse(vm, "zero_fail was given NULL");
  }
  if (!is_code(code)) {
    return zero__misuse(vm, "zero_fail was given a malformed or reserved code");
  }
  if (!zero__utf8_string(message)) {
    return zero__misuse(vm, "zero_fail was given a message that is not UTF-8");
  }
  zero__sentence(text, sizeof text, "%s", message); /* the last error's? */
  memmove(session->code, code, strlen(code) + 1);
  memcpy(session->message, text, strlen(text) + 1);
  session->fault =
      (zero_error){.code = session->code, .message = session->message};
  zero__last_is(session, &session->fault, 0, ZERO_NONE);
  return ZERO_E_FAILED;
}
