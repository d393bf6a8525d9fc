/* test_api_doors.c - text that enters by zero.h is UTF-8, or refused, or a
 * repaired sentence; the host's claims are not trusted. */
#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "support/hosting.h"
#include "support/random.h"
#include "zero.h"

#define BAD "\xFF"
#define MENDED "\xEF\xBF\xBD"

/* Every text of the last error is UTF-8; `part` is in its message. */
static void expect_error(zero_vm *vm, const char *code, const char *part) {
  const zero_error *error = zero_last_error(vm);
  cr_assert_not_null(error);
  cr_expect_str_eq(error->code, code, "%s", error->message);
  cr_expect(zero__utf8_string(error->message), "%s", error->message);
  cr_expect_not_null(strstr(error->message, part), "%s", error->message);
  const char *file = error->location.file;
  if (file != NULL) cr_expect(zero__utf8_string(file));
}

/* --- the loader --- */

/* What a loader does. */
struct loading {
  const char *name;
  const char *bytes;
  size_t size;
  const char *message;
  int fill;   /* the message is filled whole, without a NUL */
  int code;
};

static int load(void *context, const char *path, const char *from,
                const char **name, const char **bytes, size_t *size,
                char *message, size_t message_room) {
  const struct loading *loading = context;
  (void)path;
  (void)from;
  if (loading->name != NULL) *name = loading->name;
  if (loading->bytes != NULL) *bytes = loading->bytes;
  if (loading->size != 0) *size = loading->size;
  if (loading->message != NULL) {
    snprintf(message, message_room, "%s", loading->message);
  }
  if (loading->fill) memset(message, loading->fill, message_room);
  return loading->code;
}

static zero_vm *open_loading(struct loading *loading) {
  zero_options options = zero_options_default();
  options.loader = load;
  options.loader_context = loading;
  return zero_host_open(&options);
}

static zero_status load_text(zero_vm *vm, const char *text) {
  return zero_load(vm, "root", text, strlen(text));
}

Test(api_doors, what_a_loader_says_is_checked) {
  static const struct {
    struct loading loading;
    const char *code;
    const char *part;
  } rows[] = {
      {{.code = 1, .message = "no " BAD "!"}, "IMPORT_NOT_FOUND",
       "no " MENDED "!"},
      {{.code = 1, .fill = 'x'}, "IMPORT_NOT_FOUND", "xxx"},
      {{.code = 1, .fill = 0xE2}, "IMPORT_NOT_FOUND", MENDED MENDED},
      {{.code = 1}, "IMPORT_NOT_FOUND", "'x' cannot be imported"},
      {{.code = 0}, "SOURCE_UNREADABLE", "gave it no name"},
      {{.bytes = "1", .size = 1}, "SOURCE_UNREADABLE", "gave it no name"},
      {{.name = "n", .size = 1}, "SOURCE_UNREADABLE", "no bytes"},
      {{.name = "n", .size = SIZE_MAX}, "SOURCE_UNREADABLE", "no bytes"},
      {{.name = "n", .bytes = "", .size = SIZE_MAX}, "SYNTAX_TOO_LARGE",
       "larger than the 64 MiB"},
      {{.name = "n", .bytes = "", .size = UINT32_MAX}, "SYNTAX_TOO_LARGE",
       "larger than the 64 MiB"},
      {{.name = BAD, .bytes = "", .size = 0}, "HOST_NOT_TEXT",
       "its name is not UTF-8"},
      {{.name = "n", .bytes = "(fn a () \"" BAD "\")", .size = 13},
       "SYNTAX_UTF8", "0xFF"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct loading loading = rows[i].loading;
    zero_vm *vm = open_loading(&loading);
    cr_assert_eq(load_text(vm, "(import \"x\")"), ZERO_E_SOURCE, "%zu", i);
    expect_error(vm, rows[i].code, rows[i].part);
    loading.name = "0x0.lock";
    zero_status status = load_text(vm, "(import \"pkg:x\")");
    cr_assert_eq(status, ZERO_E_SOURCE, "%zu", i);
    zero_close(vm);
  }
}

Test(api_doors, a_loader_may_have_nothing_to_give) {
  struct loading loading = {.name = "empty"};
  zero_vm *vm = open_loading(&loading);
  cr_assert_eq(load_text(vm, "(import \"x\")(fn f () 1)"), ZERO_OK);
  zero_close(vm);
}

/* --- sources --- */

Test(api_doors, the_name_of_a_source_is_checked) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value value;
  cr_expect_eq(zero_load(vm, BAD, "1", 1), ZERO_E_FAILED);
  expect_error(vm, "HOST_NOT_TEXT", "'" MENDED "'");
  cr_expect_eq(zero_check(vm, BAD, "1", 1), ZERO_E_FAILED);
  expect_error(vm, "HOST_NOT_TEXT", "'" MENDED "'");
  cr_expect_eq(zero_disassemble(vm, BAD, "1", 1, zero_host_drop, NULL),
               ZERO_E_FAILED);
  expect_error(vm, "HOST_NOT_TEXT", "'" MENDED "'");
  cr_expect_eq(zero_eval(vm, &value, NULL, BAD, "1", 1), ZERO_E_FAILED);
  expect_error(vm, "HOST_NOT_TEXT", "'" MENDED "'");
  zero_close(vm);
}

