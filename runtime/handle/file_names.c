/* file_names.c - names: their facts, and the contents of a directory.
 *
 * The last part of a path is never followed here: the symbolic link itself is
 * described, removed and renamed, not its target.
 *
 * The names in a directory come in the order of their bytes, so that the same
 * tree gives the same result on every file system. A name that is not UTF-8 has
 * no Text, and is a HostErr: nothing is left out silently. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/handle.h"
#include "layout/layout.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  DIRECTORY_MODE = 0777, /* less the process's umask */
  ENTRIES = 1 << 15,     /* bytes that the system fills at once */
  FIRST_ROWS = 128,
};

/* --- changing ------------------------------------------------------------ */

enum { MAKE = -1 }; /* else the flags of unlinkat */

/* Makes or removes the name that argument 0 is. */
static zero_value change(zero_vm *vm, zero_value *args, int how) {
  struct zero_file_place place;
  const char *path = zero__want_path(vm, args, 0);
  int error = zero__root_place(vm, path, false, &place);
  if (error != 0) return zero__path_changed(vm, args, error);
  error = ZERO_TRY(
      vm, how == MAKE ? mkdirat(place.directory, place.name, DIRECTORY_MODE)
                      : unlinkat(place.directory, place.name, how));
  close(place.directory);
  return zero__path_changed(vm, args, error);
}

#define CHANGER(symbol, how)      \
  ZERO_BUILTIN(symbol) {          \
    return change(vm, args, how); \
  }

CHANGER(file_remove, 0)
CHANGER(directory_remove, AT_REMOVEDIR)
CHANGER(directory_make, MAKE)

/* A HostErr of the rename itself names both paths. EXDEV for two names below
 * the root means that they are on different file systems. */
ZERO_BUILTIN(file_rename) {
  struct zero_file_place old, new;
  const char *from = zero__want_path(vm, args, 0);
  const char *to = zero__want_path(vm, args, 1);
  int error = zero__root_place(vm, from, false, &old);
  if (error != 0) return zero__path_changed(vm, args, error);
  error = zero__root_place(vm, to, false, &new);
  if (error != 0) {
    close(old.directory);
    return zero__path_error(vm, args[1], error, ZERO_CAPABILITY_FILE_WRITE);
  }
  error = ZERO_TRY(
      vm, renameat(old.directory, old.name, new.directory, new.name));
  close(old.directory);
  close(new.directory);
  if (error == 0) return zero__host_ok(vm, ZERO_UNIT);
  char before[ZERO_BRIEF], after[ZERO_BRIEF];
  return zero__host_error(vm, error, ZERO_CAPABILITY_FILE_WRITE, "%s to %s",
                          zero__brief(&vm->heap, args[0], before),
                          zero__brief(&vm->heap, args[1], after));
}

/* --- facts of a name ----------------------------------------------------- */

const char *zero__file_word(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return "file";
    case S_IFDIR: return "directory";
    case S_IFLNK: return "link";
    case S_IFIFO: return "fifo";
    case S_IFSOCK: return "socket";
    default: return "device";
  }
}

/* The time is nanoseconds since 1970. A file may have any time: one beyond 63
 * bits is as late, or as early, as they can express. */
ZERO_BUILTIN(file_info) {
  struct zero_heap *heap = &vm->heap;
  const char *path = zero__want_path(vm, args, 0);
  struct stat facts;
  int file = zero__root_file(vm, path, O_PATH | O_NOFOLLOW, 0);
  int error = file < 0 ? errno : ZERO_TRY(vm, fstat(file, &facts));
  if (file >= 0) close(file);
  if (error != 0) {
    return zero__path_error(vm, args[0], error, ZERO_CAPABILITY_FILE_READ);
  }
  const struct timespec *time = &facts.st_mtim;
  int64_t modified;
  if (__builtin_mul_overflow(time->tv_sec, INT64_C(1000000000), &modified) ||
      __builtin_add_overflow(modified, time->tv_nsec, &modified)) {
    modified = time->tv_sec < 0 ? INT64_MIN : INT64_MAX;
  }
  zero_value kind = zero__text_of(heap, zero__file_word(facts.st_mode));
  zero_value map = zero__map_put_at(heap, zero__map_empty(heap), "kind", kind);
  map = zero__map_put_at(heap, map, "size", zero__i64(heap, facts.st_size));
  map = zero__map_put_at(heap, map, "mode", zero__small(facts.st_mode & 07777));
  map = zero__map_put_at(heap, map, "modified", zero__i64(heap, modified));
  return zero__host_ok(vm, map);
}

