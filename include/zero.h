/* zero.h - embed the Zero runtime.
 *
 * Argument order, in every function: the VM first, then what is written, then
 * what is read; a length directly after what it measures, a callback before
 * its context, flags last.
 *
 * Threads: only one thread at a time uses a zero_vm; different VMs may run in
 * different threads. Only zero_interrupt may be called from any thread. The
 * first VM of a process is opened by its first thread, unless the host has
 * called GC_INIT there.
 *
 * Callbacks: while a callback runs, its VM is busy. The callback may call
 * zero_interrupt, zero_wait, zero_last_error, zero_error_value, zero_spent,
 * zero_exit_status, zero_pinned and every function that takes no VM. Every
 * other function fails with ZERO_E_USAGE, and zero_close does nothing. A
 * callback must return: it must not jump past the library. A function of the
 * host (zero_define) is not a callback: it may use the VM, except that
 * zero_close does nothing.
 *
 * Ownership: what a function returns is owned by the VM and is valid until the
 * next call on that VM, unless the function's comment says otherwise. A value
 * lives as long as a C local of a live frame, a scope (zero_scope_open), a pin
 * (zero_pin) or the VM holds it. Memory from malloc does not keep it alive.
 *
 * Errors: a function that can fail returns zero_status; ZERO_OK is 0. Read the
 * error with zero_last_error and zero_error_value; the next call that fails
 * replaces it. The library never prints, exits or aborts.
 *
 * Text is UTF-8. Bytes that become a Text are checked when they enter the VM.
 * If they are not UTF-8 or contain a NUL, they are refused with HOST_NOT_TEXT,
 * or with ZERO_E_USAGE if the function's comment says so. What is only named
 * in a message, such as a path that cannot be read, may be any C string: each
 * byte that does not belong to a character is replaced by U+FFFD. So messages
 * are always UTF-8. They may contain control characters from a program or a
 * path: a host that shows messages on a terminal escapes them first.
 *
 * Sizes: a size or count larger than any memory, such as (size_t)-1, is
 * refused before anything is read.
 *
 * The C stack: a thread that uses Zero needs 64 KiB of it. If less is left
 * than a call may need, the call fails with STACK_DEPTH before it begins, and
 * zero_open fails with ZERO_E_USAGE. A function of the host may call a program
 * that calls it again. This fails with STACK_DEPTH too, if the calls are
 * nested deeper than `nested_calls` of zero_options or than the C stack
 * allows. Each level takes about half a KiB, plus what the host's function
 * needs.
 *
 * Limits apply to each call, zero_load and zero_eval included: each call
 * begins with the full limits. After a limit has ended a call, the VM works as
 * before. */
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
  ZERO_E_FAILED = 1, /* an error was raised: zero_last_error */
  ZERO_E_USAGE = 2,  /* the caller broke a rule of this header */
  ZERO_E_SOURCE = 3, /* the text could not be read or checked */
  ZERO_E_EXIT = 4,   /* the program called (exit n): zero_exit_status */
  ZERO_E_MEMORY = 5, /* the system has no memory */
  ZERO_E_MISMATCH = 6, /* host and library were built from different tables */
  ZERO_E_CLOSED = 7    /* the VM was closed; only debug builds detect this */
} zero_status;

/* Receives `size` bytes that the program printed. A size of 0 means that the
 * program is about to wait: a host that buffers output shows it now. A host
 * that has to wait for a reader calls zero_wait. */
typedef void zero_output(void *context, const char *bytes, size_t size);

/* Reads up to `room` bytes of input. Returns: how many bytes; 0 at the end; -1
 * on failure, or if zero_wait says that the call must stop. */
typedef long zero_input(void *context, char *bytes, size_t room);

/* Finds the text of an imported file. In: `path` as the import writes it;
 * `from`, the name of the importing source, or "" if there is none. Out: *name
 * in UTF-8, the same for equal files; *bytes and *size. They are NULL and 0 on
 * entry, and what they point to must stay until the load that asked returns.
 * Returns: 0, or the code of the error, with a sentence for people in
 * `message` (message_room bytes): ZERO_CODE_SOURCE_UNREADABLE,
 * ZERO_CODE_IMPORT_DENIED or ZERO_CODE_SYNTAX_TOO_LARGE; every other code
 * counts as IMPORT_NOT_FOUND. If it returns 0 and *name is NULL, or *bytes is
 * NULL and *size is not 0, the import fails with SOURCE_UNREADABLE; if *name
 * is not UTF-8, with HOST_NOT_TEXT. */
typedef int zero_loader(void *context, const char *path, const char *from,
                        const char **name, const char **bytes, size_t *size,
                        char *message, size_t message_room);

