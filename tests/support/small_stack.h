/* small_stack.h - runs a test's work on the least C stack Zero asks for. */
#ifndef ZERO_TESTS_SMALL_STACK_H
#define ZERO_TESTS_SMALL_STACK_H

/* Calls `body` in a thread whose stack is 256 KiB and which the collector
 * knows, and waits for it. It must assert nothing: answers go by way of
 * `context`. */
void zero_test_on_small_stack(void (*body)(void *context), void *context);

#endif
