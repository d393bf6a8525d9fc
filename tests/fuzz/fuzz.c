/* fuzz.c - what the fuzz targets of this folder share. */
#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "facts/facts.h"

enum { USES = 32 }; /* inputs for a VM */

/* As ASAN_OPTIONS in docs/testing.md, so that a target runs by itself. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
  return "detect_leaks=0:detect_stack_use_after_return=0";
}

void zero_fuzz_broken(const char *file, int line, const char *law,
                      const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s:%d: does not hold: %s\n  ", file, line, law);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  abort();
}

zero_vm *zero_fuzz_open(struct zero_fuzz_vm *holder,
                        const zero_options *options) {
  if (holder->used++ % USES == 0) {
    char message[256] = "";
    zero_close(holder->vm);
    zero_status status =
        zero_open(&holder->vm, options, message, sizeof message);
    ZERO_LAW(status == ZERO_OK, "%s", message);
  }
  return holder->vm;
}

void zero_fuzz_take(void *context, const char *bytes, size_t size) {
  struct zero_fuzz_text *text = context;
  if (size == 0) return;
  char *grown = realloc(text->bytes, text->size + size + 1);
  if (grown == NULL) abort();
  memcpy(grown + text->size, bytes, size);
  text->bytes = grown;
  text->size += size;
  grown[text->size] = '\0';
}

static int is_text(const char *text) {
  return text != NULL &&
         zero__utf8_valid(text, strlen(text), NULL) == strlen(text);
}

const char *zero_fuzz_code(zero_vm *vm, zero_status status) {
  ZERO_LAW(status == ZERO_E_FAILED || status == ZERO_E_SOURCE ||
               status == ZERO_E_EXIT,
           "status %d", (int)status);
  const zero_error *error = zero_last_error(vm);
  ZERO_LAW(error != NULL, "status %d", (int)status);
  const char *code = error->code;
  for (; error != NULL; error = error->next) {
    ZERO_LAW(is_text(error->code) && *error->code != '\0', "a code");
    ZERO_LAW(is_text(error->message), "%s", error->code);
    ZERO_LAW(error->location.file == NULL || is_text(error->location.file),
             "%s", error->code);
  }
  return code;
}

int zero_fuzz_is_limit(const char *code) {
  static const char *const limits[] = {"FUEL_SPENT", "ALLOC_LIMIT",
                                       "HEAP_LIMIT", "OUTPUT_LIMIT",
                                       "STACK_OVERFLOW"};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    if (strcmp(code, limits[i]) == 0) return 1;
  }
  return strncmp(code, "LIMIT_", 6) == 0;
}

void zero_fuzz_read_back(zero_vm *vm, zero_value value) {
  struct zero_fuzz_text printed = {NULL, 0};
  zero_value again = {0};
  int equal = 0;
  zero_status status = zero_print(vm, value, zero_fuzz_take, &printed);
  if (status == ZERO_OK && strstr(printed.bytes, "#<") == NULL) {
    ZERO_LAW(zero__utf8_valid(printed.bytes, printed.size, NULL) ==
                 printed.size,
             "%s", printed.bytes);
    status = zero_eval(vm, &again, NULL, "printed", printed.bytes,
                       printed.size);
    if (status == ZERO_OK) status = zero_equal(vm, &equal, value, again);
    ZERO_LAW(status != ZERO_OK || equal, "%s", printed.bytes);
  }
  if (status != ZERO_OK) {
    const char *code = zero_fuzz_code(vm, status);
    ZERO_LAW(zero_fuzz_is_limit(code), "%s: %s", code, printed.bytes);
  }
  free(printed.bytes);
}
