/* handles.c - a host and its program share a file, which has one owner at a
 * time. Another file is forgotten, and reported at the end.
 *
 * Prints:
 *   [HANDLE_MOVED]
 *   lent by the host
 *   lent by its owner
 *   log.0x0:7:15: the file 2 was still open [WARN_HANDLE_OPEN]
 */
#define _XOPEN_SOURCE 700
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <zero.h>

static const char source[] =
    "(fn new () (result-value (file-new \"log\")))\n"
    "(fn add (h) (handle-write h \"lent by the host\\n\"))\n"
    "(fn finish (h)\n"
    "  (handle-with h (fn (h) (handle-write h \"lent by its owner\\n\")))\n"
    "  (handle-close h)\n"
    "  (print (text-trim (result-value (read-file \"log\")))))\n"
    "(fn forget () (file-open \"log\") (file-remove \"log\"))\n";

static void show(void *context, const char *bytes, size_t size) {
  fwrite(bytes, 1, size, (FILE *)context);
}

static void tell(void *context, const zero_error *e) {
  fprintf((FILE *)context, "%s:%" PRIu32 ":%" PRIu32 ": %s [%s]\n",
          e->location.file, e->location.line, e->location.column, e->message,
          e->code);
}

int main(void) {
  char folder[] = "/tmp/zero-handles-XXXXXX";
  zero_vm *vm;
  zero_value log, mine, result;
  zero_options options = zero_options_default();
  options.capabilities = "file.read,file.write";
  options.file_root = mkdtemp(folder);
  options.output = show, options.output_context = stdout;
  options.unclosed = tell, options.unclosed_context = stdout;
  if (!options.file_root || zero_open(&vm, &options, NULL, 0)) return 1;
  int bad = zero_load(vm, "log.0x0", source, sizeof source - 1) ||
            zero_call(vm, &log, zero_lookup(vm, "new"), NULL, 0) ||
            zero_handle_with(vm, &result, log, zero_lookup(vm, "add")) ||
            zero_handle_give(vm, &mine, log) ||
            zero_call(vm, &result, zero_lookup(vm, "add"), &log, 1) == ZERO_OK;
  if (!bad) {
    printf("[%s]\n", zero_last_error(vm)->code);
    bad = zero_call(vm, &result, zero_lookup(vm, "finish"), &mine, 1) ||
          zero_call(vm, &result, zero_lookup(vm, "forget"), NULL, 0);
  }
  zero_close(vm);
  return remove(folder) != 0 || bad;
}
