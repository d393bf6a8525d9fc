/* values.c - random values of all families, and what nearly is one.
 *
 * A family is written as a line of words, one an item: a word that names a
 * generator is replaced by what it makes, any other is kept. */
#include "values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
  DEPTH = 4,      /* levels of lists in one value */
  ITEMS = 5,      /* in a list, less than */
  FIRST_TAG = 5,
  LAST_TAG = 19,
  LINE_ITEMS = 8, /* words in a line, at most */
};

struct maker {
  struct zero_models *models;
  struct zero_random *random;
};

static size_t below(const struct maker *maker, size_t bound) {
  return (size_t)zero_random_below(maker->random, bound);
}

#define PICK(maker, array) \
  ((array)[below((maker), sizeof(array) / sizeof *(array))])

static const char *const lines[] = {
    "5 some any",
    "5 none",
    "6 ok any",
    "6 err any",
    "7 map ENTRIES",
    "8 bytes BYTES",
    "9 error TEXT TEXT CAUSE MAP",
    "10 path a/b KIND BOOL",
    "10 path a/./b KIND false",
    "10 path TEXT KIND false",
    "11 handle TEXT I64 STATE",
    "12 protocol TEXT I64 TEXT TEXTS",
    "13 actor TEXT TEXT TEXT",
    "14 remote-actor TEXT TEXT TEXTS",
    "15 live TEXT TEXT I64 any",
    "16 process-handle I64 STATUS STREAMS",
    "17 socket-handle TEXT MODE SOCKET",
    "18 runtime-error TEXT TEXT TEXT MAP",
    "19 hardware-evidence TEXT TEXT DIGEST PROOF",
};

static zero_model any(const struct maker *maker, int depth);

static zero_model text(const struct maker *maker, const char *bytes) {
  return zero_model_text(maker->models, bytes);
}

static zero_model any_text(const struct maker *maker) {
  static const char *const texts[] = {
      "", "a", "some", "none", "ok", "map", "bytes", "live", "error", "\"q\"",
      "\\", "\n\t\r", "\x01\x1f", "\x7f", "é", "日本語", "e\xcc\x81",
      "\xf0\x9f\x98\x80", "a longer text of more than one word",
  };
  return text(maker, PICK(maker, texts));
}

static zero_model any_number(const struct maker *maker) {
  static const int64_t edges[] = {
      INT64_MIN, INT64_MAX, INT64_MIN / 2, INT64_MAX / 2, INT64_MIN / 2 - 1,
      INT64_MAX / 2 + 1, -1, 0, 1, 255, 256,
  };
  switch (below(maker, 4)) {
    case 0:
      return zero_model_i64(maker->models, PICK(maker, edges));
    case 1:
      return zero_model_i64(maker->models,
                            (int64_t)zero_random_next(maker->random));
    default:
      return zero_model_i64(maker->models, (int64_t)below(maker, 24));
  }
}

static zero_model atom(const struct maker *maker) {
  switch (below(maker, 6)) {
    case 0:
      return zero_model_unit(maker->models);
    case 1:
      return zero_model_bool(maker->models, below(maker, 2) == 1);
    case 2:
    case 3:
      return any_text(maker);
    default:
      return any_number(maker);
  }
}

/* --- fields ------------------------------------------------------------ */

#define HEX_64                       \
  "00112233445566778899aabbccddeeff" \
  "00112233445566778899aabbccddeeff"

typedef zero_model make(const struct maker *maker, int depth);

static zero_model many(const struct maker *maker, make *item, int depth) {
  zero_model items[ITEMS];
  size_t count = below(maker, ITEMS);
  for (size_t i = 0; i < count; i++) items[i] = item(maker, depth);
  return zero_model_list(maker->models, items, count);
}

static zero_model text_field(const struct maker *maker, int depth) {
  (void)depth;
  return any_text(maker);
}

static zero_model byte(const struct maker *maker, int depth) {
  (void)depth;
  return zero_model_i64(maker->models, (int64_t)below(maker, 256));
}

static bool has_key(zero_model list, zero_model key) {
  for (size_t i = 0; i < list->count; i++) {
    if (zero_model_equal(list->items[i]->items[0], key)) return true;
  }
  return false;
}