/* --- reading a directory ------------------------------------------------- */

enum { NOT_TEXT = -1 };

struct row {
  zero_value name;       /* Text: the name, or its path */
  mode_t mode;           /* its kind, 0 if the system did not say */
};

/* Directories that are being read. Functions that read return 0, errno or
 * NOT_TEXT if a name is not UTF-8. `pending` is a stack: its top comes next,
 * and the contents of that come before everything else. */
struct tree {
  zero_vm *vm;
  bool deep;             /* all that is below, each with its path and word */
  int base;              /* the directory asked for */
  const char *path;      /* of the base */
  int file;              /* the directory being read */
  const char *here;      /* its path */
  struct row *rows;      /* traced storage */
  struct row *sorted;    /* as many, to merge into; of the same piece */
  size_t count;
  size_t room;
  zero_value pending;
  zero_value bad_place;  /* a directory below the base that failed */
};

/* The name as it is returned; none if it is not UTF-8. */
static zero_value row_text(struct tree *tree, const char *name) {
  struct zero_heap *heap = &tree->vm->heap;
  size_t size = strlen(name);
  size_t head = strlen(tree->here);
  if (!tree->deep || strcmp(tree->here, ".") == 0) head = 0;
  size_t slash = head > 0 && tree->here[head - 1] != '/' ? 1 : 0;
  zero__charge_bytes(tree->vm, head + slash + size);
  if (head == 0) return zero__text_checked(heap, name, size, NULL);
  char *whole = zero__alloc(heap, ZERO_LEAF, head + slash + size);
  memcpy(whole, tree->here, head);
  whole[head] = '/';
  memcpy(whole + head + slash, name, size);
  return zero__text_checked(heap, whole, head + slash + size, NULL);
}

/* A name that was found is gone, or of another kind now. */
static bool is_gone(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP ||
         error == ESTALE;
}

/* Adds an entry, unless it is the directory itself or its parent, or vanished
 * before the system could be asked for its kind. */
static int add_entry(struct tree *tree, const struct dirent64 *entry) {
  const char *name = entry->d_name;
  struct stat facts = {.st_mode = (mode_t)DTTOIF(entry->d_type)};
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return 0;
  if (entry->d_type == DT_UNKNOWN &&
      ZERO_AGAIN(tree->vm, fstatat(tree->file, name, &facts,
                                   AT_SYMLINK_NOFOLLOW)) != 0) {
    return is_gone(errno) ? 0 : errno;
  }
  if (tree->count == tree->room) {
    size_t room = tree->room > 0 ? 2 * tree->room : FIRST_ROWS;
    struct row *rows =
        zero__alloc(&tree->vm->heap, ZERO_TRACED, 2 * room * sizeof *rows);
    if (tree->count > 0) memcpy(rows, tree->rows, tree->count * sizeof *rows);
    tree->rows = rows;
    tree->sorted = rows + room;
    tree->room = room;
  }
  zero_value text = row_text(tree, name);
  tree->rows[tree->count++] = (struct row){text, facts.st_mode & S_IFMT};
  zero__charge(tree->vm, 1);
  return zero_is_none(text) ? NOT_TEXT : 0;
}

/* Reads the directory. One that was removed since it was opened has no more
 * names. */
static int read_names(struct tree *tree) {
  char *entries = zero__handles_buffer(tree->vm, ENTRIES);
  ssize_t got;
  tree->count = 0;
  while ((got = ZERO_AGAIN(tree->vm,
                           getdents64(tree->file, entries, ENTRIES))) > 0) {
    for (ssize_t at = 0; at < got;) {
      const struct dirent64 *entry = (const void *)(entries + at);
      int error = add_entry(tree, entry);
      if (error != 0) return error;
      at += entry->d_reclen;
    }
    zero__poll(tree->vm);
  }
  return got == 0 || is_gone(errno) ? 0 : errno;
}