/* Receives a warning: of the checker, or about a handle that was left open. */
struct zero_error;
typedef void zero_warning(void *context, const struct zero_error *warning);

/* How a VM is opened. Start with zero_options_default. */
typedef struct zero_options {
  zero_output *output;      /* NULL: output is dropped */
  void *output_context;
  zero_input *input;        /* NULL: input is at its end */
  void *input_context;
  zero_loader *loader;      /* NULL: programs cannot import files */
  void *loader_context;
  zero_warning *warning;    /* NULL: warnings are dropped */
  void *warning_context;
  zero_warning *unclosed;   /* gets handles left open; see zero_close */
  void *unclosed_context;
  const char *capabilities; /* granted, with commas or spaces between */
  const char *const *args;  /* for (argv): arg_count texts in UTF-8 */
  size_t arg_count;
  const char *file_root;    /* the root of all paths; see below */
  uint64_t fuel;            /* limits of each call; 0: no limit */
  uint64_t deadline_ms;
  uint64_t alloc;           /* bytes the call may allocate */
  uint64_t heap;            /* live bytes of the process */
  uint64_t output_bytes;
  uint64_t stack_slots;     /* 8 bytes each, 0: ZERO_STACK_SLOTS */
  uint32_t nested_calls;    /* calls that the host or a builtin makes inside
                               one another; 0: ZERO_NESTED_CALLS */
} zero_options;

/* The limits are described in docs/embedding.md.
 *
 * The file root: every path of a program resolves inside the directory
 * `file_root`, which zero_open opens, and an absolute path starts there. If it
 * is NULL, paths are the system's: absolute, or relative to the working
 * directory of the process. This holds for all builtins that take a path and
 * for the paths of Unix sockets; docs/files.md has the details. */

#define ZERO_STACK_SLOTS ((uint64_t)32 << 20)
#define ZERO_NESTED_CALLS 100

/* Returns: the default options: no capabilities except pure and io, no limits,
 * no input, no output, and the loader for files (zero_file_loader). */
ZERO_API zero_options zero_options_default(void);

/* The tables that a host was compiled with. A host in another language holds
 * the facts that it was generated from; it must not ask the library for
 * them. */
typedef struct zero_host {
  const char *abi_marker;
  const char *shape_hash;
  uint32_t layout_version;
} zero_host;

/* Opens a VM for a host compiled with the tables `host`. In: `options`, or
 * NULL for the defaults. Out: *vm; on failure *vm is NULL and `message`
 * (message_room bytes, may be NULL) holds a sentence. Errors: ZERO_E_MISMATCH
 * if the library was built from other tables, with both hashes in the
 * sentence; ZERO_E_USAGE for an unknown capability, an argument that is NULL
 * or not UTF-8, or a file_root that cannot be opened; ZERO_E_MEMORY.
 * Owner: the caller, who closes it with zero_close. */
ZERO_API ZERO_MUST_USE zero_status zero_open_for(zero_vm **vm,
                                                 const zero_host *host,
                                                 const zero_options *options,
                                                 char *message,
                                                 size_t message_room);

/* Opens a VM with the tables of this header: C and C++ hosts call this. It is
 * compiled into the host, so it passes what the host was compiled with. */
ZERO_MUST_USE static inline zero_status zero_open(
    zero_vm **vm, const zero_options *options, char *message,
    size_t message_room) {
  zero_host host;
  host.abi_marker = ZERO_ABI_MARKER;
  host.shape_hash = ZERO_SHAPE_HASH;
  host.layout_version = ZERO_LAYOUT_VERSION;
  return zero_open_for(vm, &host, options, message, message_room);
}

/* Closes the VM; NULL is allowed. Its values, its errors and the VM itself may
 * not be used afterwards, as a FILE after fclose. Handles that are still open
 * are closed in the order in which they were opened. For each of them the
 * host's `unclosed` gets a warning WARN_HANDLE_OPEN, with the place in the
 * program where the handle was opened; its `file` is NULL if the place is not
 * known. In a library built with ZERO_DEBUG, a function that is given one of
 * the last VMs that were closed returns ZERO_E_CLOSED, or nothing if it
 * returns no status. */
ZERO_API void zero_close(zero_vm *vm);

/* The largest source in bytes: a program, a text to evaluate, or what a loader
 * returns. A larger one is the error SYNTAX_TOO_LARGE. */
#define ZERO_SOURCE_MAX ((size_t)64 << 20)

/* Loads a program: reads, checks and compiles `source` and what it imports.
 * In: `name`, which errors show and to which imports are relative. Errors:
 * ZERO_E_SOURCE; ZERO_E_FAILED with HOST_NOT_TEXT for a name that is not
 * UTF-8, or with the code of a limit; ZERO_E_MEMORY. If it fails, nothing is
 * defined. */
