/* test_evidence.c - digests, keys, signatures, evidence.
 *
 * Digests and signatures are compared with those that FIPS 180 and RFC 8032
 * print; whether other tools agree is what tests/evidence asks. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle/handle.h"
#include "handle/file.h"
#include "support/folder.h"
#include "support/pipes.h"
#include "support/session.h"
#include "value/record.h"

static void setup(void) {
  zero_test_session();
  if (vm->handles == NULL) zero__handles_open(vm);
  vm->granted = UINT32_MAX;
}

static zero_value bytes_of(const char *string) {
  return zero__bytes_new(&vm->heap, string, strlen(string));
}

static zero_value from_hex(const char *hex) {
  zero_value result = CALL(BYTES_FROM_HEX, T(hex));
  return CALL(LAYOUT_FIELD, result, I(0));
}

static const char *hex_of(zero_value bytes) {
  return zero__text_bytes(CALL(BYTES_HEX, bytes));
}

static zero_value zeros(size_t size) {
  zero_value bytes = zero__bytes_new(&vm->heap, NULL, size);
  memset(zero__bytes(bytes)->data, 0, size);
  return bytes;
}

/* --- digests ------------------------------------------------------------- */

TestSuite(digest, .init = setup);

static const struct {
  const char *message;
  const char *digest;
} fips180[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
     "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
};
static const char million[] =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

/* The answer `"digest"`, as source. */
static const char *quoted(const char *digest) {
  static char source[80];
  snprintf(source, sizeof source, "\"%s\"", digest);
  return source;
}

Test(digest, those_of_fips_180) {
  for (size_t i = 0; i < sizeof fips180 / sizeof *fips180; i++) {
    const char *wanted = quoted(fips180[i].digest);
    EXPECT(wanted, DIGEST_TEXT, T(fips180[i].message));
    EXPECT(wanted, DIGEST_BYTES, bytes_of(fips180[i].message));
  }
  zero_value many = zero__bytes_new(&vm->heap, NULL, 1000000);
  memset(zero__bytes(many)->data, 'a', 1000000);
  EXPECT(quoted(million), DIGEST_BYTES, many);
}

Test(digest, bytes_of_both_versions_have_one) {
  zero_value old = L(T("bytes"), L(I('a'), I('b'), I('c')));
  EXPECT(quoted(fips180[1].digest), DIGEST_BYTES, old);
  EXPECT("TYPE_MISMATCH: digest-bytes: argument 1 must be Bytes, found Text",
         DIGEST_BYTES, T("abc"));
  EXPECT("TYPE_MISMATCH: digest-text: argument 1 must be Text, found I64 1",
         DIGEST_TEXT, I(1));
}

/* --- digests of files ---------------------------------------------------- */

static void setup_file(void) {
  setup();
  zero_test_folder_enter();
}

static void put_file(const void *bytes, size_t size) {
  int file = open("file", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  cr_assert_eq(write(file, bytes, size), (ssize_t)size);
  close(file);
}

/* Expects a HostErr of this code about file.read. */
static void expect_failure(const char *code, zero_value answer) {
  cr_assert(!zero_is_none(answer), "%s", zero_test_fault(vm));
  cr_expect(zero__text_is(CALL(HEAD, answer), "HostErr"));
  cr_expect_str_eq(zero__text_bytes(CALL(NTH, answer, I(1))), code);
  cr_expect_str_eq(zero__text_bytes(CALL(NTH, answer, I(3))), "file.read");
}

Test(digest, a_file_has_that_of_its_bytes, .init = setup_file,
     .fini = zero_test_folder_leave) {
  static const size_t sizes[] = {0,     1,     55,    56,     63,    64,
                                 65535, 65536, 65537, 131072, 200001};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    zero_value bytes = zeros(sizes[i]);
    if (sizes[i] > 0) zero__bytes(bytes)->data[sizes[i] - 1] = 255;
    put_file(zero__bytes(bytes)->data, sizes[i]);
    zero_value answer = CALL(FILE_DIGEST, T("file"));
    cr_assert(zero__text_is(CALL(HEAD, answer), "HostOk"));
    EXPECT("true", EQUAL, CALL(NTH, answer, I(1)),
           CALL(DIGEST_BYTES, bytes));
  }
}

