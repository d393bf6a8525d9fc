/* zero.h - embed the Zero runtime.
 *
 * Argument order, everywhere: the VM first, then what is written, then what
 * is read, a length directly after what it measures, a callback before its
 * context, flags last.
 *
 * Threads: a zero_vm is used by one thread at a time; different VMs may run
 * in different threads. Only zero_interrupt may be called from any thread.
 * The first VM of a process is opened by its first thread, unless the host
 * has called GC_INIT there.
 *
 * Callbacks: while one runs its VM is busy. zero_interrupt, zero_wait, the
 * errors, zero_pinned and what takes no VM may be called; all else is
 * ZERO_E_USAGE, and zero_close does nothing. A callback returns: it must not
 * jump past the library. A function of the host (zero_define) is no callback:
 * it is given a VM to use, and only zero_close does nothing.
 *
 * Ownership: what a function returns stays owned by the VM, and is good until
 * the next call on that VM unless it says otherwise. Values live as long as
 * a C local of a live frame, a scope (zero_scope_open), a pin (zero_pin) or
 * the VM holds them; memory from malloc does not keep them alive.
 *
 * Errors: a function that can fail returns zero_status; ZERO_OK is 0. The
 * error object is then had by zero_error_* and is replaced by the next call
 * that fails. The library never prints, exits or aborts.
 *
 * Text is UTF-8. What becomes a Text is checked where it enters: it is refused
 * with HOST_NOT_TEXT where it is not UTF-8 or holds a NUL, or as ZERO_E_USAGE
 * where a function says so. What is only named in a message, such as a path
 * that cannot be read, may be any C string: each byte that belongs to no
 * character is replaced by U+FFFD. So messages are always UTF-8. They may hold
 * controls that come from a program or a path: a host that shows them on a
 * terminal escapes them first.
 *
 * Sizes: a size or count larger than any memory, such as (size_t)-1, is
 * refused before anything is read.
 *
 * The C stack: a thread that uses Zero needs 64 KiB of it. Where less than what
 * a call may need is left, the call fails with STACK_DEPTH before it begins,
 * and zero_open with ZERO_E_USAGE. A function of the host may call a program,
 * which may call it again: that fails with STACK_DEPTH too where it is nested
 * deeper than `nested_calls` of zero_options says, or than the C stack has room
 * for. A level takes about half a KiB, and what the host's function needs.
 *
 * Limits belong to a call, zero_load and zero_eval included: each begins with
 * all it is given. After one has ended a call the VM is as good as before. */
#ifndef ZERO_H
#define ZERO_H

#include <stddef.h>
#include <stdint.h>

#include "zero/gen/codes.h"
#include "zero/gen/families.h"
#include "zero/value.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ZERO_API __attribute__((visibility("default")))
#define ZERO_MUST_USE __attribute__((warn_unused_result))
#else
#define ZERO_API
#define ZERO_MUST_USE
#endif

typedef struct zero_vm zero_vm;

typedef enum zero_status {
  ZERO_OK = 0,
  ZERO_E_FAILED = 1, /* the program raised an error */
  ZERO_E_USAGE = 2,  /* the caller broke a rule of this header */
  ZERO_E_SOURCE = 3, /* the text could not be read or checked */
  ZERO_E_EXIT = 4,   /* the program called (exit n): zero_exit_status */
  ZERO_E_MEMORY = 5, /* the system has no memory */
  ZERO_E_MISMATCH = 6, /* host and library were built from other tables */
  ZERO_E_CLOSED = 7    /* the VM was closed; only debug builds can tell */
} zero_status;

/* Writes `size` bytes the program printed. A size of 0 says that the program
 * is about to wait: a host that keeps output back lets it be seen now. One
 * that has to wait for a reader does so by zero_wait. */
typedef void zero_output(void *context, const char *bytes, size_t size);

/* Reads up to `room` bytes of input. Returns how many, 0 at the end, -1 on
 * failure, and where zero_wait says that the call must stop. */
typedef long zero_input(void *context, char *bytes, size_t room);

/* Finds the text of an imported file. In: `path` as written in the import,
 * `from` the name of the importing source ("" for none). Out: *name, by which
 * equal files are known, in UTF-8; *bytes and *size. They are NULL and 0
 * before. What they point to must stay until the load that asked returns.
 * Returns 0, or with a sentence for people in `message` (message_room bytes)
 * the error's code: SOURCE_UNREADABLE, IMPORT_DENIED, SYNTAX_TOO_LARGE; every
 * other is IMPORT_NOT_FOUND. Where it returns 0 and *name is NULL, or *bytes is
 * and *size is not 0, the import fails with SOURCE_UNREADABLE; where *name is
 * not UTF-8, with HOST_NOT_TEXT. */
typedef int zero_loader(void *context, const char *path, const char *from,
                        const char **name, const char **bytes, size_t *size,
                        char *message, size_t message_room);

