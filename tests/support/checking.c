/* checking.c - a check in memory: files, a small lib/core, what came out. */
#include "checking.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "heap.h"
#include "value/text.h"

/* A lib/core of the few names that these tests use. */
static const char core_option[] =
    "(fn option-some (:: (-> Any Option)) (cap pure) (doc \"Some.\") (v)\n"
    "  (layout-new \"Option\" \"some\" v))\n"
    "(fn option-none (:: (-> Option)) (cap pure) ()\n"
    "  (layout-new \"Option\" \"none\"))\n";
static const char core_list[] =
    "(fn map (:: (-> Function List List)) (cap pure) (f xs)\n"
    "  (if (empty? xs) (list) (cons (f (head xs)) (map f (tail xs)))))\n";

struct zero_source zero_source_of(const char *name, const char *text) {
  return (struct zero_source){name, text, strlen(text), false};
}

static int load_file(void *context, const char *path, const char *from,
                     const char **name, const char **bytes, size_t *size,
                     char *message) {
  struct zero_checking *checking = context;
  checking->from = from;
  for (unsigned i = 0; checking->files != NULL && i < ZERO_TEST_FILES; i++) {
    const struct zero_test_file *file = &checking->files[i];
    if (file->name == NULL || strcmp(file->name, path) != 0) continue;
    *name = file->name;
    *bytes = file->text;
    *size = strlen(file->text);
    return 0;
  }
  snprintf(message, ZERO_FAULT_MESSAGE, "there is no file '%s'", path);
  return ZERO_CODE_IMPORT_NOT_FOUND;
}

static void put_all(struct zero_heap *heap, struct zero_scope *to,
                    const struct zero_scope *from) {
  for (uint32_t i = 0; i < from->count; i++) {
    zero__scope_put(heap, to, from->entries[i].name, from->entries[i].global);
  }
}

static void add_core(struct zero_checking *checking, const char *name,
                     const char *text) {
  struct zero_program *program = &checking->program;
  struct zero_source *source = zero__tree_alloc(program->heap, sizeof *source);
  *source = zero_source_of(name, text);
  program->core_itself = true;
  cr_assert(zero__check_program(program, source, NULL, NULL));
  program->core_itself = false;
  put_all(program->heap, program->core, program->names);
}

struct zero_checking *zero_checking_new(const struct zero_test_file *files) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_checking *checking = zero__tree_alloc(heap, sizeof *checking);
  struct zero_program *program = &checking->program;
  zero__reports_init(&program->reports);
  program->heap = heap;
  program->symbols = &checking->symbols;
  program->core = zero__scope_new(heap, NULL);
  checking->files = files;
  add_core(checking, "core:option", core_option);
  add_core(checking, "core:list", core_list);
  program->loader = load_file;
  program->loader_context = checking;
  return checking;
}

struct zero_checking *zero_check_files(const struct zero_test_file *files,
                                       const char *text) {
  struct zero_checking *checking = zero_checking_new(files);
  checking->source = zero_source_of("root.0x0", text);
  checking->good =
      zero__check_program(&checking->program, &checking->source, NULL, NULL);
  return checking;
}

struct zero_checking *zero_check_text(const char *text) {
  return zero_check_files(NULL, text);
}

void zero_check_typed(struct zero_checking *checking, const char *text) {
  struct zero_program *program = &checking->program;
  struct zero_source *source = zero__tree_alloc(program->heap, sizeof *source);
  bool incomplete = true;
  *source = zero_source_of("<eval>", text);
  zero__reports_init(&program->reports);
  checking->good =
      zero__check_program(program, source, &checking->entry, &incomplete);
  if (!checking->good) return;
  put_all(program->heap, program->session, program->names->outer);
  put_all(program->heap, program->session, program->names);
}

struct zero_checking *zero_checking_prompt(const struct zero_test_file *files) {
  struct zero_checking *checking = zero_checking_new(files);
  checking->program.session =
      zero__scope_new(checking->program.heap, checking->program.core);
  return checking;
}

/* --- nodes as text --- */

static void put_node(FILE *out, const struct zero_node *node);

static void put_value(FILE *out, zero_value value) {
  if (zero__is_i64(value)) {
    fprintf(out, "%lld", (long long)zero__i64_number(value));
  } else if (zero__is_text(value)) {
    fprintf(out, "\"%s\"", zero__text_bytes(value));
  } else if (zero__is_bool(value)) {
    fputs(zero__is_true(value) ? "true" : "false", out);
  } else {
    fputs(zero__is_unit(value) ? "Unit" : "data", out);
  }
}

static void put_pattern(FILE *out, const struct zero_pattern *pattern) {
  switch (pattern->kind) {
    case ZERO_PATTERN_ANY:
      fputs("_", out);
      return;
    case ZERO_PATTERN_BIND:
      fprintf(out, "%s", pattern->local->symbol->name);
      return;
    case ZERO_PATTERN_CONST:
      put_value(out, pattern->value);
      return;
    case ZERO_PATTERN_VARIANT:
      fprintf(out, "{%s", pattern->variant->name);
      break;
    case ZERO_PATTERN_LIST:
      fputs("{list", out);
      break;
  }
  unsigned count = 0;
  const struct zero_pattern *part = pattern->parts;
  for (; part != NULL; part = part->next, count++) {
    fputs(" ", out);
    put_pattern(out, part);
  }
  cr_expect_eq(count, pattern->count);
  if (pattern->kind == ZERO_PATTERN_LIST && pattern->rest != NULL) {
    fputs(" & ", out);
    put_pattern(out, pattern->rest);
  }
  fputs("}", out);
}

