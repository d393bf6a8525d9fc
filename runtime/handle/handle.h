/* handle.h - the table of handles: things with one owner each.
 *
 * A file, a pipe, a process, a socket is an entry of the VM's table. A value
 * of a linear family (Handle, ProcessHandle, SocketHandle) is live where it
 * holds a Ref, which names an entry. Values are copied as all values are, the
 * entry is not: its own Ref says who may use it.
 *
 *   owner  made when the thing was opened, or by the last give; may do all
 *   lent   made by handle-with for the function it calls; may be used, and
 *          lent on, while that function runs. Meanwhile no name before it in
 *          the chain of lenders may be used: one name at a time.
 *   dead   was moved, closed or has come back; the Ref says which, for ever
 *
 * Places in the table are reused, numbers never: 64 bits of them outlast any
 * VM, so no place has to be given up for want of a generation, and an old Ref
 * never names a new thing. An entry to which no value leads any more stays
 * open: it has an owner that forgot it, and is reported when the VM closes.
 *
 * How a builtin opens something:
 *
 *   struct file *file = (struct file *)zero__handle_reserve(vm, &kind,
 *                                                           sizeof *file);
 *   file->handle.file = openat(...);           - nothing may raise between
 *   if (file->handle.file < 0) {
 *     int error = errno;
 *     zero__handle_drop(vm, &file->handle);
 *     return zero__host_error(vm, error, ...);
 *   }
 *   return zero__handle_publish_ok(vm, &file->handle, ZERO_NONE);
 *
 * Reserving raises where there is no memory; from then on nothing leaks: what
 * was reserved and is not published when its builtin raises is closed by
 * zero__handles_unwind, which the VM calls as it catches the raise. */
#ifndef ZERO_HANDLE_HANDLE_H
#define ZERO_HANDLE_HANDLE_H

#include <sys/types.h>

#include "vm/vm.h"

struct zero_handle;
struct zero_source;

/* One sort of thing: constant data. The functions neither raise nor allocate
 * unless it is said, and none waits for long. Those that may be NULL say what
 * that means. */
struct zero_handle_kind {
  const char *name;           /* "file", "pipe", for sentences */
  enum zero_family_tag family;
  uint32_t capability;        /* bits that each use needs */

  /* Ends the thing, whatever it has come to; called once, also on an entry
   * that was reserved and got no further. Returns 0 or errno. */
  int (*close)(struct zero_handle *h);

  /* The word that the state or status accessor answers while the thing is
   * open, one of its family's vocabulary. NULL: "open". */
  const char *(*state)(struct zero_handle *h);

  /* What the accessor of id, pid or endpoint answers; it may raise and
   * allocate. NULL: the entry's number. */
  zero_value (*label)(zero_vm *vm, struct zero_handle *h);

  /* A descriptor for poll and the events that mean that something can be
   * done. Returns -1 where there is none. NULL: h->file, POLLIN where the kind
   * reads and POLLOUT where it writes. */
  int (*descriptor)(struct zero_handle *h, short *events);

  /* Whether the first of these events has come, where there is no descriptor:
   * poll asks from time to time. NULL: such a thing is not waited for. */
  bool (*ready)(struct zero_handle *h);

  /* Move some bytes, at once: how many, or -1 and errno, EAGAIN where
   * h->file has to be waited for, EINTR where a signal came first. 0 bytes
   * read are the end. NULL: handle-read, handle-write refuse it. */
  ssize_t (*read)(struct zero_handle *h, void *bytes, size_t room);
  ssize_t (*write)(struct zero_handle *h, const void *bytes, size_t size);
};

/* What a struct of a kind's own begins with. Traced storage: it may hold
 * values. The kind uses `kind`, `file` and `number`, the table the rest. */
struct zero_handle {
  const struct zero_handle_kind *kind;
  int file;                   /* a descriptor; -1: none, as it begins */
  uint32_t place;             /* in the table */
  uint64_t number;            /* never used twice in a VM */
  struct zero_handle_ref *holder; /* who may use it now; NULL: unpublished */
  struct zero_handle *before; /* in the order they were reserved */
  struct zero_handle *behind;
  unsigned runs;              /* vm->runs of the builtin that reserved it */
  bool placed;                /* where in a source it was opened: */
  uint32_t start;
  uint32_t end;
  const struct zero_source *source;
};

/* Gives the VM its table; called once. Raises where there is no memory. */
void zero__handles_open(zero_vm *vm);

/* Takes what is open when the VM closes, in the order it was opened: called
 * with each after it was closed with `error`. */
typedef void zero__handle_left(void *context, const struct zero_handle *h,
                               int error);

/* Closes all that is open; `left`, which may be NULL, is told of what was
 * published. The VM's table is empty then and may be used on. Safe where the
 * VM has none. Cannot raise. */