/* Takes one warning: of the checker, or of a handle that was left open. */
struct zero_error;
typedef void zero_warning(void *context, const struct zero_error *warning);

/* How a VM is opened. Begin with zero_options_default. */
typedef struct zero_options {
  zero_output *output;      /* NULL: output is dropped */
  void *output_context;
  zero_input *input;        /* NULL: input is at its end */
  void *input_context;
  zero_loader *loader;      /* NULL: programs cannot import files */
  void *loader_context;
  zero_warning *warning;    /* NULL: warnings are dropped */
  void *warning_context;
  zero_warning *unclosed;   /* told of handles open at zero_close; see below */
  void *unclosed_context;
  const char *capabilities; /* granted, comma or space separated */
  const char *const *args;  /* (argv), arg_count of them, UTF-8 */
  size_t arg_count;
  const char *file_root;    /* where paths of programs begin; see below */
  uint64_t fuel;            /* limits of each call, 0: none; docs/embedding */
  uint64_t deadline_ms;
  uint64_t alloc;           /* bytes the call may allocate */
  uint64_t heap;            /* live bytes of the process */
  uint64_t output_bytes;
  uint64_t stack_slots;     /* 8 bytes each, 0: ZERO_STACK_SLOTS */
  uint32_t nested_calls;    /* from C, the host's or a builtin's, inside one
                               another; 0: ZERO_NESTED_CALLS */
} zero_options;

/* The file root. Every path of a program resolves inside the directory
 * `file_root`, which zero_open opens, and an absolute one starts there. NULL:
 * paths are the system's, relative to the working directory of the process or
 * absolute as they are. It holds for all builtins that take a path, and for
 * the paths of Unix sockets; docs/files.md has the details. */

#define ZERO_STACK_SLOTS ((uint64_t)32 << 20)
#define ZERO_NESTED_CALLS 100

/* Returns: options with every default: nothing granted but pure and io, no
 * limits, no output, the loader for files (zero_file_loader). */
ZERO_API zero_options zero_options_default(void);

/* Which tables a host was compiled with. A host in another language writes
 * its own down, as it was generated, and never asks the library for them. */
typedef struct zero_host {
  const char *abi_marker;
  const char *shape_hash;
  uint32_t layout_version;
} zero_host;

/* Opens a VM for a host compiled with `host`. Out: *vm. Errors:
 * ZERO_E_MISMATCH where the library, or the lib/core in it, was built from
 * other tables, with both hashes in the sentence; ZERO_E_USAGE for an unknown
 * capability, an argument that is NULL or not UTF-8 or a file_root that cannot
 * be opened; ZERO_E_MEMORY. On failure *vm
 * is NULL and message (message_room bytes, may be NULL) holds a sentence.
 * Owner: the caller closes it with zero_close. */
ZERO_API ZERO_MUST_USE zero_status zero_open_for(zero_vm **vm,
                                                 const zero_host *host,
                                                 const zero_options *options,
                                                 char *message,
                                                 size_t message_room);

/* The same for the tables of this header: what C and C++ hosts call. It is
 * compiled into the host, so it says what the host was compiled with. */
ZERO_MUST_USE static inline zero_status zero_open(
    zero_vm **vm, const zero_options *options, char *message,
    size_t message_room) {
  zero_host host;
  host.abi_marker = ZERO_ABI_MARKER;
  host.shape_hash = ZERO_SHAPE_HASH;
  host.layout_version = ZERO_LAYOUT_VERSION;
  return zero_open_for(vm, &host, options, message, message_room);
}

/* Closes the VM; NULL is allowed. Its values are dead, and its errors: the VM
 * is as a FILE after fclose. Handles that are still open are closed, in the
 * order they were opened, and the host's `unclosed` is told of each by a
 * warning WARN_HANDLE_OPEN, with the place in the program where it was
 * opened; `file` is NULL where that is not known. A library built with
 * ZERO_DEBUG answers ZERO_E_CLOSED, and nothing where there is no status, for
 * the last VMs that were closed. */
ZERO_API void zero_close(zero_vm *vm);

/* Bytes of the largest source: of a program, of what is evaluated, of what a
 * loader returns. A larger one is the error SYNTAX_TOO_LARGE. */
#define ZERO_SOURCE_MAX ((size_t)64 << 20)

/* Loads a program: reads, checks and compiles `source` and what it imports.
 * In: `name` is what errors call it and what imports are relative to.
 * Errors: ZERO_E_SOURCE; ZERO_E_FAILED with HOST_NOT_TEXT for a name that is
 * not UTF-8; nothing is defined then. */
ZERO_API ZERO_MUST_USE zero_status zero_load(zero_vm *vm, const char *name,
                                             const char *source, size_t size);

/* Only checks a program as zero_load does; defines nothing. */
ZERO_API ZERO_MUST_USE zero_status zero_check(zero_vm *vm, const char *name,
                                              const char *source,
                                              size_t size);

