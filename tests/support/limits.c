/* limits.c - calls of each builtin with large arguments. */
#include "limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"

/* What is visited for each 1024 of `n`. */
enum {
  CONSTANT = 0,
  ITEMS = 1024,
  POINTS = 2 * ITEMS, /* characters of a text */
  TEXT = 32 * ITEMS,  /* bytes of a text that is moved */
  UNITS = TEXT / ZERO_UNIT_BYTES,
};

static const char *const inputs[ZERO_LIMIT_INPUTS][2] = {
    {"n", "n"},
    {"xs", "(range 0 n)"},
    {"ys", "(range 0 n)"},
    {"octets", "(map (ƒ (i) (% i 256)) (range 0 n))"},
    {"x", "(fold (ƒ (x i) (list x x)) 1 (range 0 40))"},
    {"y", "(fold (ƒ (x i) (list x x)) 1 (range 0 40))"},
    {"t", "(text-repeat \"abcdefg,\" (* 4 n))"},
    {"t2", "(text-repeat \"abcdefg,\" (* 4 n))"},
    {"commas", "(text-repeat \",\" n)"},
    {"accents", "(text-repeat \"e\\u{301}\" n)"},
    {"accents2", "(text-repeat \"e\\u{301}\" n)"},
    {"accents3", "(text-repeat \"e\\u{301}\" n)"},
    {"marks", "(text-cat \"a\" (text-repeat \"\\u{301}\" (* 2 n)))"},
    {"spaces", "(text-repeat \" \" (* 2 n))"},
    {"digits", "(text-repeat \"1\" (* 2 n))"},
    {"words", "(text-split (text-repeat \"abcdefg,\" (/ n 8)) \",\")"},
    {"b", "(bytes-from-text (text-repeat \"abcdefg,\" (* 4 n)))"},
    {"hex", "(text-repeat \"0f\" (* 16 n))"},
    {"m", "(map-from-entries (map (ƒ (i) (list i i)) (range 0 n)))"},
    {"entries", "(map (ƒ (i) (list i i)) (range 0 n))"},
    {"path", "(text-repeat \"a/\" n)"},
};

