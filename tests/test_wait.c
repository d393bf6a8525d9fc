/* test_wait.c - waiting for descriptors under the limits of a call. */
#include "handle/wait.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/session.h"

static int ends[2];

static void setup(void) {
  zero_test_session();
  cr_assert_eq(pipe(ends), 0);
}

TestSuite(wait, .init = setup, .timeout = 30);

struct waiting {
  int64_t timeout;
  int ready;
};

static void wait_body(void *context) {
  struct waiting *waiting = context;
  struct pollfd fds[2] = {{.fd = ends[0], .events = POLLIN}};
  waiting->ready = zero__wait(vm, fds, 1, zero__wait_end(waiting->timeout));
}

/* The code that ends a wait, 0 if it ends by itself. */
static int wait_for(int64_t timeout, int *ready) {
  struct waiting waiting = {.timeout = timeout, .ready = -2};
  int code = zero__protect(&vm->heap, wait_body, &waiting);
  *ready = waiting.ready;
  return code;
}

Test(wait, what_is_ready_is_found_at_once) {
  int ready;
  cr_assert_eq(write(ends[1], "a", 1), 1);
  const int64_t timeouts[] = {0, 1000000, -1, INT64_MAX, INT64_MIN};
  for (size_t i = 0; i < sizeof timeouts / sizeof *timeouts; i++) {
    cr_expect_eq(wait_for(timeouts[i], &ready), 0);
    cr_expect_eq(ready, 1);
  }
}

Test(wait, the_end_of_a_pipe_counts_as_ready) {
  int ready;
  close(ends[1]);
  cr_expect_eq(wait_for(-1, &ready), 0);
  cr_expect_eq(ready, 1);
}

Test(wait, the_time_is_waited_for_and_not_less) {
  int ready;
  uint64_t start = zero_test_now();
  cr_expect_eq(wait_for(35, &ready), 0);
  cr_expect_eq(ready, 0);
  cr_expect_geq(zero_test_now() - start, UINT64_C(35000000));
  cr_expect_eq(wait_for(0, &ready), 0);
  cr_expect_eq(ready, 0);
}

Test(wait, nothing_may_be_waited_for) {
  cr_expect_eq(zero__wait(vm, NULL, 0, zero__wait_end(5)), 0);
}

Test(wait, the_deadline_ends_it) {
  int ready;
  const struct zero_limits limits = {.fuel = UINT64_MAX,
                                     .deadline = zero_test_now() + 30000000,
                                     .heap = UINT64_MAX,
                                     .output = UINT64_MAX,
                                     .alloc = UINT64_MAX};
  zero__begin_call(vm, &limits);
  cr_expect_eq(wait_for(-1, &ready), ZERO_CODE_DEADLINE);
  cr_expect_geq(zero_test_now(), limits.deadline);
}

static void *interrupt(void *context) {
  const struct timespec pause = {.tv_nsec = 20000000};
  nanosleep(&pause, NULL);
  zero__interrupt(context);
  return NULL;
}

Test(wait, another_thread_interrupts_it) {
  int ready;
  pthread_t thread;
  pthread_create(&thread, NULL, interrupt, vm);
  cr_expect_eq(wait_for(-1, &ready), ZERO_CODE_INTERRUPTED);
  pthread_join(thread, NULL);
}

/* The other thread, and one round of its race with a wait: 1 asks it to
 * interrupt, 2 says that it has. */
static atomic_int asked;

static void *interrupt_when_asked(void *context) {
  for (;;) {
    int now_asked = atomic_load(&asked);
    if (now_asked < 0) return NULL;
    if (now_asked != 1) continue;
    zero__interrupt(context);
    atomic_store(&asked, 2);
  }
}

Test(wait, no_interrupt_is_lost_whenever_it_comes) {
  int ready;
  pthread_t thread;
  pthread_create(&thread, NULL, interrupt_when_asked, vm);
  for (int i = 0; i < 2000; i++) {
    if (i % 3 == 0) zero__wait_close(vm);
    zero_test_fuel(vm, UINT64_MAX);
    atomic_store(&asked, 1);
    cr_assert_eq(wait_for(-1, &ready), ZERO_CODE_INTERRUPTED);
    while (atomic_load(&asked) == 1) {
    }
  }
  atomic_store(&asked, -1);
  pthread_join(thread, NULL);
}

static zero_vm *signalled;

static void interrupt_by_signal(int number) {
  (void)number;
  zero__interrupt(signalled);
}

Test(wait, no_interrupt_of_a_signal_handler_is_lost) {
  int ready;
  struct sigaction action = {.sa_handler = interrupt_by_signal};
  signalled = vm;
  sigaction(SIGALRM, &action, NULL);
  for (int i = 0; i < 300; i++) {
    const struct itimerval once = {.it_value.tv_usec = 1 + i % 40};
    zero_test_fuel(vm, UINT64_MAX);
    setitimer(ITIMER_REAL, &once, NULL);
    cr_assert_eq(wait_for(-1, &ready), ZERO_CODE_INTERRUPTED);
  }
}

Test(wait, an_interrupt_of_an_earlier_call_ends_no_wait) {
  int ready;
  cr_expect_eq(wait_for(1, &ready), 0);
  for (int i = 0; i < 3; i++) {
    zero__interrupt(vm);
    zero__interrupt(vm);
    zero_test_fuel(vm, UINT64_MAX);
    cr_expect_eq(wait_for(20, &ready), 0);
    cr_expect_eq(ready, 0);
    uint64_t left;
    cr_expect_eq(read(atomic_load(&vm->wake), &left, sizeof left), -1);
  }
  zero__interrupt(vm);
  cr_expect_eq(wait_for(-1, &ready), ZERO_CODE_INTERRUPTED);
  cr_expect_eq(wait_for(-1, &ready), ZERO_CODE_INTERRUPTED, "it stays");
}

