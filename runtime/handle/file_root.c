/* file_root.c - what a path means: the one way from a path to a file. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "handle/file.h"
#include "layout/layout.h"
#include "value/record.h"
#include "value/text.h"
#include "vm/builtins.h"

/* The fields of a Path (abi/value-fields.tsv). */
enum { TEXT, KIND, NORMALIZED };

/* --- calls --------------------------------------------------------------- */

bool zero__again(zero_vm *vm) {
  return errno == EINTR &&
         atomic_load_explicit(&vm->interrupted, memory_order_relaxed) == 0 &&
         (vm->limits.deadline == UINT64_MAX ||
          zero__now() < vm->limits.deadline);
}

struct guarded {
  zero__file_body *body;
  void *context;
  int *error;
};

static void run_guarded(void *context) {
  const struct guarded *guarded = context;
  *guarded->error = guarded->body(guarded->context);
}

bool zero__file_raises(zero_vm *vm, zero__file_body *body, void *context,
                       int *error) {
  struct guarded guarded = {body, context, error};
  return zero__protect(&vm->heap, run_guarded, &guarded) != 0;
}

int zero__file_guard(zero_vm *vm, int file, zero__file_body *body,
                     void *context) {
  int error;
  if (file < 0) return errno;
  bool raised = zero__file_raises(vm, body, context, &error);
  close(file);
  if (raised) zero__raise_again(&vm->heap);
  return error;
}

/* --- the root ------------------------------------------------------------ */

