/* programs.c - random 0x0 programs.
 *
 * An expression is written for the kind of value that is needed. Variables in
 * scope are a stack; the bindings of a form are popped after it. */
#include "programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind {
  INT,
  BOOL,
  TEXT,
  LIST,
  OPTION,
  RESULT,
  MAP,
  BYTES,
  FUNCTION, /* of one argument */
  KINDS,
  ANY = KINDS,
};

enum { SCOPE_MAX = 512, PARAMS_MAX = 60, DEPTH = 5 };

struct variable {
  int number; /* its name is v and this */
  enum kind kind;
};

struct function {
  unsigned params;
  enum kind kinds[PARAMS_MAX];
  int counter; /* index of the parameter that falls, or -1 */
  enum kind result;
};

struct writer {
  FILE *to;
  struct zero_random *random;
  struct variable scope[SCOPE_MAX];
  unsigned scope_count;
  int names;
  struct function functions[ZERO_PROGRAM_FUNCTIONS];
  unsigned callable; /* functions that may be called here */
  int calls;         /* that may still be written into this function */
};

static void expression(struct writer *w, enum kind kind, int depth);

static unsigned below(struct writer *w, unsigned bound) {
  return (unsigned)zero_random_below(w->random, bound);
}

static bool chance(struct writer *w, unsigned percent) {
  return below(w, 100) < percent;
}

static void put(struct writer *w, const char *text) {
  fputs(text, w->to);
}

