/* test_image.c - functions go to bytes and come back the same; bytes that
 * are damaged are refused or harmless. */
#include "compile/image.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "compile/image_format.h"
#include "compile/stub.h"
#include "compile/verify.h"
#include "facts/gen/builtin_index.h"
#include "support/code.h"
#include "support/heap.h"
#include "support/random.h"
#include "support/scale.h"
#include "value/bytes.h"
#include "value/compare.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"
#include "zero/gen/codes.h"

static const struct zero_source source = {
    .name = "core/λ.0x0", .bytes = "(ƒ f (x) x)\n", .size = 13};

/* --- a unit with something of everything --------------------------------- */

static zero_value some_42(struct zero_heap *heap) {
  zero_value items[] = {zero__small(5), zero__text_of(heap, "some"),
                        zero__small(42)};
  return zero__list(heap, items, 3);
}

static zero_value a_map(struct zero_heap *heap) {
  zero_value map = zero__map_empty(heap);
  map = zero__map_put(heap, map, zero__small(5), zero__text_of(heap, "none"));
  map = zero__map_put(heap, map, zero__text_of(heap, "k"), some_42(heap));
  return zero__map_put(heap, map, ZERO_TRUE, ZERO_EMPTY);
}

/* Constants of every kind that data can be, `room` of them at most. */
static unsigned data_constants(struct zero_heap *heap, zero_value *values) {
  unsigned n = 0;
  values[n++] = ZERO_UNIT;
  values[n++] = ZERO_FALSE;
  values[n++] = ZERO_TRUE;
  values[n++] = ZERO_EMPTY;
  values[n++] = zero__small(0);
  values[n++] = zero__small(-1);
  values[n++] = zero__i64(heap, INT64_MAX);
  values[n++] = zero__i64(heap, INT64_MIN);
  values[n++] = zero__text_of(heap, "");
  values[n++] = zero__text_of(heap, "größer\n\"✓\"");
  values[n++] = some_42(heap);
  values[n++] = zero__cons(heap, zero__small(9), some_42(heap));
  values[n++] = a_map(heap);
  values[n++] = zero__map_empty(heap);
  values[n++] = zero__bytes_new(heap, "\0\xff\x80", 3);
  zero_value nested[] = {values[9], values[12], values[14], values[7]};
  values[n++] = zero__list(heap, nested, 4);
  return n;
}

enum { DATA = 16, NAMED = 3 };

static struct zero_code *with_data(struct zero_heap *heap) {
  struct zero_code *code = CODE(heap, "data", 2, 3, OPX(LOADK, 2, 9),
                                OP(RETURN, 2, 0, 0));
  zero_value values[32];
  unsigned count = data_constants(heap, values);
  cr_assert_eq(count, DATA);
  for (unsigned i = 0; i < count; i++) {
    zero_test_constant(heap, code, values[i]);
  }
  static const struct zero_line lines[] = {{0, 0, 13, 0}, {1, 10, 11, 0}};
  code->lines = lines;
  code->line_count = 2;
  code->source = &source;
  code->capability = 5;
  return code;
}

/* Calls itself, has an anonymous function and a builtin as values. */
static struct zero_code *with_functions(struct zero_heap *heap) {
  static const struct zero_capture captures[] = {{true, 1}, {true, 0}};
  struct zero_code *inner = CODE(heap, "ƒ", 0, 1, OP(CAPTURE, 0, 1, 0),
                                 OP(RETURN, 0, 0, 0));
  inner->captures = captures;
  inner->capture_count = 2;
  inner->source = &source;
  struct zero_code *code =
      CODE(heap, "functions", 2, 7, OPX(CLOSURE, 2, 0), OPX(LOADK, 3, 1),
           OP(BUILTIN, 3, 3, 1), ZERO_BUILTIN_IS_FUNCTION,
           OP(MOVE, 5, 0, 0), OP(MOVE, 6, 1, 0), OPX(TAILCALL, 5, 2));
  zero_test_constant(heap, code, zero__function_new(heap, &inner->callable));
  zero_test_constant(heap, code, zero__builtin_stub(heap, ZERO_BUILTIN_LEN));
  return code;
}

