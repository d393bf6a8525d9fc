/* language.c - what must hold of codes, capabilities, builtins, opcodes. */
#include "generate.h"

#include <ctype.h>
#include <string.h>

enum {
  CAPABILITY_BITS = 31, /* an enumerator has no more */
  ARGUMENTS_MAX = 200,  /* of one call */
  OPCODES_MAX = 256,
};

/* --- capabilities -------------------------------------------------------- */

static void check_parts(struct schema *schema, unsigned row) {
  const char *rest = cell(schema, CAPABILITIES, row, "parts");
  const char *part;
  while ((part = next_word(&rest)) != NULL) {
    int found = find_row(schema, CAPABILITIES, "name", part);
    if (found < 0 ||
        is_none(cell(schema, CAPABILITIES, (unsigned)found, "bit"))) {
      complain(schema, CAPABILITIES, row, "parts",
               "'%s' is no capability with a bit", part);
    }
  }
}

static void check_capability(struct schema *schema, unsigned row) {
  const char *name = cell(schema, CAPABILITIES, row, "name");
  const char *bit = cell(schema, CAPABILITIES, row, "bit");
  bool whole = !is_none(cell(schema, CAPABILITIES, row, "parts"));
  if (!is_none(bit) && number(bit) >= CAPABILITY_BITS) {
    complain(schema, CAPABILITIES, row, "bit", "bits are 0 to %d",
             CAPABILITY_BITS - 1);
  }
  if (!is_none(bit) && find_row(schema, CAPABILITIES, "bit", bit) !=
                           (int)row) {
    complain(schema, CAPABILITIES, row, "bit", "bit %s is taken", bit);
  }
  if (strcmp(name, "pure") == 0) {
    if (!is_none(bit)) {
      complain(schema, CAPABILITIES, row, "bit", "pure has no bit");
    }
    if (whole) {
      complain(schema, CAPABILITIES, row, "parts", "pure has no parts");
    }
  } else if (is_none(bit) != whole) {
    complain(schema, CAPABILITIES, row, "parts",
             "a capability has either a bit or parts");
  } else if (whole) {
    check_parts(schema, row);
  }
}

/* --- codes --------------------------------------------------------------- */

static void check_error(struct schema *schema, unsigned row) {
  const char *kind = cell(schema, ERRORS, row, "kind");
  const char *code = cell(schema, ERRORS, row, "code");
  bool caught = cell_is(schema, ERRORS, row, "caught", "yes");
  if (!among("source warning runtime limit library host layout", kind)) {
    complain(schema, ERRORS, row, "kind", "an unknown kind");
  }
  if (strcmp(kind, "limit") == 0 && caught) {
    complain(schema, ERRORS, row, "caught", "try never catches a limit");
  }
  if (among("library layout", kind) && !caught) {
    complain(schema, ERRORS, row, "caught", "try catches this kind");
  }
  if (strcmp(kind, "layout") == 0 &&
      find_row(schema, LAYOUTS, "errors", code) < 0) {
    complain(schema, ERRORS, row, "code",
             "no family of value-layouts.tsv fails with %s", code);
  }
  if (strcmp(kind, "layout") != 0 &&
      find_row(schema, LAYOUTS, "errors", code) >= 0) {
    complain(schema, ERRORS, row, "kind", "%s is of kind layout", code);
  }
  if ((strncmp(code, "WARN_", 5) == 0) != (strcmp(kind, "warning") == 0)) {
    complain(schema, ERRORS, row, "kind",
             "the codes of warnings, and no others, begin with WARN_");
  }
  if (strcmp(code, "OK") == 0) {
    complain(schema, ERRORS, row, "code", "OK is no failure");
  }
}

/* Who asks for the code of an error takes the first row that fits. */
static void check_host_error(struct schema *schema, unsigned row) {
  const char *capability = cell(schema, HOST_ERRORS, row, "capability");
  const char *code = cell(schema, HOST_ERRORS, row, "code");
  int fact = find_row(schema, ERRORS, "code", code);
  if (fact < 0 || !cell_is(schema, ERRORS, (unsigned)fact, "kind", "host")) {
    complain(schema, HOST_ERRORS, row, "code",
             "%s is no code of kind host in errors.tsv", code);
  }
  if (!is_none(capability) &&
      find_row(schema, CAPABILITIES, "name", capability) < 0) {
    complain(schema, HOST_ERRORS, row, "capability",
             "'%s' is no word of capabilities.tsv", capability);
  }
  bool last = row + 1 == schema->tables[HOST_ERRORS].row_count;
  bool any = is_none(cell(schema, HOST_ERRORS, row, "error")) &&
             is_none(capability);
  if (any != last) {
    complain(schema, HOST_ERRORS, row, "error",
             "the last row, and no other, is for every error");
  }
}

/* --- builtins ------------------------------------------------------------ */

#define MORE "…" /* behind the last of the params: it may be repeated */

/* True where `text` names a family, Any or Function, or several with `|`
 * between them. */