static void put_args(FILE *out, const struct zero_node *node) {
  unsigned count = 0;
  const struct zero_node *arg = node->args;
  for (; arg != NULL; arg = arg->next, count++) {
    if (node->kind == ZERO_NODE_LET && count + 1 < node->count) {
      fprintf(out, " %s=", node->locals[count]->symbol->name);
    } else {
      fputs(" ", out);
    }
    put_node(out, arg);
  }
  cr_expect_eq(count, node->count);
}

static void put_function(FILE *out, const struct zero_function_node *node) {
  fputs("(fn", out);
  for (unsigned i = 0; i < node->param_count; i++) {
    fprintf(out, " %s", node->params[i]->symbol->name);
    cr_expect_eq(node->params[i]->owner, node);
  }
  fputs(" -> ", out);
  put_node(out, node->body);
  fputs(")", out);
}

static void put_clauses(FILE *out, const struct zero_clause *clause) {
  for (; clause != NULL; clause = clause->next) {
    fputs(" [", out);
    put_pattern(out, clause->pattern);
    fputs(" ", out);
    put_node(out, clause->body);
    fputs("]", out);
  }
}

static void put_head(FILE *out, const struct zero_node *node) {
  static const char *const names[] = {
      [ZERO_NODE_IF] = "if",       [ZERO_NODE_DO] = "do",
      [ZERO_NODE_LET] = "let",     [ZERO_NODE_AND] = "and",
      [ZERO_NODE_OR] = "or",       [ZERO_NODE_TRY] = "try",
      [ZERO_NODE_MATCH] = "match", [ZERO_NODE_CALL_VALUE] = "value",
  };
  if (node->kind == ZERO_NODE_CALL) {
    fprintf(out, "(%s:%s", node->global->module, node->global->symbol->name);
  } else if (node->kind == ZERO_NODE_CALL_BUILTIN) {
    fprintf(out, "(%s", zero__builtins[node->builtin].name);
  } else {
    fprintf(out, "(%s", names[node->kind]);
  }
}

static void put_node(FILE *out, const struct zero_node *node) {
  cr_expect_lt(node->span.start, node->span.end, "every node has a span");
  switch (node->kind) {
    case ZERO_NODE_CONST:
      put_value(out, node->value);
      break;
    case ZERO_NODE_LOCAL:
      fprintf(out, "%s", node->local->symbol->name);
      break;
    case ZERO_NODE_GLOBAL:
      fprintf(out, "%s:%s", node->global->module, node->global->symbol->name);
      break;
    case ZERO_NODE_BUILTIN:
      fprintf(out, "#%s", zero__builtins[node->builtin].name);
      break;
    case ZERO_NODE_LAMBDA:
      put_function(out, node->function);
      break;
    default:
      put_head(out, node);
      put_args(out, node);
      if (node->kind == ZERO_NODE_MATCH) put_clauses(out, node->clauses);
      fputs(")", out);
  }
}

const struct zero_function_node *zero_checked(
    const struct zero_checking *checking, const char *name) {
  for (unsigned i = 0; i < checking->program.function_count; i++) {
    const struct zero_function_node *node = checking->program.functions[i];
    if (strcmp(node->name, name) == 0) return node;
  }
  cr_assert(false, "there is no function %s", name);
  abort();
}

void zero_expect_shape(const struct zero_function_node *function,
                       const char *text, const char *expected) {
  char *shape = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&shape, &size);
  put_node(out, function->body);
  fclose(out);
  cr_expect_str_eq(shape, expected, "%s\n  is     %s\n  not    %s", text, shape,
                   expected);
  free(shape);
}

const char *zero_code_text(int code) {
  const struct zero_code_fact *fact = zero__code_fact(code);
  return fact == NULL ? "?" : fact->name;
}

void zero_complain_of(const struct zero_checking *checking, const char *text) {
  const struct zero_report *report = checking->program.reports.first;
  for (; report != NULL; report = report->next) {
    struct zero_place place =
        zero__source_place(report->source, report->span.start);
    cr_log_error("%s: %s %s:%u:%u %s", text, zero_code_text(report->code),
                 report->source->name, place.line, place.column,
                 report->message);
  }
}

/* --- reports --- */

void zero_expect_report(const struct zero_checking *checking,
                        const struct zero_refused *row, bool warning) {
  const struct zero_report *report = checking->program.reports.first;
  bool one = report != NULL && report->next == NULL;
  if (!one) zero_complain_of(checking, row->text);
  cr_expect(one, "%s gives one report", row->text);
  if (report == NULL) return;
  struct zero_place place =
      zero__source_place(report->source, report->span.start);
  cr_expect_str_eq(zero_code_text(report->code), zero_code_text(row->code),
                   "%s: %s", row->text, report->message);
  cr_expect_eq(place.line, row->line, "%s: line %u", row->text, place.line);
  cr_expect_eq(place.column, row->column, "%s: column %u", row->text,
               place.column);
  cr_expect_eq(report->warning, warning, "%s", row->text);
  cr_expect_eq(checking->good, warning, "%s", row->text);
  if (row->message != NULL) {
    cr_expect(strstr(report->message, row->message) != NULL, "%s: %s",
              row->text, report->message);
  }
}
