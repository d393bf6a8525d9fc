/* test_threads.c - VMs in threads, beside a host that uses libgc itself.
 *
 * `make check` runs these once for each way in which a host may have set
 * libgc up (tests/collector). Threads assert nothing: what they find wrong
 * they count. */
#define GC_NO_THREAD_REDIRECTS

#include <criterion/criterion.h>
#include <gc/gc.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/hosting.h"
#include "support/scale.h"
#include "zero.h"

/* --- helpers --- */

/* Registered by Zero, or by libgc as the host's own. */
typedef int starter(pthread_t *thread, const pthread_attr_t *attributes,
                    void *(*body)(void *), void *context);

static starter *const starters[] = {pthread_create, GC_pthread_create};

static void start(unsigned how, pthread_t *thread, void *(*body)(void *),
                  void *context) {
  cr_assert_eq(starters[how % 2](thread, NULL, body, context), 0);
}

static void finish(unsigned how, pthread_t thread) {
  int status = how % 2 == 0 ? pthread_join(thread, NULL)
                            : GC_pthread_join(thread, NULL);
  cr_assert_eq(status, 0);
}

/* A process's first VM is its first thread's. */
static void open_first(void) {
  zero_close(zero_host_open(NULL));
}

static bool loaded(zero_vm **vm, const char *source) {
  return zero_open(vm, NULL, NULL, 0) == ZERO_OK &&
         zero_load(*vm, "work.0x0", source, strlen(source)) == ZERO_OK;
}

/* The tests use the collector as the environment asked for it. */
Test(threads, libgc_is_set_up_as_the_environment_says) {
  const char *words = getenv("ZERO_COLLECTOR");
  bool host = words != NULL && strstr(words, "host") != NULL;
  bool exact = words != NULL && strstr(words, "exact") != NULL;
  bool steps = words != NULL && strstr(words, "incremental") != NULL;
  cr_expect_eq(GC_is_init_called() != 0, host);
  open_first();
  cr_expect_eq(GC_get_all_interior_pointers() == 0, exact);
  cr_expect_eq(GC_is_incremental_mode() != 0, steps);
}

/* --- right results --- */

static const char work_source[] =
    "(fn work (cap pure) (seed)\n"
    "  (let ((numbers (range seed (+ seed 40)))\n"
    "        (table (fold (fn (all n)\n"
    "                       (map-put all n (list n \"of its own\")))\n"
    "                     (map-empty) numbers))\n"
    "        (text (text-join (map i64->text numbers) \",\")))\n"
    "    (list (fold + 0 (map (fn (n) (* n n)) numbers))\n"
    "          (map-size table)\n"
    "          (nth (option-or (map-get table (+ seed 7)) (list -1)) 0)\n"
    "          (text-cat text \"!\")\n"
    "          (* seed 4000000000000000007))))";

enum { NUMBERS = 40 };

static bool is_number(zero_vm *vm, zero_value list, uint64_t index,
                      int64_t expected) {
  zero_value item;
  int64_t number;
  return zero_list_get(vm, &item, list, index) == ZERO_OK &&
         zero_to_i64(&number, item) && number == expected;
}

static bool is_text(zero_vm *vm, zero_value list, uint64_t index,
                    int64_t seed) {
  char expected[NUMBERS * 8];
  size_t size = 0, length;
  zero_value item;
  const char *bytes;
  for (int64_t i = 0; i < NUMBERS; i++) {
    size += (size_t)snprintf(expected + size, sizeof expected - size,
                             "%" PRId64 "%s", seed + i,
                             i + 1 < NUMBERS ? "," : "!");
  }
  return zero_list_get(vm, &item, list, index) == ZERO_OK &&
         zero_to_text(&bytes, &length, item) && length == size &&
         memcmp(bytes, expected, size) == 0;
}

static bool is_right(zero_vm *vm, zero_value answer, int64_t seed) {
  int64_t squares = 0;
  for (int64_t i = 0; i < NUMBERS; i++) squares += (seed + i) * (seed + i);
  return is_number(vm, answer, 0, squares) &&
         is_number(vm, answer, 1, NUMBERS) &&
         is_number(vm, answer, 2, seed + 7) &&
         is_text(vm, answer, 3, seed) &&
         is_number(vm, answer, 4, seed * INT64_C(4000000000000000007));
}

enum { THREADS = 8, ANSWERS = 1000, HOSTS = 2, LENGTH = 200 };

struct node {
  struct node *next;
  uint64_t number;
};

/* The host's own: a list from libgc. */
static struct node *grow(struct node *list, uint64_t number) {
  struct node *node = GC_malloc(sizeof *node);
  if (node == NULL) return list;
  node->next = list;
  node->number = number;
  return node;
}

static bool is_whole(const struct node *list, uint64_t length) {
  uint64_t expected = length;
  for (; list != NULL && list->number == --expected;) list = list->next;
  return list == NULL && expected == 0;
}

struct worker {
  unsigned number;
  unsigned right;
};

