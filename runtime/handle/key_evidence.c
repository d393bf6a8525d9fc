/* key_evidence.c - Ed25519 keys, SHA-256, and HardwareEvidence made of both.
 *
 * A key is a live Handle of capability `crypto`. Its secret is in its entry of
 * the table, which no value shows: so none is printed, copied, or found in an
 * error or a trace. It is wiped when the handle is closed, at the latest with
 * the VM; the collector never moves it, so there is no other copy. A program
 * that makes a key from a seed is responsible for the seed.
 *
 * A proof covers the printed form of the evidence whose proof is `none`. In
 * that form every field is between quotes that no field can contain unescaped,
 * so no byte of one can pass for a byte of another. The layout room checks the
 * form of digests and proofs; it is not checked again here. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>

#include "handle/file.h"
#include "handle/handle.h"
#include "layout/layout.h"
#include "value/bytes.h"
#include "value/print.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  CURVE_FUEL = 4096,     /* for one signature, besides its message */
  MESSAGE_MAX = 1 << 20, /* bytes signed at once: a few milliseconds */
  BLOCK = 1 << 16,       /* bytes digested between two charges */
  SEED = crypto_sign_SEEDBYTES,
  PUBLIC = crypto_sign_PUBLICKEYBYTES,
  SECRET = crypto_sign_SECRETKEYBYTES,
  SIGNATURE = crypto_sign_BYTES,
};

/* The fields of a HardwareEvidence (abi/value-fields.tsv). */
enum { TARGET, ARTIFACT, DIGEST, PROOF, FIELDS };

static const char scheme[] = "ed25519:";
enum { SCHEME = sizeof scheme - 1 };

struct key {
  struct zero_handle base;
  unsigned char secret[SECRET]; /* the seed, then the public key */
};

static int close_key(struct zero_handle *handle) {
  sodium_memzero(((struct key *)(void *)handle)->secret, SECRET);
  return 0;
}

static const struct zero_handle_kind key_kind = {
    .name = "key",
    .family = ZERO_FAMILY_HANDLE,
    .capability = ZERO_CAPABILITY_CRYPTO,
    .close = close_key,
};

/* Starts libsodium before its first use; raises HOST_FAILED if it does not
 * start. libsodium itself does that once, under a lock of its own, whether this
 * VM, another thread or the host asks first. */
static void start_sodium(zero_vm *vm) {
  if (sodium_init() >= 0) return;
  zero__raise(&vm->heap, ZERO_CODE_HOST_FAILED,
              "%s: libsodium does not start on this system",
              zero__builtin_name(vm));
}

/* Raises `code`: argument `index` must be `expected`. It names the type of the
 * argument and never its content: it may be a secret given by mistake. */
ZERO_NORETURN static void raise_unshown(zero_vm *vm, zero_value *args,
                                        unsigned index, int code,
                                        const char *expected) {
  zero__raise(&vm->heap, code, "%s: argument %u must be %s, found %s",
              zero__builtin_name(vm), index + 1, expected,
              zero__type_name(args[index]));
}

/* Argument `index` as packed Bytes, read from either version; they replace the
 * argument, which keeps them alive. */
static const struct zero_bytes *want_buffer(zero_vm *vm, zero_value *args,
                                            unsigned index) {
  const struct zero_family *family = zero__family_by_tag(ZERO_FAMILY_BYTES);
  zero_value bytes = zero__layout_read(&vm->heap, family, args[index]);
  if (zero_is_none(bytes)) {
    raise_unshown(vm, args, index, ZERO_CODE_TYPE_MISMATCH, "Bytes");
  }
  args[index] = bytes;
  return zero__bytes(bytes);
}

/* --- making keys --------------------------------------------------------- */

/* Makes the key of a seed. A raise meanwhile ends and wipes it. */
static zero_value make_key(zero_vm *vm, const unsigned char *seed) {
  unsigned char public[PUBLIC];
  start_sodium(vm);
  zero__charge(vm, CURVE_FUEL);
  struct key *key = zero__handle_reserve(vm, &key_kind, sizeof *key);
  crypto_sign_seed_keypair(public, key->secret, seed);
  zero_value v = zero__name_first(vm, &key->base, ZERO_NONE);
  zero__handle_published(vm, &key->base);
  return v;
}

