/* test_root.c - no path escapes the file root, whatever is there.
 *
 * Every attempt is made twice: found by openat2, and part by part. Most
 * attempts destroy what they find, so everything that could be reached if the
 * root did not hold is in the test's own folder: no path or link here names
 * anything else of the machine. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "handle/file.h"
#include "support/disturb.h"
#include "support/folder.h"
#include "support/pipes.h"
#include "support/random.h"
#include "support/refuse.h"
#include "support/scale.h"
#include "support/session.h"

static void setup(void) {
  zero_test_session();
  vm->granted = ZERO_CAPABILITY_IO | ZERO_CAPABILITY_FILE |
                ZERO_CAPABILITY_HARDWARE;
  zero_test_folder(vm);
}

static void teardown(void) {
  zero__handles_close(vm, NULL, NULL);
  zero_test_folder_end(vm);
}

TestSuite(root, .init = setup, .fini = teardown);

/* What a call with a path at `at` returns; the other arguments are fit. */
static const char *try_path(unsigned builtin, unsigned at,
                            zero_value path) {
  zero_value args[] = {T("free"), T("text")};
  if (builtin == ZERO_BUILTIN_FILE_RENAME) args[1 - at] = T("inside");
  args[at] = path;
  return code(zero_test_builtin(vm, builtin, args, 2));
}

struct use {
  unsigned builtin;
  unsigned at;   /* index of its path */
  bool follows;  /* a link at the end too */
};

static const struct use uses[] = {
    {ZERO_BUILTIN_FILE_OPEN, 0, true},
    {ZERO_BUILTIN_FILE_CREATE, 0, true},
    {ZERO_BUILTIN_FILE_APPEND, 0, true},
    {ZERO_BUILTIN_FILE_UPDATE, 0, true},
    {ZERO_BUILTIN_FILE_NEW, 0, false},
    {ZERO_BUILTIN_FILE_REPLACE, 0, true},
    {ZERO_BUILTIN_FILE_REMOVE, 0, false},
    {ZERO_BUILTIN_FILE_RENAME, 0, false},
    {ZERO_BUILTIN_FILE_RENAME, 1, false},
    {ZERO_BUILTIN_FILE_INFO, 0, false},
    {ZERO_BUILTIN_DIRECTORY_MAKE, 0, false},
    {ZERO_BUILTIN_DIRECTORY_REMOVE, 0, false},
    {ZERO_BUILTIN_DIRECTORY_LIST, 0, true},
    {ZERO_BUILTIN_DIRECTORY_WALK, 0, true},
    {ZERO_BUILTIN_FILE_DIGEST, 0, true},
    {ZERO_BUILTIN_EVIDENCE_NEW, 1, true},
    {ZERO_BUILTIN_READ_FILE, 0, true},
    {ZERO_BUILTIN_WRITE_FILE, 0, true},
};

enum { USES = sizeof uses / sizeof *uses };

static void expect_outside(const char *path, bool link_at_end) {
  for (unsigned i = 0; i < USES; i++) {
    if (link_at_end && !uses[i].follows) continue;
    cr_expect_str_eq(try_path(uses[i].builtin, uses[i].at, T(path)),
                     "FILE_OUTSIDE", "%s %s",
                     zero__builtins[uses[i].builtin].name, path);
  }
}

/* Calls `body` with each way to find a path. */
static void both_ways(void (*body)(void)) {
  body();
  vm->root->by_parts = true;
  body();
}

/* --- paths that escape --------------------------------------------------- */

static char secret[PATH_MAX + 8]; /* an absolute path */

static void leave(void) {
  const char *const plain[] = {
      "..", "../outside/secret", "sub/../../outside/secret", "sub/../..",
      "/../outside/secret", "pkg:a", "./../x", "../", "up/secret",
      "up/new", "far/secret", "sub/up/secret",
      "twice/secret", "up/deep/../secret", "sub/self/self/up/secret"};
  static const char *const links[] = {"leak", "leak_far", "up", "far",
                                      "sub/leak", "chain", "leak_new"};
  for (unsigned i = 0; i < sizeof plain / sizeof *plain; i++) {
    expect_outside(plain[i], false);
  }
  for (unsigned i = 0; i < sizeof links / sizeof *links; i++) {
    expect_outside(links[i], true);
  }
  cr_expect_str_eq(zero_test_get("outside/secret"), "secret");
  cr_expect_eq(zero_test_names("outside"), 2);
  cr_expect_eq(zero_test_names("root"), 10);
}

