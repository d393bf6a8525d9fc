/* test_fixture.c - what a fixture expects, read from its comments, and whether
 * it happens.
 *
 * An expectation is a line that begins with `;; ` and a word known here;
 * every other line is left alone. */
#include "cli/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const keys[FIXTURE_KEYS] = {
    "=>", "error:", "warning:", "output:", "exit:", "input:", "args:",
    "each:"};

/* --- expectations -------------------------------------------------------- */

static void free_lines(struct fixture_lines *lines) {
  for (size_t i = 0; i < lines->count; i++) free(lines->lines[i]);
  free(lines->lines);
}

void fixture_free(struct fixture *fixture) {
  for (int key = 0; key < FIXTURE_KEYS; key++) free_lines(fixture->keys + key);
  for (int key = 0; key < FIXTURE_COMPARED; key++) {
    free_lines(fixture->actual + key);
  }
  free_lines(&fixture->settings);
}

/* Appends a line of `size` bytes; returns it. */
static char *add(struct fixture_lines *lines, const char *bytes, size_t size) {
  size_t room = (lines->count + 1) * sizeof *lines->lines;
  lines->lines = cli_must(realloc(lines->lines, room));
  return lines->lines[lines->count++] = cli_must(strndup(bytes, size));
}

/* Takes the line at *at, which is before `end`, and moves on to the next.
 * Returns the end of the line. */
static const char *take_line(const char **at, const char *end) {
  const char *line_end = memchr(*at, '\n', (size_t)(end - *at));
  *at = line_end != NULL ? line_end + 1 : end;
  return line_end != NULL ? line_end : end;
}

/* If `line` begins with `word` and a space or its end, returns what follows,
 * else NULL. */
static const char *after(const char *line, const char *end,
                         const char *word) {
  size_t size = strlen(word);
  if ((size_t)(end - line) < size || memcmp(line, word, size) != 0) return NULL;
  line += size;
  if (line == end) return end;
  return *line == ' ' ? line + 1 : NULL;
}

/* What follows `;; `. A fixture may set what `zero run` takes as options. */
static void read_comment(struct fixture *fixture, const char *line,
                         const char *end) {
  for (int key = 0; key < FIXTURE_KEYS; key++) {
    const char *rest = after(line, end, keys[key]);
    if (rest == NULL) continue;
    add(&fixture->keys[key], rest, (size_t)(end - rest));
    return;
  }
  const char *colon = memchr(line, ':', (size_t)(end - line));
  const char *rest = colon == NULL ? NULL : after(colon + 1, end, "");
  if (rest == NULL) return;
  char name[32];
  snprintf(name, sizeof name, "--%.*s", (int)(colon - line), line);
  if (!cli_options_sets(name, CLI_IN_RUN)) return;
  char *operand = add(&fixture->settings, rest, (size_t)(end - rest));
  char *words[] = {name, operand};
  int taken = cli_options_read(&fixture->options, CLI_IN_TEST, 2, words);
  if (taken < 0) fixture->wrong = true;
}

void fixture_read(struct fixture *fixture, const char *bytes, size_t size) {
  const char *end = bytes + size;
  while (bytes < end) {
    const char *start = bytes;
    const char *line_end = take_line(&bytes, end);
    if (line_end > start && line_end[-1] == '\r') line_end--;
    const char *line = after(start, line_end, ";;");
    if (line != NULL) read_comment(fixture, line, line_end);
  }
}

bool fixture_read_all(struct fixture *fixture, const char *path,
                      const struct cli_text *text) {
  fixture_read(fixture, text->bytes, text->size);
  char *neighbour = cli_format("%s.expect", path);
  bool good = true;
  if (access(neighbour, F_OK) == 0) {
    struct cli_text beside;
    good = cli_text_read(&beside, neighbour);
    if (good) fixture_read(fixture, beside.bytes, beside.size);
  }
  free(neighbour);
  return good;
}

/* --- running ------------------------------------------------------------- */

static void write_to(void *file, const char *bytes, size_t size) {
  fwrite(bytes, 1, size, file);
}

/* Hands out the `input:` lines, one at a call, as a terminal does. */
static long give_input(void *context, char *bytes, size_t room) {
  struct fixture *fixture = context;
  const struct fixture_lines *input = &fixture->keys[FIXTURE_INPUT];
  if (room == 0 || fixture->input_line == input->count) return 0;
  const char *line = input->lines[fixture->input_line] + fixture->input_at;
  size_t size = strlen(line);
  if (size >= room) {
    memcpy(bytes, line, room);
    fixture->input_at += room;
    return (long)room;
  }
  memcpy(bytes, line, size);
  bytes[size] = '\n';
  fixture->input_line++;
  fixture->input_at = 0;
  return (long)size + 1;
}

