/* test_process.c - processes: started, fed, collected, signalled, ended. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <gc/gc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "handle/handle.h"
#include "support/folder.h"
#include "support/pipes.h"
#include "support/random.h"
#include "support/session.h"
#include "value/record.h"

static int64_t look_takes; /* nanoseconds; for the test that needs it slow */

static void setup(void) {
  setenv("PATH", "/usr/bin:/bin", 1);
  zero_test_session();
  vm->granted = ZERO_CAPABILITY_IO | ZERO_CAPABILITY_PROCESS;
}

/* Nothing that a test started may be left: no child, running or dead. */
static void teardown(void) {
  zero__handles_close(vm, NULL, NULL);
  cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
  cr_expect_eq(errno, ECHILD);
}

/* Instead of libc's: checking a process that has ended may be slow. */
int waitid(idtype_t type, id_t id, siginfo_t *info, int options) {
  int answer = (int)syscall(SYS_waitid, type, id, info, options, NULL);
  int error = errno;
  const struct timespec pause = {.tv_nsec = look_takes};
  if (look_takes > 0) nanosleep(&pause, NULL);
  errno = error;
  return answer;
}

TestSuite(process, .init = setup, .fini = teardown, .timeout = 60);

/* --- saying what is to be run -------------------------------------------- */

/* Options are made by WITH(NONE, "timeout", I(5)), one inside another. */
#define NONE CALL(MAP_EMPTY)
#define WITH(map, name, value) CALL(MAP_PUT, map, T(name), value)
#define SHELL(script) L(T("sh"), T("-c"), T(script))

static zero_value run(zero_value argv, zero_value options) {
  return CALL(PROCESS_RUN, argv, options);
}

/* The value at a key of a result, printed. */
static const char *at(zero_value map, const char *key) {
  return zero_test_printed(vm, CALL(MAP_GET, map, T(key)));
}

static void expect_exit(zero_value map, int status) {
  char wanted[64];
  snprintf(wanted, sizeof wanted, "(list 5 \"some\" %d)", status);
  cr_expect_str_eq(at(map, "status"), "(list 5 \"some\" \"exited\")");
  cr_expect_str_eq(at(map, "code"), wanted);
}

static void expect_signal(zero_value map, const char *name) {
  char wanted[64];
  snprintf(wanted, sizeof wanted, "(list 5 \"some\" \"%s\")", name);
  cr_expect_str_eq(at(map, "status"), "(list 5 \"some\" \"signaled\")");
  cr_expect_str_eq(at(map, "signal"), wanted);
  cr_expect_str_eq(at(map, "code"), "(list 5 \"none\")");
}

static const struct zero_bytes *bytes_at(zero_value map, const char *key) {
  zero_value some = CALL(MAP_GET, map, T(key));
  return zero__bytes(CALL(LAYOUT_GET, T("Option"), T("value"), some));
}

/* What a program wrote to stdout, as a string. */
static const char *output(zero_value map) {
  const struct zero_bytes *bytes = bytes_at(map, "stdout");
  char *string = zero__alloc(&vm->heap, ZERO_LEAF, bytes->size + 1);
  memcpy(string, bytes->data, bytes->size);
  string[bytes->size] = '\0';
  return string;
}

/* The output of a script that goes well. */
static const char *said(const char *script) {
  zero_value map = good(run(SHELL(script), NONE));
  expect_exit(map, 0);
  return output(map);
}

/* Whether a process is gone; one that was killed may take a moment. */
static bool is_gone(pid_t pid) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  for (int i = 0; i < 2000; i++) {
    FILE *file = fopen(path, "r");
    if (file == NULL) return true;
    bool read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    if (!read || strstr(line, ") Z ") != NULL) return true;
    usleep(1000);
  }
  return false;
}

static void make_file(const char *path, const char *text, unsigned mode) {
  zero_test_put(path, text);
  cr_assert_eq(chmod(path, mode), 0);
}

/* --- running ------------------------------------------------------------- */

Test(process, programs_are_run_and_their_status_told) {
  expect_exit(good(run(L(T("true")), NONE)), 0);
  expect_exit(good(CALL(PROCESS_RUN, L(T("false")))), 1);
  expect_exit(good(run(SHELL("exit 255"), NONE)), 255);
  expect_exit(good(run(L(T("/bin/sleep"), T("0")), NONE)), 0);
}

Test(process, exit_and_signal_are_told_apart) {
  expect_exit(good(run(SHELL("exit 137"), NONE)), 137);
  expect_signal(good(run(SHELL("kill -KILL $$"), NONE)), "SIGKILL");
  expect_signal(good(run(SHELL("kill -TERM $$"), NONE)), "SIGTERM");
  expect_signal(good(run(SHELL("kill -34 $$"), NONE)), "SIGRTMIN");
  expect_signal(good(run(SHELL("kill -40 $$"), NONE)), "SIGRTMIN+6");
}

Test(process, each_argument_arrives_as_it_is) {
  zero_value argv = L(T("printf"), T("%s|"), T("a b"), T("'\"\\"), T(""),
                      T("x\ny\t"), T("$(id) `id` $HOME * ~ ; & | > f"),
                      T("-n"), T("\xc3\xa9"));
  cr_expect_str_eq(output(good(run(argv, NONE))),
                   "a b|'\"\\||x\ny\t|$(id) `id` $HOME * ~ ; & | > f|-n|"
                   "\xc3\xa9|");
}

