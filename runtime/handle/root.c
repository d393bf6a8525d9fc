/* root.c - what a path means: the one way from a path to a file. */
#include "handle/root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "layout/brief.h"
#include "layout/layout.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

/* The fields of a Path (abi/value-fields.tsv). */
enum { TEXT, KIND, NORMALIZED };

struct zero_root {
  struct zero_walk_rules rules;
};

bool zero__again(zero_vm *vm) {
  return errno == EINTR &&
         atomic_load_explicit(&vm->interrupted, memory_order_relaxed) == 0 &&
         (vm->limits.deadline == UINT64_MAX ||
          zero__now() < vm->limits.deadline);
}

/* The same of an errno that was returned. */
static bool again(zero_vm *vm, int error) {
  errno = error;
  return zero__again(vm);
}

/* --- the root ------------------------------------------------------------ */

int zero__root_open(zero_vm *vm, const char *path) {
  struct zero_root *root = zero__alloc(&vm->heap, ZERO_TRACED, sizeof *root);
  int directory;
  do { /* No call has begun, so there are no limits to look at. */
    directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  } while (directory < 0 && errno == EINTR);
  if (directory < 0) return errno;
  root->rules = zero__walk_rules(directory);
  vm->root = root;
  return 0;
}

void zero__root_close(zero_vm *vm) {
  if (vm->root == NULL) return;
  close(vm->root->rules.root);
  vm->root = NULL;
}

void zero__root_walk(zero_vm *vm) {
  vm->root->rules.by_parts = true;
}

/* --- paths --------------------------------------------------------------- */

/* The text of argument `index`, ZERO_NONE for a package. */
static zero_value path_text(zero_vm *vm, const zero_value *args,
                            unsigned index) {
  const struct zero_family *family = zero__family_by_tag(ZERO_FAMILY_PATH);
  zero_value path = zero__layout_read(&vm->heap, family, args[index]);
  if (zero_is_none(path)) zero__raise_type(vm, args, index, "Path or Text");
  const zero_value *fields = zero__record(path)->fields;
  if (!zero__is_true(fields[NORMALIZED])) {
    zero__raise(&vm->heap, ZERO_CODE_LAYOUT_PATH,
                "%s: argument %u is a Path that is not normalized",
                zero__builtin_name(vm), index + 1);
  }
  return zero__text_is(fields[KIND], "package") ? ZERO_NONE : fields[TEXT];
}

static bool is_package(zero_value text) {
  static const char package[] = "pkg:";
  return strncmp(zero__text_bytes(text), package, sizeof package - 1) == 0;
}

const char *zero__want_path(zero_vm *vm, zero_value *args, unsigned index) {
  zero_value text = args[index];
  if (!zero__is_text(text)) text = path_text(vm, args, index);
  if (zero_is_none(text) || is_package(text)) return NULL;
  zero__charge_bytes(vm, zero__text_size(text));
  args[index] = text;
  return zero__text_bytes(text);
}

/* Lets a path begin where its rules do: an absolute one starts at the root. */
static int enter(const zero_vm *vm, const char **path) {
  if (*path == NULL) return EXDEV;
  if (**path == '\0') return ENOENT;
  if (vm->root == NULL || **path != '/') return 0;
  *path += strspn(*path, "/");
  if (**path == '\0') *path = ".";
  return 0;
}

/* The one door: below the root, or where the system has it. */
static int open_entered(zero_vm *vm, const char *path, int flags,
                        mode_t mode) {
  int file;
  do {
    file = vm->root != NULL
               ? zero__open_below(&vm->root->rules, path, flags, mode)
               : openat(AT_FDCWD, path, flags | O_CLOEXEC, mode);
  } while (file < 0 && zero__again(vm));
  return file;
}

int zero__root_file(zero_vm *vm, const char *path, int flags, mode_t mode) {
  int error = enter(vm, &path);
  if (error == 0) return open_entered(vm, path, flags, mode);
  errno = error;
  return -1;
}

int zero__root_directory(zero_vm *vm, int base, const char *path) {
  struct zero_walk_rules rules = {
      .root = base,
      .no_links = true,
      .by_parts = vm->root != NULL && vm->root->rules.by_parts};
  int file;
  do {
    file = zero__open_below(&rules, path, O_RDONLY | O_DIRECTORY, 0);
  } while (file < 0 && zero__again(vm));
  return file;
}

