/* compare.c - equality and hash of any two values, without recursion.
 *
 * Both rely on each value having one representation: if kinds or headers
 * differ, so do the values. The remaining work is on a stack of the heap:
 * either one pending value on each side, or a run of them (a record's fields, a
 * Map's pairs). The walk continues along a list's cells and into heads only if
 * they are themselves deep, so a list, however long, needs no stack, and a nest
 * needs one entry a level. */
#include "value/compare.h"

#include "value/bytes.h"
#include "value/map.h"
#include "value/pending.h"
#include "value/text.h"

enum verdict { DIFFERENT, SAME, DEEPER };

/* The finaliser of splitmix64: each bit in changes half of those out. */
static uint64_t mix(uint64_t n) {
  n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
  return n ^ n >> 31;
}

static enum verdict compare_objects(struct zero_heap *heap, zero_value a,
                                    zero_value b) {
  uint64_t header = zero__object(a)->header;
  if (header != zero__object(b)->header) return DIFFERENT;
  const struct zero_bytes *x = zero__bytes(a), *y = zero__bytes(b);
  switch (zero__header_kind(header)) {
    case ZERO_KIND_RECORD:
      return zero__header_count(header) == 0 ? SAME : DEEPER;
    case ZERO_KIND_MAP:
      if (zero__map_size(a) != zero__map_size(b)) return DIFFERENT;
      return zero__map_size(a) == 0 ? SAME : DEEPER;
    case ZERO_KIND_BYTES:
      if (x->size != y->size) return DIFFERENT;
      return zero__heap_compare(heap, x->data, y->data, x->size) == 0
                 ? SAME : DIFFERENT;
    case ZERO_KIND_I64:
      return zero__i64_number(a) == zero__i64_number(b) ? SAME : DIFFERENT;
    case ZERO_KIND_FUNCTION:
    case ZERO_KIND_USER_DATA:
    case ZERO_KIND_REF: return DIFFERENT;
  }
  return DIFFERENT;
}

/* Looks at two values without entering them. */
static enum verdict compare(struct zero_heap *heap, zero_value a,
                            zero_value b) {
  if (zero__same(a, b)) return SAME;
  if (zero__is_small(a) || zero__is_small(b)) return DIFFERENT;
  if ((a.bits & ZERO_TAG_MASK) != (b.bits & ZERO_TAG_MASK)) return DIFFERENT;
  if (zero__is_cell(a)) return DEEPER;
  if (zero__is_text(a)) return zero__text_equal(heap, a, b) ? SAME : DIFFERENT;
  return zero__is_object(a) ? compare_objects(heap, a, b) : DIFFERENT;
}

static void push_pair(struct zero_pending *stack, uint64_t a, uint64_t b,
                      uint64_t run) {
  zero__pending_push(stack, a);
  zero__pending_push(stack, b);
  zero__pending_push(stack, run);
}

/* A run is the word of a record or the address of a Map's pairs, and how many
 * of its values are left; the last comes first. So the words on the stack are
 * pointers to the beginning of storage, which the collector knows. */
static zero_value run_value(uint64_t word, uint64_t run) {
  if ((word & ZERO_TAG_MASK) == ZERO_TAG_OBJECT) {
    return zero__record((zero_value){word})->fields[run - 1];
  }
  return ((const zero_value *)(uintptr_t)word)[run - 1];
}