Test(api_doors, the_place_of_an_error_is_a_text) {
  zero_vm *vm = zero_host_open(NULL);
  static const char source[] =
      "(match (try (/ 1 0)) ((err e) (match (map-get (runtime-error-context e)"
      " \"at\") ((some at) (text-upper at)))))";
  zero_value value;
  zero_status status = zero_eval(vm, &value, NULL, "\xC3\xA9", source,
                                 sizeof source - 1);
  cr_assert_eq(status, ZERO_OK, "%s", zero_last_error(vm)->message);
  cr_expect_str_eq(zero_host_printed(vm, value), "\"\xC3\x89:1:13\"");
  zero_close(vm);
}

/* --- sentences --- */

static void expect_refused(const zero_options *options, const char *part) {
  zero_vm *vm;
  char message[128] = "";
  cr_expect_eq(zero_open(&vm, options, message, sizeof message),
               ZERO_E_USAGE);
  cr_expect_null(vm);
  cr_expect(zero__utf8_string(message), "%s", message);
  cr_expect_not_null(strstr(message, part), "%s", message);
}

Test(api_doors, what_opens_a_vm_is_checked) {
  const char *const args[] = {"good", NULL};
  const char *const bad_args[] = {"good", BAD};
  zero_options options = zero_options_default();
  options.capabilities = "io " BAD;
  expect_refused(&options, "'" MENDED "'");
  options.capabilities = NULL;
  options.file_root = "/none/" BAD;
  expect_refused(&options, "'/none/" MENDED "'");
  options.file_root = NULL;
  options.args = args;
  options.arg_count = 2;
  expect_refused(&options, "argument 2 is NULL");
  options.args = bad_args;
  expect_refused(&options, "argument 2 is not UTF-8");
  options.arg_count = SIZE_MAX;
  expect_refused(&options, "arguments");
}

Test(api_doors, names_in_sentences_are_mended) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value value;
  char message[128] = "";
  const zero_definition bad_type = {
      .name = "f", .function = (zero_host_function *)(uintptr_t)zero_host_drop,
      .params = BAD};
  zero_definition bad_name = bad_type;
  bad_name.name = BAD;
  cr_expect_eq(zero_new(vm, &value, BAD, "some", NULL, 0), ZERO_E_FAILED);
  expect_error(vm, "LAYOUT_UNKNOWN", "\"" MENDED "\"");
  cr_expect_eq(zero_new(vm, &value, "Option", BAD, NULL, 0), ZERO_E_FAILED);
  expect_error(vm, "LAYOUT_UNKNOWN", "\"" MENDED "\"");
  cr_expect_eq(zero_define(vm, &bad_type), ZERO_E_USAGE);
  expect_error(vm, "API_USAGE", "'" MENDED "' is not a type");
  cr_expect_eq(zero_define(vm, &bad_name), ZERO_E_USAGE);
  expect_error(vm, "API_USAGE", "'" MENDED "' cannot name a function");
  cr_expect_eq(zero_check_object("/none/" BAD, message, sizeof message),
               ZERO_E_FAILED);
  cr_expect(zero__utf8_string(message), "%s", message);
  cr_expect(zero_is_none(zero_lookup(vm, BAD)));
  zero_close(vm);
}

/* A text of three-byte characters is cut in the middle of one wherever a room
 * ends. */
Test(api_doors, what_is_cut_is_cut_between_characters) {
  static const char *const sources[] = {
      "(panic (text-repeat \"\xE2\x82\xAC\" 999))",
      "(panic (text-cat \"a\" (text-repeat \"\xE2\x82\xAC\" 999)))",
      "(panic (text-cat \"ab\" (text-repeat \"\xE2\x82\xAC\" 999)))",
      "(raise (text-repeat \"\xE2\x82\xAC\" 999) "
      "(text-repeat \"\xE2\x82\xAC\" 999) (map-empty))",
      "(raise (text-cat \"a\" (text-repeat \"\xE2\x82\xAC\" 999)) "
      "(text-cat \"ab\" (text-repeat \"\xE2\x82\xAC\" 999)) (map-empty))",
      "(text->i64 (text-repeat \"\xE2\x82\xAC\" 999))",
  };
  zero_vm *vm = zero_host_open(NULL);
  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
    zero_value value;
    zero_status status = zero_eval(vm, &value, NULL, "x", sources[i],
                                   strlen(sources[i]));
    if (status == ZERO_OK) continue;
    cr_assert_eq(status, ZERO_E_FAILED, "%s", zero_last_error(vm)->message);
    cr_expect(zero__utf8_string(zero_last_error(vm)->code), "%zu", i);
    cr_expect(zero__utf8_string(zero_last_error(vm)->message), "%zu", i);
  }
  zero_close(vm);
}