/* Writes the bytecode of each function of a program to `output`, as text.
 * Errors: as zero_load. */
ZERO_API ZERO_MUST_USE zero_status zero_disassemble(
    zero_vm *vm, const char *name, const char *source, size_t size,
    zero_output *output, void *output_context);

/* Evaluates definitions and expressions as a prompt does; definitions stay.
 * Out: *value, of the last expression, no value where there are definitions
 * only; *incomplete (may be NULL): 1 where more text could mend the error.
 * Errors: ZERO_E_SOURCE, and those of zero_call. */
ZERO_API ZERO_MUST_USE zero_status zero_eval(zero_vm *vm, zero_value *value,
                                             int *incomplete,
                                             const char *name,
                                             const char *source, size_t size);

/* Finds a loaded function, or one of lib/core or a builtin, by name. Of a
 * name loaded twice it is the newer.
 * Returns: the Function, or no value (zero_is_none). */
ZERO_API zero_value zero_lookup(zero_vm *vm, const char *name);

/* Calls `function` with `count` arguments. Out: *result, no value where the
 * call failed.
 * Errors: ZERO_E_FAILED, ZERO_E_EXIT, ZERO_E_MEMORY. */
ZERO_API ZERO_MUST_USE zero_status zero_call(zero_vm *vm, zero_value *result,
                                             zero_value function,
                                             const zero_value *args,
                                             size_t count);

/* What one call may use, and do, besides what the VM allows: of each the less
 * counts, and what the VM was not granted no call is. 0: as the VM. */
typedef struct zero_call_options {
  uint64_t fuel;
  uint64_t deadline_ms;
  uint64_t alloc;
  uint64_t heap;
  uint64_t output_bytes;
  const char *capabilities; /* these and no other, not even io; NULL: all */
} zero_call_options;

/* Calls as zero_call does, within `options`. A call from a function of the
 * host has no more than the call around it has left, and what it spends is
 * spent of that. Errors: as zero_call; ZERO_E_USAGE for an unknown
 * capability. */
ZERO_API ZERO_MUST_USE zero_status zero_call_with(
    zero_vm *vm, zero_value *result, zero_value function,
    const zero_value *args, size_t count, const zero_call_options *options);

/* What a call used. */
typedef struct zero_spending {
  uint64_t fuel;
  uint64_t alloc;       /* bytes it allocated, exact */
  uint64_t output;      /* bytes it wrote */
  uint64_t nanoseconds; /* of the clock on the wall */
} zero_spending;

/* Out: *spent, by the zero_call_with that ended last, calls within it and one
 * that failed included; zeros before the first. May be called anywhere.
 * Errors: ZERO_E_USAGE for NULL. */
ZERO_API ZERO_MUST_USE zero_status zero_spent(const zero_vm *vm,
                                              zero_spending *spent);

/* --- functions of the host ------------------------------------------------
 *
 * A function of the host is called by programs as any other. It runs in the
 * thread of the call, inside of it, and may use the VM as between calls:
 * make and read values, call functions, load texts. What it so does goes on
 * with the limits of the call around it, and begins none anew.
 *   In: `args`, `count` of them, as declared; good until it returns.
 *   Out: *result, Unit before. What it declared that it answers.
 *   Returns: ZERO_OK; or the status of a function of this header that failed,
 *     which then is the error of the call, code and all; or what zero_fail
 *     answers. An error that `try` catches is caught there.
 * It returns: it must not jump past the library. What it answers that was not
 * declared, or no value, ends the call with API_USAGE. */
typedef zero_status zero_host_function(zero_vm *vm, zero_value *result,
                                       const zero_value *args, size_t count,
                                       void *context);

#define ZERO_ANY_ARGS UINT32_MAX

/* What is said of a function of the host. Texts are copied. */
typedef struct zero_definition {
  const char *name;
  zero_host_function *function;
  void *context;            /* handed to it */
  const char *params;       /* types, "I64 Text|Bytes Any...": NULL, all Any */
  const char *result;       /* type, or several; NULL: Any */
  const char *capabilities; /* it needs; NULL: io */
  uint64_t fuel;            /* it costs, besides 1 for the call */
  uint32_t min_args;
  uint32_t max_args;        /* to 200; ZERO_ANY_ARGS: no limit */
} zero_definition;

/* Makes a function of the host known by its name to all that is loaded from
 * now on. A type is the name of a family, Any, Function or UserData; `...`
 * behind the last is for all arguments that follow. Number, types and
 * capability are checked when a program is compiled and when it runs.
 * Errors: ZERO_E_USAGE for a name that is none or is taken by lib/core, a
 * builtin or an earlier definition, for types and capabilities that are
 * unknown. */
ZERO_API ZERO_MUST_USE zero_status zero_define(
    zero_vm *vm, const zero_definition *definition);

