/* test_path.c - normal forms of paths, and the rules of texts with a form. */
#include "support/scale.h"
#include "value/record.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "support/heap.h"
#include "support/random.h"
#include "value/text.h"

enum { LAWS = ZERO_SCALED(10000) };

static const struct {
  const char *text;
  const char *normal; /* NULL: refused */
} paths[] = {
    {"a", "a"},
    {"a/b", "a/b"},
    {"a/../b", "b"},
    {"./a", "a"},
    {"a/.", "a"},
    {"a/./b", "a/b"},
    {"a//b", "a/b"},
    {"a/", "a"},
    {"a///", "a"},
    {"", "."},
    {".", "."},
    {"./", "."},
    {"a/..", "."},
    {"a/../", "."},
    {"a/b/../../c", "c"},
    {"a/b/..", "a"},
    {"/", "/"},
    {"//", "/"},
    {"/.", "/"},
    {"/a/..", "/"},
    {"/a/../b", "/b"},
    {"//a//b//", "/a/b"},
    {"..", NULL},
    {"../x", NULL},
    {"a/../..", NULL},
    {"a/../../b", NULL},
    {"/..", NULL},
    {"/../a", NULL},
    {"/a/../..", NULL},
    {"...", "..."},
    {"..a/b..", "..a/b.."},
    {".a", ".a"},
    {"a/.../..", "a"},
    {"\u00e9/../\u20ac/", "\u20ac"},
    {"pkg:a", "pkg:a"},
    {"pkg:a/../b", "pkg:b"},
    {"pkg:./a//b/", "pkg:a/b"},
    {"pkg:a/..", "pkg:."},
    {"pkg:", "pkg:."},
    {"pkg:/etc", "pkg:etc"},
    {"pkg:..", NULL},
    {"pkg:../a", NULL},
    {"pkg:a/../../b", NULL},
    {"./pkg:a", NULL},
    {"a/../pkg:../b", NULL},
    {"a/pkg:b", "a/pkg:b"},
    {"/pkg:a", "/pkg:a"},
    {"pkg", "pkg"},
};

Test(path, each_text_has_the_normal_form_beside_it) {
  struct zero_heap *heap = zero_test_bare_heap();
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    zero_value text = zero__text_of(heap, paths[i].text);
    zero_value normal = zero__path_normal(heap, text);
    if (paths[i].normal == NULL) {
      cr_assert(zero_is_none(normal), "%s", paths[i].text);
      continue;
    }
    cr_assert(!zero_is_none(normal), "%s", paths[i].text);
    cr_assert_str_eq(zero__text_bytes(normal), paths[i].normal);
    cr_assert_eq(zero__text_size(normal), strlen(paths[i].normal));
    bool same = strcmp(paths[i].text, paths[i].normal) == 0;
    cr_assert_eq(zero__same(text, normal), same);
  }
}

/* A path of few different parts, so that they meet often. */
static zero_value random_path(struct zero_heap *heap,
                              struct zero_random *random) {
  static const char *const parts[] = {"a", "..", ".", "", "pkg:", "\u00e9b",
                                      "pkg:..", "/"};
  char text[100] = "";
  do {
    strcat(text, parts[zero_random_below(random, 8)]);
    if (zero_random_below(random, 4) != 0) strcat(text, "/");
  } while (zero_random_below(random, 8) != 0 && strlen(text) < 80);
  return zero__text_of(heap, text);
}

static bool has_part(const char *text, const char *part) {
  size_t size = strlen(part);
  for (;;) {
    size_t length = strcspn(text, "/");
    if (length == size && memcmp(text, part, size) == 0) return true;
    if (text[length] == '\0') return false;
    text += length + 1;
  }
}

