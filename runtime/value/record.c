/* record.c - packed family values: making, testing, reading fields.
 *
 * A check of a field goes as deep as its type is written in the table, never
 * as deep as the value: what is packed inside was checked when it was made. */
#include "value/record.h"

#include "facts/gen/records.h"
#include "value/bytes.h"
#include "value/list.h"
#include "value/map.h"
#include "value/text.h"

/* What docs/layouts.md says of memory is what the compiler does. */
#define PART_LIES(form, part, offset, size)                             \
  _Static_assert(offsetof(struct zero_##form, part) == (offset) &&      \
                     sizeof((struct zero_##form){0}.part) == (size),    \
                 #form "." #part " lies elsewhere than the table says");
#define REST_LIES(form, part, offset)                                   \
  _Static_assert(offsetof(struct zero_##form, part) == (offset),        \
                 #form "." #part " lies elsewhere than the table says");
#define FIELD_LIES(VARIANT, FIELD, index, offset)                       \
  _Static_assert(offsetof(struct zero_record, fields) +                 \
                         (index) * sizeof(zero_value) == (offset),      \
                 #VARIANT "." #FIELD " lies elsewhere than the table says");
#define RECORD_FITS(VARIANT, tag, index, fields, header, size)          \
  _Static_assert(sizeof(struct zero_record) +                           \
                         (fields) * sizeof(zero_value) <= (size),       \
                 "a record of " #VARIANT " is larger than the table says");

ZERO_PARTS_CELL(PART_LIES, REST_LIES)
ZERO_PARTS_RECORD(PART_LIES, REST_LIES)
ZERO_PARTS_BOXED_I64(PART_LIES, REST_LIES)
ZERO_PARTS_BYTES(PART_LIES, REST_LIES)
ZERO_PARTS_TEXT(PART_LIES, REST_LIES)
ZERO_RECORDS(RECORD_FITS)
ZERO_RECORD_FIELDS(FIELD_LIES)

_Static_assert((int)ZERO_POINTER_CELL == ZERO_TAG_CELL, "pointers to cells");
_Static_assert((int)ZERO_POINTER_TEXT == ZERO_TAG_TEXT, "pointers to texts");
_Static_assert((int)ZERO_POINTER_RECORD == ZERO_TAG_OBJECT &&
                   (int)ZERO_POINTER_MAP == ZERO_TAG_OBJECT &&
                   (int)ZERO_POINTER_BYTES == ZERO_TAG_OBJECT &&
                   (int)ZERO_POINTER_BOXED_I64 == ZERO_TAG_OBJECT,
               "pointers to what has a header");
_Static_assert((int)ZERO_HEADER_KIND_RECORD == ZERO_KIND_RECORD &&
                   (int)ZERO_HEADER_KIND_MAP == ZERO_KIND_MAP &&
                   (int)ZERO_HEADER_KIND_BYTES == ZERO_KIND_BYTES &&
                   (int)ZERO_HEADER_KIND_BOXED_I64 == ZERO_KIND_I64,
               "kinds of headers");

enum { NO_FAMILY = -1 };

static int family_tag(zero_value v) {
  if (zero__is_i64(v)) return ZERO_FAMILY_I64;
  if (zero__is_text(v)) return ZERO_FAMILY_TEXT;
  if (zero__is_unit(v)) return ZERO_FAMILY_UNIT;
  if (zero__is_bool(v)) return ZERO_FAMILY_BOOL;
  if (zero__is_empty(v) || zero__is_cell(v)) return ZERO_FAMILY_LIST;
  if (!zero__is_packed(v)) return NO_FAMILY;
  return (int)zero__header_tag(zero__object(v)->header);
}

const struct zero_family *zero__family_of(zero_value v) {
  int tag = family_tag(v);
  return tag == NO_FAMILY ? NULL : zero__family_by_tag((uint64_t)tag);
}

const struct zero_variant *zero__variant_of(zero_value packed) {
  unsigned index = zero__header_variant(zero__object(packed)->header);
  return &zero__family_of(packed)->variants[index];
}

const char *zero__type_name(zero_value v) {
  const struct zero_family *family = zero__family_of(v);
  if (family != NULL) return family->name;
  if (zero__is_user_data(v)) return "UserData";
  return zero__is_ref(v) ? "Ref" : "Function";
}

/* Every list is accepted where List is, packed values too. */
static bool accepts(const struct zero_type *type, zero_value v) {
  if (type->accepts & ZERO_ACCEPTS_ANY) return true;
  const uint64_t list = UINT64_C(1) << ZERO_FAMILY_LIST;
  if ((type->accepts & list) != 0 && zero__is_list(v)) return true;
  if (zero__is_ref(v)) return (type->accepts & ZERO_ACCEPTS_REF) != 0;
  int tag = family_tag(v);
  return tag != NO_FAMILY && (type->accepts >> tag & 1) != 0;
}

static ZERO_APART bool items_fit(struct zero_heap *heap,
                                 const struct zero_type *type,
                                 zero_value list) {
  struct zero_iterator at = zero__iterate(list);
  uint64_t walked = 0;
  zero_value item;
  while (zero__next(heap, &at, &item)) {
    if (!zero__fits(heap, type, &item, 0)) return false;
    zero__heap_charge_item(heap, ++walked);
  }
  zero__heap_charge_rest(heap, walked);
  return true;
}

/* The items of a List(T), or what an Option(T) holds. */
static bool content_fits(struct zero_heap *heap,
                         const struct zero_type *type, zero_value v) {
  if (family_tag(v) == ZERO_FAMILY_OPTION &&
      (type->accepts >> ZERO_FAMILY_OPTION & 1) != 0) {
    const struct zero_record *option = zero__record(v);
    return zero__header_count(option->header) == 0 ||
           zero__fits(heap, type->item, option->fields, 0);
  }
  return !zero__is_list(v) || items_fit(heap, type->item, v);
}

bool zero__fits(struct zero_heap *heap, const struct zero_type *type,
                const zero_value *fields, unsigned index) {
  return accepts(type, fields[index]) &&
         (type->item == NULL ||
          content_fits(heap, type, fields[index])) &&
         (type->rule == ZERO_RULE_NONE ||
          zero__rule_holds(heap, type->rule, fields, index));
}

int zero__misfit(struct zero_heap *heap, const struct zero_variant *variant,
                 const zero_value *fields) {
  for (unsigned i = 0; i < variant->field_count; i++) {
    const struct zero_field *field = &variant->fields[i];
    zero_value v = fields[i];
    bool known =
        field->states == NULL || !zero__is_text(v) ||
        zero__state_known(field, zero__text_bytes(v), zero__text_size(v));
    if (!known || !zero__fits(heap, field->type, fields, i)) return (int)i;
  }
  return -1;
}

zero_value zero__record_new(struct zero_heap *heap,
                            const struct zero_variant *variant,
                            const zero_value *fields) {
  uint32_t word = zero__variant_word(variant);
  switch (zero__header_kind(word)) {
    case ZERO_KIND_MAP: return zero__map_from_entries(heap, fields[0]);
    case ZERO_KIND_BYTES: return zero__bytes_from_list(heap, fields[0]);
    default: break;
  }
  if (variant->field_count == 0) return zero__names_of(word)->bare;
  size_t size = variant->field_count * sizeof *fields;
  struct zero_record *record =
      zero__alloc(heap, ZERO_TRACED, sizeof *record + size);
  record->header = (uint64_t)variant->field_count << 32 | word;
  memcpy(record->fields, fields, size);
  return zero__of_object(record);
}

zero_value zero__record_field(struct zero_heap *heap, zero_value packed,
                              unsigned index) {
  switch (zero__header_kind(zero__object(packed)->header)) {
    case ZERO_KIND_MAP: return zero__map_entries(heap, packed);
    case ZERO_KIND_BYTES: return zero__bytes_to_list(heap, packed);
    default: return zero__record(packed)->fields[index];
  }
}

bool zero__is_linear(zero_value v) {
  return zero__is_kind(v, ZERO_KIND_RECORD) &&
         zero__may_be_live(zero__variant_of(v));
}

zero_value zero__record_ref(zero_value v) {
  if (!zero__is_linear(v)) return ZERO_NONE;
  const struct zero_variant *variant = zero__variant_of(v);
  for (unsigned i = 0; i < variant->field_count; i++) {
    zero_value field = zero__record(v)->fields[i];
    if ((variant->fields[i].type->accepts & ZERO_ACCEPTS_REF) != 0 &&
        zero__is_ref(field)) {
      return field;
    }
  }
  return ZERO_NONE;
}

zero_value zero__function_new(struct zero_heap *heap,
                              struct zero_callable *code) {
  struct zero_function *function =
      zero__alloc_small(heap, ZERO_TRACED, sizeof *function);
  function->header = zero__header(ZERO_KIND_FUNCTION, 0, 0, 0);
  function->code = code;
  return zero__of_object(function);
}