/* In a function of the host: makes an error of its own, to be returned.
 * Returns: ZERO_E_FAILED. In: `code` is stable, upper case words with
 * underscores between, of 64 bytes at most, and no limit's; `message` is a
 * sentence in UTF-8. Both are copied. Errors: ZERO_E_USAGE, and the error is
 * about that. */
ZERO_API ZERO_MUST_USE zero_status zero_fail(zero_vm *vm, const char *code,
                                             const char *message);

/* Status given to (exit n) by the call that returned ZERO_E_EXIT. */
ZERO_API int zero_exit_status(const zero_vm *vm);

/* Prints `value` as source to `output`. What is handed over counts as output
 * of the call, which may be stopped while it prints. Errors: limits of a call.
 */
ZERO_API ZERO_MUST_USE zero_status zero_print(zero_vm *vm, zero_value value,
                                              zero_output *output,
                                              void *output_context);

/* Stops the call that runs, at its next safe point, with INTERRUPTED: at once
 * where a builtin waits, or zero_wait does. Between calls it does nothing.
 * Thread: any, and a signal handler, until zero_close is called. */
ZERO_API void zero_interrupt(zero_vm *vm);

/* How a callback or a function of the host waits: until the descriptor `file`
 * is ready for one of `events`, those of poll(2), and no longer than the call
 * that runs may last. Between calls nothing but zero_interrupt ends it early.
 * Returns: 1 where it is ready, or at its end, or broken, as the next read or
 * write says; 0 where the call must stop: the callback returns at once, and
 * whatever it returns, the call ends with INTERRUPTED or DEADLINE; -1 and
 * errno where the system cannot wait for it. */
ZERO_API int zero_wait(zero_vm *vm, int file, int events);

/* --- values ---------------------------------------------------------------
 *
 * Of the functions below, each that takes a VM
 *   Returns: zero_status, unless it says otherwise.
 *   Out: where it fails, no value, and 0 for what is a number.
 *   Errors: ZERO_E_USAGE where a VM, a place for the answer or an array that
 *     is not empty is NULL, where an array is larger than any memory or a value
 *     is no value, and while the VM is busy. ZERO_E_FAILED with the code of a
 *     limit (they are calls like zero_call), and with the codes that stand at
 *     each. ZERO_E_MEMORY.
 *   Owner: the VM; see Ownership above. No value ever changes.
 *   Thread: the one that uses the VM.
 * and each that takes no VM cannot fail, and may be called anywhere, in a
 * callback too, while the VM of its values is open. */

/* Unit is the value of a program that answers nothing; any `truth` but 0 is
 * true. Returns: the value. */
ZERO_API zero_value zero_unit(void);
ZERO_API zero_value zero_bool(int truth);

/* Make a number; a Text of `size` bytes of UTF-8, which need no NUL behind
 * them; Bytes. In: NULL will do where `size` is 0. What they point to is
 * copied. Errors: HOST_NOT_TEXT for bytes that are not UTF-8 or hold a NUL,
 * and TEXT_TOO_LONG, both by zero_text; ZERO_E_MEMORY for Bytes that no memory
 * has. Of a size that is too large nothing is read. */
ZERO_API ZERO_MUST_USE zero_status zero_i64(zero_vm *vm, zero_value *value,
                                            int64_t number);
ZERO_API ZERO_MUST_USE zero_status zero_text(zero_vm *vm, zero_value *value,
                                             const char *bytes, size_t size);
ZERO_API ZERO_MUST_USE zero_status zero_bytes(zero_vm *vm, zero_value *value,
                                              const void *bytes,
                                              size_t size);

/* Return: 1 where the value is of the kind, 0 where it is another or no value
 * at all. They look at the value as type-of does, but that every packed
 * value, such as an Option, a Map or Bytes, is a list too. */
ZERO_API int zero_is_unit(zero_value value);
ZERO_API int zero_is_bool(zero_value value);
ZERO_API int zero_is_i64(zero_value value);
ZERO_API int zero_is_text(zero_value value);
ZERO_API int zero_is_list(zero_value value);
ZERO_API int zero_is_map(zero_value value);
ZERO_API int zero_is_bytes(zero_value value);
ZERO_API int zero_is_function(zero_value value);
ZERO_API int zero_is_user_data(zero_value value);

/* Read a value. Out, each may be NULL: what is in it, or 0 and NULL where it
 * is of another kind. The bytes of a Text have a NUL behind them, which
 * `size` leaves out. Returns: 1 where the value is of the kind, 0 where not.
 * Owner: the value; the bytes stay as long as it lives. */
ZERO_API int zero_to_bool(int *truth, zero_value value);
ZERO_API int zero_to_i64(int64_t *number, zero_value value);
ZERO_API int zero_to_text(const char **bytes, size_t *size,
                          zero_value value);
ZERO_API int zero_to_bytes(const unsigned char **bytes, size_t *size,
                           zero_value value);

