/* map_ledger.c - a hash table that remembers each of its versions.
 *
 * The index is open addressing over at least twice as many slots as there may
 * be pairs. A slot is 32 bits: the place of the key's newest pair in the low
 * ones, as many as a slot number takes, and above them the key's mark: as many
 * bits made of its hash, so that most other keys are skipped without being
 * read. Hashes and slots are in one leaf:
 *
 *   | shift |            the first word of a leaf: small, no address
 *   | finger | closed |
 *   | slot |             2 * capacity, a power of two
 *   | hash |             one for each place, and one in front of them
 *
 * Slots are in groups. A hash gives a group and a first slot in it; the others
 * follow, then those of the groups one, three, six and so on further. The keys
 * of a run (zero__key_hash) have one group and a slot of it each, so that
 * consecutive keys wait for memory once in eight.
 *
 * The finger is the place that was found last. The pair after it is tried
 * before the index, because keys are often looked up in the order they were put
 * in: then no slot is read, which is the whole cost outside the cache.
 *
 * Notes make a key's older pairs a list with skew-binary jumps (Myers 1983):
 * a note has the place before it and one as far back as the depth's digits
 * say, so that any place of a list of n is at most 3 log2 n steps away. */
#include "value/map_ledger.h"

#include "value/compare.h"

enum {
  SMALL_FIRST = 2,  /* capacity of the first ledger: 64 bytes in all */
  LARGE_FIRST = 16, /* and of the first one with an index */
  LARGE_LAST = 1 << 30,
  HASH_BITS = 32,
  GROUP = ZERO_RUN, /* slots */
  AHEAD = 8, /* pairs between asking for a slot and writing it */
};

#define STALE (UINT32_C(1) << 31)

struct zero_index {
  uint64_t shift; /* of a mixed hash, to its slot */
  uint32_t finger;
  uint32_t closed;
  uint32_t slots[]; /* hashes after them */
};

_Static_assert(ZERO_LEDGER_PROBES % GROUP == 0, "groups are probed whole");

struct zero_note {
  uint32_t rank;  /* and STALE if a newer pair has the key */
  uint32_t older; /* place of the same key's pair before this */
  uint32_t jump;  /* of one further back */
  uint32_t depth; /* how many there are, this included */
};

struct zero_ledger *zero__ledger_none(void) {
  static const struct zero_ledger none = {0};
  return (struct zero_ledger *)(uintptr_t)&none; /* full: never written */
}

static inline uint32_t *hashes_of(const struct zero_ledger *ledger) {
  return &ledger->index->slots[2 * (size_t)ledger->capacity];
}

/* Of a slot number, and so of the place in a slot. */
static inline uint32_t mask_of(const struct zero_ledger *ledger) {
  return 2 * ledger->capacity - 1;
}

/* The upper bits of a product select the group. */
static inline uint32_t first_slot(const struct zero_ledger *ledger,
                                  uint32_t hash) {
  uint32_t in_group = hash % GROUP;
  uint32_t mixed = (hash - in_group) * UINT32_C(0x9e3779b1);
  uint32_t slot = mixed >> ledger->index->shift;
  return slot - slot % GROUP + in_group;
}

/* The hash with its last bits above the others, for the mark: they distinguish
 * the keys of a group. */
static inline uint32_t turned(uint32_t hash) {
  return hash / GROUP | hash % GROUP * (UINT32_MAX / GROUP + 1);
}

static inline bool is_live(const struct zero_pair *pair) {
  return !zero_is_none(pair->value);
}

/* --- looking up -------------------------------------------------------- */

/* The slot of `key`, or the empty one for it; NULL if it is not there and would
 * be refused. No key equals none. */
