/* key_sign.h - Ed25519 keys, for evidence to be signed and verified with. */
#ifndef ZERO_HANDLE_KEY_SIGN_H
#define ZERO_HANDLE_KEY_SIGN_H

#include "vm/vm.h"

enum { ZERO_SIGNATURE_BYTES = 64 };

/* Signs with the key that argument 0 is a live handle of. */
void zero__key_sign(zero_vm *vm, zero_value *args, const void *message,
                    uint64_t size,
                    unsigned char signature[ZERO_SIGNATURE_BYTES]);

/* True where the owner of the public key, argument 0, made `signature`. */
bool zero__key_verify(zero_vm *vm, zero_value *args, const void *message,
                      uint64_t size,
                      const unsigned char signature[ZERO_SIGNATURE_BYTES]);

#endif
