/* key_sign.c - Ed25519: keys, what they sign, and who verifies it.
 *
 * A key is a live Handle of capability `crypto`. Its secret lies in its entry
 * of the table, which no value shows: so none is printed, copied, found in an
 * error or a trace. It is wiped when the handle is closed, at the latest with
 * the VM; the collector never moves it, so there is no other copy. What comes
 * in from outside is a seed, and the program that has it keeps it or does
 * not. */
#include "handle/key_sign.h"

#include <inttypes.h>
#include <sodium.h>

#include "handle/handle.h"
#include "layout/layout.h"
#include "value/bytes.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"
#include "vm/host.h"

enum {
  CURVE_FUEL = 4096,         /* for one signature, besides its message */
  MESSAGE_MAX = 1 << 20,     /* bytes signed at once: a few milliseconds */
  SEED = crypto_sign_SEEDBYTES,
  PUBLIC = crypto_sign_PUBLICKEYBYTES,
  SECRET = crypto_sign_SECRETKEYBYTES,
};

_Static_assert(ZERO_SIGNATURE_BYTES == crypto_sign_BYTES, "Ed25519's");

struct key {
  struct zero_handle base;
  unsigned char secret[SECRET]; /* the seed, then the public key */
};

static int close_key(struct zero_handle *handle) {
  struct key *key = (struct key *)(void *)handle;
  sodium_memzero(key->secret, SECRET);
  return 0;
}

static const struct zero_handle_kind key_kind = {
    .name = "key",
    .family = ZERO_FAMILY_HANDLE,
    .capability = ZERO_CAPABILITY_CRYPTO,
    .close = close_key,
};

/* --- what else is of libsodium ------------------------------------------- */

void zero__sodium_start(zero_vm *vm) {
  if (sodium_init() >= 0) return;
  zero__raise(&vm->heap, ZERO_CODE_HOST_FAILED,
              "%s: libsodium does not start on this system",
              zero__builtin_name(vm));
}

const struct zero_bytes *zero__want_buffer(zero_vm *vm, zero_value *args,
                                           unsigned index) {
  const struct zero_family *family = zero__family_by_tag(ZERO_FAMILY_BYTES);
  zero_value bytes = zero__layout_read(&vm->heap, family, args[index]);
  if (zero_is_none(bytes)) {
    zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
                "%s: argument %u must be Bytes, found %s",
                zero__builtin_name(vm), index + 1,
                zero__type_name(args[index]));
  }
  args[index] = bytes;
  return zero__bytes(bytes);
}

/* --- making keys --------------------------------------------------------- */

/* Makes the key of a seed. What raises on the way ends and wipes it. */
static zero_value make_key(zero_vm *vm, const unsigned char *seed) {
  unsigned char public[PUBLIC];
  zero__sodium_start(vm);
  zero__charge(vm, CURVE_FUEL);
  struct key *key = (struct key *)(void *)zero__handle_reserve(
      vm, &key_kind, sizeof *key);
  crypto_sign_seed_keypair(public, key->secret, seed);
  return zero__handle_publish(vm, &key->base, ZERO_NONE);
}

/* A seed that was drawn and did not become a key is of no use to anybody: it
 * needs no wiping where this raises. */
ZERO_BUILTIN(key_new) {
  unsigned char seed[SEED];
  if (!zero__draw(seed, SEED)) {
    zero__raise(&vm->heap, ZERO_CODE_HOST_FAILED,
                "key-new: the system gave no random bytes");
  }
  zero_value key = make_key(vm, seed);
  sodium_memzero(seed, SEED);
  return key;
}

/* The data of argument `index`, which must be `size` Bytes. */
static const unsigned char *want_sized(zero_vm *vm, zero_value *args,
                                       unsigned index, uint64_t size,
                                       int code, const char *what) {
  const struct zero_bytes *bytes = zero__want_buffer(vm, args, index);
  if (bytes->size == size) return bytes->data;
  zero__raise(&vm->heap, code,
              "%s: %s is %" PRIu64 " Bytes, found %" PRIu64,
              zero__builtin_name(vm), what, size, bytes->size);
}

ZERO_BUILTIN(key_from_seed) {
  return make_key(
      vm, want_sized(vm, args, 0, SEED, ZERO_CODE_KEY_INVALID, "a seed"));
}

/* --- using them ---------------------------------------------------------- */

/* The key that argument 0 is a live handle of. A secret in its place is named
 * by its type alone. */
