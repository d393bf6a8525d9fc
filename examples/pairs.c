/* pairs.c - code as a compiler of the object ABI 0.1 makes it: every value is
 * a payload and a machine tag, and the compiler knows the types.
 *
 * Prints:
 *   apples 3
 *   pears 39
 *   total 42
 *   [PAIR_FAMILY]
 *   this program is made for 0x0 ABI 0.1
 */
#include <inttypes.h>
#include <stdio.h>

#include <zero.h>

ZERO_ABI_NOTE;

/* Adds the numbers in (list name number name number ...). */
static zero_status total(zero_vm *vm, zero_pair *sum, zero_pair at) {
  *sum = (zero_pair){0, ZERO_MACHINE_I64};
  while (at.payload != 0) {
    zero_pair name, number;
    zero_status status = zero_pair_head(vm, &name, at);
    if (status == ZERO_OK) status = zero_pair_tail(vm, &at, at);
    if (status == ZERO_OK) status = zero_pair_head(vm, &number, at);
    if (status == ZERO_OK) status = zero_pair_tail(vm, &at, at);
    if (status != ZERO_OK) return status;
    printf("%s %" PRId64 "\n", (const char *)(uintptr_t)name.payload,
           (int64_t)number.payload);
    sum->payload += number.payload;
  }
  return ZERO_OK;
}

int main(void) {
  static const char source[] = "(list \"apples\" 3 \"pears\" 39)";
  char message[256] = "";
  zero_vm *vm;
  zero_value value;
  zero_pair list, sum = {0, ZERO_MACHINE_UNIT};
  int64_t number;
  if (zero_open(&vm, NULL, message, sizeof message) != ZERO_OK) return 1;
  int good = zero_eval(vm, &value, NULL, "e", source,
                       sizeof source - 1) == ZERO_OK &&
             zero_to_pair(vm, &list, value) == ZERO_OK &&
             total(vm, &sum, list) == ZERO_OK &&
             zero_from_pair(vm, &value, sum, "I64") == ZERO_OK &&
             zero_to_i64(&number, value);
  if (good) printf("total %" PRId64 "\n", number);
  /* Tag 1 alone does not say whether it is a Bool or an I64. */
  if (zero_from_pair(vm, &value, sum, NULL) != ZERO_OK) {
    printf("[%s]\n", zero_last_error(vm)->code);
  }
  good = good && zero_check_object("/proc/self/exe", message,
                                   sizeof message) == ZERO_OK;
  puts(good ? "this program is made for " ZERO_ABI_MARKER : message);
  zero_close(vm);
  return !good;
}
