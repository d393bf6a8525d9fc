/* compare.c - equality and hash of any two values, without recursion.
 *
 * Both rely on each value having one representation: where kinds or headers
 * differ, so do the values. What is left to do lies on a stack of the heap:
 * either one pending value on each side, or a run of them (a record's
 * fields, a Map's pairs). The walk goes on along a list's cells and into
 * heads only where they are themselves deep, so a list, however long, needs
 * no stack, and a nest needs one entry a level. */
#include "value/compare.h"

#include "value/bytes.h"
#include "value/map.h"
#include "value/stack.h"
#include "value/text.h"

enum verdict { DIFFERENT, SAME, DEEPER };

static bool bytes_equal(zero_value a, zero_value b) {
  const struct zero_bytes *x = zero__bytes(a), *y = zero__bytes(b);
  return x->size == y->size && memcmp(x->data, y->data, x->size) == 0;
}

static enum verdict verdict_of(bool equal) {
  return equal ? SAME : DIFFERENT;
}

static enum verdict compare_objects(zero_value a, zero_value b) {
  uint64_t header = zero__object(a)->header;
  if (header != zero__object(b)->header) return DIFFERENT;
  switch (zero__header_kind(header)) {
    case ZERO_KIND_RECORD:
      return zero__header_count(header) == 0 ? SAME : DEEPER;
    case ZERO_KIND_MAP:
      if (zero__map_size(a) != zero__map_size(b)) return DIFFERENT;
      return zero__map_size(a) == 0 ? SAME : DEEPER;
    case ZERO_KIND_BYTES:
      return verdict_of(bytes_equal(a, b));
    case ZERO_KIND_I64:
      return verdict_of(zero__i64_number(a) == zero__i64_number(b));
    case ZERO_KIND_FUNCTION:
    case ZERO_KIND_USER_DATA:
    case ZERO_KIND_REF:
      break;
  }
  return DIFFERENT;
}

/* Looks at two values without entering them. */
static enum verdict compare(zero_value a, zero_value b) {
  if (zero__same(a, b)) return SAME;
  if (zero__is_small(a) || zero__is_small(b)) return DIFFERENT;
  if ((a.bits & ZERO_TAG_MASK) != (b.bits & ZERO_TAG_MASK)) {
    return DIFFERENT;
  }
  if (zero__is_cell(a)) return DEEPER;
  if (zero__is_text(a)) return verdict_of(zero__text_equal(a, b));
  return zero__is_object(a) ? compare_objects(a, b) : DIFFERENT;
}

static void push_pair(struct zero_stack *stack, uint64_t a, uint64_t b,
                      uint64_t run) {
  zero__stack_push(stack, a);
  zero__stack_push(stack, b);
  zero__stack_push(stack, run);
}

/* A run is the word of a record or the address of a Map's pairs, and how
 * many of its values are left; the last comes first. So the words on the
 * stack are pointers that the collector knows, to where storage begins. */
static zero_value run_value(uint64_t word, uint64_t run) {
  bool is_record = (word & ZERO_TAG_MASK) == ZERO_TAG_OBJECT;
  const zero_value *values = is_record
                                 ? zero__record((zero_value){word})->fields
                                 : (const zero_value *)(uintptr_t)word;
  return values[run - 1];
}

static uint64_t run_word(struct zero_stack *stack, zero_value v) {
  if (!zero__is_kind(v, ZERO_KIND_MAP)) return v.bits;
  return (uint64_t)(uintptr_t)zero__map_pairs(stack->heap, v);
}

/* Number of values inside a record or Map; 0 for anything else. */
static uint64_t run_length(zero_value v) {
  if (zero__is_kind(v, ZERO_KIND_MAP)) return 2 * zero__map_size(v);
  if (!zero__is_kind(v, ZERO_KIND_RECORD)) return 0;
  return zero__header_count(zero__object(v)->header);
}

/* Takes two values from the stack; of two runs their next ones. */
static void pop_pair(struct zero_stack *stack, zero_value *a,
                     zero_value *b) {
  uint64_t run = zero__stack_pop(stack);
  uint64_t word_b = zero__stack_pop(stack);
  uint64_t word_a = zero__stack_pop(stack);
  if (run == 0) {
    *a = (zero_value){word_a};
    *b = (zero_value){word_b};
    return;
  }
  if (run > 1) push_pair(stack, word_a, word_b, run - 1);
  *a = run_value(word_a, run);
  *b = run_value(word_b, run);
}

/* Compares two values, leaving what is to come back to on the stack. */
static bool walk(struct zero_stack *stack, zero_value a, zero_value b,
                 uint64_t *visited) {
  for (;;) {
    ++*visited;
    enum verdict verdict = compare(a, b);
    if (verdict != DEEPER) return verdict == SAME;
    if (!zero__is_cell(a)) {
      push_pair(stack, run_word(stack, a), run_word(stack, b),
                run_length(a));
      return true;
    }
    const struct zero_cell *x = zero__cell(a), *y = zero__cell(b);
    verdict = compare(x->head, y->head);
    if (verdict == DIFFERENT) return false;
    bool last = zero__same(x->tail, y->tail);
    if (verdict == SAME) {
      if (last) return true;
      a = x->tail;
      b = y->tail;
    } else {
      if (!last) push_pair(stack, x->tail.bits, y->tail.bits, 0);
      a = x->head;
      b = y->head;
    }
  }
}

