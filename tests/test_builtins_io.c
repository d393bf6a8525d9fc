/* test_builtins_io.c - printing, reading lines, and the ways to fail. */
#include <criterion/criterion.h>

#include "support/session.h"

/* What was printed, and in how many pieces. */
static char printed[1 << 18];
static size_t printed_size;
static unsigned pieces;

/* What is read, `step` bytes at a time. */
static const char *input;
static size_t input_left;
static size_t step;

static void take(void *context, const char *bytes, size_t size) {
  (void)context;
  cr_assert_leq(printed_size + size, sizeof printed);
  memcpy(printed + printed_size, bytes, size);
  printed_size += size;
  pieces++;
}

static long give(void *context, char *bytes, size_t room) {
  (void)context;
  size_t size = step < room ? step : room;
  if (size > input_left) size = input_left;
  memcpy(bytes, input, size);
  input += size;
  input_left -= size;
  return (long)size;
}

static long fail(void *context, char *bytes, size_t room) {
  (void)context, (void)bytes, (void)room;
  return -1;
}

static void setup(void) {
  zero_test_session();
  vm->output = take;
  vm->input = give;
}

static void set_input(const char *bytes, size_t size) {
  input = bytes;
  input_left = size;
}

TestSuite(builtins_io, .init = setup);

Test(builtins_io, a_short_line_is_one_piece_and_a_long_one_whole) {
  EXPECT("Unit", PRINT, L(I(1), I(2), I(3)), T("x"));
  cr_expect_eq(pieces, 1);
  cr_expect_eq(memcmp(printed, "(list 1 2 3) x\n", 15), 0);
  printed_size = 0;
  zero_value text = zero_test_long_text(vm, 100000);
  EXPECT("Unit", PRINT, text, text);
  cr_expect_eq(printed_size, 200002);
  cr_expect_eq(printed[100000], ' ');
}

Test(builtins_io, lines_are_read_whatever_the_host_gives_at_once) {
  const char lines[] = "one\n\nthr\xC3\xA9\xC3\xA9\nlast";
  for (step = 1; step < sizeof lines; step++) {
    vm->input_start = vm->input_end = 0;
    set_input(lines, sizeof lines - 1);
    EXPECT("(list 5 \"some\" \"one\")", READ_LINE);
    EXPECT("(list 5 \"some\" \"\")", READ_LINE);
    EXPECT("(list 5 \"some\" \"thréé\")", READ_LINE);
    EXPECT("(list 5 \"some\" \"last\")", READ_LINE);
    EXPECT("(list 5 \"none\")", READ_LINE);
    EXPECT("(list 5 \"none\")", READ_LINE);
  }
}

Test(builtins_io, a_line_longer_than_the_buffer_is_read_whole) {
  static char lines[50000];
  memset(lines, 'x', sizeof lines);
  lines[30000] = '\n';
  step = 4000;
  set_input(lines, sizeof lines);
  zero_value first = CALL(READ_LINE);
  EXPECT("30000", TEXT_LEN, CALL(LAYOUT_FIELD, first, I(0)));
  zero_value second = CALL(READ_LINE);
  EXPECT("19999", TEXT_LEN, CALL(LAYOUT_FIELD, second, I(0)));
  set_input(lines, sizeof lines);
  EXPECT_SPENT(READ_LINE, ZERO_UNIT);
}

Test(builtins_io, a_line_that_is_no_text_is_refused_and_passed_over) {
  step = 100;
  set_input("a\xff\nb\0\nc\n", 8);
  EXPECT("HOST_NOT_TEXT: read-line: byte 1 of the line is not UTF-8",
         READ_LINE);
  EXPECT("HOST_NOT_TEXT: read-line: byte 1 of the line is not UTF-8",
         READ_LINE);
  EXPECT("(list 5 \"some\" \"c\")", READ_LINE);
}

Test(builtins_io, no_input_is_its_end_and_a_failure_an_error) {
  vm->input = NULL;
  EXPECT("(list 5 \"none\")", READ_LINE);
  vm->input = fail;
  EXPECT("HOST_FAILED: read-line: the input could not be read", READ_LINE);
}

Test(builtins_io, raise_makes_a_runtime_error_of_the_programs_own) {
  zero_value context = CALL(MAP_PUT, CALL(MAP_EMPTY), T("k"), I(1));
  EXPECT("RAISED: it broke", RAISE, T("MINE"), T("it broke"), context);
  cr_expect_str_eq(
      zero_test_printed(vm, zero__fault_value(vm)),
      "(list 18 \"runtime-error\" \"MINE\" \"it broke\" \"\" "
      "(list 7 \"map\" (list (list \"k\" 1))))");
  EXPECT("TYPE_MISMATCH: raise: argument 3 must be Map, found Unit", RAISE,
         T("A"), T("b"), ZERO_UNIT);
  EXPECT("TYPE_MISMATCH: raise: argument 1 must be Text, found I64 1", RAISE,
         I(1), T("b"), context);
}

Test(builtins_io, panic_and_exit_end_the_program) {
  EXPECT("PANIC: 100% over", PANIC, T("100% over"));
  EXPECT("TYPE_MISMATCH: panic: argument 1 must be Text, found I64 1", PANIC,
         I(1));
  EXPECT("EXIT: the program ended with status 255", EXIT, I(255));
  cr_expect_eq(vm->exit_status, 255);
  EXPECT("TYPE_MISMATCH: exit: argument 1 must be a status from 0 to 255, "
         "found I64 256",
         EXIT, I(256));
  EXPECT("TYPE_MISMATCH: exit: argument 1 must be a status from 0 to 255, "
         "found I64 -1",
         EXIT, I(-1));
}