/* An absolute path begins at the root too: there is nothing of that name. */
static void stay_within(void) {
  cr_expect_str_eq(code(CALL(READ_FILE, T(secret))), "FILE_NOT_FOUND");
  cr_expect_str_eq(code(CALL(FILE_REMOVE, T(secret))), "FILE_NOT_FOUND");
}

Test(root, no_path_leads_out) {
  char far[PATH_MAX];
  cr_assert_not_null(realpath("outside", far));
  snprintf(secret, sizeof secret, "%s/secret", far);
  zero_test_put("outside/secret", "secret");
  zero_test_put("root/inside", "inside");
  cr_assert_eq(mkdir("outside/deep", 0777) | mkdir("root/sub", 0777), 0);
  zero_test_link("../outside", "root/up");
  zero_test_link(far, "root/far");
  zero_test_link("../up", "root/sub/up");
  zero_test_link(".", "root/sub/self");
  zero_test_link("sub/up", "root/twice");
  zero_test_link("../outside/secret", "root/leak");
  zero_test_link("../outside/new", "root/leak_new");
  zero_test_link(secret, "root/leak_far");
  zero_test_link("../../outside/secret", "root/sub/leak");
  zero_test_link("sub/self/../leak", "root/chain");
  zero_test_put("root/more", "more");
  both_ways(leave);
  both_ways(stay_within);
}

static void stay(void) {
  zero_test_put("root/sub/file", "inside");
  EXPECT("(list \"HostOk\" \"inside\")", READ_FILE, T("here/file"));
  EXPECT("(list \"HostOk\" \"inside\")", READ_FILE, T("crooked"));
  EXPECT("(list \"HostOk\" \"inside\")", READ_FILE, T("./sub/../here//file"));
  EXPECT("(list \"HostOk\" (list \"file\" \"new\"))", DIRECTORY_LIST,
         T("here"));
  EXPECT_CODE("HostOk", FILE_REPLACE, T("to_new"), T("one"));
  cr_expect_str_eq(zero_test_get("root/sub/new"), "one");
  EXPECT_CODE("HostOk", FILE_CREATE, T("to_new"));
  cr_expect_str_eq(zero_test_get("root/sub/new"), "");
  EXPECT_CODE("FILE_EXISTS", FILE_NEW, T("to_new"));
  EXPECT_CODE("FILE_EXISTS", DIRECTORY_MAKE, T("here"));
  EXPECT_CODE("FILE_FAILED", FILE_OPEN, T("loop"));
  EXPECT_CODE("FILE_FAILED", FILE_REPLACE, T("loop"), T(""));
  EXPECT_CODE("FILE_NOT_FOUND", FILE_OPEN, T("sub/file/x"));
  EXPECT_CODE("FILE_IS_DIRECTORY", FILE_OPEN, T("."));
  EXPECT_CODE("FILE_IS_DIRECTORY", FILE_REPLACE, T("here"), T(""));
  EXPECT_CODE("FILE_IS_DIRECTORY", FILE_REMOVE, T("sub"));
  EXPECT_CODE("FILE_NOT_FOUND", FILE_CREATE, T("none/x"));
  EXPECT_CODE("FILE_NOT_FOUND", FILE_REPLACE, T("none/x"), T(""));
}

Test(root, links_that_stay_below_are_followed) {
  cr_assert_eq(mkdir("root/sub", 0777), 0);
  zero_test_put("root/sub/new", "");
  zero_test_link("sub", "root/here");
  zero_test_link("sub/../here/./file", "root/crooked");
  zero_test_link("sub/new", "root/to_new");
  zero_test_link("loop", "root/loop");
  both_ways(stay);
}

