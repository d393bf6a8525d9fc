/* test_facts.c - the registry says what the published layouts say, and finds
 * what is looked up. */
#include "facts/facts.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "facts/gen/builtin_index.h"
#include "facts/gen/opcodes.h"
#include "support/random.h"

enum { LAWS = 10000 };

/* --- the published table, written out once more -------------------------- */

struct published {
  const char *name;
  const char *layout; /* NULL: not a list */
  const char *status;
};

#define ABI "implemented-abi-0.1"
#define CORE "implemented-v1-core"
#define DESCRIPTOR "implemented-v1-runtime-descriptor"

/* In the order of the tags, from 0. */
static const struct published published[] = {
    {"Unit", NULL, ABI},
    {"Bool", NULL, ABI},
    {"I64", NULL, ABI},
    {"Text", NULL, ABI},
    {"List", NULL, ABI},
    {"Option", "(list 5 \"some\" value) or (list 5 \"none\")", CORE},
    {"Result", "(list 6 \"ok\" value) or (list 6 \"err\" error)", CORE},
    {"Map", "(list 7 \"map\" entries)", CORE},
    {"Bytes", "(list 8 \"bytes\" raw-list)", CORE},
    {"Error", "(list 9 \"error\" code message cause context)", CORE},
    {"Path", "(list 10 \"path\" text kind normalized)", DESCRIPTOR},
    {"Handle", "(list 11 \"handle\" capability id state)", DESCRIPTOR},
    {"Protocol", "(list 12 \"protocol\" name version state trace)",
     DESCRIPTOR},
    {"Actor", "(list 13 \"actor\" node name message-type)", DESCRIPTOR},
    {"RemoteActor", "(list 14 \"remote-actor\" node address capabilities)",
     DESCRIPTOR},
    {"Live", "(list 15 \"live\" session route revision payload)",
     DESCRIPTOR},
    {"ProcessHandle", "(list 16 \"process-handle\" pid status stdio)",
     DESCRIPTOR},
    {"SocketHandle", "(list 17 \"socket-handle\" endpoint mode state)",
     DESCRIPTOR},
    {"RuntimeError",
     "(list 18 \"runtime-error\" code message capability context)",
     DESCRIPTOR},
    {"HardwareEvidence",
     "(list 19 \"hardware-evidence\" target artifact digest proof)",
     DESCRIPTOR},
};

enum { PUBLISHED = sizeof published / sizeof published[0] };

Test(facts, the_families_are_the_published_ones) {
  cr_assert_eq(zero__family_count, PUBLISHED);
  for (unsigned tag = 0; tag < PUBLISHED; tag++) {
    const struct zero_family *family = &zero__families[tag];
    const struct published *row = &published[tag];
    cr_expect_eq(family->tag, tag);
    cr_expect_eq(family->abi_version, ZERO_LAYOUT_VERSION);
    cr_expect_str_eq(family->name, row->name);
    cr_expect_str_eq(family->status, row->status);
    if (row->layout != NULL) cr_expect_str_eq(family->layout, row->layout);
    cr_expect_eq(family->variant_count == 0, row->layout == NULL);
  }
}

Test(facts, the_versions_are_the_published_ones) {
  cr_expect_str_eq(ZERO_ABI_MARKER, "0x0 ABI 0.1");
  cr_expect_eq(ZERO_LAYOUT_VERSION, 1);
  cr_expect_eq(ZERO_FIRST_LIST_TAG, 5);
  cr_expect_eq(ZERO_LAST_TAG, 19);
}

