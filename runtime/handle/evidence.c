/* evidence.c - HardwareEvidence: made from a file, signed and verified.
 *
 * A proof covers the printed form of the value whose proof is `none`. That
 * form has every field between quotes that no field can hold unescaped, so no
 * byte of one can pass for a byte of another. That digests and proofs have
 * their form is the layout room's rule and is not asked again here. */
#include <sodium.h>

#include "handle/digest.h"
#include "handle/key.h"
#include "layout/layout.h"
#include "value/print.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

/* The fields of a HardwareEvidence (abi/value-fields.tsv). */
enum { TARGET, ARTIFACT, DIGEST, PROOF, FIELDS };

static const char scheme[] = "ed25519:";
enum { SCHEME = sizeof scheme - 1 };

/* The evidence of these fields; raises LAYOUT_HARDWARE_EVIDENCE. */
static zero_value make(zero_vm *vm, zero_value target, zero_value artifact,
                       zero_value digest, const char *proof) {
  const struct zero_family *family =
      zero__family_by_tag(ZERO_FAMILY_HARDWARE_EVIDENCE);
  zero_value fields[FIELDS] = {target, artifact, digest,
                               zero__text_of(&vm->heap, proof)};
  return zero__layout_new(&vm->heap, &family->variants[0], fields);
}

/* Takes the fields out of argument 1, and puts there what a proof of them
 * covers. */
static void cover(zero_vm *vm, zero_value *args, zero_value fields[FIELDS]) {
  const struct zero_family *family =
      zero__family_by_tag(ZERO_FAMILY_HARDWARE_EVIDENCE);
  args[1] = zero__layout_check(&vm->heap, family, args[1]);
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
  zero_value failure = zero__digest_file(vm, args, 1, &digest);
  if (!zero_is_none(failure)) return failure;
  return zero__host_ok(vm, make(vm, target, args[1], digest, "none"));
}

/* What is no evidence is named by its type alone: a secret may be here by
 * mistake. */
ZERO_BUILTIN(evidence_sign) {
  const struct zero_family *family = zero__family_of(args[1]);
  if (family == NULL || family->tag != ZERO_FAMILY_HARDWARE_EVIDENCE) {
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
