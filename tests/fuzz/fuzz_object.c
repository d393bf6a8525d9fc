/* fuzz_object.c - any bytes as an ELF object: its marker is read, or refused
 * with a sentence, and nothing beside the bytes is looked at. */
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"

enum { ROOM = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  char message[ROOM], less[16], none = 'x';
  memset(message, 'x', sizeof message);
  memset(less, 'x', sizeof less);
  zero_status status =
      zero_check_object_bytes(bytes, size, message, sizeof message);
  ZERO_LAW(status == ZERO_OK || status == ZERO_E_MISMATCH ||
               status == ZERO_E_FAILED,
           "status %d", (int)status);
  ZERO_LAW(status == zero_check_object_bytes(bytes, size, less, sizeof less),
           "with less room");
  ZERO_LAW(status == zero_check_object_bytes(bytes, size, NULL, 0),
           "without a message");
  ZERO_LAW(status == zero_check_object_bytes(bytes, size, &none, 0),
           "without room");
  ZERO_LAW(none == 'x', "written without room");
  if (status == ZERO_OK) return 0;
  ZERO_LAW(memchr(message, '\0', ROOM) != NULL, "no end");
  ZERO_LAW(memchr(less, '\0', sizeof less) != NULL, "no end");
  ZERO_LAW(*message != '\0' &&
               zero__utf8_valid(message, strlen(message), NULL) ==
                   strlen(message),
           "%s", message);
  return 0;
}
