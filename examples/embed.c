/* embed.c - loads a program and calls one of its functions from C.
 *
 * Prints:
 *   (share 84 2) is 42
 *   share.0x0:1:19: 84 / 0 [DIVIDE_BY_ZERO]
 */
#include <inttypes.h>
#include <stdio.h>

#include <zero.h>

static void show(void *context, const char *bytes, size_t size) {
  fwrite(bytes, 1, size, (FILE *)context);
}

/* Calls (share 84 parts), and prints the result or the error. */
static zero_status share(zero_vm *vm, int64_t parts) {
  zero_value args[2];
  zero_value result;
  zero_status status = zero_i64(vm, &args[0], 84);
  if (status == ZERO_OK) status = zero_i64(vm, &args[1], parts);
  if (status == ZERO_OK) {
    status = zero_call(vm, &result, zero_lookup(vm, "share"), args, 2);
  }
  if (status == ZERO_OK) {
    printf("(share 84 %" PRId64 ") is ", parts);
    status = zero_print(vm, result, show, stdout);
    printf("\n");
  }
  if (status != ZERO_OK) {
    const zero_error *error = zero_last_error(vm);
    printf("%s:%" PRIu32 ":%" PRIu32 ": %s [%s]\n", error->location.file,
           error->location.line, error->location.column, error->message,
           error->code);
  }
  return status;
}

int main(void) {
  static const char source[] = "(fn share (sum n) (/ sum n))";
  char message[256];
  zero_vm *vm;
  zero_options options = zero_options_default();
  options.fuel = 1000000;
  if (zero_open(&vm, &options, message, sizeof message) != ZERO_OK) {
    fprintf(stderr, "%s\n", message);
    return 1;
  }
  int good = zero_load(vm, "share.0x0", source, sizeof source - 1) == ZERO_OK;
  good = good && share(vm, 2) == ZERO_OK;
  good = good && share(vm, 0) == ZERO_E_FAILED;
  zero_close(vm);
  return !good;
}