Test(process, a_program_reads_a_text_bytes_or_nothing) {
  zero_value cat = L(T("cat"));
  cr_expect_str_eq(output(good(run(cat, NONE))), "");
  zero_value map = good(run(cat, WITH(NONE, "input", T("one\ntwo"))));
  cr_expect_str_eq(output(map), "one\ntwo");
  zero_value odd = CALL(BYTES_FROM_LIST, L(I(0), I(255), I(10), I(0)));
  map = good(run(cat, WITH(NONE, "input", odd)));
  cr_expect_eq(bytes_at(map, "stdout")->size, 4);
  cr_expect_eq(memcmp(bytes_at(map, "stdout")->data, "\0\xff\n", 4), 0);
  map = good(run(cat, WITH(NONE, "input", T(""))));
  cr_expect_str_eq(output(map), "");
}

Test(process, much_is_read_and_written_and_what_nobody_reads_is_no_matter) {
  zero_value much = zero_test_long_text(vm, 5000000);
  zero_value map = good(run(L(T("cat")), WITH(NONE, "input", much)));
  expect_exit(map, 0);
  cr_expect_eq(bytes_at(map, "stdout")->size, 5000000);
  map = good(run(L(T("head"), T("-c"), T("3")), WITH(NONE, "input", much)));
  expect_exit(map, 0);
  cr_expect_str_eq(output(map), "xxx");
  expect_exit(good(run(L(T("true")), WITH(NONE, "input", much))), 0);
}

Test(process, both_pipes_may_be_flooded) {
  zero_value map = good(run(SHELL(
      "head -c 3000000 /dev/zero >&2 & head -c 3000001 /dev/zero; wait"),
      NONE));
  expect_exit(map, 0);
  cr_expect_eq(bytes_at(map, "stdout")->size, 3000001);
  cr_expect_eq(bytes_at(map, "stderr")->size, 3000000);
}

Test(process, streams_are_kept_joined_or_thrown_away) {
  zero_value script = SHELL("echo out; echo err >&2");
  zero_value map = good(run(script, WITH(NONE, "stderr", T("stdout"))));
  cr_expect_str_eq(output(map), "out\nerr\n");
  cr_expect_str_eq(at(map, "stderr"), "(list 5 \"none\")");
  map = good(run(script, WITH(NONE, "stdout", T("none"))));
  cr_expect_str_eq(at(map, "stdout"), "(list 5 \"none\")");
  cr_expect_eq(bytes_at(map, "stderr")->size, 4);
  map = good(run(script, WITH(WITH(NONE, "stdout", T("none")), "stderr",
                              T("stdout"))));
  cr_expect_str_eq(at(map, "stderr"), "(list 5 \"none\")");
}

Test(process, the_environment_is_the_hosts_or_the_one_that_is_given) {
  setenv("ZERO_TEST", "from the host", 1);
  cr_expect_str_eq(said("printf %s \"$ZERO_TEST\""), "from the host");
  zero_value two = WITH(WITH(NONE, "A", T("1 = $B")), "\xc3\xa9", T(""));
  zero_value env = L(T("env"));
  cr_expect_str_eq(output(good(run(env, WITH(NONE, "environment", two)))),
                   "A=1 = $B\n\xc3\xa9=\n");
  cr_expect_str_eq(output(good(run(env, WITH(NONE, "environment", NONE)))),
                   "");
}

Test(process, it_runs_in_the_directory_that_is_given) {
  const char *folder = zero_test_folder_enter();
  mkdir("in", 0700);
  make_file("in/program", "#!/bin/sh\npwd\n", 0700);
  cr_expect_str_eq(output(good(run(L(T("pwd")), WITH(NONE, "directory",
                                                     T("/usr"))))),
                   "/usr\n");
  /* A path with a slash counts from there. */
  zero_value in = WITH(NONE, "directory", T("in"));
  zero_value map = good(run(L(T("./program")), in));
  cr_expect_eq(strncmp(output(map), folder, strlen(folder)), 0);
  zero_value out = WITH(NONE, "directory", T("none"));
  cr_expect_str_eq(zero_test_printed(vm, run(L(T("pwd")), out)),
                   "(list \"HostErr\" \"HOST_NOT_FOUND\" \"process-run: "
                   "directory \\\"none\\\": No such file or directory\" "
                   "\"process\")");
  zero_test_folder_leave();
}

/* --- what cannot be run -------------------------------------------------- */

Test(process, what_is_no_program_is_told_with_its_reason) {
  zero_test_folder_enter();
  make_file("plain", "#!/bin/sh\n", 0600);
  make_file("unknown", "echo hello\n", 0700);
  make_file("homeless", "#!/nowhere/at/all\n", 0700);
  int before = zero_test_descriptors();
  cr_expect_str_eq(code(run(L(T("./missing")), NONE)), "HOST_NOT_FOUND");
  cr_expect_str_eq(code(run(L(T("no-such-program")), NONE)),
                   "HOST_NOT_FOUND");
  cr_expect_str_eq(code(run(L(T("")), NONE)), "HOST_NOT_FOUND");
  cr_expect_str_eq(code(run(L(T("./plain/x")), NONE)), "HOST_NOT_FOUND");
  cr_expect_str_eq(code(run(L(T("./homeless")), NONE)), "HOST_NOT_FOUND");
  cr_expect_str_eq(code(run(L(T("./plain")), NONE)), "HOST_DENIED");
  cr_expect_str_eq(code(run(L(T("/usr")), NONE)), "HOST_DENIED");
  cr_expect_str_eq(code(run(L(T("./unknown")), NONE)), "PROCESS_FORMAT");
  EXPECT_CODE("HOST_DENIED", PROCESS_START, L(T("./plain")));
  int writing = open("unknown", O_WRONLY);
  cr_expect_str_eq(code(run(L(T("./unknown")), NONE)), "HOST_BUSY");
  close(writing);
  zero_value much = zero_test_long_text(vm, 3000000);
  cr_expect_str_eq(code(run(L(T("true"), much), NONE)), "PROCESS_TOO_LONG");
  cr_expect_eq(zero_test_descriptors(), before);
  cr_expect_eq(vm->handles->count, 0);
  zero_test_folder_leave();
}

