/* program.c - a whole program or what is typed at a prompt: files, modules,
 * their order, and what they see of one another.
 *
 *   load    each file is read once, its definitions and imports collected;
 *           files met on the way wait in a list, nothing recurses
 *   order   imports come before those who import them
 *   link    each module gets the names that its imports export
 *   bodies  are checked
 *
 * Reports come out sorted by file, in the order the files were met, and by
 * place. */
#include "check/check.h"

#include <stdlib.h>
#include <string.h>

/* --- reports --- */

struct ranked {
  struct zero_report *report;
  uint32_t rank;  /* of the file; 0: not one of this check */
  uint32_t index; /* as reported, which decides between equals */
};

static int compare_ranked(const void *a, const void *b) {
  const struct ranked *left = a;
  const struct ranked *right = b;
  if (left->rank != right->rank) return left->rank < right->rank ? -1 : 1;
  uint32_t left_start = left->rank == 0 ? 0 : left->report->span.start;
  uint32_t right_start = right->rank == 0 ? 0 : right->report->span.start;
  if (left_start != right_start) return left_start < right_start ? -1 : 1;
  return left->index < right->index ? -1 : 1;
}

static uint32_t rank_of(const struct zero_check *check,
                        const struct zero_source *source) {
  uint32_t rank = 1;
  const struct zero_module *module = check->modules;
  for (; module != NULL; module = module->next, rank++) {
    if (module->source == source) return rank;
  }
  return 0;
}

static void sort_reports(const struct zero_check *check) {
  struct zero_reports *reports = &check->program->reports;
  uint32_t count = 0;
  struct zero_report *report = reports->first;
  for (; report != NULL; report = report->next) count++;
  if (count < 2) return;
  struct ranked *all = zero__tree_alloc(check->heap, sizeof *all * count);
  report = reports->first;
  for (uint32_t i = 0; i < count; i++, report = report->next) {
    all[i].report = report;
    all[i].rank = rank_of(check, report->source);
    all[i].index = i;
  }
  qsort(all, count, sizeof *all, compare_ranked);
  struct zero_report **end = &reports->first;
  for (uint32_t i = 0; i < count; i++) {
    *end = all[i].report;
    end = &all[i].report->next;
  }
  *end = NULL;
  reports->last = end;
}

/* --- order --- */

/* The chain of files from `first` round to itself, for a report. */
static const char *cycle_text(struct zero_check *check,
                              const struct zero_module *first,
                              const struct zero_module *last) {
  static const char arrow[] = " → ";
  size_t room = strlen(first->name) + 1;
  const struct zero_module *at = last;
  for (;; at = at->via) {
    zero__heap_charge(check->heap, 1);
    room += strlen(at->name) + sizeof arrow;
    if (at == first) break;
  }
  char *text = zero__alloc(check->heap, ZERO_LEAF, room);
  char *end = text + room - 1;
  *end = '\0';
  size_t size = strlen(first->name);
  end = memcpy(end - size, first->name, size);
  for (at = last;; at = at->via) {
    end = memcpy(end - (sizeof arrow - 1), arrow, sizeof arrow - 1);
    size = strlen(at->name);
    end = memcpy(end - size, at->name, size);
    if (at == first) return end;
  }
}

static void enter_module(struct zero_module *module,
                         struct zero_module *via) {
  module->visit = ZERO_VISIT_OPEN;
  module->via = via;
  module->at = module->imports;
}

/* Goes one step: into the next import of `module`, or back. Returns where
 * the walk stands then. */
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
    zero__check_error(check, import->span, ZERO_CODE_IMPORT_CYCLE,
                      "files import one another in a circle: %s",
                      full ? "" : cycle_text(check, target, module));
    return module;
  }
  enter_module(target, module);
  return target;
}

/* Chains the modules by next_ordered, imports first; returns the first. */
static struct zero_module *order_modules(struct zero_check *check) {
  struct zero_module *first = NULL;
  struct zero_module **end = &first;
  struct zero_module *at = check->modules;
  enter_module(at, NULL);
  while (at != NULL) at = walk(check, at, &end);
  return first;
}

/* --- the check --- */

static void check_modules(struct zero_check *check) {
  struct zero_module *module = check->modules;
  for (; module != NULL; module = module->next) {
    check->module = module;
    zero__module_exports(check);
  }
  module = order_modules(check);
  for (; module != NULL; module = module->next_ordered) {
    check->module = module;
    zero__module_link(check);
    zero__check_bodies(check);
  }
}

