/* form.c - opening data that was read whole. */
#include "read/form.h"

#include "value/list.h"

static struct zero_form *new_form(struct zero_heap *heap,
                                  enum zero_form_kind kind,
                                  struct zero_span span) {
  struct zero_form *form = zero__tree_alloc(heap, sizeof *form);
  form->kind = kind;
  form->span = span;
  return form;
}

struct zero_form *zero__form_open(struct zero_heap *heap,
                                  struct zero_symbols *symbols,
                                  struct zero_form *data) {
  struct zero_form *list = new_form(heap, ZERO_FORM_LIST, data->span);
  struct zero_form *last = new_form(heap, ZERO_FORM_SYMBOL, data->span);
  last->symbol = zero__intern(heap, symbols, "list", 4);
  list->next = data->next;
  list->first = last;
  list->count = 1;
  struct zero_iterator at = zero__iterate(data->value);
  zero_value item;
  while (zero__next(heap, &at, &item)) {
    bool is_list = zero__is_list(item);
    last->next = new_form(
        heap, is_list ? ZERO_FORM_DATA : ZERO_FORM_LITERAL, data->span);
    last = last->next;
    last->value = item;
    list->count++;
  }
  return list;
}
