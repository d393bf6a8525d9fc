/* test_verify.c - the verifier accepts good code and refuses each kind of
 * damage with a sentence that says what is wrong. */
#include "check/node.h"
#include "support/verify.h"

#include <criterion/criterion.h>

#include "compile/code.h"
#include "facts/gen/builtin_index.h"
#include "support/code.h"
#include "support/heap.h"
#include "support/random.h"
#include "value/number.h"
#include "value/record.h"
#include "value/text.h"

static void accept(struct zero_heap *heap, const struct zero_code *code) {
  char message[ZERO_FAULT_MESSAGE] = "";
  cr_assert(zero__verify(heap, code, message, sizeof message), "%s",
            message);
}

/* Expects a refusal whose sentence has `part` in it. */
static void refuse(struct zero_heap *heap, const struct zero_code *code,
                   const char *part) {
  char message[ZERO_FAULT_MESSAGE] = "";
  cr_assert_not(zero__verify(heap, code, message, sizeof message),
                "accepted, though: %s", part);
  cr_assert_not_null(strstr(message, part), "'%s' does not say '%s'",
                     message, part);
}

#define GOOD(params, registers, ...) \
  accept(heap, CODE(heap, "f", params, registers, __VA_ARGS__))
#define BAD(part, params, registers, ...) \
  refuse(heap, CODE(heap, "f", params, registers, __VA_ARGS__), part)

static zero_value constant_function(struct zero_heap *heap,
                                    struct zero_code *code) {
  return zero__function_new(heap, &code->callable);
}

static const struct zero_capture two_captures[] = {{true, 1}, {false, 0}};

/* --- words --------------------------------------------------------------- */

Test(verify, a_function_that_returns_its_parameter_is_good) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(1, 1, OP(RETURN, 0, 0, 0));
}

Test(verify, opcodes_are_known_ones_and_no_halt) {
  struct zero_heap *heap = zero_test_heap();
  BAD("is no instruction", 1, 1, ZERO_OP_ALL, OP(RETURN, 0, 0, 0));
  BAD("is no instruction", 1, 1, 0xff, OP(RETURN, 0, 0, 0));
  BAD("is no instruction", 1, 1, OP(HALT, 0, 0, 0));
}

Test(verify, a_pair_has_its_second_behind_it) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(2, 2, OP(MOVE_MOVE, 1, 0, 0), OP(MOVE, 0, 1, 0), OP(RETURN, 0, 0, 0));
  GOOD(1, 1, OP(ADD_RETURN, 0, 0, 0), OP(RETURN, 0, 0, 0));
  BAD("whose second is not there", 2, 2, OP(MOVE_MOVE, 1, 0, 0),
      OP(RETURN, 0, 0, 0));
  BAD("whose second is not there", 2, 2, OP(MOVE_MOVE, 1, 0, 0),
      OP(MOVE_MOVE, 0, 1, 0), OP(MOVE, 0, 1, 0), OP(RETURN, 0, 0, 0));
  BAD("whose second is not there", 1, 1, OP(ADD_RETURN, 0, 0, 0));
  BAD("register 1 of 1", 1, 1, OP(ADD_RETURN, 0, 0, 1), OP(RETURN, 0, 0, 0));
  BAD("register 1 of 1", 1, 1, OP(ADD_RETURN, 0, 0, 0), OP(RETURN, 1, 0, 0));
}

Test(verify, a_function_that_calls_itself_has_room_for_its_arguments) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(1, 5, OP(MOVE, 4, 0, 0), OP(CALLSELF, 4, 0, 0), OP(RETURN, 1, 0, 0));
  BAD("leave the frame", 2, 5, OP(MOVE, 4, 0, 0), OP(CALLSELF, 4, 0, 0),
      OP(RETURN, 1, 0, 0));
  BAD("no frame can begin", 1, 5, OP(CALLSELF, 2, 0, 0),
      OP(RETURN, 0, 0, 0));
  BAD("may hold nothing", 1, 5, OP(CALLSELF, 4, 0, 0), OP(RETURN, 1, 0, 0));
  struct zero_code *closure =
      CODE(heap, "f", 1, 5, OP(MOVE, 4, 0, 0), OP(CALLSELF, 4, 0, 0),
           OP(RETURN, 1, 0, 0));
  closure->captures = two_captures;
  closure->capture_count = 1;
  refuse(heap, closure, "a function with captures calls itself");
}

Test(verify, two_registers_in_a_row_lie_inside_the_frame) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(2, 2, OP(SUMI, 0, 0, 1), OP(RETURN, 0, 0, 0));
  BAD("leave the frame", 2, 2, OP(SUMI, 0, 1, 1), OP(RETURN, 0, 0, 0));
  BAD("may hold nothing", 1, 2, OP(SUMI, 0, 0, 1), OP(RETURN, 0, 0, 0));
}