Test(facts, a_code_is_the_name_of_its_family_in_capitals) {
  static const struct {
    const char *family;
    const char *code;
  } rows[] = {
      {"I64", "LAYOUT_I64"},
      {"RemoteActor", "LAYOUT_REMOTE_ACTOR"},
      {"ProcessHandle", "LAYOUT_PROCESS_HANDLE"},
      {"HardwareEvidence", "LAYOUT_HARDWARE_EVIDENCE"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct zero_family *family = zero__family_by_name(rows[i].family);
    cr_assert_not_null(family);
    cr_expect_str_eq(family->error, rows[i].code);
  }
  for (unsigned i = 0; i < zero__family_count; i++) {
    const struct zero_code_fact *fact =
        zero__code_fact(zero__families[i].code);
    cr_assert_not_null(fact);
    cr_expect_str_eq(fact->name, zero__families[i].error);
    cr_expect_str_eq(fact->kind, "layout");
    cr_expect(fact->caught);
  }
}

Test(facts, owners_are_what_the_design_says) {
  static const char *const linear[] = {"Handle", "ProcessHandle",
                                       "SocketHandle"};
  static const char *const session[] = {"Protocol", "Live"};
  static const char *const copied[] = {"Unit", "Bool", "I64"};
  unsigned shared = 0;
  for (unsigned i = 0; i < zero__family_count; i++) {
    shared += strcmp(zero__families[i].ownership, "shared") == 0;
  }
  cr_expect_eq(shared, PUBLISHED - 3 - 2 - 3);
  for (unsigned i = 0; i < 3; i++) {
    cr_expect_str_eq(zero__family_by_name(linear[i])->ownership, "linear");
    cr_expect_str_eq(zero__family_by_name(copied[i])->ownership, "copied");
  }
  for (unsigned i = 0; i < 2; i++) {
    cr_expect_str_eq(zero__family_by_name(session[i])->ownership, "session");
  }
}

/* --- look-ups ------------------------------------------------------------ */

Test(facts, every_family_is_found_by_tag_and_by_name) {
  for (unsigned i = 0; i < zero__family_count; i++) {
    const struct zero_family *family = &zero__families[i];
    cr_expect_eq(zero__family_by_tag(family->tag), family);
    cr_expect_eq(zero__family_by_name(family->name), family);
  }
}

Test(facts, a_tag_or_name_without_a_row_is_no_family) {
  cr_expect_null(zero__family_by_tag(20));
  cr_expect_null(zero__family_by_tag(64));
  cr_expect_null(zero__family_by_tag(UINT64_MAX));
  cr_expect_null(zero__family_by_name(""));
  cr_expect_null(zero__family_by_name("option"));
  cr_expect_null(zero__family_by_name("Options"));
}

Test(facts, every_variant_and_field_is_found_by_name) {
  for (unsigned i = 0; i < zero__family_count; i++) {
    const struct zero_family *family = &zero__families[i];
    for (unsigned j = 0; j < family->variant_count; j++) {
      const struct zero_variant *variant = &family->variants[j];
      cr_expect_eq(variant->family, family);
      cr_expect_eq(variant->index, j);
      cr_expect_eq(zero__variant_by_name(family, variant->name,
                                         strlen(variant->name)),
                   variant);
      for (unsigned k = 0; k < variant->field_count; k++) {
        unsigned index = 99;
        cr_expect_eq(zero__field_by_name(family, variant->fields[k].name,
                                         &index),
                     variant);
        cr_expect_eq(index, k);
      }
    }
  }
}

Test(facts, a_variant_is_looked_up_by_all_of_its_bytes) {
  const struct zero_family *option = zero__family_by_tag(5);
  cr_expect_null(zero__variant_by_name(option, "som", 3));
  cr_expect_null(zero__variant_by_name(option, "somewhere", 9));
  cr_expect_null(zero__variant_by_name(option, "", 0));
  cr_expect_null(zero__variant_by_name(option, "ok", 2));
  cr_expect_not_null(zero__variant_by_name(option, "somewhere", 4));
  unsigned index = 99;
  cr_expect_null(zero__field_by_name(option, "entries", &index));
  cr_expect_eq(index, 99);
}

Test(facts, every_code_is_found_by_number_and_by_name) {
  for (unsigned i = 0; i < zero__code_count; i++) {
    const struct zero_code_fact *fact = &zero__codes[i];
    cr_expect_eq(zero__code_fact(fact->code), fact);
    cr_expect_eq(zero__code_by_name(fact->name), fact);
  }
  cr_expect_eq(zero__code_by_name("PANIC")->code, ZERO_CODE_PANIC);
  cr_expect_null(zero__code_fact(ZERO_CODE_OK));
  cr_expect_null(zero__code_fact(-1));
  cr_expect_null(zero__code_fact((int)zero__code_count + 1));
  cr_expect_null(zero__code_by_name("panic"));
}

Test(facts, try_catches_neither_limits_nor_panic_nor_exit) {
  static const char uncaught[] =
      " FUEL_SPENT DEADLINE ALLOC_LIMIT HEAP_LIMIT OUTPUT_LIMIT INTERRUPTED "
      "OUT_OF_MEMORY PANIC EXIT ";
  unsigned found = 0;
  for (unsigned i = 0; i < zero__code_count; i++) {
    /* Codes for the host alone never reach a running try. */
    if (strcmp(zero__codes[i].kind, "host") == 0) continue;
    char word[64];
    snprintf(word, sizeof word, " %s ", zero__codes[i].name);
    bool listed = strstr(uncaught, word) != NULL;
    cr_expect_eq(zero__codes[i].caught, !listed, "%s", zero__codes[i].name);
    found += listed;
  }
  cr_expect_eq(found, 9);
}

Test(facts, capabilities_have_a_bit_each_and_file_has_two) {
  static const char *const words[] = {
      "io",      "env",    "file.read", "file.write", "network",
      "process", "crypto", "hardware",  "time",       "random"};
  uint32_t all = 0;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    const struct zero_capability *capability =
        zero__capability_by_name(words[i], strlen(words[i]));
    cr_assert_not_null(capability, "%s", words[i]);
    cr_expect_eq(capability->bits & (capability->bits - 1), 0);
    cr_expect_eq(all & capability->bits, 0);
    all |= capability->bits;
  }
  cr_expect_eq(zero__capability_count, 12);
  cr_expect_eq(zero__capability_by_name("pure", 4)->bits, 0);
  cr_expect_eq(zero__capability_by_name("file.read,io", 4)->bits,
               ZERO_CAPABILITY_FILE_READ | ZERO_CAPABILITY_FILE_WRITE);
  cr_expect_null(zero__capability_by_name("file.", 5));
  cr_expect_null(zero__capability_by_name("", 0));
}

