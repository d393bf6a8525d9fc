/* file_names.c - names: what they stand for, and what is in a directory.
 *
 * The last part of a path is never followed here: a symbolic link is what is
 * described, removed and renamed, not what it leads to.
 *
 * The names in a directory come in the order of their bytes, so that the same
 * tree has the same answer whatever the file system keeps them in. A name that
 * is no UTF-8 has no Text, and is a HostErr: nothing is left out in silence. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/handle.h"
#include "layout/brief.h"
#include "value/list.h"
#include "value/map.h"
#include "value/number.h"
#include "value/text.h"
#include "vm/builtins.h"
#include "vm/host.h"

enum {
  DIRECTORY_MODE = 0777, /* less the process's umask */
  ENTRIES = 1 << 15,     /* bytes that the system fills at once */
  FIRST_NAMES = 4096,    /* bytes */
  FIRST_ROWS = 128,
};

/* --- changing ------------------------------------------------------------ */

/* Does `act` in the directory of argument 0; it returns 0, or -1 and errno. */
static zero_value change(zero_vm *vm, zero_value *args,
                         int (*act)(const struct zero_file_place *place)) {
  struct zero_file_place place;
  const char *path = zero__want_path(vm, args, 0);
  int error = zero__root_place(vm, path, &place);
  if (error == 0) {
    error = ZERO_AGAIN(vm, act(&place)) == 0 ? 0 : errno;
    close(place.directory);
  }
  return zero__path_changed(vm, args, error);
}

static int remove_file(const struct zero_file_place *place) {
  return unlinkat(place->directory, place->name, 0);
}

static int remove_directory(const struct zero_file_place *place) {
  return unlinkat(place->directory, place->name, AT_REMOVEDIR);
}

static int make_directory(const struct zero_file_place *place) {
  return mkdirat(place->directory, place->name, DIRECTORY_MODE);
}

ZERO_BUILTIN(file_remove) {
  return change(vm, args, remove_file);
}

ZERO_BUILTIN(directory_remove) {
  return change(vm, args, remove_directory);
}

ZERO_BUILTIN(directory_make) {
  return change(vm, args, make_directory);
}

/* A HostErr of the rename itself names both paths. EXDEV says of two names
 * below the root that they are on file systems of their own. */
ZERO_BUILTIN(file_rename) {
  struct zero_file_place old, new;
  const char *from = zero__want_path(vm, args, 0);
  const char *to = zero__want_path(vm, args, 1);
  int error = zero__root_place(vm, from, &old);
  if (error != 0) return zero__path_changed(vm, args, error);
  error = zero__root_place(vm, to, &new);
  if (error != 0) {
    close(old.directory);
    return zero__path_error(vm, args, 1, error, ZERO_CAPABILITY_FILE_WRITE);
  }
  if (ZERO_AGAIN(vm, renameat(old.directory, old.name, new.directory,
                              new.name)) != 0) {
    error = errno;
  }
  close(old.directory);
  close(new.directory);
  if (error == 0) return zero__host_ok(vm, ZERO_UNIT);
  char before[ZERO_BRIEF], after[ZERO_BRIEF];
  zero__brief(&vm->heap, args[0], before);
  zero__brief(&vm->heap, args[1], after);
  return zero__host_error(vm, error, ZERO_CAPABILITY_FILE_WRITE, "%s to %s",
                          before, after);
}

/* --- what is there ------------------------------------------------------- */

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

static zero_value put(zero_vm *vm, zero_value map, const char *key,
                      zero_value v) {
  return zero__map_put(&vm->heap, map, zero__text_of(&vm->heap, key), v);
}

/* Nanoseconds since 1970. A file may bear any time: what 63 bits cannot count
 * to is as late, or as early, as they can. */
static int64_t nanoseconds(const struct timespec *time) {
  int64_t whole;
  if (__builtin_mul_overflow(time->tv_sec, INT64_C(1000000000), &whole) ||
      __builtin_add_overflow(whole, time->tv_nsec, &whole)) {
    return time->tv_sec < 0 ? INT64_MIN : INT64_MAX;
  }
  return whole;
}

