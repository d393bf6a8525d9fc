/* test_api.c - include/zero.h, function by function, as a host uses it. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/asking.h"
#include "support/code.h"
#include "support/folder.h"
#include "support/scale.h"
#include "zero.h"

/* --- helpers --- */

static zero_status load(zero_vm *vm, const char *source) {
  return zero_load(vm, "test.0x0", source, strlen(source));
}

/* Calls the function `name` with Unit. */
static zero_status call(zero_vm *vm, const char *name, zero_value *value) {
  zero_value unit = zero_unit();
  zero_value function = zero_lookup(vm, name);
  cr_assert(!zero_is_none(function), "no function %s", name);
  return zero_call(vm, value, function, &unit, 1);
}

/* --- opening and closing --- */

Test(api, many_vms_live_side_by_side) {
  enum { VMS = 20 };
  zero_vm *vms[VMS];
  for (int i = 0; i < VMS; i++) {
    char source[64];
    vms[i] = zero_host_open(NULL);
    snprintf(source, sizeof source, "(fn number (_) %d)", i);
    zero_host_load(vms[i], source);
  }
  for (int i = 0; i < VMS; i++) {
    char expected[16];
    snprintf(expected, sizeof expected, "%d", i);
    expect(vms[i], "(number Unit)", expected);
    zero_close(vms[i]);
  }
}

Test(api, a_file_root_is_opened_or_refused_and_given_back) {
  zero_options options = zero_options_default();
  zero_vm *vm = NULL;
  char message[256];
  options.file_root = "/nowhere/at/all";
  cr_assert_eq(zero_open(&vm, &options, message, sizeof message),
               ZERO_E_USAGE);
  cr_assert_null(vm);
  cr_expect_str_eq(message, "the file root '/nowhere/at/all': No such file or "
                            "directory");
  options.file_root = "/dev";
  options.capabilities = "file.read";
  int before = dup(0);
  close(before);
  for (int i = 0; i < 3; i++) {
    vm = zero_host_open(&options);
    eval(vm, "(file-open \"zero\")");
    zero_close(vm);
  }
  int after = dup(0);
  close(after);
  cr_expect_eq(after, before);
}

Test(api, a_stack_that_cannot_be_had_is_refused) {
  zero_options options = zero_options_default();
  zero_vm *vm = NULL;
  options.stack_slots = UINT64_MAX;
  cr_assert_eq(zero_open(&vm, &options, NULL, 0), ZERO_E_MEMORY);
  cr_assert_null(vm);
}

Test(api, null_is_refused_everywhere) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value value;
  zero_value unit = zero_unit();
  cr_assert_eq(zero_open(NULL, NULL, NULL, 0), ZERO_E_USAGE);
  cr_assert_eq(zero_load(vm, NULL, "", 0), ZERO_E_USAGE);
  cr_assert_eq(zero_load(vm, "x", NULL, 1), ZERO_E_USAGE);
  cr_assert_eq(zero_eval(vm, NULL, NULL, "x", "", 0), ZERO_E_USAGE);
  cr_assert_eq(zero_call(vm, NULL, unit, NULL, 0), ZERO_E_USAGE);
  cr_assert_eq(zero_call(vm, &value, unit, NULL, 0), ZERO_E_USAGE);
  cr_assert_eq(zero_print(vm, unit, NULL, NULL), ZERO_E_USAGE);
  cr_assert_eq(zero_print(vm, (zero_value){0}, zero_test_keep, NULL),
               ZERO_E_USAGE);
  cr_assert_eq(zero_disassemble(vm, "x", "", 0, NULL, NULL), ZERO_E_USAGE);
  cr_assert(zero_is_none(zero_lookup(vm, NULL)));
  cr_expect_str_eq(zero_host_code(vm), "API_USAGE");
  expect(vm, "(+ 1 2)", "3");
  zero_close(vm);
}

/* --- loading and calling --- */

