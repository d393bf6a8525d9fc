/* test_limits.c - no builtin keeps a limit waiting.
 *
 * Each row of abi/builtins.tsv has a row in support/limits.c: what calls it
 * with large arguments, and what that must visit. The test counts the polls,
 * at which deadline, interrupt and fuel are looked at, and the units charged
 * between two of them. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "facts/gen/builtin_index.h"
#include "support/folder.h"
#include "support/hosting.h"
#include "support/limits.h"
#include "support/vm.h"
#include "vm/builtins.h"

enum {
#ifdef ZERO_GC_STRESS
  N = 1 << 10,          /* the size of the arguments */
#else
  N = 1 << 17,
#endif
  GAP = 2 * ZERO_SLICE, /* charged before a poll, of which half is not done */
  SLACK = 64,
};

/* Builtins of the host: `t` is their argument or result; one call of
 * HOST_CONSTANT does no more than one system call. */
enum {
  FILES = N / 64,     /* names in the directory `many` */
  T_UNITS = 512,      /* of `t`, for each 1024 of N */
  READ_UNITS = 128,   /* of what is read at once */
  NAMES = 1024 / 64,  /* the same of them */
};

#define HOST_CONSTANT(name) {name, NULL, 0}

static const struct zero_limit_row host_rows[] = {
    {"read-line", "(read-line)", T_UNITS},
    HOST_CONSTANT("env"),
    {"read-file", "(read-file \"large\")", T_UNITS},
    {"write-file", "(write-file \"new\" t)", T_UNITS},
    HOST_CONSTANT("handle-with"),
    HOST_CONSTANT("handle-give"),
    HOST_CONSTANT("handle-close"),
    {"handle-read", "(handle-read (nth (file-open \"large\") 1) 1048576)",
     READ_UNITS},
    {"handle-write", "(handle-write (nth (file-create \"new\") 1) t)",
     T_UNITS},
    HOST_CONSTANT("file-open"),
    HOST_CONSTANT("file-create"),
    HOST_CONSTANT("file-append"),
    HOST_CONSTANT("file-update"),
    HOST_CONSTANT("file-new"),
    HOST_CONSTANT("file-seek"),
    HOST_CONSTANT("file-size"),
    HOST_CONSTANT("file-truncate"),
    HOST_CONSTANT("file-sync"),
    HOST_CONSTANT("file-lock"),
    HOST_CONSTANT("file-unlock"),
    {"file-replace", "(file-replace \"new\" t)", T_UNITS},
    HOST_CONSTANT("file-remove"),
    HOST_CONSTANT("file-rename"),
    HOST_CONSTANT("file-info"),
    HOST_CONSTANT("directory-make"),
    HOST_CONSTANT("directory-remove"),
    {"directory-list", "(directory-list \"many\")", NAMES},
    {"directory-walk", "(directory-walk \"many\")", NAMES},
    {"process-start", "(process-start (list \"/bin/true\") "
     "(map-put (map-empty) \"input\" t))", T_UNITS},
    {"process-run", "(process-run (list \"/bin/cat\") "
     "(map-put (map-put (map-empty) \"input\" t) \"limit\" 8388608))",
     2 * T_UNITS},
    HOST_CONSTANT("process-wait"),
    HOST_CONSTANT("process-signal"),
    {"file-digest", "(file-digest \"large\")", T_UNITS},
    HOST_CONSTANT("key-new"),
    HOST_CONSTANT("key-from-seed"),
    HOST_CONSTANT("key-public"),
    {"key-sign", "(key-sign (key-new) (bytes-slice b 0 (* 8 n)))", READ_UNITS},
    HOST_CONSTANT("key-verify"),
    {"evidence-new", "(evidence-new \"target\" \"large\")", T_UNITS},
    HOST_CONSTANT("evidence-sign"),
    HOST_CONSTANT("evidence-verify"),
    HOST_CONSTANT("poll"),
    {"socket-listen", "(socket-listen (text-cat \"tcp:\" t))", 0},
    {"socket-connect", "(socket-connect (text-cat \"unix:\" t) 0)", 0},
    HOST_CONSTANT("socket-accept"),
    {"socket-send", "(socket-send (nth (socket-connect \"unix:drain\" -1) 1) "
     "t -1)", T_UNITS},
    HOST_CONSTANT("socket-send-some"),
    HOST_CONSTANT("socket-receive"),
    HOST_CONSTANT("socket-shutdown"),
    {"socket-datagram", "(socket-datagram (text-cat \"udp:\" t))", 0},
    HOST_CONSTANT("socket-send-to"),
    HOST_CONSTANT("socket-receive-from"),
    HOST_CONSTANT("socket-address"),
};

enum { HOST_ROWS = sizeof host_rows / sizeof *host_rows };

/* What the counting poll saw. */
static uint64_t polls;
static uint64_t widest;