static void too_many_links(void) {
  EXPECT_CODE("HostOk", FILE_OPEN, T("link1"));
  EXPECT_CODE("FILE_FAILED", FILE_OPEN, T("link0"));
  EXPECT_CODE("HostOk", FILE_REPLACE, T("link1"), T(""));
}

Test(root, forty_links_are_followed_and_no_more) {
  zero_test_put("root/link41", "");
  for (int i = 0; i <= 40; i++) {
    char text[16], path[32];
    snprintf(text, sizeof text, "link%d", i + 1);
    snprintf(path, sizeof path, "root/link%d", i);
    zero_test_link(text, path);
  }
  both_ways(too_many_links);
}

static void long_names(void) {
  char name[2 * PATH_MAX];
  memset(name, 'n', sizeof name);
  name[NAME_MAX] = '\0';
  EXPECT_CODE("HostOk", FILE_REPLACE, T(name), T("long"));
  EXPECT_CODE("HostOk", FILE_REMOVE, T(name));
  name[NAME_MAX] = 'n';
  name[NAME_MAX + 1] = '\0';
  for (unsigned i = 0; i < USES; i++) {
    cr_expect_str_eq(try_path(uses[i].builtin, uses[i].at, T(name)),
                     "FILE_FAILED");
  }
  memset(name, 'n', sizeof name);
  for (int i = 1; i < PATH_MAX; i += 2) name[i] = '/';
  name[PATH_MAX + 1] = '\0';
  for (unsigned i = 0; i < USES; i++) {
    cr_expect_str_eq(try_path(uses[i].builtin, uses[i].at, T(name)),
                     "FILE_FAILED");
  }
}

Test(root, names_too_long_are_refused) {
  zero_test_put("root/inside", "");
  both_ways(long_names);
}

/* --- what a path may be -------------------------------------------------- */

#define PATH(text, kind, normalized)                                  \
  CALL(LAYOUT_NEW, T("Path"), T("path"), T(text), T(kind), normalized)

Test(root, a_path_is_a_value_or_a_text) {
  zero_test_put("root/a", "1");
  EXPECT_CODE("HostOk", FILE_OPEN, PATH("a", "file", ZERO_TRUE));
  EXPECT_CODE("HostOk", FILE_OPEN, PATH("/a", "file", ZERO_TRUE));
  EXPECT_CODE("HostOk", READ_FILE, PATH("a", "file", ZERO_TRUE));
  EXPECT_CODE("HostOk", WRITE_FILE, PATH("a", "file", ZERO_TRUE), T("1"));
  EXPECT_CODE("FILE_OUTSIDE", FILE_OPEN, PATH("a", "package", ZERO_TRUE));
  EXPECT_CODE("LAYOUT_PATH", FILE_OPEN, PATH("a", "file", ZERO_FALSE));
  EXPECT("TYPE_MISMATCH: file-open: argument 1 must be Path or Text, found "
         "I64 1", FILE_OPEN, I(1));
  EXPECT("(list \"HostErr\" \"FILE_OUTSIDE\" \"\\\"../a\\\": it is not below "
         "the file root\" \"file.read\")", FILE_OPEN, T("../a"));
  EXPECT("(list \"HostErr\" \"FILE_OUTSIDE\" \"\\\"pkg:a\\\": a package path "
         "does not name a file\" \"file.read\")", READ_FILE, T("pkg:a"));
  EXPECT_CODE("FILE_NOT_FOUND", READ_FILE, T("./pkg:a"));
  EXPECT_CODE("FILE_NOT_FOUND", READ_FILE, T(""));
}

