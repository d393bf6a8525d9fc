/* test_whole.c - files written and read whole that are not regular ones. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "handle/wait.h"
#include "handle/file.h"
#include "support/folder.h"
#include "support/pipes.h"
#include "support/session.h"

static void setup(void) {
  zero_test_session();
  vm->granted = ZERO_CAPABILITY_FILE;
  zero_test_folder(vm);
  cr_assert_eq(mkfifo("root/fifo", 0666), 0);
}

static void teardown(void) {
  zero_test_folder_end(vm);
}

TestSuite(whole, .init = setup, .fini = teardown, .timeout = 60);

static void sleep_ms(long milliseconds) {
  const struct timespec pause = {.tv_nsec = milliseconds * 1000000};
  nanosleep(&pause, NULL);
}

/* --- the other end ------------------------------------------------------- */

static void *write_later(void *context) {
  (void)context;
  sleep_ms(30);
  int file = open("root/fifo", O_WRONLY | O_CLOEXEC);
  cr_assert_eq(write(file, "one ", 4), 4);
  sleep_ms(30);
  cr_assert_eq(write(file, "two", 3), 3);
  close(file);
  return NULL;
}

Test(whole, a_fifo_is_read_to_the_end_of_who_writes_later) {
  pthread_t thread;
  pthread_create(&thread, NULL, write_later, NULL);
  EXPECT("(list \"HostOk\" \"one two\")", READ_FILE, T("fifo"));
  pthread_join(thread, NULL);
}

static void *open_and_close(void *context) {
  (void)context;
  sleep_ms(30);
  close(open("root/fifo", O_WRONLY | O_CLOEXEC));
  return NULL;
}

Test(whole, a_fifo_that_nothing_is_written_to_is_empty) {
  pthread_t thread;
  pthread_create(&thread, NULL, open_and_close, NULL);
  EXPECT("(list \"HostOk\" \"\")", READ_FILE, T("fifo"));
  pthread_join(thread, NULL);
}

/* Reads all; leaves how much it was. */
static void *read_later(void *context) {
  static char bytes[4096];
  size_t *size = context;
  ssize_t got;
  sleep_ms(30);
  int file = open("root/fifo", O_RDONLY | O_CLOEXEC);
  while ((got = read(file, bytes, sizeof bytes)) > 0) *size += (size_t)got;
  close(file);
  return NULL;
}

Test(whole, a_fifo_is_written_to_as_its_reader_reads) {
  pthread_t thread;
  size_t size = 0;
  pthread_create(&thread, NULL, read_later, &size);
  EXPECT(OK_UNIT, WRITE_FILE, T("fifo"), zero_test_long_text(vm, 1000000));
  pthread_join(thread, NULL);
  cr_expect_eq(size, 1000000);
  struct stat facts;
  cr_assert_eq(stat("root/fifo", &facts), 0);
  cr_expect(S_ISFIFO(facts.st_mode));
  cr_expect_eq(zero_test_names("root"), 1);
}

static void *read_a_little(void *context) {
  char byte;
  (void)context;
  int file = open("root/fifo", O_RDONLY | O_CLOEXEC);
  cr_assert_eq(read(file, &byte, 1), 1);
  close(file);
  return NULL;
}

Test(whole, a_reader_that_goes_away_is_told) {
  pthread_t thread;
  pthread_create(&thread, NULL, read_a_little, NULL);
  EXPECT("(list \"HostErr\" \"HOST_BROKEN_PIPE\" \"\\\"fifo\\\": Broken pipe\" "
         "\"file.write\")", WRITE_FILE, T("fifo"),
         zero_test_long_text(vm, 1000000));
  pthread_join(thread, NULL);
}

/* --- limits -------------------------------------------------------------- */

/* How a call that nothing comes to ends. */
static int end_of(unsigned builtin, uint64_t deadline_ms) {
  zero_value args[] = {T("fifo"), zero_test_long_text(vm, 1000000)};
  struct zero_limits limits = vm->limits;
  limits.deadline = zero__deadline_after(deadline_ms);
  zero__begin_call(vm, &limits);
  cr_expect(zero_is_none(zero_test_builtin(vm, builtin, args, 2)));
  limits.deadline = UINT64_MAX;
  zero__begin_call(vm, &limits);
  return vm->heap.fault.code;
}

static void *interrupt(void *context) {
  sleep_ms(30);
  zero__interrupt(context);
  return NULL;
}

static void be_stopped(void) {
  static const unsigned uses[] = {ZERO_BUILTIN_READ_FILE,
                                  ZERO_BUILTIN_WRITE_FILE};
  int before = zero_test_descriptors();
  for (unsigned i = 0; i < 2; i++) {
    pthread_t thread;
    cr_expect_eq(end_of(uses[i], 30), ZERO_CODE_DEADLINE);
    pthread_create(&thread, NULL, interrupt, vm);
    cr_expect_eq(end_of(uses[i], 0), ZERO_CODE_INTERRUPTED);
    pthread_join(thread, NULL);
  }
  cr_expect_eq(zero_test_descriptors(), before);
}

Test(whole, waiting_for_the_other_end_ends_with_the_call) {
  be_stopped();
}

/* Here the other end is there, and does nothing. */
Test(whole, waiting_for_bytes_or_room_ends_with_the_call) {
  int both = open("root/fifo", O_RDWR | O_CLOEXEC);
  cr_assert_geq(both, 0);
  be_stopped();
  close(both);
}

/* --- what only looks like a file ----------------------------------------- */

Test(whole, devices_keep_their_names) {
  struct stat facts;
  zero__root_close(vm);
  EXPECT(OK_UNIT, WRITE_FILE, T("/dev/null"), T("a"));
  EXPECT("(list \"HostOk\" \"\")", READ_FILE, T("/dev/null"));
  EXPECT("(list \"HostErr\" \"FILE_NO_SPACE\" \"\\\"/dev/full\\\": No space "
         "left on device\" \"file.write\")", WRITE_FILE, T("/dev/full"),
         T("a"));
  cr_assert_eq(stat("/dev/null", &facts), 0);
  cr_expect(S_ISCHR(facts.st_mode));
}
