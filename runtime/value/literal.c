/* literal.c - one word for equal short texts of programs. */
#include "value/literal.h"

#include "value/map.h"
#include "value/names.h"
#include "value/text.h"

zero_value zero__literal(struct zero_heap *heap, zero_value text) {
  if (zero__text_size(text) > ZERO_LITERAL_MAX) return text;
  struct zero_names *names = heap->names;
  zero_value known = zero__map_get(names->literals, text);
  if (!zero_is_none(known)) return known;
  names->literals = zero__map_put(heap, names->literals, text, text);
  return text;
}
