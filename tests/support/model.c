/* model.c - values as a plain reader of the specification would hold them. */
#include "model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value/list.h"
#include "value/number.h"
#include "value/text.h"

struct zero_chunk {
  struct zero_chunk *next;
  max_align_t data[];
};

static void *take(struct zero_models *models, size_t size) {
  struct zero_chunk *chunk = calloc(1, sizeof *chunk + size);
  if (chunk == NULL) abort();
  chunk->next = models->chunks;
  models->chunks = chunk;
  return chunk->data;
}

void zero_models_clear(struct zero_models *models) {
  while (models->chunks != NULL) {
    struct zero_chunk *chunk = models->chunks;
    models->chunks = chunk->next;
    free(chunk);
  }
}

static struct zero_model *new_model(struct zero_models *models,
                                    enum zero_model_kind kind) {
  struct zero_model *model = take(models, sizeof *model);
  model->kind = kind;
  return model;
}

zero_model zero_model_unit(struct zero_models *models) {
  return new_model(models, ZERO_MODEL_UNIT);
}

zero_model zero_model_bool(struct zero_models *models, bool truth) {
  struct zero_model *model = new_model(models, ZERO_MODEL_BOOL);
  model->number = truth;
  return model;
}

zero_model zero_model_i64(struct zero_models *models, int64_t number) {
  struct zero_model *model = new_model(models, ZERO_MODEL_I64);
  model->number = number;
  return model;
}

zero_model zero_model_text(struct zero_models *models, const char *text) {
  struct zero_model *model = new_model(models, ZERO_MODEL_TEXT);
  size_t size = strlen(text) + 1;
  model->text = memcpy(take(models, size), text, size);
  return model;
}

static struct zero_model *new_list(struct zero_models *models,
                                   size_t count) {
  struct zero_model *list = new_model(models, ZERO_MODEL_LIST);
  list->items = take(models, count * sizeof *list->items);
  list->count = count;
  return list;
}

zero_model zero_model_list(struct zero_models *models,
                           const zero_model *items, size_t count) {
  struct zero_model *list = new_list(models, count);
  for (size_t i = 0; i < count; i++) list->items[i] = items[i];
  return list;
}

zero_model zero_model_append(struct zero_models *models, zero_model list,
                             zero_model tail) {
  struct zero_model *all = new_list(models, list->count + tail->count);
  for (size_t i = 0; i < list->count; i++) all->items[i] = list->items[i];
  for (size_t i = 0; i < tail->count; i++) {
    all->items[list->count + i] = tail->items[i];
  }
  return all;
}

zero_model zero_model_cons(struct zero_models *models, zero_model head,
                           zero_model tail) {
  return zero_model_append(models, zero_model_list(models, &head, 1), tail);
}

zero_model zero_model_tail(struct zero_models *models, zero_model list) {
  return zero_model_list(models, list->items + 1, list->count - 1);
}

zero_model zero_model_reverse(struct zero_models *models, zero_model list) {
  struct zero_model *reversed = new_list(models, list->count);
  for (size_t i = 0; i < list->count; i++) {
    reversed->items[i] = list->items[list->count - 1 - i];
  }
  return reversed;
}

bool zero_model_equal(zero_model a, zero_model b) {
  if (a->kind != b->kind || a->number != b->number) return false;
  if (a->kind == ZERO_MODEL_TEXT) return strcmp(a->text, b->text) == 0;
  if (a->count != b->count) return false;
  for (size_t i = 0; i < a->count; i++) {
    if (!zero_model_equal(a->items[i], b->items[i])) return false;
  }
  return true;
}

/* --- printing ---------------------------------------------------------- */

static void print_text(FILE *to, const char *text) {
  fputc('"', to);
  for (const unsigned char *c = (const unsigned char *)text; *c != 0; c++) {
    const char *named = strchr("\"\"\\\\\nn\tt\rr", *c);
    if (named != NULL && (*c < 0x20 || *c == '"' || *c == '\\')) {
      fprintf(to, "\\%c", named[1]);
    } else if (*c < 0x20 || *c == 0x7f) {
      fprintf(to, "\\u{%x}", *c);
    } else {
      fputc(*c, to);
    }
  }
  fputc('"', to);
}

static void print(FILE *to, zero_model model) {
  switch (model->kind) {
    case ZERO_MODEL_UNIT:
      fputs("Unit", to);
      break;
    case ZERO_MODEL_BOOL:
      fputs(model->number ? "true" : "false", to);
      break;
    case ZERO_MODEL_I64:
      fprintf(to, "%" PRId64, model->number);
      break;
    case ZERO_MODEL_TEXT:
      print_text(to, model->text);
      break;
    case ZERO_MODEL_LIST:
      fputs("(list", to);
      for (size_t i = 0; i < model->count; i++) {
        fputc(' ', to);
        print(to, model->items[i]);
      }
      fputc(')', to);
  }
}