ZERO_API ZERO_MUST_USE zero_status zero_load(zero_vm *vm, const char *name,
                                             const char *source, size_t size);

/* Checks a program as zero_load does, but defines nothing. */
ZERO_API ZERO_MUST_USE zero_status zero_check(zero_vm *vm, const char *name,
                                              const char *source,
                                              size_t size);

/* Writes the bytecode of each function of a program to `output`, as text.
 * Errors: those of zero_load. */
ZERO_API ZERO_MUST_USE zero_status zero_disassemble(
    zero_vm *vm, const char *name, const char *source, size_t size,
    zero_output *output, void *output_context);

/* Evaluates definitions and expressions as a prompt does; definitions stay.
 * Out: *value, the value of the last expression, or no value if there are only
 * definitions; *incomplete (may be NULL), 1 if more text could correct the
 * error. Errors: ZERO_E_SOURCE, and those of zero_call. */
ZERO_API ZERO_MUST_USE zero_status zero_eval(zero_vm *vm, zero_value *value,
                                             int *incomplete,
                                             const char *name,
                                             const char *source, size_t size);

/* Finds a function by name: one that was loaded, a function of the host, one
 * of lib/core or a builtin. If a name was loaded twice, it finds the newer
 * function. Returns: the Function, or no value (zero_is_none). */
ZERO_API zero_value zero_lookup(zero_vm *vm, const char *name);

/* Calls `function` with `count` arguments. Out: *result, or no value if the
 * call fails. Errors: ZERO_E_FAILED, ZERO_E_EXIT, ZERO_E_MEMORY; ZERO_E_USAGE
 * if `function` is not a Function. */
ZERO_API ZERO_MUST_USE zero_status zero_call(zero_vm *vm, zero_value *result,
                                             zero_value function,
                                             const zero_value *args,
                                             size_t count);

/* What one call may use and do. Of each limit, the lower one of the call and
 * the VM applies; 0 is the VM's. A call has no capability that the VM does not
 * have. */
typedef struct zero_call_options {
  uint64_t fuel;
  uint64_t deadline_ms;
  uint64_t alloc;
  uint64_t heap;
  uint64_t output_bytes;
  const char *capabilities; /* only these, not even io; NULL: the VM's */
} zero_call_options;

/* Calls as zero_call does, within `options`. A call from a function of the
 * host gets at most what the call around it has left, and what it spends is
 * taken from that. Errors: those of zero_call; ZERO_E_USAGE for an unknown
 * capability. */
ZERO_API ZERO_MUST_USE zero_status zero_call_with(
    zero_vm *vm, zero_value *result, zero_value function,
    const zero_value *args, size_t count, const zero_call_options *options);

/* What a call used. */
typedef struct zero_spending {
  uint64_t fuel;
  uint64_t alloc;       /* bytes it allocated, exact */
  uint64_t output;      /* bytes it wrote */
  uint64_t nanoseconds; /* of elapsed time */
} zero_spending;

/* Out: *spent, what the zero_call_with that ended last used, including the
 * calls inside it, even if it failed; zeros before the first. May be called
 * anywhere. Errors: ZERO_E_USAGE for NULL. */
ZERO_API ZERO_MUST_USE zero_status zero_spent(const zero_vm *vm,
                                              zero_spending *spent);

/* --- functions of the host ------------------------------------------------
 *
 * Programs call a function of the host like any other function. It runs in the
 * thread of the call and may use the VM as between calls: make and read
 * values, call functions, load texts. What it does counts against the limits
 * of the call around it; it does not begin new limits.
 *   In: `args`, `count` of them, of the declared types; valid until it
 *     returns.
 *   Out: *result, Unit on entry, of the declared type.
 *   Returns: ZERO_OK; or the status of a function of this header that failed,
 *     whose error, with its code, becomes the error of the call; or what
 *     zero_fail returns. The program can catch the error if `try` catches its
 *     code.
 * It must return: it must not jump past the library. If its result is no
 * value, or not of the declared type, the call ends with API_USAGE. */
typedef zero_status zero_host_function(zero_vm *vm, zero_value *result,
                                       const zero_value *args, size_t count,
                                       void *context);

#define ZERO_ANY_ARGS UINT32_MAX

/* The declaration of a function of the host. Texts are copied. */
typedef struct zero_definition {
  const char *name;
  zero_host_function *function;
  void *context;            /* passed to it */
  const char *params;       /* types, "I64 Text|Bytes Any..."; NULL: all Any */
  const char *result;       /* one type, or "I64|Text"; NULL: Any */
  const char *capabilities; /* that it needs; NULL: io */
  uint64_t fuel;            /* that it costs, besides 1 for the call */
  uint32_t min_args;
  uint32_t max_args;        /* up to 200; ZERO_ANY_ARGS: no limit */
} zero_definition;

