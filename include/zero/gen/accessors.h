/* accessors.h - make and read values of each family by name.
 * Generated from abi/ by `make generate`; do not edit. */
#ifndef ZERO_GEN_ACCESSORS_H
#define ZERO_GEN_ACCESSORS_H

/* zero_F_V_new makes variant V of family F from all its fields; it is
 * zero_F_new if family and variant have the same name. zero_F_is_V
 * tests for a variant, zero_F_X reads field X, zero_F_check returns
 * the v1 value. They call zero_new, zero_is, zero_get and
 * zero_check_value; zero.h says what these return and how they
 * fail. */
#include "zero.h"

/* --- Option */

ZERO_MUST_USE static inline zero_status zero_option_some_new(
    zero_vm *vm, zero_value *made,
    zero_value value) {
  zero_value fields[1];
  fields[0] = value;
  return zero_new(vm, made, "Option", "some",
                  fields, 1);
}

static inline int zero_option_is_some(
    zero_vm *vm, zero_value value) {
  return zero_is(vm, "Option", "some", value);
}

/* What is there. */
ZERO_MUST_USE static inline zero_status zero_option_value(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Option", "value", value);
}

ZERO_MUST_USE static inline zero_status zero_option_none_new(
    zero_vm *vm, zero_value *made) {
  return zero_new(vm, made, "Option", "none",
                  NULL, 0);
}

static inline int zero_option_is_none(
    zero_vm *vm, zero_value value) {
  return zero_is(vm, "Option", "none", value);
}

ZERO_MUST_USE static inline zero_status zero_option_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "Option", value);
}

/* --- Result */

ZERO_MUST_USE static inline zero_status zero_result_ok_new(
    zero_vm *vm, zero_value *made,
    zero_value value) {
  zero_value fields[1];
  fields[0] = value;
  return zero_new(vm, made, "Result", "ok",
                  fields, 1);
}

static inline int zero_result_is_ok(
    zero_vm *vm, zero_value value) {
  return zero_is(vm, "Result", "ok", value);
}

/* What was asked for. */
ZERO_MUST_USE static inline zero_status zero_result_value(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Result", "value", value);
}

ZERO_MUST_USE static inline zero_status zero_result_err_new(
    zero_vm *vm, zero_value *made,
    zero_value error) {
  zero_value fields[1];
  fields[0] = error;
  return zero_new(vm, made, "Result", "err",
                  fields, 1);
}

static inline int zero_result_is_err(
    zero_vm *vm, zero_value value) {
  return zero_is(vm, "Result", "err", value);
}

/* Why there is no value. */
ZERO_MUST_USE static inline zero_status zero_result_error(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Result", "error", value);
}

ZERO_MUST_USE static inline zero_status zero_result_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "Result", value);
}

/* --- Map */

ZERO_MUST_USE static inline zero_status zero_map_new(
    zero_vm *vm, zero_value *made,
    zero_value entries) {
  zero_value fields[1];
  fields[0] = entries;
  return zero_new(vm, made, "Map", "map",
                  fields, 1);
}

/* Lists of key and value in order of first insertion, no key twice; a key is an I64, Text, Bool or Unit. */
ZERO_MUST_USE static inline zero_status zero_map_entries(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Map", "entries", value);
}

ZERO_MUST_USE static inline zero_status zero_map_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "Map", value);
}

/* --- Bytes */

ZERO_MUST_USE static inline zero_status zero_bytes_new(
    zero_vm *vm, zero_value *made,
    zero_value raw_list) {
  zero_value fields[1];
  fields[0] = raw_list;
  return zero_new(vm, made, "Bytes", "bytes",
                  fields, 1);
}

/* The bytes, each an I64 from 0 to 255. */
ZERO_MUST_USE static inline zero_status zero_bytes_raw_list(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Bytes", "raw-list", value);
}

ZERO_MUST_USE static inline zero_status zero_bytes_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "Bytes", value);
}

