/* rules.h - the rules that value-fields.tsv names.
 * Generated from abi/ by `make generate`; do not edit. */
#ifndef ZERO_FACTS_GEN_RULES_H
#define ZERO_FACTS_GEN_RULES_H

#include <stdbool.h>

#include "zero/value.h"

struct zero_heap;

enum zero_rule {
  ZERO_RULE_NONE,
  ZERO_RULE_ENTRIES,
  ZERO_RULE_BYTES,
  ZERO_RULE_PATH,
  ZERO_RULE_PATH_NORMAL,
  ZERO_RULE_SHA256,
  ZERO_RULE_PROOF,
};

/* X(RULE, predicate) */
#define ZERO_RULES(X) \
  X(ENTRIES, zero__rule_entries) \
  X(BYTES, zero__rule_bytes) \
  X(PATH, zero__rule_path) \
  X(PATH_NORMAL, zero__rule_path_normal) \
  X(SHA256, zero__rule_sha256) \
  X(PROOF, zero__rule_proof)

typedef bool zero__rule(struct zero_heap *heap,
    const zero_value *fields, unsigned index);

#define ZERO_RULE_DECLARE(RULE, predicate) zero__rule predicate;
ZERO_RULES(ZERO_RULE_DECLARE)
#undef ZERO_RULE_DECLARE

#endif
