/* families.h - layout tags, machine tags and versions.
 * Generated from abi/ by `make generate`; do not edit. */
#ifndef ZERO_GEN_FAMILIES_H
#define ZERO_GEN_FAMILIES_H

enum zero_family_tag {
  ZERO_FAMILY_UNIT = 0,
  ZERO_FAMILY_BOOL = 1,
  ZERO_FAMILY_I64 = 2,
  ZERO_FAMILY_TEXT = 3,
  ZERO_FAMILY_LIST = 4,
  ZERO_FAMILY_OPTION = 5,
  ZERO_FAMILY_RESULT = 6,
  ZERO_FAMILY_MAP = 7,
  ZERO_FAMILY_BYTES = 8,
  ZERO_FAMILY_ERROR = 9,
  ZERO_FAMILY_PATH = 10,
  ZERO_FAMILY_HANDLE = 11,
  ZERO_FAMILY_PROTOCOL = 12,
  ZERO_FAMILY_ACTOR = 13,
  ZERO_FAMILY_REMOTE_ACTOR = 14,
  ZERO_FAMILY_LIVE = 15,
  ZERO_FAMILY_PROCESS_HANDLE = 16,
  ZERO_FAMILY_SOCKET_HANDLE = 17,
  ZERO_FAMILY_RUNTIME_ERROR = 18,
  ZERO_FAMILY_HARDWARE_EVIDENCE = 19
};

enum {
  ZERO_FIRST_LIST_TAG = 5,
  ZERO_LAST_TAG = 19
};

/* What the second word of a zero_pair says. A family that is not here has
 * that of a List. Never a layout tag. */
enum zero_machine_tag {
  ZERO_MACHINE_UNIT = 0,
  ZERO_MACHINE_BOOL = 1,
  ZERO_MACHINE_I64 = 1,
  ZERO_MACHINE_TEXT = 2,
  ZERO_MACHINE_LIST = 3
};

#define ZERO_ABI_MARKER "0x0 ABI 0.1"
#define ZERO_LAYOUT_VERSION 1
#define ZERO_SHAPE_HASH "044df682ee10ea73"
#define ZERO_FULL_HASH "d80f2de94545a868"

#endif
