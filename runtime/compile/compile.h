/* compile.h - what the parts of the compiler share.
 *
 * Four ways to compile a node, each with its own end:
 *   operand  the register that holds the value, perhaps a local's own
 *   into     the value in a given register
 *   tail     the function's result: nothing comes after
 *   branch   a jump if the truth of the value is as asked
 *
 * A register given to `into` may be written before the last operand is read,
 * except by nodes for which writes_last (compiler.c) is true. */
#ifndef ZERO_COMPILE_COMPILE_H
#define ZERO_COMPILE_COMPILE_H

#include "compile/emitter.h"

unsigned zero__compile_operand(struct zero_emitter *emitter,
                               struct zero_node *node);
void zero__compile_into(struct zero_emitter *emitter, struct zero_node *node,
                        unsigned dest);
void zero__compile_branch(struct zero_emitter *emitter,
                          struct zero_node *node, bool truth,
                          struct zero_jumps *jumps);

/* Calls of builtins: compile_builtin.c. By the builtin's own instruction,
 * R[dest] = the value, false if it has none for these arguments; by a jump, if
 * it is a test; by its C function, always. */
bool zero__compile_value(struct zero_emitter *emitter, struct zero_node *node,
                         unsigned dest);
bool zero__is_test(const struct zero_node *node);
void zero__compile_test(struct zero_emitter *emitter, struct zero_node *node,
                        bool truth, struct zero_jumps *jumps);
void zero__compile_builtin(struct zero_emitter *emitter,
                           struct zero_node *node, unsigned dest);

/* Where the value of a form's last part goes. */
enum zero_goal_kind { ZERO_GOAL_INTO, ZERO_GOAL_TAIL, ZERO_GOAL_BRANCH };

struct zero_goal {
  enum zero_goal_kind kind;
  unsigned dest;            /* INTO */
  bool truth;               /* BRANCH: jumps if the value is as true */
  struct zero_jumps *jumps;
};

/* Compiles a node for a goal. Returns true if the code after it is
 * reached: after TAIL it never is, nor after a jump that is always taken. */
bool zero__compile_goal(struct zero_emitter *emitter, struct zero_node *node,
                        const struct zero_goal *goal);

/* match: compile_match.c. */
void zero__compile_match(struct zero_emitter *emitter, struct zero_node *node,
                         const struct zero_goal *goal);

/* Compiles each node of a chain into registers in a row; returns the
 * first. */
unsigned zero__compile_run(struct zero_emitter *emitter,
                           struct zero_node *first, unsigned count);

#endif
