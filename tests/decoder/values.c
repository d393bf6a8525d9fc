/* values.c - random values of every family, how the runtime classifies them,
 * and what it reads if a family was asked for; tests/decoder/agree.py compares
 * a decoder with it.
 *
 * A line is cells with a tab between them:
 *   shape   hash
 *   is      family  variant  printed value  printed fields...
 *   read    family asked for  printed value  printed answer, or ! and a code
 * A value without variant has `-` there, and a List its items as fields. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/heap.h"
#include "../support/values.h"
#include "layout/layout.h"
#include "value/list.h"
#include "value/print.h"
#include "value/record.h"
#include "value/text.h"
#include "zero/gen/families.h"

enum {
  EACH = 500,    /* well-formed values of each family */
  MISSES = 6000, /* lists that nearly are of one */
  OLD = 8000,    /* lists without a tag */
  EDGES = 4000,  /* lists at the edge of a rule */
};

struct maker {
  struct zero_heap *heap;
  struct zero_models models;
  struct zero_random random;
};

static unsigned below(struct maker *maker, unsigned bound) {
  return (unsigned)zero_random_below(&maker->random, bound);
}

/* --- lines --------------------------------------------------------------- */

static void print(void *context, const char *bytes, size_t size) {
  (void)context;
  fwrite(bytes, 1, size, stdout);
}

static void put(struct maker *maker, zero_value value) {
  putchar('\t');
  zero__print(maker->heap, value, print, NULL);
}

/* What the runtime takes a value for. */
static void tell(struct maker *maker, zero_value value) {
  bool packed = zero__is_packed(value);
  printf("is\t%s\t%s", zero__type_name(value),
         packed ? zero__variant_of(value)->name : "-");
  put(maker, value);
  struct zero_iterator at = zero__iterate(value);
  zero_value item;
  if (!zero__is_list(value)) {
    putchar('\n');
    return;
  }
  for (unsigned i = 0; zero__next(maker->heap, &at, &item); i++) {
    if (!packed || i >= 2) put(maker, item);
  }
  putchar('\n');
}

struct reading {
  struct zero_heap *heap;
  const struct zero_family *family;
  zero_value value;
  zero_value answer;
};

static void read_value(void *context) {
  struct reading *reading = context;
  reading->answer =
      zero__layout_check(reading->heap, reading->family, reading->value);
}

/* The result of the runtime's reading if a family was asked for. */
static void ask(struct maker *maker, unsigned tag, zero_value value) {
  struct reading reading = {.heap = maker->heap,
                            .family = zero__family_by_tag(tag),
                            .value = value};
  printf("read\t%s", reading.family->name);
  put(maker, value);
  int code = zero__protect(maker->heap, read_value, &reading);
  if (code == 0) {
    put(maker, reading.answer);
    putchar('\n');
  } else {
    printf("\t!%s\n", zero__code_fact(code)->name);
  }
}

/* --- values -------------------------------------------------------------- */

static zero_value value_of(struct maker *maker, zero_model model) {
  return zero_model_value(maker->heap, model, ZERO_BY_LIST);
}

/* A well-formed value of any family, those below tag 5 by looking for one. */
static zero_model well_formed(struct maker *maker, unsigned tag) {
  if (tag >= ZERO_FIRST_LIST_TAG) {
    return zero_family_model(&maker->models, &maker->random, (int)tag);
  }
  const char *name = zero__family_by_tag(tag)->name;
  zero_model model;
  do {
    model = zero_any_model(&maker->models, &maker->random);
  } while (strcmp(zero_model_type(model), name) != 0);
  return model;
}

static bool is_old_family(zero_model model) {
  return model->kind == ZERO_MODEL_LIST && model->count >= 2 &&
         model->items[0]->kind == ZERO_MODEL_I64 &&
         model->items[0]->number >= ZERO_FAMILY_OPTION &&
         model->items[0]->number <= ZERO_FAMILY_ERROR;
}

