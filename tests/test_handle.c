/* test_handle.c - the table of handles: one owner, one name at a time. */
#include <criterion/criterion.h>
#include <errno.h>
#include <gc/gc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "handle/handle.h"
#include "support/pipes.h"
#include "support/session.h"
#include "value/record.h"

static int other = -1;

static void setup(void) {
  zero_test_session();
  vm->granted = ZERO_CAPABILITY_IO | ZERO_CAPABILITY_PROCESS;
}

static void teardown(void) {
  zero__handles_close(vm, NULL, NULL);
  if (other >= 0) close(other);
}

TestSuite(handle, .init = setup, .fini = teardown);

Test(handle, a_live_value_holds_a_ref_and_the_accessors_ask_the_table) {
  zero_value h = zero_test_reader_of(vm, &other);
  EXPECT("\"Handle\"", TYPE_OF, h);
  EXPECT("\"Ref\"", TYPE_OF, CALL(NTH, h, I(3)));
  EXPECT("\"io\"", LAYOUT_GET, T("Handle"), T("capability"), h);
  EXPECT("1", LAYOUT_GET, T("Handle"), T("id"), h);
  EXPECT("\"open\"", LAYOUT_GET, T("Handle"), T("state"), h);
  cr_expect_str_eq(zero_test_printed(vm, h),
                   "(list 11 \"handle\" \"io\" #<ref 1> \"open\")");
}

Test(handle, a_place_is_used_again_and_a_number_never) {
  int before = zero_test_descriptors();
  for (int i = 0; i < 1000; i++) {
    zero_value h = zero_test_reader_of(vm, &other);
    zero__handle_end(vm, zero__handle_use(vm, h, &zero_test_reader));
    close(other);
    EXPECT("\"closed\"", LAYOUT_GET, T("Handle"), T("state"), h);
  }
  other = -1;
  cr_expect_eq(vm->handles->most, 1);
  cr_expect_eq(vm->handles->count, 0);
  cr_expect_eq(zero_test_descriptors(), before);
}

/* --- misuse -------------------------------------------------------------- */

/* The code with which every use of a value is refused; the owner's alone
 * where `owner` is set. */
static void expect_refused(zero_value v, const char *expected, bool owner) {
  static const unsigned uses[] = {
      ZERO_BUILTIN_HANDLE_GIVE, ZERO_BUILTIN_HANDLE_CLOSE,
      ZERO_BUILTIN_HANDLE_READ, ZERO_BUILTIN_HANDLE_WRITE,
      ZERO_BUILTIN_HANDLE_WITH};
  for (unsigned i = 0; i < (owner ? 2 : 5); i++) {
    zero_value args[] = {v, i == 3 ? T("a") : I(1)};
    zero_value answer = zero_test_builtin(vm, uses[i], args, 2);
    cr_expect_str_eq(code(answer), expected, "%s: %s",
                     zero__builtins[uses[i]].name, zero_test_fault(vm));
  }
}

static const char *state(zero_value h) {
  return zero__text_bytes(CALL(LAYOUT_GET, T("Handle"), T("state"), h));
}

static struct zero_handle *entry(zero_value v) {
  return zero__ref(zero__record_ref(v))->entry;
}

Test(handle, what_was_given_away_is_refused) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_value given = CALL(HANDLE_GIVE, h);
  expect_refused(h, "HANDLE_MOVED", false);
  cr_expect_str_eq(state(h), "moved");
  cr_expect_str_eq(state(given), "open");
  EXPECT("false", EQUAL, h, given);
  EXPECT("HANDLE_MOVED: handle-id: the Handle was given away and has another "
         "name now", LAYOUT_GET, T("Handle"), T("id"), h);
  EXPECT("1", LAYOUT_GET, T("Handle"), T("id"), given);
  EXPECT(OK_UNIT, HANDLE_CLOSE, given);
  expect_refused(h, "HANDLE_MOVED", false);
}