void zero__handles_close(zero_vm *vm, zero__handle_left *left,
                         void *context);

/* Ends what was reserved, and not published, by builtins of run `runs` and of
 * runs inside it. The VM calls it through vm->unwind when it catches. */
void zero__handles_unwind(zero_vm *vm, unsigned runs);

/* How many entries there are, and how many places they ever took at once. */
uint32_t zero__handles_count(const zero_vm *vm);
uint32_t zero__handles_places(const zero_vm *vm);

/* The entry that a Ref of this VM names, NULL where it is gone. */
struct zero_handle *zero__handle_named(const zero_vm *vm,
                                       const struct zero_handle_ref *ref);

/* A zeroed entry of `size` bytes, which begins with struct zero_handle. It
 * notes where the program is. Raises OUT_OF_MEMORY, ALLOC_LIMIT. */
struct zero_handle *zero__handle_reserve(zero_vm *vm,
                                         const struct zero_handle_kind *kind,
                                         size_t size);

/* Makes the live value of an entry and its owner. `extra` is the field that
 * the table cannot know: the mode of a SocketHandle, a Text, the stdio of a
 * ProcessHandle, a List; ZERO_NONE for a Handle. Called once an entry. Raises
 * what making values raises; the thing is closed then. */
zero_value zero__handle_publish(zero_vm *vm, struct zero_handle *h,
                                zero_value extra);

/* The same in a HostOk. Making that apart could raise, too late: nobody would
 * have the value, and the thing would stay open. */
zero_value zero__handle_publish_ok(zero_vm *vm, struct zero_handle *h,
                                   zero_value extra);

/* Gives back an entry whose thing never came to be; `close` of its kind is
 * not called. */
void zero__handle_drop(zero_vm *vm, struct zero_handle *h);

/* Closes the thing, published or not, and gives its place back. All its names
 * are closed. Returns what the kind's `close` did, 0 or errno. */
int zero__handle_end(zero_vm *vm, struct zero_handle *h);

/* The entry that argument `v` of the builtin that runs may use. With `kind`
 * it must be of that kind; NULL takes any. Raises, naming the builtin,
 *   LAYOUT_HANDLE (or of the kind's family) what is no value of the family;
 *     TYPE_MISMATCH an entry of another kind
 *   HANDLE_NOT_LIVE HANDLE_FOREIGN HANDLE_MOVED HANDLE_CLOSED
 *   HANDLE_BORROW_ENDED HANDLE_BORROWED  see abi/errors.tsv
 *   CAPABILITY_DENIED where the kind's is not granted, now
 * The entry stays good until something raises, ends it or calls a program. */
struct zero_handle *zero__handle_use(zero_vm *vm, zero_value v,
                                     const struct zero_handle_kind *kind);

/* The same of what may be several kinds: the first `count` of `kinds`, whose
 * `expected` goes into the sentence: "a file". All are of one family. */
struct zero_handle *zero__handle_use_any(
    zero_vm *vm, zero_value v, const struct zero_handle_kind *const *kinds,
    size_t count, const char *expected);

/* Raises LAYOUT_HANDLE unless `v` is a value of a linear family. */
void zero__handle_want(zero_vm *vm, zero_value v);

/* The bytes of argument `index`, Text or Bytes; raises TYPE_MISMATCH. They are
 * good as long as the argument is. */
const char *zero__want_data(zero_vm *vm, const zero_value *args,
                            unsigned index, size_t *size);

/* At least `size` bytes for the system to write to, one buffer for all:
 * whoever asks next writes over it. It is none of the heap's, whose pages the
 * collector may protect, and lasts until the VM closes. Raises
 * OUT_OF_MEMORY. */
char *zero__handles_buffer(zero_vm *vm, size_t size);

/* How many bytes argument `index` lets be read at once, at most 1 MiB; raises
 * TYPE_MISMATCH, INDEX_RANGE. */
size_t zero__want_room(zero_vm *vm, zero_value *args, unsigned index);

/* What most kinds do with their descriptor: */

/* close(2) of h->file, where there is one. */
int zero__handle_close_file(struct zero_handle *h);

/* read(2) and write(2) on h->file. A write to a pipe that nobody reads is
 * EPIPE and never the signal, whatever the host has made of SIGPIPE. */
ssize_t zero__handle_read_file(struct zero_handle *h, void *bytes,
                               size_t room);
ssize_t zero__handle_write_file(struct zero_handle *h, const void *bytes,
                                size_t size);

/* The same write on a descriptor that is no handle's. */
ssize_t zero__write_quietly(int file, const void *bytes, size_t size);

/* What poll is to look at: the kind's `descriptor`, or what NULL means. */
int zero__handle_descriptor(struct zero_handle *h, short *events);

/* The word of its state now. */
const char *zero__handle_state(struct zero_handle *h);

#endif
