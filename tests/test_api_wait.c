/* test_api_wait.c - callbacks and functions of the host that wait. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/scale.h"
#include "support/hosting.h"
#include "zero.h"

/* What a host lends to its VM: two pipes. */
struct host {
  zero_vm *vm;
  int in[2];
  int out[2];
  unsigned shown; /* how often output was to be seen */
  unsigned stops; /* how often it was told to stop in the midst of output */
};

static long read_pipe(void *context, char *bytes, size_t room) {
  struct host *host = context;
  if (zero_wait(host->vm, host->in[0], POLLIN) != 1) return -1;
  return read(host->in[0], bytes, room);
}

static void write_pipe(void *context, const char *bytes, size_t size) {
  struct host *host = context;
  if (size == 0) host->shown++;
  while (size > 0) {
    if (zero_wait(host->vm, host->out[1], POLLOUT) != 1) {
      host->stops++;
      return;
    }
    ssize_t put = write(host->out[1], bytes, size);
    if (put < 0) return;
    bytes += put;
    size -= (size_t)put;
  }
}

/* (wait): until there is input; an error of its own if there is none. */
static zero_status wait_for_input(zero_vm *vm, zero_value *result,
                                  const zero_value *args, size_t count,
                                  void *context) {
  (void)args, (void)count;
  struct host *host = context;
  if (zero_wait(vm, host->in[0], POLLIN) == 1) {
    return zero_i64(vm, result, 1);
  }
  return zero_fail(vm, "NO_INPUT", "there was no input");
}

static struct host host;

static void open_host(uint64_t deadline_ms) {
  zero_options options = zero_options_default();
  options.input = read_pipe;
  options.output = write_pipe;
  options.input_context = options.output_context = &host;
  options.deadline_ms = deadline_ms;
  cr_assert_eq(pipe2(host.in, O_NONBLOCK), 0);
  cr_assert_eq(pipe2(host.out, O_NONBLOCK), 0);
  host.vm = zero_host_open(&options);
  zero_definition wait = {.name = "wait",
                          .function = wait_for_input,
                          .context = &host,
                          .result = "I64",
                          .max_args = 0};
  zero_host_define(host.vm, &wait);
  zero_host_load(host.vm,
                 "(fn lines (n) (do (print n) (lines (+ n 1))))\n");
}

TestSuite(api_wait, .timeout = 60);

static const char *const waiting[] = {
    "(try (read-line))",
    "(try (wait))",
    "(do (try (read-line)) (try (wait)) 1)",
    "(try (lines 0))",
    "(try (do (print \"x\") (read-line)))",
};

enum { WAITING = sizeof waiting / sizeof *waiting };

/* --- interrupts ---------------------------------------------------------- */

/* What evaluating it comes to while another thread interrupts. */
static const char *interrupted(const char *source) {
  zero_host_interrupt_often(host.vm);
  const char *found = zero_host_eval(host.vm, source);
  zero_host_interrupt_no_more();
  return found;
}

static void drain(void) {
  char bytes[4096];
  while (read(host.out[0], bytes, sizeof bytes) > 0) {
  }
}

Test(api_wait, what_the_host_waits_for_is_interrupted_and_not_caught) {
  open_host(0);
  for (size_t i = 0; i < WAITING; i++) {
    cr_expect_str_eq(interrupted(waiting[i]), "INTERRUPTED", "%s",
                     waiting[i]);
    drain();
    cr_expect_str_eq(zero_host_eval(host.vm, "(do (print 1) 3)"), "3");
  }
  zero_close(host.vm);
}

Test(api_wait, it_meets_the_deadline) {
  open_host(40);
  for (size_t i = 0; i < WAITING; i++) {
    host.stops = 0;
    cr_expect_str_eq(zero_host_eval(host.vm, waiting[i]), "DEADLINE", "%s",
                     waiting[i]);
    cr_expect_leq(host.stops, 1, "%s", waiting[i]);
    drain();
  }
  zero_close(host.vm);
}