static uint32_t *probe(const struct zero_ledger *ledger, uint32_t hash,
                       zero_value key) {
  uint32_t mask = mask_of(ledger);
  uint32_t mark = turned(hash);
  uint32_t at = first_slot(ledger, hash);
  unsigned twins = 0;
  for (uint32_t step = GROUP; step <= ZERO_LEDGER_PROBES; step += GROUP) {
    uint32_t *group = &ledger->index->slots[at - at % GROUP];
    for (unsigned i = 0; i < GROUP; i++) {
      uint32_t *slot = &group[(at + i) % GROUP];
      if (*slot == 0) return slot;
      if (((*slot ^ mark) & ~mask) != 0) continue;
      uint32_t place = *slot & mask;
      if (zero__same_key(zero__ledger_pair(ledger, place)->key, key)) {
        return slot;
      }
      twins += hashes_of(ledger)[place] == hash;
      if (twins == ZERO_LEDGER_TWINS) return NULL;
    }
    at = (at + step) & mask;
  }
  return NULL;
}

/* One step back from a pair that `version` does not see. */
static inline uint32_t step_back(const struct zero_ledger *ledger,
                                 uint32_t place, uint32_t version) {
  if (ledger->notes == NULL) return 0;
  const struct zero_note *note = &ledger->notes[place];
  return note->jump > version ? note->jump : note->older;
}

/* True if the pair at `place` is the key's newest. */
static inline bool is_at(const struct zero_ledger *ledger, uint32_t place,
                         zero_value key) {
  if (place > ledger->used) return false;
  zero_value other = zero__ledger_pair(ledger, place)->key;
  bool same = zero__same(other, key) ||
              (!zero__is_small(key) &&
               hashes_of(ledger)[place] == zero__key_hash(key) &&
               zero__same_key(other, key));
  if (!same) return false;
  return ledger->notes == NULL || (ledger->notes[place].rank & STALE) == 0;
}

/* The place of the key's newest pair. */
static uint32_t find_newest(const struct zero_ledger *ledger, zero_value key) {
  struct zero_index *index = ledger->index;
  if (is_at(ledger, index->finger + 1, key)) return ++index->finger;
  const uint32_t *slot = probe(ledger, zero__key_hash(key), key);
  index->finger = slot == NULL ? 0 : *slot & mask_of(ledger);
  return index->finger;
}

uint32_t zero__ledger_find(const struct zero_ledger *ledger, uint32_t version,
                           zero_value key) {
  if (ledger->index == NULL) {
    const struct zero_pair *pair = ledger->pairs + version;
    while (pair > ledger->pairs) {
      if (zero__same_key((--pair)->key, key)) {
        return (uint32_t)(pair - ledger->pairs) + 1;
      }
    }
    return 0;
  }
  uint32_t place = find_newest(ledger, key);
  while (ZERO_UNLIKELY(place > version)) {
    place = step_back(ledger, place, version);
  }
  return place;
}

void zero__ledger_expect(const struct zero_ledger *ledger, uint32_t hash) {
  if (ledger->index == NULL) return;
  __builtin_prefetch(&ledger->index->slots[first_slot(ledger, hash)]);
}

unsigned zero__ledger_steps(const struct zero_ledger *ledger,
                            uint32_t version, zero_value key) {
  unsigned steps = 0;
  uint32_t place = ledger->index == NULL ? 0 : find_newest(ledger, key);
  for (; place > version; steps++) place = step_back(ledger, place, version);
  return steps;
}

/* --- putting ----------------------------------------------------------- */

void zero__ledger_annotate(struct zero_heap *heap, struct zero_ledger *ledger) {
  if (ledger->index == NULL || ledger->notes != NULL) return;
  size_t count = (size_t)ledger->capacity + 1;
  struct zero_note *notes =
      zero__alloc(heap, ZERO_LEAF, count * sizeof *notes);
  notes[0] = (struct zero_note){0};
  for (uint32_t place = 1; place <= ledger->used; place++) {
    notes[place] = (struct zero_note){.rank = place, .depth = 1};
    zero__heap_charge_item(heap, place);
  }
  ledger->notes = notes;
}

/* Writes the note of the pair at `place`; the previous pair of its key was at
 * `older`, 0 for none. */
