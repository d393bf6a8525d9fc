/* test_process_old.c - processes on a kernel that lacks newer calls.
 *
 * A filter of system calls returns as an old kernel or a strict sandbox would:
 * there is no pidfd and no close_range. The fallbacks must do the same. */
#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "handle/process.h"
#include "support/pipes.h"
#include "support/refuse.h"
#include "support/session.h"

/* clone with CLONE_PIDFD is refused: some sandboxes do that. */
static void be_old(void) {
  cr_assert(zero_test_refuse(SYS_close_range, ENOSYS));
  cr_assert(zero_test_refuse(SYS_pidfd_open, ENOSYS));
  cr_assert(zero_test_refuse(SYS_pidfd_send_signal, ENOSYS));
  cr_assert(zero_test_refuse_bits(SYS_clone, 0, CLONE_PIDFD, EINVAL));
}

/* Others make a pidfd, and say EPERM if it is used: to a sandbox that does
 * not know a call it is forbidden. */
static void be_strict(void) {
  cr_assert(zero_test_refuse(SYS_close_range, EPERM));
  cr_assert(zero_test_refuse(SYS_pidfd_open, EPERM));
  cr_assert(zero_test_refuse(SYS_pidfd_send_signal, EPERM));
}

static void open_vm(void) {
  setenv("PATH", "/usr/bin:/bin", 1);
  zero_test_session();
  vm->granted = ZERO_CAPABILITY_IO | ZERO_CAPABILITY_PROCESS;
}

static void setup(void) {
  open_vm();
  be_old();
}

static void setup_strict(void) {
  open_vm();
  be_strict();
}

static void teardown(void) {
  zero__handles_close(vm, NULL, NULL);
  cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
}

TestSuite(process_old, .init = setup, .fini = teardown, .timeout = 60);
TestSuite(process_strict, .init = setup_strict, .fini = teardown,
          .timeout = 60);

#define NONE CALL(MAP_EMPTY)
#define WITH(map, name, value) CALL(MAP_PUT, map, T(name), value)
#define SHELL(script) L(T("sh"), T("-c"), T(script))

static const char *printed(zero_value v) {
  return zero_is_none(v) ? zero_test_fault(vm) : zero_test_printed(vm, v);
}

Test(process_old, there_is_no_pidfd_and_a_run_goes_well) {
  char path[] = "/bin/true";
  char *const argv[] = {path, NULL};
  struct zero_spawn spawn = {.argv = argv, .environment = argv + 1,
                             .programs = argv, .files = {-1, -1, -1}};
  cr_assert_eq(zero__spawn(&spawn), 0);
  cr_expect_eq(spawn.child.pidfd, -1);
  cr_expect_eq(zero__child_end(&spawn.child), 0);
  cr_expect_str_eq(printed(CALL(PROCESS_RUN, SHELL("exit 4"))),
                   "(list \"HostOk\" (list 7 \"map\" (list (list \"status\" "
                   "\"exited\") (list \"code\" 4) (list \"stdout\" (list 8 "
                   "\"bytes\" (list))) (list \"stderr\" (list 8 \"bytes\" "
                   "(list))))))");
  cr_expect_not_null(strstr(printed(CALL(PROCESS_RUN, L(T("none-such")))),
                            "HOST_NOT_FOUND"));
}

Test(process_old, no_descriptor_gets_into_the_program) {
  for (int i = 0; i < 200; i++) cr_assert(dup(0) >= 0); /* without O_CLOEXEC */
  zero_value answer = CALL(PROCESS_RUN, SHELL("cd /proc/$$/fd; set -- *; "
                                              "exit $#"));
  cr_expect_not_null(strstr(printed(answer), "(list \"code\" 4)"), "%s",
                     printed(answer)); /* three, and the folder itself */
}

Test(process_old, a_timeout_ends_the_group) {
  zero_value options = WITH(WITH(NONE, "timeout", I(200)), "grace", I(50));
  zero_value answer = CALL(PROCESS_RUN, SHELL("trap '' TERM; sleep 50 & "
                                              "sleep 50"), options);
  cr_expect_not_null(strstr(printed(answer), "HOST_TIMED_OUT"));
}

static void check_signal(void) {
  zero_value options = WITH(NONE, "stdin", T("pipe"));
  zero_value p = CALL(NTH, CALL(PROCESS_START, L(T("cat")), options), I(1));
  cr_expect_str_eq(printed(CALL(PROCESS_SIGNAL, p, T("SIGHUP"))),
                   "(list \"HostOk\" Unit)");
  cr_expect_str_eq(printed(CALL(PROCESS_WAIT, p, I(-1))),
                   "(list \"HostOk\" (list 7 \"map\" (list (list \"status\" "
                   "\"signaled\") (list \"signal\" \"SIGHUP\"))))");
  cr_expect_str_eq(printed(CALL(HANDLE_CLOSE, p)), "(list \"HostOk\" Unit)");
}