/* --- Error */

ZERO_MUST_USE static inline zero_status zero_error_new(
    zero_vm *vm, zero_value *made,
    zero_value code,
    zero_value message,
    zero_value cause,
    zero_value context) {
  zero_value fields[4];
  fields[0] = code;
  fields[1] = message;
  fields[2] = cause;
  fields[3] = context;
  return zero_new(vm, made, "Error", "error",
                  fields, 4);
}

/* The stable code of the error. */
ZERO_MUST_USE static inline zero_status zero_error_code(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Error", "code", value);
}

/* A sentence for people. */
ZERO_MUST_USE static inline zero_status zero_error_message(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Error", "message", value);
}

/* The error that led to this one. */
ZERO_MUST_USE static inline zero_status zero_error_cause(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Error", "cause", value);
}

/* Facts that were known when it happened. */
ZERO_MUST_USE static inline zero_status zero_error_context(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Error", "context", value);
}

ZERO_MUST_USE static inline zero_status zero_error_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "Error", value);
}

/* --- Path */

ZERO_MUST_USE static inline zero_status zero_path_new(
    zero_vm *vm, zero_value *made,
    zero_value text,
    zero_value kind,
    zero_value normalized) {
  zero_value fields[3];
  fields[0] = text;
  fields[1] = kind;
  fields[2] = normalized;
  return zero_new(vm, made, "Path", "path",
                  fields, 3);
}

/* The path, with / between its parts; it never climbs out of its root. */
ZERO_MUST_USE static inline zero_status zero_path_text(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Path", "text", value);
}

/* What the path names. */
ZERO_MUST_USE static inline zero_status zero_path_kind(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Path", "kind", value);
}

/* True only if the text is in normal form; no host operation takes a path for which it is false. */
ZERO_MUST_USE static inline zero_status zero_path_normalized(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Path", "normalized", value);
}

ZERO_MUST_USE static inline zero_status zero_path_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "Path", value);
}

/* --- Handle */

ZERO_MUST_USE static inline zero_status zero_handle_new(
    zero_vm *vm, zero_value *made,
    zero_value capability,
    zero_value id,
    zero_value state) {
  zero_value fields[3];
  fields[0] = capability;
  fields[1] = id;
  fields[2] = state;
  return zero_new(vm, made, "Handle", "handle",
                  fields, 3);
}

/* The capability that its use needs. */
ZERO_MUST_USE static inline zero_status zero_handle_capability(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Handle", "capability", value);
}

/* The runtime's name for it; a plain number only describes one. */
ZERO_MUST_USE static inline zero_status zero_handle_id(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Handle", "id", value);
}

/* Its current state. */
ZERO_MUST_USE static inline zero_status zero_handle_state(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Handle", "state", value);
}

ZERO_MUST_USE static inline zero_status zero_handle_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "Handle", value);
}

/* --- Protocol */

ZERO_MUST_USE static inline zero_status zero_protocol_new(
    zero_vm *vm, zero_value *made,
    zero_value name,
    zero_value version,
    zero_value state,
    zero_value trace) {
  zero_value fields[4];
  fields[0] = name;
  fields[1] = version;
  fields[2] = state;
  fields[3] = trace;
  return zero_new(vm, made, "Protocol", "protocol",
                  fields, 4);
}

/* Which protocol it is. */
ZERO_MUST_USE static inline zero_status zero_protocol_name(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Protocol", "name", value);
}

/* Which version of the protocol. */
ZERO_MUST_USE static inline zero_status zero_protocol_version(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Protocol", "version", value);
}

/* The state the session is in. */
ZERO_MUST_USE static inline zero_status zero_protocol_state(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Protocol", "state", value);
}

/* The states the session has been in, oldest first. */
ZERO_MUST_USE static inline zero_status zero_protocol_trace(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Protocol", "trace", value);
}

