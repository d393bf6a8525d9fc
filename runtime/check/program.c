/* program.c - a whole program or text typed at a prompt: files, modules, their
 * order, and what they see of one another.
 *
 *   load    each file is read once, its definitions and imports collected;
 *           files met on the way wait in a list, nothing recurses
 *   order   imports come before their importers
 *   link    each module gets the names that its imports export
 *   bodies  are checked
 *
 * Reports come out sorted by file, in the order the files were found, and by
 * place. */
#include "check/check.h"

#include <string.h>

#include "facts/gen/capabilities.h"

/* --- reports --- */

struct ranked {
  struct zero_report *report;
  uint32_t rank; /* of the file; 0: not one of this check */
};

static bool precedes(const struct ranked *a, const struct ranked *b) {
  if (a->rank != b->rank) return a->rank < b->rank;
  return a->rank != 0 && a->report->span.start < b->report->span.start;
}

/* By insertion, which keeps the order of equals: a load keeps few. */
static void sort_reports(const struct zero_check *check) {
  struct zero_reports *reports = &check->program->reports;
  struct ranked all[2 * ZERO_REPORTS_MAX];
  unsigned count = 0;
  struct zero_report *report = reports->first;
  for (; report != NULL; report = report->next) {
    struct ranked item = {report, 1};
    const struct zero_module *module = check->modules;
    for (; module != NULL; module = module->next, item.rank++) {
      if (module->source == report->source) break;
    }
    if (module == NULL) item.rank = 0;
    unsigned at = count++;
    for (; at > 0 && precedes(&item, &all[at - 1]); at--) all[at] = all[at - 1];
    all[at] = item;
  }
  reports->last = &reports->first;
  for (unsigned i = 0; i < count; i++) {
    *reports->last = all[i].report;
    reports->last = &all[i].report->next;
  }
  *reports->last = NULL;
}

/* --- order --- */

/* Writes `text` so that it ends at `end`. */
static char *put_before(char *end, const char *text) {
  size_t size = strlen(text);
  return memcpy(end - size, text, size);
}

/* The chain of files from `first` round to itself, for a report. `via` refers
 * backwards, so the chain is written from its end. */
static const char *cycle_text(struct zero_check *check,
                              const struct zero_module *first,
                              const struct zero_module *last) {
  static const char arrow[] = " → ";
  size_t room = strlen(first->named.name) + 1;
  for (const struct zero_module *at = last;; at = at->via) {
    zero__heap_charge(check->heap, 1);
    room += strlen(at->named.name) + strlen(arrow);
    if (at == first) break;
  }
  char *end = zero__alloc(check->heap, ZERO_LEAF, room);
  end += room - 1;
  *end = '\0';
  end = put_before(end, first->named.name);
  for (const struct zero_module *at = last;; at = at->via) {
    end = put_before(put_before(end, arrow), at->named.name);
    if (at == first) return end;
  }
}

static void enter_module(struct zero_module *module, struct zero_module *via) {
  module->visit = ZERO_VISIT_OPEN;
  module->via = via;
  module->at = module->imports;
}

/* Takes one step: into the next import of `module`, or back. Returns the module
 * that the walk is at then. */
static struct zero_module *walk(struct zero_check *check,
                                struct zero_module *module,
                                struct zero_module ***end) {
  zero__heap_charge(check->heap, 1);
  struct zero_import *import = module->at;
  if (import == NULL) {
    module->visit = ZERO_VISIT_DONE;
    **end = module;
    *end = &module->next_ordered;
    return module->via;
  }
  module->at = import->next;
  struct zero_module *target = import->module;
  if (target == NULL || target->visit == ZERO_VISIT_DONE) return module;
  if (target->visit == ZERO_VISIT_OPEN) {
    bool full = zero__reports_full(&check->program->reports, false);
    check->module = module;
    zero__check_issue(check, import->span, ZERO_CODE_IMPORT_CYCLE,
                      "files import one another in a cycle: %s",
                      full ? "" : cycle_text(check, target, module));
    return module;
  }
  enter_module(target, module);
  return target;
}

/* --- the check --- */

static void check_modules(struct zero_check *check) {
  struct zero_module *module = check->modules;
  struct zero_module *ordered = NULL; /* chained by next_ordered */
  struct zero_module **end = &ordered;
  for (; module != NULL; module = module->next) {
    check->module = module;
    zero__module_exports(check);
  }
  check->program->functions =
      zero__tree_alloc(check->heap, sizeof(struct zero_function_node *) *
                                        (check->definition_count + 1));
  module = check->modules;
  enter_module(module, NULL);
  while (module != NULL) module = walk(check, module, &end);
  for (module = ordered; module != NULL; module = module->next_ordered) {
    check->module = module;
    zero__module_link(check);
    zero__check_bodies(check);
  }
}

/* The function whose body is the typed text without its definitions. */
static struct zero_function_node *entry_of(struct zero_check *check) {
  if (check->expressions == NULL) return NULL;
  struct zero_function_node *entry =
      zero__tree_alloc(check->heap, sizeof *entry);
  entry->name = "eval";
  entry->source = check->root;
  entry->span = (struct zero_span){0, (uint32_t)check->root->size};
  entry->capability = ZERO_CAPABILITY_IO;
  check->module = check->modules;
  zero__check_function_body(check, entry, check->expressions);
  zero__check_linear(check, entry);
  return entry;
}

bool zero__check_program(struct zero_program *program,
                         const struct zero_source *root,
                         struct zero_function_node **entry, bool *incomplete) {
  struct zero_check *check = zero__tree_alloc(program->heap, sizeof *check);
  unsigned before = program->reports.errors;
  check->program = program;
  check->heap = program->heap;
  check->root = root;
  check->last_module = &check->modules;
  check->last_expression = &check->expressions;
  check->snippet = entry != NULL;
  program->names = NULL;
  program->functions = NULL;
  program->function_count = 0;
  if (check->snippet) *entry = NULL;
  zero__modules_load(check, incomplete);
  if (check->modules->forms != NULL) {
    check_modules(check);
    program->names = check->modules->own;
    if (check->snippet) *entry = entry_of(check);
  }
  sort_reports(check);
  return program->reports.errors == before;
}