static zero_value describe(zero_vm *vm, const struct stat *facts) {
  zero_value map = zero__map_empty(&vm->heap);
  map = put(vm, map, "kind",
            zero__text_of(&vm->heap, zero__file_word(facts->st_mode)));
  map = put(vm, map, "size", zero__i64(&vm->heap, facts->st_size));
  map = put(vm, map, "mode", zero__i64(&vm->heap, facts->st_mode & 07777));
  return put(vm, map, "modified",
             zero__i64(&vm->heap, nanoseconds(&facts->st_mtim)));
}

ZERO_BUILTIN(file_info) {
  const char *path = zero__want_path(vm, args, 0);
  struct stat facts;
  int file = zero__root_file(vm, path, O_PATH | O_NOFOLLOW, 0);
  int error = file < 0 ? errno : 0;
  if (file >= 0) {
    if (ZERO_AGAIN(vm, fstat(file, &facts)) != 0) error = errno;
    close(file);
  }
  if (error == 0) return zero__host_ok(vm, describe(vm, &facts));
  return zero__path_error(vm, args, 0, error, ZERO_CAPABILITY_FILE_READ);
}

/* --- reading a directory ------------------------------------------------- */

struct row {
  uint32_t name;       /* where it begins among the names */
  mode_t mode;         /* the sort of it, 0 where the system did not say */
};

/* The names in a directory. What is read of one goes where the one before
 * was. Leaf storage. */
struct listing {
  zero_vm *vm;
  char *names;         /* each with its NUL */
  size_t size;
  size_t room;
  struct row *rows;
  struct row *sorted;  /* as many, to merge into */
  size_t count;
  size_t row_room;
};

static void *wider(zero_vm *vm, const void *old, size_t used, size_t room) {
  void *more = zero__alloc(&vm->heap, ZERO_LEAF, room);
  if (used > 0) memcpy(more, old, used);
  return more;
}

static void add(struct listing *listing, const char *name, mode_t mode) {
  size_t size = strlen(name) + 1;
  if (listing->room - listing->size < size) {
    size_t room = listing->room > 0 ? 2 * listing->room : FIRST_NAMES;
    listing->names = wider(listing->vm, listing->names, listing->size, room);
    listing->room = room;
  }
  if (listing->count == listing->row_room) {
    size_t room = listing->row_room > 0 ? 2 * listing->row_room : FIRST_ROWS;
    listing->rows = wider(listing->vm, listing->rows,
                          listing->count * sizeof(struct row),
                          room * sizeof(struct row));
    listing->sorted = wider(listing->vm, NULL, 0, room * sizeof(struct row));
    listing->row_room = room;
  }
  if (listing->size > UINT32_MAX - size) {
    zero__raise(&listing->vm->heap, ZERO_CODE_OUT_OF_MEMORY,
                "%s: a directory has more names than can be read at once",
                zero__builtin_name(listing->vm));
  }
  memcpy(listing->names + listing->size, name, size);
  listing->rows[listing->count++] =
      (struct row){.name = (uint32_t)listing->size, .mode = mode};
  listing->size += size;
  zero__charge(listing->vm, 1);
}

/* What was found is there no more, or is another sort of thing now. */
static bool is_gone(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP ||
         error == ESTALE;
}

/* Adds an entry, unless it is the directory itself or its parent, or went
 * away before the system could be asked what it is. Returns 0 or errno. */
static int add_entry(struct listing *listing, int file,
                     const struct dirent64 *entry) {
  const char *name = entry->d_name;
  mode_t mode = (mode_t)DTTOIF(entry->d_type);
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return 0;
  if (entry->d_type == DT_UNKNOWN) {
    struct stat facts;
    if (ZERO_AGAIN(listing->vm, fstatat(file, name, &facts,
                                        AT_SYMLINK_NOFOLLOW)) != 0) {
      return is_gone(errno) ? 0 : errno;
    }
    mode = facts.st_mode & S_IFMT;
  }
  add(listing, name, mode);
  return 0;
}

