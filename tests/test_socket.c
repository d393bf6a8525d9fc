/* test_socket.c - sockets as handles, and poll over many. */
#include "handle/socket_address.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "handle/file.h"
#include "support/pipes.h"
#include "support/random.h"
#include "support/session.h"

enum { LONG = 20000 /* milliseconds that no test takes */ };

static char folder[64];
static char path[128]; /* of a Unix socket, in a folder of the test's own */

static void setup(void) {
  zero_test_session();
  vm->granted = ZERO_CAPABILITY_IO | ZERO_CAPABILITY_NETWORK |
                ZERO_CAPABILITY_PROCESS;
  snprintf(folder, sizeof folder, "/tmp/zero-socket-XXXXXX");
  cr_assert_not_null(mkdtemp(folder));
  snprintf(path, sizeof path, "unix:%s/socket", folder);
}

static void teardown(void) {
  zero__handles_close(vm, NULL, NULL);
  unlink(path + strlen("unix:"));
  rmdir(folder);
}

TestSuite(socket, .init = setup, .fini = teardown, .timeout = 60);

/* --- asking -------------------------------------------------------------- */

static zero_value item(zero_value list, uint64_t index) {
  zero_value found = ZERO_NONE;
  cr_assert(zero__nth(&vm->heap, list, index, &found), "%s",
            zero_test_printed(vm, list));
  return found;
}

static bool is_ok(zero_value answer) {
  return strcmp(code(answer), "HostOk") == 0;
}

static const char *state(zero_value socket) {
  return zero__text_bytes(
      CALL(LAYOUT_GET, T("SocketHandle"), T("state"), socket));
}

/* A listener and both ends of a connection to it. */
struct trio {
  zero_value listener;
  zero_value client;
  zero_value server;
};

static struct trio connect_at(const char *address) {
  struct trio t;
  t.listener = good(CALL(SOCKET_LISTEN, T(address)));
  t.client = good(CALL(SOCKET_CONNECT, CALL(SOCKET_ADDRESS, t.listener),
                       I(LONG)));
  t.server = good(CALL(SOCKET_ACCEPT, t.listener, I(LONG)));
  return t;
}

static void close_all(struct trio t) {
  zero_value all[] = {t.listener, t.client, t.server};
  for (int i = 0; i < 3; i++) good(CALL(HANDLE_CLOSE, all[i]));
}

static struct zero_handle *entry(zero_value v) {
  return zero__handle_use(vm, v, NULL);
}

/* Has the peer of a connection reset it when it is closed. */
static void close_hard(zero_value socket) {
  const struct linger now = {.l_onoff = 1, .l_linger = 0};
  setsockopt(entry(socket)->file, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  good(CALL(HANDLE_CLOSE, socket));
}

/* --- addresses ----------------------------------------------------------- */

Test(socket, addresses_are_read_and_written) {
  static const char *const same[][2] = {
      {"tcp:8080", "tcp:127.0.0.1:8080"},
      {"tcp::8080", "tcp:127.0.0.1:8080"},
      {"tcp:localhost:1", "tcp:127.0.0.1:1"},
      {"tcp:0.0.0.0:65535", "tcp:0.0.0.0:65535"},
      {"tcp:[::1]:80", "tcp:[::1]:80"},
      {"tcp:[0:0::01]:80", "tcp:[::1]:80"},
      {"tcp:[::]:0", "tcp:[::]:0"},
      {"tcp:[::127.0.0.1]:80", "tcp:[::127.0.0.1]:80"},
      {"tcp:[fe80::1%3]:80", "tcp:[fe80::1%3]:80"},
      {"tcp:[fe80::1%4294967295]:80", "tcp:[fe80::1%4294967295]:80"},
      {"unix:/a b/λ", "unix:/a b/λ"},
      {"unix:relative", "unix:relative"},
  };
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
    struct zero_address a;
    const char *why = zero__address_read(&a, SOCK_STREAM, same[i][0]);
    cr_assert_null(why, "%s: %s", same[i][0], why);
    cr_expect(zero__text_is(zero__address_text(vm, &a, SOCK_STREAM),
                            same[i][1]), "%s", same[i][0]);
  }
}

