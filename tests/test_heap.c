/* test_heap.c - storage survives, is counted to the byte, and a raise lands
 * where it should. criterion runs each test in a process of its own, so each
 * may start libgc in its own way. */
#include "base/heap.h"

#include <criterion/criterion.h>
#include <gc/gc.h>
#include <gc/gc_mark.h>

#include "base/utf8.h"
#include "support/heap.h"
#include "support/scale.h"
#include "value/list.h"
#include "zero/gen/codes.h"

enum { CELLS = ZERO_SCALED(1000000), LEAVES = ZERO_SCALED(200000) };

/* --- what is reachable survives -------------------------------------- */

enum who { ZERO_FIRST, HOST_FIRST };

static struct zero_heap *start_heap(int interior, enum who who) {
  cr_assert(!GC_is_init_called());
  GC_set_all_interior_pointers(interior);
  if (who == HOST_FIRST) GC_INIT();
  return zero_test_bare_heap();
}

/* Garbage between the cells, so that their neighbours are reused. */
static zero_value count_down(struct zero_heap *heap, int64_t from) {
  zero_value list = ZERO_EMPTY;
  for (int64_t i = 0; i < from; i++) {
    list = zero__raw_cons(heap, zero__small(i), list);
    (void)zero__raw_cons(heap, zero__small(-1), list);
    if (i % (from / 4) == 0) GC_gcollect();
  }
  return list;
}

static void check_cells_survive(int interior, enum who who) {
  struct zero_heap *heap = start_heap(interior, who);
  zero_value list = count_down(heap, CELLS);
  GC_gcollect();
  (void)count_down(heap, CELLS);
  for (int64_t i = CELLS; i-- > 0; list = zero__cell(list)->tail) {
    cr_assert(zero__is_cell(list));
    cr_assert_eq(zero__small_number(zero__cell(list)->head), i);
  }
  cr_assert(zero__is_empty(list));
}

Test(heap, cells_survive_zero_first_with_interior_pointers) {
  check_cells_survive(1, ZERO_FIRST);
}

Test(heap, cells_survive_zero_first_without_interior_pointers) {
  check_cells_survive(0, ZERO_FIRST);
}

Test(heap, cells_survive_host_first_with_interior_pointers) {
  check_cells_survive(1, HOST_FIRST);
}

Test(heap, cells_survive_host_first_without_interior_pointers) {
  check_cells_survive(0, HOST_FIRST);
}

/* Small leaves wait on a free list through collections; one handed out
 * twice would lose its first content to the second. */
static void check_leaves_survive(int interior, size_t size) {
  struct zero_heap *heap = start_heap(interior, ZERO_FIRST);
  uint64_t **all = zero__alloc(heap, ZERO_TRACED, LEAVES * sizeof *all);
  for (uint64_t i = 0; i < LEAVES; i++) {
    all[i] = zero__alloc(heap, ZERO_LEAF, size);
    all[i][0] = i;
    all[i][1] = ~i;
    if (i % (LEAVES / 40) == 17) GC_gcollect();
  }
  for (uint64_t i = 0; i < LEAVES; i++) {
    cr_assert_eq(all[i][0], i);
    cr_assert_eq(all[i][1], ~i);
  }
}

Test(heap, leaves_survive_without_interior_pointers) {
  check_leaves_survive(0, 16);
}

Test(heap, leaves_survive_with_interior_pointers) {
  check_leaves_survive(1, 128);
}

static void GC_CALLBACK count_death(void *object, void *deaths) {
  (void)object;
  ++*(int *)deaths;
}

struct part {
  struct zero_roots roots; /* first: top_of casts back */
  uint64_t *top;
};

static void *top_of(const struct zero_roots *roots) {
  return ((const struct part *)(const void *)roots)->top;
}

/* Only memory of the test's own, which libgc does not see, names the objects;
 * a few addresses remain on the stack, at most STALE. */
