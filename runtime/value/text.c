/* text.c - Text: making it, and every operation on its code points.
 *
 * Invariants:
 *   - bytes[size] is NUL and no byte before it is;
 *   - a text is ASCII exactly where size == count, so code that knows both
 *     never reads the bytes to find out;
 *   - a text that is not ASCII and has more than ZERO_TEXT_STRIDE code points
 *     ends in a table: entry i is the byte offset of code point
 *     i * ZERO_TEXT_STRIDE. The bytes never change, so the table is filled
 *     once, by the first operation that asks for a place. */
#include "value/text.h"

#include "base/utf8.h"
#include "value/list.h"
#include "zero/gen/codes.h"

/* --- storage ------------------------------------------------------------- */

static size_t table_entries(size_t size, size_t count) {
  if (size == count || count <= ZERO_TEXT_STRIDE) return 0;
  return (count + ZERO_TEXT_STRIDE - 1) / ZERO_TEXT_STRIDE;
}

/* Where the table begins, from `bytes`: after the NUL, aligned. */
static size_t table_start(size_t size) {
  return (size + sizeof(uint32_t)) & ~(sizeof(uint32_t) - 1);
}

void zero__text_fits(struct zero_heap *heap, size_t size) {
  if (ZERO_LIKELY(size <= ZERO_TEXT_MAX)) return;
  zero__raise(heap, ZERO_CODE_TEXT_TOO_LONG,
              "a text cannot be longer than %u bytes", (unsigned)ZERO_TEXT_MAX);
}

struct zero_text *zero__text_blank(struct zero_heap *heap, size_t size,
                                   size_t count) {
  zero__text_fits(heap, size);
  size_t entries = table_entries(size, count);
  size_t end = table_start(size) + entries * sizeof(uint32_t);
  if (entries == 0) end = size + 1;
  struct zero_text *text = zero__alloc(heap, ZERO_LEAF, sizeof *text + end);
  text->flags = size == count ? ZERO_TEXT_ASCII : 0;
  text->size = (uint32_t)size;
  text->count = (uint32_t)count;
  text->hash = 0;
  text->bytes[size] = '\0';
  return text;
}

static inline zero_value copy(struct zero_heap *heap, const char *bytes,
                              size_t size, size_t count) {
  struct zero_text *text = zero__text_blank(heap, size, count);
  zero__heap_copy(heap, text->bytes, bytes, size);
  return zero__of_text(text);
}

/* Code points of valid UTF-8. */
static size_t count_points(struct zero_heap *heap, const char *bytes,
                           size_t size) {
  if (size < ZERO_UNIT_BYTES) return zero__utf8_count(bytes, size);
  size_t count = 0;
  for (size_t at = 0; at < size;) {
    size_t part = zero__heap_portion(heap, size - at);
    count += zero__utf8_count(bytes + at, part);
    at += part;
  }
  return count;
}

zero_value zero__text_new(struct zero_heap *heap, const char *bytes,
                          size_t size) {
#ifdef ZERO_DEBUG
  if (zero__utf8_valid(bytes, size, NULL) != size) __builtin_trap();
#endif
  return copy(heap, bytes, size, count_points(heap, bytes, size));
}

/* A character that a portion cuts off begins the next one, so the text is
 * invalid only if nothing of a portion is valid. */
zero_value zero__text_checked(struct zero_heap *heap, const char *bytes,
                              size_t size, size_t *bad) {
  size_t at = 0, count = 0;
  zero__text_fits(heap, size);
  while (at < size) {
    size_t points;
    size_t part = zero__heap_portion(heap, size - at);
    size_t good = zero__utf8_valid(bytes + at, part, &points);
    at += good;
    count += points;
    if (good < part && (good == 0 || part == size - at + good)) break;
  }
  if (at == size) return copy(heap, bytes, size, count);
  if (bad != NULL) *bad = at;
  return ZERO_NONE;
}

zero_value zero__text_of(struct zero_heap *heap, const char *string) {
  return zero__text_new(heap, string, strlen(string));
}

/* --- the whole text ------------------------------------------------------ */