/* What refuses each: a word of the sentence that says why. */
Test(socket, what_is_no_address_is_refused) {
  static const struct {
    const char *word;
    const char *texts[17];
  } rows[] = {
      {"begins with", {"", "tcp", "TCP:80", "udp:80", "http://127.0.0.1",
                       " tcp:80", "tcp80"}},
      {"port", {"tcp:", "tcp::", "tcp:-1", "tcp:+1", "tcp:65536",
                "tcp:99999999999999999999", "tcp: 80", "tcp:80 ", "tcp:0x50",
                "tcp:127.0.0.1", "tcp:127.0.0.1:", "tcp:[::1]", "tcp:[::1]80",
                "tcp:localhost"}},
      {"leading zero", {"tcp:01", "tcp:00", "tcp:0080", "tcp::080",
                           "tcp:127.0.0.1:01", "tcp:[::1]:00",
                           "tcp:0000000080"}},
      {"its host", {"tcp:example.org:80", "tcp:127.1:80", "tcp:256.0.0.1:1",
                    "tcp:127.0.0.01:1", "tcp:0x7f.0.0.1:1", "tcp:::1:80",
                    "tcp:[::1:80", "tcp:::1]:80", "tcp:[[::1]]:80",
                    "tcp:[]:80", "tcp:[127.0.0.1]:80", "tcp: :80",
                    "tcp:LOCALHOST:80", "tcp:127.0.0.1%1:80",
                    "tcp:[1:2:3:4:5:6:7:8:9]:80",
                    "tcp:[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:"
                    "bbbb:cccc:dddd]:80"}},
      {"interface", {"tcp:[::1%]:80", "tcp:[::1%lo]:80", "tcp:[::1%0]:80",
                     "tcp:[::1%01]:80", "tcp:[::1%4294967296]:80",
                     "tcp:[::1%1%1]:80", "tcp:[fe80::1%-1]:80"}},
      {"a.b.c.d", {"tcp:[::ffff:127.0.0.1]:80", "tcp:[::FFFF:7f00:1]:80",
                   "tcp:[0:0:0:0:0:ffff::]:80",
                   "tcp:[::ffff:1.2.3.4%1]:80"}},
      {"no path", {"unix:"}},
  };
  struct zero_address a;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    for (const char *const *at = rows[i].texts; *at != NULL; at++) {
      const char *why = zero__address_read(&a, SOCK_STREAM, *at);
      cr_assert_not_null(why, "%s", *at);
      cr_expect_not_null(strstr(why, rows[i].word), "%s: %s", *at, why);
      EXPECT_CODE("NETWORK_ADDRESS", SOCKET_LISTEN, T(*at));
    }
  }
  char name[5 + 109] = "unix:";
  memset(name + 5, 'a', 107);
  cr_expect_null(zero__address_read(&a, SOCK_STREAM, name));
  name[5 + 107] = 'a';
  cr_expect_not_null(zero__address_read(&a, SOCK_STREAM, name));
}

Test(socket, the_widest_address_of_ipv6_is_of_ipv6_alone) {
  zero_value wide = CALL(SOCKET_LISTEN, T("tcp:[::]:0"));
  if (!is_ok(wide)) return; /* a machine without IPv6 */
  const char *own = zero__text_bytes(CALL(SOCKET_ADDRESS, good(wide)));
  char beside[64];
  snprintf(beside, sizeof beside, "tcp:0.0.0.0%s", strrchr(own, ':'));
  EXPECT_CODE("HostOk", SOCKET_LISTEN, T(beside));
}

/* --- Unix sockets -------------------------------------------------------- */

static bool is_there(void) {
  struct stat found;
  return lstat(path + strlen("unix:"), &found) == 0;
}

Test(socket, a_listener_takes_its_path_away_with_it) {
  struct trio t = connect_at(path);
  EXPECT("\"unix:\"", LAYOUT_GET, T("SocketHandle"), T("endpoint"), t.server);
  cr_expect(is_there());
  EXPECT_CODE("NETWORK_IN_USE", SOCKET_LISTEN, T(path));
  cr_expect(is_there(), "who comes too late takes nothing away");
  close_all(t);
  cr_expect(!is_there());
  t = connect_at(path);
  zero__handles_close(vm, NULL, NULL);
  cr_expect(!is_there());
}

Test(socket, the_file_of_somebody_else_is_left_alone) {
  const char *name = path + strlen("unix:");
  zero_value listener = good(CALL(SOCKET_LISTEN, T(path)));
  cr_assert_eq(unlink(name), 0);
  close(open(name, O_CREAT | O_WRONLY, 0600));
  good(CALL(HANDLE_CLOSE, listener));
  cr_expect(is_there());
  EXPECT_CODE("NETWORK_IN_USE", SOCKET_LISTEN, T(path));
  cr_expect(is_there());
  unlink(name);
  listener = good(CALL(SOCKET_LISTEN, T(path)));
  cr_assert_eq(unlink(name), 0);
  zero_value other = good(CALL(SOCKET_LISTEN, T(path)));
  good(CALL(HANDLE_CLOSE, listener));
  cr_expect(is_there());
  good(CALL(HANDLE_CLOSE, other));
  cr_expect(!is_there());
}