/* --- places -------------------------------------------------------------- */

/* Takes a path apart: its last name, with one slash where there are some
 * after it, and the path of the directory before it. Returns 0 or errno. */
static int split(const char *path, char parent[PATH_MAX],
                 struct zero_file_place *place) {
  size_t end = strlen(path);
  while (end > 1 && path[end - 1] == '/') end--;
  size_t start = end;
  while (start > 0 && path[start - 1] != '/') start--;
  size_t size = end - start;
  if (size > NAME_MAX || start >= PATH_MAX) return ENAMETOOLONG;
  memcpy(parent, path, start);
  strcpy(parent + start, start > 0 ? "" : ".");
  memcpy(place->name, path + start, size);
  strcpy(place->name + size, path[end] == '/' ? "/" : "");
  if (size == 0) strcpy(place->name, ".");
  return 0;
}

static bool climbs(const char *name) {
  return strcmp(name, "..") == 0 || strcmp(name, "../") == 0;
}

/* Where the name is `..` the whole path is looked up too: it may lead outside.
 * The system neither removes, makes nor renames what is called so. */
int zero__root_place(zero_vm *vm, const char *path,
                     struct zero_file_place *place) {
  char parent[PATH_MAX];
  place->directory = -1;
  int error = enter(vm, &path);
  if (error == 0) error = split(path, parent, place);
  if (error != 0) return error;
  if (climbs(place->name)) {
    int there = open_entered(vm, path, O_PATH | O_DIRECTORY, 0);
    if (there < 0) return errno;
    close(there);
  }
  place->directory = open_entered(vm, parent, O_PATH | O_DIRECTORY, 0);
  return place->directory < 0 ? errno : 0;
}

/* True where a directory is one of /proc, whose links are no paths. */
static bool is_proc(int directory) {
  struct statfs facts;
  return fstatfs(directory, &facts) == 0 &&
         facts.f_type == PROC_SUPER_MAGIC;
}

/* Goes from the place of one link to that which its text names. Returns 0,
 * EAGAIN where there is one more step, or errno. */
static int step(int base, const char *path, struct zero_file_place *place,
                char text[PATH_MAX]) {
  char parent[PATH_MAX];
  int error = split(path, parent, place);
  if (error != 0) return error;
  place->directory =
      openat(base, parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (place->directory < 0) return errno;
  size_t size = strlen(place->name);
  if (place->name[size - 1] == '/') return EISDIR;
  ssize_t got =
      readlinkat(place->directory, place->name, text, PATH_MAX - 1);
  if (got < 0) return errno == EINVAL || errno == ENOENT ? 0 : errno;
  if (is_proc(place->directory)) return 0;
  text[got] = '\0';
  return EAGAIN;
}

/* Follows the last name as the system would; it follows all before that. */
static int follow(const char *path, struct zero_file_place *place) {
  char texts[2][PATH_MAX];
  int base = AT_FDCWD;
  int error = EAGAIN;
  for (int links = 0; error == EAGAIN && links <= ZERO_LINKS_MAX; links++) {
    char *text = texts[links % 2];
    place->directory = -1;
    error = step(base, path, place, text);
    if (base != AT_FDCWD) close(base);
    base = place->directory;
    path = text;
  }
  if (error == 0) return 0;
  if (base != AT_FDCWD && base >= 0) close(base);
  place->directory = -1;
  return error == EAGAIN ? ELOOP : error;
}

int zero__root_place_followed(zero_vm *vm, const char *path,
                              struct zero_file_place *place) {
  int error = enter(vm, &path);
  place->directory = -1;
  if (error != 0) return error;
  do {
    error = vm->root != NULL
                ? zero__walk_place(&vm->root->rules, path, place)
                : follow(path, place);
  } while (again(vm, error));
  return error;
}

zero_value zero__path_error(zero_vm *vm, const zero_value *args,
                            unsigned index, int error, uint32_t capability) {
  char path[ZERO_BRIEF];
  zero__brief(&vm->heap, args[index], path);
  if (error != EXDEV) {
    return zero__host_error(vm, error, capability, "%s", path);
  }
  bool package = !zero__is_text(args[index]) || is_package(args[index]);
  return zero__host_refused(vm, ZERO_CODE_FILE_OUTSIDE, capability,
                            package ? "%s: a package path names no file"
                                    : "%s: it is not below the file root",
                            path);
}
