/* reader.c - from text to forms.
 *
 * Open lists are held in two parts. `levels` are the outer ones, known not to
 * be data, whose forms are chained as they come. `pending` are the inner ones,
 * so far all `(list` and literals: a stack of values, with a mark where each
 * list began. When such a list closes it is one value; when anything but a
 * literal comes, every pending list becomes a level, since a list around one
 * that is not data is not data either.
 *
 * So levels are limited by ZERO_NESTING_MAX while data nests as deep as memory
 * allows, each item is visited at most twice, and nothing recurses. */
#include "read/form.h"

#include "read/atom.h"
#include "value/list.h"

/* An open list that is not data; the outermost is the whole text. */
struct level {
  struct level *outer;
  struct level *inner; /* kept for later when the list was closed */
  struct zero_form *first;
  struct zero_form **last;
  uint32_t count;
  uint32_t open; /* offset of its parenthesis */
};

/* A literal or inner data list; or, if `value` is none, the mark of an open
 * list: span.start is its parenthesis, span.end its head `list`, 0 before that
 * is read. */
struct pending {
  zero_value value;
  struct zero_span span;
};

/* Most texts that are evaluated are a line, so the first chunk is small. The
 * largest and the byte that libgc adds to it fill one page of 4 KiB. */
enum { FIRST_ITEMS = 6, MOST_ITEMS = 253 };

struct chunk {
  struct chunk *below;
  struct chunk *above; /* kept for later when the stack shrinks */
  size_t room;
  struct pending items[];
};

struct lists {
  struct zero_reader in;
  struct level *level;   /* the innermost */
  unsigned depth;        /* open levels, without the whole text */
  struct chunk *bottom;
  struct chunk *top;
  size_t used;           /* items of `top` */
  uint32_t pending_open; /* marks on the stack */
  bool headless;         /* the innermost pending list is `(` alone */
};

/* --- levels --------------------------------------------------------------- */

static void append(struct lists *lists, struct zero_form *form) {
  struct level *level = lists->level;
  *level->last = form;
  level->last = &form->next;
  level->count++;
}

/* Goes into a list that begins at `open`. */
static void enter_level(struct lists *lists, uint32_t open) {
  struct level *outer = lists->level;
  struct level *level = outer == NULL ? NULL : outer->inner;
  if (level == NULL) {
    level = zero__tree_alloc(lists->in.heap, sizeof *level);
    level->outer = outer;
    if (outer != NULL) outer->inner = level;
  }
  level->first = NULL;
  level->last = &level->first;
  level->count = 0;
  level->open = open;
  lists->level = level;
}

static struct zero_form *new_form(
    struct zero_heap *heap, enum zero_form_kind kind, struct zero_span span) {
  struct zero_form *form = zero__tree_alloc(heap, sizeof *form);
  form->kind = kind;
  form->span = span;
  return form;
}

/* Appends an atom, or data if its value is a list. */
static void append_atom(struct lists *lists, const struct zero_atom *atom) {
  enum zero_form_kind kind = atom->symbol != NULL         ? ZERO_FORM_SYMBOL
                             : zero__is_list(atom->value) ? ZERO_FORM_DATA
                                                          : ZERO_FORM_LITERAL;
  struct zero_form *form = new_form(lists->in.heap, kind, atom->span);
  if (kind == ZERO_FORM_SYMBOL) {
    form->symbol = atom->symbol;
  } else {
    form->value = atom->value;
  }
  append(lists, form);
}

/* The LIST form of the innermost level, which ends at `end`. */
static struct zero_form *list_of_level(struct lists *lists, uint32_t end) {
  const struct level *level = lists->level;
  struct zero_form *form = new_form(lists->in.heap, ZERO_FORM_LIST,
                                    (struct zero_span){level->open, end});
  form->first = level->first;
  form->count = level->count;
  return form;
}

/* --- pending lists -------------------------------------------------------- */

