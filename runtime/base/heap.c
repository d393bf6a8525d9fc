/* heap.c - storage from libgc, counted, and the raise that leaves it.
 *
 * Invariants:
 *   - every object on `free` and `spare` came from one batch call of its
 *     kind and size, and is linked through its first word; libgc sees the
 *     lists because the heap itself is a root;
 *   - of a leaf libgc scans the first word, because that is the link while it
 *     waits on a list: without it all but the first would be collected there
 *     and handed out twice. In use, a leaf begins with a header or flags,
 *     which are not addresses;
 *   - granted <= limit at all times;
 *   - object n of a list on `free`, from 0 when the list was handed out, is n
 *     objects after the first, or has n in its second word; small numbers are
 *     not addresses, nor is an inverted one, so they may be scanned;
 *   - bytes on `free` are part of `granted`, bytes on `spare` are not. */
#include "base/heap.h"

#include <errno.h>
#include <gc/gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/sentence.h"
#include "base/stack.h"
#include "zero/gen/codes.h"

enum {
  POINTER_TAG_MAX = 4,           /* largest tag of a pointer word */
  FIRST_HEAP = 256 << 10,        /* bytes: enough for a small program */
  FIRST_COLLECTION = 4 << 20,    /* bytes allocated before one is due */
  ALONE = 16,                    /* objects of a size handed out singly */
  FEW = 16,                      /* objects of the first list after them */
  ROW = 256,                     /* objects of a block, if they are least */
  ALL = ALONE + 4,               /* refills until a list is handed out whole */
  HOLE = 64 << 10,               /* the least libgc's heap grows by */
  FENCE = 4 << 10,
  CHUNK = 4080,    /* with the byte that libgc adds, a block of its own */
  CHUNK_PART = CHUNK / 4, /* the largest tree in one; that much is
                             cleared at once, without string instructions,
                             which are slow to begin */
};

/* libgc's state is one per process, and these belong to it. */
static pthread_once_t start_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t fence_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
  char *hole;      /* HOLE bytes, then the fence's page; NULL: none */
  size_t heap_size; /* when the last one was used */
} fence;
static pid_t started_by; /* the thread that brought libgc up, if one of ours */
static int kinds[ZERO_LISTED];
static struct zero_roots *all_roots;
static GC_push_other_roots_proc other_roots;

#ifdef ZERO_GC_STRESS
/* The build that attacks its users (`make check-gc-stress`): free lists are
 * handed out one object at a time, so every allocation passes here. The first
 * STRESS_FIRST of a process, or as many as ZERO_GC_STRESS says, each collect
 * before they allocate; later ones do every STRESS_PERIOD. If the variable
 * continues after the number ("20000 a heap"), they are counted anew for each
 * heap. Objects that are still on the free lists are then thrown away, so that
 * memory freed too early is at once filled with STRESS_FILL or handed out
 * again. */
enum { STRESSED = 1 };
#else
enum { STRESSED = 0 };
#endif

enum {
  STRESS_FIRST = 20000,
  STRESS_PERIOD = 1000,
  STRESS_FILL = 0xDB, /* repeated, no address of any machine */
};

static struct {
  uint64_t first;
  uint64_t count;
  bool each_heap;
} stress = {.first = STRESS_FIRST};

static void collect(struct zero_heap *heap) {
  if (!STRESSED) return;
  uint64_t count = __atomic_add_fetch(&stress.count, 1, __ATOMIC_RELAXED);
  if (count > stress.first && count % STRESS_PERIOD != 0) return;
  memset(heap->spare, 0, sizeof heap->spare);
  GC_gcollect();
}

static void spoil(void *list, size_t size) {
  if (!STRESSED) return;
  for (void **object = list; object != NULL; object = *object) {
    memset(object + 1, STRESS_FILL, size - sizeof *object);
  }
}

/* Called by libgc with its own lock held; takes none. */
static void GC_CALLBACK push_roots(void) {
  for (struct zero_roots *r = all_roots; r != NULL; r = r->next) {
    GC_push_all(r->low, r->top(r));
  }
  if (other_roots != NULL) other_roots();
}

/* libgc remembers the end of the memory it took last, in a static variable of
 * its own that it scans. It takes memory downwards, so that word is the address
 * of the first object of the second newest piece; if that is an item of a dead
 * list, all that follow are kept. A fence is a page that is not libgc's, with a
 * hole below it that the heap then grows into: that piece ends at the fence,
 * and the word is the address of no object. */
