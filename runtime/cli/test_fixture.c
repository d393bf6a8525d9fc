/* test_fixture.c - what a fixture expects of itself, read from its comments.
 *
 * An expectation is a line that begins with `;; ` and a word known here;
 * every other line is left alone. */
#include "cli/test_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/terminal.h"

static const char *const keys[FIXTURE_KEYS] = {
    "=>", "error:", "warning:", "output:", "exit:", "input:", "args:",
    "each:"};

/* Options of the command line that a fixture may set for itself. */
static const char *const settings[] = {
    "--allow", "--root", "--fuel",         "--deadline",
    "--alloc", "--heap", "--output-limit", "--stack"};

const char *fixture_key_name(enum fixture_key key) {
  return key == FIXTURE_VALUE ? "value:" : keys[key];
}

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

void *cli_must(void *memory) {
  if (memory != NULL) return memory;
  cli_complain("no memory for a fixture");
  exit(CLI_FAILED);
}

void fixture_add(struct fixture_lines *lines, const char *bytes,
                 size_t size) {
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
    fixture_add(&fixture->keys[key], rest, (size_t)(end - rest));
    return true;
  }
  return false;
}

static void read_setting(struct fixture *fixture, const char *line,
                         const char *end) {
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    char word[32];
    snprintf(word, sizeof word, "%s:", settings[i] + 2);
    const char *rest = after(line, end, word);
    if (rest == NULL) continue;
    char name[32];
    snprintf(name, sizeof name, "%s", settings[i]);
    struct fixture_lines *kept = &fixture->settings;
    fixture_add(kept, rest, (size_t)(end - rest));
    char *words[] = {name, kept->lines[kept->count - 1]};
    if (cli_options_read(&fixture->options, CLI_IN_TEST, 2, words) < 0) {
      fixture->wrong = true;
    }
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
  char *neighbour;
  if (asprintf(&neighbour, "%s.expect", path) < 0) return false;
  bool good = true;
  if (access(neighbour, F_OK) == 0) {
    struct cli_text beside;
    good = cli_text_read(&beside, neighbour) == CLI_OK;
    if (good) fixture_read(fixture, beside.bytes, beside.size);
  }
  free(neighbour);
  return good;
}