Test(verify, registers_lie_inside_the_frame) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(2, 2, OP(MOVE, 1, 0, 0), OP(RETURN, 1, 0, 0));
  BAD("register 2 of 2", 2, 2, OP(MOVE, 2, 0, 0), OP(RETURN, 1, 0, 0));
  BAD("register 2 of 2", 2, 2, OP(MOVE, 1, 2, 0), OP(RETURN, 1, 0, 0));
  BAD("register 2 of 2", 2, 2, OP(ADD, 0, 1, 2), OP(RETURN, 0, 0, 0));
}

Test(verify, runs_of_registers_lie_inside_the_frame) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(3, 3, OP(LIST, 0, 1, 2), OP(RETURN, 0, 0, 0));
  GOOD(3, 3, OP(LIST, 0, 3, 0), OP(RETURN, 0, 0, 0));
  BAD("leave the frame", 3, 3, OP(LIST, 0, 1, 3), OP(RETURN, 0, 0, 0));
  BAD("leave the frame", 3, 3, OP(LIST, 0, 255, 255), OP(RETURN, 0, 0, 0));
}

Test(verify, the_shape_of_a_frame_has_limits) {
  struct zero_heap *heap = zero_test_heap();
  BAD("parameters", 2, 1, OP(RETURN, 0, 0, 0));
  BAD("parameters", 1, ZERO_REGISTERS_MAX + 1, OP(RETURN, 0, 0, 0));
  BAD("parameters", ZERO_PARAMS_MAX + 1, ZERO_REGISTERS_MAX,
      OP(RETURN, 0, 0, 0));
  GOOD(ZERO_PARAMS_MAX, ZERO_REGISTERS_MAX, OP(RETURN, 0, 0, 0));
  refuse(heap, zero_test_code(heap, "f", 0, 1, NULL, 0), "no instructions");
}

Test(verify, immediates_are_the_four) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(0, 1, OPX(LOADW, 0, 0x0e), OP(RETURN, 0, 0, 0));
  GOOD(0, 1, OPX(LOADW, 0, 0x1e), OP(RETURN, 0, 0, 0));
  GOOD(0, 1, OPX(LOADW, 0, 0x2e), OP(RETURN, 0, 0, 0));
  GOOD(0, 1, OPX(LOADW, 0, 0x3e), OP(RETURN, 0, 0, 0));
  BAD("no immediate", 0, 1, OPX(LOADW, 0, 0), OP(RETURN, 0, 0, 0));
  BAD("no immediate", 0, 1, OPX(LOADW, 0, 0x4e), OP(RETURN, 0, 0, 0));
  BAD("no immediate", 0, 1, OPX(LOADW, 0, 0x10), OP(RETURN, 0, 0, 0));
}

Test(verify, constants_are_there) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code =
      CODE(heap, "f", 0, 1, OPX(LOADK, 0, 0), OP(RETURN, 0, 0, 0));
  refuse(heap, code, "constant 0 of 0");
  zero_test_constant(heap, code, zero__text_of(heap, "good"));
  accept(heap, code);
  zero_test_constant(heap, code, ZERO_NONE);
  refuse(heap, code, "constant 1 is missing");
}

Test(verify, a_loaded_function_has_its_code_and_captures) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *inner = CODE(heap, "g", 0, 1, OP(CAPTURE, 0, 1, 0),
                                 OP(RETURN, 0, 0, 0));
  inner->captures = two_captures;
  inner->capture_count = 2;
  struct zero_code *code =
      CODE(heap, "f", 0, 1, OPX(LOADK, 0, 0), OP(RETURN, 0, 0, 0));
  zero_test_constant(heap, code, constant_function(heap, inner));
  accept(heap, inner);
  refuse(heap, code, "0 of its 2 captures");
  code->constants[0] = zero__function_new(heap, NULL);
  refuse(heap, code, "without code");
  code->constants[0] = zero__builtin_stub(heap, ZERO_BUILTIN_LEN);
  accept(heap, code);
}

Test(verify, captures_exist_and_are_taken_from_what_exists) {
  struct zero_heap *heap = zero_test_heap();
  BAD("capture 0 of 0", 0, 1, OP(CAPTURE, 0, 0, 0), OP(RETURN, 0, 0, 0));
  struct zero_code *inner = CODE(heap, "g", 0, 1, OP(CAPTURE, 0, 1, 0),
                                 OP(RETURN, 0, 0, 0));
  inner->captures = two_captures;
  inner->capture_count = 2;
  struct zero_code *code =
      CODE(heap, "f", 2, 2, OPX(CLOSURE, 0, 0), OP(RETURN, 0, 0, 0));
  zero_test_constant(heap, code, constant_function(heap, inner));
  refuse(heap, code, "capture 1 is taken from capture 0 of 0");
  code->captures = two_captures;
  code->capture_count = 1;
  accept(heap, code);
  code->registers = 1;
  code->params = 1;
  refuse(heap, code, "capture 0 is taken from register 1 of 1");
  code->registers = 2;
  refuse(heap, code, "reads r1, which may hold nothing");
  code->params = 2;
  code->constants[0] = zero__small(1);
  refuse(heap, code, "closes over what is no function");
}

