/* test_mismatch.c - a host and a library, an image and a VM, that were made
 * from other tables refuse one another and say both hashes.
 *
 * tests/mismatch does the same with files that were really built so. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "compile/image.h"
#include "compile/image_format.h"
#include "support/code.h"
#include "support/heap.h"
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

/* --- host and library ---------------------------------------------------- */

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

/* --- image and VM -------------------------------------------------------- */

struct reading {
  struct zero_heap *heap;
  const void *bytes;
  size_t size;
};

static void read_image(void *context) {
  struct reading *reading = context;
  zero__image_read(reading->heap, reading->bytes, reading->size);
}

/* Reads an image whose header is ours but for what `patch` does to it. */
static const char *fault_of(void (*patch)(struct zero_image_header *)) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_image_header header = zero__image_header();
  patch(&header);
  zero__image_seal(&header, sizeof header);
  struct reading reading = {heap, &header, sizeof header};
  cr_assert_eq(zero__protect(heap, read_image, &reading),
               ZERO_CODE_IMAGE_MISMATCH);
  return heap->fault.message;
}

static void patch_shape(struct zero_image_header *header) {
  memcpy(header->shape_hash, OTHER_HASH, sizeof header->shape_hash);
}

static void patch_full(struct zero_image_header *header) {
  memcpy(header->full_hash, OTHER_HASH, sizeof header->full_hash);
}

static void patch_marker(struct zero_image_header *header) {
  memcpy(header->marker, "0x0 ABI 0.2", sizeof "0x0 ABI 0.2");
}

static void patch_version(struct zero_image_header *header) {
  header->layout_version = 7;
}

static void patch_machine(struct zero_image_header *header) {
  header->machine_hash = UINT64_C(0x0123456789abcdef);
}

Test(mismatch, an_image_of_another_shape_is_refused_with_both_hashes) {
  const char *fault = fault_of(patch_shape);
  says(fault, OTHER_HASH "/" ZERO_FULL_HASH);
  says(fault, ZERO_SHAPE_HASH "/" ZERO_FULL_HASH);
}

Test(mismatch, an_image_of_other_cells_is_refused_with_both_hashes) {
  const char *fault = fault_of(patch_full);
  says(fault, ZERO_SHAPE_HASH "/" OTHER_HASH);
  says(fault, ZERO_SHAPE_HASH "/" ZERO_FULL_HASH);
}

Test(mismatch, an_image_of_another_marker_is_refused_with_both) {
  const char *fault = fault_of(patch_marker);
  says(fault, "'0x0 ABI 0.2'");
  says(fault, "'" ZERO_ABI_MARKER "'");
}

Test(mismatch, an_image_of_another_layout_version_is_refused) {
  says(fault_of(patch_version), "layout version 7");
}

Test(mismatch, an_image_for_another_machine_is_refused) {
  says(fault_of(patch_machine), OTHER_HASH);
}
