/* flow.h - what each register holds along every path: the second half of
 * the verifier, after the words alone were found good. */
#ifndef ZERO_SUPPORT_FLOW_H
#define ZERO_SUPPORT_FLOW_H

#include "compile/code.h"

/* What is known of a word of the code. */
enum { ZERO_MARK_START = 1, ZERO_MARK_TARGET = 2 };

/* One verification under way. */
struct zero_verifier {
  struct zero_heap *heap;
  const struct zero_code *code;
  uint8_t *marks;   /* by word */
  uint64_t *chains; /* by constant, once asked for */
  char *message;
  size_t room;
};

/* Stores the sentence; returns false. */
bool zero__reject(struct zero_verifier *verifier, uint32_t pc,
                  const char *format, ...) ZERO_PRINTF(3, 4);

/* The parameters that must be chains under construction, one bit each, of the
 * function that constant `index` is; never those from 64 on. Its code need
 * not be verified. */
uint64_t zero__chain_params(struct zero_verifier *verifier, uint32_t index);

/* Follows every path. The words must be good and the targets marked. */
bool zero__verify_flow(struct zero_verifier *verifier);

#endif
