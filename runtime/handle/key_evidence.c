/* key_evidence.c - SHA-256, and HardwareEvidence: made, signed and verified.
 *
 * What is in memory is digested, and files as they stream.
 *
 * A proof covers the printed form of the value whose proof is `none`. That
 * form has every field between quotes that no field can hold unescaped, so no
 * byte of one can pass for a byte of another. That digests and proofs have
 * their form is the layout room's rule and is not asked again here. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/handle.h"
#include "handle/key_sign.h"
#include "layout/layout.h"
#include "value/bytes.h"
#include "value/print.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"
#include "vm/host.h"

/* The fields of a HardwareEvidence (abi/value-fields.tsv). */
enum { TARGET, ARTIFACT, DIGEST, PROOF, FIELDS };

enum { BLOCK = 1 << 16 }; /* bytes between two charges */

static const char scheme[] = "ed25519:";
enum { SCHEME = sizeof scheme - 1 };

/* --- digests of what is in memory ---------------------------------------- */

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
  zero__sodium_start(vm);
  crypto_hash_sha256_init(&state);
  while (size > 0) {
    uint64_t part = size < BLOCK ? size : BLOCK;
    zero__charge_bytes(vm, part);
    crypto_hash_sha256_update(&state, bytes, part);
    bytes += part;
    size -= part;
  }
  return finish(vm, &state);
}

ZERO_BUILTIN(digest_bytes) {
  const struct zero_bytes *bytes = zero__want_buffer(vm, args, 0);
  return digest_of(vm, bytes->data, bytes->size);
}

ZERO_BUILTIN(digest_text) {
  zero_value text = zero__want_text(vm, args, 0);
  return digest_of(vm, zero__text_bytes(text), zero__text_size(text));
}

/* --- digests of files ---------------------------------------------------- */

/* A file being digested. */
struct stream {
  zero_vm *vm;
  int file;
  int error;            /* errno, 0 where the system did all it was asked */
  int code;             /* why what it did is not enough: 0, or a code */
  const char *reason;   /* and its sentence */
  unsigned char *block; /* leaf storage, BLOCK bytes */
  crypto_hash_sha256_state state;
};