/* Reads the directory `file`. One that was removed since it was opened has no
 * more names. Returns 0 or errno. */
static int read_names(struct listing *listing, int file) {
  char *entries = zero__handles_buffer(listing->vm, ENTRIES);
  listing->size = 0;
  listing->count = 0;
  for (;;) {
    ssize_t got = getdents64(file, entries, ENTRIES);
    if (got < 0 && zero__again(listing->vm)) continue;
    if (got <= 0) return got == 0 || is_gone(errno) ? 0 : errno;
    for (ssize_t at = 0; at < got;) {
      const struct dirent64 *entry =
          (const struct dirent64 *)(const void *)(entries + at);
      int error = add_entry(listing, file, entry);
      if (error != 0) return error;
      at += entry->d_reclen;
    }
    zero__poll(listing->vm);
  }
}

/* --- order --------------------------------------------------------------- */

/* Merges rows from..middle and middle..end, each in order. */
static void merge(struct listing *listing, size_t from, size_t middle,
                  size_t end) {
  const struct row *rows = listing->rows;
  size_t a = from;
  size_t b = middle;
  for (size_t i = from; i < end; i++) {
    bool first = b == end ||
                 (a < middle && strcmp(listing->names + rows[a].name,
                                       listing->names + rows[b].name) <= 0);
    listing->sorted[i] = rows[first ? a++ : b++];
  }
}

/* Merges ever longer runs; strcmp is the order of bytes. */
static void sort_names(struct listing *listing) {
  size_t count = listing->count;
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t from = 0; from < count; from += 2 * width) {
      size_t middle = from + width < count ? from + width : count;
      size_t end = middle + width < count ? middle + width : count;
      merge(listing, from, middle, end);
    }
    struct row *rows = listing->rows;
    listing->rows = listing->sorted;
    listing->sorted = rows;
    zero__charge(listing->vm, count);
  }
}

/* --- trees --------------------------------------------------------------- */

/* What both builtins do. `pending` is a stack: what is on top comes next, and
 * what is in it then comes before all else. */
struct tree {
  struct listing listing;
  bool deep;             /* all that is below, each with its word */
  int base;              /* the directory asked for */
  const char *path;      /* of the base */
  int file;              /* the directory being read */
  const char *here;      /* its path */
  zero_value pending;
  zero_value result;
  int error;             /* errno */
  zero_value bad_place;  /* a directory with a name that is no text */
};

/* The name of row `index` behind `before`; none where it is no UTF-8. */
static zero_value row_text(struct listing *listing, const char *before,
                           size_t index) {
  const char *name = listing->names + listing->rows[index].name;
  size_t head = strlen(before);
  size_t size = strlen(name);
  struct zero_heap *heap = &listing->vm->heap;
  zero__charge_bytes(listing->vm, head + size);
  if (head == 0) return zero__text_checked(heap, name, size, NULL);
  char *whole = zero__alloc(heap, ZERO_LEAF, head + size + 1);
  memcpy(whole, before, head);
  memcpy(whole + head, name, size);
  return zero__text_checked(heap, whole, head + size, NULL);
}

/* What stands before the names in the directory `path`. */
static const char *prefix(struct zero_heap *heap, const char *path) {
  size_t size = strlen(path);
  if (strcmp(path, ".") == 0) return "";
  if (path[size - 1] == '/') return path;
  char *text = zero__alloc(heap, ZERO_LEAF, size + 2);
  memcpy(text, path, size);
  memcpy(text + size, "/", 2);
  return text;
}

/* Puts what is in the directory `file` before what is pending: names, or, of
 * a deep tree, paths and words. */
