/* many_vms.c - eight threads with a VM each add up parts; a ninth VM adds all.
 *
 * Prints:
 *   8 threads, sum 320000400000
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <zero.h>

enum { THREADS = 8, EACH = 100000 };

struct part {
  int64_t start;
  zero_vm *vm;
  zero_ref sum; /* names nothing if something failed */
};

static void *add_up(void *context) {
  static const char source[] =
      "(fn add (n end sum) (if (> n end) sum (add (+ n 1) end (+ sum n))))";
  struct part *part = context;
  zero_value args[3], sum;
  if (zero_open(&part->vm, NULL, NULL, 0) != ZERO_OK) return NULL;
  zero_vm *vm = part->vm;
  if (zero_load(vm, "add", source, strlen(source)) ||
      zero_i64(vm, &args[0], part->start + 1) ||
      zero_i64(vm, &args[1], part->start + EACH) ||
      zero_i64(vm, &args[2], 0) ||
      zero_call(vm, &sum, zero_lookup(vm, "add"), args, 3)) {
    return NULL;
  }
  return zero_pin(vm, &part->sum, sum) == ZERO_OK ? part : NULL;
}

int main(void) {
  struct part parts[THREADS] = {{0}};
  pthread_t threads[THREADS];
  int64_t total = 0;
  zero_vm *vm; /* the first thread opens the first VM of a process */
  if (zero_open(&vm, NULL, NULL, 0) != ZERO_OK) return 1;
  for (int i = 0; i < THREADS; i++) {
    parts[i].start = (int64_t)i * EACH;
    if (pthread_create(&threads[i], NULL, add_up, &parts[i]) != 0) return 1;
  }
  for (int i = 0; i < THREADS; i++) {
    int64_t number;
    pthread_join(threads[i], NULL);
    zero_value sum = zero_pinned(parts[i].vm, parts[i].sum);
    if (zero_value_copy(vm, &sum, parts[i].vm, sum) != ZERO_OK) return 1;
    zero_to_i64(&number, sum);
    zero_close(parts[i].vm);
    total += number;
  }
  zero_close(vm);
  printf("%d threads, sum %" PRId64 "\n", THREADS, total);
  return total != INT64_C(320000400000);
}
