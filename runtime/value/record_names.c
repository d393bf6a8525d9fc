/* record_names.c - what all VMs share of the tables' variants, and one word for
 * equal short texts of programs. */
#include "value/record.h"

#include <pthread.h>

#include "value/map.h"
#include "value/text.h"

enum {
  VARIANTS_MAX = 64,
  TEXT_ROOM = 48, /* bytes of the longest name as a Text */
  SLOTS = 256,    /* of the names by hash: a power of two, few of it taken */
};

const struct zero_variant_names *zero__variant_names[ZERO_LAST_TAG + 1];
uint64_t zero__some_header;
zero_value zero__none_record;

static struct {
  struct zero_variant_names names[VARIANTS_MAX];
  _Alignas(16) union {
    struct zero_text text;
    char room[TEXT_ROOM];
  } texts[VARIANTS_MAX];
  _Alignas(16) struct { uint64_t header, unused; } records[VARIANTS_MAX];
  unsigned count;
  zero_value by_hash[SLOTS];
} made;

static zero_value *slot_of(zero_value text) {
  uint32_t at = zero__text_hash(NULL, text) % SLOTS;
  while (!zero_is_none(made.by_hash[at]) &&
         !zero__text_equal(NULL, made.by_hash[at], text)) {
    at = (at + 1) % SLOTS;
  }
  return &made.by_hash[at];
}

/* Variants of one name share its Text. */
static void make(const struct zero_variant *variant) {
  if (made.count == VARIANTS_MAX) __builtin_trap();
  struct zero_variant_names *names = &made.names[made.count];
  struct zero_text *text = &made.texts[made.count].text;
  size_t size = strlen(variant->name);
  if (sizeof *text + size >= TEXT_ROOM) __builtin_trap();
  text->flags = ZERO_TEXT_ASCII;
  text->size = text->count = (uint32_t)size;
  memcpy(text->bytes, variant->name, size);
  zero_value *slot = slot_of(zero__of_text(text));
  if (zero_is_none(*slot)) *slot = zero__of_text(text);
  names->text = *slot;
  if (variant->field_count == 0) {
    made.records[made.count].header = zero__variant_word(variant);
    names->bare = zero__of_object(&made.records[made.count]);
  }
  made.count++;
}

static void make_all(void) {
  for (unsigned i = 0; i < zero__family_count; i++) {
    const struct zero_family *family = &zero__families[i];
    zero__variant_names[family->tag] = &made.names[made.count];
    for (unsigned v = 0; v < family->variant_count; v++) {
      make(&family->variants[v]);
    }
  }
  const struct zero_family *family = zero__family_by_tag(ZERO_FAMILY_OPTION);
  const struct zero_variant *some = zero__variant_by_name(family, "some", 4);
  const struct zero_variant *none = zero__variant_by_name(family, "none", 4);
  zero__some_header =
      (uint64_t)some->field_count << 32 | zero__variant_word(some);
  zero__none_record = zero__names_of(zero__variant_word(none))->bare;
}

void zero__names_start(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_all);
}

/* --- texts of programs ---------------------------------------------------- */

/* Of the texts of programs the newest are kept, in two Maps. When `recent` is
 * full it becomes `older`, and what was older and not met since is forgotten:
 * a VM that reads texts for ever stays of one size. */
struct zero_literals {
  zero_value recent;
  zero_value older;
};

zero_value zero__literal(struct zero_heap *heap, zero_value text) {
  if (zero__text_size(text) > ZERO_LITERAL_MAX) return text;
  zero_value known = *slot_of(text);
  if (!zero_is_none(known)) return known;
  struct zero_literals *literals = heap->literals;
  if (literals == NULL) {
    literals = zero__alloc(heap, ZERO_TRACED, sizeof *literals);
    literals->recent = literals->older = zero__map_empty(heap);
    heap->literals = literals;
  }
  known = zero__map_get(literals->recent, text);
  if (!zero_is_none(known)) return known;
  known = zero__map_get(literals->older, text);
  if (zero_is_none(known)) known = text;
  literals->recent = zero__map_put(heap, literals->recent, known, known);
  if (zero__map_size(literals->recent) == ZERO_LITERALS_RECENT) {
    literals->older = literals->recent;
    literals->recent = zero__map_empty(heap);
  }
  return known;
}