static void make_unit(struct zero_heap *heap,
                      struct zero_image_function unit[NAMED]) {
  static const uint16_t types[] = {0, 3, 4};
  struct zero_code *first = with_functions(heap);
  struct zero_code *second = with_data(heap);
  struct zero_code *third = CODE(heap, "third", 0, 1, OPX(LOADI, 0, 3),
                                 OP(RETURN, 0, 0, 0));
  struct zero_code *codes[] = {first, second, third};
  for (unsigned i = 0; i < NAMED; i++) {
    unit[i] = (struct zero_image_function){
        .function = zero__function_new(heap, &codes[i]->callable),
        .module = i < 2 ? "core:one" : "core:two",
        .doc = i == 1 ? "" : "Does what it says.",
        .types = types,
        .capability = 1u << i,
        .annotated = i == 0,
    };
  }
  zero_test_constant(heap, first, unit[1].function);
}

static struct zero_test_bytes write_unit(
    struct zero_heap *heap, const struct zero_image_function *unit,
    uint32_t count) {
  struct zero_test_bytes kept = {.size = 0};
  zero__image_write(heap, unit, count, zero_test_keep, &kept);
  return kept;
}

/* --- protected calls ----------------------------------------------------- */

struct attempt {
  struct zero_heap *heap;
  const void *bytes;
  size_t size;
  struct zero_image image;
  const struct zero_image_function *unit;
};

static void read_body(void *context) {
  struct attempt *attempt = context;
  attempt->image =
      zero__image_read(attempt->heap, attempt->bytes, attempt->size);
}

/* Reads; answers the code it was refused with, 0 where it was taken. */
static int try_read(struct zero_heap *heap, const void *bytes, size_t size,
                    struct zero_image *image) {
  struct attempt attempt = {.heap = heap, .bytes = bytes, .size = size};
  int code = zero__protect(heap, read_body, &attempt);
  if (image != NULL) *image = attempt.image;
  return code;
}

static void write_body(void *context) {
  struct attempt *attempt = context;
  struct zero_test_bytes kept = write_unit(attempt->heap, attempt->unit, 1);
  free(kept.bytes);
}

static int try_write(struct zero_heap *heap,
                     const struct zero_image_function *unit) {
  struct attempt attempt = {.heap = heap, .unit = unit};
  return zero__protect(heap, write_body, &attempt);
}

/* --- round trips --------------------------------------------------------- */

static void same_code(struct zero_heap *heap, const struct zero_code *a,
                      const struct zero_code *b) {
  cr_assert(zero__text_equal(heap, a->callable.name, b->callable.name));
  cr_assert_eq(a->size, b->size);
  cr_assert_eq(memcmp(a->instructions, b->instructions, a->size * 4), 0);
  cr_assert_eq(a->params, b->params);
  cr_assert_eq(a->registers, b->registers);
  cr_assert_eq(a->capability, b->capability);
  cr_assert_eq(a->capture_count, b->capture_count);
  cr_assert_eq(b->builtin, -1);
  for (unsigned i = 0; i < a->capture_count; i++) {
    cr_assert_eq(a->captures[i].from_register, b->captures[i].from_register);
    cr_assert_eq(a->captures[i].index, b->captures[i].index);
  }
  cr_assert_eq(a->line_count, b->line_count);
  for (uint32_t i = 0; i < a->line_count; i++) {
    cr_assert_eq(memcmp(&a->lines[i], &b->lines[i], sizeof *a->lines), 0);
  }
  cr_assert_eq(a->constant_count, b->constant_count);
  for (uint32_t i = 0; i < a->constant_count; i++) {
    if (zero__is_function(a->constants[i])) continue;
    cr_assert(zero__equal(heap, a->constants[i], b->constants[i]),
              "constant %u", i);
  }
}

Test(image, a_unit_comes_back_the_same) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_image_function unit[NAMED];
  make_unit(heap, unit);
  struct zero_test_bytes kept = write_unit(heap, unit, NAMED);
  struct zero_image image;
  cr_assert_eq(try_read(heap, kept.bytes, kept.size, &image), 0, "%s",
               heap->fault.message);
  cr_assert_eq(image.count, NAMED);
  for (unsigned i = 0; i < NAMED; i++) {
    const struct zero_image_function *back = &image.functions[i];
    same_code(heap, zero__code_of(unit[i].function),
              zero__code_of(back->function));
    cr_assert_str_eq(back->module, unit[i].module);
    cr_assert_str_eq(back->doc, unit[i].doc);
    cr_assert_eq(back->capability, unit[i].capability);
    cr_assert_eq(back->annotated, unit[i].annotated);
    unsigned params = zero__code_of(back->function)->params;
    for (unsigned p = 0; p <= params; p++) {
      cr_assert_eq(back->types[p], unit[i].types[p]);
    }
  }
  free(kept.bytes);
}