/* The list without its tag, and now and then the lists in it too. */
static zero_model without_tag(struct maker *maker, zero_model model) {
  zero_model items[8];
  size_t count = model->count - 1;
  for (size_t i = 0; i < count; i++) {
    items[i] = model->items[i + 1];
    if (is_old_family(items[i]) && items[i]->count <= 8 &&
        below(maker, 2) == 0) {
      items[i] = without_tag(maker, items[i]);
    }
  }
  return zero_model_list(&maker->models, items, count);
}

/* The list with another word at its head. */
static zero_model with_head(struct maker *maker, zero_model model,
                            const char *word) {
  zero_model tail = zero_model_tail(&maker->models, model);
  return zero_model_cons(&maker->models,
                         zero_model_text(&maker->models, word), tail);
}

static zero_model old_list(struct maker *maker, unsigned tag) {
  zero_model model =
      below(maker, 3) == 0
          ? zero_near_miss(&maker->models, &maker->random, (int)tag)
          : zero_family_model(&maker->models, &maker->random, (int)tag);
  if (model->count < 2 || model->count > 8) return model;
  model = without_tag(maker, model);
  if (tag != ZERO_FAMILY_RESULT || below(maker, 2) == 0) return model;
  if (below(maker, 2) == 0) return with_head(maker, model, "HostOk");
  zero_model error = zero_family_model(&maker->models, &maker->random,
                                       ZERO_FAMILY_RUNTIME_ERROR);
  zero_model items[5] = {zero_model_text(&maker->models, "HostErr")};
  size_t count = 1 + (size_t)below(maker, 4);
  if (below(maker, 2) == 0) count = 4;
  for (size_t i = 1; i < count; i++) items[i] = error->items[i + 1];
  return zero_model_list(&maker->models, items, count);
}

/* --- edges of rules ------------------------------------------------------ */

#define PICK(maker, array) \
  ((array)[below((maker), sizeof(array) / sizeof *(array))])

static zero_model text_of(struct maker *maker, const char *bytes) {
  return zero_model_text(&maker->models, bytes);
}

static zero_model list_of(struct maker *maker, unsigned tag,
                          const char *variant, zero_model *fields,
                          size_t count) {
  zero_model list = zero_model_list(&maker->models, fields, count);
  list = zero_model_cons(&maker->models, text_of(maker, variant), list);
  return zero_model_cons(&maker->models,
                         zero_model_i64(&maker->models, tag), list);
}

/* Parts that a normal form keeps, drops, climbs and must not begin with. */
static zero_model path_edge(struct maker *maker) {
  static const char *const parts[] = {"",  ".", "..",   "a",
                                      "é", "/", "pkg:", "pkg:b"};
  static const char *const slash[] = {"", "/"};
  char text[80] = "";
  for (unsigned left = below(maker, 5); left > 0; left--) {
    strcat(strcat(text, PICK(maker, parts)), PICK(maker, slash));
  }
  zero_model fields[] = {
      text_of(maker, text),
      text_of(maker, "file"),
      zero_model_bool(&maker->models, below(maker, 4) > 0),
  };
  return list_of(maker, ZERO_FAMILY_PATH, "path", fields, 3);
}

static zero_model bytes_edge(struct maker *maker) {
  static const int64_t numbers[] = {-1, 0, 1, 127, 128, 254, 255, 256};
  zero_model items[3];
  size_t count = below(maker, 4);
  for (size_t i = 0; i < count; i++) {
    items[i] = zero_model_i64(&maker->models, PICK(maker, numbers));
  }
  zero_model list = zero_model_list(&maker->models, items, count);
  return list_of(maker, ZERO_FAMILY_BYTES, "bytes", &list, 1);
}

/* `digits` hexadecimal digits after `prefix`, now and then one too many, one
 * too few, or an invalid one. */