Test(api, builtins_and_lib_core_are_found_by_name) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value args[] = {number(vm, 7), number(vm, 7)}, value;
  good(vm, zero_call(vm, &value, zero_lookup(vm, "+"), args, 2));
  expect_printed(vm, value, "14");
  good(vm, zero_call(vm, &value, zero_lookup(vm, "option-some"), args, 1));
  expect_printed(vm, value, "(list 5 \"some\" 7)");
  cr_assert(zero_is_none(zero_lookup(vm, "no-such-function")));
  cr_assert(zero_is_none(zero_lookup(vm, "if")));
  zero_close(vm);
}

Test(api, a_wrong_number_of_arguments_is_an_error_of_the_call) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value value;
  zero_host_load(vm, "(fn add (a b) (+ a b))");
  bad(vm, call(vm, "add", &value), "ARITY");
  cr_assert(zero_is_none(value));
  zero_close(vm);
}

Test(api, nothing_is_defined_after_a_failed_load) {
  zero_vm *vm = zero_host_open(NULL);
  zero_host_load(vm, "(fn kept (_) 1)");
  cr_assert_eq(load(vm, "(fn kept (_) 2) (fn extra (_) 3) (fn bad (_) (oops))"),
               ZERO_E_SOURCE);
  cr_assert(zero_is_none(zero_lookup(vm, "extra")));
  expect(vm, "(kept Unit)", "1");
  zero_close(vm);
}

Test(api, what_is_checked_or_disassembled_is_not_defined) {
  struct zero_test_bytes kept = {0};
  zero_vm *vm = zero_host_open(NULL);
  const char source[] = "(fn seen (_) 1)";
  good(vm, zero_check(vm, "x", source, strlen(source)));
  good(vm, zero_disassemble(vm, "x", source, strlen(source), zero_test_keep,
                            &kept));
  cr_assert(zero_is_none(zero_lookup(vm, "seen")));
  zero_close(vm);
}

Test(api, the_source_may_go_after_the_load) {
  zero_vm *vm = zero_host_open(NULL);
  char name[] = "name.0x0";
  char source[] = "(fn main (_) (/ 1 0))";
  zero_value value;
  good(vm, zero_load(vm, name, source, strlen(source)));
  memset(name, 'X', strlen(name));
  memset(source, 'X', strlen(source));
  cr_assert_eq(call(vm, "main", &value), ZERO_E_FAILED);
  const zero_location *place = &zero_last_error(vm)->location;
  cr_assert_str_eq(place->file, "name.0x0");
  cr_assert_eq(memcmp(place->line_text, "(fn main", 8), 0);
  zero_close(vm);
}

/* --- eval --- */

Test(api, definitions_of_eval_stay) {
  zero_vm *vm = zero_host_open(NULL);
  cr_assert(zero_is_none(eval(vm, "(fn square (x) (* x x))")));
  expect(vm, "(square 9)", "81");
  expect(vm, "1 2 (square 3)", "9");
  zero_close(vm);
}

Test(api, open_text_is_incomplete_and_wrong_text_is_not) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value value;
  int incomplete;
  cr_assert_eq(zero_eval(vm, &value, &incomplete, "x", "(+ 1", 4),
               ZERO_E_SOURCE);
  cr_assert_eq(incomplete, 1);
  cr_assert_eq(zero_eval(vm, &value, &incomplete, "x", "(+ 1))", 6),
               ZERO_E_SOURCE);
  cr_assert_eq(incomplete, 0);
  cr_assert_eq(zero_eval(vm, &value, &incomplete, "x", "(+ 1 1)", 7),
               ZERO_OK);
  cr_assert_eq(incomplete, 0);
  zero_close(vm);
}

/* --- errors --- */

Test(api, a_source_error_says_where_and_how_wide) {
  zero_vm *vm = zero_host_open(NULL);
  cr_assert_eq(load(vm, "(fn main (_)\n  (frobnicate 1))"), ZERO_E_SOURCE);
  const zero_error *error = zero_last_error(vm);
  cr_assert_str_eq(error->code, "NAME_UNKNOWN");
  cr_assert_str_eq(error->location.file, "test.0x0");
  cr_assert_eq(error->location.line, 2);
  cr_assert_eq(error->location.column, 4);
  cr_assert_eq(error->location.width, 10);
  cr_assert_eq(error->location.line_size, 17);
  cr_assert_null(error->next);
  cr_assert(zero_is_none(zero_error_value(vm)));
  zero_close(vm);
}

