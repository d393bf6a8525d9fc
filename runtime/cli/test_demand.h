/* test_demand.h - fixtures that rows of the tables demand of a folder.
 *
 * A table of four columns says which:
 *
 *   rows      "builtins hidden=no": the rows that demand one each
 *   fixture   its path below the folder: builtin/{symbol}.0x0
 *   text      what its program must hold as a word, or -
 *   expects   what one of its expectations must hold as a word, or - */
#ifndef ZERO_CLI_TEST_DEMAND_H
#define ZERO_CLI_TEST_DEMAND_H

/* Rows that have what they demand, and rows that do not. */
struct cli_demanded {
  unsigned met;
  unsigned unmet;
};

/* Checks that `folder` has what the table in the file `path` demands, of the
 * tables in the folder `tables`, or where that is NULL of the library's. Says
 * on standard output what is missing. */
void cli_demand(struct cli_demanded *demanded, const char *path,
                const char *folder, const char *tables);

#endif
