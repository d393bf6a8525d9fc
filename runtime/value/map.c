/* map.c - Map: a version of a ledger, or a branch from one.
 *
 * A Map is one of two:
 *   plain   the first `version` pairs of a table (map_ledger.h). If the table
 *           has no more, a put appends to it and both Maps share it.
 *   branch  a tree of changes laid over a version of a table (map_tree.h): a
 *           put to an older version makes it, and the puts after it. The
 *           tree is searched first; a value of none means removed. An entry's
 *           sequence number is its rank in the table if it replaces or
 *           removes one, else above all of them.
 *
 * Linear steps, and their amortisation:
 *   - a table without room moves to another at its next put. At least as
 *     many updates as a share of that work went before, and the old table is
 *     closed: further puts to its Maps branch;
 *   - a branch becomes a table when all Maps made from it together were
 *     updated as often as half the work. They share that count, so it is
 *     paid for however they fork;
 *   - small tables are copied, which is a bounded step.
 * A key that the table refuses, because too many crowd where it belongs, is
 * put into a branch over it, so that chosen keys cost a logarithm too.
 *
 * Whatever may raise comes before any change. */
#include "value/map.h"

#include "value/list.h"
#include "value/map_ledger.h"
#include "value/map_tree.h"

enum {
  DIGIT_BITS = 8, /* of a sequence number, when sorting */
  DIGITS = 1 << DIGIT_BITS,
};

struct map {
  uint64_t header;
  uint64_t size;
  uint32_t version;
  uint32_t branched; /* 1: a struct branch begins with this */
  struct zero_ledger *ledger;
};

struct branch {
  struct map map; /* the version it branched from except the size */
  const struct zero_tree *tree;
  uint64_t laid;     /* entries of the tree, removals included */
  uint64_t next;     /* sequence number of the next new key */
  uint64_t *updates; /* leaf; of all Maps of this branch, since a rebuild */
};

static const struct map *map_of(zero_value map) {
  return (const void *)zero__object(map);
}

static const struct branch *branch_of(const struct map *map) {
  return (const void *)map;
}

_Static_assert(sizeof(struct zero_pair) == 2 * sizeof(zero_value),
               "pairs lie in storage as words");

static zero_value plain_new(struct zero_heap *heap, struct zero_ledger *ledger,
                            uint32_t version, uint64_t size) {
  struct map *map = zero__alloc_small(heap, ZERO_TRACED, sizeof *map);
  map->header = zero__header(ZERO_KIND_MAP, ZERO_FAMILY_MAP, 0, 1);
  map->size = size;
  map->version = version;
  map->branched = 0;
  map->ledger = ledger;
  return zero__of_object(map);
}

zero_value zero__map_empty(struct zero_heap *heap) {
  if (heap->empty_map == 0) {
    heap->empty_map = plain_new(heap, zero__ledger_none(), 0, 0).bits;
  }
  return (zero_value){heap->empty_map};
}

/* --- looking up -------------------------------------------------------- */

zero_value zero__map_get(zero_value value, zero_value key) {
  const struct map *map = map_of(value);
  if (!zero__is_key(key)) return ZERO_NONE;
  if (ZERO_UNLIKELY(map->branched != 0)) {
    uint32_t hash = zero__key_hash(key);
    zero__ledger_expect(map->ledger, hash);
    const struct zero_entry *entry =
        zero__tree_get(branch_of(map)->tree, hash, key);
    if (entry != NULL) return entry->value;
  }
  uint32_t place = zero__ledger_find(map->ledger, map->version, key);
  if (place == 0) return ZERO_NONE;
  return zero__ledger_pair(map->ledger, place)->value;
}

uint64_t zero__map_size(zero_value map) {
  return map_of(map)->size;
}

/* --- walking ----------------------------------------------------------- */

/* Moves `from` to `to` in the order of one digit of the sequence numbers,
 * keeping equal ones in place. */
static void sort_digit(struct zero_heap *heap, const struct zero_entry *from,
                       struct zero_entry *to, uint64_t count, unsigned shift) {
  uint64_t starts[DIGITS + 1] = {0};
  for (uint64_t i = 0; i < count; i++) {
    starts[(from[i].sequence >> shift & (DIGITS - 1)) + 1]++;
    zero__heap_charge_item(heap, i + 1);
  }
  for (unsigned d = 1; d < DIGITS; d++) starts[d] += starts[d - 1];
  for (uint64_t i = 0; i < count; i++) {
    to[starts[from[i].sequence >> shift & (DIGITS - 1)]++] = from[i];
    zero__heap_charge_item(heap, i + 1);
  }
}

/* The entries of a branch whose keys are not in its table's version, in order;
 * traced storage. */
