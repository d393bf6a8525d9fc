/* word.h - the bits of a value, and the shapes its pointers refer to.
 *
 *   63                                  4 3  0
 *   nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn1  I64 of 63 bits, n = value
 *   pppppppppppppppppppppppppppppppppppp 0000  cons cell, 16-byte aligned
 *   pppppppppppppppppppppppppppppppppppp 0010  object with a header word
 *   pppppppppppppppppppppppppppppppppppp 0100  Text
 *   0000000000000000000000000000000 0000 1110  Unit           0x0e
 *   0000000000000000000000000000000 0001 1110  false          0x1e
 *   0000000000000000000000000000000 0010 1110  true           0x2e
 *   0000000000000000000000000000000 0011 1110  the empty list 0x3e
 *   all zero                                   no value
 *
 * One value, one representation: an I64 is boxed only if 63 bits cannot hold
 * it, and a list that fits a family whole is never a chain of cells
 * (value/list.h). So equality may compare kinds before contents.
 *
 * An object's header word:
 *
 *   63      40 39   32 31     16 15     8 7    0
 *   | unused  | count | tag     | variant | kind |
 *
 * Its low half names family and variant; `count` is the number of fields. */
#ifndef ZERO_VALUE_WORD_H
#define ZERO_VALUE_WORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/platform.h"
#include "zero/gen/families.h"
#include "zero/value.h"

enum {
  ZERO_TAG_MASK = 15,
  ZERO_TAG_CELL = 0,
  ZERO_TAG_OBJECT = 2,
  ZERO_TAG_TEXT = 4,
};

#define ZERO_NONE ((zero_value){0})
#define ZERO_UNIT ((zero_value){0x0e})
#define ZERO_FALSE ((zero_value){0x1e})
#define ZERO_TRUE ((zero_value){0x2e})
#define ZERO_EMPTY ((zero_value){0x3e})

#define ZERO_SMALL_I64_MAX (INT64_MAX >> 1)
#define ZERO_SMALL_I64_MIN (INT64_MIN >> 1)

/* The kind in an object's header. Text has its own pointer tag and no header of
 * this form. */
enum zero_object_kind {
  ZERO_KIND_RECORD = 1, /* packed family value */
  ZERO_KIND_MAP,
  ZERO_KIND_BYTES,
  ZERO_KIND_I64,        /* beyond 63 bits */
  ZERO_KIND_FUNCTION,
  ZERO_KIND_REF,        /* names what the handle room owns */
  ZERO_KIND_USER_DATA,  /* the host's; equal to itself only */
};

/* The tail first: the collector follows the last address of an object at once
 * and puts the others on its stack. So a list takes one entry there, however
 * long it is; the other way round each head that is an object would wait. */
struct zero_cell {
  zero_value tail;
  zero_value head;
};

struct zero_object {
  uint64_t header;
};

struct zero_record {
  uint64_t header;
  zero_value fields[];
};

struct zero_boxed_i64 {
  uint64_t header;
  int64_t number;
};

struct zero_bytes {
  uint64_t header;
  uint64_t size;
  unsigned char data[];
};

/* Text: `size` bytes of valid UTF-8 and a NUL. `hash` is 0 until asked for.
 * A text that is not ASCII and longer than ZERO_TEXT_STRIDE code points has
 * room after its bytes for one offset each that many points, filled when
 * first needed (value/text.c). */
struct zero_text {
  uint32_t flags; /* ZERO_TEXT_... */
  uint32_t size;  /* bytes without the NUL */
  uint32_t count; /* code points */
  uint32_t hash;
  char bytes[];
};

enum {
  ZERO_TEXT_ASCII = 1,
  ZERO_TEXT_INDEXED = 2, /* the offsets are filled */
};

/* The part of a function's code that every room may know: its name as Text. The
 * code room's struct zero_code begins with it. */
struct zero_callable {
  zero_value name;
};

/* A function value. Captured values follow. */
struct zero_function {
  uint64_t header; /* count: captures */
  struct zero_callable *code;
  zero_value captures[];
};

/* Something of the host's, and its sort: an address. */
struct zero_user_data {
  uint64_t header;
  const void *type;
  void *pointer;
  const uint64_t *open; /* 0 when its VM is closed */
};

struct zero_handle;
struct zero_handles;

/* Why a Ref can be used or not. */
enum zero_ref_fate {
  ZERO_REF_LIVE,
  ZERO_REF_MOVED,  /* given away: another Ref names the thing */
  ZERO_REF_CLOSED,
  ZERO_REF_ENDED,  /* was lent, and is back with its owner */
};

/* One name of one thing in a VM's table of handles; the handle room makes it,
 * and changes its fate once. It equals only itself. */
struct zero_handle_ref {
  uint64_t header;
  struct zero_handles *table;     /* kept alive, so its address is unique */
  uint64_t number;                /* of the thing, never used twice */
  struct zero_handle *entry;      /* of the table; NULL if it is not live */
  uint32_t fate;                  /* enum zero_ref_fate */
  struct zero_handle_ref *lender; /* of a name that was lent; else NULL */
};

static inline uint64_t zero__header(enum zero_object_kind kind, unsigned tag,
                                    unsigned variant, unsigned count) {
  return (uint64_t)count << 32 | (uint64_t)tag << 16 |
         (uint64_t)variant << 8 | (uint64_t)kind;
}

