/* command_run.c - `zero run FILE`: calls main and prints its value. */
#include <string.h>

#include "cli/commands.h"
#include "cli/machine.h"
#include "cli/standard.h"
#include "cli/terminal.h"

/* An `err` is how a program says that it failed. */
static int answer_for(zero_value value) {
  const char *variant;
  bool failed = strcmp(zero_type_name(value), "Result") == 0 &&
                zero_variant_name(value, &variant) &&
                strcmp(variant, "err") == 0;
  return failed ? CLI_FAILED : CLI_OK;
}

static int run_main(struct cli_machine *host, const char *name) {
  zero_value value;
  zero_error missing;
  if (cli_standard_took_interrupt()) return CLI_INTERRUPTED;
  zero_status status = cli_machine_call_main(host->vm, name, &value, &missing);
  if (status == ZERO_E_SOURCE) {
    cli_show_errors(&missing);
    return CLI_SOURCE;
  }
  if (status != ZERO_OK) return cli_machine_failed(host, status);
  if (!zero_is_unit(value)) status = cli_machine_print(host, value);
  if (status != ZERO_OK) return cli_machine_failed(host, status);
  return answer_for(value);
}

int cli_command_run(struct cli_options *options, int count, char **operands) {
  struct cli_text text;
  int answer = cli_text_read(&text, operands[0]);
  struct cli_machine host = {0};
  if (answer == CLI_OK) {
    options->vm.args = (const char *const *)operands + 1;
    options->vm.arg_count = (size_t)count - 1;
    answer = cli_machine_open(&host, options);
  }
  if (answer == CLI_OK) {
    zero_status status =
        zero_load(host.vm, text.name, text.bytes, text.size);
    answer = status == ZERO_OK ? run_main(&host, text.name)
                               : cli_machine_failed(&host, status);
    answer = cli_machine_close(&host, answer);
  }
  cli_text_free(&text);
  return answer;
}
