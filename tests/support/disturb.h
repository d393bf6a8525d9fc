/* disturb.h - system calls that are preceded by a signal.
 *
 * The calls on names and files that the handle room makes return EINTR when a
 * test asks for it, whatever they would do. */
#ifndef ZERO_TESTS_DISTURB_H
#define ZERO_TESTS_DISTURB_H

enum zero_test_disturbance {
  ZERO_TEST_CALM,
  ZERO_TEST_SOMETIMES, /* about every other call */
  ZERO_TEST_ALWAYS
};

/* How it is from now on, for this process. */
void zero_test_disturb(enum zero_test_disturbance how);

#endif
