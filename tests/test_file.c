/* test_file.c - files as handles: opened, used, locked, and never lost. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <gc/gc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "handle/handle.h"
#include "handle/file.h"
#include "support/folder.h"
#include "support/pipes.h"
#include "support/scale.h"
#include "support/session.h"

static void setup(void) {
  zero_test_session();
  vm->granted = ZERO_CAPABILITY_IO | ZERO_CAPABILITY_FILE;
  zero_test_folder(vm);
}

static void teardown(void) {
  zero__handles_close(vm, NULL, NULL);
  zero_test_folder_end(vm);
}

TestSuite(file, .init = setup, .fini = teardown);

static zero_value opened(const char *path) {
  return good(CALL(FILE_OPEN, T(path)));
}

/* --- opening and using --------------------------------------------------- */

Test(file, each_way_to_open_does_what_it_says) {
  zero_test_put("root/a", "old");
  zero_value h = opened("a");
  EXPECT("\"file.read\"", LAYOUT_GET, T("Handle"), T("capability"), h);
  EXPECT("TYPE_MISMATCH: handle-write: a file cannot be written to",
         HANDLE_WRITE, h, T("x"));
  h = good(CALL(FILE_APPEND, T("a")));
  EXPECT("(list \"HostOk\" 2)", HANDLE_WRITE, h, T("er"));
  cr_expect_str_eq(zero_test_get("root/a"), "older");
  EXPECT("TYPE_MISMATCH: handle-read: a file cannot be read", HANDLE_READ, h,
         I(1));
  h = good(CALL(FILE_UPDATE, T("a")));
  EXPECT("\"file\"", LAYOUT_GET, T("Handle"), T("capability"), h);
  EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list 111)))", HANDLE_READ, h,
         I(1));
  EXPECT("(list \"HostOk\" 1)", HANDLE_WRITE, h, T("L"));
  cr_expect_str_eq(zero_test_get("root/a"), "oLder");
  h = good(CALL(FILE_CREATE, T("a")));
  cr_expect_str_eq(zero_test_get("root/a"), "");
  EXPECT_CODE("FILE_EXISTS", FILE_NEW, T("a"));
  h = good(CALL(FILE_NEW, T("b")));
  EXPECT("(list \"HostOk\" 1)", HANDLE_WRITE, h, T("b"));
  cr_expect_str_eq(zero_test_get("root/b"), "b");
  EXPECT_CODE("FILE_NOT_FOUND", FILE_OPEN, T("c"));
  EXPECT_CODE("FILE_NOT_FOUND", FILE_UPDATE, T("c"));
  EXPECT("(list \"HostErr\" \"FILE_IS_DIRECTORY\" \"\\\".\\\": Is a "
         "directory\" \"file.read\")", FILE_OPEN, T("."));
}

Test(file, a_new_file_gets_the_mode_of_the_process) {
  struct stat facts;
  umask(027);
  good(CALL(FILE_CREATE, T("a")));
  cr_assert_eq(stat("root/a", &facts), 0);
  cr_expect_eq(facts.st_mode & 07777, 0640);
}

Test(file, place_and_size_are_moved_and_told) {
  zero_test_put("root/a", "0123456789");
  zero_value h = good(CALL(FILE_UPDATE, T("a")));
  EXPECT("(list \"HostOk\" 10)", FILE_SIZE, h);
  EXPECT("(list \"HostOk\" 7)", FILE_SEEK, h, I(-3), T("end"));
  EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list 55)))", HANDLE_READ, h,
         I(1));
  EXPECT("(list \"HostOk\" 6)", FILE_SEEK, h, I(-2), T("current"));
  EXPECT("(list \"HostOk\" 12)", FILE_SEEK, h, I(12), T("start"));
  EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list)))", HANDLE_READ, h, I(1));
  EXPECT_CODE("FILE_FAILED", FILE_SEEK, h, I(-1), T("start"));
  EXPECT(OK_UNIT, FILE_TRUNCATE, h, I(4));
  cr_expect_str_eq(zero_test_get("root/a"), "0123");
  EXPECT(OK_UNIT, FILE_TRUNCATE, h, I(6));
  EXPECT("(list \"HostOk\" 6)", FILE_SIZE, h);
  EXPECT(OK_UNIT, FILE_SYNC, h);
  EXPECT(OK_UNIT, FILE_SYNC, opened("a"));
}

