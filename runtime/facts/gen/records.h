/* records.h - where values lie in memory.
 * Generated from abi/ by `make generate`; do not edit. */
#ifndef ZERO_FACTS_GEN_RECORDS_H
#define ZERO_FACTS_GEN_RECORDS_H

/* The bits of words, what pointers add to an address, and what
 * headers say. */
enum zero_machine_word {
  ZERO_WORD_UNIT = 0x0e,
  ZERO_WORD_FALSE = 0x1e,
  ZERO_WORD_TRUE = 0x2e,
  ZERO_POINTER_BOXED_I64 = 2,
  ZERO_HEADER_KIND_BOXED_I64 = 4,
  ZERO_POINTER_TEXT = 4,
  ZERO_WORD_EMPTY = 0x3e,
  ZERO_POINTER_CELL = 0,
  ZERO_POINTER_RECORD = 2,
  ZERO_HEADER_KIND_RECORD = 1,
  ZERO_POINTER_MAP = 2,
  ZERO_HEADER_KIND_MAP = 2,
  ZERO_POINTER_BYTES = 2,
  ZERO_HEADER_KIND_BYTES = 3,
};

/* X(form, part, offset, size) for each part, and
 * REST(form, part, offset) where it goes to the end. */
#define ZERO_PARTS_BOXED_I64(X, REST) \
  X(boxed_i64, header, 0, 8) \
  X(boxed_i64, number, 8, 8)

#define ZERO_PARTS_TEXT(X, REST) \
  X(text, flags, 0, 4) \
  X(text, size, 4, 4) \
  X(text, count, 8, 4) \
  X(text, hash, 12, 4) \
  REST(text, bytes, 16)

#define ZERO_PARTS_CELL(X, REST) \
  X(cell, tail, 0, 8) \
  X(cell, head, 8, 8)

#define ZERO_PARTS_RECORD(X, REST) \
  X(record, header, 0, 8) \
  REST(record, fields, 8)

#define ZERO_PARTS_MAP(X, REST) \
  X(map, header, 0, 8) \
  REST(map, table, 8)

#define ZERO_PARTS_BYTES(X, REST) \
  X(bytes, header, 0, 8) \
  X(bytes, size, 8, 8) \
  REST(bytes, data, 16)

/* X(VARIANT, tag, index, fields, header, size) for each that
 * is a record; sizes are what is allocated. */
#define ZERO_RECORDS(X) \
  X(SOME, 5, 0, 1, 0x0000000100050001, 16) \
  X(NONE, 5, 1, 0, 0x0000000000050101, 16) \
  X(OK, 6, 0, 1, 0x0000000100060001, 16) \
  X(ERR, 6, 1, 1, 0x0000000100060101, 16) \
  X(ERROR, 9, 0, 4, 0x0000000400090001, 48) \
  X(PATH, 10, 0, 3, 0x00000003000a0001, 32) \
  X(HANDLE, 11, 0, 3, 0x00000003000b0001, 32) \
  X(PROTOCOL, 12, 0, 4, 0x00000004000c0001, 48) \
  X(ACTOR, 13, 0, 3, 0x00000003000d0001, 32) \
  X(REMOTE_ACTOR, 14, 0, 3, 0x00000003000e0001, 32) \
  X(LIVE, 15, 0, 4, 0x00000004000f0001, 48) \
  X(PROCESS_HANDLE, 16, 0, 3, 0x0000000300100001, 32) \
  X(SOCKET_HANDLE, 17, 0, 3, 0x0000000300110001, 32) \
  X(RUNTIME_ERROR, 18, 0, 4, 0x0000000400120001, 48) \
  X(HARDWARE_EVIDENCE, 19, 0, 4, 0x0000000400130001, 48)

/* X(VARIANT, FIELD, index, offset) for each of their fields. */
#define ZERO_RECORD_FIELDS(X) \
  X(SOME, VALUE, 0, 8) \
  X(OK, VALUE, 0, 8) \
  X(ERR, ERROR, 0, 8) \
  X(ERROR, CODE, 0, 8) \
  X(ERROR, MESSAGE, 1, 16) \
  X(ERROR, CAUSE, 2, 24) \
  X(ERROR, CONTEXT, 3, 32) \
  X(PATH, TEXT, 0, 8) \
  X(PATH, KIND, 1, 16) \
  X(PATH, NORMALIZED, 2, 24) \
  X(HANDLE, CAPABILITY, 0, 8) \
  X(HANDLE, ID, 1, 16) \
  X(HANDLE, STATE, 2, 24) \
  X(PROTOCOL, NAME, 0, 8) \
  X(PROTOCOL, VERSION, 1, 16) \
  X(PROTOCOL, STATE, 2, 24) \
  X(PROTOCOL, TRACE, 3, 32) \
  X(ACTOR, NODE, 0, 8) \
  X(ACTOR, NAME, 1, 16) \
  X(ACTOR, MESSAGE_TYPE, 2, 24) \
  X(REMOTE_ACTOR, NODE, 0, 8) \
  X(REMOTE_ACTOR, ADDRESS, 1, 16) \
  X(REMOTE_ACTOR, CAPABILITIES, 2, 24) \
  X(LIVE, SESSION, 0, 8) \
  X(LIVE, ROUTE, 1, 16) \
  X(LIVE, REVISION, 2, 24) \
  X(LIVE, PAYLOAD, 3, 32) \
  X(PROCESS_HANDLE, PID, 0, 8) \
  X(PROCESS_HANDLE, STATUS, 1, 16) \
  X(PROCESS_HANDLE, STDIO, 2, 24) \
  X(SOCKET_HANDLE, ENDPOINT, 0, 8) \
  X(SOCKET_HANDLE, MODE, 1, 16) \
  X(SOCKET_HANDLE, STATE, 2, 24) \
  X(RUNTIME_ERROR, CODE, 0, 8) \
  X(RUNTIME_ERROR, MESSAGE, 1, 16) \
  X(RUNTIME_ERROR, CAPABILITY, 2, 24) \
  X(RUNTIME_ERROR, CONTEXT, 3, 32) \
  X(HARDWARE_EVIDENCE, TARGET, 0, 8) \
  X(HARDWARE_EVIDENCE, ARTIFACT, 1, 16) \
  X(HARDWARE_EVIDENCE, DIGEST, 2, 24) \
  X(HARDWARE_EVIDENCE, PROOF, 3, 32)

#endif