Test(handle, what_was_closed_is_refused) {
  int before = zero_test_descriptors();
  zero_value h = CALL(HANDLE_GIVE, zero_test_reader_of(vm, &other));
  EXPECT(OK_UNIT, HANDLE_CLOSE, h);
  cr_expect_eq(zero_test_descriptors(), before + 1);
  expect_refused(h, "HANDLE_CLOSED", false);
  cr_expect_str_eq(state(h), "closed");
  /* Its place is taken again, and means another thing. */
  int more;
  zero_value next = zero_test_reader_of(vm, &more);
  expect_refused(h, "HANDLE_CLOSED", false);
  cr_expect_str_eq(state(h), "closed");
  cr_expect_str_eq(state(next), "open");
  EXPECT("2", LAYOUT_GET, T("Handle"), T("id"), next);
  /* The number decides, should a Ref ever claim to be live. */
  zero__ref(zero__record_ref(h))->fate = ZERO_REF_LIVE;
  expect_refused(h, "HANDLE_CLOSED", false);
  cr_expect_str_eq(state(h), "closed");
  close(more);
}

Test(handle, what_is_lent_is_refused_to_its_owner) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_value lent = zero__name_lend(vm, entry(h), h);
  expect_refused(h, "HANDLE_BORROWED", false);
  expect_refused(lent, "HANDLE_BORROWED", true);
  cr_expect_str_eq(state(h), "borrowed");
  cr_expect_str_eq(state(lent), "borrowed");
  EXPECT("1", LAYOUT_GET, T("Handle"), T("id"), lent);
  zero_value deeper = zero__name_lend(vm, entry(lent), lent);
  expect_refused(lent, "HANDLE_BORROWED", false);
  zero__name_take_back(deeper);
  expect_refused(deeper, "HANDLE_BORROW_ENDED", false);
  expect_refused(h, "HANDLE_BORROWED", false);
}

Test(handle, what_was_lent_is_refused_later) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_value lent = zero__name_lend(vm, entry(h), h);
  zero__name_take_back(lent);
  expect_refused(lent, "HANDLE_BORROW_ENDED", false);
  cr_expect_str_eq(state(lent), "borrowed");
  cr_expect_str_eq(state(h), "open");
  EXPECT(OK_UNIT, HANDLE_CLOSE, h);
  expect_refused(lent, "HANDLE_BORROW_ENDED", false);
}

Test(handle, what_is_of_another_vm_is_refused) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_vm *home = vm;
  vm = zero_test_vm();
  vm->granted = home->granted;
  expect_refused(h, "HANDLE_FOREIGN", false);
  cr_expect_str_eq(state(h), "moved");
  EXPECT("HANDLE_FOREIGN: handle-id: the Handle belongs to another VM",
         LAYOUT_GET, T("Handle"), T("id"), h);
  vm = home;
  cr_expect_str_eq(state(h), "open");
}

Test(handle, what_only_describes_is_refused) {
  zero_value h = CALL(LAYOUT_NEW, T("Handle"), T("handle"), T("io"), I(7),
                      T("open"));
  expect_refused(h, "HANDLE_NOT_LIVE", false);
  EXPECT("7", LAYOUT_GET, T("Handle"), T("id"), h);
  cr_expect_str_eq(state(h), "open");
}

Test(handle, what_is_no_handle_has_the_code_of_its_family) {
  expect_refused(I(7), "LAYOUT_HANDLE", false);
  expect_refused(L(I(11), T("handle"), I(7)), "LAYOUT_HANDLE", false);
}

Test(handle, a_ref_means_what_it_names_wherever_it_stands) {
  zero_value h = zero_test_reader_of(vm, &other);
  zero_value ref = zero__record_ref(h);
  zero_value forged = CALL(LAYOUT_NEW, T("Handle"), T("handle"), T("pure"),
                           ref, T("closed"));
  cr_expect_str_eq(state(forged), "open");
  EXPECT("1", LAYOUT_GET, T("Handle"), T("id"), forged);
  vm->granted = 0;
  EXPECT("CAPABILITY_DENIED: handle-read needs the capability io, which was "
         "not granted", HANDLE_READ, forged, I(1));
  zero_value process = CALL(LAYOUT_NEW, T("ProcessHandle"),
                            T("process-handle"), ref, T("running"), L());
  expect_refused(process, "HANDLE_NOT_LIVE", false);
  EXPECT(OK_UNIT, HANDLE_CLOSE, forged);
  expect_refused(h, "HANDLE_CLOSED", false);
}

