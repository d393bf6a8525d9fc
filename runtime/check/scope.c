/* scope.c - the tables of names: functions and files by text, locals by
 * symbol. */
#include "check/check.h"

#include <string.h>

enum { SCOPE_ROOM = 16, BINDINGS_ROOM = 64 };

static uint32_t name_hash(const char *name) {
  return zero__name_hash(name, strlen(name));
}

struct zero_scope *zero__scope_new(struct zero_heap *heap,
                                   struct zero_scope *outer) {
  struct zero_scope *scope = zero__alloc(heap, ZERO_TRACED, sizeof *scope);
  scope->outer = outer;
  return scope;
}

/* The slot of `name`: its own, or the free one where it belongs. */
static uint32_t *find_slot(const struct zero_scope *scope, const char *name,
                           uint32_t hash) {
  uint32_t mask = scope->room * 2 - 1;
  uint32_t at = hash & mask;
  while (scope->slots[at] != 0) {
    const struct zero_scope_entry *entry =
        &scope->entries[scope->slots[at] - 1];
    if (entry->hash == hash && strcmp(entry->name, name) == 0) break;
    at = (at + 1) & mask;
  }
  return &scope->slots[at];
}

/* Made aside: a raise on the way leaves the scope whole. */
void zero__scope_reserve(struct zero_heap *heap, struct zero_scope *scope,
                         uint32_t count) {
  struct zero_scope wider = *scope;
  enum zero_storage storage = scope->tree ? ZERO_TREE : ZERO_TRACED;
  if (scope->room - scope->count >= count) return;
  if (wider.room == 0) wider.room = SCOPE_ROOM;
  while (wider.room - scope->count < count) wider.room *= 2;
  size_t slots = sizeof(uint32_t) * wider.room * 2;
  wider.entries =
      zero__alloc(heap, storage, sizeof *wider.entries * wider.room);
  zero__heap_copy(heap, wider.entries, scope->entries,
                  sizeof *wider.entries * scope->count);
  wider.slots = zero__alloc(heap, ZERO_LEAF, slots);
  memset(wider.slots, 0, slots);
  for (uint32_t i = 0; i < scope->count; i++) {
    const struct zero_scope_entry *entry = &wider.entries[i];
    zero__heap_charge(heap, 1);
    *find_slot(&wider, entry->name, entry->hash) = i + 1;
  }
  *scope = wider;
}

void zero__scope_put(struct zero_heap *heap, struct zero_scope *scope,
                     const char *name, struct zero_global *global) {
  uint32_t hash = name_hash(name);
  zero__scope_reserve(heap, scope, 1);
  uint32_t *slot = find_slot(scope, name, hash);
  if (*slot == 0) {
    scope->entries[scope->count].hash = hash;
    scope->count++;
    *slot = scope->count;
  }
  scope->entries[*slot - 1].name = name; /* kept by the global */
  scope->entries[*slot - 1].global = global;
}

static inline struct zero_global *find(const struct zero_scope *scope,
                                       const char *name, uint32_t hash) {
  if (scope->count == 0) return NULL;
  uint32_t slot = *find_slot(scope, name, hash);
  return slot == 0 ? NULL : scope->entries[slot - 1].global;
}

struct zero_global *zero__scope_find(const struct zero_scope *scope,
                                     const char *name) {
  return scope == NULL ? NULL : find(scope, name, name_hash(name));
}

static struct zero_global *get(const struct zero_scope *scope,
                               const char *name, uint32_t hash) {
  const struct zero_scope *last = NULL;
  for (; scope != NULL; last = scope, scope = scope->outer) {
    struct zero_global *global = find(scope, name, hash);
    if (global != NULL) return global;
  }
  if (last == NULL || last->find_more == NULL) return NULL;
  return last->find_more(last->library, name);
}

struct zero_global *zero__scope_get(const struct zero_scope *scope,
                                    const char *name) {
  return get(scope, name, name_hash(name));
}

struct zero_global *zero__scope_get_symbol(const struct zero_scope *scope,
                                           const struct zero_symbol *symbol) {
  return get(scope, symbol->name, symbol->hash);
}

/* --- files and dependencies --- */

void *zero__named(const struct zero_check *check, struct zero_named **table,
                  const char *name) {
  if (table == NULL) return NULL;
  struct zero_named *named = table[name_hash(name) % ZERO_BUCKETS];
  while (named != NULL && strcmp(named->name, name) != 0) {
    zero__heap_charge(check->heap, 1);
    named = named->alike;
  }
  return named;
}

void zero__name(struct zero_check *check, struct zero_named ***table,
                struct zero_named *named) {
  if (*table == NULL) {
    *table = zero__tree_alloc(check->heap, ZERO_BUCKETS * sizeof **table);
  }
  struct zero_named **bucket = &(*table)[name_hash(named->name) % ZERO_BUCKETS];
  named->alike = *bucket;
  *bucket = named;
}

/* --- locals --- */

static void link_binding(struct zero_bindings *all, uint32_t index) {
  struct zero_binding *binding = &all->items[index];
  uint32_t *bucket = &all->buckets[binding->symbol->hash & (all->room - 1)];
  binding->older = *bucket;
  *bucket = index + 1;
}

static void bindings_grow(struct zero_heap *heap, struct zero_bindings *all) {
  uint32_t room = all->room == 0 ? BINDINGS_ROOM : all->room * 2;
  struct zero_binding *items = zero__tree_alloc(heap, sizeof *items * room);
  zero__heap_copy(heap, items, all->items, sizeof *items * all->count);
  all->items = items;
  all->buckets = zero__alloc(heap, ZERO_LEAF, sizeof(uint32_t) * room);
  memset(all->buckets, 0, sizeof(uint32_t) * room);
  all->room = room;
  for (uint32_t i = 0; i < all->count; i++) {
    zero__heap_charge(heap, 1);
    link_binding(all, i);
  }
}

void zero__bind(struct zero_check *check, struct zero_local *local) {
  struct zero_bindings *all = &check->bindings;
  if (zero__is_underscore(local->symbol)) return;
  if (all->count == all->room) bindings_grow(check->heap, all);
  all->items[all->count].symbol = local->symbol;
  all->items[all->count].local = local;
  link_binding(all, all->count);
  all->count++;
}

/* Forgets all but the first `count` bindings. The last one is always the
 * newest of its bucket. */
void zero__unbind(struct zero_check *check, uint32_t count) {
  struct zero_bindings *all = &check->bindings;
  while (all->count > count) {
    const struct zero_binding *binding = &all->items[--all->count];
    all->buckets[binding->symbol->hash & (all->room - 1)] = binding->older;
  }
}

struct zero_local *zero__bound_since(const struct zero_check *check,
                                     const struct zero_symbol *symbol,
                                     uint32_t before) {
  const struct zero_bindings *all = &check->bindings;
  if (all->count == before) return NULL;
  uint32_t at = all->buckets[symbol->hash & (all->room - 1)];
  for (; at > before; at = all->items[at - 1].older) {
    if (all->items[at - 1].symbol == symbol) return all->items[at - 1].local;
  }
  return NULL;
}