Test(file, what_makes_no_sense_is_refused) {
  zero_test_put("root/a", "");
  zero_value h = opened("a");
  EXPECT("TYPE_MISMATCH: file-seek: argument 3 must be \"start\", "
         "\"current\" or \"end\", found Text \"here\"", FILE_SEEK, h, I(0),
         T("here"));
  EXPECT("TYPE_MISMATCH: file-truncate: a file open for writing is needed, "
         "found a file", FILE_TRUNCATE, h, I(0));
  EXPECT("INDEX_RANGE: file-truncate: the size must be at least 0, found -1",
         FILE_TRUNCATE, good(CALL(FILE_UPDATE, T("a"))), I(-1));
  EXPECT("TYPE_MISMATCH: file-lock: argument 2 must be \"shared\" or "
         "\"exclusive\", found Text \"mine\"", FILE_LOCK, h, T("mine"), I(0));
  EXPECT("TYPE_MISMATCH: file-lock: an exclusive lock needs a file open for "
         "writing", FILE_LOCK, h, T("exclusive"), I(0));
  EXPECT("TYPE_MISMATCH: file-lock: a shared lock needs a file open for "
         "reading",
         FILE_LOCK, good(CALL(FILE_APPEND, T("a"))), T("shared"), I(0));
  EXPECT("INDEX_RANGE: file-lock: a time must be at least 0 milliseconds, "
         "or -1 for ever, found -2", FILE_LOCK, h, T("shared"), I(-2));
  int other;
  zero_value end = zero_test_reader_of(vm, &other);
  EXPECT("TYPE_MISMATCH: file-size: a file is needed, found a reading end",
         FILE_SIZE, end);
  close(other);
}

Test(file, every_use_asks_for_the_capability_again) {
  zero_test_put("root/a", "");
  zero_value h = good(CALL(FILE_UPDATE, T("a")));
  vm->granted = ZERO_CAPABILITY_IO | ZERO_CAPABILITY_FILE_READ;
  static const unsigned uses[] = {
      ZERO_BUILTIN_FILE_SIZE,     ZERO_BUILTIN_FILE_SYNC,
      ZERO_BUILTIN_FILE_UNLOCK,   ZERO_BUILTIN_FILE_TRUNCATE,
      ZERO_BUILTIN_FILE_SEEK,     ZERO_BUILTIN_FILE_LOCK,
      ZERO_BUILTIN_HANDLE_READ,   ZERO_BUILTIN_HANDLE_WRITE};
  for (unsigned i = 0; i < sizeof uses / sizeof *uses; i++) {
    zero_value args[] = {h, I(1), T("end")};
    cr_expect(zero_is_none(zero_test_builtin(vm, uses[i], args, 3)));
    cr_expect_eq(vm->heap.fault.code, ZERO_CODE_CAPABILITY_DENIED, "%s",
                 zero_test_fault(vm));
  }
  EXPECT(OK_UNIT, HANDLE_CLOSE, h);
}

/* --- other than regular files -------------------------------------------- */