/* --- second words -------------------------------------------------------- */

Test(verify, second_words_are_there) {
  struct zero_heap *heap = zero_test_heap();
  BAD("EQ is cut off", 2, 2, OP(EQ, 0, 1, 1));
  BAD("ISVARIANT is cut off", 1, 1, OP(ISVARIANT, 0, 0, 1),
      zero_test_variant("Option", "some"));
  BAD("no JUMP follows", 2, 2, OP(EQ, 0, 1, 1), OP(RETURN, 0, 0, 0),
      OP(RETURN, 0, 0, 0));
  BAD("truth 2 of 2", 2, 2, OP(EQ, 0, 1, 2), OPJ(JUMP, 0),
      OP(RETURN, 0, 0, 0));
  GOOD(2, 2, OP(EQ, 0, 1, 1), OPJ(JUMP, 0), OP(RETURN, 0, 0, 0));
}

Test(verify, variants_exist_and_have_the_fields) {
  struct zero_heap *heap = zero_test_heap();
  uint32_t some = zero_test_variant("Option", "some");
  uint32_t error = zero_test_variant("Error", "error");
  GOOD(1, 1, OP(RECORD, 0, 0, 1), some, OP(RETURN, 0, 0, 0));
  BAD("does not exist", 1, 1, OP(RECORD, 0, 0, 1), some ^ 0x8000,
      OP(RETURN, 0, 0, 0));
  BAD("does not fit", 2, 2, OP(RECORD, 0, 0, 2), some, OP(RETURN, 0, 0, 0));
  BAD("need a check", 4, 4, OP(RECORD, 0, 0, 4), error,
      OP(RETURN, 0, 0, 0));
  GOOD(4, 4, OP(NEW, 0, 0, 4), error, OP(RETURN, 0, 0, 0));
  GOOD(1, 1, OP(GETFIELD, 0, 0, 3), error, OP(RETURN, 0, 0, 0));
  BAD("does not fit", 1, 1, OP(GETFIELD, 0, 0, 4), error,
      OP(RETURN, 0, 0, 0));
}

Test(verify, builtins_have_a_c_function_that_takes_so_many) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(1, 1, OP(BUILTIN, 0, 0, 1), ZERO_BUILTIN_LEN, OP(RETURN, 0, 0, 0));
  BAD("does not take 0", 1, 1, OP(BUILTIN, 0, 0, 0), ZERO_BUILTIN_LEN,
      OP(RETURN, 0, 0, 0));
  BAD("does not take 2", 2, 2, OP(BUILTIN, 0, 0, 2), ZERO_BUILTIN_LEN,
      OP(RETURN, 0, 0, 0));
  BAD("cannot be called", 2, 2, OP(BUILTIN, 0, 0, 2), ZERO_BUILTIN_MAP,
      OP(RETURN, 0, 0, 0));
  BAD("cannot be called", 1, 1, OP(BUILTIN, 0, 0, 1), 100000,
      OP(RETURN, 0, 0, 0));
  GOOD(200, 200, OP(BUILTIN, 0, 0, 200), ZERO_BUILTIN_TEXT_CAT,
       OP(RETURN, 0, 0, 0));
}

Test(verify, builtins_that_trust_a_chain_are_instructions_only) {
  struct zero_heap *heap = zero_test_heap();
  BAD("cannot be called", 2, 2, OP(BUILTIN, 0, 0, 2), ZERO_BUILTIN_PUSH,
      OP(RETURN, 0, 0, 0));
  BAD("cannot be called", 2, 2, OP(BUILTIN, 0, 0, 2), ZERO_BUILTIN_FINISH,
      OP(RETURN, 0, 0, 0));
  struct zero_code *code =
      CODE(heap, "f", 0, 1, OPX(LOADK, 0, 0), OP(RETURN, 0, 0, 0));
  zero_test_constant(heap, code, zero__builtin_stub(heap, ZERO_BUILTIN_PUSH));
  refuse(heap, code, "takes a chain");
}

Test(verify, a_stub_names_a_builtin_with_a_c_function) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *stub = zero__code_new(heap, 0);
  stub->builtin = ZERO_BUILTIN_LEN;
  accept(heap, stub);
  stub->builtin = ZERO_BUILTIN_MAP;
  refuse(heap, stub, "cannot be called");
  stub->builtin = ZERO_BUILTIN_COUNT;
  refuse(heap, stub, "cannot be called");
}

/* --- jumps --------------------------------------------------------------- */

Test(verify, jumps_land_on_instructions) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(1, 1, OPJ(JUMP, 1), OP(RETURN, 0, 0, 0), OP(RETURN, 0, 0, 0));
  BAD("no instruction begins", 1, 1, OPJ(JUMP, 2), OP(RETURN, 0, 0, 0),
      OP(RETURN, 0, 0, 0));
  BAD("no instruction begins", 1, 1, OPJ(JUMP, -2), OP(RETURN, 0, 0, 0));
  BAD("no instruction begins", 1, 1, OPX(JFALSE, 0, 1), OP(EQ, 0, 0, 1),
      OPJ(JUMP, 0), OP(RETURN, 0, 0, 0));
  BAD("no instruction begins", 1, 1, OP(EQ, 0, 0, 1), OPJ(JUMP, 1),
      OP(RETURN, 0, 0, 0));
  BAD("jumps too far", 1, 1, OPX(JFALSE, 0, 0x8000), OP(RETURN, 0, 0, 0));
}