Test(image, functions_refer_to_one_another_as_before) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_image_function unit[NAMED];
  make_unit(heap, unit);
  struct zero_test_bytes kept = write_unit(heap, unit, NAMED);
  struct zero_image image;
  cr_assert_eq(try_read(heap, kept.bytes, kept.size, &image), 0);
  const struct zero_code *code = zero__code_of(image.functions[0].function);
  cr_assert(zero__same(code->constants[2], image.functions[1].function));
  cr_assert(zero__same(code->constants[1],
                       zero__builtin_stub(heap, ZERO_BUILTIN_LEN)));
  const struct zero_code *inner = zero__code_of(code->constants[0]);
  cr_assert_eq(inner->capture_count, 2);
  cr_assert_eq(inner->source,
               zero__code_of(image.functions[1].function)->source);
  cr_assert_str_eq(inner->source->name, source.name);
  cr_assert_str_eq(inner->source->bytes, source.bytes);
  cr_assert_eq(inner->source->size, source.size);
  cr_assert_null(zero__code_of(image.functions[2].function)->source);
  cr_assert_eq(image.functions[0].module, image.functions[1].module);
  free(kept.bytes);
}

Test(image, what_was_read_is_written_as_the_same_bytes) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_image_function unit[NAMED];
  make_unit(heap, unit);
  struct zero_test_bytes kept = write_unit(heap, unit, NAMED);
  struct zero_image image;
  cr_assert_eq(try_read(heap, kept.bytes, kept.size, &image), 0);
  memset(kept.bytes + ZERO_IMAGE_BODY, 'x', kept.size - ZERO_IMAGE_BODY);
  struct zero_test_bytes again =
      write_unit(heap, image.functions, image.count);
  struct zero_test_bytes first = write_unit(heap, unit, NAMED);
  cr_assert_eq(again.size, first.size);
  cr_assert_eq(memcmp(again.bytes, first.bytes, first.size), 0);
  free(kept.bytes);
  free(again.bytes);
  free(first.bytes);
}

Test(image, an_empty_unit_is_an_image) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_test_bytes kept = write_unit(heap, NULL, 0);
  struct zero_image image;
  cr_assert_eq(try_read(heap, kept.bytes, kept.size, &image), 0);
  cr_assert_eq(image.count, 0);
  free(kept.bytes);
}

/* One function whose only constant is `value`. */
static struct zero_image_function of_constant(struct zero_heap *heap,
                                              zero_value value) {
  static const uint16_t types[] = {0};
  struct zero_code *code = CODE(heap, "c", 0, 1, OPX(LOADK, 0, 0),
                                OP(RETURN, 0, 0, 0));
  zero_test_constant(heap, code, value);
  return (struct zero_image_function){
      .function = zero__function_new(heap, &code->callable),
      .module = "main",
      .doc = "",
      .types = types,
  };
}

static void constant_comes_back(struct zero_heap *heap, zero_value value) {
  struct zero_image_function one = of_constant(heap, value);
  struct zero_test_bytes kept = write_unit(heap, &one, 1);
  struct zero_image image;
  cr_assert_eq(try_read(heap, kept.bytes, kept.size, &image), 0);
  zero_value back = zero__code_of(image.functions[0].function)->constants[0];
  cr_assert(zero__equal(heap, back, value));
  free(kept.bytes);
}

Test(image, deep_and_long_constants_cost_no_c_stack) {
  enum { MANY = ZERO_SCALED(200000) };
  struct zero_heap *heap = zero_test_heap();
  zero_value deep = ZERO_EMPTY;
  zero_value flat = ZERO_EMPTY;
  for (int i = 0; i < MANY; i++) {
    deep = zero__cons(heap, deep, ZERO_EMPTY);
    flat = zero__cons(heap, zero__small(i), flat);
  }
  constant_comes_back(heap, deep);
  constant_comes_back(heap, flat);
}

static zero_value random_value(struct zero_heap *heap,
                               struct zero_random *random, unsigned depth) {
  zero_value atoms[32];
  unsigned count = data_constants(heap, atoms);
  if (depth == 0 || zero_random_below(random, 3) == 0) {
    if (zero_random_below(random, 2) == 0) {
      return zero__i64(heap, (int64_t)zero_random_next(random) >>
                                 zero_random_below(random, 64));
    }
    return atoms[zero_random_below(random, count)];
  }
  zero_value items[6];
  size_t size = zero_random_below(random, 6);
  for (size_t i = 0; i < size; i++) {
    items[i] = random_value(heap, random, depth - 1);
  }
  return zero__list(heap, items, size);
}