static void put_before(void *context) {
  struct tree *tree = context;
  struct listing *listing = &tree->listing;
  struct zero_heap *heap = &listing->vm->heap;
  const char *before = tree->deep ? prefix(heap, tree->here) : "";
  tree->error = read_names(listing, tree->file);
  if (tree->error != 0) return;
  sort_names(listing);
  for (size_t i = listing->count; i > 0; i--) {
    zero_value name = row_text(listing, before, i - 1);
    if (zero_is_none(name)) {
      tree->bad_place = zero__text_of(heap, tree->here);
      return;
    }
    if (!tree->deep) {
      tree->pending = zero__cons(heap, name, tree->pending);
      continue;
    }
    const char *word = zero__file_word(listing->rows[i - 1].mode);
    zero_value row[] = {name, zero__text_of(heap, word)};
    tree->pending =
        zero__raw_cons(heap, zero__list(heap, row, 2), tree->pending);
  }
}

/* Puts what is in the directory `path` before what is pending. One that went
 * away since it was seen, or is another sort of thing now, has nothing in
 * it. */
static void go_into(struct tree *tree, const char *path) {
  zero_vm *vm = tree->listing.vm;
  const char *below =
      path + (strcmp(tree->path, ".") == 0 ? 0 : strlen(tree->path));
  below += *below == '/' ? 1 : 0;
  tree->here = path;
  tree->file = zero__root_directory(vm, tree->base, below);
  if (tree->file >= 0) {
    zero__file_guard(vm, tree->file, put_before, tree);
  } else if (!is_gone(errno)) {
    tree->error = errno;
  }
}

static bool is_well(const struct tree *tree) {
  return tree->error == 0 && zero_is_none(tree->bad_place);
}

static void walk(void *context) {
  struct tree *tree = context;
  struct zero_heap *heap = &tree->listing.vm->heap;
  zero_value seen = ZERO_EMPTY;
  put_before(tree);
  while (is_well(tree) && zero__is_cell(tree->pending)) {
    zero_value row = zero__cell(tree->pending)->head;
    tree->pending = zero__cell(tree->pending)->tail;
    seen = zero__raw_cons(heap, row, seen);
    zero_value path = zero__head(heap, row);
    zero_value word = zero__head(heap, zero__tail(heap, row));
    if (zero__text_is(word, "directory")) {
      go_into(tree, zero__text_bytes(path));
    }
    if (tree->error != 0) tree->bad_place = path;
  }
  tree->result = zero__finish(heap, seen, ZERO_EMPTY);
}

static zero_value failure(zero_vm *vm, const zero_value *args,
                          const struct tree *tree) {
  const uint32_t reading = ZERO_CAPABILITY_FILE_READ;
  char place[ZERO_BRIEF];
  if (zero_is_none(tree->bad_place)) {
    return zero__path_error(vm, args, 0, tree->error, reading);
  }
  zero__brief(&vm->heap, tree->bad_place, place);
  if (tree->error != 0) {
    return zero__host_error(vm, tree->error, reading, "%s", place);
  }
  return zero__host_refused(vm, ZERO_CODE_HOST_NOT_TEXT, reading,
                            "%s: the name of an entry is not UTF-8", place);
}

static zero_value read_tree(zero_vm *vm, zero_value *args, bool deep) {
  struct tree tree = {.listing = {.vm = vm},
                      .deep = deep,
                      .pending = ZERO_EMPTY,
                      .bad_place = ZERO_NONE};
  tree.here = tree.path = zero__want_path(vm, args, 0);
  tree.file = tree.base =
      zero__root_file(vm, tree.path, O_RDONLY | O_DIRECTORY, 0);
  if (tree.base < 0) {
    tree.error = errno;
  } else {
    zero__file_guard(vm, tree.base, deep ? walk : put_before, &tree);
  }
  if (!is_well(&tree)) return failure(vm, args, &tree);
  return zero__host_ok(vm, deep ? tree.result : tree.pending);
}

ZERO_BUILTIN(directory_list) {
  return read_tree(vm, args, false);
}

ZERO_BUILTIN(directory_walk) {
  return read_tree(vm, args, true);
}
