/* record_rules.c - what a field's type says beyond families: one predicate a
 * rule, and the normal form of a path's text. */
#include "value/record_rules.h"

#include <string.h>

#include "value/bytes.h"
#include "value/map.h"
#include "value/text.h"

enum {
  SHA256_DIGITS = 64,
  SIGNATURE_DIGITS = 128,
};

/* The fields of a Path whose neighbours matter (abi/value-fields.tsv). */
enum { PATH_TEXT = 0 };

static const char package[] = "pkg:";
enum { PACKAGE_SIZE = sizeof package - 1 };

static bool is_package(const char *bytes, size_t size) {
  return size >= PACKAGE_SIZE && memcmp(bytes, package, PACKAGE_SIZE) == 0;
}

/* A normal form under construction: `root` bytes, which no `..` may take back,
 * then parts. */
struct normal {
  struct zero_heap *heap;
  char *out;
  size_t size;
  size_t root;
};

/* Takes back the last part; false where there is none. */
static bool climb(struct normal *path) {
  if (path->size == path->root) return false;
  while (path->size > path->root && path->out[path->size - 1] != '/') {
    path->size--;
  }
  if (path->size > path->root) path->size--;
  return true;
}

static bool add_part(struct normal *path, const char *part, size_t size) {
  if (size == 0 || (size == 1 && part[0] == '.')) return true;
  if (size == 2 && part[0] == '.' && part[1] == '.') return climb(path);
  if (path->size > path->root) path->out[path->size++] = '/';
  zero__heap_copy(path->heap, path->out + path->size, part, size);
  path->size += size;
  return true;
}

/* Bytes up to the next slash. */
static size_t part_size(struct zero_heap *heap, const char *part,
                        size_t left) {
  size_t size = 0;
  const char *slash = NULL;
  while (slash == NULL && size < left) {
    size_t portion = left - size;
    if (portion > ZERO_PORTION) portion = ZERO_PORTION;
    slash = memchr(part + size, '/', portion);
    size += slash != NULL ? (size_t)(slash - part) - size : portion;
    zero__heap_charge(heap, 1);
  }
  zero__heap_charge(heap, size % ZERO_PORTION / ZERO_UNIT_BYTES);
  return size;
}

/* Writes the normal form of `bytes` to `path`; false where it is refused. It
 * is never longer than the text, but for the `.` that stands for nothing. */
static bool normalize(const char *bytes, size_t size, struct normal *path) {
  path->root = is_package(bytes, size) ? PACKAGE_SIZE : 0;
  if (size > 0 && bytes[0] == '/') path->root = 1;
  path->size = path->root;
  memcpy(path->out, bytes, path->root);
  for (size_t at = path->root; at < size;) {
    const char *part = bytes + at;
    size_t length = part_size(path->heap, part, size - at);
    if (!add_part(path, part, length)) return false;
    at += length + 1;
  }
  if (path->root == 0 && is_package(path->out, path->size)) return false;
  bool absolute = path->size > 0 && path->out[0] == '/';
  if (path->size == path->root && !absolute) path->out[path->size++] = '.';
  return true;
}

zero_value zero__path_normal(struct zero_heap *heap, zero_value text) {
  const char *bytes = zero__text_bytes(text);
  size_t size = zero__text_size(text);
  struct normal path = {
      .heap = heap, .out = zero__alloc(heap, ZERO_LEAF, size + 1)};
  if (!normalize(bytes, size, &path)) return ZERO_NONE;
  if (path.size == size &&
      zero__heap_compare(heap, path.out, bytes, size) == 0) {
    return text;
  }
  return zero__text_new(heap, path.out, path.size);
}

/* --- rules --------------------------------------------------------------- */

bool zero__rule_entries(struct zero_heap *heap, const zero_value *fields,
                        unsigned index) {
  return !zero_is_none(zero__map_from_entries(heap, fields[index]));
}

bool zero__rule_bytes(struct zero_heap *heap, const zero_value *fields,
                      unsigned index) {
  return !zero_is_none(zero__bytes_from_list(heap, fields[index]));
}

bool zero__rule_path(struct zero_heap *heap, const zero_value *fields,
                     unsigned index) {
  return !zero_is_none(zero__path_normal(heap, fields[index]));
}

bool zero__rule_path_normal(struct zero_heap *heap, const zero_value *fields,
                            unsigned index) {
  if (!zero__is_true(fields[index])) return true;
  zero_value text = fields[PATH_TEXT];
  return zero__is_text(text) &&
         zero__same(zero__path_normal(heap, text), text);
}

/* True where `size` bytes are `digits` lower-case hexadecimal digits. */
static bool is_hex(const char *bytes, size_t size, size_t digits) {
  return size == digits && strspn(bytes, "0123456789abcdef") == digits;
}

bool zero__rule_sha256(struct zero_heap *heap, const zero_value *fields,
                       unsigned index) {
  (void)heap;
  zero_value text = fields[index];
  return is_hex(zero__text_bytes(text), zero__text_size(text), SHA256_DIGITS);
}

bool zero__rule_proof(struct zero_heap *heap, const zero_value *fields,
                      unsigned index) {
  static const char scheme[] = "ed25519:";
  const size_t length = sizeof scheme - 1;
  (void)heap;
  zero_value text = fields[index];
  const char *bytes = zero__text_bytes(text);
  size_t size = zero__text_size(text);
  if (zero__text_is(text, "none")) return true;
  return size > length && memcmp(bytes, scheme, length) == 0 &&
         is_hex(bytes + length, size - length, SIGNATURE_DIGITS);
}

#define ROW(RULE, predicate) [ZERO_RULE_##RULE] = predicate,

bool zero__rule_holds(struct zero_heap *heap, enum zero_rule rule,
                      const zero_value *fields, unsigned index) {
  static zero__rule *const rules[] = {ZERO_RULES(ROW)};
  return rules[rule](heap, fields, index);
}