/* --- user data ------------------------------------------------------------
 * A UserData is something of the host's that programs hold and hand around.
 * It equals itself only, is no key of a Map, and prints as #<user-data>. */

/* Called once with the pointer of a UserData that nobody can reach any more,
 * or whose VM is being closed: newest first then. It runs between calls or in
 * the middle of one, in the thread that uses the VM, and is a callback. */
typedef void zero_finaliser(void *pointer);

/* Makes a UserData. In: `type` says by its address of what sort `pointer` is,
 * and is not read; `finaliser` may be NULL. Owner: the VM; where this fails
 * the caller still, and no finaliser is called. */
ZERO_API ZERO_MUST_USE zero_status zero_user_data(zero_vm *vm,
                                                  zero_value *value,
                                                  const void *type,
                                                  void *pointer,
                                                  zero_finaliser *finaliser);

/* Out: *pointer (may be NULL), NULL where it is none of `type`. Returns: 1
 * where `value` is a UserData of `type`, 0 where not. When
 * zero_close calls finalisers, and from then on, it is 0 for every UserData of
 * that VM. */
ZERO_API int zero_to_user_data(void **pointer, const void *type,
                               zero_value value);

/* Equality as `=` has it. Out: *equal, 1 or 0. Like zero_hash it visits a part
 * as often as it is reached, and meets the limits when it has its answer. */
ZERO_API ZERO_MUST_USE zero_status zero_equal(zero_vm *vm, int *equal,
                                              zero_value a, zero_value b);

/* Out: *hash, the same for equal values in every VM and process of one
 * version of the library. */
ZERO_API ZERO_MUST_USE zero_status zero_hash(zero_vm *vm, uint64_t *hash,
                                             zero_value value);

/* --- lists ----------------------------------------------------------------
 * What a program sees as a list is one: Options, Maps and all other families
 * with a tag have head and tail. What is no list is TYPE_MISMATCH. */

/* The list of `count` items, the empty one for 0; `head` before the items of
 * `tail`. A list that is a family's form whole is that family's value: (5
 * "none") is an Option. */
ZERO_API ZERO_MUST_USE zero_status zero_list(zero_vm *vm, zero_value *list,
                                             const zero_value *items,
                                             size_t count);
ZERO_API ZERO_MUST_USE zero_status zero_cons(zero_vm *vm, zero_value *list,
                                             zero_value head,
                                             zero_value tail);

/* Errors: EMPTY_LIST for head and tail, INDEX_RANGE where there is no item
 * at `index`, counted from 0. The length, and an item far behind, are found
 * by walking there. */
ZERO_API ZERO_MUST_USE zero_status zero_list_length(zero_vm *vm,
                                                    uint64_t *length,
                                                    zero_value list);
ZERO_API ZERO_MUST_USE zero_status zero_list_head(zero_vm *vm,
                                                  zero_value *head,
                                                  zero_value list);
ZERO_API ZERO_MUST_USE zero_status zero_list_tail(zero_vm *vm,
                                                  zero_value *tail,
                                                  zero_value list);
ZERO_API ZERO_MUST_USE zero_status zero_list_get(zero_vm *vm,
                                                 zero_value *item,
                                                 zero_value list,
                                                 uint64_t index);

/* A place in a list or Map. Its members are private. It is used on the C
 * stack, where it keeps what it walks alive, and needs no end; a copy of it
 * walks on its own. */
typedef struct zero_cursor {
  zero_value rest;
  const zero_value *items;
  uint64_t index;
  uint64_t count;
} zero_iterator;

/* Walks the items of a list in order:
 *   if (zero_iterate(vm, &at, list) == ZERO_OK)
 *     while (zero_next(&item, &at)) ...
 * Out: *iterator, at its end where zero_iterate fails; *item, no value at the
 * end. zero_next returns 1, and 0 at the end. */
ZERO_API ZERO_MUST_USE zero_status zero_iterate(zero_vm *vm,
                                                zero_iterator *iterator,
                                                zero_value list);
ZERO_API int zero_next(zero_value *item, zero_iterator *iterator);

/* --- maps -----------------------------------------------------------------
 * A Map keeps the order in which its keys were put first. Keys are I64, Text,
 * Bool or Unit. Where a Map is read its v0.1 form is read too. Errors:
 * LAYOUT_MAP for what is no Map or can be no key. */

/* Put and remove answer another Map, and leave `map` as it is. Out of get:
 * no value, and ZERO_OK, where the key is not there. */
ZERO_API ZERO_MUST_USE zero_status zero_map_empty(zero_vm *vm,
                                                  zero_value *map);
ZERO_API ZERO_MUST_USE zero_status zero_map_put(zero_vm *vm,
                                                zero_value *result,
                                                zero_value map,
                                                zero_value key,
                                                zero_value value);
