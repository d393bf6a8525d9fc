/* whole.c - files read and written whole: read-file and write-file.
 *
 * What is no regular file is read to its end and written through. Opening it
 * waits no more than reading it does: the limits of the call hold. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/handle.h"
#include "handle/root.h"
#include "handle/wait.h"
#include "layout/brief.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  FIRST_ROOM = 4096, /* bytes for a file whose size is not known */
  BLOCK = 1 << 20,   /* bytes read or written between two charges */
  REASON = 128,      /* bytes of a system's message */
};

/* --- reading ------------------------------------------------------------- */

/* A file being read whole. */
struct reader {
  zero_vm *vm;
  int file;
  int error;   /* errno, 0 where all is well */
  bool waits;  /* its bytes may come later */
  char *bytes; /* leaf storage */
  size_t size;
  size_t room;
};

/* The room to begin with: a byte more than a regular file has. */
static size_t first_room(struct reader *reader) {
  struct stat facts;
  if (zero__file_facts(reader->vm, reader->file, &facts) != 0) {
    return FIRST_ROOM;
  }
  reader->waits = !S_ISREG(facts.st_mode);
  bool known = S_ISREG(facts.st_mode) && facts.st_size > 0 &&
               facts.st_size < ZERO_TEXT_MAX;
  return known ? (size_t)facts.st_size + 1 : FIRST_ROOM;
}

static void make_room(struct reader *reader) {
  size_t room =
      reader->room == 0 ? first_room(reader) : reader->room * 2;
  char *bytes = zero__alloc(&reader->vm->heap, ZERO_LEAF, room);
  zero__heap_copy(&reader->vm->heap, bytes, reader->bytes, reader->size);
  reader->bytes = bytes;
  reader->room = room;
}

/* Reads once. A FIFO that nobody writes to yet would read as its end, so what
 * may wait is waited for first. Returns -1 and errno. */
static ssize_t read_part(struct reader *reader) {
  if (reader->waits &&
      zero__wait_for(reader->vm, reader->file, POLLIN, -1) < 0) {
    return -1;
  }
  size_t part = reader->room - reader->size;
  return zero__heap_read(reader->file, reader->bytes + reader->size,
                         part < BLOCK ? part : BLOCK);
}

/* Reads to the end, or until there is more than a text can hold. */
static void read_whole(void *context) {
  struct reader *reader = context;
  while (reader->size <= ZERO_TEXT_MAX) {
    if (reader->size == reader->room) make_room(reader);
    ssize_t got = read_part(reader);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
      zero__poll(reader->vm);
      continue;
    }
    if (got < 0) reader->error = errno;
    if (got <= 0) return;
    reader->size += (size_t)got;
    zero__charge_bytes(reader->vm, (uint64_t)got);
  }
}

static zero_value read_error(zero_vm *vm, const zero_value *args,
                             int error) {
  return zero__path_error(vm, args, 0, error, ZERO_CAPABILITY_FILE_READ);
}

/* A HostErr about what the file of argument 0 holds. */
static zero_value refuse_content(zero_vm *vm, const zero_value *args,
                                 int code, const char *reason) {
  char path[ZERO_BRIEF];
  zero__brief(&vm->heap, args[0], path);
  return zero__host_refused(vm, code, ZERO_CAPABILITY_FILE_READ, "%s: %s",
                            path, reason);
}

