/* test_replace.c - a file replaced is seen whole, and nothing is left over. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "handle/file.h"
#include "support/folder.h"
#include "support/pipes.h"
#include "support/refuse.h"
#include "support/session.h"

static void setup(void) {
  zero_test_session();
  vm->granted = ZERO_CAPABILITY_FILE;
  zero_test_folder(vm);
}

static void teardown(void) {
  zero_test_folder_end(vm);
}

TestSuite(replace, .init = setup, .fini = teardown);

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

Test(replace, another_name_of_the_old_file_keeps_the_old_content) {
  zero_test_put("root/a", "old");
  cr_assert_eq(link("root/a", "root/b"), 0);
  EXPECT(OK_UNIT, WRITE_FILE, T("a"), T("new"));
  cr_expect_str_eq(zero_test_get("root/a"), "new");
  cr_expect_str_eq(zero_test_get("root/b"), "old");
}

static void follow_to_nothing(void) {
  struct stat facts;
  EXPECT(OK_UNIT, WRITE_FILE, T("root/far"), T("one"));
  cr_expect_str_eq(zero_test_get("root/d/new"), "one");
  EXPECT(OK_UNIT, FILE_REPLACE, T("root/chain"), T("two"));
  cr_expect_str_eq(zero_test_get("root/d/new"), "two");
  cr_assert_eq(lstat("root/far", &facts), 0);
  cr_expect(S_ISLNK(facts.st_mode));
  cr_expect_eq(zero_test_names("root/d"), 2);
  EXPECT("(list \"HostErr\" \"FILE_NOT_FOUND\" \"\\\"root/none\\\": No such "
         "file or directory\" \"file.write\")", WRITE_FILE, T("root/none"),
         T(""));
  EXPECT("(list \"HostErr\" \"FILE_FAILED\" \"\\\"root/loop\\\": Too many "
         "levels of symbolic links\" \"file.write\")", WRITE_FILE,
         T("root/loop"), T(""));
  cr_assert_eq(unlink("root/d/new"), 0);
}

Test(replace, a_link_to_nothing_makes_what_it_leads_to) {
  int before = zero_test_descriptors();
  cr_assert_eq(mkdir("root/d", 0777), 0);
  zero_test_link("d/new", "root/far");
  zero_test_link("../far", "root/d/back");
  zero_test_link("d/back", "root/chain");
  zero_test_link("nowhere/x", "root/none");
  zero_test_link("loop", "root/loop");
  zero__root_close(vm);
  follow_to_nothing();
  cr_expect_eq(zero_test_descriptors(), before - 1);
  cr_assert_eq(zero__root_open(vm, "."), 0);
  follow_to_nothing();
  cr_expect_eq(zero_test_descriptors(), before);
}

/* Lets the process be one without rights of its own in the folder. Returns
 * false if it is not root's, who could not see any difference. */
static bool be_nobody(void) {
  if (geteuid() != 0) return true;
  return chmod(".", 0777) == 0 && chmod("root", 0777) == 0 &&
         setegid(65534) == 0 && seteuid(65534) == 0;
}

Test(replace, a_directory_that_may_not_be_read_is_good_enough) {
  if (!be_nobody()) cr_skip_test("root reads everything");
  cr_assert_eq(mkdir("root/d", 0333), 0);
  EXPECT(OK_UNIT, FILE_REPLACE, T("d/a"), T("old"));
  EXPECT(OK_UNIT, WRITE_FILE, T("d/a"), T("new"));
  cr_expect_str_eq(zero_test_get("root/d/a"), "new");
  cr_assert_eq(chmod("root/d", 0777), 0);
  cr_assert_eq(seteuid(getuid()), 0);
}

Test(replace, in_a_directory_that_may_not_be_written_nothing_is_replaced) {
  if (!be_nobody()) cr_skip_test("root writes everything");
  cr_assert_eq(mkdir("root/d", 0777), 0);
  zero_test_put("root/d/a", "old");
  cr_assert_eq(chmod("root/d", 0555), 0);
  EXPECT("(list \"HostErr\" \"FILE_DENIED\" \"\\\"d/a\\\": Permission denied\" "
         "\"file.write\")", WRITE_FILE, T("d/a"), T("new"));
  cr_expect_str_eq(zero_test_get("root/d/a"), "old");
  cr_assert_eq(chmod("root/d", 0777), 0);
  cr_assert_eq(seteuid(getuid()), 0);
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
  if (!be_nobody()) cr_skip_test("root writes everything");
  zero_test_put("root/a", "old");
  cr_assert_eq(chmod("root/a", 0444), 0);
  EXPECT("(list \"HostErr\" \"FILE_DENIED\" \"\\\"a\\\": Permission denied\" "
         "\"file.write\")", FILE_REPLACE, T("a"), T("new"));
  cr_expect_str_eq(zero_test_get("root/a"), "old");
  cr_assert_eq(unlink("root/a"), 0);
  cr_assert_eq(seteuid(getuid()), 0);
}

/* --- others who look ----------------------------------------------------- */

/* True if a text is one letter, and as long as the letter says. */
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

/* Kills processes that replace, again and again. */
static void kill_often(void) {
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
  replace_by_letter(0);
  cr_expect_eq(zero_test_names("root"), 1);
}

Test(replace, a_process_that_is_killed_leaves_all_of_one) {
  kill_often();
}

/* --- files without a name ------------------------------------------------ */

/* No file is made without a name, as on file systems that have none. */
static bool refuse_unnamed(void) {
  return zero_test_refuse_bits(SYS_openat, 2, O_TMPFILE & ~O_DIRECTORY,
                               EOPNOTSUPP);
}

