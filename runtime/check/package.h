/* package.h - lib/core as the build embeds it: texts, and whose each name is.
 *
 * lib/embed.awk writes the tables. A file is read when one of its names is
 * used (compile/library.h). */
#ifndef ZERO_CHECK_PACKAGE_H
#define ZERO_CHECK_PACKAGE_H

#include <stddef.h>
#include <stdint.h>

struct zero_core_file {
  const char *name; /* "core:option", the `module` of its functions */
  const char *text;
  size_t size;
};

struct zero_core_name {
  const char *name;
  unsigned file; /* index in zero__core_files */
};

extern const struct zero_core_file zero__core_files[];
extern const unsigned zero__core_file_count;

/* The names that files export, ascending by strcmp; each is of one file. */
extern const struct zero_core_name zero__core_names[];
extern const unsigned zero__core_name_count;

/* Return the index of the file that exports `name`, or that is called so; -1
 * where there is none. */
int zero__core_exporter(const char *name);
int zero__core_file(const char *name);

#endif