static const struct zero_limit_row rows[] = {
    {"+", "(apply + xs)", ITEMS},
    {"-", "(apply - xs)", ITEMS},
    {"*", "(apply * xs)", ITEMS},
    {"/", NULL, CONSTANT},
    {"%", NULL, CONSTANT},
    {"=", "(= xs ys)", ITEMS},
    {"=", "(= t t2)", UNITS},
    {"!=", "(!= (option-some xs) (option-some ys))", ITEMS},
    {"<", "(< t t2)", UNITS},
    {">", "(> t t2)", UNITS},
    {"<=", "(<= t t2)", UNITS},
    {">=", "(>= t t2)", UNITS},
    {"abs", NULL, CONSTANT},
    {"min", NULL, CONSTANT},
    {"max", NULL, CONSTANT},
    {"not", NULL, CONSTANT},
    {"list", "(list 8 \"bytes\" octets)", ITEMS},
    {"cons", "(cons 8 (list \"bytes\" octets))", ITEMS},
    {"head", NULL, CONSTANT},
    {"tail", "(tail b)", UNITS},
    {"nth", "(nth xs (- n 1))", ITEMS},
    {"len", "(len xs)", ITEMS},
    {"empty?", NULL, CONSTANT},
    {"reverse", "(reverse xs)", ITEMS},
    {"append", "(append xs ys)", ITEMS},
    {"range", "(range 0 n)", ITEMS},
    {"map", "(map abs xs)", ITEMS},
    {"filter", "(filter i64? xs)", ITEMS},
    {"fold", "(fold + 0 xs)", ITEMS},
    {"each", "(each abs xs)", ITEMS},
    {"sort", "(sort < xs)", ITEMS},
    {"apply", "(apply max (list 1 2))", CONSTANT},
    {"text-len", NULL, CONSTANT},
    {"text-cat", "(text-cat t t2)", 2 * UNITS},
    {"text-cat", "(apply text-cat words)", ITEMS / 8},
    {"text-slice", "(text-slice t 1 (* 32 n))", UNITS},
    {"text-nth", "(text-nth accents (- (* 2 n) 1))", POINTS / 64},
    {"text-find", "(text-find t \"z\")", UNITS},
    {"text-find", "(text-find t (text-slice t2 3 (* 32 n)))", UNITS},
    {"text-split", "(text-split t \"z\")", UNITS},
    {"text-split", "(text-split commas \",\")", ITEMS},
    {"text-join", "(text-join words \"-\")", ITEMS / 8},
    {"text-upper", "(text-upper accents)", POINTS},
    {"text-lower", "(text-lower accents)", POINTS},
    {"text-trim", "(text-trim spaces)", POINTS},
    {"text-code", "(text-code accents2 (- (* 2 n) 1))", POINTS / 64},
    {"text-class", "(text-class accents3 (- (* 2 n) 1))", POINTS / 64},
    {"text-normalize", "(text-normalize accents \"NFC\")", POINTS},
    {"text-normalize", "(text-normalize marks \"NFKD\")", POINTS},
    {"text-normalize", "(text-normalize marks \"NFC\")", POINTS},
    {"text-graphemes", "(text-graphemes accents)", POINTS},
    {"text-graphemes", "(text-graphemes t)", UNITS},
    {"text->list", "(text->list spaces)", POINTS},
    {"text->i64", "(text->i64 digits)", POINTS},
    {"i64->text", NULL, CONSTANT},
    {"type-of", NULL, CONSTANT},
    {"unit?", NULL, CONSTANT},
    {"bool?", NULL, CONSTANT},
    {"i64?", NULL, CONSTANT},
    {"text?", NULL, CONSTANT},
    {"list?", NULL, CONSTANT},
    {"function?", NULL, CONSTANT},
    {"layout-new", "(layout-new \"Bytes\" \"bytes\" octets)", ITEMS},
    {"layout-new", "(layout-new \"Protocol\" \"protocol\" \"p\" 1 \"s\" words)",
     ITEMS / 8},
    {"layout-get",
     "(layout-get \"Bytes\" \"raw-list\" (list \"bytes\" octets))", ITEMS},
    {"layout-is", "(layout-is \"Bytes\" \"bytes\" (list \"bytes\" octets))",
     ITEMS},
    {"layout-valid?", "(layout-valid? \"Map\" (list \"map\" entries))", ITEMS},
    {"layout-check", "(layout-check \"Map\" (list \"map\" entries))", ITEMS},
    {"layout-tag", NULL, CONSTANT},
    {"layout-variant", NULL, CONSTANT},
    {"layout-field", "(layout-field m 0)", ITEMS},
    {"layout-field", "(layout-field b 0)", TEXT},
    {"layout-info", NULL, CONSTANT},
    {"raise", "(try (raise t t2 m))", CONSTANT},
    {"print", "(print t xs)", UNITS + ITEMS},
    {"write", "(write xs)", ITEMS},
    {"panic", NULL, CONSTANT},
    {"argv", NULL, CONSTANT},
    {"exit", NULL, CONSTANT},
    {"now", NULL, CONSTANT},
    {"clock", NULL, CONSTANT},
    {"random", NULL, CONSTANT},
    {"random-bytes", "(random-bytes (* 32 n))", UNITS},
    {"digest-bytes", "(digest-bytes b)", UNITS},
    {"digest-text", "(digest-text t)", UNITS},
    {"key-pem", NULL, CONSTANT},
    {"bytes-cat", "(bytes-cat b b)", 2 * UNITS},
    {"bytes-cat", "(bytes-cat (list \"bytes\" octets))", ITEMS},
    /* What lib/core makes of them. */
    {NULL, "(= (map-put m 1 t) (map-put m 1 t2))", ITEMS},
    {NULL, "(text-replace commas \",\" \"-\")", ITEMS},
    {NULL, "(list-index (ƒ (z) (= z y)) (list x))", CONSTANT},
    {NULL, "(map-get (list \"map\" entries) 1)", ITEMS},
    {NULL, "(map-get m t)", UNITS},
    {NULL, "(map-keys m)", ITEMS},
    {NULL, "(map-values m)", ITEMS},
    {NULL, "(map-entries m)", ITEMS},
    {NULL, "(map-from-entries entries)", ITEMS},
    {NULL, "(bytes-from-list octets)", ITEMS},
    {NULL, "(bytes-to-list b)", TEXT},
    {NULL, "(bytes-slice b 1 (* 32 n))", UNITS},
    {NULL, "(bytes-from-text t)", UNITS},
    {NULL, "(bytes-to-text b)", UNITS},
    {NULL, "(bytes-hex b)", UNITS},
    {NULL, "(bytes-from-hex hex)", UNITS},
    {NULL, "(path-new path \"file\")", UNITS / 64},
};

const struct zero_limit_row *const zero_limit_rows = rows;

const unsigned zero_limit_row_count = sizeof rows / sizeof *rows;

static ZERO_NORETURN void stop(zero_vm *vm, const char *source) {
  fprintf(stderr, "%s: %s\n", source, zero_last_error(vm)->message);
  abort();
}

static zero_value evaluate(zero_vm *vm, const char *source) {
  zero_value value;
  if (zero_eval(vm, &value, NULL, "limits", source, strlen(source)) !=
      ZERO_OK) {
    stop(vm, source);
  }
  return value;
}

void zero_limit_inputs(zero_vm *vm, int64_t n,
                       zero_value args[ZERO_LIMIT_INPUTS]) {
  zero_scope scope;
  zero_value size;
  if (zero_scope_open(vm, &scope) != ZERO_OK) abort();
  if (zero_i64(vm, &size, n) != ZERO_OK) abort();
  for (unsigned i = 0; i < ZERO_LIMIT_INPUTS; i++) {
    char source[256];
    snprintf(source, sizeof source, "(ƒ (n) %s)", inputs[i][1]);
    zero_value maker = evaluate(vm, source);
    if (zero_call(vm, &args[i], maker, &size, 1) != ZERO_OK) stop(vm, source);
  }
}

zero_value zero_limit_call(zero_vm *vm, const struct zero_limit_row *row) {
  char source[1024] = "(ƒ (";
  for (unsigned i = 0; i < ZERO_LIMIT_INPUTS; i++) {
    strcat(strcat(source, inputs[i][0]), " ");
  }
  strcat(strcat(strcat(source, ") "), row->call), ")");
  return evaluate(vm, source);
}