static bool is_kind(const struct schema *schema, const char *text) {
  for (;;) {
    size_t size = strcspn(text, "|");
    const char *name = copy_bytes(text, size);
    if (!among("Any Function", name) &&
        find_row(schema, LAYOUTS, "value", name) < 0) {
      return false;
    }
    if (text[size] == '\0') return true;
    text += size + 1;
  }
}

/* Checks the types of `params`; returns how many they are, and whether the
 * last may be repeated in *more. */
static unsigned check_params(struct schema *schema, unsigned row,
                             bool *more) {
  const char *rest = cell(schema, BUILTINS, row, "params");
  unsigned count = 0;
  char *type;
  *more = false;
  if (is_none(rest)) return 0;
  while ((type = next_word(&rest)) != NULL) {
    size_t size = strlen(type);
    size_t tail = strlen(MORE);
    if (*rest == '\0' && size > tail &&
        strcmp(type + size - tail, MORE) == 0) {
      *more = true;
      type[size - tail] = '\0';
    }
    if (!is_kind(schema, type)) {
      complain(schema, BUILTINS, row, "params", "'%s' is no type", type);
    }
    count++;
  }
  return count;
}

static void check_arity(struct schema *schema, unsigned row) {
  bool more;
  unsigned params = check_params(schema, row, &more);
  unsigned min = number(cell(schema, BUILTINS, row, "min"));
  const char *max = cell(schema, BUILTINS, row, "max");
  bool endless = strcmp(max, "*") == 0;
  if (min > ARGUMENTS_MAX) {
    complain(schema, BUILTINS, row, "min", "at most %d", ARGUMENTS_MAX);
  }
  if (!endless && (number(max) < min || number(max) > ARGUMENTS_MAX)) {
    complain(schema, BUILTINS, row, "max", "not between min and %d",
             ARGUMENTS_MAX);
  }
  if (endless != more) {
    complain(schema, BUILTINS, row, "params",
             "the last ends in " MORE " where max is *, and only there");
  } else if (endless ? params > min + 1 : params != number(max)) {
    complain(schema, BUILTINS, row, "params", "too few or too many: %u",
             params);
  }
}

const char *form_of(const struct schema *schema, const char *column,
                    unsigned opcode) {
  bool tests = strcmp(column, "test") == 0;
  const char *b = cell(schema, OPCODES, opcode, "b");
  const char *c = cell(schema, OPCODES, opcode, "c");
  const char *last = tests ? b : c;
  if (!cell_is(schema, OPCODES, opcode, "a", tests ? "r" : "w") ||
      tests != (strcmp(c, "b") == 0)) {
    return NULL;
  }
  if (strcmp(b, "v") == 0) return "many";
  if (strcmp(last, "i") == 0) return "small";
  return strcmp(last, "k") == 0 ? "constant" : "plain";
}

/* Arguments that an instruction of a form has operands for. */
static unsigned operand_count(const struct schema *schema, unsigned opcode,
                              const char *form) {
  unsigned count = among("small constant", form) ? 1 : 0;
  const char *columns = "a b c";
  const char *column;
  while ((column = next_word(&columns)) != NULL) {
    if (cell_is(schema, OPCODES, opcode, column, "r")) count++;
  }
  return count;
}

/* True where the operands are the arguments of the builtin. Literal names of
 * a layout are none: where a variant follows they are part of it. */
static bool fits(const struct schema *schema, unsigned row, unsigned opcode,
                 const char *form) {
  unsigned min = number(cell(schema, BUILTINS, row, "min"));
  unsigned count = operand_count(schema, opcode, form);
  if (strcmp(form, "many") == 0) {
    return cell_is(schema, BUILTINS, row, "max", "*");
  }
  bool names = among("variant variant-jump",
                     cell(schema, OPCODES, opcode, "next"));
  return count > 0 && (names ? count < min : count == min);
}

/* Says what is wrong with an instruction of a cell, or returns NULL. `seen`
 * are the forms before it. */
static const char *misfit(const struct schema *schema, unsigned row,
                          const char *column, const char *name,
                          struct text *seen) {
  int opcode = find_row(schema, OPCODES, "name", name);
  if (opcode < 0) return "is no instruction";
  const char *form = form_of(schema, column, (unsigned)opcode);
  if (form == NULL || !fits(schema, row, (unsigned)opcode, form)) {
    return "has other operands than the builtin has arguments";
  }
  if (seen->size == 0 && among("small constant", form)) {
    return "must stand after the form with registers";
  }
  if (seen->size > 0 && among(seen->bytes, form)) {
    return "has the form of one before it";
  }
  add(seen, "%s ", form);
  return NULL;
}

/* Forms of one operation: the same instruction with different operands. */
static void check_forms(struct schema *schema, unsigned row,
                        const char *column) {
  const char *rest = cell(schema, BUILTINS, row, column);
  struct text seen = {0};
  const char *name;
  if (is_none(rest)) return;
  if (strcmp(column, "test") == 0 && strncmp(rest, "not ", 4) == 0) rest += 4;
  while ((name = next_word(&rest)) != NULL) {
    const char *wrong = misfit(schema, row, column, name, &seen);
    if (wrong == NULL) continue;
    complain(schema, BUILTINS, row, column, "%s %s", name, wrong);
    return;
  }
}

