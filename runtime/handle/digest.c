/* digest.c - SHA-256 of what is in memory, and of files as they stream. */
#include "handle/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/root.h"
#include "layout/brief.h"
#include "layout/layout.h"
#include "value/bytes.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

enum { BLOCK = 1 << 16 }; /* bytes between two charges */

_Static_assert(ZERO_DIGEST_DIGITS == 2 * crypto_hash_sha256_BYTES,
               "two digits a byte");

void zero__sodium_start(zero_vm *vm) {
  if (sodium_init() >= 0) return;
  zero__raise(&vm->heap, ZERO_CODE_HOST_FAILED,
              "%s: libsodium does not start on this system",
              zero__builtin_name(vm));
}

zero_value zero__want_buffer(zero_vm *vm, zero_value *args, unsigned index) {
  const struct zero_family *family = zero__family_by_tag(ZERO_FAMILY_BYTES);
  zero_value bytes = zero__layout_read(&vm->heap, family, args[index]);
  if (!zero_is_none(bytes)) return args[index] = bytes;
  zero__raise(&vm->heap, ZERO_CODE_TYPE_MISMATCH,
              "%s: argument %u must be Bytes, found %s",
              zero__builtin_name(vm), index + 1,
              zero__type_name(args[index]));
}

/* --- what is in memory --------------------------------------------------- */

static zero_value finish(zero_vm *vm, crypto_hash_sha256_state *state) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  char digits[ZERO_DIGEST_DIGITS + 1];
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
  const struct zero_bytes *bytes =
      zero__bytes(zero__want_buffer(vm, args, 0));
  return digest_of(vm, bytes->data, bytes->size);
}

ZERO_BUILTIN(digest_text) {
  zero_value text = zero__want_text(vm, args, 0);
  return digest_of(vm, zero__text_bytes(text), zero__text_size(text));
}

/* --- files --------------------------------------------------------------- */

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

static void refuse(struct stream *stream, int code, const char *reason) {
  stream->code = code;
  stream->reason = reason;
}

/* Digests to the end, or until the system refuses. */
static void digest_blocks(struct stream *stream) {
  for (;;) {
    ssize_t got = zero__heap_read(stream->file, stream->block, BLOCK);
    if (got < 0 && errno == EINTR) {
      zero__poll(stream->vm);
      continue;
    }
    if (got < 0) stream->error = errno;
    if (got <= 0) return;
    crypto_hash_sha256_update(&stream->state, stream->block, (size_t)got);
    zero__charge(stream->vm, 1);
    zero__charge_bytes(stream->vm, (uint64_t)got);
  }
}

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
  if (zero__file_facts(stream->vm, stream->file, facts) == 0) return true;
  stream->error = errno;
  return false;
}

/* What has no end of its own is refused: a pipe without a writer would read
 * as an empty file. Raises what stops the call. */
static void digest_stream(void *context) {
  struct stream *stream = context;
  struct stat before, after;
  if (!look(stream, &before)) return;
  if (S_ISDIR(before.st_mode)) {
    stream->error = EISDIR;
    return;
  }
  if (!S_ISREG(before.st_mode) && !S_ISBLK(before.st_mode)) {
    refuse(stream, ZERO_CODE_FILE_FAILED,
           "it is neither a regular file nor a block device");
    return;
  }
  digest_blocks(stream);
  if (stream->error != 0 || !look(stream, &after)) return;
  if (!unchanged(&before, &after)) {
    refuse(stream, ZERO_CODE_FILE_CHANGED,
           "it was written to while it was read");
  }
}

zero_value zero__digest_file(zero_vm *vm, zero_value *args, unsigned index,
                             zero_value *digest) {
  const uint32_t reading = ZERO_CAPABILITY_FILE_READ;
  struct stream stream = {.vm = vm};
  const char *path = zero__want_path(vm, args, index);
  zero__sodium_start(vm);
  crypto_hash_sha256_init(&stream.state);
  stream.block = zero__alloc(&vm->heap, ZERO_LEAF, BLOCK);
  stream.file = zero__root_file(vm, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  if (stream.file < 0) return zero__path_error(vm, args, index, errno, reading);
  int raised = zero__protect(&vm->heap, digest_stream, &stream);
  close(stream.file);
  if (raised != 0) zero__raise_again(&vm->heap);
  if (stream.error != 0) {
    return zero__path_error(vm, args, index, stream.error, reading);
  }
  if (stream.code != 0) {
    char brief[ZERO_BRIEF];
    zero__brief(&vm->heap, args[index], brief);
    return zero__host_refused(vm, stream.code, reading, "%s: %s", brief,
                              stream.reason);
  }
  *digest = finish(vm, &stream.state);
  return ZERO_NONE;
}

ZERO_BUILTIN(file_digest) {
  zero_value digest;
  zero_value failure = zero__digest_file(vm, args, 0, &digest);
  return zero_is_none(failure) ? zero__host_ok(vm, digest) : failure;
}
