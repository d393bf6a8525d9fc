/* hosting.h - a host of few words, for tests of functions that it gives. */
#ifndef ZERO_TESTS_HOSTING_H
#define ZERO_TESTS_HOSTING_H

#include "zero.h"

/* Opens a VM that must open. */
zero_vm *zero_host_open(const zero_options *options);

/* Defines a function that must be taken. */
void zero_host_define(zero_vm *vm, const zero_definition *definition);

/* What `source` evaluates to, printed, or the code of its error. Good until
 * the next. */
const char *zero_host_eval(zero_vm *vm, const char *source);

/* A value as it prints, as zero_host_eval has it. */
const char *zero_host_printed(zero_vm *vm, zero_value value);

/* The code of the last error, "" if there is none. */
const char *zero_host_code(const zero_vm *vm);

/* Loads a text that is right. */
void zero_host_load(zero_vm *vm, const char *source);

/* Output that nobody reads. */
void zero_host_drop(void *context, const char *bytes, size_t size);

/* Lets another thread interrupt the VM every few milliseconds, and ends it. */
void zero_host_interrupt_often(zero_vm *vm);
void zero_host_interrupt_no_more(void);

#endif