Test(wait, an_interrupt_leaves_errno) {
  int ready;
  cr_expect_eq(wait_for(1, &ready), 0);
  errno = EXDEV;
  for (int i = 0; i < 3; i++) zero__interrupt(vm);
  cr_expect_eq(errno, EXDEV);
}

Test(wait, who_waits_sleeps_until_something_happens) {
  int ready;
  struct rusage before, after;
  getrusage(RUSAGE_THREAD, &before);
  cr_expect_eq(wait_for(400, &ready), 0);
  getrusage(RUSAGE_THREAD, &after);
  cr_expect_leq(after.ru_nvcsw - before.ru_nvcsw, 4);
}

Test(wait, only_who_sleeps_has_a_descriptor) {
  int ready;
  zero__wait_close(vm);
  cr_expect_eq(wait_for(0, &ready), 0);
  cr_expect_eq(atomic_load(&vm->wake), 0);
  cr_expect_eq(wait_for(1, &ready), 0);
  int wake = atomic_load(&vm->wake);
  cr_assert_gt(wake, STDERR_FILENO);
  cr_expect_neq(fcntl(wake, F_GETFD) & FD_CLOEXEC, 0);
  zero__wait_close(vm);
  cr_expect_eq(fcntl(wake, F_GETFD), -1);
  zero__interrupt(vm);
}

Test(wait, a_descriptor_that_the_host_closed_is_made_again) {
  int ready;
  cr_expect_eq(wait_for(1, &ready), 0);
  close(atomic_load(&vm->wake));
  cr_expect_eq(wait_for(20, &ready), 0);
  cr_expect_eq(ready, 0);
  cr_expect_geq(fcntl(atomic_load(&vm->wake), F_GETFD), 0);
  pthread_t thread;
  pthread_create(&thread, NULL, interrupt, vm);
  cr_expect_eq(wait_for(-1, &ready), ZERO_CODE_INTERRUPTED);
  pthread_join(thread, NULL);
}

Test(wait, without_a_descriptor_to_spare_it_is_interrupted_all_the_same) {
  enum { MANY = 64 };
  int ready, count = 0;
  int files[MANY];
  pthread_t thread;
  struct rlimit limit;
  zero__wait_close(vm);
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = MANY;
  cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
  pthread_create(&thread, NULL, interrupt, vm);
  while ((files[count] = dup(ends[0])) >= 0) count++;
  int code = wait_for(-1, &ready);
  while (count > 0) close(files[--count]);
  cr_expect_eq(code, ZERO_CODE_INTERRUPTED);
  cr_expect_eq(atomic_load(&vm->wake), 0);
  pthread_join(thread, NULL);
}

/* In the child: its own descriptor, and an interrupt of its own. */
static int wait_in_child(void) {
  int ready;
  int inherited = atomic_load(&vm->wake);
  if (wait_for(10, &ready) != 0 || ready != 0) return 1;
  if (vm->wake_owner != getpid()) return 2;
  zero__interrupt(vm);
  if (wait_for(-1, &ready) != ZERO_CODE_INTERRUPTED) return 3;
  return inherited > 0 ? 0 : 4;
}

Test(wait, a_forked_copy_waits_for_its_own_interrupts) {
  int ready, status;
  cr_expect_eq(wait_for(1, &ready), 0);
  pid_t child = fork();
  if (child == 0) _exit(wait_in_child());
  cr_assert_eq(waitpid(child, &status, 0), child);
  cr_expect_eq(status, 0);
  cr_expect_eq(wait_for(10, &ready), 0, "the child's interrupt is its own");
}

Test(wait, the_array_has_room_for_one_more_and_nothing_else) {
  struct pollfd fds[4] = {[2] = {.fd = -7}, [3] = {.fd = -8}};
  for (int i = 0; i < 2; i++) {
    fds[i] = (struct pollfd){.fd = ends[i], .events = i == 0 ? POLLIN : 0};
  }
  cr_expect_eq(zero__wait(vm, fds, 2, zero__wait_end(5)), 0);
  cr_expect_eq(fds[0].revents | fds[1].revents, 0);
  cr_expect_eq(fds[3].fd, -8);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int number) {
  (void)number;
  if (++alarms == 5) {
    ssize_t put = write(ends[1], "a", 1);
    (void)put;
  }
}

Test(wait, signals_do_not_end_it) {
  int ready;
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  ualarm(3000, 3000);
  cr_expect_eq(wait_for(-1, &ready), 0);
  ualarm(0, 0);
  cr_expect_eq(ready, 1);
  cr_expect_geq(alarms, 5);
}

Test(wait, it_costs_no_fuel) {
  int ready;
  zero_test_fuel(vm, 10);
  cr_expect_eq(wait_for(25, &ready), 0);
  cr_expect_eq(zero__fuel_left(vm), 10);
}

Test(wait, a_time_that_is_too_long_never_ends) {
  cr_expect_eq(zero__wait_end(-1), UINT64_MAX);
  cr_expect_eq(zero__wait_end(INT64_MAX), UINT64_MAX);
  cr_expect_leq(zero__wait_end(0), zero_test_now());
  uint64_t start = zero_test_now();
  cr_expect_geq(zero__wait_end(100000), start + UINT64_C(100000000000));
}