static const unsigned char *want_secret(zero_vm *vm, zero_value *args) {
  const struct zero_family *family = zero__family_of(args[0]);
  if (family == NULL || family->tag != ZERO_FAMILY_HANDLE) {
    zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
                "%s: argument 1 must be the Handle of a key, found %s",
                zero__builtin_name(vm), zero__type_name(args[0]));
  }
  struct key *key =
      (struct key *)(void *)zero__handle_use(vm, args[0], &key_kind);
  return key->secret;
}

/* The public key that argument 0 is. Only a point of the curve's own large
 * group is one: for some others anybody can make signatures. */
static const unsigned char *want_public(zero_vm *vm, zero_value *args) {
  const unsigned char *public =
      want_sized(vm, args, 0, PUBLIC, ZERO_CODE_KEY_INVALID, "a public key");
  zero__sodium_start(vm);
  zero__charge(vm, CURVE_FUEL);
  if (crypto_core_ed25519_is_valid_point(public)) return public;
  zero__raise(&vm->heap, ZERO_CODE_KEY_INVALID,
              "%s: these Bytes are no public key of Ed25519",
              zero__builtin_name(vm));
}

static void charge_message(zero_vm *vm, uint64_t size) {
  if (size > MESSAGE_MAX) {
    zero__raise(&vm->heap, ZERO_CODE_MESSAGE_TOO_LONG,
                "%s: %" PRIu64 " bytes are more than the %d that are signed "
                "at once: sign their digest",
                zero__builtin_name(vm), size, MESSAGE_MAX);
  }
  zero__charge(vm, CURVE_FUEL);
  zero__charge_bytes(vm, size);
}

void zero__key_sign(zero_vm *vm, zero_value *args, const void *message,
                    uint64_t size,
                    unsigned char signature[ZERO_SIGNATURE_BYTES]) {
  charge_message(vm, size);
  const unsigned char *secret = want_secret(vm, args);
  crypto_sign_detached(signature, NULL, message, size, secret);
}

bool zero__key_verify(zero_vm *vm, zero_value *args, const void *message,
                      uint64_t size,
                      const unsigned char signature[ZERO_SIGNATURE_BYTES]) {
  charge_message(vm, size);
  const unsigned char *public = want_public(vm, args);
  return crypto_sign_verify_detached(signature, message, size, public) == 0;
}

ZERO_BUILTIN(key_public) {
  unsigned char public[PUBLIC];
  crypto_sign_ed25519_sk_to_pk(public, want_secret(vm, args));
  return zero__bytes_new(&vm->heap, public, PUBLIC);
}

ZERO_BUILTIN(key_sign) {
  unsigned char signature[ZERO_SIGNATURE_BYTES];
  const struct zero_bytes *message = zero__want_buffer(vm, args, 1);
  zero__key_sign(vm, args, message->data, message->size, signature);
  return zero__bytes_new(&vm->heap, signature, sizeof signature);
}

ZERO_BUILTIN(key_verify) {
  const unsigned char *signature =
      want_sized(vm, args, 1, ZERO_SIGNATURE_BYTES,
                 ZERO_CODE_SIGNATURE_LENGTH, "a signature");
  const struct zero_bytes *message = zero__want_buffer(vm, args, 2);
  return zero__bool(zero__key_verify(vm, args, message->data, message->size,
                                     signature));
}

/* --- for other tools ----------------------------------------------------- */

/* What precedes the key in a SubjectPublicKeyInfo of RFC 8410: a sequence of
 * a sequence of the object identifier 1.3.101.112, and a bit string. */
static const unsigned char header[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                       0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

ZERO_BUILTIN(key_pem) {
  unsigned char der[sizeof header + PUBLIC];
  char base64[sodium_base64_ENCODED_LEN(sizeof der,
                                        sodium_base64_VARIANT_ORIGINAL)];
  const unsigned char *public = want_public(vm, args);
  memcpy(der, header, sizeof header);
  memcpy(der + sizeof header, public, PUBLIC);
  sodium_bin2base64(base64, sizeof base64, der, sizeof der,
                    sodium_base64_VARIANT_ORIGINAL);
  zero_value parts[] = {
      zero__text_of(&vm->heap, "-----BEGIN PUBLIC KEY-----\n"),
      zero__text_of(&vm->heap, base64),
      zero__text_of(&vm->heap, "\n-----END PUBLIC KEY-----\n"),
  };
  return zero__text_cat(&vm->heap, parts, sizeof parts / sizeof *parts);
}