Test(process, a_name_is_looked_for_in_the_absolute_parts_of_path) {
  const char *folder = zero_test_folder_enter();
  char path[256], first[128];
  mkdir("a", 0700);
  mkdir("b", 0700);
  make_file("a/tool", "#!/bin/sh\necho a\n", 0600);
  make_file("b/tool", "#!/bin/sh\necho b\n", 0700);
  make_file("tool", "#!/bin/sh\necho here\n", 0700);
  snprintf(path, sizeof path, ":.:/nowhere:%s/a:%s/b", folder, folder);
  setenv("PATH", path, 1);
  cr_expect_str_eq(output(good(run(L(T("tool")), NONE))), "b\n");
  snprintf(first, sizeof first, ":.:%s/a:", folder);
  setenv("PATH", first, 1);
  cr_expect_str_eq(code(run(L(T("tool")), NONE)), "HOST_DENIED");
  setenv("PATH", ":", 1);
  cr_expect_str_eq(code(run(L(T("tool")), NONE)), "HOST_NOT_FOUND");
  unsetenv("PATH");
  expect_exit(good(run(L(T("true")), NONE)), 0);
  setenv("PATH", "/usr/bin:/bin", 1);
  zero_test_folder_leave();
}

/* A user that may search every directory tries it as `nobody`, if there is
 * one. */
Test(process, a_part_of_path_that_may_not_be_searched_has_no_programs) {
  enum { NOBODY = 65534 };
  const char *folder = zero_test_folder_enter();
  char path[256], there[128], beside[128];
  cr_assert_eq(chmod(folder, 0755), 0);
  mkdir("shut", 0700);
  mkdir("open", 0755);
  make_file("shut/tool", "#!/bin/sh\n", 0755);
  cr_assert_eq(chmod("shut", 0), 0);
  snprintf(there, sizeof there, "%s/shut/tool", folder);
  snprintf(beside, sizeof beside, "%s/shut/none", folder);
  snprintf(path, sizeof path, "%s/shut:%s/open", folder, folder);
  setenv("PATH", path, 1);
  uid_t user = geteuid();
  if (user != 0 || seteuid(NOBODY) == 0) {
    cr_expect_str_eq(code(run(L(T("tool")), NONE)), "HOST_NOT_FOUND");
    cr_expect_str_eq(code(run(L(T(there)), NONE)), "HOST_DENIED");
    cr_expect_str_eq(code(run(L(T(beside)), NONE)), "HOST_DENIED");
    cr_assert_eq(seteuid(user), 0);
  }
  cr_assert_eq(chmod("shut", 0700), 0);
  setenv("PATH", "/usr/bin:/bin", 1);
  zero_test_folder_leave();
}

Test(process, options_that_do_not_fit_are_refused) {
  zero_value argv = L(T("true"));
  EXPECT("PROCESS_OPTION: process-run: it has no option Text \"shell\"",
         PROCESS_RUN, argv, WITH(NONE, "shell", I(1)));
  EXPECT("PROCESS_OPTION: process-start: it has no option Text "
         "\"timeout\"", PROCESS_START, argv, WITH(NONE, "timeout", I(1)));
  EXPECT("PROCESS_OPTION: process-run: it has no option I64 1",
         PROCESS_RUN, argv, CALL(MAP_PUT, NONE, I(1), I(1)));
  EXPECT("PROCESS_OPTION: process-run: \"timeout\" must be milliseconds, an "
         "I64, or -1 for no limit, found I64 -2", PROCESS_RUN, argv,
         WITH(NONE, "timeout", I(-2)));
  EXPECT("PROCESS_OPTION: process-run: \"limit\" must be an I64 of at least "
         "0 bytes, found Text \"1\"", PROCESS_RUN, argv,
         WITH(NONE, "limit", T("1")));
  EXPECT("PROCESS_OPTION: process-run: \"grace\" must be milliseconds, an "
         "I64 of at least 0, found I64 -1", PROCESS_RUN, argv,
         WITH(NONE, "grace", I(-1)));
  EXPECT("PROCESS_OPTION: process-run: \"directory\" must be a Text, found "
         "I64 1", PROCESS_RUN, argv, WITH(NONE, "directory", I(1)));
  EXPECT("PROCESS_OPTION: process-run: \"input\" must be a Text or Bytes, "
         "found I64 1", PROCESS_RUN, argv, WITH(NONE, "input", I(1)));
  EXPECT("PROCESS_OPTION: process-run: \"input\" and \"stdin\" exclude each "
         "other", PROCESS_RUN, argv,
         WITH(WITH(NONE, "input", T("")), "stdin", T("none")));
  EXPECT("PROCESS_OPTION: process-run: \"stdout\" must be \"keep\", "
         "\"none\" or a Handle, found Text \"pipe\"", PROCESS_RUN, argv,
         WITH(NONE, "stdout", T("pipe")));
  EXPECT("PROCESS_OPTION: process-start: \"stderr\" must be \"pipe\", "
         "\"none\", \"stdout\" or a Handle, found Text \"keep\"",
         PROCESS_START, argv, WITH(NONE, "stderr", T("keep")));
  EXPECT("PROCESS_OPTION: process-start: \"stdin\" must be a word or a "
         "Handle, found Bool true", PROCESS_START, argv,
         WITH(NONE, "stdin", ZERO_TRUE));
  EXPECT("PROCESS_OPTION: process-run: \"environment\" must be a Map of "
         "Text, found I64 1", PROCESS_RUN, argv,
         WITH(NONE, "environment", I(1)));
  EXPECT("PROCESS_OPTION: process-run: \"environment\" must be a Map "
         "from names, Texts without =, to Texts, found Text \"A=B\"",
         PROCESS_RUN, argv, WITH(NONE, "environment",
                                 WITH(NONE, "A=B", T(""))));
  EXPECT("PROCESS_OPTION: process-run: \"environment\" must be a Map of "
         "Text, found I64 1", PROCESS_RUN, argv,
         WITH(NONE, "environment", WITH(NONE, "A", I(1))));
}