static zero_model digits_edge(struct maker *maker, const char *prefix,
                              size_t digits) {
  static const char *const wrong[] = {"A", "g", " ", "/", ":", "`"};
  char text[160];
  strcpy(text, prefix);
  digits = digits + below(maker, 3) - 1;
  if (below(maker, 2) == 0) strcat(text, PICK(maker, wrong));
  for (size_t i = strlen(text) - strlen(prefix); i < digits; i++) {
    static const char *const hex[] = {"0", "9", "a", "f"};
    strcat(text, PICK(maker, hex));
  }
  return text_of(maker, text);
}

static zero_model evidence_edge(struct maker *maker) {
  zero_model fields[] = {
      text_of(maker, "board"),
      text_of(maker, "artifact"),
      digits_edge(maker, "", 64),
      below(maker, 2) == 0 ? text_of(maker, "none")
                           : digits_edge(maker, "ed25519:", 128),
  };
  return list_of(maker, ZERO_FAMILY_HARDWARE_EVIDENCE, "hardware-evidence",
                 fields, 4);
}

static zero_model entries_edge(struct maker *maker) {
  zero_model entries[3];
  size_t count = below(maker, 4);
  for (size_t i = 0; i < count; i++) {
    zero_model pair[] = {
        below(maker, 2) == 0
            ? zero_model_bool(&maker->models, below(maker, 2) == 0)
            : zero_model_i64(&maker->models, (int64_t)below(maker, 2)),
        zero_model_i64(&maker->models, (int64_t)i),
        zero_model_unit(&maker->models),
    };
    entries[i] = zero_model_list(&maker->models, pair,
                                 below(maker, 8) == 0 ? 3 : 2);
  }
  zero_model list = zero_model_list(&maker->models, entries, count);
  return list_of(maker, ZERO_FAMILY_MAP, "map", &list, 1);
}

static zero_model edge(struct maker *maker) {
  switch (below(maker, 4)) {
    case 0: return path_edge(maker);
    case 1: return bytes_edge(maker);
    case 2: return evidence_edge(maker);
    default: return entries_edge(maker);
  }
}

/* A core family, more often than not the one that was meant. */
static unsigned asked_for(struct maker *maker, unsigned tag) {
  if (below(maker, 8) > 0) return tag;
  return below(maker, ZERO_LAST_TAG + 1);
}

static void tell_and_ask(struct maker *maker, unsigned tag,
                         zero_model model) {
  zero_value value = value_of(maker, model);
  tell(maker, value);
  ask(maker, asked_for(maker, tag), value);
  zero_models_clear(&maker->models);
}

int main(void) {
  struct maker maker = {.heap = zero_test_heap()};
  zero_random_init(&maker.random, "a decoder agrees with the runtime");
  printf("shape\t%s\n", ZERO_SHAPE_HASH);
  for (unsigned i = 0; i < EACH * (ZERO_LAST_TAG + 1); i++) {
    unsigned tag = i % (ZERO_LAST_TAG + 1);
    tell_and_ask(&maker, tag, well_formed(&maker, tag));
  }
  for (unsigned i = 0; i < MISSES; i++) {
    unsigned tag = ZERO_FIRST_LIST_TAG +
                   below(&maker, ZERO_LAST_TAG - ZERO_FIRST_LIST_TAG + 1);
    zero_model miss = zero_near_miss(&maker.models, &maker.random, (int)tag);
    tell_and_ask(&maker, tag, miss);
  }
  for (unsigned i = 0; i < OLD; i++) {
    unsigned tag = ZERO_FAMILY_OPTION +
                   below(&maker, ZERO_FAMILY_ERROR - ZERO_FAMILY_OPTION + 1);
    tell_and_ask(&maker, tag, old_list(&maker, tag));
  }
  for (unsigned i = 0; i < EDGES; i++) {
    zero_model model = edge(&maker);
    tell_and_ask(&maker, (unsigned)model->items[0]->number, model);
  }
  return 0;
}