Test(socket, a_full_queue_of_a_unix_listener_is_waited_for) {
  zero_value listener = good(CALL(SOCKET_LISTEN, T(path)));
  listen(entry(listener)->file, 0);
  EXPECT_CODE("HostOk", SOCKET_CONNECT, T(path), I(LONG));
  EXPECT_CODE("HOST_TIMED_OUT", SOCKET_CONNECT, T(path), I(20));
  EXPECT_CODE("HostOk", SOCKET_ACCEPT, listener, I(LONG));
  EXPECT_CODE("HostOk", SOCKET_CONNECT, T(path), I(LONG));
}

Test(socket, datagrams_have_paths_or_none) {
  zero_value one = good(CALL(SOCKET_DATAGRAM, T("unix:")));
  zero_value two = good(CALL(SOCKET_DATAGRAM, T(path)));
  EXPECT("(list \"HostOk\" 2)", SOCKET_SEND_TO, one, T("hi"), T(path),
         I(LONG));
  EXPECT("(list \"HostOk\" (list (list 8 \"bytes\" (list 104 105)) "
         "\"unix:\"))", SOCKET_RECEIVE_FROM, two, I(10), I(LONG));
  EXPECT_CODE("NETWORK_ADDRESS", SOCKET_SEND_TO, two, T("hi"), T("unix:"),
              I(0));
  while (is_ok(CALL(SOCKET_SEND_TO, one, T("x"), T(path), I(0)))) {
  }
  EXPECT_CODE("HOST_TIMED_OUT", SOCKET_SEND_TO, one, T("x"), T(path), I(20));
  good(CALL(HANDLE_CLOSE, two));
  cr_expect(!is_there());
  EXPECT_CODE("HOST_NOT_FOUND", SOCKET_SEND_TO, one, T("x"), T(path), I(20));
  EXPECT_CODE("NETWORK_ADDRESS", SOCKET_SEND_TO, one, T("x"), T("udp:9"),
              I(20));
}

Test(socket, a_path_is_removed_also_where_the_process_has_gone_elsewhere) {
  cr_assert_eq(chdir(folder), 0);
  zero_value listener = good(CALL(SOCKET_LISTEN, T("unix:socket")));
  cr_expect(is_there());
  cr_assert_eq(chdir("/"), 0);
  good(CALL(HANDLE_CLOSE, listener));
  cr_expect(!is_there());
}

/* --- below a root -------------------------------------------------------- */

/* Makes the test's folder the file root. */
static void enter_root(void) {
  cr_assert_eq(zero__root_open(vm, folder), 0);
}

Test(socket, below_a_root_paths_begin_there) {
  enter_root();
  int before = zero_test_descriptors();
  zero_value listener = good(CALL(SOCKET_LISTEN, T("unix:/socket")));
  cr_expect(is_there());
  EXPECT("\"unix:/socket\"", SOCKET_ADDRESS, listener);
  zero_value client = good(CALL(SOCKET_CONNECT, T("unix:socket"), I(LONG)));
  EXPECT("\"unix:socket\"", LAYOUT_GET, T("SocketHandle"), T("endpoint"),
         client);
  EXPECT("\"unix:\"", SOCKET_ADDRESS, client);
  zero_value server = good(CALL(SOCKET_ACCEPT, listener, I(LONG)));
  EXPECT("\"unix:/socket\"", SOCKET_ADDRESS, server);
  EXPECT("(list \"HostOk\" 2)", SOCKET_SEND, client, T("hi"), I(LONG));
  EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list 104 105)))",
         SOCKET_RECEIVE, server, I(9), I(LONG));
  zero__handles_close(vm, NULL, NULL);
  cr_expect(!is_there());
  cr_expect_eq(zero_test_descriptors(), before);
  zero_value from = good(CALL(SOCKET_DATAGRAM, T("unix:")));
  zero_value to = good(CALL(SOCKET_DATAGRAM, T("unix:socket")));
  EXPECT("(list \"HostOk\" 2)", SOCKET_SEND_TO, from, T("hi"),
         T("unix:/socket"), I(LONG));
  EXPECT_CODE("HostOk", SOCKET_RECEIVE_FROM, to, I(9), I(LONG));
  zero__handles_close(vm, NULL, NULL);
  cr_expect(!is_there());
  cr_expect_eq(zero_test_descriptors(), before);
  zero__root_close(vm);
}