char *zero_model_print(zero_model model) {
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  print(to, model);
  fclose(to);
  return text;
}

/* --- families ---------------------------------------------------------- */

/* One letter a field, in the order of the seed's table. */
struct layout {
  const char *type;
  int tag;
  const char *name;
  const char *fields;
};

static const struct layout layouts[] = {
    {"Option", 5, "some", "*"},
    {"Option", 5, "none", ""},
    {"Result", 6, "ok", "*"},
    {"Result", 6, "err", "*"},
    {"Map", 7, "map", "E"},
    {"Bytes", 8, "bytes", "B"},
    {"Error", 9, "error", "TTCM"},
    {"Path", 10, "path", "PKN"},
    {"Handle", 11, "handle", "TIO"},
    {"Protocol", 12, "protocol", "TITL"},
    {"Actor", 13, "actor", "TTT"},
    {"RemoteActor", 14, "remote-actor", "TTL"},
    {"Live", 15, "live", "TTI*"},
    {"ProcessHandle", 16, "process-handle", "IRD"},
    {"SocketHandle", 17, "socket-handle", "TXS"},
    {"RuntimeError", 18, "runtime-error", "TTTM"},
    {"HardwareEvidence", 19, "hardware-evidence", "TTHF"},
};

static bool is_type(zero_model model, const char *type) {
  return strcmp(zero_model_type(model), type) == 0;
}

static bool one_of(zero_model model, const char *words) {
  if (model->kind != ZERO_MODEL_TEXT) return false;
  char word[64];
  int size = snprintf(word, sizeof word, " %s ", model->text);
  return size < (int)sizeof word && strchr(model->text, ' ') == NULL &&
         strstr(words, word) != NULL;
}

static bool is_key(zero_model model) {
  return model->kind != ZERO_MODEL_LIST;
}

static bool are_entries(zero_model list) {
  if (list->kind != ZERO_MODEL_LIST) return false;
  for (size_t i = 0; i < list->count; i++) {
    zero_model entry = list->items[i];
    if (entry->kind != ZERO_MODEL_LIST || entry->count != 2) return false;
    if (!is_key(entry->items[0])) return false;
    for (size_t j = 0; j < i; j++) {
      zero_model other = list->items[j]->items[0];
      if (zero_model_equal(other, entry->items[0])) return false;
    }
  }
  return true;
}

static bool are_bytes(zero_model list) {
  if (list->kind != ZERO_MODEL_LIST) return false;
  for (size_t i = 0; i < list->count; i++) {
    zero_model item = list->items[i];
    if (item->kind != ZERO_MODEL_I64) return false;
    if (item->number < 0 || item->number > 255) return false;
  }
  return true;
}

static bool are_texts(zero_model list) {
  if (list->kind != ZERO_MODEL_LIST) return false;
  for (size_t i = 0; i < list->count; i++) {
    if (list->items[i]->kind != ZERO_MODEL_TEXT) return false;
  }
  return true;
}

static bool are_streams(zero_model list) {
  if (list->kind != ZERO_MODEL_LIST) return false;
  for (size_t i = 0; i < list->count; i++) {
    zero_model item = list->items[i];
    if (item->kind != ZERO_MODEL_UNIT && !is_type(item, "Handle")) {
      return false;
    }
  }
  return true;
}

static bool is_cause(zero_model model) {
  if (!is_type(model, "Option")) return false;
  return model->count == 2 || is_type(model->items[2], "Error") ||
         is_type(model->items[2], "RuntimeError");
}

/* The random paths climb only where they begin so, and are in normal form
 * where they neither are empty nor hold a dot between slashes. */
static bool is_path(zero_model model) {
  return model->kind == ZERO_MODEL_TEXT &&
         strncmp(model->text, "../", 3) != 0;
}

static bool tells_normal(const zero_model *fields, size_t index) {
  zero_model truth = fields[index];
  if (truth->kind != ZERO_MODEL_BOOL) return false;
  const char *path = fields[index - 2]->text;
  return !truth->number || (*path != 0 && strstr(path, "/./") == NULL);
}

static bool is_hex(const char *text, size_t digits) {
  return strlen(text) == digits &&
         strspn(text, "0123456789abcdef") == digits;
}

static bool is_proof(zero_model model) {
  if (model->kind != ZERO_MODEL_TEXT) return false;
  return strcmp(model->text, "none") == 0 ||
         (strncmp(model->text, "ed25519:", 8) == 0 &&
          is_hex(model->text + 8, 128));
}

static bool is_digest(zero_model model) {
  return model->kind == ZERO_MODEL_TEXT && is_hex(model->text, 64);
}

