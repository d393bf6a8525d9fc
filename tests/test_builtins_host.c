/* test_builtins_host.c - files read and written whole, environment, chance. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/folder.h"
#include "support/session.h"

static void setup(void) {
  zero_test_session();
  zero_test_folder_enter();
}

TestSuite(builtins_host, .init = setup, .fini = zero_test_folder_leave);

Test(builtins_host, a_file_longer_than_a_block_is_read_whole) {
  zero_value text = zero_test_long_text(vm, 3000000);
  EXPECT(OK_UNIT, WRITE_FILE, T("file"), text);
  zero_value read = CALL(NTH, CALL(READ_FILE, T("file")), I(1));
  EXPECT("true", EQUAL, read, text);
}

Test(builtins_host, a_file_without_a_known_size_is_read_whole) {
  zero_value answer = CALL(READ_FILE, T("/proc/self/status"));
  EXPECT("\"HostOk\"", HEAD, answer);
}

Test(builtins_host, a_file_that_is_no_text_is_refused) {
  zero_test_put("file", "a\xff");
  EXPECT_CODE("HOST_NOT_TEXT", READ_FILE, T("file"));
  EXPECT_CODE("HOST_NOT_TEXT", READ_FILE, T("/proc/self/cmdline"));
  EXPECT("TYPE_MISMATCH: write-file: argument 2 must be Text, found I64 1",
         WRITE_FILE, T("file"), I(1));
}

Test(builtins_host, a_read_that_is_stopped_closes_its_file) {
  zero_value text = zero_test_long_text(vm, 1 << 20);
  EXPECT(OK_UNIT, WRITE_FILE, T("file"), text);
  int before = dup(0);
  close(before);
  EXPECT_SPENT(READ_FILE, T("file"));
  int after = dup(0);
  close(after);
  cr_expect_eq(before, after);
  EXPECT_SPENT(WRITE_FILE, T("file"), text);
}

Test(builtins_host, env_answers_an_option) {
  setenv("ZERO_TEST_NAME", "värde", 1);
  EXPECT("(list 5 \"some\" \"värde\")", ENV, T("ZERO_TEST_NAME"));
  unsetenv("ZERO_TEST_NAME");
  EXPECT("(list 5 \"none\")", ENV, T("ZERO_TEST_NAME"));
  setenv("ZERO_TEST_NAME", "\xff", 1);
  EXPECT("HOST_NOT_TEXT: env: the value of \"ZERO_TEST_NAME\" is not UTF-8",
         ENV, T("ZERO_TEST_NAME"));
}

Test(builtins_host, random_stays_below_its_bound) {
  bool seen[5] = {false};
  for (int i = 0; i < 1000; i++) {
    int64_t drawn = zero__i64_number(CALL(RANDOM, I(5)));
    cr_assert(drawn >= 0 && drawn < 5);
    seen[drawn] = true;
  }
  for (int i = 0; i < 5; i++) cr_expect(seen[i]);
  EXPECT("0", RANDOM, I(1));
  cr_expect_geq(zero__i64_number(CALL(RANDOM, I(INT64_MAX))), 0);
  EXPECT("INDEX_RANGE: random: the bound must be at least 1, found 0",
         RANDOM, I(0));
}