static inline enum zero_object_kind zero__header_kind(uint64_t header) {
  return (enum zero_object_kind)(header & 0xff);
}
static inline unsigned zero__header_variant(uint64_t header) {
  return (unsigned)(header >> 8 & 0xff);
}
static inline unsigned zero__header_tag(uint64_t header) {
  return (unsigned)(header >> 16 & 0xffff);
}
static inline unsigned zero__header_count(uint64_t header) {
  return (unsigned)(header >> 32 & 0xff);
}

static inline bool zero__same(zero_value a, zero_value b) {
  return a.bits == b.bits;
}
static inline bool zero__is_small(zero_value v) {
  return (v.bits & 1) != 0;
}
static inline bool zero__is_cell(zero_value v) {
  return (v.bits & ZERO_TAG_MASK) == ZERO_TAG_CELL;
}
static inline bool zero__is_object(zero_value v) {
  return (v.bits & ZERO_TAG_MASK) == ZERO_TAG_OBJECT;
}
static inline bool zero__is_text(zero_value v) {
  return (v.bits & ZERO_TAG_MASK) == ZERO_TAG_TEXT;
}
static inline bool zero__is_bool(zero_value v) {
  return v.bits == 0x1e || v.bits == 0x2e;
}
static inline bool zero__is_unit(zero_value v) {
  return v.bits == 0x0e;
}
static inline bool zero__is_empty(zero_value v) {
  return v.bits == 0x3e;
}

/* Unit and false are false, all else is true. */
static inline bool zero__is_true(zero_value v) {
  return (v.bits & ~UINT64_C(0x10)) != 0x0e;
}

static inline zero_value zero__bool(bool truth) {
  return truth ? ZERO_TRUE : ZERO_FALSE;
}

/* Only if the number fits 63 bits; zero__i64 takes any. */
static inline zero_value zero__small(int64_t number) {
  return (zero_value){(uint64_t)number << 1 | 1};
}
static inline int64_t zero__small_number(zero_value v) {
  return (int64_t)v.bits >> 1;
}

static inline struct zero_cell *zero__cell(zero_value v) {
  return (struct zero_cell *)(uintptr_t)v.bits;
}
static inline struct zero_object *zero__object(zero_value v) {
  return (struct zero_object *)(uintptr_t)(v.bits - ZERO_TAG_OBJECT);
}
static inline struct zero_record *zero__record(zero_value v) {
  return (struct zero_record *)(uintptr_t)(v.bits - ZERO_TAG_OBJECT);
}
static inline struct zero_text *zero__text(zero_value v) {
  return (struct zero_text *)(uintptr_t)(v.bits - ZERO_TAG_TEXT);
}
static inline struct zero_function *zero__function(zero_value v) {
  return (struct zero_function *)(uintptr_t)(v.bits - ZERO_TAG_OBJECT);
}
static inline struct zero_user_data *zero__user_data(zero_value v) {
  return (struct zero_user_data *)(uintptr_t)(v.bits - ZERO_TAG_OBJECT);
}
static inline struct zero_handle_ref *zero__ref(zero_value v) {
  return (struct zero_handle_ref *)(uintptr_t)(v.bits - ZERO_TAG_OBJECT);
}
static inline zero_value zero__of_cell(const struct zero_cell *cell) {
  return (zero_value){(uint64_t)(uintptr_t)cell};
}
static inline zero_value zero__of_object(const void *object) {
  return (zero_value){(uint64_t)(uintptr_t)object + ZERO_TAG_OBJECT};
}
static inline zero_value zero__of_text(const struct zero_text *text) {
  return (zero_value){(uint64_t)(uintptr_t)text + ZERO_TAG_TEXT};
}

/* Returns true if `v` is an object of `kind`. */
static inline bool zero__is_kind(zero_value v, enum zero_object_kind kind) {
  return zero__is_object(v) &&
         zero__header_kind(zero__object(v)->header) == kind;
}
static inline bool zero__is_function(zero_value v) {
  return zero__is_kind(v, ZERO_KIND_FUNCTION);
}
static inline bool zero__is_user_data(zero_value v) {
  return zero__is_kind(v, ZERO_KIND_USER_DATA);
}
static inline bool zero__is_ref(zero_value v) {
  return zero__is_kind(v, ZERO_KIND_REF);
}
static inline bool zero__is_i64(zero_value v) {
  return zero__is_small(v) || zero__is_kind(v, ZERO_KIND_I64);
}

/* The number of a value that zero__is_i64. */
static inline int64_t zero__i64_number(zero_value v) {
  if (zero__is_small(v)) return zero__small_number(v);
  return ((struct zero_boxed_i64 *)(void *)zero__object(v))->number;
}

/* Returns true if `v` is a packed family value: a record, Map or Bytes.
 * Its header's tag is the family's. */
static inline bool zero__is_packed(zero_value v) {
  return zero__is_object(v) &&
         zero__header_kind(zero__object(v)->header) <= ZERO_KIND_BYTES;
}

/* Returns true if `v` has head and tail: a cell or a packed value,
 * and not the empty list. */
static inline bool zero__is_pair(zero_value v) {
  return zero__is_cell(v) || zero__is_packed(v);
}

/* Returns true if `v` is a list of any kind, the empty one included. */
static inline bool zero__is_list(zero_value v) {
  return zero__is_empty(v) || zero__is_pair(v);
}

#endif
