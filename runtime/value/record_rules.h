/* record_rules.h - what a field's type says beyond families: one predicate a
 * rule, and the normal form of a path's text.
 *
 * A rule is a word after a `/` in abi/value-fields.tsv. Each predicate sees
 * the whole record's fields, because some look at a neighbour, and judges the
 * field at `index`, which is already known to be of the families its type
 * accepts. It raises only for want of memory and at a limit. The predicates
 * are declared with the enum in facts/gen/rules.h. */
#ifndef ZERO_VALUE_RECORD_RULES_H
#define ZERO_VALUE_RECORD_RULES_H

#include "base/heap.h"
#include "facts/facts.h"
#include "value/word.h"

/* True where `rule`, which is not ZERO_RULE_NONE, holds for the field at
 * `index`. */
bool zero__rule_holds(struct zero_heap *heap, enum zero_rule rule,
                      const zero_value *fields, unsigned index);

/* The normal form of a path's Text: the same word where it is normal already,
 * ZERO_NONE where it is refused. No file is looked at.
 *
 * The text is taken apart at `/`; empty parts and `.` are dropped, and `..`
 * takes back the part before it. What is left begins with `/` where the path
 * is absolute, with `pkg:` where it is a package path, and has no slash at its
 * end. Nothing left is `.` after `pkg:` or in a relative path.
 *
 * A path that climbs out of its root is refused: `/..`, `../x`, `pkg:..`. So
 * is a relative path whose normal form would read as a package path, as
 * `./pkg:x` does. A normal form is its own normal form. */
zero_value zero__path_normal(struct zero_heap *heap, zero_value text);

#endif
