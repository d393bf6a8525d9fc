/* image.c - the header of an image: which VM it is for, and its checksum. */
#include "compile/image.h"

#include "compile/image_format.h"

/* --- hashes -------------------------------------------------------------- */

/* Each step is one to one in both of its arguments, so that a change of one
 * word always shows. */
static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
  return hash ^ hash >> 29;
}

static uint64_t mix_bytes(uint64_t hash, const void *bytes, size_t size) {
  const unsigned char *at = bytes;
  for (; size >= sizeof(uint64_t); size -= sizeof(uint64_t)) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    hash = mix(hash, word);
    at += sizeof word;
  }
  uint64_t rest = 0;
  memcpy(&rest, at, size);
  return mix(hash, rest);
}

static uint64_t mix_text(uint64_t hash, const char *text) {
  return mix_bytes(hash, text, strlen(text) + 1);
}

/* What bytecode means here: the order and form of the instructions, of the
 * builtins and of the capabilities' bits. */
static uint64_t machine_hash(void) {
  uint64_t hash = 0;
  for (unsigned i = 0; i < ZERO_OP_COUNT; i++) {
    hash = mix_text(hash, zero__instructions[i].name);
    hash = mix_text(hash, zero__instructions[i].operands);
    hash = mix_text(hash, zero__instructions[i].next);
  }
  for (unsigned i = ZERO_OP_COUNT; i < ZERO_OP_ALL; i++) {
    hash = mix(hash, zero__plain_op[i]);
  }
  for (unsigned i = 0; i < ZERO_OP_COUNT; i++) {
    hash = mix_bytes(hash, zero__pair_op[i], sizeof zero__pair_op[i]);
  }
  for (unsigned i = 0; i < zero__builtin_count; i++) {
    const struct zero_builtin *builtin = &zero__builtins[i];
    hash = mix_text(hash, builtin->name);
    hash = mix(hash, (uint64_t)builtin->how << 16 |
                         (uint64_t)builtin->min << 8 | builtin->max);
  }
  for (unsigned i = 0; i < zero__capability_count; i++) {
    hash = mix_text(hash, zero__capabilities[i].name);
    hash = mix(hash, zero__capabilities[i].bits);
  }
  return hash;
}

uint64_t zero__image_checksum(const void *bytes, size_t size) {
  const size_t covered = offsetof(struct zero_image_header, checksum);
  uint64_t hash = mix_bytes(0, bytes, covered);
  return mix_bytes(hash, (const char *)bytes + ZERO_IMAGE_BODY,
                   size - ZERO_IMAGE_BODY);
}

/* --- the header ---------------------------------------------------------- */

_Static_assert(sizeof(ZERO_SHAPE_HASH) == 17, "a hash has 16 digits");
_Static_assert(sizeof(ZERO_FULL_HASH) == 17, "a hash has 16 digits");

struct zero_image_header zero__image_header(void) {
  struct zero_image_header header = {
      .version = ZERO_IMAGE_VERSION,
      .layout_version = ZERO_LAYOUT_VERSION,
      .marker = ZERO_ABI_MARKER,
      .machine_hash = machine_hash(),
  };
  memcpy(header.magic, ZERO_IMAGE_MAGIC, sizeof header.magic);
  memcpy(header.shape_hash, ZERO_SHAPE_HASH, sizeof header.shape_hash);
  memcpy(header.full_hash, ZERO_FULL_HASH, sizeof header.full_hash);
  return header;
}

void zero__image_seal(void *bytes, size_t size) {
  struct zero_image_header header;
  memcpy(&header, bytes, sizeof header);
  header.size = size;
  memcpy(bytes, &header, sizeof header);
  header.checksum = zero__image_checksum(bytes, size);
  memcpy(bytes, &header, sizeof header);
}
