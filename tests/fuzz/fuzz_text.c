/* fuzz_text.c - the laws of Text, on any UTF-8, against arrays of code points
 * and against utf8proc asked plainly. */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "fuzz.h"
#include "../support/heap.h"
#include "value/compare.h"
#include "value/list.h"
#include "value/print.h"
#include "value/text.h"

/* A text as its code points; the bytes of point i begin at starts[i]. */
struct points {
  size_t count;
  uint32_t *codes;
  size_t *starts;
  char *bytes;
};

/* The length of the first character of `bytes`, 0 if it is not valid, by the
 * table of RFC 3629. */
static size_t decode(const uint8_t *bytes, size_t size, uint32_t *code) {
  static const uint32_t least[] = {0, 1, 0x80, 0x800, 0x10000};
  uint8_t lead = bytes[0];
  size_t length = lead < 0x80   ? 1
                  : lead < 0xC0 ? 0
                  : lead < 0xE0 ? 2
                  : lead < 0xF0 ? 3
                  : lead < 0xF8 ? 4
                                : 0;
  if (length == 0 || length > size) return 0;
  *code = length == 1 ? lead : lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((bytes[i] & 0xC0) != 0x80) return 0;
    *code = *code << 6 | (bytes[i] & 0x3F);
  }
  bool is_surrogate = *code >= 0xD800 && *code < 0xE000;
  return *code < least[length] || *code > 0x10FFFF || is_surrogate ? 0
                                                                  : length;
}

/* The characters among `bytes`; anything else is left out. */
static struct points points_of(const uint8_t *bytes, size_t size) {
  struct points p = {.codes = calloc(size + 1, sizeof *p.codes),
                     .starts = calloc(size + 1, sizeof *p.starts),
                     .bytes = calloc(size + 1, 1)};
  size_t filled = 0;
  for (size_t at = 0; at < size;) {
    size_t length = decode(bytes + at, size - at, &p.codes[p.count]);
    memcpy(p.bytes + filled, bytes + at, length);
    p.starts[p.count] = filled;
    filled += length;
    if (length > 0) p.count++;
    at += length > 0 ? length : 1;
  }
  p.starts[p.count] = filled;
  return p;
}

static void free_points(struct points *p) {
  free(p->codes);
  free(p->starts);
  free(p->bytes);
}

static size_t size_of(const struct points *p) {
  return p->starts[p->count];
}

static bool is_at(const struct points *hay, size_t at,
                  const struct points *needle) {
  return at + needle->count <= hay->count &&
         memcmp(hay->codes + at, needle->codes,
                needle->count * sizeof *needle->codes) == 0;
}

static int64_t find(const struct points *hay, size_t from,
                    const struct points *needle) {
  for (size_t at = from; at + needle->count <= hay->count; at++) {
    if (is_at(hay, at, needle)) return (int64_t)at;
  }
  return -1;
}

/* --- laws ---------------------------------------------------------------- */

static void check_bytes(struct zero_heap *heap, const uint8_t *bytes,
                        size_t size) {
  size_t good = 0, bad = size;
  uint32_t code;
  while (good < size) {
    size_t length = decode(bytes + good, size - good, &code);
    if (length == 0) break;
    good += length;
  }
  zero_value text =
      zero__text_checked(heap, (const char *)bytes, size, &bad);
  ZERO_LAW(zero_is_none(text) == (good < size), "%zu of %zu", good, size);
  ZERO_LAW(good == size || bad == good, "%zu, not %zu", bad, good);
}

