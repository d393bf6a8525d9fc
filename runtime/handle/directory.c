/* directory.c - directories read: one, or all there are below one.
 *
 * Names come in the order of their bytes, so that the same tree has the same
 * answer whatever the file system keeps them in. A name that is no UTF-8 has
 * no Text, and is a HostErr: nothing is left out in silence. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "handle/file.h"
#include "handle/handle.h"
#include "handle/root.h"
#include "layout/brief.h"
#include "value/list.h"
#include "value/text.h"
#include "vm/builtins.h"

enum {
  ENTRIES = 1 << 15,   /* bytes that the system fills at once */
  FIRST_NAMES = 4096,  /* bytes */
  FIRST_ROWS = 128,
};

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

/* --- reading ------------------------------------------------------------- */

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
    int result;
    do {
      result = fstatat(file, name, &facts, AT_SYMLINK_NOFOLLOW);
    } while (result != 0 && zero__again(listing->vm));
    if (result != 0) return is_gone(errno) ? 0 : errno;
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

/* --- one directory ------------------------------------------------------- */

/* What both builtins do, with what is to be closed. */
struct tree {
  struct listing listing;
  int base;              /* the directory asked for */
  int file;              /* the one being read, where it is another */
  const char *path;      /* of the base */
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

static void list_names(void *context) {
  struct tree *tree = context;
  struct listing *listing = &tree->listing;
  struct zero_heap *heap = &listing->vm->heap;
  tree->error = read_names(listing, tree->base);
  if (tree->error != 0) return;
  sort_names(listing);
  tree->result = ZERO_EMPTY;
  for (size_t i = listing->count; i > 0; i--) {
    zero_value name = row_text(listing, "", i - 1);
    if (zero_is_none(name)) {
      tree->bad_place = zero__text_of(heap, tree->path);
      return;
    }
    tree->result = zero__cons(heap, name, tree->result);
  }
}

/* --- all below it -------------------------------------------------------- */

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

/* Puts what is in the directory `file`, whose path is `path`, before what is
 * to be visited. */
static zero_value put_before(struct tree *tree, int file, const char *path,
                             zero_value pending) {
  struct listing *listing = &tree->listing;
  struct zero_heap *heap = &listing->vm->heap;
  const char *before = prefix(heap, path);
  tree->error = read_names(listing, file);
  if (tree->error != 0) return pending;
  sort_names(listing);
  for (size_t i = listing->count; i > 0; i--) {
    zero_value name = row_text(listing, before, i - 1);
    if (zero_is_none(name)) {
      tree->bad_place = zero__text_of(heap, path);
      return pending;
    }
    const char *word = zero__file_word(listing->rows[i - 1].mode);
    zero_value row[] = {name, zero__text_of(heap, word)};
    pending = zero__raw_cons(heap, zero__list(heap, row, 2), pending);
  }
  return pending;
}

/* Puts what is in the directory `path` before what is to be visited. One that
 * went away since it was seen, or is another sort of thing now, has nothing in
 * it. */
static zero_value go_into(struct tree *tree, const char *path,
                          zero_value pending) {
  size_t skip = strcmp(tree->path, ".") == 0 ? 0 : strlen(tree->path);
  const char *below = path + skip;
  below += *below == '/' ? 1 : 0;
  tree->file = zero__root_directory(tree->listing.vm, tree->base, below);
  if (tree->file < 0) {
    tree->error = is_gone(errno) ? 0 : errno;
    return pending;
  }
  pending = put_before(tree, tree->file, path, pending);
  close(tree->file);
  tree->file = -1;
  return pending;
}

static bool is_well(const struct tree *tree) {
  return tree->error == 0 && zero_is_none(tree->bad_place);
}

/* `pending` is the stack: what is on top comes next, and what is in it then
 * comes before all else. */
static void walk(void *context) {
  struct tree *tree = context;
  struct zero_heap *heap = &tree->listing.vm->heap;
  zero_value seen = ZERO_EMPTY;
  zero_value pending = put_before(tree, tree->base, tree->path, ZERO_EMPTY);
  while (is_well(tree) && zero__is_cell(pending)) {
    zero_value row = zero__cell(pending)->head;
    pending = zero__cell(pending)->tail;
    seen = zero__raw_cons(heap, row, seen);
    zero_value path = zero__head(heap, row);
    zero_value word = zero__head(heap, zero__tail(heap, row));
    if (zero__text_is(word, "directory")) {
      pending = go_into(tree, zero__text_bytes(path), pending);
    }
    if (tree->error != 0) tree->bad_place = path;
  }
  tree->result = zero__finish(heap, seen, ZERO_EMPTY);
}

/* --- the builtins -------------------------------------------------------- */

static zero_value failure(zero_vm *vm, const zero_value *args,
                          const struct tree *tree) {
  char place[ZERO_BRIEF];
  if (zero_is_none(tree->bad_place)) {
    return zero__path_error(vm, args, 0, tree->error,
                            ZERO_CAPABILITY_FILE_READ);
  }
  zero__brief(&vm->heap, tree->bad_place, place);
  if (tree->error != 0) {
    return zero__host_error(vm, tree->error, ZERO_CAPABILITY_FILE_READ, "%s",
                            place);
  }
  return zero__host_refused(vm, ZERO_CODE_HOST_NOT_TEXT,
                            ZERO_CAPABILITY_FILE_READ,
                            "%s: the name of an entry is not UTF-8", place);
}

static zero_value read_tree(zero_vm *vm, zero_value *args,
                            void (*body)(void *context)) {
  struct tree tree = {.listing = {.vm = vm},
                      .file = -1,
                      .result = ZERO_EMPTY,
                      .bad_place = ZERO_NONE};
  tree.path = zero__want_path(vm, args, 0);
  tree.base = zero__root_file(vm, tree.path, O_RDONLY | O_DIRECTORY, 0);
  if (tree.base < 0) tree.error = errno;
  int raised =
      tree.base >= 0 ? zero__protect(&vm->heap, body, &tree) : 0;
  if (tree.base >= 0) close(tree.base);
  if (tree.file >= 0) close(tree.file);
  if (raised != 0) zero__raise_again(&vm->heap);
  if (!is_well(&tree)) return failure(vm, args, &tree);
  return zero__host_ok(vm, tree.result);
}

ZERO_BUILTIN(directory_list) {
  return read_tree(vm, args, list_names);
}

ZERO_BUILTIN(directory_walk) {
  return read_tree(vm, args, walk);
}