static bool field_fits(char letter, const zero_model *fields,
                       size_t index) {
  zero_model field = fields[index];
  switch (letter) {
    case '*':
      return true;
    case 'T':
      return field->kind == ZERO_MODEL_TEXT;
    case 'I':
      return field->kind == ZERO_MODEL_I64;
    case 'E':
      return are_entries(field);
    case 'B':
      return are_bytes(field);
    case 'M':
      return is_type(field, "Map");
    case 'C':
      return is_cause(field);
    case 'L':
      return are_texts(field);
    case 'D':
      return are_streams(field);
    case 'P':
      return is_path(field);
    case 'K':
      return one_of(field, " file directory package ");
    case 'N':
      return tells_normal(fields, index);
    case 'O':
      return one_of(field, " open borrowed moved closed ");
    case 'R':
      return one_of(field,
                    " running exited signaled borrowed moved closed ");
    case 'X':
      return one_of(field, " stream datagram listener ");
    case 'S':
      return one_of(field, " open listening connected shutdown borrowed "
                           "moved closed ");
    case 'H':
      return is_digest(field);
    default:
      return is_proof(field);
  }
}

static bool fits(const struct layout *layout, zero_model list) {
  size_t count = strlen(layout->fields);
  if (list->count != 2 + count) return false;
  zero_model tag = list->items[0], name = list->items[1];
  if (tag->kind != ZERO_MODEL_I64 || tag->number != layout->tag) {
    return false;
  }
  if (name->kind != ZERO_MODEL_TEXT || strcmp(name->text, layout->name)) {
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    if (!field_fits(layout->fields[i], list->items + 2, i)) return false;
  }
  return true;
}

const char *zero_model_type(zero_model model) {
  static const char *const kinds[] = {"Unit", "Bool", "I64", "Text"};
  if (model->kind != ZERO_MODEL_LIST) return kinds[model->kind];
  for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
    if (fits(&layouts[i], model)) return layouts[i].type;
  }
  return "List";
}

/* --- the runtime's values ---------------------------------------------- */

static zero_value build(struct zero_heap *heap, const zero_value *items,
                        size_t count, enum zero_way way) {
  zero_value list = ZERO_EMPTY;
  switch (way) {
    case ZERO_BY_CONS:
      for (size_t i = count; i > 0; i--) {
        list = zero__cons(heap, items[i - 1], list);
      }
      return list;
    case ZERO_BY_FINISH:
      for (size_t i = 0; i < count; i++) {
        list = zero__raw_cons(heap, items[i], list);
      }
      return zero__finish(heap, list, ZERO_EMPTY);
    case ZERO_BY_APPEND:
      return zero__append(heap, zero__list(heap, items, count / 2),
                          zero__list(heap, items + count / 2,
                                     count - count / 2));
    case ZERO_BY_REVERSE:
      list = build(heap, items, count, ZERO_BY_LIST);
      return zero__reverse(heap, zero__reverse(heap, list));
    default:
      return zero__list(heap, items, count);
  }
}

zero_value zero_model_value(struct zero_heap *heap, zero_model model,
                            enum zero_way way) {
  switch (model->kind) {
    case ZERO_MODEL_UNIT:
      return ZERO_UNIT;
    case ZERO_MODEL_BOOL:
      return zero__bool(model->number);
    case ZERO_MODEL_I64:
      return zero__i64(heap, model->number);
    case ZERO_MODEL_TEXT:
      return zero__text_of(heap, model->text);
    case ZERO_MODEL_LIST:
      break;
  }
  zero_value *items = zero__alloc(heap, ZERO_TRACED,
                                  (model->count + 1) * sizeof *items);
  for (size_t i = 0; i < model->count; i++) {
    items[i] = zero_model_value(heap, model->items[i], way);
  }
  return build(heap, items, model->count, way);
}

static bool list_matches(struct zero_heap *heap, zero_model model,
                         zero_value value) {
  for (size_t i = 0; i < model->count; i++) {
    if (!zero__is_pair(value)) return false;
    if (!zero_model_matches(heap, model->items[i],
                            zero__head(heap, value))) {
      return false;
    }
    value = zero__tail(heap, value);
  }
  return zero__is_empty(value);
}

bool zero_model_matches(struct zero_heap *heap, zero_model model,
                        zero_value value) {
  switch (model->kind) {
    case ZERO_MODEL_UNIT:
      return zero__is_unit(value);
    case ZERO_MODEL_BOOL:
      return zero__same(value, zero__bool(model->number));
    case ZERO_MODEL_I64:
      return zero__is_i64(value) &&
             zero__i64_number(value) == model->number;
    case ZERO_MODEL_TEXT:
      return zero__is_text(value) && zero__text_is(value, model->text);
    case ZERO_MODEL_LIST:
      return zero__is_list(value) && list_matches(heap, model, value);
  }
  return false;
}
