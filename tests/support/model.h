/* model.h - values as a plain reader of the specification would hold them.
 *
 * A list is an array of items and nothing else: no packed forms, no sharing.
 * What the runtime does to values is held against this. Models live in a
 * store that is emptied whole. */
#ifndef ZERO_TESTS_MODEL_H
#define ZERO_TESTS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "zero/value.h"

enum zero_model_kind {
  ZERO_MODEL_UNIT,
  ZERO_MODEL_BOOL,
  ZERO_MODEL_I64,
  ZERO_MODEL_TEXT,
  ZERO_MODEL_LIST,
};

struct zero_model {
  enum zero_model_kind kind;
  int64_t number;                  /* of an I64; 0 or 1 of a Bool */
  const char *text;                /* NUL-terminated */
  size_t count;
  const struct zero_model **items;
};

typedef const struct zero_model *zero_model;

struct zero_chunk;

struct zero_models {
  struct zero_chunk *chunks;
};

/* Frees every model of the store. An empty store is all zero. */
void zero_models_clear(struct zero_models *models);

zero_model zero_model_unit(struct zero_models *models);
zero_model zero_model_bool(struct zero_models *models, bool truth);
zero_model zero_model_i64(struct zero_models *models, int64_t number);
zero_model zero_model_text(struct zero_models *models, const char *text);
zero_model zero_model_list(struct zero_models *models,
                           const zero_model *items, size_t count);

/* The operations of lists; head and tail of one that is not empty. */
zero_model zero_model_cons(struct zero_models *models, zero_model head,
                           zero_model tail);
zero_model zero_model_tail(struct zero_models *models, zero_model list);
zero_model zero_model_append(struct zero_models *models, zero_model list,
                             zero_model tail);
zero_model zero_model_reverse(struct zero_models *models, zero_model list);

bool zero_model_equal(zero_model a, zero_model b);

/* As source text; free() it. */
char *zero_model_print(zero_model model);

/* Name of the family that type-of should return, by a reading of the layout
 * table that shares nothing with the runtime's. */
const char *zero_model_type(zero_model model);

/* How a list is built. */
enum zero_way {
  ZERO_BY_CONS,
  ZERO_BY_LIST,
  ZERO_BY_FINISH,
  ZERO_BY_APPEND,
  ZERO_BY_REVERSE,
  ZERO_WAYS,
};

/* The runtime's value of a model, each list in it built in one way. */
zero_value zero_model_value(struct zero_heap *heap, zero_model model,
                            enum zero_way way);

/* True if `value` is seen to be the model by taking heads and tails. */
bool zero_model_matches(struct zero_heap *heap, zero_model model,
                        zero_value value);

#endif
