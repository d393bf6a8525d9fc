/* test.c - `zero test PATH...`: runs fixtures against their own comments. */
#include <fts.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/test_demand.h"
#include "cli/test_fixture.h"
#include "cli/machine.h"
#include "cli/test_table.h"
#include "cli/line.h"
#include "cli/terminal.h"

/* A fixture that hangs must not hang the run; this is no measurement. */
enum { DEADLINE_MS = 60000 };

/* One fixture while it runs: what it does, in the words of expectations. */
struct test {
  const char *path;
  struct fixture expected;
  struct fixture_lines actual[FIXTURE_COMPARED];
  char *printed; /* all output so far */
  size_t printed_size;
  FILE *print;
  size_t input_line;
  size_t input_at;
};

struct tally {
  const struct cli_options *options;
  unsigned passed;
  unsigned failed;
};

static void take_output(void *context, const char *bytes, size_t size) {
  struct test *test = context;
  fwrite(bytes, 1, size, test->print);
}

/* Hands out the `input:` lines, one at a call, as a terminal does. */
static long give_input(void *context, char *bytes, size_t room) {
  struct test *test = context;
  const struct fixture_lines *input = &test->expected.keys[FIXTURE_INPUT];
  if (room == 0 || test->input_line == input->count) return 0;
  const char *line = input->lines[test->input_line] + test->input_at;
  size_t size = strlen(line);
  if (size >= room) {
    memcpy(bytes, line, room);
    test->input_at += room;
    return (long)room;
  }
  memcpy(bytes, line, size);
  bytes[size] = '\n';
  test->input_line++;
  test->input_at = 0;
  return (long)size + 1;
}

/* Notes an error or warning as "CODE at LINE:COLUMN". */
static void note_error(struct test *test, const zero_error *error) {
  char line[256];
  int size = snprintf(line, sizeof line, "%s at %" PRIu32 ":%" PRIu32,
                      error->code, error->location.line,
                      error->location.column);
  enum fixture_key key = error->is_warning ? FIXTURE_WARNING : FIXTURE_ERROR;
  fixture_add(&test->actual[key], line, (size_t)size);
}

static void note_warning(void *context, const zero_error *warning) {
  note_error(context, warning);
}

static void note_failure(struct test *test, zero_vm *vm,
                         zero_status status) {
  if (status == ZERO_E_EXIT) {
    char line[16];
    int size = snprintf(line, sizeof line, "%d", zero_exit_status(vm));
    fixture_add(&test->actual[FIXTURE_EXIT], line, (size_t)size);
    return;
  }
  const zero_error *error = zero_last_error(vm);
  for (; error != NULL; error = error->next) note_error(test, error);
}

static void append(void *context, const char *bytes, size_t size) {
  fwrite(bytes, 1, size, context);
}

static zero_status note_value(struct test *test, zero_vm *vm,
                              zero_value value) {
  char *text = NULL;
  size_t size = 0;
  FILE *file = open_memstream(&text, &size);
  zero_status status = zero_print(vm, value, append, file);
  fclose(file);
  fixture_add(&test->actual[FIXTURE_VALUE], text, size);
  free(text);
  return status;
}

static void note_output(struct test *test) {
  fclose(test->print);
  const char *at = test->printed;
  const char *end = at + test->printed_size;
  while (at < end) {
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    if (line_end == NULL) line_end = end;
    fixture_add(&test->actual[FIXTURE_OUTPUT], at, (size_t)(line_end - at));
    at = line_end + 1;
  }
  free(test->printed);
}

/* Runs the program; notes what it answers or how it fails. */
static void run_main(struct test *test, zero_vm *vm,
                     const struct cli_text *text) {
  zero_value value;
  zero_error missing;
  zero_status status = zero_load(vm, text->name, text->bytes, text->size);
  if (status == ZERO_OK) {
    status = cli_machine_call_main(vm, text->name, &value, &missing);
    if (status == ZERO_E_SOURCE) {
      note_error(test, &missing);
      return;
    }
  }
  if (status == ZERO_OK) status = note_value(test, vm, value);
  if (status != ZERO_OK) note_failure(test, vm, status);
}

/* Splits the `args:` lines at spaces, in place; returns the words. */
static const char **split_args(struct fixture *fixture, size_t *count) {
  size_t room = 0;
  const char **words = NULL;
  struct fixture_lines *lines = &fixture->keys[FIXTURE_ARGS];
  for (size_t i = 0; i < lines->count; i++) {
    char *state;
    char *word = strtok_r(lines->lines[i], " ", &state);
    for (; word != NULL; word = strtok_r(NULL, " ", &state)) {
      if (*count == room) {
        room = room * 2 + 8;
        words = realloc(words, room * sizeof *words);
        if (words == NULL) abort();
      }
      words[(*count)++] = word;
    }
  }
  return words;
}