Test(socket, below_a_root_no_path_leads_out) {
  static const char *const out[] = {"unix:../x", "unix:/../x", "unix:up/x",
                                    "unix:link"};
  char up[128], link[128], other[64] = "/tmp/zero-socket-XXXXXX";
  char there[128];
  cr_assert_not_null(mkdtemp(other));
  snprintf(there, sizeof there, "unix:%s/x", other);
  snprintf(up, sizeof up, "%s/up", folder);
  snprintf(link, sizeof link, "%s/link", folder);
  cr_assert_eq(symlink(other, up) | symlink(there + 5, link), 0);
  zero_value stream = good(CALL(SOCKET_LISTEN, T(there)));
  enter_root();
  zero_value from = good(CALL(SOCKET_DATAGRAM, T("unix:")));
  int before = zero_test_descriptors();
  for (unsigned i = 0; i < 8; i++) {
    if (i == 4) vm->root->by_parts = true;
    EXPECT_CODE("FILE_OUTSIDE", SOCKET_CONNECT, T(out[i % 4]), I(0));
    EXPECT_CODE("FILE_OUTSIDE", SOCKET_SEND_TO, from, T("hi"), T(out[i % 4]),
                I(0));
    if (i % 4 == 3) continue; /* a link is a name that is taken */
    EXPECT_CODE("FILE_OUTSIDE", SOCKET_LISTEN, T(out[i % 4]));
    EXPECT_CODE("FILE_OUTSIDE", SOCKET_DATAGRAM, T(out[i % 4]));
  }
  EXPECT_CODE("NETWORK_IN_USE", SOCKET_LISTEN, T("unix:link"));
  EXPECT_CODE("HOST_NOT_FOUND", SOCKET_CONNECT, T(there), I(0));
  cr_expect_eq(zero_test_descriptors(), before);
  good(CALL(HANDLE_CLOSE, stream));
  zero__root_close(vm);
  cr_expect_eq(unlink(up) | unlink(link) | rmdir(other), 0);
}

/* --- failing well -------------------------------------------------------- */

Test(socket, nothing_is_left_open_by_what_fails) {
  zero_value listener = good(CALL(SOCKET_LISTEN, T("tcp:0")));
  zero_value own = CALL(SOCKET_ADDRESS, listener);
  zero_value closed = good(CALL(SOCKET_LISTEN, T("tcp:0")));
  zero_value nobody = CALL(SOCKET_ADDRESS, closed);
  good(CALL(HANDLE_CLOSE, closed));
  int before = zero_test_descriptors();
  uint32_t count = vm->handles->count;
  for (int i = 0; i < 50; i++) {
    EXPECT_CODE("NETWORK_IN_USE", SOCKET_LISTEN, own);
    EXPECT_CODE("NETWORK_ADDRESS", SOCKET_LISTEN, T("tcp:192.0.2.1:0"));
    EXPECT_CODE("HOST_NOT_FOUND", SOCKET_LISTEN, T("unix:/nowhere/at/all"));
    EXPECT_CODE("NETWORK_REFUSED", SOCKET_CONNECT, nobody, I(LONG));
    EXPECT_CODE("HOST_NOT_FOUND", SOCKET_CONNECT, T("unix:/nowhere"), I(0));
    EXPECT_CODE("NETWORK_ADDRESS", SOCKET_DATAGRAM, T("udp:192.0.2.1:0"));
    EXPECT_CODE("HOST_TIMED_OUT", SOCKET_ACCEPT, listener, I(0));
  }
  cr_expect_eq(zero_test_descriptors(), before);
  cr_expect_eq(vm->handles->count, count);
}

