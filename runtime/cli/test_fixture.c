/* test_fixture.c - what a fixture expects of itself, read from its comments,
 * and whether it does that.
 *
 * An expectation is a line that begins with `;; ` and a word known here;
 * every other line is left alone. */
#include "cli/test_fixture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"

static const char *const keys[FIXTURE_KEYS] = {
    "=>", "error:", "warning:", "output:", "exit:", "input:", "args:",
    "each:"};

/* A fixture that hangs must not hang the run; this is no measurement. */
enum { DEADLINE_MS = 60000 };

/* --- expectations -------------------------------------------------------- */

void fixture_init(struct fixture *fixture,
                  const struct cli_options *options) {
  memset(fixture, 0, sizeof *fixture);
  fixture->options = *options;
}

static void free_lines(struct fixture_lines *lines) {
  for (size_t i = 0; i < lines->count; i++) free(lines->lines[i]);
  free(lines->lines);
}

void fixture_free(struct fixture *fixture) {
  for (int key = 0; key < FIXTURE_KEYS; key++) {
    free_lines(&fixture->keys[key]);
  }
  free_lines(&fixture->settings);
}

/* Appends a line of `size` bytes. */
static void add(struct fixture_lines *lines, const char *bytes, size_t size) {
  size_t room = (lines->count + 1) * sizeof *lines->lines;
  lines->lines = cli_must(realloc(lines->lines, room));
  lines->lines[lines->count++] = cli_must(strndup(bytes, size));
}

/* Where `line` begins with `word` and a space or its end, returns what
 * follows, else NULL. */
static const char *after(const char *line, const char *end,
                         const char *word) {
  size_t size = strlen(word);
  if ((size_t)(end - line) < size || memcmp(line, word, size) != 0) {
    return NULL;
  }
  line += size;
  if (line == end) return end;
  return *line == ' ' ? line + 1 : NULL;
}

static bool read_key(struct fixture *fixture, const char *line,
                     const char *end) {
  for (int key = 0; key < FIXTURE_KEYS; key++) {
    const char *rest = after(line, end, keys[key]);
    if (rest == NULL) continue;
    add(&fixture->keys[key], rest, (size_t)(end - rest));
    return true;
  }
  return false;
}

/* What `zero run` takes a fixture may set for itself. */
static void read_setting(struct fixture *fixture, const char *line,
                         const char *end) {
  const char *colon = memchr(line, ':', (size_t)(end - line));
  const char *rest = colon == NULL ? NULL : after(colon + 1, end, "");
  if (rest == NULL) return;
  char name[32];
  snprintf(name, sizeof name, "--%.*s", (int)(colon - line), line);
  if (!cli_options_sets(name, CLI_IN_RUN)) return;
  struct fixture_lines *kept = &fixture->settings;
  add(kept, rest, (size_t)(end - rest));
  char *words[] = {name, kept->lines[kept->count - 1]};
  if (cli_options_read(&fixture->options, CLI_IN_TEST, 2, words) < 0) {
    fixture->wrong = true;
  }
}

void fixture_read(struct fixture *fixture, const char *bytes, size_t size) {
  const char *end = bytes + size;
  while (bytes < end) {
    const char *line_end = memchr(bytes, '\n', (size_t)(end - bytes));
    if (line_end == NULL) line_end = end;
    const char *next = line_end < end ? line_end + 1 : end;
    if (line_end > bytes && line_end[-1] == '\r') line_end--;
    const char *line = after(bytes, line_end, ";;");
    if (line != NULL && !read_key(fixture, line, line_end)) {
      read_setting(fixture, line, line_end);
    }
    bytes = next;
  }
}

bool fixture_read_all(struct fixture *fixture, const char *path,
                      const struct cli_text *text) {
  fixture_read(fixture, text->bytes, text->size);
  char *neighbour = cli_format("%s.expect", path);
  bool good = true;
  if (access(neighbour, F_OK) == 0) {
    struct cli_text beside;
    good = cli_text_read(&beside, neighbour) == 0;
    if (good) fixture_read(fixture, beside.bytes, beside.size);
  }
  free(neighbour);
  return good;
}

/* --- running ------------------------------------------------------------- */

/* One fixture while it runs: what it does, in the words of expectations. */
struct test {
  const char *name;
  struct fixture *expected;
  struct fixture_lines actual[FIXTURE_COMPARED];
  char *printed; /* all output so far */
  size_t printed_size;
  FILE *print;
  size_t input_line;
  size_t input_at;
};

static void take_output(void *context, const char *bytes, size_t size) {
  struct test *test = context;
  fwrite(bytes, 1, size, test->print);
}

/* Hands out the `input:` lines, one at a call, as a terminal does. */
static long give_input(void *context, char *bytes, size_t room) {
  struct test *test = context;
  const struct fixture_lines *input = &test->expected->keys[FIXTURE_INPUT];
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
  add(&test->actual[key], line, (size_t)size);
}

static void note_warning(void *context, const zero_error *warning) {
  note_error(context, warning);
}

static void note_failure(struct test *test, zero_vm *vm,
                         zero_status status) {
  if (status == ZERO_E_EXIT) {
    char line[16];
    int size = snprintf(line, sizeof line, "%d", zero_exit_status(vm));
    add(&test->actual[FIXTURE_EXIT], line, (size_t)size);
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
  add(&test->actual[FIXTURE_VALUE], text, size);
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
    add(&test->actual[FIXTURE_OUTPUT], at, (size_t)(line_end - at));
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

/* The words of the `args:` lines. */
static struct fixture_lines split_args(const struct fixture *fixture) {
  const struct fixture_lines *lines = &fixture->keys[FIXTURE_ARGS];
  struct fixture_lines words = {0};
  for (size_t i = 0; i < lines->count; i++) {
    const char *at = lines->lines[i];
    while (*(at += strspn(at, " ")) != '\0') {
      size_t size = strcspn(at, " ");
      add(&words, at, size);
      at += size;
    }
  }
  return words;
}

static bool run_fixture(struct test *test, const struct cli_text *text) {
  zero_options *options = &test->expected->options.vm;
  struct fixture_lines words = split_args(test->expected);
  options->args = (const char *const *)words.lines;
  options->arg_count = words.count;
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
    cli_line(stdout, "failed: %s: %s", test->name, message);
  }
  note_output(test);
  free_lines(&words);
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
  const struct fixture_lines *expected = &test->expected->keys[key];
  const struct fixture_lines *actual = &test->actual[key];
  if (key == FIXTURE_VALUE && expected->count == 0) return true;
  size_t most = expected->count > actual->count ? expected->count
                                                : actual->count;
  for (size_t i = 0; i < most; i++) {
    const char *want = i < expected->count ? expected->lines[i] : NULL;
    const char *got = i < actual->count ? actual->lines[i] : NULL;
    if (want != NULL && got != NULL && agrees(key, want, got)) continue;
    cli_line(stdout, "failed: %s: %s expected %s, got %s", test->name,
             key == FIXTURE_VALUE ? "value:" : keys[key],
             want != NULL ? want : "nothing", got != NULL ? got : "nothing");
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
  if (test->expected->wrong || expects_nothing(test->expected)) {
    cli_line(stdout, "failed: %s: %s", test->name,
             test->expected->wrong ? "an expectation is malformed"
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

bool fixture_run(struct fixture *fixture, const char *name,
                 const struct cli_text *text) {
  struct test test = {.name = name, .expected = fixture};
  bool good = judge(&test, text);
  for (int key = 0; key < FIXTURE_COMPARED; key++) {
    free_lines(&test.actual[key]);
  }
  return good;
}