/* No file without a name is given one. */
static bool refuse_names(void) {
  return zero_test_refuse_bits(SYS_linkat, 4, AT_SYMLINK_FOLLOW, EPERM);
}

Test(replace, a_file_that_can_be_given_no_name_has_one_from_the_start) {
  if (!refuse_names()) cr_skip_test("no seccomp");
  for (int i = 0; i < 2; i++) {
    EXPECT(OK_UNIT, FILE_REPLACE, T("a"), zero_test_long_text(vm, 5000));
    cr_expect_eq(strlen(zero_test_get("root/a")), 5000);
    EXPECT(OK_UNIT, WRITE_FILE, T("a"), T("new"));
    cr_expect_str_eq(zero_test_get("root/a"), "new");
  }
  cr_expect_eq(zero_test_names("root"), 1);
}

/* A process that the system kills while it writes, after 1000 bytes, a file
 * that has a name or, if the file system knows such, none. */
static void die_writing(const char *path, bool named) {
  pid_t child = fork();
  if (child == 0) {
    const struct rlimit most = {1000, 1000}, none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_FSIZE, &most);
    signal(SIGXFSZ, SIG_DFL);
    if (named && !refuse_unnamed()) _exit(2);
    CALL(FILE_REPLACE, T(path), zero_test_long_text(vm, 5000));
    _exit(1);
  }
  int status;
  cr_assert_eq(waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2) {
    cr_skip_test("no seccomp");
  }
  cr_assert(WIFSIGNALED(status));
}

static bool has_unnamed(void) {
  int file = open("root", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
  return file >= 0;
}

Test(replace, a_process_that_is_killed_while_it_writes_leaves_no_name) {
  if (!has_unnamed()) cr_skip_test("the file system has no such files");
  zero_test_put("root/a", "old");
  die_writing("a", false);
  die_writing("b", false);
  cr_expect_str_eq(zero_test_get("root/a"), "old");
  cr_expect_eq(zero_test_names("root"), 1);
}

/* The first name in the root of a file that was left. */
static const char *left_over(void) {
  static char path[64];
  DIR *directory = opendir("root");
  const struct dirent *entry;
  while ((entry = readdir(directory)) != NULL) {
    if (strncmp(entry->d_name, ".zero-", 6) != 0) continue;
    snprintf(path, sizeof path, "root/%.50s", entry->d_name);
  }
  closedir(directory);
  return path;
}

static void remove_what_was_left(void) {
  zero_test_put("root/a", "old");
  die_writing("a", true);
  cr_expect_eq(zero_test_names("root"), 2);
  EXPECT(OK_UNIT, FILE_REPLACE, T("b"), T("new"));
  cr_expect_eq(zero_test_names("root"), 3);
  EXPECT(OK_UNIT, FILE_REPLACE, T("a"), T("new"));
  cr_expect_eq(zero_test_names("root"), 2);
  die_writing("a", true);
  EXPECT(OK_UNIT, WRITE_FILE, T("a"), T("newer"));
  cr_expect_str_eq(zero_test_get("root/a"), "newer");
  EXPECT(OK_UNIT, FILE_REMOVE, T("b"));
  cr_expect_eq(zero_test_names("root"), 1);
}

Test(replace, what_a_killed_process_left_is_removed_by_the_next) {
  remove_what_was_left();
  if (refuse_unnamed()) remove_what_was_left();
}

static void leave_the_living(void) {
  zero_test_put("root/a", "old");
  die_writing("a", true);
  int alive = open(left_over(), O_RDONLY | O_CLOEXEC);
  cr_assert_eq(flock(alive, LOCK_EX | LOCK_NB), 0);
  for (int i = 0; i < 6; i++) {
    EXPECT(OK_UNIT, FILE_REPLACE, T("a"), T("new"));
    cr_expect_eq(zero_test_names("root"), 2);
  }
  close(alive);
  EXPECT(OK_UNIT, FILE_REPLACE, T("a"), T("newer"));
  cr_expect_eq(zero_test_names("root"), 1);
}

Test(replace, what_a_living_process_writes_is_not_removed) {
  leave_the_living();
  if (refuse_unnamed()) leave_the_living();
}

Test(replace, without_such_files_what_is_killed_leaves_all_of_one) {
  if (!refuse_unnamed()) cr_skip_test("no seccomp");
  kill_often();
}

/* --- several who write --------------------------------------------------- */

static int replace_often(void) {
  bool good = true;
  for (int i = 0; i < 50; i++) {
    zero_value args[] = {T("a"), zero_test_long_text(vm, 100000)};
    const char *answer =
        zero_test_answer(vm, ZERO_BUILTIN_FILE_REPLACE, args, 2);
    good = good && strcmp(answer, OK_UNIT) == 0;
  }
  return good ? 0 : 1;
}

static void write_together(void) {
  enum { MANY = 6 };
  pid_t children[MANY];
  for (int i = 0; i < MANY; i++) {
    children[i] = fork();
    if (children[i] == 0) _exit(replace_often());
  }
  for (int i = 0; i < MANY; i++) {
    int status;
    cr_assert_eq(waitpid(children[i], &status, 0), children[i]);
    cr_expect_eq(status, 0);
  }
  cr_expect_eq(strlen(zero_test_get("root/a")), 100000);
  cr_expect_eq(zero_test_names("root"), 1);
}

Test(replace, many_may_replace_one_file_at_once) {
  write_together();
  if (refuse_unnamed()) write_together();
}
