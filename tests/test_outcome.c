/* test_outcome.c - HostOk, HostErr, and which code says what errno says. */
#include <criterion/criterion.h>
#include <errno.h>

#include "facts/gen/host_errors.h"
#include "support/session.h"

TestSuite(outcome, .init = zero_test_session);

#define ROW(error, CAPABILITY, CODE) \
  {error, ZERO_CAPABILITY_##CAPABILITY, ZERO_CODE_##CODE},

static const struct {
  int error;
  uint32_t capability;
  int code;
} rows[] = {ZERO_HOST_ERRORS(ROW)};

enum { ROWS = sizeof rows / sizeof *rows, UNKNOWN = 9999 };

Test(outcome, every_errno_has_the_code_of_its_row) {
  for (size_t i = 0; i < ROWS; i++) {
    int error = rows[i].error != 0 ? rows[i].error : UNKNOWN;
    bool file = (rows[i].capability & ZERO_CAPABILITY_FILE) != 0;
    uint32_t asked = file ? ZERO_CAPABILITY_FILE_READ
                          : ZERO_CAPABILITY_NETWORK;
    cr_expect_eq(zero__host_code(error, asked), rows[i].code, "row %zu", i);
    cr_expect_str_eq(zero__code_fact(rows[i].code)->kind, "host");
  }
}

Test(outcome, files_have_codes_of_their_own) {
  cr_expect_eq(zero__host_code(ENOENT, ZERO_CAPABILITY_FILE_WRITE),
               ZERO_CODE_FILE_NOT_FOUND);
  cr_expect_eq(zero__host_code(ENOENT, ZERO_CAPABILITY_PROCESS),
               ZERO_CODE_HOST_NOT_FOUND);
  cr_expect_eq(zero__host_code(EMFILE, ZERO_CAPABILITY_FILE),
               ZERO_CODE_HOST_TOO_MANY_OPEN);
}

Test(outcome, an_error_says_what_and_why_and_what_it_needed) {
  zero_value v = zero__host_error(vm, EPIPE, ZERO_CAPABILITY_PROCESS,
                                  "pipe %d", 3);
  cr_expect_str_eq(zero_test_printed(vm, v),
                   "(list \"HostErr\" \"HOST_BROKEN_PIPE\" "
                   "\"pipe 3: Broken pipe\" \"process\")");
  v = zero__host_refused(vm, ZERO_CODE_FILE_EXISTS, ZERO_CAPABILITY_FILE,
                         "%s", "no");
  cr_expect_str_eq(zero_test_printed(vm, v),
                   "(list \"HostErr\" \"FILE_EXISTS\" \"no\" \"file\")");
}

Test(outcome, what_is_not_utf8_in_a_message_is_replaced) {
  zero_value v = zero__host_refused(vm, ZERO_CODE_FILE_EXISTS, 0, "a\xff" "b");
  cr_expect_str_eq(zero_test_printed(vm, v),
                   "(list \"HostErr\" \"FILE_EXISTS\" \"a\xEF\xBF\xBD" "b\" "
                   "\"\")");
}

Test(outcome, a_long_message_ends_with_the_reason) {
  zero_value text = zero_test_long_text(vm, 5000);
  zero_value v = zero__host_error(vm, EIO, ZERO_CAPABILITY_FILE_READ, "%s",
                                  zero__text_bytes(text));
  const char *printed = zero_test_printed(vm, v);
  cr_expect_not_null(strstr(printed, "x: Input/output error\""));
}
