/* literal.c - one word for equal short texts of programs. */
#include "value/literal.h"

#include "value/map.h"
#include "value/names.h"
#include "value/text.h"

/* Of the texts of programs the newest are kept, in two Maps. When `recent` is
 * full it becomes `older`, and what was older and not met since is forgotten:
 * a VM that reads texts for ever stays of one size. */
zero_value zero__literal(struct zero_heap *heap, zero_value text) {
  if (zero__text_size(text) > ZERO_LITERAL_MAX) return text;
  struct zero_names *names = heap->names;
  zero_value known = zero__map_get(names->literals, text);
  if (zero_is_none(known)) known = zero__map_get(names->recent, text);
  if (!zero_is_none(known)) return known;
  known = zero__map_get(names->older, text);
  if (zero_is_none(known)) known = text;
  names->recent = zero__map_put(heap, names->recent, known, known);
  if (zero__map_size(names->recent) == ZERO_LITERALS_RECENT) {
    names->older = names->recent;
    names->recent = names->empty_map;
  }
  return known;
}
