/* rules.h - what a field's type says beyond families: one predicate a rule.
 *
 * A rule is a word behind a `/` in abi/value-fields.tsv. Each predicate sees
 * the whole record's fields, because some look at a neighbour, and answers
 * for the field at `index`, which is already known to be of the families
 * its type accepts. It never raises but for want of memory. */
#ifndef ZERO_VALUE_RULES_H
#define ZERO_VALUE_RULES_H

#include "base/heap.h"
#include "facts/facts.h"
#include "value/word.h"

/* True where `rule` holds for the field at `index`. In rules.c. */
bool zero__rule_holds(struct zero_heap *heap, enum zero_rule rule,
                      const zero_value *fields, unsigned index);

typedef bool zero__rule(struct zero_heap *heap, const zero_value *fields,
                        unsigned index);

/* In rules.c: the list form of a Map, and of a Bytes. */
zero__rule zero__rule_entries;
zero__rule zero__rule_bytes;

/* In path.c: a path's text, whether `normalized` tells the truth about its
 * neighbour, a SHA-256 in hex, and a proof of HardwareEvidence. */
zero__rule zero__rule_path;
zero__rule zero__rule_path_normal;
zero__rule zero__rule_sha256;
zero__rule zero__rule_proof;

#endif
