/* host.c - what a command lends to the VM: streams, Ctrl-C, warnings.
 *
 * The signal handler must find the VM that runs, so one pointer here is
 * static; a program has one Ctrl-C. */
#include "cli/host.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/terminal.h"

static zero_vm *volatile interrupted_vm;
static volatile sig_atomic_t interrupts;

static void on_interrupt(int number) {
  (void)number;
  interrupts = 1;
  zero_vm *vm = interrupted_vm;
  if (vm != NULL) zero_interrupt(vm);
}

bool cli_host_took_interrupt(void) {
  bool took = interrupts != 0;
  interrupts = 0;
  return took;
}

/* Without SA_RESTART: a read that waits must end too. */
static void catch_interrupt(void) {
  struct sigaction interrupt = {.sa_handler = on_interrupt};
  sigaction(SIGINT, &interrupt, NULL);
}

/* Nobody reads what a program prints after a write has failed, so it is
 * stopped: it might print for ever. */
static void output_failed(struct cli_host *host) {
  if (host->output_error != 0) return;
  host->output_error = errno != 0 ? errno : EIO;
  if (host->vm != NULL) zero_interrupt(host->vm);
}

void cli_host_write(void *context, const char *bytes, size_t size) {
  struct cli_host *host = context;
  errno = 0;
  if (size == 0 ? fflush(stdout) != 0
                : fwrite(bytes, 1, size, stdout) != size) {
    output_failed(host);
  }
}

/* One line at a time, so that a prompt that shares standard input with the
 * program it runs loses nothing. */
static long read_input(void *context, char *bytes, size_t room) {
  struct cli_host *host = context;
  if (fflush(stdout) != 0) output_failed(host);
  size_t size = 0;
  while (size < room) {
    int byte = getc(stdin);
    if (byte == EOF) break;
    bytes[size++] = (char)byte;
    if (byte == '\n') break;
  }
  if (size == 0 && ferror(stdin)) {
    clearerr(stdin);
    return -1;
  }
  return (long)size;
}

static void show_warning(void *context, const zero_error *warning) {
  (void)context;
  cli_show_errors(warning);
}

int cli_host_open(struct cli_host *host, struct cli_options *options) {
  memset(host, 0, sizeof *host);
  zero_options *with = &options->vm;
  with->output = cli_host_write;
  with->output_context = host;
  with->input = read_input;
  with->input_context = host;
  with->warning = show_warning;
  with->unclosed = show_warning;
  char message[512];
  zero_status status = zero_open(&host->vm, with, message, sizeof message);
  if (status != ZERO_OK) {
    cli_complain("%s", message);
    return status == ZERO_E_USAGE ? CLI_USAGE : CLI_FAILED;
  }
  interrupted_vm = host->vm;
  catch_interrupt();
  return CLI_OK;
}

int cli_host_close(struct cli_host *host, int answer) {
  interrupted_vm = NULL;
  zero_close(host->vm);
  host->vm = NULL;
  errno = 0;
  if (fflush(stdout) != 0 || ferror(stdout)) output_failed(host);
  if (host->output_error == 0) return answer;
  cli_complain("cannot write to standard output: %s",
               strerror(host->output_error));
  return CLI_FAILED;
}

int cli_host_failed(struct cli_host *host, zero_status status) {
  if (status == ZERO_E_EXIT) return zero_exit_status(host->vm);
  if (host->output_error != 0) return CLI_FAILED;
  const zero_error *error = zero_last_error(host->vm);
  cli_show_errors(error);
  if (status == ZERO_E_SOURCE) return CLI_SOURCE;
  return cli_host_took_interrupt() ? CLI_INTERRUPTED : CLI_FAILED;
}

zero_status cli_host_call_main(zero_vm *vm, const char *name,
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

zero_status cli_host_print(struct cli_host *host, zero_value value) {
  zero_status status = zero_print(host->vm, value, cli_host_write, host);
  if (status == ZERO_OK) cli_host_write(host, "\n", 1);
  return status;
}

/* Reads to the end, or one byte more than a source may have: that is enough
 * for the library to refuse it, and the end may never come. */
static int read_standard_input(struct cli_text *text) {
  const size_t most = ZERO_SOURCE_MAX + 1;
  size_t room = 0;
  do {
    if (text->size == room) {
      room = room == 0 ? 4096 : room * 2 < most ? room * 2 : most;
      char *more = realloc(text->owned, room);
      if (more == NULL) {
        cli_complain("no memory for standard input");
        return CLI_FAILED;
      }
      text->owned = more;
    }
    text->size += fread(text->owned + text->size, 1, room - text->size,
                        stdin);
  } while (text->size < most && !feof(stdin) && !ferror(stdin));
  if (ferror(stdin)) {
    cli_complain("cannot read standard input: %s", strerror(errno));
    return CLI_SOURCE;
  }
  text->name = "<stdin>";
  text->bytes = text->owned;
  return CLI_OK;
}

int cli_text_read(struct cli_text *text, const char *path) {
  memset(text, 0, sizeof *text);
  if (strcmp(path, "-") == 0) return read_standard_input(text);
  char message[512];
  if (zero_file_loader(NULL, path, "", &text->name, &text->bytes, &text->size,
                       message, sizeof message) == 0) {
    return CLI_OK;
  }
  cli_complain("%s", message);
  return CLI_SOURCE;
}

void cli_text_free(struct cli_text *text) {
  free(text->owned);
}