static void check_places(struct zero_heap *heap, zero_value text,
                         const struct points *p) {
  ZERO_LAW(zero__text_size(text) == size_of(p), "size");
  ZERO_LAW(zero__text_count(text) == p->count, "count");
  for (size_t i = 0; i < p->count; i++) {
    ZERO_LAW(zero__text_offset(heap, text, i) == p->starts[i], "place %zu", i);
    ZERO_LAW(zero__text_code(heap, text, i) == p->codes[i], "code %zu", i);
  }
  zero_value parts[2];
  for (size_t i = 0; i <= p->count; i += 1 + p->count / 16) {
    parts[0] = zero__text_slice(heap, text, 0, i);
    parts[1] = zero__text_slice(heap, text, i, p->count);
    ZERO_LAW(zero__text_count(parts[0]) == i, "slice to %zu", i);
    zero_value whole = zero__text_cat(heap, parts, 2);
    ZERO_LAW(zero__text_equal(heap, whole, text), "cut at %zu", i);
    ZERO_LAW(zero__text_hash(heap, whole) == zero__text_hash(heap, text),
             "hash");
    ZERO_LAW(zero__key_hash(whole) == zero__key_hash(text), "hash of a key");
  }
}

static void check_find(struct zero_heap *heap, zero_value text,
                       const struct points *p, zero_value needle,
                       const struct points *n, size_t from) {
  size_t byte = 0;
  int64_t expected = find(p, from, n);
  int64_t found = zero__text_find(heap, text, needle, p->starts[from], &byte);
  ZERO_LAW(found == expected, "%lld, not %lld", (long long)found,
           (long long)expected);
  ZERO_LAW(found < 0 || byte == p->starts[found], "byte %zu", byte);
}

static void check_split(struct zero_heap *heap, zero_value text,
                        const struct points *p, zero_value needle,
                        const struct points *n) {
  if (n->count == 0) return;
  uint64_t expected = 1;
  for (int64_t at = 0; (at = find(p, (size_t)at, n)) >= 0; expected++) {
    at += (int64_t)n->count;
  }
  zero_value parts = zero__text_split(heap, text, needle);
  uint64_t count = zero__length(heap, parts);
  ZERO_LAW(count == expected, "%llu parts", (unsigned long long)count);
  struct zero_join join = {0, 0, 0};
  struct zero_iterator at = zero__iterate(parts);
  zero_value part;
  size_t byte;
  while (zero__next(heap, &at, &part)) {
    zero__join_add(&join, part);
    ZERO_LAW(zero__text_find(heap, part, needle, 0, &byte) < 0,
             "a part has it");
  }
  zero_value joined = zero__text_join(heap, parts, needle, &join);
  ZERO_LAW(zero__text_equal(heap, joined, text), "split and joined");
}

/* utf8proc has a mapping for the sharp s that Unicode has not. */
static uint32_t plain_upper(uint32_t code) {
  if (code == 0xDF) return code;
  return (uint32_t)utf8proc_toupper((utf8proc_int32_t)code);
}

static void check_case(struct zero_heap *heap, zero_value text,
                       const struct points *p) {
  zero_value upper = zero__text_upper(heap, text);
  zero_value lower = zero__text_lower(heap, text);
  ZERO_LAW(zero__text_count(upper) == p->count, "upper");
  ZERO_LAW(zero__text_count(lower) == p->count, "lower");
  for (size_t i = 0; i < p->count; i++) {
    uint32_t code = p->codes[i];
    ZERO_LAW(zero__text_code(heap, upper, i) == plain_upper(code),
             "upper of %x",
             code);
    ZERO_LAW(zero__text_code(heap, lower, i) ==
                 (uint32_t)utf8proc_tolower((utf8proc_int32_t)code),
             "lower of %x", code);
  }
}

static void check_trim(struct zero_heap *heap, zero_value text,
                       const struct points *p) {
  size_t from = 0, to = p->count;
  while (from < to &&
         strcmp(zero__text_class(p->codes[from]), "space") == 0) {
    from++;
  }
  while (to > from &&
         strcmp(zero__text_class(p->codes[to - 1]), "space") == 0) {
    to--;
  }
  ZERO_LAW(zero__text_equal(heap, zero__text_trim(heap, text),
                            zero__text_slice(heap, text, from, to)),
           "%zu to %zu", from, to);
}