Test(image, random_constants_come_back) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "constants of an image come back");
  for (int i = 0; i < ZERO_SCALED(2000); i++) {
    constant_comes_back(heap, random_value(heap, &random, 4));
  }
}

Test(image, functions_with_captures_or_inside_lists_are_not_written) {
  struct zero_heap *heap = zero_test_heap();
  zero_value plain = of_constant(heap, ZERO_UNIT).function;
  struct zero_image_function list =
      of_constant(heap, zero__list(heap, &plain, 1));
  cr_assert_eq(try_write(heap, &list), ZERO_CODE_BYTECODE_INVALID);
  struct zero_image_function empty =
      of_constant(heap, zero__function_new(heap, NULL));
  cr_assert_eq(try_write(heap, &empty), ZERO_CODE_BYTECODE_INVALID);
  struct zero_image_function stub = of_constant(heap, ZERO_UNIT);
  stub.function = zero__builtin_stub(heap, ZERO_BUILTIN_LEN);
  cr_assert_eq(try_write(heap, &stub), ZERO_CODE_BYTECODE_INVALID);
}

/* --- another VM's images ------------------------------------------------- */

static struct zero_test_bytes unit_bytes(struct zero_heap *heap) {
  struct zero_image_function unit[NAMED];
  make_unit(heap, unit);
  return write_unit(heap, unit, NAMED);
}

static void mismatches_at(size_t offset) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_test_bytes kept = unit_bytes(heap);
  kept.bytes[offset] ^= 1;
  zero__image_seal(kept.bytes, kept.size);
  cr_assert_eq(try_read(heap, kept.bytes, kept.size, NULL),
               ZERO_CODE_IMAGE_MISMATCH, "offset %zu", offset);
  cr_assert_not_null(strstr(heap->fault.message, ZERO_SHAPE_HASH));
  cr_assert_not_null(strstr(heap->fault.message, ZERO_FULL_HASH));
  free(kept.bytes);
}

Test(image, an_image_for_other_tables_is_refused_with_both_hashes) {
  const size_t size = offsetof(struct zero_image_header, size);
  for (size_t i = offsetof(struct zero_image_header, version); i < size;
       i++) {
    mismatches_at(i);
  }
}

Test(image, a_mismatch_names_the_other_hash_too) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_test_bytes kept = unit_bytes(heap);
  const size_t at = offsetof(struct zero_image_header, full_hash);
  memcpy(kept.bytes + at, "0123456789abcdef", 16);
  zero__image_seal(kept.bytes, kept.size);
  cr_assert_eq(try_read(heap, kept.bytes, kept.size, NULL),
               ZERO_CODE_IMAGE_MISMATCH);
  cr_assert_not_null(strstr(heap->fault.message, "0123456789abcdef"));
  memset(kept.bytes + at, 0xff, 16);
  zero__image_seal(kept.bytes, kept.size);
  cr_assert_eq(try_read(heap, kept.bytes, kept.size, NULL),
               ZERO_CODE_IMAGE_MISMATCH);
  cr_assert_not(zero_is_none(zero__text_checked(
      heap, heap->fault.message, strlen(heap->fault.message), NULL)));
  free(kept.bytes);
}

/* --- damage -------------------------------------------------------------- */

/* Bytes one reading may take for each byte of the image, and besides. */
enum { BYTES_FOR_EACH = 400, BYTES_BESIDES = 100000 };

/* Reads from a copy of exactly the size, so that a sanitizer sees a byte
 * read too many. A refusal must be one of the two codes. */
static int read_damaged(struct zero_heap *heap, const char *bytes,
                        size_t size) {
  char *exact = malloc(size + (size == 0));
  if (size > 0) memcpy(exact, bytes, size);
  uint64_t before = zero__heap_allocated(heap);
  int code = try_read(heap, exact, size, NULL);
  free(exact);
  cr_assert_leq(zero__heap_allocated(heap) - before,
                size * BYTES_FOR_EACH + BYTES_BESIDES);
  cr_assert(code == 0 || code == ZERO_CODE_BYTECODE_INVALID ||
            code == ZERO_CODE_IMAGE_MISMATCH);
  return code;
}

Test(image, every_truncation_is_refused) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_test_bytes kept = unit_bytes(heap);
  for (size_t size = 0; size < kept.size; size++) {
    cr_assert_eq(read_damaged(heap, kept.bytes, size),
                 ZERO_CODE_BYTECODE_INVALID);
  }
  for (size_t size = ZERO_IMAGE_BODY; size < kept.size; size++) {
    char *cut = malloc(size);
    memcpy(cut, kept.bytes, size);
    zero__image_seal(cut, size);
    cr_assert_eq(read_damaged(heap, cut, size), ZERO_CODE_BYTECODE_INVALID);
    free(cut);
  }
  free(kept.bytes);
}

