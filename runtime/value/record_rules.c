/* record_rules.c - what a field's type says beyond families: one predicate a
 * rule, and the normal form of a path's text. */
#include "value/record.h"

#include "value/bytes.h"
#include "value/map.h"
#include "value/text.h"

static const char package[] = "pkg:";

enum {
  SHA256_DIGITS = 64,
  SIGNATURE_DIGITS = 128,
  PATH_TEXT = 0, /* of a Path's fields (abi/value-fields.tsv) */
  PACKAGE_SIZE = sizeof package - 1,
};

static bool is_package(const char *bytes, size_t size) {
  return size >= PACKAGE_SIZE && memcmp(bytes, package, PACKAGE_SIZE) == 0;
}

/* Bytes up to the next slash. */
static size_t part_size(struct zero_heap *heap, const char *part, size_t left) {
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

/* The normal form is never longer than the text, but for the `.` that stands
 * for nothing. It begins with `root` bytes, which no `..` may take back. */
zero_value zero__path_normal(struct zero_heap *heap, zero_value text) {
  const char *bytes = zero__text_bytes(text);
  size_t size = zero__text_size(text);
  char *out = zero__alloc(heap, ZERO_LEAF, size + 1);
  size_t root = is_package(bytes, size) ? PACKAGE_SIZE : 0;
  if (size > 0 && bytes[0] == '/') root = 1;
  size_t used = root;
  memcpy(out, bytes, root);
  for (size_t at = root, length; at < size; at += length + 1) {
    const char *part = bytes + at;
    length = part_size(heap, part, size - at);
    if (length == 0 || (length == 1 && part[0] == '.')) continue;
    if (length == 2 && part[0] == '.' && part[1] == '.') {
      if (used == root) return ZERO_NONE;
      while (used > root && out[used - 1] != '/') used--;
      if (used > root) used--;
      continue;
    }
    if (used > root) out[used++] = '/';
    zero__heap_copy(heap, out + used, part, length);
    used += length;
  }
  if (root == 0 && is_package(out, used)) return ZERO_NONE;
  bool absolute = used > 0 && out[0] == '/';
  if (used == root && !absolute) out[used++] = '.';
  bool same = used == size && zero__heap_compare(heap, out, bytes, size) == 0;
  return same ? text : zero__text_new(heap, out, used);
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
  return zero__is_text(text) && zero__same(zero__path_normal(heap, text), text);
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
  const char *bytes = zero__text_bytes(fields[index]);
  size_t size = zero__text_size(fields[index]);
  return zero__text_is(fields[index], "none") ||
         (size > length && memcmp(bytes, scheme, length) == 0 &&
          is_hex(bytes + length, size - length, SIGNATURE_DIGITS));
}

#define ROW(RULE, predicate) [ZERO_RULE_##RULE] = predicate,

bool zero__rule_holds(struct zero_heap *heap, enum zero_rule rule,
                      const zero_value *fields, unsigned index) {
  static zero__rule *const rules[] = {ZERO_RULES(ROW)};
  return rules[rule](heap, fields, index);
}
