/* hosting.c - a host of few words, for tests of functions that it gives. */
#include "hosting.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

/* What the last zero_host_eval printed, cut where it is long. */
static char printed[8192];
static size_t printed_size;

static void take(void *context, const char *bytes, size_t size) {
  (void)context;
  size_t room = sizeof printed - 1 - printed_size;
  if (size > room) size = room;
  memcpy(printed + printed_size, bytes, size);
  printed_size += size;
  printed[printed_size] = '\0';
}

zero_vm *zero_host_open(const zero_options *options) {
  zero_vm *vm;
  char message[256] = "";
  zero_status status = zero_open(&vm, options, message, sizeof message);
  cr_assert_eq(status, ZERO_OK, "%s", message);
  return vm;
}

void zero_host_define(zero_vm *vm, const zero_definition *definition) {
  zero_status status = zero_define(vm, definition);
  cr_assert_eq(status, ZERO_OK, "%s",
               status != ZERO_OK ? zero_last_error(vm)->message : "");
}

const char *zero_host_code(const zero_vm *vm) {
  const zero_error *error = zero_last_error(vm);
  return error != NULL ? error->code : "";
}

const char *zero_host_printed(zero_vm *vm, zero_value value) {
  printed_size = 0;
  printed[0] = '\0';
  cr_assert_eq(zero_print(vm, value, take, NULL), ZERO_OK);
  return printed;
}

const char *zero_host_eval(zero_vm *vm, const char *source) {
  zero_value value;
  if (zero_eval(vm, &value, NULL, "<test>", source, strlen(source)) !=
      ZERO_OK) {
    return zero_host_code(vm);
  }
  return zero_is_none(value) ? "" : zero_host_printed(vm, value);
}

void zero_host_load(zero_vm *vm, const char *source) {
  zero_status status = zero_load(vm, "test.0x0", source, strlen(source));
  cr_assert_eq(status, ZERO_OK, "%s",
               status != ZERO_OK ? zero_last_error(vm)->message : "");
}

void zero_host_drop(void *context, const char *bytes, size_t size) {
  (void)context, (void)bytes, (void)size;
}

static pthread_t interrupter;
static atomic_bool interrupting;

static void *interrupt(void *vm) {
  while (atomic_load(&interrupting)) {
    usleep(2000);
    zero_interrupt(vm);
  }
  return NULL;
}

void zero_host_interrupt_often(zero_vm *vm) {
  atomic_store(&interrupting, true);
  cr_assert_eq(pthread_create(&interrupter, NULL, interrupt, vm), 0);
}

void zero_host_interrupt_no_more(void) {
  atomic_store(&interrupting, false);
  pthread_join(interrupter, NULL);
}