Test(file, a_fifo_is_opened_at_once) {
  cr_assert_eq(mkfifo("root/fifo", 0666), 0);
  EXPECT("(list \"HostErr\" \"FILE_FAILED\" \"\\\"fifo\\\": No such device or "
         "address\" \"file.write\")", FILE_CREATE, T("fifo"));
  zero_value from = opened("fifo");
  EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list)))", HANDLE_READ, from,
         I(1));
  zero_value to = good(CALL(FILE_APPEND, T("fifo")));
  EXPECT("(list \"HostOk\" 1)", HANDLE_WRITE, to, T("a"));
  EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list 97)))", HANDLE_READ, from,
         I(9));
  EXPECT("(list \"HostErr\" \"FILE_FAILED\" \"file-size: file: it is a fifo "
         "and has no size of its own\" \"file.read\")", FILE_SIZE, from);
  EXPECT_CODE("FILE_FAILED", FILE_SEEK, from, I(0), T("start"));
  EXPECT_CODE("FILE_FAILED", FILE_SYNC, from);
  EXPECT_CODE("HOST_UNSUPPORTED", FILE_REPLACE, T("fifo"), T(""));
  EXPECT(OK_UNIT, HANDLE_CLOSE, from);
  EXPECT("(list \"HostErr\" \"HOST_BROKEN_PIPE\" \"handle-write: file, after "
         "0 of 1 bytes: Broken pipe\" \"file.write\")", HANDLE_WRITE, to,
         T("a"));
}

Test(file, a_full_device_says_so) {
  zero__root_close(vm);
  cr_assert_eq(zero__root_open(vm, "/dev"), 0);
  zero_value h = good(CALL(FILE_APPEND, T("full")));
  EXPECT("(list \"HostErr\" \"FILE_NO_SPACE\" \"handle-write: file, after 0 of "
         "1 bytes: No space left on device\" \"file.write\")", HANDLE_WRITE, h,
         T("a"));
  EXPECT_CODE("HOST_UNSUPPORTED", FILE_REPLACE, T("full"), T("a"));
  zero_value zeros = good(CALL(HANDLE_READ, opened("zero"), I(3)));
  cr_expect_eq(zero__bytes(zeros)->size, 3);
}

/* --- limits of the system ------------------------------------------------ */

Test(file, what_does_not_fit_is_told_with_how_much_did) {
  struct rlimit most = {.rlim_cur = 1 << 16, .rlim_max = RLIM_INFINITY};
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &most);
  zero_value h = good(CALL(FILE_CREATE, T("a")));
  EXPECT("(list \"HostErr\" \"FILE_NO_SPACE\" \"handle-write: file, after "
         "65536 of 100000 bytes: File too large\" \"file.write\")",
         HANDLE_WRITE, h, zero_test_long_text(vm, 100000));
  EXPECT("(list \"HostOk\" 65536)", FILE_SIZE, h);
  EXPECT_CODE("FILE_NO_SPACE", FILE_TRUNCATE, h, I(1 << 17));
}

Test(file, without_descriptors_each_builtin_says_so) {
  static const unsigned uses[] = {
      ZERO_BUILTIN_FILE_OPEN,      ZERO_BUILTIN_FILE_CREATE,
      ZERO_BUILTIN_FILE_APPEND,    ZERO_BUILTIN_FILE_UPDATE,
      ZERO_BUILTIN_FILE_NEW,       ZERO_BUILTIN_FILE_REPLACE,
      ZERO_BUILTIN_FILE_REMOVE,    ZERO_BUILTIN_FILE_RENAME,
      ZERO_BUILTIN_FILE_INFO,      ZERO_BUILTIN_DIRECTORY_LIST,
      ZERO_BUILTIN_DIRECTORY_WALK, ZERO_BUILTIN_DIRECTORY_MAKE,
      ZERO_BUILTIN_FILE_DIGEST,    ZERO_BUILTIN_READ_FILE,
      ZERO_BUILTIN_WRITE_FILE};
  zero_test_put("root/a", "old");
  for (int walk = 0; walk < 2; walk++) {
    struct rlimit before = zero_test_leave_descriptors(0);
    for (unsigned i = 0; i < sizeof uses / sizeof *uses; i++) {
      zero_value args[] = {T("a"), T("a")};
      zero_value answer = zero_test_builtin(vm, uses[i], args, 2);
      cr_expect_str_eq(code(answer), "HOST_TOO_MANY_OPEN", "%s",
                       zero__builtins[uses[i]].name);
    }
    setrlimit(RLIMIT_NOFILE, &before);
    cr_expect_str_eq(zero_test_get("root/a"), "old");
    vm->root->by_parts = true;
  }
}

