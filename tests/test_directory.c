/* test_directory.c - directories are read whole, in order, and no further. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle/file.h"
#include "support/folder.h"
#include "support/pipes.h"
#include "support/scale.h"
#include "support/session.h"
#include "support/small_stack.h"

static void setup(void) {
  zero_test_session();
  vm->granted = ZERO_CAPABILITY_FILE;
  zero_test_folder(vm);
}

static void teardown(void) {
  zero_test_folder_end(vm);
}

TestSuite(directory, .init = setup, .fini = teardown);

static void make(const char *path) {
  cr_assert_eq(mkdir(path, 0777), 0, "%s", path);
}

/* The items of the list in a HostOk. */
static uint64_t count(zero_value answer) {
  zero_value rest = zero__tail(&vm->heap, answer);
  return zero__length(&vm->heap, zero__head(&vm->heap, rest));
}

Test(directory, names_are_in_the_order_of_their_bytes) {
  static const char *const names[] = {"b",  "a-b", "a",   "B",  "ä",
                                      "aa", "10",  ".x", "a b", "z"};
  EXPECT("(list \"HostOk\" (list))", DIRECTORY_LIST, T("."));
  for (unsigned i = 0; i < 10; i++) {
    char path[32];
    snprintf(path, sizeof path, "root/%s", names[i]);
    zero_test_put(path, "");
  }
  EXPECT("(list \"HostOk\" (list \".x\" \"10\" \"B\" \"a\" \"a b\" \"a-b\" "
         "\"aa\" \"b\" \"z\" \"ä\"))", DIRECTORY_LIST, T("."));
}

static void walk_well(void) {
  EXPECT("(list \"HostOk\" (list (list \"a\" \"directory\") (list \"a/b\" "
         "\"directory\") (list \"a/b/c\" \"file\") (list \"a/up\" \"link\") "
         "(list \"a-b\" \"file\") (list \"fifo\" \"fifo\") (list \"link\" "
         "\"link\")))", DIRECTORY_WALK, T("."));
  EXPECT("(list \"HostOk\" (list (list \"a/b\" \"directory\") (list \"a/b/c\" "
         "\"file\") (list \"a/up\" \"link\")))", DIRECTORY_WALK, T("a"));
  EXPECT("(list \"HostOk\" (list (list \"link/c\" \"file\")))",
         DIRECTORY_WALK, T("link"));
}

Test(directory, a_walk_goes_into_each_directory_and_through_no_link) {
  make("root/a");
  make("root/a/b");
  zero_test_put("root/a/b/c", "");
  zero_test_put("root/a-b", "");
  zero_test_link("..", "root/a/up");
  zero_test_link("a/b", "root/link");
  cr_assert_eq(mkfifo("root/fifo", 0666), 0);
  walk_well();
  vm->root->by_parts = true;
  walk_well();
}

Test(directory, below_the_root_of_the_system_paths_are_absolute) {
  char here[PATH_MAX], want[PATH_MAX + 64];
  zero_test_put("outside/a", "");
  cr_assert_not_null(realpath("outside", here));
  zero__root_close(vm);
  cr_assert_eq(zero__root_open(vm, "/"), 0);
  snprintf(want, sizeof want,
           "(list \"HostOk\" (list (list \"%s/a\" \"file\")))", here);
  EXPECT(want, DIRECTORY_WALK, T(here));
}

Test(directory, a_name_that_is_no_text_is_told_and_not_left_out) {
  make("root/d");
  zero_test_put("root/d/\xff", "");
  EXPECT("(list \"HostErr\" \"HOST_NOT_TEXT\" \"\\\"d\\\": the name of an "
         "entry is not UTF-8\" \"file.read\")", DIRECTORY_LIST, T("d"));
  EXPECT("(list \"HostErr\" \"HOST_NOT_TEXT\" \"\\\"d\\\": the name of an "
         "entry is not UTF-8\" \"file.read\")", DIRECTORY_WALK, T("."));
}

Test(directory, what_is_no_directory_is_refused) {
  zero_test_put("root/a", "");
  EXPECT("(list \"HostErr\" \"FILE_NOT_FOUND\" \"\\\"a\\\": Not a directory\" "
         "\"file.read\")", DIRECTORY_LIST, T("a"));
  EXPECT("(list \"HostErr\" \"FILE_NOT_FOUND\" \"\\\"b\\\": No such file or "
         "directory\" \"file.read\")", DIRECTORY_WALK, T("b"));
}