Test(verify, only_loop_goes_back) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(1, 1, OP(MOVE, 0, 0, 0), OPJ(LOOP, -2));
  GOOD(1, 1, OPJ(LOOP, -1));
  BAD("the wrong way", 1, 1, OP(MOVE, 0, 0, 0), OPJ(JUMP, -2));
  BAD("the wrong way", 1, 1, OPJ(LOOP, 0), OP(RETURN, 0, 0, 0));
  BAD("the wrong way", 1, 1, OP(EQ, 0, 0, 1), OPJ(JUMP, -2),
      OP(RETURN, 0, 0, 0));
}

Test(verify, again_goes_back_to_the_start_with_what_it_moved) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(1, 2, OP(ADDI, 1, 0, 1), OP(AGAIN, 0, 1, 0));
  BAD("may hold nothing", 1, 2, OP(AGAIN, 0, 1, 0));
  BAD("leaves an open TRY", 1, 2, OPX(TRY, 1, 1), OP(AGAIN, 0, 0, 0),
      OP(ENDTRY, 1, 0, 0), OP(RETURN, 1, 0, 0));
}

Test(verify, what_uncons_gives_is_there_only_where_it_does_not_jump) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(1, 3, OP(UNCONS, 1, 2, 0), OPJ(JUMP, 2), OP(CONS, 1, 1, 2),
      OP(RETURN, 1, 0, 0), OP(RETURN, 0, 0, 0));
  GOOD(1, 2, OP(UNCONS, 1, 0, 0), OPJ(JUMP, 1), OP(RETURN, 1, 0, 0),
      OP(RETURN, 0, 0, 0));
  BAD("may hold nothing", 1, 3, OP(UNCONS, 1, 2, 0), OPJ(JUMP, 1),
      OP(RETURN, 0, 0, 0), OP(RETURN, 1, 0, 0));
  BAD("", 1, 2, OP(UNCONS, 1, 2, 0), OPJ(JUMP, 0), OP(RETURN, 0, 0, 0));
}

Test(verify, calls_compiled_in_lie_inside_one_another) {
  struct zero_heap *heap = zero_test_heap();
  const struct zero_source source = {.name = "a", .bytes = "0123", .size = 4};
  const struct zero_source other = {.name = "b", .bytes = "01", .size = 2};
  struct zero_code *inner = CODE(heap, "g", 1, 1, OP(RETURN, 0, 0, 0));
  inner->source = &other;
  struct zero_site sites[] = {{inner, 1, 4, 0, false}, {inner, 0, 2, 1, false}};
  struct zero_line lines[] = {{.end = 2, .site = 2}};
  struct zero_code *code = CODE(heap, "f", 1, 1, OP(RETURN, 0, 0, 0));
  code->source = &source;
  code->sites = sites;
  code->site_count = 2;
  code->lines = lines;
  code->line_count = 1;
  accept(heap, code);
  lines[0].end = 3;
  refuse(heap, code, "line 0");
  lines[0] = (struct zero_line){.end = 2, .site = 3};
  refuse(heap, code, "line 0");
  lines[0].site = 2;
  sites[1].outer = 2;
  refuse(heap, code, "site 1");
}

Test(verify, code_does_not_run_off_its_end) {
  struct zero_heap *heap = zero_test_heap();
  BAD("runs off", 1, 1, OP(MOVE, 0, 0, 0));
  BAD("runs off", 1, 1, OP(RETURN, 0, 0, 0), OP(MOVE, 0, 0, 0));
  BAD("runs off", 1, 1, OPJ(JUMP, 0), OP(BUILTIN, 0, 0, 1),
      ZERO_BUILTIN_LEN);
}

/* --- what registers hold ------------------------------------------------- */

Test(verify, nothing_undefined_is_read) {
  struct zero_heap *heap = zero_test_heap();
  BAD("reads r1, which may hold nothing", 1, 2, OP(RETURN, 1, 0, 0));
  GOOD(1, 2, OPX(LOADI, 1, 5), OP(RETURN, 1, 0, 0));
  BAD("reads r1", 1, 3, OP(LIST, 0, 0, 2), OP(RETURN, 0, 0, 0));
  BAD("reads r1", 1, 2, OP(MOVE, 0, 1, 0), OP(RETURN, 0, 0, 0));
}