static struct chunk *chunk_above(struct lists *lists) {
  struct chunk *top = lists->top;
  if (top != NULL && top->above != NULL) return top->above;
  size_t room = top == NULL ? FIRST_ITEMS : MOST_ITEMS;
  struct chunk *chunk = zero__tree_alloc(
      lists->in.heap, sizeof *chunk + room * sizeof chunk->items[0]);
  chunk->below = top;
  chunk->room = room;
  if (top == NULL) lists->bottom = chunk;
  if (top != NULL) top->above = chunk;
  return chunk;
}

static void push(struct lists *lists, zero_value value, struct zero_span span) {
  if (lists->top == NULL || lists->used == lists->top->room) {
    lists->top = chunk_above(lists);
    lists->used = 0;
  }
  lists->top->items[lists->used++] = (struct pending){value, span};
}

static struct pending pop(struct lists *lists) {
  zero__heap_charge(lists->in.heap, 1);
  if (lists->used == 0) {
    lists->top = lists->top->below;
    lists->used = lists->top->room;
  }
  return lists->top->items[--lists->used];
}

static struct zero_symbol *list_word(struct zero_heap *heap,
                                     struct zero_symbols *symbols) {
  return zero__intern(heap, symbols, "list", 4);
}

/* Turns one pending item into a form of the levels. */
static bool settle_item(struct lists *lists, const struct pending *item) {
  struct zero_atom atom = {.span = item->span, .value = item->value};
  uint32_t head = item->span.end;
  if (zero_is_none(item->value)) {
    uint32_t open = item->span.start;
    if (lists->depth == ZERO_NESTING_MAX) {
      return zero__reader_refuse(
          &lists->in, (struct zero_span){open, open + 1},
          ZERO_CODE_SYNTAX_TOO_DEEP,
          "this form is nested deeper than %d lists; only data, "
          "(list ...) of literals, may be deeper", ZERO_NESTING_MAX);
    }
    lists->depth++;
    enter_level(lists, open);
    if (head == 0) return true;
    atom.span = (struct zero_span){head, head + 4};
    atom.symbol = list_word(lists->in.heap, lists->in.symbols);
  }
  append_atom(lists, &atom);
  return true;
}

/* Turns all pending lists into levels, the outermost first. */
static bool settle(struct lists *lists) {
  for (struct chunk *chunk = lists->bottom;; chunk = chunk->above) {
    size_t count = chunk == lists->top ? lists->used : chunk->room;
    for (size_t i = 0; i < count; i++) {
      if (!settle_item(lists, &chunk->items[i])) return false;
    }
    if (chunk == lists->top) break;
  }
  lists->top = lists->bottom;
  lists->used = 0;
  lists->pending_open = 0;
  lists->headless = false;
  return true;
}

/* Makes the innermost pending list a value, from its last item on. */
static void close_data(struct lists *lists) {
  zero_value list = ZERO_EMPTY;
  struct pending item = pop(lists);
  while (!zero_is_none(item.value)) {
    list = zero__cons(lists->in.heap, item.value, list);
    item = pop(lists);
  }
  struct zero_span span = {item.span.start, lists->in.at};
  if (--lists->pending_open > 0) {
    push(lists, list, span);
  } else {
    append_atom(lists, &(struct zero_atom){.span = span, .value = list});
  }
}

/* --- tokens --------------------------------------------------------------- */

static bool open_list(struct lists *lists) {
  if (lists->headless && !settle(lists)) return false;
  uint32_t open = lists->in.at++;
  push(lists, ZERO_NONE, (struct zero_span){open, 0});
  lists->pending_open++;
  lists->headless = true;
  return true;
}

static bool close_list(struct lists *lists) {
  uint32_t close = lists->in.at++;
  if (lists->headless && !settle(lists)) return false;
  if (lists->pending_open > 0) {
    close_data(lists);
    return true;
  }
  if (lists->depth == 0) {
    return zero__reader_refuse(
        &lists->in, (struct zero_span){close, close + 1},
        ZERO_CODE_SYNTAX_UNBALANCED,
        "this parenthesis closes nothing: no list is open here");
  }
  struct zero_form *form = list_of_level(lists, lists->in.at);
  lists->depth--;
  lists->level = lists->level->outer;
  append(lists, form);
  return true;
}

