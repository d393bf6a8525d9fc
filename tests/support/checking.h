/* checking.h - a check in memory: files, a small lib/core, what came out. */
#ifndef ZERO_TESTS_CHECKING_H
#define ZERO_TESTS_CHECKING_H

#include "check/checker.h"

enum { ZERO_TEST_FILES = 8 };

/* A file that imports can find. */
struct zero_test_file {
  const char *name;
  const char *text;
};

/* One check and all it needs. */
struct zero_checking {
  struct zero_program program;
  struct zero_symbols symbols;
  struct zero_source source;
  const struct zero_test_file *files; /* ZERO_TEST_FILES, or NULL */
  const char *from;                   /* of the last file that was asked for */
  struct zero_function_node *entry;
  bool good;
};

/* A text, and the only report it gives. */
struct zero_refused {
  const char *text;
  int code;
  unsigned line;
  unsigned column;
  const char *message; /* part of it, or NULL */
};

struct zero_source zero_source_of(const char *name, const char *text);

/* A heap, symbols, and a lib/core of option-some, option-none and map;
 * nothing is checked yet. `files` may be NULL. */
struct zero_checking *zero_checking_new(const struct zero_test_file *files);

/* The same with a session, for snippet. */
struct zero_checking *zero_checking_prompt(const struct zero_test_file *files);

/* Checks a program that needs no main; its root is called root.0x0. */
struct zero_checking *zero_check_text(const char *text);
struct zero_checking *zero_check_files(const struct zero_test_file *files,
                                       const char *text);

/* Checks text typed at a prompt, and keeps its names as a VM does. */
void zero_check_typed(struct zero_checking *checking, const char *text);

/* The function of this name that was checked. */
const struct zero_function_node *zero_checked(
    const struct zero_checking *checking, const char *name);

/* Holds the body of a function against its nodes written as text: calls as
 * (module:name …), builtins as (name …), locals by name, patterns as
 * {variant …}. */
void zero_expect_shape(const struct zero_function_node *function,
                       const char *text, const char *expected);

const char *zero_code_text(int code);

/* Logs all reports. */
void zero_complain_of(const struct zero_checking *checking, const char *text);

/* Holds the one report of a check against `row`. */
void zero_expect_report(const struct zero_checking *checking,
                        const struct zero_refused *row, bool warning);

#endif
