/* test_wait.c - waiting for descriptors under the limits of a call. */
#include "handle/wait.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "support/vm.h"

static zero_vm *vm;
static int ends[2];

static void setup(void) {
  vm = zero_test_vm();
  cr_assert_eq(pipe(ends), 0);
}

TestSuite(wait, .init = setup, .timeout = 30);

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

struct waiting {
  int64_t timeout;
  int ready;
};

static void wait_body(void *context) {
  struct waiting *waiting = context;
  waiting->ready = zero__wait_for(vm, ends[0], POLLIN, waiting->timeout);
}

/* The code that ends a wait, 0 where it ends by itself. */
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
  uint64_t start = now();
  cr_expect_eq(wait_for(35, &ready), 0);
  cr_expect_eq(ready, 0);
  cr_expect_geq(now() - start, UINT64_C(35000000));
  cr_expect_eq(wait_for(0, &ready), 0);
  cr_expect_eq(ready, 0);
}

Test(wait, nothing_may_be_waited_for) {
  cr_expect_eq(zero__wait(vm, NULL, 0, 5), 0);
}

Test(wait, the_deadline_ends_it) {
  int ready;
  const struct zero_limits limits = {.fuel = UINT64_MAX,
                                     .deadline = now() + 30000000,
                                     .heap = UINT64_MAX,
                                     .output = UINT64_MAX,
                                     .alloc = UINT64_MAX};
  zero__begin_call(vm, &limits);
  cr_expect_eq(wait_for(-1, &ready), ZERO_CODE_DEADLINE);
  cr_expect_geq(now(), limits.deadline);
}

static void *interrupt(void *context) {
  const struct timespec pause = {.tv_nsec = 20000000};
  nanosleep(&pause, NULL);
  atomic_store(&((zero_vm *)context)->interrupted, 1);
  return NULL;
}

Test(wait, another_thread_interrupts_it) {
  int ready;
  pthread_t thread;
  pthread_create(&thread, NULL, interrupt, vm);
  cr_expect_eq(wait_for(-1, &ready), ZERO_CODE_INTERRUPTED);
  pthread_join(thread, NULL);
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

Test(wait, what_is_left_of_a_time_is_rounded_up) {
  cr_expect_eq(zero__wait_left(zero__wait_end(-1)), -1);
  cr_expect_eq(zero__wait_left(zero__wait_end(INT64_MAX)), -1);
  cr_expect_eq(zero__wait_left(zero__wait_end(0)), 0);
  uint64_t end = zero__wait_end(100000);
  cr_expect_gt(zero__wait_left(end), 90000);
  cr_expect_leq(zero__wait_left(end), 100000);
}
