/* core.c - lib/core as the build embeds it: looking names up. */
#include "check/core.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *name, const void *entry) {
  return strcmp(name, ((const struct zero_core_name *)entry)->name);
}

int zero__core_exporter(const char *name) {
  const struct zero_core_name *found =
      bsearch(name, zero__core_names, zero__core_name_count,
              sizeof *zero__core_names, compare);
  return found == NULL ? -1 : (int)found->file;
}

int zero__core_file(const char *name) {
  for (unsigned i = 0; i < zero__core_file_count; i++) {
    if (strcmp(zero__core_files[i].name, name) == 0) return (int)i;
  }
  return -1;
}
