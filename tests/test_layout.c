/* test_layout.c - every family: made, read in both versions, refused. */
#include <criterion/criterion.h>

#include "layout/layout.h"
#include "support/heap.h"
#include "support/random.h"
#include "support/scale.h"
#include "support/values.h"
#include "value/bytes.h"
#include "value/compare.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/print.h"
#include "value/record.h"
#include "value/text.h"

enum { ROUNDS = ZERO_SCALED(10000) };

static struct zero_heap *heap;

static void setup(void) {
  heap = zero_test_heap();
}

TestSuite(layout, .init = setup);

#define T(string) zero__text_of(heap, string)
#define I(number) zero__small(number)
#define L(...)                                                    \
  zero__list(heap, (zero_value[]){__VA_ARGS__},                   \
             sizeof((zero_value[]){__VA_ARGS__}) / sizeof(zero_value))

static const struct zero_family *family_of(const char *name) {
  return zero__family_by_name(name);
}

struct check {
  const struct zero_family *family;
  zero_value value;
};

static void check(void *context) {
  struct check *c = context;
  c->value = zero__layout_check(heap, c->family, c->value);
}

/* What checking `v` returns, printed, or its message; the code is held
 * against the family's. */
static const char *checked(const char *name, zero_value v) {
  struct check c = {family_of(name), v};
  int code = zero__protect(heap, check, &c);
  if (code == 0) return zero__text_bytes(zero__print_value(heap, c.value));
  cr_expect_eq(code, c.family->code);
  return zero__text_bytes(T(heap->fault.message));
}

#define EXPECT_CHECK(answer, family, value) \
  cr_expect_str_eq(checked(family, value), answer)

Test(layout, a_v1_value_is_read_as_it_is) {
  zero_value some = L(I(5), T("some"), I(42));
  cr_expect(zero__same(zero__layout_read(heap, family_of("Option"), some),
                       some));
  cr_expect(zero_is_none(zero__layout_read(heap, family_of("Result"),
                                           some)));
  cr_expect(zero_is_none(zero__layout_read(heap, family_of("List"), some)));
}

Test(layout, simple_kinds_are_read_by_kind) {
  const zero_value values[] = {ZERO_UNIT, ZERO_TRUE, I(1), T("a"),
                               ZERO_EMPTY};
  const char *names[] = {"Unit", "Bool", "I64", "Text", "List"};
  for (unsigned i = 0; i < 5; i++) {
    for (unsigned j = 0; j < 5; j++) {
      zero_value read =
          zero__layout_read(heap, family_of(names[i]), values[j]);
      cr_expect_eq(zero_is_none(read), i != j, "%s of %s", names[i],
                   names[j]);
    }
  }
  EXPECT_CHECK("expected Bool, found I64 1", "Bool", I(1));
}

Test(layout, every_shape_of_the_table_is_read) {
  zero_value none = L(T("none"));
  zero_value map = L(T("map"), L(L(T("k"), I(1))));
  EXPECT_CHECK("(list 5 \"some\" 1)", "Option", L(T("some"), I(1)));
  EXPECT_CHECK("(list 5 \"none\")", "Option", none);
  EXPECT_CHECK("(list 6 \"ok\" 1)", "Result", L(T("ok"), I(1)));
  EXPECT_CHECK("(list 6 \"err\" 1)", "Result", L(T("err"), I(1)));
  EXPECT_CHECK("(list 7 \"map\" (list (list \"k\" 1)))", "Map", map);
  EXPECT_CHECK("(list 8 \"bytes\" (list 1 2))", "Bytes",
               L(T("bytes"), L(I(1), I(2))));
  EXPECT_CHECK("(list 9 \"error\" \"C\" \"m\" (list 5 \"none\") "
               "(list 7 \"map\" (list (list \"k\" 1))))",
               "Error", L(T("error"), T("C"), T("m"), none, map));
  EXPECT_CHECK("(list 6 \"ok\" Unit)", "Result", L(T("HostOk"), ZERO_UNIT));
  EXPECT_CHECK("(list 6 \"err\" (list 18 \"runtime-error\" \"C\" \"m\" "
               "\"file\" (list 7 \"map\" (list))))",
               "Result", L(T("HostErr"), T("C"), T("m"), T("file")));
}

Test(layout, a_packed_tail_of_a_shape_is_read) {
  EXPECT_CHECK("Result in its v0.1 form \"ok\" takes 1 field, found 2",
               "Result", L(T("ok"), I(5), T("none")));
  EXPECT_CHECK("(list 5 \"some\" (list 5 \"none\"))", "Option",
               L(T("some"), L(I(5), T("none"))));
}

Test(layout, a_field_of_type_any_keeps_its_version) {
  EXPECT_CHECK("(list 5 \"some\" (list \"none\"))", "Option",
               L(T("some"), L(T("none"))));
}