Test(digest, a_file_is_no_more_in_memory_than_a_block, .init = setup_file,
     .fini = zero_test_folder_leave) {
  put_file("", 0);
  cr_assert_eq(truncate("file", 20000000), 0);
  uint64_t before = zero__heap_allocated(&vm->heap);
  zero_value answer = CALL(FILE_DIGEST, T("file"));
  cr_expect(zero__text_is(CALL(HEAD, answer), "HostOk"));
  cr_expect_lt(zero__heap_allocated(&vm->heap) - before, 100000);
}

Test(digest, a_long_file_costs_fuel_and_is_closed, .init = setup_file,
     .fini = zero_test_folder_leave) {
  put_file("", 0);
  cr_assert_eq(truncate("file", 1000000), 0);
  int before = zero_test_descriptors();
  EXPECT_SPENT(FILE_DIGEST, T("file"));
  cr_expect_eq(zero_test_descriptors(), before);
}

Test(digest, why_a_file_has_none_is_answered, .init = setup_file,
     .fini = zero_test_folder_leave) {
  int before = zero_test_descriptors();
  expect_failure("FILE_NOT_FOUND", CALL(FILE_DIGEST, T("file")));
  expect_failure("FILE_NOT_FOUND", CALL(FILE_DIGEST, T("/none/at/all")));
  expect_failure("FILE_IS_DIRECTORY", CALL(FILE_DIGEST, T("root")));
  expect_failure("FILE_FAILED", CALL(FILE_DIGEST, T("/dev/zero")));
  cr_assert_eq(mkfifo("file", 0600), 0);
  expect_failure("FILE_FAILED", CALL(FILE_DIGEST, T("file")));
  cr_expect_eq(zero_test_descriptors(), before);
  EXPECT("TYPE_MISMATCH: file-digest: argument 1 must be Path or Text, found "
         "I64 1", FILE_DIGEST, I(1));
}

static atomic_bool writing;

/* Writes to the file until it must stop. */
static void *keep_writing(void *unused) {
  (void)unused;
  int file = open("file", O_WRONLY | O_APPEND);
  while (atomic_load(&writing)) {
    if (write(file, "x", 1) != 1) break;
    usleep(500);
  }
  close(file);
  return NULL;
}

Test(digest, a_file_that_is_written_to_meanwhile_has_no_digest,
     .init = setup_file, .fini = zero_test_folder_leave) {
  pthread_t thread;
  put_file("", 0);
  cr_assert_eq(truncate("file", 40000000), 0);
  atomic_store(&writing, true);
  cr_assert_eq(pthread_create(&thread, NULL, keep_writing, NULL), 0);
  expect_failure("FILE_CHANGED", CALL(FILE_DIGEST, T("file")));
  atomic_store(&writing, false);
  pthread_join(thread, NULL);
}

/* --- keys ---------------------------------------------------------------- */

TestSuite(key, .init = setup);

static const struct {
  const char *seed;
  const char *public;
  const char *message;
  const char *signature;
} rfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
     "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
     "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"},
};
enum { RFC8032 = sizeof rfc8032 / sizeof *rfc8032 };

static zero_value key_of(size_t vector) {
  zero_value key = CALL(KEY_FROM_SEED, from_hex(rfc8032[vector].seed));
  cr_assert(!zero_is_none(key), "%s", zero_test_fault(vm));
  return key;
}

