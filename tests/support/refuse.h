/* refuse.h - system calls that the kernel refuses from now on. */
#ifndef ZERO_TESTS_REFUSE_H
#define ZERO_TESTS_REFUSE_H

#include <stdbool.h>

/* Lets a system call of this process fail with `error`, as old kernels and
 * containers do. Returns false if that cannot be. */
bool zero_test_refuse(int number, unsigned error);

/* Lets it fail only if it is given one of these bits in an argument. */
bool zero_test_refuse_bits(int number, unsigned argument, unsigned bits,
                           unsigned error);

#endif
