/* handle.h - the table of handles: things with one owner each.
 *
 * A file, a pipe, a process, a socket is an entry of the VM's table. A value of
 * a linear family (Handle, ProcessHandle, SocketHandle) is live if it holds a
 * Ref, which names an entry. Values are copied as all values are, the entry is
 * not: its own Ref says which name may use it.
 *
 *   owner  made when the thing was opened, or by the last give; may do all
 *   lent   made by handle-with for the function it calls; may be used, and
 *          lent on, while that function runs. Meanwhile no earlier name in
 *          the chain of lenders may be used: one name at a time.
 *   dead   was moved, closed or has ended; the Ref says which, for ever
 *
 * Numbers are never given twice. An entry that no value refers to any more
 * stays open, and is reported when the VM closes.
 *
 * How a builtin opens something:
 *
 *   struct file *file = zero__handle_reserve(vm, &kind, sizeof *file);
 *   file->handle.file = openat(...);           - nothing may raise between
 *   if (file->handle.file < 0) {
 *     int error = errno;
 *     zero__handle_end(vm, &file->handle);
 *     return zero__host_error(vm, error, ...);
 *   }
 *   return zero__handle_publish_ok(vm, &file->handle);
 *
 * Reserving raises if there is no memory; from then on nothing leaks: an entry
 * that is reserved, but not published when its builtin raises, is closed by
 * zero__handles_unwind, which the VM calls as it catches the raise. */
#ifndef ZERO_HANDLE_HANDLE_H
#define ZERO_HANDLE_HANDLE_H

#include <sys/types.h>

#include "vm/vm.h"

struct zero_handle;
struct zero_source;

/* Move some bytes, at once: how many, or -1 and errno, EAGAIN if the file
 * has to be waited for. 0 bytes read are the end. */
typedef ssize_t zero__read_way(int file, void *bytes, size_t room);
typedef ssize_t zero__write_way(int file, const void *bytes, size_t size);

/* One kind of thing: constant data. The functions neither raise nor allocate
 * unless stated, and none waits for long. If one may be NULL, its comment says
 * what that means. */
struct zero_handle_kind {
  const char *name;           /* "file", "pipe", for sentences */
  const char *mode;           /* of a SocketHandle */
  enum zero_family_tag family;
  uint32_t capability;        /* bits that each use needs */

  /* Ends the thing, in whatever state it is; called once, also on an entry that
   * was only reserved. Returns 0 or errno. */
  int (*close)(struct zero_handle *h);

  /* The result of the state or status accessor while the thing is open: a word
   * of its family's vocabulary, or a function for it; both NULL: "open". */
  const char *word;
  const char *(*state)(struct zero_handle *h);

  /* The value of the accessor of id, pid or endpoint; it may raise and
   * allocate. NULL: the entry's number. */
  zero_value (*label)(zero_vm *vm, struct zero_handle *h);

  /* The events that poll may wait for, POLLIN, POLLOUT, besides those of read
   * and write. */
  short events;

  /* Whether the first of these events has come, if there is no h->file: poll
   * asks from time to time. NULL: such a thing is not waited for. */
  bool (*ready)(struct zero_handle *h);

  /* How bytes are moved by h->file. NULL: they are not. */
  zero__read_way *read;
  zero__write_way *write;
};

/* A kind's own struct begins with this. Traced storage: it may hold values. The
 * kind uses `kind`, `file` and `number`, the table the rest. */
struct zero_handle {
  const struct zero_handle_kind *kind;
  int file;                   /* a descriptor; -1: none, as it begins */
  uint64_t number;            /* never used twice in a VM */
  struct zero_handle_ref *holder; /* the name that may use it now */
  bool published;             /* the program has its value */
  struct zero_handle *before; /* in the order they were reserved */
  struct zero_handle *behind;
  unsigned runs;              /* vm->runs of the builtin that reserved it */
  bool placed;                /* where in a source it was opened: */
  uint32_t start;
  uint32_t end;
  const struct zero_source *source;
};

/* The table of a VM. */
struct zero_handles {
  uint32_t count;       /* entries */
  uint32_t most;        /* of them at once */
  uint32_t unpublished; /* of them */
  uint64_t numbers;     /* given out */
  struct zero_handle *first;
  struct zero_handle *last;
  char *buffer;         /* from malloc */
  size_t buffer_size;
};

/* Gives the VM its table; called once. Raises if there is no memory. */
void zero__handles_open(zero_vm *vm);

/* Closes everything open, in the order it was opened; `left`, which may be
 * NULL, is called for published things, after each was closed with `error`. The
 * VM's table is empty then and may be used further. Safe if the VM has none.
 * Cannot raise. */
typedef void zero__handle_left(void *context, const struct zero_handle *h,
                               int error);
void zero__handles_close(zero_vm *vm, zero__handle_left *left, void *context);