ZERO_API ZERO_MUST_USE zero_status zero_map_get(zero_vm *vm,
                                                zero_value *value,
                                                zero_value map,
                                                zero_value key);
ZERO_API ZERO_MUST_USE zero_status zero_map_remove(zero_vm *vm,
                                                   zero_value *result,
                                                   zero_value map,
                                                   zero_value key);
ZERO_API ZERO_MUST_USE zero_status zero_map_size(zero_vm *vm, uint64_t *size,
                                                 zero_value map);

/* Walks keys and values in order, as zero_iterate and zero_next do. Out: *key
 * and *value, each may be NULL. */
ZERO_API ZERO_MUST_USE zero_status zero_map_iterate(zero_vm *vm,
                                                    zero_iterator *iterator,
                                                    zero_value map);
ZERO_API int zero_map_next(zero_value *key, zero_value *value,
                           zero_iterator *iterator);

/* --- families -------------------------------------------------------------
 * One way to make and read the values of every family, by the names in the
 * tables: zero_new(vm, &v, "Option", "some", &field, 1). zero/gen/accessors.h
 * has the same with a function for each variant and field. What is read may
 * be a v1 value or a v0.1 list of abi/compat.tsv, with the same answer; what
 * is made is v1. Errors: LAYOUT_UNKNOWN for a name that is not in the tables,
 * and ZERO_E_USAGE for one that is NULL. */

/* Makes a value of all its `fields` in order. Errors: the family's own code,
 * LAYOUT_OPTION, where they are too few, too many or do not fit. */
ZERO_API ZERO_MUST_USE zero_status zero_new(zero_vm *vm, zero_value *value,
                                            const char *family,
                                            const char *variant,
                                            const zero_value *fields,
                                            size_t count);

/* Reads a field. Errors: the family's own code where `value` is not of it,
 * or is of a variant without that field. */
ZERO_API ZERO_MUST_USE zero_status zero_get(zero_vm *vm,
                                            zero_value *field_value,
                                            const char *family,
                                            const char *field,
                                            zero_value value);

/* Returns: 1 where `value` is of that variant, 0 where not. It is 0 as well
 * where that could not be told, with the reason in zero_last_error: an
 * unknown name, a limit, what is ZERO_E_USAGE elsewhere. zero_check_value has
 * a status. */
ZERO_API int zero_is(zero_vm *vm, const char *family, const char *variant,
                     zero_value value);

/* Out: *checked, the v1 value that `value` reads as: itself where it is one.
 * Errors: the family's own code with a sentence that says what is wrong. */
ZERO_API ZERO_MUST_USE zero_status zero_check_value(zero_vm *vm,
                                                    zero_value *checked,
                                                    const char *family,
                                                    zero_value value);

/* --- handles --------------------------------------------------------------
 * A live Handle, ProcessHandle or SocketHandle has one owner. The value may be
 * copied and kept as any other, but only one name of the thing may be used.
 * These are handle-give, handle-close and handle-with of programs, and refuse
 * the same misuse. Errors: HANDLE_MOVED, HANDLE_CLOSED, HANDLE_BORROWED,
 * HANDLE_BORROW_ENDED, HANDLE_FOREIGN for a handle of another VM,
 * HANDLE_NOT_LIVE for a value that only describes one, LAYOUT_HANDLE for what
 * is none of the three. Where a thing stands, and what it is, say the
 * accessors of zero/gen/accessors.h, zero_handle_state and the like: they ask
 * the thing, and the state is always answered. */

/* Moves the ownership to a new name. Out: *owner, a new value; the old one is
 * moved. */
ZERO_API ZERO_MUST_USE zero_status zero_handle_give(zero_vm *vm,
                                                    zero_value *owner,
                                                    zero_value handle);

/* Closes the thing. Out: *outcome, a HostOk of Unit, or a HostErr where the
 * system says that something was lost; it is closed either way. */
ZERO_API ZERO_MUST_USE zero_status zero_handle_close(zero_vm *vm,
                                                     zero_value *outcome,
                                                     zero_value handle);

/* Calls `function` with the handle lent to it, and takes it back, also where
 * the function fails. Out: *result, what the function answers. Errors: those
 * of zero_call too; TYPE_MISMATCH for what is no Function. */
ZERO_API ZERO_MUST_USE zero_status zero_handle_with(zero_vm *vm,
                                                    zero_value *result,
                                                    zero_value handle,
                                                    zero_value function);

/* --- machine values -------------------------------------------------------
 * How compiled code of the object ABI 0.1 holds a value: two words. A Bool
 * and an I64 are (value, ZERO_MACHINE_I64), a Text (pointer to its bytes and
 * a NUL, ZERO_MACHINE_TEXT), Unit (0, ZERO_MACHINE_UNIT); a List, and every
 * family that is one to a program, (pointer, ZERO_MACHINE_LIST), the empty
 * one with pointer 0. What is behind the pointer of a List is private.
 * Out, where they fail: a pair that each of these functions refuses. */
