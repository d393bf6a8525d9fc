/* record_rules.h - what a field's type says beyond families: one predicate a
 * rule.
 *
 * A rule is a word behind a `/` in abi/value-fields.tsv. Each predicate sees
 * the whole record's fields, because some look at a neighbour, and answers
 * for the field at `index`, which is already known to be of the families
 * its type accepts. It never raises but for want of memory. */
#ifndef ZERO_VALUE_RECORD_RULES_H
#define ZERO_VALUE_RECORD_RULES_H

#include "base/heap.h"
#include "facts/facts.h"
#include "value/word.h"

/* True where `rule` holds for the field at `index`. In record_rules.c. The
 * predicates themselves are declared with the enum in facts/gen/rules.h;
 * record_rules.c has those of Map and Bytes, path.c the others. */
bool zero__rule_holds(struct zero_heap *heap, enum zero_rule rule,
                      const zero_value *fields, unsigned index);

#endif