Test(layout, a_v1_value_holds_only_v1) {
  zero_value none = L(T("none"));
  zero_value map = zero__map_empty(heap);
  EXPECT_CHECK("Error field cause must be Option(Error|RuntimeError), found "
               "List (list \"none\")",
               "Error", L(I(9), T("error"), T("C"), T("m"), none, map));
  zero_value old = L(T("error"), T("C"), T("m"), none, map);
  zero_value cause = L(I(5), T("some"), old);
  EXPECT_CHECK("Error field cause must be Option(Error|RuntimeError), found "
               "Option (list 5 \"some\" (list \"error\" \"C\" \"m\" "
               "(list \"none\") (list 7 \"…",
               "Error", L(T("error"), T("C"), T("m"), cause, map));
}

/* Causes nest without limit; the C stack must not. */
Test(layout, causes_nested_a_hundred_thousand_deep_are_read) {
  const int depth = ZERO_SCALED(100000);
  zero_value map = L(T("map"), ZERO_EMPTY);
  zero_value error = L(T("error"), T("C"), T("0"), L(T("none")), map);
  for (int i = 1; i < depth; i++) {
    error = L(T("error"), T("C"), T("m"), L(T("some"), error), map);
  }
  zero_value read = zero__layout_read(heap, family_of("Error"), error);
  int seen = 0;
  while (!zero_is_none(read)) {
    cr_assert_eq(zero__family_of(read), family_of("Error"));
    seen++;
    zero_value cause = zero__record_field(heap, read, 2);
    bool some = strcmp(zero__variant_of(cause)->name, "some") == 0;
    read = some ? zero__record_field(heap, cause, 0) : ZERO_NONE;
  }
  cr_expect_eq(seen, depth);
}

Test(layout, what_is_wrong_with_a_list_is_said) {
  EXPECT_CHECK("expected Option, found List (list)", "Option", ZERO_EMPTY);
  EXPECT_CHECK("expected Option, found Result (list 6 \"ok\" 1)", "Option",
               L(I(6), T("ok"), I(1)));
  EXPECT_CHECK("Option has the tag 5, found List (list 4 \"some\" 1)",
               "Option", L(I(4), T("some"), I(1)));
  EXPECT_CHECK("Option needs a variant after its tag: some or none",
               "Option", L(I(5)));
  EXPECT_CHECK("Option has no variant \"maybe\", only some or none",
               "Option", L(I(5), T("maybe"), I(1)));
  EXPECT_CHECK("Option has no variant 7, only some or none", "Option",
               L(I(5), I(7)));
  EXPECT_CHECK("Option \"some\" takes 1 field (value), found 0", "Option",
               L(I(5), T("some")));
  EXPECT_CHECK("Option \"none\" takes 0 fields, found 2", "Option",
               L(I(5), T("none"), I(1), I(2)));
  EXPECT_CHECK("Option in its v0.1 form \"some\" takes 1 field, found 0",
               "Option", L(T("some")));
  EXPECT_CHECK("expected Option, found List (list \"maybe\" 1)", "Option",
               L(T("maybe"), I(1)));
}

Test(layout, a_wrong_field_is_named_with_what_it_must_be) {
  EXPECT_CHECK("Path field kind must be one of file, directory, package, "
               "found \"dir\"",
               "Path", L(I(10), T("path"), T("a"), T("dir"), ZERO_TRUE));
  EXPECT_CHECK("Path field kind must be Text, found I64 1", "Path",
               L(I(10), T("path"), T("a"), I(1), ZERO_TRUE));
  EXPECT_CHECK("Path field text must be Text/path, found Text \"../a\": The "
               "path, with / between its parts; it never climbs out of its "
               "root.",
               "Path", L(I(10), T("path"), T("../a"), T("file"), ZERO_TRUE));
  EXPECT_CHECK("Protocol field trace must be List(Text), found List "
               "(list 1)",
               "Protocol",
               L(I(12), T("protocol"), T("p"), I(1), T("s"), L(I(1))));
  EXPECT_CHECK("Map entry 1 repeats the key Text \"k\"", "Map",
               L(I(7), T("map"), L(L(T("k"), I(1)), L(T("k"), I(2)))));
  EXPECT_CHECK("Bytes item 2 must be I64 from 0 to 255, found I64 300",
               "Bytes", L(T("bytes"), L(I(1), I(2), I(300))));
  EXPECT_CHECK("Map field entries must be List/entries, found I64 1: Lists "
               "of key and value in order of first insertion, no key twice; "
               "a key is an I64, Text, Bool or Unit.",
               "Map", L(T("map"), I(1)));
}

