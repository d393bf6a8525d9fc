/* text_unicode.c - Unicode properties of characters, and the operations on Text
 * that need them.
 *
 * utf8proc is asked about single characters and pairs of them. Its own
 * utf8proc_decompose is not used: it orders combining marks by insertion,
 * which is quadratic, and a program may hand us a million of them. */
#include <utf8proc.h>

#include "base/utf8.h"
#include "value/text.h"

enum {
  FIRST_MARK = 0x300,     /* below it: no combining class, NFC as it is */
  FIRST_MARK_LEAD = 0xCC, /* the byte such a character begins with */
  CLASSES = 256,          /* of combining */
  SHARP_S = 0xDF,
};

static utf8proc_category_t category(uint32_t code_point) {
  return utf8proc_category((utf8proc_int32_t)code_point);
}

/* --- case ---------------------------------------------------------------- */

typedef uint32_t mapping(uint32_t code_point);

/* utf8proc returns U+1E9E for the sharp s, which has no simple mapping. */
static uint32_t to_upper(uint32_t point) {
  if (point < 0x80) return point - (point >= 'a' && point <= 'z' ? 32 : 0);
  if (point == SHARP_S) return point;
  return (uint32_t)utf8proc_toupper((utf8proc_int32_t)point);
}

static uint32_t to_lower(uint32_t point) {
  if (point < 0x80) return point + (point >= 'A' && point <= 'Z' ? 32 : 0);
  return (uint32_t)utf8proc_tolower((utf8proc_int32_t)point);
}

/* Writes the mapped `text` to `to`, if that is not NULL; *changed becomes true
 * if anything differs. Returns the size. */
static size_t map_points(struct zero_heap *heap, zero_value text,
                         mapping *map, char *to, bool *changed) {
  const char *at = zero__text_bytes(text);
  const size_t count = zero__text_count(text);
  size_t size = 0;
  for (size_t i = 0; i < count; i++) {
    size_t length;
    char room[ZERO_UTF8_MAX];
    uint32_t point = zero__utf8_get(at, &length);
    uint32_t mapped = map(point);
    *changed = *changed || point != mapped;
    size += zero__utf8_put(to != NULL ? to + size : room, mapped);
    at += length;
    zero__heap_charge_item(heap, i + 1);
  }
  return size;
}

static zero_value map_text(struct zero_heap *heap, zero_value text,
                           mapping *map) {
  bool changed = false;
  size_t count = zero__text_count(text);
  size_t size = map_points(heap, text, map, NULL, &changed);
  zero__heap_charge_rest(heap, count);
  if (!changed) return text;
  struct zero_text *mapped = zero__text_blank(heap, size, count);
  map_points(heap, text, map, mapped->bytes, &changed);
  return zero__of_text(mapped);
}

zero_value zero__text_upper(struct zero_heap *heap, zero_value text) {
  return map_text(heap, text, to_upper);
}

zero_value zero__text_lower(struct zero_heap *heap, zero_value text) {
  return map_text(heap, text, to_lower);
}

/* --- classes ------------------------------------------------------------- */

static bool is_space(uint32_t point) {
  if (point < 0x80) return point == ' ' || (point >= '\t' && point <= '\r');
  if (point == 0x85) return true;
  utf8proc_category_t kind = category(point);
  return kind == UTF8PROC_CATEGORY_ZS || kind == UTF8PROC_CATEGORY_ZL ||
         kind == UTF8PROC_CATEGORY_ZP;
}

const char *zero__text_class(uint32_t code_point) {
  if (is_space(code_point)) return "space";
  utf8proc_category_t kind = category(code_point);
  if (kind == UTF8PROC_CATEGORY_ND) return "digit";
  if (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO) {
    return "letter";
  }
  if (kind >= UTF8PROC_CATEGORY_PC && kind <= UTF8PROC_CATEGORY_PO) {
    return "punctuation";
  }
  return "other";
}

zero_value zero__text_trim(struct zero_heap *heap, zero_value text) {
  const char *start = zero__text_bytes(text);
  const char *end = start + zero__text_size(text);
  size_t from = 0, to = zero__text_count(text), length;
  for (; to > 0; to--) {
    do end--;
    while (zero__utf8_continues(*end));
    if (!is_space(zero__utf8_get(end, &length))) break;
    zero__heap_charge(heap, 1);
  }
  for (; from < to; from++, start += length) {
    if (!is_space(zero__utf8_get(start, &length))) break;
    zero__heap_charge(heap, 1);
  }
  return zero__text_slice(heap, text, from, to);
}

