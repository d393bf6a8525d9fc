/* facts.h - what the tables in abi/ say, as constant data.
 *
 * Knows no values and no VM. The arrays are generated into facts/gen/ by
 * `make generate`; these are their shapes. Texts are NUL-terminated and
 * static. A user's tag that no row has is no family. */
#ifndef ZERO_FACTS_FACTS_H
#define ZERO_FACTS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/gen/capabilities.h"
#include "zero/gen/codes.h"
#include "zero/gen/families.h"

/* Refinements of a field's type that no combination of types can say. One
 * enumerator for each `/rule` used in value-fields.tsv, and one C predicate
 * zero__rule_<name> in value/record_rules.c: a rule without one does not
 * link. */
#include "facts/gen/rules.h"

/* A field's type, such as `I64`, `Text/path`, `Handle|Unit` or
 * `List(Text)`. */
struct zero_type {
  const char *text;      /* as the table writes it */
  uint64_t accepts;      /* bit 1 << tag for each family accepted */
  enum zero_rule rule;   /* ZERO_RULE_NONE where the families suffice */
  const struct zero_type *item; /* of List(T), Option(T); else NULL */
};

/* Bits of zero_type.accepts beyond the families' own. */
#define ZERO_ACCEPTS_ANY (UINT64_C(1) << 63)
#define ZERO_ACCEPTS_REF (UINT64_C(1) << 62)

struct zero_state {
  const char *word;
  const char *next; /* words that may follow, separated by spaces, or "" */
};

struct zero_field {
  const char *name;
  const char *doc;
  const struct zero_type *type;
  const struct zero_state *states; /* vocabulary; NULL: any Text */
  unsigned state_count;
};

struct zero_variant {
  const char *name;            /* "some" */
  const struct zero_family *family;
  const struct zero_field *fields;
  uint8_t field_count;
  uint8_t index;               /* within the family */
  bool all_any;                /* every field is of type Any, no rule */
};

struct zero_family {
  const char *name;            /* "Option" */
  const char *layout;          /* cells of the table, as written */
  const char *ownership;
  const char *status;
  const char *error;           /* "LAYOUT_OPTION" */
  int code;                    /* the same as enum zero_error_code */
  uint16_t tag;
  uint16_t abi_version;
  const struct zero_variant *variants; /* none for Unit to List */
  unsigned variant_count;
};

/* A v0.1 shape: a list that begins with `head` and goes on with `count`
 * payload values. They become the fields of `variant` in order; where `wrap`
 * is set they become the first fields of a `wrap` record instead, whose
 * missing last field is an empty Map, and that record is the one field. */
struct zero_shape {
  const char *head;
  const struct zero_variant *variant;
  const struct zero_variant *wrap;
  uint8_t count;
};

struct zero_capability {
  const char *name;  /* "file.read" */
  uint32_t bits;     /* `file` has the bits of both its parts */
};

/* Who carries a builtin out: a C function, or a function of lib/core written
 * in 0x0. */
enum zero_how { ZERO_HOW_NATIVE, ZERO_HOW_CORE };

/* Instructions (enum zero_opcode) that do one thing with different operands.
 * 0 where there is none: MOVE, which has the number 0, is no builtin's. */
struct zero_forms {
  uint8_t plain;        /* of registers */
  uint8_t small;        /* the last operand is a small number */
  uint8_t constant;     /* one operand is a constant; the order is free */
  uint8_t many;         /* a run of registers */
  bool denies;          /* a test that is true where the builtin is false */
};

struct zero_builtin {
  const char *name;
  const char *params;   /* types in order, "I64 I64", last may end in … */
  const char *result;
  const char *doc;
  struct zero_forms value; /* makes its value; none: the C function does */
  struct zero_forms test;  /* jumps by its value */
  uint32_t capability;  /* bits needed; 0: pure */
  uint16_t fuel;        /* fixed part of its cost */
  uint8_t min;
  uint8_t max;          /* ZERO_ANY_COUNT: no upper bound */
  enum zero_how how;
  bool hidden;          /* only lib/core may name it */
};

enum { ZERO_ANY_COUNT = 255 };

struct zero_code_fact {
  const char *name;     /* "INTEGER_OVERFLOW" */
  const char *kind;     /* source, warning, runtime, limit, library, host,
                           layout */
  int code;
  bool caught;          /* `try` catches it */
};

/* A table of abi/ as text: lines of cells with tabs between, the first line
 * naming the columns. */
struct zero_table {
  const char *name; /* "value-layouts" */
  const char *text;
};

extern const struct zero_table zero__tables[];
extern const struct zero_family zero__families[];
extern const struct zero_shape zero__shapes[];
extern const struct zero_capability zero__capabilities[];
extern const struct zero_builtin zero__builtins[];
extern const struct zero_code_fact zero__codes[];
extern const unsigned zero__table_count, zero__family_count, zero__shape_count,
    zero__capability_count, zero__builtin_count, zero__code_count;

/* Each returns NULL where there is none. */
const struct zero_family *zero__family_by_tag(uint64_t tag);
const struct zero_family *zero__family_by_name(const char *name);
const struct zero_variant *zero__variant_by_name(
    const struct zero_family *family, const char *name, size_t size);
const struct zero_code_fact *zero__code_fact(int code);
const struct zero_code_fact *zero__code_by_name(const char *name);
const struct zero_capability *zero__capability_by_name(const char *name,
                                                       size_t size);

/* Returns the index in zero__builtins, or -1. */
int zero__builtin_by_name(const char *name);

/* Finds a field of a family by name: the variant that has it, and its index
 * there in *index; NULL where no variant has it. The tables keep field names
 * unique within a family. */
const struct zero_variant *zero__field_by_name(
    const struct zero_family *family, const char *name, unsigned *index);

/* Returns true where values of the variant may be live: a field of theirs may
 * hold a Ref. */
bool zero__may_be_live(const struct zero_variant *variant);

/* Returns true where the field says where a linear value stands in its life:
 * `closed` is one of its words. */
bool zero__is_life(const struct zero_field *field);

/* Returns true where `word` is one of a field's vocabulary. */
bool zero__state_known(const struct zero_field *field, const char *word,
                       size_t size);

/* A search for the name that is nearest to `name` by edit distance. Names are
 * given one after the other; of those that are equally near the first is
 * kept. Most names are told apart by their lengths. */
struct zero_nearest {
  const char *name;
  size_t size;
  const char *best; /* NULL where none was near enough to suggest, a third of
                       the length away at most */
  size_t distance;  /* that of another name may not be larger */
};
void zero__nearest_begin(struct zero_nearest *search, const char *name);
void zero__nearest_try(struct zero_nearest *search, const char *other);

/* Returns the one of `count` names, `stride` bytes apart and each a
 * `const char *` at the start, that is nearest to `name`, or NULL. For
 * "unknown name; did you mean ...?". */
const char *zero__nearest(const char *name, const void *names, size_t count,
                          size_t stride);

#endif