Test(path, a_normal_form_is_its_own_and_has_nothing_to_take_back) {
  struct zero_heap *heap = zero_test_bare_heap();
  struct zero_random random;
  zero_random_init(&random, "path normal form");
  int refused = 0;
  for (int i = 0; i < LAWS; i++) {
    zero_value text = random_path(heap, &random);
    zero_value normal = zero__path_normal(heap, text);
    if (zero_is_none(normal)) {
      refused++;
      continue;
    }
    cr_assert(zero__same(zero__path_normal(heap, normal), normal));
    const char *bytes = zero__text_bytes(normal);
    size_t size = zero__text_size(normal);
    cr_assert_not(has_part(bytes, ".."), "%s", bytes);
    cr_assert(!has_part(bytes, ".") || size == 1, "%s", bytes);
    cr_assert_null(strstr(bytes, "//"));
    cr_assert(size == 1 || bytes[size - 1] != '/', "%s", bytes);
    cr_assert_eq(bytes[0] == '/', zero__text_bytes(text)[0] == '/');
    cr_assert_eq(strncmp(bytes, "pkg:", 4) == 0,
                 strncmp(zero__text_bytes(text), "pkg:", 4) == 0);
  }
  cr_assert_gt(refused, 0);
  cr_assert_lt(refused, LAWS);
}

Test(path, the_rules_of_a_path_look_at_its_text) {
  struct zero_heap *heap = zero_test_bare_heap();
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    zero_value fields[] = {zero__text_of(heap, paths[i].text),
                           zero__text_of(heap, "file"), ZERO_FALSE};
    bool fine = paths[i].normal != NULL;
    cr_assert_eq(zero__rule_path(heap, fields, 0), fine);
    cr_assert(zero__rule_path_normal(heap, fields, 2));
    fields[2] = ZERO_TRUE;
    cr_assert_eq(zero__rule_path_normal(heap, fields, 2),
                 fine && strcmp(paths[i].text, paths[i].normal) == 0);
  }
  zero_value wrong[] = {zero__small(1), ZERO_UNIT, ZERO_TRUE};
  cr_assert_not(zero__rule_path_normal(heap, wrong, 2));
}

static bool sha256_holds(struct zero_heap *heap, const char *text) {
  zero_value fields[] = {ZERO_UNIT, zero__text_of(heap, text)};
  return zero__rule_sha256(heap, fields, 1);
}

static bool proof_holds(struct zero_heap *heap, const char *text) {
  zero_value fields[] = {ZERO_UNIT, ZERO_UNIT, zero__text_of(heap, text)};
  return zero__rule_proof(heap, fields, 2);
}

#define DIGITS_16 "0123456789abcdef"
#define DIGITS_64 DIGITS_16 DIGITS_16 DIGITS_16 DIGITS_16

Test(path, a_digest_is_64_lower_case_digits) {
  struct zero_heap *heap = zero_test_bare_heap();
  cr_assert(sha256_holds(heap, DIGITS_64));
  cr_assert_not(sha256_holds(heap, ""));
  cr_assert_not(sha256_holds(heap, DIGITS_64 "0"));
  cr_assert_not(sha256_holds(heap, &DIGITS_64[1]));
  char text[] = DIGITS_64;
  for (size_t i = 0; i < strlen(text); i++) {
    char good = text[i];
    text[i] = i % 2 == 0 ? 'A' : 'g';
    cr_assert_not(sha256_holds(heap, text));
    text[i] = good;
  }
}

Test(path, a_proof_is_none_or_a_signature) {
  struct zero_heap *heap = zero_test_bare_heap();
  cr_assert(proof_holds(heap, "none"));
  cr_assert(proof_holds(heap, "ed25519:" DIGITS_64 DIGITS_64));
  cr_assert_not(proof_holds(heap, ""));
  cr_assert_not(proof_holds(heap, "None"));
  cr_assert_not(proof_holds(heap, "none "));
  cr_assert_not(proof_holds(heap, "ed25519:"));
  cr_assert_not(proof_holds(heap, "ed25519:" DIGITS_64));
  cr_assert_not(proof_holds(heap, "ed25519:" DIGITS_64 DIGITS_64 "0"));
  cr_assert_not(proof_holds(heap, "ED25519:" DIGITS_64 DIGITS_64));
  cr_assert_not(proof_holds(heap, DIGITS_64 DIGITS_64));
}