/* --- normal forms -------------------------------------------------------- */

/* The options of a form, or 0 for an unknown one. */
static utf8proc_option_t form_options(const char *form) {
  static const struct {
    const char *name;
    int options;
  } forms[] = {
      {"NFC", UTF8PROC_STABLE | UTF8PROC_COMPOSE},
      {"NFD", UTF8PROC_STABLE | UTF8PROC_DECOMPOSE},
      {"NFKC", UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT},
      {"NFKD", UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT},
  };
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    if (strcmp(form, forms[i].name) != 0) continue;
    return (utf8proc_option_t)forms[i].options;
  }
  return (utf8proc_option_t)0;
}

/* True if a glance shows that `text` is in the form already. */
static bool plainly_normal(struct zero_heap *heap, zero_value text,
                           utf8proc_option_t options) {
  if (zero__text_is_ascii(text)) return true;
  if ((options & (UTF8PROC_COMPOSE | UTF8PROC_COMPAT)) != UTF8PROC_COMPOSE) {
    return false;
  }
  const char *bytes = zero__text_bytes(text);
  size_t size = zero__text_size(text);
  for (size_t i = 0; i < size; i++) {
    if (i % ZERO_PORTION == 0) zero__heap_portion(heap, size - i);
    if ((unsigned char)bytes[i] >= FIRST_MARK_LEAD) return false;
  }
  return true;
}

/* Decomposes `text` into `points`, which has `room`. Returns how many code
 * points there are; those that do not fit are only counted. */
static size_t decompose(struct zero_heap *heap, zero_value text,
                        utf8proc_int32_t *points, size_t room,
                        utf8proc_option_t options) {
  const char *at = zero__text_bytes(text);
  const char *end = at + zero__text_size(text);
  size_t count = 0;
  int boundary = UTF8PROC_BOUNDCLASS_START;
  while (at < end) {
    size_t length;
    utf8proc_int32_t point = (utf8proc_int32_t)zero__utf8_get(at, &length);
    size_t left = room > count ? room - count : 0;
    utf8proc_ssize_t written = utf8proc_decompose_char(
        point, left > 0 ? points + count : NULL, (utf8proc_ssize_t)left,
        options, &boundary);
    count += (size_t)written;
    at += length;
    zero__heap_charge(heap, 1);
  }
  return count;
}

static unsigned combining_class(utf8proc_int32_t point) {
  if (point < FIRST_MARK) return 0;
  return (unsigned)utf8proc_get_property(point)->combining_class;
}

/* Sorts a run of marks by combining class, keeping the order of equals. */
static void sort_marks(struct zero_heap *heap, utf8proc_int32_t *marks,
                       size_t count, utf8proc_int32_t *scratch) {
  size_t places[CLASSES + 1] = {0};
  for (size_t i = 0; i < count; i++) {
    places[combining_class(marks[i]) + 1]++;
    zero__heap_charge_item(heap, i + 1);
  }
  for (size_t i = 0; i < CLASSES; i++) places[i + 1] += places[i];
  for (size_t i = 0; i < count; i++) {
    scratch[places[combining_class(marks[i])]++] = marks[i];
    zero__heap_charge_item(heap, i + 1);
  }
  zero__heap_copy(heap, marks, scratch, count * sizeof *marks);
}

/* Puts combining marks into canonical order: runs whose classes fall. */
static void order_marks(struct zero_heap *heap, utf8proc_int32_t *points,
                        size_t count) {
  utf8proc_int32_t *scratch = NULL;
  for (size_t at = 0, run; at < count; at += run + 1) {
    bool sorted = true;
    unsigned before = 0;
    for (run = 0; run < count - at; run++) {
      unsigned now = combining_class(points[at + run]);
      if (now == 0) break;
      sorted = sorted && now >= before;
      before = now;
      zero__heap_charge_item(heap, run + 1);
    }
    if (!sorted && scratch == NULL) {
      scratch = zero__alloc(heap, ZERO_LEAF, count * sizeof *scratch);
    }
    if (!sorted) sort_marks(heap, points + at, run, scratch);
    zero__heap_charge(heap, 1);
  }
}