bool zero__text_equal(struct zero_heap *heap, zero_value a, zero_value b) {
  if (zero__same(a, b)) return true;
  const struct zero_text *x = zero__text(a), *y = zero__text(b);
  if (x->size != y->size) return false;
  if (x->hash != y->hash && x->hash != 0 && y->hash != 0) return false;
  if (heap == NULL) return memcmp(x->bytes, y->bytes, x->size) == 0;
  return zero__heap_compare(heap, x->bytes, y->bytes, x->size) == 0;
}

bool zero__text_is(zero_value text, const char *string) {
  return strcmp(zero__text_bytes(text), string) == 0;
}

/* UTF-8 sorts as its code points do. */
int zero__text_compare(struct zero_heap *heap, zero_value a, zero_value b) {
  const struct zero_text *x = zero__text(a), *y = zero__text(b);
  size_t common = x->size < y->size ? x->size : y->size;
  int order = heap != NULL
                  ? zero__heap_compare(heap, x->bytes, y->bytes, common)
                  : memcmp(x->bytes, y->bytes, common);
  return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

#define HASH_SEED UINT64_C(0xD6E8FEB86659FD93)

/* Each step is invertible for a known word, so texts of one size and up to
 * eight bytes never collide before the last fold to 32 bits. */
static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
  return hash ^ hash >> 32;
}

/* The bits that distinguish the texts of a run are not mixed but put into the
 * last ones of the hash. */
static ZERO_APART uint32_t hash_bytes(struct zero_heap *heap,
                                      const char *bytes, size_t size) {
  uint64_t hash = mix(HASH_SEED, size);
  uint64_t word;
  for (size_t left = 0; size > sizeof word; size -= sizeof word) {
    if (left < sizeof word) {
      left = heap != NULL ? zero__heap_portion(heap, size) : size;
    }
    left -= sizeof word;
    memcpy(&word, bytes, sizeof word);
    hash = mix(hash, word);
    bytes += sizeof word;
  }
  unsigned char last[sizeof word] = {0};
  unsigned in_run = 0;
  if (size > 0) {
    memcpy(last, bytes, size);
    in_run = last[size - 1] % ZERO_RUN;
    last[size - 1] = (unsigned char)(last[size - 1] - in_run);
  }
  memcpy(&word, last, sizeof word);
  hash = mix(mix(hash, word), HASH_SEED);
  uint32_t folded = (uint32_t)(hash >> 32) ^ in_run;
  return folded != 0 ? folded : 1;
}

uint32_t zero__text_hash(struct zero_heap *heap, zero_value value) {
  struct zero_text *text = zero__text(value);
  if (text->hash == 0) text->hash = hash_bytes(heap, text->bytes, text->size);
  return text->hash;
}

/* --- places -------------------------------------------------------------- */

static const char *skip(const char *at, size_t points) {
  while (points-- > 0) at += zero__utf8_length(*at);
  return at;
}

/* The table of offsets, filled, or NULL if the text has none. */
static const uint32_t *offsets(struct zero_heap *heap, struct zero_text *text) {
  size_t entries = table_entries(text->size, text->count);
  if (entries == 0) return NULL;
  uint32_t *table = (void *)(text->bytes + table_start(text->size));
  if ((text->flags & ZERO_TEXT_INDEXED) != 0) return table;
  const char *at = text->bytes;
  table[0] = 0;
  for (size_t i = 1; i < entries; i++) {
    at = skip(at, ZERO_TEXT_STRIDE);
    table[i] = (uint32_t)(at - text->bytes);
    zero__heap_charge(heap, 1);
  }
  text->flags |= ZERO_TEXT_INDEXED;
  return table;
}

size_t zero__text_offset(struct zero_heap *heap, zero_value value,
                         size_t index) {
  struct zero_text *text = zero__text(value);
  if ((text->flags & ZERO_TEXT_ASCII) != 0) return index;
  if (index == text->count) return text->size;
  const uint32_t *table = offsets(heap, text);
  if (table == NULL) return (size_t)(skip(text->bytes, index) - text->bytes);
  const char *near = text->bytes + table[index / ZERO_TEXT_STRIDE];
  return (size_t)(skip(near, index % ZERO_TEXT_STRIDE) - text->bytes);
}

