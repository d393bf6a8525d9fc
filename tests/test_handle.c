/* test_handle.c - the table of handles: one owner, one name at a time. */
#include <criterion/criterion.h>
#include <unistd.h>

#include "handle/name.h"
#include "support/pipes.h"
#include "support/vm.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"

static zero_vm *vm;
static int other = -1;

static void setup(void) {
  vm = zero_test_vm();
  vm->granted = ZERO_CAPABILITY_IO | ZERO_CAPABILITY_PROCESS;
  zero__handles_open(vm);
}

static void teardown(void) {
  zero__handles_close(vm, NULL, NULL);
  if (other >= 0) close(other);
}

TestSuite(handle, .init = setup, .fini = teardown);

Test(handle, a_live_value_holds_a_ref_and_the_accessors_ask_the_table) {
  zero_value h = zero_test_reader_of(vm, &other);
  EXPECT("\"Handle\"", TYPE_OF, h);
  EXPECT("\"Ref\"", TYPE_OF, CALL(NTH, h, I(3)));
  EXPECT("\"io\"", LAYOUT_GET, T("Handle"), T("capability"), h);
  EXPECT("1", LAYOUT_GET, T("Handle"), T("id"), h);
  EXPECT("\"open\"", LAYOUT_GET, T("Handle"), T("state"), h);
  cr_expect_str_eq(zero_test_printed(vm, h),
                   "(list 11 \"handle\" \"io\" #<ref 1> \"open\")");
}

Test(handle, a_place_is_used_again_and_a_number_never) {
  int before = zero_test_descriptors();
  for (int i = 0; i < 1000; i++) {
    zero_value h = zero_test_reader_of(vm, &other);
    zero__handle_end(vm, zero__handle_use(vm, h, &zero_test_reader));
    close(other);
    cr_expect_str_eq(zero__name_state(vm, h), "closed");
  }
  other = -1;
  cr_expect_eq(zero__handles_places(vm), 1);
  cr_expect_eq(zero__handles_count(vm), 0);
  cr_expect_eq(zero_test_descriptors(), before);
}

/* --- misuse -------------------------------------------------------------- */

struct attempt {
  zero_value value;
};

static void attempt(void *context) {
  zero__handle_use(vm, ((struct attempt *)context)->value, NULL);
}

/* The code with which the use of a value is refused, "" where it is not. */
static const char *refusal(zero_value v) {
  struct attempt a = {v};
  vm->builtin = ZERO_BUILTIN_LEN;
  int code = zero__protect(&vm->heap, attempt, &a);
  return code == 0 ? "" : zero__code_fact(code)->name;
}

static struct zero_handle *entry(zero_value v) {
  return zero__handle_use(vm, v, NULL);
}

Test(handle, what_was_given_away_is_refused) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_value given = zero__name_anew(vm, entry(h), h);
  cr_expect_str_eq(refusal(h), "HANDLE_MOVED");
  cr_expect_str_eq(zero__name_state(vm, h), "moved");
  cr_expect_str_eq(refusal(given), "");
  cr_expect_str_eq(zero__name_state(vm, given), "open");
  EXPECT("false", EQUAL, h, given);
}

Test(handle, what_was_closed_is_refused) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_value next = zero__name_anew(vm, entry(h), h);
  zero__handle_end(vm, entry(next));
  cr_expect_str_eq(refusal(next), "HANDLE_CLOSED");
  cr_expect_str_eq(refusal(h), "HANDLE_MOVED");
  cr_expect_str_eq(zero__name_state(vm, next), "closed");
}

Test(handle, what_is_lent_is_refused_to_its_owner) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_value lent = zero__name_lend(vm, entry(h), h);
  cr_expect_str_eq(refusal(h), "HANDLE_BORROWED");
  cr_expect_str_eq(refusal(lent), "");
  cr_expect_str_eq(zero__name_state(vm, h), "borrowed");
  cr_expect_str_eq(zero__name_state(vm, lent), "borrowed");
}

Test(handle, what_was_lent_is_refused_later) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_value lent = zero__name_lend(vm, entry(h), h);
  zero__name_take_back(vm, lent);
  cr_expect_str_eq(refusal(lent), "HANDLE_BORROW_ENDED");
  cr_expect_str_eq(zero__name_state(vm, lent), "borrowed");
  cr_expect_str_eq(refusal(h), "");
  cr_expect_str_eq(zero__name_state(vm, h), "open");
}

Test(handle, what_is_of_another_vm_is_refused) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_vm *home = vm;
  vm = zero_test_vm();
  zero__handles_open(vm);
  cr_expect_str_eq(refusal(h), "HANDLE_FOREIGN");
  cr_expect_str_eq(zero__name_state(vm, h), "moved");
  zero__handles_close(home, NULL, NULL);
}

Test(handle, what_only_describes_is_refused) {
  zero_value fields[] = {T("io"), I(7), T("open")};
  zero_value h = CALL(LAYOUT_NEW, T("Handle"), T("handle"), fields[0],
                      fields[1], fields[2]);
  cr_expect_str_eq(refusal(h), "HANDLE_NOT_LIVE");
  EXPECT("7", LAYOUT_GET, T("Handle"), T("id"), h);
  EXPECT("\"open\"", LAYOUT_GET, T("Handle"), T("state"), h);
}

Test(handle, what_is_no_handle_has_the_code_of_its_family) {
  cr_expect_str_eq(refusal(I(7)), "LAYOUT_HANDLE");
  cr_expect_str_eq(refusal(L(I(11), T("handle"), I(7))), "LAYOUT_HANDLE");
}