static void take_note(struct zero_ledger *ledger, uint32_t place,
                      uint32_t older) {
  struct zero_note *notes = ledger->notes;
  const struct zero_note *before = &notes[older];
  const struct zero_note *jump = &notes[before->jump];
  const struct zero_note *far = &notes[jump->jump];
  bool stays = older != 0 && is_live(zero__ledger_pair(ledger, older));
  bool even = before->depth - jump->depth == jump->depth - far->depth;
  notes[place] = (struct zero_note){
      .rank = stays ? before->rank : place,
      .older = older,
      .jump = even ? jump->jump : older,
      .depth = before->depth + 1,
  };
  if (older != 0) notes[older].rank |= STALE;
}

/* Writes the newest place of a key of this hash into its slot. */
static inline void set_slot(const struct zero_ledger *ledger, uint32_t *slot,
                            uint32_t hash, uint32_t place) {
  hashes_of(ledger)[place] = hash;
  *slot = (turned(hash) & ~mask_of(ledger)) | place;
}

bool zero__ledger_put(struct zero_ledger *ledger, zero_value key,
                      zero_value value) {
  uint32_t place = ledger->used + 1;
  if (ledger->index != NULL) {
    uint32_t hash = zero__key_hash(key);
    uint32_t *slot = probe(ledger, hash, key);
    if (slot == NULL) return false;
    if (ledger->notes != NULL) {
      take_note(ledger, place, *slot & mask_of(ledger));
    }
    set_slot(ledger, slot, hash, place);
  }
  ledger->pairs[place - 1] = (struct zero_pair){key, value};
  ledger->used = place;
  return true;
}

bool zero__ledger_room(const struct zero_ledger *ledger, uint64_t size) {
  if (ledger->used == ledger->capacity) return false;
  return ledger->index == NULL || ledger->used < 4 * size + LARGE_FIRST;
}

void zero__ledger_close(struct zero_ledger *ledger) {
  if (ledger->index != NULL) ledger->index->closed = 1;
}

bool zero__ledger_closed(const struct zero_ledger *ledger) {
  return ledger->index != NULL && ledger->index->closed != 0;
}

/* --- making ------------------------------------------------------------ */

/* The capacity of a ledger made with `count` pairs; 0: too many. */
static uint32_t capacity_for(uint64_t count) {
  if (count < SMALL_FIRST) return SMALL_FIRST;
  if (count < ZERO_LEDGER_SMALL) return ZERO_LEDGER_SMALL;
  if (count > LARGE_LAST / 2) return 0;
  uint32_t capacity = LARGE_FIRST;
  while (capacity < 2 * count) capacity *= 2;
  return capacity;
}

/* An empty ledger with room for `capacity` pairs. */
static struct zero_ledger *ledger_new(struct zero_heap *heap,
                                      uint32_t capacity) {
  size_t size = capacity * sizeof(struct zero_pair);
  struct zero_ledger *ledger =
      zero__alloc(heap, ZERO_TRACED, sizeof *ledger + size);
  ledger->capacity = capacity;
  ledger->used = 0;
  ledger->index = NULL;
  ledger->notes = NULL;
  if (capacity <= ZERO_LEDGER_SMALL) return ledger;
  size_t hashes = ((size_t)capacity + 1) * sizeof(uint32_t);
  size_t slots = 2 * (size_t)capacity * sizeof(uint32_t);
  struct zero_index *index =
      zero__alloc(heap, ZERO_LEAF, sizeof *index + hashes + slots);
  index->shift = HASH_BITS;
  for (uint32_t n = 2 * capacity; n > 1; n /= 2) index->shift--;
  index->finger = index->closed = 0;
  memset(index->slots, 0, slots + sizeof(uint32_t));
  ledger->index = index;
  return ledger;
}

/* Lays the pair at the next place, already written, into the index. */
static bool lay(struct zero_ledger *ledger, uint32_t hash) {
  uint32_t *slot = probe(ledger, hash, ZERO_NONE);
  if (slot != NULL) set_slot(ledger, slot, hash, ++ledger->used);
  return slot != NULL;
}

