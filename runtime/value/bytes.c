/* bytes.c - Bytes: a buffer that reads as (list 8 "bytes" raw-list). */
#include "value/bytes.h"

#include "value/list.h"
#include "zero/gen/codes.h"

zero_value zero__bytes_new(struct zero_heap *heap, const void *data,
                           size_t size) {
  if (size > PTRDIFF_MAX - sizeof(struct zero_bytes)) {
    zero__raise(heap, ZERO_CODE_OUT_OF_MEMORY,
                "the system has no memory for %zu bytes", size);
  }
  struct zero_bytes *bytes =
      zero__alloc(heap, ZERO_LEAF, sizeof(struct zero_bytes) + size);
  bytes->header = zero__header(ZERO_KIND_BYTES, ZERO_FAMILY_BYTES, 0, 1);
  bytes->size = size;
  if (data != NULL) zero__heap_copy(heap, bytes->data, data, size);
  return zero__of_object(bytes);
}

zero_value zero__bytes_from_list(struct zero_heap *heap, zero_value list) {
  if (!zero__is_list(list)) return ZERO_NONE;
  size_t size = 0;
  zero_value item;
  struct zero_iterator at = zero__iterate(list);
  for (; zero__next(heap, &at, &item); size++) {
    if (!zero__is_small(item)) return ZERO_NONE;
    int64_t number = zero__small_number(item);
    if (number < 0 || number > UINT8_MAX) return ZERO_NONE;
    zero__heap_charge_item(heap, size + 1);
  }
  zero__heap_charge_rest(heap, size);
  zero_value bytes = zero__bytes_new(heap, NULL, size);
  unsigned char *data = zero__bytes(bytes)->data;
  at = zero__iterate(list);
  for (size_t i = 0; zero__next(heap, &at, &item); i++) {
    data[i] = (unsigned char)zero__small_number(item);
    zero__heap_charge_item(heap, i + 1);
  }
  return bytes;
}

zero_value zero__bytes_to_list(struct zero_heap *heap, zero_value bytes) {
  const struct zero_bytes *buffer = zero__bytes(bytes);
  zero_value list = ZERO_EMPTY;
  for (size_t i = buffer->size; i-- > 0;) {
    list = zero__cons(heap, zero__small(buffer->data[i]), list);
    zero__heap_charge_item(heap, i);
  }
  zero__heap_charge_rest(heap, buffer->size);
  return list;
}