Test(process_old, a_signal_is_sent_waited_for_and_told) {
  check_signal();
}

Test(process_strict, a_signal_is_sent_waited_for_and_told) {
  check_signal();
}

Test(process_old, what_the_host_buried_gets_no_signal) {
  zero_value p = CALL(NTH, CALL(PROCESS_START, L(T("sleep"), T("0.1"))),
                      I(1));
  cr_assert_gt(waitpid(-1, NULL, 0), 0);
  cr_expect_not_null(strstr(printed(CALL(PROCESS_SIGNAL, p, T("SIGTERM"))),
                            "PROCESS_GONE"));
  const char *lost = printed(CALL(PROCESS_WAIT, p, I(-1)));
  cr_expect_not_null(strstr(lost, "PROCESS_STATUS_LOST"), "%s", lost);
  cr_expect_str_eq(printed(CALL(HANDLE_CLOSE, p)), "(list \"HostOk\" Unit)");
}

static void check_closing(void) {
  zero_value p = CALL(NTH, CALL(PROCESS_START, SHELL("trap '' TERM; "
                                                     "sleep 50")), I(1));
  cr_expect_str_eq(printed(CALL(HANDLE_CLOSE, p)), "(list \"HostOk\" Unit)");
}

Test(process_old, closing_kills_what_runs) {
  check_closing();
}

Test(process_strict, closing_kills_what_runs) {
  check_closing();
}

/* Without a pidfd there is nothing that poll(2) could wait for. */
Test(process_old, poll_waits_for_its_end) {
  zero_value p = CALL(NTH, CALL(PROCESS_START, L(T("sleep"), T("0.1"))),
                      I(1));
  EXPECT("(list \"HostOk\" (list))", POLL, L(p), I(0));
  EXPECT("(list \"HostOk\" (list))", POLL, L(p), I(15));
  const char *ready = printed(CALL(POLL, L(L(p, T("read"), I(7))), I(10000)));
  cr_expect_not_null(strstr(ready, "\"read\" 7)"), "%s", ready);
  cr_expect_not_null(strstr(printed(CALL(PROCESS_WAIT, p, I(0))),
                            "(list \"code\" 0)"));
  EXPECT("TYPE_MISMATCH: poll: a process cannot be waited for to write", POLL,
         L(L(p, T("write"))), I(0));
}

Test(process_old, poll_answers_at_once_when_its_end_is_known) {
  zero_value p = CALL(NTH, CALL(PROCESS_START, L(T("true"))), I(1));
  zero_value runs = CALL(NTH, CALL(PROCESS_START, L(T("sleep"), T("50"))),
                         I(1));
  CALL(PROCESS_WAIT, p, I(-1));
  for (int timeout = -1; timeout < 1; timeout++) {
    zero_value ready = CALL(NTH, CALL(POLL, L(runs, p), I(timeout)), I(1));
    cr_expect_str_eq(printed(CALL(LEN, ready)), "1");
    EXPECT("true", EQUAL, CALL(HEAD, CALL(HEAD, ready)), p);
  }
  CALL(HANDLE_CLOSE, p);
  EXPECT("HANDLE_CLOSED: poll: the ProcessHandle is closed", POLL, L(p),
         I(0));
}

/* Things with a descriptor and without one, in one list. */
Test(process_old, poll_waits_for_a_process_and_its_pipe) {
  zero_value options = WITH(NONE, "stdout", T("pipe"));
  zero_value p = CALL(NTH, CALL(PROCESS_START, SHELL("sleep 0.05; echo a; "
                                                     "exec sleep 50"),
                                options), I(1));
  zero_value stdio = CALL(LAYOUT_GET, T("ProcessHandle"), T("stdio"), p);
  zero_value pipe = CALL(NTH, stdio, I(1));
  zero_value ready = CALL(NTH, CALL(POLL, L(p, pipe), I(10000)), I(1));
  cr_expect_str_eq(printed(CALL(LEN, ready)), "1");
  EXPECT("true", EQUAL, CALL(HEAD, CALL(HEAD, ready)), pipe);
  CALL(HANDLE_READ, pipe, I(10));
  CALL(PROCESS_SIGNAL, p, T("SIGKILL"));
  ready = CALL(NTH, CALL(POLL, L(p, pipe), I(-1)), I(1));
  cr_expect_not(zero_is_none(ready));
}

Test(process_old, poll_answers_of_what_the_host_buried) {
  zero_value p = CALL(NTH, CALL(PROCESS_START, L(T("true"))), I(1));
  cr_assert_gt(waitpid(-1, NULL, 0), 0);
  zero_value ready = CALL(NTH, CALL(POLL, L(p), I(-1)), I(1));
  cr_expect_str_eq(printed(CALL(LEN, ready)), "1");
}
