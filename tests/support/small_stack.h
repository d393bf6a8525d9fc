/* small_stack.h - runs a test's work on the least C stack Zero asks for. */
#ifndef ZERO_TESTS_SMALL_STACK_H
#define ZERO_TESTS_SMALL_STACK_H

#include <stddef.h>

/* Calls `body` in a thread whose stack is 64 KiB and which the collector
 * knows, and waits for it. It must assert nothing: results go by way of
 * `context`. Where AddressSanitizer makes frames larger, so is the stack. */
void zero_test_on_small_stack(void (*body)(void *context), void *context);

/* The same with `size` bytes of stack. */
void zero_test_on_stack(size_t size, void (*body)(void *context),
                        void *context);

#endif