Test(handle, a_ref_stands_only_where_the_table_lets_it) {
  zero_value ref = zero__record_ref(zero_test_reader_of(vm, &other));
  EXPECT_CODE("LAYOUT_HANDLE", LAYOUT_NEW, T("Handle"), T("handle"), T("io"),
              I(1), ref);
  EXPECT_CODE("LAYOUT_LIVE", LAYOUT_NEW, T("Live"), T("live"), T("a"), T("b"),
              ref, I(1));
  cr_expect(zero_is_none(CALL(LAYOUT_TAG, ref)));
  cr_expect(zero_is_none(CALL(HEAD, ref)));
  cr_expect(zero_is_none(CALL(MAP_PUT, CALL(MAP_EMPTY), ref, I(1))));
  EXPECT("true", EQUAL, ref, ref);
  EXPECT("false", IS_FUNCTION, ref);
  EXPECT("false", IS_LIST, ref);
}

/* --- the thing ----------------------------------------------------------- */

Test(handle, bytes_are_read_as_they_come_and_none_are_the_end) {
  zero_value h = zero_test_reader_of(vm, &other);
  cr_assert_eq(write(other, "abc", 3), 3);
  EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list 97 98)))", HANDLE_READ, h,
         I(2));
  EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list 99)))", HANDLE_READ, h,
         I(1000000000000));
  close(other);
  other = -1;
  EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list)))", HANDLE_READ, h, I(1));
  EXPECT("INDEX_RANGE: handle-read: the count must be at least 1 byte, found "
         "0", HANDLE_READ, h, I(0));
  EXPECT("TYPE_MISMATCH: handle-write: a reading end cannot be written to",
         HANDLE_WRITE, h, T("a"));
}

struct draining {
  int file;
  size_t size;
};

static void *drain(void *context) {
  struct draining *draining = context;
  char bytes[4096];
  for (;;) {
    struct pollfd one = {.fd = draining->file, .events = POLLIN};
    poll(&one, 1, -1);
    ssize_t got = read(draining->file, bytes, sizeof bytes);
    if (got == 0) return NULL;
    if (got > 0) draining->size += (size_t)got;
  }
}

Test(handle, more_than_a_pipe_holds_is_written_whole) {
  zero_value h = zero_test_writer_of(vm, &other);
  struct draining draining = {.file = other};
  pthread_t thread;
  pthread_create(&thread, NULL, drain, &draining);
  EXPECT("(list \"HostOk\" 3000000)", HANDLE_WRITE, h,
         zero_test_long_text(vm, 3000000));
  EXPECT("(list \"HostOk\" 2)", HANDLE_WRITE, h,
         CALL(BYTES_FROM_LIST, L(I(0), I(255))));
  EXPECT("(list \"HostOk\" 0)", HANDLE_WRITE, h, T(""));
  EXPECT(OK_UNIT, HANDLE_CLOSE, h);
  pthread_join(thread, NULL);
  cr_expect_eq(draining.size, 3000002);
}

static volatile sig_atomic_t broken_pipes;

static void on_broken_pipe(int number) {
  (void)number;
  broken_pipes++;
}

Test(handle, a_broken_pipe_is_an_error_and_no_signal) {
  struct sigaction action = {.sa_handler = on_broken_pipe};
  sigaction(SIGPIPE, &action, NULL);
  zero_value h = zero_test_writer_of(vm, &other);
  close(other);
  other = -1;
  EXPECT("(list \"HostErr\" \"HOST_BROKEN_PIPE\" \"handle-write: writing end, "
         "after 0 of 1 bytes: Broken pipe\" \"process\")", HANDLE_WRITE, h,
         T("a"));
  cr_expect_eq(broken_pipes, 0);
  raise(SIGPIPE);
  cr_expect_eq(broken_pipes, 1);
}

Test(handle, the_capability_is_asked_for_at_each_use_and_not_to_close) {
  zero_value h = zero_test_writer_of(vm, &other);
  EXPECT("(list \"HostOk\" 1)", HANDLE_WRITE, h, T("a"));
  vm->granted = ZERO_CAPABILITY_IO;
  EXPECT("CAPABILITY_DENIED: handle-write needs the capability process, which "
         "was not granted", HANDLE_WRITE, h, T("a"));
  EXPECT(OK_UNIT, HANDLE_CLOSE, h);
}

static int close_badly(struct zero_handle *h) {
  zero__handle_close_file(h);
  return EIO;
}