/* Every result is kept until the next one exists. */
static void *work(void *context) {
  struct worker *worker = context;
  zero_vm *vm;
  zero_value seed, answer;
  struct node *list = NULL;
  uint64_t length = 0;
  if (!loaded(&vm, work_source)) return NULL;
  zero_value function = zero_lookup(vm, "work");
  for (int i = 0; i < ZERO_SCALED(ANSWERS); i++) {
    int64_t from = (int64_t)(i % 2) + worker->number / THREADS;
    list = grow(list, length++);
    if (zero_i64(vm, &seed, from) == ZERO_OK &&
        zero_call(vm, &answer, function, &seed, 1) == ZERO_OK &&
        is_right(vm, answer, from) && is_whole(list, length)) {
      worker->right++;
    }
    if (i % 100 == (int)worker->number) GC_gcollect();
    if (length == LENGTH) {
      list = NULL;
      length = 0;
    }
  }
  zero_close(vm);
  return NULL;
}

struct host {
  atomic_int *stop;
  uint64_t rounds;
  uint64_t wrong;
};

static void *use_libgc(void *context) {
  struct host *host = context;
  while (!atomic_load(host->stop)) {
    struct node *list = NULL;
    for (uint64_t i = 0; i < LENGTH; i++) list = grow(list, i);
    host->wrong += !is_whole(list, LENGTH);
    host->rounds++;
  }
  return NULL;
}

Test(threads, eight_vms_answer_rightly_beside_a_host_that_uses_libgc) {
  pthread_t threads[THREADS], host_threads[HOSTS];
  struct worker workers[THREADS];
  struct host hosts[HOSTS];
  atomic_int stop = 0;
  open_first();
  for (unsigned i = 0; i < HOSTS; i++) {
    hosts[i] = (struct host){.stop = &stop};
    start(1, &host_threads[i], use_libgc, &hosts[i]);
  }
  for (unsigned i = 0; i < THREADS; i++) {
    workers[i] = (struct worker){.number = i};
    start(i, &threads[i], work, &workers[i]);
  }
  for (unsigned i = 0; i < THREADS; i++) {
    finish(i, threads[i]);
    cr_expect_eq(workers[i].right, ZERO_SCALED(ANSWERS), "thread %u: %u", i,
                 workers[i].right);
  }
  atomic_store(&stop, 1);
  for (unsigned i = 0; i < HOSTS; i++) {
    finish(1, host_threads[i]);
    cr_expect(hosts[i].rounds > 0 && hosts[i].wrong == 0);
  }
}

/* --- what a thread leaves --- */

static atomic_uint suspended;

/* Called by libgc for each other thread that it knows, in each collection. */
static void GC_CALLBACK count_thread(GC_EventType event, void *thread) {
  (void)thread;
  if (event == GC_EVENT_THREAD_SUSPENDED) atomic_fetch_add(&suspended, 1);
}

/* Threads that libgc knows beside this one, or a multiple of their number: if
 * it collects in small steps it may stop the others more than once. */
static unsigned threads_known(void) {
  atomic_store(&suspended, 0);
  GC_set_on_thread_event(count_thread);
  GC_gcollect();
  GC_set_on_thread_event(NULL);
  return atomic_load(&suspended);
}

struct visit {
  zero_vm *vm;
  atomic_int inside;
  atomic_int leave;
  atomic_uint failures;
};

/* Waits without sleeping in libgc or Zero. */
static void wait_for(const atomic_int *flag, int value) {
  while (atomic_load(flag) < value) sched_yield();
}

static void *stay(void *context) {
  struct visit *visit = context;
  zero_vm *vm;
  if (zero_open(&vm, NULL, NULL, 0) != ZERO_OK) {
    atomic_fetch_add(&visit->failures, 1);
  }
  atomic_fetch_add(&visit->inside, 1);
  wait_for(&visit->leave, 1);
  zero_close(vm);
  return NULL;
}

Test(threads, threads_are_known_while_they_run_and_not_after) {
  enum { STAYING = 3 };
  struct visit visit = {.vm = NULL};
  pthread_t threads[STAYING];
  open_first();
  cr_expect_eq(threads_known(), 0);
  for (int round = 0; round < 3; round++) {
    atomic_store(&visit.inside, 0);
    atomic_store(&visit.leave, 0);
    for (int i = 0; i < STAYING; i++) start(0, &threads[i], stay, &visit);
    wait_for(&visit.inside, STAYING);
    unsigned known = threads_known();
    cr_expect(known >= STAYING && known % STAYING == 0, "%u", known);
    atomic_store(&visit.leave, 1);
    for (int i = 0; i < STAYING; i++) finish(0, threads[i]);
    cr_expect_eq(threads_known(), 0);
  }
  cr_expect_eq(visit.failures, 0);
}

static atomic_uint finalized;

static void GC_CALLBACK count_end(void *object, void *context) {
  (void)object;
  (void)context;
  atomic_fetch_add(&finalized, 1);
}