/* No call has begun, so there are no limits to check. */
int zero__root_open(zero_vm *vm, const char *path) {
  struct zero_root *root = zero__alloc(&vm->heap, ZERO_TRACED, sizeof *root);
  int directory = (int)TEMP_FAILURE_RETRY(
      open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (directory < 0) return errno;
  *root = zero__root_of(directory);
  vm->root = root;
  return 0;
}

void zero__root_close(zero_vm *vm) {
  if (vm->root == NULL) return;
  close(vm->root->directory);
  vm->root = NULL;
}

/* --- paths --------------------------------------------------------------- */

static bool is_package(zero_value text) {
  return strncmp(zero__text_bytes(text), "pkg:", 4) == 0;
}

const char *zero__want_path(zero_vm *vm, zero_value *args, unsigned index) {
  zero_value text = args[index];
  if (!zero__is_text(text)) {
    const struct zero_family *family = zero__family_by_tag(ZERO_FAMILY_PATH);
    zero_value path = zero__layout_read(&vm->heap, family, text);
    if (zero_is_none(path)) zero__raise_type(vm, args, index, "Path or Text");
    const zero_value *fields = zero__record(path)->fields;
    if (!zero__is_true(fields[NORMALIZED])) {
      zero__raise(&vm->heap, ZERO_CODE_LAYOUT_PATH,
                  "%s: argument %u is a Path that is not normalized",
                  zero__builtin_name(vm), index + 1);
    }
    if (zero__text_is(fields[KIND], "package")) return NULL;
    text = fields[TEXT];
  }
  if (is_package(text)) return NULL;
  zero__charge_bytes(vm, zero__text_size(text));
  args[index] = text;
  return zero__text_bytes(text);
}

zero_value zero__path_refused(zero_vm *vm, zero_value path, int code,
                              uint32_t capability, const char *reason) {
  char brief[ZERO_BRIEF];
  return zero__host_refused(vm, code, capability, "%s: %s",
                            zero__brief(&vm->heap, path, brief), reason);
}

zero_value zero__path_error(zero_vm *vm, zero_value path, int error,
                            uint32_t capability) {
  if (error == EXDEV) {
    bool package = !zero__is_text(path) || is_package(path);
    return zero__path_refused(vm, path, ZERO_CODE_FILE_OUTSIDE, capability,
                              package ? "a package path does not name a file"
                                      : "it is not below the file root");
  }
  char brief[ZERO_BRIEF];
  return zero__host_error(vm, error, capability, "%s",
                          zero__brief(&vm->heap, path, brief));
}

zero_value zero__path_changed(zero_vm *vm, const zero_value *args, int error) {
  if (error == 0) return zero__host_ok(vm, ZERO_UNIT);
  return zero__path_error(vm, args[0], error, ZERO_CAPABILITY_FILE_WRITE);
}

/* --- opening ------------------------------------------------------------- */

/* The kernel gives up if anything at all is renamed while it climbs: it is
 * asked again, and then the walk, which depends only on the path. Some
 * containers return EPERM for calls that they do not know; if it is a real
 * EPERM the walk returns it too. */
static int open_below(const struct zero_root *root, const char *path,
                      int flags, mode_t mode) {
  const struct open_how how = {
      .flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
      .mode = (flags & O_CREAT) != 0 ? mode : 0,
      .resolve = RESOLVE_NO_MAGICLINKS |
                 (root->whole ? RESOLVE_IN_ROOT : RESOLVE_BENEATH) |
                 (root->no_links ? RESOLVE_NO_SYMLINKS : 0)};
  int tries = root->by_parts ? ZERO_WALK_TRIES : 0;
  for (; tries < ZERO_WALK_TRIES; tries++) {
    long file = syscall(SYS_openat2, root->directory, path, &how, sizeof how);
    if (file >= 0) return (int)file;
    if (errno == ENOSYS || errno == EPERM) break;
    if (errno != EAGAIN) return -1;
  }
  return zero__walk_open(root, path, flags, mode, NULL);
}

/* Sets the beginning of a path: an absolute one starts at the root. */
static int enter(const zero_vm *vm, const char **path) {
  if (*path == NULL) return EXDEV;
  if (**path == '\0') return ENOENT;
  if (vm->root == NULL || **path != '/') return 0;
  *path += strspn(*path, "/");
  if (**path == '\0') *path = ".";
  return 0;
}

/* The one door: below the root, or in the whole system. */
static int open_entered(zero_vm *vm, const char *path, int flags, mode_t mode) {
  return ZERO_AGAIN(
      vm, vm->root != NULL ? open_below(vm->root, path, flags, mode)
                           : openat(AT_FDCWD, path, flags | O_CLOEXEC, mode));
}

int zero__root_file(zero_vm *vm, const char *path, int flags, mode_t mode) {
  int error = enter(vm, &path);
  if (error == 0) return open_entered(vm, path, flags, mode);
  errno = error;
  return -1;
}

int zero__root_directory(zero_vm *vm, int base, const char *path) {
  bool by_parts = vm->root != NULL && vm->root->by_parts;
  const struct zero_root root = {base, .no_links = true, .by_parts = by_parts};
  return ZERO_AGAIN(vm, open_below(&root, path, O_RDONLY | O_DIRECTORY, 0));
}

/* --- places -------------------------------------------------------------- */

/* Splits a path: its last name, with one slash if there are some after it, and
 * the path of the directory before it. Returns 0 or errno. */
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

/* Goes from the place of one link to that which its text names; links of /proc
 * are not paths. Returns 0, EAGAIN if there is one more step, or errno. */
static int step(int base, const char *path, struct zero_file_place *place,
                char text[PATH_MAX]) {
  char parent[PATH_MAX];
  struct statfs facts;
  int error = split(path, parent, place);
  if (error != 0) return error;
  place->directory = openat(base, parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (place->directory < 0) return errno;
  if (place->name[strlen(place->name) - 1] == '/') return EISDIR;
  ssize_t got = readlinkat(place->directory, place->name, text, PATH_MAX - 1);
  if (got < 0) return errno == EINVAL || errno == ENOENT ? 0 : errno;
  text[got] = '\0';
  bool proc = fstatfs(place->directory, &facts) == 0 &&
              facts.f_type == PROC_SUPER_MAGIC;
  return proc ? 0 : EAGAIN;
}

/* Follows the last name as the system would; it follows all earlier ones. */
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
  if (base >= 0) close(base);
  place->directory = -1;
  return error == EAGAIN ? ELOOP : error;
}

/* If the name is `..` the whole path is looked up too: it may lead outside. The
 * system does not remove, make or rename that name. */
int zero__root_place(zero_vm *vm, const char *path, bool followed,
                     struct zero_file_place *place) {
  char parent[PATH_MAX];
  int error = enter(vm, &path);
  place->directory = -1;
  if (error != 0) return error;
  if (followed) {
    do {
      error = vm->root != NULL ? zero__walk_place(vm->root, path, place)
                               : follow(path, place);
      errno = error;
    } while (zero__again(vm));
    return error;
  }
  error = split(path, parent, place);
  if (error != 0) return error;
  if (strcmp(place->name, "..") == 0 || strcmp(place->name, "../") == 0) {
    int there = open_entered(vm, path, O_PATH | O_DIRECTORY, 0);
    if (there < 0) return errno;
    close(there);
  }
  place->directory = open_entered(vm, parent, O_PATH | O_DIRECTORY, 0);
  return place->directory < 0 ? errno : 0;
}
