/* test_replace.c - a file replaced is seen whole, and nothing is left over. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "handle/root.h"
#include "support/folder.h"
#include "support/pipes.h"
#include "support/vm.h"
#include "value/bytes.h"
#include "value/number.h"
#include "value/text.h"

static zero_vm *vm;

static void setup(void) {
  vm = zero_test_vm();
  vm->granted = ZERO_CAPABILITY_FILE;
  zero_test_folder(vm);
}

static void teardown(void) {
  zero_test_folder_end(vm);
}

TestSuite(replace, .init = setup, .fini = teardown);

#define OK_UNIT "(list \"HostOk\" Unit)"

Test(replace, what_is_there_has_the_new_content_and_its_old_mode) {
  struct stat facts;
  zero_test_put("root/a", "old and longer");
  cr_assert_eq(chmod("root/a", 0640), 0);
  EXPECT(OK_UNIT, FILE_REPLACE, T("a"), T("new"));
  cr_expect_str_eq(zero_test_get("root/a"), "new");
  cr_assert_eq(stat("root/a", &facts), 0);
  cr_expect_eq(facts.st_mode & 07777, 0640);
  umask(022);
  EXPECT(OK_UNIT, FILE_REPLACE, T("b"), CALL(BYTES_FROM_LIST, L(I(65))));
  cr_expect_str_eq(zero_test_get("root/b"), "A");
  cr_assert_eq(stat("root/b", &facts), 0);
  cr_expect_eq(facts.st_mode & 07777, 0644);
  EXPECT(OK_UNIT, FILE_REPLACE, T("b"), T(""));
  cr_expect_str_eq(zero_test_get("root/b"), "");
  EXPECT("TYPE_MISMATCH: file-replace: argument 2 must be Text or Bytes, found "
         "I64 1", FILE_REPLACE, T("b"), I(1));
  cr_expect_eq(zero_test_names("root"), 2);
}

Test(replace, who_owned_it_owns_it_still) {
  struct stat facts;
  if (geteuid() != 0) cr_skip_test("only root gives files away");
  zero_test_put("root/a", "old");
  cr_assert_eq(chown("root/a", 12345, 54321), 0);
  cr_assert_eq(chmod("root/a", 04755), 0);
  EXPECT(OK_UNIT, FILE_REPLACE, T("a"), T("new"));
  cr_assert_eq(stat("root/a", &facts), 0);
  cr_expect_eq(facts.st_uid, 12345);
  cr_expect_eq(facts.st_gid, 54321);
  cr_expect_eq(facts.st_mode & 07777, 04755);
}

Test(replace, a_link_is_followed_and_stays) {
  struct stat facts;
  cr_assert_eq(mkdir("root/d", 0777), 0);
  zero_test_put("root/d/a", "old");
  zero_test_link("d/a", "root/link");
  EXPECT(OK_UNIT, FILE_REPLACE, T("link"), T("new"));
  cr_expect_str_eq(zero_test_get("root/d/a"), "new");
  cr_assert_eq(lstat("root/link", &facts), 0);
  cr_expect(S_ISLNK(facts.st_mode));
}

Test(replace, where_it_fails_the_old_content_stays_and_no_trace) {
  struct rlimit most = {.rlim_cur = 1000, .rlim_max = RLIM_INFINITY};
  int before = zero_test_descriptors();
  zero_test_put("root/a", "old");
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &most);
  EXPECT("(list \"HostErr\" \"FILE_NO_SPACE\" \"\\\"a\\\": File too large\" "
         "\"file.write\")", FILE_REPLACE, T("a"),
         zero_test_long_text(vm, 1001));
  cr_expect_str_eq(zero_test_get("root/a"), "old");
  cr_expect_eq(zero_test_names("root"), 1);
  cr_expect_eq(zero_test_descriptors(), before);
}

/* Lets the root be a disk of 64 KiB that only this process sees. */
static bool mount_small_disk(void) {
  zero__root_close(vm);
  bool mounted =
      unshare(CLONE_NEWNS) == 0 &&
      mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
      mount("none", "root", "tmpfs", 0, "size=64k") == 0;
  cr_assert_eq(zero__root_open(vm, "root"), 0);
  return mounted;
}

