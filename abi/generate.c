/* generate.c - abi-generate: from the tables to files, all or none; gates. */
#include "generate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate.h"

static const char usage[] =
    "usage: abi-generate [--check | --gate NAME | --release] TABLES ROOT\n"
    "\n"
    "Reads the tables in the folder TABLES and writes what they say as C and\n"
    "as documentation below the folder ROOT. Where a table is wrong it says\n"
    "file, line, column and why, and writes nothing.\n"
    "\n"
    "  --check      write nothing; name each file that is not up to date\n"
    "  --gate NAME  write nothing; check the tables against those released,\n"
    "               and pages, records and fixtures against the tables\n"
    "  --release    keep the tables in TABLES/released, once a version\n"
    "  --help       show this text\n"
    "\n"
    "Exit status: 0 all is well, 1 a table is wrong or a file is not up to\n"
    "date or cannot be written, 2 the command line is wrong.\n";

/* Checks what was read. Each step relies on the ones before. */
static bool check_schema(struct schema *schema) {
  unsigned before = schema->complaints;
  check_layouts(schema);
  check_language(schema);
  if (schema->complaints > before) return false;
  build_families(schema);
  if (schema->complaints > before) return false;
  check_families(schema);
  check_records(schema);
  hash_layouts(schema);
  return schema->complaints == before;
}

static bool read_schema(struct schema *schema) {
  read_tables(schema);
  return schema->complaints == 0 && check_schema(schema);
}

static char *join(const char *root, const char *path, const char *suffix) {
  struct text whole = {0};
  add(&whole, "%s/%s%s", root, path, suffix);
  return whole.bytes;
}

static bool is_current(const char *root, const struct output *output) {
  struct text present = {0};
  if (!read_file(join(root, output->path, ""), &present)) return false;
  return present.size == output->text.size &&
         memcmp(present.bytes, output->text.bytes, present.size) == 0;
}

static int check_outputs(const char *root, const struct outputs *outputs) {
  int status = 0;
  for (unsigned i = 0; i < outputs->count; i++) {
    if (is_current(root, &outputs->items[i])) continue;
    fprintf(stderr, "%s/%s: stale; run `make generate`\n", root,
            outputs->items[i].path);
    status = 1;
  }
  return status;
}

#define TEMPORARY ".new"

static bool write_temporary(const char *root, const struct output *output) {
  const char *path = join(root, output->path, TEMPORARY);
  FILE *file = fopen(path, "wb");
  if (file != NULL) {
    size_t size = output->text.size;
    bool whole = fwrite(output->text.bytes, 1, size, file) == size;
    if (fclose(file) == 0 && whole) return true;
  }
  fprintf(stderr, "%s: %s\n", path, strerror(errno));
  return false;
}

/* Writes every file that changes beside its place, then moves them all there:
 * a full disk leaves the old files as they were. */
static int write_outputs(const char *root, const struct outputs *outputs) {
  bool changed[OUTPUTS_MAX] = {false};
  bool good = true;
  for (unsigned i = 0; good && i < outputs->count; i++) {
    changed[i] = !is_current(root, &outputs->items[i]);
    if (changed[i]) good = write_temporary(root, &outputs->items[i]);
  }
  for (unsigned i = 0; i < outputs->count; i++) {
    if (!changed[i]) continue;
    const char *temporary = join(root, outputs->items[i].path, TEMPORARY);
    const char *path = join(root, outputs->items[i].path, "");
    if (!good) {
      remove(temporary);
    } else if (rename(temporary, path) != 0) {
      fprintf(stderr, "%s: %s\n", path, strerror(errno));
      good = false;
      remove(temporary);
    }
  }
  return good ? 0 : 1;
}

static int run(const char *folder, const char *root, bool check) {
  struct schema schema = {.folder = folder};
  struct outputs outputs = {.count = 0};
  if (!read_schema(&schema)) return 1;
  emit_all(&schema, &outputs);
  document_all(&schema, root, &outputs);
  if (schema.complaints > 0) return 1;
  return check ? check_outputs(root, &outputs)
               : write_outputs(root, &outputs);
}

static void check_fresh(struct schema *schema, const char *root) {
  struct outputs outputs = {.count = 0};
  emit_all(schema, &outputs);
  document_all(schema, root, &outputs);
  schema->complaints += (unsigned)check_outputs(root, &outputs);
}

static int gate(const char *name, const char *folder, const char *root) {
  struct schema schema = {.folder = folder};
  struct gate asked = {.schema = &schema, .root = root, .name = name};
  return run_gate(&asked, check_schema, check_fresh);
}

static int release(const char *folder) {
  struct schema schema = {.folder = folder};
  return read_schema(&schema) ? write_release(&schema) : 1;
}

static int refuse(void) {
  fputs(usage, stderr);
  return 2;
}

int main(int count, char **args) {
  const char *mode = count > 1 && args[1][0] == '-' ? args[1] : "";
  if (strcmp(mode, "--help") == 0 && count == 2) {
    fputs(usage, stdout);
    return 0;
  }
  const char *folder = count > 2 ? args[count - 2] : "-";
  const char *root = count > 2 ? args[count - 1] : "-";
  if (folder[0] == '-' || root[0] == '-') return refuse();
  if (strcmp(mode, "--gate") == 0 && count == 5) {
    return gate(args[2], folder, root);
  }
  if (strcmp(mode, "--release") == 0 && count == 4) return release(folder);
  if (strcmp(mode, "--check") == 0 && count == 4) {
    return run(folder, root, true);
  }
  if (mode[0] == '\0' && count == 3) return run(folder, root, false);
  return refuse();
}