Test(heap, roots_outside_libgc_are_scanned_up_to_their_top) {
  struct zero_heap *heap = zero_test_bare_heap();
  static int deaths;
  enum { SLOTS = 1000, STALE = 100 };
  GC_word *outside = calloc(SLOTS, sizeof *outside);
  struct part part = {.roots = {.low = outside, .top = top_of},
                      .top = (uint64_t *)outside + SLOTS};
  uint64_t slot = 0;
  struct part other = {.roots = {.low = &slot, .top = top_of},
                       .top = &slot + 1};
  zero__heap_add_roots(&part.roots);
  zero__heap_add_roots(&other.roots);
  for (int i = 0; i < SLOTS; i++) {
    void *object = zero__alloc(heap, ZERO_TRACED, 1000);
    GC_REGISTER_FINALIZER(object, count_death, &deaths, NULL, NULL);
    outside[i] = (GC_word)object;
  }
  GC_gcollect();
  cr_assert_eq(deaths, 0);
  part.top -= SLOTS / 2;
  GC_gcollect();
  GC_invoke_finalizers();
  cr_assert_gt(deaths, SLOTS / 2 - STALE);
  cr_assert_leq(deaths, SLOTS / 2);
  zero__heap_remove_roots(&part.roots);
  zero__heap_remove_roots(&other.roots);
  GC_gcollect();
  GC_invoke_finalizers();
  cr_assert_gt(deaths, SLOTS - STALE);
  free(outside);
}

Test(heap, roots_may_leave_in_any_order) {
  zero__heap_start();
  uint64_t slots[3] = {0};
  struct part parts[3];
  for (int i = 0; i < 3; i++) {
    parts[i].roots = (struct zero_roots){.low = slots + i, .top = top_of};
    parts[i].top = slots + i + 1;
    zero__heap_add_roots(&parts[i].roots);
  }
  zero__heap_remove_roots(&parts[1].roots);
  zero__heap_remove_roots(&parts[2].roots);
  zero__heap_remove_roots(&parts[0].roots);
  GC_gcollect();
}

/* --- what it costs ----------------------------------------------------- */

/* If a batch fails libgc hands out one object alone, and that is a granule
 * larger if interior pointers count: one in a thousand of many, and no more
 * than one in fifty of these. */
static void check_sizes_are_exact(int interior) {
  enum { OBJECTS = 20000 };
  struct zero_heap *heap = start_heap(interior, ZERO_FIRST);
  for (size_t size = ZERO_GRANULE; size <= ZERO_SMALL_MAX;
       size += ZERO_GRANULE) {
    for (unsigned s = 0; s < ZERO_LISTED; s++) {
      enum zero_storage storage = s;
      int larger = 0;
      for (int i = 0; i < OBJECTS; i++) {
        size_t got = GC_size(zero__alloc_small(heap, storage, size - 5));
        larger += got == size + ZERO_GRANULE;
        cr_assert(got == size || got == size + ZERO_GRANULE);
      }
      cr_expect_leq(larger, interior ? OBJECTS / 50 : 0);
    }
  }
}

Test(heap, small_storage_is_as_big_as_asked_with_interior_pointers) {
  check_sizes_are_exact(1);
}

Test(heap, small_storage_is_as_big_as_asked_without_interior_pointers) {
  check_sizes_are_exact(0);
}

static uint64_t taken_from_system(void) {
  struct GC_prof_stats_s stats;
  GC_get_prof_stats(&stats, sizeof stats);
  return stats.obtained_from_os_bytes;
}

/* Heads that wait on the collector's stack would make it grow by 16 bytes
 * each; half of it is more than any other growth. */
Test(heap, marking_a_list_of_objects_takes_no_room_of_its_own) {
  enum { ITEMS = 200000, ROUNDS = 10 };
  struct zero_heap *heap = start_heap(1, ZERO_FIRST);
  zero_value list = ZERO_EMPTY;
  for (int64_t i = 0; i < ITEMS; i++) {
    zero_value item = zero__raw_cons(heap, zero__small(i), ZERO_EMPTY);
    list = zero__raw_cons(heap, item, list);
  }
  uint64_t before = taken_from_system();
  for (int i = 0; i < ROUNDS; i++) GC_gcollect();
  cr_expect_lt(taken_from_system() - before, ITEMS * 8);
  cr_assert(zero__is_cell(list));
}

/* --- the account is exact ------------------------------------------------ */

struct cells {
  struct zero_heap *heap;
  uint64_t made;
};

static void make_cells(void *context) {
  struct cells *cells = context;
  for (;;) {
    (void)zero__raw_cons(cells->heap, ZERO_UNIT, ZERO_EMPTY);
    cells->made++;
  }
}