/* Takes an atom into the innermost pending list. Returns false if it
 * shows that the list is not a data. */
static bool take_pending(struct lists *lists, const struct zero_atom *atom) {
  if (!lists->headless) {
    if (atom->symbol != NULL) return false;
    push(lists, atom->value, atom->span);
    return true;
  }
  if (atom->symbol == NULL || atom->symbol->word != ZERO_WORD_LIST) {
    return false;
  }
  lists->top->items[lists->used - 1].span.end = atom->span.start;
  lists->headless = false;
  return true;
}

static bool take_atom(struct lists *lists) {
  struct zero_atom atom;
  if (!zero__read_atom(&lists->in, &atom)) return false;
  if (lists->pending_open > 0) {
    if (take_pending(lists, &atom)) return true;
    if (!settle(lists)) return false;
  }
  append_atom(lists, &atom);
  return true;
}

/* Reads tokens to the end of the text. */
static bool read_tokens(struct lists *lists) {
  const struct zero_source *source = lists->in.source;
  bool good = true;
  zero__skip_space(&lists->in);
  while (good && lists->in.at < source->size) {
    char c = source->bytes[lists->in.at];
    zero__heap_charge(lists->in.heap, 1);
    good = c == '('   ? open_list(lists)
           : c == ')' ? close_list(lists)
                      : take_atom(lists);
    if (zero__may_be_space(source->bytes[lists->in.at])) {
      zero__skip_space(&lists->in);
    }
  }
  return good;
}

/* --- the whole text ------------------------------------------------------- */

/* Reports the lists that are open at the end of the text, by the innermost:
 * its parenthesis, and its head if that is a symbol. */
static bool refuse_open(struct lists *lists) {
  unsigned count = lists->depth + lists->pending_open;
  const struct level *level = lists->level;
  const char *head = "";
  uint32_t open = level->open;
  if (lists->pending_open > 0) {
    if (!lists->headless) head = "list";
    struct pending item = pop(lists);
    while (!zero_is_none(item.value)) item = pop(lists);
    open = item.span.start;
  } else if (level->first != NULL &&
             level->first->kind == ZERO_FORM_SYMBOL) {
    head = level->first->symbol->name;
  }
  lists->in.incomplete = true;
  return zero__reader_refuse(
      &lists->in, (struct zero_span){open, open + 1},
      ZERO_CODE_SYNTAX_UNBALANCED,
      "%u %s not closed; the innermost is (%.40s", count,
      count == 1 ? "list is" : "lists are", head);
}

struct zero_form *zero__read(struct zero_heap *heap,
                             struct zero_symbols *symbols,
                             const struct zero_source *source,
                             struct zero_reports *reports, bool *incomplete) {
  if (incomplete != NULL) *incomplete = false;
  if (!zero__check_encoding(heap, source, reports)) return NULL;
  struct lists lists = {.in = {heap, symbols, source, reports, 0, false}};
  enter_level(&lists, 0);
  bool good = read_tokens(&lists);
  if (good && lists.depth + lists.pending_open > 0) {
    good = refuse_open(&lists);
  }
  if (incomplete != NULL) *incomplete = lists.in.incomplete;
  return good ? list_of_level(&lists, (uint32_t)source->size) : NULL;
}

/* --- opening data --------------------------------------------------------- */

struct zero_form *zero__form_open(struct zero_heap *heap,
                                  struct zero_symbols *symbols,
                                  struct zero_form *data) {
  struct zero_form *list = new_form(heap, ZERO_FORM_LIST, data->span);
  struct zero_form *last = new_form(heap, ZERO_FORM_SYMBOL, data->span);
  last->symbol = list_word(heap, symbols);
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