Test(process, arguments_that_do_not_fit_are_refused) {
  EXPECT("TYPE_MISMATCH: process-run: the list of arguments must begin with "
         "a program", PROCESS_RUN, L());
  cr_expect(zero_is_none(CALL(PROCESS_RUN, L(T("true"), I(1)))));
  cr_expect_eq(vm->heap.fault.code, ZERO_CODE_TYPE_MISMATCH);
  cr_expect(zero_is_none(CALL(PROCESS_RUN, T("true"))));
  cr_expect_eq(vm->heap.fault.code, ZERO_CODE_TYPE_MISMATCH);
  cr_expect(zero_is_none(CALL(PROCESS_RUN, L(T("true")), L())));
  cr_expect_eq(vm->heap.fault.code, ZERO_CODE_TYPE_MISMATCH);
  cr_expect_eq(vm->handles->count, 0);
}

/* --- limits of a run ----------------------------------------------------- */

/* The number that a script left in a file. */
static pid_t pid_in(const char *path) {
  int pid = 0;
  FILE *file = fopen(path, "r");
  if (file == NULL || fscanf(file, "%d", &pid) != 1) pid = 0;
  if (file != NULL) fclose(file);
  cr_assert_gt(pid, 1, "%s", path);
  return pid;
}

Test(process, a_timeout_ends_what_ignores_sigterm) {
  zero_test_folder_enter();
  zero_value limits = WITH(WITH(NONE, "timeout", I(300)), "grace", I(200));
  zero_value script = SHELL("trap '' TERM; echo $$ >me; "
                            "while :; do sleep 1; done");
  uint64_t start = zero_test_now();
  cr_expect_str_eq(zero_test_printed(vm, run(script, limits)),
                   "(list \"HostErr\" \"HOST_TIMED_OUT\" \"process-run: "
                   "\\\"sh\\\" was killed: it ran longer than 300 "
                   "milliseconds\" \"process\")");
  cr_expect_geq(zero_test_now() - start, 500000000);
  cr_expect(is_gone(pid_in("me")));
  zero_test_folder_leave();
}

Test(process, a_timeout_lets_a_program_end_itself_and_write_on) {
  zero_test_folder_enter();
  zero_value limits = WITH(WITH(NONE, "timeout", I(300)), "grace", I(20000));
  zero_value script = SHELL("trap 'head -c 1000000 /dev/zero; echo bye >bye;"
                            " exit' TERM; while :; do sleep 0.05; done");
  uint64_t start = zero_test_now();
  cr_expect_str_eq(code(run(script, limits)), "HOST_TIMED_OUT");
  cr_expect_lt(zero_test_now() - start, 19000000000);
  cr_expect_eq(access("bye", F_OK), 0);
  zero_test_folder_leave();
}

/* Its pipes are closed before, and between two looks it ends: a wait that
 * began after that would be for nothing. Each look takes 40 ms here, so that
 * one of the ends lies between two. */
Test(process, one_that_ends_while_it_is_looked_at_is_not_waited_for,
     .timeout = 20) {
  look_takes = 40000000;
  expect_exit(good(run(SHELL("exec >&- 2>&-; sleep 0.10"), NONE)), 0);
  expect_exit(good(run(SHELL("exec >&- 2>&-; sleep 0.12"), NONE)), 0);
  expect_exit(good(run(SHELL("exec >&- 2>&-; sleep 0.14"), NONE)), 0);
  expect_exit(good(run(SHELL("exec >&- 2>&-; sleep 0.16"), NONE)), 0);
}

Test(process, a_timeout_ends_what_is_stopped) {
  zero_value limits = WITH(NONE, "timeout", I(200));
  uint64_t start = zero_test_now();
  cr_expect_str_eq(code(run(SHELL("kill -STOP $$"), limits)),
                   "HOST_TIMED_OUT");
  cr_expect_lt(zero_test_now() - start, 1900000000);
}

Test(process, a_grandchild_that_keeps_the_pipe_open_is_ended_too) {
  zero_test_folder_enter();
  zero_value limits = WITH(NONE, "timeout", I(300));
  zero_value script = SHELL("sleep 100 & echo $! >it");
  cr_expect_str_eq(code(run(script, limits)), "HOST_TIMED_OUT");
  cr_expect(is_gone(pid_in("it")));
  zero_test_folder_leave();
}

Test(process, a_grandchild_that_left_the_group_does_not_keep_us) {
  zero_test_folder_enter();
  zero_value limits = WITH(NONE, "timeout", I(300));
  zero_value script =
      SHELL("setsid sh -c 'echo $$ >it; exec sleep 50' & sleep 0.1");
  cr_expect_str_eq(code(run(script, limits)), "HOST_TIMED_OUT");
  kill(pid_in("it"), SIGKILL);
  zero_test_folder_leave();
}