Test(socket, a_deadline_ends_each_wait_and_leaves_nothing_open) {
  struct trio t = connect_at("tcp:0");
  zero_value full = good(CALL(SOCKET_LISTEN, T(path)));
  listen(entry(full)->file, 0);
  good(CALL(SOCKET_CONNECT, T(path), I(LONG)));
  int before = zero_test_descriptors();
  zero_value big = zero_test_long_text(vm, 20000000);
  zero_value answers[5];
  for (int i = 0; i < 5; i++) {
    const struct zero_limits limits = {.fuel = UINT64_MAX,
                                       .deadline = zero_test_now() + 15000000,
                                       .heap = UINT64_MAX,
                                       .output = UINT64_MAX,
                                       .alloc = UINT64_MAX};
    zero__begin_call(vm, &limits);
    answers[i] = i == 0   ? CALL(SOCKET_ACCEPT, t.listener, I(-1))
                 : i == 1 ? CALL(SOCKET_RECEIVE, t.client, I(9), I(-1))
                 : i == 2 ? CALL(SOCKET_SEND, t.client, big, I(-1))
                 : i == 3 ? CALL(SOCKET_CONNECT, T(path), I(-1))
                          : CALL(POLL, L(t.listener), I(-1));
    cr_expect(zero_is_none(answers[i]));
    cr_expect_eq(vm->heap.fault.code, ZERO_CODE_DEADLINE, "%d: %s", i,
                 zero_test_fault(vm));
    if (vm->unwind != NULL) vm->unwind(vm, vm->runs);
    vm->limits.deadline = UINT64_MAX;
  }
  cr_expect_eq(zero_test_descriptors(), before);
}

Test(socket, nothing_is_left_open_where_there_is_no_memory) {
  zero_value listener = good(CALL(SOCKET_LISTEN, T("tcp:0")));
  zero_value own = CALL(SOCKET_ADDRESS, listener);
  zero_value any = T("udp:0");
  int before = zero_test_descriptors();
  unsigned failures = 0;
  for (uint64_t room = 0; room < 600; room += 16) {
    zero__heap_limit(&vm->heap, room);
    zero_value made[] = {CALL(SOCKET_CONNECT, own, I(LONG)),
                         CALL(SOCKET_ACCEPT, listener, I(0)),
                         CALL(SOCKET_DATAGRAM, any)};
    if (vm->unwind != NULL) vm->unwind(vm, vm->runs);
    zero__heap_limit(&vm->heap, UINT64_MAX);
    for (int i = 0; i < 3; i++) {
      if (zero_is_none(made[i])) {
        failures++;
      } else if (is_ok(made[i])) {
        good(CALL(HANDLE_CLOSE, good(made[i])));
      }
    }
    cr_assert_eq(zero_test_descriptors(), before, "%d", (int)room);
  }
  cr_expect_gt(failures, 3);
  cr_expect_eq(vm->handles->count, 1);
}

Test(socket, without_descriptors_a_connection_is_turned_away_and_told) {
  struct trio t = connect_at("tcp:0");
  zero_value own = CALL(SOCKET_ADDRESS, t.listener);
  zero_value waiting[] = {good(CALL(SOCKET_CONNECT, own, I(LONG))),
                          good(CALL(SOCKET_CONNECT, own, I(LONG)))};
  struct rlimit before = zero_test_leave_descriptors(0);
  for (int i = 0; i < 2; i++) {
    zero_value said = CALL(SOCKET_ACCEPT, t.listener, I(LONG));
    cr_expect_str_eq(code(said), "HOST_TOO_MANY_OPEN");
    cr_expect(strstr(zero_test_printed(vm, said), "was closed") != NULL);
    EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list)))", SOCKET_RECEIVE,
           waiting[i], I(1), I(LONG));
  }
  /* Nobody waits any more: a program that polls is not kept busy. */
  EXPECT("(list \"HostOk\" (list))", POLL, L(t.listener), I(0));
  EXPECT_CODE("HOST_TOO_MANY_OPEN", SOCKET_LISTEN, T("tcp:0"));
  EXPECT_CODE("HOST_TOO_MANY_OPEN", SOCKET_CONNECT, own, I(LONG));
  EXPECT_CODE("HOST_TOO_MANY_OPEN", SOCKET_DATAGRAM, T("udp:0"));
  setrlimit(RLIMIT_NOFILE, &before);
  good(CALL(SOCKET_CONNECT, own, I(LONG)));
  good(CALL(SOCKET_ACCEPT, t.listener, I(LONG)));
}

Test(socket, a_listener_that_cannot_keep_a_spare_is_none) {
  struct rlimit before = zero_test_leave_descriptors(1);
  EXPECT_CODE("HOST_TOO_MANY_OPEN", SOCKET_LISTEN, T(path));
  cr_expect(!is_there());
  setrlimit(RLIMIT_NOFILE, &before);
}

/* --- peers that go ------------------------------------------------------- */