struct zero_ledger *zero__ledger_of(struct zero_heap *heap,
                                    const struct zero_pair *pairs,
                                    uint64_t count) {
  uint32_t capacity = capacity_for(count);
  if (capacity == 0) return NULL;
  struct zero_ledger *ledger = ledger_new(heap, capacity);
  zero__heap_copy(heap, ledger->pairs, pairs, count * sizeof *pairs);
  if (ledger->index == NULL) {
    ledger->used = (uint32_t)count;
    return ledger;
  }
  for (uint64_t i = 0; i < count; i++) {
    if (!lay(ledger, zero__key_hash(pairs[i].key))) return NULL;
    zero__heap_charge_item(heap, i + 1);
  }
  return ledger;
}

/* --- order ------------------------------------------------------------- */

uint32_t zero__ledger_rank(const struct zero_ledger *ledger, uint32_t place) {
  return ledger->notes == NULL ? place : ledger->notes[place].rank & ~STALE;
}

uint32_t zero__ledger_hash(const struct zero_ledger *ledger, uint32_t place) {
  return hashes_of(ledger)[place];
}

/* Replays the pairs of a small ledger. */
static uint32_t order_small(const struct zero_ledger *ledger,
                            uint32_t version, uint32_t *order) {
  uint32_t count = 0;
  for (uint32_t place = 1; place <= version; place++) {
    const struct zero_pair *pair = zero__ledger_pair(ledger, place);
    uint32_t i = 0;
    while (i < count &&
           !zero__same_key(zero__ledger_pair(ledger, order[i])->key,
                           pair->key)) {
      i++;
    }
    if (is_live(pair)) {
      order[i] = place;
      count += i == count;
    } else if (i < count) {
      count--;
      for (; i < count; i++) order[i] = order[i + 1];
    }
  }
  return count;
}

const uint32_t *zero__ledger_order(struct zero_heap *heap,
                                   const struct zero_ledger *ledger,
                                   uint32_t version, uint32_t *count) {
  size_t size = ((size_t)version + 2) * sizeof(uint32_t);
  uint32_t *order = zero__alloc(heap, ZERO_LEAF, size);
  memset(order, 0, size);
  order += 2; /* a leaf may not begin with what looks like an address */
  *count = 0;
  if (ledger->index == NULL) {
    *count = order_small(ledger, version, order);
    return order;
  }
  /* The last pair of each rank, by rank; then those with a value, closer. */
  for (uint32_t place = 1; place <= version; place++) {
    order[zero__ledger_rank(ledger, place) - 1] = place;
    zero__heap_charge_item(heap, place);
  }
  for (uint32_t rank = 1; rank <= version; rank++) {
    uint32_t place = order[rank - 1];
    if (place != 0 && is_live(zero__ledger_pair(ledger, place))) {
      order[(*count)++] = place;
    }
    zero__heap_charge_item(heap, rank);
  }
  zero__heap_charge_rest(heap, version);
  return order;
}

/* --- moving ------------------------------------------------------------ */

struct zero_ledger *zero__ledger_next(struct zero_heap *heap,
                                      const struct zero_ledger *ledger) {
  uint32_t count = ledger->used;
  const uint32_t *order = NULL;
  if (ledger->notes != NULL) {
    order = zero__ledger_order(heap, ledger, ledger->used, &count);
  }
  uint32_t capacity = capacity_for(count);
  if (capacity == 0) return NULL;
  struct zero_ledger *next = ledger_new(heap, capacity);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t place = order == NULL ? i + 1 : order[i];
    next->pairs[i] = *zero__ledger_pair(ledger, place);
    zero__heap_charge_item(heap, i + 1);
    if (next->index == NULL) {
      next->used++;
      continue;
    }
    if (i + AHEAD < count) {
      uint32_t later = order == NULL ? place + AHEAD : order[i + AHEAD];
      uint32_t hash = hashes_of(ledger)[later];
      __builtin_prefetch(&next->index->slots[first_slot(next, hash)], 1);
    }
    if (!lay(next, hashes_of(ledger)[place])) return NULL;
  }
  return next;
}