static void make_fence(void) {
  void *hole = mmap(NULL, HOLE + FENCE, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  fence.hole = hole == MAP_FAILED ? NULL : hole;
}

/* libgc would find the stack by itself, in /proc/self/maps, which takes longer
 * than everything else here; it would collect a heap that is still empty, and
 * wait until threads have started that help to mark: they cost as much time as
 * they save. */
static void start_collector(void) {
  struct GC_stack_base bottom = {.mem_base = zero__stack_bottom()};
  if (bottom.mem_base != NULL) GC_set_stackbottom(NULL, &bottom);
  GC_set_dont_precollect(1);
  GC_set_markers_count(1);
  GC_set_min_bytes_allocd(FIRST_COLLECTION);
  GC_set_free_space_divisor(1);
  GC_set_warn_proc(GC_ignore_warn_proc);
  GC_INIT();
  GC_expand_hp(FIRST_HEAP); /* it collects when this is used up */
  started_by = gettid();
}

static void start(void) {
  if (!GC_is_init_called()) start_collector();
  GC_allow_register_threads();
  for (size_t tag = 2; tag <= POINTER_TAG_MAX; tag += 2) {
    GC_register_displacement(tag);
  }
  for (size_t at = ZERO_GRANULE; at < CHUNK; at += ZERO_GRANULE) {
    if (!GC_get_all_interior_pointers()) GC_register_displacement(at);
  }
  kinds[ZERO_TRACED] = (int)GC_new_kind(GC_new_free_list(), GC_DS_LENGTH, 1, 1);
  kinds[ZERO_LEAF] = (int)GC_new_kind(
      GC_new_free_list(), GC_DS_LENGTH | sizeof(void *), 0, 0);
  other_roots = GC_get_push_other_roots();
  GC_set_push_other_roots(push_roots);
  make_fence();
  const char *first = STRESSED ? getenv("ZERO_GC_STRESS") : NULL;
  if (first == NULL) return;
  char *end;
  stress.first = strtoull(first, &end, 10);
  stress.each_heap = *end != '\0';
}

bool zero__heap_start(void) {
  pthread_once(&start_once, start);
  return started_by == gettid();
}

void zero__heap_init(struct zero_heap *heap) {
  memset(heap, 0, sizeof *heap);
  heap->limit = UINT64_MAX;
  if (STRESSED && stress.each_heap) {
    __atomic_store_n(&stress.count, 0, __ATOMIC_RELAXED);
  }
}

void *zero__heap_new_root(size_t size) {
  return GC_malloc_uncollectable(size);
}

void zero__heap_free_root(void *root) {
  GC_free(root);
}

static void *link_roots(void *context) {
  struct zero_roots *roots = context;
  roots->next = all_roots;
  all_roots = roots;
  return NULL;
}

static void *unlink_roots(void *context) {
  struct zero_roots **link = &all_roots;
  while (*link != context) link = &(*link)->next;
  *link = (*link)->next;
  return NULL;
}

void zero__heap_add_roots(struct zero_roots *roots) {
  GC_call_with_alloc_lock(link_roots, roots);
}

void zero__heap_remove_roots(struct zero_roots *roots) {
  GC_call_with_alloc_lock(unlink_roots, roots);
}

static size_t class_size(unsigned size_class) {
  return (size_t)(size_class + 1) * ZERO_GRANULE;
}

/* Bytes granted and not yet taken. The next object of a list gives its
 * index. */
static uint64_t unused_bytes(const struct zero_heap *heap) {
  uint64_t bytes = (uint64_t)(heap->tree_end - heap->tree);
  for (unsigned s = 0; s < ZERO_LISTED; s++) {
    for (unsigned c = 0; c < ZERO_SMALL_CLASSES; c++) {
      void *const *object = heap->free[s][c];
      if (object == NULL) continue;
      uint64_t place = (uintptr_t)object[1];
      if (heap->row[s][c] != 0) {
        ptrdiff_t way = (char *)object - (char *)~heap->row[s][c];
        place = (uint64_t)(way < 0 ? -way : way) / class_size(c);
      }
      bytes += (heap->listed[s][c] - place) * class_size(c);
    }
  }
  return bytes;
}

uint64_t zero__heap_allocated(const struct zero_heap *heap) {
  return heap->granted - unused_bytes(heap);
}

/* Takes back the grant of the rest of the chunk, which is then full. */
static void close_chunk(struct zero_heap *heap) {
  heap->granted -= (uint64_t)(heap->tree_end - heap->tree);
  heap->tree_end = heap->tree;
}

void zero__heap_end_trees(struct zero_heap *heap) {
  if (heap->tree == heap->chunk) return;
  close_chunk(heap);
  if (STRESSED) heap->chunk = heap->tree = NULL;
  for (char *at = heap->chunk; at < heap->tree; at += CHUNK_PART) {
    size_t left = (size_t)(heap->tree - at);
    memset(at, 0, left < CHUNK_PART ? left : CHUNK_PART);
  }
  heap->tree = heap->tree_end = heap->chunk;
}

/* Moves everything unused to the spare lists and takes back its grant. */
static void settle(struct zero_heap *heap) {
  close_chunk(heap);
  heap->granted -= unused_bytes(heap);
  for (unsigned s = 0; s < ZERO_LISTED; s++) {
    for (unsigned c = 0; c < ZERO_SMALL_CLASSES; c++) {
      void **last = heap->free[s][c];
      if (last == NULL) continue;
      while (*last != NULL) last = *last;
      *last = heap->spare[s][c];
      heap->spare[s][c] = heap->free[s][c];
      heap->free[s][c] = NULL;
    }
  }
}

/* The lists are taken back only by a limit below what they hold. */
void zero__heap_limit(struct zero_heap *heap, uint64_t bytes) {
  if (bytes == UINT64_MAX) {
    heap->limit = UINT64_MAX;
    return;
  }
  uint64_t allocated = zero__heap_allocated(heap);
  bool fits = bytes < UINT64_MAX - allocated;
  heap->limit = fits ? allocated + bytes : UINT64_MAX;
  if (heap->granted > heap->limit) settle(heap);
}

uint64_t zero__heap_left(const struct zero_heap *heap) {
  if (heap->limit == UINT64_MAX) return UINT64_MAX;
  return heap->limit - zero__heap_allocated(heap);
}

struct zero_unpaid zero__unpaid_begin(struct zero_heap *heap) {
  struct zero_unpaid outer = {
      .fuel = heap->fuel, .poll = heap->poll, .left = zero__heap_left(heap),
      .allocated = zero__heap_allocated(heap)};
  heap->poll = NULL;
  heap->fuel = ZERO_SLICE;
  zero__heap_limit(heap, UINT64_MAX);
  return outer;
}

void zero__unpaid_end(struct zero_heap *heap, struct zero_unpaid outer) {
  heap->poll = outer.poll;
  heap->fuel = outer.fuel;
  heap->granted -= zero__heap_allocated(heap) - outer.allocated;
  zero__heap_limit(heap, outer.left);
}

ssize_t zero__heap_read(int file, void *bytes, size_t size) {
  enum { ATTEMPTS = 100, PAGE = 4096 };
  volatile char *stored = bytes;
  ssize_t got = -1;
  for (int i = 0; i < ATTEMPTS; i++) {
    for (size_t at = 0; at < size; at += PAGE) stored[at] = stored[at];
    if (size > 0) stored[size - 1] = stored[size - 1];
    got = read(file, bytes, size);
    if (got >= 0 || errno != EFAULT) break;
  }
  return got;
}

size_t zero__heap_live(void) {
  return GC_get_heap_size() - GC_get_free_bytes();
}

/* The fence is used if the heap has grown since the last time. */
void zero__heap_release(void) {
  pthread_mutex_lock(&fence_lock);
  if (fence.hole != NULL && GC_get_heap_size() > fence.heap_size) {
    munmap(fence.hole, HOLE);
    GC_expand_hp(HOLE);
    fence.heap_size = GC_get_heap_size();
    make_fence();
  }
  pthread_mutex_unlock(&fence_lock);
  zero__stack_clear();
}

/* The collector's own frames leave addresses of what it swept on the stack,
 * where the next collection finds them. */
void zero__heap_collect(void) {
  zero__heap_release();
  GC_gcollect();
}

void zero__heap_poll(struct zero_heap *heap) {
  if (heap->poll != NULL) {
    heap->poll(heap);
  } else {
    heap->fuel = ZERO_SLICE;
  }
}

void zero__heap_copy_long(struct zero_heap *heap, void *to, const void *from,
                          size_t size) {
  for (size_t at = 0; at < size;) {
    size_t part = zero__heap_portion(heap, size - at);
    memcpy((char *)to + at, (const char *)from + at, part);
    at += part;
  }
}

int zero__heap_compare_long(struct zero_heap *heap, const void *a,
                            const void *b, size_t size) {
  int order = 0;
  for (size_t at = 0; at < size && order == 0;) {
    size_t part = zero__heap_portion(heap, size - at);
    order = memcmp((const char *)a + at, (const char *)b + at, part);
    at += part;
  }
  return order;
}

/* Takes `size` bytes out of the limit or raises; returns how much is left for
 * more objects of that size, at least `size`. */
static uint64_t reserve(struct zero_heap *heap, uint64_t size) {
  if (heap->limit - heap->granted < size) settle(heap);
  if (heap->limit - heap->granted < size) {
    zero__raise(heap, ZERO_CODE_ALLOC_LIMIT,
                "the call tried to allocate more bytes than it may");
  }
  return heap->limit - heap->granted;
}

/* Makes `list`, cut after at most `most` objects, the one that is handed out;
 * the rest waits. Objects of a list are mostly side by side, upwards in a new
 * block or downwards in a swept one: the processor knows the address of the
 * next one without waiting for a load. */
static void cut_list(struct zero_heap *heap, enum zero_storage storage,
                     unsigned size_class, void *list, uint64_t most) {
  ptrdiff_t size = (ptrdiff_t)class_size(size_class);
  ptrdiff_t step = *(char **)list == (char *)list - size ? -size : size;
  if (most > ROW) most = ROW;
  uint64_t count = 1;
  for (char *next = (char *)list + step; count < most; next += step, count++) {
    if (*(char **)(void *)(next - step) != next) break;
  }
  void **last = (void **)(void *)((char *)list + (ptrdiff_t)(count - 1) * step);
  bool is_row = count >= FEW || count == most || *last == NULL;
  if (!is_row) { /* its objects are numbered */
    count = 0;
    for (last = list;; last = *last) {
      last[1] = (void *)(uintptr_t)count++;
      if (*last == NULL || count == most) break;
    }
  }
  heap->row[storage][size_class] = is_row ? ~(uintptr_t)list : 0;
  heap->spare[storage][size_class] = *last;
  *last = NULL;
  heap->listed[storage][size_class] = count;
  heap->granted += count * (uint64_t)size;
}

/* A list is a whole block of libgc, 4 KiB: a heap gets the first few objects of
 * each size without one, which is most of what a small VM needs. Then each
 * refill hands out twice as many objects as the last one, since each is
 * numbered, and a small VM uses few of them. */
void *zero__heap_refill(struct zero_heap *heap, enum zero_storage storage,
                        unsigned size_class) {
  size_t size = class_size(size_class);
  uint64_t most = reserve(heap, size) / size;
  uint8_t *refills = &heap->refills[storage][size_class];
  collect(heap);
  void *list = heap->spare[storage][size_class];
  if (list == NULL && *refills < ALONE) {
    void *object = GC_generic_malloc(size, kinds[storage]);
    if (object != NULL) {
      ++*refills;
      heap->granted += size;
      return object;
    }
  }
  if (list == NULL) {
    GC_generic_malloc_many(size, kinds[storage], &list);
    spoil(list, size);
  }
  if (list == NULL) {
    zero__raise(heap, ZERO_CODE_OUT_OF_MEMORY, "the system has no memory");
  }
  if (STRESSED) most = 1;
  if (*refills >= ALONE && *refills < ALL) {
    uint64_t few = (uint64_t)FEW << (*refills - ALONE);
    ++*refills;
    if (few < most) most = few;
  }
  cut_list(heap, storage, size_class, list, most);
  heap->free[storage][size_class] = *(void **)list;
  return list;
}

void *zero__heap_large(struct zero_heap *heap, enum zero_storage storage,
                       size_t size) {
  reserve(heap, size);
  collect(heap);
  void *object = GC_generic_malloc(size, kinds[storage]);
  if (object == NULL) {
    zero__raise(heap, ZERO_CODE_OUT_OF_MEMORY,
                "the system has no memory for %zu bytes", size);
  }
  if (storage == ZERO_LEAF) *(void **)object = NULL;
  heap->granted += size;
  return object;
}

void *zero__heap_chunk(struct zero_heap *heap, size_t size) {
  if (size > CHUNK_PART) return zero__heap_large(heap, ZERO_TRACED, size);
  close_chunk(heap);
  uint64_t left = reserve(heap, size) & ~(uint64_t)(ZERO_GRANULE - 1);
  size_t room = STRESSED ? size : CHUNK;
  if (heap->tree != heap->chunk || heap->chunk == NULL) {
    collect(heap);
    char *chunk = GC_generic_malloc(room, kinds[ZERO_TRACED]);
    if (chunk == NULL) {
      zero__raise(heap, ZERO_CODE_OUT_OF_MEMORY, "the system has no memory");
    }
    heap->chunk = chunk;
  }
  if (room > left) room = left;
  heap->granted += room;
  heap->tree = heap->chunk + size;
  heap->tree_end = heap->chunk + room;
  return heap->chunk;
}

void zero__raise(struct zero_heap *heap, int code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  struct zero_fault *fault = &heap->fault;
  zero__sentence_of(fault->message, sizeof fault->message, format, arguments);
  va_end(arguments);
  fault->code = code;
  fault->value = 0;
  zero__raise_again(heap);
}

__attribute__((noinline)) void zero__raise_again(struct zero_heap *heap) {
  struct zero_catch *catch = heap->catch;
  heap->catch = catch->outer;
  ZERO_LEAVE_TO(catch->where);
}

int zero__protect(struct zero_heap *heap, void (*body)(void *context),
                  void *context) {
  struct zero_catch catch; /* not initialised: clearing it costs a call */
  catch.outer = heap->catch;
  heap->catch = &catch;
  if (ZERO_CATCHES(&catch)) return heap->fault.code;
  body(context);
  heap->catch = catch.outer;
  return 0;
}