ZERO_MUST_USE static inline zero_status zero_protocol_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "Protocol", value);
}

/* --- Actor */

ZERO_MUST_USE static inline zero_status zero_actor_new(
    zero_vm *vm, zero_value *made,
    zero_value node,
    zero_value name,
    zero_value message_type) {
  zero_value fields[3];
  fields[0] = node;
  fields[1] = name;
  fields[2] = message_type;
  return zero_new(vm, made, "Actor", "actor",
                  fields, 3);
}

/* The node it runs on. */
ZERO_MUST_USE static inline zero_status zero_actor_node(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Actor", "node", value);
}

/* Its name there. */
ZERO_MUST_USE static inline zero_status zero_actor_name(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Actor", "name", value);
}

/* The type of the messages it takes. */
ZERO_MUST_USE static inline zero_status zero_actor_message_type(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Actor", "message-type", value);
}

ZERO_MUST_USE static inline zero_status zero_actor_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "Actor", value);
}

/* --- RemoteActor */

ZERO_MUST_USE static inline zero_status zero_remote_actor_new(
    zero_vm *vm, zero_value *made,
    zero_value node,
    zero_value address,
    zero_value capabilities) {
  zero_value fields[3];
  fields[0] = node;
  fields[1] = address;
  fields[2] = capabilities;
  return zero_new(vm, made, "RemoteActor", "remote-actor",
                  fields, 3);
}

/* The node it runs on. */
ZERO_MUST_USE static inline zero_status zero_remote_actor_node(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "RemoteActor", "node", value);
}

/* Where the node is reached. */
ZERO_MUST_USE static inline zero_status zero_remote_actor_address(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "RemoteActor", "address", value);
}

/* The capabilities it offers. */
ZERO_MUST_USE static inline zero_status zero_remote_actor_capabilities(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "RemoteActor", "capabilities", value);
}

ZERO_MUST_USE static inline zero_status zero_remote_actor_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "RemoteActor", value);
}

/* --- Live */

ZERO_MUST_USE static inline zero_status zero_live_new(
    zero_vm *vm, zero_value *made,
    zero_value session,
    zero_value route,
    zero_value revision,
    zero_value payload) {
  zero_value fields[4];
  fields[0] = session;
  fields[1] = route;
  fields[2] = revision;
  fields[3] = payload;
  return zero_new(vm, made, "Live", "live",
                  fields, 4);
}

/* The session it belongs to. */
ZERO_MUST_USE static inline zero_status zero_live_session(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Live", "session", value);
}

/* The route it shows. */
ZERO_MUST_USE static inline zero_status zero_live_route(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Live", "route", value);
}

/* Rises by one at each step. */
ZERO_MUST_USE static inline zero_status zero_live_revision(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Live", "revision", value);
}

/* The state or frame itself. */
ZERO_MUST_USE static inline zero_status zero_live_payload(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "Live", "payload", value);
}

ZERO_MUST_USE static inline zero_status zero_live_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "Live", value);
}

/* --- ProcessHandle */

ZERO_MUST_USE static inline zero_status zero_process_handle_new(
    zero_vm *vm, zero_value *made,
    zero_value pid,
    zero_value status,
    zero_value stdio) {
  zero_value fields[3];
  fields[0] = pid;
  fields[1] = status;
  fields[2] = stdio;
  return zero_new(vm, made, "ProcessHandle", "process-handle",
                  fields, 3);
}

/* The process; a plain number only describes one. */
ZERO_MUST_USE static inline zero_status zero_process_handle_pid(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "ProcessHandle", "pid", value);
}

/* Its current state. */
ZERO_MUST_USE static inline zero_status zero_process_handle_status(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "ProcessHandle", "status", value);
}

/* Its standard input, output and error; Unit if it has none. */
ZERO_MUST_USE static inline zero_status zero_process_handle_stdio(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "ProcessHandle", "stdio", value);
}

