/* states.h - steps between states: Protocol and Live.
 *
 * Knows the two step rules of docs/values.md; which family has them is in the
 * tables by field name (state and trace, revision and payload). */
#ifndef ZERO_LAYOUT_STATES_H
#define ZERO_LAYOUT_STATES_H

#include "base/heap.h"
#include "value/word.h"

/* The protocol one state further. `rules` is a Map from each state to the
 * List of its successors; the state left is added to the trace. A step that
 * the rules do not allow raises LAYOUT_PROTOCOL. */
zero_value zero__protocol_step(struct zero_heap *heap, zero_value rules,
                               zero_value protocol, zero_value next);

/* The Live value with `payload` and the next revision. Raises LAYOUT_LIVE
 * where the revision has no successor. */
zero_value zero__live_step(struct zero_heap *heap, zero_value live,
                           zero_value payload);

#endif