/* Makes a function of the host known by its name to everything that is loaded
 * from now on. A type is the name of a family, Any, Function or UserData; the
 * last type may end with `...`, which makes it the type of all arguments that
 * follow. Number, types and capability are checked when a program is compiled
 * and when it runs. Errors: ZERO_E_USAGE for a name that cannot name a
 * function or is taken by lib/core, a builtin or an earlier definition, and
 * for types and capabilities that are unknown. */
ZERO_API ZERO_MUST_USE zero_status zero_define(
    zero_vm *vm, const zero_definition *definition);

/* Makes an error that a function of the host then returns. In: `code`, which
 * is stable: upper-case words with underscores between, at most 64 bytes, and
 * not a code that `try` cannot catch, such as that of a limit; `message`, a
 * sentence in UTF-8. Both are copied. Returns: ZERO_E_FAILED. Errors:
 * ZERO_E_USAGE; zero_last_error then says why. */
ZERO_API ZERO_MUST_USE zero_status zero_fail(zero_vm *vm, const char *code,
                                             const char *message);

/* Returns: the status n that the program gave to (exit n), after a call that
 * returned ZERO_E_EXIT. */
ZERO_API int zero_exit_status(const zero_vm *vm);

/* Prints `value` as source to `output`. What it prints counts as output of the
 * call, which may be stopped meanwhile. Errors: the limits of a call. */
ZERO_API ZERO_MUST_USE zero_status zero_print(zero_vm *vm, zero_value value,
                                              zero_output *output,
                                              void *output_context);

/* Stops the running call with INTERRUPTED at its next safe point, or at once
 * if a builtin or zero_wait is waiting. Between calls it does nothing.
 * Thread: any, and a signal handler, until zero_close is called. */
ZERO_API void zero_interrupt(zero_vm *vm);

/* Waits, in a callback or a function of the host, until the descriptor `file`
 * is ready for one of `events`, those of poll(2), but no longer than the
 * running call may last. Between calls only zero_interrupt ends the wait
 * early. Returns: 1 if the descriptor is ready, at its end or broken, which
 * the next read or write finds out; 0 if the call must stop: the callback
 * returns at once, and whatever it returns, the call ends with INTERRUPTED or
 * DEADLINE; -1 and errno if the system cannot wait for the descriptor. */
ZERO_API int zero_wait(zero_vm *vm, int file, int events);

/* --- values ---------------------------------------------------------------
 *
 * Each function below that takes a VM:
 *   Returns: zero_status, unless its comment says otherwise.
 *   Out: if it fails, no value, and 0 for a number.
 *   Errors: ZERO_E_USAGE if a VM, the pointer to a result or an array that is
 *     not empty is NULL, if an array is larger than any memory, if a value is
 *     no value, and while the VM is busy. ZERO_E_FAILED with the code of a
 *     limit, because it is a call like zero_call, and with the codes that its
 *     comment names. ZERO_E_MEMORY.
 *   Owner: the VM; see Ownership above. No value ever changes.
 *   Thread: the one that uses the VM.
 * Each function below that takes no VM cannot fail and may be called anywhere,
 * in a callback too, while the VM of its values is open. */

/* Unit is the value of a program that returns nothing; any `truth` except 0 is
 * true. Returns: the value. */
ZERO_API zero_value zero_unit(void);
ZERO_API zero_value zero_bool(int truth);

/* Make a number; a Text from `size` bytes of UTF-8, which need no NUL at the
 * end; Bytes. In: `bytes` may be NULL if `size` is 0; what it points to is
 * copied. Errors: HOST_NOT_TEXT for bytes that are not UTF-8 or contain a NUL,
 * and TEXT_TOO_LONG, both from zero_text; ZERO_E_MEMORY for Bytes larger than
 * the memory. If the size is too large, nothing is read. */
ZERO_API ZERO_MUST_USE zero_status zero_i64(zero_vm *vm, zero_value *value,
                                            int64_t number);
ZERO_API ZERO_MUST_USE zero_status zero_text(zero_vm *vm, zero_value *value,
                                             const char *bytes, size_t size);
ZERO_API ZERO_MUST_USE zero_status zero_bytes(zero_vm *vm, zero_value *value,
                                              const void *bytes,
                                              size_t size);

/* Return: 1 if the value is of the kind, 0 if it is of another kind or no
 * value. They see a value as type-of does, except that zero_is_list also
 * accepts every packed value, such as an Option, a Map or Bytes. */