static void counting_poll(struct zero_heap *heap) {
  uint64_t gap = (uint64_t)(ZERO_SLICE - heap->fuel);
  polls++;
  if (gap > widest) widest = gap;
  zero__poll((zero_vm *)heap);
}

static void run(zero_vm *vm, const zero_value *args,
                const struct zero_limit_row *row) {
  zero_value function = zero_limit_call(vm, row), result;
  uint64_t work = row->work * (N / 1024);
  const struct zero_limits limits = {
      .fuel = UINT64_MAX >> 1,
      .deadline = UINT64_MAX,
      .heap = UINT64_MAX,
      .output = UINT64_MAX,
      .alloc = UINT64_MAX,
  };
  zero__begin_call(vm, &limits);
  vm->heap.poll = counting_poll;
  polls = widest = 0;
  uint64_t charged = zero__meter(vm).fuel;
  int code = zero__vm_try_call(vm, &result, function, args,
                                ZERO_LIMIT_INPUTS);
  cr_expect_eq(code, 0, "%s: %s", row->call, vm->heap.fault.message);
  charged = zero__meter(vm).fuel - charged;
  cr_expect_geq(charged + SLACK, work, "%s charges %llu of %llu", row->call,
                (unsigned long long)charged, (unsigned long long)work);
  cr_expect_leq(widest, GAP, "%s charges %llu at once", row->call,
                (unsigned long long)widest);
  cr_expect_geq(polls, work / GAP, "%s", row->call);
}

static long left_of_line;

/* One long line. */
static long give_line(void *context, char *bytes, size_t room) {
  (void)context;
  long part = (long)room < left_of_line ? (long)room : left_of_line;
  memset(bytes, 'a', (size_t)part);
  left_of_line -= part;
  return part;
}

static zero_vm *open_all(const char *root) {
  zero_options options = zero_options_default();
  options.capabilities =
      "io time random env file process crypto hardware network";
  options.output = zero_host_drop;
  options.input = give_line;
  options.file_root = root;
  left_of_line = 32L * N;
  return zero_host_open(&options);
}

static void run_all(zero_vm *vm, const struct zero_limit_row *rows,
                    unsigned count) {
  zero_value args[ZERO_LIMIT_INPUTS];
  zero_limit_inputs(vm, N, args);
  for (unsigned i = 0; i < count; i++) {
    if (rows[i].call != NULL) run(vm, args, &rows[i]);
  }
}

Test(limits, nothing_walks_for_longer_than_a_slice, .timeout = 120) {
  zero_vm *vm = open_all(NULL);
  run_all(vm, zero_limit_rows, zero_limit_row_count);
  zero_close(vm);
}

/* Reads all that one connection sends. */
static void *drain(void *context) {
  static char bytes[1 << 16];
  int listener = *(int *)context;
  int file = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  while (file >= 0 && read(file, bytes, sizeof bytes) > 0) {
  }
  close(file);
  return NULL;
}

static int listen_at(const char *path) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  strcpy(at.sun_path, path);
  int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  cr_assert_eq(bind(file, (struct sockaddr *)&at, sizeof at), 0);
  cr_assert_eq(listen(file, 1), 0);
  return file;
}

static void fill_root(void) {
  char path[64];
  char *large = calloc(1, 32 * N + 1);
  zero_test_put("root/large", memset(large, 'a', 32 * N));
  free(large);
  cr_assert_eq(mkdir("root/many", 0777), 0);
  for (int i = 0; i < FILES; i++) {
    snprintf(path, sizeof path, "root/many/%d", i);
    cr_assert_eq(mknod(path, S_IFREG | 0666, 0), 0);
  }
}

Test(limits, nothing_of_the_host_does_either, .timeout = 120) {
  zero_vm *root = zero_test_vm();
  zero_test_folder(root);
  fill_root();
  int listener = listen_at("root/drain");
  pthread_t thread;
  pthread_create(&thread, NULL, drain, &listener);
  zero_vm *vm = open_all("root");
  run_all(vm, host_rows, HOST_ROWS);
  zero_close(vm);
  pthread_join(thread, NULL);
  close(listener);
  zero_test_folder_end(root);
}

static bool has_row(const struct zero_limit_row *rows, unsigned count,
                    const char *name) {
  for (unsigned i = 0; i < count; i++) {
    if (rows[i].name != NULL && strcmp(rows[i].name, name) == 0) return true;
  }
  return false;
}

Test(limits, each_builtin_has_a_row) {
  for (unsigned i = 0; i < zero__builtin_count; i++) {
    const char *name = zero__builtins[i].name;
    if (zero__builtins[i].hidden) continue;
    cr_expect(has_row(zero_limit_rows, zero_limit_row_count, name) ||
              has_row(host_rows, HOST_ROWS, name), "%s", name);
  }
}