static void begin(struct zero_check *check, struct zero_program *program,
                  const struct zero_source *root) {
  memset(check, 0, sizeof *check);
  check->program = program;
  check->heap = program->heap;
  check->root = root;
  check->last_module = &check->modules;
  check->last_expression = &check->expressions;
  program->module = "main";
  program->names = NULL;
  program->functions = NULL;
  program->function_count = 0;
  program->function_room = 0;
}

/* A copy: a global keeps the text of its module alive by its beginning. */
static const char *copy_name(struct zero_heap *heap,
                             const struct zero_symbol *symbol) {
  return memcpy(zero__alloc(heap, ZERO_LEAF, symbol->size + 1u),
                symbol->name, symbol->size + 1u);
}

/* A module without a name of its own keeps "main". */
static void name_root(struct zero_check *check) {
  const struct zero_module *root = check->modules;
  struct zero_program *program = check->program;
  program->names = root->own;
  if (root->declared == NULL) return;
  program->module = copy_name(check->heap, root->declared);
  if (program->core_itself) return;
  struct zero_definition *definition = root->definitions;
  for (; definition != NULL; definition = definition->next) {
    zero__heap_charge(check->heap, 1);
    definition->global->module = program->module;
  }
}

static void check_main(struct zero_check *check) {
  struct zero_span start = {0, 0};
  check->module = check->modules;
  const struct zero_global *main =
      zero__scope_find(check->modules->own, "main");
  if (main == NULL) {
    zero__check_error(check, start, ZERO_CODE_MAIN_MISSING,
                      "the program has no function main");
  } else if (main->param_count != ZERO_PARAMS_UNKNOWN &&
             main->param_count > 1) {
    zero__check_error(check, main->node->span, ZERO_CODE_MAIN_MISSING,
                      "main takes one parameter or none, not %u",
                      main->param_count);
  }
}

bool zero__check_program(struct zero_program *program,
                         const struct zero_source *root, bool needs_main) {
  struct zero_check *check = zero__tree_alloc(program->heap, sizeof *check);
  unsigned before = program->reports.errors;
  begin(check, program, root);
  zero__modules_load(check, NULL);
  if (check->modules->forms != NULL) {
    name_root(check);
    check_modules(check);
    if (needs_main) check_main(check);
  }
  sort_reports(check);
  return program->reports.errors == before;
}

/* --- a prompt --- */

/* The function whose body is what was typed, but for its definitions. */
static struct zero_function_node *entry_of(struct zero_check *check) {
  if (check->expressions == NULL) return NULL;
  struct zero_function_node *entry =
      zero__tree_alloc(check->heap, sizeof *entry);
  entry->name = "eval";
  entry->source = check->root;
  entry->span = (struct zero_span){0, (uint32_t)check->root->size};
  entry->capability = zero__capability_io();
  check->module = check->modules;
  check->function = entry;
  entry->body = zero__check_body(check, check->expressions, entry->span);
  zero__check_linear(check, entry);
  return entry;
}

/* What a prompt keeps of a text: its imports, and before them what it
 * defines. */
static struct zero_scope *names_to_keep(struct zero_check *check) {
  const struct zero_module *root = check->modules;
  const struct zero_scope *parts[] = {root->imported, root->own};
  struct zero_scope *names = zero__scope_new(check->heap, NULL);
  for (unsigned part = 0; part < 2; part++) {
    for (uint32_t i = 0; i < parts[part]->count; i++) {
      const struct zero_scope_entry *entry = &parts[part]->entries[i];
      zero__heap_charge(check->heap, 1);
      zero__scope_put(check->heap, names, entry->name, entry->global);
    }
  }
  return names;
}

bool zero__check_snippet(struct zero_program *program,
                         const struct zero_source *text,
                         struct zero_function_node **entry,
                         bool *incomplete) {
  struct zero_check *check = zero__tree_alloc(program->heap, sizeof *check);
  unsigned before = program->reports.errors;
  *entry = NULL;
  begin(check, program, text);
  check->snippet = true;
  zero__modules_load(check, incomplete);
  if (check->modules->forms != NULL) {
    name_root(check);
    check_modules(check);
    program->names = names_to_keep(check);
    *entry = entry_of(check);
  }
  sort_reports(check);
  return program->reports.errors == before;
}