ZERO_BUILTIN(read_file) {
  const char *path = zero__want_path(vm, args, 0);
  int file =
      zero__root_file(vm, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  if (file < 0) return read_error(vm, args, errno);
  struct reader reader = {.vm = vm, .file = file};
  int raised = zero__protect(&vm->heap, read_whole, &reader);
  close(file);
  if (raised != 0) zero__raise_again(&vm->heap);
  if (reader.error != 0) return read_error(vm, args, reader.error);
  if (reader.size > ZERO_TEXT_MAX) {
    return refuse_content(vm, args, ZERO_CODE_TEXT_TOO_LONG,
                          "the file is larger than a text can be");
  }
  size_t bad;
  zero_value text =
      zero__text_checked(&vm->heap, reader.bytes, reader.size, &bad);
  if (!zero_is_none(text)) return zero__host_ok(vm, text);
  char reason[REASON];
  snprintf(reason, sizeof reason, "byte %zu is not UTF-8", bad);
  return refuse_content(vm, args, ZERO_CODE_HOST_NOT_TEXT, reason);
}

/* --- writing ------------------------------------------------------------- */

/* What is written through: it keeps its name, and has no old content. */
struct writer {
  zero_vm *vm;
  int file;
  int error; /* errno */
  const char *bytes;
  size_t size;
};

static bool is_fifo(zero_vm *vm, const char *path) {
  struct stat facts;
  int file = zero__root_file(vm, path, O_PATH, 0);
  if (file < 0) return false;
  bool fifo = zero__file_facts(vm, file, &facts) == 0 &&
              S_ISFIFO(facts.st_mode);
  close(file);
  return fifo;
}

/* Opens what is there. Nothing tells when somebody begins to read a FIFO, so
 * it is tried from time to time. Returns a descriptor, or -1 and errno. */
static int open_through(zero_vm *vm, const char *path) {
  const int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY;
  int file;
  while ((file = zero__root_file(vm, path, flags, 0)) < 0 && errno == ENXIO &&
         is_fifo(vm, path)) {
    zero__wait(vm, NULL, 0, zero__wait_nap(-1));
  }
  return file;
}

/* Returns whichever of standard output and standard error is the file of
 * `facts`, -1 where neither is. */
static int stream_of(const struct stat *facts) {
  for (int file = STDOUT_FILENO; file <= STDERR_FILENO; file++) {
    struct stat found;
    if (fstat(file, &found) == 0 && found.st_dev == facts->st_dev &&
        found.st_ino == facts->st_ino) {
      return file;
    }
  }
  return -1;
}

/* A link of /proc may lead to a regular file, whose old content goes. But a
 * stream of the process's, as /dev/stdout is, is written to where it stands:
 * what was printed there stays. Returns 0, or -1 and errno. */
static int begin(struct writer *writer) {
  struct stat facts;
  if (zero__file_facts(writer->vm, writer->file, &facts) != 0) return -1;
  if (!S_ISREG(facts.st_mode)) return 0;
  int stream = stream_of(&facts);
  if (stream < 0) return zero__file_cut(writer->vm, writer->file, 0);
  return dup3(stream, writer->file, O_CLOEXEC) < 0 ? -1 : 0;
}

/* Writes once. Returns -1 and errno. */
static ssize_t write_part(struct writer *writer) {
  size_t part = writer->size < BLOCK ? writer->size : BLOCK;
  int ready = zero__wait_for(writer->vm, writer->file, POLLOUT, -1);
  if (ready < 0) return -1;
  return zero__write_quietly(writer->file, writer->bytes, part);
}

static void write_whole(void *context) {
  struct writer *writer = context;
  if (begin(writer) != 0) writer->error = errno;
  while (writer->error == 0 && writer->size > 0) {
    ssize_t put = write_part(writer);
    if (put < 0 && errno != EINTR && errno != EAGAIN) writer->error = errno;
    if (put > 0) {
      writer->bytes += put;
      writer->size -= (size_t)put;
    }
    zero__poll(writer->vm);
  }
}

/* Returns 0 or errno. Raises what stops the call. */
static int write_through(zero_vm *vm, const char *path, zero_value text) {
  struct writer writer = {.vm = vm,
                          .file = open_through(vm, path),
                          .bytes = zero__text_bytes(text),
                          .size = zero__text_size(text)};
  if (writer.file < 0) return errno;
  int raised = zero__protect(&vm->heap, write_whole, &writer);
  int failed = close(writer.file) == 0 || errno == EINTR ? 0 : errno;
  if (raised != 0) zero__raise_again(&vm->heap);
  return writer.error != 0 ? writer.error : failed;
}

ZERO_BUILTIN(write_file) {
  const char *path = zero__want_path(vm, args, 0);
  zero_value text = zero__want_text(vm, args, 1);
  zero__charge_bytes(vm, zero__text_size(text));
  int error = zero__replace(vm, path, zero__text_bytes(text),
                            zero__text_size(text));
  if (error == EOPNOTSUPP) error = write_through(vm, path, text);
  if (error == 0) return zero__host_ok(vm, ZERO_UNIT);
  return zero__path_error(vm, args, 0, error, ZERO_CAPABILITY_FILE_WRITE);
}
