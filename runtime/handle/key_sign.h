/* key_sign.h - Ed25519 keys, for evidence to be signed and verified with. */
#ifndef ZERO_HANDLE_KEY_SIGN_H
#define ZERO_HANDLE_KEY_SIGN_H

#include "vm/vm.h"

enum { ZERO_SIGNATURE_BYTES = 64 };

/* Brings libsodium up before its first use; raises HOST_FAILED where it does
 * not come. libsodium itself does the work once, under a lock of its own,
 * whoever asks first: this VM, another thread's, the host. */
void zero__sodium_start(zero_vm *vm);

/* Argument `index` as packed Bytes, read from either version; it takes the
 * argument's place, which keeps it alive. What this raises names the type of
 * what it found and never its content: a seed may be given where it does not
 * belong. */
const struct zero_bytes *zero__want_buffer(zero_vm *vm, zero_value *args,
                                           unsigned index);

/* Signs with the key that argument 0 is a live handle of. */
void zero__key_sign(zero_vm *vm, zero_value *args, const void *message,
                    uint64_t size,
                    unsigned char signature[ZERO_SIGNATURE_BYTES]);

/* True where the owner of the public key, argument 0, made `signature`. */
bool zero__key_verify(zero_vm *vm, zero_value *args, const void *message,
                      uint64_t size,
                      const unsigned char signature[ZERO_SIGNATURE_BYTES]);

#endif