Test(file, what_needs_several_descriptors_gives_back_those_it_had) {
  static const unsigned uses[] = {
      ZERO_BUILTIN_FILE_REPLACE, ZERO_BUILTIN_FILE_RENAME,
      ZERO_BUILTIN_DIRECTORY_WALK, ZERO_BUILTIN_WRITE_FILE};
  int before = zero_test_descriptors();
  cr_assert_eq(mkdir("root/d", 0777), 0);
  zero_test_put("root/d/a", "old");
  for (unsigned i = 0; i < 2 * sizeof uses / sizeof *uses; i++) {
    unsigned use = uses[i / 2];
    bool walk = use == ZERO_BUILTIN_DIRECTORY_WALK;
    const char *said = "";
    rlim_t room = 0;
    for (; strcmp(said, "HostOk") != 0; room++) {
      zero_value args[] = {T(walk ? "." : "d/a"), T("d/a")};
      struct rlimit limit = zero_test_leave_descriptors(room);
      said = code(zero_test_builtin(vm, use, args, 2));
      setrlimit(RLIMIT_NOFILE, &limit);
      cr_assert(strcmp(said, "HostOk") == 0 ||
                strcmp(said, "HOST_TOO_MANY_OPEN") == 0);
      cr_assert_eq(zero_test_descriptors(), before);
      cr_assert_eq(zero_test_names("root/d"), 1);
    }
    cr_expect_gt(room, 2);
    if (i % 2 == 1) vm->root->by_parts = true;
  }
}

struct opening {
  zero_value answer;
};

static void open_one(void *context) {
  struct opening *opening = context;
  opening->answer = CALL(FILE_OPEN, T("a"));
}

Test(file, no_descriptor_is_lost_wherever_memory_runs_out) {
  zero_test_put("root/a", "");
  int before = zero_test_descriptors();
  uint64_t room = 0;
  for (;; room += 16) {
    zero__heap_limit(&vm->heap, room);
    struct opening opening = {ZERO_NONE};
    int failed = zero__protect(&vm->heap, open_one, &opening);
    zero__heap_limit(&vm->heap, UINT64_MAX);
    if (failed == 0 && !zero_is_none(opening.answer)) break;
    zero__handles_unwind(vm, 0);
    cr_assert_eq(vm->handles->count, 0);
    cr_assert_eq(zero_test_descriptors(), before);
  }
  cr_expect_gt(room, 16);
}

Test(file, a_hundred_thousand_leave_everything_where_it_was) {
  const int many = ZERO_SCALED(100000), some = many / 100;
  int before = zero_test_descriptors();
  size_t live = 0;
  zero_test_put("root/a", "");
  for (int i = 0; i < many; i++) {
    if (i == some) {
      GC_gcollect();
      live = zero__heap_live();
    }
    CALL(HANDLE_CLOSE, opened("a"));
  }
  GC_gcollect();
  cr_expect_lt(zero__heap_live(), live + (1 << 20));
  cr_expect_eq(vm->handles->most, 1);
  cr_expect_eq(vm->handles->count, 0);
  cr_expect_eq(zero_test_descriptors(), before);
}

/* --- locks --------------------------------------------------------------- */

static zero_value writer_of(const char *path) {
  return good(CALL(FILE_UPDATE, T(path)));
}

static const char *lock(zero_value h, const char *mode, int64_t timeout) {
  zero_value args[] = {h, T(mode), I(timeout)};
  return zero_test_answer(vm, ZERO_BUILTIN_FILE_LOCK, args, 3);
}

#define HELD                                                               \
  "(list \"HostErr\" \"HOST_TIMED_OUT\" \"file-lock: file: it is already " \
  "locked\" \"file\")"