Test(directory, what_may_not_be_read_is_told_and_not_left_out) {
  make("root/d");
  cr_assert_eq(chmod("root/d", 0) | chmod("root", 0777) | chmod(".", 0777), 0);
  if (geteuid() == 0 && seteuid(65534) != 0) cr_skip_test("root reads all");
  EXPECT("(list \"HostErr\" \"FILE_DENIED\" \"\\\"d\\\": Permission denied\" "
         "\"file.read\")", DIRECTORY_WALK, T("."));
  cr_assert_eq(seteuid(getuid()), 0);
  cr_assert_eq(chmod("root/d", 0777), 0);
}

/* --- what goes away ------------------------------------------------------ */

static _Atomic bool stop;

/* Makes and removes directories in the root. */
static void *come_and_go(void *context) {
  (void)context;
  while (!stop) {
    for (char name[] = "root/a"; name[5] < 'i'; name[5]++) mkdir(name, 0777);
    for (char name[] = "root/a"; name[5] < 'i'; name[5]++) rmdir(name);
  }
  return NULL;
}

static void walk_often(void) {
  for (int i = 0; i < ZERO_SCALED(3000); i++) {
    zero_value answer = CALL(DIRECTORY_WALK, T("."));
    cr_assert(zero__text_is(zero__head(&vm->heap, answer), "HostOk"), "%s",
              zero_test_printed(vm, answer));
  }
}

Test(directory, what_goes_away_during_a_walk_is_passed_over) {
  pthread_t thread;
  zero_test_put("root/z", "");
  pthread_create(&thread, NULL, come_and_go, NULL);
  walk_often();
  vm->root->by_parts = true;
  walk_often();
  stop = true;
  pthread_join(thread, NULL);
}

/* --- many ---------------------------------------------------------------- */

Test(directory, thousands_of_names_cost_fuel) {
  enum { MANY = 3000 };
  int before = zero_test_descriptors();
  for (int i = 0; i < MANY; i++) {
    char path[300];
    snprintf(path, sizeof path, "root/%0100d", (i * 7919) % MANY);
    zero_test_put(path, "");
  }
  zero_value list = CALL(DIRECTORY_LIST, T("."));
  cr_expect_eq(count(list), MANY);
  zero_value names = zero__head(&vm->heap, zero__tail(&vm->heap, list));
  for (int i = 0; i < MANY; i++) {
    char name[300];
    zero_value item;
    snprintf(name, sizeof name, "%0100d", i);
    cr_assert(zero__nth(&vm->heap, names, (uint64_t)i, &item));
    cr_assert(zero__text_is(item, name));
  }
  cr_expect_eq(count(CALL(DIRECTORY_WALK, T("."))), MANY);
  EXPECT_SPENT(DIRECTORY_LIST, T("."));
  EXPECT_SPENT(DIRECTORY_WALK, T("."));
  cr_expect_eq(zero_test_descriptors(), before);
}

enum { DEEP = 2000 }; /* two bytes each: as long as a path may be */

static void walk_deep(void *context) {
  *(zero_value *)context = CALL(DIRECTORY_WALK, T("."));
}

Test(directory, a_deep_tree_needs_no_stack_and_no_descriptors) {
  zero_value answer = ZERO_NONE;
  cr_assert_eq(chdir("root"), 0);
  for (int i = 0; i < DEEP; i++) {
    make("d");
    cr_assert_eq(chdir("d"), 0);
  }
  zero_test_on_small_stack(walk_deep, &answer);
  cr_expect_eq(count(answer), DEEP);
  vm->root->by_parts = true;
  zero_test_on_small_stack(walk_deep, &answer);
  cr_expect_eq(count(answer), DEEP);
  /* Deeper than any path, entries cannot be described, and are not left out. */
  for (int i = 0; i < 100; i++) {
    make("d");
    cr_assert_eq(chdir("d"), 0);
  }
  zero_value refused = CALL(NTH, CALL(DIRECTORY_WALK, T(".")), zero__i64(
      &vm->heap, 1));
  cr_expect(zero__text_is(refused, "FILE_FAILED"));
  for (int i = 0; i < DEEP + 100; i++) {
    cr_assert_eq(chdir("..") | rmdir("d"), 0);
  }
}