typedef struct zero_pair {
  uint64_t payload;
  uint64_t tag; /* of enum zero_machine_tag */
} zero_pair;

/* Out: *pair. Its pointer is good until the scope is closed that is open now
 * (zero_scope_open), and where none is until the VM is. Errors: TYPE_MISMATCH
 * where `value` is of no family, such as a Function. */
ZERO_API ZERO_MUST_USE zero_status zero_to_pair(zero_vm *vm, zero_pair *pair,
                                                zero_value value);

/* In: `family` is the name of the family that is expected, "Bool"; "List"
 * takes every list. NULL, where none is, will do for all but Bool and I64. A
 * Text is copied, and may lie anywhere. Out: *value, what zero_to_pair was
 * given. Errors: PAIR_TAG for an unknown tag, PAIR_FAMILY for tag 1 where
 * `family` is NULL, PAIR_PAYLOAD for a Text at NULL and a List that `vm` did
 * not give out or took back, HOST_NOT_TEXT, LAYOUT_UNKNOWN; the family's own
 * code for what is not of it, as for a Bool that is neither 0 nor 1. */
ZERO_API ZERO_MUST_USE zero_status zero_from_pair(zero_vm *vm,
                                                  zero_value *value,
                                                  zero_pair pair,
                                                  const char *family);

/* Walk a List: its first item, and the List of the others. Errors: EMPTY_LIST;
 * those of zero_from_pair for the family "List". */
ZERO_API ZERO_MUST_USE zero_status zero_pair_head(zero_vm *vm,
                                                  zero_pair *head,
                                                  zero_pair list);
ZERO_API ZERO_MUST_USE zero_status zero_pair_tail(zero_vm *vm,
                                                  zero_pair *tail,
                                                  zero_pair list);

/* Written once outside of functions, with a semicolon, marks the object that
 * is compiled as one of this ABI. What is linked with libzero.a is marked. */
#if defined(__GNUC__)
#define ZERO_ABI_NOTE                                     \
  __asm__(".pushsection .note.0x0.abi,\"a\",@note\n"       \
          ".asciz \"" ZERO_ABI_MARKER "\"\n.popsection\n")
#endif

/* Check that an ELF object, program or shared library carries the marker that
 * this library has, and no other. A note section .note.0x0.abi is the marker
 * and its NUL: once, and in what was linked of several objects once for each.
 * An archive (lib.a) is refused: check its objects one by one, before `ar`
 * packs them or after `ar x`. In: the file at `path`; or
 * `size` bytes as they stand in a file. Both may be cut short or hostile.
 * Returns: ZERO_OK. Errors: ZERO_E_MISMATCH for another marker, for none, and
 * for an object of another machine; ZERO_E_FAILED for what is no whole ELF
 * object or cannot be read; ZERO_E_USAGE for NULL. Out: where it fails a
 * sentence in `message` (message_room bytes, may be NULL). Thread: any. */
ZERO_API ZERO_MUST_USE zero_status zero_check_object(const char *path,
                                                     char *message,
                                                     size_t message_room);
ZERO_API ZERO_MUST_USE zero_status zero_check_object_bytes(
    const void *bytes, size_t size, char *message, size_t message_room);

/* --- values that travel, values that stay -------------------------------- */

/* Carries a value of `from` to the VM `to`. Nothing of the copy belongs to
 * `from`, which may be closed; what `value` reaches twice is copied twice,
 * and the limits of `to` hold. Where both are one VM it answers `value`.
 * Errors, all of `to`: TYPE_MISMATCH where a Function, UserData, Protocol,
 * Live or live handle is met at any depth: these mean something in their own
 * VM alone. ZERO_E_USAGE where either is busy. Thread: one that may use both
 * VMs. */
ZERO_API ZERO_MUST_USE zero_status zero_value_copy(zero_vm *to,
                                                   zero_value *copy,
                                                   zero_vm *from,
                                                   zero_value value);

/* The name of a pinned value. It may be kept anywhere, in memory from malloc
 * too. All zero it names nothing. No two names of a process are equal, so it
 * names nothing in another VM. */
typedef struct zero_ref {
  uint64_t bits;
} zero_ref;

/* Keeps `value` alive until zero_unpin or the VM's end. A value may be pinned
 * often; each name is released for itself. Out: *ref, names nothing where it
 * fails. Owner: the caller, who gives the name to zero_unpin. */
ZERO_API ZERO_MUST_USE zero_status zero_pin(zero_vm *vm, zero_ref *ref,
                                            zero_value value);

/* Returns: the value, or no value where `ref` was unpinned or never named
 * one. Cannot fail, and may be called in a callback. */
ZERO_API zero_value zero_pinned(const zero_vm *vm, zero_ref ref);

/* Releases a name, for good: none that is given out later equals it. Errors:
 * ZERO_E_USAGE where it names nothing. */
