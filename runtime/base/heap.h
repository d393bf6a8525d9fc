/* heap.h - the one door to memory, and the raise that leaves it.
 *
 * Knows nothing of values: it hands out storage from libgc, counts it, and
 * unwinds to the nearest protected call if it cannot. Every later room takes a
 * `struct zero_heap *` first; a VM begins with one.
 *
 * Three sorts of storage:
 *   traced  scanned by the collector. Small sizes come from free lists of a
 *           libgc kind of our own, in steps of 16 bytes and exactly that
 *           big except the first few of a heap and one in a thousand,
 *           which are handed out alone and are a step larger. libgc's
 *           normal kind would hand out 32 bytes for 16, and would not trace
 *           the last word of a 16-byte object taken from its batch call
 *           (docs/architecture.md, "What libgc demands").
 *   leaf    not scanned except its first word, which links the free lists:
 *           text, bytes, bytecode, boxed integers. Never the only holder
 *           of a value, nor may its first word look like an address.
 *   tree    traced, zeroed and handed out by a pointer that moves through a
 *           chunk: for the reading and compiling of a text, and freed when
 *           that has ended. Anything that lives longer is of another sort.
 *
 * The C stack is scanned by libgc, so C locals keep what they name alive.
 * malloc'ed memory is not scanned: never keep a value there alone.
 *
 * Accounting. `granted` counts the bytes moved to the free lists plus the bytes
 * of large objects and of chunks. The unused part of lists and chunk is
 * subtracted on request, so zero__heap_allocated is exact; the address of an
 * unused object, or its second word, gives its index on its list, so nothing is
 * walked for that. A list is cut when it is handed out, and so is a chunk, so
 * that it runs out exactly at the limit: the fast path needs no test of its own
 * and the limit still holds to the byte.
 *
 * Raising. zero__raise stores a fault and jumps to the innermost zero__protect.
 * It never crosses a host's frame: each entry from a host protects itself. Code
 * between must therefore keep temporary storage in the heap, not in malloc. */
#ifndef ZERO_BASE_HEAP_H
#define ZERO_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <string.h>
#ifdef __clang__
#include <setjmp.h>
#endif

#include "base/platform.h"

enum {
  ZERO_GRANULE = 16,         /* bytes; small sizes are multiples of it */
  ZERO_SMALL_CLASSES = 8,    /* class c holds objects of (c + 1) * 16 */
  ZERO_SMALL_MAX = ZERO_GRANULE * ZERO_SMALL_CLASSES,
  ZERO_FAULT_MESSAGE = 1024, /* bytes of a fault's text, NUL included */
  ZERO_SLICE = 4096,         /* units of fuel between two polls */
  ZERO_UNIT_BYTES = 64,      /* bytes that cost a unit */
  ZERO_CHUNK = 1024,         /* items between two charges of a long walk */
  ZERO_PORTION = ZERO_SLICE * ZERO_UNIT_BYTES, /* bytes between two polls */
};

enum zero_storage {
  ZERO_TRACED,
  ZERO_LEAF,
  ZERO_LISTED, /* those above come from free lists */
  ZERO_TREE = ZERO_LISTED,
};

/* Why the last protected call ended early. `value` is the bits of the
 * RuntimeError that 0x0 code raised, 0 if the runtime itself raised. */
struct zero_fault {
  int code;
  uint64_t value;
  char message[ZERO_FAULT_MESSAGE];
};

/* Where a raise lands. gcc's own setjmp keeps three words and makes no call, a
 * third of the cost of the C library's: every entry of a host pays for one.
 * clang does not know that its own returns twice: a value that is only read
 * after the second return may be where the first has since stored another. A
 * function marked ZERO_CATCHES must not raise. */
#ifdef __clang__
typedef jmp_buf zero_catch_place;
#define ZERO_CATCHES(catch) (_setjmp((catch)->where) != 0)
#define ZERO_LEAVE_TO(place) _longjmp(place, 1)
#else
typedef void *zero_catch_place[5];
#define ZERO_CATCHES(catch) (__builtin_setjmp((catch)->where) != 0)
#define ZERO_LEAVE_TO(place) __builtin_longjmp(place, 1)
#endif

struct zero_catch {
  zero_catch_place where;
  struct zero_catch *outer;
};

struct zero_literals;