/* Leaves an object that only this thread's stack names. */
static void *leave_object(void *context) {
  struct visit *visit = context;
  void *volatile objects[64];
  zero_value value;
  if (zero_eval(visit->vm, &value, NULL, "e", "(range 0 100)", 13) !=
      ZERO_OK) {
    atomic_fetch_add(&visit->failures, 1);
    return NULL;
  }
  for (int i = 0; i < 64; i++) objects[i] = NULL;
  objects[32] = GC_malloc(64);
  GC_register_finalizer(objects[32], count_end, NULL, NULL, NULL);
  return NULL;
}

Test(threads, the_stack_of_a_thread_that_ended_keeps_nothing_alive) {
  enum { GONE = 200 };
  struct visit visit = {.vm = NULL};
  cr_assert_eq(zero_open(&visit.vm, NULL, NULL, 0), ZERO_OK);
  for (int i = 0; i < GONE; i++) {
    pthread_t thread;
    start(0, &thread, leave_object, &visit);
    finish(0, thread);
  }
  for (int i = 0; i < 3; i++) {
    GC_gcollect();
    GC_invoke_finalizers();
  }
  cr_expect_eq(visit.failures, 0);
  /* The collector is conservative: a stale word here may name a few. */
  cr_expect_geq(finalized, GONE - 10, "%u", finalized);
  cr_expect_eq(threads_known(), 0);
  zero_close(visit.vm);
}

/* --- hosts whose own destructors close a VM --- */

static pthread_key_t vm_key;
static atomic_uint closed;

static void close_late(void *vm) {
  zero_value value;
  if (zero_eval(vm, &value, NULL, "e", "(len (range 0 5000))", 20) ==
      ZERO_OK) {
    atomic_fetch_add(&closed, 1);
  }
  zero_close(vm);
}

static void *leave_vm(void *context) {
  zero_vm *vm;
  if (zero_open(&vm, NULL, NULL, 0) != ZERO_OK) return NULL;
  if (pthread_setspecific(vm_key, vm) != 0) return NULL;
  return context;
}

static void end_with_open_vms(unsigned how) {
  for (int i = 0; i < 20; i++) {
    pthread_t thread;
    start(how, &thread, leave_vm, NULL);
    finish(how, thread);
  }
  cr_expect_eq(closed, 20, "%u", closed);
  cr_expect_eq(threads_known(), 0);
}

/* Destructors are called in the order of their keys: Zero's is made when the
 * first thread registers. */
Test(threads, a_destructor_of_the_host_before_ours_may_close_a_vm) {
  open_first();
  cr_assert_eq(pthread_key_create(&vm_key, close_late), 0);
  end_with_open_vms(0);
}

Test(threads, a_destructor_of_the_host_behind_ours_may_close_a_vm) {
  struct visit visit = {.leave = 1};
  pthread_t thread;
  open_first();
  start(0, &thread, stay, &visit);
  finish(0, thread);
  cr_assert_eq(pthread_key_create(&vm_key, close_late), 0);
  end_with_open_vms(0);
}

Test(threads, a_thread_of_the_host_may_close_a_vm_when_libgc_has_left_it) {
  struct visit visit = {.leave = 1};
  pthread_t thread;
  open_first();
  start(0, &thread, stay, &visit);
  finish(0, thread);
  cr_assert_eq(pthread_key_create(&vm_key, close_late), 0);
  end_with_open_vms(1);
}

Test(threads, a_thread_that_the_host_registered_is_left_to_it) {
  struct visit visit = {.leave = 1};
  pthread_t thread;
  open_first();
  for (int i = 0; i < 20; i++) {
    start(1, &thread, stay, &visit);
    finish(1, thread);
  }
  cr_expect_eq(visit.failures, 0);
  cr_expect_eq(threads_known(), 0);
}

/* --- no thread more --- */

static void *open_refused(void *context) {
  zero_status *status = context;
  zero_vm *vm;
  char message[256] = "";
  *status = zero_open(&vm, NULL, message, sizeof message);
  if (*status == ZERO_E_MEMORY && strstr(message, "another thread") &&
      vm == NULL) {
    return context;
  }
  return NULL;
}

Test(threads, where_there_is_no_key_left_a_thread_is_refused) {
  pthread_key_t keys[PTHREAD_KEYS_MAX];
  unsigned count = 0;
  pthread_t thread;
  zero_status status = ZERO_OK;
  void *told;
  open_first();
  while (count < PTHREAD_KEYS_MAX &&
         pthread_key_create(&keys[count], NULL) == 0) {
    count++;
  }
  start(0, &thread, open_refused, &status);
  cr_assert_eq(pthread_join(thread, &told), 0);
  cr_expect(told == &status, "%d", (int)status);
  cr_assert_eq(pthread_key_delete(keys[0]), 0);
  start(0, &thread, open_refused, &status);
  cr_assert_eq(pthread_join(thread, &told), 0);
  cr_expect_eq(status, ZERO_OK);
}
