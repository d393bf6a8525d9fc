/* symbols.c - interned names, and the words among them.
 *
 * A symbol knows from its making which word it is, so nothing compares
 * spellings later. */
#include "read/form.h"
#include "value/text.h"

enum {
  FIRST_ROOM = 32,
  LONGEST_WORD = 6, /* bytes */
};

/* Every spelling of every word, by its size. */
static const struct word {
  const char name[LONGEST_WORD + 1];
  enum zero_word word;
  bool glyph;
} words[] = {
    {"ƒ", ZERO_WORD_FN, true},
    {"fn", ZERO_WORD_FN, false},
    {"do", ZERO_WORD_DO, false},
    {"if", ZERO_WORD_IF, false},
    {"or", ZERO_WORD_OR, false},
    {"::", ZERO_WORD_HAS_TYPE, false},
    {"->", ZERO_WORD_ARROW, false},
    {"τ", ZERO_WORD_TYPE, true},
    {"≔", ZERO_WORD_LET, true},
    {"let", ZERO_WORD_LET, false},
    {"and", ZERO_WORD_AND, false},
    {"try", ZERO_WORD_TRY, false},
    {"cap", ZERO_WORD_CAP, false},
    {"doc", ZERO_WORD_DOC, false},
    {"∷", ZERO_WORD_HAS_TYPE, true},
    {"→", ZERO_WORD_ARROW, true},
    {"⊙", ZERO_WORD_MODULE, true},
    {"↥", ZERO_WORD_IMPORT, true},
    {"↦", ZERO_WORD_EXPORT, true},
    {"list", ZERO_WORD_LIST, false},
    {"type", ZERO_WORD_TYPE, false},
    {"match", ZERO_WORD_MATCH, false},
    {"module", ZERO_WORD_MODULE, false},
    {"import", ZERO_WORD_IMPORT, false},
    {"export", ZERO_WORD_EXPORT, false},
};

/* Where the words of each size begin, and where the last ones end. */
static const uint8_t first_word[LONGEST_WORD + 2] = {0, 0, 0, 8,
                                                     19, 21, 22, 25};

/* FNV-1a, its upper half mixed in: slots are chosen by the lower bits. */
uint32_t zero__name_hash(const char *name, size_t size) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < size; i++) {
    hash = (hash ^ (unsigned char)name[i]) * 16777619u;
  }
  return hash ^ hash >> 15;
}

/* The word that is spelled so, or NULL. */
static const struct word *word_of(const char *name, size_t size) {
  if (size > LONGEST_WORD) return NULL;
  for (size_t i = first_word[size]; i < first_word[size + 1]; i++) {
    if (memcmp(words[i].name, name, size) == 0) return &words[i];
  }
  return NULL;
}

/* The slot of a name: its own, or the free one where it belongs. There is
 * room. */
static struct zero_symbol **slot_of(const struct zero_symbols *symbols,
                                    const char *name, size_t size,
                                    uint32_t hash) {
  uint32_t mask = symbols->room - 1;
  uint32_t at = hash & mask;
  const struct zero_symbol *symbol;
  while ((symbol = symbols->slots[at]) != NULL &&
         (symbol->hash != hash || symbol->size != size ||
          memcmp(symbol->name, name, size) != 0)) {
    at = (at + 1) & mask;
  }
  return &symbols->slots[at];
}

/* Makes twice the room, or the first room, aside: a raise meanwhile leaves the
 * table whole. */
static void grow(struct zero_heap *heap, struct zero_symbols *symbols) {
  struct zero_symbols wider = *symbols;
  wider.room = symbols->room == 0 ? FIRST_ROOM : symbols->room * 2;
  wider.slots = zero__tree_alloc(heap, wider.room * sizeof *wider.slots);
  for (uint32_t i = 0; i < symbols->room; i++) {
    struct zero_symbol *symbol = symbols->slots[i];
    zero__heap_charge(heap, 1);
    if (symbol == NULL) continue;
    *slot_of(&wider, symbol->name, symbol->size, symbol->hash) = symbol;
  }
  *symbols = wider;
}

/* The slot of a name, with room for it. */
static struct zero_symbol **open_slot(
    struct zero_heap *heap, struct zero_symbols *symbols, const char *name,
    size_t size, uint32_t hash) {
  if (symbols->count == symbols->room / 2) grow(heap, symbols);
  return slot_of(symbols, name, size, hash);
}

/* Fills a free slot. */
static struct zero_symbol *add(
    struct zero_heap *heap, struct zero_symbols *symbols,
    struct zero_symbol **slot, const char *name, size_t size, uint32_t hash) {
  struct zero_symbol *symbol =
      zero__tree_alloc(heap, sizeof *symbol + size + 1);
  symbol->hash = hash;
  symbol->size = (uint32_t)size;
  memcpy(symbol->name, name, size);
  const struct word *word = word_of(name, size);
  if (word != NULL) {
    symbol->word = word->word;
    symbol->glyph = word->glyph;
  }
  symbols->count++;
  return *slot = symbol;
}

struct zero_symbol *zero__intern(struct zero_heap *heap,
                                 struct zero_symbols *symbols,
                                 const char *name, size_t size) {
  uint32_t hash = zero__name_hash(name, size);
  struct zero_symbol **slot = open_slot(heap, symbols, name, size, hash);
  if (*slot != NULL) return *slot;
  return add(heap, symbols, slot, name, size, hash);
}

/* Every name already in the table, ASCII and words are NFC as they are. */
struct zero_symbol *zero__intern_written(struct zero_heap *heap,
                                         struct zero_symbols *symbols,
                                         const char *name, size_t size) {
  uint32_t hash = zero__name_hash(name, size);
  struct zero_symbol **slot = open_slot(heap, symbols, name, size, hash);
  if (*slot != NULL) return *slot;
  size_t ascii = 0;
  while (ascii < size && (unsigned char)name[ascii] < 0x80) ascii++;
  if (ascii == size || word_of(name, size) != NULL) {
    return add(heap, symbols, slot, name, size, hash);
  }
  zero_value text = zero__text_new(heap, name, size);
  text = zero__text_normalize(heap, text, "NFC");
  return zero__intern(heap, symbols, zero__text_bytes(text),
                      zero__text_size(text));
}

struct zero_symbol *zero__symbol_keep(struct zero_heap *heap,
                                      const struct zero_symbol *symbol) {
  size_t size = sizeof *symbol + symbol->size + 1;
  return memcpy(zero__alloc(heap, ZERO_LEAF, size), symbol, size);
}