static const struct zero_entry *new_entries(struct zero_heap *heap,
                                            const struct branch *branch,
                                            uint64_t *count) {
  struct zero_entry *entries =
      zero__alloc(heap, ZERO_TRACED, 2 * branch->laid * sizeof *entries);
  struct zero_entry *other = entries + branch->laid;
  struct zero_entry *end = zero__tree_collect(heap, branch->tree, entries);
  *count = 0;
  for (const struct zero_entry *entry = entries; entry < end; entry++) {
    if (entry->sequence > branch->map.version) entries[(*count)++] = *entry;
    zero__heap_charge_item(heap, (uint64_t)(entry - entries) + 1);
  }
  if (*count < 2) return entries;
  for (unsigned shift = 0; branch->next >> shift != 0; shift += DIGIT_BITS) {
    sort_digit(heap, entries, other, *count, shift);
    struct zero_entry *sorted = other;
    other = entries;
    entries = sorted;
  }
  return entries;
}

/* The branch's values for the pairs that its ledger's version has, and then for
 * other keys. */
static void walk_branch(struct zero_heap *heap, const struct branch *branch,
                        struct zero_pair *to) {
  const struct zero_ledger *ledger = branch->map.ledger;
  uint32_t count;
  const uint32_t *order =
      zero__ledger_order(heap, ledger, branch->map.version, &count);
  for (uint32_t i = 0; i < count; i++) {
    struct zero_pair pair = *zero__ledger_pair(ledger, order[i]);
    const struct zero_entry *over = zero__tree_get(
        branch->tree, zero__ledger_hash(ledger, order[i]), pair.key);
    bool here = over == NULL ||
                over->sequence == zero__ledger_rank(ledger, order[i]);
    if (over != NULL) pair = (struct zero_pair){over->key, over->value};
    if (here && !zero_is_none(pair.value)) *to++ = pair;
    zero__heap_charge(heap, 1);
  }
  if (branch->laid == 0) return;
  uint64_t more;
  const struct zero_entry *entries = new_entries(heap, branch, &more);
  for (uint64_t i = 0; i < more; i++) {
    *to++ = (struct zero_pair){entries[i].key, entries[i].value};
    zero__heap_charge_item(heap, i + 1);
  }
}

/* The pairs of a map in order; traced storage. */
static struct zero_pair *walk(struct zero_heap *heap, const struct map *map) {
  const struct zero_ledger *ledger = map->ledger;
  size_t size = map->size * sizeof(struct zero_pair);
  struct zero_pair *pairs =
      zero__alloc(heap, ZERO_TRACED, size == 0 ? 1 : size);
  if (map->branched != 0) {
    walk_branch(heap, branch_of(map), pairs);
  } else if (map->version == map->size) { /* each pair is of another key */
    zero__heap_copy(heap, pairs, ledger->pairs, size);
  } else {
    uint32_t count;
    const uint32_t *order =
        zero__ledger_order(heap, ledger, map->version, &count);
    for (uint32_t i = 0; i < count; i++) {
      pairs[i] = *zero__ledger_pair(ledger, order[i]);
      zero__heap_charge_item(heap, i + 1);
    }
  }
  return pairs;
}

zero_value *zero__map_pairs(struct zero_heap *heap, zero_value map) {
  return (zero_value *)(void *)walk(heap, map_of(map));
}

zero_value zero__map_entries(struct zero_heap *heap, zero_value map) {
  uint64_t count = zero__map_size(map);
  zero_value list = ZERO_EMPTY;
  if (count == 0) return list;
  const zero_value *words = zero__map_pairs(heap, map);
  while (count-- > 0) {
    list = zero__cons(heap, zero__list(heap, &words[2 * count], 2), list);
    zero__heap_charge(heap, 1);
  }
  return list;
}

/* --- branches ---------------------------------------------------------- */

/* Lays `key` at `value`, or its removal, into the tree of `branch`. */
static void lay(struct zero_heap *heap, struct branch *branch, zero_value key,
                zero_value value) {
  const struct map *map = &branch->map;
  uint32_t hash = zero__key_hash(key);
  const struct zero_entry *old = zero__tree_get(branch->tree, hash, key);
  uint32_t place = zero__ledger_find(map->ledger, map->version, key);
  bool has = place != 0 &&
             !zero_is_none(zero__ledger_pair(map->ledger, place)->value);
  if (zero_is_none(value) && !has) {
    branch->tree = zero__tree_remove(heap, branch->tree, hash, key);
    branch->laid--;
    return;
  }
  struct zero_entry entry = {.key = key, .value = value};
  if (zero_is_none(value) || (old == NULL && has)) {
    entry.sequence = zero__ledger_rank(map->ledger, place);
  } else if (old != NULL && !zero_is_none(old->value)) {
    entry.sequence = old->sequence;
  } else {
    entry.sequence = branch->next++;
  }
  branch->tree = zero__tree_put(heap, branch->tree, hash, &entry);
  branch->laid += old == NULL;
}