/* --- sizes --- */

static void expect_status(zero_vm *vm, zero_status found, zero_status status,
                          const char *code) {
  cr_expect_eq(found, status);
  cr_expect_str_eq(zero_host_code(vm), code, "%s",
                   zero_last_error(vm)->message);
}

/* With a size of -1, or one that nothing has. */
static void give_size(zero_vm *vm, size_t size) {
  zero_value value = zero_unit();
  zero_value out;
  char message[128];
  expect_status(vm, zero_text(vm, &out, "x", size), ZERO_E_FAILED,
                "TEXT_TOO_LONG");
  cr_expect(zero_is_none(out));
  expect_status(vm, zero_bytes(vm, &out, "x", size), ZERO_E_MEMORY,
                "OUT_OF_MEMORY");
  expect_status(vm, zero_list(vm, &out, &value, size), ZERO_E_USAGE,
                "API_USAGE");
  expect_status(vm, zero_new(vm, &out, "Option", "some", &value, size),
                ZERO_E_FAILED, "LAYOUT_OPTION");
  expect_status(vm, zero_load(vm, "x", "1", size), ZERO_E_SOURCE,
                "SYNTAX_TOO_LARGE");
  expect_status(vm, zero_check(vm, "x", "1", size), ZERO_E_SOURCE,
                "SYNTAX_TOO_LARGE");
  expect_status(vm, zero_eval(vm, &out, NULL, "x", "1", size), ZERO_E_SOURCE,
                "SYNTAX_TOO_LARGE");
  expect_status(vm, zero_disassemble(vm, "x", "1", size, zero_host_drop, NULL),
                ZERO_E_SOURCE, "SYNTAX_TOO_LARGE");
  expect_status(vm, zero_call(vm, &out, zero_lookup(vm, "list"), &value,
                              size),
                ZERO_E_USAGE, "API_USAGE");
  cr_expect_eq(
      zero_check_object_bytes("x", size, message, sizeof message),
      ZERO_E_USAGE);
  cr_expect_null(zero_family_name(size));
}

Test(api_doors, a_size_that_nothing_has_is_refused_unread) {
  zero_vm *vm = zero_host_open(NULL);
  zero_value value;
  give_size(vm, SIZE_MAX);
  give_size(vm, SIZE_MAX / 2 + 1);
  give_size(vm, (size_t)1 << 53);
  expect_status(vm, zero_new(vm, &value, "Option", "some", NULL, 1 << 20),
                ZERO_E_FAILED, "LAYOUT_OPTION");
  expect_status(vm, zero_text(vm, &value, "x", UINT32_MAX), ZERO_E_FAILED,
                "TEXT_TOO_LONG");
  expect_status(vm, zero_load(vm, "x", "1", UINT32_MAX), ZERO_E_SOURCE,
                "SYNTAX_TOO_LARGE");
  zero_close(vm);
}

/* --- after the end --- */

static void *finished;
static int read_in_finaliser;

static void finish(void *pointer) {
  const zero_value *other = pointer;
  read_in_finaliser += zero_to_user_data(&finished, &finished, *other);
}

Test(api_doors, user_data_of_a_closed_vm_gives_no_pointer) {
  static zero_value value; /* a root of the collector */
  static int thing;
  zero_vm *vm = zero_host_open(NULL);
  zero_value other;
  void *pointer = &thing;
  cr_assert_eq(zero_user_data(vm, &value, &finished, &thing, NULL), ZERO_OK);
  cr_assert_eq(zero_user_data(vm, &other, &thing, &value, finish), ZERO_OK);
  cr_expect(zero_to_user_data(&pointer, &finished, value));
  cr_expect_eq(pointer, &thing);
  zero_close(vm);
  cr_expect_eq(read_in_finaliser, 0);
  cr_expect_null(finished);
  cr_expect_not(zero_to_user_data(&pointer, &finished, value));
  cr_expect_null(pointer);
}

/* --- random bytes -------------------------------------------------------- */

enum { LAWS = 3000, WORD = 24 };