Test(key, those_of_rfc_8032_sign_and_verify) {
  for (size_t i = 0; i < RFC8032; i++) {
    zero_value key = key_of(i);
    zero_value public = CALL(KEY_PUBLIC, key);
    zero_value message = from_hex(rfc8032[i].message);
    zero_value signature = CALL(KEY_SIGN, key, message);
    cr_expect_str_eq(hex_of(public), rfc8032[i].public);
    cr_expect_str_eq(hex_of(signature), rfc8032[i].signature);
    EXPECT("true", KEY_VERIFY, public, signature, message);
  }
}

/* The same Bytes except one that another number is added to. */
static zero_value changed(zero_value bytes, size_t at, unsigned by) {
  uint64_t size = zero__bytes(bytes)->size;
  zero_value other =
      zero__bytes_new(&vm->heap, zero__bytes(bytes)->data, size);
  unsigned char *byte = &zero__bytes(other)->data[at];
  *byte = (unsigned char)(*byte + by);
  return other;
}

Test(key, a_signature_with_another_byte_is_refused) {
  zero_value key = key_of(0);
  zero_value public = CALL(KEY_PUBLIC, key);
  zero_value message = bytes_of("what was signed");
  zero_value signature = CALL(KEY_SIGN, key, message);
  for (size_t i = 0; i < 64; i++) {
    for (unsigned by = 1; by < 256; by += 51) {
      EXPECT("false", KEY_VERIFY, public, changed(signature, i, by),
             message);
    }
  }
  for (size_t i = 0; i < zero__bytes(message)->size; i++) {
    EXPECT("false", KEY_VERIFY, public, signature, changed(message, i, 1));
  }
  EXPECT("false", KEY_VERIFY, public, signature, zeros(0));
}

/* Where the other public key is not a point of the group that is said, and
 * otherwise false: never true. */
Test(key, another_public_key_is_refused) {
  zero_value key = key_of(0);
  zero_value public = CALL(KEY_PUBLIC, key);
  zero_value message = bytes_of("what was signed");
  zero_value signature = CALL(KEY_SIGN, key, message);
  for (size_t i = 0; i < 32; i++) {
    for (unsigned by = 1; by < 256; by += 51) {
      zero_value args[] = {changed(public, i, by), signature, message};
      const char *said =
          zero_test_answer(vm, ZERO_BUILTIN_KEY_VERIFY, args, 3);
      cr_expect(strcmp(said, "false") == 0 ||
                    strcmp(said, "KEY_INVALID: key-verify: these Bytes are "
                                 "not a public key of Ed25519") == 0,
                "%s", said);
    }
  }
  EXPECT("false", KEY_VERIFY, CALL(KEY_PUBLIC, key_of(1)), signature,
         message);
}

/* Adding the order of the group to the second half makes a signature that
 * fits the same equation. */
Test(key, there_is_one_signature_and_no_second) {
  static const unsigned char order[] = {
      0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
      0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
      0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
  zero_value key = key_of(1);
  zero_value message = bytes_of("a");
  zero_value signature = CALL(KEY_SIGN, key, message);
  unsigned carry = 0;
  for (size_t i = 0; i < 32; i++) {
    unsigned char *byte = &zero__bytes(signature)->data[32 + i];
    carry += (unsigned)*byte + order[i];
    *byte = (unsigned char)carry;
    carry >>= 8;
  }
  EXPECT("false", KEY_VERIFY, CALL(KEY_PUBLIC, key), signature, message);
}

/* For these anyone can make signatures of anything. */
Test(key, points_of_small_order_are_no_public_keys) {
  static const char *const points[] = {
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  };
  for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
    EXPECT("KEY_INVALID: key-verify: these Bytes are not a public key of "
           "Ed25519",
           KEY_VERIFY, from_hex(points[i]), zeros(64), zeros(0));
  }
}

