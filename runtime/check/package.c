/* package.c - what `pkg:` names mean: 0x0.lock, and the embedded lib/core.
 *
 * 0x0.lock is next to the root and holds lines `dep NAME PATH`, the path
 * relative to the lock; empty lines and lines that begin with # are skipped. No
 * NAME is duplicated. It is read once, at the first `pkg:` import. If it does
 * not name the package, `core-<file>` is a file of lib/core. */
#include "check/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { LINE_MAX_BYTES = 8192 }; /* of a line that is not a comment */

/* --- lib/core --- */

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

/* --- 0x0.lock --- */

static const char lock_file[] = "0x0.lock";
static const char core_prefix[] = "core-";

/* Takes one word from *at; NULL if the line has no more. */
static const char *take_word(struct zero_check *check, const char **at) {
  const char *start = *at + strspn(*at, " \t\r");
  size_t size = strcspn(start, " \t\r\n");
  *at = start + size;
  if (size == 0) return NULL;
  return zero__check_text(check, "%.*s", (int)size, start);
}

static void refuse(struct zero_check *check, const struct zero_source *lock,
                   struct zero_span span, const char *sentence) {
  check->lock_lost = true;
  zero__report(check->heap, &check->program->reports, lock, span,
               ZERO_CODE_PACKAGE_LOCK, false, "%s", sentence);
}

/* Reads one line; false if it is neither empty, a comment nor a dep. If two
 * lines have the same name, the first one counts. */
static bool read_line(struct zero_check *check, const struct zero_source *lock,
                      struct zero_span span) {
  const char *at = lock->bytes + span.start;
  const char *word = take_word(check, &at);
  if (word == NULL || word[0] == '#') return true;
  const char *name = take_word(check, &at);
  const char *path = take_word(check, &at);
  if (strcmp(word, "dep") != 0 || path == NULL ||
      take_word(check, &at) != NULL) {
    return false;
  }
  const struct zero_dependency *first =
      zero__named(check, check->dependencies, name);
  if (first != NULL) {
    struct zero_place place = zero__source_place(lock, first->span.start);
    zero__report(check->heap, &check->program->reports, lock, span,
                 ZERO_CODE_PACKAGE_LOCK, false,
                 "the dependency '%s' is duplicated; line %u names it first",
                 name, place.line);
    return true;
  }
  struct zero_dependency *dependency =
      zero__tree_alloc(check->heap, sizeof *dependency);
  *dependency = (struct zero_dependency){{NULL, name}, path, span};
  zero__name(check, &check->dependencies, &dependency->named);
  return true;
}

/* A root without a lock is common; a lock that cannot be read is an error. */
static void read_lock(struct zero_check *check, struct zero_span span) {
  struct zero_source *lock = zero__tree_alloc(check->heap, sizeof *lock);
  char message[ZERO_FAULT_MESSAGE];
  check->lock_read = true;
  int code = zero__module_text(check, lock_file, check->root->name, lock,
                               message);
  if (code == ZERO_CODE_IMPORT_NOT_FOUND || code == ZERO_CODE_IMPORT_DENIED) {
    return;
  }
  if (code != 0) {
    check->lock_lost = true;
    zero__check_issue(check, span, code, "%s", message);
    return;
  }
  lock->bytes = zero__copy_text(check->heap, lock->bytes, lock->size);
  check->lock_name = lock->name;
  uint32_t good = (uint32_t)zero__utf8_valid(lock->bytes, lock->size, NULL);
  if (good < lock->size) {
    refuse(check, lock, (struct zero_span){good, good + 1},
           "0x0.lock is not UTF-8, or contains a NUL");
    return;
  }
  for (uint32_t at = 0, stop; at < lock->size; at = stop + 1) {
    stop = zero__source_line_end(check->heap, lock, at);
    span = (struct zero_span){at, stop};
    if (lock->bytes[at] == '#') continue;
    if (stop - at > LINE_MAX_BYTES || !read_line(check, lock, span)) {
      refuse(check, lock, span, "a line of 0x0.lock is: dep NAME PATH");
    }
  }
}

struct zero_module *zero__check_package(
    struct zero_check *check, const char *name, struct zero_span span) {
  if (!check->lock_read) read_lock(check, span);
  const struct zero_dependency *dependency =
      zero__named(check, check->dependencies, name);
  if (dependency != NULL) {
    return zero__module_file(check, dependency->path, check->lock_name, span);
  }
  size_t prefix = sizeof core_prefix - 1;
  if (strncmp(name, core_prefix, prefix) == 0) {
    const char *file = zero__check_text(check, "core:%s", name + prefix);
    if (zero__core_file(file) >= 0) return zero__module_core(check, file);
  }
  if (check->lock_lost) return NULL;
  zero__check_issue(check, span, ZERO_CODE_PACKAGE_NOT_FOUND,
                    "package dependency not found: '%s'", name);
  return NULL;
}