Test(process, what_a_program_leaves_in_its_group_ends_with_it) {
  zero_test_folder_enter();
  zero_value script = SHELL("sleep 100 >/dev/null 2>&1 & echo $! >it");
  expect_exit(good(run(script, NONE)), 0);
  cr_expect(is_gone(pid_in("it")));
  zero_test_folder_leave();
}

Test(process, more_than_is_kept_ends_it) {
  zero_value hundred = WITH(NONE, "limit", I(100));
  zero_value map = good(run(SHELL("head -c 100 /dev/zero"), hundred));
  cr_expect_eq(bytes_at(map, "stdout")->size, 100);
  cr_expect_str_eq(code(run(SHELL("head -c 101 /dev/zero"), hundred)),
                   "PROCESS_OUTPUT_LIMIT");
  cr_expect_str_eq(code(run(SHELL("yes >&2"), hundred)),
                   "PROCESS_OUTPUT_LIMIT");
  cr_expect_str_eq(code(run(L(T("yes")), WITH(NONE, "limit", I(0)))),
                   "PROCESS_OUTPUT_LIMIT");
  expect_exit(good(run(L(T("true")), WITH(NONE, "limit", I(0)))), 0);
}

Test(process, a_run_that_is_raised_out_of_leaves_nothing) {
  zero_test_folder_enter();
  int before = zero_test_descriptors();
  vm->limits.deadline = zero_test_now() + 500000000;
  cr_expect(zero_is_none(run(SHELL("echo $$ >me; exec sleep 100"), NONE)));
  cr_expect_eq(vm->heap.fault.code, ZERO_CODE_DEADLINE);
  vm->limits.deadline = UINT64_MAX;
  zero__handles_unwind(vm, 0);
  cr_expect(is_gone(pid_in("me")));
  cr_expect_eq(zero_test_descriptors(), before);
  cr_expect_eq(vm->handles->count, 0);
  zero_test_folder_leave();
}

/* --- living with one ----------------------------------------------------- */

static zero_value start(zero_value argv, zero_value options) {
  return good(CALL(PROCESS_START, argv, options));
}

static zero_value stream(zero_value process, int i) {
  zero_value stdio = CALL(LAYOUT_GET, T("ProcessHandle"), T("stdio"),
                          process);
  return CALL(NTH, stdio, I(i));
}

static const char *status(zero_value process) {
  return zero__text_bytes(CALL(LAYOUT_GET, T("ProcessHandle"), T("status"),
                               process));
}

static pid_t pid_of(zero_value process) {
  zero_value pid = CALL(LAYOUT_GET, T("ProcessHandle"), T("pid"), process);
  cr_assert(!zero_is_none(pid), "%s", zero_test_fault(vm));
  return (pid_t)zero__i64_number(pid);
}

static void close_all(zero_value process) {
  for (int i = 0; i < 3; i++) {
    zero_value end = stream(process, i);
    if (zero__is_linear(end)) good(CALL(HANDLE_CLOSE, end));
  }
  good(CALL(HANDLE_CLOSE, process));
}

#define PIPES WITH(WITH(NONE, "stdin", T("pipe")), "stdout", T("pipe"))

Test(process, a_started_one_is_talked_to_through_its_pipes) {
  int before = zero_test_descriptors();
  zero_value p = start(L(T("cat")), PIPES);
  cr_expect_str_eq(status(p), "running");
  cr_expect_eq(getpgid(pid_of(p)), pid_of(p));
  cr_expect_eq(getsid(pid_of(p)), pid_of(p));
  EXPECT("(list \"HostOk\" 2)", HANDLE_WRITE, stream(p, 0), T("hi"));
  EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list 104 105)))", HANDLE_READ,
         stream(p, 1), I(100));
  EXPECT("Unit", NTH, CALL(LAYOUT_GET, T("ProcessHandle"), T("stdio"), p),
         I(2));
  EXPECT("(list \"HostErr\" \"HOST_TIMED_OUT\" \"process-wait: the process "
         "still runs after 10 milliseconds\" \"process\")", PROCESS_WAIT,
         p, I(10));
  EXPECT("(list \"HostOk\" Unit)", HANDLE_CLOSE, stream(p, 0));
  expect_exit(good(CALL(PROCESS_WAIT, p, I(-1))), 0);
  expect_exit(good(CALL(PROCESS_WAIT, p, I(0))), 0);
  cr_expect_str_eq(status(p), "exited");
  EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list)))", HANDLE_READ,
         stream(p, 1), I(100));
  good(CALL(HANDLE_CLOSE, stream(p, 1)));
  good(CALL(HANDLE_CLOSE, p));
  cr_expect_str_eq(status(p), "closed");
  cr_expect_eq(zero_test_descriptors(), before);
}

Test(process, signals_are_sent_by_name_and_not_to_the_dead) {
  zero_value p = start(SHELL("trap 'echo usr1' USR1; echo go; "
                             "while :; do sleep 0.02; done"), PIPES);
  good(CALL(HANDLE_READ, stream(p, 1), I(3)));
  EXPECT("(list \"HostOk\" Unit)", PROCESS_SIGNAL, p, T("SIGUSR1"));
  EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list 117 115 114 49 10)))",
         HANDLE_READ, stream(p, 1), I(100));
  EXPECT("SIGNAL_UNKNOWN: process-signal: no signal is named \"TERM\"",
         PROCESS_SIGNAL, p, T("TERM"));
  cr_expect_str_eq(status(p), "running");
  good(CALL(PROCESS_SIGNAL, p, T("SIGRTMIN+2")));
  expect_signal(good(CALL(PROCESS_WAIT, p, I(-1))), "SIGRTMIN+2");
  cr_expect_str_eq(status(p), "signaled");
  EXPECT("(list \"HostErr\" \"PROCESS_GONE\" \"process-signal: SIGTERM: No "
         "such process\" \"process\")", PROCESS_SIGNAL, p, T("SIGTERM"));
  close_all(p);
}