/* Ends what builtins of run `runs`, and of runs inside it, reserved but did not
 * publish. The VM calls it through vm->unwind when it catches. */
void zero__handles_unwind(zero_vm *vm, unsigned runs);

/* A zeroed entry of `size` bytes, which begins with struct zero_handle. It
 * records the program's place. Raises OUT_OF_MEMORY, ALLOC_LIMIT. */
void *zero__handle_reserve(zero_vm *vm, const struct zero_handle_kind *kind,
                           size_t size);

/* Makes the live value of an entry and its owner, for the program, in a HostOk:
 * making that separately could raise, too late. Called once per entry. Raises
 * what making values raises; it is not published then. */
zero_value zero__handle_publish_ok(zero_vm *vm, struct zero_handle *h);

/* The same in two steps, for several that are published together: the value,
 * and, when nothing can raise any more, that the program has it. `extra` is
 * the field that the table cannot know: the stdio of a ProcessHandle, a List;
 * ZERO_NONE for the others. */
zero_value zero__name_first(zero_vm *vm, struct zero_handle *h,
                            zero_value extra);
void zero__handle_published(zero_vm *vm, struct zero_handle *h);

/* Closes the thing, published or not, and all its names. Returns the result of
 * the kind's `close`, 0 or errno. */
int zero__handle_end(zero_vm *vm, struct zero_handle *h);

/* At least `size` bytes for the system to write to, one buffer for all. It is
 * not in the heap, whose pages the collector may protect, and lasts until the
 * VM closes. Raises OUT_OF_MEMORY. */
char *zero__handles_buffer(zero_vm *vm, size_t size);

/* The entry that argument `v` of the builtin that runs may use. With `kind`
 * it must be of that kind; NULL takes any. Raises, naming the builtin,
 *   LAYOUT_HANDLE (or of the kind's family) for a value of another family
 *   TYPE_MISMATCH for an entry of another kind
 *   HANDLE_NOT_LIVE HANDLE_FOREIGN HANDLE_MOVED HANDLE_CLOSED
 *   HANDLE_BORROW_ENDED HANDLE_BORROWED  see abi/errors.tsv
 *   CAPABILITY_DENIED if the kind's is not granted now
 * The entry stays good until something raises, ends it or calls a program. */
void *zero__handle_use(zero_vm *vm, zero_value v,
                       const struct zero_handle_kind *kind);

/* The same for several kinds: the first `count` of `kinds`, whose `expected`
 * goes into the sentence: "a file". All are of one family. */
void *zero__handle_use_any(zero_vm *vm, zero_value v,
                           const struct zero_handle_kind *kinds, size_t count,
                           const char *expected);

/* Lends `v`, which holds the entry: the value returned holds it until it is
 * taken back. */
zero_value zero__name_lend(zero_vm *vm, struct zero_handle *h, zero_value v);
void zero__name_take_back(zero_value lent);

/* The bytes of argument `index`, Text or Bytes; raises TYPE_MISMATCH. They are
 * good as long as the argument is. */
const char *zero__want_data(zero_vm *vm, const zero_value *args,
                            unsigned index, size_t *size);

/* Argument `index` as one of `count` words. Raises TYPE_MISMATCH. */
unsigned zero__want_word(zero_vm *vm, zero_value *args, unsigned index,
                         const char *const *words, unsigned count,
                         const char *expected);

/* How many bytes argument `index` lets be read at once, at most 1 MiB; raises
 * TYPE_MISMATCH, INDEX_RANGE. */
size_t zero__want_room(zero_vm *vm, zero_value *args, unsigned index);

/* The one mover of bytes: by `way`, waiting if it is too early, until the
 * moment `end` (zero__wait_end). Both return 0, errno or ZERO_TIME_OVER, and
 * raise if the call must stop. `in` reads once; `out` writes everything unless
 * an error stops it, and counts in *done, from 0, the bytes written. */
int zero__move_in(zero_vm *vm, int file, zero__read_way *way, void *bytes,
                  size_t room, uint64_t end, size_t *got);
int zero__move_out(zero_vm *vm, int file, zero__write_way *way,
                   const void *bytes, size_t size, uint64_t end,
                   size_t *done);

/* After a try that moved nothing, for other code that moves bytes: 0 if it must
 * try again, now that `events` have come; else as above. */
int zero__move_early(zero_vm *vm, int file, short events, uint64_t end);

/* Reads once from a readable thing, charges for it, and makes the Bytes. */
int zero__move_bytes(zero_vm *vm, struct zero_handle *h, size_t room,
                     uint64_t end, zero_value *bytes);

/* close(2) of h->file, if there is one. */
int zero__handle_close_file(struct zero_handle *h);

/* write(2). A write to a pipe without a reader is EPIPE and never the signal,
 * whatever the host does with SIGPIPE. */
ssize_t zero__write_quietly(int file, const void *bytes, size_t size);

#endif