/* Notes an error or warning as "CODE at LINE:COLUMN". */
static void note_error(void *context, const zero_error *error) {
  struct fixture *fixture = context;
  char line[256];
  int size = snprintf(line, sizeof line, "%s at %" PRIu32 ":%" PRIu32,
                      error->code, error->location.line,
                      error->location.column);
  enum fixture_key key = error->is_warning ? FIXTURE_WARNING : FIXTURE_ERROR;
  add(&fixture->actual[key], line, (size_t)size);
}

/* Runs the program; notes its result or how it fails. */
static void run_main(struct fixture *fixture, zero_vm *vm,
                     const struct cli_text *text) {
  zero_value value;
  zero_error missing;
  const zero_error *error = NULL;
  zero_status status = zero_load(vm, text->name, text->bytes, text->size);
  if (status == ZERO_OK) {
    status = cli_machine_call_main(vm, text->name, &value, &missing);
    if (status == ZERO_E_SOURCE) error = &missing;
  }
  if (status == ZERO_OK) {
    char *printed = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&printed, &size);
    status = zero_print(vm, value, write_to, file);
    fclose(file);
    add(&fixture->actual[FIXTURE_VALUE], printed, size);
    free(printed);
  }
  if (status == ZERO_OK) return;
  if (status == ZERO_E_EXIT) {
    char line[16];
    int size = snprintf(line, sizeof line, "%d", zero_exit_status(vm));
    add(&fixture->actual[FIXTURE_EXIT], line, (size_t)size);
    return;
  }
  if (error == NULL) error = zero_last_error(vm);
  for (; error != NULL; error = error->next) note_error(fixture, error);
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

/* Records what the text does. Returns false if no VM can be opened. */
static bool run(struct fixture *fixture, const char *name,
                const struct cli_text *text) {
  zero_options *options = &fixture->options.vm;
  struct fixture_lines words = split_args(fixture);
  char *printed = NULL;
  size_t printed_size = 0;
  FILE *print = open_memstream(&printed, &printed_size);
  options->args = (const char *const *)words.lines;
  options->arg_count = words.count;
  /* A fixture that hangs must not hang the run; this is not a measurement. */
  if (options->deadline_ms == 0) options->deadline_ms = 60000;
  options->output = write_to;
  options->output_context = print;
  options->input = give_input;
  options->input_context = fixture;
  options->warning = note_error;
  options->warning_context = fixture;
  options->unclosed = note_error;
  options->unclosed_context = fixture;
  char message[512];
  zero_vm *vm;
  bool good = zero_open(&vm, options, message, sizeof message) == ZERO_OK;
  if (good) {
    run_main(fixture, vm, text);
    zero_close(vm);
  } else {
    cli_line(stdout, "failed: %s: %s", name, message);
  }
  fclose(print);
  const char *end = printed + printed_size;
  for (const char *at = printed; at < end;) {
    const char *line = at;
    size_t size = (size_t)(take_line(&at, end) - line);
    add(&fixture->actual[FIXTURE_OUTPUT], line, size);
  }
  free(printed);
  free_lines(&words);
  return good;
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

/* Compares one key and reports differences. A value need not be expected;
 * everything else that happens must be. */
static bool compare(const struct fixture *fixture, const char *name,
                    enum fixture_key key) {
  const struct fixture_lines *expected = &fixture->keys[key];
  const struct fixture_lines *actual = &fixture->actual[key];
  if (key == FIXTURE_VALUE && expected->count == 0) return true;
  for (size_t i = 0; i < expected->count || i < actual->count; i++) {
    const char *want = i < expected->count ? expected->lines[i] : NULL;
    const char *got = i < actual->count ? actual->lines[i] : NULL;
    if (want != NULL && got != NULL && agrees(key, want, got)) continue;
    cli_line(stdout, "failed: %s: %s expected %s, got %s", name,
             key == FIXTURE_VALUE ? "value:" : keys[key],
             want != NULL ? want : "nothing", got != NULL ? got : "nothing");
    return false;
  }
  return true;
}

bool fixture_run(struct fixture *fixture, const char *name,
                 const struct cli_text *text) {
  size_t expected = 0;
  for (int key = 0; key < FIXTURE_COMPARED; key++) {
    expected += fixture->keys[key].count;
  }
  if (fixture->wrong || expected == 0) {
    cli_line(stdout, "failed: %s: %s", name,
             fixture->wrong ? "an expectation is malformed"
                            : "it expects nothing");
    return false;
  }
  if (!run(fixture, name, text)) return false;
  bool good = true;
  for (int key = 0; key < FIXTURE_COMPARED; key++) {
    if (!compare(fixture, name, (enum fixture_key)key)) good = false;
  }
  return good;
}