Test(process, closing_ends_all_of_the_group) {
  zero_value p = start(SHELL("trap '' TERM INT HUP; sleep 100 & echo $!; "
                             "wait"), WITH(NONE, "stdout", T("pipe")));
  zero_value said_pid = good(CALL(HANDLE_READ, stream(p, 1), I(20)));
  int grandchild = atoi((const char *)zero__bytes(said_pid)->data);
  pid_t pid = pid_of(p);
  cr_expect_gt(grandchild, 1);
  close_all(p);
  cr_expect(is_gone(pid));
  cr_expect(is_gone(grandchild));
  cr_expect_eq(kill(pid, 0), -1);
}

Test(process, the_end_of_the_vm_ends_what_is_left) {
  pid_t pids[20];
  for (int i = 0; i < 20; i++) {
    pids[i] = pid_of(start(L(T("sleep"), T("100")), PIPES));
  }
  int before = zero_test_descriptors();
  zero__handles_close(vm, NULL, NULL);
  for (int i = 0; i < 20; i++) {
    cr_expect_eq(kill(pids[i], 0), -1);
    cr_expect_eq(errno, ESRCH);
  }
  cr_expect_eq(zero_test_descriptors(), before - 60);
}

Test(process, its_descriptor_is_ready_when_it_has_ended) {
  zero_value p = start(L(T("cat")), PIPES);
  struct zero_handle *h = zero__handle_use(vm, p, NULL);
  struct pollfd one = {.fd = h->file,
                       .events = h->kind->events};
  cr_expect_eq(poll(&one, 1, 0), 0);
  good(CALL(HANDLE_CLOSE, stream(p, 0)));
  cr_expect_eq(poll(&one, 1, 10000), 1);
  cr_expect_str_eq(status(p), "exited");
}

Test(process, poll_answers_at_once_when_its_end_is_known) {
  zero_value p = start(L(T("true")), NONE);
  good(CALL(PROCESS_WAIT, p, I(-1)));
  for (int i = 0; i < 2; i++) {
    zero_value ready = good(CALL(POLL, L(p), I(i - 1)));
    cr_expect_str_eq(zero_test_printed(vm, CALL(LEN, ready)), "1");
    EXPECT("true", EQUAL, CALL(HEAD, CALL(HEAD, ready)), p);
    good(CALL(PROCESS_WAIT, p, I(0)));
  }
  zero_value lost = start(L(T("true")), NONE);
  cr_assert_eq(waitpid(pid_of(lost), NULL, 0), pid_of(lost));
  cr_expect_str_eq(
      zero_test_printed(vm, CALL(LEN, good(CALL(POLL, L(lost), I(-1))))),
      "1");
}

Test(process, what_it_does_not_read_is_a_broken_pipe_and_no_signal) {
  zero_value p = start(L(T("true")), WITH(NONE, "stdin", T("pipe")));
  good(CALL(PROCESS_WAIT, p, I(-1)));
  EXPECT_CODE("HOST_BROKEN_PIPE", HANDLE_WRITE, stream(p, 0), T("a"));
}

Test(process, the_end_of_one_is_the_beginning_of_another) {
  zero_value much = zero_test_long_text(vm, 1000000);
  zero_value first = start(L(T("cat")), WITH(WITH(NONE, "input", much),
                                             "stdout", T("pipe")));
  zero_value map = good(run(L(T("wc"), T("-c")),
                            WITH(NONE, "stdin", stream(first, 1))));
  cr_expect_str_eq(output(map), "1000000\n");
  /* A child's streams block, and ours do not. */
  struct zero_handle *h = zero__handle_use(vm, stream(first, 1), NULL);
  cr_expect_neq(fcntl(h->file, F_GETFL) & O_NONBLOCK, 0);
  close_all(first);
}

Test(process, a_handle_that_is_no_stream_is_refused) {
  zero_value p = start(L(T("cat")), PIPES);
  zero_value argv = L(T("cat"));
  EXPECT("PROCESS_OPTION: process-run: \"stdin\" cannot be a process",
         PROCESS_RUN, argv, WITH(NONE, "stdin", p));
  EXPECT("PROCESS_OPTION: process-run: \"stdin\" cannot be a pipe to write "
         "to", PROCESS_RUN, argv, WITH(NONE, "stdin", stream(p, 0)));
  EXPECT("PROCESS_OPTION: process-run: \"stdout\" cannot be a pipe to read "
         "from", PROCESS_RUN, argv, WITH(NONE, "stdout", stream(p, 1)));
  close_all(p);
  EXPECT("HANDLE_CLOSED: process-run: the Handle is closed", PROCESS_RUN,
         argv, WITH(NONE, "stdin", stream(p, 1)));
  EXPECT("HANDLE_CLOSED: process-wait: the ProcessHandle is closed",
         PROCESS_WAIT, p, I(0));
}

Test(process, the_capability_is_asked_for_at_each_use) {
  zero_value p = start(L(T("cat")), PIPES);
  vm->granted = ZERO_CAPABILITY_IO;
  EXPECT("CAPABILITY_DENIED: process-wait needs the capability process, "
         "which was not granted", PROCESS_WAIT, p, I(0));
  EXPECT("CAPABILITY_DENIED: handle-read needs the capability process, "
         "which was not granted", HANDLE_READ, stream(p, 1), I(1));
  cr_expect_str_eq(status(p), "running");
  close_all(p);
}

/* --- the host's own ------------------------------------------------------ */

