/* map_ledger.h - a hash table that remembers each of its versions.
 *
 * An append-only array of pairs and an index over it. A put appends the new
 * pair, a removal one without a value, and each is a version: version n is the
 * first n pairs. So the newest version is read and written like any ledger, in
 * place, and an older one is read from its end.
 *
 * A pair is named by its place, from 1; 0 is none. Once a key was put again or
 * removed, each pair has a note of the previous pair of the same key and of one
 * further back, so that the one an older version sees is found in steps
 * logarithmic in the updates of that key.
 *
 * Keys that crowd. No look-up takes more than ZERO_LEDGER_PROBES steps or meets
 * more than ZERO_LEDGER_TWINS keys of one hash: a key that would exceed that is
 * refused, and the caller keeps it elsewhere (map.c).
 *
 * A ledger of ZERO_LEDGER_SMALL pairs or fewer has no index and is read from
 * the back. Only functions that take a heap allocate and may raise. */
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

/* A ledger of `count` pairs whose keys differ, with room for at least as many
 * more if it has an index. NULL if they crowd or are too many. */
struct zero_ledger *zero__ledger_of(struct zero_heap *heap,
                                    const struct zero_pair *pairs,
                                    uint64_t count);

/* True if the newest version may be put to, in place, giving one of `size`
 * keys. A ledger of mostly removed pairs has no room either: no version has
 * more than 4 * size + 16 pairs, so that walking it stays linear in its
 * size. */
bool zero__ledger_room(const struct zero_ledger *ledger, uint64_t size);

/* Says that a ledger was replaced, so that it will be once only. */
void zero__ledger_close(struct zero_ledger *ledger);
bool zero__ledger_closed(const struct zero_ledger *ledger);

/* Must be called before an existing key is put again or removed. It acts once
 * for a ledger. */
void zero__ledger_annotate(struct zero_heap *heap, struct zero_ledger *ledger);

/* Appends to a ledger with room. False if the key is refused: nothing has
 * changed then. */
bool zero__ledger_put(struct zero_ledger *ledger, zero_value key,
                      zero_value value);

/* The place of the pair that `key` has in `version`, or 0. */
uint32_t zero__ledger_find(const struct zero_ledger *ledger, uint32_t version,
                           zero_value key);

/* Announces that a key of this hash will be looked up soon, so that memory is
 * prefetched while other work is done. */
void zero__ledger_expect(const struct zero_ledger *ledger, uint32_t hash);

static inline const struct zero_pair *zero__ledger_pair(
    const struct zero_ledger *ledger, uint32_t place) {
  return &ledger->pairs[place - 1];
}

/* For a ledger with an index: the place at which the pair's key was first put
 * since it was last missing, which gives the order of the keys; and the key's
 * hash. */
uint32_t zero__ledger_rank(const struct zero_ledger *ledger, uint32_t place);
uint32_t zero__ledger_hash(const struct zero_ledger *ledger, uint32_t place);

/* The places of a version's keys in order, and in *count how many. */
const uint32_t *zero__ledger_order(struct zero_heap *heap,
                                   const struct zero_ledger *ledger,
                                   uint32_t version, uint32_t *count);

/* A ledger with room for the pairs of the newest version of one with an index.
 * NULL if its keys crowd or are too many. */
struct zero_ledger *zero__ledger_next(struct zero_heap *heap,
                                      const struct zero_ledger *ledger);

/* Steps back to the pair that `version` sees, from the newest pair of `key`:
 * for tests. */
unsigned zero__ledger_steps(const struct zero_ledger *ledger,
                            uint32_t version, zero_value key);

#endif