ZERO_API int zero_is_unit(zero_value value);
ZERO_API int zero_is_bool(zero_value value);
ZERO_API int zero_is_i64(zero_value value);
ZERO_API int zero_is_text(zero_value value);
ZERO_API int zero_is_list(zero_value value);
ZERO_API int zero_is_map(zero_value value);
ZERO_API int zero_is_bytes(zero_value value);
ZERO_API int zero_is_function(zero_value value);
ZERO_API int zero_is_user_data(zero_value value);

/* Read a value. Out, each may be NULL: its content, or 0 and NULL if the value
 * is of another kind. The bytes of a Text end with a NUL, which `size` does
 * not count. Returns: 1 if the value is of the kind, 0 if not. Owner: the
 * value; the bytes stay as long as it lives. */
ZERO_API int zero_to_bool(int *truth, zero_value value);
ZERO_API int zero_to_i64(int64_t *number, zero_value value);
ZERO_API int zero_to_text(const char **bytes, size_t *size,
                          zero_value value);
ZERO_API int zero_to_bytes(const unsigned char **bytes, size_t *size,
                           zero_value value);

/* --- user data ------------------------------------------------------------
 * A UserData is a thing of the host that programs can hold and pass on. It
 * equals only itself, cannot be a key of a Map, and prints as
 * #<user-data>. */

/* Called once with the pointer of a UserData: when nothing can reach the
 * UserData any more, or when its VM is closed, the newest first. It is a
 * callback and runs in the thread that uses the VM, between calls or in the
 * middle of one. */
typedef void zero_finaliser(void *pointer);

/* Makes a UserData. In: `type`, an address that says of which kind `pointer`
 * is and that is not read; `finaliser` may be NULL. Owner: the VM; if this
 * fails, still the caller, and no finaliser is called. */
ZERO_API ZERO_MUST_USE zero_status zero_user_data(zero_vm *vm,
                                                  zero_value *value,
                                                  const void *type,
                                                  void *pointer,
                                                  zero_finaliser *finaliser);

/* Out: *pointer (may be NULL), NULL if `value` is not a UserData of `type`.
 * Returns: 1 if it is, 0 if not. While zero_close calls finalisers, and from
 * then on, it returns 0 for every UserData of that VM. */
ZERO_API int zero_to_user_data(void **pointer, const void *type,
                               zero_value value);

/* Compares as `=` does. Out: *equal, 1 or 0. */
ZERO_API ZERO_MUST_USE zero_status zero_equal(zero_vm *vm, int *equal,
                                              zero_value a, zero_value b);

/* Out: *hash, the same for equal values in every VM and process with the same
 * version of the library. A part that `value` reaches several times is hashed
 * each time. */
ZERO_API ZERO_MUST_USE zero_status zero_hash(zero_vm *vm, uint64_t *hash,
                                             zero_value value);

/* --- lists ----------------------------------------------------------------
 * Whatever a program sees as a list is one here: Options, Maps and all other
 * packed values have a head and a tail. Errors: TYPE_MISMATCH for what is not
 * a list. */

/* Make the list of `count` items, which is empty for 0; the list of `head` and
 * the items of `tail`. A list that has exactly the form of a family becomes a
 * value of that family: (5 "none") is an Option. */
ZERO_API ZERO_MUST_USE zero_status zero_list(zero_vm *vm, zero_value *list,
                                             const zero_value *items,
                                             size_t count);
ZERO_API ZERO_MUST_USE zero_status zero_cons(zero_vm *vm, zero_value *list,
                                             zero_value head,
                                             zero_value tail);

/* Read a list. Errors: EMPTY_LIST for the head and tail of the empty list;
 * INDEX_RANGE if there is no item at `index`, which counts from 0. The length
 * and an item are found by walking the list. */
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

/* A position in a list or Map. Its members are private. Keep it on the C
 * stack, where it keeps alive what it walks; it need not be closed. A copy of
 * it walks on its own. */
typedef struct zero_cursor {
  zero_value rest;
  const zero_value *items;
  uint64_t index;
  uint64_t count;
} zero_iterator;

/* Walks the items of a list in order:
 *   if (zero_iterate(vm, &at, list) == ZERO_OK)
 *     while (zero_next(&item, &at)) ...
 * Out: *iterator, at its end if zero_iterate fails; *item, no value at the
 * end. zero_next returns 1, or 0 at the end. */
ZERO_API ZERO_MUST_USE zero_status zero_iterate(zero_vm *vm,
                                                zero_iterator *iterator,
                                                zero_value list);
ZERO_API int zero_next(zero_value *item, zero_iterator *iterator);

/* --- maps -----------------------------------------------------------------
 * A Map keeps the order in which its keys were first put. Keys are I64, Text,
 * Bool or Unit. These functions also read the v0.1 form of a Map. Errors:
 * LAYOUT_MAP for what is not a Map or cannot be a key. */