/* Code point index of the character at byte `offset`. */
static size_t index_of(struct zero_heap *heap, struct zero_text *text,
                       size_t offset) {
  if ((text->flags & ZERO_TEXT_ASCII) != 0) return offset;
  const uint32_t *table = offsets(heap, text);
  if (table == NULL) return zero__utf8_count(text->bytes, offset);
  size_t low = 0, high = table_entries(text->size, text->count);
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (table[middle] <= offset) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low * ZERO_TEXT_STRIDE +
         zero__utf8_count(text->bytes + table[low], offset - table[low]);
}

uint32_t zero__text_code(struct zero_heap *heap, zero_value text,
                         size_t index) {
  size_t length, offset = zero__text_offset(heap, text, index);
  return zero__utf8_get(zero__text_bytes(text) + offset, &length);
}

zero_value zero__text_slice(struct zero_heap *heap, zero_value text,
                            size_t from, size_t to) {
  if (to - from == zero__text_count(text)) return text;
  size_t start = zero__text_offset(heap, text, from);
  size_t end = zero__text_offset(heap, text, to);
  return copy(heap, zero__text_bytes(text) + start, end - start, to - from);
}

/* --- parts and wholes ---------------------------------------------------- */

static char *put(struct zero_heap *heap, char *at, zero_value text) {
  size_t size = zero__text_size(text);
  zero__heap_copy(heap, at, zero__text_bytes(text), size);
  return at + size;
}

zero_value zero__text_cat(struct zero_heap *heap, const zero_value *texts,
                          size_t count) {
  size_t size = 0, points = 0;
  for (size_t i = 0; i < count; i++) {
    size += zero__text_size(texts[i]);
    zero__text_fits(heap, size);
    points += zero__text_count(texts[i]);
    zero__heap_charge_item(heap, i + 1);
  }
  zero__heap_charge_rest(heap, count);
  for (size_t i = 0; i < count; i++) {
    if (zero__text_size(texts[i]) == size) return texts[i];
    zero__heap_charge_item(heap, i + 1);
  }
  struct zero_text *whole = zero__text_blank(heap, size, points);
  char *at = whole->bytes;
  for (size_t i = 0; i < count; i++) {
    at = put(heap, at, texts[i]);
    zero__heap_charge_item(heap, i + 1);
  }
  return zero__of_text(whole);
}

/* For texts longer than a portion, which memmem would not interrupt. First, how
 * much of `wanted` still fits where a byte after each beginning of it does not
 * (Knuth, Morris and Pratt 1977), in leaf storage, whose first word does not
 * look like an address. */
static const char *search_long(struct zero_heap *heap, const char *bytes,
                               size_t size, const char *wanted, size_t length) {
  enum { HEAD = 2 };
  if (length > size) return NULL;
  uint32_t *fall = zero__alloc(heap, ZERO_LEAF, (length + HEAD) * sizeof *fall);
  memset(fall, 0, (HEAD + 1) * sizeof *fall);
  fall += HEAD;
  uint32_t fits = 0;
  for (size_t i = 1; i < length; i++) {
    while (fits > 0 && wanted[i] != wanted[fits]) fits = fall[fits - 1];
    if (wanted[i] == wanted[fits]) fits++;
    fall[i] = fits;
    zero__heap_charge_item(heap, i);
  }
  fits = 0;
  for (size_t i = 0; i < size; i++) {
    while (fits > 0 && bytes[i] != wanted[fits]) fits = fall[fits - 1];
    if (bytes[i] == wanted[fits]) fits++;
    if (fits == length) return bytes + i + 1 - length;
    zero__heap_charge_item(heap, i + 1);
  }
  return NULL;
}