static const char *one_of(struct writer *w, const char *const *words,
                          unsigned count) {
  return words[below(w, count)];
}
#define ONE_OF(w, ...)                                        \
  one_of(w, (const char *const[]){__VA_ARGS__},               \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static enum kind any_kind(struct writer *w) {
  return chance(w, 40) ? INT : (enum kind)below(w, KINDS);
}

/* --- templates ---------------------------------------------------------- */

/* The letters for kinds after a % in a template. */
static const char letters[] = "ibtlorm8fa";

static void fill(struct writer *w, const char *template, int depth) {
  for (const char *at = template; *at != '\0'; at++) {
    const char *letter =
        *at == '%' && at[1] != '\0' ? strchr(letters, at[1]) : NULL;
    if (letter == NULL) {
      fputc(*at, w->to);
      continue;
    }
    expression(w, (enum kind)(letter - letters), depth);
    at++;
  }
}

/* --- names -------------------------------------------------------------- */

/* A new variable; now and then its name hides an older one. */
static int declare(struct writer *w, enum kind kind) {
  int number = w->names++;
  if (w->scope_count > 0 && chance(w, 15)) {
    number = w->scope[below(w, w->scope_count)].number;
  }
  if (w->scope_count < SCOPE_MAX) {
    w->scope[w->scope_count++] = (struct variable){number, kind};
  }
  return number;
}

/* The same under a unique name. */
static int declare_fresh(struct writer *w, enum kind kind) {
  if (w->scope_count < SCOPE_MAX) {
    w->scope[w->scope_count++] = (struct variable){w->names, kind};
  }
  return w->names++;
}

static bool is_hidden(const struct writer *w, unsigned index) {
  for (unsigned i = index + 1; i < w->scope_count; i++) {
    if (w->scope[i].number == w->scope[index].number) return true;
  }
  return false;
}

/* Writes a variable of the kind; false if there is none. */
static bool variable(struct writer *w, enum kind kind) {
  if (w->scope_count == 0) return false;
  unsigned start = below(w, w->scope_count);
  for (unsigned i = 0; i < w->scope_count; i++) {
    unsigned index = (start + i) % w->scope_count;
    const struct variable *v = &w->scope[index];
    if ((v->kind == kind || kind == ANY) && !is_hidden(w, index)) {
      fprintf(w->to, "v%d", v->number);
      return true;
    }
  }
  return false;
}

/* --- literals ----------------------------------------------------------- */

static void integer(struct writer *w) {
  if (chance(w, 75)) {
    fprintf(w->to, "%d", (int)below(w, 24) - 6);
    return;
  }
  put(w, ONE_OF(w, "4611686018427387903", "4611686018427387904",
                "-4611686018427387904", "-4611686018427387905",
                "9223372036854775807", "-9223372036854775808",
                "9223372036854775806", "-9223372036854775807", "127", "128",
                "-128", "-129", "32767", "32768", "-32769", "3037000500",
                "2147483648", "-4294967296", "255", "256"));
}

static const char *const literals[][16] = {
    [BOOL] = {"true", "false"},
    [TEXT] = {"\"\"", "\"a\"", "\"abc\"", "\"some\"", "\"none\"",
        "\"naïve ƒ\"", "\"12\"", "\"-7\"", "\"a,b,,c\"", "\" x \\n\"",
        "\"err\"", "\"ok\"", "\"😀é\""},
    [LIST] = {"(list)", "(list 1 2 3)", "(list 3 1 2 1)",
        "(list 5 \"some\" 42)", "(list 5 \"none\")", "(list 9 5 \"some\" 42)",
        "(list 5 \"maybe\" 1)", "(list \"b\" \"a\")",
        "(list (list 1 2) (list 3))", "(list 6 \"err\" Unit)",
        "(list 7 \"map\" (list))"},
    [OPTION] = {"(option-none)", "(option-some 7)", "(list 5 \"some\" 3)",
        "(list \"none\")", "(list \"some\" 8)"},
    [RESULT] = {"(result-ok 1)", "(result-err \"bad\")", "(list \"ok\" 2)",
        "(list \"HostOk\" 3)", "(list \"HostErr\" \"C\" \"m\" \"io\")",
        "(list 6 \"ok\" 4)"},
    [MAP] = {"(map-empty)",
        "(list 7 \"map\" (list (list 1 2) (list \"a\" 3)))",
        "(list \"map\" (list (list true 5)))",
        "(list 7 \"map\" (list (list 5 \"none\")))"},
    [BYTES] = {"(bytes-from-list (list 1 2 255))",
        "(list 8 \"bytes\" (list 7 8 9))", "(list \"bytes\" (list 0))",
        "(bytes-from-text \"hé\")"},
    [FUNCTION] = {"abs", "id", "type-of", "option-some", "not", "text?", "len",
        "text-len", "result-ok", "i64->text", "head"},
    [ANY] = {"Unit", "0", "true", "\"t\"", "(list)"},
};

static void literal(struct writer *w, enum kind kind) {
  if (kind == INT) {
    integer(w);
    return;
  }
  unsigned count = 0;
  while (literals[kind][count] != NULL) count++;
  put(w, literals[kind][below(w, count)]);
}

static void leaf(struct writer *w, enum kind kind) {
  if (chance(w, 70) && variable(w, kind)) return;
  literal(w, kind);
}

/* --- expressions of one kind -------------------------------------------- */

static const char *const int_templates[] = {
    "(+ %i %i)", "(- %i %i)", "(* %i %i)", "(/ %i %i)", "(% %i %i)",
    "(+ %i 1)", "(- %i 5)", "(+ -128 %i)", "(- %i 128)",
    "(+ %i %i %i)", "(- %i %i %i %i)", "(* %i %i %i)", "(abs %i)",
    "(min %i %i)", "(max %i %i)", "(len %l)", "(text-len %t)",
    "(fold + 0 %l)", "(map-size %m)", "(bytes-len %8)",
    "(text-code %t 0)", "(bytes-nth %8 %i)", "(layout-tag %a)",
    "(result-or (text->i64 %t) %i)", "(option-or %o %i)",
    "(text-graphemes %t)", "(option-or (map-get %m %i) %i)",
    "(len (layout-field %o 0))", "(fold (ƒ (a b) (- b a)) %i %l)",
    "(bytes-nth %8 0)", "(% %i 3)", "(/ %i -1)",
    NULL};

static const char *const bool_templates[] = {
    "(= %i %i)", "(!= %i %i)", "(< %i %i)", "(> %i %i)",
    "(<= %i %i)", "(>= %i %i)", "(= %i 3)", "(= \"a\" %t)",
    "(< %i 100)", "(>= %i -5)", "(= %t %t)", "(< %t %t)",
    "(>= %t %t)", "(not %b)", "(empty? %l)", "(= %o %o)",
    "(= %l %l)", "(= %m %m)", "(= %8 %8)", "(and %b %b %b)",
    "(or %b %b)", "(not (and %b (not %b)))", "(unit? %a)",
    "(i64? %a)", "(text? %a)", "(list? %a)", "(function? %a)",
    "(option-some? %o)", "(option-none? %o)", "(result-ok? %r)",
    "(map-has? %m %i)", "(list-any? i64? %l)", "(!= %l (list))",
    "(layout-valid? \"Option\" %a)", "(text-contains? %t %t)",
    "(layout-is \"Result\" \"ok\" %r)", "(map-same? %m %m)",
    "(= (option-some %i) %o)", "(< (id %a) (id %a))",
    NULL};

static const char *const text_templates[] = {
    "(text-cat %t %t)", "(text-cat %t %t %t)", "(text-upper %t)",
    "(text-slice %t 0 1)", "(text-slice %t %i %i)",
    "(i64->text %i)", "(type-of %a)", "(text-nth %t %i)",
    "(text-join (map i64->text %l) \",\")", "(text-trim %t)",
    "(bytes-hex %8)", "(layout-variant %o)",
    "(text-replace %t \"a\" %t)", "(text-repeat \"ab\" 3)",
    "(text-class %t 0)", "(result-or (bytes-to-text %8) %t)",
    "(text-join (text-split %t \",\") %t)", "(text-lower %t)",
    "(text-normalize %t \"NFD\")",
    NULL};

static const char *const list_templates[] = {
    "(list %a %a)", "(list %i %i %i)", "(cons %a %l)",
    "(cons %i %l)", "(tail %l)", "(append %l %l)", "(reverse %l)",
    "(range 0 %i)", "(map %f %l)", "(filter %f %l)",
    "(sort < %l)", "(sort (ƒ (a b) (> (abs a) (abs b))) %l)",
    "(list-take %l %i)", "(list-drop %l 1)", "(list-zip %l %l)",
    "(text-split %t \",\")", "(text->list %t)", "(map-keys %m)",
    "(map-entries %m)", "(map-values %m)", "(bytes-to-list %8)",
    "(list 5 \"some\" %a)", "(cons 5 (list \"some\" %a))",
    "(cons 5 (cons \"none\" (id %l)))", "(tail (cons 9 %o))",
    "(append (list 6 \"err\") (list %a))",
    "(reverse (list %a \"some\" 5))",
    "(tail %o)", "(tail %r)", "(list 7 \"map\" (list (list %i %a)))",
    "(list 8 \"bytes\" (list %i 1))",
    "(list 9 \"error\" %t %t (option-none) (map-empty))",
    "(list %i 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 %a 18)",
    "(list 6 \"ok\" (list %i 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 "
    "17 18 %t))",
    "(map (ƒ (x) (list 5 \"some\" x)) %l)",
    "(list-take (cons 5 (cons \"some\" %l)) 3)",
    NULL};

static const char *const option_templates[] = {
    "(option-some %a)", "(option-some %i)", "(list-find %f %l)",
    "(list-index %f %l)", "(map-get %m %i)", "(map-get %m %t)",
    "(text-find %t %t)", "(option-map %f %o)",
    "(option-then option-some %o)", "(list \"some\" %a)",
    "(layout-new \"Option\" \"some\" %a)",
    "(layout-new \"Option\" (id \"some\") %a)",
    "(id (list 5 \"some\" %i))", "(cons 5 (list \"none\"))",
    "(tail (list %i 5 \"some\" %i))",
    NULL};

static const char *const result_templates[] = {
    "(try %i)", "(try %a)", "(try %t)", "(result-ok %a)",
    "(result-err %a)", "(text->i64 %t)", "(result-map %f %r)",
    "(result-then result-ok %r)", "(bytes-to-text %8)",
    "(path-new %t \"file\")", "(layout-check \"Option\" %o)",
    "(list \"err\" %a)", "(try (result-value %r))",
    "(try (option-value %o))", "(bytes-from-hex %t)",
    "(try (raise \"MINE\" %t (map-empty)))",
    "(try (do %a (raise %t \"m\" %m)))",
    "(try (try %l))", "(try (head %l))",
    "(try (map (ƒ (x) (+ x %i)) %l))",
    NULL};

static const char *const map_templates[] = {
    "(map-put %m %i %a)", "(map-put %m %t %a)", "(map-remove %m %i)",
    "(map-put %m %a %i)", "(map-put %m Unit %i)",
    "(map-from-entries (list (list %i %a) (list %t %a)))",
    "(map-from-entries (list-zip %l %l))",
    "(list 7 \"map\" (list (list %i %a)))",
    "(map-put (map-remove %m 1) 1 %a)",
    NULL};

static const char *const bytes_templates[] = {
    "(bytes-from-list (list %i %i))", "(bytes-from-list %l)",
    "(bytes-slice %8 0 1)", "(bytes-slice %8 %i %i)",
    "(bytes-cat %8 %8)", "(bytes-from-text %t)", "(bytes-cat)",
    "(list 8 \"bytes\" (list %i 200))",
    NULL};

static const char *const function_templates[] = {
    "(id %f)", "(if %b %f %f)", "(option-or %o %f)",
    NULL};

static const char *const *const templates[] = {
    [INT] = int_templates,
    [BOOL] = bool_templates,
    [TEXT] = text_templates,
    [LIST] = list_templates,
    [OPTION] = option_templates,
    [RESULT] = result_templates,
    [MAP] = map_templates,
    [BYTES] = bytes_templates,
    [FUNCTION] = function_templates,
};

static unsigned template_count(enum kind kind) {
  unsigned count = 0;
  while (templates[kind][count] != NULL) count++;
  return count;
}

/* A lambda whose parameters and body are of the kinds given. */
static void lambda(struct writer *w, const enum kind *params, unsigned count,
                   enum kind result, int depth) {
  unsigned mark = w->scope_count;
  put(w, "(ƒ (");
  for (unsigned i = 0; i < count; i++) {
    fprintf(w->to, "%sv%d", i == 0 ? "" : " ", declare_fresh(w, params[i]));
  }
  put(w, ") ");
  expression(w, result, depth);
  put(w, ")");
  w->scope_count = mark;
}

static void function_value(struct writer *w, int depth) {
  if (chance(w, 30)) {
    const char *const *row = templates[FUNCTION];
    fill(w, row[below(w, template_count(FUNCTION))], depth);
    return;
  }
  enum kind param = chance(w, 70) ? INT : ANY;
  lambda(w, &param, 1, any_kind(w), depth);
}

/* --- match -------------------------------------------------------------- */

static void pattern(struct writer *w, enum kind kind, int depth);

static void bind_pattern(struct writer *w, enum kind kind) {
  if (chance(w, 25)) {
    put(w, "_");
  } else {
    fprintf(w->to, "v%d", declare_fresh(w, kind));
  }
}

static void list_pattern(struct writer *w, int depth) {
  put(w, "(list");
  unsigned count = below(w, 4);
  for (unsigned i = 0; i < count; i++) {
    put(w, " ");
    pattern(w, chance(w, 60) ? INT : ANY, depth - 1);
  }
  if (chance(w, 50)) {
    put(w, " & ");
    bind_pattern(w, LIST);
  }
  put(w, ")");
}

static void pattern(struct writer *w, enum kind kind, int depth) {
  if (depth <= 0 || chance(w, 35)) {
    bind_pattern(w, kind);
    return;
  }
  if (kind == ANY) kind = any_kind(w);
  switch (kind) {
    case OPTION:
      if (chance(w, 30)) {
        put(w, "(none)");
        return;
      }
      put(w, "(some ");
      pattern(w, ANY, depth - 1);
      put(w, ")");
      break;
    case RESULT:
      put(w, chance(w, 60) ? "(ok " : "(err ");
      pattern(w, ANY, depth - 1);
      put(w, ")");
      break;
    case MAP:
      put(w, "(map ");
      pattern(w, LIST, depth - 1);
      put(w, ")");
      break;
    case BYTES:
      put(w, "(bytes ");
      pattern(w, LIST, depth - 1);
      put(w, ")");
      break;
    case LIST:
      list_pattern(w, depth);
      break;
    case FUNCTION:
      bind_pattern(w, kind);
      break;
    default:
      literal(w, kind);
  }
}

static void match_form(struct writer *w, enum kind kind, int depth) {
  enum kind subject = any_kind(w);
  put(w, "(match ");
  expression(w, subject, depth);
  unsigned clauses = 1 + below(w, 3);
  for (unsigned i = 0; i < clauses; i++) {
    unsigned mark = w->scope_count;
    put(w, " (");
    pattern(w, chance(w, 85) ? subject : ANY, 3);
    put(w, " ");
    expression(w, kind, depth);
    put(w, ")");
    w->scope_count = mark;
  }
  if (chance(w, 85)) {
    put(w, " (_ ");
    expression(w, kind, depth);
    put(w, ")");
  }
  put(w, ")");
}

/* --- forms of any kind -------------------------------------------------- */

static void let_form(struct writer *w, enum kind kind, int depth) {
  unsigned mark = w->scope_count;
  unsigned count = 1 + below(w, 3);
  put(w, "(≔ (");
  for (unsigned i = 0; i < count; i++) {
    enum kind bound = any_kind(w);
    FILE *outer = w->to;
    char *text = NULL;
    size_t size = 0;
    w->to = open_memstream(&text, &size);
    expression(w, bound, depth); /* before its name is in scope */
    fclose(w->to);
    w->to = outer;
    bool last = i + 1 == count; /* only the last may hide: no duplicates */
    int name = last && count == 1 ? declare(w, bound)
                                  : declare_fresh(w, bound);
    fprintf(w->to, "%s(v%d %s)", i == 0 ? "" : " ", name, text);
    free(text);
  }
  put(w, ") ");
  expression(w, kind, depth);
  put(w, ")");
  w->scope_count = mark;
}

static void immediate_call(struct writer *w, enum kind kind, int depth) {
  enum kind params[2] = {any_kind(w), any_kind(w)};
  bool applied = chance(w, 25);
  put(w, applied ? "(apply " : "(");
  lambda(w, params, 2, kind, depth);
  fill(w, applied ? " (list " : " ", depth);
  expression(w, params[0], depth);
  put(w, " ");
  expression(w, params[1], depth);
  put(w, applied ? "))" : ")");
}

/* A call of function `index`, its counter a small number. */
static void named_call(struct writer *w, unsigned index, int depth) {
  const struct function *f = &w->functions[index];
  fprintf(w->to, "(f%u", index);
  for (unsigned i = 0; i < f->params; i++) {
    put(w, " ");
    if ((int)i == f->counter) {
      fprintf(w->to, "%u", below(w, 7));
    } else {
      expression(w, f->kinds[i], f->params > 8 ? 0 : depth - 1);
    }
  }
  put(w, ")");
}

/* Writes a call of a function that returns the kind; false for none. */
static bool call_of_kind(struct writer *w, enum kind kind, int depth) {
  if (w->callable == 0 || w->calls <= 0) return false;
  unsigned start = below(w, w->callable);
  for (unsigned i = 0; i < w->callable; i++) {
    unsigned index = (start + i) % w->callable;
    if (kind != ANY && w->functions[index].result != kind) continue;
    w->calls--;
    named_call(w, index, depth);
    return true;
  }
  return false;
}

static const char *const wrappings[] = {
    "(if %b ^ ^)", "(if %i ^ ^)", "(if (and %b %b) ^ ^)",
    "(if (or (not %b) %b) ^ ^)", "(do %a ^)", "(and %b ^)", "(or %b ^)",
    "(result-or (try ^) ^)", "(option-or (option-some ^) ^)",
    "(nth (list ^ ^ ^) 1)", "(head (list ^ ^))", "(id ^)",
    "(if (= %a %a) ^ ^)", "(fold (ƒ (a b) a) ^ %l)", "(if (empty? %l) ^ ^)",
    "(head (tail (list %a ^)))", "(apply id (list ^))",
    "(result-value (try ^))", "(if (not (< %i %i)) ^ ^)",
    "((ƒ (k) (k ^)) id)", "(do (try (raise \"X\" \"y\" (map-empty))) ^)",
};

/* A form around expressions of the kind, each at a ^. */
static void wrapping(struct writer *w, enum kind kind, int depth) {
  unsigned count = sizeof wrappings / sizeof *wrappings;
  char text[128];
  size_t size = 0;
  for (const char *at = wrappings[below(w, count)]; *at != '\0'; at++) {
    if (*at == '^') text[size++] = '%';
    text[size++] = *at == '^' ? letters[kind] : *at;
  }
  text[size] = '\0';
  fill(w, text, depth);
}

static void any_form(struct writer *w, enum kind kind, int depth) {
  switch (below(w, 8)) {
    case 0:
      let_form(w, kind, depth);
      break;
    case 1:
    case 2:
      match_form(w, kind, depth);
      break;
    case 3:
      immediate_call(w, kind, depth);
      break;
    case 4:
    case 5:
      if (call_of_kind(w, kind, depth)) break;
      wrapping(w, kind, depth);
      break;
    default:
      wrapping(w, kind, depth);
  }
}

/* A value of another kind, after a call that hides this from the checker. */
static void wrong_kind(struct writer *w, int depth) {
  put(w, "(id ");
  expression(w, (enum kind)below(w, KINDS), depth - 1);
  put(w, ")");
}

static void expression(struct writer *w, enum kind kind, int depth) {
  if (depth > 0) depth -= (int)below(w, 2) + 1;
  if (chance(w, 3)) {
    wrong_kind(w, depth);
  } else if (depth <= 0) {
    leaf(w, kind);
  } else if (chance(w, 35)) {
    any_form(w, kind, depth);
  } else if (kind == ANY) {
    expression(w, any_kind(w), depth);
  } else if (kind == FUNCTION) {
    function_value(w, depth);
  } else {
    unsigned count = template_count(kind);
    fill(w, templates[kind][below(w, count)], depth);
  }
}

/* --- self tail loops ---------------------------------------------------- */

/* An argument of the next round, over parameters; it fails seldom, so that
 * the loop runs to its end. Each ^ is a parameter. */
static const char *const moves[] = {
    "^", "^", "^", "^", "^", "(list ^ ^)", "(list ^)", "(= ^ ^)",
    "(if (= ^ ^) ^ ^)", "(if (list? ^) ^ ^)", "(and ^ ^)", "(or ^ ^)",
    "(≔ ((a ^)) (list a ^))", "(≔ ((a ^) (b a)) (if (i64? b) a ^))",
    "(match ^ ((list x & _) x) (_ ^))", "((ƒ (x) (list x ^)) ^)",
    "(ƒ () (list ^ ^))", "(ƒ () ^)", "(if (function? ^) ^ (ƒ () ^))",
    "(try (+ ^ ^))", "(apply cons (list ^ (list ^)))", "(id ^)",
    "(match (list ^ ^) ((list x x2) (list x2 x)))", "(do ^ ^)",
    "(option-or (option-some ^) ^)", "(≔ ((g (ƒ () ^))) (g))",
    "(cons ^ (list ^ ^))", "(type-of ^)", "(not ^)",
    "(match (option-some ^) ((some y) y) ((none) ^))",
    "(result-or (try (- ^ ^)) ^)", "(if (and ^ (not ^)) ^ ^)",
    "((ƒ (k) (k ^)) (ƒ (z) (if (i64? z) ^ z)))",
    "(≔ ((g (ƒ (h) (ƒ () (list h ^))))) (g ^))",
};

static void parameter(struct writer *w, unsigned first, unsigned count) {
  fprintf(w->to, "v%d", w->scope[first + below(w, count)].number);
}

static void move(struct writer *w, unsigned first, unsigned count) {
  const char *at = moves[below(w, sizeof moves / sizeof *moves)];
  for (; *at != '\0'; at++) {
    if (*at == '^') {
      parameter(w, first, count);
    } else {
      fputc(*at, w->to);
    }
  }
}

/* Around the call of the next round, which stays in tail position; @ is the
 * call, ^ a parameter. */
static const char *const rounds[] = {
    "@", "@", "(do ^ @)", "(≔ ((q ^) (r q)) @)", "(if (= ^ ^) @ @)",
    "(and true @)", "(or false @)", "(or (and ^ false) @)",
    "(match ^ ((list _ & _) @) (_ @))", "(≔ ((q ^)) (do q @))",
    "(match (list ^ ^) ((list s t) @))", "(if (not (i64? ^)) @ @)",
    "(≔ ((q (ƒ () ^))) (if (function? q) @ (q)))",
};

static void next_round(struct writer *w, unsigned index, unsigned first) {
  const struct function *f = &w->functions[index];
  fprintf(w->to, "(f%u", index);
  for (unsigned i = 0; i < f->params; i++) {
    put(w, " ");
    if ((int)i == f->counter) {
      fprintf(w->to, "(- v%d 1)", w->scope[first + i].number);
    } else {
      move(w, first, f->params);
    }
  }
  put(w, ")");
}

static void tail_loop(struct writer *w, unsigned index, unsigned first) {
  const struct function *f = &w->functions[index];
  fprintf(w->to, "(if (<= v%d 0) (list",
          w->scope[first + (unsigned)f->counter].number);
  for (unsigned i = 0; i < f->params; i++) {
    int name = w->scope[first + i].number;
    fprintf(w->to, " (if (function? v%d) (try (v%d)) v%d)", name, name, name);
  }
  put(w, ") ");
  const char *at = rounds[below(w, sizeof rounds / sizeof *rounds)];
  for (; *at != '\0'; at++) {
    if (*at == '@') {
      next_round(w, index, first);
    } else if (*at == '^') {
      parameter(w, first, f->params);
    } else {
      fputc(*at, w->to);
    }
  }
  put(w, ")");
}

/* --- functions ---------------------------------------------------------- */

/* Recursion that is not a tail loop, perhaps by way of a partner: each level
 * has an expression of its own around what the level below returns. */
static void recursion(struct writer *w, unsigned index, unsigned partner,
                      unsigned first, int depth) {
  struct function *f = &w->functions[index];
  int counter = w->scope[first + (unsigned)f->counter].number;
  fprintf(w->to, "(if (< v%d 1) ", counter);
  expression(w, f->result, depth);
  put(w, " ");
  bool tail = chance(w, 40);
  int below_it = w->names++;
  if (!tail) fprintf(w->to, "(≔ ((v%d ", below_it);
  fprintf(w->to, "(f%u", partner);
  for (unsigned i = 0; i < w->functions[partner].params; i++) {
    put(w, " ");
    if ((int)i == w->functions[partner].counter) {
      fprintf(w->to, "(- v%d 1)", counter);
    } else {
      expression(w, w->functions[partner].kinds[i], depth - 2);
    }
  }
  put(w, ")");
  if (!tail) {
    put(w, ")) ");
    w->scope[w->scope_count++] =
        (struct variable){below_it, w->functions[partner].result};
    expression(w, f->result, depth);
    put(w, ")");
  }
  put(w, ")");
}

/* A form that nests up to the limit. */
static void deep(struct writer *w) {
  static const char *const opens[] = {
      "(+ ", "(if true ", "(head (list ", "(≔ ((v 1)) ", "(do ", "(abs ",
      "((ƒ () ", "(match 1 (_ ", "(or ", "(result-value (try "};
  static const char *const closes[] = {
      " 1)", " 0)", "))", ")", ")", ")", "))", "))", ")", "))"};
  static const unsigned most[] = {150, 150, 120, 220, 150,
                                  150, 60,  120, 150, 50};
  unsigned which = below(w, sizeof opens / sizeof *opens);
  unsigned levels = 20 + below(w, most[which] - 20);
  for (unsigned i = 0; i < levels; i++) put(w, opens[which]);
  integer(w);
  for (unsigned i = 0; i < levels; i++) put(w, closes[which]);
}

enum shape { PLAIN, TAIL_LOOP, RECURSION, MUTUAL, SHAPES };

/* How function `index` looks from outside. */
static void plan(struct writer *w, unsigned index, enum shape shape) {
  struct function *f = &w->functions[index];
  f->params = chance(w, 5) ? 10 + below(w, PARAMS_MAX - 10) : below(w, 4);
  if (shape != PLAIN) f->params += 2;
  if (f->params > PARAMS_MAX) f->params = PARAMS_MAX;
  for (unsigned i = 0; i < f->params; i++) {
    f->kinds[i] = shape == TAIL_LOOP ? ANY : any_kind(w);
  }
  f->counter = -1;
  f->result = shape == TAIL_LOOP ? LIST : any_kind(w);
  if (shape == PLAIN) return;
  f->counter = (int)below(w, f->params);
  f->kinds[f->counter] = INT;
}

static void begin(char **text, size_t *size, FILE **to) {
  *text = NULL;
  *to = open_memstream(text, size);
}

/* Writes function `index` of the plan into `part`. */
static void write_function(struct writer *w, struct zero_program_part *part,
                           unsigned index, unsigned partner,
                           enum shape shape, bool pure) {
  const struct function *f = &w->functions[index];
  size_t size;
  unsigned mark = w->scope_count;
  begin(&part->head, &size, &w->to);
  fprintf(w->to, "f%u%s (", index, pure ? " (cap pure)" : "");
  for (unsigned i = 0; i < f->params; i++) {
    fprintf(w->to, "%sv%d", i == 0 ? "" : " ",
            declare_fresh(w, f->kinds[i]));
  }
  put(w, ")");
  fclose(w->to);
  begin(&part->body, &size, &w->to);
  w->calls = 2;
  if (shape == TAIL_LOOP) {
    tail_loop(w, index, mark);
  } else if (shape == PLAIN) {
    expression(w, f->result, DEPTH + 1);
  } else {
    recursion(w, index, partner, mark, DEPTH);
  }
  fclose(w->to);
  w->scope_count = mark;
}

static void write_main(struct writer *w, struct zero_program_part *part) {
  size_t size;
  part->head = strdup("main (_)");
  begin(&part->body, &size, &w->to);
  w->calls = 12;
  put(w, "(list");
  for (unsigned i = 0; i < w->callable; i++) {
    put(w, " (try ");
    named_call(w, i, 3);
    put(w, ")");
  }
  unsigned more = 3 + below(w, 4);
  for (unsigned i = 0; i < more; i++) {
    put(w, " (try ");
    expression(w, any_kind(w), DEPTH + 2);
    put(w, ")");
  }
  if (chance(w, 15)) {
    put(w, " ");
    deep(w);
  }
  put(w, ")");
  fclose(w->to);
}

void zero_program_make(struct zero_program_text *program,
                       struct zero_random *random) {
  struct writer *w = calloc(1, sizeof *w);
  bool pure = zero_random_below(random, 2) == 0;
  w->random = random;
  unsigned count = 2 + below(w, ZERO_PROGRAM_FUNCTIONS - 4);
  unsigned i = 0;
  while (i < count) {
    enum shape shape = chance(w, 40) ? TAIL_LOOP : (enum shape)below(w, SHAPES);
    plan(w, i, shape);
    if (shape == MUTUAL) {
      plan(w, i + 1, shape);
      write_function(w, &program->parts[i], i, i + 1, shape, pure);
      write_function(w, &program->parts[i + 1], i + 1, i, shape, pure);
      i++;
    } else {
      write_function(w, &program->parts[i], i, i, shape, pure);
    }
    w->callable = ++i;
  }
  write_main(w, &program->parts[i]);
  program->count = i + 1;
  free(w);
}

void zero_program_free(struct zero_program_text *program) {
  for (unsigned i = 0; i < program->count; i++) {
    free(program->parts[i].head);
    free(program->parts[i].body);
  }
  program->count = 0;
}

char *zero_program_source(const struct zero_program_text *program) {
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  fputs("(ƒ id (∷ (→ Any Any)) (cap pure) (x) x)\n", to);
  for (unsigned i = 0; i < program->count; i++) {
    fprintf(to, "(ƒ %s\n  %s)\n", program->parts[i].head,
            program->parts[i].body);
  }
  fclose(to);
  return text;
}
