/* test_stack.c - 64 KiB of C stack are enough for everything, or that is
 * said. */
#include <criterion/criterion.h>
#include <gc/gc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/hosting.h"
#include "support/small_stack.h"
#include "zero.h"

/* Work in a thread with little stack, which asserts nothing. */
struct work {
  zero_vm *vm;
  const char *source;
  zero_status status;
  char code[40];
  char message[200];
  unsigned line;
};

/* The collector needs a good part of it, wherever it comes. */
static zero_status call(zero_vm *vm, zero_value *result,
                        const zero_value *args, size_t count, void *context) {
  (void)context;
  GC_gcollect();
  return zero_call(vm, result, args[0], args + 1, count - 1);
}

static void open_vm(void *context) {
  struct work *work = context;
  zero_options options = zero_options_default();
  options.capabilities = "env file process network crypto hardware time random";
  options.output = zero_host_drop;
  work->status =
      zero_open(&work->vm, &options, work->message, sizeof work->message);
  if (work->status != ZERO_OK) return;
  zero_definition again = {"call", call, NULL, NULL, NULL, NULL, 0, 1,
                           ZERO_ANY_ARGS};
  work->status = zero_define(work->vm, &again);
}

static void eval(void *context) {
  struct work *work = context;
  zero_value value;
  work->line = 0;
  work->code[0] = '\0';
  work->status = zero_eval(work->vm, &value, NULL, "<test>", work->source,
                           strlen(work->source));
  const zero_error *error = zero_last_error(work->vm);
  if (work->status != ZERO_OK && error != NULL) {
    snprintf(work->code, sizeof work->code, "%s", error->code);
    work->line = error->location.line;
  } else if (work->status == ZERO_OK && !zero_is_none(value)) {
    work->status = zero_print(work->vm, value, zero_host_drop, NULL);
  }
}

static void close_vm(void *context) {
  struct work *work = context;
  zero_close(work->vm);
  work->vm = NULL;
}

static const char *on_stack(size_t size, struct work *work,
                            const char *source) {
  work->source = source;
  zero_test_on_stack(size, eval, work);
  return work->code;
}

enum { SMALL = 64 << 10, LARGE = 512 << 10 };

static const char *const sources[] = {
    "(map (fn (x) (+ x 1)) (range 0 100))",
    "(len (fold (fn (kept x) (cons x kept)) (list) (range 0 20000)))",
    "(fold (fn (m x) (map-put m x (list x))) (map-empty) (range 0 3000))",
    "(sort (fn (a b) (< a b)) (range 0 1000))",
    "(let ((a (fold (fn (x i) (list x)) 1 (range 0 10000)))) (= a a))",
    "(fold (fn (x i) (list x)) 1 (range 0 10000))",
    "(text-upper \"a\\u{301}\")",
    "(text-normalize \"a\\u{301}\" \"NFC\")",
    "(text-graphemes \"a\\u{301}\")",
    "(print (text-join (map i64->text (range 0 2000)) \" \"))",
    "(try (raise \"NO\" \"no\" (map-empty)))",
    "(process-run (list \"true\") (map-empty))",
    "(process-run (list \"no-such-program\") (map-empty))",
    "(read-file \"no-such-file\")",
    "(directory-list \"/\")",
    "(socket-connect \"tcp:127.0.0.1:1\" 1000)",
    "(random-bytes 100)",
    "(call (fn (x) (call (fn (y) (call list x y)) 2)) 1)",
    "(let ((evens (fn (x) (= 0 (mod x 2))))) (filter evens (range 0 9)))",
};

Test(stack, sixty_four_kib_are_enough) {
  zero_close(zero_host_open(NULL)); /* by the first thread */
  struct work work = {0};
  zero_test_on_small_stack(open_vm, &work);
  cr_assert_eq(work.status, ZERO_OK, "%s", work.message);
  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
    char large[40];
    strcpy(large, on_stack(LARGE, &work, sources[i]));
    cr_expect_str_eq(on_stack(SMALL, &work, sources[i]), large, "%s",
                     sources[i]);
  }
  zero_test_on_small_stack(close_vm, &work);
}

Test(stack, less_is_refused_before_anything_begins) {
  struct work work = {0};
  zero_close(zero_host_open(NULL));
  zero_test_on_stack(SMALL / 2, open_vm, &work);
  cr_expect_eq(work.status, ZERO_E_USAGE);
  cr_expect_not_null(strstr(work.message, "C stack"), "%s", work.message);
  cr_expect_eq(work.vm, NULL);
  open_vm(&work);
  cr_expect_str_eq(on_stack(SMALL / 2, &work, "1"), "STACK_DEPTH");
  cr_expect_eq(work.status, ZERO_E_FAILED);
  cr_expect_str_eq(on_stack(SMALL, &work, "1"), "");
  zero_test_on_stack(SMALL / 2, close_vm, &work);
}

Test(stack, calls_from_c_stop_where_it_ends) {
  struct work work = {0};
  open_vm(&work);
  const char *down = "(fn down (n) (if (= n 0) 0 (call down (- n 1))))";
  cr_expect_str_eq(on_stack(SMALL, &work, down), "");
  cr_expect_str_eq(on_stack(SMALL, &work, "(down 10)"), "");
  cr_expect_str_eq(on_stack(SMALL, &work, "(down 99)"), "STACK_DEPTH");
  cr_expect_str_eq(on_stack(SMALL, &work, "(try (down 99))"), "");
  cr_expect_str_eq(on_stack(LARGE, &work, "(down 99)"), "");
  cr_expect_str_eq(on_stack(SMALL, &work, "(down 10)"), "");
  zero_close(work.vm);
}

/* Forms around one another, on a line of their own each. */
static char *nest(const char *open, const char *shut, unsigned count) {
  size_t room = count * (strlen(open) + strlen(shut) + 1) + 2;
  char *text = malloc(room);
  char *end = text;
  for (unsigned i = 0; i < count; i++) end += sprintf(end, "%s\n", open);
  *end++ = '1';
  for (unsigned i = 0; i < count; i++) end = stpcpy(end, shut);
  *end = '\0';
  return text;
}

Test(stack, forms_nested_too_deep_for_it_are_an_error_with_a_place) {
  static const struct {
    const char *open, *shut;
    unsigned count;
  } rows[] = {
      {"(if true ", " 2)", 480},
      {"(if (= 1 ", ") 1 2)", 160},
      {"(let ((x ", ")) x)", 160},
      {"((fn (x) ", ") 1)", 240},
      {"(match 1 (x ", "))", 240},
      {"(try ", ")", 480},
      {"(do 1 ", ")", 480},
      {"(and true ", ")", 160},
      {"(if (not ", ") 1 2)", 160},
  };
  struct work work = {0};
  open_vm(&work);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *text = nest(rows[i].open, rows[i].shut, rows[i].count);
    cr_expect_str_eq(on_stack(LARGE, &work, text), "", "%s", rows[i].open);
    const char *code = on_stack(SMALL, &work, text);
    if (work.status != ZERO_OK) {
      cr_expect_str_eq(code, "SYNTAX_TOO_DEEP", "%s", rows[i].open);
      cr_expect_eq(work.status, ZERO_E_SOURCE, "%s", rows[i].open);
      cr_expect_gt(work.line, 40, "%s: %u", rows[i].open, work.line);
    }
    free(text);
    text = nest(rows[i].open, rows[i].shut, 30);
    cr_expect_str_eq(on_stack(SMALL, &work, text), "", "%s", rows[i].open);
    free(text);
  }
  zero_close(work.vm);
}