/* A seed that was drawn but did not become a key is worthless: it need not be
 * wiped if this raises. */
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
  const struct zero_bytes *bytes = want_buffer(vm, args, index);
  if (bytes->size == size) return bytes->data;
  zero__raise(&vm->heap, code,
              "%s: %s must be %" PRIu64 " Bytes, found %" PRIu64,
              zero__builtin_name(vm), what, size, bytes->size);
}

ZERO_BUILTIN(key_from_seed) {
  return make_key(
      vm, want_sized(vm, args, 0, SEED, ZERO_CODE_KEY_INVALID, "a seed"));
}

/* --- using them ---------------------------------------------------------- */

/* The key whose live handle is argument 0. If it is a secret instead, the error
 * names only its type. */
static const unsigned char *want_secret(zero_vm *vm, zero_value *args) {
  if (zero__family_of(args[0]) != zero__family_by_tag(ZERO_FAMILY_HANDLE)) {
    raise_unshown(vm, args, 0, ZERO_CODE_TYPE_MISMATCH, "the Handle of a key");
  }
  return ((struct key *)zero__handle_use(vm, args[0], &key_kind))->secret;
}

/* The public key in argument 0. Only a point of the curve's own large group is
 * valid: for some others anyone can make signatures. */
static const unsigned char *want_public(zero_vm *vm, zero_value *args) {
  const unsigned char *public =
      want_sized(vm, args, 0, PUBLIC, ZERO_CODE_KEY_INVALID, "a public key");
  start_sodium(vm);
  zero__charge(vm, CURVE_FUEL);
  if (crypto_core_ed25519_is_valid_point(public)) return public;
  zero__raise(&vm->heap, ZERO_CODE_KEY_INVALID,
              "%s: these Bytes are not a public key of Ed25519",
              zero__builtin_name(vm));
}

/* Charges for it too. */
static const unsigned char *want_message(zero_vm *vm, zero_value *args,
                                         unsigned index, size_t *size) {
  const char *message = zero__want_data(vm, args, index, size);
  if (*size > MESSAGE_MAX) {
    zero__raise(&vm->heap, ZERO_CODE_MESSAGE_TOO_LONG,
                "%s: %zu bytes are more than the %d that can be signed at "
                "once; sign their digest",
                zero__builtin_name(vm), *size, MESSAGE_MAX);
  }
  zero__charge(vm, CURVE_FUEL);
  zero__charge_bytes(vm, *size);
  return (const unsigned char *)message;
}

/* Signs argument 1, Bytes or a Text, with the key that argument 0 is a live
 * handle of. */
static void sign(zero_vm *vm, zero_value *args, unsigned char *signature) {
  size_t size;
  const unsigned char *message = want_message(vm, args, 1, &size);
  crypto_sign_detached(signature, NULL, message, size, want_secret(vm, args));
}

/* True if the owner of the public key, argument 0, made `signature` of argument
 * `index`. */
static bool verify(zero_vm *vm, zero_value *args, unsigned index,
                   const unsigned char signature[SIGNATURE]) {
  size_t size;
  const unsigned char *message = want_message(vm, args, index, &size);
  const unsigned char *public = want_public(vm, args);
  return crypto_sign_verify_detached(signature, message, size, public) == 0;
}

ZERO_BUILTIN(key_public) {
  unsigned char public[PUBLIC];
  crypto_sign_ed25519_sk_to_pk(public, want_secret(vm, args));
  return zero__bytes_new(&vm->heap, public, PUBLIC);
}

ZERO_BUILTIN(key_sign) {
  unsigned char signature[SIGNATURE];
  want_buffer(vm, args, 1);
  sign(vm, args, signature);
  return zero__bytes_new(&vm->heap, signature, sizeof signature);
}