static const struct zero_handle_kind bad_end = {
    .name = "bad end",
    .family = ZERO_FAMILY_HANDLE,
    .capability = ZERO_CAPABILITY_FILE_WRITE,
    .close = close_badly,
};

Test(handle, what_closes_badly_says_so_and_is_closed) {
  zero_value h = zero_test_end(vm, &bad_end, -1);
  EXPECT("(list \"HostErr\" \"FILE_FAILED\" \"handle-close: bad end: "
         "Input/output error\" \"file.write\")", HANDLE_CLOSE, h);
  expect_refused(h, "HANDLE_CLOSED", false);
}

/* --- raises -------------------------------------------------------------- */

Test(handle, what_was_not_published_is_closed_when_its_builtin_is_left) {
  int before = zero_test_descriptors();
  vm->runs = 3;
  struct zero_handle *inner =
      zero__handle_reserve(vm, &zero_test_reader, sizeof *inner);
  inner->file = dup(0);
  vm->runs = 2;
  struct zero_handle *outer_one =
      zero__handle_reserve(vm, &zero_test_reader, sizeof *inner);
  outer_one->file = dup(0);
  zero__handles_unwind(vm, 3);
  cr_expect_eq(vm->handles->count, 1);
  zero_value h = zero__name_first(vm, outer_one, ZERO_NONE);
  zero__handle_published(vm, outer_one);
  zero__handles_unwind(vm, 0);
  cr_expect_str_eq(state(h), "open");
  EXPECT(OK_UNIT, HANDLE_CLOSE, h);
  cr_expect_eq(zero_test_descriptors(), before);
}

struct opening {
  zero_value value;
};

static void open_one(void *context) {
  struct opening *opening = context;
  opening->value = zero_test_end(vm, &zero_test_reader, dup(0));
}

Test(handle, no_descriptor_is_lost_wherever_memory_runs_out) {
  int before = zero_test_descriptors();
  uint64_t room = 0;
  struct opening opening = {ZERO_NONE};
  for (;; room += 16) {
    zero__heap_limit(&vm->heap, room);
    int file = dup(0);
    close(file); /* the number that is next */
    int failed = zero__protect(&vm->heap, open_one, &opening);
    if (failed != 0) zero__handles_unwind(vm, 0);
    zero__heap_limit(&vm->heap, UINT64_MAX);
    if (failed == 0) break;
    /* Where it could not even be reserved, the descriptor is the test's. */
    if (zero_test_descriptors() > before) close(file);
    cr_expect_eq(vm->handles->count, 0);
  }
  cr_expect_gt(room, 16);
  EXPECT(OK_UNIT, HANDLE_CLOSE, opening.value);
  cr_expect_eq(zero_test_descriptors(), before);
}

/* --- many ---------------------------------------------------------------- */

Test(handle, a_hundred_thousand_leave_everything_where_it_was) {
  enum { MANY = 100000, SOME = 1000 };
  int before = zero_test_descriptors();
  size_t live = 0;
  for (int i = 0; i < MANY; i++) {
    if (i == SOME) {
      GC_gcollect();
      live = zero__heap_live();
    }
    zero_value h = zero_test_reader_of(vm, &other);
    close(other);
    CALL(HANDLE_CLOSE, CALL(HANDLE_GIVE, h));
  }
  other = -1;
  GC_gcollect();
  cr_expect_lt(zero__heap_live(), live + (1 << 20));
  cr_expect_eq(vm->handles->most, 1);
  cr_expect_eq(vm->handles->count, 0);
  cr_expect_eq(zero_test_descriptors(), before);
}

Test(handle, many_at_once_keep_their_names_apart) {
  enum { MANY = 500 };
  static zero_value all[MANY];
  int ends[2];
  cr_assert_eq(pipe(ends), 0);
  for (int i = 0; i < MANY; i++) {
    all[i] = zero_test_end(vm, &zero_test_reader, dup(ends[0]));
  }
  for (int i = 0; i < MANY; i += 2) CALL(HANDLE_CLOSE, all[i]);
  for (int i = 0; i < MANY; i += 2) {
    zero_value old = all[i];
    all[i] = zero_test_end(vm, &zero_test_reader, dup(ends[0]));
    cr_assert_str_eq(state(old), "closed");
  }
  cr_expect_eq(vm->handles->most, MANY);
  for (int i = 0; i < MANY; i++) cr_assert_str_eq(state(all[i]), "open");
}
