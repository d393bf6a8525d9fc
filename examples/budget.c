/* budget.c - fuel, time, memory and another thread each stop an endless loop,
 * and the VM still works each time.
 *
 * Prints:
 *   FUEL_SPENT after 10000 steps
 *   DEADLINE after 20 ms
 *   ALLOC_LIMIT after 1000000 bytes
 *   INTERRUPTED from another thread
 *   and then no error
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <zero.h>

static atomic_int stopped;
static zero_spending spent;

/* Interrupts repeatedly: between calls an interrupt does nothing. */
static void *interrupt(void *vm) {
  while (!atomic_load(&stopped)) zero_interrupt(vm);
  return NULL;
}

/* Calls (name 1) within `limits`. Returns the code that ended the call. */
static const char *run(zero_vm *vm, const char *name,
                       zero_call_options limits) {
  zero_value one, result;
  if (zero_i64(vm, &one, 1) != ZERO_OK) return "no number";
  zero_status status = zero_call_with(vm, &result, zero_lookup(vm, name), &one,
                                      1, &limits);
  if (zero_spent(vm, &spent) != ZERO_OK) return "no VM";
  return status == ZERO_OK ? "no error" : zero_last_error(vm)->code;
}

int main(void) {
  static const char source[] =
      "(fn loop (n) (loop (+ n 1))) (fn hoard (n) (hoard (list n n)))";
  const zero_call_options limits[] = {
      {.fuel = 10000}, {.deadline_ms = 20}, {.alloc = 1000000}, {0}};
  pthread_t thread;
  zero_vm *vm;
  if (zero_open(&vm, NULL, NULL, 0)) return 1;
  if (zero_load(vm, "loops", source, strlen(source))) return 1;
  printf("%s after ", run(vm, "loop", limits[0]));
  printf("%d steps\n", (int)spent.fuel);
  printf("%s after ", run(vm, "loop", limits[1]));
  printf("%d ms\n", spent.nanoseconds < 20000000 ? 0 : 20);
  printf("%s after ", run(vm, "hoard", limits[2]));
  printf("%d bytes\n", (int)spent.alloc);
  if (pthread_create(&thread, NULL, interrupt, vm) != 0) return 1;
  printf("%s from another thread\n", run(vm, "loop", limits[3]));
  atomic_store(&stopped, 1);
  if (pthread_join(thread, NULL) != 0) return 1;
  printf("and then %s\n", run(vm, "list", limits[0]));
  zero_close(vm);
  return 0;
}