Test(api, one_load_tells_all_its_errors) {
  zero_vm *vm = zero_host_open(NULL);
  cr_assert_eq(load(vm, "(fn a (_) (x1))\n(fn b (_) (x2))\n(fn c (_) (x3))"),
               ZERO_E_SOURCE);
  uint32_t line = 1;
  const zero_error *error = zero_last_error(vm);
  for (; error != NULL; error = error->next) {
    cr_assert_eq(error->location.line, line++);
  }
  cr_assert_eq(line, 4);
  zero_close(vm);
}

static void warn(void *context, const zero_error *warning) {
  snprintf(context, 40, "%s", warning->code);
}

Test(api, warnings_go_to_the_host_and_stop_nothing) {
  char code[40] = "";
  zero_options options = zero_options_default();
  options.warning = warn;
  options.warning_context = code;
  zero_vm *vm = zero_host_open(&options);
  zero_host_load(vm, "(fn main (_) (if 1 2 3))");
  cr_assert_str_eq(code, "WARN_CONDITION");
  zero_close(vm);
}

Test(api, a_raised_error_keeps_the_programs_own_code) {
  zero_vm *vm = zero_host_open(NULL);
  expect(vm, "(raise \"MY_CODE\" \"my words\" (map-empty))", "MY_CODE");
  cr_assert_str_eq(zero_last_error(vm)->message, "my words");
  zero_close(vm);
}

Test(api, exit_is_a_status_and_not_an_error) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value value;
  cr_assert_eq(zero_eval(vm, &value, NULL, "x", "(exit 7)", 8), ZERO_E_EXIT);
  cr_assert_eq(zero_exit_status(vm), 7);
  expect(vm, "(+ 1 2)", "3");
  zero_close(vm);
}

/* --- limits --- */

Test(api, heap_ends_a_call) {
  zero_options options = zero_options_default();
  options.heap = (ZERO_SLOWNESS > 1 ? 8 : 64) << 20;
  zero_vm *vm = zero_host_open(&options);
  for (int round = 0; round < 3; round++) {
    expect(vm, "(fn grow (xs) (grow (cons 1 xs))) (grow (list 1))",
           "HEAP_LIMIT");
    expect(vm, "(+ 1 2)", "3");
  }
  zero_close(vm);
}

/* --- interrupts --- */

Test(api, another_thread_interrupts_a_call) {
  zero_vm *vm = zero_host_open(NULL);
  zero_host_interrupt_often(vm);
  expect(vm, "(fn spin (n) (spin (+ n 1))) (spin 0)", "INTERRUPTED");
  zero_host_interrupt_no_more();
  expect(vm, "(+ 1 2)", "3");
  zero_close(vm);
}

static void *open_first(void *status) {
  zero_vm *vm = NULL;
  *(zero_status *)status = zero_open(&vm, NULL, NULL, 0);
  zero_close(vm);
  return NULL;
}

/* If the host initialised libgc before, any thread may. */
Test(api, the_first_vm_is_refused_to_a_thread_that_is_not_the_first) {
  const char *collector = getenv("ZERO_COLLECTOR");
  bool host_first = collector != NULL && strstr(collector, "host") != NULL;
  pthread_t thread;
  zero_status status = ZERO_OK;
  cr_assert_eq(pthread_create(&thread, NULL, open_first, &status), 0);
  pthread_join(thread, NULL);
  cr_assert_eq(status, host_first ? ZERO_OK : ZERO_E_USAGE);
}

/* --- callbacks --- */

Test(api, arguments_are_the_hosts) {
  const char *const args[] = {"one", "zw\xc3\xb6lf"};
  zero_options options = zero_options_default();
  options.args = args;
  options.arg_count = 2;
  zero_vm *vm = zero_host_open(&options);
  expect(vm, "(argv)", "(list \"one\" \"zw\xc3\xb6lf\")");
  zero_close(vm);
}

