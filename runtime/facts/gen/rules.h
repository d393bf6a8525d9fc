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

bool zero__rule_entries(struct zero_heap *heap,
    const zero_value *fields, unsigned index);

bool zero__rule_bytes(struct zero_heap *heap,
    const zero_value *fields, unsigned index);

bool zero__rule_path(struct zero_heap *heap,
    const zero_value *fields, unsigned index);

bool zero__rule_path_normal(struct zero_heap *heap,
    const zero_value *fields, unsigned index);

bool zero__rule_sha256(struct zero_heap *heap,
    const zero_value *fields, unsigned index);

bool zero__rule_proof(struct zero_heap *heap,
    const zero_value *fields, unsigned index);

#endif