/* Merges rows from..middle and middle..end, each in order. */
static void merge(struct tree *tree, size_t from, size_t middle, size_t end) {
  const struct row *rows = tree->rows;
  for (size_t a = from, b = middle, i = from; i < end; i++) {
    bool first = b == end ||
                 (a < middle && strcmp(zero__text_bytes(rows[a].name),
                                       zero__text_bytes(rows[b].name)) <= 0);
    tree->sorted[i] = rows[first ? a++ : b++];
  }
}

/* Merges ever longer runs; strcmp is the order of bytes. */
static void sort_names(struct tree *tree) {
  size_t count = tree->count;
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t from = 0; from < count; from += 2 * width) {
      size_t middle = from + width < count ? from + width : count;
      size_t end = middle + width < count ? middle + width : count;
      merge(tree, from, middle, end);
    }
    struct row *rows = tree->rows;
    tree->rows = tree->sorted;
    tree->sorted = rows;
    zero__charge(tree->vm, count);
  }
}

/* Puts the contents of the directory `file` before the pending entries: names,
 * or, for a deep tree, paths and words. A Text is not a tag, nor is a list. */
static int put_before(void *context) {
  struct tree *tree = context;
  struct zero_heap *heap = &tree->vm->heap;
  int error = read_names(tree);
  if (error != 0) return error;
  sort_names(tree);
  for (size_t i = tree->count; i > 0; i--) {
    const struct row *row = &tree->rows[i - 1];
    zero_value pair[] = {row->name, ZERO_NONE};
    if (tree->deep) {
      pair[1] = zero__text_of(heap, zero__file_word(row->mode));
      pair[0] = zero__list(heap, pair, 2);
    }
    tree->pending = zero__raw_cons(heap, pair[0], tree->pending);
  }
  return 0;
}

/* Puts the contents of each directory before the pending entries. One that
 * vanished or changed its kind since it was seen has no contents. */
static int walk(void *context) {
  struct tree *tree = context;
  struct zero_heap *heap = &tree->vm->heap;
  size_t base = strcmp(tree->path, ".") == 0 ? 0 : strlen(tree->path);
  zero_value seen = ZERO_EMPTY;
  int error = put_before(tree);
  while (error == 0 && zero__is_cell(tree->pending)) {
    zero_value row = zero__cell(tree->pending)->head;
    tree->pending = zero__cell(tree->pending)->tail;
    seen = zero__raw_cons(heap, row, seen);
    zero_value path = zero__head(heap, row);
    zero_value word = zero__head(heap, zero__tail(heap, row));
    if (!zero__text_is(word, "directory")) continue;
    tree->here = zero__text_bytes(path);
    const char *below = tree->here + base + (tree->here[base] == '/');
    tree->file = zero__root_directory(tree->vm, tree->base, below);
    error = zero__file_guard(tree->vm, tree->file, put_before, tree);
    if (is_gone(error)) error = 0;
    if (error != 0) tree->bad_place = path;
  }
  tree->pending = zero__finish(heap, seen, ZERO_EMPTY);
  return error;
}

static zero_value read_tree(zero_vm *vm, zero_value *args, bool deep) {
  const uint32_t reading = ZERO_CAPABILITY_FILE_READ;
  struct tree tree = {.vm = vm, .deep = deep, .pending = ZERO_EMPTY};
  tree.here = tree.path = zero__want_path(vm, args, 0);
  tree.file = tree.base =
      zero__root_file(vm, tree.path, O_RDONLY | O_DIRECTORY, 0);
  int error =
      zero__file_guard(vm, tree.base, deep ? walk : put_before, &tree);
  if (error == 0) return zero__host_ok(vm, tree.pending);
  bool in_base = zero_is_none(tree.bad_place);
  zero_value place = in_base ? args[0] : tree.bad_place;
  if (error != NOT_TEXT) return zero__path_error(vm, place, error, reading);
  return zero__path_refused(vm, place, ZERO_CODE_HOST_NOT_TEXT, reading,
                            "the name of an entry is not UTF-8");
}

ZERO_BUILTIN(directory_list) {
  return read_tree(vm, args, false);
}

ZERO_BUILTIN(directory_walk) {
  return read_tree(vm, args, true);
}
