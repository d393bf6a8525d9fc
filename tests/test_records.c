/* test_records.c - values lie in memory as docs/layouts.md draws them: each
 * header word, each field at its offset, each immediate word.
 *
 * Offsets within structs are asserted where the structs are used; here are
 * the words that only a made value has. */
#include "facts/gen/records.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/heap.h"
#include "support/values.h"
#include "value/bytes.h"
#include "value/map.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"

struct place {
  const char *name;
  unsigned tag;
  unsigned variant;
  unsigned count;
  uint64_t header;
};

#define PLACE(NAME, tag, index, fields, header, size) \
  {#NAME, tag, index, fields, UINT64_C(header)},
static const struct place places[] = {ZERO_RECORDS(PLACE)};
enum { PLACES = sizeof places / sizeof places[0] };

/* Which variant, which field, where. */
struct field {
  const char *variant;
  unsigned index;
  unsigned offset;
};

#define FIELD(VARIANT, NAME, index, offset) {#VARIANT, index, offset},
static const struct field fields[] = {ZERO_RECORD_FIELDS(FIELD)};
enum { FIELDS = sizeof fields / sizeof fields[0] };

/* A random value of the variant. */
static zero_value value_of(struct zero_heap *heap, struct zero_random *random,
                           const struct place *place) {
  for (;;) {
    zero_value value = zero_family_value(heap, random, (int)place->tag);
    if (zero__variant_of(value)->index == place->variant) return value;
  }
}

static uint64_t word_at(const void *memory, unsigned offset) {
  uint64_t word;
  memcpy(&word, (const char *)memory + offset, sizeof word);
  return word;
}

static unsigned check_fields(struct zero_heap *heap, zero_value value,
                             const struct place *place) {
  const void *memory = zero__record(value);
  unsigned found = 0;
  for (unsigned i = 0; i < FIELDS; i++) {
    if (strcmp(fields[i].variant, place->name) != 0) continue;
    zero_value field = zero__record_field(heap, value, fields[i].index);
    cr_assert_eq(word_at(memory, fields[i].offset), field.bits);
    found++;
  }
  return found;
}

Test(records, every_record_has_its_header_and_fields_where_the_page_says) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "records lie as drawn");
  for (unsigned i = 0; i < PLACES; i++) {
    zero_value value = value_of(heap, &random, &places[i]);
    cr_assert_eq(value.bits % 16, ZERO_POINTER_RECORD);
    cr_assert_eq(zero__record(value)->header, places[i].header, "%s",
                 places[i].name);
    cr_assert_eq(check_fields(heap, value, &places[i]), places[i].count);
  }
}

Test(records, every_variant_is_a_record_a_map_or_bytes) {
  unsigned variants = 0;
  for (unsigned i = 0; i < zero__family_count; i++) {
    variants += zero__families[i].variant_count;
  }
  cr_assert_eq(variants, PLACES + 2);
}

Test(records, a_map_and_bytes_have_the_headers_of_the_page) {
  struct zero_heap *heap = zero_test_heap();
  zero_value map = zero__map_empty(heap);
  zero_value bytes = zero__bytes_new(heap, "abc", 3);
  cr_assert_eq(zero__object(map)->header,
               UINT64_C(1) << 32 | ZERO_FAMILY_MAP << 16 |
                   ZERO_HEADER_KIND_MAP);
  cr_assert_eq(zero__object(bytes)->header,
               UINT64_C(1) << 32 | ZERO_FAMILY_BYTES << 16 |
                   ZERO_HEADER_KIND_BYTES);
}

Test(records, words_that_are_values_have_the_bits_of_the_page) {
  cr_assert_eq(ZERO_UNIT.bits, ZERO_WORD_UNIT);
  cr_assert_eq(ZERO_FALSE.bits, ZERO_WORD_FALSE);
  cr_assert_eq(ZERO_TRUE.bits, ZERO_WORD_TRUE);
  cr_assert_eq(ZERO_EMPTY.bits, ZERO_WORD_EMPTY);
  struct zero_heap *heap = zero_test_heap();
  cr_assert_eq(zero__i64(heap, -21).bits, (uint64_t)-42 + 1);
  cr_assert_eq(zero__i64(heap, INT64_MAX).bits % 16, ZERO_POINTER_BOXED_I64);
  cr_assert_eq(zero__text_of(heap, "a").bits % 16, ZERO_POINTER_TEXT);
}

/* The functions that a row of value-examples.tsv names, cut at spaces. */
static void each_name(char *names, const char *core) {
  char *state;
  for (char *name = strtok_r(names, " ", &state); name != NULL;
       name = strtok_r(NULL, " ", &state)) {
    char definition[80];
    if (strcmp(name, "-") == 0 || zero__builtin_by_name(name) >= 0) continue;
    snprintf(definition, sizeof definition, "(ƒ %s\n", name);
    cr_assert_not_null(strstr(core, definition), "%s is nowhere", name);
  }
}

/* Appends a file to `text`. */
static void read_whole(const char *path, char *text, size_t room) {
  FILE *file = fopen(path, "r");
  cr_assert_not_null(file, "%s", path);
  size_t used = strlen(text);
  size_t size = fread(text + used, 1, room - used - 1, file);
  text[used + size] = '\0';
  fclose(file);
}

Test(records, writers_and_readers_of_the_page_are_builtins_or_of_lib_core) {
  static const char *const files[] = {
      "option", "result", "map", "bytes", "error", "path", "handle",
      "protocol", "actor", "remote-actor", "live", "process-handle",
      "socket-handle", "runtime-error", "hardware-evidence"};
  enum { CORE_MOST = 1 << 18, TABLE_MOST = 1 << 16 };
  char *core = calloc(CORE_MOST, 1);
  char *table = calloc(TABLE_MOST, 1);
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    char path[80];
    snprintf(path, sizeof path, "lib/core/%s.0x0", files[i]);
    read_whole(path, core, CORE_MOST);
  }
  read_whole("abi/value-examples.tsv", table, TABLE_MOST);
  char *state;
  char *line = strtok_r(table, "\n", &state);
  while ((line = strtok_r(NULL, "\n", &state)) != NULL) {
    char *cells[6];
    for (unsigned i = 0; i < 6; i++) cells[i] = strsep(&line, "\t");
    each_name(cells[3], core);
    each_name(cells[4], core);
  }
  free(table);
  free(core);
}
