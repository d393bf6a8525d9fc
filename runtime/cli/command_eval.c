/* command_eval.c - `zero eval EXPR`: prints what an expression is. */
#include <string.h>

#include "cli/commands.h"
#include "cli/machine.h"

int cli_command_eval(struct cli_options *options, int count,
                     char **operands) {
  (void)count;
  struct cli_machine host;
  int answer = cli_machine_open(&host, options);
  if (answer != CLI_OK) return answer;
  zero_value value;
  zero_status status = zero_eval(host.vm, &value, NULL, "<eval>", operands[0],
                                 strlen(operands[0]));
  if (status == ZERO_OK) {
    if (zero_is_none(value)) value = zero_unit();
    status = cli_machine_print(&host, value);
  }
  if (status != ZERO_OK) answer = cli_machine_failed(&host, status);
  return cli_machine_close(&host, answer);
}