ZERO_MUST_USE static inline zero_status zero_process_handle_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "ProcessHandle", value);
}

/* --- SocketHandle */

ZERO_MUST_USE static inline zero_status zero_socket_handle_new(
    zero_vm *vm, zero_value *made,
    zero_value endpoint,
    zero_value mode,
    zero_value state) {
  zero_value fields[3];
  fields[0] = endpoint;
  fields[1] = mode;
  fields[2] = state;
  return zero_new(vm, made, "SocketHandle", "socket-handle",
                  fields, 3);
}

/* The socket; a plain text only describes one. */
ZERO_MUST_USE static inline zero_status zero_socket_handle_endpoint(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "SocketHandle", "endpoint", value);
}

/* What sort of socket it is. */
ZERO_MUST_USE static inline zero_status zero_socket_handle_mode(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "SocketHandle", "mode", value);
}

/* Its current state. */
ZERO_MUST_USE static inline zero_status zero_socket_handle_state(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "SocketHandle", "state", value);
}

ZERO_MUST_USE static inline zero_status zero_socket_handle_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "SocketHandle", value);
}

/* --- RuntimeError */

ZERO_MUST_USE static inline zero_status zero_runtime_error_new(
    zero_vm *vm, zero_value *made,
    zero_value code,
    zero_value message,
    zero_value capability,
    zero_value context) {
  zero_value fields[4];
  fields[0] = code;
  fields[1] = message;
  fields[2] = capability;
  fields[3] = context;
  return zero_new(vm, made, "RuntimeError", "runtime-error",
                  fields, 4);
}

/* The stable code of the error. */
ZERO_MUST_USE static inline zero_status zero_runtime_error_code(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "RuntimeError", "code", value);
}

/* A sentence for people. */
ZERO_MUST_USE static inline zero_status zero_runtime_error_message(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "RuntimeError", "message", value);
}

/* The capability that was needed, or an empty text. */
ZERO_MUST_USE static inline zero_status zero_runtime_error_capability(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "RuntimeError", "capability", value);
}

/* Contains at and function if they are known. */
ZERO_MUST_USE static inline zero_status zero_runtime_error_context(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "RuntimeError", "context", value);
}

ZERO_MUST_USE static inline zero_status zero_runtime_error_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "RuntimeError", value);
}

/* --- HardwareEvidence */

ZERO_MUST_USE static inline zero_status zero_hardware_evidence_new(
    zero_vm *vm, zero_value *made,
    zero_value target,
    zero_value artifact,
    zero_value digest,
    zero_value proof) {
  zero_value fields[4];
  fields[0] = target;
  fields[1] = artifact;
  fields[2] = digest;
  fields[3] = proof;
  return zero_new(vm, made, "HardwareEvidence", "hardware-evidence",
                  fields, 4);
}

/* The device or board that vouches. */
ZERO_MUST_USE static inline zero_status zero_hardware_evidence_target(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "HardwareEvidence", "target", value);
}

/* What it vouches for. */
ZERO_MUST_USE static inline zero_status zero_hardware_evidence_artifact(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "HardwareEvidence", "artifact", value);
}

/* SHA-256 of the artifact, 64 lower-case hexadecimal digits. */
ZERO_MUST_USE static inline zero_status zero_hardware_evidence_digest(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "HardwareEvidence", "digest", value);
}

/* The word none, or ed25519: and 128 hexadecimal digits over the printed value whose proof is none. */
ZERO_MUST_USE static inline zero_status zero_hardware_evidence_proof(
    zero_vm *vm, zero_value *field,
    zero_value value) {
  return zero_get(vm, field, "HardwareEvidence", "proof", value);
}

ZERO_MUST_USE static inline zero_status zero_hardware_evidence_check(
    zero_vm *vm, zero_value *checked,
    zero_value value) {
  return zero_check_value(vm, checked, "HardwareEvidence", value);
}

#endif