/* --- loaders --- */

static int load_two(void *context, const char *path, const char *from,
                    const char **name, const char **bytes, size_t *size,
                    char *message, size_t message_room) {
  int *asked = context;
  ++*asked;
  if (strcmp(path, "two") != 0) {
    snprintf(message, message_room, "unknown: '%s'", path);
    return 1;
  }
  cr_assert_str_eq(from, "test.0x0");
  *name = "the two";
  *bytes = "(fn two (_) 2)";
  *size = strlen(*bytes);
  return 0;
}

Test(api, imports_come_from_the_hosts_loader) {
  int asked = 0;
  zero_options options = zero_options_default();
  options.loader = load_two;
  options.loader_context = &asked;
  zero_vm *vm = zero_host_open(&options);
  zero_host_load(vm, "(import \"two\") (fn main (_) (two Unit))");
  cr_assert_eq(asked, 1);
  expect(vm, "(main Unit)", "2");
  cr_assert_eq(load(vm, "(import \"three\") (fn main (_) 1)"), ZERO_E_SOURCE);
  cr_expect_str_eq(zero_host_code(vm), "IMPORT_NOT_FOUND");
  cr_assert_str_eq(zero_last_error(vm)->message, "unknown: 'three'");
  zero_close(vm);
}

Test(api, without_a_loader_nothing_is_imported) {
  zero_options options = zero_options_default();
  options.loader = NULL;
  zero_vm *vm = zero_host_open(&options);
  cr_assert_eq(load(vm, "(import \"two\") (fn main (_) 1)"), ZERO_E_SOURCE);
  cr_expect_str_eq(zero_host_code(vm), "IMPORT_DENIED");
  zero_close(vm);
}

static void make_folder(void) {
  zero_test_folder_enter();
  cr_assert_eq(mkdir("root/sub", 0777) | mkfifo("root/pipe", 0666), 0);
  zero_test_link("../outside/secret", "root/escape");
  zero_test_put("outside/secret", "(fn secret (_) 1)");
  zero_test_put("root/a.0x0", "(fn a (_) 1)");
  zero_test_put("root/sub/b.0x0", "(fn b (_) 2)");
}

TestSuite(file_loader, .init = make_folder, .fini = zero_test_folder_leave);

/* What zero_file_loader returns; the name and message are kept. */
static char loaded_name[256];
static char loaded_message[256];

static int load_from(bool root, const char *path, const char *from) {
  const char *name;
  const char *bytes;
  size_t size;
  char below[] = "root";
  int answer = zero_file_loader(root ? below : NULL, path, from, &name, &bytes,
                                &size, loaded_message, sizeof loaded_message);
  if (answer == 0) snprintf(loaded_name, sizeof loaded_name, "%s", name);
  return answer;
}

Test(file_loader, finds_files_beside_the_importing_one) {
  cr_assert_eq(load_from(true, "a.0x0", ""), 0);
  cr_assert_str_eq(loaded_name, "a.0x0");
  cr_assert_eq(load_from(true, "b.0x0", "sub/other.0x0"), 0);
  cr_assert_str_eq(loaded_name, "sub/b.0x0");
}

Test(file_loader, knows_a_file_however_it_is_spelled) {
  cr_assert_eq(load_from(true, "../a.0x0", "sub/b.0x0"), 0);
  cr_assert_str_eq(loaded_name, "a.0x0");
  cr_assert_eq(load_from(true, "./sub/.././a.0x0", ""), 0);
  cr_assert_str_eq(loaded_name, "a.0x0");
}

Test(file_loader, does_not_leave_its_root) {
  static const char *const paths[] = {"../outside/secret", "escape",
                                      "sub/../../outside/secret",
                                      "/../outside/secret", "/escape", ".."};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    cr_assert_eq(load_from(true, paths[i], ""), ZERO_CODE_IMPORT_DENIED,
                 "%s", paths[i]);
  }
}