static void begin_at_the_root(void) {
  EXPECT_CODE("HostOk", WRITE_FILE, T("/a"), T("1"));
  cr_expect_str_eq(zero_test_get("root/a"), "1");
  EXPECT("(list \"HostOk\" \"1\")", READ_FILE, T("//a"));
  EXPECT_CODE("FILE_OUTSIDE", READ_FILE, T("/../root/a"));
  EXPECT("(list \"HostOk\" (list \"a\"))", DIRECTORY_LIST, T("/"));
  EXPECT("(list \"HostOk\" (list (list \"/a\" \"file\")))", DIRECTORY_WALK,
         T("/"));
  EXPECT_CODE("FILE_IS_DIRECTORY", FILE_OPEN, T("/"));
  EXPECT_CODE("HostOk", FILE_RENAME, T("/a"), T("b"));
  EXPECT_CODE("HostOk", FILE_REMOVE, T("/b"));
}

Test(root, an_absolute_path_begins_there) {
  both_ways(begin_at_the_root);
}

static void climb_as_the_system(void) {
  zero_test_put("root/sub/x", "sub");
  zero_test_put("root/x", "root");
  EXPECT("(list \"HostOk\" \"sub\")", READ_FILE, T("link/../x"));
  EXPECT("(list \"HostOk\" \"root\")", READ_FILE, T("sub/../x"));
  EXPECT_CODE("FILE_NOT_FOUND", READ_FILE, T("none/../x"));
  EXPECT_CODE("FILE_NOT_FOUND", READ_FILE, T("x/../x"));
  EXPECT_CODE("FILE_NOT_FOUND", READ_FILE, T("x/"));
  EXPECT_CODE("HostOk", DIRECTORY_MAKE, T("new/"));
  EXPECT_CODE("FILE_NOT_FOUND", FILE_REMOVE, T("x/"));
  EXPECT_CODE("FILE_IS_DIRECTORY", WRITE_FILE, T("y/"), T(""));
  EXPECT_CODE("FILE_NOT_EMPTY", DIRECTORY_REMOVE, T("sub/deep/.."));
  EXPECT_CODE("FILE_EXISTS", DIRECTORY_MAKE, T("sub/.."));
  EXPECT_CODE("HostOk", DIRECTORY_REMOVE, T("new/"));
}

Test(root, two_dots_are_the_parent_of_what_was_reached) {
  cr_assert_eq(mkdir("root/sub", 0777) | mkdir("root/sub/deep", 0777), 0);
  zero_test_link("sub/deep", "root/link");
  both_ways(climb_as_the_system);
  zero__root_close(vm);
  cr_assert_eq(chdir("root"), 0);
  zero_test_link("../root", "root");
  climb_as_the_system();
}

Test(root, below_the_root_of_the_system_nothing_is_outside) {
  char there[PATH_MAX];
  zero_test_put("root/a", "1");
  cr_assert_eq(chdir("root"), 0);
  cr_assert_not_null(realpath("a", there));
  zero_test_link(there, "far");
  char far[PATH_MAX];
  cr_assert_not_null(getcwd(far, sizeof far - 8));
  strcat(far, "/far");
  char beyond[PATH_MAX + 8];
  snprintf(beyond, sizeof beyond, "../..%s", there);
  zero__root_close(vm);
  cr_assert_eq(zero__root_open(vm, "/"), 0);
  for (int way = 0; way < 2; way++) {
    EXPECT_CODE("HostOk", FILE_OPEN, T(there));
    EXPECT_CODE("HostOk", FILE_OPEN, T(there + 1));
    EXPECT_CODE("HostOk", FILE_OPEN, T(far));
    EXPECT_CODE("HostOk", FILE_INFO, T("/"));
    EXPECT_CODE("HostOk", FILE_INFO, T("/proc/self/stat"));
    EXPECT_CODE("FILE_IS_DIRECTORY", FILE_OPEN, T("/"));
    EXPECT("(list \"HostOk\" \"1\")", READ_FILE, T(beyond));
    vm->root->by_parts = true;
  }
}

Test(root, it_is_the_same_directory_whatever_becomes_of_its_name) {
  zero_test_put("root/a", "1");
  cr_assert_eq(rename("root", "was"), 0);
  cr_assert_eq(mkdir("root", 0777), 0);
  zero_test_put("root/a", "2");
  EXPECT("(list \"HostOk\" \"1\")", READ_FILE, T("a"));
}