Test(verify, a_register_set_on_one_path_only_is_not_read) {
  struct zero_heap *heap = zero_test_heap();
  BAD("reads r1", 1, 2, OPX(JFALSE, 0, 1), OPX(LOADI, 1, 5),
      OP(RETURN, 1, 0, 0));
  GOOD(1, 2, OPX(JFALSE, 0, 2), OPX(LOADI, 1, 5), OPJ(JUMP, 1),
       OPX(LOADI, 1, 6), OP(RETURN, 1, 0, 0));
}

Test(verify, what_a_loop_brings_back_counts) {
  struct zero_heap *heap = zero_test_heap();
  uint32_t some = zero_test_variant("Option", "some");
  GOOD(1, 2, OP(RECORD, 1, 0, 1), some, OP(FIELD, 1, 1, 0), OPJ(LOOP, -4));
  BAD("not known to be a record", 1, 2, OP(RECORD, 1, 0, 1), some,
      OP(FIELD, 1, 1, 0), OPJ(LOOP, -2));
}

Test(verify, unreachable_code_may_read_what_it_likes) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(1, 2, OP(RETURN, 0, 0, 0), OP(RETURN, 1, 0, 0));
}

Test(verify, fields_are_read_of_known_records_only) {
  struct zero_heap *heap = zero_test_heap();
  uint32_t some = zero_test_variant("Option", "some");
  uint32_t map = zero_test_variant("Map", "map");
  GOOD(1, 1, OP(ISVARIANT, 0, 0, 0), some, OPJ(JUMP, 1), OP(FIELD, 0, 0, 0),
       OP(RETURN, 0, 0, 0));
  GOOD(1, 1, OP(ISVARIANT, 0, 0, 1), some, OPJ(JUMP, 1), OP(RETURN, 0, 0, 0),
       OP(FIELD, 0, 0, 0), OP(RETURN, 0, 0, 0));
  BAD("not known to be a record", 1, 1, OP(ISVARIANT, 0, 0, 1), some,
      OPJ(JUMP, 1), OP(FIELD, 0, 0, 0), OP(RETURN, 0, 0, 0));
  BAD("with a field 1", 1, 1, OP(ISVARIANT, 0, 0, 0), some, OPJ(JUMP, 1),
      OP(FIELD, 0, 0, 1), OP(RETURN, 0, 0, 0));
  BAD("not known to be a record", 1, 1, OP(ISLAYOUT, 0, 0, 0), some,
      OPJ(JUMP, 1), OP(FIELD, 0, 0, 0), OP(RETURN, 0, 0, 0));
  BAD("not known to be a record", 1, 1, OP(ISVARIANT, 0, 0, 0), map,
      OPJ(JUMP, 1), OP(FIELD, 0, 0, 0), OP(RETURN, 0, 0, 0));
  BAD("not known to be a record", 1, 1, OP(FIELD, 0, 0, 0),
      OP(RETURN, 0, 0, 0));
}

/* --- chains -------------------------------------------------------------- */

#define NEW_CHAIN(r) OPX(LOADW, r, 0x3e)

Test(verify, a_chain_begins_empty_and_is_finished_once) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(1, 2, NEW_CHAIN(1), OP(PUSH, 1, 0, 1), OP(PUSH, 1, 0, 1),
       OP(FINISH, 1, 1, 0), OP(RETURN, 1, 0, 0));
  GOOD(1, 2, NEW_CHAIN(1), OP(FINISH, 1, 1, 0), OP(RETURN, 1, 0, 0));
  BAD("r1 may be no chain", 1, 2, OP(MOVE, 1, 0, 0), OP(PUSH, 0, 0, 1),
      OP(RETURN, 0, 0, 0));
  BAD("r1 may be no chain", 1, 3, NEW_CHAIN(1), OP(PUSH, 1, 0, 1),
      OP(FINISH, 2, 1, 0), OP(FINISH, 2, 1, 0), OP(RETURN, 2, 0, 0));
  BAD("r1 may be no chain", 1, 3, NEW_CHAIN(1), OP(PUSH, 1, 0, 1),
      OP(PUSH, 2, 0, 1), OP(PUSH, 2, 0, 1), OP(FINISH, 2, 2, 0),
      OP(RETURN, 2, 0, 0));
}

Test(verify, nobody_sees_a_chain_before_it_is_finished) {
  struct zero_heap *heap = zero_test_heap();
  BAD("a chain under construction", 1, 2, NEW_CHAIN(1), OP(PUSH, 1, 0, 1),
      OP(RETURN, 1, 0, 0));
  BAD("reads r1", 1, 3, NEW_CHAIN(1), OP(PUSH, 1, 0, 1), OP(MOVE, 2, 1, 0),
      OP(MOVE, 0, 1, 0), OP(FINISH, 2, 2, 0), OP(RETURN, 2, 0, 0));
  GOOD(1, 3, NEW_CHAIN(1), OP(PUSH, 1, 0, 1), OP(MOVE, 2, 1, 0),
       OP(FINISH, 2, 2, 0), OP(RETURN, 2, 0, 0));
  BAD("a chain under construction", 1, 2, NEW_CHAIN(1), OP(PUSH, 1, 0, 1),
      OP(PUSH, 1, 1, 1), OP(RETURN, 0, 0, 0));
}