/* The first `wanted` in `size` bytes, or NULL; a portion at a time. */
static const char *search_bytes(struct zero_heap *heap, const char *bytes,
                                size_t size, const char *wanted,
                                size_t length) {
  if (length == 0) return bytes;
  if (length > ZERO_PORTION) {
    return search_long(heap, bytes, size, wanted, length);
  }
  while (size >= length) {
    size_t starts = size - length + 1; /* places where it may begin */
    if (starts > ZERO_PORTION) starts = ZERO_PORTION;
    const char *found = memmem(bytes, starts + length - 1, wanted, length);
    size_t passed = found != NULL ? (size_t)(found - bytes) : starts;
    zero__heap_charge(heap, passed / ZERO_UNIT_BYTES);
    if (found != NULL) return found;
    bytes += starts;
    size -= starts;
  }
  return NULL;
}

/* The same, for separators of one byte that are close together: a find within a
 * unit costs nothing. */
static inline const char *search(struct zero_heap *heap, const char *bytes,
                                 size_t size, const char *wanted,
                                 size_t length) {
  if (length == 1) {
    size_t close = size < ZERO_UNIT_BYTES ? size : (size_t)ZERO_UNIT_BYTES;
    const char *near = memchr(bytes, *wanted, close);
    if (near != NULL) return near;
  }
  return search_bytes(heap, bytes, size, wanted, length);
}

int64_t zero__text_find(struct zero_heap *heap, zero_value text,
                        zero_value needle, size_t from, size_t *bytes) {
  const char *start = zero__text_bytes(text);
  size_t size = zero__text_size(text);
  if (from > size) return -1;
  const char *found = search(heap, start + from, size - from,
                             zero__text_bytes(needle), zero__text_size(needle));
  if (found == NULL) return -1;
  *bytes = (size_t)(found - start);
  return (int64_t)index_of(heap, zero__text(text), *bytes);
}

/* Bytes `start` up to `end`, which begin and end between characters. */
static zero_value part(struct zero_heap *heap, zero_value text, size_t start,
                       size_t end) {
  size_t size = end - start, count = size;
  if (size == zero__text_size(text)) return text;
  const char *bytes = zero__text_bytes(text) + start;
  if (!zero__text_is_ascii(text)) count = count_points(heap, bytes, size);
  return copy(heap, bytes, size, count);
}

zero_value zero__text_split(struct zero_heap *heap, zero_value text,
                            zero_value separator) {
  if (zero__text_size(separator) == 0) {
    zero__raise(heap, ZERO_CODE_TYPE_MISMATCH,
                "a text cannot be split by the empty text");
  }
  const char *bytes = zero__text_bytes(text);
  size_t size = zero__text_size(text);
  const char *wanted = zero__text_bytes(separator);
  size_t length = zero__text_size(separator);
  zero_value parts = ZERO_EMPTY;
  zero_value *end = &parts;
  size_t start = 0;
  for (const char *found = bytes; found != NULL;) {
    found = search(heap, bytes + start, size - start, wanted, length);
    size_t stop = found != NULL ? (size_t)(found - bytes) : size;
    /* A Text is not a tag: cells past the door, in order. */
    *end = zero__raw_cons(heap, part(heap, text, start, stop), ZERO_EMPTY);
    end = &zero__cell(*end)->tail;
    zero__heap_charge(heap, 1);
    start = stop + length;
  }
  return parts;
}

zero_value zero__text_join(struct zero_heap *heap, zero_value list,
                           zero_value separator, const struct zero_join *join) {
  uint64_t between = join->items > 0 ? join->items - 1 : 0;
  uint64_t gap = zero__text_size(separator);
  bool fits = gap == 0 || between <= ZERO_TEXT_MAX / gap;
  struct zero_text *whole = zero__text_blank(
      heap, fits ? join->size + between * gap : SIZE_MAX,
      join->points + between * zero__text_count(separator));
  char *bytes = whole->bytes;
  zero_value item;
  struct zero_iterator at = zero__iterate(list);
  for (bool first = true; zero__next(heap, &at, &item); first = false) {
    if (!first) bytes = put(heap, bytes, separator);
    bytes = put(heap, bytes, item);
    zero__heap_charge(heap, 1);
  }
  return zero__of_text(whole);
}