/* Put and remove return another Map and leave `map` as it is. If the key is
 * not there, get returns ZERO_OK and no value. */
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
 * These make and read the values of every family, by the names in the tables:
 * zero_new(vm, &v, "Option", "some", &field, 1). zero/gen/accessors.h has a
 * function for each variant and field. A v0.1 list of abi/compat.tsv reads
 * like the v1 value; a value that is made is v1. Errors: LAYOUT_UNKNOWN for a
 * name that is not in the tables, ZERO_E_USAGE for a name that is NULL. */

/* Makes a value from all its `fields` in order. Errors: the family's own code,
 * such as LAYOUT_OPTION, if there are too few fields, too many, or some that
 * do not fit. */
ZERO_API ZERO_MUST_USE zero_status zero_new(zero_vm *vm, zero_value *value,
                                            const char *family,
                                            const char *variant,
                                            const zero_value *fields,
                                            size_t count);

/* Reads a field. Errors: the family's own code if `value` is not of the
 * family, or is of a variant without that field. */
ZERO_API ZERO_MUST_USE zero_status zero_get(zero_vm *vm,
                                            zero_value *field_value,
                                            const char *family,
                                            const char *field,
                                            zero_value value);

/* Returns: 1 if `value` is of that variant, 0 if not. It also returns 0 if it
 * cannot tell, with the reason in zero_last_error: an unknown name, a limit,
 * or what is ZERO_E_USAGE elsewhere. zero_check_value returns a status. */
ZERO_API int zero_is(zero_vm *vm, const char *family, const char *variant,
                     zero_value value);

/* Out: *checked, `value` as a v1 value; if it is one, `value` itself. Errors:
 * the family's own code, with a sentence that says what is wrong. */
ZERO_API ZERO_MUST_USE zero_status zero_check_value(zero_vm *vm,
                                                    zero_value *checked,
                                                    const char *family,
                                                    zero_value value);

/* --- handles --------------------------------------------------------------
 * A live Handle, ProcessHandle or SocketHandle has one owner. The value may be
 * copied and kept like any other, but only one name of the thing may be used.
 * These functions are handle-give, handle-close and handle-with of programs,
 * and refuse the same misuse. Errors: HANDLE_MOVED, HANDLE_CLOSED,
 * HANDLE_BORROWED, HANDLE_BORROW_ENDED; HANDLE_FOREIGN for a handle of another
 * VM; HANDLE_NOT_LIVE for a value that only describes a handle; LAYOUT_HANDLE
 * for any other value. zero_handle_state and the other accessors of
 * zero/gen/accessors.h read the thing itself; the state of a live handle can
 * always be read. */

/* Gives the thing a new owner. Out: *owner, a new value; the old value is
 * moved. */
ZERO_API ZERO_MUST_USE zero_status zero_handle_give(zero_vm *vm,
                                                    zero_value *owner,
                                                    zero_value handle);

/* Closes the thing. Out: *outcome, a HostOk of Unit, or a HostErr if the
 * system reports that something was lost; the thing is closed either way. */
ZERO_API ZERO_MUST_USE zero_status zero_handle_close(zero_vm *vm,
                                                     zero_value *outcome,
                                                     zero_value handle);

/* Lends the handle to `function`, calls it, and takes the handle back, even if
 * the function fails. Out: *result, what the function returns. Errors: those
 * of zero_call too; TYPE_MISMATCH if `function` is not a Function. */
ZERO_API ZERO_MUST_USE zero_status zero_handle_with(zero_vm *vm,
                                                    zero_value *result,
                                                    zero_value handle,
                                                    zero_value function);

/* --- machine values -------------------------------------------------------
 * Compiled code of the object ABI 0.1 holds a value as two words. A Bool and
 * an I64 are (value, ZERO_MACHINE_I64); a Text is (pointer to its bytes and a
 * NUL, ZERO_MACHINE_TEXT); Unit is (0, ZERO_MACHINE_UNIT). A List, and every
 * family that is a list to a program, is (pointer, ZERO_MACHINE_LIST), with
 * pointer 0 for the empty list. What the pointer of a List points to is
 * private. Out, if they fail: a pair that each of these functions refuses. */
typedef struct zero_pair {
  uint64_t payload;
  uint64_t tag; /* of enum zero_machine_tag */
} zero_pair;

/* Out: *pair. Its pointer is valid until the innermost scope that is open now
 * (zero_scope_open) is closed; if no scope is open, until the VM is closed.
 * Errors: TYPE_MISMATCH if `value` is of no family, such as a Function. */
ZERO_API ZERO_MUST_USE zero_status zero_to_pair(zero_vm *vm, zero_pair *pair,
                                                zero_value value);

