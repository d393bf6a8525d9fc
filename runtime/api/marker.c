/* marker.c - the object marker, in the file for tools to read.
 *
 * A note section of its own holds the marker of the object ABI, so that a
 * toolchain can refuse an object of another ABI without running it. */
#include "zero.h"

__asm__(".pushsection .note.0x0.abi,\"a\",@note\n"
        ".globl zero__abi_note\n"
        ".hidden zero__abi_note\n"
        "zero__abi_note:\n"
        ".asciz \"" ZERO_ABI_MARKER "\"\n"
        ".popsection\n");

/* Read from the note itself: what zero_abi_marker answers is what the file
 * says, and a program that asks for it links the note. */
extern const char zero__abi_note[];

const char *zero_abi_marker(void) {
  return zero__abi_note;
}