static bool same_time(const struct timespec *a, const struct timespec *b) {
  return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* True where nobody wrote between the two, as far as the system's clock of
 * files tells. */
static bool unchanged(const struct stat *before, const struct stat *after) {
  return before->st_size == after->st_size &&
         same_time(&before->st_mtim, &after->st_mtim) &&
         same_time(&before->st_ctim, &after->st_ctim);
}

/* Returns false where the system does not say; the errno is kept. */
static bool look(struct stream *stream, struct stat *facts) {
  if (ZERO_AGAIN(stream->vm, fstat(stream->file, facts)) == 0) return true;
  stream->error = errno;
  return false;
}

/* Digests to the end, or until the system refuses. */
static void digest_blocks(struct stream *stream) {
  size_t got = 1;
  while (stream->error == 0 && got > 0) {
    stream->error = zero__move_in(stream->vm, stream->file, zero__heap_read,
                                  stream->block, BLOCK, UINT64_MAX, &got);
    if (stream->error != 0 || got == 0) return;
    crypto_hash_sha256_update(&stream->state, stream->block, got);
    zero__charge(stream->vm, 1);
    zero__charge_bytes(stream->vm, got);
  }
}

/* What has no end of its own is refused: a pipe without a writer would read
 * as an empty file. Raises what stops the call. */
static void digest_stream(void *context) {
  struct stream *stream = context;
  struct stat before, after;
  if (!look(stream, &before)) return;
  if (S_ISDIR(before.st_mode)) {
    stream->error = EISDIR;
  } else if (!S_ISREG(before.st_mode) && !S_ISBLK(before.st_mode)) {
    stream->code = ZERO_CODE_FILE_FAILED;
    stream->reason = "it is neither a regular file nor a block device";
  } else {
    digest_blocks(stream);
    if (stream->error != 0 || !look(stream, &after)) return;
    if (unchanged(&before, &after)) return;
    stream->code = ZERO_CODE_FILE_CHANGED;
    stream->reason = "it was written to while it was read";
  }
}

/* Digests the file at argument `index`, a path, whose text takes its place.
 * Returns ZERO_NONE and the digits in *digest, or the HostErr that says why
 * there are none. */
static zero_value digest_file(zero_vm *vm, zero_value *args, unsigned index,
                              zero_value *digest) {
  struct stream stream = {.vm = vm};
  const char *path = zero__want_path(vm, args, index);
  zero__sodium_start(vm);
  crypto_hash_sha256_init(&stream.state);
  stream.block = zero__alloc(&vm->heap, ZERO_LEAF, BLOCK);
  stream.file = zero__root_file(vm, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  if (stream.file < 0) {
    stream.error = errno;
  } else {
    zero__file_guard(vm, stream.file, digest_stream, &stream);
  }
  if (stream.error != 0) {
    return zero__path_error(vm, args, index, stream.error,
                            ZERO_CAPABILITY_FILE_READ);
  }
  if (stream.code != 0) {
    return zero__content_refused(vm, args[index], stream.code,
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

/* The evidence of these fields; raises LAYOUT_HARDWARE_EVIDENCE. */
static zero_value make(zero_vm *vm, zero_value target, zero_value artifact,
                       zero_value digest, const char *proof) {
  zero_value fields[FIELDS] = {target, artifact, digest,
                               zero__text_of(&vm->heap, proof)};
  return zero__layout_new(&vm->heap, &evidence_family()->variants[0],
                          fields);
}

/* Takes the fields out of argument 1, and puts there what a proof of them
 * covers. */
static void cover(zero_vm *vm, zero_value *args, zero_value fields[FIELDS]) {
  args[1] = zero__layout_check(&vm->heap, evidence_family(), args[1]);
  for (unsigned i = 0; i < FIELDS; i++) {
    fields[i] = zero__record(args[1])->fields[i];
  }
  zero__charge_bytes(vm, (uint64_t)zero__text_size(fields[TARGET]) +
                             zero__text_size(fields[ARTIFACT]));
  args[1] = zero__print_value(
      &vm->heap, make(vm, fields[TARGET], fields[ARTIFACT], fields[DIGEST],
                      "none"));
}

ZERO_BUILTIN(evidence_new) {
  zero_value target = zero__want_text(vm, args, 0);
  zero__need(vm, ZERO_CAPABILITY_FILE_READ, zero__builtin_name(vm));
  zero_value digest;
  zero_value failure = digest_file(vm, args, 1, &digest);
  if (!zero_is_none(failure)) return failure;
  return zero__host_ok(vm, make(vm, target, args[1], digest, "none"));
}

/* What is no evidence is named by its type alone: a secret may be here by
 * mistake. */
ZERO_BUILTIN(evidence_sign) {
  if (zero__family_of(args[1]) != evidence_family()) {
    zero__raise(&vm->heap, ZERO_CODE_LAYOUT_HARDWARE_EVIDENCE,
                "evidence-sign: argument 2 must be HardwareEvidence, found "
                "%s",
                zero__type_name(args[1]));
  }
  zero_value fields[FIELDS];
  unsigned char signature[ZERO_SIGNATURE_BYTES];
  cover(vm, args, fields);
  zero__key_sign(vm, args, zero__text_bytes(args[1]),
                 zero__text_size(args[1]), signature);
  char proof[SCHEME + 2 * ZERO_SIGNATURE_BYTES + 1];
  memcpy(proof, scheme, SCHEME);
  sodium_bin2hex(proof + SCHEME, sizeof proof - SCHEME, signature,
                 sizeof signature);
  return make(vm, fields[TARGET], fields[ARTIFACT], fields[DIGEST], proof);
}

/* Takes the signature out of a proof. Returns false where it is `none`. */
static bool signature_of(zero_value proof,
                         unsigned char signature[ZERO_SIGNATURE_BYTES]) {
  size_t size;
  return zero__text_size(proof) == SCHEME + 2 * ZERO_SIGNATURE_BYTES &&
         sodium_hex2bin(signature, ZERO_SIGNATURE_BYTES,
                        zero__text_bytes(proof) + SCHEME,
                        2 * ZERO_SIGNATURE_BYTES, NULL, &size, NULL) == 0 &&
         size == ZERO_SIGNATURE_BYTES;
}

/* Evidence without a proof is verified against one that nobody can make, so
 * that a wrong key is refused whatever it is asked about. */
ZERO_BUILTIN(evidence_verify) {
  zero_value fields[FIELDS];
  unsigned char signature[ZERO_SIGNATURE_BYTES] = {0};
  cover(vm, args, fields);
  bool has_proof = signature_of(fields[PROOF], signature);
  bool good = zero__key_verify(vm, args, zero__text_bytes(args[1]),
                               zero__text_size(args[1]), signature);
  return zero__bool(has_proof && good);
}