Test(facts, every_builtin_is_found_at_its_index) {
  cr_assert_eq(zero__builtin_count, ZERO_BUILTIN_COUNT);
  for (unsigned i = 0; i < zero__builtin_count; i++) {
    cr_expect_eq(zero__builtin_by_name(zero__builtins[i].name), (int)i);
  }
  cr_expect_eq(zero__builtin_by_name("+"), ZERO_BUILTIN_ADD);
  cr_expect_eq(zero__builtin_by_name("text->i64"), ZERO_BUILTIN_TEXT_TO_I64);
  cr_expect_eq(zero__builtin_by_name("option-some"), -1);
  cr_expect_eq(zero__builtin_by_name(""), -1);
}

Test(facts, exactly_the_core_builtins_have_no_c_function) {
  static const unsigned char has[ZERO_BUILTIN_COUNT] = {
#define HAS(index, symbol) [index] = 1,
      ZERO_NATIVE_BUILTINS(HAS)
#undef HAS
  };
  for (unsigned i = 0; i < zero__builtin_count; i++) {
    cr_expect_eq(has[i] == 0, zero__builtins[i].how == ZERO_HOW_CORE, "%s",
                 zero__builtins[i].name);
  }
}

Test(facts, a_builtin_has_the_instructions_of_its_row) {
  const struct zero_builtin *add = &zero__builtins[ZERO_BUILTIN_ADD];
  cr_expect_eq(add->value.plain, ZERO_OP_ADD);
  cr_expect_eq(add->value.small, ZERO_OP_ADDI);
  cr_expect_eq(add->value.many, ZERO_OP_SUM);
  cr_expect_eq(add->test.plain, 0);
  const struct zero_builtin *unequal = &zero__builtins[ZERO_BUILTIN_UNEQUAL];
  cr_expect_eq(unequal->value.plain, ZERO_OP_ISNE);
  cr_expect_eq(unequal->test.plain, ZERO_OP_EQ);
  cr_expect_eq(unequal->test.constant, ZERO_OP_EQK);
  cr_expect(unequal->test.denies);
  cr_expect_not(zero__builtins[ZERO_BUILTIN_EQUAL].test.denies);
  cr_expect_eq(zero__builtins[ZERO_BUILTIN_LEN].value.plain, 0);
}