struct zero_heap {
  void *free[ZERO_LISTED][ZERO_SMALL_CLASSES];  /* linked, first word */
  void *spare[ZERO_LISTED][ZERO_SMALL_CLASSES]; /* cut off by a limit */
  uint64_t listed[ZERO_LISTED][ZERO_SMALL_CLASSES]; /* objects `free` began
                                                       with */
  uintptr_t row[ZERO_LISTED][ZERO_SMALL_CLASSES]; /* of a list whose objects are
                                                     side by side: address,
                                                     inverted; else 0 */
  uint8_t refills[ZERO_LISTED][ZERO_SMALL_CLASSES]; /* the first of them */
  char *chunk;      /* of trees; NULL: none yet */
  char *tree;       /* where the next one goes; `chunk`: nothing granted */
  char *tree_end;   /* of what is granted of the chunk */
  uint64_t granted; /* bytes handed to `free` or out, since the start */
  uint64_t limit;   /* `granted` may not pass it; UINT64_MAX: none */
  struct zero_catch *catch;
  struct zero_fault fault;
  int64_t fuel;     /* of this slice; if it falls below 0, `poll` */
  void (*poll)(struct zero_heap *heap); /* of the vm room: gives the next
                                           slice, or raises if the call
                                           must stop; NULL: no limits */
  void (*look)(struct zero_heap *heap); /* the same for work that costs no
                                           fuel (zero__free_begin) */
  struct zero_literals *literals; /* of the value room: texts of programs */
  uint64_t empty_map;       /* its bits, 0 before it was asked for */
  void *stubs; /* of the compile room: builtins as values */
};

/* A part of memory outside libgc that holds values: the VM's stack. Whenever
 * the collector runs it asks `top` for the end of the part and scans from `low`
 * to there. `top` is called with libgc's lock held: it allocates nothing and
 * takes no lock. */
struct zero_roots {
  struct zero_roots *next;
  void *low;
  void *(*top)(const struct zero_roots *roots);
};

/* Starts libgc, once per process; settings are changed only if libgc was not
 * initialised before. Returns true in the thread that did so, which libgc knows
 * from then on. */
bool zero__heap_start(void);

/* Makes `heap` empty. The memory of `heap` itself must be seen by the
 * collector (zero__heap_new_root). */
void zero__heap_init(struct zero_heap *heap);

/* Returns `size` zeroed bytes that are scanned and never collected, or NULL.
 * For the VM itself; freed by zero__heap_free_root. */
void *zero__heap_new_root(size_t size);
void zero__heap_free_root(void *root);

/* Adds `roots` to the scanned memory, and removes it. */
void zero__heap_add_roots(struct zero_roots *roots);
void zero__heap_remove_roots(struct zero_roots *roots);

/* Bytes allocated since the start: exact. */
uint64_t zero__heap_allocated(const struct zero_heap *heap);

/* Lets `bytes` more be allocated from now on; UINT64_MAX lifts the limit. */
void zero__heap_limit(struct zero_heap *heap, uint64_t bytes);

/* How many more may be allocated; zero__heap_limit takes it back. */
uint64_t zero__heap_left(const struct zero_heap *heap);

/* Work between these two costs no fuel, is not part of what a call allocates,
 * and is stopped only by a lack of memory. For small work that a program cannot
 * observe. The caller protects it, and ends it also after a raise. */
struct zero_unpaid {
  int64_t fuel;
  void (*poll)(struct zero_heap *heap);
  uint64_t left;
  uint64_t allocated;
};
struct zero_unpaid zero__unpaid_begin(struct zero_heap *heap);
void zero__unpaid_end(struct zero_heap *heap, struct zero_unpaid outer);

/* The slow half of zero__heap_charge. */
void zero__heap_poll(struct zero_heap *heap);

/* Code that walks data calls this while it walks, in portions of at most
 * ZERO_SLICE units: one for an item visited, or for ZERO_UNIT_BYTES bytes read
 * or moved. So no walk delays a deadline or an interrupt, however long it is.
 * Raises FUEL_SPENT, DEADLINE, INTERRUPTED or HEAP_LIMIT. */
static inline void zero__heap_charge(struct zero_heap *heap, uint64_t units) {
  heap->fuel -= (int64_t)units;
  if (ZERO_UNLIKELY(heap->fuel < 0)) zero__heap_poll(heap);
}

/* For walks over `left` bytes: how many of them to do now, which are charged.
 * Bytes that are few enough are all of them, and cost a unit for each
 * ZERO_UNIT_BYTES that are whole. */
static inline size_t zero__heap_portion(struct zero_heap *heap, size_t left) {
  size_t now = left < ZERO_PORTION ? left : (size_t)ZERO_PORTION;
  zero__heap_charge(heap, now / ZERO_UNIT_BYTES);
  return now;
}

/* The same of bytes that were walked, a portion at most. */
static inline void zero__heap_charge_bytes(struct zero_heap *heap,
                                           size_t size) {
  zero__heap_charge(heap, 1 + size / ZERO_UNIT_BYTES);
}

/* For walks over items: charges for ZERO_CHUNK of them whenever `done`, the
 * number visited, is a multiple of that. zero__heap_charge_rest charges the
 * rest at the end. */