ZERO_API ZERO_MUST_USE zero_status zero_unpin(zero_vm *vm, zero_ref ref);

/* The name of an open scope. All zero it names none, and none in another
 * VM. */
typedef struct zero_open_scope {
  uint64_t bits;
} zero_scope;

/* From here on each value that a function of this header makes or returns
 * stays alive wherever the host keeps it, until the scope is closed. The
 * parts of a value live as it does. What zero_pinned answers is its pin's,
 * and what a function of the host is given its caller's. Scopes nest; one
 * opened in a function of the host ends with it, all end with the VM. Out:
 * *scope, names none where it fails. */
ZERO_API ZERO_MUST_USE zero_status zero_scope_open(zero_vm *vm,
                                                   zero_scope *scope);

/* Closes a scope, and those opened since. Errors: ZERO_E_USAGE where it names
 * none that is open. */
ZERO_API ZERO_MUST_USE zero_status zero_scope_close(zero_vm *vm,
                                                    zero_scope scope);

/* Name of the kind of a value as (type-of v) answers: "Option", "Function".
 * Returns: a static string. */
ZERO_API const char *zero_type_name(zero_value value);

/* Returns: how many arguments a function takes, the least where it takes
 * different numbers; -1 where `value` is no Function. */
ZERO_API int zero_arity(zero_value value);

/* Returns: 1 and the family's variant name in *name (may be NULL) where
 * `value` is packed: "some", "err". */
ZERO_API int zero_variant_name(zero_value value, const char **name);

/* A place in a source text, lines and columns from 1. `line_text` has
 * `line_size` bytes of the source, without the end of the line; they are UTF-8
 * unless the code is SYNTAX_UTF8 or SYNTAX_NUL. `width` code points are
 * meant. */
typedef struct zero_location {
  const char *file;      /* NULL: no place is known */
  const char *line_text;
  size_t line_size;
  uint32_t line;
  uint32_t column;
  uint32_t width;
} zero_location;

/* One function of a trace, innermost first. */
typedef struct zero_trace_frame {
  const char *function;
  zero_location location;
  int after_tail_call;   /* callers between this and the next are gone */
} zero_trace_frame;

/* What went wrong. One failed check may hold several; `next` leads on. */
typedef struct zero_error {
  const char *code;      /* stable: "INTEGER_OVERFLOW" */
  const char *message;   /* a sentence */
  zero_location location;
  const zero_trace_frame *trace;
  size_t trace_count;
  uint64_t trace_lost;   /* frames left out at the end */
  int is_warning;
  const struct zero_error *next;
  uint64_t more;         /* errors that are not in the chain, at its end */
} zero_error;

/* Returns: the error of the last function that failed on `vm`, NULL where
 * none did. Owner: the VM, until the next function that fails. */
ZERO_API const zero_error *zero_last_error(const zero_vm *vm);

/* The RuntimeError value of the last failed call, or no value. */
ZERO_API zero_value zero_error_value(const zero_vm *vm);

/* Reads a regular file whole, up to 64 MiB. The default loader; `context` is
 * the root directory, a C string, that imports may not leave, by symbolic
 * links neither, or NULL for none. Below a root an absolute path starts there,
 * and a link or `..` that leads outside is IMPORT_DENIED, also where it was put
 * there while the file was looked for; that holds for 0x0.lock, and the files
 * it names, too. The name is relative to the root, or to the working directory
 * where the file lies below it.
 * Owner: the collector, while a C local points to *name and *bytes. */
ZERO_API int zero_file_loader(void *context, const char *path,
                              const char *from, const char **name,
                              const char **bytes, size_t *size, char *message,
                              size_t message_room);

/* What the tables say, for tools: number of families, and the facts of one
 * as (layout-info family) answers. Returns: a Map, or no value where there is
 * no such family. */
ZERO_API size_t zero_family_count(void);
ZERO_API const char *zero_family_name(size_t index);

/* A table of abi/ as the library was made with it, "value-layouts" or
 * "errors": lines of cells with tabs between, the first naming the columns.
 * Returns: a static string, NULL where there is no such table. */
ZERO_API const char *zero_table(const char *name);

/* Writes what is known of a family, or with NULL the table of all, as text
 * for people. Returns: 0 where the family is unknown; then *nearest (may be
 * NULL) is the name most like it, or NULL. */
ZERO_API int zero_layout_text(const char *family, zero_output *output,
                              void *output_context, const char **nearest);

/* Versions of the library in use; zero_open compares them with the header's. */
ZERO_API const char *zero_version(void);        /* "0.1.0" */
ZERO_API const char *zero_abi_marker(void);     /* "0x0 ABI 0.1" */
ZERO_API int zero_layout_version(void);         /* 1 */
ZERO_API const char *zero_shape_hash(void);     /* 16 hex digits */

#ifdef __cplusplus
}
#endif

#include "zero/gen/accessors.h"

#endif