/* In: `family`, the name of the expected family, such as "Bool"; "List"
 * accepts every list. NULL expects none and is accepted for all except Bool
 * and I64. A Text is copied, and may be anywhere in memory. Out: *value, what
 * zero_to_pair was given. Errors: PAIR_TAG for an unknown tag; PAIR_FAMILY for
 * tag 1 if `family` is NULL; PAIR_PAYLOAD for a Text at NULL, and for a List
 * that `vm` did not give out or has taken back; HOST_NOT_TEXT; LAYOUT_UNKNOWN;
 * the family's own code for what is not of it, such as a Bool that is neither
 * 0 nor 1. */
ZERO_API ZERO_MUST_USE zero_status zero_from_pair(zero_vm *vm,
                                                  zero_value *value,
                                                  zero_pair pair,
                                                  const char *family);

/* Walk a List: its first item, and the rest of the List. Errors: EMPTY_LIST;
 * those of zero_from_pair for the family "List". */
ZERO_API ZERO_MUST_USE zero_status zero_pair_head(zero_vm *vm,
                                                  zero_pair *head,
                                                  zero_pair list);
ZERO_API ZERO_MUST_USE zero_status zero_pair_tail(zero_vm *vm,
                                                  zero_pair *tail,
                                                  zero_pair list);

/* Write `ZERO_ABI_NOTE;` once, outside of functions, to mark a compiled object
 * as one of this ABI. What is linked with libzero.a is marked already. */
#if defined(__GNUC__)
#define ZERO_ABI_NOTE                                     \
  __asm__(".pushsection .note.0x0.abi,\"a\",@note\n"       \
          ".asciz \"" ZERO_ABI_MARKER "\"\n.popsection\n")
#endif

/* Check that an ELF object, program or shared library carries the marker of
 * this library and no other. A note section .note.0x0.abi is the marker and
 * its NUL: once, or, in what was linked from several objects, once for each.
 * An archive (lib.a) is refused: check its objects one by one, before `ar`
 * packs them or after `ar x`. In: the file at `path`; or `size` bytes with the
 * content of a file. Either may be cut short or hostile. Returns: ZERO_OK.
 * Errors: ZERO_E_MISMATCH for another marker, for no marker, and for an object
 * of another machine; ZERO_E_FAILED for what is not a whole ELF object or
 * cannot be read; ZERO_E_USAGE for NULL. Out: if it fails, a sentence in
 * `message` (message_room bytes, may be NULL). Thread: any. */
ZERO_API ZERO_MUST_USE zero_status zero_check_object(const char *path,
                                                     char *message,
                                                     size_t message_room);
ZERO_API ZERO_MUST_USE zero_status zero_check_object_bytes(
    const void *bytes, size_t size, char *message, size_t message_room);

/* --- values that travel, values that stay -------------------------------- */

/* Copies a value of `from` to the VM `to`. Nothing of the copy belongs to
 * `from`, which may be closed. A part that `value` reaches twice is copied
 * twice, and the limits of `to` apply. If both are the same VM, the copy is
 * `value` itself. Errors, all kept in `to`: TYPE_MISMATCH if `value` is, or
 * contains at any depth, a Function, UserData, Protocol, Live or live handle,
 * because these have a meaning only in their own VM; ZERO_E_USAGE if either VM
 * is busy. Thread: one that may use both VMs. */
ZERO_API ZERO_MUST_USE zero_status zero_value_copy(zero_vm *to,
                                                   zero_value *copy,
                                                   zero_vm *from,
                                                   zero_value value);

/* The name of a pinned value. It may be kept anywhere, in memory from malloc
 * too. If it is all zero, it names nothing. No two names in a process are
 * equal, so it names nothing in another VM. */
typedef struct zero_ref {
  uint64_t bits;
} zero_ref;

/* Keeps `value` alive until zero_unpin or the end of the VM. A value may be
 * pinned several times; each name is released on its own. Out: *ref, which
 * names nothing if it fails. Owner: the caller, who passes the name to
 * zero_unpin. */
ZERO_API ZERO_MUST_USE zero_status zero_pin(zero_vm *vm, zero_ref *ref,
                                            zero_value value);

/* Returns: the value, or no value if `ref` was unpinned or never named one.
 * Cannot fail, and may be called in a callback. */
ZERO_API zero_value zero_pinned(const zero_vm *vm, zero_ref ref);

/* Releases a name for good: no later name equals it. Errors: ZERO_E_USAGE if
 * it names nothing. */
ZERO_API ZERO_MUST_USE zero_status zero_unpin(zero_vm *vm, zero_ref ref);

/* The name of an open scope. If it is all zero, it names none. It names none
 * in another VM either. */
typedef struct zero_open_scope {
  uint64_t bits;
} zero_scope;