/* A map becomes a branch, and a branch a table if it has paid for one. */
static zero_value set_branch(struct zero_heap *heap, const struct map *map,
                             zero_value key, zero_value value, uint64_t size) {
  struct branch changed;
  if (map->branched != 0) {
    changed = *branch_of(map);
  } else {
    changed = (struct branch){.map = *map, .next = map->version + UINT64_C(1)};
    changed.map.branched = 1;
    changed.updates = zero__alloc(heap, ZERO_LEAF, sizeof *changed.updates);
    *changed.updates = 0;
  }
  changed.map.size = size;
  lay(heap, &changed, key, value);
  struct branch *branch = zero__alloc_small(heap, ZERO_TRACED, sizeof *branch);
  *branch = changed;
  zero_value made = zero__of_object(branch);
  if (++*branch->updates < (branch->map.version + size) / 2) return made;
  *branch->updates = 0;
  struct zero_ledger *ledger =
      zero__ledger_of(heap, walk(heap, &branch->map), size);
  return ledger == NULL ? made : plain_new(heap, ledger, ledger->used, size);
}

/* --- updates ----------------------------------------------------------- */

/* A table with room and the same pairs as `map`, or NULL if the map must
 * branch: it is an older version, or its table was replaced before, or its keys
 * crowd in a new one. */
static struct zero_ledger *next_ledger(struct zero_heap *heap,
                                       const struct map *map) {
  struct zero_ledger *ledger = map->ledger;
  if (ledger->index == NULL) {
    return zero__ledger_of(heap, walk(heap, map), map->size);
  }
  if (map->version != ledger->used || zero__ledger_closed(ledger)) return NULL;
  struct zero_ledger *next = zero__ledger_next(heap, ledger);
  zero__ledger_close(ledger);
  return next;
}

/* The map with `key` at `value`, or without it if the value is none; the result
 * has `size` keys. */
static zero_value set(struct zero_heap *heap, zero_value old, zero_value key,
                      zero_value value, uint64_t size) {
  const struct map *map = map_of(old);
  if (map->branched != 0) return set_branch(heap, map, key, value, size);
  struct zero_ledger *ledger = map->ledger;
  struct map moved;
  if (ZERO_UNLIKELY(map->version != ledger->used ||
                    !zero__ledger_room(ledger, size) ||
                    zero__ledger_closed(ledger))) {
    ledger = next_ledger(heap, map);
    if (ledger == NULL) return set_branch(heap, map, key, value, size);
    moved = (struct map){map->header, map->size, ledger->used, 0, ledger};
    map = &moved;
  }
  if (size <= map->size) zero__ledger_annotate(heap, ledger);
  zero_value made = plain_new(heap, ledger, ledger->used + 1, size);
  if (ZERO_LIKELY(zero__ledger_put(ledger, key, value))) return made;
  return set_branch(heap, map, key, value, size);
}

zero_value zero__map_put(struct zero_heap *heap, zero_value map,
                         zero_value key, zero_value value) {
  bool added = zero_is_none(zero__map_get(map, key));
  return set(heap, map, key, value, zero__map_size(map) + added);
}

zero_value zero__map_put_at(struct zero_heap *heap, zero_value map,
                            const char *key, zero_value value) {
  return zero__map_put(heap, map, zero__text_of(heap, key), value);
}

zero_value zero__map_remove(struct zero_heap *heap, zero_value map,
                            zero_value key) {
  if (zero_is_none(zero__map_get(map, key))) return map;
  uint64_t size = zero__map_size(map) - 1;
  if (size == 0) return zero__map_empty(heap);
  return set(heap, map, key, ZERO_NONE, size);
}

/* --- from a list ------------------------------------------------------- */

zero_value zero__map_from_entries(struct zero_heap *heap, zero_value list) {
  if (!zero__is_list(list)) return ZERO_NONE;
  zero_value map = zero__map_empty(heap);
  struct zero_iterator at = zero__iterate(list);
  zero_value item, key, value;
  for (uint64_t size = 1; zero__next(heap, &at, &item); size++) {
    struct zero_iterator inside = zero__iterate(item);
    if (!zero__is_list(item) || !zero__next(heap, &inside, &key) ||
        !zero__next(heap, &inside, &value) || !zero__at_end(&inside) ||
        !zero__is_key(key)) {
      return ZERO_NONE;
    }
    zero__heap_charge(heap, 1);
    if (zero__is_text(key)) zero__text_hash(heap, key);
    map = zero__map_put(heap, map, key, value);
    if (zero__map_size(map) != size) return ZERO_NONE;
  }
  return map;
}