Test(file_loader, an_absolute_path_starts_at_its_root) {
  cr_assert_eq(load_from(true, "/a.0x0", "sub/b.0x0"), 0);
  cr_assert_str_eq(loaded_name, "a.0x0");
  cr_assert_eq(load_from(true, "/sub/b.0x0", ""), 0);
  cr_assert_str_eq(loaded_name, "sub/b.0x0");
  cr_assert_eq(load_from(true, "/sub/c.0x0", ""),
               ZERO_CODE_IMPORT_NOT_FOUND);
}

Test(file_loader, below_the_root_of_the_system_nothing_is_outside) {
  char root[] = "/", path[PATH_MAX], secret[PATH_MAX];
  const char *name, *bytes;
  size_t size;
  cr_assert_not_null(realpath("outside/secret", secret));
  cr_assert_not_null(realpath("root", path));
  strcat(path, "/escape");
  cr_assert_eq(zero_file_loader(root, path, "", &name, &bytes, &size, NULL, 0),
               0);
  cr_assert_str_eq(name, secret + 1);
}

/* Lets `root/door` be a directory and a link out of the root by turns. */
static _Atomic bool stop_exchange;

static void *exchange(void *context) {
  (void)context;
  while (!stop_exchange) {
    renameat2(AT_FDCWD, "root/door", AT_FDCWD, "root/other", RENAME_EXCHANGE);
  }
  return NULL;
}

Test(file_loader, reads_nothing_from_outside_whatever_is_exchanged) {
  char root[] = "root";
  pthread_t thread;
  cr_assert_eq(mkdir("root/door", 0777), 0);
  zero_test_link("../outside", "root/other");
  zero_test_put("root/door/secret", "(fn inside (_) 1)");
  pthread_create(&thread, NULL, exchange, NULL);
  for (int i = 0; i < ZERO_SCALED(20000); i++) {
    const char *name, *bytes;
    size_t size;
    int code = zero_file_loader(root, "door/secret", "main.0x0", &name,
                                &bytes, &size, NULL, 0);
    cr_assert(code == ZERO_CODE_IMPORT_DENIED ||
              code == ZERO_CODE_SOURCE_UNREADABLE || code == 0);
    if (code != 0) continue;
    cr_assert_eq(memcmp(bytes, "(fn inside", 10), 0, "%.*s", (int)size, bytes);
    cr_assert(strcmp(name, "door/secret") == 0 ||
              strcmp(name, "other/secret") == 0, "%s", name);
  }
  stop_exchange = true;
  pthread_join(thread, NULL);
}

/* The code of the first error of importing `path`, "" if there is none. */
static const char *import_of(const char *path) {
  static char text[64], root[] = "root";
  zero_options options = zero_options_default();
  snprintf(text, sizeof text, "(import \"%s\")", path);
  options.loader_context = root;
  static zero_vm *vm;
  vm = zero_host_open(&options);
  zero_status status = zero_check(vm, "main.0x0", text, strlen(text));
  return status == ZERO_OK ? "" : zero_last_error(vm)->code;
}

Test(file_loader, what_a_lock_names_stays_below_the_root) {
  zero_test_put("root/0x0.lock", "dep good sub/b.0x0\ndep far /sub/b.0x0\n"
             "dep out ../outside/secret\ndep link escape\n");
  cr_expect_str_eq(import_of("pkg:good"), "");
  cr_expect_str_eq(import_of("pkg:far"), "");
  cr_expect_str_eq(import_of("pkg:out"), "IMPORT_DENIED");
  cr_expect_str_eq(import_of("pkg:link"), "IMPORT_DENIED");
  cr_assert_eq(rename("root/0x0.lock", "outside/lock"), 0);
  zero_test_link("../outside/lock", "root/0x0.lock");
  cr_expect_str_eq(import_of("pkg:good"), "PACKAGE_NOT_FOUND");
}