Test(socket, a_peer_that_resets_is_named) {
  for (int i = 0; i < 4; i++) {
    struct trio t = connect_at("tcp:0");
    close_hard(t.client);
    EXPECT("(list \"HostOk\" (list))", POLL, L(L(t.listener, T("read"))),
           I(0));
    good(CALL(POLL, L(t.server), I(LONG)));
    zero_value said = i == 0   ? CALL(SOCKET_RECEIVE, t.server, I(9), I(LONG))
                      : i == 1 ? CALL(SOCKET_SEND, t.server, T("a"), I(LONG))
                      : i == 2 ? CALL(HANDLE_READ, t.server, I(9))
                               : CALL(HANDLE_WRITE, t.server, T("a"));
    cr_expect_str_eq(code(said), "NETWORK_RESET");
    EXPECT_CODE("HOST_BROKEN_PIPE", SOCKET_SEND, t.server, T("a"), I(LONG));
    EXPECT("(list \"HostOk\" (list 8 \"bytes\" (list)))", SOCKET_RECEIVE,
           t.server, I(9), I(LONG));
    good(CALL(HANDLE_CLOSE, t.server));
    good(CALL(HANDLE_CLOSE, t.listener));
  }
}

Test(socket, a_peer_may_go_before_it_is_accepted) {
  zero_value listener = good(CALL(SOCKET_LISTEN, T("tcp:0")));
  zero_value own = CALL(SOCKET_ADDRESS, listener);
  close_hard(good(CALL(SOCKET_CONNECT, own, I(LONG))));
  zero_value said = CALL(SOCKET_ACCEPT, listener, I(50));
  if (is_ok(said)) { /* as the system likes */
    EXPECT_CODE("NETWORK_RESET", SOCKET_RECEIVE, good(said), I(1), I(LONG));
  }
}

/* Both ends do what a die says until one of them is gone; every result is one
 * of those that the manual names. */
Test(socket, a_peer_may_go_at_any_moment) {
  static const char *const known[] = {"HostOk", "HOST_TIMED_OUT",
                                      "NETWORK_RESET", "HOST_BROKEN_PIPE",
                                      "NETWORK_NOT_CONNECTED"};
  struct zero_random random;
  zero_random_init(&random, "a peer may go at any moment");
  int before = zero_test_descriptors();
  for (int round = 0; round < 300; round++) {
    struct trio t = connect_at(round % 2 == 0 ? "tcp:0" : path);
    zero_value data =
        zero_test_long_text(vm, zero_random_below(&random, 300000));
    bool gone = false;
    for (int i = 0; i < 12; i++) {
      bool mine = gone || zero_random_below(&random, 2) == 0;
      zero_value s = mine ? t.server : t.client;
      zero_value said = ZERO_NONE;
      switch (zero_random_below(&random, 6)) {
        case 0:
          said = CALL(SOCKET_SEND, s, data, I(0));
          break;
        case 1:
          said = CALL(SOCKET_SEND_SOME, s, data, I(0));
          break;
        case 2:
          said = CALL(SOCKET_RECEIVE, s, I(100000), I(0));
          break;
        case 3:
          said = CALL(POLL, L(L(s, T("read-write"), I(i))), I(0));
          break;
        case 4:
          said = CALL(SOCKET_SHUTDOWN, s, T("write"));
          break;
        default:
          if (mine || gone) continue;
          close_hard(t.client);
          gone = true;
          continue;
      }
      size_t k = 0;
      while (k < 5 && strcmp(code(said), known[k]) != 0) k++;
      cr_expect_lt(k, 5, "%s", zero_test_printed(vm, said));
    }
    if (!gone) good(CALL(HANDLE_CLOSE, t.client));
    good(CALL(HANDLE_CLOSE, t.server));
    good(CALL(HANDLE_CLOSE, t.listener));
  }
  cr_expect_eq(zero_test_descriptors(), before);
}

/* --- what goes through --------------------------------------------------- */

/* Sends and receives parts of random sizes, neither side waiting, until all
 * has come through both ways. */