Test(facts, an_opcode_has_three_operand_letters) {
  static const struct {
    const char *name;
    const char *a;
    const char *b;
    const char *c;
  } rows[] = {
#define ROW(name, a, b, c, next, doc) {#name, #a, #b, #c},
      ZERO_OPCODES(ROW)
#undef ROW
  };
  cr_assert_eq(sizeof rows / sizeof rows[0], ZERO_OP_COUNT);
  cr_expect_str_eq(rows[ZERO_OP_LOADK].name, "LOADK");
  for (unsigned i = 0; i < ZERO_OP_COUNT; i++) {
    cr_expect_eq(strlen(rows[i].a), 1);
    cr_expect_eq(strlen(rows[i].b), 1);
    cr_expect_eq(strlen(rows[i].c), 1);
  }
}

/* --- types, words, shapes ------------------------------------------------ */

static const struct zero_field *field_of(const char *family,
                                         const char *name) {
  unsigned index = 0;
  const struct zero_variant *variant =
      zero__field_by_name(zero__family_by_name(family), name, &index);
  cr_assert_not_null(variant);
  return &variant->fields[index];
}

static uint64_t bit(unsigned tag) { return UINT64_C(1) << tag; }

Test(facts, types_say_which_families_they_accept) {
  const struct zero_type *cause = field_of("Error", "cause")->type;
  cr_expect_eq(cause->accepts, bit(ZERO_FAMILY_OPTION));
  cr_assert_not_null(cause->item);
  cr_expect_eq(cause->item->accepts,
               bit(ZERO_FAMILY_ERROR) | bit(ZERO_FAMILY_RUNTIME_ERROR));
  cr_expect_null(cause->item->item);
  cr_expect_eq(field_of("Option", "value")->type->accepts, ZERO_ACCEPTS_ANY);
  cr_expect_eq(field_of("Handle", "id")->type->accepts,
               bit(ZERO_FAMILY_I64) | ZERO_ACCEPTS_REF);
  const struct zero_type *stdio = field_of("ProcessHandle", "stdio")->type;
  cr_expect_eq(stdio->accepts, bit(ZERO_FAMILY_LIST));
  cr_expect_eq(stdio->item->accepts,
               bit(ZERO_FAMILY_HANDLE) | bit(ZERO_FAMILY_UNIT));
}

Test(facts, types_say_which_rule_they_follow) {
  cr_expect_eq(field_of("Map", "entries")->type->rule, ZERO_RULE_ENTRIES);
  cr_expect_eq(field_of("Bytes", "raw-list")->type->rule, ZERO_RULE_BYTES);
  cr_expect_eq(field_of("Path", "text")->type->rule, ZERO_RULE_PATH);
  cr_expect_eq(field_of("Path", "normalized")->type->rule,
               ZERO_RULE_PATH_NORMAL);
  cr_expect_eq(field_of("HardwareEvidence", "digest")->type->rule,
               ZERO_RULE_SHA256);
  cr_expect_eq(field_of("HardwareEvidence", "proof")->type->rule,
               ZERO_RULE_PROOF);
  cr_expect_eq(field_of("Live", "payload")->type->rule, ZERO_RULE_NONE);
}