/* What each use does with a path if the file exists. */
static const char *try_there(unsigned use, const char *path) {
  unlink("free");
  zero_test_put("inside", "inside");
  zero_test_put("../outside/a", "1");
  return try_path(uses[use].builtin, uses[use].at, T(path));
}

Test(root, without_one_paths_are_the_systems) {
  char absolute[PATH_MAX];
  zero__root_close(vm);
  zero_test_put("outside/a", "1");
  cr_assert_not_null(realpath("outside/a", absolute));
  cr_assert_eq(chdir("root"), 0);
  zero_test_link("../outside", "up");
  const char *const paths[] = {absolute, "../outside/a", "up/a"};
  for (unsigned use = 0; use < USES; use++) {
    const char *said = try_there(use, "inside");
    cr_expect_str_neq(said, "FILE_OUTSIDE");
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) {
      cr_expect_str_eq(try_there(use, paths[i]), said, "%s %s",
                       zero__builtins[uses[use].builtin].name, paths[i]);
    }
  }
  cr_assert_eq(chdir("../outside"), 0);
  EXPECT("(list \"HostOk\" \"text\")", READ_FILE, T("a"));
}

Test(root, without_one_links_of_proc_lead_where_the_system_says) {
  char path[64];
  int ends[2];
  zero__root_close(vm);
  cr_assert_eq(pipe(ends), 0);
  snprintf(path, sizeof path, "/proc/self/fd/%d", ends[1]);
  EXPECT_CODE("HostOk", WRITE_FILE, T(path), T("through"));
  close(ends[1]);
  snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
  zero_test_link(path, "root/link");
  EXPECT("(list \"HostOk\" \"through\")", READ_FILE, T("root/link"));
  int file = open("outside/a", O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  cr_assert_eq(write(file, "long before", 11), 11);
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  EXPECT_CODE("HostOk", WRITE_FILE, T(path), T("new"));
  cr_expect_str_eq(zero_test_get("outside/a"), "new");
  cr_assert_eq(unlink("outside/a"), 0);
  EXPECT_CODE("HostOk", WRITE_FILE, T(path), T("gone"));
  EXPECT("(list \"HostOk\" \"gone\")", READ_FILE, T(path));
  cr_expect_eq(zero_test_names("outside"), 0);
}

Test(root, what_cannot_be_opened_is_no_root) {
  zero__root_close(vm);
  zero_test_put("file", "");
  cr_expect_eq(zero__root_open(vm, "none"), ENOENT);
  cr_expect_eq(zero__root_open(vm, "file"), ENOTDIR);
  cr_expect_null(vm->root);
}

/* --- openat2 and the walk agree ------------------------------------------ */

static int by_kernel(int root, const char *path, uint64_t flags,
                     uint64_t resolve) {
  struct open_how how = {.flags = flags | O_CLOEXEC,
                         .resolve = resolve | RESOLVE_NO_MAGICLINKS};
  long file;
  do { /* EAGAIN: something was renamed elsewhere */
    file = syscall(SYS_openat2, root, path, &how, sizeof how);
  } while (file < 0 && errno == EAGAIN);
  return file < 0 ? -errno : (int)file;
}

static const char *const words[] = {"a", "b", "c", "..", ".", "d", ""};

static void random_path(struct zero_random *random, char *path) {
  uint64_t count = 1 + zero_random_below(random, 4);
  *path = '\0';
  if (zero_random_below(random, 12) == 0) strcat(path, "/");
  for (uint64_t i = 0; i < count; i++) {
    if (i > 0) strcat(path, "/");
    strcat(path, words[zero_random_below(random, 7)]);
  }
  if (*path == '\0') strcpy(path, "a");
}

/* Files, directories and links with the names of `words`. */
static void random_tree(struct zero_random *random, const char *place,
                        int depth) {
  for (const char *name = "abcd"; *name != '\0'; name++) {
    char path[256], text[64];
    snprintf(path, sizeof path, "%s/%c", place, *name);
    uint64_t sort = zero_random_below(random, 6);
    if (sort == 0) zero_test_put(path, "x");
    if (sort == 1 || sort == 2) {
      random_path(random, text);
      zero_test_link(text, path);
    }
    if (sort > 3 && depth > 0 && mkdir(path, 0777) == 0) {
      random_tree(random, path, depth - 1);
    }
  }
}

/* Both results for a path are the same file, or the same errno. Except for one
 * case: if `..` leaves the root, the kernel begins its lookup again and counts
 * the links that it has followed twice, so that 21 may be too many. */
static void compare(int root, const char *path, int flags,
                    uint64_t resolve) {
  struct zero_root rules = {
      .directory = root,
      .whole = resolve == RESOLVE_IN_ROOT,
      .no_links = (resolve & RESOLVE_NO_SYMLINKS) != 0};
  int kernel = by_kernel(root, path, (uint64_t)flags, resolve);
  int walk = zero__walk_open(&rules, path, flags, 0, NULL);
  if (walk < 0) walk = -errno;
  if (kernel < 0 || walk < 0) {
    bool counted_twice =
        !rules.whole && kernel == -ELOOP && walk == -EXDEV;
    cr_expect(kernel == walk || counted_twice, "%s %o %d: %d %d", path, flags,
              (int)resolve, kernel, walk);
  } else {
    struct stat a, b;
    cr_assert_eq(fstat(kernel, &a) | fstat(walk, &b), 0);
    cr_expect_eq(a.st_ino, b.st_ino, "%s", path);
  }
  if (kernel >= 0) close(kernel);
  if (walk >= 0) close(walk);
}

Test(root, the_walk_answers_what_openat2_answers) {
  static const uint64_t resolves[] = {RESOLVE_BENEATH, RESOLVE_IN_ROOT,
                                      RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
  static const int flags[] = {O_RDONLY, O_PATH | O_DIRECTORY,
                              O_PATH | O_NOFOLLOW, O_RDONLY | O_DIRECTORY};
  struct zero_random random;
  if (by_kernel(AT_FDCWD, ".", O_PATH, 0) < 0) cr_skip_test("no openat2");
  zero_random_init(&random, "the walk returns what openat2 returns");
  for (int tree = 0; tree < 20; tree++) {
    char place[32], path[64];
    snprintf(place, sizeof place, "outside/%d", tree);
    cr_assert_eq(mkdir(place, 0777), 0);
    random_tree(&random, place, 2);
    int root = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; i < ZERO_SCALED(300); i++) {
      random_path(&random, path);
      /* An absolute path itself is never given to either. */
      if (*path == '/') continue;
      compare(root, path, flags[zero_random_below(&random, 4)],
              resolves[zero_random_below(&random, 3)]);
    }
    close(root);
  }
}

/* --- signals ------------------------------------------------------------- */

/* What a use does if its file exists. */
static const char *try_again(unsigned use) {
  unlink("root/free");
  rmdir("root/free");
  zero_test_put("root/inside", "inside");
  const char *said = try_path(uses[use].builtin, uses[use].at, T("inside"));
  zero__handles_close(vm, NULL, NULL);
  return said;
}

static void signals_change_nothing(void) {
  int before = zero_test_descriptors();
  for (unsigned use = 0; use < USES; use++) {
    const char *calm = try_again(use);
    for (int i = 0; i < 20; i++) {
      zero_test_disturb(ZERO_TEST_SOMETIMES);
      const char *said = try_again(use);
      zero_test_disturb(ZERO_TEST_CALM);
      cr_expect_str_eq(said, calm, "%s",
                       zero__builtins[uses[use].builtin].name);
    }
  }
  cr_expect_eq(zero_test_descriptors(), before);
}

static void an_interrupt_ends_them(void) {
  int before = zero_test_descriptors();
  for (unsigned use = 0; use < USES; use++) {
    try_again(use);
    zero_test_disturb(ZERO_TEST_ALWAYS);
    atomic_store(&vm->interrupted, 1);
    const char *said = try_again(use);
    atomic_store(&vm->interrupted, 0);
    zero_test_disturb(ZERO_TEST_CALM);
    cr_expect_str_eq(said, "INTERRUPTED", "%s",
                     zero__builtins[uses[use].builtin].name);
  }
  cr_expect_eq(zero_test_descriptors(), before);
  cr_expect_leq(zero_test_names("."), 3);
}

Test(root, a_signal_is_no_error) {
  vm->root->by_parts = true;
  signals_change_nothing();
  an_interrupt_ends_them();
  zero__root_close(vm);
  cr_assert_eq(chdir("root"), 0);
  zero_test_link(".", "root");
  signals_change_nothing();
  an_interrupt_ends_them();
}

/* --- races --------------------------------------------------------------- */

static _Atomic bool stop;

/* Lets `root/door` be a directory and a link out of the root by turns. */
static void *swap(void *context) {
  (void)context;
  while (!stop) {
    syscall(SYS_renameat2, AT_FDCWD, "root/door", AT_FDCWD, "root/other",
            2 /* RENAME_EXCHANGE */);
  }
  return NULL;
}

static void try_all(unsigned counts[2]) {
  static const char *const paths[] = {"door/secret", "winding", "door/new"};
  for (unsigned i = 0; i < USES; i++) {
    for (unsigned p = 0; p < 3; p++) {
      const char *said =
          try_path(uses[i].builtin, uses[i].at, T(paths[p]));
      counts[strcmp(said, "FILE_OUTSIDE") == 0]++;
    }
  }
  zero_value text = CALL(READ_FILE, T("door/secret"));
  cr_expect_str_neq(zero_test_printed(vm, text),
                    "(list \"HostOk\" \"secret\")");
  zero__handles_close(vm, NULL, NULL);
}

static void race(void) {
  pthread_t thread;
  unsigned counts[2] = {0, 0};
  uint64_t end = zero_test_now() + 400000000;
  stop = false;
  pthread_create(&thread, NULL, swap, NULL);
  while (zero_test_now() < end) try_all(counts);
  stop = true;
  pthread_join(thread, NULL);
  cr_expect_gt(counts[0], 0);
  cr_expect_gt(counts[1], 0);
  cr_expect_str_eq(zero_test_get("outside/secret"), "secret");
  cr_expect_eq(zero_test_names("outside"), 1);
}

Test(root, a_link_put_there_meanwhile_leads_nowhere) {
  int before = zero_test_descriptors();
  zero_test_put("outside/secret", "secret");
  cr_assert_eq(mkdir("root/door", 0777) | mkdir("root/sub", 0777), 0);
  zero_test_put("root/door/secret", "inside");
  zero_test_put("root/inside", "inside");
  zero_test_link("../outside", "root/other");
  zero_test_link("sub/../door/secret", "root/winding");
  both_ways(race);
  cr_expect_eq(zero_test_descriptors(), before);
}

/* --- without openat2 ------------------------------------------------------ */

static void without_openat2(unsigned error) {
  if (!zero_test_refuse(SYS_openat2, error)) cr_skip_test("no seccomp");
  zero__root_close(vm);
  cr_assert_eq(zero__root_open(vm, "root"), 0);
  zero_test_put("outside/secret", "secret");
  cr_assert_eq(mkdir("root/sub", 0777), 0);
  zero_test_link("../outside", "root/up");
  zero_test_link("sub", "root/here");
  EXPECT_CODE("HostOk", FILE_REPLACE, T("here/a"), T("1"));
  EXPECT("(list \"HostOk\" \"1\")", READ_FILE, T("sub/a"));
  EXPECT_CODE("FILE_OUTSIDE", FILE_OPEN, T("up/secret"));
  EXPECT("(list \"HostOk\" (list (list \"here\" \"link\") (list \"sub\" "
         "\"directory\") (list \"sub/a\" \"file\") (list \"up\" \"link\")))",
         DIRECTORY_WALK, T("."));
}

Test(root, a_kernel_without_openat2_will_do) {
  without_openat2(ENOSYS);
}

Test(root, a_container_that_forbids_openat2_will_do) {
  without_openat2(EPERM);
}