Test(heap, a_limit_of_n_cells_lets_n_cells_through) {
  struct zero_heap *heap = zero_test_bare_heap();
  const uint64_t limits[] = {0, 1, 2, 255, 256, 257, 1000, 100000, 3};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    struct cells cells = {.heap = heap};
    uint64_t before = zero__heap_allocated(heap);
    zero__heap_limit(heap, limits[i] * 16 + i % 16);
    int code = zero__protect(heap, make_cells, &cells);
    cr_assert_eq(code, ZERO_CODE_ALLOC_LIMIT);
    cr_assert_eq(cells.made, limits[i]);
    cr_assert_eq(zero__heap_allocated(heap) - before, limits[i] * 16);
  }
}

Test(heap, a_limit_counts_what_was_granted_before_and_not_yet_used) {
  struct zero_heap *heap = zero_test_bare_heap();
  for (int i = 0; i < 20; i++) zero__raw_cons(heap, ZERO_UNIT, ZERO_EMPTY);
#ifndef ZERO_GC_STRESS /* which grants one object at a time */
  cr_assert_not_null(heap->free[ZERO_TRACED][0]);
#endif
  struct cells cells = {.heap = heap};
  zero__heap_limit(heap, 5 * 16);
  cr_assert_eq(zero__protect(heap, make_cells, &cells),
               ZERO_CODE_ALLOC_LIMIT);
  cr_assert_eq(cells.made, 5);
  cr_assert_eq(zero__heap_allocated(heap), 25 * 16);
}

/* The next text gets the chunk of the last one, zeroed. */
Test(heap, trees_are_counted_zeroed_and_end_together) {
  enum { TREES = 300, SIZE = 40, WHOLE = 48 };
  static const char zeros[SIZE];
  struct zero_heap *heap = zero_test_bare_heap();
  for (int text = 0; text < 3; text++) {
    uint64_t before = zero__heap_allocated(heap);
    for (int i = 0; i < TREES; i++) {
      char *tree = zero__alloc(heap, ZERO_TREE, SIZE);
      cr_assert_arr_eq(tree, zeros, SIZE);
      memset(tree, 0xFF, SIZE);
    }
    cr_assert_eq(zero__heap_allocated(heap) - before, TREES * WHOLE);
    zero__heap_end_trees(heap);
    cr_assert_eq(zero__heap_allocated(heap) - before, TREES * WHOLE);
  }
}

static void make_trees(void *context) {
  struct cells *cells = context;
  for (;; cells->made++) zero__alloc(cells->heap, ZERO_TREE, 16);
}

Test(heap, a_limit_on_trees_holds_to_the_byte) {
  struct zero_heap *heap = zero_test_bare_heap();
  for (uint64_t limit = 0; limit < 1000; limit += 37) {
    struct cells cells = {.heap = heap};
    zero__heap_limit(heap, limit * 16 + limit % 16);
    cr_assert_eq(zero__protect(heap, make_trees, &cells),
                 ZERO_CODE_ALLOC_LIMIT);
    cr_assert_eq(cells.made, limit);
    if (limit % 2 == 0) zero__heap_end_trees(heap);
  }
}

#ifndef ZERO_GC_STRESS /* which throws spare objects away */
/* A batch is a page; if the part that a limit cuts off were lost, each call
 * would take one. */
Test(heap, what_a_limit_cuts_off_is_handed_out_next) {
  enum { CALLS = 5000, SLACK = 1 << 20 };
  struct zero_heap *heap = zero_test_bare_heap();
  size_t before = GC_get_total_bytes();
  for (int i = 0; i < CALLS; i++) {
    struct cells cells = {.heap = heap};
    zero__heap_limit(heap, 2 * 16);
    cr_assert_eq(zero__protect(heap, make_cells, &cells),
                 ZERO_CODE_ALLOC_LIMIT);
    cr_assert_eq(cells.made, 2);
  }
  cr_expect_lt(GC_get_total_bytes() - before, CALLS * 2 * 16 + SLACK);
}

/* Limits come while lists of each size are half used, and each other time so
 * near that the lists are cut before. */
Test(heap, what_a_limit_takes_back_is_handed_out_next) {
  enum { CALLS = 5000, SLACK = 1 << 20 };
  struct zero_heap *heap = zero_test_bare_heap();
  size_t before = GC_get_total_bytes(), made = 0;
  for (int i = 0; i < CALLS; i++) {
    enum zero_storage storage = i / 2 % 2 == 0 ? ZERO_LEAF : ZERO_TRACED;
    zero__heap_limit(heap, i % 2 == 0 ? UINT64_MAX : 1000);
    for (size_t size = 16; size <= ZERO_SMALL_MAX; size += 16) {
      zero__alloc_small(heap, storage, size);
      made += size;
    }
    zero__heap_limit(heap, 0);
  }
  cr_expect_lt(GC_get_total_bytes() - before, made + SLACK);
}
#endif