static zero_value plain_form(struct zero_heap *heap, const struct points *p,
                             utf8proc_option_t options) {
  utf8proc_uint8_t *made = NULL;
  utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)p->bytes,
                                       (utf8proc_ssize_t)size_of(p), &made,
                                       UTF8PROC_STABLE | options);
  ZERO_LAW(size >= 0, "%s", utf8proc_errmsg(size));
  zero_value text = zero__text_new(heap, (char *)made, (size_t)size);
  free(made);
  return text;
}

static void check_normal(struct zero_heap *heap, zero_value text,
                         const struct points *p) {
  static const struct {
    const char *name;
    utf8proc_option_t options;
  } forms[] = {{"NFC", UTF8PROC_COMPOSE},
               {"NFD", UTF8PROC_DECOMPOSE},
               {"NFKC", UTF8PROC_COMPOSE | UTF8PROC_COMPAT},
               {"NFKD", UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT}};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    zero_value form = zero__text_normalize(heap, text, forms[i].name);
    ZERO_LAW(zero__text_equal(heap, form,
                              plain_form(heap, p, forms[i].options)),
             "%s", forms[i].name);
    ZERO_LAW(zero__text_equal(heap,
                 zero__text_normalize(heap, form, forms[i].name), form),
             "%s again", forms[i].name);
  }
}

static void check_graphemes(struct zero_heap *heap, zero_value text,
                            const struct points *p) {
  utf8proc_int32_t state = 0;
  size_t count = 0, begin = 0;
  for (size_t i = 1; i <= p->count; i++) {
    if (i < p->count &&
        !utf8proc_grapheme_break_stateful(
            (utf8proc_int32_t)p->codes[i - 1],
            (utf8proc_int32_t)p->codes[i], &state)) {
      continue;
    }
    size_t end = zero__text_grapheme_next(heap, text, begin);
    ZERO_LAW(end == p->starts[i], "ends at byte %zu, not %zu", end,
             p->starts[i]);
    begin = end;
    count++;
  }
  ZERO_LAW(zero__text_graphemes(heap, text) == count, "%zu", count);
}

static void check_order(struct zero_heap *heap, zero_value text,
                        const struct points *p, zero_value other,
                        const struct points *q) {
  size_t i = 0;
  while (i < p->count && i < q->count && p->codes[i] == q->codes[i]) i++;
  uint64_t a = i < p->count ? p->codes[i] + UINT64_C(1) : 0;
  uint64_t b = i < q->count ? q->codes[i] + UINT64_C(1) : 0;
  int order = zero__text_compare(heap, text, other);
  ZERO_LAW((order > 0) == (a > b) && (order < 0) == (a < b), "%d", order);
  ZERO_LAW(zero__text_equal(heap, text, other) == (a == b), "equal");
}

/* The first two bytes say which part of the text is looked for in it. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  static struct zero_heap *heap;
  if (heap == NULL) heap = zero_test_heap();
  if (size < 2) return 0;
  check_bytes(heap, bytes + 2, size - 2);
  struct points p = points_of(bytes + 2, size - 2);
  size_t from = bytes[0] % (p.count + 1);
  size_t length = bytes[1] % (p.count - from + 1) % 8;
  size_t start = p.starts[from], end = p.starts[from + length];
  struct points n =
      points_of((const uint8_t *)p.bytes + start, end - start);
  zero_value text = zero__text_new(heap, p.bytes, size_of(&p));
  zero_value needle = zero__text_new(heap, n.bytes, size_of(&n));
  check_places(heap, text, &p);
  check_find(heap, text, &p, needle, &n, 0);
  check_find(heap, text, &p, needle, &n, from);
  check_split(heap, text, &p, needle, &n);
  check_case(heap, text, &p);
  check_trim(heap, text, &p);
  check_normal(heap, text, &p);
  check_graphemes(heap, text, &p);
  check_order(heap, text, &p, needle, &n);
  check_order(heap, needle, &n, text, &p);
  free_points(&p);
  free_points(&n);
  return 0;
}