Test(key, wrong_lengths_are_refused) {
  zero_value key = key_of(0);
  zero_value public = CALL(KEY_PUBLIC, key);
  EXPECT("KEY_INVALID: key-from-seed: a seed must be 32 Bytes, found 31",
         KEY_FROM_SEED, zeros(31));
  EXPECT("KEY_INVALID: key-from-seed: a seed must be 32 Bytes, found 64",
         KEY_FROM_SEED, zeros(64));
  EXPECT("KEY_INVALID: key-verify: a public key must be 32 Bytes, found 33",
         KEY_VERIFY, zeros(33), zeros(64), zeros(0));
  EXPECT("KEY_INVALID: key-pem: a public key must be 32 Bytes, found 0",
         KEY_PEM, zeros(0));
  EXPECT("SIGNATURE_LENGTH: key-verify: a signature must be 64 Bytes, found 63",
         KEY_VERIFY, public, zeros(63), zeros(0));
  EXPECT("SIGNATURE_LENGTH: key-verify: a signature must be 64 Bytes, found 65",
         KEY_VERIFY, public, zeros(65), zeros(0));
}

Test(key, a_message_too_long_to_sign_at_once_is_refused) {
  zero_value key = key_of(0);
  zero_value message = zeros((1 << 20) + 1);
  const char *said = "MESSAGE_TOO_LONG: key-sign: 1048577 bytes are more "
                     "than the 1048576 that can be signed at once; sign "
                     "their digest";
  EXPECT(said, KEY_SIGN, key, message);
}

Test(key, signing_costs_fuel) {
  zero_value key = key_of(0);
  zero_value public = CALL(KEY_PUBLIC, key);
  EXPECT_SPENT(KEY_SIGN, key, zeros(0));
  EXPECT_SPENT(KEY_VERIFY, public, zeros(64), zeros(0));
  EXPECT_SPENT(KEY_FROM_SEED, zeros(32));
}

Test(key, each_new_one_is_another) {
  zero_value one = CALL(KEY_PUBLIC, CALL(KEY_NEW));
  zero_value two = CALL(KEY_PUBLIC, CALL(KEY_NEW));
  EXPECT("false", EQUAL, one, two);
  EXPECT("true", EQUAL, CALL(KEY_PUBLIC, key_of(2)),
         CALL(KEY_PUBLIC, key_of(2)));
}

Test(key, a_closed_key_signs_nothing) {
  zero_value key = key_of(0);
  cr_assert_eq(zero__handle_end(vm, zero__handle_use(vm, key, NULL)), 0);
  zero_value args[] = {key, zeros(0)};
  cr_expect(zero_is_none(
      zero_test_builtin(vm, ZERO_BUILTIN_KEY_SIGN, args, 2)));
  cr_expect_eq(vm->heap.fault.code, ZERO_CODE_HANDLE_CLOSED);
}

/* True if a seed is in the entry of its key. */
static bool shows(const struct zero_handle *entry, const unsigned char *seed) {
  return memmem(entry, sizeof *entry + 64, seed, 32) != NULL;
}

Test(key, closing_wipes_the_secret) {
  zero_value value = from_hex(rfc8032[0].seed);
  const unsigned char *seed = zero__bytes(value)->data;
  for (unsigned i = 0; i < 2; i++) {
    zero_value key = key_of(0);
    struct zero_handle *entry = zero__handle_use(vm, key, NULL);
    cr_expect(shows(entry, seed));
    if (i == 0) {
      cr_expect_eq(zero__handle_end(vm, entry), 0);
    } else {
      zero__handles_close(vm, NULL, NULL);
    }
    cr_expect_not(shows(entry, seed));
  }
}

Test(key, many_one_after_another_take_one_place) {
  for (int i = 0; i < 2000; i++) {
    zero_value key = CALL(KEY_NEW);
    cr_assert(!zero_is_none(key), "%s", zero_test_fault(vm));
    cr_assert_eq(zero__handle_end(vm, zero__handle_use(vm, key, NULL)), 0);
  }
  cr_expect_eq(vm->handles->count, 0);
  cr_expect_leq(vm->handles->most, 64);
}