static volatile sig_atomic_t children;

static void on_child(int number) {
  (void)number;
  children++;
}

Test(process, nothing_of_the_host_gets_into_the_program) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGINT, on_child);
  /* Of glibc's own, which only a system call may change. */
  const unsigned long ignored[8] = {(unsigned long)(uintptr_t)SIG_IGN};
  syscall(SYS_rt_sigaction, 32, ignored, NULL, (_NSIG - 1) / 8);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  cr_expect_str_eq(said("sed -n '/^Sig[BI]/p' /proc/self/status"),
                   "SigBlk:\t0000000000000000\n"
                   "SigIgn:\t0000000000000000\n");
  for (int i = 0; i < 40; i++) cr_assert(dup(0) >= 0); /* without O_CLOEXEC */
  dup2(0, 700);
  /* The shell itself has the folder open that it lists. */
  cr_expect_str_eq(said("cd /proc/$$/fd; echo *"), "0 1 2 3\n");
}

/* What the host does on each signal. */
struct doing {
  void (*handler)(int number);
  int flags;
  int blocked;
};

static void ask(struct doing all[_NSIG]) {
  sigset_t mask;
  sigprocmask(SIG_SETMASK, NULL, &mask);
  for (int number = 1; number < _NSIG; number++) {
    struct sigaction action = {.sa_flags = 0};
    sigaction(number, NULL, &action);
    all[number] = (struct doing){action.sa_handler, action.sa_flags,
                                 sigismember(&mask, number)};
  }
}

Test(process, the_hosts_signals_stay_as_they_were) {
  struct doing before[_NSIG], after[_NSIG];
  struct sigaction action = {.sa_handler = on_child};
  sigaction(SIGCHLD, &action, NULL);
  sigaction(SIGPIPE, &action, NULL);
  ask(before);
  children = 0;
  expect_exit(good(run(L(T("true")), NONE)), 0);
  cr_expect_eq(code(run(L(T("no-such-program")), NONE))[0], 'H');
  close_all(start(L(T("sleep"), T("100")), PIPES));
  cr_expect_eq(children, 3, "%d", (int)children);
  ask(after);
  for (int i = 1; i < _NSIG; i++) {
    cr_expect_eq(before[i].handler, after[i].handler, "%d", i);
    cr_expect_eq(before[i].flags, after[i].flags, "%d", i);
    cr_expect_eq(before[i].blocked, after[i].blocked, "%d", i);
  }
}

Test(process, a_host_without_streams_of_its_own_starts_all_the_same) {
  for (int file = 0; file < 3; file++) close(file);
  zero_value map = good(run(SHELL("cat; echo err >&2"),
                            WITH(NONE, "input", T("in"))));
  open("/dev/null", O_RDWR);
  cr_expect_eq(dup(0), 1);
  cr_expect_eq(dup(0), 2);
  expect_exit(map, 0);
  cr_expect_str_eq(output(map), "in");
  cr_expect_eq(bytes_at(map, "stderr")->size, 4);
}

Test(process, a_host_that_ignores_its_children_is_told) {
  signal(SIGCHLD, SIG_IGN);
  EXPECT("(list \"HostErr\" \"PROCESS_STATUS_LOST\" \"process-run: the host "
         "ignores SIGCHLD, so nothing could tell how a process ended\" "
         "\"process\")", PROCESS_RUN, L(T("true")));
  struct sigaction action = {.sa_handler = on_child,
                             .sa_flags = SA_NOCLDWAIT};
  sigaction(SIGCHLD, &action, NULL);
  cr_expect_str_eq(code(run(L(T("true")), NONE)), "PROCESS_STATUS_LOST");
  signal(SIGCHLD, SIG_DFL);
  zero_value p = start(L(T("cat")), PIPES);
  signal(SIGCHLD, SIG_IGN);
  good(CALL(HANDLE_CLOSE, stream(p, 0)));
  EXPECT_CODE("PROCESS_STATUS_LOST", PROCESS_WAIT, p, I(-1));
  good(CALL(HANDLE_CLOSE, p));
}

Test(process, a_child_that_the_host_buried_is_never_mistaken) {
  zero_value p = start(SHELL("sleep 100 >/dev/null & echo $!; read x"),
                       PIPES);
  zero_value said_pid = good(CALL(HANDLE_READ, stream(p, 1), I(20)));
  int grandchild = atoi((const char *)zero__bytes(said_pid)->data);
  good(CALL(HANDLE_CLOSE, stream(p, 0)));
  cr_assert_eq(waitpid(-1, NULL, 0), pid_of(p));
  cr_expect_str_eq(status(p), "exited");
  EXPECT_CODE("PROCESS_STATUS_LOST", PROCESS_WAIT, p, I(-1));
  EXPECT_CODE("PROCESS_GONE", PROCESS_SIGNAL, p, T("SIGTERM"));
  good(CALL(HANDLE_CLOSE, p));
  kill(grandchild, SIGKILL); /* where the kernel cannot by a pidfd */
}

Test(process, the_hosts_own_children_are_left_to_it) {
  pid_t own = fork();
  if (own == 0) _exit(7);
  expect_exit(good(run(SHELL("exit 3"), NONE)), 3);
  zero_value p = start(L(T("true")), NONE);
  good(CALL(PROCESS_WAIT, p, I(-1)));
  good(CALL(HANDLE_CLOSE, p));
  int how;
  cr_expect_eq(waitpid(own, &how, 0), own);
  cr_expect_eq(WEXITSTATUS(how), 7);
}