bool zero__equal_deep(struct zero_heap *heap, zero_value a, zero_value b,
                      uint64_t *work) {
  struct zero_stack stack;
  zero__stack_init(&stack, heap);
  uint64_t visited = 0;
  bool equal = walk(&stack, a, b, &visited);
  while (equal && stack.used > 0) {
    pop_pair(&stack, &a, &b);
    equal = walk(&stack, a, b, &visited);
  }
  if (work != NULL) *work += visited;
  return equal;
}

/* --- hash -------------------------------------------------------------- */

/* The finaliser of splitmix64: each bit in changes half of those out. */
static uint64_t mix(uint64_t n) {
  n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
  return n ^ n >> 31;
}

/* Takes one more word into a hash; the order of words matters. */
static uint64_t absorb(uint64_t hash, uint64_t word) {
  return mix((hash ^ word) + UINT64_C(0x9e3779b97f4a7c15));
}

static uint64_t absorb_bytes(uint64_t hash, const unsigned char *data,
                             size_t size) {
  hash = absorb(hash, size);
  for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
    uint64_t word = 0;
    size_t left = size - i;
    memcpy(&word, data + i, left < sizeof word ? left : sizeof word);
    hash = absorb(hash, word);
  }
  return hash;
}

/* What a value begins with in the stream of words that is hashed: enough to
 * tell where it ends, and nothing of where it lies. */
static uint64_t absorb_object(uint64_t hash, zero_value v) {
  uint64_t header = zero__object(v)->header;
  hash = absorb(hash, header);
  switch (zero__header_kind(header)) {
    case ZERO_KIND_RECORD:
    case ZERO_KIND_REF:
    case ZERO_KIND_USER_DATA: /* an address is not the same everywhere */
      break;
    case ZERO_KIND_MAP:
      return absorb(hash, zero__map_size(v));
    case ZERO_KIND_BYTES:
      return absorb_bytes(hash, zero__bytes(v)->data, zero__bytes(v)->size);
    case ZERO_KIND_I64:
      return absorb(hash, (uint64_t)zero__i64_number(v));
    case ZERO_KIND_FUNCTION: {
      zero_value name = zero__function(v)->code->name;
      return absorb(hash, zero_is_none(name) ? 0 : zero__text_hash(name));
    }
  }
  return hash;
}

static uint64_t absorb_value(uint64_t hash, zero_value v) {
  if (zero__is_text(v)) {
    hash = absorb(hash, ZERO_TAG_TEXT);
    return absorb(hash, zero__text_hash(v));
  }
  if (zero__is_cell(v)) return absorb(hash, ZERO_TAG_CELL);
  if (zero__is_object(v)) return absorb_object(hash, v);
  return absorb(hash, v.bits);
}

static void push_word(struct zero_stack *stack, uint64_t word,
                      uint64_t run) {
  zero__stack_push(stack, word);
  zero__stack_push(stack, run);
}

/* Takes one value from the stack; of a run its next one. */
static zero_value pop_value(struct zero_stack *stack) {
  uint64_t run = zero__stack_pop(stack);
  uint64_t word = zero__stack_pop(stack);
  if (run == 0) return (zero_value){word};
  if (run > 1) push_word(stack, word, run - 1);
  return run_value(word, run);
}

static bool is_deep(zero_value v) {
  return zero__is_cell(v) || zero__is_object(v);
}

/* Absorbs a value, leaving what is to come back to on the stack. */
static uint64_t hash_walk(struct zero_stack *stack, uint64_t hash,
                          zero_value v, uint64_t *visited) {
  hash = absorb_value(hash, v);
  ++*visited;
  while (zero__is_cell(v)) {
    ++*visited;
    const struct zero_cell *cell = zero__cell(v);
    if (is_deep(cell->head)) {
      push_word(stack, cell->tail.bits, 0);
      v = cell->head;
    } else {
      hash = absorb_value(hash, cell->head);
      v = cell->tail;
    }
    hash = absorb_value(hash, v);
  }
  uint64_t run = run_length(v);
  if (run > 0) push_word(stack, run_word(stack, v), run);
  return hash;
}

uint64_t zero__hash_counted(struct zero_heap *heap, zero_value v,
                            uint64_t *work) {
  struct zero_stack stack;
  uint64_t visited = 0;
  zero__stack_init(&stack, heap);
  uint64_t hash = hash_walk(&stack, 0, v, &visited);
  while (stack.used > 0) {
    hash = hash_walk(&stack, hash, pop_value(&stack), &visited);
  }
  if (work != NULL) *work += visited;
  return hash;
}

static uint32_t hash_number(uint64_t number) {
  const uint64_t in_run = ZERO_RUN - 1;
  return (uint32_t)(mix(number & ~in_run) >> 32) ^ (uint32_t)(number & in_run);
}

uint32_t zero__key_hash(zero_value key) {
  if (zero__is_text(key)) {
    uint32_t hash = zero__text(key)->hash;
    return hash != 0 ? hash : zero__text_hash(key);
  }
  return hash_number(zero__is_i64(key) ? (uint64_t)zero__i64_number(key)
                                       : ~key.bits);
}