/* A handle of no key, and a seed, which no message may show. */
Test(key, what_is_no_key_is_refused_without_a_word_of_its_content) {
  zero_value seed = from_hex(rfc8032[0].seed);
  const char *const said = "TYPE_MISMATCH: key-sign: argument 1 must be the "
                           "Handle of a key, found ";
  EXPECT(zero__text_bytes(CALL(TEXT_CAT, T(said), T("Bytes"))), KEY_SIGN,
         seed, zeros(0));
  EXPECT(zero__text_bytes(CALL(TEXT_CAT, T(said), T("Text"))), KEY_SIGN,
         T(rfc8032[0].seed), zeros(0));
  EXPECT(zero__text_bytes(CALL(TEXT_CAT, T(said), T("List"))), KEY_SIGN,
         CALL(BYTES_TO_LIST, seed), zeros(0));
  EXPECT("TYPE_MISMATCH: key-from-seed: argument 1 must be Bytes, found Text",
         KEY_FROM_SEED, T(rfc8032[0].seed));
  EXPECT("TYPE_MISMATCH: key-from-seed: argument 1 must be Bytes, found List",
         KEY_FROM_SEED, CALL(BYTES_TO_LIST, seed));
  EXPECT("TYPE_MISMATCH: key-verify: argument 1 must be Bytes, found Handle",
         KEY_VERIFY, key_of(0), zeros(64), zeros(0));
  zero_value described = CALL(LAYOUT_NEW, T("Handle"), T("handle"),
                              T("crypto"), I(3), T("open"));
  zero_value args[] = {described, zeros(0)};
  cr_expect(zero_is_none(
      zero_test_builtin(vm, ZERO_BUILTIN_KEY_SIGN, args, 2)));
  cr_expect_eq(vm->heap.fault.code, ZERO_CODE_HANDLE_NOT_LIVE);
}

Test(key, a_public_key_is_a_pem_file_for_others) {
  EXPECT("\"-----BEGIN PUBLIC KEY-----\\n"
         "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\\n"
         "-----END PUBLIC KEY-----\\n\"",
         KEY_PEM, from_hex(rfc8032[0].public));
}

/* --- evidence ------------------------------------------------------------ */

TestSuite(evidence, .init = setup);

enum { TARGET, ARTIFACT, DIGEST, PROOF, FIELDS };

struct evidence {
  char fields[FIELDS][160];
};

static zero_value make(const struct evidence *evidence) {
  zero_value args[2 + FIELDS] = {T("HardwareEvidence"),
                                 T("hardware-evidence")};
  for (unsigned i = 0; i < FIELDS; i++) args[2 + i] = T(evidence->fields[i]);
  return zero_test_builtin(vm, ZERO_BUILTIN_LAYOUT_NEW, args, 2 + FIELDS);
}

/* Signed evidence with the fields of what was signed. */
static zero_value signed_evidence(zero_value key, const char *target,
                                  const char *artifact,
                                  struct evidence *out) {
  struct evidence evidence;
  snprintf(evidence.fields[TARGET], 160, "%s", target);
  snprintf(evidence.fields[ARTIFACT], 160, "%s", artifact);
  snprintf(evidence.fields[DIGEST], 160, "%s", fips180[1].digest);
  snprintf(evidence.fields[PROOF], 160, "none");
  zero_value v = CALL(EVIDENCE_SIGN, key, make(&evidence));
  cr_assert(!zero_is_none(v), "%s", zero_test_fault(vm));
  for (unsigned i = 0; i < FIELDS; i++) {
    zero_value field = CALL(LAYOUT_FIELD, v, I(i));
    snprintf(out->fields[i], 160, "%s", zero__text_bytes(field));
  }
  return v;
}

/* The result of evidence-verify, `CODE` if evidence cannot even be made. */
static const char *verdict(zero_value public,
                           const struct evidence *evidence) {
  zero_value v = make(evidence);
  if (zero_is_none(v)) return zero__code_fact(vm->heap.fault.code)->name;
  zero_value args[] = {public, v};
  return zero_test_answer(vm, ZERO_BUILTIN_EVIDENCE_VERIFY, args, 2);
}