static bool run_fixture(struct test *test, const struct cli_text *text) {
  zero_options *options = &test->expected.options.vm;
  options->args = split_args(&test->expected, &options->arg_count);
  if (options->deadline_ms == 0) options->deadline_ms = DEADLINE_MS;
  options->output = take_output;
  options->output_context = test;
  options->input = give_input;
  options->input_context = test;
  options->warning = note_warning;
  options->warning_context = test;
  options->unclosed = note_warning;
  options->unclosed_context = test;
  test->print = open_memstream(&test->printed, &test->printed_size);
  char message[512];
  zero_vm *vm;
  zero_status status = zero_open(&vm, options, message, sizeof message);
  if (status == ZERO_OK) {
    run_main(test, vm, text);
    zero_close(vm);
  } else {
    cli_line(stdout, "failed: %s: %s", test->path, message);
  }
  note_output(test);
  free((void *)(uintptr_t)options->args);
  return vm != NULL;
}

/* An error is expected with or without its place. */
static bool agrees(enum fixture_key key, const char *expected,
                   const char *actual) {
  if (strcmp(expected, actual) == 0) return true;
  if (key != FIXTURE_ERROR && key != FIXTURE_WARNING) return false;
  size_t size = strlen(expected);
  return strncmp(expected, actual, size) == 0 && actual[size] == ' ' &&
         strchr(expected, ' ') == NULL;
}

/* Compares one key and tells what differs. A value need not be expected;
 * all else that happens must be. */
static bool compare(const struct test *test, enum fixture_key key) {
  const struct fixture_lines *expected = &test->expected.keys[key];
  const struct fixture_lines *actual = &test->actual[key];
  if (key == FIXTURE_VALUE && expected->count == 0) return true;
  size_t most = expected->count > actual->count ? expected->count
                                                : actual->count;
  for (size_t i = 0; i < most; i++) {
    const char *want = i < expected->count ? expected->lines[i] : NULL;
    const char *got = i < actual->count ? actual->lines[i] : NULL;
    if (want != NULL && got != NULL && agrees(key, want, got)) continue;
    cli_line(stdout, "failed: %s: %s expected %s, got %s", test->path,
             fixture_key_name(key), want != NULL ? want : "nothing",
             got != NULL ? got : "nothing");
    return false;
  }
  return true;
}

static bool expects_nothing(const struct fixture *fixture) {
  for (int key = 0; key < FIXTURE_COMPARED; key++) {
    if (fixture->keys[key].count > 0) return false;
  }
  return true;
}

static bool judge(struct test *test, const struct cli_text *text) {
  if (test->expected.wrong || expects_nothing(&test->expected)) {
    cli_line(stdout, "failed: %s: %s", test->path,
             test->expected.wrong ? "an expectation is malformed"
                                  : "it expects nothing");
    return false;
  }
  if (!run_fixture(test, text)) return false;
  bool good = true;
  for (int key = 0; key < FIXTURE_COMPARED; key++) {
    if (!compare(test, (enum fixture_key)key)) good = false;
  }
  return good;
}

static void count(struct tally *tally, bool good) {
  if (good) {
    tally->passed++;
  } else {
    tally->failed++;
  }
}

/* Runs the text of the file `path`, which complaints call `name`. */
static void run_text(struct tally *tally, const char *path, const char *name,
                     const struct cli_text *text) {
  struct test test = {.path = name};
  fixture_init(&test.expected, tally->options);
  bool read = fixture_read_all(&test.expected, path, text);
  if (!read) {
    cli_line(stdout, "failed: %s: its expectations cannot be read", name);
  }
  count(tally, read && judge(&test, text));
  fixture_free(&test.expected);
  for (int key = 0; key < FIXTURE_COMPARED; key++) {
    for (size_t i = 0; i < test.actual[key].count; i++) {
      free(test.actual[key].lines[i]);
    }
    free(test.actual[key].lines);
  }
}

/* Runs the text once for a row, with the row's cells in it. */
static void run_row(struct tally *tally, const char *path,
                    const struct cli_text *text,
                    const struct cli_table *table, size_t row) {
  char place[256];
  char *name;
  struct cli_text filled = *text;
  char *bytes =
      cli_table_fill(table, row, text->bytes, text->size, &filled.size);
  cli_table_place(table, row, place, sizeof place);
  if (asprintf(&name, "%s, %s", path, place) < 0) abort();
  filled.bytes = bytes;
  run_text(tally, path, name, &filled);
  free(name);
  free(bytes);
}

