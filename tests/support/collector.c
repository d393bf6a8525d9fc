/* collector.c - a host that set up the collector before Zero.
 *
 * Linked into the tests and into build/<mode>/hosted-zero. What the
 * environment's ZERO_COLLECTOR says, words with a blank between, is done
 * before main; a process without it is left as it is:
 *   host         libgc is initialised, by no call of Zero
 *   exact        pointers into the midst of objects keep nothing alive
 *   incremental  libgc collects in small steps: from now on, and without
 *                `host` when Zero initialises it
 *   program      of shared libraries only libgc's own data is scanned: no
 *                test keeps a value elsewhere, and what belongs to the
 *                framework is a third of what a small collection costs */
#include <gc/gc.h>
#include <stdlib.h>
#include <string.h>

/* The program's own name is empty to the loader. */
static int GC_CALLBACK is_program(const char *name, void *start,
                                  size_t size) {
  (void)start;
  (void)size;
  return name[0] == '\0' || strstr(name, "/libgc.so") != NULL;
}

__attribute__((constructor)) static void start_collector(void) {
  const char *words = getenv("ZERO_COLLECTOR");
  if (words == NULL) return;
  if (strstr(words, "program") != NULL) {
    GC_register_has_static_roots_callback(is_program);
  }
  if (strstr(words, "exact") != NULL) GC_set_all_interior_pointers(0);
  if (strstr(words, "host") != NULL) GC_INIT();
  if (strstr(words, "incremental") == NULL) return;
  if (strstr(words, "host") != NULL) {
    GC_enable_incremental();
  } else {
    setenv("GC_ENABLE_INCREMENTAL", "1", 1);
  }
}
