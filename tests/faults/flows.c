/* flows.c - each action of a host, while one system call or allocation after
 * the other fails: flows [all] [FLOW].
 *
 * A run is a process of its own. It must end, with the right result or an
 * error by code; it leaves no descriptor, no child and no half-written file,
 * and its VM is as good as before. What a signal interrupts is not an error.
 * Without `all` the first calls of each kind fail, and some of the others. */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "zero.h"

enum {
  PATIENCE = 30, /* seconds for a run */
  FEW = 4,       /* calls of a kind that fail if not all do */
  FILES = 256,   /* descriptors looked at */
};

struct flow {
  const char *name;
  const char *program;
  const char *result;
};

#define CLOSE "(each handle-close (list a b c))"

static const struct flow flows[] = {
    {"open", "0", "0"},
    {"call",
     "(map (fn (x) (* x x)) (list 1 2 3)) (sort (fn (a b) (< a b)) "
     "(list 3 1 2)) (try (raise \"X\" \"y\" (map-empty))) "
     "(text-join (map i64->text (range 0 5)) \",\")",
     "\"0,1,2,3,4\""},
    {"load", "(↥ \"part.0x0\") (twice 21)", "42"},
    {"file",
     "(fn use (h) (list (handle-read h 3) (handle-close h)))"
     "(each result-value (list (file-replace \"target\" \"new\") "
     "(write-file \"other\" \"new\"))) "
     "(result-value (read-file \"target\"))"
     "(use (result-value (file-open \"other\")))"
     "(result-value (directory-make \"made\"))"
     "(result-value (file-rename \"other\" \"made/other\"))"
     "(result-value (directory-walk \".\"))"
     "(result-value (file-remove \"made/other\"))"
     "(result-value (directory-remove \"made\"))"
     "(result-value (read-file \"target\"))",
     "\"new\""},
    {"handle",
     "(fn use (h) (each result-value (list (handle-write h \"abc\") "
     "(file-sync h) (file-lock h \"exclusive\" 1000) (file-unlock h) "
     "(file-truncate h 2) (handle-close h))))"
     "(use (result-value (file-new \"other\"))) "
     "(each result-value (list (file-digest \"other\") "
     "(file-info \"other\") (directory-list \".\") "
     "(file-remove \"other\"))) 1",
     "1"},
    {"process",
     "(bytes-to-text (option-value (map-get (result-value (process-run "
     "(list \"cat\") (map-put (map-empty) \"input\" \"in\"))) \"stdout\")))",
     "(list 6 \"ok\" \"in\")"},
    {"left open",
     "(result-value (process-start (list \"sleep\" \"50\") (map-put "
     "(map-empty) \"stdin\" \"pipe\"))) (file-open \"target\") 1",
     "1"},
    {"socket",
     "(fn talk (a b c) (do (result-value (socket-send b \"hello\" 1000)) "
     "(result-value (socket-shutdown b \"write\")) "
     "(list (bytes-to-text (result-value (socket-receive c 9 1000))) " CLOSE
     ")))"
     "(fn meet (a b) (talk a b (result-value (socket-accept a 1000))))"
     "(fn call (a) (meet a (result-value (socket-connect (socket-address a) "
     "1000))))"
     "(head (call (result-value (socket-listen \"tcp:0\"))))",
     "(list 6 \"ok\" \"hello\")"},
};

enum { FLOWS = sizeof flows / sizeof *flows };

static const char *const kind_names[] = {
    "EINTR", "EIO",   "ENOSPC", "EMFILE",
    "ENOMEM", "short", "once",   "from then on"};

/* --- in the process of a run --------------------------------------------- */

static char folder[] = P_tmpdir "/zero-faults-XXXXXX";

static void complain(const char *what) {
  zero_calls->armed = false;
  printf("  %s\n", what);
  fflush(stdout);
  _exit(1);
}

static void want(bool truth, const char *what) {
  if (!truth) complain(what);
}

struct printed {
  char bytes[4096];
  size_t size;
};

static void take(void *context, const char *bytes, size_t size) {
  struct printed *to = context;
  if (to->size + size >= sizeof to->bytes) return;
  memcpy(to->bytes + to->size, bytes, size);
  to->size += size;
  to->bytes[to->size] = '\0';
}

static int descriptors(void) {
  int count = 0;
  for (int file = 0; file < FILES; file++) {
    count += fcntl(file, F_GETFD) >= 0;
  }
  return count;
}

static void put(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) abort();
}

/* A file contains one of two texts, and beside it is no file that a program did
 * not name, unless it could not be removed. */
static void check_files(const char *call) {
  static const char known[] = " . .. target part.0x0 other made ";
  char text[64] = "", word[300];
  FILE *file = fopen("target", "r");
  if (file == NULL || fgets(text, sizeof text, file) == NULL) *text = '\0';
  if (file != NULL) fclose(file);
  want(strcmp(text, "old") == 0 || strcmp(text, "new") == 0,
       "a file was written in part");
  if (strncmp(call, "unlink", 6) == 0) return;
  DIR *directory = opendir(".");
  const struct dirent *entry;
  while ((entry = readdir(directory)) != NULL) {
    snprintf(word, sizeof word, " %s ", entry->d_name);
    want(strstr(known, word) != NULL, "a temporary file was left");
  }
  closedir(directory);
}