Test(evidence, what_was_signed_is_verified) {
  zero_value key = key_of(0);
  zero_value public = CALL(KEY_PUBLIC, key);
  struct evidence fields;
  zero_value v = signed_evidence(key, "board-7", "firmware.bin", &fields);
  EXPECT("true", EVIDENCE_VERIFY, public, v);
  cr_expect_str_eq(verdict(public, &fields), "true");
  EXPECT("true", EQUAL, CALL(EVIDENCE_SIGN, key, v), v);
}

Test(evidence, the_proof_covers_the_printed_value_whose_proof_is_none) {
  zero_value key = key_of(0);
  struct evidence fields;
  signed_evidence(key, "a\"b\\\n", "\u00e9", &fields);
  char text[256];
  snprintf(text, sizeof text,
           "(list 19 \"hardware-evidence\" \"a\\\"b\\\\\\n\" \"\u00e9\" "
           "\"%s\" \"none\")",
           fips180[1].digest);
  zero_value signature = CALL(KEY_SIGN, key, bytes_of(text));
  cr_expect_str_eq(fields.fields[PROOF] + strlen("ed25519:"),
                   hex_of(signature));
}

Test(evidence, without_a_proof_it_is_not_verified) {
  zero_value public = CALL(KEY_PUBLIC, key_of(0));
  struct evidence fields;
  signed_evidence(key_of(0), "board-7", "firmware.bin", &fields);
  snprintf(fields.fields[PROOF], 160, "none");
  cr_expect_str_eq(verdict(public, &fields), "false");
}

Test(evidence, another_key_did_not_sign_it) {
  struct evidence fields;
  signed_evidence(key_of(0), "board-7", "firmware.bin", &fields);
  cr_expect_str_eq(verdict(CALL(KEY_PUBLIC, key_of(1)), &fields), "false");
}

/* Each byte of target and artifact as each other that a Text can have there,
 * left out, and doubled. */
Test(evidence, any_other_byte_in_a_name_is_refused) {
  zero_value public = CALL(KEY_PUBLIC, key_of(0));
  struct evidence fields;
  signed_evidence(key_of(0), "board-7", "image\"\\n", &fields);
  for (unsigned field = TARGET; field <= ARTIFACT; field++) {
    for (size_t i = 0; fields.fields[field][i] != '\0'; i++) {
      struct evidence other = fields;
      char *byte = &other.fields[field][i];
      for (char c = 1; c > 0 && c < 127; c++) {
        *byte = c;
        if (c == fields.fields[field][i]) continue;
        cr_expect_str_eq(verdict(public, &other), "false");
      }
      other = fields;
      memmove(byte, byte + 1, strlen(byte));
      cr_expect_str_eq(verdict(public, &other), "false");
      other = fields;
      memmove(byte + 1, byte, strlen(byte) + 1);
      cr_expect_str_eq(verdict(public, &other), "false");
    }
  }
}

/* Each digit as each byte: other digits are refused, and anything else makes no
 * evidence. */
static void change_digits(zero_value public, const struct evidence *fields,
                          unsigned field, size_t from) {
  for (size_t i = from; fields->fields[field][i] != '\0'; i++) {
    struct evidence other = *fields;
    for (char c = 1; c > 0 && c < 127; c++) {
      bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      other.fields[field][i] = c;
      if (c == fields->fields[field][i]) continue;
      cr_expect_str_eq(verdict(public, &other),
                       digit ? "false" : "LAYOUT_HARDWARE_EVIDENCE");
    }
  }
}

Test(evidence, any_other_byte_in_the_digest_is_refused) {
  zero_value public = CALL(KEY_PUBLIC, key_of(0));
  struct evidence fields;
  signed_evidence(key_of(0), "board-7", "firmware.bin", &fields);
  change_digits(public, &fields, DIGEST, 0);
}

