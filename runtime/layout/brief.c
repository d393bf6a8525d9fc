/* brief.c - a value printed short, for the sentences of errors.
 *
 * The printer has no limit of its own, so the sink ends it by a raise once
 * the buffer is full: a list of a million items costs a few dozen. */
#include "layout/brief.h"

#include <stdio.h>

#include "base/utf8.h"
#include "value/print.h"
#include "value/record.h"

#define ELLIPSIS "…"

enum {
  ROOM = ZERO_BRIEF - (int)sizeof ELLIPSIS, /* bytes before an ellipsis */
  STOPPED = -1,                             /* no code of the tables */
};

struct brief {
  struct zero_heap *heap;
  zero_value value;
  char *out;
  size_t size;
};

static void take(void *context, const char *bytes, size_t size) {
  struct brief *brief = context;
  size_t room = ROOM - brief->size;
  size_t taken = size < room ? size : room;
  memcpy(brief->out + brief->size, bytes, taken);
  brief->size += taken;
  if (taken < size) zero__raise(brief->heap, STOPPED, "enough");
}

static void print(void *context) {
  struct brief *brief = context;
  zero__print(brief->heap, brief->value, take, brief);
}

const char *zero__brief(struct zero_heap *heap, zero_value v,
                        char out[ZERO_BRIEF]) {
  struct brief brief = {.heap = heap, .value = v, .out = out};
  int code = zero__protect(heap, print, &brief);
  if (code != 0 && code != STOPPED) zero__raise_again(heap);
  size_t size = zero__utf8_whole(out, brief.size);
  strcpy(out + size, code == STOPPED ? ELLIPSIS : "");
  return out;
}

const char *zero__found(struct zero_heap *heap, zero_value v,
                        char out[ZERO_FOUND]) {
  char brief[ZERO_BRIEF];
  bool named = zero__is_unit(v) || zero__family_of(v) == NULL;
  snprintf(out, ZERO_FOUND, "%s%s%s", named ? "" : zero__type_name(v),
           named ? "" : " ", zero__brief(heap, v, brief));
  return out;
}