static inline void zero__heap_charge_item(struct zero_heap *heap,
                                          uint64_t done) {
  if (ZERO_UNLIKELY(done % ZERO_CHUNK == 0)) {
    zero__heap_charge(heap, ZERO_CHUNK);
  }
}

static inline void zero__heap_charge_rest(struct zero_heap *heap,
                                          uint64_t done) {
  zero__heap_charge(heap, done % ZERO_CHUNK);
}

/* memcpy and memcmp, in portions that are charged. */
void zero__heap_copy_long(struct zero_heap *heap, void *to, const void *from,
                          size_t size);
int zero__heap_compare_long(struct zero_heap *heap, const void *a,
                            const void *b, size_t size);

static inline void zero__heap_copy(struct zero_heap *heap, void *to,
                                   const void *from, size_t size) {
  if (size >= ZERO_UNIT_BYTES) {
    zero__heap_copy_long(heap, to, from, size);
  } else if (size > 0) {
    memcpy(to, from, size);
  }
}

static inline int zero__heap_compare(struct zero_heap *heap, const void *a,
                                     const void *b, size_t size) {
  if (size >= ZERO_UNIT_BYTES) return zero__heap_compare_long(heap, a, b, size);
  return size == 0 ? 0 : memcmp(a, b, size);
}

/* read(2) into storage of the heap. A host may have made the collector
 * incremental, and then it protects pages to see which are written: a program's
 * own stores are let through, those of a system call end with EFAULT. So each
 * page is stored to first, and once more if another thread's collection came
 * between. */
ssize_t zero__heap_read(int file, void *bytes, size_t size);

/* Bytes of the process's collected heap that are in use, including dead ones
 * that no collection has found yet. */
size_t zero__heap_live(void);

/* Clears what may keep dead objects alive outside of the heap: what dead calls
 * left on the C stack, and what libgc remembers. */
void zero__heap_release(void);

/* The same, and collects. Some words look like addresses by chance: if much
 * depends on it, it is called twice. */
void zero__heap_collect(void);

/* Ends all trees when they are no longer needed: clears the last chunk for the
 * next ones. Full chunks are collected. */
void zero__heap_end_trees(struct zero_heap *heap);

/* The slow half of zero__alloc. */
void *zero__heap_refill(struct zero_heap *heap, enum zero_storage storage,
                        unsigned size_class);
void *zero__heap_chunk(struct zero_heap *heap, size_t size);
void *zero__heap_large(struct zero_heap *heap, enum zero_storage storage,
                       size_t size);

/* Ends the current protected call with `code`. The text is a sentence
 * (base/sentence.h) of at most ZERO_FAULT_MESSAGE - 1 bytes. */
ZERO_NORETURN void zero__raise(struct zero_heap *heap, int code,
                               const char *format, ...) ZERO_PRINTF(3, 4);

/* The same with a fault already stored in heap->fault. */
ZERO_NORETURN void zero__raise_again(struct zero_heap *heap);

/* Calls `body` with `context`. Returns 0, or the code it was ended with; the
 * rest of the fault is in heap->fault. */
int zero__protect(struct zero_heap *heap, void (*body)(void *context),
                  void *context);

/* Returns storage of exactly `size` bytes, 0 < size <= ZERO_SMALL_MAX,
 * rounded up to 16. Contents are undefined: the caller writes every word of
 * a traced object. Raises ALLOC_LIMIT or OUT_OF_MEMORY. */
static inline void *zero__alloc_small(struct zero_heap *heap,
                                      enum zero_storage storage, size_t size) {
  unsigned size_class = (unsigned)((size - 1) / ZERO_GRANULE);
  void **object = heap->free[storage][size_class];
  if (ZERO_UNLIKELY(object == NULL)) {
    return zero__heap_refill(heap, storage, size_class);
  }
  heap->free[storage][size_class] = *object;
  return object;
}

/* Returns storage of any size > 0. Trees and traced objects are zeroed, and so
 * is the first word of a leaf: its upper half would otherwise stay that of an
 * address if the caller writes only the lower half. */
static inline void *zero__alloc(struct zero_heap *heap,
                                enum zero_storage storage, size_t size) {
  if (storage == ZERO_TREE) {
    char *tree = heap->tree;
    size_t whole = (size + ZERO_GRANULE - 1) & ~(size_t)(ZERO_GRANULE - 1);
    if (ZERO_UNLIKELY((size_t)(heap->tree_end - tree) < whole)) {
      return zero__heap_chunk(heap, whole);
    }
    heap->tree = tree + whole;
    return tree;
  }
  if (size <= ZERO_SMALL_MAX) {
    void **object = zero__alloc_small(heap, storage, size);
    *object = NULL;
    if (storage != ZERO_LEAF) memset(object, 0, size);
    return object;
  }
  return zero__heap_large(heap, storage, size);
}

#endif