Test(verify, what_is_a_chain_on_one_path_only_is_neither) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(1, 2, NEW_CHAIN(1), OPX(JFALSE, 0, 1), OP(PUSH, 1, 0, 1),
       OP(FINISH, 1, 1, 0), OP(RETURN, 1, 0, 0));
  BAD("r1 may be no chain", 1, 2, NEW_CHAIN(1), OP(PUSH, 1, 0, 1),
      OPX(JFALSE, 0, 1), OP(MOVE, 1, 0, 0), OP(FINISH, 1, 1, 0),
      OP(RETURN, 1, 0, 0));
  BAD("reads r1", 1, 2, NEW_CHAIN(1), OP(PUSH, 1, 0, 1), OPX(JFALSE, 0, 1),
      OP(MOVE, 1, 0, 0), OP(RETURN, 1, 0, 0));
}

/* (ƒ f (x chain) ... pushes and loops, or finishes). */
static struct zero_code *chain_taker(struct zero_heap *heap) {
  return CODE(heap, "taker", 2, 2, OPX(JFALSE, 0, 2), OP(PUSH, 1, 0, 1),
              OPJ(LOOP, -3), OP(FINISH, 1, 1, 0), OP(RETURN, 1, 0, 0));
}

Test(verify, a_function_that_pushes_on_a_parameter_is_given_a_chain) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *taker = chain_taker(heap);
  accept(heap, taker);
  struct zero_code *good =
      CODE(heap, "f", 1, 6, OP(MOVE, 4, 0, 0), NEW_CHAIN(5),
           OPX(CALL, 4, 0), OP(RETURN, 1, 0, 0));
  zero_test_constant(heap, good, constant_function(heap, taker));
  accept(heap, good);
  struct zero_code *bad =
      CODE(heap, "f", 1, 6, OP(MOVE, 4, 0, 0), OP(MOVE, 5, 0, 0),
           OPX(TAILCALL, 4, 0));
  zero_test_constant(heap, bad, constant_function(heap, taker));
  refuse(heap, bad, "r5 may be no chain");
}

Test(verify, a_function_that_takes_a_chain_is_no_value) {
  struct zero_heap *heap = zero_test_heap();
  zero_value taker = constant_function(heap, chain_taker(heap));
  struct zero_code *code =
      CODE(heap, "f", 1, 2, OPX(LOADK, 1, 0), OP(RETURN, 1, 0, 0));
  zero_test_constant(heap, code, taker);
  refuse(heap, code, "takes a chain");
}

/* --- calls --------------------------------------------------------------- */

static struct zero_code *caller(struct zero_heap *heap, unsigned params,
                                unsigned registers, unsigned at,
                                unsigned wanted) {
  struct zero_code *code = CODE(heap, "f", params, registers,
                                OPX(CALL, at, 0), OP(RETURN, at - 3, 0, 0));
  struct zero_code *callee =
      CODE(heap, "g", wanted, wanted + 1, OPX(LOADI, wanted, 1),
           OP(RETURN, wanted, 0, 0));
  zero_test_constant(heap, code, constant_function(heap, callee));
  return code;
}

Test(verify, a_call_has_its_frame_and_arguments_in_place) {
  struct zero_heap *heap = zero_test_heap();
  accept(heap, caller(heap, 5, 5, 3, 2));
  accept(heap, caller(heap, 3, 3, 3, 0));
  refuse(heap, caller(heap, 5, 5, 3, 3), "leave the frame");
  refuse(heap, caller(heap, 4, 5, 3, 2), "reads r4");
  refuse(heap, caller(heap, 2, 3, 4, 0), "no frame can begin at r4");
  BAD("no frame can begin at r2", 3, 3, OP(CALLV, 2, 0, 0),
      OP(RETURN, 0, 0, 0));
}

Test(verify, only_plain_functions_are_called_directly) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code = caller(heap, 5, 5, 3, 2);
  struct zero_code *callee = zero__code_of(code->constants[0]);
  callee->captures = two_captures;
  callee->capture_count = 1;
  refuse(heap, code, "no plain function");
  code->constants[0] = zero__builtin_stub(heap, ZERO_BUILTIN_LEN);
  refuse(heap, code, "no plain function");
  code->constants[0] = ZERO_UNIT;
  refuse(heap, code, "no plain function");
  code->constants[0] = zero__function_new(heap, NULL);
  refuse(heap, code, "no plain function");
}

Test(verify, what_lay_in_a_callees_frame_is_gone) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(5, 5, OP(CALLV, 4, 1, 0), OP(MOVE, 2, 0, 0), OP(RETURN, 1, 0, 0));
  BAD("reads r2", 5, 5, OP(CALLV, 4, 1, 0), OP(RETURN, 2, 0, 0));
  BAD("reads r4", 5, 5, OP(CALLV, 4, 1, 0), OP(RETURN, 4, 0, 0));
  BAD("reads r0", 0, 4, OPX(LOADI, 3, 1), OP(CALLV, 3, 1, 0),
      OP(RETURN, 0, 0, 0));
  GOOD(4, 4, OP(APPLY, 3, 3, 0), OP(RETURN, 0, 0, 0));
  GOOD(4, 4, OP(TAILAPPLY, 3, 3, 0));
  GOOD(4, 4, OP(TAILCALLV, 3, 1, 0));
}