ZERO_BUILTIN(key_verify) {
  const unsigned char *signature = want_sized(
      vm, args, 1, SIGNATURE, ZERO_CODE_SIGNATURE_LENGTH, "a signature");
  want_buffer(vm, args, 2);
  return zero__bool(verify(vm, args, 2, signature));
}

/* The bytes before the key in a SubjectPublicKeyInfo of RFC 8410: a sequence of
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

/* --- digests ------------------------------------------------------------- */

static zero_value finish(zero_vm *vm, crypto_hash_sha256_state *state) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  char digits[2 * sizeof digest + 1];
  crypto_hash_sha256_final(state, digest);
  sodium_bin2hex(digits, sizeof digits, digest, sizeof digest);
  return zero__text_of(&vm->heap, digits);
}

static zero_value digest_of(zero_vm *vm, const void *data, uint64_t size) {
  const unsigned char *bytes = data;
  crypto_hash_sha256_state state;
  start_sodium(vm);
  crypto_hash_sha256_init(&state);
  for (uint64_t at = 0; at < size; at += BLOCK) {
    uint64_t part = size - at < BLOCK ? size - at : BLOCK;
    zero__charge_bytes(vm, part);
    crypto_hash_sha256_update(&state, bytes + at, part);
  }
  return finish(vm, &state);
}

ZERO_BUILTIN(digest_bytes) {
  const struct zero_bytes *bytes = want_buffer(vm, args, 0);
  return digest_of(vm, bytes->data, bytes->size);
}

ZERO_BUILTIN(digest_text) {
  zero_value text = zero__want_text(vm, args, 0);
  return digest_of(vm, zero__text_bytes(text), zero__text_size(text));
}

/* A file being digested. */
struct stream {
  zero_vm *vm;
  int file;
  int code;             /* why the digest is refused: 0, or a code */
  const char *reason;   /* and its sentence */
  unsigned char *block; /* leaf storage, BLOCK bytes */
  crypto_hash_sha256_state state;
};