Test(image, every_single_flip_is_refused) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_test_bytes kept = unit_bytes(heap);
  for (size_t at = 0; at < kept.size; at++) {
    for (int bit = 0; bit < 8; bit++) {
      kept.bytes[at] = (char)(kept.bytes[at] ^ 1 << bit);
      cr_assert_neq(read_damaged(heap, kept.bytes, kept.size), 0);
      kept.bytes[at] = (char)(kept.bytes[at] ^ 1 << bit);
    }
  }
  free(kept.bytes);
}

Test(image, every_flip_with_a_right_checksum_is_refused_or_verifies) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_test_bytes kept = unit_bytes(heap);
  unsigned refused = 0;
  for (size_t at = ZERO_IMAGE_BODY; at < kept.size; at++) {
    char whole = kept.bytes[at];
    for (int value = 0; value < 256; value += ZERO_SLOWNESS) {
      kept.bytes[at] = (char)value;
      zero__image_seal(kept.bytes, kept.size);
      refused += read_damaged(heap, kept.bytes, kept.size) != 0;
    }
    kept.bytes[at] = whole;
  }
  cr_assert_gt(refused, kept.size);
  free(kept.bytes);
}

Test(image, random_damage_with_a_right_checksum_is_survived) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "damaged images are survived");
  struct zero_test_bytes kept = unit_bytes(heap);
  char *damaged = malloc(kept.size);
  for (int i = 0; i < ZERO_SCALED(20000); i++) {
    memcpy(damaged, kept.bytes, kept.size);
    for (uint64_t n = 1 + zero_random_below(&random, 8); n > 0; n--) {
      uint64_t at = ZERO_IMAGE_BODY +
                    zero_random_below(&random, kept.size - ZERO_IMAGE_BODY);
      damaged[at] = (char)zero_random_next(&random);
    }
    zero__image_seal(damaged, kept.size);
    read_damaged(heap, damaged, kept.size);
  }
  free(damaged);
  free(kept.bytes);
}

Test(image, what_follows_the_end_is_refused) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_test_bytes kept = unit_bytes(heap);
  zero_test_keep(&kept, "\0", 1);
  zero__image_seal(kept.bytes, kept.size);
  cr_assert_eq(read_damaged(heap, kept.bytes, kept.size),
               ZERO_CODE_BYTECODE_INVALID);
  cr_assert_not_null(strstr(heap->fault.message, "follows its end"));
  free(kept.bytes);
}

/* An image whose body is `size` bytes of our own. */
static void body_is_refused(const char *body, size_t size,
                            const char *part) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_image_header header = zero__image_header();
  struct zero_test_bytes kept = {.size = 0};
  zero_test_keep(&kept, (const char *)&header, sizeof header);
  zero_test_keep(&kept, body, size);
  zero__image_seal(kept.bytes, kept.size);
  cr_assert_eq(read_damaged(heap, kept.bytes, kept.size),
               ZERO_CODE_BYTECODE_INVALID);
  cr_assert_not_null(strstr(heap->fault.message, part), "%s",
                     heap->fault.message);
  free(kept.bytes);
}

Test(image, counts_that_nothing_stands_behind_are_refused) {
  body_is_refused("\xff\xff\xff\xff\x0f", 5, "counted than there is");
  body_is_refused("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10,
                  "counted than there is");
  body_is_refused("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10,
                  "more than 64 bits");
  body_is_refused("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 11,
                  "more than 64 bits");
  body_is_refused("\x01\x02\xc3\x28\x00\x00\x00", 7, "not valid UTF-8");
  body_is_refused("\x00\x01\x00\x00\x00", 5, "text that is not there");
  body_is_refused("\x00\x00\x00\x01", 4, "more functions than it has");
}

Test(image, code_that_does_not_verify_is_refused) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_image_function one = of_constant(heap, ZERO_UNIT);
  zero__code_of(one.function)->instructions[1] = OP(RETURN, 1, 0, 0);
  struct zero_test_bytes kept = write_unit(heap, &one, 1);
  cr_assert_eq(read_damaged(heap, kept.bytes, kept.size),
               ZERO_CODE_BYTECODE_INVALID);
  cr_assert_not_null(strstr(heap->fault.message, "register 1 of 1"));
  free(kept.bytes);
}