/* --- try ----------------------------------------------------------------- */

Test(verify, try_meets_its_end_on_every_path) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(1, 2, OPX(TRY, 1, 2), OP(HEAD, 1, 0, 0), OP(ENDTRY, 1, 0, 0),
       OP(RETURN, 1, 0, 0));
  BAD("do not match", 1, 2, OPX(TRY, 1, 1), OP(HEAD, 1, 0, 0),
      OP(RETURN, 0, 0, 0));
  BAD("ENDTRY without TRY", 1, 1, OP(ENDTRY, 0, 0, 0), OP(RETURN, 0, 0, 0));
  BAD("do not match", 1, 2, OPX(TRY, 1, 3), OPX(JFALSE, 0, 2),
      OP(HEAD, 1, 0, 0), OP(ENDTRY, 1, 0, 0), OP(RETURN, 0, 0, 0));
  BAD("reads r1", 1, 2, OPX(TRY, 1, 1), OP(ENDTRY, 1, 0, 0),
      OP(RETURN, 1, 0, 0));
}

Test(verify, tries_nest) {
  struct zero_heap *heap = zero_test_heap();
  GOOD(1, 3, OPX(TRY, 1, 5), OPX(TRY, 2, 2), OP(HEAD, 2, 0, 0),
       OP(ENDTRY, 2, 0, 0), OP(MOVE, 1, 2, 0), OP(ENDTRY, 1, 0, 0),
       OP(RETURN, 1, 0, 0));
  BAD("do not match", 1, 3, OPX(TRY, 1, 5), OPX(TRY, 2, 4),
      OP(HEAD, 2, 0, 0), OP(ENDTRY, 2, 0, 0), OP(MOVE, 1, 2, 0),
      OP(ENDTRY, 1, 0, 0), OP(RETURN, 1, 0, 0));
}

Test(verify, nothing_leaves_an_open_try) {
  struct zero_heap *heap = zero_test_heap();
  BAD("leaves an open TRY", 1, 2, OPX(TRY, 1, 1), OP(RETURN, 0, 0, 0),
      OP(RETURN, 1, 0, 0));
  BAD("do not match", 1, 2, OPX(TRY, 1, 1), OPJ(LOOP, -2),
      OP(RETURN, 1, 0, 0));
  GOOD(1, 1, OPX(TRY, 0, 4), OP(EMPTY, 0, 0, 1), OPJ(JUMP, 1),
       OPJ(LOOP, -3), OP(ENDTRY, 0, 0, 0), OP(RETURN, 0, 0, 0));
  BAD("leaves an open TRY", 4, 4, OPX(TRY, 1, 1), OP(TAILCALLV, 3, 1, 0),
      OP(RETURN, 1, 0, 0));
}

Test(verify, after_an_error_only_what_was_sure_throughout_is_read) {
  struct zero_heap *heap = zero_test_heap();
  BAD("reads r2", 1, 3, OPX(TRY, 1, 3), OPX(LOADI, 2, 1), OP(HEAD, 1, 0, 0),
      OP(ENDTRY, 1, 0, 0), OP(RETURN, 2, 0, 0));
  GOOD(1, 3, OPX(LOADI, 2, 1), OPX(TRY, 1, 3), OPX(LOADI, 2, 2),
       OP(HEAD, 1, 0, 0), OP(ENDTRY, 1, 0, 0), OP(RETURN, 2, 0, 0));
  BAD("reads r2", 3, 8, OPX(TRY, 1, 3), OP(CALLV, 5, 0, 0),
      OP(MOVE, 1, 2, 0), OP(ENDTRY, 1, 0, 0), OP(RETURN, 2, 0, 0));
}

/* --- lines --------------------------------------------------------------- */

Test(verify, lines_ascend_inside_code_and_source) {
  struct zero_heap *heap = zero_test_heap();
  const struct zero_source source = {.name = "a", .bytes = "0123", .size = 4};
  struct zero_line lines[] = {{.end = 1}, {.pc = 1, .start = 2, .end = 4}};
  struct zero_code *code =
      CODE(heap, "f", 1, 1, OP(MOVE, 0, 0, 0), OP(RETURN, 0, 0, 0));
  code->lines = lines;
  code->line_count = 2;
  code->source = &source;
  accept(heap, code);
  code->source = NULL;
  refuse(heap, code, "no source");
  code->source = &source;
  lines[1].end = 5;
  refuse(heap, code, "line 1");
  lines[1] = (struct zero_line){.pc = 0, .start = 2, .end = 4};
  refuse(heap, code, "line 1");
  lines[1] = (struct zero_line){.pc = 2, .start = 2, .end = 4};
  refuse(heap, code, "line 1");
  lines[1] = (struct zero_line){.pc = 1, .start = 4, .end = 2};
  refuse(heap, code, "line 1");
}

