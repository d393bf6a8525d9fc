/* test_builtins_host.c - files, arguments, environment, clocks, chance. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/session.h"

static char folder[] = P_tmpdir "/zero-test-XXXXXX";
static char path[256];
static char other[256];

static void setup(void) {
  zero_test_session();
  cr_assert_not_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/file", folder);
  snprintf(other, sizeof other, "%s/other", folder);
}

static void teardown(void) {
  unlink(path);
  unlink(other);
  rmdir(folder);
}

TestSuite(builtins_host, .init = setup, .fini = teardown);

static void put_file(const char *name, const char *bytes, size_t size) {
  int file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  cr_assert_eq(write(file, bytes, size), (ssize_t)size);
  close(file);
}

static int files_in_folder(void) {
  DIR *directory = opendir(folder);
  int count = -2; /* . and .. */
  while (readdir(directory) != NULL) count++;
  closedir(directory);
  return count;
}

/* The code of the HostErr that `answer` is. */
static const char *code_of(zero_value answer) {
  cr_assert(zero__text_is(CALL(HEAD, answer), "HostErr"));
  cr_assert_eq(zero__length(&vm->heap, answer), 4);
  return zero__text_bytes(CALL(NTH, answer, I(1)));
}

Test(builtins_host, what_was_written_is_read) {
  EXPECT("(list \"HostOk\" Unit)", WRITE_FILE, T(path), T("één\n"));
  EXPECT("(list \"HostOk\" \"één\\n\")", READ_FILE, T(path));
  EXPECT("(list \"HostOk\" Unit)", WRITE_FILE, T(path), T(""));
  EXPECT("(list \"HostOk\" \"\")", READ_FILE, T(path));
}

Test(builtins_host, a_file_longer_than_a_block_is_read_whole) {
  zero_value text = zero_test_long_text(vm, 3000000);
  EXPECT("(list \"HostOk\" Unit)", WRITE_FILE, T(path), text);
  zero_value read = CALL(NTH, CALL(READ_FILE, T(path)), I(1));
  EXPECT("true", EQUAL, read, text);
}

Test(builtins_host, a_file_without_a_known_size_is_read_whole) {
  zero_value answer = CALL(READ_FILE, T("/proc/self/status"));
  EXPECT("\"HostOk\"", HEAD, answer);
}

Test(builtins_host, why_a_file_cannot_be_read_is_answered) {
  zero_value missing = CALL(READ_FILE, T(path));
  cr_expect_str_eq(code_of(missing), "FILE_NOT_FOUND");
  EXPECT("\"file.read\"", NTH, missing, I(3));
  cr_expect_str_eq(code_of(CALL(READ_FILE, T(folder))),
                   "FILE_IS_DIRECTORY");
  cr_expect_str_eq(code_of(CALL(READ_FILE, T(""))), "FILE_NOT_FOUND");
  put_file(path, "a\xff", 2);
  zero_value bad = CALL(READ_FILE, T(path));
  cr_expect_str_eq(code_of(bad), "HOST_NOT_TEXT");
  put_file(path, "a\0b", 3);
  cr_expect_str_eq(code_of(CALL(READ_FILE, T(path))), "HOST_NOT_TEXT");
}

Test(builtins_host, a_host_error_reads_as_a_result) {
  zero_value missing = CALL(READ_FILE, T(path));
  EXPECT("true", LAYOUT_IS, T("Result"), T("err"), missing);
  zero_value error = CALL(LAYOUT_GET, T("Result"), T("error"), missing);
  EXPECT("\"FILE_NOT_FOUND\"", LAYOUT_GET, T("RuntimeError"), T("code"),
         error);
}

Test(builtins_host, why_a_file_cannot_be_written_is_answered) {
  zero_value answer = CALL(WRITE_FILE, T(folder), T("a"));
  cr_expect_str_eq(code_of(answer), "FILE_IS_DIRECTORY");
  EXPECT("\"file.write\"", NTH, answer, I(3));
  zero_value nowhere =
      CALL(WRITE_FILE, CALL(TEXT_CAT, T(path), T("/deeper")), T("a"));
  cr_expect_str_eq(code_of(nowhere), "FILE_NOT_FOUND");
  EXPECT("TYPE_MISMATCH: write-file: argument 2 must be Text, found I64 1",
         WRITE_FILE, T(path), I(1));
}

Test(builtins_host, writing_keeps_the_mode_and_follows_links) {
  put_file(other, "old", 3);
  cr_assert_eq(chmod(other, 0640), 0);
  cr_assert_eq(symlink(other, path), 0);
  EXPECT("(list \"HostOk\" Unit)", WRITE_FILE, T(path), T("new"));
  EXPECT("(list \"HostOk\" \"new\")", READ_FILE, T(other));
  struct stat facts;
  cr_assert_eq(lstat(path, &facts), 0);
  cr_expect(S_ISLNK(facts.st_mode));
  cr_assert_eq(stat(other, &facts), 0);
  cr_expect_eq(facts.st_mode & 07777, 0640);
}

Test(builtins_host, a_new_file_gets_the_mode_of_the_process) {
  umask(027);
  EXPECT("(list \"HostOk\" Unit)", WRITE_FILE, T(path), T("new"));
  struct stat facts;
  cr_assert_eq(stat(path, &facts), 0);
  cr_expect_eq(facts.st_mode & 07777, 0640);
}

Test(builtins_host, a_write_that_fails_leaves_the_old_text_and_no_trace) {
  put_file(path, "old", 3);
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit limits;
  cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limits), 0);
  struct rlimit small = {.rlim_cur = 1000, .rlim_max = limits.rlim_max};
  cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
  zero_value answer =
      CALL(WRITE_FILE, T(path), zero_test_long_text(vm, 5000));
  cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limits), 0);
  cr_expect_str_eq(code_of(answer), "FILE_NO_SPACE");
  cr_expect_eq(files_in_folder(), 1);
  EXPECT("(list \"HostOk\" \"old\")", READ_FILE, T(path));
}

Test(builtins_host, a_read_that_is_stopped_closes_its_file) {
  zero_value text = zero_test_long_text(vm, 1 << 20);
  EXPECT("(list \"HostOk\" Unit)", WRITE_FILE, T(path), text);
  int before = dup(0);
  close(before);
  EXPECT_SPENT(READ_FILE, T(path));
  int after = dup(0);
  close(after);
  cr_expect_eq(before, after);
  EXPECT_SPENT(WRITE_FILE, T(path), text);
}

Test(builtins_host, argv_is_what_the_host_gave) {
  EXPECT("(list)", ARGV);
  vm->args = L(T("a"), T("b"));
  EXPECT("(list \"a\" \"b\")", ARGV);
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

Test(builtins_host, clocks_tell_nanoseconds) {
  int64_t before = zero__i64_number(CALL(CLOCK));
  int64_t after = zero__i64_number(CALL(CLOCK));
  cr_expect_leq(before, after);
  const int64_t year_2020 = 1577836800000000000;
  cr_expect_gt(zero__i64_number(CALL(NOW)), year_2020);
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