/* Mostly characters that mean something, some bytes that do not. */
static void fill(struct zero_random *random, char word[WORD]) {
  static const char known[] = "aZ_ .,|:/0\"()\\\n\xC3\xA9\xE2\x82\xAC";
  size_t size = (size_t)zero_random_below(random, WORD);
  for (size_t i = 0; i < size; i++) {
    uint64_t at = zero_random_below(random, sizeof known + 4);
    bool any = at >= sizeof known - 1;
    word[i] = any ? (char)(1 + zero_random_below(random, 255)) : known[at];
  }
  word[size] = '\0';
}

/* All that errors and warnings say is UTF-8. */
static void check_errors(const zero_error *error) {
  for (; error != NULL; error = error->next) {
    cr_assert(zero__utf8_string(error->code), "%s", error->code);
    cr_assert(zero__utf8_string(error->message), "%s", error->message);
    const char *file = error->location.file;
    if (file != NULL) cr_assert(zero__utf8_string(file));
    for (size_t i = 0; i < error->trace_count; i++) {
      cr_assert(zero__utf8_string(error->trace[i].function));
    }
  }
}

static void check_warning(void *context, const zero_error *warning) {
  (void)context;
  check_errors(warning);
}

/* What a value prints as is UTF-8. */
static void check_value(zero_vm *vm, zero_value value) {
  if (zero_is_none(value)) return;
  const char *printed = zero_host_printed(vm, value);
  cr_assert(zero__utf8_string(printed), "%s", printed);
}

static zero_status fail(zero_vm *vm, zero_value *result,
                        const zero_value *args, size_t count, void *context) {
  char (*words)[WORD] = context;
  (void)args;
  (void)count;
  if (words[0][0] == 'a') {
    return zero_text(vm, result, words[1], strlen(words[1]));
  }
  return zero_fail(vm, words[0], words[1]);
}

static void give_words(zero_vm *vm, char words[4][WORD]) {
  zero_value value;
  zero_pair pair = {(uint64_t)(uintptr_t)words[1], ZERO_MACHINE_TEXT};
  const zero_call_options narrow = {.capabilities = words[2]};
  const zero_definition definition = {.name = words[0],
                                      .function = fail,
                                      .context = words,
                                      .params = words[1],
                                      .result = words[2],
                                      .capabilities = words[3]};
  zero_value list = zero_lookup(vm, "list");
  zero_status statuses[] = {
      zero_text(vm, &value, words[0], strlen(words[0])),
      zero_load(vm, words[0], words[1], strlen(words[1])),
      zero_new(vm, &value, words[0], words[1], NULL, 0),
      zero_get(vm, &value, "Option", words[1], list),
      zero_check_value(vm, &value, words[0], list),
      zero_from_pair(vm, &value, pair, NULL),
      zero_call_with(vm, &value, list, NULL, 0, &narrow),
      zero_define(vm, &definition),
  };
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
    if (statuses[i] != ZERO_OK) check_errors(zero_last_error(vm));
  }
  if (zero_text(vm, &value, words[1], strlen(words[1])) == ZERO_OK) {
    check_value(vm, value);
  }
  static const char call[] = "(fn main () 1)(match (try (fail))"
                             " ((ok v) v) ((err e) e))";
  zero_status status =
      zero_eval(vm, &value, NULL, words[3], call, sizeof call - 1);
  if (status == ZERO_OK) check_value(vm, value);
  if (status != ZERO_OK) check_errors(zero_last_error(vm));
  status = load_text(vm, "(import \"x\")(import \"pkg:a\" n)");
  if (status != ZERO_OK) check_errors(zero_last_error(vm));
}

Test(api_doors, random_bytes_at_every_door_become_texts_or_errors) {
  struct zero_random random;
  zero_random_init(&random, "doors");
  char words[4][WORD] = {""};
  struct loading loading = {.message = words[2]};
  const char *const args[] = {words[0], words[1]};
  const zero_definition definition = {
      .name = "fail", .function = fail, .context = words};
  for (int i = 0; i < LAWS; i++) {
    for (int w = 0; w < 4; w++) fill(&random, words[w]);
    zero_vm *vm;
    char message[64];
    zero_options options = {.warning = check_warning,
                            .loader = load,
                            .loader_context = &loading};
    options.args = args;
    options.arg_count = zero_random_below(&random, 4) == 0 ? 2 : 0;
    if (zero_random_below(&random, 4) == 0) options.capabilities = words[2];
    if (zero_random_below(&random, 4) == 0) options.file_root = words[3];
    loading.name = words[0];
    loading.bytes = words[1];
    loading.size = strlen(words[1]);
    loading.code = (int)zero_random_below(&random, 2);
    if (zero_open(&vm, &options, message, sizeof message) != ZERO_OK) {
      cr_assert(zero__utf8_string(message), "%s", message);
      continue;
    }
    zero_host_define(vm, &definition);
    give_words(vm, words);
    zero_close(vm);
  }
}
