/* command_check.c - `zero check FILE`: reads and checks, runs nothing. */
#include "cli/commands.h"
#include "cli/machine.h"

int cli_command_check(struct cli_options *options, int count,
                      char **operands) {
  (void)count;
  struct cli_text text;
  int answer = cli_text_read(&text, operands[0]);
  struct cli_machine host = {0};
  if (answer == CLI_OK) answer = cli_machine_open(&host, options);
  if (answer == CLI_OK) {
    zero_status status =
        options->bytecode
            ? zero_disassemble(host.vm, text.name, text.bytes, text.size,
                               cli_machine_write, &host)
            : zero_check(host.vm, text.name, text.bytes, text.size);
    if (status != ZERO_OK) answer = cli_machine_failed(&host, status);
    answer = cli_machine_close(&host, answer);
  }
  cli_text_free(&text);
  return answer;
}