static zero_model entries(const struct maker *maker, int depth) {
  zero_model list = zero_model_list(maker->models, NULL, 0);
  for (size_t left = below(maker, ITEMS); left > 0; left--) {
    zero_model pair[2] = {atom(maker), any(maker, depth)};
    if (has_key(list, pair[0])) continue;
    zero_model entry = zero_model_list(maker->models, pair, 2);
    list = zero_model_append(maker->models, list,
                             zero_model_list(maker->models, &entry, 1));
  }
  return list;
}

static zero_model line(const struct maker *maker, const char *words,
                       int depth);

static zero_model stream(const struct maker *maker, int depth) {
  if (below(maker, 2) == 0) return zero_model_unit(maker->models);
  return line(maker, "11 handle TEXT I64 STATE", depth);
}

static zero_model cause(const struct maker *maker, int depth) {
  if (depth == 0 || below(maker, 2) == 0) return line(maker, "5 none", 0);
  zero_model some[3] = {
      zero_model_i64(maker->models, 5), text(maker, "some"),
      below(maker, 2) == 0
          ? line(maker, "9 error TEXT TEXT CAUSE MAP", depth - 1)
          : line(maker, "18 runtime-error TEXT TEXT TEXT MAP", depth - 1),
  };
  return zero_model_list(maker->models, some, 3);
}

static bool is(const char *word, const char *name) {
  return strcmp(word, name) == 0;
}

static zero_model choice(const struct maker *maker, const char *word) {
  static const char *const kinds[] = {"file", "directory", "package"};
  static const char *const states[] = {"open", "borrowed", "moved",
                                       "closed"};
  static const char *const statuses[] = {"running", "exited", "closed"};
  static const char *const modes[] = {"stream", "datagram", "listener"};
  static const char *const sockets[] = {"listening", "connected", "moved"};
  static const char *const proofs[] = {"none",
                                       "ed25519:" HEX_64 HEX_64};
  if (is(word, "KIND")) return text(maker, PICK(maker, kinds));
  if (is(word, "STATE")) return text(maker, PICK(maker, states));
  if (is(word, "STATUS")) return text(maker, PICK(maker, statuses));
  if (is(word, "MODE")) return text(maker, PICK(maker, modes));
  if (is(word, "SOCKET")) return text(maker, PICK(maker, sockets));
  if (is(word, "DIGEST")) return text(maker, HEX_64);
  if (is(word, "PROOF")) return text(maker, PICK(maker, proofs));
  return text(maker, word);
}

static zero_model word_model(const struct maker *maker, const char *word,
                             int depth) {
  int inner = depth > 0 ? depth - 1 : 0;
  if (is(word, "any")) return any(maker, inner);
  if (is(word, "TEXT")) return any_text(maker);
  if (is(word, "I64")) return any_number(maker);
  if (is(word, "BOOL")) {
    return zero_model_bool(maker->models, below(maker, 2) == 1);
  }
  if (is(word, "false")) return zero_model_bool(maker->models, false);
  if (is(word, "TEXTS")) return many(maker, text_field, inner);
  if (is(word, "BYTES")) return many(maker, byte, inner);
  if (is(word, "STREAMS")) return many(maker, stream, inner);
  if (is(word, "ENTRIES")) return entries(maker, inner);
  if (is(word, "MAP")) return line(maker, "7 map ENTRIES", inner);
  if (is(word, "SOME")) return line(maker, "5 some any", inner);
  if (is(word, "CAUSE")) return cause(maker, inner);
  return choice(maker, word);
}

static zero_model line(const struct maker *maker, const char *words,
                       int depth) {
  char copy[80];
  zero_model items[LINE_ITEMS];
  size_t count = 0;
  strncpy(copy, words, sizeof copy - 1)[sizeof copy - 1] = '\0';
  char *state;
  char *word = strtok_r(copy, " ", &state);
  items[count++] = zero_model_i64(maker->models, strtoll(word, NULL, 10));
  while ((word = strtok_r(NULL, " ", &state)) != NULL) {
    items[count++] = word_model(maker, word, depth);
  }
  return zero_model_list(maker->models, items, count);
}

/* --- whole values ------------------------------------------------------ */

static zero_model family(const struct maker *maker, int tag, int depth) {
  const char *of_tag[sizeof lines / sizeof *lines];
  size_t count = 0;
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    if (atoi(lines[i]) == tag) of_tag[count++] = lines[i];
  }
  return line(maker, of_tag[below(maker, count)], depth);
}

