/* object.h - reads the marker of an ELF object, and refuses another one. */
#ifndef ZERO_LAYOUT_OBJECT_H
#define ZERO_LAYOUT_OBJECT_H

#include <stddef.h>

enum zero_object_verdict {
  ZERO_OBJECT_GOOD,
  ZERO_OBJECT_BROKEN, /* no whole ELF object, or it cannot be read */
  ZERO_OBJECT_OTHER,  /* of another marker, of none, for another machine */
  ZERO_OBJECT_MISUSE, /* the caller did not give an object */
};

/* Judge the file at `path`, or `size` bytes with the contents of a file. If the
 * verdict is not good, `message` (message_room bytes, may be NULL) gets a
 * sentence that says why. */
enum zero_object_verdict zero__object_file(const char *path, char *message,
                                           size_t message_room);
enum zero_object_verdict zero__object_bytes(const void *bytes, size_t size,
                                            char *message, size_t message_room);

#endif
