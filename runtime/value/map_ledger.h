/* map_ledger.h - a hash table that remembers each of its versions.
 *
 * An append-only array of pairs and an index over it. A put appends the new
 * pair, a removal one without a value, and each is a version: version n is
 * what the first n pairs say. So the newest version is read and written like
 * any ledger, in place, and an older one is read from where it ends.
 *
 * A pair is named by its place, from 1; 0 is none. Once a key was put again
 * or removed, each pair has a note of the pair of the same key before it and
 * of one further back, so that the one an older version sees is found in
 * steps logarithmic in the updates of that key.
 *
 * Keys that crowd. No look-up takes more than ZERO_LEDGER_PROBES steps nor
 * meets more than ZERO_LEDGER_TWINS keys of one hash: where a key cannot be
 * laid so, it is refused, and the caller keeps it elsewhere (map.c).
 *
 * A ledger of ZERO_LEDGER_SMALL pairs or fewer has no index and is read from
 * the back. Only what takes a heap allocates and may raise. */
#ifndef ZERO_VALUE_MAP_LEDGER_H
#define ZERO_VALUE_MAP_LEDGER_H

#include "base/heap.h"
#include "value/word.h"

enum {
  ZERO_LEDGER_SMALL = 6,
  ZERO_LEDGER_PROBES = 256,
  ZERO_LEDGER_TWINS = 8,
};

struct zero_pair {
  zero_value key;
  zero_value value; /* none: the key is removed */
};

struct zero_index;
struct zero_note;

struct zero_ledger {
  uint32_t capacity;
  uint32_t used;            /* the newest version */
  struct zero_index *index; /* NULL: small */
  struct zero_note *notes;  /* NULL: small, or each pair is of another key */
  struct zero_pair pairs[];
};

/* The one ledger without room: no pairs, and none can be put. */
struct zero_ledger *zero__ledger_none(void);

/* A ledger of `count` pairs whose keys differ, with room for as many more at
 * least where it has an index. NULL where they crowd or are too many. */
struct zero_ledger *zero__ledger_of(struct zero_heap *heap,
                                    const struct zero_pair *pairs,
                                    uint64_t count);

/* True where the newest version may be put to, in place, giving one of
 * `size` keys. A ledger that mostly holds what is gone has no room either:
 * no version has more than 4 * size + 16 pairs, so that walking it stays
 * linear in its size. */
bool zero__ledger_room(const struct zero_ledger *ledger, uint64_t size);

/* Says that a ledger was replaced, so that it will be once only. */
void zero__ledger_close(struct zero_ledger *ledger);
bool zero__ledger_closed(const struct zero_ledger *ledger);

/* To be called before a key that is there is put again or removed. What it
 * does it does once for a ledger. */
void zero__ledger_annotate(struct zero_heap *heap, struct zero_ledger *ledger);

/* Appends to a ledger with room. False where the key is refused: nothing has
 * changed then. */
bool zero__ledger_put(struct zero_ledger *ledger, zero_value key,
                      zero_value value);

/* The place of the pair that says what `key` is in `version`, or 0. */
uint32_t zero__ledger_find(const struct zero_ledger *ledger, uint32_t version,
                           zero_value key);

/* Says that a key of this hash is looked up soon, so that memory is asked
 * for what that reads while other work is done. */
void zero__ledger_expect(const struct zero_ledger *ledger, uint32_t hash);

static inline const struct zero_pair *zero__ledger_pair(
    const struct zero_ledger *ledger, uint32_t place) {
  return &ledger->pairs[place - 1];
}

/* Of a ledger with an index: the place at which the pair's key was put first
 * since it was last not there, which gives the order of the keys; and the
 * key's hash. */
uint32_t zero__ledger_rank(const struct zero_ledger *ledger, uint32_t place);
uint32_t zero__ledger_hash(const struct zero_ledger *ledger, uint32_t place);

/* The places of a version's keys in order, and in *count how many. */
const uint32_t *zero__ledger_order(struct zero_heap *heap,
                                   const struct zero_ledger *ledger,
                                   uint32_t version, uint32_t *count);

/* A ledger with room for what the newest version of one with an index says.
 * NULL where its keys crowd or are too many. */
struct zero_ledger *zero__ledger_next(struct zero_heap *heap,
                                      const struct zero_ledger *ledger);

/* Steps back to what `version` sees, from the newest pair of `key`: for
 * tests. */
unsigned zero__ledger_steps(const struct zero_ledger *ledger,
                            uint32_t version, zero_value key);

#endif