Test(process, a_fork_of_the_host_leaves_them_alone) {
  zero_value p = start(L(T("cat")), PIPES);
  pid_t copy = fork();
  if (copy == 0) {
    zero__handles_close(vm, NULL, NULL);
    _exit(0);
  }
  cr_expect_eq(waitpid(copy, NULL, 0), copy);
  cr_expect_str_eq(status(p), "running");
  good(CALL(HANDLE_WRITE, stream(p, 0), T("a")));
  good(CALL(HANDLE_READ, stream(p, 1), I(1)));
  close_all(p);
}

/* --- what is missing ----------------------------------------------------- */

Test(process, no_descriptor_left_is_told_and_none_is_lost) {
  int before = zero_test_descriptors();
  zero_value options = WITH(WITH(PIPES, "stderr", T("stdout")), "directory",
                            T("/"));
  zero_value answer;
  int more = 0;
  for (;; more++) {
    struct rlimit limit = zero_test_leave_descriptors((rlim_t)more);
    answer = CALL(PROCESS_START, L(T("true")), options);
    setrlimit(RLIMIT_NOFILE, &limit);
    if (strstr(zero_test_printed(vm, answer), "HostErr") == NULL) break;
    cr_expect_str_eq(code(answer), "HOST_TOO_MANY_OPEN");
    cr_expect_eq(zero_test_descriptors(), before);
    cr_expect_eq(vm->handles->count, 0);
  }
  cr_expect_gt(more, 4);
  close_all(good(answer));
  cr_expect_eq(zero_test_descriptors(), before);
}

Test(process, no_process_left_is_told) {
  if (geteuid() == 0) cr_assert_eq(setresuid(54321, 54321, 54321), 0);
  const struct rlimit none = {0, 0};
  cr_assert_eq(setrlimit(RLIMIT_NPROC, &none), 0);
  int before = zero_test_descriptors();
  cr_expect_str_eq(code(run(L(T("true")), NONE)), "HOST_BUSY");
  cr_expect_eq(zero_test_descriptors(), before);
  cr_expect_eq(vm->handles->count, 0);
}

Test(process, input_behind_the_limit_of_a_file_is_told) {
  const struct rlimit small = {1000, 1000};
  cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
  zero_value options = WITH(NONE, "input", zero_test_long_text(vm, 1001));
  cr_expect_str_eq(code(run(L(T("true")), options)), "HOST_FAILED");
  options = WITH(NONE, "input", zero_test_long_text(vm, 1000));
  expect_exit(good(run(L(T("true")), options)), 0);
}

Test(process, nothing_is_lost_wherever_memory_runs_out) {
  int before = zero_test_descriptors();
  zero_value options = WITH(WITH(PIPES, "stderr", T("pipe")), "environment",
                            NONE);
  zero_value argv = L(T("cat"));
  zero_value p = ZERO_NONE;
  uint64_t room = 0;
  setenv("PATH", "/bin", 1);
  for (; zero_is_none(p); room += 16) {
    zero__heap_limit(&vm->heap, room);
    p = CALL(PROCESS_START, argv, options);
    zero__heap_limit(&vm->heap, UINT64_MAX);
    if (!zero_is_none(p)) break;
    cr_assert_eq(vm->heap.fault.code, ZERO_CODE_ALLOC_LIMIT);
    zero__handles_unwind(vm, 0);
    cr_assert_eq(vm->handles->count, 0);
    cr_assert_eq(zero_test_descriptors(), before);
    cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1);
  }
  cr_expect_gt(room, 500);
  close_all(good(p));
  cr_expect_eq(zero_test_descriptors(), before);
}

/* --- many ---------------------------------------------------------------- */

/* ZERO_PROCESSES says how many; each is begun and ended in another way. */
Test(process, many_leave_everything_where_it_was, .timeout = 3600) {
  const char *asked = getenv("ZERO_PROCESSES");
  int many = asked != NULL ? atoi(asked) : 300;
  int before = zero_test_descriptors();
  size_t live = 0;
  for (int i = 0; i < many; i++) {
    if (i == 100) {
      GC_gcollect();
      live = zero__heap_live();
    }
    zero_value p = start(L(T("/bin/true")), PIPES);
    if (i % 3 == 0) good(CALL(PROCESS_WAIT, p, I(-1)));
    close_all(p);
  }
  GC_gcollect();
  cr_expect_lt(zero__heap_live(), live + (1 << 20));
  cr_expect_eq(vm->handles->count, 0);
  cr_expect_eq(zero_test_descriptors(), before);
}

Test(process, killing_it_at_any_moment_is_survived_and_named) {
  struct zero_random random;
  zero_random_init(&random, "a child is killed");
  zero_value chunk = zero_test_long_text(vm, 1000);
  for (int i = 0; i < 60; i++) {
    zero_value p = start(L(T("cat")), PIPES);
    unsigned steps = (unsigned)zero_random_below(&random, 6);
    for (unsigned step = 0; step <= steps; step++) {
      if (step == steps) kill(pid_of(p), SIGKILL);
      zero_value put = CALL(HANDLE_WRITE, stream(p, 0), chunk);
      cr_assert(!zero_is_none(put));
      if (strstr(zero_test_printed(vm, put), "HostErr") != NULL) {
        cr_expect_str_eq(code(put), "HOST_BROKEN_PIPE");
      } else {
        good(CALL(HANDLE_READ, stream(p, 1), I(1000)));
      }
      usleep((useconds_t)zero_random_below(&random, 300));
    }
    expect_signal(good(CALL(PROCESS_WAIT, p, I(-1))), "SIGKILL");
    cr_expect_str_eq(status(p), "signaled");
    close_all(p);
  }
  expect_exit(good(run(L(T("true")), NONE)), 0);
}
