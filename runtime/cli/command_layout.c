/* command_layout.c - `zero layout [FAMILY]`: what the tables say of a value. */
#include "cli/commands.h"
#include "cli/machine.h"
#include "cli/terminal.h"

int cli_command_layout(struct cli_options *options, int count,
                       char **operands) {
  (void)options;
  struct cli_machine host = {0};
  const char *family = count > 0 ? operands[0] : NULL;
  const char *nearest = NULL;
  int answer = CLI_OK;
  if (!zero_layout_text(family, cli_machine_write, &host, &nearest)) {
    if (nearest != NULL) {
      cli_complain("there is no family %s; did you mean %s?", family,
                   nearest);
    } else {
      cli_complain("there is no family %s; `zero layout` lists them all",
                   family);
    }
    answer = CLI_USAGE;
  }
  return cli_machine_close(&host, answer);
}
