/* package.c - what `pkg:` names mean: 0x0.lock, and the embedded lib/core.
 *
 * 0x0.lock stands next to the root and holds lines `dep NAME PATH`, the path
 * relative to the lock; empty lines and lines that begin with # are skipped.
 * No NAME is duplicated. It is read once, when the first `pkg:` import is
 * met. Where it does not name the package, `core-<file>` is lib/core's own. */
#include "source/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static const char lock_file[] = "0x0.lock";
static const char core_prefix[] = "core-";

static char *copy_text(struct zero_check *check, const char *bytes,
                       size_t size) {
  char *text = zero__alloc(check->heap, ZERO_LEAF, size + 1);
  if (size > 0) memcpy(text, bytes, size);
  text[size] = '\0';
  return text;
}

static const char *skip_spaces(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\r')) at++;
  return at;
}

/* Takes one word from *at; NULL where the line has no more. */
static const char *take_word(struct zero_check *check, const char **at,
                             const char *end) {
  const char *start = skip_spaces(*at, end);
  const char *stop = start;
  while (stop < end && *stop != ' ' && *stop != '\t' && *stop != '\r') stop++;
  *at = stop;
  if (start == stop) return NULL;
  return copy_text(check, start, (size_t)(stop - start));
}

static void refuse(struct zero_check *check, const struct zero_source *lock,
                   struct zero_span span, const char *sentence) {
  check->lock_lost = true;
  zero__report(check->heap, &check->program->reports, lock, span,
               ZERO_CODE_PACKAGE_LOCK, false, "%s", sentence);
}

/* Reads one line; false where it is neither empty, a comment nor a dep, which
 * is put before *last. */
static bool read_line(struct zero_check *check, const char *at,
                      const char *end, struct zero_dependency **last) {
  const char *word = take_word(check, &at, end);
  if (word == NULL || word[0] == '#') return true;
  struct zero_dependency *dependency =
      zero__tree_alloc(check->heap, sizeof *dependency);
  dependency->name = take_word(check, &at, end);
  dependency->path = take_word(check, &at, end);
  if (strcmp(word, "dep") != 0 || dependency->path == NULL ||
      skip_spaces(at, end) != end) {
    return false;
  }
  dependency->next = *last;
  *last = dependency;
  check->dependency_count++;
  return true;
}

/* Returns the last dependency. */
static struct zero_dependency *read_lines(struct zero_check *check,
                                          const struct zero_source *lock) {
  struct zero_dependency *last = NULL;
  const char *end = lock->bytes + lock->size;
  for (const char *line = lock->bytes; line < end;) {
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    if (stop == NULL) stop = end;
    struct zero_span span = {(uint32_t)(line - lock->bytes),
                             (uint32_t)(stop - lock->bytes)};
    const struct zero_dependency *before = last;
    if (!read_line(check, line, stop, &last)) {
      refuse(check, lock, span, "a line of 0x0.lock is: dep NAME PATH");
    }
    if (last != before) last->span = span;
    line = stop + 1;
  }
  return last;
}

/* By name, and lines of one name in the order of the file. */
static int compare_lines(const void *a, const void *b) {
  const struct zero_dependency *left = *(struct zero_dependency *const *)a;
  const struct zero_dependency *right = *(struct zero_dependency *const *)b;
  int order = strcmp(left->name, right->name);
  if (order != 0) return order;
  return left->span.start < right->span.start ? -1 : 1;
}

/* Of two lines of one name the first stays. */
static void sort_lines(struct zero_check *check,
                       const struct zero_source *lock,
                       struct zero_dependency *last) {
  size_t count = check->dependency_count;
  if (count == 0) return;
  struct zero_dependency **all =
      zero__tree_alloc(check->heap, sizeof *all * count);
  for (size_t i = count; i > 0; last = last->next) all[--i] = last;
  qsort(all, count, sizeof *all, compare_lines);
  size_t kept = 1;
  for (size_t i = 1; i < count; i++) {
    const struct zero_dependency *first = all[kept - 1];
    if (strcmp(all[i]->name, first->name) != 0) {
      all[kept++] = all[i];
      continue;
    }
    struct zero_place place = zero__source_place(lock, first->span.start);
    zero__report(check->heap, &check->program->reports, lock, all[i]->span,
                 ZERO_CODE_PACKAGE_LOCK, false,
                 "the dependency '%s' is duplicated; line %u names it first",
                 all[i]->name, place.line);
  }
  check->dependencies = all;
  check->dependency_count = kept;
}

/* A root without a lock is common; a lock that cannot be read is an error. */
static void read_lock(struct zero_check *check, struct zero_span span) {
  struct zero_program *program = check->program;
  struct zero_source *lock = zero__tree_alloc(check->heap, sizeof *lock);
  char message[ZERO_FAULT_MESSAGE];
  check->lock_read = true;
  if (program->loader == NULL) return;
  int code = program->loader(program->loader_context, lock_file,
                             check->root->name, &lock->name, &lock->bytes,
                             &lock->size, message);
  if (code == ZERO_CODE_IMPORT_NOT_FOUND || code == ZERO_CODE_IMPORT_DENIED) {
    return;
  }
  if (code != 0 || lock->size >= UINT32_MAX) {
    check->lock_lost = true;
    zero__check_error(check, span, code != 0 ? code : ZERO_CODE_PACKAGE_LOCK,
                      "%s", code != 0 ? message : "0x0.lock is too large");
    return;
  }
  lock->bytes = copy_text(check, lock->bytes, lock->size);
  check->lock_name = lock->name;
  size_t good = zero__utf8_valid(lock->bytes, lock->size, NULL);
  if (good == lock->size) {
    sort_lines(check, lock, read_lines(check, lock));
    return;
  }
  struct zero_span bad = {(uint32_t)good, (uint32_t)good + 1};
  refuse(check, lock, bad, "0x0.lock is not UTF-8, or holds a NUL");
}

/* Name of the embedded file that `core-<file>` means, or NULL. */
static const char *embedded(struct zero_check *check, const char *name) {
  size_t prefix = sizeof core_prefix - 1;
  if (strncmp(name, core_prefix, prefix) != 0) return NULL;
  char *module = copy_text(check, name, strlen(name));
  module[prefix - 1] = ':';
  const struct zero_scope *core = check->program->core;
  for (uint32_t i = 0; core != NULL && i < core->count; i++) {
    if (strcmp(core->entries[i].global->module, module) == 0) return module;
  }
  return NULL;
}

static int compare_name(const void *name, const void *line) {
  return strcmp(name, (*(struct zero_dependency *const *)line)->name);
}

bool zero__check_package(struct zero_check *check, const char *name,
                         struct zero_span span, const char **path,
                         const char **from, const char **core) {
  if (!check->lock_read) read_lock(check, span);
  *core = NULL;
  struct zero_dependency *const *line =
      check->dependency_count == 0
          ? NULL
          : bsearch(name, check->dependencies, check->dependency_count,
                    sizeof *line, compare_name);
  if (line != NULL) {
    *path = (*line)->path;
    *from = check->lock_name;
    return true;
  }
  *core = embedded(check, name);
  if (*core != NULL) return true;
  if (check->lock_lost) return false;
  zero__check_error(check, span, ZERO_CODE_PACKAGE_NOT_FOUND,
                    "package dependency not found: '%s'", name);
  return false;
}
