/* host_function.c - a program calls functions of the host. One fails with an
 * error of its own, one calls back into the program.
 *
 * Prints:
 *   70
 *   TANK_UNKNOWN no tank is called 'south'
 *   (list 140 60)
 */
#include <stdio.h>
#include <string.h>
#include <zero.h>

static const char *const names[] = {"north", "east"};
static const int64_t levels[] = {70, 30};

static void show(void *context, const char *bytes, size_t size) {
  fwrite(bytes, 1, size, (FILE *)context);
}

/* (level name): the declaration ensures that there is one Text. */
static zero_status level(zero_vm *vm, zero_value *result,
                         const zero_value *args, size_t count, void *context) {
  const char *name;
  char message[64];
  (void)count, (void)context, zero_to_text(&name, NULL, args[0]);
  if (strcmp(names[0], name) == 0) return zero_i64(vm, result, levels[0]);
  if (strcmp(names[1], name) == 0) return zero_i64(vm, result, levels[1]);
  snprintf(message, sizeof message, "no tank is called '%.20s'", name);
  return zero_fail(vm, "TANK_UNKNOWN", message);
}

/* (both f): an error of `f` is passed on as it is. */
static zero_status both(zero_vm *vm, zero_value *result,
                        const zero_value *args, size_t count, void *context) {
  zero_value v[2];
  zero_status status = ZERO_OK;
  (void)count, (void)context;
  for (size_t i = 0; i < 2 && status == ZERO_OK; i++) {
    status = zero_i64(vm, &v[i], levels[i]);
    if (status == ZERO_OK) status = zero_call(vm, &v[i], args[0], &v[i], 1);
  }
  return status == ZERO_OK ? zero_list(vm, result, v, 2) : status;
}

int main(void) {
  static const char source[] =
      "(print (level \"north\"))(match (try (level \"south\")) ((err e)"
      "  (print (runtime-error-code e) (runtime-error-message e))))"
      "(print (both (fn (n) (* n 2))))";
  const zero_definition one = {"level", level, 0, "Text", "I64", 0, 0, 1, 1};
  const zero_definition all = {"both", both, 0, "Function", 0, 0, 0, 1, 1};
  zero_value value;
  zero_vm *vm;
  zero_options options = zero_options_default();
  options.output = show, options.output_context = stdout;
  if (zero_open(&vm, &options, NULL, 0) || zero_define(vm, &one)) return 1;
  if (zero_define(vm, &all)) return 1;
  return zero_eval(vm, &value, NULL, "eval", source, strlen(source));
}