static bool same_time(const struct timespec *a, const struct timespec *b) {
  return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Digests to the end. A file without an end of its own is refused: a pipe
 * without a writer would read as an empty file. So is a file that was written
 * to meanwhile, if the system's clock of files shows it. Raises if the call
 * must stop. */
static int digest_stream(void *context) {
  struct stream *stream = context;
  zero_vm *vm = stream->vm;
  struct stat before, after;
  int error = ZERO_TRY(vm, fstat(stream->file, &before));
  if (error != 0) return error;
  if (S_ISDIR(before.st_mode)) return EISDIR;
  if (!S_ISREG(before.st_mode) && !S_ISBLK(before.st_mode)) {
    stream->code = ZERO_CODE_FILE_FAILED;
    stream->reason = "it is neither a regular file nor a block device";
    return 0;
  }
  for (size_t got = 1; got > 0;) {
    error = zero__move_in(vm, stream->file, zero__heap_read, stream->block,
                          BLOCK, UINT64_MAX, &got);
    if (error != 0) return error;
    if (got == 0) break;
    crypto_hash_sha256_update(&stream->state, stream->block, got);
    zero__charge(vm, 1);
    zero__charge_bytes(vm, got);
  }
  error = ZERO_TRY(vm, fstat(stream->file, &after));
  if (error == 0 && (before.st_size != after.st_size ||
                     !same_time(&before.st_mtim, &after.st_mtim) ||
                     !same_time(&before.st_ctim, &after.st_ctim))) {
    stream->code = ZERO_CODE_FILE_CHANGED;
    stream->reason = "it was written to while it was being read";
  }
  return error;
}

/* Digests the file at argument `index`, a path, whose text replaces it. Returns
 * ZERO_NONE and the digits in *digest, or the HostErr that says why there are
 * none. */
static zero_value digest_file(zero_vm *vm, zero_value *args, unsigned index,
                              zero_value *digest) {
  const uint32_t reading = ZERO_CAPABILITY_FILE_READ;
  struct stream stream = {.vm = vm};
  const char *path = zero__want_path(vm, args, index);
  start_sodium(vm);
  crypto_hash_sha256_init(&stream.state);
  stream.block = zero__alloc(&vm->heap, ZERO_LEAF, BLOCK);
  stream.file = zero__root_file(vm, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  int error = zero__file_guard(vm, stream.file, digest_stream, &stream);
  if (error != 0) return zero__path_error(vm, args[index], error, reading);
  if (stream.code != 0) {
    return zero__path_refused(vm, args[index], stream.code, reading,
                              stream.reason);
  }
  *digest = finish(vm, &stream.state);
  return ZERO_NONE;
}

ZERO_BUILTIN(file_digest) {
  zero_value digest;
  zero_value failure = digest_file(vm, args, 0, &digest);
  return zero_is_none(failure) ? zero__host_ok(vm, digest) : failure;
}

/* --- evidence ------------------------------------------------------------ */

static const struct zero_family *evidence_family(void) {
  return zero__family_by_tag(ZERO_FAMILY_HARDWARE_EVIDENCE);
}

/* The evidence of these fields with another proof; raises
 * LAYOUT_HARDWARE_EVIDENCE. */
static zero_value make(zero_vm *vm, zero_value *fields, const char *proof) {
  fields[PROOF] = zero__text_of(&vm->heap, proof);
  return zero__layout_new(&vm->heap, evidence_family()->variants, fields);
}

/* Takes the fields out of argument 1, and replaces it by what a proof of them
 * covers. Returns the proof that it had. */
static zero_value cover(zero_vm *vm, zero_value *args, zero_value *fields) {
  args[1] = zero__layout_check(&vm->heap, evidence_family(), args[1]);
  memcpy(fields, zero__record(args[1])->fields, FIELDS * sizeof *fields);
  zero_value proof = fields[PROOF];
  zero__charge_bytes(vm, (uint64_t)zero__text_size(fields[TARGET]) +
                             zero__text_size(fields[ARTIFACT]));
  args[1] = zero__print_value(&vm->heap, make(vm, fields, "none"));
  return proof;
}

ZERO_BUILTIN(evidence_new) {
  zero_value target = zero__want_text(vm, args, 0);
  zero__need(vm, ZERO_CAPABILITY_FILE_READ, zero__builtin_name(vm));
  zero_value fields[FIELDS] = {[TARGET] = target};
  zero_value failure = digest_file(vm, args, 1, &fields[DIGEST]);
  if (!zero_is_none(failure)) return failure;
  fields[ARTIFACT] = args[1];
  return zero__host_ok(vm, make(vm, fields, "none"));
}

/* If the argument is not evidence, the error names only its type: it may be a
 * secret given by mistake. */
ZERO_BUILTIN(evidence_sign) {
  if (zero__family_of(args[1]) != evidence_family()) {
    raise_unshown(vm, args, 1, ZERO_CODE_LAYOUT_HARDWARE_EVIDENCE,
                  "HardwareEvidence");
  }
  zero_value fields[FIELDS];
  unsigned char signature[SIGNATURE];
  cover(vm, args, fields);
  sign(vm, args, signature);
  char proof[SCHEME + 2 * SIGNATURE + 1];
  memcpy(proof, scheme, SCHEME);
  sodium_bin2hex(proof + SCHEME, sizeof proof - SCHEME, signature, SIGNATURE);
  return make(vm, fields, proof);
}

/* Evidence without a proof is verified against one that cannot be valid, so
 * that a wrong key is refused in any case. */
ZERO_BUILTIN(evidence_verify) {
  zero_value fields[FIELDS];
  unsigned char signature[SIGNATURE] = {0};
  zero_value proof = cover(vm, args, fields);
  size_t size;
  bool has_proof =
      zero__text_size(proof) == SCHEME + 2 * SIGNATURE &&
      sodium_hex2bin(signature, SIGNATURE, zero__text_bytes(proof) + SCHEME,
                     2 * SIGNATURE, NULL, &size, NULL) == 0 &&
      size == SIGNATURE;
  bool good = verify(vm, args, 1, signature);
  return zero__bool(has_proof && good);
}