Test(replace, a_full_disk_keeps_the_old_content) {
  if (!mount_small_disk()) cr_skip_test("nothing may be mounted");
  zero_test_put("root/a", "old");
  EXPECT("(list \"HostErr\" \"FILE_NO_SPACE\" \"\\\"a\\\": No space left on "
         "device\" \"file.write\")", FILE_REPLACE, T("a"),
         zero_test_long_text(vm, 100000));
  cr_expect_str_eq(zero_test_get("root/a"), "old");
  cr_expect_eq(zero_test_names("root"), 1);
  EXPECT(OK_UNIT, FILE_REPLACE, T("a"), zero_test_long_text(vm, 50000));
  zero__root_close(vm);
  cr_assert_eq(umount("root"), 0);
}

Test(replace, a_call_that_is_stopped_leaves_no_trace) {
  int before = zero_test_descriptors();
  zero_value text = zero_test_long_text(vm, 3 << 20);
  zero_value args[] = {T("a"), text};
  zero_test_put("root/a", "old");
  atomic_store(&vm->interrupted, 1);
  cr_expect(zero_is_none(
      zero_test_builtin(vm, ZERO_BUILTIN_FILE_REPLACE, args, 2)));
  cr_expect_eq(vm->heap.fault.code, ZERO_CODE_INTERRUPTED);
  cr_expect_str_eq(zero_test_get("root/a"), "old");
  cr_expect_eq(zero_test_names("root"), 1);
  cr_expect_eq(zero_test_descriptors(), before);
}

Test(replace, what_may_not_be_written_is_not_replaced) {
  if (geteuid() == 0 && (setegid(65534) != 0 || chmod(".", 0777) != 0 ||
                         chmod("root", 0777) != 0 || seteuid(65534) != 0)) {
    cr_skip_test("root writes everything");
  }
  zero_test_put("root/a", "old");
  cr_assert_eq(chmod("root/a", 0444), 0);
  EXPECT("(list \"HostErr\" \"FILE_DENIED\" \"\\\"a\\\": Permission denied\" "
         "\"file.write\")", FILE_REPLACE, T("a"), T("new"));
  cr_expect_str_eq(zero_test_get("root/a"), "old");
  cr_assert_eq(unlink("root/a"), 0);
  cr_assert_eq(seteuid(getuid()), 0);
}

/* --- others who look ----------------------------------------------------- */

/* True where a text is one letter, and as long as the letter says. */
static bool is_whole(const char *text) {
  size_t size = strlen(text);
  return size == (size_t)(*text - 'a' + 1) * 100000 &&
         strspn(text, (char[]){*text, '\0'}) == size;
}

struct watching {
  _Atomic bool stop;
  unsigned looks;
  unsigned torn;
};

static void *watch(void *context) {
  struct watching *watching = context;
  while (!watching->stop) {
    watching->looks++;
    watching->torn += !is_whole(zero_test_get("root/a"));
  }
  return NULL;
}

static void replace_by_letter(int turn) {
  char text[300001];
  size_t size = (size_t)(turn % 3 + 1) * 100000;
  memset(text, 'a' + turn % 3, size);
  text[size] = '\0';
  CALL(FILE_REPLACE, T("a"), T(text));
}

Test(replace, whoever_reads_meanwhile_sees_all_of_one) {
  struct watching watching = {false, 0, 0};
  pthread_t thread;
  replace_by_letter(0);
  pthread_create(&thread, NULL, watch, &watching);
  for (int turn = 0; turn < 60; turn++) replace_by_letter(turn);
  watching.stop = true;
  pthread_join(thread, NULL);
  cr_expect_gt(watching.looks, 0);
  cr_expect_eq(watching.torn, 0);
  cr_expect_eq(zero_test_names("root"), 1);
}

Test(replace, a_process_that_is_killed_leaves_all_of_one) {
  replace_by_letter(0);
  for (int round = 0; round < 10; round++) {
    pid_t child = fork();
    if (child == 0) {
      for (int turn = 0;; turn++) replace_by_letter(turn);
    }
    const struct timespec pause = {.tv_nsec = 1000000 + round * 1370000};
    nanosleep(&pause, NULL);
    kill(child, SIGKILL);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    cr_assert(is_whole(zero_test_get("root/a")));
  }
}
