/* gate.c - what each gate asks for.
 *
 * `layout` is about all families and about what people write of them;
 * `v1-layout` about the families of lib/core; each other gate about the
 * families that gates.tsv gives it. No gate runs anything but this tool: what
 * values do is for the scripts of tests/gates. */
#include "gate.h"

#include <stdio.h>
#include <string.h>

static const char core[] = "implemented-v1-core";
static const char descriptor[] = "implemented-v1-runtime-descriptor";

bool holds(struct gate *gate, bool fact) {
  if (fact) gate->passed++;
  return fact;
}

bool is_whole(const struct gate *gate) {
  return strcmp(gate->name, "layout") == 0;
}

static bool has_status(const struct schema *schema, const char *family,
                       const char *status) {
  if (schema == NULL) return false;
  int row = find_row(schema, LAYOUTS, "value", family);
  return row >= 0 && cell_is(schema, LAYOUTS, (unsigned)row,
                             "current_status", status);
}

bool covers(const struct gate *gate, const char *family) {
  const struct schema *schema = gate->schema;
  if (is_whole(gate)) return true;
  if (strcmp(gate->name, "v1-layout") == 0) {
    return has_status(schema, family, core) ||
           has_status(gate->before, family, core);
  }
  for (unsigned row = 0; row < schema->tables[GATES].row_count; row++) {
    if (cell_is(schema, GATES, row, "gate", gate->name) &&
        cell_is(schema, GATES, row, "value", family)) {
      return true;
    }
  }
  return false;
}

/* Each runtime descriptor has one gate. */
static void check_gates(struct gate *gate) {
  struct schema *schema = gate->schema;
  require_unique(schema, GATES, "value");
  for (unsigned row = 0; row < schema->tables[GATES].row_count; row++) {
    const char *value = cell(schema, GATES, row, "value");
    if (!holds(gate, has_status(schema, value, descriptor))) {
      complain(schema, GATES, row, "value",
               "'%s' is no family of status %s in value-layouts.tsv", value,
               descriptor);
    }
    if (!holds(gate, !among("layout v1-layout",
                            cell(schema, GATES, row, "gate")))) {
      complain(schema, GATES, row, "gate", "this gate has its families");
    }
  }
  for (unsigned i = 0; i < schema->family_count; i++) {
    const char *value = schema->families[i].name;
    if (!has_status(schema, value, descriptor)) continue;
    if (holds(gate, find_row(schema, GATES, "value", value) >= 0)) continue;
    complain(schema, LAYOUTS, i, "value",
             "%s/gates.tsv has no row about %s; add one", schema->folder,
             value);
  }
}

static bool is_known(const struct gate *gate) {
  if (among("layout v1-layout", gate->name) ||
      find_row(gate->schema, GATES, "gate", gate->name) >= 0) {
    return true;
  }
  fprintf(stderr, "no gate 'abi-%s-check'; there are", gate->name);
  const char *before = "layout";
  fprintf(stderr, " layout v1-layout");
  for (unsigned row = 0; row < gate->schema->tables[GATES].row_count; row++) {
    const char *name = cell(gate->schema, GATES, row, "gate");
    if (strcmp(name, before) != 0) fprintf(stderr, " %s", name);
    before = name;
  }
  fputc('\n', stderr);
  return false;
}

static void check_pages(struct gate *gate) {
  check_layout_page(gate);
  check_matrix(gate);
  check_fixtures(gate);
  if (!is_whole(gate)) return;
  check_gates(gate);
  check_changelog(gate);
  check_roadmap(gate);
  check_decisions(gate);
}

int run_gate(struct gate *gate, bool (*finish)(struct schema *schema),
             void (*fresh)(struct schema *schema, const char *root)) {
  struct schema *schema = gate->schema;
  read_tables(schema);
  if (schema->complaints == 0) {
    if (!is_known(gate)) return 2;
    /* First what was released: it names the very cell that changed, where
     * the rules between tables name one that no longer agrees with it. */
    check_releases(gate);
    check_changes(gate);
    if (holds(gate, finish(schema))) {
      if (is_whole(gate)) fresh(schema, gate->root);
      check_pages(gate);
    }
  }
  printf("%u passed, %u failed\n", gate->passed, schema->complaints);
  return schema->complaints == 0 ? 0 : 1;
}