static uint64_t run_word(struct zero_pending *stack, zero_value v) {
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
static void pop_pair(struct zero_pending *stack, zero_value *a, zero_value *b) {
  uint64_t run = zero__pending_pop(stack);
  uint64_t word_b = zero__pending_pop(stack);
  uint64_t word_a = zero__pending_pop(stack);
  if (run == 0) {
    *a = (zero_value){word_a};
    *b = (zero_value){word_b};
    return;
  }
  if (run > 1) push_pair(stack, word_a, word_b, run - 1);
  *a = run_value(word_a, run);
  *b = run_value(word_b, run);
}

/* Pairs that are or were being compared: all must be equal, so a pair that is
 * met again need not be compared again. Of unknown pairs, every SEEN_EACHth is
 * remembered: so at most SEEN_EACH times as many are visited as there are, and
 * flat values cost little memory. Nothing is forgotten, because the visits may
 * not depend on addresses: fuel is the same each time. Only the words of values
 * inside the compared ones are kept, so none dies meanwhile. */
struct seen {
  uint64_t header;   /* 0: a leaf may not begin with an address */
  uint64_t capacity; /* a power of two, half of it free at least */
  uint64_t count;
  struct pair {
    uint64_t a, b; /* 0: free */
  } pairs[];
};

enum {
  SEEN_AFTER = 4096, /* values visited before pairs are remembered */
  SEEN_EACH = 16,
  SEEN_FIRST = 256,  /* capacity */
};

struct equality {
  struct zero_pending stack;
  uint64_t visited;
  unsigned passed; /* pairs since the last that was remembered */
  struct seen *seen;
};

/* The slot of a pair, or the free one where it belongs. */
static struct pair *slot_of(struct seen *seen, uint64_t a, uint64_t b) {
  uint64_t mask = seen->capacity - 1;
  uint64_t at = mix(a + mix(b)) & mask;
  while (seen->pairs[at].a != 0 &&
         (seen->pairs[at].a != a || seen->pairs[at].b != b)) {
    at = (at + 1) & mask;
  }
  return &seen->pairs[at];
}

/* A table with room for one more pair than `old` has, which may be NULL. */
static struct seen *seen_wider(struct zero_heap *heap, struct seen *old) {
  if (old != NULL && old->count < old->capacity / 2) return old;
  uint64_t capacity = old == NULL ? (uint64_t)SEEN_FIRST : 2 * old->capacity;
  size_t size = capacity * sizeof(struct pair);
  struct seen *seen = zero__alloc(heap, ZERO_LEAF, sizeof *seen + size);
  *seen = (struct seen){.capacity = capacity};
  memset(seen->pairs, 0, size);
  if (old == NULL) return seen;
  for (uint64_t i = 0; i < old->capacity; i++) {
    const struct pair *pair = &old->pairs[i];
    if (pair->a != 0) *slot_of(seen, pair->a, pair->b) = *pair;
    zero__heap_charge_item(heap, i + 1);
  }
  seen->count = old->count;
  return seen;
}

/* True if a pair is known. */
static bool was_seen(struct equality *equality, zero_value a, zero_value b) {
  struct seen *seen = equality->seen;
  if (equality->visited < SEEN_AFTER) return false;
  if (seen != NULL && slot_of(seen, a.bits, b.bits)->a != 0) return true;
  if (++equality->passed < SEEN_EACH) return false;
  equality->passed = 0;
  seen = seen_wider(equality->stack.heap, seen);
  equality->seen = seen;
  *slot_of(seen, a.bits, b.bits) = (struct pair){a.bits, b.bits};
  seen->count++;
  return false;
}

/* Compares two values, leaving on the stack the parts to return to. The rest of
 * a list after an item without parts is not remembered: a long list of numbers
 * costs nothing more. */
static bool walk(struct equality *equality, zero_value a, zero_value b) {
  struct zero_pending *stack = &equality->stack;
  struct zero_heap *heap = stack->heap;
  bool along = false;
  for (;;) {
    zero__heap_charge_item(heap, ++equality->visited);
    enum verdict verdict = compare(heap, a, b);
    if (verdict != DEEPER) return verdict == SAME;
    if (!along && was_seen(equality, a, b)) return true;
    if (!zero__is_cell(a)) {
      push_pair(stack, run_word(stack, a), run_word(stack, b), run_length(a));
      return true;
    }
    const struct zero_cell *x = zero__cell(a), *y = zero__cell(b);
    verdict = compare(heap, x->head, y->head);
    if (verdict == DIFFERENT) return false;
    bool last = zero__same(x->tail, y->tail);
    along = verdict == SAME;
    if (along) {
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

bool zero__equal_deep(struct zero_heap *heap, zero_value a, zero_value b) {
  struct equality equality; /* its stack is not cleared, for speed */
  struct zero_pending *stack = &equality.stack;
  zero__pending_init(stack, heap);
  equality.visited = 0;
  equality.passed = 0;
  equality.seen = NULL;
  bool equal = walk(&equality, a, b);
  while (equal && stack->used > 0) {
    pop_pair(stack, &a, &b);
    equal = walk(&equality, a, b);
  }
  zero__heap_charge_rest(heap, equality.visited);
  return equal;
}

/* --- hash -------------------------------------------------------------- */

/* Takes one more word into a hash; the order of words matters. */
static uint64_t absorb(uint64_t hash, uint64_t word) {
  return mix((hash ^ word) + UINT64_C(0x9e3779b97f4a7c15));
}

static uint64_t absorb_bytes(struct zero_heap *heap, uint64_t hash,
                             const struct zero_bytes *bytes) {
  hash = absorb(hash, bytes->size);
  for (size_t i = 0; i < bytes->size; i += sizeof(uint64_t)) {
    uint64_t word = 0;
    size_t left = bytes->size - i;
    if (i % ZERO_PORTION == 0) zero__heap_portion(heap, left);
    memcpy(&word, bytes->data + i, left < sizeof word ? left : sizeof word);
    hash = absorb(hash, word);
  }
  return hash;
}

/* The beginning of a value in the hashed stream of words: enough to tell where
 * it ends, and nothing about its address. */
static uint64_t absorb_object(struct zero_heap *heap, uint64_t hash,
                              zero_value v) {
  uint64_t header = zero__object(v)->header;
  hash = absorb(hash, header);
  switch (zero__header_kind(header)) {
    case ZERO_KIND_RECORD:
    case ZERO_KIND_REF:
    case ZERO_KIND_USER_DATA: /* an address is not the same everywhere */
      break;
    case ZERO_KIND_MAP: return absorb(hash, zero__map_size(v));
    case ZERO_KIND_BYTES: return absorb_bytes(heap, hash, zero__bytes(v));
    case ZERO_KIND_I64: return absorb(hash, (uint64_t)zero__i64_number(v));
    case ZERO_KIND_FUNCTION: {
      zero_value name = zero__function(v)->code->name;
      return absorb(hash, zero_is_none(name) ? 0 : zero__text_hash(heap, name));
    }
  }
  return hash;
}

static uint64_t absorb_value(struct zero_heap *heap, uint64_t hash,
                             zero_value v) {
  if (zero__is_text(v)) {
    return absorb(absorb(hash, ZERO_TAG_TEXT), zero__text_hash(heap, v));
  }
  if (zero__is_cell(v)) return absorb(hash, ZERO_TAG_CELL);
  if (zero__is_object(v)) return absorb_object(heap, hash, v);
  return absorb(hash, v.bits);
}

/* Absorbs a value, leaving on the stack the parts to return to. */
static uint64_t hash_walk(struct zero_pending *stack, uint64_t hash,
                          zero_value v, uint64_t *visited) {
  struct zero_heap *heap = stack->heap;
  hash = absorb_value(heap, hash, v);
  zero__heap_charge_item(heap, ++*visited);
  while (zero__is_cell(v)) {
    zero__heap_charge_item(heap, ++*visited);
    const struct zero_cell *cell = zero__cell(v);
    if (zero__is_cell(cell->head) || zero__is_object(cell->head)) {
      push_pair(stack, cell->tail.bits, 0, 0);
      v = cell->head;
    } else {
      hash = absorb_value(heap, hash, cell->head);
      v = cell->tail;
    }
    hash = absorb_value(heap, hash, v);
  }
  uint64_t run = run_length(v);
  uint64_t word = run == 0 ? 0 : run_word(stack, v);
  if (run > 0) push_pair(stack, word, word, run);
  return hash;
}

uint64_t zero__hash(struct zero_heap *heap, zero_value v) {
  struct zero_pending stack;
  uint64_t visited = 0;
  zero__pending_init(&stack, heap);
  uint64_t hash = hash_walk(&stack, 0, v, &visited);
  while (stack.used > 0) {
    zero_value other; /* the stack is that of equality, of pairs */
    pop_pair(&stack, &v, &other);
    hash = hash_walk(&stack, hash, v, &visited);
  }
  zero__heap_charge_rest(heap, visited);
  return hash;
}

uint32_t zero__key_hash(zero_value key) {
  if (zero__is_text(key)) {
    uint32_t hash = zero__text(key)->hash;
    return hash != 0 ? hash : zero__text_hash(NULL, key);
  }
  const uint64_t in_run = ZERO_RUN - 1;
  uint64_t number =
      zero__is_i64(key) ? (uint64_t)zero__i64_number(key) : ~key.bits;
  return (uint32_t)(mix(number & ~in_run) >> 32) ^ (uint32_t)(number & in_run);
}