Test(facts, all_any_is_true_of_variants_without_typed_fields) {
  const struct zero_family *option = zero__family_by_name("Option");
  const struct zero_family *result = zero__family_by_name("Result");
  for (unsigned i = 0; i < 2; i++) {
    cr_expect(option->variants[i].all_any);
    cr_expect(result->variants[i].all_any);
  }
  cr_expect_not(zero__family_by_name("Live")->variants[0].all_any);
  cr_expect_not(zero__family_by_name("Map")->variants[0].all_any);
}

Test(facts, a_word_is_known_only_whole) {
  const struct zero_field *kind = field_of("Path", "kind");
  cr_expect(zero__state_known(kind, "file", 4));
  cr_expect(zero__state_known(kind, "filename", 4));
  cr_expect_not(zero__state_known(kind, "fil", 3));
  cr_expect_not(zero__state_known(kind, "files", 5));
  cr_expect_not(zero__state_known(kind, "", 0));
}

Test(facts, a_shape_is_the_v1_list_without_its_tag) {
  unsigned wrapped = 0;
  for (unsigned i = 0; i < zero__shape_count; i++) {
    const struct zero_shape *shape = &zero__shapes[i];
    cr_assert_not_null(shape->variant);
    if (strncmp(shape->head, "Host", 4) != 0) {
      cr_expect_str_eq(shape->head, shape->variant->name);
    }
    if (shape->wrap == NULL) {
      cr_expect_eq(shape->count, shape->variant->field_count);
      continue;
    }
    wrapped++;
    cr_expect_str_eq(shape->head, "HostErr");
    cr_expect_str_eq(shape->wrap->name, "runtime-error");
    cr_expect_eq(shape->count, 3);
  }
  cr_expect_eq(wrapped, 1);
}

/* --- hashes -------------------------------------------------------------- */

static uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) {
    hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
  }
  return hash;
}

/* Hashes a table's name and then the columns of its file whose number is a
 * bit of `columns`, straight from the text. */
static uint64_t hash_table(uint64_t hash, const char *name,
                           unsigned columns) {
  char path[64];
  snprintf(path, sizeof path, "abi/%s.tsv", name);
  FILE *file = fopen(path, "rb");
  cr_assert_not_null(file, "%s: run the tests from the root", path);
  hash = hash_bytes(hash, name, strlen(name));
  hash = hash_bytes(hash, "\n", 1);
  unsigned column = 0;
  bool first = true;
  for (int byte; (byte = getc(file)) != EOF;) {
    char here = (char)byte;
    if (here == '\t') column++;
    bool taken = (columns >> column & 1) != 0;
    if (here == '\n') {
      hash = hash_bytes(hash, "\n", 1);
      column = 0;
      first = true;
    } else if (taken && (here != '\t' || !first)) {
      hash = hash_bytes(hash, &here, 1);
      first = false;
    }
  }
  fclose(file);
  return hash;
}

static void expect_hash(uint64_t hash, const char *expected) {
  char digits[17];
  snprintf(digits, sizeof digits, "%016" PRIx64, hash);
  cr_expect_str_eq(digits, expected);
}

#define BASIS UINT64_C(14695981039346656037)

Test(facts, the_shape_hash_is_that_of_its_canonical_form) {
  uint64_t hash = hash_table(BASIS, "value-layouts", 0x0f);
  hash = hash_table(hash, "value-fields", 0x1f);
  hash = hash_table(hash, "value-states", 0x07);
  expect_hash(hash_table(hash, "compat", 0x1f), ZERO_SHAPE_HASH);
}

