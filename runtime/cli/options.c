/* options.c - the options of all commands, one table for reading and help. */
#include "cli/command.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum operand { FLAG, COUNT, BYTES, WORDS, PATH };

struct option {
  const char *name;
  const char *shown; /* its operand in help, "" for a flag */
  const char *doc;
  enum operand operand;
  unsigned commands;
  size_t offset; /* of its field in struct cli_options */
};

#define FIELD(name) offsetof(struct cli_options, name)

static const struct option table[] = {
    {"--allow", "CAPS", "grant capabilities: file.read,process,...", WORDS,
     CLI_RUNS_CODE, FIELD(capabilities)},
    {"--root", "DIR", "resolve all paths inside DIR; absolute ones start there",
     PATH, CLI_RUNS_CODE, FIELD(vm.file_root)},
    {"--fuel", "N", "stop each call after N steps", COUNT, CLI_RUNS_CODE,
     FIELD(vm.fuel)},
    {"--deadline", "MS", "stop each call after MS milliseconds", COUNT,
     CLI_RUNS_CODE, FIELD(vm.deadline_ms)},
    {"--alloc", "BYTES", "let each call allocate BYTES (suffix K, M or G)",
     BYTES, CLI_RUNS_CODE, FIELD(vm.alloc)},
    {"--heap", "BYTES", "keep the live heap of the process under BYTES",
     BYTES, CLI_RUNS_CODE, FIELD(vm.heap)},
    {"--output-limit", "BYTES", "let each call print BYTES", BYTES,
     CLI_RUNS_CODE, FIELD(vm.output_bytes)},
    {"--stack", "SLOTS", "reserve SLOTS of 8 bytes for the stack", COUNT,
     CLI_RUNS_CODE, FIELD(vm.stack_slots)},
    {"--bytecode", "", "print the bytecode of each function", FLAG,
     CLI_IN_CHECK, FIELD(bytecode)},
    {"--tables", "DIR", "read the tables from DIR instead of the library",
     PATH, CLI_IN_TEST, FIELD(tables)},
    {"--demand", "FILE", "check each directory against the demands in FILE",
     PATH, CLI_IN_TEST, FIELD(demand)},
    {"--help", "", "show this help", FLAG, ~0u, FIELD(help)},
};

enum { OPTIONS = sizeof table / sizeof *table };

static const struct option *find(const char *word, size_t size,
                                 unsigned command) {
  for (size_t i = 0; i < OPTIONS; i++) {
    if ((table[i].commands & command) == 0) continue;
    if (strlen(table[i].name) != size) continue;
    if (memcmp(table[i].name, word, size) == 0) return &table[i];
  }
  return NULL;
}

bool cli_options_sets(const char *word, unsigned command) {
  const struct option *option = find(word, strlen(word), command);
  return option != NULL && option->operand != FLAG;
}

/* Reads a number above 0. A 0 would mean "no limit" to the library, which a
 * user who types it may not expect. */
static bool read_number(const char *word, bool bytes, uint64_t *number) {
  static const char suffixes[] = "KMG";
  if (*word < '0' || *word > '9') return false;
  char *end;
  errno = 0;
  uint64_t digits = strtoull(word, &end, 10);
  uint64_t factor = 1;
  if (*end != '\0') {
    const char *found = strchr(suffixes, *end);
    if (!bytes || found == NULL || end[1] != '\0') return false;
    factor = UINT64_C(1) << 10 * (found - suffixes + 1);
  }
  if (errno != 0 || digits > UINT64_MAX / factor) return false;
  *number = digits * factor;
  return *number > 0;
}

static bool set(struct cli_options *options, const struct option *option,
                const char *word) {
  void *field = (char *)options + option->offset;
  size_t used = strlen(options->capabilities);
  size_t room = sizeof options->capabilities - used;
  switch (option->operand) {
    case FLAG:
      *(int *)field = 1;
      return true;
    case COUNT:
    case BYTES:
      if (read_number(word, option->operand == BYTES, field)) return true;
      cli_complain("%s takes a number of at least 1%s, not '%s'", option->name,
                   option->operand == BYTES ? ", with suffix K, M or G" : "",
                   word);
      return false;
    case WORDS:
      if (strlen(word) + (used > 0) < room) {
        snprintf(options->capabilities + used, room, "%s%s",
                 used > 0 ? "," : "", word);
        return true;
      }
      cli_complain("%s names too many capabilities", option->name);
      return false;
    case PATH:
      *(const char **)field = word;
      return true;
  }
  return false;
}

/* Reads one option; returns the words it took or -1. */
static int read_option(struct cli_options *options, unsigned command,
                       int count, char **words) {
  const char *equals = strchr(words[0], '=');
  size_t size = equals != NULL ? (size_t)(equals - words[0])
                               : strlen(words[0]);
  const struct option *option = find(words[0], size, command);
  if (option == NULL) {
    cli_complain("this command has no option %.*s", (int)size, words[0]);
    return -1;
  }
  if (option->operand == FLAG) {
    if (equals == NULL) return set(options, option, NULL) ? 1 : -1;
    cli_complain("%s takes no value", option->name);
    return -1;
  }
  if (equals != NULL) return set(options, option, equals + 1) ? 1 : -1;
  if (count < 2) {
    cli_complain("%s takes an argument %s", option->name, option->shown);
    return -1;
  }
  return set(options, option, words[1]) ? 2 : -1;
}

int cli_options_read(struct cli_options *options, unsigned command,
                     int count, char **words) {
  static char help[] = "--help";
  int at = 0;
  while (at < count && words[at][0] == '-' && words[at][1] != '\0') {
    if (strcmp(words[at], "--") == 0) return at + 1;
    if (strcmp(words[at], "-h") == 0) words[at] = help;
    int taken = read_option(options, command, count - at, words + at);
    if (taken < 0) return -1;
    at += taken;
  }
  if (options->capabilities[0] != '\0') {
    options->vm.capabilities = options->capabilities;
  }
  return at;
}

void cli_options_help(unsigned command) {
  for (size_t i = 0; i < OPTIONS; i++) {
    if ((table[i].commands & command) == 0) continue;
    char head[32];
    snprintf(head, sizeof head, "%s %s", table[i].name, table[i].shown);
    printf("  %-22s %s\n", head, table[i].doc);
  }
}