Test(layout, a_sentence_about_a_huge_value_is_short_and_cheap) {
  zero_value list = ZERO_EMPTY;
  zero_value deep = ZERO_EMPTY;
  for (int i = 0; i < ZERO_SCALED(1000000); i++) {
    list = zero__cons(heap, I(1), list);
    deep = zero__cons(heap, deep, ZERO_EMPTY);
  }
  uint64_t before = zero__heap_allocated(heap);
  char found[ZERO_FOUND];
  zero__found(heap, deep, found);
  cr_expect_lt(zero__heap_allocated(heap) - before, 100000);
  cr_expect_leq(strlen(found), ZERO_BRIEF + strlen("List "));
  EXPECT_CHECK("Option \"some\" takes 1 field (value), found more than 999",
               "Option",
               zero__cons(heap, I(5), zero__cons(heap, T("some"), list)));
}

Test(layout, a_brief_is_never_cut_inside_a_character) {
  char bytes[3 * 60 + 1] = "";
  for (int lead = 0; lead < 3; lead++) {
    strcpy(bytes, lead == 0 ? "" : lead == 1 ? "a" : "ab");
    for (int i = 0; i < 40; i++) strcat(bytes, "€");
    char brief[ZERO_BRIEF];
    zero__brief(heap, T(bytes), brief);
    zero_value text =
        zero__text_checked(heap, brief, strlen(brief), NULL);
    cr_expect(!zero_is_none(text));
    cr_expect_geq(strlen(brief), ZERO_BRIEF - 6);
  }
}

/* The v0.1 form of each value of a family that has one is its v1 list without
 * the tag. */
Test(layout, both_versions_of_random_values_read_the_same) {
  struct zero_random random;
  zero_random_init(&random, "v0.1 reads as v1");
  for (int i = 0; i < ROUNDS; i++) {
    int tag = 5 + (int)zero_random_below(&random, 5);
    zero_value v1 = zero_family_value(heap, &random, tag);
    const struct zero_family *family = zero__family_by_tag((uint64_t)tag);
    zero_value read = zero__layout_read(heap, family, v1);
    cr_assert(zero__same(read, v1));
    read = zero__layout_read(heap, family, zero__tail(heap, v1));
    cr_assert(!zero_is_none(read) && zero__equal(heap, read, v1), "%s",
              zero__text_bytes(zero__print_value(heap, v1)));
  }
}

struct making {
  const struct zero_variant *variant;
  const zero_value *fields;
  zero_value made;
};

static void make(void *context) {
  struct making *m = context;
  m->made = zero__layout_new(heap, m->variant, m->fields);
}

/* Taking a value apart by fields and making it again gives it back, and a
 * wrong field is refused with the family's code. */
Test(layout, random_values_are_made_again_from_their_fields) {
  struct zero_random random;
  zero_random_init(&random, "new of the fields");
  for (int i = 0; i < ROUNDS; i++) {
    int tag = 5 + (int)zero_random_below(&random, 15);
    zero_value v = zero_family_value(heap, &random, tag);
    const struct zero_variant *variant = zero__variant_of(v);
    zero_value fields[8] = {ZERO_UNIT};
    for (unsigned f = 0; f < variant->field_count; f++) {
      fields[f] = zero__layout_get(heap, variant, f, v);
    }
    cr_assert(zero__layout_is(heap, variant, v));
    struct making m = {variant, fields, ZERO_NONE};
    cr_assert_eq(zero__protect(heap, make, &m), 0);
    cr_assert(zero__equal(heap, m.made, v));
    if (variant->all_any) continue;
    fields[0] = ZERO_TRUE; /* no first field is a Bool */
    cr_assert_eq(zero__protect(heap, make, &m), variant->family->code);
  }
}

Test(layout, what_is_read_fits_and_what_is_refused_has_the_familys_code) {
  struct zero_random random;
  zero_random_init(&random, "check or code");
  for (int i = 0; i < ROUNDS; i++) {
    zero_value v = zero_any_value(heap, &random);
    uint64_t tag = zero_random_below(&random, 20);
    struct check c = {zero__family_by_tag(tag), v};
    zero_value read = zero__layout_read(heap, c.family, v);
    int code = zero__protect(heap, check, &c);
    cr_assert_eq(code, zero_is_none(read) ? c.family->code : 0);
    if (code != 0) continue;
    cr_assert(zero__equal(heap, read, c.value));
    cr_assert_eq(zero__family_of(read), c.family);
  }
}

Test(layout, every_family_tells_its_facts) {
  for (unsigned i = 0; i < zero__family_count; i++) {
    const struct zero_family *family = &zero__families[i];
    zero_value info = zero__layout_info(heap, family);
    cr_expect_eq(zero__map_size(info), 8);
    zero_value tag = zero__map_get(info, T("tag"));
    cr_expect(zero__same(tag, I(family->tag)));
    zero_value variants = zero__map_get(info, T("variants"));
    cr_expect_eq(zero__length(heap, variants), family->variant_count);
  }
}