Test(heap, what_is_left_of_a_limit_is_known_to_the_byte) {
  struct zero_heap *heap = zero_test_bare_heap();
  cr_expect_eq(zero__heap_left(heap), UINT64_MAX);
  (void)zero__raw_cons(heap, ZERO_UNIT, ZERO_EMPTY);
  cr_expect_eq(zero__heap_left(heap), UINT64_MAX);
  const uint64_t limits[] = {1000, UINT64_MAX - 1, UINT64_MAX - 17};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    zero__heap_limit(heap, limits[i]);
    uint64_t left = zero__heap_left(heap);
    cr_expect_geq(left, limits[i]);
    (void)zero__raw_cons(heap, ZERO_UNIT, ZERO_EMPTY);
    if (left == UINT64_MAX) continue;
    cr_expect_eq(left, limits[i]);
    cr_expect_eq(zero__heap_left(heap), left - 16);
  }
}

Test(heap, a_limit_below_what_waits_on_a_list_holds) {
  struct zero_heap *heap = zero_test_bare_heap();
  for (uint64_t below = 0; below < 4; below++) {
    struct cells cells = {.heap = heap};
    zero__heap_limit(heap, UINT64_MAX);
    for (int i = 0; i < 10; i++) zero__raw_cons(heap, ZERO_UNIT, ZERO_EMPTY);
    uint64_t waiting = (heap->granted - zero__heap_allocated(heap)) / 16;
    uint64_t most = waiting > below ? waiting - below : 0;
    zero__heap_limit(heap, most * 16);
    cr_assert_eq(zero__protect(heap, make_cells, &cells),
                 ZERO_CODE_ALLOC_LIMIT);
    cr_assert_eq(cells.made, most);
  }
}

static void make_many_sizes(void *context) {
  struct cells *cells = context;
  for (uint64_t i = 0;; i++) {
    size_t size = (size_t)(i * 7919 % 400 + 1);
    enum zero_storage storage = i % 3 == 0 ? ZERO_LEAF : ZERO_TRACED;
    zero__alloc(cells->heap, storage, size);
    bool small = size <= ZERO_SMALL_MAX;
    cells->made += small ? (size + 15) / 16 * 16 : size;
  }
}

Test(heap, the_sum_of_what_was_asked_is_what_was_allocated) {
  struct zero_heap *heap = zero_test_bare_heap();
  for (uint64_t limit = 1; limit < 50000000; limit *= 3) {
    struct cells asked = {.heap = heap};
    uint64_t before = zero__heap_allocated(heap);
    zero__heap_limit(heap, limit);
    cr_assert_eq(zero__protect(heap, make_many_sizes, &asked),
                 ZERO_CODE_ALLOC_LIMIT);
    cr_assert_eq(zero__heap_allocated(heap) - before, asked.made);
    cr_assert_leq(asked.made, limit);
    cr_assert_geq(asked.made + 400, limit);
  }
}

Test(heap, without_a_limit_more_than_the_last_limit_may_be_made) {
  struct zero_heap *heap = zero_test_bare_heap();
  struct cells cells = {.heap = heap};
  zero__heap_limit(heap, 160);
  zero__protect(heap, make_cells, &cells);
  zero__heap_limit(heap, UINT64_MAX);
  for (int i = 0; i < 10000; i++) {
    zero__raw_cons(heap, ZERO_UNIT, ZERO_EMPTY);
  }
  cr_assert_eq(zero__heap_allocated(heap), 160 + 160000);
}

static void make_too_much(void *context) {
  zero__alloc(context, ZERO_LEAF, (size_t)1 << 60);
}

Test(heap, what_the_system_cannot_give_is_out_of_memory) {
  struct zero_heap *heap = zero_test_bare_heap();
  uint64_t before = zero__heap_allocated(heap);
  cr_assert_eq(zero__protect(heap, make_too_much, heap),
               ZERO_CODE_OUT_OF_MEMORY);
  cr_assert_eq(zero__heap_allocated(heap), before);
}

