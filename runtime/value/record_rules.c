/* record_rules.c - from a field's rule to its predicate.
 *
 * The switch has no default: a rule that the table gains and no predicate
 * answers does not compile. */
#include "value/record_rules.h"

#include "value/bytes.h"
#include "value/map.h"

bool zero__rule_entries(struct zero_heap *heap, const zero_value *fields,
                        unsigned index) {
  return !zero_is_none(zero__map_from_entries(heap, fields[index]));
}

bool zero__rule_bytes(struct zero_heap *heap, const zero_value *fields,
                      unsigned index) {
  return !zero_is_none(zero__bytes_from_list(heap, fields[index]));
}

bool zero__rule_holds(struct zero_heap *heap, enum zero_rule rule,
                      const zero_value *fields, unsigned index) {
  switch (rule) {
    case ZERO_RULE_NONE:
      return true;
    case ZERO_RULE_ENTRIES:
      return zero__rule_entries(heap, fields, index);
    case ZERO_RULE_BYTES:
      return zero__rule_bytes(heap, fields, index);
    case ZERO_RULE_PATH:
      return zero__rule_path(heap, fields, index);
    case ZERO_RULE_PATH_NORMAL:
      return zero__rule_path_normal(heap, fields, index);
    case ZERO_RULE_SHA256:
      return zero__rule_sha256(heap, fields, index);
    case ZERO_RULE_PROOF:
      return zero__rule_proof(heap, fields, index);
  }
  return false;
}