static void run_rows(struct tally *tally, const char *path,
                     const struct cli_text *text, const char *each) {
  struct cli_rows rows;
  if (!cli_rows_read(&rows, tally->options->tables, each, path)) {
    tally->failed++;
    return;
  }
  for (size_t row = 0; row < rows.table.rows; row++) {
    if (cli_rows_has(&rows, row)) {
      run_row(tally, path, text, &rows.table, row);
    }
  }
  cli_rows_free(&rows);
}

static void run_test(struct tally *tally, const char *path) {
  struct cli_text text;
  if (cli_text_read(&text, path) != CLI_OK) {
    cli_line(stdout, "failed: %s: it cannot be read", path);
    tally->failed++;
    return;
  }
  struct fixture fixture;
  fixture_init(&fixture, tally->options);
  fixture_read(&fixture, text.bytes, text.size);
  const struct fixture_lines *each = &fixture.keys[FIXTURE_EACH];
  if (each->count == 0) run_text(tally, path, path, &text);
  for (size_t i = 0; i < each->count; i++) {
    run_rows(tally, path, &text, each->lines[i]);
  }
  fixture_free(&fixture);
}

static int by_name(const FTSENT **a, const FTSENT **b) {
  return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* A folder beside a fixture of the same name holds what that imports. */
static bool is_helper(const FTSENT *folder) {
  if (folder->fts_level == FTS_ROOTLEVEL) return false;
  char *path;
  if (asprintf(&path, "%s.0x0", folder->fts_accpath) < 0) return false;
  bool helper = access(path, F_OK) == 0;
  free(path);
  return helper;
}

static bool ends_in(const char *name, const char *end) {
  size_t size = strlen(name);
  size_t length = strlen(end);
  return size > length && strcmp(name + size - length, end) == 0;
}

/* Expectations whose program is gone say so. */
static void visit_expectations(struct tally *tally, const char *path) {
  size_t size = strlen(path) - strlen(".expect");
  char *program = cli_must(strndup(path, size));
  if (access(program, F_OK) != 0) {
    cli_line(stdout,
             "failed: %s: there is no such fixture, only its expectations",
             program);
    tally->failed++;
  }
  free(program);
}

static void visit(struct tally *tally, FTS *walk, FTSENT *entry) {
  switch (entry->fts_info) {
    case FTS_D:
      if (is_helper(entry)) fts_set(walk, entry, FTS_SKIP);
      return;
    case FTS_DP:
      return;
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
      cli_line(stdout, "failed: %s: %s", entry->fts_path,
               strerror(entry->fts_errno));
      tally->failed++;
      return;
    default:
      break;
  }
  if (entry->fts_level == FTS_ROOTLEVEL || ends_in(entry->fts_name, ".0x0")) {
    run_test(tally, entry->fts_path);
  } else if (ends_in(entry->fts_name, ".0x0.expect")) {
    visit_expectations(tally, entry->fts_path);
  }
}

/* Demands of a folder what --demand says, or its own demands.tsv. */
static void demand(struct tally *tally, const char *folder) {
  const struct cli_options *options = tally->options;
  struct stat status;
  if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)) return;
  char *own;
  if (asprintf(&own, "%s/demands.tsv", folder) < 0) abort();
  const char *path = options->demand;
  if (path == NULL && access(own, F_OK) == 0) path = own;
  if (path != NULL) {
    struct cli_demanded demanded = {0};
    cli_demand(&demanded, path, folder, options->tables);
    cli_line(stdout, "%s: %u rows have what they demand, %u have not", path,
             demanded.met, demanded.unmet);
    tally->failed += demanded.unmet;
  }
  free(own);
}

int cli_command_test(struct cli_options *options, int operand_count,
                     char **operands) {
  struct tally tally = {.options = options};
  FTS *walk = fts_open(operands, FTS_LOGICAL | FTS_NOCHDIR, by_name);
  if (walk == NULL) {
    cli_complain("cannot walk the folders");
    return CLI_FAILED;
  }
  FTSENT *entry;
  while ((entry = fts_read(walk)) != NULL) visit(&tally, walk, entry);
  fts_close(walk);
  if (tally.passed + tally.failed == 0) {
    cli_line(stdout, "failed: there are no fixtures");
    tally.failed++;
  }
  for (int i = 0; i < operand_count; i++) demand(&tally, operands[i]);
  cli_line(stdout, "%u passed, %u failed", tally.passed, tally.failed);
  struct cli_machine host = {0};
  return cli_machine_close(&host, tally.failed == 0 ? CLI_OK : CLI_FAILED);
}