Test(api_wait, what_is_ready_is_read) {
  open_host(0);
  cr_assert_eq(write(host.in[1], "a\nb", 3), 3);
  cr_expect_str_eq(zero_host_eval(host.vm, "(wait)"), "1");
  cr_expect_str_eq(zero_host_eval(host.vm, "(read-line)"),
                   "(list 5 \"some\" \"a\")");
  cr_expect_str_eq(interrupted("(read-line)"), "INTERRUPTED");
  close(host.in[1]);
  cr_expect_str_eq(zero_host_eval(host.vm, "(list (wait) (read-line))"),
                   "(list 1 (list 5 \"some\" \"b\"))");
  zero_close(host.vm);
}

Test(api_wait, output_is_shown_before_input_is_waited_for) {
  open_host(0);
  close(host.in[1]);
  zero_host_eval(host.vm, "(do (write \"name: \") (read-line))");
  cr_expect_eq(host.shown, 1);
  zero_close(host.vm);
}

static long fail_when_interrupted(void *context, char *bytes, size_t room) {
  (void)context, (void)bytes, (void)room;
  zero_interrupt(host.vm); /* as a signal handler would */
  return -1;
}

Test(api_wait, a_callback_that_was_interrupted_need_not_know) {
  zero_options options = zero_options_default();
  options.input = fail_when_interrupted;
  host.vm = zero_host_open(&options);
  cr_expect_str_eq(zero_host_eval(host.vm, "(try (read-line))"),
                   "INTERRUPTED");
  zero_close(host.vm);
}

static int ask_loader(void *context, const char *path, const char *from,
                      const char **name, const char **bytes, size_t *size,
                      char *message, size_t room) {
  (void)context, (void)path, (void)from, (void)name, (void)bytes, (void)size;
  (void)message, (void)room;
  return zero_wait(host.vm, host.in[0], POLLIN) == 1 ? 0 : 1;
}

Test(api_wait, a_loader_that_waits_meets_the_deadline) {
  zero_options options = zero_options_default();
  options.loader = ask_loader;
  options.deadline_ms = 40;
  cr_assert_eq(pipe2(host.in, O_NONBLOCK), 0);
  host.vm = zero_host_open(&options);
  cr_expect_str_eq(zero_host_eval(host.vm, "(import \"a.0x0\")"), "DEADLINE");
  zero_close(host.vm);
}

Test(api_wait, printing_a_value_and_bytecode_meets_the_deadline) {
  static const char source_of_text[] = "(text-repeat \"a\" 200000)";
  open_host(200 * ZERO_SLOWNESS);
  zero_value text;
  cr_assert_eq(zero_eval(host.vm, &text, NULL, "t", source_of_text,
                         strlen(source_of_text)),
               ZERO_OK);
  cr_expect_eq(zero_print(host.vm, text, write_pipe, &host), ZERO_E_FAILED);
  cr_expect_str_eq(zero_host_code(host.vm), "DEADLINE");
  cr_expect_eq(host.stops, 1);
  char source[8000] = "";
  for (int i = 0; i < 200; i++) {
    snprintf(source + strlen(source), 40, "(fn f%d (x) (+ x 1))\n", i);
  }
  cr_expect_eq(zero_disassemble(host.vm, "f", source, strlen(source),
                                write_pipe, &host),
               ZERO_E_FAILED);
  cr_expect_str_eq(zero_host_code(host.vm), "DEADLINE");
  zero_close(host.vm);
}

/* --- between calls ------------------------------------------------------- */

Test(api_wait, between_calls_only_an_interrupt_ends_it) {
  open_host(20 * ZERO_SLOWNESS);
  cr_expect_str_eq(zero_host_eval(host.vm, "(lines 0)"), "DEADLINE");
  cr_expect_eq(zero_wait(host.vm, host.out[0], POLLIN), 1);
  zero_host_interrupt_often(host.vm);
  cr_expect_eq(zero_wait(host.vm, host.in[0], POLLIN), 0);
  zero_host_interrupt_no_more();
  cr_expect_str_eq(zero_host_eval(host.vm, "(+ 1 2)"), "3");
  cr_expect_eq(write(host.in[1], "a", 1), 1);
  cr_expect_eq(zero_wait(host.vm, host.in[0], POLLIN), 1);
  zero_close(host.vm);
}

Test(api_wait, misuse_is_refused) {
  errno = 0;
  cr_expect_eq(zero_wait(NULL, 0, POLLIN), -1);
  cr_expect_eq(errno, EINVAL);
}