Test(file, a_lock_keeps_others_out_until_it_is_given_back) {
  zero_test_put("root/a", "");
  zero_value one = writer_of("a"), two = writer_of("a"), three = opened("a");
  cr_expect_str_eq(lock(one, "exclusive", 0), OK_UNIT);
  cr_expect_str_eq(lock(one, "exclusive", 0), OK_UNIT);
  cr_expect_str_eq(lock(two, "exclusive", 0), HELD);
  cr_expect_str_eq(lock(two, "shared", 20), HELD);
  cr_expect_str_eq(lock(one, "shared", 0), OK_UNIT);
  cr_expect_str_eq(lock(three, "shared", -1), OK_UNIT);
  cr_expect_str_eq(lock(one, "exclusive", 0), HELD);
  cr_expect_str_eq(lock(two, "shared", 0), OK_UNIT);
  EXPECT(OK_UNIT, FILE_UNLOCK, one);
  EXPECT(OK_UNIT, FILE_UNLOCK, one);
  EXPECT(OK_UNIT, HANDLE_CLOSE, two);
  cr_expect_str_eq(lock(one, "exclusive", 0), HELD);
  EXPECT(OK_UNIT, HANDLE_CLOSE, three);
  cr_expect_str_eq(lock(one, "exclusive", 0), OK_UNIT);
}

/* A process that holds a lock of the file until it is ended. */
static pid_t holder(const char *path) {
  int ready[2];
  char byte;
  cr_assert_eq(pipe(ready), 0);
  pid_t child = fork();
  if (child == 0) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int file = open(path, O_RDWR);
    if (fcntl(file, F_SETLK, &whole) == 0 && write(ready[1], "x", 1) == 1) {
      pause();
    }
    _exit(1);
  }
  cr_assert_eq(read(ready[0], &byte, 1), 1);
  close(ready[0]);
  close(ready[1]);
  return child;
}

static void *end_later(void *context) {
  const struct timespec pause = {.tv_nsec = 50000000};
  nanosleep(&pause, NULL);
  kill(*(pid_t *)context, SIGKILL);
  return NULL;
}

static void on_alarm(int number) {
  (void)number;
}

/* Signals, every two milliseconds, that end system calls. */
static void be_interrupted(void) {
  struct sigaction action = {.sa_handler = on_alarm};
  struct itimerval often = {{0, 2000}, {0, 2000}};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &often, NULL);
}

Test(file, a_lock_of_another_process_is_waited_for) {
  zero_test_put("root/a", "");
  zero_value h = writer_of("a");
  pid_t child = holder("root/a");
  be_interrupted();
  cr_expect_str_eq(lock(h, "exclusive", 30), HELD);
  pthread_t thread;
  pthread_create(&thread, NULL, end_later, &child);
  cr_expect_str_eq(lock(h, "exclusive", -1), OK_UNIT);
  pthread_join(thread, NULL);
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
  }
}

/* A process that has all descriptors of this one, until it is ended. */
static pid_t heir(void) {
  pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  return child;
}

Test(file, a_lock_ends_with_its_handle_whoever_has_the_file) {
  zero_test_put("root/a", "");
  zero_value two = writer_of("a");
  for (int end = 0; end < 2; end++) {
    zero_value one = writer_of("a");
    cr_expect_str_eq(lock(one, "exclusive", 0), OK_UNIT);
    pid_t child = heir();
    cr_expect_str_eq(lock(two, "exclusive", 0), HELD);
    if (end == 0) {
      EXPECT(OK_UNIT, HANDLE_CLOSE, one);
    } else {
      EXPECT(OK_UNIT, HANDLE_CLOSE, two);
      zero__handles_close(vm, NULL, NULL);
      two = writer_of("a");
    }
    cr_expect_str_eq(lock(two, "exclusive", 0), OK_UNIT);
    EXPECT(OK_UNIT, FILE_UNLOCK, two);
    kill(child, SIGKILL);
    cr_assert_eq(waitpid(child, NULL, 0), child);
  }
}

Test(file, a_child_that_closes_its_copy_gives_no_lock_back) {
  zero_test_put("root/a", "");
  zero_value one = writer_of("a"), two = writer_of("a");
  cr_expect_str_eq(lock(one, "exclusive", 0), OK_UNIT);
  pid_t child = fork();
  if (child == 0) {
    zero__handles_close(vm, NULL, NULL);
    _exit(0);
  }
  cr_assert_eq(waitpid(child, NULL, 0), child);
  cr_expect_str_eq(lock(two, "exclusive", 0), HELD);
}