/* --- damage -------------------------------------------------------------- */

/* A function with something of everything. */
static struct zero_code *rich(struct zero_heap *heap) {
  struct zero_code *inner = CODE(heap, "g", 1, 2, OP(CAPTURE, 1, 0, 0),
                                 OP(ADD, 0, 0, 1), OP(RETURN, 0, 0, 0));
  static const struct zero_capture captures[] = {{true, 0}};
  inner->captures = captures;
  inner->capture_count = 1;
  struct zero_code *code = CODE(
      heap, "rich", 2, 9, OP(ISVARIANT, 0, 0, 0),
      zero_test_variant("Option", "some"), OPJ(JUMP, 4),
      OP(FIELD, 2, 0, 0), OP(RECORD, 2, 2, 1),
      zero_test_variant("Result", "ok"), OP(RETURN, 2, 0, 0),
      OPX(CLOSURE, 2, 0), OPX(LOADK, 5, 1), OP(CALLV, 5, 1, 0),
      OPX(TRY, 3, 5), OP(BUILTIN, 3, 2, 1), ZERO_BUILTIN_LEN,
      OP(LTI, 3, 5, 1), OPJ(JUMP, 0), OP(ENDTRY, 3, 0, 0), NEW_CHAIN(4),
      OP(PUSH, 4, 3, 4), OP(FINISH, 4, 4, 0), OP(EQK, 4, 1, 1), OPJ(JUMP, 2),
      OP(ADDI, 0, 0, 1), OPJ(LOOP, -23), OP(LIST, 4, 0, 4),
      OPX(TAILCALL, 5, 2));
  zero_test_constant(heap, code, constant_function(heap, inner));
  zero_test_constant(heap, code, zero__text_of(heap, "text"));
  struct zero_code *plain = CODE(heap, "h", 0, 1, OPX(LOADI, 0, 1),
                                 OP(RETURN, 0, 0, 0));
  zero_test_constant(heap, code, constant_function(heap, plain));
  return code;
}

Test(verify, every_single_bit_and_byte_of_damage_is_survived) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code = rich(heap);
  accept(heap, code);
  char message[ZERO_FAULT_MESSAGE];
  unsigned refused = 0;
  for (uint32_t pc = 0; pc < code->size; pc++) {
    uint32_t whole = code->instructions[pc];
    for (unsigned change = 1; change < 256 * 4; change++) {
      uint32_t flip = (change & 0xff) << (change >> 8) * 8;
      code->instructions[pc] = whole ^ flip;
      refused += !zero__verify(heap, code, message, sizeof message);
    }
    code->instructions[pc] = whole;
  }
  accept(heap, code);
  cr_assert_gt(refused, code->size * 1023 / 2);
}

Test(verify, random_words_are_survived) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_random random;
  zero_random_init(&random, "the verifier survives random words");
  struct zero_code *code = rich(heap);
  uint32_t whole[64];
  memcpy(whole, code->instructions, code->size * sizeof *whole);
  char message[ZERO_FAULT_MESSAGE];
  for (unsigned i = 0; i < 20000; i++) {
    memcpy(code->instructions, whole, code->size * sizeof *whole);
    for (unsigned n = 1 + (unsigned)zero_random_below(&random, 4); n > 0;
         n--) {
      uint64_t at = zero_random_below(&random, code->size);
      uint64_t from = zero_random_below(&random, code->size);
      bool copy = zero_random_below(&random, 2) == 0;
      code->instructions[at] =
          copy ? whole[from] : (uint32_t)zero_random_next(&random);
    }
    zero__verify(heap, code, message, sizeof message);
  }
}

Test(verify, a_message_fits_any_room) {
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code = CODE(heap, "ƒƒƒ", 1, 1, OP(MOVE, 0, 0, 0));
  for (size_t room = 1; room < 80; room++) {
    char message[80];
    memset(message, 'x', sizeof message);
    cr_assert_not(zero__verify(heap, code, message, room));
    cr_assert_lt(strlen(message), room);
  }
}

Test(verify, long_code_with_many_paths_takes_one_pass) {
  enum { PARTS = 50000 };
  struct zero_heap *heap = zero_test_heap();
  struct zero_code *code = zero__code_new(heap, PARTS * 3 + 1);
  code->callable.name = zero__text_of(heap, "long");
  code->params = 2;
  code->registers = 100;
  for (uint32_t i = 0; i < PARTS; i++) {
    code->instructions[i * 3] = OPX(JFALSE, 0, 1);
    code->instructions[i * 3 + 1] = OP(MOVE, 1, 0, 0);
    code->instructions[i * 3 + 2] = OPX(LOADI, 2, 1);
  }
  code->instructions[PARTS * 3] = OP(RETURN, 2, 0, 0);
  accept(heap, code);
}