static void exchange(struct zero_random *random, zero_value a, zero_value b,
                     size_t size) {
  zero_value data = zero__bytes_new(&vm->heap, NULL, size);
  unsigned char *bytes = zero__bytes(data)->data;
  for (size_t i = 0; i < size; i++) {
    bytes[i] = (unsigned char)zero_random_next(random);
  }
  size_t sent = 0;
  for (size_t got = 0; got < size;) {
    zero_value rest = zero__bytes_new(&vm->heap, bytes + sent, size - sent);
    zero_value said = CALL(SOCKET_SEND_SOME, a, rest, I(0));
    if (is_ok(said)) {
      sent += (size_t)zero__i64_number(item(said, 1));
    } else {
      cr_assert_str_eq(code(said), "HOST_TIMED_OUT");
    }
    int64_t most = (int64_t)zero_random_below(random, 200000) + 1;
    said = CALL(SOCKET_RECEIVE, b, I(most), I(LONG));
    const struct zero_bytes *came = zero__bytes(good(said));
    cr_assert(came->size > 0 && came->size <= (uint64_t)most &&
              came->size <= sent - got);
    cr_assert_eq(memcmp(came->data, bytes + got, came->size), 0);
    got += came->size;
  }
}

Test(socket, what_is_sent_in_parts_comes_whole) {
  struct zero_random random;
  zero_random_init(&random, "what is sent in parts comes whole");
  for (int i = 0; i < 2; i++) {
    struct trio t = connect_at(i == 0 ? "tcp:0" : path);
    exchange(&random, t.client, t.server, 3000000);
    exchange(&random, t.server, t.client, 100001);
    close_all(t);
  }
}

struct reading {
  int file;
  size_t size;
};

/* A slow reader that is not a VM, and the signals that disturb it all. */
static void *read_slowly(void *context) {
  struct reading *reading = context;
  char bytes[8192];
  ssize_t got;
  for (int i = 0; (got = read(reading->file, bytes, sizeof bytes)) != 0; i++) {
    if (got < 0 && errno != EINTR) break;
    if (got > 0) reading->size += (size_t)got;
    if (i % 50 == 0) usleep(500);
  }
  return NULL;
}

static void ignore(int number) {
  (void)number;
}

Test(socket, all_of_it_is_sent_to_a_slow_reader_amid_signals) {
  struct sigaction action = {.sa_handler = ignore};
  sigaction(SIGALRM, &action, NULL);
  struct trio t = connect_at("tcp:0");
  int other = dup(entry(t.server)->file);
  fcntl(other, F_SETFL, 0);
  struct reading reading = {.file = other};
  pthread_t thread;
  pthread_create(&thread, NULL, read_slowly, &reading);
  ualarm(1000, 1000);
  zero_value big = zero_test_long_text(vm, 8000000);
  EXPECT("(list \"HostOk\" 8000000)", SOCKET_SEND, t.client, big, I(LONG));
  EXPECT("(list \"HostOk\" Unit)", SOCKET_SHUTDOWN, t.client, T("write"));
  EXPECT_CODE("HOST_TIMED_OUT", SOCKET_ACCEPT, t.listener, I(20));
  pthread_join(thread, NULL);
  ualarm(0, 0);
  cr_expect_eq(reading.size, 8000000);
  close(other);
}

Test(socket, a_send_that_takes_too_long_says_how_far_it_came) {
  struct trio t = connect_at("tcp:0");
  zero_value said = CALL(SOCKET_SEND, t.client,
                         zero_test_long_text(vm, 20000000), I(20));
  cr_expect_str_eq(code(said), "HOST_TIMED_OUT");
  cr_expect(strstr(zero_test_printed(vm, said), " of 20000000 bytes sent: "
                   "the time is over") != NULL);
}

/* --- ownership ----------------------------------------------------------- */

Test(socket, a_socket_has_one_owner_as_every_handle) {
  struct trio t = connect_at("tcp:0");
  cr_expect_str_eq(state(t.listener), "listening");
  cr_expect_str_eq(state(t.server), "connected");
  zero_value given = CALL(HANDLE_GIVE, t.server);
  cr_expect_str_eq(state(t.server), "moved");
  cr_expect_str_eq(state(given), "connected");
  cr_expect(zero_is_none(CALL(SOCKET_RECEIVE, t.server, I(1), I(0))));
  cr_expect_eq(vm->heap.fault.code, ZERO_CODE_HANDLE_MOVED);
  EXPECT_CODE("HOST_TIMED_OUT", SOCKET_RECEIVE, given, I(1), I(0));
  good(CALL(SOCKET_SHUTDOWN, given, T("read")));
  cr_expect_str_eq(state(given), "shutdown");
  good(CALL(HANDLE_CLOSE, given));
  cr_expect_str_eq(state(given), "closed");
  cr_expect(zero_is_none(CALL(POLL, L(given), I(0))));
  cr_expect_eq(vm->heap.fault.code, ZERO_CODE_HANDLE_CLOSED);
}