Test(file, waiting_for_a_lock_ends_with_the_call) {
  zero_test_put("root/a", "");
  zero_value one = writer_of("a"), two = writer_of("a");
  cr_expect_str_eq(lock(one, "exclusive", 0), OK_UNIT);
  struct zero_limits limits = vm->limits;
  limits.deadline = zero_test_now() + 30000000;
  zero__begin_call(vm, &limits);
  cr_expect(strncmp(lock(two, "exclusive", -1), "DEADLINE: ", 10) == 0);
  zero_test_fuel(vm, UINT64_MAX);
}

/* --- names --------------------------------------------------------------- */

Test(file, what_has_a_name_is_told) {
  struct timespec times[2] = {{0, UTIME_NOW}, {-1, 500000000}};
  zero_test_put("root/a", "abc");
  cr_assert_eq(chmod("root/a", 04751), 0);
  cr_assert_eq(utimensat(AT_FDCWD, "root/a", times, 0), 0);
  EXPECT("(list \"HostOk\" (list 7 \"map\" (list (list \"kind\" \"file\") "
         "(list \"size\" 3) (list \"mode\" 2537) (list \"modified\" "
         "-500000000))))", FILE_INFO, T("a"));
  zero_test_link("nowhere", "root/link");
  cr_assert_eq(mkfifo("root/fifo", 0666), 0);
  static const char *const names[] = {".", "link", "fifo"};
  static const char *const kinds[] = {"directory", "link", "fifo"};
  for (unsigned i = 0; i < 3; i++) {
    zero_value map = good(CALL(FILE_INFO, T(names[i])));
    zero_value key = T("kind");
    cr_expect(zero__text_is(zero__map_get(map, key), kinds[i]));
  }
  EXPECT_CODE("FILE_NOT_FOUND", FILE_INFO, T("none"));
}

Test(file, names_are_given_and_taken) {
  zero_test_put("root/a", "a");
  zero_test_put("root/b", "b");
  zero_test_link("a", "root/link");
  EXPECT(OK_UNIT, FILE_RENAME, T("a"), T("b"));
  cr_expect_str_eq(zero_test_get("root/b"), "a");
  EXPECT(OK_UNIT, FILE_REMOVE, T("link"));
  EXPECT(OK_UNIT, DIRECTORY_MAKE, T("d"));
  EXPECT_CODE("FILE_EXISTS", DIRECTORY_MAKE, T("d"));
  EXPECT(OK_UNIT, FILE_RENAME, T("b"), T("d/b"));
  EXPECT_CODE("FILE_NOT_EMPTY", DIRECTORY_REMOVE, T("d"));
  EXPECT_CODE("FILE_IS_DIRECTORY", FILE_REMOVE, T("d"));
  EXPECT(OK_UNIT, DIRECTORY_MAKE, T("e"));
  EXPECT_CODE("FILE_IS_DIRECTORY", FILE_RENAME, T("d/b"), T("e"));
  EXPECT(OK_UNIT, DIRECTORY_REMOVE, T("e"));
  EXPECT_CODE("FILE_NOT_FOUND", DIRECTORY_REMOVE, T("d/b"));
  EXPECT("(list \"HostErr\" \"FILE_NOT_FOUND\" \"\\\"no\\\" to \\\"d\\\": No "
         "such file or directory\" \"file.write\")", FILE_RENAME, T("no"),
         T("d"));
  EXPECT_CODE("FILE_FAILED", FILE_RENAME, T("d"), T("d/d"));
  EXPECT_CODE("FILE_BUSY", FILE_RENAME, T("d"), T("."));
  EXPECT_CODE("FILE_FAILED", DIRECTORY_REMOVE, T("."));
  EXPECT(OK_UNIT, FILE_REMOVE, T("d/b"));
  EXPECT(OK_UNIT, DIRECTORY_REMOVE, T("d"));
  cr_expect_eq(zero_test_names("root"), 0);
}
