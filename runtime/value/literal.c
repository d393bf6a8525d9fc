/* literal.c - one word for equal short texts of programs. */
#include "value/literal.h"

#include "value/map.h"
#include "value/names.h"
#include "value/text.h"

/* Of the texts of programs the newest are kept, in two Maps. When `recent` is
 * full it becomes `older`, and what was older and not met since is forgotten:
 * a VM that reads texts for ever stays of one size. */
struct zero_literals {
  zero_value recent;
  zero_value older;
};

static struct zero_literals *literals_of(struct zero_heap *heap) {
  if (heap->literals == NULL) {
    struct zero_literals *made = zero__alloc(heap, ZERO_TRACED, sizeof *made);
    made->recent = made->older = zero__map_empty(heap);
    heap->literals = made;
  }
  return heap->literals;
}

zero_value zero__literal(struct zero_heap *heap, zero_value text) {
  if (zero__text_size(text) > ZERO_LITERAL_MAX) return text;
  zero_value known = zero__name_like(text);
  if (!zero_is_none(known)) return known;
  struct zero_literals *literals = literals_of(heap);
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