Test(evidence, any_other_byte_in_the_proof_is_refused) {
  zero_value public = CALL(KEY_PUBLIC, key_of(0));
  struct evidence fields;
  signed_evidence(key_of(0), "board-7", "firmware.bin", &fields);
  change_digits(public, &fields, PROOF, strlen("ed25519:"));
  for (size_t i = 0; i < strlen("ed25519:"); i++) {
    struct evidence other = fields;
    other.fields[PROOF][i]++;
    cr_expect_str_eq(verdict(public, &other), "LAYOUT_HARDWARE_EVIDENCE");
  }
}

Test(evidence, longer_and_shorter_digits_make_no_evidence) {
  zero_value public = CALL(KEY_PUBLIC, key_of(0));
  struct evidence fields;
  signed_evidence(key_of(0), "board-7", "firmware.bin", &fields);
  for (unsigned field = DIGEST; field <= PROOF; field++) {
    struct evidence other = fields;
    size_t size = strlen(other.fields[field]);
    memcpy(other.fields[field] + size, "0", 2);
    cr_expect_str_eq(verdict(public, &other), "LAYOUT_HARDWARE_EVIDENCE");
    other.fields[field][size - 1] = '\0';
    cr_expect_str_eq(verdict(public, &other), "LAYOUT_HARDWARE_EVIDENCE");
  }
}

Test(evidence, no_field_passes_for_another) {
  zero_value public = CALL(KEY_PUBLIC, key_of(0));
  struct evidence fields, other;
  signed_evidence(key_of(0), "a", "b", &fields);
  other = fields;
  snprintf(other.fields[TARGET], 160, "b");
  snprintf(other.fields[ARTIFACT], 160, "a");
  cr_expect_str_eq(verdict(public, &other), "false");
  signed_evidence(key_of(0), "a\" \"b", "c", &fields);
  other = fields;
  snprintf(other.fields[TARGET], 160, "a");
  snprintf(other.fields[ARTIFACT], 160, "b\" \"c");
  cr_expect_str_eq(verdict(public, &other), "false");
}

Test(evidence, of_a_file_has_its_digest, .init = setup_file,
     .fini = zero_test_folder_leave) {
  put_file("abc", 3);
  zero_value answer = CALL(EVIDENCE_NEW, T("board-7"), T("file"));
  cr_assert(zero__text_is(CALL(HEAD, answer), "HostOk"));
  zero_value v = CALL(NTH, answer, I(1));
  EXPECT("\"board-7\"", LAYOUT_FIELD, v, I(TARGET));
  EXPECT("\"file\"", LAYOUT_FIELD, v, I(ARTIFACT));
  EXPECT(quoted(fips180[1].digest), LAYOUT_FIELD, v, I(DIGEST));
  EXPECT("\"none\"", LAYOUT_FIELD, v, I(PROOF));
  unlink("file");
  expect_failure("FILE_NOT_FOUND",
                 CALL(EVIDENCE_NEW, T("board-7"), T("file")));
}

Test(evidence, of_a_file_needs_reading_too) {
  vm->granted = ZERO_CAPABILITY_HARDWARE;
  EXPECT("CAPABILITY_DENIED: evidence-new needs the capability file.read, "
         "which was not granted",
         EVIDENCE_NEW, T("board-7"), T("/dev/null"));
}

Test(evidence, what_is_none_is_refused_with_the_familys_code) {
  zero_value key = key_of(0);
  zero_value args[] = {key, L(I(19), T("hardware-evidence"))};
  cr_expect(zero_is_none(
      zero_test_builtin(vm, ZERO_BUILTIN_EVIDENCE_SIGN, args, 2)));
  cr_expect_eq(vm->heap.fault.code, ZERO_CODE_LAYOUT_HARDWARE_EVIDENCE);
}