/* True if `point` cannot be composed with a preceding character: only marks,
 * and the vowels and finals of Hangul, can. */
static bool begins_anew(utf8proc_int32_t point) {
  const utf8proc_int32_t first_jamo = 0x1100, last_jamo = 0x11FF;
  if (point < FIRST_MARK) return true;
  if (point >= first_jamo && point <= last_jamo) return false;
  utf8proc_category_t kind = category((uint32_t)point);
  return combining_class(point) == 0 && kind != UTF8PROC_CATEGORY_MN &&
         kind != UTF8PROC_CATEGORY_MC && kind != UTF8PROC_CATEGORY_ME;
}

/* Composes in place (Unicode, D117). Returns how many points are left. utf8proc
 * composes pairs: it would not stop in a long run. */
static size_t compose(struct zero_heap *heap, utf8proc_int32_t *points,
                      size_t count) {
  size_t kept = 0;
  size_t starter = count; /* its place; count: there was none */
  int passed = -1;        /* greatest class since that stayed as it is */
  for (size_t i = 0; i < count; i++) {
    utf8proc_int32_t point = points[i];
    int class = (int)combining_class(point);
    zero__heap_charge_item(heap, i + 1);
    if (starter < count && passed < class && !begins_anew(point)) {
      utf8proc_int32_t pair[] = {points[starter], point};
      if (utf8proc_normalize_utf32(
              pair, 2, UTF8PROC_STABLE | UTF8PROC_COMPOSE) == 1) {
        points[starter] = pair[0];
        continue;
      }
    }
    points[kept] = point;
    if (class == 0) {
      starter = kept;
      passed = -1;
    } else if (class > passed) {
      passed = class;
    }
    kept++;
  }
  return kept;
}

zero_value zero__text_normalize(struct zero_heap *heap, zero_value text,
                                const char *form) {
  utf8proc_option_t options = form_options(form);
  if (options == 0) return ZERO_NONE;
  if (plainly_normal(heap, text, options)) return text;
  size_t count = decompose(heap, text, NULL, 0, options);
  utf8proc_int32_t *points =
      zero__alloc(heap, ZERO_LEAF, (count + 1) * sizeof *points);
  decompose(heap, text, points, count, options);
  order_marks(heap, points, count);
  if ((options & UTF8PROC_COMPOSE) != 0) count = compose(heap, points, count);
  char room[ZERO_UTF8_MAX];
  size_t size = 0;
  for (size_t i = 0; i < count; i++) {
    size += zero__utf8_put(room, (uint32_t)points[i]);
    zero__heap_charge_item(heap, i + 1);
  }
  struct zero_text *made = zero__text_blank(heap, size, count);
  char *to = made->bytes;
  for (size_t i = 0; i < count; i++) {
    to += zero__utf8_put(to, (uint32_t)points[i]);
    zero__heap_charge_item(heap, i + 1);
  }
  zero_value normal = zero__of_text(made);
  return zero__text_equal(heap, normal, text) ? text : normal;
}

/* --- clusters ------------------------------------------------------------ */

size_t zero__text_grapheme_next(struct zero_heap *heap, zero_value text,
                                size_t from) {
  const char *bytes = zero__text_bytes(text);
  size_t size = zero__text_size(text), length;
  utf8proc_int32_t state = 0;
  uint32_t left = zero__utf8_get(bytes + from, &length);
  size_t at = from + length;
  while (at < size) {
    uint32_t right = zero__utf8_get(bytes + at, &length);
    if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)left,
                                         (utf8proc_int32_t)right, &state)) {
      break;
    }
    left = right;
    at += length;
    zero__heap_charge(heap, 1);
  }
  return at;
}

size_t zero__text_graphemes(struct zero_heap *heap, zero_value text) {
  const char *bytes = zero__text_bytes(text);
  size_t size = zero__text_size(text);
  size_t clusters = 0;
  if (!zero__text_is_ascii(text)) {
    for (size_t at = 0; at < size; clusters++) {
      at = zero__text_grapheme_next(heap, text, at);
      zero__heap_charge(heap, 1);
    }
    return clusters;
  }
  for (size_t i = 0; i < size; i++) {
    if (i % ZERO_PORTION == 0) zero__heap_portion(heap, size - i);
    /* In ASCII the only cluster of two is CR LF. */
    clusters += bytes[i] != '\r' || bytes[i + 1] != '\n';
  }
  return clusters;
}