Test(heap, traced_storage_is_zeroed_also_where_it_was_used_before) {
  struct zero_heap *heap = zero_test_bare_heap();
  for (int i = 0; i < ZERO_SCALED(100000); i++) {
    size_t size = i % 2 == 0 ? 128 : 4000;
    if (size == 4000 && i % 50 != 1) continue;
    unsigned char *object = zero__alloc(heap, ZERO_TRACED, size);
    for (size_t at = 0; at < size; at++) cr_assert_eq(object[at], 0);
    memset(object, 0xA5, size);
  }
}

/* --- raising ------------------------------------------------------------- */

struct nest {
  struct zero_heap *heap;
  int depth;
  int inner_code;
};

static void raise_at_the_bottom(void *context) {
  struct nest *nest = context;
  if (nest->depth == 0) {
    zero__raise(nest->heap, ZERO_CODE_INDEX_RANGE, "at the bottom");
  }
  nest->depth--;
  nest->inner_code = zero__protect(nest->heap, raise_at_the_bottom, nest);
  zero__raise(nest->heap, nest->inner_code + 1, "one up");
}

Test(heap, a_raise_ends_the_innermost_protected_call) {
  struct nest nest = {.heap = zero_test_bare_heap(), .depth = 3};
  int code = zero__protect(nest.heap, raise_at_the_bottom, &nest);
  cr_assert_eq(code, ZERO_CODE_INDEX_RANGE + 3);
  cr_assert_eq(nest.inner_code, ZERO_CODE_INDEX_RANGE + 2);
  cr_assert_str_eq(nest.heap->fault.message, "one up");
  cr_assert_null(nest.heap->catch);
}

static void do_nothing(void *context) {
  (void)context;
}

static void raise_again(void *context) {
  struct nest *nest = context;
  nest->depth = 0;
  if (zero__protect(nest->heap, raise_at_the_bottom, nest) != 0) {
    cr_assert_eq(zero__protect(nest->heap, do_nothing, NULL), 0);
    nest->heap->fault.value = 77;
    zero__raise_again(nest->heap);
  }
}

Test(heap, a_fault_raised_again_stays_as_it_is) {
  struct nest nest = {.heap = zero_test_bare_heap()};
  cr_assert_eq(zero__protect(nest.heap, raise_again, &nest),
               ZERO_CODE_INDEX_RANGE);
  cr_assert_str_eq(nest.heap->fault.message, "at the bottom");
  cr_assert_eq(nest.heap->fault.value, 77);
  cr_assert_null(nest.heap->catch);
  zero__protect(nest.heap, raise_at_the_bottom, &nest);
  cr_assert_eq(nest.heap->fault.value, 0, "a new fault has no old value");
}

struct message {
  struct zero_heap *heap;
  const char *text;
};

static void raise_message(void *context) {
  struct message *message = context;
  zero__raise(message->heap, ZERO_CODE_PANIC, "%s", message->text);
}

Test(heap, a_message_is_cut_between_characters) {
  static const char *const characters[] = {"x", "é", "€", "😀"};
  char text[2 * ZERO_FAULT_MESSAGE];
  struct message message = {zero_test_bare_heap(), text};
  for (size_t c = 0; c < 4; c++) {
    size_t width = strlen(characters[c]);
    for (size_t before = 0; before < 8; before++) {
      size_t size = before;
      memset(text, '.', before);
      for (; size + width < sizeof text; size += width) {
        memcpy(text + size, characters[c], width);
      }
      text[size] = '\0';
      zero__protect(message.heap, raise_message, &message);
      const char *kept = message.heap->fault.message;
      size_t room = ZERO_FAULT_MESSAGE - 1;
      cr_assert_eq(strlen(kept), room - (room - before) % width);
      cr_assert_eq(zero__utf8_valid(kept, strlen(kept), NULL), strlen(kept));
      cr_assert_eq(memcmp(kept, text, strlen(kept)), 0);
    }
  }
}

Test(heap, a_message_that_fits_exactly_is_kept_whole) {
  char text[ZERO_FAULT_MESSAGE];
  memset(text, 'x', sizeof text);
  memcpy(text + sizeof text - 3, "é", 3);
  struct message message = {zero_test_bare_heap(), text};
  zero__protect(message.heap, raise_message, &message);
  cr_assert_str_eq(message.heap->fault.message, text);
  char longer[ZERO_FAULT_MESSAGE + 1];
  memset(longer, 'x', sizeof longer);
  memcpy(longer + sizeof longer - 3, "é", 3);
  message.text = longer;
  zero__protect(message.heap, raise_message, &message);
  cr_assert_eq(strlen(message.heap->fault.message), ZERO_FAULT_MESSAGE - 2);
}
