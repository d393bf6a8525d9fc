/* key_digest.h - digests of files for evidence, and what else asks libsodium. */
#ifndef ZERO_HANDLE_KEY_DIGEST_H
#define ZERO_HANDLE_KEY_DIGEST_H

#include "vm/vm.h"

enum { ZERO_DIGEST_DIGITS = 64 };

/* Brings libsodium up before its first use; raises HOST_FAILED where it does
 * not come. libsodium itself does the work once, under a lock of its own,
 * whoever asks first: this VM, another thread's, the host. */
void zero__sodium_start(zero_vm *vm);

/* Argument `index` as packed Bytes, read from either version; it takes the
 * argument's place, which keeps it alive. What this raises names the type of
 * what it found and never its content: a seed may be given where it does not
 * belong. */
zero_value zero__want_buffer(zero_vm *vm, zero_value *args, unsigned index);

/* Digests the file at argument `index`, a path, whose text takes its place.
 * Returns ZERO_NONE and the digits in *digest, or the HostErr that says why
 * there are none. */
zero_value zero__digest_file(zero_vm *vm, zero_value *args, unsigned index,
                             zero_value *digest);

#endif
