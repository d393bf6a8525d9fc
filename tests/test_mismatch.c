/* test_mismatch.c - a host and a library that were made from other tables
 * refuse one another and say both hashes.
 *
 * tests/mismatch does the same with a host that was really built so. */
#include <criterion/criterion.h>
#include <string.h>

#include "zero.h"

#define OTHER_HASH "0123456789abcdef"

static const zero_host ours = {
    .abi_marker = ZERO_ABI_MARKER,
    .shape_hash = ZERO_SHAPE_HASH,
    .layout_version = ZERO_LAYOUT_VERSION,
};

static void says(const char *message, const char *part) {
  cr_assert_not_null(strstr(message, part), "'%s' does not say '%s'", message,
                     part);
}

static void host_is_refused(const zero_host *host, const char *part) {
  char message[256] = "";
  zero_vm *vm = (zero_vm *)1;
  cr_assert_eq(zero_open_for(&vm, host, NULL, message, sizeof message),
               ZERO_E_MISMATCH);
  cr_assert_null(vm);
  says(message, part);
  says(message, ZERO_SHAPE_HASH);
}

Test(mismatch, a_host_of_the_same_tables_is_served) {
  zero_vm *vm;
  cr_assert_eq(zero_open_for(&vm, &ours, NULL, NULL, 0), ZERO_OK);
  zero_close(vm);
  cr_assert_eq(zero_open(&vm, NULL, NULL, 0), ZERO_OK);
  zero_close(vm);
}

Test(mismatch, a_host_of_another_shape_is_refused_with_both_hashes) {
  zero_host host = ours;
  host.shape_hash = OTHER_HASH;
  host_is_refused(&host, OTHER_HASH);
}

Test(mismatch, a_host_of_another_layout_version_is_refused) {
  zero_host host = ours;
  host.layout_version++;
  host_is_refused(&host, "layout version 2");
}

Test(mismatch, a_host_of_another_object_marker_is_refused) {
  zero_host host = ours;
  host.abi_marker = "0x0 ABI 0.2";
  host_is_refused(&host, "0x0 ABI 0.2");
}

Test(mismatch, a_host_that_does_not_say_is_a_misuse) {
  zero_host host = {.layout_version = ZERO_LAYOUT_VERSION};
  zero_vm *vm;
  cr_assert_eq(zero_open_for(&vm, NULL, NULL, NULL, 0), ZERO_E_USAGE);
  cr_assert_eq(zero_open_for(&vm, &host, NULL, NULL, 0), ZERO_E_USAGE);
}