Test(socket, every_use_needs_the_capability_and_closing_none) {
  struct trio t = connect_at("tcp:0");
  vm->granted = ZERO_CAPABILITY_IO;
  zero_value answers[] = {CALL(POLL, L(t.server), I(0)),
                          CALL(POLL, L(L(t.server, T("write"))), I(0)),
                          CALL(HANDLE_READ, t.server, I(1)),
                          CALL(HANDLE_WRITE, t.server, T("a")),
                          CALL(SOCKET_RECEIVE, t.server, I(1), I(0)),
                          CALL(SOCKET_ADDRESS, t.listener)};
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    cr_expect(zero_is_none(answers[i]), "%zu", i);
  }
  cr_expect_eq(vm->heap.fault.code, ZERO_CODE_CAPABILITY_DENIED);
  close_all(t);
}

Test(socket, thousands_come_and_go) {
  int before = zero_test_descriptors();
  uint32_t places = 0;
  for (int i = 0; i < 2000; i++) {
    close_all(connect_at(i % 4 == 0 ? path : "tcp:0"));
    good(CALL(HANDLE_CLOSE, good(CALL(SOCKET_DATAGRAM, T("udp:0")))));
    if (i == 0) places = vm->handles->most;
  }
  cr_expect_eq(zero_test_descriptors(), before);
  cr_expect_eq(vm->handles->count, 0);
  cr_expect_eq(vm->handles->most, places);
}

/* --- poll ---------------------------------------------------------------- */

Test(socket, handles_of_all_kinds_are_waited_for_together) {
  struct trio t = connect_at("tcp:0");
  int in, out;
  zero_value reader = zero_test_reader_of(vm, &in);
  zero_value writer = zero_test_writer_of(vm, &out);
  zero_value datagram = good(CALL(SOCKET_DATAGRAM, T("udp:0")));
  zero_value all = L(reader, t.listener, t.server, datagram);
  EXPECT("(list \"HostOk\" (list))", POLL, all, I(5));
  cr_assert_eq(write(in, "a", 1), 1);
  good(CALL(SOCKET_SEND, t.client, T("a"), I(LONG)));
  good(CALL(SOCKET_SEND_TO, datagram, T("a"),
            CALL(SOCKET_ADDRESS, datagram), I(LONG)));
  zero_value ready = good(CALL(POLL, all, I(LONG)));
  cr_expect_eq(zero__length(&vm->heap, ready), 3);
  cr_expect_eq(item(item(ready, 0), 0).bits, reader.bits);
  cr_expect_eq(item(item(ready, 1), 0).bits, t.server.bits);
  cr_expect_eq(item(item(ready, 2), 0).bits, datagram.bits);
  /* What can only be written to is waited for to be written to. */
  ready = good(CALL(POLL, L(writer), I(LONG)));
  cr_expect(zero__text_is(item(item(ready, 0), 1), "write"));
  close(in);
  close(out);
}

Test(socket, what_has_nothing_to_wait_for_is_refused) {
  vm->granted |= ZERO_CAPABILITY_CRYPTO;
  EXPECT("TYPE_MISMATCH: poll: a key cannot be waited for", POLL,
         L(CALL(KEY_NEW)), I(0));
}

Test(socket, an_item_that_is_as_it_was_is_the_same_item) {
  struct trio t = connect_at("tcp:0");
  zero_value kept = L(t.client, T("write"), I(1), L(I(2)));
  zero_value ready = good(CALL(POLL, L(kept), I(0)));
  cr_expect_eq(item(ready, 0).bits, kept.bits);
}

Test(socket, a_thousand_are_waited_for) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
  setrlimit(RLIMIT_NOFILE, &limit);
  zero_value items = ZERO_EMPTY;
  zero_value socket = ZERO_NONE;
  for (int i = 0; i < 1000; i++) {
    socket = good(CALL(SOCKET_DATAGRAM, T("udp:0")));
    items = zero__cons(&vm->heap, L(socket, T("read"), I(i)), items);
  }
  good(CALL(SOCKET_SEND_TO, socket, T("a"), CALL(SOCKET_ADDRESS, socket),
            I(LONG)));
  for (int i = 0; i < 100; i++) {
    zero_value ready = good(CALL(POLL, items, I(LONG)));
    cr_expect_eq(zero__length(&vm->heap, ready), 1);
    cr_expect_eq(zero__i64_number(item(item(ready, 0), 2)), 999);
  }
}
