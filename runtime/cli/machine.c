/* machine.c - what a command lends to the VM: streams, Ctrl-C, warnings, the
 * text of a program. */
#include "cli/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* After a write has failed, nothing reads what a program prints, so it is
 * stopped: it might print for ever. */
static void output_failed(struct cli_machine *host) {
  if (host->output_error != 0) return;
  host->output_error = errno != 0 ? errno : EIO;
  if (host->vm != NULL) zero_interrupt(host->vm);
}

void cli_machine_write(void *context, const char *bytes, size_t size) {
  struct cli_machine *host = context;
  errno = 0;
  bool good = size == 0 ? cli_standard_flush()
                        : fwrite(bytes, 1, size, stdout) == size;
  if (!good) output_failed(host);
}

static long read_input(void *context, char *bytes, size_t room) {
  (void)context;
  return cli_standard_read(bytes, room);
}

static void show_warning(void *context, const zero_error *warning) {
  (void)context;
  cli_show_errors(warning);
}

int cli_machine_open(struct cli_machine *host, struct cli_options *options) {
  zero_options *with = &options->vm;
  with->output = cli_machine_write;
  with->output_context = host;
  with->input = read_input;
  with->warning = show_warning;
  with->unclosed = show_warning;
  char message[512];
  zero_status status = zero_open(&host->vm, with, message, sizeof message);
  if (status != ZERO_OK) {
    cli_complain("%s", message);
    return status == ZERO_E_USAGE ? CLI_USAGE : CLI_FAILED;
  }
  cli_standard_serve(host->vm);
  return CLI_OK;
}

int cli_machine_close(struct cli_machine *host, int result) {
  size_t lost;
  if (host->vm != NULL) cli_standard_serve(NULL);
  zero_close(host->vm);
  host->vm = NULL;
  if (!cli_standard_finish(&lost)) output_failed(host);
  if (lost > 0) {
    cli_complain("%zu bytes of output are lost: nothing reads them",
                 lost);
  }
  if (host->output_error == 0 || result == CLI_INTERRUPTED) return result;
  cli_complain("cannot write to standard output: %s",
               strerror(host->output_error));
  return CLI_FAILED;
}

int cli_machine_result(struct cli_machine *host, zero_status status) {
  if (status == ZERO_OK) return CLI_OK;
  bool interrupted = cli_standard_took_interrupt();
  if (status == ZERO_E_EXIT) return zero_exit_status(host->vm);
  if (host->output_error != 0 && !interrupted) return CLI_FAILED;
  cli_show_errors(zero_last_error(host->vm));
  if (status == ZERO_E_SOURCE) return CLI_SOURCE;
  return interrupted ? CLI_INTERRUPTED : CLI_FAILED;
}

zero_status cli_machine_call_main(zero_vm *vm, const char *name,
                                  zero_value *value, zero_error *missing) {
  zero_value function = zero_lookup(vm, "main");
  if (zero_is_none(function)) {
    *missing = (zero_error){
        .code = "MAIN_MISSING",
        .message = "the program has no function main",
        .location = {.file = name, .line = 1, .column = 1},
    };
    return ZERO_E_SOURCE;
  }
  zero_value unit = zero_unit();
  size_t count = zero_arity(function) == 0 ? 0 : 1;
  return zero_call(vm, value, function, &unit, count);
}

zero_status cli_machine_print(struct cli_machine *host, zero_value value) {
  zero_status status = zero_print(host->vm, value, cli_machine_write, host);
  if (status == ZERO_OK) cli_machine_write(host, "\n", 1);
  return status;
}

void *cli_must(void *memory) {
  if (memory != NULL) return memory;
  cli_complain("no memory");
  exit(CLI_FAILED);
}

char *cli_format(const char *format, ...) {
  va_list arguments;
  char *text;
  va_start(arguments, format);
  int size = vasprintf(&text, format, arguments);
  va_end(arguments);
  return cli_must(size < 0 ? NULL : text);
}

void cli_grow(char **bytes, size_t *room, size_t size) {
  if (size <= *room) return;
  *room = size < 4096 ? 4096 : size * 2;
  *bytes = cli_must(realloc(*bytes, *room));
}

bool cli_read_all(int file, char **bytes, size_t *size) {
  const size_t most = ZERO_SOURCE_MAX + 1;
  size_t room = 0;
  *bytes = NULL;
  *size = 0;
  long got;
  do {
    cli_grow(bytes, &room, *size + 2);
    char *to = *bytes + *size;
    size_t left = room - *size - 1;
    if (left > most - *size) left = most - *size;
    got = file == STDIN_FILENO ? cli_standard_read(to, left)
                               : read(file, to, left);
    if (got > 0) *size += (size_t)got;
  } while ((got > 0 && *size < most) ||
           (got < 0 && file != STDIN_FILENO && errno == EINTR));
  (*bytes)[*size] = '\0';
  return got >= 0;
}

/* True if a program may come through what `path` names: a pipe, as a shell
 * makes for `<(...)`, or a terminal, as /dev/stdin may be. */
static bool is_stream(const char *path) {
  struct stat facts;
  if (stat(path, &facts) != 0) return false;
  if (S_ISFIFO(facts.st_mode)) return true;
  if (!S_ISCHR(facts.st_mode)) return false;
  int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  bool terminal = file >= 0 && isatty(file);
  if (file >= 0) close(file);
  return terminal;
}

/* Reads a stream, standard input if `path` is NULL. Its name has no directory,
 * so imports start at the working directory. */
static bool read_stream(struct cli_text *text, const char *path) {
  int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
  if (file < 0) {
    cli_complain("cannot read '%s': %s", path, strerror(errno));
    return false;
  }
  char *bytes;
  bool good = cli_read_all(file, &bytes, &text->size);
  if (!good) {
    cli_complain("cannot read %s: %s", path != NULL ? path : "standard input",
                 strerror(errno));
  }
  if (path != NULL) close(file);
  text->name = path != NULL ? "<pipe>" : "<stdin>";
  text->bytes = bytes;
  return good;
}

bool cli_text_read(struct cli_text *text, const char *path) {
  char message[512];
  *text = (struct cli_text){0};
  if (strcmp(path, "-") == 0) return read_stream(text, NULL);
  if (is_stream(path)) return read_stream(text, path);
  int code = zero_file_loader(NULL, path, "", &text->name, &text->bytes,
                              &text->size, message, sizeof message);
  if (code != 0) cli_complain("%s", message);
  return code == 0;
}