Test(file_loader, reads_regular_files_only) {
  cr_assert_eq(load_from(true, "sub", ""), ZERO_CODE_SOURCE_UNREADABLE);
  cr_assert_not_null(strstr(loaded_message, "it is a directory"));
  cr_assert_eq(load_from(true, "pipe", ""), ZERO_CODE_SOURCE_UNREADABLE);
  cr_assert_not_null(strstr(loaded_message, "it is a pipe"));
  cr_assert_eq(load_from(false, "/dev/zero", ""), ZERO_CODE_SOURCE_UNREADABLE);
  cr_assert_not_null(strstr(loaded_message, "it is a device"));
}

Test(file_loader, says_what_is_missing) {
  cr_assert_eq(load_from(true, "c.0x0", ""), ZERO_CODE_IMPORT_NOT_FOUND);
  cr_assert_not_null(strstr(loaded_message, "c.0x0"));
}

Test(file_loader, refuses_a_file_that_is_too_large) {
  cr_assert_eq(truncate("root/a.0x0", (off_t)65 << 20), 0);
  cr_assert_eq(load_from(true, "a.0x0", ""), ZERO_CODE_SYNTAX_TOO_LARGE);
  cr_assert_not_null(strstr(loaded_message, "64 MiB"));
}

/* --- descriptions --- */

Test(api, every_family_describes_itself) {
  cr_assert_gt(zero_family_count(), 0);
  for (size_t i = 0; i < zero_family_count(); i++) {
    struct zero_test_bytes kept = {0};
    const char *name = zero_family_name(i);
    cr_assert_eq(zero_layout_text(name, zero_test_keep, &kept, NULL), 1);
    cr_assert_eq(strncmp(kept.bytes, name, strlen(name)), 0);
  }
  cr_assert_null(zero_family_name(zero_family_count()));
}

Test(api, tables_are_told_as_they_are_written) {
  const char *layouts = zero_table("value-layouts");
  cr_assert_eq(strncmp(layouts, "value\tabi_version\ttag\t", 22), 0);
  cr_assert_not_null(strstr(layouts, "\nOption\t1\t5\t(list 5 \"some\" "));
  size_t lines = 0;
  for (const char *at = layouts; *at != '\0'; at++) lines += *at == '\n';
  cr_assert_eq(lines, zero_family_count() + 1);
  cr_assert_null(zero_table("value"));
  cr_assert_null(zero_table(NULL));
}

Test(api, an_unknown_family_names_its_neighbour) {
  struct zero_test_bytes kept = {0};
  const char *nearest;
  cr_assert_eq(zero_layout_text("Optoin", zero_test_keep, &kept, &nearest), 0);
  cr_assert_str_eq(nearest, "Option");
  cr_assert_eq(zero_layout_text("zzzzzzzz", zero_test_keep, &kept, &nearest),
               0);
  cr_assert_null(nearest);
  cr_assert_eq(kept.size, 0);
}

Test(api, values_name_their_kind) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value value = eval(vm, "(option-some 1)");
  const char *variant;
  cr_assert_str_eq(zero_type_name(value), "Option");
  cr_assert_eq(zero_variant_name(value, &variant), 1);
  cr_assert_str_eq(variant, "some");
  cr_assert_str_eq(zero_type_name(zero_lookup(vm, "+")), "Function");
  cr_assert_str_eq(zero_type_name(zero_unit()), "Unit");
  cr_assert_eq(zero_variant_name(zero_unit(), &variant), 0);
  cr_assert_str_eq(zero_type_name((zero_value){0}), "no value");
  cr_assert_eq(zero_arity(zero_lookup(vm, "option-some")), 1);
  cr_assert_eq(zero_arity(zero_lookup(vm, "+")), 2);
  cr_assert_eq(zero_arity(value), -1);
  cr_assert_eq(zero_arity((zero_value){0}), -1);
  zero_close(vm);
}

Test(api, the_library_is_of_its_headers_version) {
  cr_assert_str_eq(zero_abi_marker(), ZERO_ABI_MARKER);
  cr_assert_eq(zero_layout_version(), ZERO_LAYOUT_VERSION);
  cr_assert_str_eq(zero_shape_hash(), ZERO_SHAPE_HASH);
  cr_assert_eq(strlen(zero_shape_hash()), 16);
  cr_assert_gt(strlen(zero_version()), 0);
}
