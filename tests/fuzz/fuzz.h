/* fuzz.h - what the fuzz targets of this folder share.
 *
 * A target is a file with LLVMFuzzerTestOneInput: libFuzzer calls it with
 * bytes of its own choosing (`make fuzz`), replay.c with those that are kept
 * in corpus/. A law that does not hold ends the process, as a sanitizer
 * does. */
#ifndef ZERO_TESTS_FUZZ_H
#define ZERO_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "zero.h"

/* Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Ends the process if `truth` does not hold; then follow a format and its
 * arguments, which describe the failure. */
#define ZERO_LAW(truth, ...)                                            \
  do {                                                                  \
    if (truth) break;                                                   \
    zero_fuzz_broken(__FILE__, __LINE__, #truth, __VA_ARGS__);          \
  } while (0)

_Noreturn void zero_fuzz_broken(const char *file, int line, const char *law,
                                const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A VM that is opened anew for every few inputs: names of old programs do not
 * pile up, and an input mostly fails by itself. */
struct zero_fuzz_vm {
  zero_vm *vm;
  unsigned used;
};
zero_vm *zero_fuzz_open(struct zero_fuzz_vm *holder,
                        const zero_options *options);

/* Bytes that grow; free() them. NUL-terminated, NULL while empty. */
struct zero_fuzz_text {
  char *bytes;
  size_t size;
};

/* A zero_output whose context is a struct zero_fuzz_text. */
void zero_fuzz_take(void *context, const char *bytes, size_t size);

/* Looks at the error of a call that failed with `status`, which must be one
 * that a program can cause, and whose texts are UTF-8. Returns its code. */
const char *zero_fuzz_code(zero_vm *vm, zero_status status);

/* Whether `code` is that of a limit, which says nothing about a law. */
int zero_fuzz_is_limit(const char *code);

/* Prints `value` and evaluates what was printed: it must be equal. */
void zero_fuzz_read_back(zero_vm *vm, zero_value value);

#endif