/* Opens a scope: until it is closed, each value that a function of this header
 * makes or returns stays alive, wherever the host keeps it, and so do the
 * parts of the value. A scope does not keep what zero_pinned returns, which
 * lives as long as its pin, nor the arguments of a function of the host, which
 * live as long as its caller keeps them. Scopes nest. A scope that a function
 * of the host opens ends when that returns; all scopes end with the VM. Out:
 * *scope, which names none if it fails. */
ZERO_API ZERO_MUST_USE zero_status zero_scope_open(zero_vm *vm,
                                                   zero_scope *scope);

/* Closes a scope and those opened since. Errors: ZERO_E_USAGE if it names no
 * open scope. */
ZERO_API ZERO_MUST_USE zero_status zero_scope_close(zero_vm *vm,
                                                    zero_scope scope);

/* Returns: the name of the kind of a value, as (type-of v) does: "Option",
 * "Function". It is a static string. */
ZERO_API const char *zero_type_name(zero_value value);

/* Returns: how many arguments a function takes, or the least if the number
 * varies; -1 if `value` is not a Function. */
ZERO_API int zero_arity(zero_value value);

/* Returns: 1 if `value` is packed, 0 if not. Out: *name (may be NULL), the name
 * of its variant: "some", "err"; or NULL. */
ZERO_API int zero_variant_name(zero_value value, const char **name);

/* A place in a source text; lines and columns count from 1. `line_text` has
 * `line_size` bytes of the source, without the end of the line. They are UTF-8
 * unless the code is SYNTAX_UTF8 or SYNTAX_NUL. `width` is how many code
 * points, from `column` on, the error is about. */
typedef struct zero_location {
  const char *file;      /* NULL: the place is not known */
  const char *line_text;
  size_t line_size;
  uint32_t line;
  uint32_t column;
  uint32_t width;
} zero_location;

/* One function of a trace; the innermost comes first. */
typedef struct zero_trace_frame {
  const char *function;
  zero_location location;
  int after_tail_call;   /* callers between this and the next are missing */
} zero_trace_frame;

/* An error. A check that fails may have several, chained by `next`. */
typedef struct zero_error {
  const char *code;      /* stable: "INTEGER_OVERFLOW" */
  const char *message;   /* a sentence */
  zero_location location;
  const zero_trace_frame *trace;
  size_t trace_count;
  uint64_t trace_lost;   /* frames left out at the end */
  int is_warning;
  const struct zero_error *next;
  uint64_t more;         /* in the last of a chain: errors left out of it */
} zero_error;

/* Returns: the error of the last function that failed on `vm`, or NULL if none
 * did. Owner: the VM, until the next function fails. */
ZERO_API const zero_error *zero_last_error(const zero_vm *vm);

/* Returns: the RuntimeError value of the last failed call, or no value. */
ZERO_API zero_value zero_error_value(const zero_vm *vm);

/* The default loader: reads a whole regular file, of up to 64 MiB. In:
 * `context`, a C string, is the root directory, or NULL for none. Imports
 * cannot leave a root, and an absolute path starts there. A `..` or a symbolic
 * link that leads outside is IMPORT_DENIED, even if it was put there while the
 * file was looked up. This holds for 0x0.lock and the files that it names,
 * too. Out: *name, relative to the root; or, without a root, relative to the
 * working directory if the file is below it. Owner: the collector, while a C
 * local points to *name and *bytes. */
ZERO_API int zero_file_loader(void *context, const char *path,
                              const char *from, const char **name,
                              const char **bytes, size_t *size, char *message,
                              size_t message_room);

/* The families of the tables, for tools. Return: how many there are; the name
 * of the one at `index`, from 0, or NULL if there is none. */
ZERO_API size_t zero_family_count(void);
ZERO_API const char *zero_family_name(size_t index);

/* Returns: a table of abi/, such as "value-layouts" or "errors", as the library
 * was built with it: lines of cells with tabs between, the first with the
 * names of the columns. It is a static string, or NULL if there is no such
 * table. */
ZERO_API const char *zero_table(const char *name);

/* Writes what is known about a family, or the table of all families for NULL,
 * as text for people. Returns: 1, or 0 if the family is unknown; *nearest (may
 * be NULL) is then the most similar name, or NULL. */
ZERO_API int zero_layout_text(const char *family, zero_output *output,
                              void *output_context, const char **nearest);

/* The versions of the library in use. zero_open compares all but the first with
 * those of the header. */
ZERO_API const char *zero_version(void);        /* "0.1.0" */
ZERO_API const char *zero_abi_marker(void);     /* "0x0 ABI 0.1" */
ZERO_API int zero_layout_version(void);         /* 1 */
ZERO_API const char *zero_shape_hash(void);     /* 16 hex digits */

#ifdef __cplusplus
}
#endif

#include "zero/gen/accessors.h"

#endif