static void check_builtin(struct schema *schema, unsigned row) {
  const char *name = cell(schema, BUILTINS, row, "name");
  const char *capability = cell(schema, BUILTINS, row, "capability");
  if (strpbrk(name, " ()\";") != NULL) {
    complain(schema, BUILTINS, row, "name", "'%s' is no symbol", name);
  }
  if (!among("native core", cell(schema, BUILTINS, row, "how"))) {
    complain(schema, BUILTINS, row, "how", "not native or core");
  }
  check_arity(schema, row);
  check_forms(schema, row, "value");
  check_forms(schema, row, "test");
  if (!is_kind(schema, cell(schema, BUILTINS, row, "result"))) {
    complain(schema, BUILTINS, row, "result", "'%s' is no type",
             cell(schema, BUILTINS, row, "result"));
  }
  if (find_row(schema, CAPABILITIES, "name", capability) < 0) {
    complain(schema, BUILTINS, row, "capability",
             "'%s' is no word of capabilities.tsv", capability);
  }
  if (cell_is(schema, BUILTINS, row, "hidden", "yes") !=
      (name[0] == '%' && name[1] != '\0')) {
    complain(schema, BUILTINS, row, "hidden",
             "hidden names, and no others, begin with %% and go on");
  }
}

/* --- opcodes ------------------------------------------------------------- */

/* Complains unless the operand is one of `allowed`. */
static void check_operand(struct schema *schema, unsigned row,
                          const char *column, const char *allowed) {
  const char *letter = cell(schema, OPCODES, row, column);
  if (!among(allowed, letter)) {
    complain(schema, OPCODES, row, column, "%s may not stand here", letter);
  }
}

/* The operands fill 24 bits: J as the first takes all of them, K I W and J
 * as the second take two thirds. */
static void check_operands(struct schema *schema, unsigned row) {
  check_operand(schema, row, "a", "w r f J -");
  if (cell_is(schema, OPCODES, row, "a", "J")) {
    check_operand(schema, row, "b", "-");
    check_operand(schema, row, "c", "-");
    return;
  }
  check_operand(schema, row, "b", "r w d K k I i W u J v n -");
  if (among("K I W J", cell(schema, OPCODES, row, "b"))) {
    check_operand(schema, row, "c", "-");
  } else if (cell_is(schema, OPCODES, row, "b", "v")) {
    check_operand(schema, row, "c", "n");
  } else {
    check_operand(schema, row, "c", "r i b x -");
  }
}

static void check_opcode(struct schema *schema, unsigned row) {
  const char *next = cell(schema, OPCODES, row, "next");
  check_operands(schema, row);
  if (!among("- jump word variant variant-jump builtin", next)) {
    complain(schema, OPCODES, row, "next", "an unknown word");
  }
  bool tests = cell_is(schema, OPCODES, row, "c", "b") ||
               cell_is(schema, OPCODES, row, "b", "w");
  if (tests != among("jump variant-jump", next)) {
    complain(schema, OPCODES, row, "next",
             "a jump follows operand b or two registers written, and nothing "
             "else");
  }
  if (row == OPCODES_MAX) {
    complain(schema, OPCODES, row, "name", "too many opcodes");
  }
}

static void check_pair(struct schema *schema, unsigned row) {
  static const char *const columns[] = {"first", "then"};
  unsigned count = schema->tables[OPCODES].row_count;
  for (unsigned i = 0; i < 2; i++) {
    const char *name = cell(schema, PAIRS, row, columns[i]);
    if (find_row(schema, OPCODES, "name", name) < 0) {
      complain(schema, PAIRS, row, columns[i], "%s is no instruction", name);
    }
  }
  if (count + row == OPCODES_MAX) {
    complain(schema, PAIRS, row, "first", "too many opcodes");
  }
}

/* --- all of them --------------------------------------------------------- */

/* No two rows agree in all of the columns `unique`. */
static void check_rows(struct schema *schema, enum table_id id,
                       const char *unique,
                       void (*check)(struct schema *schema, unsigned row)) {
  require_unique(schema, id, unique);
  for (unsigned row = 0; row < schema->tables[id].row_count; row++) {
    check(schema, row);
  }
}

void check_language(struct schema *schema) {
  check_rows(schema, CAPABILITIES, "name", check_capability);
  check_rows(schema, ERRORS, "code", check_error);
  check_rows(schema, HOST_ERRORS, "error capability", check_host_error);
  check_rows(schema, BUILTINS, "name", check_builtin);
  require_unique(schema, BUILTINS, "symbol");
  check_rows(schema, OPCODES, "name", check_opcode);
  check_rows(schema, PAIRS, "first then", check_pair);
}