/* The result printed, or the error. */
static void use(zero_vm *vm, const char *source, struct printed *printed) {
  zero_value value;
  zero_status status =
      zero_eval(vm, &value, NULL, "flow", source, strlen(source));
  printed->size = 0;
  *printed->bytes = '\0';
  if (status == ZERO_OK) status = zero_print(vm, value, take, printed);
  if (status == ZERO_OK) return;
  const zero_error *error = zero_last_error(vm);
  want(error != NULL && error->code != NULL && *error->code != '\0',
       "an error without a code");
  want(error->message != NULL && *error->message != '\0',
       "an error without a message");
  snprintf(printed->bytes, sizeof printed->bytes, "%s: %s", error->code,
           error->message);
}

static void say_result(const struct flow *flow,
                       const struct printed *printed) {
  if (strcmp(printed->bytes, flow->result) == 0) return;
  printf("  %.300s\n", printed->bytes);
  complain("is not the result");
}

static void run(const struct flow *flow) {
  zero_options options = zero_options_default();
  struct printed printed = {"", 0};
  char message[256] = "";
  zero_vm *vm;
  bool must = zero_calls->call < 0 || zero_calls->kind == ZERO_FAULT_EINTR ||
              zero_calls->kind == ZERO_FAULT_SHORT;
  put("target", "old");
  put("part.0x0", "(fn twice (x) (* 2 x))");
  options.capabilities = "file process network";
  int before = descriptors();
  zero_calls->armed = true;
  zero_status status = zero_open(&vm, &options, message, sizeof message);
  if (status == ZERO_OK) use(vm, flow->program, &printed);
  zero_calls->armed = false;
  if (must) {
    want(status == ZERO_OK, message);
    say_result(flow, &printed);
  }
  if (status == ZERO_OK) {
    use(vm, "(list 40 2)", &printed);
    want(strcmp(printed.bytes, "(list 40 2)") == 0, printed.bytes);
    zero_calls->armed = strcmp(flow->name, "left open") == 0;
    zero_close(vm);
    zero_calls->armed = false;
  } else {
    want(*message != '\0', "no VM and no message");
  }
  want(descriptors() == before, "a descriptor was left open");
  want(waitpid(-1, NULL, WNOHANG) < 0, "a child was left");
  check_files(zero_calls->call < 0 ? "" : zero_call_name(zero_calls->call));
}

/* --- one run after the other --------------------------------------------- */

static unsigned passed, failed;

static int remove_one(const char *path, const struct stat *facts, int flag,
                      struct FTW *place) {
  (void)facts;
  (void)flag;
  return place->level == 0 ? 0 : remove(path);
}

static bool try_run(const struct flow *flow, int call, unsigned at,
                    enum zero_fault_kind kind) {
  int status;
  *zero_calls = (struct zero_calls){.call = call, .at = at, .kind = kind};
  nftw(folder, remove_one, 20, FTW_DEPTH | FTW_PHYS);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    alarm(PATIENCE);
    run(flow);
    _exit(0);
  }
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) printf("  ended by signal %d\n", WTERMSIG(status));
  if (status == 0) {
    passed++;
  } else {
    failed++;
    printf("failed: %s, %s %u: %s\n", flow->name,
           call < 0 ? "nothing" : zero_call_name(call), at,
           call < 0 ? "" : kind_names[kind]);
  }
  return status == 0;
}

/* All of `count` numbers, or the first few and ever fewer. */
static unsigned next_number(unsigned at, bool all) {
  return all || at < FEW ? at + 1 : at + at / 2;
}

static void try_flow(const struct flow *flow, bool all) {
  unsigned counts[ZERO_CALLS_MAX];
  if (!try_run(flow, -1, 0, ZERO_FAULT_EINTR)) return;
  memcpy(counts, zero_calls->counts, sizeof counts);
  for (int call = 0; zero_call_name(call) != NULL; call++) {
    for (int kind = 0; kind < ZERO_FAULT_KINDS; kind++) {
      if (!zero_call_has(call, (enum zero_fault_kind)kind)) continue;
      for (unsigned at = 1; at <= counts[call]; at = next_number(at, all)) {
        try_run(flow, call, at, (enum zero_fault_kind)kind);
      }
    }
  }
}

int main(int argc, char **argv) {
  bool all = argc > 1 && strcmp(argv[1], "all") == 0;
  const char *only = argc > 1 + all ? argv[1 + all] : NULL;
  zero_calls_start();
  zero_calls = mmap(NULL, sizeof *zero_calls, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (zero_calls == MAP_FAILED || mkdtemp(folder) == NULL ||
      chdir(folder) != 0) {
    perror("flows");
    return 1;
  }
  setenv("PATH", "/usr/bin:/bin", 1);
  for (int i = 0; i < FLOWS; i++) {
    if (only == NULL || strcmp(only, flows[i].name) == 0) {
      try_flow(&flows[i], all);
    }
  }
  nftw(folder, remove_one, 20, FTW_DEPTH | FTW_PHYS);
  rmdir(folder);
  printf("%u passed, %u failed\n", passed, failed);
  return failed > 0 || passed == 0;
}