Test(facts, the_full_hash_is_that_of_every_cell) {
  static const char *const tables[] = {"value-layouts", "value-fields",
                                       "value-names",   "value-states",
                                       "ownership",     "compat"};
  uint64_t hash = BASIS;
  for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
    hash = hash_table(hash, tables[i], ~0u);
  }
  expect_hash(hash, ZERO_FULL_HASH);
}

/* --- the nearest name ---------------------------------------------------- */

static const char *const fruits[] = {"apple", "banana", "cherry", "grape"};

static const char *nearest_fruit(const char *name) {
  return zero__nearest(name, fruits, 4, sizeof fruits[0]);
}

Test(facts, a_slip_of_the_finger_is_near) {
  cr_expect_str_eq(nearest_fruit("banana"), "banana");
  cr_expect_str_eq(nearest_fruit("bananna"), "banana");
  cr_expect_str_eq(nearest_fruit("bnanaa"), "banana");
  cr_expect_str_eq(nearest_fruit("chery"), "cherry");
  cr_expect_str_eq(nearest_fruit("aplpe"), "apple");
}

Test(facts, a_third_of_the_length_is_near_and_more_is_not) {
  cr_expect_str_eq(nearest_fruit("banaXX"), "banana");
  cr_expect_null(nearest_fruit("banXXX"));
  cr_expect_null(nearest_fruit(""));
  cr_expect_null(nearest_fruit("x"));
  cr_expect_null(nearest_fruit("potato"));
}

Test(facts, names_too_long_to_compare_are_left_out) {
  static char name[1000];
  memset(name, 'a', sizeof name - 1);
  cr_expect_null(nearest_fruit(name));
  const char *const names[] = {name, "aaaaaa"};
  cr_expect_str_eq(zero__nearest("aaaaab", names, 2, sizeof names[0]),
                   "aaaaaa");
}

Test(facts, names_stand_in_larger_rows_too) {
  cr_expect_str_eq(zero__nearest("text-lne", zero__builtins,
                                 zero__builtin_count,
                                 sizeof zero__builtins[0]),
                   "text-len");
  cr_expect_str_eq(zero__nearest("Optoin", zero__families,
                                 zero__family_count,
                                 sizeof zero__families[0]),
                   "Option");
}

/* The distance by its definition, one step at a time; short names only. */
static size_t plain_distance(const char *a, const char *b) {
  if (*a == '\0') return strlen(b);
  if (*b == '\0') return strlen(a);
  size_t best = plain_distance(a + 1, b + 1) + (*a != *b);
  size_t deleted = plain_distance(a + 1, b) + 1;
  size_t inserted = plain_distance(a, b + 1) + 1;
  if (deleted < best) best = deleted;
  if (inserted < best) best = inserted;
  if (a[0] == b[1] && a[1] == b[0] && a[1] != '\0') {
    size_t swapped = plain_distance(a + 2, b + 2) + 1;
    if (swapped < best) best = swapped;
  }
  return best;
}

static void random_name(struct zero_random *random, char *name) {
  size_t size = (size_t)zero_random_below(random, 6);
  for (size_t i = 0; i < size; i++) {
    name[i] = (char)('a' + zero_random_below(random, 3));
  }
  name[size] = '\0';
}

Test(facts, the_nearest_name_is_the_one_a_plain_model_finds) {
  struct zero_random random;
  zero_random_init(&random, "nearest name");
  for (int law = 0; law < LAWS; law++) {
    char texts[3][8];
    const char *names[3] = {texts[0], texts[1], texts[2]};
    char name[8];
    const char *expected = NULL;
    random_name(&random, name);
    size_t best = strlen(name) / 3 + 1;
    for (int i = 0; i < 3; i++) {
      random_name(&random, texts[i]);
      size_t distance = plain_distance(name, texts[i]);
      if (distance >= best) continue;
      best = distance;
      expected = names[i];
    }
    cr_assert_eq(zero__nearest(name, names, 3, sizeof names[0]), expected,
                 "%s among %s %s %s", name, names[0], names[1], names[2]);
  }
}
