/* form.h - what the reader makes of a text: forms with spans.
 *
 * A form is an atom, a list of forms, or data: a whole `(list ...)` of
 * literals, however deep, already a value. */
#ifndef ZERO_READ_FORM_H
#define ZERO_READ_FORM_H

#include "read/source.h"
#include "value/word.h"

/* Lists that are not data may be nested this deep; data nests without limit.
 * The later rooms recurse over forms and rely on it. */
enum { ZERO_NESTING_MAX = 500 };

/* Words with a meaning of their own. Those from ZERO_WORD_FIRST_SOFT on, if
 * spelled in ASCII, are ordinary symbols except at the head of a top-level
 * form; their glyphs are always reserved. */
enum zero_word {
  ZERO_WORD_NONE,
  ZERO_WORD_FN,      /* ƒ fn */
  ZERO_WORD_LET,     /* ≔ let */
  ZERO_WORD_LIST,
  ZERO_WORD_DO,
  ZERO_WORD_IF,
  ZERO_WORD_AND,
  ZERO_WORD_OR,
  ZERO_WORD_TRY,
  ZERO_WORD_MATCH,
  ZERO_WORD_CAP,
  ZERO_WORD_DOC,
  ZERO_WORD_HAS_TYPE, /* ∷ :: */
  ZERO_WORD_ARROW,    /* → -> */
  ZERO_WORD_FIRST_SOFT,
  ZERO_WORD_MODULE = ZERO_WORD_FIRST_SOFT, /* ⊙ module */
  ZERO_WORD_IMPORT,   /* ↥ import */
  ZERO_WORD_EXPORT,   /* ↦ export */
  ZERO_WORD_TYPE,     /* τ type */
};

/* One name, interned: equal names are the same pointer within a table. */
struct zero_symbol {
  uint32_t hash;
  uint32_t size;
  enum zero_word word;
  bool glyph;   /* spelled as a glyph */
  char name[];  /* NFC, NUL-terminated */
};

/* The names of one load; {0} is an empty table. They are trees, and end with
 * the load. */
struct zero_symbols {
  struct zero_symbol **slots; /* by hash; NULL: free */
  uint32_t room;              /* a power of two, half of it free at least */
  uint32_t count;
};

/* The key of a name in symbols and scopes. */
uint32_t zero__name_hash(const char *name, size_t size);

/* The symbol of a name that is already NFC. */
struct zero_symbol *zero__intern(struct zero_heap *heap,
                                 struct zero_symbols *symbols,
                                 const char *name, size_t size);

/* The symbol of a name as it is written: made NFC first. */
struct zero_symbol *zero__intern_written(struct zero_heap *heap,
                                         struct zero_symbols *symbols,
                                         const char *name, size_t size);

/* A copy that lives on. It is not in the table. */
struct zero_symbol *zero__symbol_keep(struct zero_heap *heap,
                                      const struct zero_symbol *symbol);

enum zero_form_kind {
  ZERO_FORM_LITERAL, /* I64, Text, true, false, Unit: `value` */
  ZERO_FORM_DATA,    /* (list literal...): `value` */
  ZERO_FORM_SYMBOL,  /* `symbol` */
  ZERO_FORM_LIST,    /* `first`, `count` */
};

struct zero_form {
  struct zero_form *next; /* the following form of the same list */
  struct zero_span span;
  enum zero_form_kind kind;
  uint32_t count;
  union {
    zero_value value;
    struct zero_symbol *symbol;
    struct zero_form *first;
  };
};

/* Reads all of `source`. Returns the list of its top-level forms as a LIST
 * form, or NULL if one error is in `reports`; *incomplete (may be NULL)
 * then says whether more text could still make it whole, for a prompt:
 * true for a list or a text that is open at the end, and for nothing else.
 *
 * Iterative. While a list may still become data each of its literals costs
 * 16 bytes, and 16 more for its cell when the list closes. */
struct zero_form *zero__read(struct zero_heap *heap,
                             struct zero_symbols *symbols,
                             const struct zero_source *source,
                             struct zero_reports *reports, bool *incomplete);

/* A DATA form as the LIST form it was written as, for places where `list` has
 * another meaning: a binding called list, a function of that name. Inner lists
 * stay DATA; all spans are that of the whole. */
struct zero_form *zero__form_open(struct zero_heap *heap,
                                  struct zero_symbols *symbols,
                                  struct zero_form *data);

/* The word at the head of a LIST, ZERO_WORD_NONE if it has none. */
static inline enum zero_word zero__form_word(const struct zero_form *form) {
  bool headed = form->kind == ZERO_FORM_LIST && form->count > 0 &&
                form->first->kind == ZERO_FORM_SYMBOL;
  return headed ? form->first->symbol->word : ZERO_WORD_NONE;
}

static inline bool zero__form_is(const struct zero_form *form,
                                 enum zero_word word) {
  return zero__form_word(form) == word;
}

#endif