static int any_tag(const struct maker *maker) {
  return FIRST_TAG + (int)below(maker, LAST_TAG - FIRST_TAG + 1);
}

/* A copy of `list` with the item at `index` replaced. */
static zero_model with(const struct maker *maker, zero_model list,
                       size_t index, zero_model item) {
  zero_model copy = zero_model_list(maker->models, list->items, list->count);
  copy->items[index] = item;
  return copy;
}

static zero_model near_miss(const struct maker *maker, int tag, int depth) {
  zero_model list = family(maker, tag, depth);
  zero_model extra = any(maker, 0);
  switch (below(maker, 5)) {
    case 0:
      return with(maker, list, below(maker, list->count), extra);
    case 1:
      return with(maker, list, list->count - 1, any(maker, depth));
    case 2:
      return zero_model_append(maker->models, list,
                               zero_model_list(maker->models, &extra, 1));
    case 3:
      return zero_model_list(maker->models, list->items, list->count - 1);
    default:
      return with(maker, list, 0,
                  zero_model_i64(maker->models, any_tag(maker)));
  }
}

/* Items before a value that is itself of a family, so that tails are packed. */
static zero_model before_family(const struct maker *maker, int depth) {
  zero_model list = family(maker, any_tag(maker), depth);
  for (size_t left = 1 + below(maker, 4); left > 0; left--) {
    list = zero_model_cons(maker->models, any(maker, 0), list);
  }
  return list;
}

/* Records whose last fields are themselves the list of a record. */
static zero_model inside_out(const struct maker *maker) {
  static const char *const odd[] = {
      "15 live TEXT TEXT 5 none", "9 5 some TEXT", "15 live TEXT TEXT 7 map",
      "5 some 5 none", "6 ok 6 ok 6 ok I64", "7 map 5 none",
      "15 live TEXT TEXT 8 bytes", "8 bytes 8 bytes BYTES",
      "13 actor 5 some TEXT", "13 actor 7 map ENTRIES",
      "10 path ../a KIND false", "9 error TEXT TEXT SOME MAP",
  };
  zero_model list = line(maker, PICK(maker, odd), 2);
  zero_model *items = calloc(list->count, sizeof *items);
  for (size_t i = 0; i < list->count; i++) {
    items[i] = list->items[i];
    const char *word = items[i]->text;
    if (word != NULL && *word >= '5' && *word <= '9') {
      items[i] = zero_model_i64(maker->models, *word - '0');
    }
  }
  list = zero_model_list(maker->models, items, list->count);
  free(items);
  return list;
}

static zero_model any_list(const struct maker *maker, int depth) {
  switch (below(maker, 10)) {
    case 0:
    case 1:
    case 2:
      return family(maker, any_tag(maker), depth);
    case 3:
    case 4:
    case 5:
      return near_miss(maker, any_tag(maker), depth);
    case 6:
      return before_family(maker, depth);
    case 7:
      return inside_out(maker);
    default:
      return many(maker, any, depth);
  }
}

static zero_model any(const struct maker *maker, int depth) {
  if (depth == 0 || below(maker, 3) == 0) return atom(maker);
  return any_list(maker, depth - 1);
}

zero_model zero_any_model(struct zero_models *models,
                          struct zero_random *random) {
  return any(&(struct maker){models, random}, DEPTH);
}

zero_model zero_any_list(struct zero_models *models,
                         struct zero_random *random) {
  return any_list(&(struct maker){models, random}, DEPTH - 1);
}

zero_model zero_family_model(struct zero_models *models,
                             struct zero_random *random, int tag) {
  return family(&(struct maker){models, random}, tag, DEPTH - 1);
}

zero_model zero_near_miss(struct zero_models *models,
                          struct zero_random *random, int tag) {
  return near_miss(&(struct maker){models, random}, tag, DEPTH - 1);
}

zero_value zero_any_value(struct zero_heap *heap,
                          struct zero_random *random) {
  struct zero_models models = {0};
  zero_model model = zero_any_model(&models, random);
  zero_value value = zero_model_value(heap, model, ZERO_BY_LIST);
  zero_models_clear(&models);
  return value;
}

zero_value zero_family_value(struct zero_heap *heap,
                             struct zero_random *random, int tag) {
  struct zero_models models = {0};
  zero_model model = zero_family_model(&models, random, tag);
  zero_value value = zero_model_value(heap, model, ZERO_BY_LIST);
  zero_models_clear(&models);
  return value;
}
